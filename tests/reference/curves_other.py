"""Slow twins of the measures beside the curves: loops over rows, months, orders and intervals."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations, groupby, product


def longest(run):
    """The longest run of True."""
    return max((len(list(g)) for value, g in groupby(run) if value), default=0)


def longest_among_orders(n, rejections, streak):
    """The share of all orders with a run of at least `streak`, by writing all of them down."""
    orders = list(combinations(range(n), rejections))
    hits = sum(longest([i in chosen for i in range(n)]) >= streak for chosen in map(set, orders))
    return Fraction(hits, len(orders))


def longest_by_chance(n, streak, rate):
    """The probability of a run of at least `streak` in n trials, over all sequences."""
    total = 0.0
    for run in product((True, False), repeat=n):
        if longest(run) >= streak:
            total += math.prod(rate if hit else 1 - rate for hit in run)
    return total


def longest_by_markov(n, streak, rate):
    """The same by stepping the chain of the current run, the last state absorbing."""
    state = [1.0] + [0.0] * streak
    for _ in range(n):
        step = [0.0] * (streak + 1)
        step[streak] = state[streak]
        for run in range(streak):
            step[0] += state[run] * (1 - rate)
            step[run + 1] += state[run] * rate
        state = step
    return state[streak]


def sbg_log_likelihood(alive, alpha, beta):
    """The log-likelihood of Fader and Hardie (2007), from P(T = t) and S(T) themselves."""
    p = [alpha / (alpha + beta)]
    for t in range(2, len(alive)):
        p.append(p[-1] * (beta + t - 2) / (alpha + beta + t - 1))
    total = sum(
        (alive[t - 1] - alive[t]) * math.log(p[t - 1])
        for t in range(1, len(alive))
        if alive[t - 1] > alive[t]
    )
    still = 1 - sum(p)
    return total + (alive[-1] * math.log(still) if alive[-1] else 0.0)


def payback_month(cost, margin, stay, most=2_000):
    """The first month by whose end the margins of those who were there when it began reach the cost."""
    earned = 0.0
    for month in range(most + 1):
        if earned >= cost * (1 - 1e-12):
            return month
        earned += margin * stay(month)
    return math.inf


def lifetime(margin, stay, rate, months):
    """The discounted margins of some months, one at a time."""
    return sum(margin * stay(t - 1) / (1 + rate) ** t for t in range(1, months + 1))


def kappa(table):
    """Cohen's kappa by its definition, in fractions."""
    n = sum(map(sum, table))
    kinds = range(len(table))
    same = Fraction(sum(table[i][i] for i in kinds), n)
    chance = sum(Fraction(sum(table[i]), n) * Fraction(sum(row[i] for row in table), n) for i in kinds)
    return (same - chance) / (1 - chance)


def open_time(start, stop, intervals):
    """How much of start to stop lies inside the intervals."""
    return sum(max(0, min(stop, close) - max(start, begin)) for begin, close in intervals)


def moves(journeys, states):
    """Count what follows what in the same journey."""
    last, found = {}, {}
    for journey, state in zip(journeys, states, strict=True):
        if journey in last:
            pair = (last[journey], state)
            found[pair] = found.get(pair, 0) + 1
        last[journey] = state
    return found


def went_back(journeys, states, order):
    """Which journeys ever entered a state that stands before one they have been in."""
    highest, back = {}, set()
    for journey, state in zip(journeys, states, strict=True):
        if state in order:
            rank = order.index(state)
            if rank < highest.get(journey, -1):
                back.add(journey)
            highest[journey] = max(rank, highest.get(journey, -1))
    return back
