"""Groups of columns are exact whatever their weights and sizes, and write into no memory but their own."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualify.criteria import Columns, all_of, any_of, at_least, topic, weighted
from qualify.criteria._folding import combined, program, run

NAMES = "abcdefgh"


def parts(count):
    """So many different parts."""
    return [topic(f"t{i}").is_true() for i in range(count)]


def every_row(count):
    """All rows of so many codes, by column."""
    return list(np.array(list(product((1, 0, -1), repeat=count)), np.int8).T.copy())


def both_ways(rule, columns):
    """The codes of a group as arrays of any shape are folded, and as blocks of one shape are, in buffers."""
    made = program((rule,))
    order = dict(zip(rule.parts, columns, strict=True))
    (blocks,) = run(made, lambda i: order[made.leaves[i]], lambda: np.full(len(columns[0]), 9, np.int8))
    (shapes,) = run(made, lambda i: order[made.leaves[i]])
    found = combined(rule, columns)
    assert np.array_equal(blocks, found)
    assert np.array_equal(shapes, found)
    assert np.int8 == found.dtype == blocks.dtype
    return found.tolist()


def reached(low, high, bar):
    """The code of a score from low to high."""
    return 1 if low >= bar else -1 if high < bar else 0


@pytest.mark.parametrize(("need", "count"), [(k, n) for n in range(1, 9) for k in range(1, n + 1)])
def test_k_of_n_counts(need, count):
    """At least k of n is YES if k are, NO if too many are not, else UNKNOWN, for every k and n to eight."""
    columns = every_row(count) if count < 7 else [c[::5] for c in every_row(count)]
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    expected = [reached(row.count(1), len(row) - row.count(-1), need) for row in rows]
    assert expected == both_ways(at_least(need, *parts(count)), columns)


@given(st.data())
@settings(max_examples=80)
def test_scores_are_exact_in_any_width(data):
    """Weights add as Python's integers do, also at the ends of 8, 16 and 32 bits."""
    edge = data.draw(st.sampled_from([1, 31, 63, 64, 127, 16_383, 32_767, 2**30, 2**31 - 1, 2**40]))
    near = st.integers(max(1, edge - 2), edge + 2).flatmap(lambda w: st.sampled_from([w, -w, 1]))
    weights = data.draw(st.lists(near, min_size=1, max_size=3))
    total = sum(map(abs, weights))
    bar = data.draw(
        st.one_of(st.integers(-total - 2, total + 2), st.sampled_from([-3 * total, 3 * total, 0]))
    )
    columns = every_row(len(weights))
    expected = []
    for row in zip(*(column.tolist() for column in columns), strict=True):
        pairs = list(zip(row, weights, strict=True))
        low = sum(w for code, w in pairs if code > 0 or (code == 0 and w < 0))
        high = sum(w for code, w in pairs if code > 0 or (code == 0 and w > 0))
        expected.append(reached(low, high, bar))
    rule = weighted(list(zip(parts(len(weights)), weights, strict=True)), bar=bar)
    assert expected == both_ways(rule, columns)


@pytest.mark.parametrize("count", [63, 64, 127, 128, 200])
def test_many_parts_of_weight_one(count):
    """The sum of many ones does not run over, for whichever of them are YES."""
    columns = [np.array([1, -1, 0, 1 if i % 2 else -1], np.int8) for i in range(count)]
    for bar in (1, count // 2, count // 2 + 1, count):
        expected = [1, -1, 0, reached(count // 2, count // 2, bar)]
        assert expected == both_ways(weighted([(part, 1) for part in parts(count)], bar=bar), columns)
        assert expected == both_ways(at_least(bar, *parts(count)), columns)


def test_a_number_that_none_can_equal_is_no_in_every_block():
    """Beyond the first block of rows, too."""
    columns = Columns.of({"n": np.arange(70_000, dtype=np.float64)})
    assert -70_000 == int((topic("n") == 10**400).truths(columns).sum(dtype=np.int64))
    words = Columns.of({"w": ["a", "b"] * 35_000})
    assert -70_000 == int(topic("w").one_of("c").truths(words).sum(dtype=np.int64))


def test_judging_writes_nowhere_but_into_its_own_memory():
    """Columns are the same after they were judged, and are judged the same again."""
    t = {name: topic(name).is_true() for name in NAMES}
    rows = np.array(list(product((1, 0, -1), repeat=4)), np.int8)
    truths = {1: True, 0: None, -1: False}
    columns = Columns.of({n: [truths[code] for code in rows[:, i % 4].tolist()] for i, n in enumerate(NAMES)})
    rules = [
        all_of(any_of(t["a"], t["b"]), any_of(t["c"], t["d"]), any_of(t["e"], t["f"])),
        all_of(any_of(at_least(1, t["a"]), t["b"]), any_of(at_least(1, t["c"]), t["d"]), ~t["e"]),
        any_of(~(~t["a"] & t["b"]).named("x"), at_least(2, t["b"], t["c"], ~t["d"]), at_least(1, t["e"])),
        weighted({t["a"] | t["b"]: 1, t["c"] & t["d"]: 2, at_least(2, *map(t.get, "defg")): -1}, bar=1),
        any_of(at_least(3, *map(t.get, NAMES[:6])), at_least(1, t["g"]) & t["h"]),
    ]
    before = {name: columns[name].copy() for name in NAMES}
    first = [rule.truths(columns).tolist() for rule in rules]
    assert first == [rule.truths(columns).tolist() for rule in rules]
    assert all(np.array_equal(before[name], columns[name]) for name in NAMES)


def test_a_bar_far_below_zero_is_reached_by_every_row():
    """What fits a byte until it is added to the bar is still added exactly."""
    rule = weighted(list(zip(parts(2), (20, 10), strict=True)), bar=-60)
    columns = Columns.of({"t0": [True, False, None], "t1": [False, None, True]})
    assert [1, 1, 1] == rule.truths(columns).tolist()
