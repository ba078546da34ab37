"""Conversion, win and close rates, each with its denominator in its name, and the lift of the qualified.

What belongs here: rates of a funnel as arithmetic on truths. What does not: leads, deals and the curve
of closing over time (`_curves`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Never

import numpy as np

from qualify import _arrays, _checks
from qualify.errors import InvalidType, MetricError
from qualify.metrics import _intervals, _views
from qualify.metrics._answers import top
from qualify.metrics._counts import Counts
from qualify.metrics._proportions import OUTCOMES, decided, newcombe, outcome_counts

if TYPE_CHECKING:
    from qualify._arrays import Array, ColumnLike
    from qualify.metrics._estimate import Estimate
    from qualify.metrics._intervals import Floats, Limits

LIFT = "qualified lift"
_LIFT = ("qualified_yes", "qualified_no", "others_yes", "others_no")


def conversion_rate(
    converted: ColumnLike | Counts,
    *,
    lead: ColumnLike | None = None,
    by: ColumnLike | None = None,
    weights: ColumnLike | None = None,
    confidence_level: float = 0.95,
    method: str = "wilson",
    **unknown: Never,
) -> Estimate:
    """Give converted over all leads, those still open included: they have not converted so far.

    Say how old the cohort is when you show it: a young one has most of its conversions before it.
    `estimate.bounds()` gives the rate if every open lead were lost, and if every one were won.

    Args:
        converted: YES converted, NO lost, UNKNOWN open, as int8 codes, Truths or bools, or Counts of
            outcomes. A blank is not open: it is missing, left out and counted.
        lead: an id for each row where one lead has several rows; then leads are counted, one each: YES if
            any row is, else missing if any row is blank, else UNKNOWN if any is. A row without an id is
            missing.
        by: a label for each row.
        weights: a weight for each row.
        confidence_level: the coverage wanted.
        method: as in `proportion`.
        unknown: refused, with the right word.

    Raises:
        MetricError: counts of something else, or negative ones.
        InvalidType: `weights=` beside `lead=`.
        MissingExtra: `exact` or `jeffreys` without scipy.

    >>> from qualify.truth import YES, NO, UNKNOWN
    >>> conversion_rate([YES, NO, NO, UNKNOWN, YES])
    conversion rate 40.0 % [11.8 %, 76.9 %] 95 % wilson, n=5 (0 missing, 1 unknown)
    """
    if unknown:
        raise _arrays.unexpected(conversion_rate, unknown)
    counts = _deals(converted, lead, by, weights, "converted", "conversion_rate")
    return _created(counts, confidence_level=confidence_level, method=method, name="conversion rate")


def win_rate(
    outcomes: ColumnLike | Counts,
    *,
    lead: ColumnLike | None = None,
    by: ColumnLike | None = None,
    weights: ColumnLike | None = None,
    confidence_level: float = 0.95,
    method: str = "wilson",
    **unknown: Never,
) -> Estimate:
    """Give won over won and lost: decided attempts only, the open ones left out and counted.

    With `lead=` each lead counts once and the name says so. `close_rate` takes the same column and keeps
    the open ones in the denominator. See `conversion_rate` for the arguments.

    Raises:
        MetricError: counts of something else, or negative ones.
        InvalidType: `weights=` beside `lead=`.
        MissingExtra: `exact` or `jeffreys` without scipy.

    >>> from qualify.truth import YES, NO, UNKNOWN
    >>> win_rate([YES, NO, NO, UNKNOWN, YES])
    win rate per attempt 50.0 % [15.0 %, 85.0 %] 95 % wilson, n=4 (0 missing, 1 unknown)
    >>> win_rate([NO, YES, NO], lead=["ana", "ana", "bo"])
    win rate per lead 50.0 % [9.5 %, 90.5 %] 95 % wilson, n=2 (0 missing)
    """
    if unknown:
        raise _arrays.unexpected(win_rate, unknown)
    counts = _deals(outcomes, lead, by, weights, "outcomes", "win_rate")
    name = f"win rate per {'attempt' if lead is None else 'lead'}"
    return decided(counts, confidence_level=confidence_level, method=method, name=name)


def close_rate(
    outcomes: ColumnLike | Counts,
    *,
    lead: ColumnLike | None = None,
    by: ColumnLike | None = None,
    weights: ColumnLike | None = None,
    confidence_level: float = 0.95,
    method: str = "wilson",
    **unknown: Never,
) -> Estimate:
    """Give won over all attempts created, those still open included.

    While many are open the rate is too low to compare with an older cohort's: `close_curve` follows it
    over time. See `conversion_rate` for the arguments.

    Raises:
        MetricError: counts of something else, or negative ones.
        InvalidType: `weights=` beside `lead=`.
        MissingExtra: `exact` or `jeffreys` without scipy.

    >>> from qualify.truth import YES, NO, UNKNOWN
    >>> close_rate([YES, NO, NO, UNKNOWN, YES])
    close rate per attempt 40.0 % [11.8 %, 76.9 %] 95 % wilson, n=5 (0 missing, 1 unknown)
    """
    if unknown:
        raise _arrays.unexpected(close_rate, unknown)
    counts = _deals(outcomes, lead, by, weights, "outcomes", "close_rate")
    name = f"close rate per {'attempt' if lead is None else 'lead'}"
    return _created(counts, confidence_level=confidence_level, method=method, name=name)


def qualified_lift(
    qualified: ColumnLike | Counts,
    converted: ColumnLike | None = None,
    *,
    pursued: ColumnLike | bool | None,
    measure: str = "ratio",
    share: str = "given",
    confidence_level: float = 0.95,
    method: str = "mapped",
    **unknown: Never,
) -> Estimate:
    """Give how much better the qualified convert than all leads: above 1 (or 0), if qualification works.

    The qualified are among all leads, so the two rates are not independent. With s the share of the
    qualified and p_u the rate of the others, p_q - p_all = (1 - s)(p_q - p_u) and p_q / p_all =
    1 / (s + (1 - s) / (p_q / p_u)): the limits of qualified against *not qualified* are mapped, which is
    exact for a given s. The ratio is at most 1 / s. Treating the two as independent makes intervals up to
    four times too wide.

    Args:
        qualified: YES, or anything else, for each lead; or Counts("qualified lift", qualified_yes=,
            qualified_no=, others_yes=, others_no=) of those pursued.
        converted: YES converted, NO or UNKNOWN not so far. Rows with a blank are left out and counted.
        pursued: YES where somebody sold to the lead; True if all were pursued, None if it is not known.
            Only the pursued count. Where nobody sold to the others, the log cannot tell: the value is NaN,
            and the limits are the widest that there are.
        measure: `ratio`, or `difference` in shares.
        share: `given` for this share of the qualified; `random` adds the doubt about the share itself, by
            square-and-add of both parts (Zou and Donner 2008, Stat. Med. 27:1693-1702).
        confidence_level: the coverage wanted.
        method: `mapped`.
        unknown: refused, with the right word.

    Raises:
        MetricError: counts of something else, negative ones, or not of the pursued.
        InvalidType: one column alone.

    >>> counts = Counts("qualified lift", qualified_yes=54, qualified_no=216, others_yes=10, others_no=720)
    >>> qualified_lift(counts, pursued=True)
    qualified lift (ratio) 3.125 [2.736, 3.377] 95 % mapped, n=1,000 (0 missing)
    >>> qualified_lift(counts, pursued=True, measure="difference")
    qualified lift (difference) +13.6 % [+10.3 %, +17.4 %] 95 % mapped, n=1,000 (0 missing)
    >>> qualified_lift([True, False], [True, False], pursued=[True, False]).reason
    'nobody sold to the others, so the log cannot tell'
    """
    if unknown:
        raise _arrays.unexpected(qualified_lift, unknown)
    _arrays.choice(measure, ("ratio", "difference"), "qualified_lift measure")
    _arrays.choice(share, ("given", "random"), "qualified_lift share")
    if isinstance(qualified, Counts):
        if pursued is not True:
            raise MetricError(
                "counts of a lift are of the pursued",
                found=_checks.kind_of(pursued),
                allowed="pursued=True",
                where="pursued",
            )
        _views.raw_only("qualified_lift", converted=converted)
        counts = _views.checked(qualified, LIFT, _LIFT, "qualified_lift")
    else:
        counts = _lift_counts(qualified, converted, pursued)
    view = partial(_lift, measure=measure, share=share)
    return view(counts, confidence_level=confidence_level, method=method)


def _deals(
    outcomes: ColumnLike | Counts,
    lead: ColumnLike | None,
    by: ColumnLike | None,
    weights: ColumnLike | None,
    argument: str,
    where: str,
) -> Counts:
    """Count outcomes by row, or by lead where ids are given."""
    if lead is None or isinstance(outcomes, Counts):
        if isinstance(outcomes, Counts):
            _views.raw_only(where, lead=lead)
        return outcome_counts(outcomes, by, weights, argument, where)
    if weights is not None:
        raise InvalidType(
            "weights= goes with rows, lead= counts leads",
            found="both",
            allowed="give one of the two",
            where=f"{where}, weights",
        )
    read = _arrays.truths(outcomes, argument)
    leads = _arrays.labels(lead, "lead", rows=len(read))
    groups = None if by is None else _arrays.labels(by, "by", rows=len(read))
    key = leads.groups()
    if groups is not None:
        key += groups.groups() * leads.size
    nameless = leads.missing()
    if nameless is not None:  # each is a lead of its own, whose outcome is missing
        key[nameless] = -1 - np.flatnonzero(nameless)
    missing = _arrays.joined(read.missing, nameless)
    best, first = _by_lead(_arrays.Column(read.values, missing), key)
    if groups is None:
        return outcome_counts(best, None, None, argument, where)
    names = groups.of(np.ones(groups.size, np.bool_))
    return outcome_counts(best, [names[i] for i in groups.groups()[first].tolist()], None, argument, where)


def _by_lead(read: _arrays.Column, key: Array) -> tuple[Array, Array]:
    """Give the outcome of each lead as a masked column, and a row where it first stands."""
    rank = read.values.astype(np.int8)  # NO -1, UNKNOWN 0, YES 1; a blank ranks over UNKNOWN and under YES
    rank = np.where(rank > 0, np.int8(2), rank)
    if read.missing is not None:
        rank = np.where(read.missing, np.int8(1), rank)
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    best = np.full(len(first), -1, np.int8)
    np.maximum.at(best, inverse, rank)
    outcome = np.ma.MaskedArray(np.minimum(best, np.int8(1)), mask=best == 1)
    return outcome, first


def _created(counts: Counts, *, confidence_level: float, method: str, name: str) -> Estimate:
    """View outcomes as yes among all that was created."""
    absent = {} if "unknown" in counts else {"unknown": _views.counts_zero(counts)}
    return top(
        Counts(OUTCOMES, labels=counts.labels, **counts.numbers, **absent),
        confidence_level=confidence_level,
        method=method,
        of=OUTCOMES,
        where=name,
        parts=(("yes",), ("no", "unknown")),
        name=name,
        silent="there is none",
    )


def _lift_counts(qualified: ColumnLike, converted: ColumnLike | None, pursued: ColumnLike) -> Counts:
    if converted is None:
        raise InvalidType("qualified_lift takes two columns", found="one", where="converted")
    chosen, won = _arrays.truths(qualified, "qualified"), _arrays.truths(converted, "converted")
    rows = len(chosen)
    _arrays.same_length("converted", len(won), rows)
    gone = _arrays.missing_in(chosen, won)
    if pursued is None or isinstance(pursued, bool):
        sold = _arrays.Column(np.full(rows, 0 if pursued is None else 2 * pursued - 1, np.int8), None)
    else:
        sold = _arrays.truths(pursued, "pursued")
        _arrays.same_length("pursued", len(sold), rows)
    blank = _arrays.missing_in(sold)
    sold_to, doubtful = (sold.values > 0) & ~blank, (sold.values == 0) | blank
    yes, is_won = chosen.values > 0, won.values > 0

    def count(rows: Array) -> int:
        return int(np.count_nonzero(rows & ~gone))

    return Counts(
        LIFT,
        qualified_yes=count(sold_to & yes & is_won),
        qualified_no=count(sold_to & yes & ~is_won),
        others_yes=count(sold_to & ~yes & is_won),
        others_no=count(sold_to & ~yes & ~is_won),
        not_pursued=count(~sold_to & ~doubtful),
        pursuit_unknown=count(doubtful),
        missing=int(np.count_nonzero(gone)),
    )


@np.errstate(all="ignore")  # a host may raise on what is settled below
def _lift(counts: Counts, *, confidence_level: float, method: str, measure: str, share: str) -> Estimate:
    level, how = _views.level_and_method(confidence_level, method, ("mapped",), "qualified_lift")
    _views.checked(counts, LIFT, _LIFT, "qualified_lift")
    yes1, no1, yes2, no2 = (_views.number(counts, part) for part in _LIFT)
    n1, n2 = yes1 + no1, yes2 + no2
    s = np.nan_to_num(_intervals.share(n1, n1 + n2))
    p1, p2 = _intervals.share(yes1, n1), _intervals.share(yes2, n2)
    if measure == "difference":
        parts = p1 - p2, newcombe(yes1, n1, yes2, n2, level)
        value, limits = _mapped(_as_difference, parts, s, n1, n2, level, share)
        widest: Limits = (np.full(s.shape, -1.0), np.full(s.shape, 1.0))
    else:
        rr = np.divide(p1, p2, out=np.where(p1 > 0, np.inf, np.nan), where=p2 > 0)
        value, limits = _mapped(
            _as_ratio, (rr, _intervals.koopman(yes1, n1, yes2, n2, level)), s, n1, n2, level, share
        )
        widest = (np.zeros(s.shape), np.full(s.shape, np.inf))
    doubtful = _views.number(counts, "pursuit_unknown") > 0
    one_sided = (n1 <= 0) | (n2 <= 0)
    barren = (yes1 + yes2 <= 0) & (measure == "ratio") & ~one_sided
    unclear = one_sided | barren
    why = [
        (one_sided & doubtful, "it is not known who was pursued, so the log cannot tell"),
        (n2 <= 0, "nobody sold to the others, so the log cannot tell"),
        (n1 <= 0, "nobody sold to the qualified, so the log cannot tell"),
        (barren, "nobody converted"),
    ]
    return _views.estimate(
        f"qualified lift ({measure})",
        "ratio" if measure == "ratio" else "share difference",
        np.where(unclear, np.nan, value),
        (
            np.where(unclear, widest[0], np.maximum(limits[0], widest[0])),
            np.where(unclear, widest[1], np.minimum(limits[1], widest[1])),
        ),
        level,
        how,
        counts,
        n=_views.whole(counts, *_LIFT),
        n_missing=_views.whole(counts, "missing"),
        reasons=why if unclear.any() else (),
        view=partial(_lift, measure=measure, share=share),
    )


def _as_difference(s: Floats, gap: Floats) -> Floats:
    return (1 - s) * gap


def _as_ratio(s: Floats, rr: Floats) -> Floats:
    """Give 1 / (s + (1 - s) / rr), 0 where rr is 0 and 1 / s where it is infinite."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(rr > 0, 1 / (s + (1 - s) / rr), rr)


def _mapped(
    f: Callable[[Floats, Floats], Floats],
    parts: tuple[Floats, Limits],
    s: Floats,
    n1: Floats,
    n2: Floats,
    level: float,
    share: str,
) -> tuple[Floats, Limits]:
    """Map the limits of qualified against others; where the share is random, square and add its own doubt."""
    between, (low, high) = parts
    value, below, above = f(s, between), f(s, low), f(s, high)
    if share == "given":
        return value, (below, above)
    edges = [f(edge, between) for edge in _intervals.wilson(n1, n1 + n2, level)]
    under = np.minimum(value, np.minimum(*edges))
    over = np.maximum(value, np.maximum(*edges))
    down = np.sqrt((value - below) ** 2 + (value - under) ** 2)
    up = np.sqrt((above - value) ** 2 + (over - value) ** 2)
    return value, (value - down, value + up)
