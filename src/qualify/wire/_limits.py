"""`Limits`: how large a document from outside may be."""

from __future__ import annotations

import attrs

from qualify import _checks
from qualify._maps import Value

_MIB = 1024 * 1024


@attrs.frozen(init=False)
class Limits(Value):
    """What a document may hold at most; pass another one to `loads` where more, or less, is meant.

    Sizes are checked before the work that they bound: bytes before parsing, depth and number of values
    before any value is made. `criterion_depth`, `criterion_nodes`, `states` and `transitions` bound what
    a stranger may define, `events` what one journey may hold, `errors` how many errors are kept. Texts
    have at most 65,536 characters and names 128, here and everywhere.

    >>> Limits(bytes=10_000).bytes, Limits().depth
    (10000, 64)
    """

    bytes: int = _MIB
    depth: int = 64
    values: int = 100_000
    entries: int = 10_000
    events: int = 100_000
    criterion_depth: int = 24
    criterion_nodes: int = 1_000
    states: int = 1_000
    transitions: int = 10_000
    errors: int = 100

    def __init__(
        self,
        *,
        bytes: int = _MIB,
        depth: int = 64,
        values: int = 100_000,
        entries: int = 10_000,
        events: int = 100_000,
        criterion_depth: int = 24,
        criterion_nodes: int = 1_000,
        states: int = 1_000,
        transitions: int = 10_000,
        errors: int = 100,
    ) -> None:
        self.__attrs_init__(
            bytes=_checks.whole(bytes, "Limits.bytes", least=1, most=64 * _MIB),
            depth=_checks.whole(depth, "Limits.depth", least=1, most=128),
            values=_checks.whole(values, "Limits.values", least=1, most=10_000_000),
            entries=_checks.whole(entries, "Limits.entries", least=1, most=10_000_000),
            events=_checks.whole(events, "Limits.events", least=1, most=10_000_000),
            criterion_depth=_checks.whole(criterion_depth, "Limits.criterion_depth", least=1, most=24),
            criterion_nodes=_checks.whole(criterion_nodes, "Limits.criterion_nodes", least=1, most=1_000),
            states=_checks.whole(states, "Limits.states", least=1, most=1_000),
            transitions=_checks.whole(transitions, "Limits.transitions", least=1, most=10_000),
            errors=_checks.whole(errors, "Limits.errors", least=1, most=10_000),
        )
