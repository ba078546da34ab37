"""Two playbooks side by side: which leads each would decide otherwise, and why.

What belongs here: the comparison, and its words. What does not: deciding (`_many`), and what would be asked
(`_asks`). Imports numpy, and is imported when asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import attrs
import numpy as np

from qualify._maps import Map, Value
from qualify.errors import InvalidValue
from qualify.models import Decision
from qualify.playbook._asks import other_questions
from qualify.playbook._many import ACTIONS, Decisions, decide_all
from qualify.truth import Truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify._arrays import ColumnLike
    from qualify.cohort import Cohort
    from qualify.playbook._many import Array
    from qualify.playbook._playbook import Playbook

_same = attrs.cmp_using(eq=np.array_equal)


@attrs.frozen(repr=False)
class Diff(Value):
    """Which leads another playbook would decide otherwise, and why.

    `rows` are the leads whose action differs, `alike` those whose action is the same, `answers` those of
    them where it is so for other reasons. `moves` counts pairs of actions, before and after.

    >>> from datetime import datetime, timezone
    >>> from qualify.cohort import Cohort
    >>> from qualify.criteria import topic
    >>> from qualify.playbooks import saas
    >>> leads = Cohort.from_columns({"id": ["ana", "bo"], "person": ["a", "b"], "timing": ["not now", None]},
    ...     id="id", at=datetime(2026, 5, 4, tzinfo=timezone.utc), vocabulary=saas().vocabulary)
    >>> patient = saas().replace(version="2", criteria={"timely": topic("timing").exists()})
    >>> saas().diff(patient, leads)
    Diff of 2 leads: 1 decided otherwise (1 NURTURE -> DISCOVER)
    """

    before: Decisions
    after: Decisions
    rows: NDArray[np.intp] = attrs.field(eq=_same)
    answers: NDArray[np.intp] = attrs.field(eq=_same)
    alike: NDArray[np.intp] = attrs.field(eq=_same)
    __hash__ = None  # type: ignore[assignment]  # it holds arrays

    @property
    def asked(self) -> NDArray[np.intp]:
        """The leads that are decided alike and would be asked another question; found anew each time."""
        return other_questions(self.before, self.after, self.alike)

    @property
    def moves(self) -> Map[int]:
        """How many leads go from which action to which, as `SELL -> DISCOVER`."""
        pairs = self.before.actions[self.rows].astype(np.int64) * len(ACTIONS) + self.after.actions[self.rows]
        found = np.bincount(pairs, minlength=len(ACTIONS) ** 2).tolist()
        return Map(
            {
                f"{ACTIONS[code // len(ACTIONS)]} -> {ACTIONS[code % len(ACTIONS)]}": n
                for code, n in enumerate(found)
                if n
            }
        )

    def why(self, row: int) -> str:
        """Say of one lead what was decided before and after, and which answers differ.

        Answers, topics and codes are named, never a personal value.
        """
        before, after = self.before.decision(row), self.after.decision(row)
        changed = [
            f"{question} was {_was(before, question)}"
            for question, truth in after.answers.items()
            if before.answers.get(question) is not truth
        ]
        told = f"; {', '.join(changed)}" if changed else ""
        return f"{self.before.cohort.ids[row]}: {before.action} -> {after.reason}{told}"

    def reasons(self) -> dict[str, NDArray[np.intp]]:
        """Give the rows whose action differs by what changed, the largest group first.

        Actions and answers are named; which topics nobody knows says `why`, lead by lead.
        """
        told: list[Array] = []
        for decided in (self.before, self.after):
            quiet = np.zeros(len(decided), np.bool_) if decided.quiet is None else decided.quiet
            told += [decided.actions, decided.regime, decided.rows, decided.columns, quiet]
        kinds = np.column_stack([column[self.rows] for column in told])
        _, first, place = np.unique(kinds, axis=0, return_index=True, return_inverse=True)
        found: dict[str, NDArray[np.intp]] = {}
        for i in np.argsort(-np.bincount(place.reshape(-1)), kind="stable").tolist():
            reason, rows = self._reason(int(self.rows[first[i]])), self.rows[place.reshape(-1) == i]
            found[reason] = np.sort(np.concatenate((found[reason], rows))) if reason in found else rows
        return found

    def _reason(self, row: int) -> str:
        old, new = _answers(self.before, row), _answers(self.after, row)
        told = " and ".join(f"{question} is {truth}" for question, truth in new.items())
        was = [f"{q} was {old.get(q, 'not asked')}" for q, truth in new.items() if old.get(q) is not truth]
        silent = [
            f"no conversation may be started {when}"
            for decided, when in ((self.before, "before"), (self.after, "after"))
            if decided.quiet is not None and decided.quiet[row]
        ]
        codes = self.before.actions[row], self.after.actions[row]
        return f"{ACTIONS[codes[0]]} -> {ACTIONS[codes[1]]}: {'; '.join([told, *was, *silent])}"

    def lines(self, most: int = 20) -> list[str]:
        """Give `why` of the first leads whose action differs, and how many more there are."""
        told = [self.why(row) for row in self.rows[:most].tolist()]
        rest = len(self.rows) - len(told)
        return [*told, f"and {rest:,} more"] if rest > 0 else told

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        moves = ", ".join(f"{n:,} {move}" for move, n in self.moves.items()) or "none"
        return f"Diff of {len(self.before):,} leads: {len(self):,} decided otherwise ({moves})"


def _answers(decided: Decisions, row: int) -> dict[str, Truth]:
    """Give the two answers about one row by the names of their questions."""
    table = tuple(decided.playbook.regimes.values())[int(decided.regime[row])].table
    return {table.rows: Truth(int(decided.rows[row])), table.columns: Truth(int(decided.columns[row]))}


def _was(before: Decision, question: str) -> str:
    truth = before.answers.get(question)
    return "not asked" if truth is None else str(truth)


def diff_of(
    *,
    before: Decisions,
    after: Decisions,
    rows: Sequence[int] = (),
    answers: Sequence[int] = (),
    alike: Sequence[int] = (),
) -> Diff:
    """Give the comparison that was stored."""
    if len(before) != len(after):
        raise InvalidValue("two playbooks decide about the same leads", where="Diff.after")
    for name, column in (("rows", rows), ("answers", answers), ("alike", alike)):
        if not set(column) <= set(range(len(before))):
            raise InvalidValue("a row is one of the cohort's", where=f"Diff.{name}")
    return Diff(before, after, *(np.array(column, np.intp) for column in (rows, answers, alike)))


def diff(
    playbook: Playbook,
    other: Playbook,
    cohort: Cohort,
    *,
    at: datetime | None = None,
    contact: ColumnLike | None = None,
) -> Diff:
    """Compare what two playbooks decide about the leads of a cohort that are not closed."""
    if playbook.chart != other.chart:
        raise InvalidValue(
            "two playbooks are compared on one chart",
            found=f"{playbook.chart.name} {playbook.chart.version}, {other.chart.name} {other.chart.version}",
            allowed="compare the charts first: chart.diff(other, positions)",
            where="Playbook.diff",
        )
    before = decide_all(playbook, cohort, at=at, contact=contact)
    after = decide_all(other, cohort, at=at, contact=contact)
    otherwise = before.actions != after.actions
    answered = (before.rows != after.rows) | (before.columns != after.columns)
    open_ = ~before.closed
    places = (otherwise & open_, answered & ~otherwise & open_, ~otherwise & open_)
    return Diff(before, after, *map(np.flatnonzero, places))
