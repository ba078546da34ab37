"""A playbook is all that a team agreed on, as one value; a turn of it joins what is known with the chart.

What belongs here joins the rooms below, for one lead and for many; what counts outcomes or reads files
does not.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from qualify.playbook._merging import Merged
from qualify.playbook._playbook import Playbook
from qualify.playbook._recomputing import Recomputed
from qualify.playbook._regime import Regime
from qualify.playbook._teaching import Teach
from qualify.playbook._turning import Turn

if TYPE_CHECKING:
    from qualify.playbook._diff import Diff
    from qualify.playbook._many import Decisions
    from qualify.playbook._plan import Plan

# What many leads give is made of columns, which need numpy; one lead does not.
_HOME = {"Decisions": "_many", "Diff": "_diff", "Plan": "_plan"}

__all__ = ["Decisions", "Diff", "Merged", "Plan", "Playbook", "Recomputed", "Regime", "Teach", "Turn"]


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
    return value
