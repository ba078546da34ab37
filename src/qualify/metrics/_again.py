"""What an estimate of a curve keeps, so that it gives its limits at another level or by another method.

What belongs here: the few numbers behind a share or a mean, and what they tell; behind a time that is the
curve. What does not: reading them from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from qualify import _arrays
from qualify.metrics._estimate import Interval
from qualify.metrics._intervals import quantile
from qualify.metrics._product_limit import METHODS, Points, limits, none_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.metrics._curve import Curve
    from qualify.metrics._estimate import Estimate


_SAME = 1e-14  # of the end: an error under this is rounding


@attrs.frozen(eq=False)
class CurveShares:
    """Shares at some times: those that have left, or what remains of them (`rest`)."""

    points: Points
    unseen: NDArray[np.bool_]  # times that nobody was followed to
    rest: bool
    scalar: bool

    def numbers(self, level: float, method: str) -> tuple[Any, Any, Any]:
        """Give the shares and their limits."""
        low, high = limits(self.points, quantile(level), method)
        value = np.where(self.unseen, np.nan, self.points.gone)
        high[self.unseen] = 1.0
        if self.rest:
            value, low, high = 1.0 - value, 1.0 - high, 1.0 - low
        return (value.item(), low.item(), high.item()) if self.scalar else (value, low, high)

    def __call__(self, _counts: None, *, confidence_level: float, method: str) -> Interval:
        """Give the limits at a level, by a method."""
        method = _arrays.choice(method, METHODS, "interval method")
        return Interval(*self.numbers(_arrays.level(confidence_level), method)[1:])

    def take(self, place: int) -> CurveShares:
        """Give those at one of the times."""
        one = slice(place, place + 1)
        return CurveShares(self.points.some(one), self.unseen[one], self.rest, scalar=True)


@attrs.frozen(eq=False)
class Mean:
    """A mean time up to an end, with its standard error.

    Without an error all left at one time, or nobody did: then Wilson's limit for none of those at risk says
    what share may leave sooner, and what share may stay on to the end.
    """

    value: float  # NaN if nobody was followed so long
    error: float
    end: float
    worth: float  # of those at risk when they left, or when they were last seen

    def numbers(self, level: float) -> tuple[float, float, float]:
        """Give the mean and its limits."""
        z = quantile(level)
        if self.error <= _SAME * self.end:
            odd = none_of(self.worth, z)
            return self.value, self.value * (1.0 - odd), self.value + (self.end - self.value) * odd
        half = z * self.error
        return self.value, max(0.0, self.value - half), min(self.end, self.value + half)

    def __call__(self, _counts: None, *, confidence_level: float, method: str) -> Interval:
        """Give the limits at a level."""
        _arrays.choice(method, ("normal",), "interval method")
        return Interval(*self.numbers(_arrays.level(confidence_level))[1:])


@attrs.frozen(eq=False)
class Time:
    """A time by which a share has left: its limits are where those of the whole curve cross the share."""

    curve: Curve
    share: float
    cause: str | None

    def __call__(self, _counts: None, *, confidence_level: float, method: str) -> Estimate:
        """Give it at a level."""
        _arrays.choice(method, METHODS[:1], "interval method")
        return self.curve.quantile(self.share, self.cause, confidence_level=confidence_level)
