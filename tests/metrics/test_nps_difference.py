"""Differences of two scores: signed, nested, of two groups or of the same people twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import InvalidType, MetricError
from qualify.metrics import Counts, enps, nps, nps_difference

answers = st.lists(st.integers(0, 10) | st.none(), max_size=30)
methods = st.sampled_from(["score", "adjusted_wald", "wald"])


@given(answers, answers, methods)
def test_turns(a, b, method):
    """The difference the other way round is turned over; the value is that of the two scores."""
    one, two = nps_difference(a, b, method=method), nps_difference(b, a, method=method)
    assert one.value == pytest.approx(-two.value, nan_ok=True)
    assert (one.low, one.high) == pytest.approx((-two.high, -two.low))
    assert one.value == pytest.approx(nps(a).value - nps(b).value, nan_ok=True)
    assert one == nps_difference(one.counts, method=method)


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10) | st.none()), max_size=30), methods)
def test_paired(rows, method):
    """Pairs give the value of their two scores; a gap drops the pair; a wider level holds a narrower."""
    a, b = ([row[i] for row in rows] for i in (0, 1))
    found = nps_difference(a, b, paired=True, method=method)
    kept = [row for row in rows if row[1] is not None]
    assert (len(kept), len(rows) - len(kept)) == (found.n, found.n_missing)
    if kept:
        scores = [nps([row[i] for row in kept]).value for i in (0, 1)]
        assert found.value == pytest.approx(scores[0] - scores[1])
    wide = found.interval(0.99)
    assert wide.low <= found.low + 1e-9
    assert found == nps_difference(found.counts, method=method)


def test_pairs_narrow():
    """People who hardly change their mind tell a change better than two groups do."""
    rng = np.random.Generator(np.random.PCG64(3))
    a = rng.integers(0, 11, 200)
    b = np.clip(a - (rng.random(200) < 0.1), 0, 10)
    pairs, groups = nps_difference(a, b, paired=True), nps_difference(a, b)
    assert pairs.high - pairs.low < 0.6 * (groups.high - groups.low)


def test_kinds():
    """Counts of employees differ from each other, not from customers; groups go side by side."""
    staff = enps([9, 3]).counts
    assert 0 == nps_difference(staff, staff).value
    with pytest.raises(MetricError, match="counts of NPS are needed"):
        nps_difference(staff, [9, 3])
    groups = nps([9, 3, 8], by=["a", "b", "b"]).counts
    assert ("a", "b") == nps_difference(groups, groups).labels
    with pytest.raises(MetricError, match="same groups"):
        nps_difference(groups, [9])
    with pytest.raises(InvalidType, match="two columns or counts"):
        nps_difference([9])
    with pytest.raises(InvalidType, match="paired answers are two columns"):
        nps_difference([9], paired=True)
    with pytest.raises(ValueError, match="b: one entry"):
        nps_difference([9], [9, 3], paired=True)
    with pytest.raises(TypeError, match="confidence_level="):
        nps_difference([9], [3], alpha=0.05)


def test_empty():
    """Nobody on one side gives everything, with the reason."""
    for found in (nps_difference([9], []), nps_difference([], [], paired=True)):
        assert (-200, 200) == found.interval()
        assert "nobody answered on one side" == found.reason
    assert 1 == nps_difference([9, 99], [9, 3], missing=99, paired=True).n
    assert (
        Counts("two NPS", **dict(nps_difference([9], [3]).counts.numbers)) == nps_difference([9], [3]).counts
    )


def test_pairs_are_counted_by_what_they_were_and_became():
    """The first word is what she said of a, the second of b."""
    counts = nps_difference([9, 9, 9, 0, 7], [9, 0, 8, 9, 9], paired=True).counts
    names = ("promoter_promoter", "promoter_detractor", "promoter_passive", "detractor_promoter")
    assert [1, 1, 1, 1, 1] == [counts[name] for name in (*names, "passive_promoter")]
