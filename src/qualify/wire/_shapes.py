"""`Shape`: how one class of values stands in JSON, compiled from the class's own fields.

A field is required if the class's own `__init__` requires it. Errors come in the order of the
document; what is missing is noted after what is there.
"""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from qualify._canonical import TAG
from qualify._checks import nearest
from qualify._maps import EMPTY, Map, Plain
from qualify.errors import QualifyError
from qualify.wire import _readers
from qualify.wire._reading import BAD, Place, Reading, shown_name
from qualify.wire._scalars import Reader

_LOCALS = {"Map": Map, "Plain": Plain}


class Shape:
    """One class as it stands in JSON: the reader of each field, which are required, how it is built."""

    __slots__ = ("build", "fields", "hints", "kind", "required", "tag")
    others: Any = None  # the type of every other field, of a class that names its fields itself

    def __init__(
        self,
        kind: type,
        fields: Mapping[str, Reader],
        required: frozenset[str],
        build: Callable[..., Any],
        hints: Mapping[str, Any],
    ) -> None:
        self.kind = kind
        self.tag = kind.__name__
        self.fields = dict(fields)
        self.required = required
        self.build = build
        self.hints = dict(hints)

    def read(self, node: dict[str, Any], place: Place, reading: Reading) -> Any:
        """Read an object that says it is of this class."""
        arguments: dict[str, Any] = {}
        fields = self.fields
        found = reading.found
        for key, child in node.items():
            read = fields.get(key)
            if read is not None:
                arguments[key] = read(child, (place, key), reading)
            elif key != TAG:
                self._unknown(key, place, reading)
        if not self.required <= arguments.keys():
            self._missing(arguments, place, reading)
        if reading.found != found:
            return BAD
        return self.made(arguments, place, reading)

    def made(self, arguments: dict[str, Any], place: Place, reading: Reading) -> Any:
        """Build the value; what its class says against the arguments is noted."""
        try:
            return self.build(**arguments)
        except QualifyError as error:
            return reading.note_error(place, error, self.tag)

    def _unknown(self, key: str, place: Place, reading: Reading) -> None:
        reading.note(
            (place, key),
            "unknown_field",
            f"{self.tag} has no such field",
            found=shown_name(key),
            allowed=nearest(key, self.fields),
        )

    def _missing(self, arguments: Mapping[str, Any], place: Place, reading: Reading) -> None:
        for name in self.fields:
            if name in self.required and name not in arguments:
                reading.note((place, name), "missing_field", f"{self.tag} needs this field", found="nothing")


class _Names(dict[str, Any]):
    """The names that annotations use; a class of a room that was not imported is looked up by its tag."""

    def __missing__(self, name: str) -> type:
        from qualify.wire._registry import class_of  # the registry stands on the shapes

        return class_of(name)


def hints_of(kind: type, own: Mapping[str, Any] = EMPTY) -> dict[str, Any]:
    """Give the type of each field that is written, `object` where any plain value may stand."""
    written = [a for a in attrs.fields(kind) if a.init and a.eq and a.name not in own]
    known = {
        name: one
        for base in reversed(kind.__mro__)
        for name, one in vars(sys.modules[base.__module__]).items()
    }
    fields = type(kind.__name__, (), {"__annotations__": {a.name: a.type for a in written}})
    hints = typing.get_type_hints(fields, known, _Names({**known, **_LOCALS}))
    return {a.name: _opened(hints[a.name]) if a.metadata.get("open") else hints[a.name] for a in written}


def _opened(hint: Any) -> Any:
    """Give the type of a field that holds plain values: one of any kind, or a row of them."""
    return tuple[object, ...] if typing.get_origin(hint) is tuple else object


def shape_of(
    kind: type,
    values: Callable[[tuple[type, ...]], Mapping[str, Shape]],
    *,
    own: Mapping[str, Any] = EMPTY,
    hints: Mapping[str, Any] | None = None,
    shape: type[Shape] = Shape,
    build: Callable[..., Any] | None = None,
) -> Shape:
    """Compile the shape of a class; `own` gives the type where a field's own says less.

    `build` makes the value, where the class does not of the fields that are written.
    """
    maker = kind if build is None else build
    parameters = inspect.signature(maker).parameters
    types = {**(hints_of(kind, own) if hints is None else hints), **own}
    fields = {name: _readers.reader_of(hint, values) for name, hint in types.items()}
    return shape(kind, fields, _required(fields, parameters), _builder(maker, parameters), types)


def _required(fields: Mapping[str, Reader], parameters: Mapping[str, inspect.Parameter]) -> frozenset[str]:
    """Give the fields that the class requires; of one that it does not build itself, all of them."""
    if not parameters:
        return frozenset(fields)
    return frozenset(
        name
        for name, parameter in parameters.items()
        if name in fields
        and parameter.default is parameter.empty
        and parameter.kind is not parameter.VAR_POSITIONAL
    )


def _builder(kind: Callable[..., Any], parameters: Mapping[str, inspect.Parameter]) -> Callable[..., Any]:
    """Give the class itself, or what hands a field on as the positional arguments of that name."""
    spread = [p.name for p in parameters.values() if p.kind is p.VAR_POSITIONAL]
    if not spread:
        return kind
    (rest,) = spread
    first = [p.name for p in parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]

    def build(**arguments: Any) -> Any:
        leading = [arguments.pop(name) for name in first if name in arguments]
        return kind(*leading, *arguments.pop(rest, ()), **arguments)

    return build
