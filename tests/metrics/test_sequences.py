"""Intervals that hold at every look."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import InvalidType, MetricError
from qualify.metrics import Counts, confidence_sequence, nps, proportion
from qualify.metrics._sequences import _mixture
from qualify.scales import CES
from qualify.truth import NO, UNKNOWN, YES

scores = st.lists(st.integers(0, 10), min_size=30, max_size=120)


@given(scores, st.sampled_from(["nps", "mean"]))
def test_wider(values, of):
    """A sequence is wider than one interval, holds the value, and its last look is the whole."""
    found = confidence_sequence(values, of=of)
    assert found.low <= found.value <= found.high
    last = confidence_sequence(values, of=of, looks=[30, len(values)])
    assert last.value[1] == pytest.approx(found.value)
    assert (last.low[1], last.high[1]) == pytest.approx((found.low, found.high))
    if of == "nps":
        one = nps(values, method="wald")
        assert found.high - found.low >= one.high - one.low
        assert found == confidence_sequence(nps(values).counts, of="nps")


@given(st.integers(0, 60), st.integers(0, 60))
def test_share(yes, no):
    """The limits of a share solve Ville's inequality, with exact ends."""
    found = confidence_sequence(Counts("outcomes", yes=yes, no=no), of="share")
    n = yes + no
    mixture = math.lgamma(yes + 1) + math.lgamma(no + 1) - math.lgamma(n + 2)
    for p in found.interval():
        if 0 < p < 1:
            assert yes * math.log(p) + no * math.log1p(-p) == pytest.approx(
                mixture + math.log(0.05), abs=1e-6
            )
    if n:
        wilson = proportion(yes, of=n)
        assert found.low <= wilson.low + 1e-12
        assert found.high >= wilson.high - 1e-12
    else:
        assert ((0.0, 1.0), "nobody answered") == (found.interval(), found.reason)


def test_looks():
    """Looks count answers, not rows; gaps before them are counted as missing."""
    column = [YES, None, NO, UNKNOWN, YES, NO]
    found = confidence_sequence(column, of="share", looks=[1, 2, 3])
    assert ([1.0, 0.5], [0, 1, 2]) == (found.value.tolist()[:2], found.n_missing.tolist())
    assert (1, 2, 3) == found.labels
    whole = confidence_sequence(column, of="share")
    assert (4, 2) == (whole.n, whole.n_missing)
    means = confidence_sequence([1, None, 3, 99], of="mean", looks=[2], missing=99)
    assert [2.0] == means.value.tolist()
    with pytest.raises(MetricError, match=r"within the answers \(got 5\); at most 4"):
        confidence_sequence(column, of="share", looks=[5])


def test_few():
    """Before thirty answers a score has its whole scale, and says when it begins."""
    found = confidence_sequence([9, 3], of="nps")
    assert ((-100, 100), "the sequence begins at 30 answers") == (found.interval(), found.reason)
    on_scale = confidence_sequence([7, 1], of="mean", scale=CES)
    assert (1, 7) == on_scale.interval()
    assert (-math.inf, math.inf) == confidence_sequence([7.5], of="mean").interval()
    assert (1, 7) == confidence_sequence(
        [7] * 20 + [1] * 20, of="mean", scale=CES, confidence_level=1 - 1e-9
    ).interval()
    with pytest.raises(ValueError, match="row 0"):
        confidence_sequence([8], of="mean", scale=CES)


def test_tight():
    """The width at the chosen count is the least that any choice gives there."""
    values = [10, 10, 5, 8] * 100
    widths = {}
    for tight in (50, 400, 4000):
        found = confidence_sequence(values, of="nps", tight_at=tight)
        widths[tight] = found.high - found.low
    assert min(widths, key=widths.get) == 400


def test_refused():
    """Counts of another kind, and other words, are refused."""
    with pytest.raises(MetricError, match="counts of NPS"):
        confidence_sequence(Counts("outcomes", yes=1, no=1), of="nps")
    with pytest.raises(InvalidType, match="looks= goes with answers"):
        confidence_sequence(Counts("outcomes", yes=1, no=1), of="share", looks=[1])
    with pytest.raises(LookupError, match="unknown of .*mean"):
        confidence_sequence([1], of="median")
    with pytest.raises(TypeError, match="confidence_level="):
        confidence_sequence([True], of="share", alpha=0.05)
    assert (
        5 == confidence_sequence(Counts("answers summed", answers=40, sum=200, squares=1200), of="mean").value
    )


def test_peeking():
    """Looking every ten answers at 300 honest coins, a sequence misses rarely, an interval often."""
    rng = np.random.Generator(np.random.PCG64(11))
    looks = np.arange(30, 1001, 10)
    missed = {"sequence": 0, "wilson": 0}
    for _ in range(300):
        yes = np.cumsum(rng.random(1000) < 0.3)[looks - 1].astype(float)
        low, high = _mixture(yes, looks.astype(float), 0.95)
        missed["sequence"] += bool(np.any((low > 0.3) | (high < 0.3)))
        one = proportion(yes.astype(int), of=looks)
        missed["wilson"] += bool(np.any((one.low > 0.3) | (one.high < 0.3)))
    assert missed["sequence"] <= 15
    assert missed["wilson"] >= 60


def test_a_sequence_is_tightest_at_500_answers():
    """Unless somebody chooses another number beforehand."""
    answers = [9, 10, 3, 8] * 20
    found = confidence_sequence(answers, of="nps")
    assert found == confidence_sequence(answers, of="nps", tight_at=500)
    assert found.low != confidence_sequence(answers, of="nps", tight_at=50).low
