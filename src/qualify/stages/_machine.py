"""The machine below a chart: moves that are remembered, refusals that explain, deadlines that go off.

What belongs here: one event or one stretch of time, from one position to the next. What does not: names
and types from outside, which the chart has checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from qualify import _checks
from qualify.errors import DefinitionError, TimeError
from qualify.stages import _algorithm
from qualify.stages._events import NOTHING
from qualify.stages._steps import Key, Move, Place, Position, Refusal, Since, Step
from qualify.truth import Truth

if TYPE_CHECKING:
    from qualify._maps import Map
    from qualify.stages._algorithm import Memory, Moved
    from qualify.stages._chart import Chart
    from qualify.stages._events import Event
    from qualify.stages._parts import Transition
    from qualify.stages._tree import Edge, Tree

_REMEMBERED = 4_096  # configurations whose moves a chart keeps; beyond them it computes again
_KEPT = 256  # moves kept in one configuration
_UNKNOWN = Truth.UNKNOWN.value
MAX_TIMEOUTS = 10_000  # instants of deadlines in one stretch of time: daily ones for 27 years


class Machine:
    """Steps a chart. What it remembers is a pure cache, shared by all positions of the chart."""

    __slots__ = ("asks", "chart", "places", "tree")

    def __init__(self, chart: Chart, tree: Tree) -> None:
        self.chart: Chart = chart
        self.tree: Tree = tree
        self.asks: dict[str, tuple[str, ...]] = tree.asks
        self.places: dict[tuple[int, Memory], Place] = {}

    def place(self, bits: int, memory: Memory) -> Place:
        """Give the one place of a configuration, made when it is first reached."""
        key = bits, memory
        place = self.places.get(key)
        if place is None:
            place = Place(self, bits, memory)
            if len(self.places) < _REMEMBERED:
                place = self.places.setdefault(key, place)
        return place

    def start(self, at: datetime, goals: tuple[int, ...], memory: Memory) -> Position:
        """Enter the chart at an instant."""
        moved = _algorithm.begin(self.tree, goals, memory)
        place = self.place(moved.active, moved.memory)
        return Position(place, at, tuple((n, at) for n in place.timed))

    def take(self, position: Position, event: Event, version: int | None = None) -> Step:
        """Tell one event: deadlines first, then the move, remembered by configuration, event and answers."""
        name = event.name
        asks = self.asks.get(name)
        if asks is None:
            raise self.unknown_event(name)
        answers = event.answers
        if answers is not NOTHING:
            self.refuse_unasked(answers)
        at = event.at  # not before the position's, which whoever calls has seen to
        timeouts: tuple[Step, ...] = ()
        if position._since:
            timeouts = self.fire(position, at)
            if timeouts:
                position = timeouts[-1].after
        place = position._place
        key: Key = name
        if asks:
            key = (name, *[answers[q]._value_ if q in answers else _UNKNOWN for q in asks])
        move = place.moves.get(key)
        if move is None:
            move = self.move(place, name, answers, key)
        since = position._since
        if since or move.place.timed:
            since = entered(move, since, at)
        return Step(event, position, Position(move.place, at, since), timeouts, move, version)

    def unknown_event(self, name: object) -> Exception:
        """Make the error for an event that the chart has nowhere."""
        return _checks.unknown("event", str(name), self.tree.on, where=f"Chart({self.tree.name!r})")

    def refuse_unasked(self, answers: Map[Truth]) -> None:
        """Refuse answers to questions that no transition asks."""
        for question in answers:
            if question not in self.tree.questions:
                where = f"Chart({self.tree.name!r}).answers"
                raise _checks.unknown("question", question, self.tree.questions, where=where)

    def move(self, place: Place, event: str, answers: Mapping[str, Truth], key: Key) -> Move:
        """Work out what an event leads to from a place, and remember it."""
        tree, bits = self.tree, place.bits
        told = {q: answers.get(q, Truth.UNKNOWN) for q in tree.asks[event]}

        def allows(edge: Edge) -> bool:
            return _algorithm.inside(edge, bits) and all(told[q].value in needed for q, needed in edge.when)

        moved = _algorithm.react(tree, bits, place.memory, tree.on[event], allows)
        refused = not moved.taken
        move = Move(place, refusals=self.refusals(place, event, told)) if refused else self.moved(moved)
        if len(place.moves) < _KEPT:
            place.moves[key] = move
        return move

    def moved(self, moved: Moved) -> Move:
        """Give what the algorithm found a face."""
        tree = self.tree
        return Move(
            self.place(moved.active, moved.memory),
            taken=tuple(edge.written for edge in moved.taken),
            left=tree.said(moved.left),
            entered=tree.said(moved.entered),
            entered_bits=moved.entered,
        )

    def refusals(self, place: Place, event: str, told: Mapping[str, Truth]) -> tuple[Refusal, ...]:
        """Say why nothing was taken: every condition that failed, or where the event is taken at all."""
        found: list[Refusal] = []
        for edge in self.listening(place.bits, event):
            written = edge.written
            if not _algorithm.inside(edge, place.bits):
                found.append(Refusal(written, inside=written.inside))
            found.extend(
                Refusal(written, question=question, needed=needed, told=told[question])
                for question, needed in written.when.items()
                if told[question] not in needed
            )
        return tuple(found) or (self.elsewhere(place, event),)

    def elsewhere(self, place: Place, event: str) -> Refusal:
        """Say where an event is taken to which nothing here listens, and what leads there."""
        tree = self.tree
        sources = 0
        for number in tree.on[event]:  # in document order, so that one inside another comes after it
            if not any(tree.below[other] >> number & 1 for other in tree.numbers(sources)):
                sources |= 1 << number
        through = tuple(other for other in self.open(place) if self.leads(place, other) & sources)
        return Refusal(elsewhere=tree.said(sources), through=through)

    def leads(self, place: Place, event: str) -> int:
        """Give the states in which an event ends from a place, if the answers are what it needs."""
        bits = place.bits
        try:
            candidates = self.tree.on[event]
            return _algorithm.react(
                self.tree, bits, place.memory, candidates, lambda edge: _algorithm.inside(edge, bits)
            ).active
        except DefinitionError:  # eventless transitions that do not come to rest lead nowhere
            return 0

    def listening(self, bits: int, event: str) -> Iterator[Edge]:
        """Give the transitions on an event whose source is active, in document order."""
        for number, edges in self.tree.on[event].items():
            if bits >> number & 1:
                yield from edges

    def open(self, place: Place) -> Iterator[str]:
        """Give the events that would be taken here for some answers."""
        for event in self.tree.on:
            if any(_algorithm.inside(edge, place.bits) for edge in self.listening(place.bits, event)):
                yield event

    # Time

    def advance(self, position: Position, at: datetime) -> Step:
        """Let time pass."""
        if at < position.at:
            raise backwards(position, at)
        timeouts = self.fire(position, at) if position._since else ()
        last = timeouts[-1].after if timeouts else position
        left = dict.fromkeys(name for step in timeouts for name in step.left)
        entered = dict.fromkeys(name for step in timeouts for name in step.entered)
        move = Move(last._place, left=tuple(left), entered=tuple(entered))
        return Step(None, position, Position(last._place, at, last._since), timeouts, move)

    def due(self, position: Position) -> datetime | None:
        """Give the next deadline after a position."""
        deadlines = [
            due
            for number, entered in position._since
            for edge in self.tree.deadlines[number]
            if (due := deadline(entered, edge)) is not None and due > position.at
        ]
        return min(deadlines, default=None)

    def fire(self, position: Position, until: datetime) -> tuple[Step, ...]:
        """Let all deadlines up to and including an instant go off in order, those of one instant together."""
        steps: list[Step] = []
        for _ in range(MAX_TIMEOUTS + 1):
            due = self.due(position)
            if due is None or due > until:
                return tuple(steps)
            reached = self.reach(position, due)
            if reached is None:
                position = Position(position._place, due, position._since)
            else:
                steps.append(reached)
                position = reached.after
        raise restless(self.tree, (edge for step in steps[-3:] for edge in step.taken))

    def reach(self, position: Position, due: datetime) -> Step | None:
        """Take what is due at an instant; None if no condition holds then."""
        place = position._place
        since = dict(position._since)

        def allows(edge: Edge) -> bool:
            return deadline(since[edge.source], edge) == due and _algorithm.inside(edge, place.bits)

        moved = _algorithm.react(self.tree, place.bits, place.memory, self.tree.deadlines, allows)
        if not moved.taken:
            return None
        move = self.moved(moved)
        return Step(None, position, Position(move.place, due, entered(move, position._since, due)), (), move)


def deadline(entered: datetime, edge: Edge) -> datetime | None:
    """Give the instant of a deadline, None beyond the years that a datetime can tell."""
    try:
        return None if edge.after is None else entered + edge.after
    except OverflowError:
        return None


def entered(move: Move, since: Since, at: datetime) -> Since:
    """Give the entry instants of the states with deadlines after a move."""
    known = dict(since)
    return tuple((n, at if move.entered_bits >> n & 1 else known.get(n, at)) for n in move.place.timed)


def restless(tree: Tree, taken: Iterable[Transition]) -> DefinitionError:
    """Make the error for deadlines that follow one another too often in one stretch of time."""
    return DefinitionError(
        f"deadlines follow one another more than {MAX_TIMEOUTS:,} times in one stretch of time",
        found="; ".join(dict.fromkeys(map(str, taken))),
        allowed="let an event be needed somewhere in their cycle, or make them longer",
        where=f"Chart({tree.name!r})",
    )


def backwards(position: Position, at: datetime) -> TimeError:
    """Make the error for an instant before the position's."""
    return TimeError(
        "time does not go back",
        found=f"{at.isoformat()}, the position is of {position.at.isoformat()}",
        allowed="a late event is told to a Journey, which folds it in at its own instant",
        where="at",
    )
