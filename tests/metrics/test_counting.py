"""Counting rows fast: whatever way is taken, and in pieces of any size, the counts are the same."""

from __future__ import annotations

import math
import tracemalloc
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import InvalidType, InvalidValue
from qualify.metrics import LifeTable, _counting

GRIDS = {
    "whole": np.arange(9),
    "whole floats": np.arange(9.0),
    "whole, from far": 2**40 + np.arange(9),
    "whole, far apart": np.arange(9) * 10**12,
    "whole, no room for codes": (1 << 61) + np.arange(9) * 10**12,
    "broken": np.arange(9) + 0.7,
    "narrow": (np.arange(9) / 8).astype(np.float32) + np.float32(0.3),
    "of any size": np.array([0.0, 5e-324, 1e-300, 0.1, 0.3, 1.7, 1e9, 1.7e308]),
}
rows = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 6)), max_size=40)


def slowly(times, codes, kinds):
    """Count one row at a time."""
    found = Counter(zip(times.tolist(), codes.tolist(), strict=True))
    grid = sorted(set(times.tolist()))
    return grid, [[found[t, kind] for t in grid] for kind in range(kinds)]


@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)
@given(rows, st.integers(1, 6), st.sampled_from([2, 3, 8, 1 << 15]), st.sampled_from([0, 1, 32]))
def test_every_way_counts_alike(grid, pairs, most, piece, few):
    """Times of any kind, any number of codes and pieces of any size give the counts of a slow count."""
    times = grid[[t % len(grid) for t, _ in pairs]] if pairs else grid[:0]
    codes = np.array([min(c, most) for _, c in pairs], np.int8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_counting, "_PIECE", piece)
        patch.setattr(_counting, "_FEW", few)
        found, counts = _counting.counted(times, codes, most + 1, 1.0, _counting.span_of(times))
    expected, numbers = slowly(
        times.astype(np.float64) if times.dtype.kind == "f" else times, codes, most + 1
    )
    assert [float(t) for t in expected] == found.tolist()
    assert numbers == counts.tolist()
    assert np.float64 == found.dtype


def test_more_codes_than_a_byte_holds():
    """Hundreds of codes are counted as few are."""
    times, codes = np.arange(300) * 10**9, np.arange(300)
    _, counts = _counting.counted(times, codes, 300, 1.0, _counting.span_of(times))
    assert np.array_equal(np.eye(300), counts)


@pytest.mark.parametrize("times", [[-1], [2, -1], [0.5, -0.5], [math.nan, 1.0], [math.inf], [None, 1]])
def test_impossible_times_are_not_counted(times):
    """Negative times, NaN, infinities and blanks are no times."""
    with pytest.raises(InvalidValue, match=r"times, row [01]: (every row needs a|finite|numbers of at)"):
        LifeTable.of(times, [1] * len(times), ("left",))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"codes": [-1, 0]}, r"codes, row 0: numbers from 0 to 1 are needed \(got -1\)"),
        ({"codes": [0, 5]}, r"codes, row 1: numbers from 0 to 1 are needed \(got 5\)"),
        ({"codes": [0.5, 0]}, r"codes, row 0: whole numbers are needed \(got 0.5\)"),
        ({"codes": [None, 1]}, "codes, row 0: every row needs a number"),
        ({"codes": ["left", "left"]}, "codes: numbers are needed"),
        ({"codes": [1]}, "codes: one entry for each of 2 rows"),
        ({"times": ["a", "b"]}, "times: numbers are needed"),
        ({"entry": [0, 2]}, "entry, row 1: entry lies before the end"),
        ({"entry": [-1, 0]}, "entry, row 0: numbers of at least 0"),
        ({"entry": [0]}, "entry: one entry for each of 2 rows"),
        ({"weights": [1]}, "weights: one entry for each of 2 rows"),
        ({"weights": [-1, 1]}, "weights, row 0: numbers of at least 0"),
        ({"n_missing": -1}, "n_missing: a number is out of range"),
        ({"unit": 3}, "unit: text is needed"),
        ({"scale": 0}, r"scale: a scale is more than 0 \(got 0\)"),
    ],
)
def test_columns_that_are_not_clean_are_refused(wrong, says):
    """What a column may not hold is named with its row, and so are columns of unlike length."""
    given = {"times": [1, 2], "codes": [1.0, 0.0], "causes": ("left",)}
    assert [[1, 0]] == LifeTable.of(**given).events.tolist()
    with pytest.raises((InvalidType, InvalidValue), match=says):
        LifeTable.of(**(given | wrong))


@given(st.lists(st.integers(0, 300), min_size=1, max_size=600), st.booleans())
def test_weights_of_one_count(spells, scaled):
    """Weights of 1 give the counts as sums, and as sums of squares."""
    times, codes = np.array(spells) + (0 if scaled else 0.5), np.array(spells) % 3
    scale = 4.0 if scaled else 1.0
    grid, counts = _counting.counted(times, codes, 3, scale, _counting.span_of(times))
    again, sums, squares = _counting.weighed(times, codes, 3, scale, np.ones(len(times)))
    assert grid.tolist() == again.tolist()
    assert counts.tolist() == sums.tolist() == squares.tolist()


def test_counts_are_as_small_as_the_ties_allow():
    """Rows that all have their own time are counted in bytes, and many at one time in more."""
    once = LifeTable.of(np.arange(500) + 0.5, np.ones(500, int), ("left",))
    many = LifeTable.of(np.repeat([0.5, 0.7], 200), np.ones(400, int), ("left",))
    assert (np.int8, np.int16) == (once.events.dtype, many.events.dtype)
    assert [[200, 200]] == many.events.tolist()
    assert [400, 200] == many.at_risk.tolist()


def test_sums_of_small_counts_do_not_wrap():
    """A table of bytes, also unsigned ones, is at risk by their sum."""
    for dtype in (np.int8, np.uint8, np.bool_):
        part = np.array([np.iinfo(dtype).max if dtype != np.bool_ else 1, 1]).astype(dtype)
        table = LifeTable(("a",), times=[1, 2], events=[part], censored=part, entered=[0, 0], started=1, n=1)
        assert [2 * int(part[0]) + 2, 2] == table.at_risk.tolist()


def test_no_copy_of_the_columns_is_kept():
    """A table of 500,000 distinct times keeps 10 bytes a row, and holds 12 at most while it is made."""
    rows = 500_000
    times = np.random.Generator(np.random.PCG64(3)).random(rows)
    codes = np.ones(rows, np.int8)
    LifeTable.of(times[:1], codes[:1], ("left",))  # what is imported once is not held by the table
    tracemalloc.start()
    table = LifeTable.of(times, codes, ("left",))
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows == len(table.times)
    assert kept / rows < 10.1
    assert peak / rows < 12


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"times": [2, 1]}, r"^LifeTable\.times, row 1: times rise \(got 1 after 2\)"),
        ({"times": [1, math.nan]}, r"^LifeTable\.times: .* finite .*got nan"),
        ({"events": [[1, -1]]}, r"^LifeTable\.events: .*not negative \(got -1\)"),
        ({"squares": [[1.0, 1.0]]}, r"^LifeTable\.squares: squares are .*got \(1, 2\)\); \(3, 2\)"),
        ({"squares": [[1.0, math.nan]] * 3}, "not negative"),
        ({"censored": [0, math.inf]}, "finite"),
        ({"started": -1}, "out of range"),
        ({"censored": [[1], [1, 2]]}, r"^LifeTable\.censored: rows of numbers of one length"),
        ({"events": [["a", "b"]]}, r"^LifeTable\.events: rows of numbers of one length"),
        ({"events": [["1", "1"]]}, "one length"),
    ],
)
def test_a_table_made_by_hand_is_sound(wrong, says):
    """Times that fall, negative counts and rows of unlike length are no life table, as lists or arrays."""
    given = {"times": [1, 2], "events": [[1, 1]], "censored": [0, 1], "entered": [0, 0], "started": 3, "n": 3}
    assert 3 == LifeTable(("a",), **given).at_risk[0]
    made = given | wrong
    odd = wrong if "one length" in says else ()
    arrays = {name: np.array(made[name], object if name in odd else None) for name in given}
    for columns in (made, made | arrays):
        with pytest.raises(InvalidValue, match=says):
            LifeTable(("a",), **columns)


def test_a_table_made_by_hand_keeps_its_own_columns():
    """Who writes to an array that he gave does not change the table."""
    times = np.array([1.0, 2.0])
    table = LifeTable(("a",), times=times, events=[[1, 1]], censored=[0, 1], entered=[0, 0], started=3, n=3)
    times[:] = 9
    assert [1, 2] == table.times.tolist()
