"""`Compiled`: a chart as a flat table of its reachable configurations, for single steps and for columns.

What belongs here: the table and its look-ups. What does not: columns (`_replay`), which need numpy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from qualify import _checks
from qualify.errors import DefinitionError, InvalidValue
from qualify.stages._events import NOTHING, told
from qualify.stages._explore import BUDGET, explore, symbols
from qualify.stages._parts import count, several
from qualify.stages._steps import Position
from qualify.truth import Truth

if TYPE_CHECKING:
    from qualify.stages._chart import Chart
    from qualify.stages._explore import Explored
    from qualify.stages._parts import Names
    from qualify.stages._replay import Piece, Replay
    from qualify.stages._steps import End, Key, Move


class Compiled:
    """A chart as a table: each reachable configuration is a number, and 0 is where subjects begin.

    It comes from `chart.compile()`. `next` is one look-up; it knows no time, so for a chart with deadlines
    it tells what the event alone does. `replay` steps whole columns.

    >>> from qualify.stages import Chart, State, Transition
    >>> door = Chart("door", State("shut"), State("open"), transitions=(
    ...     Transition("shut", on="push", to="open"),)).compile()
    >>> door.configurations[door.next(0, "push")]
    ('open',)
    """

    __slots__ = ("_bare", "_found", "_keys", "_starts", "chart", "configurations", "events")

    def __init__(self, chart: Chart, found: Explored, starts: tuple[Names, ...]) -> None:
        self.chart: Chart = chart
        self.events: Names = chart.events
        self.configurations: tuple[Names, ...] = tuple(place.leaves for place in found.places)
        self._found: Explored = found
        self._starts: tuple[Names, ...] = starts
        self._keys: tuple[Key, ...] = tuple(symbols(chart._tree))
        unknown: dict[str, Key] = {
            event: (event, *[0 for _ in asks]) if asks else event for event, asks in chart._tree.asks.items()
        }
        self._bare: tuple[dict[str, int], ...] = tuple(  # without answers everything is UNKNOWN
            {event: found.target(moves[key]) for event, key in unknown.items()} for moves in found.moves
        )

    def __len__(self) -> int:
        return len(self.configurations)

    def __repr__(self) -> str:
        size = f"{count(len(self), 'configuration')}, {count(len(self._keys), 'symbol')}"
        return f"<Compiled {self.chart.name!r}: {size}>"

    def __reduce__(self) -> tuple[object, ...]:
        return compiled, (self.chart, self._starts, len(self))

    def next(self, state: int, event: str, answers: Mapping[str, Truth] | None = None) -> int:
        """Give the configuration after an event; a refused one gives the same configuration.

        `answers` are those of `chart.step`: missing ones are UNKNOWN, and one that the chart never asks for
        is an error.

        >>> from qualify.stages import SAAS
        >>> saas = SAAS.compile()
        >>> saas.configurations[saas.next(0, "won")]
        ('onboarding', 'not_asked')
        """
        if answers is None and type(state) is int and state >= 0:  # the usual case, nothing left to look at
            try:
                return self._bare[state][event]
            except (LookupError, TypeError):
                pass  # the long way says what is wrong
        return self._found.target(self._move(state, event, answers))

    def end(self, state: int, event: str, answers: Mapping[str, Truth] | None = None) -> End:
        """Give how an event ends in a configuration: `"moved"`, `"stayed"` or `"refused"`.

        >>> from qualify.stages import SAAS
        >>> SAAS.compile().end(0, "renewed")
        'refused'
        """
        return self._move(state, event, answers).end

    def find(self, position: Position) -> int:
        """Give the number of the configuration in which a position stands.

        >>> from datetime import datetime, timezone
        >>> from qualify.stages import SAAS
        >>> SAAS.compile().find(SAAS.start(at=datetime(2026, 5, 3, tzinfo=timezone.utc)))
        0
        """
        place = self.chart._own(position)._place
        number = self._found.index.get((place.bits, place.memory))
        if number is None:
            raise InvalidValue(
                "this configuration is not reached from where the table begins",
                found=str(position),
                allowed="compile(starts=[...]) takes in subjects that begin elsewhere",
                where="Compiled.find",
            )
        return number

    def replay(
        self,
        subject: Any,  # noqa: ANN401 - any column that numpy reads
        event: Any,  # noqa: ANN401 - as above
        at: Any,  # noqa: ANN401 - as above
        answers: Mapping[str, Any] | None = None,
        *,
        starts: Any = 0,  # noqa: ANN401 - a number or any column that numpy reads
        until: Any = None,  # noqa: ANN401 - an instant as a column holds it
    ) -> Replay:
        """Step columns of events: states after each, final states, refusals, visits, counts and dwell.

        `subject` holds ids (integers or text), `event` names or integers that index `events`, `at` instants
        (datetime64 in UTC, aware datetimes, or integers in microseconds since 1970), `answers` for each
        question int8 codes +1, 0, -1. Subjects come in any order; the events of one are sorted by `at`, and
        ties keep their order. A subject begins at its first event, in configuration 0 or where `starts` says:
        one number for all, or a column in which all rows of a subject say the same. States are entered at
        that instant. With `until` time goes on up to that instant. Equal to the scalar fold, event by event.

        >>> from datetime import datetime, timezone
        >>> from qualify.stages import SAAS
        >>> saas = SAAS.compile()
        >>> saas.replay([1, 2, 1], ["sell", "won", "accepted"], [10, 20, 30]).final_in("customer")
        array([False,  True])
        >>> running = saas.find(SAAS.start(at=datetime(2026, 5, 3, tzinfo=timezone.utc), active="customer"))
        >>> saas.replay([1, 2], ["renewed", "renewed"], [10, 20], starts=[0, running]).refused
        array([ True, False])
        """
        from qualify.stages._replay import replay

        return replay(self, subject, event, at, answers or {}, starts=starts, until=until)

    def piece(self, subject: Any, event: Any, at: Any, answers: Mapping[str, Any] | None = None) -> Piece:  # noqa: ANN401 - as above
        """Give what rows do to each subject, wherever it stands: a map from configurations to configurations.

        Pieces of a history, cut at any rows, compose in row order and in any bracketing to the whole. Not
        for charts with deadlines.

        >>> from qualify.stages import SAAS
        >>> saas = SAAS.compile()
        >>> whole = saas.piece([1], ["sell"], [10]).then(saas.piece([1], ["won"], [20]))
        >>> saas.configurations[whole.final()[0]]
        ('onboarding', 'not_asked')
        """
        from qualify.stages._replay import piece

        return piece(self, subject, event, at, answers or {})

    def _move(self, state: int, event: str, answers: Mapping[str, Truth] | None) -> Move:
        """Give the move of checked arguments."""
        machine = self.chart._machine
        number = _checks.whole(state, "Compiled.state", least=0, most=len(self) - 1)
        asks = machine.asks.get(name := _checks.name(event, "Compiled.event"))
        if asks is None:
            raise machine.unknown_event(name)
        given = NOTHING if answers is None else told(answers)
        machine.refuse_unasked(given)
        key: Key = (name, *[given[q].value if q in given else 0 for q in asks]) if asks else name
        return self._found.moves[number][key]


def compiled(chart: Chart, starts: Iterable[Names] = (), budget: int = BUDGET) -> Compiled:
    """Explore a chart and give its table."""
    starts = several(starts, "names of states", "compile.starts")
    goals = [chart._goals(active, "compile.starts") for active in starts]
    found = explore(chart, goals, budget=budget)
    if found.endless:
        place, event, cycle = found.endless[0]
        raise DefinitionError(
            "eventless transitions do not come to rest",
            found=f"in {', '.join(place.leaves)} on {event}: {cycle}",
            where=f"Chart({chart.name!r})",
        )
    return Compiled(chart, found, starts)
