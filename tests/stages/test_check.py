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


def lines(found):
    """Give each finding as it is printed."""
    return [str(finding) for finding in found]


def test_a_finding_says_its_code_its_place_what_is_wrong_and_how_to_mend_it():
    """States and transitions that lead nowhere, and where order decides, each in one line."""
    found = chart(
        Transition("a", on="go", to="b"),
        Transition("a", on="go", to="a"),
        Transition("c", on="go", to="a"),
    ).check()
    assert lines(found) == [
        "unreachable: c: nothing leads to this state; add a transition or drop it",
        "no-way-out: b: nothing leaves this state; add a way out: nothing is for ever",
        (
            "order: in a on go: a -> b on go is taken before a -> a on go only because it is written first; "
            "make their conditions exclude each other"
        ),
        "dead: a -> a on go: it is never taken; mend its conditions or leave it out",
        "dead: c -> a on go: it is never taken; mend its conditions or leave it out",
    ]


def test_a_gate_is_printed_with_both_ways_to_take_it():
    """A state that nothing leads back to may be meant."""
    found = chart(Transition("a", on="go", to="b"), Transition(("b", "c"), on="go", to="c")).check()
    assert (
        lines(found)[0] == "one-way: b: once left, it is never reached again; add a way back, or it is a gate"
    )


def test_a_state_that_is_always_alone_needs_no_way_out():
    """Neither the only child of a state nor a region is looked at, and what stands after them is."""
    assert () == Chart("c", State("a")).check()
    found = Chart(
        "c",
        State("p", State("r"), State("s"), parallel=True),
        State("x"),
        transitions=(Transition("p", on="go", to="x"),),
    ).check()
    assert [("no-way-out", "x")] == codes(found)


def test_a_contest_is_found_in_a_later_region():
    """Regions that do not listen to the event are passed over."""
    found = Chart(
        "c",
        State("r", State("a")),
        State("s", State("b")),
        parallel=True,
        transitions=(Transition("b", on="go"), Transition("b", on="go", to="b")),
    ).check()
    assert ("order", "in a, b on go") in codes(found)


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
    assert lines(found) == ["unused-question: q: its answer changes nothing; drop it from `when`"]


def test_each_of_several_questions_that_matter_is_used():
    """A question changes something if it does for one answer to the others."""
    for needed in Truth:
        found = chart(
            Transition("a", on="go", to="b", when={"q": needed, "r": Truth.YES, "s": Truth.NO}),
            Transition("b", on="go", to="c"),
            Transition("c", on="go", to="a"),
        ).check()
        assert "unused-question" not in {finding.code for finding in found}


def test_an_answer_that_leads_nowhere_is_a_note():
    """The event is refused for some of its answers, which may be meant."""
    (finding,) = chart(
        Transition("a", on="go", to="b", when={"q": Truth.YES}),
        Transition("b", on="go", to="c"),
        Transition("c", on="go", to="a"),
    ).check()
    assert ("nowhere", "note") == (finding.code, finding.level)
    assert str(finding) == (
        "nowhere: in a on go: it is refused with q UNKNOWN or NO; "
        "add a transition for each answer that can be meant"
    )


def test_answers_that_lead_nowhere_are_told_for_each_state_and_event():
    """Each is named once, with all answers for which it is refused, in few words."""
    some = {"q": (Truth.UNKNOWN, Truth.NO), "r": (Truth.YES, Truth.UNKNOWN)}
    found = Chart(
        "c",
        State("p", State("a"), State("b")),
        State("o", State("d")),
        parallel=True,
        transitions=(
            Transition("a", on="go", to="b", when=some),
            Transition("b", on="go", to="a", when={"q": Truth.NO}),
            Transition("a", on="turn", when={"r": some["r"]}),
        ),
    ).check()
    assert [finding.problem for finding in found] == [
        "it is refused with q YES, and with q UNKNOWN or NO, r NO",
        "it is refused with r NO",
        "it is refused with q YES or UNKNOWN",
    ]
    assert ["in a, d on go", "in a, d on turn", "in b, d on go"] == [finding.place for finding in found]


def test_one_transition_that_is_refused_hides_no_other_answer():
    """Where another region forbids it every answer is refused, and where none does, two of three are."""
    found = Chart(
        "c",
        State("p", State("a"), State("b")),
        State("o", State("no"), State("yes")),
        parallel=True,
        transitions=(
            Transition("p", on="go", to="b", when={"q": Truth.YES}, inside="yes"),
            Transition("b", on="back", to="a"),
            Transition("no", on="flip", to="yes"),
            Transition("yes", on="flip", to="no"),
        ),
    ).check()
    assert [(finding.place, finding.problem) for finding in found] == [
        ("in a, no on go", "it is refused with any answer"),
        ("in a, yes on go", "it is refused with q UNKNOWN or NO"),
    ]


def test_regions_that_refuse_the_same_are_not_told_in_every_combination():
    """Of 9 configurations 5 bring a state that was not told: the first one two, four others one each."""
    regions = [State(r, *(State(f"{r}{i}") for i in range(3))) for r in "mn"]
    listening = [Transition(f"{r}{i}", on="go", when={"q": Truth.YES}) for r in "mn" for i in range(3)]
    moving = [Transition(f"{r}{i}", on=r, to=f"{r}{(i + 1) % 3}") for r in "mn" for i in range(3)]
    found = Chart("c", *regions, parallel=True, transitions=(*listening, *moving)).check()
    assert {"it is refused with q UNKNOWN or NO"} == {finding.problem for finding in found}
    listed = [finding.place for finding in found]
    assert all(any(f"{r}{i}" in place for place in listed) for r in "mn" for i in range(3))
    assert 5 == len(listed)


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
    endless = [line for line in lines(found) if line.startswith("endless")]
    assert endless == [
        f"endless: in {place}: eventless transitions do not come to rest: "
        "b -> a inside on; a -> b inside on; b -> a inside on; give one of them a condition that ends it"
        for place in ("z, on on the deadline of z -> a after 1 day", "a, off on switch")
    ]


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
    day = timedelta(days=1)
    two = Chart(
        "c",
        State("r", State("a"), State("b")),
        State("s", State("x")),
        parallel=True,
        transitions=(Transition("a", after=day, to="b"), Transition("b", after=2 * day, to="a")),
    )
    assert lines(two.check()) == [
        (
            "clockwork: in a, x: deadlines alone lead round: a -> b after 1 day; b -> a after 2 days; "
            "let an event be needed on the way, or make them long: too many at once are an error"
        )
    ]
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
