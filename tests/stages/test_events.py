"""What is told: an event keeps it clean, and says which argument is wrong."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta, timezone

import pytest

from qualify._canonical import form
from qualify._checks import MAX_NAME
from qualify.errors import InvalidType, InvalidValue, QualifyError, TimeError
from qualify.stages import Event, Override
from qualify.truth import Truth
from strategies.stages import T0

HOUR = timedelta(hours=1)


class Instant(datetime):
    """A datetime of another library."""


@pytest.mark.parametrize("make", [datetime, Instant])
@pytest.mark.parametrize("hours", [0, 2])
def test_instants_are_kept_as_plain_ones_in_utc(make, hours):
    """Whatever zone and type they came in."""
    zone = timezone(timedelta(hours=hours)) if hours else T0.tzinfo
    told = make(2026, 1, 1, hours, tzinfo=zone)
    event = Event("won", told, known_at=told)
    for kept in (event.at, event.known_at):
        assert (T0, datetime, T0.tzinfo) == (kept, type(kept), kept.tzinfo)


def test_an_event_is_late_if_it_was_known_after_it_happened():
    """Known at the same instant is in time; known before is an error."""
    assert not Event("won", T0, known_at=T0).late
    assert Event("won", T0, known_at=T0 + HOUR).late
    with pytest.raises(TimeError, match="known at the earliest when it happens"):
        Event("won", T0, known_at=T0 - HOUR)


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"name": "w" * (MAX_NAME + 1)}, "Event.name"),
        ({"at": "noon"}, "Event.at"),
        ({"known_at": "noon"}, "Event.known_at"),
        ({"known_at": T0 - HOUR}, "Event.known_at"),
        ({"by": 7}, "Event.by"),
        ({"id": ""}, "Event.id"),
        ({"because": "x"}, "Event.because"),
        ({"answers": {"q": True}}, "answers['q']"),
        ({"details": {"more": object()}}, "details.more"),
    ],
)
def test_an_error_says_which_argument_it_means(given, where):
    """By the path to it."""
    with pytest.raises(QualifyError) as caught:
        Event(**{"name": "won", "at": T0, **given})
    assert where == caught.value.where


def test_a_name_may_be_as_long_as_names_are():
    """The longest one is kept as it is."""
    assert "w" * MAX_NAME == Event("w" * MAX_NAME, T0).name


def test_what_was_told_stays_as_it_was_told():
    """Who changes the dicts later does not change the event."""
    answers, details = {"q": Truth.YES}, {"amount": 3, "why": ["price"]}
    event = Event("won", T0, answers=answers, details=details)
    before = hash(event)
    answers["q"] = Truth.NO
    details["why"].append("time")
    assert {"q": Truth.YES} == dict(event.answers)
    assert ("price",) == event.details["why"]
    assert before == hash(event)


def test_the_form_of_an_event_holds_all_that_was_told():
    """Each part under its name, and what was not told is left out."""
    event = Event(
        "won",
        T0,
        known_at=T0 + HOUR,
        answers={"q": Truth.NO},
        details={"amount": 3},
        by="u1",
        id="e1",
        because=Override("u1", "I know them"),
    )
    written = form(event)
    assert written == {
        "is": "Event",
        "name": "won",
        "at": form(event.at),
        "known_at": form(event.known_at),
        "answers": form(event.answers),
        "details": form(event.details),
        "by": "u1",
        "id": "e1",
        "because": form(event.because),
    }
    assert None not in written.values()
    assert {"is": "Event", "name": "won", "at": form(T0)} == form(Event("won", T0))


def test_events_are_values_that_refuse_what_they_cannot_keep():
    """It comes back from a pickle; no frozen reason, no mapping and no plain value are refused by name."""
    event = Event("won", T0, answers={"q": Truth.NO}, because=Override("u1", "I know them", until=T0 + HOUR))
    assert event == pickle.loads(pickle.dumps(event))
    for wrong, words in (
        ({"because": "x"}, "with a `reason`"),
        ({"answers": ["q"]}, "a mapping"),
        ({"details": 3}, "plain values"),
    ):
        with pytest.raises(InvalidType, match=words):
            Event("won", T0, **wrong)

    class Loose:
        reason = "x"
        __hash__ = None

    with pytest.raises(InvalidType, match="frozen"):
        Event("won", T0, because=Loose())


def test_a_name_is_kept_in_its_composed_form():
    """Two spellings of one name are one; a name that is empty, padded, too long or no text is none."""
    assert "na\u00efve" == Event("nai\u0308ve", T0).name
    for wrong in ("", " won", "w" * 200, 7):
        with pytest.raises((InvalidType, InvalidValue)):
            Event(wrong, T0)
