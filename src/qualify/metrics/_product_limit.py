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

METHODS = ("log-log", "plain")
_ROUNDING = 1e-12  # a share that misses another by rounding alone has reached it
_GROUP = 8  # steps that are taken side by side
_PIECE = 1 << 15  # times whose temporaries stay in the cache


class Points(NamedTuple):
    """Shares that have left at some times, and what their limits follow from.

    Once nobody remains the variance is 0, and the lower limit stays what it was: `base`, `spread` and
    `worth` are then those of the last time that left somebody, or of the first of all.
    """

    gone: Floats  # by the cause that was asked for, or by any
    base: Floats  # what remains, if any cause was asked for, else the same as `gone`
    spread: Floats  # the variance of both
    worth: Floats  # of those at risk: their number, or (sum w)^2 / sum w^2 under weights
    of_all: bool

    def numbers(self, row: int) -> tuple[float, float, float]:
        """Give base, spread and worth at one of the times."""
        return float(self.base[row]), float(self.spread[row]), float(self.worth[row])

    def some(self, rows: Any) -> Points:  # noqa: ANN401 - a slice, or numbers of rows
        """Give those at some of the times."""
        return Points(self.gone[rows], self.base[rows], self.spread[rows], self.worth[rows], self.of_all)


class Piece(NamedTuple):
    """The step functions of a life table at some of its times, each given just after them."""

    at: slice
    remaining: Floats
    gone: Floats
    spread: Floats  # empty if nobody asked
    points: Points


class _Start(NamedTuple):
    """What a piece has to know of the times before it."""

    risk: float = 0.0
    remaining: float = 1.0
    gone: float = 0.0
    sums: tuple[float, float, float] = (0.0, 0.0, 0.0)
    last: tuple[float, float, float] | None = None  # base, spread and worth when somebody last was there


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

    __slots__ = ("_cause", "_kept", "_size", "_spread", "_starts", "_table")

    def __init__(self, table: LifeTable, cause: int | None = None, *, spread: bool = True) -> None:
        self._table = table
        self._cause = None if len(table.causes) == 1 else cause
        self._spread = spread
        self._starts = {0: _Start(risk=known_total(table) or 0.0)}
        self._kept: tuple[int, Piece] | None = None
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
        for piece in map(self.piece, range(len(self))):
            low[piece.at], high[piece.at] = limits(piece.points, z)
        return low, high

    @np.errstate(all="ignore")  # as in `piece`
    def at(self, times: Floats) -> Points:
        """Give the shares that have left by some times; only the pieces of these times are looked at."""
        of_all = self._cause is None
        gone, base, spread, worth = np.zeros((4, len(times)))
        found = Points(gone, base, spread, worth, of_all)
        places = np.searchsorted(self._table.times, times * (1.0 + _ROUNDING), side="right") - 1
        numbers = places // self._size
        for number in np.unique(numbers).tolist():
            here = numbers == number
            if number < 0:  # before anybody left
                found.base[here] = 1.0 if of_all else 0.0
                found.worth[here] = self.piece(0).points.worth[0] if len(self) else 0.0
                continue
            some = self.piece(number).points.some(places[here] - number * self._size)
            found.gone[here], found.base[here] = some.gone, some.base
            found.spread[here], found.worth[here] = some.spread, some.worth
        return found

    def first(self, wanted: float, z: float) -> tuple[float, float, float]:
        """Give the first times at which the share, its lower and its upper limit reach what is wanted.

        The upper limit is that of none of those at risk from the beginning on.
        """
        found = [math.inf] * 3
        if len(self) and none_of(float(self.piece(0).points.worth[0]), z) >= wanted:
            found[2] = 0.0
        for piece in map(self.piece, range(len(self))):
            for i, part in enumerate((piece.gone, *limits(piece.points, z))):
                past = part >= wanted - _ROUNDING
                if math.isinf(found[i]) and past.any():
                    found[i] = float(self._table.times[piece.at][np.argmax(past)])
            if not math.isinf(max(found)):
                break
        return found[0], found[1], found[2]

    @np.errstate(all="ignore")  # a host may have made numpy's warnings errors
    def piece(self, number: int) -> Piece:
        """Give one piece, and keep it; the first time also walks through those before it."""
        kept = self._kept
        if kept is None or kept[0] != number:
            for earlier in range(number):
                if earlier + 1 not in self._starts:
                    self._step(earlier)
            kept = self._kept = number, self._step(number)
        return kept[1]

    def _step(self, number: int) -> Piece:
        start = self._starts[number]
        at = slice(number * self._size, (number + 1) * self._size)
        left = left_of(self._table, at)
        risk, after = self._risk(at, left, start.risk)
        rest = risk - left
        stay = rest / risk
        if not risk.all():
            stay[risk == 0] = 1.0
        stay[0] *= start.remaining
        remaining = _running(np.multiply, stay)
        if self._cause is None:
            gone = 1.0 - remaining
        else:
            step = _shifted(remaining, start.remaining) * self._table.events[self._cause, at]
            gone = _summed(np.where(risk > 0, step / risk, 0.0), start.gone)
        base = remaining if self._cause is None else gone
        spread, sums, last = np.empty(0), start.sums, None
        points = Points(gone, base, spread, risk, self._cause is None)
        if self._spread:
            spread, sums = self._variance(at, start, risk, rest, remaining, gone)
            points = self._points(at, start, points._replace(spread=spread))
            last = points.numbers(-1)
        self._starts[number + 1] = _Start(after, float(remaining[-1]), float(gone[-1]), sums, last)
        return Piece(at, remaining, gone, spread, points)

    def _points(self, at: slice, start: _Start, points: Points) -> Points:
        """Give points with what those at risk are worth, and with the last numbers once nobody remains."""
        if self._table.squares is not None:
            squares, risk = square_risk(self._table)[at], points.worth
            points = points._replace(worth=np.where(squares > 0, risk / squares * risk, 0.0))
        there = int(np.searchsorted(points.gone, 1.0 - _ROUNDING))  # how many times leave somebody
        if there == len(points.gone):
            return points
        last = start.last if there == 0 else points.numbers(there - 1)
        base, spread, worth = points.base.copy(), points.spread.copy(), points.worth.copy()
        base[there:], spread[there:], worth[there:] = points.numbers(0) if last is None else last
        return points._replace(base=base, spread=spread, worth=worth)

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
        self, at: slice, start: _Start, risk: Floats, rest: Floats, remaining: Floats, gone: Floats
    ) -> tuple[Floats, tuple[float, float, float]]:
        """Give the variance of what is gone, and the sums that the next piece goes on with."""
        table, left = self._table, left_of(self._table, at)
        if self._cause is None and table.squares is None:
            term = left / (rest * risk)
            if not rest.all():
                term[rest == 0] = 0.0  # where nobody is left, the square of what remains is 0
            total = _summed(term, start.sums[0])
            sums = (float(total[-1]), 0.0, 0.0)
            total *= remaining
            total *= remaining
            return total, sums
        if table.squares is None:
            events, square_left, square_stay = table.events[:, at], left, rest
        else:
            events = table.squares[: len(table.causes), at]
            square_left = events.sum(axis=0)
            square_stay = np.maximum(square_risk(table)[at] - square_left, 0.0)
        each = _inverse(risk)
        odds = np.where(rest > 0, left / rest, 0.0)
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
def limits(points: Points, z: float, method: str = METHODS[0]) -> tuple[Floats, Floats]:
    """Give limits of shares that have left: log-log, or plain, which is the share and z standard errors.

    Where nobody has left yet Greenwood's variance is 0: the upper limit is then Wilson's for none of those
    at risk. Where everybody has, the lower limit stays what it was just before.
    """
    gone, base, worth, of_all = points.gone, points.base, points.worth, points.of_all
    low, high = _plain(points, z) if method == "plain" else _log_log(points, z)
    np.minimum(low, gone, out=low)
    np.maximum(high, gone, out=high)
    none = gone <= _ROUNDING
    if none.any():
        low[none], high[none] = 0.0, none_of(worth[none], z)
    over = gone >= 1.0 - _ROUNDING
    if over.any():
        high[over] = 1.0
        before = 1.0 - base[over] if of_all else base[over]
        at_once = 1.0 - none_of(worth[over], z)  # Wilson's for all of them
        low[over] = np.where(
            before <= _ROUNDING, 0.0, np.where(before >= 1.0 - _ROUNDING, at_once, low[over])
        )
    return low, high


def _plain(points: Points, z: float) -> tuple[Floats, Floats]:
    share = 1.0 - points.base if points.of_all else points.base
    half = z * np.sqrt(points.spread)
    return np.maximum(share - half, 0.0), np.minimum(share + half, 1.0)


def _log_log(points: Points, z: float) -> tuple[Floats, Floats]:
    """Give 1 - S^exp(+-z e) where e is the error of log(-log S) (Kalbfleisch and Prentice 2002, ch. 1)."""
    base, spread = points.base, points.spread
    # Of what remains, or of a small share that has gone, without loss of digits.
    log, power, one = (np.log, np.exp, 1.0) if points.of_all else (np.log1p, np.expm1, 0.0)
    hazard = log(base if points.of_all else -base)  # minus the cumulative hazard
    factor = np.sqrt(spread)
    factor *= -z
    factor /= hazard
    factor /= base if points.of_all else 1.0 - base
    np.exp(factor, out=factor)
    low = power(hazard / factor)
    np.subtract(one, low, out=low)
    hazard *= factor
    high = power(hazard, out=hazard)
    return low, np.subtract(one, high, out=high)


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
