"""Counting in chunks: the same as row by row, wherever the cuts fall and whatever the dtype."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify import _arrays
from qualify.errors import MetricError
from qualify.metrics import _tally, nps

dtypes = st.sampled_from(
    [f"{order}{kind}" for order in "<>" for kind in ("i1", "u1", "i2", "u4", "i8", "f4")]
)
parts = ("detractors", "passives", "promoters")


@given(st.lists(st.integers(0, 10), max_size=60), dtypes, st.integers(1, 3))
def test_cuts(answers, dtype, stride):
    """Answers at and above each bound are those that a loop counts, in chunks of any size and dtype."""
    column = np.repeat(np.array(answers, dtype), stride)[::stride]
    read = _arrays.column(column, "answers")
    expected = [sum(answer >= top for answer in answers) for top in (9, 7)]
    with pytest.MonkeyPatch.context() as patch:
        for rows in (1, 7, 1 << 17):
            patch.setattr(_tally, "_ROWS", rows)
            assert [*expected, 0] == _tally.cuts(read, 0, 10, (9, 7), (), "answers")


def test_bytes_do_not_overflow(monkeypatch):
    """A place that is over the bound in each of a thousand chunks is counted a thousand times."""
    monkeypatch.setattr(_tally, "_ROWS", 2)
    answers = np.tile(np.array([10, 0], np.int8), 1_003)
    counts = nps(answers).counts
    assert (1_003, 1_003) == (counts["promoters"], counts["detractors"])


@given(
    st.lists(st.tuples(st.integers(-20, 20), st.integers(0, 10), st.integers(0, 3)), min_size=1, max_size=60),
    dtypes,
    st.sampled_from(["i1", "<i4", ">i4", "i8"]),
    st.integers(-(1 << 40), 1 << 40),
)
def test_classes(rows, dtype, kind, far):
    """Counts, weights and their squares by group and class are those of a loop, for labels of any width."""
    labels, answers, weights = (list(column) for column in zip(*rows, strict=True))
    column = np.array(answers, dtype)
    by = np.array(labels, kind) + (far if kind == "i8" else 0)
    cells = Counter(
        (int(label), (answer >= 7) + (answer >= 9)) for label, answer in zip(by, answers, strict=True)
    )
    with pytest.MonkeyPatch.context() as patch:
        for size in (1, 7, 1 << 17):
            patch.setattr(_tally, "_ROWS", size)
            counts = nps(column, by=by).counts
            for place, label in enumerate(counts.labels):
                found = [counts[name][place] for name in parts]
                assert [cells[label, which] for which in range(3)] == found
            if any(weights):
                heavy = nps(column, by=by, weights=weights).counts
                for power, ending in ((1, ""), (2, "_squares")):
                    sums = Counter()
                    for label, answer, weight in zip(by, answers, weights, strict=True):
                        sums[int(label), (answer >= 7) + (answer >= 9)] += weight**power
                    for place, label in enumerate(heavy.labels):
                        found = [heavy[f"{name}{ending}"][place] for name in parts]
                        assert [sums[label, which] for which in range(3)] == found


@pytest.mark.parametrize("dtype", ["i1", "i2", ">i4", "i8", "f4"])
def test_under_zero(dtype):
    """A number under 0 is refused by its row and shown as it is, in any chunk, alone and by group."""
    answers = np.array([3] * 9 + [-2, 4], dtype)
    for by in (None, ["a"] * 11):
        with pytest.raises(MetricError, match=r"answers, row 9: .*got -2"):
            nps(answers, by=by)
    assert 10 == nps(answers, missing=-2).n


def test_wide_scale():
    """A scale that the column's dtype cannot hold is compared all the same."""
    read = _arrays.column(np.array([100, -1, 127], np.int8), "answers")
    with pytest.raises(MetricError, match="got -1"):
        _tally.cuts(read, 0, 1_000, (500, 50), (), "answers")
    read = _arrays.column(np.array([100, 127], np.int8), "answers")
    assert [0, 2, 0] == _tally.cuts(read, 0, 1_000, (500, 50), (), "answers")
