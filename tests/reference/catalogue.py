"""The register of the fault catalogue: which function proves which case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from qualify import wire
from qualify.errors import InputError
from qualify.models import Lead

UTC = timezone.utc  # noqa: UP017 - the same object under every supported Python
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PROOFS: dict[str, Callable[[], None]] = {}


def proves(*ids: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function as the proof of these cases; a case has one."""

    def register(proof: Callable[[], None]) -> Callable[[], None]:
        for name in ids:
            assert name not in PROOFS, f"{name} is proved twice"
            PROOFS[name] = proof
        return proof

    return register


def refused(text: str | bytes, kind: object = Lead, **options: object) -> InputError:
    """Give the error with which a document is refused."""
    with pytest.raises(InputError) as caught:
        wire.loads(text, kind, **options)
    return caught.value


def person(**fields: str) -> str:
    """Give a document of a person, each field in raw JSON."""
    inner = "".join(f',"{name}":{raw}' for name, raw in fields.items())
    return f'{{"schema":1,"is":"Person"{inner}}}'


def lead(**fields: str) -> str:
    """Give a document of a lead, each field in raw JSON."""
    inner = "".join(f',"{name}":{raw}' for name, raw in fields.items())
    return f'{{"schema":1,"is":"Lead"{inner}}}'


def evidence(value: str = "1", at: str = '"2026-05-03T12:00:00Z"', **fields: str) -> str:
    """Give a document of evidence, each field in raw JSON."""
    inner = "".join(f',"{name}":{raw}' for name, raw in fields.items())
    return f'{{"schema":1,"is":"Evidence","topic":"a","value":{value},"at":{at}{inner}}}'
