"""A proof says in plain words what was looked for, over how many cells, and whether a host is behind it."""

from __future__ import annotations

from functools import partial

import pytest

from qualify.criteria import (
    all_of,
    always_true,
    any_of,
    at_least,
    criterion,
    disjoint,
    duplicates,
    equivalent,
    exact,
    implies,
    satisfiable,
    settle,
    topic,
    weighted,
)
from qualify.criteria._proving import is_unate
from qualify.models import Facts
from qualify.truth import NO, UNKNOWN, YES
from reference.criteria_slow import NOW

FIT, NEED = topic("fit"), topic("need").exists()
GOOD, BETTER = FIT >= 3, FIT >= 4
NOTHING = Facts.of({}, at=NOW)


@criterion(uses=("industry",), version="1")
def regulated(facts):
    """A host's function."""
    return facts["industry"] == "health"


PROOFS = {
    "some lead is YES": (satisfiable, (GOOD,), YES, 2),
    "no lead is YES": (satisfiable, (GOOD & (FIT < 3),), NO, 2),
    "some lead is not YES": (always_true, (GOOD,), NO, 2),
    "every lead is YES": (always_true, (GOOD | (FIT < 3),), YES, 2),
    "some lead is YES on the first alone": (implies, (GOOD, BETTER), NO, 3),
    "YES on the first is YES on the second": (implies, (BETTER, GOOD), YES, 3),
    "some lead tells them apart": (equivalent, (GOOD, NEED), NO, 4),
    "no lead tells them apart": (equivalent, (GOOD, ~(FIT < 3)), YES, 2),
    "some lead is YES on both": (disjoint, (GOOD, BETTER), NO, 3),
    "no lead is YES on both": (disjoint, (BETTER, FIT <= 2), YES, 3),
    "each topic is read by one leaf in one polarity": (exact, (GOOD & ~NEED,), YES, 0),
    "UNKNOWN only where answers differ": (exact, (GOOD & (FIT <= 5),), YES, 4),
    "UNKNOWN although every answer leads to the same": (exact, (NEED | ~NEED,), NO, 3),
    "it is decided by what is known": (settle, (GOOD, Facts.of({"fit": 3}, at=NOW)), YES, 0),
    "every possible answer leads to YES": (settle, (NEED | ~NEED, NOTHING), YES, 2),
    "every possible answer leads to NO": (settle, (NEED & ~NEED, NOTHING), NO, 2),
    "answers lead to different truths": (settle, (NEED, NOTHING), UNKNOWN, 2),
}


@pytest.mark.parametrize("reason", PROOFS)
def test_a_proof_says_what_was_found(reason):
    """The truth, the number of cells and one sentence; a witness where there is one to show."""
    prove, given, truth, cells = PROOFS[reason]
    proof = prove(*given)
    assert (truth, cells, reason, False) == (proof.truth, proof.cells, proof.reason, proof.possible)
    assert (proof.witness is not None) == (reason.startswith(("some", "UNKNOWN although", "answers")))


@pytest.mark.parametrize(
    ("prove", "cells"),
    [
        (partial(satisfiable, GOOD & NEED), 4),
        (partial(always_true, GOOD & NEED), 4),
        (partial(implies, GOOD, NEED), 4),
        (partial(equivalent, GOOD, NEED), 4),
        (partial(disjoint, GOOD, NEED), 4),
        (partial(exact, GOOD & BETTER), 4),
        (partial(settle, GOOD & NEED, NOTHING), 4),
    ],
)
def test_as_many_cells_as_the_budget_are_looked_at(prove, cells):
    """One more, and nothing is proved."""
    assert cells == prove(budget=cells).cells
    assert not prove(budget=cells).reason.startswith("undecided")
    beyond = prove(budget=cells - 1)
    words = f"undecided: {cells} cells, and the budget is {cells - 1}"
    assert (UNKNOWN, words, cells, None) == (beyond.truth, beyond.reason, beyond.cells, beyond.witness)


def test_a_witness_that_rests_on_a_host_function_is_possible():
    """What holds whatever it answers is certain."""
    for proof, possible in (
        (satisfiable(regulated), True),
        (always_true(regulated), True),
        (implies(regulated, GOOD), True),
        (implies(regulated & GOOD, GOOD), False),
        (settle(regulated & NEED, Facts.of({"industry": "x"}, at=NOW)), False),
        (settle(regulated & NEED, NOTHING), True),
        (exact((NEED | ~NEED) & regulated), True),
    ):
        assert possible == proof.possible


def test_a_witness_is_who_it_is_said_to_be():
    """She shows the difference, whichever of several topics it lies in."""
    rule = all_of(GOOD, NEED, any_of(topic("n") >= 5, ~topic("t").is_true()))
    assert YES is rule.truth(satisfiable(rule).witness)
    assert NO is rule.truth(always_true(rule).witness)
    lead = settle(rule, Facts.of({"fit": 7}, at=NOW)).witness
    assert (YES, 7) == (rule.truth(lead), lead["fit"])
    found = exact((NEED | ~NEED) & GOOD).witness
    assert "need" not in found


def test_a_lead_who_stays_unknown_is_neither_yes_nor_no():
    """That there is some number does not say how large it is, and nothing makes it say so."""
    large, some = topic("x") >= 3, topic("x").is_true()
    open_ = large | ~large | (some & ~some)
    assert NO is satisfiable(large & some).truth
    assert NO is always_true(open_).truth
    assert YES is implies(large & some, NEED).truth
    assert NO is implies(some, large).truth
    assert YES is disjoint(large, some).truth
    assert YES is disjoint(some, large).truth
    assert UNKNOWN is settle(open_, NOTHING).truth
    assert YES is open_.truth(settle(open_, NOTHING).witness)
    assert (UNKNOWN, None) == (settle(~open_, NOTHING).truth, settle(~open_, NOTHING).witness)


@pytest.mark.parametrize(
    ("rule", "pairs"),
    [
        (all_of(GOOD.named("x"), NEED.named("y"), BETTER.named("z")), []),
        (all_of(GOOD, NEED), []),
        (all_of(GOOD, NEED, GOOD), [("[0]", "[2]")]),
        (all_of(GOOD.named("x").named("y"), NEED, GOOD.named("z")), [("[0]", "[2]")]),
        (all_of(GOOD, GOOD, GOOD), [("[0]", "[1]"), ("[0]", "[2]")]),
        (weighted([(GOOD, 1), (NEED, 2), (GOOD, 3)], bar=2), [("[0]", "[2]")]),
        (~at_least(2, GOOD, NEED, NEED), [(".not[1]", ".not[2]")]),
        (all_of(GOOD, any_of(GOOD, NEED)), []),
        (all_of(any_of(NEED, NEED).named("x"), GOOD), [("[0]<x>[0]", "[0]<x>[1]")]),
    ],
)
def test_duplicates_stand_side_by_side(rule, pairs):
    """In one group of any kind, whatever they are called; the first is the one that stays."""
    assert pairs == list(duplicates(rule))


@pytest.mark.parametrize(
    ("rule", "unate"),
    [
        (GOOD, True),
        (GOOD & NEED, True),
        (GOOD & ~GOOD, False),
        (GOOD & GOOD, True),
        (GOOD & BETTER, False),
        (weighted({GOOD: 1, NEED: -1}, bar=1) & ~NEED, True),
        (weighted({GOOD: 1, NEED: -1}, bar=1) & NEED, False),
        (~weighted({GOOD: 1, NEED: -1}, bar=1) & NEED & ~GOOD, True),
        (weighted({~GOOD: -1, NEED: 1}, bar=1) & GOOD, True),
        (GOOD & FIT.known(), True),
        (FIT.known() & GOOD, True),
        (FIT.known() & GOOD & BETTER, False),
        (regulated & topic("industry").exists(), False),
        (regulated & topic("size").exists(), True),
    ],
)
def test_a_topic_in_one_polarity_is_exact_at_once(rule, unate):
    """A negation and a negative weight turn the polarity; whether we know a topic is never UNKNOWN."""
    assert unate is is_unate(rule)
    assert (exact(rule).cells == 0) is unate
