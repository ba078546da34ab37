"""Forecasts of amounts beside what came."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import InvalidType, MetricError
from qualify.metrics import Counts, brier_score, forecast_bias, wape
from qualify.truth import NO, UNKNOWN, YES

UTC = timezone.utc  # noqa: UP017 - the same object under every supported Python
amounts = st.integers(-(2**61), 2**61)


def test_field_values():
    """WAPE and bias of the field's check values."""
    assert 6.436 == round(100 * wape([950, 25], [1000, 10]).value, 3)
    assert -3.465 == round(100 * forecast_bias([950, 25], [1000, 10]).value, 3)


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=20))
def test_amounts_exact(rows):
    """Sums of whole amounts are exact, in any order, and batches add."""
    said, came = (list(column) for column in zip(*rows, strict=True))
    found = wape(said, came)
    assert sum(abs(f - a) for f, a in rows) == found.counts["error"]
    assert sum(a for _, a in rows) == found.counts["total"]
    turned = wape(said[::-1], came[::-1])
    assert found.counts["error"] == turned.counts["error"]
    half = len(rows) // 2
    both = wape(said[:half], came[:half]).counts + wape(said[half:], came[half:]).counts
    assert (found.counts["error"], found.counts["drift"]) == (both["error"], both["drift"])


@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 1000)), min_size=3, max_size=20))
def test_common_scale(rows):
    """A currency changes neither measure nor its limits; bias lies within WAPE."""
    said, came = (np.array(column) for column in zip(*rows, strict=True))
    for measure in (wape, forecast_bias):
        one, two = measure(said, came), measure(said * 8.0, came * 8.0)
        assert one.value == pytest.approx(two.value)
        assert (one.low, one.high) == pytest.approx((two.low, two.high), rel=1e-6, abs=1e-9)
    assert abs(forecast_bias(said, came).value) <= wape(said, came).value + 1e-12
    assert forecast_bias(wape(said, came).counts).value == forecast_bias(said, came).value


def test_nothing_adds_nothing():
    """A batch of nothing leaves large whole sums as they are, with groups too."""
    for by, none in ((None, None), (["a"], [])):
        one, empty = wape([0], [2**53 + 1], by=by).counts, wape([], [], by=none).counts
        assert one == one + empty == empty + one


def test_undefined():
    """Nothing sold, no rows, one row and no spread each say why."""
    for said, came, reason in (
        ([3, 4], [0, 0], "the actual amounts sum to 0"),
        ([], [], "there is no row with both amounts"),
        ([3], [4], "one row has no spread, so there is no interval"),
        ([2, 4], [1, 2], "the errors have no spread, so there is no interval"),
    ):
        found = wape(said, came)
        assert (reason, 0.0, math.inf) == (found.reason, found.low, found.high)
        assert -math.inf == forecast_bias(said, came).low
    assert 1.0 == wape([2, 4], [1, 2]).value


def test_groups_and_currency():
    """Groups are alone what they are together; a mixture of currencies is refused."""
    said, came, labels = [1.0, 2, 3, 8], [2.0, 2, 5, 9], ["a", "b", "b", "a"]
    found = wape(said, came, by=labels)
    assert found["a"].value == pytest.approx(wape([1, 8], [2, 9]).value)
    whole = wape([1, 2, 3, None], [2, 2, 5, 9], by=labels)
    assert (1, [1, 2]) == (whole["a"].n_missing, whole.n.tolist())
    with pytest.raises(MetricError, match=r"one currency are needed \(got EUR, USD\)"):
        wape(said, came, currency=["EUR", "USD", "EUR", "EUR"])
    assert 2 == len(wape(said, came, currency=labels, by=labels))
    assert 4 == wape(said, came, currency=["EUR"] * 4).n


def test_time():
    """A forecast made after its actual was known is refused with its row."""
    day = [datetime(2026, 5, d, tzinfo=UTC) for d in (1, 2, 3)]
    assert 3 == wape([1, 2, 3], [1, 3, 2], made=day, known=[d + timedelta(1) for d in day]).n
    with pytest.raises(ValueError, match="made, row 2: forecasts made before their outcome was known"):
        wape([1, 2, 3], [1, 3, 2], made=day, known=[day[1], day[1], day[1]])
    with pytest.raises(InvalidType, match="go together"):
        wape([1], [1], made=day[:1])
    with pytest.raises(ValueError, match="made, row 0"):
        brier_score([0.5], [True], made=day[1:2], known=day[:1])


def test_amounts_refused():
    """One column, other lengths, other counts and too large numbers are refused."""
    with pytest.raises(InvalidType, match="forecasts and actuals"):
        wape([1])
    with pytest.raises(ValueError, match="actual: one entry"):
        wape([1], [1, 2])
    with pytest.raises(MetricError, match="counts of forecast amounts"):
        forecast_bias(Counts("apples", rows=1))
    with pytest.raises(MetricError, match="under 2\\^62"):
        wape([2**62], [1])
    with pytest.raises(InvalidType, match="by= goes with answers"):
        wape(wape([1], [2]).counts, by=[1])
    for measure in (wape, forecast_bias):
        with pytest.raises(TypeError, match="confidence_level="):
            measure([1], [1], alpha=1)


def test_a_row_without_an_instant_is_missing():
    """Of a blank among the instants nobody knows whether it was in time; an open deal stays open."""
    made = [None, datetime(2026, 5, 3, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)]
    known = [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC), None]
    found = wape([1, 2, 3], [1, 2, 3], made=made, known=known)
    assert (1, 2) == (found.n, found.n_missing)
    score = brier_score([0.1, 0.2, 0.3], [YES, NO, UNKNOWN], made=made, known=known)
    assert (1, 1, 1) == (score.n, score.n_missing, score.counts["unknown"])


@given(
    st.lists(st.floats(1e-3, 1e9), min_size=1, max_size=30),
    st.sampled_from([1.1, 0.7, 3.3, 0.01, 1e-5, 1 + 1e-7]),
)
def test_proportional_errors_have_no_spread(actual, times):
    """Forecasts that are the same multiple of each actual tell no interval, whatever rounding leaves."""
    forecast = [amount * times for amount in actual]
    assert (0.0, math.inf) == wape(forecast, actual).interval()
    assert (-math.inf, math.inf) == forecast_bias(forecast, actual).interval()
