"""Columns of any maker as numpy arrays, with what is missing beside them.

What belongs here: reading lists, numpy, masked, pandas, polars and Arrow columns without importing
their libraries, and errors that name the argument, the row and what is allowed. What does not:
arithmetic on the columns, and anything that knows what they mean.
"""

from __future__ import annotations

import array
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from qualify import _checks
from qualify.errors import InvalidType, InvalidValue
from qualify.truth import Truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]
    Mask: TypeAlias = NDArray[np.bool_] | None

# What a public function takes as a column: a sequence, an array, or a column of pandas, polars or Arrow.
# None of these libraries may be imported for a type, so the words stand for them.
ColumnLike: TypeAlias = Any
Foreign: TypeAlias = Any  # an object of a library that is not imported here

CHUNK = 1 << 18  # rows at a time: the buffers of a pass stay in the cache
MAX_EXACT = 1 << 53  # beyond this a float skips whole numbers


class Column(NamedTuple):
    """A one-dimensional array and where it is missing; `missing` is None where nothing can be.

    `values` may be a view of the caller's memory, of any stride and byte order: never write to it.
    What stands in it where `missing` is True means nothing.
    """

    values: Array
    missing: Mask

    def __len__(self) -> int:
        return len(self.values)

    @property
    def present(self) -> Array:
        """The values that are not missing, in order."""
        return self.values if self.missing is None else self.values[~self.missing]


def column(values: ColumnLike, where: str) -> Column:
    """Give any column as a one-dimensional array of its own dtype, and where it is missing.

    None, a mask, pandas' NA and NaT, and nulls of polars and Arrow are missing; NaN in floats is left to
    `numbers`. Aware datetimes become `datetime64[us]` in UTC, timedeltas `timedelta64[us]`, truths their
    int8 codes.

    >>> column([3, None, 5], "answers")
    Column(values=array([3, 3, 5]), missing=array([False,  True, False]))
    """
    if isinstance(values, np.ndarray):
        return _from_numpy(values, where)
    if isinstance(values, (list, tuple)):
        return _from_list(values, where)
    read = _FOREIGN.get(type(values).__module__.partition(".")[0])
    if read is not None:
        return read(values, where)
    if isinstance(values, (range, array.array, memoryview)):
        return _one_dimension(np.asarray(values), None, where)
    if isinstance(values, (Mapping, Iterator, str, bytes, set, frozenset)) or not hasattr(
        values, "__array__"
    ):
        advice = "wrap it in list(...)" if isinstance(values, Iterator) else _SHAPES
        raise InvalidType("a column is needed", found=_checks.kind_of(values), allowed=advice, where=where)
    return _from_numpy(np.asarray(values), where)


def numbers(
    values: ColumnLike,
    where: str,
    *,
    missing: object = (),
    least: float | None = None,
    most: float | None = None,
    whole: bool = False,
) -> Column:
    """Give a column of finite numbers; NaN and the codes in `missing` count as missing.

    Bool, complex, text, dates and infinities are errors, and so is a number under `least`, over `most`,
    or broken where it must be `whole`; the error names the first such row. The dtype is kept: widen
    before you add.

    >>> numbers([3, 99, 5], "answers", missing=99).present
    array([3, 5])
    """
    read = column(values, where)
    array_, gone = number_kind(read, where).values, read.missing
    gone = _joined(gone, coded(array_, codes(missing, "missing")))
    if array_.dtype.kind == "f":
        gone = _joined(gone, np.isnan(array_))
        wrong = np.isinf(array_)
        if whole:
            with np.errstate(invalid="ignore"):
                wrong |= array_ != np.floor(array_)
        refuse_first(array_, wrong, gone, where, "whole numbers" if whole else "finite numbers")
    if (least is not None and np.any(low := array_ < least)) or (
        most is not None and np.any(low := array_ > most)
    ):
        if most is None:
            allowed = f"numbers of at least {least:g}"
        elif least is None:
            allowed = f"numbers of at most {most:g}"
        else:
            allowed = f"numbers from {least:g} to {most:g}"
        refuse_first(array_, low, gone, where, allowed)
    return Column(array_, gone)


def truths(values: ColumnLike, where: str) -> Column:
    """Give a column of truths as int8 codes: +1 YES, 0 UNKNOWN, -1 NO; a blank is missing, not UNKNOWN.

    int8 codes, bools (also nullable ones) and lists of `Truth` or bool are read. A column of 0 and 1 of
    any other dtype is an error, because 0 would be read as UNKNOWN where it means no.

    >>> truths([True, Truth.UNKNOWN, None], "outcomes")
    Column(values=array([1, 0, 0], dtype=int8), missing=array([False, False,  True]))
    """
    read = column(values, where)
    array_, gone = read
    if gone is not None and gone.all():
        return Column(np.zeros(len(array_), np.int8), gone)
    if array_.dtype == np.bool_:
        return Column(array_.view(np.int8) * np.int8(2) - np.int8(1), gone)
    if array_.dtype.kind == "O" and all(type(v) in (bool, np.bool_, Truth) for v in read.present):
        coded_ = [0 if v is None else Truth.of(_plain(v)).value for v in array_]
        return Column(np.array(coded_, np.int8), gone)
    if array_.dtype != np.int8:
        if array_.size == 0:
            return Column(np.zeros(0, np.int8), gone)
        raise InvalidType(
            "truths are needed",
            found=f"dtype {array_.dtype}" if array_.dtype.kind != "O" else _first_odd(array_, (bool, Truth)),
            allowed="int8 codes +1, 0, -1 (YES, UNKNOWN, NO), bools or Truth; for 0 and 1 write column == 1",
            where=where,
        )
    refuse_first(array_, (array_ < -1) | (array_ > 1), gone, where, "codes +1, 0 and -1")
    return Column(array_ if gone is None else np.where(gone, np.int8(0), array_), gone)


def instants(values: ColumnLike, where: str) -> Column:
    """Give a column of instants as `datetime64[us]` in UTC, with what is missing (NaT, None).

    Datetimes in lists must be aware. A `datetime64` column has no time zone and is read as UTC; aware
    pandas, polars and Arrow columns are brought to UTC.

    >>> from datetime import datetime, timezone
    >>> instants([datetime(2026, 5, 3, tzinfo=timezone.utc), None], "at").present
    array(['2026-05-03T00:00:00.000000'], dtype='datetime64[us]')
    """
    return _temporal(column(values, where), "M", "datetime64[us]", "instants", where)


def durations(values: ColumnLike, where: str) -> Column:
    """Give a column of durations as `timedelta64[us]`, with what is missing; a negative one is an error.

    >>> durations([timedelta(hours=2)], "waits").values
    array([7200000000], dtype='timedelta64[us]')
    """
    read = _temporal(column(values, where), "m", "timedelta64[us]", "durations", where)
    refuse_first(
        read.values,
        read.values < np.timedelta64(0, "us"),
        read.missing,
        where,
        "durations that are not negative",
    )
    return read


class Labels(NamedTuple):
    """Which group each row is in: `codes - low` counts groups from 0 to `size` - 1.

    `names` holds the label of each group, or None where the codes are the labels themselves. Not every
    group need occur.
    """

    codes: Array
    low: int
    size: int
    names: tuple[object, ...] | None

    def of(self, occurs: NDArray[np.bool_]) -> tuple[object, ...]:
        """Give the labels of the groups that occur, in their order."""
        places = np.flatnonzero(occurs)
        if self.names is None:
            return tuple((places + self.low).tolist())
        return tuple(self.names[i] for i in places)

    def groups(self) -> NDArray[np.intp]:
        """Give the group of each row, counted from 0."""
        return self.codes.astype(np.intp, copy=False) - self.low


def labels(values: ColumnLike, where: str, *, rows: int) -> Labels:
    """Give the groups of `by=`: sorted where the labels can be, a missing label is a group None, the last.

    >>> group = labels(["b", "a", None, "b"], "by", rows=4)
    >>> group.names, group.groups()
    (('a', 'b', None), array([1, 0, 2, 1]))
    """
    ready = _categories(values)
    if ready is not None:
        same_length(where, len(ready[0]), rows)
        return _named(*ready)
    read = column(values, where)
    same_length(where, len(read), rows)
    array_, gone = read
    if array_.dtype.kind == "f":
        gone = _joined(gone, np.isnan(array_))
    if array_.dtype.kind in "iu" and gone is None and len(array_):
        low, high = int(array_.min()), int(array_.max())
        if high - low <= 4 * len(array_) + 1_024:  # few enough to count in place
            return Labels(array_, low, high - low + 1, None)
    if array_.dtype.kind in "biufM":
        kept = array_ if gone is None else array_[~gone]
        names, inverse = np.unique(kept, return_inverse=True)
        codes_ = np.full(len(array_), len(names), np.intp)
        codes_[slice(None) if gone is None else ~gone] = inverse
        return _named(codes_, tuple(names.tolist()), none=gone is not None)
    if array_.dtype.kind not in "OUS":
        raise InvalidType(
            "labels are text, whole numbers, bools or dates", found=f"dtype {array_.dtype}", where=where
        )
    return _factorised(array_, gone, where)


def weights(values: ColumnLike, where: str, *, rows: int) -> Array:
    """Give weights as int64 or float64: finite, not negative, none missing, not all of them zero.

    >>> weights([1, 2], "weights", rows=2)
    array([1, 2])
    """
    read = numbers(values, where, least=0)
    same_length(where, len(read), rows)
    if read.missing is not None and read.missing.any():
        row = int(np.argmax(read.missing))
        raise InvalidValue(
            "every row needs a weight",
            found="a missing one",
            allowed="give 0 to leave a row out",
            where=f"{where}, row {row:,}",
        )
    if rows and not np.any(read.values):
        raise InvalidValue("weights must not all be zero", where=where)
    return read.values.astype(np.float64 if read.values.dtype.kind == "f" else np.int64, copy=False)


def same_length(where: str, found: int, rows: int) -> None:
    """Refuse a column that has not one entry for each of `rows` rows."""
    if found != rows:
        raise InvalidValue(f"one entry for each of {rows:,} rows is needed", found=f"{found:,}", where=where)


def level(value: object, where: str = "confidence_level") -> float:
    """Give a confidence level strictly between 0 and 1, with a hint for 95."""
    hint = "write 0.95 for 95 %"
    number = value if isinstance(value, (int, float)) else _checks.unboxed(value)
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise InvalidType("a confidence level is a number", found=_checks.kind_of(value), where=where)
    if not 0 < number < 1:
        raise InvalidValue(
            "a confidence level lies between 0 and 1", found=f"{number}", allowed=hint, where=where
        )
    return float(number)


def choice(value: object, allowed: Sequence[str], where: str = "method") -> str:
    """Give one of the allowed words, or the error that lists them."""
    if isinstance(value, str) and value in allowed:
        return value
    if not isinstance(value, str):
        raise InvalidType(
            "a word is needed",
            found=_checks.kind_of(value),
            allowed=f"one of {', '.join(allowed)}",
            where=where,
        )
    raise _checks.unknown(where, value, allowed, where=where)


_WORDS = {  # what other libraries call our keywords
    "alpha": "confidence_level= is the coverage, 0.95; alpha= would be the error, 0.05",
    **dict.fromkeys(
        ("level", "conf_level", "conf", "ci", "confidence", "coverage"), "write confidence_level="
    ),
    **dict.fromkeys(
        ("nan_policy", "na", "na_values", "dropna", "skipna", "missing_codes"),
        "NaN and None are counted as missing; give further codes as missing=",
    ),
    **dict.fromkeys(("group", "groups", "groupby", "group_by", "segment", "labels"), "write by="),
    **dict.fromkeys(("weight", "sample_weight", "w", "freq_weights"), "write weights="),
    **dict.fromkeys(("kind", "interval_method", "interval"), "write method="),
    **dict.fromkeys(("seed", "random_state"), "write rng="),
}


def unexpected(function: Callable[..., object], given: Mapping[str, object]) -> InvalidType:
    """Make the error for keywords that a function does not know, with the right word where there is one.

    >>> def share(x, *, confidence_level=0.95): ...
    >>> print(unexpected(share, {"alpha": 0.05}))
    share: unknown keyword alpha=; confidence_level= is the coverage, 0.95; alpha= would be the error, 0.05
    """
    word = next(iter(given))
    parameters = inspect.signature(function).parameters.values()
    known = [p.name for p in parameters if p.kind is not p.VAR_KEYWORD]
    advice = _WORDS.get(word)
    if advice is None or advice.split("=")[0].split()[-1] not in known:
        advice = _checks.nearest(word, known)
    return InvalidType(f"unknown keyword {word}=", allowed=advice, where=function.__name__)


def codes(missing: object, where: str) -> tuple[float, ...]:
    """Give the numbers that stand for "no answer": one, or several."""
    given = missing if isinstance(missing, (tuple, list, set, frozenset, range, np.ndarray)) else (missing,)
    return tuple(_checks.real(code, where) for code in given if code is not None and code == code)  # noqa: PLR0124 - NaN is missing anyway


def coded(values: Array, missing: tuple[float, ...]) -> Mask:
    """Give where values equal one of the codes; None without codes."""
    mask: Mask = None
    for code in missing:
        mask = _joined(mask, values == code)
    return mask


def number_kind(read: Column, where: str) -> Column:
    """Refuse a column whose dtype is not one of real numbers; a column that holds nothing becomes floats."""
    array_ = read.values
    if array_.dtype.kind in "iuf":
        return read
    if len(read.present) == 0:
        return Column(np.zeros(len(array_)), read.missing)
    found = _first_odd(array_, (int, float)) if array_.dtype.kind == "O" else _KINDS.get(array_.dtype.kind)
    raise InvalidType(
        "numbers are needed",
        found=found or f"dtype {array_.dtype}",
        allowed="whole or real ones",
        where=where,
    )


def refuse_first(values: Array, wrong: Array, missing: Mask, where: str, allowed: str) -> None:
    """Raise the error for the first row that is wrong and not missing, if there is one."""
    if missing is not None:
        wrong = wrong & ~missing
    if wrong.any():
        row = int(np.argmax(wrong))
        count = int(np.count_nonzero(wrong))
        more = f", and {count - 1:,} more rows" if count > 1 else ""
        raise InvalidValue(
            f"{allowed} are needed", found=f"{values[row]}{more}", where=f"{where}, row {row:,}"
        )


_SHAPES = "a list, a numpy array, or one column of pandas, polars or Arrow"
_KINDS = {
    "b": "bool",
    "c": "complex",
    "U": "text",
    "S": "bytes",
    "M": "dates",
    "m": "durations",
    "V": "records",
}


def _joined(one: Mask, other: Mask) -> Mask:
    if one is None or other is None:
        return other if one is None else one
    return one | other


def _plain(value: object) -> Foreign:
    return bool(value) if isinstance(value, np.bool_) else value


def _first_odd(values: Array, fine: tuple[type, ...]) -> str:
    for row, value in enumerate(values):
        if value is not None and (
            not isinstance(value, fine) or (isinstance(value, bool) and bool not in fine)
        ):
            return f"{_checks.kind_of(value)} in row {row:,}"
    return "unlike things"


def _one_dimension(values: Array, missing: Mask, where: str) -> Column:
    if values.ndim != 1:
        raise InvalidValue("a column has one dimension", found=f"{values.ndim}", allowed=_SHAPES, where=where)
    return Column(values, missing)


def _from_numpy(values: Array, where: str) -> Column:
    missing: Mask = None
    if isinstance(values, np.ma.MaskedArray):
        missing = np.ma.getmaskarray(values) if values.mask is not np.ma.nomask else None
        values = np.asarray(values.data)
    if values.dtype.kind in "mM":
        missing = _joined(missing, np.isnat(values))
    read = _one_dimension(values, missing, where)
    if values.dtype.kind != "O":
        return read
    inner = _from_list(values.tolist(), where)
    return Column(inner.values, _joined(missing, inner.missing))


def _from_list(values: Sequence[Any], where: str) -> Column:  # noqa: PLR0911 - one line a type
    kinds = set(map(type, values))
    blank = {kind for kind in kinds if kind.__name__ in _BLANK}
    missing: Mask = None
    if blank:
        missing = np.fromiter((type(v) in blank for v in values), np.bool_, len(values))
        first = next((v for v in values if type(v) not in blank), None)
        if first is None:
            return Column(np.zeros(len(values)), missing)
        values = [first if type(v) in blank else v for v in values]
        kinds -= blank
    if all(issubclass(kind, (bool, np.bool_)) for kind in kinds) and kinds:
        return Column(np.array(values, np.bool_), missing)
    if kinds == {Truth}:
        return Column(np.array([v.value for v in values], np.int8), missing)
    if all(issubclass(kind, _REALS) and not issubclass(kind, bool) for kind in kinds):
        return Column(_real_list(values, kinds, where), missing)
    if all(issubclass(kind, datetime) for kind in kinds):
        utc = [_row(_checks.instant, v, row, where).replace(tzinfo=None) for row, v in enumerate(values)]
        return Column(np.array(utc, "datetime64[us]"), missing)
    if all(issubclass(kind, timedelta) for kind in kinds):
        return Column(np.array(values, "timedelta64[us]"), missing)
    if any(issubclass(kind, (list, tuple, np.ndarray)) for kind in kinds):
        raise InvalidValue("a column has one dimension", found="2 or more", allowed=_SHAPES, where=where)
    objects = np.empty(len(values), object)
    objects[:] = values
    if missing is not None:
        objects[missing] = None
    return Column(objects, missing)


_BLANK = frozenset(("NoneType", "NAType", "NaTType"))
_REALS = (int, float, np.integer, np.floating, Decimal, Fraction)


def _row(check: Callable[[Any, str], Any], value: object, row: int, where: str) -> Foreign:
    return check(value, f"{where}, row {row:,}")


def _real_list(values: Sequence[Any], kinds: set[type], where: str) -> Array:
    if all(issubclass(kind, (int, np.integer)) for kind in kinds) and kinds:
        try:
            return np.array(values, np.int64)
        except OverflowError:
            row = next(i for i, v in enumerate(values) if not -(1 << 63) <= v < 1 << 63)
            raise InvalidValue(
                "whole numbers of at most 64 bits are needed",
                found=_checks.show(values[row]),
                where=f"{where}, row {row:,}",
            ) from None
    if any(issubclass(kind, (int, np.integer, Decimal, Fraction)) for kind in kinds):
        for row, v in enumerate(values):
            if not _is_exact(v):
                raise InvalidType(
                    "a number that a float holds exactly is needed",
                    found=_checks.show(v),
                    allowed="give money in whole minor units, or say float(...) yourself",
                    where=f"{where}, row {row:,}",
                )
    return np.array([float(v) for v in values], np.float64)


def _is_exact(value: Foreign) -> bool:
    if isinstance(value, (float, np.floating)):
        return True
    try:
        return bool(float(value) == value)
    except OverflowError:
        return False


def _temporal(read: Column, kind: str, dtype: str, what: str, where: str) -> Column:
    if read.values.dtype.kind != kind:
        if len(read.present) == 0:
            return Column(np.zeros(len(read), dtype), read.missing)
        odd = _first_odd(read.values, ()) if read.values.dtype.kind == "O" else f"dtype {read.values.dtype}"
        raise InvalidType(
            f"{what} are needed",
            found=odd,
            allowed="aware datetimes or datetime64" if kind == "M" else "timedeltas or timedelta64",
            where=where,
        )
    return Column(read.values.astype(dtype, copy=False), read.missing)


def _named(codes_: Array, names: tuple[object, ...], *, none: bool = True) -> Labels:
    """Make labels of codes that may be -1 or len(names) where the label is missing."""
    if none:
        codes_ = np.where(codes_ < 0, len(names), codes_).astype(np.intp, copy=False)
        names = (*names, None)
    return Labels(codes_, 0, len(names), names)


def _factorised(values: Array, missing: Mask, where: str) -> Labels:
    index: dict[object, int] = {}
    add = index.setdefault
    try:
        codes_ = np.fromiter((add(v, len(index)) for v in values.tolist()), np.intp, len(values))
    except TypeError:
        raise InvalidType("labels must be hashable", found=_first_odd(values, (str,)), where=where) from None
    if missing is not None:
        codes_[missing] = -1
    names = list(index)
    present = [name for name in names if name is not None]
    try:
        order = sorted(present)  # type: ignore[type-var]
    except TypeError:
        order = present  # labels of unlike types keep the order in which they came
    place = {name: i for i, name in enumerate(order)}
    moved = np.array([place.get(name, -1) for name in names] or [-1], np.intp)
    gone = codes_ < 0
    return _named(np.where(gone, -1, moved[codes_]), tuple(order), none=bool(gone.any()))


def _categories(values: ColumnLike) -> tuple[Array, tuple[object, ...]] | None:
    """Give codes and names of a categorical or dictionary column as it keeps them, else None."""
    root = type(values).__module__.partition(".")[0]
    if root == "pandas":
        held: Foreign = getattr(values, "cat", values)
        if hasattr(held, "categories") and hasattr(held, "codes"):
            return np.asarray(held.codes), tuple(held.categories.tolist())
    if root == "pyarrow" and type(values).__name__ in {"StringArray", "LargeStringArray", "DictionaryArray"}:
        encoded = values if type(values).__name__ == "DictionaryArray" else values.dictionary_encode()
        names = tuple(encoded.dictionary.to_pylist())
        if list(names) == sorted(set(names) - {None}):  # as pandas and polars write categories
            return encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), names
    return None


def _lazy(what: str, where: str) -> InvalidType:
    return InvalidType(
        "a column in memory is needed",
        found=what,
        allowed="collect it first and give one column, for example frame.collect()['score']",
        where=where,
    )


def _frame(what: str, where: str) -> InvalidType:
    return InvalidType(
        "one column is needed", found=f"a table ({what})", allowed="choose it: table['score']", where=where
    )


def _from_pandas(values: Foreign, where: str) -> Column:
    if type(values).__name__ == "DataFrame":
        raise _frame("pandas DataFrame", where)
    if not hasattr(values, "isna"):
        raise InvalidType("a column is needed", found=_checks.kind_of(values), allowed=_SHAPES, where=where)
    dtype = values.dtype
    held: Foreign = getattr(values, "cat", values)
    if hasattr(held, "categories") and hasattr(held, "codes"):
        place = np.asarray(held.codes)
        names = column(held.categories.to_numpy(), where).values
        missing = place < 0
        if not len(names):
            return Column(np.zeros(len(place)), missing)
        return Column(names[np.where(missing, 0, place)], missing if missing.any() else None)
    if isinstance(dtype, np.dtype):
        return _from_numpy(values.to_numpy(), where)
    missing = np.asarray(values.isna())
    if getattr(dtype, "tz", None) is not None:
        utc = (
            values.dt.tz_convert("UTC").dt.tz_localize(None)
            if hasattr(values, "dt")
            else values.tz_convert("UTC").tz_localize(None)
        )
        return Column(utc.to_numpy(), missing if missing.any() else None)
    numpy_type = getattr(dtype, "numpy_dtype", np.dtype(object))
    if numpy_type.kind in "biuf":
        filled = values.to_numpy(dtype=numpy_type, na_value=numpy_type.type(0))
        return Column(filled, missing if missing.any() else None)
    return _from_numpy(values.to_numpy(dtype=object), where)


def _from_polars(values: Foreign, where: str) -> Column:
    kind = type(values).__name__
    if kind in {"LazyFrame", "Expr", "LazyGroupBy"}:
        raise _lazy(f"a polars {kind}, which is not computed yet", where)
    if kind == "DataFrame":
        raise _frame("polars DataFrame", where)
    if kind != "Series":
        raise InvalidType("a column is needed", found=f"a polars {kind}", allowed=_SHAPES, where=where)
    name = str(values.dtype).partition("(")[0]
    if name in {"String", "Categorical", "Enum", "Object", "Decimal", "Date", "Null"}:
        return _from_list(values.to_list(), where)
    missing = values.is_null().to_numpy() if values.null_count() else None
    if missing is not None and name not in {"Datetime", "Duration"}:
        values = values.fill_null(False if name == "Boolean" else 0)
    read = _from_numpy(values.to_numpy(), where)
    return Column(read.values, _joined(missing, read.missing))


def _from_arrow(values: Foreign, where: str) -> Column:
    kind = type(values).__name__
    if kind in {"Table", "RecordBatch"}:
        raise _frame(f"Arrow {kind}", where)
    if not hasattr(values, "null_count") or not hasattr(values, "to_numpy"):
        raise _lazy(f"an Arrow {kind}", where)
    if kind == "ChunkedArray":
        values = values.combine_chunks()
    if kind != "ChunkedArray" and hasattr(values, "dictionary_decode"):
        values = values.dictionary_decode()
    missing = np.asarray(values.is_null()) if values.null_count else None
    text = str(values.type)
    if missing is not None and (text == "bool" or text.startswith(("int", "uint"))):
        values = values.fill_null(False if text == "bool" else 0)
    if text in {"string", "large_string", "null"} or text.startswith(("decimal", "date")):
        return _from_list(values.to_pylist(), where)
    read = _from_numpy(values.to_numpy(zero_copy_only=False), where)
    return Column(read.values, _joined(missing, read.missing))


def _from_narwhals(values: Foreign, where: str) -> Column:
    if not hasattr(values, "to_native"):
        raise _lazy(f"a narwhals {type(values).__name__}", where)
    return column(values.to_native(), where)


def _not_computed(values: Foreign, where: str) -> Column:
    raise _lazy(
        f"{type(values).__module__.partition('.')[0]} {type(values).__name__}, not computed yet", where
    )


_FOREIGN: dict[str, Callable[[Any, str], Column]] = {
    "pandas": _from_pandas,
    "polars": _from_polars,
    "pyarrow": _from_arrow,
    "narwhals": _from_narwhals,
    **dict.fromkeys(("dask", "ibis", "pyspark", "duckdb", "daft", "vaex"), _not_computed),
}
