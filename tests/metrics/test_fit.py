"""The shifted-beta-geometric fit: its maximum, its edges, its projections."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import InvalidType, InvalidValue, UnknownName
from qualify.metrics import LifeTable, _fit, close_curve, fit_retention, retention_curve
from qualify.metrics._fit import _from_table
from qualify.truth import NO, YES
from reference import curves_other as slow

# Fader and Hardie (2007), J. Interactive Marketing 21(1):76-90, Table 1, as customers of 1,000.
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394]
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173]


@given(st.lists(st.integers(0, 40), min_size=2, max_size=8), st.integers(1, 200))
def test_the_maximum_is_a_maximum(lost, rest):
    """No step aside raises the log-likelihood, which equals the one written from P(T = t)."""
    alive = [rest + sum(lost[i:]) for i in range(len(lost) + 1)]
    fit = fit_retention(alive)
    if not math.isfinite(fit.alpha):
        return
    best = slow.sbg_log_likelihood(alive, fit.alpha, fit.beta)
    assert fit.log_likelihood == pytest.approx(best, rel=1e-9)
    for a, b in ((1.01, 1), (0.99, 1), (1, 1.01), (1, 0.99), (1.02, 1.02), (0.98, 1.02)):
        assert slow.sbg_log_likelihood(alive, fit.alpha * a, fit.beta * b) <= best + 1e-9 * abs(best)


def test_it_projects_what_constant_churn_cannot():
    """Fitted on seven years, year 12 comes near what happened; constant churn is far off."""
    for alive, constant in ((HIGH_END, 0.185), (REGULAR, 0.004)):
        fit = fit_retention(alive[:8], unit="years")
        seen = alive[12] / 1000
        assert abs(fit.remaining(12).value - seen) < 0.02
        assert (1 - (1 - alive[1] / 1000)) ** 12 == pytest.approx(constant, abs=5e-4)


def test_a_curve_and_its_table_fit_as_the_counts_do():
    """Durations with censoring give the fit of the counts, through a curve or its table."""
    alive = HIGH_END[:8]
    durations = np.concatenate([np.repeat(np.arange(1, 8), -np.diff(alive)), np.full(alive[-1], 7)])
    left = np.arange(1000) < 1000 - alive[-1]
    curve = retention_curve(durations, left, unit="years")
    plain = fit_retention(alive, unit="years")
    assert plain == fit_retention(curve)
    assert plain == fit_retention(curve.counts)
    with pytest.raises(InvalidType, match="its own unit"):
        fit_retention(curve, unit="years")


def test_late_entry_counts_only_what_was_seen():
    """Customers who came under observation late are at risk only since then."""
    table = LifeTable.of([2, 5, 5, 3], [1, 1, 0, 1], ("cancelled",), entry=[0, 2, 0, 1])
    at_risk, lost = _from_table(table)
    assert [2, 3, 3, 2, 2] == at_risk.tolist()
    assert [0, 1, 1, 0, 1] == lost.tolist()


def test_edges_have_reasons():
    """Where the likelihood has no maximum, or churn does not fall with age, the fit says so."""
    for alive, why in (
        ([100, 100], "nobody left"),
        ([100], "no period was seen"),
        ([], "no period was seen"),
        ([100, 50, 50], "nobody left after the first period"),
    ):
        fit = fit_retention(alive)
        assert why in fit.reason
        assert math.isnan(fit.alpha)
        share = fit.remaining(3)
        assert (0.0, 1.0, fit.reason) == (share.low, share.high, share.reason)
        assert 1.0 == fit.remaining(0).value
    for alive, churn in (
        ([64, 32, 16, 8], 0.5),
        ([100, 50, 20, 5, 1], 99 / 175),
        ([100, 40], 0.6),
        ([9, 0], 1.0),
    ):
        fit = fit_retention(alive)
        assert math.isinf(fit.alpha)
        assert fit.churn == pytest.approx(churn)
        assert fit.remaining(2).value == pytest.approx((1 - churn) ** 2)
        assert fit.retention_rate(5) == pytest.approx(1 - churn)
        assert "constant churn" in repr(fit)
        assert "constant churn" == fit.remaining(1).method


def test_who_all_left_at_once_may_have_stayed():
    """A churn of 100 % has Wilson's limit for all of n, as a curve has it."""
    share = fit_retention([9, 0]).remaining(1)
    assert (0.0, 0.0) == (share.value, share.low)
    assert share.high == pytest.approx(retention_curve([1] * 9, [True] * 9).remaining(1).high)


def test_constant_churn_has_limits():
    """The limits of a constant churn come from how many left."""
    share = fit_retention([64, 32, 16, 8]).remaining(1)
    assert share.low < 0.5 < share.high


def test_projections_are_shares_with_limits():
    """Shares fall, lie inside their limits, and a wider level holds the narrower."""
    fit = fit_retention(HIGH_END[:8])
    shares = fit.remaining(range(30))
    assert np.all(np.diff(shares.value) < 0)
    assert np.all((shares.low <= shares.value) & (shares.value <= shares.high))
    wide = fit.remaining(range(30), confidence_level=0.99)
    assert np.all((wide.low <= shares.low) & (shares.high <= wide.high))
    assert list(range(30)) == list(shares.labels)
    ratio = shares.value[8] / shares.value[7]
    assert fit.retention_rate(8) == pytest.approx(ratio)


@given(st.integers(1, 1000))
def test_the_size_of_the_cohort_moves_only_the_errors(size):
    """Many times the cohort: the same alpha and beta, k times the likelihood, limits that do not widen."""
    one, many = fit_retention(HIGH_END[:8]), fit_retention([size * n for n in HIGH_END[:8]])
    assert many.alpha == pytest.approx(one.alpha, rel=1e-6)
    assert many.log_likelihood == pytest.approx(size * one.log_likelihood, rel=1e-9)
    assert many.remaining(12).high <= one.remaining(12).high + 1e-12


@pytest.mark.parametrize(
    ("alive", "message"),
    [
        ([100, 101], "does not grow"),
        ([100, None, 90], "row 1"),
        ([-1], "row 0"),
        (retention_curve([1.5], [True]), "whole periods"),
        (retention_curve([0], [True]), "whole periods"),
        (retention_curve([2_000_000], [False]), "1,000,000"),
        (close_curve([1, 2], [YES, NO]), "one cause"),
    ],
)
def test_what_cannot_be_fitted(alive, message):
    """A growing cohort, holes, parts of periods and several causes are errors that say what to do."""
    with pytest.raises(InvalidValue, match=message):
        fit_retention(alive)


def test_other_words_and_odd_periods():
    """Unknown keywords are answered; periods are whole and not negative."""
    with pytest.raises(InvalidType, match="confidence_level"):
        fit_retention([2, 1], alpha=0.1)
    fit = fit_retention(HIGH_END)
    for periods in (-1, 1.5, math.inf):
        with pytest.raises(InvalidValue):
            fit.remaining(periods)
    with pytest.raises(InvalidValue):
        fit.retention_rate(0)


def test_censored_at_zero_and_empty_tables():
    """Customers last seen at once tell nothing; an empty table has no period."""
    assert fit_retention(retention_curve([0, 1, 2, 2], [False, True, True, False])).churn == pytest.approx(
        2 / 5
    )
    assert "no period was seen" == fit_retention(retention_curve([], [])).reason


@pytest.mark.parametrize(
    "alive",
    [
        [2073, 2071, 2067, 2064, 2062],
        [20000, 19990, 19982, 19975, 19969],
        [1693, 1680, 1670, 1655, 1644, 1633],
    ],
)
def test_low_churn_takes_few_steps(monkeypatch, alive):
    """Where hardly anybody leaves the likelihood is flat, and is still climbed in a few steps."""
    steps = []
    slopes = _fit._slopes
    monkeypatch.setattr(_fit, "_slopes", lambda *of: steps.append(1) or slopes(*of))
    assert fit_retention(alive).reason is None
    assert len(steps) < 40


@pytest.mark.parametrize("alive", [[100, 63, 47, 38], [100, 90], [10, 10], [10, 0]])
def test_limits_at_another_level(alive):
    """Projections give the limits that they have at another level, one and many, also out of a pickle."""
    fit = fit_retention(alive)
    many, asked = fit.remaining([0, 2, 5]), fit.remaining([0, 2, 5], confidence_level=0.5)
    for found in (many, pickle.loads(pickle.dumps(many))):
        low, high = found.interval(0.5)
        assert (asked.low.tolist(), asked.high.tolist()) == (low.tolist(), high.tolist())
    for period, one in many.items():
        limits = asked[period].low, asked[period].high
        assert limits == one.interval(0.5) == fit.remaining(period).interval(0.5)
    with pytest.raises(UnknownName, match="unknown method"):
        many.interval(method="wald")


def test_one_period_is_one_period():
    """A fit of one period reads so, whatever the period is called."""
    assert "n=100 over 1 period: " in repr(fit_retention([100, 50]))
    assert "n=100 over 2 months" in repr(fit_retention([100, 50, 40], unit="months"))
