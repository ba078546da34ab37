"""Each finding of the linter, where it is due and where not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings

from qualify.criteria import all_of, at_least, criterion, frameworks, heard, lint, topic, weighted
from qualify.criteria._linting import CODES
from qualify.errors import CriterionError
from qualify.models import Topic, Vocabulary
from reference.criteria_slow import criteria

PERSON, NEED, FIT = topic("person").exists(), topic("need").exists(), topic("fit") >= 3
SOUND = PERSON & NEED & FIT


@criterion(uses=("history",), version="1")
def learned(facts):
    """A learned score."""
    return facts["history"] > 1


def codes(rule, **options):
    """The codes found, in order."""
    return [finding.code for finding in lint(rule, **options)]


@pytest.mark.parametrize(
    ("rule", "options", "expected"),
    [
        (SOUND, {"sells": True}, []),
        ((topic("fit") >= 4) & (topic("fit") < 3), {}, ["never-true"]),
        (FIT | ~FIT, {}, ["always-true"]),
        (all_of(NEED, FIT, NEED), {}, ["duplicate"]),
        ((topic("fit") >= 4) & FIT, {}, ["dead-part"]),
        ((FIT & NEED) | (~FIT & PERSON), {}, ["not-exact"]),
        (topic("budget").known() & NEED, {}, ["absence-as-no"]),
        (NEED | heard("demo"), {}, ["old-click"]),
        (~(~NEED & ~heard("demo")), {}, ["old-click"]),
        (at_least(2, NEED, FIT, heard("demo")), {}, ["old-click"]),
        (NEED | (FIT & ~heard("unsubscribed")), {}, []),
        (NEED & heard("demo"), {}, []),
        (~(~NEED | heard("no")), {}, []),
        (~(~NEED | ~heard("demo")), {}, []),
        (heard("demo") | ~heard("unsubscribed"), {}, []),
        (weighted({NEED: 3, heard("demo"): 3}, bar=3), {}, ["old-click", "blind-score"]),
        (weighted({FIT: 3, NEED: 1, PERSON: 2}, bar=3), {}, ["blind-score"]),
        (weighted({FIT: 1, NEED: 3}, bar=4), {}, []),
        (NEED & weighted({FIT: 3, topic("a").exists(): 1}, bar=1), {}, []),
        (PERSON | weighted({FIT: 1, NEED: 3}, bar=4), {}, []),
        (
            PERSON & weighted({FIT: 3, NEED: 1, topic("a").exists(): 2}, bar=3),
            {"sells": True},
            ["blind-score"],
        ),
        (topic("budget").known() & NEED, {"sells": True}, ["absence-as-no", "faceless"]),
        (learned, {"sells": True}, ["blind-score", "faceless"]),
        (PERSON & NEED & learned, {"sells": True}, []),
        (NEED & FIT, {"sells": True}, ["faceless"]),
        ((PERSON | FIT) & NEED, {"sells": True}, ["faceless"]),
        (topic("timing") == "now", {"about_now": True}, ["no-recency"]),
        (heard("demo").within(timedelta(7)), {"about_now": True}, []),
        (topic("asked_on").within(timedelta(7)), {"about_now": True}, []),
        (learned, {"about_now": True}, []),
        (topic("average_deal") >= 100, {}, ["past-average"]),
        (topic("segment") >= 100, {"averages": ["segment"]}, ["past-average"]),
        (FIT, {"other": FIT & NEED}, ["rules-disagree"]),
        (FIT, {"other": FIT}, []),
        (all_of(topic(f"t{i}") >= i for i in range(25)), {}, ["undecided"]),
        (FIT, {"other": all_of(topic(f"t{i}") >= i for i in range(25))}, ["undecided"]),
        (FIT & weighted({FIT: 1}, bar=1), {"budget": 1, "sells": True}, ["undecided"]),
    ],
)
def test_findings(rule, options, expected):
    """Each code appears exactly where its description says."""
    assert expected == codes(rule, **options)


def test_recency_comes_from_the_vocabulary_too():
    """A topic that goes stale gives a gate about now its recency."""
    words = Vocabulary(Topic("timing", str, fresh_for=timedelta(days=30)), Topic("fit", int))
    assert [] == codes(topic("timing") == "now", vocabulary=words, about_now=True)
    assert ["no-recency"] == codes(FIT, vocabulary=words, about_now=True)


def test_a_finding_says_where_what_and_how_to_mend_it():
    """The path leads to the node, the witness shows the difference."""
    (finding,) = lint(FIT & NEED & topic("x").known(), where="meaningful")
    assert "meaningful[2]" == finding.where
    assert "topic('x').exists()" in finding.cure
    (gap,) = lint(FIT, other=FIT & NEED, where="marketing")
    assert "a lead with fit=3, need=False" in gap.message
    assert "need exists is NO" in gap.cure
    (possible,) = [f for f in lint(learned, other=FIT) if f.code == "rules-disagree"]
    assert "possibly" in possible.message


@pytest.mark.parametrize(
    ("name", "found"),
    [
        *(
            (name, True)
            for name in ("average", "deal_avg", "mean_deal", "a_median_b", "typical_size", "benchmark")
        ),
        *(
            (name, False)
            for name in ("meaningful", "demean", "averages_out", "typically", "atypical", "bench")
        ),
    ],
)
def test_a_past_average_is_a_word_of_its_own(name, found):
    """A topic is one if a word of its name says so, not if letters of a word do."""
    assert (["past-average"] if found else []) == codes(topic(name) >= 100)


@given(criteria(("n", "t", "w"), max_leaves=5))
@settings(max_examples=30)
def test_every_criterion_can_be_linted(rule):
    """The linter gives known codes and paths for whatever it is given."""
    for finding in lint(rule, sells=True, about_now=True, other=~rule):
        assert finding.code in CODES
        assert finding.where.startswith("criterion")


def test_frameworks_are_sound():
    """No framework contradicts itself, and none alone is enough to sell."""
    for made in frameworks.FRAMEWORKS.values():
        assert [] == codes(made.criterion())
        assert "faceless" in codes(made.criterion(), sells=True)


def test_only_criteria_are_linted():
    """Something else than a criterion is an error."""
    with pytest.raises(CriterionError):
        lint(3)
