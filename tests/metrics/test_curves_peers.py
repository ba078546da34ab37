"""The same numbers as other libraries, on input that they read rightly."""

from __future__ import annotations

import math
import warnings
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualify.metrics import agreement, cumulative_incidence, retention_curve

rows = st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=2, max_size=40)


def columns(pairs):
    return [list(column) for column in zip(*pairs, strict=True)]


@given(rows)
@settings(max_examples=20)
def test_kaplan_meier_of_scipy(pairs):
    """Kaplan-Meier equals scipy's, and so do its log-log limits where scipy's formula is defined."""
    stats = pytest.importorskip("scipy.stats")
    times, left = columns(pairs)
    if not any(left):
        return
    censored = np.array(times)[~np.array(left)]
    peer = stats.ecdf(stats.CensoredData(np.array(times)[left], right=censored)).sf
    curve = retention_curve(times, left)
    np.testing.assert_allclose(curve.remaining(peer.quantiles).value, peer.probabilities, atol=1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where its formula is undefined
        limits = peer.confidence_interval(0.9, method="log-log") if peer.probabilities[-1] > 0 else None
    if limits is not None:
        inside = peer.probabilities < 1
        ours = curve.remaining(peer.quantiles, confidence_level=0.9)
        np.testing.assert_allclose(ours.low[inside], limits.low.probabilities[inside], atol=1e-9)
        np.testing.assert_allclose(ours.high[inside], limits.high.probabilities[inside], atol=1e-9)


@given(rows, st.data())
@settings(max_examples=10)
@pytest.mark.filterwarnings("ignore")
def test_kaplan_meier_of_lifelines(pairs, data):
    """With late entry and whole weights, Kaplan-Meier equals lifelines'."""
    lifelines = pytest.importorskip("lifelines")
    times, left = columns(pairs)
    entry = [data.draw(st.integers(0, t - 1)) for t in times]
    weights = data.draw(st.lists(st.integers(1, 3), min_size=len(times), max_size=len(times)))
    curve = retention_curve(times, left, entry=entry, weights=weights)
    if np.any(curve.at_risk[curve.times > 0] == 0) or curve.reason:
        return  # lifelines divides by nobody
    peer = lifelines.KaplanMeierFitter().fit(times, left, entry=entry, weights=weights)
    theirs = peer.survival_function_at_times(curve.times).to_numpy()
    np.testing.assert_allclose(curve.remaining_steps, theirs, atol=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_aalen_johansen_of_lifelines():
    """Without ties, which lifelines breaks at random, the shares by cause and their variance are near its."""
    lifelines = pytest.importorskip("lifelines")
    rng = np.random.Generator(np.random.PCG64(7))
    times = rng.permutation(np.arange(1, 121))
    codes = rng.integers(0, 3, 120)
    curve = cumulative_incidence(times, codes, names=("a", "b"))
    for cause in (1, 2):
        peer = lifelines.AalenJohansenFitter().fit(times, codes, event_of_interest=cause)
        theirs = peer.cumulative_density_.iloc[1:, 0].to_numpy()
        np.testing.assert_allclose(curve.incidence_steps[cause - 1], theirs, atol=1e-12)
        spread = np.ravel(peer.variance_)[1:]
        np.testing.assert_allclose(
            curve._walk(curve.causes[cause - 1]).steps("spread")[:100], spread[:100], rtol=0.05, atol=1e-5
        )


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=60).filter(
        lambda rows: len({label for row in rows for label in row}) > 1
    )
)
def test_kappa_of_scikit_learn_and_statsmodels(pairs):
    """Kappa equals scikit-learn's, its error statsmodels'."""
    peer = pytest.importorskip("sklearn.metrics")
    rater = pytest.importorskip("statsmodels.stats.inter_rater")
    one, two = columns(pairs)
    judged = agreement(one, two)
    assert judged.kappa.value == pytest.approx(peer.cohen_kappa_score(one, two))
    with np.errstate(all="ignore"):  # statsmodels also divides the kappa by an error that may be 0
        error = rater.cohens_kappa(judged.table).std_kappa
    if error > 1e-9 and -1 < judged.kappa.low and judged.kappa.high < 1:
        assert judged.kappa.high - judged.kappa.value == pytest.approx(1.959963984540054 * error, rel=1e-6)
    assert not math.isnan(judged.ac1.value)


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_columns_of_other_libraries(library):
    """Columns of pandas, polars and Arrow give the same curve, with their nulls missing."""
    frames = pytest.importorskip(library)
    make = getattr(frames, "array" if library == "pyarrow" else "Series")
    plain = retention_curve([1, 2, 3, None], [True, None, False, True])
    assert plain == retention_curve(make([1, 2, 3, None]), make([True, None, False, True]))
    texts = cumulative_incidence(make([1, 2, 3]), make(["won", None, "open"]), censored="open")
    assert (("won",), 2, 1) == (texts.causes, texts.n, texts.n_missing)
    waits = [timedelta(hours=1), timedelta(hours=3)]
    timed = retention_curve(make(waits), [True, False], unit="hours")
    assert (2, [0.5, 0.5]) == (timed.n, timed.remaining(make(waits)).value.tolist())
    judged = agreement(make(["a", "b", None]), make(["a", "a", "b"]))
    assert (2, 1) == (judged.n, judged.n_missing)
