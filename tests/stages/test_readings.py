"""What is read from a journey, where a step is more than one move."""

from __future__ import annotations

from datetime import timedelta

from qualify.stages import SAAS, Chart, Journey, State, Transition
from qualify.truth import Truth
from strategies.stages import T0

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
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


def test_a_revision_is_revived_withdrawn_or_only_otherwise():
    """What moved and still moves, and what was refused and still is, is neither."""
    asked = Chart(
        "asked",
        State("a"),
        State("b"),
        State("c"),
        transitions=(
            Transition("a", on="on", to="b"),
            Transition("b", on="on", to="c"),
            Transition(("a", "b"), on="go", to="c", when={"q": Truth.YES}),
            Transition("c", on="back", to="a"),
        ),
    )
    journey = Journey.start(asked, "x", at=T0)
    refused = journey.record("go", at=T0 + 2 * HOUR).record("on", at=T0 + HOUR, known_at=T0 + DAY)
    moved = journey.record("on", at=T0 + 2 * HOUR).record("on", at=T0 + HOUR, known_at=T0 + DAY)
    for late in (refused, moved):
        (revision,) = late.revised
        assert (False, False) == (revision.revived, revision.withdrawn)
    assert "on moved b -> c (before: on moved a -> b)" == str(moved.revised[0])
    assert () == journey.revised
    revived = journey.record("back", at=T0 + 2 * HOUR)
    revived = revived.record("go", at=T0 + HOUR, known_at=T0 + DAY, answers={"q": Truth.YES})
    assert (True, False) == (revived.revised[0].revived, revived.revised[0].withdrawn)
    withdrawn = journey.record("on", at=T0 + 3 * HOUR)
    withdrawn = withdrawn.record("go", at=T0 + HOUR, known_at=T0 + DAY, answers={"q": Truth.YES})
    assert (False, True) == (withdrawn.revised[0].revived, withdrawn.revised[0].withdrawn)


def test_a_deadline_counts_at_its_very_instant_whatever_came_later():
    """A reading up to an instant has the deadline of that instant, and none behind it."""
    chart = Chart(
        "timed",
        State("fresh"),
        State("stale"),
        transitions=(
            Transition("fresh", after=3 * DAY, to="stale"),
            Transition("stale", on="go", to="fresh"),
        ),
    )
    alone = Journey.start(chart, "x", at=T0)
    for journey in (alone, alone.record("go", at=T0 + 5 * DAY)):
        assert ["fresh", "stale"] == [str(place) for place in journey.path(at=T0 + 3 * DAY)]
        assert ["fresh"] == [
            str(place) for place in journey.path(at=T0 + 3 * DAY - timedelta(microseconds=1))
        ]
        (fresh,) = journey.spells("fresh", at=T0 + 4 * DAY)
        assert (T0 + 3 * DAY, "after", 3 * DAY) == (fresh.left, fresh.left_by, fresh.lasted(at=T0 + 4 * DAY))
        assert DAY == journey.dwell(at=T0 + 4 * DAY)["stale"]


def test_an_attempt_that_the_chart_begins_with_is_whole():
    """Truncated is only what was running when the journey began."""
    chart = Chart(
        "c", State("selling"), State("done"), transitions=(Transition("selling", on="won", to="done"),)
    )
    assert not Journey.start(chart, "x", at=T0).attempts()[0].truncated
    assert Journey.start(chart, "x", at=T0, active="selling").attempts()[0].truncated
    assert not Journey.start(SAAS, "x", at=T0).attempts()
