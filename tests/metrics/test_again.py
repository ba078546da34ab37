"""Limits again: what an estimate of a curve tells at another level, and by another method."""

from __future__ import annotations

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify._canonical import fingerprint
from qualify.errors import UnknownName
from qualify.metrics import close_curve, cumulative_incidence, retention_curve
from qualify.truth import NO, UNKNOWN, YES

DEALS = close_curve([10, 20, 20, 30, 40], [YES, NO, UNKNOWN, YES, UNKNOWN], unit="days")
rows = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), min_size=1, max_size=30)


@given(rows, st.sampled_from([0.5, 0.9, 0.99]), st.sampled_from([None, "a", "b"]))
def test_another_level_is_that_of_the_curve(pairs, level, cause):
    """Limits of an estimate at a level are those that the curve gives at it, for one time and for many."""
    curve = cumulative_incidence(*zip(*pairs, strict=True), names=("a", "b"))
    asked = [0, 3, 6, 9]
    for make in (lambda t, **k: curve.incidence(t, cause, **k), curve.remaining):
        many, right = make(asked), make(asked, confidence_level=level)
        low, high = many.interval(level)
        assert (right.low.tolist(), right.high.tolist()) == (low.tolist(), high.tolist())
        for (_, one), t in zip(many.items(), asked, strict=True):
            here = make(t, confidence_level=level)
            assert (here.low, here.high) == one.interval(level) == make(t).interval(level)
            assert isinstance(one.interval(level).low, float)


def test_plain_limits_are_the_share_and_its_standard_errors():
    """By the method `plain` limits are S -+ z sqrt(Greenwood), within 0 and 1 (scipy calls it linear)."""
    stats = pytest.importorskip("scipy.stats")

    times, left = np.array([1.5, 2, 3, 4, 5, 6]), np.array([True, True, False, True, False, False])
    theirs = stats.ecdf(stats.CensoredData.right_censored(times, ~left)).sf.confidence_interval(
        method="linear"
    )
    seen = times[left]
    low, high = retention_curve(times, left).remaining(seen).interval(method="plain")
    np.testing.assert_allclose(low, theirs.low.evaluate(seen), atol=1e-12)
    np.testing.assert_allclose(high, theirs.high.evaluate(seen), atol=1e-12)
    assert 1.0 == retention_curve([1], [True]).incidence(1).interval(method="plain").high


@given(rows, st.sampled_from(["log-log", "plain"]), st.sampled_from([None, "a"]))
def test_limits_hold_their_share(pairs, method, cause):
    """By either method limits lie in [0, 1], around the share."""
    curve = cumulative_incidence(*zip(*pairs, strict=True), names=("a", "b"))
    found = curve.incidence(curve.times, cause)
    low, high = found.interval(method=method)
    assert np.all((low >= 0) & (low <= found.value) & (found.value <= high) & (high <= 1))


def test_nobody_followed_so_long():
    """Where nobody was followed to, the interval reaches the end by any method."""
    late = DEALS.incidence(41, "won")
    assert 1.0 == late.interval(0.5).high == late.interval(method="plain").high
    assert 0.0 == DEALS.remaining(41).interval(0.5).low
    assert (0.0, 1.0) == retention_curve([], []).remaining(3).interval(0.5)


def test_a_mean_again():
    """The limits of a mean follow from its standard error; without a mean they are the widest."""
    assert DEALS.mean(30, confidence_level=0.5).low == DEALS.mean(30).interval(0.5).low
    assert (0.0, 50.0) == DEALS.mean(50).interval(0.5)
    with pytest.raises(UnknownName, match="normal"):
        DEALS.mean(30).interval(method="log-log")


@given(rows, st.sampled_from([0.5, 0.9, 0.99]), st.sampled_from([None, "a", "b"]))
def test_a_time_again(pairs, level, cause):
    """The limits of a quantile at a level are those that the curve gives at it, reached or not."""
    curve = cumulative_incidence(*zip(*pairs, strict=True), names=("a", "b"))
    for share in (0.2, 0.5):
        asked = curve.quantile(share, cause, confidence_level=level)
        assert (asked.low, asked.high) == curve.quantile(share, cause).interval(level)
    with pytest.raises(UnknownName, match="known are log-log"):
        curve.median().interval(method="plain")


def test_an_unknown_method_is_answered_with_those_there_are():
    """Another method is an error that names both."""
    with pytest.raises(UnknownName, match="log-log, plain"):
        DEALS.remaining(10).interval(method="wald")


def test_it_survives_copying_and_leaves_no_trace_in_the_value():
    """A copied or pickled estimate still tells its limits, and is equal with an equal fingerprint."""
    for share in (DEALS.remaining(20), DEALS.incidence([10, 50], "won"), DEALS.median()):
        for again in (copy.deepcopy(share), pickle.loads(pickle.dumps(share))):
            assert share == again
            assert fingerprint(share) == fingerprint(again)
            assert str(share.interval(0.8)) == str(again.interval(0.8))
    assert len(pickle.dumps(retention_curve(np.arange(9_999) + 0.5, [True] * 9_999).remaining(5))) < 2_000


def test_an_estimate_of_one_of_several_times():
    """Taking one time keeps the way to its limits."""
    many = DEALS.remaining([10, 41])
    assert DEALS.remaining(10).interval(0.8) == many[10.0].interval(0.8)
    assert math.isnan(many[41.0].value)
    assert 0.0 == many[41.0].interval(0.8).low


def test_a_mean_is_its_standard_error_apart_from_its_limits():
    """Limits of a mean are z standard errors away, within 0 and its end; z is 0.6745 for one of 50 %."""
    mean = DEALS.mean(30)
    error = (mean.value - mean.low) / 1.959963984540054
    low, high = mean.interval(0.5)
    assert (low, high) == pytest.approx(
        (mean.value - 0.6744897501960817 * error, mean.value + 0.6744897501960817 * error)
    )
    assert (0.0, 30.0) == mean.interval(1 - 1e-15)


def test_a_mean_without_an_error_is_not_certain():
    """Where all left at once, or nobody did, Wilson's limit for none of ten says how far it may be off."""
    square = 1.959963984540054**2
    odd = square / (10 + square)
    low, high = retention_curve([4] * 10, [True] * 10).mean(6).interval()
    assert (4 * (1 - odd), 4 + 2 * odd) == pytest.approx((low, high))
    low, high = retention_curve([6] * 10, [False] * 10).mean(6).interval()
    assert (6 * (1 - odd), 6.0) == pytest.approx((low, high))
    short = retention_curve([1e-9, 2e-9], [True] * 2).mean(1e-6)
    assert 1.5e-9 + 1.959963984540054 * 0.5e-9 / math.sqrt(2) == pytest.approx(short.high, abs=1e-15)


def test_what_remains_is_the_rest_of_what_has_left():
    """Limits of those who remain are 1 less those of who have left."""
    for level in (0.5, 0.95):
        curve = retention_curve([1, 2, 3, 4], [True, True, False, True])
        left, stay = curve.incidence(2), curve.remaining(2)
        low, high = left.interval(level)
        assert (1 - high, 1 - low) == stay.interval(level)
        assert 0 < stay.interval(level).low < stay.value < stay.interval(level).high < 1


@pytest.mark.parametrize("estimate", [DEALS.remaining(10), DEALS.mean(30), DEALS.median()])
def test_an_unknown_method_of_an_interval(estimate):
    """The error says that it is the method of an interval."""
    with pytest.raises(UnknownName, match=r"\binterval method\b"):
        estimate.interval(method="wald")


def test_plain_limits_by_hand():
    """Half of four remain after two steps, with an error of half the root of 1 / (4 * 3) + 1 / (3 * 2)."""
    half = retention_curve([1, 2, 3, 4], [True] * 4).remaining(2)
    low, high = half.interval(method="plain")
    assert (0.5 - 1.959963984540054 / 4, 0.5 + 1.959963984540054 / 4) == pytest.approx((low, high))
