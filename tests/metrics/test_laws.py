"""Relations that hold between answers whatever they are: the metamorphic list, where it speaks of answers."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.metrics import (
    Counts,
    brier_score,
    calibration,
    ces,
    close_rate,
    csat,
    difference,
    forecast_bias,
    nps,
    nps_difference,
    proportion,
    qualified_lift,
    ratio,
    wape,
)
from qualify.scales import CSAT, Scale
from qualify.truth import NO, UNKNOWN, YES

scores = st.lists(st.integers(0, 10), min_size=1, max_size=40)
outcomes = st.lists(st.booleans(), min_size=1, max_size=40)


@given(scores, st.randoms(use_true_random=False))
def test_order(values, random):
    """1: an order of the answers changes nothing, bit for bit."""
    mixed = random.sample(values, len(values))
    assert nps(values) == nps(mixed)
    efforts = [1 + v % 7 for v in values], [1 + v % 7 for v in mixed]
    assert ces(efforts[0], measure="mean", easy="high") == ces(efforts[1], measure="mean", easy="high")
    pairs = list(zip(values, mixed, strict=True))
    other = random.sample(pairs, len(pairs))
    one, two = ([[row[i] for row in rows] for i in (0, 1)] for rows in (pairs, other))
    assert wape(*one) == wape(*two)


@given(scores, st.data())
def test_raising(values, data):
    """5: raising a score never lowers the NPS; 4: swapping ends flips it."""
    place = data.draw(st.integers(0, len(values) - 1))
    raised = [*values]
    raised[place] = data.draw(st.integers(values[place], 10))
    assert nps(raised).value >= nps(values).value
    counts = nps(values).counts
    turned = Counts(
        "NPS", promoters=counts["detractors"], passives=counts["passives"], detractors=counts["promoters"]
    )
    one, two = nps(counts), nps(turned)
    assert (one.value, one.low, one.high) == (-two.value, -two.high, -two.low)


@given(scores, st.integers(2, 9))
def test_repeating(values, times):
    """7: answers given m times have the same NPS, and the plain error shrinks by the root of m."""
    one, many = (nps(values * m, method="wald") for m in (1, times))
    assert one.value == pytest.approx(many.value)
    if -99 < one.low and one.high < 99:
        assert one.high - one.low == pytest.approx((many.high - many.low) * math.sqrt(times))


@given(outcomes, st.floats(0.5, 0.98), st.floats(0.001, 0.01))
def test_nested(values, level, more):
    """11: a higher confidence holds the lower one's interval."""
    yes = proportion(values)
    for narrow, wide in (
        (yes.interval(level), yes.interval(level + more)),
        (
            nps([10 * v for v in values], confidence_level=level).interval(),
            nps([10 * v for v in values]).interval(level + more),
        ),
    ):
        assert wide.low <= narrow.low + 1e-12
        assert narrow.high <= wide.high + 1e-12


@given(
    st.lists(st.tuples(st.integers(0, 10), st.booleans()), min_size=1, max_size=40),
    st.sampled_from([3, 1_000_000_007, 0.1, 0.3, 0.7, 2.5]),
    st.booleans(),
)
def test_equal_weights(rows, weight, is_grouped):
    """17: equal weights, whole or not, give what no weights give, by every method that takes them."""
    values, sides = (list(column) for column in zip(*rows, strict=True))
    by = sides if is_grouped else None
    efforts, wins, equal = [1 + v % 7 for v in values], [v > 8 for v in values], [weight] * len(values)
    alone = [partial(nps, values, method=method) for method in ("score", "adjusted_wald", "wald")]
    alone += [partial(proportion, wins, method=method) for method in ("wilson", "wald")]
    alone += [partial(ces, efforts, measure=measure, easy="low") for measure in ("mean", "share", "net_2")]
    pairs = [(call(by=by), call(by=by, weights=equal)) for call in alone]
    two = [partial(nps_difference, values, values[:1], method=m) for m in ("score", "adjusted_wald", "wald")]
    two += [partial(compare, wins, wins[:1]) for compare in (difference, ratio)]
    pairs += [(call(), call(weights=(equal, [weight]))) for call in two]
    for plain, weighted in pairs:
        for part in ("value", "low", "high", "n", "n_effective"):
            numbers = np.array([getattr(estimate, part) for estimate in (plain, weighted)], float)
            assert numbers[0] == pytest.approx(numbers[1], rel=1e-9, abs=1e-7, nan_ok=True)


@given(
    st.lists(
        st.tuples(st.sampled_from([YES, NO, UNKNOWN, None]), st.sampled_from("ab"), st.sampled_from([0, 1])),
        min_size=1,
        max_size=30,
    ).filter(lambda rows: any(weight for _, _, weight in rows)),
    st.booleans(),
    st.sampled_from([1, 2.5]),
)
def test_weights_of_nothing(rows, is_grouped, weight):
    """17: a row of weight 0 is not there, and equal weights count who is undecided as no weights do."""
    values, sides, weights = zip(*rows, strict=True)
    kept = [(value, side) for value, side, one in rows if one]
    left, by = [value for value, _ in kept], [side for _, side in kept] if is_grouped else None
    for measure in (proportion, close_rate):
        found = measure(values, by=sides if is_grouped else None, weights=[weight * w for w in weights])
        assert found == measure(left, by=by, weights=[weight] * len(left))
        plain = measure(left, by=by)
        assert (np.array(plain.n) == found.n).all()
        assert repr(plain) == repr(found)
    one, two = difference(left, left), difference(left, left, weights=([weight] * len(left),) * 2)
    assert (one.n, one.n_missing, repr(one)) == (two.n, two.n_missing, repr(two))


@given(outcomes)
def test_blanks(values):
    """15: omitting a blank is not having it."""
    assert proportion(values).interval() == proportion([*values, None]).interval()
    assert nps([9 * v for v in values]).value == nps([9.0 * v for v in values] + [math.nan]).value


@given(st.lists(st.integers(1, 5), min_size=1), st.integers(-3, 3), st.integers(1, 4))
def test_relabelling(values, shift, stretch):
    """18: a top-box share does not feel a monotone relabelling; a mean follows it."""
    wide = Scale(
        "wide", stretch + shift, 5 * stretch + shift, top=4 * stretch + shift, bottom=stretch + shift
    )
    moved = [stretch * v + shift for v in values]
    assert csat(values).value == csat(moved, scale=wide).value
    one = ces(values, measure="mean", easy="high", scale=CSAT)
    two = ces(moved, measure="mean", easy="high", scale=wide)
    assert two.value == pytest.approx(stretch * one.value + shift)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1))
def test_funnel(rows):
    """19: converted over all is qualified over all times converted over qualified, so it is at most that."""
    qualified = [q for q, _ in rows]
    within = [q and c for q, c in rows]
    lift = qualified_lift(qualified, within, pursued=True)
    if any(within) and not all(qualified):
        assert lift.value == pytest.approx(len(rows) / sum(qualified))


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.4, 0.7]), st.booleans()), min_size=1))
def test_brier_parts(rows):
    """26: Brier is reliability less resolution plus uncertainty."""
    p, y = (list(column) for column in zip(*rows, strict=True))
    found = calibration(p, y, bins=None)
    parts = found.reliability - found.resolution + found.uncertainty
    assert parts == pytest.approx(brier_score(p, y).value, abs=1e-14)


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 99)), min_size=1), st.integers(2, 1000))
def test_currency(rows, rate):
    """28: neither WAPE nor bias feels a common scale."""
    said, came = (np.array(column) for column in zip(*rows, strict=True))
    assert wape(said, came).value == pytest.approx(wape(said * rate, came * rate).value)
    assert forecast_bias(said, came).value == pytest.approx(forecast_bias(said * rate, came * rate).value)


@given(st.integers(0, 60), st.integers(1, 60), st.integers(0, 60), st.integers(1, 60))
def test_peers_of_two(yes1, no1, yes2, no2):
    """Newcombe's difference and Koopman's ratio agree with statsmodels where that answers rightly."""
    peers = pytest.importorskip("statsmodels.stats.proportion")
    a, b = (Counts("outcomes", yes=y, no=n) for y, n in ((yes1, no1), (yes2, no2)))
    sides = (yes1, yes1 + no1, yes2, yes2 + no2)
    expected = peers.confint_proportions_2indep(*sides, method="newcomb", compare="diff")
    assert expected == pytest.approx(tuple(difference(a, b).interval()), abs=1e-6)
    if yes1 and yes2:
        try:
            low, high = peers.confint_proportions_2indep(
                *sides, method="score", compare="ratio", correction=False
            )
        except (ValueError, RuntimeError):
            return
        found = ratio(a, b)
        assert (math.log(low), math.log(high)) == pytest.approx(
            (math.log(found.low), math.log(found.high)), abs=2e-3
        )
