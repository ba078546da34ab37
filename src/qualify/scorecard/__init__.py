"""The signs that qualification works, on one page with their intervals; and a summary of batches, which adds.

What belongs here puts estimates beside targets, and gathers counts from pieces of a history. What does
not: the arithmetic, which is that of metrics, and changing the playbook, which a person does.
"""

from __future__ import annotations

from qualify.scorecard._scorecard import Scorecard
from qualify.scorecard._sign import Sign, Target
from qualify.scorecard._summary import Summary, summarise

__all__ = ["Scorecard", "Sign", "Summary", "Target", "summarise"]


def __dir__() -> list[str]:
    return sorted(__all__)
