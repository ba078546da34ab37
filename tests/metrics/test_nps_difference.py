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
    for found in (nps_difference([9], []), nps_difference([], [9]), nps_difference([], [], paired=True)):
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


def kinds(answers_):
    """1 for a promoter, 0 for a passive, -1 for a detractor."""
    return np.array([(answer >= 9) - (answer <= 6) for answer in answers_], float)


SPRING, AUTUMN = [10, 9, 9, 8, 3, 0, 7, 9, 10, 6, 8, 9], [9, 3, 9, 8, 2, 1, 7, 7, 10, 4, 9, 2]


def test_wald_of_two_groups():
    """Wald's limits add the variances of the means of two groups; the adjusted ones count three more each."""
    one, two = kinds(SPRING), kinds(AUTUMN[:9])
    z = 1.959963984540054
    half = z * np.sqrt(one.var() / 12 + two.var() / 9)
    found = nps_difference(SPRING, AUTUMN[:9], method="wald")
    middle = one.mean() - two.mean()
    assert [100 * (middle - half), 100 * middle, 100 * (middle + half)] == pytest.approx(
        [found.low, found.value, found.high]
    )
    plus = [np.array([1, 0, -1] * 3 + 4 * side.tolist()) for side in (one, two)]  # 3/4, 3/4 and 3/4, times 4
    plus = [np.append(side, [0] * 3) for side in plus]  # and 3/4 passives more
    half = z * np.sqrt(plus[0].var() / 15 + plus[1].var() / 12)
    middle = plus[0].mean() - plus[1].mean()
    assert [100 * (middle - half), 100 * (middle + half)] == pytest.approx(
        [*nps_difference(SPRING, AUTUMN[:9], method="adjusted_wald").interval()]
    )


@pytest.mark.parametrize("paired", [False, True])
def test_score_limits_are_squared_and_added(paired):
    """The score limits of a difference are those of each score put together; pairs with their correlation.

    It is the correlation of a table in which half a pair less agrees.
    """
    each = [nps(side, confidence_level=0.9) for side in (SPRING, AUTUMN)]
    (down, up), (low, high) = [(e.value - e.low, e.high - e.value) for e in each]
    rho = 0.0
    if paired:
        one, two = kinds(SPRING), kinds(AUTUMN)
        rho = (np.cov(one, two, ddof=0)[0, 1] - 0.5 / len(one)) / (one.std() * two.std())
    middle = each[0].value - each[1].value
    expected = (
        middle - np.sqrt(down**2 + high**2 - 2 * rho * down * high),
        middle + np.sqrt(up**2 + low**2 - 2 * rho * up * low),
    )
    found = nps_difference(SPRING, AUTUMN, paired=paired, confidence_level=0.9)
    assert expected == pytest.approx(found.interval())


@given(st.lists(st.integers(0, 10), min_size=1, max_size=30))
def test_nobody_changed_is_not_certainty(answers):
    """People who answer twice alike give an interval around 0 with a width, less of it the more they are."""
    found = nps_difference(answers, answers, paired=True)
    assert found.low < 0 == found.value < found.high
    more = nps_difference(answers * 10, answers * 10, paired=True)
    assert found.low < more.low
    assert more.high < found.high


def test_wald_of_pairs():
    """Wald's limits of pairs are those of the mean of what each person changed."""
    change = kinds(SPRING) - kinds(AUTUMN)
    half = 1.959963984540054 * change.std() / np.sqrt(len(change))
    found = nps_difference(SPRING, AUTUMN, paired=True, method="wald")
    expected = 100 * (change.mean() - half), 100 * change.mean(), 100 * (change.mean() + half)
    assert expected == pytest.approx((found.low, found.value, found.high))


@pytest.mark.parametrize("method", ["score", "adjusted_wald", "wald"])
def test_pairs_in_groups_are_as_alone(method):
    """Counts of pairs may have groups; each has the difference that it has alone, an empty one a reason."""
    names = [
        f"{a}_{b}" for a in ("detractor", "passive", "promoter") for b in ("detractor", "passive", "promoter")
    ]
    tables = [
        [1, 0, 2, 4, 1, 1, 9, 0, 3],
        [0] * 9,
        [0, 0, 1, 0, 0, 0, 0, 0, 0],
        [0] * 8 + [5],
        [5, 1, 0, 0, 3, 2, 1, 0, 8],
    ]
    both = {name: [table[i] for table in tables] for i, name in enumerate(names)}
    found = nps_difference(Counts("paired NPS", labels="abcde", **both), method=method)
    for label, table in zip("abcde", tables, strict=True):
        alone = nps_difference(Counts("paired NPS", **dict(zip(names, table, strict=True))), method=method)
        assert alone == found[label]
        assert (sum(table) == 0) == (alone.reason is not None)
        assert -200 <= alone.low <= alone.high <= 200
    assert (-200.0, 0.0) == (found["c"].value, found["d"].value)


def test_what_a_difference_says_of_itself():
    """It is named after what it compares, in points, and counts who answered and who did not."""
    two = nps_difference([9, None, 3], [9, 4, None, None])
    assert ("NPS difference", "points difference", 4, 3) == (two.name, two.unit, two.n, two.n_missing)
    pairs = nps_difference([9, 9, 3], [9, None, None], paired=True)
    assert ("paired NPS difference", "points difference") == (pairs.name, pairs.unit)
    assert (1, 2, None) == (pairs.n, pairs.n_missing, pairs.reason)
    assert (4, 1) == (two.n_effective, pairs.n_effective)
    assert nps_difference([9, 3], [9], weights=([3, 1], None)).n_effective == pytest.approx(16 / 10 + 1)
    assert nps_difference([9], [3]).reason is None


@pytest.mark.parametrize(
    ("call", "where"),
    [
        (lambda: nps_difference(nps_difference([9], [3]).counts, weights=([1], [1])), "nps_difference"),
        (lambda: nps_difference(Counts("two NPS", first_promoters=1)), "nps_difference"),
        (lambda: nps_difference(nps([9], by=["a"]).counts, [9]), "nps_difference"),
        (lambda: nps_difference(nps([9]).counts, [9], weights=([1], None)), "nps_difference"),
        (lambda: nps_difference(Counts("outcomes", yes=1, no=1), [9]), "nps_difference"),
        (lambda: nps_difference(Counts("paired NPS", promoter_promoter=1)), "nps_difference"),
        (lambda: nps_difference([9, 11], [9, 9], paired=True), "a, row 1"),
        (lambda: nps_difference([9, 9], [9, 8.5], paired=True), "b, row 1"),
        (lambda: nps_difference([9], [9], method="exact"), "nps_difference method"),
        (lambda: nps_difference([9], [9], method="exact", paired=True), "nps_difference method"),
    ],
)
def test_errors_say_where(call, where):
    """What is refused says where it stood."""
    with pytest.raises((InvalidType, MetricError, ValueError, LookupError), match=rf"(^|\s){where}"):
        call()


def test_a_difference_is_cut_to_its_scale():
    """No limit is beyond 200 points, whichever way round; there Wald's limits would be."""
    glad, sorry = (
        Counts("NPS", promoters=3, passives=1, detractors=0),
        Counts("NPS", promoters=0, passives=0, detractors=4),
    )
    found, back = nps_difference(glad, sorry, method="wald"), nps_difference(sorry, glad, method="wald")
    assert (200.0, -200.0) == (found.high, back.low)
    assert found.low == -back.high < 175
