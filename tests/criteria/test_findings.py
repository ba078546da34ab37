"""What each finding says, whole, and where the linter looks no further."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qualify.criteria import all_of, any_of, at_least, criterion, heard, lint, topic, weighted
from qualify.models import Topic, Vocabulary
from reference.criteria_slow import NOW

PERSON, NEED, FIT = topic("person").exists(), topic("need").exists(), topic("fit") >= 3
DEMO = heard("demo")


@criterion(uses=("history",), version="1")
def learned(facts):
    """A learned score."""
    return facts["history"] > 1


FINDINGS = [
    (
        (topic("fit") >= 4) & (topic("fit") < 3),
        {},
        "criterion: no lead can be YES [never-true]; change or drop the parts that contradict each other",
    ),
    (
        FIT | ~FIT,
        {},
        "criterion: every lead is YES once she is known [always-true]; drop it: it decides nothing",
    ),
    (
        all_of(NEED, FIT, NEED),
        {},
        "criterion[2]: the same part stands at criterion[0] [duplicate]; leave one out",
    ),
    (
        (topic("fit") >= 4) & FIT,
        {"where": "gate"},
        "gate[1]: fit >= 3 never makes a difference [dead-part]; leave it out, or mend what covers it",
    ),
    (
        (FIT & NEED) | (~FIT & PERSON),
        {},
        (
            "criterion: it stays UNKNOWN although every answer would lead to the same [not-exact]; "
            "read each topic once, or decide with settle(...)"
        ),
    ),
    (
        topic("budget").known() & NEED,
        {},
        (
            "criterion[0]: budget is known turns not knowing into NO [absence-as-no]; "
            "write topic('budget').exists() or compare it"
        ),
    ),
    (
        PERSON & (NEED | DEMO),
        {},
        (
            "criterion[1]: heard demo outvotes a later no on need [old-click]; "
            "let the signal teach evidence on the topic (Playbook.teaches), so that the newest wins"
        ),
    ),
    (
        weighted({FIT: 3, NEED: 1, PERSON: 2}, bar=3).named("score"),
        {},
        (
            "criterion<score>: a score of at least 3 from +3 if fit >= 3, +1 if need exists, "
            "+2 if person exists passes although no need is known [blind-score]; "
            "require topic('need').exists() beside the score"
        ),
    ),
    (
        learned & PERSON,
        {"sells": True},
        (
            "criterion: possibly learned passes although no need is known [blind-score]; "
            "require topic('need').exists() beside the score"
        ),
    ),
    (
        NEED & FIT,
        {"sells": True},
        (
            "criterion: YES with no person known: a trial without a face [faceless]; "
            "require topic('person').exists()"
        ),
    ),
    (
        NEED & learned,
        {"sells": True, "person": "buyer"},
        (
            "criterion: possibly YES with no buyer known: a trial without a face [faceless]; "
            "require topic('buyer').exists()"
        ),
    ),
    (
        topic("timing") == "now",
        {"about_now": True},
        (
            "criterion: it speaks of now, and nothing in it ever goes out of date [no-recency]; "
            "give its topics fresh_for=, or use heard(...).within(...)"
        ),
    ),
    (
        NEED & (topic("average_deal") >= 100),
        {},
        (
            "criterion[1]: average_deal is a figure of past leads, and says nothing about this one now "
            "[past-average]; ask her: judge what she needs and when"
        ),
    ),
    (
        FIT,
        {"other": FIT & NEED},
        (
            "criterion: the two rules disagree, for example on a lead with fit=3, need=False "
            "[rules-disagree]; agree on it: there need exists is NO"
        ),
    ),
    (
        FIT,
        {"other": FIT & NEED & ~(PERSON | ~NEED)},
        (
            "criterion: the two rules disagree, for example on a lead with fit=3, need=True, person=True "
            "[rules-disagree]; agree on it: there person exists is YES"
        ),
    ),
    (
        FIT,
        {"other": FIT & (NEED | PERSON)},
        (
            "criterion: the two rules disagree, for example on a lead with fit=3, need=False, person=False "
            "[rules-disagree]; agree on it: there need exists is NO; person exists is NO"
        ),
    ),
    (
        DEMO,
        {"other": ~DEMO},
        (
            "criterion: the two rules disagree, for example on a lead with nothing known [rules-disagree]; "
            "agree on it: there heard demo is YES"
        ),
    ),
    (
        FIT,
        {"other": learned},
        (
            "criterion: possibly the two rules disagree, for example on a lead with fit=3 [rules-disagree]; "
            "agree on it"
        ),
    ),
    (
        FIT & NEED,
        {"budget": 3},
        (
            "criterion: undecided: 4 cells, and the budget is 3 [undecided]; "
            "raise the budget, or split the criterion"
        ),
    ),
    (
        FIT,
        {"other": FIT & NEED, "budget": 3},
        "criterion: undecided: 4 cells, and the budget is 3 [undecided]; raise the budget, or compare parts",
    ),
]


@pytest.mark.parametrize(("rule", "options", "printed"), FINDINGS)
def test_a_finding_prints_as_one_line(rule, options, printed):
    """The path, what is odd, the code, and the cure."""
    assert [printed] == [str(finding) for finding in lint(rule, **options)]


def codes(rule, **options):
    """The paths and codes found."""
    return [(finding.where.removeprefix("criterion"), finding.code) for finding in lint(rule, **options)]


@pytest.mark.parametrize(
    ("rule", "options", "expected"),
    [
        # a click that outvotes what she said: wherever one of several suffices
        (at_least(2, NEED, DEMO), {}, []),
        (~at_least(2, ~NEED, ~DEMO), {}, [(".not", "old-click")]),
        (~any_of(~NEED, ~DEMO), {}, []),
        (~at_least(2, ~NEED, ~DEMO, ~FIT), {}, [(".not", "old-click")]),
        (any_of(NEED, ~~DEMO), {}, [("", "old-click")]),
        (any_of(NEED, ~(FIT & ~DEMO)), {}, [("", "old-click"), ("[1].not", "old-click")]),
        (any_of(DEMO, heard("visit")), {}, []),
        (any_of(NEED, DEMO & FIT), {}, [("", "old-click")]),
        (NEED & any_of(FIT, ~DEMO), {}, []),
        # the same part twice is not dead too
        (any_of(NEED, FIT, NEED), {}, [("[2]", "duplicate")]),
        (all_of(NEED, NEED, topic("fit") >= 4, FIT), {}, [("[1]", "duplicate"), ("[3]", "dead-part")]),
        # contradictions hide what else is dead or inexact, not what is written twice
        (all_of(FIT, ~FIT, FIT), {}, [("", "never-true"), ("[2]", "duplicate")]),
        # a need that scores by itself, under the host's own name
        (weighted({FIT: 3, topic("pain").exists(): 3}, bar=6), {"needs": ["pain"]}, []),
        (weighted({FIT: 3, topic("pain").exists(): 3}, bar=6), {}, [("", "blind-score")]),
        (weighted({FIT: 3, NEED: 3}, bar=3) & NEED, {}, [("[0]", "dead-part")]),
        (weighted({FIT: 1, PERSON: 1}, bar=2) & topic("pain").exists(), {"needs": ["need", "pain"]}, []),
        (FIT & PERSON, {"sells": True}, []),
        (learned & PERSON & NEED, {"sells": True}, []),
        (learned | (PERSON & NEED), {"sells": True}, [("", "blind-score"), ("", "faceless")]),
        (
            weighted({FIT: 3, NEED: 1, topic("need").known(): -3}, bar=3),  # passes only while nobody asked
            {},
            [("[1]", "dead-part"), ("[2]", "absence-as-no"), ("", "blind-score")],
        ),
        # as many cells as the budget are looked at
        (NEED & FIT, {"sells": True, "budget": 4}, [("", "faceless")]),
        (NEED & FIT, {"sells": True, "budget": 3}, [("", "undecided")]),
        (FIT & weighted({FIT: 1}, bar=1), {"budget": 2}, [("[0]", "dead-part"), ("[1]", "blind-score")]),
        # something goes out of date
        (NEED & topic("renews").due(timedelta(9)), {"about_now": True}, []),
        (NEED & DEMO, {"about_now": True}, [("", "no-recency")]),
        (NEED & learned, {"about_now": True}, []),
        # figures of past leads
        (topic("avg_deal") >= 1, {}, [("", "past-average")]),
        (topic("deal_median") >= 1, {}, [("", "past-average")]),
        (topic("average") >= 1, {}, [("", "past-average")]),
        (topic("meaning") >= 1, {}, []),
        (topic("segment") >= 1, {"averages": ["segment"]}, [("", "past-average")]),
    ],
)
def test_what_is_found_and_what_is_not(rule, options, expected):
    """Each finding at its path, once."""
    assert expected == codes(rule, at=NOW, **options)


def test_the_vocabulary_is_asked_what_can_be():
    """With the values that a topic lists a rule may decide nothing, or nobody may be YES."""
    words = Vocabulary(
        Topic("w", str, values=("a", "b")), Topic("need", bool), Topic("fresh", int, fresh_for=timedelta(9))
    )
    some = topic("w").one_of("a", "b")
    assert [("", "always-true")] == codes(some | ~topic("w").exists(), vocabulary=words)
    assert [("", "never-true")] == codes(topic("w") > "b", vocabulary=words)
    assert [("[0]", "dead-part")] == codes(topic("w").exists() & some, vocabulary=words)
    assert [] == codes(some, vocabulary=words, other=topic("w").exists())
    assert [("", "rules-disagree")] == codes(some, other=topic("w").exists())
    assert [] == codes(NEED & (topic("fresh") >= 3), vocabulary=words, about_now=True)
    assert [("", "no-recency")] == codes(NEED, vocabulary=words, about_now=True)
    assert [("", "no-recency")] == codes(NEED & (topic("other") >= 3), vocabulary=words, about_now=True)
