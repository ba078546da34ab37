"""Columns of events, checked and sorted: `Rows`.

What belongs here: what may come in, from any library that numpy reads. What does not: stepping (`_lanes`,
`_waves`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from qualify import _checks
from qualify.errors import InvalidType, InvalidValue, TimeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.stages._compile import Compiled

    Ints = NDArray[np.int64]

_BYTE = 256  # symbols that a byte holds
_KEY = 63  # bits of an integer that sorts
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - as in `_checks`


class Rows:
    """Checked columns, sorted by subject and instant.

    `symbols` are sorted, `first` tells the rows at which another subject begins, `begins` gives them, and
    `heads` the subjects' numbers; `order` is None if the file is sorted already.
    """

    def __init__(
        self,
        compiled: Compiled,
        subject: Any,  # noqa: ANN401 - any column
        event: Any,  # noqa: ANN401 - any column
        at: Any,  # noqa: ANN401 - any column
        answers: Mapping[str, Any],
        starts: Any = 0,  # noqa: ANN401 - a number or any column
    ) -> None:
        self.compiled: Compiled = compiled
        ids = _ids(subject)
        self.size: int = len(ids)
        self._at: Ints = microseconds(at)
        symbols = _symbols(compiled, event, answers, self.size)
        for name, column in (("event", symbols), ("at", self._at)):
            if len(column) != self.size:
                raise InvalidValue(
                    "columns are of one length", found=f"{name} has {len(column):,}, subject {self.size:,}"
                )
        named: NDArray[Any] | None = None
        if ids.dtype.kind not in "iu":
            named, ids = _factorised(ids)
        self.first: NDArray[np.bool_]
        self.begins: NDArray[np.intp]
        self.order: NDArray[np.intp] | None
        self.order, ids = _order(ids, self._at)
        self.first, self.begins = _begins(ids)
        if self.order is not None:
            symbols = symbols[self.order]
        self.symbols: NDArray[Any] = symbols
        self.starts: int | NDArray[np.intp] = self._starting(starts)
        numbers = ids[self.begins]
        self.subjects: NDArray[Any] = numbers if named is None else named[numbers]

    def _starting(self, starts: Any) -> int | NDArray[np.intp]:  # noqa: ANN401 - as above
        """Give the configuration in which subjects begin, one for all or one for each."""
        most = len(self.compiled) - 1
        column = np.asarray(starts)
        if column.ndim == 0:
            return _checks.whole(starts, "starts", least=0, most=most)
        if column.dtype.kind not in "iu" or len(column) != self.size:
            raise InvalidType(
                "where subjects begin is one number of a configuration, or one for each row",
                found=f"{column.dtype}, {len(column):,} rows",
                allowed="compiled.find(position) gives the number",
                where="starts",
            )
        wrong = (column < 0) | (column > most)
        if wrong.any():
            row = int(wrong.argmax())
            raise InvalidValue(
                "a configuration is its number in the table",
                found=str(column[row]),
                allowed=f"0 to {most}",
                where=f"starts[{row}]",
            )
        if self.order is not None:
            column = column[self.order]
        differs = (column[1:] != column[:-1]) & ~self.first[1:]
        if differs.any():
            row = int(differs.argmax()) + 1
            raise InvalidValue(
                "all rows of a subject say the same of where it begins",
                found=f"{column[row - 1]} and {column[row]}",
                where=f"starts[{row if self.order is None else self.order[row]}]",
            )
        return column[self.begins].astype(np.intp)

    @cached_property
    def at(self) -> Ints:
        """The sorted instants, in microseconds; not all readings fetch them."""
        return self._at if self.order is None else self._at[self.order]

    def unsorted(self, column: NDArray[Any]) -> NDArray[Any]:
        """Give a column in the order of the file."""
        if self.order is None:
            return column
        back = np.empty_like(column)
        back[self.order] = column
        return back


def _ids(subject: Any) -> NDArray[Any]:  # noqa: ANN401 - any column
    """Give the subjects' ids: none missing, all of one type, so that no two subjects become one."""
    ids = np.asarray(subject)
    if isinstance(subject, (list, tuple)):
        values: Any = subject
    elif ids.dtype.kind == "O":
        values = ids.tolist()
    elif ids.dtype.kind in "biuSU":
        return ids
    else:
        absent = ids != ids  # noqa: PLR0124 - what is missing in a column is not equal to itself
        values = ids[absent].tolist()
        if values:
            raise _absent(values[0], "a subject", f"subject[{int(absent.argmax())}]")
        return ids
    first: type | None = None
    kinds = dict.fromkeys(map(type, values))
    if kinds.keys() in ({int}, {str}):
        return ids
    for row, value in enumerate(values):
        if _is_missing(value):
            raise _absent(value, "a subject", f"subject[{row}]")
        kind = type(_checks.unboxed(value))
        first = first or kind
        if kind is not first or kind.__hash__ is None:
            raise InvalidType(
                "subjects are of one type, integers or text",
                found=f"{first.__name__} and {kind.__name__}" if kind is not first else kind.__name__,
                allowed="make one of them the other, so that no two subjects become one",
                where=f"subject[{row}]",
            )
    return ids


def _is_missing(value: object) -> bool:
    """Whether a value stands for nothing: None, or what is not equal to itself, as NaN and NaT."""
    try:
        return value is None or not value == value  # noqa: PLR0124, SIM201 - as above
    except TypeError:  # pandas.NA is neither equal nor not
        return True


def _absent(value: object, what: str, where: str) -> TimeError | InvalidValue:
    """Make the error for a value that is missing."""
    kind = TimeError if what == "an instant" else InvalidValue
    return kind(f"{what} is missing", found=str(value), where=where)


def microseconds(at: Any, where: str = "at") -> Ints:  # noqa: ANN401 - any column
    """Give instants as integers in microseconds since 1970 in UTC."""
    if getattr(getattr(at, "dtype", None), "tz", None) is not None:  # pandas: else it would box each instant
        at = at.to_numpy("datetime64[us]")  # in UTC
    column = np.asarray(at)
    if column.dtype.kind == "M":
        missing = np.isnat(column)
        if missing.any():
            raise _absent("NaT", "an instant", f"{where}[{int(missing.argmax())}]")
        return column.astype("datetime64[us]").astype(np.int64)
    if column.dtype.kind in "iu" or not column.size:
        return column.astype(np.int64, copy=False)
    if column.dtype.kind != "O":
        raise InvalidType(
            "instants are datetime64, aware datetimes or integers in microseconds",
            found=str(column.dtype),
            where=where,
        )
    values = (_instant(value, f"{where}[{i}]") - _EPOCH for i, value in enumerate(column.tolist()))
    return np.fromiter(
        (v.days * 86_400_000_000 + v.seconds * 1_000_000 + v.microseconds for v in values),
        np.int64,
        column.size,
    )


def _instant(value: object, where: str) -> datetime:
    if _is_missing(value):
        raise _absent(value, "an instant", where)
    return _checks.instant(value, where)


def _factorised(ids: NDArray[Any]) -> tuple[NDArray[Any], Ints]:
    """Give the distinct ids in order of appearance, and each row's number among them."""
    numbers: dict[object, int] = {}
    rows = np.fromiter(
        (numbers.setdefault(value, len(numbers)) for value in ids.tolist()), np.int64, len(ids)
    )
    return np.array(list(numbers), dtype=ids.dtype), rows


def _begins(ids: NDArray[Any]) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Tell at which rows another subject begins, the first row too, and give these rows."""
    size = len(ids)
    flags = np.empty(size + size // 9 + 1, bool)
    first = flags[:size]
    first[:1] = True
    np.not_equal(ids[1:], ids[:-1], out=first[1:])
    many = np.count_nonzero(first)
    # Where at most a tenth is set, `nonzero` goes from one to the next, which costs three times as much as
    # going by all of them unless they are few. Flags that are set behind the last one spare it that.
    more = size // 9 + 1 if size // 32 < many <= size // 10 else 0
    flags[size:] = True
    return first, np.flatnonzero(flags[: size + more])[:many]


def _order(ids: NDArray[Any], at: Ints) -> tuple[NDArray[np.intp] | None, NDArray[Any]]:
    """Give the stable order by subject and instant, None if rows are in it already, and the sorted ids."""
    rising = bool((ids[1:] >= ids[:-1]).all())
    backward = at[1:] < at[:-1]
    forward = not backward.any()
    if rising and (forward or not (backward & (ids[1:] == ids[:-1])).any()):
        return None, ids
    if forward:
        return _sorted(ids)
    by_instant, _ = _sorted(at)
    by_subject, ids = _sorted(ids[by_instant])
    return by_instant[by_subject], ids


def _sorted(column: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Give the stable order of integers, and the integers in it.

    A number that holds the value and, below it, the row, sorts without comparing rows: ten times faster than
    a stable `argsort`, wherever both fit into 63 bits.
    """
    low, high, bits = column.min(), column.max(), len(column).bit_length()
    if (int(high) - int(low)).bit_length() + bits > _KEY:
        order = np.argsort(column, kind="stable")
        return order, column[order]
    keys = column.astype(np.int64)
    keys -= low.astype(np.int64)  # right for large unsigned numbers too: both wrap
    keys <<= bits
    keys |= np.arange(len(column))
    keys.sort()
    values = (keys >> bits).astype(column.dtype)
    values += low
    keys &= (1 << bits) - 1
    return keys.astype(np.intp, copy=False), values


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
    for question in answers:
        if question not in tree.questions:
            raise _checks.unknown("question", question, tree.questions, where="answers")
    given = {question: codes for question, codes in answers.items() if codes is not None}
    kind = np.uint8 if len(compiled._keys) <= _BYTE else np.uint16
    if not tree.questions:
        return numbers.astype(kind, copy=False)  # an event is its own symbol
    told = [(name, *[1 if q in given else 0 for q in asks]) for name, asks in tree.asks.items()]
    bases = np.array([compiled._keys.index(key if key[1:] else key[0]) for key in told], kind)
    symbols = _looked_up(bases, numbers)
    for question, codes in given.items():
        weights = np.zeros(len(index), kind)  # what a step from YES to UNKNOWN to NO adds to the symbol
        for name, asks in tree.asks.items():
            if question in asks:
                weights[index[name]] = 3 ** (len(asks) - 1 - asks.index(question))
        weighted = _looked_up(weights, numbers)
        symbols = symbols + weighted * _digits(codes, question, size).astype(kind)
    return symbols


def _looked_up(table: NDArray[Any], numbers: NDArray[Any]) -> NDArray[Any]:
    """Give the entry of a table for each number, bytes by a way that needs no indices."""
    if table.dtype == numbers.dtype == np.uint8:
        return np.frombuffer(numbers.tobytes().translate(table.tobytes().ljust(256)), np.uint8)
    found: NDArray[Any] = table[numbers]
    return found


def _digits(column: Any, question: str, size: int) -> NDArray[Any]:  # noqa: ANN401 - any column
    """Give answers as digits: 0 for YES, 1 for UNKNOWN, 2 for NO."""
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
    return np.subtract(1, codes.astype(np.int8))
