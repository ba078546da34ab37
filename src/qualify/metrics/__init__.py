"""Arithmetic of satisfaction, shares, curves and money: arrays or counts in, honest estimates out.

What belongs here: what would be true of apples as well. What does not: leads, criteria, charts, and
anything that names one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qualify.metrics._conversion import close_rate, conversion_rate, qualified_lift, win_rate
    from qualify.metrics._counts import Counts
    from qualify.metrics._estimate import Estimate, Interval
    from qualify.metrics._proportions import difference, proportion, ratio
    from qualify.metrics._satisfaction import ces, csat, enps, esat, nps, windows

# Each name is imported when it is first used, so that `_money`, the arithmetic of one subscription,
# can be read without numpy. Type checkers read the names below `TYPE_CHECKING`.
_HOME: dict[str, str] = {
    **dict.fromkeys(("close_rate", "conversion_rate", "qualified_lift", "win_rate"), "_conversion"),
    "Counts": "_counts",
    **dict.fromkeys(("Estimate", "Interval"), "_estimate"),
    **dict.fromkeys(("difference", "proportion", "ratio"), "_proportions"),
    **dict.fromkeys(("ces", "csat", "enps", "esat", "nps", "windows"), "_satisfaction"),
}

__all__ = [
    "Counts",
    "Estimate",
    "Interval",
    "ces",
    "close_rate",
    "conversion_rate",
    "csat",
    "difference",
    "enps",
    "esat",
    "nps",
    "proportion",
    "qualified_lift",
    "ratio",
    "win_rate",
    "windows",
]


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
    return value
