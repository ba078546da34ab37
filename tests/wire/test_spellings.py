"""There is one way to write an instant, a date, a duration, a Decimal, a whole number; others are refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from qualify import wire
from qualify.errors import InputError
from qualify.models import Evidence

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


def evidence(tag: str, text: str) -> str:
    """Give a document of evidence whose value is a text under a tag."""
    return (
        f'{{"schema":1,"is":"Evidence","topic":"a","at":"2026-05-03T12:00:00Z","value":{{"{tag}":"{text}"}}}}'
    )


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        ("$instant", "2026-05-03T07:00:00-05:00", NOON),
        ("$instant", "2026-05-03T17:30:00+05:30", NOON),
        ("$instant", "2026-05-03T12:00:00.123456Z", NOON + timedelta(microseconds=123_456)),
        ("$date", "2024-02-29", date(2024, 2, 29)),
        ("$duration", "P14D", timedelta(days=14)),
        ("$duration", "-PT0.000001S", -timedelta(microseconds=1)),
        ("$decimal", "9" * 380, Decimal("9" * 380)),
        ("$int", "-" + "9" * 4_000, -(10**4_000 - 1)),
    ],
)
def test_what_is_written_so_is_read(tag, text, value):
    """Offsets of both signs, microseconds, leap days, many digits."""
    assert Evidence("a", value, at=NOON) == wire.loads(evidence(tag, text), Evidence)


@pytest.mark.parametrize(
    ("tag", "text", "code"),
    [
        ("$instant", "2026-05-03T12:00:00", "not_rfc3339"),
        ("$instant", "2026-05-03 12:00:00Z", "not_rfc3339"),
        ("$instant", "2026-05-03t12:00:00Z", "not_rfc3339"),
        ("$instant", "2026-05-03T12:00:00z", "not_rfc3339"),
        ("$instant", "2026-05-03T12:00:00+0200", "not_rfc3339"),
        ("$instant", "2026-05-03T12:00:00+02", "not_rfc3339"),
        ("$instant", "2026-05-03T12:00Z", "not_rfc3339"),
        ("$instant", "2026-05-03T12:00:00,5Z", "not_rfc3339"),
        ("$instant", "2026-05-03T12:00:00.1234567Z", "not_rfc3339"),
        ("$date", "20260503", "not_rfc3339"),
        ("$date", "2026-W18-7", "not_rfc3339"),
        ("$date", "2026-5-3", "not_rfc3339"),
        ("$duration", "+P1D", "invalid"),
        ("$duration", "P2W", "invalid"),
        ("$duration", "P1M", "invalid"),
        ("$duration", "P", "invalid"),
        ("$duration", "P1DT", "invalid"),
        ("$duration", "PT0.1234567S", "invalid"),
        ("$duration", "PT1,5S", "invalid"),
        ("$decimal", "+1.5", "wrong_type"),
        ("$decimal", ".5", "wrong_type"),
        ("$decimal", "1.", "wrong_type"),
        ("$decimal", "1E9", "wrong_type"),
        ("$decimal", "1_000", "wrong_type"),
        ("$decimal", "1,5", "wrong_type"),
        ("$int", "+1", "wrong_type"),
        ("$int", "1.0", "wrong_type"),
        ("$int", "9" * 4_001, "wrong_type"),
        ("$int", "9" * 4_500, "wrong_type"),
    ],
)
def test_what_is_written_otherwise_is_refused(tag, text, code):
    """Nothing is guessed, cut or rounded, and nothing but an InputError is raised."""
    with pytest.raises(InputError) as error:
        wire.loads(evidence(tag, text), Evidence)
    assert (code, f"$.value['{tag}']") == (error.value.code, error.value.path)


def test_a_naive_instant_is_told_what_it_needs():
    """The commonest slip is answered with the cure."""
    with pytest.raises(InputError, match="needs a time zone") as error:
        wire.loads(evidence("$instant", "2026-05-03T12:00:00"), Evidence)
    assert 'write "2026-05-03T12:00:00Z"' == error.value.allowed


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_below_two_to_the_53_is_read(sign):
    """From there on other readers round, so it is written as text."""
    here = evidence("$int", "0").replace('{"$int":"0"}', f"{sign}9007199254740991")
    assert Evidence("a", int(f"{sign}9007199254740991"), at=NOON) == wire.loads(here, Evidence)
    with pytest.raises(InputError) as error:
        wire.loads(here.replace("991", "992"), Evidence)
    assert "integer_range" == error.value.code
