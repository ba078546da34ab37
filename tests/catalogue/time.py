"""T: instants, order and zones."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from qualify import wire
from qualify._canonical import fingerprint
from qualify.errors import IdConflict, InvalidType, TimeError
from qualify.metrics import speed_to_lead
from qualify.models import Evidence, Facts, Lead, Signal, Topic, Vocabulary
from qualify.stages import SAAS, Event, Journey
from qualify.testing import VARIANTS, assert_deterministic
from reference.catalogue import DAY, NOON, UTC, evidence, proves, refused

BERLIN = ZoneInfo("Europe/Berlin")


def at(raw: str) -> str:
    """Give the code with which an instant of a document is refused."""
    error = refused(evidence(at=f'"{raw}"'), Evidence)
    assert "$.at" == error.path
    return error.code


@proves("T01")
def naive() -> None:
    """An instant has a zone, in a document and in Python."""
    error = refused(evidence(at='"2026-01-01T00:00:00"'), Evidence)
    assert 'needs a time zone (got "2026-01-01T00:00:00"); write "2026-01-01T00:00:00Z"' in str(error)
    with pytest.raises(TimeError, match="time zone"):
        Evidence("a", 1, at=datetime(2026, 1, 1))  # noqa: DTZ001 - the fault under test


class Nowhere(tzinfo):
    """A zone that does not know its offset."""

    def utcoffset(self, when):
        return None


@proves("T02")
def zone_without_offset() -> None:
    """A tzinfo alone does not make an instant aware."""
    with pytest.raises(TimeError, match="time zone"):
        Evidence("a", 1, at=datetime(2026, 1, 1, tzinfo=Nowhere()))


class Wandering(tzinfo):
    """A zone that answers otherwise at each call."""

    calls = 0

    def utcoffset(self, when):
        Wandering.calls += 1
        return timedelta(hours=Wandering.calls % 5)


@proves("T03")
def zone_that_changes() -> None:
    """The offset is asked once; what is kept is UTC."""
    kept = Evidence("a", 1, at=datetime(2026, 1, 1, 12, tzinfo=Wandering())).at
    assert kept.tzinfo is UTC
    assert kept == kept.astimezone(UTC)


class Lying(datetime):
    """An instant that compares as it likes."""

    def __lt__(self, other):
        return False

    __gt__ = __le__ = __ge__ = __lt__


@proves("T04")
def instant_that_lies() -> None:
    """A subclass becomes a plain datetime."""
    assert datetime is type(Evidence("a", 1, at=Lying(2026, 1, 1, tzinfo=UTC)).at)
    assert datetime is type(Evidence("a", Lying(2026, 1, 1, tzinfo=UTC), at=NOON).value)


@proves("T05")
def other_spellings() -> None:
    """Dates, weeks, basic forms and other separators are no instants."""
    for raw in ("2026-01-01", "2026-W01-1", "20260101T000000Z", "2026-01-01 00:00:00Z", "2026-01-01t00:00:00z",
                "2026-01-01T00:00Z", "2026-1-1T0:0:0Z", "+002026-01-01T00:00:00Z", "2026-01-01T24:00:00Z"):  # fmt: skip
        assert "not_rfc3339" == at(raw)


@proves("T06")
def leap_second() -> None:
    """It is refused, and the message says why."""
    assert "leap seconds" in str(refused(evidence(at='"2026-06-30T23:59:60Z"'), Evidence))


@proves("T07")
def odd_offsets() -> None:
    """An offset is hours and minutes of a day."""
    for raw in ("2026-01-01T00:00:00+99:00", "2026-01-01T00:00:00+00:00:30", "2026-01-01T00:00:00+0100"):
        assert "not_rfc3339" == at(raw)


@proves("T08")
def edges_of_the_calendar() -> None:
    """What lies outside the years 1 to 9999 in UTC is refused, without an OverflowError."""
    for raw in ("9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00"):
        assert "not_rfc3339" == at(raw)
    with pytest.raises(TimeError, match="9999"):
        Evidence("a", 1, at=datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))))


@proves("T09")
def both_half_past_two() -> None:
    """In the fold two instants an hour apart are two, in order."""
    first, second = (
        Evidence("a", 1, at=datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=fold)).at for fold in (0, 1)
    )
    assert timedelta(hours=1) == second - first


@proves("T10")
def half_past_two_that_never_was() -> None:
    """In the gap of spring it becomes the instant that the zone says, in UTC."""
    kept = Evidence("a", 1, at=datetime(2026, 3, 29, 2, 30, tzinfo=BERLIN)).at
    assert datetime(2026, 3, 29, 1, 30, tzinfo=UTC) == kept


@proves("T11")
def a_day_of_23_hours() -> None:
    """What has passed is elapsed time."""
    days = [datetime(2026, 3, day, 12, tzinfo=BERLIN) for day in (28, 29)]
    journey = Journey.start(SAAS, "ana", at=days[0]).record("sell", at=days[1])
    assert timedelta(hours=23) == journey.dwell()["engaged"]


@proves("T12")
def thirty_days_later() -> None:
    """Days are 24 hours in UTC: whoever means the calendar of a zone adds it there, and passes the instant."""
    words = Vocabulary(Topic("a", fresh_for=30 * DAY))
    begin = datetime(2026, 3, 15, 12, tzinfo=BERLIN)
    facts = Lead("l", evidence=[Evidence("a", 1, at=begin)]).facts(at=begin, vocabulary=words)
    assert datetime(2026, 4, 14, 11, tzinfo=UTC) == facts.good_until("a")


@proves("T13")
def finer_than_a_microsecond() -> None:
    """Microseconds are kept, finer text is refused, and so is a datetime64 where an instant is meant."""
    text = evidence(at='"2026-01-01T00:00:00.123456Z"')
    assert 123_456 == wire.loads(text, Evidence).at.microsecond
    assert "not_rfc3339" == at("2026-01-01T00:00:00.1234567Z")
    with pytest.raises(InvalidType):
        Evidence("a", 1, at=np.datetime64("2026-01-01"))


@proves("T14")
def not_a_time() -> None:
    """NaT is missing, never the least of all numbers."""
    arrived = np.array(["2026-05-01T00:00", "2026-05-01T00:00"], "M8[us]")
    answered = np.array(["2026-05-01T02:00", "NaT"], "M8[us]")
    curve = speed_to_lead(arrived, answered, at=NOON)
    assert (2, 1) == (curve.n, curve.n_censored)


@proves("T15")
def out_of_order() -> None:
    """Arrival is the order of knowing; a late event is folded in at its own instant, and says that it is late."""
    journey = Journey.start(SAAS, "ana", at=NOON).record("won", at=NOON + 2 * DAY)
    with pytest.raises(TimeError, match="become known"):
        journey.record("sell", at=NOON + DAY)
    late = journey.record("sell", at=NOON + DAY, known_at=NOON + 3 * DAY)
    assert late.events[-1].late
    assert "sales_ready" in late.at(NOON + DAY).active


@proves("T16")
def one_instant() -> None:
    """Events of one instant are folded in the order of arrival."""
    journey = Journey.start(SAAS, "ana", at=NOON)
    one = journey.record("sell", at=NOON).record("nurture", at=NOON)
    two = journey.record("nurture", at=NOON).record("sell", at=NOON)
    assert ("nurturing", "sales_ready") == (one.position.leaves[0], two.position.leaves[0])
    assert one == Journey.replay(SAAS, "ana", one.events)


@proves("T17", "T18")
def from_the_future() -> None:
    """The library has no clock: nothing later than `at` is seen, so what lies ahead waits until it is so."""
    ahead = NOON + timedelta(minutes=5)
    far = datetime(3000, 1, 1, tzinfo=UTC)
    lead = Lead("l").learn(Evidence("a", 1, at=ahead), Evidence("b", 1, at=far))
    assert "a" not in lead.facts(at=NOON)
    assert "a" in lead.facts(at=ahead)
    assert "b" not in lead.facts(at=ahead)
    with pytest.raises(TimeError, match="ever seen"):
        Facts.of({"a": 1}, at=NOON, since={"a": far})


@proves("T19")
def before_the_last() -> None:
    """A turn and an event before the last one are errors; a duration is never negative."""
    journey = Journey.start(SAAS, "ana", at=NOON).record("sell", at=NOON + DAY)
    with pytest.raises(TimeError):
        journey.record("won", at=NOON)
    assert all(span >= timedelta(0) for span in journey.dwell(at=NOON + DAY).values())


@proves("T20")
def twice_the_same() -> None:
    """It is the same journey, and the same lead."""
    journey = Journey.start(SAAS, "ana", at=NOON).record("won", at=NOON, id="e1")
    assert journey is journey.record("won", at=NOON, id="e1")
    lead = Lead("l").learn(Evidence("a", 1, at=NOON, id="x"))
    assert lead is lead.learn(Evidence("a", 1, at=NOON, id="x"))


@proves("T21")
def the_same_id_for_another() -> None:
    """Both fingerprints are in the error."""
    journey = Journey.start(SAAS, "ana", at=NOON).record("won", at=NOON, id="e1")
    with pytest.raises(IdConflict) as caught:
        journey.record("lost", at=NOON, id="e1")
    assert fingerprint(journey.events[1]) == caught.value.stored
    with pytest.raises(IdConflict):
        Lead("l").learn(Evidence("a", 1, at=NOON, id="x"), Evidence("a", 2, at=NOON, id="x"))


@proves("T22")
def twice_in_one_batch() -> None:
    """Within a batch it is taken once too."""
    row = Event("won", NOON, id="e1")
    journey = Journey.start(SAAS, "ana", at=NOON)
    assert journey.add(row) == journey.add(row, row)
    assert 2 == Journey.replay(SAAS, "ana", (*journey.events, row, row)).version


@proves("T23")
def twice_long_after() -> None:
    """The index of ids holds all of them, not a window."""
    journey = Journey.start(SAAS, "ana", at=NOON).record("won", at=NOON, id="e1")
    for i in range(2_000):
        journey = journey.record("renewed", at=NOON + timedelta(seconds=i), id=f"r{i}")
    assert journey is journey.add(Event("won", NOON, id="e1"))


@proves("T24")
def half_a_batch() -> None:
    """In a journey only the missing tail is added; a store explains the conflict (`check_store`)."""
    rows = Event("won", NOON, id="e1"), Event("onboarded", NOON, id="e2")
    journey = Journey.start(SAAS, "ana", at=NOON).add(rows[0])
    assert ["e2"] == [row.id for row in journey.add(*rows).since(journey.version)]


@proves("T25")
def two_sources_count() -> None:
    """Ids are a lead's own, `<lead id>/<n>`; a source that numbers puts its name into the id, or it is a conflict."""
    lead = Lead("l").learn(Evidence("a", 1, at=NOON), Evidence("a", 2, at=NOON))
    assert ["l/1", "l/2"] == [one.id for one in lead.evidence]
    named = lead.learn(Evidence("a", 1, at=NOON, id="crm/1"), Evidence("a", 9, at=NOON, id="web/1"))
    assert 4 == named.seen


@proves("T26")
def what_cannot_be_true() -> None:
    """A refusal is a value that says what is allowed; nothing moves."""
    journey = Journey.start(SAAS, "ana", at=NOON)
    refused_step = journey.record("cancelled", at=NOON).last
    assert "refused" == refused_step.end
    assert refused_step.before.leaves == refused_step.after.leaves
    assert "won" in str(refused_step)


@proves("T27")
def another_zone_and_locale() -> None:
    """The process's own zone and locale say nothing."""
    code = "from qualify.playbooks import saas; print(saas().fingerprint)"
    assert 65 == len(assert_deterministic(code, variants=VARIANTS[-2:]))


@proves("T28")
def midnight() -> None:
    """Windows are half-open: what ends at an instant does not hold at it."""
    evidence_ = Evidence("a", 1, at=NOON, good_for=DAY)
    lead = Lead("l", evidence=[evidence_])
    assert "a" in lead.facts(at=NOON + DAY - timedelta(microseconds=1))
    assert "a" not in lead.facts(at=NOON + DAY)


@proves("T29")
def decay() -> None:
    """There is no decay in the library; a host's own, as the how-to writes it, is 1 at once and 0 after a century."""
    from qualify.criteria import criterion

    @criterion(uses=(), version="1")
    def momentum(facts):
        ages = [(facts.at - one.at) / DAY for one in facts.signals]
        return sum(0.5 ** (age / 7) for age in ages) >= 0.5

    def heard(at):
        return momentum.truth(Facts.of({}, at=at, signals=[Signal("s", at=NOON)]))

    assert ("YES", "NO") == (heard(NOON).name, heard(NOON + 36_500 * DAY).name)
    with pytest.raises(TimeError):
        heard(NOON - DAY)
