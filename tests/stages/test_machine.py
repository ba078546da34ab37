"""One event or one stretch of time: what is refused says where it is taken, and deadlines keep their time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qualify.errors import DefinitionError, QualifyError
from qualify.stages import SAAS, Chart, State, Transition
from qualify.stages._machine import MAX_TIMEOUTS
from qualify.truth import Truth
from strategies.stages import T0

HOUR = timedelta(hours=1)
A, B = State("a"), State("b")


def test_elsewhere_names_the_outermost_states_that_take_the_event():
    """A state inside another that takes it too is not named; one beside it is."""
    chart = Chart(
        "c",
        State("off"),
        State("p", A, B),
        State("q"),
        transitions=(
            Transition(("p", "b", "q"), on="go", to="off"),
            Transition("off", on="in", to="p"),
            Transition("off", on="over", to="q"),
        ),
    )
    step = chart.step(chart.start(at=T0), "go", at=T0)
    (refusal,) = step.refusals
    assert (("p", "q"), ("in", "over")) == (refusal.elsewhere, refusal.through)
    assert "go refused in off: it is taken only in p or q, where in or over leads; allowed: in, over" == str(
        step
    )


def test_a_state_that_is_entered_again_counts_anew_and_one_that_stays_does_not():
    """A deadline runs from the entry into its own state, whatever its neighbours do."""
    chart = Chart(
        "c",
        State("r", A, State("late")),
        State("s", B, State("c")),
        parallel=True,
        transitions=(
            Transition("a", after=3 * HOUR, to="late"),
            Transition("a", on="again", to="a"),
            Transition("b", on="other", to="c"),
        ),
    )
    start = chart.start(at=T0)
    assert T0 + 3 * HOUR == chart.due(start)
    assert T0 + 3 * HOUR == chart.due(chart.step(start, "other", at=T0 + HOUR).after)
    assert T0 + 4 * HOUR == chart.due(chart.step(start, "again", at=T0 + HOUR).after)


def test_a_deadline_is_gone_with_its_state_and_begins_with_it():
    """A state without deadlines has none running, from wherever it is reached."""
    chart = Chart(
        "c",
        A,
        B,
        transitions=(
            Transition("a", after=3 * HOUR, to="b"),
            Transition("a", on="go", to="b"),
            Transition("b", on="back", to="a"),
        ),
    )
    gone = chart.step(chart.start(at=T0), "go", at=T0 + HOUR).after
    assert None is chart.due(gone)
    assert gone == chart.start(at=T0 + HOUR, active="b")
    assert T0 + 5 * HOUR == chart.due(chart.step(gone, "back", at=T0 + 2 * HOUR).after)


def test_ten_thousand_deadlines_go_off_in_one_stretch_of_time_and_no_more():
    """One more is an error that names those that follow one another."""
    chart = Chart(
        "c", A, B, transitions=(Transition("a", after=HOUR, to="b"), Transition("b", after=HOUR, to="a"))
    )
    start = chart.start(at=T0)
    assert MAX_TIMEOUTS == len(chart.advance(start, at=T0 + MAX_TIMEOUTS * HOUR).timeouts)
    with pytest.raises(DefinitionError) as caught:
        chart.advance(start, at=T0 + (MAX_TIMEOUTS + 1) * HOUR)
    assert str(caught.value) == (
        "Chart('c'): deadlines follow one another more than 10,000 times in one stretch of time "
        "(got a -> b after 1 h; b -> a after 1 h); "
        "let an event be needed somewhere in their cycle, or make them longer"
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda start: SAAS.step(start, "wonn", at=T0),
            "Chart('saas'): unknown event (got 'wonn'); did you mean 'won'?",
        ),
        (
            lambda start: SAAS.step(start, "won", at=T0, answers={"x": Truth.YES}),
            "Chart('saas').answers: unknown question (got 'x'); known are healthy",
        ),
        (
            lambda start: SAAS.step(start, "won", at=T0 - HOUR),
            (
                "at: time does not go back (got 2025-12-31T23:00:00+00:00, the position is of "
                "2026-01-01T00:00:00+00:00); a late event is told to a Journey, "
                "which folds it in at its own instant"
            ),
        ),
    ],
)
def test_what_a_chart_cannot_be_told_is_an_error_that_says_why(call, words):
    """A slip of the pen, an answer that nothing asks for, an instant before the position's."""
    with pytest.raises(QualifyError) as caught:
        call(SAAS.start(at=T0))
    assert words == str(caught.value)
