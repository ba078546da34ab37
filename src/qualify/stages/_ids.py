"""A persistent map from the ids of events to the events: adding one gives a new map and leaves the old.

What belongs here: the structure alone. It is a hash trie of 32 ways with small dicts at its leaves, so
that adding copies a few dozen slots, whatever the number of ids. Hashes of texts differ from run to
run, and nothing that can be seen depends on them: the map is only ever asked for one id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from qualify.stages._events import Event

    Ids: TypeAlias = "dict[str, Event] | tuple[Ids, ...]"

_BITS = 5
_WAYS = 1 << _BITS
_LEAF = 16  # ids in a leaf before it is split
_DEEPEST = 60  # bits of a hash that are used; below that a leaf only grows
EMPTY: Ids = {}


def find(ids: Ids, key: str) -> Event | None:
    """Give the event with this id, or None."""
    bits = hash(key)
    while type(ids) is tuple:
        ids = ids[bits & (_WAYS - 1)]
        bits >>= _BITS
    return cast("dict[str, Event]", ids).get(key)


def add(ids: Ids, key: str, event: Event) -> Ids:
    """Give a map with one id more."""
    return _add(ids, hash(key), 0, key, event)


def _add(ids: Ids, bits: int, used: int, key: str, event: Event) -> Ids:
    if type(ids) is tuple:
        way = bits & (_WAYS - 1)
        return (*ids[:way], _add(ids[way], bits >> _BITS, used + _BITS, key, event), *ids[way + 1 :])
    leaf = cast("dict[str, Event]", ids)
    if len(leaf) < _LEAF or used > _DEEPEST:
        return {**leaf, key: event}
    ways: list[dict[str, Event]] = [{} for _ in range(_WAYS)]
    for other, stored in leaf.items():
        ways[(hash(other) >> used) & (_WAYS - 1)][other] = stored
    return _add(tuple(ways), bits, used, key, event)
