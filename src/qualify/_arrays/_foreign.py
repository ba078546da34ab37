"""Columns of pandas, polars, Arrow and narwhals, read through their own methods without an import.

What belongs here: one function for each library. What does not: what the values may be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from qualify import _checks
from qualify._arrays._memory import SHAPES, Column, ColumnLike, Foreign, from_list, from_numpy, joined
from qualify.errors import InvalidType

if TYPE_CHECKING:
    from qualify._arrays._memory import Array


def categories(values: ColumnLike) -> tuple[Array, tuple[object, ...]] | None:
    """Give codes and names of a categorical or dictionary column as it keeps them, else None."""
    root = type(values).__module__.partition(".")[0]
    if root == "pandas":
        held: Foreign = getattr(values, "cat", values)
        if hasattr(held, "categories") and hasattr(held, "codes"):
            return np.asarray(held.codes), tuple(held.categories.tolist())
    if root == "pyarrow" and type(values).__name__ in {"StringArray", "LargeStringArray", "DictionaryArray"}:
        encoded = values if type(values).__name__ == "DictionaryArray" else values.dictionary_encode()
        names = tuple(encoded.dictionary.to_pylist())
        if list(names) == sorted(set(names) - {None}):  # as pandas and polars write categories
            return encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), names
    return None


def _lazy(what: str, where: str) -> InvalidType:
    return InvalidType(
        "a column in memory is needed",
        found=what,
        allowed="collect it first and give one column, for example frame.collect()['score']",
        where=where,
    )


def _frame(what: str, where: str) -> InvalidType:
    return InvalidType(
        "one column is needed", found=f"a table ({what})", allowed="choose it: table['score']", where=where
    )


def _from_pandas(values: Foreign, where: str) -> Column:
    if type(values).__name__ == "DataFrame":
        raise _frame("pandas DataFrame", where)
    if not hasattr(values, "isna"):
        raise InvalidType("a column is needed", found=_checks.kind_of(values), allowed=SHAPES, where=where)
    dtype = values.dtype
    held: Foreign = getattr(values, "cat", values)
    if hasattr(held, "categories") and hasattr(held, "codes"):
        place = np.asarray(held.codes)
        names = from_numpy(held.categories.to_numpy(), where).values
        missing = place < 0
        if not len(names):
            return Column(np.zeros(len(place)), missing)
        return Column(names[np.where(missing, 0, place)], missing if missing.any() else None)
    if isinstance(dtype, np.dtype):
        return from_numpy(values.to_numpy(), where)
    missing = np.asarray(values.isna())
    if getattr(dtype, "tz", None) is not None:
        utc = (
            values.dt.tz_convert("UTC").dt.tz_localize(None)
            if hasattr(values, "dt")
            else values.tz_convert("UTC").tz_localize(None)
        )
        return Column(utc.to_numpy(), missing if missing.any() else None)
    numpy_type = getattr(dtype, "numpy_dtype", np.dtype(object))
    if numpy_type.kind in "biuf":
        filled = values.to_numpy(dtype=numpy_type, na_value=numpy_type.type(0))
        return Column(filled, missing if missing.any() else None)
    return from_numpy(values.to_numpy(dtype=object), where)


def _from_polars(values: Foreign, where: str) -> Column:
    kind = type(values).__name__
    if kind in {"LazyFrame", "Expr", "LazyGroupBy"}:
        raise _lazy(f"a polars {kind}, which is not computed yet", where)
    if kind == "DataFrame":
        raise _frame("polars DataFrame", where)
    if kind != "Series":
        raise InvalidType("a column is needed", found=f"a polars {kind}", allowed=SHAPES, where=where)
    name = str(values.dtype).partition("(")[0]
    if name in {"String", "Categorical", "Enum", "Object", "Decimal", "Date", "Null", "Int128", "UInt128"}:
        return from_list(values.to_list(), where)
    missing = values.is_null().to_numpy() if values.null_count() else None
    if missing is not None and name not in {"Datetime", "Duration"}:
        values = values.fill_null(False if name == "Boolean" else 0)
    read = from_numpy(values.to_numpy(), where)
    return Column(read.values, joined(missing, read.missing))


def _from_arrow(values: Foreign, where: str) -> Column:
    kind = type(values).__name__
    if kind in {"Table", "RecordBatch"}:
        raise _frame(f"Arrow {kind}", where)
    if not hasattr(values, "null_count") or not hasattr(values, "to_numpy"):
        raise _lazy(f"an Arrow {kind}", where)
    if kind == "ChunkedArray":
        values = values.combine_chunks()
    if kind != "ChunkedArray" and hasattr(values, "dictionary_decode"):
        values = values.dictionary_decode()
    missing = np.asarray(values.is_null()) if values.null_count else None
    text = str(values.type)
    if missing is not None and (text == "bool" or text.startswith(("int", "uint"))):
        values = values.fill_null(False if text == "bool" else 0)
    if text in {"string", "large_string", "null"} or text.startswith(("decimal", "date")):
        return from_list(values.to_pylist(), where)
    read = from_numpy(values.to_numpy(zero_copy_only=False), where)
    return Column(read.values, joined(missing, read.missing))


def _from_narwhals(values: Foreign, where: str) -> Column:
    if not hasattr(values, "to_native"):
        raise _lazy(f"a narwhals {type(values).__name__}", where)
    native = values.to_native()
    read = FOREIGN.get(type(native).__module__.partition(".")[0])
    return from_numpy(native, where) if read is None else read(native, where)


def _not_computed(values: Foreign, where: str) -> Column:
    raise _lazy(
        f"{type(values).__module__.partition('.')[0]} {type(values).__name__}, not computed yet", where
    )


FOREIGN: dict[str, Callable[[Foreign, str], Column]] = {
    "pandas": _from_pandas,
    "polars": _from_polars,
    "pyarrow": _from_arrow,
    "narwhals": _from_narwhals,
    **dict.fromkeys(("dask", "ibis", "pyspark", "duckdb", "daft", "vaex"), _not_computed),
}
