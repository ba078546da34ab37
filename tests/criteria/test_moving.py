"""The cheapest moves, with their prices, and what they are called."""

from __future__ import annotations

from math import inf

import pytest

from qualify.criteria import all_of, any_of, change, criterion, heard, topic, weighted
from qualify.models import Asked, Facts, Signal, Topic, Vocabulary
from qualify.truth import NO, UNKNOWN, YES
from reference.criteria_slow import NOW

NOTHING = Facts.of({}, at=NOW)
A, B, C = (topic(name) >= 3 for name in "abc")
D = topic("d")


@criterion(uses=("industry", "size"), version="1")
def regulated(facts):
    """A host's function of two topics."""
    return facts["industry"] == "health" and facts["size"] > 3


@criterion(version="1")
def sunny(facts):
    """A host's function of no topic: nobody can change what it says."""
    return False


def moves(found):
    """What is to be done, with its price."""
    return [(move.kind, move.name, move.value, move.cost) for move in (*found.learn, *found.change)]


@pytest.mark.parametrize(
    ("rule", "costs", "expected"),
    [
        (A & B, {"a": 2, "b": 5}, [("learn", "a", 3, 2.0), ("learn", "b", 3, 5.0)]),
        (A | B, {"a": 2, "b": 5}, [("learn", "a", 3, 2.0)]),
        ((A & B) | C, {"c": 2.5}, [("learn", "a", 3, 1.0), ("learn", "b", 3, 1.0)]),
        ((A & B) | C, {"c": 2}, [("learn", "c", 3, 2.0)]),
        ((A & B) | C, {"a": 0, "b": 0, "c": 0}, [("learn", "c", 3, 0.0)]),
        ((A & B) | C, {"a": inf, "c": inf}, []),
        # three cells of d: from 5, from 1, below; one move to the second is fewer than two to a first
        ((~(D >= 5) & (D >= 1)) | (A & B), {"a": 0, "b": 0, "d": 0}, [("learn", "d", 1, 0.0)]),
        (A | heard("demo", times=2), {"a": 2.5}, [("hear", "demo", 2, 2.0)]),
        (heard("a", "b", times=3), {"a": 2, "b": 1.5}, [("hear", "b", 3, 4.5)]),
        (
            heard("a", times=2) & heard("b") & heard("a", "b", times=4),
            {"a": 3, "b": 1},
            [("hear", "b", 2, 2.0), ("hear", "a", 2, 6.0)],
        ),
        (weighted({heard("m"): 1, A: 1}, bar=2), {}, [("learn", "a", 3, 1.0), ("hear", "m", 1, 1.0)]),
        (weighted({heard("m"): -1, A: 1}, bar=1), {}, [("learn", "a", 3, 1.0)]),
        (heard("a", times=40), {"a": 0.5}, [("hear", "a", 40, 20.0)]),
        (regulated, {"industry": 7, "size": 2}, [("learn", "regulated", True, 2.0)]),
        (regulated, {"industry": 7}, [("learn", "regulated", True, 1.0)]),
        (regulated | A, {"industry": 7, "size": 5, "a": 6}, [("learn", "regulated", True, 5.0)]),
        (sunny, {}, []),
        (sunny | A, {}, [("learn", "a", 3, 1.0)]),
    ],
)
def test_the_cheapest_moves_with_their_prices(rule, costs, expected):
    """Among equal costs the fewest moves win; what is infinitely dear is never proposed."""
    found = change(rule, NOTHING, costs=costs)
    assert expected == moves(found)
    assert pytest.approx(sum(cost for *_, cost in expected)) == found.cost
    if expected:
        assert (YES, "the cheapest moves") == (found.truth, found.reason)
    else:
        assert (NO, "nothing that can change flips it") == (found.truth, found.reason)
        assert found.reason == str(found)


def test_what_was_heard_counts():
    """Only what is still missing has to be heard, at the price of its kind."""
    lead = Facts.of({}, at=NOW, signals=[Signal("a", at=NOW), Signal("b", at=NOW)])
    assert [("hear", "a", 1, 3.0)] == moves(change(heard("a", times=2), lead, costs={"a": 3}))
    assert [("hear", "b", 2, 4.0)] == moves(change(heard("a", "b", times=4), lead, costs={"a": 3, "b": 2}))
    rule = any_of(heard("a", times=3), heard("b", times=2))
    assert [("hear", "b", 1, 1.0)] == moves(change(rule, lead))


def test_changing_costs_one_where_learning_has_a_price():
    """The price of asking is that of learning; what is known would have to change, at 1."""
    words = Vocabulary(Topic("a", int, cost=9), Topic("b", int, cost=4))
    lead = Facts.of({"a": 1}, at=NOW, vocabulary=words)
    assert [("learn", "b", 3, 4.0), ("change", "a", 3, 1.0)] == moves(change(A & B, lead))
    assert [("change", "a", 3, 1.0)] == moves(change(A | B, lead))
    given = Vocabulary(Topic("b", int, cost=2))
    assert [("learn", "b", 3, 2.0)] == moves(change(B, lead, vocabulary=given))


def test_a_host_whose_topics_are_known_would_have_to_change():
    """While one of them is open, its answer can be learned."""
    known = Facts.of({"industry": "retail", "size": 1}, at=NOW, asked=[Asked("size", at=NOW)])
    assert [("change", "regulated", True, 1.0)] == moves(change(regulated, known))
    half = Facts.of({"industry": "retail"}, at=NOW)
    assert [("learn", "regulated", True, 1.0)] == moves(change(regulated, half))
    assert [("change", "regulated", False, 1.0)] == moves(
        change(regulated, Facts.of({"industry": "health", "size": 9}, at=NOW), to=NO)
    )


def test_as_many_cells_as_the_budget_are_looked_at():
    """One more, and no change is proposed; how things stand is one of the cells."""
    rule = all_of(A, B)
    most = change(rule, NOTHING, budget=9)
    assert (YES, 9, False) == (most.truth, most.cells, most.possible)
    found = change(rule, NOTHING, budget=8)
    assert (UNKNOWN, "undecided: 9 cells, and the budget is 8", 9) == (found.truth, found.reason, found.cells)
    assert () == (*found.learn, *found.change)
    lead = Facts.of({"a": 1, "b": 1}, at=NOW)
    assert 4 == change(rule, lead).cells
