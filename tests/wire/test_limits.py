"""`Limits` are what the security model promises, and bound what a host may ask for."""

from __future__ import annotations

import attrs
import pytest

from qualify.errors import InvalidValue
from qualify.wire import Limits

DEFAULTS = {
    "bytes": 1_048_576,
    "depth": 64,
    "values": 100_000,
    "entries": 10_000,
    "events": 100_000,
    "criterion_depth": 24,
    "criterion_nodes": 1_000,
    "states": 1_000,
    "transitions": 10_000,
    "errors": 100,
}
MOST = {
    "bytes": 64 * 1_048_576,
    "depth": 128,
    "values": 10_000_000,
    "entries": 10_000_000,
    "events": 10_000_000,
    "criterion_depth": 24,
    "criterion_nodes": 1_000,
    "states": 1_000,
    "transitions": 10_000,
    "errors": 10_000,
}


def test_what_is_taken_from_strangers_by_default():
    """A mebibyte, 64 levels, 100,000 values; what one criterion, chart, lead or journey may hold."""
    assert DEFAULTS == attrs.asdict(Limits())


@pytest.mark.parametrize("name", MOST)
def test_a_limit_has_a_limit(name):
    """A host may ask for 1, and for so much, and for no more: what a class itself bounds stays bounded."""
    for number in (1, MOST[name]):
        assert number == getattr(Limits(**{name: number}), name)
    for number in (0, MOST[name] + 1):
        with pytest.raises(InvalidValue, match=rf"Limits\.{name}: "):
            Limits(**{name: number})
