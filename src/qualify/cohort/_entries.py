"""One entry to one value: text, number, truth, date or instant.

What belongs here: how each kind is read, and what is wrong with an entry that is not of it. What does not:
columns, and which entries a field lists.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, tzinfo
from typing import TypeAlias

from qualify import _checks
from qualify._maps import Plain
from qualify.cohort._field import Field, zone_of
from qualify.errors import InvalidValue, TimeError
from qualify.truth import Truth

Convert: TypeAlias = Callable[[object], Plain]

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}\Z")
REAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\Z")
_THOUSANDS = "thousands are written without a sign: 1200"
_SIGNS = {",": f'{_THOUSANDS}; only if the comma is a decimal sign, give "decimal": ","', ".": _THOUSANDS}
_CLOCK = re.compile(r"%[HIMSpfcXTRs]")


class Broken(Exception):
    """One entry that cannot be read as its field says; an `InvalidValue` says that the field is wrong."""

    def __init__(self, asked: str, found: object = "", allowed: str = "") -> None:
        super().__init__(asked, found, allowed)
        self.asked, self.found, self.allowed = asked, found, allowed


def as_truth(value: object) -> Plain:
    if isinstance(value, (bool, Truth)):
        return Truth.of(value)
    raise InvalidValue(
        "an entry whose truth nobody said",
        found=_checks.show(value),
        allowed="say which entries mean yes, no and unknown (of an outcome: won, lost and open)",
    )


def as_text(value: object) -> Plain:
    text = str(value) if not isinstance(value, float) else f"{value:g}"
    try:
        return _checks.name(text, "")
    except InvalidValue as error:
        raise Broken(error.asked) from None


def _as_is(value: object) -> Plain:
    return value  # type: ignore[return-value]  # Columns checks what it is given


def number(field: Field) -> Convert:
    def convert(value: object) -> Plain:
        if type(value) in (int, float):
            if math.isfinite(value):  # type: ignore[arg-type]  # the test above says what it is
                return value  # type: ignore[return-value]
            raise Broken("a finite number is needed")
        if isinstance(value, str):
            other = "." if field.decimal == "," else ","
            text = value.replace(",", ".")
            if _WHOLE.match(text):
                return int(text)
            if other not in value and REAL.match(text):
                return float(text)
            raise Broken("a number is needed", allowed=_SIGNS[other] if other in value else "")
        raise Broken("a number is needed")

    return convert


def _boolean(_: Field) -> Convert:
    def convert(value: object) -> Plain:
        if isinstance(value, (bool, Truth)):
            return value
        if isinstance(value, str) and value.lower() in {"true", "false"}:
            return value.lower() == "true"
        raise InvalidValue(
            "an entry that is neither true nor false",
            found=_checks.show(value),
            allowed="say which entries mean yes, no and unknown",
        )

    return convert


def _date(field: Field) -> Convert:
    def convert(value: object) -> Plain:
        if type(value) is date:
            return value
        if isinstance(value, str):
            found = _parsed(value, field.format)
            if type(found) is date:
                return found
        raise Broken("a date is needed", allowed="written as 2026-05-03, or give its format")

    return convert


def instant(field: Field) -> Convert:
    zone: tzinfo | None = None if field.zone is None else zone_of(field.zone)  # type: ignore[assignment]

    def convert(value: object) -> Plain:
        found = _parsed(value, field.format) if isinstance(value, str) else value
        if type(found) is date:
            if field.hour is None:
                raise TimeError(
                    "a date needs the hour that it means",
                    found=_checks.show(value),
                    allowed='give "hour", for example 17',
                )
            found = datetime.combine(found, field.hour)
        if not isinstance(found, datetime):
            raise Broken(
                "an instant is needed", allowed="written as 2026-05-03T09:00+02:00, or give its format"
            )
        if found.utcoffset() is not None:
            return _checks.instant(found, "")
        if zone is None:
            raise TimeError(
                "an instant needs a time zone",
                found=_checks.show(value),
                allowed='give "zone": an offset or an IANA zone, for example "Europe/Berlin"',
            )
        local = found.replace(tzinfo=zone)
        if local.utcoffset() != local.replace(fold=1).utcoffset():
            raise Broken("a time that the clock of this zone shows once is needed", allowed="give its offset")
        return _checks.instant(local, "")

    return convert


def _parsed(text: str, format_: str | None) -> date | datetime | None:
    """Read a date or a datetime; None where the text is neither."""
    try:
        if format_ is None:
            try:
                return date.fromisoformat(text)
            except ValueError:
                return datetime.fromisoformat(text)
        found = datetime.strptime(text, format_)  # noqa: DTZ007 - the caller gives it its zone
    except (ValueError, OverflowError):
        return None
    return found if _CLOCK.search(format_) else found.date()


def converter(type_: str) -> Callable[[Field], Convert]:
    """Give what reads the entries of a topic of this type; text and "any" stay as they are."""
    return _CONVERTERS.get(type_, lambda _: _as_is)


_CONVERTERS: dict[str, Callable[[Field], Convert]] = {
    "number": number,
    "boolean": _boolean,
    "date": _date,
    "instant": instant,
}
