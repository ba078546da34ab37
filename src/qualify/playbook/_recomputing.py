"""Deciding once more what was decided: the same answers from what was known then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.errors import InvalidValue
from qualify.models import Decision, Lead
from qualify.playbook._deciding import weigh
from qualify.playbook._turning import facts_of
from qualify.truth import Truth

if TYPE_CHECKING:
    from qualify.playbook._playbook import Playbook
    from qualify.stages import Journey


@attrs.frozen
class Recomputed(Value):
    """A stored decision, and what comes out today from what was known then.

    `agrees` is YES if both are equal, NO if not, and UNKNOWN where evidence was `erased` since (its ids
    are given), because nobody can tell any more.

    >>> from datetime import datetime, timezone
    >>> from qualify import Journey, Lead
    >>> from qualify.playbooks import saas
    >>> monday = datetime(2026, 5, 4, tzinfo=timezone.utc)
    >>> turn = saas().turn(Journey.start(saas().chart, "ana", at=monday), Lead("ana"), at=monday)
    >>> saas().recompute(turn.journey, Lead("ana"), version=2).agrees
    Truth.YES
    """

    stored: Decision
    decision: Decision | None
    erased: tuple[str, ...] = ()

    @property
    def agrees(self) -> Truth:
        """YES if the stored decision comes out again, NO if another does, UNKNOWN if evidence was erased."""
        if self.erased or self.decision is None:
            return Truth.UNKNOWN
        return Truth.of(self.decision == self.stored)

    def __str__(self) -> str:
        if self.agrees is Truth.UNKNOWN:
            return f"erased: {', '.join(self.erased) or 'the lead'}"
        return (
            "equal"
            if self.agrees is Truth.YES
            else f"differs: stored {self.stored.reason}, now {self.decision}"
        )


def recompute(playbook: Playbook, journey: Journey, lead: Lead | None, *, version: int) -> Recomputed:
    """Give the comparison for the event at `version`; `Playbook.recompute` says all about it."""
    where = "Playbook.recompute.version"
    number = _checks.whole(version, where, least=1, most=len(journey.events))
    stored = journey.events[number - 1].because
    if not isinstance(stored, Decision):
        raise InvalidValue(
            "only a decision can be recomputed",
            found=f"event {journey.events[number - 1].name!r}",
            where=f"{where} {number}",
        )
    if stored.playbook != playbook.citation:
        raise InvalidValue(
            "a decision is recomputed by the playbook that made it",
            found=playbook.citation,
            allowed=f"it cites {stored.playbook}",
            where=f"{where} {number}",
        )
    if lead is None:
        return Recomputed(stored, None, stored.evidence)
    then = lead.cut(min(stored.seen, lead.seen))
    erased = _erased(stored, then, journey)
    if erased:
        return Recomputed(stored, None, erased)
    earlier = journey.upto(number - 1)
    facts = facts_of(playbook, earlier, then, stored.at)
    position = earlier.at(stored.at)
    again = weigh(playbook, facts, position.active, contact=stored.contact, seen=stored.seen)
    return Recomputed(stored, again.decision)


def _erased(stored: Decision, lead: Lead, journey: Journey) -> tuple[str, ...]:
    """Give the ids that a decision cites and that say nothing any more."""
    said = {entry.id for entry in lead.evidence if not entry.erased} | {one.id for one in lead.signals}
    told = {event.id or f"{journey.subject}#{i}" for i, event in enumerate(journey.events, start=1)}
    return tuple(cited for cited in stored.evidence if cited not in said and cited not in told)
