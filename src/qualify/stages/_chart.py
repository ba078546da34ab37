"""`Chart`: one table of what may follow what, which steps, explains and describes itself.

What belongs here: the public face of the table, and time. What does not: who asks the questions; the
chart is told the answers, and it never asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from qualify import _checks
from qualify._maps import Map, Value
from qualify.errors import ChartMismatch, InvalidType, InvalidValue, TimeError
from qualify.stages import _algorithm
from qualify.stages._events import NOTHING, Event, told
from qualify.stages._parts import History, Names, State, Transition, label, labels, regions
from qualify.stages._steps import Key, Move, Place, Position, Refusal, Since, Step
from qualify.stages._tree import SHALLOW, Edge, Tree, build, state_of
from qualify.truth import Truth

if TYPE_CHECKING:
    from qualify.stages._algorithm import Memory, Moved

_REMEMBERED = 4_096  # configurations whose moves a chart keeps; beyond them it computes again
_KEPT = 256  # moves kept in one configuration
_YES, _UNKNOWN, _NO = Truth.YES.value, Truth.UNKNOWN.value, Truth.NO.value
_TRUTHS = {truth.value: truth for truth in Truth}


@attrs.frozen(init=False, repr=False, eq=False)
class Chart(Value):
    """A statechart: states, and the transitions between them, as one frozen table.

    The first state is the initial one unless `initial` names another; in a `parallel` chart all states
    on top are active at once. Transitions of one state are tried in the order of writing, inner states
    first; with `strict=True` a chart in which that order ever decides is an error. Charts with the same
    name, version, states and transitions are equal and have the same fingerprint, however their
    transitions were grouped.

    The semantics are SCXML's (W3C, 2015), without data, scripts and executable content. At most 1,000
    states, 24 levels and 10,000 transitions.

    >>> from datetime import datetime, timedelta, timezone
    >>> desk = Chart("desk", State("new"), State("waiting"), State("solved"), version="1", transitions=(
    ...     Transition(("new", "waiting"), on="answer", to="waiting"),
    ...     Transition("waiting", on="close", to="solved", when={"customer_agrees": Truth.YES}),
    ...     Transition("waiting", after=timedelta(hours=72), to="solved"),
    ... ))
    >>> noon = datetime(2026, 5, 3, 12, tzinfo=timezone.utc)
    >>> step = desk.step(desk.start(at=noon), "answer", at=noon)
    >>> print(step)
    answer moved new -> waiting
    >>> print(desk.step(step.after, "close", at=noon))
    close refused in waiting: customer_agrees was UNKNOWN, needs YES; allowed: answer
    >>> print(desk.advance(step.after, at=noon + timedelta(hours=80)))
    after 3 days, 0:00:00: moved waiting -> solved
    """

    name: str
    states: tuple[State | History, ...]
    parallel: bool = False
    initial: tuple[str, ...] = ()
    version: str = "1"
    transitions: tuple[Transition, ...] = ()
    _tree: Tree = attrs.field(init=False, eq=False)
    _places: dict[tuple[int, Memory], Place] = attrs.field(init=False, eq=False, factory=dict)
    _seal: list[str] = attrs.field(init=False, eq=False, factory=list)

    def __init__(
        self,
        name: str,
        *states: State | History,
        transitions: tuple[Transition, ...] = (),
        parallel: bool = False,
        initial: Names = (),
        version: str = "1",
        strict: bool = False,
    ) -> None:
        name = label(name, "Chart.name")
        where = f"Chart({name!r})"
        given = tuple(transitions)
        for i, transition in enumerate(given):
            if not isinstance(transition, Transition):
                raise InvalidType(
                    "a Transition is needed",
                    found=_checks.kind_of(transition),
                    where=f"{where}.transitions[{i}]",
                )
        parts = regions(states, where, parallel=parallel)
        start = labels(initial, f"{where}.initial")
        tree, normal = build(name, parts, start, given, parallel=parallel)
        _algorithm.refuse_cycles(tree)
        self.__attrs_init__(
            name=name,
            states=parts,
            parallel=parallel,
            initial=start,
            version=_checks.name(version, f"{where}.version"),
            transitions=normal,
        )
        object.__setattr__(self, "_tree", tree)
        if _checks.boolean(strict, f"{where}.strict"):
            from qualify.stages._check import refuse_order

            refuse_order(self)

    # What is in it

    @property
    def state_names(self) -> tuple[str, ...]:
        """The names of all states in document order, those around others too, histories left out."""
        tree = self._tree
        return tuple(n for n, kind in zip(tree.names, tree.kinds, strict=True) if n and kind < SHALLOW)

    @property
    def events(self) -> tuple[str, ...]:
        """The names of all events, in the order in which the table first names them."""
        return tuple(self._tree.on)

    def has_state(self, name: str) -> bool:
        """Whether a state has this name.

        >>> Chart("c", State("a")).has_state("a")
        True
        """
        number = self._tree.index.get(name)
        return number is not None and self._tree.kinds[number] < SHALLOW

    def has_event(self, name: str) -> bool:
        """Whether any transition listens to this event.

        >>> Chart("c", State("a")).has_event("go")
        False
        """
        return name in self._tree.on

    def questions(self, position: Position | None = None, event: str | None = None) -> tuple[str, ...]:
        """Give the questions that a step may ask: of the chart, of a position, of an event, or of both.

        Only transitions that could be taken there count; an unknown event is an error.

        >>> door = Chart("door", State("shut"), State("open"), transitions=(
        ...     Transition("shut", on="push", to="open", when={"unlocked": Truth.YES}),))
        >>> door.questions()
        ('unlocked',)
        """
        tree = self._tree
        if event is not None:
            self._known(event)
        names = tree.on if event is None else (event,)
        if position is None:
            return tuple(dict.fromkeys(q for name in names for q in tree.asks[name]))
        place = self._own(position)._place
        found: dict[str, None] = {}
        for name in names:
            for edge in _listening(tree, place.bits, name):
                if _algorithm.inside(edge, place.bits):
                    found.update(dict.fromkeys(q for q, _ in edge.when))
        return tuple(found)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the chart's canonical form, as 64 hexadecimal digits."""
        if not self._seal:
            from qualify._canonical import fingerprint  # costs an import that a bare step can do without

            self._seal.append(fingerprint(self))
        return self._seal[0]

    def _canonical(self) -> dict[str, object]:
        entries: dict[str, object] = {"name": self.name, "states": self.states}
        if self.parallel:
            entries["parallel"] = True
        if self.initial:
            entries["initial"] = self.initial
        if self.version != "1":
            entries["version"] = self.version
        if self.transitions:
            entries["transitions"] = self.transitions
        return entries

    def _same(self) -> tuple[object, ...]:
        return self.name, self.states, self.parallel, self.initial, self.version, self.transitions

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return self._same() == other._same() if isinstance(other, Chart) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.name, self.version, len(self._tree.names), len(self.transitions)))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.name, self.states, self.parallel, self.initial, self.version, self.transitions)

    def __repr__(self) -> str:
        states = len(self.state_names)
        return f"<Chart {self.name!r} version {self.version!r}: {states} states, {len(self.transitions)} transitions>"

    # Stepping

    def start(self, *, at: datetime, active: Names | None = None) -> Position:
        """Give the position of a subject that begins at `at`: in the initial states, or in `active`.

        `active` takes in a subject that is already somewhere: name the innermost states; regions that are
        not named begin as usual.

        >>> from datetime import timezone
        >>> chart = Chart("c", State("a"), State("b"))
        >>> print(chart.start(at=datetime(2026, 5, 3, tzinfo=timezone.utc), active="b"))
        b
        """
        instant = _checks.instant(at, "start.at")
        goals = () if active is None else self._goals(active, "start.active")
        moved = _algorithm.begin(self._tree, goals)
        place = self._place(moved.active, moved.memory)
        return Position(place, instant, tuple((n, instant) for n in place.timed))

    def step(
        self, position: Position, event: str, *, at: datetime, answers: Mapping[str, Truth] | None = None
    ) -> Step:
        """Tell the chart an event and get the step: moved, stayed or refused, and why.

        Deadlines up to and including `at` go off first. `answers` are the truths told with the event; one
        that a transition needs and that is missing counts as UNKNOWN, and one that the chart never asks
        for is an error, as is an event that it has nowhere and an instant before the position's.

        >>> from datetime import timezone
        >>> noon = datetime(2026, 5, 3, 12, tzinfo=timezone.utc)
        >>> door = Chart("door", State("shut"), State("open"), transitions=(
        ...     Transition("shut", on="push", to="open"),))
        >>> door.step(door.start(at=noon), "push", at=noon).after.leaves
        ('open',)
        """
        return self._take(self._own(position), Event(event, at, answers=answers))

    def advance(self, position: Position, *, at: datetime) -> Step:
        """Let time pass until `at`: a step without an event, whose `timeouts` are the deadlines that went off.

        A host need not call it: a step does the same first.

        >>> from datetime import timedelta, timezone
        >>> noon = datetime(2026, 5, 3, 12, tzinfo=timezone.utc)
        >>> egg = Chart("egg", State("soft"), State("hard"), transitions=(
        ...     Transition("soft", after=timedelta(minutes=8), to="hard"),))
        >>> print(egg.advance(egg.start(at=noon), at=noon + timedelta(hours=1)).after)
        hard
        """
        position = self._own(position)
        instant = _checks.instant(at, "advance.at")
        _forward(position, instant)
        timeouts = self._fire(position, instant) if position._since else ()
        last = timeouts[-1].after if timeouts else position
        after = Position(last._place, instant, last._since)
        left = dict.fromkeys(name for step in timeouts for name in step.left)
        entered = dict.fromkeys(name for step in timeouts for name in step.entered)
        move = Move(last._place, (), (), tuple(left), tuple(entered), 0)
        return Step(None, position, after, timeouts, move)

    def due(self, position: Position) -> datetime | None:
        """Give the instant of the next deadline after a position, or None.

        A deadline whose `inside` does not hold when it is reached passes without effect.

        >>> from datetime import timedelta, timezone
        >>> noon = datetime(2026, 5, 3, 12, tzinfo=timezone.utc)
        >>> egg = Chart("egg", State("soft"), State("hard"), transitions=(
        ...     Transition("soft", after=timedelta(minutes=8), to="hard"),))
        >>> egg.due(egg.start(at=noon)).minute
        8
        """
        position = self._own(position)
        return self._due(position) if position._since else None

    def explain(self, position: Position, answers: Mapping[str, Truth] | None = None) -> Explanation:
        """Say of every event at once what it would do here: moved, stayed, refused because, or not here.

        >>> from datetime import timezone
        >>> noon = datetime(2026, 5, 3, 12, tzinfo=timezone.utc)
        >>> door = Chart("door", State("shut"), State("open"), transitions=(
        ...     Transition("shut", on="push", to="open"), Transition("open", on="pull", to="shut")))
        >>> print(door.explain(door.start(at=noon)))
        push: moved shut -> open
        pull: not here, it is taken only in open, where push leads
        """
        position = self._own(position)
        given = told(answers) if answers else NOTHING
        return Explanation(
            position, tuple(self._take(position, Event(e, position.at, answers=given)) for e in self.events)
        )

    # The machine below

    def _place(self, bits: int, memory: Memory) -> Place:
        key = bits, memory
        place = self._places.get(key)
        if place is None:
            place = Place(self, bits, memory)
            if len(self._places) < _REMEMBERED:
                place = self._places.setdefault(key, place)
        return place

    def _own(self, position: Position) -> Position:
        """Give a position of this chart; one of an equal chart is taken over, any other is an error."""
        if not isinstance(position, Position):
            raise InvalidType(
                "a Position is needed", found=_checks.kind_of(position), where=f"Chart({self.name!r})"
            )
        other = position._place.chart
        if other is self:
            return position
        if other != self:
            raise ChartMismatch(
                f"{other.name} {other.version} ({other.fingerprint[:12]})",
                f"{self.name} {self.version} ({self.fingerprint[:12]})",
                where=f"Chart({self.name!r})",
            )
        return Position(
            self._place(position._place.bits, position._place.memory), position.at, position._since
        )

    def _known(self, event: object) -> None:
        if event not in self._tree.on:
            raise _checks.unknown("event", str(event), self.events, where=f"Chart({self.name!r})")

    def _goals(self, active: Names, where: str) -> tuple[int, ...]:
        """Give the innermost of some named states, checked to be active together."""
        tree = self._tree
        numbers = [state_of(tree, name, where) for name in labels(active, where)]
        goals = tuple(n for n in numbers if not any(tree.below[n] >> other & 1 for other in numbers))
        entered = _algorithm.entry(tree, goals, 0, {})
        if not _algorithm.legal(tree, entered):
            raise InvalidValue(
                "these states cannot be active together",
                found=", ".join(tree.names[n] for n in numbers),
                where=where,
            )
        return goals

    def _take(self, position: Position, event: Event, version: int | None = None) -> Step:
        """Fold one event: deadlines first, then the move, remembered by configuration, event and answers."""
        asks = self._tree.asks.get(event.name)
        if asks is None:
            self._known(event.name)
        answers = event.answers
        if answers:
            self._asked(answers)
        at = event.at
        if at < position.at:
            _forward(position, at)
        timeouts: tuple[Step, ...] = ()
        if position._since:
            timeouts = self._fire(position, at)
            if timeouts:
                position = timeouts[-1].after
        place = position._place
        key: Key = event.name
        if asks:
            key = (key, *[answers[q]._value_ if q in answers else _UNKNOWN for q in asks])
        move = place.moves.get(key)
        if move is None:
            move = self._move(place, event.name, asks or (), key)
        since = position._since
        if since or move.place.timed:
            since = _entered(move, since, at)
        return Step(event, position, Position(move.place, at, since), timeouts, move, version)

    def _asked(self, answers: Map[Truth]) -> None:
        for question in answers:
            if question not in self._tree.questions:
                raise _checks.unknown(
                    "question", question, self.questions(), where=f"Chart({self.name!r}).answers"
                )

    def _move(self, place: Place, event: str, asks: tuple[str, ...], key: Key) -> Move:
        tree = self._tree
        codes = dict(zip(asks, key[1:], strict=True)) if asks else {}
        bits = place.bits

        def allows(edge: Edge) -> bool:
            return _algorithm.inside(edge, bits) and all(codes[q] in needed for q, needed in edge.when)

        moved = _algorithm.react(tree, bits, place.memory, tree.on[event], allows)
        if moved.taken:
            move = self._moved(moved)
        else:
            move = Move(place, (), self._refusals(place, event, codes), (), (), 0)
        if len(place.moves) < _KEPT:
            place.moves[key] = move
        return move

    def _moved(self, moved: Moved) -> Move:
        tree = self._tree
        return Move(
            self._place(moved.active, moved.memory),
            tuple(edge.written for edge in moved.taken),
            (),
            tree.said(moved.left),
            tree.said(moved.entered),
            moved.entered,
        )

    def _refusals(self, place: Place, event: str, codes: Mapping[str, object]) -> tuple[Refusal, ...]:
        """Say why nothing was taken: every condition that failed, or where the event is taken at all."""
        tree = self._tree
        found: list[Refusal] = []
        for edge in _listening(tree, place.bits, event):
            if not _algorithm.inside(edge, place.bits):
                found.append(Refusal(edge.written, inside=edge.written.inside))
            found.extend(
                Refusal(
                    edge.written,
                    question=question,
                    needed=edge.written.when[question],
                    told=_TRUTHS[codes[question]],  # type: ignore[index]
                )
                for question, needed in edge.when
                if codes[question] not in needed
            )
        if found:
            return tuple(found)
        sources = 0
        for number in tree.on[event]:  # in document order, so that one inside another comes after it
            if not any(tree.below[other] >> number & 1 for other in tree.numbers(sources)):
                sources |= 1 << number
        through = tuple(
            other
            for other in tree.on
            if any(
                edge.targets
                and _algorithm.inside(edge, place.bits)
                and _algorithm.entry(tree, edge.targets, 0, dict(place.memory)) & sources
                for edge in _listening(tree, place.bits, other)
            )
        )
        return (Refusal(elsewhere=tree.said(sources), through=through),)

    def _open(self, position: Position) -> Iterator[str]:
        """Give the events that would be taken here, whatever their answers."""
        bits = position._place.bits
        for event in self._tree.on:
            if any(_algorithm.inside(edge, bits) for edge in _listening(self._tree, bits, event)):
                yield event

    # Time

    def _due(self, position: Position) -> datetime | None:
        deadlines = [
            due
            for number, entered in position._since
            for edge in self._tree.deadlines[number]
            if (due := _deadline(entered, edge)) is not None and due > position.at
        ]
        return min(deadlines, default=None)

    def _fire(self, position: Position, until: datetime) -> tuple[Step, ...]:
        """Let all deadlines up to and including `until` go off, in order."""
        steps: list[Step] = []
        while True:
            due = self._due(position)
            if due is None or due > until:
                return tuple(steps)
            place = position._place
            reached = dict(position._since)
            bits = place.bits

            def allows(
                edge: Edge, reached: dict[int, datetime] = reached, due: datetime = due, bits: int = bits
            ) -> bool:
                return _deadline(reached[edge.source], edge) == due and _algorithm.inside(edge, bits)

            moved = _algorithm.react(self._tree, bits, place.memory, self._tree.deadlines, allows)
            if moved.taken:
                move = self._moved(moved)
                after = Position(move.place, due, _entered(move, position._since, due))
                steps.append(Step(None, position, after, (), move))
                position = after
            else:
                position = Position(place, due, position._since)


def _rebuild(
    name: str,
    states: tuple[State | History, ...],
    parallel: bool,  # noqa: FBT001 - called by pickle alone
    initial: tuple[str, ...],
    version: str,
    transitions: tuple[Transition, ...],
) -> Chart:
    return Chart(name, *states, parallel=parallel, initial=initial, version=version, transitions=transitions)


def _listening(tree: Tree, bits: int, event: str) -> Iterator[Edge]:
    """Give the transitions on an event whose source is active, in document order."""
    for number, edges in tree.on[event].items():
        if bits >> number & 1:
            yield from edges


def _deadline(entered: datetime, edge: Edge) -> datetime | None:
    """Give the instant of a deadline, None beyond the years that a datetime can tell."""
    try:
        return None if edge.after is None else entered + edge.after
    except OverflowError:
        return None


def _entered(move: Move, since: Since, at: datetime) -> Since:
    """Give the entry instants of the timed states after a move."""
    known = dict(since)
    return tuple((n, at if move.entered_bits >> n & 1 else known.get(n, at)) for n in move.place.timed)


def _forward(position: Position, at: datetime) -> None:
    if at < position.at:
        raise TimeError(
            "time does not go back",
            found=f"{at.isoformat()}, the position is of {position.at.isoformat()}",
            allowed="a late event is told to a Journey, which folds it in at its own instant",
            where="at",
        )


@attrs.frozen(repr=False)
class Explanation:
    """What every event would do in one position: `steps`, one each, by name with `[...]`.

    `print` shows one line an event.

    >>> from datetime import timezone
    >>> chart = Chart("c", State("a"), State("b"), transitions=(Transition("a", on="go", to="b"),))
    >>> chart.explain(chart.start(at=datetime(2026, 5, 3, tzinfo=timezone.utc)))["go"].end
    'moved'
    """

    position: Position
    steps: tuple[Step, ...]

    def __getitem__(self, event: str) -> Step:
        for step in self.steps:
            if step.event is not None and step.event.name == event:
                return step
        raise _checks.unknown("event", event, self.position.chart.events, where="Explanation")

    def _of(self, *ends: str) -> tuple[str, ...]:
        return tuple(step.event.name for step in self.steps if step.event is not None and step.end in ends)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The events that would be taken with these answers."""
        return self._of("moved", "stayed")

    @property
    def refused(self) -> tuple[str, ...]:
        """The events that would be refused, those that nothing here listens to among them."""
        return self._of("refused")

    def __str__(self) -> str:
        return "\n".join(map(_line, self.steps))

    def __repr__(self) -> str:
        return f"<Explanation of {self.position}: {len(self.allowed)} allowed, {len(self.refused)} refused>"


def _line(step: Step) -> str:
    name = step.event.name if step.event is not None else ""
    if not step.refused:
        return str(step).replace(" ", ": ", 1)
    reasons = ", ".join(dict.fromkeys(map(str, step.refusals)))
    return f"{name}: {'not here' if step.refusals[0].elsewhere else 'refused'}, {reasons}"
