"""Facts about the three truths and their columns."""

from __future__ import annotations

import copy
import itertools
import pickle

import numpy as np
import pytest

from qualify.errors import InvalidType
from qualify.truth import NO, UNKNOWN, YES, Truth

ALL = (YES, UNKNOWN, NO)
PAIRS = list(itertools.product(ALL, ALL))
CODES = np.array([1, 0, -1], dtype=np.int8)


def test_the_codes_are_those_of_columns():
    """YES is 1, UNKNOWN 0, NO -1: stored columns mean it so."""
    assert [1, 0, -1] == [truth.value for truth in ALL]
    assert ["YES", "UNKNOWN", "NO"] == [str(truth) for truth in ALL]


def test_what_is_not_known_decides_only_where_nothing_else_can():
    """Kleene's strong tables, written out (1952, section 64)."""
    assert [YES, UNKNOWN, NO, UNKNOWN, UNKNOWN, NO, NO, NO, NO] == [a & b for a, b in PAIRS]
    assert [YES, YES, YES, YES, UNKNOWN, UNKNOWN, YES, UNKNOWN, NO] == [a | b for a, b in PAIRS]
    assert [NO, UNKNOWN, YES] == [~a for a in ALL]


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_and_is_the_minimum_and_or_the_maximum(a, b):
    """Kleene's AND is the lesser truth and OR the greater one."""
    assert Truth(min(a.value, b.value)) is a & b
    assert Truth(max(a.value, b.value)) is a | b


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_de_morgan_holds(a, b):
    """Negating a conjunction is the disjunction of the negations, and negating twice is nothing."""
    assert ~(a & b) is ~a | ~b
    assert ~~a is a


@pytest.mark.parametrize("truth", ALL)
def test_columns_follow_the_same_logic(truth):
    """A truth and a column combine code by code as two truths do, from either side."""
    met = np.array([(Truth(c) & truth).value for c in CODES], dtype=np.int8)
    joined = np.array([(Truth(c) | truth).value for c in CODES], dtype=np.int8)
    for column in (CODES & truth, truth & CODES):
        assert np.int8 == column.dtype
        np.testing.assert_array_equal(met, column)
    np.testing.assert_array_equal(joined, CODES | truth)
    np.testing.assert_array_equal(joined, truth | CODES)


@pytest.mark.parametrize("truth", ALL)
def test_a_column_is_compared_code_by_code(truth):
    """`codes == truth` marks the rows with that code, and `!=` the others."""
    np.testing.assert_array_equal(CODES == truth.value, CODES == truth)
    np.testing.assert_array_equal(CODES == truth.value, truth == CODES)
    np.testing.assert_array_equal(CODES != truth.value, CODES != truth)


@pytest.mark.parametrize(
    "slip",
    [
        lambda: bool(YES),
        lambda: YES and NO,
        lambda: CODES + YES,
        lambda: CODES < YES,
        lambda: YES + 1,
        lambda: YES & True,
        lambda: np.array([1.5]) | YES,
    ],
)
def test_arithmetic_and_bool_are_type_errors(slip):
    """A truth is no number and no bool."""
    with pytest.raises(TypeError):
        slip()


def test_bool_says_what_to_write():
    """The error of `bool()` names the expression that was meant."""
    with pytest.raises(InvalidType, match="truth is Truth.YES"):
        bool(UNKNOWN)


@pytest.mark.parametrize(
    ("value", "truth"), [(True, YES), (False, NO), (None, UNKNOWN), (YES, YES), (UNKNOWN, UNKNOWN)]
)
def test_of_reads_true_false_and_none(value, truth):
    """True, False, None and truths are read; nothing else is."""
    assert truth is Truth.of(value)


@pytest.mark.parametrize("value", [1, 0, "yes", 0.7, np.bool_(True)])
def test_of_takes_nothing_else(value):
    """What only looks like a truth is a TypeError."""
    with pytest.raises(InvalidType):
        Truth.of(value)


@pytest.mark.parametrize("truth", ALL)
def test_truths_are_single_objects(truth):
    """A copied or unpickled truth is the very same, and equals no other kind of value."""
    assert truth is pickle.loads(pickle.dumps(truth))
    assert truth is copy.deepcopy(truth)
    assert truth != truth.value
    assert (truth == "YES") is False
    assert truth.name == str(truth)
    assert f"Truth.{truth.name}" == repr(truth)
    assert hash(truth) == hash(Truth[truth.name])
    assert (truth != truth) is False  # noqa: PLR0124 - the operator is the subject


@pytest.mark.parametrize("a", list(Truth))
@pytest.mark.parametrize("b", list(Truth))
def test_a_truth_equals_itself_and_no_other(a, b):
    """Comparing two truths gives a bool, True for the same one alone."""
    assert (a is b) is (a == b)
    assert (a is not b) is (a != b)
