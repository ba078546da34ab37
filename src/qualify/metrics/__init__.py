"""Arithmetic of satisfaction, shares, curves and money: arrays or counts in, honest estimates out.

What belongs here: what would be true of apples as well. What does not: leads, criteria, charts, and
anything that names one.
"""

from __future__ import annotations

from importlib import import_module

# Each name is imported when it is first used, so that `_money`, the arithmetic of one subscription,
# can be read without numpy. Type checkers read the names below `TYPE_CHECKING`.
_HOME: dict[str, str] = {}

__all__: list[str] = []


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
    return value
