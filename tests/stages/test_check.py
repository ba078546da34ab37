"""Checks find what is wrong with a table, and `diff` says what changed and whom it strands."""

from __future__ import annotations

import inspect
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import DefinitionError
from qualify.stages import Chart, Journey, State, Transition
from qualify.stages._explore import BUDGET
from qualify.stages._machine import MAX_TIMEOUTS
from qualify.truth import Truth
from strategies.stages import T0, charts, histories

ABC = (State("a"), State("b"), State("c"))


def chart(*transitions, states=ABC, **more):
    """Give a chart of three states."""
    return Chart("c", *states, transitions=transitions, **more)


def codes(found):
    """Give the code and place of each finding."""
    return [(finding.code, finding.place) for finding in found]


def test_a_linear_gate_is_found():
    """A funnel: everything moves one way, and at the win everything stops."""
    funnel = Chart(
        "funnel",
        State("lead"),
        State("mql"),
        State("sql"),
        State("won"),
        transitions=(
            Transition("lead", on="score", to="mql"),
            Transition("mql", on="accept", to="sql"),
            Transition("sql", on="win", to="won"),
        ),
    )
    assert [("one-way", "mql"), ("one-way", "sql"), ("no-way-out", "won")] == codes(funnel.check())


def test_a_loop_has_no_findings():
    """Where everything can come again, there is nothing to say."""
    loop = chart(
        Transition("a", on="go", to="b"), Transition("b", on="go", to="c"), Transition("c", on="go", to="a")
    )
    assert () == loop.check()


def test_what_nothing_leads_to_is_found():
    """An unreachable state, and the transitions that begin in it, which are dead."""
    found = chart(
        Transition("a", on="go", to="b"), Transition("b", on="go", to="a"), Transition("c", on="go", to="a")
    ).check()
    assert [("unreachable", "c"), ("dead", "c -> a on go")] == codes(found)


def test_an_eventless_transition_of_the_beginning_is_not_dead():
    """What is taken on the way in is taken."""
    found = chart(
        Transition("a", to="b"), Transition("b", on="go", to="c"), Transition("c", on="go", to="b")
    ).check()
    assert "dead" not in {finding.code for finding in found}


def test_where_order_decides_is_found_and_strict_makes_it_an_error():
    """Two transitions of one state and one event, of which the answers admit both."""
    rows = (
        Transition("a", on="go", to="b", when={"q": (Truth.YES, Truth.UNKNOWN)}),
        Transition("a", on="go", to="c", when={"q": (Truth.UNKNOWN, Truth.NO)}),
        Transition(("b", "c"), on="back", to="a"),
    )
    (finding,) = chart(*rows).check()
    assert ("order", "in a on go") == (finding.code, finding.place)
    assert "problem" == finding.level
    with pytest.raises(DefinitionError, match="the order of writing decides nowhere"):
        chart(*rows, strict=True)
    chart(*(rows[0], Transition("a", on="go", to="c", when={"q": Truth.NO}), rows[2]), strict=True)


def test_order_between_regions_and_between_deadlines_is_found():
    """A conflict of parallel regions, and two deadlines of one state at one instant."""
    found = Chart(
        "c",
        State("p", State("a"), State("b"), parallel=True),
        State("x"),
        State("y"),
        transitions=(
            Transition("a", on="go", to="x"),
            Transition("b", on="go", to="y"),
            Transition("x", after=timedelta(1), to="y"),
            Transition("x", after=timedelta(1), to="p"),
            Transition("x", after=timedelta(2), to="p"),
            Transition("y", on="back", to="p"),
        ),
    ).check()
    assert ["in a, b on go", "in x after 1 day"] == [f.place for f in found if f.code == "order"]
    with pytest.raises(DefinitionError, match="and 1 more"):
        Chart(
            "c",
            ABC[0],
            ABC[1],
            strict=True,
            transitions=(
                Transition("a", on="go", to="b"),
                Transition("a", on="go", to="a"),
                Transition("b", on="go", to="b"),
                Transition("b", on="go", to="a"),
            ),
        )


def test_order_among_eventless_transitions_is_found():
    """The follow-up of an event may be contested too."""
    found = chart(
        Transition("a", on="go", to="b"),
        Transition("b", to="c", inside="b"),
        Transition("b", to="a", inside=("b", "c")),
        Transition("c", on="go", to="a"),
    ).check()
    assert 1 == sum(f.code == "order" for f in found)


def test_a_question_that_changes_nothing_is_found():
    """All three truths lead to the same."""
    same = {"q": tuple(Truth)}
    found = chart(
        Transition("a", on="go", to="b", when=same),
        Transition("b", on="go", to="c"),
        Transition("c", on="go", to="a"),
    ).check()
    assert [("unused-question", "q")] == codes(found)


def test_an_answer_that_leads_nowhere_is_a_note():
    """The event is refused for some of its answers, which may be meant."""
    (finding,) = chart(
        Transition("a", on="go", to="b", when={"q": Truth.YES}),
        Transition("b", on="go", to="c"),
        Transition("c", on="go", to="a"),
    ).check()
    assert ("nowhere", "note") == (finding.code, finding.level)
    assert "it is refused with q UNKNOWN" in str(finding)


def test_a_search_has_a_budget():
    """Too many configurations, answers or deadlines are an error that names the number."""
    wide = [State(f"r{i}", State(f"a{i}"), State(f"b{i}")) for i in range(12)]
    flips = [Transition(f"a{i}", on=f"e{i}", to=f"b{i}") for i in range(12)]
    with pytest.raises(DefinitionError, match="more than 1,000 configurations"):
        Chart("wide", *wide, parallel=True, transitions=flips).check(budget=1_000)
    asked = Transition("a", on="go", to="b", when={f"q{i}": Truth.YES for i in range(6)})
    with pytest.raises(DefinitionError, match="asks 6 questions"):
        chart(asked).check()
    timers = [Transition(f"a{i}", after=timedelta(i + 1), to=f"b{i}") for i in range(12)]
    with pytest.raises(DefinitionError, match="at most 10 deadlines"):
        Chart("wide", *wide, parallel=True, transitions=timers).check()


@given(st.data())
def test_no_journey_contradicts_the_checks(data):
    """No reachable state is called unreachable, no taken transition dead, and strict means no contest."""
    one = data.draw(charts())
    found = one.check()
    unreachable = {f.place for f in found if f.code == "unreachable"}
    dead = {f.place for f in found if f.code == "dead"}
    closed = {f.place for f in found if f.code == "no-way-out"}
    position = one.start(at=T0)
    for name, at, _, answers in data.draw(histories(one, late=False)):
        step = one.step(position, name, at=at, answers=answers)
        for moment in (*step.timeouts, step):
            assert not unreachable & moment.after.active
            assert not dead & {str(t) for t in moment.taken}
            assert not closed & set(moment.left)
        position = step.after


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


def test_eventless_transitions_after_a_deadline_that_do_not_rest_are_found():
    """A deadline may lead into a cycle as an event may."""
    found = Chart(
        "c",
        State("p", State("z"), State("a"), State("b")),
        State("q", State("off"), State("on")),
        parallel=True,
        initial=(),
        transitions=(
            Transition("z", after=timedelta(1), to="a"),
            Transition("a", to="b", inside="on"),
            Transition("b", to="a", inside="on"),
            Transition("off", on="switch", to="on"),
        ),
    ).check()
    assert any(f.code == "endless" and "the deadline of z -> a" in f.place for f in found)


def ticking(after):
    """Give a chart of two states that follow one another by deadlines alone."""
    rows = (
        Transition("a", after=after, to="b"),
        Transition("b", after=after, to="a"),
        Transition("a", on="x"),
    )
    return Chart("clock", State("a"), State("b"), transitions=rows)


@pytest.mark.parametrize("after", [timedelta(seconds=1), timedelta(microseconds=1)])
def test_deadlines_that_follow_one_another_end_in_an_error(after):
    """So many are taken in one stretch of time, one by one and in columns, and one more is an error."""
    clock = ticking(after)
    start = clock.start(at=T0)
    assert MAX_TIMEOUTS == len(clock.advance(start, at=T0 + MAX_TIMEOUTS * after).timeouts)
    with pytest.raises(
        DefinitionError, match=r"Chart\('clock'\): deadlines follow.*10,000 times.*a -> b after"
    ):
        clock.advance(start, at=T0 + (MAX_TIMEOUTS + 1) * after)
    with pytest.raises(DefinitionError, match="let an event be needed"):
        Journey.start(clock, "ana", at=T0).at(T0 + timedelta(days=2))
    micros = after // timedelta(microseconds=1)
    columns = [1], ["x"], [0]
    replay = clock.compile().replay(*columns, until=MAX_TIMEOUTS * micros)
    assert MAX_TIMEOUTS == replay.transitions.sum()
    with pytest.raises(DefinitionError, match="10,000 times in one stretch of time.*b after"):
        clock.compile().replay(*columns, until=(MAX_TIMEOUTS + 1) * micros)


def test_a_cycle_of_deadlines_alone_is_a_note():
    """It is named once with its transitions; an event on the way, or a deadline that begins once, ends it."""
    (finding,) = ticking(timedelta(days=1)).check()
    assert ("clockwork", "in a", "note") == (finding.code, finding.place, finding.level)
    assert "deadlines alone lead round: a -> b after" in finding.problem
    assert "let an event be needed on the way" in finding.mend
    day = timedelta(days=1)
    again = Chart("c", State("a"), transitions=(Transition("a", after=day, to="a"),))
    assert ["clockwork"] == [f.code for f in again.check() if f.level == "note"]
    answered = chart(
        Transition("a", after=day, to="b"),
        Transition("b", on="go", to="c"),
        Transition("c", after=day, to="a"),
    )
    once = Chart(
        "c",
        State("p", State("x"), State("y")),
        transitions=(
            Transition("p", after=day, to="x", internal=True),
            Transition("x", on="go", to="y"),
            Transition("y", on="go", to="x"),
        ),
    )
    stays = Chart("c", State("a"), transitions=(Transition("a", after=day),))
    for one in (answered, once, stays):
        assert "clockwork" not in {finding.code for finding in one.check()}


@pytest.mark.parametrize(("questions", "fits"), [(5, True), (6, False)])
def test_five_questions_of_one_event_are_explored(questions, fits):
    """All 243 combinations of answers are tried; six questions are refused, with the number."""
    when = {f"q{i}": Truth.YES for i in range(questions)}
    made = chart(Transition("a", on="go", to="b", when=when), Transition(("b", "c"), on="go", to="a"))
    if fits:
        assert ("unreachable", "c") in codes(made.check())
    else:
        with pytest.raises(DefinitionError, match="at most 243 combinations"):
            made.check()


def test_a_chart_of_thousands_of_configurations_is_checked():
    """`check` and `compile` search as far as the exploration does by itself."""
    for search in (Chart.check, Chart.compile):
        assert BUDGET == inspect.signature(search).parameters["budget"].default == 10_000
