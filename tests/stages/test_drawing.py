"""A chart is drawn whole: as a diagram, as text, as a page."""

from __future__ import annotations

from datetime import timedelta

from qualify.stages import Chart, History, State, Transition
from qualify.truth import Truth

NESTED = Chart(
    "desk",
    State(
        "on",
        State("a"),
        State(
            "r",
            History("h"),
            State("x", State("x1"), State("x2"), initial="x2"),
            State("y:1"),
            parallel=True,
        ),
        History("d", deep=True),
    ),
    State("off.1"),
    version="2",
    initial="off.1",
    transitions=(
        Transition("on", on=["stop", "end"], to="off.1"),
        Transition(
            "a", on="stop", to=("x1", "y:1"), when={"q": Truth.YES, "s": (Truth.YES, Truth.NO)}, inside="a"
        ),
        Transition("x", on="end", to="h"),
        Transition("x1", on="note"),
        Transition("x1", on="stop", to="x2", when={"q": Truth.NO}),
        Transition("x1", on="end", to="x2", inside=("y:1", "a")),
        Transition("off.1", on="back:2", to="d"),
        Transition("x2", after=timedelta(days=1), to="x1"),
        Transition("x2", to="x1", inside="off.1"),
    ),
)
DIAGRAM = """\
stateDiagram-v2
    [*] --> s_10
    state on {
        [*] --> a
        state a
        state r {
            state "H" as h
            state x {
                [*] --> x2
                state x1
                state x2
            }
            --
            state "y:1" as s_8
        }
        state "H*" as d
    }
    state "off.1" as s_10
    a --> x1 : stop (q YES, s YES or NO, in a)
    a --> s_8 : stop (q YES, s YES or NO, in a)
    a --> s_10 : stop or end
    x1 --> x2 : stop (q NO), end (in y 1 or a)
    x1 --> h : end
    x1 --> s_10 : stop
    x2 --> x1 : after 1 day, at once (in off.1)
    x2 --> h : end
    x2 --> s_10 : stop
    s_8 --> s_10 : stop or end
    s_10 --> d : back 2
"""
TEXT = """\
desk 2

on
  a (initial)
  r (parallel)
    h (history)
    x
      x1
      x2 (initial)
    y:1
  d (deep history)
off.1 (initial)

from   told         only if                   to
-----  -----------  ------------------------  -------
on     stop, end                              off.1
a      stop         q YES, s YES or NO, in a  x1, y:1
x      end                                    h
x1     note                                   (stays)
x1     stop         q NO                      x2
x1     end          in y:1 or a               x2
x2     after 1 day                            x1
x2     at once      in off.1                  x1
off.1  back:2                                 d
"""
TABLE = """
| from | told | only if | to |
|---|---|---|---|
| on | stop, end |  | off.1 |
| a | stop | q YES, s YES or NO, in a | x1, y:1 |
| x | end |  | h |
| x1 | note |  | (stays) |
| x1 | stop | q NO | x2 |
| x1 | end | in y:1 or a | x2 |
| x2 | after 1 day |  | x1 |
| x2 | at once | in off.1 | x1 |
| off.1 | back:2 |  | d |
"""


def test_a_diagram_shows_every_state_and_every_move():
    """Histories, regions, beginnings and inherited moves; a colon would end the words at an arrow."""
    assert DIAGRAM == NESTED.to_mermaid()


def test_a_text_is_an_outline_and_an_aligned_table():
    """Every state with what it is, and every transition with its conditions."""
    assert TEXT == NESTED.to_text()


def test_a_page_holds_the_diagram_and_the_table():
    """The name and the version stand above them."""
    assert f"**desk** 2\n\n```mermaid\n{DIAGRAM}```\n{TABLE}" == NESTED._repr_markdown_()


def test_a_parallel_chart_is_drawn_as_one_state_of_several_regions():
    """A line parts the regions, and a history between them is none."""
    chart = Chart(
        "w",
        State("r", State("a"), State("b")),
        History("h"),
        State("s"),
        parallel=True,
        transitions=(Transition("a", on="go", to="b"),),
    )
    assert chart.to_mermaid() == (
        'stateDiagram-v2\n    state "w" as chart_7 {\n        state r {\n            [*] --> a\n'
        "            state a\n            state b\n        }\n"
        '        state "H" as h\n        --\n        state s\n    }\n    a --> b : go\n'
    )
    assert chart.to_text().startswith("w 1 (parallel)\n\nr\n  a (initial)\n  b\nh (history)\ns\n\n")


def test_no_two_states_are_drawn_as_one():
    """A name that reads as the id of another state gets an id by its number, too."""
    drawn = Chart("c", State("b.1"), State("s_1"), State("chart_5"), parallel=True).to_mermaid()
    assert [
        '"c" as chart_5 {',
        '"b.1" as s_2',
        '"s_1" as s_3',
        '"chart_5" as s_4',
    ] == [line.strip().removeprefix("state ") for line in drawn.splitlines() if "state " in line]
