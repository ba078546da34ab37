"""Confidence sequences: intervals that hold at every look at once, so that looking daily is allowed.

What belongs here: anytime-valid limits. What does not: intervals for one look (`_intervals`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Never

import numpy as np

from qualify import _arrays, _checks
from qualify.errors import InvalidType, InvalidValue, MetricError
from qualify.metrics import _intervals, _moments, _views
from qualify.metrics._counts import Counts
from qualify.metrics._proportions import OUTCOMES, outcome_counts
from qualify.metrics._satisfaction import nps
from qualify.scales import NPS, Scale

if TYPE_CHECKING:
    from qualify._arrays import ColumnLike
    from qualify.metrics._estimate import Estimate
    from qualify.metrics._intervals import Floats, Limits, Rows

_KINDS = ("share", "nps", "mean")
_STEPS = 20
FIRST = 30  # answers under which the variance of a mean is not yet known well enough


def confidence_sequence(
    answers: ColumnLike | Counts,
    *,
    of: str,
    scale: Scale | None = None,
    looks: Iterable[int] | None = None,
    tight_at: int = 500,
    missing: object = (),
    confidence_level: float = 0.95,
    method: str = "sequence",
    **unknown: Never,
) -> Estimate:
    """Give an interval that holds at all looks together, however often you look and whenever you stop.

    An ordinary interval that is looked at again and again misses sooner or later: looked at every ten
    answers, one of 95 % misses in more than a third of the runs. This one is wider. Of a share it misses in
    at most 5 % of the runs, whatever you do: that is proved. Of an NPS it never missed in more than 5 % of
    simulated runs. Of a mean without `scale=` it holds in the long run only, and misses more often where
    few answers are far greater than the rest: in 10 % of the runs of sales sizes (lognormal), or more. For
    such a mean, give `scale=` where answers have one, or watch a share: of deals above a sum, for example.

    Args:
        answers: in the order in which they came: truths or bools for a share, whole numbers from 0 to 10
            for NPS, numbers for a mean. Or Counts so far. Sums are exact, so answers far from 0 keep their
            spread; where Counts bring sums of floats, what these may hide makes the interval wider.
        of: `share` (the beta-binomial mixture of Robbins 1970, Ann. Math. Stat. 41:1397-1409; exact for any
            number of answers), `nps` or `mean` (the asymptotic sequence of Waudby-Smith, Arbour, Sinha,
            Kennedy and Ramdas 2024, Ann. Statist. 52:2613-2640, from the 30th answer on).
        scale: for a mean, the answers that are allowed; its ends cut the interval, and six answers are added
            to the variance, half of them at its ends.
        looks: numbers of answers at which to look, ascending; the estimate then holds an array, labelled by
            them.
        tight_at: the number of answers at which an `nps` or `mean` should be tightest. Choose it beforehand.
        missing: codes that mean "no answer".
        confidence_level: the probability that no look ever misses, exact or in the long run as said above.
        method: `sequence`.
        unknown: refused, with the right word.

    Raises:
        MetricError: an answer off the NPS scale, counts of something else, a look beyond the answers, or
            answers too great to be summed.
        InvalidValue: an answer off `scale`, looks under 1 or not ascending, or `tight_at` under 2.
        InvalidType: a scale for anything but a mean, or codes for missing outcomes.

    >>> confidence_sequence([True, False, True, True] * 25, of="share")
    share, watched 75.0 % [59.6 %, 87.0 %] 95 % sequence, n=100 (0 missing)
    >>> confidence_sequence([True, False, True, True] * 25, of="share", looks=[20, 100]).high
    array([0.94929402, 0.87005695])
    """
    if unknown:
        raise _arrays.unexpected(confidence_sequence, unknown)
    _arrays.choice(of, _KINDS, "confidence_sequence of")
    tight = _checks.whole(tight_at, "tight_at", least=2)
    if scale is not None and (of != "mean" or not isinstance(scale, Scale)):
        raise InvalidType(
            "a Scale is needed, and for a mean only",
            found=f"{_checks.kind_of(scale)}, of={of!r}",
            where="confidence_sequence scale",
        )
    if of == "share" and missing != ():
        raise InvalidType(
            "outcomes have no codes for no answer",
            found="missing= and of='share'",
            allowed="leave them blank, or UNKNOWN",
            where="confidence_sequence missing",
        )
    if isinstance(answers, Counts):
        _views.raw_only("confidence_sequence", looks=looks, missing=missing)
        kind = {"share": OUTCOMES, "nps": "NPS", "mean": _moments.KIND}[of]
        needed, sums = (_moments.NEEDED, _moments.SUMS) if of == "mean" else ((), ())
        counts = _views.checked(
            answers, kind, needed, "confidence_sequence", sums=sums, signed=_moments.SIGNED
        )
        if "answers" in counts and of != "mean":
            raise MetricError("weighted counts have no sequence", where="confidence_sequence")
    elif looks is None:
        counts = _counted(answers, of, scale, missing)
    else:
        counts = _looked(answers, of, scale, missing, looks)
    view = partial(_sequence, of=of, scale=scale, tight_at=tight)
    return view(counts, confidence_level=confidence_level, method=method)


def _counted(answers: ColumnLike, of: str, scale: Scale | None, missing: object) -> Counts:
    if of == "share":
        return outcome_counts(answers, None, None, "answers", "confidence_sequence")
    if of == "nps":
        counted = nps(answers, missing=missing).counts
        assert counted is not None  # noqa: S101 - for the type checker
        return counted
    read = _numbers(answers, scale, missing)
    return _moments.summed(read)


def _numbers(answers: ColumnLike, scale: Scale | None, missing: object) -> _arrays.Column:
    if scale is None:
        return _arrays.numbers(answers, "answers", missing=missing)
    return _arrays.numbers(answers, "answers", missing=missing, least=scale.low, most=scale.high, whole=True)


def _looked(answers: ColumnLike, of: str, scale: Scale | None, missing: object, looks: object) -> Counts:
    """Count what stood after each number of given answers."""
    if isinstance(looks, str) or not isinstance(looks, Iterable) or getattr(looks, "ndim", 1) != 1:
        raise InvalidType(
            "looks are whole numbers that ascend",
            found=_checks.kind_of(looks),
            allowed="a list of them, for example looks=[100, 200]",
            where="looks",
        )
    when = [_checks.whole(look, f"looks[{i}]", least=1) for i, look in enumerate(looks)]
    for i, (before, look) in enumerate(pairwise(when), 1):
        if look <= before:
            raise InvalidValue("looks ascend", found=f"{look:,} after {before:,}", where=f"looks[{i}]")
    if of == "share":
        read = _arrays.truths(answers, "answers")
        known = read.values != 0
        columns = {"yes": read.values > 0, "no": read.values < 0}
    else:
        read = _numbers(answers, NPS if of == "nps" else scale, missing)
        known = np.ones(len(read), np.bool_)
        columns = {
            "promoters": read.values >= NPS.top,
            "passives": (read.values > NPS.bottom) & (read.values < NPS.top),
            "detractors": read.values <= NPS.bottom,
        }
    if read.missing is not None:
        known &= ~read.missing
    places = np.flatnonzero(known)
    if any(look > len(places) for look in when):
        raise MetricError(
            "a look lies within the answers",
            found=f"{max(when):,}",
            allowed=f"at most {len(places):,}",
            where="looks",
        )
    ends = np.array(when, np.intp) - 1
    gone = places[ends] - ends  # rows before that were no answers
    if of == "mean":
        return _moments.looked(read.values[places], ends, when, gone)
    counted = {name: np.cumsum(column[places])[ends] for name, column in columns.items()}
    return Counts(OUTCOMES if of == "share" else "NPS", labels=when, **counted, missing=gone)


@np.errstate(all="ignore")  # a host may raise on what is settled below
def _sequence(
    counts: Counts, *, confidence_level: float, method: str, of: str, scale: Scale | None, tight_at: int
) -> Estimate:
    level, how = _views.level_and_method(confidence_level, method, ("sequence",), "confidence_sequence")
    parts: tuple[str, ...]
    if of == "share":
        yes, no = _views.number(counts, "yes"), _views.number(counts, "no")
        n = yes + no
        value = _intervals.share(yes, n)
        limits, unit, parts, first = _mixture(yes, n, level), "share", ("yes", "no"), 1
    elif of == "nps":
        plus, minus = _views.number(counts, "promoters"), _views.number(counts, "detractors")
        n = plus + minus + _views.number(counts, "passives")
        share = _intervals.share(plus - minus, n)
        more = n + 6  # twice Rocks's answers added: no streak of equal answers brings the variance to 0
        variance = (plus + minus + 3) / more - ((plus - minus) / more) ** 2
        half = _half(np.sqrt(variance), n, level, tight_at)
        value, unit, parts, first = 100 * share, "points", ("promoters", "passives", "detractors"), FIRST
        limits = _cut(100 * (share - half), 100 * (share + half), n, -100.0, 100.0)
    else:
        n = _views.number(counts, "answers")
        value, variance = _moments.moments(counts, None if scale is None else (scale.low, scale.high))
        half = _half(np.sqrt(variance), n, level, tight_at)
        ends = (-np.inf, np.inf) if scale is None else (float(scale.low), float(scale.high))
        limits, unit, parts, first = _cut(value - half, value + half, n, *ends), "score", ("answers",), FIRST
    why = [(n <= 0, "nobody answered"), (n < first, f"the sequence begins at {first} answers")]
    return _views.estimate(
        f"{'NPS' if of == 'nps' else of}, watched",
        unit,
        value,
        limits,
        level,
        how,
        counts,
        n=_views.whole(counts, *parts),
        n_missing=_views.whole(counts, "missing", "unknown")
        if of == "share"
        else _views.whole(counts, "missing"),
        reasons=why if (n < first).any() else (),
        view=partial(_sequence, of=of, scale=scale, tight_at=tight_at),
    )


def _half(spread: Floats, n: Floats, level: float, tight_at: int) -> Floats:
    """Give the half width of the asymptotic sequence, tightest at `tight_at` answers.

    Waudby-Smith et al. (2024), theorem 2.2, with t for the number of answers. The derivative by rho vanishes
    where x = rho * tight_at solves x = log((1 + x) / error^2), which these steps do: they draw together.
    """
    error = 1 - level
    least = -2 * math.log(error)
    best = least + math.sqrt(2 * least)  # a little above: Chatzigeorgiou (2013), IEEE Comm. Letters 17:1505
    for _ in range(_STEPS):
        best = least + math.log1p(best)
    rho = best / tight_at
    t = np.maximum(n, 1.0)
    half: Floats = spread * np.sqrt(2 * (t * rho + 1) / (t * t * rho) * np.log(np.sqrt(t * rho + 1) / error))
    return half


def _cut(low: Floats, high: Floats, n: Floats, least: float, most: float) -> Limits:
    """Cut limits to the ends of the scale, and widen them to it while the answers are too few."""
    few = n < FIRST
    return np.where(few, least, np.maximum(low, least)), np.where(few, most, np.minimum(high, most))


def _mixture(k: Floats, n: Floats, level: float) -> Limits:
    """Give the shares whose likelihood ratio against the uniform mixture stays under 1 / error (Ville)."""
    log_beta = np.array(
        [
            math.lgamma(a + 1) + math.lgamma(m - a + 1) - math.lgamma(m + 2)
            for a, m in zip(k.tolist(), n.tolist(), strict=True)
        ]
    )
    bar = log_beta + math.log(1 - level)
    at = np.divide(k, n, out=np.full(k.shape, 0.5), where=n > 0)

    def over(p: Floats, rows: Rows) -> Floats:
        p = np.clip(p, 1e-300, 1 - 1e-16)
        likelihood: Floats = k[rows] * np.log(p) + (n - k)[rows] * np.log1p(-p)
        return likelihood - bar[rows]

    nothing = np.zeros(k.shape)
    low = _intervals.root(over, nothing, at)
    high = _intervals.root(lambda p, rows: -over(p, rows), at, nothing + 1.0)
    return np.where(k > 0, low, 0.0), np.where(k < n, high, 1.0)
