"""Interval formulas for shares, differences, ratios and means, on numbers or arrays of equal shape.

What belongs here: arithmetic on successes and trials that were checked before. What does not: reading
answers, names, units, and NPS (`_nps_intervals`). Nothing here warns, whatever the counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from qualify.errors import MissingExtra

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Limits: TypeAlias = tuple[Floats, Floats]
    Rows: TypeAlias = NDArray[np.intp]
    Counted: TypeAlias = NDArray[Any]  # whole numbers, or floats

_ROWS = 1 << 16  # groups at a time: what a pass reads and writes stays in the cache
# Wilson's limits of whole numbers are 0 and 1 at the ends, and elsewhere at least min(1, z^2) / 3n away from
# the share and from 1; as they are right to a few parts in 1e16, so many trials need no holding back.
_SAFE = 1e9


def quantile(confidence_level: float) -> float:
    """Give z, the two-sided normal quantile of a confidence level.

    >>> round(quantile(0.95), 6)
    1.959964
    """
    z = -NormalDist().inv_cdf((1 - confidence_level) / 2)
    return max(z, 1e-100)  # never 0: the limits of 0 out of n divide by it


def floats(*numbers: object) -> tuple[Floats, ...]:
    """Give numbers as float64 arrays of one shape, of one dimension at least."""
    return tuple(np.atleast_1d(a) for a in np.broadcast_arrays(*(np.asarray(x, np.float64) for x in numbers)))


def wilson(k: Counted, n: Counted, confidence_level: float) -> Limits:
    """Give Wilson's score limits of k out of n; [0, 1] where n = 0, exactly 0 or 1 at the ends.

    Wilson (1927), J. Am. Stat. Assoc. 22:209-212; the closed form is Newcombe (1998), Stat. Med. 17:858,
    method 3.
    """
    low, high = made = np.empty((2, len(k)))
    _wilson(k, n, (), made, confidence_level)
    return low, high


class WilsonShares(NamedTuple):
    """What `share_and_wilson` gives: n, k/n, NaN where n = 0, its limits, and the least n."""

    n: Counted
    share: Floats
    low: Floats
    high: Floats
    least: float


def share_and_wilson(k: Counted, rest: tuple[Counted, ...], confidence_level: float) -> WilsonShares:
    """Give n = k + rest, k/n and Wilson's limits in one pass; all are read-only."""
    made = np.empty((4, len(k)))  # one allocation: fresh pages cost time
    n: Counted = made[3] if "f" in {part.dtype.kind for part in (k, *rest)} else made[3].view(np.int64)
    least = _wilson(k, n, rest, made[:3], confidence_level)
    made.flags.writeable = n.flags.writeable = False
    return WilsonShares(n, made[2], made[0], made[1], least)


@np.errstate(all="ignore")  # 0 of 0 is NaN on the way
def _wilson(
    k: Counted, n: Counted, rest: tuple[Counted, ...], made: Floats, confidence_level: float
) -> float:
    """Write the limits into two rows of `made`, the share into a third if there is one; give the least n.

    Where there is a rest, n is written too.

    With r = z sqrt(k - k p + z^2/4) and t = k + z^2/2 + r, the upper limit is t / (n + z^2), and the lower
    one, (k + z^2/2 - r) / (n + z^2), is k p / t: that it is small costs no digits, and k = 0 gives 0. All
    constants are z^2/4 times a power of two, so k = n makes t equal to n + z^2, and the limit 1, to the last
    bit. What k - k p loses near k = n, of the order of k times 1e-16, is divided by n.
    """
    z, room = quantile(confidence_level), np.empty((3, min(_ROWS, len(k))))
    # arrays without dimensions, since numpy takes longer to read Python's numbers than to add them
    middle = (z / 2) * (z / 2)
    root_, quarter, half, square = map(np.array, (z, middle, 2 * middle, 4 * middle))
    safe = 0.0 if k.dtype.kind == "f" else _SAFE * min(1.0, z * z)
    least = math.inf
    for start in range(0, len(k), _ROWS):
        rows = slice(start, start + _ROWS)
        yes, total, (kp, t, spare) = k[rows], n[rows], room[:, : len(k) - start]
        low, high, share_ = (*made[:, rows], spare)[:3]
        for i, part in enumerate(rest):
            np.add(total if i else yes, part[rows], out=total)
        low[:], high[:] = yes, total  # whole numbers become floats while they are in the cache
        np.divide(low, high, out=share_)
        np.multiply(low, share_, out=kp)
        np.subtract(low, kp, out=t)
        np.add(t, quarter, out=t)
        np.sqrt(t, out=t)
        np.multiply(t, root_, out=t)
        np.add(t, half, out=t)
        np.add(t, low, out=t)
        np.add(high, square, out=high)
        np.divide(t, high, out=high)
        np.divide(kp, t, out=low)
        if np.maximum.reduce(total) > safe:
            np.minimum(low, share_, out=low)  # where there is a share; NaN is replaced below
            np.maximum(high, share_, out=high)
            np.minimum(high, 1.0, out=high)
        fewest = np.minimum.reduce(total)
        if fewest <= 0:
            low[total == 0], high[total == 0] = 0.0, 1.0
        least = min(least, fewest)
    return float(least)


def wald(k: Floats, n: Floats, confidence_level: float) -> Limits:
    """Give p -+ z sqrt(p(1-p)/n), cut to [0, 1]; too narrow for small n, and [p, p] at the ends."""
    n_ = np.maximum(n, 1e-300)
    p = k / n_
    half = quantile(confidence_level) * np.sqrt(np.maximum(p * (1 - p), 0.0) / n_)
    low, high = np.maximum(p - half, 0.0), np.minimum(p + half, 1.0)
    return np.where(n > 0, low, 0.0), np.where(n > 0, high, 1.0)


def exact(k: Floats, n: Floats, confidence_level: float) -> Limits:
    """Give the limits of Clopper and Pearson (1934), Biometrika 26:404-413; needs scipy."""
    special = _special("method='exact'")
    tail = (1 - confidence_level) / 2
    low = special.betaincinv(np.where(k > 0, k, 1.0), n - k + 1, tail)
    high = special.betainccinv(k + 1, np.where(k < n, n - k, 1.0), tail)
    return np.where(k > 0, low, 0.0), np.where(k < n, high, 1.0)


def jeffreys(k: Floats, n: Floats, confidence_level: float) -> Limits:
    """Give the equal-tailed Jeffreys limits, 0 and 1 at the ends; needs scipy.

    Brown, Cai and DasGupta (2001), Statistical Science 16:101-133, section 4.3.
    """
    special = _special("method='jeffreys'")
    tail = (1 - confidence_level) / 2
    low = special.betaincinv(k + 0.5, n - k + 0.5, tail)
    high = special.betainccinv(k + 0.5, n - k + 0.5, tail)
    return np.where(k > 0, low, 0.0), np.where(k < n, high, 1.0)


SHARES: dict[str, Callable[[Floats, Floats, float], Limits]] = {
    "wilson": wilson,
    "exact": exact,
    "jeffreys": jeffreys,
    "wald": wald,
}


def _special(where: str) -> Any:  # noqa: ANN401 - a module of a library that need not be there
    try:
        from scipy import special
    except ImportError:
        raise MissingExtra("stats", "scipy", where) from None
    return special


def share(k: Floats, n: Floats) -> Floats:
    """Give k / n, NaN where n = 0."""
    p: Floats = k / n if n.all() else np.divide(k, n, out=np.full(k.shape, np.nan), where=n > 0)
    return p


def square_and_add(
    one: Floats, one_limits: Limits, two: Floats, two_limits: Limits, correlation: Floats | float = 0.0
) -> Limits:
    """Give the limits of one - two from the limits of each, "square and add" (MOVER).

    Newcombe (1998), Stat. Med. 17:873-890, method 10; with a correlation Stat. Med. 17:2635-2650, method 10.
    """
    (low1, high1), (low2, high2) = one_limits, two_limits
    down1, up1, down2, up2 = one - low1, high1 - one, two - low2, high2 - two
    below = down1**2 - 2 * correlation * down1 * up2 + up2**2
    above = up1**2 - 2 * correlation * up1 * down2 + down2**2
    return one - two - np.sqrt(np.maximum(below, 0.0)), one - two + np.sqrt(np.maximum(above, 0.0))


def phi(both: Floats, first: Floats, second: Floats, neither: Floats) -> Floats:
    """Give the correlation of two answers of the same people, towards 0 where it is positive.

    Newcombe (1998), Stat. Med. 17:2640: a positive cross product is lessened by n/2, not under 0.
    """
    n = both + first + second + neither
    cross = both * neither - first * second
    cross = np.where(cross > 0, np.maximum(cross - n / 2, 0.0), cross)
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    return np.divide(cross, np.sqrt(margins), out=np.zeros(cross.shape), where=margins > 0)


def koopman(k1: Floats, n1: Floats, k2: Floats, n2: Floats, confidence_level: float) -> Limits:
    """Give the score limits of (k1/n1) / (k2/n2): from 0 where k1 = 0, to infinity where k2 = 0.

    Koopman (1984), Biometrics 40:513-517, in the form of Miettinen and Nurminen (1985), Stat. Med. 4:213,
    without their factor N/(N - 1). The limits are solved for on the scale of the logarithm.
    """
    z = quantile(confidence_level)
    n1_, n2_ = np.maximum(n1, 1.0), np.maximum(n2, 1.0)
    p1, p2 = k1 / n1_, k2 / n2_

    def excess(log_ratio: Floats, rows: Rows) -> tuple[Floats, Floats]:
        ratio, x1, x2, m1, m2 = np.exp(log_ratio), k1[rows], k2[rows], n1_[rows], n2_[rows]
        a, b, c = (m1 + m2) * ratio, m1 * ratio + x1 + m2 + x2 * ratio, x1 + x2
        # the smaller root, written so that it does not cancel
        q2 = np.clip(2 * c / (b + np.sqrt(np.maximum(b * b - 4 * a * c, 0.0))), 0.0, 1.0)
        q1 = np.clip(ratio * q2, 0.0, 1.0)
        q2 = np.minimum(q2, 1 / ratio)
        spread = np.sqrt(q1 * (1 - q1) / m1 + ratio * ratio * q2 * (1 - q2) / m2)
        return p1[rows] - ratio * p2[rows], z * spread

    def below(x: Floats, rows: Rows) -> Floats:
        gap, spread = excess(x, rows)
        return spread - gap

    def above(x: Floats, rows: Rows) -> Floats:
        gap, spread = excess(x, rows)
        return -gap - spread

    some = (k1 > 0) & (k2 > 0)
    middle = np.where(some, np.log(np.where(some, p1, 1.0) / np.where(some, p2, 1.0)), 0.0)
    wide = np.full(k1.shape, 60.0)  # e^60 is beyond any ratio of two counts
    low = root(below, np.where(some, middle - wide, -wide), np.where(some, middle, wide))
    high = root(above, np.where(some, middle, -wide), np.where(some, middle + wide, wide))
    nobody = (n1 <= 0) | (n2 <= 0)
    return (
        np.where(nobody | (k1 <= 0), 0.0, np.exp(low)),
        np.where(nobody | (k2 <= 0), np.inf, np.exp(high)),
    )


@np.errstate(all="ignore")  # two equal values make an interpolation infinite, which is not taken
def root(f: Callable[[Floats, Rows], Floats], low: Floats, high: Floats) -> Floats:
    """Give x between `low` and `high` for each row where f(x, rows) rises through 0.

    At the ends themselves f may be 0 without a rise: where everybody agrees, the variance vanishes there.

    Bisection, and inverse quadratic interpolation where that is safe: Chandrupatla (1997), Advances in
    Engineering Software 28:145-149. Rows that are found leave, so `f` is asked for the rest only.
    """
    found = high.astype(np.float64)
    rows = np.arange(len(found))
    x1, x2 = found.copy(), low.astype(np.float64)
    f1, f2 = f(x1, rows), f(x2, rows)
    f1, f2 = np.where(f1 > 0, f1, 1.0), np.where(f2 < 0, f2, -1.0)
    x3, f3 = x1, f1
    t = np.full(len(found), 0.5)
    for _ in range(_STEPS):
        x = x1 + t * (x2 - x1)
        fx = f(x, rows)
        same = np.sign(fx) == np.sign(f1)
        x3, f3 = np.where(same, x1, x2), np.where(same, f1, f2)
        x2, f2 = np.where(same, x2, x1), np.where(same, f2, f1)
        x1, f1 = x, fx
        is_first = np.abs(f1) < np.abs(f2)
        best, least = np.where(is_first, x1, x2), np.where(is_first, f1, f2)
        span = np.abs(x2 - x1)
        near = 4 * _EPSILON * np.abs(best) + 1e-15
        going = (span > 2 * near) & (least != 0)
        if not going.all():
            found[rows[~going]] = best[~going]
            if not going.any():
                break
            rows, span, near = rows[going], span[going], near[going]
            x1, x2, x3 = x1[going], x2[going], x3[going]
            f1, f2, f3 = f1[going], f2[going], f3[going]
        xi, phi = (x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2)
        quick = (phi * phi < xi) & ((1 - phi) ** 2 < 1 - xi)
        guess = f1 / (f2 - f1) * f3 / (f2 - f3) + (x3 - x1) / (x2 - x1) * f1 / (f3 - f1) * f2 / (f3 - f2)
        edge = near / span
        t = np.where(quick, np.minimum(np.maximum(guess, edge), 1 - edge), 0.5)
    else:
        found[rows] = x1
    return found


def root_of_one(f: Callable[[float], float], low: float, high: float) -> float:
    """Give what `root` gives for one row, to the last bit, without the cost of arrays."""
    x1, x2 = high, low
    f1, f2 = f(x1), f(x2)
    f1, f2 = f1 if f1 > 0 else 1.0, f2 if f2 < 0 else -1.0
    t = 0.5
    for _ in range(_STEPS):
        x = x1 + t * (x2 - x1)
        fx = f(x)
        x3, f3 = x1, f1
        if (fx > 0) - (fx < 0) != (f1 > 0) - (f1 < 0):
            x3, f3, x2, f2 = x2, f2, x1, f1
        x1, f1 = x, fx
        best, least = (x1, f1) if abs(f1) < abs(f2) else (x2, f2)
        span = abs(x2 - x1)
        near = 4 * _EPSILON * abs(best) + 1e-15
        if span <= 2 * near or least == 0:
            return best
        xi, phi = (x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2)
        t = 0.5
        if phi * phi < xi and (1 - phi) ** 2 < 1 - xi:
            guess = f1 / (f2 - f1) * f3 / (f2 - f3) + (x3 - x1) / (x2 - x1) * f1 / (f3 - f1) * f2 / (f3 - f2)
            edge = near / span
            t = min(max(guess, edge), 1 - edge)
    return x1


_STEPS = 100  # bisection alone would need sixty
_EPSILON = float(np.finfo(np.float64).eps)


def student(confidence_level: float, freedom: Floats) -> Floats:
    """Give the two-sided quantile of Student's t to about six digits; infinite without a degree of freedom.

    Under three degrees a fraction is left out, which widens an interval.

    Hill (1970), Algorithm 396, Comm. ACM 13:619-620.
    """
    p = 1 - confidence_level
    n = np.maximum(freedom, 3.0)
    a = 1 / (n - 0.5)
    b = 48 / (a * a)
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * np.sqrt(a * np.pi / 2) * n
    y = (d * p) ** (2 / n)
    x = -quantile(confidence_level)
    far = y > 0.05 + a
    yy = x * x
    c_far = np.where(n < 5, c + 0.3 * (n - 4.5) * (x + 0.6), c)  # noqa: PLR2004 - of the algorithm
    c_far = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c_far
    near_normal = (((((0.4 * yy + 6.3) * yy + 36) * yy + 94.5) / c_far - yy - 3) / b + 1) * x
    near_normal = np.expm1(a * near_normal**2)
    tail = ((1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1) * (
        n + 1
    ) / (n + 2) + 1 / y
    general = np.sqrt(n * np.where(far, near_normal, tail))
    one = math.cos(p * math.pi / 2) / math.sin(p * math.pi / 2)
    two = math.sqrt(2 / (p * (2 - p)) - 2)
    return np.select([freedom < 1, freedom < 2, freedom < 3], [np.inf, one, two], general)  # noqa: PLR2004 - closed forms


def bounded_mean(
    mean: Floats, variance: Floats, n: Floats, low_end: float, high_end: float, confidence_level: float
) -> Limits:
    """Give limits for the mean of answers that lie between two ends, by Student's t, cut to the ends.

    Where all answers are equal, or there is one, t says nothing. A variance is at most
    (high_end - mean)(mean - low_end) (Bhatia and Davis 2000, Am. Math. Monthly 107:353-357), which is a
    share's, so Wilson's limits hold there. `variance` divides by n - 1; n = 0 gives the whole scale.
    """
    half = student(confidence_level, n - 1)
    flat = (n < 2) | ~(variance > 0)  # noqa: PLR2004 - one answer has no variance
    half = np.where(flat, 0.0, half) * np.sqrt(np.where(flat, 0.0, variance) / np.maximum(n, 1.0))
    span = high_end - low_end
    at = np.where(n > 0, (np.nan_to_num(mean, nan=low_end) - low_end) / span, 0.0)
    under, over = wilson(at * n, n, confidence_level)
    low = np.where(flat, low_end + span * under, np.maximum(mean - half, low_end))
    high = np.where(flat, low_end + span * over, np.minimum(mean + half, high_end))
    return low, high
