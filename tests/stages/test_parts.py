"""A chart that does not fit together is an error that names the place, and nothing is changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qualify.errors import DefinitionError, InvalidType, InvalidValue, QualifyError, UnknownName
from qualify.stages import Chart, History, State, Transition
from qualify.stages._tree import MAX_STATES, MAX_TRANSITIONS
from qualify.truth import Truth

A, B = State("a"), State("b")


def go(**changes):
    """Give a transition from a to b with changes."""
    return Transition(**{"source": "a", "on": "go", "to": "b", **changes})


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda: Chart("c", A, State("p", State("a"))), DefinitionError, "one name.*see a and p > a"),
        (lambda: Chart("c", A, transitions=(go(),)), UnknownName, r"transitions\[0\]\.to.*'b'"),
        (lambda: Chart("c", A, B, transitions=(go(source="x"),)), UnknownName, r"transitions\[0\]\.source"),
        (lambda: Chart("c", A, B, transitions=(go(inside="x"),)), UnknownName, r"transitions\[0\]\.inside"),
        (lambda: Chart("c", A, B, transitions=(go(), go(to=("a", "b")))), DefinitionError, "of one region"),
        (lambda: Chart("c", A, B, transitions=("go",)), InvalidType, r"transitions\[0\]: a Transition"),
        (lambda: Chart("c", A, B, initial="x"), UnknownName, "initial"),
        (lambda: Chart("c", A, B, initial="a", parallel=True), DefinitionError, "begin at once"),
        (lambda: Chart("c"), DefinitionError, "at least one state"),
        (lambda: Chart("c", parallel=True), DefinitionError, "at least one state"),
        (lambda: Chart("c", History("h")), DefinitionError, "at least one state"),
        (lambda: Chart("c", "a"), InvalidType, r"states\[0\]: a State or a History"),
        (lambda: Chart("c", A, parallel="yes"), InvalidType, "True or False"),
        (lambda: Chart("c d", A), InvalidValue, "letters, digits"),
        (lambda: Chart("c", A, version=" "), InvalidValue, "not blank"),
        (lambda: State("p", History("h")), DefinitionError, "at least one state"),
        (lambda: State("p", parallel=True), DefinitionError, "a parallel state has at least one"),
        (lambda: State("p", initial="a"), DefinitionError, "only a compound state"),
        (lambda: State("p", A, B, parallel=True, initial="a"), DefinitionError, "only a compound state"),
        (lambda: State(""), InvalidValue, "not blank"),
        (lambda: State(7), InvalidType, r"State\.name: a name is text"),
        (lambda: History(7), InvalidType, r"History\.name"),
        (lambda: History("h", deep=1), InvalidType, "True or False"),
        (lambda: Chart("c", State("p", A, B, initial="p")), DefinitionError, "lies outside"),
        (lambda: Chart("c", State("p", A, B, initial=("a", "b"))), DefinitionError, "of one region"),
        (lambda: Chart("c", B, State("p", A, History("h", default="b"))), DefinitionError, "lies outside"),
        (lambda: Transition((), on="go"), DefinitionError, "begins in a state"),
        (lambda: Transition(7, on="go"), InvalidType, "one name or several"),
        (lambda: Transition(("a", "a"), on="go"), InvalidValue, "given once"),
        (lambda: go(on="merged"), DefinitionError, "belong to the journey"),
        (lambda: go(after=timedelta(1)), DefinitionError, "`on` or `after`"),
        (lambda: Transition("a", after=timedelta(0)), InvalidValue, "longer than zero"),
        (lambda: Transition("a", after=3), InvalidType, "a timedelta"),
        (lambda: Transition("a", when={"q": Truth.YES}), DefinitionError, "`when` needs `on`"),
        (lambda: go(when={"q": True}), InvalidType, r"Truth\.of"),
        (lambda: go(when={"q": "YES"}), InvalidType, "a Truth or several"),
        (lambda: go(when={"q": [True]}), InvalidType, "a Truth is needed"),
        (lambda: go(when={"q": ()}), DefinitionError, "at least one truth"),
        (lambda: go(when=["q"]), InvalidType, "a mapping"),
        (lambda: go(internal=None), InvalidType, "True or False"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_an_error_that_names_the_place(make, kind, words):
    """Each mistake has its own error, of a builtin's kind, with where it is."""
    with pytest.raises(kind, match=words) as caught:
        make()
    assert isinstance(caught.value, QualifyError)


def test_nesting_is_bounded_and_the_error_shows_the_path():
    """States stop at the 25th level, with the way down, and no recursion limit is ever met."""
    state = State("s0")
    for i in range(1, 24):
        state = State(f"s{i}", state)
    with pytest.raises(DefinitionError, match="at most 24 deep") as caught:
        State("s24", state)
    assert caught.value.found == "s24 > s23 > s22 > s21 > … > s2 > s1 > s0"
    deepest = Chart("c", state)
    assert len(deepest.start(at=pytest.importorskip("strategies.stages").T0).active) == 24


def test_states_and_transitions_are_bounded():
    """1,000 states and 10,000 transitions are the most."""
    Chart("c", *(State(f"s{i}") for i in range(MAX_STATES)))
    with pytest.raises(DefinitionError, match="1,000 states"):
        Chart("c", *(State(f"s{i}") for i in range(MAX_STATES + 1)))
    many = [Transition("a", on="go")] * (MAX_TRANSITIONS + 1)
    with pytest.raises(DefinitionError, match="10,000 transitions"):
        Chart("c", A, transitions=many)


def test_several_sources_are_several_transitions_in_document_order():
    """However transitions are grouped, equal tables are equal charts with equal fingerprints."""
    one = Chart("c", A, B, transitions=(Transition(("b", "a"), on="go", to="a"),))
    two = Chart("c", A, B, transitions=(Transition("a", on="go", to="a"), Transition("b", on="go", to="a")))
    assert one == two
    assert hash(one) == hash(two)
    assert one.fingerprint == two.fingerprint
    assert one != Chart("c", A, B, version="2", transitions=one.transitions)
    assert one != "c"


def test_parts_read_as_they_are_written():
    """A repr is code for states, and a sentence for transitions."""
    state = State("p", State("a"), History("h", deep=True, default="a"), initial="a")
    assert (
        repr(state) == "State('p', State('a'), History(name='h', deep=True, default=('a',)), initial=('a',))"
    )
    assert repr(State("p", A, parallel=True)) == "State('p', State('a'), parallel=True)"
    asked = go(when={"q": (Truth.NO, Truth.UNKNOWN)}, inside="a", internal=True)
    assert str(asked) == "a -> b on go when q is UNKNOWN or NO inside a internally"
    assert repr(Transition("a", after=timedelta(hours=1))) == "<Transition a -> stays after 1:00:00>"
    assert repr(Chart("c", A)) == "<Chart 'c' version '1': 1 states, 0 transitions>"
