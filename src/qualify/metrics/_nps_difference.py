"""The difference of two Net Promoter Scores, of two groups or of the same people asked twice.

What belongs here: two scores. What does not: one (`_satisfaction`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Never, TypeAlias

import numpy as np

from qualify import _arrays, _checks
from qualify.errors import InvalidType
from qualify.metrics import _intervals, _nps_intervals, _sides, _views
from qualify.metrics._answers import linearised
from qualify.metrics._counts import Counts
from qualify.metrics._satisfaction import promoters
from qualify.scales import NPS

if TYPE_CHECKING:
    from qualify._arrays import Array, Column, ColumnLike
    from qualify.metrics._counts import Number
    from qualify.metrics._estimate import Estimate
    from qualify.metrics._intervals import Floats, Limits

TWO = "two NPS"
PAIRS = "paired NPS"
_CLASSES = ("detractor", "passive", "promoter")
_SIDES = ("promoters", "passives", "detractors")
_TWO = _sides.names(_SIDES)
Side: TypeAlias = "tuple[Floats, Floats, Floats]"  # promoters, detractors, answers
_PAIRS = tuple(f"{one}_{two}" for one in _CLASSES for two in _CLASSES)


def nps_difference(
    a: ColumnLike | Counts,
    b: ColumnLike | Counts | None = None,
    *,
    paired: bool = False,
    missing: object = (),
    weights: tuple[ColumnLike, ColumnLike] | None = None,
    confidence_level: float = 0.95,
    method: str = "score",
    **unknown: Never,
) -> Estimate:
    """Give the NPS of `a` less the NPS of `b` in points, signed, from -200 to 200.

    Args:
        a: answers from 0 to 10, or Counts of them (eNPS too, both sides of one kind; groups must agree).
        b: the same of the other group, or where `paired` of the same people in the same order.
        paired: the rows are the same people; a pair with a missing side is left out and counted.
        missing: codes that mean "no answer", on both sides.
        weights: a column of weights for each side, `(weights_of_a, weights_of_b)`; each score then has the
            interval that it has in `nps`. Weighted Counts need none. Pairs are not weighted.
        confidence_level: the coverage wanted.
        method: `score`, squared and added from the score limits of each (Zou and Donner 2008, Stat. Med.
            27:1693-1702), with the correlation where `paired`, a positive one brought nearer to 0 as
            `difference` does; `adjusted_wald` (Rocks 2016: 3/4, 3/2, 3/4 added on each side; its middle is
            not the difference itself); `wald`.
        unknown: refused, with the right word.

    Raises:
        MetricError: counts of something else, negative ones, or sides of unlike groups.
        InvalidValue: an answer off the scale.
        InvalidType: one side alone, or weights of pairs.

    >>> spring = Counts("NPS", promoters=50, passives=30, detractors=20)
    >>> autumn = Counts("NPS", promoters=30, passives=40, detractors=30)
    >>> nps_difference(spring, autumn)
    NPS difference +30.0 [+8.0, +50.8] 95 % score, n=200 (0 missing)
    >>> nps_difference([9, 3, 10, 7], [9, 2, 8, 7], paired=True)
    paired NPS difference +25.0 [-34.3, +73.6] 95 % score, n=4 (0 missing)
    """
    if unknown:
        raise _arrays.unexpected(nps_difference, unknown)
    paired = _checks.boolean(paired, "paired") or (isinstance(a, Counts) and a.of == PAIRS)
    two = _sides.two_weights(weights, paired=paired, where="nps_difference")
    if paired:
        counts = _pairs(a, b, missing)
        return _paired(counts, confidence_level=confidence_level, method=method)
    return _independent(_two(a, b, missing, two), confidence_level=confidence_level, method=method)


def _two(
    a: ColumnLike | Counts,
    b: ColumnLike | Counts | None,
    missing: object,
    weights: tuple[ColumnLike, ColumnLike],
) -> Counts:
    if isinstance(a, Counts) and a.of == TWO:
        for column in weights:
            _views.raw_only("nps_difference", b=b, missing=missing, weights=column)
        return _views.checked(a, TWO, _TWO, "nps_difference")
    if b is None:
        raise InvalidType("two columns or counts are needed", found="one", where="nps_difference")
    if isinstance(a, Counts) and isinstance(b, Counts):
        _views.raw_only("nps_difference", missing=missing)
    first, second = (
        _side(given, _kind(a, b), missing, weights[place], ("ab"[place], f"weights[{place}]"))
        for place, given in enumerate((a, b))
    )
    return _sides.joined(TWO, (first, second), _SIDES, ("missing",), "nps_difference")


def _side(
    given: ColumnLike | Counts, kind: str, missing: object, weights: ColumnLike, columns: tuple[str, str]
) -> Counts:
    if isinstance(given, Counts):
        _views.raw_only("nps_difference", weights=weights)
        return _views.checked(given, kind, _SIDES, "nps_difference")
    return promoters(NPS, given, missing, None, weights, "nps_difference", columns)


def _kind(a: object, b: object) -> str:
    return "eNPS" if all(isinstance(x, Counts) and x.of == "eNPS" for x in (a, b)) else "NPS"


def _pairs(a: ColumnLike | Counts, b: ColumnLike | Counts | None, missing: object) -> Counts:
    """Count the nine pairs of what somebody was first and second."""
    if isinstance(a, Counts):
        _views.raw_only("nps_difference", b=b, missing=missing)
        return _views.checked(a, PAIRS, _PAIRS, "nps_difference")
    if b is None or isinstance(b, Counts):
        raise InvalidType("paired answers are two columns, or Counts of pairs", where="nps_difference")
    first, second = (
        _arrays.numbers(given, name, missing=missing, least=NPS.low, most=NPS.high, whole=True)
        for given, name in ((a, "a"), (b, "b"))
    )
    _arrays.same_length("b", len(second), len(first))
    gone = _arrays.missing_in(first, second)
    table = np.bincount((3 * _classes(first) + _classes(second))[~gone], minlength=9).tolist()
    return Counts(PAIRS, **dict(zip(_PAIRS, table, strict=True)), missing=int(np.count_nonzero(gone)))


def _classes(read: Column) -> Array:
    """Give the place of each answer among the classes."""
    kind: Array = (read.values > NPS.bottom).astype(np.intp) + (read.values >= NPS.top)
    return kind


@np.errstate(all="ignore")  # a host may raise on what is settled below
def _independent(counts: Counts, *, confidence_level: float, method: str) -> Estimate:
    level, how = _views.level_and_method(confidence_level, method, _nps_intervals.NPS, "nps_difference")
    one, two = (_worth(counts, which) for which in _sides.SIDES)
    is_weighted = "first_answers" in counts
    errors = _errors(counts, (one, two)) if is_weighted and how == "wald" else None
    limits = _limits(one, two, level, how, errors=errors)
    return _estimate(
        counts,
        "NPS difference",
        one,
        two,
        limits,
        level,
        how,
        n=_sides.answers(counts, _SIDES),
        n_effective=one[2] + two[2] if is_weighted else None,
        view=_independent,
    )


def _worth(counts: Counts, which: str) -> Side:
    """Give promoters, detractors and answers of one side in effective answers."""
    promoters, detractors, n = _sides.worth(_sides.side(counts, which), _SIDES, ("promoters", "detractors"))
    return promoters, detractors, n


def _errors(counts: Counts, sides: tuple[Side, Side]) -> list[Floats]:
    """Give the linearised error of each weighted score, as `nps` has it."""
    parts = tuple((part,) for part in _SIDES)
    return [
        linearised(_sides.side(counts, which), parts, _intervals.share(promoters - detractors, n))
        for which, (promoters, detractors, n) in zip(_sides.SIDES, sides, strict=True)
    ]


@np.errstate(all="ignore")  # a host may raise on what is settled below
def _paired(counts: Counts, *, confidence_level: float, method: str) -> Estimate:
    level, how = _views.level_and_method(confidence_level, method, _nps_intervals.NPS, "nps_difference")
    table = np.array([_views.number(counts, part) for part in _PAIRS]).reshape(3, 3, -1)
    first, second, n = table.sum(axis=1), table.sum(axis=0), table.sum(axis=(0, 1))
    x = np.array([-1.0, 0.0, 1.0])
    d1, d2 = (np.divide(side[2] - side[0], n, out=np.zeros(n.shape), where=n > 0) for side in (first, second))
    n_ = np.where(n > 0, n, 1.0)
    cross = np.einsum("i,j,ijk->k", x, x, table) / n_ - d1 * d2
    if how == "score":  # as Newcombe (1998), Stat. Med. 17:2640, of yes and no: half a pair less
        cross = np.where(cross > 0, np.maximum(cross - 0.5 / n_, 0.0), cross)
    v1, v2 = ((side[2] + side[0]) / n_ - d**2 for side, d in ((first, d1), (second, d2)))
    both = v1 * v2
    rho = np.divide(cross, np.sqrt(np.maximum(both, 0.0)), out=np.zeros(n.shape), where=both > 0)
    one, two = (first[2], first[0], n), (second[2], second[0], n)
    limits = _limits(one, two, level, how, np.clip(rho, -1.0, 1.0))
    return _estimate(
        counts,
        "paired NPS difference",
        one,
        two,
        limits,
        level,
        how,
        n=_views.whole(counts, *_PAIRS),
        n_effective=None,
        view=_paired,
    )


def _limits(
    one: Side,
    two: Side,
    level: float,
    how: str,
    rho: Floats | float = 0.0,
    errors: list[Floats] | None = None,
) -> Limits:
    """Give the limits of the difference as shares; from -2 to 2 where one side is empty.

    Where standard errors of each side are given, they stand for those of the formula.
    """
    empty = (one[2] <= 0) | (two[2] <= 0)
    if how == "score":
        middle = [np.divide(p - d, n, out=np.zeros(n.shape), where=n > 0) for p, d, n in (one, two)]
        each = [_nps_intervals.score(*side, level) for side in (one, two)]
        low, high = _intervals.square_and_add(middle[0], each[0], middle[1], each[1], rho)
    else:
        add = 0.75 if how == "adjusted_wald" else 0.0
        sides = [(p + add, d + add, np.where(empty, 1.0, n + 4 * add)) for p, d, n in (one, two)]
        gap = [(p - d) / n for p, d, n in sides]
        if errors is None:
            errors = [np.sqrt(np.maximum(_nps_intervals.variance(*side), 0.0)) for side in sides]
        spread = [error * error for error in errors]
        both = spread[0] + spread[1] - 2 * rho * np.sqrt(spread[0] * spread[1])
        half = _intervals.quantile(level) * np.sqrt(np.maximum(both, 0.0))
        low, high = gap[0] - gap[1] - half, gap[0] - gap[1] + half
    return np.where(empty, -2.0, np.maximum(low, -2.0)), np.where(empty, 2.0, np.minimum(high, 2.0))


def _estimate(
    counts: Counts,
    name: str,
    one: Side,
    two: Side,
    limits: Limits,
    level: float,
    how: str,
    *,
    n: Number,
    n_effective: Floats | None,
    view: object,
) -> Estimate:
    empty = (one[2] <= 0) | (two[2] <= 0)
    values = [_intervals.share(100 * (promoters - minus), total) for promoters, minus, total in (one, two)]
    return _views.estimate(
        name,
        "points difference",
        values[0] - values[1],
        (100 * limits[0], 100 * limits[1]),
        level,
        how,
        counts,
        n=n,
        n_missing=_views.whole(counts, "missing"),
        n_effective=n_effective,
        reasons=[(empty, "nobody answered on one side")] if empty.any() else (),
        view=view,  # type: ignore[arg-type] # one of the two functions above
    )
