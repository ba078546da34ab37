"""Means and variances from sums that add: near 0 or far from it, answers keep their spread.

What belongs here: the sums of answers and of their squares, and what follows from them. What does not: which
limits a mean has (`_sequences`).
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from qualify import _arrays
from qualify.errors import MetricError
from qualify.metrics import _sums, _views
from qualify.metrics._counts import Counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify._arrays import Array
    from qualify.metrics._intervals import Floats

KIND = "answers summed"
NEEDED = ("answers", "sum", "squares")
SUMS = ("squares", "squares_high", "squares_rest")
_RESTS = ("sum_rest", "squares_rest")
SIGNED = ("sum", "sum_rest")
_NARROW = 2.0**62  # sums of squares up to this are summed in 64 bits
_LOW = 52  # of sums of squares of looks beyond 64 bits, so many low bits stand apart
_MOST = 1e150  # squares of answers are finite
_ROUNDING = 1e-15  # of sums of floats: what they leave unknown


def summed(read: _arrays.Column) -> Counts:
    """Count answers: how many, their sum and that of their squares."""
    columns = _summands(read.present)
    sums: dict[str, Any] = {name: _sums.total(column) for name, column in columns.items()}
    n = len(read.present)
    return Counts(KIND, answers=n, **sums, missing=len(read) - n)


def looked(answers: Array, ends: NDArray[np.intp], when: list[int], gone: Array) -> Counts:
    """Count what the answers up to each of some places were; `gone` is what was missing before."""
    sums = {name: _running(column, ends) for name, column in _summands(answers).items()}
    return Counts(KIND, labels=when, answers=ends + 1, **_narrowed(sums), missing=gone)


@np.errstate(under="ignore")  # what is nothing beside 1 becomes nothing
def _summands(answers: Array) -> dict[str, Array]:
    """Give what is summed of each answer x, x and x * x, broken numbers in two parts.

    The whole part w of x adds exactly, and so does w * w. The rest f = x - w is exact as well, and only
    f * (x + w), which is x * x - w * w, is rounded. That is far smaller than x * x, so answers far from 0 do
    not lose their spread. The parts of an answer do not depend on the others, so sums of batches add.
    """
    most = max(abs(float(answers.max(initial=0))), abs(float(answers.min(initial=0))))
    if most > _MOST:
        raise MetricError("answers lie under 1e150", found=f"{most:g}", where="confidence_sequence answers")
    whole, broken = answers, {}
    if answers.dtype.kind == "f":
        values = answers.astype(np.float64)
        whole = np.trunc(values)
        rests = values - whole
        if rests.any():
            broken = dict(zip(_RESTS, (rests, rests * (values + whole)), strict=True))
    if most < math.sqrt(_NARROW / max(len(whole), 1)):
        whole = whole.astype(np.int64)
    else:
        whole = _arrays.objects([int(value) for value in whole.tolist()])
    return {"sum": whole, "squares": whole * whole, **broken}


def _running(values: Array, ends: NDArray[np.intp]) -> Array:
    """Give the sums of the values up to some of them, as if floats were summed with twice the digits.

    Ogita, Rump and Oishi (2005), SIAM J. Sci. Comput. 26:1955-1988: the errors of a running sum are floats
    themselves, and are summed beside it.
    """
    sums = np.cumsum(values)
    if values.dtype.kind == "f":
        before, after = sums[:-1], sums[1:]
        added = after - before
        errors = (before - (after - added)) + (values[1:] - added)
        sums[1:] += np.cumsum(errors)
    found: Array = sums[ends]
    return found


def _narrowed(sums: dict[str, Array]) -> dict[str, Array]:
    """Give sums of looks as Counts hold them, in 64 bits; of greater squares the low bits stand apart."""
    if sums["sum"].dtype != object:
        return sums
    low, high = sums["squares"] & ((1 << _LOW) - 1), sums["squares"] >> _LOW
    wide = {"sum": sums["sum"], "squares": low, "squares_high": high}
    try:
        return sums | {name: column.astype(np.int64) for name, column in wide.items()}
    except OverflowError:
        raise MetricError(
            "sums at looks lie under 2^63, and those of squares under 2^115",
            found=f"squares that add to {float(sums['squares'][-1]):.3g}",
            allowed="count in a larger unit",
            where="confidence_sequence answers",
        ) from None


def moments(counts: Counts, ends: tuple[int, int] | None) -> tuple[Floats, Floats]:
    """Give the mean and the variance of each group of answers, without cancellation.

    With the ends of a scale, six answers are added to the variance as for an NPS, half of them at the ends:
    a streak of equal answers does not show that there are no others. Without, the variance of equal answers
    is infinite, and so is that of answers whose unlikeness is lost in rounding.
    """
    rows = zip(*(_listed(counts, name) for name in (*NEEDED, "squares_high", *_RESTS)), strict=True)
    found = np.array([_moment(*row, ends=ends) for row in rows], np.float64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _listed(counts: Counts, name: str) -> list[Any]:
    """Give one number of the counts by group, zeros where it was not counted."""
    held = counts[name] if name in counts else _views.counts_zero(counts)
    listed: list[Any] = np.atleast_1d(np.array(held)).tolist()
    return listed


def _moment(
    n: int,
    total: float,
    squares: float,
    high: int,
    total_rest: float,
    squares_rest: float,
    *,
    ends: tuple[int, int] | None,
) -> tuple[float, float]:
    """Give the mean and the variance of n answers, by exact fractions of what was summed."""
    if not n:
        return math.nan, math.inf
    sums, squared = Fraction(total) + Fraction(total_rest), Fraction(squares) + Fraction(squares_rest)
    low, most, more = (0, 0, 0) if ends is None else (*ends, 6)
    middle, reach = Fraction(low + most, 2), Fraction(most - low, 2)
    above = (sums - n * middle) / (n + more)
    spread = squared + (high << _LOW) - 2 * middle * sums + n * middle**2 + more * reach**2 / 2
    variance = float(spread / (n + more) - above**2)
    mean = float(sums / n)
    hidden = _rounded(squares, squares_rest) / n + 2 * abs(mean) * _rounded(total, total_rest) / n
    if ends is None and variance <= hidden:
        return mean, math.inf
    return mean, max(variance, 0.0) + hidden


def _rounded(*sums: int | float) -> float:  # noqa: PYI041 - the one is exact, the other is not
    """Give how far sums of floats may be from what they should be; whole ones are exact."""
    return _ROUNDING * math.fsum(abs(x) for x in sums if not isinstance(x, int))
