"""Positions and steps as they were stored: made again of names, and held against the chart.

What belongs here: the way back from what `_canonical` of both writes. What does not: stepping.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from qualify.errors import InvalidValue
from qualify.stages._algorithm import legal
from qualify.stages._steps import Move, Position, Refusal, Step
from qualify.stages._tree import ATOMIC, DEEP, PARALLEL, ROOT, SHALLOW, Tree, unknown_state

if TYPE_CHECKING:
    from qualify.stages._algorithm import Memory
    from qualify.stages._chart import Chart
    from qualify.stages._events import Event
    from qualify.stages._parts import Transition


def position_of(
    chart: Chart,
    at: datetime,
    leaves: Iterable[str],
    remembered: Iterable[tuple[str, tuple[str, ...]]] = (),
    since: Iterable[tuple[str, datetime]] = (),
) -> Position:
    """Give the position in these innermost states, with what histories remember and running deadlines.

    >>> from datetime import timezone
    >>> from qualify.stages import Chart, State
    >>> chart = Chart("c", State("a"), State("b"))
    >>> print(position_of(chart, datetime(2026, 5, 3, tzinfo=timezone.utc), ["b"]))
    b
    """
    tree = chart._tree
    atoms = [_number(tree, name, "leaves") for name in leaves]
    active = _with_parents(tree, atoms, ROOT) & ~1
    if not legal(tree, active) or any(not tree.atoms >> n & 1 for n in atoms):
        raise InvalidValue("these states can be active together", where="Position.leaves")
    place = chart._machine.place(active, memory_of(tree, remembered))
    entered = {_number(tree, name, "since"): instant for name, instant in since}
    if tuple(entered) != place.timed:
        raise InvalidValue("each active state with a deadline has its instant", where="Position.since")
    return Position(place, at, tuple(entered.items()))


def step_of(
    before: Position,
    after: Position,
    *,
    event: Event | None = None,
    timeouts: tuple[Step, ...] = (),
    version: int | None = None,
    taken: tuple[Transition, ...] = (),
    refusals: tuple[Refusal, ...] = (),
    left: tuple[str, ...] = (),
    entered: tuple[str, ...] = (),
) -> Step:
    """Give the step from one position to another, with what the chart made of the event then."""
    if event is None and any(one.after is None for one in taken[:1]):
        raise InvalidValue("a step without an event takes a deadline first", where="Step.taken")
    for i, step in enumerate(timeouts):
        if step.event is not None or not step.taken:
            raise InvalidValue("a timeout takes a deadline and has no event", where=f"Step.timeouts[{i}]")
    move = Move(after._place, taken=taken, refusals=refusals, left=left, entered=entered)
    return Step(event, before, after, timeouts, move, version)


def _number(tree: Tree, name: str, field: str) -> int:
    number = tree.index.get(name)
    if number is None or not name:
        raise unknown_state(tree, name, f"Position.{field}")
    return number


def _with_parents(tree: Tree, numbers: Iterable[int], end: int) -> int:
    """Give the bits of some states and of all that hold them, up to `end`."""
    bits = 0
    for number in numbers:
        while number != end:
            bits |= 1 << number
            if number == ROOT:
                raise InvalidValue("a history remembers states beside it", where="Position.remembered")
            number = tree.parents[number]  # noqa: PLW2901 - the way up
    return bits


def memory_of(tree: Tree, remembered: Iterable[tuple[str, tuple[str, ...]]]) -> Memory:
    """Give the memory of histories from the names of what each remembers."""
    memory = [_history(tree, name, inner) for name, inner in remembered]
    if len(dict(memory)) != len(memory):
        raise InvalidValue("a history remembers once", where="Position.remembered")
    return tuple(sorted(memory))


def _history(tree: Tree, name: str, inner: tuple[str, ...]) -> tuple[int, int]:
    """Give what a history remembers: children of its state, or innermost states, that fit together."""
    history = _number(tree, name, "remembered")
    kind, around = tree.kinds[history], tree.parents[history]
    if kind < SHALLOW:
        raise InvalidValue("a history remembers", found="another state", where="Position.remembered")
    numbers = [_number(tree, one, "remembered") for one in inner]
    held = _with_parents(tree, numbers, around)
    here = [around] if kind == SHALLOW else [around, *tree.numbers(held)]
    sound = all(_is_whole(tree, number, held) for number in here)
    if kind == DEEP:
        sound = sound and all(tree.kinds[number] == ATOMIC for number in numbers)
    else:
        sound = sound and all(tree.parents[number] == around for number in numbers)
    if not sound:
        raise InvalidValue("a history remembers states that fit together", where="Position.remembered")
    return history, sum(1 << number for number in dict.fromkeys(numbers))


def _is_whole(tree: Tree, number: int, held: int) -> bool:
    """Whether of a state's children one is held, of a parallel state all."""
    children = tree.children[number]
    inside = sum(held >> child & 1 for child in children)
    return inside == (len(children) if tree.kinds[number] == PARALLEL else min(len(children), 1))
