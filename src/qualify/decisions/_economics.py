"""`Economics`: what a subscription, a rejection, a question and waiting are worth, with units.

What belongs here: money of one sale. What does not: who gets the hours, and where a probability comes
from. Timing, as everywhere in this library: a customer is won at the start of month 1, and the margin of
month t comes at its end from those who were still there when it began.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.decisions._range import Number, Range, number, point, spread
from qualify.errors import InvalidType, InvalidValue

if TYPE_CHECKING:
    from typing import Protocol

    class Curve(Protocol):
        """A fitted retention curve, as `metrics.fit_retention` gives it."""

        unit: str

        def remaining(self, periods: object, /) -> Any:  # noqa: ANN401 - an Estimate, which imports numpy
            """Give the share still there after each of these periods, as its `value`."""


MONTHS = 120  # of a fitted curve that are read; beyond them its last month's churn goes on
_SLACK = 1e-12  # of the cost: margins that miss it by rounding alone have reached it
_ENDLESS = "without churn and discount its margins never end"
_NEVER = "its margins never reach its cost"


@attrs.frozen(init=False, repr=False)
class Economics(Value):
    """The money of one subscription, in one currency, per month where it says so; rep hours stand apart.

    - `monthly_margin`: gross margin a customer brings in a month.
    - `monthly_churn`: probability that a customer is lost in a month (0 to 1); or `retention`: the shares
      of customers still there after 1, 2, 3, ... months, or a curve of `metrics.fit_retention`.
      Beyond its end the churn of its last month goes on.
    - `acquisition_cost`: what a win costs before it earns (onboarding, commission), without rep hours:
      those are priced by the plan.
    - `monthly_discount_rate`: 0.01 means that 1.01 in a month are worth 1.00 now.
    - `wrong_sale`: probability that a win is one we should have declined; such a customer has the churn
      `misfit_churn` (1: she pays once and is gone) and does the damage `wrong_sale_cost` (support,
      refunds, a bad word).
    - `rejection_cost`: what a no costs (morale); after s rejections in a row the next one costs
      `rejection_growth` x s (s + 1) / 2 more.
    - `hours`: rep hours that selling takes in the period that is planned.
    - `touch_cost`: what staying in touch costs in this period; `wait`: what it brings, the value of
      waiting. It is an input, because no sales team has the probabilities that would compute it. Its
      default 0 says: what later brings is not counted, so today's sale is compared with nothing.

    Every number may be a `Range` or samples (`Range.of`): what comes out then has a range. No answer is
    rounded, and nothing is converted between currencies.

    >>> saas = Economics(monthly_margin=640, monthly_churn=0.02, acquisition_cost=6_000, currency="EUR")
    >>> saas.win_value()
    Range(26,000 EUR)
    >>> saas.payback_months(), saas.payback_probability()
    (Range(11 months), Range(0.833748 share))
    """

    monthly_margin: Number
    currency: str
    monthly_churn: Number | None = None
    acquisition_cost: Number = 0.0
    retention: tuple[float, ...] = ()
    monthly_discount_rate: Number = 0.0
    wrong_sale: Number = 0.0
    wrong_sale_cost: Number = 0.0
    misfit_churn: Number = 1.0
    rejection_cost: Number = 0.0
    rejection_growth: Number = 0.0
    hours: float = 1.0
    touch_cost: Number = 0.0
    wait: Number = 0.0
    _win: float = attrs.field(init=False, eq=False, repr=False)

    def __init__(
        self,
        *,
        monthly_margin: Number,
        monthly_churn: Number | None = None,
        acquisition_cost: Number = 0.0,
        currency: str,
        retention: Iterable[float] | Curve = (),
        monthly_discount_rate: Number = 0.0,
        wrong_sale: Number = 0.0,
        wrong_sale_cost: Number = 0.0,
        misfit_churn: Number = 1.0,
        rejection_cost: Number = 0.0,
        rejection_growth: Number = 0.0,
        hours: float = 1.0,
        touch_cost: Number = 0.0,
        wait: Number = 0.0,
    ) -> None:
        curve = _curve(retention)
        if (monthly_churn is None) == (not curve):
            raise InvalidValue(
                "monthly_churn or retention is needed, one of them",
                found="both" if curve else "neither",
                where="Economics",
            )
        self.__attrs_init__(
            monthly_margin=number(monthly_margin, "Economics.monthly_margin"),
            monthly_churn=None
            if curve
            else number(monthly_churn, "Economics.monthly_churn", least=0, most=1),
            acquisition_cost=number(acquisition_cost, "Economics.acquisition_cost", least=0),
            currency=_checks.name(currency, "Economics.currency"),
            retention=curve,
            monthly_discount_rate=number(monthly_discount_rate, "Economics.monthly_discount_rate", least=0),
            wrong_sale=number(wrong_sale, "Economics.wrong_sale", least=0, most=1),
            wrong_sale_cost=number(wrong_sale_cost, "Economics.wrong_sale_cost", least=0),
            misfit_churn=number(misfit_churn, "Economics.misfit_churn", least=0, most=1),
            rejection_cost=number(rejection_cost, "Economics.rejection_cost", least=0),
            rejection_growth=number(rejection_growth, "Economics.rejection_growth", least=0),
            hours=_checks.real(hours, "Economics.hours", least=0),
            touch_cost=number(touch_cost, "Economics.touch_cost", least=0),
            wait=number(wait, "Economics.wait"),
        )
        object.__setattr__(self, "_win", self.win_value().value)

    def __repr__(self) -> str:
        told = [(a.name, getattr(self, a.name), a.default) for a in attrs.fields(Economics) if a.init]
        return f"Economics({', '.join(f'{n}={v!r}' for n, v, default in told if v != default)})"

    # -- a win ------------------------------------------------------------------------------------

    def win_value(self) -> Range:
        """Give what a win is worth today, in the currency: (1 - w) V_fit + w (V_misfit - D).

        V = m b / (1 - r b) - K, with margin m, b = 1 / (1 + discount rate), r = 1 - churn, cost K; w is
        the probability of a wrong sale and D its damage. With a retention curve V = sum of m b^t S(t - 1)
        minus K. Infinite without churn and discount.

        >>> Economics(monthly_margin=100, monthly_churn=0.05, wrong_sale=0.5, currency="EUR").win_value()
        Range(1,050 EUR)
        """
        return spread(self._win_value, self._inputs(*_WIN), unit=self.currency, infinite=_ENDLESS)

    def payback_months(self) -> Range:
        """Give the whole months after which the margins of many such customers cover their cost.

        n* = ceil(ln(1 - K (1 - r) / m) / ln r): those who left no longer pay for the others. Infinite if
        that is never so. Undiscounted, and of customers who fit.

        >>> leaky = Economics(monthly_margin=50, monthly_churn=0.1, acquisition_cost=600, currency="EUR")
        >>> leaky.payback_months()
        Range(inf months, its margins never reach its cost)
        """
        return spread(self._payback, self._inputs(*_PAYBACK), unit="months", infinite=_NEVER)

    def payback_probability(self) -> Range:
        """Give the probability that one customer alone pays back her cost before she leaves.

        She needs n = ceil(K / m) payments, and the first of them comes for sure: r^(n - 1), or S(n - 1)
        of a retention curve.

        >>> saas = Economics(monthly_margin=500, monthly_churn=0.1, acquisition_cost=1500, currency="EUR")
        >>> saas.payback_probability()
        Range(0.81 share)
        """
        return spread(self._payback_share, self._inputs(*_PAYBACK), unit="share")

    # -- selling now, or waiting ------------------------------------------------------------------

    def sale_value(self, win: Number, *, streak: int = 0) -> Range:
        """Give what selling to her now is worth: S = p V - (1 - p) (R + what the streak adds).

        `win` is the probability of a win, `streak` how often in a row the rep has just been rejected.
        Without the price of the rep's hours, which the plan adds.

        >>> saas = Economics(monthly_margin=640, monthly_churn=0.02, acquisition_cost=6_000,
        ...     rejection_cost=100, rejection_growth=20, currency="EUR")
        >>> saas.sale_value(0.25), saas.sale_value(0.25, streak=3)
        (Range(6,425 EUR), Range(6,335 EUR))
        """
        given = self._inputs(*_SALE, win=_share(win, "win"), streak=_streak(streak))
        return spread(self._sale, given, unit=self.currency, infinite=_ENDLESS)

    def nurture_value(self, wait: Number | None = None) -> Range:
        """Give what nurturing her is worth: N = max(0, wait - touch); keeping an ear open is free.

        >>> saas = Economics(monthly_margin=100, monthly_churn=0.1, touch_cost=2, wait=10, currency="EUR")
        >>> saas.nurture_value()
        Range(8 EUR)
        """
        return spread(_nurture, self._inputs("touch_cost", wait=self._waiting(wait)), unit=self.currency)

    def advantage(self, win: Number, *, streak: int = 0, wait: Number | None = None) -> Range:
        """Give what selling now is worth more than nurturing: S - N, before the price of the hours.

        >>> Economics(monthly_margin=100, monthly_churn=0.1, wait=50, currency="EUR").advantage(0.2)
        Range(150 EUR)
        """
        given = self._inputs(*_SALE, "touch_cost", win=_share(win, "win"), streak=_streak(streak))
        given["wait"] = self._waiting(wait)
        return spread(self._advantage, given, unit=self.currency, infinite=_ENDLESS)

    def break_even(
        self, *, hours: float | None = None, price: float = 0.0, streak: int = 0, wait: Number | None = None
    ) -> Range:
        """Give the probability of a win from which selling is worth more than nurturing.

        p* = (N + R + L h) / (V + R): `hours` h of a rep (its own, if not given) at the `price` L of an
        hour (a plan's, or a wage). 0 if any probability is enough; infinite if none is.

        >>> saas = Economics(monthly_margin=640, monthly_churn=0.02, acquisition_cost=6_000, currency="EUR")
        >>> saas.break_even(hours=20, price=65)
        Range(0.05 share)
        """
        given = self._inputs(*_SALE, "touch_cost", wait=self._waiting(wait), streak=_streak(streak))
        given["effort"] = _effort(self.hours if hours is None else hours, price)
        return spread(self._break_even, given, unit="share", infinite="no probability of a win is enough")

    def question_value(
        self,
        *,
        yes: Number,
        win: Number,
        win_if_no: Number = 0.0,
        hours: float | None = None,
        minutes: float = 0.0,
        price: float = 0.0,
        streak: int = 0,
        wait: Number | None = None,
    ) -> Range:
        """Give what a question is worth: E max(S, N | answer) - max(S, N) - what asking costs.

        `yes` is the probability that the answer is a yes, `win` that of a win after it, `win_if_no` that
        of a win after a no; selling takes `hours`, asking `minutes` of a person, both at the `price` of
        an hour. An answer is worth something only if it changes what we do: the gross value is the
        smaller of yes x (what selling after a yes brings) and (1 - yes) x (what not selling after a no
        saves). With ranges, low and high enclose it and may be a little too wide.

        >>> saas = Economics(monthly_margin=100, monthly_churn=0.1, rejection_cost=200, currency="EUR")
        >>> saas.question_value(yes=0.25, win=0.5, minutes=6, price=50)
        Range(82.5 EUR)
        """
        given = self._inputs(*_SALE, "touch_cost", wait=self._waiting(wait), streak=_streak(streak))
        given["effort"] = _effort(self.hours if hours is None else hours, price)
        first, second = _share(win, "win"), _share(win_if_no, "win_if_no")
        if point(first) < point(second):
            raise InvalidValue(
                "a yes makes a win at least as likely as a no does",
                found=f"{point(first)} after a yes, {point(second)} after a no",
                where="win",
            )
        chance = _share(yes, "yes")
        cost = _effort(_checks.real(minutes, "minutes", least=0) / 60, price)
        sold = spread(self._sold_on_yes, {**given, "win": first, "yes": chance}, unit=self.currency)
        saved = spread(self._saved_on_no, {**given, "win": second, "yes": chance}, unit=self.currency)
        if sold.draws and saved.draws:
            both = [min(a, b) - cost for a, b in zip(sold.draws, saved.draws, strict=True)]
            return Range.of(both, unit=self.currency)
        low, high = min(sold.low, saved.low) - cost, min(sold.high, saved.high) - cost
        return Range(low, high, min(sold.value, saved.value) - cost, unit=self.currency)

    # -- for a plan, which reckons with one number each ---------------------------------------------

    def finite_win(self) -> float:
        """Give what a win is reckoned at, or an error if it is infinite.

        >>> Economics(monthly_margin=100, monthly_churn=0.05, currency="EUR").finite_win()
        2000.0
        """
        if math.isinf(self._win):
            raise InvalidValue(
                "a plan needs a finite value of a win",
                found="no churn and no discount",
                allowed="give a monthly_churn, a retention that falls, or a monthly_discount_rate",
                where="Economics",
            )
        return self._win

    def waited(self, wait: float | None) -> float:
        """Give what nurturing is reckoned at, the value of waiting given or its own.

        >>> Economics(monthly_margin=100, monthly_churn=0.05, touch_cost=2, currency="EUR").waited(10)
        8.0
        """
        return _nurture(wait=point(self.wait) if wait is None else wait, touch_cost=point(self.touch_cost))

    # -- formulas of plain numbers ----------------------------------------------------------------

    def _inputs(self, *names: str, **given: Number) -> dict[str, Number]:
        own = {name: value for name in names if (value := getattr(self, name)) is not None}
        return {**own, **given}

    def _waiting(self, wait: Number | None) -> Number:
        return self.wait if wait is None else number(wait, "wait")

    def _win_value(
        self,
        *,
        wrong_sale: float,
        wrong_sale_cost: float,
        misfit_churn: float,
        monthly_churn: float = 0.0,
        **of: float,
    ) -> float:
        from qualify.metrics._money import win_value

        if self.retention:
            fit = _curve_value(self.retention, **of)
        else:
            fit = win_value(monthly_churn=monthly_churn, **of)
        if not wrong_sale:
            return fit
        misfit = win_value(monthly_churn=misfit_churn, **of) - wrong_sale_cost
        return misfit if wrong_sale == 1 else (1 - wrong_sale) * fit + wrong_sale * misfit

    def _payback(
        self, *, acquisition_cost: float, monthly_margin: float, monthly_churn: float = 0.0
    ) -> float:
        from qualify.metrics._money import payback_months

        if not self.retention:
            return payback_months(
                acquisition_cost=acquisition_cost, monthly_margin=monthly_margin, monthly_churn=monthly_churn
            )
        paid, alive = 0.0, 1.0
        for month, share in enumerate(self.retention, 1):
            if paid >= acquisition_cost * (1 - _SLACK):
                return month - 1
            paid, alive = paid + monthly_margin * alive, share
        return len(self.retention) + payback_months(
            acquisition_cost=acquisition_cost * (1 - _SLACK) - paid,
            monthly_margin=monthly_margin * alive,
            monthly_churn=_last_churn(self.retention),
        )

    def _payback_share(
        self, *, acquisition_cost: float, monthly_margin: float, monthly_churn: float = 0.0
    ) -> float:
        from qualify.metrics._money import alive_after, payments_needed

        payments = payments_needed(acquisition_cost=acquisition_cost, monthly_margin=monthly_margin)
        if payments <= 1 or math.isinf(payments):
            return 0.0 if math.isinf(payments) else 1.0
        if self.retention:
            return _survival(self.retention, int(payments) - 1)
        return alive_after(payments - 1, monthly_churn=monthly_churn)

    def _sale(
        self, *, win: float, streak: float, rejection_cost: float, rejection_growth: float, **of: float
    ) -> float:
        return sale(win, self._win_value(**of), rejection(streak, rejection_cost, rejection_growth))

    def _advantage(self, *, wait: float, touch_cost: float, **of: float) -> float:
        return self._sale(**of) - _nurture(wait=wait, touch_cost=touch_cost)

    def _break_even(self, *, effort: float, wait: float, touch_cost: float, **of: float) -> float:
        streak, cost, growth = (of.pop(n) for n in ("streak", "rejection_cost", "rejection_growth"))
        no = rejection(streak, cost, growth)
        needed = _nurture(wait=wait, touch_cost=touch_cost) + no + effort
        gained = self._win_value(**of) + no
        if gained < needed:
            return math.inf
        return needed / gained if needed else 0.0

    def _sold_on_yes(self, *, yes: float, effort: float, **of: float) -> float:
        return yes * max(0.0, self._advantage(**of) - effort)

    def _saved_on_no(self, *, yes: float, effort: float, **of: float) -> float:
        return (1 - yes) * max(0.0, effort - self._advantage(**of))


_PAYBACK = ("acquisition_cost", "monthly_margin", "monthly_churn")
_WIN = (*_PAYBACK, "monthly_discount_rate", "wrong_sale", "wrong_sale_cost", "misfit_churn")
_SALE = (*_WIN, "rejection_cost", "rejection_growth")


def rejection(streak: float, cost: float, growth: float) -> float:
    """Give what a no costs after a streak of them: R + g s (s + 1) / 2, convex in s."""
    return cost + growth * (streak * (streak + 1) / 2)


def sale(win: float, value: float, no: float) -> float:
    """Give p V - (1 - p) R, also where an infinite value cannot be won."""
    return (win * value if win else 0.0) - (1 - win) * no


def _nurture(*, wait: float, touch_cost: float) -> float:
    return max(0.0, wait - touch_cost)


def _share(value: Number, where: str) -> Number:
    return number(value, where, least=0, most=1)


def _streak(value: int) -> float:
    return float(_checks.whole(value, "streak", least=0))


def _effort(hours: float, price: float) -> float:
    return _checks.real(hours, "hours", least=0) * _checks.real(price, "price", least=0)


def _curve(retention: object) -> tuple[float, ...]:
    """Read the shares still there after 1, 2, 3, ... months, which never rise."""
    remaining = getattr(retention, "remaining", None)
    if remaining is not None:
        unit = getattr(retention, "unit", None)
        if unit != "months":
            raise InvalidValue(
                "a curve of months is needed",
                found=f"one of {unit}",
                allowed="fit it to monthly counts, with unit='months'",
                where="Economics.retention",
            )
        retention = remaining(range(1, MONTHS + 1)).value
    if isinstance(retention, (str, bytes)) or not isinstance(retention, Iterable):
        raise InvalidType(
            "retention is the shares still there after 1, 2, 3, ... months, or a fitted curve",
            found=_checks.kind_of(retention),
            where="Economics.retention",
        )
    shares = tuple(
        _checks.real(share, f"Economics.retention[{i}]", least=0, most=1) for i, share in enumerate(retention)
    )
    for i in range(1, len(shares)):
        if shares[i] > shares[i - 1]:
            raise InvalidValue(
                "customers who left are not still there",
                found=f"{shares[i - 1]} after {i} months, {shares[i]} after {i + 1}",
                where=f"Economics.retention[{i}]",
            )
    return shares


def _last_churn(curve: tuple[float, ...]) -> float:
    *_, before, last = (1.0, *curve)
    return 1 - last / before if before else 1.0


def _survival(curve: tuple[float, ...], months: int) -> float:
    if months <= len(curve):
        return curve[months - 1]
    return float(curve[-1] * (1 - _last_churn(curve)) ** (months - len(curve)))


def _curve_value(
    curve: tuple[float, ...], *, monthly_margin: float, acquisition_cost: float, monthly_discount_rate: float
) -> float:
    from qualify.metrics._money import win_value

    b = 1 / (1 + monthly_discount_rate)
    paid = math.fsum(b ** (t + 1) * alive for t, alive in enumerate((1.0, *curve[:-1])))
    tail = win_value(
        monthly_margin=monthly_margin * curve[-1] * b ** len(curve),
        monthly_churn=_last_churn(curve),
        acquisition_cost=0.0,
        monthly_discount_rate=monthly_discount_rate,
    )
    return monthly_margin * paid + tail - acquisition_cost
