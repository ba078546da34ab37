"""An explanation says of every event what it would do in one position."""

from __future__ import annotations

import pytest

from qualify.errors import UnknownName
from qualify.stages import Chart, State, Transition
from qualify.truth import Truth
from strategies.stages import T0

DOOR = Chart(
    "door",
    State("shut"),
    State("open"),
    transitions=(
        Transition("shut", on="push", to="open", when={"unlocked": Truth.YES, "free": (Truth.YES, Truth.NO)}),
        Transition("shut", on="knock"),
        Transition("open", on="pull", to="shut"),
        Transition("open", on="push"),
    ),
)


def test_an_explanation_reads_as_one_line_for_each_event():
    """What moves, what stays, what is refused with all reasons, and what is taken elsewhere."""
    shut = DOOR.start(at=T0)
    assert str(DOOR.explain(shut)) == (
        "push: refused, unlocked was UNKNOWN, needs YES, free was UNKNOWN, needs YES or NO\n"
        "knock: stayed in shut\n"
        "pull: not here, it is taken only in open, where push leads"
    )
    told = DOOR.explain(shut, {"unlocked": Truth.YES, "free": Truth.NO})
    assert "push: moved shut -> open" == str(told).splitlines()[0]


def test_each_event_has_its_step():
    """By its name; it is allowed if it is taken, moving or staying, and refused otherwise."""
    shut = DOOR.start(at=T0)
    explanation = DOOR.explain(shut)
    for event in DOOR.events:
        assert DOOR.step(shut, event, at=T0) == explanation[event]
    assert ("knock",) == explanation.allowed
    assert ("push", "pull") == explanation.refused
    assert ("push", "pull") == DOOR.explain(DOOR.start(at=T0, active="open")).allowed
    with pytest.raises(UnknownName) as caught:
        explanation["pusch"]
    assert "Explanation: unknown event (got 'pusch'); did you mean 'push'?" == str(caught.value)
