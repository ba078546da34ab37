"""Ranges and draws go through a formula, and what comes out has a range."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.decisions import Range, _range
from qualify.decisions._range import number, point, spread
from qualify.errors import InvalidType, InvalidValue

numbers = st.floats(-1e6, 1e6)
ranges = st.tuples(numbers, numbers).map(lambda pair: Range(min(pair), max(pair)))


def test_the_middle_is_the_value_unless_it_is_given():
    """A range of two numbers is reckoned at its middle."""
    assert 2.0 == float(Range(1, 3))
    assert 1.5 == Range(1, 3, value=1.5).value
    assert not Range(1, 3).exact
    assert Range(2, 2).exact
    assert ("Range(2)", "Range(2 EUR)") == (repr(Range(2, 2)), repr(Range(2, 2, unit="EUR")))
    assert ("Range(1 month)", "Range(2 months)") == tuple(repr(Range(n, n, unit="months")) for n in (1, 2))


def test_draws_have_a_mean_and_two_quantiles():
    """Of 100 draws the 5th and the 95th bound the range, and the mean is the value."""
    drawn = Range.of(range(1, 101))
    assert (5.0, 95.0, 50.5) == (drawn.low, drawn.high, drawn.value)
    assert "Range(50.5, 5 to 95, 100 draws)" == repr(drawn)


@pytest.mark.parametrize(
    ("build", "error", "says"),
    [
        (lambda: Range(3, 1), InvalidValue, "from low to high"),
        (lambda: Range(1, 2, value=3), InvalidValue, "within the range"),
        (lambda: Range(math.nan, 1), InvalidValue, "finite"),
        (lambda: Range("1", 2), InvalidType, "a number is needed"),
        (lambda: Range.of([]), InvalidValue, "at least one"),
        (lambda: Range.of("123"), InvalidType, "several numbers"),
        (lambda: Range.of([1, None]), InvalidType, "a number is needed"),
        (lambda: number(Range(0, 2), "share", least=0, most=1), InvalidValue, "0 to 1"),
        (lambda: number(Range(0, math.inf), "cost"), InvalidValue, "finite"),
    ],
)
def test_what_is_no_range_is_an_error(build, error, says):
    """Each wrong part is named."""
    with pytest.raises(error, match=says):
        build()


def test_a_range_without_width_is_a_number():
    """An input that is one number is kept as one."""
    assert 2.0 == number(Range(2, 2), "margin")
    assert Range(1, 2) == number(Range(1, 2), "margin")
    assert 1.5 == point(Range(1, 2))


@given(ranges, ranges)
def test_corners_bound_what_is_monotone_in_each(a, b):
    """The range of a sum and of a product holds what any inner point gives."""
    total = spread(lambda x, y: x + y, {"x": a, "y": b}, unit="EUR")
    product = spread(lambda x, y: x * y, {"x": a, "y": b}, unit="EUR")
    assert (a.low + b.low, a.high + b.high) == (total.low, total.high)
    assert product.low <= a.value * b.value <= product.high
    assert product.value == a.value * b.value


def test_draws_of_one_place_belong_together():
    """Two inputs drawn together keep what they have in common."""
    drawn = Range.of([1, 2, 3])
    assert {0.0} == set(spread(lambda x, y: x - y, {"x": drawn, "y": drawn}, unit="").draws)


def test_ranges_around_draws_widen_both_ends():
    """With a range and draws the ends are the worst over the range of the 5 and 95 per cent quantiles."""
    out = spread(lambda x, y: x + y, {"x": Range.of(range(1, 101)), "y": Range(0, 10)}, unit="")
    assert (5.0, 105.0, 55.5) == (out.low, out.high, out.value)


def test_draws_of_unequal_count_are_refused():
    """Nobody can say which draw belongs to which."""
    with pytest.raises(InvalidValue, match="equally many"):
        spread(lambda x, y: x, {"x": Range.of([1, 2]), "y": Range.of([1, 2, 3])}, unit="")


def test_too_many_runs_are_refused():
    """Twenty-one ranges would take two million runs."""
    with pytest.raises(InvalidValue, match="at most 1,000,000 runs"):
        spread(lambda **x: 0.0, {f"x{i}": Range(0, 1) for i in range(21)}, unit="")


@pytest.mark.parametrize(("draws", "ranges"), [(0, 3), (2, 2), (4, 1)])
def test_as_many_runs_as_are_allowed_are_allowed(monkeypatch, draws, ranges):
    """Each range doubles the runs of a formula, and each draw makes one more; the last allowed one runs."""
    monkeypatch.setattr(_range, "MOST_RUNS", 8)
    inputs = {f"x{i}": Range(0, 1) for i in range(ranges)}
    if draws:
        inputs["drawn"] = Range.of(range(draws))
    assert 0 < spread(lambda **x: sum(x.values()), inputs, unit="").high
    with pytest.raises(InvalidValue, match="at most 8 runs"):
        spread(lambda **x: sum(x.values()), {**inputs, "one more": Range(0, 1)}, unit="")


def test_an_infinite_answer_says_why():
    """The reason stands where the value, an end, or a draw is infinite."""
    drawn = spread(lambda x: 1 / x if x else math.inf, {"x": Range.of([0, 1])}, unit="", infinite="never")
    assert (math.inf, "never") == (drawn.value, drawn.reason)
    ranged = spread(lambda x: 1 / x if x else math.inf, {"x": Range(0, 1)}, unit="m", infinite="never")
    assert (2.0, math.inf, "never") == (ranged.value, ranged.high, ranged.reason)
    assert "Range(2 m, 1 to inf, never)" == repr(ranged)
