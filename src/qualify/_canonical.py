"""The canonical form of any value, and its SHA-256 fingerprint.

What belongs here: how a value is written, once, for fingerprints and for the wire. What does not:
reading it back. The form is made of JSON's own types:

- a class of values is an object whose `is` names it; a field at its default is left out, so that a
  field added later changes no fingerprint, unless the default is itself a value of ours (a chart), which
  may change; fields that do not count for equality are left out;
- instants are RFC 3339 in UTC, durations ISO 8601, Decimals text, truths their names; an array is a list;
- where any plain value may stand (a Map, a field marked `open`), what JSON cannot say is an object
  with one key that begins with `$`;
- whole numbers from 2^53 on are text under `$int`, since other readers of JSON round them; NaN is null,
  and an infinite float text under `$float`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from qualify._checks import kind_of
from qualify._maps import Map, Value
from qualify.errors import InvalidType
from qualify.truth import Truth

if TYPE_CHECKING:
    Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

OPEN = {"open": True}  # metadata of an attrs field that holds any plain value
TAG = "is"


def fingerprint(value: object) -> str:
    """Give the SHA-256 of a value's canonical form, as 64 hexadecimal digits: equal values have equal ones.

    Raises `InvalidType` for what has no such form.

    >>> from qualify.models import Person
    >>> fingerprint(Person("p-1")) == fingerprint(Person(id="p-1", name=None))
    True
    """
    from hashlib import sha256  # a tenth of what `import attrs` costs, and many hosts never look at one

    return sha256(dumps(form(value)).encode()).hexdigest()


def dumps(json_form: Json) -> str:
    """Give canonical JSON text: sorted keys, no spaces, no NaN."""
    return json.dumps(json_form, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def form(value: object, *, is_open: bool = False) -> Json:  # noqa: C901, PLR0911 - one line a type
    """Give the canonical form of a value; `is_open` where any plain value may stand."""
    kind = type(value)
    if kind in _JSON:
        return value  # type: ignore[return-value]
    if kind is int or kind is float:
        return _number(value)  # type: ignore[arg-type]
    if kind is tuple or kind is list:
        return [form(v, is_open=is_open) for v in value]  # type: ignore[attr-defined]
    write = _SCALARS.get(kind)
    if write is not None:
        tag, text = write
        return {tag: text(value)} if is_open else text(value)
    if kind is Map or isinstance(value, Mapping):
        entries: dict[str, Json] = {_key(k): form(v, is_open=True) for k, v in value.items()}  # type: ignore[attr-defined]
        return {"$map": entries} if is_open else entries
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, (frozenset, set)):
        return sorted((form(v, is_open=is_open) for v in value), key=dumps)
    own = getattr(kind, "_canonical", None)
    if own is not None:
        return {TAG: kind.__name__, **{k: form(v, is_open=k in _open(kind)) for k, v in own(value).items()}}
    if attrs.has(kind):
        return _attrs_form(value)
    if hasattr(kind, "tolist"):  # an array, or a number out of one
        return form(value.tolist(), is_open=is_open)  # type: ignore[attr-defined]
    raise InvalidType("this has no canonical form", found=kind_of(value))


def instant_text(value: datetime) -> str:
    """Give an instant as RFC 3339 in UTC, microseconds only where there are some."""
    text = value.isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def duration_text(value: timedelta) -> str:
    """Give a duration as ISO 8601: days, then seconds with microseconds.

    >>> duration_text(timedelta(days=180)), duration_text(timedelta(hours=36, microseconds=5))
    ('P180D', 'P1DT43200.000005S')
    """
    sign, value = ("-", -value) if value < timedelta(0) else ("", value)
    micros = f".{value.microseconds:06d}".rstrip("0") if value.microseconds else ""
    clock = f"T{value.seconds}{micros}S" if value.seconds or value.microseconds else ""
    days = f"{value.days}D" if value.days or not clock else ""
    return f"{sign}P{days}{clock}"


def decimal_text(value: Decimal) -> str:
    """Give a Decimal without exponent and trailing zeros, so that equal ones read the same."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _key(key: object) -> str:
    if isinstance(key, str):
        return key
    if isinstance(key, Enum):
        return key.name
    raise InvalidType("keys are names", found=kind_of(key))


def _number(value: float) -> Json:
    """Give a number as every reader of JSON understands it; what is undefined is null."""
    if type(value) is int:
        return value if -_SAFE < value < _SAFE else {"$int": str(value)}
    if value - value == 0.0:
        return value + 0.0
    if value != value:  # noqa: PLR0124 - NaN is what differs from itself
        return None
    return {"$float": "Infinity" if value > 0 else "-Infinity"}


_JSON = frozenset((str, bool, type(None)))
_SAFE = 2**53  # beyond it other readers of JSON round (RFC 8259, section 6)
_SCALARS: dict[type, tuple[str, Callable[[Any], str]]] = {
    datetime: ("$instant", instant_text),
    date: ("$date", date.isoformat),
    time: ("$time", time.isoformat),
    timedelta: ("$duration", duration_text),
    Decimal: ("$decimal", decimal_text),
    Truth: ("$truth", lambda truth: truth.name),
}
_OPEN: dict[type, frozenset[str]] = {}  # as below
_PLANS: dict[type, tuple[tuple[str, object, bool], ...]] = {}  # a cache of the classes' own definitions


_ALWAYS = object()  # stands for the default of a field that is always written


def _may_change(default: object) -> bool:
    """Tell whether a default is a value of its own, such as a chart, which a later release may replace."""
    return isinstance(default, Value) or (isinstance(default, Map) and len(default) > 0)


def _plan(kind: type) -> tuple[tuple[str, object, bool], ...]:
    plan = _PLANS.get(kind)
    if plan is None:
        plan = _PLANS[kind] = tuple(
            (a.name, _ALWAYS if _may_change(a.default) else a.default, bool(a.metadata.get("open")))
            for a in attrs.fields(kind)
            if a.eq and a.init
        )
    return plan


def _open(kind: type) -> frozenset[str]:
    """Give the fields in which any plain value may stand."""
    names = _OPEN.get(kind)
    if names is None:
        fields = attrs.fields(kind) if attrs.has(kind) else ()
        names = _OPEN[kind] = frozenset(a.name for a in fields if a.metadata.get("open"))
    return names


def _attrs_form(value: object) -> dict[str, Json]:
    entries: dict[str, Json] = {TAG: type(value).__name__}
    for field, default, is_open in _plan(type(value)):
        content = getattr(value, field)
        if content is default or (type(content) is type(default) and content == default):
            continue
        entries[field] = form(content, is_open=is_open)
    return entries
