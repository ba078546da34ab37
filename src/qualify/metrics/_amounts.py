"""Amounts of money as columns: in one currency, and wide enough to be added and subtracted.

What belongs here: what all amounts have in common. What does not: what they are amounts of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qualify import _arrays
from qualify.errors import MetricError

if TYPE_CHECKING:
    from qualify._arrays import Array, Column, ColumnLike, Labels


MOST = 1e150  # of an amount: its square is finite, and so is its product with a price or a lifetime
_WHOLE = 1 << 62  # differences of whole ones have 64 bits


def one_currency(currency: ColumnLike | None, rows: int, labels: Labels | None = None) -> None:
    """Refuse amounts of two currencies, in one group if there are groups; one name stands for all rows."""
    if currency is None or isinstance(currency, str):
        return
    names = _arrays.labels(currency, "currency", rows=rows)
    groups = np.zeros(rows, np.intp) if labels is None else labels.groups()
    kinds = np.unique(groups * names.size + names.groups()) // names.size
    if len(kinds) != len(np.unique(kinds)):
        raise MetricError(
            "amounts of one currency are needed",
            found=", ".join(map(str, names.of(np.bincount(names.groups(), minlength=names.size) > 0))),
            allowed="convert them first, at a rate that you can name, or measure each currency by itself",
            where="currency",
        )


def widened(read: Column, gone: Array, where: str) -> Array:
    """Give the amounts that count, with room for differences and squares: int64 or float64."""
    values = read.values[~gone]
    is_float = values.dtype.kind == "f" and len(values) > 0  # no amounts make no sum of whole amounts a float
    most = MOST if is_float else _WHOLE - 1
    if len(values) and max(values.max().item(), -values.min().item()) > most:
        row = int(np.flatnonzero(~gone)[np.argmax((values > most) | (values < -most))])
        raise MetricError(
            f"amounts lie under {'1e150' if is_float else '2^62'}",
            found=f"{read.values[row]}",
            allowed="count in a larger unit",
            where=f"{where}, row {row:,}",
        )
    return values.astype(np.float64 if is_float else np.int64)
