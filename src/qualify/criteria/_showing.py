"""How values from outside read: bounded, on one line, and cleaned of what a terminal or a page would obey.

What belongs here: text of values. What does not: text of criteria (`_wording`).
"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal

from qualify._canonical import instant_text
from qualify._maps import Plain
from qualify.truth import Truth

SHOWN = 80  # characters of a value from outside that an explanation may show


def cleaned(value: object, *, limit: int = SHOWN) -> str:
    r"""Give a text bounded and on one line, without control, bidirectional and other unseen characters.

    >>> cleaned("call me\x1b[2J\u202e now\n")
    'call me[2J now'
    """
    text = str(value)[: limit * 4]
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " if c in "\n\t\r" else "" for c in text)
    words = " ".join(kept.split())
    return words if len(words) <= limit else f"{words[: limit - 1]}…"


def shown(value: Plain) -> str:  # noqa: PLR0911 - one line a kind
    """Give a value as an explanation shows it.

    >>> shown(timedelta(days=30)), shown("this month"), shown(Truth.NO), shown(None)
    ('30 days', "'this month'", 'none', 'no answer')
    """
    if isinstance(value, str):
        return f"'{cleaned(value)}'"
    if value is Truth.NO or value is False:
        return "none" if value is Truth.NO else "false"
    if isinstance(value, bool):
        return "true"
    if value is None or value is Truth.UNKNOWN:
        return "no answer"
    if value is Truth.YES:
        return "there is one"
    if isinstance(value, timedelta):
        return span(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, (date, Decimal, int, float)):
        return cleaned(value)
    return cleaned(repr(value))


def span(value: timedelta) -> str:
    """Give a duration in its largest whole unit.

    >>> span(timedelta(days=30)), span(timedelta(hours=36)), span(timedelta(seconds=90))
    ('30 days', '36 hours', '90 seconds')
    """
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        size = timedelta(seconds=seconds)
        if value and not value % size:
            count = value // size
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    return f"{value.total_seconds():g} seconds"
