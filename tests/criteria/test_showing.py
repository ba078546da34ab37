"""Values from outside read as a person would write them, bounded."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from qualify.criteria._showing import cleaned, shown, span
from qualify.truth import Truth
from reference.criteria_slow import NOW


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (Truth.YES, "there is one"),
        (Truth.NO, "none"),
        (Truth.UNKNOWN, "no answer"),
        (None, "no answer"),
        (3, "3"),
        (Decimal("1.50"), "1.50"),
        (NOW, "2026-05-03T12:00:00Z"),
        (date(2026, 5, 3), "2026-05-03"),
        (timedelta(hours=36), "36 hours"),
        ((1, 2), "(1, 2)"),
        ("a\tb", "'a b'"),
    ],
)
def test_values_are_shown_plainly(value, text):
    """Each kind of value reads as a person would write it."""
    assert text == shown(value)


def test_spans_and_texts_are_bounded():
    """A span without a whole unit is told in seconds; a long text ends in an ellipsis."""
    assert "0 seconds" == span(timedelta(0))
    assert "1.5 seconds" == span(timedelta(seconds=1.5))
    assert "1 minute" == span(timedelta(minutes=1))
    assert 80 == len(cleaned("x" * 1_000))
    assert cleaned("x" * 1_000).endswith("…")
