"""A chart is drawn whole: as a diagram, as text, as a page."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from qualify.stages import Chart, History, State, Transition
from qualify.stages._drawing import _arrows
from qualify.stages._explore import explore
from qualify.truth import Truth
from strategies.stages import charts

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
    x1 --> s_10 : stop
    x2 --> x1 : after 1 day
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


def test_a_move_that_needs_another_state_of_its_own_region_is_not_drawn():
    """Both are never active at once; a state of another region can be, and so can what is around."""
    inner = State("papers", State("missing"), State("complete"))
    other = State("mood", State("calm"), State("angry"))
    chart = Chart(
        "claim",
        State("open", inner, other, parallel=True),
        State("paying"),
        transitions=tuple(
            Transition("open", on=f"decide_{name}", to="paying", inside=name)
            for name in ("complete", "angry", "papers", "paying")
        ),
    )
    assert list(_arrows(chart)) == [
        ("missing", "paying", "decide_angry (in angry), decide_papers (in papers)"),
        (
            "complete",
            "paying",
            "decide_complete (in complete), decide_angry (in angry), decide_papers (in papers)",
        ),
        ("calm", "paying", "decide_complete (in complete), decide_papers (in papers)"),
        (
            "angry",
            "paying",
            "decide_complete (in complete), decide_angry (in angry), decide_papers (in papers)",
        ),
    ]


def test_a_move_that_another_region_may_forbid_leaves_room_for_the_next():
    """What always is active beside forbids nothing, so that the next move is never taken."""
    chart = Chart(
        "c",
        State("p", State("a"), State("b")),
        State("o", State("d")),
        State("u", State("e"), State("f")),
        parallel=True,
        transitions=(
            Transition("a", on="go", to="b", inside="e"),
            Transition("a", on="go", to="d", inside="o"),
            Transition("a", on="go", to="e"),
        ),
    )
    assert [("a", "b", "go (in e)"), ("a", "d", "go (in o)")] == list(_arrows(chart))


def test_a_move_whose_answers_are_all_taken_before_is_not_drawn():
    """By one transition that needs less, or by several that need each truth of one question."""
    yes, rest = Truth.YES, (Truth.UNKNOWN, Truth.NO)
    chart = Chart(
        "c",
        State("p", State("a"), State("b"), State("d")),
        State("x"),
        State("y"),
        transitions=(
            Transition("p", on="go", to="x", when={"q": yes, "r": yes}),
            Transition("p", on="go", to="y"),
            Transition("a", on="go", to="b", when={"q": yes}),
            Transition("b", on="go", to="a", when={"q": yes}),
            Transition("b", on="go", to="d", when={"q": rest}),
            Transition("d", on="go", to="a", when={"q": rest, "r": yes}),
            Transition("d", on="go", to="b", when={"q": rest, "r": yes}),
        ),
    )
    assert list(_arrows(chart)) == [
        ("a", "b", "go (q YES)"),
        ("a", "y", "go"),
        ("b", "a", "go (q YES)"),
        ("b", "d", "go (q UNKNOWN or NO)"),
        ("d", "a", "go (q UNKNOWN or NO, r YES)"),
        ("d", "x", "go (q YES, r YES)"),
        ("d", "y", "go"),
    ]


@given(charts())
def test_every_move_that_can_be_taken_is_drawn(chart):
    """In each reachable configuration, from an innermost state at or inside where the transition begins."""
    tree, drawn = chart._tree, {}
    for source, target, words in _arrows(chart):
        drawn.setdefault((source, target), []).append(words)
    found = explore(chart)
    for place, moves, timeouts in zip(found.places, found.moves, found.timeouts, strict=True):
        for key, move in [*moves.items(), *timeouts.items()]:
            event = key if isinstance(key, str) else key[0]
            for taken in move.taken:
                if event not in taken.on and taken.after is None:
                    continue  # eventless ones follow in configurations between
                around = tree.index[taken.source[0]]
                inner = [
                    n
                    for n in place.leaves
                    if tree.index[n] == around or tree.below[around] >> tree.index[n] & 1
                ]
                told = "after" if taken.after is not None else event
                for goal in taken.to:
                    assert any(told in words for n in inner for words in drawn.get((n, goal), []))
