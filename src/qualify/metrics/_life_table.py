"""The life table: who entered, who left and why, and when; counts that add.

What belongs here: the value, and counting clean columns fast. What does not: what follows from the counts
(`_product_limit`), and reading columns (`_rows`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from qualify import _checks
from qualify._maps import Value
from qualify.errors import InvalidValue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Array = NDArray[Any]

__all__ = ["LifeTable"]

# Two times closer than this, as a part of the later one, are the same time: 0.1 + 0.2 ties with 0.3.
SAME_TIME = 1e-12
_CHUNK = 1 << 16  # rows whose temporaries stay in the cache
_ROOM = 2  # bits for codes beside a float below 2
_DEEPEST = -1_000  # powers of two between the greatest and the least time, so that scaling is exact
_RARE = 1_000  # ties are rare if at most one row in so many repeats a time
_WHOLE = 2.0**53  # beyond this floats skip whole numbers
_DENSE = 4  # whole-number times are counted in place while their range is at most so many times the rows
_same = attrs.cmp_using(eq=np.array_equal)


def _frozen(values: object) -> Array:
    """Give a read-only array of whole numbers or float64; counts of at most one stay as small as they are."""
    array = np.asarray(values)
    if array.dtype.kind == "b":
        array = array.view(np.int8)
    elif array.dtype.kind not in "iu":
        array = array.astype(np.float64, copy=False)
    array = array.view()
    array.flags.writeable = False
    return array


_same = attrs.cmp_using(eq=np.array_equal)


@attrs.frozen(init=False, repr=False)
class LifeTable(Value):
    """Who entered, who left and why, at each time when something happened: counts that add.

    `times` (T) rise; `events` (K, T) count those who left by each of the K causes, `censored` (T) those
    last seen then, `entered` (T) those who came under observation just after that time; `started` were
    there from the beginning. Counts are int64, or float64 with weights; then `squares` holds the sums
    of squared weights in the same order. `a + b` is the table of the rows of both together.

    >>> table = LifeTable.of([2, 3, 3, 5], [1, 0, 1, 0], ("cancelled",))
    >>> table.times.tolist(), table.events.tolist(), table.at_risk.tolist()
    ([2.0, 3.0, 5.0], [[1, 1, 0]], [4, 3, 1])
    >>> (table + table).at_risk.tolist()
    [8, 6, 2]
    """

    causes: tuple[str, ...]
    times: Floats = attrs.field(eq=_same)
    events: Array = attrs.field(eq=_same)
    censored: Array = attrs.field(eq=_same)
    entered: Array = attrs.field(eq=_same)
    started: float
    n: int
    n_missing: int
    unit: str
    squares: Floats | None = attrs.field(eq=_same)
    _cache: dict[str, Array] = attrs.field(init=False, eq=False, repr=False, factory=dict)
    __hash__ = None  # type: ignore[assignment]  # it holds arrays

    def __init__(
        self,
        causes: tuple[str, ...],
        *,
        times: object,
        events: object,
        censored: object,
        entered: object,
        started: float,
        n: int,
        n_missing: int = 0,
        unit: str = "",
        squares: object = None,
    ) -> None:
        self.__attrs_init__(
            causes=tuple(causes),
            times=_frozen(np.asarray(times, np.float64)),
            events=_frozen(events),
            censored=_frozen(censored),
            entered=_frozen(entered),
            started=started,
            n=_checks.whole(n, "LifeTable.n", least=0),
            n_missing=_checks.whole(n_missing, "LifeTable.n_missing", least=0),
            unit=unit,
            squares=None if squares is None else _frozen(squares),
        )
        rows = len(self.times)
        if self.events.shape != (len(self.causes), rows) or not (
            self.censored.shape == self.entered.shape == (rows,)
        ):
            raise InvalidValue(
                "events are (causes, times), censored and entered (times)",
                found=f"{self.events.shape}, {self.censored.shape}, {self.entered.shape}",
                where="LifeTable",
            )

    @classmethod
    def of(
        cls,
        times: object,
        codes: object,
        causes: tuple[str, ...],
        *,
        entry: object = None,
        weights: object = None,
        n_missing: int = 0,
        unit: str = "",
        scale: float = 1.0,
    ) -> LifeTable:
        """Count clean columns: `codes` are 0 for censored and 1 to K for the causes.

        Whole-number times tie exactly; they are divided by `scale` after counting.
        """
        return _counted(
            np.asarray(times),
            np.asarray(codes),
            tuple(causes),
            None if entry is None else np.asarray(entry),
            None if weights is None else np.asarray(weights),
            n_missing=n_missing,
            unit=unit,
            scale=scale,
        )

    @property
    def at_risk(self) -> Array:
        """How many were under observation just before each time."""
        if "risk" not in self._cache:
            out = self.left + self.censored
            risk = np.cumsum(out[::-1])[::-1]  # whoever is there leaves later: sums without cancellation
            if np.any(self.entered):
                late = np.cumsum(self.entered[::-1])[::-1]
                risk = np.maximum(risk - late, out)
            self._cache["risk"] = risk
        return self._cache["risk"]

    @property
    def left(self) -> Array:
        """How many left at each time, by any cause."""
        total: Array = self.events[0] if len(self.causes) == 1 else self.events.sum(axis=0)
        return total

    def __add__(self, other: LifeTable) -> LifeTable:
        if not isinstance(other, LifeTable):
            return NotImplemented
        if self.causes != other.causes or self.unit != other.unit:
            raise InvalidValue(
                "tables add that have the same causes and the same unit of time",
                found=f"{', '.join(self.causes)} in {self.unit or 'no unit'}; "
                f"{', '.join(other.causes)} in {other.unit or 'no unit'}",
                where="LifeTable",
            )
        times = np.concatenate([self.times, other.times])
        order = np.argsort(times, kind="stable")
        starts = np.flatnonzero(_new(times[order]))
        weighted = self.squares is not None or other.squares is not None

        def merged(one: Array, two: Array) -> Array:
            both = np.concatenate([one, two], axis=-1)[..., order]
            wide = both.astype(np.float64 if both.dtype.kind == "f" else np.int64, copy=False)
            return np.add.reduceat(wide, starts, axis=-1) if len(starts) else wide

        return LifeTable(
            self.causes,
            times=times[order][starts],
            events=merged(self.events, other.events),
            censored=merged(self.censored, other.censored),
            entered=merged(self.entered, other.entered),
            started=self.started + other.started,
            n=self.n + other.n,
            n_missing=self.n_missing + other.n_missing,
            unit=self.unit,
            squares=merged(squares_of(self), squares_of(other)) if weighted else None,
        )

    def __radd__(self, other: object) -> LifeTable:
        if isinstance(other, int) and other == 0:  # so that sum(tables) works
            return self
        return NotImplemented

    def to_dict(self) -> dict[str, Any]:
        """Give plain Python values, ready for JSON; `LifeTable(**these)` is the table again."""
        return {
            "causes": list(self.causes),
            "times": self.times.tolist(),
            "events": self.events.tolist(),
            "censored": self.censored.tolist(),
            "entered": self.entered.tolist(),
            "started": self.started,
            "n": self.n,
            "n_missing": self.n_missing,
            "unit": self.unit,
            "squares": None if self.squares is None else self.squares.tolist(),
        }

    def _canonical(self) -> dict[str, object]:
        return {name: value for name, value in self.to_dict().items() if value is not None}

    def __repr__(self) -> str:
        return (
            f"LifeTable({', '.join(self.causes)}: n={self.n:,}, {len(self.times):,} times, "
            f"{self.events.sum():,} left, {self.censored.sum():,} censored)"
        )


def squares_of(table: LifeTable) -> Array:
    """Give the sums of squared weights, (K + 2, T): events by cause, censored, entered."""
    if table.squares is not None:
        return table.squares
    return np.vstack([table.events, table.censored, table.entered]).astype(np.float64)


def refuse_entry(times: Array, entry: Array, gone: Array) -> None:
    """Refuse rows that came under observation no earlier than they left it."""
    wrong = (entry > 0) & (entry >= times) & ~gone
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InvalidValue(
            "entry lies before the end of the duration",
            found=f"entry {entry[row]}, duration {times[row]}",
            allowed="a spell seen from its beginning has entry 0; leave out a spell of length zero",
            where=f"entry, row {row:,}",
        )


def _new(ordered: Array) -> NDArray[np.bool_]:
    """Give where a new time begins, in times that rise."""
    new = np.ones(len(ordered), np.bool_)
    if ordered.dtype.kind != "f":
        np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
        return new
    for start in range(1, len(ordered), _CHUNK):  # pieces that stay in the cache
        later = ordered[start : start + _CHUNK]
        earlier = ordered[start - 1 : start - 1 + len(later)]
        np.greater(later * (1.0 - SAME_TIME), earlier, out=new[start : start + _CHUNK])
    return new


def _counted(
    times: Array,
    codes: Array,
    causes: tuple[str, ...],
    entry: Array | None,
    weights: Array | None,
    *,
    n_missing: int,
    unit: str,
    scale: float,
) -> LifeTable:
    n = len(times)
    late_entry = False
    started: float = n if weights is None else _total(weights)
    kinds = len(causes) + 2  # censored, the causes, entered
    if entry is not None:
        late = entry > 0
        late_entry = bool(late.any())
        if late_entry:  # coming in is one more thing that happens at a time
            times = np.concatenate([times, entry[late]])
            codes = np.concatenate([codes, np.full(np.count_nonzero(late), kinds - 1, codes.dtype)])
            if weights is None:
                started = n - int(np.count_nonzero(late))
            else:
                started = _total(weights[~late])
                weights = np.concatenate([weights, weights[late]])
    if weights is None:
        grid, counts, risk = _dense(times, codes, kinds) or _sorted(times, codes, kinds)
        squares = None
    else:
        order = np.lexsort((weights, times))  # sums of floats do not depend on the order of the rows
        starts = np.flatnonzero(_new(times[order]))
        place = _groups(starts, len(order)) * kinds + codes[order]
        sums = [
            np.bincount(place, w, minlength=len(starts) * kinds).reshape(-1, kinds).T
            for w in (weights[order], np.square(weights[order], dtype=np.float64))
        ]
        grid, counts, risk = times[order][starts], sums[0], None
        squares = np.vstack([sums[1][1 : kinds - 1], sums[1][0], sums[1][-1]])
    table = LifeTable(
        causes,
        times=grid if scale == 1 else grid / scale,
        events=counts[1 : kinds - 1],
        censored=counts[0],
        entered=counts[-1],
        started=float(started) if weights is not None else int(started),
        n=n,
        n_missing=n_missing,
        unit=unit,
        squares=squares,
    )
    if risk is not None and not late_entry:  # the rows of this time and later ones
        table._cache["risk"] = risk  # noqa: SLF001 - its own maker
    return table


def _total(weights: Array) -> float:
    """Give a sum of floats that does not depend on the order of the rows."""
    return float(np.sum(np.sort(weights)))


def _dense(times: Array, codes: Array, kinds: int) -> tuple[Array, Array, Array | None] | None:
    """Count whole-number times in place: their distinct values, and each kind of thing by time."""
    if not _is_dense(times):
        return None
    low = int(times.min())
    size = (int(times.max()) - low + 1) * kinds
    rows = _CHUNK if size <= _CHUNK else max(len(times), 1)  # one piece where counting costs more than rows
    counts = np.zeros(size, np.int64)
    for start in range(0, len(times), rows):
        place = times[start : start + rows].astype(np.int64)
        place -= low
        place *= kinds
        place += codes[start : start + rows]
        counts += np.bincount(place, minlength=size)
    table = counts.reshape(-1, kinds)
    occurs = table.any(axis=1)
    return np.flatnonzero(occurs) + low, table[occurs].T, None


def _sorted(times: Array, codes: Array, kinds: int) -> tuple[Array, Array, Array | None]:
    """Count any other times by one sort: their distinct values, each kind, and how many rows are left."""
    packed = _packed(times, codes)
    if packed is None:
        order = np.argsort(times)
        ordered, kind = times[order], codes[order]
    else:
        ordered, kind = packed
    new = _new(ordered)
    ties = len(new) - int(np.count_nonzero(new))
    if ties <= len(new) // _RARE:
        return _rarely_tied(ordered, kind, kinds, new, ties)
    starts = np.flatnonzero(new)
    place = _groups(starts, len(ordered)) * kinds + kind
    counts = np.bincount(place, minlength=len(starts) * kinds).reshape(-1, kinds).T
    return ordered[starts], counts, len(ordered) - starts


def _packed(times: Array, codes: Array) -> tuple[Array, Array] | None:
    """Sort floats with their codes in one array, without an order to look up; None where that cannot be.

    Floats that are not negative sort as their bits do. The sign is not used, and below 2 neither is the
    highest bit of the exponent: shifting them out makes room for codes of one or two bits.
    """
    bits = int(codes.max(initial=0)).bit_length()
    if times.dtype.kind != "f" or bits > _ROOM:
        return None
    power = 0
    if bits == _ROOM:
        power = math.frexp(float(times.max()))[1] - 1  # so that scaled times are below 2
        least = float(np.min(times, where=times > 0, initial=math.inf))
        if math.frexp(least)[1] - power < _DEEPEST:
            return None
    # A copy of our own, in which -0.0 is 0.0.
    times = times + 0.0 if power <= 0 else times * 2.0**-power
    keys = np.ascontiguousarray(times).view(np.uint64)
    keys <<= np.uint64(bits)
    for start in range(0, len(keys), _CHUNK):  # pieces that stay in the cache
        keys[start : start + _CHUNK] |= codes[start : start + _CHUNK].astype(np.uint64)
    keys.sort()
    kind = keys.astype(np.uint8) & np.uint8((1 << bits) - 1)
    keys >>= np.uint64(bits)
    ordered = keys.view(np.float64)
    if power > 0:
        ordered *= 2.0**power
    return ordered, kind


def _rarely_tied(
    ordered: Array, kind: Array, kinds: int, new: Array, ties: int
) -> tuple[Array, Array, Array]:
    """Count rows of which few share a time: each is a column of its own, and the few are added to theirs."""
    risk = np.arange(len(ordered), 0, -1)
    rows = [kind == k for k in range(kinds)]
    if not ties:
        return ordered, np.array(rows), risk
    again = np.flatnonzero(~new)
    column = again - np.arange(1, ties + 1)  # where its time stands once the repeated ones are gone
    small = np.int16 if ties < np.iinfo(np.int16).max else np.int64
    counts = np.array([_without(row, again) for row in rows], small)
    for row, count in zip(rows, counts, strict=True):
        np.add.at(count, column, row[again])
    return _without(ordered, again), counts, _without(risk, again)


def _without(values: Array, places: Array) -> Array:
    """Give values without those at a few places that rise: whole stretches are copied, none looked at."""
    begins, ends = [0, *(places + 1).tolist()], [*places.tolist(), len(values)]
    return np.concatenate([values[begin:end] for begin, end in zip(begins, ends, strict=True)])


def _is_dense(times: Array) -> bool:
    """Say whether times are whole numbers, dense enough to be counted in place."""
    if len(times) == 0 or float(times.max()) > _WHOLE or np.ptp(times) > _DENSE * len(times) + 1_024:
        return False
    return times.dtype.kind != "f" or all(
        np.array_equal(piece.astype(np.int64), piece)
        for piece in (times[start : start + _CHUNK] for start in range(0, len(times), _CHUNK))
    )


def _groups(starts: Array, rows: int) -> Array:
    """Give the group of each row, counted from 0."""
    sizes = np.diff(starts, append=rows)
    return np.repeat(np.arange(len(starts)), sizes)
