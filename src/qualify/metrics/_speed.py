"""How fast people are answered, with those whom nobody has answered yet.

What belongs here: waits between two instants, elapsed or within open hours. What does not: which calendar
a team works by (the host supplies its open hours), and what counts as a meaningful answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from qualify import _arrays, _checks
from qualify.errors import InvalidType, InvalidValue, TimeError
from qualify.metrics._curve import SECONDS, Curve
from qualify.metrics._life_table import LifeTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Micros = NDArray[np.int64]
    Rows = NDArray[np.intp]

__all__ = ["speed_to_lead"]


def speed_to_lead(
    arrived: _arrays.ColumnLike,
    answered: _arrays.ColumnLike,
    *,
    at: datetime,
    open_hours: Sequence[tuple[datetime, datetime]] | NDArray[Any] | None = None,
    unit: str = "hours",
    confidence_level: float = 0.95,
    **unknown: object,
) -> Curve:
    """Give the share answered as time passes since arrival; the unanswered are censored, never dropped.

    The mean over those who were answered leaves out the worst cases: in one audit 23 % of firms never
    answered at all. Ask for `median()`, `quantile(0.9)` and `incidence(timedelta(minutes=5))`.

    Args:
        arrived: when each lead arrived, as aware instants. Those after `at` have not arrived yet and are
            left out.
        answered: the first *meaningful* outreach to each, or a blank; an autoresponder is none. One after
            `at` has not happened yet.
        at: when the log is read: the unanswered have waited until then.
        open_hours: if given, only time inside these intervals counts: pairs of aware instants that rise and
            do not overlap. What lies between them is closed, and so is a week before the first and after the
            last; a log that reaches further is refused, since nobody knows whether it was open then.
            Without it, elapsed time.
        unit: seconds, minutes, hours, days or weeks.
        confidence_level: the coverage of the limits, 0.95.
        unknown: other keywords, which are answered with the right word.

    Raises:
        TimeError: an answer before its arrival, open hours that do not rise, lack an instant or do not
            cover the log, a naive instant.
        InvalidValue: open hours without an interval.
        InvalidType: open hours that are no pairs.

    >>> from datetime import datetime, timedelta, timezone
    >>> t0 = datetime(2026, 5, 4, 9, tzinfo=timezone.utc)
    >>> waits = speed_to_lead([t0, t0, t0], [t0 + timedelta(minutes=4), t0 + timedelta(hours=30), None],
    ...                       at=t0 + timedelta(days=3))
    >>> waits.incidence(timedelta(minutes=5)).value.__round__(3), waits.median().value
    (0.333, 30.0)
    """
    if unknown:
        raise _arrays.unexpected(speed_to_lead, unknown)
    now = _micros_of(_checks.instant(at, "at"))
    unit = _arrays.choice(unit, tuple(SECONDS), "unit")
    came, heard = _arrays.instants(arrived, "arrived"), _arrays.instants(answered, "answered")
    _arrays.same_length("answered", len(heard), len(came))
    start, stop = came.values.astype(np.int64), heard.values.astype(np.int64)
    gone = _arrays.missing_in(came)
    done = (stop <= now) & ~_arrays.missing_in(heard)
    keep = ~gone & (start <= now)
    wrong = done & keep & (stop < start)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise TimeError(
            "an answer does not come before its arrival",
            found=f"{heard.values[row]} after arriving {came.values[row]}",
            where=f"answered, row {row:,}",
        )
    begun, ended = start[keep], np.where(done, stop, now)[keep]
    if open_hours is not None:
        opens, closes = _opens_and_closes(open_hours)
        _refuse_uncovered(begun, ended, opens[0], closes[-1], np.flatnonzero(keep))
        waits = _open_before(ended, opens, closes) - _open_before(begun, opens, closes)
    else:
        waits = ended - begun
    table = LifeTable.of(
        waits,
        done[keep].view(np.int8),
        ("answered",),
        n_missing=int(np.count_nonzero(gone)),
        unit=unit,
        scale=SECONDS[unit] * 1e6,
    )
    name = "speed to lead" if open_hours is None else "speed to lead in open hours"
    return Curve(name, "unanswered", table, confidence_level)


def _micros_of(instant: datetime) -> int:
    return int(np.datetime64(instant.replace(tzinfo=None), "us").astype(np.int64))


def _opens_and_closes(open_hours: object) -> tuple[Micros, Micros]:
    """Give when each interval opens and closes, in microseconds, and refuse what does not rise."""
    if isinstance(open_hours, np.ndarray):
        if open_hours.ndim != 2 or open_hours.shape[1] != 2 or open_hours.dtype.kind != "M":  # noqa: PLR2004 - pairs
            raise _no_pairs(f"shape {open_hours.shape}, dtype {open_hours.dtype}")
        blank = np.isnat(open_hours).any(axis=1)
        if blank.any():
            row = int(np.argmax(blank))
            raise TimeError("an instant is missing", found="NaT", where=f"open_hours[{row}]")
        edges = open_hours.astype("datetime64[us]").astype(np.int64)
    else:
        if not isinstance(open_hours, Sequence):
            raise _no_pairs(_checks.kind_of(open_hours))
        for i, pair in enumerate(open_hours):
            if not isinstance(pair, (tuple, list)) or len(pair) != 2:  # noqa: PLR2004 - pairs
                raise _no_pairs(f"{_checks.kind_of(pair)} in place {i:,}")
        edges = np.array(
            [
                [_micros_of(_checks.instant(edge, f"open_hours[{i}]")) for edge in pair]
                for i, pair in enumerate(open_hours)
            ],
            np.int64,
        ).reshape(-1, 2)
    if len(edges) == 0:
        raise InvalidValue("open hours hold one interval at least", found="none", where="open_hours")
    opens, closes = np.ascontiguousarray(edges[:, 0]), np.ascontiguousarray(edges[:, 1])
    bad = closes <= opens
    bad[1:] |= opens[1:] < closes[:-1]
    if bad.any():
        i = int(np.argmax(bad))
        before = f" after {_told(opens[i - 1])} to {_told(closes[i - 1])}" if i else ""
        raise TimeError(
            "open hours rise and do not overlap",
            found=f"{_told(opens[i])} to {_told(closes[i])}{before}",
            allowed="sort them, and join those that overlap",
            where=f"open_hours[{i}]",
        )
    return opens, closes


def _no_pairs(found: str) -> InvalidType:
    return InvalidType(
        "open hours are pairs of instants",
        found=found,
        allowed="a list of pairs of aware datetimes, or datetime64 of shape (K, 2)",
        where="open_hours",
    )


_WEEK = 7 * 24 * 60 * 60 * 1_000_000  # microseconds; a closure that needs no open hours around it


def _refuse_uncovered(begun: Micros, ended: Micros, first: np.int64, last: np.int64, rows: Rows) -> None:
    """Refuse open hours that leave more than a week of the log out at either end."""
    for beyond, instants, what, edge in (
        (begun < first - _WEEK, begun, "arrived", f"the first opens at {_told(first)}"),
        (ended > last + _WEEK, ended, "waited until", f"the last closes at {_told(last)}"),
    ):
        if beyond.any():
            place = int(np.argmax(beyond))
            raise TimeError(
                "open hours cover the log",
                found=f"row {rows[place]:,} {what} {_told(instants[place])}, and {edge}",
                allowed="give the hours from the first arrival to the last answer, or to at=; "
                "at either end a week may be left out",
                where="open_hours",
            )


def _told(micros: np.int64) -> str:
    """Give an instant as an error shows it."""
    return f"{micros.astype('datetime64[us]')}"


def _open_before(instants: Micros, opens: Micros, closes: Micros) -> Micros:
    """Give how many microseconds were open before each instant."""
    before = np.concatenate([[0], np.cumsum(closes - opens)])
    last = np.maximum(np.searchsorted(opens, instants, side="right") - 1, 0)
    return before[last] + np.clip(instants, opens[last], closes[last]) - opens[last]
