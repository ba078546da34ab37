"""Sums do not feel the order of their terms."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify import _arrays
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


def test_by_group():
    """Sums by group keep whole numbers whole."""
    group = _arrays.labels(["b", "a", "b"], "by", rows=3)
    assert [1, 2**53 + 1] == _sums.by_group(np.array([2**53, 1, 1]), group).tolist()
    assert [1.0, 2.5] == _sums.by_group(np.array([2.0, 1, 0.5]), group).tolist()
    assert 3.5 == _sums.by_group(np.array([2.0, 1, 0.5]), None)
