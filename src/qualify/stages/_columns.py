"""Columns of events, checked and sorted: `Rows`.

What belongs here: what may come in, from any library that numpy reads. What does not: stepping (`_lanes`,
`_waves`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import numpy as np

from qualify import _checks
from qualify.errors import InvalidType, InvalidValue, TimeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.stages._compile import Compiled

    Ints = NDArray[np.int64]

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
        ids = _ids(subject)
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
