"""What a chart's table says about itself: findings, each with a code, its place and how to mend it.

What belongs here: what holds for every journey that the chart allows, by a search over all reachable
configurations. What does not: what a single journey did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from qualify._maps import Value
from qualify.errors import DefinitionError
from qualify.stages import _algorithm
from qualify.stages._explore import BUDGET, Explored, explore, symbols
from qualify.stages._parts import truths, waits
from qualify.stages._tree import COMPOUND
from qualify.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qualify.stages._chart import Chart
    from qualify.stages._steps import Place
    from qualify.stages._tree import Edge, Edges, Tree

Codes: TypeAlias = "tuple[str | int, ...]"  # one answer to each question that an event asks


@attrs.frozen
class ChartFinding(Value):
    """Something that a chart says about itself: its `code`, the `place`, the `problem` and how to `mend` it.

    A `"note"` is worth reading and may be meant, a `"problem"` hardly ever is. The codes:

    - `unreachable`: a state that nothing leads to; `dead`: a transition that is never taken
    - `no-way-out`: a state that nothing leaves; `one-way`: one that nothing leads back to
    - `order`: an event for which only the order of writing decides between transitions
    - `unused-question`: a question whose answer changes nothing
    - `endless`: eventless transitions that do not come to rest
    - `clockwork` (a note): a cycle made of deadlines alone, which goes round as often as time allows
    - `nowhere` (a note): the answers for which an event is refused where something listens to it

    >>> print(ChartFinding("dead", "a -> b on go", "it is never taken", "leave it out"))
    dead: a -> b on go: it is never taken; leave it out
    """

    code: str
    place: str
    problem: str
    mend: str
    level: Literal["problem", "note"] = "problem"

    def __str__(self) -> str:
        return f"{self.code}: {self.place}: {self.problem}; {self.mend}"


def check(chart: Chart, *, budget: int = BUDGET) -> tuple[ChartFinding, ...]:
    """Give the findings about a chart, in the order of the codes."""
    found = explore(chart, budget=budget)
    return (
        *_unreachable(chart, found),
        *_ways(chart, found),
        *_order(chart, found),
        *_dead(chart, found),
        *_unused(chart, found),
        *_endless(found),
        *_clockwork(chart, found),
        *_nowhere(chart, found),
    )


def refuse_order(chart: Chart) -> None:
    """Refuse a chart in which the order of writing ever decides."""
    contests = list(_order(chart, explore(chart)))
    if contests:
        raise DefinitionError(
            "with strict=True the order of writing decides nowhere",
            found=str(contests[0]) + (f" (and {len(contests) - 1} more)" if len(contests) > 1 else ""),
            where=f"Chart({chart.name!r})",
        )


def _unreachable(chart: Chart, found: Explored) -> Iterator[ChartFinding]:
    reached = {name for place in found.places for name in place.active}
    for name in chart.state_names:
        if name not in reached:
            yield ChartFinding(
                "unreachable", name, "nothing leads to this state", "add a transition or drop it"
            )


def _ways(chart: Chart, found: Explored) -> Iterator[ChartFinding]:
    """Find states without a way out, and states without a way back that are not where subjects begin."""
    tree = chart._tree
    after = [{found.target(move) for move in found.following(n)} for n in range(len(found.places))]
    ahead = _closure(after)
    begins = found.places[0].active
    for name in chart.state_names:
        number = tree.index[name]
        if tree.kinds[tree.parents[number]] != COMPOUND or len(tree.children[tree.parents[number]]) == 1:
            continue  # a region is never left alone, and an only child has nowhere to go
        here = [n for n, place in enumerate(found.places) if name in place.active]
        gone = {found.target(move) for n in here for move in found.following(n) if name in move.left}
        if here and not gone:
            yield ChartFinding(
                "no-way-out", name, "nothing leaves this state", "add a way out: nothing is for ever"
            )
        elif gone and name not in begins and not any(ahead[n] & set(here) for n in gone):
            yield ChartFinding(
                "one-way", name, "once left, it is never reached again", "add a way back, or it is a gate"
            )


def _closure(after: list[set[int]]) -> list[set[int]]:
    """Give for each configuration all that can be reached from it, itself included."""
    ahead: list[set[int]] = []
    for n in range(len(after)):
        seen = {n}
        todo = [n]
        while todo:
            new = after[todo.pop()] - seen
            seen |= new
            todo.extend(new)
        ahead.append(seen)
    return ahead


def _order(chart: Chart, found: Explored) -> Iterator[ChartFinding]:
    tree = chart._tree
    alphabet = symbols(tree)
    seen: set[tuple[object, ...]] = set()
    for place in found.places:
        runs = [
            (f"on {event}", tree.on[event], {q: t.value for q, t in answers.items()})
            for event, answers in alphabet.values()
        ]
        for words, edges, told in runs:
            for winner, loser in _contests(tree, place, edges, told):
                key = winner.order, loser.order, words
                if key not in seen:
                    seen.add(key)
                    yield _contested(", ".join(place.leaves), words, winner, loser)
    for timed in tree.deadlines.values():
        for i, edge in enumerate(timed):
            for other in timed[:i]:
                if edge.after == other.after:
                    yield _contested(edge.written.source[0], waits(edge.after), other, edge)


def _contested(place: str, words: str, winner: Edge, loser: Edge) -> ChartFinding:
    return ChartFinding(
        "order",
        f"in {place} {words}",
        f"{winner.written} is taken before {loser.written} only because it is written first",
        "make their conditions exclude each other",
    )


def _contests(tree: Tree, place: Place, edges: Edges, told: dict[str, int]) -> Iterator[tuple[Edge, Edge]]:
    """Give the pairs of transitions between which only order decides, in all microsteps of one event."""

    def allows(edge: Edge) -> bool:
        return _algorithm.inside(edge, moved.active) and all(told[q] in needed for q, needed in edge.when)

    moved = _algorithm.Moved(place.bits, place.memory)
    for _ in range(_algorithm.MAX_MICROSTEPS):
        chosen = []
        for leaf in tree.numbers(moved.active & tree.atoms):
            first = _algorithm.first(tree, leaf, edges, allows)
            if first is None:
                continue
            chosen.append(first)
            rivals = edges[first.source]
            yield from ((first, other) for other in rivals if other is not first and allows(other))
        taken = _algorithm.select(tree, moved.active, moved.memory, edges, allows)
        for lost in dict.fromkeys(chosen):
            if lost not in taken and not any(tree.below[lost.source] >> e.source & 1 for e in taken):
                yield taken[0], lost
        if not taken:
            return
        moved = _algorithm.microstep(tree, moved, taken)
        edges, told = tree.eventless, {}
        if not edges:
            return


def _dead(chart: Chart, found: Explored) -> Iterator[ChartFinding]:
    taken = {
        transition
        for n in range(len(found.places))
        for move in found.following(n)
        for transition in move.taken
    }
    taken |= {edge.written for edge in _begun(chart)}
    for transition in chart.transitions:
        if transition not in taken:
            yield ChartFinding(
                "dead", str(transition), "it is never taken", "mend its conditions or leave it out"
            )


def _begun(chart: Chart) -> tuple[Edge, ...]:
    return _algorithm.begin(chart._tree).taken


def _unused(chart: Chart, found: Explored) -> Iterator[ChartFinding]:
    """Find questions whose answer, with the others held, never changes what happens."""
    tree = chart._tree
    decided: set[str] = set()
    for moves in found.moves:
        for key, move in moves.items():
            if isinstance(key, str):
                continue
            event = str(key[0])
            for i, question in enumerate(tree.asks[event], start=1):
                for truth in (1, 0, -1):
                    other = moves.get((*key[:i], truth, *key[i + 1 :]))
                    if other is not None and other.taken != move.taken:
                        decided.add(question)
    for question in chart.questions():
        if question not in decided:
            yield ChartFinding(
                "unused-question", question, "its answer changes nothing", "drop it from `when`"
            )


def _endless(found: Explored) -> Iterator[ChartFinding]:
    for place, event, cycle in found.endless:
        yield ChartFinding(
            "endless",
            f"in {', '.join(place.leaves)} on {event}",
            f"eventless transitions do not come to rest: {cycle}",
            "give one of them a condition that ends it",
        )


def _clockwork(chart: Chart, found: Explored) -> Iterator[ChartFinding]:
    """Find cycles in which one deadline leads to the next, and no event is needed."""
    edges = chart._tree.edges
    moves = [
        (start, found.target(move), {edges[order].source for order in due}, move)
        for start, timeouts in enumerate(found.timeouts)
        for due, move in timeouts.items()
    ]
    while True:  # a deadline goes off again only if its state is entered again on the way round
        after: list[set[int]] = [set() for _ in found.places]
        for start, goal, _, _ in moves:
            after[start].add(goal)
        ahead = _closure(after) if moves else []
        entered = [0] * len(found.places)
        for start, goal, _, move in moves:
            for n in ahead[goal] if start in ahead[goal] else ():
                entered[n] |= move.entered_bits
        kept = [
            (start, goal, sources, move)
            for start, goal, sources, move in moves
            if start in ahead[goal] and all(entered[start] >> source & 1 for source in sources)
        ]
        if len(kept) == len(moves):
            break
        moves = kept
    told: set[int] = set()
    for start, _, _, _ in moves:
        if start not in told:
            told |= ahead[start]
            cycle = dict.fromkeys(str(t) for n, _, _, move in moves if n in ahead[start] for t in move.taken)
            yield ChartFinding(
                "clockwork",
                f"in {', '.join(found.places[start].leaves)}",
                f"deadlines alone lead round: {'; '.join(cycle)}",
                "let an event be needed on the way, or make them long: too many at once are an error",
                level="note",
            )


def _nowhere(chart: Chart, found: Explored) -> Iterator[ChartFinding]:
    """Find the answers for which an event is refused, told once for each state that listens to it."""
    seen: set[tuple[str, int, frozenset[Codes]]] = set()
    for place, moves in zip(found.places, found.moves, strict=True):
        refused: dict[str, list[Codes]] = {}
        for key, move in moves.items():
            if not isinstance(key, str) and move.end == "refused":
                refused.setdefault(str(key[0]), []).append(key[1:])
        for event, answers in refused.items():
            alike = frozenset(answers)
            new = {(event, edge.source, alike) for edge in chart._machine.listening(place.bits, event)} - seen
            if new:
                seen |= new
                boxes = map(", ".join, _boxes(chart._tree.asks[event], answers))
                yield ChartFinding(
                    "nowhere",
                    f"in {', '.join(place.leaves)} on {event}",
                    f"it is refused with {', and with '.join(boxes) or 'any answer'}",
                    "add a transition for each answer that can be meant",
                    level="note",
                )


def _boxes(asks: tuple[str, ...], answers: list[Codes]) -> list[tuple[str, ...]]:
    """Give combinations of answers in few words; a question of which every answer is there is left out."""
    if not asks:
        return [()]
    rests: dict[tuple[tuple[str, ...], ...], list[Truth]] = {}
    for truth in Truth:
        rest = [codes[1:] for codes in answers if codes[0] == truth.value]
        if rest:
            rests.setdefault(tuple(_boxes(asks[1:], rest)), []).append(truth)
    return [
        box if len(some) == len(Truth) else (f"{asks[0]} {truths(some)}", *box)
        for boxes, some in rests.items()
        for box in boxes
    ]
