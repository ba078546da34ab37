"""When a subscription has paid for itself, and what it is worth over its life.

What belongs here: payback and lifetime value. What does not: how long customers stay (`_stay`), the closed
forms themselves (`_money`), and revenue retained (`_revenue`). The timing of `_money` holds here: the margin
of a month is earned at its end.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import attrs
import numpy as np

from qualify import _arrays, _checks
from qualify._maps import Value
from qualify.errors import InvalidType, MetricError
from qualify.metrics import _money
from qualify.metrics._amounts import MOST
from qualify.metrics._curve import Curve
from qualify.metrics._estimate import Estimate
from qualify.metrics._fit import RetentionFit
from qualify.metrics._print import amount, of_unit, row
from qualify.metrics._stay import LONG, Stay, stay_of

__all__ = ["Payback", "lifetime_value", "payback"]

_FAR = 1_200  # months after which a payback counts as never: a hundred years
_SMALL = 1e-12  # of a sum: what is still to come counts as nothing
_TAKEN = "the inputs are taken as exact, so there are no limits"


@attrs.frozen(repr=False, kw_only=True)
class Payback(Value):
    """When the cost of winning a customer is earned back, and how likely that is under churn.

    `months` is cost over monthly margin: what one customer must stay, a bare ratio without churn.
    `months_under_churn` is the number of whole months after which a cohort has earned its cost, counting
    those who leave on the way; infinite if it never does. `probability` is the chance that one customer
    stays long enough to pay for herself: she is there when her last needed payment begins. `alive` is the
    share of the cohort still there when the cohort has paid. `assumes` says what stands behind them.

    >>> payback(acquisition_cost=6_000, monthly_revenue=800, gross_margin=0.8, monthly_churn=0.02)
    payback 9.375 months without churn, 11 months under churn
      customers who pay back  83.4 %
      still there by then     80.1 %
      assumes the same churn of 2 % in every month
    """

    months: Estimate
    months_under_churn: Estimate
    probability: Estimate
    alive: Estimate
    assumes: str

    def to_dict(self) -> dict[str, Any]:
        """Give plain Python values, ready for JSON."""
        parts = ("months", "months_under_churn", "probability", "alive")
        return {**{part: getattr(self, part).to_dict() for part in parts}, "assumes": self.assumes}

    def __repr__(self) -> str:
        bare, late = self.months, self.months_under_churn
        if late.reason and not math.isfinite(late.value):
            return f"payback {_months(bare.value)} without churn\n  {late.reason}\n  assumes {self.assumes}"
        lines = [
            f"payback {_months(bare.value)} without churn, {_months(late.value)}{_limits(late)} under churn"
        ]
        for name, share in (
            ("customers who pay back", self.probability),
            ("still there by then", self.alive),
        ):
            lines.append(f"  {name.ljust(22)}  {amount(share.value, 'share')}{_limits(share)}")
        return "\n".join([*lines, f"  assumes {self.assumes}"])

    def _repr_markdown_(self) -> str:
        rows = (
            ("months without churn", self.months),
            ("months under churn", self.months_under_churn),
            ("customers who pay back", self.probability),
            ("still there by then", self.alive),
        )
        lines = ["| payback | value | limits |", "|---|--:|---|"]
        for name, e in rows:
            known = _limits(e).strip()
            why = e.reason if not known or math.isnan(e.value) else None
            lines.append(
                row(name, amount(e.value, e.unit), " ".join(str(part) for part in (known, why) if part))
            )
        return "\n".join([*lines, "", f"Assumes {self.assumes}."])


def payback(
    *,
    acquisition_cost: float,
    monthly_revenue: float,
    gross_margin: float,
    monthly_churn: float | Estimate | None = None,
    retention: RetentionFit | Curve | None = None,
    **unknown: object,
) -> Payback:
    """Give the months after which a customer's margin has covered the cost of winning her, under churn.

    Simple payback is cost / (monthly revenue x gross margin). Under churn the cohort's margin by month n is
    the margin times the sum of S(0) to S(n - 1), where S(t) is the share still there after t months: the
    first margin comes at the end of month 1, from everybody who was won. With constant churn
    n = ceil(ln(1 - K c / m) / ln(1 - c)).

    Args:
        acquisition_cost: what winning and onboarding one customer costs, in money.
        monthly_revenue: of one customer, in the same money.
        gross_margin: the share of revenue that is left after serving her, 0 to 1.
        monthly_churn: the share that leaves in a month, 0 to 1, the same in every month; an Estimate brings
            its limits.
        retention: instead of a churn, a fitted model or a retention curve, in months.
        unknown: other keywords, which are answered with the right word.

    Returns:
        A Payback; never paid back is infinite months with a reason, and not paid back while anybody was
        followed is NaN with a reason, and so is a churn that is NaN. A limit that was not reached while
        anybody was followed is infinite if it is the later one, else the months that were seen.

    Raises:
        InvalidValue: a negative amount or one over 1e150, a margin over 1, a churn outside 0 to 1, or a
            retention of several causes or not in months.
        InvalidType: both a churn and a retention, or something else in the place of either.

    >>> payback(acquisition_cost=6_000, monthly_revenue=800, gross_margin=0.8).months.value
    9.375
    >>> from qualify.metrics import fit_retention
    >>> fit = fit_retention([1000, 960, 930, 906, 887, 870, 856], unit="months")
    >>> months = payback(acquisition_cost=6_000, monthly_revenue=800, gross_margin=0.8, retention=fit)
    >>> months.months_under_churn.value
    11.0
    """
    if unknown:
        raise _arrays.unexpected(payback, unknown)
    cost = _checks.real(acquisition_cost, "acquisition_cost", least=0.0, most=MOST)
    margin = _margin(monthly_revenue, gross_margin)
    return _paid_back(cost, margin, stay_of(monthly_churn, retention))


def _paid_back(cost: float, margin: float, stay: Stay) -> Payback:
    """Give the Payback of a cost under what is known of who stays."""
    needed = _money.payments_needed(acquisition_cost=cost, monthly_margin=margin)
    never = f"never: the margin is {'next to nothing' if margin > 0 else 'not positive'}"
    months = Estimate(
        "payback without churn",
        "months",
        cost / margin if margin > 0 else math.inf if cost else 0.0,
        math.nan,
        math.nan,
        stay.level,
        "cost / margin",
        stay.n,
        stay.n_missing,
        reason=never if math.isinf(needed) else _TAKEN,
    )
    if math.isinf(needed):
        return _made(months, (cost, margin, stay), (math.inf,) * 3, (0.0,) * 3, (math.nan,) * 3, never)
    late = tuple(_first_month(stay, part, cost, margin, needed) for part in range(3))
    alone = stay.at(needed - 1) if needed >= 1 else (1.0, 1.0, 1.0)
    after = stay.at(late[0]) if math.isfinite(late[0]) else (math.nan,) * 3
    why = None
    if math.isinf(late[0]):
        why = (
            f"never: not within {_FAR:,} months"
            if stay.constant is None
            else "never: churn takes the margin away before the cost is earned"
        )
    elif math.isnan(late[0]):
        why = stay.reason or f"not paid back within the {stay.followed:g} months that anybody was followed"
    return _made(months, (cost, margin, stay), late, alone, after, why)


def _payback_again(
    told: tuple[float, float, Stay], part: str, _counts: None, *, confidence_level: float, method: str
) -> Estimate:
    """Give one part of a Payback at another level; a function of the module, so that it can be pickled."""
    cost, margin, stay = told
    _arrays.choice(method, (stay.method,), "payback method")
    found: Estimate = getattr(_paid_back(cost, margin, stay.again(confidence_level)), part)
    return found


def lifetime_value(
    *,
    monthly_revenue: float,
    gross_margin: float,
    monthly_churn: float | Estimate | None = None,
    retention: RetentionFit | Curve | None = None,
    monthly_discount_rate: float = 0.0,
    acquisition_cost: float = 0.0,
    horizon_months: int | None = None,
    currency: str = "money",
    **unknown: object,
) -> Estimate:
    """Give what a customer's margins are worth over her life, less the cost of winning her if it is given.

    Under constant churn c and monthly discount rate d this is m / (c + d) - K, so A g / c without discount;
    otherwise the sum of m S(t - 1) / (1 + d)^t. `reason` says what is assumed. Limits are those of the churn,
    or the sum of the curve's limits at each month, which is wide.

    Args:
        monthly_revenue: of one customer, in money.
        gross_margin: the share of revenue that is left after serving her, 0 to 1.
        monthly_churn: the share that leaves in a month, the same in every month; an Estimate brings limits.
        retention: instead of a churn, a fitted model or a retention curve, in months.
        monthly_discount_rate: what a month's wait costs; 0.01 = 1 %.
        acquisition_cost: subtracted if given.
        horizon_months: count only so many months; an observed curve needs it.
        currency: the unit of the answer.
        unknown: other keywords, which are answered with the right word.

    Raises:
        MetricError: an observed curve without a horizon that it reaches, or a fitted one without a horizon
            and with so small a discount that its sum runs over more than 1,000,000 months.
        InvalidValue: as in `payback`, a negative discount rate, or a horizon outside 1 to 1,000,000.
        InvalidType: as in `payback`, or neither a churn nor a retention.

    >>> value = lifetime_value(monthly_revenue=800, gross_margin=0.8, monthly_churn=0.02, currency="EUR")
    >>> round(value.value, 6), value.reason.partition("; ")[0]
    (32000.0, 'assumes the same churn of 2 % in every month')
    """
    if unknown:
        raise _arrays.unexpected(lifetime_value, unknown)
    margin = _margin(monthly_revenue, gross_margin)
    rate = _checks.real(monthly_discount_rate, "monthly_discount_rate", least=0.0)
    cost = _checks.real(acquisition_cost, "acquisition_cost", least=0.0, most=MOST)
    horizon = horizon_months
    if horizon is not None:
        horizon = _checks.whole(horizon, "horizon_months", least=1, most=LONG)
    if monthly_churn is None and retention is None:
        raise InvalidType(
            "a lifetime needs an end", allowed="give monthly_churn= or retention=", where="lifetime_value"
        )
    stay = stay_of(monthly_churn, retention)
    if stay.source is not None and math.isfinite(stay.followed) and (horizon or math.inf) > stay.followed:
        raise MetricError(
            "an observed curve tells nothing beyond its end",
            found="no horizon" if horizon is None else f"{horizon} months",
            allowed="give a fitted model"
            + (f", or horizon_months= of at most {stay.followed:g}" if stay.followed >= 1 else ""),
            where="horizon_months",
        )
    return _worth(stay, margin, rate, cost, horizon, _checks.name(currency, "currency"))


def _worth(
    stay: Stay, margin: float, rate: float, cost: float, horizon: int | None, currency: str
) -> Estimate:
    """Give the lifetime value under what is known of who stays."""
    sums = tuple(_discounted(stay, part, rate, horizon) for part in range(3))
    value, *limits = (margin * total - cost if margin else 0.0 - cost for total in sums)
    low, high = sorted(limits)  # a loss each month is the greater the longer she stays
    reason = f"assumes {stay.assumes}"
    if math.isnan(value) and stay.reason:
        reason += f"; {stay.reason}"
    if math.isinf(value):
        reason += "; infinite: no discount and a lifetime without a finite mean; give a discount or a horizon"
    if stay.exact:
        low = high = math.nan
        reason += f"; {_TAKEN}"
    return Estimate(
        "lifetime value",
        currency,
        value,
        low,
        high,
        stay.level,
        stay.method,
        stay.n,
        stay.n_missing,
        reason=reason,
        view=None if stay.exact else partial(_worth_again, stay, (margin, rate, cost, horizon, currency)),
    )


def _worth_again(
    stay: Stay,
    told: tuple[float, float, float, int | None, str],
    _counts: None,
    *,
    confidence_level: float,
    method: str,
) -> Estimate:
    """Give a lifetime value at another level; a function of the module, so that it can be pickled."""
    _arrays.choice(method, (stay.method,), "lifetime_value method")
    return _worth(stay.again(confidence_level), *told)


def _margin(monthly_revenue: float, gross_margin: float) -> float:
    revenue = _checks.real(monthly_revenue, "monthly_revenue", least=0.0, most=MOST)
    return revenue * _checks.real(gross_margin, "gross_margin", least=-MOST, most=1.0)


@np.errstate(all="ignore")  # a host may have made numpy's warnings errors
def _first_month(stay: Stay, part: int, cost: float, margin: float, needed: float) -> float:
    """Give the first whole month by which a cohort has earned its cost; inf = never, NaN = not seen."""
    if needed == 0:
        return 0.0
    if stay.constant is not None:
        churn = stay.constant[part]
        if math.isnan(churn):
            return math.nan
        return float(_money.payback_months(acquisition_cost=cost, monthly_margin=margin, monthly_churn=churn))
    last = int(min(_FAR, stay.followed + 1))
    earned = margin * np.cumsum(stay.shares(last - 1, part)) >= cost * (1.0 - _SMALL)
    if earned.any():
        return float(np.argmax(earned)) + 1.0
    if math.isfinite(stay.followed):  # what came later nobody saw: the value, its later and its earlier limit
        return (math.nan, math.inf, stay.followed)[part]
    return math.nan if math.isnan(float(stay.shares(1, part)[1])) else math.inf


@np.errstate(all="ignore")
def _discounted(stay: Stay, part: int, rate: float, horizon: int | None) -> float:
    """Give the sum of S(t - 1) b^t over the months t, b = 1 / (1 + rate)."""
    if stay.constant is not None:
        churn = stay.constant[part]
        total = _money.win_value(
            monthly_margin=1.0, monthly_churn=churn, monthly_discount_rate=rate, acquisition_cost=0.0
        )
        if horizon is None:
            return total
        if math.isinf(total):
            return float(horizon)
        kept = 0.0 if churn == 1 else math.exp(horizon * (math.log1p(-churn) - math.log1p(rate)))
        return total * (1.0 - kept)
    if horizon is None and isinstance(stay.source, RetentionFit) and rate == 0:
        return stay.mean_lifetime(part)
    last = horizon
    if last is None and isinstance(stay.source, Curve):
        last = math.ceil(stay.source.times[-1])
    if last is None:
        last = _months_that_count(rate)
    b = (1.0 + rate) ** -np.arange(1, last + 1, dtype=np.float64)
    return float(np.sum(stay.shares(last - 1, part) * b))


def _months_that_count(rate: float) -> int:
    """Give the months after which a discounted sum has nothing left to come."""
    months = -(math.log(_SMALL) + math.log(rate)) / math.log1p(rate)
    if months > LONG:
        raise MetricError(
            f"a discounted sum is counted over {LONG:,} months at most",
            found=f"{rate:g} a month",
            allowed="give horizon_months=, or a greater discount",
            where="monthly_discount_rate",
        )
    return max(1, math.ceil(months))


def _made(
    months: Estimate,
    told: tuple[float, float, Stay],
    late: tuple[float, ...],
    alone: tuple[float, ...],
    after: tuple[float, ...],
    why: str | None,
) -> Payback:
    stay = told[-1]

    def made(part: str, name: str, unit: str, value: float, low: float, high: float) -> Estimate:
        reason = why or (_TAKEN if stay.exact else None)
        if math.isnan(value):
            if math.isnan(low) or math.isnan(high):
                low, high = 0.0, 1.0 if unit == "share" else math.inf
            reason = why or stay.reason or f"nobody was followed beyond {stay.followed:g} months"
        elif stay.exact:
            low = high = math.nan
        low, high = sorted((low, high))
        return Estimate(
            name, unit, value, low, high, stay.level, stay.method, stay.n, stay.n_missing, reason=reason,
            view=None if stay.exact else partial(_payback_again, told, part),
        )  # fmt: skip

    return Payback(
        months=months,
        months_under_churn=made("months_under_churn", "payback under churn", "months", *late),
        probability=made("probability", "customers who pay back", "share", *alone),
        alive=made("alive", "there when the cohort has paid", "share", *after),
        assumes=stay.assumes,
    )


def _months(value: float) -> str:
    return "never" if math.isinf(value) else of_unit(f"{value:,.4g}", "months")


def _limits(estimate: Estimate) -> str:
    if math.isnan(estimate.low):
        return ""
    return f" [{amount(estimate.low, estimate.unit)}, {amount(estimate.high, estimate.unit)}]"
