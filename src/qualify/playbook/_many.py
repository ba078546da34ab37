"""What a playbook decides about every row of a cohort, as columns.

What belongs here: actions and answers as codes, for millions. What does not: their reasons, which
`Playbook.decide` gives for the rows that somebody looks at, and two playbooks side by side (`_diff`).
Imports numpy, and is imported when asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np

from qualify import _arrays, _checks
from qualify._maps import Map, Value
from qualify.cohort import Cohort
from qualify.errors import InvalidType, InvalidValue
from qualify.models import Action, Decision
from qualify.playbook._deciding import regime_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify._arrays import ColumnLike
    from qualify.playbook._playbook import Playbook
    from qualify.stages import Position

    Array: TypeAlias = NDArray[Any]
    Codes: TypeAlias = NDArray[np.int8]

ACTIONS = tuple(Action)
CODE = {action: code for code, action in enumerate(ACTIONS)}
MAY = {1: True, -1: False}
_OPENS = (CODE[Action.SELL], CODE[Action.DISCOVER])


@attrs.frozen(eq=False, repr=False)
class Decisions(Value):
    """The decisions of a playbook about a cohort, row by row, as int8 codes.

    `actions` are places in `tuple(Action)`; `rows` and `columns` the truths of the two questions of the
    table that decided; `regime` the place of its regime among the playbook's. `positions` are the
    different places where leads stand, `place` which of them is each row's. Where nobody may start a
    conversation, `quiet` is true and SELL and DISCOVER have become NURTURE; `contact` is what the host's
    register said, None where it was not asked.

    >>> from datetime import datetime, timezone
    >>> from qualify.cohort import Cohort
    >>> from qualify.playbooks import saas
    >>> known = {"person": ["ana", None], "need": ["inbox", None], "team_size": [40, None], "fit": [4, 1]}
    >>> leads = Cohort.from_columns({**known, "timing": ["this month", "this month"]},
    ...     at=datetime(2026, 5, 4, tzinfo=timezone.utc), vocabulary=saas().vocabulary)
    >>> saas().decisions(leads)
    Decisions about 2 leads: 1 SELL, 1 DISQUALIFY
    """

    playbook: Playbook
    cohort: Cohort
    at: datetime | None
    actions: Codes
    rows: Codes
    columns: Codes
    regime: Codes
    positions: tuple[Position, ...]
    place: Array
    quiet: NDArray[np.bool_] | None
    contact: Codes | None

    def decision(self, row: int) -> Decision:
        """Give the whole decision about one row, with its reason and the question to ask."""
        facts = self.cohort.facts(row, at=self.at)
        contact = None if self.contact is None else MAY.get(int(self.contact[row]))
        return self.playbook.decide(facts, self.positions[int(self.place[row])], contact=contact)

    def of(self, action: Action) -> NDArray[np.intp]:
        """Give the rows with this action."""
        return np.flatnonzero(self.actions == CODE[action])

    @property
    def closed(self) -> NDArray[np.bool_]:
        """Where nothing is left to decide: prospects whose outcome is recorded as won or lost.

        Customers stay, and so does who has a journey, because that goes on after a loss.

        >>> from qualify.cohort import Cohort
        >>> from qualify.playbooks import saas
        >>> leads = Cohort.from_columns({"fit": [4, 4], "won": [False, None]}, outcome="won",
        ...     topics={"fit": "fit"}, vocabulary=saas().vocabulary)
        >>> saas().decisions(leads).closed
        array([ True, False])
        """
        if self.cohort.outcome is None or self.cohort.journeys:
            return np.zeros(len(self), np.bool_)
        customer = np.array([self.playbook.customer in p.active for p in self.positions])
        closed: NDArray[np.bool_] = (np.ma.filled(self.cohort.outcome, 0) != 0) & ~customer[self.place]
        return closed

    @property
    def counts(self) -> Map[int]:
        """How many rows have each action, by its name; actions that nobody has are left out."""
        found = np.bincount(self.actions, minlength=len(ACTIONS)).tolist()
        return Map({action.name: n for action, n in zip(ACTIONS, found, strict=True) if n})

    def _canonical(self) -> dict[str, object]:
        """Write actions, regimes and states by their names, which outlive their places."""
        regimes = tuple(self.playbook.regimes)
        told: dict[str, object] = {
            "playbook": self.playbook,
            "cohort": self.cohort,
            "actions": [ACTIONS[code].name for code in self.actions.tolist()],
            "rows": self.rows.tolist(),
            "columns": self.columns.tolist(),
            "regime": [regimes[number] for number in self.regime.tolist()],
            "positions": [position.leaves for position in self.positions],
            "place": self.place.tolist(),
        }
        some = {"at": self.at, "quiet": self.quiet, "contact": self.contact}
        return {**told, **{name: part for name, part in some.items() if part is not None}}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Decisions):
            return NotImplemented
        return self._lists() == other._lists()

    def _lists(self) -> dict[str, object]:
        """Give what two tables of decisions are compared by."""
        columns = {"quiet": self.quiet, "contact": self.contact}
        listed = {name: None if column is None else column.tolist() for name, column in columns.items()}
        return {**self._canonical(), **listed}

    __hash__ = None  # type: ignore[assignment]  # it holds arrays

    def __len__(self) -> int:
        return len(self.actions)

    def __iter__(self) -> Iterator[Action]:
        """Go through the actions, row by row."""
        return (ACTIONS[code] for code in self.actions.tolist())

    def __repr__(self) -> str:
        counts = ", ".join(f"{n:,} {name}" for name, n in self.counts.items()) or "none"
        return f"Decisions about {len(self):,} leads: {counts}"


def decisions_of(
    *,
    playbook: Playbook,
    cohort: Cohort,
    actions: Sequence[Action],
    rows: Sequence[int],
    columns: Sequence[int],
    regime: Sequence[str],
    positions: Sequence[Sequence[str]],
    place: Sequence[int],
    at: datetime | None = None,
    quiet: Sequence[bool] | None = None,
    contact: Sequence[int] | None = None,
) -> Decisions:
    """Give the decisions that were stored: what was decided then, by whatever rule."""
    given = {"actions": actions, "rows": rows, "columns": columns, "regime": regime, "place": place}
    given |= {n: c for n, c in (("quiet", quiet), ("contact", contact)) if c is not None}
    for name, column in given.items():
        _arrays.same_length(f"Decisions.{name}", len(column), len(cohort))
    for name in ("rows", "columns", "contact"):
        if not set(given.get(name, ())) <= {1, 0, -1}:
            raise InvalidValue("truths are 1, 0 or -1", where=f"Decisions.{name}")
    if not set(place) <= set(range(len(positions))):
        raise InvalidValue("a place is one of the positions", where="Decisions.place")
    names = tuple(playbook.regimes)
    for name in regime:
        if name not in names:
            raise _checks.unknown("regime", name, names, where="Decisions.regime")
    begun = _EPOCH if at is None else at
    return Decisions(
        playbook,
        cohort,
        at,
        np.array([CODE[action] for action in actions], np.int8),
        np.array(rows, np.int8),
        np.array(columns, np.int8),
        np.array([names.index(name) for name in regime], np.int8),
        tuple(playbook.chart.start(at=begun, active=tuple(leaves)) for leaves in positions),
        np.array(place, np.intp),
        None if quiet is None else np.array(quiet, np.bool_),
        None if contact is None else np.array(contact, np.int8),
    )


def decide_all(
    playbook: Playbook,
    cohort: Cohort,
    *,
    at: datetime | None = None,
    contact: ColumnLike | None = None,
) -> Decisions:
    """Judge every row by the regime of the state in which it stands; `contact` is the host's register.

    A cohort without a column of states holds prospects who have just begun. `contact` is a column of
    truths, or one for all: where it is False, no conversation is started.
    """
    if not isinstance(cohort, Cohort):
        raise InvalidType(
            "decisions about many are made of a Cohort",
            found=_checks.kind_of(cohort),
            allowed="write Cohort.from_journeys(...) or Cohort.from_columns(...)",
            where="Playbook.decisions",
        )
    rows = len(cohort)
    when = cohort.at if at is None else _checks.instant(at, "Playbook.decisions.at")
    positions, place = _positions(playbook, cohort, when)
    regimes = [_place_of_regime(playbook, position) for position in positions]
    allowed = register_of(contact, rows)
    if len(set(regimes)) == 1:
        answers, actions = _by_table(playbook, cohort, regimes[0])
        regime = np.full(rows, regimes[0], np.int8)
    else:
        regime = np.array(regimes, np.int8)[place]
        actions = np.zeros(rows, np.int8)
        answers = (np.zeros(rows, np.int8), np.zeros(rows, np.int8))
        for number in sorted(set(regimes)):
            here = regime == number
            found, codes = _by_table(playbook, cohort, number)
            np.copyto(actions, codes, where=here)
            for mine, theirs in zip(answers, found, strict=True):
                np.copyto(mine, theirs, where=here)
    quiet = _quiet(playbook, positions, place, allowed)
    if quiet is not None:
        actions[quiet & np.isin(actions, _OPENS)] = CODE[Action.NURTURE]
    return Decisions(playbook, cohort, when, actions, *answers, regime, positions, place, quiet, allowed)


def _by_table(playbook: Playbook, cohort: Cohort, regime: int) -> tuple[tuple[Codes, Codes], Codes]:
    table = tuple(playbook.regimes.values())[regime].table
    first, second = playbook.criteria[table.rows], playbook.criteria[table.columns]
    answers = cohort.truths(first), cohort.truths(second)
    return answers, table.actions(*answers)


def _positions(playbook: Playbook, cohort: Cohort, at: datetime | None) -> tuple[tuple[Position, ...], Array]:
    """Give where rows stand: the different positions, and the place of each row's among them."""
    chart = playbook.chart
    begun = _checks.instant(at, "at") if at is not None else _EPOCH
    if cohort.state is None:
        return (chart.start(at=begun),), np.zeros(len(cohort), np.int8)
    listed = cohort.state.tolist()
    index = {text: place for place, text in enumerate(dict.fromkeys(listed))}
    known = set(chart.state_names)
    positions = []
    for text in index:
        states = () if text is None else tuple(part.strip() for part in str(text).split(","))
        for name in states:
            if name not in known:
                raise _checks.unknown("state", name, known, where="cohort.state")
        positions.append(chart.start(at=begun, active=states or None))
    place = np.fromiter(map(index.__getitem__, listed), np.intp, len(listed))
    return tuple(positions) or (chart.start(at=begun),), place


_EPOCH = datetime(1970, 1, 1, tzinfo=_checks.UTC)  # where nobody gave an instant, none matters


def _place_of_regime(playbook: Playbook, position: Position) -> int:
    return list(playbook.regimes.values()).index(regime_in(playbook, position.active))


def register_of(contact: ColumnLike | None, rows: int) -> Codes | None:
    if contact is None:
        return None
    if isinstance(contact, bool):
        return np.full(rows, 1 if contact else -1, np.int8)
    read = _arrays.truths(contact, "contact")
    _arrays.same_length("contact", len(read), rows)
    codes = read.values.astype(np.int8)
    if read.missing is not None:
        codes[read.missing] = 0
    return codes


def _quiet(
    playbook: Playbook, positions: tuple[Position, ...], place: Array, allowed: Codes | None
) -> NDArray[np.bool_] | None:
    """Tell where nobody may start a conversation; None if one may be started with everybody."""
    active = [position.active for position in positions]
    free = np.array([playbook.selling in states for states in active])
    forbidden = np.array([playbook.no_contact in states for states in active])
    unasked = np.array([playbook.opt_in and playbook.not_asked in states for states in active])
    if allowed is None and not (~free & (forbidden | unasked)).any():
        return None
    told = np.zeros(len(place), np.int8) if allowed is None else allowed
    silent: NDArray[np.bool_] = forbidden[place] | (told == -1) | (unasked[place] & (told != 1))
    speaks: NDArray[np.bool_] = free[place]
    return silent & ~speaks
