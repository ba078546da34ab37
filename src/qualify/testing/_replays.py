"""`replay_diff`: what another chart would have made of recorded journeys."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from qualify._maps import Value
from qualify.errors import QualifyError
from qualify.stages import Chart, Journey, Step


@attrs.frozen
class ReplayDifference(Value):
    """One event that two charts take differently: whose, which version, and what each made of it.

    >>> print(ReplayDifference("ana", 3, "won", "moved to onboarding", "refused in engaged"))
    ana 3 won: moved to onboarding; now refused in engaged
    """

    subject: str
    version: int
    event: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.subject} {self.version} {self.event}: {self.before}; now {self.after}"


def replay_diff(new: Chart, journeys: Iterable[Journey]) -> tuple[ReplayDifference, ...]:
    """Give the first difference of each journey if its events had been told to another chart.

    Nothing is judged again: answers are those that were recorded. An event or a state that the new chart
    does not know is a difference too. Afterwards a host migrates, pins, or refuses.

    >>> from datetime import datetime, timezone
    >>> from qualify.stages import State, Transition
    >>> may = datetime(2026, 5, 3, tzinfo=timezone.utc)
    >>> go = Transition("a", on="go", to="b")
    >>> journey = Journey.start(Chart("c", State("a"), State("b"), transitions=(go,)), "x", at=may)
    >>> print(*replay_diff(Chart("c", State("a"), State("b"), version="2"), [journey.record("go", at=may)]))
    x 2 go: moved to b; now unknown event
    """
    return tuple(found for journey in journeys for found in _first(new, journey))


def _first(new: Chart, journey: Journey) -> Iterable[ReplayDifference]:
    begun = journey.events[0]
    active = begun.details.get("active") if begun.details.get("running") is True else None
    try:
        twin = Journey.start(new, journey.subject, at=begun.at, active=active, known_at=begun.known_at)  # type: ignore[arg-type]
    except QualifyError as error:
        yield ReplayDifference(journey.subject, 1, begun.name, _said(journey.upto(1).last), error.asked)
        return
    for version, event in enumerate(journey.events[1:], 2):
        before = _said(journey.upto(version).last)
        try:
            twin = twin.add(event)
            after = _said(twin.last)
        except QualifyError as error:
            after = error.asked
        if before != after:
            yield ReplayDifference(journey.subject, version, event.name, before, after)
            return


def _said(step: Step) -> str:
    return (
        f"{step.end} to {', '.join(step.after.leaves)}"
        if step.moved
        else f"{step.end} in {', '.join(step.after.leaves)}"
    )
