"""From the columns of a table to the columns of a cohort, as of an instant.

What belongs here: which fields are read, what was not yet so, and which rows are left out. What does not:
how one entry is read (`_reading`) and what a cohort is (`_cohort`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from qualify import _arrays, _checks
from qualify.cohort._binding import (
    NUMBER_ROLES,
    SURVEYS,
    TEXT_ROLES,
    TIME_ROLES,
    TRUTH_ROLES,
    Binding,
)
from qualify.cohort._field import Field
from qualify.cohort._reading import Reader
from qualify.models import Action, Vocabulary
from qualify.stages import Chart

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]
    Codes: TypeAlias = NDArray[np.int8]


def read(
    reader: Reader,
    binding: Binding,
    at: datetime | None,
    vocabulary: Vocabulary | None,
    chart: Chart | None,
) -> dict[str, Any]:
    """Give what a binding names as the arguments of a Cohort, as of `at` or of the latest instant found."""
    topics = _topic_fields(reader, binding, vocabulary)
    for place, field in binding.fields():
        reader.require(field, place)
    if binding.id is None:
        ids = _arrays.objects([f"row {n}" for n in reader.rows])
    else:
        ids = reader.texts(binding.id)
    times = {role: reader.instants(f) for role in TIME_ROLES if (f := getattr(binding, role)) is not None}
    now = _checks.optional_instant(at, "at") or _latest(times.values())
    made: dict[str, Any] = {"ids": ids, **times}
    made |= {role: reader.texts(f) for role in _TEXTS if (f := getattr(binding, role)) is not None}
    truths = {role: reader.truths(f) for role in TRUTH_ROLES if (f := getattr(binding, role)) is not None}
    made |= {
        role: reader.numbers(f, least=0) for role in NUMBER_ROLES if (f := getattr(binding, role)) is not None
    }
    surveys = {name: reader.numbers(field, SURVEYS[name]) for name, field in binding.surveys.items()}
    known = {
        name: reader.topic(field, "any" if field.type is None else field.type)
        if vocabulary is None or (topic := vocabulary.get(name)) is None
        else reader.topic(field, field.type or topic.type, topic)
        for name, field in topics.items()
    }
    if binding.decision is not None:
        actions = (action.value for action in Action)
        _check_names(made["decision"], actions, "decision", reader, binding.decision)
    if binding.state is not None and chart is not None:
        _check_names(made["state"], chart.state_names, "state", reader, binding.state)
    late: Array = np.zeros(len(ids), np.bool_)
    if now is not None:
        seen = np.datetime64(now.replace(tzinfo=None), "us")
        known = _as_of(known, times.get("since"), seen, vocabulary)
        if "opened" in times:
            late = times["opened"] > seen
        if "closed" in times:
            open_ = times["closed"] > seen
            times["closed"][open_] = np.datetime64("NaT")
            if "outcome" in truths:
                codes, gone = truths["outcome"]
                codes[open_], gone[open_] = 0, False
    nameless = np.fromiter((one is None for one in ids.tolist()), np.bool_, len(ids))
    if binding.id is not None:
        reader.refuse_rows(nameless, binding.id)
    chosen = np.flatnonzero(~(late | nameless))
    left_out = {"no id": np.count_nonzero(nameless), "opened later": np.count_nonzero(late & ~nameless)}
    return {
        **{role: _taken(column, chosen) for role, column in made.items()},
        **{role: masked(codes[chosen], gone[chosen]) for role, (codes, gone) in truths.items()},
        "topics": {name: rows_of(column, chosen) for name, column in known.items()},
        "surveys": {name: _taken(answers, chosen) for name, answers in surveys.items()},
        "at": now,
        "bad": sorted(reader.bad, key=lambda bad: bad.row),
        "left_out": {why: int(n) for why, n in left_out.items() if n},
    }


_TEXTS = tuple(role for role in TEXT_ROLES if role != "id")


def _topic_fields(reader: Reader, binding: Binding, vocabulary: Vocabulary | None) -> Mapping[str, Field]:
    """Give the field of each topic; without a choice every column that has no other role is one."""
    if binding.topics is not None:
        for name in binding.topics:
            if vocabulary is not None and name not in vocabulary:
                raise _checks.unknown("topic", name, (t.name for t in vocabulary), where="mapping.topics")
        return binding.topics
    for column in binding.unknown:
        if column not in reader.columns:
            raise _checks.unknown("column", column, reader.columns, where="mapping.unknown")
    free = [column for column in reader.columns if column not in binding.columns]
    if vocabulary is not None:
        free = [column for column in free if column in vocabulary]
    return {column: Field(column, unknown=binding.unknown.get(column, ())) for column in free}


def _check_names(names: Array, allowed: Iterable[str], what: str, reader: Reader, field: Field) -> None:
    """Refuse a column that names what is not defined; several names may stand together, with commas."""
    known = set(allowed)
    for text in dict.fromkeys(names.tolist()):
        for name in () if text is None else map(str.strip, text.split(",")):
            if name not in known:
                row = reader.rows[names.tolist().index(text)]
                place = f"{reader.where}, row {row:,}, column {field.column!r}"
                raise _checks.unknown(what, name, known, where=place)


def _latest(times: Iterable[Array]) -> datetime | None:
    found = [column[~np.isnat(column)].max() for column in times if not np.isnat(column).all()]
    return instant_of(max(found)) if found else None


def instant_of(at: np.datetime64) -> datetime:
    """Give an entry of a column of instants as an aware datetime."""
    moment: datetime = at.astype(object)
    return moment.replace(tzinfo=_checks.UTC)


def _as_of(
    known: dict[str, Any], since: Array | None, seen: np.datetime64, vocabulary: Vocabulary | None
) -> dict[str, Any]:
    """Give the topics without what was so only later, and without what has gone stale."""
    if since is None:
        return known
    cut = {}
    for name, column in known.items():
        topic = None if vocabulary is None else vocabulary.get(name)
        gone = since > seen
        if topic is not None and topic.fresh_for is not None:
            gone |= since + np.timedelta64(topic.fresh_for, "us") <= seen
        cut[name] = column if not gone.any() else _without(column, gone)
    return cut


def _without(column: Any, gone: Array) -> Any:  # noqa: ANN401 - a list or an array, as it was
    if isinstance(column, np.ndarray):
        return np.where(gone, np.nan, column)
    return [None if hidden else value for value, hidden in zip(column, gone.tolist(), strict=True)]


def rows_of(column: Any, chosen: Array) -> Any:  # noqa: ANN401 - a list or an array, as it was
    """Give some rows of a column."""
    return _taken(column, chosen) if isinstance(column, np.ndarray) else [column[i] for i in chosen.tolist()]


def _taken(column: Array, chosen: Array) -> Array:
    """Give some rows as a new column that is read-only, so that a cohort need not copy it."""
    made: Array = column[chosen]
    made.flags.writeable = False
    return made


def masked(codes: Codes, gone: Array) -> Codes:
    """Give codes as they are, or as a masked array where some were not recorded."""
    if not gone.any():
        return codes
    made = np.ma.MaskedArray(codes, mask=gone)
    made.harden_mask()
    return made
