"""How fast the doors are: `python benchmarks/wire/doors.py`.

- `loads` of 1,000 leads with evidence beside cattrs' default structuring of the same documents into plain
  twins of the classes (no checks, no limits, no errors with places): at most 3x.
- `dumps` beside cattrs' own: at most 2x.
- the fingerprint of a criterion of 1,000 nodes beside its `json.dumps`: at most 20x.

Rounds are interleaved in one process, and the best of each is taken; read the ratios.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from importlib.metadata import version
from time import perf_counter
from typing import Any

import attrs
from cattrs.preconf.json import make_converter
from cattrs.strategies import configure_tagged_union

from qualify import _canonical, wire
from qualify.criteria import all_of, topic
from qualify.models import Account, Asked, Evidence, Lead, Person, Signal

NOON = datetime(2026, 5, 3, 12, tzinfo=timezone.utc)  # noqa: UP017 - the same object under every supported Python
LEADS = 1_000
ROUNDS = 9


@attrs.frozen
class PlainPerson:
    """A person without a check."""

    id: str
    name: str | None = None
    email: str | None = None
    role: str | None = None


@attrs.frozen
class PlainAccount:
    """An account without a check."""

    id: str
    name: str | None = None


@attrs.frozen
class PlainEvidence:
    """Evidence without a check."""

    topic: str
    value: int | str
    at: datetime
    known_at: datetime
    source: str | None = None
    by: str | None = None
    about: str | None = None
    good_for: str | None = None
    id: str | None = None
    erased: bool = False


@attrs.frozen
class PlainSignal:
    """A signal without a check."""

    kind: str
    at: datetime
    known_at: datetime
    source: str | None = None
    details: dict[str, Any] = attrs.Factory(dict)
    by: str | None = None
    about: str | None = None
    id: str | None = None


@attrs.frozen
class PlainAsked:
    """A question without a check."""

    topic: str
    at: datetime
    known_at: datetime
    by: str | None = None


@attrs.frozen
class PlainLead:
    """A lead without a check."""

    id: str
    people: tuple[PlainPerson, ...] = ()
    account: PlainAccount | None = None
    offer: str | None = None
    owner: str | None = None
    log: tuple[PlainEvidence | PlainSignal | PlainAsked, ...] = ()


def leads() -> list[Lead]:
    """Give leads with a person, an account, four answers, a signal and a question."""
    answers = [("team_size", 40), ("need", "a desk"), ("timing", "this month"), ("fit", 4)]
    return [
        Lead(
            f"lead-{i}",
            people=[Person(f"p{i}", name="Ana", role="head of support")],
            account=Account(f"a{i}", name="Acme Ltd"),
            evidence=[Evidence(k, v, at=NOON + timedelta(hours=i), source="call") for k, v in answers],
            signals=[Signal("demo_request", at=NOON, details={"page": "pricing"})],
            asked=[Asked("budget", at=NOON)],
        )
        for i in range(LEADS)
    ]


def plain_converter() -> Any:
    """Give cattrs as it comes, with the union told by the tag."""
    converter = make_converter()
    converter.register_structure_hook_func(lambda kind: kind == int | str, lambda value, _: value)
    names = {PlainEvidence: "Evidence", PlainSignal: "Signal", PlainAsked: "Asked"}
    union = PlainEvidence | PlainSignal | PlainAsked
    configure_tagged_union(union, converter, tag_name="is", tag_generator=names.__getitem__)
    return converter


def measured(acts: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Give the best seconds of each act, rounds interleaved."""
    best = dict.fromkeys(acts, float("inf"))
    for _ in range(ROUNDS):
        for name, act in acts.items():
            begin = perf_counter()
            act()
            best[name] = min(best[name], perf_counter() - begin)
    return best


def main() -> None:
    """Print the ratios."""
    values = leads()
    texts = [wire.dumps(lead) for lead in values]
    converter = plain_converter()
    twins = [converter.loads(text, PlainLead) for text in texts]
    rule = all_of([(topic(f"t{i}") >= i).named(f"n{i}") for i in range(499)])
    form = _canonical.form(rule)
    spent = measured(
        {
            "cattrs loads": lambda: [converter.loads(text, PlainLead) for text in texts],
            "loads": lambda: [wire.loads(text, Lead) for text in texts],
            "cattrs dumps": lambda: [converter.dumps(twin) for twin in twins],
            "dumps": lambda: [wire.dumps(lead) for lead in values],
            "json.dumps": lambda: json.dumps(form),
            "fingerprint": lambda: _canonical.fingerprint(rule),
        }
    )
    print(f"Python {platform.python_version()}, cattrs {version('cattrs')}, attrs {version('attrs')}")
    print(f"{LEADS:,} leads, {sum(map(len, texts)) / 1e6:.2f} MB; a criterion of {rule.size:,} nodes")
    print("| what | ms | beside | ms | ratio | limit |")
    print("|---|--|---|--|--|--|")
    for ours, theirs, limit in (
        ("loads", "cattrs loads", 3),
        ("dumps", "cattrs dumps", 2),
        ("fingerprint", "json.dumps", 20),
    ):
        a, b = spent[ours] * 1e3, spent[theirs] * 1e3
        print(f"| `{ours}` | {a:.2f} | {theirs} | {b:.2f} | {a / b:.2f} | {limit} |")


if __name__ == "__main__":
    main()
