"""Numbers at the end of what 64 bits hold: an error, or the right answer; never a wrap or a warning."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qualify.errors import InvalidType, InvalidValue, QualifyError
from qualify.metrics import (
    LifeTable,
    confidence_sequence,
    fit_retention,
    net_revenue_retention,
    nps,
    proportion,
    retention_curve,
    transition_matrix,
    wape,
    waste,
)
from qualify.scorecard import Scorecard
from qualify.truth import NO


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: proportion(1e19, of=2e19), "successes are whole numbers"),
        (lambda: proportion(np.array([1e19]), of=np.array([2e19])), "row 0: successes are whole numbers"),
        (lambda: nps([10, 3], weights=np.array([1 << 63, 1], np.uint64)), "weights, row 0: whole weights"),
        (lambda: confidence_sequence([1e200] * 40, of="mean"), "answers lie under 1e150"),
        (lambda: wape([1e308, 1e308], [1e308, 1e307]), "amounts lie under 1e150"),
        (lambda: waste([True, True], [NO, NO], hours=[1, 1e308]), r"hours, row 1: .* to 1e\+150 .*got 1e"),
        (lambda: waste([True], [NO], hours=[1], hourly_cost=1e200), r"hourly_cost: .*range \(got 1e\+200"),
        (lambda: net_revenue_retention(start=[1e308, 1e308], churn=[1.0, 1.0]), "amounts lie under 1e150"),
        (lambda: fit_retention([100, 63, 47]).remaining([1, float("nan")]), "periods, row 1: a period is"),
        (
            lambda: fit_retention([1e300, 1e299, 1e298]),
            r"alive: a cohort .* \(got 1e\+300 customers\); 1e-100 to",
        ),
        (lambda: fit_retention([1e-300, 1e-301]), "alive: a cohort has a size that can be squared"),
        (
            lambda: LifeTable.of([1], [1], ("a",), weights=[1e300]),
            r"weights: .* \(got 1e\+300\); it lies from",
        ),
        (
            lambda: LifeTable(
                ("a",),
                times=[1, 2],
                events=[[1 << 62, 1 << 62]],
                censored=[0, 0],
                entered=[0, 0],
                started=1,
                n=1,
            ),
            "LifeTable.events: sums of counts have 62 bits",
        ),
        (lambda: transition_matrix([1], ["a"], order=5), "order: an order is a row of states"),
        (lambda: transition_matrix([1], ["a"], order=[["a"]]), "order: an order names each state once"),
        (lambda: Scorecard.of({}, previous=5, nps=nps([1])), "Scorecard.of previous: the last period's"),
    ],
)
def test_what_is_too_large_or_no_such_thing_is_named(call, says):
    """Also where a host has made numpy's warnings errors."""
    with np.errstate(all="raise"), pytest.raises(QualifyError, match=says) as caught:
        call()
    assert isinstance(caught.value, (InvalidValue, InvalidType))


@pytest.mark.parametrize(
    ("times", "weights"),
    [
        ([1e308, 1e-308, 5e-324, 1.7e308], None),
        ([1, 2, 3, 2], [1e-300, 1e300, 1.0, 1e160]),
        ([1, 2, 3, 2], [1.0, 1e-160, 0.5, 5e-324]),
        ([0, 0, 0, 0], [1e-300] * 4),
    ],
)
@pytest.mark.parametrize("left", [[True, False, True, True], [True] * 4, [False] * 4])
def test_a_curve_of_far_numbers_answers(times, weights, left):
    """Shares, times, means, bands and fits are defined at both ends of floats, whatever numpy may raise."""
    with np.errstate(all="raise"):
        curve = retention_curve(times, left, weights=weights)
        repr(curve), curve._repr_markdown_(), curve.to_dict(), curve.counts + curve.counts
        for until in (1e-320, 1.0, 2.5, 1.7e308):
            shares = curve.remaining([0, until])
            assert (shares.low <= shares.high).all()
            assert math.isnan(shares.value[1]) == (shares.reason is not None)
            mean = curve.mean(until)
            assert 0 <= mean.low <= mean.high <= until
            assert math.isnan(mean.value) or mean.low <= mean.value <= mean.high
        for name, column in curve.to_columns().items():
            assert not np.isnan(column).any(), name
        assert curve.median().low <= curve.median().high


@pytest.mark.parametrize("alive", [[1e50, 10, 1, 1, 5e-324], [1e-100, 5e-101, 4e-101], [1e100, 5e99, 4e99]])
def test_a_fit_of_far_numbers_answers(alive):
    """A cohort of any size that can be squared is fitted without a warning."""
    with np.errstate(all="raise"):
        shares = fit_retention(alive).remaining(range(9))
        assert (shares.low <= shares.value).all()
        assert (shares.value <= shares.high).all()


def test_weights_far_apart_do_not_underflow():
    """A weight that is nothing beside the other becomes nothing, without a warning."""
    with np.errstate(all="raise"):
        assert 100 == nps([10, 3], weights=[1e200, 1e-200]).value


@pytest.mark.parametrize("level", [1e-300, 1e-17, 1e-15])
def test_an_interval_that_should_hold_almost_never_still_has_limits(level):
    """At next to no confidence the limits lie at the share, at the ends too."""
    for k in (0, 3, 10):
        found = proportion(k, of=10, confidence_level=level)
        assert (found.low, found.high) == pytest.approx((k / 10, k / 10))
        grouped = proportion([k], of=[10], confidence_level=level)
        assert (grouped.low[0], grouped.high[0]) == pytest.approx((k / 10, k / 10))


def test_what_a_curve_shows_cannot_be_written_to():
    """Whoever reads the columns of a curve does not change the curve."""
    curve = retention_curve([2.0, 3.0, 4.0, 5.0], [True, True, False, True], entry=[0, 1, 0, 2])
    for column in (curve.at_risk, curve.times, curve.remaining_steps, curve.counts.at_risk):
        with pytest.raises(ValueError, match="read-only"):
            column[:1] = 2
