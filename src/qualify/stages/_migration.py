"""What goes on under another chart: the states that follow, and what histories remember.

What belongs here: names of an old chart held against a new one. What does not: the event that stores the
result (`_journey`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qualify import _checks
from qualify.errors import InvalidValue, UnknownName
from qualify.stages._stored import memory_of

if TYPE_CHECKING:
    from qualify.stages._algorithm import Memory
    from qualify.stages._chart import Chart
    from qualify.stages._steps import Position


def successors(
    mapping: Mapping[str, str | None], leaves: tuple[str, ...], old: Chart, new: Chart, where: str
) -> tuple[str, ...]:
    """Give the states of a new chart that follow the innermost ones of an old chart."""
    for name, goal in mapping.items():
        if not old.has_state(name):
            raise _checks.unknown("state", str(name), old.state_names, where=f"{where}.mapping")
        if goal is not None and not new.has_state(goal):
            raise _checks.unknown("state", str(goal), new.state_names, where=f"{where}.mapping[{name!r}]")
    goals = {leaf: mapping.get(leaf, leaf) for leaf in leaves}
    lost = [leaf for leaf, goal in goals.items() if goal is not None and not new.has_state(goal)]
    if lost:
        raise InvalidValue(
            "the new chart has no place for a state",
            found=", ".join(lost),
            allowed="name its successor in the mapping, or None if its region is gone",
            where=where,
        )
    return tuple(dict.fromkeys(goal for goal in goals.values() if goal is not None))


def carried(
    position: Position, chart: Chart, mapping: Mapping[str, str | None]
) -> tuple[Memory, dict[str, tuple[str, ...]]]:
    """Give what histories go on remembering under a new chart, and what is forgotten: states, by history."""
    memory: Memory = ()
    forgotten: dict[str, tuple[str, ...]] = {}
    for history, states in position._remembered.items():
        goals = dict.fromkeys(mapping.get(state, state) for state in states)
        try:
            memory += memory_of(chart._tree, [(history, tuple(goal for goal in goals if goal is not None))])
        except (InvalidValue, UnknownName):
            forgotten[history] = states
    return tuple(sorted(memory)), forgotten
