"""What every value checks on entry: names, ids, instants, durations, numbers.

What belongs here: small functions that give back a clean value or raise a `QualifyError`. What does
not: anything that knows what the value is for.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import TypeVar

from qualify.errors import InvalidType, InvalidValue, TimeError, UnknownName

T = TypeVar("T")

UTC = timezone.utc  # noqa: UP017 - the same object under every supported Python
MAX_NAME = 128  # characters in an id, a name or a key
MAX_TEXT = 65_536  # characters in any other text
_SHOWN = 80  # characters of a value that an error may show


def show(value: object) -> str:
    """Give a value as an error shows it: its repr, bounded, control characters escaped."""
    try:
        text = repr(value)
    except ValueError:  # a whole number of thousands of digits has no text
        text = f"a {kind_of(value)} too long to show"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def kind_of(value: object) -> str:
    """Give the name of a value's type, for messages that must not show the value."""
    return type(value).__name__


def nearest(name: str, names: Iterable[str]) -> str:
    """Say which known names are closest to `name`, or list what is known.

    >>> nearest("budgt", ["budget", "need"])
    "did you mean 'budget'?"
    >>> nearest("x", ["budget", "need"])
    'known are budget, need'
    """
    from difflib import get_close_matches  # an error is rare, and this import is not free

    known = sorted(names)
    close = get_close_matches(name, known, n=3)
    if close:
        return f"did you mean {' or '.join(map(repr, close))}?"
    if not known:
        return "none is known"
    rest = f", and {len(known) - 12:,} more" if len(known) > 12 else ""  # noqa: PLR2004 - one line of names
    return f"known are {', '.join(known[:12])}{rest}"


def unknown(what: str, name: str, names: Iterable[str], *, where: str = "") -> UnknownName:
    """Make the error for a name that nothing defines."""
    return UnknownName(f"unknown {what}", found=show(name), allowed=nearest(name, names), where=where)


def name(value: object, where: str, *, limit: int = MAX_NAME) -> str:
    """Give an id or a name in NFC: text, not blank, no spaces around it, no control characters.

    Ids compare exactly, so what cannot be seen (format and control characters) is refused, never cut.
    """
    if (
        type(value) is str
        and value.isascii()
        and value.isprintable()
        and len(value) <= limit
        and value == value.strip() != ""
    ):
        return value  # the usual case, nothing left to look at
    if not isinstance(value, str):
        raise InvalidType("a name is text", found=kind_of(value), where=where)
    text, fault = _spelled(str(value), limit)
    if fault:
        raise InvalidValue(fault, found=show(value), where=where)
    return text


@lru_cache(4096)  # ids and names come again and again; a pure function of the text
def _spelled(value: str, limit: int) -> tuple[str, str]:
    """Give a name in NFC, and what is wrong with it, if anything is."""
    text = unicodedata.normalize("NFC", value)
    if not text.strip():
        return text, "a name is not blank"
    if text != text.strip():
        return text, "a name has no spaces around it"
    if len(text) > limit:
        return text, f"a name has at most {limit} characters"
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cs"} for c in text):
        return text, "a name has no control or format characters"
    return text, ""


def names(value: object, where: str) -> tuple[str, ...]:
    """Give one name or several as a tuple of names."""
    if isinstance(value, str):
        return (name(value, where),)
    if not isinstance(value, Iterable):
        raise InvalidType("one name or several are needed", found=kind_of(value), where=where)
    return tuple(name(part, f"{where}[{i}]") for i, part in enumerate(value))


def text(value: object, where: str, *, limit: int = MAX_TEXT) -> str:
    """Give a text in NFC that can be written as UTF-8."""
    if not isinstance(value, str):
        raise InvalidType("text is needed", found=kind_of(value), where=where)
    if len(value) > limit:
        raise InvalidValue(f"a text has at most {limit:,} characters", found=f"{len(value):,}", where=where)
    if value.isascii():
        return str(value)
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise InvalidValue("text must be writable as UTF-8", found="a lone surrogate", where=where)
    return unicodedata.normalize("NFC", value)


def instant(value: object, where: str) -> datetime:
    """Give an aware instant as a plain `datetime` in UTC; a naive one is an error.

    >>> from datetime import datetime, timedelta, timezone
    >>> instant(datetime(2026, 5, 3, 9, tzinfo=timezone(timedelta(hours=2))), "at")
    datetime.datetime(2026, 5, 3, 7, 0, tzinfo=datetime.timezone.utc)
    """
    if type(value) is datetime and value.tzinfo is UTC:
        return value
    if not isinstance(value, datetime):
        raise InvalidType("an instant is a datetime", found=kind_of(value), where=where)
    if value != value:  # noqa: PLR0124 - only what is missing differs from itself: pandas' NaT is a datetime
        raise TimeError("an instant is missing", found="NaT", where=where)
    offset = value.utcoffset()  # a tzinfo alone does not make it aware, and may answer differently later
    if offset is None:
        raise TimeError(
            "an instant needs a time zone",
            found=show(value.isoformat()),
            allowed="give tzinfo=, for example datetime.timezone.utc",
            where=where,
        )
    try:
        utc = datetime.__sub__(datetime.replace(value, tzinfo=None), offset)
    except OverflowError:
        raise TimeError("an instant lies between years 1 and 9999 in UTC", where=where) from None
    return datetime(
        utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, utc.microsecond, tzinfo=UTC
    )


def duration(value: object, where: str, *, positive: bool = True) -> timedelta:
    """Give a `timedelta` that is not negative, and not zero where `positive`."""
    if not isinstance(value, timedelta):
        raise InvalidType("a duration is a timedelta", found=kind_of(value), where=where)
    if value < timedelta(0) or (positive and not value):
        least = "longer than zero" if positive else "not negative"
        raise InvalidValue(f"a duration is {least}", found=str(value), where=where)
    return value


def of_type(value: object, kind: type[T], where: str) -> T:
    """Give the value if it is of this type, or raise an error that names the type."""
    if isinstance(value, kind):
        return value
    raise InvalidType(f"a value of type {kind.__name__} is needed", found=kind_of(value), where=where)


def boolean(value: object, where: str) -> bool:
    """Give a bool; nothing else is taken for one."""
    if value is True or value is False:
        return value
    raise InvalidType("True or False is needed", found=kind_of(value), where=where)


def unboxed(value: object) -> object:
    """Give the Python value inside a numpy scalar, anything else as it is."""
    item = getattr(value, "item", None)
    return (
        item() if item is not None and hasattr(value, "dtype") and not getattr(value, "shape", ()) else value
    )


def whole(value: object, where: str, *, least: int | None = None, most: int | None = None) -> int:
    """Give a whole number within its bounds; a bool is not a number."""
    number = value if isinstance(value, int) else unboxed(value)
    if isinstance(number, bool) or not isinstance(number, int):
        raise InvalidType("a whole number is needed", found=kind_of(value), where=where)
    _bounds(number, where, least, most)
    return number


def real(value: object, where: str, *, least: float | None = None, most: float | None = None) -> float:
    """Give a finite number as a float within its bounds; a bool is not a number, -0.0 becomes 0.0."""
    number = value if isinstance(value, (int, float)) else unboxed(value)
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise InvalidType("a number is needed", found=kind_of(value), where=where)
    number = float(number) + 0.0
    if not math.isfinite(number):
        raise InvalidValue("a finite number is needed", found=str(number), where=where)
    _bounds(number, where, least, most)
    return number


def _bounds(number: float, where: str, least: float | None, most: float | None) -> None:
    if (least is not None and number < least) or (most is not None and number > most):
        if most is None:
            allowed = f"at least {least}"
        elif least is None:
            allowed = f"at most {most}"
        else:
            allowed = f"{least} to {most}"
        raise InvalidValue(
            "a number is out of range", found=str(number), allowed=f"allowed is {allowed}", where=where
        )


def optional_text(value: object, where: str) -> str | None:
    """Give a text in NFC, or None."""
    return None if value is None else text(value, where)


def optional_instant(value: object, where: str) -> datetime | None:
    """Give an instant in UTC, or None."""
    return None if value is None else instant(value, where)
