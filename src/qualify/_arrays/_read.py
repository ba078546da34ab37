"""Reading a column as what it has to be: numbers, truths, instants, durations, weights.

What belongs here: what a column may hold, and the error that names the first row that breaks it. What does
not: where columns come from.
"""

from __future__ import annotations

import array
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from qualify import _checks
from qualify._arrays._foreign import FOREIGN
from qualify._arrays._memory import (
    SHAPES,
    Column,
    ColumnLike,
    Foreign,
    from_list,
    from_numpy,
    joined,
    one_dimension,
)
from qualify.errors import InvalidType, InvalidValue
from qualify.truth import Truth

if TYPE_CHECKING:
    from qualify._arrays._memory import Array, Mask


def column(values: ColumnLike, where: str) -> Column:
    """Give any column as a one-dimensional array of its own dtype, and where it is missing.

    None, a mask, pandas' NA and NaT, and nulls of polars and Arrow are missing; NaN in floats is left to
    `numbers`. Aware datetimes become `datetime64[us]` in UTC, timedeltas `timedelta64[us]`, truths their
    int8 codes.

    >>> column([3, None, 5], "answers")
    Column(values=array([3, 3, 5]), missing=array([False,  True, False]))
    """
    if isinstance(values, np.ndarray):
        return from_numpy(values, where)
    if isinstance(values, (list, tuple)):
        return from_list(values, where)
    read = FOREIGN.get(type(values).__module__.partition(".")[0])
    if read is not None:
        return read(values, where)
    if isinstance(values, (range, array.array, memoryview)):
        return one_dimension(np.asarray(values), None, where)
    if isinstance(values, (Mapping, Iterator, str, bytes, set, frozenset)) or not hasattr(
        values, "__array__"
    ):
        advice = "wrap it in list(...)" if isinstance(values, Iterator) else SHAPES
        raise InvalidType("a column is needed", found=_checks.kind_of(values), allowed=advice, where=where)
    return from_numpy(np.asarray(values), where)


@np.errstate(over="ignore")  # a narrow float rounds to infinity what it does not hold
def numbers(
    values: ColumnLike,
    where: str,
    *,
    missing: object = (),
    least: float | None = None,
    most: float | None = None,
    whole: bool = False,
) -> Column:
    """Give a column of finite numbers; NaN and the codes in `missing` count as missing.

    Bool, complex, text, dates and infinities are errors, and so is a number under `least`, over `most`,
    or broken where it must be `whole`; the error names the first such row. The dtype is kept: widen
    before you add.

    >>> numbers([3, 99, 5], "answers", missing=99).present
    array([3, 5])
    """
    read = column(values, where)
    array_, gone = number_kind(read, where).values, read.missing
    gone = joined(gone, coded(array_, codes(missing, "missing")))
    if array_.dtype.kind == "f":
        gone = joined(gone, np.isnan(array_))
        wrong = np.isinf(array_)
        if whole:
            with np.errstate(invalid="ignore"):
                wrong |= array_ != np.floor(array_)
        refuse_first(array_, wrong, gone, where, "whole numbers" if whole else "finite numbers")
    if (least is not None and np.any(low := array_ < least)) or (
        most is not None and np.any(low := array_ > most)
    ):
        if most is None:
            allowed = f"numbers of at least {least:g}"
        elif least is None:
            allowed = f"numbers of at most {most:g}"
        else:
            allowed = f"numbers from {least:g} to {most:g}"
        refuse_first(array_, low, gone, where, allowed)
    return Column(array_, gone)


def truths(values: ColumnLike, where: str) -> Column:
    """Give a column of truths as int8 codes: +1 YES, 0 UNKNOWN, -1 NO; a blank is missing, not UNKNOWN.

    int8 codes, bools (also nullable ones) and lists of `Truth` or bool are read. A column of 0 and 1 of
    any other dtype is an error, because 0 would be read as UNKNOWN where it means no.

    >>> truths([True, Truth.UNKNOWN, None], "outcomes")
    Column(values=array([1, 0, 0], dtype=int8), missing=array([False, False,  True]))
    """
    read = column(values, where)
    array_, gone = read
    if gone is not None and gone.all():
        return Column(np.zeros(len(array_), np.int8), gone)
    if array_.dtype == np.bool_:
        return Column(array_.view(np.int8) * np.int8(2) - np.int8(1), gone)
    if array_.dtype.kind == "O" and all(type(v) in (bool, np.bool_, Truth) for v in read.present):
        coded_ = [0 if v is None else Truth.of(unboxed(v)).value for v in array_]
        return Column(np.array(coded_, np.int8), gone)
    if array_.dtype != np.int8:
        if array_.size == 0:
            return Column(np.zeros(0, np.int8), gone)
        raise InvalidType(
            "truths are needed",
            found=f"dtype {array_.dtype}" if array_.dtype.kind != "O" else first_odd(array_, (bool, Truth)),
            allowed="int8 codes +1, 0, -1 (YES, UNKNOWN, NO), bools or Truth; "
            'for 0 and 1 write column == 1, for text column == "yes"',
            where=where,
        )
    refuse_first(array_, (array_ < -1) | (array_ > 1), gone, where, "codes +1, 0 and -1")
    return Column(array_ if gone is None else np.where(gone, np.int8(0), array_), gone)


def instants(values: ColumnLike, where: str) -> Column:
    """Give a column of instants as `datetime64[us]` in UTC, with what is missing (NaT, None).

    Datetimes in lists must be aware. A `datetime64` column has no time zone and is read as UTC; aware
    pandas, polars and Arrow columns are brought to UTC.

    >>> from datetime import datetime, timezone
    >>> instants([datetime(2026, 5, 3, tzinfo=timezone.utc), None], "at").present
    array(['2026-05-03T00:00:00.000000'], dtype='datetime64[us]')
    """
    return _temporal(column(values, where), "M", "datetime64[us]", "instants", where)


def durations(values: ColumnLike, where: str) -> Column:
    """Give a column of durations as `timedelta64[us]`, with what is missing; a negative one is an error.

    >>> from datetime import timedelta
    >>> durations([timedelta(hours=2)], "waits").values
    array([7200000000], dtype='timedelta64[us]')
    """
    read = _temporal(column(values, where), "m", "timedelta64[us]", "durations", where)
    refuse_first(
        read.values,
        read.values < np.timedelta64(0, "us"),
        read.missing,
        where,
        "durations that are not negative",
    )
    return read


def weights(values: ColumnLike, where: str, *, rows: int) -> Array:
    """Give weights as int64 or float64: finite, not negative, none missing, not all of them zero.

    >>> weights([1, 2], "weights", rows=2)
    array([1, 2])
    """
    read = numbers(values, where, least=0)
    same_length(where, len(read), rows)
    if read.missing is not None and read.missing.any():
        row = int(np.argmax(read.missing))
        raise InvalidValue(
            "every row needs a weight",
            found="a missing one",
            allowed="give 0 to leave a row out",
            where=f"{where}, row {row:,}",
        )
    if rows and not np.any(read.values):
        raise InvalidValue("weights must not all be zero", where=where)
    if read.values.dtype == np.uint64 and int(read.values.max(initial=0)) >= 1 << 63:
        row = int(np.argmax(read.values))
        raise InvalidValue(
            "whole weights lie under 2^63", found=f"{read.values[row]:,}", where=f"{where}, row {row:,}"
        )
    return read.values.astype(np.float64 if read.values.dtype.kind == "f" else np.int64, copy=False)


def same_length(where: str, found: int, rows: int) -> None:
    """Refuse a column that has not one entry for each of `rows` rows."""
    if found != rows:
        raise InvalidValue(f"one entry for each of {rows:,} rows is needed", found=f"{found:,}", where=where)


def codes(missing: object, where: str) -> tuple[float, ...]:
    """Give the numbers that stand for "no answer": one, or several."""
    given = missing if isinstance(missing, (tuple, list, set, frozenset, range, np.ndarray)) else (missing,)
    return tuple(_checks.real(code, where) for code in given if code is not None and code == code)  # noqa: PLR0124 - NaN is missing anyway


def coded(values: Array, missing: tuple[float, ...]) -> Mask:
    """Give where values equal one of the codes; None without codes."""
    mask: Mask = None
    for code in missing:
        with np.errstate(over="ignore"):  # as in `numbers`
            same = values == code
        mask = joined(mask, same & np.isfinite(values) if values.dtype.kind == "f" else same)
    return mask


def number_kind(read: Column, where: str) -> Column:
    """Refuse a column whose dtype is not one of real numbers; a column that holds nothing becomes floats."""
    array_ = read.values
    if array_.dtype.kind in "iuf":
        return read
    if len(read.present) == 0:
        return Column(np.zeros(len(array_)), read.missing)
    found = first_odd(array_, (int, float)) if array_.dtype.kind == "O" else _KINDS.get(array_.dtype.kind)
    raise InvalidType(
        "numbers are needed",
        found=found or f"dtype {array_.dtype}",
        allowed="whole or real ones",
        where=where,
    )


def refuse_first(values: Array, wrong: Array, missing: Mask, where: str, allowed: str) -> None:
    """Raise the error for the first row that is wrong and not missing, if there is one."""
    if missing is not None:
        wrong = wrong & ~missing
    if wrong.any():
        row = int(np.argmax(wrong))
        count = int(np.count_nonzero(wrong))
        more = f", and {count - 1:,} more rows" if count > 1 else ""
        raise InvalidValue(
            f"{allowed} are needed", found=f"{values[row]}{more}", where=f"{where}, row {row:,}"
        )


_KINDS = {
    "b": "bool",
    "c": "complex",
    "U": "text",
    "S": "bytes",
    "M": "dates",
    "m": "durations",
    "V": "records",
}


def unboxed(value: object) -> Foreign:
    return bool(value) if isinstance(value, np.bool_) else value


def first_odd(values: Array, fine: tuple[type, ...]) -> str:
    """Name the first thing that is not of a fine type, in a column of objects that holds such a thing."""
    row = next(
        i
        for i, v in enumerate(values)
        if v is not None and (not isinstance(v, fine) or (isinstance(v, bool) and bool not in fine))
    )
    return f"{_checks.kind_of(values[row])} in row {row:,}"


def _temporal(read: Column, kind: str, dtype: str, what: str, where: str) -> Column:
    if read.values.dtype.kind != kind:
        if len(read.present) == 0:
            return Column(np.zeros(len(read), dtype), read.missing)
        odd = first_odd(read.values, ()) if read.values.dtype.kind == "O" else f"dtype {read.values.dtype}"
        raise InvalidType(
            f"{what} are needed",
            found=odd,
            allowed="aware datetimes or datetime64" if kind == "M" else "timedeltas or timedelta64",
            where=where,
        )
    return Column(read.values.astype(dtype, copy=False), read.missing)
