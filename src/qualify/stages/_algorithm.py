"""SCXML's algorithm without data, scripts and executable content, on sets of states as bits.

What belongs here: which transitions an event selects, what they leave and enter, and the eventless
ones that follow. What does not: time, answers' names, values with a face. It follows the appendix
"Algorithm for SCXML Interpretation" of the W3C recommendation of 1 September 2015, function by function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from qualify import _checks
from qualify.errors import DefinitionError
from qualify.stages._tree import COMPOUND, DEEP, PARALLEL, ROOT, SHALLOW, Edge, Edges, Tree

MAX_MICROSTEPS = 100
Memory: TypeAlias = tuple[tuple[int, int], ...]  # history -> the states that it remembers, sorted
Allows: TypeAlias = Callable[[Edge], bool]


class Moved:
    """What one event led to: the states now, the histories now, what was taken, left and entered."""

    __slots__ = ("active", "entered", "left", "memory", "taken")

    def __init__(
        self, active: int, memory: Memory, taken: tuple[Edge, ...] = (), *, left: int = 0, entered: int = 0
    ) -> None:
        self.active: int = active
        self.memory: Memory = memory
        self.taken: tuple[Edge, ...] = taken
        self.left: int = left
        self.entered: int = entered


def begin(tree: Tree, targets: Iterable[int] = (), memory: Memory = ()) -> Moved:
    """Enter a chart from nowhere: at `targets`, and where they say nothing at what each state begins with."""
    goals = tuple(targets) or tree.initials[ROOT]
    active = entry(tree, goals, ROOT, dict(memory))
    return settle(tree, Moved(active, memory, entered=active))


def react(tree: Tree, active: int, memory: Memory, candidates: Edges, allows: Allows) -> Moved:
    """Take the transitions among `candidates` that are selected here, and the eventless ones after them."""
    chosen = select(tree, active, memory, candidates, allows)
    if not chosen:
        return Moved(active, memory)
    return settle(tree, microstep(tree, Moved(active, memory), chosen))


def settle(tree: Tree, moved: Moved) -> Moved:
    """Take eventless transitions until none is left; more than 100 microsteps are an error."""
    if not tree.eventless:
        return moved
    for _ in range(MAX_MICROSTEPS):
        active = moved.active
        chosen = select(tree, active, moved.memory, tree.eventless, lambda edge: inside(edge, active))  # noqa: B023 - called at once
        if not chosen:
            return moved
        moved = microstep(tree, moved, chosen)
    raise DefinitionError(
        f"eventless transitions follow one another for more than {MAX_MICROSTEPS} microsteps",
        found="; ".join(str(edge.written) for edge in moved.taken[-3:]),
        allowed="give one of them a condition that ends it",
        where=f"Chart({tree.name!r})",
    )


def inside(edge: Edge, active: int) -> bool:
    """Whether the condition on active states holds: none, or at least one of them is active."""
    return not edge.inside or bool(edge.inside & active)


def select(tree: Tree, active: int, memory: Memory, candidates: Edges, allows: Allows) -> list[Edge]:
    """Give the transitions that are taken together: selectTransitions with removeConflictingTransitions."""
    chosen: list[Edge] = []
    for leaf in tree.numbers(active & tree.atoms):
        edge = first(tree, leaf, candidates, allows)
        if edge is not None and edge not in chosen:
            chosen.append(edge)
    return without_conflicts(tree, active, memory, chosen) if len(chosen) > 1 else chosen


def first(tree: Tree, leaf: int, candidates: Edges, allows: Allows) -> Edge | None:
    """Give the first enabled transition of an atomic state, else of the states around it, going up."""
    number = leaf
    while number:
        for edge in candidates.get(number, ()):
            if allows(edge):
                return edge
        number = tree.parents[number]
    return None


def without_conflicts(tree: Tree, active: int, memory: Memory, chosen: list[Edge]) -> list[Edge]:
    """Leave out what cannot be taken together: a descendant's wins over an ancestor's, else the earlier."""
    known = dict(memory)
    kept: list[Edge] = []
    for edge in chosen:
        leaves = exits(tree, active, edge, known)
        rivals = [other for other in kept if leaves & exits(tree, active, other, known)]
        if all(tree.below[other.source] >> edge.source & 1 for other in rivals):
            kept = [other for other in kept if other not in rivals]
            kept.append(edge)
    return kept


def effective(tree: Tree, targets: Iterable[int], memory: dict[int, int]) -> list[int]:
    """Give the states that targets mean: a history means what it remembers."""
    found: list[int] = []
    for target in targets:
        if tree.kinds[target] < SHALLOW:
            found.append(target)
        elif target in memory:
            found.extend(tree.numbers(memory[target]))
        else:
            found.extend(effective(tree, tree.initials[target], memory))
    return found


def domain(tree: Tree, edge: Edge, memory: dict[int, int]) -> int:
    """Give the state inside which everything is left, -1 for a transition without a target."""
    if not edge.targets:
        return -1
    goals = effective(tree, edge.targets, memory)
    number = edge.source
    if edge.internal and tree.kinds[number] == COMPOUND and all(tree.below[number] >> g & 1 for g in goals):
        return number
    number = tree.parents[number]
    while number and not (tree.kinds[number] == COMPOUND and all(tree.below[number] >> g & 1 for g in goals)):
        number = tree.parents[number]
    return number


def exits(tree: Tree, active: int, edge: Edge, memory: dict[int, int]) -> int:
    """Give the active states that a transition leaves."""
    around = domain(tree, edge, memory)
    return 0 if around < 0 else active & tree.below[around]


def microstep(tree: Tree, moved: Moved, chosen: list[Edge]) -> Moved:
    """Leave and enter the states of transitions that are taken together."""
    before = dict(moved.memory)
    left = 0
    for edge in chosen:
        left |= exits(tree, moved.active, edge, before)
    memory = remember(tree, moved.active, left, moved.memory)
    known = dict(memory)
    entered = 0
    for edge in chosen:
        if edge.targets:
            entered |= entry(tree, edge.targets, domain(tree, edge, known), known)
    stays = moved.active & ~left
    entered &= ~stays
    return Moved(
        stays | entered,
        memory,
        moved.taken + tuple(chosen),
        left=moved.left | left,
        entered=moved.entered | entered,
    )


def remember(tree: Tree, active: int, left: int, memory: Memory) -> Memory:
    """Give the histories after states were left."""
    known = dict(memory)
    for number in tree.numbers(left):
        for history in tree.histories[number]:
            inner = active & tree.below[number]
            if tree.kinds[history] == DEEP:
                known[history] = inner & tree.atoms
            else:
                known[history] = sum(1 << child for child in tree.children[number] if inner >> child & 1)
    return tuple(sorted(known.items())) if known else memory


def entry(tree: Tree, targets: Iterable[int], around: int, memory: dict[int, int]) -> int:
    """Give the states that are entered inside `around`: targets, what they begin with, what holds them."""
    goals = tuple(targets)
    entered = 0
    for goal in goals:
        entered = _descend(tree, goal, entered, memory)
    for goal in effective(tree, goals, memory):
        entered = _ascend(tree, goal, around, entered, memory)
    return entered


def _descend(tree: Tree, number: int, entered: int, memory: dict[int, int]) -> int:
    """AddDescendantStatesToEnter. The depth of a chart is bounded, and so is this recursion."""
    kind = tree.kinds[number]
    if kind >= SHALLOW:
        goals = tuple(tree.numbers(memory[number])) if number in memory else tree.initials[number]
        return _both(tree, goals, tree.parents[number], entered, memory)
    entered |= 1 << number
    if kind == COMPOUND:
        return _both(tree, tree.initials[number], number, entered, memory)
    if kind == PARALLEL:
        return _regions(tree, number, entered, memory)
    return entered


def _both(tree: Tree, goals: tuple[int, ...], around: int, entered: int, memory: dict[int, int]) -> int:
    for goal in goals:
        entered = _descend(tree, goal, entered, memory)
    for goal in effective(tree, goals, memory):
        entered = _ascend(tree, goal, around, entered, memory)
    return entered


def _regions(tree: Tree, number: int, entered: int, memory: dict[int, int]) -> int:
    for child in tree.children[number]:
        if not entered & (tree.below[child] | 1 << child):
            entered = _descend(tree, child, entered, memory)
    return entered


def _ascend(tree: Tree, number: int, around: int, entered: int, memory: dict[int, int]) -> int:
    """addAncestorStatesToEnter: everything between a state and `around`, with the other regions."""
    number = tree.parents[number]
    while number not in (around, ROOT):
        entered |= 1 << number
        if tree.kinds[number] == PARALLEL:
            entered = _regions(tree, number, entered, memory)
        number = tree.parents[number]
    return entered


def refuse_cycles(tree: Tree) -> None:
    """Refuse a chart in which eventless transitions without a condition, once reached, run for ever."""
    if not tree.eventless:
        return
    begin(tree)
    for targets in dict.fromkeys(edge.targets for edge in tree.edges if edge.targets):
        moved = Moved(entry(tree, targets, ROOT, {}), ())
        places: dict[int, int] = {}
        while moved.active not in places:
            places[moved.active] = len(moved.taken)
            active = moved.active
            chosen = select(tree, active, moved.memory, tree.eventless, lambda edge: inside(edge, active))  # noqa: B023 - called at once
            if not chosen or any(edge.inside for edge in chosen):
                break
            moved = microstep(tree, Moved(active, (), moved.taken), chosen)
        else:
            cycle = moved.taken[places[moved.active] :]
            raise DefinitionError(
                "eventless transitions follow one another for ever",
                found=_checks.show("; ".join(str(edge.written) for edge in cycle)),
                allowed="give one of them a condition that ends it",
                where=f"Chart({tree.name!r})",
            )


def legal(tree: Tree, active: int) -> bool:
    """Whether a set of states is a configuration: one child of each compound, all of each parallel state."""
    for number in tree.numbers(active | 1):
        inner = [child for child in tree.children[number] if active >> child & 1]
        kind = tree.kinds[number]
        if kind == COMPOUND and len(inner) != 1:
            return False
        if kind == PARALLEL and len(inner) != len(tree.children[number]):
            return False
    return True
