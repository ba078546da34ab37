"""Criteria read as plain words and as the code that builds them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from qualify.criteria import AtLeast, all_of, any_of, at_least, criterion, heard, topic, weighted
from qualify.criteria._showing import cleaned
from qualify.models import Facts
from reference.criteria_slow import NOW

A, B, C = (topic(name).exists() for name in "abc")
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("rule", "words", "code"),
    [
        (topic("n") == 3, "n is 3", "topic('n') == 3"),
        (topic("n") != "x", "n is not 'x'", "topic('n') != 'x'"),
        (topic("n").between(1, 2), "n is between 1 and 2", "topic('n').between(1, 2)"),
        (topic("n").one_of(1, 2), "n is one of 1, 2", "topic('n').one_of(1, 2)"),
        (A, "a exists", "topic('a').exists()"),
        (topic("a").known(), "a is known", "topic('a').known()"),
        (topic("a").is_true(), "a is true", "topic('a').is_true()"),
        (topic("a").within(DAY), "a lies within the last 1 day", "topic('a').within(timedelta(days=1))"),
        (topic("a").due(2 * DAY), "a comes within 2 days", "topic('a').due(timedelta(days=2))"),
        (heard("x"), "heard x", "heard('x')"),
        (heard("x", "y", times=2), "heard x or y at least 2 times", "heard('x', 'y', times=2)"),
        (
            heard("x").within(DAY, times=3),
            "heard x at least 3 times within 1 day",
            "heard('x').within(timedelta(days=1), times=3)",
        ),
        (A & (B | C), "a exists and (b exists or c exists)", "A & (B | C)"),
        (~(A & B), "not (a exists and b exists)", "~(A & B)"),
        (at_least(2, A, B, C), "at least 2 of (a exists, b exists, c exists)", "at_least(2, A, B, C)"),
        (AtLeast(1, [A]), "a exists", "at_least(1, A)"),
        ((A | B).named("x") & C, "x and c exists", "(A | B).named('x') & C"),
        (
            weighted({A: 2, B: -1.5}, bar=1) | C,
            "(a score of at least 1 from +2 if a exists, -1.5 if b exists) or c exists",
            "weighted({A: 2, B: -1.5}, bar=1) | C",
        ),
        (topic("d") >= date(2026, 5, 3), "d >= 2026-05-03", "topic('d') >= date(2026, 5, 3)"),
        (criterion(version="1", name="h")(len), "h", "<criterion 'h' version '1' of no topic>"),
    ],
)
def test_words_and_code(rule, words, code):
    """What a person reads, and what builds it."""
    for name in "ABC":
        code = code.replace(name, f"topic({name.lower()!r}).exists()")
    assert (words, code) == (str(rule), repr(rule))


def test_code_is_bounded():
    """The repr of a large criterion ends in an ellipsis."""
    assert len(repr(all_of(any_of(topic(f"t{i}").exists() for i in range(300)), A))) <= 2_000


def test_one_part_of_a_sentence_has_an_end():
    """A long constant is cut, so that a reason stays one sentence."""
    facts = Facts.of({"x": "w" * 900}, at=NOW)
    reason = (topic("x") == "w" * 900).judge(facts).reason
    assert len(reason) < 200


def test_what_comes_from_outside_is_cut():
    """80 characters, in one line."""
    assert 80 == len(cleaned("w" * 900))
