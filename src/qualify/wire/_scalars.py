"""Readers of single values: texts that stand for instants, durations, Decimals; and open values.

A reader takes a JSON value, its place and the reading; it gives the value, or notes an error and gives
`BAD`. Nothing is coerced: a text never becomes a number, and a number never a text. The one widening
is a whole number where a float is meant, which below 2^53 is exact.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from qualify._checks import UTC
from qualify._maps import MAX_DEPTH, Map
from qualify.errors import LimitError, QualifyError
from qualify.truth import Truth
from qualify.wire._reading import BAD, Place, Reading, described, shown_name

Reader: TypeAlias = Callable[[Any, Place, Reading], Any]

# RFC 3339, section 5.6, with a capital T and Z, and at most the microseconds that Python keeps.
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:(\d\d)(?:\.(\d+))?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d{6})?)?", re.ASCII)
_DURATION = re.compile(
    r"(-)?P(?:(\d{1,9})D)?(?:T(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,14})(?:\.(\d{1,6}))?S)?)?", re.ASCII
)
_DECIMAL = re.compile(r"-?\d{1,400}(?:\.\d{1,400})?", re.ASCII)
_INTEGER = re.compile(r"-?\d{1,4000}", re.ASCII)
_MICROSECONDS = 6
_TRUTHS = {truth.name: truth for truth in Truth}


def text(node: Any, place: Place, reading: Reading) -> Any:
    """Read a text."""
    return node if type(node) is str else reading.wrong_type(place, "text is needed", node)


def whole(node: Any, place: Place, reading: Reading) -> Any:
    """Read a whole number: as a number below 2^53, else as the text under `$int`."""
    if type(node) is int:
        return node
    if type(node) is dict and len(node) == 1 and "$int" in node:
        return _big(node["$int"], (place, "$int"), reading)
    return reading.wrong_type(place, "a whole number is needed", node)


def _big(node: Any, place: Place, reading: Reading) -> Any:
    if type(node) is not str or not _INTEGER.fullmatch(node):
        return reading.wrong_type(place, "the digits of a whole number are needed, as text", node)
    return int(node)


def real(node: Any, place: Place, reading: Reading) -> Any:
    """Read a number as a float; what has no bound stands as text under `$float`."""
    if type(node) is float:
        return node + 0.0
    if type(node) is int:
        return float(node)
    if type(node) is dict and len(node) == 1 and "$float" in node:
        return _unbounded(node["$float"], (place, "$float"), reading)
    return reading.wrong_type(place, "a number is needed", node)


def measured(node: Any, place: Place, reading: Reading) -> Any:
    """Read a number that may be undefined (null is NaN); a whole one stays whole."""
    if node is None:
        return float("nan")
    is_whole = type(node) is int or (type(node) is dict and "$int" in node)
    return _bounded(whole, 1_000, node, place, reading) if is_whole else real(node, place, reading)


def entry(node: Any, place: Place, reading: Reading) -> Any:
    """Read an entry of a column of numbers; null is NaN."""
    return float("nan") if node is None else counted(node, place, reading)


def counted(node: Any, place: Place, reading: Reading) -> Any:
    """Read a number; a whole one stays whole, and fits into a column of 64 bits."""
    if type(node) is int:
        return node
    is_whole = type(node) is dict and "$int" in node
    return _bounded(whole, 62, node, place, reading) if is_whole else real(node, place, reading)


def _bounded(read: Reader, bits: int, node: Any, place: Place, reading: Reading) -> Any:
    found = read(node, place, reading)
    if found is BAD or found.bit_length() <= bits:
        return found
    return reading.note(place, "integer_range", f"a number here is below 2^{bits}", found="a larger one")


def _unbounded(node: Any, place: Place, reading: Reading) -> Any:
    if node == "Infinity":
        return float("inf")
    if node == "-Infinity":
        return float("-inf")
    return reading.wrong_type(place, "Infinity or -Infinity is needed, as text", node)


def number(node: Any, place: Place, reading: Reading) -> Any:
    """Read a whole number, a float, or a Decimal as text."""
    if type(node) is str:
        return decimal(node, place, reading)
    return real(node, place, reading) if type(node) is float else whole(node, place, reading)


def label(node: Any, place: Place, reading: Reading) -> Any:
    """Read what names a group: one plain value, or a number without bound."""
    if type(node) is list:
        return reading.wrong_type(place, "one plain value is needed", node)
    return known(node, place, reading)


def known(node: Any, place: Place, reading: Reading) -> Any:
    """Read what is known of a topic: a plain value, or a number without bound."""
    if type(node) is dict and "$float" in node:
        return real(node, place, reading)
    return open_value(node, place, reading)


def identifier(node: Any, place: Place, reading: Reading) -> Any:
    """Read an id: a text, or a whole number."""
    return node if type(node) is str else whole(node, place, reading)


def boolean(node: Any, place: Place, reading: Reading) -> Any:
    """Read true or false."""
    return node if type(node) is bool else reading.wrong_type(place, "true or false is needed", node)


def instant(node: Any, place: Place, reading: Reading) -> Any:
    """Read an instant as RFC 3339 writes it; it becomes UTC."""
    if type(node) is not str:
        return reading.wrong_type(place, "an instant is needed", node)
    match = _INSTANT.fullmatch(node)
    if match is not None:
        second, fraction = match.groups()
        if fraction is not None and len(fraction) > _MICROSECONDS:
            return reading.note(
                place,
                "not_rfc3339",
                "an instant has at most six digits after the second",
                found=described(node),
            )
        try:
            read = datetime.fromisoformat(node)
            return read if read.tzinfo is UTC else read.astimezone(UTC)
        except (ValueError, OverflowError):
            leap = second == "60"
            return reading.note(
                place,
                "not_rfc3339",
                "leap seconds are not kept"
                if leap
                else "an instant lies in the calendar, between years 1 and 9999 in UTC",
                found=described(node),
                allowed="write the second before it" if leap else "",
            )
    if _INSTANT.fullmatch(f"{node}Z"):
        return reading.note(
            place,
            "not_rfc3339",
            "an instant needs a time zone",
            found=described(node),
            allowed=f'write "{node}Z"',
        )
    return reading.note(
        place, "not_rfc3339", "an instant is written as in RFC 3339", found=described(node),
        allowed='for example "2026-05-03T09:00:00Z"',
    )  # fmt: skip


def day(node: Any, place: Place, reading: Reading) -> Any:
    """Read a date of the calendar, without a time."""
    if type(node) is str and _DATE.fullmatch(node):
        try:
            return date.fromisoformat(node)
        except ValueError:
            pass
    return reading.note(
        place,
        "not_rfc3339",
        "a date of the calendar is needed",
        found=described(node),
        allowed='write "2026-05-03"',
    )


def clock(node: Any, place: Place, reading: Reading) -> Any:
    """Read a time of day, without a zone."""
    if type(node) is str and _CLOCK.fullmatch(node):
        try:
            return time.fromisoformat(node)
        except ValueError:
            pass
    return reading.note(
        place, "not_rfc3339", "a time of day is needed", found=described(node), allowed='write "17:30:00"'
    )


def duration(node: Any, place: Place, reading: Reading) -> Any:
    """Read a duration in days, hours, minutes and seconds of ISO 8601; months and years have no length."""
    if type(node) is not str:
        return reading.wrong_type(place, "a duration is needed", node)
    match = _DURATION.fullmatch(node)
    if match is None or node[-1] in "PT":
        return reading.note(
            place, "invalid", "a duration is written as in ISO 8601, in days, hours, minutes and seconds",
            found=described(node), allowed='for example "P180D" or "PT72H"',
        )  # fmt: skip
    sign, days, hours, minutes, seconds, fraction = match.groups()
    try:
        read = timedelta(
            days=int(days or 0),
            hours=int(hours or 0),
            minutes=int(minutes or 0),
            seconds=int(seconds or 0),
            microseconds=int((fraction or "0").ljust(_MICROSECONDS, "0")),
        )
    except OverflowError:
        return reading.note(place, "invalid", "a duration has less than 10^9 days", found="a longer one")
    return -read if sign else read


def decimal(node: Any, place: Place, reading: Reading) -> Any:
    """Read a Decimal from its text; a JSON number is not exact, and is refused."""
    if type(node) is str and _DECIMAL.fullmatch(node):
        return Decimal(node)
    return reading.wrong_type(place, 'a decimal number is needed, as text ("12.50")', node)


def truth(node: Any, place: Place, reading: Reading) -> Any:
    """Read YES, UNKNOWN or NO."""
    found = _TRUTHS.get(node) if type(node) is str else None
    if found is None:
        return reading.wrong_type(place, '"YES", "UNKNOWN" or "NO" is needed', node)
    return found


_TAGGED: dict[str, Reader] = {
    "$date": day,
    "$decimal": decimal,
    "$duration": duration,
    "$instant": instant,
    "$int": _big,
    "$truth": truth,
}


def open_value(node: Any, place: Place, reading: Reading) -> Any:
    """Read any plain value; what JSON cannot say is an object with one key that begins with `$`."""
    return _open(node, place, reading, 0)


def _open(node: Any, place: Place, reading: Reading, depth: int) -> Any:  # noqa: PLR0911 - one line a type
    kind = type(node)
    if kind is str or kind is int or kind is bool or node is None:
        return node
    if kind is float:
        return node + 0.0
    if depth >= MAX_DEPTH:
        return reading.note(
            place, "depth_limit", f"values are nested at most {MAX_DEPTH} deep", found="more", kind=LimitError
        )
    if kind is list:
        before = reading.found
        items = [_open(child, (place, i), reading, depth + 1) for i, child in enumerate(node)]
        return tuple(items) if reading.found == before else BAD
    if len(node) != 1:
        return reading.note(
            place, "unknown_tag", "an object has one key here, which says what it is",
            found=f"{len(node)} keys", allowed=f"allowed are $map, {', '.join(_TAGGED)}",
        )  # fmt: skip
    ((tag, content),) = node.items()
    if tag == "$map":
        return open_map(content, (place, tag), reading, depth + 1)
    read = _TAGGED.get(tag)
    if read is None:
        return reading.note(
            place, "unknown_tag", "this key does not say what it is", found=shown_name(tag),
            allowed=f"allowed are $map, {', '.join(_TAGGED)}",
        )  # fmt: skip
    return read(content, (place, tag), reading)


def open_map(node: Any, place: Place, reading: Reading, depth: int = 0) -> Any:
    """Read a Map of plain values."""
    if type(node) is not dict:
        return reading.wrong_type(place, "an object is needed", node)
    if not node:
        return Map()
    return as_map(
        {key: _open(child, (place, key), reading, depth) for key, child in node.items()}, place, reading
    )


def as_map(read: dict[str, Any], place: Place, reading: Reading) -> Any:
    """Give a Map of what was read, if all of it is sound and the keys are names."""
    for value in read.values():
        if value is BAD:
            return BAD
    try:
        return Map(read)
    except QualifyError as error:
        return reading.note(place, "invalid", error.asked, found="a key", allowed=error.allowed)
