"""How good forecasts of amounts are: WAPE and bias.

What belongs here: amounts beside what came, and what forecasts of probabilities (`_brier`) have in common
with them. What does not: making forecasts, and deals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Never

import numpy as np

from qualify import _arrays
from qualify.errors import InvalidType
from qualify.metrics import _intervals, _sums, _views
from qualify.metrics._amounts import one_currency, widened
from qualify.metrics._counts import Counts, Number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify._arrays import Array, ColumnLike, Labels
    from qualify.metrics._estimate import Estimate
    from qualify.metrics._intervals import Floats

AMOUNTS = "forecast amounts"
_AMOUNTS = ("rows", "error", "actual", "drift", "total", "error_2", "actual_2", "error_actual", "drift_total")
_SIGNED = ("drift", "total", "drift_total")


def wape(
    forecast: ColumnLike | Counts,
    actual: ColumnLike | None = None,
    *,
    made: ColumnLike | None = None,
    known: ColumnLike | None = None,
    currency: ColumnLike | None = None,
    missing: object = (),
    by: ColumnLike | None = None,
    confidence_level: float = 0.95,
    method: str = "student",
    **unknown: Never,
) -> Estimate:
    """Give the weighted absolute percentage error: the sum of `|actual - forecast|` over that of `|actual|`.

    Unlike MAPE it is defined where single actuals are 0; where all are, it is NaN.

    Args:
        forecast: amounts as they stood on the day the forecast was made, in one currency; whole minor
            units add exactly. Or Counts of an earlier call.
        actual: what came.
        made: when each forecast was made; with `known=` a row made after its actual was known is an error,
            and one that lacks an instant is missing.
        known: when each actual was known.
        currency: the name of the money, or one for each row; two different ones are an error, unless `by=`
            splits them.
        missing: codes that mean "no amount".
        by: a label for each row.
        confidence_level: the coverage wanted.
        method: `student`: the linearised error of a ratio of sums (Cochran 1977, Sampling Techniques,
            section 6.3), rough under about 30 rows.
        unknown: refused, with the right word.

    Raises:
        MetricError: counts of something else, amounts of two currencies, or whole ones of 2^62 and more.
        InvalidValue: an infinite amount, or a forecast made after its actual was known.
        InvalidType: one column alone, or `made=` without `known=`.

    >>> wape([950, 25], [1000, 10])
    WAPE 6.4 % [0.0 %, 42.6 %] 95 % student, n=2 (0 missing)
    """
    if unknown:
        raise _arrays.unexpected(wape, unknown)
    counts = _amounts(forecast, actual, made, known, currency, missing, by, "wape")
    return _wape(counts, confidence_level=confidence_level, method=method)


def forecast_bias(
    forecast: ColumnLike | Counts,
    actual: ColumnLike | None = None,
    *,
    made: ColumnLike | None = None,
    known: ColumnLike | None = None,
    currency: ColumnLike | None = None,
    missing: object = (),
    by: ColumnLike | None = None,
    confidence_level: float = 0.95,
    method: str = "student",
    **unknown: Never,
) -> Estimate:
    """Give the sum of forecast - actual over the sum of actual: above 0, the forecasts were too high.

    See `wape` for the arguments; both take the same Counts.

    Raises:
        MetricError: as in `wape`.
        InvalidValue: as in `wape`.
        InvalidType: as in `wape`.

    >>> forecast_bias([950, 25], [1000, 10]).value
    -0.034653465346534656
    """
    if unknown:
        raise _arrays.unexpected(forecast_bias, unknown)
    counts = _amounts(forecast, actual, made, known, currency, missing, by, "forecast_bias")
    return _bias(counts, confidence_level=confidence_level, method=method)


def undated(made: ColumnLike | None, known: ColumnLike | None, rows: int, gone: Array) -> Array:
    """Give the rows that lack an instant, and refuse a forecast that was made after its outcome was known."""
    if made is None and known is None:
        return np.zeros(rows, np.bool_)
    if made is None or known is None:
        absent, given = ("made", "known") if made is None else ("known", "made")
        raise InvalidType("made= and known= go together", found=f"{given}= alone", where=absent)
    first, last = _arrays.instants(made, "made"), _arrays.instants(known, "known")
    _arrays.same_length("made", len(first), rows)
    _arrays.same_length("known", len(last), rows)
    lacking = _arrays.missing_in(first, last)
    late = (first.values > last.values) & ~lacking
    _arrays.refuse_first(
        first.values, late & ~gone, None, "made", "forecasts made before their outcome was known"
    )
    return lacking


def _amounts(
    forecast: ColumnLike | Counts,
    actual: ColumnLike | None,
    made: ColumnLike | None,
    known: ColumnLike | None,
    currency: ColumnLike | None,
    missing: object,
    by: ColumnLike | None,
    where: str,
) -> Counts:
    """Count what both measures of amounts need."""
    if isinstance(forecast, Counts):
        _views.raw_only(
            where, actual=actual, made=made, known=known, currency=currency, missing=missing, by=by
        )
        return _views.checked(forecast, AMOUNTS, _AMOUNTS, where, sums=_AMOUNTS[1:], signed=_SIGNED)
    if actual is None:
        raise InvalidType(f"{where} takes forecasts and actuals", found="forecasts alone", where="actual")
    said = _arrays.numbers(forecast, "forecast", missing=missing)
    came = _arrays.numbers(actual, "actual", missing=missing)
    rows = len(said)
    _arrays.same_length("actual", len(came), rows)
    gone = _arrays.missing_in(said, came)
    gone = gone | undated(made, known, rows, gone)
    labels = None if by is None else _arrays.labels(by, "by", rows=rows)
    one_currency(currency, rows, labels)
    f, a = widened(said, gone, "forecast"), widened(came, gone, "actual")
    drift = f - a
    error, size = np.abs(drift), np.abs(a)
    kept = None if labels is None else labels._replace(codes=labels.codes[~gone])

    @np.errstate(under="ignore")  # the square of next to nothing becomes nothing
    def second(one: Array, two: Array) -> Number:  # moments for the error: floats are enough
        return _sums.by_group(one.astype(np.float64) * two.astype(np.float64), kept)

    ones = np.ones(len(f), np.int64)
    numbers = {
        "rows": _sums.by_group(ones, kept),
        "error": _sums.by_group(error, kept),
        "actual": _sums.by_group(size, kept),
        "drift": _sums.by_group(drift, kept),
        "total": _sums.by_group(a, kept),
        "error_2": second(error, error),
        "actual_2": second(size, size),
        "error_actual": second(error, size),
        "drift_total": second(drift, a),
        "missing": _sums.by_group(gone.astype(np.int64), labels),
    }
    return occurring(AMOUNTS, {k: np.atleast_1d(v) for k, v in numbers.items()}, labels)


def occurring(of: str, numbers: dict[str, Array], labels: Labels | None) -> Counts:
    """Make Counts: scalars without labels, else of the groups that occur."""
    if labels is None:
        return Counts(
            of, **{name: v[0].item() if hasattr(v[0], "item") else v[0] for name, v in numbers.items()}
        )
    occurs = np.bincount(labels.groups(), minlength=labels.size) > 0
    return Counts(of, labels=labels.of(occurs), **{name: v[occurs] for name, v in numbers.items()})


_ROUNDING = 1e-14  # what is left of squares that cancel, as a share of them: some 1e-16 each


def _ratio_limits(
    value: Floats, above2: Floats, mixed: Floats, under2: Floats, under: Floats, n: Floats, level: float
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Give limits for a ratio of sums from its linearised residuals, and where they say nothing.

    The residuals' squares are told by the squares and products of what lies above and under the line.
    """
    scaled = value * value * under2
    squares = above2 - 2 * value * mixed + scaled
    spread = np.sqrt(np.maximum(squares, 0.0)) * np.sqrt(
        np.divide(n, n - 1, out=np.ones(n.shape), where=n > 1)
    )
    flat = (n < 2) | ~(squares > _ROUNDING * (above2 + scaled))  # noqa: PLR2004 - one row has no spread
    half = np.where(flat, np.inf, _intervals.student(level, n - 1))
    half = np.where(flat, np.inf, np.where(flat, 0.0, half) * spread / np.where(under > 0, under, 1.0))
    return value - half, value + half, flat


def _wape(counts: Counts, *, confidence_level: float, method: str) -> Estimate:
    return _of_amounts(counts, confidence_level, method, "WAPE")


def _bias(counts: Counts, *, confidence_level: float, method: str) -> Estimate:
    return _of_amounts(counts, confidence_level, method, "forecast bias")


@np.errstate(all="ignore")  # a host may raise on what is settled below
def _of_amounts(counts: Counts, confidence_level: float, method: str, name: str) -> Estimate:
    level, how = _views.level_and_method(confidence_level, method, ("student",), name)
    n, error, actual, drift, total, error2, actual2, cross, drift_total = (
        _views.number(counts, part) for part in _AMOUNTS
    )
    is_wape = name == "WAPE"
    above, under, mixed = (error, actual, cross) if is_wape else (drift, total, drift_total)
    zero = under == 0
    value = np.divide(above, under, out=np.full(n.shape, np.nan), where=~zero)
    at = np.nan_to_num(value)
    low, high, flat = _ratio_limits(at, error2, mixed, actual2, np.abs(under), n, level)
    low = np.where(zero | flat, 0.0 if is_wape else -np.inf, np.maximum(low, 0.0) if is_wape else low)
    high = np.where(zero | flat, np.inf, high)
    why = [
        (n <= 0, "there is no row with both amounts"),
        (zero, "the actual amounts sum to 0"),
        (n < 2, "one row has no spread, so there is no interval"),  # noqa: PLR2004 - said in the sentence
        (flat, "the errors have no spread, so there is no interval"),
    ]
    return _views.estimate(
        name,
        "share" if is_wape else "share difference",
        value,
        (low, high),
        level,
        how,
        counts,
        n=counts["rows"],
        n_missing=_views.whole(counts, "missing"),
        reasons=why if (zero | flat).any() else (),
        view=_wape if is_wape else _bias,
    )
