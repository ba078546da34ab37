"""The change of a sign from one period to the next, with an interval of its own.

What belongs here: which counts, or which limits, tell the change of which metric. What does not: whether it
is better (`_sign`), and the formulas (metrics).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from qualify.metrics import Counts, Estimate, difference, nps_difference
from qualify.metrics._answers import answered
from qualify.metrics._intervals import floats, square_and_add
from qualify.metrics._nps_intervals import NPS

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
    """
    a, b = now.counts, then.counts
    if a is None or b is None or (a.of, now.name, now.unit) != (b.of, then.name, then.unit):
        return None
    if now.n == 0 or then.n == 0:
        return None
    level = now.confidence_level
    if now.unit == "points" and a.of in {"NPS", "eNPS"}:
        return nps_difference(a, b, confidence_level=level)
    one, two = _outcomes(now, a), _outcomes(then, b)
    if one is not None and two is not None:
        return difference(one, two, confidence_level=level)
    return _bounded(a, b, level) if "bad" in a else _apart(now, then, level)


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


def _bounded(now: Counts, then: Counts, level: float) -> Estimate:
    """Give the change of the share of the bad, whatever the rows become that are unknown in either period."""

    def outcomes(counts: Counts, more: int) -> Counts:
        yes, no = counts["bad"] + more, counts["fine"] + counts["unknown"] - more
        return Counts("outcomes", yes=yes, no=no, missing=counts["missing"])

    least = difference(outcomes(now, 0), outcomes(then, then["unknown"]), confidence_level=level)
    most = difference(outcomes(now, now["unknown"]), outcomes(then, 0), confidence_level=level)
    return Estimate(
        f"{now.of} difference",
        "share difference",
        math.nan,
        least.low,
        most.high,
        level,
        "bounds and newcombe",
        least.n,
        least.n_missing,
        reason="what is still unknown may come out either way",
    )


def _apart(now: Estimate, then: Estimate, level: float) -> Estimate | None:
    """Give the change of two values by the limits of each, at one level."""
    unit = _DIFFERENCES.get(now.unit)
    if unit is None or now.method not in _LIMITS or then.method not in _LIMITS:
        return None
    if then.confidence_level != level and then.view is None:
        return None
    before = then.interval(level) if then.confidence_level != level else (then.low, then.high)
    numbers = (now.value, now.low, now.high, then.value, *before)
    if not all(map(math.isfinite, numbers)):
        return None
    one, low1, high1, two, low2, high2 = floats(*numbers)
    low, high = square_and_add(one, (low1, high1), two, (low2, high2))
    return Estimate(
        f"{now.name} difference",
        unit,
        now.value - then.value,
        low[0],
        high[0],
        level,
        "square and add",
        now.n + then.n,
        now.n_missing + then.n_missing,
        now.n_effective + then.n_effective,
    )
