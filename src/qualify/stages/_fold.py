"""The fold of a journey: what each event led to, in the order in which the events happened.

What belongs here: one event after another, the three events that a journey writes about itself among
them. What does not: storing, ids and versions (`_journey`). A fold is a chain that grows at its end and
never changes, so that older journeys keep theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from qualify import _checks
from qualify._maps import Map
from qualify.errors import ChartMismatch, InvalidType, InvalidValue
from qualify.stages._parts import RESERVED, RESTARTED, STARTED, labels
from qualify.stages._steps import Move, Place, Position, Refusal, Step
from qualify.stages._stored import memory_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qualify.stages._algorithm import Memory
    from qualify.stages._chart import Chart
    from qualify.stages._events import Event

Charts = Mapping[str, "Chart"]


class Fold:
    """One link of the chain: a step, the links before it, and the survivor if the subject was merged."""

    __slots__ = ("into", "previous", "step")

    def __init__(self, step: Step, previous: Fold | None, into: str | None = None) -> None:
        self.step = step
        self.previous = previous
        self.into = into

    def back(self) -> Iterator[Fold]:
        """Give this link and the ones before it, newest first."""
        link: Fold | None = self
        while link is not None:
            yield link
            link = link.previous


def follow(fold: Fold | None, event: Event, version: int, charts: Charts) -> Fold:
    """Fold one event, which happened at or after the last one."""
    if fold is None:
        return Fold(_begun(None, event, version, charts), None)
    position = fold.step.after
    if fold.into is not None:
        return Fold(_kept(position, event, version, Refusal(into=fold.into)), fold, fold.into)
    if event.name not in RESERVED:
        return Fold(position._place.machine.take(position, event, version), fold)
    if event.name == RESTARTED:
        return Fold(_begun(position, event, version, charts), fold)
    if "into" not in event.details:
        raise InvalidValue("a merged journey says into which one", where=str(event))
    fired = position._place.machine.advance(position, event.at)
    step = _kept(fired.after, event, version, None, fired.timeouts)
    return Fold(step, fold, str(event.details["into"]))


def insert(fold: Fold, event: Event, version: int, charts: Charts) -> Fold | None:
    """Fold an event in at its own instant, after those of the same instant; None if it is before the fold."""
    later: list[Step] = []
    link: Fold | None = fold
    while link is not None and link.step.after.at > event.at:
        later.append(link.step)
        link = link.previous
    if link is None:
        return None
    link = follow(link, event, version, charts)
    for step in reversed(later):
        assert step.event is not None  # noqa: S101 - for the type checker: a link has an event
        assert step.version is not None  # noqa: S101 - for the type checker: a link has a version
        link = follow(link, step.event, step.version, charts)
    return link


def unfolded(fold: Fold, event: Event, version: int) -> Step:
    """Give the step of an event that happened before the fold begins, under a chart that is not here."""
    first = next(link for link in fold.back() if link.previous is None).step.after
    return _kept(Position(first._place, event.at, ()), event, version, Refusal(before=first.at))


def header(chart: Chart, position: Position, **more: object) -> Map[object]:
    """Give the details of `started` and `restarted`: which chart, and the states she begins in."""
    entries = {
        "chart": chart.name,
        "version": chart.version,
        "fingerprint": chart.fingerprint,
        "active": position.leaves,
        **{key: value for key, value in more.items() if value},
    }
    return Map(entries)


def chart_of(event: Event, charts: Charts) -> Chart:
    """Give the chart under which a journey started or restarted; a missing one is a `ChartMismatch`."""
    details = event.details
    for key, kind in (("chart", str), ("version", str), ("fingerprint", str), ("active", tuple)):
        if not isinstance(details.get(key), kind):
            raise InvalidValue(
                f"{event.name!r} holds its chart's name, version and fingerprint, and the active states",
                found=f"{key} is {_checks.kind_of(details.get(key))}",
                allowed="use Journey.start or journey.migrate",
                where=f"Event({event.name!r}).details",
            )
    chart = charts.get(str(details["fingerprint"]))
    if chart is not None:
        return chart
    given = list(charts.values())[-1]
    raise ChartMismatch(
        f"{details['chart']} {details['version']} ({str(details['fingerprint'])[:12]})",
        f"{given.name} {given.version} ({given.fingerprint[:12]})",
        _changes(details, given),
        where="Journey.replay",
    )


def _changes(details: Map[object], given: Chart) -> tuple[str, ...]:
    changes = [
        f"{key} {details[field]!r} -> {now!r}"
        for key, field, now in (("name", "chart", given.name), ("version", "version", given.version))
        if details[field] != now
    ]
    active = details["active"]
    gone = (
        [str(name) for name in active if not given.has_state(str(name))] if isinstance(active, tuple) else []
    )
    if gone:
        changes.append(f"no state {', '.join(gone)}")
    if not changes:
        changes.append("the same name and version, another table: a changed chart takes a new version")
    return tuple(changes)


def _begun(last: Position | None, event: Event, version: int, charts: Charts) -> Step:
    chart = chart_of(event, charts)
    position = chart._begin(event.at, event.details["active"], _memory(event, chart))  # type: ignore[arg-type]
    since = event.details.get("since")
    if isinstance(since, Map):
        position = _timed(position, since)
    before = position
    timeouts: tuple[Step, ...] = ()
    left: frozenset[str] = frozenset()
    entered = position.active
    if last is not None:
        fired = last._place.machine.advance(last, event.at)
        before, timeouts = fired.after, fired.timeouts
        left, entered = before.active - position.active, position.active - before.active
    move = Move(position._place, left=_ordered(before, left), entered=_ordered(position, entered))
    return Step(event, before, position, timeouts, move, version)


def _memory(event: Event, chart: Chart) -> Memory:
    """Give what histories remember after a restart; a row that says nothing of it forgets all."""
    remembered = event.details.get("remembered", Map())
    where = f"Event({event.name!r}).details['remembered']"
    if not isinstance(remembered, Map):
        raise InvalidType(
            "a mapping from histories to states is needed", found=_checks.kind_of(remembered), where=where
        )
    return memory_of(chart._tree, [(name, labels(inner, where)) for name, inner in remembered.items()])


def _timed(position: Position, since: Map[object]) -> Position:
    place: Place = position._place
    names = place.machine.tree.names
    entered = tuple(
        (n, at if isinstance(at := since.get(names[n]), datetime) else position.at) for n in place.timed
    )
    return Position(place, position.at, entered)


def _ordered(position: Position, names: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in position.chart.state_names if name in names)


def _kept(
    position: Position, event: Event, version: int, refusal: Refusal | None, timeouts: tuple[Step, ...] = ()
) -> Step:
    """Give a step that moves nothing: the clock goes on, no deadline goes off."""
    place = position._place
    refusals = () if refusal is None else (refusal,)
    after = Position(place, event.at, position._since)
    return Step(event, position, after, timeouts, Move(place, refusals=refusals), version)


def begins(event: Event) -> bool:
    """Whether a fold can begin with this event."""
    return event.name in (STARTED, RESTARTED)
