"""Interval formulas against slow twins, scipy and statsmodels, and against the laws they obey."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import MissingExtra
from qualify.metrics import _intervals, _nps_intervals, proportion
from reference import metrics_answers as twin

level = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])
shares = st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
some = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
thirds = st.integers(1, 200).flatmap(
    lambda n: st.integers(0, n).flatmap(lambda p: st.tuples(st.just(p), st.integers(0, n - p), st.just(n)))
)


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
    total, value, low, high = _intervals.share_and_wilson(k, (n - k,), confidence)
    assert (share[1], share[0] / share[1]) == (total[0], value[0])
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


@given(thirds, level)
def test_nps_twin(third, confidence):
    """The score limits of an NPS are the border of what Tango's test refuses, and flip with the sign."""
    p, d, n = third
    found = one(_nps_intervals.score(*_intervals.floats(p, d, n), confidence))
    assert twin.nps_score(p, d, n, confidence) == pytest.approx(found, abs=1e-9)
    low, high = one(_nps_intervals.score(*_intervals.floats(d, p, n), confidence))
    assert found == (-high, -low)
    assert -1 <= found[0] <= (p - d) / n <= found[1] <= 1


@given(thirds)
def test_nps_variance(third):
    """The plug-in variance is the population variance of 1, 0 and -1 over n."""
    p, d, n = third
    values = np.array([1] * p + [-1] * d + [0] * (n - p - d))
    found = _nps_intervals.variance(*_intervals.floats(p, d, n))[0]
    assert found == pytest.approx(np.var(values) / n, abs=1e-15)


@pytest.mark.parametrize("method", _nps_intervals.NPS)
def test_nps_edges(method):
    """Nobody asked gives everything; all of one kind is not degenerate but for wald."""
    make = _nps_intervals.NPS[method]
    assert (-1.0, 1.0) == one(make(*_intervals.floats(0, 0, 0), 0.95))
    for p, d in ((9, 0), (0, 9), (0, 0)):
        low, high = one(make(*_intervals.floats(p, d, 9), 0.95))
        assert (low < high) == (method != "wald")


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


@given(thirds, level)
def test_one_score_is_as_one_of_many(case, confidence):
    """The limits of one score are those that it has among others, to the last bit."""
    few = _intervals.floats(*case)
    many = tuple(np.repeat(part, 2) for part in few)
    alone, among = _nps_intervals.score(*few, confidence), _nps_intervals.score(*many, confidence)
    assert one(alone) == one(among)


def test_two_shares_are_independent_unless_somebody_says_how_they_go_together():
    """Without a correlation there is none."""
    one, two = np.array([0.5]), np.array([0.25])
    limits = (np.array([0.3]), np.array([0.7])), (np.array([0.1]), np.array([0.5]))
    alone = _intervals.square_and_add(one, limits[0], two, limits[1])
    assert alone == _intervals.square_and_add(one, limits[0], two, limits[1], 0.0)
    assert alone != _intervals.square_and_add(one, limits[0], two, limits[1], 0.5)
