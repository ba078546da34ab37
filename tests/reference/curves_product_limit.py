"""The product limit the slow way: exact fractions, one row at a time, straight from the definitions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def at_risk(t, durations, entries):
    """Who is under observation just before t: entered before it or at the start, not yet gone."""
    return [
        i for i, (d, e) in enumerate(zip(durations, entries, strict=True)) if d >= t and (e == 0 or e < t)
    ]


def aalen_johansen(
    durations: Sequence[Fraction],
    codes: Sequence[int],
    kinds: int,
    entries: Sequence[Fraction] | None = None,
    weights: Sequence[Fraction] | None = None,
):
    """Give {time: (remaining, [share gone by each cause])} at each time in the rows."""
    entries = entries or [Fraction(0)] * len(durations)
    weights = weights or [Fraction(1)] * len(durations)
    remaining, gone = Fraction(1), [Fraction(0)] * kinds
    steps = {}
    for t in sorted(set(durations)):
        risk = sum((weights[i] for i in at_risk(t, durations, entries)), Fraction(0))
        if risk:
            before = remaining
            for k in range(1, kinds + 1):
                left = sum(
                    (w for d, c, w in zip(durations, codes, weights, strict=True) if d == t and c == k),
                    Fraction(0),
                )
                gone[k - 1] += before * left / risk
                remaining -= before * left / risk
        steps[t] = (remaining, list(gone))
    return steps


def marubini_valsecchi(durations: Sequence[Fraction], codes: Sequence[int], cause: int, until: Fraction):
    """Give the delta-method variance of the share gone by one cause, as printed."""
    rows = range(len(durations))
    steps = aalen_johansen(durations, codes, max(codes))
    now = steps[until][1][cause - 1]
    before = Fraction(1)
    total = Fraction(0)
    for t in sorted(set(durations)):
        if t > until:
            break
        n = sum(durations[i] >= t for i in rows)
        d = sum(durations[i] == t and codes[i] > 0 for i in rows)
        own = sum(durations[i] == t and codes[i] == cause for i in rows)
        later = now - steps[t][1][cause - 1]
        if d and n > d:
            total += later**2 * Fraction(d, n * (n - d))
        total += before**2 * Fraction(own * (n - own), n**3)
        total -= 2 * later * before * Fraction(own, n**2)
        before = steps[t][0]
    return total


def greenwood(durations: Sequence[Fraction], left: Sequence[bool], until: Fraction):
    """Give Greenwood's variance of the share that remains."""
    remaining, total = Fraction(1), Fraction(0)
    for t in sorted(set(durations)):
        if t > until:
            break
        n = sum(d >= t for d in durations)
        gone = sum(d == t and e for d, e in zip(durations, left, strict=True))
        if gone == n:
            return Fraction(0)
        remaining *= 1 - Fraction(gone, n)
        total += Fraction(gone, n * (n - gone))
    return remaining**2 * total
