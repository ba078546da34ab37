"""Which question a playbook puts to each of many leads.

What belongs here: one decision for each pattern of knowledge, of which there are few, instead of one for
each lead. What does not: how a question is chosen. Imports numpy, and is imported when asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.criteria import Criterion
    from qualify.models import Question
    from qualify.playbook._many import Decisions
    from qualify.playbook._playbook import Playbook

    Array: TypeAlias = NDArray[Any]
    Rows: TypeAlias = NDArray[np.intp]

_FULL = 1 << 60  # so many patterns leave room for one more column in an int64


def questions_of(decided: Decisions, rows: Rows) -> tuple[tuple[Question, ...], Rows]:
    """Give the questions put to some rows, and the place of each row's among them, -1 where nothing is asked.

    Rows on which the same is unknown are asked the same, worked out once.
    """
    asked = np.full(len(rows), -1, np.intp)
    questions: dict[Question, int] = {}
    answers: dict[Criterion, Array] = {}
    silent = np.zeros(len(decided), np.bool_) if decided.quiet is None else decided.quiet
    regimes = np.where(silent, -1, decided.regime)[rows]
    unknown = decided.rows[rows] == 0, decided.columns[rows] == 0
    for number, regime in enumerate(decided.playbook.regimes.values()):
        one, other = regime.table.rows, regime.table.columns
        for open_ in ((one,), (other,), (one, other)):
            here = np.flatnonzero(
                (regimes == number) & (unknown[0] == (one in open_)) & (unknown[1] == (other in open_))
            )
            if not len(here):
                continue
            found, pattern = _patterns(decided, decided.playbook.asking(open_), rows[here], answers)
            places = []
            for row in rows[here][found].tolist():
                ask = decided.decision(row).ask
                places.append(-1 if ask is None else questions.setdefault(ask, len(questions)))
            asked[here] = np.array(places, np.intp)[pattern]
    return tuple(questions), asked


def other_questions(before: Decisions, after: Decisions, rows: Rows) -> Rows:
    """Give those of some rows to which the second playbook would put a question, and another one."""
    (old, was), (new, would) = questions_of(before, rows), questions_of(after, rows)
    said = [*(_worded(before.playbook, question) for question in old), None]  # -1 is the last: not asked
    others = np.array([[_worded(after.playbook, q) != one for one in said] for q in new], np.bool_)
    asks = np.flatnonzero(would >= 0)
    return rows[asks[others[would[asks], was[asks]]]] if len(asks) else rows[:0]


def _worded(playbook: Playbook, question: Question) -> Question | str:
    """Give a question in the words of the playbook; a cohort has the words of one of them alone."""
    known = playbook.vocabulary.get(question.topic)
    return question if known is None else known.question


def _patterns(
    decided: Decisions, criterion: Criterion, rows: Rows, answers: dict[Criterion, Array]
) -> tuple[Rows, Array]:
    """Give one row of each pattern of answers to the leaves, and the pattern of each row.

    Behind journeys stand questions that were sent, so that there every lead is a pattern of its own.
    """
    cohort = decided.cohort
    if cohort.journeys:
        return np.arange(len(rows)), np.arange(len(rows))
    for leaf in criterion.leaves:
        if leaf not in answers:
            answers[leaf] = leaf.truths(cohort.columns)
    known = dict.fromkeys(name for host in criterion.hosts for name in host.topics)
    columns = [(3, answers[leaf]) for leaf in criterion.leaves]
    columns += [(2, cohort.columns.known(topic)) for topic in known]
    key, patterns = np.zeros(len(rows), np.int64), 1
    for values, column in columns:
        if patterns >= _FULL:
            key = np.unique(key, return_inverse=True)[1].reshape(-1)
            patterns = len(rows)
        key *= values
        key += column[rows]
        patterns *= values
    key -= key.min()
    if int(key.max()) >= 4 * len(key) + 1_024:  # too many to count in place
        _, first, pattern = np.unique(key, return_index=True, return_inverse=True)
        return first, pattern
    first = np.full(int(key.max()) + 1, -1, np.intp)
    first[key[::-1]] = np.arange(len(key) - 1, -1, -1)
    occurs = first >= 0
    return first[occurs], (np.cumsum(occurs) - 1)[key]
