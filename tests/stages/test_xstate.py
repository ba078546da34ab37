"""A chart as an XState machine says everything that the chart says."""

from __future__ import annotations

import json

from qualify.stages import Chart, History, State
from strategies.everything import EVERYTHING

MACHINE = {
    "id": "all.in-1",
    "version": '2 & "beta"',
    "initial": {"target": ["#q2", "#r2"]},
    "states": {
        "idle": {
            "id": "idle",
            "on": {
                "go": [
                    {
                        "target": ["#q2", "#r1"],
                        "reenter": True,
                        "guard": {"type": "qualify", "params": {"when": {"x": ["YES"]}}},
                    }
                ],
                "b.c": [
                    {
                        "target": ["#q2", "#r1"],
                        "reenter": True,
                        "guard": {"type": "qualify", "params": {"when": {"x": ["YES"]}}},
                    }
                ],
            },
        },
        "work": {
            "id": "work",
            "type": "parallel",
            "on": {"stop": [{"target": ["#deep"], "reenter": True}]},
            "states": {
                "q": {
                    "id": "q",
                    "initial": "q1",
                    "states": {
                        "q1": {
                            "id": "q1",
                            "on": {
                                "go": [
                                    {
                                        "target": ["#q2"],
                                        "reenter": True,
                                        "guard": {
                                            "type": "qualify",
                                            "params": {
                                                "when": {"x": ["YES", "UNKNOWN"], "y": ["NO"]},
                                                "inside": ["r1", "r2"],
                                            },
                                        },
                                    }
                                ],
                                "note": [{}],
                            },
                            "after": {
                                "3600000.05": [{"target": ["#q2"], "reenter": True}],
                                "172800000": [{}],
                            },
                        },
                        "q2": {"id": "q2"},
                    },
                },
                "r": {
                    "id": "r",
                    "initial": "r1",
                    "states": {
                        "r1": {"id": "r1"},
                        "r2": {
                            "id": "r2",
                            "always": [
                                {
                                    "target": ["#r1"],
                                    "reenter": True,
                                    "guard": {"type": "qualify", "params": {"inside": ["q2"]}},
                                }
                            ],
                        },
                    },
                },
                "back": {"id": "back", "type": "history", "history": "shallow"},
            },
        },
        "rest": {
            "id": "rest",
            "initial": "s2",
            "on": {"stop": [{"target": ["#s1"]}], "back": [{"target": ["#back"], "reenter": True}]},
            "states": {
                "s1": {"id": "s1"},
                "s2": {"id": "s2"},
                "deep": {"id": "deep", "type": "history", "history": "deep", "target": ["#s2"]},
            },
        },
        "home": {
            "id": "home",
            "initial": {"target": ["#u2", "#v2"]},
            "states": {
                "in": {
                    "id": "in",
                    "type": "parallel",
                    "states": {
                        "u": {"id": "u", "initial": "u1", "states": {"u1": {"id": "u1"}, "u2": {"id": "u2"}}},
                        "v": {"id": "v", "initial": "v1", "states": {"v1": {"id": "v1"}, "v2": {"id": "v2"}}},
                    },
                }
            },
        },
    },
}


def test_a_chart_with_everything_in_it_is_this_machine():
    """Targets by id, deadlines in milliseconds, one guard whose parameters say what is needed."""
    text = EVERYTHING.to_xstate()
    assert MACHINE == json.loads(text)
    assert text == json.dumps(MACHINE, indent=2) + "\n"


def test_a_machine_is_text_that_a_person_reads():
    """Two spaces for each level, a line at the end, names as they are written."""
    assert Chart("c", State("zürich")).to_xstate() == (
        '{\n  "id": "c",\n  "version": "1",\n  "initial": "zürich",\n  "states": {\n'
        '    "zürich": {\n      "id": "zürich"\n    }\n  }\n}\n'
    )


def test_a_state_begins_in_a_child_by_its_name_and_deeper_by_its_id():
    """A parallel chart begins nowhere in particular."""
    inner = State("p", State("a"), State("q", State("b"), State("c")), initial="c")
    shut = State("r", State("d"), State("e"), History("h", default="e"), initial="e")
    machine = json.loads(Chart("c", inner, shut, parallel=True).to_xstate())
    assert ["id", "version", "type", "states"] == list(machine)
    assert {"target": ["#c"]} == machine["states"]["p"]["initial"]
    assert "e" == machine["states"]["r"]["initial"]
