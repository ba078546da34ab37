"""`Curve`: what share is left, and what share has gone by which cause, as time passes.

What belongs here: the value that every metric of durations gives back, and its limits. What does not:
counting (`_product_limit`) and the names of use (`_curves`).
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn, cast

import attrs
import numpy as np

from qualify import _arrays, _checks
from qualify._maps import Value
from qualify.errors import InvalidType, InvalidValue
from qualify.metrics._again import CurveShares, Mean, Time
from qualify.metrics._estimate import Estimate, Interval
from qualify.metrics._intervals import quantile
from qualify.metrics._life_table import LifeTable
from qualify.metrics._print import amount, per_cent, row
from qualify.metrics._product_limit import METHODS, Walk, emptied
from qualify.metrics._views import sealed

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400, "weeks": 604_800}
_ROUNDING = 1e-12  # a share that misses another by rounding alone has reached it
_CACHE: Any = attrs.field(init=False, eq=False, repr=False, factory=dict)


@attrs.frozen(init=False, repr=False)
class Curve(Value):
    """Shares over time that count those who are still open: a value that answers questions.

    `counts` is the life table behind it, which adds: `close_curve(a.counts + b.counts)` is the curve of
    all rows. `causes` are the ways out; `stay` says what the others do ("open", "retained"). `n` rows
    count, `n_missing` had no duration or no cause and are left out, `n_censored` had not left when last
    seen. `reason` says what to be careful about. Limits are log-log with Greenwood's variance
    (Kalbfleisch and Prentice 2002, The Statistical Analysis of Failure Time Data, ch. 1), at one level
    for each time, not for all times at once. Estimates of shares tell them again, at another level and by
    the method `log-log` or `plain`, which is the share and its standard errors; so do means and quantiles
    at another level. What is not asked for is not computed:
    a curve holds its table, and a long one gives a share by the times around it.

    >>> from qualify.metrics import retention_curve
    >>> curve = retention_curve([1, 2, 2, 3, 5, 8], [True, False, True, True, False, False], unit="months")
    >>> curve
    retention curve by 8 months, 95 % log-log, n=6 (3 censored, 0 missing)
      cancelled  55.6 %  [21.5 %, 93.4 %]
      retained   44.4 %  [6.6 %, 78.5 %]
    >>> curve.median().value
    3.0
    """

    name: str
    stay: str
    counts: LifeTable
    confidence_level: float
    reason: str | None = None
    _cache: dict[object, Any] = _CACHE
    __hash__ = None  # type: ignore[assignment]  # it holds arrays

    def __init__(
        self,
        name: str,
        stay: str,
        counts: LifeTable,
        confidence_level: float = 0.95,
        reason: str | None = None,
    ) -> None:
        self.__attrs_init__(
            name=_checks.text(name, "Curve.name"),
            stay=_checks.text(stay, "Curve.stay"),
            counts=counts,
            confidence_level=_arrays.level(confidence_level),
            reason=_joined(reason, emptied(counts)),
        )

    @property
    def causes(self) -> tuple[str, ...]:
        """The ways out, in the order of the rows of `incidence_steps`."""
        return self.counts.causes

    @property
    def unit(self) -> str:
        """The unit of time; empty if none was said."""
        return self.counts.unit

    @property
    def n(self) -> int:
        """How many rows count."""
        return self.counts.n

    @property
    def n_missing(self) -> int:
        """How many rows were left out for want of a duration, a cause or an entry."""
        return self.counts.n_missing

    @property
    def n_censored(self) -> float:
        """How many had not left when they were last seen; their sum of weights under weights."""
        return self.counts.censored.sum().item() if len(self.times) else 0

    @property
    def n_effective(self) -> float:
        """What `n` is worth under weights: (sum w)^2 / sum w^2 (Kish 1965, Survey Sampling, 11.7)."""
        if self.counts.squares is None:
            return float(self.n)
        total = float(self.counts.events.sum() + self.counts.censored.sum())
        squares = float(self.counts.squares[:-1].sum())
        return total / squares * total if squares else 0.0

    @property
    def times(self) -> Floats:
        """The times at which anybody left, was last seen or came in; they rise."""
        return self.counts.times

    @property
    def at_risk(self) -> NDArray[Any]:
        """How many were under observation just before each of `times`."""
        return self.counts.at_risk

    @property
    def remaining_steps(self) -> Floats:
        """The share that remains just after each of `times`."""
        if "remaining" not in self._cache:
            self._cache["remaining"] = sealed(Walk(self.counts, spread=False).steps("remaining"))
        steps: Floats = self._cache["remaining"]
        return steps

    @property
    def incidence_steps(self) -> Floats:
        """The share that has left by each cause (rows) just after each of `times`."""
        if len(self.causes) == 1:
            return (1.0 - self.remaining_steps)[np.newaxis]
        if "incidence" not in self._cache:
            steps = np.empty((len(self.causes), len(self.times)))
            for row, gone in enumerate(steps):
                Walk(self.counts, row, spread=False).steps("gone", gone)
            self._cache["incidence"] = sealed(steps)
        kept: Floats = self._cache["incidence"]
        return kept

    def incidence(
        self, times: object, cause: str | None = None, *, confidence_level: float | None = None
    ) -> Estimate:
        """Give the share that has left by `times` by one cause, or by any (None), with its limits.

        `times` is a number in the curve's unit, a timedelta, or a column of them. Beyond the last time
        at which anybody was followed the share is NaN, unless nobody remains.

        >>> from qualify.metrics import close_curve
        >>> from qualify.truth import NO, UNKNOWN, YES
        >>> deals = close_curve([10, 20, 20, 30, 40], [YES, NO, UNKNOWN, YES, UNKNOWN], unit="days")
        >>> deals.incidence(30, "won").value
        0.5
        """
        self._row(cause)
        return self._read(times, self._any(cause), cause, confidence_level)

    def remaining(self, times: object, *, confidence_level: float | None = None) -> Estimate:
        """Give the share that had not left by `times`, with its limits.

        >>> from qualify.metrics import retention_curve
        >>> curve = retention_curve([1, 2, 2, 3], [True, False, True, True])
        >>> curve.remaining([1, 2]).value.tolist()
        [0.75, 0.5]
        >>> low, high = curve.remaining(1).interval(0.9, method="plain")
        >>> round(low, 3), round(high, 3)
        (0.394, 1.0)
        """
        return self._read(times, self.stay, None, confidence_level, rest=True)

    def quantile(
        self, share: float, cause: str | None = None, *, confidence_level: float | None = None
    ) -> Estimate:
        """Give the first time by which `share` of all have left by a cause, or by any (None).

        Its limits are the times at which the curve's own limits cross that share (Brookmeyer and Crowley
        1982, Biometrics 38:29-41). An upper one that is never crossed is infinite, a lower one the last time
        at which anybody was followed; it is 0 where so few are at risk that the share may leave unseen. NaN
        if the share was not reached by then.
        """
        wanted = _checks.real(share, "share", least=0.0, most=1.0)
        if wanted == 0.0:
            raise InvalidValue("a quantile's share is more than 0", found="0", where="share")
        level = self._level(confidence_level)
        value, latest, earliest = self._walk(cause).first(wanted, quantile(level))
        why = None
        if math.isinf(value):
            so_far = "nobody was seen"
            if len(self.times):
                so_far = f"{100 * self.incidence(self.times[-1], cause).value:.1f} % by {self.times[-1]:g}"
            value, why = math.nan, f"{100 * wanted:g} % was not reached: {so_far}"
        return self._estimate(
            f"time to {100 * wanted:g} % {self._any(cause)}",
            value,
            min(earliest, float(self.times[-1])) if len(self.times) else 0.0,
            latest,
            level,
            reason=why,
            unit=self.unit,
            view=Time(self, wanted, cause),
        )

    def median(self, cause: str | None = None, *, confidence_level: float | None = None) -> Estimate:
        """Give the time by which half of all have left by a cause, or by any; NaN if not reached.

        >>> from qualify.metrics import retention_curve
        >>> retention_curve([1, 2, 3], [True, False, False]).median().reason
        '50 % was not reached: 33.3 % by 3'
        """
        return self.quantile(0.5, cause, confidence_level=confidence_level)

    @np.errstate(all="ignore")  # a host may have made numpy's warnings errors
    def mean(self, until: object, *, confidence_level: float | None = None) -> Estimate:
        """Give the mean time until leaving, counted up to `until`: the area under what remains.

        Args:
            until: one time after 0, a number in the curve's unit or a timedelta.
            confidence_level: the coverage of the limits; that of the curve by default.

        Raises:
            InvalidType: `until` is several times, or none.
            InvalidValue: it does not lie after 0.

        >>> from qualify.metrics import retention_curve
        >>> retention_curve([1, 2, 3], [True, True, True]).mean(3).value.__round__(6)
        2.0
        """
        asked = self._times(until)
        if asked.ndim:
            raise InvalidType(
                "a mean counts up to one time",
                found=f"a column of {len(asked):,}",
                allowed="ask once for each",
                where="until",
            )
        end, level = float(asked), self._level(confidence_level)
        if not 0 < end < math.inf:
            raise InvalidValue("a mean counts up to a time after 0", found=f"{end}", where="until")
        inside = self.times < end
        edges = np.concatenate([[0.0], self.times[inside], [end]])
        heights = np.concatenate([[1.0], self.remaining_steps[inside]])
        pieces = heights * np.diff(edges)
        last = float(self.times[-1]) if len(self.times) else 0.0
        if end > last * (1 + _ROUNDING) and heights[-1] > 0:
            why = f"nobody was followed beyond {last:g}"
            return self._mean(Mean(math.nan, math.inf, end, 0.0), level, why)
        after = pieces[::-1].cumsum()[::-1][1:] / end  # the area still to come at each time, as a part
        growth = np.diff(self._log_variance(), prepend=0.0)[inside]
        value, error = float(pieces.sum()), end * math.sqrt(float(np.sum(after**2 * growth)))
        worth = float(self._walk(None).at(np.array([end])).worth[0])
        return self._mean(Mean(value, error, end, worth), level)

    def _mean(self, mean: Mean, level: float, why: str | None = None) -> Estimate:
        return self._estimate(
            "mean time", *mean.numbers(level), level, reason=why, unit=self.unit, method="normal", view=mean
        )

    def band(self, cause: str | None = None, *, confidence_level: float | None = None) -> Interval:
        """Give the limits of the share that has left, at each of `times`, as two arrays.

        >>> from qualify.metrics import retention_curve
        >>> low, high = retention_curve([1, 2, 3], [True, True, False]).band()
        >>> low.round(3).tolist(), high.round(3).tolist()
        ([0.055, 0.226, 0.226], [0.946, 0.991, 0.991])
        """
        return Interval(*self._walk(cause).band(quantile(self._level(confidence_level))))

    def to_columns(self, *, confidence_level: float | None = None) -> dict[str, NDArray[Any]]:
        """Give equally long columns for a plot or a data frame: time, at risk, each share and its limits.

        A share is called what it is a share of, `lost` with `lost_low` and `lost_high`. Where another column
        bears one of these names already, as with a cause called `at_risk`, it is called `share at_risk`.

        >>> from qualify.metrics import retention_curve
        >>> list(retention_curve([1, 2], [True, False]).to_columns())[:4]
        ['time', 'at_risk', 'retained', 'retained_low']
        """
        low, high = self.band(confidence_level=confidence_level)
        columns: dict[str, NDArray[Any]] = {"time": self.times, "at_risk": self.at_risk}
        for name, value, bottom, top in (
            (self.stay, self.remaining_steps, 1.0 - high, 1.0 - low),
            *(
                (cause, steps, *self.band(cause, confidence_level=confidence_level))
                for cause, steps in zip(self.causes, self.incidence_steps, strict=True)
            ),
        ):
            while columns.keys() & {name, f"{name}_low", f"{name}_high"}:
                name = f"share {name}"  # noqa: PLW2901 - no column may hide another
            columns |= {name: value, f"{name}_low": bottom, f"{name}_high": top}
        return columns

    def to_dict(self) -> dict[str, Any]:
        """Give plain Python values, ready for JSON."""
        return {
            "name": self.name,
            "unit": self.unit,
            "n": self.n,
            "n_missing": self.n_missing,
            "n_censored": self.n_censored,
            "confidence_level": self.confidence_level,
            "reason": self.reason,
            "columns": {name: column.tolist() for name, column in self.to_columns().items()},
        }

    def __add__(self, other: object) -> NoReturn:
        raise InvalidType(
            "curves do not add, their counts do", allowed="pool them: f(a.counts + b.counts)", where=self.name
        )

    __radd__ = __add__

    def __repr__(self) -> str:
        if len(self.times) == 0:
            return f"{self.name}: {self.reason}, {self._tail()}"
        last = float(self.times[-1])
        shares = [(cause, self.incidence(last, cause)) for cause in self.causes]
        shares.append((self.stay, self.remaining(last)))
        width = max(len(name) for name, _ in shares)
        unit = f" {self.unit}" if self.unit else ""
        lines = [f"{self.name} by {last:g}{unit}, {per_cent(self.confidence_level)} log-log, {self._tail()}"]
        lines += [f"  {name.ljust(width)}  {_told(share)}" for name, share in shares]
        return "\n".join([*lines, *([f"  {self.reason}"] if self.reason else [])])

    def _repr_markdown_(self) -> str:
        """Give a table at up to eight times, for notebooks."""
        names = (*self.causes, self.stay)
        lines = [
            f"**{self.name}**, {per_cent(self.confidence_level)} log-log, {self._tail()}",
            "",
            row(self.unit or "time", "at risk", *names),
            f"|--:|--:|{'--:|' * len(names)}",
        ]
        shown = min(len(self.times), 8)
        for i in np.unique(np.linspace(0, max(len(self.times) - 1, 0), shown).astype(int)).tolist():
            time = float(self.times[i])
            cells = [*(self.incidence(time, cause) for cause in self.causes), self.remaining(time)]
            lines.append(row(f"{time:g}", _count(self.at_risk[i].item()), *map(_told, cells)))
        return "\n".join([*lines, *(["", self.reason] if self.reason else [])])

    def _tail(self) -> str:
        return f"n={self.n:,} ({_count(self.n_censored)} censored, {self.n_missing:,} missing)"

    def _level(self, given: float | None) -> float:
        return self.confidence_level if given is None else _arrays.level(given)

    def _any(self, cause: str | None) -> str:
        if cause is not None:
            return cause
        return self.causes[0] if len(self.causes) == 1 else "any cause"

    def _row(self, cause: str | None) -> int | None:
        if cause is None or cause in self.causes:
            return None if cause is None or len(self.causes) == 1 else self.causes.index(cause)
        raise _checks.unknown("cause", str(cause), self.causes, where=self.name)

    def _log_variance(self) -> Floats:
        """Give the variance of log(remaining) at each time; what follows after nobody is left adds none."""
        remaining = self.remaining_steps
        spread = self._walk(None).steps("spread")
        ratio = np.where(remaining > 0, spread / remaining**2, 0.0)
        return np.maximum.accumulate(ratio)

    def _walk(self, cause: str | None) -> Walk:
        """Give the way along the shares of one cause, or of all, which keeps where its pieces begin."""
        key = ("walk", self._row(cause))
        if key not in self._cache:
            self._cache[key] = Walk(self.counts, key[1])
        walk: Walk = self._cache[key]
        return walk

    def _times(self, times: object) -> Floats:
        """Give times in the curve's unit, a scalar as a number of no dimension."""
        scalar = isinstance(times, (int, float, timedelta, np.integer, np.floating, np.timedelta64))
        column = times if not scalar else np.array([times]) if isinstance(times, np.generic) else [times]
        read = _arrays.column(column, "times")
        if read.values.dtype.kind != "m":
            read = _arrays.numbers(column, "times", least=0)
            asked = read.values.astype(np.float64)
        elif self.unit in SECONDS:
            read = _arrays.durations(column, "times")
            asked = read.values.astype(np.int64) / (SECONDS[self.unit] * 1e6)
        else:
            raise InvalidValue(
                "a timedelta asks a curve whose unit is a length of time",
                found=f"unit {self.unit!r}",
                allowed=f"say unit= when you make the curve: {', '.join(SECONDS)}",
                where="times",
            )
        if len(read.present) < len(asked):
            row = int(np.argmax(_arrays.missing_in(read)))
            raise InvalidValue(
                "times must not be missing", found="a missing one", where=f"times, row {row:,}"
            )
        return asked[0] if scalar else asked

    def _read(
        self,
        times: object,
        name: str,
        cause: str | None,
        confidence_level: float | None,
        *,
        rest: bool = False,
    ) -> Estimate:
        """Give the share gone at some times, or what remains (`rest`), as an Estimate."""
        level = self._level(confidence_level)
        asked = self._times(times)
        flat = np.atleast_1d(asked)
        last = float(self.times[-1]) if len(self.times) else 0.0
        unseen = flat > last * (1.0 + _ROUNDING) if len(self.times) else np.ones(len(flat), np.bool_)
        if len(self.times) and unseen.any():
            unseen &= self._anybody_left()
        shares = CurveShares(self._walk(cause).at(flat), unseen, rest, asked.ndim == 0)
        why = self.reason
        if len(self.times):
            why = f"nobody was followed beyond {last:g}{' ' + self.unit if self.unit else ''}"
        reasons = [why if hidden else None for hidden in unseen]
        return self._estimate(
            name,
            *shares.numbers(level, METHODS[0]),
            level,
            reason=reasons[0] if shares.scalar else reasons,
            labels=None if shares.scalar else asked.tolist(),
            view=shares,
        )

    def _anybody_left(self) -> bool:
        """Say whether anybody remains after the last time."""
        walk = self._walk(None)
        return bool(walk.piece(len(walk) - 1).remaining[-1] != 0.0)

    def _estimate(
        self,
        name: str,
        value: Any,  # noqa: ANN401 - a number or an array of them
        low: Any,  # noqa: ANN401 - as above
        high: Any,  # noqa: ANN401 - as above
        level: float,
        *,
        reason: str | list[str | None] | None = None,
        unit: str = "share",
        method: str = METHODS[0],
        labels: list[float] | None = None,
        view: CurveShares | Mean | Time,
    ) -> Estimate:
        return Estimate(
            name,
            unit,
            value,
            low,
            high,
            level,
            method,
            self.n,
            self.n_missing,
            self.n_effective,
            labels=labels,
            reason=reason,
            view=cast("Callable[..., Estimate]", view),  # limits are all that `interval` reads of it
        )


def _told(share: Estimate) -> str:
    """Give a share with its limits, as a line of the curve shows it."""
    value, low, high = (amount(part, "share") for part in (share.value, share.low, share.high))
    return f"{value}  [{low}, {high}]"


def _joined(one: str | None, two: str | None) -> str | None:
    """Give both texts, once each: a curve made again of its own fields has the second in the first."""
    if one is not None and two is not None and one.endswith(two):
        return one
    return "; ".join(part for part in (one, two) if part) or None


def _count(number: float) -> str:
    return f"{number:,.10g}"
