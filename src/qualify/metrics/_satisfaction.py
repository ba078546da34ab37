"""Satisfaction: NPS, eNPS, CSAT, ESAT and CES of answers or counts.

What belongs here: which answers count as what, and the views of those counts. What does not: the
formulas of the intervals, differences between groups, and the survey's words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Never

import numpy as np

from qualify import _arrays, _checks
from qualify.errors import InvalidType, MetricError
from qualify.metrics import _intervals, _views
from qualify.metrics._answers import COLUMNS, classed, net, reasons, top, weighed, withheld
from qualify.metrics._counts import Counts
from qualify.metrics._tally import cuts
from qualify.scales import CES, CSAT, ENPS, ESAT, NPS, Scale

if TYPE_CHECKING:
    from qualify._arrays import ColumnLike
    from qualify.metrics._estimate import Estimate

_PARTS = ("promoters", "passives", "detractors")
_SHARE = ("favourable", "other")


def nps(
    answers: ColumnLike | Counts,
    *,
    missing: object = (),
    by: ColumnLike | None = None,
    weights: ColumnLike | None = None,
    confidence_level: float = 0.95,
    method: str = "score",
    **unknown: Never,
) -> Estimate:
    """Give the Net Promoter Score in points from -100 to 100, with its interval.

    Promoters answer 9-10, detractors 0-6, on a scale from 0 to 10 (Reichheld 2003, HBR 81(12):46-54). An
    answer off that scale is an error that names its row.

    Args:
        answers: a column of whole numbers from 0 to 10, or Counts of them. NaN and None are missing.
        missing: codes that mean "no answer", such as 11 or 99.
        by: a label for each answer; the estimate then holds an array with an entry for each label.
        weights: a weight for each answer, not negative; 0 leaves it out. Value and interval use weighted
            shares; the number of answers is worth Kish's effective number; `wald` uses the linearised
            variance. Counts of weights beyond 1e100, or all under 1e-100, stand alone, since those are
            brought near 1.
        confidence_level: the coverage wanted, 0.95 for 95 %.
        method: `score` (Tango 1998, Rocks 2016), `adjusted_wald` (Rocks 2016) or `wald`.
        unknown: refused, with the right word.

    Raises:
        MetricError: an answer off the scale, counts of something else, or negative ones.

    >>> nps([10, 9, 9, 8, 7, 7, 6, 5, 3, 0, 10, 9])
    NPS +8.3 [-37.6, +50.7] 95 % score, n=12 (0 missing)
    >>> nps([10, 9, 11, 3], missing=11, by=["a", "a", "b", "b"])
    NPS, 95 % score, 2 groups
      a  +100.0  [-31.5, +100.0]  n=2  (0 missing)
      b  -100.0  [-100.0, +58.7]  n=1  (1 missing)
    >>> nps(Counts("NPS", promoters=1436, passives=968, detractors=342))
    NPS +39.8 [+37.2, +42.4] 95 % score, n=2,746 (0 missing)
    """
    if unknown:
        raise _arrays.unexpected(nps, unknown)
    counts = promoters(NPS, answers, missing, by, weights, "nps")
    return net(counts, confidence_level=confidence_level, method=method, of="NPS", where="nps")


def enps(
    answers: ColumnLike | Counts,
    *,
    missing: object = (),
    by: ColumnLike | None = None,
    weights: ColumnLike | None = None,
    min_group: int = 5,
    confidence_level: float = 0.95,
    method: str = "score",
    **unknown: Never,
) -> Estimate:
    """Give the employee Net Promoter Score in points: the sums of `nps` on the employer question.

    Groups of fewer than `min_group` answers are withheld, so that nobody is recognised: their value is NaN
    with the reason, and their counts hold only how many answers were withheld. Whoever publishes the total
    beside the groups gives a single withheld group away; merge it with another. Only groups of `by=` are
    withheld: one score of all answers is shown however few they are.

    Raises:
        MetricError: as in `nps`.
        InvalidValue: `min_group` under 1.

    >>> team = ["red"] * 6 + ["blue"] * 2
    >>> enps([9, 10, 7, 8, 3, 9, 2, 1], by=team)
    eNPS, 95 % score, 2 groups
      blue  undefined  [-100.0, +100.0]  n=0  (0 missing): withheld, fewer than 5 answers
      red       +33.3  [-31.1, +75.4]    n=6  (0 missing)
    """
    if unknown:
        raise _arrays.unexpected(enps, unknown)
    counts = withheld(promoters(ENPS, answers, missing, by, weights, "enps"), _PARTS, min_group)
    view = partial(net, of="eNPS", where="enps", min_group=min_group)
    return view(counts, confidence_level=confidence_level, method=method)


def csat(
    answers: ColumnLike | Counts,
    *,
    scale: Scale = CSAT,
    missing: object = (),
    by: ColumnLike | None = None,
    weights: ColumnLike | None = None,
    confidence_level: float = 0.95,
    method: str = "wilson",
    **unknown: Never,
) -> Estimate:
    """Give customer satisfaction: the share of answers at the top of the scale, 4 and 5 of 1-5.

    `scale` says which answers are allowed and from where they count; another scale makes other counts,
    which do not add to these. `method` is one of those of `proportion`. See `nps` for the other arguments.

    Raises:
        MetricError: as in `nps`.
        MissingExtra: `exact` or `jeffreys` without scipy.

    >>> csat([5, 4, 4, 3, 2, 5, 1, 4])
    CSAT 62.5 % [30.6 %, 86.3 %] 95 % wilson, n=8 (0 missing)
    >>> csat(Counts("CSAT", favourable=2206, other=482, missing=143)).value
    0.8206845238095238
    """
    if unknown:
        raise _arrays.unexpected(csat, unknown)
    counts = _favourable(scale, CSAT, answers, missing, by, weights, "csat")
    view = partial(top, of=counts.of, where="csat")
    return view(counts, confidence_level=confidence_level, method=method)


def esat(
    answers: ColumnLike | Counts,
    *,
    scale: Scale = ESAT,
    missing: object = (),
    by: ColumnLike | None = None,
    weights: ColumnLike | None = None,
    min_group: int = 5,
    confidence_level: float = 0.95,
    method: str = "wilson",
    **unknown: Never,
) -> Estimate:
    """Give employee satisfaction: the share of answers at the top of the scale, small groups withheld.

    Promoters less detractors of employees is `enps`, which some pages call ESAT. See `csat` for the
    arguments and `enps` for `min_group`.

    Raises:
        MetricError: as in `nps`.
        InvalidValue: `min_group` under 1.
        MissingExtra: `exact` or `jeffreys` without scipy.

    >>> esat(Counts("ESAT", favourable=443, other=272))
    ESAT 62.0 % [58.3 %, 65.4 %] 95 % wilson, n=715 (0 missing)
    """
    if unknown:
        raise _arrays.unexpected(esat, unknown)
    counts = withheld(_favourable(scale, ESAT, answers, missing, by, weights, "esat"), _SHARE, min_group)
    view = partial(top, of=counts.of, where="esat", min_group=min_group)
    return view(counts, confidence_level=confidence_level, method=method)


MEASURES = ("mean", "share", "net_2", "net_3")


def ces(
    answers: ColumnLike | Counts,
    *,
    measure: str,
    easy: str,
    scale: Scale = CES,
    missing: object = (),
    by: ColumnLike | None = None,
    weights: ColumnLike | None = None,
    confidence_level: float = 0.95,
    method: str | None = None,
    **unknown: Never,
) -> Estimate:
    """Give the Customer Effort Score by the measure and in the direction that you name; there is no default.

    Four computations are in use and two questions that point in opposite directions, so both are said.

    Args:
        answers: whole numbers of the scale, 1-7 unless `scale` says otherwise, or Counts of them.
        measure: `mean`; `share` of answers at the easy end from `scale.top`; `net_2`, the two easiest less
            the two hardest answers, in points; `net_3`, the same with three.
        easy: the end of the scale that means "it was easy": `high` for "The company made it easy" (CES
            2.0), `low` for "How much effort did you have to put forth?" (CES 1.0).
        scale: the answers that are allowed.
        missing: codes that mean "no answer".
        by: a label for each answer.
        weights: a weight for each answer.
        confidence_level: the coverage wanted.
        method: `student` for the mean (cut to the scale), those of `proportion` for the share, those of
            `nps` for the nets; by default `student`, `wilson` and `score`.
        unknown: refused, with the right word.

    Raises:
        MetricError: as in `nps`, or a net of more answers than the scale has.
        MissingExtra: `exact` or `jeffreys` without scipy.

    >>> answers = [7, 6, 5, 5, 4, 2, 7, 1]
    >>> ces(answers, measure="mean", easy="high")
    CES mean, high is easy 4.625 [2.786, 6.464] 95 % student, n=8 (0 missing)
    >>> [ces(answers, measure=m, easy="high").value for m in ("share", "net_2", "net_3")]
    [0.625, 12.5, 37.5]
    """
    if unknown:
        raise _arrays.unexpected(ces, unknown)
    _arrays.choice(measure, MEASURES, "ces measure")
    _arrays.choice(easy, ("high", "low"), "ces easy")
    counts = _levels(scale, answers, missing, by, weights)
    view = partial(_effort, scale=scale, measure=measure, easy=easy)
    return view(counts, confidence_level=confidence_level, method=method)


def windows(at: ColumnLike, edges: ColumnLike, **unknown: Never) -> tuple[str | None, ...]:
    """Give a label for `by=` to each instant: the half-open window between two edges that holds it.

    An instant before the first or from the last edge on, or a missing one, gets the label None. Counts of
    windows add, so a rolling quarter is the sum of three months' counts.

    Args:
        at: (N) instants, aware datetimes or `datetime64` in UTC.
        edges: (K) instants, two or more, that ascend.
        unknown: refused, with the right word.

    Returns:
        N labels, each window its own: `first edge to second edge` as dates; to the second where an edge is no
        midnight, and to as many digits as tell every edge where one lies between two seconds.

    Raises:
        MetricError: fewer than two edges, a missing one, or edges that do not ascend.
        TimeError: a datetime without a time zone.

    >>> import numpy as np
    >>> months = np.array(["2026-01-01", "2026-02-01", "2026-03-01"], "datetime64[D]")
    >>> windows(np.array(["2026-01-31T12:00", "2026-02-01T00:00"], "datetime64[m]"), months)
    ('2026-01-01 to 2026-02-01', '2026-02-01 to 2026-03-01')
    """
    if unknown:
        raise _arrays.unexpected(windows, unknown)
    instants = _arrays.instants(at, "at")
    bounds = _arrays.instants(edges, "edges")
    _refuse_edges(bounds)
    rounded = (bounds.values.astype(f"M8[{unit}]") for unit in ("D", "s", "ms", "us"))
    texts = np.datetime_as_string(next(told for told in rounded if (told == bounds.values).all()))
    names = [f"{a} to {b}" for a, b in pairwise(texts)]
    place = np.searchsorted(bounds.values, instants.values, side="right") - 1
    outside = (place < 0) | (place >= len(names))
    if instants.missing is not None:
        outside |= instants.missing
    named = np.array([*names, None], object)[np.where(outside, len(names), place)]
    return tuple(named.tolist())


def _refuse_edges(bounds: _arrays.Column) -> None:
    """Refuse edges that make no windows: fewer than two, a missing one, or one that does not rise."""
    if len(bounds) < 2:  # noqa: PLR2004 - a window has two
        raise MetricError("two edges or more are needed", found=f"{len(bounds)}", where="edges")
    if bounds.missing is not None and bounds.missing.any():
        raise MetricError(
            "every edge is an instant",
            found="a missing one",
            where=f"edges, row {int(np.argmax(bounds.missing)):,}",
        )
    falls = np.diff(bounds.values) <= np.timedelta64(0)
    if falls.any():
        row = int(np.argmax(falls)) + 1
        raise MetricError(
            "edges ascend",
            found=f"{bounds.values[row]} after {bounds.values[row - 1]}",
            allowed="each lies a microsecond after the one before, or more",
            where=f"edges, row {row:,}",
        )


def promoters(
    scale: Scale,
    answers: ColumnLike,
    missing: object,
    by: ColumnLike,
    weights: ColumnLike,
    where: str,
    columns: tuple[str, str] = COLUMNS,
) -> Counts:
    """Count promoters, passives and detractors; the fast way where there are neither groups nor weights.

    `columns` is what an error calls the answers and the weights.
    """
    of = "NPS" if scale is NPS else "eNPS"
    if isinstance(answers, Counts):
        _views.raw_only(where, missing=missing, by=by, weights=weights)
        return _views.checked(answers, of, _PARTS, where)
    read, codes = _read(answers, columns[0]), _arrays.codes(missing, "missing")
    if by is None and weights is None:
        tops = (scale.top, scale.bottom + 1)
        top, not_bottom, gone = cuts(read, scale.low, scale.high, tops, codes, columns[0])
        n = len(read) - gone
        return Counts(of, promoters=top, passives=not_bottom - top, detractors=n - not_bottom, missing=gone)
    groups = {
        "promoters": range(scale.top, scale.high + 1),
        "passives": range(scale.bottom + 1, scale.top),
        "detractors": range(scale.low, scale.bottom + 1),
    }
    return classed(of, groups, read, codes, by, weights, columns)


def _favourable(
    scale: Scale,
    usual: Scale,
    answers: ColumnLike,
    missing: object,
    by: ColumnLike,
    weights: ColumnLike,
    where: str,
) -> Counts:
    of = _named(scale, usual, where)
    if isinstance(answers, Counts):
        _views.raw_only(where, missing=missing, by=by, weights=weights)
        return _views.checked(answers, of, _SHARE, where)
    if by is None and weights is None:
        read = _read(answers)
        codes = _arrays.codes(missing, "missing")
        top, gone = cuts(read, scale.low, scale.high, (scale.top,), codes, "answers")
        return Counts(of, favourable=top, other=len(read) - gone - top, missing=gone)
    groups = {"favourable": range(scale.top, scale.high + 1), "other": range(scale.low, scale.top)}
    return classed(of, groups, _read(answers), _arrays.codes(missing, "missing"), by, weights)


def _levels(
    scale: Scale, answers: ColumnLike, missing: object, by: ColumnLike, weights: ColumnLike
) -> Counts:
    of = _named(scale, CES, "ces")
    levels = {str(level): range(level, level + 1) for level in range(scale.low, scale.high + 1)}
    if isinstance(answers, Counts):
        _views.raw_only("ces", missing=missing, by=by, weights=weights)
        return _views.checked(answers, of, tuple(levels), "ces")
    return classed(of, levels, _read(answers), _arrays.codes(missing, "missing"), by, weights)


def _named(scale: object, usual: Scale, where: str) -> str:
    """Say what is counted: the scale's name, and its shape where it is not the usual one."""
    if not isinstance(scale, Scale):
        raise InvalidType("a Scale is needed", found=_checks.kind_of(scale), where=f"{where} scale")
    if scale == usual:
        return usual.name
    return f"{scale.name} {scale.low}-{scale.high}, favourable from {scale.top}"


def _read(answers: ColumnLike, where: str = COLUMNS[0]) -> _arrays.Column:
    return _arrays.number_kind(_arrays.column(answers, where), where)


def _effort(
    counts: Counts, *, confidence_level: float, method: str | None, scale: Scale, measure: str, easy: str
) -> Estimate:
    """View counts of each answer as one of the measures of effort."""
    of, name = counts.of, f"CES {measure.replace('_', ' ')}, {easy} is easy"
    levels = range(scale.low, scale.high + 1)
    ordered = [str(level) for level in (levels if easy == "high" else reversed(levels))]  # hardest first
    again: Callable[..., Estimate] = partial(_effort, scale=scale, measure=measure, easy=easy)
    if measure == "mean":
        return _mean(counts, confidence_level, method or "student", scale, name, again)
    if measure == "share":
        width = scale.high - scale.top + 1
        halves = (tuple(ordered[-width:]), tuple(ordered[:-width]))
        return top(
            counts,
            confidence_level=confidence_level,
            method=method or "wilson",
            of=of,
            where="ces",
            parts=halves,
            name=name,
        )
    width = int(measure[-1])
    if 2 * width > len(ordered):
        raise MetricError(
            f"{measure} needs a scale of at least {2 * width} answers", found=f"{len(ordered)}", where="ces"
        )
    thirds = (tuple(ordered[-width:]), tuple(ordered[width:-width]), tuple(ordered[:width]))
    return net(
        counts,
        confidence_level=confidence_level,
        method=method or "score",
        of=of,
        where="ces",
        parts=thirds,
        name=name,
    )


@np.errstate(all="ignore")  # a host may raise on what is settled below
def _mean(
    counts: Counts,
    confidence_level: float,
    method: str,
    scale: Scale,
    name: str,
    again: Callable[..., Estimate],
) -> Estimate:
    level, how = _views.level_and_method(confidence_level, method, ("student",), "ces")
    levels = range(scale.low, scale.high + 1)
    parts = tuple(map(str, levels))
    held = weighed(counts, parts)
    steps = np.arange(len(levels), dtype=np.float64)[:, None]  # above the low end, which may be far from 0
    heavy = np.array(list(held.parts.values()))
    above = _intervals.share(np.sum(heavy * steps, axis=0), held.total)
    mean = scale.low + above
    around = _intervals.share(np.sum(heavy * (steps - np.nan_to_num(above)) ** 2, axis=0), held.total)
    several = np.count_nonzero(heavy, axis=0) > 1  # of equal answers rounding alone would leave a spread
    spread = np.where(several, np.nan_to_num(around), 0.0) * held.effective
    variance = np.divide(spread, held.effective - 1, out=np.zeros(mean.shape), where=held.effective > 1)
    return _views.estimate(
        name,
        "score",
        mean,
        _intervals.bounded_mean(mean, variance, held.effective, scale.low, scale.high, level),
        level,
        how,
        counts,
        n=held.answers(counts),
        n_missing=_views.whole(counts, "missing"),
        n_effective=None if held.effective is held.total else held.effective,
        reasons=reasons(counts, held.n, held.total, 1),
        view=again,
        ends=(parts[0], parts[-1]),
    )
