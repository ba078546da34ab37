"""Curves of durations: one routine, `cumulative_incidence`, and its two names of use.

What belongs here: reading durations, causes and entries, and what the two names mean by them. What does
not: the arithmetic (`_product_limit`) and the value (`_curve`).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from qualify import _arrays
from qualify.errors import InvalidType, MetricError
from qualify.metrics._curve import Curve
from qualify.metrics._life_table import LifeTable
from qualify.metrics._rows import Causes, causes_of, needed, rows_of

__all__ = ["close_curve", "cumulative_incidence", "dwell", "retention_curve"]


def cumulative_incidence(
    durations: _arrays.ColumnLike | LifeTable,
    causes: _arrays.ColumnLike | None = None,
    *,
    entry: _arrays.ColumnLike | None = None,
    weights: _arrays.ColumnLike | None = None,
    names: Sequence[str] | Mapping[int, str] | None = None,
    censored: str | None = None,
    unit: str = "",
    confidence_level: float = 0.95,
    **unknown: object,
) -> Curve:
    """Give the share that has left by each cause as time passes, with those still open counted as open.

    All causes at once, by the estimator of Aalen and Johansen (1978, Scand. J. Statistics 5:141-150); with
    one cause it is Kaplan and Meier's. Ties are ties: nothing is jittered, and the answer does not depend
    on the order of the rows.

    Args:
        durations: from the beginning until leaving, or until last seen: numbers of at least 0 in `unit`,
            or timedeltas, which are counted in whole microseconds; or the LifeTable of another curve.
        causes: why each row left. Bools (True = left), whole numbers (0 = censored, 1 to K the causes), or
            texts, of which `censored` names the one for not having left. A blank is missing, not censored.
        entry: late entry, in the same unit: how long each row had run when it came under observation; 0 =
            seen from its beginning. It lies before the duration.
        weights: finite, not negative; whole numbers weigh the curve as repeated rows would. One under 1e-50
            of the greatest counts as 0.
        names: what the causes are called, in the order of their codes, or by code.
        censored: the text that stands for not having left.
        unit: the unit of time; of timedeltas `days` if not said.
        confidence_level: the coverage of the limits, 0.95.
        unknown: other keywords, which are answered with the right word.

    Raises:
        InvalidValue: a negative or infinite duration, an entry that does not lie before it, a code without a
            name, or more than 120 causes.
        InvalidType: durations alone, texts without `censored=`, an entry that is a number where durations
            are timedeltas, or anything beside a LifeTable.

    Warns:
        UserWarning: `causes` are truths with NO among them, so a curve of YES would treat NO as censored.

    >>> curve = cumulative_incidence([1, 2, 3, 4, 5, 6], [0, 1, 1, 2, 2, 0], names=("won", "lost"))
    >>> curve.incidence(6, "lost").value.__round__(6), curve.remaining(6).value.__round__(6)
    (0.4, 0.2)
    """
    if unknown:
        raise _arrays.unexpected(cumulative_incidence, unknown)
    table = _given(durations, unit, causes, entry, weights, names, censored)
    if table is None:
        read = causes_of(causes, names, censored)
        table = rows_of(durations, read, entry=entry, weights=weights, unit=unit).table()
        if read.mixed:
            _warn_censored_losses()
    return Curve("cumulative incidence", "open", table, confidence_level)


def close_curve(
    durations: _arrays.ColumnLike | LifeTable,
    outcomes: _arrays.ColumnLike | None = None,
    *,
    entry: _arrays.ColumnLike | None = None,
    weights: _arrays.ColumnLike | None = None,
    unit: str = "",
    confidence_level: float = 0.95,
    **unknown: object,
) -> Curve:
    """Give the shares of deals won, lost and open as time passes, so that open deals count as open.

    Won / (won + lost) of young deals is biased by how old they are: those that close fast are in it, the
    others are not. Treating losses as censored answers "what if nobody could lose", and overstates wins.
    Here won and lost are two ways out of one curve.

    Args:
        durations: from creation until closing, or until last seen for open deals.
        outcomes: truths: YES won, NO lost, UNKNOWN open. A blank is missing, not open.
        entry: the age of each deal when it came under observation; deals imported while running have one.
        weights: see `cumulative_incidence`.
        unit: the unit of time; of timedeltas `days` if not said.
        confidence_level: the coverage of the limits, 0.95.
        unknown: other keywords, which are answered with the right word.

    Raises:
        MetricError: a LifeTable of other causes than won and lost.
        InvalidValue: a negative or infinite duration, or an entry that does not lie before it.
        InvalidType: durations alone, or anything beside a LifeTable.

    >>> from qualify.truth import NO, UNKNOWN, YES
    >>> deals = close_curve([10, 20, 20, 30, 40], [YES, NO, UNKNOWN, YES, UNKNOWN], unit="days")
    >>> deals.incidence(30, "won").value, deals.incidence(30, "lost").value, deals.remaining(30).value
    (0.5, 0.2, 0.30000000000000004)
    """
    if unknown:
        raise _arrays.unexpected(close_curve, unknown)
    table = _given(durations, unit, outcomes, entry, weights)
    if table is None:
        truths, missing = _arrays.truths(needed(outcomes, "outcomes"), "outcomes")
        codes = np.where(truths < 0, np.int8(2), truths)
        read = Causes(codes, missing, ("won", "lost"), "outcomes")
        table = rows_of(durations, read, entry=entry, weights=weights, unit=unit).table()
    elif table.causes != ("won", "lost"):
        raise MetricError(
            "a close curve has the causes won and lost", found=", ".join(table.causes), where="durations"
        )
    return Curve("close curve", "open", table, confidence_level)


def retention_curve(
    durations: _arrays.ColumnLike | LifeTable,
    cancelled: _arrays.ColumnLike | None = None,
    *,
    entry: _arrays.ColumnLike | None = None,
    weights: _arrays.ColumnLike | None = None,
    unit: str = "",
    confidence_level: float = 0.95,
    **unknown: object,
) -> Curve:
    """Give the share of customers retained as time passes, with those who are still there as censored.

    The product-limit estimator of Kaplan and Meier (1958, JASA 53:457-481). For several reasons to cancel
    at once use `cumulative_incidence`.

    Args:
        durations: from the start of the subscription until it was cancelled, or until last seen.
        cancelled: bools, or truths: YES has cancelled; NO and UNKNOWN had not when last seen. A blank is
            missing.
        entry: how long each customer had been one when she came under observation (running customers that
            were imported on day one).
        weights: see `cumulative_incidence`.
        unit: the unit of time; of timedeltas `days` if not said. `payback` asks for months.
        confidence_level: the coverage of the limits, 0.95.
        unknown: other keywords, which are answered with the right word.

    Raises:
        MetricError: a LifeTable of several causes.
        InvalidValue: a negative or infinite duration, or an entry that does not lie before it.
        InvalidType: durations alone, or anything beside a LifeTable.

    >>> curve = retention_curve([3, 5, 5, 8, 12], [True, False, True, True, False], unit="months")
    >>> curve.remaining(5)
    retained 60.0 % [12.6 %, 88.2 %] 95 % log-log, n=5 (0 missing)
    """
    if unknown:
        raise _arrays.unexpected(retention_curve, unknown)
    table = _given(durations, unit, cancelled, entry, weights)
    if table is None:
        left = needed(cancelled, "cancelled")
        values, missing = _arrays.column(left, "cancelled")
        if values.dtype.kind in "iuf" and values.dtype != np.int8:
            values, missing = _arrays.numbers(left, "cancelled", least=0, most=1, whole=True)
        elif values.dtype.kind != "b":
            values, missing = _arrays.truths(left, "cancelled")
        codes = (values if values.dtype.kind == "b" else values > 0).view(np.int8)
        read = Causes(codes, missing, ("cancelled",), "cancelled")
        table = rows_of(durations, read, entry=entry, weights=weights, unit=unit).table()
    elif len(table.causes) != 1:
        raise MetricError("a retention curve has one cause", found=", ".join(table.causes), where="durations")
    return Curve("retention curve", "retained", table, confidence_level)


def dwell(
    durations: _arrays.ColumnLike,
    causes: _arrays.ColumnLike,
    *,
    states: _arrays.ColumnLike,
    entry: _arrays.ColumnLike | None = None,
    weights: _arrays.ColumnLike | None = None,
    names: Sequence[str] | Mapping[int, str] | None = None,
    censored: str | None = None,
    unit: str = "",
    confidence_level: float = 0.95,
    **unknown: object,
) -> dict[Any, Curve]:
    """Give, for each state, how long visits last and where they lead: a Curve by state.

    Each row is one visit; who is still there counts as such. The mean of finished visits alone leaves out
    the long ones.

    Args:
        durations: how long each visit has lasted, until it ended or was last seen.
        causes: where each visit led, as in `cumulative_incidence`: texts with the word for still being
            there in `censored`, codes, or bools (True = left).
        states: which state each visit was in.
        entry: how long each visit had lasted when it came under observation.
        weights: see `cumulative_incidence`.
        names: what the codes of causes are called.
        censored: the text that stands for still being there.
        unit: the unit of time; of timedeltas `days` if not said.
        confidence_level: the coverage of the limits, 0.95.
        unknown: other keywords, which are answered with the right word.

    Raises:
        InvalidValue: as in `cumulative_incidence`.
        InvalidType: as in `cumulative_incidence`.

    >>> visits = dwell([3, 9, 4, 8], ["selling", "here", "nurturing", "selling"], censored="here",
    ...                states=["discovery", "discovery", "discovery", "nurturing"], unit="days")
    >>> visits["discovery"].median().value, visits["discovery"].incidence(5, "selling").value.__round__(3)
    (4.0, 0.333)
    """
    if unknown:
        raise _arrays.unexpected(dwell, unknown)
    rows = rows_of(durations, causes_of(causes, names, censored), entry=entry, weights=weights, unit=unit)
    groups = _arrays.labels(states, "states", rows=len(rows.times))
    place = groups.groups()
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(np.bincount(place, minlength=groups.size))
    labels = groups.of(np.ones(groups.size, np.bool_))
    return {
        label: Curve(f"time in {label}", "still there", rows.table(order[start:end]), confidence_level)
        for label, start, end in zip(labels, np.concatenate([[0], ends[:-1]]), ends, strict=True)
        if end > start
    }


def _given(durations: object, unit: str, *counted: object) -> LifeTable | None:
    """Give the table if one was handed over, and refuse what it has already counted."""
    if isinstance(durations, Curve):
        raise InvalidType(
            "durations or counts are needed", found="Curve", allowed="write curve.counts", where="durations"
        )
    if not isinstance(durations, LifeTable):
        return None
    if unit or any(column is not None for column in counted):
        raise InvalidType(
            "a LifeTable already holds causes and their names, entries, weights and the unit",
            allowed="give the table alone",
            where="durations",
        )
    return durations


def _warn_censored_losses() -> None:
    warnings.warn(
        "these causes are truths with NO among them, and NO is read as censored: a curve of wins that "
        "treats losses as censored overstates wins; use close_curve(durations, outcomes), where lost is "
        "a way out of its own",
        UserWarning,
        stacklevel=3,
    )
