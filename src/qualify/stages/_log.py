"""The events of a journey in order of arrival: a chain that grows at its end, and its replay.

What belongs here: versions, ids, what may arrive after what. What does not: what the events lead to
(`_fold`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from qualify import _checks
from qualify.errors import ChartMismatch, Conflict, IdConflict, InvalidValue, TimeError
from qualify.stages import _ids
from qualify.stages._fold import Charts, Fold, begins, follow, insert
from qualify.stages._parts import MERGED, RESERVED, RESTARTED, STARTED

if TYPE_CHECKING:
    from qualify.stages._events import Event
    from qualify.stages._ids import Ids


class Entry:
    """One event with its version, and the chain up to it: the fold, the ids and the entry before."""

    __slots__ = ("event", "fold", "ids", "previous", "version")

    def __init__(
        self, event: Event, version: int, fold: Fold | None, ids: Ids, previous: Entry | None
    ) -> None:
        self.event = event
        self.version = version
        self.fold = fold  # None where the replay of a later event did not need it
        self.ids = ids
        self.previous = previous

    def back(self) -> Iterator[Entry]:
        """Give this entry and the ones before it, newest first."""
        entry: Entry | None = self
        while entry is not None:
            yield entry
            entry = entry.previous

    def since(self, version: int) -> tuple[Event, ...]:
        """Give the events behind a version, in order of arrival."""
        found = [entry.event for entry in islice(self.back(), max(0, self.version - version))]
        return tuple(reversed(found))

    def first(self) -> Event:
        """Give the event that began the journey."""
        entry = self
        while entry.previous is not None:
            entry = entry.previous
        return entry.event


def begin(event: Event, charts: Charts, *, fold: bool = True) -> Entry:
    """Give the chain of one event, which begins it."""
    link = follow(None, event, 1, charts) if fold else None
    return Entry(event, 1, link, _grown(_ids.EMPTY, event), None)


def append(subject: str, entry: Entry, event: Event, charts: Charts, expect: int | None) -> Entry:
    """Give the chain with one event more, or the same chain if its id tells that it is there already."""
    if event.id is not None and _stored(entry, event):
        return entry
    version = entry.version
    if expect is not None and _checks.whole(expect, "expect", least=0) != version:
        raise Conflict(expect, version, since=entry.since(expect), where=f"Journey({subject!r})")
    if event.known_at < entry.event.known_at:
        raise _disordered(subject, entry.event, event)
    link = entry.fold or folded(subject, entry, charts)
    position = link.step.after
    if event.at < position.at:
        grown = _late(subject, entry, link, event, charts)
    elif event.name in RESERVED or link.into is not None:
        if event.name == STARTED:
            raise _again(subject)
        if event.name == RESTARTED and link.into is not None:
            raise _merged(subject, link.into)
        grown = follow(link, event, version + 1, charts)
    else:  # the usual case, in the fewest calls
        grown = Fold(position._place.machine.take(position, event, version + 1), link)
    ids = entry.ids if event.id is None else _ids.add(entry.ids, event.id, event)
    return Entry(event, version + 1, grown, ids, entry)


def _late(subject: str, entry: Entry, link: Fold, event: Event, charts: Charts) -> Fold:
    """Fold a late event in; one from before the fold begins leaves it as it is."""
    if event.name == STARTED:
        raise _again(subject)
    if event.at < (start := entry.first().at):
        raise early(subject, event.at, start)
    if event.name in (RESTARTED, MERGED):
        newest = _last_restart(link) if event.name == MERGED else link.step.after.at
        if newest is not None and event.at < newest:
            raise _behind(subject, event, newest)
    grown = insert(link, event, entry.version + 1, charts)
    return link if grown is None else grown


def _last_restart(link: Fold) -> datetime | None:
    """Give when the chart changed last: a merger before that would undo the change."""
    for one in link.back():
        event = one.step.event
        if event is not None and event.name == RESTARTED:
            return event.at
    return None


def replayed(subject: str, rows: tuple[Event, ...], charts: Charts) -> Entry:
    """Give the chain of stored rows; the fold begins at the first from which on all charts are here."""
    ruling = [i for i, row in enumerate(rows) if begins(row)]
    unruled = [i for i in ruling if str(rows[i].details.get("fingerprint")) not in charts]
    base = next((i for i in ruling if not unruled or i > unruled[-1]), None)
    if base is None:
        raise unruled_error(subject, rows[ruling[-1]])
    late = any(row.at < before.at for before, row in pairwise(rows))
    entry = begin(rows[0], charts, fold=base == 0)
    if not late and base == 0:
        for row in rows[1:]:
            entry = append(subject, entry, row, charts, None)
        return entry
    return _sorted(subject, rows, base, entry, charts)


def _sorted(subject: str, rows: tuple[Event, ...], base: int, entry: Entry, charts: Charts) -> Entry:
    """Give the chain of rows of which some are late: sorted by what happened, they are still one fold."""
    newest = begun = rows[0].at
    restart, start = begun, 1
    merged: str | None = None
    for i, row in enumerate(rows[1:], start=1):
        if row.id is not None and _stored(entry, row):
            continue
        if row.known_at < entry.event.known_at:
            raise _disordered(subject, entry.event, row)
        if row.name == STARTED:
            raise _again(subject)
        if row.at < begun:
            raise early(subject, row.at, begun)
        if row.name == RESTARTED and merged is not None:
            raise _merged(subject, merged)
        if (row.name == RESTARTED and row.at < newest) or (row.name == MERGED and row.at < restart):
            raise _behind(subject, row, newest if row.name == RESTARTED else restart)
        newest = max(newest, row.at)
        merged = str(row.details.get("into")) if row.name == MERGED else merged
        restart = row.at if row.name == RESTARTED else restart
        entry = Entry(row, entry.version + 1, None, _grown(entry.ids, row), entry)
        start = entry.version if i == base else start
    link: Fold | None = None
    happened = sorted((one.event.at, one.version, one.event) for one in entry.back())
    for at, version, row in happened:
        if (at, version) >= (rows[base].at, start):
            link = follow(link, row, version, charts)
    entry.fold = link
    return entry


def folded(subject: str, entry: Entry, charts: Charts) -> Fold:
    """Make the fold of a chain that the replay of a later event did not need, and keep it."""
    rows = tuple(one.event for one in entry.back())[::-1]
    link = entry.fold = replayed(subject, rows, charts).fold
    assert link is not None  # noqa: S101 - for the type checker: a replay ends with a fold
    return link


def _grown(ids: Ids, event: Event) -> Ids:
    return ids if event.id is None else _ids.add(ids, event.id, event)


def _stored(entry: Entry, event: Event) -> bool:
    """Whether the event is there already; its id with other content is an error."""
    stored = _ids.find(entry.ids, str(event.id))
    if stored is None:
        return False
    if stored != event:
        from qualify._canonical import fingerprint  # an error is rare, and this import is not free

        raise IdConflict(str(event.id), fingerprint(stored), fingerprint(event), where="Journey")
    return True


def _disordered(subject: str, last: Event, event: Event) -> TimeError:
    known = event.known_at.isoformat()
    return TimeError(
        "events arrive in the order in which they become known",
        found=f"known_at {known}" if event.late else f"at {known} and no later known_at",
        allowed=f"give known_at= at or after {last.known_at.isoformat()}; `at` keeps when it happened",
        where=f"Journey({subject!r})",
    )


def early(subject: str, found: datetime, began: datetime) -> TimeError:
    """Make the error for an instant before a journey."""
    return TimeError(
        "a journey has nothing before its beginning",
        found=found.isoformat(),
        allowed=f"it began at {began.isoformat()}",
        where=f"Journey({subject!r})",
    )


def _behind(subject: str, event: Event, newest: datetime) -> TimeError:
    what = "everything that has happened" if event.name == RESTARTED else "the last restart"
    return TimeError(
        f"{event.name!r} follows {what}",
        found=event.at.isoformat(),
        allowed=f"at or after {newest.isoformat()}",
        where=f"Journey({subject!r})",
    )


def unruled_error(subject: str, event: Event) -> ChartMismatch:
    """Make the error for a time whose chart is not at hand."""
    details = event.details
    return ChartMismatch(
        f"{details['chart']} {details['version']} at that instant",
        "later charts only",
        ("give it too: Journey.replay(..., earlier=(chart,))",),
        where=f"Journey({subject!r})",
    )


def _merged(subject: str, into: str) -> InvalidValue:
    return InvalidValue(
        "a merged journey does not go on", found=f"merged into {into}", where=f"Journey({subject!r})"
    )


def _again(subject: str) -> InvalidValue:
    return InvalidValue(
        "a journey starts once",
        allowed="journey.migrate goes on under another chart",
        where=f"Journey({subject!r})",
    )
