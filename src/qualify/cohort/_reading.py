"""What the entries of a column mean, by its `Field`.

What belongs here: entries of one column to values, codes, instants or numbers, and the list of those
that could not be read. What does not: which columns there are, and what is done with the values.

Each different entry is read once. An entry that the field does not explain is an error for the whole
column, because the binding is incomplete; an entry that is broken is a `BadRow`, and counts as missing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import attrs
import numpy as np

from qualify import _arrays, _checks
from qualify._arrays import ColumnLike
from qualify._maps import Plain, Value
from qualify.cohort._entries import REAL, Broken, Convert, as_text, as_truth, converter, instant, number
from qualify.cohort._field import Field, zone_of
from qualify.cohort._table import plain_list
from qualify.errors import InvalidValue
from qualify.models import Topic
from qualify.scales import Scale
from qualify.truth import NO, UNKNOWN, YES, Truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]
    Rows: TypeAlias = Sequence[int]


Entry: TypeAlias = Any  # what stands in one cell


@attrs.frozen
class BadRow(Value):
    """A row, or one entry of it, that could not be read: what was asked, found and allowed, and where.

    `column` is None where the whole row was left out; else only that entry counts as missing.

    >>> print(BadRow(17, "budget", "a number is needed", "'12k'"))
    row 17, column 'budget': a number is needed (got '12k')
    """

    row: int
    column: str | None
    asked: str
    found: str = ""
    allowed: str = ""

    def __str__(self) -> str:
        place = f"row {self.row:,}" if self.column is None else f"row {self.row:,}, column {self.column!r}"
        found = f" (got {self.found})" if self.found else ""
        allowed = f"; {self.allowed}" if self.allowed else ""
        return f"{place}: {self.asked}{found}{allowed}"


class Reader:
    """Reads the columns of one table and gathers the rows that are bad; lives as long as one reading."""

    def __init__(self, columns: dict[str, Any], where: str, rows: Rows) -> None:
        self.columns, self.where, self.rows = columns, where, rows
        self.bad: list[BadRow] = []

    def truths(self, field: Field) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
        """Give int8 codes, and where nothing was recorded."""
        values = self._values(field)
        is_plain = not (field.is_closed or field.unknown or field.missing)
        if is_plain and getattr(getattr(values, "dtype", None), "name", "") == "int8":
            read = _arrays.truths(values, self._place(field))
            return read.values.copy(), _mask(read.missing, len(values))
        read_ = self._read(field, plain_list(values, self._place(field)), as_truth)
        gone = np.fromiter((v is None for v in read_), np.bool_, len(read_))
        codes = np.fromiter((v.value if type(v) is Truth else 0 for v in read_), np.int8, len(read_))
        return codes, gone

    def instants(self, field: Field) -> NDArray[np.datetime64]:
        """Give `datetime64[us]` in UTC, NaT where nothing was recorded."""
        values = self._values(field)
        place = self._place(field)
        if getattr(getattr(values, "dtype", None), "kind", "") == "M" or not _is_list(values):
            read = _arrays.column(values, place)
            if read.values.dtype.kind == "M":
                zone = None if field.zone is None or _is_aware(values) else zone_of(field.zone)
                if zone is None:
                    made = read.values.astype("datetime64[us]")
                    made[_mask(read.missing, len(made))] = np.datetime64("NaT")
                    return made
        convert = instant(field)
        read_ = self._read(field, plain_list(values, place), convert)
        return np.array(
            [None if type(v) is not datetime else v.replace(tzinfo=None) for v in read_], "datetime64[us]"
        )

    def numbers(self, field: Field, scale: Scale | None = None, *, least: float | None = None) -> Array:
        """Give float64 with NaN where nothing was recorded; on a scale, anything else is an error."""
        place = self._place(field)
        read = self._read(field, plain_list(self._values(field), place), number(field))
        made = np.array([_float(v) for v in read])
        if scale is not None:
            wrong = (made < scale.low) | (made > scale.high) | (made != np.floor(made)) & ~np.isnan(made)
            self._refuse(
                made, wrong, field, f"{scale.name} answers are whole numbers {scale.low} to {scale.high}",
                "list codes for no answer under missing",
            )  # fmt: skip
        if least is not None:
            self._refuse(made, made < least, field, f"numbers of at least {least:g} are needed", "")
        return made

    def texts(self, field: Field) -> Array:
        """Give an object array of text, None where nothing was recorded."""
        read = self._read(field, plain_list(self._values(field), self._place(field)), as_text)
        return _arrays.objects([None if isinstance(v, Truth) else v for v in read])

    def topic(self, field: Field, type_: str, topic: Topic | None = None) -> ColumnLike:
        """Give a column of plain values of a topic's type, None where nobody knows.

        What the topic does not allow is a bad entry, and not known.
        """
        values = self._values(field)
        if type_ in {"any", "number"} and not (field.is_closed or field.unknown or field.missing):
            kind = getattr(getattr(values, "dtype", None), "kind", "")
            if isinstance(values, np.ndarray) and kind in "iuf":
                return (
                    values if topic is None or not topic.values else self._of_the_list(values, field, topic)
                )
        convert = converter(type_)(field)
        return self._read(
            field, plain_list(values, self._place(field)), convert, unknown=None,
            allow=None if topic is None else partial(_allowed, topic),
        )  # fmt: skip

    def require(self, field: Field, place: str) -> None:
        """Raise if the table has no such column; `place` is where the binding asks for it."""
        if field.column not in self.columns:
            raise _checks.unknown(
                "column", field.column, self.columns, where=f"mapping.{place}, looked for in {self.where}"
            )

    def refuse_rows(self, wrong: Array, field: Field) -> None:
        """List rows that are left out because they have no id."""
        rows = np.flatnonzero(wrong).tolist()
        listed = {bad.row for bad in self.bad if bad.column == field.column}
        self.bad += [
            BadRow(self.rows[i], field.column, "a lead needs an id")
            for i in rows
            if self.rows[i] not in listed
        ]

    # -- inside -----------------------------------------------------------------------------------------

    def _values(self, field: Field) -> ColumnLike:
        if field.column not in self.columns:
            raise _checks.unknown("column", field.column, self.columns, where=self.where)
        return self.columns[field.column]

    def _place(self, field: Field) -> str:
        return f"{self.where}, column {field.column!r}"

    def _of_the_list(self, values: Array, field: Field, topic: Topic) -> Array:
        """Give numbers with NaN for those that the topic does not list, each of which is a bad entry."""
        wrong = ~np.isnan(values) if topic.values else np.zeros(len(values), np.bool_)
        for one in numbers_of(topic):
            wrong &= values != (float(one) if isinstance(one, Decimal) else one)
        if not wrong.any():
            return values
        asked, allowed = _list_of(topic)
        self.bad += [
            BadRow(self.rows[i], field.column, asked, f"{values[i]:g}", allowed)
            for i in np.flatnonzero(wrong).tolist()
        ]
        return np.where(wrong, np.nan, values)

    def _read(
        self,
        field: Field,
        entries: Sequence[object],
        convert: Convert,
        *,
        unknown: Plain = UNKNOWN,
        allow: Convert | None = None,
    ) -> list[Any]:
        """Read each different entry once, and give what every row means."""
        listed = _listed(field, unknown)
        meaning: dict[object, Any] = {}
        broken: dict[object, Broken] = {}
        try:
            different = dict.fromkeys(entries)
        except TypeError:
            raise InvalidValue(
                "an entry is one plain value", found="lists or other containers", where=self._place(field)
            ) from None
        if True in different or False in different or any(type(e) is bool for e in different):
            entries = [_Bool(e) if type(e) is bool else e for e in entries]  # 1 is not True
            different = dict.fromkeys(entries)
        for entry in different:
            try:
                means = self._meaning(field, listed, entries, entry, convert)
                meaning[entry] = means if allow is None else allow(means)
            except Broken as error:
                meaning[entry], broken[entry] = None, error
        if broken:
            self.bad += [
                BadRow(row, field.column, e.asked, _checks.show(_value_of(entry)), e.allowed)
                for row, entry in zip(self.rows, entries, strict=True)
                if (e := broken.get(entry)) is not None
            ]
        return list(map(meaning.__getitem__, entries))

    def _meaning(
        self,
        field: Field,
        listed: dict[tuple[str, Any], Plain],
        entries: Sequence[object],
        entry: object,
        convert: Convert,
    ) -> Plain:
        value = _value_of(entry)
        if value is None or value != value or (type(value) is str and not value.strip()):  # noqa: PLR0124 - NaN
            return None
        key = _found(listed, value)
        if key is not None:
            return listed[key]
        if field.is_closed:
            self._unexplained(field, entries, entry, value)
        try:
            return convert(value.strip() if type(value) is str else value)
        except InvalidValue as error:
            place = self._row(field, self.rows[_first(entries, entry)])
            raise type(error)(error.asked, found=error.found, allowed=error.allowed, where=place) from None

    def _row(self, field: Field, row: int) -> str:
        return f"{self.where}, row {row:,}, column {field.column!r}"

    def _unexplained(self, field: Field, entries: Sequence[object], entry: object, value: object) -> NoReturn:
        rows = sum(1 for e in entries if e == entry)
        shown = [
            _checks.show(e) for kind in ("yes", "no", "unknown", "missing") for e in getattr(field, kind)
        ]
        shown += [_checks.show(e) for e in field.values]
        raise InvalidValue(
            "an entry that the mapping does not explain",
            found=f"{_checks.show(value)} in {rows:,} row{'s'[: rows > 1]}",
            allowed=f"explained are {', '.join(shown[:12])}; list the others, for example under missing",
            where=self._row(field, self.rows[_first(entries, entry)]),
        )

    def _refuse(self, made: Array, wrong: Array, field: Field, asked: str, allowed: str) -> None:
        if not wrong.any():
            return
        first, rows = int(np.argmax(wrong)), int(np.count_nonzero(wrong))
        raise InvalidValue(
            asked,
            found=f"{made[first]:g} in {np.count_nonzero(made == made[first]):,} rows"
            + (f", {rows:,} wrong rows in all" if len(set(made[wrong].tolist())) > 1 else ""),
            allowed=allowed,
            where=self._row(field, self.rows[first]),
        )


@attrs.frozen
class _Bool:
    """A bool as a key of its own, since 1 == True."""

    value: bool


def _value_of(entry: object) -> Entry:
    return entry.value if type(entry) is _Bool else entry


def numbers_of(topic: Topic) -> list[int | float | Decimal]:
    """Give the numbers among the values that a topic lists."""
    return [one for one in topic.values if isinstance(one, (int, float, Decimal)) and type(one) is not bool]


def _list_of(topic: Topic) -> tuple[str, str]:
    """Give what is asked of a value that a topic does not list, and what is allowed."""
    shown = ", ".join(map(repr, topic.values[:12]))
    return f"{topic.name!r} has a list of values", f"allowed are {shown}"


def _allowed(topic: Topic, value: object) -> Plain:
    """Give a value that may stand under a topic, a number as it is listed; or say what may."""
    if not topic.allows(value):
        raise Broken(f"{topic.name!r} holds {topic.type}")
    if not topic.lists(value):
        same = [one for one in numbers_of(topic) if type(value) in (int, float) and one == value]
        if not same:
            asked, allowed = _list_of(topic)
            raise Broken(asked, allowed=allowed)
        return same[0]
    return value  # type: ignore[return-value]  # what may stand under a topic is plain


def _listed(field: Field, unknown: Plain) -> dict[tuple[str, Any], Plain]:
    """Give what each listed entry means, by a key that text and numbers share."""
    listed: dict[tuple[str, Any], Plain] = {}
    for kind, means in (("missing", None), ("unknown", unknown), ("no", NO), ("yes", YES)):
        listed.update({_key(entry): means for entry in getattr(field, kind)})
    listed.update({_key(entry): means for entry, means in field.values.items()})
    for key in [key for key in listed if key[0] == "str" and REAL.match(key[1])]:
        listed.setdefault(("number", float(key[1])), listed[key])  # "11" explains 11 and "11.0" too
    return listed


def _key(entry: Entry) -> tuple[str, Any]:
    if type(entry) in (int, float):
        return "number", float(entry)
    return type(entry).__name__, entry.strip() if isinstance(entry, str) else entry


def _found(listed: dict[tuple[str, Any], Plain], value: Entry) -> tuple[str, Any] | None:
    """Give the key under which an entry is listed: as it is, as the number that its text says, or as text."""
    if not listed:
        return None
    key = _key(value)
    if key not in listed and type(value) is str and REAL.match(value.strip()):
        key = "number", float(value)
    elif key not in listed and type(value) is bool:
        key = "str", str(value).lower()
    return key if key in listed else None


def _first(entries: Sequence[object], entry: object) -> int:
    return next(i for i, e in enumerate(entries) if e == entry)


def _float(value: object) -> float:
    return float(value) if type(value) in (int, float) else math.nan  # type: ignore[arg-type]


def _mask(missing: NDArray[np.bool_] | None, rows: int) -> NDArray[np.bool_]:
    return np.zeros(rows, np.bool_) if missing is None else missing


def _is_list(values: object) -> bool:
    return type(values) in (list, tuple)


def _is_aware(values: ColumnLike) -> bool:
    dtype = getattr(values, "dtype", getattr(values, "type", None))
    return any(getattr(dtype, name, None) is not None for name in ("tz", "time_zone"))
