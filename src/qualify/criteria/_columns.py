"""`Columns`: the many-leads twin of Facts, encoded once and judged many times.

What belongs here: which columns there are, as of when, and what was heard. What does not: how a column is
stored (`_encoding`) and judged (`_plan`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from numpy.typing import NDArray

from qualify import _arrays, _checks
from qualify._maps import Plain, plain
from qualify.criteria._criterion import Criterion
from qualify.criteria._encoding import NEVER, Encoded, encode
from qualify.errors import InvalidType, InvalidValue
from qualify.models import Facts, Signal, Vocabulary

if TYPE_CHECKING:
    from qualify._arrays import ColumnLike

_EPOCH = datetime(1970, 1, 1, tzinfo=_checks.UTC)


@attrs.frozen(eq=False)
class Heard:
    """Signals as columns: which row heard which kind, and when, in microseconds."""

    rows: NDArray[np.int64]
    kinds: Encoded
    at: NDArray[np.int64]


class Columns:
    """What is known about many leads: one column for each topic, one row for each lead.

    >>> columns = Columns.of({"budget": [12_000, None, 0], "fit": [4, 2, 5]})
    >>> len(columns), columns.topics
    (3, ('budget', 'fit'))
    >>> columns["budget"]
    array([12000.,    nan,     0.])
    """

    __slots__ = ("_at", "_encoded", "_given", "_heard", "_rows", "_unknown")

    def __init__(
        self,
        given: Mapping[str, Any],
        rows: int,
        at: NDArray[np.int64] | int | None,
        unknown: Mapping[str, tuple[Plain, ...]],
        signals: Heard | None,
    ) -> None:
        self._given = given
        self._rows = rows
        self._at = at
        self._unknown = unknown
        self._heard = signals
        self._encoded: dict[str, Encoded] = {}

    @classmethod
    def of(
        cls,
        table: Mapping[str, ColumnLike] | Any,  # noqa: ANN401 - a table of any library
        *,
        at: datetime | ColumnLike | None = None,
        unknown: Mapping[str, Plain | Iterable[Plain]] | None = None,
        signals: Mapping[str, ColumnLike] | Any = None,  # noqa: ANN401 - as above
    ) -> Columns:
        """Give Columns from a mapping, or from a table of pandas, polars or Arrow, without importing them.

        Lists, numpy and masked arrays and columns of these libraries may be mixed; all have one length.
        None, NaN, NaT and masked entries are unknown, and so are the values that `unknown` lists for a
        topic: `{"pdays": 999}`. A column None says that nobody knows this topic of any lead. Bool and
        lists of Truth are truths; a column of 0 and 1 is one of numbers. `at` is one instant for all, or
        a column of them, and is needed where time counts. `signals` is a table with the columns `row`
        (0 for the first lead), `kind` and `at`; none later than `at` is heard.

        A column is read when it is first judged, once: what is written to it later does not count.

        >>> Columns.of({"pdays": [6, 999]}, unknown={"pdays": 999})["pdays"]
        array([ 6., nan])
        """
        given = _table(table, "Columns.of")
        lengths = {name: _length(column, name) for name, column in given.items() if column is not None}
        rows = next(iter(lengths.values()), 0)
        for name, length in lengths.items():
            if length != rows:
                raise InvalidValue(
                    f"columns have one length, {rows:,} rows",
                    found=f"{length:,}",
                    where=f"Columns.of[{name!r}]",
                )
        gaps: dict[str, tuple[Plain, ...]] = {}
        for name, values in (unknown or {}).items():
            if name not in given:
                raise _checks.unknown("topic", name, given, where="Columns.of.unknown")
            listed = values if isinstance(values, (tuple, list, set, frozenset)) else (values,)
            gaps[name] = tuple(plain(v, f"Columns.of.unknown[{name!r}]") for v in listed)
        return cls(given, rows, _instants(at, rows), gaps, _signals(signals, rows))

    def __len__(self) -> int:
        """How many leads there are."""
        return self._rows

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that have a column."""
        return tuple(self._given)

    def __contains__(self, topic: object) -> bool:
        return topic in self._given

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __getitem__(self, topic: str) -> NDArray[Any]:
        """Give one topic as a read-only array of shape (n,), for host functions on columns.

        Numbers as float64 with NaN, truths as int8 codes, instants as datetime64 and durations as
        timedelta64 in microseconds with NaT, whole numbers beyond 2**53 and all else as objects with None.
        """
        held = self.encoded(topic)
        if held.form == "number":
            made: NDArray[Any] = held.values.astype(np.float64)
        elif held.form == "truth":
            made = held.values.view()
        elif held.form in {"instant", "duration"}:
            made = held.values.view("M8[us]" if held.form == "instant" else "m8[us]")
        else:
            made = np.empty(len(self), object)
            made[:] = [held.python(row) for row in range(len(self))]
        made.flags.writeable = False
        return made

    def known(self, topic: str) -> NDArray[np.bool_]:
        """Tell, row by row, whether the topic is known.

        >>> Columns.of({"fit": [4, None]}).known("fit")
        array([ True, False])
        """
        return self.encoded(topic).known()

    def truths(
        self,
        criterion: Criterion,
        *,
        map: Callable[..., Iterable[Any]] = map,
    ) -> NDArray[np.int8]:
        """Give what `criterion.truths(columns)` gives: int8 codes of shape (n,)."""
        return criterion.truths(self, map=map)

    def encode(self, *criteria: Criterion) -> Columns:
        """Read now every column that these criteria use (all of them, if none is given); gives itself.

        >>> from qualify.criteria import topic
        >>> columns = Columns.of({"fit": [4, 2]}).encode(topic("fit") >= 3)
        """
        for name in dict.fromkeys(t for one in criteria for t in one.topics) if criteria else self._given:
            self.encoded(name)
        return self

    def encoded(self, topic: str) -> Encoded:
        """Give the column of a topic in the form in which it is judged; read once."""
        held = self._encoded.get(topic)
        if held is None:
            if topic not in self._given:
                raise _checks.unknown("topic", topic, self._given, where="columns")
            column = self._given[topic]
            if column is None:
                held = Encoded("truth", np.zeros(len(self), np.int8))
            else:
                held = encode(column, f"column {topic!r}", self._unknown.get(topic, ()))
            self._encoded[topic] = held
        return held

    def now(self, where: str) -> NDArray[np.int64] | int:
        """Give the instant, or that of each row, in microseconds; an error where none was given."""
        if self._at is None:
            raise InvalidValue("time counts here", allowed="give Columns.of(..., at=...)", where=where)
        return self._at

    def heard(self, where: str) -> Heard:
        """Give what was heard; an error where no signals were given, because silence would be a NO."""
        if self._heard is None:
            raise InvalidValue(
                "this criterion listens for signals",
                allowed="give Columns.of(..., signals=...), an empty table if there were none",
                where=where,
            )
        return self._heard

    def facts(self, row: int, topics: Iterable[str], vocabulary: Vocabulary | None = None) -> Facts:
        """Give one row as Facts on some topics, with what was heard by then.

        >>> from datetime import datetime, timezone
        >>> columns = Columns.of({"fit": [4, 2]}, at=datetime(2026, 5, 3, tzinfo=timezone.utc))
        >>> columns.facts(1, ["fit"])["fit"]
        2
        """
        now = self.now("columns.facts")
        at = _instant(int(now if isinstance(now, int) else now[row]))
        values = {name: self.encoded(name).python(row) for name in topics}
        signals = []
        if self._heard is not None:
            mine = np.flatnonzero(self._heard.rows == row)
            signals = [
                Signal(str(self._heard.kinds.python(int(i))), at=when)
                for i in mine
                if (when := _instant(int(self._heard.at[i]))) <= at
            ]
        return Facts.of(values, at=at, vocabulary=vocabulary, signals=signals)

    def __repr__(self) -> str:
        return f"Columns({len(self):,} leads: {', '.join(self._given)})"


def _instant(ticks: int) -> datetime:
    from datetime import timedelta

    return _EPOCH + timedelta(microseconds=ticks)


def _table(table: object, where: str) -> dict[str, Any]:
    held: Any = table
    if isinstance(table, Mapping):
        names = list(table)
    elif hasattr(table, "column_names"):  # Arrow
        names = list(held.column_names)
    elif hasattr(table, "columns") and hasattr(table, "__getitem__"):  # pandas, polars
        names = list(held.columns)
    else:
        raise InvalidType(
            "a mapping of topics to columns is needed", found=_checks.kind_of(table), where=where
        )
    return {_checks.name(name, where): held[name] for name in names}


def _length(column: object, name: str) -> int:
    try:
        return len(column)  # type: ignore[arg-type]
    except TypeError:
        raise InvalidType(
            "a column is needed", found=_checks.kind_of(column), where=f"Columns.of[{name!r}]"
        ) from None


def _instants(at: object, rows: int) -> NDArray[np.int64] | int | None:
    if at is None:
        return None
    if isinstance(at, datetime):
        return (_checks.instant(at, "Columns.of.at") - _EPOCH) // datetime.resolution
    read = _arrays.instants(at, "Columns.of.at")
    _arrays.same_length("Columns.of.at", len(read), rows)
    if read.missing is not None and read.missing.any():
        row = int(np.argmax(read.missing))
        raise InvalidValue("each lead is judged at an instant", where=f"Columns.of.at, row {row:,}")
    return read.values.astype(np.int64)


def _signals(signals: object, rows: int) -> Heard | None:
    if signals is None:
        return None
    where = "Columns.of.signals"
    given = _table(signals, where)
    for name in ("row", "kind", "at"):
        if name not in given:
            raise _checks.unknown("column", name, given, where=where)
    index = _arrays.numbers(given["row"], f"{where}.row", least=0, most=max(rows - 1, 0), whole=True)
    kinds = encode(given["kind"], f"{where}.kind")
    at = _arrays.instants(given["at"], f"{where}.at")
    for name, length in (("kind", len(kinds)), ("at", len(at))):
        _arrays.same_length(f"{where}.{name}", length, len(index))
    ticks = at.values.astype(np.int64)
    if (at.missing is not None and at.missing.any()) or (ticks == NEVER).any():
        raise InvalidValue("a signal has an instant", where=f"{where}.at")
    return Heard(index.values.astype(np.int64), kinds, ticks)
