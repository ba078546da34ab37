"""Two groups side by side: from the Counts of each to Counts of both, and back to one side.

What belongs here: joining and parting Counts, weighted or not. What does not: what is compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualify.errors import InvalidType, MetricError
from qualify.metrics import _intervals, _views
from qualify.metrics._answers import answered, weighed
from qualify.metrics._counts import Counts

if TYPE_CHECKING:
    from qualify._arrays import ColumnLike
    from qualify.metrics._counts import Number
    from qualify.metrics._intervals import Floats

SIDES = ("first", "second")


def names(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Give what the parts of both sides are called.

    >>> names(("yes", "no"))
    ('first_yes', 'first_no', 'second_yes', 'second_no')
    """
    return tuple(f"{side}_{part}" for side in SIDES for part in parts)


def two_weights(weights: object, *, paired: bool, where: str) -> tuple[ColumnLike, ColumnLike]:
    """Give the weights of each side, of a pair of columns or of None."""
    if weights is None:
        return None, None
    if paired:
        raise InvalidType(
            "pairs are not weighted: each person counts once",
            allowed="leave weights= out, or compare two groups",
            where=where,
        )
    sides: list[ColumnLike] = list(weights) if isinstance(weights, (tuple, list)) else []
    if len(sides) != len(SIDES) or not all(column is None or hasattr(column, "__len__") for column in sides):
        raise InvalidType(
            "weights= holds a column for each side",
            allowed="weights=(weights_of_a, weights_of_b); None for a side without",
            where=where,
        )
    return sides[0], sides[1]


def joined(
    of: str, counts: tuple[Counts, Counts], parts: tuple[str, ...], gone: tuple[str, ...], where: str
) -> Counts:
    """Give Counts of both sides, which have the same groups; beside a weighted side each answer weighs 1.

    What is `gone` on either side is missing.
    """
    first, second = counts
    if first.labels != second.labels or first.groups != second.groups:
        raise MetricError("both sides need the same groups", where=where)
    is_weighted = "answers" in first or "answers" in second
    numbers: dict[str, Number] = {}
    for side, held in zip(SIDES, counts, strict=True):
        numbers |= {f"{side}_{part}": held[part] for part in parts}
        if is_weighted:
            squares = "_squares" if "answers" in held else ""
            numbers |= {f"{side}_{part}_squares": held[f"{part}{squares}"] for part in parts}
            numbers[f"{side}_answers"] = answered(held, parts)
    missing = _gone(first, gone) + _gone(second, gone)
    return Counts(of, labels=first.labels, **numbers, missing=missing)


def _gone(counts: Counts, names: tuple[str, ...]) -> Number:
    """Give how many rows are gone; under weights `unknown` is a sum of weights."""
    if "answers" in counts:
        names = tuple("unknown_answers" if name == "unknown" else name for name in names)
    return _views.whole(counts, *names)


def side(counts: Counts, which: str) -> Counts:
    """Give the Counts of one side."""
    before = f"{which}_"
    held = {name.removeprefix(before): v for name, v in counts.numbers.items() if name.startswith(before)}
    return Counts(counts.of, labels=counts.labels, **held)


def worth(counts: Counts, parts: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[Floats, ...]:
    """Give the wanted parts and the total of one side in effective answers; without weights, in answers."""
    held = weighed(counts, parts)
    return _intervals.floats(*(held.worth(held.parts[name]) for name in wanted), held.effective)


def answers(counts: Counts, parts: tuple[str, ...]) -> Number:
    """Give how many answers both sides have, exactly."""
    if "first_answers" in counts:
        return _views.whole(counts, "first_answers", "second_answers")
    return _views.whole(counts, *names(parts))
