"""The difference of two Net Promoter Scores, of two groups or of the same people asked twice.

What belongs here: two scores. What does not: one (`_satisfaction`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Never

import numpy as np

from qualify import _arrays
from qualify.errors import InvalidType, MetricError
from qualify.metrics import _intervals, _nps_intervals, _views
from qualify.metrics._counts import Counts
from qualify.metrics._satisfaction import nps
from qualify.scales import NPS

if TYPE_CHECKING:
    from qualify._arrays import Array, ColumnLike
    from qualify.metrics._estimate import Estimate
    from qualify.metrics._intervals import Floats, Limits

TWO = "two NPS"
PAIRS = "paired NPS"
_CLASSES = ("detractor", "passive", "promoter")
_SIDES = ("promoters", "passives", "detractors")
_TWO = tuple(f"{side}_{part}" for side in ("first", "second") for part in _SIDES)
_PAIRS = tuple(f"{one}_{two}" for one in _CLASSES for two in _CLASSES)


def nps_difference(
    a: ColumnLike | Counts,
    b: ColumnLike | Counts | None = None,
    *,
    paired: bool = False,
    missing: object = (),
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
        confidence_level: the coverage wanted.
        method: `score`, squared and added from the score limits of each (Zou and Donner 2008, Stat. Med.
            27:1693-1702), with the correlation where `paired`; `adjusted_wald` (Rocks 2016: 3/4, 3/2, 3/4
            added on each side; its middle is not the difference itself); `wald`.
        unknown: refused, with the right word.

    >>> spring = Counts("NPS", promoters=50, passives=30, detractors=20)
    >>> autumn = Counts("NPS", promoters=30, passives=40, detractors=30)
    >>> nps_difference(spring, autumn)
    NPS difference +30.0 [+8.0, +50.8] 95 % score, n=200 (0 missing)
    >>> nps_difference([9, 3, 10, 7], [9, 2, 8, 7], paired=True)
    paired NPS difference +25.0 [-14.6, +56.6] 95 % score, n=4 (0 missing)
    """
    if unknown:
        raise _arrays.unexpected(nps_difference, unknown)
    if paired or (isinstance(a, Counts) and a.of == PAIRS):
        counts = _pairs(a, b, missing)
        return _paired(counts, confidence_level=confidence_level, method=method)
    return _independent(_two(a, b, missing), confidence_level=confidence_level, method=method)


def _two(a: ColumnLike | Counts, b: ColumnLike | Counts | None, missing: object) -> Counts:
    if isinstance(a, Counts) and a.of == TWO:
        return _views.checked(a, TWO, _TWO, "nps_difference")
    if b is None:
        raise InvalidType("two columns or counts are needed", found="one", where="nps_difference")
    sides = []
    for given in (a, b):
        if isinstance(given, Counts):
            sides.append(_views.checked(given, _kind(a, b), _SIDES, "nps_difference"))
        else:
            counted = nps(given, missing=missing).counts
            assert counted is not None  # noqa: S101 - for the type checker
            sides.append(counted)
    first, second = sides
    if first.labels != second.labels or first.groups != second.groups:
        raise MetricError("both sides need the same groups", where="nps_difference")
    if "answers" in first or "answers" in second:
        raise MetricError(
            "weighted counts have no interval here yet; leave the weights out", where="nps_difference"
        )
    numbers = {
        f"{side}_{part}": counts[part]
        for side, counts in zip(("first", "second"), sides, strict=True)
        for part in _SIDES
    }
    gone = _views.whole(first, "missing") + _views.whole(second, "missing")
    return Counts(TWO, labels=first.labels, **numbers, missing=gone)


def _kind(a: object, b: object) -> str:
    return "eNPS" if all(isinstance(x, Counts) and x.of == "eNPS" for x in (a, b)) else "NPS"


def _pairs(a: ColumnLike | Counts, b: ColumnLike | Counts | None, missing: object) -> Counts:
    """Count the nine pairs of what somebody was first and second."""
    if isinstance(a, Counts):
        return _views.checked(a, PAIRS, _PAIRS, "nps_difference")
    if b is None or isinstance(b, Counts):
        raise InvalidType("paired answers are two columns, or Counts of pairs", where="nps_difference")
    classes, gone = [], None
    for given, name in ((a, "a"), (b, "b")):
        read = _arrays.numbers(given, name, missing=missing, least=NPS.low, most=NPS.high, whole=True)
        kind: Array = (read.values > NPS.bottom).astype(np.intp) + (read.values >= NPS.top)
        classes.append(kind)
        here = np.zeros(len(kind), np.bool_) if read.missing is None else read.missing
        gone = here if gone is None else _both(here, gone)
    assert gone is not None  # noqa: S101 - for the type checker
    table = np.bincount((classes[0] * 3 + classes[1])[~gone], minlength=9).tolist()
    return Counts(PAIRS, **dict(zip(_PAIRS, table, strict=True)), missing=int(np.count_nonzero(gone)))


def _both(here: Array, gone: Array) -> Array:
    _arrays.same_length("b", len(here), len(gone))
    return here | gone


@np.errstate(all="ignore")  # a host may raise on what is settled below
def _independent(counts: Counts, *, confidence_level: float, method: str) -> Estimate:
    level, how = _views.level_and_method(confidence_level, method, _nps_intervals.NPS, "nps_difference")
    p1, n01, d1, p2, n02, d2 = (_views.number(counts, part) for part in _TWO)
    n1, n2 = p1 + n01 + d1, p2 + n02 + d2
    limits = _limits((p1, d1, n1), (p2, d2, n2), level, how)
    return _estimate(
        counts, "NPS difference", (p1, d1, n1), (p2, d2, n2), limits, level, how, _TWO, _independent
    )


@np.errstate(all="ignore")  # a host may raise on what is settled below
def _paired(counts: Counts, *, confidence_level: float, method: str) -> Estimate:
    level, how = _views.level_and_method(confidence_level, method, _nps_intervals.NPS, "nps_difference")
    table = np.array([_views.number(counts, part) for part in _PAIRS]).reshape(3, 3, -1)
    first, second, n = table.sum(axis=1), table.sum(axis=0), table.sum(axis=(0, 1))
    x = np.array([-1.0, 0.0, 1.0])
    d1, d2 = (np.divide(side[2] - side[0], n, out=np.zeros(n.shape), where=n > 0) for side in (first, second))
    n_ = np.where(n > 0, n, 1.0)
    cross = np.einsum("i,j,ijk->k", x, x, table) / n_ - d1 * d2
    v1, v2 = ((side[2] + side[0]) / n_ - d**2 for side, d in ((first, d1), (second, d2)))
    both = v1 * v2
    rho = np.divide(cross, np.sqrt(np.maximum(both, 0.0)), out=np.zeros(n.shape), where=both > 0)
    one, two = (first[2], first[0], n), (second[2], second[0], n)
    limits = _limits(one, two, level, how, np.clip(rho, -1.0, 1.0))
    return _estimate(counts, "paired NPS difference", one, two, limits, level, how, _PAIRS, _paired)


Side = tuple["Floats", "Floats", "Floats"]  # promoters, detractors, answers


def _limits(one: Side, two: Side, level: float, how: str, rho: Floats | float = 0.0) -> Limits:
    """Give the limits of the difference as shares; from -2 to 2 where one side is empty."""
    empty = (one[2] <= 0) | (two[2] <= 0)
    if how == "score":
        middle = [np.divide(p - d, n, out=np.zeros(n.shape), where=n > 0) for p, d, n in (one, two)]
        each = [_nps_intervals.score(*side, level) for side in (one, two)]
        low, high = _intervals.square_and_add(middle[0], each[0], middle[1], each[1], rho)
    else:
        add = 0.75 if how == "adjusted_wald" else 0.0
        sides = [(p + add, d + add, np.where(empty, 1.0, n + 4 * add)) for p, d, n in (one, two)]
        gap = [(p - d) / n for p, d, n in sides]
        spread = [np.maximum(_nps_intervals.variance(*side), 0.0) for side in sides]
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
    parts: tuple[str, ...],
    view: object,
) -> Estimate:
    empty = (one[2] <= 0) | (two[2] <= 0)
    values = [
        np.divide(100 * (p - d), n, out=np.full(n.shape, np.nan), where=n > 0) for p, d, n in (one, two)
    ]
    return _views.estimate(
        name,
        "points difference",
        values[0] - values[1],
        (100 * limits[0], 100 * limits[1]),
        level,
        how,
        counts,
        n=_views.whole(counts, *parts),
        n_missing=_views.whole(counts, "missing"),
        reasons=[(empty, "nobody answered on one side")] if empty.any() else (),
        view=view,  # type: ignore[arg-type] # one of the two functions above
    )
