"""Revenue retained of one cohort: gross and net.

What belongs here: ratios of sums of money over the same customers. What does not: how long customers stay
(`_curves`, `_fit`).
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from qualify import _arrays, _checks
from qualify.errors import InvalidType, MetricError
from qualify.metrics import _sums
from qualify.metrics._amounts import one_currency, widened
from qualify.metrics._counts import Counts
from qualify.metrics._estimate import Estimate
from qualify.metrics._intervals import quantile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["gross_revenue_retention", "net_revenue_retention"]

_SAME = 1e-14  # a spread of shares under this is rounding
_TOTALS = "totals do not tell how accounts differ, so there are no limits; give one row an account"


def gross_revenue_retention(
    *,
    start: _arrays.ColumnLike | float,
    contraction: _arrays.ColumnLike | float = 0,
    churn: _arrays.ColumnLike | float = 0,
    currency: object = None,
    confidence_level: float = 0.95,
    **unknown: object,
) -> Estimate:
    """Give (start - contraction - churn) / start of one cohort: at most 1, whatever was sold on top.

    Args:
        start: revenue of the cohort at the beginning of the period: a total, or a column with one row an
            account, which alone tells limits (linearised ratio, Cochran 1977, Sampling Techniques, ch. 6).
        contraction: what accounts that stayed pay less, not negative; a total or a column like `start`.
        churn: what accounts that left had paid, not negative.
        currency: the name of the money, or a column of names; two different ones are an error.
        confidence_level: the coverage of the limits, 0.95.
        unknown: other keywords, which are answered with the right word.

    Raises:
        MetricError: more lost than there was, amounts of two currencies, or whole ones of 2^62 and more.
        InvalidValue: a negative or infinite amount.
        InvalidType: a total beside a column.

    >>> gross_revenue_retention(start=100_000, contraction=3_000, churn=5_000).value
    0.92
    """
    if unknown:
        raise _arrays.unexpected(gross_revenue_retention, unknown)
    parts = {"start": start, "contraction": contraction, "churn": churn}
    return _retained("gross revenue retention", parts, currency, _arrays.level(confidence_level), most=1.0)


def net_revenue_retention(
    *,
    start: _arrays.ColumnLike | float,
    expansion: _arrays.ColumnLike | float = 0,
    contraction: _arrays.ColumnLike | float = 0,
    churn: _arrays.ColumnLike | float = 0,
    reactivation: _arrays.ColumnLike | float = 0,
    currency: object = None,
    confidence_level: float = 0.95,
    **unknown: object,
) -> Estimate:
    """Give (start + expansion - contraction - churn) / start of one cohort, without new customers.

    Args:
        start: revenue of the cohort at the beginning of the period: a total, or a column with one row an
            account, which alone tells limits.
        expansion: what accounts pay more, not negative.
        contraction: what accounts that stayed pay less, not negative.
        churn: what accounts that left had paid, not negative.
        reactivation: what accounts pay that left and came back in the period. Sources differ on whether it
            counts: what you give here is added, and nothing is by default.
        currency: the name of the money, or a column of names; two different ones are an error.
        confidence_level: the coverage of the limits, 0.95.
        unknown: other keywords, which are answered with the right word.

    Raises:
        MetricError: more lost than there was, amounts of two currencies, or whole ones of 2^62 and more.
        InvalidValue: a negative or infinite amount.
        InvalidType: a total beside a column.

    >>> net_revenue_retention(start=100_000, expansion=12_000, contraction=3_000, churn=5_000).value
    1.04
    """
    if unknown:
        raise _arrays.unexpected(net_revenue_retention, unknown)
    parts = {
        "start": start,
        "expansion": expansion,
        "contraction": contraction,
        "churn": churn,
        "reactivation": reactivation,
    }
    return _retained("net revenue retention", parts, currency, _arrays.level(confidence_level), most=math.inf)


_SIGNS = {"start": 1, "expansion": 1, "contraction": -1, "churn": -1, "reactivation": 1}


def _retained(
    name: str, parts: Mapping[str, Any], currency: object, level: float, *, most: float
) -> Estimate:
    if all(np.ndim(amount) == 0 and not hasattr(amount, "__len__") for amount in parts.values()):
        one_currency(currency, 1)
        totals = {word: _total(amount, word) for word, amount in parts.items()}
        kept = sum(_SIGNS[word] * Fraction(amount) for word, amount in totals.items())
        _refuse_more_lost(totals, "totals")
        counts = Counts(name, labels=None, **totals)
        value = float(kept / Fraction(totals["start"])) if totals["start"] else math.nan
        why = _TOTALS if totals["start"] else "the cohort began with no revenue"
        return Estimate(
            name, "share", value, math.nan, math.nan, level, "totals", 0, 0, counts=counts, reason=why
        )
    columns, n_missing = _columns(parts)
    one_currency(currency, len(columns["start"]) + n_missing)
    sums = {word: _sums.total(column) for word, column in columns.items()}
    counts = Counts(name, labels=None, accounts=len(columns["start"]), missing=n_missing, **sums)
    begun = columns["start"].astype(np.float64)
    kept_rows = np.zeros(len(begun))
    for word, column in columns.items():
        kept_rows += _SIGNS[word] * column.astype(np.float64)
    kept = sum(_SIGNS[word] * Fraction(amount) for word, amount in sums.items())
    n = len(begun)
    if not sums["start"]:
        why = "the cohort began with no revenue" if n else "no accounts"
        return Estimate(
            name, "share", math.nan, 0.0, most, level, "linearised", n, n_missing, counts=counts, reason=why
        )
    value = float(kept / Fraction(sums["start"]))
    rest = kept_rows - value * begun
    error = math.sqrt(float(np.sum(rest**2)) * n / max(n - 1, 1)) / float(sums["start"])
    if n == 1 or error <= _SAME:  # what is left of a spread is rounding
        low, high = 0.0, most
        why_one = "one account does" if n == 1 else "accounts that are all alike do"
        why_one += " not tell how accounts differ"
    else:
        half = quantile(level) * error
        low, high, why_one = max(0.0, value - half), min(most, value + half), ""
    return Estimate(
        name,
        "share",
        value,
        low,
        high,
        level,
        "linearised",
        n,
        n_missing,
        counts=counts,
        reason=why_one or None,
    )


def _total(amount: object, word: str) -> int | float:
    unboxed = _checks.unboxed(amount)
    if isinstance(unboxed, int):
        return _checks.whole(unboxed, word, least=0)
    return _checks.real(unboxed, word, least=0.0)


def _columns(parts: Mapping[str, Any]) -> tuple[dict[str, NDArray[Any]], int]:
    """Give the columns without the accounts that lack a number, and how many those are."""
    begun = _arrays.numbers(parts["start"], "start", least=0)
    rows = len(begun)
    columns = {"start": begun}
    for word in list(parts)[1:]:
        amount = parts[word]
        if np.ndim(amount) == 0 and not hasattr(amount, "__len__"):
            if amount != 0:
                raise InvalidType(
                    "one number for each account is needed, as in start",
                    found=_checks.show(amount),
                    where=word,
                )
            continue
        columns[word] = _arrays.numbers(amount, word, least=0)
        _arrays.same_length(word, len(columns[word]), rows)
    missing = _arrays.missing_in(*columns.values())
    lost = np.zeros(rows)
    for word in ("contraction", "churn"):
        if word in columns:
            lost += columns[word].values
    over = (lost > begun.values.astype(np.float64) * (1 + 1e-12)) & ~missing
    if over.any():
        row = int(np.argmax(over))
        raise MetricError(
            "an account cannot lose more than it began with",
            found=f"{lost[row]:g} of {float(begun.values[row]):g}",
            where=f"contraction and churn, row {row:,}",
        )
    return {word: widened(column.values[~missing]) for word, column in columns.items()}, int(missing.sum())


def _refuse_more_lost(totals: Mapping[str, float], where: str) -> None:
    lost = totals.get("contraction", 0) + totals.get("churn", 0)
    if lost > totals["start"] * (1 + 1e-12):
        raise MetricError(
            "a cohort cannot lose more than it began with",
            found=f"{lost:g} of {totals['start']:g}",
            where=where,
        )
