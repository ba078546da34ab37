"""Choice under scarcity: what to do with a lead now, what it is worth, and who gets the hours.

What belongs here: tables of actions, economics, capacity, allocation and the old ways to compare with.
What does not: judging a lead, moving her, or reading columns of leads, which the playbook joins to it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qualify.decisions._allocation import Allocation, Capacity, allocate
    from qualify.decisions._candidates import Candidate, Candidates, Choice
    from qualify.decisions._chances import Chances
    from qualify.decisions._economics import Economics
    from qualify.decisions._policies import (
        BlindScore,
        FirstCome,
        LinearGate,
        Policy,
        blind_score,
        first_come,
        linear_gate,
    )
    from qualify.decisions._range import Range
    from qualify.decisions._table import CUSTOMER, PROSPECT, Table

# Loaded when first used: a turn needs the tables only, and the rest is for planning.
_HOME = {
    "CUSTOMER": "_table",
    "PROSPECT": "_table",
    "Allocation": "_allocation",
    "BlindScore": "_policies",
    "Candidate": "_candidates",
    "Candidates": "_candidates",
    "Capacity": "_allocation",
    "Chances": "_chances",
    "Choice": "_candidates",
    "Economics": "_economics",
    "FirstCome": "_policies",
    "LinearGate": "_policies",
    "Policy": "_policies",
    "Range": "_range",
    "Table": "_table",
    "allocate": "_allocation",
    "blind_score": "_policies",
    "first_come": "_policies",
    "linear_gate": "_policies",
}

__all__ = [
    "CUSTOMER",
    "PROSPECT",
    "Allocation",
    "BlindScore",
    "Candidate",
    "Candidates",
    "Capacity",
    "Chances",
    "Choice",
    "Economics",
    "FirstCome",
    "LinearGate",
    "Policy",
    "Range",
    "Table",
    "allocate",
    "blind_score",
    "first_come",
    "linear_gate",
]


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
    return value
