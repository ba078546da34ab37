"""Probabilities of a win beside what came: the Brier score and its parts."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify import _canonical
from qualify.errors import InvalidType, MetricError, QualifyError, UnknownName
from qualify.metrics import brier_score, calibration, proportion
from qualify.truth import NO, UNKNOWN, YES, Truth
from reference.metrics_answers import brier

chances = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


@given(chances)
def test_brier_twin(rows):
    """The score is the exact mean, in any order to the last bit, and batches add."""
    p, y = (list(column) for column in zip(*rows, strict=True))
    found = brier_score(p, y)
    assert float(brier(p, y)) == pytest.approx(found.value, abs=1e-15)
    assert found.value == brier_score(p[::-1], y[::-1]).value
    assert 0 <= found.low <= found.value <= found.high <= 1
    twice = brier_score(found.counts + found.counts)
    assert found.value == pytest.approx(twice.value, abs=1e-15)


@given(chances, st.sampled_from([None, 1, 3, 10]))
def test_parts(rows, bins):
    """Reliability less resolution plus uncertainty, and what the bins hide, is the score."""
    p, y = (list(column) for column in zip(*rows, strict=True))
    found = calibration(p, y, bins=bins)
    total = found.reliability - found.resolution + found.uncertainty + found.within
    assert found.brier.value == pytest.approx(total, abs=1e-14)
    if bins is None:
        assert abs(found.within) < 1e-14
    assert sum(point.observed.n for point in found.bins) == len(rows)
    assert sum(y) == found.won


def test_outcomes():
    """Bools, truths, zeros and ones are outcomes; open ones are left out and counted; blanks too."""
    p = [0.9, 0.2, 0.6, 0.5]
    expected = brier_score(p[:2], [True, False]).value
    found = brier_score(p, [YES, NO, UNKNOWN, None])
    assert (expected, 1, 1) == (found.value, found.n_missing, found.counts["unknown"])
    assert expected == brier_score(p, np.array([1.0, 0.0, np.nan, np.nan])).value
    assert expected == brier_score([*p[:2], None, 7], [1, 0, 1, 0], missing=7).value
    assert expected == brier_score(p[:2], np.array([1, -1], np.int8)).value
    assert expected == brier_score(np.array([9, 2], np.int8) / 10, [1, 0]).value
    assert 1 == brier_score(np.array([0, 1]), [0, 0]).counts["loss"]
    with pytest.raises(MetricError, match="0 reads as UNKNOWN"):
        brier_score(p[:2], np.array([1, 0], np.int8))
    young = brier_score(p[:2], [Truth(code) for code in np.array([1, 0], np.int8)])
    assert (1, 1) == (young.n, young.counts["unknown"])
    with pytest.raises(ValueError, match=r"row 1: outcomes of 0 and 1.*got 0.5"):
        brier_score([0.1, 0.2], [1.0, 0.5])
    assert 0.5**2 == brier_score([1.0], [0.5], allow_half=True).value


def test_certain():
    """A probability of 0 or 1 is counted, and when it failed too; or refused with its row."""
    found = brier_score([0.0, 1.0, 0.5, 1.0], [1, 1, 1, 0]).counts
    assert (3, 2) == (found["certain"], found["certain_wrong"])
    with pytest.raises(MetricError, match=r"row 2: a probability of exactly 0 or 1 is refused \(got 1\)"):
        brier_score([0.5, 0.5, 1.0], [1, 0, 1], certain="refuse")
    assert 1 == brier_score([0.5], [1], certain="refuse").n


def test_what_goes_with_forecasts_does_not_go_with_counts():
    """Counts have forgotten which rows were certain or a half, so nobody can refuse them any more."""
    counts = brier_score([0.5, 1.0], [1, 1]).counts
    for word in ({"certain": "refuse"}, {"allow_half": True}, {"by": np.array([1, 2])}):
        with pytest.raises(InvalidType, match=f"{next(iter(word))}= goes with answers"):
            brier_score(counts, **word)
    assert brier_score(counts) == brier_score(counts, certain="count", allow_half=False)
    for forecasts in ([0.5], counts):
        with pytest.raises(UnknownName, match="known are count, refuse"):
            brier_score(forecasts, certain="nonsense")
    for call in (
        lambda: brier_score([0.5], [1], allow_half=1),
        lambda: calibration([0.5], [1], allow_half=1),
    ):
        with pytest.raises(InvalidType, match="allow_half: True or False is needed"):
            call()


def test_brier_groups():
    """Groups are alone what they are together."""
    found = brier_score([0.9, 0.2, 0.6, 0.1], [YES, NO, UNKNOWN, None], by=["a", "a", "b", "b"])
    assert found["a"].value == brier_score([0.9, 0.2], [YES, NO]).value
    assert ("no forecast was decided", 1, 1) == (
        found["b"].reason,
        found["b"].n_missing,
        found["b"].counts["unknown"],
    )
    assert found == brier_score(found.counts)
    half = brier_score([0.5, 0.5], [0.5, 1], by=["a", "b"], allow_half=True)
    assert [0.5, 1.0] == half.counts["won"].tolist()


def test_brier_refused():
    """One column, and numbers that are no probabilities, are refused."""
    with pytest.raises(InvalidType, match="probabilities and outcomes"):
        brier_score([0.5])
    with pytest.raises(ValueError, match="probabilities, row 0: numbers from 0 to 1"):
        brier_score([1.5], [True])
    with pytest.raises(ValueError, match="outcomes: one entry"):
        brier_score([0.5], [True, False])
    for call in (
        lambda: brier_score([0.5], [True], alpha=1),
        lambda: calibration([0.5], [True], alpha=1),
    ):
        with pytest.raises(TypeError, match="confidence_level="):
            call()


def test_calibration_value():
    """Calibrations are values that read, and become plain JSON; halves count half."""
    one, two = (calibration([0.1, 0.9], [False, True], bins=2) for _ in range(2))
    assert one == two
    assert "expected 1.0 wins, came 1; 2 bins" in repr(one)
    assert 2 == len(one.to_dict()["bins"])
    assert one.bins[0].observed == proportion(0, of=1)
    assert _canonical.fingerprint(one) == _canonical.fingerprint(two)
    half = calibration([0.4, 0.6], [0.5, 1.0], bins=1, allow_half=True)
    assert (0.75, 1.5) == (half.bins[0].observed.value, half.won)
    assert half.brier.value == pytest.approx(
        half.reliability - half.resolution + half.uncertainty + half.within
    )
    sure = calibration([0.4, 0.6], [0.5, 1.0], bins=1, allow_half=True, confidence_level=0.5)
    again = pickle.loads(pickle.dumps(half.bins[0].observed)).interval(0.5)
    assert (sure.bins[0].observed.low, sure.bins[0].observed.high) == again
    empty = calibration([], [])
    assert (True, ()) == (math.isnan(empty.skill), empty.bins)
    alike = calibration([0.4], [True])
    assert (True, True) == (math.isnan(alike.skill), "skill undefined, since all" in repr(alike))
    assert repr(empty.brier) == repr(empty)
    assert repr(calibration([0.5], [True], allow_half=True, bins=1)).endswith("came 1; 1 bin")
    assert None is empty.to_dict()["skill"]


def test_a_calibration_becomes_columns():
    """One row a bin, the same numbers as the bins hold; no forecasts make no rows."""
    pandas = pytest.importorskip("pandas")
    found = calibration([0.1, 0.15, 0.9], [False, True, True], bins=10)
    frame = pandas.DataFrame(found.to_columns())
    assert frame["forecast"].tolist() == [point.forecast for point in found.bins]
    assert frame["observed_high"].tolist() == [point.observed.high for point in found.bins]
    assert frame["n"].tolist() == [2, 1]
    assert len(pandas.DataFrame(calibration([], []).to_columns())) == 0


def test_peers():
    """The score is scikit-learn's, ties of 1,000 probabilities included."""
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.Generator(np.random.PCG64(5))
    p = rng.random(1000).round(2)
    y = rng.random(1000) < p
    assert metrics.brier_score_loss(y, p) == pytest.approx(brier_score(p, y).value, abs=1e-15)


def test_a_calibration_has_ten_bins_and_takes_no_half():
    """Unless somebody says otherwise."""
    forecasts, outcomes = [0.05, 0.15, 0.25, 0.95], [0, 1, 0, 1]
    assert calibration(forecasts, outcomes, bins=10) == calibration(forecasts, outcomes)
    assert calibration(forecasts, outcomes, bins=2) != calibration(forecasts, outcomes)
    with pytest.raises(QualifyError):
        calibration(forecasts, [0.5, 1, 0, 1])
    assert calibration(forecasts, [0.5, 1, 0, 1], allow_half=True).brier.n == 4
