"""Joining a duplicate with its survivor: nothing is rewritten, and a no is not lost."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.models import Lead
from qualify.playbook._turning import taught_by_events
from qualify.stages import Journey

if TYPE_CHECKING:
    from qualify.playbook._playbook import Playbook


@attrs.frozen
class Merged(Value):
    """What a merge gave: the survivor's `journey` and `lead`, and the `gone` journey, which says where to.

    >>> from datetime import datetime, timezone
    >>> from qualify import Journey, Lead
    >>> from qualify.playbooks import saas
    >>> monday = datetime(2026, 5, 4, tzinfo=timezone.utc)
    >>> gone, ana = ((Journey.start(saas().chart, id, at=monday), Lead(id)) for id in ("an", "ana"))
    >>> saas().merge(gone, ana, at=monday).gone.merged_into
    'ana'
    """

    journey: Journey
    lead: Lead
    gone: Journey


def merge(
    playbook: Playbook, gone: tuple[Journey, Lead], into: tuple[Journey, Lead], *, at: datetime
) -> Merged:
    """Give the survivor and the journey that ended in it; `Playbook.merge` says all about it."""
    when = _checks.instant(at, "Playbook.merge.at")
    old, duplicate = gone
    journey, survivor = into
    lessons = [attrs.evolve(one, known_at=max(one.known_at, when)) for one in taught_by_events(playbook, old)]
    lead = survivor.absorb(duplicate, at=when).learn(*lessons)
    closed = playbook.no_contact
    if (
        closed is not None
        and playbook.opted_out is not None
        and closed in old.at(when).active
        and closed not in journey.at(when).active
    ):
        journey = journey.record(playbook.opted_out, at=when)
    return Merged(journey, lead, old.merged(into=survivor.id, at=when))
