"""How journeys flow: what follows what, and who goes back.

What belongs here: counting moves between states, for any states. What does not: which moves are allowed,
and how long a visit lasts (`dwell`, among the curves).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from qualify import _arrays, _canonical, _checks
from qualify._maps import Value
from qualify.errors import InvalidType, InvalidValue, MetricError
from qualify.metrics._counts import Counts, in_order, same_level, whole_numbers
from qualify.metrics._estimate import Estimate
from qualify.metrics._part import part
from qualify.metrics._print import of_unit, row

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Transitions", "transition_matrix"]

_STATES = 1_000  # more are ids, not states
_WAYS = ("went back", "straight on")
_same_arrays = attrs.cmp_using(eq=np.array_equal)


@attrs.frozen(repr=False, kw_only=True)
class Transitions(Value):
    """How often each state was followed by each other, and how many journeys went back.

    `moves[i, j]` counts rows of state i followed by state j in the same journey; `a + b` are the moves of
    both logs, if no journey is cut between them. With `order` given, `ends` counts journeys by whether they
    went back and how they ended; else it is None.

    >>> log = transition_matrix([1, 1, 1, 2, 2], ["new", "talk", "new", "new", "talk"], order=("new", "talk"))
    >>> log
    3 moves of 2 journeys between 2 states: went back 50.0 % [9.5 %, 90.5 %]
    >>> log.share("new", "talk").value, log.back.value
    (1.0, 0.5)
    """

    states: tuple[Any, ...] = attrs.field(metadata=_canonical.OPEN)
    moves: Array = attrs.field(eq=_same_arrays)
    ends: Counts | None = None
    order: tuple[Any, ...] = attrs.field(metadata=_canonical.OPEN)
    n: int
    n_missing: int
    confidence_level: float
    __hash__ = None  # type: ignore[assignment]  # it holds an array

    def __attrs_post_init__(self) -> None:
        size = len(self.states)
        object.__setattr__(self, "moves", whole_numbers(self.moves, (size, size), "Transitions.moves"))

    def share(self, before: object, after: object) -> Estimate:
        """Give the share of moves out of `before` that led to `after`, with Wilson's interval."""
        return self.after(before)[after]

    def after(self, before: object) -> Estimate:
        """Give the shares of what followed a state, one for each state; the moves out of it are `n`.

        >>> log = transition_matrix([1, 1, 1, 1], ["a", "b", "a", "c"])
        >>> log.after("a").value.tolist()
        [0.0, 0.5, 0.5]
        """
        if before not in self.states:
            raise _checks.unknown("state", str(before), map(str, self.states), where="Transitions")
        row = self.moves[self.states.index(before)]
        return part(
            f"after {before}",
            row,
            np.full(len(row), row.sum()),
            self.confidence_level,
            missing=np.zeros(len(row), np.int64),
            labels=self.states,
            nothing=f"nothing was seen to follow {before}",
        )

    @property
    def back(self) -> Estimate:
        """The share of journeys that went back at least once, against `order`."""
        ends = self._ends()
        gone, straight = (int(sum(v[i] for v in ends.numbers.values())) for i in range(2))
        return part("went back", gone, gone + straight, self.confidence_level, nothing="no journeys")

    @property
    def won(self) -> Estimate:
        """The share of journeys that were won, for those that went back and those that went straight on."""
        return self._ended("won")

    @property
    def lost(self) -> Estimate:
        """The share of journeys that were lost, for those that went back and those that went straight on."""
        return self._ended("lost")

    @property
    def open(self) -> Estimate:
        """The share of journeys still open, for those that went back and those that went straight on."""
        return self._ended("open")

    def _ends(self) -> Counts:
        if self.ends is None:
            raise MetricError(
                "going back needs an order",
                allowed="give order=(first state, ..., last state)",
                where="Transitions",
            )
        return self.ends

    def _ended(self, how: str) -> Estimate:
        ends = self._ends()
        if how not in ends or ("unrecorded" in ends and ends["unrecorded"].any()):
            raise MetricError(
                "how journeys ended needs outcomes", allowed="give outcomes=", where="Transitions"
            )
        every = ends["won"] + ends["lost"] + ends["open"]
        return part(
            how,
            ends[how],
            every,
            self.confidence_level,
            missing=ends["missing"],
            labels=_WAYS,
            nothing="no journeys",
        )

    def __add__(self, other: object) -> Transitions:
        if not isinstance(other, Transitions):
            return NotImplemented
        if self.order != other.order or (self.ends is None) != (other.ends is None):
            raise InvalidValue(
                "moves add that follow the same order",
                found=f"{_checks.show(self.order)} and {_checks.show(other.order)}",
                where="Transitions",
            )
        states = in_order((*self.states, *other.states))
        moves = np.zeros((len(states), len(states)), np.int64)
        for one in (self, other):
            place = [states.index(state) for state in one.states]
            moves[np.ix_(place, place)] += one.moves
        ends = None if self.ends is None or other.ends is None else self.ends + other.ends
        return _made(
            states,
            moves,
            ends,
            self.order,
            self.n + other.n,
            self.n_missing + other.n_missing,
            same_level(self.confidence_level, other.confidence_level, "Transitions"),
        )

    def to_columns(self) -> dict[str, list[Any]]:
        """Give one row for each move that was seen: before, after, count, share, low, high."""
        columns: dict[str, list[Any]] = {w: [] for w in ("before", "after", "count", "share", "low", "high")}
        for i, state in enumerate(self.states):
            if not self.moves[i].any():
                continue
            shares = self.after(state)
            for j in np.flatnonzero(self.moves[i]):
                row = (
                    state,
                    self.states[j],
                    int(self.moves[i, j]),
                    *(shares.value[j], shares.low[j], shares.high[j]),
                )
                for column, cell in zip(columns.values(), row, strict=True):
                    column.append(_checks.unboxed(cell))
        return columns

    def to_dict(self) -> dict[str, Any]:
        """Give plain Python values, ready for JSON."""
        return {
            "states": [str(state) for state in self.states],
            "moves": self.moves.tolist(),
            "order": [str(state) for state in self.order],
            "ends": None if self.ends is None else self.ends.to_dict(),
            "n": self.n,
            "n_missing": self.n_missing,
        }

    def __repr__(self) -> str:
        moves, journeys = of_unit(f"{int(self.moves.sum()):,}", "moves"), of_unit(f"{self.n:,}", "journeys")
        told = f"{moves} of {journeys} between {of_unit(f'{len(self.states):,}', 'states')}"
        lost = f" ({of_unit(f'{self.n_missing:,}', 'rows')} missing)" if self.n_missing else ""
        if self.ends is None:
            return told + lost
        back = self.back
        return f"{told}{lost}: {repr(back).partition('] ')[0]}]"

    def _repr_markdown_(self) -> str:
        lines = [row("from \\ to", *self.states, "moves"), f"|---|{'--:|' * (len(self.states) + 1)}"]
        for state, moves in zip(self.states, self.moves, strict=True):
            total = int(moves.sum())
            cells = (f"{100 * move / total:.1f} %" if total else "-" for move in moves)
            lines.append(row(state, *cells, f"{total:,}"))
        return "\n".join(lines)


def transition_matrix(
    journeys: _arrays.ColumnLike,
    states: _arrays.ColumnLike,
    *,
    order: Sequence[object] | None = None,
    outcomes: _arrays.ColumnLike | None = None,
    confidence_level: float = 0.95,
    **unknown: object,
) -> Transitions:
    """Give how often each state is followed by each other, with intervals, and who goes back.

    Args:
        journeys: which journey each row belongs to; the rows of one need not stand together.
        states: the state that each row entered, in the order of time.
        order: the states from first to last, for the share of journeys that go back: that enter a state
            which stands before one they have been in. States that it leaves out are neither forward nor back.
        outcomes: how each journey ended, as truths (YES won, NO lost, UNKNOWN open), one a row; the last
            row of a journey counts.
        confidence_level: the coverage of the limits, 0.95.
        unknown: other keywords, which are answered with the right word.

    Raises:
        MetricError: outcomes without an order.
        InvalidValue: more than 1,000 states, or an order that names one twice.
        UnknownName: an order of which no state occurs.

    >>> from qualify.truth import NO, YES
    >>> log = transition_matrix(
    ...     ["a", "a", "a", "b", "b"], ["new", "talk", "new", "new", "talk"],
    ...     order=("new", "talk"), outcomes=[YES, YES, YES, NO, NO])
    >>> log.won.labels, log.won.value.tolist()
    (('went back', 'straight on'), [1.0, 0.0])
    """
    if unknown:
        raise _arrays.unexpected(transition_matrix, unknown)
    level = _arrays.level(confidence_level)
    column = _arrays.column(journeys, "journeys")
    rows = len(column)
    who = _arrays.labels(journeys, "journeys", rows=rows)
    where = _arrays.labels(states, "states", rows=rows)
    blank = _arrays.joined(who.missing(), where.missing())
    keep = np.ones(rows, np.bool_) if blank is None else ~blank
    journey, state = who.groups()[keep], where.groups()[keep]
    if where.size > _STATES:
        raise InvalidValue(f"at most {_STATES:,} states are needed", found=f"{where.size:,}", where="states")
    names = where.of(np.ones(where.size, np.bool_))
    together = np.argsort(journey, kind="stable")
    journey, state = journey[together], state[together]
    same = journey[1:] == journey[:-1]
    pairs = (state[:-1] * where.size + state[1:])[same]
    moves = np.bincount(pairs, minlength=where.size**2).reshape(where.size, where.size)
    seen = np.zeros(where.size, np.bool_)
    seen[state] = True
    last = np.flatnonzero(np.append(~same, len(journey) > 0)) if len(journey) else np.zeros(0, np.intp)
    ends = None
    if order is not None:
        back = _went_back(journey, state, _ranks(order, names), last)
        ends = _ends(back, outcomes, rows, keep, together, last)
    elif outcomes is not None:
        raise MetricError("outcomes are told by who went back", allowed="give order= too", where="outcomes")
    return _made(
        tuple(name for name, s in zip(names, seen, strict=True) if s),
        moves[np.ix_(seen, seen)],
        ends,
        tuple(order or ()),
        len(last),
        int(rows - np.count_nonzero(keep)),
        level,
    )


def _ranks(order: Sequence[object], names: tuple[object, ...]) -> Array:
    """Give the place of each state in the order, -1 for those that it leaves out."""
    if not isinstance(order, Sequence):
        raise InvalidType("an order is a row of states", found=_checks.kind_of(order), where="order")
    if (
        isinstance(order, str)
        or any(isinstance(state, (list, dict, set)) for state in order)
        or len(set(order)) != len(order)
    ):
        raise InvalidValue("an order names each state once", found=_checks.show(order), where="order")
    known = [str(name) for name in names if name is not None]
    if known and not set(order) & set(names):
        raise _checks.unknown("state", str(order[0]) if order else "", known, where="order")
    place = {state: i for i, state in enumerate(order)}
    return np.array([place.get(name, -1) for name in names], np.int64)


def _went_back(journey: Array, state: Array, ranks: Array, last: Array) -> Array:
    """Give for each journey (at its last row) whether it ever entered an earlier state than one before."""
    ranked = np.flatnonzero(ranks[state] >= 0) if len(state) else np.zeros(0, np.intp)
    rank, whose = ranks[state[ranked]], journey[ranked]
    falls = (rank[1:] < rank[:-1]) & (whose[1:] == whose[:-1])
    return np.isin(journey[last], whose[1:][falls])


def _ends(
    back: Array, outcomes: _arrays.ColumnLike | None, rows: int, keep: Array, together: Array, last: Array
) -> Counts:
    ways = [back, ~back]
    if outcomes is None:
        return Counts("journeys", labels=_WAYS, unrecorded=[int(np.count_nonzero(way)) for way in ways])
    read = _arrays.truths(outcomes, "outcomes")
    _arrays.same_length("outcomes", len(read), rows)
    ended, absent = (column[keep][together][last] for column in (read.values, _arrays.missing_in(read)))

    def count(which: Array) -> list[int]:
        return [int(np.count_nonzero(which & way)) for way in ways]

    return Counts(
        "journeys",
        labels=_WAYS,
        won=count((ended > 0) & ~absent),
        lost=count((ended < 0) & ~absent),
        open=count((ended == 0) & ~absent),
        missing=count(absent),
    )


def _made(
    states: tuple[Any, ...],
    moves: Array,
    ends: Counts | None,
    order: tuple[Any, ...],
    n: int,
    n_missing: int,
    level: float,
) -> Transitions:
    moves.flags.writeable = False
    return Transitions(
        states=states, moves=moves, ends=ends, order=order, n=n, n_missing=n_missing, confidence_level=level
    )
