"""A table of any maker as named columns.

What belongs here: finding the columns of a dict, a pandas, polars, Arrow or narwhals frame, without
importing their libraries. What does not: reading what stands in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from typing import Any, TypeAlias, cast

from qualify import _arrays, _checks
from qualify.errors import InvalidType, InvalidValue, MissingExtra

# A mapping of names to columns, or a frame of pandas, polars, narwhals, Arrow, or any maker that exports
# an Arrow stream. None of these libraries may be imported for a type, so the words stand for them.
TableLike: TypeAlias = Any

_TABLES = "a dict of columns, or a frame of pandas, polars, narwhals or Arrow"
_LAZY = frozenset(("dask", "ibis", "pyspark", "vaex"))


def columns_of(table: TableLike, where: str = "table") -> dict[str, Any]:
    """Give the columns of a table by name, as the table holds them, all of one length.

    >>> columns_of({"fit": [4, None], "need": ["x", "y"]})
    {'fit': [4, None], 'need': ['x', 'y']}
    """
    columns = dict(table) if isinstance(table, Mapping) else _of_frame(table, where)
    for name in columns:
        if not isinstance(name, str):
            raise InvalidType(
                "a column's name is text", found=f"{name!r}, {_checks.kind_of(name)}", where=where
            )
    lengths = {name: _length(values, f"{where}, column {name!r}") for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{name!r} {n:,}" for name, n in list(lengths.items())[:6])
        raise InvalidValue("columns of one table are of one length", found=shown, where=where)
    return columns


def length_of(columns: Mapping[str, Any]) -> int:
    """Give the number of rows, 0 for a table without columns."""
    return next((len(values) for values in columns.values()), 0)


def _length(values: object, where: str) -> int:
    if isinstance(values, (str, bytes, Mapping)) or not hasattr(values, "__len__"):
        raise InvalidType("a column is needed", found=_checks.kind_of(values), where=where)
    return len(cast("Sized", values))


def _of_frame(table: TableLike, where: str) -> dict[str, Any]:
    maker, kind = type(table).__module__.partition(".")[0], type(table).__name__
    if maker in _LAZY or kind == "LazyFrame":
        raise InvalidType(
            "a table in memory is needed",
            found=f"a {maker} {kind}, which is not computed yet",
            allowed="collect it first, for example frame.collect()",
            where=where,
        )
    names = getattr(table, "column_names", None) if maker == "pyarrow" else getattr(table, "columns", None)
    if maker in {"pandas", "polars", "narwhals", "pyarrow"} and names is not None:
        listed = list(names)
        twice = sorted({str(name) for name in listed if listed.count(name) > 1})
        if twice:
            raise InvalidValue("columns have different names", found=f"{', '.join(twice)} twice", where=where)
        return {name: table[name] for name in listed}
    if hasattr(table, "__arrow_c_stream__"):
        try:
            import pyarrow as pa  # type: ignore[import-untyped]
        except ImportError:
            raise MissingExtra("frames", "pyarrow", where) from None
        return _of_frame(pa.table(table), where)
    raise InvalidType("a table is needed", found=_checks.kind_of(table), allowed=_TABLES, where=where)


def plain_list(values: _arrays.ColumnLike, where: str) -> Sequence[object]:
    """Give a column as a list of Python values, None where it is missing."""
    if type(values) in (list, tuple):
        return values  # type: ignore[no-any-return]  # the test above says what it is
    read = _arrays.column(values, where)
    listed = read.values.tolist()
    if read.missing is None:
        return listed  # type: ignore[no-any-return]  # numpy does not say what tolist gives
    return [None if gone else entry for entry, gone in zip(listed, read.missing.tolist(), strict=True)]
