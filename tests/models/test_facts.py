"""Facts about `Facts`, for hosts with leads of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qualify.errors import NotKnown, TimeError, UnknownName
from qualify.models import Asked, Evidence, Facts, Signal, Topic, Vocabulary
from qualify.truth import Truth

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WORDS = Vocabulary(Topic("budget", int, fresh_for=10 * DAY, ask_again=7 * DAY))


def test_a_value_is_known_as_of_the_instant():
    """A value without an instant is as new as can be; the evidence behind it says so."""
    facts = Facts.of({"budget": 12}, at=NOON, vocabulary=WORDS)
    assert NOON == facts.evidence("budget").at
    assert NOON + 10 * DAY == facts.good_until("budget")
    assert WORDS["budget"] is facts.topic("budget")
    assert facts.evidence("need") is None
    assert facts.good_until("need") is None


def test_since_says_from_when_a_value_holds():
    """An old value goes stale, and a topic that has no value is an unknown name."""
    assert "budget" not in Facts.of(
        {"budget": 12}, at=NOON, vocabulary=WORDS, since={"budget": NOON - 10 * DAY}
    )
    assert "budget" in Facts.of({"budget": 12}, at=NOON, vocabulary=WORDS, since={"budget": NOON - 9 * DAY})
    with pytest.raises(UnknownName, match="did you mean 'budget'"):
        Facts.of({"budget": 12}, at=NOON, since={"budgt": NOON})


@pytest.mark.parametrize("value", [Truth.UNKNOWN])
def test_unknown_is_not_known(value):
    """A topic whose newest evidence is UNKNOWN raises NotKnown with its name, and `get` gives None."""
    facts = Facts.of({"budget": value}, at=NOON)
    with pytest.raises(NotKnown) as caught:
        facts["budget"]
    assert "budget" == caught.value.topic
    assert facts.get("budget") is None
    assert [] == list(facts)


def test_none_in_a_hosts_row_is_nothing_known():
    """A host's empty field says nothing, as in a column; that there is none is `Truth.NO`."""
    facts = Facts.of({"competitor": None, "budget": Truth.NO}, at=NOON)
    assert "competitor" not in facts
    assert facts["budget"] is Truth.NO


def test_erased_evidence_says_nothing():
    """What was erased is not known."""
    facts = Facts(at=NOON, current=[Evidence("need", "x", at=NOON).erase()])
    assert "need" not in facts
    with pytest.raises(NotKnown):
        facts["need"]


@pytest.mark.parametrize(
    "later",
    [
        {"current": [Evidence("x", 1, at=NOON + DAY)]},
        {"signals": [Signal("x", at=NOON + DAY)]},
        {"asked": [Asked("x", at=NOON + DAY)]},
    ],
)
def test_nothing_later_is_ever_seen(later):
    """Evidence, signals and questions of a later instant are an error."""
    with pytest.raises(TimeError, match="nothing later"):
        Facts(at=NOON, **later)


def test_one_waits_for_an_answer_as_long_as_the_topic_says():
    """A question is waited for within `ask_again`, half-open, unless a newer answer is known."""
    asked = [Asked("budget", at=NOON - DAY)]
    assert NOON + 6 * DAY == Facts.of({}, at=NOON, vocabulary=WORDS, asked=asked).waiting("budget")
    assert Facts.of({}, at=NOON + 6 * DAY, vocabulary=WORDS, asked=asked).waiting("budget") is None
    assert Facts.of({"budget": 1}, at=NOON, vocabulary=WORDS, asked=asked).waiting("budget") is None
    old = Facts.of({"budget": 1}, at=NOON, vocabulary=WORDS, asked=asked, since={"budget": NOON - 2 * DAY})
    assert NOON + 6 * DAY == old.waiting("budget")
    assert NOON + 13 * DAY == Facts.of({}, at=NOON, asked=asked).waiting("budget")
    assert Facts.of({}, at=NOON, vocabulary=WORDS).waiting("budget") is None


def test_patience_may_outlast_the_calendar():
    """Who would wait for ever waits until the last instant that there is."""
    words = Vocabulary(Topic("budget", int, ask_again=timedelta.max))
    facts = Facts.of({}, at=NOON, vocabulary=words, asked=[Asked("budget", at=NOON - DAY)])
    assert datetime.max.replace(tzinfo=UTC) == facts.waiting("budget")


def test_facts_are_equal_by_value():
    """The same knowledge at the same instant is the same value, with the same hash."""
    one, two = (Facts.of({"budget": 1}, at=NOON, renews=NOON + DAY) for _ in range(2))
    assert one == two
    assert hash(one) == hash(two)
    assert one != Facts.of({"budget": 1}, at=NOON)


def test_a_value_outside_the_list_is_unreadable():
    """Its topic is named, and nothing is known about it; a value of the list and a Truth are known."""
    words = Vocabulary(Topic("timing", "text", values=("now", "later")))
    odd = Facts.of({"timing": "soon"}, at=NOON, vocabulary=words)
    assert ({"timing"}, None) == (odd.unreadable, odd.get("timing"))
    for value in ("now", Truth.NO):
        assert frozenset() == Facts.of({"timing": value}, at=NOON, vocabulary=words).unreadable


def test_a_repr_names_topics_and_shows_no_value():
    """What is known is listed; what it is stays inside."""
    facts = Facts.of({"budget": 12_345}, at=NOON, subject="ana")
    assert "<Facts of 'ana' at 2026-05-03T12:00:00+00:00: budget>" == repr(facts)
    assert "<Facts at 2026-05-03T12:00:00+00:00: nothing known>" == repr(Facts.of({}, at=NOON))
