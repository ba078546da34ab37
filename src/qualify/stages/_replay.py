"""What columns of events led to: `Replay`, and `Piece`, which composes.

What belongs here: readings of the stepped columns. What does not: what a chart means; the table is all
that is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from qualify import _checks
from qualify.errors import DefinitionError, InvalidValue
from qualify.stages import _waves
from qualify.stages._columns import Rows, microseconds
from qualify.stages._lanes import lanes, mapped, stepped
from qualify.stages._parts import count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.stages._compile import Compiled
    from qualify.stages._parts import Names

_CUT = 1_024  # rows of one subject, at most, that are one piece
_PIECES = 8_192  # pieces that are mapped at once, which bounds the memory
_CHUNK = 1 << 16  # rows that are read at once, which bounds the memory


def tables(compiled: Compiled) -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
    """Give the table and the ends, by symbol and configuration."""
    found, keys = compiled._found, compiled._keys
    shape = (len(keys), len(compiled))
    following = np.zeros(shape, np.uint16)
    ends = np.zeros(shape, np.uint8)
    codes = {"moved": 0, "stayed": 1, "refused": 2}
    for state, moves in enumerate(found.moves):
        for symbol, key in enumerate(keys):
            following[symbol, state] = found.target(moves[key])
            ends[symbol, state] = codes[moves[key].end]
    return following, ends


class Replay:
    """What columns of events led to. It comes from `compiled.replay(...)`.

    `subjects` are the ids, sorted (text in order of appearance); `configurations` the innermost states by
    number. `states` is the configuration after each row, in the order of the file, and `final` after each
    subject's last one.

    >>> from qualify.stages import SAAS
    >>> replay = SAAS.compile().replay(["ana", "bo"], ["won", "renewed"], [10, 20])
    >>> replay.refused
    array([False,  True])
    """

    def __init__(self, rows: Rows, *, until: int | None) -> None:
        self._rows: Rows = rows
        self._until: int | None = until
        self._compiled: Compiled = rows.compiled
        self.subjects: NDArray[Any] = rows.subjects
        self.configurations: tuple[Names, ...] = rows.compiled.configurations
        self.final: NDArray[np.uint16]
        self._after: NDArray[Any]
        self._table: NDArray[np.uint16]
        self._ends: NDArray[np.uint8]
        self._table, self._ends = tables(rows.compiled)
        self._waves: _waves.Waves | None = None
        if rows.compiled.chart._tree.deadlines:
            self._waves = _waves.roll(rows, self._table, until)
            self._after = self._waves.after
        else:
            self._after = lanes(rows, self._table) if rows.size else np.empty(0, np.uint16)
        if self._waves is not None and until is not None:
            self.final = self._waves.final
        else:
            self.final = self._after[self._last].astype(np.uint16, copy=False)

    @property
    def _last(self) -> NDArray[np.intp]:
        """Each subject's last sorted row."""
        return np.append(self._rows.begins[1:], self._rows.size)[: len(self.subjects)] - 1

    @cached_property
    def states(self) -> NDArray[Any]:
        """The configuration after each row, in the order of the file."""
        return self._rows.unsorted(self._after)

    @cached_property
    def _before(self) -> NDArray[Any]:
        """The configuration in which each sorted row's event came."""
        before = np.empty_like(self._after)
        before[1:] = self._after[:-1]
        before[self._rows.begins] = self._rows.starts
        if self._waves is not None:
            for rows, states in self._waves.jumps:
                before[rows] = states
        return before

    def _codes(self) -> Iterator[tuple[slice, NDArray[np.intp]]]:
        """Give sorted rows in parts, each row by its symbol and the configuration in which it came."""
        states = self._table.shape[1]
        kind = np.uint16 if self._table.size <= 1 << 16 else np.intp
        for begin in range(0, self._rows.size, _CHUNK):
            part = slice(begin, begin + _CHUNK)
            codes = np.multiply(self._rows.symbols[part], states, dtype=kind)
            codes += self._before[part]
            yield part, codes.astype(np.intp, copy=False)

    @cached_property
    def refused(self) -> NDArray[np.bool_]:
        """Whether each row's event was refused, in the order of the file."""
        table = (self._ends == 2).ravel()  # noqa: PLR2004 - its code
        refused = np.empty(self._rows.size, bool)
        for part, codes in self._codes():
            table.take(codes, out=refused[part], mode="clip")
        return self._rows.unsorted(refused)

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How often each symbol (event with answers) came in each configuration: [symbol, configuration]."""
        total = np.zeros(self._table.size, np.int64)
        for _, codes in self._codes():
            total += np.bincount(codes, minlength=self._table.size)
        return total.reshape(self._table.shape)

    @cached_property
    def transitions(self) -> NDArray[np.int64]:
        """How often an event or a deadline moved subjects from one configuration to another: [from, to]."""
        states = len(self.configurations)
        total = np.zeros((states, states), np.int64)
        for symbol, state in np.argwhere((self._ends == 0) & (self.counts > 0)):
            total[state, self._table[symbol, state]] += self.counts[symbol, state]
        if self._waves is not None:
            timeouts = self._compiled._found.timeouts
            for (state, due), (goal, count) in self._waves.fired.items():
                if timeouts[state][due].end == "moved":
                    total[state, goal] += count
        return total

    @cached_property
    def visits(self) -> dict[str, int]:
        """How many times subjects came into each state, beginning there included."""
        found = self._compiled._found
        starts = np.broadcast_to(self._rows.starts, self.subjects.shape)
        begun = np.bincount(starts, minlength=len(found.places))
        names = self._compiled.chart.state_names
        total = {name: int(begun[self._having(name)].sum()) for name in names}
        for symbol, state in np.argwhere(self.counts > 0):
            move = found.moves[int(state)][self._compiled._keys[int(symbol)]]
            for name in move.entered:
                total[name] += int(self.counts[symbol, state])
        if self._waves is not None:
            for (state, due), (_, count) in self._waves.fired.items():
                for name in found.timeouts[state][due].entered:
                    total[name] += count
        return total

    @cached_property
    def dwell(self) -> dict[str, float]:
        """The time that all subjects together spent in each state, in seconds.

        From a subject's first event to its last, or to `until` where it was given. Sums are of float64, exact
        to about one part in 10^15.
        """
        spent = self._spent()
        if self._waves is not None:
            spent += self._waves.shifted
        total = dict.fromkeys(self._compiled.chart.state_names, 0.0)
        for place, micros in zip(self._compiled._found.places, spent.tolist(), strict=True):
            for name in place.active:
                total[name] += micros / 1e6
        return total

    def _spent(self) -> NDArray[np.float64]:
        """Give the microseconds in each configuration."""
        rows, states = self._rows, len(self.configurations)
        total = np.zeros(states)
        ends = rows.begins[1:] - 1  # a subject's last row ends its time, the very last one as well
        for begin in range(0, rows.size - 1, _CHUNK):
            lasted = np.diff(rows.at[begin : begin + _CHUNK + 1])
            here = slice(*np.searchsorted(ends, (begin, begin + len(lasted))))
            lasted[ends[here] - begin] = 0
            after = self._after[begin : begin + len(lasted)]
            total += np.bincount(after, weights=lasted, minlength=states)
        if self._until is not None:
            last = self._last
            more = np.maximum(self._until - rows.at[last], 0)
            total += np.bincount(self._after[last], weights=more, minlength=states)
        return total

    def _having(self, name: str) -> NDArray[np.bool_]:
        if not self._compiled.chart.has_state(name):
            raise _checks.unknown("state", str(name), self._compiled.chart.state_names, where="Replay")
        return np.array([name in place.active for place in self._compiled._found.places])

    def inside(self, state: str) -> NDArray[np.bool_]:
        """Give for each row, in the order of the file, whether the subject was in a state after it.

        >>> from qualify.stages import SAAS
        >>> SAAS.compile().replay([1, 1], ["won", "cancelled"], [10, 20]).inside("customer")
        array([ True, False])
        """
        inside: NDArray[np.bool_] = self._having(state)[self.states]
        return inside

    def final_in(self, state: str) -> NDArray[np.bool_]:
        """Give for each subject whether it is in a state in the end.

        >>> from qualify.stages import SAAS
        >>> SAAS.compile().replay([1, 1], ["won", "cancelled"], [10, 20]).final_in("former")
        array([ True])
        """
        return self._having(state)[self.final]

    def __repr__(self) -> str:
        return f"<Replay of {count(self._rows.size, 'event')} of {count(len(self.subjects), 'subject')}>"


def replay(
    compiled: Compiled,
    subject: Any,  # noqa: ANN401 - any column
    event: Any,  # noqa: ANN401 - any column
    at: Any,  # noqa: ANN401 - any column
    answers: Mapping[str, Any],
    *,
    starts: Any,  # noqa: ANN401 - a number or any column
    until: Any,  # noqa: ANN401 - an instant as a column holds it
) -> Replay:
    """Step checked columns."""
    end = None if until is None else int(microseconds(np.array([until]), "until")[0])
    return Replay(Rows(compiled, subject, event, at, answers, starts), until=end)


class Piece:
    """What some rows do to each subject: `maps[i, c]` is where subject i ends if it begins in c.

    `a.then(b)` is the piece of the rows of `a` followed by those of `b`: associative, and a subject that is
    missing from a piece stays where it is. It comes from `compiled.piece(...)`.

    >>> from qualify.stages import SAAS
    >>> len(SAAS.compile().piece([1, 2], ["sell", "won"], [10, 20]).subjects)
    2
    """

    def __init__(self, compiled: Compiled, subjects: NDArray[Any], maps: NDArray[np.uint16]) -> None:
        self._compiled: Compiled = compiled
        self.subjects: NDArray[Any] = subjects
        self.maps: NDArray[np.uint16] = maps

    def then(self, later: Piece) -> Piece:
        """Give the piece of these rows and later ones.

        >>> from qualify.stages import SAAS
        >>> saas = SAAS.compile()
        >>> len(saas.piece([1], ["sell"], [10]).then(saas.piece([2], ["won"], [20])).subjects)
        2
        """
        if later._compiled.chart != self._compiled.chart or len(later._compiled) != len(self._compiled):
            raise InvalidValue("pieces compose under one compiled chart", where="Piece.then")
        subjects = np.union1d(self.subjects, later.subjects)
        first, second = self._laid(subjects), later._laid(subjects)
        return Piece(self._compiled, subjects, np.take_along_axis(second, first.astype(np.intp), axis=1))

    def _laid(self, subjects: NDArray[Any]) -> NDArray[np.uint16]:
        """Give the maps of these subjects, the identity for those that are missing."""
        maps = np.tile(np.arange(len(self._compiled), dtype=np.uint16), (len(subjects), 1))
        maps[np.searchsorted(subjects, self.subjects)] = self.maps
        return maps

    def final(self, start: int = 0) -> NDArray[np.uint16]:
        """Give where each subject ends that begins in a configuration, by default where subjects begin.

        >>> from qualify.stages import SAAS
        >>> SAAS.compile().piece([1], ["renewed"], [10]).final()
        array([0], dtype=uint16)
        """
        return self.maps[:, start]


def piece(compiled: Compiled, subject: Any, event: Any, at: Any, answers: Mapping[str, Any]) -> Piece:  # noqa: ANN401 - any column
    """Give the map of each subject, all its rows applied in order to every configuration at once."""
    if compiled.chart._tree.deadlines:
        raise DefinitionError(
            "pieces compose for charts without deadlines alone",
            allowed="split the rows by subject instead, and replay each part",
            where=f"Chart({compiled.chart.name!r})",
        )
    rows = Rows(compiled, subject, event, at, answers)
    table, _ = tables(compiled)
    lengths = np.diff(np.append(rows.begins, rows.size))
    cuts = -(-lengths // _CUT)  # a long history is cut, and its pieces compose
    heads = np.cumsum(cuts) - cuts
    owner = np.repeat(np.arange(len(cuts)), cuts)
    offset = (np.arange(len(owner)) - heads[owner]) * _CUT
    begins, lengths = rows.begins[owner] + offset, np.minimum(lengths[owner] - offset, _CUT)
    parts = np.empty((len(owner), len(compiled)), np.uint16)
    for begin in range(0, len(owner), _PIECES):
        part = slice(begin, begin + _PIECES)
        found = mapped(rows.symbols, table, begins[part], lengths[part])
        if found is None:
            states = np.tile(np.arange(len(compiled), dtype=np.uint16), (len(begins[part]), 1))
            found = stepped(rows.symbols, table, begins[part], lengths[part], states)
        parts[part] = found
    maps = parts[heads]
    for nth in range(1, int(cuts.max(initial=0))):
        here = np.flatnonzero(cuts > nth)
        maps[here] = np.take_along_axis(parts[heads[here] + nth], maps[here].astype(np.intp), axis=1)
    order = np.argsort(rows.subjects, kind="stable")
    return Piece(compiled, rows.subjects[order], maps[order])
