"""What may follow what: a statechart that is told and never asks, and the journeys recorded under it.

Here belong charts, what a step led to and why, and the fold of stored events; no lead, no criterion and
no decision is known here, so that the room can be embedded alone.
"""

from typing import TYPE_CHECKING

from qualify.stages._chart import Chart
from qualify.stages._events import Because, Event
from qualify.stages._journey import Journey
from qualify.stages._parts import History, State, Transition
from qualify.stages._steps import Position, Refusal, Step

if TYPE_CHECKING:
    from qualify.stages._check import ChartFinding
    from qualify.stages._compile import Compiled
    from qualify.stages._difference import Difference
    from qualify.stages._explanation import Explanation
    from qualify.stages._override import Override
    from qualify.stages._readings import Attempt, Revision, Spell
    from qualify.stages._replay import Piece, Replay
    from qualify.stages._saas import MEANINGS, SAAS

__all__ = [
    "MEANINGS",
    "SAAS",
    "Attempt",
    "Because",
    "Chart",
    "ChartFinding",
    "Compiled",
    "Difference",
    "Event",
    "Explanation",
    "History",
    "Journey",
    "Override",
    "Piece",
    "Position",
    "Refusal",
    "Replay",
    "Revision",
    "Spell",
    "State",
    "Step",
    "Transition",
]

_LATER = {  # what a host that only steps a chart of its own never loads
    "Attempt": "_readings",
    "ChartFinding": "_check",
    "Compiled": "_compile",
    "Difference": "_difference",
    "Explanation": "_explanation",
    "MEANINGS": "_saas",
    "Override": "_override",
    "Piece": "_replay",
    "Replay": "_replay",
    "Revision": "_readings",
    "SAAS": "_saas",
    "Spell": "_readings",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
