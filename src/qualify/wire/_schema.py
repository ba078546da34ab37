"""`json_schema`: what `loads` accepts, as JSON Schema (draft 2020-12), read off the same shapes.

The schema says types, fields, tags and limits of text. What only a value can check, such as an instant
in the calendar or evidence that is known no sooner than it is so, stands in the loader alone: validate
with the schema where it helps, and load all the same.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from qualify import _checks
from qualify._canonical import TAG
from qualify.truth import Truth
from qualify.wire import _registry
from qualify.wire._doors import reader_for
from qualify.wire._kinds import Column, Counted, Entry, Id, Known, Label, Measured, Number, Rows
from qualify.wire._shapes import Shape
from qualify.wire._versions import SCHEMA, SCHEMA_KEY

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TRUTH = {"enum": [truth.name for truth in Truth]}
_INSTANT = {"type": "string", "format": "date-time"}
_DAY = {"type": "string", "format": "date"}
_DURATION = {"type": "string", "pattern": r"^-?P(?!$)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d{1,6})?S)?)?$"}
_DECIMAL = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
_DIGITS = {"type": "string", "pattern": r"^-?\d+$"}
_TEXT = {"type": "string", "maxLength": _checks.MAX_TEXT}
_CLOCK = {"type": "string", "pattern": r"^\d\d:\d\d(:\d\d(\.\d{6})?)?$"}


def _only(key: str, content: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {key: content}, "required": [key], "additionalProperties": False}


_UNBOUNDED = _only("$float", {"enum": ["Infinity", "-Infinity"]})
_WHOLE = {"anyOf": [{"type": "integer"}, _only("$int", _DIGITS)]}
_REAL = {"anyOf": [{"type": "number"}, _UNBOUNDED]}
_COUNTED = {"anyOf": [*_REAL["anyOf"], _only("$int", _DIGITS)]}
_OPEN = {"$ref": "#/$defs/plain"}
_PLAIN = {
    "anyOf": [
        {"type": ["null", "boolean", "number"]},
        _TEXT,
        {"type": "array", "items": _OPEN},
        *(
            _only(tag, content)
            for tag, content in (
                ("$date", _DAY),
                ("$decimal", _DECIMAL),
                ("$duration", _DURATION),
                ("$instant", _INSTANT),
                ("$int", _DIGITS),
                ("$map", {"type": "object", "additionalProperties": _OPEN}),
                ("$truth", _TRUTH),
            )
        ),
    ]
}
_SCALARS: dict[Any, dict[str, Any]] = {
    str: _TEXT,
    int: _WHOLE,
    float: _REAL,
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    datetime: _INSTANT,
    date: _DAY,
    timedelta: _DURATION,
    Decimal: _DECIMAL,
    Truth: _TRUTH,
    object: _OPEN,
    time: _CLOCK,
    Measured: {"anyOf": [{"type": "null"}, *_COUNTED["anyOf"]]},
    Entry: {"anyOf": [{"type": "null"}, *_COUNTED["anyOf"]]},
    Counted: _COUNTED,
    Number: {"anyOf": [_DECIMAL, *_COUNTED["anyOf"]]},
    Label: {"anyOf": [_OPEN, _UNBOUNDED]},
    Known: {"anyOf": [_OPEN, _UNBOUNDED]},
    Id: {"anyOf": [_TEXT, *_WHOLE["anyOf"]]},
}
_TAGS = {Truth: "$truth", datetime: "$instant", date: "$date", timedelta: "$duration", Decimal: "$decimal"}
_LISTS = (tuple, list, frozenset, Column, Rows)


def json_schema(type: Any) -> dict[str, Any]:
    """Give the JSON Schema of the documents that `loads(text, type)` reads, as a dict.

    `type` is what `loads` takes: a class, a union of classes, `tuple[X, ...]`, or `object` for every
    class of this library. Names under `$defs` are the tags that `is` bears.

    >>> from qualify.models import Account
    >>> schema = json_schema(Account)
    >>> schema["$defs"]["Account"]["required"]
    ['is', 'id']
    """
    reader_for(type)  # refuses what no document holds
    defs: dict[str, Any] = {}
    if type is object:
        body = _tagged(_registry.TAGS, defs)
    elif get_origin(type) in (tuple, list) or type in (tuple, list):
        (each, *_) = get_args(type) or (object,)
        one = _tagged(_registry.TAGS, defs) if each is object else _schema(each, defs)
        values = {"type": "array", "items": _closed(one)}
        body = {
            "type": "object",
            "properties": {TAG: {"const": "list"}, "values": values},
            "required": [TAG, "values"],
        }
    else:
        body = _schema(type, defs)
    numbered = {"properties": {SCHEMA_KEY: {"const": SCHEMA}}, "required": [SCHEMA_KEY]}
    return {
        "$schema": DIALECT,
        "allOf": [body, numbered],
        "unevaluatedProperties": False,
        "$defs": {"plain": _PLAIN, **dict(sorted(defs.items()))},
    }


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """Give a schema of an object inside another that allows no further keys; the outermost has one more."""
    return (
        {**schema, "unevaluatedProperties": False} if {"$ref", "oneOf", "anyOf"} & schema.keys() else schema
    )


def _schema(hint: Any, defs: dict[str, Any]) -> dict[str, Any]:
    """Give the schema of a type."""
    known = _SCALARS.get(hint)
    if known is not None:
        return known
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in (Union, types.UnionType):
        tags = [tag for part in parts if part not in _SCALARS and get_origin(part) is None
                for tag in _registry.members(part)]  # fmt: skip
        others = [_closed(_schema(part, defs)) for part in parts if part in _SCALARS or get_origin(part)]
        ours = [_tagged(tuple(tags), defs)] if tags else []
        return {"anyOf": [*others, *map(_closed, ours)]} if others else ours[0]
    if origin is not None:
        return _many(origin, parts, defs)
    if issubclass(hint, Enum):
        return {"enum": [one.name for one in hint]}
    return _tagged(_registry.members(hint), defs)


def _many(origin: Any, parts: tuple[Any, ...], defs: dict[str, Any]) -> dict[str, Any]:
    """Give the schema of a list, a row of a fixed length, or a mapping."""
    if origin is tuple and parts[-1] is not ...:
        each = [_closed(_schema(part, defs)) for part in parts]
        return {"type": "array", "prefixItems": each, "items": False, "minItems": len(parts)}
    if origin in _LISTS:
        return {"type": "array", "items": _closed(_schema(parts[0], defs))}
    return {"type": "object", "additionalProperties": _closed(_opened(parts[-1], defs))}


def _opened(hint: Any, defs: dict[str, Any]) -> dict[str, Any]:
    """Give the schema of a value in a Map, where scalars bear their `$` tags."""
    if hint in _TAGS:
        return _only(_TAGS[hint], _SCALARS[hint])
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _opened(get_args(hint)[0], defs)}
    if get_origin(hint) in _LISTS:
        return _schema(hint, defs)
    ours = isinstance(hint, type) and hint.__name__ in {*_registry.TAGS, *_registry.FAMILIES}
    return _schema(hint, defs) if ours or hint in (str, int, bool) else _OPEN


def _tagged(tags: tuple[str, ...], defs: dict[str, Any]) -> dict[str, Any]:
    """Give a reference to the classes of these tags, each written once under `$defs`."""
    for tag in tags:
        if tag not in defs:
            defs[tag] = {}
            defs[tag] = _fields(_registry.EVERYTHING[tag], defs)
    refs = [{"$ref": f"#/$defs/{tag}"} for tag in tags]
    return refs[0] if len(refs) == 1 else {"oneOf": refs}


def _fields(shape: Shape, defs: dict[str, Any]) -> dict[str, Any]:
    properties = {name: _closed(_schema(hint, defs)) for name, hint in shape.hints.items()}
    required = [name for name in shape.fields if name in shape.required]
    return {
        "type": "object",
        "properties": {TAG: {"const": shape.tag}, **properties},
        "required": [TAG, *required],
        **({} if shape.others is None else {"additionalProperties": _schema(shape.others, defs)}),
    }
