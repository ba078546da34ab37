"""`dumps` and `loads`: a value as JSON text, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar, get_args, get_origin, overload

from qualify import _canonical, _checks
from qualify.errors import InvalidType, LimitError
from qualify.wire import _readers, _registry
from qualify.wire._limits import Limits
from qualify.wire._reading import BAD, Reading
from qualify.wire._scalars import Reader
from qualify.wire._special import bound
from qualify.wire._text import parse
from qualify.wire._versions import SCHEMA, SCHEMA_KEY, upcast

T = TypeVar("T")

LIMITS = Limits()
_LIST = "list"
_READERS: dict[Any, Reader] = {}  # a cache of readers by type


def dumps(value: object) -> str:
    """Give a value as canonical JSON text with its schema number: equal values give equal texts.

    Keys are sorted and nothing is spaced, so that texts can be compared; fields at their default are
    left out. A tuple or a list of values becomes one document. NaN (an undefined estimate) is null
    beside its reason. Raises `InvalidType` for what is made again rather than stored, and says of what.

    >>> from qualify.models import Person
    >>> dumps(Person("p-1", role="head of support"))
    '{"id":"p-1","is":"Person","role":"head of support","schema":1}'
    """
    return _canonical.dumps({**document(value), SCHEMA_KEY: SCHEMA})


def document(value: object) -> dict[str, Any]:
    """Give the JSON object that stands for a value, or for a tuple or a list of values."""
    if isinstance(value, (tuple, list)):
        return {_canonical.TAG: _LIST, "values": [_written(one) for one in value]}
    return _written(value)


def _written(value: object) -> dict[str, Any]:
    kind = type(value)
    instead = _registry.NOT_STORED.get(kind.__name__)
    if instead is not None and kind.__module__.startswith("qualify."):
        raise InvalidType(
            "a value that can be read back is needed",
            found=kind.__name__,
            allowed=instead,
            where="wire.dumps",
        )
    written = _canonical.form(value)
    if type(written) is not dict or written.get(_canonical.TAG) not in _registry.TAGS:
        raise InvalidType(
            "a value of this library is needed", found=_checks.kind_of(value), where="wire.dumps"
        )
    return written


@overload
def loads(
    text: str | bytes,
    type: type[T],
    *,
    using: Iterable[object] = (),
    limits: Limits = LIMITS,
    schema: int | None = None,
) -> T: ...
@overload
def loads(
    text: str | bytes,
    type: Any,
    *,
    using: Iterable[object] = (),
    limits: Limits = LIMITS,
    schema: int | None = None,
) -> Any: ...
def loads(
    text: str | bytes,
    type: Any,
    *,
    using: Iterable[object] = (),
    limits: Limits = LIMITS,
    schema: int | None = None,
) -> Any:
    """Give the value of `type` that a JSON text holds, or raise `InputError` with all that is wrong.

    `type` is a class of this library, a union of some, `tuple[X, ...]`, `list[X]`, or `object` for
    whatever it holds. `using` holds what a document only names: host criteria and charts. `schema` is
    the number of documents that bear none. Nothing is coerced, an unknown field is an error, and any
    text at all gives a value or an `InputError`.

    >>> from qualify.models import Person
    >>> loads('{"schema": 1, "is": "Person", "id": "p-1"}', Person)
    Person(id='p-1', name=None, email=None, role=None)
    >>> loads('{"schema": 1, "is": "Person", "id": 7, "age": 40}', Person)
    Traceback (most recent call last):
    qualify.errors.InputError: $.id: text is needed (got a whole number)
    $.age: Person has no such field (got 'age'); known are email, id, name, role
    """
    reader = reader_for(type)
    return structured(parse(text, limits), reader, using=using, limits=limits, schema=schema)


def structured(
    root: Any, reader: Reader, *, using: Iterable[object], limits: Limits, schema: int | None
) -> Any:
    """Give the value of a parsed document."""
    reading = Reading(limits, bound(using))
    if type(root) is not dict:
        reading.wrong_type(None, "an object is needed", root)
        reading.raise_errors()
    body = reading.root = upcast(root, default=schema)
    try:
        value = reader(body, None, reading)
    except RecursionError:
        raise LimitError("a document is nested less deep", code="depth_limit", found="more") from None
    reading.raise_errors()
    return value


def reader_for(hint: Any) -> Reader:
    """Give the reader of a whole document of this type."""
    reader = _READERS.get(hint)
    if reader is None:
        reader = _READERS[hint] = _document_reader(hint)
    return reader


def _document_reader(hint: Any) -> Reader:
    origin = get_origin(hint)
    if origin in (tuple, list) or hint in (tuple, list):
        parts = get_args(hint)
        if origin is tuple and parts[1:] != (...,):
            raise _unreadable(hint)
        each = _one_reader(parts[0] if parts else object)
        return _list_reader(_readers.listed(each, origin or hint, limit="values"))
    return _one_reader(hint)


def _one_reader(hint: Any) -> Reader:
    if hint is object or hint is Any:
        everything = _readers.value(_registry.EVERYTHING)
        many = _list_reader(_readers.listed(everything, tuple, limit="values"))

        def read(node: Any, place: Any, reading: Reading) -> Any:
            alike = many if type(node) is dict and node.get(_canonical.TAG) == _LIST else everything
            return alike(node, place, reading)

        return read
    try:
        return _readers.reader_of(hint, _registry.values)
    except (TypeError, KeyError):
        raise _unreadable(hint) from None


def _unreadable(hint: Any) -> InvalidType:
    return InvalidType(
        "the wire reads values of this library",
        found=_checks.show(hint),
        allowed="give a class, a union of classes, tuple[X, ...] or object",
        where="wire.loads",
    )


def _list_reader(values: Reader) -> Reader:
    """Read the document of several values."""

    def read(node: Any, place: Any, reading: Reading) -> Any:
        if node.get(_canonical.TAG) != _LIST:
            return _readers.unknown_tag(node, place, reading, (_LIST,))
        extra = node.keys() - {_canonical.TAG, "values"}
        for key in sorted(extra):
            reading.note((place, key), "unknown_field", "a list of values has no such field", found="a field")
        if "values" not in node:
            return reading.note(
                (place, "values"), "missing_field", "a list of values needs this field", found="nothing"
            )
        return BAD if extra else values(node["values"], (place, "values"), reading)

    return read
