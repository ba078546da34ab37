"""What can be read from a journey: spells, dwell, path, attempts, and what a late event revised.

What belongs here: readings of the fold. What does not: numbers over many journeys, which are columns'
work.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

import attrs

from qualify import _checks
from qualify._maps import Map, Value
from qualify.stages._parts import RESTARTED
from qualify.truth import Truth

if TYPE_CHECKING:
    from qualify.stages._chart import Chart
    from qualify.stages._journey import Journey
    from qualify.stages._steps import Position, Step

AFTER = "after"  # what opened or closed a spell if it was a deadline


@attrs.frozen
class Spell(Value):
    """One stay in a state: from `entered` until `left` (None while it lasts), and by which events.

    `entered_by` and `left_by` are names of events, `"after"` for a deadline. A spell is `truncated` if the
    subject was there already when the journey, or the part of it that can be folded, began.

    >>> from datetime import timezone
    >>> Spell("open", datetime(2026, 5, 3, tzinfo=timezone.utc), None, "push", None).open
    True
    """

    state: str
    entered: datetime
    left: datetime | None
    entered_by: str
    left_by: str | None
    truncated: bool = False

    @property
    def open(self) -> bool:
        """Whether it still lasts."""
        return self.left is None

    def lasted(self, *, at: datetime) -> timedelta:
        """Give how long it lasted, counted up to `at` at most.

        >>> from datetime import timezone
        >>> noon = datetime(2026, 5, 3, 12, tzinfo=timezone.utc)
        >>> Spell("open", noon, None, "push", None).lasted(at=noon + timedelta(hours=2))
        datetime.timedelta(seconds=7200)
        """
        instant = _checks.instant(at, "Spell.lasted.at")
        end = instant if self.left is None else min(self.left, instant)
        return max(end - self.entered, timedelta(0))


@attrs.frozen
class Attempt(Value):
    """One attempt: `opened`, `closed` (None while it is open), whether it `won`, `by` which event it closed.

    `truncated` means that it was open already when the journey began.

    >>> from datetime import timezone
    >>> Attempt(datetime(2026, 5, 3, tzinfo=timezone.utc), None, Truth.UNKNOWN, None).won
    Truth.UNKNOWN
    """

    opened: datetime
    closed: datetime | None
    won: Truth
    by: str | None
    truncated: bool = False


@attrs.frozen
class Revision(Value):
    """A step as it `was` before a late event was folded in, and as it is `now`.

    `print` says it in words; `revived` marks a refusal that became a step, `withdrawn` a step that became
    a refusal.

    >>> Revision.__name__
    'Revision'
    """

    was: Step
    now: Step

    @property
    def revived(self) -> bool:
        """Whether a refusal became a step."""
        return self.was.refused and not self.now.refused

    @property
    def withdrawn(self) -> bool:
        """Whether a step became a refusal."""
        return self.now.refused and not self.was.refused

    def __str__(self) -> str:
        return f"{self.now} (before: {self.was})"


def revised(journey: Journey) -> tuple[Revision, ...]:
    """Compare the steps before and after the last event arrived; only what follows it can differ."""
    if journey.version == 1:
        return ()
    new, old = journey._fold(), journey.upto(journey.version - 1)._fold()
    later = takewhile(lambda link: link is not old and link.step.version != journey.version, new.back())
    now = {link.step.version: link.step for link in later}
    found = [
        Revision(link.step, now[link.step.version])
        for link, _ in zip(old.back(), now, strict=False)
        if link.step != now[link.step.version] or link.step.end != now[link.step.version].end
    ]
    return tuple(reversed(found))


def moments(journey: Journey, at: datetime | None) -> Iterator[Step]:
    """Give every step and every deadline that went off up to `at`, in order, the first one the beginning."""
    end = journey.position.at if at is None else _checks.instant(at, "at")
    last = None
    for step in journey.steps:
        for timeout in step.timeouts:
            if timeout.at <= end:
                yield timeout
        if step.at > end:
            return
        yield step
        last = step
    if last is not None and journey.merged_into is None and last.at < end:
        yield from last.after.chart.advance(last.after, at=end).timeouts


def _name(step: Step) -> str:
    return AFTER if step.event is None else step.event.name


def _begun_inside(step: Step) -> bool:
    """Whether the beginning took in a subject that was there already."""
    return step.event is not None and (
        bool(step.event.details.get("running")) or step.event.name == RESTARTED
    )


def _has(journey: Journey, state: str) -> None:
    charts: tuple[Chart, ...] = journey.charts
    if not any(chart.has_state(state) for chart in charts):
        names = [name for chart in charts for name in chart.state_names]
        raise _checks.unknown("state", str(state), names, where=f"Journey({journey.subject!r})")


def spells(journey: Journey, state: str, at: datetime | None) -> tuple[Spell, ...]:
    """Give every stay in a state."""
    _has(journey, state)
    return tuple(spell for spell in every_spell(journey, at) if spell.state == state)


def every_spell(journey: Journey, at: datetime | None) -> list[Spell]:
    """Give the stays in all states, in the order in which they began."""
    done: list[Spell] = []
    running: dict[str, int] = {}
    for i, step in enumerate(moments(journey, at)):
        name = _name(step)
        for state in step.left:
            if state in running:  # else it is passed through, see below
                place = running.pop(state)
                done[place] = attrs.evolve(done[place], left=step.at, left_by=name)
        for state in step.entered:
            spell = Spell(state, step.at, None, name, None, truncated=i == 0 and _begun_inside(step))
            if state in step.after.active:
                running[state] = len(done)
            else:  # an eventless transition has left it in the same step
                spell = attrs.evolve(spell, left=step.at, left_by=name)
            done.append(spell)
    return done


def dwell(journey: Journey, at: datetime | None) -> Map[timedelta]:
    """Give the time in each state that was ever entered."""
    end = journey.position.at if at is None else _checks.instant(at, "at")
    total: dict[str, timedelta] = {}
    for spell in every_spell(journey, at):
        total[spell.state] = total.get(spell.state, timedelta(0)) + spell.lasted(at=end)
    return Map(total)


def path(journey: Journey, at: datetime | None) -> tuple[Position, ...]:
    """Give the positions after each move."""
    return tuple(step.after for i, step in enumerate(moments(journey, at)) if step.moved or i == 0)


def attempts(journey: Journey, state: str, won: str, at: datetime | None) -> tuple[Attempt, ...]:
    """Give the attempts at `won` that a state holds."""
    _has(journey, state)
    if not any(chart.has_event(won) for chart in journey.charts):
        names = [name for chart in journey.charts for name in chart.events]
        raise _checks.unknown("event", str(won), names, where=f"Journey({journey.subject!r})")
    done: list[Attempt] = []
    opened: Attempt | None = None
    for i, step in enumerate(moments(journey, at)):
        name = _name(step)
        inside = state in step.after.active
        if name == won and step.moved:
            begun = opened or Attempt(step.at, None, Truth.UNKNOWN, None)
            done.append(attrs.evolve(begun, closed=step.at, won=Truth.YES, by=name))
            opened = Attempt(step.at, None, Truth.UNKNOWN, None) if inside else None
            continue
        if opened is not None and state in step.left:
            done.append(attrs.evolve(opened, closed=step.at, won=Truth.NO, by=name))
            opened = None
        if opened is None and state in step.entered:
            truncated = (i == 0 and _begun_inside(step)) or (name == RESTARTED)
            opened = Attempt(step.at, None, Truth.UNKNOWN, None, truncated=truncated)
            if not inside:  # passed through: an eventless transition has left it in the same step
                done.append(attrs.evolve(opened, closed=step.at, won=Truth.NO, by=name))
                opened = None
    return (*done, opened) if opened is not None else tuple(done)
