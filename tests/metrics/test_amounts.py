"""Amounts of money: in one currency, and wide enough to be added."""

from __future__ import annotations

import numpy as np
import pytest

from qualify.errors import InvalidValue, MetricError
from qualify.metrics import gross_revenue_retention, net_revenue_retention, wape


def forecasts(amounts, currency):
    """Amounts that came as they were foretold."""
    return wape(amounts, amounts, currency=currency)


def revenue(amounts, currency):
    """A cohort that kept what it began with."""
    return gross_revenue_retention(start=amounts, currency=currency)


@pytest.mark.parametrize("measure", [forecasts, revenue])
def test_two_currencies_are_refused(measure):
    """Amounts in two currencies, of which one may have no name, are no sum; the error says which they are."""
    for currency, found in ((["USD", "EUR"], "EUR, USD"), (["EUR", None], "EUR, None")):
        with pytest.raises(MetricError, match=rf"^currency: .*one currency.*\(got {found}\)"):
            measure([1, 2], currency)
    for currency in (None, "EUR", ["EUR", "EUR"], np.array(["EUR", "EUR"])):
        assert 2 == measure([1, 2], currency).n


@pytest.mark.parametrize("measure", [forecasts, revenue])
def test_each_amount_has_a_currency(measure):
    """A column of currencies is as long as that of the amounts; a total is one amount."""
    for currency in (["EUR"], ["EUR"] * 3):
        with pytest.raises(InvalidValue, match="currency: one entry for each of 2 rows"):
            measure([1, 2], currency)
    with pytest.raises(InvalidValue, match="currency: one entry for each of 1 rows"):
        net_revenue_retention(start=100, currency=["EUR", "EUR"])
    assert 1.0 == net_revenue_retention(start=100, currency=["EUR"]).value


def test_groups_of_one_currency_each():
    """Where groups are told apart by their currency, each is measured by itself."""
    assert 2 == len(wape([1, 2], [1, 2], currency=["EUR", "USD"], by=["x", "y"]))
    with pytest.raises(MetricError, match="EUR, USD"):
        wape([1, 2, 3], [1, 2, 3], currency=["EUR", "USD", "USD"], by=["x", "y", "x"])


@pytest.mark.parametrize("measure", [forecasts, revenue])
def test_whole_amounts_do_not_wrap(measure):
    """Narrow whole numbers are summed as wide ones, and those too wide for a difference are refused."""
    assert 300 == measure(np.full(3, 100, np.int8), None).counts["total" if measure is forecasts else "start"]
    named = "forecast" if measure is forecasts else "start"
    with pytest.raises(MetricError, match=rf"^{named}, row 1: .*under 2\^62 \(got 9223372036854775808\)"):
        measure(np.array([1, 2**63], np.uint64), None)


def test_amounts_beyond_what_is_meant_name_their_row():
    """The row is that of the column, whatever is missing before it, and each column is named."""
    with pytest.raises(MetricError, match=r"^actual, row 2: amounts lie under 1e150 \(got -1e\+151\)"):
        wape([1, 2, 3], [None, 2.0, -1e151])
    with pytest.raises(MetricError, match=r"^expansion, row 1: amounts lie under 2\^62"):
        net_revenue_retention(start=[None, 1, 1], expansion=[1, 2**62, 1])
