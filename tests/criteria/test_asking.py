"""The best question is what brute force over all strategies says, and it is asked once."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualify.criteria import all_of, any_of, ask, at_least, criterion, frameworks, heard, topic, weighted
from qualify.criteria._ordering import rule_of_thumb
from qualify.errors import CriterionError, InvalidType, InvalidValue
from qualify.models import Asked, Facts, Signal, Topic, Vocabulary
from qualify.truth import UNKNOWN
from reference.criteria_slow import NOW

NOTHING = Facts.of({}, at=NOW)
NAMES = ("a", "b", "c", "d", "e")


def yes(name):
    """A comparison that 1 answers with YES and 0 with NO."""
    return topic(name) >= 1


def expected_cost(rule, names, costs, chances):
    """The least expected cost over all strategies, one state after the other."""

    @cache
    def value(state):
        known = dict(state)
        if rule.truth(Facts.of(known, at=NOW)) is not UNKNOWN:
            return 0.0
        return min(cost_of(state, name) for name in names if name not in known)

    def cost_of(state, name):
        after = (tuple(sorted((*state, (name, answer)))) for answer in (1, 0))
        p = chances[name]
        return costs[name] + sum(q * value(s) for q, s in zip((p, 1 - p), after, strict=True))

    return value(()), {name: cost_of((), name) for name in names}


trees = st.recursive(
    st.sampled_from(NAMES).map(yes),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(all_of),
        st.lists(inner, min_size=2, max_size=3).map(any_of),
        st.lists(inner, min_size=3, max_size=3).map(lambda parts: at_least(2, parts)),
        inner.map(lambda part: ~part),
        st.lists(inner, min_size=2, max_size=3).map(
            lambda parts: weighted([(p, i + 1) for i, p in enumerate(parts)], bar=3)
        ),
    ),
    max_leaves=6,
)


@given(
    trees,
    st.fixed_dictionaries({name: st.integers(0, 9) for name in NAMES}),
    st.fixed_dictionaries({name: st.sampled_from([0.1, 0.5, 0.7, 1.0]) for name in NAMES}),
)
@settings(max_examples=60)
def test_ask_equals_brute_force(rule, costs, chances):
    """The expected cost is the least there is, and the question is one that reaches it."""
    if rule.truth(NOTHING) is not UNKNOWN:
        assert ask(rule, NOTHING).question is None
        return
    names = rule.judge(NOTHING).missing
    least, by_first = expected_cost(rule, names, costs, chances)
    found = ask(rule, NOTHING, costs=costs, beliefs=chances)
    assert found.method == "exact"
    if len(names) > 1:
        assert least == pytest.approx(found.expected_cost, abs=1e-6)
    assert least == pytest.approx(by_first[found.topic], abs=1e-6)


@given(
    st.lists(st.integers(1, 20), min_size=2, max_size=9),
    st.lists(st.floats(0.05, 0.95), min_size=9, max_size=9),
    st.booleans(),
)
def test_series_and_parallel_follow_their_closed_forms(costs, chances, every):
    """All-of asks in order of cost/(1-p), any-of of cost/p, exactly and by rule of thumb."""
    names = [f"t{i}" for i in range(len(costs))]
    rule = (all_of if every else any_of)(map(yes, names))
    priced, believed = dict(zip(names, costs, strict=True)), dict(zip(names, chances, strict=False))
    go_on = {name: believed[name] if every else 1 - believed[name] for name in names}
    order = sorted(names, key=lambda name: priced[name] / (1 - go_on[name]))
    least = sum(priced[name] * prod(go_on[n] for n in order[:i]) for i, name in enumerate(order))
    for limit, method in ((200_000, "exact"), (1, "greedy")):
        found = ask(rule, NOTHING, costs=priced, beliefs=believed, max_states=limit)
        assert method == found.method
        assert least == pytest.approx(found.expected_cost)
        ratio = priced[found.topic] / (1 - go_on[found.topic])
        assert priced[order[0]] / (1 - go_on[order[0]]) == pytest.approx(ratio)


@given(st.integers(1, 5), st.lists(st.integers(1, 9), min_size=5, max_size=5))
def test_quorums_by_rule_of_thumb_are_best_too(need, costs):
    """K of n: a question early in both orders is optimal (Ben-Dov 1981)."""
    names = [f"t{i}" for i in range(5)]
    rule = at_least(need, map(yes, names))
    priced = dict(zip(names, costs, strict=True))
    chances = dict.fromkeys(names, 0.4)
    _, by_first = expected_cost(rule, names, priced, chances)
    found = ask(rule, NOTHING, costs=priced, beliefs=chances, max_states=1)
    assert min(by_first.values()) == pytest.approx(by_first[found.topic])


def test_beyond_the_stated_number_it_is_greedy_and_says_so():
    """Twenty unknown topics are too many states; the answer is still a sound question."""
    rule = all_of(any_of(yes(f"a{i}"), ~yes(f"b{i}")).named("pair") for i in range(10))
    found = ask(rule, NOTHING)
    assert ("greedy", 20) == (found.method, found.unknowns)
    assert "rule of thumb" in found.reason
    score = weighted({yes(f"s{i}"): i + 1 for i in range(15)} | {~yes("s1"): -1}, bar=60)
    assert "s14" == ask(score, NOTHING).topic
    assert "greedy" == ask(score, Facts.of({"s0": 1, "s14": 0}, at=NOW)).method


def test_the_rule_of_thumb_looks_only_at_what_is_open():
    """Decided parts are left out, in every kind of group."""
    known = Facts.of({"a": 1, "d": 0}, at=NOW)
    rule = all_of(
        at_least(2, yes("a"), yes("b"), yes("d")),
        any_of(yes("c"), yes("d")),
        weighted({yes("a"): 5, yes("e"): 1}, bar=3),
        weighted({yes("d"): -5, yes("e"): 1}, bar=-1) | weighted({yes("d"): 5, yes("e"): 1}, bar=3),
        at_least(2, yes("a"), ~yes("d"), yes("e")),
    )
    costs = {"b": 3, "c": 1, "e": 1}
    found = ask(rule, known, costs=costs, max_states=1)
    assert ("greedy", "c") == (found.method, found.topic)
    always = ask(any_of(yes("a"), yes("b")), NOTHING, beliefs={"a": 0.0, "b": 0.0}, max_states=1)
    assert "a" == always.topic
    assert rule_of_thumb.__doc__


def test_several_criteria_share_their_topics():
    """A topic that two criteria need is asked once, and so comes first at equal cost."""
    one = yes("a") & yes("shared")
    other = yes("b") & yes("shared")
    found = ask([one, other], NOTHING)
    assert "shared" == found.topic
    assert ask([one, other], Facts.of({"shared": 0}, at=NOW)).method == "nothing"
    half = ask([one, other], Facts.of({"shared": 1, "a": 0}, at=NOW))
    assert ("b", 1.0) == (half.topic, half.expected_cost)


def test_among_equal_costs_the_fewest_questions_win():
    """Where all questions are free, the one that settles soonest is asked."""
    rule = any_of(all_of(map(yes, "abc")), yes("d"))
    costs = dict.fromkeys("abcd", 0)
    found = ask(rule, NOTHING, costs=costs)
    assert ("d", 0.0) == (found.topic, found.expected_cost)


@criterion(uses=("x",), version="1")
def silent(facts):
    """A host's function that never answers."""
    facts["x"]


WORDS = Vocabulary(
    Topic("budget", int, "What can you spend?", cost=10, ask_again=timedelta(days=3)),
    Topic("fit", int, "How many use it?", cost=2),
)


def at(days, asked=(), **known):
    """Facts some days after now, with what was asked at which day."""
    when = NOW + timedelta(days=days)
    sent = [Asked(name, at=NOW + timedelta(days=day)) for name, day in asked]
    return Facts.of(known, at=when, vocabulary=WORDS, asked=sent)


def test_the_question_and_its_cost_come_from_the_vocabulary():
    """Words and minutes are the topic's own; a cost given here goes before."""
    rule = (topic("budget") >= 5) & (topic("fit") >= 3)
    assert "How many use it?" == str(ask(rule, at(0)).question)
    assert "budget" == ask(rule, at(0), costs={"fit": 100}).topic


def test_one_question_at_a_time():
    """While one that is still missing is open nothing is asked; an answer frees the next at once."""
    rule = (topic("budget") >= 5) & (topic("fit") >= 3)
    waiting = ask(rule, at(1, asked=[("budget", 0)]))
    assert ("waiting", None, "budget") == (waiting.method, waiting.question, waiting.waiting)
    assert NOW + timedelta(days=3) == waiting.until
    assert "fit" == ask(rule, at(3, asked=[("budget", 0)])).topic
    assert "fit" == ask(rule, at(1, asked=[("budget", 0)], budget=9)).topic
    assert "budget" == ask(rule, at(1, asked=[("other", 0)], fit=3)).topic
    assert ask(rule, at(1, asked=[("budget", 0)], fit=1)).method == "nothing"


def test_outcomes_follow_the_cells_of_a_topic():
    """Beliefs are one number for a comparison, or one for each value."""
    rule = (topic("t") == "x") & yes("a") | (topic("t") == "y") & yes("b")
    found = ask(rule, NOTHING, beliefs={"t": {"x": 0.2, "y": 0.3, "else": 0.5}, "a": 0.5, "b": 0.5})
    assert ("t", 1.5) == (found.topic, found.expected_cost)
    assert "t" == ask(rule, NOTHING).topic
    with pytest.raises(InvalidValue, match="3 outcomes"):
        ask(rule, NOTHING, beliefs={"t": 0.5})
    with pytest.raises(InvalidValue, match="add up to 1"):
        ask(rule, NOTHING, beliefs={"t": {"x": 0.2}})
    with pytest.raises(InvalidValue, match="out of range"):
        ask(rule, NOTHING, beliefs={"a": 1.5})
    with pytest.raises(InvalidValue, match="no outcome"):
        ask(topic("t").one_of("x") & yes("a"), NOTHING, beliefs={"t": {3: 1.0}})
    with pytest.raises(InvalidValue, match="at least 0"):
        ask(rule, NOTHING, costs={"a": -1})


def test_a_topic_with_one_outcome_settles_nothing():
    """A comparison that no answer makes true is still asked no more than needed."""
    words = Vocabulary(Topic("w", str, values=("a",)), Topic("b", int))
    known = Facts.of({}, at=NOW, vocabulary=words)
    rule = topic("w").one_of("a", "b") & ~topic("w").known() | topic("b").exists()
    assert ask(rule, known, beliefs={"b": 0.5}).topic in {"w", "b"}


@criterion(uses=("x", "y"), version="1")
def same(facts):
    """A host's function of two topics."""
    return facts["x"] == facts["y"]


def test_host_functions_answer_once_all_they_use_is_known():
    """Topics of a host function are asked together, and their costs are paid together."""
    found = ask(same & yes("a"), NOTHING, costs={"a": 3, "x": 1, "y": 1})
    assert ("x", 3.5, 3) == (found.topic, found.expected_cost, found.unknowns)
    then = ask(same & yes("a"), Facts.of({"x": 1}, at=NOW), costs={"a": 3, "y": 1}, beliefs={"same": 0.1})
    assert "y" == then.topic
    both = ask(same & (yes("x") | yes("a")), NOTHING)
    assert "x" == both.topic
    assert "greedy" == ask(same & yes("a"), NOTHING, max_states=1).method


def test_where_no_question_helps_it_says_so():
    """A host function that knows all and answers nothing cannot be settled by asking."""
    known = Facts.of({"x": 1}, at=NOW)
    assert "host function" in ask(silent, known).reason
    assert "b" == ask(silent & yes("b"), known).topic
    assert "b" == ask(any_of(silent & yes("a"), yes("b")) & yes("b"), known).topic


def test_bad_arguments():
    """Criteria and Facts are needed."""
    with pytest.raises(CriterionError):
        ask(3 and [3], NOTHING)
    with pytest.raises(InvalidType):
        ask(yes("a"), {})


def test_spin_asks_in_its_order_and_waits():
    """SPIN is a sequence: the first unanswered question, and patience with the open one."""
    spin = frameworks.spin()
    assert "situation" == spin.next(NOTHING).topic
    words = frameworks.TOPICS
    early = datetime(2026, 5, 1, tzinfo=NOW.tzinfo)
    open_ = Facts.of({}, at=NOW, vocabulary=words, asked=[Asked("situation", at=early)])
    assert ("waiting", "situation") == (spin.next(open_).method, spin.next(open_).waiting)
    answered = Facts.of({q.topic: "so" for q in spin.questions}, at=NOW, signals=[Signal("x", at=NOW)])
    assert "nothing" == spin.next(answered).method
    assert heard("x").truth(answered).name == "YES"


def test_what_can_no_longer_matter_is_not_asked():
    """An unknown topic inside a decided part is left out of the states."""
    rule = any_of(all_of(yes("a"), yes("e")), yes("f"), yes("g"))
    found = ask(rule, Facts.of({"a": 0}, at=NOW), costs={"e": 0})
    assert ("f", 2) == (found.topic, found.unknowns)


def test_one_outcome_is_certain():
    """A topic whose answers all mean the same has one outcome, whatever is believed."""
    words = Vocabulary(Topic("w", str, values=("a",)))
    known = Facts.of({}, at=NOW, vocabulary=words)
    rule = all_of(topic("w") != "z", yes("b"))
    found = ask(rule, known, beliefs={"w": 0.3}, costs={"w": 1, "b": 1})
    assert found.topic in {"w", "b"}


def test_the_rule_of_thumb_knows_what_we_know():
    """An atom that asks whether we know a topic is decided while nobody does."""
    rule = all_of(any_of(yes("a"), topic("a").known()), yes("b"))
    assert ask(rule, NOTHING, max_states=1).topic in {"a", "b"}


def test_a_fact_that_cannot_be_read_is_asked_for_again():
    """A topic whose answer is of another kind is missing, and its question has a price."""
    facts = Facts.of({"a": "many"}, at=NOW)
    found = ask(all_of(yes("a"), yes("b")), facts, costs={"a": 1, "b": 5})
    assert found.question is not None
    assert "a" == found.question.topic


def test_the_last_question_costs_what_it_costs():
    """Where one topic is open, one question settles all, at its own price."""
    found = ask(yes("a") & yes("b"), Facts.of({"b": 1}, at=NOW), costs={"a": 3})
    assert ("exact", "a", 3.0, 1.0, 1) == (
        found.method,
        found.topic,
        found.expected_cost,
        found.expected_questions,
        found.unknowns,
    )


def test_a_topic_without_a_question_is_asked_about_by_its_name():
    """The name is read as words."""
    assert "What is known about team size?" == str(ask(yes("team_size"), NOTHING).question)


@pytest.mark.parametrize(
    ("rule", "known", "parts"),
    [
        (yes("a"), at(0, a=1), ("nothing", "it is decided")),
        (silent, at(0, x=1), ("nothing", "no question would decide it: a host function gives no answer")),
        (yes("a") & yes("b"), at(0), ("exact", "it settles at least expected cost")),
        (yes("budget"), at(1, [("budget", 0)]), ("waiting", "budget was asked, and not yet answered")),
    ],
)
def test_a_question_says_why_it_is_asked_or_none_is(rule, known, parts):
    """It is decided, nothing helps, somebody has still to answer, or this one is best."""
    found = ask(rule, known)
    assert parts == (found.method, found.reason)


def test_it_is_exact_up_to_the_stated_number_of_states():
    """Two comparisons have nine states of knowledge: each is open, YES or NO."""
    rule = yes("a") & yes("b")
    assert "exact" == ask(rule, NOTHING, max_states=9).method
    found = ask(rule, NOTHING, max_states=8)
    assert ("greedy", "it looks best by rule of thumb") == (found.method, found.reason)
