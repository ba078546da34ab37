"""Estimates: one class for every metric, which refuses what would fool its reader."""

from __future__ import annotations

import json
import math
import operator
import pickle

import numpy as np
import pytest

from qualify import _canonical
from qualify.errors import MetricError, UnknownName
from qualify.metrics import Counts, Estimate, ces, csat, enps, nps, payback, proportion, win_rate
from qualify.metrics._print import amount, per_cent

SCORES = Counts("NPS", promoters=1436, passives=968, detractors=342, missing=85)


def test_repr():
    """It reads as the design says."""
    assert "NPS +39.8 [+37.2, +42.4] 95 % score, n=2,746 (85 missing)" == repr(nps(SCORES))


def test_markdown():
    """In Markdown the value is bold, and groups are a table."""
    assert "NPS **+39.8** [+37.2, +42.4] 95 % score, n=2,746 (85 missing)" == nps(SCORES)._repr_markdown_()
    table = nps([10, 1], by=["a|b", "c"])._repr_markdown_()
    assert "| a\\|b | +100.0 | [-58.7, +100.0] | 1 | 0 |" in table.splitlines()


def test_groups_repr():
    """A group has a line; more than twelve are counted."""
    text = repr(nps([9] * 20, by=list(range(20))))
    assert "NPS, 95 % score, 20 groups" == text.splitlines()[0]
    assert "  and 8 more" == text.splitlines()[-1]
    assert repr(nps([9], by=["a"])).startswith("NPS, 95 % score, 1 group\n")
    assert "\nand 8 more" in nps([9] * 20, by=list(range(20)))._repr_markdown_()
    assert "NPS, 95 % score, 0 groups" == repr(nps([], by=[]))


def test_unknown_shown():
    """What is still open is shown, because it is neither missing nor lost."""
    assert "n=2, effective 1.6 (0 missing)" in repr(nps([9, 3], weights=[3, 1]))
    assert "(0 missing, 2 unknown)" in repr(win_rate(Counts("outcomes", yes=1, no=1, unknown=2)))


def test_interval():
    """Another level or method comes from the counts; levels are nested."""
    estimate = nps(SCORES)
    assert (estimate.low, estimate.high) == estimate.interval()
    narrow, wide = estimate.interval(0.9), estimate.interval(0.99)
    assert wide.low < narrow.low < narrow.high < wide.high
    assert estimate.interval(method="wald") == nps(SCORES, method="wald").interval()
    with pytest.raises(UnknownName, match="known are adjusted_wald, score, wald"):
        estimate.interval(method="wilson")
    groups = nps([9, 3, 10], by=["a", "a", "b"])
    assert groups["a"].interval(0.8).low == groups.interval(0.8).low[0]


def test_bounds():
    """Those who did not answer could move the value this far."""
    assert (0.0, 40.0) == nps([10, 9, 7, 3, None]).bounds()
    assert (0.25, 0.75) == csat([5, 1, None, None]).bounds()
    assert (0.25, 0.75) == win_rate(Counts("outcomes", yes=1, no=1, unknown=2)).bounds()
    for easy in ("low", "high"):
        assert (2.5, 5.5) == ces([4, None], measure="mean", easy=easy).bounds()
        assert (-50.0, 50.0) == ces([4, None], measure="net_2", easy=easy).bounds()
    weighted = nps([10, None], weights=[1.0, 3.0]).bounds()
    assert (-50.0, 100.0) == weighted
    with pytest.raises(MetricError, match="no bounds"):
        Estimate("x", "share", 0.5, 0, 1, 0.95, "wilson", 3).bounds()


def test_no_counts_no_interval():
    """An estimate without counts cannot say another interval."""
    with pytest.raises(MetricError, match="call the metric again"):
        Estimate("x", "share", 0.5, 0, 1, 0.95, "wilson", 3).interval(0.9)
    bare = payback(acquisition_cost=6, monthly_revenue=1, gross_margin=0.5).months
    with pytest.raises(MetricError, match="no limits, at any level; the inputs are taken as exact"):
        bare.interval(0.9)


BINARY = [operator.add, operator.sub, operator.mul, operator.truediv, operator.lt, operator.ge]


@pytest.mark.parametrize("operate", BINARY, ids=lambda f: f.__name__)
def test_no_arithmetic(operate):
    """Sums, products and orders are TypeErrors that say what to do."""
    estimate = nps(SCORES)
    for pair in ((estimate, estimate), (estimate, 3), (3.0, estimate), (np.float64(3), estimate)):
        with pytest.raises(TypeError, match="pool the counts"):
            operate(*pair)


@pytest.mark.parametrize("function", [float, int, operator.neg, bool, iter, len], ids=lambda f: f.__name__)
def test_no_bare_number(function):
    """It becomes neither a number, nor true or false, nor a row."""
    with pytest.raises(TypeError):
        function(nps(SCORES))


def test_groups():
    """A group is taken by its label, all of them with items()."""
    groups = nps([9, 3, None], by=["a", "a", "b"])
    assert 2 == len(groups)
    assert nps([9, 3]).value == groups["a"].value
    assert "nobody answered" == groups["b"].reason
    assert groups["a"].reason is None
    assert ["a", "b"] == [label for label, _ in groups.items()]
    assert groups["a"].counts == nps([9, 3]).counts
    with pytest.raises(UnknownName, match="known are a, b"):
        groups["c"]
    assert [0, 1] == [label for label, _ in proportion([1, 2], of=[3, 4]).items()]
    bare = Estimate("x", "share", [0.5], [0.0], [1.0], 0.95, "wilson", [3], labels=("a",))
    assert bare["a"].counts is None


def test_to_dict():
    """The dictionary is plain JSON: NaN is None, infinity is text."""
    estimate = nps([9, None], by=["a", "b"])
    written = json.loads(json.dumps(estimate.to_dict(), allow_nan=False))
    assert [100.0, None] == written["value"]
    assert [None, "nobody answered"] == written["reason"]
    assert ["a", "b"] == written["labels"]
    odd = Estimate("x", "ratio", 1.0, 0.0, np.inf, 0.95, "koopman", 3)
    assert ("inf", None) == (odd.to_dict()["high"], odd.to_dict()["counts"])


def test_value():
    """Estimates are equal by content, NaN included, hashable, picklable; their arrays are read-only."""
    for make in (lambda: nps([]), lambda: nps([9, None], by=["a", "b"]), lambda: enps([9], by=[1])):
        one, two = make(), make()
        assert one == two
        assert hash(one) == hash(two)
        again = pickle.loads(pickle.dumps(one))
        assert one == again
        assert repr(one.interval(0.5)) == repr(again.interval(0.5))
        assert _canonical.fingerprint(one) == _canonical.fingerprint(two)
    with pytest.raises(ValueError, match="read-only"):
        nps([9], by=["a"]).value[0] = 3
    assert nps([9]) != nps([8])


def test_order_of_limits():
    """Limits in the wrong order are refused."""
    with pytest.raises(MetricError, match="low lies at or under high"):
        Estimate("x", "share", 0.5, 0.7, 0.6, 0.95, "wilson", 3)


def test_reasons():
    """A row of reasons without one is no reason."""
    estimate = Estimate("x", "share", [0.5], [0], [1], 0.95, "wilson", [3], reason=(None,))
    assert estimate.reason is None


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (39.84, "points", "+39.8"),
        (0.6196, "share", "62.0 %"),
        (0.0004, "share", "0.04 %"),
        (0.0, "share", "0.0 %"),
        (1.0, "share", "100.0 %"),
        (4e-6, "share", "0.0004 %"),
        (0.9996, "share", "99.96 %"),
        (1 - 4e-6, "share", "99.9996 %"),
        (1 - 1e-14, "share", "100.0 %"),
        (1.04, "share", "104.0 %"),
        (-0.0004, "share difference", "-0.04 %"),
        (-0.9996, "share difference", "-99.96 %"),
        (-0.034, "share difference", "-3.4 %"),
        (1.2345678, "ratio", "1.235"),
        (1234.5, "hours", "1,234 hours"),
        (1, "hours", "1 hour"),
        (1, "EUR", "1 EUR"),
        (float("nan"), "share", "undefined"),
        (float("inf"), "months", "inf"),
        (float("-inf"), "months", "-inf"),
    ],
)
def test_amounts(value, unit, text):
    """Each unit reads in its own way."""
    assert text == amount(value, unit)


def test_all_of_many():
    """A share of all among a million is not sure to be all."""
    text = repr(proportion(np.ones(10**6, bool)))
    assert text.startswith("proportion 100.0 % [99.9996 %, 100.0 %] 95 % wilson, n=1,000,000")


def test_per_cent():
    """Levels read as people write them."""
    assert ["95 %", "99.9 %", "50 %"] == [per_cent(x) for x in (0.95, 0.999, 0.5)]


def test_effective_number_is_told_under_weights():
    """What n is worth is always told, and written where it is not n."""
    weighted, plain = nps([9, 3], weights=[3, 1]), nps([9, 3])
    assert (1.6, 2) == (weighted.to_dict()["n_effective"], plain.to_dict()["n_effective"])
    assert ("n_effective" in weighted._canonical(), "n_effective" in plain._canonical()) == (True, False)


def test_an_estimate_is_no_number_to_numpy_either():
    """Nothing is added to it, from either side, and it has no sign."""
    found = nps([9, 0, 9])
    for slip in (
        lambda: np.float64(1) + found,
        lambda: np.ones(2) * found,
        lambda: -found,
        lambda: found < nps([9]),
    ):
        with pytest.raises(TypeError):
            slip()


def test_an_estimate_of_other_missing_answers_is_another():
    """Who did not answer is part of what was found."""
    assert nps([9, 0, None]) != nps([9, 0])


def test_columns_of_an_estimate_are_of_one_length():
    """An estimate of two groups with three limits is none."""
    with pytest.raises(MetricError, match="one length"):
        Estimate("share", "%", [0.1, 0.2], [0.0, 0.1], [0.2, 0.3, 0.4], 0.95, "made up", [5, 6])


def test_an_estimate_becomes_columns():
    """One row a group, with its label and its reason; one row without a label where there are no groups."""
    pandas = pytest.importorskip("pandas")
    score = nps([10, 3, 9, None], by=["a", "a", "b", "c"])
    frame = pandas.DataFrame(score.to_columns())
    assert list(frame) == ["label", "value", "low", "high", "n", "n_missing", "reason"]
    assert frame["label"].tolist() == ["a", "b", "c"]
    assert frame["n"].tolist() == [2, 1, 0]
    assert frame["n_missing"].tolist() == [0, 0, 1]
    assert frame["reason"].tolist() == [None, None, "nobody answered"]
    assert frame["low"].tolist() == score.low.tolist()
    (row,) = pandas.DataFrame(nps([]).to_columns()).to_dict("records")
    assert (None, 0, "nobody answered") == (row["label"], row["n"], row["reason"])
    assert math.isnan(row["value"])
