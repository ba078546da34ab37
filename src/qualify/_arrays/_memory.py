"""Columns that are in memory as Python or numpy hold them: lists and arrays.

What belongs here: `Column`, and reading what needs no other library. What does not: what the values may be.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from qualify import _checks
from qualify.errors import InvalidType, InvalidValue
from qualify.truth import Truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]
    Mask: TypeAlias = NDArray[np.bool_] | None


# What a public function takes as a column: a sequence, an array, or a column of pandas, polars or Arrow.
# None of these libraries may be imported for a type, so the words stand for them.
ColumnLike: TypeAlias = Any


Foreign: TypeAlias = Any  # an object of a library that is not imported here


SHAPES = "a list, a numpy array, or one column of pandas, polars or Arrow"


class Column(NamedTuple):
    """A one-dimensional array and where it is missing; `missing` is None where nothing can be.

    `values` may be a view of the caller's memory, of any stride and byte order: never write to it.
    What stands in it where `missing` is True means nothing.
    """

    values: Array
    missing: Mask

    def __len__(self) -> int:
        return len(self.values)

    @property
    def present(self) -> Array:
        """The values that are not missing, in order."""
        return self.values if self.missing is None else self.values[~self.missing]


def from_numpy(values: Array, where: str) -> Column:
    missing: Mask = None
    if isinstance(values, np.ma.MaskedArray):
        missing = np.ma.getmaskarray(values) if values.mask is not np.ma.nomask else None
        values = np.asarray(values.data)
    if values.dtype.kind in "mM":
        missing = joined(missing, np.isnat(values))
    read = one_dimension(values, missing, where)
    if values.dtype.kind != "O":
        return read
    inner = from_list(values.tolist(), where)
    return Column(inner.values, joined(missing, inner.missing))


def from_list(values: Sequence[Any], where: str) -> Column:  # noqa: PLR0911 - one line a type
    values = _without_nan(values)
    kinds = set(map(type, values))
    blank = {kind for kind in kinds if kind.__name__ in _BLANK}
    missing: Mask = None
    if blank:
        missing = np.fromiter((type(v) in blank for v in values), np.bool_, len(values))
        first = next((v for v in values if type(v) not in blank), None)
        if first is None:
            return Column(np.zeros(len(values)), missing)
        values = [first if type(v) in blank else v for v in values]
        kinds -= blank
    if all(issubclass(kind, (bool, np.bool_)) for kind in kinds) and kinds:
        return Column(np.array(values, np.bool_), missing)
    if kinds == {Truth}:
        return Column(np.array([v.value for v in values], np.int8), missing)
    if all(issubclass(kind, _REALS) and not issubclass(kind, bool) for kind in kinds):
        return Column(_real_list(values, kinds, where), missing)
    if all(issubclass(kind, datetime) for kind in kinds):
        utc = [_row(_checks.instant, v, row, where).replace(tzinfo=None) for row, v in enumerate(values)]
        return Column(np.array(utc, "datetime64[us]"), missing)
    if all(issubclass(kind, timedelta) for kind in kinds):
        return Column(np.array(values, "timedelta64[us]"), missing)
    if any(issubclass(kind, (list, tuple, np.ndarray)) for kind in kinds):
        raise InvalidValue("a column has one dimension", found="2 or more", allowed=SHAPES, where=where)
    objects = np.empty(len(values), object)
    objects[:] = values
    if missing is not None:
        objects[missing] = None
    return Column(objects, missing)


def _without_nan(values: Sequence[Any]) -> Sequence[Any]:
    """Give words, truths and other things with None for NaN, which pandas writes for a blank."""
    kinds = set(map(type, values))
    if float in kinds and any(not issubclass(kind, _REALS) or issubclass(kind, bool) for kind in kinds):
        return [None if type(v) is float and math.isnan(v) else v for v in values]
    return values


def one_dimension(values: Array, missing: Mask, where: str) -> Column:
    if values.ndim != 1:
        raise InvalidValue("a column has one dimension", found=f"{values.ndim}", allowed=SHAPES, where=where)
    return Column(values, missing)


def joined(one: Mask, other: Mask) -> Mask:
    """Give where one or the other is missing."""
    if one is None or other is None:
        return other if one is None else one
    return one | other


def missing_in(*columns: Column) -> NDArray[np.bool_]:
    """Give the rows that are missing in any of some columns of one length; it may be a column's own mask."""
    missing = functools.reduce(joined, (column.missing for column in columns))
    return np.zeros(len(columns[0]), np.bool_) if missing is None else missing


def objects(values: Sequence[object]) -> Array:
    """Give values as an array of objects, of one dimension whatever they are."""
    made = np.empty(len(values), object)
    made[:] = values
    return made


_BLANK = frozenset(("NoneType", "NAType", "NaTType"))


_REALS = (int, float, np.integer, np.floating, Decimal, Fraction)


def _row(check: Callable[[Any, str], Any], value: object, row: int, where: str) -> Foreign:
    return check(value, f"{where}, row {row:,}")


def _real_list(values: Sequence[Any], kinds: set[type], where: str) -> Array:
    if all(issubclass(kind, (int, np.integer)) for kind in kinds) and kinds:
        try:
            return np.array(values, np.int64)
        except OverflowError:
            row = next(i for i, v in enumerate(values) if not -(1 << 63) <= v < 1 << 63)
            raise InvalidValue(
                "whole numbers of at most 64 bits are needed",
                found=_checks.show(values[row]),
                where=f"{where}, row {row:,}",
            ) from None
    if any(issubclass(kind, (int, np.integer, Decimal, Fraction)) for kind in kinds):
        for row, v in enumerate(values):
            if not _is_exact(v):
                raise InvalidType(
                    "a number that a float holds exactly is needed",
                    found=_checks.show(v),
                    allowed="give money in whole minor units, or say float(...) yourself",
                    where=f"{where}, row {row:,}",
                )
    return np.array([math.nan if _is_nan(v) else float(v) for v in values], np.float64)


def _is_nan(value: Foreign) -> bool:
    return isinstance(value, Decimal) and value.is_nan()  # a signalling one too, which float() refuses


def _is_exact(value: Foreign) -> bool:
    if isinstance(value, (float, np.floating)) or _is_nan(value):
        return True
    try:
        return bool(float(value) == value)
    except OverflowError:
        return False
