"""All configurations that a chart can reach, and what each event does in each of them.

What belongs here: the search, with a budget. What does not: what is read from it (`_check`, `_compile`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product
from typing import TYPE_CHECKING

from qualify._maps import Map
from qualify.errors import DefinitionError
from qualify.stages import _algorithm
from qualify.truth import Truth

if TYPE_CHECKING:
    from qualify.stages._chart import Chart
    from qualify.stages._steps import Key, Move, Place
    from qualify.stages._tree import Edge, Tree

BUDGET = 10_000  # configurations that a search may reach
MAX_ANSWERS = 243  # combinations of answers to one event: five questions
MAX_TIMERS = 10  # deadlines that may run at once
_TRUTHS = (Truth.YES, Truth.UNKNOWN, Truth.NO)


class Explored:
    """The reachable configurations in order of discovery, with the moves by event and by deadlines."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.index: dict[tuple[int, _algorithm.Memory], int] = {}
        self.moves: list[dict[Key, Move]] = []
        self.timeouts: list[dict[tuple[int, ...], Move]] = []  # by the deadlines that are due together
        self.endless: list[tuple[Place, str, str]] = []

    def following(self, number: int) -> Iterator[Move]:
        """Give every move from a configuration."""
        yield from self.moves[number].values()
        yield from self.timeouts[number].values()

    def target(self, move: Move) -> int:
        """Give the number of the configuration that a move leads to."""
        return self.index[move.place.bits, move.place.memory]


def symbols(tree: Tree) -> dict[Key, tuple[str, Map[Truth]]]:
    """Give every event with every combination of the answers that it asks for, by the key of its move."""
    found: dict[Key, tuple[str, Map[Truth]]] = {}
    for event, asks in tree.asks.items():
        if len(_TRUTHS) ** len(asks) > MAX_ANSWERS:
            raise DefinitionError(
                f"at most {MAX_ANSWERS} combinations of answers to one event are explored",
                found=f"{event} asks {len(asks)} questions",
                where=f"Chart({tree.name!r})",
            )
        for answers in product(_TRUTHS, repeat=len(asks)):
            key: Key = (event, *[truth.value for truth in answers]) if asks else event
            found[key] = event, Map(dict(zip(asks, answers, strict=True)))
    return found


def explore(chart: Chart, starts: Iterable[tuple[int, ...]] = (), *, budget: int = BUDGET) -> Explored:
    """Search breadth first, from the beginning and where else subjects begin; a full budget is an error."""
    machine, tree = chart._machine, chart._tree
    alphabet = symbols(tree)
    found = Explored()
    todo: list[Place] = []

    def reach(place: Place) -> None:
        key = place.bits, place.memory
        if key in found.index:
            return
        if len(found.places) >= budget:
            raise DefinitionError(
                f"more than {budget:,} configurations can be reached",
                allowed="give a larger budget, or fewer parallel regions",
                where=f"Chart({chart.name!r})",
            )
        found.index[key] = len(found.places)
        found.places.append(place)
        todo.append(place)

    for goals in ((), *starts):
        begun = _algorithm.begin(tree, goals)
        reach(machine.place(begun.active, begun.memory))
    for place in todo:  # grows while it is read
        moves: dict[Key, Move] = {}
        timeouts: dict[tuple[int, ...], Move] = {}
        found.moves.append(moves)
        found.timeouts.append(timeouts)
        for key, (event, answers) in alphabet.items():
            try:
                moves[key] = machine.move(place, event, answers, key)
            except DefinitionError as error:
                found.endless.append((place, event, error.found))
                continue
            reach(moves[key].place)
        for due in together(tree, place):
            try:
                moved = _algorithm.react(tree, place.bits, place.memory, tree.deadlines, _among(due))
            except DefinitionError as error:
                found.endless.append((place, f"the deadline of {tree.edges[due[0]].written}", error.found))
                continue
            timeouts[due] = machine.moved(moved)
            reach(timeouts[due].place)
    return found


def _among(orders: tuple[int, ...]) -> _algorithm.Allows:
    return lambda edge: edge.order in orders


def together(tree: Tree, place: Place) -> Iterator[tuple[int, ...]]:
    """Give the sets of deadlines that can be due at one instant, conditions that do not hold left out."""
    edges: list[Edge] = [
        edge
        for number in place.timed
        for edge in tree.deadlines[number]
        if _algorithm.inside(edge, place.bits)
    ]
    if len(edges) > MAX_TIMERS:
        raise DefinitionError(
            f"at most {MAX_TIMERS} deadlines that run at once are explored",
            found=f"{len(edges)} in {', '.join(place.leaves)}",
            where=f"Chart({tree.name!r})",
        )
    for size in range(1, len(edges) + 1):
        for some in combinations(edges, size):
            # Deadlines of one state begin together, so only equal ones are due together.
            if all(a.source != b.source or a.after == b.after for a, b in combinations(some, 2)):
                yield tuple(edge.order for edge in some)
