"""Waste and missed opportunities: what decisions cost, in leads, hours and money.

What belongs here: sums over decisions and outcomes, and the bounds of what they cannot tell. What does not:
which decision would have been better.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from qualify import _arrays, _checks
from qualify._maps import Value
from qualify.errors import InvalidType
from qualify.metrics import _sums
from qualify.metrics._amounts import MOST
from qualify.metrics._counts import Counts
from qualify.metrics._estimate import Estimate
from qualify.metrics._intervals import floats, wilson
from qualify.metrics._print import amount, per_cent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Shortfall", "missed_opportunities", "waste"]


@attrs.frozen(repr=False, kw_only=True)
class Shortfall(Value):
    """What decisions cost: `leads` as a share, `hours` and `money` as totals, each between its bounds.

    `leads` is the share among the rows that this question is about. Its interval holds whatever the
    unknown rows would have become: the lower limit counts all of them one way, the upper the other way, and
    both add what chance can do (Wilson). `hours` and `money` are None without their columns; their limits are
    bounds, not confidence limits, and the value is NaN where the bounds differ. `known` rows are settled,
    `unknown` ones are not, `missing` ones are not recorded. `most` is the greatest number of leads.

    >>> from qualify.truth import NO, UNKNOWN, YES
    >>> waste([True, True, True, False], [YES, NO, UNKNOWN, UNKNOWN], hours=[3, 5, 2, 0])
    waste: 1 of 3 leads for certain, at most 2
      leads  33.3 % to 66.7 %, with chance [6.1 %, 93.9 %] 95 %
      hours  5 to 7 hours
    """

    name: str
    leads: Estimate
    hours: Estimate | None = None
    money: Estimate | None = None
    known: int
    unknown: int
    missing: int
    most: float

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest share of leads, whatever the unknown ones would have become."""
        counts = self.leads.counts
        assert counts is not None  # noqa: S101 - this module made it
        every = counts["bad"] + counts["fine"] + counts["unknown"]
        if not every:
            return 0.0, 1.0
        return counts["bad"] / every, self.most / every

    def to_dict(self) -> dict[str, Any]:
        """Give plain Python values, ready for JSON."""
        parts = {name: getattr(self, name) for name in ("leads", "hours", "money")}
        return {
            "name": self.name,
            **{name: None if part is None else part.to_dict() for name, part in parts.items()},
            "bounds": list(self.bounds),
            "most": self.most,
            "known": self.known,
            "unknown": self.unknown,
            "missing": self.missing,
        }

    def __repr__(self) -> str:
        counts = self.leads.counts
        assert counts is not None  # noqa: S101 - this module made it
        every = self.known + self.unknown
        if not every:
            return f"{self.name}: {self.leads.reason}"
        most = "" if self.most == counts["bad"] else f" for certain, at most {self.most:,.4g}"
        low, high = (amount(bound, "share") for bound in self.bounds)
        between = low if not most else f"{low} to {high}"
        limits = f"{amount(self.leads.low, 'share')}, {amount(self.leads.high, 'share')}"
        gone = f" ({self.missing:,} missing)" if self.missing else ""
        lines = [
            f"{self.name}: {counts['bad']:,} of {every:,} leads{most}{gone}",
            f"  leads  {between}, with chance [{limits}] {per_cent(self.leads.confidence_level)}",
        ]
        for what, part in (("hours", self.hours), ("money", self.money)):
            if part is not None:
                least, top = _plain(part.low), _plain(part.high)
                lines.append(f"  {what}  {least if least == top else f'{least} to {top}'} {part.unit}")
        return "\n".join(lines)

    def _repr_markdown_(self) -> str:
        first, *rest = repr(self).splitlines()
        return "\n".join([first, "", *(f"- {line.strip()}" for line in rest)])


def waste(
    pursued: _arrays.ColumnLike,
    outcomes: _arrays.ColumnLike,
    *,
    hours: _arrays.ColumnLike | None = None,
    hourly_cost: float | None = None,
    money: _arrays.ColumnLike | None = None,
    currency: str = "money",
    confidence_level: float = 0.95,
    **unknown: object,
) -> Shortfall:
    """Give what was spent on those who were pursued and came to nothing.

    A sale to somebody who leaves before she has paid back is waste too: give her outcome as NO.

    Args:
        pursued: truths: YES where we sold, NO where we did not. UNKNOWN and blanks are missing.
        outcomes: truths: YES it was worth it, NO it came to nothing, UNKNOWN still open. A blank of one who
            was pursued is missing.
        hours: the hours spent on each row.
        hourly_cost: what an hour costs; with it `money` holds the hours as well.
        money: what else was spent on each row.
        currency: the unit of money.
        confidence_level: the coverage of the limits, 0.95.
        unknown: other keywords, which are answered with the right word.

    Raises:
        InvalidValue: a negative amount or one over 1e150, or a blank currency.
        InvalidType: an amount missing on a row that counts, or `hourly_cost=` without `hours=`.

    >>> from qualify.truth import NO, YES
    >>> lost = waste([True] * 4, [YES, NO, NO, YES], hours=[2, 3, 4, 1], hourly_cost=50, currency="EUR")
    >>> lost.leads.value, lost.hours.value, lost.money.value
    (0.5, 7.0, 350.0)
    """
    if unknown:
        raise _arrays.unexpected(waste, unknown)
    sold, ended, gone = _decided(pursued, outcomes)
    chosen = (sold > 0) & ~gone
    return _shortfall(
        "waste",
        bad=chosen & (ended < 0),
        fine=chosen & (ended > 0),
        unsure=chosen & (ended == 0),
        missing=int(np.count_nonzero(gone & (sold >= 0))),
        amounts=(hours, hourly_cost, money),
        currency=currency,
        level=_arrays.level(confidence_level),
        why="those still open may yet come to something",
        nothing="nobody was pursued",
    )


def missed_opportunities(
    pursued: _arrays.ColumnLike,
    outcomes: _arrays.ColumnLike,
    *,
    hours: _arrays.ColumnLike | None = None,
    money: _arrays.ColumnLike | None = None,
    no_better_than_pursued: bool = False,
    currency: str = "money",
    confidence_level: float = 0.95,
    **unknown: object,
) -> Shortfall:
    """Give what was missed among those who were not pursued, as bounds: nobody sold to them.

    Of most the log cannot tell whether they would have bought. The bounds assume nothing (Manski 1989, J.
    Human Resources 24:343-360). With `no_better_than_pursued` the upper ones assume that the unknown would
    have bought at most as often as those who were pursued, which is what qualification claims.

    Args:
        pursued: truths: YES where we sold, NO where we did not. UNKNOWN and blanks are missing.
        outcomes: of those not pursued: YES would have bought (bought elsewhere, or came back and bought), NO
            would not have, UNKNOWN nobody knows, a blank too. Of those pursued: YES won, NO lost.
        hours: the hours that pursuing each row would have taken.
        money: what each row would have been worth.
        no_better_than_pursued: make the assumption above.
        currency: the unit of money.
        confidence_level: the coverage of the limits, 0.95.
        unknown: other keywords, which are answered with the right word.

    Raises:
        InvalidValue: a negative amount or one over 1e150, or a blank currency.
        InvalidType: an amount missing on a row that counts.

    >>> from qualify.truth import NO, UNKNOWN, YES
    >>> missed_opportunities([True, False, False, False], [YES, YES, NO, UNKNOWN],
    ...                      money=[900, 500, 400, 700])
    missed opportunities: 1 of 3 leads for certain, at most 2
      leads  33.3 % to 66.7 %, with chance [6.1 %, 93.9 %] 95 %
      money  500 to 1,200 money
    """
    if unknown:
        raise _arrays.unexpected(missed_opportunities, unknown)
    level = _arrays.level(confidence_level)
    assume = _checks.boolean(no_better_than_pursued, "no_better_than_pursued")
    sold, ended, gone = _decided(pursued, outcomes)
    left = sold < 0
    cap, why = 1.0, "nobody sold to them, so the log cannot tell who would have bought"
    if assume:
        won = int(np.count_nonzero((sold > 0) & (ended > 0) & ~gone))
        lost = int(np.count_nonzero((sold > 0) & (ended < 0) & ~gone))
        k, n = floats(won, won + lost)
        _, high = wilson(k, n, level)
        cap = float(high[0])
        why += f"; assumes that they would have bought at most as often as those pursued ({100 * cap:.1f} %)"
    return _shortfall(
        "missed opportunities",
        bad=left & (ended > 0) & ~gone,
        fine=left & (ended < 0) & ~gone,
        unsure=left & ((ended == 0) | gone),
        missing=int(np.count_nonzero(sold == 0)),
        amounts=(hours, None, money),
        currency=currency,
        level=level,
        why=why,
        nothing="everybody was pursued",
        cap=cap,
    )


def _decided(pursued: _arrays.ColumnLike, outcomes: _arrays.ColumnLike) -> tuple[Array, Array, Array]:
    """Give who was pursued (0 = not recorded), how each ended, and where the outcome is not recorded."""
    sold, absent = _arrays.truths(pursued, "pursued")
    came = _arrays.truths(outcomes, "outcomes")
    ended, gone = came.values, _arrays.missing_in(came)
    _arrays.same_length("outcomes", len(ended), len(sold))
    if absent is not None:
        sold = np.where(absent, np.int8(0), sold)
    return sold, ended, gone | (sold == 0)


def _shortfall(
    name: str,
    *,
    bad: Array,
    fine: Array,
    unsure: Array,
    missing: int,
    amounts: tuple[_arrays.ColumnLike | None, float | None, _arrays.ColumnLike | None],
    currency: str,
    level: float,
    why: str,
    nothing: str,
    cap: float = 1.0,
) -> Shortfall:
    numbers = [int(np.count_nonzero(which)) for which in (bad, fine, unsure)]
    counts = Counts(name, bad=numbers[0], fine=numbers[1], unknown=numbers[2], missing=missing)
    leads = _leads(name, cap, why, nothing, counts, confidence_level=level)
    hours, hourly_cost, money = amounts
    spent = None if hours is None else _amounts(hours, "hours", len(bad), bad | unsure)
    cost = None if money is None else _amounts(money, "money", len(bad), bad | unsure)
    if hourly_cost is not None:
        if spent is None:
            raise InvalidType(
                "hourly_cost= needs hours=",
                found="hourly_cost= alone",
                allowed="give hours=, a number for each row",
                where="hourly_cost",
            )
        rate = _checks.real(hourly_cost, "hourly_cost", least=0.0, most=MOST)
        with np.errstate(under="ignore"):  # next to no money becomes none
            cost = spent * rate if cost is None else cost + spent * rate
    unit = _checks.name(currency, "currency")

    def total(what: str, column: Array | None, in_unit: str) -> Estimate | None:
        if column is None:
            return None
        low = _sums.total(column[bad])
        high = low + cap * _sums.total(column[unsure])
        value, reason = (low, None) if low == high else (math.nan, why)
        told = (f"{name} in {what}", in_unit, value, low, high, sum(numbers), missing, reason)
        return _spent(told, None, confidence_level=level, method="bounds")

    return Shortfall(
        name=name,
        leads=leads,
        hours=total("hours", spent, "hours"),
        money=total("money", cost, unit),
        known=numbers[0] + numbers[1],
        unknown=numbers[2],
        missing=missing,
        most=numbers[0] + cap * numbers[2],
    )


def _spent(told: tuple[Any, ...], _counts: None, *, confidence_level: float, method: str) -> Estimate:
    """Give hours or money, whose bounds are those of any level; a function of the module, for pickles."""
    name, unit, value, low, high, n, missing, reason = told
    how = _arrays.choice(method, ("bounds",), f"{name} method")
    return Estimate(
        name, unit, value, low, high, confidence_level, how, n, missing, reason=reason,
        view=partial(_spent, told),
    )  # fmt: skip


def _leads(
    name: str,
    cap: float,
    why: str,
    nothing: str,
    counts: Counts,
    *,
    confidence_level: float = 0.95,
    method: str = "bounds and wilson",
) -> Estimate:
    """Give the share of leads: its limits are those of both bounds; a function of the module, for pickles."""
    _arrays.choice(method, ("bounds and wilson",))
    bad, unsure = counts["bad"], counts["unknown"]
    every = bad + counts["fine"] + unsure
    reason = nothing if not every else why if unsure else None
    value = bad / every if every and not unsure else math.nan
    least, most, n = floats(bad, bad + cap * unsure, every)
    low, high = wilson(least, n, confidence_level)[0], wilson(most, n, confidence_level)[1]
    return Estimate(
        name, "share", value, low[0], high[0], confidence_level, method, every, counts["missing"],
        counts=counts, reason=reason, view=partial(_leads, name, cap, why, nothing),
    )  # fmt: skip


def _amounts(values: _arrays.ColumnLike, where: str, rows: int, asked: Array) -> NDArray[np.float64]:
    """Give amounts as floats, and refuse one that is missing where it is needed."""
    read = _arrays.numbers(values, where, least=0, most=MOST)
    _arrays.same_length(where, len(read), rows)
    if read.missing is not None and np.any(read.missing & asked):
        row = int(np.argmax(read.missing & asked))
        raise InvalidType(
            "an amount is needed for each row that counts",
            found="a missing one",
            allowed="give 0, or an estimate of your own",
            where=f"{where}, row {row:,}",
        )
    column = read.values.astype(np.float64)
    return column if read.missing is None else np.where(read.missing, 0.0, column)


def _plain(total: float) -> str:
    return f"{total:,.10g}" if abs(total) < 1e6 else f"{total:,.0f}"  # noqa: PLR2004 - a million
