"""The arithmetic of one subscription: what a win is worth, and when it has paid for itself.

What belongs here: closed forms over plain numbers, importing no numpy, so that economics elsewhere
can read the very same lines. What does not: fitted curves, estimates and checks of input.

Timing, everywhere in this library: a customer is won at the start of month 1, and the margin of month
t is earned at its end by those who were still there when it began. With monthly churn `c` a customer
earns in month t with probability (1 - c)**(t - 1). Nothing here rounds money.
"""

from __future__ import annotations

import math

__all__ = ["alive_after", "margin_by", "payback_months", "payments_needed", "win_value"]

_SLACK = 1e-12  # of the cost: a sum of margins that misses the cost by rounding alone has reached it


def __dir__() -> list[str]:
    return sorted(__all__)


def win_value(
    *,
    monthly_margin: float,
    monthly_churn: float,
    acquisition_cost: float,
    monthly_discount_rate: float = 0.0,
) -> float:
    """Give what a win is worth today: V = m b / (1 - r b) - K, with r = 1 - churn and b = 1 / (1 + rate).

    Money is in the currency of its arguments. Without churn and discount the value is infinite.

    >>> round(win_value(monthly_margin=640, monthly_churn=0.02, acquisition_cost=6_000), 6)
    26000.0
    """
    leak = monthly_churn + monthly_discount_rate  # (1 - r b) / b, without cancellation
    if leak == 0:
        return math.copysign(math.inf, monthly_margin) if monthly_margin else -acquisition_cost
    return monthly_margin / leak - acquisition_cost


def margin_by(months: float, *, monthly_margin: float, monthly_churn: float) -> float:
    """Give the expected margin of one customer after whole months: m (1 - r^n) / (1 - r).

    >>> round(margin_by(2, monthly_margin=100, monthly_churn=0.1), 6)
    190.0
    """
    if monthly_churn == 0:
        return monthly_margin * months
    if monthly_churn == 1:
        return monthly_margin if months else 0.0
    return monthly_margin * -math.expm1(months * math.log1p(-monthly_churn)) / monthly_churn


def alive_after(months: float, *, monthly_churn: float) -> float:
    """Give the probability that a customer is still there after whole months: (1 - churn)**months.

    >>> round(alive_after(11, monthly_churn=0.02), 4)
    0.8007
    """
    if months == 0:
        return 1.0
    return 0.0 if monthly_churn == 1 else math.exp(months * math.log1p(-monthly_churn))


def payments_needed(*, acquisition_cost: float, monthly_margin: float) -> float:
    """Give how many monthly margins one customer must pay to cover her cost: ceil(K / m); never = inf.

    >>> payments_needed(acquisition_cost=6_000, monthly_margin=640)
    10
    """
    if acquisition_cost <= 0:
        return 0
    if monthly_margin <= 0:
        return math.inf
    ratio = acquisition_cost / monthly_margin
    return math.ceil(ratio * (1.0 - _SLACK)) if math.isfinite(ratio) else math.inf


def payback_months(*, acquisition_cost: float, monthly_margin: float, monthly_churn: float = 0.0) -> float:
    """Give the whole months after which a cohort's margins cover its cost under churn; never = inf.

    n* = ceil(ln(1 - K (1 - r) / m) / ln r): the first n with m (1 - r^n) / (1 - r) >= K.

    >>> payback_months(acquisition_cost=6_000, monthly_margin=640, monthly_churn=0.02)
    11
    >>> payback_months(acquisition_cost=6_000, monthly_margin=640, monthly_churn=0.2)
    inf
    """
    needed = payments_needed(acquisition_cost=acquisition_cost, monthly_margin=monthly_margin)
    if monthly_churn == 0 or needed <= 1 or math.isinf(needed):
        return needed
    ratio = acquisition_cost / monthly_margin
    lost = ratio * monthly_churn  # of the most that can be earned
    if lost >= 1 or monthly_churn == 1:
        return math.inf
    months = max(1, round(math.log1p(-lost) / math.log1p(-monthly_churn)))  # a small churn keeps its digits
    goal = ratio * (1.0 - _SLACK)
    while margin_by(months, monthly_margin=1.0, monthly_churn=monthly_churn) < goal:
        months += 1
    return months
