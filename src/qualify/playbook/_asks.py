"""Which question a playbook would put to each lead of a cohort.

What belongs here: one decision for each state of knowledge, of which there are few, instead of one for each
lead. What does not: how a question is chosen. Imports numpy, and is imported when asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.models import Question
    from qualify.playbook._many import Decisions
    from qualify.playbook._playbook import Playbook

    Rows: TypeAlias = NDArray[np.intp]


def other_questions(before: Decisions, after: Decisions, rows: Rows) -> Rows:
    """Give those of some rows to which the second playbook would put a question, and another one."""
    pairs = zip(_asked(before, rows), _asked(after, rows), strict=True)
    return rows[np.fromiter((new is not None and new != old for old, new in pairs), np.bool_, len(rows))]


def _asked(decided: Decisions, rows: Rows) -> list[Question | None]:
    first, place = _states(decided, rows)
    found = [_question(decided, int(rows[i])) for i in first]
    return [found[i] for i in place.tolist()]


def _question(decided: Decisions, row: int) -> Question | None:
    """Give the question in the words of the playbook; a cohort has the words of one of them alone."""
    asked = decided.decision(row).ask
    known = None if asked is None else decided.playbook.vocabulary.get(asked.topic)
    return asked if known is None else known.question


def _states(decided: Decisions, rows: Rows) -> tuple[Any, Any]:
    """Give a row of each state of knowledge, and the place of each row's state among them.

    Behind journeys stand questions that were sent, so that there every lead is a state of its own.
    """
    cohort = decided.cohort
    if cohort.journeys:
        return np.arange(len(rows)), np.arange(len(rows))
    quiet = np.zeros(len(cohort), np.bool_) if decided.quiet is None else decided.quiet
    told: list[Any] = [decided.regime, decided.rows, decided.columns, quiet]
    for name in _questions(decided.playbook):
        criterion = decided.playbook.criteria[name]
        told += [cohort.truths(leaf) for leaf in criterion.leaves]
        told += [cohort.columns.known(topic) for topic in criterion.topics]
    states = np.column_stack([column[rows].astype(np.int8) for column in told])
    _, first, place = np.unique(states, axis=0, return_index=True, return_inverse=True)
    return first, place.reshape(-1)


def _questions(playbook: Playbook) -> dict[str, None]:
    tables = [regime.table for regime in playbook.regimes.values()]
    return dict.fromkeys(name for table in tables for name in (table.rows, table.columns))
