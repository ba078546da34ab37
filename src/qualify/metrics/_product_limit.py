"""One exact product-limit routine for all causes at once.

What belongs here: the arithmetic on a life table (Kaplan and Meier 1958; Aalen and Johansen 1978; Greenwood
1926) and the limits of its shares. What does not: counting (`_counting`), names of use, and how an answer
is shown.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from qualify.metrics._life_table import known_total, late_entries, left_of, out_of, square_risk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.metrics._life_table import LifeTable

    Floats = NDArray[np.float64]
    Array = NDArray[Any]
    Shares = tuple[Floats, Floats, Floats]  # a share and its limits

_ROUNDING = 1e-12  # a share that misses another by rounding alone has reached it
_GROUP = 8  # steps that are taken side by side
_PIECE = 1 << 15  # times whose temporaries stay in the cache


class Piece(NamedTuple):
    """The step functions of a life table at some of its times, each given just after them."""

    at: slice
    worth: Floats  # what those at risk are worth: their number, or (sum w)^2 / sum w^2 under weights
    remaining: Floats
    gone: Floats  # by the cause that was asked for, or by any
    spread: Floats  # the variance of `gone`; empty if nobody asked
    of_all: bool  # by any cause, so that `gone` is 1 - `remaining`
    last: tuple[float, float, float] | None  # gone, spread, worth when somebody last was there before


class _Start(NamedTuple):
    """What a piece has to know of the times before it."""

    risk: float = 0.0
    remaining: float = 1.0
    gone: float = 0.0
    sums: tuple[float, float, float] = (0.0, 0.0, 0.0)
    last: tuple[float, float, float] | None = None


class Walk:
    """The shares of a life table, piece by piece; where each piece begins is kept, and no array.

    F_k(t) sums S(t-) d_k / Y over the times up to t, with S(t-) from before *any* event of that instant,
    so tied causes share it and nothing is jittered (Aalen and Johansen 1978). With one cause 1 - F is
    Kaplan and Meier (1958). `cause` None asks for all causes together.

    The variance is by linearisation over the independent increments of the hazards; with weights each row
    counts with its square. Unweighted and for one cause it is Greenwood (1926), S^2 sum d / (Y (Y - d));
    for several it is the delta method as in Marubini and Valsecchi (1995), Analysing Survival Data from
    Clinical Trials and Observational Studies.
    """

    __slots__ = ("_cause", "_limits", "_size", "_spread", "_starts", "_table")

    def __init__(self, table: LifeTable, cause: int | None = None, *, spread: bool = True) -> None:
        self._table = table
        self._cause = None if len(table.causes) == 1 else cause
        self._spread = spread
        self._starts = {0: _Start(risk=known_total(table) or 0.0)}
        self._limits: dict[float, tuple[int, Shares]] = {}
        self._size = _PIECE

    def __len__(self) -> int:
        """How many pieces there are."""
        pieces, rest = divmod(len(self._table.times), self._size)
        return pieces + (rest > 0)

    def steps(self, part: str, out: Floats | None = None) -> Floats:
        """Give one part of the pieces at all times: `remaining`, `gone` or `spread`."""
        whole = np.empty(len(self._table.times)) if out is None else out
        for piece in map(self.piece, range(len(self))):
            whole[piece.at] = getattr(piece, part)
        return whole

    def band(self, z: float) -> tuple[Floats, Floats]:
        """Give the limits of the share that has left, at all times."""
        low, high = np.empty((2, len(self._table.times)))
        for number in range(len(self)):
            at = slice(number * self._size, (number + 1) * self._size)
            _, low[at], high[at] = self._shares(number, z)
        return low, high

    def at(self, times: Floats, z: float) -> Shares:
        """Give the share that has left by some times, and its limits; only their pieces are looked at."""
        found = np.zeros((3, len(times)))
        places = np.searchsorted(self._table.times, times * (1.0 + _ROUNDING), side="right") - 1
        numbers = places // self._size
        for number in np.unique(numbers).tolist():
            here = numbers == number
            if number < 0:  # before anybody left
                found[2, here] = none_of(float(self.piece(0).worth[0]) if len(self) else 0.0, z)
            else:
                inside = places[here] - number * self._size
                for row, part in zip(found, self._shares(number, z), strict=True):
                    row[here] = part[inside]
        return found[0], found[1], found[2]

    def first(self, wanted: float, z: float) -> tuple[float, float, float]:
        """Give the first times at which the share, its lower and its upper limit reach what is wanted."""
        found = [math.inf] * 3
        for number in range(len(self)):
            for i, part in enumerate(self._shares(number, z)):
                past = part >= wanted - _ROUNDING
                if math.isinf(found[i]) and past.any():
                    found[i] = float(self._table.times[number * self._size + int(np.argmax(past))])
            if not math.isinf(max(found)):
                break
        return found[0], found[1], found[2]

    def _shares(self, number: int, z: float) -> Shares:
        """Give the share that has left and its limits, of one piece; the last that was asked for is kept."""
        if z not in self._limits or self._limits[z][0] != number:
            piece = self.piece(number)
            self._limits[z] = number, (piece.gone, *limits(piece, z))
        return self._limits[z][1]

    @np.errstate(all="ignore")  # a host may have made numpy's warnings errors
    def piece(self, number: int) -> Piece:
        """Give one piece; the first time also walks through those before it."""
        for earlier in range(number):
            if earlier + 1 not in self._starts:
                self._step(earlier)
        return self._step(number)

    def _step(self, number: int) -> Piece:
        start = self._starts[number]
        at = slice(number * self._size, (number + 1) * self._size)
        left = left_of(self._table, at)
        risk, after = self._risk(at, left, start.risk)
        stay = (risk - left) / risk
        if not risk.all():
            stay[risk == 0] = 1.0
        stay[0] *= start.remaining
        remaining = _running(np.multiply, stay)
        if self._cause is None:
            gone = 1.0 - remaining
        else:
            before = _shifted(remaining, start.remaining)
            gone = _summed(before * self._table.events[self._cause, at] * _inverse(risk), start.gone)
        worth, spread, sums, last = risk, np.empty(0), start.sums, start.last
        if self._spread:
            spread, sums = self._variance(at, start, left, risk, remaining, gone)
            if self._table.squares is not None:
                squares = square_risk(self._table)[at]
                worth = np.where(squares > 0, risk / squares * risk, 0.0)
            there = int(np.searchsorted(gone, 1.0 - _ROUNDING))  # how many times leave somebody
            if there:
                last = (float(gone[there - 1]), float(spread[there - 1]), float(worth[there - 1]))
        self._starts[number + 1] = _Start(after, float(remaining[-1]), float(gone[-1]), sums, last)
        return Piece(at, worth, remaining, gone, spread, self._cause is None, start.last)

    def _risk(self, at: slice, left: Array, before: float) -> tuple[Floats, float]:
        """Give those at risk at some times, and how many are left after them."""
        if known_total(self._table) is None:
            return self._table.at_risk[at].astype(np.float64), 0.0
        if len(self._table.causes) == 1 and (left + self._table.censored[at] == 1).all():
            after = before - len(left)  # no ties, so nothing to sum
            return np.arange(before, after, -1.0), after
        out = out_of(self._table, at)
        total = np.cumsum(out)
        return before - (total - out), before - float(total[-1])

    def _variance(
        self, at: slice, start: _Start, left: Array, risk: Floats, remaining: Floats, gone: Floats
    ) -> tuple[Floats, tuple[float, float, float]]:
        """Give the variance of what is gone, and the sums that the next piece goes on with."""
        table = self._table
        if self._cause is None and table.squares is None:
            rest = risk - left
            term = left / (rest * risk)
            if not rest.all():
                term[rest == 0] = 0.0  # where nobody is left, the square of what remains is 0
            total = _summed(term, start.sums[0])
            sums = (float(total[-1]), 0.0, 0.0)
            total *= remaining
            total *= remaining
            return total, sums
        if table.squares is None:
            events, square_left, square_stay = table.events[:, at], left, risk - left
        else:
            events = table.squares[: len(table.causes), at]
            square_left = events.sum(axis=0)
            square_stay = np.maximum(square_risk(table)[at] - square_left, 0.0)
        each = _inverse(risk)
        odds = np.where(risk > left, left / (risk - left), 0.0)
        if self._cause is None:
            total = _summed((square_left + square_stay * odds**2) * each**2, start.sums[0])
            return remaining**2 * total, (float(total[-1]), 0.0, 0.0)
        before = _shifted(remaining, start.remaining)
        own = table.events[self._cause, at] * each
        # What one row does to F(t), as u - v F(t): those who left by this cause, by another, and who stayed.
        u = (before * (1.0 - own) + gone, gone - before * own, -before * own - gone * odds)
        v = (1.0, 1.0, -odds)
        rows = (events[self._cause], square_left - events[self._cause], square_stay)
        over = each**2
        a, b, d = (
            _summed(sum(r * x * y for r, x, y in zip(rows, one, two, strict=True)) * over, carried)
            for one, two, carried in zip((u, u, v), (u, v, v), start.sums, strict=True)
        )
        spread = a - 2.0 * gone * b + gone**2 * d
        return np.maximum(spread, 0.0), (float(a[-1]), float(b[-1]), float(d[-1]))


def _summed(terms: Floats, before: float) -> Floats:
    """Give sums from the beginning on, in place."""
    terms[0] += before
    return _running(np.add, terms)


def _running(step: np.ufunc, terms: Floats) -> Floats:
    """Accumulate in place: groups side by side, because in one row each step waits for the one before.

    What rises or falls in one row does so here: the end of a group is what its next begins from.
    """
    whole = len(terms) // _GROUP * _GROUP if len(terms) >= _GROUP**2 else 0
    if whole:
        rows = terms[:whole].reshape(-1, _GROUP)
        for i in range(1, _GROUP):
            step(rows[:, i], rows[:, i - 1], out=rows[:, i])
        ends = step.accumulate(rows[:, -1])
        step(rows[1:], ends[:-1, np.newaxis], out=rows[1:])
        terms[whole : whole + 1] = step(terms[whole : whole + 1], ends[-1])
    step.accumulate(terms[whole:], out=terms[whole:])
    return terms


def _shifted(steps: Floats, first: float) -> Floats:
    """Give each step as it was just before its time."""
    before = np.empty_like(steps)
    before[0] = first
    before[1:] = steps[:-1]
    return before


def _inverse(risk: Floats) -> Floats:
    return np.where(risk > 0, 1.0 / risk, 0.0)


def none_of(n: Any, z: float) -> Any:  # noqa: ANN401 - a number or an array of them
    """Give the upper limit of a share of which 0 in n were seen (Wilson 1927, JASA 22:209-212)."""
    return z * z / (n + z * z)


@np.errstate(all="ignore")
def limits(piece: Piece, z: float) -> tuple[Floats, Floats]:
    """Give log-log limits of the shares that have left, from their variance.

    Where nobody has left yet Greenwood's variance is 0: the upper limit is then Wilson's for none of those
    at risk. Where everybody has, the lower limit stays what it was just before.
    """
    share, worth = piece.gone, piece.worth
    # Of what remains, or of a small share that has gone, without loss of digits.
    log, power, one = (np.log, np.exp, 1.0) if piece.of_all else (np.log1p, np.expm1, 0.0)
    hazard = log(piece.remaining if piece.of_all else -share)  # minus the cumulative hazard
    factor = np.sqrt(piece.spread)
    factor *= -z
    factor /= hazard
    factor /= piece.remaining if piece.of_all else 1.0 - share
    np.exp(factor, out=factor)
    low = power(hazard / factor)
    np.subtract(one, low, out=low)
    hazard *= factor
    high = power(hazard, out=hazard)
    np.subtract(one, high, out=high)
    np.minimum(low, share, out=low)
    np.maximum(high, share, out=high)
    none = int(np.searchsorted(share, _ROUNDING, side="right"))
    low[:none], high[:none] = 0.0, none_of(worth[:none], z)
    there = int(np.searchsorted(share, 1.0 - _ROUNDING))  # nobody is left from here on
    if there < len(share):
        high[there:] = 1.0
        if there:
            low[there:] = low[there - 1]
        elif piece.last is None:
            low[:] = worth[0] / (worth[0] + z * z)
        else:
            gone, spread, risk = (np.array([part]) for part in piece.last)
            low[:] = limits(Piece(piece.at, risk, 1.0 - gone, gone, spread, piece.of_all, None), z)[0]
    return low, high


def emptied(counts: LifeTable) -> str | None:
    """Say where a curve tells nothing: no rows, or a risk set that was empty before others came in."""
    if len(counts.times) == 0:
        return "no rows, so no share"
    if not late_entries(counts):
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
