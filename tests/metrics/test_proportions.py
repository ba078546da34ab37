"""Shares, differences and ratios."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import InvalidType, InvalidValue, MetricError
from qualify.metrics import Counts, difference, proportion, ratio
from qualify.truth import NO, UNKNOWN, YES
from reference.metrics_answers import z_of

truths = st.lists(st.sampled_from([YES, NO, UNKNOWN, None]), max_size=40)
CODES = {YES: 1, NO: -1, UNKNOWN: 0}


def outcomes(yes, no, **more):
    return Counts("outcomes", yes=yes, no=no, **more)


@given(truths, truths)
def test_counts(a, b):
    """Yes, no, unknown and missing are counted apart, and batches add."""
    one = proportion(a).counts
    expected = {"yes": YES, "no": NO, "unknown": UNKNOWN, "missing": None}
    assert {name: sum(v is truth for v in a) for name, truth in expected.items()} == dict(one.numbers)
    assert proportion(a + b) == proportion(one + proportion(b).counts)


@given(st.lists(st.tuples(st.sampled_from([YES, NO, UNKNOWN, None]), st.integers(0, 2)), min_size=1))
def test_groups(rows):
    """Groups are what they are alone."""
    values, labels = (list(column) for column in zip(*rows, strict=True))
    found = proportion(values, by=labels)
    for label in set(labels):
        alone = proportion([v for v, own in rows if own == label])
        assert (found[label].counts, found[label].low) == (alone.counts, alone.low)


@given(
    st.lists(st.tuples(st.booleans(), st.floats(0.1, 9)), min_size=2, max_size=20),
    st.sampled_from([0.5, 0.95]),
)
def test_weighted_wald_is_linearised(rows, level):
    """Wald's limits of a weighted share lie z roots of sum w^2 (x - p)^2, over sum w, around it."""
    won, weights = (np.array(column, float) for column in zip(*rows, strict=True))
    p = np.average(won, weights=weights)
    half = z_of(level) * np.sqrt(np.sum(weights**2 * (won - p) ** 2)) / weights.sum()
    found = proportion(won > 0, weights=weights, method="wald", confidence_level=level)
    assert (max(p - half, 0), min(p + half, 1)) == pytest.approx(tuple(found.interval()), abs=1e-12)
    assert (0.0, 1.0) == proportion([None], weights=[1.5], method="wald").interval()


def test_weights():
    """Weights weigh, and equal weights change nothing."""
    found = proportion([True, False, None], weights=[3.0, 1.0, 5.0])
    assert (0.75, 2, 1) == (found.value, found.n, found.n_missing)
    assert found.n_effective == pytest.approx(1.6)
    assert found.counts["missing_weight"] == 5.0
    even, plain = proportion([True, False], weights=[0.5, 0.5]), proportion([True, False])
    assert (plain.low, plain.high) == pytest.approx((even.low, even.high))


def test_numbers():
    """Successes of trials may be scalars, lists, arrays and mixtures."""
    assert (0.5, 2) == (proportion(1, of=2).value, proportion(np.int64(1), of=np.float64(2)).n)
    found = proportion([0, 2, 3.0], of=4)
    assert [0.0, 0.5, 0.75] == found.value.tolist()
    assert found.labels is None
    empty = proportion([], of=[])
    assert 0 == len(empty)
    nothing = proportion(0, of=0)
    assert math.isnan(nothing.value)
    assert ((0.0, 1.0), "nothing was decided") == (nothing.interval(), nothing.reason)


@pytest.mark.parametrize(
    ("k", "n", "found"),
    [
        (3, 2, "3 of 2"),
        (-1, 2, "-1 of 2"),
        (0.5, 2, "0.5 of 2"),
        (float("nan"), 2, "nan of"),
        ([1, 5], [2, 4], r"5 of 4.*proportion, row 1|row 1"),
    ],
)
def test_impossible(k, n, found):
    """More successes than trials, negative and broken ones name both numbers."""
    with pytest.raises(MetricError, match=found):
        proportion(k, of=n)


def test_trials_refused():
    """Texts, bools, tables, gaps and columns of another length are no numbers of trials."""
    for k, n in (
        ("1", 2),
        (True, 2),
        ([[1]], [[2]]),
        (["1"], [2]),
        ([1, None], 3),
        ([1, 1], [3, float("nan")]),
        ([1, 0, 1], [1, 2]),
        ([1], [1, 2]),
    ):
        with pytest.raises((InvalidType, InvalidValue), match="proportion"):
            proportion(k, of=n)
    with pytest.raises(InvalidType, match="by= does not go with of="):
        proportion(1, of=2, by=[1])


@given(truths, truths)
def test_difference_turns(a, b):
    """The difference the other way round has the limits turned over."""
    one, two = difference(a, b), difference(b, a)
    assert (one.value, one.low) == pytest.approx((-two.value, -two.high), nan_ok=True)
    assert -1 <= one.low <= one.high <= 1
    assert one == difference(one.counts)


def test_difference_ends():
    """Nothing on one side gives everything, with the reason; groups go side by side."""
    found = difference([True], [])
    assert (math.isnan(found.value), found.low, found.high) == (True, -1.0, 1.0)
    assert "nothing was decided on one side" == found.reason
    a, b = (Counts("outcomes", labels=("x", "y"), yes=[3, 1], no=[1, k]) for k in (3, 1))
    assert ("x", "y") == difference(a, b).labels
    assert difference(outcomes(3, 1), outcomes(3, 1)).value == difference(a, b)["x"].value
    with pytest.raises(MetricError, match="same groups"):
        difference(a, outcomes(1, 2))
    with pytest.raises(InvalidType, match="two columns"):
        difference(a)


@given(st.lists(st.tuples(*[st.sampled_from([YES, NO, UNKNOWN, None])] * 2), max_size=40))
def test_paired(rows):
    """Pairs are counted as pairs; the value is that of the two shares; a gap drops the pair."""
    a, b = ([row[i] for row in rows] for i in (0, 1))
    found = difference(a, b, paired=True)
    kept = [row for row in rows if all(side in (YES, NO) for side in row)]
    assert len(rows) - len(kept) == found.n_missing
    if kept:
        share = [sum(row[i] is YES for row in kept) / len(kept) for i in (0, 1)]
        assert found.value == pytest.approx(share[0] - share[1])
        assert found.low <= found.value + 1e-12
    assert found == difference(found.counts)


def test_paired_refused():
    """Pairs are two columns of one length."""
    with pytest.raises(InvalidType, match="paired outcomes"):
        difference([True], outcomes(1, 1), paired=True)
    with pytest.raises(ValueError, match="b: one entry"):
        difference([True], [True, False], paired=True)


def test_ratio_ends():
    """Infinite, undefined and empty ratios say so."""
    assert math.inf == ratio(outcomes(3, 1), outcomes(0, 4)).value
    assert 0 == ratio(outcomes(0, 4), outcomes(3, 1)).low
    neither = ratio(outcomes(0, 4), outcomes(0, 4))
    assert "neither side has a yes" == neither.reason
    assert (0.0, math.inf) == neither.interval()
    assert "nothing was decided on one side" == ratio(outcomes(0, 0), outcomes(0, 4)).reason
    two = ratio(outcomes(3, 1), outcomes(2, 2))
    assert two == ratio(two.counts)


def test_unknown_keywords():
    """Words of other libraries are answered."""
    for call in (
        lambda: proportion([True], alpha=0.05),
        lambda: difference([True], [True], alpha=0.05),
        lambda: ratio([True], [True], alpha=0.05),
    ):
        with pytest.raises(TypeError, match="confidence_level="):
            call()


def test_codes():
    """Truth codes in int8 read as truths."""
    assert proportion(np.array([1, 0, -1, 1], np.int8)) == proportion([YES, UNKNOWN, NO, YES])


def test_trials_name_the_row_that_is_wrong():
    """A row of none, or of all, is right; the first impossible one is named, in a column or alone."""
    for k, n, row in (
        ([0, 3], [2, 1], 1),
        ([2, 3], [2, 1], 1),
        ([1, 0, -1], [1, 0, 2], 2),
        ([0, 1, 5.0], 2, 2),
    ):
        with pytest.raises(MetricError, match=rf"proportion, row {row}: "):
            proportion(k, of=n)
    with pytest.raises(MetricError, match=r"^proportion: .*got 3 of 2"):
        proportion(3, of=2)
    with pytest.raises(MetricError, match=r"got 1 of 2\.5"):
        proportion(1, of=2.5)


def test_numbers_in_any_box():
    """A number may be an array without dimensions; counts of columns are read-only."""
    assert 0.5 == proportion(np.array(1), of=np.array(2)).value
    counts = proportion([1, 2], of=[3, 4]).counts
    for part in ("yes", "no"):
        with pytest.raises(ValueError, match="read-only"):
            counts[part][0] = 9


def test_trials_beyond_the_first_pass():
    """Of 140,000 numbers, which are read in three passes, each is checked and counted."""
    k, n = np.arange(140_000) % 7, np.full(140_000, 7)
    counts = proportion(k, of=n).counts
    assert np.array_equal(k, counts["yes"])
    assert np.array_equal(n - k, counts["no"])
    k[139_999] = 8
    with pytest.raises(MetricError, match="row 139,999"):
        proportion(k, of=n)


def test_what_shares_say_of_themselves():
    """Each is named after what it compares, in its unit, and counts rows that were decided and others."""
    a, b = [True, False, None, UNKNOWN], [True, None, UNKNOWN, UNKNOWN, False]
    for of, unit in ((difference, "share difference"), (ratio, "ratio")):
        found = of(a, b)
        assert (of.__name__, unit, 4, 5, 4) == (
            found.name,
            found.unit,
            found.n,
            found.n_missing,
            found.n_effective,
        )
        assert found.reason is None
        heavy = of(a, b, weights=([3, 1, 1, 1], [1] * 5))
        assert heavy.n_effective == pytest.approx(1.6 + 2)
    pairs = difference(a, b[:4], paired=True)
    assert ("paired difference", "share difference", 1, 3) == (
        pairs.name,
        pairs.unit,
        pairs.n,
        pairs.n_missing,
    )
    assert pairs.reason is None


def test_reasons_of_one_row():
    """One row on each side is decided; only where neither has a yes there is no ratio."""
    assert difference([True], [False]).reason is None
    for k1, k2, value, reason in (
        (1, 1, 1.0, None),
        (1, 0, math.inf, None),
        (0, 1, 0.0, None),
        (0, 0, math.nan, "neither side has a yes"),
    ):
        found = ratio(outcomes(k1, 1 - k1), outcomes(k2, 1 - k2))
        assert reason == found.reason
        assert value == pytest.approx(found.value, nan_ok=True)
    for a, b in (([], [True]), ([True], []), ([], [])):
        for of in (difference, ratio):
            assert "nothing was decided on one side" == of(a, b).reason


# Newcombe (1998), Stat. Med. 17:2635-2650, table II, method 10
@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((36, 12, 2, 0), 0.0569, 0.3404),
        ((0, 12, 2, 36), 0.0569, 0.3404),
        ((2, 98, 0, 0), 0.9178, 0.9945),
        ((54, 0, 0, 0), -0.0664, 0.0664),
        ((0, 30, 0, 0), 0.8395, 1.0),
    ],
)
def test_pairs_published(table, low, high):
    """The limits of a difference of pairs are those that Newcombe printed."""
    names = ("both", "first_only", "second_only", "neither")
    found = difference(Counts("paired outcomes", **dict(zip(names, table, strict=True))))
    assert (low, high) == pytest.approx((found.low, found.high), abs=5e-5)


@pytest.mark.parametrize(
    ("call", "where"),
    [
        (lambda: proportion(1, of=2, weights=[1]), "proportion, weights"),
        (lambda: proportion("yes"), "outcomes"),
        (lambda: proportion([True, 5]), "outcomes: truths"),
        (lambda: proportion(outcomes(1, 1), by=[1]), "proportion"),
        (lambda: proportion("1", of=2), "proportion successes"),
        (lambda: proportion(1, of="2"), "proportion of"),
        (lambda: proportion(["1"], of=[2]), "proportion successes"),
        (lambda: proportion([1], of=["2"]), "proportion of"),
        (lambda: proportion([1, None], of=3), "proportion successes, row 1"),
        (lambda: proportion([1, 2], of=[3]), "proportion of: one entry"),
        (lambda: proportion(1, of=2.0**63), "proportion: successes are whole numbers"),
        (lambda: proportion(2.0**63, of=3), "proportion: successes are whole numbers"),
        (lambda: difference([True, 5], [True]), "a: truths"),
        (lambda: difference([True], [True, 5]), "b: truths"),
        (lambda: difference([True, 5], [True], paired=True), "a: truths"),
        (lambda: difference([True], [True, 5], paired=True), "b: truths"),
        (lambda: difference(Counts("paired outcomes", both=1)), "difference"),
        (lambda: difference(Counts("two outcomes", first_yes=1)), "difference"),
        (lambda: difference([True]), "difference"),
        (lambda: difference([True], [True], method="wald"), "difference method"),
        (lambda: ratio([True]), "ratio"),
        (lambda: ratio([True], [True], method="wald"), "ratio method"),
    ],
)
def test_errors_say_where(call, where):
    """What is refused says where it stood."""
    with pytest.raises((InvalidType, MetricError, ValueError, LookupError), match=rf"^{where}\b"):
        call()


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [
        ((56, 14), (48, 32), 0.0524, 0.3339),
        ((9, 1), (3, 7), 0.1705, 0.8090),
        ((5, 51), (0, 29), -0.0381, 0.1926),
    ],
)
def test_differences_published(a, b, low, high):
    """The limits of two groups are those that Newcombe printed (1998, Stat. Med. 17:873-890, table II)."""
    found = difference(outcomes(*a), outcomes(*b))
    assert (low, high) == pytest.approx((found.low, found.high), abs=5e-5)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i1", "u8"])
def test_numbers_of_any_width(dtype):
    """Half floats hold no 2^63, and are compared with it all the same."""
    with np.errstate(all="raise"):
        found = proportion(np.array([1, 2], dtype), of=np.array([20, 20], dtype))
    assert [0.05, 0.1] == found.value.tolist()


@pytest.mark.parametrize("word", ["by", "weights"])
def test_rows_do_not_go_with_numbers_of_trials(word):
    """A label or a weight for each row has no rows beside of=, and the error says so."""
    with pytest.raises(InvalidType, match=rf"^proportion, {word}: {word}= does not go with of="):
        proportion([1, 2], of=[3, 4], **{word: [1, 2]})
