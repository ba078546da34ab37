"""Intervals that hold at every look."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import InvalidType, InvalidValue, MetricError
from qualify.metrics import Counts, confidence_sequence, nps, proportion
from qualify.metrics._sequences import _half, _mixture
from qualify.scales import CES, CSAT
from qualify.truth import NO, UNKNOWN, YES

scores = st.lists(st.integers(0, 10), min_size=30, max_size=120)


def test_looks_ascend():
    """Looks that fall, or are named twice, are refused with the place of the second."""
    answers = [True, False] * 10
    for looks in ([5, 10, 10], [5, 10, 9]):
        with pytest.raises(InvalidValue, match=rf"looks\[2\]: looks ascend \(got {looks[2]} after 10\)"):
            confidence_sequence(answers, of="share", looks=looks)
    with pytest.raises(InvalidValue, match=r"looks\[1\]"):
        confidence_sequence(answers, of="share", looks=[5, 0])
    for one in (5, "5", np.array(5)):
        with pytest.raises(InvalidType, match="^looks: looks are whole numbers .*; a list of them"):
            confidence_sequence(answers, of="share", looks=one)


@given(scores, st.sampled_from(["nps", "mean"]))
def test_wider(values, of):
    """A sequence is wider than one interval, holds the value, and its last look is the whole."""
    found = confidence_sequence(values, of=of)
    assert found.low <= found.value <= found.high
    last = confidence_sequence(values, of=of, looks=sorted({30, len(values)}))
    assert last.value[-1] == pytest.approx(found.value)
    assert (last.low[-1], last.high[-1]) == pytest.approx((found.low, found.high))
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


@given(st.floats(0.3, 0.9999), st.integers(30, 5000))
def test_a_mean_stops_at_the_border_of_a_mixture(level, tight):
    """At the limits the normal mixture of likelihood ratios (Robbins 1970) is 1 over the error."""
    special = pytest.importorskip("scipy.special")
    counts = Counts("answers summed", answers=40, sum=12, squares=12)
    found = confidence_sequence(counts, of="mean", tight_at=tight, confidence_level=level)
    error = -2 * math.log(1 - level)
    rho = -(1 + special.lambertw(-math.exp(-1 - error), -1).real) / tight
    for limit in found.interval():
        moved = (limit - 0.3) / math.sqrt(0.3 * 0.7) * 40  # the sum of standardised answers
        mixture = rho * moved**2 / (2 * (40 * rho + 1)) - math.log(40 * rho + 1) / 2
        assert mixture == pytest.approx(error / 2)


@pytest.mark.parametrize("level", [0.01, 0.5, 0.8, 0.95, 0.9999])
@pytest.mark.parametrize("tight", [50, 400])
def test_it_is_tightest_where_it_was_asked_to_be(level, tight):
    """No other choice makes the width at the chosen number of answers smaller."""
    counts = Counts("answers summed", answers=tight, sum=0, squares=tight)

    def high(choice):
        return confidence_sequence(counts, of="mean", tight_at=choice, confidence_level=level).high

    others = [high(other) for other in range(tight // 2, tight * 2)]
    assert high(tight) <= min(others) * (1 + 1e-9)


def test_a_score_has_three_answers_of_each_end_more():
    """The variance of a watched score is that of its answers, with 3/2, 3 and 3/2 more of each kind."""
    plus, passive, minus = 20, 9, 11
    kinds = [1] * (2 * plus + 3) + [0] * (2 * passive + 6) + [-1] * (2 * minus + 3)
    half = 100 * _half(np.std(kinds, keepdims=True), np.array([40.0]), 0.95, 500)[0]
    found = confidence_sequence(Counts("NPS", promoters=plus, passives=passive, detractors=minus), of="nps")
    assert (22.5, 22.5 - half, 22.5 + half) == pytest.approx((found.value, found.low, found.high))


def test_a_sequence_begins_with_the_thirtieth_answer():
    """Scores and means have limits from the thirtieth answer on, shares from the first; each says why not."""
    for of, values in (("nps", [9, 3, 7]), ("mean", [1, 2, 3]), ("share", [True, False, True])):
        found = confidence_sequence(values * 10, of=of, looks=[1, 29, 30])
        begun = [of == "share", of == "share", True]
        assert begun == [one.reason is None for _, one in found.items()]
        whole = {"nps": 200, "mean": math.inf, "share": 1}[of]
        assert begun == (found.high - found.low < whole).tolist()
        empty = confidence_sequence(values[:0], of=of)
        assert "nobody answered" == empty.reason
    one = confidence_sequence([9], of="nps")
    assert "the sequence begins at 30 answers" == one.reason
    assert confidence_sequence([9, 3] * 15, of="nps").reason is None


@pytest.mark.parametrize(
    ("of", "column"),
    [
        ("share", [YES, None, NO, UNKNOWN, YES] * 9),
        ("nps", [10, None, 3, 8, 9, 7, 6] * 9),
        ("mean", [1.5, None, 22, 8, 9.25] * 9),
    ],
)
def test_a_look_is_what_stood_there(of, column):
    """Each look holds what the answers up to it would have told alone, gaps before it included."""
    answered = [i for i, answer in enumerate(column, 1) if answer not in (None, UNKNOWN)]
    looks = sorted({1, 2, 5, 26, len(answered)})
    found = confidence_sequence(column, of=of, looks=looks)
    for look in looks:
        alone = confidence_sequence(column[: answered[look - 1]], of=of)
        for part in ("value", "low", "high", "n", "n_missing"):
            assert getattr(alone, part) == pytest.approx(getattr(found[look], part), rel=1e-12)
        assert (look, alone.reason) == (alone.n, found[look].reason)
    assert found == confidence_sequence(found.counts, of=of)


def test_what_a_sequence_says_of_itself():
    """It is named after what was watched, in its unit, and counts who did not answer."""
    for of, name, unit, values in (
        ("share", "share, watched", "share", [YES, UNKNOWN, None, NO]),
        ("nps", "NPS, watched", "points", [9, None, None, 3]),
        ("mean", "mean, watched", "score", [1, None, None, 3]),
    ):
        found = confidence_sequence(values, of=of)
        assert (name, unit, 2, 2) == (found.name, found.unit, found.n, found.n_missing)


@pytest.mark.parametrize("looks", [None, [100]])
@pytest.mark.parametrize("start", [0, 3, 10**8, 10**9, 0.3, 1e4 + 0.1, 1e6 + 0.25, 1e9 + 0.25])
def test_the_width_of_a_mean_does_not_depend_on_where_its_answers_lie(start, looks):
    """Half of the answers 1 above the other half: the standard deviation is 1/2, however far from 0."""
    wide = 2 * _half(np.array([0.5]), np.array([100.0]), 0.95, 500)[0]
    found = confidence_sequence([start, start + 1] * 50, of="mean", looks=looks)
    found = found if looks is None else found[100]
    assert found.high - found.low == pytest.approx(wide, rel=3e-6)  # 1e9 and the width have ten digits apart
    assert found.value == pytest.approx(start + 0.5, rel=1e-15)


def test_a_mean_of_a_long_column_is_as_wide_at_a_look():
    """A running sum of 300,000 broken answers far from 0 keeps the digits that tell their spread."""
    values = 1e6 + np.random.Generator(np.random.PCG64(5)).random(300_000)
    wide = 2 * _half(np.array([np.std(values)]), np.array([300_000.0]), 0.95, 500)[0]
    whole, look = (confidence_sequence(values, of="mean", looks=looks) for looks in (None, [300_000]))
    assert whole.high - whole.low == pytest.approx(wide, rel=1e-6)
    assert look.high - look.low == pytest.approx([wide], rel=1e-6)


def test_sums_that_were_rounded_widen_a_mean_and_never_narrow_it():
    """A host's own sums of floats may have lost the spread: the limits hold those of the spread."""
    answers = [1e6 + 0.1, 1e6 + 1.1] * 50
    exact = confidence_sequence(answers, of="mean")
    own = {"sum": float(np.sum(answers)), "squares": float(np.sum(np.square(answers)))}
    found = confidence_sequence(Counts("answers summed", answers=100, **own), of="mean")
    assert found.low < exact.low < exact.high < found.high
    far = {"sum": 1e11, "squares": 1e20}  # of a hundred answers around 1e9
    assert math.inf == confidence_sequence(Counts("answers summed", answers=100, **far), of="mean").high


def test_equal_broken_answers_are_not_known_exactly():
    """Forty times 0.1 leaves room for others as forty times 3 does."""
    assert (-math.inf, math.inf) == confidence_sequence([0.1] * 40, of="mean").interval()
    assert confidence_sequence([0.1, 0.2] * 20, of="mean").high < 1


def test_the_offset_of_three_answers_far_away_leaves_the_width():
    """1e9 + {1, 2, 3} is as far apart as {1, 2, 3}, with looks and without, and so are two batches."""
    near, far = [1, 2, 3] * 20, [10**9 + 1, 10**9 + 2, 10**9 + 3] * 20
    whole = confidence_sequence(near, of="mean")
    halves = confidence_sequence(far[:30], of="mean").counts + confidence_sequence(far[30:], of="mean").counts
    at_looks = confidence_sequence(far, of="mean", looks=[30, 60])[60]
    for found in (confidence_sequence(far, of="mean"), confidence_sequence(halves, of="mean"), at_looks):
        assert found.high - found.low == pytest.approx(whole.high - whole.low, rel=1e-6)


def test_counts_of_negative_answers_are_counts():
    """The sum of answers may be negative, how many there are may not, and each number is there."""
    found = confidence_sequence([-1, -3] * 20, of="mean")
    assert found == confidence_sequence(found.counts, of="mean")
    with pytest.raises(MetricError, match="answers: a count is not negative"):
        confidence_sequence(Counts("answers summed", answers=-1, sum=0, squares=0), of="mean")
    with pytest.raises(MetricError, match="need answers, sum, squares"):
        confidence_sequence(Counts("answers summed", answers=40, sum=12), of="mean")


def test_equal_answers_are_not_known_exactly():
    """Forty equal answers leave room for others: on a scale as an NPS does, without one without limit."""
    assert (-math.inf, math.inf) == confidence_sequence([3] * 40, of="mean").interval()
    low, high = confidence_sequence([5] * 40, of="mean", scale=CSAT).interval()
    score = confidence_sequence([10] * 40, of="nps")
    assert (low, high) == pytest.approx((3 + 2 * score.low / 100, 5))  # 1 to 5 as -100 to +100
    found = confidence_sequence([10] * 40, of="nps")
    assert found.low < 90 < found.high == 100


@pytest.mark.parametrize(
    ("call", "where"),
    [
        (lambda: confidence_sequence([9], of="nps", tight_at=1), "tight_at"),
        (lambda: confidence_sequence([9], of="nps", looks=[0]), "looks"),
        (lambda: confidence_sequence([1, 2], of="share"), "answers: truths"),
        (lambda: confidence_sequence([1, 2], of="share", looks=[1]), "answers: truths"),
        (lambda: confidence_sequence(["x"], of="mean"), "answers"),
        (lambda: confidence_sequence([9, 11], of="nps", looks=[1]), "answers, row 1"),
        (lambda: confidence_sequence([1, 9], of="mean", scale=CES, looks=[1]), "answers, row 1"),
        (lambda: confidence_sequence([1, 2.5], of="mean", scale=CES), "answers, row 1"),
        (lambda: confidence_sequence([9], of="nps", method="wald"), "confidence_sequence method"),
        (
            lambda: confidence_sequence(Counts("outcomes", yes=1, no=1), of="share", looks=[1]),
            "confidence_sequence",
        ),
        (lambda: confidence_sequence(Counts("outcomes", yes=1, no=1), of="nps"), "confidence_sequence"),
        (lambda: confidence_sequence([9], of="median"), "confidence_sequence of"),
        (lambda: confidence_sequence([9], of="mean", scale=5), "confidence_sequence scale"),
        (lambda: confidence_sequence([9], of="nps", scale=CES), "confidence_sequence scale"),
        (lambda: confidence_sequence([True], of="share", missing=7), "confidence_sequence missing"),
    ],
)
def test_errors_say_where(call, where):
    """What is refused says where it stood."""
    with pytest.raises((InvalidType, MetricError, ValueError, LookupError), match=rf"(^|\s){where}"):
        call()
    assert 2 == confidence_sequence([9, 3], of="nps", tight_at=2).n


def test_weighted_counts_have_no_sequence():
    """A thousand times the weight is not a thousand times the answers."""
    counts = nps([10, 3] * 30, weights=[1000] * 60).counts
    with pytest.raises(MetricError, match="weighted counts have no sequence"):
        confidence_sequence(counts, of="nps")


@pytest.mark.parametrize("share", [0.02, 0.1])
def test_a_mean_on_a_scale_covers_at_every_look(share):
    """Of 300 runs in which almost all say 5 and few say 1, looked at every ten, few ever miss the mean."""
    rng = np.random.Generator(np.random.PCG64(11))
    looks = range(30, 601, 10)
    missed = 0
    for _ in range(300):
        answers = np.where(rng.random(600) < share, 1, 5)
        found = confidence_sequence(answers, of="mean", scale=CSAT, looks=looks)
        truth = 5 - 4 * share
        missed += bool(np.any((found.low > truth) | (found.high < truth)))
    assert missed <= 15
