"""Revenue retained of one cohort: gross and net.

What belongs here: ratios of sums of money over the same customers. What does not: how long customers stay
(`_curves`, `_fit`).
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

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

_SAME = 1e-14  # of a share: a spread under this is rounding
_ALIKE = "not tell how accounts differ"
_TOTALS = "totals do not tell how accounts differ, so the limits are the widest; give one row an account"
_NO_REVENUE = "the cohort began with no revenue"


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
    single = [word for word, amount in parts.items() if _is_single(amount)]
    if len(single) == len(parts):
        one_currency(currency, 1)
        sums = {word: _total(amount, word) for word, amount in parts.items()}
        _refuse_more_lost(sums)
        value = _share(name, sums)
        untold = _NO_REVENUE if math.isnan(value) else _TOTALS
        ratio = _Ratio(name, value, math.inf, most, "totals", 0, 0, untold)
        return _view(ratio, Counts(name, labels=None, **sums), confidence_level=level, method="totals")
    columns, n_missing = _columns(parts, single)
    n = len(columns["start"])
    one_currency(currency, n + n_missing)
    sums = {word: _sums.total(column) for word, column in columns.items()}
    counts = Counts(name, labels=None, accounts=n, missing=n_missing, **sums)
    value = _share(name, sums)
    error, why = math.inf, None
    if math.isnan(value):
        why = _NO_REVENUE if n else "no accounts"
    else:
        error = _error(columns, value, float(sums["start"]))
    if n == 1 or error <= _SAME * max(1.0, value):  # what is left of a spread is rounding
        error = math.inf
        why = why or f"{'one account does' if n == 1 else 'accounts that are all alike do'} {_ALIKE}"
    ratio = _Ratio(name, value, error, most, "linearised", n, n_missing, why)
    return _view(ratio, counts, confidence_level=level, method="linearised")


class _Ratio(NamedTuple):
    """What an Estimate keeps of its rows, so that it gives its limits at another level."""

    name: str
    value: float
    error: float  # infinite where nothing tells it: the limits are then the widest
    most: float
    method: str
    n: int
    n_missing: int
    reason: str | None


def _view(ratio: _Ratio, counts: Counts, *, confidence_level: float, method: str) -> Estimate:
    """Give the Estimate at a level; a function of the module, so that estimates can be pickled."""
    how = _arrays.choice(method, (ratio.method,), f"{ratio.name} method")
    half = quantile(confidence_level) * ratio.error
    low, high = max(0.0, ratio.value - half), min(ratio.most, ratio.value + half)  # 0 and most of NaN
    return Estimate(
        ratio.name, "share", ratio.value, low, high, confidence_level, how, ratio.n, ratio.n_missing,
        counts=counts, reason=ratio.reason, view=partial(_view, ratio),
    )  # fmt: skip


def _share(name: str, sums: Mapping[str, float]) -> float:
    """Give what was kept of what there was, rounded once; NaN of nothing."""
    if not sums["start"]:
        return math.nan
    kept = sum(_SIGNS[word] * Fraction(amount) for word, amount in sums.items())
    try:
        return float(kept / Fraction(sums["start"]))
    except OverflowError:
        raise MetricError(
            "retention lies under 1e308",
            found="a larger one",
            allowed="look at what the cohort began with",
            where=name,
        ) from None


@np.errstate(all="ignore")  # what is next to nothing beside the whole becomes nothing
def _error(columns: Mapping[str, NDArray[Any]], value: float, begun: float) -> float:
    """Give the linearised standard error of the share, each account as a part of the whole."""
    n = len(columns["start"])
    rest = np.zeros(n)
    for word, column in columns.items():
        rest += _SIGNS[word] * (column / begun)
    rest -= value * (columns["start"] / begun)
    return math.sqrt(float(np.sum(rest**2)) * n / max(n - 1, 1))


def _is_single(amount: object) -> bool:
    """Tell one number from a column, also from one that no row was read of yet."""
    return amount is None or isinstance(_checks.unboxed(amount), (int, float, Decimal, Fraction))


def _total(amount: object, word: str) -> int | float:
    unboxed = _checks.unboxed(amount)
    if isinstance(unboxed, int):
        return _checks.whole(unboxed, word, least=0)
    return _checks.real(unboxed, word, least=0.0)


@np.errstate(under="ignore")  # a share of next to nothing becomes nothing
def _columns(parts: Mapping[str, Any], single: list[str]) -> tuple[dict[str, NDArray[Any]], int]:
    """Give the columns without the accounts that lack a number, and how many those are."""
    columns = {
        word: _arrays.numbers(amount, word, least=0) for word, amount in parts.items() if word not in single
    }
    for word in single:
        if word == "start" or parts[word] != 0:
            raise InvalidType(
                f"one number for each account is needed, as in {next(iter(columns))}",
                found=_checks.show(parts[word]),
                where=word,
            )
    begun = columns["start"]
    rows = len(begun)
    for word, column in columns.items():
        _arrays.same_length(word, len(column), rows)
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
    return {word: widened(column, missing, word) for word, column in columns.items()}, int(missing.sum())


def _refuse_more_lost(totals: Mapping[str, float]) -> None:
    begun, lost = Fraction(totals["start"]), Fraction(totals["contraction"]) + Fraction(totals["churn"])
    if lost - begun > begun * Fraction(1, 10**12):
        raise MetricError(
            "a cohort cannot lose more than it began with",
            found=f"{totals['contraction']} + {totals['churn']} of {totals['start']}",
            where="contraction and churn",
        )
