"""The closed forms of one subscription against month-by-month sums."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.metrics import _money
from reference import curves_other as slow

churns = st.floats(0.001, 0.99)
margins = st.floats(1, 1e4)


@given(margins, churns, st.floats(0, 1e5))
def test_payback_is_the_first_month_that_covers(margin, churn, cost):
    """The closed form names the first month whose expected margins cover the cost, or never."""
    found = _money.payback_months(acquisition_cost=cost, monthly_margin=margin, monthly_churn=churn)
    if cost * churn / margin > 1 - 1e-9:
        assert math.isinf(found) or cost * churn / margin < 1
    else:
        expected = slow.payback_month(cost, margin, lambda t: (1 - churn) ** t, most=60_000)
        assert found == expected


@given(margins, churns, st.floats(0.0, 0.05), st.floats(0, 1e4))
def test_win_value_is_the_discounted_sum(margin, churn, rate, cost):
    """V = m b / (1 - r b) - K is the sum of the discounted margins less the cost."""
    months = min(20_000, math.ceil(40 / (churn + rate)))
    expected = slow.lifetime(margin, lambda t: (1 - churn) ** t, rate, months) - cost
    found = _money.win_value(
        monthly_margin=margin, monthly_churn=churn, acquisition_cost=cost, monthly_discount_rate=rate
    )
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-6 * margin)


@given(st.integers(0, 50), margins, st.floats(0, 1))
def test_margin_by_is_the_sum_of_months(months, margin, churn):
    """The closed form m (1 - r^n) / (1 - r) is the sum of the months' expected margins."""
    expected = sum(margin * (1 - churn) ** t for t in range(months))
    assert _money.margin_by(months, monthly_margin=margin, monthly_churn=churn) == pytest.approx(expected)
    assert _money.alive_after(months, monthly_churn=churn) == pytest.approx((1 - churn) ** months)


@pytest.mark.parametrize(
    ("cost", "margin", "churn", "months"),
    [
        (0, 0, 0.1, 0),
        (1, 0, 0.1, math.inf),
        (1, -5, 0, math.inf),
        (3.3, 1.1, 0, 3),  # 3.0000000000000004 margins are 3
        (640, 640, 1, 1),
        (641, 640, 1, math.inf),
        (6_000, 640, 0, 10),
        (6_000, 640, 0.02, 11),
        (1e308, 1e-10, 0, math.inf),
    ],
)
def test_payback_at_its_ends(cost, margin, churn, months):
    """No cost, no margin, no churn, all churn, and sums that rounding would miss."""
    found = _money.payback_months(acquisition_cost=cost, monthly_margin=margin, monthly_churn=churn)
    assert months == found


def test_value_without_end():
    """Without churn and discount a margin is worth infinitely much, and no margin its cost."""
    forever = {"monthly_churn": 0.0, "acquisition_cost": 5.0}
    assert math.inf == _money.win_value(monthly_margin=1, **forever)
    assert -math.inf == _money.win_value(monthly_margin=-1, **forever)
    assert -5.0 == _money.win_value(monthly_margin=0, **forever)
    assert sorted(_money.__all__) == dir(_money)
    assert 0.0 == _money.margin_by(0, monthly_margin=3, monthly_churn=1)


def test_it_needs_no_numpy():
    """Economics elsewhere read these lines without loading numpy."""
    code = "import sys, qualify.metrics._money; sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("cost", "margin", "months"), [(2.1, 0.7, 3), (6.9, 2.3, 3), (0.6000000000000001, 0.1, 6)]
)
def test_rounding_delays_no_payback(cost, margin, months):
    """3.0000000000000004 margins are 3, and nobody leaves unless somebody says how many do."""
    assert months == _money.payback_months(acquisition_cost=cost, monthly_margin=margin)
    assert months == _money.payback_months(acquisition_cost=cost, monthly_margin=margin, monthly_churn=0.0)
