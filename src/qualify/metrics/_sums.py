"""Sums that do not feel the order of their terms.

What belongs here: exact sums of columns. What does not: what they are sums of.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from qualify import _arrays
from qualify.errors import MetricError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify._arrays import Array, Labels

_WIDE = 1 << 63  # what a whole number of 64 bits stays under
_BITS = 30  # a number from 0 to 1 is cut into two whole numbers of 30 bits; what is under 2^-60 is dropped


def total(values: Array) -> int | float:
    """Give the exact sum of whole numbers, or the correctly rounded sum of floats, in any order.

    Whole numbers are summed in halves of 32 bits, which cannot wrap; floats by Shewchuk's method
    (`math.fsum`). Whole numbers of more than 64 bits are Python's own.
    """
    if values.dtype == object:
        exact: int = sum(values.tolist())
        return exact
    if values.dtype.kind == "f" and len(values):
        try:
            return math.fsum(values.tolist())
        except OverflowError:
            raise MetricError(
                "sums lie under 1e308", found="a larger one", allowed="count in a larger unit"
            ) from None
    low, high = 0, 0
    for start in range(0, len(values), _arrays.CHUNK):
        part = values[start : start + _arrays.CHUNK].astype(np.int64)
        low += int((part & 0xFFFFFFFF).sum())
        high += int((part >> 32).sum())
    return (high << 32) + low


def unit_sums(values: NDArray[np.float64], groups: Array | None = None, size: int = 1) -> NDArray[np.float64]:
    """Give the sums by group of numbers from 0 to 1, each cut at 2^-60, bit for bit in any order.

    The two halves of each number are whole, so their sums are exact up to 2^23 terms a group, and
    afterwards right to 1e-15.
    """
    scaled = values * float(1 << _BITS)
    high = np.floor(scaled)
    low = np.floor((scaled - high) * float(1 << _BITS))
    if groups is None:
        parts = [np.array([float(int(half.astype(np.int64).sum()))]) for half in (high, low)]
    else:
        parts = [np.bincount(groups, weights=half, minlength=size) for half in (high, low)]
    return (parts[0] + parts[1] / (1 << _BITS)) / (1 << _BITS)


def by_group(values: Array, labels: Labels | None) -> Any:  # noqa: ANN401 - a number, or an array of them
    """Give the sum as a scalar without labels, else by group, each as `total` gives it."""
    if labels is None:
        return total(values)
    groups, kind = labels.groups(), np.float64 if values.dtype.kind == "f" else np.int64
    if kind is np.int64 and len(values) * max(map(abs, _ends(values))) < _WIDE:
        sums = np.zeros(labels.size, np.int64)
        np.add.at(sums, groups, values.astype(np.int64))
        return sums
    order = np.argsort(groups.astype(np.min_scalar_type(labels.size)), kind="stable")
    ends = np.cumsum(np.bincount(groups, minlength=labels.size))
    totals = [total(piece) for piece in np.split(values[order], ends[:-1])]
    try:
        return np.array(totals, kind)
    except OverflowError:
        raise MetricError(
            "sums by group lie under 2^63",
            found=f"{max(totals, key=abs)}",
            allowed="count in a larger unit",
            where="by",
        ) from None


def _ends(values: Array) -> tuple[int, int]:
    return int(values.min(initial=0)), int(values.max(initial=0))
