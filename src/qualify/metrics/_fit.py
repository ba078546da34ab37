"""The shifted-beta-geometric model of retention, fitted by Newton's method.

What belongs here: the fit and what it projects. What does not: what the projections are worth
(`_payback`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from qualify import _arrays, _checks
from qualify._maps import Value
from qualify.errors import InvalidType, InvalidValue
from qualify.metrics._counts import key, plain
from qualify.metrics._curve import Curve
from qualify.metrics._estimate import Estimate
from qualify.metrics._intervals import quantile
from qualify.metrics._life_table import LifeTable
from qualify.metrics._print import of_unit
from qualify.metrics._product_limit import none_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["RetentionFit", "fit_retention"]

_CLOSE = 1e-10  # the gradient, per customer, at which the fit has converged
_ROUNDING = 1e-14  # what the log-likelihood is right to, as a part of it
_SHORT = 1e-15  # a step in log alpha and log beta that changes nothing
_WIDEST = 700.0  # of a logarithm: as wide as an interval of floats can be
_LEAST = 1e-100  # customers; squares of sums of fewer, or of more than its inverse, have no room
_MAX_PERIODS = 1_000_000


@attrs.frozen(repr=False, kw_only=True)
class RetentionFit(Value):
    """Each customer leaves with a probability of her own each period, which varies as Beta(alpha, beta).

    The churn of period t is alpha / (alpha + beta + t - 1): it falls as those who leave easily are gone
    (Fader and Hardie 2007, J. Interactive Marketing 21(1):76-90). `log_likelihood` is at the maximum.
    `covariance` is that of log alpha and log beta. Where customers do not differ, alpha and beta are
    infinite, `churn` is the constant churn, and `reason` says so.

    >>> fit = fit_retention([1000, 869, 743, 653, 593, 551, 517, 491], unit="years")
    >>> fit
    sBG retention: alpha 0.668, beta 3.806, log-likelihood -1611.2, n=1,000 over 7 years
    >>> fit.remaining(12)
    retained 37.8 % [34.0 %, 41.6 %] 95 % sBG delta, n=1,000 (0 missing)
    """

    alpha: float = attrs.field(eq=key)
    beta: float = attrs.field(eq=key)
    churn: float = attrs.field(eq=key)
    log_likelihood: float = attrs.field(eq=key)
    covariance: tuple[tuple[float, float], tuple[float, float]] | None = None
    n: float
    n_missing: int
    periods: int
    unit: str
    confidence_level: float
    reason: str | None = None

    def remaining(self, periods: object, *, confidence_level: float | None = None) -> Estimate:
        """Give the share that is still there after whole `periods`, with limits by the delta method.

        Limits tell how well the fit is known if the model holds; they say nothing about the model.

        >>> fit_retention([100, 63, 47, 38]).remaining([0, 1, 2]).value.round(2).tolist()
        [1.0, 0.63, 0.47]
        """
        level = self.confidence_level if confidence_level is None else _arrays.level(confidence_level)
        scalar = np.ndim(periods) == 0  # type: ignore[arg-type]
        column = [periods] if scalar else periods
        read = _arrays.numbers(column, "periods", least=0, most=_MAX_PERIODS, whole=True)
        if read.missing is not None and read.missing.any():
            row = int(np.argmax(read.missing))
            raise InvalidValue("a period is a whole number", found="a blank", where=f"periods, row {row:,}")
        asked = read.values
        places = asked.astype(np.int64)
        return _Projection(self, places, scalar)(None, confidence_level=level, method=self._method)

    @property
    def _method(self) -> str:
        return "constant churn" if math.isinf(self.alpha) else "sBG delta"

    def retention_rate(self, period: int) -> float:
        """Give the share of those still there who stay through a period, counted from 1.

        >>> round(fit_retention([1000, 869, 743, 653, 593, 551, 517, 491]).retention_rate(8), 4)
        0.9418
        """
        t = _checks.whole(period, "period", least=1, most=_MAX_PERIODS)
        if math.isinf(self.alpha):
            return 1.0 - self.churn
        return (self.beta + t - 1) / (self.alpha + self.beta + t - 1)

    def survival(self, last: int, confidence_level: float | None = None) -> tuple[Floats, Floats, Floats]:
        """Give the share still there after 0 to `last` periods, and its limits, as arrays."""
        level = self.confidence_level if confidence_level is None else confidence_level
        if math.isnan(self.churn):
            nothing = np.full(last + 1, math.nan)
            nothing[0] = 1.0
            return nothing, np.where(np.arange(last + 1) > 0, 0.0, 1.0), np.ones(last + 1)
        if math.isinf(self.alpha):
            return self._constant(last, level)
        k = np.arange(last, dtype=np.float64)
        both = self.alpha + self.beta + k
        log_share = np.concatenate([[0.0], np.cumsum(np.log((self.beta + k) / both))])
        with np.errstate(all="ignore"):
            share = np.exp(log_share)
            # What log alpha and log beta do to log S.
            by_a = -self.alpha * np.concatenate([[0.0], np.cumsum(1.0 / both)])
            by_b = self.beta * np.concatenate([[0.0], np.cumsum(self.alpha / ((self.beta + k) * both))])
            (aa, ab), (_, bb) = self.covariance or ((math.nan, math.nan), (math.nan, math.nan))
            spread = np.sqrt(np.maximum(by_a**2 * aa + 2 * by_a * by_b * ab + by_b**2 * bb, 0.0))
            factor = np.exp(quantile(level) * spread / -log_share)
            low, high = np.exp(log_share * factor), np.exp(log_share / factor)
        low[0] = high[0] = 1.0
        return share, np.minimum(low, share), np.maximum(high, share)

    def _constant(self, last: int, level: float) -> tuple[Floats, Floats, Floats]:
        t = np.arange(last + 1, dtype=np.float64)
        worst, best = churn_limits(self, level)
        with np.errstate(all="ignore"):
            return (1.0 - self.churn) ** t, (1.0 - worst) ** t, (1.0 - best) ** t

    def to_dict(self) -> dict[str, Any]:
        """Give plain Python values, ready for JSON: NaN as None, an infinity as "inf"."""
        numbers = (
            "alpha",
            "beta",
            "churn",
            "log_likelihood",
            "n",
            "n_missing",
            "periods",
            "confidence_level",
        )
        return {
            **{name: plain(getattr(self, name)) for name in numbers},
            "covariance": None if self.covariance is None else [list(row) for row in self.covariance],
            "unit": self.unit,
            "reason": self.reason,
        }

    def __repr__(self) -> str:
        unit = self.unit or "periods"
        told = (
            f"constant churn {100 * self.churn:.3g} %"
            if math.isinf(self.alpha)
            else f"alpha {self.alpha:.3f}, beta {self.beta:.3f}"
        )
        why = f": {self.reason}" if self.reason else ""
        return (
            f"sBG retention: {told}, log-likelihood {self.log_likelihood:.1f}, "
            f"n={self.n:,.10g} over {of_unit(str(self.periods), unit)}{why}"
        )


@attrs.frozen(eq=False)
class _Projection:
    """The share that a fit says is still there after some periods, which it tells at any level."""

    fit: RetentionFit
    places: NDArray[np.int64]
    scalar: bool

    def __call__(self, _counts: None, *, confidence_level: float, method: str) -> Estimate:
        fit = self.fit
        how = _arrays.choice(method, (fit._method,), "interval method")  # noqa: SLF001 - of this module
        parts: tuple[Any, ...] = tuple(
            part[self.places] for part in fit.survival(int(self.places.max(initial=0)), confidence_level)
        )
        share, low, high = (part.item() for part in parts) if self.scalar else parts
        return Estimate(
            "retained", "share", share, low, high, confidence_level, how, fit.n, fit.n_missing,
            labels=None if self.scalar else self.places.tolist(), reason=fit.reason, view=self,
        )  # fmt: skip

    def take(self, place: int) -> _Projection:
        """Give that after one of the periods."""
        return _Projection(self.fit, self.places[place : place + 1], scalar=True)


def churn_limits(fit: RetentionFit, confidence_level: float) -> tuple[float, float]:
    """Give the most and the least churn of a fit whose customers do not differ."""
    z = quantile(confidence_level)
    if fit.churn == 1.0:  # all of them left at once, which Wilson's limit for all of n knows
        return 1.0, 1.0 - none_of(fit.n, z)
    (variance, _), _ = fit.covariance or ((0.0, 0.0), (0.0, 0.0))  # of log churn, here
    factor = math.exp(min(z * math.sqrt(variance), _WIDEST))
    return min(1.0, fit.churn * factor), fit.churn / factor


def fit_retention(
    alive: _arrays.ColumnLike | LifeTable | Curve,
    *,
    unit: str = "",
    confidence_level: float = 0.95,
    **unknown: object,
) -> RetentionFit:
    """Fit the shifted-beta-geometric model to how many of a cohort were still there after each period.

    Newton's method on log alpha and log beta with step halving. The optimum is flat: compare fits by their
    log-likelihood, and read alpha and beta to about three digits.

    Args:
        alive: how many were there after 0, 1, 2, ... periods: numbers that do not rise, the first the size
            of the cohort; or a retention curve, or its LifeTable, whose times are whole periods (cohorts of
            unlike age, censored and late entries count as they should).
        unit: what a period is; `payback` asks for months. A curve brings its own.
        confidence_level: the coverage of the limits, 0.95.
        unknown: other keywords, which are answered with the right word.

    Returns:
        The fit. Where nobody left, or nobody after the first period, there is no maximum: alpha and beta
        are NaN and `reason` says why.

    Raises:
        InvalidValue: numbers that rise or are missing, a cohort of more than 1e100 customers, or a curve of
            several causes, of broken periods, or of more than 1,000,000.
        InvalidType: a unit beside a curve.

    >>> fit = fit_retention([1000, 631, 468, 382, 326, 289, 262, 241])
    >>> round(fit.log_likelihood, 1), round(fit.alpha, 2), round(fit.beta, 2)
    (-1680.3, 0.7, 1.18)
    """
    if unknown:
        raise _arrays.unexpected(fit_retention, unknown)
    level = _arrays.level(confidence_level)
    if isinstance(alive, Curve):
        alive = alive.counts
    if isinstance(alive, LifeTable):
        if unit:
            raise InvalidType(
                "a curve brings its own unit",
                found=_checks.show(unit),
                allowed="leave unit= out",
                where="unit",
            )
        unit, n_missing = alive.unit, alive.n_missing
        at_risk, lost = _from_table(alive)
        n: float = alive.n
    else:
        counted = _from_alive(alive)
        at_risk, lost = counted[:-1], -np.diff(counted)
        n_missing, n = 0, float(counted[0]) if len(counted) else 0.0
        n = int(n) if n.is_integer() else n
    size = float(at_risk.max(initial=0.0))
    if size and not _LEAST <= size <= 1 / _LEAST:
        raise InvalidValue(
            "a cohort has a size that can be squared",
            found=f"{size:g} customers",
            allowed=f"{_LEAST:g} to {1 / _LEAST:g}",
            where="alive",
        )
    made = _maximum(at_risk, lost)
    return RetentionFit(
        alpha=float(made["alpha"]),
        beta=float(made["beta"]),
        churn=float(made["churn"]),
        log_likelihood=float(made["log_likelihood"]),
        covariance=made["covariance"],
        reason=made["reason"],
        n=n,
        n_missing=n_missing,
        periods=len(at_risk),
        unit=_checks.text(unit, "unit"),
        confidence_level=level,
    )


def _from_alive(alive: _arrays.ColumnLike) -> Floats:
    read = _arrays.numbers(alive, "alive", least=0)
    if read.missing is not None and read.missing.any():
        raise InvalidValue(
            "a number for each period is needed",
            found="a missing one",
            allowed="cut the column where it ends",
            where=f"alive, row {int(np.argmax(read.missing)):,}",
        )
    values = read.values.astype(np.float64)
    if len(values) and np.any(np.diff(values) > 0):
        row = int(np.argmax(np.diff(values) > 0)) + 1
        raise InvalidValue(
            "a cohort does not grow",
            found=f"{values[row]:g} after {values[row - 1]:g}",
            allowed="count new customers as cohorts of their own, or fit a retention_curve",
            where=f"alive, row {row:,}",
        )
    return values


def _from_table(table: LifeTable) -> tuple[Floats, Floats]:
    if len(table.causes) != 1:
        raise InvalidValue("one cause of leaving is needed", found=", ".join(table.causes), where="alive")
    times = table.times
    broken = (times != np.floor(times)) | ((np.asarray(table.left) > 0) & (times < 1))
    if broken.any():
        raise InvalidValue(
            "durations of whole periods are needed, a loss after one at least",
            found=f"{times[np.argmax(broken)]:g}",
            allowed="count a customer who leaves in her first month as 1",
            where="alive",
        )
    last = int(times[-1]) if len(times) else 0
    if last > _MAX_PERIODS:
        raise InvalidValue(f"at most {_MAX_PERIODS:,} periods are needed", found=f"{last:,}", where="alive")
    place = np.searchsorted(times, np.arange(1, last + 1))
    lost = np.zeros(last)
    whole = times[times >= 1].astype(np.int64) - 1
    lost[whole] = np.asarray(table.left)[times >= 1]
    return table.at_risk[place].astype(np.float64), lost


@np.errstate(all="ignore")  # a host may have made numpy's warnings errors
def _maximum(at_risk: Floats, lost: Floats) -> dict[str, Any]:
    """Give alpha, beta, the log-likelihood there and the covariance of their logarithms."""
    stayed = at_risk - lost
    exposure, losses = float(at_risk.sum()), float(lost.sum())
    if losses == 0:
        why = "nobody left, so churn has no finite fit" if exposure else "no period was seen"
        return _nothing(why, 0.0 if exposure else math.nan)
    churn = losses / exposure
    t = np.arange(len(at_risk), dtype=np.float64)
    slope = float(np.sum(t * (stayed * exposure - at_risk * (exposure - losses)))) if churn < 1 else 0.0
    if slope <= _CLOSE * exposure**2:  # customers do not seem to differ: the maximum is at alpha = infinity
        stay = stayed.sum()
        likelihood = losses * math.log(churn)
        likelihood += stay * (math.log(stay) - math.log(exposure)) if stay else 0.0
        why = (
            "one period cannot tell how customers differ"
            if len(at_risk) == 1
            else "churn does not fall with age, so it is fitted as constant"
        )
        return {
            "alpha": math.inf,
            "beta": math.inf,
            "churn": churn,
            "log_likelihood": likelihood,
            "covariance": (((1.0 - churn) / losses, 0.0), (0.0, 0.0)),
            "reason": why,
        }
    if float(lost[1:].sum()) == 0:
        return _nothing("nobody left after the first period, so there is no finite maximum", math.nan)
    return _newton(at_risk, stayed, losses, t)


def _nothing(why: str, likelihood: float) -> dict[str, Any]:
    nan = math.nan
    return {
        "alpha": nan,
        "beta": nan,
        "churn": nan,
        "log_likelihood": likelihood,
        "covariance": None,
        "reason": why,
    }


def _log_likelihood(at_risk: Floats, stayed: Floats, losses: float, t: Floats, a: float, b: float) -> float:
    """Give D log a + sum K log(b + t) - sum R log(a + b + t), which needs no gamma functions."""
    kept = stayed > 0
    return float(
        losses * math.log(a)
        + np.sum(stayed[kept] * np.log(b + t[kept]))
        - np.sum(at_risk * np.log(a + b + t))
    )


def _slopes(
    at_risk: Floats, stayed: Floats, losses: float, t: Floats, a: float, b: float
) -> tuple[Floats, Floats]:
    """Give the gradient in log a and log b, and the matrix of second derivatives with its sign turned."""
    both, own = 1.0 / (a + b + t), 1.0 / (b + t)
    r1, r2 = float(np.sum(at_risk * both)), float(np.sum(at_risk * both**2))
    k1, k2 = float(np.sum(stayed * own)), float(np.sum(stayed * own**2))
    slope = np.array([losses - a * r1, b * (k1 - r1)])
    cross = a * b * r2
    curvature = np.array([[a * r1 - a * a * r2, -cross], [-cross, -slope[1] - b * b * (r2 - k2)]])
    return slope, curvature


def _newton(at_risk: Floats, stayed: Floats, losses: float, t: Floats) -> dict[str, Any]:
    """Climb by Newton's method in log alpha and log beta, halving steps that do not climb."""
    a, b = 1.0, 1.0
    size = float(at_risk[0]) or 1.0
    best = _log_likelihood(at_risk, stayed, losses, t, a, b)
    slope, curvature = _slopes(at_risk, stayed, losses, t, a, b)
    climbs = True
    while climbs and float(np.abs(slope).max()) > _CLOSE * size:
        least = float(np.linalg.eigvalsh(curvature)[0])
        # where it curves upwards, as far downwards: more would make the steps tiny
        ridge = 0.0 if least > 0 else 1e-12 * size - 2 * least
        step = np.linalg.solve(curvature + ridge * np.eye(2), slope)
        step *= min(1.0, 4.0 / float(np.abs(step).max()))
        tried, value = (a, b), -math.inf
        while value < best and np.abs(step).max() > _SHORT:
            tried = (a * math.exp(step[0]), b * math.exp(step[1]))
            value = _log_likelihood(at_risk, stayed, losses, t, *tried)
            step /= 2.0
        climbs = value - best > _ROUNDING * abs(best)  # else rounding hides what is left to climb
        best, (a, b) = max((best, (a, b)), (value, tried))
        slope, curvature = _slopes(at_risk, stayed, losses, t, a, b)
    inverse = np.linalg.inv(curvature)
    return {
        "alpha": a,
        "beta": b,
        "churn": a / (a + b),
        "log_likelihood": best,
        "covariance": (
            (float(inverse[0, 0]), float(inverse[0, 1])),
            (float(inverse[1, 0]), float(inverse[1, 1])),
        ),
        "reason": None,
    }
