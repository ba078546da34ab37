"""Facts about `Map` and the plain values that may stand in one."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify._maps import EMPTY, Map, identity, plain, plain_map
from qualify.errors import InvalidType, InvalidValue, TimeError
from qualify.truth import Truth

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.timedeltas(),
    st.sampled_from(Truth),
)
PLAIN = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@given(PLAIN)
def test_plain_is_idempotent_and_hashable(value):
    """What came out of `plain` goes through unchanged, can be hashed, and survives pickling."""
    once = plain(value, "here")
    assert identity(once) == identity(plain(once, "here"))
    assert hash(identity(once)) == hash(identity(pickle.loads(pickle.dumps(once))))


@given(st.dictionaries(NAMES, SCALARS, max_size=4))
def test_maps_are_equal_in_any_order(entries):
    """The order of entry counts neither for equality nor for the hash."""
    turned = dict(reversed(entries.items()))
    assert plain_map(entries, "x") == plain_map(turned, "x")
    assert hash(plain_map(entries, "x")) == hash(plain_map(turned, "x"))


def test_one_is_not_true():
    """Values of different types are different, so that equal maps have equal fingerprints."""
    assert Map({"a": 1}) != Map({"a": True})
    assert Map({"a": 1}) != Map({"a": 1.0})
    assert Map({"a": (1,)}) != Map({"a": (True,)})
    assert Map({"a": Map({"b": 1})}) == Map({"a": Map({"b": 1})})


def test_a_map_reads_like_a_mapping():
    """Look-up, length, membership and order are those of a dict; a dict itself is another thing."""
    held = Map({"b": 1, "a": 2})
    assert (1, 2, ["b", "a"]) == (held["b"], len(held), list(held))
    assert "a" in held
    assert "c" not in held
    assert "Map({'b': 1, 'a': 2})" == repr(held)
    assert (held == {"b": 1, "a": 2}) is False
    with pytest.raises(KeyError):
        held["c"]


def test_a_map_is_frozen():
    """Neither entries nor attributes can be set or deleted."""
    held = Map({"a": 1})
    assert not hasattr(held, "__dict__")
    with pytest.raises(TypeError):
        held["a"] = 2
    with pytest.raises(AttributeError, match="frozen"):
        held.other = 2
    with pytest.raises(AttributeError, match="frozen"):
        del held._items


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        (np.float64(1.5), 1.5),
        (np.int8(3), 3),
        (np.bool_(True), True),
        (np.str_("x"), "x"),
        ([1, [2]], (1, (2,))),
        (Decimal("-0.0"), Decimal("0.0")),
        (-0.0, 0.0),
        ("e\u0301", "\u00e9"),
        (
            datetime(2026, 5, 3, tzinfo=timezone(timedelta(hours=2))),
            datetime(2026, 5, 2, 22, tzinfo=UTC),
        ),
        (date(2026, 5, 3), date(2026, 5, 3)),
    ],
)
def test_plain_gives_builtin_values(value, clean):
    """Scalars of numpy, lists, other spellings and other zones become one plain form."""
    assert identity(clean) == identity(plain(value, "here"))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (float("nan"), InvalidValue),
        (float("inf"), InvalidValue),
        (Decimal("NaN"), InvalidValue),
        (datetime(2026, 5, 3), TimeError),  # noqa: DTZ001 - the fault under test
        (object(), InvalidType),
        (np.array([1, 2]), InvalidType),
        (lambda: 1, InvalidType),
        ({1: 2}, InvalidType),
        ("\ud800", InvalidValue),
        ({1, 2}, InvalidType),
    ],
)
def test_plain_refuses_what_cannot_be_kept(value, kind):
    """What could not be stored for years is an error that names the place."""
    with pytest.raises(kind, match="here"):
        plain({"in": value}, "here")


def test_plain_bounds_the_depth():
    """Values nested beyond the limit are refused, before any recursion limit is met."""
    deep = 1
    for _ in range(1_000):
        deep = [deep]
    with pytest.raises(InvalidValue, match="24 deep"):
        plain(deep, "here")


def test_no_mapping_is_the_empty_map():
    """None and an empty mapping give the one empty Map."""
    assert plain_map(None, "x") is EMPTY
    assert plain_map({}, "x") is EMPTY


def test_heirs_of_dates_and_durations_become_plain_ones():
    """What is stored is of a builtin type, so that it can be written and fingerprinted."""

    class Span(timedelta):
        pass

    class Day(date):
        pass

    assert timedelta is type(plain(Span(days=2, seconds=3, microseconds=4), "x"))
    assert timedelta(days=2, seconds=3, microseconds=4) == plain(Span(days=2, seconds=3, microseconds=4), "x")
    assert date is type(plain(Day(2026, 5, 3), "x"))


def test_a_decimal_can_be_written_out():
    """An exponent of a million is refused: nobody could read the digits."""
    for text in ("1E+999999", "1E-999999"):
        with pytest.raises(InvalidValue, match="digits"):
            plain(Decimal(text), "x")


def test_a_decimal_has_a_greatest_number_of_digits():
    """380 before or behind the point are written and read; one more is refused."""
    for text in ("1E+380", "1E-380"):
        assert Decimal(text) == plain(Decimal(text), "x")
    for text in ("1E+381", "1E-381"):
        with pytest.raises(InvalidValue, match="at most 380 digits"):
            plain(Decimal(text), "x")
