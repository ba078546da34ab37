"""Intervals of one Net Promoter Score against slow twins, and against the laws they obey."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.metrics import _intervals, _nps_intervals
from reference import metrics_answers as twin

level = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])
thirds = st.integers(1, 200).flatmap(
    lambda n: st.integers(0, n).flatmap(lambda p: st.tuples(st.just(p), st.integers(0, n - p), st.just(n)))
)


def one(limits):
    return tuple(float(side[0]) for side in limits)


def grid(*sizes):
    """Promoters, detractors and answers, all there are of some sizes, as arrays."""
    rows = [(p, d, n) for n in sizes for p in range(n + 1) for d in range(n - p + 1)]
    return tuple(np.array(column, float) for column in zip(*rows, strict=True))


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


@given(thirds, level)
def test_one_score_is_as_one_of_many(case, confidence):
    """The limits of one score are those that it has among others, to the last bit."""
    few = _intervals.floats(*case)
    many = tuple(np.repeat(part, 2) for part in few)
    alone, among = _nps_intervals.score(*few, confidence), _nps_intervals.score(*many, confidence)
    assert [1, 1, 2, 2] == [len(side) for side in (*alone, *among)]
    assert one(alone) == one(among)


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.9999999])
def test_the_score_limits_solve_their_equation(confidence):
    """At the limits the score statistic is z on the one side and -z on the other, but at the ends."""
    p, d, n = grid(1, 2, 3, 4, 9, 30)
    limits = _nps_intervals.score(p, d, n, confidence)
    z = _intervals.quantile(confidence)
    for limit, sign, is_end in zip(limits, (1, -1), (d == n, p == n), strict=True):
        assert ({-1.0 * sign}, is_end.sum()) == (set(limit[is_end].tolist()), np.sum(np.abs(limit) == 1))
        inside = ~is_end
        found = twin.score_of_nps(limit[inside], p[inside], d[inside], n[inside])
        assert np.allclose(sign * z, found, rtol=1e-7, atol=0)


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.9999999])
def test_one_score_is_as_one_of_many_wherever_it_lies(confidence):
    """The limits of every score of few answers are those that it has among all, to the last bit."""
    scores = grid(0, 1, 2, 3, 7, 12)
    low, high = _nps_intervals.score(*scores, confidence)
    alone = [_nps_intervals.score(*(part[i : i + 1] for part in scores), confidence) for i in range(len(low))]
    assert list(zip(low, high, strict=True)) == [one(limits) for limits in alone]


def test_scores_beyond_the_first_pass():
    """The limits of 20,000 scores, which are made in three passes, are those of the first ones, again."""
    few = grid(0, 1, 2, 8)
    size = len(few[0])
    for side, first in zip(
        _nps_intervals.score(*(np.resize(part, 20_000) for part in few), 0.95),
        _nps_intervals.score(*few, 0.95),
        strict=True,
    ):
        assert np.array_equal(np.resize(first, 20_000), side)
        assert size == len(first)


def test_a_search_is_seldom_needed(monkeypatch):
    """At 95 % Newton's steps settle for ten answers and more, if one of them is no passive."""

    def refuse(*_given):
        pytest.fail("searched")

    monkeypatch.setattr(_nps_intervals, "root", refuse)
    monkeypatch.setattr(_nps_intervals, "root_of_one", refuse)
    p, d, n = (part[1:] for part in grid(10))  # the first has passives alone
    for more in (1, 3, 100):
        low, high = _nps_intervals.score(p * more, d * more, n * more, 0.95)
        assert np.all(low < high)
        for i in range(0, len(p), 7):
            alone = _nps_intervals.score(*(part[i : i + 1] * more for part in (p, d, n)), 0.95)
            assert (low[i], high[i]) == one(alone)


def test_wald_is_the_score_and_its_error():
    """Wald's limits are the mean of 1, 0 and -1 with z of its standard errors; nobody gives everything."""
    p, d, n = grid(1, 2, 3, 9)
    z = _intervals.quantile(0.95)
    for method, add in (("wald", 0.0), ("adjusted_wald", 0.75)):  # 3/4 of each and 3/2 passives
        plus, minus, total = p + add, d + add, n + 4 * add
        mean = (plus - minus) / total
        half = (
            z
            * np.sqrt(plus * (1 - mean) ** 2 + minus * (1 + mean) ** 2 + (total - plus - minus) * mean**2)
            / total
        )
        low, high = _nps_intervals.NPS[method](p, d, n, 0.95)
        assert np.allclose(np.maximum(mean - half, -1), low, rtol=0, atol=1e-14)
        assert np.allclose(np.minimum(mean + half, 1), high, rtol=0, atol=1e-14)


@pytest.mark.parametrize("method", _nps_intervals.NPS)
def test_fractions_of_an_answer(method):
    """Less than one answer, of weights, has limits around its score, which turn over with it."""
    make = _nps_intervals.NPS[method]
    low, high = one(make(*_intervals.floats(0.5, 0.125, 0.75), 0.95))
    assert -1 <= low < 0.5 < high <= 1
    assert (-high, -low) == one(make(*_intervals.floats(0.125, 0.5, 0.75), 0.95))
    two = make(*_intervals.floats([0.5, 0.125], [0.125, 0.5], 0.75), 0.95)
    assert ([low, -high], [high, -low]) == tuple(side.tolist() for side in two)
    narrow = one(make(*_intervals.floats(0.5, 0.125, 0.75), 0.01))
    assert (0.5 if method != "adjusted_wald" else 0.1) == pytest.approx(sum(narrow) / 2, abs=2e-3)


def test_variance_of_nobody():
    """The variance of nobody's answers is NaN, that of one answer 0."""
    found = _nps_intervals.variance(*_intervals.floats([0, 1, 1], [0, 0, 1], [0, 1, 2]))
    assert np.isnan(found[0])
    assert [0.0, 0.5] == found[1:].tolist()
