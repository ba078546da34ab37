"""`converter`: the same strict forms inside a host's own cattrs classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qualify import _canonical
from qualify._maps import Map, Value
from qualify.truth import Truth
from qualify.wire import _doors, _registry
from qualify.wire._limits import Limits
from qualify.wire._readers import SCALARS
from qualify.wire._reading import Reading
from qualify.wire._scalars import Reader
from qualify.wire._text import as_json
from qualify.wire._versions import SCHEMA

if TYPE_CHECKING:
    import cattrs

_WRITTEN = (datetime, date, timedelta, Decimal, Truth)


def converter(*, using: Iterable[object] = (), limits: Limits = _doors.LIMITS) -> cattrs.Converter:
    """Give a cattrs converter that reads and writes every value of this library as `loads` and `dumps` do.

    For hosts whose own attrs classes hold our values. Its own rules for other classes are strict too:
    extra keys are forbidden. A document inside another needs no schema number; one that bears it is
    brought to the present schema. Errors inside our values are `InputError`, which cattrs groups with
    its own.

    >>> from qualify.models import Person
    >>> written = converter().unstructure({"opened_by": Person("p-1")})
    >>> written
    {'opened_by': {'is': 'Person', 'id': 'p-1'}}
    >>> converter().structure(written, dict[str, Person])
    {'opened_by': Person(id='p-1', name=None, email=None, role=None)}
    """
    import cattrs  # it costs more than all of the wire, and `loads` does without

    bound = tuple(using)
    made = cattrs.Converter(forbid_extra_keys=True)

    def structure(document: Any, kind: Any) -> Any:
        root = as_json(document, limits)
        return _doors.structured(root, _doors.reader_for(kind), using=bound, limits=limits, schema=SCHEMA)

    made.register_structure_hook_func(_is_ours, structure)
    made.register_unstructure_hook_func(_is_ours, _canonical.form)
    for kind in _WRITTEN:
        made.register_structure_hook(kind, _strict(SCALARS[kind], limits))
        made.register_unstructure_hook(kind, _canonical.form)
    return made


def _is_ours(kind: Any) -> bool:
    return (
        isinstance(kind, type)
        and kind is not Map
        and (kind.__name__ in _registry.TAGS or kind.__name__ in _registry.FAMILIES)
        and kind.__module__.startswith("qualify.")
        and issubclass(kind, Value)
    )


def _strict(reader: Reader, limits: Limits) -> Callable[[Any, Any], Any]:
    def structure(node: Any, _: Any) -> Any:
        reading = Reading(limits)
        value = reader(as_json(node, limits), None, reading)
        reading.raise_errors()
        return value

    return structure
