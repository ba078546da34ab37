"""What is read from a journey, where a step is more than one move."""

from __future__ import annotations

from datetime import timedelta

from qualify.stages import Chart, Journey, State, Transition
from qualify.truth import Truth
from strategies.stages import T0

HOUR = timedelta(hours=1)
CHART = Chart(
    "pass",
    State("in", State("one"), State("two"), State("three")),
    State("side", State("still"), State("moving")),
    parallel=True,
    transitions=(
        Transition("in", on="go", to="two"),
        Transition("two", to="three", inside="two"),  # eventless: two is left at once
        Transition("side", on="on", to="moving"),
    ),
)


def test_a_state_that_is_passed_through_is_a_visit_without_time():
    """Entered and left in one step: a spell that the same event closes, the same for columns."""
    journey = Journey.start(CHART, "a", at=T0).record("go", at=T0 + HOUR).record("go", at=T0 + 2 * HOUR)
    assert ["three", "still"] == list(journey.position.leaves)
    spells = journey.spells("two")
    assert [(T0 + HOUR, T0 + HOUR), (T0 + 2 * HOUR, T0 + 2 * HOUR)] == [(s.entered, s.left) for s in spells]
    assert [("go", "go")] * 2 == [(s.entered_by, s.left_by) for s in spells]
    assert [False, False] == [s.open for s in spells]
    assert timedelta(0) == journey.dwell(at=T0 + 9 * HOUR)["two"]
    assert 2 == journey.visits("two") == journey.visits("three")
    replay = CHART.compile().replay(["a", "a"], ["go", "go"], [1, 2])
    assert 2 == replay.visits["two"] == replay.visits["three"]
    assert 0 == replay.dwell["two"]


def test_an_attempt_in_a_state_that_is_passed_through_is_closed():
    """It is lost by the event that opened it."""
    journey = Journey.start(CHART, "a", at=T0).record("go", at=T0 + HOUR)
    (attempt,) = journey.attempts(state="two", won="on")
    assert (T0 + HOUR, T0 + HOUR, Truth.NO, "go") == (
        attempt.opened,
        attempt.closed,
        attempt.won,
        attempt.by,
    )
