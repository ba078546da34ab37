"""Criteria made of criteria: `AtLeast` (of which all-of and any-of are two), `Weighted`, `Not`, `Named`.

What belongs here: the nodes with parts and the functions that build them. What does not: a leaf.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any

import attrs

from qualify import _checks
from qualify._maps import identity
from qualify.criteria._criterion import Criterion, require_criterion
from qualify.errors import CriterionError
from qualify.models import Facts

MAX_UNITS = 2**53  # the sum of exact weights, so that columns add them without rounding


@attrs.frozen(init=False, eq=False, repr=False)
class AtLeast(Criterion):
    """YES if at least `need` parts are YES, NO if they no longer can be, else UNKNOWN.

    `all_of` needs every part (Kleene's and), `any_of` needs one (Kleene's or).

    >>> from qualify.criteria import topic
    >>> AtLeast(2, [topic(name).exists() for name in ("budget", "authority", "need")])
    at_least(2, topic('budget').exists(), topic('authority').exists(), topic('need').exists())
    """

    need: int
    parts: tuple[Criterion, ...]  # pyright: ignore[reportIncompatibleMethodOverride] - a field in its place

    def __init__(self, need: int, parts: Iterable[Criterion]) -> None:
        members = _members(parts, "at_least")
        where = f"at_least({_checks.show(need)}, ...)"
        self.__attrs_init__(
            need=_checks.whole(need, f"{where}.need", least=1, most=len(members)), parts=members
        )
        self._bound(where)

    def _key(self) -> tuple[object, ...]:
        return self.need, self.parts


@attrs.frozen(init=False, eq=False, repr=False)
class Weighted(Criterion):
    """YES if the weights of the parts that are YES reach `bar` whatever the UNKNOWN ones are.

    The score is an interval [low, high]: low if every UNKNOWN part turns out against the lead, high if
    for her. YES if low >= bar, NO if high < bar. Weights are added exactly, as the decimals that they
    are written as (to 15 digits), so their order never counts; a negative weight takes away.

    >>> from qualify.criteria import topic
    >>> Weighted([topic("budget").exists(), topic("need").exists()], [1, 2], bar=2)
    weighted({topic('budget').exists(): 1, topic('need').exists(): 2}, bar=2)
    """

    parts: tuple[Criterion, ...]  # pyright: ignore[reportIncompatibleMethodOverride] - as above
    weights: tuple[int | float | Decimal, ...] = attrs.field()
    bar: int | float | Decimal = attrs.field()
    units: tuple[int, ...] = attrs.field(init=False, default=())
    bar_units: int = attrs.field(init=False, default=0)
    scale: Fraction = attrs.field(init=False, default=Fraction(1))

    def __init__(
        self,
        parts: Iterable[Criterion],
        weights: Iterable[float | Decimal],
        bar: float | Decimal,
    ) -> None:
        members = _members(parts, "weighted")
        given = tuple(weights)
        if len(given) != len(members):
            raise CriterionError(
                "each part has one weight", found=f"{len(members)} and {len(given)}", where="weighted"
            )
        cleaned = tuple(_number(w, f"weighted[{i}].weight") for i, w in enumerate(given))
        for i, weight in enumerate(cleaned):
            if not weight:
                raise CriterionError(
                    "a weight of zero says nothing",
                    allowed="leave the part out",
                    where=f"weighted[{i}].weight",
                )
        threshold = _number(bar, "weighted.bar")
        self.__attrs_init__(parts=members, weights=cleaned, bar=threshold)
        units, scale = _in_units([_exact(number) for number in (*cleaned, threshold)])
        object.__setattr__(self, "units", tuple(units[:-1]))
        object.__setattr__(self, "bar_units", units[-1])
        object.__setattr__(self, "scale", scale)
        self._bound("weighted")

    def _key(self) -> tuple[object, ...]:
        return self.parts, tuple(map(identity, self.weights)), identity(self.bar)

    def _score(self, facts: Facts, answers: tuple[Any, ...]) -> tuple[float, float] | None:
        items = facts.current._items
        low, high = self._units_of([(p._rule or p._compiled_rule())(items, facts) for p in self.parts])
        return float(low / self.scale), float(high / self.scale)

    def _units_of(self, codes: list[int]) -> tuple[int, int]:
        """Give the score [low, high] in whole units, from the parts' codes."""
        low = sum(w for w, c in zip(self.units, codes, strict=True) if c > 0 or (c == 0 and w < 0))
        high = sum(w for w, c in zip(self.units, codes, strict=True) if c > 0 or (c == 0 and w > 0))
        return low, high


@attrs.frozen(init=False, eq=False, repr=False)
class Not(Criterion):
    """YES where the part is NO, NO where it is YES, UNKNOWN where it is UNKNOWN.

    >>> from qualify.criteria import topic
    >>> ~topic("competitor").exists()
    ~topic('competitor').exists()
    """

    part: Criterion

    def __init__(self, part: Criterion) -> None:
        self.__attrs_init__(part=require_criterion(part, "~"))
        self._bound("~")

    @property
    def parts(self) -> tuple[Criterion, ...]:
        """The one criterion that is negated."""
        return (self.part,)

    def __invert__(self) -> Criterion:
        return self.part

    def _key(self) -> tuple[object, ...]:
        return (self.part,)

    def _steps(self) -> tuple[tuple[str, Criterion], ...]:
        return ((".not", self.part),)


@attrs.frozen(init=False, eq=False, repr=False)
class Named(Criterion):
    """The same criterion under a name, by which reasons and explanations call it.

    >>> from qualify.criteria import topic
    >>> (topic("fit") >= 3).named("good fit")
    (topic('fit') >= 3).named('good fit')
    """

    name: str
    part: Criterion

    def __init__(self, name: str, part: Criterion) -> None:
        checked = require_criterion(part, "named")
        self.__attrs_init__(name=_checks.name(name, "named"), part=checked)
        self._bound("named")

    @property
    def parts(self) -> tuple[Criterion, ...]:
        """The one criterion that bears the name."""
        return (self.part,)

    def _key(self) -> tuple[object, ...]:
        return self.name, self.part

    def _score(self, facts: Facts, answers: tuple[Any, ...]) -> tuple[float, float] | None:
        return self.part._score(facts, answers)

    def _steps(self) -> tuple[tuple[str, Criterion], ...]:
        return ((f"<{self.name}>", self.part),)


def all_of(*parts: Criterion | Iterable[Criterion]) -> Criterion:
    """Give the criterion that every part is YES: NO as soon as one is NO. A single part stays itself.

    >>> from qualify.criteria import topic
    >>> all_of(topic("need").exists(), topic("fit") >= 3)
    topic('need').exists() & (topic('fit') >= 3)
    """
    members = _members(parts, "all_of")
    return members[0] if len(members) == 1 else AtLeast(len(members), members)


def any_of(*parts: Criterion | Iterable[Criterion]) -> Criterion:
    """Give the criterion that some part is YES: NO only if all are NO. A single part stays itself.

    >>> from qualify.criteria import topic
    >>> any_of(topic("budget").exists(), topic("sponsor").exists())
    topic('budget').exists() | topic('sponsor').exists()
    """
    members = _members(parts, "any_of")
    return members[0] if len(members) == 1 else AtLeast(1, members)


def at_least(need: int, *parts: Criterion | Iterable[Criterion]) -> Criterion:
    """Give the criterion that at least `need` of the parts are YES: BANT in IBM's reading is 3 of 4.

    >>> from qualify.criteria import topic
    >>> at_least(1, topic("need").exists(), topic("budget").exists())
    topic('need').exists() | topic('budget').exists()
    """
    return AtLeast(need, _members(parts, f"at_least({_checks.show(need)}, ...)"))


def weighted(
    parts: Mapping[Criterion, float | Decimal] | Iterable[tuple[Criterion, float | Decimal]],
    *,
    bar: float | Decimal,
) -> Weighted:
    """Give the criterion that a weighted sum reaches `bar`; the verdict's `score` is [low, high].

    What is UNKNOWN widens the interval and counts for nothing. The linter recognises a blind score: one
    that passes although every need is NO or UNKNOWN.

    >>> from qualify.criteria import topic
    >>> weighted({topic("need").exists(): 3, topic("budget").exists(): 1}, bar=3)
    weighted({topic('need').exists(): 3, topic('budget').exists(): 1}, bar=3)
    """
    pairs: list[Any] = list(parts.items() if isinstance(parts, Mapping) else parts)
    return Weighted([part for part, _ in pairs], [weight for _, weight in pairs], bar)


def joined(left: Criterion, right: Criterion, *, every: bool) -> Criterion:
    """Join two criteria by & or |, where groups of the same kind grow instead of nesting."""
    members = (*_flat(left, every=every), *_flat(right, every=every))
    return AtLeast(len(members) if every else 1, members)


def _flat(node: Criterion, *, every: bool) -> tuple[Criterion, ...]:
    if isinstance(node, AtLeast) and node.need == (len(node.parts) if every else 1):
        return node.parts
    return (node,)


def _members(parts: object, where: str) -> tuple[Criterion, ...]:
    """Give the parts as a tuple of criteria; one iterable of them may stand in their place."""
    given = tuple(parts) if isinstance(parts, Iterable) else (parts,)
    if len(given) == 1 and not isinstance(given[0], Criterion) and isinstance(given[0], Iterable):
        given = tuple(given[0])
    if not given:
        raise CriterionError("a group has at least one part", found="none", where=where)
    return tuple(require_criterion(part, f"{where}[{i}]") for i, part in enumerate(given))


def _number(value: object, where: str) -> int | float | Decimal:
    if isinstance(value, Decimal) and value.is_finite():
        return value
    number = value if isinstance(value, int) else _checks.unboxed(value)
    if isinstance(number, int) and not isinstance(number, bool):
        return number
    return _checks.real(number, where)


def _in_units(exact: list[Fraction]) -> tuple[list[int], Fraction]:
    """Give numbers as whole multiples of one unit, and how many units are one.

    The unit is the finest that all of them need; where their digits do not fit into 53 bits (learned
    weights), it is the finest that fits, and they are rounded to it.
    """
    scale = Fraction(lcm(*(number.denominator for number in exact)))
    total = sum(map(abs, exact))
    if total * scale > MAX_UNITS:
        scale = Fraction(MAX_UNITS, 2) / total
    return [round(number * scale) for number in exact], scale


def _exact(number: float | Decimal) -> Fraction:
    """Give a number as the decimal that it is written as: 0.1 is one tenth."""
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)
