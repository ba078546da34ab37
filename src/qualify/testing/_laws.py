"""Algebraic laws as values: what holds for truths, criteria, counts and journeys, also a host's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import attrs

from qualify import _canonical, wire
from qualify._maps import Value
from qualify.criteria import all_of, any_of
from qualify.errors import ContractError
from qualify.stages import Journey
from qualify.truth import Truth


@attrs.frozen
class Law(Value):
    """A law: its `name`, what it `says`, of which classes its arguments are, and whether it `holds` for some.

    Call it with values: it raises `ContractError` where it does not hold.

    >>> law = LAWS[0]
    >>> law.name, law.of
    ('double negation', ('Truth',))
    >>> law(Truth.UNKNOWN)
    """

    name: str
    says: str
    of: tuple[str, ...]
    holds: Callable[..., bool]

    def __call__(self, *values: Any) -> None:
        if not self.holds(*values):
            shown = ", ".join(repr(value)[:80] for value in values)
            raise ContractError(self.says, found=shown, where=self.name)


def _refines(a: Truth, b: Truth, c: Truth) -> bool:
    """Tell whether making an unknown known leaves a decided and and a decided or as they were."""
    if a is not Truth.UNKNOWN:
        return True
    kept_and = (a & b) is Truth.UNKNOWN or (c & b) is (a & b)
    return kept_and and ((a | b) is Truth.UNKNOWN or (c | b) is (a | b))


def _same_truth(first: Any, second: Any, facts: Any) -> bool:
    return first.truth(facts) is second.truth(facts)


LAWS: Final[tuple[Law, ...]] = (
    Law("double negation", "~~a is a", ("Truth",), lambda a: ~~a is a),
    Law("order of and", "a & b is b & a", ("Truth", "Truth"), lambda a, b: a & b is b & a),
    Law("order of or", "a | b is b | a", ("Truth", "Truth"), lambda a, b: a | b is b | a),
    Law("De Morgan", "~(a & b) is ~a | ~b", ("Truth", "Truth"), lambda a, b: ~(a & b) is ~a | ~b),
    Law("brackets", "(a & b) & c is a & (b & c)", ("Truth",) * 3, lambda a, b, c: (a & b) & c is a & (b & c)),
    Law("refinement", "learning what was unknown never changes a decided answer", ("Truth",) * 3, _refines),
    Law(
        "order of parts",
        "parts in another order have the same truth",
        ("Criterion", "Criterion", "Facts"),
        lambda a, b, facts: (
            _same_truth(all_of(a, b), all_of(b, a), facts) and _same_truth(any_of(a, b), any_of(b, a), facts)
        ),
    ),
    Law(
        "De Morgan of criteria",
        "~(a & b) has the truth of ~a | ~b",
        ("Criterion", "Criterion", "Facts"),
        lambda a, b, facts: _same_truth(~all_of(a, b), any_of(~a, ~b), facts),
    ),
    Law(
        "truth and verdict",
        "the cheap truth is the verdict's",
        ("Criterion", "Facts"),
        lambda a, facts: a.truth(facts) is a.judge(facts).truth,
    ),
    Law(
        "replay",
        "a replay of the stored events is the journey",
        ("Journey",),
        lambda journey: Journey.replay(journey.chart, journey.subject, journey.events) == journey,
    ),
    Law(
        "prefixes",
        "each version is the replay of the events up to it",
        ("Journey",),
        lambda journey: all(
            Journey.replay(journey.chart, journey.subject, journey.events[:v]).position
            == journey.upto(v).position
            for v in range(1, journey.version + 1)
        ),
    ),
    Law(
        "resuming",
        "replaying a part and adding the rest is replaying the whole",
        ("Journey",),
        lambda journey: (
            Journey.replay(journey.chart, journey.subject, journey.events[:1]).add(*journey.events[1:])
            == journey
        ),
    ),
    Law("pooling", "counts add in any order", ("Counts", "Counts"), lambda a, b: a + b == b + a),
    Law(
        "fingerprints",
        "a value that was stored and read again has the same fingerprint",
        ("Value",),
        lambda value: (
            _canonical.fingerprint(value)
            == _canonical.fingerprint(wire.loads(wire.dumps(value), object, using=_bound(value)))
        ),
    ),
)


def _bound(value: Any) -> tuple[object, ...]:
    return tuple(value.charts) if isinstance(value, Journey) else ()
