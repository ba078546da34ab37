"""`Regime`: in one part of the chart, which table decides and which event tells the chart."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from qualify import _checks
from qualify._maps import Map, Value
from qualify.decisions import Table
from qualify.errors import DefinitionError, InvalidType, InvalidValue
from qualify.models import Action


@attrs.frozen(init=False)
class Regime(Value):
    """A nine-cell `table` for one part of the chart, and the events by which the chart is told.

    `tells` maps each action that the table may give to an event, or is one event for all of them, which
    then carries the answers.

    >>> from qualify.decisions import CUSTOMER
    >>> Regime(CUSTOMER, tells="reviewed").event(Action.SERVE)
    'reviewed'
    """

    table: Table
    tells: str | Map[str]

    def __init__(self, table: Table, tells: str | Mapping[Action, str] | Mapping[str, str]) -> None:
        if not isinstance(table, Table):
            raise InvalidType(
                "a regime decides by a Table", found=_checks.kind_of(table), where="Regime.table"
            )
        self.__attrs_init__(table=table, tells=_tells(tells))
        if isinstance(self.tells, Map):
            used = {action.name for _, _, action in table}
            if used - set(self.tells):
                raise DefinitionError(
                    "each action of the table needs an event",
                    found=f"none for {', '.join(sorted(used - set(self.tells)))}",
                    where="Regime.tells",
                )

    def event(self, action: Action) -> str:
        """Give the event by which the chart is told of an action."""
        return self.tells if isinstance(self.tells, str) else self.tells[action.name]

    @property
    def events(self) -> tuple[str, ...]:
        """All events by which this regime tells the chart."""
        if isinstance(self.tells, str):
            return (self.tells,)
        return tuple(dict.fromkeys(self.tells.values()))


def _tells(tells: str | Mapping[Action, str] | Mapping[str, str]) -> str | Map[str]:
    if isinstance(tells, str):
        return _checks.name(tells, "Regime.tells")
    named: dict[str, str] = {}
    for action, event in tells.items():
        name = action.name if isinstance(action, Action) else str(action).upper()
        if name not in Action.__members__:
            raise _checks.unknown("action", name, Action.__members__, where="Regime.tells")
        if name in named:
            raise InvalidValue("an action has one event", found=f"two for {name}", where="Regime.tells")
        named[name] = _checks.name(event, f"Regime.tells.{name}")
    return Map(named)
