"""The product limit against exact fractions, and the relations that any right one keeps."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.metrics import LifeTable, cumulative_incidence, retention_curve
from qualify.metrics import _product_limit as limit
from reference import curves_product_limit as slow

rows = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 2)), min_size=1, max_size=20)
floats = st.lists(
    st.tuples(st.sampled_from([0.1, 0.2, 0.3, 0.1 + 0.2, 0.7, 1e-9, 1e9, 2.5]), st.booleans()),
    min_size=1,
    max_size=12,
)


def columns(pairs):
    return [list(column) for column in zip(*pairs, strict=True)]


@given(rows)
def test_equals_exact_fractions(pairs):
    """Shares by cause and the rest equal those summed one row at a time in fractions."""
    times, codes = columns(pairs)
    steps = slow.aalen_johansen(times, codes, 2)
    curve = cumulative_incidence(times, codes, names=("a", "b"))
    assert list(steps) == curve.times.tolist()
    expected = [[float(s[0]), *map(float, s[1])] for s in steps.values()]
    found = np.vstack([curve.remaining_steps, curve.incidence_steps]).T
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-14)


@given(rows, st.data())
def test_late_entry_and_weights_equal_exact_fractions(pairs, data):
    """Late entries and weights equal those summed one row at a time in fractions."""
    times, codes = columns([(t + 1, c) for t, c in pairs])
    entry = [data.draw(st.integers(0, t - 1)) for t in times]
    weights = data.draw(st.lists(st.integers(1, 5), min_size=len(times), max_size=len(times)))
    curve = cumulative_incidence(times, codes, entry=entry, weights=weights, names=("a", "b"))
    steps = slow.aalen_johansen(times, codes, 2, entry, [Fraction(w) for w in weights])
    for t, (remaining, gone) in steps.items():
        i = int(np.searchsorted(curve.times, t))
        assert curve.remaining_steps[i] == pytest.approx(float(remaining), abs=1e-12)
        assert curve.incidence_steps[:, i] == pytest.approx([float(g) for g in gone], abs=1e-12)


@given(rows)
def test_variance_equals_the_printed_formulas(pairs):
    """Greenwood's and Marubini and Valsecchi's variances equal their formulas in fractions."""
    times, codes = columns(pairs)
    curve = cumulative_incidence(times, codes, names=("a", "b"))
    for i, t in enumerate(curve.times.tolist()):
        everyone = slow.greenwood(times, [c > 0 for c in codes], t)
        assert curve._walk(None).steps("spread")[i] == pytest.approx(float(everyone), abs=1e-13)
        if max(codes) == 2:
            for cause in (1, 2):
                one = slow.marubini_valsecchi(times, codes, cause, t)
                assert curve._walk(curve.causes[cause - 1]).steps("spread")[i] == pytest.approx(
                    float(one), abs=1e-13
                )


@given(rows)
def test_equal_weights_are_no_weights(pairs):
    """Equal weights change neither shares nor limits."""
    times, codes = columns(pairs)
    plain = cumulative_incidence(times, codes, names=("a", "b"))
    weighted = cumulative_incidence(times, codes, names=("a", "b"), weights=[0.3] * len(times))
    np.testing.assert_allclose(weighted.incidence_steps, plain.incidence_steps, atol=1e-12)
    np.testing.assert_allclose(weighted.band("a"), plain.band("a"), atol=1e-9)
    np.testing.assert_allclose(weighted.band(), plain.band(), atol=1e-9)


@given(rows, st.data())
def test_whole_weights_weigh_as_repeated_rows(pairs, data):
    """Whole weights give the shares of the repeated rows."""
    times, codes = columns(pairs)
    weights = data.draw(st.lists(st.integers(0, 4), min_size=len(times), max_size=len(times)).filter(any))
    once = cumulative_incidence(times, codes, weights=weights, names=("a", "b"))
    again = cumulative_incidence(np.repeat(times, weights), np.repeat(codes, weights), names=("a", "b"))
    assert once.times.tolist() == again.times.tolist()
    np.testing.assert_allclose(once.incidence_steps, again.incidence_steps, atol=1e-12)


@given(rows, st.randoms(use_true_random=False), st.booleans())
def test_order_of_rows_changes_nothing(pairs, rng, weighted):
    """A permutation of the rows gives the same bits."""
    triples = [(t + 0.5, c, w / 7) for w, (t, c) in enumerate(pairs, 1)]
    mixed = list(triples)
    rng.shuffle(mixed)
    curves = []
    for some in (triples, mixed):
        times, codes, weights = columns(some)
        made = cumulative_incidence(times, codes, names=("a", "b"), weights=weights if weighted else None)
        curves.append(made)
    assert curves[0].counts == curves[1].counts
    assert curves[0].incidence_steps.tobytes() == curves[1].incidence_steps.tobytes()
    assert curves[0].band("b")[0].tobytes() == curves[1].band("b")[0].tobytes()


@given(rows)
def test_without_censoring_it_is_the_share_of_rows(pairs):
    """Without censoring, the share that remains is 1 - ECDF and its variance S(1 - S)/n."""
    times = [t for t, _ in pairs]
    curve = retention_curve(times, [True] * len(times))
    share = np.array([np.mean(np.array(times) > t) for t in curve.times])
    np.testing.assert_allclose(curve.remaining_steps, share, atol=1e-13)
    np.testing.assert_allclose(
        curve._walk(None).steps("spread"), share * (1 - share) / len(times), atol=1e-13
    )


@given(rows, st.sampled_from([0.001, 3.0, 1e6]))
def test_the_unit_of_time_does_not_matter(pairs, scale):
    """KM(a t) = KM(t), the limits too; a time at which a share has left is a times as late."""
    times, codes = columns(pairs)
    plain = cumulative_incidence(times, codes, names=("a", "b"))
    scaled = cumulative_incidence(np.array(times) * scale, codes, names=("a", "b"))
    assert plain.incidence_steps.tolist() == scaled.incidence_steps.tolist()
    for cause in ("a", "b", None):
        for one, two in zip(plain.band(cause), scaled.band(cause), strict=True):
            assert one.tolist() == two.tolist()
    once, then = plain.median(), scaled.median()
    assert [then.value, then.low, then.high] == pytest.approx(
        [scale * x for x in (once.value, once.low, once.high)], nan_ok=True
    )


@given(rows)
def test_doubling_the_rows_halves_the_variance(pairs):
    """Twice the same rows: the same shares, half the variance, and it equals adding the table to itself."""
    times, codes = columns(pairs)
    once = cumulative_incidence(times, codes, names=("a", "b"))
    twice = cumulative_incidence(times * 2, codes * 2, names=("a", "b"))
    np.testing.assert_allclose(twice.incidence_steps, once.incidence_steps, atol=1e-13)
    np.testing.assert_allclose(
        twice._walk(None).steps("spread"), once._walk(None).steps("spread") / 2, atol=1e-13
    )
    assert once.counts + once.counts == twice.counts


@given(rows, st.integers(1, 50))
def test_when_the_last_ones_were_last_seen_changes_nothing_before(pairs, later):
    """Moving a row that was censored after everybody else had left changes nothing before it."""
    times, codes = columns(pairs)
    plain = cumulative_incidence([*times, 9], [*codes, 0], names=("a", "b"))
    longer = cumulative_incidence([*times, 9 + later], [*codes, 0], names=("a", "b"))
    assert plain.incidence_steps.tolist() == longer.incidence_steps.tolist()
    assert plain.band("a").high.tolist() == longer.band("a").high.tolist()


def test_all_censored_keeps_everybody():
    """If nobody leaves the share that remains is 1, and its lower limit is Wilson's for those at risk."""
    curve = retention_curve([1, 2, 3], [False] * 3)
    assert [1.0, 1.0, 1.0] == curve.remaining_steps.tolist()
    z2 = 1.959963984540054**2
    assert [z2 / (n + z2) for n in (3, 2, 1)] == pytest.approx(curve.band().high.tolist())
    assert [0.0, 0.0, 0.0] == curve.band().low.tolist()


def test_nearly_equal_times_tie():
    """0.1 + 0.2 and 0.3 are one time, and the first of them is shown."""
    curve = retention_curve([0.3, 0.1 + 0.2, 0.5], [True, True, False])
    assert [0.3, 0.5] == curve.times.tolist()
    assert 1 / 3 == pytest.approx(curve.remaining_steps[0])


@given(floats)
def test_floats_of_any_size_equal_exact_fractions(pairs):
    """The sort by bits gives the same shares as fractions on rounded times."""
    times, left = columns(pairs)
    same = {0.1 + 0.2: 0.3}
    steps = slow.aalen_johansen([same.get(t, t) for t in times], [int(e) for e in left], 1)
    curve = retention_curve(times, left)
    assert [float(s[0]) for s in steps.values()] == pytest.approx(curve.remaining_steps.tolist(), abs=1e-13)
    assert all(any(t == u for u in times) for t in curve.times)  # the caller's own numbers


def test_negative_zero_is_zero():
    """-0.0 sorts with 0.0."""
    curve = retention_curve([-0.0, 0.0, 0.7], [True, True, False])
    assert [0.0, 0.7] == curve.times.tolist()


@given(rows, st.integers(0, 20))
def test_tables_of_parts_add_to_the_table_of_all(pairs, cut):
    """The table of a split is the table of the whole, whatever the split."""
    cut = min(cut, len(pairs))
    whole = cumulative_incidence(*columns(pairs), names=("a", "b")).counts
    parts = [
        cumulative_incidence(*(columns(part) or [[], []]), names=("a", "b")).counts
        for part in (pairs[:cut], pairs[cut:])
    ]
    assert whole == sum(parts)
    assert cumulative_incidence(whole).incidence_steps.tolist() == (
        cumulative_incidence(parts[0] + parts[1]).incidence_steps.tolist()
    )


def test_weighted_tables_add_to_plain_ones():
    """A table without weights counts as one with weights of 1 when added."""
    plain = LifeTable.of([1, 2], [1, 0], ("left",))
    weighted = LifeTable.of([1, 3], [1, 1], ("left",), weights=[2.0, 0.5])
    both = plain + weighted
    assert [3.0, 0.0, 0.5] == both.events[0].tolist()
    assert [5.0, 0.0, 0.25] == both.squares[0].tolist()
    assert 4.5 == both.started


def test_variance_with_weights_is_linearised():
    """With weights the variance of a share without censoring is the linearised one of a weighted mean."""
    times, weights = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, 3.0, 0.5])
    table = LifeTable.of(times, np.ones(4, int), ("left",), weights=weights)
    found = retention_curve(table)._walk(None).steps("spread")[0]
    share = weights[0] / weights.sum()
    expected = np.sum(weights**2 * ((times == 1) - share) ** 2) / weights.sum() ** 2
    assert found == pytest.approx(expected)


@given(st.sets(st.integers(0, 2_999), max_size=3), st.booleans())
def test_rare_ties_are_ties(repeated, first):
    """A few repeated times among many are counted like any others."""
    times = [t + 0.7 for t in [*range(3_000), *repeated, *([0] if first else [])]]
    codes = [i % 3 for i in range(len(times))]
    few = cumulative_incidence(times, codes, names=("a", "b")).counts
    many = cumulative_incidence(np.array(times) - 0.7, codes, names=("a", "b")).counts
    assert few.events.tolist() == many.events.tolist()
    assert few.censored.tolist() == many.censored.tolist()
    assert few.at_risk.tolist() == many.at_risk.tolist()


@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 5e-324, 1e-300, 0.1, 0.3, 1.7, 1e9, 1.7e308]), st.integers(0, 3)),
        min_size=1,
        max_size=12,
    ),
    st.integers(1, 3),
)
def test_times_of_any_size_come_back_as_they_were(pairs, kinds):
    """Whatever the size of the times and the number of causes, the table holds the caller's own numbers."""
    times, codes = columns([(t, min(c, kinds)) for t, c in pairs])
    counts = cumulative_incidence(times, codes, names=("a", "b", "c")[:kinds]).counts
    assert sorted(set(times)) == counts.times.tolist()
    for t, events, censored in zip(counts.times, counts.events.T, counts.censored, strict=True):
        here = [c for time, c in zip(times, codes, strict=True) if time == t]
        assert [here.count(k) for k in range(1, kinds + 1)] == events.tolist()
        assert here.count(0) == censored


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 2)), min_size=1, max_size=30),
    st.sampled_from([1, 2, 3, 16]),
    st.sampled_from(["plain", "late", "weighted"]),
    st.sampled_from([None, "a", "b"]),
)
def test_pieces_of_any_size_make_the_same_curve(pairs, size, kind, cause):
    """Walking piece by piece gives the steps, limits, quantiles and single shares of one walk."""
    times, codes = columns(pairs)
    more = {}
    if kind == "late":
        more = {"entry": [t // 2 for t in times]}
    if kind == "weighted":
        more = {"weights": [1 + t % 3 for t in times], "entry": [t // 3 for t in times]}

    def make():
        return cumulative_incidence(times, codes, names=("a", "b"), **more)

    once, asked = make(), [0, 0.5, *times, 10]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limit, "_PIECE", size)
        patch.setattr(limit, "_GROUP", 2)
        pieces = make()
        np.testing.assert_allclose(pieces.incidence_steps, once.incidence_steps, rtol=0, atol=1e-14)
        np.testing.assert_allclose(pieces.remaining_steps, once.remaining_steps, rtol=0, atol=1e-14)
        for part in ("spread", "gone"):
            found, whole = pieces._walk(cause).steps(part), once._walk(cause).steps(part)
            np.testing.assert_allclose(found, whole, rtol=0, atol=1e-14)
        np.testing.assert_allclose(pieces.band(cause), once.band(cause), rtol=1e-9, atol=1e-9)
        for share in (0.25, 0.5, 1.0):
            assert once.quantile(share, cause) == pieces.quantile(share, cause)
        for part in ("value", "low", "high"):
            single = getattr(make().incidence(asked, cause), part)
            np.testing.assert_allclose(
                single, getattr(once.incidence(asked, cause), part), rtol=1e-9, atol=1e-9
            )
        backwards = make()
        for t in reversed(asked):
            np.testing.assert_allclose(
                backwards.remaining(t).low, once.remaining(t).low, rtol=1e-9, atol=1e-9
            )


@given(st.integers(0, 200), st.sampled_from([np.add, np.multiply]))
def test_running_in_groups_is_running(rows, step):
    """Sums and products that run in groups side by side are those that run in one row, and as monotone."""
    terms = np.random.Generator(np.random.PCG64(rows)).random(rows)
    found = limit._running(step, terms.copy())
    np.testing.assert_allclose(found, step.accumulate(terms), rtol=1e-14)
    turn = 1 if step is np.add else -1
    assert (turn * np.diff(found) >= 0).all()


def test_a_long_curve_is_not_kept():
    """Reading one share of a long curve keeps a piece of it, and not the steps."""
    curve = retention_curve(np.arange(100_000) + 0.5, np.arange(100_000) % 2 == 0)
    assert curve.remaining(50_000).value == pytest.approx(0.5**0.5, abs=0.01)
    assert {("walk", None)} == set(curve._cache)
    assert curve.remaining([5, 99_000.5]).value.tolist() == [
        curve.remaining(5).value,
        curve.remaining(99_000.5).value,
    ]


def test_counts_of_floats_are_summed_from_the_end():
    """A table of broken counts without squares, as a host may hold it, is walked by its own sums."""
    table = LifeTable(
        ("a",),
        times=[1, 2, 3],
        events=[[0.5, 0.25, 0.25]],
        censored=[0.0] * 3,
        entered=[0] * 3,
        started=1,
        n=1,
    )
    assert [0.5, 0.75, 1.0] == retention_curve(table).incidence_steps[0].tolist()


def test_times_at_which_nobody_is_there_change_nothing():
    """A time without anybody at risk, as in a table made by hand, keeps the share."""
    table = LifeTable(("a",), times=[1, 2], events=[[1, 0]], censored=[0, 0], entered=[0, 0], started=1, n=1)
    assert [1.0, 1.0] == retention_curve(table).incidence_steps[0].tolist()
