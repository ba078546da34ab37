"""Slow obvious twins of the arithmetic of answers: one number at a time, plain bisection, fractions."""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist


def z_of(level):
    """The two-sided normal quantile."""
    return NormalDist().inv_cdf(1 - (1 - level) / 2)


def wilson(k, n, level):
    """Bisection for the shares that a score test would not refuse."""
    z = z_of(level)
    if n == 0:
        return 0.0, 1.0

    def refused(p):
        return (k / n - p) ** 2 * n > z * z * p * (1 - p)

    p = k / n
    low = 0.0 if k == 0 else bisect(refused, 0.0, p)
    high = 1.0 if k == n else bisect(refused, 1.0, p)
    return low, high


def nps_score(promoters, detractors, n, level):
    """Bisection for the differences that Tango's test would not refuse."""
    z = z_of(level)
    if n == 0:
        return -1.0, 1.0
    d = (promoters - detractors) / n

    def refused(x):
        b = -promoters - detractors + (2 * n - promoters + detractors) * x
        c = -detractors * x * (1 - x)
        q = (-b + math.sqrt(max(b * b - 8 * n * c, 0.0))) / (4 * n)
        return abs(promoters - detractors - n * x) > z * math.sqrt(max(n * (2 * q + x * (1 - x)), 0.0))

    low = -1.0 if d <= -1 else bisect(refused, -1.0, d)
    high = 1.0 if d >= 1 else bisect(refused, 1.0, d)
    return low, high


def koopman(k1, n1, k2, n2, level):
    """Bisection on the logarithm of the ratio, the constrained likelihood found by golden search."""
    z = z_of(level)
    p1, p2 = k1 / n1, k2 / n2

    def refused(log_ratio):
        ratio = math.exp(log_ratio)
        q2 = best_under(ratio, k1, n1, k2, n2)
        q1 = ratio * q2
        spread = math.sqrt(q1 * (1 - q1) / n1 + ratio**2 * q2 * (1 - q2) / n2)
        return abs(p1 - ratio * p2) > z * spread

    low = 0.0 if k1 == 0 else math.exp(bisect(refused, -30.0, math.log(p1 / p2) if k2 and k1 else 30.0))
    high = math.inf if k2 == 0 else math.exp(bisect(refused, 30.0, math.log(p1 / p2) if k1 and k2 else -30.0))
    return low, high


def best_under(ratio, k1, n1, k2, n2):
    """The share of the second group that makes what was seen likeliest, given the ratio."""

    def likelihood(q):
        def term(k, x):
            return k * math.log(x) if k else 0.0

        return term(k1, ratio * q) + term(n1 - k1, 1 - ratio * q) + term(k2, q) + term(n2 - k2, 1 - q)

    low, high = 1e-300, min(1.0, 1 / ratio) * (1 - 1e-15)
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(70):
        a, b = high - golden * (high - low), low + golden * (high - low)
        if likelihood(a) < likelihood(b):
            low = a
        else:
            high = b
    return (low + high) / 2


def bisect(refused, outside, inside):
    """The border between what is refused and what is not."""
    for _ in range(60):
        middle = (outside + inside) / 2
        if refused(middle):
            outside = middle
        else:
            inside = middle
    return (outside + inside) / 2


def nps_counts(answers, missing=()):
    """Promoters, passives, detractors and missing, one answer after the other."""
    counts = {"promoters": 0, "passives": 0, "detractors": 0, "missing": 0}
    for answer in answers:
        if answer is None or answer != answer or answer in missing:  # noqa: PLR0124 - NaN
            counts["missing"] += 1
        elif answer >= 9:
            counts["promoters"] += 1
        elif answer >= 7:
            counts["passives"] += 1
        else:
            counts["detractors"] += 1
    return counts


def brier(probabilities, outcomes):
    """The exact mean of squared differences, as a fraction."""
    pairs = list(zip(probabilities, outcomes, strict=True))
    return sum((Fraction(p) - Fraction(y)) ** 2 for p, y in pairs) / len(pairs)
