"""Interval formulas against slow twins, scipy and statsmodels, and against the laws they obey."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import MissingExtra
from qualify.metrics import _intervals, proportion
from reference import metrics_answers as twin

level = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])
shares = st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
some = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def one(limits):
    return tuple(float(side[0]) for side in limits)


@given(shares, level)
def test_wilson_twin(share, confidence):
    """Wilson's limits are the border of what a score test refuses."""
    found = one(_intervals.wilson(*_intervals.floats(*share), confidence))
    assert twin.wilson(*share, confidence) == pytest.approx(found, abs=1e-9)


@given(some, level)
def test_wilson_laws(share, confidence):
    """Limits hold the share, turn with it, nest in confidence, and solve their equation."""
    k, n = share
    low, high = one(_intervals.wilson(*_intervals.floats(k, n), confidence))
    assert 0 <= low <= k / n <= high <= 1
    other = one(_intervals.wilson(*_intervals.floats(n - k, n), confidence))
    assert (low, high) == pytest.approx((1 - other[1], 1 - other[0]), abs=1e-12)
    wide = one(_intervals.wilson(*_intervals.floats(k, n), 0.999))
    assert wide[0] <= low <= high <= wide[1]
    z = _intervals.quantile(confidence)
    for p in (low, high):
        if 0 < p < 1:
            assert (k / n - p) ** 2 == pytest.approx(z * z * p * (1 - p) / n, abs=1e-12)


@given(
    st.integers(1, 1 << 52).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.floats(1e-9, 1 - 1e-12),
)
def test_wilson_of_whole_numbers(share, confidence):
    """Limits of whole numbers, which are not held back, keep to their sides of the share, and to the ends."""
    k, n = (np.array([part]) for part in share)
    total, value, low, high, least = _intervals.share_and_wilson(k, (n - k,), confidence)
    assert (share[1], share[0] / share[1], share[1]) == (total[0], value[0], least)
    assert 0 <= low[0] <= value[0] <= high[0] <= 1
    assert low[0] == 0 or share[0] > 0
    assert high[0] == 1 or share[0] < share[1]
    held = one(_intervals.wilson(k.astype(float), n.astype(float), confidence))
    assert held == pytest.approx((low[0], high[0]), rel=1e-14)


def test_wilson_ends():
    """Low is exactly 0 at none, high exactly 1 at all, for every n under 2,000; limits rise with k."""
    n = np.arange(1, 2000.0)
    assert not _intervals.wilson(np.zeros(n.size), n, 0.95)[0].any()
    assert np.all(_intervals.wilson(n, n, 0.95)[1] == 1)
    k = np.arange(201.0)
    for side in _intervals.wilson(k, np.full(201, 200.0), 0.95):
        assert np.all(np.diff(side) >= 0)


@given(st.integers(1, 50), st.integers(1, 50), st.integers(2, 9))
def test_wilson_narrows(k, more, m):
    """Answers repeated m times make the interval narrower, though not by the root of m."""
    n = k + more
    a, b = (_intervals.wilson(*_intervals.floats(k * i, n * i), 0.95) for i in (1, m))
    ratio = float((b[1] - b[0])[0] / (a[1] - a[0])[0])
    assert 1 / m < ratio < 1


@given(shares, level)
def test_against_peers(share, confidence):
    """Every method agrees with scipy and statsmodels where these answer."""
    stats = pytest.importorskip("scipy.stats")
    peers = pytest.importorskip("statsmodels.stats.proportion")
    k, n = share
    arrays = _intervals.floats(k, n)
    if n == 0:
        for method in _intervals.SHARES.values():
            assert (0.0, 1.0) == one(method(*arrays, confidence))
        return
    found = {name: one(method(*arrays, confidence)) for name, method in _intervals.SHARES.items()}
    test = stats.binomtest(k, n)
    for name in ("wilson", "exact"):
        peer = test.proportion_ci(confidence, method=name)
        assert (peer.low, peer.high) == pytest.approx(found[name], abs=1e-9)
    peer = peers.proportion_confint(k, n, 1 - confidence, method="normal")
    assert peer == pytest.approx(found["wald"], abs=1e-12)
    low, high = peers.proportion_confint(k, n, 1 - confidence, method="jeffreys")
    assert (low if k else 0, high if k < n else 1) == pytest.approx(found["jeffreys"], abs=1e-9)


def test_exact_far_out():
    """Clopper and Pearson's upper limit of none in 1,000 at an error of 1e-7, to 15 digits."""
    pytest.importorskip("scipy")
    found = proportion(0, of=1000, confidence_level=1 - 1e-7, method="exact").high
    assert found == pytest.approx(0.016670722431521, abs=2e-12)
    assert found == pytest.approx(1 - (1e-7 / 2) ** (1 / 1000), abs=2e-12)


def test_without_scipy(monkeypatch):
    """Without scipy the other methods work, and these say what to install."""
    monkeypatch.setitem(sys.modules, "scipy", None)
    for method in ("exact", "jeffreys"):
        with pytest.raises(MissingExtra, match=rf"method='{method}': needs scipy.*qualify\[stats\]"):
            proportion(1, of=2, method=method)
    assert 0.5 == proportion(1, of=2).value


@given(some, some)
def test_koopman_twin(a, b):
    """Koopman's limits are the border of what the score test of a ratio refuses."""
    (k1, n1), (k2, n2) = a, b
    low, high = one(_intervals.koopman(*_intervals.floats(k1, n1, k2, n2), 0.95))
    if k1 == 0 and k2 == 0:
        assert (0.0, math.inf) == (low, high)
        return
    expected = twin.koopman(k1, n1, k2, n2, 0.95)
    for mine, theirs in zip((low, high), expected, strict=True):
        assert mine == theirs or math.log(mine) == pytest.approx(math.log(theirs), abs=1e-5)


@given(some, some)
def test_koopman_turns(a, b):
    """The ratio the other way round has the limits turned over."""
    low, high = one(_intervals.koopman(*_intervals.floats(*a, *b), 0.95))
    down, up = one(_intervals.koopman(*_intervals.floats(*b, *a), 0.95))
    if low > 0:
        assert low == pytest.approx(1 / up, rel=1e-6)
    if down > 0:
        assert down == pytest.approx(1 / high, rel=1e-6)


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95, 0.999])
def test_student(confidence):
    """Hill's quantiles agree with scipy's to five digits."""
    stats = pytest.importorskip("scipy.stats")
    freedom = np.array([1.0, 2, 3, 4, 5, 8, 15, 60, 1000])
    expected = stats.t.ppf((1 + confidence) / 2, freedom)
    assert np.allclose(expected, _intervals.student(confidence, freedom), rtol=2e-5)
    assert math.inf == _intervals.student(confidence, np.array([0.0]))[0]


@given(st.lists(st.integers(1, 7), min_size=1, max_size=30))
def test_bounded_mean(values):
    """The limits of a mean lie on the scale, hold it, and are never one point."""
    x = np.array(values, float)
    variance = np.array([x.var(ddof=1) if x.size > 1 else 0.0])
    low, high = one(
        _intervals.bounded_mean(np.array([x.mean()]), variance, np.array([float(x.size)]), 1, 7, 0.95)
    )
    assert 1 <= low <= x.mean() <= high <= 7
    assert low < high


@given(st.floats(-5, 5), st.floats(0.1, 3))
def test_root(at, power):
    """The root of a rising function is found, wherever it lies in the bracket."""

    def rising(x, rows):
        return np.sign(x - at) * np.abs(x - at) ** power

    found = _intervals.root(rising, np.array([-6.0, at]), np.array([6.0, 6.0]))
    assert found == pytest.approx([at, at], abs=1e-9)
    assert 0 == len(_intervals.root(rising, np.zeros(0), np.zeros(0)))
    alone = [
        _intervals.root_of_one(lambda x: float(rising(np.array(x), np.arange(1))), end, 6.0)
        for end in (-6.0, at)
    ]
    assert found.tolist() == pytest.approx(alone, rel=1e-14, abs=1e-14)


def test_root_that_never_settles():
    """What is no function at all ends after a hundred steps, for one row as for many."""
    nothing = float("nan")
    found = _intervals.root(lambda x, rows: np.where(rows < 0, x, nothing), np.zeros(2), np.ones(2))
    assert 2 == len(found)
    assert 0 <= _intervals.root_of_one(lambda _: nothing, 0.0, 1.0) <= 1


def test_two_shares_are_independent_unless_somebody_says_how_they_go_together():
    """Without a correlation there is none."""
    one, two = np.array([0.5]), np.array([0.25])
    limits = (np.array([0.3]), np.array([0.7])), (np.array([0.1]), np.array([0.5]))
    alone = _intervals.square_and_add(one, limits[0], two, limits[1])
    assert alone == _intervals.square_and_add(one, limits[0], two, limits[1], 0.0)
    assert alone != _intervals.square_and_add(one, limits[0], two, limits[1], 0.5)


def grid(most):
    """Every k out of every n up to `most`, as two arrays."""
    pairs = [(k, n) for n in range(1, most + 1) for k in range(n + 1)]
    return tuple(np.array(column, float) for column in zip(*pairs, strict=True))


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.9999])
def test_shares_agree_with_the_distributions_of_scipy(confidence):
    """Clopper and Pearson's limits, and those of Jeffreys, are quantiles of scipy's beta distribution."""
    beta = pytest.importorskip("scipy.stats").beta
    k, n = grid(25)
    tail = (1 - confidence) / 2
    low, high = _intervals.exact(k, n, confidence)
    some, open_ = k > 0, k < n
    assert np.allclose(beta.ppf(tail, k, n - k + 1)[some], low[some], rtol=1e-12, atol=0)
    assert np.allclose(beta.ppf(1 - tail, k + 1, n - k)[open_], high[open_], rtol=1e-12, atol=0)
    assert ({0.0}, {1.0}) == (set(low[~some]), set(high[~open_]))
    low, high = _intervals.jeffreys(k, n, confidence)
    half = beta(k + 0.5, n - k + 0.5)
    assert np.allclose(half.ppf(tail)[some], low[some], rtol=1e-12, atol=0)
    assert np.allclose(half.ppf(1 - tail)[open_], high[open_], rtol=1e-12, atol=0)
    assert ({0.0}, {1.0}) == (set(low[~some]), set(high[~open_]))


def test_wald_is_the_share_and_its_errors():
    """Wald's limits are p -+ z sqrt(p (1 - p) / n), cut; at the ends, and of one, they are the share."""
    k, n = grid(25)
    p = k / n
    half = 1.959963984540054 * np.sqrt(p * (1 - p) / n)
    low, high = _intervals.wald(k, n, 0.95)
    assert np.allclose(np.clip(p - half, 0, 1), low, rtol=1e-13, atol=1e-15)
    assert np.allclose(np.clip(p + half, 0, 1), high, rtol=1e-13, atol=1e-15)
    assert ((0.0, 0.0), (1.0, 1.0)) == (one((low, high)), (low[2 - 1], high[2 - 1]))
    half = 0.6744897501960817 * math.sqrt(0.5 * 0.5 / 0.75)  # of less than one answer, by weights
    found = one(_intervals.wald(*_intervals.floats(0.375, 0.75), 0.5))
    assert (0.5 - half, 0.5 + half) == pytest.approx(found)


@pytest.mark.parametrize("method", _intervals.SHARES)
def test_yes_and_no_may_change_places(method):
    """The limits of no are those of yes, turned over; more of yes never lowers them."""
    pytest.importorskip("scipy")
    k, n = grid(25)
    low, high = _intervals.SHARES[method](k, n, 0.9)
    left, right = _intervals.SHARES[method](n - k, n, 0.9)
    assert np.allclose(1 - right, low, rtol=0, atol=1e-12)
    assert np.allclose(1 - left, high, rtol=0, atol=1e-12)
    same = np.diff(n) == 0
    assert np.all(np.diff(low)[same] >= 0)
    assert np.all(np.diff(high)[same] >= 0)


@pytest.mark.parametrize(
    ("k", "n", "confidence"),
    [(92_093_480, 92_093_482, 1e-9), (0.689823605935136, 0.689823605935142, 0.95), (3.5e14, 4e14, 1e-9)],
)
def test_limits_are_held_back_where_rounding_would_cross(k, n, confidence):
    """A limit never lies on the wrong side of its share, nor beyond 1, where both differ by a rounding."""
    low, high = one(_intervals.wilson(np.array([k]), np.array([n]), confidence))
    assert 0 <= low <= k / n <= high <= 1


def test_totals_of_whole_numbers_are_whole():
    """The total is exact beyond what a float holds, and a fraction where a part is one."""
    large = np.array([1 << 60])
    n, *_ = _intervals.share_and_wilson(large, (np.array([1]), np.array([2])), 0.95)
    assert [(1 << 60) + 3] == n.tolist()
    n, p, low, high, _ = _intervals.share_and_wilson(np.array([0.5]), (np.array([1.25]),), 0.95)
    assert ([1.75], [0.5 / 1.75]) == (n.tolist(), p.tolist())
    assert (low[0], high[0]) == one(_intervals.wilson(np.array([0.5]), np.array([1.75]), 0.95))


def test_what_is_given_is_read_only():
    """An Estimate keeps what it is given without a copy, so that nobody may write to it."""
    for part in _intervals.share_and_wilson(np.array([1, 0]), (np.array([1, 0]),), 0.95)[:4]:
        with pytest.raises(ValueError, match="read-only"):
            part[0] = 0


def test_groups_beyond_the_first_pass():
    """The limits of 140,000 groups, which are made in three passes, are those that each has alone."""
    k, n = (np.resize(column, 140_000).astype(int) for column in grid(20))
    total, share, low, high, least = _intervals.share_and_wilson(k, (n - k,), 0.95)
    assert np.array_equal(n, total)
    for many, few in zip(
        (share, low, high), _intervals.share_and_wilson(k[:230], (n[:230] - k[:230],), 0.95)[1:4], strict=True
    ):
        assert np.array_equal(np.resize(few, 140_000), many)
    assert least == 1
    k[-1], n[-1] = 0, 0  # nobody in the last group, which is of the last pass
    low, high = _intervals.wilson(k, n, 0.95)
    assert (0.0, 1.0) == (low[-1], high[-1])


def test_share_of_nothing():
    """A share of nothing is NaN, that of all 1, whatever stands beside it."""
    share = _intervals.share(np.array([0.0, 1.0, 1.0]), np.array([0.0, 1.0, 4.0]))
    assert math.isnan(share[0])
    assert [1.0, 0.25] == share[1:].tolist()
    assert [1.0, 0.25] == _intervals.share(np.array([1.0, 1.0]), np.array([1.0, 4.0])).tolist()


# Newcombe (1998), Stat. Med. 17:873-890, table II, method 10: a of m, b of n, and the limits
NEWCOMBE = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((6, 7), (2, 7), (0.0582, 0.8062)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ((0, 10), (0, 20), (-0.1611, 0.2775)),
    ((0, 10), (0, 10), (-0.2775, 0.2775)),
    ((10, 10), (0, 20), (0.6791, 1.0)),
    ((10, 10), (0, 10), (0.6075, 1.0)),
]


@pytest.mark.parametrize(("a", "b", "limits"), NEWCOMBE)
def test_newcombe_published(a, b, limits):
    """The limits of a difference of two shares are those that Newcombe printed."""
    one_, two = (_intervals.floats(*side) for side in (a, b))
    found = _intervals.square_and_add(
        _intervals.share(*one_),
        _intervals.wilson(*one_, 0.95),
        _intervals.share(*two),
        _intervals.wilson(*two, 0.95),
    )
    assert limits == pytest.approx(one(found), abs=5e-5)


def test_a_correlation_is_squared_and_added():
    """With rho, the square of an error is that of the triangle of both: a^2 - 2 rho a b + b^2."""
    one_, two = (
        (np.array([0.5]), (np.array([0.3]), np.array([0.6]))),
        (np.array([0.25]), (np.array([0.2]), np.array([0.7]))),
    )
    low, high = one(_intervals.square_and_add(*one_, *two, 0.5))
    assert low == pytest.approx(0.25 - math.sqrt(0.2**2 - 0.2 * 0.45 + 0.45**2))
    assert high == pytest.approx(0.25 + math.sqrt(0.1**2 - 0.1 * 0.05 + 0.05**2))
    same = np.array([0.5]), (np.array([0.25]), np.array([0.75]))  # a side beside itself does not differ
    assert (0.0, 0.0) == one(_intervals.square_and_add(*same, *same, 1.0))


def test_phi_twin():
    """The correlation of pairs is that of the table, a positive one less half an answer's worth."""
    tables = [(a, b, c, d) for a in range(5) for b in range(4) for c in range(4) for d in range(5)]
    tables += [(36, 12, 2, 0), (36, 0, 0, 14), (20, 12, 2, 16), (1, 20, 14, 2)]
    found = _intervals.phi(*(np.array(column, float) for column in zip(*tables, strict=True)))
    assert [twin.phi(*table) for table in tables] == pytest.approx(found.tolist(), abs=1e-15)


@pytest.mark.parametrize("confidence", [0.5, 0.95])
def test_koopman_solves_its_equation(confidence):
    """At Koopman's limits the score statistic is z on the one side and -z on the other."""
    pairs = [(k, n) for n in (1, 2, 3, 10, 400) for k in {0, 1, 2, n // 3, n - 1, n} if k <= n]
    table = [(*a, *b) for a in pairs for b in pairs]
    k1, n1, k2, n2 = (np.array(column, float) for column in zip(*table, strict=True))
    low, high = _intervals.koopman(k1, n1, k2, n2, confidence)
    z = _intervals.quantile(confidence)
    for limit, sign in ((low, 1), (high, -1)):
        some = (limit > 0) & (limit < np.inf)
        found = twin.score_of_ratio(limit[some], k1[some], n1[some], k2[some], n2[some])
        assert np.allclose(sign * z, found, rtol=0, atol=1e-6)
    assert np.array_equal(k1 == 0, low == 0)
    assert np.array_equal(k2 == 0, high == np.inf)


def test_koopman_without_anybody():
    """Where one side is empty, any ratio may be true."""
    found = _intervals.koopman(
        *(np.array(x, float) for x in ([3, 0, 0], [4, 0, 0], [0, 1, 0], [0, 2, 0])), 0.95
    )
    assert ([0.0] * 3, [math.inf] * 3) == tuple(side.tolist() for side in found)


CURVES = [
    (lambda x: x * x * x - 2 * x - 5, 2.0, 3.0),
    (lambda x: x * x * x * x * x - 1, -1.0, 4.0),
    (lambda x: 1 - 1 / x, 0.01, 10.0),
    (lambda x: x / (1 + x * x) - 0.1, 0.0, 1.0),
    (lambda x: (x - 1) * (x - 1) * (x - 1) + 1e-9 * (x - 1), 0.0, 5.0),
    (lambda x: (x + 7) / (x + 9) - 0.3, -8.0, 40.0),
    (lambda x: x * x - 2, 0.0, 2.0),
    (lambda x: x - 0.3, -1.0, 1.0),
    (lambda x: x * x * x - 1e-9, 0.0, 9.0),
]


@pytest.mark.parametrize(("rising", "low", "high"), CURVES)
def test_root_asks_as_seldom_as_its_peer(rising, low, high):
    """A root of a smooth function is scipy's, found in no more calls than by scipy's Chandrupatla."""
    elementwise = pytest.importorskip("scipy.optimize.elementwise")
    calls = []

    def asked(x, _rows=None):
        calls.append(x)
        return rising(x)

    peer = elementwise.find_root(rising, (low, high))
    found = _intervals.root(asked, np.array([low]), np.array([high]))[0]
    assert found == pytest.approx(peer.x, rel=4e-15, abs=4e-15)
    assert len(calls) <= peer.nfev
    calls.clear()
    assert found == _intervals.root_of_one(asked, low, high)
    assert len(calls) <= peer.nfev


def test_roots_do_not_feel_each_other():
    """A row of many has the root that it has alone, to the last bit, though others leave before it."""
    power = np.array([1.0, 3.0, 1.0, 5.0, 3.0])
    at = np.array([0.3, 1.0, -0.7, 0.1, 0.9])

    def rising(x, rows):
        return (x - at[rows]) * np.abs(x - at[rows]) ** (power[rows] - 1) + (x - at[rows]) / 8

    low, high = np.full(5, -1.0), np.full(5, 2.0)
    many = _intervals.root(rising, low, high)
    alone = [
        _intervals.root(lambda x, _, row=row: rising(x, np.array([row])), low[:1], high[:1])[0]
        for row in range(5)
    ]
    assert alone == many.tolist()
    assert at.tolist() == pytest.approx(alone, abs=1e-14)


@pytest.mark.parametrize("end", [0.0, 1.0])
def test_an_end_at_which_all_vanishes_is_no_root(end):
    """Where the function is 0 at an end without a rise, the root between is found."""

    def rising(x, _rows=None):
        return (x - 0.3) * abs(x - end)

    assert 0.3 == pytest.approx(_intervals.root(rising, np.zeros(1), np.ones(1))[0], abs=1e-14)
    assert 0.3 == pytest.approx(_intervals.root_of_one(rising, 0.0, 1.0), abs=1e-14)


@pytest.mark.parametrize("confidence", [0.1, 0.5, 0.8, 0.95, 0.999, 1 - 1e-7])
def test_student_is_the_published_algorithm(confidence):
    """The quantiles are those of Algorithm 396 as printed, for whole degrees and between them."""
    freedom = [1, 2, 3, 3.5, 4, 4.5, 4.75, 5, 5.5, 6, 8, 15, 60, 1000]
    found = _intervals.student(confidence, np.array(freedom, float))
    assert [twin.student(confidence, n) for n in freedom] == pytest.approx(found.tolist(), rel=1e-13)


def test_student_under_three_degrees():
    """Between one and three degrees a fraction is left out, which widens; under one nothing is known."""
    found = _intervals.student(0.95, np.array([0.9, 1, 1.9, 2, 2.9]))
    assert [math.inf, 12.706204736, 12.706204736, 4.302652730, 4.302652730] == pytest.approx(found.tolist())


def test_means_have_the_limits_of_student():
    """Limits of a mean are those of scipy's t test, cut to the scale."""
    stats = pytest.importorskip("scipy.stats")
    for values in ([2, 3], [2, 3, 4], [1, 1, 7], [3, 4, 4, 5, 3, 3, 4]):
        peer = stats.ttest_1samp(values, 4).confidence_interval(0.8)
        mean, variance, n = _intervals.floats(np.mean(values), np.var(values, ddof=1), len(values))
        found = one(_intervals.bounded_mean(mean, variance, n, 1, 7, 0.8))
        assert (max(peer.low, 1), min(peer.high, 7)) == pytest.approx(found, rel=1e-5)


def test_means_without_a_variance():
    """Of one answer and of equal ones limits are Wilson's of their place on the scale; of none, all of it."""
    mean, variance, n = _intervals.floats([2.5, 4, 1, np.nan, 7], [np.nan, 0, 0, np.nan, 0], [1, 9, 1, 0, 4])
    found = _intervals.bounded_mean(mean, variance, n, 1, 7, 0.95)
    at = np.array([0.25, 0.5, 0.0, 0.0, 1.0])
    for side, wilson in zip(found, _intervals.wilson(at * n, n, 0.95), strict=True):
        assert (1 + 6 * wilson).tolist() == side.tolist()
    assert (1.0, 7.0) == (found[0][3], found[1][3])


def test_exact_limits_of_less_than_one_answer():
    """Under weights a share may rest on part of an answer; its exact limits are quantiles of a beta."""
    stats = pytest.importorskip("scipy.stats")
    k, n = np.array([0.25, 1.5, 2.75]), np.array([3.0, 3.0, 3.0])
    low, high = _intervals.exact(k, n, 0.9)
    assert stats.beta.ppf(0.05, k, n - k + 1) == pytest.approx(low)
    assert stats.beta.ppf(0.95, k + 1, n - k) == pytest.approx(high)
