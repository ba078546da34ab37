"""The catalogue's group N, as far as answers, shares and forecasts go: one test for each id."""

from __future__ import annotations

import math
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from qualify import _arrays
from qualify.errors import InvalidType, InvalidValue, MetricError
from qualify.metrics import (
    Counts,
    _sums,
    brier_score,
    ces,
    close_rate,
    confidence_sequence,
    csat,
    nps,
    proportion,
    ratio,
    wape,
    win_rate,
)
from qualify.truth import NO, UNKNOWN, YES

FACTS = {}


def fact(number):
    def keep(test):
        FACTS[number] = test
        return test

    return keep


def refused(error, message, call):
    with pytest.raises(error, match=message):
        call()


@fact("N01")
def _():
    empty = [
        nps([]),
        csat([]),
        ces([], measure="mean", easy="high"),
        proportion([]),
        wape([], []),
        brier_score([], []),
    ]
    for found in empty:
        assert (True, 0, True) == (math.isnan(found.value), found.n, bool(found.reason))


@fact("N02")
def _():
    found = proportion(0, of=0)
    assert (True, (0.0, 1.0), "nothing was decided") == (
        math.isnan(found.value),
        found.interval(),
        found.reason,
    )


@fact("N03")
def _():
    assert not proportion(np.zeros(1999, int), of=np.arange(1, 2000)).low.any()


@fact("N04")
def _():
    n = np.arange(1, 2000)
    assert np.all(proportion(n, of=n).high == 1)


@fact("N05")
def _():
    assert ("wilson", True) == (proportion(0, of=9).method, proportion(0, of=9).high > 0.2)


@fact("N06")
def _():
    pytest.importorskip("scipy")
    found = proportion(0, of=1000, confidence_level=1 - 1e-7, method="exact")
    assert found.high == pytest.approx(0.016670722431521, abs=2e-12)


@fact("N07")
def _():
    for k, n in ((3, 2), (-1, 2), (0.5, 2)):
        refused(ValueError, f"{k} of {n}", lambda k=k, n=n: proportion(k, of=n))


@fact("N08")
def _():
    for level in (0, 1, 95, math.nan):
        refused(ValueError, "0.95 for 95 %", lambda level=level: nps([9], confidence_level=level))


@fact("N09")
def _():
    found = ces([5], measure="mean", easy="high")
    assert 1 <= found.low < 5 < found.high <= 7
    assert "no interval" in wape([1], [2]).reason


@fact("N10")
def _():
    found = nps([10] * 8)
    assert (100, 100) == (found.value, found.high)
    assert found.low < 50


@fact("N11")
def _():
    found = nps([8] * 8)
    assert 0 == found.value
    assert found.high - found.low > 50


@fact("N12")
def _():
    for wrong in (11, -1, 9.5):
        refused(ValueError, "answers, row 1", lambda wrong=wrong: nps([9, wrong, 12]))


@fact("N13")
def _():
    assert (1, 2) == (nps([9, math.nan, math.nan]).n, nps([9, math.nan, math.nan]).n_missing)


@fact("N14")
def _():
    refused(ValueError, "row 1", lambda: nps([9, math.inf]))
    refused(ValueError, "finite numbers", lambda: wape([1, math.inf], [1, 2]))


@fact("N15")
def _():
    assert 1 == nps([9, None]).n_missing


@fact("N16")
def _():
    refused(TypeError, "str in row 0", lambda: nps(["9"]))


@fact("N17")
def _():
    refused(TypeError, "bool", lambda: nps(np.array([True])))
    refused(TypeError, "bool", lambda: nps([True, False]))


@fact("N18")
def _():
    refused(TypeError, "complex", lambda: nps(np.array([9j])))


@fact("N19")
def _():
    assert 100_000_000 == _sums.total(np.full(10_000_000, 10, np.int8))


@fact("N20")
def _():
    assert 40 / 200 == wape(np.array([120, 120], np.int8), np.array([100, 100], np.int8)).value


@fact("N21")
def _():
    assert -100 == nps(np.zeros(3, np.uint8)).value
    assert -1 == wape(np.array([0], np.uint8), np.array([1], np.uint8)).counts["drift"]


@fact("N22")
def _():
    assert 100_000 == nps(np.full(100_000, 9, np.float16)).counts["promoters"]


@fact("N23")
def _():
    found = brier_score(np.full(1_000_000, 0.1, np.float32), np.zeros(1_000_000))
    assert found.value == pytest.approx(0.01, abs=1e-7)


@fact("N24")
def _():
    assert 2**62 * 3 == _sums.total(np.array([2**62] * 3))


@fact("N25")
def _():
    refused(ValueError, "64 bits", lambda: nps([2**63, -1]))
    refused(ValueError, "64 bits", lambda: nps([2**64]))


@fact("N26")
def _():
    exact = np.array([9, Decimal(10), Fraction(3)], object)
    assert nps([9, 10, 3]).counts == nps(exact).counts
    refused(TypeError, "a float holds exactly", lambda: wape([Decimal("0.1")], [1]))


@fact("N27")
def _():
    assert nps([9, None]).counts == nps(np.ma.MaskedArray([9, 77], [False, True])).counts


@fact("N28")
def _():
    table = np.asfortranarray(np.arange(66).reshape(6, 11) % 11)
    for column in (table[:, 3], table[2], table[2][::-1], table[::2, 9]):
        assert nps(column.tolist()) == nps(column)


@fact("N29")
def _():
    column = np.array([9.0, np.nan, 3])
    column.flags.writeable = False
    assert 1 == nps(column, by=[1, 1, 1], weights=np.ones(3))[1].n_missing


@fact("N30")
def _():
    assert nps([9, 3, 8]) == nps(np.array([9, 3, 8], ">i4"))
    assert nps([9, 3, 8], by=[1, 2, 1]) == nps(np.array([9, 3, 8], ">f8"), by=np.array([1, 2, 1], ">i8"))


@fact("N31")
def _():
    for odd in (np.zeros((2, 2)), np.array(3)):
        refused(ValueError, "one dimension", lambda odd=odd: nps(odd))


@fact("N32")
def _():
    refused(TypeError, "records", lambda: nps(np.zeros(2, [("a", int)])))
    refused(TypeError, "records", lambda: nps(np.zeros(2, "V4")))


@fact("N33")
def _():
    pd = pytest.importorskip("pandas")
    series = pd.Series([9, None, 3], index=[7, 7, 1], dtype="Int8")
    assert nps([9, None, 3]).counts == nps(series).counts


@fact("N34")
def _():
    scores = iter([9, 3])
    refused(TypeError, r"wrap it in list", lambda: nps(scores))
    assert 9 == next(scores)


@fact("N35")
def _():
    refused(ValueError, "weights, row 1", lambda: nps([9, 3], weights=[1, -1]))


@fact("N36")
def _():
    for weights, message in (
        ([0, 0], "not all be zero"),
        ([1, math.nan], "row 1: every row"),
        ([1], "one entry"),
    ):
        refused(ValueError, message, lambda weights=weights: nps([9, 3], weights=weights))


@fact("N37")
def _():
    found = nps([10, 0, 7], weights=[1e-300, 1e300, 1e300])
    assert all(map(math.isfinite, (found.value, found.low, found.high, found.n_effective)))


@fact("N38")
def _():
    rng = np.random.Generator(np.random.PCG64(1))
    said, came = rng.random(1000), rng.random(1000)
    order = rng.permutation(1000)
    for name in ("error", "actual", "drift", "total"):
        assert wape(said, came).counts[name] == wape(said[order], came[order]).counts[name]
    assert brier_score(said, came > 0.5) == brier_score(said[order], came[order] > 0.5)


@fact("N46")
def _():
    found = wape([3, 4], [0, 0])
    assert (True, "the actual amounts sum to 0") == (math.isnan(found.value), found.reason)


@fact("N48")
def _():
    column = [YES, NO, UNKNOWN, UNKNOWN]
    assert (0.5, 2, 2) == (win_rate(column).value, win_rate(column).n, win_rate(column).counts["unknown"])
    assert (0.25, 4) == (close_rate(column).value, close_rate(column).n)


@fact("N50")
def _():
    refused(MetricError, "EUR, USD", lambda: wape([1, 2], [1, 2], currency=["EUR", "USD"]))


@fact("N51")
def _():
    assert 0.62675 == round(proportion(2507, of=4000).value, 6)
    assert 2507 / 4000 == proportion(2507, of=4000).value


@fact("N54")
def _():
    rng = np.random.Generator(np.random.PCG64(2))
    scores = rng.integers(0, 11, 10_001)
    parts = [nps(part).counts for part in np.array_split(scores, 7)]
    assert nps(scores).counts == sum(parts)
    assert nps(scores) == nps(sum(parts[1:], start=parts[0]))


@fact("N55")
def _():
    with np.errstate(all="raise"):
        edges()


@fact("N56")
def _():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        edges()


def edges():
    """Every measure at its edges."""
    for counts in ((0, 0, 0), (5, 0, 0), (0, 0, 5), (0, 5, 0), (1, 0, 0)):
        given = Counts("NPS", **dict(zip(("promoters", "passives", "detractors"), counts, strict=True)))
        for method in ("score", "adjusted_wald", "wald"):
            nps(given, method=method)
        confidence_sequence(given, of="nps")
    for yes, no in ((0, 0), (0, 5), (5, 0)):
        a = Counts("outcomes", yes=yes, no=no)
        for method in ("wilson", "wald"):
            proportion(a, method=method)
        ratio(a, Counts("outcomes", yes=no, no=yes))
        confidence_sequence(a, of="share")
    proportion([0, 3, 0], of=[0, 3, 5])
    nps([None, 9], by=["a", "b"], weights=[0.0, 2.0], method="wald")
    for answers in ([], [7], [7, 7]):
        ces(answers, measure="mean", easy="high")
        wape(answers, answers)
        brier_score([x / 7 for x in answers], [True] * len(answers))


@pytest.mark.parametrize("number", FACTS)
def test_number(number):
    """The case of the catalogue holds."""
    FACTS[number]()


def test_errors_are_builtin_too():
    """Errors about values are ValueErrors, about types TypeErrors."""
    assert issubclass(MetricError, InvalidValue)
    assert issubclass(InvalidValue, ValueError)
    assert issubclass(InvalidType, TypeError)
    assert _arrays.CHUNK % 8 == 0
