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
from qualify.truth import Truth
from strategies.everything import EVERYTHING
from strategies.stages import T0, charts, histories

ASKED = "['YES','NO'].includes((_event.data ?? {})['q'] ?? 'UNKNOWN')"
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
            Transition("p", on="go", to="b", when={"x": Truth.YES}, inside="a", internal=True),
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


TEXT = Path(__file__).with_name("everything.scxml").read_text(encoding="utf-8")


def test_a_chart_with_everything_in_it_is_this_document():
    """Deadlines as delayed sends that the exit cancels, answers as data, conditions side by side."""
    assert TEXT == EVERYTHING.to_scxml()
    assert Chart.from_scxml(TEXT) == EVERYTHING


def test_a_parallel_chart_that_asks_nothing_is_this_document():
    """One parallel element without an id holds the regions; no data model is needed."""
    chart = Chart("c", State("p", State("u"), State("v")), State("z"), parallel=True)
    assert chart.to_scxml() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<scxml xmlns="http://www.w3.org/2005/07/scxml" xmlns:q="urn:qualify:stages" version="1.0"'
        ' datamodel="null" name="c" q:version="1">\n'
        "  <parallel>\n"
        '    <state id="p">\n'
        '      <state id="u"/>\n'
        '      <state id="v"/>\n'
        "    </state>\n"
        '    <state id="z"/>\n'
        "  </parallel>\n"
        "</scxml>\n"
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "<state id='a'>\n<invoke/></state>",
            (
                "line 2: <scxml> > <state a>: this element is outside the subset that is read (got "
                "<invoke>); "
                "allowed here: final, history, initial, onentry, onexit, parallel, state, transition"
            ),
        ),
        (
            "<state id='a'><transition event='x'><log/></transition></state>",
            (
                "line 1: <scxml> > <state a> > <transition>: this element is outside the subset that is read "
                "(got <log>); nothing is allowed here"
            ),
        ),
        (
            "<x:state xmlns:x='urn:x'/>",
            "line 1: <scxml>: an element of another namespace is not read (got <state>)",
        ),
        (
            "<state id='a' src='file:x'/>",
            "line 1: <scxml>: this attribute of <state> is outside the subset that is read (got 'src')",
        ),
        (
            "<state id='a'> text </state>",
            "line 1: <scxml> > <state a>: text between elements is not read (got 'text')",
        ),
        *(
            (
                f"<state id='a'>\n<transition event='{event}'/>\n</state>",
                (
                    "line 2: <scxml> > <state a> > <transition>: "
                    f"events are matched whole, and come from outside (got '{event}')"
                ),
            )
            for event in ("x.*", "x.", "error.x", "done.state.a")
        ),
        *(
            (
                f"<state id='a'>{transitions}</state>",
                (
                    "line 1: <scxml>: an event that is a prefix of another matches both in SCXML; "
                    "here it is matched whole (got x and x.y)"
                ),
            )
            for transitions in (
                "<transition event='x'/><transition event='x.y'/>",
                "<transition event='x.y.z x.y x'/><transition event='w.y'/>",
            )
        ),
        (
            "<state id='a'><transition event='x.y.z'/><transition event='x.y'/></state>",
            (
                "line 1: <scxml>: an event that is a prefix of another matches both in SCXML; "
                "here it is matched whole (got x.y and x.y.z)"
            ),
        ),
        (
            "<state id='a'>\n<transition cond='y == 3'/>\n</state>",
            (
                "line 2: <scxml> > <state a> > <transition>: this condition is outside the subset "
                "that is read "
                "(got 'y == 3'); In('a') || In('b'), and answers in the form that to_scxml writes"
            ),
        ),
        (
            "<state id='a'>\n<transition event='x' type='odd'/>\n</state>",
            "line 2: <scxml> > <state a> > <transition>: a transition is internal or external (got 'odd')",
        ),
        (
            "<state id='a'><history id='h' type='odd'/></state>",
            "line 1: <scxml> > <state a> > <history h>: a history is shallow or deep (got 'odd')",
        ),
        *(
            (
                f"<state id='a'><history id='h'>\n<transition {key}='x' target='b'/>\n</history></state>",
                (
                    "line 2: <scxml> > <state a> > <history h> > <transition>: "
                    f"this transition has a target alone (got ['{key}', 'target'])"
                ),
            )
            for key in ("event", "cond")
        ),
        *(
            (
                f"<state id='a'><onentry>{send}</onentry></state>",
                (
                    f"line 1: <scxml> > <state a> > <onentry> > {shown}: this element is outside the subset "
                    "that is read (got <send>); a deadline is a delayed send whose id is its event"
                ),
            )
            for send, shown in (
                ("<send event='x' delay='1s'/>", "<send>"),
                ("<send id='x' event='y' delay='1s'/>", "<send x>"),
                ("<send id='x' event='x'/>", "<send x>"),
            )
        ),
        (
            (
                "<state id='a'><onentry><send id='x' event='x' delay='1s'/><send id='y' event='y' "
                "delay='1s'/>"
                "</onentry></state>"
            ),
            (
                "line 1: <scxml> > <state a>: "
                "a delayed send is read as a deadline if the exit cancels it (got x, y)"
            ),
        ),
        (
            "<state id='a'><onexit><cancel sendid='z'/></onexit></state>",
            (
                "line 1: <scxml> > <state a>: "
                "a delayed send is read as a deadline if the exit cancels it (got z)"
            ),
        ),
        (
            "<state id='a'><onexit><cancel/></onexit></state>",
            "line 1: <scxml> > <state a>: a delayed send is read as a deadline if the exit cancels it",
        ),
        (
            "<parallel><state id='a'/></parallel><state id='b'/>",
            (
                "line 1: <scxml> > <state b>: "
                "nothing stands beside a parallel root without an id (got <state b>)"
            ),
        ),
        (
            "".join(f"<state id='s{i}'>" for i in range(7)) + "<log/>",
            (
                "line 1: <scxml> > <state s0> > <state s1> > <state s2> > <state s3> > <state s4> > "
                "<state s5> > "
                "<state s6>: this element is outside the subset that is read (got <log>); "
                "allowed here: final, history, initial, onentry, onexit, parallel, state, transition"
            ),
        ),
        (
            "<state id='a'>" * 64,
            (
                "line 1: <scxml> > <state a> > <state a> > <state a> > … > <state a> > <state a> > "
                "<state a> > "
                "<state a>: elements are nested at most 64 deep (got <state>)"
            ),
        ),
    ],
)
def test_an_element_outside_the_subset_is_named_with_its_line_and_the_way_to_it(body, words):
    """The innermost element always stands there, however deep it is."""
    with pytest.raises(QualifyError) as caught:
        Chart.from_scxml(document(body))
    assert f"from_scxml, {words}" == str(caught.value)


def test_an_error_names_the_document_where_it_has_a_name():
    """The way to the element begins with it."""
    with pytest.raises(QualifyError) as caught:
        Chart.from_scxml("<scxml name='shop'><html/></scxml>")
    assert str(caught.value).startswith(
        "from_scxml, line 1: <scxml shop>: this element is outside the subset"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (3, "from_scxml: SCXML is text (got int)"),
        (
            "<html/>",
            (
                "from_scxml, line 1: this element is outside the subset that is read (got <html>); "
                "allowed here: scxml"
            ),
        ),
        ("<!DOCTYPE scxml><scxml/>", "from_scxml, line 1: a DTD is not read (got <!DOCTYPE scxml>)"),
        ("\n<bad name", "from_scxml, line 2: this is not XML: unclosed token"),
    ],
)
def test_what_is_no_document_is_said_so(text, words):
    """Neither bytes nor another markup, nor a part of one."""
    with pytest.raises(QualifyError) as caught:
        Chart.from_scxml(text)
    assert words == str(caught.value)


def test_what_a_document_leaves_out_has_a_name_of_its_own():
    """The chart, its version, and elements without an id, counted as they close."""
    chart = Chart.from_scxml(
        "<scxml><state/><final/><parallel><state id='a'/><transition event='x'/></parallel></scxml>"
    )
    assert ("chart", "1") == (chart.name, chart.version)
    assert ("state.1", "final.2", "parallel.3", "a") == chart.state_names


def test_a_parallel_element_stands_for_the_whole_chart_only_if_it_is_alone_and_bare():
    """One with an id, with a transition or beside others is a state."""
    bare = Chart.from_scxml(document("<parallel><state id='a'/></parallel>"))
    assert (True, ("a",)) == (bare.parallel, bare.state_names)
    for body, names in (
        ("<parallel id='p'><state id='a'/></parallel>", ("p", "a")),
        ("<parallel><state id='a'/><transition event='x'/></parallel>", ("parallel.1", "a")),
        ("<state id='b'/><parallel><state id='a'/></parallel>", ("b", "parallel.1", "a")),
        ("<state id='b'><parallel><state id='a'/></parallel></state>", ("b", "parallel.1", "a")),
    ):
        chart = Chart.from_scxml(document(body))
        assert (False, names) == (chart.parallel, chart.state_names)


def test_elements_are_nested_at_most_64_deep():
    """The 65th is an error of its own; up to there the states themselves are too deep."""
    inside = "<state id='a'>" * 63
    with pytest.raises(QualifyError, match="nested at most 24 deep"):
        Chart.from_scxml(document(inside + "</state>" * 63))
    with pytest.raises(QualifyError, match="nested at most 64 deep"):
        Chart.from_scxml(document(f"{inside}<state id='a'>"))


def test_a_document_has_four_million_characters_at_most():
    """Spaces count."""
    text = document("<state id='a'/>")
    assert Chart("chart", State("a")) == Chart.from_scxml(text.ljust(4_194_304))
    with pytest.raises(QualifyError, match="from_scxml: a text has at most 4,194,304 characters"):
        Chart.from_scxml(text.ljust(4_194_305))


@pytest.mark.parametrize(
    ("cond", "inside", "when"),
    [
        ("In('b')", ("b",), {}),
        ("In('b')||In('a')", ("b", "a"), {}),
        (f"(In('b') || In('a')) && ({ASKED})", ("b", "a"), {"q": (Truth.YES, Truth.NO)}),
        (f"{ASKED} && In('b')", ("b",), {"q": (Truth.YES, Truth.NO)}),
        (ASKED, (), {"q": (Truth.YES, Truth.NO)}),
    ],
)
def test_a_condition_is_states_and_answers_in_any_order(cond, inside, when):
    """With or without brackets around each part."""
    text = cond.replace("&", "&amp;")
    chart = Chart.from_scxml(
        document(f'<state id="a"><transition event="x" cond="{text}"/></state><state id="b"/>')
    )
    (transition,) = chart.transitions
    assert (inside, when) == (transition.inside, dict(transition.when))


@pytest.mark.parametrize(
    "cond",
    [
        "",
        f"{ASKED} && {ASKED}",
        "In('b') && In('a')",
        "[In('b')]",
        "(In('b'))",
        ASKED.replace("'NO'", "'XNO'"),
    ],
)
def test_a_condition_that_says_one_thing_twice_or_nothing_known_is_refused(cond):
    """What it means is not guessed."""
    text = cond.replace("&", "&amp;")
    with pytest.raises(QualifyError, match="this condition is outside"):
        Chart.from_scxml(document(f'<state id="a"><transition event="x" cond="{text}"/></state>'))


def test_a_fraction_of_a_delay_counts_in_its_own_unit():
    """Down to the microsecond."""
    for delay, micros in (("1.5s", 1_500_000), ("0.000001s", 1), ("2.5ms", 2_500), ("1.001ms", 1_001)):
        (transition,) = Chart.from_scxml(deadline(delay)).transitions
        assert timedelta(microseconds=micros) == transition.after


def test_an_initial_element_or_a_history_that_names_nothing_begins_as_usual():
    """In the first child, and in what its state begins with."""
    chart = Chart.from_scxml(
        document(
            "<state id='p'><initial><transition/></initial><state id='a'/><state id='b'/>"
            "<history id='h'><transition/></history></state>"
        )
    )
    assert Chart("chart", State("p", State("a"), State("b"), History("h"))) == chart
