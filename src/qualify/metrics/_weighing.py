"""Sums of weights and of their squares by cell: of whole weights exactly, whatever the order of the rows.

What belongs here: adding weights up. What does not: which cell a row is in, and what weights may be.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify._arrays import Array

    Cut: TypeAlias = Callable[[Array], tuple[Array, ...]]

_BIG = 1e100  # weights beyond, or all under its inverse, are brought near 1 by a power of two
_WIDE = 1 << 63  # what a whole number of 64 bits stays under
_HALF = np.uint64(32)
_LOW = np.uint64((1 << 32) - 1)


class Weighing:
    """Weights that are added up chunk by chunk; `totals` gives their sums, then the sums of their squares.

    Float weights are summed as floats. Whole ones are summed as 64-bit numbers where those cannot wrap, and
    in pieces of 32 bits otherwise, which are exact for a thousand million rows. A row of weight 0 is not
    counted.
    """

    def __init__(self, weights: Array, cells: int) -> None:
        is_whole = weights.dtype.kind == "i"
        self._weights = weights if is_whole else near_one(weights)
        self._given = None if weights.all() else weights
        most = int(weights.max(initial=0)) if is_whole else 0
        cuts: list[tuple[Cut, int]] = [
            (_once, 1) if len(weights) * most < _WIDE else (_halves, 2),
            (_squared, 1) if len(weights) * most**2 < _WIDE else (_squared_in_pieces, 4),
        ]
        self._held: list[tuple[Cut, list[Array]]] = [
            (cut, [np.zeros(cells, weights.dtype if pieces == 1 else np.uint64) for _ in range(pieces)])
            for cut, pieces in cuts
        ]

    @np.errstate(under="ignore")  # a square that is nothing beside the others becomes nothing
    def add(self, part: slice, cell: Array) -> Array | int:
        """Add the weights of some rows, each to its cell, and give whether each row counts: 1, or 0."""
        weights = self._weights[part]
        for cut, held in self._held:
            for sums, piece in zip(held, cut(weights), strict=True):
                np.add.at(sums, cell, piece)
        return 1 if self._given is None else (self._given[part] != 0).astype(np.int64)

    def totals(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Give both sums by cell; those that 64 bits do not hold as Python's own whole numbers."""
        sums, squares = (held[0] if len(held) == 1 else _put_together(held) for _, held in self._held)
        return sums, squares


def rounded(values: NDArray[Any]) -> NDArray[Any]:
    """Give whole numbers of any size as int64, or rounded once to floats where 64 bits do not hold one."""
    return values.astype(np.int64 if values.max() < _WIDE else np.float64)


def near_one(weights: Array) -> Array:
    """Give weights whose squares stay finite and above 0: as they are, or brought near 1.

    They are divided by a power of two, which value, interval and effective number do not feel.
    """
    most = float(weights.max(initial=0))
    if not most or 1 / _BIG <= most <= _BIG:
        return weights
    with np.errstate(under="ignore"):  # a weight that is nothing beside the others becomes nothing
        return np.ldexp(weights.astype(np.float64), -math.frexp(most)[1])


def _once(weights: Array) -> tuple[Array, ...]:
    return (weights,)


def _squared(weights: Array) -> tuple[Array, ...]:
    return (weights * weights,)


def _halves(weights: Array) -> tuple[Array, ...]:
    wide = weights.view(np.uint64)
    return wide & _LOW, wide >> _HALF


def _squared_in_pieces(weights: Array) -> tuple[Array, ...]:
    """Give squares as four pieces, the first worth 1, each other 2^32 times the one before."""
    low, high = _halves(weights)
    least, middle, most = low * low, low * high, high * high  # the middle counts twice
    twice = middle << np.uint64(1)  # under 2^64, since weights are under 2^63
    return least & _LOW, (least >> _HALF) + (twice & _LOW), (twice >> _HALF) + (most & _LOW), most >> _HALF


def _put_together(pieces: list[Array]) -> NDArray[Any]:
    """Give whole numbers from sums of their pieces: int64 where that holds all, else Python's own."""
    for small, large in pairwise(pieces):
        np.add(large, small >> _HALF, out=large)
        np.bitwise_and(small, _LOW, out=small)
    high = pieces[1]
    if high.max() < 1 << 31 and not any(piece.any() for piece in pieces[2:]):
        return (high << _HALF | pieces[0]).view(np.int64)
    total = pieces[-1].astype(object)
    for piece in reversed(pieces[:-1]):
        total = (total << 32) + piece.astype(object)
    return total
