"""`Journey`: the events told about one subject, and everything that follows from them.

What belongs here: growing, replaying, and any instant as it was known. What does not: reading spells
and attempts from it (`_readings`), which other rooms extend.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.errors import InvalidType, InvalidValue
from qualify.stages._chart import Chart
from qualify.stages._events import Because, Event
from qualify.stages._fold import Fold, begins, chart_of, header, unfolded
from qualify.stages._log import (
    Entry,
    append,
    begin,
    early,
    folded,
    replayed,
    unruled_error,
)
from qualify.stages._migration import carried, successors
from qualify.stages._parts import MERGED, RESERVED, RESTARTED, STARTED, Names, count, several

if TYPE_CHECKING:
    from datetime import timedelta

    from qualify._maps import Map
    from qualify.stages._readings import Attempt, Revision, Spell
    from qualify.stages._steps import Position, Step
    from qualify.truth import Truth


@attrs.frozen(init=False, repr=False, eq=False)
class Journey(Value):
    """The events told about one `subject`, in order of arrival: a host stores them, and nothing else.

    A journey is a value: `record` gives a new one, in the same time however long it is. Steps, deadlines
    and refusals are one fold of the events over the chart, in the order in which they happened; an event
    that was known late is folded in at its own instant.

    >>> from datetime import datetime, timedelta, timezone
    >>> from qualify.stages import Chart, State, Transition
    >>> door = Chart("door", State("shut"), State("open"), transitions=(
    ...     Transition("shut", on="push", to="open"), Transition("open", on="pull", to="shut")))
    >>> noon = datetime(2026, 5, 3, 12, tzinfo=timezone.utc)
    >>> journey = Journey.start(door, "D-1", at=noon).record("push", at=noon + timedelta(hours=1))
    >>> print(journey.last)
    push moved shut -> open
    >>> journey.at(noon).leaves
    ('shut',)
    """

    subject: str
    _entry: Entry
    _charts: dict[str, Chart]
    _events: tuple[Event, ...] = attrs.field(init=False)
    _steps: tuple[Step, ...] = attrs.field(init=False)

    def __init__(self) -> None:
        raise InvalidType(
            "a journey begins with Journey.start, or is replayed from its events",
            allowed="Journey.start(chart, subject, at=...), Journey.replay(chart, subject, events)",
            where="Journey",
        )

    @classmethod
    def start(
        cls,
        chart: Chart,
        subject: str,
        *,
        at: datetime,
        active: Names | None = None,
        known_at: datetime | None = None,
        by: str | None = None,
        id: str | None = None,
    ) -> Journey:
        """Begin a journey at `at` in the chart's initial states, or in the states `active`.

        With `active` a subject is taken in that is already on its way: how long it has been there is not
        known, and its first spells and attempts are marked as truncated.

        >>> from datetime import timezone
        >>> from qualify.stages import SAAS
        >>> may = datetime(2026, 5, 3, tzinfo=timezone.utc)
        >>> print(Journey.start(SAAS, "ana", at=may, active="healthy").position)
        healthy, not_asked
        """
        _is_chart(chart, "Journey.start")
        position = chart.start(at=at, active=active)
        details = header(chart, position, running=active is not None)
        event = Event(STARTED, at, known_at=known_at, details=details, by=by, id=id)
        charts = {chart.fingerprint: chart}
        return cls._made(_checks.name(subject, "Journey.subject"), begin(event, charts), charts)

    @classmethod
    def replay(
        cls, chart: Chart, subject: str, events: Iterable[Event], *, earlier: Iterable[Chart] = ()
    ) -> Journey:
        """Give the journey of stored events, in order of arrival, without judging anything again.

        The chart must be the one that the last `started` or `restarted` names, else it is a
        `ChartMismatch`. The fold begins there; with the charts that ruled `earlier` it begins at the start.
        An event that is repeated with its id is left out.

        >>> from datetime import timezone
        >>> from qualify.stages import SAAS
        >>> journey = Journey.start(SAAS, "ana", at=datetime(2026, 5, 3, tzinfo=timezone.utc))
        >>> Journey.replay(SAAS, "ana", journey.events) == journey
        True
        """
        _is_chart(chart, "Journey.replay")
        rows = several(events, "Event", "Journey.replay.events")
        for i, row in enumerate(rows):
            if not isinstance(row, Event):
                raise InvalidType(
                    "an Event is needed", found=_checks.kind_of(row), where=f"Journey.replay.events[{i}]"
                )
        charts: dict[str, Chart] = {}
        for other in (*several(earlier, "Chart", "Journey.replay.earlier"), chart):
            _is_chart(other, "Journey.replay.earlier")
            charts[other.fingerprint] = other
        if not rows or rows[0].name != STARTED:
            found = repr(rows[0].name) if rows else "no event"
            raise InvalidValue(f"a journey begins with {STARTED!r}", found=found, where="Journey.replay")
        chart_of([row for row in rows if begins(row)][-1], {chart.fingerprint: chart})
        name = _checks.name(subject, "Journey.subject")
        return cls._made(name, replayed(name, rows, charts), charts)

    @classmethod
    def _made(cls, subject: str, entry: Entry, charts: dict[str, Chart]) -> Journey:
        journey = cls.__new__(cls)
        journey.__attrs_init__(subject, entry, charts)
        return journey

    # Growing

    def record(
        self,
        name: str,
        *,
        at: datetime,
        known_at: datetime | None = None,
        answers: Mapping[str, Truth] | None = None,
        details: Mapping[str, object] | None = None,
        by: str | None = None,
        id: str | None = None,
        because: Because | None = None,
        expect: int | None = None,
    ) -> Journey:
        """Tell an event and get the new journey; its `last` says what the event led to.

        A refused event is recorded too: it changes no state. An event with an id that is stored already is
        the same journey if it is the same event, else an `IdConflict`. `expect` is the version to which the
        event is added; any other version is a `Conflict`. `known_at` may not be before the last event's. A
        late event is folded in at its own `at`, and `revised` says what it changed about others.

        >>> from datetime import timezone
        >>> from qualify.stages import SAAS
        >>> may = datetime(2026, 5, 3, tzinfo=timezone.utc)
        >>> print(Journey.start(SAAS, "ana", at=may).record("renewed", at=may).last.refusals[0])
        it is taken only in customer, where won leads
        """
        event = Event(name, at, known_at, answers, details, by, id, because)
        if event.name in RESERVED:
            raise _reserved(event.name)
        return self._with(event, expect)

    def add(self, *events: Event, expect: int | None = None) -> Journey:
        """Take events that are made already, as one unit: all of them, or an error and nothing.

        So the rows that another process stored since are taken in: `journey.add(*rows)`.

        >>> from datetime import timezone
        >>> from qualify.stages import SAAS
        >>> may = datetime(2026, 5, 3, tzinfo=timezone.utc)
        >>> len(Journey.start(SAAS, "ana", at=may).add(Event("won", may), Event("onboarded", may)))
        3
        """
        journey = self
        for i, event in enumerate(events):
            if not isinstance(event, Event):
                raise InvalidType(
                    "an Event is needed", found=_checks.kind_of(event), where=f"Journey.add.events[{i}]"
                )
            journey = journey._with(event, expect if journey is self else None)
        return journey

    def _with(self, event: Event, expect: int | None = None) -> Journey:
        entry = append(self.subject, self._entry, event, self._charts, expect)
        return self if entry is self._entry else self._made(self.subject, entry, self._charts)

    def _fold(self) -> Fold:
        return self._entry.fold or folded(self.subject, self._entry, self._charts)

    def migrate(
        self,
        chart: Chart,
        mapping: Mapping[str, str | None] | None = None,
        *,
        at: datetime,
        known_at: datetime | None = None,
        by: str | None = None,
        id: str | None = None,
        expect: int | None = None,
    ) -> Journey:
        """Go on under another chart from `at` on, by the event `restarted`.

        `mapping` says for innermost states of the old chart which state of the new one they become, None
        for a region that is gone; a state that it leaves out keeps its name. Deadlines of a state that goes
        on keep their entry, and histories what they remember, unless the new chart has no place for it: then
        they begin anew, and the details of `restarted` name what is `forgotten`. What happened before stays
        as it was.

        >>> from datetime import timezone
        >>> from qualify.stages import State
        >>> may = datetime(2026, 5, 3, tzinfo=timezone.utc)
        >>> journey = Journey.start(Chart("c", State("a")), "x", at=may)
        >>> print(journey.migrate(Chart("c", State("b"), version="2"), {"a": "b"}, at=may).position)
        b
        """
        _is_chart(chart, "Journey.migrate")
        instant = _checks.instant(at, "Journey.migrate.at")
        before = self.at(max(instant, self.position.at))
        given = mapping or {}
        goals = successors(given, before.leaves, self.chart, chart, f"Journey({self.subject!r}).migrate")
        memory, forgotten = carried(before, chart, given)
        position = chart._begin(instant, goals or None, memory)
        details = header(
            chart,
            position,
            since=self._entries_of(before, position, given),
            remembered=position._remembered,
            forgotten=forgotten,
        )
        event = Event(RESTARTED, instant, known_at=known_at, details=details, by=by, id=id)
        charts = {**self._charts, chart.fingerprint: chart}
        return self._made(self.subject, self._entry, charts)._with(event, expect)

    def _entries_of(
        self, before: Position, position: Position, mapping: Mapping[str, str | None]
    ) -> dict[str, datetime]:
        """Give the entry instants of the states that go on and have deadlines under the new chart."""
        names = position._place.machine.tree.names
        timed = {names[n] for n in position._place.timed}
        found: dict[str, datetime] = {}
        for name in self.chart.state_names:
            goal = mapping.get(name, name)
            if name in before.active and goal in timed:
                found[goal] = self.spells(name, at=before.at)[-1].entered
        return found

    def merged(
        self,
        into: str,
        *,
        at: datetime,
        known_at: datetime | None = None,
        by: str | None = None,
        id: str | None = None,
        expect: int | None = None,
    ) -> Journey:
        """Say that this subject is the same as `into`, by the event `merged`.

        Nothing moves afterwards, not even by a deadline: later events are refused with the survivor's id. A
        late event about the time before is still taken.

        >>> from datetime import timezone
        >>> from qualify.stages import SAAS
        >>> may = datetime(2026, 5, 3, tzinfo=timezone.utc)
        >>> print(Journey.start(SAAS, "ana", at=may).merged("anna", at=may).record("won", at=may).last)
        won refused in engaged, not_asked: merged into anna
        """
        survivor = _checks.name(into, "Journey.merged.into")
        if survivor == self.subject:
            raise InvalidValue("a subject is not merged into itself", found=survivor, where="Journey.merged")
        return self._with(
            Event(MERGED, at, known_at=known_at, details={"into": survivor}, by=by, id=id), expect
        )

    # Reading

    @property
    def chart(self) -> Chart:
        """The chart that rules now."""
        return self._fold().step.after.chart

    @property
    def charts(self) -> tuple[Chart, ...]:
        """The charts at hand, the one that rules now last."""
        now = self.chart
        return (*(chart for chart in self._charts.values() if chart is not now), now)

    @property
    def events(self) -> tuple[Event, ...]:
        """All events in order of arrival, one row each for the host's store."""
        try:
            return self._events
        except AttributeError:
            object.__setattr__(self, "_events", self.since(0))
            return self._events

    @property
    def version(self) -> int:
        """The number of events, which is what `record(..., expect=)` is compared with."""
        return self._entry.version

    def __len__(self) -> int:
        return self._entry.version

    @property
    def steps(self) -> tuple[Step, ...]:
        """One step for each event, in the order in which they happened; deadlines stand in their `timeouts`.

        `step.event` with its `because` is what was told, `step.before` where she stood when it came,
        `step.version` its place in order of arrival. Replayed without the charts of earlier times, the steps
        begin with the last `restarted`.
        """
        try:
            return self._steps
        except AttributeError:
            steps = [link.step for link in self._fold().back()]
            object.__setattr__(self, "_steps", tuple(reversed(steps)))
            return self._steps

    @property
    def last(self) -> Step:
        """What the event that arrived last led to."""
        entry, fold = self._entry, self._fold()
        for link in fold.back():
            if link.step.version == entry.version:
                return link.step
        return unfolded(fold, entry.event, entry.version)

    def latest(self, *names: str) -> Step | None:
        """Give the newest step, in order of happening, of one of these events that was not refused.

        >>> from datetime import timezone
        >>> from qualify.stages import SAAS
        >>> may = datetime(2026, 5, 3, tzinfo=timezone.utc)
        >>> Journey.start(SAAS, "ana", at=may).record("renewed", at=may).latest("renewed") is None
        True
        """
        for link in self._fold().back():
            step = link.step
            if step.event is not None and step.event.name in names and not step.refused:
                return step
        return None

    @property
    def position(self) -> Position:
        """Where the subject stands at the instant of the newest event."""
        return self._fold().step.after

    @property
    def merged_into(self) -> str | None:
        """The id of the survivor if this subject was merged, else None."""
        return self._fold().into

    def since(self, version: int) -> tuple[Event, ...]:
        """Give the events after a version, the rows that are new to the store.

        >>> from datetime import timezone
        >>> from qualify.stages import SAAS
        >>> may = datetime(2026, 5, 3, tzinfo=timezone.utc)
        >>> [event.name for event in Journey.start(SAAS, "ana", at=may).record("won", at=may).since(1)]
        ['won']
        """
        _checks.whole(version, "version", least=0, most=self.version)
        return self._entry.since(version)

    def upto(self, version: int) -> Journey:
        """Give the journey as it was at a version.

        >>> from datetime import timezone
        >>> from qualify.stages import SAAS
        >>> may = datetime(2026, 5, 3, tzinfo=timezone.utc)
        >>> journey = Journey.start(SAAS, "ana", at=may)
        >>> journey.record("won", at=may).upto(1) == journey
        True
        """
        _checks.whole(version, "version", least=1, most=self.version)
        entry = next(entry for entry in self._entry.back() if entry.version == version)
        return self if entry is self._entry else self._made(self.subject, entry, self._charts)

    def known(self, at: datetime) -> Journey:
        """Give the journey as it was known at an instant: the events whose `known_at` is not after it.

        >>> from datetime import timedelta, timezone
        >>> from qualify.stages import SAAS
        >>> may = datetime(2026, 5, 3, tzinfo=timezone.utc)
        >>> late = Journey.start(SAAS, "ana", at=may).record("won", at=may, known_at=may + timedelta(days=2))
        >>> len(late.known(may)), len(late.known(may + timedelta(days=2)))
        (1, 2)
        """
        instant = _checks.instant(at, "Journey.known.at")
        for entry in self._entry.back():
            if entry.event.known_at <= instant:
                return self if entry is self._entry else self._made(self.subject, entry, self._charts)
        raise early(self.subject, instant, self._entry.first().known_at)

    def at(self, t: datetime, known_at: datetime | None = None) -> Position:
        """Give where the subject stood at an instant, or will stand then if nothing more is told.

        Deadlines up to and including `t` have gone off. With `known_at` only what was known by then counts.

        >>> from datetime import timezone
        >>> from qualify.stages import SAAS
        >>> may = datetime(2026, 5, 3, tzinfo=timezone.utc)
        >>> print(Journey.start(SAAS, "ana", at=may).at(datetime(2027, 1, 1, tzinfo=timezone.utc)))
        engaged, not_asked
        """
        journey = self if known_at is None else self.known(known_at)
        instant = _checks.instant(t, "Journey.at")
        for link in journey._fold().back():
            position = link.step.after
            if position.at <= instant:
                if link.into is not None:
                    return attrs.evolve(position, at=instant)
                return position._place.machine.advance(position, instant).after
        start = journey._entry.first()
        if instant < start.at:
            raise early(self.subject, instant, start.at)
        raise unruled_error(self.subject, start)

    @property
    def revised(self) -> tuple[Revision, ...]:
        """What the last event, if it was late, changed about others: each step as it was and as it is."""
        from qualify.stages._readings import revised

        return revised(self)

    def spells(self, state: str, *, at: datetime | None = None) -> tuple[Spell, ...]:
        """Give every time the subject was in a state: entered, left, and by which events.

        Deadlines count up to `at`, by default the instant of the newest event.

        >>> from datetime import timezone
        >>> from qualify.stages import SAAS
        >>> may = datetime(2026, 5, 3, tzinfo=timezone.utc)
        >>> Journey.start(SAAS, "ana", at=may).record("sell", at=may).spells("engaged")[0].left_by
        'sell'
        """
        from qualify.stages._readings import spells

        return spells(self, state, at)

    def visits(self, state: str, *, at: datetime | None = None) -> int:
        """Give how many times the subject has come into a state.

        >>> from datetime import timezone
        >>> from qualify.stages import SAAS
        >>> Journey.start(SAAS, "ana", at=datetime(2026, 5, 3, tzinfo=timezone.utc)).visits("customer")
        0
        """
        return len(self.spells(state, at=at))

    def dwell(self, *, at: datetime | None = None) -> Map[timedelta]:
        """Give the time spent in each state that was ever entered, a running spell counted up to `at`.

        >>> from datetime import timedelta, timezone
        >>> from qualify.stages import SAAS
        >>> may = datetime(2026, 5, 3, tzinfo=timezone.utc)
        >>> Journey.start(SAAS, "ana", at=may).dwell(at=may + timedelta(days=2))["engaged"].days
        2
        """
        from qualify.stages._readings import dwell

        return dwell(self, at)

    def path(self, *, at: datetime | None = None) -> tuple[Position, ...]:
        """Give where the subject began and where it stood after each move, deadlines included.

        >>> from datetime import timezone
        >>> from qualify.stages import SAAS
        >>> may = datetime(2026, 5, 3, tzinfo=timezone.utc)
        >>> [str(p) for p in Journey.start(SAAS, "ana", at=may).record("sell", at=may).path()]
        ['engaged, not_asked', 'sales_ready, not_asked']
        """
        from qualify.stages._readings import path

        return path(self, at)

    def attempts(
        self, *, state: str = "selling", won: str = "won", at: datetime | None = None
    ) -> tuple[Attempt, ...]:
        """Give the attempts at `won`: each opens on entering `state` and closes on leaving it.

        A `won` that moves from elsewhere is an attempt of length zero. One that is open is UNKNOWN, one that
        `won` closed is YES, any other way out is NO. There are as many YES as `won` events that moved.

        >>> from datetime import timezone
        >>> from qualify.stages import SAAS
        >>> may = datetime(2026, 5, 3, tzinfo=timezone.utc)
        >>> Journey.start(SAAS, "ana", at=may).record("won", at=may).attempts()[0].won
        Truth.YES
        """
        from qualify.stages._readings import attempts

        return attempts(self, state, won, at)

    # A value

    def _canonical(self) -> dict[str, object]:
        return {"subject": self.subject, "events": self.events}

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Journey):
            return NotImplemented
        if self.subject != other.subject or self.version != other.version:
            return False
        return self._entry is other._entry or (self.events == other.events and self.chart == other.chart)

    def __hash__(self) -> int:
        return hash((self.subject, self.version))

    def __reduce__(self) -> tuple[object, ...]:
        return _replay, (self.subject, self.events, self.charts)

    def __repr__(self) -> str:
        chart = self.chart
        under = f"{self.subject!r} under {chart.name} {chart.version}"
        return f"<Journey {under}: {count(self.version, 'event')}, in {self.position}>"


def _replay(subject: str, events: tuple[Event, ...], charts: tuple[Chart, ...]) -> Journey:
    return Journey.replay(charts[-1], subject, events, earlier=charts[:-1])


def _is_chart(chart: object, where: str) -> None:
    if not isinstance(chart, Chart):
        raise InvalidType("a Chart is needed", found=_checks.kind_of(chart), where=where)


def _reserved(name: str) -> InvalidValue:
    ways = {STARTED: "Journey.start(...)", RESTARTED: "journey.migrate(...)", MERGED: "journey.merged(...)"}
    return InvalidValue(
        "this event is written by the journey itself",
        found=repr(name),
        allowed=f"use {ways[name]}",
        where="Journey",
    )
