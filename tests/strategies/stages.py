"""Random charts and random histories under them: nested, parallel, with histories, conditions, deadlines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from qualify.errors import DefinitionError
from qualify.stages import Chart, History, Journey, State, Transition
from qualify.truth import Truth

ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)
T0 = datetime(2026, 1, 1, tzinfo=UTC)
EVENTS = ("go", "turn", "stop")
QUESTIONS = ("q", "r")
TRUTHS = tuple(Truth)


class _Names:
    """Numbers the states of one chart."""

    def __init__(self) -> None:
        self.states: list[str] = []
        self.histories: list[str] = []

    def state(self) -> str:
        self.states.append(f"s{len(self.states)}")
        return self.states[-1]

    def history(self) -> str:
        self.histories.append(f"h{len(self.histories)}")
        return self.histories[-1]


@st.composite
def _state(draw, names, depth, histories):
    name = names.state()
    if depth == 0 or draw(st.integers(0, 2)) == 0:
        return State(name)
    parallel = draw(st.booleans())
    inner = [draw(_state(names, depth - 1, histories)) for _ in range(draw(st.integers(1, 3)))]
    if histories and draw(st.booleans()):
        inner.append(History(names.history(), deep=draw(st.booleans())))
    return State(name, *inner, parallel=parallel)


@st.composite
def charts(draw, *, deadlines=True, questions=True, eventless=True, histories=True, depth=3):
    """Give a chart that fits together."""
    names = _Names()
    parts = [draw(_state(names, depth - 1, histories)) for _ in range(draw(st.integers(1, 3)))]
    parallel = draw(st.booleans())
    transitions = []
    for _ in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(["event"] * 5 + ["after"] * deadlines * 2 + ["eventless"] * eventless))
        source = draw(st.sampled_from(names.states))
        to = draw(st.lists(st.sampled_from(names.states + names.histories), max_size=2, unique=True))
        inside = draw(st.lists(st.sampled_from(names.states), max_size=2, unique=True))
        when = {}
        if questions and kind == "event" and draw(st.booleans()):
            asked = draw(st.lists(st.sampled_from(QUESTIONS), min_size=1, max_size=2, unique=True))
            when = {
                q: draw(st.lists(st.sampled_from(TRUTHS), min_size=1, max_size=2, unique=True)) for q in asked
            }
        transitions.append(
            Transition(
                source,
                on=draw(st.lists(st.sampled_from(EVENTS), min_size=1, max_size=2, unique=True))
                if kind == "event"
                else (),
                to=to,
                inside=inside if kind != "eventless" or inside else [draw(st.sampled_from(names.states))],
                when=when,
                after=timedelta(hours=draw(st.integers(1, 6))) if kind == "after" else None,
                internal=draw(st.booleans()),
            )
        )
    try:
        chart = Chart("random", *parts, parallel=parallel, transitions=tuple(transitions))
        chart.start(at=T0)
        chart.compile(budget=300)
    except DefinitionError:
        assume(False)
        raise
    return chart


@st.composite
def histories(draw, chart, *, late=True, size=12):
    """Give what `record` is told about one subject, in order of arrival: (name, at, known_at, answers)."""
    told = []
    now = 0
    for _ in range(draw(st.integers(0, size))):
        now += draw(st.integers(0, 4))
        at = draw(st.integers(0, now)) if late and draw(st.integers(0, 3)) == 0 else now
        answers = {q: draw(st.sampled_from(TRUTHS)) for q in chart.questions() if draw(st.booleans())}
        if chart.events:
            name = draw(st.sampled_from(chart.events))
            told.append((name, T0 + timedelta(hours=at), T0 + timedelta(hours=now), answers))
    return told


@st.composite
def journeys(draw, chart, *, late=True, size=12):
    """Give a journey under a chart."""
    journey = Journey.start(chart, "ana", at=T0)
    for name, at, known_at, answers in draw(histories(chart, late=late, size=size)):
        journey = journey.record(name, at=at, known_at=known_at, answers=answers)
    return journey


def micros(at):
    """Give an instant as a column holds it."""
    return (at - ORIGIN) // timedelta(microseconds=1)


@st.composite
def logs(draw, **of_charts):
    """Give a chart and the events of some subjects, interleaved as they were told."""
    chart = draw(charts(**of_charts))
    rows = []
    for subject in draw(st.lists(st.sampled_from("abcdefg"), unique=True, min_size=1)):
        rows.extend((subject, *row) for row in draw(histories(chart, size=8)))
    order = draw(st.permutations(range(len(rows)))) if len(rows) < 20 else range(len(rows))
    return chart, [rows[i] for i in order]


def columns(chart, rows):
    """Give the rows as columns; answers that were not told are UNKNOWN."""
    subject = np.array([row[0] for row in rows], dtype="U1")
    event = np.array([row[1] for row in rows], dtype=object)
    at = np.array([micros(row[2]) for row in rows], dtype=np.int64)
    answers = {
        q: np.array([row[4].get(q, Truth.UNKNOWN).value for row in rows], dtype=np.int8)
        for q in chart.questions()
    }
    return subject, event, at, answers
