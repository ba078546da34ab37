"""How good forecasts of a win are: the Brier score, and reading probabilities beside what came.

What belongs here: probabilities of one event. What does not: their parts by bin (`_calibration`), amounts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Never

import numpy as np

from qualify import _arrays, _checks
from qualify.errors import InvalidType, MetricError
from qualify.metrics import _intervals, _sums, _views
from qualify.metrics._counts import Counts
from qualify.metrics._forecast import occurring, undated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify._arrays import Array, ColumnLike
    from qualify.metrics._estimate import Estimate

WINS = "win forecasts"
_WINS = ("forecasts", "won", "loss", "loss_2")


def brier_score(
    probabilities: ColumnLike | Counts,
    outcomes: ColumnLike | None = None,
    *,
    made: ColumnLike | None = None,
    known: ColumnLike | None = None,
    allow_half: bool = False,
    certain: str = "count",
    missing: object = (),
    by: ColumnLike | None = None,
    confidence_level: float = 0.95,
    method: str = "student",
    **unknown: Never,
) -> Estimate:
    """Give the mean of (probability - outcome)^2: 0 is perfect, 0.25 is what saying 1/2 always gets.

    Brier (1950), Monthly Weather Review 78:1-3, in the form for one event. `calibration` takes it apart.

    Args:
        probabilities: of a win, from 0 to 1, as they stood on the day they were given. Or Counts.
        outcomes: truths (YES won, NO lost, UNKNOWN open: left out and counted), bools, or numbers 0 and 1.
        made: when each probability was given; with `known=` a row given after its outcome is an error, and
            one that lacks an instant is missing, unless it is open.
        known: when each outcome was known.
        allow_half: take outcomes of 1/2 (ties); else they are an error.
        certain: a probability of exactly 0 or 1 is fine for this score and fatal for others, and claims
            what nobody knows. `count` counts them, and those that failed; `refuse` makes them an error.
        missing: codes among the probabilities that mean "none given".
        by: a label for each row.
        confidence_level: the coverage wanted.
        method: `student`, cut to [0, 1].
        unknown: refused, with the right word.

    Raises:
        MetricError: counts of something else, int8 outcomes of 0 and 1 alone, or with `certain="refuse"` a
            probability of exactly 0 or 1.
        InvalidValue: a probability outside 0 to 1, an outcome of 1/2, or one known before its probability.
        InvalidType: one column alone, or `made=` without `known=`.

    >>> brier_score([0.9, 0.2, 0.6], [True, False, False])
    Brier score 0.1367 [0, 0.6186] 95 % student, n=3 (0 missing)
    """
    if unknown:
        raise _arrays.unexpected(brier_score, unknown)
    _arrays.choice(certain, ("count", "refuse"), "brier_score certain")
    if isinstance(probabilities, Counts):
        _views.raw_only(
            "brier_score", outcomes=outcomes, made=made, known=known, missing=missing, by=by,
            allow_half=_checks.boolean(allow_half, "allow_half") or None,
            certain=None if certain == "count" else certain,
        )  # fmt: skip
        counts = _views.checked(probabilities, WINS, _WINS, "brier_score", sums=_WINS[1:])
        return _brier(counts, confidence_level=confidence_level, method=method)
    rows = read_wins(
        probabilities, outcomes, made, known, missing, allow_half=allow_half, where="brier_score"
    )
    p, y = rows.p, rows.y
    is_certain = (p == 0) | (p == 1)
    if certain == "refuse" and is_certain.any():
        row = int(rows.rows[np.argmax(is_certain)])
        raise MetricError(
            "a probability of exactly 0 or 1 is refused",
            found=f"{p[np.argmax(is_certain)]:g}",
            allowed="certain='count' takes it",
            where=f"probabilities, row {row:,}",
        )
    labels = None if by is None else _arrays.labels(by, "by", rows=rows.size)
    with np.errstate(under="ignore"):  # next to no loss becomes none
        loss = (p - y) ** 2
        loss_2 = loss * loss
    where = None if labels is None else labels.groups()[rows.rows]
    size = 1 if labels is None else labels.size

    def tally(mask: Array) -> NDArray[np.int64]:
        if where is None:
            return np.array([np.count_nonzero(mask)])
        return np.bincount(where[mask], minlength=size)

    every = np.ones(len(p), np.bool_)
    gone, still = (
        np.array([np.count_nonzero(mask)])
        if labels is None
        else np.bincount(labels.groups()[mask], minlength=size)
        for mask in (rows.missing, rows.open)
    )
    numbers = {
        "forecasts": tally(every),
        "won": _sums.unit_sums(y, where, size) if allow_half else tally(y == 1),
        "loss": _sums.unit_sums(loss, where, size),
        "loss_2": _sums.unit_sums(loss_2, where, size),
        "certain": tally(is_certain),
        "certain_wrong": tally(loss == 1),
        "unknown": still,
        "missing": gone,
    }
    counts = occurring(WINS, numbers, labels)
    return _brier(counts, confidence_level=confidence_level, method=method)


class Wins(NamedTuple):
    """Probabilities and outcomes that were both given and decided, and which rows were not."""

    p: NDArray[np.float64]
    y: NDArray[np.float64]
    rows: NDArray[np.intp]  # where they stood
    size: int
    missing: NDArray[np.bool_]
    open: NDArray[np.bool_]


def read_wins(
    probabilities: ColumnLike,
    outcomes: ColumnLike,
    made: ColumnLike | None,
    known: ColumnLike | None,
    missing: object,
    *,
    allow_half: bool,
    where: str,
) -> Wins:
    """Read probabilities of a win and what came, and check that none was given after the fact."""
    if outcomes is None:
        raise InvalidType(
            f"{where} takes probabilities and outcomes", found="probabilities alone", where="outcomes"
        )
    _checks.boolean(allow_half, "allow_half")
    forecast = _arrays.numbers(probabilities, "probabilities", missing=missing, least=0, most=1)
    y, gone, still = _came(outcomes, allow_half=allow_half)
    size = len(forecast)
    _arrays.same_length("outcomes", len(y), size)
    gone = gone | _arrays.missing_in(forecast)
    gone = gone | (undated(made, known, size, gone) & ~still)
    kept = np.flatnonzero(~(gone | still))
    return Wins(forecast.values[kept].astype(np.float64), y[kept], kept, size, gone, still & ~gone)


def _came(outcomes: ColumnLike, *, allow_half: bool) -> tuple[Array, Array, Array]:
    """Give outcomes as 0, 1 (and 1/2), where they are missing, and where they are open."""
    read = _arrays.column(outcomes, "outcomes")
    if read.values.dtype.kind in "iuf" and read.values.dtype != np.int8:
        points = _arrays.numbers(outcomes, "outcomes", least=0, most=1)
        whole = (points.values == 0) | (points.values == 1)
        if not (allow_half and np.all(whole | (points.values == 0.5))):  # noqa: PLR2004 - the half itself
            allowed = "outcomes of 0 and 1 (a half with allow_half=True)"
            _arrays.refuse_first(points.values, ~whole, points.missing, "outcomes", allowed)
        nothing = np.zeros(len(points), np.bool_)
        return points.values.astype(np.float64), _arrays.missing_in(points), nothing
    codes = _arrays.truths(outcomes, "outcomes")
    gone = _arrays.missing_in(codes)
    still = (codes.values == 0) & ~gone
    is_clear = isinstance(outcomes, (list, tuple))  # of Truth, whose codes a column is
    if read.values.dtype == np.int8 and not is_clear and still.any() and not np.any(codes.values < 0):
        raise MetricError(
            "int8 outcomes of 0 and 1 alone are unclear: 0 reads as UNKNOWN, an open one",
            allowed="write column == 1 if 0 means lost, [Truth(code) for code in column] if it means open",
            where="outcomes",
        )
    return (codes.values > 0).astype(np.float64), gone, still


@np.errstate(all="ignore")  # a host may raise on what is settled below
def _brier(counts: Counts, *, confidence_level: float, method: str) -> Estimate:
    level, how = _views.level_and_method(confidence_level, method, ("student",), "brier_score")
    n, loss, loss2 = (_views.number(counts, part) for part in ("forecasts", "loss", "loss_2"))
    mean = _intervals.share(loss, n)
    around = np.maximum(loss2 - n * np.nan_to_num(mean) ** 2, 0.0)
    around = np.where(around > 1e-14 * loss2, around, 0.0)  # rounding is no variance
    variance = np.divide(around, n - 1, out=np.zeros(n.shape), where=n > 1)
    return _views.estimate(
        "Brier score",
        "score",
        mean,
        _intervals.bounded_mean(mean, variance, n, 0.0, 1.0, level),
        level,
        how,
        counts,
        n=counts["forecasts"],
        n_missing=_views.whole(counts, "missing"),
        reasons=[(n <= 0, "no forecast was decided")] if (n <= 0).any() else (),
        view=_brier,
    )
