"""Choice under scarcity: what to do with a lead now, what it is worth, and who gets the hours.

What belongs here: tables of actions, economics, capacity, allocation and the old ways to compare with.
What does not: judging a lead, moving her, or reading columns of leads, which the playbook joins to it.
"""

from __future__ import annotations

from qualify.decisions._table import ACTIONS, CUSTOMER, PROSPECT, Table

__all__ = ["ACTIONS", "CUSTOMER", "PROSPECT", "Table"]


def __dir__() -> list[str]:
    return sorted(__all__)
