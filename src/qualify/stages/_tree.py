"""A chart as numbers: states in document order, sets of states as the bits of an int.

What belongs here: that the parts of a chart fit together, and the tables that the algorithm reads.
What does not: stepping (`_algorithm`). State 0 is the root, which holds the whole chart as SCXML's
document element does; a parallel chart has one more state without a name below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TypeAlias

import attrs

from qualify import _checks
from qualify.errors import DefinitionError, UnknownName
from qualify.stages._parts import History, State, Transition

ATOMIC, COMPOUND, PARALLEL, SHALLOW, DEEP = range(5)
MAX_STATES = 1_000
MAX_TRANSITIONS = 10_000
ROOT = 0


class Edge:
    """One transition of the table, in numbers: `order` is its place in document order."""

    __slots__ = ("after", "inside", "internal", "order", "source", "targets", "when", "written")

    def __init__(
        self, order: int, source: int, targets: tuple[int, ...], inside: int, written: Transition
    ) -> None:
        self.order: int = order
        self.source: int = source
        self.targets: tuple[int, ...] = targets
        self.inside: int = inside  # the bits of the states of which one must be active, 0 for no condition
        self.when: tuple[tuple[str, frozenset[int]], ...] = tuple(
            (q, frozenset(t.value for t in needed)) for q, needed in written.when.items()
        )
        self.after: timedelta | None = written.after
        self.internal: bool = written.internal
        self.written: Transition = written


Edges: TypeAlias = dict[int, tuple[Edge, ...]]  # source -> transitions, both in document order


class Tree:
    """The numbers of one chart. Every tuple is indexed by the number of a state."""

    __slots__ = (
        "asks",
        "atoms",
        "below",
        "children",
        "deadlines",
        "edges",
        "eventless",
        "histories",
        "index",
        "initials",
        "kinds",
        "name",
        "names",
        "on",
        "parents",
        "questions",
    )

    def __init__(self, name: str, draft: _Draft, transitions: tuple[Transition, ...]) -> None:
        self.name: str = name
        self.names: tuple[str, ...] = tuple(draft.names)
        self.kinds: tuple[int, ...] = tuple(draft.kinds)
        self.parents: tuple[int, ...] = tuple(draft.parents)
        self.children: tuple[tuple[int, ...], ...] = tuple(map(tuple, draft.children))
        self.histories: tuple[tuple[int, ...], ...] = tuple(map(tuple, draft.histories))
        self.index: dict[str, int] = draft.index
        # The bits of all proper descendants that are states.
        self.below: tuple[int, ...] = tuple(draft.descendants())
        self.initials: tuple[tuple[int, ...], ...] = tuple(
            draft.initial(n, self.below) for n in range(len(self.names))
        )
        self.atoms: int = sum(1 << n for n, kind in enumerate(self.kinds) if kind == ATOMIC)
        self.edges: tuple[Edge, ...] = draft.edges(transitions)
        on: dict[str, dict[int, list[Edge]]] = {}
        asks: dict[str, dict[str, None]] = {}
        for edge in self.edges:
            for event in edge.written.on:
                on.setdefault(event, {}).setdefault(edge.source, []).append(edge)
                asks.setdefault(event, {}).update(dict.fromkeys(q for q, _ in edge.when))
        self.on: dict[str, Edges] = {event: _tuples(sources) for event, sources in on.items()}
        self.asks: dict[str, tuple[str, ...]] = {event: tuple(questions) for event, questions in asks.items()}
        self.questions: frozenset[str] = frozenset(
            question for questions in asks.values() for question in questions
        )
        self.eventless: Edges = _by_source(e for e in self.edges if not e.written.on and e.after is None)
        self.deadlines: Edges = _by_source(e for e in self.edges if e.after is not None)

    def numbers(self, bits: int) -> Iterator[int]:
        """Give the numbers of the states in a set, in document order."""
        while bits:
            low = bits & -bits
            yield low.bit_length() - 1
            bits ^= low

    def said(self, bits: int) -> tuple[str, ...]:
        """Give the names of the states in a set, in document order, without those that have none."""
        return tuple(self.names[n] for n in self.numbers(bits) if self.names[n])


def _by_source(edges: Iterable[Edge]) -> Edges:
    found: dict[int, list[Edge]] = {}
    for edge in edges:
        found.setdefault(edge.source, []).append(edge)
    return _tuples(found)


def _tuples(found: dict[int, list[Edge]]) -> Edges:
    return {source: tuple(edges) for source, edges in found.items()}


def build(
    name: str,
    states: tuple[State | History, ...],
    initial: tuple[str, ...],
    transitions: tuple[Transition, ...],
    *,
    parallel: bool,
) -> Tree:
    """Give the numbers of a chart; its `edges` are the transitions, one source each, in document order."""
    where = f"Chart({name!r})"
    if parallel and initial:
        raise DefinitionError(
            "in a parallel chart all states begin at once", found=str(initial), where=f"{where}.initial"
        )
    draft = _Draft(where)
    draft.add("", COMPOUND, ROOT, None)
    draft.starts[ROOT] = initial
    if parallel:
        draft.add("", PARALLEL, ROOT, None)
        draft.children[ROOT] = [1]
    draft.lay(states, 1 if parallel else ROOT)
    return Tree(name, draft, transitions)


class _Draft:
    """The tables while they grow."""

    def __init__(self, where: str) -> None:
        self.where: str = where
        self.names: list[str] = []
        self.kinds: list[int] = []
        self.parents: list[int] = []
        self.children: list[list[int]] = []
        self.histories: list[list[int]] = []
        self.starts: list[tuple[str, ...]] = []
        self.index: dict[str, int] = {}

    def add(self, name: str, kind: int, parent: int, part: State | History | None) -> int:
        number = len(self.names)
        if name:
            if name in self.index:
                first, second = (
                    self.path(self.index[name]),
                    f"{self.path(parent)} > {name}".removeprefix(" > "),
                )
                raise DefinitionError(
                    "two states have one name",
                    found=name,
                    allowed="rename one of them" if first == second else f"see {first} and {second}",
                    where=self.where,
                )
            self.index[name] = number
        if number > MAX_STATES:
            raise DefinitionError(f"a chart has at most {MAX_STATES:,} states", where=self.where)
        self.names.append(name)
        self.kinds.append(kind)
        self.parents.append(parent)
        self.children.append([])
        self.histories.append([])
        start = part.default if isinstance(part, History) else part.initial if part else ()
        self.starts.append(start)
        return number

    def lay(self, states: tuple[State | History, ...], parent: int) -> None:
        for part in states:
            if isinstance(part, History):
                number = self.add(part.name, DEEP if part.deep else SHALLOW, parent, part)
                self.histories[parent].append(number)
                continue
            kind = PARALLEL if part.parallel else COMPOUND if part.states else ATOMIC
            number = self.add(part.name, kind, parent, part)
            self.children[parent].append(number)
            self.lay(part.states, number)

    def path(self, number: int) -> str:
        way: list[str] = []
        while number:
            way.append(self.names[number])
            number = self.parents[number]
        return " > ".join(name for name in reversed(way) if name)

    def descendants(self) -> list[int]:
        below = [0] * len(self.names)
        for number in range(len(self.names) - 1, 0, -1):
            if self.kinds[number] < SHALLOW:
                below[self.parents[number]] |= below[number] | 1 << number
        return below

    def find(self, name: str, where: str, *, history: bool = True) -> int:
        number = self.index.get(name)
        if number is None or (not history and self.kinds[number] >= SHALLOW):
            known = [n for n in self.index if history or self.kinds[self.index[n]] < SHALLOW]
            raise _checks.unknown("state", name, known, where=where)
        return number

    def initial(self, number: int, below: tuple[int, ...]) -> tuple[int, ...]:
        """Give what a state begins with, or what a history enters when it remembers nothing."""
        kind, names = self.kinds[number], self.starts[number]
        place = f"{self.where}: {self.path(number)}" if number else self.where
        where = f"{place}.{'default' if kind >= SHALLOW else 'initial'}"
        if kind >= SHALLOW:
            parent = self.parents[number]
            if not names:
                if self.kinds[parent] == PARALLEL:
                    return tuple(self.children[parent])
                goals = self.initial(parent, below)
                if number in goals:
                    raise DefinitionError(
                        "a history in which its own state begins needs a default", where=where
                    )
                return goals
            return self.together(names, below[parent], where)
        if kind != COMPOUND:
            return ()
        if not names:
            return (self.children[number][0],)
        return self.together(names, below[number] | self.histories_in(number), where)

    def histories_in(self, number: int) -> int:
        bits = 0
        for n in range(number + 1, len(self.names)):
            if self.kinds[n] >= SHALLOW and self.inside(n, number):
                bits |= 1 << n
        return bits

    def inside(self, number: int, ancestor: int) -> bool:
        while number > ancestor:
            number = self.parents[number]
        return number == ancestor

    def together(self, names: tuple[str, ...], allowed: int, where: str) -> tuple[int, ...]:
        """Give states that are entered together: each within `allowed`, no two in one region."""
        numbers = tuple(self.find(name, where) for name in names)
        for number in numbers:
            if not allowed >> number & 1:
                raise DefinitionError("the state lies outside", found=self.path(number), where=where)
        for i, one in enumerate(numbers):
            for other in numbers[:i]:
                if not self.orthogonal(one, other):
                    raise DefinitionError(
                        "two states of one region cannot be entered together",
                        found=f"{self.path(other)} and {self.path(one)}",
                        where=where,
                    )
        return numbers

    def orthogonal(self, one: int, other: int) -> bool:
        """Whether two states lie in different children of one parallel state."""
        above = set(self.ancestors(one))
        shared = next(n for n in self.ancestors(other) if n in above)
        return self.kinds[shared] == PARALLEL and shared not in (one, other)

    def ancestors(self, number: int) -> Iterator[int]:
        yield number
        while number:
            number = self.parents[number]
            yield number

    def edges(self, transitions: tuple[Transition, ...]) -> tuple[Edge, ...]:
        every = (1 << len(self.names)) - 1
        found: list[tuple[int, tuple[int, ...], int, Transition]] = []
        for i, written in enumerate(transitions):
            where = f"{self.where}.transitions[{i}]"
            targets = self.together(written.to, every, f"{where}.to")
            inside = 0
            for name in written.inside:
                inside |= 1 << self.find(name, f"{where}.inside", history=False)
            for name in written.source:
                source = self.find(name, f"{where}.source", history=False)
                one = written if len(written.source) == 1 else attrs.evolve(written, source=(name,))
                found.append((source, targets, inside, one))
        if len(found) > MAX_TRANSITIONS:
            raise DefinitionError(
                f"a chart has at most {MAX_TRANSITIONS:,} transitions",
                found=f"{len(found):,}",
                where=self.where,
            )
        found.sort(key=lambda row: row[0])  # stable: within a state in the order of writing
        return tuple(
            Edge(order, source, targets, inside, written)
            for order, (source, targets, inside, written) in enumerate(found)
        )


def state_of(tree: Tree, name: object, where: str) -> int:
    """Give the number of a named state; an unknown name is an error with the nearest ones."""
    number = tree.index.get(name) if isinstance(name, str) else None
    if number is None or tree.kinds[number] >= SHALLOW:
        raise unknown_state(tree, str(name), where)
    return number


def unknown_state(tree: Tree, name: str, where: str) -> UnknownName:
    """Make the error for a state that the chart does not have."""
    return _checks.unknown(
        "state", name, [n for n, i in tree.index.items() if tree.kinds[i] < SHALLOW], where=where
    )
