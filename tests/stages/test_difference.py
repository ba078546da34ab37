"""`diff` says what changed between two charts, and whom it strands."""

from __future__ import annotations

from qualify.stages import Chart, History, State, Transition
from strategies.stages import T0

ABC = (State("a"), State("b"), State("c"))


def chart(*transitions, states=ABC, **more):
    """Give a chart of three states."""
    return Chart("c", *states, transitions=transitions, **more)


def test_diff_says_what_changed_and_how_many_are_stranded():
    """States and transitions that came and went, and the positions that the new chart has no place for."""
    old = chart(Transition("a", on="go", to="b"))
    new = Chart(
        "d",
        State("a"),
        State("b", State("b1")),
        State("x"),
        version="2",
        transitions=(Transition("a", on="go", to="x"),),
    )
    positions = [old.start(at=T0, active=name) for name in "aabbbc"]
    difference = old.diff(new, positions)
    assert str(difference).splitlines() == [
        "name 'c' -> 'd'",
        "version '1' -> '2'",
        "- state c",
        "+ state b1",
        "+ state x",
        "~ state b",
        "- a -> b on go",
        "+ a -> x on go",
        "stranded: 4 of 6 positions (b: 3, c: 1)",
    ]
    assert {"b": 3, "c": 1} == difference.stranded_by_state
    assert not difference.empty
    assert old.diff(old, positions).empty
    assert "stranded: 0 of 6 positions" == str(old.diff(old, positions))


def test_states_that_cannot_be_active_together_any_more_strand_a_position():
    """A region that became a state of another one has no place for both."""
    old = Chart("c", State("p", State("a")), State("q", State("b")), parallel=True)
    new = Chart("c", State("p", State("a"), State("b")), version="2")
    assert 1 == len(old.diff(new, [old.start(at=T0)]).stranded)
    alone = Chart("c", State("a"))
    assert 1 == len(alone.diff(old, [alone.start(at=T0)]).stranded)
    assert "no difference" == str(old.diff(old))


def test_whatever_changes_alone_is_a_difference():
    """A version, a state more or less or of another shape, a transition more or less."""
    one = chart(Transition("a", on="go", to="b"))
    others = [
        (one, chart(*one.transitions, version="2")),
        (one, chart(*one.transitions, states=(*ABC, State("d")))),
        (chart(states=(*ABC, State("d"))), chart()),
        (one, chart(*one.transitions, states=(State("a"), State("b", State("d")), State("c")))),
        (one, chart(*one.transitions, initial="b")),
        (one, chart(*one.transitions, Transition("b", on="go", to="c"))),
        (one, chart()),
    ]
    assert not [new for old, new in others if old.diff(new).empty]
    assert one.diff(chart(*one.transitions)).empty is True


def test_where_a_chart_begins_and_whether_it_is_parallel_is_told():
    """The chart itself has a line where all its states begin at once, or another one begins."""
    flat, other, wide = chart(), chart(initial="b"), chart(parallel=True)
    assert "initial 'a' -> 'b'" == str(flat.diff(other))
    assert "parallel False -> True" == str(flat.diff(wide))
    assert "parallel True -> False" == str(wide.diff(other))
    assert "+ state d" == str(wide.diff(chart(states=(*ABC, State("d")), parallel=True)))
    left, right = State("l", State("l1"), State("l2")), State("r", State("r1"), State("r2"))
    both = (State("p", left, right, parallel=True),)
    assert "initial 'p' -> 'l2, r2'" == str(chart(states=both).diff(chart(states=both, initial=("l2", "r2"))))


def test_who_stands_inside_another_state_is_not_stranded_by_a_transition_more():
    """The states around the innermost ones are where they were."""
    states = (State("p", State("q", State("a"), State("b"))), State("c"))
    old, new = chart(states=states), chart(Transition("a", on="go", to="b"), states=states)
    positions = [old.start(at=T0, active=name) for name in "abc"]
    assert () == old.diff(new, positions).stranded


def test_a_state_that_became_a_history_strands_whoever_stood_there():
    """A history is a place to go to, and nobody stands in it."""
    old = chart(states=(State("a"), State("b")), parallel=True)
    new = chart(states=(State("a"), History("b")), parallel=True)
    assert {"a, b": 1} == old.diff(new, [old.start(at=T0)]).stranded_by_state


def test_histories_that_would_forget_are_counted():
    """By name, in the positions whose history remembers what the other chart has no place for there."""

    def of(version, *inner):
        rows = (Transition("p", on="stop", to="off"),)
        return Chart(
            "c", State("p", *map(State, inner), History("h")), State("off"), transitions=rows, version=version
        )

    old = of("1", "a", "b")
    positions = [old.step(old.start(at=T0, active=name), "stop", at=T0).after for name in "aab"]
    difference = old.diff(of("2", "b"), [*positions, old.start(at=T0)])
    assert {"h": 2} == dict(difference.forgotten)
    assert str(difference).splitlines()[-2:] == [
        "stranded: 1 of 4 positions (a: 1)",
        "forgotten by h: 2 of 4 positions",
    ]
    assert {} == dict(old.diff(of("3", "a", "b"), positions).forgotten)
