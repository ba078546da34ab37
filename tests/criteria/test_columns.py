"""Columns are read when they are first judged, once, and give back what a host function needs."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from qualify.criteria import Columns, heard, topic
from qualify.errors import InvalidValue
from reference.criteria_slow import NOW


@pytest.mark.parametrize(
    ("column", "dtype"),
    [
        ([1, None], "float64"),
        (np.array([1.5, 2], np.float32), "float64"),
        (np.array([1, 2], np.int8), "float64"),
        ([True, None], "int8"),
        ([NOW, None], "datetime64[us]"),
        ([timedelta(1), None], "timedelta64[us]"),
        ([2**60, None], "object"),
        (["a", None], "object"),
    ],
)
def test_a_topic_is_an_array_of_the_documented_type(column, dtype):
    """Numbers are float64, truths int8, times in microseconds, all else objects."""
    assert dtype == str(Columns.of({"x": column})["x"].dtype)


def test_encode_reads_now_what_would_be_read_later():
    """What is written to a column after it was encoded does not count, and to another one does."""
    fit, size = np.array([1.0, 2.0]), np.array([1.0, 2.0])
    columns = Columns.of({"fit": fit, "size": size}).encode(topic("fit") >= 2)
    fit[:], size[:] = 7, 7
    assert [-1, 1] == (topic("fit") >= 2).truths(columns).tolist()
    assert [1, 1] == (topic("size") >= 2).truths(columns).tolist()
    every = Columns.of({"fit": fit, "size": size}).encode()
    fit[:], size[:] = 1, 1
    assert [1, 1] == (topic("fit") >= 2).truths(every).tolist()
    assert [1, 1] == (topic("size") >= 2).truths(every).tolist()


def test_a_table_without_a_column_has_no_leads():
    """A topic of which nobody knows anything brings no rows."""
    assert 0 == len(Columns.of({}))
    assert 0 == len(Columns.of({"a": None}))
    assert 2 == len(Columns.of({"a": None, "b": [1, 2]}))


def test_a_signal_belongs_to_a_lead():
    """Rows count from 0, and one beyond the last lead is refused, also where there are no leads."""
    for leads, row in ((1, 1), (1, -1), (3, 3), (0, 1)):
        table = {"row": [row], "kind": ["x"], "at": [NOW]}
        with pytest.raises(InvalidValue, match="out of range|from"):
            Columns.of({"a": [1] * leads}, at=NOW, signals=table)
    with pytest.raises(InvalidValue, match="whole"):
        Columns.of({"a": [1] * 3}, at=NOW, signals={"row": [1.5], "kind": ["x"], "at": [NOW]})
    last = {"row": [2], "kind": ["x"], "at": [NOW]}
    columns = Columns.of({"a": [1] * 3}, at=NOW, signals=last)
    assert [-1, -1, 1] == heard("x").truths(columns).tolist()


def test_a_truth_is_known_whichever_it_is():
    """That there is none is known too."""
    columns = Columns.of({"t": [True, None, False]})
    assert [1, -1, 1] == topic("t").known().truths(columns).tolist()
    assert [True, False, True] == columns.known("t").tolist()
    assert 2 == int(columns.known("t").astype(int).sum())
