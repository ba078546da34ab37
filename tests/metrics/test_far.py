"""Numbers at the end of what 64 bits hold: an error, or the right answer; never a wrap or a warning."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pytest

from qualify import metrics as m
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
from qualify.truth import NO, YES

NPS = ("score", "adjusted_wald", "wald")


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


def far(a, b):
    """Give calls of every metric that takes numbers, with numbers that far apart."""
    share, weights = min(a, 1.0), [a, b]
    one, other = [YES, NO], [NO, YES]
    money = {"monthly_revenue": a, "gross_margin": 0.5, "acquisition_cost": b}
    survey = {"weights": weights, "by": ["x", "y"]}
    calls = {
        m.brier_score: lambda f: f([share, 0.3], [0, 1]),
        m.calibration: lambda f: f([share, 0.3], [0, 0.5], allow_half=True),
        m.ces: lambda f: [
            f([1, 7], measure=x, easy="low", weights=weights) for x in ("mean", "share", "net_2")
        ],
        m.confidence_sequence: lambda f: f(weights * 20, of="mean", looks=[2, 40]),
        m.conversion_rate: lambda f: f(one, weights=weights),
        m.close_curve: lambda f: f(weights, one, weights=weights),
        m.cumulative_incidence: lambda f: f([1, 2], [1, 0], weights=weights),
        m.difference: lambda f: f(one, other, weights=(weights, [b, a])),
        m.dwell: lambda f: f(weights, [1, 1], states=["new", "old"]),
        m.fit_retention: lambda f: f(sorted([a, b, 1.0], reverse=True)).remaining([0, 1, 9]),
        m.forecast_bias: lambda f: f(weights, [2.0, a]),
        m.gross_revenue_retention: lambda f: f(start=weights, churn=[a / 2, 0]),
        m.lifetime_value: lambda f: f(**money, monthly_churn=min(b, 1.0), monthly_discount_rate=a),
        m.longest_streak_chance: lambda f: f(50, 3, share),
        m.missed_opportunities: lambda f: f([False] * 2, one, hours=weights, money=weights),
        m.net_revenue_retention: lambda f: f(start=weights, expansion=[b, a]),
        m.nps_difference: lambda f: f([10, 0], [0, 10], weights=(weights, [b, a])),
        m.payback: lambda f: f(**money, monthly_churn=share),
        m.proportion: lambda f: [f(one, weights=weights, method=x) for x in ("wilson", "wald")],
        m.ratio: lambda f: f(one, other, weights=(weights, [b, a])),
        m.rejection_streaks: lambda f: f(other * 3, rate=share),
        m.retention_curve: lambda f: f(weights, [True, False]).mean(1.0),
        m.wape: lambda f: [f(weights, [2.0, a]), f(weights, [b, a], by=["x", "x"])],
        m.waste: lambda f: f([True] * 2, [NO, NO], hours=weights, money=weights, hourly_cost=a),
        **dict.fromkeys((m.close_rate, m.win_rate), lambda f: f(one, **survey)),
        **dict.fromkeys((m.csat, m.esat), lambda f: f([5, 1], **survey)),
        **dict.fromkeys((m.enps, m.nps), lambda f: [f([10, 0], weights=weights, method=x) for x in NPS]),
    }
    counted = {m.agreement, m.qualified_lift, m.speed_to_lead, m.transition_matrix, m.windows}
    assert calls.keys() | counted == {f for f in map(vars(m).get, m.__all__) if inspect.isfunction(f)}
    return calls


def answer(function, call):
    """Give what a call says, or the library's error."""
    try:
        return repr(call(function))
    except QualifyError as error:
        return str(error)


@pytest.mark.parametrize("a", [5e-324, 1e-300, 1e-170, 1e-155, 1.0, 1e100, 1e150, 1.7e308])
@pytest.mark.parametrize("b", [1e-300, 1e-160, 1.0, 3e99, 1e300])
def test_no_number_is_raised_about(a, b):
    """Each metric says the same of tiny and huge numbers where numpy raises whatever it can."""
    for function, call in far(a, b).items():
        with np.errstate(all="ignore"):
            usual = answer(function, call)
        with np.errstate(all="raise"):
            assert usual == answer(function, call), function.__name__


def test_exact_limits_hold_the_smallest_share():
    """Of a weight that is next to nothing the share lies within its limits, by Clopper and Pearson too."""
    pytest.importorskip("scipy")
    for outcomes in ([YES, NO], [NO, YES]):
        found = m.proportion(outcomes, weights=[1e-14, 1.0], method="exact")
        assert found.low <= found.value <= found.high


def test_what_a_curve_shows_cannot_be_written_to():
    """Whoever reads the columns of a curve does not change the curve."""
    curve = retention_curve([2.0, 3.0, 4.0, 5.0], [True, True, False, True], entry=[0, 1, 0, 2])
    for column in (curve.at_risk, curve.times, curve.remaining_steps, curve.counts.at_risk):
        with pytest.raises(ValueError, match="read-only"):
            column[:1] = 2
