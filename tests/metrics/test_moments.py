"""Means and variances from sums that add."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify import _arrays
from qualify.errors import MetricError
from qualify.metrics._counts import Counts
from qualify.metrics._moments import KIND, looked, moments, summed

spread = st.lists(st.integers(-1_000, 1_000), min_size=1, max_size=40)
offset = st.sampled_from([0, 10**6, 10**9, -(10**12), 10**15])


def of(values):
    """The Counts of a column."""
    return summed(_arrays.numbers(np.array(values), "answers"))


def exact(values):
    """The mean and the variance, by fractions."""
    numbers = [Fraction(float(v)) for v in values]
    mean = sum(numbers) / len(numbers)
    return float(mean), float(sum((x - mean) ** 2 for x in numbers) / len(numbers))


@given(spread, offset)
def test_whole_numbers_are_exact(values, start):
    """Mean and variance of whole numbers are the exact ones, rounded once, however far from 0."""
    values = [start + v for v in values]
    mean, variance = moments(of(values), None)
    known = exact(values)
    assert (mean[0], variance[0]) == (known[0], known[1] or math.inf)


@given(spread, offset, st.sampled_from([0.1, 0.25, 1 / 3, 1e-9]))
def test_broken_numbers_are_exact_too(values, start, step):
    """Of broken numbers no digit is lost that floats hold, near 0 or far from it."""
    values = [start + step * v for v in values]
    mean, variance = moments(of(values), None)
    known = exact(values)
    assert mean[0] == pytest.approx(known[0], rel=1e-15)
    hidden = 1e-26 * (1 + max(map(abs, values)))
    assert known[1] <= variance[0] * (1 + 1e-15)
    assert variance[0] <= known[1] * (1 + 1e-12) + hidden or known[1] <= hidden < variance[0]


@given(spread, spread, offset)
def test_sums_of_batches_are_sums_of_all(one, two, start):
    """The Counts of two batches of whole numbers are those of both, bit for bit."""
    one, two = [start + v for v in one], [start + v for v in two]
    assert of(one) + of(two) == of(one + two)


@given(spread, spread, offset, st.sampled_from([0.5, 0.1]))
def test_batches_of_broken_and_whole_numbers_add(one, two, start, rest):
    """Sums after the point add beside those before it, and a batch without any has none to add."""
    one, two = [start + v + rest for v in one], [start + v for v in two]
    found, together = (moments(counts, None) for counts in (of(one) + of(two), of(one + two)))
    assert (found[0][0], found[1][0]) == pytest.approx((together[0][0], together[1][0]), rel=1e-12, abs=1e-12)


@given(spread, offset, st.sampled_from([0, 0.5]))
def test_a_look_holds_what_stood_there(values, start, rest):
    """Sums at looks tell the mean and variance of the answers so far, beyond 64 bits as well."""
    values = np.array([start + v + rest for v in values])
    ends = np.arange(len(values))
    found = looked(values, ends, [int(end) + 1 for end in ends], np.zeros(len(values), np.int64))
    means, variances = moments(found, None)
    for end in ends.tolist():
        alone = moments(of(values[: end + 1]), None)
        assert (means[end], variances[end]) == pytest.approx((alone[0][0], alone[1][0]), rel=1e-12)
        assert found.take(end + 1)["answers"] == end + 1


@pytest.mark.parametrize("start", [0, 10**9])
def test_a_scale_adds_six_answers_at_its_ends_wherever_it_lies(start):
    """Half of six answers at each end of the scale, and half in its middle, stand beside the answers."""
    values = [1, 2, 2, 5]
    _, variance = moments(of([start + v for v in values]), (start + 1, start + 5))
    assert variance[0] == pytest.approx(np.var(values * 2 + [1, 5] * 3 + [3] * 6))  # all of them twice


def test_the_ends_of_a_long_scale_count_by_their_distance():
    """Six answers from 0 to 10, half of them at the ends and half in the middle, have a variance of 12.5."""
    _, variance = moments(of([0, 10, 5, 5]), (0, 10))
    assert variance[0] == pytest.approx(np.var([0, 10, 5, 5] * 2 + [0, 10] * 3 + [5] * 6))


def test_a_one_among_broken_numbers_is_one():
    """Numbers are scaled by the least power of two among all of them, whatever their own."""
    for values in ([1.0, 0.5], [1.0, 2.5], [0.0, 1.0, 2.5]):
        mean, variance = moments(of(values), None)
        assert exact(values) == (mean[0], variance[0])


def test_nobody_answered():
    """Of no answers there is no mean."""
    mean, variance = moments(of(np.array([], float)), None)
    assert math.isnan(mean[0])
    assert math.isinf(variance[0])
    assert (0, 0) == tuple(map(len, moments(Counts(KIND, labels=(), answers=[], sum=[], squares=[]), None)))


def test_answers_too_great_to_be_summed():
    """Squares have to be finite, and sums at looks to fit Counts of groups."""
    with pytest.raises(MetricError, match=r"answers lie under 1e150 \(got 1e\+200\)"):
        of([1e200])
    with pytest.raises(MetricError, match=r"under 2\^115 \(got squares that add to 1.00e\+36\); count"):
        looked(np.array([1e18]), np.array([0]), [1], np.array([0]))
    assert of([1e149, -1e149])["sum"] == 0
    assert of([2**62, 2**62])["sum"] == 2**63
