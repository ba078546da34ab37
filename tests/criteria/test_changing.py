"""The least change is what brute force finds, and it proposes only what can be."""

from __future__ import annotations

import itertools
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualify.criteria import Columns, all_of, any_of, change, criterion, heard, satisfiable, topic
from qualify.errors import CriterionError, InvalidValue
from qualify.models import Facts, Signal, Topic, Vocabulary
from qualify.truth import NO, UNKNOWN, YES, Truth
from reference.criteria_slow import NOW, VALUES, criteria, values

NAMES = ("n", "w", "t")


def least(rule, known, costs, to):
    """The cheapest set of topics to set anew, by trying all over the values of the strategies."""
    best = inf
    for moved in itertools.chain.from_iterable(itertools.combinations(NAMES, k) for k in range(4)):
        price = sum(costs[name] for name in moved)
        if price >= best:
            continue
        for chosen in itertools.product(*((*VALUES[name], Truth.NO) for name in moved)):
            lead = Facts.of({**known, **dict(zip(moved, chosen, strict=True))}, at=NOW)
            if rule.truth(lead) is to:
                best = price
                break
    return best


@given(
    criteria(NAMES, listen=False, max_leaves=5),
    values(NAMES),
    st.fixed_dictionaries({name: st.sampled_from([1, 2, 5, inf]) for name in NAMES}),
    st.sampled_from([YES, NO]),
)
@settings(max_examples=60)
def test_change_is_minimal(rule, known, costs, to):
    """No cheaper set of moves flips it, and these do."""
    lead = Facts.of(known, at=NOW)
    found = change(rule, lead, to=to, costs=costs)
    cheapest = least(rule, known, costs, to)
    if found.truth is NO:
        assert cheapest == inf
        return
    assert found.cost <= cheapest + 1e-6
    after = {**known, **{move.name: move.value for move in (*found.learn, *found.change)}}
    assert to is rule.truth(Facts.of(after, at=NOW))
    assert all(move.name not in known for move in found.learn)
    assert all(move.name in known for move in found.change)
    assert all(costs[move.name] < inf for move in (*found.learn, *found.change))


def test_learning_is_kept_apart_from_changing():
    """What nobody knows is to be learned; what is known otherwise would have to change."""
    lead = Facts.of({"fit": 2, "industry": "public"}, at=NOW)
    rule = all_of(topic("fit") >= 3, topic("need").exists(), topic("industry") != "public")
    found = change(rule, lead, costs={"industry": 9})
    assert ["learn need: true"] == [str(move) for move in found.learn]
    assert {"fit", "industry"} == {move.name for move in found.change}
    assert 11.0 == found.cost
    assert "learn need: true; change fit: 3; change industry: 'another industry'" == str(found)


def test_what_cannot_change_is_never_proposed():
    """With its cost infinite, nothing is proposed rather than the impossible."""
    lead = Facts.of({"industry": "public"}, at=NOW)
    found = change(topic("industry") != "public", lead, costs={"industry": inf})
    assert (NO, (), ()) == (found.truth, found.learn, found.change)
    assert "nothing that can change flips it" == str(found)
    around = any_of(topic("industry") != "public", topic("mandate").exists())
    assert "mandate" == change(around, lead, costs={"industry": inf}).learn[0].name


def test_signals_can_come_and_not_go():
    """What was heard cannot be unheard; what is missing may be heard yet, at its price."""
    lead = Facts.of({}, at=NOW, signals=[Signal("mail", at=NOW)])
    found = change(heard("mail", times=3) | heard("demo"), lead, costs={"demo": 5})
    assert [("hear", "mail", 2)] == [(m.kind, m.name, m.value) for m in found.change]
    assert ["demo"] == [m.name for m in change(heard("mail", times=3) | heard("demo"), lead).change]
    assert NO is change(~heard("mail"), lead).truth
    assert NO is change(heard("mail"), lead, to=NO).truth


def test_learning_costs_what_asking_costs():
    """The vocabulary's price of asking counts where no cost is given."""
    words = Vocabulary(Topic("a", int, cost=9), Topic("b", int, cost=2))
    lead = Facts.of({}, at=NOW, vocabulary=words)
    rule = (topic("a") >= 3) | (topic("b") >= 3)
    assert ("b", 2.0) == (change(rule, lead).learn[0].name, change(rule, lead).cost)


@criterion(uses=("industry",), version="1")
def regulated(facts):
    """A host's function."""
    return facts["industry"] == "health"


def test_host_functions_make_it_possible_only():
    """What a host function would answer is free, so the change is possible, not certain."""
    found = change(regulated, Facts.of({"industry": "retail"}, at=NOW))
    assert (YES, True, "change") == (found.truth, found.possible, found.change[0].kind)
    assert "learn" == change(regulated, Facts.of({}, at=NOW)).learn[0].kind


def test_limits_and_bad_arguments():
    """It is decided already, too large, or not what can be asked for."""
    rule = topic("a") >= 3
    already = change(rule, Facts.of({"a": 4}, at=NOW), costs={"a": 0.5})
    assert ("it is YES already", 0, 0.0) == (already.reason, already.cells, already.cost)
    assert 0.5 == change(rule, Facts.of({"a": 2}, at=NOW), costs={"a": 0.5}).cost
    large = all_of(topic(f"t{i}") >= i for i in range(25))
    assert UNKNOWN is change(large, Facts.of({}, at=NOW)).truth
    with pytest.raises(CriterionError):
        change(rule, Facts.of({}, at=NOW), to=UNKNOWN)
    with pytest.raises(InvalidValue):
        change(rule, Facts.of({}, at=NOW), costs={"a": -1})
    assert YES is satisfiable(large, budget=2**25).truth
    assert 1 == len(Columns.of({"a": [1]}))
