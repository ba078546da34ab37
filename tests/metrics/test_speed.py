"""Waits until an answer: elapsed, within open hours, and of those who still wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import InvalidType, InvalidValue, TimeError
from qualify.metrics import speed_to_lead
from reference import curves_other as slow

MONDAY = datetime(2026, 5, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = [(MONDAY + timedelta(days=d), MONDAY + timedelta(days=d, hours=8)) for d in range(5)]


def test_the_unanswered_are_censored():
    """Whoever has no answer waits until the log is read; the mean of the answered alone would be 2 hours."""
    waits = speed_to_lead([MONDAY] * 4, [MONDAY + HOUR, MONDAY + 3 * HOUR, None, None], at=MONDAY + 10 * HOUR)
    assert (4, 2, 0) == (waits.n, waits.n_censored, waits.n_missing)
    assert [0.25, 0.5] == waits.incidence([HOUR, 5 * HOUR]).value.tolist()
    assert 3.0 == waits.median().value
    assert np.isnan(waits.quantile(0.9).value)
    assert "unanswered" in repr(waits)


def test_it_is_read_as_of_an_instant():
    """Later arrivals have not arrived, later answers have not happened."""
    arrived = [MONDAY, MONDAY, MONDAY + 5 * HOUR]
    answered = [MONDAY + HOUR, MONDAY + 4 * HOUR, None]
    waits = speed_to_lead(arrived, answered, at=MONDAY + 3 * HOUR)
    assert (2, 1) == (waits.n, waits.n_censored)
    assert waits == speed_to_lead(arrived[:2], [MONDAY + HOUR, None], at=MONDAY + 3 * HOUR)


def test_blanks_among_arrivals_are_missing():
    """A lead without arrival is missing and counted."""
    waits = speed_to_lead([None, MONDAY], [MONDAY, MONDAY], at=MONDAY)
    assert (1, 1) == (waits.n, waits.n_missing)


def test_open_hours_count_only_open_time():
    """From Monday 16:30 to Tuesday 9:15 is 45 minutes of work; in the night nothing passes."""
    arrived = [MONDAY + 7.5 * HOUR, MONDAY + 9 * HOUR]
    answered = [MONDAY + 24.25 * HOUR, MONDAY + 10 * HOUR]
    waits = speed_to_lead(arrived, answered, at=MONDAY + timedelta(days=4), open_hours=WEEK, unit="minutes")
    assert [0.0, 45.0] == waits.times.tolist()
    assert "speed to lead in open hours" == waits.name


def test_time_zones_are_brought_to_utc():
    """The same instants in other zones give the same waits, also as datetime64 columns."""
    zone = timezone(timedelta(hours=5, minutes=30))
    plain = speed_to_lead([MONDAY], [MONDAY + HOUR], at=MONDAY + 2 * HOUR, open_hours=WEEK)
    there = speed_to_lead(
        [MONDAY.astimezone(zone)],
        [(MONDAY + HOUR).astimezone(zone)],
        at=(MONDAY + 2 * HOUR).astimezone(zone),
        open_hours=[(a.astimezone(zone), b.astimezone(zone)) for a, b in WEEK],
    )
    columns = speed_to_lead(
        np.array([MONDAY.replace(tzinfo=None)], "M8[s]"),
        np.array([(MONDAY + HOUR).replace(tzinfo=None)], "M8[ms]"),
        at=MONDAY + 2 * HOUR,
        open_hours=np.array([[a.replace(tzinfo=None), b.replace(tzinfo=None)] for a, b in WEEK], "M8[s]"),
    )
    assert plain == there == columns


gaps = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5)), min_size=1, max_size=5)


@given(gaps, st.lists(st.tuples(st.integers(-5, 40), st.integers(0, 30)), min_size=1, max_size=10))
def test_open_time_equals_a_loop_over_the_intervals(gaps, waits):
    """Open time between two instants equals the sum over the intervals."""
    intervals, at = [], 0
    for pause, length in gaps:
        intervals.append((at + pause, at + pause + length))
        at += pause + length
    arrived = [MONDAY + start * HOUR for start, _ in waits]
    answered = [MONDAY + (start + wait) * HOUR for start, wait in waits]
    curve = speed_to_lead(
        arrived,
        answered,
        at=MONDAY + 100 * HOUR,
        open_hours=[(MONDAY + a * HOUR, MONDAY + b * HOUR) for a, b in intervals],
    )
    expected = sorted({float(slow.open_time(start, start + wait, intervals)) for start, wait in waits})
    assert expected == curve.times.tolist()


@pytest.mark.parametrize(
    ("hours", "error", "said"),
    [
        ([], InvalidValue, "^open_hours: .* one interval at least"),
        ([(MONDAY, MONDAY)], TimeError, r"^open_hours\[0\]: open hours rise .*09:00.* to .*09:00"),
        ([WEEK[1], WEEK[0]], TimeError, r"^open_hours\[1\]: open hours rise .*05-04.* after 2026-05-05"),
        ([(MONDAY, MONDAY + 2 * HOUR), (MONDAY + HOUR, MONDAY + 3 * HOUR)], TimeError, r"^open_hours\[1\]"),
        ([MONDAY], InvalidType, "^open_hours: .* pairs .*datetime in place 0"),
        ([(MONDAY, MONDAY + HOUR), (MONDAY,)], InvalidType, "^open_hours: .* pairs .*tuple in place 1"),
        (MONDAY, InvalidType, "^open_hours: .* pairs of instants .*got datetime"),
        ([(MONDAY.replace(tzinfo=None), MONDAY)], TimeError, r"^open_hours\[0\]: .* time zone"),
        (np.zeros(3), InvalidType, "^open_hours: .* pairs"),
        (np.zeros((2, 3), "M8[s]"), InvalidType, r"^open_hours: .* pairs .*\(2, 3\)"),
        (np.array([["2026-05-04", "2026-05-05"], ["2026-05-06", "NaT"]], "M8[D]"), TimeError,
         r"^open_hours\[1\]: an instant is missing \(got NaT\)"),
    ],
)  # fmt: skip
def test_open_hours_rise(hours, error, said):
    """Open hours are pairs of aware instants that rise and do not overlap."""
    with pytest.raises(error, match=said):
        speed_to_lead([MONDAY], [MONDAY], at=MONDAY, open_hours=hours)


def test_open_hours_cover_the_log():
    """A week before the first interval and after the last is closed; what lies beyond is refused."""
    week, last = timedelta(days=7), MONDAY + timedelta(days=4, hours=8)
    early, late, moment = MONDAY - week, last + week, timedelta(microseconds=1)
    for arrived, answered, at, found in (
        ([None, MONDAY, early - moment], [None] * 3, MONDAY, "row 2 arrived 2026-04-27T08:59.*05-04T09"),
        ([MONDAY] * 2, [late + moment] * 2, late + HOUR, "row 0 waited until 2026-05-15T17.*2026-05-08T17"),
        ([MONDAY] * 2, [MONDAY, None], late + moment, "row 1 waited until 2026-05-15T17.*2026-05-08T17"),
    ):
        with pytest.raises(TimeError, match=f"^open_hours: open hours cover the log .*{found}.*; give the"):
            speed_to_lead(arrived, answered, at=at, open_hours=WEEK)
    waits = speed_to_lead([early, early], [late, MONDAY - HOUR], at=late, open_hours=WEEK)
    assert [0.0, 40.0] == waits.times.tolist()
    assert 0 == speed_to_lead([None], [None], at=late + week, open_hours=WEEK).n


def test_what_cannot_be_meant():
    """An answer before its arrival, naive instants, numbers, unlike lengths, unknown units and words."""
    with pytest.raises(TimeError, match="row 1"):
        speed_to_lead([MONDAY, MONDAY + HOUR], [None, MONDAY], at=MONDAY + 2 * HOUR)
    with pytest.raises(TimeError):
        speed_to_lead([MONDAY], [MONDAY], at=MONDAY.replace(tzinfo=None))
    with pytest.raises(InvalidType):
        speed_to_lead([1], [2], at=MONDAY)
    with pytest.raises(InvalidValue):
        speed_to_lead([MONDAY], [], at=MONDAY)
    with pytest.raises(LookupError):
        speed_to_lead([MONDAY], [MONDAY], at=MONDAY, unit="months")
    with pytest.raises(InvalidType):
        speed_to_lead([MONDAY], [MONDAY], at=MONDAY, alpha=0.1)
    assert "no rows" in speed_to_lead([], [], at=MONDAY).reason
