"""How many more answers would tell a value from its target.

What belongs here: that number. What does not: saying it (`_sign`), and the limits themselves (metrics).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from qualify.errors import MissingExtra
from qualify.metrics._intervals import SHARES, floats, quantile, wilson
from qualify.metrics._nps_intervals import NPS
from qualify.truth import NO, YES

if TYPE_CHECKING:
    from qualify.metrics import Estimate
    from qualify.metrics._intervals import Limits
    from qualify.scorecard._sign import Target

_SURE = 0.8  # four times out of five
_AHEAD = NormalDist().inv_cdf(_SURE)
_FAR = 1e6  # times as many answers: the value is too close to its target
_SHARES = {**SHARES, "bounds and wilson": wilson}


@np.errstate(all="ignore")  # a host may raise on what is settled in the formulas
def more_to_tell(estimate: Estimate, target: Target) -> int | None:
    """Give about how many more answers would tell the value from the target 4 times out of 5.

    If the value is true: of shares and of scores of promoters so many answers are needed in all that the
    worst of the best 4 cases in 5 has limits on one side of the target; of what has no such counts an
    interval narrows with the root of n. None where the value is at the target, or where a million times as
    many would be needed.
    """
    if estimate.value == target.value or not estimate.n > 0:
        return None
    worst = _share(estimate, target) or _score(estimate, target)
    try:
        times = _by_root(estimate, target) if worst is None else _by_cases(estimate, target, worst)
    except MissingExtra:  # it came from a host that has what its method needs
        times = _by_root(estimate, target)
    if not times <= _FAR:
        return None
    more: int = max(1, math.ceil(int(estimate.n) * times))
    size: int = 10 ** max(0, len(str(more)) - 2)
    return -(-more // size) * size


def _by_root(estimate: Estimate, target: Target) -> float:
    """Give how many times as many more, if the half of the interval that counts narrows by the root."""
    is_under = estimate.value < target.value
    towards = estimate.high - estimate.value if is_under else estimate.value - estimate.low
    power = 1 + _AHEAD / quantile(estimate.confidence_level)
    times: float = (power * towards / abs(estimate.value - target.value)) ** 2 - 1
    return times


def _by_cases(estimate: Estimate, target: Target, worst: Callable[[int], Limits]) -> float:
    """Give how many times as many more, by trying; under weights answers count as what they are worth."""
    wanted = YES if (estimate.value > target.value) is not target.lower_is_better else NO
    begun = math.floor(estimate.n_effective)

    def tells(more: int) -> bool:
        low, high = worst(begun + more)
        return target.judge(low=low.item(), high=high.item()) is wanted

    too_few, enough, most = 0, 1, _FAR * estimate.n_effective
    while enough <= most and not tells(enough):
        too_few, enough = enough, 2 * enough
    while enough <= most and enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if tells(middle) else (middle, enough)
    return enough / float(estimate.n_effective)


def _share(estimate: Estimate, target: Target) -> Callable[[int], Limits] | None:
    """Give the limits of the worst case of n answers; None of what is no share of answers."""
    if estimate.unit != "share" or estimate.method not in _SHARES:
        return None
    limits, level, p = _SHARES[estimate.method], estimate.confidence_level, estimate.value

    def worst(n: int) -> Limits:
        k, of = floats(_yes(n, p, is_above=p > target.value), n)
        return limits(k, of, level)

    return worst


def _yes(n: int, p: float, *, is_above: bool) -> int:
    """Give how many of n answers are a yes in the worst of the best 4 cases in 5, to a whole number or so.

    It is the normal number with the terms for skewness and for whole numbers: Cornish and Fisher (1938).
    """
    if p > 0.5:  # noqa: PLR2004 - the rarer of two
        return n - _yes(n, 1 - p, is_above=not is_above)
    z = -_AHEAD if is_above else _AHEAD
    return math.ceil(n * p + z * math.sqrt(n * p * (1 - p)) + (1 - 2 * p) * (z * z - 1) / 6 - 0.5)


def _score(estimate: Estimate, target: Target) -> Callable[[int], Limits] | None:
    """Give the limits of the worst case of n answers; None of what has no promoters."""
    counts = estimate.counts
    if counts is None or "promoters" not in counts or estimate.method not in NPS:
        return None
    limits, level = NPS[estimate.method], estimate.confidence_level
    total = sum(counts[part] for part in ("promoters", "passives", "detractors"))
    p, d = counts["promoters"] / total, counts["detractors"] / total
    spread = p + d - (p - d) ** 2
    bend = (p - d) * (1 - p - d) / spread if spread > 0 else 0.0  # how the passive go with the net
    z = -_AHEAD if estimate.value > target.value else _AHEAD

    def worst(n: int) -> Limits:
        shift = z * math.sqrt(n * spread)
        net = max(-n, min(n, n * (p - d) + shift))
        moved = min(n, max(abs(net), n * (p + d) + bend * shift))  # who is not passive
        plus, minus, of = floats((moved + net) / 2, (moved - net) / 2, n)
        low, high = limits(plus, minus, of, level)
        return 100 * low, 100 * high

    return worst
