"""Which values of a topic some atoms may tell apart: the constants, and what lies between and around them.

What belongs here: representative values by kind. What does not: what they are used for (`_cells`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from qualify import _checks
from qualify._maps import Plain
from qualify.criteria._atoms import Atom, Kind, earlier, kind_of, later
from qualify.models import Topic
from qualify.truth import Truth

_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)


def candidates(name: str, atoms: Sequence[Atom], at: datetime, known: Topic | None) -> Iterator[Plain]:
    """Give values of a topic, the plainest first, among which every pattern of the atoms occurs.

    `known` is the vocabulary's word on the topic: its type and, if they are few, its values.
    """
    if known is not None and known.values:
        yield from known.values
        yield Truth.NO
        return
    constants: dict[Kind, list[Plain]] = {}
    for atom in atoms:
        for constant in _constants_of(atom, at):
            constants.setdefault(kind_of(constant) or "truth", []).append(constant)
    for kind in _kinds(atoms, constants, known):
        yield from _BY_KIND[kind](name, constants.get(kind, []), constants)
    yield Truth.NO  # we may always learn that there is none


def _constants_of(atom: Atom, at: datetime) -> Iterator[Plain]:
    if atom.operator in {"within", "due"}:
        assert isinstance(atom.value, timedelta)  # noqa: S101 - for the type checker
        edge = (earlier if atom.operator == "within" else later)(at, atom.value)
        yield at
        if edge is not None:
            yield edge
    elif isinstance(atom.value, tuple):
        yield from atom.value
    elif atom.value is not None:
        yield atom.value


def _kinds(atoms: Sequence[Atom], constants: dict[Kind, list[Plain]], known: Topic | None) -> list[Kind]:
    """Give the kinds of values to try: the topic's own, else those that the atoms compare."""
    if known is not None and known.type != "any":
        return ["truth" if known.type == "boolean" else known.type]
    kinds = list(constants)
    if any(atom.operator == "is_true" for atom in atoms) or not kinds:
        kinds.append("truth")
    return kinds


def _numbers(name: str, constants: list[Plain], others: object) -> Iterator[Plain]:
    exact = sorted({Fraction(c) for c in constants if isinstance(c, (int, float, Decimal))})
    yield from constants
    if not exact:
        yield 1
    else:
        yield floor(exact[0]) - 1
        yield ceil(exact[-1]) + 1
        for low, high in pairwise(exact):
            yield from _number_between(low, high)
    yield 0  # says that there is none
    if exact and exact[-1] < 0:
        yield 1


def _number_between(low: Fraction, high: Fraction) -> Iterator[Plain]:
    middle = (low + high) / 2
    for whole in (floor(middle), ceil(middle)):
        if low < whole < high:
            yield whole
            return
    if low < Fraction(float(middle)) < high:
        yield float(middle)


def _texts(name: str, constants: list[Plain], others: object) -> Iterator[Plain]:
    words = sorted(str(c) for c in constants)
    yield from words
    other = f"another {name}"
    while other in words:
        other += " yet"
    yield other
    yield from (f"{word}\x00" for word in words)  # the next text after a constant
    yield ""  # says that there is none


def _truths(name: str, constants: list[Plain], others: object) -> Iterator[Plain]:
    yield True
    yield False


def _dates(name: str, constants: list[Plain], others: dict[Kind, list[Plain]]) -> Iterator[Plain]:
    days = {c for c in constants if isinstance(c, date)}
    for edge in others.get("instant", []):  # of windows, which read dates too
        assert isinstance(edge, datetime)  # noqa: S101 - of that kind
        days.add(edge.date())
    if not days:
        yield date(2026, 1, 1)
    for day in sorted(days):
        yield from _around(day, _DAY)


def _instants(name: str, constants: list[Plain], others: dict[Kind, list[Plain]]) -> Iterator[Plain]:
    moments = sorted({c for c in constants if isinstance(c, datetime)})
    if not moments:
        yield datetime(2026, 1, 1, tzinfo=_checks.UTC)
    for low, high in pairwise(moments):
        yield low + (high - low) / 2
    for moment in moments:
        yield from _around(moment, _TICK)
    if moments:
        yield from _around(moments[0], _DAY)
        yield from _around(moments[-1], _DAY)


def _durations(name: str, constants: list[Plain], others: object) -> Iterator[Plain]:
    spans = sorted({c for c in constants if isinstance(c, timedelta)})
    for span in spans:
        yield from _around(span, _TICK)
    if not spans:
        yield _DAY
    yield timedelta(0)  # says that there is none


def _around(value: Plain, step: timedelta) -> Iterator[Plain]:
    yield value
    for move in (step, -step):
        try:
            yield value + move  # type: ignore[operator]
        except OverflowError:
            continue


_BY_KIND = {
    "number": _numbers,
    "text": _texts,
    "truth": _truths,
    "date": _dates,
    "instant": _instants,
    "duration": _durations,
}
