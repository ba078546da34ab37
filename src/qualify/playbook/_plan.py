"""Who gets whose hours: from leads or a cohort to a list for each rep.

What belongs here: joining decisions, probabilities, economics and questions into candidates, and dividing
them by owner. What does not: the arithmetic of hours, which is `qualify.decisions.allocate`. Imports
numpy, and is imported when a plan is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs
import numpy as np

from qualify import _arrays, _checks
from qualify._maps import Value
from qualify.cohort import Cohort
from qualify.decisions import Allocation, Candidates, Capacity, Chances, Economics, allocate
from qualify.decisions._allocation import good_text, hours_text
from qualify.errors import DefinitionError, InvalidType, InvalidValue, UnknownName
from qualify.models import Action, Question
from qualify.playbook._desk import Desk, Pursuit, desk_of_cohort, desk_of_leads, win_of
from qualify.playbook._many import CODE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify._arrays import ColumnLike
    from qualify.playbook._playbook import Playbook

    Floats: TypeAlias = NDArray[np.float64]
    Rows: TypeAlias = NDArray[np.intp]

EVEN = 0.5  # of the answers are a yes, where nobody knows how many
_SELL, _DISCOVER = CODE[Action.SELL], CODE[Action.DISCOVER]
_SHOWN = 10  # lines of a list that are printed


_same = attrs.cmp_using(eq=np.array_equal)


@attrs.frozen(repr=False)
class Plan(Value):
    """Who is sold to and asked in one period, owner by owner, and what it is worth.

    `allocations` are pairs of an owner and her `Allocation`; owner None stands for leads that nobody
    owns, or, without `by`, for the team. `free` lists what can be asked without a person's minutes, and
    so needs no plan; `unpriced` counts those who would take hours and of whom nobody knows the
    probability of a win. `value`, `bound` and `certificate` are those of all owners together.

    >>> from datetime import datetime, timezone
    >>> from qualify.models import Lead
    >>> from qualify.playbooks import saas
    >>> priced = saas().replace(
    ...     version="2", economics=Economics(monthly_margin=100, monthly_churn=0.05, currency="EUR"))
    >>> noon = datetime(2026, 5, 4, 12, tzinfo=timezone.utc)
    >>> plan = priced.plan([Lead("ana", owner="lea")], Capacity(hours=3), at=noon, win=0.3)
    >>> plan["lea"].hours, [(subject, question.topic) for subject, question in plan.free]
    (0.0, [('ana', 'person')])
    """

    allocations: tuple[tuple[str | None, Allocation], ...]
    by: str | None
    currency: str
    unpriced: int
    _ids: Any = attrs.field(alias="ids", eq=_same)
    _questions: tuple[Question, ...] = attrs.field(alias="questions")
    _asked: Any = attrs.field(alias="asked", eq=_same)  # place among the questions, -1 where nothing is asked
    _free: Rows = attrs.field(alias="free", eq=_same)
    __hash__ = None  # type: ignore[assignment]  # it holds arrays

    def _canonical(self) -> dict[str, object]:
        listed = {"questions": self._questions, "asked": self._asked, "free": self._free}
        told = {name: column for name, column in listed.items() if len(column)}
        by = {} if self.by is None else {"by": self.by}
        head = {"allocations": self.allocations, "currency": self.currency, "unpriced": self.unpriced}
        return {**head, **by, "ids": self._ids, **told}

    @property
    def owners(self) -> tuple[str | None, ...]:
        """Who has a list, in order; None, if it is there, is the last."""
        return tuple(owner for owner, _ in self.allocations)

    def __getitem__(self, owner: str | None) -> Allocation:
        """Give the allocation of an owner; None for leads that nobody owns, or for the team."""
        for name, allocation in self.allocations:
            if name == owner:
                return allocation
        raise _checks.unknown("owner", str(owner), map(str, self.owners), where="Plan")

    def __iter__(self) -> Iterator[tuple[str | None, Allocation]]:
        """Go through the pairs of owner and allocation."""
        return iter(self.allocations)

    def __len__(self) -> int:
        return len(self.allocations)

    @property
    def value(self) -> float:
        """What the plan gains over nurturing everybody."""
        return math.fsum(allocation.value for _, allocation in self.allocations)

    @property
    def bound(self) -> float:
        """What no plan of these hours, owner by owner, can exceed."""
        return math.fsum(allocation.bound for _, allocation in self.allocations)

    @property
    def certificate(self) -> float:
        """The plan is at least this share of the best possible, 0 to 1."""
        return min(1.0, self.value / self.bound) if self.bound > 0 else 1.0

    @property
    def free(self) -> tuple[tuple[str, Question], ...]:
        """Who can be asked what without a person's minutes: a form, a mail."""
        return tuple((str(self._ids[row]), self._questions[self._asked[row]]) for row in self._free.tolist())

    def question(self, subject: str) -> Question | None:
        """Give what she should be asked, None if nothing."""
        places = np.flatnonzero(self._ids == subject)
        if not len(places):
            raise UnknownName("unknown lead", found=_checks.show(subject), where="Plan.question")
        asked = int(self._asked[places[0]])
        return None if asked < 0 else self._questions[asked]

    def lines(self, owner: str | None = None, most: int = _SHOWN) -> list[str]:
        """Give the list for this morning as text: what to do, with whom, how long, what an hour gains."""
        allocation = self[owner]
        told = []
        for i, row in enumerate(allocation.rows[:most].tolist(), 1):
            choice = allocation.candidates.choice(row, allocation.price)
            question = self.question(str(choice.subject)) if choice.action is Action.DISCOVER else None
            what = f'ask {choice.subject} "{question}"' if question else f"sell to {choice.subject}"
            told.append(f"{i}. {what}: {choice.hours:.4g} h, {choice.per_hour:,.4g} {self.currency} per hour")
        rest = len(allocation) - len(told)
        if rest > 0:
            told.append(f"and {rest:,} more")
        if (following := allocation.next) is not None:
            told.append(f"next: {following.subject}, {following.per_hour:,.4g} {self.currency} per hour")
        return told

    def __repr__(self) -> str:
        chosen = sum(len(allocation) for _, allocation in self.allocations)
        hours = math.fsum(allocation.hours for _, allocation in self.allocations)
        whom = f"{len(self):,} owner{'s'[: len(self) != 1]}" if self.by else "the team"
        return (
            f"Plan for {whom}: {chosen:,} chosen, {hours_text(hours)}, {self.value:,.6g} {self.currency}\n"
            f"  {good_text(self.certificate)}; {len(self._free):,} free to ask, {self.unpriced:,} unpriced"
        )

    def __str__(self) -> str:
        told = [repr(self)]
        for owner, allocation in self.allocations:
            name = "nobody's" if owner is None and self.by else owner or "the team"
            told += ["", f"{name} ({allocation.hours:.4g} of {allocation.capacity.hours:.4g} h)"]
            told += self.lines(owner)
        return "\n".join(told)


def plan(
    playbook: Playbook,
    leads: Cohort | Iterable[Pursuit],
    capacity: Capacity | Mapping[str, Capacity],
    *,
    at: datetime | None = None,
    by: Literal["owner"] | None = "owner",
    win: ColumnLike | float | None = None,
    yes: ColumnLike | float | None = None,
    hours: ColumnLike | float | None = None,
    wait: ColumnLike | float | None = None,
    streaks: Mapping[str, int] | None = None,
    contact: ColumnLike | None = None,
    economics: Economics | Mapping[str, Economics] | None = None,
) -> Plan:
    """Give each owner the list for one period; `Playbook.plan` says all about it."""
    desk = (
        desk_of_cohort(playbook, leads, at, contact)
        if isinstance(leads, Cohort)
        else desk_of_leads(playbook, leads, at, contact)
    )
    money = playbook.economics if economics is None else economics
    if money is None:
        raise DefinitionError(
            "a plan needs to know what a win is worth",
            allowed="give Playbook(economics=Economics(...)), or economics= here",
            where="Playbook.plan",
        )
    minutes = np.array([question.cost for question in desk.questions] + [0.0])[desk.asked]
    asks = (desk.actions == _DISCOVER) & (desk.asked >= 0)
    free = np.flatnonzero(asks & (minutes == 0))
    rows = np.flatnonzero((desk.actions == _SELL) | (asks & (minutes > 0)))
    chance, likely = _chances(playbook, desk, rows, win, yes)
    priced = ~np.isnan(chance)
    unpriced = int(len(rows) - np.count_nonzero(priced))
    rows, chance, likely = rows[priced], chance[priced], likely[priced]
    owners, places = _owners(desk, rows, by)
    candidates = Candidates(
        desk.ids[rows],
        win=chance,
        economics=money,
        offer=None if desk.offer is None else desk.offer[rows],
        hours=_some(hours, rows, "hours", len(desk.ids)),
        wait=_some(wait, rows, "wait", len(desk.ids)),
        streak=_streaks(streaks, owners, places, by),
        asked=asks[rows],
        minutes=minutes[rows],
        yes=likely,
    )
    pools = _capacities(capacity, owners, by)
    order = np.argsort(places, kind="stable")
    ends = np.searchsorted(places[order], np.arange(len(owners) + 1))
    allocations = []
    for owner, hours_of in pools.items():
        group = owners.index(owner) if owner in owners else None
        mine = order[:0] if group is None else order[ends[group] : ends[group + 1]]
        allocations.append((owner, allocate(candidates.part(mine), hours_of)))
    return Plan(
        tuple(allocations),
        by,
        candidates.currency,
        unpriced,
        ids=desk.ids,
        questions=desk.questions,
        asked=desk.asked,
        free=free,
    )


def plan_of(
    *,
    allocations: Iterable[tuple[str | None, Allocation]],
    currency: str,
    unpriced: int,
    ids: Iterable[str],
    by: str | None = None,
    questions: Iterable[Question] = (),
    asked: Iterable[int] = (),
    free: Iterable[int] = (),
) -> Plan:
    """Give the plan that was stored: who was chosen then, by whatever rule."""
    names, owned, asks = _arrays.objects(list(ids)), tuple(allocations), tuple(questions)
    places = np.array(list(asked), np.float64)
    rows = np.array(list(free), np.float64)
    if len({owner for owner, _ in owned}) != len(owned):
        raise InvalidValue("an owner has one list", where="Plan.allocations")
    known = set(names.tolist())
    for i, (_, allocation) in enumerate(owned):
        if not known.issuperset(allocation.candidates.subject.tolist()):
            raise InvalidValue("each candidate is a lead", where=f"Plan.allocations[{i}]")
    if len(places) != len(names) or not ((places >= -1) & (places < len(asks))).all():
        raise InvalidValue("each lead has a question, or -1", where="Plan.asked")
    inside = (rows >= 0) & (rows < len(names))
    if not inside.all() or not (places[rows.astype(np.intp)] >= 0).all():
        raise InvalidValue("a row that is free to ask has a question", where="Plan.free")
    return Plan(
        owned,
        by,
        _checks.text(currency, "Plan.currency"),
        _checks.whole(unpriced, "Plan.unpriced", least=0),
        ids=names,
        questions=asks,
        asked=places.astype(np.int64),
        free=rows.astype(np.intp),
    )


# -- probabilities, owners, hours ----------------------------------------------------------------------


def _chances(
    playbook: Playbook, desk: Desk, rows: Rows, win: ColumnLike | float | None, yes: ColumnLike | float | None
) -> tuple[Floats, Floats]:
    """Give, for some rows, the probability of a win (after a yes, where she is asked) and that of the yes."""
    likely = np.full(len(rows), EVEN)
    if win is not None:
        chance = _chance(win, rows, "win", len(desk.ids))
    elif desk.likely is not None:
        found = [desk.likely(row) for row in rows.tolist()]
        chance = np.array([math.nan if one is None else one for one in found], np.float64)
    elif isinstance(table := win_of(playbook), Chances):
        chance, likely = _by_cell(table, desk, rows)
    else:
        raise DefinitionError(
            "a plan needs the probability of a win",
            allowed="give Playbook(win=Chances(...)), or win= here, one for all or a column",
            where="Playbook.plan",
        )
    if yes is not None:
        likely = _chance(yes, rows, "yes", len(desk.ids))
    return chance, likely


def _by_cell(chances: Chances, desk: Desk, rows: Rows) -> tuple[Floats, Floats]:
    """Read both probabilities off the cells of history.

    Whoever is asked is sold to after a yes, with the chance of that cell, and never after a no. So the
    chance of her own cell is yes x that chance, and gives the probability of a yes.
    """
    known = np.array([names == (chances.rows, chances.columns) for names in desk.tables])[desk.table[rows]]
    own = chances.chances(desk.rows[rows], desk.columns[rows])
    sure = chances.cells[0][0]
    asked = desk.actions[rows] == _DISCOVER
    likely = np.minimum(1.0, own / sure) if sure else np.zeros(len(rows))
    chance = np.where(asked, sure, own)
    return np.where(known, chance, math.nan), np.where(asked, likely, 1.0)


def _chance(values: ColumnLike | float, rows: Rows, where: str, total: int) -> Floats:
    """Give one probability for all, or some rows of a column of them; NaN where nobody knows."""
    if isinstance(values, (int, float)):
        return np.full(len(rows), _checks.real(values, where, least=0, most=1))
    return _rows_of(_arrays.numbers(values, where, least=0, most=1), rows, where, total)


def _some(values: ColumnLike | float | None, rows: Rows, where: str, total: int) -> Floats | float | None:
    """Give some rows of a column; None and one number for all stay what they are."""
    if values is None or isinstance(values, (int, float)):
        return values
    return _rows_of(_arrays.numbers(values, where), rows, where, total)


def _rows_of(read: _arrays.Column, rows: Rows, where: str, total: int) -> Floats:
    _arrays.same_length(where, len(read), total)
    found = read.values[rows].astype(np.float64)
    if read.missing is not None:
        found[read.missing[rows]] = math.nan
    return found


def _owners(desk: Desk, rows: Rows, by: str | None) -> tuple[tuple[str | None, ...], NDArray[np.intp]]:
    """Give the owners of all leads, None the last, and which of them has each of some rows."""
    if by is None:
        return (None,), np.zeros(len(rows), np.intp)
    if by != "owner":
        raise _checks.unknown("grouping", by, ("owner",), where="Playbook.plan.by")
    if desk.owner is None:
        raise InvalidValue(
            "these leads have no owners",
            allowed="bind a column of owners, or give by=None for one list of the team",
            where="Playbook.plan.by",
        )
    everybody = dict.fromkeys(desk.owner.tolist())
    names = (*sorted(name for name in everybody if name is not None), *([None] if None in everybody else []))
    index = {name: place for place, name in enumerate(names)}
    return names, np.fromiter(map(index.__getitem__, desk.owner[rows].tolist()), np.intp, len(rows))


def _capacities(
    capacity: Capacity | Mapping[str, Capacity], owners: tuple[str | None, ...], by: str | None
) -> dict[str | None, Capacity]:
    """Give each owner's hours: the same for each, or from a mapping; who is not there has none today."""
    if isinstance(capacity, Mapping):
        if by is None:
            raise InvalidType("one list has one Capacity", found="a mapping", where="Playbook.plan.capacity")
        known = dict.fromkeys((*sorted(capacity), *(name for name in owners if name is not None)))
        pools: dict[str | None, Capacity] = {name: capacity.get(name, Capacity(0)) for name in sorted(known)}
    else:
        pools = {name: capacity for name in owners if name is not None}
    if by is None:
        return {None: capacity}  # type: ignore[dict-item]  # a mapping was refused above
    if None in owners:
        pools[None] = Capacity(0)  # nobody's hours; the list says who waits for an owner
    return pools


def _streaks(
    streaks: Mapping[str, int] | None,
    owners: tuple[str | None, ...],
    places: NDArray[np.intp],
    by: str | None,
) -> Any:  # noqa: ANN401 - one number, or a column
    if not streaks:
        return 0
    if by is None:
        raise InvalidType(
            "rejections in a row are an owner's, and one list has none",
            found="streaks= and by=None",
            allowed='give by="owner"',
            where="Playbook.plan.streaks",
        )
    of = [0 if owner is None else streaks.get(owner, 0) for owner in owners]
    return np.array([_checks.whole(n, "streaks", least=0) for n in of], np.int64)[places]
