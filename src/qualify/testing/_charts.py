"""Strategies for charts, valid and broken, and for journeys recorded under them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from qualify import _canonical
from qualify.errors import QualifyError
from qualify.stages import SAAS, Chart, Event, History, Journey, Override, State, Transition
from qualify.testing._values import BEGIN, END, decisions, durations, instants, names, plain_values, truths
from qualify.truth import Truth

EVENTS = ("go", "back", "won", "lost")
_DETAILS: tuple[dict[str, object], ...] = ({}, {"amount": 1200}, {"why": "price"})
QUESTIONS: tuple[str, ...] = ("ready", "paid")


@st.composite
def charts(draw: st.DrawFn, strict: bool = False) -> Chart:  # noqa: FBT001, FBT002 - as hypothesis writes strategies
    """Give small valid charts: nested, parallel, with history, questions, deadlines and conditions.

    >>> from hypothesis import given
    >>> @given(charts())
    ... def test_mine(chart): ...
    """
    counter = iter(range(100))
    parallel = draw(st.booleans())
    states = [draw(_states(counter, depth=2)) for _ in range(draw(st.integers(1, 3)))]
    found = [name for state in states for name in _inside(state)]
    transitions = draw(st.lists(_transitions(found), max_size=6))
    version = draw(st.sampled_from(("1", "2")))
    kept: list[Transition] = []
    for transition in transitions:  # what does not fit together is left out, one at a time
        try:
            Chart("c", *states, parallel=parallel, transitions=(*kept, transition), strict=strict)
        except QualifyError:
            continue
        kept.append(transition)
    return Chart("c", *states, parallel=parallel, version=version, transitions=tuple(kept), strict=strict)


@st.composite
def _states(draw: st.DrawFn, counter: Any, depth: int) -> State:
    name = f"s{next(counter)}"
    if depth == 0 or draw(st.integers(0, 2)) == 0:
        return State(name)
    children: list[Any] = [draw(_states(counter, depth - 1)) for _ in range(draw(st.integers(1, 2)))]
    if draw(st.integers(0, 3)) == 0:
        children.append(History(f"h{next(counter)}", deep=draw(st.booleans())))
    return State(name, *children, parallel=draw(st.booleans()))


def _inside(state: State) -> list[str]:
    return [state.name, *(n for child in state.states if isinstance(child, State) for n in _inside(child))]


@st.composite
def _transitions(draw: st.DrawFn, states: list[str]) -> Transition:
    one = st.sampled_from(states)
    on = draw(st.sampled_from((*EVENTS, None)))
    truth_sets = st.lists(truths(), min_size=1, max_size=2, unique=True)
    return Transition(
        draw(st.lists(one, min_size=1, max_size=2, unique=True)),
        on=on or (),
        to=draw(st.none() | one) or (),
        when=draw(st.dictionaries(st.sampled_from(QUESTIONS), truth_sets, max_size=1)) if on else None,
        inside=draw(st.lists(one, max_size=1)),
        after=None if on else draw(durations()),
        internal=draw(st.booleans()),
    )


def broken_charts() -> SearchStrategy[dict[str, Any]]:
    """Give charts as JSON objects that no chart can be built from: unknown names, twins, empty regions.

    >>> from hypothesis import given
    >>> @given(broken_charts())
    ... def test_mine(document): ...
    """
    return charts().flatmap(_broken)


@st.composite
def _broken(draw: st.DrawFn, chart: Chart) -> dict[str, Any]:
    written: Any = _canonical.form(chart)
    match draw(st.sampled_from(("target", "twin", "empty", "source", "reserved", "initial"))):
        case "target":
            written["transitions"] = [_transition(chart, to=["nowhere"])]
        case "twin":
            written["states"] = [*written["states"], written["states"][0]]
        case "empty":
            written["states"] = []
            written.pop("transitions", None)
        case "source":
            written["transitions"] = [_transition(chart, source=["nowhere"])]
        case "reserved":
            written["transitions"] = [_transition(chart, on=["started"])]
        case _:
            written["initial"] = ["nowhere"]
    return dict(written)


def _transition(chart: Chart, **other: list[str]) -> dict[str, Any]:
    return {"is": "Transition", "source": [chart.state_names[0]], "on": ["go"], **other}


@st.composite
def events(draw: st.DrawFn, chart: Chart | None = None) -> Event:
    """Give events as rows of a store, told under a chart or under any.

    >>> from hypothesis import given
    >>> @given(events())
    ... def test_mine(event): ...
    """
    at = draw(instants())
    known = draw(st.just(at) | instants(at))
    told: dict[str, Truth] = {}
    if chart is None:
        name = draw(names())
        told = draw(st.dictionaries(names(), truths(), max_size=2))
    else:
        name = draw(st.sampled_from(chart.events)) if chart.events else "go"
        questions = chart.questions(event=name) if chart.events else ()
        told = {question: draw(truths()) for question in questions}
    because = draw(st.none() | decisions() | st.builds(Override, names(), names()))
    return Event(
        name,
        at,
        known_at=known,
        answers=told,
        details=draw(st.dictionaries(names(), plain_values(), max_size=2)),
        by=draw(st.none() | names()),
        id=draw(st.none() | names()),
        because=because,
    )


@st.composite
def journeys(draw: st.DrawFn, chart: Chart | None = None, max_size: int = 8) -> Journey:
    """Give journeys under a chart, by default `SAAS`: refused events, late ones and repeated ids included.

    >>> from hypothesis import given
    >>> @given(journeys())
    ... def test_mine(journey): ...
    """
    ruling = SAAS if chart is None else chart
    at = draw(instants(BEGIN, END - timedelta(days=365)))
    journey = Journey.start(ruling, draw(names()), at=at)
    if not ruling.events:
        return journey
    now = at
    for i in range(draw(st.integers(0, max_size))):
        now += draw(st.sampled_from((timedelta(0), timedelta(hours=1), timedelta(days=9))))
        name = draw(st.sampled_from(ruling.events))
        happened = draw(st.sampled_from((now, now, now, at)))
        journey = journey.record(
            name,
            at=happened,
            known_at=now,
            answers={question: draw(truths()) for question in ruling.questions(event=name)},
            details=draw(st.sampled_from(_DETAILS)),
            id=draw(st.sampled_from((None, f"e{i}"))),
        )
    return journey
