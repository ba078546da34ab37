"""Groups: what may stand in them, and how weights add."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.criteria import AtLeast, Named, Not, Weighted, all_of, any_of, at_least, topic, weighted
from qualify.errors import CriterionError, InvalidType, InvalidValue
from qualify.models import Facts
from qualify.truth import NO, UNKNOWN, YES
from reference.criteria_slow import NOW, facts, leaves

A, B, C = (topic(name).is_true() for name in "abc")


@pytest.mark.parametrize(
    ("build", "error", "words"),
    [
        (lambda: all_of(), CriterionError, "all_of: a group has at least one part"),  # noqa: PLW0108
        (lambda: any_of([]), CriterionError, "any_of"),
        (lambda: at_least(0, A), InvalidValue, "at_least.*1 to 1"),
        (lambda: at_least(3, A, B), InvalidValue, "1 to 2"),
        (lambda: at_least(1.5, A, B), InvalidType, "whole"),
        (lambda: at_least(True, A), InvalidType, "whole"),
        (lambda: all_of(A, "b"), CriterionError, r"all_of\[1\]"),
        (lambda: all_of(A, topic("b")), CriterionError, r"all_of\[1\].*Term"),
        (lambda: weighted({A: float("nan")}, bar=1), InvalidValue, r"weighted\[0\]\.weight"),
        (lambda: weighted({A: 1, B: 0}, bar=1), CriterionError, r"weighted\[1\]\.weight"),
        (lambda: weighted({A: "1"}, bar=1), InvalidType, "number"),
        (lambda: weighted({A: True}, bar=1), InvalidType, "number"),
        (lambda: weighted({A: Decimal("NaN")}, bar=1), InvalidType, "number"),
        (lambda: weighted({A: 1}, bar=float("inf")), InvalidValue, r"weighted\.bar"),
        (lambda: weighted({}, bar=1), CriterionError, "at least one part"),
        (lambda: Weighted([A, B], [1], 1), CriterionError, "one weight"),
        (lambda: Not(3), CriterionError, "~"),
        (lambda: Named(" ", A), InvalidValue, "blank"),
        (lambda: Named("x", 3), CriterionError, "named"),
    ],
)
def test_what_is_no_group(build, error, words):
    """Empty groups, wrong counts and weights that cannot be added are refused with their place."""
    with pytest.raises(error, match=words):
        build()


def test_score_is_an_interval_under_unknowns():
    """Low is reached whatever the unknown parts are, high if all of them turn out for her."""
    rule = weighted({A: 3, B: 2, C: -1}, bar=3)
    for known, score, truth in (
        ({}, (-1, 5), UNKNOWN),
        ({"a": True}, (2, 5), UNKNOWN),
        ({"a": True, "c": False}, (3, 5), YES),
        ({"a": True, "b": True, "c": True}, (4, 4), YES),
        ({"a": False}, (-1, 2), NO),
        ({"a": True, "b": False, "c": True}, (2, 2), NO),
    ):
        verdict = rule.named("score").judge(Facts.of(known, at=NOW))
        assert (score, truth) == (verdict.score, verdict.truth)
    assert (A & B).judge(Facts.of({}, at=NOW)).score is None


@given(
    st.lists(st.tuples(leaves(), st.sampled_from([0.1, 0.2, 0.3, 0.7])), min_size=1, max_size=6),
    facts(),
)
def test_truth_and_score_tell_the_same(pairs, known):
    """YES if the whole interval reaches the bar, NO if none of it, else UNKNOWN."""
    rule = weighted(pairs, bar=0.6)
    low, high = rule.judge(known).score
    expected = YES if low >= 0.6 else NO if high < 0.6 else UNKNOWN
    assert expected is rule.truth(known)


def test_weights_add_as_they_are_written():
    """Three tenths are reached by three times a tenth, in floats as in Decimals."""
    lead = Facts.of(dict.fromkeys("abc", True), at=NOW)
    assert YES is weighted({A: 0.1, B: 0.1, C: 0.1}, bar=0.3).truth(lead)
    assert YES is weighted({A: Decimal("0.1"), B: 0.2}, bar=Decimal("0.3")).truth(lead)
    assert NO is weighted({A: 0.1, B: 0.1, C: 0.1}, bar=0.3000000001).truth(lead)


def test_learned_weights_are_rounded_to_what_53_bits_hold():
    """Weights of many digits work, to about fifteen of them."""
    rule = weighted({A: 0.12345678901234567, B: 1e10 / 3, C: -1e-9}, bar=0.1)
    assert YES is rule.truth(Facts.of({"b": True}, at=NOW))
    assert sum(map(abs, rule.units)) <= 2**53
    low, high = rule.judge(Facts.of({"b": True}, at=NOW)).score
    assert 1e10 / 3 == pytest.approx(low)
    assert low < high
    assert NO is weighted({A: 1e300, B: 1}, bar=1e301).truth(Facts.of({}, at=NOW))


def test_the_constructors_are_the_functions():
    """What the wire builds from fields equals what a person writes."""
    assert AtLeast(2, (A, B)) == (A & B)
    assert AtLeast(1, (A, B)) == (A | B)
    assert Weighted((A, B), (1, 2), 2) == weighted([(A, 1), (B, 2)], bar=2)
    assert Weighted((A,), (1,), 1) != Weighted((A,), (1.0,), 1)
    assert Named("x", A) == A.named("x")
    assert A != Named("x", A)
    assert A != 3
    assert not A == 3  # noqa: SIM201 - the other operator


def test_groups_differ_by_what_they_are_made_of():
    """A negation by its part, a name by its part and the name, a score by parts, weights and bar."""
    groups = [~A, ~B, A.named("x"), A.named("y"), B.named("x"), A & B, B & A, A | B, at_least(1, A)]
    groups += [weighted({A: 1, B: 2}, bar=2), weighted({A: 1, B: 2}, bar=1), weighted({A: 2, B: 1}, bar=2)]
    assert len(groups) == len(set(groups))
    assert all((one == other) == (one is other) for one in groups for other in groups)


def test_weights_of_numpy_are_numbers():
    """Whole ones stay whole, and exact."""
    rule = weighted({A: np.int64(2), B: np.float64(0.5)}, bar=np.int32(2))
    assert [(2, int), (0.5, float), (2, int)] == [(w, type(w)) for w in (*rule.weights, rule.bar)]


def test_weights_that_fit_into_53_bits_stay_as_they_are():
    """Their sum, with the bar, may reach 2**53; beyond, they are rounded to a coarser unit."""
    most = weighted({A: 2**53 - 2, B: 1}, bar=1)
    assert ((2**53 - 2, 1), 1, 1) == (most.units, most.bar_units, most.scale)
    beyond = weighted({A: 2**53 - 1, B: 1}, bar=1)
    assert sum(beyond.units) <= 2**53
    assert beyond.scale < 1


@pytest.mark.parametrize(
    ("build", "where"),
    [
        (lambda deep, wide: weighted({deep: 1}, bar=1), "weighted"),
        (lambda deep, wide: Not(deep), "~"),
        (lambda deep, wide: deep.named("x"), "named"),
        (lambda deep, wide: at_least(1, deep), "at_least(1, ...)"),
        (lambda deep, wide: weighted({wide: 1}, bar=1), "weighted"),
        (lambda deep, wide: Not(wide), "~"),
        (lambda deep, wide: wide.named("x"), "named"),
    ],
)
def test_what_is_too_large_is_refused_at_its_place(build, where):
    """24 deep and 1,000 nodes are the limits, whatever the group."""
    deep = A
    while deep.depth < 24:
        deep = at_least(1, deep)
    wide = all_of(topic(f"t{i}").exists() for i in range(999))
    with pytest.raises(CriterionError) as caught:
        build(deep, wide)
    assert where == caught.value.where
