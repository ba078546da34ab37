"""Payback and lifetime value: the numbers of the field, sums by month, and what is assumed."""

from __future__ import annotations

import json
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify._canonical import form
from qualify.errors import InvalidType, InvalidValue, MetricError, UnknownName
from qualify.metrics import (
    Counts,
    Estimate,
    close_curve,
    conversion_rate,
    fit_retention,
    lifetime_value,
    nps,
    payback,
    proportion,
    retention_curve,
)
from qualify.truth import YES
from reference import curves_other as slow

DEAL = {"acquisition_cost": 6_000, "monthly_revenue": 800, "gross_margin": 0.8}
PLAN = {"monthly_revenue": 800, "gross_margin": 0.8}
FIT = fit_retention([1000, 960, 930, 906, 887, 870, 856], unit="months")
UNKNOWN = fit_retention([10, 10], unit="months")
CURVE = retention_curve([3, 5, 5, 8, 12, 14, 14, 14, 20], [1, 0, 1, 0, 0, 0, 0, 0, 0], unit="months")


def test_simple_payback_is_cost_over_margin():
    """6,000 / (800 x 0.8) = 9.375 months, on margin and not on revenue."""
    simple = payback(**DEAL)
    assert 9.375 == simple.months.value
    assert (10.0, 1.0) == (simple.months_under_churn.value, simple.probability.value)
    assert "that nobody leaves" == simple.assumes


def test_lifetime_value_is_margin_over_churn():
    """800 x 0.8 / 0.02 = 32,000, 5.33 times the cost of winning her; the assumption is said."""
    value = lifetime_value(**PLAN, monthly_churn=0.02, currency="EUR")
    assert value.value == pytest.approx(32_000)
    assert round(value.value / 6_000, 2) == 5.33
    assert "EUR" == value.unit
    assert value.reason.startswith("assumes the same churn of 2 % in every month")


def test_payback_under_churn_is_the_first_month_that_covers():
    """A cohort with 2 % churn has earned its cost after 11 months, within the 9 to 12 of the field."""
    late = payback(**DEAL, monthly_churn=0.02)
    assert 11.0 == late.months_under_churn.value
    assert late.probability.value == pytest.approx(0.98**9)  # there when payment 10 begins
    assert late.alive.value == pytest.approx(0.98**11)


def test_nine_to_twelve_months_is_an_output():
    """At this cost and margin, churn from none to 4 % pays back in 10 to 12 months."""
    months = [payback(**DEAL, monthly_churn=c).months_under_churn.value for c in (0, 0.01, 0.02, 0.03, 0.04)]
    assert [10, 10, 11, 11, 12] == months


def test_a_fitted_curve_pays_back_by_its_own_sums():
    """With a fitted model the month, the chance and the value equal sums by month."""
    late = payback(**DEAL, retention=FIT)
    stay = FIT.survival(500)[0]
    assert slow.payback_month(6_000, 640, lambda t: stay[t]) == late.months_under_churn.value
    assert (FIT.remaining(9).value, FIT.remaining(9).low) == (late.probability.value, late.probability.low)
    assert late.alive.value == FIT.remaining(int(late.months_under_churn.value)).value
    value = lifetime_value(**PLAN, retention=FIT, horizon_months=36, monthly_discount_rate=0.01)
    assert value.value == pytest.approx(slow.lifetime(640, lambda t: stay[t], 0.01, 36))
    assert value.low < value.value < value.high


def test_an_observed_curve_pays_back_while_it_was_seen():
    """With an observed curve the sums are those of what remained at each month."""
    late = payback(**DEAL, retention=CURVE)
    assert 11.0 == late.months_under_churn.value
    assert late.probability.value == CURVE.remaining(9).value
    value = lifetime_value(**PLAN, retention=CURVE, horizon_months=12)
    assert value.value == pytest.approx(slow.lifetime(640, lambda t: CURVE.remaining(t).value, 0, 12))


def test_an_observed_curve_that_ends_too_soon_cannot_tell():
    """Not paid back while anybody was followed: NaN, and how long that was."""
    short = payback(**DEAL, retention=retention_curve([3, 5, 5, 8], [1, 0, 1, 0], unit="months"))
    assert math.isnan(short.months_under_churn.value)
    assert "not paid back within the 8 months" in short.months_under_churn.reason
    assert "not paid back" in repr(short)
    assert (8.0, math.inf) == (short.months_under_churn.low, short.months_under_churn.high)
    with pytest.raises(MetricError, match="tells nothing beyond"):
        lifetime_value(**PLAN, retention=CURVE, horizon_months=21)
    with pytest.raises(MetricError, match="no horizon"):
        lifetime_value(**PLAN, retention=CURVE)


def test_a_later_limit_that_was_not_seen_is_infinite():
    """Where the lower limit of the curve does not pay while anybody is followed, the earlier limit stands."""
    late = payback(**DEAL, retention=CURVE).months_under_churn
    high = CURVE.remaining(range(20)).high
    assert slow.payback_month(6_000, 640, lambda t: high[t]) == late.low == 10
    assert math.isinf(late.high)


def test_a_curve_to_its_end_needs_no_horizon():
    """Where the curve came to nobody, its lifetime is all there is."""
    gone = retention_curve([1, 2, 3], [True] * 3, unit="months")
    assert lifetime_value(**PLAN, retention=gone).value == pytest.approx(640 * 2)
    assert math.isinf(payback(**DEAL, retention=gone).months_under_churn.value)


def test_never_has_a_reason():
    """No margin, too much churn, too slow a model: infinite months, chance 0 or what it is, and why."""
    nothing = payback(acquisition_cost=1, monthly_revenue=800, gross_margin=-0.1)
    assert math.isinf(nothing.months.value)
    assert "never: the margin is not positive" == nothing.months_under_churn.reason
    assert 0.0 == nothing.probability.value
    leaky = payback(**DEAL, monthly_churn=0.2)
    assert math.isinf(leaky.months_under_churn.value)
    assert "churn takes the margin away" in leaky.months_under_churn.reason
    assert "never: churn" in repr(leaky)
    slow_one = payback(acquisition_cost=1e9, monthly_revenue=1, gross_margin=0.5, retention=FIT)
    assert "never: not within 1,200 months" == slow_one.months_under_churn.reason
    assert 0.0 == slow_one.probability.value


def test_no_cost_is_paid_at_once():
    """What costs nothing has paid back after 0 months, whatever the margin."""
    free = payback(acquisition_cost=0, monthly_revenue=0, gross_margin=0.5, monthly_churn=0.1)
    assert (0.0, 0.0, 1.0) == (free.months.value, free.months_under_churn.value, free.probability.value)


def test_an_estimate_brings_its_limits():
    """Churn with an interval gives payback and value with intervals; much churn is the low end."""
    churn = conversion_rate([True] * 20 + [False] * 980)
    late = payback(**DEAL, monthly_churn=churn)
    assert late.probability.low < 0.98**9 < late.probability.high
    assert late.probability.value == pytest.approx((1 - churn.value) ** 9)
    assert late.months_under_churn.low <= 11 <= late.months_under_churn.high
    value = lifetime_value(**PLAN, monthly_churn=churn)
    assert value.high == pytest.approx(640 / churn.low)
    assert value.n == 1000


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"monthly_churn": conversion_rate([])}, "the churn is undefined: there is none"),
        (
            {"monthly_churn": Estimate("churn", "share", math.nan, 0, 1, 0.95, "b", 0)},
            "the churn is undefined",
        ),
        ({"retention": UNKNOWN}, "nobody left, so churn has no finite fit"),
    ],
)
def test_what_nobody_knows_has_the_reason_of_its_source(given, why):
    """A churn that is not known gives NaN, and the reason why it is not known."""
    late, value = payback(**DEAL, **given).months_under_churn, lifetime_value(**PLAN, **given)
    assert (True, True) == (math.isnan(late.value), math.isnan(value.value))
    assert (why, True) == (late.reason, value.reason.endswith(f"; {why}"))
    empty = payback(**DEAL, retention=retention_curve([], [], unit="months")).months_under_churn
    assert "no rows, so no share" == empty.reason


def test_a_churn_that_is_not_known_reads_as_such():
    """Its limits are the widest, what does not depend on it is known, and nothing says nan."""
    for churn in (
        conversion_rate([]),
        Estimate("churn", "share", math.nan, math.nan, math.nan, 0.95, "b", 0),
    ):
        late, value = payback(**DEAL, monthly_churn=churn), lifetime_value(**PLAN, monthly_churn=churn)
        assert "the same churn in every month, which is undefined" == late.assumes
        limits = [(part.low, part.high) for part in (late.months_under_churn, late.probability, late.alive)]
        assert [(10.0, math.inf), (0.0, 1.0), (0.0, 1.0)] == limits
        assert (640.0, math.inf) == (value.low, value.high)
        free = payback(acquisition_cost=0, monthly_revenue=0, gross_margin=0.5, monthly_churn=churn)
        assert (0.0, 1.0) == (free.months_under_churn.value, free.alive.value)
        nothing = lifetime_value(monthly_revenue=0, gross_margin=0.5, monthly_churn=churn)
        assert (0.0, 0.0, 0.0) == (nothing.value, nothing.low, nothing.high)
        for told in (late, free, nothing, value):
            assert not any("nan" in text for text in (repr(told), told._repr_markdown_()))


def test_what_is_worth_nothing_has_a_reason():
    """No revenue and no churn are worth 0, exactly; no cost and no margin have paid back at once."""
    value = lifetime_value(monthly_revenue=0, gross_margin=1, monthly_churn=0)
    assert (0.0, True) == (value.value, value.reason.endswith("taken as exact, so there are no limits"))
    free = payback(acquisition_cost=0, monthly_revenue=0, gross_margin=1, monthly_churn=0)
    taken = "the inputs are taken as exact, so there are no limits"
    assert (0.0, taken) == (free.months.value, free.months.reason)


def test_a_share_that_is_not_known_has_the_widest_limits_and_a_reason():
    """Who is there when a cohort that never pays has paid, or beyond the end of a curve, nobody can say."""
    never = payback(**DEAL, monthly_churn=0.2).alive
    assert (0.0, 1.0, True) == (never.low, never.high, never.reason.startswith("never: churn"))
    short = retention_curve([9, 9.5], [False, False], unit="months")
    late = payback(**DEAL, retention=short)
    assert (10.0, True) == (late.months_under_churn.value, math.isnan(late.alive.value))
    assert "nobody was followed beyond 9.5 months" == late.alive.reason
    assert "nobody was followed beyond 9.5 months" in late._repr_markdown_()
    none = retention_curve([], [], unit="months")
    free = payback(acquisition_cost=0, monthly_revenue=1, gross_margin=1, retention=none)
    assert (0.0, "no rows, so no share") == (free.months_under_churn.value, free.alive.reason)
    with pytest.raises(MetricError, match="give a fitted model$"):
        lifetime_value(**PLAN, retention=none)


CHURNS = {
    "churn": lambda level: {"monthly_churn": proportion(4, of=100, confidence_level=level)},
    "undefined": lambda level: {"monthly_churn": proportion(0, of=0, confidence_level=level)},
    "fit": lambda level: {
        "retention": fit_retention([100, 90, 85, 82], unit="months", confidence_level=level)
    },
    "constant": lambda level: {"retention": fit_retention([100, 90], unit="months", confidence_level=level)},
    "curve": lambda level: {
        "retention": retention_curve([2, 5, 9, 12], [True, False] * 2, unit="months", confidence_level=level)
    },
}


@pytest.mark.parametrize("churn", CHURNS.values(), ids=CHURNS)
def test_limits_at_another_level(churn):
    """Payback and lifetime value give the limits that they have at another level, also out of a pickle."""
    money = {"monthly_revenue": 100, "gross_margin": 0.8, "acquisition_cost": 400}
    at = {level: payback(**money, **churn(level)) for level in (0.95, 0.5)}
    for part in ("months_under_churn", "probability", "alive"):
        found, asked = (getattr(at[level], part) for level in (0.95, 0.5))
        assert (asked.low, asked.high) == pickle.loads(pickle.dumps(found)).interval(0.5)
        assert (found.low, found.high) == found.interval()
    for horizon in (9, None) if churn is not CHURNS["curve"] else (9,):
        found, asked = (lifetime_value(**money, **churn(x), horizon_months=horizon) for x in (0.95, 0.5))
        assert (asked.low, asked.high) == pickle.loads(pickle.dumps(found)).interval(0.5)
        with pytest.raises(UnknownName, match="method"):
            found.interval(method="wald")
    with pytest.raises(MetricError, match="no limits, at any level"):
        lifetime_value(**money, monthly_churn=0.02).interval(0.9)


def test_a_churn_without_limits_is_taken_as_exact():
    """An estimate that has a value and no limits counts as the number that it is."""
    churn = Estimate("churn", "share", 0.02, math.nan, math.nan, 0.95, "totals", 0)
    assert payback(**DEAL, monthly_churn=churn) == payback(**DEAL, monthly_churn=0.02)
    assert lifetime_value(**PLAN, monthly_churn=churn) == lifetime_value(**PLAN, monthly_churn=0.02)


def test_far_numbers_are_counted_or_refused():
    """A churn next to nothing, a discount without bound, a margin that never pays: an answer, at once."""
    bare = {"monthly_revenue": 1, "gross_margin": 1}
    late = payback(acquisition_cost=1e12, monthly_churn=1e-30, **bare)
    assert (1e12, 1.0) == (late.months_under_churn.value, late.alive.value)
    assert 1.0 == payback(acquisition_cost=1e7, **bare).alive.value
    hopeless = payback(acquisition_cost=6_000, monthly_revenue=5e-324, gross_margin=1)
    assert (math.inf, "never: the margin is next to nothing") == (
        hopeless.months.value,
        hopeless.months.reason,
    )
    assert 0.0 == round(lifetime_value(**PLAN, retention=FIT, monthly_discount_rate=1e300).value, 9)
    faint = fit_retention(retention_curve([1, 1], [True, False], weights=[1e-30, 1.0], unit="months"))
    value = lifetime_value(**PLAN, retention=faint)
    assert (640.0, math.inf) == (value.low, value.high)
    assert value.value == pytest.approx(640e30)
    for asked, said in (
        (
            {"retention": FIT, "monthly_discount_rate": 1e-9},
            r"^monthly_discount_rate: .* \(got 1e-09 a month\); give",
        ),
        ({"monthly_churn": 0.1, "horizon_months": 10**400}, "^horizon_months: a number is out of range"),
        ({"monthly_churn": 0.1, "acquisition_cost": 1e151}, r"^acquisition_cost: .* 0.0 to 1e\+150"),
    ):
        with pytest.raises(InvalidValue, match=said):
            lifetime_value(**PLAN, **asked)
    for word in ("acquisition_cost", "monthly_revenue"):
        with pytest.raises(InvalidValue, match=f"^{word}: .* out of range"):
            payback(**{**DEAL, word: 1e151})


def test_a_loss_each_month_has_limits():
    """Who costs more than she pays is worth less the longer she stays: the limits keep their order."""
    churn = conversion_rate([True] * 20 + [False] * 980)
    loss = lifetime_value(monthly_revenue=800, gross_margin=-0.1, monthly_churn=churn)
    assert (-80 / churn.low, -4_000, -80 / churn.high) == pytest.approx((loss.low, loss.value, loss.high))


@pytest.mark.parametrize("given", [{"monthly_churn": 0}, {"retention": FIT}, {"retention": UNKNOWN}])
def test_no_margin_is_worth_nothing_however_long_she_stays(given):
    """Without a margin she is worth what she cost, with the sign turned, also over a life without end."""
    value = lifetime_value(monthly_revenue=800, gross_margin=0, acquisition_cost=50, **given)
    assert -50.0 == value.value
    assert "infinite" not in value.reason


@given(st.floats(0.001, 0.2), st.floats(0.001, 1000))
def test_money_scales_and_payback_does_not(churn, scale):
    """Payback does not feel the currency; lifetime value is proportional to it; and so are their limits."""
    money = {"monthly_revenue": 800 * scale, "gross_margin": 0.8}
    seen = conversion_rate(Counts("outcomes", yes=round(1_000 * churn), no=1_000 - round(1_000 * churn)))
    for known in (churn, seen):
        once = payback(**DEAL, monthly_churn=known).months_under_churn
        then = payback(acquisition_cost=6_000 * scale, **money, monthly_churn=known).months_under_churn
        assert (once.value, once.low, once.high) == (then.value, then.low, then.high)
        one, two = (lifetime_value(**deal, monthly_churn=known) for deal in (PLAN, money))
        for part in ("value", "low", "high"):
            assert getattr(two, part) == pytest.approx(scale * getattr(one, part), nan_ok=True)


@given(st.floats(0.3, 1.0), st.floats(0.01, 0.05))
def test_payback_falls_with_margin(margin, churn):
    """More margin never pays back later."""
    some = payback(acquisition_cost=900, monthly_revenue=100, gross_margin=margin * 0.9, monthly_churn=churn)
    more = payback(acquisition_cost=900, monthly_revenue=100, gross_margin=margin, monthly_churn=churn)
    assert more.months_under_churn.value <= some.months_under_churn.value


def test_lifetime_value_of_a_fit_without_end():
    """Undiscounted, a model with alpha up to 1 has no finite mean; with a discount or more alpha it has."""
    endless = lifetime_value(**PLAN, retention=FIT)
    assert math.isinf(endless.value)
    assert "give a discount or a horizon" in endless.reason
    assert math.isfinite(lifetime_value(**PLAN, retention=FIT, monthly_discount_rate=0.01).value)
    steep = fit_retention([1000, 600, 380, 250, 170], unit="months")
    assert steep.alpha > 1
    expected = 640 * float(np.sum(steep.survival(400_000)[0]))
    assert lifetime_value(**PLAN, retention=steep).value == pytest.approx(expected, rel=1e-3)


def test_a_fitted_constant_churn_limits_a_lifetime():
    """56 losses in 112 months: log churn is known to sqrt((1 - 1/2) / 56), and a lifetime is 1 over churn."""
    constant = lifetime_value(**PLAN, retention=fit_retention([64, 32, 16, 8], unit="months"))
    factor = math.exp(1.959963984540054 * math.sqrt(0.5 / 56))
    assert (1280 / factor, 1280, 1280 * factor) == pytest.approx(
        (constant.low, constant.value, constant.high)
    )


def test_constant_churn_with_horizon_and_discount():
    """Closed forms with a horizon and a discount equal sums by month, also at the ends of churn."""
    for churn in (0.0, 0.02, 1.0):
        for rate in (0.0, 0.01):
            found = lifetime_value(
                **PLAN,
                monthly_churn=churn,
                monthly_discount_rate=rate,
                horizon_months=24,
                acquisition_cost=100,
            )
            expected = slow.lifetime(640, lambda t, c=churn: (1 - c) ** t, rate, 24) - 100
            assert found.value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("function", "given", "error"),
    [
        (payback, {**DEAL, "monthly_churn": 1.2}, InvalidValue),
        (payback, {**DEAL, "monthly_churn": Estimate("a", "share", 1.37, 0, 2, 0.95, "b", 9)}, InvalidValue),
        (payback, {**DEAL, "monthly_churn": Estimate("a", "share", 0.9, 0, 1.1, 0.95, "b", 9)}, InvalidValue),
        (payback, {**DEAL, "monthly_churn": 0.1, "retention": FIT}, InvalidType),
        (payback, {**DEAL, "retention": 0.1}, InvalidType),
        (payback, {**DEAL, "retention": fit_retention([3, 2, 1], unit="years")}, InvalidValue),
        (payback, {**DEAL, "retention": close_curve([1], [YES], unit="months")}, InvalidValue),
        (payback, {**DEAL, "monthly_churn": nps([1])}, InvalidType),
        (payback, {**DEAL, "acquisition_cost": -1}, InvalidValue),
        (payback, {**DEAL, "gross_margin": 80}, InvalidValue),
        (payback, {**DEAL, "churn": 0.1}, InvalidType),
        (lifetime_value, PLAN, InvalidType),
        (lifetime_value, {**PLAN, "monthly_churn": 0.1, "horizon_months": 0}, InvalidValue),
        (lifetime_value, {**PLAN, "monthly_churn": 0.1, "rate": 0.1}, InvalidType),
    ],
)
def test_what_cannot_be_meant(function, given, error):
    """Impossible or contradictory inputs are errors."""
    with pytest.raises(error):
        function(**given)


def test_it_reads_and_writes():
    """A payback reads in text and Markdown, and its dict is JSON."""
    late = payback(**DEAL, retention=FIT)
    assert "  customers who pay back  82.2 % [79.2 %, 84.8 %]" in repr(late)
    assert "| months under churn | 11 months | [11 months, 11 months] |" in late._repr_markdown_()
    assert "the inputs are taken as exact" in payback(**DEAL)._repr_markdown_()
    assert 11.0 == json.loads(json.dumps(late.to_dict()))["months_under_churn"]["value"]
    assert late.assumes == form(late)["assumes"]


def test_one_month_is_one_month():
    """A payback within a month reads so."""
    soon = payback(acquisition_cost=50, monthly_revenue=100, gross_margin=1, monthly_churn=0.1)
    assert repr(soon).startswith("payback 0.5 months without churn, 1 month under churn")
