"""Real records, which are not shipped: reference answers computed by other tools."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from qualify.metrics import (
    close_curve,
    fit_retention,
    rejection_streaks,
    retention_curve,
    transition_matrix,
    waste,
    win_rate,
)


@pytest.fixture
def rows(data_dir):
    def read(name, delimiter=","):
        path = data_dir / name
        if not path.is_file():
            pytest.skip(f"{name} is not here")
        with path.open(newline="") as file:
            return list(csv.DictReader(file, delimiter=delimiter))

    return read


def test_telecom_customers(rows):
    """UCI 563, Iranian churn: Kaplan-Meier by tenure, its log-log limits, the mean, and no median."""
    customers = rows("iranian_churn.csv")
    months = np.array([int(row["Subscription  Length"]) for row in customers])
    curve = retention_curve(months, np.array([row["Churn"] == "1" for row in customers]), unit="months")
    shares = curve.remaining([6, 12, 24, 36, 40]).value.tolist()
    assert shares == pytest.approx(
        [0.9958667417362568, 0.9826976498476774, 0.9793612447110135, 0.8473254797873069, 0.7300249985733576],
        abs=1e-12,
    )
    year = curve.remaining(12)
    assert (year.low, year.high) == pytest.approx((0.9774683852129877, 0.9867215242284504), abs=1e-9)
    assert curve.median().reason.startswith("50 % was not reached")
    assert curve.mean(36).value == pytest.approx(35.10628996100899)


def test_subscriptions_of_fader_and_hardie(rows):
    """Fader and Hardie (2007), Table 1: the fit on seven years, and year 12 as it projects."""
    years = rows("fader_hardie_retention.csv")
    alive = np.array([float(row["high_end"]) for row in years]) * 10
    fit = fit_retention(alive[:8], unit="years")
    assert (fit.alpha, fit.beta) == pytest.approx((0.6680883728764352, 3.806095381726049), rel=1e-5)
    assert fit.log_likelihood == pytest.approx(-1611.1581473911551, abs=1e-8)
    assert fit.remaining(12).value == pytest.approx(0.3779990823040881, abs=1e-6)


def test_calls_of_a_bank(rows):
    """UCI Bank Marketing in file order: the longest run of refusals is 50, no more than chance makes."""
    calls = rows("bank-additional/bank-additional.csv", ";")
    bought = np.array([row["y"] == "yes" for row in calls])
    streaks = rejection_streaks(bought)
    assert ([50], [3668], [4119]) == (
        streaks.longest.tolist(),
        streaks.rejections.tolist(),
        streaks.n.tolist(),
    )
    assert 0.5 < streaks.chance[0] < 0.9
    spent = waste(np.ones(len(calls), bool), bought, hours=[int(row["campaign"]) for row in calls])
    assert (9558.0, 3668) == (spent.hours.value, spent.leads.counts["bad"])


def test_deals_of_a_software_vendor(rows):
    """Salvirt: rejection streaks by seller, and a close curve of decided deals is the win rate."""
    deals = rows("b2b_salvirt.csv", ";")
    won = np.array([row["Status"] == "Won" for row in deals])
    streaks = rejection_streaks(won, by=[row["Seller"] for row in deals])
    assert (448, 221) == (int(streaks.n.sum()), int(streaks.rejections.sum()))
    assert np.all((streaks.chance > 0) & (streaks.chance <= 1))
    curve = close_curve(np.ones(len(deals)), won)
    assert curve.incidence(1, "won").value == pytest.approx(win_rate(won).value)
    assert transition_matrix(range(len(deals)), [row["Status"] for row in deals]).n == len(deals)
