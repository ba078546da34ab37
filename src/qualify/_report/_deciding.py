"""What a playbook decides about every row of a cohort, as columns; and two playbooks side by side.

What belongs here: actions and answers as codes. What does not: their reasons, which `Playbook.decide`
gives for the rows that somebody looks at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np

from qualify import _checks
from qualify._maps import Value
from qualify.errors import InvalidValue
from qualify.models import Action
from qualify.stages import Position
from qualify.truth import Truth

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from qualify.cohort import Cohort
    from qualify.models import Decision
    from qualify.playbook import Playbook

    Array: TypeAlias = NDArray[Any]
    Codes: TypeAlias = NDArray[np.int8]

ACTIONS = tuple(Action)
_CODE = {action: code for code, action in enumerate(ACTIONS)}
_OPENS = (_CODE[Action.SELL], _CODE[Action.DISCOVER])


@attrs.frozen(eq=False)
class Decided(Value):
    """The decisions of a playbook about a cohort: `actions` by row, the two `answers`, what is not known.

    `actions` are places in `tuple(Action)`; `rows` and `columns` the truths of the two questions of the
    table that decided; `unknown` counts the topics of these questions that nobody knows; `regimes` are
    places in the playbook's regimes, `positions` where each row stands.
    """

    playbook: Playbook
    cohort: Cohort
    at: datetime
    actions: Codes
    rows: Codes
    columns: Codes
    unknown: Array
    regimes: Array
    positions: tuple[Position, ...]
    place: Array

    def decision(self, row: int) -> Decision:
        """Give the whole decision about one row, with its reason and the question to ask."""
        facts = self.cohort.facts(row, at=self.at)
        return self.playbook.decide(facts, self.positions[self.place[row]])

    def caption(self, row: int) -> str:
        """Give what the cell that decided about a row means, in a few words."""
        regime = tuple(self.playbook.regimes.values())[self.regimes[row]]
        answers = Truth(int(self.rows[row])), Truth(int(self.columns[row]))
        return str(regime.table.caption(*answers))

    def count(self, action: Action) -> int:
        """How many rows have this action."""
        return int(np.count_nonzero(self.actions == _CODE[action]))

    def of(self, action: Action) -> Array:
        """Give the rows with this action, those of whom most is known first."""
        rows = np.flatnonzero(self.actions == _CODE[action])
        return rows[np.argsort(self.unknown[rows], kind="stable")]


def decide(playbook: Playbook, cohort: Cohort, at: datetime) -> Decided:
    """Judge every row by the regime of the state in which it stands."""
    rows = len(cohort)
    positions, place = _positions(playbook, cohort, at)
    regimes = [_regime(playbook, position) for position in positions]
    regime_of = np.array(regimes, np.intp)[place] if positions else np.zeros(rows, np.intp)
    actions = np.zeros(rows, np.int8)
    answers = np.zeros((2, rows), np.int8)
    unknown = np.zeros(rows, np.intp)
    for number, regime in enumerate(playbook.regimes.values()):
        here = regime_of == number
        if not here.any():
            continue
        table = regime.table
        first, second = playbook.criteria[table.rows], playbook.criteria[table.columns]
        found = cohort.truths(first), cohort.truths(second)
        for i in range(2):
            answers[i][here] = found[i][here]
        actions[here] = table.actions(*found)[here]
        topics = dict.fromkeys((*first.topics, *second.topics))
        missing = np.sum([_unknown(cohort, name) for name in topics], axis=0, dtype=np.intp)
        unknown[here] = np.broadcast_to(missing, rows)[here]
    blocked = np.array([_is_blocked(playbook, position) for position in positions], np.bool_)
    if blocked.any():
        quiet = blocked[place] & np.isin(actions, _OPENS)
        actions[quiet] = _CODE[Action.NURTURE]
    return Decided(
        playbook, cohort, at, actions, answers[0], answers[1], unknown, regime_of, positions, place
    )


def _positions(playbook: Playbook, cohort: Cohort, at: datetime) -> tuple[tuple[Position, ...], Array]:
    """Give where rows stand: the different positions, and the place of each row's among them."""
    chart = playbook.chart
    if cohort.state is None:
        return (chart.start(at=at),), np.zeros(len(cohort), np.intp)
    different = list(dict.fromkeys(cohort.state.tolist()))
    known = set(chart.state_names)
    for text in different:
        for name in _names(text):
            if name not in known:
                row = cohort.state.tolist().index(text)
                raise _checks.unknown("state", name, known, where=f"{cohort.ids[row]}, state")
    positions = tuple(chart.start(at=at, active=_names(text) or None) for text in different)
    index = {text: i for i, text in enumerate(different)}
    return positions, np.array([index[text] for text in cohort.state.tolist()], np.intp)


def _names(text: str | None) -> tuple[str, ...]:
    return () if text is None else tuple(name.strip() for name in text.split(","))


def _regime(playbook: Playbook, position: Position) -> int:
    for number, state in enumerate(playbook.regimes):
        if state in position.active:
            return number
    raise InvalidValue(
        "no regime of this playbook decides here", found=str(position), where=f"Playbook {playbook.name!r}"
    )


def _is_blocked(playbook: Playbook, position: Position) -> bool:
    if playbook.selling in position.active:
        return False
    forbidden = playbook.no_contact in position.active
    return forbidden or (playbook.opt_in and playbook.not_asked in position.active)


def _unknown(cohort: Cohort, name: str) -> Array:
    column = cohort.topics.get(name)
    if column is None:
        return np.ones(len(cohort), np.bool_)
    if isinstance(column, np.ndarray) and column.dtype.kind == "f":
        return np.isnan(column)
    if isinstance(column, np.ndarray):
        return np.zeros(len(cohort), np.bool_)
    return np.fromiter((entry is None for entry in column), np.bool_, len(column))
