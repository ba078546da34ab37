"""Lead qualification as pure values: what is known, what to do now, and whether it works.

The everyday names stand here, each loaded when it is first used; every room has the rest.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qualify._findings import Finding
    from qualify._lint import lint
    from qualify.cohort import Cohort
    from qualify.criteria import all_of, any_of, at_least, criterion, heard, topic, weighted
    from qualify.models import (
        Action,
        Decision,
        Evidence,
        Facts,
        Lead,
        Question,
        Signal,
        Topic,
        Vocabulary,
    )
    from qualify.playbook import Playbook, Regime, Teach, Turn
    from qualify.scorecard import Scorecard, Target
    from qualify.stages import SAAS, Chart, Event, Journey, Override, State, Transition
    from qualify.truth import NO, UNKNOWN, YES, Truth

__version__ = "0.1.0"

_ROOMS = {
    "_findings": ("Finding",),
    "_lint": ("lint",),
    "cohort": ("Cohort",),
    "criteria": ("all_of", "any_of", "at_least", "criterion", "heard", "topic", "weighted"),
    "models": (
        "Action",
        "Decision",
        "Evidence",
        "Facts",
        "Lead",
        "Question",
        "Signal",
        "Topic",
        "Vocabulary",
    ),
    "playbook": ("Playbook", "Regime", "Teach", "Turn"),
    "scorecard": ("Scorecard", "Target"),
    "stages": ("SAAS", "Chart", "Event", "Journey", "Override", "State", "Transition"),
    "truth": ("NO", "UNKNOWN", "YES", "Truth"),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "NO",
    "SAAS",
    "UNKNOWN",
    "YES",
    "Action",
    "Chart",
    "Cohort",
    "Decision",
    "Event",
    "Evidence",
    "Facts",
    "Finding",
    "Journey",
    "Lead",
    "Override",
    "Playbook",
    "Question",
    "Regime",
    "Scorecard",
    "Signal",
    "State",
    "Target",
    "Teach",
    "Topic",
    "Transition",
    "Truth",
    "Turn",
    "Vocabulary",
    "all_of",
    "any_of",
    "at_least",
    "criterion",
    "heard",
    "lint",
    "topic",
    "weighted",
]


def __getattr__(name: str) -> object:
    room = _HOME.get(name)
    if room is None:
        raise AttributeError(f"module 'qualify' has no attribute {name!r}")
    return getattr(import_module(f"qualify.{room}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
