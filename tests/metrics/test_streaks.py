"""Streaks of rejections and their exact chance, against all orders and all sequences."""

from __future__ import annotations

import json
from itertools import pairwise

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify._canonical import form
from qualify.errors import InvalidType, InvalidValue, MetricError, UnknownName
from qualify.metrics import longest_streak_chance, rejection_streaks
from qualify.truth import NO, UNKNOWN, YES
from reference import curves_other as slow

codes = st.lists(st.sampled_from([-1, -1, 0, 1]), max_size=30)


@given(st.lists(st.tuples(st.sampled_from([-1, -1, 0, 1]), st.sampled_from("abc")), min_size=1, max_size=40))
def test_streaks_equal_a_loop(pairs):
    """Longest, current and leading streaks by rep equal those of a loop; open outcomes are passed over."""
    outcomes = np.array([c for c, _ in pairs], np.int8)
    streaks = rejection_streaks(outcomes, by=[rep for _, rep in pairs])
    assert tuple(sorted({rep for _, rep in pairs})) == streaks.labels
    for i, rep in enumerate(streaks.labels):
        mine = [c < 0 for c, who in pairs if who == rep and c]
        assert slow.longest(mine) == streaks.longest[i]
        assert next((k for k in range(len(mine)) if not mine[k]), len(mine)) == streaks.leading[i]
        assert next((k for k in range(len(mine)) if not mine[::-1][k]), len(mine)) == streaks.current[i]
        assert (len(mine), sum(mine)) == (streaks.n[i], streaks.rejections[i])


@given(codes, codes)
def test_records_add(one, two):
    """best(x ++ y) = max(best x, best y, suffix x + prefix y): the sum of records is the record of both."""
    columns = [np.array(part, np.int8) for part in (one, two, one + two)]
    parts = [rejection_streaks(part) for part in columns]
    assert parts[0] + parts[1] == parts[2]


def test_records_of_other_reps_add():
    """A rep who is in one record only keeps her own."""
    both = rejection_streaks([NO, NO], by=["ana", "ana"]) + rejection_streaks([NO], by=["bo"])
    assert (("ana", "bo"), [2, 1]) == (both.labels, both.longest.tolist())


@given(st.integers(0, 8), st.data())
def test_chance_equals_all_orders(n, data):
    """Without a rate, the chance is the share of all orders of the same outcomes."""
    rejections = data.draw(st.integers(0, n))
    streaks = rejection_streaks([NO] * rejections + [YES] * (n - rejections))
    for k in range(n + 2):
        expected = slow.longest_among_orders(n, rejections, k)
        assert streaks.at_least(k) == pytest.approx(float(expected), abs=1e-15)
    assert sum(streaks.distribution()) == pytest.approx(1.0)


@given(st.integers(0, 9), st.integers(0, 10), st.floats(0, 1))
def test_chance_at_a_rate_equals_all_sequences(n, streak, rate):
    """With a rate, the chance is that of all sequences of independent outcomes."""
    expected = slow.longest_by_chance(n, streak, rate)
    assert longest_streak_chance(n, streak, rate) == pytest.approx(expected, abs=1e-12)


def test_long_records_equal_the_markov_chain():
    """The recurrence equals stepping the chain, also far in the tail."""
    for n, streak, rate in ((200, 6, 0.5), (1000, 50, 0.89), (500, 40, 0.3)):
        expected = slow.longest_by_markov(n, streak, rate)
        assert longest_streak_chance(n, streak, rate) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("n", "streak", "rate", "says"),
    [
        (10, 3, 1.5, r"rate: .* \(got 1.5\); allowed is 0.0 to 1.0"),
        (10, 3, -0.1, "rate"),
        (10, 3, float("nan"), "rate: a finite number"),
        (10, 3, "half", "rate: a number"),
        (-1, 3, 0.5, "n: a number is out of range"),
        (10.5, 3, 0.5, "n: a whole number"),
        (10, -1, 0.5, "streak: a number is out of range"),
        (10, 2.5, 0.5, "streak: a whole number"),
    ],
)
def test_a_chance_needs_counts_and_a_probability(n, streak, rate, says):
    """Negative and broken counts, and rates outside 0 to 1, are refused by name."""
    with pytest.raises((InvalidType, InvalidValue), match=f"^{says}"):
        longest_streak_chance(n, streak, rate)


def test_empty_all_and_none():
    """No outcomes 0, all rejected n, none rejected 0; chance makes each of them surely."""
    for outcomes, longest in (([], 0), ([NO] * 5, 5), ([YES] * 5, 0), ([UNKNOWN], 0)):
        streaks = rejection_streaks(outcomes)
        assert [longest] == streaks.longest.tolist()
        assert [1.0] == streaks.chance.tolist()
        assert longest == streaks.usual()
    nobody = rejection_streaks([], by=[])
    assert ((), []) == (nobody.labels, nobody.chance.tolist())


def test_open_and_missing_are_counted_and_pass():
    """An open outcome and a blank neither extend nor break a streak."""
    streaks = rejection_streaks([NO, UNKNOWN, NO, None, NO])
    assert ([3], [1], [1], [3]) == tuple(
        getattr(streaks, name).tolist() for name in ("longest", "n_open", "n_missing", "n")
    )


def test_chance_falls_with_the_streak_and_rises_with_the_record():
    """Longer streaks are rarer, and a longer record makes them likelier."""
    streaks = rejection_streaks([NO, YES] * 20)
    tail = [streaks.at_least(k) for k in range(42)]
    assert all(a >= b for a, b in pairwise(tail))
    assert longest_streak_chance(100, 6, 0.5) < longest_streak_chance(200, 6, 0.5)


def test_a_rate_and_large_records_use_independent_outcomes(monkeypatch):
    """`rate` holds for all reps; beyond the limit of orders the rep's own share stands for it."""
    streaks = rejection_streaks([NO, NO, YES, NO], rate=0.5)
    assert longest_streak_chance(4, 2, 0.5) == streaks.chance[0]
    monkeypatch.setattr("qualify.metrics._streaks.EXACT_ORDERS", 3)
    assert longest_streak_chance(4, 2, 0.75) == rejection_streaks([NO, NO, YES, NO]).chance[0]


def test_many_reps_one_table():
    """The table lists the first reps and counts the rest; Markdown lists all."""
    streaks = rejection_streaks([NO] * 30, by=list(range(30)))
    assert repr(streaks).endswith("and 10 more")
    assert 32 == len(streaks._repr_markdown_().splitlines())
    assert 30 == len(streaks.to_columns()["chance"])
    assert [1] * 30 == json.loads(json.dumps(streaks.to_dict()))["longest"]
    assert "rate" not in form(streaks)
    assert 1.0 == streaks.at_least(1, 7)
    with pytest.raises(UnknownName):
        streaks.at_least(1, 99)


def test_each_rep_is_named_once():
    """Of a rep who is named twice a sum would lose one row."""
    told = rejection_streaks([NO, NO, YES], by=["ana", "ana", "bo"])
    with pytest.raises(InvalidValue, match=r"Streaks.labels: each label is named once \(got 'ana'\)"):
        attrs.evolve(told, labels=("ana", "ana"))


def test_what_cannot_be_meant():
    """A rate outside 0 to 1, numbers for truths, unlike lengths, other words and other chances."""
    with pytest.raises(InvalidValue):
        rejection_streaks([NO], rate=2)
    with pytest.raises(InvalidValue, match="Streaks.rate"):
        attrs.evolve(rejection_streaks([NO]), rate=2.0)
    with pytest.raises(InvalidType):
        rejection_streaks([0, 1])
    with pytest.raises(InvalidValue):
        rejection_streaks([NO], by=[])
    with pytest.raises(InvalidType, match="write by="):
        rejection_streaks([NO], group=["a"])
    with pytest.raises(MetricError, match="same chance"):
        rejection_streaks([NO]) + rejection_streaks([NO], rate=0.5)
    assert rejection_streaks([NO]).__add__(1) is NotImplemented
    with pytest.raises(InvalidValue):
        rejection_streaks([NO]).at_least(-1)
