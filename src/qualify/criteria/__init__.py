"""Questions about a lead: Facts in, Verdict out; the same definition on one lead and on columns.

What belongs here answers YES, NO or UNKNOWN, says why, what to ask, what would flip it and whether two
rules agree; what chooses among leads, follows a journey or counts outcomes does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualify.criteria._asking import NextQuestion, ask
from qualify.criteria._atoms import Atom, Heard, heard, topic
from qualify.criteria._criterion import Criterion
from qualify.criteria._groups import AtLeast, Named, Not, Weighted, all_of, any_of, at_least, weighted
from qualify.criteria._host import HostCriterion, criterion
from qualify.criteria._verdict import Fault, Part, Verdict

if TYPE_CHECKING:
    from qualify.criteria._columns import Columns

__all__ = [
    "AtLeast",
    "Atom",
    "Columns",
    "Criterion",
    "Fault",
    "Heard",
    "HostCriterion",
    "Named",
    "NextQuestion",
    "Not",
    "Part",
    "Verdict",
    "Weighted",
    "all_of",
    "any_of",
    "ask",
    "at_least",
    "criterion",
    "heard",
    "topic",
    "weighted",
]


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> object:
    if name == "Columns":  # it needs numpy, and most hosts judge one lead at a time
        from qualify.criteria._columns import Columns

        return Columns
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
