"""`Field`: which column, and how its entries are read.

What belongs here: the value, and the way from a plain document and back. What does not: which role a column
has (`_binding`), any table, and the reading of entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import TypeAlias

import attrs

from qualify import _checks
from qualify._maps import EMPTY, Map, Plain, Value, identity, plain
from qualify.errors import InvalidType, InvalidValue
from qualify.models import Topic
from qualify.truth import Truth

Words: TypeAlias = "Plain | Iterable[Plain]"

_OUTCOME_WORDS = {"won": "yes", "lost": "no", "open": "unknown"}
_TEXT_KEYS = ("column", "type", "zone", "format", "decimal")
_WORD_KEYS = ("yes", "no", "unknown", "missing")


@attrs.frozen(init=False)
class Field(Value):
    """One `column`, and how its entries are read; an empty entry is never known.

    `yes` and `no` list the entries that mean "there is one" and "there is none" (for an outcome: won and
    lost), `unknown` those that mean that nobody knows (for an outcome: it is open), `missing` those that
    mean "not recorded". `values` says what further entries stand for. Where any of `yes`, `no` and
    `values` is given, every other entry is an error that names it, because nobody said what it means.

    For times: `zone` is an offset (`"+02:00"`) or an IANA zone (`"Europe/Berlin"`) for entries that have
    none, `hour` what a date without a time means, `format` one of `strptime` (default: ISO 8601). For
    numbers in text: `decimal` is the sign before the fraction.

    >>> Field("Budgt_alloc", yes="Yes", no="No", unknown="Unknown")
    Field('Budgt_alloc', yes=('Yes',), no=('No',), unknown=('Unknown',))
    """

    column: str
    yes: tuple[Plain, ...] = attrs.field(default=(), eq=identity, metadata={"open": True})
    no: tuple[Plain, ...] = attrs.field(default=(), eq=identity, metadata={"open": True})
    unknown: tuple[Plain, ...] = attrs.field(default=(), eq=identity, metadata={"open": True})
    missing: tuple[Plain, ...] = attrs.field(default=(), eq=identity, metadata={"open": True})
    values: Map[Plain] = EMPTY
    type: str | None = None
    zone: str | None = None
    hour: time | None = None
    format: str | None = None
    decimal: str = "."

    def __init__(
        self,
        column: str,
        *,
        yes: Words = (),
        no: Words = (),
        unknown: Words = (),
        missing: Words = (),
        values: Mapping[str, Plain] | None = None,
        type: str | None = None,
        zone: str | None = None,
        hour: time | int | str | None = None,
        format: str | None = None,
        decimal: str = ".",
    ) -> None:
        where = f"Field {column!r}"
        self.__attrs_init__(
            column=_column(column, "Field.column"),
            yes=words_of(yes, f"{where}.yes"),
            no=words_of(no, f"{where}.no"),
            unknown=words_of(unknown, f"{where}.unknown"),
            missing=words_of(missing, f"{where}.missing"),
            values=_meanings(values, f"{where}.values"),
            type=None if type is None else Topic("any", type).type,  # type: ignore[arg-type]  # Topic checks it
            zone=None if zone is None else _zone(zone, f"{where}.zone"),
            hour=None if hour is None else _hour(hour, f"{where}.hour"),
            format=_checks.optional_text(format, f"{where}.format"),
            decimal=_decimal(decimal, f"{where}.decimal"),
        )
        meant: dict[object, str] = {}
        for kind in (*_WORD_KEYS, "values"):
            for entry in getattr(self, kind):
                if meant.setdefault(identity(entry), kind) != kind:
                    raise InvalidValue(
                        "an entry has one meaning",
                        found=f"{_checks.show(entry)} under {meant[identity(entry)]} and {kind}",
                        where=where,
                    )

    @property
    def is_closed(self) -> bool:
        """Whether every entry must be listed, because some meanings are."""
        return bool(self.yes or self.no or self.values)

    def __repr__(self) -> str:
        given = [
            f"{a.name}={dict(v) if isinstance(v, Map) else v!r}"
            for a in attrs.fields(Field)[1:]
            if (v := getattr(self, a.name)) != a.default
        ]
        return f"Field({', '.join([repr(self.column), *given])})"


def as_field(value: object, where: str) -> Field:
    """Give a Field, also of the bare name of a column."""
    if isinstance(value, Field):
        return value
    if isinstance(value, str):
        return Field(value)
    raise InvalidType(
        "a column is bound by its name or by a Field", found=_checks.kind_of(value), where=where
    )


def field_of(entry: object, where: str, *, outcome: bool = False) -> Field:
    """Read a field from a document: a column's name, or an object with the arguments of Field."""
    if isinstance(entry, str):
        entry = {"column": entry}
    if not isinstance(entry, Mapping):
        raise InvalidType(
            "a field is the name of a column, or an object with one",
            found=_checks.kind_of(entry),
            where=where,
        )
    words = _OUTCOME_WORDS if outcome else {}
    allowed = (*_TEXT_KEYS, *_WORD_KEYS, "values", "hour", *words)
    arguments: dict[str, object] = {}
    for key, content in entry.items():
        if key not in allowed:
            raise _checks.unknown("key", key, allowed, where=where)
        arguments[str(words.get(key, key))] = content
    if "column" not in arguments:
        raise InvalidValue("a field names its column", allowed='write "column": "..."', where=where)
    try:
        return Field(**arguments)  # type: ignore[arg-type]  # Field checks what a document may hold
    except (InvalidValue, InvalidType) as error:
        raise type(error)(error.asked, found=error.found, allowed=error.allowed, where=where) from None


def document_of(field: Field, *, outcome: bool = False) -> object:
    back = {word: key for key, word in _OUTCOME_WORDS.items()} if outcome else {}
    written: dict[str, object] = {"column": field.column}
    for a in attrs.fields(Field)[1:]:
        content = getattr(field, a.name)
        if content == a.default:
            continue
        if isinstance(content, tuple):
            content = list(content)
        elif isinstance(content, Map):
            content = {k: {"$truth": v.name} if isinstance(v, Truth) else v for k, v in content.items()}
        elif isinstance(content, time):
            content = content.isoformat("minutes")
        written[back.get(str(a.name), str(a.name))] = content
    return field.column if len(written) == 1 else written


def _column(value: object, where: str) -> str:
    """Give a column's name, which may hold what no other name may: spaces inside and around."""
    text = _checks.text(value, where)
    if not text.strip():
        raise InvalidValue("a column's name is not blank", found=_checks.show(value), where=where)
    return text


def words_of(value: object, where: str) -> tuple[Plain, ...]:
    several = value if isinstance(value, (list, tuple, set, frozenset, range)) else (value,)
    words = tuple(plain(entry, f"{where}[{i}]") for i, entry in enumerate(several))
    for entry in words:
        if entry is None or isinstance(entry, (tuple, Map)):
            raise InvalidType(
                "an entry is text, a number, a truth or a date", found=_checks.kind_of(entry), where=where
            )
    return words


def _meanings(values: object, where: str) -> Map[Plain]:
    if values is None:
        return EMPTY
    if not isinstance(values, Mapping):
        raise InvalidType("what entries stand for is an object", found=_checks.kind_of(values), where=where)
    return Map({key: _meaning(entry, f"{where}.{key}") for key, entry in values.items()})


def _meaning(value: object, where: str) -> Plain:
    """Read what an entry stands for; in a document {"$truth": "NO"} is a truth."""
    if isinstance(value, Mapping) and set(value) == {"$truth"}:
        truth = value["$truth"]
        if truth not in Truth.__members__:
            raise _checks.unknown("truth", str(truth), Truth.__members__, where=where)
        return Truth[truth]
    return plain(value, where)


def _zone(value: object, where: str) -> str:
    text = _checks.text(value, where)
    zone_of(text, where)
    return text


def zone_of(text: str, where: str = "zone") -> object:
    """Give the tzinfo of an offset or an IANA zone, or raise an error that says what is allowed.

    >>> zone_of("+02:00")
    datetime.timezone(datetime.timedelta(seconds=7200))
    """
    if text in {"Z", "UTC"}:
        return _checks.UTC
    if text[:1] in {"+", "-"}:
        try:
            return datetime.fromisoformat(f"2000-01-01T00:00{text}").tzinfo
        except ValueError:
            pass
    else:
        from zoneinfo import ZoneInfo  # reads the zone's table, which few tables need

        try:
            return ZoneInfo(text)
        except (KeyError, ValueError, OSError):
            pass
    raise InvalidValue(
        "a zone is an offset or an IANA name",
        found=_checks.show(text),
        allowed="for example '+02:00', 'UTC' or 'Europe/Berlin'",
        where=where,
    )


def _hour(value: object, where: str) -> time:
    if isinstance(value, time):
        return value.replace(tzinfo=None)
    if isinstance(value, int) and not isinstance(value, bool):
        return time(_checks.whole(value, where, least=0, most=23))
    try:
        return time.fromisoformat(_checks.text(value, where))
    except ValueError:
        raise InvalidValue(
            "an hour is 0 to 23, or a time of day",
            found=_checks.show(value),
            allowed="for example 17, or '17:30'",
            where=where,
        ) from None


def _decimal(value: object, where: str) -> str:
    if value in {".", ","}:
        return str(value)
    raise InvalidValue("a decimal sign is '.' or ','", found=_checks.show(value), where=where)
