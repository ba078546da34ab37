"""The leaves that are data: `Atom` reads one topic, `Heard` listens for signals.

What belongs here: the two leaves and the kinds of constants they compare with. What does not: the words
that build them (`_terms`), and anything made of several criteria.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import attrs

from qualify import _canonical, _checks
from qualify._maps import Plain, identity, plain
from qualify.criteria._criterion import PARENTHESES, Criterion, Items
from qualify.errors import CriterionError
from qualify.models import Facts, Signal
from qualify.truth import Truth

if TYPE_CHECKING:
    from qualify.models import Vocabulary

Operator: TypeAlias = Literal[
    "==", "!=", "<", "<=", ">", ">=", "between", "one_of", "is_true", "exists", "known", "within", "due"
]
Kind: TypeAlias = Literal["truth", "number", "text", "date", "instant", "duration"]

OPERATORS: tuple[Operator, ...] = get_args(Operator)
KINDS: dict[Kind, frozenset[type]] = {
    "truth": frozenset((bool, Truth)),
    "number": frozenset((int, float, Decimal)),
    "text": frozenset((str,)),
    "date": frozenset((date,)),
    "instant": frozenset((datetime,)),
    "duration": frozenset((timedelta,)),
}
_KIND_OF: dict[type, Kind] = {kind: name for name, kinds in KINDS.items() for kind in kinds}
_CALENDAR = KINDS["date"] | KINDS["instant"]
MAX_BITS = 4_096  # of a whole number that is compared: Python refuses to write much larger ones
_SPEAKS_OF_ALL = frozenset(("exists", "known"))
_WITHOUT_VALUE = _SPEAKS_OF_ALL | {"is_true"}


@attrs.frozen(init=False, eq=False, repr=False)
class Atom(Criterion):
    """One question about one topic: `operator` is what is asked of it, `value` what it is compared with.

    Built by `topic(name)`. A fact that is missing, stale, or of another kind than the constant gives
    UNKNOWN; the last is listed as a fault. Text is compared in NFC, numbers by their exact value, and
    `True` is no number. That there is none (`Truth.NO` or False) sorts below every value and equals none.

    >>> Atom("fit", ">=", 3)
    topic('fit') >= 3
    """

    topic: str
    operator: Operator
    value: Plain = attrs.field(default=None, metadata=_canonical.OPEN)

    def __init__(self, topic: str, operator: Operator, value: Plain = None) -> None:
        name = _checks.name(topic, "topic")
        where = f"topic({name!r})"
        if operator not in OPERATORS:
            raise _checks.unknown("operator", str(operator), OPERATORS, where=where)
        self.__attrs_init__(topic=name, operator=operator, value=_constant(operator, value, where))

    @property
    def kind(self) -> Kind | None:
        """The kind of value that is compared here, None where any can be (`exists`, `known`).

        >>> Atom("fit", ">=", 3).kind
        'number'
        """
        if self.operator in _SPEAKS_OF_ALL:
            return None
        if self.operator == "is_true":
            return "truth"
        if self.operator in {"within", "due"}:
            return "instant"
        return kind_of(self.values[0])

    @property
    def readable(self) -> frozenset[type] | None:
        """The types of values that can be compared here, None where any can be."""
        if self.operator in {"within", "due"}:
            return _CALENDAR
        kind = self.kind
        return None if kind is None else KINDS[kind]

    @property
    def values(self) -> tuple[Any, ...]:
        """The constants that are compared, one or several.

        >>> Atom("team_size", "between", (10, 50)).values
        (10, 50)
        """
        return self.value if isinstance(self.value, tuple) else (self.value,)

    def _key(self) -> tuple[object, ...]:
        return self.topic, self.operator, identity(self.value)

    def _until(self, items: Items, facts: Facts) -> datetime | None:
        entry = items.get(self.topic)
        if entry is None or entry.value is None or entry.value is Truth.UNKNOWN:
            return None
        until = facts.good_until(self.topic)
        if self.operator in {"within", "due"} and type(entry.value) in _CALENDAR:
            assert isinstance(self.value, timedelta)  # noqa: S101 - for the type checker
            for edge in window(self.operator, as_instant(entry.value), self.value):
                until = sooner(until, edge) if edge is not None and facts.at < edge else until
        return until

    def _reads(self) -> tuple[str, ...]:
        return (self.topic,)

    def _check(self, vocabulary: Vocabulary, path: str) -> None:
        known = vocabulary.get(self.topic)
        if known is None:
            raise _checks.unknown("topic", self.topic, (t.name for t in vocabulary), where=path)
        readable = self.readable
        if readable is None or known.type == "any":
            return
        held = "truth" if known.type == "boolean" else known.type
        if not KINDS[held] & readable:
            raise CriterionError(
                f"topic {self.topic!r} holds {known.type}, which is never compared with {self.kind}",
                found=str(self),
                where=path,
            )
        if known.values and self.operator in {"==", "!=", "one_of"}:
            for value in self.values:
                if value not in known.values:
                    raise CriterionError(
                        f"topic {self.topic!r} never holds this value",
                        found=_checks.show(value),
                        allowed=f"allowed are {', '.join(map(repr, known.values[:12]))}",
                        where=path,
                    )


@attrs.frozen(init=False, eq=False, repr=False)
class Heard(Criterion):
    """Whether signals of these `kinds` were heard at least `times` times, within `last` or ever.

    Never UNKNOWN: none heard is NO. A signal counts from its instant until, half-open, `last` later, so
    the instant of the next change is known exactly.

    >>> Heard("demo_request", timedelta(days=30))
    heard('demo_request').within(timedelta(days=30))
    """

    kinds: tuple[str, ...]
    last: timedelta | None = None
    times: int = 1

    def __init__(self, kinds: str | Iterable[str], last: timedelta | None = None, times: int = 1) -> None:
        names = _checks.names(kinds, "heard")
        if not names:
            raise CriterionError("at least one kind of signal is needed", where="heard")
        where = f"heard({', '.join(map(repr, names))})"
        self.__attrs_init__(
            kinds=tuple(dict.fromkeys(names)),
            last=None if last is None else _checks.duration(last, f"{where}.within"),
            times=_checks.whole(times, f"{where}.times", least=1),
        )

    def within(self, last: timedelta, *, times: int | None = None) -> Heard:
        """Give the same question about the time since `last` ago: heard at least `times` times in it.

        >>> Heard(("mail_opened", "page_seen")).within(timedelta(days=7), times=3)
        heard('mail_opened', 'page_seen').within(timedelta(days=7), times=3)
        """
        return Heard(self.kinds, last, self.times if times is None else times)

    def matching(self, facts: Facts) -> list[Signal]:
        """Give the signals that count now, newest first; `facts.signals` hold nothing later than now."""
        since = None if self.last is None else earlier(facts.at, self.last)
        kinds = self.kinds
        heard = [s for s in facts.signals if s.kind in kinds and (since is None or s.at > since)]
        heard.sort(key=lambda signal: signal.at, reverse=True)
        return heard

    def _key(self) -> tuple[object, ...]:
        return self.kinds, self.last, self.times

    def _until(self, items: Items, facts: Facts) -> datetime | None:
        counted = self.matching(facts)
        if self.last is None or len(counted) < self.times:
            return None
        return later(counted[self.times - 1].at, self.last)

    def _hears(self) -> tuple[str, ...]:
        return self.kinds

    def _ids(self, facts: Facts) -> list[str]:
        counted = self.matching(facts)[: self.times]
        return [signal.id for signal in counted if signal.id is not None]


def kind_of(value: object) -> Kind | None:
    """Give the kind of a value, None if nothing compares with it."""
    return _KIND_OF.get(type(value))


def as_instant(value: object) -> datetime:
    """Give the instant of a calendar value: a date begins at midnight UTC."""
    if isinstance(value, datetime):
        return value
    assert isinstance(value, date)  # noqa: S101 - callers have looked at the type
    return datetime.combine(value, time(), tzinfo=_checks.UTC)


def later(value: datetime, span: timedelta) -> datetime | None:
    """Give the instant a span later, None where the calendar ends before."""
    try:
        return value + span
    except OverflowError:
        return None


def earlier(value: datetime, span: timedelta) -> datetime | None:
    """Give the instant a span earlier, None where the calendar begins after."""
    try:
        return value - span
    except OverflowError:
        return None


def sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    """Give the earlier of two instants, where None is never."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def window(operator: Operator, value: datetime, span: timedelta) -> tuple[datetime | None, datetime | None]:
    """Give when a calendar value begins and ceases to be `within` or `due`, half-open.

    The beginning is None where it lies before all time, the end where it lies after it.
    """
    return (value, later(value, span)) if operator == "within" else (earlier(value, span), value)


def _constant(operator: Operator, value: object, where: str) -> Plain:
    """Give the constant of an atom in the form that is compared, or say what may stand there."""
    if operator in _WITHOUT_VALUE:
        if value is not None:
            raise CriterionError(f"{operator} takes no value", found=_checks.show(value), where=where)
        return None
    if operator in {"within", "due"}:
        return _checks.duration(value, f"{where}.{operator}")
    if operator in {"one_of", "between"}:
        if not isinstance(value, (tuple, list)) or not value:
            raise CriterionError(f"{operator} needs values", found=_checks.show(value), where=where)
        return _several(operator, tuple(value), f"{where}.{operator}")
    return _single(value, where, operator)


def _single(value: object, where: str, operator: str) -> Plain:
    if value is None:
        raise CriterionError(
            "nothing equals None, which is no answer",
            found=f"{operator} None",
            allowed=f"write ~{where}.exists() for 'we learned that there is none', or ~{where}.known()",
            where=where,
        )
    if isinstance(value, Criterion):
        raise CriterionError(
            "a topic is compared with a constant", found=str(value), allowed=PARENTHESES, where=where
        )
    constant = plain(value, where)
    if kind_of(constant) in {None, "truth"}:
        raise CriterionError(
            "a topic is compared with a number, text, a date, an instant or a duration",
            found=_checks.show(value),
            allowed=f"write {where}.is_true() for a truth, {where}.one_of(...) for several values",
            where=where,
        )
    if isinstance(constant, int) and constant.bit_length() > MAX_BITS:
        raise CriterionError(
            f"a whole number has at most {MAX_BITS:,} bits", found=f"{constant.bit_length():,}", where=where
        )
    return constant


def _several(operator: Operator, values: tuple[object, ...], where: str) -> Plain:
    constants = tuple(_single(value, f"{where}[{i}]", operator) for i, value in enumerate(values))
    kinds = list(dict.fromkeys(str(kind_of(constant)) for constant in constants))
    if len(kinds) > 1:
        raise CriterionError("the values are of one kind", found=" and ".join(kinds), where=where)
    if operator == "one_of":
        return tuple({identity(c): c for c in constants}.values())
    if len(constants) != 2 or not constants[0] <= constants[1]:  # type: ignore[operator]  # noqa: PLR2004
        raise CriterionError(
            "between needs low <= high, both included", found=_checks.show(values), where=where
        )
    return constants
