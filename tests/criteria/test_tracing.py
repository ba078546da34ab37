"""A verdict is found in one pass, and says what the definitions say."""

from __future__ import annotations

from hypothesis import given

from reference import criteria_resting as slow


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
