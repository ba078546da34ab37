"""Who gets the hours: `Capacity`, and `allocate`, which gives an `Allocation`.

What belongs here: one period, one pool of hours, and how good the plan is. What does not: where the
probabilities come from, and how a team's leads are split among its reps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.decisions._candidates import Candidate, Candidates, Choice, in_hours
from qualify.errors import InvalidType, InvalidValue, UnknownName

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qualify.decisions._filling import Filled


@attrs.frozen(init=False)
class Capacity(Value):
    """The hours that people have for selling and asking in one period; not a count of leads.

    >>> Capacity(hours=6)
    Capacity(hours=6.0)
    """

    hours: float

    def __init__(self, hours: float) -> None:
        self.__attrs_init__(hours=in_hours(hours, "Capacity.hours"))


@attrs.frozen(eq=False, repr=False)
class Allocation(Value):
    """Who gets the hours of one period, what an hour is worth, and how good the plan is at least.

    - `chosen`: the plan, in order of advantage per hour. `next`: who would be next, if anyone.
    - `price`: shadow price of an hour (money per hour): the advantage per hour of the first who does not
      fit; 0 if there are hours for everybody who gains.
    - `value`: what the plan gains over nurturing everybody. `bound`: no plan of these hours gains more.
      `certificate`: the plan is at least this share of the best possible.
    - `one_more_hour`: what the plan would gain more with one more hour.
    - `hours`: what is used of `capacity`; `candidates`: those who competed.

    Equal if chosen, next, the numbers and those who competed are, in whatever order these came.

    >>> from qualify.decisions import Candidate, Economics
    >>> saas = Economics(monthly_margin=100, monthly_churn=0.05, currency="EUR")
    >>> plan = allocate([Candidate("ana", win=0.4, hours=4, economics=saas)], Capacity(hours=6))
    >>> plan
    <Allocation: 1 of 1 chosen, 4 of 6 hours, 800 EUR, the best possible>
    """

    capacity: Capacity
    currency: str
    price: float
    value: float
    bound: float
    hours: float
    candidates: Candidates
    _filled: Filled = attrs.field(alias="filled")

    @property
    def rows(self) -> NDArray[np.intp]:
        """The places of the chosen among the candidates, in the order of the plan."""
        return self._filled.chosen

    @property
    def chosen(self) -> tuple[Choice, ...]:
        """The plan, in order; for many, `rows` and the candidates' columns are cheaper."""
        return tuple(self.candidates.choice(row, self.price) for row in self._filled.chosen.tolist())

    @property
    def next(self) -> Choice | None:
        """Who would be next, None if nobody else gains."""
        following = self._filled.following
        return None if following is None else self.candidates.choice(following, self.price)

    @property
    def certificate(self) -> float:
        """The plan is at least this share of the best possible, 0 to 1; 1 where there is nothing to gain."""
        return min(1.0, self.value / self.bound) if self.bound > 0 else 1.0

    @property
    def one_more_hour(self) -> float:
        """What the plan would gain more with one more hour (money); computed when asked."""
        return allocate(self.candidates, Capacity(self.capacity.hours + 1)).value - self.value

    def why(self, subject: str | int) -> str:
        """Say in one sentence why somebody is in the plan or not.

        >>> from qualify.decisions import Candidate, Economics
        >>> saas = Economics(monthly_margin=100, monthly_churn=0.05, currency="EUR")
        >>> allocate([Candidate("ana", win=0.4, hours=4, economics=saas)], Capacity(hours=3)).why("ana")
        'ana is next: 200 EUR per hour; she takes 4 h, and 3 h are left'
        """
        where = (self.candidates.subject == subject).nonzero()[0]
        if not len(where):
            raise UnknownName("unknown candidate", found=_checks.show(subject), where="Allocation.why")
        row = int(where[0])
        choice = self.candidates.choice(row, self.price)
        rate = f"{choice.per_hour:,.6g} {self.currency} per hour"
        if choice.gain <= 0:
            gain = float(self.candidates.gain[row])
            if gain <= 0:
                return (
                    f"{subject} is nurtured: selling now brings {gain:,.6g} {self.currency} against waiting"
                )
            return (
                f"{subject} is not asked now: the hours of a sale are worth more elsewhere, "
                f"at {self.price:,.6g} {self.currency} each"
            )
        tied = self._tie(row, choice)
        if row in self._filled.chosen:
            if row == self._filled.first:
                return f"{subject} is chosen: {rate}; taken first: she is worth more than those she displaces"
            return f"{subject} is chosen: {rate}{tied}"
        left = self.capacity.hours - self.hours
        place = "next" if row == self._filled.following else "left out"
        return f"{subject} is {place}: {rate}{tied}; she takes {choice.hours:g} h, and {left:,.6g} h are left"

    def _tie(self, row: int, choice: Choice) -> str:
        others = [
            c for i in self._filled.equals(row) if (c := self.candidates.choice(i, self.price)) != choice
        ]
        if not others:
            return ""
        named = ", ".join(str(c.subject) for c in others[:3])
        more = f" and {len(others) - 3:,} more" if len(others) > 3 else ""  # noqa: PLR2004 - as shown
        return f", as {named}{more}; among equals fewer hours come first, then the smaller id"

    def _key(self) -> tuple[object, ...]:
        numbers = (self.price, self.value, self.bound, self.hours)
        return (self.capacity, self.currency, *numbers, self.chosen, self.next)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Allocation):
            return NotImplemented
        return self._key() == other._key() and self.candidates.by_subject() == other.candidates.by_subject()

    def __hash__(self) -> int:
        return hash(self._key())

    def _canonical(self) -> dict[str, object]:
        """Write what came of it beside those who competed: reading it chooses nobody anew."""
        ids = self.candidates.subject
        places = {"next": self._filled.following, "first": self._filled.first}
        return {
            "capacity": self.capacity,
            **{name: float(getattr(self, name)) for name in ("price", "value", "bound", "hours")},
            "candidates": self.candidates.by_subject(),
            "chosen": ids[self._filled.chosen],
            **{name: _checks.unboxed(ids[row]) for name, row in places.items() if row is not None},
        }

    def __iter__(self) -> Iterator[Choice]:
        return iter(self.chosen)

    def __len__(self) -> int:
        return len(self._filled.chosen)

    def __repr__(self) -> str:
        told = (
            f"<Allocation: {len(self):,} of {len(self.candidates):,} chosen, {self.hours:,.6g} of "
            f"{hours_text(self.capacity.hours)}, {self.value:,.6g} {self.currency},"
        )
        good = f"{good_text(self.certificate)}>"
        return f"{told} {good}" if len(told) + len(good) < _WIDTH else f"{told}\n {good}"


def allocate(candidates: Iterable[Candidate] | Candidates, capacity: Capacity) -> Allocation:
    """Give the hours of one period to those who gain most by them, and say how good the plan is.

    Candidates come in the order of advantage per hour, (S - N) / h; who does not fit is passed over, and
    those behind her who fit are taken. Among up to 1,000 who gain, the plan is also tried with each of
    the others taken first, and the best is kept (Sahni 1975, J. ACM 22(1):115-124, with k = 1): it never
    gains less than half of the best possible, and in practice nearly all of it; `certificate` says how
    much. Nobody is chosen who gains more by being nurtured. A question counts the minutes it takes, and
    pays the hours of the sale that may follow at the price of an hour today; one that takes no minutes
    needs no plan, and is chosen whenever it gains.

    The plan does not depend on the order of the candidates: among equals fewer hours come first, then
    the smaller id. Hours are added in whole microseconds, so 0.1 and 0.2 fit in 0.3.

    Raises `InvalidValue` for an id that occurs twice, several currencies, a win of infinite value.

    >>> from qualify.decisions import Candidate, Economics
    >>> saas = Economics(monthly_margin=100, monthly_churn=0.05, currency="EUR")
    >>> desk = [Candidate(name, win=p, hours=h, economics=saas)
    ...     for name, p, h in [("ana", 0.5, 4), ("bo", 0.3, 1), ("cy", 0.2, 4)]]
    >>> plan = allocate(desk, Capacity(hours=6))
    >>> [choice.subject for choice in plan.chosen], plan.price, plan.next.subject
    (['bo', 'ana'], 100.0, 'cy')
    """
    if not isinstance(capacity, Capacity):
        raise InvalidType(
            "a Capacity is needed",
            found=_checks.kind_of(capacity),
            allowed="write Capacity(hours=...)",
            where="allocate.capacity",
        )
    from qualify.decisions import _filling

    columns = candidates if isinstance(candidates, Candidates) else Candidates.of(candidates)
    filled = _filling.fill(columns.subject, columns.gain, columns.now, columns.later, capacity.hours)
    return Allocation(
        capacity=capacity,
        currency=columns.currency,
        price=filled.price,
        value=filled.value,
        bound=filled.bound,
        hours=filled.hours,
        candidates=columns,
        filled=filled,
    )


def allocation_of(
    capacity: Capacity,
    candidates: Candidates,
    chosen: Iterable[str | int],
    *,
    price: float,
    value: float,
    bound: float,
    hours: float,
    next: str | int | None = None,
    first: str | int | None = None,
) -> Allocation:
    """Give the allocation that was stored: who was chosen then, by whatever rule; each is a candidate."""
    import numpy as np

    from qualify.decisions import _filling

    place = {subject: row for row, subject in enumerate(candidates.subject.tolist())}

    def row_of(subject: str | int, field: str) -> int:
        if subject not in place:
            raise InvalidValue("who is named is a candidate", where=f"Allocation.{field}")
        return place[subject]

    rows = [row_of(subject, "chosen") for subject in chosen]
    if len(set(rows)) != len(rows):
        raise InvalidValue("a subject is chosen once", where="Allocation.chosen")
    numbers = {"price": price, "value": value, "bound": bound, "hours": hours}
    told = {name: _checks.real(number, f"Allocation.{name}") for name, number in numbers.items()}
    who = candidates
    filled = _filling.Filled(
        pool=_filling.pool_of(who.subject, who.gain, who.now, who.later, told["price"]),
        chosen=np.array(rows, np.intp),
        following=None if next is None else row_of(next, "next"),
        first=None if first is None else row_of(first, "first"),
        **told,
    )
    return Allocation(
        capacity=capacity, currency=candidates.currency, **told, candidates=candidates, filled=filled
    )


_WIDTH = 80  # columns of a line


def hours_text(hours: float) -> str:
    """Give hours as they are read.

    >>> hours_text(1), hours_text(2.5)
    ('1 hour', '2.5 hours')
    """
    number = f"{hours:,.6g}"
    return f"{number} hour{'' if number == '1' else 's'}"


def good_text(certificate: float) -> str:
    """Say how good a plan is at least; rounded down, since a certificate never promises more than it holds.

    >>> good_text(1), good_text(0.99999)
    ('the best possible', 'at least 99.9 % of the best possible')
    """
    if certificate >= 1:
        return "the best possible"
    return f"at least {int(certificate * 1000) / 10:g} % of the best possible"
