"""Which classes may stand in a document, by the name that `is` says, and where one differs from its fields.

A room is imported when the first document needs one of its classes.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from qualify.wire import _results, _special
from qualify.wire._shapes import Shape, shape_of

ROOMS: Final[dict[str, tuple[str, ...]]] = {
    "qualify": ("Finding",),
    "qualify.models": (
        "Account", "Asked", "Decision", "Evidence", "Facts", "Lead", "Offer", "Outcome", "Person", "Question",
        "Reason", "Rep", "Retraction", "Signal", "Subscription", "SurveyResponse", "Topic", "Vocabulary",
    ),
    "qualify.scales": ("Scale",),
    "qualify.criteria": (
        "Agreement", "AtLeast", "Atom", "Change", "Fault", "Heard", "HostCriterion", "Move", "Named",
        "NextQuestion", "Not", "Part", "Proof", "Verdict", "Weighted",
    ),
    "qualify.criteria.frameworks": ("Framework", "Sequence"),
    "qualify.stages": (
        "Attempt", "Chart", "ChartFinding", "Difference", "Event", "Explanation", "History", "Journey",
        "Override", "Position", "Refusal", "Revision", "Spell", "State", "Step", "Transition",
    ),
    "qualify.decisions": (
        "Allocation", "BlindScore", "Candidate", "Candidates", "Capacity", "Chances", "Choice", "Economics",
        "FirstCome", "LinearGate", "Range", "Table",
    ),
    "qualify.cohort": ("BadRow", "Binding", "Cohort", "Field", "Imported"),
    "qualify.playbook": (
        "Decisions", "Diff", "Merged", "Plan", "Playbook", "Recomputed", "Regime", "Teach", "Turn",
    ),
    "qualify.playbooks": ("Sample",),
    "qualify.metrics": (
        "Bin", "Calibration", "Concordance", "Counts", "Curve", "Estimate", "LifeTable", "Payback",
        "RetentionFit", "Shortfall", "Streaks", "Transitions",
    ),
    "qualify.scorecard": ("Scorecard", "Sign", "Summary", "Target"),
    "qualify.wire": ("Limits",),
}  # fmt: skip
FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "Criterion": ("AtLeast", "Atom", "Heard", "HostCriterion", "Named", "Not", "Weighted"),
}
# What is no value of its own, and why.
NOT_STORED: Final[dict[str, str]] = {
    **dict.fromkeys(("Action", "Truth"), "a word inside other values; store its name"),
    "Interval": "two numbers; store the estimate that has them",
    "Columns": "a table that criteria read, with what they have worked out; store the cohort",
    **dict.fromkeys(("Compiled",), "a table worked out from the chart; store the chart"),
    **dict.fromkeys(("Piece", "Replay"), "columns that a chart makes of events; store the journeys"),
    **dict.fromkeys(("Case", "Law", "ReplayDifference"), "what a test says; run the test again"),
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
    room = _ROOM_OF[FAMILIES[tag][0] if tag in FAMILIES else tag]
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
    **dict.fromkeys(_results.COLUMNS, _results.columns),
    "Allocation": _results.allocation,
    "Candidates": _results.candidates,
    "Cohort": _results.cohort,
    "Counts": _results.counts,
    "Decisions": _results.decisions,
    "Diff": _results.diff,
    "Estimate": _results.estimate,
    "Plan": _results.plan,
    "Position": _results.position,
    "Scorecard": _results.scorecard,
    "Step": _results.step,
    "Summary": _results.summary,
    "Verdict": _results.verdict,
}
