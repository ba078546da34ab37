"""`Counts`: what happened, in named numbers that add.

What belongs here: the value, its sum and what it prints. What does not: any formula.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np

from qualify import _canonical, _checks
from qualify._maps import Map, Value
from qualify.errors import InvalidType, InvalidValue
from qualify.metrics._weighing import rounded
from qualify.truth import Truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

Number: TypeAlias = Any  # an int or a float, or an array with one entry for each group


def key(value: object) -> object:
    """Give what two numbers or arrays are compared and hashed by; NaN equals NaN here."""
    if isinstance(value, np.ndarray):
        return value.shape, tuple(key(v) for v in value.tolist())
    if isinstance(value, float) and math.isnan(value):
        return "nan"
    return value


def _keys(numbers: Map[Any]) -> object:
    return frozenset((name, key(number)) for name, number in numbers.items())


def frozen(value: Number) -> Number:
    """Give a number as Python's own, an array as a read-only one of int64 or float64.

    An array that nobody can write to is kept, another is copied: a caller may change his own.
    """
    if isinstance(value, (np.ndarray, list, tuple)):
        if isinstance(value, np.ndarray) and value.dtype in _KEPT and _is_sealed(value):
            return value
        kept = np.array(value)
        kept = kept.astype(np.float64 if kept.dtype.kind == "f" else np.int64, copy=False)
        kept.flags.writeable = False
        return kept
    return _checks.unboxed(value)


def _is_sealed(values: NDArray[Any]) -> bool:
    """Tell whether an array and the one whose memory it shows, if another, are both read-only."""
    owner: object = values if values.base is None else values.base
    return (
        isinstance(owner, np.ndarray)
        and owner.flags.owndata
        and not owner.flags.writeable
        and not values.flags.writeable
    )


_KEPT = (np.dtype(np.int64), np.dtype(np.float64))


@attrs.frozen(init=False, repr=False, order=False)
class Counts(Value):
    """What was counted, as named numbers that add: the Counts of two batches are the Counts of both.

    `of` names what was counted, so that unlike things do not add. Each number is a scalar, or an array
    with one entry a group, whose names stand in `labels`, each once. Whole numbers add exactly, in any
    order of rows and batches (sums of whole weights of a group under 2^63, beyond it as floats); sums of
    float weights agree to 1e-12.

    >>> monday = Counts("NPS", promoters=50, passives=30, detractors=20)
    >>> monday + Counts("NPS", promoters=1, passives=0, detractors=4)
    Counts('NPS', promoters=51, passives=30, detractors=24)
    >>> monday["promoters"]
    50
    """

    of: str
    numbers: Map[Any] = attrs.field(eq=_keys)
    labels: tuple[Any, ...] | None = attrs.field(default=None, metadata=_canonical.OPEN)

    def __init__(self, of: str, /, *, labels: Iterable[Any] | None = None, **numbers: Number) -> None:
        named = None if labels is None else named_once(labels, f"Counts of {of}, labels")
        clean = {name: _number(number, f"Counts.{name}") for name, number in numbers.items()}
        sizes = {number.size for number in clean.values() if isinstance(number, np.ndarray)}
        if len(sizes) > 1 or (named and sizes != {len(named)}):
            raise InvalidValue(
                "each number has one entry for each group",
                found=f"lengths {', '.join(map(str, sorted(sizes))) or 'of scalars'}",
                allowed="" if named is None else f"there are {len(named):,} labels",
                where=f"Counts of {of}",
            )
        size = sizes.pop() if sizes else 0 if named == () else None
        if size is not None:
            for name, number in clean.items():
                if not isinstance(number, np.ndarray):
                    if isinstance(number, int) and abs(number) > MOST:
                        raise too_large(f"Counts.{name}", number)
                    clean[name] = frozen(np.full(size, number))
        self.__attrs_init__(of=_checks.text(of, "Counts.of"), numbers=Map(clean), labels=named)

    def __getitem__(self, name: str) -> Number:
        """Give one number by name."""
        try:
            return self.numbers[name]
        except KeyError:
            raise _checks.unknown("count", name, self.numbers, where=f"Counts of {self.of}") from None

    def __contains__(self, name: object) -> bool:
        return name in self.numbers

    @property
    def groups(self) -> int | None:
        """How many groups stand here; None for one set of numbers without groups."""
        first = next(iter(self.numbers.values()), 0)
        return first.size if isinstance(first, np.ndarray) else None

    def __add__(self, other: object) -> Counts:
        if not isinstance(other, Counts):
            return NotImplemented
        if self.of != other.of:
            raise InvalidValue("counts of one kind add", found=f"{self.of} and {other.of}", where="Counts")
        odd = set(self.numbers) ^ set(other.numbers)
        if any(name.endswith("_squares") for name in odd):
            raise InvalidValue(
                "weighted counts do not add to unweighted ones",
                found=f"{', '.join(sorted(odd))} on one side only",
                where=f"Counts of {self.of}",
            )
        if odd:  # what one side did not count is nothing there
            return self._filled(odd) + other._filled(odd)
        if self.labels == other.labels and self.groups == other.groups:
            added = {k: self._added(k, v, other.numbers[k]) for k, v in self.numbers.items()}
            return Counts(self.of, labels=self.labels, **added)
        if self.labels is None or other.labels is None:
            raise InvalidValue(
                "grouped counts add to counts grouped by labels",
                found="groups on one side only, or groups without labels of unlike number",
                allowed="write counts.pooled() for the sum over the groups",
                where=f"Counts of {self.of}",
            )
        return self._merged(other)

    def _added(self, name: str, one: Number, other: Number) -> Number:
        """Give a sum; where 64 bits do not hold it, one of weights is rounded and another is an error."""
        total = one + other
        if isinstance(total, np.ndarray) and total.dtype.kind == "i":
            wrapped = ((one ^ total) & (other ^ total)) < 0  # two of one sign whose sum has the other
            if wrapped.any():
                if not self._is_weight(name):
                    raise too_large(f"Counts of {self.of}, {name}")
                return rounded(one.astype(object) + other)
        return total

    def _is_weight(self, name: str) -> bool:
        """Tell whether a number is a sum of weights or of their squares."""
        return name == "missing_weight" or name.endswith("_squares") or f"{name}_squares" in self.numbers

    def __radd__(self, other: object) -> Counts:
        if isinstance(other, int) and other == 0:  # where sum(...) begins
            return self
        return NotImplemented

    def _filled(self, names: Iterable[str]) -> Counts:
        absent = {name: 0 for name in sorted(names) if name not in self.numbers}
        return Counts(self.of, labels=self.labels, **self.numbers, **absent)

    def _merged(self, other: Counts) -> Counts:
        assert self.labels is not None  # noqa: S101 - for the type checker
        assert other.labels is not None  # noqa: S101 - for the type checker
        labels = in_order((*self.labels, *other.labels))
        place = {label: i for i, label in enumerate(labels)}
        here = [place[label] for label in self.labels]
        there = [place[label] for label in other.labels]
        merged: dict[str, Number] = {}
        for name, number in self.numbers.items():
            more = other.numbers[name]
            sides = np.zeros((2, len(labels)), np.result_type(number, more))
            sides[0, here], sides[1, there] = number, more
            merged[name] = self._added(name, *sides)
        return Counts(self.of, labels=labels, **merged)

    def pooled(self) -> Counts:
        """Give the sum over the groups.

        >>> Counts("outcomes", labels=("a", "b"), yes=[3, 1], no=[5, 0]).pooled()
        Counts('outcomes', yes=4, no=5)
        """
        if self.groups is None:
            return self
        summed: dict[str, Number] = {}
        for name, number in self.numbers.items():
            values = number.tolist()
            summed[name] = math.fsum(values) if number.dtype.kind == "f" else sum(values)
        return Counts(self.of, labels=None, **summed)

    def take(self, label: object) -> Counts:
        """Give the counts of one group.

        >>> Counts("outcomes", labels=("a", "b"), yes=[3, 1], no=[5, 0]).take("a")
        Counts('outcomes', yes=3, no=5)
        """
        place = position(label, self.labels, f"Counts of {self.of}")
        return Counts(self.of, **{name: number[place].item() for name, number in self.numbers.items()})

    def to_dict(self) -> dict[str, Any]:
        """Give plain Python values: `of`, `labels` where there are groups, then each number by name.

        >>> Counts("outcomes", yes=3, no=5).to_dict()
        {'of': 'outcomes', 'yes': 3, 'no': 5}
        """
        named = {} if self.labels is None else {"labels": [plain(label) for label in self.labels]}
        return {"of": self.of, **named, **{name: plain(number) for name, number in self.numbers.items()}}

    def _canonical(self) -> dict[str, object]:
        named = {} if self.labels is None else {"labels": written(self.labels)}
        return {"of": self.of, **named, **self.numbers}

    def __repr__(self) -> str:
        named = "" if self.labels is None else f", labels={_short(self.labels)}"
        parts = "".join(f", {name}={_short(plain(number))}" for name, number in self.numbers.items())
        return f"Counts({self.of!r}{named}{parts})"


def _number(value: Number, where: str) -> Number:
    if isinstance(value, (np.ndarray, list, tuple)):
        kept = np.asarray(value)
        if kept.ndim != 1 or (kept.dtype.kind not in "iuf" and kept.size):
            raise InvalidType("a row of numbers is needed", found=f"{kept.ndim}-D {kept.dtype}", where=where)
        if kept.dtype.kind == "f" and not np.isfinite(kept).all():
            raise InvalidValue("finite numbers are needed", found="NaN or infinity", where=where)
        if kept.dtype == np.uint64 and kept.size and int(kept.max()) > MOST:
            raise too_large(where, int(kept.max()))
        return frozen(kept)
    number = _checks.unboxed(value)
    if isinstance(number, int):
        return _checks.whole(number, where)
    return _checks.real(number, where)


MOST = (1 << 63) - 1


def too_large(where: str, found: int | None = None) -> InvalidValue:
    """Give the error for a count that 64 bits do not hold."""
    return InvalidValue(
        "counts lie under 2^63",
        found="" if found is None else _checks.show(found),
        allowed="count in a larger unit",
        where=where,
    )


def plain(value: Number) -> Number:
    """Give a number, an array or a label as JSON can say it: NaN as None, an infinity as "inf"."""
    if isinstance(value, np.ndarray):
        return [plain(v) for v in value.tolist()]
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value if isinstance(value, (bool, int, float, str, type(None))) else str(value)


def written(labels: tuple[Any, ...]) -> tuple[Any, ...]:
    """Give labels as they are stored: what names a group without being a plain value stands as text."""
    return tuple(label if _is_plain(label) else plain(_checks.unboxed(label)) for label in labels)


def _is_plain(label: object) -> bool:
    return type(label) in _PLAIN or (type(label) is datetime and label.tzinfo is not None)


_PLAIN = (str, int, float, bool, type(None), Decimal, Truth, date, timedelta)


def whole_numbers(values: object, shape: tuple[int, ...], where: str) -> NDArray[np.int64]:
    """Give a read-only array of int64 of this shape, from an array or from lists; none is negative.

    An array is copied as `frozen` copies it: a caller may change his own.
    """
    made: NDArray[Any] | None = None
    if isinstance(values, np.ndarray) and values.dtype == np.int64:
        made = values if _is_sealed(values) else values.copy()
    else:
        try:
            found = np.array(values)
        except ValueError:  # rows of unlike length
            found = np.array("")
        if found.dtype.kind in "iu" or not found.size:
            made = found.astype(np.int64)
    if made is not None and not made.size and 0 in shape:
        made = made.reshape(shape)
    if made is None or made.shape != shape or (made < 0).any():
        sizes = " x ".join(map(str, shape))
        raise InvalidValue(f"whole numbers from 0 are needed, {sizes} of them", where=where)
    made.flags.writeable = False
    return made


def named_once(labels: Iterable[Any], where: str) -> tuple[Any, ...]:
    """Give labels as a tuple, or the error that names one that occurs twice: sums would lose a row of it."""
    named = tuple(labels)
    try:
        if len(set(named)) == len(named):
            return named
    except TypeError as error:
        raise InvalidType("labels must be hashable", found=str(error), where=where) from None
    ((twice, _),) = Counter(named).most_common(1)
    raise InvalidValue("each label is named once", found=_checks.show(twice), where=where)


def position(label: object, labels: tuple[Any, ...] | None, where: str) -> int:
    """Give the place of a group's label, or the error that names those that exist."""
    if labels is None:
        raise InvalidType("this has no labelled groups", allowed="give by= to make some", where=where)
    try:
        return labels.index(label)
    except ValueError:
        raise _checks.unknown("label", str(label), map(str, labels), where=where) from None


def same_level(one: float, two: float, where: str) -> float:
    """Give the confidence level of two values that add, or the error if each has its own."""
    if one != two:
        raise InvalidValue(
            "values add that have the same confidence level",
            found=f"{one:g} and {two:g}",
            allowed="make both with one confidence_level=",
            where=where,
        )
    return one


def in_order(labels: Iterable[Any]) -> tuple[Any, ...]:
    """Give labels once each: sorted where they can be, None last, unlike things as they came."""
    once = dict.fromkeys(labels)
    none = (None,) if None in once else ()
    rest = [label for label in once if label is not None]
    try:
        return (*sorted(rest), *none)
    except TypeError:
        return (*rest, *none)


def _short(values: Number) -> str:
    """Give a row of numbers as a message can show it: the first few, then how many more."""
    if not isinstance(values, (list, tuple)) or len(values) <= _SHOWN:
        return repr(values)
    return f"{list(values[:_SHOWN])!r:.{200}} and {len(values) - _SHOWN:,} more"


_SHOWN = 6
