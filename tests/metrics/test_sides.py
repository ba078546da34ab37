"""Two weighted groups side by side: shares, ratios and scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import InvalidType, InvalidValue, MetricError
from qualify.metrics import Counts, difference, enps, nps, nps_difference, proportion, ratio
from qualify.truth import UNKNOWN

weights = st.floats(0.1, 10)
outcomes = st.lists(st.tuples(st.booleans() | st.none(), weights), min_size=1, max_size=20)
answers = st.lists(st.tuples(st.integers(0, 10) | st.none(), weights), min_size=1, max_size=20)
scores = st.sampled_from(["score", "adjusted_wald"])


def limits(found):
    return [found.value, found.low, found.high]


def apart(rows):
    return [row[0] for row in rows], [row[1] for row in rows]


@given(outcomes, outcomes, weights)
def test_equal_weights_of_outcomes(a, b, weight):
    """Equal weights are no weights, for differences and for ratios."""
    (one, _), (two, _) = apart(a), apart(b)
    heavy = [weight] * len(one), [weight] * len(two)
    for of in (difference, ratio):
        plain, weighted = of(one, two), of(one, two, weights=heavy)
        assert limits(plain) == pytest.approx(limits(weighted), rel=1e-9, abs=1e-9, nan_ok=True)
        assert (plain.n, plain.n_missing, plain.reason) == (weighted.n, weighted.n_missing, weighted.reason)
        assert plain.n_effective == pytest.approx(weighted.n_effective)


@given(answers, answers, weights, scores)
def test_equal_weights_of_answers(a, b, weight, method):
    """Equal weights are no weights, for differences of scores."""
    (one, _), (two, _) = apart(a), apart(b)
    heavy = [weight] * len(one), [weight] * len(two)
    plain = nps_difference(one, two, method=method)
    weighted = nps_difference(one, two, weights=heavy, method=method)
    assert limits(plain) == pytest.approx(limits(weighted), rel=1e-6, abs=1e-6, nan_ok=True)
    assert plain.n_effective == pytest.approx(weighted.n_effective)


@given(outcomes, outcomes)
def test_weighted_outcomes(a, b):
    """The value is that of the two weighted shares, which their weighted Counts give as well."""
    (one, first), (two, second) = apart(a), apart(b)
    left, right = proportion(one, weights=first), proportion(two, weights=second)
    found = difference(one, two, weights=(first, second))
    assert found.value == pytest.approx(left.value - right.value, nan_ok=True)
    assert found == difference(left.counts, right.counts) == difference(found.counts)
    assert found.n_effective == pytest.approx(left.n_effective + right.n_effective)
    assert ratio(one, two, weights=(first, second)) == ratio(left.counts, right.counts)
    assert limits(difference(two, one, weights=(second, first))) == pytest.approx(
        [-found.value, -found.high, -found.low], nan_ok=True
    )


@given(answers, answers, st.sampled_from(["score", "adjusted_wald", "wald"]))
def test_weighted_answers(a, b, method):
    """The value is that of the two weighted scores, as of their Counts; turned round, its opposite."""
    (one, first), (two, second) = apart(a), apart(b)
    left, right = nps(one, weights=first), nps(two, weights=second)
    found = nps_difference(one, two, weights=(first, second), method=method)
    assert found.value == pytest.approx(left.value - right.value, nan_ok=True, abs=1e-9)
    assert found == nps_difference(left.counts, right.counts, method=method)
    assert found == nps_difference(found.counts, method=method)
    back = nps_difference(two, one, weights=(second, first), method=method)
    assert limits(back) == pytest.approx([-found.value, -found.high, -found.low], nan_ok=True, abs=1e-6)


def test_wald_is_linearised():
    """Wald's error of a weighted difference adds the squares of those that each score has by itself."""
    a, b = ([10, 9, 3, 7, 8, 2], [1, 2, 1, 1, 3, 1]), ([9, 2, 4, 5, 10, 10, 8], [2, 1, 1, 1, 1, 2, 1])
    each = [nps(*rows[:1], weights=rows[1], method="wald") for rows in (a, b)]
    found = nps_difference(a[0], b[0], weights=(a[1], b[1]), method="wald")
    halves = [estimate.high - estimate.value for estimate in each]
    assert found.high - found.value == pytest.approx(np.hypot(*halves))


def test_one_weighted_side():
    """Beside a weighted side each answer of the other one weighs 1; groups go side by side; counts add."""
    left = proportion([True, False, True], weights=[2, 1, 1], by=["x", "x", "y"]).counts
    right = proportion([True, False, False], by=["x", "y", "y"]).counts
    found = difference(left, right)
    assert [2 / 3 - 1, 1.0] == pytest.approx(found.value.tolist())
    assert [9 / 5 + 1, 3.0] == pytest.approx(found.n_effective.tolist())
    assert [3, 3] == found.n.tolist()
    alone = difference([True, False], [True], weights=([2, 1], None))
    assert limits(found["x"]) == limits(alone)
    assert (found.counts + found.counts)["first_answers"].tolist() == [4, 2]
    twice = difference(found.counts + found.counts)
    assert found.value == pytest.approx(twice.value)
    with pytest.raises(InvalidValue, match="weighted counts do not add"):
        found.counts + difference(right, right).counts
    staff = enps([9, 3], weights=[2, 1]).counts
    assert 0 == nps_difference(staff, staff).value
    assert nps_difference([9, 3], [9], weights=(None, [4])).value == -100


@pytest.mark.parametrize(
    "call",
    [
        lambda w: difference([True, False], [True, False], weights=w),
        lambda w: ratio([True, False], [True, False], weights=w),
        lambda w: nps_difference([9, 3], [9, 3], weights=w),
    ],
)
@pytest.mark.parametrize("given_", [[1, 2], ([1, 2],), 3, "ab"])
def test_weights_of_two(call, given_):
    """Weights are two columns, and the error says so."""
    with pytest.raises(InvalidType, match="weights= holds a column for each side"):
        call(given_)


def test_refused():
    """Pairs are not weighted, nor are Counts a second time; the error says what to do instead."""
    pair = [1, 2], [1, 2]
    for call in (
        lambda: difference([True, False], [True, False], paired=True, weights=pair),
        lambda: nps_difference([9, 3], [9, 3], paired=True, weights=pair),
    ):
        with pytest.raises(InvalidType, match="leave weights= out, or compare two groups"):
            call()
    shares, answered = proportion([True, False]).counts, nps([9, 3]).counts
    for call in (
        lambda: difference(shares, shares, weights=pair),
        lambda: ratio(ratio(shares, shares).counts, weights=pair),
        lambda: nps_difference(answered, answered, weights=pair),
        lambda: nps_difference(nps_difference(answered, answered).counts, weights=pair),
    ):
        with pytest.raises(InvalidType, match="weights= goes with answers .*give it when you count"):
            call()
    assert (
        Counts("two outcomes", first_yes=1, first_no=1, second_yes=1, second_no=1, missing=0)
        == difference(shares, shares).counts
    )


def test_who_is_unknown_is_gone():
    """The undecided of a weighted side are missing as rows, however much they weigh."""
    found = difference([True, UNKNOWN, None], [False, UNKNOWN], weights=([1, 5, 7], None))
    assert 3 == found.n_missing
    assert 2 == difference([True, UNKNOWN], [False, UNKNOWN]).n_missing


def test_counts_of_both_sides_stand_alone():
    """Beside Counts of two sides, or of pairs, nothing else goes: it would be left out in silence."""
    yes, high = proportion([True, False]).counts, nps([9, 3]).counts
    shares = difference(yes, yes).counts, difference([True], [False], paired=True).counts
    scores = nps_difference(high, high).counts, nps_difference([9], [3], paired=True).counts
    for call in (
        *(lambda counts=counts: difference(counts, [True]) for counts in shares),
        lambda: ratio(shares[0], yes),
        *(lambda counts=counts: nps_difference(counts, [9]) for counts in scores),
    ):
        with pytest.raises(InvalidType, match=r"^(difference|ratio|nps_difference): b= goes with answers"):
            call()
    for counts in (*scores, high):
        with pytest.raises(InvalidType, match="^nps_difference: missing= goes with answers"):
            nps_difference(counts, high if counts is high else None, missing=11)
    assert 1 == nps_difference(high, [9, 11], missing=11).n_missing
    for one in ((np.array([1, 2]), None), (None, np.array([1, 2]))):
        with pytest.raises(InvalidType, match="weights= goes with answers"):
            difference(shares[0], weights=one)
        with pytest.raises(InvalidType, match="weights= goes with answers"):
            nps_difference(scores[0], weights=one)
    for call in (
        lambda: difference([True], [True], paired=1),
        lambda: nps_difference([9], [9], paired="yes"),
    ):
        with pytest.raises(InvalidType, match="paired: True or False is needed"):
            call()


def test_both_sides_have_the_same_groups():
    """Groups differ by their labels, or where there are none by their number."""
    few, many = (proportion([1] * n, of=[2] * n).counts for n in (2, 3))
    named, other = (proportion([True, False], by=labels).counts for labels in (["a", "b"], ["a", "c"]))
    for a, b in ((few, many), (named, other), (named, few), (few, proportion([True]).counts)):
        with pytest.raises(MetricError, match="same groups"):
            difference(a, b)
    few, many = (Counts("NPS", promoters=[1] * n, passives=0, detractors=1) for n in (2, 3))
    with pytest.raises(MetricError, match="nps_difference: both sides need the same groups"):
        nps_difference(few, many)


@pytest.mark.parametrize("which", [0, 1])
def test_a_side_without_weights_stands_beside_one_with(which):
    """On whichever side the weights are, they are used, and the other side counts answers."""
    weights_ = [None, None]
    weights_[which] = [3, 1]
    found = difference([True, False], [True, False], weights=tuple(weights_))
    assert found.value == pytest.approx(0.25 * (1 - 2 * which))
    assert found.n_effective == pytest.approx(16 / 10 + 2)
    assert 4 == found.n


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        (([1, 2], [1, -2]), r"weights\[1\], row 1: numbers of at least 0 are needed \(got -2\)"),
        (([1, float("nan")], None), r"weights\[0\], row 1: every row needs a weight"),
        ((None, [1, 2, 3]), r"weights\[1\]: one entry for each of 2 rows is needed \(got 3\)"),
        (([0, 0], [1, 1]), r"weights\[0\]: weights must not all be zero"),
        (([1, 1], [True, True]), r"weights\[1\]: numbers are needed \(got bool\)"),
    ],
)
def test_an_error_names_the_side(weights, says):
    """What is wrong with the weights, or with an answer, is said of the side whose column it is."""
    for compare, answers in ((difference, [True, False]), (ratio, [True, False]), (nps_difference, [9, 3])):
        with pytest.raises((InvalidValue, InvalidType), match=says):
            compare(answers, answers, weights=weights)
    for more in ({}, {"weights": ([1, 1], [1, 1])}):
        with pytest.raises(MetricError, match=r"b, row 1: answers are whole numbers.*got 11"):
            nps_difference([9, 3], [9, 11], **more)
