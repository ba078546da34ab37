"""The life table: who entered, who left and why, and when; counts that add.

What belongs here: the value, and what may be asked of it. What does not: how rows are counted fast
(`_counting`), what follows from the counts (`_product_limit`), and reading columns (`_rows`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import numpy as np

from qualify import _arrays, _checks
from qualify._maps import Value
from qualify.errors import InvalidType, InvalidValue
from qualify.metrics._counting import counted, new_times, span_of, weighed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Array = NDArray[Any]

__all__ = ["LifeTable"]

Kept = TypeVar("Kept")

_WIDE = 2.0**62
_FAR = 1e50  # times a weight: what is so much lighter is nothing beside it, and its square is not told

_same = attrs.cmp_using(eq=np.array_equal)


def _copied(values: object, name: str) -> Array:
    """Give a copy, since the caller may change his own, and refuse what are no real numbers."""
    try:
        array = np.array(values)
        found = f"dtype {array.dtype}"
    except ValueError:
        array, found = np.empty(0, object), "rows of unlike length"
    if array.dtype.kind not in "biuf":
        raise InvalidValue("rows of numbers of one length are needed", found=found, where=f"LifeTable.{name}")
    return array


def _frozen(array: Array) -> Array:
    """Give a read-only array of whole numbers or float64; counts of at most one stay as small as they are."""
    if array.dtype.kind == "b":
        array = array.view(np.int8)
    elif array.dtype.kind != "i":
        array = array.astype(np.int64 if array.dtype.kind == "u" else np.float64, copy=False)
    array = array.view()
    array.flags.writeable = False
    return array


@attrs.frozen(init=False, repr=False)
class LifeTable(Value):
    """Who entered, who left and why, at each time when something happened: counts that add.

    `times` (T) rise; `events` (K, T) count those who left by each of the K causes, `censored` (T) those
    last seen then, `entered` (T) those who came under observation just after that time; `started` were
    there from the beginning. Counts are whole numbers, of one byte where hardly any times tie, or float64
    with weights; then `squares` holds the sums of squared weights in the same order. `a + b` is the table
    of the rows of both together.

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
    _cache: dict[str, Any] = attrs.field(init=False, eq=False, repr=False, factory=dict)
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
        given = {"events": events, "censored": censored, "entered": entered, "squares": squares}
        columns: dict[str, Any] = {"times": _frozen(_copied(times, "times").astype(np.float64))}
        columns |= {
            name: None if column is None and name == "squares" else _frozen(_copied(column, name))
            for name, column in given.items()
        }
        self.__attrs_init__(
            causes=named_causes(causes, "LifeTable.causes"),
            **columns,
            started=started,
            n=_checks.whole(n, "LifeTable.n", least=0),
            n_missing=_checks.whole(n_missing, "LifeTable.n_missing", least=0),
            unit=_checks.text(unit, "LifeTable.unit"),
        )
        _checks.real(started, "LifeTable.started", least=0.0)
        rows = len(self.times)
        if self.events.shape != (len(self.causes), rows) or not (
            self.censored.shape == self.entered.shape == (rows,)
        ):
            raise InvalidValue(
                "events are (causes, times), censored and entered (times)",
                found=f"{self.events.shape}, {self.censored.shape}, {self.entered.shape}",
                where="LifeTable",
            )
        if self.squares is not None and self.squares.shape != (len(self.causes) + 2, rows):
            raise InvalidValue(
                "squares are (causes + 2, times)",
                found=f"{self.squares.shape}",
                allowed=f"{(len(self.causes) + 2, rows)}",
                where="LifeTable.squares",
            )
        _refuse_counts({name: column for name, column in columns.items() if column is not None})

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
        """Count clean columns, one row for each of N spells; `retention_curve` and its kin read any others.

        Args:
            times: (N) how long each spell was, in `unit` times `scale`: numbers from 0 on. Whole numbers tie
                exactly; floats closer than 1e-12 of the later one are one time.
            codes: (N) how it ended: 0 for censored, 1 to K for the causes, whole numbers.
            causes: the names of the K causes, each of its own.
            entry: (N) when each came under observation, on the clock of `times`; 0 for the beginning, which
                is all without it.
            weights: (N) what each row counts, from 0 on; 1 without it. The greatest is from 1e-100 to 1e100,
                and one under 1e-50 of it counts as 0.
            n_missing: how many rows were left out before.
            unit: the unit of time; empty if there is none.
            scale: what the times are divided by, after counting.

        Raises:
            InvalidType: A column does not hold numbers.
            InvalidValue: A number is out of its range or missing, columns are of unlike length, an entry
                does not lie before the end, or two causes are called alike.

        >>> LifeTable.of([1, 2, 2], [1, 0, 2], ("won", "lost")).events.tolist()
        [[1, 0], [0, 1]]
        """
        if _checks.real(scale, "scale") <= 0.0:
            raise InvalidValue("a scale is more than 0", found=f"{scale}", where="scale")
        names = named_causes(causes, "causes")
        spells = _clean(times, "times")
        ends = _clean(codes, "codes", most=len(names), whole=True)
        _arrays.same_length("codes", len(ends), len(spells))
        begun = None if entry is None else _clean(entry, "entry")
        if begun is not None:
            _arrays.same_length("entry", len(begun), len(spells))
            refuse_entry(spells, begun, None)
        weight = None if weights is None else _arrays.weights(weights, "weights", rows=len(spells))
        most = 1.0 if weight is None else float(weight.max(initial=0.0)) or 1.0
        if not _FAR**-2 <= most <= _FAR**2:
            raise InvalidValue(
                "the greatest weight has a square",
                found=f"{most:g}",
                allowed=f"it lies from {_FAR**-2:g} to {_FAR**2:g}",
                where="weights",
            )
        return table_of(
            spells,
            ends if ends.dtype.kind in "iu" else ends.astype(np.int64),
            names,
            span_of(spells),
            entry=begun,
            weights=None if weight is None else with_squares(weight),
            n_missing=_checks.whole(n_missing, "n_missing", least=0),
            unit=_checks.text(unit, "unit"),
            scale=scale,
        )

    @property
    def at_risk(self) -> Array:
        """How many were under observation just before each time."""

        def risk() -> Array:
            out = out_of(self)
            risk = np.cumsum(out[::-1])[::-1]  # whoever is there leaves later: sums without cancellation
            if late_entries(self):
                late = np.cumsum(self.entered[::-1])[::-1]
                risk = np.maximum(risk - late, out)
            return risk

        return _kept(self, "risk", risk)

    @property
    def left(self) -> Array:
        """How many left at each time, by any cause."""
        return left_of(self)

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
        starts = np.flatnonzero(new_times(times[order]))
        weighted = self.squares is not None or other.squares is not None

        def merged(one: Array, two: Array) -> Array:
            both = np.concatenate([one, two], axis=-1)[..., order]
            wide = both.astype(np.float64 if both.dtype.kind == "f" else np.int64, copy=False)
            return np.add.reduceat(wide, starts, axis=-1) if len(starts) else wide

        return _counted(
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


@np.errstate(all="ignore")  # NaN is refused here
def _refuse_counts(columns: dict[str, Array]) -> None:
    """Refuse times that do not rise, and numbers that nobody can have counted."""
    for name, column in columns.items():
        wrong = ~((column >= 0) & (column < np.inf))
        if wrong.any():
            raise InvalidValue(
                "a number is finite and not negative", found=f"{column[wrong][0]}", where=f"LifeTable.{name}"
            )
        total = column.sum(dtype=np.float64)
        if name != "times" and total >= (_WIDE if column.dtype.kind == "i" else np.inf):
            raise InvalidValue(
                "sums of counts have 62 bits, or are finite", found=f"{total:g}", where=f"LifeTable.{name}"
            )
    times = columns["times"]
    falls = np.diff(times) <= 0
    if falls.any():
        row = int(np.argmax(falls)) + 1
        raise InvalidValue(
            "times rise",
            found=f"{times[row]:g} after {times[row - 1]:g}",
            where=f"LifeTable.times, row {row:,}",
        )


def named_causes(names: object, where: str) -> tuple[str, ...]:
    """Give the names of causes as texts, no two of them equal: nobody could ask for the second."""
    if (
        isinstance(names, (str, bytes, set, frozenset))
        or not isinstance(names, Iterable)
        or getattr(names, "ndim", 1) != 1
    ):
        raise InvalidType(
            "names are several texts in order",
            found=_checks.show(names) if isinstance(names, str) else _checks.kind_of(names),
            allowed='a list or a tuple, for example ("won", "lost")',
            where=where,
        )
    named = tuple(_checks.text(name, f"{where}[{i}]") for i, name in enumerate(names))
    for i, name in enumerate(named):
        if name in named[:i]:
            raise InvalidValue(
                "each cause has a name of its own", found=f"{_checks.show(name)} twice", where=where
            )
    return named


def _clean(values: object, where: str, *, most: float | None = None, whole: bool = False) -> Array:
    """Give a column of numbers from 0 on, of which none is missing."""
    read = _arrays.numbers(values, where, least=0, most=most, whole=whole)
    if read.missing is not None and read.missing.any():
        raise InvalidValue(
            "every row needs a number",
            found="a missing one",
            allowed="leave the row out, and count it in n_missing=",
            where=f"{where}, row {int(np.argmax(read.missing)):,}",
        )
    return read.values


def _counted(causes: tuple[str, ...], *, squares: Array | None, **fields: Any) -> LifeTable:  # noqa: ANN401 - those of LifeTable
    """Make the table of counts made here, which are sound: they are neither copied nor looked at again."""
    for name in ("times", "events", "censored", "entered"):
        fields[name] = _frozen(fields[name])
    table = LifeTable.__new__(LifeTable)
    table.__attrs_init__(causes=causes, squares=None if squares is None else _frozen(squares), **fields)
    return table


def _total(weights: Array) -> float:
    """Give a sum of floats that does not depend on the order of the rows."""
    return float(np.sum(np.sort(weights)))


def table_of(
    times: Array,
    codes: Array,
    causes: tuple[str, ...],
    span: tuple[float, float],
    *,
    entry: Array | None,
    weights: Array | None,
    n_missing: int,
    unit: str,
    scale: float,
) -> LifeTable:
    """Count clean columns of which the least and the greatest time are known."""
    n, last = len(times), len(causes) + 1
    started: float = n if weights is None else _total(weights)
    late = None if entry is None else entry > 0
    late_entry = late is not None and bool(late.any())
    if entry is not None and late is not None and late_entry:  # coming in happens at a time, as leaving does
        begun = entry[late]
        times = np.concatenate([times, begun])
        codes = np.concatenate([codes, np.full(len(begun), last, codes.dtype)])
        span = min(float(begun.min()), span[0]), span[1]
        started = n - len(begun) if weights is None else _total(weights[~late])
        weights = None if weights is None else np.concatenate([weights, weights[late]])
    squares = None
    if weights is None:
        grid, counts = counted(times, codes, last + late_entry, scale, span)
    else:
        grid, counts, square = weighed(times, codes, last + 1, scale, weights)
        squares = np.vstack([square[1:last], square[0], square[last]])
    table = _counted(
        causes,
        times=grid,
        events=counts[1:last],
        censored=counts[0],
        entered=counts[last] if len(counts) > last else np.broadcast_to(np.int8(0), grid.shape),
        started=started,
        n=n,
        n_missing=n_missing,
        unit=unit,
        squares=squares,
    )
    _kept(table, "total", lambda: None if late_entry or weights is not None else n)
    return table


def left_of(table: LifeTable, piece: slice = slice(None)) -> Array:
    """Give how many left at some of the times, by any cause."""
    events = table.events[:, piece]
    total: Array = events[0] if len(events) == 1 else events.sum(axis=0)
    return total


def out_of(table: LifeTable, piece: slice = slice(None)) -> Array:
    """Give how many were last there at some of the times: left or last seen, wide enough to be summed."""
    total = table.censored[piece].astype(np.float64 if table.censored.dtype.kind == "f" else np.int64)
    for events in table.events:
        total = total + events[piece]
    return total


def late_entries(table: LifeTable) -> bool:
    """Say whether anybody came under observation after the beginning."""
    entered = table.entered
    return bool(np.any(entered[:1] if entered.strides == (0,) else entered))  # one number for all times


def known_total(table: LifeTable) -> int | None:
    """Give how many rows there are, if each counts as one and was there from the beginning."""

    def total() -> int | None:
        whole = table.events.dtype.kind in "iu" and table.censored.dtype.kind in "iu"
        if not whole or table.squares is not None or late_entries(table):
            return None
        return int(table.events.sum() + table.censored.sum())

    return _kept(table, "total", total)


def squares_of(table: LifeTable) -> Array:
    """Give the sums of squared weights, (K + 2, T): events by cause, censored, entered."""
    if table.squares is not None:
        return table.squares
    return np.vstack([table.events, table.censored, table.entered]).astype(np.float64)


def square_risk(table: LifeTable) -> Array:
    """Give the sum of squared weights of those at risk just before each time, under weights."""

    def risk() -> Array:
        squares = squares_of(table)
        out = squares[:-1].sum(axis=0)
        late = np.cumsum(squares[-1][::-1])[::-1]
        return np.asarray(np.maximum(np.cumsum(out[::-1])[::-1] - late, out))

    return _kept(table, "square_risk", risk)


def _kept(table: LifeTable, name: str, make: Callable[[], Kept]) -> Kept:
    """Give what follows from a table, made when it is asked for first."""
    cache = table._cache  # noqa: SLF001 - of this file's own value
    if name not in cache:
        made = make()
        if isinstance(made, np.ndarray):
            made.flags.writeable = False  # whoever reads it may not change the table
        cache[name] = made
    kept: Kept = cache[name]
    return kept


def with_squares(weights: Array) -> Array:
    """Give weights whose squares are more than 0: one that is nothing beside the greatest becomes nothing."""
    light = (weights > 0) & (weights < float(weights.max(initial=0.0)) / _FAR)
    return np.where(light, 0.0, weights) if light.any() else weights


def refuse_entry(times: Array, entry: Array, gone: Array | None) -> None:
    """Refuse rows that came under observation no earlier than they left it."""
    wrong = (entry > 0) & (entry >= times)
    if gone is not None:
        wrong &= ~gone
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InvalidValue(
            "entry lies before the end of the duration",
            found=f"entry {entry[row]}, duration {times[row]}",
            allowed="a spell seen from its beginning has entry 0; leave out a spell of length zero",
            where=f"entry, row {row:,}",
        )
