"""Rates with their denominators in their names, and the lift of the qualified."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import InvalidType, MetricError
from qualify.metrics import Counts, close_rate, conversion_rate, difference, qualified_lift, ratio, win_rate
from qualify.truth import NO, UNKNOWN, YES

truths = st.lists(st.sampled_from([YES, NO, UNKNOWN, None]), min_size=1, max_size=40)


@given(truths)
def test_denominators(values):
    """Win rate leaves the open ones out, close rate and conversion keep them; a blank is in neither."""
    yes, no, still = (sum(v is truth for v in values) for truth in (YES, NO, UNKNOWN))
    win, close, conversion = win_rate(values), close_rate(values), conversion_rate(values)
    assert (yes + no, yes + no + still, yes + no + still) == (win.n, close.n, conversion.n)
    assert win.value == pytest.approx(yes / (yes + no) if yes + no else math.nan, nan_ok=True)
    assert close.value == pytest.approx(yes / close.n if close.n else math.nan, nan_ok=True)
    assert win.n_missing == sum(v is None for v in values)
    assert close == close_rate(win.counts)
    low, high = close.bounds()
    if close.n:
        assert low <= close.value <= high


def test_names():
    """The name says what is counted."""
    assert "win rate per attempt" == win_rate([YES]).name
    assert "close rate per lead" == close_rate([YES], lead=["ana"]).name
    assert "nothing was decided" == win_rate([UNKNOWN]).reason
    assert "there is none" == close_rate([None]).reason
    assert 0.5 == close_rate(Counts("outcomes", yes=1, no=1)).value


RANK = {YES: 3, None: 2, UNKNOWN: 1, NO: 0}


@given(
    st.lists(
        st.tuples(st.sampled_from([YES, NO, UNKNOWN, None]), st.sampled_from("abc"), st.integers(0, 1)),
        min_size=1,
    )
)
def test_by_lead(rows):
    """Each lead counts once: won if ever, else blank if ever, else open if ever."""
    values, leads, teams = (list(column) for column in zip(*rows, strict=True))
    best = {lead: max((v for v, own, _ in rows if own == lead), key=RANK.get) for lead in leads}
    assert close_rate(values, lead=leads).counts == close_rate(list(best.values())).counts
    split = close_rate(values, lead=leads, by=teams)
    for team in set(teams):
        mine = [(v, lead) for v, lead, own in rows if own == team]
        alone = close_rate([v for v, _ in mine], lead=[lead for _, lead in mine])
        assert split[team].counts == alone.counts


@pytest.mark.parametrize("nobody", [None, math.nan])
def test_a_row_without_a_lead_is_missing(nobody):
    """Rows that name no lead are nobody's: each is counted as missing, in its own group too."""
    leads = [nobody, nobody, 7, 8, 7]
    found = win_rate([YES, YES, NO, NO, YES], lead=leads)
    assert (2, 2, 0.5) == (found.n, found.n_missing, found.value)
    split = win_rate([YES, YES, NO, NO, YES], lead=leads, by=["x", "y", "y", "x", "y"])
    assert ([1, 1], [1, 1], [0.0, 1.0]) == (split.n.tolist(), split.n_missing.tolist(), split.value.tolist())


def test_lead_refused():
    """Ids go with columns, and not with weights."""
    with pytest.raises(InvalidType, match="give one of the two"):
        win_rate([YES], lead=["a"], weights=[1])
    with pytest.raises(InvalidType, match="lead= goes with answers"):
        win_rate(Counts("outcomes", yes=1, no=1), lead=["a"])
    assert 0.75 == win_rate([YES, NO], weights=[3, 1]).value


@given(st.lists(st.tuples(*[st.sampled_from([YES, NO, UNKNOWN])] * 2), min_size=1, max_size=60))
def test_lift_identity(rows):
    """p_q - p_all = (1 - s)(p_q - p_u), p_q / p_all = 1 / (s + (1 - s) p_u / p_q), and so map the limits."""
    qualified, converted = ([row[i] for row in rows] for i in (0, 1))
    found = qualified_lift(qualified, converted, pursued=True, measure="difference")
    chosen = [c is YES for q, c in rows if q is YES]
    others = [c is YES for q, c in rows if q is not YES]
    if not chosen or not others:
        assert math.isnan(found.value)
        return
    every = chosen + others
    assert found.value == pytest.approx(sum(chosen) / len(chosen) - sum(every) / len(every))
    apart = difference(chosen, others)
    rest = len(others) / len(every)
    assert (found.low, found.high) == pytest.approx((rest * apart.low, rest * apart.high))
    lift = qualified_lift(qualified, converted, pursued=True)
    if any(every):
        assert lift.value == pytest.approx((sum(chosen) / len(chosen)) / (sum(every) / len(every)))
        assert lift.high <= len(every) / len(chosen) + 1e-9
        apart, s = ratio(chosen, others), 1 - rest
        mapped = [1 / (s + rest / limit) if limit else 0.0 for limit in (apart.low, apart.high)]
        assert (lift.low, lift.high) == pytest.approx(mapped)
    else:
        assert ("nobody converted", (0.0, math.inf)) == (lift.reason, lift.interval())
    assert lift == qualified_lift(lift.counts, None, pursued=True)


def test_random_share():
    """Doubt about the share itself makes the interval wider, on both sides."""
    counts = Counts("qualified lift", qualified_yes=54, qualified_no=216, others_yes=10, others_no=720)
    for measure in ("ratio", "difference"):
        given_, random = (
            qualified_lift(counts, pursued=True, measure=measure, share=s) for s in ("given", "random")
        )
        assert random.low < given_.low < given_.high < random.high
        assert random.value == given_.value


@given(st.lists(st.integers(0, 6), min_size=4, max_size=4))
def test_random_share_stays_where_a_lift_can_be(numbers):
    """However few the leads, a ratio is not negative and a difference stays within -1 and 1."""
    parts = ("qualified_yes", "qualified_no", "others_yes", "others_no")
    counts = Counts("qualified lift", **dict(zip(parts, numbers, strict=True)))
    for measure, least, most in (("ratio", 0, math.inf), ("difference", -1, 1)):
        found = qualified_lift(counts, pursued=True, measure=measure, share="random")
        assert least <= found.low <= found.high <= most


def test_not_pursued():
    """Where nobody sold to the others the log cannot tell; where it is unknown, neither."""
    column = [True, True, False, False]
    cases = {
        "nobody sold to the others, so the log cannot tell": column,
        "nobody sold to the qualified, so the log cannot tell": [False, False, True, True],
        "it is not known who was pursued, so the log cannot tell": None,
    }
    for reason, pursued in cases.items():
        for measure, widest in (("ratio", (0.0, math.inf)), ("difference", (-1.0, 1.0))):
            found = qualified_lift(column, [True, False, True, False], pursued=pursued, measure=measure)
            assert (reason, widest) == (found.reason, found.interval())
            assert math.isnan(found.value)


@pytest.mark.parametrize("share", ["given", "random"])
def test_nothing_to_compare(share):
    """Where no lift can be told it is NaN, its limits are the widest, and a reason says why; groups alike."""
    ratios = {"measure": "ratio", "share": share}
    empty = np.zeros(0, np.bool_)
    cases = [
        ([True, False] * 5, [False] * 10, "nobody converted"),
        ([True, False] * 5, [UNKNOWN] * 10, "nobody converted"),
        ([True] * 4, [True, False] * 2, "nobody sold to the others, so the log cannot tell"),
        ([UNKNOWN] * 4, [True] * 4, "nobody sold to the qualified, so the log cannot tell"),
        (empty, empty, "nobody sold to the others, so the log cannot tell"),
    ]
    for qualified, converted, reason in cases:
        found = qualified_lift(qualified, converted, pursued=True, **ratios)
        assert (reason, (0.0, math.inf)) == (found.reason, found.interval())
        assert math.isnan(found.value)
        twice = {name: [number] * 2 for name, number in found.counts.numbers.items()}
        grouped = qualified_lift(Counts("qualified lift", labels="ab", **twice), pursued=True, **ratios)
        assert (reason, (0.0, math.inf)) == (grouped["b"].reason, grouped["b"].interval())


def test_pursued_only():
    """Only the pursued count; the rest is counted as such."""
    found = qualified_lift(
        [True, True, False, False, False, None],
        [True, False, True, False, False, True],
        pursued=[True, True, True, True, False, True],
    )
    assert (4, 1, 1) == (found.n, found.n_missing, found.counts["not_pursued"])
    doubtful = qualified_lift([True, False], [True, True], pursued=[UNKNOWN, None])
    assert 2 == doubtful.counts["pursuit_unknown"]


def test_lift_refused():
    """Two columns of one length, or counts of the pursued."""
    counts = Counts("qualified lift", qualified_yes=1, qualified_no=1, others_yes=1, others_no=1)
    with pytest.raises(MetricError, match="pursued=True"):
        qualified_lift(counts, pursued=None)
    with pytest.raises(InvalidType, match="two columns"):
        qualified_lift([True], pursued=True)
    with pytest.raises(ValueError, match="converted: one entry"):
        qualified_lift([True], [True, False], pursued=True)
    with pytest.raises(ValueError, match="pursued: one entry"):
        qualified_lift([True], [True], pursued=[True, False])
    with pytest.raises(LookupError, match="ratio"):
        qualified_lift([True], [True], pursued=True, measure="lift")


def test_unknown_keywords():
    """Words of other libraries are answered."""
    for call in (
        lambda: win_rate([True], alpha=1),
        lambda: close_rate([True], alpha=1),
        lambda: conversion_rate([True], alpha=1),
        lambda: qualified_lift([True], [True], pursued=True, alpha=1),
    ):
        with pytest.raises(TypeError, match="confidence_level="):
            call()


def test_groups_of_counts():
    """Lifts of grouped counts are lifts of each."""
    parts = {"qualified_yes": [5, 1], "qualified_no": [5, 2], "others_yes": [1, 0], "others_no": [9, 3]}
    found = qualified_lift(Counts("qualified lift", labels=("a", "b"), **parts), pursued=True)
    assert found["a"].value == pytest.approx((5 / 10) / (6 / 20))
    assert found["b"].high == pytest.approx(2.0)
    assert np.isfinite(found.value).all()
