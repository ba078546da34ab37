"""How long customers stay: nobody leaves, a constant churn, a fitted model or an observed curve.

What belongs here: reading which of them is meant, and what it says month by month. What does not: money
(`_payback`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from qualify import _checks
from qualify.errors import InvalidType, InvalidValue
from qualify.metrics import _money
from qualify.metrics._curve import Curve
from qualify.metrics._estimate import Estimate
from qualify.metrics._fit import RetentionFit, churn_limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LONG = 1_000_000  # months that a discounted sum of a fitted model may run


class Stay(NamedTuple):
    """How long customers stay: constant churn (value, and at the ends of its limits), or a source."""

    constant: tuple[float, float, float] | None
    source: RetentionFit | Curve | None
    assumes: str
    method: str
    level: float
    n: Any
    n_missing: Any
    reason: str | None = None  # why it tells nothing, if it does not
    followed: float = math.inf
    exact: bool = False
    churn: Estimate | None = None  # which the limits of a constant churn are those of

    def again(self, level: float) -> Stay:
        """Give the same at another confidence level."""
        return self._replace(level=level) if self.churn is None else _constant(self.churn, level)

    def shares(self, last: int, part: int) -> Floats:
        """Give the share a source says is there after 0 to `last` months: value (0), low (1) or high (2)."""
        if isinstance(self.source, RetentionFit):
            return self.source.survival(last, self.level)[part]
        assert self.source is not None  # noqa: S101 - for the type checker
        seen = self.source.remaining(np.arange(last + 1), confidence_level=self.level)
        return np.asarray((seen.value, seen.low, seen.high)[part], np.float64)

    def mean_lifetime(self, part: int) -> float:
        """Give the mean of a fitted model in months: (a + b - 1) / (a - 1), infinite for alpha up to 1."""
        fit = self.source
        assert isinstance(fit, RetentionFit)  # noqa: S101 - for the type checker
        if math.isinf(fit.alpha):
            churn = (fit.churn, *churn_limits(fit, self.level))[part]
            return 1.0 / churn if churn else math.inf
        if part:
            return 0.0 if part == 1 else math.inf  # its limits at far months say nothing
        if math.isnan(fit.churn):
            return math.nan
        return (fit.alpha + fit.beta - 1.0) / (fit.alpha - 1.0) if fit.alpha > 1 else math.inf

    @np.errstate(all="ignore")  # as in `_payback`
    def at(self, months: float) -> tuple[float, float, float]:
        """Give the share still there after some months, and its limits."""
        if self.constant is not None:
            value, low, high = (_money.alive_after(months, monthly_churn=churn) for churn in self.constant)
            return value, low, high
        if months > LONG:
            return 0.0, 0.0, 1.0
        first, low, high = (float(self.shares(int(months), part)[-1]) for part in range(3))
        return first, low, high


def stay_of(monthly_churn: object, retention: object) -> Stay:
    if monthly_churn is not None and retention is not None:
        raise InvalidType("one of monthly_churn= and retention= says who stays", where="retention")
    if retention is not None:
        if not isinstance(retention, (RetentionFit, Curve)):
            raise InvalidType(
                "a fitted model or a retention curve is needed",
                found=_checks.kind_of(retention),
                allowed="fit_retention(...) or retention_curve(..., unit='months')",
                where="retention",
            )
        if retention.unit != "months":
            raise InvalidValue(
                "money comes by the month, so retention counts in months",
                found=f"unit {retention.unit!r}",
                allowed="give unit='months' where you make it",
                where="retention",
            )
        counted = (retention.confidence_level, retention.n, retention.n_missing)
        if isinstance(retention, Curve):
            if len(retention.causes) != 1:
                raise InvalidValue(
                    "a curve with one cause is needed", found=", ".join(retention.causes), where="retention"
                )
            end = float(retention.times[-1]) if len(retention.times) else 0.0
            gone = len(retention.times) > 0 and retention.remaining_steps[-1] == 0
            told = "that new customers leave as those observed did"
            why = None if len(retention.times) else retention.reason
            return Stay(None, retention, told, "product-limit", *counted, why, math.inf if gone else end)
        told = "that new customers leave as the fitted model says"
        return Stay(None, retention, told, "sBG", *counted, retention.reason)
    if monthly_churn is None:
        return Stay((0.0, 0.0, 0.0), None, "that nobody leaves", "no churn", 0.95, 0, 0, exact=True)
    return _constant(monthly_churn)


def _constant(churn: object, level: float | None = None) -> Stay:
    told = "the same churn of {:.3g} % in every month"
    untold = "the same churn in every month, which is undefined"
    if not isinstance(churn, Estimate):
        share = _checks.real(churn, "monthly_churn", least=0.0, most=1.0)
        same = share, share, share
        return Stay(same, None, told.format(100 * share), "constant churn", 0.95, 0, 0, exact=True)
    if churn.unit != "share" or isinstance(churn.value, np.ndarray):
        raise InvalidType("monthly churn is one share", found=churn.unit, where="monthly_churn")
    low, high = (churn.low, churn.high) if level is None else churn.interval(level)
    for share in (churn.value, low, high):
        if not math.isnan(share):
            _checks.real(share, "monthly_churn", least=0.0, most=1.0)
    counted = (churn.confidence_level if level is None else level, churn.n, churn.n_missing)
    if math.isnan(churn.value):
        why = f"the churn is undefined: {churn.reason}" if churn.reason else "the churn is undefined"
        bounds = [end if math.isnan(limit) else limit for limit, end in ((high, 1.0), (low, 0.0))]
        shares = math.nan, bounds[0], bounds[1]
        return Stay(shares, None, untold, "constant churn", *counted, why, churn=churn)
    exact = math.isnan(low) or math.isnan(high)
    shares = churn.value, *((churn.value,) * 2 if exact else (high, low))  # much churn: low end
    assumes = told.format(100 * churn.value)
    return Stay(shares, None, assumes, "constant churn", *counted, exact=exact, churn=churn)
