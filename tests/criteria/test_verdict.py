"""A verdict says why, what is missing and until when, and no more of her than asked for."""

from __future__ import annotations

import pickle
from datetime import timedelta

import pytest
from hypothesis import given

from qualify.criteria import Fault, Part, Verdict, all_of, any_of, at_least, criterion, heard, topic, weighted
from qualify.errors import CriterionError, InvalidType, InvalidValue
from qualify.models import Evidence, Facts, Lead, Topic, Vocabulary
from qualify.truth import NO, UNKNOWN, YES, Truth
from reference.criteria_slow import NOW, criteria, facts, truth

A, B, C, D = (topic(name).is_true() for name in "abcd")


def lead(**known):
    """Facts with evidence that has ids."""
    entries = [Evidence(name, value, at=NOW, id=f"ana/{name}") for name, value in known.items()]
    return Facts(at=NOW, current=entries)


@given(criteria(), facts())
def test_a_verdict_rests_on_what_forces_it(rule, known):
    """Keeping only what the verdict names keeps a decided truth, and nothing missing means decided."""
    verdict = rule.judge(known)
    assert (verdict.truth is UNKNOWN) or not verdict.missing
    if verdict.truth is not UNKNOWN:
        named = {name for part in verdict.because for name in part.criterion.topics}
        kept = [entry for name, entry in known.current.items() if name in named]
        alone = Facts(at=known.at, current=kept, signals=known.signals)
        assert verdict.truth is truth(rule, alone)
    assert set(verdict.evidence) <= {f"ana/{name}" for name in rule.topics}
    assert verdict.reason.startswith((verdict.truth.name, "a name is"))
    assert verdict == rule.judge(known)
    assert hash(verdict) == hash(rule.judge(known))


@given(criteria(), facts())
def test_missing_topics_are_what_could_decide_it(rule, known):
    """A missing topic is one that nobody knows, or whose value cannot be read here."""
    verdict = rule.judge(known)
    faulty = {fault.criterion for fault in verdict.faults}
    for name in verdict.missing:
        assert name not in known or faulty


@given(criteria(), facts())
def test_a_verdict_survives_pickling_without_her_facts(rule, known):
    """A stored verdict holds its reasons, and no longer the Facts behind them."""
    verdict = rule.judge(known)
    stored = pickle.loads(pickle.dumps(verdict))
    assert verdict == stored
    with pytest.raises(InvalidValue, match="judge them again"):
        stored.explain()
    assert stored._repr_markdown_().startswith(f"**{verdict.truth}**")


def test_only_the_parts_that_forced_it():
    """All-of rests on its NO parts, any-of on its YES parts, a quorum on those that decide it."""
    known = lead(a=True, b=False, c=False)
    for rule, parts in (
        (A & B & C & D, [B, C]),
        (any_of(A, B, D), [A]),
        (~(A & B), [B]),
        (at_least(2, A, B, C), [B, C]),
        (at_least(2, A, ~B, C), [A, B]),
        (A & D, [D]),
        (any_of(B, D), [D]),
        (weighted({A: 2, B: 1}, bar=2), [A, B]),
    ):
        assert parts == [part.criterion for part in rule.judge(known).because]
    assert ("ana/b", "ana/c") == (A & B & C).judge(known).evidence


def test_the_reason_names_topics_and_truths_and_no_value():
    """One plain sentence that may stand in a log."""
    secret = lead(a=True, note="call me on 555-0199")
    rule = all_of(A, topic("note") == "silence", D)
    assert "NO because note is 'silence' is NO" == rule.judge(secret).reason
    assert "555" not in repr(rule.judge(secret))
    assert "UNKNOWN because b and c are not known" == (A & B & C).judge(secret).reason
    assert "UNKNOWN because b is not known" == (A & B).judge(secret).reason
    assert "ready is YES because a is true is YES" == A.named("ready").judge(secret).reason
    many = any_of(topic(f"t{i}").exists() for i in range(9))
    assert "t0, t1, t2, t3, t4 and 4 more are not known" in many.judge(secret).reason


def test_explain_is_a_tree_with_her_words_bounded_and_cleaned():
    """Values from outside are cut, and cannot steer a terminal."""
    known = lead(note="x\x1b[2J\u202e" + "y" * 200, n=3)
    rule = all_of(topic("note").exists(), ~(topic("n") >= 5) | heard("x"), at_least(1, A, B, topic("n") > 1))
    text = rule.judge(known).explain()
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "…" in text
    assert [
        "YES  all of",
        "├─ YES  note exists (note: 'x[2J" + "y" * 75 + "…')",
        "├─ YES  any of",
        "│  ├─ YES  not",
        "│  │  └─ NO  n >= 5 (n: 3)",
        "│  └─ NO  heard x",
        "└─ YES  any of",
        "   ├─ UNKNOWN  a is true (a: not known)",
        "   ├─ UNKNOWN  b is true (b: not known)",
        "   └─ YES  n > 1 (n: 3)",
    ] == text.splitlines()
    assert "'x" not in rule.judge(known).explain(words=False)
    assert "and 8 more" == rule.judge(known).explain(lines=2).splitlines()[-1]


def test_markdown_shows_no_words_of_hers_and_no_markup_of_others():
    """A notebook shows the tree; names cannot inject markup."""
    rule = all_of(
        topic("n") >= 3, weighted({topic("<b>").exists(): 1, A: 2}, bar=1), at_least(2, A, B, C)
    ).named("a*b")
    shown = rule.judge(lead(n=3, a=True))._repr_markdown_()
    assert shown.startswith(r"**UNKNOWN** a\*b is UNKNOWN")
    assert r"\<b\> exists" in shown
    assert "  - **" in shown
    assert "at least 2 of" in shown


def test_faults_are_listed_also_where_they_do_not_count():
    """A crash beside a YES leaves the YES, with the fault."""

    @criterion(version="1")
    def broken(facts):
        raise ValueError("no\x1b such list")

    verdict = (broken | A).judge(lead(a=True))
    assert (YES, "ValueError") == (verdict.truth, verdict.faults[0].kind)
    assert "no such list" == verdict.faults[0].message
    assert "faults=" in repr(verdict)
    assert UNKNOWN is (broken & A).judge(lead(a=True)).truth
    assert "broken failed" in (broken & A).judge(lead(a=True)).reason
    with pytest.raises(ValueError, match="no.* such list") as caught:
        broken.judge(lead(), strict=True)
    assert ["while judging broken"] == caught.value.__notes__
    with pytest.raises(CriterionError, match="message"):
        Fault("x", "returned", "message").raise_it()
    assert Fault("x", "y", "z") == pickle.loads(pickle.dumps(Fault("x", "y", "z", ValueError())))


def test_disputes_are_named_where_the_truth_rests_on_them():
    """A disputed topic is named by the verdicts that read it."""
    ana = Lead("ana").learn(
        Evidence("n", 3, at=NOW, source="call"), Evidence("n", 5, at=NOW - timedelta(1), source="form")
    )
    known = ana.facts(at=NOW)
    assert ("n",) == (topic("n") >= 3).judge(known).disputed
    assert () == A.judge(known).disputed
    assert "disputed=('n',)" in repr((topic("n") >= 3).judge(known))


def test_good_until_looks_at_what_the_truth_rests_on():
    """A NO holds while any of its reasons does; a YES as long as all of them do."""
    words = Vocabulary(
        Topic("a", bool, fresh_for=timedelta(1)), Topic("b", bool, fresh_for=timedelta(2)), Topic("c", bool)
    )

    def at(**known):
        return Facts.of(known, at=NOW, vocabulary=words)

    day = timedelta(days=1)
    assert NOW + day == (A & B).judge(at(a=True, b=True)).good_until
    assert NOW + 2 * day == (A & B).judge(at(a=False, b=False)).good_until
    assert (A & B & C).judge(at(a=False, b=False, c=False)).good_until is None
    assert NOW + 2 * day == (A | B).judge(at(a=True, b=True)).good_until
    assert NOW + day == at_least(2, A, B, C).judge(at(a=True, b=False, c=True)).good_until
    assert NOW + 2 * day == at_least(2, A, B, C).judge(at(a=True, b=True, c=True)).good_until
    assert NOW + 2 * day == at_least(2, A, B, C).judge(at(a=False, b=False, c=False)).good_until
    assert NOW + day == weighted({A: 1, B: 1}, bar=1).judge(at(a=True, b=True)).good_until
    assert NOW + day == (~A).named("x").judge(at(a=True)).good_until
    assert NOW + day == (A & B & C).changes_at(at(a=False, b=False, c=False))


def test_a_host_may_make_a_verdict():
    """What a host function says of itself is checked and kept."""
    made = Verdict(
        True, reason="so", score=0.5, missing="x", evidence=("e",), good_until=NOW, because=[Part(A, YES)]
    )
    assert (YES, (0.5, 0.5), ("x",), ("e",), NOW) == (
        made.truth,
        made.score,
        made.missing,
        made.evidence,
        made.good_until,
    )
    assert made == pickle.loads(pickle.dumps(made))
    assert made != Verdict(False)
    assert made != 3
    assert "a is true is YES" == str(made.because[0])
    assert "a is true is NO (why)" == str(Part(A, NO, reason="why"))
    with pytest.raises(CriterionError, match="low, high"):
        Verdict(True, score=(2, 1))
    with pytest.raises(InvalidValue):
        Verdict(True, score=float("nan"))
    with pytest.raises(InvalidType):
        Verdict(1)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = made.nothing
    with pytest.raises(InvalidValue, match="judge them again"):
        made.explain()
    assert Truth.UNKNOWN is Verdict(None).truth
