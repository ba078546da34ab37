"""Counts add, exactly, by label."""

from __future__ import annotations

import json
import pickle
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify import _canonical
from qualify.errors import InvalidType, InvalidValue, MetricError, UnknownName
from qualify.metrics import Counts, brier_score, nps, proportion, wape
from qualify.metrics._counts import whole_numbers


def outcomes(**numbers):
    return Counts("outcomes", **numbers)


small = st.integers(0, 10**15)
counts = st.builds(outcomes, yes=small, no=small)


@given(counts, counts, counts)
def test_monoid(a, b, c):
    """Adding is associative and commutative, beyond 64 bits too, and sum() works."""
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert sum([a, b, c]) == a + b + c
    assert (a + outcomes(yes=2**70, no=0))["yes"] == a["yes"] + 2**70


def test_labels_join():
    """Groups join by label, in order, None last; unlike labels keep the order in which they came."""
    a = outcomes(labels=("b", None), yes=[1, 2], no=[0, 1])
    b = outcomes(labels=("a", "b"), yes=[5, 7], no=[0, 0])
    assert a + b == outcomes(labels=("a", "b", None), yes=[5, 8, 2], no=[0, 0, 1])
    assert a + a == outcomes(labels=("b", None), yes=[2, 4], no=[0, 2])
    assert ("b", 1) == (outcomes(labels=("b",), yes=[1]) + outcomes(labels=(1,), yes=[1])).labels


def test_groups_without_labels():
    """Rows of equal length add by position; others do not."""
    a = outcomes(yes=[1, 2], no=[3, 4])
    assert a + a == outcomes(yes=[2, 4], no=[6, 8])
    with pytest.raises(InvalidValue, match=r"counts.pooled\(\)"):
        a + outcomes(yes=1, no=1)


def test_absent_numbers():
    """What one side did not count is nothing there; weights do not mix with counts."""
    assert outcomes(yes=2, no=1, missing=4) == outcomes(yes=1, no=0) + outcomes(yes=1, no=1, missing=4)
    with pytest.raises(InvalidValue, match=r"weighted.*yes_squares on one side"):
        outcomes(yes=1) + outcomes(yes=1, yes_squares=1)
    with pytest.raises(InvalidValue, match=r"counts of one kind add \(got outcomes and NPS\)"):
        outcomes(yes=1) + Counts("NPS", yes=1)
    with pytest.raises(TypeError):
        outcomes(yes=1) + 3
    with pytest.raises(TypeError):
        3 + outcomes(yes=1)


def test_pooled_and_taken():
    """The sum over groups, and one group, are Counts without groups."""
    a = outcomes(labels=("a", "b"), yes=[2**62, 2**62], no=[0.5, 0.25])
    assert a.pooled() == outcomes(yes=2**63, no=0.75)
    assert a.pooled() == a.pooled().pooled()
    assert a.take("b") == outcomes(yes=2**62, no=0.25)
    with pytest.raises(UnknownName, match="known are a, b"):
        a.take("c")
    with pytest.raises(InvalidType, match="no labelled groups"):
        a.pooled().take("a")


def test_each_label_is_named_once():
    """A label that occurs twice is refused by its name, since sums by label would lose a row of it."""
    with pytest.raises(InvalidValue, match=r"of outcomes, labels: each label is named once \(got 'b'\)"):
        outcomes(labels=("a", "b", "c", "b"), yes=[1, 2, 3, 4])
    with pytest.raises(InvalidValue, match=r"named once \(got True\)"):
        outcomes(labels=(True, 1), yes=[1, 2])
    with pytest.raises(InvalidType, match=r"labels must be hashable \(got unhashable type: 'list'\)"):
        outcomes(labels=(["a"], ["b"]), yes=[1, 2])


def test_reading():
    """Numbers are read by name, and an unknown one names those that are."""
    a = outcomes(yes=np.int64(3), no=1)
    assert (3, int) == (a["yes"], type(a["yes"]))
    assert "yes" in a
    assert 7 not in a
    with pytest.raises(UnknownName, match="did you mean 'yes'"):
        a["yess"]


def test_value():
    """Counts are values: equal by content, hashable, picklable; their arrays are read-only."""
    a, b = (outcomes(labels=("a", "b"), yes=[1, 2], no=[3, 4]) for _ in range(2))
    assert a == b
    assert hash(a) == hash(b)
    assert a == pickle.loads(pickle.dumps(a))
    assert _canonical.fingerprint(a) == _canonical.fingerprint(b)
    assert a != outcomes(labels=("a", "c"), yes=[1, 2], no=[3, 4])
    with pytest.raises(ValueError, match="read-only"):
        a["yes"][0] = 5


def test_caller_keeps_array():
    """Counts keep their own copy of a row."""
    row = np.array([1, 2])
    a = outcomes(yes=row)
    row[0] = 9
    assert 1 == a["yes"][0]


def test_a_table_is_its_own():
    """Who writes to an array that he gave, or to what it shows, does not change a table of whole numbers."""
    mine = np.array([[1, 2], [3, 4]])
    shown = mine[:]
    shown.flags.writeable = False
    tables = [whole_numbers(values, (2, 2), "table") for values in (mine, shown)]
    mine[:] = 9
    assert [[[1, 2], [3, 4]]] * 2 == [table.tolist() for table in tables]
    sealed = tables[0]
    assert whole_numbers(sealed, (2, 2), "table") is sealed
    with pytest.raises(ValueError, match="read-only"):
        sealed[0, 0] = 9


def test_text():
    """The repr shows the numbers, long rows cut."""
    assert "Counts('outcomes', labels=('a', 'b'), yes=[1, 2], no=[3, 4])" == repr(
        outcomes(labels=("a", "b"), yes=[1, 2], no=[3, 4])
    )
    assert "and 94 more" in repr(outcomes(yes=range(100) and list(range(100))))
    assert {"of": "outcomes", "labels": ["a"], "yes": [1]} == outcomes(labels=("a",), yes=[1]).to_dict()


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"yes": float("nan")}, "finite"),
        ({"yes": [1, float("inf")]}, "finite numbers"),
        ({"yes": True}, "whole number|a number"),
        ({"yes": "3"}, "a number is needed"),
        ({"yes": [[1]]}, "a row of numbers"),
        ({"yes": ["a"]}, "a row of numbers"),
        ({"yes": [1, 2], "no": [1]}, "lengths 1, 2"),
        ({"yes": [1, 2], "labels": ("a",)}, "there are 1 labels"),
        ({"yes": 1, "labels": ("a",)}, "lengths of scalars"),
    ],
)
def test_refused(numbers, message):
    """What is no number, and rows of unlike length, are refused."""
    with pytest.raises((InvalidValue, InvalidType), match=message):
        outcomes(**numbers)


def test_no_groups():
    """Labels of nothing make rows of nothing."""
    assert 0 == outcomes(labels=(), yes=[]).groups
    assert 0 == outcomes(labels=(), yes=0).groups


BIG = 1 << 62
BIGGEST = Counts("NPS", labels=("a",), promoters=[BIG])


@pytest.mark.parametrize(
    "make",
    [
        lambda: BIGGEST + BIGGEST,
        lambda: (
            Counts("NPS", labels=("a",), promoters=[BIG])
            + Counts("NPS", labels=("b", "a"), promoters=[1, BIG])
        ),
        lambda: Counts("NPS", promoters=np.array([1 << 63], np.uint64)),
        lambda: Counts("NPS", promoters=[1], passives=1 << 63),
    ],
)
def test_counts_of_groups_that_64_bits_do_not_hold_are_an_error(make):
    """They do not wrap, where they add, where they come in, and where one number stands for all groups."""
    with pytest.raises(InvalidValue, match="lie under 2\\^63"):
        make()


def test_answers_of_groups_that_64_bits_do_not_hold_are_an_error():
    """Numbers that fit alone are refused where their sum, the number of answers, would wrap."""
    with pytest.raises(InvalidValue, match=r"proportion, yes \+ no: counts lie under 2\^63"):
        proportion(outcomes(labels=("a",), yes=[BIG], no=[BIG]))
    assert [100.0] == nps(BIGGEST + Counts("NPS", labels=("a",), passives=[0], detractors=[0])).value
    assert 0.5 == proportion(outcomes(yes=BIG, no=BIG)).value


def test_bounds_of_wide_weights():
    """Weights that 64 bits hold alone, but not together with those of the missing, do not wrap."""
    weights = [1 << 62, 1 << 62, (1 << 63) - 1]
    for by in (None, ["a"] * 3):
        low, high = nps([10, 0, None], by=by, weights=weights).bounds()
        assert (-50, 50) == (low, high)


def test_labels_of_any_kind_become_json():
    """A date that labels a group is written as text, in counts as in estimates."""
    score = nps([10, 3], by=[date(2026, 5, 1), date(2026, 5, 2)])
    for value in (score, score.counts):
        assert ["2026-05-01", "2026-05-02"] == json.loads(json.dumps(value.to_dict()))["labels"]


def but(counts, **numbers):
    """Give counts of which some numbers are others."""
    return Counts(counts.of, **dict(counts.numbers) | numbers)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda: proportion(outcomes(yes=1.5, no=1)),
            r"proportion, yes: a count without weights .* \(got 1.5\)",
        ),
        (lambda: proportion(outcomes(labels=("a",), yes=[1.5], no=[1])), "proportion, yes: a count without"),
        (lambda: proportion(outcomes(yes=1, no=1, missing=0.5)), "proportion, missing: a count without"),
        (lambda: nps(but(HEAVY, answers=1.5)), "nps, answers"),
        (
            lambda: nps(Counts("NPS", promoters=10**400, passives=1, detractors=1)),
            r"nps, promoters: .* 2\^63",
        ),
        (lambda: nps(Counts("NPS", promoters=1, passives=1, detractors=10**5000)), "too long to show"),
        (lambda: wape(but(KEPT, rows=-1)), "wape, rows: a count"),
        (lambda: wape(but(KEPT, rows=0.5)), "wape, rows: a count"),
        (lambda: wape(but(KEPT, error=-1)), "wape, error: a count"),
        (lambda: wape(but(KEPT, total=10**400)), "wape, total"),
    ],
)
def test_numbers_that_nobody_can_have_counted(call, says):
    """Counts without weights are whole, and rows under weights; they have 64 bits, and none is below 0."""
    with pytest.raises((MetricError, InvalidValue), match=says):
        call()


def test_sums_may_be_broken_or_negative():
    """Sums of amounts and of losses are no counts, and weights need not be whole."""
    assert wape(KEPT) == wape([1.5, 2.0], [1.0, -4.5])
    lost = brier_score([0.25, 0.5], [0, 1]).counts
    assert brier_score(lost) == brier_score([0.25, 0.5], [0, 1])
    assert nps(HEAVY) == nps([10, 3], weights=[0.5, 1.25])
    assert 0.5 == proportion(outcomes(yes=2.0, no=2.0)).value


KEPT = wape([1.5, 2.0], [1.0, -4.5]).counts
HEAVY = nps([10, 3], weights=[0.5, 1.25]).counts
