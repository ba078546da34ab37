"""A verdict is found in one pass, and says what the definitions say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given, settings

from qualify.criteria import Atom, Verdict, all_of, any_of, at_least, criterion, heard, topic, weighted
from qualify.models import Evidence, Facts, Signal, Topic, Vocabulary
from qualify.truth import NO, UNKNOWN, YES
from reference import criteria_resting as slow
from reference.criteria_slow import NOW

A, B, C = (topic(name).is_true() for name in "abc")
DAY = timedelta(days=1)


def known(disputed=(), **values):
    """Facts with evidence; a pair is a value and for how long it is good."""
    pairs = {name: value if isinstance(value, tuple) else (value, None) for name, value in values.items()}
    current = [
        Evidence(name, value, at=NOW, good_for=span, id=f"ana/{name}")
        for name, (value, span) in pairs.items()
    ]
    return Facts(at=NOW, current=current, disputed=disputed)


@settings(max_examples=max(settings.default.max_examples, 200))
@given(slow.criteria(), slow.facts())
def test_a_verdict_says_what_the_definitions_say(rule, known):
    """Truth, reasons, missing topics, evidence, disputes, end and faults are those of the obvious twin."""
    verdict = rule.judge(known)
    assert slow.truth(rule, known) is verdict.truth
    assert slow.missing(rule, known) == verdict.missing
    assert slow.evidence(rule, known) == verdict.evidence
    assert slow.disputed(rule, known) == verdict.disputed
    assert slow.good_until(rule, known) == verdict.good_until
    assert slow.faulty(rule, known) == [(fault.criterion, fault.kind) for fault in verdict.faults]
    assert slow.because(rule, known) == list(
        dict.fromkeys((part.criterion, part.truth) for part in verdict.because)
    )


def test_a_verdict_is_closed_once_it_is_filled():
    """What a pass gives back is a Verdict like any other, and as frozen."""
    verdict = (A & B).judge(known(a=True))
    assert Verdict is type(verdict)
    for name in ("truth", "missing", "reason", "_facts"):
        with pytest.raises(FrozenInstanceError):
            setattr(verdict, name, None)
    with pytest.raises(FrozenInstanceError):
        del verdict.truth


def test_a_host_is_called_once_whatever_is_read():
    """Evidence, end, score and text of a verdict are those of the one answer that it gave."""
    calls = []

    @criterion(uses="a", version="1")
    def rated(facts):
        calls.append(facts.at)
        return Verdict(
            len(calls) == 1, score=len(calls), good_until=NOW + DAY, evidence=["model/1"], reason="so"
        )

    for rule in (rated, rated.named("rated"), rated | B):
        calls.clear()
        verdict = rule.judge(known(a=True))
        assert (YES, ("model/1",), NOW + DAY) == (verdict.truth, verdict.evidence, verdict.good_until)
        assert ["so"] == [part.reason for part in verdict.because]
        assert verdict.score == (None if rule == rated | B else (1.0, 1.0))
        assert "YES because" in verdict.reason
        assert 1 == len(calls)


def test_a_host_that_stands_twice_answers_twice():
    """Each place keeps its own answer, in order."""
    answers = iter((False, None, True))
    host = criterion(version="1", name="host")(lambda facts: next(answers))
    verdict = at_least(2, host, A, host, host).judge(known(a=True))
    assert YES is verdict.truth
    assert [(A, YES), (host, YES)] == [(part.criterion, part.truth) for part in verdict.because]


def test_a_topic_that_is_read_twice_is_named_once():
    """Missing topics, evidence and disputes follow the first place at which they stand."""
    rule = all_of(topic("n") >= 2, A, topic("n") < 9, topic("m") > 0)
    assert ("n", "m") == rule.judge(known(a=True)).missing
    verdict = rule.judge(known(disputed="an", n=3, a=True, m=1))
    assert (("ana/n", "ana/a", "ana/m"), ("n", "a")) == (verdict.evidence, verdict.disputed)


def test_disputes_are_those_of_evidence_that_was_read():
    """A dispute on what is unknown, on what does not count, or behind a host's own evidence, is not named."""
    assert () == any_of(A, B).judge(known(disputed="bc", a=True, b=False, c=True)).disputed
    assert () == (A & B).judge(known(disputed="b", a=True)).disputed
    plain = criterion(uses=("a", "b"), version="1", name="plain")(lambda facts: True)
    cites = criterion(uses="a", version="1", name="cites")(lambda facts: Verdict(True, evidence=["x"]))
    assert ("a",) == plain.judge(known(disputed="ab", a=True)).disputed
    assert () == cites.judge(known(disputed="a", a=True)).disputed


def test_what_ends_first_and_what_may_end_without_a_change():
    """A quorum holds while enough of its parts do; what no truth rests on may end unseen."""
    ends = known(a=(True, DAY), b=(True, 2 * DAY), c=(True, 3 * DAY), d=(False, DAY / 2))
    d = topic("d").is_true()
    for rule, until in (
        (A & B & C, DAY),
        (A | B | C | d, 3 * DAY),
        (at_least(2, A, B, C, d), 2 * DAY),
        (at_least(3, A, B, C, d), DAY),
        (at_least(2, ~A, ~B, ~C, d), DAY),
        (~(A | d), DAY),
        (weighted({A: 2, d: 1}, bar=2), DAY / 2),
        ((A & topic("x").exists()), DAY),
        (at_least(2, A, topic("x").exists(), d), DAY / 2),
        ((d & A) | (B & C), 2 * DAY),
        (any_of([d & ~A, d & ~B]), DAY),
    ):
        assert NOW + until == rule.judge(ends).good_until
    assert (A | topic("e").is_true()).judge(known(a=(True, DAY), e=True)).good_until is None
    assert at_least(2, A, B, C).judge(known(a=True, b=True, c=(True, DAY))).good_until is None


@pytest.mark.parametrize("value", [None, UNKNOWN])
def test_no_answer_does_not_end(value):
    """That nobody knows stays so when its evidence goes stale; a value that cannot be read may be renewed."""
    silent = known(a=(value, DAY))
    assert A.judge(silent).good_until is None
    assert ("ana/a",) == A.judge(silent).evidence
    assert NOW + DAY == A.judge(known(a=("odd", DAY))).good_until
    asked = Atom("a", "known")
    assert asked.judge(silent).good_until is None
    assert (NO, ("ana/a",)) == (asked.judge(silent).truth, asked.judge(silent).evidence)
    assert NOW + DAY == asked.judge(known(a=(NO, DAY))).good_until


def test_the_end_of_time_is_no_end():
    """Evidence that would outlast the calendar holds until it is contradicted."""
    words = Vocabulary(Topic("a", bool, fresh_for=timedelta.max), Topic("b", bool, fresh_for=DAY))
    facts = Facts.of({"a": True, "b": True}, at=NOW, vocabulary=words)
    assert A.judge(facts).good_until is None
    assert NOW + DAY == (A & B).judge(facts).good_until


def test_windows_end_where_no_evidence_does():
    """Signals and calendar values have ends of their own, also beside facts that have none."""
    signals = [Signal("demo", at=NOW - DAY, id="s/1"), Signal("demo", at=NOW, id="s/2")]
    facts = Facts(at=NOW, current=[Evidence("day", NOW, at=NOW, id="ana/day")], signals=signals)
    recent = heard("demo").within(7 * DAY)
    verdict = (recent & topic("day").within(3 * DAY)).judge(facts)
    assert (NOW + 3 * DAY, ("s/2", "ana/day")) == (verdict.good_until, verdict.evidence)
    assert NOW + 7 * DAY == (recent | topic("day").within(3 * DAY)).judge(facts).good_until
    assert NOW + 6 * DAY == heard("demo").within(7 * DAY, times=2).judge(facts).good_until
    assert heard("demo").judge(facts).good_until is None
    odd = Facts.of({"day": "soon"}, at=NOW)
    verdict = topic("day").due(DAY).judge(odd)
    assert (("day",), ["unreadable"]) == (verdict.missing, [fault.kind for fault in verdict.faults])


def test_a_window_ends_at_its_edge_or_with_its_evidence():
    """Whichever comes first, where evidence ends and where it lasts for ever."""
    day = timedelta(days=1)
    words = Vocabulary(Topic("x", "instant", fresh_for=9 * day))
    for options, end in (({}, 12), ({"vocabulary": words}, 9)):
        facts = Facts.of({"x": NOW + 12 * day}, at=NOW, **options)
        assert NOW + 5 * day == topic("x").due(7 * day).judge(facts).good_until
        assert NOW + end * day == topic("x").due(20 * day).judge(facts).good_until
        past = Facts.of({"x": NOW}, at=NOW, **options)
        assert NOW + 7 * day == topic("x").within(7 * day).judge(past).good_until
