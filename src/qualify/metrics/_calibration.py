"""Whether probabilities mean what they say: the Brier score's parts and the reliability diagram.

What belongs here: the parts, by bin. What does not: drawing them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Never

import attrs
import numpy as np

from qualify import _arrays, _checks
from qualify._maps import Value
from qualify.metrics import _intervals, _sums
from qualify.metrics._brier import brier_score, read_wins
from qualify.metrics._counts import key, plain
from qualify.metrics._estimate import Estimate
from qualify.metrics._print import of_unit
from qualify.metrics._proportions import proportion

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify._arrays import ColumnLike


@attrs.frozen(init=False)
class Bin(Value):
    """One point of a reliability diagram: forecasts from `low` to `high`, their mean, and what came.

    >>> calibration([0.2, 0.3], [False, True], bins=1).bins[0].forecast
    0.25
    """

    low: float
    high: float
    forecast: float
    observed: Estimate

    def __init__(self, low: float, high: float, forecast: float, observed: Estimate) -> None:
        self.__attrs_init__(low=low, high=high, forecast=forecast, observed=observed)


@attrs.frozen(init=False)
class Calibration(Value):
    """A Brier score taken apart, and the points of its reliability diagram.

    `brier.value = reliability - resolution + uncertainty + within`, exactly. `reliability` is 0 where each
    bin came true as often as was said; `resolution` is how far the bins differ from the base rate;
    `uncertainty` is the base rate's own variance; `within` is what binning hides, 0 where each bin holds
    one probability. `skill` is 1 - brier / uncertainty, above 0 if the forecasts beat the base rate,
    and NaN where all outcomes are alike, so that there is no uncertainty to beat;
    `expected` and `won` are the wins foretold and those that came.

    >>> calibration([0.2, 0.2, 0.8, 0.8], [False, False, True, True], bins=None).resolution
    0.25
    """

    brier: Estimate
    reliability: float = attrs.field(eq=key)
    resolution: float = attrs.field(eq=key)
    uncertainty: float = attrs.field(eq=key)
    within: float = attrs.field(eq=key)
    skill: float = attrs.field(eq=key)
    expected: float
    won: float
    bins: tuple[Bin, ...]

    def __init__(
        self,
        brier: Estimate,
        bins: tuple[Bin, ...],
        *,
        reliability: float,
        resolution: float,
        uncertainty: float,
        within: float,
        skill: float,
        expected: float,
        won: float,
    ) -> None:
        self.__attrs_init__(
            brier=brier, bins=bins, reliability=reliability, resolution=resolution, uncertainty=uncertainty,
            within=within, skill=skill, expected=expected, won=won,
        )  # fmt: skip

    def to_columns(self) -> dict[str, NDArray[Any]]:
        """Give equally long columns for a reliability diagram, one row a bin: forecast, and what came of it.

        `low` and `high` are the ends of the bin, `forecast` its mean forecast, `observed` the share that came
        true with its limits, all float64 from 0 to 1; `n` is how many forecasts it holds.

        >>> columns = calibration([0.2, 0.2, 0.8, 0.8], [False, False, True, True], bins=2).to_columns()
        >>> columns["forecast"].tolist(), columns["observed"].tolist()
        ([0.2, 0.8], [0.0, 1.0])
        """
        told = {
            "low": [b.low for b in self.bins],
            "high": [b.high for b in self.bins],
            "forecast": [b.forecast for b in self.bins],
            "observed": [b.observed.value for b in self.bins],
            "observed_low": [b.observed.low for b in self.bins],
            "observed_high": [b.observed.high for b in self.bins],
        }
        columns: dict[str, NDArray[Any]] = {name: np.array(part, np.float64) for name, part in told.items()}
        return {**columns, "n": np.array([b.observed.n for b in self.bins], np.int64)}

    def to_dict(self) -> dict[str, Any]:
        """Give plain Python values, ready for JSON: NaN as None."""
        names = ("reliability", "resolution", "uncertainty", "within", "skill", "expected", "won")
        points = [
            {"low": b.low, "high": b.high, "forecast": b.forecast, "observed": b.observed.to_dict()}
            for b in self.bins
        ]
        return {
            "brier": self.brier.to_dict(),
            **{name: plain(getattr(self, name)) for name in names},
            "bins": points,
        }

    def __repr__(self) -> str:
        if not self.bins:
            return repr(self.brier)
        skill = f"{self.skill:.3g}" if self.uncertainty > 0 else "undefined, since all outcomes are alike"
        bins = of_unit(f"{len(self.bins):,}", "bins")
        return (
            f"{self.brier}\n  reliability {self.reliability:.4g}, resolution {self.resolution:.4g}, "
            f"uncertainty {self.uncertainty:.4g}, within bins {self.within:.2g}; skill {skill}\n"
            f"  expected {self.expected:,.1f} wins, came {self.won:,g}; {bins}"
        )


def calibration(
    probabilities: ColumnLike,
    outcomes: ColumnLike,
    *,
    bins: int | None = 10,
    made: ColumnLike | None = None,
    known: ColumnLike | None = None,
    allow_half: bool = False,
    missing: object = (),
    confidence_level: float = 0.95,
    **unknown: Never,
) -> Calibration:
    """Give the Brier score's parts and the points of the reliability diagram, each with its interval.

    Murphy (1973), J. Applied Meteorology 12:595-600; the part within bins is that of Stephenson, Coelho
    and Jolliffe (2008), Weather and Forecasting 23:752-757, so that the sum is exact.

    Args:
        probabilities: as in `brier_score`.
        outcomes: as in `brier_score`.
        bins: how many of equal width, half-open but for the last; None makes one of each distinct value.
        made: as in `brier_score`.
        known: as in `brier_score`.
        allow_half: as in `brier_score`; bins then count a half as half a win and have Wilson's limits.
        missing: as in `brier_score`.
        confidence_level: of the score and of each bin.
        unknown: refused, with the right word.

    Raises:
        MetricError: int8 outcomes of 0 and 1 alone.
        InvalidValue: as in `brier_score`, or other than 1 to 10,000 bins.
        InvalidType: `made=` without `known=`.

    >>> calibration([0.25, 0.25, 0.75, 0.75], [False, True, True, True], bins=None)
    Brier score 0.1875 [0, 0.5853] 95 % student, n=4 (0 missing)
      reliability 0.0625, resolution 0.0625, uncertainty 0.1875, within bins 0; skill 0
      expected 2.0 wins, came 3; 2 bins
    """
    if unknown:
        raise _arrays.unexpected(calibration, unknown)
    rows = read_wins(
        probabilities, outcomes, made, known, missing, allow_half=allow_half, where="calibration"
    )
    level = _arrays.level(confidence_level)
    p, y, n = rows.p, rows.y, len(rows.p)
    brier = brier_score(
        probabilities, outcomes, allow_half=allow_half, missing=missing, confidence_level=level
    )
    if bins is None:
        edges = np.unique(p)
        place = np.searchsorted(edges, p)
        lows, highs = edges, edges
    else:
        count = _checks.whole(bins, "calibration bins", least=1, most=10_000)
        grid = np.arange(count + 1) / count
        place = np.minimum(np.searchsorted(grid, p, side="right") - 1, count - 1)
        lows, highs = grid[:-1], grid[1:]
    size = len(lows)
    held = np.bincount(place, minlength=size).astype(np.float64)
    some = held > 0
    forecast = np.divide(_sums.unit_sums(p, place, size), held, out=np.zeros(size), where=some)
    came = _sums.unit_sums(y, place, size)
    rate = np.divide(came, held, out=np.zeros(size), where=some)
    if n:
        base = float(came.sum() / n)
        reliability = float(np.sum(held * (forecast - rate) ** 2) / n)
        resolution = float(np.sum(held * (rate - base) ** 2) / n)
        spread = base * (1 - base) - (float(np.sum(y * (1 - y))) / n if allow_half else 0.0)
        within = float(brier.value) - (reliability - resolution + spread)
        skill = 1 - float(brier.value) / spread if spread > 0 else float("nan")
    else:
        reliability = resolution = spread = within = skill = float("nan")
    points = tuple(
        Bin(float(lows[i]), float(highs[i]), float(forecast[i]), _observed(came[i], held[i], level))
        for i in np.flatnonzero(some)
    )
    return Calibration(
        brier,
        points,
        reliability=reliability,
        resolution=resolution,
        uncertainty=spread,
        within=within,
        skill=skill,
        expected=float(_sums.unit_sums(p)[0]),
        won=float(came.sum()),
    )


def _observed(won: float, forecasts: float, level: float) -> Estimate:
    """Give the share won of one bin; halves count as half a win."""
    if won == int(won):
        return proportion(int(won), of=int(forecasts), confidence_level=level)
    return _halves(won, forecasts, None, confidence_level=level, method="wilson")


def _halves(won: float, forecasts: float, _counts: None, *, confidence_level: float, method: str) -> Estimate:
    """Give a share whose wins are no whole number; a function of the module, so that it can be pickled."""
    how = _arrays.choice(method, ("wilson",), "proportion method")
    k, n = _intervals.floats(won, forecasts)
    low, high = _intervals.wilson(k, n, confidence_level)
    return Estimate(
        "proportion", "share", won / forecasts, low[0], high[0], confidence_level, how, int(forecasts),
        view=partial(_halves, won, forecasts),
    )  # fmt: skip
