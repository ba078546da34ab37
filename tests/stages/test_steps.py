"""What a chart gives back: positions, steps and refusals are values that read as sentences."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest

from qualify._canonical import form
from qualify.stages import SAAS, Chart, History, Journey, Refusal, State, Transition
from qualify.truth import Truth
from strategies.stages import T0

HOUR = timedelta(hours=1)
DESK = Chart(
    "desk",
    State("p", State("a"), State("b"), History("h")),
    State("off"),
    transitions=(
        Transition("p", on="stop", to="off"),
        Transition("off", after=HOUR, to="h"),
        Transition("a", on="go", to="b", when={"q": Truth.YES}, inside="a"),
    ),
)
NAMED = {"name": "desk", "version": "1", "fingerprint": DESK.fingerprint}
START = DESK.start(at=T0)
STOP = DESK.step(START, "stop", at=T0 + HOUR)
IN_P = {"is": "Position", "chart": NAMED, "at": "2026-01-01T00:00:00Z", "leaves": ["a"]}
IN_OFF = {
    "is": "Position",
    "chart": NAMED,
    "at": "2026-01-01T01:00:00Z",
    "leaves": ["off"],
    "remembered": [["h", ["a"]]],
    "since": [["off", "2026-01-01T01:00:00Z"]],
}


def test_a_position_is_written_by_the_names_of_its_chart_and_states():
    """What a history remembers and since when deadlines run stand there only if there are any."""
    assert IN_P == form(START)
    assert IN_OFF == form(STOP.after)


def test_a_step_is_written_with_what_it_led_to():
    """The event, both positions, what was taken, left and entered."""
    assert form(STOP) == {
        "is": "Step",
        "before": IN_P,
        "after": IN_OFF,
        "event": {"is": "Event", "name": "stop", "at": "2026-01-01T01:00:00Z"},
        "taken": [{"is": "Transition", "source": ["p"], "on": ["stop"], "to": ["off"]}],
        "left": ["p", "a"],
        "entered": ["off"],
    }


def test_a_step_is_written_with_its_deadlines_and_its_refusals():
    """A deadline is a step without an event; the version stands there inside a journey."""
    refused = DESK.step(STOP.after, "go", at=T0 + 2 * HOUR)
    shape = form(refused)
    assert {"is", "before", "after", "event", "timeouts", "refusals"} == set(shape)
    (timeout,) = shape["timeouts"]
    assert {"is", "before", "after", "taken", "left", "entered"} == set(timeout)
    assert [{"needed": ["YES"], "question": "q", "told": "UNKNOWN"}] == [
        {key: part for key, part in row.items() if key in ("needed", "question", "told")}
        for row in shape["refusals"]
    ]
    assert 2 == form(Journey.start(DESK, "x", at=T0).record("stop", at=T0).last)["version"]


def test_positions_differ_by_state_by_instant_and_by_when_they_were_entered():
    """Equal is only who stands in the same place since the same time."""
    off = STOP.after
    later = DESK.advance(START, at=T0 + HOUR).after
    assert START != later
    assert START != DESK.start(at=T0, active="b")
    assert off == DESK.step(START, "stop", at=T0 + HOUR).after
    half = DESK.step(START, "stop", at=T0 + HOUR / 2).after
    assert off != DESK.advance(half, at=T0 + HOUR).after
    assert START == mock.ANY


def test_steps_of_equal_charts_are_equal_and_hash_alike():
    """A chart that was made twice gives the same steps, though each remembers its own moves."""
    twin = Chart(DESK.name, *DESK.states, transitions=DESK.transitions)
    again = twin.step(twin.start(at=T0), "stop", at=T0 + HOUR)
    assert STOP == again
    assert hash(STOP) == hash(again)


def test_steps_that_were_refused_for_other_reasons_differ():
    """The same event in the same place, and another survivor."""
    to_bo, to_cy = (
        Journey.start(SAAS, "ana", at=T0).merged(into, at=T0).record("won", at=T0).last
        for into in ("bo", "cy")
    )
    assert to_bo.before == to_cy.before
    assert to_bo != to_cy


def test_a_beginning_and_the_end_of_a_region_are_moves():
    """Where nothing is left or nothing is entered the sentence names the other side alone."""
    journey = Journey.start(SAAS, "ana", at=T0, active="healthy")
    assert journey.last.moved
    assert "started moved to healthy, not_asked" == str(journey.last)
    alone = Chart("saas", State("customer", State("healthy")), parallel=True, version="2")
    dropped = journey.migrate(alone, {"not_asked": None}, at=T0).last
    assert dropped.moved
    assert "restarted left not_asked" == str(dropped)
    bare = Chart("saas", State("healthy"), version="3")
    unwrapped = Journey.start(alone, "ana", at=T0).migrate(bare, at=T0).last
    assert "restarted left customer" == str(unwrapped)
    wrapped = Journey.start(bare, "ana", at=T0).migrate(alone, at=T0).last
    assert "restarted moved to customer" == str(wrapped)


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (Refusal(question="q", needed=(Truth.YES, Truth.NO)), "q was UNKNOWN, needs YES or NO"),
        (Refusal(question="q", needed=(Truth.YES,), told=Truth.NO), "q was NO, needs YES"),
        (Refusal(inside=("a", "b")), "needs a or b to be active"),
        (Refusal(into="bo"), "merged into bo"),
        (
            Refusal(before=T0),
            "it happened before the restart at 2026-01-01T00:00:00+00:00, under a chart that is not here",
        ),
        (Refusal(elsewhere=("a", "b")), "it is taken only in a or b"),
        (
            Refusal(elsewhere=("a",), through=("go", "turn")),
            "it is taken only in a, where go or turn leads",
        ),
    ],
)
def test_a_refusal_reads_as_a_sentence(refusal, words):
    """Each kind of reason has its own."""
    assert words == str(refusal)
    assert f"<Refusal {words}>" == repr(refusal)


def test_a_refused_step_tells_all_reasons_and_what_is_allowed():
    """Each reason once, then the events that would be taken here."""
    chart = Chart(
        "c",
        State("a"),
        State("b"),
        transitions=(
            Transition("a", on="go", to="b", when={"q": Truth.YES, "r": Truth.NO}),
            Transition("a", on="turn", to="b"),
            Transition("a", on="stop", to="b"),
        ),
    )
    step = chart.step(chart.start(at=T0), "go", at=T0)
    assert str(step) == (
        "go refused in a: q was UNKNOWN, needs YES, r was UNKNOWN, needs NO; allowed: turn, stop"
    )


def test_what_several_transitions_need_of_one_answer_is_told_together():
    """In a step and in an explanation the question stands once, with all truths that would do."""
    chart = Chart(
        "c",
        State("a"),
        State("b"),
        State("d"),
        transitions=(
            Transition("a", on="decide", to="b", when={"covered": Truth.NO, "paid": Truth.YES}),
            Transition("a", on="decide", to="d", when={"covered": Truth.YES}),
        ),
    )
    start = chart.start(at=T0)
    needs = "covered was UNKNOWN, needs YES or NO, paid was UNKNOWN, needs YES"
    assert f"decide refused in a: {needs}" == str(chart.step(start, "decide", at=T0))
    assert f"decide: refused, {needs}" == str(chart.explain(start))


def test_a_step_without_news_says_so():
    """Time went by, and nothing happened."""
    step = DESK.advance(START, at=T0 + HOUR)
    assert "<Step without news at 2026-01-01T01:00:00+00:00>" == repr(step)
    assert ("stop", "go") == step.allowed
