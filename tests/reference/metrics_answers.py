"""Slow obvious twins of the arithmetic of answers: one number at a time, plain bisection, fractions."""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist

import numpy as np


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


def student(level, n):
    """Hill's Algorithm 396 as it was printed, a line a statement."""
    p = 1 - level
    if n == 1:
        return math.cos(p * math.pi / 2) / math.sin(p * math.pi / 2)
    if n == 2:
        return math.sqrt(2 / (p * (2 - p)) - 2)
    a = 1 / (n - 0.5)
    b = 48 / a**2
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * math.sqrt(a * math.pi / 2) * n
    x = d * p
    y = x ** (2 / n)
    if y > 0.05 + a:
        x = NormalDist().inv_cdf(p / 2)
        y = x**2
        if n < 5:
            c = c + 0.3 * (n - 4.5) * (x + 0.6)
        c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c
        y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
        y = math.expm1(a * y**2)
    else:
        y = ((1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1) * (n + 1)
        y = y / (n + 2) + 1 / x ** (2 / n)
    return math.sqrt(n * y)


def phi(both, first, second, neither):
    """The correlation of a table of pairs, a positive one with Newcombe's continuity correction."""
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    cross = both * neither - first * second
    if cross > 0:
        cross = max(cross - Fraction(both + first + second + neither, 2), 0)
    return float(cross) / math.sqrt(margins) if margins else 0.0


def score_of_ratio(ratio, k1, n1, k2, n2):
    """How many standard errors p1 - ratio p2 is from 0, where the ratio is true; arrays of them."""

    def slope(q):
        return [(k1 + k2, 1, q), (n1 - k1, -ratio, 1 - ratio * q), (n2 - k2, -1, 1 - q)]

    q = likeliest(slope, np.zeros(k1.shape), np.minimum(1.0, 1 / ratio))
    error = np.sqrt(ratio * q * (1 - ratio * q) / n1 + ratio**2 * q * (1 - q) / n2)
    return (k1 / n1 - ratio * k2 / n2) / error


def score_of_nps(d, promoters, detractors, n):
    """How many standard errors an NPS is from d, where d is true; arrays of them."""

    def slope(q):
        return [(detractors, 1, q), (promoters, 1, q + d), (n - promoters - detractors, -2, 1 - d - 2 * q)]

    q = likeliest(slope, np.maximum(0.0, -d), (1 - d) / 2)
    return ((promoters - detractors) / n - d) / np.sqrt((2 * q + d - d * d) / n)


def likeliest(slope, low, high):
    """The share q at which the derivative of a likelihood falls through 0, by bisection.

    Its terms are how many there are of a kind, and the derivative and the value of their share.
    """
    for _ in range(100):
        q = (low + high) / 2
        with np.errstate(divide="ignore", invalid="ignore"):  # nobody of a kind has no term
            rising = sum(np.where(k > 0, k * by / share, 0.0) for k, by, share in slope(q)) > 0
        low, high = np.where(rising, q, low), np.where(rising, high, q)
    return (low + high) / 2
