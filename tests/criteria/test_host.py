"""Host functions: what they see, what they may answer, and what happens when they break."""

from __future__ import annotations

import pickle
from datetime import timedelta

import numpy as np
import pytest

from qualify.criteria import HostCriterion, Verdict, criterion, topic
from qualify.errors import CriterionError, InvalidType, InvalidValue, NotKnown
from qualify.models import Asked, Facts, Signal, Topic, Vocabulary
from qualify.truth import NO, UNKNOWN, YES, Truth
from reference.criteria_slow import NOW

WORDS = Vocabulary(Topic("industry", str, fresh_for=timedelta(days=9)), Topic("size", int))


def known(**values):
    """Facts with a vocabulary."""
    signals = [Signal("mail", at=NOW)]
    return Facts.of(values, at=NOW, vocabulary=WORDS, signals=signals, asked=[Asked("size", at=NOW)])


@criterion(uses=("industry",), version="1")
def regulated(facts):
    """A criterion at the top of a module."""
    return facts["industry"] in {"health", "banking"}


@pytest.mark.parametrize(
    ("answer", "truth"),
    [
        (True, YES),
        (False, NO),
        (None, UNKNOWN),
        (Truth.YES, YES),
        (Truth.NO, NO),
        (Truth.UNKNOWN, UNKNOWN),
        (np.True_, YES),
        (np.False_, NO),
        (Verdict(Truth.NO), NO),
    ],
)
def test_what_a_function_may_answer(answer, truth):
    """True, False, None, a Truth, a Verdict, and numpy's bool."""
    host = criterion(version="1", name="host")(lambda facts: answer)
    assert truth is host.truth(known())
    verdict = host.judge(known())
    assert (truth, ()) == (verdict.truth, verdict.faults)


@pytest.mark.parametrize("answer", [1, 0, "yes", 0.7, [], np.array([True]), np.array(1), object()])
def test_anything_else_is_a_fault(answer):
    """Numbers, text and arrays are neither YES nor NO."""
    host = criterion(version="1", name="host")(lambda facts: answer)
    verdict = host.judge(known())
    assert (UNKNOWN, "returned") == (verdict.truth, verdict.faults[0].kind)
    assert type(answer).__name__ in verdict.faults[0].message
    with pytest.raises(CriterionError):
        host.judge(known(), strict=True)


@pytest.mark.parametrize("error", [ValueError, KeyError, RecursionError, ZeroDivisionError, AttributeError])
def test_a_crash_disqualifies_nobody(error):
    """Whatever a function raises is listed, and the answer UNKNOWN, never NO."""

    @criterion(version="1")
    def broken(facts):
        raise error("oh")

    for rule in (broken, ~broken):
        verdict = rule.judge(known())
        assert (UNKNOWN, error.__name__) == (verdict.truth, verdict.faults[0].kind)
        assert UNKNOWN is rule.truth(known())
    with pytest.raises(error):
        broken.judge(known(), strict=True)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, MemoryError])
def test_what_ends_a_program_passes_through(error):
    """These are not ours to swallow."""

    @criterion(version="1")
    def ending(facts):
        raise error

    with pytest.raises(error):
        ending.truth(known())


def test_an_unknown_fact_ends_the_function_and_is_missing():
    """No stand-in is ever seen."""
    reached = []

    @criterion(uses=("industry", "size"), version="1")
    def host(facts):
        size = facts["size"]
        reached.append(size)
        return facts["industry"] == "health"

    verdict = host.judge(known())
    assert (UNKNOWN, ("size",), ()) == (verdict.truth, verdict.missing, verdict.faults)
    assert [] == reached
    assert ("industry",) == host.judge(known(size=3)).missing
    assert "UNKNOWN because industry is not known" == host.judge(known(size=3)).reason


def test_not_known_of_something_else_is_a_fault():
    """A NotKnown that names no topic of the function is its own mistake."""

    @criterion(uses=("industry",), version="1")
    def host(facts):
        raise NotKnown("elsewhere")

    assert "NotKnown" == host.judge(known()).faults[0].kind


def test_none_means_that_what_it_uses_is_missing():
    """A function that answers None misses those of its topics that nobody knows."""

    @criterion(uses=("industry", "size"), version="1")
    def host(facts):
        return None if facts.get("size") is None else True

    assert ("size",) == host.judge(known(industry="health")).missing
    assert YES is host.truth(known(size=3))
    silent = criterion(uses="size", version="1", name="silent")(lambda facts: None)
    assert "UNKNOWN because silent gave no answer" == silent.judge(known(size=3)).reason


def test_the_view_shows_what_is_declared_and_cannot_be_changed():
    """Reading anything else is a fault that says what to write; the rest of the facts is there."""
    seen = {}

    @criterion(uses=("size",), version="1")
    def host(facts):
        seen.update(
            at=facts.at,
            signals=facts.signals,
            asked=facts.asked,
            words=facts.vocabulary,
            known=list(facts),
            has="size" in facts,
            evidence=facts.evidence("size").value,
        )
        with pytest.raises(AttributeError):
            facts.at = None
        return True

    assert YES is host.truth(known(size=3, industry="health"))
    assert (NOW, ["size"], True, 3) == (seen["at"], seen["known"], seen["has"], seen["evidence"])
    assert ("mail", "size", WORDS) == (seen["signals"][0].kind, seen["asked"][0].topic, seen["words"])
    for read in (
        lambda f: f["industry"],
        lambda f: f.get("industry"),
        lambda f: "industry" in f,
        lambda f: f.evidence("industry"),
    ):
        fault = criterion(uses="size", version="1", name="host")(read).judge(known(industry="x")).faults[0]
        assert "CriterionError" == fault.kind
        assert "uses" in fault.message
    assert (
        "nothing is now"
        in criterion(version="1", name="h")(lambda f: f["x"]).judge(known()).faults[0].message
    )


def test_a_verdict_of_a_host_is_taken_over():
    """Its reason, score, missing topics, evidence and end are the host's own."""

    @criterion(uses=("size", "industry"), version="1")
    def model(facts):
        if "size" not in facts:
            return Verdict(None, reason="no size, no model", missing=("size",))
        return Verdict(
            True, reason="p 0.81", score=0.81, evidence=("m1",), good_until=NOW + timedelta(hours=2)
        )

    verdict = model.judge(known(size=3))
    assert (YES, (0.81, 0.81), ("m1",)) == (verdict.truth, verdict.score, verdict.evidence)
    assert NOW + timedelta(hours=2) == verdict.good_until == model.changes_at(known(size=3))
    assert "YES because model is YES (p 0.81)" == verdict.reason
    assert ("size",) == model.judge(known()).missing
    assert model.named("m").judge(known(size=3)).score == (0.81, 0.81)
    assert regulated.judge(known(industry="x")).score is None
    assert NOW + timedelta(days=9) == regulated.judge(known(industry="x")).good_until
    assert NOW + timedelta(days=9) == (~regulated).changes_at(known(industry="x"))
    odd = criterion(version="1", name="odd")(lambda f: Verdict(None, reason="still thinking"))
    assert "UNKNOWN because odd still thinking" == odd.judge(known()).reason


def test_equal_by_name_and_version():
    """Code counts for nothing: the version says what it means."""
    one = criterion(uses="size", version="1", name="h")(lambda f: True)
    same = criterion(uses="size", version="1", name="h")(lambda f: False)
    other = criterion(uses="size", version="2", name="h")(lambda f: True)
    assert one == same
    assert (hash(one), one.fingerprint) == (hash(same), same.fingerprint)
    assert one != other
    assert one.fingerprint != other.fingerprint
    assert "h" == str(one)
    assert "<criterion 'h' version '1' of size>" == repr(one)
    assert "of no topic" in repr(criterion(version="1", name="x")(lambda f: True))


def test_two_functions_of_one_name_and_version_are_found():
    """A criterion that holds both cannot mean both; the error names where they are written."""

    def other(facts):
        return False

    twin = criterion(uses="industry", version="1", name="regulated")(other)
    with pytest.raises(CriterionError, match=r"regulated.* and .*other"):
        (regulated & ~twin).check(WORDS)
    rule = regulated & ~regulated
    assert rule is rule.check(WORDS)
    assert topic("size").exists()._called() is None


def test_pickling_refers_to_the_module():
    """A host criterion is pickled by the name under which its module holds it."""
    import sys

    module = type(sys)("a_host")
    source = "@criterion(uses='a', version='1')\ndef rule(facts):\n    return True"
    module.criterion = criterion
    exec(source, module.__dict__)  # noqa: S102 - a small module
    module.rule.function.__module__ = "a_host"
    sys.modules["a_host"] = module
    try:
        rule = module.rule & topic("b").exists()
        assert rule == pickle.loads(pickle.dumps(rule))
        stored = pickle.dumps(module.rule)
        module.rule = 3
        with pytest.raises(CriterionError, match="that is none"):
            pickle.loads(stored)
    finally:
        del sys.modules["a_host"]
    local = criterion(version="1", name="x")(lambda f: True)
    with pytest.raises(CriterionError, match="top of a module"):
        pickle.dumps(local)


def test_how_not_to_write_one():
    """What is missing is asked for at once."""
    with pytest.raises(CriterionError, match=r"@criterion\(uses="):
        criterion(uses=len, version="1")
    with pytest.raises(InvalidType, match="function"):
        HostCriterion("x", "1", (), 3)
    with pytest.raises(InvalidType, match="function"):
        HostCriterion("x", "1", (), len, 3)
    with pytest.raises(InvalidValue):
        criterion(version="", name="x")(len)
    with pytest.raises(InvalidType):
        criterion(version=1, name="x")(len)


def test_calling_it_calls_the_function():
    """A test of the host's calls the function itself."""
    assert regulated(known(industry="health")) is True
    with pytest.raises(NotKnown):
        regulated(known())
