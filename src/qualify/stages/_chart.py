"""`Chart`: one table of what may follow what, which steps, explains and describes itself.

What belongs here: the public face of the table, and time. What does not: who asks the questions; the
chart is told the answers, and it never asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.errors import ChartMismatch, InvalidType, InvalidValue
from qualify.stages import _algorithm
from qualify.stages._events import NOTHING, Event, told
from qualify.stages._machine import Machine, backwards
from qualify.stages._parts import History, Names, State, Transition, count, label, labels, regions, several
from qualify.stages._steps import Position, Step
from qualify.stages._tree import ROOT, SHALLOW, Tree, build, state_of
from qualify.truth import Truth

if TYPE_CHECKING:
    from qualify.stages._algorithm import Memory
    from qualify.stages._check import ChartFinding
    from qualify.stages._compile import Compiled
    from qualify.stages._difference import Difference
    from qualify.stages._explanation import Explanation


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
    after 3 days: moved waiting -> solved
    """

    name: str
    states: tuple[State | History, ...]
    parallel: bool = False
    initial: tuple[str, ...] = ()
    version: str = "1"
    transitions: tuple[Transition, ...] = ()
    _tree: Tree = attrs.field(init=False, eq=False)
    _machine: Machine = attrs.field(init=False, eq=False)
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
        given = several(transitions, "Transition", f"{where}.transitions")
        for i, transition in enumerate(given):
            if not isinstance(transition, Transition):
                raise InvalidType(
                    "a Transition is needed",
                    found=_checks.kind_of(transition),
                    where=f"{where}.transitions[{i}]",
                )
        parts = regions(states, where, parallel=parallel)
        start = labels(initial, f"{where}.initial")
        tree = build(name, parts, start, given, parallel=parallel)
        _algorithm.refuse_cycles(tree)
        self.__attrs_init__(
            name=name,
            states=parts,
            parallel=parallel,
            initial=start,
            version=_checks.name(version, f"{where}.version"),
            transitions=tuple(edge.written for edge in tree.edges),
        )
        object.__setattr__(self, "_tree", tree)
        object.__setattr__(self, "_machine", Machine(self, tree))
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
        if event is not None and event not in tree.on:
            raise self._machine.unknown_event(event)
        names = tree.on if event is None else (event,)
        if position is None:
            return tuple(dict.fromkeys(q for name in names for q in tree.asks[name]))
        place = self._own(position)._place
        found: dict[str, None] = {}
        for name in names:
            for edge in self._machine.listening(place.bits, name):
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
        size = f"{count(len(self.state_names), 'state')}, {count(len(self.transitions), 'transition')}"
        return f"<Chart {self.name!r} version {self.version!r}: {size}>"

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
        return self._begin(_checks.instant(at, "start.at"), active)

    def step(
        self, position: Position, event: str, *, at: datetime, answers: Mapping[str, Truth] | None = None
    ) -> Step:
        """Tell the chart an event and get the step: moved, stayed or refused, and why.

        Deadlines up to and including `at` go off first; more than 10,000 in a row are an error. `answers`
        are the truths told with the event; one that a transition needs and that is missing counts as
        UNKNOWN, and one that the chart never asks for is an error, as is an event that it has nowhere and
        an instant before the position's.

        >>> from datetime import timezone
        >>> noon = datetime(2026, 5, 3, 12, tzinfo=timezone.utc)
        >>> door = Chart("door", State("shut"), State("open"), transitions=(
        ...     Transition("shut", on="push", to="open"),))
        >>> door.step(door.start(at=noon), "push", at=noon).after.leaves
        ('open',)
        """
        machine = self._machine
        if type(position) is not Position or position._place.machine is not machine:
            position = self._own(position)
        row = Event(event, at, answers=answers)
        if row.at < position.at:
            raise backwards(position, row.at)
        return machine.take(position, row)

    def advance(self, position: Position, *, at: datetime) -> Step:
        """Let time pass until `at`: a step without an event, whose `timeouts` are the deadlines.

        A host need not call it: a step does the same first.

        >>> from datetime import timedelta, timezone
        >>> noon = datetime(2026, 5, 3, 12, tzinfo=timezone.utc)
        >>> egg = Chart("egg", State("soft"), State("hard"), transitions=(
        ...     Transition("soft", after=timedelta(minutes=8), to="hard"),))
        >>> print(egg.advance(egg.start(at=noon), at=noon + timedelta(hours=1)).after)
        hard
        """
        return self._machine.advance(self._own(position), _checks.instant(at, "advance.at"))

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
        return self._machine.due(self._own(position))

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
        from qualify.stages._explanation import Explanation

        position = self._own(position)
        given = told(answers) if answers else NOTHING
        return Explanation(
            position,
            tuple(self._machine.take(position, Event(e, position.at, answers=given)) for e in self.events),
        )

    # What the table says about itself

    def check(self, *, budget: int = 10_000) -> tuple[ChartFinding, ...]:
        """Give what the table says about itself: states without a way out or back, and more.

        It searches all configurations that can be reached, at most `budget` of them. See `ChartFinding` for
        the codes.

        >>> funnel = Chart("funnel", State("lead"), State("won"), transitions=(
        ...     Transition("lead", on="buy", to="won"),))
        >>> print(*funnel.check())
        no-way-out: won: nothing leaves this state; add a way out: nothing is for ever
        """
        from qualify.stages._check import check

        return check(self, budget=budget)

    def diff(self, other: Chart, positions: Iterable[Position] = ()) -> Difference:
        """Give what `other` adds and removes, and which of these positions of this chart it strands.

        >>> print(Chart("c", State("a")).diff(Chart("c", State("a"))))
        no difference
        """
        from qualify.stages._difference import compare

        return compare(self, other, positions)

    def compile(self, *, starts: Iterable[Names] = (), budget: int = 10_000) -> Compiled:
        """Give the chart as a flat table of its reachable configurations, for single steps and columns.

        `starts` are further places where subjects may be taken in, named by their innermost states. More
        than `budget` configurations are an error.

        >>> Chart("c", State("a"), State("b"), transitions=(Transition("a", on="go", to="b"),)).compile()
        <Compiled 'c': 2 configurations, 1 symbol>
        """
        from qualify.stages._compile import compiled

        return compiled(self, starts, budget)

    # In and out

    def to_mermaid(self) -> str:
        """Give the chart as a Mermaid state diagram.

        Every arrow begins in an innermost state; what is taken and moves nothing is not drawn, nor is what
        can never be taken from there.

        >>> chart = Chart("c", State("a"), State("b"), transitions=(Transition("a", on="go", to="b"),))
        >>> print(chart.to_mermaid().splitlines()[-1].strip())
        a --> b : go
        """
        from qualify.stages._drawing import mermaid

        return mermaid(self)

    def to_text(self) -> str:
        """Give the chart as plain text: the states as an outline, the transitions as an aligned table.

        >>> chart = Chart("c", State("a"), State("b"), transitions=(Transition("a", on="go", to="b"),))
        >>> print(chart.to_text().splitlines()[-1])
        a     go             b
        """
        from qualify.stages._drawing import text

        return text(self)

    def to_xstate(self) -> str:
        """Give the chart as the JSON of an XState v5 machine.

        Conditions are parameters of one guard, `qualify`, which the host writes there.

        >>> import json
        >>> json.loads(Chart("c", State("a")).to_xstate())["initial"]
        'a'
        """
        from qualify.stages._xstate import write

        return write(self)

    def _repr_markdown_(self) -> str:
        from qualify.stages._drawing import markdown

        return markdown(self)

    def to_scxml(self) -> str:
        """Give the chart as an SCXML document, which `Chart.from_scxml` reads back as an equal chart.

        Answers are read from the event's data by name, deadlines are delayed sends.

        >>> print(Chart("c", State("a")).to_scxml().splitlines()[2])
          <state id="a"/>
        """
        from qualify.stages._scxml import write

        return write(self)

    @classmethod
    def from_scxml(cls, text: str, *, name: str | None = None, version: str | None = None) -> Chart:
        """Read a chart from an SCXML document, of the subset that charts can say.

        `<final>` reads as a state, and a state without an id gets a name. Data, scripts, executable content,
        DTDs, event prefixes and `done.` events are an error that names the element and its place.

        >>> text = '<scxml xmlns="http://www.w3.org/2005/07/scxml"><state id="a"/></scxml>'
        >>> Chart.from_scxml(text).state_names
        ('a',)
        """
        from qualify.stages._scxml import read

        found = read(text)
        return cls(
            name or found.name,
            *found.states,
            transitions=tuple(found.transitions),
            parallel=found.parallel,
            initial=found.initial,
            version=version or found.version,
        )

    def _begin(self, at: datetime, active: Names | None, memory: Memory = ()) -> Position:
        """Give the position of a subject that begins in named states, with what histories remember."""
        goals = () if active is None else self._goals(active, "start.active")
        return self._machine.start(at, goals, memory)

    def _own(self, position: Position) -> Position:
        """Give a position of this chart; one of an equal chart is taken over, any other is an error."""
        if not isinstance(position, Position):
            raise InvalidType(
                "a Position is needed", found=_checks.kind_of(position), where=f"Chart({self.name!r})"
            )
        place = position._place
        other = place.machine.chart
        if other is self:
            return position
        if other != self:
            raise ChartMismatch(
                f"{other.name} {other.version} ({other.fingerprint[:12]})",
                f"{self.name} {self.version} ({self.fingerprint[:12]})",
                where=f"Chart({self.name!r})",
            )
        return Position(self._machine.place(place.bits, place.memory), position.at, position._since)

    def _goals(self, active: Names, where: str) -> tuple[int, ...]:
        """Give the innermost of some named states, checked to be active together."""
        tree = self._tree
        numbers = [state_of(tree, name, where) for name in labels(active, where)]
        goals = tuple(n for n in numbers if not any(tree.below[n] >> other & 1 for other in numbers))
        if not _algorithm.legal(tree, _algorithm.entry(tree, goals, ROOT, {})):
            raise InvalidValue(
                "these states cannot be active together",
                found=", ".join(tree.names[n] for n in numbers),
                where=where,
            )
        return goals


def _rebuild(
    name: str,
    states: tuple[State | History, ...],
    parallel: bool,  # noqa: FBT001 - called by pickle alone
    initial: tuple[str, ...],
    version: str,
    transitions: tuple[Transition, ...],
) -> Chart:
    return Chart(name, *states, parallel=parallel, initial=initial, version=version, transitions=transitions)
