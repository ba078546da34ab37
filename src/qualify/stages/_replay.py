"""Columns of events through a compiled chart: `Replay`, `Piece`, and the lanes that step them.

What belongs here: numpy. What does not: what a chart means; the table is all that is read.

Rows are sorted by subject and instant and cut into lanes at the beginnings of subjects. All lanes step
together, one row each, so that a step is a handful of array operations. For charts of up to 16
configurations and 16 symbols one byte holds both, and `bytes.translate` is the step.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from qualify import _checks
from qualify.errors import DefinitionError, InvalidType, InvalidValue, TimeError
from qualify.stages import _waves

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.stages._compile import Compiled

    Ints = NDArray[np.int64]

_LANES = 4_096
_SMALL = 16  # configurations and symbols that one byte holds
_WORD = 8  # rows that are moved at once when lanes are turned
_CHUNK = 1 << 20  # rows counted at once, which bounds the memory
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - as in `_checks`


class Rows:
    """Checked columns, sorted by subject and instant."""

    def __init__(
        self,
        compiled: Compiled,
        subject: Any,  # noqa: ANN401 - any column
        event: Any,  # noqa: ANN401 - any column
        at: Any,  # noqa: ANN401 - any column
        answers: Mapping[str, Any],
    ) -> None:
        self.compiled = compiled
        ids = np.asarray(subject)
        self.size = len(ids)
        instants = microseconds(at)
        symbols = _symbols(compiled, event, answers, self.size)
        for name, column in (("event", symbols), ("at", instants)):
            if len(column) != self.size:
                raise InvalidValue(
                    "columns are of one length", found=f"{name} has {len(column):,}, subject {self.size:,}"
                )
        named: NDArray[Any] | None = None
        if ids.dtype.kind not in "iu":
            named, ids = _factorised(ids)
        self.begins = _begins(ids)
        self.order = _order(ids, instants, self.begins)
        if self.order is not None:
            ids, instants, symbols = ids[self.order], instants[self.order], symbols[self.order]
            self.begins = _begins(ids)
        self.at = instants
        self.symbols = symbols
        self.first = np.zeros(self.size, bool)
        self.first[self.begins] = True
        numbers = ids[self.begins]
        self.subjects: NDArray[Any] = numbers if named is None else named[numbers]

    def unsorted(self, column: NDArray[Any]) -> NDArray[Any]:
        """Give a column in the order of the file."""
        if self.order is None:
            return column
        back = np.empty_like(column)
        back[self.order] = column
        return back


def microseconds(at: Any) -> Ints:  # noqa: ANN401 - any column
    """Give instants as integers in microseconds since 1970 in UTC."""
    column = np.asarray(at)
    if column.dtype.kind == "M":
        missing = np.isnat(column)
        if missing.any():
            raise TimeError("an instant is missing", found="NaT", where=f"at[{int(missing.argmax())}]")
        return column.astype("datetime64[us]").astype(np.int64)
    if column.dtype.kind in "iu" or not column.size:
        return column.astype(np.int64, copy=False)
    if column.dtype.kind != "O":
        raise InvalidType(
            "instants are datetime64, aware datetimes or integers in microseconds",
            found=str(column.dtype),
            where="at",
        )
    values = (_checks.instant(value, f"at[{i}]") - _EPOCH for i, value in enumerate(column.tolist()))
    return np.fromiter(
        (v.days * 86_400_000_000 + v.seconds * 1_000_000 + v.microseconds for v in values),
        np.int64,
        column.size,
    )


def _factorised(ids: NDArray[Any]) -> tuple[NDArray[Any], Ints]:
    """Give the distinct ids in order of appearance, and each row's number among them."""
    numbers: dict[object, int] = {}
    rows = np.fromiter(
        (numbers.setdefault(value, len(numbers)) for value in ids.tolist()), np.int64, len(ids)
    )
    return np.array(list(numbers), dtype=ids.dtype), rows


def _begins(ids: NDArray[Any]) -> NDArray[np.intp]:
    """Give the rows at which another subject begins, the first row too."""
    return np.append(np.zeros(min(len(ids), 1), np.intp), np.flatnonzero(ids[1:] != ids[:-1]) + 1)


def _order(ids: NDArray[Any], at: Ints, begins: NDArray[np.intp]) -> NDArray[np.intp] | None:
    """Give the stable order by subject and instant, None if the rows are in it already."""
    heads = ids[begins]
    backward = at[1:] < at[:-1]
    forward = not backward.any()
    if bool((heads[1:] > heads[:-1]).all()):
        backward[begins[1:] - 1] = False  # from one subject to the next time may go back
        if forward or not backward.any():
            return None
    return np.argsort(ids, kind="stable") if forward else np.lexsort((at, ids))


def _symbols(compiled: Compiled, event: Any, answers: Mapping[str, Any], size: int) -> NDArray[Any]:  # noqa: ANN401 - any column
    """Give the number of the symbol of each row: an event with its answers."""
    tree = compiled.chart._tree
    index = {name: n for n, name in enumerate(compiled.events)}
    column = np.asarray(event)
    if column.dtype.kind in "iu":
        if column.size and not 0 <= int(column.min()) <= int(column.max()) < len(index):
            row = int(((column < 0) | (column >= len(index))).argmax())
            raise InvalidValue(
                "an event is a name or its number among the events",
                found=str(column[row]),
                allowed=f"0 to {len(index) - 1}",
                where=f"event[{row}]",
            )
        numbers = column
    else:
        names = column.tolist()
        try:
            numbers = np.fromiter(map(index.__getitem__, names), np.int64, len(names))
        except (KeyError, TypeError):
            row = next(i for i, name in enumerate(names) if not isinstance(name, str) or name not in index)
            raise _checks.unknown("event", str(names[row]), index, where=f"event[{row}]") from None
    kind = np.uint8 if len(compiled._keys) <= 256 else np.uint16  # noqa: PLR2004 - what a byte holds
    bases = np.array([compiled._keys.index(_yes(tree.asks[name], name)) for name in index], kind)
    if not tree.questions and not answers:
        return numbers.astype(kind, copy=False)  # an event is its own symbol
    symbols: NDArray[Any] = bases[numbers]
    for question in answers:
        if question not in tree.questions:
            raise _checks.unknown("question", question, tree.questions, where="answers")
    digits = {q: _digits(answers.get(q), q, size) for q in tree.questions}
    for name, asks in tree.asks.items():
        if asks:
            here = numbers == index[name]
            offset = np.zeros(int(here.sum()), np.int64)
            for question in asks:
                digit = digits[question]
                offset = offset * 3 + (digit if isinstance(digit, int) else digit[here])
            symbols[here] += offset.astype(kind)
    return symbols


def _yes(asks: tuple[str, ...], event: str) -> Any:  # noqa: ANN401 - a key of the table
    """Give the first symbol of an event: all answers YES, which the table writes first."""
    return (event, *[1 for _ in asks]) if asks else event


def _digits(column: Any, question: str, size: int) -> NDArray[np.int64] | int:  # noqa: ANN401 - any column
    """Give answers as digits: 0 for YES, 1 for UNKNOWN, 2 for NO; a question without a column is UNKNOWN."""
    if column is None:
        return 1
    codes = np.asarray(column)
    if codes.dtype.kind not in "iu" or len(codes) != size:
        raise InvalidType(
            "answers are int8 codes, one for each row",
            found=f"{codes.dtype}, {len(codes):,} rows",
            where=f"answers[{question!r}]",
        )
    wrong = (codes < -1) | (codes > 1)
    if wrong.any():
        row = int(wrong.argmax())
        raise InvalidValue(
            "an answer is +1, 0 or -1", found=str(codes[row]), where=f"answers[{question!r}][{row}]"
        )
    return 1 - codes.astype(np.int64)


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


def lanes(rows: Rows, table: NDArray[np.uint16]) -> NDArray[Any]:
    """Give the configuration after each sorted row."""
    symbols, states = table.shape
    small = symbols <= _SMALL and states <= _SMALL
    longest = max(int(np.diff(rows.begins).max(initial=0)), rows.size - int(rows.begins[-1]))
    count = min(_LANES, max(1, rows.size // max(longest, 64)))
    ideal = np.arange(count) * rows.size // count
    cuts = np.unique(rows.begins[np.searchsorted(rows.begins, ideal, side="right") - 1])
    ends = np.append(cuts[1:], rows.size)
    height = -(-int((ends - cuts).max()) // _WORD) * _WORD
    if small:
        return _bytes(rows, table, cuts, ends, height)
    return _takes(rows, table, cuts, ends, height)


def _turned(column: NDArray[Any], cuts: Ints, ends: Ints, height: int) -> NDArray[Any]:
    """Cut a column into lanes and turn them, eight rows at a time: [word, lane, row in the word]."""
    padded = _laned(column, cuts, ends, height)
    word = np.dtype((np.void, _WORD * column.itemsize))
    turned = np.ascontiguousarray(padded.view(word).T)
    return turned.view(column.dtype).reshape(height // _WORD, len(cuts), _WORD)


def _turned_bits(flags: NDArray[np.bool_], cuts: Ints, ends: Ints, height: int) -> NDArray[np.uint8]:
    """Cut flags into lanes and turn them, eight rows in a byte: [word, lane]."""
    return np.ascontiguousarray(np.packbits(_laned(flags, cuts, ends, height), axis=1).T)


def _laned(column: NDArray[Any], cuts: Ints, ends: Ints, height: int) -> NDArray[Any]:
    """Give a row for each lane, filled up with zeros."""
    padded = np.zeros((len(cuts), height), column.dtype)
    for lane, (begin, end) in enumerate(zip(cuts.tolist(), ends.tolist(), strict=True)):
        padded[lane, : end - begin] = column[begin:end]
    return padded


def _unturned(turned: NDArray[Any], cuts: Ints, ends: Ints) -> NDArray[Any]:
    """Put the lanes one behind the other again."""
    words, count, _ = turned.shape
    word = np.dtype((np.void, _WORD * turned.itemsize))
    lanes = np.ascontiguousarray(turned.reshape(words, count * _WORD).view(word).T)
    padded = lanes.view(turned.dtype).reshape(count, words * _WORD)
    column = np.empty(int(ends[-1]), turned.dtype)
    for lane, (begin, end) in enumerate(zip(cuts.tolist(), ends.tolist(), strict=True)):
        column[begin:end] = padded[lane, : end - begin]
    return column


def _bytes(rows: Rows, table: NDArray[np.uint16], cuts: Ints, ends: Ints, height: int) -> NDArray[np.uint8]:
    """Step lanes by `bytes.translate`: a byte is the symbol and, in its low half, the configuration."""
    step = bytearray(256)
    for symbol, row in enumerate(table.tolist()):
        step[symbol << 4 : (symbol << 4) + len(row)] = bytes(row)
    code = bytes(step)
    events = _turned(rows.symbols, cuts, ends, height)
    events <<= 4
    begins = _turned_bits(rows.first, cuts, ends, height)
    state = np.zeros(len(cuts), np.uint8)
    for word, begun in zip(events, begins, strict=True):
        told = np.ascontiguousarray(word.T)
        keep = np.unpackbits(begun[None, :], axis=0)
        keep -= 1
        keep &= 15  # nothing of the state where a subject begins, all of it elsewhere
        for row in range(_WORD):
            mixed = np.bitwise_or(np.bitwise_and(state, keep[row]), told[row])
            state = np.frombuffer(mixed.tobytes().translate(code), np.uint8)
            told[row] = state
        word[:] = told.T
    return _unturned(events, cuts, ends)


def _takes(rows: Rows, table: NDArray[np.uint16], cuts: Ints, ends: Ints, height: int) -> NDArray[np.uint16]:
    """Step lanes by `take`; a row that begins a subject has a symbol of its own, which forgets the state."""
    symbols, states = table.shape
    begun = np.repeat(table[:, :1], states, axis=1)
    flat = np.concatenate((table, begun)).ravel()
    shifted: NDArray[Any] = rows.symbols.astype(np.uint16 if flat.size < 1 << 16 else np.uint32)
    np.add(shifted, symbols, out=shifted, where=rows.first)
    shifted *= states
    events = _turned(shifted, cuts, ends, height)
    del shifted
    place = np.empty(len(cuts), np.intp)
    state = np.zeros(len(cuts), np.uint16)
    for word in events:
        for row in range(_WORD):
            np.add(word[:, row], state, out=place)
            np.take(flat, place, out=state, mode="clip")
            word[:, row] = state
    return _unturned(events, cuts, ends).astype(np.uint16, copy=False)


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
        self._rows = rows
        self._until = until
        self._compiled = rows.compiled
        self.subjects = rows.subjects
        self.configurations = rows.compiled.configurations
        self._table, self._ends = tables(rows.compiled)
        self._waves: _waves.Waves | None = None
        if rows.compiled.chart._tree.deadlines:
            self._waves = _waves.roll(rows, self._table, until)
            self._after = self._waves.after
            self.final = self._waves.final
        else:
            self._after = lanes(rows, self._table) if rows.size else np.empty(0, np.uint16)
            last = np.append(rows.begins[1:], rows.size) - 1 if rows.size else rows.begins
            self.final = self._after[last].astype(np.uint16, copy=False)

    @cached_property
    def states(self) -> NDArray[Any]:
        """The configuration after each row, in the order of the file."""
        return self._rows.unsorted(self._after)

    @cached_property
    def _before(self) -> NDArray[Any]:
        """The configuration in which each sorted row's event came."""
        if self._waves is not None:
            return self._waves.before
        before = np.empty_like(self._after)
        before[:1] = 0
        before[1:] = self._after[:-1]
        before[self._rows.begins] = 0
        return before

    @cached_property
    def refused(self) -> NDArray[np.bool_]:
        """Whether each row's event was refused, in the order of the file."""
        return self._rows.unsorted(self._ends[self._rows.symbols, self._before] == 2)  # noqa: PLR2004 - its code

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How often each symbol (event with answers) came in each configuration: [symbol, configuration]."""
        symbols, states = self._table.shape
        total = np.zeros(symbols * states, np.int64)
        for begin in range(0, self._rows.size, _CHUNK):
            part = slice(begin, begin + _CHUNK)
            codes = self._rows.symbols[part].astype(np.intp)
            codes *= states
            codes += self._before[part]
            total += np.bincount(codes, minlength=symbols * states)
        return total.reshape(symbols, states)

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
        total = dict.fromkeys(self._compiled.chart.state_names, 0)
        for name in found.places[0].active:
            total[name] += len(self.subjects)
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
        spent = self._waves.dwell if self._waves is not None else self._spent()
        total = dict.fromkeys(self._compiled.chart.state_names, 0.0)
        for place, micros in zip(self._compiled._found.places, spent.tolist(), strict=True):
            for name in place.active:
                total[name] += micros / 1e6
        return total

    def _spent(self) -> NDArray[np.float64]:
        """Give the microseconds in each configuration."""
        rows, states = self._rows, len(self.configurations)
        total = np.zeros(states)
        for begin in range(0, rows.size, _CHUNK):
            end = min(begin + _CHUNK, rows.size)
            until = rows.at[begin + 1 : end + 1]
            lasted = np.zeros(end - begin)
            np.subtract(until, rows.at[begin : begin + len(until)], out=lasted[: len(until)])
            lasted[: len(until)][rows.first[begin + 1 : end + 1]] = 0
            total += np.bincount(self._after[begin:end], weights=lasted, minlength=states)
        if self._until is not None and rows.size:
            last = rows.at[np.append(rows.begins[1:], rows.size) - 1]
            total += np.bincount(self.final, weights=np.maximum(self._until - last, 0), minlength=states)
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
        return f"<Replay of {self._rows.size:,} events of {len(self.subjects):,} subjects>"


def replay(
    compiled: Compiled,
    subject: Any,  # noqa: ANN401 - any column
    event: Any,  # noqa: ANN401 - any column
    at: Any,  # noqa: ANN401 - any column
    answers: Mapping[str, Any],
    until: Any,  # noqa: ANN401 - an instant as a column holds it
) -> Replay:
    """Step checked columns."""
    end = None if until is None else int(microseconds(np.array([until]))[0])
    return Replay(Rows(compiled, subject, event, at, answers), until=end)


class Piece:
    """What some rows do to each subject: `maps[i, c]` is where subject i ends if it begins in c.

    `a.then(b)` is the piece of the rows of `a` followed by those of `b`: associative, and a subject that is
    missing from a piece stays where it is. It comes from `compiled.piece(...)`.

    >>> from qualify.stages import SAAS
    >>> len(SAAS.compile().piece([1, 2], ["sell", "won"], [10, 20]).subjects)
    2
    """

    def __init__(self, compiled: Compiled, subjects: NDArray[Any], maps: NDArray[np.uint16]) -> None:
        self._compiled = compiled
        self.subjects = subjects
        self.maps = maps

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
    maps = np.tile(np.arange(len(compiled), dtype=np.uint16), (len(rows.begins), 1))
    lengths = np.diff(np.append(rows.begins, rows.size))
    for rank in range(int(lengths.max(initial=0))):
        here = np.flatnonzero(lengths > rank)
        symbol = rows.symbols[rows.begins[here] + rank].astype(np.intp)
        maps[here] = table[symbol[:, None], maps[here]]
    order = np.argsort(rows.subjects, kind="stable")
    return Piece(compiled, rows.subjects[order], maps[order])
