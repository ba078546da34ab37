"""What type checkers see of curves, money, flow and people. Never run; mypy and pyright read it."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_type

from qualify.metrics import (
    Concordance,
    Curve,
    Estimate,
    LifeTable,
    Payback,
    RetentionFit,
    Shortfall,
    Streaks,
    Transitions,
    agreement,
    close_curve,
    dwell,
    fit_retention,
    gross_revenue_retention,
    lifetime_value,
    payback,
    rejection_streaks,
    retention_curve,
    speed_to_lead,
    transition_matrix,
    waste,
)
from qualify.truth import Truth


def a_curve_answers_with_estimates(days: list[int], outcomes: list[Truth], now: datetime) -> None:
    """Curves come of durations, and answer with estimates."""
    curve = close_curve(days, outcomes, unit="days")
    assert_type(curve, Curve)
    assert_type(curve.counts + curve.counts, LifeTable)
    assert_type(curve.incidence(timedelta(days=30), "won"), Estimate)
    assert_type(curve.remaining([1, 2]), Estimate)
    assert_type(curve.median("won"), Estimate)
    assert_type(dwell(days, days, states=days)["discovery"], Curve)
    assert_type(speed_to_lead([now], [None], at=now), Curve)


def money_comes_with_its_assumptions(months: list[int], cancelled: list[bool]) -> None:
    """Fits, paybacks and values are values of their own."""
    fit = fit_retention(retention_curve(months, cancelled, unit="months"))
    assert_type(fit, RetentionFit)
    assert_type(payback(acquisition_cost=1, monthly_revenue=2, gross_margin=0.5, retention=fit), Payback)
    assert_type(lifetime_value(monthly_revenue=2, gross_margin=0.5, monthly_churn=0.1), Estimate)
    assert_type(gross_revenue_retention(start=[1, 2], churn=[0, 1]), Estimate)
    payback(6_000, 800, 0.8)  # type: ignore[call-arg]  # money goes by name


def people_and_decisions(outcomes: list[Truth]) -> None:
    """Flow, streaks, agreement and waste are values of their own."""
    assert_type(transition_matrix([1], ["new"]), Transitions)
    assert_type(rejection_streaks(outcomes) + rejection_streaks(outcomes), Streaks)
    assert_type(agreement(outcomes, outcomes).kappa, Estimate)
    assert_type(agreement(outcomes, outcomes), Concordance)
    assert_type(waste([True], outcomes), Shortfall)
    assert_type(waste([True], outcomes).leads, Estimate)
