"""Sums of weights: whole ones exactly, in any order of rows and in any batches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import InvalidValue
from qualify.metrics import Counts, _tally, nps

PARTS = {"promoters": (9, 10), "passives": (7, 8), "detractors": range(7)}

rows = st.lists(
    st.tuples(st.integers(0, 10), st.sampled_from("ab"), st.integers(1, 63).flatmap(
        lambda bits: st.integers(0, (1 << bits) - 1))),
    min_size=1, max_size=30,
).filter(lambda rows: any(weight for _, _, weight in rows))  # fmt: skip


@given(rows, st.integers(0, 30), st.integers(1, 40), st.randoms(use_true_random=False))
def test_whole_weights_add_exactly(rows, cut, size, random):
    """Sums of whole weights and of their squares are those of Python's numbers, whatever the rows' order."""
    scores, _, weights = zip(*rows, strict=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_tally, "_ROWS", size)
        counts = nps(scores, weights=weights).counts
    for part, levels in PARTS.items():
        mine = [weight for score, _, weight in rows if score in levels]
        assert sum(mine) == counts[part]
        assert sum(weight**2 for weight in mine) == counts[f"{part}_squares"]
    random.shuffle(rows)
    batches = [batch for batch in (rows[:cut], rows[cut:]) if any(weight for _, _, weight in batch)]
    told = [nps([r[0] for r in b], weights=[r[2] for r in b]).counts for b in batches]
    left_out = len(rows) - sum(map(len, batches))
    assert sum(told) == Counts("NPS", **dict(counts.numbers) | {"answers": counts["answers"] - left_out})


@given(rows, st.randoms(use_true_random=False))
def test_groups_of_whole_weights(rows, random):
    """Of groups, sums stay whole under 2^63 and are rounded once beyond, whatever the rows' order."""
    counts = nps([r[0] for r in rows], by=[r[1] for r in rows], weights=[r[2] for r in rows]).counts
    for part, levels in PARTS.items():
        for power, name in ((1, part), (2, f"{part}_squares")):
            sums = [
                sum(weight**power for score, by, weight in rows if score in levels and by == label)
                for label in counts.labels
            ]
            is_whole = max(sums) < 1 << 63
            assert (sums if is_whole else list(map(float, sums))) == counts[name].tolist()
            assert (np.int64 if is_whole else np.float64) == counts[name].dtype
    random.shuffle(rows)
    assert counts == nps([r[0] for r in rows], by=[r[1] for r in rows], weights=[r[2] for r in rows]).counts


def test_wide_sums_of_groups_add():
    """Batches whose sums of weights leave 64 bits together add as floats; numbers of answers do not."""
    batch = nps([10, 0], by=["a", "b"], weights=[3_000_000_000, 1]).counts
    both = batch + batch
    assert [18e18, 0] == both["promoters_squares"].tolist()
    assert np.int64 == both["promoters"].dtype
    most = nps([10, 0], by=["a", "b"], weights=[(1 << 63) - 1, 1]).counts
    assert [float((1 << 64) - 2), 0.0] == (most + most)["promoters"].tolist()
    gone = nps([None], by=["a"], weights=[(1 << 63) - 1]).counts
    assert [float((1 << 64) - 2)] == (gone + gone)["missing_weight"].tolist()
    huge = Counts("NPS", labels=["a"], promoters=[1 << 62], promoters_squares=[1], answers=[1 << 62])
    with pytest.raises(InvalidValue, match=r"Counts of NPS, answers.*2\^63"):
        huge + huge
