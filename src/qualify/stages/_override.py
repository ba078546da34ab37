"""`Override`: a person's word, as the `because` of an event.

What belongs here: what was said, by whom and until when. What does not: whether it still holds, which
whoever takes the decisions says.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.errors import InvalidValue


@attrs.frozen(init=False)
class Override(Value):
    """A person's word, as the `because` of an event: `by` whom, for what `reason`, `until` when.

    The chart does not read it; who takes decisions does. Until `until` the word holds, and without one
    for as long as the answers stay those at its own `known_at`; any later event that moves the subject
    ends it, and a refused one never held.

    >>> Override("ana", "I know them well").reason
    'I know them well'
    """

    by: str
    reason: str
    until: datetime | None = None

    def __init__(self, by: str, reason: str, *, until: datetime | None = None) -> None:
        why = _checks.text(reason, "Override.reason")
        if not why.strip():
            raise InvalidValue("a reason is not blank", found=_checks.show(why), where="Override.reason")
        self.__attrs_init__(
            by=_checks.name(by, "Override.by"),
            reason=why,
            until=None if until is None else _checks.instant(until, "Override.until"),
        )
