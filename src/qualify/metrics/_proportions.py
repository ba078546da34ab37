"""Shares of yes, their differences and their ratios.

What belongs here: one share, and two. What does not: which denominator a funnel means (`_conversion`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Never

import numpy as np

from qualify import _arrays, _checks
from qualify.errors import InvalidType, MetricError
from qualify.metrics import _intervals, _sides, _views
from qualify.metrics._answers import COLUMNS, classed, top
from qualify.metrics._counts import Counts
from qualify.metrics._tally import cuts

if TYPE_CHECKING:
    from qualify._arrays import ColumnLike
    from qualify.metrics._estimate import Estimate
    from qualify.metrics._intervals import Floats, Limits

OUTCOMES = "outcomes"
TWO = "two outcomes"
PAIRS = "paired outcomes"
_PARTS = ("yes", "no")
_TWO = _sides.names(_PARTS)
_PAIRS = ("both", "first_only", "second_only", "neither")
_WIDE = 2.0**63  # what a whole number of 64 bits stays under; NaN and infinities do not
_ROWS = 1 << 16  # numbers of trials at a time: they are read once, and checked in the cache


def proportion(
    outcomes: ColumnLike | Counts,
    *,
    of: ColumnLike | None = None,
    by: ColumnLike | None = None,
    weights: ColumnLike | None = None,
    confidence_level: float = 0.95,
    method: str = "wilson",
    **unknown: Never,
) -> Estimate:
    """Give the share of yes among yes and no, with its interval.

    Args:
        outcomes: a column of bools or truths, Counts of outcomes, or with `of=` a number of successes (an
            array of them gives an array of shares). UNKNOWN and missing rows are left out and counted;
            `estimate.bounds()` says what they could change.
        of: the number of trials, where `outcomes` are numbers of successes.
        by: a label for each row.
        weights: a weight for each row; the interval then uses Kish's effective number, `wald` the linearised
            variance.
        confidence_level: the coverage wanted.
        method: `wilson` (the default), `exact` (Clopper and Pearson) and `jeffreys`, which need scipy, or
            `wald`, for comparison only: it is [p, p] at the ends.
        unknown: refused, with the right word.

    Raises:
        MetricError: more successes than trials, negative or broken numbers, or counts of something else.
        InvalidType: `by=` or `weights=` beside `of=`.
        MissingExtra: `exact` or `jeffreys` without scipy.

    >>> proportion(81, of=263)
    proportion 30.8 % [25.5 %, 36.6 %] 95 % wilson, n=263 (0 missing)
    >>> proportion([True, False, True, None]).counts
    Counts('outcomes', yes=2, no=1, unknown=0, missing=1)
    >>> proportion([1, 0], of=[29, 0]).high
    array([0.17175522, 1.        ])
    """
    if unknown:
        raise _arrays.unexpected(proportion, unknown)
    if of is not None:
        for word, column in (("by", by), ("weights", weights)):
            if column is not None:
                raise InvalidType(
                    f"{word}= does not go with of=, since numbers of successes have no rows",
                    found="both",
                    allowed="give a column of outcomes, or leave it out",
                    where=f"proportion, {word}",
                )
        counts = _trials(outcomes, of)
    else:
        counts = outcome_counts(outcomes, by, weights, "outcomes", "proportion")
    return decided(counts, confidence_level=confidence_level, method=method)


def difference(
    a: ColumnLike | Counts,
    b: ColumnLike | Counts | None = None,
    *,
    paired: bool = False,
    weights: tuple[ColumnLike, ColumnLike] | None = None,
    confidence_level: float = 0.95,
    method: str = "newcombe",
    **unknown: Never,
) -> Estimate:
    """Give the share of yes in `a` less the share in `b`, signed, with Newcombe's interval.

    Args:
        a: a column of bools or truths, or Counts of outcomes (also with groups, which must agree).
        b: the same of the others, or of the same rows where `paired`.
        paired: the rows of `a` and `b` are of the same people in the same order; a pair of which one side
            is unknown or missing is left out and counted. Also `difference(Counts("paired outcomes",
            both=, first_only=, second_only=, neither=))`.
        weights: a column of weights for each side, `(weights_of_a, weights_of_b)`; each share then has the
            limits that it has in `proportion`. Weighted Counts need none. Pairs are not weighted.
        confidence_level: the coverage wanted.
        method: `newcombe`, from the Wilson limits of each share (Newcombe 1998, Stat. Med. 17:873-890 and
            17:2635-2650, method 10 of each).
        unknown: refused, with the right word.

    Raises:
        MetricError: counts of something else, negative ones, or sides of unlike groups.
        InvalidType: one side alone, or weights of pairs.

    >>> difference(Counts("outcomes", yes=56, no=14), Counts("outcomes", yes=48, no=32))
    difference +20.0 % [+5.2 %, +33.4 %] 95 % newcombe, n=150 (0 missing)
    """
    if unknown:
        raise _arrays.unexpected(difference, unknown)
    paired = _checks.boolean(paired, "paired") or (isinstance(a, Counts) and a.of == PAIRS)
    two = _sides.two_weights(weights, paired=paired, where="difference")
    counts = _pairs(a, b) if paired else _two(a, b, two, "difference")
    return _difference(counts, confidence_level=confidence_level, method=method)


def ratio(
    a: ColumnLike | Counts,
    b: ColumnLike | Counts | None = None,
    *,
    weights: tuple[ColumnLike, ColumnLike] | None = None,
    confidence_level: float = 0.95,
    method: str = "koopman",
    **unknown: Never,
) -> Estimate:
    """Give the share of yes in `a` over the share in `b`, with Koopman's score interval.

    The ratio is infinite where only `b` has no yes, and undefined where neither has one. See `difference`
    for the arguments.

    Raises:
        MetricError: as in `difference`.
        InvalidType: one side alone.

    >>> ratio(Counts("outcomes", yes=7, no=27), Counts("outcomes", yes=1, no=33))
    ratio 7 [1.221, 42.58] 95 % koopman, n=68 (0 missing)
    """
    if unknown:
        raise _arrays.unexpected(ratio, unknown)
    two = _sides.two_weights(weights, paired=False, where="ratio")
    return _ratio(_two(a, b, two, "ratio"), confidence_level=confidence_level, method=method)


def outcome_counts(
    outcomes: ColumnLike | Counts,
    by: ColumnLike | None,
    weights: ColumnLike | None,
    argument: str,
    where: str,
    weighing: str = COLUMNS[1],
) -> Counts:
    """Count yes, no, unknown and missing of a column of truths; errors call the weights `weighing`."""
    if isinstance(outcomes, Counts):
        _views.raw_only(where, by=by, weights=weights)
        return _views.checked(outcomes, OUTCOMES, ("yes", "no"), where)
    read = _arrays.truths(outcomes, argument)
    if by is None and weights is None:
        not_no, yes, gone = cuts(read, -1, 1, (0, 1), (), argument)
        return Counts(OUTCOMES, yes=yes, no=len(read) - gone - not_no, unknown=not_no - yes, missing=gone)
    groups = {"yes": range(1, 2), "no": range(-1, 0), "unknown": range(1)}
    return classed(OUTCOMES, groups, read, (), by, weights, (argument, weighing))


def decided(counts: Counts, *, confidence_level: float, method: str, name: str = "proportion") -> Estimate:
    """View outcomes as yes among yes and no."""
    return top(
        counts,
        confidence_level=confidence_level,
        method=method,
        of=OUTCOMES,
        where=name,
        parts=(("yes",), ("no",)),
        name=name,
        silent="nothing was decided",
    )


def _trials(successes: ColumnLike, of: ColumnLike) -> Counts:
    """Make Counts of numbers of successes and of trials, scalars or arrays."""
    k, n = _numbers(successes, "successes"), _numbers(of, "of")
    if k.ndim and n.ndim:
        _arrays.same_length("proportion of", len(n), len(k))
    k, n = np.broadcast_arrays(k, n)
    if k.dtype.kind == "f" or n.dtype.kind == "f":
        k, n = _widened(k), _widened(n)
        with np.errstate(invalid="ignore"):
            wrong = (k != np.floor(k)) | (n != np.floor(n)) | ~(np.abs(k) < _WIDE) | ~(np.abs(n) < _WIDE)
        _refuse_trials(k, n, wrong)
        k, n = k.astype(np.int64), n.astype(np.int64)
    if not k.ndim:
        _refuse_trials(k, n, (k < 0) | (k > n))
        return Counts(OUTCOMES, yes=int(k), no=int(n) - int(k))
    made, least = np.empty((2, len(k)), np.int64), 0
    yes, no = made
    for start in range(0, len(k), _ROWS):
        rows = slice(start, start + _ROWS)
        yes[rows] = k[rows]
        np.subtract(n[rows], k[rows], out=no[rows], dtype=np.int64, casting="unsafe")
        least = min(least, np.minimum.reduce(yes[rows]), np.minimum.reduce(no[rows]))
    if least < 0:
        _refuse_trials(k, n, (yes < 0) | (no < 0))
    made.flags.writeable = False
    return Counts(OUTCOMES, yes=made[0], no=made[1])


def _numbers(given: ColumnLike, where: str) -> _arrays.Array:
    """Read one number, or a column of numbers of which none is missing."""
    one = np.asarray(given) if not hasattr(given, "__len__") or np.ndim(given) == 0 else None
    if one is not None:
        if one.ndim or one.dtype.kind not in "iuf":
            raise InvalidType("a number is needed", found=f"dtype {one.dtype}", where=f"proportion {where}")
        return one
    read = _arrays.numbers(given, f"proportion {where}")
    if read.missing is not None and read.missing.any():
        row = int(np.argmax(read.missing))
        raise MetricError(
            "a number is needed", found="a missing one", where=f"proportion {where}, row {row:,}"
        )
    return read.values


def _widened(values: _arrays.Array) -> _arrays.Array:
    """Give floats as wide as 2^63 needs, which is no half float; whole numbers as they are."""
    return values.astype(np.promote_types(values.dtype, np.float64)) if values.dtype.kind == "f" else values


def _refuse_trials(k: _arrays.Array, n: _arrays.Array, wrong: _arrays.Array) -> None:
    if np.any(wrong):
        row = int(np.argmax(wrong))
        at = f", row {row:,}" if k.ndim else ""
        raise MetricError(
            "successes are whole numbers from 0 to the number of trials",
            found=f"{np.atleast_1d(k)[row]} of {np.atleast_1d(n)[row]}",
            where=f"proportion{at}",
        )


def _two(
    a: ColumnLike | Counts, b: ColumnLike | Counts | None, weights: tuple[ColumnLike, ColumnLike], where: str
) -> Counts:
    """Count the outcomes of two groups side by side."""
    if isinstance(a, Counts) and a.of == TWO:
        for column in weights:
            _views.raw_only(where, b=b, weights=column)
        return _views.checked(a, TWO, _TWO, where)
    if b is None:
        raise InvalidType("two columns or counts are needed", found="one", where=where)
    first = outcome_counts(a, None, weights[0], "a", where, "weights[0]")
    second = outcome_counts(b, None, weights[1], "b", where, "weights[1]")
    return _sides.joined(TWO, (first, second), _PARTS, ("missing", "unknown"), where)


def _pairs(a: ColumnLike | Counts, b: ColumnLike | None) -> Counts:
    """Count the pairs of outcomes of the same rows."""
    if isinstance(a, Counts):
        _views.raw_only("difference", b=b)
        return _views.checked(a, PAIRS, _PAIRS, "difference")
    if b is None or isinstance(b, Counts):
        raise InvalidType("paired outcomes are two columns, or Counts of pairs", where="difference")
    first, second = _arrays.truths(a, "a"), _arrays.truths(b, "b")
    _arrays.same_length("b", len(second), len(first))
    known = (first.values != 0) & (second.values != 0) & ~_arrays.missing_in(first, second)
    yes, also = first.values[known] > 0, second.values[known] > 0
    return Counts(
        PAIRS,
        both=int(np.count_nonzero(yes & also)),
        first_only=int(np.count_nonzero(yes & ~also)),
        second_only=int(np.count_nonzero(~yes & also)),
        neither=int(np.count_nonzero(~yes & ~also)),
        missing=int(len(known) - np.count_nonzero(known)),
    )


@np.errstate(all="ignore")  # a host may raise on what is settled below
def _difference(counts: Counts, *, confidence_level: float, method: str) -> Estimate:
    level, how = _views.level_and_method(confidence_level, method, ("newcombe",), "difference")
    if counts.of == PAIRS:
        both, first, second, neither = (_views.number(counts, part) for part in _PAIRS)
        n1 = n2 = both + first + second + neither
        k1, k2 = both + first, both + second
        correlation: Floats | float = _intervals.phi(both, first, second, neither)
    else:
        k1, n1, k2, n2 = sides(counts)
        correlation = 0.0
    p1, p2 = _intervals.share(k1, n1), _intervals.share(k2, n2)
    limits = newcombe(k1, n1, k2, n2, level, correlation)
    undecided = (n1 <= 0) | (n2 <= 0)
    pairs = counts.of == PAIRS
    return _views.estimate(
        "paired difference" if pairs else "difference",
        "share difference",
        p1 - p2,
        limits,
        level,
        how,
        counts,
        n=_views.whole(counts, *_PAIRS) if pairs else _sides.answers(counts, _PARTS),
        n_missing=_views.whole(counts, "missing"),
        n_effective=n1 + n2 if "first_answers" in counts else None,
        reasons=[(undecided, "nothing was decided on one side")] if undecided.any() else (),
        view=_difference,
    )


@np.errstate(all="ignore")  # a host may raise on what is settled below
def _ratio(counts: Counts, *, confidence_level: float, method: str) -> Estimate:
    level, how = _views.level_and_method(confidence_level, method, ("koopman",), "ratio")
    k1, n1, k2, n2 = sides(counts)
    p1, p2 = _intervals.share(k1, n1), _intervals.share(k2, n2)
    value = np.divide(p1, p2, out=np.where(p1 > 0, np.inf, np.nan), where=p2 > 0)
    undecided = (n1 <= 0) | (n2 <= 0)
    nothing = (k1 <= 0) & (k2 <= 0) & ~undecided
    why = [(undecided, "nothing was decided on one side"), (nothing, "neither side has a yes")]
    return _views.estimate(
        "ratio",
        "ratio",
        value,
        _intervals.koopman(k1, n1, k2, n2, level),
        level,
        how,
        counts,
        n=_sides.answers(counts, _PARTS),
        n_missing=_views.whole(counts, "missing"),
        n_effective=n1 + n2 if "first_answers" in counts else None,
        reasons=why if (undecided | nothing).any() else (),
        view=_ratio,
    )


def sides(counts: Counts) -> tuple[Floats, Floats, Floats, Floats]:
    """Give yes and total of the first side, then of the second, in effective answers."""
    yes1, n1 = _sides.worth(_sides.side(counts, "first"), _PARTS, ("yes",))
    yes2, n2 = _sides.worth(_sides.side(counts, "second"), _PARTS, ("yes",))
    return yes1, n1, yes2, n2


def newcombe(
    k1: Floats, n1: Floats, k2: Floats, n2: Floats, level: float, correlation: Floats | float = 0.0
) -> Limits:
    """Give Newcombe's limits of k1/n1 - k2/n2, within [-1, 1]; all of it where one side is empty."""
    one, two = np.nan_to_num(_intervals.share(k1, n1)), np.nan_to_num(_intervals.share(k2, n2))
    limits = _intervals.wilson(k1, n1, level), _intervals.wilson(k2, n2, level)
    low, high = _intervals.square_and_add(one, limits[0], two, limits[1], correlation)
    empty = (n1 <= 0) | (n2 <= 0)
    return np.where(empty, -1.0, np.maximum(low, -1.0)), np.where(empty, 1.0, np.minimum(high, 1.0))
