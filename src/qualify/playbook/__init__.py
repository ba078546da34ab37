"""A playbook is all that a team agreed on, as one value; a turn of it joins what is known with the chart.

What belongs here joins the rooms below for one lead; what counts many leads or reads files does not.
"""

from __future__ import annotations

from qualify.playbook._merging import Merged
from qualify.playbook._playbook import Playbook
from qualify.playbook._recomputing import Recomputed
from qualify.playbook._regime import Regime
from qualify.playbook._teaching import Teach
from qualify.playbook._turning import Turn

__all__ = ["Merged", "Playbook", "Recomputed", "Regime", "Teach", "Turn"]


def __dir__() -> list[str]:
    return sorted(__all__)
