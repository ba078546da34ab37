"""Labels for `by=`: which group each row is in.

What belongs here: groups of any kind of label, counted in place where they are small whole numbers. What
does not: counting what is in them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qualify import _checks
from qualify._arrays._foreign import categories
from qualify._arrays._memory import ColumnLike, joined
from qualify._arrays._read import column, first_odd, same_length
from qualify.errors import InvalidType

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify._arrays._memory import Array, Mask


class Labels(NamedTuple):
    """Which group each row is in: `codes - low` counts groups from 0 to `size` - 1.

    `names` holds the label of each group, or None where the codes are the labels themselves. Not every
    group need occur.
    """

    codes: Array
    low: int
    size: int
    names: tuple[object, ...] | None

    def of(self, occurs: NDArray[np.bool_]) -> tuple[object, ...]:
        """Give the labels of the groups that occur, in their order."""
        places = np.flatnonzero(occurs)
        if self.names is None:
            return tuple((places + self.low).tolist())
        return tuple(self.names[i] for i in places)

    def groups(self) -> NDArray[np.intp]:
        """Give the group of each row, counted from 0."""
        return self.codes.astype(np.intp, copy=False) - self.low

    def missing(self) -> Mask:
        """Give the rows without a label; None where each has one."""
        if self.names is None or None not in self.names:
            return None
        return np.equal(self.groups(), self.names.index(None))


def labels(values: ColumnLike, where: str, *, rows: int) -> Labels:
    """Give the groups of `by=`: sorted where the labels can be, a missing label is a group None, the last.

    Labels are of one kind, since 1 equals True and reads like "1". Dates count to the microsecond.

    >>> group = labels(["b", "a", None, "b"], "by", rows=4)
    >>> group.names, group.groups()
    (('a', 'b', None), array([1, 0, 2, 1]))
    """
    ready = categories(values)
    if ready is not None and len({_kind(type(name)) for name in ready[1]}) <= 1:
        same_length(where, len(ready[0]), rows)
        return _named(*ready)
    read = column(values, where)
    same_length(where, len(read), rows)
    array_, gone = read
    if array_.dtype.kind == "f":
        gone = joined(gone, np.isnan(array_))
    if array_.dtype.kind in "iu" and gone is None and len(array_):
        low, high = _span(array_)
        if high - low <= 4 * len(array_) + 1_024 and high < 1 << 62:  # few enough to count in place
            return Labels(array_, low, high - low + 1, None)
    if array_.dtype.kind == "M" and np.datetime_data(array_.dtype)[0] in _FINE:
        array_ = array_.astype("datetime64[us]")  # Python's own dates are no finer
    if array_.dtype.kind in "biufM":
        kept = array_ if gone is None else array_[~gone]
        names, inverse = np.unique(kept, return_inverse=True)
        codes_ = np.full(len(array_), len(names), np.intp)
        codes_[slice(None) if gone is None else ~gone] = inverse
        return _named(codes_, tuple(names.tolist()), none=gone is not None)
    if array_.dtype.kind not in "OUS":
        raise InvalidType(
            "labels are text, numbers, bools or dates", found=f"dtype {array_.dtype}", where=where
        )
    return _factorised(array_, gone, where)


def _span(values: Array) -> tuple[int, int]:
    """Give the least and the greatest; chunk by chunk, so that memory is read once."""
    parts = (values[start : start + _ROWS] for start in range(0, len(values), _ROWS))
    ends = [(int(part.min()), int(part.max())) for part in parts]
    return min(least for least, _ in ends), max(most for _, most in ends)


def _named(codes_: Array, names: tuple[object, ...], *, none: bool = True) -> Labels:
    """Make labels of codes that may be -1 or len(names) where the label is missing."""
    if none:
        codes_ = np.where(codes_ < 0, len(names), codes_).astype(np.intp, copy=False)
        names = (*names, None)
    return Labels(codes_, 0, len(names), names)


def _factorised(values: Array, missing: Mask, where: str) -> Labels:
    if values.dtype.kind == "O":
        _refuse_mixed(values, missing, where)
    index: dict[object, int] = {}
    add = index.setdefault
    try:
        codes_ = np.fromiter((add(v, len(index)) for v in values.tolist()), np.intp, len(values))
    except TypeError:
        raise InvalidType("labels must be hashable", found=first_odd(values, (str,)), where=where) from None
    if missing is not None:
        codes_[missing] = -1
    names = list(index)
    present = [name for name in names if name is not None]
    try:
        order = sorted(present)  # type: ignore[type-var]
    except TypeError:
        order = present  # labels without an order keep that in which they came
    place = {name: i for i, name in enumerate(order)}
    moved = np.array([place.get(name, -1) for name in names] or [-1], np.intp)
    gone = codes_ < 0
    return _named(np.where(gone, -1, moved[codes_]), tuple(order), none=bool(gone.any()))


def _refuse_mixed(values: Array, missing: Mask, where: str) -> None:
    """Refuse labels of unlike kinds, which would merge or read alike."""
    present = (values if missing is None else values[~missing]).tolist()
    kinds = {type_: _kind(type_) for type_ in set(map(type, present))}
    if len(set(kinds.values())) > 1:
        first = kinds[type(present[0])]
        place = next(i for i, label in enumerate(present) if kinds[type(label)] != first)
        row = place if missing is None else int(np.flatnonzero(~missing)[place])
        raise _mixed(f"{_checks.kind_of(present[place])} after", present[0], f"{where}, row {row:,}")


def same_kind(one: Iterable[object], two: Iterable[object], where: str) -> None:
    """Refuse the labels of two columns, each of one kind, that are to be the same and are of unlike kinds."""
    first, second = (next((label for label in side if label is not None), None) for side in (one, two))
    if first is not None and second is not None and _kind(type(first)) != _kind(type(second)):
        raise _mixed(f"{_checks.kind_of(second)} beside", first, where)


def _mixed(found: str, first: object, where: str) -> InvalidType:
    return InvalidType(
        "labels of one kind are needed",
        found=f"{found} {_checks.kind_of(first)}",
        allowed="write all of them as text, say",
        where=where,
    )


def _kind(type_: type) -> str:
    """Give which kind of label a type is: 1 and 1.0 are of one, 1 and True, or 1 and "1", are not."""
    return next((kind for kind, types in _KINDS.items() if issubclass(type_, types)), "other")


_ROWS = 1 << 16
_FINE = ("ns", "ps", "fs", "as")
_KINDS: dict[str, tuple[type, ...]] = {
    "bool": (bool, np.bool_),
    "number": (int, float, np.number, Decimal, Fraction),
    "text": (str,),
    "bytes": (bytes,),
    "date": (date,),
}
