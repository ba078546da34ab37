"""Amounts of money as columns: in one currency, and wide enough to be added and subtracted.

What belongs here: what all amounts have in common. What does not: what they are amounts of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qualify import _arrays
from qualify.errors import MetricError

if TYPE_CHECKING:
    from qualify._arrays import Array, ColumnLike, Labels


_MOST = 1e150  # squares of amounts are finite


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


def widened(values: Array) -> Array:
    """Give amounts whose differences and squares have room: int64 under 2^62, floats under 1e150."""
    if values.dtype.kind == "f" and len(values):  # no amounts make no sum of whole amounts a float
        if float(np.abs(values).max()) > _MOST:
            raise MetricError("amounts lie under 1e150", found=f"{np.abs(values).max():g}", where="amounts")
        return values.astype(np.float64)
    if values.size and (int(values.max()) >= 1 << 62 or int(values.min()) <= -(1 << 62)):
        raise MetricError("amounts lie under 2^62", found=f"{values.max()}", where="amounts")
    return values.astype(np.int64)
