"""Choice under scarcity: what to do with a lead now, what it is worth, and who gets the hours.

What belongs here: tables of actions, economics, capacity, allocation and the old ways to compare with.
What does not: judging a lead, moving her, or reading columns of leads, which the playbook joins to it.
"""

from __future__ import annotations

from qualify.decisions._allocation import Allocation, Candidate, Candidates, Capacity, Choice, allocate
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
