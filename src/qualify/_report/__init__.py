"""What the command line prints: a CSV file read, a report written, two playbooks compared.

What belongs here is layout and the order of things; what decides, counts or opens files does not.
"""

from __future__ import annotations

import json
from textwrap import wrap
from typing import TYPE_CHECKING

import attrs
import numpy as np

from qualify._report._page import NO_INSTANT, WIDTH, Report, diff_lines, told_truths
from qualify._report._proposal import propose
from qualify._report._sheet import Sheet, described, parse
from qualify._report._signs import LABELS
from qualify.cohort import Cohort
from qualify.playbooks import sample
from qualify.scales import CSAT, ESAT, NPS
from qualify.truth import UNKNOWN

if TYPE_CHECKING:
    from datetime import datetime

    from qualify.playbook import Playbook

__all__ = ["LABELS", "Report", "Sheet", "diff_page", "of_sample", "of_sheet", "parse", "proposal"]


def of_sheet(sheet: Sheet, cohort: Cohort, playbook: Playbook) -> Report:
    """Give the report on the leads of a file."""
    title = f"{len(cohort):,} leads of {sheet.name}, judged by {_cited(playbook)}"
    at = cohort.at or NO_INSTANT
    decided = playbook.decisions(cohort, at=at, contact=cohort.contact) if cohort.topics else None
    notes = []
    if decided is not None:
        notes.append(told_truths(cohort, decided))
        if cohort.state is None:
            notes.append("No column says where they stand: each counts as a prospect who has just begun.")
    else:
        notes.append("The mapping binds no topics, so there is nothing to decide.")
    if sheet.repeated:
        n = len(sheet.repeated)
        rows = ", ".join(f"{row:,}" for row in sheet.repeated[:5])
        more = f" and {n - 5:,} more" if n > 5 else ""  # noqa: PLR2004 - as many as fit on the line
        told = f"{n:,} rows repeat an earlier one in every cell; they are counted, not dropped"
        notes.append(f"{told} (rows {rows}{more}).")
    several = len(cohort) - len(set(cohort.ids.tolist()))
    if several:
        notes.append(f"{several:,} rows have the id of an earlier one; each row counts as a lead.")
    for why, n in cohort.left_out.items():
        notes.append(f"{n:,} rows are left out: {why}.")
    if sheet.bad or cohort.bad:
        cells = sum(1 for bad in cohort.bad if bad.column is not None)
        notes.append(f"Bad: {len(sheet.bad):,} rows left out, {cells:,} entries that count as not known.")
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
    rows = f"{len(sheet.rows):,} rows"
    return "\n".join(
        [
            f"{sheet.name}: {rows}, {len(sheet.columns)} columns, delimiter {sheet.delimiter!r}",
            *described(sheet.columns),
            "",
            *wrap(about, WIDTH),
            "",
            _written(binding.to_document()),
        ]
    )


def _written(document: dict[str, object]) -> str:
    """Give a document as JSON with a line for each field."""

    def short(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    lines = []
    for key, entry in document.items():
        if key in {"topics", "surveys"} and isinstance(entry, dict):
            inner = ",\n".join(f"    {short(name)}: {short(field)}" for name, field in entry.items())
            lines.append(f"  {short(key)}: {{\n{inner}\n  }}")
        else:
            lines.append(f"  {short(key)}: {short(entry)}")
    return "{\n" + ",\n".join(lines) + "\n}"


def diff_page(sheet: Sheet, cohort: Cohort, before: Playbook, after: Playbook, *, every: bool) -> str:
    """Give which leads of a file another playbook would decide otherwise, and why, as text."""
    lines = wrap(f"{sheet.name}: {_cited(before)} against {_cited(after)}", WIDTH)
    if before != after and before.version == after.version and before.name == after.name:
        told = f"Both are called {after.name} {after.version}: give the changed one a version of its own, "
        lines += wrap(told + "because stored decisions cite it.", WIDTH)
    if cohort.outcome is not None and not (np.ma.filled(cohort.outcome, 0) == UNKNOWN.value).any():
        lines.append("Every outcome is known: they are compared as if they were open.")
        cohort = attrs.evolve(cohort, outcome=None)
    diff = before.diff(after, cohort, at=cohort.at or NO_INSTANT, contact=cohort.contact)
    return "\n".join([*lines, *diff_lines(diff, every=every)])


def _cited(playbook: Playbook) -> str:
    return f"playbook {playbook.name} {playbook.version} ({playbook.fingerprint[:8]})"
