"""A chart as numbers: what names mean, what may stand together, and where it does not fit."""

from __future__ import annotations

import pytest

from qualify.errors import QualifyError
from qualify.stages import Chart, History, State, Transition
from strategies.stages import T0

A, B = State("a"), State("b")
P = State("p", A, B, History("h"), History("g", deep=True))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        *(
            (
                lambda deep=deep: Chart(
                    "c", State("p", A, History("h", deep=deep, default="g"), History("g"))
                ),
                "Chart('c'): p > h.default: the state lies outside (got p > g)",
            )
            for deep in (False, True)
        ),
        (
            lambda: Chart("c", State("p", A, History("h"), initial="h")),
            "Chart('c'): p > h.default: a history in which its own state begins needs a default",
        ),
        (
            lambda: Chart("c", State("z"), State("p", A, History("h", default="z"))),
            "Chart('c'): p > h.default: the state lies outside (got z)",
        ),
        *(
            (
                lambda name=name: Chart("c", P, transitions=(Transition(name, on="x"),)),
                f"Chart('c').transitions[0].source: unknown state (got '{name}'); known are a, b, p",
            )
            for name in "hg"
        ),
        *(
            (
                lambda name=name: Chart("c", P, transitions=(Transition("a", on="x", inside=name),)),
                f"Chart('c').transitions[0].inside: unknown state (got '{name}'); known are a, b, p",
            )
            for name in "hg"
        ),
        (
            lambda: Chart("c", P, transitions=(Transition("a", on="x", to="x"),)),
            "Chart('c').transitions[0].to: unknown state (got 'x'); known are a, b, g, h, p",
        ),
        (
            lambda: Chart("c", P, transitions=(Transition("a", on="x", to=("b", "a")),)),
            (
                "Chart('c').transitions[0].to: two states of one region cannot be entered together "
                "(got p > b and p > a)"
            ),
        ),
        *(
            (
                lambda name=name: Chart("c", P).start(at=T0, active=name),
                f"start.active: unknown state (got '{name}'); known are a, b, p",
            )
            for name in "hgx"
        ),
        *(
            (
                lambda parts=parts: Chart("c", *parts),
                "Chart('c'): q.initial: the state lies outside (got p > h)",
            )
            for parts in ((P, State("q", State("z"), initial="h")), (State("q", State("z"), initial="h"), P))
        ),
        (
            lambda: Chart("c", A, parallel=True, initial="a"),
            "Chart('c').initial: in a parallel chart all states begin at once (got ('a',))",
        ),
        (
            lambda: Chart("c", A, transitions=(Transition("a", on="x", to="y"),)),
            "Chart('c').transitions[0].to: unknown state (got 'y'); known are a",
        ),
    ],
)
def test_what_does_not_fit_together_says_where_and_what_is_known(make, words):
    """Only a target may be a history, and only of a transition or a beginning."""
    with pytest.raises(QualifyError) as caught:
        make()
    assert words == str(caught.value)


@pytest.mark.parametrize("deep", [False, True])
def test_a_state_may_begin_in_a_history_inside_it(deep):
    """Wherever the history stands among the children, or deeper."""
    history = History("h", deep=deep, default="b")
    for state in (
        State("p", A, B, history, initial="h"),
        State("p", history, A, B, initial="h"),
        State("p", A, history, B, initial="h"),
        State("p", State("q", A, B, history), initial="h"),
        State("p", State("z"), State("q", history, A, B), initial="h"),
    ):
        assert ("b",) == Chart("c", state).start(at=T0).leaves
        assert ("b",) == Chart("c", State("w", state, initial="h")).start(at=T0).leaves
    assert ("b",) == Chart("c", State("p", A, B, history), initial="h").start(at=T0).leaves


def test_what_stands_behind_a_history_counts():
    """A history may be the first of the children."""
    chart = Chart("c", State("p", History("h"), A, B))
    assert ("p", "a", "b") == chart.state_names


def test_a_parallel_chart_begins_in_all_its_states():
    """Also where a history stands first among them, whose default are all of them."""
    chart = Chart("c", History("h"), A, State("p", B, State("z"), initial="z"), parallel=True)
    assert ("a", "z") == chart.start(at=T0).leaves
    assert ("a", "b") == chart.start(at=T0, active="b").leaves
