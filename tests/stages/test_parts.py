"""A chart that does not fit together is an error that names the place, and nothing is changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qualify.errors import DefinitionError, InvalidType, InvalidValue, QualifyError, UnknownName
from qualify.stages import SAAS, Chart, History, Journey, State, Transition
from qualify.stages._tree import MAX_STATES, MAX_TRANSITIONS
from qualify.truth import Truth
from strategies.stages import T0

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
    assert repr(Transition("a", after=timedelta(hours=1))) == "<Transition a -> stays after 1 h>"
    assert repr(Chart("c", A)) == "<Chart 'c' version '1': 1 state, 0 transitions>"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: Chart("x", A, transitions=go(to="a")),
            r"Chart\('x'\)\.transitions: several of Transition .*got Transition.*write transitions=\[",
        ),
        (lambda: Chart("x", A, transitions=5), r"Chart\('x'\)\.transitions: .*got int"),
        (lambda: SAAS.diff(None), r"Chart\('saas'\)\.diff\.other: a Chart is needed .got NoneType"),
        (lambda: SAAS.diff(SAAS, 5), r"Chart\('saas'\)\.diff\.positions: several of Position .*got int"),
        (lambda: SAAS.compile(starts=5), r"compile\.starts: several of names of states .*got int"),
        (
            lambda: Journey.replay(SAAS, "a", None),
            r"Journey\.replay\.events: several of Event .*got NoneType",
        ),
        (
            lambda: Journey.replay(SAAS, "a", Journey.start(SAAS, "a", at=T0).events, earlier=SAAS),
            r"Journey\.replay\.earlier: several of Chart .*got Chart",
        ),
    ],
)
def test_one_where_several_are_needed_is_an_error_that_says_so(call, words):
    """The place, what was found, and how it is written."""
    with pytest.raises(InvalidType, match=words):
        call()


def test_a_chart_says_plainly_what_does_not_fit_in_it():
    """A name that stands twice on top, and a beginning of the whole chart, are told without stray signs."""
    with pytest.raises(
        DefinitionError, match=r"Chart\('c'\): two states have one name .got a.; rename one of them"
    ):
        Chart("c", A, State("a"))
    with pytest.raises(DefinitionError, match="see p > a and p > q > a"):
        Chart("c", State("p", A, State("q", A)))
    with pytest.raises(UnknownName, match=r"^Chart\('c'\)\.initial: unknown state"):
        Chart("c", A, initial="x")
    with pytest.raises(UnknownName, match=r"^Chart\('c'\): p\.initial: unknown state"):
        Chart("c", State("p", A, initial="x"))


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(days=3), "3 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=36), "1 day 12 h"),
        (timedelta(minutes=90), "1 h 30 min"),
        (timedelta(seconds=1), "1 s"),
        (timedelta(milliseconds=1500), "1.5 s"),
        (timedelta(microseconds=1), "0.000001 s"),
        (timedelta(days=2, hours=1, minutes=2, seconds=3, microseconds=40), "2 days 1 h 2 min 3.00004 s"),
    ],
)
def test_deadlines_read_as_people_write_them(after, words):
    """In a transition, in a step, in the table and in the diagram."""
    row = Transition("a", after=after, to="b")
    chart = Chart("c", A, B, transitions=(row,))
    assert f"a -> b after {words}" == str(row)
    assert f"after {words}: moved a -> b" == str(chart.advance(chart.start(at=T0), at=T0 + timedelta(days=4)))
    assert f"a     after {words}" in chart.to_text()
    assert f"a --> b : after {words}\n" in chart.to_mermaid()


def test_one_thing_is_told_in_the_singular():
    """One state, one transition, one configuration, one symbol, one event, one subject."""
    chart = Chart("c", A, transitions=(go(to="a"),))
    compiled = chart.compile()
    assert "<Chart 'c' version '1': 1 state, 1 transition>" == repr(chart)
    assert "<Compiled 'c': 1 configuration, 1 symbol>" == repr(compiled)
    assert "<Replay of 1 event of 1 subject>" == repr(compiled.replay([1], ["go"], [1]))
    assert "<Journey 'x' under c 1: 1 event, in a>" == repr(Journey.start(chart, "x", at=T0))


@pytest.mark.parametrize(
    ("make", "where"),
    [
        (lambda: History("h", deep=1), "History('h').deep"),
        (lambda: History("h", default=7), "History('h').default"),
        (lambda: History(7), "History.name"),
        (lambda: State(7), "State.name"),
        (lambda: State("a b"), "State('a b')"),
        (lambda: State("p", A, initial=7), "State('p').initial"),
        (lambda: State("p", A, initial=("a", "b c")), "State('p').initial[1]"),
        (lambda: State("p", A, initial=("a", "a")), "State('p').initial[1]"),
        (lambda: State("p", "a"), "State('p').states[0]"),
        (lambda: State("p", A, parallel="yes"), "State('p').parallel"),
        (lambda: State("p", initial="a"), "State('p')"),
        (lambda: Transition(7), "Transition.source"),
        (lambda: Transition(("a", "b"), on=7), "Transition('a, b').on"),
        (lambda: go(on="merged"), "Transition('a').on"),
        (lambda: go(to=7), "Transition('a').to"),
        (lambda: go(inside=7), "Transition('a').inside"),
        (lambda: go(internal=None), "Transition('a').internal"),
        (lambda: Transition("a", after=3), "Transition('a').after"),
        (lambda: go(after=timedelta(1)), "Transition('a')"),
        (lambda: go(when=["q"]), "Transition('a').when"),
        (lambda: go(when={"q": True}), "Transition('a').when['q']"),
        (lambda: go(when={"q": [True]}), "Transition('a').when['q']"),
        (lambda: go(when={"q r": Truth.YES}), "Transition('a').when['q r']"),
    ],
)
def test_a_part_that_cannot_be_meant_names_its_place(make, where):
    """The kind of part, its name, and which of its arguments."""
    with pytest.raises(QualifyError) as caught:
        make()
    assert where == caught.value.where


def test_a_place_is_short_however_long_a_name_is():
    """What an error shows of a wrong name is bounded."""
    for make in (
        lambda: State("a b" * 10_000),
        lambda: Transition(["a"] + [f"b{i}" for i in range(999)], on=7),
    ):
        with pytest.raises(QualifyError) as caught:
            make()
        assert len(caught.value.where) < 100


def test_a_state_with_a_history_alone_is_told_what_it_lacks():
    """A history remembers states, so there is at least one."""
    with pytest.raises(DefinitionError) as caught:
        State("p", History("h"))
    assert "State('p'): a state with children has at least one state inside" == str(caught.value)


def test_a_transition_reads_as_one_sentence_with_everything_in_it():
    """Several sources and events are alternatives, several targets and questions come together."""
    everything = Transition(
        ("a", "b"), on=("x", "y"), to=("c", "d"), when={"q": Truth.YES, "r": Truth.NO}, inside=("e", "f")
    )
    assert "a | b -> c & d on x | y when q is YES and r is NO inside e | f" == str(everything)
