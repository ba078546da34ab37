"""The change of a sign from one period to the next, with an interval of its own.

What belongs here: which counts, or which limits, tell the change of which metric. What does not: whether it
is better (`_sign`), and the formulas (metrics).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Any, TypeAlias

import numpy as np

from qualify import _arrays
from qualify.metrics import Counts, Estimate, difference, nps_difference
from qualify.metrics._answers import answered
from qualify.metrics._intervals import floats, square_and_add
from qualify.metrics._nps_intervals import NPS

_Made: TypeAlias = Callable[[Estimate, Estimate, float], Estimate]

_DIFFERENCES = {  # the units that have one, and what it is in
    "points": "points difference",
    "share": "share difference",
    "score": "score difference",
    "points difference": "points difference",
    "share difference": "share difference",
}
_LIMITS = frozenset(("student", "linearised", "newcombe", "mapped", *NPS))  # methods of limits at a level
_LEVEL = re.compile(r"-?\d+")
_CLOSE = 1e-12


def change_of(now: Estimate, then: Estimate) -> Estimate | None:
    """Give now less then; None where the two are not of one kind, or do not tell it.

    Scores go through `nps_difference` and shares through `difference`, by their counts, weighted or not. Of
    shares with rows still unknown (waste, missed opportunities) the limits hold whatever those become. Means,
    nets, ratios of sums and differences are squared and added from the limits of each (Zou and Donner 2008).
    Of what is watched by sequences the limits hold at every look, as theirs do.
    """
    a, b = now.counts, then.counts
    if a is None or b is None or now.n == 0 or then.n == 0:
        return None
    if (a.of, now.name, now.unit) != (b.of, then.name, then.unit):
        return None
    if now.method == "sequence":
        return _by_limits(_watched, now, then, (1 + now.confidence_level) / 2)
    found = _by_counts(now, then, a, b)
    if found is None and now.unit in _DIFFERENCES and {now.method, then.method} <= _LIMITS:
        found = _by_limits(_apart, now, then, now.confidence_level)
    return found


def _by_counts(now: Estimate, then: Estimate, a: Counts, b: Counts) -> Estimate | None:
    """Give the change that the counts of both tell, if they do."""
    level = now.confidence_level
    if now.unit == "points" and a.of in {"NPS", "eNPS"}:
        return nps_difference(a, b, confidence_level=level)
    one, two = _outcomes(now, a), _outcomes(then, b)
    if one is not None and two is not None:
        return difference(one, two, confidence_level=level)
    return _bounded(now, then, level) if "bad" in a else None


def _by_limits(made: _Made, now: Estimate, then: Estimate, needed: float) -> Estimate | None:
    """Give a change that is made of limits at a level; None where one has none there, or an infinite one."""
    if not all(e.view is not None or e.confidence_level == needed for e in (now, then)):
        return None
    found = made(now, then, now.confidence_level)
    return found if all(map(math.isfinite, (found.value, found.low, found.high))) else None


def _outcomes(estimate: Estimate, counts: Counts) -> Counts | None:
    """Give a share's counts as yes and no; None where its value is not their share."""
    for yes, no in _splits(counts) if estimate.unit == "share" else ():
        both = (*yes, *no)
        if not all(part in counts for part in both) or answered(counts, both) != estimate.n:
            continue
        sums = {"yes": _sum(counts, yes), "no": _sum(counts, no)}
        if math.isclose(sums["yes"] / (sums["yes"] + sums["no"]), estimate.value, abs_tol=_CLOSE):
            if "answers" in counts:
                sums |= {
                    f"{name}_squares": _sum(counts, s, "_squares") for name, s in (("yes", yes), ("no", no))
                }
                sums["answers"] = estimate.n
            return Counts("outcomes", **sums, missing=estimate.n_missing)
    return None


def _splits(counts: Counts) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Give what may be yes and no: of the levels of an effort, each cut from either end."""
    yield ("favourable",), ("other",)
    yield ("yes",), ("no",)
    yield ("yes",), ("no", "unknown")
    yield ("bad",), ("fine", "unknown")
    levels = sorted((name for name in counts.numbers if _LEVEL.fullmatch(name)), key=int)
    for cut in range(1, len(levels)):
        yield tuple(levels[cut:]), tuple(levels[:cut])
        yield tuple(levels[:cut]), tuple(levels[cut:])


def _sum(counts: Counts, names: tuple[str, ...], ending: str = "") -> Any:  # noqa: ANN401 - whole or a float
    return sum(counts[f"{name}{ending}"] for name in names)


def _bounded(now: Estimate, then: Estimate, level: float) -> Estimate:
    """Give the change of the share of the bad, whatever the rows become that are unknown in either period."""
    a, b = now.counts, then.counts
    assert a is not None  # noqa: S101 - for the type checker
    assert b is not None  # noqa: S101 - for the type checker

    def outcomes(counts: Counts, more: int) -> Counts:
        yes, no = counts["bad"] + more, counts["fine"] + counts["unknown"] - more
        return Counts("outcomes", yes=yes, no=no, missing=counts["missing"])

    least = difference(outcomes(a, 0), outcomes(b, b["unknown"]), confidence_level=level)
    most = difference(outcomes(a, a["unknown"]), outcomes(b, 0), confidence_level=level)
    limits, why = (least.low, most.high), "what is still unknown may come out either way"
    return _difference(now, then, math.nan, limits, level, "bounds and newcombe", _bounded, why)


def _watched(now: Estimate, then: Estimate, level: float) -> Estimate:
    """Give the change of two sequences: where each misses at most half as often, both hold at every look."""
    half = (1 + level) / 2
    one, two = now.interval(half), then.interval(half)
    limits = one.low - two.high, one.high - two.low
    return _difference(now, then, now.value - then.value, limits, level, "both sequences", _watched)


@np.errstate(all="ignore")  # limits may be infinite
def _apart(now: Estimate, then: Estimate, level: float) -> Estimate:
    """Give the change of two values by the limits of each, at one level."""
    limits = (e.interval(level) if e.confidence_level != level else (e.low, e.high) for e in (now, then))
    one, two, low1, high1, low2, high2 = floats(now.value, then.value, *chain.from_iterable(limits))
    low, high = square_and_add(one, (low1, high1), two, (low2, high2))
    gap = now.value - then.value
    return _difference(now, then, gap, (low.item(), high.item()), level, "square and add", _apart)


def _difference(
    now: Estimate,
    then: Estimate,
    gap: float,
    limits: tuple[float, float],
    level: float,
    method: str,
    made: _Made,
    why: str | None = None,
) -> Estimate:
    return Estimate(
        f"{now.name} difference", _DIFFERENCES[now.unit], gap, *limits, level, method, now.n + then.n,
        now.n_missing + then.n_missing, now.n_effective + then.n_effective, reason=why,
        view=partial(_again, made, method, now, then),
    )  # fmt: skip


def _again(
    made: _Made,
    known: str,
    now: Estimate,
    then: Estimate,
    _counts: None,
    *,
    confidence_level: float,
    method: str,
) -> Estimate:
    """Give a change at another level; a function of the module, so that it can be pickled."""
    _arrays.choice(method, (known,), "change method")
    return made(now, then, confidence_level)
