"""A group as one function says what its leaves say alone, for each kind of value and at each bound."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne

import pytest

from qualify.criteria import Columns, all_of, any_of, topic
from qualify.models import Facts
from qualify.truth import NO, UNKNOWN, YES, Truth
from reference.criteria_slow import NOW

VALUES = {
    "number": (3, 3.0, Decimal(3)),
    "text": ("3",),
    "date": (date(2026, 5, 3),),
    "instant": (datetime(2026, 5, 3, tzinfo=UTC),),
    "duration": (timedelta(days=3),),
}
PAIRS = [(kind, value) for kind, values in VALUES.items() for value in values]


def of(value):
    """Facts in which x is this and y is known."""
    return Facts.of({"x": value, "y": "known"}, at=NOW)


def groups(leaf):
    """Give groups that are as true as one of their leaves, where y is known."""
    return [
        all_of(leaf, topic("y").exists()),
        any_of(leaf, ~topic("y").exists()),
        ~(~leaf | (topic("y") == "")),
    ]


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize(("held", "value"), PAIRS, ids=str)
def test_only_values_of_its_kind_are_compared(kind, held, value):
    """What is of another kind is UNKNOWN, alone and in a group; a number of each kind is a number."""
    leaf = topic("x") == VALUES[kind][0]
    for rule in (leaf, *groups(leaf)):
        assert (YES if held == kind else UNKNOWN) is rule.truth(of(value))


@pytest.mark.parametrize(
    ("value", "truth", "compared"),
    [
        (Truth.YES, YES, UNKNOWN),
        (True, YES, UNKNOWN),
        (Truth.NO, NO, NO),
        (False, NO, NO),
        (Truth.UNKNOWN, UNKNOWN, UNKNOWN),
        (None, UNKNOWN, UNKNOWN),
    ],
)
def test_a_truth_is_read_as_what_it_says(value, truth, compared):
    """That there is one does not say which; that there is none answers each comparison; else nobody knows."""
    leaf = topic("x").is_true()
    for rule in (leaf, *groups(leaf)):
        assert truth is rule.truth(of(value))
    for constants in VALUES.values():
        leaf = topic("x") == constants[0]
        for rule in (leaf, *groups(leaf)):
            assert compared is rule.truth(of(value))


@pytest.mark.parametrize("compare", [eq, ne, lt, le, gt, ge])
@pytest.mark.parametrize("value", [2, 3, 4, 2.5, Decimal("3.0")])
def test_each_sign_means_what_it_says_at_the_bound(compare, value):
    """Below, at and above the bound, alone, in a group, and in a column."""
    leaf = compare(topic("x"), 3)
    expected = YES if compare(value, 3) else NO
    for rule in (leaf, *groups(leaf)):
        assert expected is rule.truth(of(value))
        assert [expected.value] == rule.truths(Columns.of({"x": [value], "y": ["known"]})).tolist()
