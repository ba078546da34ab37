"""Columns of any maker as numpy arrays, with what is missing beside them.

What belongs here: reading lists, numpy, masked, pandas, polars and Arrow columns without importing
their libraries, and errors that name the argument, the row and what is allowed. What does not:
arithmetic on the columns, and anything that knows what they mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualify._arrays._labels import Labels, labels, same_kind
from qualify._arrays._memory import Column, ColumnLike, joined, missing_in, objects
from qualify._arrays._options import choice, level, unexpected
from qualify._arrays._read import (
    coded,
    codes,
    column,
    durations,
    instants,
    number_kind,
    numbers,
    refuse_first,
    same_length,
    truths,
    weights,
)

if TYPE_CHECKING:
    from qualify._arrays._memory import Array as Array
    from qualify._arrays._memory import Mask as Mask

__all__ = [
    "CHUNK",
    "MAX_EXACT",
    "Column",
    "ColumnLike",
    "Labels",
    "choice",
    "coded",
    "codes",
    "column",
    "durations",
    "instants",
    "joined",
    "labels",
    "level",
    "missing_in",
    "number_kind",
    "numbers",
    "objects",
    "refuse_first",
    "same_kind",
    "same_length",
    "truths",
    "unexpected",
    "weights",
]

CHUNK = 1 << 18  # rows at a time: the buffers of a pass stay in the cache
MAX_EXACT = 1 << 53  # beyond this a float skips whole numbers


def __dir__() -> list[str]:
    return sorted(__all__)
