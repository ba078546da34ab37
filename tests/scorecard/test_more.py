"""How many more answers would tell a sign from its target: enough in four cases out of five, and few more."""

from __future__ import annotations

import math
import sys

import pytest

from qualify.metrics import (
    Counts,
    Estimate,
    brier_score,
    ces,
    confidence_sequence,
    csat,
    nps,
    proportion,
    waste,
)
from qualify.scorecard import Target
from qualify.scorecard._more import more_to_tell
from qualify.truth import NO, UNKNOWN, YES

TARGETS = (0.02, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95)
SHARES = [
    (k, n) for n in (3, 4, 5, 10, 14, 30, 100) for k in sorted({1, 2, n // 4, n // 2, n - 1}) if 0 < k < n
]


def power(share, n, found):
    """Give the chance that a share found among n answers is one of those found."""
    each = [math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    return math.fsum(chance for k, chance in enumerate(each) if found(k))


@pytest.mark.parametrize(("k", "n"), SHARES)
def test_so_many_are_enough_four_times_out_of_five(k, n):
    """If the share is true, so many answers tell it from the target with a chance of about 0.8, exactly."""
    for goal in TARGETS:
        target, share = Target(goal), k / n
        here = proportion(k, of=n)
        if share == goal or target.judge(low=here.low, high=here.high) is not UNKNOWN:
            continue
        more = more_to_tell(here, target)
        if more > 1_000:
            continue
        limits = proportion(range(n + more + 1), of=[n + more] * (n + more + 1))
        wanted = YES if share > goal else NO
        told = [
            target.judge(low=low, high=high) is wanted for low, high in zip(*limits.interval(), strict=True)
        ]
        assert 0.75 <= power(share, n + more, told.__getitem__) <= 0.95


def test_near_the_ends():
    """Where nobody or everybody said yes, the interval of so many answers alike is what tells."""
    assert 11 == more_to_tell(proportion(0, of=5), Target(0.2, lower_is_better=True))
    assert 11 == more_to_tell(proportion(5, of=5), Target(0.8))
    assert proportion(15, of=15).low < 0.8 <= proportion(16, of=16).low
    few = nps([10] * 5)
    more = more_to_tell(few, Target(80))
    assert nps([10] * (4 + more)).low < 80 <= nps([10] * (5 + more)).low
    assert 20 < more_to_tell(proportion(3, of=4), Target(0.9)) < 45


@pytest.mark.parametrize(
    ("answers", "goals"),
    [([10, 10, 10, 8, 0], (-20, 20, 80)), ([10, 10, 8, 0, 0], (-50, 50)), ([10] * 9 + [8], (50, 60))],
)
def test_scores(answers, goals):
    """So many answers tell a score from its target with a chance of about 0.8, counted case by case."""
    here, n = nps(answers), len(answers)
    for goal in goals:
        target = Target(goal)
        total = n + more_to_tell(here, target)
        cases = [(p, d) for p in range(total + 1) for d in range(total + 1 - p)]
        plus, minus = (here.counts[part] / n for part in ("promoters", "detractors"))
        of = nps(
            Counts(
                "NPS",
                promoters=[p for p, _ in cases],
                passives=[total - p - d for p, d in cases],
                detractors=[d for _, d in cases],
            )
        )
        wanted = YES if here.value > goal else NO
        chance = math.fsum(
            math.comb(total, p)
            * math.comb(total - p, d)
            * plus**p
            * minus**d
            * (1 - plus - minus) ** (total - p - d)
            for (p, d), low, high in zip(cases, *of.interval(), strict=True)
            if target.judge(low=low, high=high) is wanted
        )
        assert 0.75 <= chance <= 0.95


def test_a_large_number_is_that_of_the_textbook():
    """Of many answers the number is that of the score test for the target, to two digits."""
    z, ahead = 1.959963984540054, 0.8416212335729143
    for k, goal in ((300, 0.29), (700, 0.71)):
        needed = (z * math.sqrt(goal * (1 - goal)) + ahead * math.sqrt(0.3 * 0.7)) ** 2 / 0.01**2
        more = more_to_tell(proportion(k, of=1_000), Target(goal))
        assert 0.99 * (needed - 1_000) <= more <= 1.1 * (needed - 1_000)


def test_weights_count_what_they_are_worth():
    """Answers that are worth half as many need twice as many more; equal weights change nothing."""
    plain = more_to_tell(csat([5, 5, 5, 1] * 5), Target(0.9))
    assert plain == more_to_tell(csat([5, 5, 5, 1] * 5, weights=[2.0] * 20), Target(0.9))
    heavy = csat([5, 5, 5, 1] * 5, weights=[1.0] * 4 + [5.0] * 4 + [1.0] * 12)
    scores = nps([10, 9, 8, 1] * 5, weights=[1.0] * 4 + [5.0] * 4 + [1.0] * 12)
    assert more_to_tell(heavy, Target(0.9)) > plain * 20 / heavy.n_effective
    assert more_to_tell(scores, Target(40)) > more_to_tell(nps([10, 9, 8, 1] * 5), Target(40))


def test_what_has_no_such_counts_narrows_with_the_root():
    """Means, nets of an effort and sequences take the half of the interval that points to the target."""
    signs = (
        (brier_score([0.2, 0.4, 0.9] * 5, [True, False, True] * 5), 0.1),
        (ces([1, 7, 7] * 5, measure="net_2", easy="high"), 10),
        (confidence_sequence([True, True, False] * 20, of="share"), 0.55),
        (confidence_sequence([10, 9, 0] * 20, of="nps"), 20),
        (Estimate("x", "points", 50, 20, 70, 0.95, "score", 15), 25),
    )
    for estimate, goal in signs:
        half = estimate.value - estimate.low if estimate.value > goal else estimate.high - estimate.value
        times = ((1 + 0.8416212335729143 / 1.959963984540054) * half / abs(estimate.value - goal)) ** 2 - 1
        assert estimate.n * times <= more_to_tell(estimate, Target(goal)) <= 1.11 * estimate.n * times + 1


def test_waste_that_is_all_known_is_a_share():
    """So many leads tell a waste as so many rows tell a proportion."""
    known = waste([True] * 10, [NO] * 3 + [YES] * 7).leads
    target = Target(0.2, lower_is_better=True)
    assert more_to_tell(proportion(3, of=10), target) == more_to_tell(known, target)


def test_no_number_tells():
    """At the target, and where a million times as many would be needed, there is none."""
    assert more_to_tell(proportion(1, of=2), Target(0.5)) is None
    assert more_to_tell(proportion(1, of=2), Target(0.5001)) is None
    assert more_to_tell(Estimate("x", "hours", 4, 0, math.inf, 0.95, "own", 9), Target(5)) is None
    assert more_to_tell(Estimate("x", "hours", 4, 0, 9, 0.95, "own", 0), Target(3)) is None


def test_a_method_that_needs_what_is_not_there(monkeypatch):
    """A share by a method that this host lacks the library for narrows with the root of n."""
    pytest.importorskip("scipy")
    here, target = proportion(3, of=10, method="exact"), Target(0.2)
    assert more_to_tell(proportion(3, of=10), target) < more_to_tell(here, target)
    monkeypatch.setitem(sys.modules, "scipy", None)
    assert 110 == more_to_tell(here, target)


def test_a_low_level_asks_for_the_right_side():
    """At a level so low that chance may put a whole interval on the wrong side, that does not count."""
    here = proportion(6, of=10, confidence_level=0.3)
    more = more_to_tell(here, Target(0.55))
    n = 10 + more
    limits = proportion(range(n + 1), of=[n] * (n + 1), confidence_level=0.3)
    assert 0.75 <= power(0.6, n, lambda k: limits.low[k] >= 0.55) <= 0.95
