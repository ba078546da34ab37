"""Facts about tables: whoever made one, its columns are found by name."""

from __future__ import annotations

import builtins

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from qualify.cohort._table import columns_of, length_of, plain_list
from qualify.errors import InvalidType, InvalidValue, MissingExtra

ROWS = {"seats": [40, None, 3], "need": ["x", "y", None]}


class Streamed:
    """A table of a maker that nobody knows, which exports an Arrow stream."""

    def __arrow_c_stream__(self, requested_schema=None):
        return pa.table(ROWS).__arrow_c_stream__(requested_schema)


TABLES = {
    "dict": ROWS,
    "pandas": pd.DataFrame(ROWS),
    "polars": pl.DataFrame(ROWS),
    "arrow": pa.table(ROWS),
    "narwhals": nw.from_native(pl.DataFrame(ROWS)),
    "stream": Streamed(),
}


@pytest.mark.parametrize("maker", TABLES)
def test_every_maker_gives_the_same_columns(maker):
    """Names, lengths and entries are the same, with None for what is missing."""
    columns = columns_of(TABLES[maker])
    assert ["seats", "need"] == list(columns)
    assert 3 == length_of(columns)
    assert ["x", "y", None] == list(plain_list(columns["need"], "need"))
    seats = [None if pd.isna(one) else one for one in plain_list(columns["seats"], "seats")]
    assert [40, None, 3] == seats


def test_a_table_without_columns_has_no_rows():
    """It is a table all the same."""
    assert 0 == length_of(columns_of({}))


@pytest.mark.parametrize(
    ("table", "kind", "told"),
    [
        (
            pl.LazyFrame(ROWS),
            InvalidType,
            (
                "table: a table in memory is needed (got a polars LazyFrame, which is not computed yet); "
                "collect it first, for example frame.collect()"
            ),
        ),
        (
            [1, 2],
            InvalidType,
            (
                "table: a table is needed (got list); "
                "a dict of columns, or a frame of pandas, polars, narwhals or Arrow"
            ),
        ),
        (
            {"a": [1], "b": [1, 2]},
            InvalidValue,
            "table: columns of one table are of one length (got 'a' 1, 'b' 2)",
        ),
        ({3: [1]}, InvalidType, "table: a column's name is text (got 3, int)"),
        ({"a": "text"}, InvalidType, "table, column 'a': a column is needed (got str)"),
        ({"a": 3}, InvalidType, "table, column 'a': a column is needed (got int)"),
        (
            pd.DataFrame(np.zeros((1, 2)), columns=["a", "a"]),
            InvalidValue,
            "table: columns have different names (got a twice)",
        ),
    ],
)
def test_what_is_no_table_is_refused(table, kind, told):
    """The error says what would be one."""
    with pytest.raises(kind) as caught:
        columns_of(table)
    assert told == str(caught.value)


def test_a_stream_needs_the_extra(monkeypatch):
    """Without pyarrow the error names the extra that installs it."""
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "pyarrow":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra, match=r"pip install 'qualify\[frames\]'"):
        columns_of(Streamed())
