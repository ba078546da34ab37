"""Atoms and signals: what may stand in them, and what they answer."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import pytest

from qualify.criteria import Atom, Heard, heard, topic
from qualify.criteria._atoms import sooner
from qualify.errors import CriterionError, InvalidType, InvalidValue, TimeError, UnknownName
from qualify.models import Evidence, Facts, Signal, Topic, Vocabulary
from qualify.truth import NO, UNKNOWN, YES, Truth
from reference.criteria_slow import NOW

NAN = math.nan


def known(**values):
    """Facts of some values."""
    return Facts.of(values, at=NOW)


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        (12, YES),
        ("a need", YES),
        (True, YES),
        (Truth.YES, YES),
        (False, NO),
        (Truth.NO, NO),
        (0, NO),
        (0.0, NO),
        ("", NO),
        ((), NO),
        (timedelta(0), NO),
        (Truth.UNKNOWN, UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_exists(value, truth):
    """There is one, we learned that there is none, or nobody has answered."""
    assert truth is topic("x").exists().truth(known(x=value))
    assert (NO if truth is UNKNOWN else YES) is topic("x").known().truth(known(x=value))


def test_that_there_is_none_sorts_below_every_value():
    """Learning that there is none answers each comparison, and its negation the other way."""
    for none in (Truth.NO, False):
        lead = known(x=none)
        for rule in (topic("x") >= -5, topic("x") > -5, topic("x") == 0, topic("x").between(-9, 9)):
            assert NO is rule.truth(lead)
        for rule in (topic("x") < -5, topic("x") <= -5, topic("x") != 0, ~topic("x").one_of(1, 2)):
            assert YES is rule.truth(lead)
        assert NO is topic("x").within(timedelta(9)).truth(lead)
    for one in (Truth.YES, True):
        assert UNKNOWN is (topic("x") >= 3).truth(known(x=one))
        assert () == (topic("x") >= 3).judge(known(x=one)).faults


def test_a_value_of_another_kind_is_unknown_with_a_fault():
    """What cannot be read disqualifies nobody, is missing, and is listed."""
    for rule in (
        topic("x") >= 3,
        (topic("x") >= 3) | topic("y").exists(),
        topic("x").is_true(),
        topic("x").within(timedelta(1)) & topic("x").within(timedelta(2)),
    ):
        verdict = rule.judge(known(x="high"))
        assert UNKNOWN is verdict.truth
        assert "x" in verdict.missing
        assert "unreadable" == verdict.faults[0].kind
        assert "high" not in str(verdict.faults)
    with pytest.raises(CriterionError, match="kind text"):
        (topic("x") >= 3).judge(known(x="high"), strict=True)


def test_text_is_compared_in_nfc():
    """Two spellings of one word are one word."""
    assert YES is (topic("x") == "c\u0327").truth(known(x="ç"))


def test_a_truth_is_compared_by_is_true():
    """== True asks whether it is true, == False whether it is not."""
    assert topic("x").is_true() == (topic("x") == True)  # noqa: E712 - the very thing
    assert ~topic("x").is_true() == (topic("x") == Truth.NO)
    assert ~topic("x").is_true() == (topic("x") != True)  # noqa: E712
    assert topic("x").is_true() == (topic("x") != Truth.NO)
    assert topic("x").is_true() == (topic("x") == Truth.YES)
    assert ~topic("x").is_true() == (topic("x") != Truth.YES)
    with pytest.raises(CriterionError, match=r"known\(\)"):
        topic("x") == Truth.UNKNOWN  # noqa: B015 - it raises


@pytest.mark.parametrize(
    ("build", "error", "words"),
    [
        (lambda: topic("x") >= NAN, InvalidValue, "finite"),
        (lambda: topic("x") >= float("inf"), InvalidValue, "finite"),
        (lambda: topic("x") >= True, CriterionError, "is_true"),
        (lambda: topic("x") >= 10**5_000, CriterionError, "4,096 bits"),
        (lambda: topic("x") >= None, CriterionError, "None"),
        (lambda: topic("x") == (1, 2), CriterionError, "one_of"),
        (lambda: topic("x") >= datetime(2026, 5, 3), TimeError, "time zone"),  # noqa: DTZ001 - the case
        (lambda: topic("x").between(5, 3), CriterionError, "low <= high"),
        (lambda: topic("x").between(1, "2"), CriterionError, "one kind"),
        (lambda: topic("x").one_of(), CriterionError, "needs values"),
        (lambda: topic("x").one_of(1, "a"), CriterionError, "number and text"),
        (lambda: topic("x").one_of(1, topic("y") == 1), CriterionError, "constant"),
        (lambda: topic("x").within(timedelta(0)), InvalidValue, "longer than zero"),
        (lambda: topic("x").within(3), InvalidType, "timedelta"),
        (lambda: topic(" x"), InvalidValue, "spaces"),
        (lambda: topic(3), InvalidType, "text"),
        (lambda: Atom("x", "=>", 3), UnknownName, "did you mean"),
        (lambda: Atom("x", "exists", 3), CriterionError, "takes no value"),
        (lambda: Atom("x", "between", (1, 2, 3)), CriterionError, "low <= high"),
        (lambda: heard(), CriterionError, "at least one kind"),  # noqa: PLW0108 - it raises
        (lambda: heard("x", times=0), InvalidValue, "at least 1"),
        (lambda: heard("x").within(timedelta(-1)), InvalidValue, "longer than zero"),
        (lambda: heard("x", times=True), InvalidType, "whole number"),
    ],
)
def test_what_cannot_be_meant(build, error, words):
    """Constants that compare with nothing, empty groups and wrong counts are refused with their place."""
    with pytest.raises(error, match=words):
        build()


def test_one_of_keeps_each_value_once():
    """A repeated value is one, and 1 and 1.0 are two."""
    assert (1, 1.0, 2) == topic("x").one_of(1, 1.0, 1, 2).value


@pytest.mark.parametrize(
    ("hours", "within", "due"),
    [(-25, NO, NO), (-24, NO, NO), (-1, YES, NO), (0, YES, NO), (1, NO, YES), (24, NO, YES), (25, NO, NO)],
)
def test_windows_are_half_open(hours, within, due):
    """An instant is within the last day up to, not at, its end; due from its beginning, not at itself."""
    lead = known(x=NOW + timedelta(hours=hours))
    assert within is topic("x").within(timedelta(days=1)).truth(lead)
    assert due is topic("x").due(timedelta(days=1)).truth(lead)


def test_a_date_begins_at_midnight_utc():
    """Dates are read by windows too."""
    assert YES is topic("x").within(timedelta(hours=13)).truth(known(x=date(2026, 5, 3)))
    assert NO is topic("x").within(timedelta(hours=12)).truth(known(x=date(2026, 5, 3)))


def test_windows_at_the_ends_of_the_calendar():
    """A span that leaves the calendar has no end there."""
    age = timedelta(days=3_000_000)
    assert YES is topic("x").within(age).truth(known(x=NOW))
    assert YES is topic("x").due(age).truth(known(x=NOW + timedelta(1)))
    lead = Facts.of({"x": NOW}, at=NOW, signals=[Signal("s", at=NOW)])
    assert topic("x").within(age).changes_at(lead) is None
    assert topic("x").due(age).changes_at(lead) is None


def test_when_a_window_changes():
    """Both edges of a window are exact instants of change, and staleness is another."""
    rule = topic("x").within(timedelta(days=7))
    assert NOW + timedelta(days=2) == rule.changes_at(known(x=NOW + timedelta(days=2)))
    assert NOW + timedelta(days=6) == rule.changes_at(known(x=NOW - timedelta(days=1)))
    assert rule.changes_at(known(x=NOW - timedelta(days=8))) is None
    words = Vocabulary(Topic("x", "instant", fresh_for=timedelta(days=3)))
    stale = Facts.of({"x": NOW}, at=NOW, vocabulary=words)
    assert NOW + timedelta(days=3) == rule.changes_at(stale)
    assert NOW + timedelta(days=3) == rule.judge(stale).good_until


def test_heard_counts_kinds_in_a_window():
    """Signals of any of the kinds count together, each until its own end."""
    signals = [Signal("a", at=NOW - timedelta(days=d), id=f"a{d}") for d in (1, 3, 9)]
    lead = Facts.of({}, at=NOW, signals=[*signals, Signal("b", at=NOW, id="b0")])
    assert YES is heard("a", "b", times=4).truth(lead)
    assert NO is heard("a", "b").within(timedelta(days=9), times=4).truth(lead)
    twice = heard("a", "b").within(timedelta(days=5), times=3)
    assert YES is twice.truth(lead)
    assert NOW + timedelta(days=2) == twice.changes_at(lead)
    assert ("b0", "a1", "a3") == twice.judge(lead).evidence
    assert heard("a").changes_at(lead) is None
    assert NO is (~heard("a")).judge(lead).truth
    assert heard("a") == Heard("a")
    assert 3 == heard("a", times=3).within(timedelta(1)).times


def test_staleness_is_when_a_fact_changes():
    """A known fact becomes UNKNOWN when it goes stale; an unknown one does not change."""
    words = Vocabulary(Topic("x", int, fresh_for=timedelta(days=5)))
    lead = Facts.of({"x": 3}, at=NOW, vocabulary=words)
    assert NOW + timedelta(days=5) == (topic("x") >= 3).changes_at(lead)
    open_ = Facts.of({"x": Truth.UNKNOWN}, at=NOW, vocabulary=words)
    assert (topic("x") >= 3).changes_at(open_) is None
    short = Facts(at=NOW, current=[Evidence("x", 3, at=NOW, good_for=timedelta(hours=1))])
    assert NOW + timedelta(hours=1) == topic("x").known().judge(short).good_until


def test_a_term_is_no_value():
    """A topic alone has no hash, and prints as what one writes."""
    with pytest.raises(TypeError):
        hash(topic("x"))
    assert "topic('x')" == repr(topic("x"))
    assert Atom("x", ">=", 3).kind == "number"
    assert topic("x").exists().kind is None
    assert topic("x").exists().readable is None
    assert "instant" == topic("x").within(timedelta(1)).kind
    assert datetime(2026, 1, 1, tzinfo=UTC) == (topic("x") >= datetime(2026, 1, 1, tzinfo=UTC)).value


@pytest.mark.parametrize("window", [topic("x").within(timedelta(1)), topic("x").due(timedelta(1))])
def test_a_window_reads_dates_and_instants(window):
    """Both kinds of windows are about an instant, and a date begins one."""
    assert "instant" == window.kind
    assert {date, datetime} == window.readable


def test_a_window_changes_at_its_own_edges_only_where_it_can_be_read():
    """What lies ahead comes into a window and leaves it; a text has no instant."""
    due = topic("x").due(timedelta(days=2))
    assert NOW + timedelta(days=3) == due.changes_at(known(x=NOW + timedelta(days=5)))
    assert NOW + timedelta(days=1) == due.changes_at(known(x=NOW + timedelta(days=1)))
    assert due.changes_at(known(x=NOW)) is None
    assert due.changes_at(known(x="soon")) is None


def test_a_verdict_names_the_signals_that_count_now():
    """One heard exactly as long ago as the window lasts counts no more, and is no evidence."""
    day = timedelta(days=1)
    signals = [Signal("a", at=NOW - age, id=name) for age, name in ((0 * day, "new"), (day, "old"))]
    lead = Facts.of({}, at=NOW, signals=signals)
    within = heard("a").within(day, times=2)
    assert ("new",) == within.judge(lead).evidence
    assert ["new"] == [one.id for one in within.matching(lead)]
    longer = heard("a").within(day + timedelta(microseconds=1), times=2)
    assert ("new", "old") == longer.judge(lead).evidence
    assert NOW + timedelta(microseconds=1) == longer.changes_at(lead)


@pytest.mark.parametrize(
    ("one", "other", "first"),
    [
        (None, None, None),
        (NOW, None, NOW),
        (None, NOW, NOW),
        (NOW, NOW + timedelta(1), NOW),
        (NOW + timedelta(1), NOW, NOW),
    ],
)
def test_the_sooner_of_two_ends(one, other, first):
    """None is never, so whatever ends is sooner."""
    assert first == sooner(one, other)


def test_what_is_heard_differs_by_kinds_span_and_times():
    """Two leaves are equal only if they listen for the same, as long, as often."""
    day = timedelta(days=1)
    leaves = [heard("a"), heard("b"), heard("a", "b"), heard("a", times=2), heard("a").within(day)]
    leaves += [heard("a").within(2 * day), heard("a").within(day, times=2)]
    assert len(leaves) == len(set(leaves))
    assert all((one == other) == (one is other) for one in leaves for other in leaves)
    assert heard("a").within(day) == Heard("a", day)


def test_a_whole_number_may_have_as_many_bits_as_stated():
    """4,096 bits are compared, one more are refused."""
    assert 2**4_096 - 1 == (topic("x") >= 2**4_096 - 1).value
    with pytest.raises(CriterionError, match=r"4,096 bits \(got 4,097\)"):
        _ = topic("x") >= 2**4_096


def test_only_a_comparison_for_equality_needs_a_listed_value():
    """Above and below are asked of values that are listed, and anything of a topic that lists none."""
    words = Vocabulary(Topic("w", str, values=("a", "b")), Topic("n", int))
    for rule in (topic("w") >= "aa", topic("w").between("0", "aa"), topic("n") == 3, topic("n").one_of(3, 4)):
        assert rule is rule.check(words)
    for rule in (topic("w") == "c", topic("w") != "c", topic("w").one_of("a", "c")):
        with pytest.raises(CriterionError, match=r"never holds this value \(got 'c'\); allowed are 'a', 'b'"):
            rule.check(words)


@pytest.mark.parametrize(
    ("build", "asked", "allowed"),
    [
        (lambda: topic("x") >= None, "nothing equals None, which is no answer", "write ~topic('x').exists()"),
        (lambda: topic("x") == topic("y"), "an atom reads one topic", "write @criterion(uses=(..., 'y'))"),
        (lambda: topic("x") >= True, "a topic is compared with a number", "write topic('x').is_true()"),
        (lambda: Atom("x", "exists", 3), "exists takes no value", ""),
        (lambda: topic("x").one_of(), "one_of needs values", ""),
    ],
)
def test_an_error_says_what_to_write(build, asked, allowed):
    """Each slip is told apart, and answered with code for this very topic."""
    with pytest.raises(CriterionError) as caught:
        build()
    assert caught.value.asked.startswith(asked)
    assert caught.value.allowed.startswith(allowed)
