"""A leaf says the same wherever it stands: alone, in a verdict, in a group, negated, counted or weighed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from qualify.criteria import Not, all_of, any_of, at_least, criterion, heard, topic, weighted
from qualify.models import Evidence, Facts, Signal
from qualify.truth import NO, UNKNOWN, YES
from reference.criteria_slow import NOW, truth

X = topic("x")
HOUR = timedelta(hours=1)
VALUES = (
    True, False, None, YES, NO, UNKNOWN, 0, 2, 3, 2.5, Decimal("2.5"), "", "a", "b", "c",
    date(2026, 5, 2), date(2026, 5, 3), date(2026, 5, 4), NOW - HOUR, NOW, NOW + HOUR, timedelta(0), HOUR,
)  # fmt: skip
CONSTANTS = (Decimal("2.5"), "b", date(2026, 5, 3), NOW, HOUR)
LEAVES = [
    X.exists(),
    X.known(),
    X.is_true(),
    X.within(HOUR),
    X.due(HOUR),
    X.between(1, 2.5),
    X.between("a", "b"),
    X.one_of(2, 3),
    X.one_of("a", "c"),
    X.one_of(NOW, NOW + HOUR),
    *(build for c in CONSTANTS for build in (X == c, X != c, X < c, X <= c, X > c, X >= c)),
]
SURE, NEVER, OPEN = topic("sure").is_true(), topic("never").is_true(), topic("open").is_true()


def known(**values):
    """Facts in which one topic is true, one is not, and one is open."""
    held = {"sure": True, "never": False, **values}
    entries = [Evidence(name, value, at=NOW) for name, value in held.items()]
    return Facts(at=NOW, current=entries, signals=[Signal("mail", at=NOW)])


PLACES = {
    "alone": (lambda leaf: leaf, lambda code: code),
    "negated": (Not, lambda code: -code),
    "named": (lambda leaf: leaf.named("x"), lambda code: code),
    "all": (lambda leaf: all_of(SURE, leaf), lambda code: code),
    "first of all": (lambda leaf: all_of(leaf, SURE), lambda code: code),
    "any": (lambda leaf: any_of(NEVER, leaf), lambda code: code),
    "all beside what is open": (lambda leaf: all_of(OPEN, leaf), lambda code: min(code, 0)),
    "any beside what is open": (lambda leaf: any_of(leaf, OPEN), lambda code: max(code, 0)),
    "all in any": (lambda leaf: any_of(NEVER, all_of(SURE, ~leaf)), lambda code: -code),
    "any in all": (lambda leaf: all_of(any_of(leaf, NEVER), SURE), lambda code: code),
    "counted": (lambda leaf: at_least(2, SURE, NEVER, leaf), lambda code: code),
    "counted as not": (lambda leaf: at_least(2, SURE, ~leaf, NEVER), lambda code: -code),
    "one": (lambda leaf: at_least(1, leaf), lambda code: code),
    "weighed": (lambda leaf: weighted({SURE: 1, leaf: 2, OPEN: 1}, bar=3), lambda code: code),
    "weighed against": (lambda leaf: weighted({SURE: 3, leaf: -2}, bar=2), lambda code: -code),
    "group in group": (
        lambda leaf: at_least(2, any_of(NEVER, leaf), weighted({leaf: 1}, bar=1), NEVER),
        lambda code: code,
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_leaf_says_the_same_wherever_it_stands(place):
    """Every operator, of every kind of value, against the definitions read one by one."""
    build, expected = PLACES[place]
    for leaf in LEAVES:
        rule = build(leaf)
        for value in VALUES:
            lead = known(x=value)
            code = truth(leaf, lead).value
            assert expected(code) == rule.truth(lead).value, (rule, value)
            assert expected(code) == rule.judge(lead).truth.value, (rule, value)
        absent = truth(leaf, known()).value
        assert expected(absent) == rule.truth(known()).value == rule.judge(known()).truth.value


@pytest.mark.parametrize("leaf", [X >= 3, X.is_true(), X.within(HOUR), X == "a", X < date(2026, 5, 3)])
def test_a_value_of_another_kind_is_a_fault_in_a_verdict(leaf):
    """It says which kind the fact is of, and which is compared; that there is one, or none, is no fault."""
    kinds = {3: "number", "b": "text", date(2026, 5, 3): "date", NOW: "instant", HOUR: "duration"}
    for value, kind in kinds.items():
        faults = all_of(SURE, leaf).judge(known(x=value)).faults
        if type(value) in leaf.readable:
            assert () == faults
        else:
            message = f"the fact is of kind {kind}, and {leaf.kind} is compared here"
            assert [(str(leaf), "unreadable", message)] == [(f.criterion, f.kind, f.message) for f in faults]
    for value in (True, False, None, YES, NO, UNKNOWN):
        assert () == leaf.judge(known(x=value)).faults
    assert "of kind tuple, and" in (X >= 3).judge(known(x=(1, 2))).faults[0].message


@pytest.mark.parametrize("build", [
    lambda part, i: at_least(2, part, topic(f"t{i}").exists(), SURE, NEVER),
    lambda part, i: ~any_of(part, NEVER),
    lambda part, i: weighted({part: 1, topic(f"t{i}").exists(): 1, SURE: 1}, bar=2),
    lambda part, i: all_of(any_of(part, NEVER), SURE) if i % 2 else at_least(2, part, SURE, NEVER),
])  # fmt: skip
def test_the_deepest_groups_are_judged_as_their_definitions_say(build):
    """However deep groups of any kind stand in each other, within the limit."""
    rule = X.is_true()
    while rule.depth <= 22:
        rule = build(rule, rule.depth)
    for value in (True, False, None):
        lead = known(x=value)
        assert truth(rule, lead) is rule.truth(lead) is rule.judge(lead).truth


@pytest.mark.parametrize(
    "build",
    [
        lambda host: all_of(NEVER, host),
        lambda host: any_of(SURE, host),
        lambda host: any_of(all_of(SURE, ~NEVER), host),
        lambda host: all_of(NEVER, at_least(2, OPEN, SURE, host)),
        lambda host: at_least(2, SURE, ~NEVER, host),
        lambda host: at_least(2, NEVER, ~SURE, host),
        lambda host: weighted({SURE: 3, host: 1}, bar=3),
        lambda host: weighted({NEVER: 3, host: 1}, bar=3),
    ],
)
def test_a_part_that_no_longer_matters_is_not_looked_at(build):
    """A host function behind decided parts is not called for the bare truth, and once for a verdict."""
    calls = []

    @criterion(uses=("x",), version="1")
    def host(facts):
        calls.append(facts["x"])
        return True

    rule = build(host)
    decided = rule.truth(known(x=1))
    assert [] == calls
    verdict = rule.judge(known(x=1))
    assert [1] == calls
    assert decided is verdict.truth is not UNKNOWN
    assert verdict.reason.startswith(decided.name)
    assert [1] == calls


def test_signals_are_counted_until_there_are_enough():
    """Heard so often, or more often, and never counted twice."""
    for times, code in ((1, 1), (2, -1)):
        leaf = heard("mail", times=times)
        for build, expected in PLACES.values():
            rule = build(leaf)
            assert expected(code) == rule.truth(known()).value == rule.judge(known()).truth.value
