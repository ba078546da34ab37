"""Means and variances from sums that add: near 0 or far from it, answers keep their spread.

What belongs here: the sums of answers and of their squares, and what follows from them. What does not: which
limits a mean has (`_sequences`).
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from qualify import _arrays
from qualify.errors import MetricError
from qualify.metrics import _sums, _views
from qualify.metrics._counts import MOST, Counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify._arrays import Array
    from qualify.metrics._intervals import Floats

KIND = "answers summed"
NEEDED = ("answers", "sum", "squares")
SUMS = ("squares", "squares_high", "squares_bits", "squares_rest")
SIGNED = ("sum", "sum_bits", "sum_rest")
_NARROW = 2.0**62  # sums of squares up to this are summed in 64 bits
_HIGH = 52  # of sums of squares of looks beyond 64 bits: what is above so many bits stands apart
_BITS = 40  # of a broken sum: so many bits after the point are a whole number, the rest a float
_DIGITS = 53  # of a float
_MOST = 1e150  # squares of answers are finite
_ROUNDING = 1e-15  # of sums of floats: what they leave unknown


def summed(read: _arrays.Column) -> Counts:
    """Count answers: how many, their sum and that of their squares, exactly."""
    answers = read.present
    _refuse_great(answers)
    total, squares = Fraction(0), Fraction(0)
    for start in range(0, len(answers), _arrays.CHUNK):
        whole, unit = _scaled(answers[start : start + _arrays.CHUNK])
        total += Fraction(_sums.total(whole)) * unit
        squares += Fraction(_sums.total(whole * whole)) * unit * unit
    sums = _parts("sum", [total]) | _parts("squares", [squares])
    told = {name: numbers[0] for name, numbers in sums.items()}
    return Counts(KIND, answers=len(answers), **told, missing=len(read) - len(answers))


def looked(answers: Array, ends: NDArray[np.intp], when: list[int], gone: Array) -> Counts:
    """Count what the answers up to each of some places were; `gone` is what was missing before."""
    _refuse_great(answers)
    whole, unit = _scaled(answers)
    totals, squares = (np.cumsum(column)[ends].tolist() for column in (whole, whole * whole))
    sums = _parts("sum", [total * unit for total in totals])
    sums |= _parts("squares", [square * unit * unit for square in squares])
    return Counts(KIND, labels=when, answers=ends + 1, **_narrowed(sums), missing=gone)


def _refuse_great(answers: Array) -> None:
    most = max(abs(float(answers.max(initial=0))), abs(float(answers.min(initial=0))))
    if most > _MOST:
        raise MetricError("answers lie under 1e150", found=f"{most:g}", where="confidence_sequence answers")


def _scaled(answers: Array) -> tuple[Array, Fraction]:
    """Give answers as whole numbers of a unit, which is 1 or a power of 2: a float is no more than that.

    They are of 64 bits if so is the sum of their squares, else Python's own.
    """
    if answers.dtype.kind == "f":
        values = answers.astype(np.float64)
        if (values != np.trunc(values)).any():
            parts, powers = np.frexp(values)
            least = int(powers[values != 0].min())
            digits = np.ldexp(parts, _DIGITS).astype(np.int64).tolist()
            shifts = np.where(values != 0, powers - least, 0).tolist()
            whole = [digit << shift for digit, shift in zip(digits, shifts, strict=True)]
            return _arrays.objects(whole), Fraction(2) ** (least - _DIGITS)
        answers = values
    most = max(abs(int(answers.max(initial=0))), abs(int(answers.min(initial=0))))
    if most < math.sqrt(_NARROW / max(len(answers), 1)):
        return answers.astype(np.int64), Fraction(1)
    return _arrays.objects([int(value) for value in answers.tolist()]), Fraction(1)


def _parts(name: str, totals: list[Fraction]) -> dict[str, list[Any]]:
    """Give exact sums as numbers that add: the whole part, 40 bits after the point, and what is left.

    The parts after the point are named where there are any. They depend on no other sum, so they add.
    """
    whole = [math.trunc(total) for total in totals]
    bits = [math.trunc((total - w) * 2**_BITS) for total, w in zip(totals, whole, strict=True)]
    rests = [float(t - w - Fraction(b, 2**_BITS)) for t, w, b in zip(totals, whole, bits, strict=True)]
    broken = {f"{name}_bits": bits, f"{name}_rest": rests}
    return {name: whole, **{part: numbers for part, numbers in broken.items() if any(numbers)}}


def _narrowed(sums: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Give sums of looks as Counts of groups hold them, in 64 bits: what is above stands apart."""
    squares = sums["squares"]
    if max(squares, default=0) > MOST:
        sums = sums | {
            "squares": [square & ((1 << _HIGH) - 1) for square in squares],
            "squares_high": [square >> _HIGH for square in squares],
        }
    wide = (*sums["sum"], *sums.get("squares_high", ()))
    if max(map(abs, wide), default=0) > MOST:
        raise MetricError(
            "sums at looks lie under 2^63, and those of squares under 2^115",
            found=f"squares that add to {Decimal(squares[-1]):.3g}",
            allowed="count in a larger unit",
            where="confidence_sequence answers",
        )
    return sums


def moments(counts: Counts, ends: tuple[int, int] | None) -> tuple[Floats, Floats]:
    """Give the mean and the variance of each group of answers, without cancellation.

    With the ends of a scale, six answers are added to the variance as for an NPS, half of them at the ends:
    a streak of equal answers does not show that there are no others. Without, the variance of equal answers
    is infinite, and so is one that is lost in sums which a host rounded.
    """
    names = ("answers", *SIGNED, *SUMS)
    rows = zip(*(_listed(counts, name) for name in names), strict=True)
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
    total_bits: int,
    total_rest: float,
    squares: float,
    high: int,
    bits: int,
    rest: float,
    *,
    ends: tuple[int, int] | None,
) -> tuple[float, float]:
    """Give the mean and the variance of n answers, by exact fractions of what was summed."""
    if not n:
        return math.nan, math.inf
    sums = Fraction(total) + Fraction(total_bits, 2**_BITS) + Fraction(total_rest)
    squared = Fraction(squares) + (high << _HIGH) + Fraction(bits, 2**_BITS) + Fraction(rest)
    low, most, more = (0, 0, 0) if ends is None else (*ends, 6)
    middle, reach = Fraction(low + most, 2), Fraction(most - low, 2)
    above = (sums - n * middle) / (n + more)
    spread = squared - 2 * middle * sums + n * middle**2 + more * reach**2 / 2
    variance = float(spread / (n + more) - above**2)
    mean = float(sums / n)
    hidden = _rounded(squares, rest) / n + 2 * abs(mean) * _rounded(total, total_rest) / n
    if ends is None and variance <= hidden:
        return mean, math.inf
    return mean, max(variance, 0.0) + hidden


def _rounded(*sums: int | float) -> float:  # noqa: PYI041 - the one is exact, the other is not
    """Give how far sums of floats may be from what they should be; whole ones are exact."""
    return _ROUNDING * math.fsum(abs(x) for x in sums if not isinstance(x, int))
