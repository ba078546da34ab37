"""From the type of a field to its reader."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Literal, Union, get_args, get_origin

from qualify._checks import nearest
from qualify._maps import Map
from qualify.errors import LimitError
from qualify.truth import Truth
from qualify.wire import _kinds, _scalars
from qualify.wire._reading import BAD, Place, Reading, described, shown_name
from qualify.wire._scalars import Reader

SCALARS: Final[dict[Any, Reader]] = {
    str: _scalars.text,
    int: _scalars.whole,
    float: _scalars.real,
    bool: _scalars.boolean,
    datetime: _scalars.instant,
    date: _scalars.day,
    timedelta: _scalars.duration,
    Decimal: _scalars.decimal,
    Truth: _scalars.truth,
    object: _scalars.open_value,
    time: _scalars.clock,
    _kinds.Measured: _scalars.measured,
    _kinds.Entry: _scalars.entry,
    _kinds.Counted: _scalars.counted,
    _kinds.Number: _scalars.number,
    _kinds.Label: _scalars.label,
    _kinds.Known: _scalars.known,
    _kinds.Id: _scalars.identifier,
}
_LONG = {_kinds.Column: "values", _kinds.Rows: "events"}  # whose lists have a limit of their own
_LISTS = (tuple, frozenset, *_LONG)


def reader_of(hint: Any, values: Any) -> Reader:  # noqa: PLR0911 - one line a type
    """Give the reader of a type; `values(classes)` gives the one of a value's class, or of several."""
    known = SCALARS.get(hint) if getattr(hint, "__hash__", None) else None
    if known is not None:
        return known
    origin = get_origin(hint)
    if origin is Literal:
        return chosen({name: name for name in get_args(hint)})
    if isinstance(hint, type) and origin is None:
        return chosen({one.name: one for one in hint}) if issubclass(hint, Enum) else value(values((hint,)))
    parts = get_args(hint)
    if origin in (Union, types.UnionType):
        return _union(parts, values)
    if origin is tuple and len(parts) == 2 and parts[1] is ...:  # noqa: PLR2004 - tuple[X, ...]
        return listed(reader_of(parts[0], values), tuple)
    if origin is tuple:
        return _fixed([reader_of(part, values) for part in parts])
    if origin is frozenset:
        return listed(reader_of(parts[0], values), frozenset)
    if origin in _LONG:
        return listed(reader_of(parts[0], values), tuple, limit=_LONG[origin])
    if origin is Map or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return mapped(opened(parts[-1], values))
    raise TypeError(f"the wire has no reader for {hint!r}")


def opened(hint: Any, values: Any) -> Reader:
    """Give the reader of a type in a place where any plain value may stand."""
    if hint in (str, int, bool):
        return SCALARS[hint]
    if isinstance(hint, type) and hint in SCALARS:
        return _tagged(hint)
    if get_origin(hint) is tuple:
        return listed(opened(get_args(hint)[0], values), tuple)
    if get_origin(hint) in _LONG:
        return reader_of(hint, values)
    if isinstance(hint, type) and not issubclass(hint, Enum) and hint is not object:
        return value(values((hint,)))
    return _scalars.open_value


def _tagged(kind: type) -> Reader:
    """Read a value of one kind where it bears its `$` tag."""

    def read(node: Any, place: Place, reading: Reading) -> Any:
        value = _scalars.open_value(node, place, reading)
        if value is BAD or type(value) is kind:
            return value
        return reading.wrong_type(place, f"a {kind.__name__} is needed", node)

    return read


def chosen(choices: Mapping[str, object]) -> Reader:
    """Read one of some words, each standing for a value."""
    allowed = f"allowed are {', '.join(choices)}"

    def read(node: Any, place: Place, reading: Reading) -> Any:
        if type(node) is str and node in choices:
            return choices[node]
        return reading.note(
            place, "wrong_type", "one of a few words is needed", found=described(node), allowed=allowed
        )

    return read


def listed(each: Reader, make: type, *, limit: str = "entries") -> Reader:
    """Read a list of values of one kind, no longer than the limit of that name."""

    def read(node: Any, place: Place, reading: Reading) -> Any:
        if type(node) is not list:
            return reading.wrong_type(place, "a list is needed", node)
        if not node:
            return make()
        most = getattr(reading.limits, limit)
        if len(node) > most:
            return reading.note(
                place, "entries_limit", f"a list has at most {most:,} entries", found=f"{len(node):,}",
                kind=LimitError,
            )  # fmt: skip
        before = reading.found
        found = [each(child, (place, i), reading) for i, child in enumerate(node)]
        return make(found) if reading.found == before else BAD

    return read


def _fixed(each: list[Reader]) -> Reader:
    """Read a list of exactly so many values, each of its own kind."""

    def read(node: Any, place: Place, reading: Reading) -> Any:
        if type(node) is not list or len(node) != len(each):
            return reading.wrong_type(place, f"a list of {len(each)} is needed", node)
        before = reading.found
        found = [
            part(child, (place, i), reading) for i, (part, child) in enumerate(zip(each, node, strict=True))
        ]
        return tuple(found) if reading.found == before else BAD

    return read


def mapped(each: Reader) -> Reader:
    """Read a Map of values of one kind."""

    def read(node: Any, place: Place, reading: Reading) -> Any:
        if type(node) is not dict:
            return reading.wrong_type(place, "an object is needed", node)
        return _scalars.as_map(
            {key: each(child, (place, key), reading) for key, child in node.items()}, place, reading
        )

    return read


def _union(parts: Iterable[Any], values: Any) -> Reader:
    """Read one of several kinds, told apart by JSON's own types; objects of ours by their tags."""
    left = [part for part in parts if part is not type(None)]
    ours = tuple(part for part in left if _is_class(part))
    others = [part for part in left if part not in ours]
    lists = [reader_of(part, values) for part in others if get_origin(part) in _LISTS]
    keyed = [reader_of(part, values) for part in others if get_origin(part) is Map]
    singles = [reader_of(part, values) for part in others if get_origin(part) not in (Map, *_LISTS)]
    if ours:
        keyed.append(value(values(ours)))
    first = (*singles, *keyed, *lists)
    single, tagged, several = ((*wanted, *first)[0] for wanted in (singles, keyed, lists))
    inner = single if single is tagged is several else _by_type(single, tagged, several)
    return optional(inner) if len(left) < len(tuple(parts)) else inner


def _is_class(hint: Any) -> bool:
    return isinstance(hint, type) and hint not in SCALARS and not issubclass(hint, Enum)


def optional(inner: Reader) -> Reader:
    """Read null as None, and anything else as `inner` does."""

    def read(node: Any, place: Place, reading: Reading) -> Any:
        return None if node is None else inner(node, place, reading)

    return read


def _by_type(single: Reader, keyed: Reader, several: Reader) -> Reader:
    """Read a list by one reader, an object by another, anything else by the first."""

    def read(node: Any, place: Place, reading: Reading) -> Any:
        kind = type(node)
        return (several if kind is list else keyed if kind is dict else single)(node, place, reading)

    return read


def value(shapes: Mapping[str, Any]) -> Reader:
    """Read an object whose `is` names one of these classes; shapes are compiled when first needed."""

    def read(node: Any, place: Place, reading: Reading) -> Any:
        if type(node) is not dict:
            return reading.wrong_type(place, "an object is needed", node)
        try:
            shape = shapes[node["is"]]
        except (KeyError, TypeError):  # no tag, one of another name, or one that is no text
            return unknown_tag(node, place, reading, shapes)
        return shape.read(node, place, reading)

    return read


def unknown_tag(node: dict[str, Any], place: Place, reading: Reading, known: Iterable[str]) -> Any:
    """Note that an object does not say what it is, or says something else than what may stand here."""
    names = sorted(known)
    if "is" not in node:
        return reading.note(
            place, "missing_tag", '"is" says what an object is', found="no such key",
            allowed=f"allowed here: {_few(names)}",
        )  # fmt: skip
    tag = node["is"]
    if type(tag) is not str:
        return reading.wrong_type((place, "is"), "a name is needed", tag)
    allowed = f"write {names[0]!r}" if len(names) == 1 else nearest(tag, names)
    return reading.note(
        (place, "is"),
        "unknown_tag",
        "nothing of this name may stand here",
        found=shown_name(tag),
        allowed=allowed,
    )


def _few(names: list[str]) -> str:
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")  # noqa: PLR2004 - one line
