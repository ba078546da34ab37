"""What every metric does around its formula: checking counts, and making one Estimate of arrays.

What belongs here: the way from Counts to an Estimate that no metric should write twice. What does not:
any formula, any reading of answers.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from qualify import _arrays
from qualify.errors import InvalidType, MetricError
from qualify.metrics._counts import MOST, Counts, too_large
from qualify.metrics._estimate import Estimate, made

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.metrics._counts import Number
    from qualify.metrics._intervals import Floats

    Reasons = Sequence[tuple[NDArray[np.bool_], str]]


def checked(
    counts: Counts,
    of: str,
    names: tuple[str, ...],
    where: str,
    *,
    sums: tuple[str, ...] = (),
    signed: tuple[str, ...] = (),
) -> Counts:
    """Give counts that hold what a metric needs: of the right kind, none missing, none negative, all whole.

    Weighted ones may be broken, and so may those that are `sums`; `signed` ones may be negative too. The sum
    over the names, which is the number of answers, has 64 bits for groups.
    """
    of_kind(counts, of, names, where)
    is_weighted, n = any(name.endswith("_squares") for name in counts.numbers), 0
    for name, number in counts.numbers.items():
        is_count = name in _ROWS or not (is_weighted or name in sums or name in signed)
        least, most = _ends(number)
        place = f"{where}, {name}"
        if name not in signed and least < 0:
            raise MetricError("a count is not negative", found=f"{number}", where=place)
        if is_count and not _are_whole(number):
            raise MetricError(
                "a count without weights is a whole number",
                found=f"{number}",
                allowed="count the weighted answers with weights=",
                where=place,
            )
        if most > (MOST if is_count else _LARGEST):
            raise too_large(place, most)
        n += int(most) if is_count and name in names else 0
    if counts.groups and n > MOST:
        raise too_large(f"{where}, {' + '.join(names)}")
    return counts


def _ends(number: Number) -> tuple[Number, Number]:
    if isinstance(number, np.ndarray):
        return number.min(initial=0).item(), number.max(initial=0).item()
    return number, number


def _are_whole(number: Number) -> bool:
    if isinstance(number, np.ndarray):
        return number.dtype.kind != "f" or bool((number == np.floor(number)).all())
    return isinstance(number, int) or float(number).is_integer()


_ROWS = ("answers", "missing", "unknown_answers", "withheld")  # which weights do not weigh
_LARGEST = float(np.finfo(np.float64).max)


def of_kind(counts: Counts, of: str, names: tuple[str, ...], where: str) -> Counts:
    """Give counts that are of the right kind and hold the names; the numbers were checked as they came in."""
    if counts.of != of:
        raise MetricError(f"counts of {of} are needed", found=f"counts of {counts.of}", where=where)
    for name in names:
        if name not in counts:
            raise MetricError(
                f"counts of {of} need {', '.join(names)}",
                found=", ".join(counts.numbers) or "none",
                where=where,
            )
    return counts


def raw_only(where: str, **given: object) -> None:
    """Refuse keywords that speak of answers where Counts were given."""
    for word, value in given.items():
        if value is not None and not (isinstance(value, tuple) and not value):
            raise InvalidType(
                f"{word}= goes with answers", found="Counts", allowed="give it when you count", where=where
            )


def number(counts: Counts, name: str) -> Floats:
    """Give one number of the counts as floats, zeros where it was not counted."""
    if name in counts:
        return np.atleast_1d(np.asarray(counts[name], np.float64))
    return np.zeros(1 if counts.groups is None else counts.groups)


def as_counted(counts: Counts, name: str) -> Floats:
    """Give one number of grouped counts as it is, without a copy."""
    return counts[name]  # type: ignore[no-any-return] # an array, since there are groups


def whole(counts: Counts, *names: str) -> Number:
    """Give the sum of some numbers of the counts, exactly."""
    held = [counts[name] for name in names if name in counts]
    return sealed(functools.reduce(operator.add, held)) if held else counts_zero(counts)


def sealed(values: Number) -> Number:
    """Give a fresh array as read-only, so that an Estimate keeps it without a copy."""
    if isinstance(values, np.ndarray):
        values.flags.writeable = False
    return values


def counts_zero(counts: Counts) -> Number:
    """Give nothing in the shape of the counts; for groups it is one zero, shown many times."""
    return 0 if counts.groups is None else np.broadcast_to(_NOTHING, counts.groups)


_NOTHING = np.zeros((), np.int64)
_NOTHING.flags.writeable = False


def estimate(
    name: str,
    unit: str,
    value: Floats,
    limits: tuple[Floats, Floats],
    confidence_level: float,
    method: str,
    counts: Counts,
    *,
    n: Number,
    n_missing: Number,
    view: Callable[..., Estimate],
    n_effective: Floats | None = None,
    reasons: Reasons = (),
    ends: tuple[str, str] | None = None,
) -> Estimate:
    """Make the Estimate of counts: scalars where the counts have no groups, arrays where they have."""
    why: NDArray[np.object_] | None = None
    if reasons:
        why = np.full(value.shape, None, object)
        still = np.ones(value.shape, np.bool_)
        for where, text in reasons:  # the first that holds is the one that is said
            why[where & still] = text
            still &= ~where
    if counts.groups is None:
        return Estimate(
            name, unit, value[0], limits[0][0], limits[1][0], confidence_level, method, n, n_missing,
            None if n_effective is None else n_effective[0], counts,
            reason=None if why is None else why[0], view=view, ends=ends,
        )  # fmt: skip
    for part in (value, *limits, n_effective):
        sealed(part)
    return made(
        name, unit, value, limits[0], limits[1], confidence_level, method, n, n_missing, n_effective, counts,
        counts.labels, None if why is None or not np.any(why) else why.tolist(), view=view, ends=ends,
    )  # fmt: skip


def kish(sums: Floats, squares: Floats) -> Floats:
    """Give (sum w)^2 / sum w^2, what the number of answers is worth under weights.

    Kish (1965), Survey Sampling, section 11.7. 0 where there are none. What rounding leaves beside a whole
    number is cut off, since two answers of equal weight are two and not a little less.
    """
    worth = np.divide(sums**2, squares, out=np.zeros(sums.shape), where=squares > 0)
    whole = np.rint(worth)
    return np.where(np.abs(worth - whole) <= _ROUNDING * worth, whole, worth)


_ROUNDING = 1e-12  # of sums of squares, as a share of them


def level_and_method(
    confidence_level: object, method: object, methods: Iterable[str], where: str
) -> tuple[float, str]:
    """Give a checked confidence level and method."""
    return _arrays.level(confidence_level), _arrays.choice(method, tuple(methods), f"{where} method")
