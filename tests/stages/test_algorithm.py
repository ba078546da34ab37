"""The algorithm agrees with its slow twin, which follows the recommendation line by line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import DefinitionError
from qualify.stages import Chart, History, State, Transition
from qualify.stages._algorithm import legal
from reference.stages_scxml import Twin
from strategies.stages import T0, charts, histories


@given(st.data())
def test_every_step_agrees_with_the_slow_twin(data):
    """After each event both stand in the same states, and both took it or both did not."""
    chart = data.draw(charts())
    twin, position = Twin(chart, T0), chart.start(at=T0)
    assert twin.active() == position.active
    for name, at, _, answers in data.draw(histories(chart, late=False, size=10)):
        step = chart.step(position, name, at=at, answers=answers)
        assert twin.tell(name, at, answers) == (not step.refused)
        assert twin.active() == step.after.active
        position = step.after
    later = position.at + timedelta(hours=30)
    twin.pass_time(later)
    assert twin.active() == chart.advance(position, at=later).after.active


@given(st.data())
def test_every_configuration_is_legal(data):
    """A compound state has one active child and a parallel one has all, after every step."""
    chart = data.draw(charts())
    for place in chart.compile()._found.places:
        assert legal(chart._tree, place.bits)


@given(st.data())
def test_a_refused_step_changes_no_state(data):
    """A refused event leaves states, histories and running deadlines as they were; only the clock goes on."""
    chart = data.draw(charts())
    position = chart.start(at=T0)
    for name, at, _, answers in data.draw(histories(chart, late=False)):
        step = chart.step(position, name, at=at, answers=answers)
        assert step.refused == bool(step.refusals) == (step.end == "refused")
        assert step.at == at
        if step.refused:
            assert step.taken == step.left == step.entered == ()
            assert step.after._place is step.before._place
            assert step.after._since == step.before._since
        elif step.stayed:
            assert step.before.active == step.after.active
        position = step.after


@given(st.data())
def test_a_step_never_depends_on_whether_the_host_advanced(data):
    """Advancing between events in pieces gives the same positions as not advancing at all."""
    chart = data.draw(charts())
    bold = careful = chart.start(at=T0)
    for name, at, _, answers in data.draw(histories(chart, late=False)):
        while careful.at < at:
            careful = chart.advance(careful, at=min(at, careful.at + timedelta(minutes=25))).after
        bold = chart.step(bold, name, at=at, answers=answers).after
        careful = chart.step(careful, name, at=at, answers=answers).after
        assert bold == careful


@given(st.data())
def test_renaming_states_commutes_with_stepping(data):
    """A chart with other names goes through the same states by their other names."""
    chart = data.draw(charts())

    def renamed(part):
        if isinstance(part, History):
            return History(f"x{part.name}", deep=part.deep, default=[f"x{n}" for n in part.default])
        return State(f"x{part.name}", *map(renamed, part.states), parallel=part.parallel)

    def moved(t):
        return Transition(
            [f"x{n}" for n in t.source],
            on=t.on,
            to=[f"x{n}" for n in t.to],
            when=t.when,
            inside=[f"x{n}" for n in t.inside],
            after=t.after,
            internal=t.internal,
        )

    other = Chart(
        "other",
        *map(renamed, chart.states),
        parallel=chart.parallel,
        transitions=map(moved, chart.transitions),
    )
    one, two = chart.start(at=T0), other.start(at=T0)
    for name, at, _, answers in data.draw(histories(chart, late=False)):
        one = chart.step(one, name, at=at, answers=answers).after
        two = other.step(two, name, at=at, answers=answers).after
        assert {f"x{name}" for name in one.active} == two.active


def test_a_descendants_transition_wins_over_an_ancestors():
    """Inner states are asked first."""
    chart = Chart(
        "c",
        State("a", State("b")),
        State("inner"),
        State("outer"),
        transitions=(Transition("a", on="go", to="outer"), Transition("b", on="go", to="inner")),
    )
    assert chart.step(chart.start(at=T0), "go", at=T0).after.leaves == ("inner",)


def test_between_regions_the_earlier_in_document_order_wins():
    """Of two transitions that leave the same states the one of the earlier region is taken."""
    chart = Chart(
        "c",
        State("p", State("a"), State("b"), parallel=True),
        State("x"),
        State("y"),
        transitions=(Transition("b", on="go", to="y"), Transition("a", on="go", to="x")),
    )
    step = chart.step(chart.start(at=T0), "go", at=T0)
    assert step.after.leaves == ("x",)
    assert len(step.taken) == 1


REGIONS = State(
    "p", State("r", State("a")), State("s", State("b2"), State("b1"), initial="b1"), parallel=True
)


def test_a_transition_of_the_second_region_wins_over_one_around_both():
    """What lies around both is chosen for the first region, and gives way to what lies inside it."""
    inner, outer = Transition("b1", on="go", to="b2"), Transition("p", on="go", to="x")
    chart = Chart("c", REGIONS, State("x"), transitions=(outer, inner))
    step = chart.step(chart.start(at=T0), "go", at=T0)
    assert (inner,) == step.taken
    assert ("a", "b2") == step.after.leaves
    assert not [finding for finding in chart.check() if finding.code == "order"]


def test_transitions_without_a_target_exclude_nothing():
    """They leave no state, so each region takes its own."""
    stay = tuple(Transition(name, on="go") for name in ("a", "b1"))
    chart = Chart("c", REGIONS, transitions=stay)
    assert stay == chart.step(chart.start(at=T0), "go", at=T0).taken


def test_only_states_inside_the_smallest_one_around_are_left():
    """A transition to a sibling, or to the history beside it, leaves no state around both."""
    chart = Chart(
        "c",
        State("on", State("a"), State("b"), History("h")),
        State("off"),
        transitions=(
            Transition("a", on="go", to="b"),
            Transition("b", on="go", to="h"),
            Transition("b", on="cut", to="off"),
        ),
    )
    step = chart.step(chart.start(at=T0), "go", at=T0)
    assert (("a",), ("b",)) == (step.left, step.entered)
    step = chart.step(step.after, "go", at=T0)
    assert (("b",), ("a",)) == (step.left, step.entered)
    step = chart.step(chart.start(at=T0, active="b"), "cut", at=T0)
    assert (("on", "b"), ("off",), {"off"}) == (step.left, step.entered, step.after.active)


def test_an_internal_transition_to_the_outside_leaves_its_source():
    """Internal says something only of targets inside the source."""
    chart = Chart(
        "c",
        State("a", State("a1")),
        State("b"),
        transitions=(Transition("a", on="go", to="b", internal=True),),
    )
    step = chart.step(chart.start(at=T0), "go", at=T0)
    assert (("a", "a1"), {"b"}) == (step.left, step.after.active)


def test_whoever_enters_one_region_enters_the_others():
    """A target in one region of a parallel state brings the regions before and after it with it."""
    for target in ("a", "b", "d"):
        chart = Chart(
            "c",
            State("x"),
            State("p", State("a"), State("b"), State("d"), parallel=True),
            transitions=(Transition("x", on="go", to=target),),
        )
        assert ("a", "b", "d") == chart.step(chart.start(at=T0), "go", at=T0).after.leaves


def test_a_shallow_history_remembers_the_one_child_that_was_active():
    """Of several children only the one that was left is entered again."""
    for child in ("a", "b"):
        chart = Chart(
            "c",
            State("on", State("a"), State("b"), History("h")),
            State("off"),
            transitions=(Transition("on", on="cut", to="off"), Transition("off", on="back", to="h")),
        )
        position = chart.step(chart.start(at=T0, active=child), "cut", at=T0).after
        assert (child,) == chart.step(position, "back", at=T0).after.leaves


def test_a_history_at_the_top_remembers_nothing():
    """The chart itself is never left, so its history enters what the chart begins with."""
    chart = Chart(
        "c",
        State("a"),
        State("b"),
        History("h"),
        transitions=(
            Transition("a", on="go", to="b"),
            Transition("b", on="stay"),
            Transition("b", on="back", to="h"),
        ),
    )
    position = chart.start(at=T0)
    for event in ("go", "stay", "back"):
        position = chart.step(position, event, at=T0).after
    assert ("a",) == position.leaves


def test_a_deep_history_remembers_what_a_shallow_one_forgets():
    """A deep history enters the innermost states again, a shallow one only the children."""

    def build(deep):
        return Chart(
            "c",
            State("on", State("m", State("m1"), State("m2")), History("h", deep=deep)),
            State("off"),
            transitions=(
                Transition("m1", on="next", to="m2"),
                Transition("on", on="cut", to="off"),
                Transition("off", on="back", to="h"),
            ),
        )

    for deep, leaf in ((True, "m2"), (False, "m1")):
        position = build(deep).start(at=T0)
        for event in ("next", "cut", "back"):
            position = position.chart.step(position, event, at=T0).after
        assert position.leaves == (leaf,)


def test_a_history_that_remembers_nothing_enters_its_default():
    """Before its state was ever left, a history enters its default, else what the state begins with."""
    for default, leaf in (((), "a"), ("b", "b")):
        chart = Chart(
            "c",
            State("off"),
            State("on", State("a"), State("b"), History("h", default=default)),
            transitions=(Transition("off", on="go", to="h"),),
        )
        assert chart.step(chart.start(at=T0), "go", at=T0).after.leaves == (leaf,)


def test_an_internal_transition_does_not_leave_its_source():
    """Internal: the source stays entered; external: it is left and entered again."""
    for internal in (True, False):
        chart = Chart(
            "c",
            State("a", State("a1"), State("a2")),
            transitions=(Transition("a", on="go", to="a2", internal=internal),),
        )
        step = chart.step(chart.start(at=T0), "go", at=T0)
        assert step.after.leaves == ("a2",)
        assert ("a" in step.left) is not internal


def test_eventless_transitions_follow_until_none_is_left():
    """A chain of eventless transitions is one step, and all of them are taken."""
    chart = Chart(
        "c",
        State("a"),
        State("b"),
        State("d"),
        transitions=(Transition("a", on="go", to="b"), Transition("b", to="d")),
    )
    step = chart.step(chart.start(at=T0), "go", at=T0)
    assert step.after.leaves == ("d",)
    assert [t.to for t in step.taken] == [("b",), ("d",)]


def test_an_eventless_cycle_is_refused_with_its_path():
    """Eventless transitions that run for ever are an error when the chart is made."""
    with pytest.raises(DefinitionError, match="for ever") as caught:
        Chart(
            "c",
            State("z"),
            State("a"),
            State("b"),
            transitions=(Transition("z", on="go", to="a"), Transition("a", to="b"), Transition("b", to="a")),
        )
    assert "a -> b" in caught.value.found
    assert "b -> a" in caught.value.found


def test_the_error_of_a_cycle_leaves_out_what_leads_there():
    """Only the transitions that follow one another for ever are named, each once."""
    with pytest.raises(DefinitionError) as caught:
        Chart(
            "c",
            *map(State, "zyab"),
            transitions=(
                Transition("z", on="go", to="y"),
                Transition("y", to="a"),
                Transition("a", to="b"),
                Transition("b", to="a"),
            ),
        )
    assert str(caught.value) == (
        "Chart('c'): eventless transitions follow one another for ever (got 'a -> b; b -> a'); "
        "give one of them a condition that ends it"
    )


def test_an_eventless_cycle_at_the_beginning_is_refused():
    """A chart that does not come to rest when it is entered is an error."""
    with pytest.raises(DefinitionError, match="100 microsteps"):
        Chart("c", State("a"), State("b"), transitions=(Transition("a", to="b"), Transition("b", to="a")))


def test_a_conditional_eventless_cycle_ends_at_the_bound():
    """Where a condition could have ended it, the cycle is an error of the step, after 100 microsteps."""
    chart = Chart(
        "c",
        State("p", State("z"), State("a"), State("b")),
        State("q", State("off"), State("on")),
        parallel=True,
        transitions=(
            Transition("z", on="go", to="a"),
            Transition("a", to="b", inside="on"),
            Transition("b", to="a", inside="on"),
            Transition("off", on="switch", to="on"),
        ),
    )
    calm = chart.step(chart.start(at=T0), "go", at=T0).after
    with pytest.raises(DefinitionError, match="100 microsteps"):
        chart.step(calm, "switch", at=T0)
    assert [f.code for f in chart.check() if f.code == "endless"] == ["endless", "endless"]
    with pytest.raises(DefinitionError, match="do not come to rest"):
        chart.compile()
