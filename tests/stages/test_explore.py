"""A chart is searched whole: every event, every answer, every set of deadlines that can be due together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qualify.errors import DefinitionError
from qualify.stages import Chart, State, Transition
from strategies.stages import T0, columns, micros

HOUR = timedelta(hours=1)


def codes(found):
    """Give the code and place of each finding."""
    return {(finding.code, finding.place) for finding in found}


@pytest.mark.parametrize("more", [{"on": "first"}, {"after": HOUR}])
def test_what_does_not_come_to_rest_hides_nothing_that_comes_after_it(more):
    """The search goes on with the next event, and with the next deadline."""
    later = {key: value if key == "on" else 2 * value for key, value in more.items()}
    later = {"on": "second"} if "on" in more else later
    found = Chart(
        "c",
        State("p", State("z"), State("a"), State("b"), State("d")),
        State("q", State("on"), State("off")),
        parallel=True,
        transitions=(
            Transition("z", to="a", **more),
            Transition("z", to="d", **later),
            Transition("a", to="b", inside="on"),
            Transition("b", to="a", inside="on"),
        ),
    ).check()
    assert "endless" in {finding.code for finding in found}
    assert ("unreachable", "d") not in codes(found)


@pytest.mark.parametrize(("deadlines", "fits"), [(10, True), (11, False)])
def test_ten_deadlines_that_run_at_once_are_explored(deadlines, fits):
    """One more is refused, with the number and the place."""
    rows = [Transition("a", after=(i + 1) * HOUR, to=f"b{i}") for i in range(deadlines)]
    chart = Chart("c", State("a"), *(State(f"b{i}") for i in range(deadlines)), transitions=rows)
    if fits:
        assert "unreachable" not in {finding.code for finding in chart.check()}
    else:
        with pytest.raises(DefinitionError, match=r"at most 10 deadlines .*got 11 in a"):
            chart.check()


def test_deadlines_of_two_states_may_be_due_together():
    """A state that only both at one instant lead to is reached, though each waits another time."""
    chart = Chart(
        "c",
        State("p", State("a1"), State("a2"), State("a3"), State("a4")),
        State("q", State("b1"), State("b2"), State("b3")),
        parallel=True,
        transitions=(
            Transition("a1", after=HOUR, to="a2"),
            Transition("b1", after=2 * HOUR, to="b2"),
            Transition("a2", to="a3", inside="b1"),
            Transition("a2", to="a4", inside="b2"),
            Transition("b2", to="b3", inside="a1"),
            Transition("a1", on="again", to="a1"),
        ),
    )
    assert ("unreachable", "a4") not in codes(chart.check())
    position = chart.start(at=T0)
    for half in (1, 2):  # so that the deadline of a1 is that of b1
        position = chart.step(position, "again", at=T0 + half * HOUR / 2).after
    assert {"a4", "b2"} < chart.advance(position, at=T0 + 2 * HOUR).after.active


def test_deadlines_of_one_state_at_one_instant_are_due_together():
    """The one that is written first goes off, step by step and in columns."""
    chart = Chart(
        "c",
        State("a"),
        State("b"),
        State("d"),
        transitions=(
            Transition("a", after=HOUR, to="b"),
            Transition("a", after=HOUR, to="d"),
            Transition("b", on="go"),
        ),
    )
    assert ("b",) == chart.advance(chart.start(at=T0), at=T0 + HOUR).after.leaves
    rows = [("ana", "go", T0, T0, {}), ("ana", "go", T0 + 2 * HOUR, T0, {})]
    replay = chart.compile().replay(*columns(chart, rows)[:3], until=micros(T0 + 3 * HOUR))
    assert 1 == replay.visits["b"]
    assert 0 == replay.visits["d"]
