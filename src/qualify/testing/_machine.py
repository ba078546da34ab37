"""`JourneyMachine`: a stateful test of a host's chart and store, which a host subclasses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from qualify import wire
from qualify.errors import Conflict, IdConflict, TimeError
from qualify.stages import SAAS, Chart, Event, Journey
from qualify.testing._stores import MemoryStore, Store
from qualify.testing._values import BEGIN, truths
from qualify.truth import Truth

_SUBJECTS = count(1)  # each run of the machine is a subject of its own, so that a store need not be emptied
_GAPS = (timedelta(0), timedelta(seconds=1), timedelta(hours=5), timedelta(days=40))


class JourneyMachine(RuleBasedStateMachine):
    """Tell a journey anything in any order, store it, crash, read it again: nothing is lost or doubled.

    Subclass it with your `chart` and your `open_store`, and let pytest find its `TestCase`:

    - append, late events, resending, resending with other content, stale and future versions, crash and
      reload, a snapshot through `wire`;
    - always: the replay of what is stored equals the incremental fold, the stored bytes never change,
      and values made before are as they were.

    >>> from hypothesis.stateful import run_state_machine_as_test
    >>> class Desk(JourneyMachine):
    ...     chart = SAAS
    >>> issubclass(Desk.TestCase, object)
    True
    """

    chart: ClassVar[Chart] = SAAS

    def open_store(self) -> Store:
        """Open the host's store; called again for a crash, so give another connection to the same rows."""
        if not hasattr(self, "_memory"):
            self._memory = MemoryStore()
        return self._memory

    def __init__(self) -> None:
        super().__init__()
        self.subject = f"machine-{next(_SUBJECTS)}"
        self.store = self.open_store()
        self.now = BEGIN
        self.journey = Journey.start(self.chart, self.subject, at=self.now, id="e0")
        self.store.append(self.subject, self.journey.events, expect=0)
        self.batches: list[tuple[int, tuple[Event, ...]]] = [(0, self.journey.events)]
        self.remembered: list[tuple[Journey, str]] = []

    def _told(self, draw: Any, *, late: bool = False) -> Journey:
        """Give the journey with one more event, told now."""
        self.now += draw.draw(st.sampled_from(_GAPS), label="after")
        name = draw.draw(st.sampled_from(self.chart.events), label="event")
        answers: dict[str, Truth] = {
            question: draw.draw(truths(), label=question) for question in self.chart.questions(event=name)
        }
        at = (
            draw.draw(st.sampled_from((BEGIN, self.now - (self.now - BEGIN) / 2)), label="at")
            if late
            else self.now
        )
        return self.journey.record(
            name, at=at, known_at=self.now, answers=answers, id=f"e{self.journey.version}"
        )

    def _append(self, grown: Journey) -> None:
        version = self.journey.version
        rows = grown.since(version)
        self.store.append(self.subject, rows, expect=version)
        self.batches.append((version, rows))
        self.remembered = [*self.remembered[-3:], (self.journey, wire.dumps(self.journey))]
        self.journey = grown

    def _stored(self) -> Sequence[Event]:
        return tuple(self.store.load(self.subject))

    @precondition(lambda self: self.chart.events)
    @rule(data=st.data())
    def append(self, data: Any) -> None:
        """Tell an event, and store the new row."""
        self._append(self._told(data))

    @precondition(lambda self: self.chart.events)
    @rule(data=st.data())
    def append_late(self, data: Any) -> None:
        """Tell an event that happened before others and is known now."""
        self._append(self._told(data, late=True))

    @precondition(lambda self: self.chart.events)
    @rule(data=st.data())
    def append_batch(self, data: Any) -> None:
        """Tell two events, and store them as one unit."""
        before = self.journey
        grown = self._told(data)
        self.journey = grown
        grown = self._told(data)
        self.journey = before
        self._append(grown)

    @rule(data=st.data())
    def resend(self, data: Any) -> None:
        """Store a batch again, as a retry does that saw no acknowledgement."""
        version, rows = data.draw(st.sampled_from(self.batches), label="batch")
        self.store.append(self.subject, rows, expect=version)
        assert self.journey.add(*rows) is self.journey

    @rule(data=st.data())
    def resend_changed(self, data: Any) -> None:
        """Try to store other content under an id that is taken."""
        version, rows = data.draw(st.sampled_from(self.batches), label="batch")
        changed = Event("changed", rows[0].at, known_at=rows[0].known_at, id=rows[0].id)
        self._refused(IdConflict, lambda: self.store.append(self.subject, (changed,), expect=version))

    @precondition(lambda self: self.chart.events)
    @rule(data=st.data(), behind=st.integers(-2, 3))
    def append_at_another_version(self, data: Any, behind: int) -> None:
        """Try to store behind a version that is not the newest: stale, or ahead of what is there."""
        expect = self.journey.version - behind
        if behind and expect >= 0:
            rows = self._told(data).since(self.journey.version)
            self._refused(Conflict, lambda: self.store.append(self.subject, rows, expect=expect))

    @precondition(lambda self: self.chart.events and self.journey.events[-1].known_at > BEGIN)
    @rule()
    def tell_out_of_order(self) -> None:
        """Try to know an event before what is known already."""
        self._refused(TimeError, lambda: self.journey.record(self.chart.events[0], at=BEGIN))

    @rule()
    def crash_and_reload(self) -> None:
        """Forget everything, open the store again, and replay."""
        self.store = self.open_store()
        self.journey = Journey.replay(self.chart, self.subject, self._stored())

    @rule()
    def snapshot(self) -> None:
        """Write the journey as one document, and go on with what is read."""
        self.journey = wire.loads(wire.dumps(self.journey), Journey, using=[self.chart])

    @rule(gap=st.sampled_from(_GAPS))
    def look_ahead(self, gap: timedelta) -> None:
        """Ask where she will stand; asking changes nothing."""
        before = wire.dumps(self.journey)
        self.journey.at(self.now + gap)
        assert before == wire.dumps(self.journey)

    @invariant()
    def replay_equals_fold(self) -> None:
        """What is stored replays to what was built one event at a time."""
        replayed = Journey.replay(self.chart, self.subject, self._stored())
        assert self.journey == replayed
        assert self.journey.position == replayed.position

    @invariant()
    def bytes_are_stable(self) -> None:
        """Equal journeys are written alike."""
        replayed = Journey.replay(self.chart, self.subject, self._stored())
        assert wire.dumps(self.journey) == wire.dumps(replayed)

    @invariant()
    def old_values_are_unchanged(self) -> None:
        """A journey that was grown from is as it was."""
        for journey, written in self.remembered:
            assert written == wire.dumps(journey)

    def _refused(self, kind: type[Exception], act: Any) -> None:
        before = self._stored()
        try:
            act()
        except kind:
            assert before == self._stored()
            return
        raise AssertionError(f"this is a {kind.__name__}")
