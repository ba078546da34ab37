"""Where a subject stands (`Position`), what an event led to (`Step`), and why it did not (`Refusal`).

What belongs here: the values that the chart gives back, and how they read. What does not: how they come
about (`_chart`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from qualify._maps import Value
from qualify.errors import Refused
from qualify.stages._parts import truths, waits

if TYPE_CHECKING:
    from qualify.stages._algorithm import Memory
    from qualify.stages._chart import Chart
    from qualify.stages._events import Event
    from qualify.stages._machine import Machine
    from qualify.stages._parts import Transition
    from qualify.truth import Truth

End: TypeAlias = Literal["moved", "stayed", "refused"]
Since: TypeAlias = tuple[tuple[int, datetime], ...]  # entry instants of the active states with deadlines
Key: TypeAlias = "str | tuple[str | int, ...]"  # an event, with the codes of the answers that it asks for


class Place:
    """One configuration of a chart with its histories, shared by all who stand there; it remembers moves."""

    __slots__ = ("active", "bits", "leaves", "machine", "memory", "moves", "timed")

    def __init__(self, machine: Machine, bits: int, memory: Memory) -> None:
        tree = machine.tree
        self.machine: Machine = machine
        self.bits: int = bits
        self.memory: Memory = memory
        self.active: frozenset[str] = frozenset(tree.said(bits))
        self.leaves: tuple[str, ...] = tree.said(bits & tree.atoms)
        self.moves: dict[Key, Move] = {}
        self.timed: tuple[int, ...] = tuple(n for n in tree.numbers(bits) if n in tree.deadlines)


class Move:
    """What an event leads to from one place: shared by all steps that it explains."""

    __slots__ = ("end", "entered", "entered_bits", "left", "place", "refusals", "taken")

    def __init__(
        self,
        place: Place,
        *,
        taken: tuple[Transition, ...] = (),
        refusals: tuple[Refusal, ...] = (),
        left: tuple[str, ...] = (),
        entered: tuple[str, ...] = (),
        entered_bits: int = 0,
    ) -> None:
        self.place: Place = place
        self.taken: tuple[Transition, ...] = taken
        self.refusals: tuple[Refusal, ...] = refusals
        self.left: tuple[str, ...] = left
        self.entered: tuple[str, ...] = entered
        self.entered_bits: int = entered_bits
        self.end: End = "refused" if refusals else "moved" if left or entered else "stayed"

    def told(self) -> dict[str, tuple[object, ...]]:
        """Give what a step shows of it."""
        names = ("taken", "refusals", "left", "entered")
        return {name: part for name in names if (part := getattr(self, name))}

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Move) and self.told() == other.told())

    def __hash__(self) -> int:
        return hash((self.left, self.entered))


@attrs.frozen(repr=False, eq=False, weakref_slot=False)
class Position(Value):
    """Where a subject stands at an instant: the active states of a chart.

    Positions come from a chart (`chart.start`, a step) or a journey. They are equal if chart, states,
    histories, running deadlines and instant are.

    >>> from datetime import datetime, timezone
    >>> from qualify.stages import Chart, State, Transition
    >>> desk = Chart("desk", State("open", State("new"), State("waiting")), State("closed"), transitions=(
    ...     Transition("open", on="close", to="closed"),))
    >>> position = desk.start(at=datetime(2026, 5, 3, tzinfo=timezone.utc))
    >>> print(position), "open" in position.active
    new
    (None, True)
    """

    _place: Place
    at: datetime
    _since: Since

    @property
    def chart(self) -> Chart:
        """The chart whose states these are."""
        return self._place.machine.chart

    @property
    def active(self) -> frozenset[str]:
        """The names of all active states, the ones around others too."""
        return self._place.active

    @property
    def leaves(self) -> tuple[str, ...]:
        """The names of the innermost active states, in document order."""
        return self._place.leaves

    @property
    def _remembered(self) -> dict[str, tuple[str, ...]]:
        """What histories remember, by name."""
        tree = self._place.machine.tree
        return {tree.names[n]: tree.said(bits) for n, bits in self._place.memory}

    def _identity(self) -> tuple[object, ...]:
        place = self._place
        return place.bits, place.memory, self.at, self._since, place.machine.chart.fingerprint

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Position):
            return NotImplemented
        if self._place is other._place:
            return self.at == other.at and self._since == other._since
        return self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash((self._place.bits, self._place.memory, self.at, self._since))

    def __reduce__(self) -> tuple[object, ...]:
        place = self._place
        return _restore, (place.machine.chart, place.bits, place.memory, self.at, self._since)

    def _canonical(self) -> dict[str, object]:
        """Write the chart by name, as a journey does, and states by their names."""
        place = self._place
        chart, tree = self.chart, place.machine.tree
        remembered = tuple(self._remembered.items())
        since = [[tree.names[n], at] for n, at in self._since]
        return {
            "chart": {"name": chart.name, "version": chart.version, "fingerprint": chart.fingerprint},
            "at": self.at,
            "leaves": self.leaves,
            **({"remembered": remembered} if remembered else {}),
            **({"since": since} if since else {}),
        }

    def __str__(self) -> str:
        return ", ".join(self._place.leaves)

    def __repr__(self) -> str:
        return f"<Position {self} at {self.at.isoformat()} in {self._place.machine.chart.name!r}>"


def _restore(chart: Chart, bits: int, memory: Memory, at: datetime, since: Since) -> Position:
    return Position(chart._machine.place(bits, memory), at, since)


@attrs.frozen(init=False, repr=False)
class Refusal(Value):
    """One reason why an event was refused.

    - `transition` with `question`: it needed one of the truths `needed` and was `told` another.
    - `transition` with `inside`: none of these states was active.
    - `elsewhere`: no active state listens to the event; it is taken in these states, and `through` names
      the events allowed here that lead there.
    - `into`: the subject was merged into this survivor.
    - `before`: it happened before a restart, and the chart that ruled then is not at hand.

    >>> from datetime import datetime, timezone
    >>> from qualify.stages import SAAS
    >>> monday = datetime(2026, 5, 4, tzinfo=timezone.utc)
    >>> step = SAAS.step(SAAS.start(at=monday), "renewed", at=monday)
    >>> step.refusals[0].elsewhere
    ('customer',)
    """

    transition: Transition | None = None
    question: str | None = None
    needed: tuple[Truth, ...] = ()
    told: Truth | None = None
    inside: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    into: str | None = None
    before: datetime | None = None

    def __init__(
        self,
        transition: Transition | None = None,
        *,
        question: str | None = None,
        needed: tuple[Truth, ...] = (),
        told: Truth | None = None,
        inside: tuple[str, ...] = (),
        elsewhere: tuple[str, ...] = (),
        through: tuple[str, ...] = (),
        into: str | None = None,
        before: datetime | None = None,
    ) -> None:
        self.__attrs_init__(transition, question, needed, told, inside, elsewhere, through, into, before)

    def __str__(self) -> str:
        if self.question is not None:
            told = self.told.name if self.told is not None else "UNKNOWN"
            return f"{self.question} was {told}, needs {truths(self.needed)}"
        if self.inside:
            return f"needs {' or '.join(self.inside)} to be active"
        if self.into is not None:
            return f"merged into {self.into}"
        if self.before is not None:
            return (
                f"it happened before the restart at {self.before.isoformat()}, under a chart that is not here"
            )
        lead = f", where {' or '.join(self.through)} leads" if self.through else ""
        return f"it is taken only in {' or '.join(self.elsewhere)}{lead}"

    def __repr__(self) -> str:
        return f"<Refusal {self}>"


def reasons(refusals: tuple[Refusal, ...]) -> str:
    """Give each reason once, and together what several transitions need of one answer."""
    needed: dict[str, set[Truth]] = {}
    for refusal in refusals:
        if refusal.question is not None:
            needed.setdefault(refusal.question, set()).update(refusal.needed)
    words = [
        str(refusal if (q := refusal.question) is None else attrs.evolve(refusal, needed=tuple(needed[q])))
        for refusal in refusals
    ]
    return ", ".join(dict.fromkeys(words))


@attrs.frozen(repr=False, weakref_slot=False)
class Step(Value):
    """What one event led to: it `moved`, `stayed` (taken, nothing is left or entered) or was `refused`.

    `before` is where the subject stood when the event came, with all deadlines up to that instant gone
    off already, and `after` where it stands then; each of these `timeouts` is a Step without an event.
    `taken` are the transitions, `left` and `entered` the states. A refused step has `refusals` and no
    transition, and changes no state; only the clock goes on. Inside a journey, `version` is the place of
    the event in order of arrival, counted from 1.

    >>> from datetime import datetime, timezone
    >>> from qualify.stages import Chart, State, Transition
    >>> from qualify.truth import Truth
    >>> door = Chart("door", State("shut"), State("open"), transitions=(
    ...     Transition("shut", on="push", to="open", when={"unlocked": Truth.YES}),))
    >>> noon = datetime(2026, 5, 3, 12, tzinfo=timezone.utc)
    >>> print(door.step(door.start(at=noon), "push", at=noon))
    push refused in shut: unlocked was UNKNOWN, needs YES
    """

    event: Event | None
    before: Position
    after: Position
    timeouts: tuple[Step, ...] = attrs.field(repr=False)
    _move: Move
    version: int | None = None

    def _canonical(self) -> dict[str, object]:
        """Write what the chart made of the event beside it: reading a step steps nothing."""
        kept = {"event": self.event, "timeouts": self.timeouts or None, "version": self.version}
        told = {name: part for name, part in kept.items() if part is not None}
        return {"before": self.before, "after": self.after, **told, **self._move.told()}

    @property
    def end(self) -> End:
        """`"moved"`, `"stayed"` or `"refused"`."""
        return self._move.end

    @property
    def moved(self) -> bool:
        """Whether a state was left or entered."""
        return self._move.end == "moved"

    @property
    def stayed(self) -> bool:
        """Whether the event was taken, and nothing was left or entered."""
        return self._move.end == "stayed"

    @property
    def refused(self) -> bool:
        """Whether the event was not taken."""
        return self._move.end == "refused"

    @property
    def at(self) -> datetime:
        """The instant of the step."""
        return self.after.at

    @property
    def taken(self) -> tuple[Transition, ...]:
        """The transitions that were taken, eventless ones at the end."""
        return self._move.taken

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """All reasons why the event was refused; empty if it was not."""
        return self._move.refusals

    @property
    def left(self) -> tuple[str, ...]:
        """The states that the event left, in document order; one left and entered again stands in both."""
        return self._move.left

    @property
    def entered(self) -> tuple[str, ...]:
        """The states that the event entered, in document order."""
        return self._move.entered

    @property
    def allowed(self) -> tuple[str, ...]:
        """The other events that would be taken in `before` with the same answers, or with some answers."""
        if any(refusal.into is not None for refusal in self.refusals):
            return ()
        place = self.before._place
        name = None if self.event is None else self.event.name
        return tuple(event for event in place.machine.open(place) if event != name)

    def require(self) -> Step:
        """Give the step itself, or raise `Refused` if it was refused."""
        if self.refused:
            raise Refused(self)
        return self

    def __str__(self) -> str:
        words = [_timeout(step) for step in self.timeouts]
        if self.event is None and self.taken:
            words.append(_timeout(self))
        if self.event is not None:
            words.append(self._told(self.event.name))
        return "; ".join(words)

    def _told(self, name: str) -> str:
        if self.refused:
            allowed = f"; allowed: {', '.join(self.allowed)}" if self.allowed else ""
            return f"{name} refused in {self.before}: {reasons(self.refusals)}{allowed}"
        return f"{name} {_way(self)}"

    def __repr__(self) -> str:
        return f"<Step {str(self) or 'without news'} at {self.at.isoformat()}>"


def _way(step: Step) -> str:
    if step.stayed:
        return f"stayed in {step.before}"
    before = ", ".join([leaf for leaf in step.before.leaves if leaf in step.left] or step.left)
    after = ", ".join([leaf for leaf in step.after.leaves if leaf in step.entered] or step.entered)
    if not after:  # a restart has dropped a region
        return f"left {before}"
    return f"moved {before} -> {after}" if before else f"moved to {after}"


def _timeout(step: Step) -> str:
    return f"{waits(step.taken[0].after)}: {_way(step)}"
