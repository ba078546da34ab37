"""SCXML goes out and comes back equal; what a chart cannot say is an error that names the element."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import InvalidType, QualifyError, UnknownName
from qualify.stages import SAAS, Chart, History, State, Transition
from strategies.stages import T0, charts, histories

HEAD = '<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0">'


def document(body):
    """Give a document around some elements."""
    return f"{HEAD}{body}</scxml>"


@given(charts())
def test_what_goes_out_comes_back_equal(chart):
    """Name, version, states, transitions and their order: equal charts, equal fingerprints."""
    again = Chart.from_scxml(chart.to_scxml())
    assert again == chart
    assert again.fingerprint == chart.fingerprint


def test_the_default_chart_comes_back_equal():
    """Regions, conditions, answers and all."""
    assert Chart.from_scxml(SAAS.to_scxml()) == SAAS


def test_initial_states_histories_and_names_come_back():
    """Deep initial states, explicit defaults, versions that need escaping."""
    chart = Chart(
        "c-1",
        State("x"),
        State("p", State("q", State("q1"), State("q2")), State("r", State("r1"), State("r2")), parallel=True),
        State("s", State("s1"), State("s2"), History("h", deep=True, default="s2"), initial="s2"),
        initial=("q2", "r2"),
        version='2 & "beta"',
        transitions=(Transition("x", on=("a", "b.c"), to=("q2", "r1")), Transition("s", on="d", to="h")),
    )
    assert Chart.from_scxml(chart.to_scxml()).fingerprint == chart.fingerprint
    noted = chart.to_scxml().replace("<state", '<state xmlns:x="urn:x" x:note="kept by another tool"', 1)
    assert Chart.from_scxml(noted) == chart


def test_a_deadline_is_a_delayed_send_that_the_exit_cancels():
    """Microseconds too."""
    chart = Chart(
        "c",
        State("a"),
        State("b"),
        transitions=(
            Transition("a", after=timedelta(hours=1, microseconds=5), to="b"),
            Transition("a", after=timedelta(days=2)),
        ),
    )
    assert '<send id="after.a.0" event="after.a.0" delay="3600.000005s"/>' in chart.to_scxml()
    assert Chart.from_scxml(chart.to_scxml()) == chart
    by_hand = document(
        '<state id="a"><onentry><send id="t" event="t" delay="1500ms"/></onentry>'
        '<onexit><cancel sendid="t"/></onexit><transition event="t" target="b"/></state><final id="b"/>'
    )
    assert timedelta(seconds=1.5) == Chart.from_scxml(by_hand).transitions[0].after


def test_the_subset_reads_as_it_means():
    """A final is a state, an initial element an initial state, a state without an id gets a name."""
    chart = Chart.from_scxml(
        document(
            "<initial><transition target='f'/></initial><state><initial><transition target='b'/></initial>"
            "<state id='a'/><state id='b'/></state><final id='f'/>"
        ),
        name="read",
        version="7",
    )
    assert ("read", "7", ("state.1", "a", "b", "f")) == (chart.name, chart.version, chart.state_names)
    assert chart.start(at=T0).leaves == ("f",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (document("<datamodel/><state id='a'/>"), "<datamodel>"),
        (
            document("<state id='a'><onentry><raise event='x'/></onentry></state>"),
            "<raise>.*allowed here: send",
        ),
        (document("<state id='a'><invoke/></state>"), "<scxml> > <state a>.*<invoke>"),
        (
            document("<state id='a'><transition event='x'><log/></transition></state>"),
            "<log>.*nothing is allowed",
        ),
        (document("<state id='a'/><x:state xmlns:x='urn:x'/>"), "another namespace"),
        (document("<state id='a' src='file:x'/>"), "'src'"),
        (document("<state id='a'>text</state>"), "text between elements"),
        (document("<state id='a'><transition event='x.*'/></state>"), "'x.*'"),
        (document("<state id='a'><transition event='done.state.a'/></state>"), "done.state.a"),
        (document("<state id='a'><transition event='x'/><transition event='x.y'/></state>"), "x and x.y"),
        (document("<state id='a'><transition event='x' cond='y == 3'/></state>"), "this condition"),
        (
            document("""<state id='a'><transition event='x' cond="In('a') &amp;&amp; In('a')"/></state>"""),
            "this condition",
        ),
        (
            document(
                "<state id='a'><transition event='x' cond=\"['MAYBE'].includes("
                "(_event.data ?? {})['q'] ?? 'UNKNOWN')\"/></state>"
            ),
            "this condition",
        ),
        (document("<state id='a'><transition event='x' type='odd'/></state>"), "internal or external"),
        (document("<state id='a'><history id='h' type='odd'/><state id='b'/></state>"), "shallow or deep"),
        (
            document(
                "<state id='a'><history id='h'><transition event='x' target='b'/></history>"
                "<state id='b'/></state>"
            ),
            "a target alone",
        ),
        (document("<state id='a'><onentry><send event='x' delay='1s'/></onentry></state>"), "<send>"),
        (
            document("<state id='a'><onentry><send id='x' event='x' delay='1s'/></onentry></state>"),
            "the exit cancels",
        ),
        (
            document(
                "<state id='a'><onentry><send id='t' event='t' delay='1s' target='x'/></onentry></state>"
            ),
            "'target'",
        ),
        (document("<state id='a'><onentry><state id='b'/></onentry></state>"), "allowed here: send"),
        (document("<final id='a'><transition event='x'/></final>"), "nothing is allowed here"),
        (document("<state id='a'><transition event='x' target='b'/></state>"), "unknown state"),
        (document("<parallel><state id='a'/></parallel><state id='b'/>"), "beside a parallel root"),
        (document(""), "at least one state"),
        ("<html/>", "allowed here: scxml"),
        ("<scxml", "this is not XML"),
        ("", "this is not XML"),
        ('<!DOCTYPE scxml [<!ENTITY a "b">]><scxml/>', "a DTD is not read"),
        (document("<state id='a'>" * 300), "nested at most 64"),
        (document("".join(f"<state id='s{i}'>" for i in range(40)) + "</state>" * 40), "at most 24 deep"),
        ("x" * 5_000_000, "at most 4,194,304 characters"),
    ],
)
def test_what_is_outside_the_subset_is_an_error_that_names_it(text, words):
    """The element, the attribute or the condition, with the line and the way to it."""
    with pytest.raises(QualifyError, match=words):
        Chart.from_scxml(text)


def test_only_text_is_read():
    """Bytes have no encoding of their own here."""
    with pytest.raises(InvalidType, match="SCXML is text"):
        Chart.from_scxml(b"<scxml/>")
    with pytest.raises(UnknownName):
        Chart.from_scxml(document("<state id='a'/>").replace("<scxml", "<scxml initial='b'"))


@given(st.text(alphabet="<>/=\"' &;abst!-[]\n", max_size=60))
def test_any_text_gives_a_chart_or_a_clear_error(text):
    """Never an exception of the parser's own."""
    for body in (text, document(text)):
        try:
            Chart.from_scxml(body)
        except QualifyError:
            continue


def test_mermaid_writes_inherited_moves_out():
    """Every arrow begins in an innermost state; a move that an inner state replaces is not drawn for it."""
    chart = Chart(
        "c",
        State("p", State("a"), State("b.1"), History("h", deep=True)),
        State("off"),
        transitions=(
            Transition("p", on="stop", to="off"),
            Transition("a", on="stop", to="b.1"),
            Transition("b.1", on="note"),
            Transition("off", on="back", to="h", inside="off"),
            Transition("a", after=timedelta(1), to="b.1"),
        ),
    )
    assert chart.to_mermaid() == (
        "stateDiagram-v2\n    [*] --> p\n    state p {\n        [*] --> a\n        state a\n"
        '        state "b.1" as s_3\n        state "H*" as h\n    }\n    state off\n'
        "    a --> s_3 : stop, after 1 day\n    s_3 --> off : stop\n    off --> h : back (in off)\n"
    )


@pytest.mark.parametrize("word", ["end", "state", "note", "direction", "class", "default"])
def test_a_word_of_mermaid_is_drawn_under_another_id(word):
    """A state that is called as the diagram's own words are does not break the diagram."""
    drawn = Chart("c", State(word), State("ended")).to_mermaid()
    assert f'state "{word}" as s_' in drawn
    assert "    state ended\n" in drawn


def test_text_and_markdown_show_the_table():
    """Every state and every transition stands there; notebooks get the diagram with it."""
    chart = Chart(
        "c",
        State(
            "p",
            State("q", State("a"), State("z")),
            State("r", State("b"), State("y")),
            History("h"),
            parallel=True,
        ),
        transitions=(Transition("a", to="z", inside="y"), Transition("b", after=timedelta(1), to="y")),
    )
    text = chart.to_text()
    assert text.startswith("c 1\n\np (parallel, initial)\n  q\n    a (initial)\n    z\n  r\n")
    assert "  h (history)" in text
    assert "a     at once      in y     z" in text
    for t in chart.transitions:
        assert any(line.startswith(t.source[0]) for line in text.splitlines())
    shown = SAAS._repr_markdown_()
    assert "```mermaid\nstateDiagram-v2" in shown
    assert "| at_risk | reviewed | healthy YES | healthy |" in shown
    assert len(SAAS.transitions) == shown.count("\n| ") - 1


@given(charts())
def test_every_drawing_can_be_made(chart):
    """Random charts have a diagram, a table and a machine, with every state in it."""
    machine = json.loads(chart.to_xstate())
    assert all(name in chart.to_text() for name in chart.state_names)
    assert chart.to_mermaid().startswith("stateDiagram-v2\n")

    def names(node):
        for name, inner in node.get("states", {}).items():
            assert inner["id"] == name
            yield name
            yield from names(inner)

    histories = {name for name in chart._tree.index if not chart.has_state(name)}
    assert set(names(machine)) == {*chart.state_names, *histories}


def test_xstate_says_what_the_table_says():
    """Targets by id, re-entry for external transitions, milliseconds, conditions as parameters."""
    chart = Chart(
        "c",
        State("p", State("a"), State("b"), History("h", deep=True, default="b")),
        State("q", State("r", State("r1")), State("s", State("s1")), parallel=True),
        State("w", State("w1", State("w2"), State("w3")), initial="w3"),
        transitions=(
            Transition("p", on="go", to="b", when={"x": _yes()}, inside="a", internal=True),
            Transition("a", after=timedelta(seconds=1.5), to="h"),
            Transition("b", to="q", inside="w2"),
            Transition("b", on="stay"),
        ),
    )
    machine = json.loads(chart.to_xstate())
    assert machine["initial"] == "p"
    p = machine["states"]["p"]
    guard = {"type": "qualify", "params": {"when": {"x": ["YES"]}, "inside": ["a"]}}
    assert p["on"] == {"go": [{"target": ["#b"], "guard": guard}]}
    assert p["states"]["a"]["after"] == {"1500": [{"target": ["#h"], "reenter": True}]}
    assert p["states"]["b"]["always"][0]["target"] == ["#q"]
    assert p["states"]["b"]["on"] == {"stay": [{}]}
    assert p["states"]["h"] == {"id": "h", "type": "history", "history": "deep", "target": ["#b"]}
    assert machine["states"]["q"]["type"] == "parallel"
    assert machine["states"]["w"]["initial"] == {"target": ["#w3"]}
    assert json.loads(SAAS.to_xstate())["type"] == "parallel"


def _yes():
    from qualify.truth import Truth

    return Truth.YES


@given(st.data())
def test_python_statemachine_agrees_on_flat_charts(data):
    """Random flat charts step alike under an independent machine, by way of SCXML."""
    processor = pytest.importorskip("statemachine.io.scxml.processor")
    chart = data.draw(charts(depth=1, deadlines=False, questions=False, eventless=False, histories=False))
    if chart.parallel or any(t.internal or len(t.to) > 1 for t in chart.transitions):
        return
    machine = processor.SCXMLProcessor()
    machine.parse_scxml("flat", chart.to_scxml())
    twin, position = machine.start(), chart.start(at=T0)
    for name, at, _, _ in data.draw(histories(chart, late=False)):
        position = chart.step(position, name, at=at).after
        twin.send(name)
        assert {state.id for state in twin.configuration} == set(position.leaves)


def test_the_page_of_the_default_chart_is_drawn_from_the_table():
    """The diagram, the table and the meanings in the docs are what the chart says today."""
    from qualify.stages import MEANINGS

    page = Path(__file__).parents[2] / "docs" / "reference" / "saas-chart.md"
    if not page.exists():
        pytest.skip("the docs are not here")
    text = page.read_text()
    assert SAAS.to_mermaid() in text
    assert SAAS.to_text() in text
    for name, meaning in MEANINGS.items():
        assert f"| `{name}` | {meaning} |" in text


def deadline(delay):
    """Give a document with one deadline."""
    return document(
        f"<state id='a'><onentry><send id='t' event='t' delay='{delay}'/></onentry>"
        "<onexit><cancel sendid='t'/></onexit><transition event='t' target='a'/></state>"
    )


@pytest.mark.parametrize(
    ("delay", "after"),
    [("3s", timedelta(seconds=3)), ("1.5s", timedelta(seconds=1.5)), ("250ms", timedelta(seconds=0.25))],
)
def test_a_delay_is_in_seconds_or_milliseconds(delay, after):
    """As CSS writes it."""
    (transition,) = Chart.from_scxml(deadline(delay)).transitions
    assert after == transition.after


@pytest.mark.parametrize("delay", ["5m", "1,5s", "-1s", "1.1234567s", "1", "s", "1h", "1 s"])
def test_a_delay_that_is_written_otherwise_is_refused(delay):
    """A minute is not guessed from an m."""
    with pytest.raises(QualifyError, match="delayed send"):
        Chart.from_scxml(deadline(delay))
