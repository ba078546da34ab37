"""Slow twins of the arithmetic of decisions: every plan, month by month, draw by draw."""

from __future__ import annotations

import math
from itertools import combinations

MICROS = 3_600_000_000


def best_plan(gains, hours, capacity):
    """Try every set of candidates and give the most that one of them gains within the hours."""
    whole = [round(h * MICROS) for h in hours]
    room = round(capacity * MICROS)
    sets = (chosen for k in range(len(gains) + 1) for chosen in combinations(range(len(gains)), k))
    return max(math.fsum(gains[i] for i in s) for s in sets if sum(whole[i] for i in s) <= room)


def in_turn(candidates, capacity):
    """Go through (per hour, hours, subject, gain) in order, take who fits, pass over who does not."""
    left = round(capacity * MICROS)
    taken = []
    for _, hours, subject, gain in sorted(candidates, key=lambda c: (-c[0], c[1], c[2])):
        if gain > 0 and round(hours * MICROS) <= left:
            left -= round(hours * MICROS)
            taken.append(subject)
    return taken


def first_that_does_not_fit(candidates, capacity):
    """Give the advantage per hour at which the hours run out, 0 if they do not."""
    left = round(capacity * MICROS)
    for rate, hours, _, gain in sorted(candidates, key=lambda c: (-c[0], c[1], c[2])):
        if gain <= 0:
            continue
        left -= round(hours * MICROS)
        if left < 0:
            return rate
    return 0.0


def value_month_by_month(margin, churn, cost, rate, months=5_000):
    """Add up discounted margins, month by month, of a customer who may leave."""
    return math.fsum(margin * (1 - churn) ** (t - 1) / (1 + rate) ** t for t in range(1, months)) - cost


def payback_month_by_month(margin, alive, cost, months=5_000):
    """Give the month by whose end expected margins reach the cost; `alive(t)` is there as month t starts."""
    paid = 0.0
    for month in range(1, months):
        paid += margin * alive(month)
        if paid >= cost - 1e-9:
            return month
    return math.inf
