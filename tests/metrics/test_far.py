"""Numbers at the end of what 64 bits hold: an error, or the right answer; never a wrap or a warning."""

from __future__ import annotations

import numpy as np
import pytest

from qualify.errors import InvalidType, InvalidValue, QualifyError
from qualify.metrics import (
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
        (lambda: nps([10, 3], weights=np.array([1 << 63, 1], np.uint64)), "weights: whole weights lie under"),
        (lambda: confidence_sequence([1e200] * 40, of="mean"), "answers lie under 1e150"),
        (lambda: wape([1e308, 1e308], [1e308, 1e307]), "amounts lie under 1e150"),
        (lambda: waste([True, True], [NO, NO], hours=[1e308, 1e308]), "sums lie under 1e308"),
        (lambda: net_revenue_retention(start=[1e308, 1e308], churn=[1.0, 1.0]), "amounts lie under 1e150"),
        (lambda: fit_retention([100, 63, 47]).remaining([1, float("nan")]), "periods, row 1: a period is"),
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
