"""A cohort as it is stored: each column as a list, and the way back.

What belongs here: columns to plain lists, and lists to columns. What does not: reading tables of hosts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from qualify import _arrays, _checks
from qualify._maps import Map
from qualify.cohort._columns import instant_of, masked
from qualify.cohort._reading import BadRow
from qualify.errors import InvalidType, InvalidValue
from qualify.models import Facts, Vocabulary
from qualify.stages import Journey

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]

CODES = ("outcome", "pursued", "contact")
TEXTS = ("account", "person", "offer", "owner", "state", "decision")
INSTANTS = ("since", "opened", "closed")
NUMBERS = ("hours", "weight")
_TYPE = re.compile(
    r"bool|u?int(8|16|32|64)|float(16|32|64)|str|object|(datetime|timedelta)64\[(D|h|m|s|ms|us|ns)\]"
)
_TIMES = "mM"


def listed(column: Any) -> list[Any]:  # noqa: ANN401 - any column
    """Give a column as a list of plain values: None where nothing stands, instants in UTC.

    >>> listed(np.array(["2026-05-03T12:00", "NaT"], "datetime64[us]"))
    [datetime.datetime(2026, 5, 3, 12, 0, tzinfo=datetime.timezone.utc), None]
    """
    if isinstance(column, np.ndarray) and column.dtype == "datetime64[us]":
        return [None if np.isnat(at) else instant_of(at) for at in column]
    entries: list[Any] = column.tolist() if isinstance(column, np.ndarray) else list(column)
    return entries


def type_of(column: object) -> str | None:
    """Give the type of a topic's column that is an array, as `dtypes` names it; None of a tuple."""
    if not isinstance(column, np.ndarray):
        return None
    name = "str" if column.dtype.kind == "U" else column.dtype.name
    if not _TYPE.fullmatch(name):
        raise InvalidType("a column of plain values can be stored", found=f"dtype {column.dtype}")
    return name


def topic_list(column: Any) -> list[Any]:  # noqa: ANN401 - any column
    """Give a topic's column as a list; times of an array as whole numbers of their unit."""
    if isinstance(column, np.ndarray) and column.dtype.kind in _TIMES:
        return [
            None if gone else n
            for n, gone in zip(column.view(np.int64).tolist(), np.isnat(column), strict=True)
        ]
    return [None if one != one else one for one in listed(column)]  # noqa: PLR0124 - NaN alone differs


def columns_of(
    *,
    ids: Sequence[str],
    at: datetime | None = None,
    vocabulary: Vocabulary | None = None,
    topics: Mapping[str, Sequence[object]] | None = None,
    dtypes: Mapping[str, str] | None = None,
    surveys: Mapping[str, Sequence[float]] | None = None,
    heard: Sequence[tuple[tuple[str, datetime], ...]] | None = None,
    bad: Sequence[BadRow] = (),
    left_out: Mapping[str, int] | None = None,
    journeys: Sequence[Journey] = (),
    facts: Sequence[Facts | None] = (),
    **columns: Sequence[Any],
) -> tuple[dict[str, Any], tuple[Journey, ...], tuple[Facts | None, ...]]:
    """Give the arguments of `Cohort` for stored columns, and the journeys and facts behind its rows."""
    types, named = dtypes or {}, topics or {}
    for name in types:
        if name not in named:
            raise _checks.unknown("topic", name, named, where="Cohort.dtypes")
    for field, rows in (("journeys", journeys), ("facts", facts)):
        if rows and len(rows) != len(ids):
            raise InvalidValue("one for each row is needed", where=f"Cohort.{field}")
    read: dict[str, Any] = {name: _codes(columns[name], name) for name in CODES if name in columns}
    read |= {name: _arrays.objects(list(columns[name])) for name in TEXTS if name in columns}
    read |= {name: _times(columns[name]) for name in INSTANTS if name in columns}
    read |= {name: np.array(columns[name], np.float64) for name in NUMBERS if name in columns}
    if heard is not None:
        read["heard"] = _arrays.objects(list(heard))
    made = {
        "ids": ids,
        "at": at,
        "vocabulary": vocabulary,
        "topics": {name: _topic(column, types.get(name), name) for name, column in named.items()},
        "surveys": {name: np.array(column, np.float64) for name, column in (surveys or {}).items()},
        "bad": bad,
        "left_out": Map(left_out or {}),
        **read,
    }
    return made, tuple(journeys), tuple(facts)


def _codes(column: Sequence[int | None], name: str) -> Array:
    if not {*column} <= {1, 0, -1, None}:
        raise InvalidValue("codes are 1, 0, -1 or null", where=f"Cohort.{name}")
    gone = np.array([code is None for code in column], np.bool_)
    return masked(np.array([code or 0 for code in column], np.int8), gone)


def _times(column: Sequence[datetime | None]) -> Array:
    return np.array([None if at is None else at.replace(tzinfo=None) for at in column], "datetime64[us]")


def _topic(column: Sequence[object], dtype: str | None, name: str) -> Any:  # noqa: ANN401 - a tuple or an array
    """Give the column of a topic: a tuple, or an array that says of itself what was stored."""
    if dtype is None:
        return tuple(column)
    where = f"Cohort.topics.{name}"
    if not _TYPE.fullmatch(dtype):
        raise InvalidValue("this is no type of a column", where=f"Cohort.dtypes.{name}")
    if dtype == "object":
        return _arrays.objects(list(column))
    try:
        if dtype.startswith(("datetime", "timedelta")):
            numbers = [np.iinfo(np.int64).min if one is None else one for one in column]
            made = np.array(numbers, np.int64).view(dtype)
        else:
            made = np.array(column, dtype)
    except (ValueError, TypeError, OverflowError):
        raise InvalidValue(f"entries of type {dtype} are needed", where=where) from None
    if [(type(one), one) for one in topic_list(made)] != [(type(one), one) for one in column]:
        raise InvalidValue(f"entries of type {dtype} are needed", where=where)
    return made
