"""Satisfaction: the check values of the field, missing answers, weights, groups."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import InvalidType, MetricError, UnknownName
from qualify.metrics import Counts, ces, csat, enps, esat, nps, windows
from qualify.scales import CSAT, NPS, Scale
from reference.metrics_answers import nps_counts

FIELD = [10, 9, 9, 8, 7, 7, 6, 5, 3, 0, 10, 9]
EFFORT = [7, 6, 5, 5, 4, 2, 7, 1]
answers = st.lists(st.integers(0, 10) | st.just(99) | st.none() | st.just(float("nan")), max_size=60)


def test_field_values():
    """NPS, CSAT, ESAT and the four efforts of the field's check values."""
    assert 8.333 == round(nps(FIELD).value, 3)
    low, high = nps(FIELD).interval(method="wald")
    assert 24.884 == round((high - low) / 2 / 1.959963984540054, 3)
    assert 0.625 == csat([5, 4, 4, 3, 2, 5, 1, 4]).value
    assert 0.625 == esat([5, 4, 4, 3, 2, 5, 1, 4]).value
    found = [ces(EFFORT, measure=m, easy="high").value for m in ("mean", "share", "net_2", "net_3")]
    assert [4.625, 0.625, 12.5, 37.5] == found


def test_direction():
    """Turning the scale and the direction gives the same share and nets."""
    turned = [8 - x for x in EFFORT]
    for measure in ("share", "net_2", "net_3"):
        one, two = ces(EFFORT, measure=measure, easy="high"), ces(turned, measure=measure, easy="low")
        assert (one.value, one.low, one.high) == pytest.approx((two.value, two.low, two.high))
    assert 8 - 4.625 == ces(turned, measure="mean", easy="low").value


def test_effort_needs_words():
    """Measure and direction have no default and no other words."""
    with pytest.raises(TypeError):
        ces(EFFORT)
    with pytest.raises(UnknownName, match="net_2"):
        ces(EFFORT, measure="net", easy="high")
    with pytest.raises(UnknownName):
        ces(EFFORT, measure="mean", easy="up")
    with pytest.raises(MetricError, match="at least 6 answers"):
        ces([1, 2, 3], measure="net_3", easy="low", scale=Scale("CES 1.0", 1, 5, top=4, bottom=2))
    with pytest.raises(UnknownName, match="student"):
        ces(EFFORT, measure="mean", easy="high", method="wilson")


def test_mean_edges():
    """The mean of one answer, of equal answers and of none have intervals inside the scale."""
    for given_, value in (([7], 7), ([4, 4, 4], 4), ([], np.nan)):
        found = ces(given_, measure="mean", easy="high")
        assert found.value == pytest.approx(value, nan_ok=True)
        assert 1 <= found.low < found.high <= 7


@given(st.integers(1, 7), st.integers(1, 30), st.sampled_from([0.1, 0.3, 0.7, 1 / 3]))
def test_equal_answers_of_equal_weights_are_no_more_certain(effort, n, weight):
    """Rounding of broken weights is no spread: equal answers have the limits that they have without."""
    plain = ces([effort] * n, measure="mean", easy="high")
    heavy = ces([effort] * n, measure="mean", easy="high", weights=[weight] * n)
    assert (heavy.value, heavy.low, heavy.high) == pytest.approx((plain.value, plain.low, plain.high))


@given(st.lists(st.integers(0, 4), min_size=1), st.sampled_from([10**6, 10**9, -(10**12)]))
def test_a_scale_far_from_0_is_as_wide(steps, start):
    """The mean of answers from 1e9 + 1 to 1e9 + 5 is as far from its limits as that of 1 to 5."""
    near, far = (Scale("any", s, s + 4, top=s + 3, bottom=s + 1) for s in (0, start))
    one, two = (
        ces([s.low + step for step in steps], measure="mean", easy="high", scale=s) for s in (near, far)
    )
    rounding = 1e-15 * abs(start)
    for part in ("value", "low", "high"):
        assert getattr(two, part) - start == pytest.approx(getattr(one, part), abs=rounding)


@given(answers)
def test_against_twin(values):
    """Counts agree with counting one after the other, as list, array, groups and weights."""
    expected = Counts("NPS", **nps_counts(values, missing=(99,)))
    assert expected == nps(values, missing=99).counts
    assert (
        expected == nps(np.array([np.nan if v is None else v for v in values], float), missing=(99,)).counts
    )
    if values:
        assert expected == nps(values, missing=99, by=[0] * len(values)).counts.pooled()
        twos = nps(values, missing=99, weights=[2] * len(values))
        assert twos.value == pytest.approx(nps(values, missing=99).value, nan_ok=True)
        assert twos.n_effective == pytest.approx(nps(values, missing=99).n)


@given(answers, answers)
def test_counts_of_both(a, b):
    """The counts of two batches are the counts of both; the value lies between theirs."""
    one, two, both = (nps(x, missing=99) for x in (a, b, a + b))
    assert both.counts == one.counts + two.counts
    assert both == nps(one.counts + two.counts)
    if one.n and two.n:
        assert min(one.value, two.value) - 1e-9 <= both.value <= max(one.value, two.value) + 1e-9


@given(
    st.lists(st.tuples(st.integers(0, 10), st.integers(0, 5)), min_size=1).filter(
        lambda rows: any(w for _, w in rows)
    )
)
def test_weights_repeat(rows):
    """Whole weights give the value of answers repeated so often."""
    scores, weights = zip(*rows, strict=True)
    repeated = [score for score, weight in rows for _ in range(weight)]
    assert nps(list(scores), weights=list(weights)).value == pytest.approx(nps(repeated).value)


@given(st.lists(st.tuples(st.integers(0, 10), st.sampled_from("abc"), st.integers(1, 9)), min_size=1))
def test_groups_and_weights(rows):
    """Each group is what it is alone, with and without weights."""
    scores, labels, weights = (list(column) for column in zip(*rows, strict=True))
    plain, heavy = nps(scores, by=labels), nps(scores, by=labels, weights=weights)
    for label in set(labels):
        mine = [i for i, own in enumerate(labels) if own == label]
        assert plain[label].counts == nps([scores[i] for i in mine]).counts
        alone = nps([scores[i] for i in mine], weights=[weights[i] for i in mine])
        assert heavy[label].counts == alone.counts


def test_weighted_wald():
    """The linearised interval of one answer, and of none, does not warn; weights scale freely."""
    scores, weights = [10, 7, 3, 9], [0.5, 1.5, 2.0, 1.0]
    one, two = (nps(scores, weights=[w * f for w in weights], method="wald") for f in (1, 8))
    assert (one.value, one.low, one.n_effective) == pytest.approx((two.value, two.low, two.n_effective))
    assert 100 == nps([10], weights=[2], method="wald").value
    assert (-100, 100) == nps([None], weights=[2], method="wald").interval()


def test_huge_weights():
    """Weights from 1e-300 to 1e300 stay finite."""
    found = nps([10, 0, 7], weights=[1e-300, 1e300, 1e300])
    assert (-50.0, 2.0) == (found.value, found.n_effective)
    assert 2.0 == nps([10, 0], weights=[1e-300, 1e-300]).n_effective


def test_weights_that_are_nothing():
    """A group whose weights vanish beside the others has no value, its reason, and the widest limits."""
    calls = [
        *(partial(nps, method=method) for method in ("score", "adjusted_wald", "wald")),
        *(partial(csat, scale=NPS, method=method) for method in ("wilson", "wald")),
        partial(ces, measure="mean", easy="high", scale=NPS),
    ]
    for call in calls:
        found = call([10, 3], by=["a", "b"], weights=[1e300, 1e-300])
        assert np.isnan(found.value[1])
        assert (None, "all weights are 0") == found.reason
        assert found.low[1] < found.low[0]
        assert found.high[1] == {"points": 100, "share": 1, "score": 10}[found.unit]


def test_a_weight_of_0_does_not_hide_a_small_group():
    """Five employees of whom four weigh nothing are one who answered, and are withheld."""
    found = enps([9] * 10, by=["a"] * 5 + ["b"] * 5, weights=[1] * 5 + [0] * 4 + [1])
    assert (5, 0) == tuple(found.n)
    assert "withheld, fewer than 5 answers" == found.reason[1]


def test_small_groups():
    """Groups of fewer than five employees are withheld: neither value nor counts say more than how many."""
    found = esat([5, 5, 1, 2, 3, 4, None], by=["a"] * 5 + ["b", "b"])
    assert np.isnan(found["b"].value)
    assert "withheld, fewer than 5 answers" == found["b"].reason
    hidden = Counts("ESAT", favourable=0, other=0, missing=0, withheld=1)
    assert hidden == found["b"].counts
    assert 5 == found["a"].n
    assert 1 == esat([5, 1], by=["a", "b"], min_group=1)["a"].value
    assert 0 == esat([5] * 6 + [1], by=["a"] * 6 + ["b"]).interval(0.8).low[1]
    assert found == esat(found.counts)
    weighted = enps([9] * 5 + [1], by=["a"] * 5 + ["b"], weights=[1.0] * 6)
    assert (5, 0) == tuple(weighted.n)
    assert 2 == esat([5, 1]).n
    assert "nobody answered" == enps([None], by=["a"]).reason[0]


def test_own_scale():
    """Another scale is another kind of count, and its answers are checked against it."""
    wide = Scale("CSAT", 1, 7, top=6, bottom=2)
    found = csat([7, 6, 1, 4], scale=wide)
    assert ("CSAT 1-7, favourable from 6", 0.5) == (found.counts.of, found.value)
    assert found == csat(found.counts, scale=wide)
    with pytest.raises(MetricError, match="counts of CSAT are needed"):
        csat(found.counts)
    with pytest.raises(MetricError, match="whole numbers from 1 to 5"):
        csat([7], scale=CSAT)
    with pytest.raises(InvalidType, match="a Scale is needed"):
        csat([7], scale=(1, 7))


@pytest.mark.parametrize("metric", [nps, enps, csat, esat])
def test_counts_alone(metric):
    """Counts take no keywords of answers, and counts of something else are refused."""
    kind = {nps: "NPS", enps: "eNPS", csat: "CSAT", esat: "ESAT"}[metric]
    parts = (
        {"promoters": 5, "passives": 1, "detractors": 1} if "NPS" in kind else {"favourable": 5, "other": 2}
    )
    counts = Counts(kind, **parts)
    assert 7 == metric(counts).n
    columns = [[1], np.array([1, 2]), np.array([])]
    for word in (*({name: column} for name in ("by", "weights") for column in columns), {"missing": 99}):
        with pytest.raises(InvalidType, match="goes with answers"):
            metric(counts, **word)
    with pytest.raises(MetricError, match=f"counts of {kind} are needed"):
        metric(Counts("apples", **parts))
    with pytest.raises(MetricError, match="need"):
        metric(Counts(kind, missing=3))
    with pytest.raises(MetricError, match="not negative"):
        metric(Counts(kind, **{**parts, "missing": -1}))


def test_effort_counts():
    """Efforts of counts are efforts of answers."""
    counts = ces(EFFORT, measure="mean", easy="high").counts
    assert 37.5 == ces(counts, measure="net_3", easy="high").value
    with pytest.raises(InvalidType):
        ces(counts, measure="mean", easy="high", by=[1])


@pytest.mark.parametrize(
    ("call", "advice"),
    [
        (lambda: nps([9], alpha=0.05), "confidence_level= is the coverage"),
        (lambda: enps([9], group=[1]), "write by="),
        (lambda: csat([4], nan_policy="omit"), "missing="),
        (lambda: esat([4], sample_weight=[1]), "write weights="),
        (lambda: ces([4], measure="mean", easy="high", kind="t"), "write method="),
    ],
)
def test_unknown_keywords(call, advice):
    """Words of other libraries are answered with ours."""
    with pytest.raises(TypeError, match=advice):
        call()


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.float16, np.float32, ">i2", "<f8"])
def test_dtypes(dtype):
    """Width, sign and byte order do not matter, and nothing is written."""
    column = np.array(FIELD * 30, dtype)
    column.flags.writeable = False
    assert nps(FIELD * 30) == nps(column)
    assert nps(column[::-2]).n == 180
    assert nps(column, by=np.arange(360) % 7).counts.pooled() == nps(column).counts


def test_off_scale():
    """The first answer off the scale is named, whether small, large or broken, in groups too."""
    for values in ([9, 11], [9, -1], [9, 9.5], np.array([9, 200], np.uint8), np.array([9, -1], np.int8)):
        for by in (None, ["a", "b"]):
            with pytest.raises(MetricError, match=r"answers, row 1: answers are whole numbers from 0 to 10"):
                nps(values, by=by)
    with pytest.raises(MetricError, match=r"row 2.*got 12.0"):
        nps([99, np.nan, 12.0], missing=99, by=[1, 1, 1])
    masked = np.ma.MaskedArray([9, 200, 300], [False, True, False])
    with pytest.raises(MetricError, match=r"row 2.*got 300"):
        nps(masked)


def test_windows():
    """Instants fall into half-open windows; outside, and missing ones, get None; their counts add."""
    edges = np.array(["2026-01-01", "2026-02-01", "2026-03-01"], "M8[D]")
    at = np.array(["2025-12-31", "2026-01-01", "2026-02-01", "2026-03-01", "NaT"], "M8[D]")
    first, second = "2026-01-01 to 2026-02-01", "2026-02-01 to 2026-03-01"
    assert (None, first, second, None, None) == windows(at, edges)
    found = nps([9, 9, 3, 9, 9], by=windows(at, edges))
    assert 0 == nps(found.counts.take(first) + found.counts.take(second)).value
    hours = np.array(["2026-01-01T06", "2026-01-02T06"], "M8[h]")
    assert "2026-01-01T06:00:00 to 2026-01-02T06:00:00" == windows(hours[:1], hours)[0]
    day = datetime(2026, 1, 1, 9, tzinfo=timezone.utc)  # noqa: UP017 - the same under every Python
    assert (first, None) == windows([day, day - timedelta(1)], edges)
    for wrong, message in (
        (edges[:1], r"^edges: two edges or more are needed \(got 1\)"),
        (edges[::-1], r"^edges, row 1: edges ascend \(got 2026-02-01.* after 2026-03-01.*\); each"),
        (at, r"^edges, row 4: every edge is an instant \(got a missing one\)"),
    ):
        with pytest.raises(MetricError, match=message):
            windows(at, wrong)


def test_each_window_has_a_label_of_its_own():
    """Labels tell edges between two seconds too, with no more digits than tell them all."""
    second = np.datetime64("2026-01-01T06:00:00", "us")
    for step, digits in ((1_000_000, ""), (500_000, ".500"), (1, ".000001")):
        edges = second + np.arange(4) * np.timedelta64(step, "us")
        labels = windows(edges[:3], edges)
        assert 3 == len(set(labels))
        assert f"2026-01-01T06:00:0{step // 1_000_000}{digits}" == labels[1].partition(" to ")[0]
        found = nps([9, 9, 3], by=labels)
        assert (list(labels), [1, 1, 1]) == (list(found.labels), found.n.tolist())


@pytest.mark.parametrize(
    "labels",
    [
        np.array([2, 1, 2], np.uint64),
        np.array([2**63 + 2, 2**63 + 1, 2**63 + 2], np.uint64),
        np.array([-(2**62), -(2**62) + 1, -(2**62)]),
        np.array([10**18, 10**18 + 7, 10**18]),
        np.array([5, 3, 5], ">i2"),
    ],
)
def test_far_labels(labels):
    """Whole numbers of any size and width can be labels."""
    found = nps([9, 3, 10], by=labels)
    assert 100 == found[labels[0].item()].value
    assert -100 == found[labels[1].item()].value


def test_wide_scale():
    """A scale of more answers than a byte can number is counted as well."""
    wide = Scale("percent", 0, 300, top=270, bottom=100)
    found = ces([0, 270, 300, None], measure="share", easy="high", scale=wide)
    assert (2 / 3, 1) == (found.value, found.n_missing)


def test_each_has_the_interval_that_holds_by_default():
    """Wilson's for a share, the score's for an NPS, at 95 %."""
    answers = [1, 4, 5]
    assert ("wilson", "wilson", "score") == (csat(answers).method, esat(answers).method, nps(answers).method)
    assert {0.95} == {one(answers).confidence_level for one in (csat, esat, nps, enps)}
