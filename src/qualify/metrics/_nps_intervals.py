"""Interval formulas for the Net Promoter Score, as a share from -1 to 1 of promoters less detractors.

What belongs here: arithmetic on numbers of promoters, detractors and answers, which may be fractions
under weights. What does not: reading answers, points, groups.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from qualify.metrics._intervals import quantile, root, root_of_one

if TYPE_CHECKING:
    from qualify.metrics._intervals import Floats, Limits, Rows

Some: TypeAlias = Any  # a float, or an array of them

_ROWS = 1 << 13  # scores at a time: what a step makes stays in the cache
_NEWTON = 5
_SETTLED = 1e-9  # a step this small leaves an error of its square


def variance(promoters: Floats, detractors: Floats, n: Floats) -> Floats:
    """Give the plug-in variance of promoters/n - detractors/n; NaN where n = 0.

    Promoters and detractors are not independent: their covariance makes the middle term.
    """
    n_ = np.where(n > 0, n, np.nan)
    d = (promoters - detractors) / n_
    v: Floats = (promoters + detractors) / n_**2 - d**2 / n_
    return v


def wald(promoters: Floats, detractors: Floats, n: Floats, confidence_level: float) -> Limits:
    """Give d -+ z times the plug-in error, cut to [-1, 1]; far too narrow for few answers."""
    d = np.where(n > 0, (promoters - detractors) / np.maximum(n, 1e-300), 0.0)
    spread = np.sqrt(np.maximum(np.nan_to_num(variance(promoters, detractors, n)), 0.0))
    half = quantile(confidence_level) * spread
    low, high = np.maximum(d - half, -1.0), np.minimum(d + half, 1.0)
    return np.where(n > 0, low, -1.0), np.where(n > 0, high, 1.0)


def adjusted_wald(promoters: Floats, detractors: Floats, n: Floats, confidence_level: float) -> Limits:
    """Give Wald's limits after adding 3/4 promoters, 3/2 passives and 3/4 detractors.

    Rocks (2016), Interval Estimation for the "Net Promoter Score", Am. Stat. 70:365-372.
    """
    low, high = wald(promoters + 0.75, detractors + 0.75, n + 3, confidence_level)
    return np.where(n > 0, low, -1.0), np.where(n > 0, high, 1.0)


def score(promoters: Floats, detractors: Floats, n: Floats, confidence_level: float) -> Limits:
    """Give the values that a score test would not refuse.

    A difference d is refused where |P - D - n d| exceeds z sqrt(n (2q + d (1 - d))), q the constrained
    maximum likelihood share of detractors: Tango (1998), Stat. Med. 17:891-908, for the discordant pairs
    of two correlated shares, which promoters and detractors are. Equal to the iterated score interval of
    Rocks (2016).
    """
    if len(n) == 1:
        up, down, total = float(promoters[0]), float(detractors[0]), float(n[0])
        least, most = (
            _one_low(up, down, total, confidence_level),
            -_one_low(down, up, total, confidence_level),
        )
        return np.array([least]), np.array([most])
    low = _score_low(promoters, detractors, n, confidence_level)
    return low, -_score_low(detractors, promoters, n, confidence_level)


def _score_low(promoters: Floats, detractors: Floats, n: Floats, confidence_level: float) -> Floats:
    z = quantile(confidence_level)
    low = np.full(n.shape, -1.0)
    for start in range(0, len(n), _ROWS):
        part = slice(start, start + _ROWS)
        plus, minus, total = promoters[part], detractors[part], n[part]
        with np.errstate(all="ignore"):  # what does not settle, or is not there, is searched for below
            near, is_found = _newton(plus, minus, np.where(total > 0, total, 1.0), z, np.sqrt)
        low[part][is_found] = near[is_found]
        left = np.flatnonzero((total > 0) & (plus - minus > -total) & ~is_found)
        if len(left):
            low[part][left] = _searched(plus[left], minus[left], total[left], z)
    return low


def _searched(promoters: Floats, detractors: Floats, n: Floats, z: float) -> Floats:
    """Find the lower limits by bisection and interpolation, where Newton's steps do not settle."""
    balance, plus, mixed = promoters - detractors, promoters + detractors, 2 * n - promoters + detractors

    def excess(d: Floats, rows: Rows) -> Floats:
        at = balance[rows], plus[rows], mixed[rows], detractors[rows], n[rows]
        found: Floats = _excess(d, *at, z, np.sqrt, np.maximum)
        return found

    return root(excess, np.full(n.shape, -1.0), balance / n)


def _one_low(promoters: float, detractors: float, n: float, confidence_level: float) -> float:
    """Give the same for one score, to the last bit, which numpy would take ten times as long for."""
    balance, plus, mixed = promoters - detractors, promoters + detractors, 2 * n - promoters + detractors
    if not (n > 0 and balance > -n):
        return -1.0
    z = quantile(confidence_level)
    with contextlib.suppress(ValueError, ZeroDivisionError):  # where an array would hold NaN or infinity
        near, is_found = _newton(promoters, detractors, n, z, math.sqrt)
        if is_found:
            return float(near)

    def excess(d: float) -> float:
        found: float = _excess(d, balance, plus, mixed, detractors, n, z, math.sqrt, max)
        return found

    return root_of_one(excess, -1.0, balance / n)


def _newton(
    promoters: Some, detractors: Some, n: Some, z: float, sqrt: Callable[[Some], Some]
) -> tuple[Some, Some]:
    """Give the lower limit by five of Newton's steps for `_excess` over n, and whether they have settled.

    They begin where the limit would be if the share of passives were known to be the one that was seen. Each
    row takes all the steps, so that none feels another.
    """
    scale, minus = z / sqrt(n), detractors / n
    middle, plus = promoters / n - minus, promoters / n + minus
    mixed, square = 2 - middle, z * z / n
    d = (middle - scale * sqrt(plus * (1 + square) - middle * middle)) / (1 + square)
    step = r = v = d
    for _ in range(_NEWTON):
        b = mixed * d - plus
        r = sqrt(b * b + 8 * minus * d * (1 - d))
        v = (r - b) / 2 + d * (1 - d)  # the variance if d is true
        rise = ((b * mixed + 4 * minus * (1 - 2 * d)) / r - mixed) / 2 + 1 - 2 * d
        error = sqrt(v)
        step = (scale * error - (middle - d)) * 2 * error / (scale * rise + 2 * error)
        d = d - step
    return d, (abs(step) <= _SETTLED) & (r > 0) & (v > 0) & (d > -1) & (d <= middle)


def _excess(
    d: Some,
    balance: Some,
    plus: Some,
    mixed: Some,
    minus: Some,
    n: Some,
    z: float,
    sqrt: Callable[[Some], Some],
    most: Callable[[Some, float], Some],
) -> Some:
    """Give by how much the spread of a score test at d exceeds the distance to what was seen."""
    b = mixed * d - plus
    q = (sqrt(most(b * b + 8 * n * minus * d * (1 - d), 0.0)) - b) / (4 * n)
    return z * sqrt(most(n * (2 * q + d * (1 - d)), 0.0)) - (balance - n * d)


NPS: dict[str, Callable[[Floats, Floats, Floats, float], Limits]] = {
    "score": score,
    "adjusted_wald": adjusted_wald,
    "wald": wald,
}
