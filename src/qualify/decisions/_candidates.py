"""Who competes for hours: `Candidate`, its twin `Candidates` on columns, and `Choice`, one line of a plan.

What belongs here: what a lead gains and how many hours she takes. What does not: who gets the hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, overload

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.decisions._economics import Economics, rejection, sale
from qualify.decisions._range import point
from qualify.errors import InvalidType, InvalidValue
from qualify.models import Action, Question

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]
    Floats: TypeAlias = NDArray[np.float64]

MOST_HOURS = 1_000_000.0  # of one candidate or of one period


@attrs.frozen
class Choice(Value):
    """One line of a plan: whom, what for, how many hours of the period, and what it gains over nurturing.

    `gain` of a question pays the hours of the sale that may follow at the plan's own price of an hour.
    `row` is her place among the candidates.

    >>> Choice("ana", Action.SELL, hours=4.0, gain=600.0).per_hour
    150.0
    """

    subject: str | int
    action: Action
    hours: float
    gain: float
    row: int = attrs.field(default=0, eq=False)

    def __attrs_post_init__(self) -> None:
        for name in ("hours", "gain"):
            object.__setattr__(self, name, float(getattr(self, name)))

    @property
    def per_hour(self) -> float:
        """The advantage per hour of this period; infinite where it takes none."""
        return self.gain / self.hours if self.hours else float("inf") if self.gain > 0 else self.gain


@attrs.frozen(init=False)
class Candidate(Value):
    """One lead that competes for hours: to be sold to, or, with `ask`, to be asked.

    `win` is the probability of a win if we sell to her, `hours` what selling takes in this period (the
    economics' own if not given), `streak` how often in a row her rep has just been rejected, `wait` the
    value of waiting (the economics' own if not given). A question takes `ask.cost` minutes now and, with
    probability `yes`, hours of selling later; until it is answered nobody sells to her.

    >>> saas = Economics(monthly_margin=100, monthly_churn=0.05, acquisition_cost=500, currency="EUR")
    >>> Candidate("ana", win=0.4, hours=4, economics=saas).per_hour
    150.0
    """

    subject: str
    win: float
    hours: float
    economics: Economics
    wait: float | None = None
    streak: int = 0
    ask: Question | None = None
    yes: float = 0.5

    def __init__(
        self,
        subject: str,
        *,
        win: float,
        economics: Economics,
        hours: float | None = None,
        wait: float | None = None,
        streak: int = 0,
        ask: Question | None = None,
        yes: float = 0.5,
    ) -> None:
        if not isinstance(economics, Economics):
            raise InvalidType(
                "Economics are needed", found=_checks.kind_of(economics), where="Candidate.economics"
            )
        if ask is not None and not isinstance(ask, Question):
            raise InvalidType(
                "what is asked is a Question", found=_checks.kind_of(ask), where="Candidate.ask"
            )
        self.__attrs_init__(
            subject=_checks.name(subject, "Candidate.subject"),
            win=_checks.real(win, "Candidate.win", least=0, most=1),
            hours=in_hours(economics.hours if hours is None else hours, "Candidate.hours"),
            economics=economics,
            wait=None if wait is None else _checks.real(wait, "Candidate.wait"),
            streak=_checks.whole(streak, "Candidate.streak", least=0),
            ask=ask,
            yes=_checks.real(yes, "Candidate.yes", least=0, most=1),
        )

    @property
    def action(self) -> Action:
        """What the hours are for: SELL, or DISCOVER."""
        return Action.SELL if self.ask is None else Action.DISCOVER

    @property
    def gain(self) -> float:
        """What she brings more than nurturing her: S - N, or, where she is asked, yes x (S - N)."""
        money = self.economics
        no = rejection(self.streak, point(money.rejection_cost), point(money.rejection_growth))
        gain = sale(self.win, money.finite_win(), no) - money.waited(self.wait)
        return gain if self.ask is None else self.yes * gain

    @property
    def hours_now(self) -> float:
        """The hours of this period: of the sale, or the minutes of the question."""
        return self.hours if self.ask is None else self.ask.cost / 60

    @property
    def hours_later(self) -> float:
        """The hours of the sale that is to be expected after a question."""
        return 0.0 if self.ask is None else self.yes * self.hours

    @property
    def per_hour(self) -> float:
        """The advantage per hour, (S - N) / h; of a question: per hour of asking and of selling later."""
        hours = self.hours_now + self.hours_later
        return self.gain / hours if hours else float("inf") if self.gain > 0 else self.gain


class Candidates(Value, Sequence["Choice"]):
    """Many candidates as columns: the twin of `Candidate` for thousands and millions of leads.

    `subject` are ids, each once: text, or whole numbers. `win`, `hours`, `wait` and `streak` are columns
    or one number for all. Where `asked` is true she is a question: `minutes` of a person now, and with
    probability `yes` hours of selling later. `economics` is one, or a mapping from the entries of
    `offer`, all in one currency.

    >>> saas = Economics(monthly_margin=100, monthly_churn=0.05, acquisition_cost=500, currency="EUR")
    >>> many = Candidates(["ana", "bo"], win=[0.4, 0.1], hours=[4, 1], economics=saas)
    >>> many.gain.tolist()
    [600.0, 150.0]
    """

    __slots__ = ("asked", "currency", "gain", "later", "now", "subject")

    def __init__(
        self,
        subject: object,
        *,
        win: object,
        economics: Economics | Mapping[str, Economics],
        offer: object = None,
        hours: object = None,
        wait: object = None,
        streak: object = 0,
        asked: object = None,
        minutes: object = 0.0,
        yes: object = 0.5,
    ) -> None:
        import numpy as np

        from qualify.decisions import _filling

        self.subject: Array = _filling.subjects(subject)
        rows = len(self.subject)
        money, which = _kinds(economics, offer, rows)
        self.currency = money[0].currency

        def of(read: Callable[[Economics], float]) -> float | Floats:
            values = [read(kind) for kind in money]
            return values[0] if which is None else np.asarray(values, np.float64)[which]

        def column(values: object, name: str, **bounds: float) -> float | Floats:
            return _filling.numbers(values, f"Candidates.{name}", rows, **bounds)

        chance = column(win, "win", least=0, most=1)
        effort = of(lambda e: e.hours) if hours is None else column(hours, "hours", least=0, most=MOST_HOURS)
        streaks = column(streak, "streak", least=0)
        growth = of(lambda e: point(e.rejection_growth))
        no = of(lambda e: point(e.rejection_cost)) + growth * (streaks * (streaks + 1) / 2)
        gain = chance * of(Economics.finite_win)
        gain = gain - (1 - chance) * no
        if wait is None:
            gain = gain - of(lambda e: e.waited(None))
        else:
            gain = gain - np.maximum(0.0, column(wait, "wait") - of(lambda e: point(e.touch_cost)))
        self.asked: NDArray[np.bool_] | None = None
        self.later: Floats | None = None
        if asked is not None:
            self.asked = _filling.flags(asked, "Candidates.asked", rows)
            likely = column(yes, "yes", least=0, most=1)
            self.later = np.where(self.asked, likely * effort, 0.0)
            gain = np.where(self.asked, likely * gain, gain)
            effort = np.where(self.asked, column(minutes, "minutes", least=0) / 60, effort)
        self.gain: Floats = np.broadcast_to(gain, (rows,))
        self.now: Floats = np.broadcast_to(np.asarray(effort, np.float64), (rows,))

    @classmethod
    def of(cls, candidates: Iterable[Candidate]) -> Candidates:
        """Give the columns of some candidates.

        >>> len(Candidates.of([]))
        0
        """
        import numpy as np

        from qualify.decisions import _filling

        listed = list(candidates)
        for i, candidate in enumerate(listed):
            if not isinstance(candidate, Candidate):
                raise InvalidType(
                    "a Candidate is needed", found=_checks.kind_of(candidate), where=f"candidates[{i}]"
                )
        made = object.__new__(cls)
        made.subject = _filling.subjects([c.subject for c in listed])
        made.currency = _one_currency(c.economics for c in listed)
        made.gain = np.array([c.gain for c in listed], np.float64)
        made.now = np.array([c.hours_now for c in listed], np.float64)
        made.asked = np.array([c.ask is not None for c in listed], np.bool_)
        made.later = np.array([c.hours_later for c in listed], np.float64)
        return made

    @classmethod
    def of_columns(
        cls,
        subject: Sequence[str | int],
        gain: Sequence[float],
        now: Sequence[float],
        currency: str,
        later: Sequence[float] | None = None,
        asked: Sequence[bool] | None = None,
    ) -> Candidates:
        """Give candidates by what they gain and take, as they are stored.

        >>> Candidates.of_columns(["ana"], gain=[600], now=[4], currency="EUR")[0].per_hour
        150.0
        """
        import numpy as np

        from qualify.decisions import _filling

        made = object.__new__(cls)
        made.subject = _filling.subjects(list(subject))
        rows = len(made.subject)
        where = "Candidates"
        made.currency = _checks.text(currency, f"{where}.currency")
        made.gain = np.asarray(_filling.numbers(list(gain), f"{where}.gain", rows), np.float64)
        bounds = {"least": 0.0, "most": MOST_HOURS}
        made.now = np.asarray(_filling.numbers(list(now), f"{where}.now", rows, **bounds), np.float64)
        made.asked = made.later = None
        if later is not None:
            hours = _filling.numbers(list(later), f"{where}.later", rows, **bounds)
            made.later = np.asarray(hours, np.float64)
        if asked is not None:
            made.asked = _filling.flags(list(asked), f"{where}.asked", rows)
        return made

    def _canonical(self) -> dict[str, Any]:
        told: dict[str, Any] = {"subject": self.subject, "gain": self.gain, "now": self.now}
        for name in ("later", "asked"):
            column = getattr(self, name)
            if column is not None and column.any():
                told[name] = column
        return {**told, "currency": self.currency}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Candidates):
            return NotImplemented
        return self._lists() == other._lists()

    def _lists(self) -> dict[str, object]:
        """Give what is compared; one type of number is as good as another."""
        told = self._canonical()
        return {name: part if isinstance(part, str) else part.tolist() for name, part in told.items()}

    __hash__ = None  # type: ignore[assignment]  # it holds arrays

    def by_subject(self) -> Candidates:
        """Give the same candidates in the order of their ids.

        >>> saas = Economics(monthly_margin=100, monthly_churn=0.05, currency="EUR")
        >>> Candidates(["bo", "ana"], win=0.1, economics=saas).by_subject().subject.tolist()
        ['ana', 'bo']
        """
        return self.part(self.subject.argsort(kind="stable"))

    def __len__(self) -> int:
        return len(self.subject)

    @overload
    def __getitem__(self, row: int) -> Choice: ...
    @overload
    def __getitem__(self, row: slice) -> tuple[Choice, ...]: ...
    def __getitem__(self, row: int | slice) -> Choice | tuple[Choice, ...]:
        if isinstance(row, slice):
            return tuple(self.choice(i, 0.0) for i in range(*row.indices(len(self))))
        return self.choice(row, 0.0)

    def part(self, rows: NDArray[np.intp]) -> Candidates:
        """Give the candidates of some rows, for a plan of their own."""
        made = object.__new__(Candidates)
        made.subject, made.currency = self.subject[rows], self.currency
        made.gain, made.now = self.gain[rows], self.now[rows]
        made.asked = None if self.asked is None else self.asked[rows]
        made.later = None if self.later is None else self.later[rows]
        return made

    def choice(self, row: int, price: float) -> Choice:
        """Give one row as a Choice, with later hours paid at a price of an hour."""
        asked = self.asked is not None and bool(self.asked[row])
        later = 0.0 if self.later is None else float(self.later[row])
        return Choice(
            subject=self.subject[row].item() if hasattr(self.subject[row], "item") else self.subject[row],
            action=Action.DISCOVER if asked else Action.SELL,
            hours=float(self.now[row]),
            gain=float(self.gain[row]) - price * later,
            row=int(row),
        )

    def __repr__(self) -> str:
        asked = 0 if self.asked is None else int(self.asked.sum())
        return f"<Candidates: {len(self) - asked:,} to sell to, {asked:,} to ask; {self.currency}>"


def in_hours(value: object, where: str) -> float:
    """Give hours: a number that is not negative."""
    return _checks.real(value, where, least=0, most=MOST_HOURS)


def _one_currency(economics: Iterable[Economics]) -> str:
    currencies = sorted({kind.currency for kind in economics})
    if len(currencies) > 1:
        raise InvalidValue(
            "one plan has one currency",
            found=", ".join(currencies),
            allowed="convert the margins first; this library converts nothing",
            where="allocate",
        )
    return currencies[0] if currencies else ""


def _kinds(
    economics: Economics | Mapping[str, Economics], offer: object, rows: int
) -> tuple[list[Economics], Array | None]:
    """Give the different economics, and which of them each row has (None: all the only one)."""
    if isinstance(economics, Economics):
        return [economics], None
    import numpy as np

    from qualify import _arrays

    if offer is None or not economics:
        raise InvalidType(
            "economics are one Economics, or a mapping from the entries of `offer`",
            found="a mapping without offer" if offer is None else "none",
            where="Candidates.economics",
        )
    _one_currency(economics.values())
    read = _arrays.labels(offer, "Candidates.offer", rows=rows)
    groups = read.groups()
    occurs = np.bincount(groups, minlength=read.size) > 0
    kinds = []
    for name in read.of(occurs):
        if name not in economics:
            raise _checks.unknown("offer", str(name), map(str, economics), where="Candidates.offer")
        kinds.append(economics[name])  # type: ignore[index]  # it is there, as the line above saw
    return kinds or list(economics.values()), (np.cumsum(occurs) - 1)[groups]
