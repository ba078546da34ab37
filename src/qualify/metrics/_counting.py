"""Counting clean columns: which times occur, and how many of each kind at each.

What belongs here: the fast ways from rows to counts, in pieces that stay in the cache, with little memory
beside the input. What does not: what the counts mean (`_life_table`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Array = NDArray[Any]
    # From a row on: a piece of the times that rise, or of their codes.
    Read = Callable[[int], Array]

# Two times closer than this, as a part of the later one, are the same time: 0.1 + 0.2 ties with 0.3.
SAME_TIME = 1e-12
_PIECE = 1 << 15  # rows whose temporaries stay in the cache
_BYTE, _WORD = 8, 64  # bits
_ROOM = 2  # bits for codes beside a float below 2
_DEEPEST = -1_000  # powers of two between the greatest and the least time, so that scaling is exact
_FEW = 32  # so many rows of a piece that repeat a time are taken one by one
_WHOLE = 2.0**53  # beyond this floats skip whole numbers
_DENSE = 4  # whole-number times are counted in place while their range is at most so many times the rows


def span_of(times: Array) -> tuple[float, float]:
    """Give the least and the greatest time."""
    return (float(times.min()), float(times.max())) if len(times) else (0.0, 0.0)


@np.errstate(all="ignore")
def counted(
    times: Array, codes: Array, kinds: int, scale: float, span: tuple[float, float]
) -> tuple[Array, Array]:
    """Give the distinct times, divided by `scale`, and (kinds, T) how many of each code at each.

    Times lie within `span`, codes are from 0 to `kinds` - 1.
    """
    return _dense(times, codes, kinds, scale, *span) or _sorted(times, codes, kinds, scale, span[1])


@np.errstate(all="ignore")  # a weight that is next to nothing has a square of 0
def weighed(
    times: Array, codes: Array, kinds: int, scale: float, weights: Array
) -> tuple[Array, Array, Array]:
    """Give the distinct times, and (kinds, T) the sums of weights and of their squares."""
    order = np.lexsort((weights, times))  # sums of floats do not depend on the order of the rows
    ordered = _wide(times[order])
    starts = np.flatnonzero(new_times(ordered))
    place = groups(starts, len(order)) * kinds + codes[order]
    sums, squares = (
        np.bincount(place, w, minlength=len(starts) * kinds).reshape(-1, kinds).T
        for w in (weights[order], np.square(weights[order], dtype=np.float64))
    )
    return ordered[starts] / scale, sums, squares


@np.errstate(all="ignore")  # next to 0 a time has few digits
def new_times(ordered: Array, last: float | None = None) -> NDArray[np.bool_]:
    """Give where a new time begins, in times that rise; `last` came before them."""
    new = np.ones(len(ordered), np.bool_)
    if ordered.dtype.kind == "f":
        later = ordered * (1.0 - SAME_TIME)
        np.greater(later[1:], ordered[:-1], out=new[1:])
        new[:1] = last is None or later[:1] > last
    else:
        np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
        new[:1] = last is None or ordered[:1] != last
    return new


def _wide(times: Array) -> Array:
    """Give floats of any width as float64, and whole numbers as they are."""
    return times.astype(np.float64, copy=False) if times.dtype.kind == "f" else times


def groups(starts: Array, rows: int) -> Array:
    """Give the group of each row, counted from 0."""
    return np.repeat(np.arange(len(starts)), np.diff(starts, append=rows))


def _dense(
    times: Array, codes: Array, kinds: int, scale: float, low: float, high: float
) -> tuple[Array, Array] | None:
    """Count whole-number times in place; None if they are not whole, or too far apart."""
    if high > _WHOLE or high - low > _DENSE * len(times) + 1_024:
        return None
    low = math.floor(low) if high > _DENSE * len(times) + 1_024 else 0
    width = int(high) - low + 1
    counts = np.zeros((kinds, width), np.int64)
    whole: Any = np.int32 if max(int(high), kinds * width) < 1 << 31 else np.int64
    for start in range(0, len(times), _PIECE):
        piece = times[start : start + _PIECE]
        place: Array = piece.astype(whole)
        if piece.dtype.kind == "f" and not (place == piece).all():
            return None
        place += codes[start : start + _PIECE].astype(whole) * whole(width)
        if low:
            place -= whole(low)
        np.add.at(counts.reshape(-1), place.astype(np.intp), 1)  # half the time of bincount
    occurs = counts.any(axis=0)
    return (np.flatnonzero(occurs) + low) / scale, counts[:, occurs]


def _sorted(times: Array, codes: Array, kinds: int, scale: float, high: float) -> tuple[Array, Array]:
    """Count any other times by one sort, read twice: how many repeat a time, then how many of each kind.

    The distinct times take the memory of the sort, where each is written over rows that were read before.
    """
    rows = len(times)
    packed = _packed(times, codes, high)
    if packed is None:
        read, kind_at = _looked_up(times, codes)
        grid = np.empty(rows)
    else:
        keys, read, kind_at, unit = packed
        grid = keys.view(np.float64)
        scale *= unit
    repeats = list(_repeats(read, rows))
    ties = sum(number for number, _ in repeats)
    used = rows - ties
    counts = np.zeros((kinds, used), np.min_scalar_type(-2 * (ties + 1)))  # sums of two kinds fit as well
    at, last = 0, None
    for piece, (_, again) in enumerate(repeats):
        ordered, kind = read(piece * _PIECE), kind_at(piece * _PIECE)
        if again is None:
            at = _many(ordered, kind, new_times(ordered, last), counts, grid, at)
        else:
            at = _few(ordered, kind, again, counts, grid, at)
        last = ordered[-1]
    grid = grid[:used] if 2 * used >= rows else grid[:used].copy()
    if scale != 1:
        grid /= scale
    return grid, counts


def _packed(times: Array, codes: Array, high: float) -> tuple[Array, Read, Read, float] | None:
    """Sort times with their codes in one array of integers, without an order to look up.

    Gives the sorted integers, how to read times and codes from them, and by what to divide the times; None
    where codes have no room. Floats that are not negative sort as their bits do. The sign is not used, and
    below 2 neither is the highest bit of the exponent: shifting them out makes room for codes of one or
    two bits.
    """
    bits = int(codes.max(initial=0)).bit_length()
    power = 0
    floats = times.dtype.kind == "f"
    if bits > (_ROOM if floats else _BYTE) or (not floats and int(high).bit_length() + bits > _WORD):
        return None
    if floats and bits == _ROOM:
        power = max(0, math.frexp(high)[1] - 1)  # so that scaled times are below 2
        least = float(np.min(times, where=times > 0, initial=math.inf))
        if math.frexp(least)[1] - power < _DEEPEST:
            return None
    shift, mask, unit = np.uint64(bits), np.uint8((1 << bits) - 1), 2.0**-power
    keys = np.empty(len(times), np.uint64)
    for start in range(0, len(times), _PIECE):
        piece = times[start : start + _PIECE]
        # -0.0 becomes 0.0
        key = (_wide(piece) * unit + 0.0).view(np.uint64) if floats else piece.astype(np.uint64)
        key <<= shift
        key |= codes[start : start + _PIECE].astype(np.uint64)
        keys[start : start + _PIECE] = key
    keys.sort()

    def read(start: int) -> Array:
        ordered = keys[start : start + _PIECE] >> shift
        return ordered.view(np.float64) if floats else ordered

    def kind_at(start: int) -> Array:
        return keys[start : start + _PIECE].astype(np.uint8) & mask

    return keys, read, kind_at, unit


def _looked_up(times: Array, codes: Array) -> tuple[Read, Read]:
    """Sort times, and look up their codes: for codes that have no room beside them."""
    order = np.argsort(times)
    ordered, kind = _wide(times[order]), codes[order]
    return (lambda start: ordered[start : start + _PIECE]), (lambda start: kind[start : start + _PIECE])


def _repeats(read: Read, rows: int) -> Iterator[tuple[int, Array | None]]:
    """Give how many rows of each piece repeat a time, and where, unless there are many of them."""
    last = None
    for start in range(0, rows, _PIECE):
        ordered = read(start)
        new = new_times(ordered, last)
        last = ordered[-1]
        ties = len(new) - int(np.count_nonzero(new))
        yield ties, np.flatnonzero(~new) if ties <= _FEW else None


def _few(ordered: Array, kind: Array, again: Array, counts: Array, grid: Array, at: int) -> int:
    """Count a piece whose rows are columns of their own, but a few that repeat the time before them."""
    begin = 0
    for end in (*again.tolist(), len(ordered)):
        stretch = slice(at, at + end - begin)
        grid[stretch] = ordered[begin:end]
        for code, row in enumerate(counts):
            np.equal(kind[begin:end], code, out=row[stretch], casting="unsafe")
        at += end - begin
        if end < len(ordered):
            counts[kind[end], at - 1] += 1
        begin = end + 1
    return at


def _many(ordered: Array, kind: Array, new: Array, counts: Array, grid: Array, at: int) -> int:
    """Count a piece of which many rows share a time, maybe with the piece before."""
    starts = np.flatnonzero(new)
    place = np.cumsum(new) * len(counts) + kind  # the first column is that of the time before
    found = np.bincount(place, minlength=(len(starts) + 1) * len(counts)).reshape(-1, len(counts)).T
    if at:
        counts[:, at - 1] += found[:, 0].astype(counts.dtype)
    counts[:, at : at + len(starts)] = found[:, 1:]
    grid[at : at + len(starts)] = ordered[starts]
    return at + len(starts)
