"""A compiled chart is a table: single steps, where a position stands, and what it cannot be asked."""

from __future__ import annotations

import pickle
from datetime import timedelta

import pytest

from qualify.errors import QualifyError
from qualify.stages import SAAS, Chart, State, Transition
from qualify.truth import Truth
from strategies.stages import T0

TABLE = SAAS.compile()
APART = Chart("c", State("a"), State("b"))
TIMED = Chart("c", State("a"), State("b"), transitions=(Transition("a", after=timedelta(1), to="b"),))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: APART.compile().find(APART.start(at=T0, active="b")),
            (
                "Compiled.find: this configuration is not reached from where the table begins (got b); "
                "compile(starts=[...]) takes in subjects that begin elsewhere"
            ),
        ),
        (lambda: TABLE.find(3), "Chart('saas'): a Position is needed (got int)"),
        (
            lambda: TABLE.next(-1, "won"),
            "Compiled.state: a number is out of range (got -1); allowed is 0 to 29",
        ),
        (
            lambda: TABLE.next(30, "won"),
            "Compiled.state: a number is out of range (got 30); allowed is 0 to 29",
        ),
        (lambda: TABLE.end(0, 7), "Compiled.event: a name is text (got int)"),
        (lambda: TABLE.end(0, "wonn"), "Chart('saas'): unknown event (got 'wonn'); did you mean 'won'?"),
        (
            lambda: APART.compile(starts=["x"]),
            "compile.starts: unknown state (got 'x'); known are a, b",
        ),
        (
            lambda: APART.compile(starts=5),
            (
                "compile.starts: several of names of states are needed (got int); "
                "write starts=[...], also for one alone"
            ),
        ),
        (
            lambda: TABLE.piece([1], ["won"], [1]).then(APART.compile().piece([], [], [])),
            "Piece.then: pieces compose under one compiled chart",
        ),
        (
            lambda: TIMED.compile().piece([], [], []),
            (
                "Chart('c'): pieces compose for charts without deadlines alone; "
                "split the rows by subject instead, and replay each part"
            ),
        ),
        (
            lambda: APART.compile().replay([], [], []).inside("x"),
            "Replay: unknown state (got 'x'); known are a, b",
        ),
    ],
)
def test_what_a_table_cannot_be_asked_is_an_error_that_says_why(call, words):
    """A number outside it, a place that it does not hold, a name that nothing defines."""
    with pytest.raises(QualifyError) as caught:
        call()
    assert words == str(caught.value)


def test_a_table_is_pickled_with_its_further_beginnings():
    """Whoever begins elsewhere is found again."""
    compiled = APART.compile(starts=["b"])
    again = pickle.loads(pickle.dumps(compiled))
    assert (("a",), ("b",)) == compiled.configurations == again.configurations
    assert 1 == again.find(APART.start(at=T0, active="b"))
    assert "<Compiled 'c': 2 configurations, 0 symbols>" == repr(again)


def test_a_single_step_tells_answers_and_takes_what_is_missing_for_unknown():
    """Refused, it stays where it is; the last configuration counts like the first."""
    chart = Chart(
        "c", State("a"), State("b"), transitions=(Transition("a", on="go", to="b", when={"q": Truth.YES}),)
    )
    compiled = chart.compile()
    assert (1, "moved") == (compiled.next(0, "go", {"q": Truth.YES}), compiled.end(0, "go", {"q": Truth.YES}))
    for answers in (None, {}, {"q": Truth.UNKNOWN}, {"q": Truth.NO}):
        assert (0, "refused") == (compiled.next(0, "go", answers), compiled.end(0, "go", answers))
    assert 1 == compiled.next(1, "go")
