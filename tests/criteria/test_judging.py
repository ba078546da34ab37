"""What a verdict says of hosts, of what is disputed, of its faults, and until when, on small examples."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qualify import _canonical
from qualify.criteria import (
    Fault,
    Part,
    Verdict,
    all_of,
    any_of,
    at_least,
    criterion,
    heard,
    topic,
    weighted,
)
from qualify.models import Evidence, Facts, Lead, Signal, Topic, Vocabulary
from qualify.truth import NO, UNKNOWN, YES
from reference.criteria_slow import NOW

A, B, C, D = (topic(name).is_true() for name in "abcd")
DAY = timedelta(days=1)
WORDS = Vocabulary(
    *(Topic(name, bool, fresh_for=DAY * days) for name, days in (("a", 1), ("b", 2), ("c", 3)))
)


def lead(**known):
    """Facts that end after one, two and three days, with evidence that has ids."""
    entries = [Evidence(name, value, at=NOW, id=f"ana/{name}") for name, value in known.items()]
    return Facts(at=NOW, current=entries, vocabulary=WORDS)


@pytest.mark.parametrize(
    ("rule", "known", "days"),
    [
        (A, {"a": True}, 1),
        (A, {"a": False}, 1),
        (A, {}, None),
        (A, {"a": None}, None),
        (topic("a") >= 3, {"a": "many"}, 1),
        (topic("a").known(), {"a": True}, 1),
        (topic("a").known(), {}, None),
        (D, {"d": True}, None),
        (A & B, {"a": True, "b": True}, 1),
        (A & B, {"a": False, "b": False}, 2),
        (A & B & C, {"a": False, "b": True, "c": False}, 3),
        (A & D, {"a": False, "d": False}, None),
        (A | B, {"a": True, "b": True}, 2),
        (A | B, {"a": False, "b": False}, 1),
        (A | D, {"a": True, "d": True}, None),
        (A | B, {"b": True}, 2),
        (A & B, {"b": True}, 2),
        (at_least(2, A, B, C), {"a": True, "b": True, "c": True}, 2),
        (at_least(2, A, B, C), {"a": True, "c": True}, 1),
        (at_least(2, A, B, C), {"a": False, "b": False, "c": False}, 2),
        (at_least(2, A, B, C), {"a": True, "b": False}, 1),
        (at_least(3, A, B, C, D), {"a": True, "b": True, "c": True, "d": True}, 2),
        (at_least(3, A, B, C, D), {"a": False, "b": False, "c": False, "d": True}, 2),
        (weighted({A: 1, C: 1}, bar=1), {"a": True, "c": True}, 1),
        (~(B & C), {"b": False, "c": True}, 2),
        ((A & B) | (B & C), {"a": True, "b": True, "c": True}, 2),
        (any_of(A & D, at_least(1, C)), {"a": True, "c": True, "d": True}, 3),
    ],
)
def test_until_when_a_verdict_holds(rule, known, days):
    """All parts on which an answer rests must hold; where fewer are enough, the last ends may pass."""
    expected = None if days is None else NOW + days * DAY
    assert expected == rule.judge(lead(**known)).good_until


def test_facts_that_end_and_facts_that_do_not_are_judged_in_any_order():
    """The same criterion says of each until when it holds."""
    lasting, ending = Facts.of({"a": True}, at=NOW), lead(a=True)
    for order in ((lasting, ending), (ending, lasting)):
        rule = any_of(A, D)
        found = [rule.judge(facts).good_until for facts in (*order, *order)]
        assert [NOW + DAY if facts is ending else None for facts in (*order, *order)] == found


def test_signals_and_windows_end_too():
    """A signal ends with its window, an instant at the edges, and a host's answer when it says so."""
    facts = Facts.of({"d": True}, at=NOW, signals=[Signal("mail", at=NOW - DAY, id="m1")])
    mail = heard("mail").within(3 * DAY)
    assert NOW + 2 * DAY == (mail & D).judge(facts).good_until
    assert (mail | D).judge(facts).good_until is None
    assert ("m1",) == mail.judge(facts).evidence
    seen = Facts.of({"x": NOW}, at=NOW)
    assert NOW + DAY == topic("x").within(DAY).judge(seen).good_until
    ahead = Facts.of({"x": NOW + 2 * DAY}, at=NOW)
    assert NOW + DAY == topic("x").due(DAY).judge(ahead).good_until
    assert NOW + 2 * DAY == topic("x").due(3 * DAY).judge(ahead).good_until
    assert topic("x").due(DAY).judge(seen).good_until is None
    assert NOW + DAY == (~topic("x").within(DAY) | topic("x").within(2 * DAY)).judge(seen).good_until - DAY


@criterion(uses=("a", "b"), version="1")
def model(facts):
    """A host's function that says of itself what it rests on."""
    if "b" not in facts:
        return Verdict(None, reason="needs b", missing=("b",), evidence=("m0",))
    return Verdict(
        facts["b"], reason="p 0.8", score=0.8, evidence=("m1",), good_until=NOW + DAY / 2, missing=("z",),
        faults=[Fault("part", "ValueError", "odd")],
    )  # fmt: skip


@criterion(uses=("a", "b"), version="1")
def plain(facts):
    """A host's function of two topics."""
    return facts["a"] is facts["b"]


def test_what_a_host_says_of_itself_is_taken_over():
    """Its missing topics only while it is open; its evidence in place of that of its topics."""
    open_ = model.judge(lead(a=True))
    assert (UNKNOWN, ("b",), ("m0",), NOW + DAY) == (
        open_.truth,
        open_.missing,
        open_.evidence,
        open_.good_until,
    )
    assert "UNKNOWN because b is not known" == open_.reason
    closed = model.judge(lead(a=True, b=False))
    assert (NO, (), ("m1",), NOW + DAY / 2, (0.8, 0.8)) == (
        closed.truth,
        closed.missing,
        closed.evidence,
        closed.good_until,
        closed.score,
    )
    assert "NO because model is NO (p 0.8)" == closed.reason
    assert [Fault("part", "ValueError", "odd")] == list(closed.faults)
    assert [Part] == [type(part) for part in closed.because]
    assert [("model", NO, "p 0.8", ("m1",))] == [
        (str(part.criterion), part.truth, part.reason, part.evidence) for part in closed.because
    ]


def test_a_host_without_words_rests_on_all_that_it_uses():
    """The evidence, the ends and the disputes are those of its topics."""
    verdict = plain.judge(lead(a=True, b=True))
    assert (YES, ("ana/a", "ana/b"), NOW + DAY) == (verdict.truth, verdict.evidence, verdict.good_until)
    missing = plain.judge(lead(b=True))
    assert (UNKNOWN, ("a",), ("ana/b",), NOW + 2 * DAY) == (
        missing.truth,
        missing.missing,
        missing.evidence,
        missing.good_until,
    )
    ana = Lead("ana").learn(
        Evidence("a", True, at=NOW, source="call"), Evidence("a", False, at=NOW - DAY / 2, source="form")
    )
    facts = ana.facts(at=NOW, vocabulary=WORDS)
    assert ("a",) == (plain | A).judge(facts).disputed
    assert ("a",) == plain.judge(facts).disputed
    assert () == (B | C).judge(facts).disputed
    assert ("a",) == (~A).named("x").judge(facts).disputed


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (1, "a criterion gives True, False, None, a Truth or a Verdict, not int"),
        ("yes", "a criterion gives True, False, None, a Truth or a Verdict, not str"),
        ([], "a criterion gives True, False, None, a Truth or a Verdict, not list"),
    ],
)
def test_an_answer_that_is_no_truth_is_named(answer, message):
    """The fault says what may be answered, and what was."""
    host = criterion(version="1", name="host")(lambda facts: answer)
    verdict = (host & A).judge(lead(a=True))
    assert [Fault("host", "returned", message)] == list(verdict.faults)
    assert "UNKNOWN because host failed" == verdict.reason


def test_reading_what_is_not_declared_says_what_is():
    """The fault names the topic, and what is declared now."""
    for uses, now in (((), "nothing"), (("b", "a"), "a, b")):
        host = criterion(version="1", name="host", uses=uses)(lambda facts: facts["z"])
        (fault,) = host.judge(lead(a=True)).faults
        assert (
            f"a host function reads the topics that it says it uses (got 'z'); "
            f"write it into uses=(...), where {now} is now"
        ) == fault.message


def test_the_form_of_a_host_is_its_name_version_and_topics():
    """What is stored, and what the fingerprint is made of."""
    host = criterion(version="2", name="host", uses=("a", "b"))(len)
    assert {"is": "HostCriterion", "name": "host", "version": "2", "uses": ["a", "b"]} == _canonical.form(
        host
    )


def test_a_verdict_prints_what_it_holds():
    """The truth and the reason; what is missing, scored, disputed or faulty only where something is."""
    assert "Verdict(YES, 'YES because a is true is YES')" == repr(A.judge(lead(a=True)))
    assert "Verdict(UNKNOWN, 'UNKNOWN because a is not known', missing=('a',))" == repr(A.judge(lead()))
    score = weighted({A: 1.5, B: 1}, bar=2)
    assert ("Verdict(UNKNOWN, 'UNKNOWN because b is not known', missing=('b',), score=(1.5, 2.5))") == repr(
        score.judge(lead(a=True))
    )
    fault = Fault("x", "y", "z")
    assert (
        "Verdict(NO, 'so', score=(0.0, 1.0), disputed=('a',), "
        "faults=(Fault(criterion='x', kind='y', message='z'),))"
    ) == repr(Verdict(False, reason="so", score=(0, 1), disputed="a", faults=[fault]))


def test_verdicts_are_equal_by_what_they_say():
    """Each field counts, and the Facts behind them do not."""
    fields = {
        "reason": "so", "because": (Part(A, YES),), "missing": ("a",), "evidence": ("e",), "score": 1.0,
        "good_until": NOW, "disputed": ("d",), "faults": (Fault("x", "y", "z"),),
    }  # fmt: skip
    whole = Verdict(True, **fields)
    assert whole == Verdict(True, **fields)
    assert hash(whole) == hash(Verdict(True, **fields))
    assert whole != Verdict(False, **fields)
    for name in fields:
        lacking = Verdict(True, **{other: part for other, part in fields.items() if other != name})
        assert whole != lacking
        assert name not in _canonical.form(lacking)
        assert name in _canonical.form(whole)
    assert (whole == 3) is False
    assert whole.__eq__(3) is NotImplemented
    assert all_of(A, B).judge(lead(a=True)) == all_of(A, B).judge(
        Facts(at=NOW, current=lead(a=True).current.values(), vocabulary=WORDS, signals=[Signal("s", at=NOW)])
    )
