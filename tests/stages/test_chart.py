"""What the chart says of itself and of each step."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import (
    ChartMismatch,
    InvalidType,
    InvalidValue,
    QualifyError,
    Refused,
    TimeError,
    UnknownName,
)
from qualify.stages import SAAS, Chart, History, Position, Refusal, State, Transition
from qualify.truth import Truth
from strategies.stages import QUESTIONS, T0, charts, histories

HOUR = timedelta(hours=1)
DESK = Chart(
    "ticket",
    State("work", State("new"), State("waiting"), State("solved")),
    State("sla", State("green"), State("red")),
    parallel=True,
    version="1",
    transitions=(
        Transition(("new", "waiting"), on="answer", to="waiting"),
        Transition("waiting", on="close", to="solved", when={"customer_agrees": Truth.YES}),
        Transition("waiting", after=72 * HOUR, to="solved"),
        Transition("green", after=24 * HOUR, to="red", inside=("new", "waiting")),
    ),
)


def test_a_refusal_names_the_question_what_was_needed_and_what_was_told():
    """One printed line says why, and what is allowed here."""
    waiting = DESK.step(DESK.start(at=T0), "answer", at=T0).after
    step = DESK.step(waiting, "close", at=T0, answers={"customer_agrees": Truth.NO})
    (refusal,) = step.refusals
    assert ("customer_agrees", (Truth.YES,), Truth.NO) == (refusal.question, refusal.needed, refusal.told)
    assert refusal.transition.on == ("close",)
    assert str(step) == "close refused in waiting, green: customer_agrees was NO, needs YES; allowed: answer"
    with pytest.raises(Refused) as caught:
        step.require()
    assert caught.value.step is step
    assert pickle.loads(pickle.dumps(caught.value)).step == step


def test_a_step_that_was_taken_gives_itself():
    """`require` is for those who want an error."""
    step = DESK.step(DESK.start(at=T0), "answer", at=T0)
    assert step.require() is step
    assert step.moved
    assert not step.stayed
    assert not step.refused


def test_all_failing_conditions_are_told_at_once():
    """Every question and every condition that failed stands in the refusals."""
    chart = Chart(
        "c",
        State("a"),
        State("b"),
        transitions=(
            Transition(
                "a", on="go", to="b", when={"q": Truth.YES, "r": (Truth.NO, Truth.UNKNOWN)}, inside="b"
            ),
        ),
    )
    step = chart.step(chart.start(at=T0), "go", at=T0, answers={"r": Truth.YES})
    assert [str(r) for r in step.refusals] == [
        "needs b to be active",
        "q was UNKNOWN, needs YES",
        "r was YES, needs UNKNOWN or NO",
    ]
    assert str(step).endswith("needs UNKNOWN or NO")


def test_an_event_that_is_taken_elsewhere_says_where_and_what_leads_there():
    """What cannot be true yet names what would make it so."""
    step = SAAS.step(SAAS.start(at=T0), "renewed", at=T0)
    (refusal,) = step.refusals
    assert (("customer",), ("won",)) == (refusal.elsewhere, refusal.through)
    assert "won" in step.allowed


def test_questions_are_those_that_a_step_may_ask():
    """Of the chart, of a position, of an event, of both; unknown events are an error."""
    new = DESK.start(at=T0)
    waiting = DESK.step(new, "answer", at=T0).after
    assert (
        ("customer_agrees",)
        == DESK.questions()
        == DESK.questions(waiting)
        == DESK.questions(waiting, "close")
    )
    assert () == DESK.questions(new) == DESK.questions(new, "close") == DESK.questions(event="answer")
    with pytest.raises(UnknownName, match="answer"):
        DESK.questions(event="anser")


@given(st.data())
def test_only_the_questions_that_were_named_matter(data):
    """Answers to other questions never change a step."""
    chart = data.draw(charts(deadlines=False))
    position = chart.start(at=T0)
    for name, at, _, answers in data.draw(histories(chart, late=False)):
        asked = chart.questions(position, name)
        told = {q: t for q, t in answers.items() if q in asked}
        step = chart.step(position, name, at=at, answers=answers)
        assert step.after == chart.step(position, name, at=at, answers=told).after
        position = step.after
    assert set(chart.questions()) <= set(QUESTIONS)


@given(st.data())
def test_explain_says_what_each_event_would_do(data):
    """Each line of the explanation is the step that would follow."""
    chart = data.draw(charts())
    position = chart.start(at=T0)
    for name, at, _, answers in data.draw(histories(chart, late=False, size=5)):
        position = chart.step(position, name, at=at, answers=answers).after
    explanation = chart.explain(position)
    for event in chart.events:
        assert explanation[event] == chart.step(position, event, at=position.at)
        assert (event in explanation.allowed) != (event in explanation.refused)
    assert len(str(explanation).splitlines()) == len(chart.events)


def test_an_explanation_reads_as_a_table():
    """One line an event: what it would do, why it is refused, or where it is taken."""
    waiting = DESK.step(DESK.start(at=T0), "answer", at=T0).after
    explanation = DESK.explain(waiting, {"customer_agrees": Truth.UNKNOWN})
    assert str(explanation) == (
        "answer: moved waiting -> waiting\nclose: refused, customer_agrees was UNKNOWN, needs YES"
    )
    assert "close: not here, it is taken only in waiting, where answer leads" in str(
        DESK.explain(DESK.start(at=T0))
    )
    assert repr(explanation) == "<Explanation of waiting, green: 1 allowed, 1 refused>"
    with pytest.raises(UnknownName):
        explanation["clse"]


def test_due_is_the_next_deadline():
    """The earliest of all running deadlines, after the position's instant; None where none runs."""
    new = DESK.start(at=T0)
    assert DESK.due(new) == T0 + 24 * HOUR
    waiting = DESK.step(new, "answer", at=T0 + HOUR).after
    late = DESK.advance(waiting, at=T0 + 24 * HOUR)
    assert late.after.leaves == ("waiting", "red")
    assert DESK.due(late.after) == T0 + 73 * HOUR
    assert DESK.due(DESK.advance(waiting, at=T0 + 80 * HOUR).after) is None
    assert SAAS.due(SAAS.start(at=T0)) is None


def test_a_deadline_whose_condition_does_not_hold_passes():
    """It is not made up for later."""
    chart = Chart(
        "c",
        State("l", State("low"), State("high")),
        State("t", State("on"), State("off")),
        parallel=True,
        transitions=(
            Transition("on", after=HOUR, to="off", inside="high"),
            Transition("low", on="up", to="high"),
        ),
    )
    step = chart.step(chart.start(at=T0), "up", at=T0 + 2 * HOUR)
    assert step.after.leaves == ("high", "on")
    assert chart.due(step.after) is None
    assert chart.step(chart.start(at=T0), "up", at=T0 + HOUR / 2).after._since
    assert chart.advance(chart.step(chart.start(at=T0), "up", at=T0).after, at=T0 + HOUR).after.leaves == (
        "high",
        "off",
    )


def test_deadlines_of_one_instant_go_off_together():
    """Two regions change at one instant in one step; where they exclude each other the earlier wins."""
    chart = Chart(
        "c",
        State("a", State("a1"), State("a2")),
        State("b", State("b1"), State("b2")),
        parallel=True,
        transitions=(Transition("a1", after=HOUR, to="a2"), Transition("b1", after=HOUR, to="b2")),
    )
    step = chart.advance(chart.start(at=T0), at=T0 + HOUR)
    assert 1 == len(step.timeouts)
    assert step.after.leaves == ("a2", "b2")
    assert step.left == ("a1", "b1")
    assert str(step) == "after 1 h: moved a1, b1 -> a2, b2" == str(step.timeouts[0])


def test_a_deadline_beyond_the_calendar_never_goes_off():
    """An instant after the year 9999 is no deadline."""
    chart = Chart(
        "c", State("a"), State("b"), transitions=(Transition("a", after=timedelta(days=999_999_999), to="b"),)
    )
    position = chart.start(at=T0)
    assert chart.due(position) is None
    assert chart.advance(position, at=datetime(9999, 12, 31, tzinfo=UTC)).after.leaves == ("a",)


def test_time_does_not_go_back():
    """An instant before the position's is an error, naive ones too."""
    position = DESK.start(at=T0)
    for call in (
        lambda: DESK.step(position, "answer", at=T0 - HOUR),
        lambda: DESK.advance(position, at=T0 - HOUR),
        lambda: DESK.start(at=datetime(2026, 1, 1)),  # noqa: DTZ001 - naive on purpose
    ):
        with pytest.raises(TimeError):
            call()


def test_a_position_belongs_to_its_chart():
    """One of an equal chart is taken over; one of another chart, or nothing of the kind, is an error."""
    twin = pickle.loads(pickle.dumps(DESK))
    assert twin == DESK
    assert twin is not DESK
    position = twin.start(at=T0)
    assert position == DESK.start(at=T0)
    assert hash(position) == hash(DESK.start(at=T0))
    assert DESK.step(position, "answer", at=T0).after.chart is DESK
    with pytest.raises(ChartMismatch, match="saas 1"):
        DESK.step(SAAS.start(at=T0), "answer", at=T0)
    with pytest.raises(InvalidType, match="a Position is needed"):
        DESK.due("new")
    assert position != DESK.start(at=T0 + HOUR)
    assert position != "position"


def test_positions_and_steps_pickle_and_copy():
    """What comes back is equal, and stands on the same chart."""
    step = DESK.step(DESK.start(at=T0), "answer", at=T0 + 30 * HOUR)
    for other in (pickle.loads(pickle.dumps(step)), copy.deepcopy(step)):
        assert other == step
        assert other.timeouts == step.timeouts
        assert other.end == "moved"
    assert repr(step.after) == "<Position waiting, red at 2026-01-02T06:00:00+00:00 in 'ticket'>"
    assert repr(step).startswith("<Step after 1 day: moved green -> red; answer moved new -> waiting at")
    assert "without news" in repr(DESK.advance(DESK.start(at=T0), at=T0))


def test_a_position_is_small():
    """At most 120 bytes with its instant, the chart shared."""
    position = SAAS.start(at=T0)
    assert sys.getsizeof(position) + sys.getsizeof(position.at) <= 120
    assert position._place is SAAS.start(at=T0 + HOUR)._place


def test_moves_are_remembered_up_to_a_bound(monkeypatch):
    """Beyond the bounds a chart computes again, with the same result."""
    from qualify.stages import _machine

    monkeypatch.setattr(_machine, "_REMEMBERED", 1)
    monkeypatch.setattr(_machine, "_KEPT", 1)
    chart = pickle.loads(pickle.dumps(DESK))
    waiting = chart.step(chart.start(at=T0), "answer", at=T0).after
    assert waiting == DESK.step(DESK.start(at=T0), "answer", at=T0).after
    assert waiting == chart.step(chart.start(at=T0), "answer", at=T0).after
    assert chart.step(waiting, "close", at=T0).refused
    assert chart.step(waiting, "answer", at=T0).moved
    assert chart.step(waiting, "answer", at=T0).moved
    assert 1 == len(chart._machine.places)


def test_refusals_say_what_they_know():
    """Each kind of refusal has its sentence."""
    assert str(Refusal(question="q", needed=(Truth.YES,))) == "q was UNKNOWN, needs YES"
    assert repr(Refusal(into="bo")) == "<Refusal merged into bo>"
    assert isinstance(SAAS.start(at=T0), Position)


def test_charts_know_their_names():
    """States in document order, events as the table names them."""
    assert ("work", "new", "waiting", "solved", "sla", "green", "red") == DESK.state_names
    assert ("answer", "close") == DESK.events
    assert DESK.has_state("work")
    assert not DESK.has_state("x")
    assert DESK.has_event("close")
    assert not DESK.has_event("x")


def test_a_history_is_no_state():
    """It is a place to go to, and never among the names of states."""
    for deep in (True, False):
        chart = Chart("c", State("p", State("a"), History("h", deep=deep)))
        assert ("p", "a") == chart.state_names
        assert not chart.has_state("h")


@pytest.mark.parametrize(
    ("make", "where"),
    [
        (lambda: Chart("a b", State("a")), "Chart.name"),
        (lambda: Chart("c", State("a"), initial=7), "Chart('c').initial"),
        (lambda: Chart("c", State("a"), version=7), "Chart('c').version"),
        (lambda: Chart("c", State("a"), strict="yes"), "Chart('c').strict"),
        (lambda: DESK.start(at="noon"), "start.at"),
        (lambda: DESK.start(at=T0, active="neu"), "start.active"),
        (lambda: DESK.start(at=T0, active=["new", "waiting"]), "start.active"),
        (lambda: DESK.advance(DESK.start(at=T0), at="noon"), "advance.at"),
    ],
)
def test_an_error_says_which_argument_it_means(make, where):
    """Each part of a chart, and each argument of a step, is named by its path."""
    with pytest.raises(QualifyError) as caught:
        make()
    assert where == caught.value.where


def test_states_around_the_innermost_may_be_named_too():
    """Who is taken in stands in the innermost of the states named, and begins inside it as usual."""
    waiting = DESK.start(at=T0, active=("waiting", "red"))
    assert waiting == DESK.start(at=T0, active=("work", "waiting", "sla", "red"))
    assert waiting == DESK.start(at=T0, active=waiting.active)
    assert ("new", "red") == DESK.start(at=T0, active=("work", "red")).leaves
    nested = Chart("c", State("a"), State("b", State("b1")))
    assert ("b1",) == nested.start(at=T0, active="b").leaves


def test_two_states_at_the_top_are_not_active_together():
    """One of them is, in a chart that is not parallel."""
    flat = Chart("c", State("a"), State("b"), State("d"))
    with pytest.raises(InvalidValue, match="cannot be active together"):
        flat.start(at=T0, active=("a", "b"))


def test_where_a_chart_begins_and_its_version_belong_to_its_form():
    """Charts that differ in one of them alone have different fingerprints."""
    from qualify._canonical import form

    plain = Chart("c", State("a"), State("b"))
    other = Chart("c", State("a"), State("b"), initial="b", version="2")
    assert ["is", "name", "states"] == list(form(plain))
    assert (["b"], "2") == (form(other)["initial"], form(other)["version"])
    some = [Chart("c", State("a"), State("b"), version=v, initial=i) for v in "123" for i in ("a", "b", ())]
    assert len(some) == len({one.fingerprint for one in some})


def test_the_room_loads_no_numpy_and_no_other_room():
    """`import qualify.stages` touches truth, the bottom lines and itself; stepping and journeys too."""
    code = (
        "import sys, qualify.stages as s; from datetime import datetime, timezone;"
        "j = s.Journey.start(s.SAAS, 'x', at=datetime(2026, 1, 1, tzinfo=timezone.utc));"
        "s.SAAS.check(); j.attempts();"
        "rooms = {m.split('.')[1] for m in sys.modules if m.startswith('qualify.')};"
        "print('numpy' in sys.modules, *sorted(rooms))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names = set(done.stdout.split())
    assert "False" in names
    assert names <= {"False", "_canonical", "_checks", "_maps", "errors", "stages", "truth"}


def test_nothing_depends_on_the_seed_of_hashes():
    """Fingerprints, findings and drawings are the same in every process."""
    code = (
        "from qualify.stages import *; from qualify._canonical import fingerprint;"
        "from datetime import datetime, timezone; at = datetime(2026, 1, 1, tzinfo=timezone.utc);"
        "j = Journey.start(SAAS, 'x', at=at).record('renewed', at=at, id='e');"
        "gate = Chart('c', State('a'), State('b'), transitions=[Transition('a', on='go', to='b')]);"
        "print(fingerprint(j), SAAS.fingerprint, j.last, gate.check());"
        "print(SAAS.to_mermaid(), SAAS.explain(j.position))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
        ).stdout
        for seed, zone in (("0", "UTC"), ("1", "Pacific/Kiritimati"))
    }
    assert 1 == len(said)


def test_every_public_name_is_there():
    """`__dir__` is `__all__`, and each name can be had."""
    import qualify.stages as room

    assert sorted(room.__all__) == dir(room)
    assert all(getattr(room, name) is not None for name in room.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        room.Nothing  # noqa: B018 - the look-up is the test


@pytest.mark.parametrize(("count", "fits"), [(10_000, True), (10_001, False)])
def test_a_chart_has_ten_thousand_transitions_at_most(count, fits):
    """As many as the wire reads."""
    rows = tuple(Transition("a", on=f"e{i}") for i in range(count))
    if fits:
        assert count == len(Chart("c", State("a"), transitions=rows).transitions)
    else:
        with pytest.raises(InvalidValue, match="at most 10,000 transitions"):
            Chart("c", State("a"), transitions=rows)
