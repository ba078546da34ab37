"""How often the limits of curves hold what they promise, by drawing; slow, and not a test."""

from __future__ import annotations

import numpy as np

from qualify.metrics import close_curve, fit_retention, retention_curve

DRAWS = 2_000
SIZES = (10, 20, 50, 200)


def rng(seed):
    return np.random.Generator(np.random.PCG64(seed))


def retained(n, share):
    """The limits of the share that remains, a third of the customers censored on the way."""
    draw, hits = rng(n), 0
    at = -np.log(share)
    for _ in range(DRAWS):
        life, seen = draw.exponential(1.0, n), draw.exponential(2.0, n)
        curve = retention_curve(np.minimum(life, seen), life <= seen)
        found = curve.remaining(at)
        hits += np.isnan(found.value) or found.low <= share <= found.high
    return hits / DRAWS


def won(n, share):
    """The limits of the share won of two causes, deals being open on the way."""
    draw, hits = rng(n + 1), 0
    at = -np.log(1 - 2 * share)  # half of those who leave are won
    for _ in range(DRAWS):
        life, seen = draw.exponential(1.0, n), draw.exponential(2.0, n)
        outcomes = np.where(life <= seen, np.where(draw.random(n) < 0.5, 1, -1), 0).astype(np.int8)
        found = close_curve(np.minimum(life, seen), outcomes).incidence(at, "won")
        hits += np.isnan(found.value) or found.low <= share <= found.high
    return hits / DRAWS


def projected(n):
    """The limits of a fitted model's projection to period 12, from 7 periods of its own kind."""
    draw, hits = rng(n + 2), 0
    alpha, beta = 0.668, 3.806
    truth = float(np.prod([(beta + k) / (alpha + beta + k) for k in range(12)]))
    for _ in range(DRAWS):
        left = draw.geometric(np.maximum(draw.beta(alpha, beta, n), 1e-9))
        alive = [int((left > t).sum()) for t in range(8)]
        found = fit_retention(alive).remaining(12)
        hits += found.low <= truth <= found.high
    return hits / DRAWS
