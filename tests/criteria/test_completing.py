"""Dead parts are listed once, at the place where one would cut; too much work is refused."""

from __future__ import annotations

import pytest

from qualify.criteria import all_of, any_of, at_least, dead_parts, exact, topic, weighted
from qualify.truth import NO, UNKNOWN, YES

A, B, FIT = topic("a").exists(), topic("b").exists(), topic("fit")


@pytest.mark.parametrize(
    ("rule", "paths"),
    [
        (A & B, []),
        ((FIT >= 4) & (FIT >= 3), ["[1]"]),
        ((FIT >= 4) | (FIT >= 3), ["[0]"]),
        (~((FIT >= 4) & (FIT >= 3)), [".not[1]"]),
        (all_of(FIT >= 4, any_of(FIT >= 3, FIT >= 2), A & B, FIT >= 1), ["[1]", "[3]"]),
        (all_of(any_of(FIT >= 4, FIT >= 3), A), ["[0][0]"]),
        (all_of(FIT >= 4, FIT < 3, A), ["[0]", "[1]", "[2]"]),
        (weighted({FIT >= 3: 2, FIT >= 4: 1}, bar=3), ["[0]"]),
        (weighted({FIT >= 3: 1, FIT >= 4: 1}, bar=1), ["[1]"]),
        (weighted({A: 3, B: 1}, bar=3), ["[1]"]),
        (at_least(2, A, B, FIT >= 3), []),
        (at_least(2, FIT >= 3, FIT >= 4, FIT >= 5), ["[0]", "[2]"]),
    ],
)
def test_dead_parts_are_those_that_one_could_cut(rule, paths):
    """A part beside one that says more is dead; what is inside a dead part is not listed again."""
    assert paths == [path for path, _ in dead_parts(rule)]
    assert all(part == dict(rule.walk())[path] for path, part in dead_parts(rule))


def test_there_may_be_too_many_cells():
    """As many cells as the budget are looked at, and then it takes as long as a few hundred parts may."""
    rule = (FIT >= 4) & (FIT >= 3)
    assert 1 == len(dead_parts(rule, budget=3))
    assert dead_parts(rule, budget=2) is None
    long = all_of(FIT >= i for i in range(230))
    assert 229 == len(dead_parts(long))
    wide = all_of((FIT if i % 2 else topic("size")) >= i for i in range(600))
    assert dead_parts(wide) is None


def test_a_state_that_every_answer_settles():
    """The words of a proof of exactness, as they are printed."""
    proof = exact((FIT >= 3) & (FIT <= 5))
    assert (YES, "UNKNOWN only where answers differ") == (proof.truth, proof.reason)
    found = exact(A | ~A)
    assert (NO, "UNKNOWN although every answer leads to the same") == (found.truth, found.reason)
    assert YES is exact((FIT >= 3) & (FIT <= 5), budget=4).truth
    assert UNKNOWN is exact((FIT >= 3) & (FIT <= 5), budget=3).truth
