"""From rows of events to pieces of journeys: where each ends, and the attempts won and lost on the way.

What belongs here: one batch. What does not: how pieces compose (`_summary`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from qualify import _arrays, _checks
from qualify.cohort import Field
from qualify.cohort._columns import instant_of
from qualify.cohort._reading import Reader
from qualify.cohort._table import plain_list
from qualify.errors import InvalidType, InvalidValue
from qualify.stages import Chart, Journey
from qualify.stages._columns import Rows
from qualify.stages._replay import tables
from qualify.truth import NO, YES, Truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.stages import Compiled

    Array: TypeAlias = NDArray[Any]

NEEDED = ("subject", "event", "at")
_STARTED = "started"
_NOT_COLUMNS = ("restarted", "merged")


def event_rows(columns: Mapping[str, Any]) -> Array:
    """Give the rows that tell an event; `started` tells nothing that the chart does not say."""
    names = plain_list(columns["event"], "batch, column 'event'")
    for row, name in enumerate(names):
        if name in _NOT_COLUMNS:
            raise InvalidValue(
                "a journey that was restarted or merged cannot be told by columns",
                found=f"{name!r}",
                allowed="leave its subject out, and count it by Cohort.from_journeys",
                where=f"batch, row {row:,}, column 'event'",
            )
    told = [row for row, name in enumerate(names) if name is not None and name != _STARTED]
    return np.array(told, np.intp)


def chosen(column: Any, rows: Array, name: str) -> Array:  # noqa: ANN401 - any column
    """Give some rows of a column as an array that a chart replays."""
    where = f"batch, column {name!r}"
    if name == "at":
        return _instants(column, rows, where)
    if name not in NEEDED:
        return _arrays.truths(column, where).values[rows]
    listed = plain_list(column, where)
    made = np.empty(len(rows), object)
    made[:] = [listed[row] for row in rows.tolist()]
    for i, entry in enumerate(made):
        if entry is None or (name == "subject" and not isinstance(entry, str)):
            raise InvalidType(
                "a subject is text", found=_checks.kind_of(entry), where=f"{where}, row {rows[i]:,}"
            )
    return made


def _instants(column: Any, rows: Array, where: str) -> Array:  # noqa: ANN401 - any column
    reader = Reader({"at": column}, "batch", range(len(column)))
    read = reader.instants(Field("at"))[rows]
    if reader.bad or np.isnat(read).any():
        row = reader.bad[0].row if reader.bad else int(rows[int(np.argmax(np.isnat(read)))])
        raise InvalidValue("an event has an instant", where=f"{where}, row {row:,}")
    return read


def pieces(chart: Chart, read: dict[str, Array], selling: str, winning: str) -> dict[str, Any]:
    """Give, for each subject, its piece and the attempts on the way, for each place where it may begin."""
    subject, event, at = (read.pop(name) for name in NEEDED)
    if has_deadlines(chart):
        return _folded(chart, subject, event, at, read, selling, winning)
    compiled = table_of(chart)
    rows = Rows(compiled, subject, event, at, read)
    table, _ = tables(compiled)
    wins, losses = _closing(compiled, selling, winning)
    maps = np.tile(np.arange(len(compiled), dtype=np.uint16), (len(rows.begins), 1))
    won, lost = np.zeros(maps.shape, np.uint32), np.zeros(maps.shape, np.uint32)
    lengths = np.diff(np.append(rows.begins, rows.size))
    for rank in range(int(lengths.max(initial=0))):
        here = np.flatnonzero(lengths > rank)
        symbol = rows.symbols[rows.begins[here] + rank].astype(np.intp)[:, None]
        before = maps[here]
        won[here] += wins[symbol, before]
        lost[here] += losses[symbol, before]
        maps[here] = table[symbol, before]
    first, last = rows.at[rows.begins], rows.at[rows.begins + lengths - 1]
    order = np.argsort(rows.subjects, kind="stable")
    return {
        "events": rows.size,
        **{
            name: column[order]
            for name, column in (
                ("subjects", rows.subjects), ("maps", maps), ("won", won), ("lost", lost),
                ("first", first), ("last", last),
            )
        },
    }  # fmt: skip


def _closing(compiled: Compiled, selling: str, winning: str) -> tuple[Array, Array]:
    """Give which moves close an attempt, won and lost, by symbol and configuration.

    An attempt is open exactly where `selling` is active: `winning` that moves closes it (or one of length
    zero) as won, any other way out as lost.
    """
    found, keys = compiled._found, compiled._keys  # noqa: SLF001 - the table is all that is read
    wins = np.zeros((len(keys), len(compiled)), np.uint32)
    losses = np.zeros_like(wins)
    for state, moves in enumerate(found.moves):
        for symbol, key in enumerate(keys):
            move = moves[key]
            name = key if isinstance(key, str) else key[0]
            if name == winning and move.end == "moved":
                wins[symbol, state] = 1
            elif selling in move.left:
                losses[symbol, state] = 1
    return wins, losses


def _folded(
    chart: Chart,
    subject: Array,
    event: Array,
    at: Array,
    answers: dict[str, Array],
    selling: str,
    winning: str,
) -> dict[str, Any]:
    """Give the same for a chart with deadlines, journey by journey; all of a subject has to be here."""
    told: dict[str, list[int]] = {}
    for row, name in enumerate(subject.tolist()):
        told.setdefault(name, []).append(row)
    names = sorted(told)
    shape = (len(names), 1)
    maps, won, lost = np.zeros(shape, np.uint16), np.zeros(shape, np.uint32), np.zeros(shape, np.uint32)
    for i, name in enumerate(names):
        rows = sorted(told[name], key=lambda row: at[row])
        journey = Journey.start(chart, name, at=instant_of(at[rows[0]]))
        for row in rows:
            truths = {question: Truth(int(codes[row])) for question, codes in answers.items()}
            journey = journey.record(event[row], at=instant_of(at[row]), answers=truths)
        for attempt in journey.attempts(state=selling, won=winning):
            won[i] += attempt.won is YES
            lost[i] += attempt.won is NO
            maps[i] = attempt.closed is None
    micros = at.astype(np.int64)
    return {
        "events": len(subject),
        "subjects": _arrays.objects(names),
        "maps": maps,
        "won": won,
        "lost": lost,
        "first": np.array([micros[told[name]].min() for name in names], np.int64),
        "last": np.array([micros[told[name]].max() for name in names], np.int64),
    }


@lru_cache(maxsize=8)
def table_of(chart: Chart) -> Compiled:
    """Give the compiled chart: a cache, since each batch asks for it."""
    return chart.compile()


def has_deadlines(chart: Chart) -> bool:
    """Tell whether a chart moves on by time alone, so that its pieces do not compose."""
    return any(transition.after is not None for transition in chart.transitions)
