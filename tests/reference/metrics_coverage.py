"""How often intervals hold what they should: exact sums over all outcomes, and seeded runs where none is."""

from __future__ import annotations

import math

import numpy as np

from qualify.metrics import (
    Counts,
    _conversion,
    _intervals,
    _nps_intervals,
    _proportions,
    _sequences,
    confidence_sequence,
    nps_difference,
)
from qualify.scales import CSAT

NPS_GRID = [
    (n, p, d)
    for n in (5, 10, 20, 50, 100, 200)
    for p, d in ((0.5, 0.2), (0.9, 0.02), (0.7, 0.1), (0.4, 0.4), (0.1, 0.1))
]
WILSON_GRID = (5, 10, 20, 50, 100, 500)


def log_factorials(n):
    """Logarithms of 0! to n!."""
    return np.array([math.lgamma(i + 1) for i in range(n + 1)])


def nps_coverage(n, promoters, detractors, method, level=0.95):
    """The chance that the interval holds the truth, summed over every possible survey."""
    return nps_coverages(n, [(promoters, detractors)], method, level)[0]


def nps_coverages(n, pairs, method, level=0.95):
    """The same for many pairs of shares of promoters and detractors."""
    a, b = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    inside = a + b <= n
    a, b = a[inside], b[inside]
    c = n - a - b
    log = log_factorials(n)
    ways = log[n] - log[a] - log[b] - log[c]
    low, high = _nps_intervals.NPS[method](
        a.astype(float), b.astype(float), np.full(a.shape, float(n)), level
    )
    found = []
    for promoters, detractors in pairs:
        shares = ((a, promoters), (b, detractors), (c, max(1 - promoters - detractors, 0.0)))
        logs = (
            count * math.log(share) if share else np.where(count, -np.inf, 0.0) for count, share in shares
        )
        chance = np.exp(ways + sum(logs))
        truth = promoters - detractors
        found.append(float(chance[(low <= truth + 1e-12) & (high >= truth - 1e-12)].sum()))
    return found


def nps_least(n, method="score", parts=100):
    """The least coverage over all pairs of hundredths, where it lies, and how many are under 0.93.

    Promoters and detractors change places without changing the coverage, so only more promoters are asked.
    """
    pairs = [(p / parts, d / parts) for p in range(parts + 1) for d in range(min(p, parts - p) + 1)]
    found = nps_coverages(n, pairs, method)
    least = min(range(len(pairs)), key=lambda i: round(found[i], 9))
    return found[least], *pairs[least], sum(one < 0.93 for one in found)


def share_coverage(n, method, level=0.95):
    """The mean and the least coverage of a share's interval over 999 true shares."""
    k = np.arange(n + 1)
    low, high = _intervals.SHARES[method](k.astype(float), np.full(n + 1, float(n)), level)
    log = log_factorials(n)
    covered = []
    for p in np.arange(1, 1000) / 1000:
        chance = np.exp(log[n] - log[k] - log[n - k] + k * math.log(p) + (n - k) * math.log1p(-p))
        covered.append(chance[(low <= p) & (p <= high)].sum())
    return float(np.mean(covered)), float(np.min(covered))


def lift_coverage(n, share, qualified, others, runs=4_000):
    """How often the interval of the difference holds: given share, random share, and as if independent."""
    rng = np.random.Generator(np.random.PCG64(7))
    m = rng.binomial(n, share, runs)
    n1, n2 = m.astype(float), (n - m).astype(float)
    k1, k2 = rng.binomial(m, qualified).astype(float), rng.binomial(n - m, others).astype(float)
    s, truth = n1 / n, (1 - share) * (qualified - others)
    parts = k1 / n1 - k2 / n2, _proportions.newcombe(k1, n1, k2, n2, 0.95)
    found = []
    for mode, target in (("given", (1 - s) * (qualified - others)), ("random", truth)):
        _, (low, high) = _conversion._mapped(_conversion._as_difference, parts, s, n1, n2, 0.95, mode)
        found.append(float(np.mean((low <= target) & (target <= high))))
    low, high = _proportions.newcombe(k1, n1, k1 + k2, n1 + n2, 0.95)
    found.append(float(np.mean((low <= truth) & (truth <= high))))
    return found


PAIRS_GRID = [(n, same) for n in (5, 10, 20, 50, 200) for same in (0.0, 0.5, 0.9)]


def paired_coverage(n, same, runs=4_000):
    """How often each interval of a paired difference holds where a share of the people stay as they were.

    The others answer anew; 40 % are promoters and 30 % detractors at both times, so the truth is 0.
    """
    rng = np.random.Generator(np.random.PCG64(11))
    shares = np.array([0.3, 0.3, 0.4])
    chances = same * np.diag(shares) + (1 - same) * np.outer(shares, shares)
    drawn = rng.multinomial(n, chances.ravel(), size=runs).T
    classes = ("detractor", "passive", "promoter")
    names = [f"{one}_{two}" for one in classes for two in classes]
    found = nps_difference(Counts("paired NPS", **dict(zip(names, drawn, strict=True))))
    limits = (found.interval(method=method) for method in ("score", "wald"))
    return [float(np.mean((low <= 1e-9) & (high >= -1e-9))) for low, high in limits]


def sequence_misses(promoters, detractors, runs=2_000, answers=1_500):
    """How often a sequence, and an interval looked at again and again, misses an NPS at some look."""
    rng = np.random.Generator(np.random.PCG64(8))
    looks = np.arange(30, answers + 1, 10)
    u = rng.random((runs, answers))
    plus = np.cumsum(u < promoters, axis=1)[:, looks - 1].astype(float)
    minus = np.cumsum((u >= promoters) & (u < promoters + detractors), axis=1)[:, looks - 1].astype(float)
    n = np.broadcast_to(looks, plus.shape).astype(float)
    truth, d = promoters - detractors, (plus - minus) / n
    more = n + 6
    spread = np.sqrt((plus + minus + 3) / more - ((plus - minus) / more) ** 2)
    sequence = np.abs(d - truth) > _sequences._half(spread, n, 0.95, 500)
    fixed = np.abs(d - truth) > _intervals.quantile(0.95) * np.sqrt(_nps_intervals.variance(plus, minus, n))
    return float(sequence.any(axis=1).mean()), float(fixed.any(axis=1).mean())


MEANS = {  # how answers are drawn, their mean, and their scale
    "normal": (lambda rng, size: rng.standard_normal(size), 0.0, None),
    "uniform": (lambda rng, size: rng.random(size), 0.5, None),
    "exponential": (lambda rng, size: rng.standard_exponential(size), 1.0, None),
    "lognormal, sigma 0.5": (lambda rng, size: rng.lognormal(0.0, 0.5, size), math.exp(0.125), None),
    "lognormal, sigma 1": (lambda rng, size: rng.lognormal(0.0, 1.0, size), math.exp(0.5), None),
    "lognormal, sigma 1.5": (lambda rng, size: rng.lognormal(0.0, 1.5, size), math.exp(1.125), None),
    "1 in 20 is 1, else 0": (lambda rng, size: (rng.random(size) < 0.05).astype(float), 0.05, None),
    "1 in 20 is 1, else 5": (lambda rng, size: 5.0 - 4 * (rng.random(size) < 0.05), 4.8, None),
    "the same, `scale=CSAT`": (lambda rng, size: 5.0 - 4 * (rng.random(size) < 0.05), 4.8, CSAT),
}


def mean_misses(name, runs=2_000, answers=1_500):
    """How often the sequence of a mean misses at some look."""
    draw, truth, scale = MEANS[name]
    rng = np.random.Generator(np.random.PCG64(8))
    looks = range(30, answers + 1, 10)
    missed = 0
    for _ in range(runs):
        found = confidence_sequence(draw(rng, answers), of="mean", scale=scale, looks=looks)
        missed += bool(((found.low > truth) | (found.high < truth)).any())
    return missed / runs
