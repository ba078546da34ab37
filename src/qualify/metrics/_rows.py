"""What every curve reads: durations, causes, late entries and weights, as clean rows.

What belongs here: columns in, rows out, and which rows are left out. What does not: what a curve means by
its causes (`_curves`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from qualify import _arrays, _checks
from qualify.errors import InvalidType, InvalidValue
from qualify.metrics._counting import span_of
from qualify.metrics._curve import SECONDS
from qualify.metrics._life_table import LifeTable, named_causes, refuse_entry, table_of, with_squares
from qualify.metrics._weighing import near_one

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

_WORD = 8  # bytes; wider floats are brought to it
MAX_CAUSES = 120  # a cause is a small code, and nobody reads more lines in one picture


class Causes(NamedTuple):
    """Why each row left, as codes (0 = censored), and what the codes are called."""

    codes: Array
    missing: _arrays.Mask
    names: tuple[str, ...]
    where: str
    mixed: bool = False  # truths with NO among them, read as censored


class Rows(NamedTuple):
    """Clean columns, and which rows lack something and are left out."""

    times: Array
    codes: Array
    entry: Array | None
    weights: Array | None
    gone: _arrays.Mask  # None if nothing is missing
    names: tuple[str, ...]
    unit: str
    scale: float
    span: tuple[float, float] | None  # the least and the greatest time, if they were looked for

    def table(self, chosen: Array | None = None) -> LifeTable:
        """Count the rows, or those that are chosen by number."""
        gone = self.gone if self.gone is None or chosen is None else self.gone[chosen]
        n_missing = 0 if gone is None else int(np.count_nonzero(gone))
        keep: Any = slice(None) if chosen is None else chosen
        if gone is not None and n_missing:
            keep = np.flatnonzero(~gone) if chosen is None else chosen[~gone]
        if self.weights is not None and not self.weights[keep].all():
            numbers = np.arange(len(self.times))[keep]
            keep = numbers[self.weights[numbers] > 0]
        times = self.times[keep]
        return table_of(
            times,
            self.codes[keep],
            self.names,
            self.span if self.span is not None and len(times) == len(self.times) else span_of(times),
            entry=None if self.entry is None else self.entry[keep],
            weights=None if self.weights is None else self.weights[keep],
            n_missing=n_missing,
            unit=self.unit,
            scale=self.scale,
        )


def rows_of(
    durations: _arrays.ColumnLike,
    causes: Causes,
    *,
    entry: _arrays.ColumnLike | None,
    weights: _arrays.ColumnLike | None,
    unit: str,
) -> Rows:
    """Read the columns that every curve has, and find the rows that lack something."""
    _checks.text(unit, "unit")
    (times, gone), unit, scale, span = read_durations(durations, "durations", unit)
    rows = len(times)
    _arrays.same_length(causes.where, len(causes.codes), rows)
    start, weight = None, None
    if entry is not None:
        (start, absent), _, entry_scale, _ = read_durations(entry, "entry", unit)
        _arrays.same_length("entry", len(start), rows)
        if entry_scale != scale:
            raise InvalidType(
                "entry and durations are both numbers or both timedeltas",
                found="timedeltas beside numbers" if scale == 1.0 else "numbers beside timedeltas",
                where="entry",
            )
        gone = _arrays.joined(gone, absent)
    gone = _arrays.joined(gone, causes.missing)
    if weights is not None:
        weight = near_one(_arrays.weights(weights, "weights", rows=rows).astype(np.float64))
        weight = with_squares(weight)
    if start is not None:
        refuse_entry(times, start, gone)
    return Rows(times, causes.codes, start, weight, gone, causes.names, unit, scale, span)


def read_durations(
    values: _arrays.ColumnLike, where: str, unit: str
) -> tuple[_arrays.Column, str, float, tuple[float, float] | None]:
    """Give durations as numbers, their unit, by what to divide them to be in that unit, and their span."""
    read = _arrays.column(values, where)
    span = None if read.missing is not None else _span(read.values)
    if span is not None:
        return read, unit, 1.0, span
    if read.values.dtype.kind != "m":
        most = _arrays.MAX_EXACT if read.values.dtype.kind in "iu" else None  # times are told as floats
        numbers = _arrays.numbers(values, where, least=0, most=most)
        kept = numbers.values
        if kept.dtype.kind == "f":
            kept = kept.astype(np.float64, copy=False)  # also of the other byte order
        elif not kept.dtype.isnative:
            kept = kept.astype(np.int64)
        return _arrays.Column(kept, numbers.missing), unit, 1.0, None
    unit = _arrays.choice(unit or "days", tuple(SECONDS), "unit")
    micros = _arrays.durations(values, where)
    return _arrays.Column(micros.values.astype(np.int64), micros.missing), unit, SECONDS[unit] * 1e6, None


def _span(values: Array) -> tuple[float, float] | None:
    """Give the least and the greatest of numbers that need no second look; None if they do, as NaN does."""
    kind = values.dtype.kind
    if kind not in "iuf" or values.dtype.itemsize > _WORD or not values.dtype.isnative or not len(values):
        return None
    with np.errstate(invalid="ignore"):
        low, high = values.min().item(), values.max().item()
    if not (low >= 0 and (high < math.inf if kind == "f" else high <= _arrays.MAX_EXACT)):
        return None
    return float(low), float(high)


def needed(column: _arrays.ColumnLike | None, where: str) -> _arrays.ColumnLike:
    """Give a column that may be left out only where a life table holds it already."""
    if column is None:
        raise InvalidType(
            "durations need a second column that says who left and why",
            allowed="only a LifeTable, curve.counts, stands alone",
            where=where,
        )
    return column


def causes_of(
    causes: _arrays.ColumnLike | None, names: Sequence[str] | Mapping[int, str] | None, censored: str | None
) -> Causes:
    """Read why each row left: bools, codes from 0 for censored, texts, or truths."""
    given = needed(causes, "causes")
    read = _arrays.column(given, "causes")
    kind = read.values.dtype.kind
    if kind in "OUS" or (censored is not None and not len(read.present)):
        return _text_causes(given, read, names, censored)
    if censored is not None:
        raise InvalidType(
            "censored= names a text", found=f"causes of dtype {read.values.dtype}", where="censored"
        )
    if kind == "b":
        return Causes(read.values.astype(np.int8), read.missing, _names(names, 1), "causes")
    if read.values.dtype == np.int8 and np.any(read.values < 0):
        truths, missing = _arrays.truths(given, "causes")
        return Causes(np.maximum(truths, 0), missing, _names(names, 1), "causes", mixed=True)
    codes, missing = _arrays.numbers(given, "causes", least=0, most=MAX_CAUSES, whole=True)
    if missing is not None:
        codes = np.where(missing, 0, codes)
    highest = max(int(codes.max(initial=0)), 1)
    small = codes.astype(np.int8) if codes.dtype.itemsize > 1 or codes.dtype.kind == "f" else codes
    return Causes(small, missing, _names(names, highest), "causes")


def _text_causes(
    given: _arrays.ColumnLike,
    read: _arrays.Column,
    names: Sequence[str] | Mapping[int, str] | None,
    censored: str | None,
) -> Causes:
    if names is not None:
        raise InvalidType(
            "names= is for codes; causes of text bear their own",
            found="causes of text",
            allowed="leave names= out",
            where="names",
        )
    if censored is None:
        raise InvalidType(
            "causes of text need the word for not having left",
            found="none",
            allowed='write censored="open", or another word of yours; a blank is missing',
            where="censored",
        )
    still = _checks.text(censored, "censored")
    groups = _arrays.labels(given, "causes", rows=len(read))
    labels = [None if name is None else _checks.text(name, "causes") for name in groups.names or ()]
    causes = [name for name in labels if name is not None and name != still]
    _refuse_many(causes, "causes")
    named = named_causes(causes, "causes") or _names(None, 1)  # nobody has left, so nobody said why
    place = {name: code for code, name in enumerate(named, 1)}
    recode = np.array([0 if name is None else place.get(name, 0) for name in labels], np.int8)
    return Causes(recode[groups.groups()], groups.missing(), named, "causes")


def _names(names: Sequence[str] | Mapping[int, str] | None, highest: int) -> tuple[str, ...]:
    """Give a name for each code from 1 to the highest, or to the last that is named."""
    if names is None:
        return ("event",) if highest == 1 else tuple(f"cause {k}" for k in range(1, highest + 1))
    if isinstance(names, Mapping):
        given = {
            _checks.whole(code, "names, key", least=1, most=MAX_CAUSES): _checks.text(name, f"names[{code}]")
            for code, name in names.items()
        }
        listed = [given.get(k, f"cause {k}") for k in range(1, max(highest, *given, 1) + 1)]
        named = named_causes(listed, "names")
    else:
        named = named_causes(names, "names")
    if len(named) < highest:
        raise InvalidValue(
            "each code needs a name",
            found=f"code {highest}, {len(named)} names",
            allowed=f"give {highest} names",
            where="names",
        )
    _refuse_many(named, "names")
    return tuple(_checks.name(name, f"names[{i}]") for i, name in enumerate(named))


def _refuse_many(causes: Sequence[object], where: str) -> None:
    if len(causes) > MAX_CAUSES:
        raise InvalidValue(f"at most {MAX_CAUSES} causes are needed", found=f"{len(causes):,}", where=where)
