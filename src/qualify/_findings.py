"""`Finding`: what a check noticed, where, and what to do about it.

What belongs here: the value that every check gives (charts, criteria, playbooks). What does not: any
check.
"""

from __future__ import annotations

import attrs

from qualify import _checks
from qualify._maps import Value


@attrs.frozen(init=False)
class Finding(Value):
    """One thing that a check noticed: its `code`, `where` it is, what it means, and the `cure`.

    The code is stable and has a page in the documentation; `where` is a path inside what was checked.

    >>> print(Finding("never-true", "meaningful", "no lead can pass", "compare with a value that occurs"))
    meaningful: no lead can pass [never-true]; compare with a value that occurs
    """

    code: str
    where: str
    message: str
    cure: str = ""

    def __init__(self, code: str, where: str, message: str, cure: str = "") -> None:
        self.__attrs_init__(
            code=_checks.name(code, "Finding.code"),
            where=_checks.text(where, "Finding.where"),
            message=_checks.text(message, "Finding.message"),
            cure=_checks.text(cure, "Finding.cure"),
        )

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        return f"{where}{self.message} [{self.code}]{'; ' + self.cure if self.cure else ''}"
