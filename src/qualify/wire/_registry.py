"""Which classes may stand in a document, by the name that `is` says, and where one differs from its fields.

A room is imported when the first document needs one of its classes.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from qualify.wire import _special
from qualify.wire._shapes import Shape, shape_of

ROOMS: Final[dict[str, tuple[str, ...]]] = {
    "qualify.models": (
        "Account", "Asked", "Decision", "Evidence", "Facts", "Lead", "Offer", "Outcome", "Person", "Question",
        "Reason", "Rep", "Retraction", "Signal", "Subscription", "SurveyResponse", "Topic", "Vocabulary",
    ),
    "qualify.scales": ("Scale",),
    "qualify.criteria": ("AtLeast", "Atom", "Heard", "HostCriterion", "Named", "Not", "Weighted"),
    "qualify.stages": ("Chart", "Event", "History", "Journey", "Override", "State", "Transition"),
    "qualify.decisions": (
        "BlindScore", "Candidate", "Capacity", "Chances", "Economics", "FirstCome", "LinearGate", "Range",
        "Table",
    ),
    "qualify.playbook": ("Playbook", "Regime", "Teach"),
    "qualify.metrics": ("Counts", "Estimate"),
    "qualify.scorecard": ("Target",),
}  # fmt: skip
FAMILIES: Final[dict[str, tuple[str, ...]]] = {"Criterion": ROOMS["qualify.criteria"]}
# What a host makes again from what it stores, by what it is made of.
NOT_STORED: Final[dict[str, str]] = {
    **dict.fromkeys(("Position", "Step", "Refusal"), "store journey.events, and replay the journey"),
    **dict.fromkeys(("Spell", "Attempt", "Revision"), "store journey.events, and read it from the journey"),
    "Explanation": "ask the chart",
    **dict.fromkeys(("Verdict", "Part", "Fault"), "judge again; a Decision keeps what it rests on"),
    **dict.fromkeys(("Agreement", "Change", "Move", "NextQuestion", "Proof"), "ask the criteria"),
    **dict.fromkeys(("Allocation", "Choice", "Plan"), "plan again, from the candidates and the capacity"),
    **dict.fromkeys(("Decisions", "Diff"), "decide again, from the cohort and the playbook"),
    **dict.fromkeys(("Turn", "Recomputed", "Merged"), "store journey.events, which hold the decisions"),
    **dict.fromkeys(
        (
            "Bin",
            "Calibration",
            "Curve",
            "LifeTable",
            "Payback",
            "RetentionFit",
            "Shortfall",
            "Streaks",
            "Transitions",
        ),
        "compute it from the columns; `to_dict` gives plain values for a report",
    ),
    **dict.fromkeys(("Scorecard", "Sign", "Summary"), "make it from the estimates, which are stored"),
    **dict.fromkeys(
        ("BadRow", "Binding", "Cohort", "Field", "Imported"), "read the table; columns are files of their own"
    ),
    "Sample": "make it anew; its journeys, leads and surveys can be stored one by one",
}
_ROOM_OF = {tag: room for room, tags in ROOMS.items() for tag in tags}
TAGS: Final = tuple(sorted(_ROOM_OF))


class Shapes(dict[str, Shape]):
    """The shapes of some classes by name, each compiled when it is first looked up."""

    def __init__(self, tags: Iterable[str]) -> None:
        super().__init__()
        self.tags = tuple(tags)

    def __missing__(self, tag: str) -> Shape:
        if tag not in self.tags:
            raise KeyError(tag)
        shape = self[tag] = _shape(tag)
        return shape

    def __iter__(self) -> Iterator[str]:
        return iter(self.tags)


_COMPILED: dict[str, Shape] = {}  # a cache of the classes' own definitions


def _shape(tag: str) -> Shape:
    shape = _COMPILED.get(tag)
    if shape is None:
        special = _SPECIAL.get(tag)
        shape = _COMPILED[tag] = (special or shape_of)(class_of(tag), values)
    return shape


def class_of(tag: str) -> type:
    """Give the class that a name stands for."""
    room = _ROOM_OF[FAMILIES[tag][0]] if tag in FAMILIES else _ROOM_OF[tag]
    found = getattr(importlib.import_module(room), tag)
    assert isinstance(found, type)  # noqa: S101 - for the type checker: the table names classes
    return found


def members(kind: type) -> tuple[str, ...]:
    """Give the tag of a class, or those of the members of a family."""
    return FAMILIES.get(kind.__name__, (kind.__name__,))


def values(kinds: tuple[type, ...]) -> Shapes:
    """Give the shapes of these classes, a family standing for its members."""
    tags = [tag for kind in kinds for tag in members(kind)]
    for tag in tags:
        if tag not in _ROOM_OF:
            raise TypeError(tag)
    return Shapes(tags)


EVERYTHING: Final = Shapes(TAGS)

_SPECIAL: dict[str, Callable[..., Shape]] = {
    "Topic": _special.topic,
    **dict.fromkeys(("AtLeast", "Atom", "Heard", "Named", "Not"), _special.criterion),
    "Chart": _special.chart,
    "Weighted": _special.weighted,
    "HostCriterion": _special.host_criterion,
    "Event": _special.event,
    "Journey": _special.journey,
    "Counts": _special.counts,
    "Estimate": _special.estimate,
}
