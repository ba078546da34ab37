"""Filling hours with those who gain most per hour: the arithmetic behind `allocate`, on columns.

What belongs here: one knapsack, its price, its bound. What does not: money, and who the candidates are.
It imports numpy and is imported only where something is to be filled.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from qualify import _arrays, _checks
from qualify.errors import InvalidType, InvalidValue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]
    Floats: TypeAlias = NDArray[np.float64]
    Rows: TypeAlias = NDArray[np.intp]

MICROS = 3_600_000_000  # in an hour: whole ones add exactly, in any order
MOST_TRIED = 1_000  # candidates up to which each is tried first


class Filled(NamedTuple):
    """What came of it: rows in the order of the plan, and the numbers of an `Allocation`."""

    chosen: Rows
    following: int | None  # the first who gains and is not chosen
    first: int | None  # who was taken out of turn, because that was better
    price: float
    value: float
    bound: float
    hours: float
    pool: Pool

    def equals(self, row: int) -> list[int]:
        """Give the rows that gain as much per hour as this one, in the order of the plan."""
        return self.pool.equals(row)


def fill(subject: Array, gain: Floats, now: Floats, later: Floats | None, capacity: float) -> Filled:
    """Choose rows with `gain` > 0 whose hours `now` fit the capacity; `later` hours are paid at its price."""
    with np.errstate(all="ignore"):
        hours = np.rint(now * MICROS).astype(np.int64)
        room = round(capacity * MICROS)
        pool = Pool(subject, gain, hours, gain / (now if later is None else now + later))
        price = pool.price(room)
        if later is not None and later.any():
            pool = _paid(pool, now, later, price)
        return _filled(pool, room, price)


def pool_of(subject: Array, gain: Floats, now: Floats, later: Floats | None, price: float) -> Pool:
    """Give those who gained at a price of an hour that is known, without choosing anybody anew."""
    with np.errstate(all="ignore"):
        hours = np.rint(now * MICROS).astype(np.int64)
        pool = Pool(subject, gain, hours, gain / now)
        return pool if later is None else _paid(pool, now, later, price)


def _paid(pool: Pool, now: Floats, later: Floats, price: float) -> Pool:
    """Give the pool in which later hours are paid at a price of an hour."""
    net = pool.gain - price * later
    return Pool(pool.subject, net, pool.hours, net / now)


def _filled(pool: Pool, room: int, price: float) -> Filled:
    chosen, used = pool.take(pool.ranked, room)
    value = pool.sum(chosen)
    first = None
    if len(chosen) == len(pool.ranked):
        bound = value
    else:
        bound = pool.bound(room)
        if value < bound:
            first, chosen, value = pool.try_others(room, chosen, value, bound)
            used = int(pool.hours[chosen].sum())
    return Filled(
        chosen=pool.in_order(chosen),
        following=pool.best_of_rest(chosen),
        first=first,
        price=price,
        value=value,
        bound=max(bound, value),
        hours=used / MICROS,
        pool=pool,
    )


class Pool:
    """Those who gain, ranked by what they gain per hour; among equals fewer hours first, then the id.

    Rows that gain equally per hour form a run. Runs are put in order within only where that decides
    something, because ids compare slowly and millions may be equal.
    """

    def __init__(self, subject: Array, gain: Floats, hours: NDArray[np.int64], rate: Floats) -> None:
        self.subject, self.gain, self.hours, self.rate = subject, gain, hours, rate
        gaining = np.flatnonzero(gain > 0)
        self.ranked: Rows = gaining[np.argsort(-rate[gaining])]

    def price(self, room: int) -> float:
        """Give the rate of the first who does not fit; 0 if all do."""
        whole, _, edge = self._split(self.ranked, room)
        return 0.0 if whole == len(self.ranked) else float(self.rate[self.ranked[edge - 1]])

    def _split(self, ranked: Rows, room: int) -> tuple[int, int, int]:
        """Give how many lie in runs that fit whole, the room left then, and where the next run ends."""
        filled = np.cumsum(self.hours[ranked])
        fits = int(np.searchsorted(filled, room, side="right"))
        if fits == len(ranked):
            return fits, room - int(filled[-1:].sum()), fits
        rates = -self.rate[ranked]  # rising
        begin = int(np.searchsorted(rates, rates[fits], side="left"))
        edge = int(np.searchsorted(rates, rates[fits], side="right"))
        return begin, room - (int(filled[begin - 1]) if begin else 0), edge

    def take(self, ranked: Rows, room: int) -> tuple[Rows, int]:
        """Go through them in order and take each who still fits; give the rows and the time used."""
        taken: list[Rows] = []
        left = room
        while len(ranked):
            whole, left, edge = self._split(ranked, left)
            taken.append(ranked[:whole])
            if whole == len(ranked):
                break
            run = self.in_order(ranked[whole:edge])
            filled = np.cumsum(self.hours[run])
            fits = int(np.searchsorted(filled, left, side="right"))
            taken.append(run[:fits])
            left -= int(filled[fits - 1]) if fits else 0
            rest = ranked[edge:]  # in a run hours rise: behind the first who does not fit nobody of it does
            ranked = rest[self.hours[rest] <= left]
        return np.concatenate([*taken, ranked[:0]]), room - left

    def bound(self, room: int) -> float:
        """Give what no plan can exceed: those who fit alone, with a part of the first who no longer fits.

        The linear relaxation of the knapsack (Dantzig 1957, Operations Research 5(2):266-277).
        """
        fitting = self.ranked[self.hours[self.ranked] <= room]
        whole, left, edge = self._split(fitting, room)
        part = 0.0 if whole == len(fitting) else left / MICROS * float(self.rate[fitting[edge - 1]])
        return math.fsum([*self.gain[fitting[:whole]].tolist(), part])

    def try_others(
        self, room: int, chosen: Rows, value: float, bound: float
    ) -> tuple[int | None, Rows, float]:
        """Take one of those left out first, then the others in order, and keep the best plan.

        Each is tried among few; among many the one who gains most, which is enough to reach half of the
        best possible.
        """
        few = len(self.ranked) <= MOST_TRIED
        ranked = self.in_order(self.ranked) if few else self.ranked
        first: int | None = None
        for row, most in self._promising(ranked, chosen, room) if few else self._largest(chosen, room):
            if most <= value * (1 + 1e-12) or value >= bound:
                break
            taken, _ = self.take(ranked[ranked != row], room - int(self.hours[row]))
            tried = np.append(taken, row)
            worth = self.sum(tried)
            if worth > value:
                first, chosen, value = row, tried, worth
        return first, chosen, value

    def _largest(self, chosen: Rows, room: int) -> list[tuple[int, float]]:
        """Give the one left out who gains most of those who fit alone, and the most of a plan with her."""
        left_out = np.zeros(len(self.gain), np.bool_)
        left_out[self.ranked] = True
        left_out[chosen] = False
        out = np.flatnonzero(left_out & (self.hours <= room))  # some one, or the plan would be at its bound
        gains = self.gain[out]
        (row, *_) = self.in_order(out[gains == gains.max()]).tolist()
        left = room - int(self.hours[row])
        whole, rest, edge = self._split(self.ranked, left)  # not all: they would fit in all the room
        part = rest / MICROS * float(self.rate[self.ranked[edge - 1]])
        return [(row, float(self.gain[row]) + float(self.gain[self.ranked[:whole]].sum()) + part)]

    def _promising(self, ranked: Rows, chosen: Rows, room: int) -> list[tuple[int, float]]:
        """Give those left out who fit alone, with what a plan that has them could gain at most, falling."""
        out = ranked[~np.isin(ranked, chosen) & (self.hours[ranked] <= room)]
        hours = np.concatenate([[0], np.cumsum(self.hours[ranked])])
        gains = np.concatenate([[0.0], np.cumsum(self.gain[ranked])])
        left = room - self.hours[out]
        whole = np.searchsorted(hours, left, side="right") - 1  # how many fit in what is left, never all
        most = self.gain[out] + gains[whole] + (left - hours[whole]) / MICROS * self.rate[ranked[whole]]
        order = np.argsort(-most, kind="stable")
        return list(zip(out[order].tolist(), most[order].tolist(), strict=True))

    def sum(self, rows: Rows) -> float:
        """Give the gain of some rows, the same in any order."""
        return math.fsum(self.gain[rows].tolist())

    def in_order(self, rows: Rows) -> Rows:
        """Give rows in the order of the plan: rate falling, hours rising, id rising."""
        rows = rows[np.argsort(-self.rate[rows])]
        rates = self.rate[rows]
        equal = rates[1:] == rates[:-1]
        if not equal.any():
            return rows
        tied = np.concatenate([[False], equal]) | np.concatenate([equal, [False]])
        places = np.flatnonzero(tied)
        among = rows[places]
        begins = np.concatenate([[True], rates[places][1:] != rates[places][:-1]])
        rows[places] = among[_lexical(np.cumsum(begins), self.hours[among], self.subject[among])]
        return rows

    def best_of_rest(self, chosen: Rows) -> int | None:
        """Give the first in order who gains and is not among the chosen."""
        open_ = np.zeros(len(self.gain), np.bool_)
        open_[self.ranked] = True
        open_[chosen] = False
        rest = self.ranked[open_[self.ranked]]
        if not len(rest):
            return None
        run = rest[self.rate[rest] == self.rate[rest[0]]]
        run = run[self.hours[run] == self.hours[run].min()]
        ids = self.subject[run]
        return int(run[ids == min(ids.tolist())][0])

    def equals(self, row: int) -> list[int]:
        """Give the rows that gain as much per hour as this one, in order."""
        same = self.ranked[self.rate[self.ranked] == self.rate[row]]
        return self.in_order(same).tolist()  # type: ignore[no-any-return]  # numpy does not say what tolist gives


def _lexical(run: Array, hours: Array, subject: Array) -> Rows:
    """Give the order by run, then hours, then id; keys that are all alike cost nothing."""
    keys = [key for key in (subject, hours, run) if key is subject or key.min() != key.max()]
    return np.argsort(keys[0]) if len(keys) == 1 else np.lexsort(keys)


def subjects(values: object) -> Array:
    """Give ids as an array of text or of whole numbers, each once."""
    if type(values) is np.ndarray and values.dtype.kind in "iuOU" and values.ndim == 1:  # not a masked one
        read = values
    else:
        column = _arrays.column(values, "Candidates.subject")
        read = column.values
        if column.missing is not None and column.missing.any():
            row = int(np.argmax(column.missing))
            raise InvalidValue(
                "an id is needed", found="a missing one", where=f"Candidates.subject, row {row:,}"
            )
    if read.dtype.kind not in "iuOU" and len(read):
        raise InvalidType(
            "ids are text or whole numbers", found=f"dtype {read.dtype}", where="Candidates.subject"
        )
    listed = read.tolist()
    if read.dtype.kind == "O" and not set(map(type, listed)) <= {str}:
        row, odd = next((i, s) for i, s in enumerate(listed) if type(s) is not str)
        raise InvalidType(
            "ids are text or whole numbers",
            found=_checks.kind_of(odd),
            where=f"Candidates.subject, row {row:,}",
        )
    if len(set(listed)) != len(listed):
        seen: set[object] = set()
        twice = next(s for s in listed if s in seen or seen.add(s))  # type: ignore[func-returns-value]
        raise InvalidValue("a subject competes once", found=_checks.show(twice), where="Candidates.subject")
    return read


def numbers(
    values: object, where: str, rows: int, *, least: float | None = None, most: float | None = None
) -> float | Floats:
    """Give one number for all, or a column of float64, nothing missing, within bounds."""
    if isinstance(values, (int, float)) or (hasattr(values, "dtype") and not getattr(values, "shape", ())):
        return _checks.real(values, where, least=least, most=most)
    read = _arrays.numbers(values, where, least=least, most=most)
    _arrays.same_length(where, len(read), rows)
    if read.missing is not None and read.missing.any():
        row = int(np.argmax(read.missing))
        raise InvalidValue("a number is needed", found="a missing one", where=f"{where}, row {row:,}")
    return read.values.astype(np.float64, copy=False)


def flags(values: object, where: str, rows: int) -> NDArray[np.bool_]:
    """Give a column of bools."""
    read = np.asarray(values)
    if read.dtype != np.bool_ or read.ndim != 1:
        raise InvalidType("a column of bools is needed", found=f"dtype {read.dtype}", where=where)
    _arrays.same_length(where, len(read), rows)
    return read
