"""Questions about a lead: Facts in, Verdict out; the same definition on one lead and on columns.

What belongs here answers YES, NO or UNKNOWN, says why, what to ask, what would flip it and whether two
rules agree; what chooses among leads, follows a journey or counts outcomes does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualify.criteria._asking import NextQuestion, ask
from qualify.criteria._atoms import Atom, Heard
from qualify.criteria._criterion import Criterion
from qualify.criteria._groups import AtLeast, Named, Not, Weighted, all_of, any_of, at_least, weighted
from qualify.criteria._host import HostCriterion, criterion
from qualify.criteria._terms import heard, topic
from qualify.criteria._verdict import Fault, Part, Verdict

if TYPE_CHECKING:
    from qualify.criteria import frameworks
    from qualify.criteria._changing import Change, Move, change
    from qualify.criteria._columns import Columns
    from qualify.criteria._comparing import Agreement, compare
    from qualify.criteria._linting import lint
    from qualify.criteria._proving import (
        Proof,
        always_true,
        dead_parts,
        disjoint,
        duplicates,
        equivalent,
        exact,
        implies,
        satisfiable,
        settle,
    )

__all__ = [
    "Agreement",
    "AtLeast",
    "Atom",
    "Change",
    "Columns",
    "Criterion",
    "Fault",
    "Heard",
    "HostCriterion",
    "Move",
    "Named",
    "NextQuestion",
    "Not",
    "Part",
    "Proof",
    "Verdict",
    "Weighted",
    "all_of",
    "always_true",
    "any_of",
    "ask",
    "at_least",
    "change",
    "compare",
    "criterion",
    "dead_parts",
    "disjoint",
    "duplicates",
    "equivalent",
    "exact",
    "frameworks",
    "heard",
    "implies",
    "lint",
    "satisfiable",
    "settle",
    "topic",
    "weighted",
]

# What a host that only judges never needs is loaded when it is first named; Columns needs numpy.
_LATER = {
    **dict.fromkeys(("Change", "Move", "change"), "_changing"),
    **dict.fromkeys(("Agreement", "compare"), "_comparing"),
    **dict.fromkeys(
        ("Proof", "always_true", "dead_parts", "disjoint", "duplicates", "equivalent", "exact"), "_proving"
    ),
    **dict.fromkeys(("implies", "satisfiable", "settle"), "_proving"),
    "Columns": "_columns",
    "lint": "_linting",
}


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name == "frameworks":
        return import_module("qualify.criteria.frameworks")
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"qualify.criteria.{_LATER[name]}"), name)
    globals()[name] = found
    return found
