"""The door for dicts and JSON: every value written in one canonical form, and read back strictly.

What belongs here: text and dicts in and out, limits, schema versions. What does not: storing, and any
meaning of what is stored.
"""

from __future__ import annotations

from qualify._canonical import fingerprint
from qualify.wire._converter import converter
from qualify.wire._doors import dumps, loads
from qualify.wire._limits import Limits
from qualify.wire._reading import CODES
from qualify.wire._schema import json_schema
from qualify.wire._versions import SCHEMA

__all__ = ["CODES", "SCHEMA", "Limits", "converter", "dumps", "fingerprint", "json_schema", "loads"]


def __dir__() -> list[str]:
    return sorted(__all__)
