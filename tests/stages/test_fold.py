"""The fold puts each event where it happened, and says what it lacks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qualify.errors import ChartMismatch, InvalidValue
from qualify.stages import Chart, Event, Journey, State, Transition
from strategies.stages import T0

HOUR = timedelta(hours=1)
OLD = Chart(
    "c",
    State("p", State("a"), State("b"), State("d"), parallel=True),
    transitions=(Transition("a", on="go"),),
)


def mismatch(chart):
    """Give the error of replaying a journey under another chart."""
    with pytest.raises(ChartMismatch) as caught:
        Journey.replay(chart, "ana", Journey.start(OLD, "ana", at=T0).events)
    return caught.value


def test_what_differs_is_told_when_a_journey_is_replayed_under_another_chart():
    """Its name, its version and all states that are gone."""
    other = Chart("d", State("b"), version="2")
    error = mismatch(other)
    assert ("name 'c' -> 'd'", "version '1' -> '2'", "no state a, d") == error.changes
    assert str(error) == (
        f"Journey.replay: the journey was recorded under c 1 ({OLD.fingerprint[:12]}) "
        f"(got d 2 ({other.fingerprint[:12]})); replay it under its own chart, then migrate it; "
        "what changed: name 'c' -> 'd'; version '1' -> '2'; no state a, d"
    )


def test_a_table_that_changed_under_one_version_is_told():
    """Where name, version and states are the same, the table is another."""
    other = Chart("c", *OLD.states, transitions=(Transition("b", on="go"),))
    assert ("the same name and version, another table: a changed chart takes a new version",) == mismatch(
        other
    ).changes


def test_a_late_event_follows_those_of_its_own_instant():
    """Of two events of one instant the one that was told first is folded first."""
    flip = Chart(
        "flip",
        State("a"),
        State("b"),
        State("d"),
        transitions=(
            Transition("a", on="left", to="b"),
            Transition("a", on="right", to="d"),
            Transition("d", on="left", to="b"),
            Transition(("a", "b", "d"), on="wait"),
        ),
    )
    journey = Journey.start(flip, "ana", at=T0).record("left", at=T0 + HOUR).record("wait", at=T0 + 2 * HOUR)
    late = journey.record("right", at=T0 + HOUR, known_at=T0 + 2 * HOUR)
    assert ["started", "left", "right", "wait"] == [step.event.name for step in late.steps]
    assert ("b",) == late.position.leaves


def test_a_merged_event_says_into_whom():
    """A stored one without it is an error of its own."""
    started = Journey.start(OLD, "ana", at=T0).events
    with pytest.raises(InvalidValue, match="into which one"):
        Journey.replay(OLD, "ana", [*started, Event("merged", T0)])
