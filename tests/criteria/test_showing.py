"""Text from outside is bounded and on one line; code is bounded, and words name every kind."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from qualify.criteria import all_of, any_of, at_least, criterion, heard, topic, weighted
from qualify.criteria._showing import cleaned, shown, span
from qualify.truth import NO, UNKNOWN, YES

A, B, C, D = (topic(name).exists() for name in "abcd")


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("abcd", 4, "abcd"),
        ("abcde", 4, "abc…"),
        ("a b\tc\nd\re", 20, "a b c d e"),
        ("  a \n\n  b  ", 20, "a b"),
        ("a\u202eb\x00c\u200bd\x7fe", 20, "abcde"),
        ("", 4, ""),
        (12, 4, "12"),
        ("x" * 79 + " ", 80, "x" * 79),
        ("x" * 80, 80, "x" * 80),
        ("x" * 81, 80, "x" * 79 + "…"),
        ("\x00" * 12 + "abcd", 4, "abcd"),
        ("\x00" * 13 + "abcd", 4, "abc"),
    ],
)
def test_a_text_is_bounded_and_on_one_line(text, limit, expected):
    """What a terminal would obey is left out, and only the beginning of a long text is looked at."""
    assert expected == cleaned(text, limit=limit)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(days=1), "1 day"),
        (timedelta(days=2_000), "2,000 days"),
        (timedelta(days=-1), "-1 days"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=25), "25 hours"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=61), "61 minutes"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=61), "61 seconds"),
        (timedelta(milliseconds=1), "0.001 seconds"),
        (timedelta(0), "0 seconds"),
    ],
)
def test_a_duration_is_said_in_its_largest_whole_unit(value, text):
    """One of a unit, and several."""
    assert text == span(value)
    assert text == shown(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (NO, "none"),
        (YES, "there is one"),
        (UNKNOWN, "no answer"),
        (None, "no answer"),
        ("a\tb\nc\rd", "'a b c d'"),
        (2.5, "2.5"),
        (Decimal("1.50"), "1.50"),
        (date(2026, 5, 3), "2026-05-03"),
        (datetime(2026, 5, 3, 12, tzinfo=UTC), "2026-05-03T12:00:00Z"),
        (("a", 1), "('a', 1)"),
    ],
)
def test_a_value_is_shown_as_one_would_write_it(value, text):
    """Each kind in its own words, on one line."""
    assert text == shown(value)


def test_a_host_function_is_shown_with_what_it_uses():
    """Its name, its version and its topics."""
    host = criterion(version="2", name="h", uses=("a", "b"))(len)
    assert ("h", "<criterion 'h' version '2' of a, b>") == (str(host), repr(host))


def test_code_is_bounded():
    """Two thousand characters are shown whole, and one more is cut."""
    for length, cut in ((2_000, False), (2_001, True)):
        rule = all_of(*(topic("a" * 50).exists() for _ in range(27)), topic("b").exists())
        lacking = length - len(repr(rule))
        rule = all_of(*rule.parts[:-1], topic("b" * (1 + lacking)).exists())
        assert cut == repr(rule).endswith("…")
        assert min(length, 2_000) == len(repr(rule))


@pytest.mark.parametrize(
    ("rule", "words", "code"),
    [
        (~(A | B), "not (a exists or b exists)", "~(A | B)"),
        (~at_least(1, A), "not a exists", "~at_least(1, A)"),
        (
            ~weighted({A: 2}, bar=1),
            "not a score of at least 1 from +2 if a exists",
            "~weighted({A: 2}, bar=1)",
        ),
        (
            at_least(2, A & B, C, ~D),
            "at least 2 of ((a exists and b exists), c exists, not d exists)",
            "at_least(2, A & B, C, ~D)",
        ),
        ((A | B | C) & D, "(a exists or b exists or c exists) and d exists", "(A | B | C) & D"),
        (any_of(A & B & C, D), "(a exists and b exists and c exists) or d exists", "(A & B & C) | D"),
        (
            weighted({A & B: 2, C.named("see"): 1.5}, bar=0.5),
            "a score of at least 0.5 from +2 if (a exists and b exists), +1.5 if see",
            "weighted({A & B: 2, C.named('see'): 1.5}, bar=0.5)",
        ),
        (~(topic("n") >= 3), "not n >= 3", "~(topic('n') >= 3)"),
        ((topic("n") != 3).named("x"), "x", "(topic('n') != 3).named('x')"),
        (~(topic("n") == 3), "not n is 3", "~(topic('n') == 3)"),
        (~(topic("n") < 3), "not n < 3", "~(topic('n') < 3)"),
        (~(topic("n") <= 3), "not n <= 3", "~(topic('n') <= 3)"),
        (~(topic("n") > 3), "not n > 3", "~(topic('n') > 3)"),
        (topic("n") == YES, "n is true", "topic('n').is_true()"),
        (topic("n") != YES, "not n is true", "~topic('n').is_true()"),
        (topic("n").due(timedelta(7)) & A, "n comes within 7 days and a exists", "DUE & A"),
        (heard("x", times=2) & A, "heard x at least 2 times and a exists", "heard('x', times=2) & A"),
        (
            heard("x", "y").within(timedelta(1)),
            "heard x or y within 1 day",
            "heard('x', 'y').within(timedelta(days=1))",
        ),
    ],
)
def test_groups_read_as_one_would_write_them(rule, words, code):
    """Parentheses stand where they are needed, and nowhere else."""
    written = code.replace("DUE", "topic('n').due(timedelta(days=7))")
    for name in "ABCD":
        written = written.replace(name, f"topic({name.lower()!r}).exists()")
    assert (words, written) == (str(rule), repr(rule))
