"""Counting answers fast: how many of each, by group, under weights, and what is missing.

What belongs here: passes over columns in chunks that stay in the cache, which check as they count. What
does not: what the counts mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from qualify import _arrays
from qualify.errors import MetricError
from qualify.metrics._weighing import Weighing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify._arrays import Array, Column, Labels, Mask

_ROWS = 1 << 17  # rows at a time: their bytes, what they compare to, and the counts stay in the cache
_FULL = 255  # ones that a byte holds
_NARROW = 1 << 31


class Classes(NamedTuple):
    """How many rows fell into each class; the last entry of `rows` counts what is missing.

    Shapes are (classes + 1,), or (groups, classes + 1). Under weights, `weights` holds their sums and
    `squares` the sums of their squares; else both are None.
    """

    rows: NDArray[np.int64]
    weights: NDArray[Any] | None
    squares: NDArray[Any] | None
    labels: tuple[object, ...] | None


def cuts(
    read: Column, low: int, high: int, tops: tuple[int, ...], codes: tuple[float, ...], where: str
) -> list[int]:
    """Count answers at or above each of `tops`, then the missing, in one pass; refuse what is off the scale.

    Answers are whole numbers from `low` to `high`; NaN, masked rows and `codes` are missing.
    """
    column = read.values if codes else _unsigned(read.values, low, high)
    at_least, missing = np.zeros(len(tops), np.int64), 0
    step = min(len(read), _ROWS) or 1
    # Kept for all rows, since fresh memory costs more; ones are added up by their place in the chunk, in
    # bytes, which is faster than counting each chunk, and summed before a byte can overflow.
    is_over = np.empty(step, np.bool_)
    ones, sums = is_over.view(np.uint8), np.zeros((len(tops), step), np.uint8)
    edges = [(_alike(top, column), sum_) for top, sum_ in zip(tops, sums, strict=True)]
    for turn, start in enumerate(range(0, len(read), step), 1):
        values = column[start : start + step]
        if read.missing is not None:
            kept = values[~read.missing[start : start + step]]
            missing += len(values) - len(kept)
            values = kept
        if codes or values.dtype.kind == "f":
            gone = _missing(values, codes)
            kept = values[~gone] if gone is not None and gone.any() else values
            missing += len(values) - len(kept)
            values = kept
        if _is_off(values, low, high):
            _refuse(read, low, high, codes, where)
        rows = len(values)
        for edge, sum_ in edges:
            np.greater_equal(values, edge, out=is_over[:rows])
            np.add(sum_[:rows], ones[:rows], out=sum_[:rows])
        if turn % _FULL == 0:
            at_least += sums.sum(axis=1, dtype=np.int64)
            sums.fill(0)
    at_least += sums.sum(axis=1, dtype=np.int64)
    return [*at_least.tolist(), missing]


def _unsigned(values: Array, low: int, high: int) -> Array:
    """Give signed whole numbers as unsigned where that makes those under 0 greater than `high`."""
    if values.dtype.kind == "i" and low == 0 and high < 1 << (8 * values.dtype.itemsize - 1):
        return values.view(values.dtype.str.replace("i", "u"))
    return values


def _alike(edge: int, values: Array) -> Any:  # noqa: ANN401 - an array without dimensions, or the number itself
    """Give a number as numpy compares it fastest with values: in their dtype, where that can hold it."""
    if values.dtype.kind in "iu" and np.can_cast(np.min_scalar_type(edge), values.dtype):
        return np.array(edge, values.dtype)
    return edge


def _is_off(values: Array, low: int, high: int) -> bool:
    """Tell whether anything is off the scale; NaN must be gone."""
    if not values.size:
        return False
    if values.dtype.kind == "u" and low <= 0:
        return bool(np.maximum.reduce(values) > high)
    if values.min() < low or values.max() > high:
        return True
    return values.dtype.kind == "f" and bool(np.any(values != np.rint(values)))


def _missing(values: Array, codes: tuple[float, ...]) -> Mask:
    gone = _arrays.coded(values, codes)
    if values.dtype.kind == "f":
        gone = _arrays.joined(gone, np.isnan(values))
    return gone


def _refuse(read: Column, low: int, high: int, codes: tuple[float, ...], where: str) -> None:
    """Raise the error for the first answer that is off the scale."""
    gone = _arrays.joined(_missing(read.values, codes), read.missing)
    with np.errstate(invalid="ignore"):
        wrong = (read.values < low) | (read.values > high)
        if read.values.dtype.kind == "f":
            wrong |= read.values != np.rint(read.values)
    if gone is not None:
        wrong &= ~gone
    row = int(np.argmax(wrong))
    count = int(np.count_nonzero(wrong))
    raise MetricError(
        f"answers are whole numbers from {low} to {high}",
        found=f"{read.values[row]}{f', and {count - 1:,} more rows' if count > 1 else ''}",
        allowed="a code for no answer goes into missing=",
        where=f"{where}, row {row:,}",
    )


def classes(
    read: Column,
    starts: tuple[int, ...],
    high: int,
    codes: tuple[float, ...],
    where: str,
    *,
    labels: Labels | None = None,
    weights: Array | None = None,
) -> Classes:
    """Count the answers of each class, by group and under weights; refuse what is off the scale.

    A row of weight 0 is read and left out.

    The classes begin at `starts`, which ascend; the last ends with `high`. One number a row, group x
    classes + class, is made and counted chunk by chunk; few classes keep the table of counts in the cache.
    """
    wide = len(starts) + 1
    size = 1 if labels is None else labels.size
    cells = size * wide
    step = min(len(read), _ROWS) or 1
    rows = np.zeros(cells, np.int64)
    heavy = None if weights is None else Weighing(weights, cells)
    narrow = labels is not None and cells < _NARROW and abs(labels.low) + labels.size < _NARROW
    # Kept for all chunks: fresh memory costs more. Half the width where the numbers allow it.
    room = np.empty(step, np.min_scalar_type(len(starts))), np.empty(step, np.bool_)
    keys = np.empty(step, np.intp)
    groups = np.empty(step, np.int32) if narrow else keys
    column = read.values if codes else _unsigned(read.values, starts[0], high)
    for start in range(0, len(read), step):
        part = slice(start, start + step)
        kind = _classes_in(read, column, part, starts, high, codes, where, room)
        key = keys[: len(kind)]
        if labels is None:
            key[:] = kind
        else:
            group = _cells(labels, part, wide, groups[: len(kind)])
            group += kind
            if narrow:
                key[:] = group
        ones = 1 if heavy is None else heavy.add(part, key)
        np.add.at(rows, key, ones)  # faster than bincount, which looks for the least and the greatest first
    sums, squares = (None, None) if heavy is None else heavy.totals()
    if labels is None:
        return Classes(rows, sums, squares, None)
    table = rows.reshape(size, wide)
    occurs: NDArray[np.bool_] = np.asarray(table.any(axis=1))
    kept = slice(None) if occurs.all() else occurs
    return Classes(
        table[kept],
        None if sums is None else sums.reshape(size, wide)[kept],
        None if squares is None else squares.reshape(size, wide)[kept],
        labels.of(occurs),
    )


def _cells(labels: Labels, part: slice, wide: int, out: Array) -> Array:
    """Write the first cell of the group of each row of a chunk; it fits, whatever dtype labels come in."""
    codes = labels.codes[part]
    if labels.low:
        codes = np.subtract(codes, labels.low, out=out, dtype=out.dtype, casting="unsafe")
    return np.multiply(codes, wide, out=out, dtype=out.dtype, casting="unsafe")


def _classes_in(
    read: Column,
    column: Array,
    part: slice,
    starts: tuple[int, ...],
    high: int,
    codes: tuple[float, ...],
    where: str,
    room: tuple[Array, NDArray[np.bool_]],
) -> Array:
    """Give the class of each answer of a chunk, counted from 0; what is missing is the last."""
    values, low = column[part], starts[0]
    gone = _missing(values, codes)
    if read.missing is not None:
        gone = _arrays.joined(gone, read.missing[part])
    if _is_off(values if gone is None else values[~gone], low, high):
        _refuse(read, low, high, codes, where)
    kind, is_over = (held[: len(values)] for held in room)
    kind.fill(0)
    for start in starts[1:]:
        np.greater_equal(values, _alike(start, values), out=is_over)
        kind += is_over.view(np.uint8)
    if gone is not None:
        kind[gone] = len(starts)
    return kind
