"""`Explanation`: what every event would do in one position.

What belongs here: how it reads. What does not: finding it out, which the chart does.
"""

from __future__ import annotations

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.stages._steps import Position, Step, reasons


@attrs.frozen(repr=False)
class Explanation(Value):
    """What every event would do in one position: `steps`, one each, by name with `[...]`.

    `print` shows one line an event.

    >>> from datetime import datetime, timezone
    >>> from qualify.stages import Chart, State, Transition
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
    kind = "not here" if step.refusals[0].elsewhere else "refused"
    return f"{name}: {kind}, {reasons(step.refusals)}"
