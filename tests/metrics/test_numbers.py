"""The catalogue's group N, as far as answers, shares and forecasts go: one test for each id."""

from __future__ import annotations

import math
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from qualify.errors import InvalidType, InvalidValue, MetricError
from qualify.metrics import (
    Counts,
    _sums,
    brier_score,
    ces,
    close_rate,
    confidence_sequence,
    csat,
    nps,
    proportion,
    ratio,
    wape,
    win_rate,
)
from qualify.truth import NO, UNKNOWN, YES


def refused(error, message, call):
    with pytest.raises(error, match=message):
        call()


def test_n01_nobody_is_undefined():
    """Nobody at all is NaN with a reason and n = 0, for answers, shares and forecasts."""
    empty = [
        nps([]),
        csat([]),
        ces([], measure="mean", easy="high"),
        proportion([]),
        wape([], []),
        brier_score([], []),
    ]
    for found in empty:
        assert (True, 0, True) == (math.isnan(found.value), found.n, bool(found.reason))


def test_n02_none_of_none_is_undefined():
    """0 of 0 is NaN between 0 and 1, and says why."""
    found = proportion(0, of=0)
    assert (True, (0.0, 1.0), "nothing was decided") == (
        math.isnan(found.value),
        found.interval(),
        found.reason,
    )


def test_n03_none_of_n_begins_at_0():
    """The lower limit of 0 in n is exactly 0, for each n up to 2,000."""
    assert not proportion(np.zeros(1999, int), of=np.arange(1, 2000)).low.any()


def test_n04_all_of_n_end_at_1():
    """The upper limit of n in n is exactly 1, for each n up to 2,000."""
    n = np.arange(1, 2000)
    assert np.all(proportion(n, of=n).high == 1)


def test_n05_none_of_nine_may_be_a_fifth():
    """By default 0 in 9 has Wilson's interval, not one of width 0."""
    assert ("wilson", True) == (proportion(0, of=9).method, proportion(0, of=9).high > 0.2)


def test_n06_exact_limits_keep_their_digits_near_1():
    """At a level of 1 - 1e-7, of whose error a float has nine digits, exact limits have twelve."""
    pytest.importorskip("scipy")
    found = proportion(0, of=1000, confidence_level=1 - 1e-7, method="exact")
    assert found.high == pytest.approx(0.016670722431521, abs=1e-12)


def test_n07_successes_are_whole_numbers_up_to_the_trials():
    """More successes than trials, negative or broken ones are refused as they stand."""
    for k, n in ((3, 2), (-1, 2), (0.5, 2)):
        refused(ValueError, f"{k} of {n}", lambda k=k, n=n: proportion(k, of=n))


def test_n08_a_level_lies_between_0_and_1():
    """95, 0, 1 and NaN are no confidence levels, and the error says what is."""
    for level in (0, 1, 95, math.nan):
        refused(ValueError, "0.95 for 95 %", lambda level=level: nps([9], confidence_level=level))


def test_n09_one_answer_has_an_interval_or_a_reason():
    """A mean of one answer has limits on its scale; a WAPE of one row says that it has none."""
    found = ces([5], measure="mean", easy="high")
    assert 1 <= found.low < 5 < found.high <= 7
    assert "no interval" in wape([1], [2]).reason


def test_n10_promoters_only_are_not_certain():
    """Eight promoters are 100 points, with a wide interval that ends there."""
    found = nps([10] * 8)
    assert (100, 100) == (found.value, found.high)
    assert found.low < 50


def test_n11_passives_only_are_not_certain():
    """Eight passives are 0 points, with an interval of more than 50 points."""
    found = nps([8] * 8)
    assert 0 == found.value
    assert found.high - found.low > 50


def test_n12_answers_off_the_scale_are_refused():
    """11, -1 and 9.5 are errors that name their row."""
    for wrong in (11, -1, 9.5):
        refused(ValueError, "answers, row 1", lambda wrong=wrong: nps([9, wrong, 12]))


def test_n13_nan_is_missing():
    """NaN among answers is counted as missing."""
    assert (1, 2) == (nps([9, math.nan, math.nan]).n, nps([9, math.nan, math.nan]).n_missing)


def test_n14_infinity_is_refused():
    """An infinite answer or amount is an error."""
    refused(ValueError, "row 1", lambda: nps([9, math.inf]))
    refused(ValueError, "finite numbers", lambda: wape([1, math.inf], [1, 2]))


def test_n15_none_is_missing():
    """None among answers is counted as missing."""
    assert 1 == nps([9, None]).n_missing


def test_n16_text_is_no_answer():
    """A 9 as text is refused with its row."""
    refused(TypeError, "str in row 0", lambda: nps(["9"]))


def test_n17_a_bool_is_no_answer():
    """True is no 1, in an array or a list."""
    refused(TypeError, "bool", lambda: nps(np.array([True])))
    refused(TypeError, "bool", lambda: nps([True, False]))


def test_n18_a_complex_number_is_no_answer():
    """Complex numbers are refused by their name."""
    refused(TypeError, "complex", lambda: nps(np.array([9j])))


def test_n19_narrow_sums_do_not_wrap():
    """Ten million int8 are summed exactly."""
    assert 100_000_000 == _sums.total(np.full(10_000_000, 10, np.int8))


def test_n20_narrow_differences_do_not_wrap():
    """|100 - 120| and their sums in int8 are those of int."""
    assert 40 / 200 == wape(np.array([120, 120], np.int8), np.array([100, 100], np.int8)).value


def test_n21_unsigned_differences_do_not_wrap():
    """0 less 1 in uint8 is -1, not 255."""
    assert -100 == nps(np.zeros(3, np.uint8)).value
    assert -1 == wape(np.array([0], np.uint8), np.array([1], np.uint8)).counts["drift"]


def test_n22_half_floats_count_beyond_2_048():
    """A hundred thousand answers of float16 are counted exactly."""
    assert 100_000 == nps(np.full(100_000, 9, np.float16)).counts["promoters"]


def test_n23_single_floats_are_summed_wide():
    """The mean loss of a million float32 is right to 1e-7."""
    found = brier_score(np.full(1_000_000, 0.1, np.float32), np.zeros(1_000_000))
    assert found.value == pytest.approx(0.01, abs=1e-7)


def test_n24_whole_sums_pass_2_to_the_63():
    """Three times 2^62 is summed exactly."""
    assert 2**62 * 3 == _sums.total(np.array([2**62] * 3))


def test_n25_whole_numbers_have_64_bits():
    """Whole numbers that no 64 bits hold are refused, beside small ones too."""
    refused(ValueError, "64 bits", lambda: nps([2**63, -1]))
    refused(ValueError, "64 bits", lambda: nps([2**64]))


def test_n26_decimals_and_fractions_count_if_exact():
    """Objects that a float holds exactly are numbers; Decimal("0.1") is refused."""
    exact = np.array([9, Decimal(10), Fraction(3)], object)
    assert nps([9, 10, 3]).counts == nps(exact).counts
    refused(TypeError, "a float holds exactly", lambda: wape([Decimal("0.1")], [1]))


def test_n27_a_mask_is_missing():
    """What a masked array hides is missing, whatever stands under the mask."""
    assert nps([9, None]).counts == nps(np.ma.MaskedArray([9, 77], [False, True])).counts


def test_n28_strides_do_not_matter():
    """Columns and rows of either layout, turned and thinned, read as their lists do."""
    table = np.asfortranarray(np.arange(66).reshape(6, 11) % 11)
    for column in (table[:, 3], table[2], table[2][::-1], table[::2, 9]):
        assert nps(column.tolist()) == nps(column)


def test_n29_a_read_only_column_is_read():
    """Columns that nobody may write to are counted by group and under weights."""
    column = np.array([9.0, np.nan, 3])
    column.flags.writeable = False
    assert 1 == nps(column, by=[1, 1, 1], weights=np.ones(3))[1].n_missing


def test_n30_byte_order_does_not_matter():
    """Big-endian answers and labels read as others do."""
    assert nps([9, 3, 8]) == nps(np.array([9, 3, 8], ">i4"))
    assert nps([9, 3, 8], by=[1, 2, 1]) == nps(np.array([9, 3, 8], ">f8"), by=np.array([1, 2, 1], ">i8"))


def test_n31_a_column_has_one_dimension():
    """A table, or a number alone, is no column."""
    for odd in (np.zeros((2, 2)), np.array(3)):
        refused(ValueError, "one dimension", lambda odd=odd: nps(odd))


def test_n32_records_are_refused():
    """Structured and void arrays are refused by their name."""
    refused(TypeError, "records", lambda: nps(np.zeros(2, [("a", int)])))
    refused(TypeError, "records", lambda: nps(np.zeros(2, "V4")))


def test_n33_an_index_does_not_align():
    """A pandas column is read in its order, whatever its index says."""
    pd = pytest.importorskip("pandas")
    series = pd.Series([9, None, 3], index=[7, 7, 1], dtype="Int8")
    assert nps([9, None, 3]).counts == nps(series).counts


def test_n34_an_iterator_is_refused_unread():
    """Generators are refused before anything is taken from them."""
    scores = iter([9, 3])
    refused(TypeError, r"wrap it in list", lambda: nps(scores))
    assert 9 == next(scores)


def test_n35_a_weight_is_not_negative():
    """A negative weight is an error that names its row."""
    refused(ValueError, "weights, row 1", lambda: nps([9, 3], weights=[1, -1]))


def test_n36_weights_are_there_and_not_all_0():
    """Weights that are all 0, missing, or too few are refused."""
    for weights, message in (
        ([0, 0], "not all be zero"),
        ([1, math.nan], "row 1: every row"),
        ([1], "one entry"),
    ):
        refused(ValueError, message, lambda weights=weights: nps([9, 3], weights=weights))


def test_n37_weights_of_any_size_do_not_overflow():
    """1e-300 beside 1e300 gives finite answers."""
    found = nps([10, 0, 7], weights=[1e-300, 1e300, 1e300])
    assert all(map(math.isfinite, (found.value, found.low, found.high, found.n_effective)))


def test_n38_order_does_not_matter():
    """Rows in another order give the same sums and the same score, to the last bit."""
    rng = np.random.Generator(np.random.PCG64(1))
    said, came = rng.random(1000), rng.random(1000)
    order = rng.permutation(1000)
    for name in ("error", "actual", "drift", "total"):
        assert wape(said, came).counts[name] == wape(said[order], came[order]).counts[name]
    assert brier_score(said, came > 0.5) == brier_score(said[order], came[order] > 0.5)


def test_n46_nothing_sold_has_no_wape():
    """Actual amounts that sum to 0 give NaN with a reason."""
    found = wape([3, 4], [0, 0])
    assert (True, "the actual amounts sum to 0") == (math.isnan(found.value), found.reason)


def test_n48_open_deals_stand_in_one_denominator():
    """The win rate leaves the open out, the close rate keeps them in."""
    column = [YES, NO, UNKNOWN, UNKNOWN]
    assert (0.5, 2, 2) == (win_rate(column).value, win_rate(column).n, win_rate(column).counts["unknown"])
    assert (0.25, 4) == (close_rate(column).value, close_rate(column).n)


def test_n50_two_currencies_are_no_sum():
    """Amounts in two currencies are refused by name."""
    refused(MetricError, "EUR, USD", lambda: wape([1, 2], [1, 2], currency=["EUR", "USD"]))


def test_n51_nothing_is_rounded_inside():
    """A share is the quotient itself."""
    assert 0.62675 == round(proportion(2507, of=4000).value, 6)
    assert 2507 / 4000 == proportion(2507, of=4000).value


def test_n54_batches_add():
    """Counts of seven batches are those of all rows, and so is the NPS."""
    rng = np.random.Generator(np.random.PCG64(2))
    scores = rng.integers(0, 11, 10_001)
    parts = [nps(part).counts for part in np.array_split(scores, 7)]
    assert nps(scores).counts == sum(parts)
    assert nps(scores) == nps(sum(parts[1:], start=parts[0]))


def test_n55_numpys_settings_do_not_matter():
    """Nothing is raised at any edge under `np.errstate(all="raise")`."""
    with np.errstate(all="raise"):
        edges()


def test_n56_nothing_warns():
    """No edge warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        edges()


def edges():
    """Every measure at its edges."""
    for counts in ((0, 0, 0), (5, 0, 0), (0, 0, 5), (0, 5, 0), (1, 0, 0)):
        given = Counts("NPS", **dict(zip(("promoters", "passives", "detractors"), counts, strict=True)))
        for method in ("score", "adjusted_wald", "wald"):
            nps(given, method=method)
        confidence_sequence(given, of="nps")
    for yes, no in ((0, 0), (0, 5), (5, 0)):
        a = Counts("outcomes", yes=yes, no=no)
        for method in ("wilson", "wald"):
            proportion(a, method=method)
        ratio(a, Counts("outcomes", yes=no, no=yes))
        confidence_sequence(a, of="share")
    proportion([0, 3, 0], of=[0, 3, 5])
    nps([None, 9], by=["a", "b"], weights=[0.0, 2.0], method="wald")
    for answers in ([], [7], [7, 7]):
        ces(answers, measure="mean", easy="high")
        wape(answers, answers)
        brier_score([x / 7 for x in answers], [True] * len(answers))


def test_errors_are_builtin_too():
    """Errors about values are ValueErrors, about types TypeErrors."""
    assert issubclass(MetricError, InvalidValue)
    assert issubclass(InvalidValue, ValueError)
    assert issubclass(InvalidType, TypeError)
