"""What settling costs is estimated by rule of thumb as arithmetic says, and asked in that order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualify.criteria import all_of, any_of, ask, at_least, criterion, topic, weighted
from qualify.models import Facts
from reference.criteria_slow import NOW

NOTHING = Facts.of({}, at=NOW)
A, B, C, D, E = (topic(name) >= 1 for name in "abcde")
COSTS = {"a": 4, "b": 2, "c": 6, "d": 3, "e": 5}
CHANCES = {"a": 0.5, "b": 0.25, "c": 0.8, "d": 0.1, "e": 0.6}


@criterion(uses=("x", "y"), version="1")
def same(facts):
    """A host's function of two topics."""
    return facts["x"] == facts["y"]


@pytest.mark.parametrize(
    ("rule", "first", "cost", "number"),
    [
        # all-of by cost/(1-p): b 2/.75, a 4/.5
        (A & B, "b", 2 + 0.25 * 4, 1 + 0.25),
        # any-of by cost/p: c 6/.8, a 4/.5
        (A | C, "c", 6 + 0.2 * 4, 1 + 0.2),
        (~(A | C), "c", 6 + 0.2 * 4, 1 + 0.2),
        ((A | C).named("x"), "c", 6 + 0.2 * 4, 1 + 0.2),
        # (a | c) costs 6.8 and is YES at .9, so 6.8/.1 > d 3/.9
        ((A | C) & D, "d", 3 + 0.1 * 6.8, 1 + 0.1 * 1.2),
        # ~b: p .75, 2/.25 = 8; a 4/.5 = 8: the order of appearance
        (~B & A, "b", 2 + 0.75 * 4, 1 + 0.75),
        # 2 of 3, one by one in the order of cost/p: a 8, b 8, c 7.5: c, a, b
        (at_least(2, A, B, C), "a", 6 + 4 + (0.8 * 0.5 + 0.2 * 0.5) * 2, 2 + 0.5),
        # a score asks where most weight is in doubt for the money, and pays for all of it
        (weighted({A: 1, B: 1, C: 4}, bar=3), "c", 4 + 2 + 6, 3),
        (weighted({A: 1, B: 4, C: 1}, bar=3), "b", 4 + 2 + 6, 3),
        (weighted({A: -9, B: 1, C: 1}, bar=1), "a", 4 + 2 + 6, 3),
        (weighted({A: 1, B: 1}, bar=2), "b", 4 + 2, 2),
        (weighted({A: 1, D: 1}, bar=2), "a", 4 + 3, 2),
        (weighted({C: 1, D: 1}, bar=2), "d", 6 + 3, 2),
        (weighted({C: 1, E: 1}, bar=2), "e", 6 + 5, 2),
        # in a group its chance is how much of its interval reaches the bar: here (2 - 1) of 3
        (weighted({A: 2, B: -1}, bar=1) & C, "a", 6 + 6 / 3, 2 + 1 / 3),
        (weighted({A: 2, B: 2}, bar=1) & C, "b", 6 + 0.75 * 6, 2 + 0.75),
        # a host's topics are asked together
        (same & A, "x", 2 + 0.5 * 4, 2 + 0.5),
    ],
)
def test_the_rule_of_thumb_reckons_what_settling_costs(rule, first, cost, number):
    """The expected cost and number of questions are those of asking one part after the other."""
    found = ask(rule, NOTHING, costs=COSTS, beliefs=CHANCES, max_states=1)
    assert ("greedy", first) == (found.method, found.topic)
    assert cost == pytest.approx(found.expected_cost)
    assert number == pytest.approx(found.expected_questions)


def test_what_is_known_counts_for_nothing():
    """Decided parts cost nothing, and say how many of the others are needed."""
    known = Facts.of({"a": 1, "d": 0}, at=NOW)
    for rule, first, cost in (
        (all_of(any_of(~A, B), C), "b", 2 + 0.25 * 6),
        (all_of(any_of(~D, E), B, C), "b", 2 + 0.25 * 6),
        (all_of(any_of(all_of(D, E), B), C), "b", 2 + 0.25 * 6),
        (all_of(any_of(any_of(D, ~A), B), C), "b", 2 + 0.25 * 6),
        (all_of(any_of(any_of(A, E), B), B, C), "b", 2 + 0.25 * 6),
        (all_of(any_of(weighted({D: 2, ~A: 1}, bar=1), B), C), "b", 2 + 0.25 * 6),
        (all_of(any_of(weighted({D: 2, A: 1}, bar=1), E), B, C), "b", 2 + 0.25 * 6),
        (at_least(2, A, B, C), "c", 6 + 0.2 * 2),
        (at_least(3, A, B, C, D), "b", 2 + 0.25 * 6),
        (all_of(A | B, B & C), "b", 2 + 0.25 * 6),
        (any_of(B | C, D), "c", 6 + 0.2 * 2),
        (weighted({A: 2, B: 1, C: 1}, bar=3), "b", 2 + 6),
    ):
        found = ask(rule, known, costs=COSTS, beliefs=CHANCES, max_states=1)
        assert (first, cost) == (found.topic, pytest.approx(found.expected_cost))


def test_several_criteria_are_reckoned_together():
    """The cheapest is settled first, and the sum is what all of them cost."""
    found = ask([A & B, C | E], NOTHING, costs=COSTS, beliefs=CHANCES, max_states=1)
    assert ("b", 3.0 + 6 + 0.2 * 5, 1.25 + 1.2) == (
        found.topic,
        pytest.approx(found.expected_cost),
        pytest.approx(found.expected_questions),
    )


@given(
    st.permutations("abcde").map(lambda names: names[:3]),
    st.booleans(),
    st.fixed_dictionaries({name: st.sampled_from([0, 1, 2, 7]) for name in "abcde"}),
    st.fixed_dictionaries({name: st.sampled_from([0.0, 0.3, 0.5, 1.0]) for name in "abcde"}),
)
@settings(max_examples=40)
def test_a_chain_is_reckoned_as_it_is_exactly(names, every, costs, chances):
    """In one all-of or any-of the rule of thumb and all states of knowledge agree."""
    rule = (all_of if every else any_of)(topic(name) >= 1 for name in names)
    thumb = ask(rule, NOTHING, costs=costs, beliefs=chances, max_states=1)
    best = ask(rule, NOTHING, costs=costs, beliefs=chances)
    assert ("greedy", "exact") == (thumb.method, best.method)
    assert best.expected_cost == pytest.approx(thumb.expected_cost)


def test_exact_costs_follow_what_is_believed():
    """Each outcome of a topic has its chance, also of several values, and of a host's answer."""
    rule = (topic("t") == "x") & A | (topic("t") == "y") & B
    believed = {"t": {"x": 0.2, "y": 0.3, "else": 0.4, "other": 0.1}, "a": 0.5, "b": 0.5}
    found = ask(rule, NOTHING, beliefs=believed, costs={"a": 10, "b": 20})
    assert ("t", 1 + 0.2 * 10 + 0.3 * 20, 1 + 0.2 + 0.3) == (
        found.topic,
        pytest.approx(found.expected_cost),
        pytest.approx(found.expected_questions),
    )
    for chance, cost in ((0.1, 2 + 0.1 * 50), (0.9, 2 + 0.9 * 50)):
        hosted = ask(same & E, NOTHING, costs={"x": 1, "y": 1, "e": 50}, beliefs={"same": chance})
        assert cost == pytest.approx(hosted.expected_cost)
        assert ("x", 3) == (hosted.topic, hosted.unknowns)


def test_whether_we_know_a_topic_is_no_until_it_is_asked():
    """The rule of thumb takes it as it stands, wherever it is written."""
    known = topic("a").known()
    for rule in (A & (C | known), (C | known) & A):
        found = ask(rule, NOTHING, costs=COSTS, beliefs=CHANCES, max_states=1)
        assert ("a", 4 + 0.5 * 6) == (found.topic, pytest.approx(found.expected_cost))


@pytest.mark.parametrize(
    ("rule", "costs", "cost"),
    [
        (same & A, {"x": 1, "y": 4, "a": 30}, 5 + 0.2 * 30),
        (same | A, {"x": 1, "y": 4, "a": 30}, 5 + 0.8 * 30),
        (weighted({same: 1, A: 1}, bar=2), {"x": 1, "y": 1, "a": 50}, 2 + 0.2 * 50),
        (weighted({same: -1, A: 1}, bar=1), {"x": 1, "y": 1, "a": 50}, 2 + 0.8 * 50),
    ],
)
def test_the_topics_of_a_host_are_one_question(rule, costs, cost):
    """All of them are paid together, and then it answers as is believed."""
    found = ask(rule, NOTHING, costs=costs, beliefs={"same": 0.2})
    assert ("x", cost) == (found.topic, pytest.approx(found.expected_cost))


def test_a_host_and_two_topics_have_27_states():
    """One question is open, or answered YES or NO, whatever it has to ask for."""
    assert "exact" == ask(all_of(A, same, B), NOTHING, max_states=27).method
    assert "greedy" == ask(all_of(A, same, B), NOTHING, max_states=26).method


def test_a_host_that_knows_all_and_says_nothing_stays_open():
    """The others are asked as if it said nothing for ever."""
    silent = criterion(uses=("x",), version="1", name="silent")(lambda facts: None)
    known = Facts.of({"x": 1}, at=NOW)
    assert 1.5 == ask(any_of(silent, A, B), known).expected_cost
    assert 1.5 == ask(all_of(silent, A, B), known).expected_cost


def test_instants_are_believed_as_of_now():
    """The chance of a value is the chance of what its windows say of it."""
    rule = topic("i").within(timedelta(1)) & A
    believed = {"i": {NOW: 0.3, NOW - timedelta(2): 0.7}}
    found = ask(rule, NOTHING, costs={"i": 1, "a": 10}, beliefs=believed)
    assert ("i", 1 + 0.3 * 10) == (found.topic, pytest.approx(found.expected_cost))


def test_yes_and_no_of_a_comparison_have_the_chance_that_is_said():
    """The number is the chance of YES, of a comparison from above and from below."""
    for rule in (A & B, (topic("a") < 1) & B, ~A & B):
        chance = 0.9 if rule == A & B else 0.1
        for believed in (0.9, 0.1):
            found = ask(rule, NOTHING, costs={"a": 1, "b": 100}, beliefs={"a": believed, "b": 0.5})
            yes = believed if chance == 0.9 or rule == (topic("a") < 1) & B else 1 - believed
            assert ("a", 1 + yes * 100) == (found.topic, pytest.approx(found.expected_cost))


def test_among_equal_costs_the_order_of_appearance_decides():
    """Neither costs more, neither asks more."""
    for rule in (A & B, B & A, A | B, B | A, at_least(2, C, A, B)):
        for most in (200_000, 1):
            assert rule.topics[0] == ask(rule, NOTHING, max_states=most).topic


def test_free_questions_are_reckoned_by_their_number():
    """Where nothing costs anything the fewest questions win."""
    rule = any_of(all_of(A, B, C), D)
    found = ask(rule, NOTHING, costs=dict.fromkeys("abcd", 0))
    assert ("d", 0.0, 1 + 0.5 * (1 + 0.5 + 0.25)) == (
        found.topic,
        found.expected_cost,
        pytest.approx(found.expected_questions),
    )


@pytest.mark.parametrize(
    ("need", "cost", "chance"),
    [
        # any: 4 + .5 (2 + .75 * 5); NO at .5 * .75 * .4
        (1, 4 + 0.5 * (2 + 0.75 * 5), 0.85),
        # two: e unless a and b agree, as they do at .125 + .375; a b, a e or b e alone, or all
        (2, 4 + 2 + 0.5 * 5, 0.05 + 0.225 + 0.075 + 0.075),
        # all: b, a, e; YES at .5 * .25 * .6
        (3, 2 + 0.25 * (4 + 0.5 * 5), 0.075),
    ],
)
def test_what_follows_a_group_is_asked_as_often_as_the_group_is_yes(need, cost, chance):
    """Of three parts one, two or all are YES as often as their chances say, multiplied out by hand."""
    rule = at_least(need, A, B, E) & (topic("z") >= 1)
    found = ask(rule, NOTHING, costs={**COSTS, "z": 1_000}, beliefs={**CHANCES, "z": 0.5}, max_states=1)
    assert ("greedy", pytest.approx(cost + chance * 1_000)) == (found.method, found.expected_cost)


def test_what_is_not_believed_is_the_rest():
    """A comparison is NO, and the next one asked, in whatever the chance of its YES leaves."""
    for rule in (A | B, (topic("a") < 1) | B):
        found = ask(rule, NOTHING, costs={"a": 1, "b": 100}, beliefs={"a": 0.9, "b": 0.5})
        assert ("a", pytest.approx(1 + 0.1 * 100)) == (found.topic, found.expected_cost)


def test_an_answer_that_a_comparison_cannot_read_is_no_yes_to_it():
    """A word says nothing to a comparison with a number, and a number nothing to one with a word."""
    number, word = topic("t") >= 3, topic("t") == "x"
    believed = {"t": {"x": 0.5, 4: 0.3, 1: 0.2}}
    found = ask([number & A, word & A], NOTHING, costs={"t": 1, "a": 100}, beliefs=believed, max_states=1)
    assert 1 + 0.3 * 100 + 1 + 0.5 * 100 == pytest.approx(found.expected_cost)


def test_however_little_questions_cost_the_cost_goes_before_their_number():
    """First a and b, at 1.5 + .75 * 10; d first takes fewer questions, at 10 + .5 * 1.5."""
    costs = {"a": 1e-9, "b": 1e-9, "d": 1e-8}
    found = ask((A & B) | D, NOTHING, costs=costs)
    assert ("a", pytest.approx(9e-9), pytest.approx(2.25)) == (
        found.topic,
        found.expected_cost,
        found.expected_questions,
    )
