"""N: arithmetic that must not lie."""

from __future__ import annotations

import math
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from qualify.errors import QualifyError
from qualify.metrics import (
    Counts,
    agreement,
    brier_score,
    ces,
    close_rate,
    confidence_sequence,
    conversion_rate,
    csat,
    forecast_bias,
    nps,
    payback,
    proportion,
    rejection_streaks,
    retention_curve,
    wape,
    win_rate,
)
from qualify.metrics._moments import moments
from qualify.scales import Scale
from qualify.truth import Truth
from reference.catalogue import proves
from reference.nist import CERTIFIED, digits

YES, NO, OPEN = Truth.YES.value, Truth.NO.value, Truth.UNKNOWN.value


def pooled(k: int, n: int, **options):
    """Give a proportion of k in n, from a column."""
    return proportion(np.array([True] * k + [False] * (n - k), bool), **options)


@proves("N01")
def nobody() -> None:
    """No answers: NaN, the reason, n = 0, and no warning."""
    for estimate in (nps([]), csat([]), win_rate(np.array([], np.int8)), conversion_rate([])):
        assert math.isnan(estimate.value)
        assert 0 == estimate.n
        assert estimate.reason


@proves("N02")
def none_of_none() -> None:
    """0/0 is undefined between 0 and 1."""
    estimate = pooled(0, 0)
    assert math.isnan(estimate.value)
    assert (0.0, 1.0) == (estimate.low, estimate.high)


@proves("N03")
def none_of_many() -> None:
    """The low end is exactly 0."""
    assert {0.0} == {pooled(0, n).low for n in range(1, 300)}


@proves("N04")
def all_of_many() -> None:
    """The high end is exactly 1."""
    assert {1.0} == {pooled(n, n).high for n in range(1, 300)}


@proves("N05")
def wald_of_none() -> None:
    """The default is not Wald: 0/n has a width."""
    assert pooled(0, 20).high > 0.1
    assert "wald" != pooled(0, 20).method


@proves("N06")
def exact_of_none() -> None:
    """0/1000 at 1 - 1e-7 is 1 - (error / 2)^(1/n) (Clopper-Pearson), with the error that 1 - level is as a float.

    A level near 1 has nine digits of its error, so the limit has the first twelve of those that are printed.
    """
    pytest.importorskip("scipy", reason="the exact interval is scipy's")
    printed, level = 0.016670722431521, 1 - 1e-7

    def limit(error: float) -> float:
        return -math.expm1(math.log(error / 2) / 1_000)

    high = pooled(0, 1_000, confidence_level=level, method="exact").high
    assert abs(limit(1e-7) - printed) < 1e-15
    assert abs(high / limit(1 - level) - 1) < 1e-13
    assert abs(high - printed) < 1e-12


@proves("N07")
def more_than_all() -> None:
    """More hits than tries, fewer than none, and half a hit are errors."""
    for counts in ({"yes": -1, "no": 3}, {"yes": 1, "no": -2}):
        with pytest.raises(QualifyError):
            proportion(Counts("outcomes", **counts))
    with pytest.raises(QualifyError):
        proportion([0.5, 1.0])


@proves("N08")
def odd_levels() -> None:
    """A level lies between 0 and 1; 95 is answered with 0.95."""
    for level in (0, 1, float("nan"), -0.5):
        with pytest.raises(QualifyError):
            nps([10], confidence_level=level)
    with pytest.raises(QualifyError, match=r"0\.95"):
        nps([10], confidence_level=95)


@proves("N09", "N10", "N11")
def one_answer_and_all_alike() -> None:
    """One answer and a choir have an interval with a width, and no warning."""
    for answers, value in (([9], 100.0), ([9] * 30, 100.0), ([7] * 30, 0.0)):
        estimate = nps(answers)
        assert value == estimate.value
        assert estimate.low < estimate.high
    assert nps([7] * 30).high - nps([7] * 30).low > 5


@proves("N12", "N14")
def outside_the_scale() -> None:
    """The first one outside is named by its row."""
    for bad in (11, -1, 9.5, float("inf"), float("-inf")):
        with pytest.raises(QualifyError, match=r"\b2\b"):
            nps([10, 9, bad, bad])


@proves("N13", "N15")
def missing_among_scores() -> None:
    """NaN and None are missing, and counted."""
    for answers in (np.array([10, np.nan, 3]), [10, None, 3]):
        estimate = nps(answers)
        assert (2, 1) == (estimate.n, estimate.n_missing)


@proves("N16", "N17", "N18", "N26", "N32")
def other_types() -> None:
    """Texts, bools, complex numbers, structures are no answers; exact numbers are, if they are whole."""
    for answers in (
        ["9"],
        np.array([True]),
        np.array([9 + 0j]),
        np.zeros(2, [("a", "i4")]),
        np.array([b"9"]),
    ):
        with pytest.raises(TypeError):
            nps(answers)
    for answers in ([Decimal(9), 10], [Fraction(9), 10], np.array([9, 10], object)):
        try:
            assert 100.0 == nps(answers).value
        except TypeError:
            continue


@proves("N19", "N20", "N21", "N22", "N25", "N30")
def narrow_types() -> None:
    """Narrow, unsigned, half and foreign-ordered integers are widened before anything is added."""
    for dtype in ("i1", "u1", "f2", ">i2", ">i8", "<u8"):
        answers = np.full(300_000, 10, dtype)
        answers[::3] = 0
        estimate = nps(answers)
        assert (100_000, 200_000) == (estimate.counts["detractors"], estimate.counts["promoters"])
    for answers in ([2**63, -1], [2**64]):
        with pytest.raises(QualifyError):
            nps(answers)


@proves("N23", "N38", "N43", "N44")
def sums_of_floats() -> None:
    """Weights in float32 are summed in doubles; the order changes nothing; curves are floats."""
    answers = np.resize(np.array([10, 0, 8], np.int8), 300_000)
    weights = np.full(300_000, 0.1, np.float32)
    assert abs(nps(answers, weights=weights).value - nps(answers).value) < 1e-7
    rng = np.random.default_rng(1)
    weights = rng.random(1_000) * 10.0 ** rng.integers(0, 9, 1_000)
    order = rng.permutation(1_000)
    first = nps(answers[:1_000], weights=weights).value
    assert abs(first - nps(answers[:1_000][order], weights=weights[order]).value) <= 1e-12 * abs(first)
    curve = retention_curve(np.array([1, 2, 3, 3], np.int32), np.array([True, True, False, True]))
    assert isinstance(curve.remaining(2).value, float)


@proves("N24")
def sums_of_integers() -> None:
    """Counts are Python's own integers, which do not wrap."""
    big = Counts("outcomes", yes=2**62, no=0)
    assert 2**63 == (big + big)["yes"]


@proves("N27")
def masks() -> None:
    """A mask means missing."""
    answers = np.ma.masked_array([10, 0, 3], mask=[False, True, False])
    estimate = nps(answers)
    assert (2, 1) == (estimate.n, estimate.n_missing)


@proves("N28", "N29")
def layouts() -> None:
    """Strides, Fortran order and read-only columns say the same, and nothing is written."""
    plain = np.array([10, 9, 3, 7, 0, 10])
    frozen = plain.copy()
    frozen.flags.writeable = False
    square = np.asfortranarray(np.column_stack([plain, plain]))
    for answers in (plain[::-1], np.repeat(plain, 2)[::2], frozen, square[:, 0]):
        assert nps(plain) == nps(answers)


@proves("N31")
def shapes() -> None:
    """A metric takes one column."""
    for answers in (np.zeros((2, 2)), np.array(5), np.zeros((2, 1))):
        with pytest.raises(QualifyError):
            nps(answers)


@proves("N33")
def frames() -> None:
    """A Series counts by position, NA is missing; Arrow and polars too, without importing them."""
    pandas = pytest.importorskip("pandas", reason="a host's own frame")
    series = pandas.Series([10, None, 3], index=[7, 8, 9], dtype="Int64")
    assert (2, 1) == (nps(series).n, nps(series).n_missing)
    pyarrow = pytest.importorskip("pyarrow", reason="a host's own column")
    assert nps(series) == nps(pyarrow.array([10, None, 3]))


@proves("N34")
def generators() -> None:
    """A generator is read once, or refused; never half."""
    given = (score for score in (10, 9, 0))
    try:
        assert 3 == nps(given).n
    except TypeError:
        assert [10, 9, 0] == list(given)


@proves("N35", "N36")
def bad_weights() -> None:
    """Weights are finite, not negative, not all zero, and as many as the answers."""
    for weights in ([1, -1], [float("nan"), 1], [1], [float("inf"), 1]):
        with pytest.raises(QualifyError):
            nps([10, 0], weights=weights)
    nothing = nps([10, 0], weights=[0, 0]) if _accepts_zero() else None
    assert nothing is None or math.isnan(nothing.value)


def _accepts_zero() -> bool:
    try:
        nps([10, 0], weights=[0, 0])
    except QualifyError:
        return False
    return True


@proves("N37")
def tiny_and_huge_weights() -> None:
    """Their ratio is finite."""
    estimate = nps([10, 0], weights=[1e-300, 1e300])
    assert -100.0 == estimate.value
    assert math.isfinite(estimate.n_effective)


@proves("N39")
def small_spread_far_away() -> None:
    """The variance of 1e9 + {1, 2, 3} is 2/3: half of an interval, less Student's t, tells it of three answers."""
    start, t = 10**9, 4.302652729911275  # of two degrees of freedom, at 95 %
    scale = Scale("far", start - 10, start + 20, top=start + 3, bottom=start + 1)
    found = ces([start + 1, start + 2, start + 3], measure="mean", easy="high", scale=scale)
    assert start + 2 == found.value
    assert abs(((found.high - found.low) / 2 / t) ** 2 * 2 - 2 / 3) < 1e-6
    near, far = (confidence_sequence([s + v for v in (1, 2, 3)] * 20, of="mean") for s in (0, start))
    assert abs((far.high - far.low) / (near.high - near.low) - 1) < 1e-6


@proves("N40")
def certified_means() -> None:
    """The sums of a watched mean tell the certified means and standard deviations, to what floats can hold."""
    for values, mean, spread, known in CERTIFIED.values():
        n = len(values)
        counts = confidence_sequence(values, of="mean").counts
        assert counts is not None
        found, variance = moments(counts, None)
        assert digits(found[0], mean) >= 15
        assert digits(math.sqrt(variance[0] * n / (n - 1)), spread) >= known


@proves("N41")
def nearly_equal_durations() -> None:
    """Durations are kept as given; whole microseconds and days tie, and dates are counted in microseconds."""
    spans = np.array([300_000, 300_000], "m8[us]")
    assert 1 == len(retention_curve(spans, np.array([True, True]), unit="days").times)


@proves("N42")
def negative_durations() -> None:
    """Nobody leaves before she came."""
    with pytest.raises(QualifyError):
        retention_curve([1, -2], [True, True])


@proves("N45")
def nobody_left() -> None:
    """All censored: everybody is still there; nobody at all: NaN with the reason; no warning."""
    curve = retention_curve([1, 2, 3], [False, False, False])
    assert 1.0 == curve.remaining(2).value
    empty = retention_curve([], [])
    assert empty.reason


@proves("N46")
def forecast_of_nothing() -> None:
    """Where nothing came in, the share is undefined; there is no MAPE that divides by it."""
    estimate = wape([10.0, 5.0], [0.0, 0.0])
    assert math.isnan(estimate.value)
    assert estimate.reason
    assert math.isfinite(wape([10.0, 5.0], [0.0, 5.0]).value)
    assert not math.isinf(forecast_bias([10.0], [0.0]).value)


@proves("N47")
def payback_without_margin() -> None:
    """It is never, with the reason; not a negative number of months."""
    never = payback(acquisition_cost=1_000, monthly_revenue=100, gross_margin=0.0)
    assert not never.months.value > 0 or math.isinf(never.months.value)
    assert never.months.reason


@proves("N48")
def open_deals() -> None:
    """`win_rate` leaves them out and counts them; `close_rate` holds them in."""
    outcomes = np.array([YES, NO, OPEN, OPEN], np.int8)
    assert (0.5, 0.25) == (win_rate(outcomes).value, close_rate(outcomes).value)
    assert 2 == win_rate(outcomes).n


@proves("N49")
def one_label_only() -> None:
    """Kappa is undefined with its reason, and the raw agreement stands beside it."""
    found = agreement(["yes"] * 5, ["yes"] * 5)
    assert math.isnan(found.kappa.value)
    assert found.kappa.reason
    assert 1.0 == found.share.value


@proves("N50")
def two_currencies() -> None:
    """They do not add."""
    with pytest.raises(QualifyError, match="currenc"):
        wape([1.0, 2.0], [1.0, 2.0], currency=["EUR", "USD"])


@proves("N51")
def rounding() -> None:
    """Nothing is rounded inside; a repr shows what Python's own rounding gives (half to even)."""
    assert 100 / 3 == nps([10, 8, 8]).value
    assert 1 / 3 == pooled(1, 3).value


@proves("N52")
def streaks() -> None:
    """None, no one, and all."""
    assert [0, 0, 4] == [
        int(np.max(rejection_streaks(np.array(outcomes, np.int8)).longest, initial=0))
        for outcomes in ([], [YES, YES], [NO] * 4)
    ]


@proves("N53")
def seeds() -> None:
    """No metric draws: the same answers give the same bits, and nothing takes a seed."""
    assert nps([10, 9, 0]) == nps([10, 9, 0])
    with pytest.raises(QualifyError):
        nps([10], seed=1)


@proves("N54")
def parts_and_whole() -> None:
    """Counts of parts add to the counts of the whole, to the last bit."""
    answers = np.resize([10, 9, 3, 7, 0], 1_003)
    whole = nps(answers)
    parts = sum(
        (nps(part).counts for part in np.array_split(answers, 7)[1:]),
        nps(np.array_split(answers, 7)[0]).counts,
    )
    assert whole.counts == parts
    assert whole == nps(parts)


@proves("N55", "N56")
def a_strict_host() -> None:
    """Under a host that raises on every float error and every warning, nothing changes."""
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        for answers in ([], [9], [9] * 5, [7, 7], [0, 10]):
            nps(answers)
            pooled(0, len(answers))
            pooled(len(answers), len(answers))
        brier_score([0.0, 1.0, 0.5], [0, 1, 1])
        retention_curve([1, 2], [False, False]).remaining(1)
