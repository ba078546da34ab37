"""A migration carries over what histories remember, and names what they forget."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import InvalidType, InvalidValue, UnknownName
from qualify.stages import Chart, Event, History, Journey, State, Transition
from strategies.stages import T0, charts, histories, journeys

DAY = timedelta(days=1)
RESUME = History("resume", deep=True)


def claim(version, *states, off="off"):
    """Give a chart of states beside one that they are suspended to, and resumed from by a history."""
    rows = (Transition("open", on="suspend", to=off), Transition(off, on="back", to="resume"))
    return Chart("claim", State("open", *states), State(off), version=version, transitions=rows)


OLD = claim("1", State("new"), State("paying"), RESUME)
SUSPENDED = Journey.start(OLD, "ana", at=T0, active="paying").record("suspend", at=T0 + 2 * DAY)


def resumed(journey):
    """Give the step in which a suspended subject goes on."""
    return journey.record("back", at=T0 + 9 * DAY).last


def restart(journey):
    """Give the details of the row that the migration stored."""
    return next(event for event in journey.events if event.name == "restarted").details


def test_who_was_suspended_before_the_migration_goes_on_where_she_was():
    """The history stands in both charts, and so does what it remembers; with the old chart it is the same."""
    new = claim("2", State("new"), State("paying"), RESUME, off="on_hold")
    moved = SUSPENDED.migrate(new, {"off": "on_hold"}, at=T0 + 3 * DAY)
    assert "back moved on_hold -> paying" == str(resumed(moved))
    assert {"resume": ("paying",)} == dict(restart(moved)["remembered"])
    assert "forgotten" not in restart(moved)
    assert ("paying",) == resumed(SUSPENDED).after.leaves


@pytest.mark.parametrize("earlier", [(), (OLD,)])
def test_a_replay_of_the_stored_rows_remembers_the_same(earlier):
    """Under the new chart alone and with the old one, and a late row from before changes nothing of it."""
    new = claim("2", State("new"), State("paying"), RESUME)
    moved = SUSPENDED.migrate(new, at=T0 + 3 * DAY).record("back", at=T0 + 4 * DAY)
    again = Journey.replay(new, "ana", moved.events, earlier=earlier)
    assert moved.position == again.position
    assert moved.last == again.last
    late = again.add(Event("back", T0 + 2.5 * DAY, known_at=T0 + 5 * DAY))
    assert moved.position == late.position


def test_a_stored_restart_that_says_nothing_of_histories_begins_them_anew():
    """Such rows replay as they did when they were written."""
    new = claim("2", State("new"), State("paying"), RESUME)
    row = SUSPENDED.migrate(new, at=T0 + 3 * DAY).events[2]
    bare = Event(row.name, row.at, details={k: v for k, v in row.details.items() if k != "remembered"})
    again = Journey.replay(new, "ana", [*SUSPENDED.events, bare])
    assert ("new",) == resumed(again).after.leaves


@pytest.mark.parametrize(
    ("states", "mapping", "goes_on_in"),
    [
        ((State("new"), State("paid"), RESUME), {"paying": "paid"}, "paid"),
        ((State("new"), State("paying"), History("resume")), {}, "paying"),
        ((State("new"), State("sums", State("counting"), State("paying")), RESUME), {}, "paying"),
    ],
    ids=["renamed", "shallow", "deeper"],
)
def test_what_is_remembered_follows_the_mapping_and_the_tree(states, mapping, goes_on_in):
    """A successor is remembered instead; where a history stands and how deep it is may change, too."""
    moved = SUSPENDED.migrate(claim("2", *states), mapping, at=T0 + 3 * DAY)
    assert (goes_on_in,) == resumed(moved).after.leaves
    assert {"resume": (goes_on_in,)} == dict(restart(moved)["remembered"])


@pytest.mark.parametrize(
    ("states", "mapping"),
    [
        ((State("new"), RESUME), {}),
        ((State("new"), State("paying"), RESUME), {"paying": None}),
        ((State("new"), State("paying"), RESUME), {"paying": "off"}),
        ((State("new"), State("paying", State("sum")), RESUME), {}),
        ((State("new"), State("sums", State("paying")), History("resume")), {}),
        ((State("new"), State("paying"), State("box", RESUME, State("inner"))), {}),
        ((State("new"), State("paying"), State("resume")), {}),
    ],
    ids=["gone", "dropped", "outside", "not innermost", "too deep", "elsewhere", "no history"],
)
def test_what_the_new_chart_has_no_place_for_is_forgotten_and_named(states, mapping):
    """The history begins anew, as if nothing had been left."""
    new = claim("2", *states)
    moved = SUSPENDED.migrate(new, mapping, at=T0 + 3 * DAY)
    assert {"resume": ("paying",)} == dict(restart(moved)["forgotten"])
    assert "remembered" not in restart(moved)
    begun = new.start(at=T0 + 3 * DAY, active="off")
    assert moved.position == begun
    assert resumed(moved).after.leaves == new.step(begun, "back", at=T0 + 9 * DAY).after.leaves


def test_each_history_keeps_or_forgets_by_itself():
    """A region that is dropped leaves what else was remembered; one that is new leaves no legal whole."""
    left, right = State("left", State("l1"), State("l2")), State("right", State("r1"), State("r2"))
    first, again = History("first"), History("again", deep=True)
    rows = (
        Transition("l1", on="go", to="l2"),
        Transition("both", on="suspend", to="off"),
        Transition("off", on="back", to="again"),
    )

    def both(version, *parts):
        box = State("box", State("both", *parts, again, parallel=True), first)
        return Chart("c", box, State("off"), version=version, transitions=rows)

    old = both("1", left, right)
    moved = Journey.start(old, "ana", at=T0).record("go", at=T0).record("suspend", at=T0)
    assert {"first": ("both",), "again": ("l2", "r1")} == moved.position._remembered
    one = moved.migrate(both("2", left), {"r1": None}, at=T0 + DAY)
    assert {"first": ("both",), "again": ("l2",)} == one.position._remembered
    assert ("l2",) == resumed(one).after.leaves
    three = moved.migrate(both("2", left, right, State("more")), at=T0 + DAY)
    assert {"first": ("both",)} == three.position._remembered
    assert {"again": ("l2", "r1")} == dict(restart(three)["forgotten"])
    assert ("l1", "r1", "more") == resumed(three).after.leaves


def test_states_that_begin_in_a_history_begin_where_it_remembers():
    """A successor with states inside is entered as usual, now with a memory; the row stores where she is."""
    resume = History("resume", deep=True, default="new")
    new = Chart(
        "claim",
        State("open", State("new"), State("paying"), resume, initial="resume"),
        State("off"),
        version="2",
    )
    moved = SUSPENDED.migrate(new, {"off": "open"}, at=T0 + 3 * DAY)
    assert ("paying",) == moved.position.leaves
    assert ("paying",) == restart(moved)["active"]
    assert moved.position == Journey.replay(new, "ana", moved.events).position


def test_what_is_left_at_once_after_a_restart_is_remembered():
    """An eventless transition leaves a state while the journey goes on under the new chart."""
    new = Chart(
        "claim",
        State("open", State("new"), State("paying"), RESUME),
        State("off"),
        version="2",
        transitions=(Transition("new", to="off"),),
    )
    moved = Journey.start(OLD, "ana", at=T0).migrate(new, at=T0)
    assert ("off",) == moved.position.leaves
    assert {"resume": ("new",)} == moved.position._remembered
    assert moved.position == Journey.replay(new, "ana", moved.events).position


@pytest.mark.parametrize(
    ("remembered", "error", "words"),
    [
        (
            7,
            InvalidType,
            "Event('restarted').details['remembered']: a mapping from histories to states is needed",
        ),
        (
            {"resume": 7},
            InvalidType,
            "Event('restarted').details['remembered']: one name or several are needed (got int)",
        ),
        (
            {"resume": ("new", "paying")},
            InvalidValue,
            "Position.remembered: a history remembers states that fit together",
        ),
        ({"resume": ("nwe",)}, UnknownName, "Position.remembered: unknown state (got 'nwe')"),
        ({"resme": ("new",)}, UnknownName, "Position.remembered: unknown state (got 'resme')"),
    ],
)
def test_a_stored_memory_that_cannot_be_is_an_error(remembered, error, words):
    """A row that was changed by hand is not followed."""
    rows = SUSPENDED.migrate(claim("2", *OLD.states[0].states), at=T0 + 3 * DAY).events
    odd = Event("restarted", rows[2].at, details={**rows[2].details, "remembered": remembered})
    with pytest.raises(error) as caught:
        Journey.replay(claim("2", *OLD.states[0].states), "ana", [*rows[:2], odd])
    assert words in str(caught.value)


@given(st.data())
def test_a_migration_to_the_same_table_changes_nothing(data):
    """Afterwards every event leads where it would have led without it, through histories too."""
    chart = data.draw(charts())
    journey = data.draw(journeys(chart))
    twin = Chart(
        chart.name,
        *chart.states,
        transitions=chart.transitions,
        parallel=chart.parallel,
        initial=chart.initial,
        version="twin",
    )
    known = journey.events[-1].known_at
    moved = journey.migrate(twin, at=journey.position.at, known_at=known)
    assert journey.position._remembered == moved.position._remembered
    late = known - T0
    for name, when, known_at, answers in data.draw(histories(chart, late=False)):
        told = {"at": when + late, "known_at": known_at + late, "answers": answers}
        journey, moved = journey.record(name, **told), moved.record(name, **told)
        assert journey.position.leaves == moved.position.leaves
        assert journey.position._remembered == moved.position._remembered
    assert moved.steps == Journey.replay(twin, "ana", moved.events, earlier=[chart]).steps
