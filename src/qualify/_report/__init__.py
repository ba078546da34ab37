"""What the command line prints: a CSV file read, a report written, two playbooks compared.

What belongs here is layout and the order of things; what decides, counts or opens files does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from qualify._report._difference import diff_lines, differences
from qualify._report._page import NO_INSTANT, Report, counted, told_closed, told_gaps, told_truths, wrapped
from qualify._report._proposal import propose, written
from qualify._report._sheet import Sheet, described, parse
from qualify._report._signs import LABELS
from qualify.cohort import Cohort
from qualify.playbooks import sample
from qualify.scales import CSAT, ESAT, NPS
from qualify.truth import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from qualify.playbook import Playbook

__all__ = ["LABELS", "Report", "Sheet", "diff_page", "of_sample", "of_sheet", "parse", "proposal"]


def of_sheet(sheet: Sheet, cohort: Cohort, playbook: Playbook) -> Report:
    """Give the report on the leads of a file."""
    title = f"{counted(len(cohort), 'lead')} of {sheet.name}, judged by {_cited(playbook)}"
    at = cohort.at or NO_INSTANT
    decided = playbook.decisions(cohort, at=at, contact=cohort.contact) if cohort.topics else None
    notes = []
    if decided is not None:
        told_all = (told_truths(cohort, decided), told_gaps(cohort, decided), told_closed(decided))
        notes += [told for told in told_all if told is not None]
        if cohort.state is None:
            notes.append("No column says where they stand: each counts as a prospect who has just begun.")
    else:
        notes.append("The mapping binds no topics, so there is nothing to decide.")
    if sheet.repeated:
        n = len(sheet.repeated)
        told = f"{counted(n, 'row')} {'repeats' if n == 1 else 'repeat'} an earlier one in every cell; "
        notes.append(f"{told}counted, not dropped ({_rows(sheet.repeated)}).")
    several = len(cohort) - len(set(cohort.ids.tolist()))
    if several:
        told = f"{counted(several, 'row')} {'has' if several == 1 else 'have'} the id of an earlier one"
        notes.append(f"{told}; each row counts as a lead.")
    for why, n in cohort.left_out.items():
        notes.append(f"{counted(n, 'row')} {'is' if n == 1 else 'are'} left out: {why}.")
    if sheet.bad or cohort.bad:
        cells = sum(1 for bad in cohort.bad if bad.column is not None)
        told = f"{counted(cells, 'entry')} that {'counts' if cells == 1 else 'count'} as not known"
        notes.append(f"Bad: {counted(len(sheet.bad), 'row')} left out, {told}.")
    return Report(title, playbook, cohort, decided, tuple(notes), cohort.surveys)


def of_sample(playbook: Playbook, at: datetime | None) -> Report:
    """Give the report on the sample history, which is made up, as of an instant or of its end."""
    history = sample()
    when = history.at if at is None else at
    lives = [
        (journey.known(when), lead)
        for journey, lead in zip(history.journeys, history.leads, strict=True)
        if journey.events[0].known_at <= when
    ]
    cohort = Cohort.from_journeys(
        (journey for journey, _ in lives),
        leads=(lead for _, lead in lives),
        facts=(playbook.facts(journey, lead, at=when) for journey, lead in lives),
        at=when,
        vocabulary=playbook.vocabulary,
    )
    answers = {
        scale.name.lower(): tuple(
            one.answer for one in history.surveys if one.scale == scale and one.known_at <= when
        )
        for scale in (NPS, CSAT, ESAT)
    }
    title = f"The sample: {len(cohort):,} leads and customers of a team that does not exist, "
    title += f"judged by {_cited(playbook)}"
    decided = playbook.decisions(cohort)
    return Report(title, playbook, cohort, decided, (told_truths(cohort, decided),), answers)


def proposal(sheet: Sheet, playbook: Playbook) -> str:
    """Give the columns of a file and a mapping to start from, as text."""
    binding = propose(sheet.columns, playbook.vocabulary)
    topics = ", ".join(topic.name for topic in playbook.vocabulary)
    about = "No mapping was given. Below is one to start from: look at each guess, save it, and give it as "
    about += f"--mapping. {_cited(playbook)} asks about {topics}."
    if not binding.topics:
        about += ' No column is called like one of them: say under "topics" which column holds which.'
    size = f"{counted(len(sheet.rows), 'row')}, {counted(len(sheet.columns), 'column')}"
    lines = [f"{sheet.name}: {size}, delimiter {sheet.delimiter!r}"]
    if sheet.bad:
        n = len(sheet.bad)
        told = f"{counted(n, 'row')} {'is' if n == 1 else 'are'} left out, which "
        told += f"{'does' if n == 1 else 'do'} not have {counted(len(sheet.columns), 'cell')}"
        lines += wrapped(f"{told} ({_rows([bad.row for bad in sheet.bad])}).", "  ", "    ")
    return "\n".join(
        [*lines, *described(sheet.columns), "", *wrapped(about), "", written(binding.to_document())]
    )


def _rows(rows: Sequence[int]) -> str:
    """Name rows by their number, as many as fit on the line."""
    shown = ", ".join(f"{row:,}" for row in rows[:5])
    more = f" and {len(rows) - 5:,} more" if len(rows) > 5 else ""  # noqa: PLR2004 - as many as fit
    return f"row{'s'[: len(rows) != 1]} {shown}{more}"


def diff_page(sheet: Sheet, cohort: Cohort, before: Playbook, after: Playbook, *, every: bool) -> str:
    """Give which leads of a file another playbook would decide otherwise, and why, as text."""
    lines = wrapped(f"{sheet.name}: {_cited(before)} against {_cited(after)}")
    if before != after and before.version == after.version and before.name == after.name:
        told = f"Both are called {after.name} {after.version}: give the changed one a version of its own, "
        lines += wrapped(told + "because stored decisions cite it.")
    for told in differences(before, after):
        lines += wrapped(told, "  ", "    ")
    if cohort.outcome is not None and not (np.ma.filled(cohort.outcome, 0) == UNKNOWN.value).any():
        lines.append("Every outcome is known: they are compared as if they were open.")
        cohort = attrs.evolve(cohort, outcome=None)
    diff = before.diff(after, cohort, at=cohort.at or NO_INSTANT, contact=cohort.contact)
    return "\n".join([*lines, *diff_lines(diff, every=every)])


def _cited(playbook: Playbook) -> str:
    return f"playbook {playbook.name} {playbook.version} ({playbook.fingerprint[:8]})"
