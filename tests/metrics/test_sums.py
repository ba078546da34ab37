"""Sums do not feel the order of their terms."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify import _arrays
from qualify.errors import MetricError
from qualify.metrics import _sums


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_whole(values):
    """Whole numbers never wrap."""
    assert sum(values) == _sums.total(np.array(values, np.int64))


@given(st.lists(st.floats(-1e300, 1e300)))
def test_floats(values):
    """Floats are rounded once."""
    try:
        expected = math.fsum(values)
    except OverflowError:
        return
    assert expected == _sums.total(np.array(values, float))


def test_a_sum_that_floats_do_not_hold_is_refused():
    """It would be infinite."""
    with pytest.raises(MetricError, match="sums lie under 1e308"):
        _sums.total(np.array([1e308, 1e308]))


def test_ten_million():
    """Ten million int8 tens, and float32 tenths, keep their digits."""
    assert 100_000_000 == _sums.total(np.full(10_000_000, 10, np.int8))
    tenths = np.full(1_000_000, 0.1, np.float32).astype(float)
    assert _sums.unit_sums(tenths)[0] / 1e6 == pytest.approx(0.1, abs=1e-7)


@given(st.lists(st.floats(0, 1), min_size=1))
def test_unit(values):
    """Numbers from 0 to 1 are cut at 2^-60 and summed exactly, by group and in any order."""
    x = np.array(values)
    found = _sums.unit_sums(x)[0]
    assert float(sum(map(Fraction, values))) == pytest.approx(found, abs=len(values) * 2.0**-59 + 1e-15)
    assert found == _sums.unit_sums(x[::-1])[0]
    assert found == _sums.unit_sums(x, np.zeros(len(x), np.intp), 1)[0]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(-1e3, 1e3)), min_size=9), st.randoms())
def test_floats_by_group(rows, random):
    """Sums of floats by group are rounded once, whatever the order of the rows."""
    expected = {}
    for name, value in rows:
        expected[name] = expected.get(name, 0) + Fraction(value)
    random.shuffle(rows)
    group = _arrays.labels([name for name, _ in rows], "by", rows=len(rows))
    found = _sums.by_group(np.array([value for _, value in rows]), group)
    assert [float(expected[name]) for name in sorted(expected)] == found.tolist()


def test_groups_that_do_not_occur_sum_to_nothing():
    """Numbers between the least and the greatest label are groups too."""
    group = _arrays.labels([7, 3, 7], "by", rows=3)
    assert [0.5, 0, 0, 0, 0.75] == _sums.by_group(np.array([0.5, 0.5, 0.25]), group).tolist()


def test_by_group():
    """Sums by group keep whole numbers whole."""
    group = _arrays.labels(["b", "a", "b"], "by", rows=3)
    assert [1, 2**53 + 1] == _sums.by_group(np.array([2**53, 1, 1]), group).tolist()
    assert [1.0, 2.5] == _sums.by_group(np.array([2.0, 1, 0.5]), group).tolist()
    assert 3.5 == _sums.by_group(np.array([2.0, 1, 0.5]), None)
    large = np.array([2**62 - 1, -(2**62), 2**62])
    assert [-(2**62), 2**63 - 1] == _sums.by_group(large, group).tolist()
    with pytest.raises(MetricError, match=r"under 2\^63 \(got 9223372036854775808\)"):
        _sums.by_group(np.full(3, 2**62), group)
