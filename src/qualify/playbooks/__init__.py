"""Ready playbooks, and a small made-up history to try them on: values, no rules of their own.

What belongs here is data that a host copies and changes; what judges, decides or counts does not.
"""

from __future__ import annotations

from qualify.playbooks._saas import saas

__all__ = ["saas"]


def __dir__() -> list[str]:
    return sorted(__all__)
