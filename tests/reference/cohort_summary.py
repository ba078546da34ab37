"""A slow, obvious twin of `Summary`: one journey at a time, by the scalar fold."""

from __future__ import annotations

from qualify.stages import Journey
from qualify.truth import NO, UNKNOWN, YES


def counted(chart, rows):
    """Give the attempts won, lost and open of rows of (subject, event, at), which may lie in any order."""
    told = {}
    for subject, event, at in sorted(rows, key=lambda row: row[2]):
        journey = told.get(subject) or Journey.start(chart, subject, at=at)
        told[subject] = journey.record(event, at=at)
    ends = [attempt.won for journey in told.values() for attempt in journey.attempts()]
    return {"yes": ends.count(YES), "no": ends.count(NO), "unknown": ends.count(UNKNOWN), "missing": 0}


def converted(chart, rows):
    """Give how many subjects were ever won."""
    told = {}
    for subject, event, at in sorted(rows, key=lambda row: row[2]):
        journey = told.get(subject) or Journey.start(chart, subject, at=at)
        told[subject] = journey.record(event, at=at)
    return sum(any(attempt.won is YES for attempt in journey.attempts()) for journey in told.values())
