"""One topic's column in the form in which it is judged many times.

What belongs here: reading a column once into Kleene codes, floats with NaN, whole 64-bit numbers, or
categories. What does not: what is asked of it (`_leaves`).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualify import _arrays, _checks
from qualify._maps import Plain, identity, plain
from qualify.errors import InvalidType, InvalidValue, QualifyError

Form: TypeAlias = Literal["truth", "number", "whole", "instant", "duration", "category"]
Array: TypeAlias = NDArray[Any]

NEVER = np.iinfo(np.int64).min  # what is missing among whole 64-bit numbers, as NaT is
_EXACT32 = 2**24
_EXACT64 = 2**53
_BYTE = 255  # codes that a byte holds beside one for what is missing
_TWO_BYTES = 65_536
_EPOCH = datetime(1970, 1, 1, tzinfo=_checks.UTC)
_TICK = timedelta(microseconds=1)


@attrs.frozen(eq=False)
class Encoded:
    """A column that is ready to be judged.

    "truth": int8 codes, 0 unknown. "number": float32 or, where that would round, float64; NaN unknown.
    "whole", "instant", "duration": int64, the last two in microseconds; the least of them unknown.
    "category": unsigned codes into `names`, where 0 is unknown and names[0] is None. `present` holds 1
    where a number of any kind is known and else 0: one byte a row, so that a leaf is one comparison.
    """

    form: Form
    values: Array
    names: tuple[Plain, ...] = ()
    present: NDArray[np.int8] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        if self.form == "truth":
            known = self.values  # its codes are what is judged, so nothing stands beside them
        elif self.form == "number":
            known = self.values == self.values
        else:
            known = self.values != (0 if self.form == "category" else NEVER)
        object.__setattr__(self, "present", np.asarray(known).view(np.int8))

    def __len__(self) -> int:
        return len(self.values)

    def known(self) -> NDArray[np.bool_]:
        """Tell where the topic is known."""
        return np.asarray(self.values != 0) if self.form == "truth" else self.present.view(np.bool_)

    def python(self, row: int) -> Plain:
        """Give one row's value as Facts would hold it, None where it is unknown."""
        value: Any = self.values[row].item()
        if self.form == "category":
            return self.names[int(value)]
        if self.form == "truth":
            return None if value == 0 else bool(value > 0)
        if self.form == "number":
            return None if value != value else int(value) if value.is_integer() else value  # noqa: PLR0124
        if value == NEVER:
            return None
        if self.form == "instant":
            return _EPOCH + int(value) * _TICK
        return int(value) * _TICK if self.form == "duration" else int(value)


def encode(  # noqa: PLR0911 - one line a form
    column: object, where: str, unknown: tuple[Plain, ...] = ()
) -> Encoded:
    """Read a column: of truths, numbers, instants, durations, or of any plain values as categories.

    `unknown` lists the values that stand for "nobody knows", besides None, NaN, NaT and masks.
    """
    ready = _dictionary(column)
    if ready is not None:
        return _categories(*ready, where, unknown)
    read = _arrays.column(column, where)
    values, missing = read.values, read.missing
    kind = values.dtype.kind
    if kind == "b":
        return Encoded("truth", _without(values.view(np.int8) * np.int8(2) - np.int8(1), missing, 0))
    if values.dtype == np.int8 and _is_truths(column):
        return Encoded("truth", _without(values, missing, 0))
    if kind in "iuf":
        return _numbers(values, missing, where, unknown)
    if kind == "M":
        ticks = values.astype("datetime64[us]").astype(np.int64)
        return Encoded("instant", _without(ticks, missing, NEVER))
    if kind == "m":
        return Encoded(
            "duration", _without(values.astype("timedelta64[us]").astype(np.int64), missing, NEVER)
        )
    codes, names = _factorised(values.tolist())
    if missing is not None:
        codes[missing] = -1
    return _categories(codes, names, where, unknown)


def _is_truths(column: object) -> bool:
    """Tell a column of Truth, or of its int8 codes, from one of small numbers: only lists of Truth are."""
    return isinstance(column, (list, tuple))


def _without(values: Array, missing: Array | None, gap: int) -> Array:
    if missing is None or not missing.any():
        return values
    if gap == 0:
        return values * (~missing).view(np.int8)
    made = values.copy()
    np.copyto(made, gap, where=missing)
    return made


def _numbers(values: Array, missing: Array | None, where: str, unknown: tuple[Plain, ...]) -> Encoded:
    given = [u for u in unknown if isinstance(u, (int, float, Decimal)) and not isinstance(u, bool)]
    codes: Sequence[float]
    if values.dtype.kind == "f":
        floats, codes = values, [float(u) for u in given if _is_float(u)]
        if np.isinf(values).any():
            row = int(np.argmax(np.isinf(values)))
            raise InvalidValue(
                "finite numbers are needed", found=str(values[row]), where=f"{where}, row {row:,}"
            )
    else:
        held = np.iinfo(values.dtype)
        gone, codes = missing, [int(u) for u in given if int(u) == u and held.min <= u <= held.max]
        for code in codes:
            gone = values == code if gone is None else gone | (values == code)
        largest = max(abs(int(values.min())), abs(int(values.max()))) if len(values) else 0
        if largest > _EXACT64:
            return _whole(values, gone, where)
        floats = values.astype(np.float32 if largest <= _EXACT32 else np.float64)
        missing, codes = gone, []
    if floats.dtype != np.float32:
        with np.errstate(over="ignore"):  # what is too large becomes infinite, and is seen to differ
            narrow = floats.astype(np.float32) if _fits(floats) else floats
        floats = narrow if narrow is floats or _same(narrow, floats) else floats.astype(np.float64)
    if floats is values and (values.flags.writeable or values.base is not None):
        floats = floats.copy()  # whoever made the column may still write to it
    if codes or (missing is not None and missing.any()):
        floats = floats.copy() if floats is values else floats  # read-only
        for code in codes:
            floats[values == code] = np.nan
        if missing is not None:
            floats[missing] = np.nan
    return Encoded("number", floats)


def _is_float(number: float | Decimal) -> bool:
    """Tell whether a float is exactly this number."""
    try:
        return float(number) == number
    except OverflowError:
        return False


def _fits(floats: Array) -> bool:
    """Tell whether float32 might hold a sample of a column, before all of it is tried."""
    sample = floats[:4_096]
    with np.errstate(over="ignore"):
        return bool(_same(sample.astype(np.float32), sample))


def _same(narrow: Array, wide: Array) -> bool:
    step = 65_536
    return all(
        bool(((narrow[i : i + step] == wide[i : i + step]) | np.isnan(wide[i : i + step])).all())
        for i in range(0, len(wide), step)
    )


def _whole(values: Array, missing: Array | None, where: str) -> Encoded:
    if values.dtype.kind == "u" and len(values) and int(values.max()) > np.iinfo(np.int64).max:
        raise InvalidValue("whole numbers below 2**63 are needed", where=where)
    return Encoded("whole", _without(values.astype(np.int64), missing, NEVER))


def _factorised(values: Sequence[object]) -> tuple[Array, tuple[object, ...]]:
    """Give codes from 0 by first appearance, with values told apart by type: 1 is not True."""
    index: dict[object, int] = {}
    add = index.setdefault
    plain_text = all(type(v) is str or v is None for v in values)
    keys = values if plain_text else [_key(v) for v in values]
    codes = np.fromiter((add(key, len(index)) for key in keys), np.int64, len(values))
    names: list[object] = [None] * len(index)
    first = np.unique(codes, return_index=True)[1] if len(codes) else ()
    for code, row in enumerate(first):
        names[code] = values[int(row)]
    return codes, tuple(names)


def _key(value: object) -> object:
    try:
        return identity(value) if hash(value) is not None else None
    except TypeError:
        return "repr", repr(value)


def _dictionary(column: object) -> tuple[Array, tuple[object, ...]] | None:
    """Give codes and names of a column that keeps them, or whose library makes them faster than we can."""
    root = type(column).__module__.partition(".")[0]
    held: Any = column
    if root == "polars" and type(column).__name__ == "Series":
        name = str(held.dtype).partition("(")[0]
        if name == "String":
            held = held.cast(sys.modules["polars"].Categorical)
        if name in {"String", "Categorical", "Enum"}:
            return _polars_codes(held)
    if root == "pandas":
        inner = getattr(held, "cat", held)
        if hasattr(inner, "categories") and hasattr(inner, "codes"):
            return np.asarray(inner.codes), tuple(inner.categories.tolist())
    if root == "pyarrow" and hasattr(held, "null_count"):
        return _arrow_codes(held)
    return None


def _arrow_codes(held: Any) -> tuple[Array, tuple[object, ...]] | None:  # noqa: ANN401 - an array of Arrow
    if type(held).__name__ == "ChunkedArray":
        held = held.combine_chunks()
    if str(getattr(held, "type", "")) in {"string", "large_string"}:
        held = held.dictionary_encode()
    if not (hasattr(held, "dictionary") and hasattr(held, "indices")):
        return None
    codes = np.asarray(held.indices.fill_null(0).to_numpy(zero_copy_only=False)).astype(np.int64)
    if held.indices.null_count:
        codes[np.asarray(held.indices.is_null())] = -1
    return codes, tuple(held.dictionary.to_pylist())


def _polars_codes(held: Any) -> tuple[Array, tuple[object, ...]]:  # noqa: ANN401 - a series of polars
    """Give codes and names of a series of categories; an Enum says them, of a Categorical one has to look."""
    physical = held.to_physical()
    if str(held.dtype).startswith("Enum"):
        names = tuple(held.dtype.categories.to_list())
        if len(names) < _BYTE:
            return physical.fill_null(_BYTE).to_numpy(), names  # as -1 is in one byte
        order = np.arange(len(names))
    else:
        occurs = held.unique().drop_nulls()
        names = tuple(occurs.to_list())
        order = occurs.to_physical().to_numpy().astype(np.int64)
    gap = int(order.max()) + 1 if len(order) else 0
    place = np.full(gap + 1, -1)
    place[order] = np.arange(len(order))
    made: Array = place[physical.cast(sys.modules["polars"].Int64).fill_null(gap).to_numpy()]
    return made, names


def _categories(codes: Array, names: tuple[object, ...], where: str, unknown: tuple[Plain, ...]) -> Encoded:
    """Give categories with 0 for what is unknown; each name is cleaned once, as evidence would be."""
    gaps = {identity(gap) for gap in unknown}
    kept: list[Plain] = [None]
    place = np.zeros(len(names) + 1, np.int64)  # the last entry is for -1
    for i, name in enumerate(names):
        cleaned = _cleaned(name, where, codes, i)
        if cleaned is not None and identity(cleaned) not in gaps:
            place[i] = len(kept)
            kept.append(cleaned)
    if len(names) < _BYTE:  # a byte each, and the last one for -1: a translation beats a look-up
        table = np.zeros(256, np.uint8)
        table[: len(names)] = place[:-1]
        moved = codes.astype(np.uint8).tobytes().translate(table.tobytes())
        return Encoded("category", np.frombuffer(moved, np.uint8), tuple(kept))
    width = np.uint8 if len(kept) <= _BYTE + 1 else np.uint16 if len(kept) <= _TWO_BYTES else np.uint32
    return Encoded("category", place.astype(width)[codes], tuple(kept))


def _cleaned(name: object, where: str, codes: Array, code: int) -> Plain:
    try:
        return plain(name, where)
    except QualifyError as error:
        row = int(np.argmax(codes == code))
        kind = type(error) if isinstance(error, (InvalidType, InvalidValue)) else InvalidValue
        raise kind(
            error.asked, found=error.found, allowed=error.allowed, where=f"{where}, row {row:,}"
        ) from None
