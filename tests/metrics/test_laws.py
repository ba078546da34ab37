"""Relations that hold between answers whatever they are: the metamorphic list, where it speaks of answers."""

from __future__ import annotations

import math
from functools import partial
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.metrics import (
    Counts,
    agreement,
    brier_score,
    calibration,
    ces,
    close_rate,
    confidence_sequence,
    csat,
    difference,
    forecast_bias,
    nps,
    nps_difference,
    proportion,
    qualified_lift,
    ratio,
    retention_curve,
    wape,
)
from qualify.scales import CSAT, Scale
from qualify.truth import NO, UNKNOWN, YES

scores = st.lists(st.integers(0, 10), min_size=1, max_size=40)
outcomes = st.lists(st.booleans(), min_size=1, max_size=40)


METRICS = {  # what is made of a column of scores from 0 to 10, and what the columns that it takes are of each
    "nps": (nps, [lambda v: v]),
    "proportion": (proportion, [lambda v: v > 8]),
    "csat": (csat, [lambda v: 1 + v % 5]),
    **{
        f"ces, {measure}": (partial(ces, measure=measure, easy="high"), [lambda v: 1 + v % 7])
        for measure in ("mean", "share", "net_2", "net_3")
    },
    "brier score": (brier_score, [lambda v: v / 10, lambda v: v % 3 > 0]),
    "wape": (wape, [lambda v: v, lambda v: 1 + v % 4]),
    "bias": (forecast_bias, [lambda v: v, lambda v: 1 + v % 4]),
    "lift": (partial(qualified_lift, pursued=True), [lambda v: v > 5, lambda v: v % 2 > 0]),
    "watched share": (partial(confidence_sequence, of="share"), [lambda v: v > 8]),
    "watched nps": (partial(confidence_sequence, of="nps"), [lambda v: v]),
    "watched mean": (partial(confidence_sequence, of="mean"), [lambda v: v / 10]),
}
every_metric = pytest.mark.parametrize("name", METRICS)


def of(name, values, **options):
    """The Estimate of a column of scores; None is a blank in each column."""
    metric, makers = METRICS[name]
    return metric(*([None if v is None else make(v) for v in values] for make in makers), **options)


def told(estimate):
    """What an Estimate says: its value and its limits."""
    return np.array([estimate.value, estimate.low, estimate.high], float)


@every_metric
@given(scores, st.randoms(use_true_random=False))
def test_order(name, values, random):
    """1: an order of the answers changes nothing, bit for bit."""
    mixed = random.sample(values, len(values))
    assert of(name, values) == of(name, mixed)


@given(scores, scores, st.randoms(use_true_random=False))
def test_order_of_two(values, others, random):
    """1: nor does it where two columns are compared, by sides or by pairs."""
    mixed = random.sample(values, len(values))
    wins, mixed_wins, losses = ([v > 5 for v in column] for column in (values, mixed, others))
    assert nps_difference(values, others) == nps_difference(mixed, others)
    for compare in (difference, ratio):
        assert compare(wins, losses) == compare(mixed_wins, losses)
    pairs = list(zip(values, mixed, strict=True))
    other = random.sample(pairs, len(pairs))
    one, two = ([[row[i] for row in rows] for i in (0, 1)] for rows in (pairs, other))
    for compare in (wape, agreement, partial(nps_difference, paired=True)):
        assert compare(*one) == compare(*two)


@every_metric
@given(scores, scores)
def test_batches(name, one, two):
    """2: the Counts of two batches tell what both tell together, at each level; whole numbers exactly so."""
    added, both = of(name, one).counts + of(name, two).counts, of(name, one + two)
    assert added == both.counts or not all(isinstance(number, int) for number in added.numbers.values())
    again = METRICS[name][0](added)
    assert told(again) == pytest.approx(told(both), rel=1e-9, abs=1e-9, nan_ok=True)
    assert again.interval(0.8) == pytest.approx(both.interval(0.8), rel=1e-9, abs=1e-9, nan_ok=True)
    assert (again.n, again.n_missing, again.reason) == (both.n, both.n_missing, both.reason)


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


@given(st.integers(1, 300), st.integers(2, 9), st.floats(0.5, 0.9999))
def test_repeating_halves(half, times, level):
    """8: at a share of one half Wilson's width shrinks by the root of (n + z^2) / (m n + z^2), not of m."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    one, many = (proportion(half * m, of=2 * half * m, confidence_level=level) for m in (1, times))
    n = 2 * half
    shrunk = math.sqrt((n + z * z) / (times * n + z * z))
    assert many.high - many.low == pytest.approx(shrunk * (one.high - one.low))
    assert 1 / times < shrunk < 1


@given(
    st.integers(1, 1_000_000).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))),
    st.floats(0.01, 0.999999),
    st.sampled_from(["wilson", "exact", "jeffreys"]),
)
def test_one_more_yes(share, level, method):
    """10: neither limit of a share falls as one more of the same number says yes."""
    if method != "wilson":
        pytest.importorskip("scipy")
    k, n = share
    fewer, more = (proportion(i, of=n, confidence_level=level, method=method) for i in (k, k + 1))
    assert fewer.low <= more.low
    assert fewer.high <= more.high


@every_metric
@given(scores, st.floats(0.5, 0.98), st.floats(0.001, 0.01))
def test_nested(name, values, level, more):
    """11: a higher confidence holds the lower one's interval, asked for or told later."""
    narrow, wide = of(name, values, confidence_level=level), of(name, values).interval(level + more)
    assert wide.low <= narrow.low + 1e-9
    assert narrow.high <= wide.high + 1e-9


@given(scores, scores, st.floats(0.5, 0.98), st.floats(0.001, 0.01))
def test_nested_of_two(values, others, level, more):
    """11: so does that of a comparison, an agreement and a curve."""
    wins, losses = ([v > 5 for v in column] for column in (values, others))
    size = min(len(values), len(others))
    curve = retention_curve([1 + v for v in values], wins)
    for found in (
        nps_difference(values, others),
        difference(wins, losses),
        ratio(wins, losses),
        agreement(wins[:size], losses[:size]).kappa,
        agreement(wins[:size], losses[:size]).ac1,
        curve.remaining(5),
        curve.median(),
    ):
        narrow, wide = found.interval(level), found.interval(level + more)
        if not math.isnan(narrow.low):
            assert wide.low <= narrow.low + 1e-9
            assert narrow.high <= wide.high + 1e-9


@given(st.integers(1, 100_000), st.floats(0.01, 1 - 1e-9))
def test_none_exactly(n, level):
    """14: the exact upper limit of none in n is 1 - (error / 2)^(1 / n)."""
    pytest.importorskip("scipy")
    found = proportion(0, of=n, confidence_level=level, method="exact")
    assert found.high == pytest.approx(-math.expm1(math.log((1 - level) / 2) / n), rel=1e-9)
    assert found.low == 0


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


@given(
    st.lists(st.tuples(st.integers(0, 10), st.integers(0, 4)), min_size=1).filter(
        lambda r: any(w for _, w in r)
    )
)
def test_whole_weights(rows):
    """17: whole weights give the value of answers repeated so often; only their interval is Kish's."""
    values, weights = (list(column) for column in zip(*rows, strict=True))
    repeated = [value for value, weight in rows for _ in range(weight)]
    for name in METRICS:
        if name.startswith(("nps", "proportion", "csat", "ces")):
            assert of(name, values, weights=weights).value == pytest.approx(of(name, repeated).value)


@every_metric
@given(st.lists(st.none() | st.integers(0, 10), min_size=1, max_size=40))
def test_blanks(name, values):
    """15: omitting a blank is not having it, but that it is counted."""
    there = [v for v in values if v is not None]
    found, plain = of(name, values), of(name, there)
    assert told(found) == pytest.approx(told(plain), rel=0, abs=0, nan_ok=True)
    assert (found.n, found.n_missing) == (plain.n, plain.n_missing + len(values) - len(there))


@given(scores)
def test_nan(values):
    """15: NaN is a blank among numbers."""
    found = nps([*map(float, values), math.nan])
    assert (told(nps(values)) == told(found)).all()
    assert 1 == found.n_missing


@given(st.lists(st.integers(1, 5), min_size=1), st.integers(-3, 3), st.integers(1, 4))
def test_relabelling(values, shift, stretch):
    """18: a top-box share does not feel a monotone relabelling; a mean follows it, and so do its limits."""
    wide = Scale(
        "wide", stretch + shift, 5 * stretch + shift, top=4 * stretch + shift, bottom=stretch + shift
    )
    moved = [stretch * v + shift for v in values]
    assert (told(csat(values)) == told(csat(moved, scale=wide))).all()
    one = ces(values, measure="mean", easy="high", scale=CSAT)
    two = ces(moved, measure="mean", easy="high", scale=wide)
    assert told(two) == pytest.approx(stretch * told(one) + shift)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1))
def test_funnel(rows):
    """19: converted over all is qualified over all times converted over qualified, so it is at most that."""
    qualified = [q for q, _ in rows]
    within = [q and c for q, c in rows]
    lift = qualified_lift(qualified, within, pursued=True)
    if any(within) and not all(qualified):
        assert lift.value == pytest.approx(len(rows) / sum(qualified))
        assert lift.value > 1


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.4, 0.7]), st.booleans()), min_size=1))
def test_brier_parts(rows):
    """26: Brier is reliability less resolution plus uncertainty."""
    p, y = (list(column) for column in zip(*rows, strict=True))
    found = calibration(p, y, bins=None)
    parts = found.reliability - found.resolution + found.uncertainty
    assert parts == pytest.approx(brier_score(p, y).value, abs=1e-14)


@given(
    st.lists(st.tuples(st.integers(1, 99), st.integers(1, 99)), min_size=1),
    st.sampled_from([2, 7, 1000, 10**9, 0.1, 1 / 3, 1e-6]),
)
def test_currency(rows, rate):
    """28: neither WAPE nor bias feels a common scale, nor do their limits."""
    said, came = (np.array(column) for column in zip(*rows, strict=True))
    for measure in (wape, forecast_bias):
        one, two = measure(said, came), measure(said * rate, came * rate)
        assert told(two) == pytest.approx(told(one), rel=1e-6, abs=1e-9, nan_ok=True)
        assert one.reason == two.reason


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
