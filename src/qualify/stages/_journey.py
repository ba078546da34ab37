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
from qualify.errors import (
    ChartMismatch,
    Conflict,
    DefinitionError,
    IdConflict,
    InvalidType,
    InvalidValue,
    TimeError,
)
from qualify.stages import _ids
from qualify.stages._chart import Chart
from qualify.stages._events import Because, Event
from qualify.stages._fold import Fold, begins, chart_of, follow, header, insert, unfolded
from qualify.stages._parts import MERGED, RESERVED, RESTARTED, STARTED, Names

if TYPE_CHECKING:
    from datetime import timedelta

    from qualify._maps import Map
    from qualify.stages._ids import Ids
    from qualify.stages._readings import Attempt, Revision, Spell
    from qualify.stages._steps import Position, Step
    from qualify.truth import Truth


class _Entry:
    """One event in order of arrival, with what the journey was when it came."""

    __slots__ = ("event", "fold", "ids", "previous", "version")

    def __init__(
        self, event: Event, version: int, fold: Fold | None, ids: Ids, previous: _Entry | None
    ) -> None:
        self.event = event
        self.version = version
        self.fold = fold  # None where a replay of late events did not need it
        self.ids = ids
        self.previous = previous


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
    _entry: _Entry
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
        id: str | None = None,  # noqa: A002 - the event's own name
    ) -> Journey:
        """Begin a journey at `at` in the chart's initial states, or in the states `active`.

        With `active` a subject is taken in that is already on its way: how long it has been there is not
        known, and its first spells and attempts are marked as truncated.

        >>> from datetime import timezone
        >>> from qualify.stages import SAAS
        >>> customer = Journey.start(SAAS, "ana", at=datetime(2026, 5, 3, tzinfo=timezone.utc), active="healthy")
        >>> print(customer.position)
        healthy, not_asked
        """
        _is_chart(chart, "Journey.start")
        position = chart.start(at=at, active=active)
        details = header(chart, position, running=active is not None)
        event = Event(STARTED, at, known_at=known_at, details=details, by=by, id=id)
        return cls._first(subject, event, {chart.fingerprint: chart})

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
        rows = tuple(events)
        for i, row in enumerate(rows):
            if not isinstance(row, Event):
                raise InvalidType(
                    "an Event is needed", found=_checks.kind_of(row), where=f"Journey.replay.events[{i}]"
                )
        charts: dict[str, Chart] = {}
        for other in (*earlier, chart):
            _is_chart(other, "Journey.replay.earlier")
            charts[other.fingerprint] = other
        if not rows or rows[0].name != STARTED:
            found = repr(rows[0].name) if rows else "no event"
            raise InvalidValue(f"a journey begins with {STARTED!r}", found=found, where="Journey.replay")
        ruling = [i for i, row in enumerate(rows) if begins(row)]
        newest = chart_of(rows[ruling[-1]], charts)
        if newest is not chart:
            chart_of(rows[ruling[-1]], {chart.fingerprint: chart})
        known = [i for i in ruling if str(rows[i].details.get("fingerprint")) in charts]
        gap = max((i for i in ruling if i not in known), default=-1)
        base = next(i for i in ruling if i > gap)
        return cls._replayed(subject, rows, base, charts)

    @classmethod
    def _replayed(cls, subject: str, rows: tuple[Event, ...], base: int, charts: dict[str, Chart]) -> Journey:
        """Fold rows from `base` on, which begins a fold; late rows are sorted in first, so that it is one fold."""
        journey: Journey | None = None
        if base == 0 and not any(row.at < before.at for before, row in zip(rows, rows[1:], strict=False)):
            journey = cls._first(subject, rows[0], charts)
            for row in rows[1:]:
                journey = journey._with(row)
            return journey
        first = cls._first(subject, rows[0], charts, fold=base == 0)
        entry = first._entry
        kept = [entry]
        newest = entry.event.at
        for row in rows[1:]:
            stored = None if row.id is None else _ids.find(entry.ids, row.id)
            if stored is not None:
                _repeated(stored, row)
                continue
            _order(entry.event, row)
            if row.name == STARTED:
                raise _again(subject)
            if row.name == RESTARTED and row.at < newest:
                raise _behind(row.at, newest, subject)
            newest = max(newest, row.at)
            ids = entry.ids if row.id is None else _ids.add(entry.ids, row.id, row)
            entry = _Entry(row, entry.version + 1, None, ids, entry)
            kept.append(entry)
        begun = rows[base]
        start = next(entry for entry in kept if entry.event is begun)
        earliest = min(entry.event.at for entry in kept)
        if earliest < rows[0].at:
            raise _early(earliest, rows[0].at)
        fold = follow(None, begun, start.version, charts)
        happened = sorted((e.event.at, e.version, e.event) for e in kept)
        for at, version, row in happened:
            if (at, version) > (begun.at, start.version):
                fold = follow(fold, row, version, charts)
        kept[-1].fold = fold
        return cls._made(subject, kept[-1], charts)

    @classmethod
    def _first(cls, subject: str, event: Event, charts: dict[str, Chart], *, fold: bool = True) -> Journey:
        name = _checks.name(subject, "Journey.subject")
        ids = _ids.EMPTY if event.id is None else _ids.add(_ids.EMPTY, event.id, event)
        link = follow(None, event, 1, charts) if fold else None
        return cls._made(name, _Entry(event, 1, link, ids, None), charts)

    @classmethod
    def _made(cls, subject: str, entry: _Entry, charts: dict[str, Chart]) -> Journey:
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
        id: str | None = None,  # noqa: A002 - the event's own name
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
        event = Event(
            name, at, known_at=known_at, answers=answers, details=details, by=by, id=id, because=because
        )
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
        entry = self._entry
        ids = entry.ids
        if event.id is not None:
            stored = _ids.find(ids, event.id)
            if stored is not None:
                _repeated(stored, event)
                return self
            ids = _ids.add(ids, event.id, event)
        version = entry.version
        if expect is not None and _checks.whole(expect, "expect", least=0) != version:
            raise Conflict(expect, version, where=f"Journey({self.subject!r})")
        if event.known_at < entry.event.known_at:
            _order(entry.event, event)
        if event.name == STARTED:
            raise _again(self.subject)
        fold = entry.fold or self._fold()
        if event.at >= fold.step.after.at:
            grown = follow(fold, event, version + 1, self._charts)
        else:
            grown = self._late(fold, event)
        return self._made(self.subject, _Entry(event, version + 1, grown, ids, entry), self._charts)

    def _late(self, fold: Fold, event: Event) -> Fold:
        if event.name == RESTARTED:
            raise _behind(event.at, fold.step.after.at, self.subject)
        started = self._started.at
        if event.at < started:
            raise _early(event.at, started)
        grown = insert(fold, event, self.version + 1, self._charts)
        return fold if grown is None else grown

    def _fold(self) -> Fold:
        """Give the fold of this version; a replay of late events left those between unmade."""
        entry = self._entry
        if entry.fold is None:
            rows = self.events
            kept = [i for i, row in enumerate(rows) if begins(row)]
            known = [i for i in kept if str(rows[i].details.get("fingerprint")) in self._charts]
            if not known:
                raise _unruled(rows[kept[-1]])
            entry.fold = self._replayed(self.subject, rows, known[0], self._charts)._entry.fold
        assert entry.fold is not None  # noqa: S101 - for the type checker: a replay makes it
        return entry.fold

    def migrate(
        self,
        chart: Chart,
        mapping: Mapping[str, str | None] | None = None,
        *,
        at: datetime,
        known_at: datetime | None = None,
        by: str | None = None,
        id: str | None = None,  # noqa: A002 - the event's own name
        expect: int | None = None,
    ) -> Journey:
        """Go on under another chart from `at` on, by the event `restarted`.

        `mapping` says for innermost states of the old chart which state of the new one they become, None
        for a region that is gone; a state that it leaves out keeps its name. Deadlines of a state that goes
        on keep their entry; histories begin anew. What happened before stays as it was.

        >>> from datetime import timezone
        >>> from qualify.stages import State
        >>> may = datetime(2026, 5, 3, tzinfo=timezone.utc)
        >>> journey = Journey.start(Chart("c", State("a")), "x", at=may)
        >>> print(journey.migrate(Chart("c", State("b"), version="2"), {"a": "b"}, at=may).position)
        b
        """
        _is_chart(chart, "Journey.migrate")
        instant = _checks.instant(at, "Journey.migrate.at")
        if self.merged_into is not None:
            raise InvalidValue(
                "a merged journey does not go on",
                found=f"merged into {self.merged_into}",
                where="Journey.migrate",
            )
        where = f"Journey({self.subject!r}).migrate"
        before = self.at(instant) if instant >= self.position.at else self.position
        given = _checked_mapping(mapping or {}, self.chart, chart, where)
        goals = [given.get(leaf, leaf) for leaf in before.leaves]
        lost = [
            leaf
            for leaf, goal in zip(before.leaves, goals, strict=True)
            if goal and not chart.has_state(goal)
        ]
        if lost:
            raise DefinitionError(
                "the new chart has no place for a state",
                found=", ".join(lost),
                allowed="name its successor in the mapping, or None if its region is gone",
                where=where,
            )
        position = chart.start(at=instant, active=[goal for goal in goals if goal] or None)
        since = self._entries_of(before, position, given)
        event = Event(
            RESTARTED, instant, known_at=known_at, details=header(chart, position, since=since), by=by, id=id
        )
        charts = {**self._charts, chart.fingerprint: chart}
        return self._made(self.subject, self._entry, charts)._with(event, expect)

    def _entries_of(
        self, before: Position, position: Position, mapping: Mapping[str, str | None]
    ) -> dict[str, datetime]:
        """Give the entry instants of the states that go on and have deadlines under the new chart."""
        names = position.chart._tree.names
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
        id: str | None = None,  # noqa: A002 - the event's own name
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

    @property
    def _started(self) -> Event:
        entry: _Entry = self._entry
        while entry.previous is not None:
            entry = entry.previous
        return entry.event

    def since(self, version: int) -> tuple[Event, ...]:
        """Give the events after a version, the rows that are new to the store.

        >>> from datetime import timezone
        >>> from qualify.stages import SAAS
        >>> may = datetime(2026, 5, 3, tzinfo=timezone.utc)
        >>> [event.name for event in Journey.start(SAAS, "ana", at=may).record("won", at=may).since(1)]
        ['won']
        """
        _checks.whole(version, "version", least=0, most=self.version)
        found: list[Event] = []
        entry: _Entry | None = self._entry
        while entry is not None and entry.version > version:
            found.append(entry.event)
            entry = entry.previous
        return tuple(reversed(found))

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
        entry = self._entry
        while entry.version > version:
            assert entry.previous is not None  # noqa: S101 - for the type checker: the first has version 1
            entry = entry.previous
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
        entry = self._entry
        while entry.event.known_at > instant:
            if entry.previous is None:
                raise _early(instant, entry.event.known_at)
            entry = entry.previous
        return self if entry is self._entry else self._made(self.subject, entry, self._charts)

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
                return position.chart.advance(position, at=instant).after
        started = journey._started.at
        raise _early(instant, started) if instant < started else _unruled(journey._started)

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
        return f"<Journey {self.subject!r} under {chart.name} {chart.version}: {self.version:,} events, in {self.position}>"


def _replay(subject: str, events: tuple[Event, ...], charts: tuple[Chart, ...]) -> Journey:
    return Journey.replay(charts[-1], subject, events, earlier=charts[:-1])


def _is_chart(chart: object, where: str) -> None:
    if not isinstance(chart, Chart):
        raise InvalidType("a Chart is needed", found=_checks.kind_of(chart), where=where)


def _repeated(stored: Event, event: Event) -> None:
    if stored != event:
        from qualify._canonical import fingerprint  # an error is rare, and this import is not free

        raise IdConflict(str(event.id), fingerprint(stored), fingerprint(event), where="Journey")


def _order(last: Event, event: Event) -> None:
    if event.known_at < last.known_at:
        raise TimeError(
            "events arrive in the order in which they become known",
            found=f"known_at {event.known_at.isoformat()}",
            allowed=f"at or after {last.known_at.isoformat()}; what happened earlier keeps its `at` and is known now",
            where="Journey",
        )


def _early(found: datetime, began: datetime) -> TimeError:
    return TimeError(
        "a journey has nothing before its beginning",
        found=found.isoformat(),
        allowed=f"it began at {began.isoformat()}",
        where="Journey",
    )


def _behind(found: datetime, newest: datetime, subject: str) -> TimeError:
    return TimeError(
        "a restart follows everything that has happened",
        found=found.isoformat(),
        allowed=f"at or after {newest.isoformat()}",
        where=f"Journey({subject!r})",
    )


def _unruled(event: Event) -> ChartMismatch:
    details = event.details
    return ChartMismatch(
        f"{details['chart']} {details['version']} at that instant",
        "only later charts",
        ("give it too: Journey.replay(..., earlier=(chart,))",),
        where="Journey",
    )


def _again(subject: str) -> InvalidValue:
    return InvalidValue(
        "a journey starts once",
        allowed="journey.migrate goes on under another chart",
        where=f"Journey({subject!r})",
    )


def _reserved(name: str) -> InvalidValue:
    ways = {STARTED: "Journey.start(...)", RESTARTED: "journey.migrate(...)", MERGED: "journey.merged(...)"}
    return InvalidValue(
        "this event is written by the journey itself",
        found=repr(name),
        allowed=f"use {ways[name]}",
        where="Journey",
    )


def _checked_mapping(
    mapping: Mapping[str, str | None], old: Chart, new: Chart, where: str
) -> Mapping[str, str | None]:
    for name, goal in mapping.items():
        if not old.has_state(name):
            raise _checks.unknown("state", str(name), old.state_names, where=f"{where}.mapping")
        if goal is not None and not new.has_state(goal):
            raise _checks.unknown("state", str(goal), new.state_names, where=f"{where}.mapping[{name!r}]")
    return mapping
