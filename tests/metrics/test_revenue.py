"""Gross and net revenue retention: the numbers of the field, exact sums, honest limits."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import InvalidType, InvalidValue, MetricError, UnknownName
from qualify.metrics import gross_revenue_retention, net_revenue_retention

YEAR = {"start": 100_000, "contraction": 3_000, "churn": 5_000}


def test_the_numbers_of_the_field():
    """(100 + 12 - 3 - 5) / 100 = 104 % net, 92 % gross."""
    assert 1.04 == net_revenue_retention(**YEAR, expansion=12_000).value
    assert 0.92 == gross_revenue_retention(**YEAR).value


def test_reactivation_counts_only_if_given():
    """What came back in the period is added if it is given."""
    assert 1.06 == net_revenue_retention(**YEAR, expansion=12_000, reactivation=2_000).value


def test_totals_have_the_widest_limits_and_say_so():
    """Totals give a value whose limits are the widest, as of one account, and say how to get others."""
    net = net_revenue_retention(**YEAR)
    assert (0.0, math.inf) == (net.low, net.high) == net.interval(0.5)
    gross = gross_revenue_retention(**YEAR)
    assert (0.0, 1.0) == (gross.low, gross.high) == gross.interval(0.5)
    assert "give one row an account" in net.reason
    assert 100_000 == net.counts["start"]
    assert 200_000 == (net.counts + net.counts)["start"]


def test_accounts_give_limits():
    """One row an account gives the linearised limits of the ratio of sums."""
    start, churn = np.array([100, 50, 30, 20]), np.array([0, 50, 0, 0])
    gross = gross_revenue_retention(start=start, churn=churn)
    assert 0.75 == gross.value
    rest = (start - churn) - 0.75 * start
    half = 1.959964 * math.sqrt(np.sum(rest**2) * 4 / 3) / 200
    assert (max(0, 0.75 - half), min(1, 0.75 + half)) == pytest.approx((gross.low, gross.high), rel=1e-5)
    assert (4, 0, "share") == (gross.n, gross.n_missing, gross.unit)


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=20), st.integers(2, 9))
def test_whole_money_is_exact(start, part):
    """Whole minor units are summed exactly, and gross never exceeds 1 or net."""
    churn = [s // part for s in start]
    gross = gross_revenue_retention(start=start, churn=churn)
    assert gross.value == (sum(start) - sum(churn)) / sum(start)
    net = net_revenue_retention(start=start, churn=churn, expansion=churn)
    assert 1.0 == net.value
    assert gross.low <= gross.value <= gross.high <= 1.0


def test_missing_accounts_are_counted():
    """An account that lacks a number is left out and counted."""
    net = net_revenue_retention(start=[10.0, np.nan, 30], expansion=[1, 2, None])
    assert (1, 2) == (net.n, net.n_missing)
    assert net.value == pytest.approx(1.1)
    assert "one account" in net.reason


def test_a_cohort_without_revenue():
    """No revenue at the start, or no accounts: NaN with the reason."""
    for nothing in (gross_revenue_retention(start=0), gross_revenue_retention(start=[0])):
        assert math.isnan(nothing.value)
        assert ("the cohort began with no revenue", 0.0, 1.0) == (nothing.reason, nothing.low, nothing.high)
    assert math.inf == net_revenue_retention(start=0, expansion=3).high
    assert "no revenue" in gross_revenue_retention(start=[0, 0]).reason
    assert "no accounts" == net_revenue_retention(start=[]).reason
    assert (0.0, math.inf) == (net_revenue_retention(start=[]).low, net_revenue_retention(start=[]).high)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"start": 10, "churn": 11}, MetricError),
        ({"start": 10**400, "churn": 10**401}, MetricError),
        ({"start": [1], "churn": None}, InvalidType),
        ({"start": [10, 10], "churn": [2, 11]}, MetricError),
        ({"start": [10], "churn": [1, 1]}, InvalidValue),
        ({"start": [10], "churn": 1}, InvalidType),
        ({"start": -1}, InvalidValue),
        ({"start": [1], "churn": [-1]}, InvalidValue),
        ({"start": 1.5, "churn": -0.5}, InvalidValue),
        ({"start": [1, 1], "currency": ["EUR", "USD"]}, InvalidValue),
        ({"start": 1, "alpha": 0.1}, InvalidType),
    ],
)
def test_what_cannot_be_meant(given, error):
    """Losing more than there was, unlike lengths, negative money and mixed currencies are errors."""
    for function in (gross_revenue_retention, net_revenue_retention):
        with pytest.raises(error):
            function(**given)


def test_one_currency_is_fine():
    """One name, or a column of the same name, is no mix."""
    assert 1.0 == gross_revenue_retention(start=[1, 1], currency=["EUR", "EUR"]).value
    assert 1.0 == gross_revenue_retention(start=2, currency="EUR").value
    assert 0.5 == gross_revenue_retention(start=2.5, churn=1.25).value


@pytest.mark.parametrize("measure", [gross_revenue_retention, net_revenue_retention])
def test_accounts_that_are_all_alike_do_not_tell_how_accounts_differ(measure):
    """Two accounts that stay as they are do not prove that all do."""
    found = measure(start=[5, 6])
    assert (1.0, 0.0) == (found.value, found.low)
    assert found.high == (1.0 if measure is gross_revenue_retention else math.inf)
    assert found.reason == "accounts that are all alike do not tell how accounts differ"


@pytest.mark.parametrize("measure", [gross_revenue_retention, net_revenue_retention])
def test_limits_at_another_level(measure):
    """An estimate gives its limits at another level as the metric would, also after a journey in a pickle."""
    accounts = {"start": [100, 50, 30, 20], "churn": [0, 50, 0, 0]}
    found = pickle.loads(pickle.dumps(measure(**accounts)))
    asked = measure(**accounts, confidence_level=0.5)
    assert (asked.low, asked.high) == found.interval(0.5)
    assert found.low < asked.low
    assert 0.5 == found.view(found.counts, confidence_level=0.5, method="linearised").confidence_level
    with pytest.raises(UnknownName, match="known are linearised"):
        found.interval(method="student")


@pytest.mark.parametrize("word", ["start", "contraction"])
@pytest.mark.parametrize("other", [[5.0, 5.0], 10])
def test_what_is_no_column_is_named(word, other):
    """A table not computed yet is named, beside a column or a total, and so is a total beside a column."""
    pl = pytest.importorskip("polars")
    lazy = pl.LazyFrame({"a": [1.0, 2.0]})
    parts = {"start": other, "contraction": other, word: lazy}
    with pytest.raises(InvalidType, match=rf"^{word}: a column in memory is needed"):
        gross_revenue_retention(**parts)
    with pytest.raises(InvalidType, match=r"^start: one number for each account is needed, as in churn"):
        gross_revenue_retention(start=10, churn=[1, 2])


def test_a_ratio_that_no_float_holds():
    """Next to nothing at the start is refused where the ratio has no float, and told where it has one."""
    for start, expansion in ((1e-300, 1e150), ([1e-300], [1e150])):
        with pytest.raises(MetricError, match="net revenue retention: retention lies under 1e308"):
            net_revenue_retention(start=start, expansion=expansion)
    assert 1.0 == gross_revenue_retention(start=10**400).value
    many = net_revenue_retention(start=[0.1, 0.3, 0.7], expansion=[0.1e9, 0.3e9, 0.7e9])
    assert "accounts that are all alike do not tell how accounts differ" == many.reason
