"""Criteria judged in the slowest and most obvious way, and random ones to judge."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from qualify.criteria import (
    AtLeast,
    Atom,
    Heard,
    Named,
    Not,
    Weighted,
    all_of,
    any_of,
    at_least,
    heard,
    topic,
    weighted,
)
from qualify.models import Evidence, Facts, Signal
from qualify.truth import NO, UNKNOWN, YES, Truth

NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)
KINDS = {bool: "truth", Truth: "truth", int: "number", float: "number", Decimal: "number", str: "text"}
KINDS |= {date: "date", datetime: "instant", timedelta: "duration"}


def truth(criterion, facts):
    """Judge by reading the definitions one by one."""
    if isinstance(criterion, Atom):
        return _atom(criterion, facts)
    if isinstance(criterion, Heard):
        count = 0
        for signal in facts.signals:
            recent = criterion.last is None or facts.at < signal.at + criterion.last
            count += signal.kind in criterion.kinds and recent
        return YES if count >= criterion.times else NO
    if isinstance(criterion, Named):
        return truth(criterion.part, facts)
    if isinstance(criterion, Not):
        return ~truth(criterion.part, facts)
    parts = [truth(part, facts) for part in criterion.parts]
    weights = criterion.weights if isinstance(criterion, Weighted) else [1] * len(parts)
    bar = criterion.bar if isinstance(criterion, Weighted) else criterion.need
    assert isinstance(criterion, (AtLeast, Weighted))
    low = high = Decimal(0)
    for part, weight in zip(parts, weights, strict=True):
        worth = Decimal(str(weight))
        low += worth if part is YES else min(worth, 0) if part is UNKNOWN else 0
        high += worth if part is YES else max(worth, 0) if part is UNKNOWN else 0
    exact = Decimal(str(bar))
    return YES if low >= exact else NO if high < exact else UNKNOWN


def _atom(atom, facts):  # noqa: PLR0911 - one line an operator
    known = atom.topic in facts
    if atom.operator == "known":
        return YES if known else NO
    if not known:
        return UNKNOWN
    value = facts[atom.topic]
    if atom.operator == "exists":
        return value if isinstance(value, Truth) else YES if value else NO
    if atom.operator == "is_true":
        return Truth.of(value) if isinstance(value, (bool, Truth)) else UNKNOWN
    below = atom.operator in {"<", "<=", "!="}
    if value is False or value is Truth.NO:
        return YES if below else NO
    kinds = {"date", "instant"} if atom.operator in {"within", "due"} else {atom.kind}
    if KINDS.get(type(value)) not in kinds:
        return UNKNOWN
    return Truth.of(_holds(atom, value, facts.at))


def _holds(atom, value, at):
    bound = atom.value
    if atom.operator in {"within", "due"}:
        if not isinstance(value, datetime):
            value = datetime.combine(value, time(), tzinfo=UTC)
        if atom.operator == "within":
            return value <= at < value + bound
        return value - bound <= at < value
    if atom.operator == "between":
        return bound[0] <= value <= bound[1]
    if atom.operator == "one_of":
        return any(value == one for one in bound)
    return {
        "==": value == bound,
        "!=": value != bound,
        "<": value < bound if atom.operator == "<" else None,
        "<=": value <= bound if atom.operator == "<=" else None,
        ">": value > bound if atom.operator == ">" else None,
        ">=": value >= bound if atom.operator == ">=" else None,
    }[atom.operator]


# -- what can be said and asked ---------------------------------------------------------------------------

NUMBERS = (-1, 0, 1, 2.5, 3, 4, Decimal("2.5"), 7)
WORDS = ("", "a", "b", "ç", "later")
DAYS = (date(2026, 5, 1), date(2026, 5, 3), date(2026, 5, 20))
INSTANTS = tuple(NOW + timedelta(hours=h) for h in (-80, -24, 0, 1, 30))
SPANS = (timedelta(hours=24), timedelta(days=2), timedelta(days=30))
SIGNALS = ("mail", "demo", "visit")
VALUES = {
    "n": NUMBERS,
    "m": NUMBERS,
    "w": WORDS,
    "v": WORDS,
    "t": (True, False),
    "s": (True, False),
    "d": DAYS,
    "i": INSTANTS,
    "u": SPANS,
}


def atoms(name):
    """Every shape of atom on one topic."""
    subject = topic(name)
    if name in {"t", "s"}:
        return st.sampled_from([subject.is_true(), subject.exists()])
    values = st.sampled_from(VALUES[name])
    shapes = [
        values.map(lambda v: subject == v),
        values.map(lambda v: subject != v),
        st.lists(values, min_size=1, max_size=3).map(lambda vs: subject.one_of(*vs)),
        values.map(lambda v: subject >= v),
        values.map(lambda v: subject < v),
        values.map(lambda v: subject <= v),
        values.map(lambda v: subject > v),
        st.tuples(values, values).map(lambda pair: subject.between(min(pair), max(pair))),
        st.just(subject.exists()),
    ]
    if name in {"d", "i"}:
        spans = st.sampled_from(SPANS)
        shapes += [spans.map(subject.within), spans.map(subject.due)]
    return st.one_of(shapes)


heards = st.builds(
    lambda kinds, times, last: (
        heard(*kinds, times=times) if last is None else heard(*kinds).within(last, times=times)
    ),
    st.lists(st.sampled_from(SIGNALS), min_size=1, max_size=2, unique=True),
    st.integers(1, 2),
    st.none() | st.sampled_from(SPANS),
)
weights = st.sampled_from([1, 2, 3, -1, -2, 0.1, 0.25, 1.5, Decimal("0.3")])
bars = st.sampled_from([-1, 0, 0.1, 0.4, 1, 1.5, 2, 3, Decimal("0.6")])


def leaves(names=tuple(VALUES), *, listen=True):
    """Random leaves on some topics."""
    options = [st.sampled_from(names).flatmap(atoms)]
    return st.one_of([*options, *options, heards] if listen else options)


def criteria(names=tuple(VALUES), *, listen=True, max_leaves=8, leaf=None):
    """Random criteria of every kind of node, on leaves of our own or on those given."""

    def grow(inner):
        groups = st.lists(inner, min_size=1, max_size=4)
        return st.one_of(
            groups.map(all_of),
            groups.map(any_of),
            groups.flatmap(lambda parts: st.integers(1, len(parts)).map(lambda k: at_least(k, parts))),
            st.lists(st.tuples(inner, weights), min_size=1, max_size=3).flatmap(
                lambda pairs: bars.map(lambda bar: weighted(pairs, bar=bar))
            ),
            inner.map(lambda part: ~part),
            inner.map(lambda part: part.named("a name")),
        )

    start = leaves(names, listen=listen) if leaf is None else leaf
    return st.recursive(start, grow, max_leaves=max_leaves)


def values(names=tuple(VALUES)):
    """Random knowledge: some topics known, some not."""
    return st.fixed_dictionaries({}, optional={name: st.sampled_from(VALUES[name]) for name in names})


signals = st.lists(
    st.builds(
        lambda kind, hours: Signal(kind, at=NOW - timedelta(hours=hours)),
        st.sampled_from(SIGNALS),
        st.sampled_from([0, 1, 24, 47, 48, 100, 720, 2_000]),
    ),
    max_size=4,
)


def facts(names=tuple(VALUES)):
    """Random Facts, each with evidence that has an id."""
    return st.builds(_facts, values(names), signals)


def _facts(known, heard_):
    current = [Evidence(name, value, at=NOW, id=f"ana/{name}") for name, value in known.items()]
    return Facts(at=NOW, current=current, signals=heard_)


def completions(criterion, names, known):
    """Every way to complete some knowledge over the values of the strategies."""
    missing = [name for name in names if name not in known]
    for chosen in itertools.product(*(VALUES[name] for name in missing)):
        yield {**known, **dict(zip(missing, chosen, strict=True))}
