"""What may arrive after what: each error of a journey reads as one sentence, and its bounds are sharp."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qualify.errors import ChartMismatch, Conflict, InvalidValue, QualifyError
from qualify.stages import SAAS, Chart, Event, Journey, State, Transition
from strategies.stages import T0

DAY = timedelta(days=1)
OLD = Chart("c", State("a"), State("z"), transitions=(Transition("a", on="go", to="z"),))
NEW = Chart("c", State("b"), State("y"), version="2", transitions=(Transition("b", on="go", to="y"),))
LATE = T0 + 9 * DAY


def begun():
    """Give a journey with nothing but its beginning."""
    return Journey.start(OLD, "ana", at=T0)


def moved():
    """Give a journey that goes on under the new chart after two days."""
    return begun().migrate(NEW, {"a": "b"}, at=T0 + 2 * DAY)


RESTART = moved().events[-1]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: begun().record("go", at=T0, known_at=T0 + 5 * DAY).record("go", at=T0 + 4 * DAY),
            (
                "Journey('ana'): events arrive in the order in which they become known "
                "(got at 2026-01-05T00:00:00+00:00 and no later known_at); "
                "give known_at= at or after 2026-01-06T00:00:00+00:00; `at` keeps when it happened"
            ),
        ),
        (
            lambda: begun().record("go", at=T0 + 4 * DAY).record("go", at=T0, known_at=T0 + DAY),
            (
                "Journey('ana'): events arrive in the order in which they become known "
                "(got known_at 2026-01-02T00:00:00+00:00); "
                "give known_at= at or after 2026-01-05T00:00:00+00:00; `at` keeps when it happened"
            ),
        ),
        (
            lambda: begun().record("go", at=T0 - DAY, known_at=LATE),
            (
                "Journey('ana'): a journey has nothing before its beginning "
                "(got 2025-12-31T00:00:00+00:00); it began at 2026-01-01T00:00:00+00:00"
            ),
        ),
        (
            lambda: moved().add(Event("restarted", T0 + DAY, LATE, details=RESTART.details)),
            (
                "Journey('ana'): 'restarted' follows everything that has happened "
                "(got 2026-01-02T00:00:00+00:00); at or after 2026-01-03T00:00:00+00:00"
            ),
        ),
        (
            lambda: moved().record("go", at=T0 + 3 * DAY).merged("bo", at=T0 + DAY, known_at=LATE),
            (
                "Journey('ana'): 'merged' follows the last restart "
                "(got 2026-01-02T00:00:00+00:00); at or after 2026-01-03T00:00:00+00:00"
            ),
        ),
        (
            lambda: moved().merged("bo", at=T0 + 3 * DAY).migrate(NEW, at=T0 + 4 * DAY),
            "Journey('ana'): a merged journey does not go on (got merged into bo)",
        ),
        (
            lambda: begun().add(Event("started", LATE)),
            "Journey('ana'): a journey starts once; journey.migrate goes on under another chart",
        ),
        (
            lambda: moved().migrate(OLD, at=T0 + 4 * DAY),
            (
                "Journey('ana').migrate: the new chart has no place for a state (got b); "
                "name its successor in the mapping, or None if its region is gone"
            ),
        ),
        (
            lambda: begun().migrate(NEW, {"x": "b"}, at=T0),
            "Journey('ana').migrate.mapping: unknown state (got 'x'); known are a, z",
        ),
        (
            lambda: begun().migrate(NEW, {"a": "x"}, at=T0),
            "Journey('ana').migrate.mapping['a']: unknown state (got 'x'); known are b, y",
        ),
        (
            lambda: begun().record("go", at=T0, expect=-1),
            "expect: a number is out of range (got -1); allowed is at least 0",
        ),
        (
            lambda: begun().since(2),
            "version: a number is out of range (got 2); allowed is 0 to 1",
        ),
        (
            lambda: begun().upto(0),
            "version: a number is out of range (got 0); allowed is 1 to 1",
        ),
        (
            lambda: begun().record("merged", at=T0),
            "Journey: this event is written by the journey itself (got 'merged'); use journey.merged(...)",
        ),
        (
            lambda: begun().record("restarted", at=T0),
            (
                "Journey: this event is written by the journey itself (got 'restarted'); "
                "use journey.migrate(...)"
            ),
        ),
        (
            lambda: begun().record("started", at=T0),
            "Journey: this event is written by the journey itself (got 'started'); use Journey.start(...)",
        ),
    ],
)
def test_what_cannot_arrive_is_an_error_that_says_what_can(call, words):
    """The place, the rule, what was given, and from when on it would do."""
    with pytest.raises(QualifyError) as caught:
        call()
    assert words == str(caught.value)


def test_a_time_without_its_chart_names_the_chart_and_the_way_to_give_it():
    """Also at the very instant of the beginning, which the journey does know."""
    alone = Journey.replay(NEW, "ana", moved().events)
    for instant in (T0, T0 + DAY):
        with pytest.raises(ChartMismatch) as caught:
            alone.at(instant)
        assert "Journey('ana')" == caught.value.where
        assert "c 1 at that instant (got later charts only)" in str(caught.value)
        assert str(caught.value).endswith("give it too: Journey.replay(..., earlier=(chart,))")


def test_a_merger_at_the_instant_of_the_restart_is_taken():
    """Only one before it would undo it; recorded late or read back late, it is the same."""
    told = moved().record("go", at=T0 + 3 * DAY)
    late = told.merged("bo", at=T0 + 2 * DAY, known_at=LATE)
    assert "bo" == late.merged_into
    assert ["started", "restarted", "merged", "go"] == [step.event.name for step in late.steps]
    assert late.steps == Journey.replay(NEW, "ana", late.events, earlier=[OLD]).steps


def test_a_restart_at_the_instant_of_the_newest_event_is_taken():
    """Recorded, and read back among late rows."""
    late = begun().record("go", at=T0 + 2 * DAY).record("go", at=T0 + DAY, known_at=T0 + 2 * DAY)
    again = late.migrate(NEW, {"z": "y"}, at=T0 + 2 * DAY)
    assert "y" == str(again.position)
    assert again.steps == Journey.replay(NEW, "ana", again.events, earlier=[OLD]).steps


def test_a_merged_journey_does_not_go_on_at_the_instant_of_the_merger():
    """Nor does it when the restart is read back after late rows."""
    merged = begun().merged("bo", at=T0 + DAY)
    row = Event("restarted", T0 + DAY, details=RESTART.details)
    with pytest.raises(InvalidValue, match="does not go on"):
        merged.add(row)
    with pytest.raises(InvalidValue, match="does not go on"):
        Journey.replay(NEW, "ana", [*merged.events, row], earlier=[OLD])


def test_several_events_are_added_to_the_version_that_is_expected():
    """The version counts for the first that is new; one that is stored already is not counted."""
    base = Journey.start(SAAS, "ana", at=T0, id="s")
    rows = (Event("sell", T0 + DAY, id="1"), Event("won", T0 + 2 * DAY, id="2"))
    assert 3 == base.add(*rows, expect=1).version
    for wrong in (0, 2):
        with pytest.raises(Conflict):
            base.add(*rows, expect=wrong)
    one = base.add(rows[0])
    assert 3 == one.add(*rows, expect=2).version
    with pytest.raises(Conflict):
        one.add(*rows, expect=1)


def test_a_late_event_is_folded_in_when_it_is_recorded():
    """An event that the chart does not know is an error at once, however late it is."""
    journey = begun().record("go", at=T0 + 2 * DAY)
    with pytest.raises(QualifyError, match="unknown event"):
        journey.record("gone", at=T0 + DAY, known_at=LATE)
    late = journey.record("go", at=T0 + DAY, known_at=LATE)
    assert [True, False] == [late.last.moved, late.steps[-1].moved]
