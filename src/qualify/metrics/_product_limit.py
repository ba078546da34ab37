"""One exact product-limit routine for all causes at once.

What belongs here: the arithmetic on a life table (Kaplan and Meier 1958; Aalen and Johansen 1978; Greenwood
1926) and the limits of its shares. What does not: counting (`_life_table`), names of use, and how an answer
is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from qualify.metrics._life_table import squares_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.metrics._life_table import LifeTable

    Floats = NDArray[np.float64]
    Array = NDArray[Any]

_ROUNDING = 1e-12  # a share that misses another by rounding alone has reached it
_CHUNK = 1 << 15  # times whose temporaries stay in the cache


class Steps(NamedTuple):
    """The step functions of a life table, each given just after its times."""

    at_risk: Array
    remaining: Floats  # (T)
    incidence: Floats | None  # (K, T); None for one cause, where it is 1 - remaining


@np.errstate(all="ignore")  # a host may have made numpy's warnings errors
def product_limit(table: LifeTable) -> Steps:
    """Give the share that remains and the share that has left by each cause (Aalen and Johansen 1978).

    F_k(t) sums S(t-) d_k / Y over the times up to t, with S(t-) from before *any* event of that instant,
    so tied causes share it and nothing is jittered. With one cause 1 - F is Kaplan and Meier (1958).
    """
    risk = table.at_risk
    left = table.left
    stay = np.empty(len(risk))
    for start in range(0, len(risk), _CHUNK):
        piece = slice(start, start + _CHUNK)
        under = risk[piece].astype(np.float64)
        np.subtract(under, left[piece], out=stay[piece])
        stay[piece] /= under
    if not risk.all():
        stay[risk == 0] = 1.0
    remaining = np.cumprod(stay, out=stay)
    if len(table.causes) == 1:
        return Steps(risk, remaining, None)
    before = np.concatenate([[1.0], remaining])[:-1]
    hazard = np.where(risk > 0, table.events / risk, 0.0)
    return Steps(risk, remaining, np.cumsum(before * hazard, axis=1))


def effective_risk(table: LifeTable, risk: Array) -> Floats:
    """Give what those at risk are worth: their number, or (sum w)^2 / sum w^2 under weights."""
    if table.squares is None:
        return risk.astype(np.float64)
    with np.errstate(all="ignore"):
        squares = _square_risk(squares_of(table))
        return np.where(squares > 0, risk / squares * risk, 0.0)


def _square_risk(squares: Array) -> Floats:
    out = squares[:-1].sum(axis=0)
    risk = np.cumsum(out[::-1])[::-1] - np.cumsum(squares[-1][::-1])[::-1]
    return np.asarray(np.maximum(risk, out), np.float64)


@np.errstate(all="ignore")
def variance(table: LifeTable, steps: Steps, cause: int | None) -> Floats:
    """Give the variance of the share that remains (`cause` None) or has left by one cause, at each time.

    By linearisation over the independent increments of the hazards; with weights each row counts with its
    square. Unweighted and for one cause it is Greenwood (1926), S^2 sum d / (Y (Y - d)); for several it is
    the delta method as in Marubini and Valsecchi (1995), Analysing Survival Data from Clinical Trials and
    Observational Studies.
    """
    risk = steps.at_risk
    left = table.left
    if table.squares is None and (cause is None or steps.incidence is None):
        rest = np.subtract(risk, left, dtype=np.float64)
        term = left / (rest * risk)
        term[rest == 0] = 0.0  # where nobody is left, the square of what remains is 0
        np.cumsum(term, out=term)
        term *= steps.remaining
        term *= steps.remaining
        return np.asarray(term)
    squares = squares_of(table)
    kinds = len(table.causes)
    square_left = squares[:kinds].sum(axis=0)
    square_stay = np.maximum(_square_risk(squares) - square_left, 0.0)
    each = np.where(risk > 0, 1.0 / risk, 0.0)
    odds = np.where(risk > left, left / (risk - left), 0.0)
    if cause is None or steps.incidence is None:
        term = (square_left + square_stay * odds**2) * each**2
        return np.asarray(steps.remaining**2 * np.cumsum(term))
    now = steps.incidence[cause]
    before = np.concatenate([[1.0], steps.remaining[:-1]])[: len(now)]
    own = table.events[cause] * each
    # What one row does to F(t), as u - v F(t): those who left by this cause, by another, and who stayed.
    u = (before * (1.0 - own) + now, now - before * own, -before * own - now * odds)
    v = (1.0, 1.0, -odds)
    rows = (squares[cause], square_left - squares[cause], square_stay)
    a = sum(r * x * x for r, x in zip(rows, u, strict=True))
    b = sum(r * x * y for r, x, y in zip(rows, u, v, strict=True))
    d = sum(r * y * y for r, y in zip(rows, v, strict=True))
    over = each**2
    total = np.cumsum(a * over) - 2.0 * now * np.cumsum(b * over) + now**2 * np.cumsum(d * over)
    return np.asarray(np.maximum(total, 0.0))


def none_of(n: Any, z: float) -> Any:  # noqa: ANN401 - a number or an array of them
    """Give the upper limit of a share of which 0 in n were seen (Wilson 1927, JASA 22:209-212)."""
    return z * z / (n + z * z)


@np.errstate(all="ignore")
def limits(share: Floats, spread: Floats, risk: Floats, z: float) -> tuple[Floats, Floats]:
    """Give log-log limits of shares that have left, from their variance.

    Where nobody has left yet Greenwood's variance is 0: the upper limit is then Wilson's for none of those
    at risk. Where everybody has, the lower limit stays what it was just before.
    """
    low, high = np.empty_like(share), np.empty_like(share)
    for start in range(0, len(share), _CHUNK):  # pieces that stay in the cache
        piece = slice(start, start + _CHUNK)
        hazard = -np.log1p(-share[piece])
        factor = np.exp(z * np.sqrt(spread[piece]) / ((1.0 - share[piece]) * hazard))
        np.expm1(-hazard / factor, out=low[piece])
        np.expm1(-hazard * factor, out=high[piece])
    np.negative(low, out=low)
    np.negative(high, out=high)
    none = share <= _ROUNDING
    low[none] = 0.0
    high[none] = none_of(risk[none], z)
    gone = share >= 1.0 - _ROUNDING
    if gone.any():
        first = int(np.argmax(gone))  # it stays so from here on
        low[gone] = low[first - 1] if first else risk[0] / (risk[0] + z * z)
        high[gone] = 1.0
    return np.minimum(low, share, out=low), np.maximum(high, share, out=high)


def emptied(counts: LifeTable) -> str | None:
    """Say where a curve tells nothing: no rows, or a risk set that was empty before others came in."""
    if len(counts.times) == 0:
        return "no rows, so no share"
    if not np.any(counts.entered):
        return None
    risk = counts.at_risk
    left = counts.left
    dry = np.flatnonzero((left > 0) & (left >= risk))
    if len(dry) and risk[dry[0] + 1 :].any():
        return (
            f"all who were under observation had left at {counts.times[dry[0]]:g}, before others came in: "
            "what follows says nothing about them"
        )
    return None
