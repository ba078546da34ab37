"""Ready playbooks, and a small made-up history to try them on: values, no rules of their own.

What belongs here is data that a host copies and changes; what judges, decides or counts does not.
"""

from __future__ import annotations

from qualify.playbooks._saas import saas
from qualify.playbooks._sample import Sample, sample

__all__ = ["Sample", "saas", "sample"]


def __dir__() -> list[str]:
    return sorted(__all__)
