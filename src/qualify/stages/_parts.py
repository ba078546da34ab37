"""The parts a chart is written with: `State`, `History`, `Transition`.

What belongs here: each part checked by itself. What does not: whether the parts fit together, which
only the whole chart can tell (`_tree`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any, TypeAlias

import attrs

from qualify import _checks
from qualify._maps import Map, Value
from qualify.errors import DefinitionError, InvalidType, InvalidValue
from qualify.truth import Truth

MAX_DEPTH = 24  # states inside states: what repr, hash, pickle and a host's own stack bear easily
STARTED, RESTARTED, MERGED = "started", "restarted", "merged"
RESERVED = frozenset((STARTED, RESTARTED, MERGED))  # events that a journey writes about itself
Names: TypeAlias = "str | Iterable[str]"

_PATTERN = re.compile(r"[\w:.\-]+")


def label(value: object, where: str) -> str:
    """Give a name that diagrams and SCXML can carry: letters, digits and `_ - . :`."""
    name = _checks.name(value, where)
    if not _PATTERN.fullmatch(name):
        raise InvalidValue(
            "a name in a chart is made of letters, digits and _ - . :",
            found=_checks.show(name),
            where=where,
        )
    return name


def _place(kind: str, name: object) -> str:
    """Give where an error about a part happened, before its name is known to be one."""
    return f"{kind}({name[:40]!r})" if isinstance(name, str) else f"{kind}.name"


def labels(value: object, where: str) -> tuple[str, ...]:
    """Give one name or several as a tuple without repetition."""
    if isinstance(value, str):
        return (label(value, where),)
    if not isinstance(value, Iterable):
        raise InvalidType("one name or several are needed", found=_checks.kind_of(value), where=where)
    given = tuple(label(part, f"{where}[{i}]") for i, part in enumerate(value))
    for i, part in enumerate(given):
        if part in given[:i]:
            raise InvalidValue("a name is given once", found=_checks.show(part), where=f"{where}[{i}]")
    return given


def several(values: object, what: str, where: str) -> tuple[Any, ...]:
    """Give values as a tuple; one by itself is an error that shows how several are written."""
    if not isinstance(values, Iterable):
        allowed = f"write {where.rpartition('.')[2]}=[...], also for one alone"
        raise InvalidType(
            f"several of {what} are needed", found=_checks.kind_of(values), allowed=allowed, where=where
        )
    return tuple(values)


@attrs.frozen(init=False)
class History(Value):
    """A place in a state that remembers: entering it enters what was active there when the state was left.

    A shallow history remembers the children of its state, a `deep` one everything inside. Before the
    state was ever left it enters `default`, and without one what the state begins with. It stands among
    the children of a state.

    >>> History("where_she_was", deep=True)
    History(name='where_she_was', deep=True, default=())
    """

    name: str
    deep: bool = False
    default: tuple[str, ...] = ()

    def __init__(self, name: str, *, deep: bool = False, default: Names = ()) -> None:
        where = _place("History", name)
        self.__attrs_init__(
            name=label(name, where),
            deep=_checks.boolean(deep, f"{where}.deep"),
            default=labels(default, f"{where}.default"),
        )


@attrs.frozen(init=False, repr=False)
class State(Value):
    """A state: atomic without children, compound with them, parallel if all children are active at once.

    A compound state begins in `initial` (one name, or several in different regions inside it), else in
    its first child. Nesting goes at most 24 deep.

    >>> State("work", State("new"), State("done"))
    State('work', State('new'), State('done'))
    """

    name: str
    states: tuple[State | History, ...] = ()
    parallel: bool = False
    initial: tuple[str, ...] = ()
    _depth: int = attrs.field(init=False, eq=False, repr=False)

    def __init__(
        self, name: str, *states: State | History, parallel: bool = False, initial: Names = ()
    ) -> None:
        where = _place("State", name)
        name = label(name, where)
        children = regions(states, where, parallel=parallel, atomic=True)
        start = labels(initial, f"{where}.initial")
        if start and (parallel or not children):
            raise DefinitionError("only a compound state has an initial one", found=str(start), where=where)
        self.__attrs_init__(name=name, states=children, parallel=parallel, initial=start)
        depth = 1 + max((child._depth for child in children if isinstance(child, State)), default=0)
        if depth > MAX_DEPTH:
            raise DefinitionError(
                f"states are nested at most {MAX_DEPTH} deep", found=" > ".join(_deepest(self)), where=where
            )
        object.__setattr__(self, "_depth", depth)

    def __repr__(self) -> str:
        parts = [repr(self.name), *map(repr, self.states)]
        if self.parallel:
            parts.append("parallel=True")
        if self.initial:
            parts.append(f"initial={self.initial!r}")
        return f"State({', '.join(parts)})"


def regions(
    value: object, where: str, *, parallel: bool, atomic: bool = False
) -> tuple[State | History, ...]:
    """Give the children of a state or a chart, checked one by one."""
    assert isinstance(value, tuple)  # noqa: S101 - for the type checker: it was a `*states`
    for i, child in enumerate(value):
        if not isinstance(child, (State, History)):
            raise InvalidType(
                "a State or a History is needed", found=_checks.kind_of(child), where=f"{where}.states[{i}]"
            )
    _checks.boolean(parallel, f"{where}.parallel")
    if not any(isinstance(child, State) for child in value) and (value or parallel or not atomic):
        kind = "a parallel state" if parallel else "a state with children"
        raise DefinitionError(f"{kind} has at least one state inside", where=where)
    return value


def _deepest(state: State) -> list[str]:
    """Give the names on the longest way down of a state that is nested too deep, shortened in the middle."""
    way: list[str] = []
    while True:
        way.append(state.name)
        inner = [child for child in state.states if isinstance(child, State)]
        if not inner:
            break
        state = max(inner, key=lambda child: child._depth)
    return [*way[:4], "…", *way[-3:]]


@attrs.frozen(init=False, repr=False)
class Transition(Value):
    """What may follow what: from `source`, told `on` an event or `after` a time, to `to`.

    - `source`: one state or several, any of which will do; `on`: one event or several, matched whole.
    - `to`: one state or several in different regions. Without it the event is taken, and nothing is left
      or entered.
    - `when`: the questions whose answers it needs, each with the truth or the truths that will do. An
      answer belongs to an event, so a deadline and an eventless transition have none.
    - `inside`: the states of which at least one must be active.
    - `after`: a deadline, counted from the entry into `source`. With neither `on` nor `after` it is
      eventless: taken as soon as `source` is active.
    - `internal`: targets inside `source` are entered without leaving `source` itself.

    >>> print(Transition("waiting", on="close", to="solved", when={"customer_agrees": Truth.YES}))
    waiting -> solved on close when customer_agrees is YES
    """

    source: tuple[str, ...]
    on: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    when: Map[tuple[Truth, ...]] = attrs.field(default=Map())
    inside: tuple[str, ...] = ()
    after: timedelta | None = None
    internal: bool = False

    def __init__(
        self,
        source: Names,
        *,
        on: Names = (),
        to: Names = (),
        when: Mapping[str, Truth | Iterable[Truth]] | None = None,
        inside: Names = (),
        after: timedelta | None = None,
        internal: bool = False,
    ) -> None:
        sources = labels(source, "Transition.source")
        if not sources:
            raise DefinitionError("a transition begins in a state", where="Transition.source")
        where = f"Transition({', '.join(sources)[:60]!r})"
        events = labels(on, f"{where}.on")
        for event in events:
            if event in RESERVED:
                raise DefinitionError(
                    f"the events {', '.join(sorted(RESERVED))} belong to the journey itself",
                    found=_checks.show(event),
                    where=f"{where}.on",
                )
        asked = _when(when or {}, f"{where}.when")
        deadline = None if after is None else _checks.duration(after, f"{where}.after")
        if events and deadline is not None:
            raise DefinitionError("a transition has `on` or `after`, not both", where=where)
        if asked and not events:
            raise DefinitionError(
                "an answer belongs to an event, so `when` needs `on`", found=", ".join(asked), where=where
            )
        self.__attrs_init__(
            source=sources,
            on=events,
            to=labels(to, f"{where}.to"),
            when=asked,
            inside=labels(inside, f"{where}.inside"),
            after=deadline,
            internal=_checks.boolean(internal, f"{where}.internal"),
        )

    def __str__(self) -> str:
        words = [f"{' | '.join(self.source)} -> {' & '.join(self.to) or 'stays'}"]
        if self.on:
            words.append(f"on {' | '.join(self.on)}")
        if self.after is not None:
            words.append(waits(self.after))
        if self.when:
            words.append("when " + " and ".join(f"{q} is {truths(t)}" for q, t in self.when.items()))
        if self.inside:
            words.append(f"inside {' | '.join(self.inside)}")
        if self.internal:
            words.append("internally")
        return " ".join(words)

    def __repr__(self) -> str:
        return f"<Transition {self}>"


def truths(needed: Collection[Truth]) -> str:
    """Give the truths that will do as words."""
    return " or ".join(truth.name for truth in _ORDER if truth in needed)


def waits(after: timedelta | None) -> str:
    """Give a deadline as people write it: `after 3 days`, `after 1 h 30 min`, `after 0.5 s`, or `at once`."""
    if after is None:
        return "at once"
    minutes, seconds = divmod(after.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    words = ["after", *([count(after.days, "day")] if after.days else [])]
    words += [f"{number} {unit}" for number, unit in ((hours, "h"), (minutes, "min")) if number]
    if seconds or after.microseconds:
        words.append(f"{seconds}.{after.microseconds:06d}".rstrip("0").rstrip(".") + " s")
    return " ".join(words)


def count(number: int, word: str) -> str:
    """Give a number with its noun, in the singular for one."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


_ORDER = (Truth.YES, Truth.UNKNOWN, Truth.NO)


def _when(value: object, where: str) -> Map[tuple[Truth, ...]]:
    if not isinstance(value, Mapping):
        raise InvalidType("a mapping from questions to truths", found=_checks.kind_of(value), where=where)
    asked: dict[str, tuple[Truth, ...]] = {}
    for question, needed in value.items():
        place = f"{where}[{_checks.show(question)}]"
        given = (needed,) if isinstance(needed, Truth) else needed
        if isinstance(given, (str, bool)) or not isinstance(given, Iterable):
            raise InvalidType(
                "a Truth or several are needed",
                found=_checks.kind_of(needed),
                allowed="wrap a bool with Truth.of(...)",
                where=place,
            )
        some = set()
        for truth in given:
            if not isinstance(truth, Truth):
                raise InvalidType("a Truth is needed", found=_checks.kind_of(truth), where=place)
            some.add(truth)
        if not some:
            raise DefinitionError("at least one truth will do", where=place)
        asked[label(question, place)] = tuple(truth for truth in _ORDER if truth in some)
    return Map(asked)
