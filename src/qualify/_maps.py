"""`Value`, the base of every value; `Map`, a small frozen mapping; `plain`, what may stand in it.

What belongs here: values made of other values, frozen, hashable and picklable. What does not: any
value with a meaning of its own.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, Union

from qualify import _checks
from qualify.errors import InvalidType, InvalidValue
from qualify.truth import Truth

V_co = TypeVar("V_co", covariant=True)

Scalar: TypeAlias = bool | int | float | str | Decimal | date | datetime | timedelta | Truth | None
Plain: TypeAlias = Union[Scalar, tuple["Plain", ...], "Map[Plain]"]

_EXACT = frozenset((bool, type(None), Truth))
MAX_DEPTH = 24
MAX_DIGITS = 380  # before and behind the point, written without an exponent


class Value:
    """Base of the frozen attrs values, which clean their arguments in an `__init__` of their own.

    It holds nothing. It tells type checkers of the initialiser that attrs writes.
    """

    __slots__ = ()

    if TYPE_CHECKING:
        __attrs_init__: Any


class Map(Mapping[str, V_co], Generic[V_co]):
    """A frozen mapping from names to values: hashable, picklable, equal by content and by type.

    `1`, `1.0` and `True` are different values here, so that equal maps have equal fingerprints. The
    order of entry is kept for reading and does not count for equality.

    >>> Map({"amount": 12, "why": "price"})
    Map({'amount': 12, 'why': 'price'})
    >>> Map({"a": 1}) == Map({"a": True})
    False
    """

    __slots__ = ("_hash", "_items")
    _items: dict[str, V_co]
    _hash: int | None

    def __init__(self, items: Mapping[str, V_co] | Iterable[tuple[str, V_co]] = (), /) -> None:
        object.__setattr__(self, "_items", {_checks.name(k, "key"): v for k, v in dict(items).items()})
        object.__setattr__(self, "_hash", None)

    @classmethod
    def trusted(cls, items: dict[str, V_co]) -> Map[V_co]:
        """Wrap a fresh dict whose names were checked before; the caller keeps no hold of it."""
        made = object.__new__(cls)
        object.__setattr__(made, "_items", items)
        object.__setattr__(made, "_hash", None)
        return made

    def __getitem__(self, key: str) -> V_co:
        return self._items[key]

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def keys(self) -> KeysView[str]:
        return self._items.keys()

    def values(self) -> ValuesView[V_co]:
        return self._items.values()

    def items(self) -> ItemsView[str, V_co]:
        return self._items.items()

    def __eq__(self, other: object) -> bool:
        if other is self:
            return True
        if isinstance(other, Map):
            return identity(self) == identity(other)
        return NotImplemented

    def __hash__(self) -> int:
        if self._hash is None:
            object.__setattr__(self, "_hash", hash(identity(self)))
        assert self._hash is not None  # noqa: S101 - for the type checker
        return self._hash

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Map is frozen; make a new one instead of setting {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Map is frozen; make a new one instead of deleting {name!r}")

    def __repr__(self) -> str:
        return f"Map({self._items!r})"

    def __reduce__(self) -> tuple[type[Map[V_co]], tuple[dict[str, V_co]]]:
        return type(self), (dict(self._items),)


def identity(value: object) -> object:
    """Give a key by which two plain values are the same exactly if value *and* type agree."""
    if isinstance(value, Map):
        return "Map", frozenset((k, identity(v)) for k, v in value.items())
    if isinstance(value, tuple):
        return "tuple", tuple(identity(v) for v in value)
    return type(value).__name__, value


def plain(value: object, where: str, *, depth: int = 0) -> Plain:  # noqa: C901, PLR0911, PLR0912 - one line a type
    """Give a value that can be stored for years: frozen, finite, in UTC, of a builtin type.

    Lists become tuples, mappings become `Map`, numpy scalars become Python's. NaN, infinity, naive
    instants and everything else is an error that names the place.
    """
    kind = type(value)
    if kind in _EXACT:
        return value  # type: ignore[return-value]
    if isinstance(value, str):
        return _checks.text(value, where)
    if kind is int:
        return value  # type: ignore[return-value]
    if kind is float:
        return _checks.real(value, where)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise InvalidValue("a finite number is needed", found=str(value), where=where)
        if abs(value.adjusted()) > MAX_DIGITS:
            raise InvalidValue(f"a Decimal has at most {MAX_DIGITS} digits written out", where=where)
        return Decimal(value + 0 if value.is_zero() else value)
    if isinstance(value, datetime):
        return _checks.instant(value, where)
    if kind is date or kind is timedelta:
        return value  # type: ignore[return-value]
    if isinstance(value, timedelta):  # a subclass, as pandas has one
        return timedelta(days=value.days, seconds=value.seconds, microseconds=value.microseconds)
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    if depth >= MAX_DEPTH:
        raise InvalidValue(f"values are nested at most {MAX_DEPTH} deep", where=where)
    if isinstance(value, (list, tuple)):
        return tuple(plain(v, f"{where}[{i}]", depth=depth + 1) for i, v in enumerate(value))
    if isinstance(value, Mapping):
        return Map.trusted(
            {_checks.name(k, where): plain(v, f"{where}.{k}", depth=depth + 1) for k, v in value.items()}
        )
    unboxed = _checks.unboxed(value)
    if unboxed is not value:
        return plain(unboxed, where, depth=depth + 1)
    raise InvalidType(
        "a plain value is needed",
        found=_checks.kind_of(value),
        allowed="text, a number, a bool, a date, an aware instant, a duration, a Truth, "
        "or a tuple or a mapping of these",
        where=where,
    )


def plain_map(value: Mapping[str, object] | None, where: str) -> Map[Plain]:
    """Give a mapping of plain values as a `Map`, an empty one for None."""
    if not value:
        return EMPTY
    return Map.trusted({_checks.name(k, where): plain(v, f"{where}.{k}", depth=1) for k, v in value.items()})


EMPTY: Map[Any] = Map()
