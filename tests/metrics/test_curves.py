"""Reading durations, causes, entries and weights; the names of use; bad input."""

from __future__ import annotations

import warnings
from datetime import timedelta

import numpy as np
import pytest

from qualify.errors import InvalidType, InvalidValue, MetricError
from qualify.metrics import LifeTable, close_curve, cumulative_incidence, dwell, retention_curve
from qualify.truth import NO, UNKNOWN, YES


def test_all_forms_of_causes_are_one():
    """Bools, codes, floats and texts say the same."""
    durations = [1, 2, 3]
    forms = (
        cumulative_incidence(durations, [True, False, True]),
        cumulative_incidence(durations, [1, 0, 1]),
        cumulative_incidence(durations, [1.0, 0.0, 1.0]),
        cumulative_incidence(durations, np.array([1, 0, 1], np.uint8)),
        cumulative_incidence(durations, np.array([1, 0, 1], np.int8)),
        cumulative_incidence(durations, ["event", "open", "event"], censored="open"),
    )
    assert all(form == forms[0] for form in forms)


def test_names_in_order_or_by_code():
    """Causes are named in the order of their codes, or by code; unnamed ones are numbered."""
    durations, codes = [1, 2, 3], [0, 1, 2]
    assert ("cause 1", "cause 2") == cumulative_incidence(durations, codes).causes
    assert ("won", "lost") == cumulative_incidence(durations, codes, names=("won", "lost")).causes
    assert ("cause 1", "lost", "gone") == cumulative_incidence(
        durations, codes, names={2: "lost", 3: "gone"}
    ).causes
    assert ("a", "b", "c") == cumulative_incidence(durations, codes, names=("a", "b", "c")).causes


@pytest.mark.parametrize("names", ["won", ("won",), {0: "open"}, ("won", " ")])
def test_names_that_do_not_fit(names):
    """Too few names, one text, a name for the censored, a blank name are errors."""
    with pytest.raises((InvalidType, InvalidValue)):
        cumulative_incidence([1, 2], [1, 2], names=names)


def test_texts_need_the_word_for_censored():
    """Causes of text need `censored=`; a blank is missing."""
    with pytest.raises(InvalidType, match="censored="):
        cumulative_incidence([1], ["won"])
    with pytest.raises(InvalidType, match="names= is for codes"):
        cumulative_incidence([1], ["won"], censored="open", names=("a",))
    with pytest.raises(InvalidType, match="names a text"):
        cumulative_incidence([1], [1], censored="open")
    curve = cumulative_incidence([1, 2, 3, 4], ["won", "open", None, "lost"], censored="open")
    assert (("lost", "won"), 3, 1) == (curve.causes, curve.n, curve.n_missing)


def test_missing_rows_are_left_out_and_counted():
    """NaN durations, blank causes and blank entries are missing; open is not."""
    curve = close_curve([1, np.nan, 3, 4, 5], [YES, YES, None, NO, UNKNOWN], entry=[0, 0, 0, None, 1])
    assert (2, 3, 1) == (curve.n, curve.n_missing, curve.n_censored)
    masked = cumulative_incidence(np.ma.array([1, 2, 3], mask=[0, 1, 0]), [1, 1, None])
    assert (1, 2) == (masked.n, masked.n_missing)


def test_truths_with_no_among_them_warn():
    """A curve of wins that reads losses as censored warns, and says what to use."""
    with pytest.warns(UserWarning, match="use close_curve"):
        curve = cumulative_incidence([1, 2, 3], [YES, NO, UNKNOWN])
    assert 2 == curve.n_censored
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cumulative_incidence([1, 2], [YES, UNKNOWN])
        retention_curve([1, 2], [YES, NO])


def test_losses_as_censored_overstate_wins():
    """The curve with losses as a way out of their own is never above the one that censors them."""
    durations = [1, 2, 3, 4, 5, 6]
    outcomes = np.array([-1, 1, -1, 1, 0, 1], np.int8)
    with pytest.warns(UserWarning, match="overstates wins"):
        naive = cumulative_incidence(durations, outcomes)
    honest = close_curve(durations, outcomes)
    assert naive.incidence(6).value > honest.incidence(6, "won").value


@pytest.mark.parametrize(
    ("durations", "causes", "row"),
    [
        ([1, -2], [1, 1], "row 1"),
        ([1, 2**53 + 1], [1, 1], "row 1"),
        ([np.inf, 2], [1, 1], "row 0"),
        ([1, 2], [1, -1], "row 1"),
        ([1, 2], [1, 1.5], "row 1"),
    ],
)
def test_impossible_rows_are_named(durations, causes, row):
    """A negative or infinite duration and an impossible cause are errors with the row."""
    with pytest.raises(InvalidValue, match=row):
        cumulative_incidence(durations, causes)


def test_entry_lies_before_the_end():
    """A late entry at or after the end is an error with the row; entry 0 is the beginning, even at time 0."""
    with pytest.raises(InvalidValue, match="entry, row 1"):
        retention_curve([3, 4], [True, True], entry=[1, 4])
    assert 2 == retention_curve([0, 4], [True, True], entry=[0, 0]).at_risk[0]
    with pytest.raises(InvalidType, match="both"):
        retention_curve([3.0], [True], entry=[timedelta(days=1)])


@pytest.mark.parametrize(
    "columns",
    [
        {"durations": [1, 2], "cancelled": [True]},
        {"durations": [1], "cancelled": [True], "entry": [0, 0]},
        {"durations": [1], "cancelled": [True], "weights": [1, 1]},
        {"durations": [1], "cancelled": [True], "weights": [-1]},
        {"durations": [1], "cancelled": [True], "weights": [0]},
        {"durations": [1], "cancelled": [True], "weights": [np.nan]},
        {"durations": [[1]], "cancelled": [[True]]},
    ],
)
def test_columns_that_do_not_fit(columns):
    """Unlike lengths, impossible weights and tables of two dimensions are errors."""
    with pytest.raises(InvalidValue):
        retention_curve(**columns)


@pytest.mark.parametrize(
    "durations",
    [["1"], [True], np.array([1j]), np.zeros(1, "M8[D]"), "12", 3, iter([1]), np.zeros(1, "i4,i4")],
)
def test_durations_are_numbers_or_timedeltas(durations):
    """Texts, bools, complex numbers, dates and iterators are errors of type."""
    with pytest.raises(InvalidType):
        cumulative_incidence(durations, [1])


def test_other_words_are_answered():
    """Unknown keywords are answered with the right one, in each function."""
    for f in (cumulative_incidence, close_curve, retention_curve):
        with pytest.raises(InvalidType, match="confidence_level= is the coverage"):
            f([1], [True], alpha=0.05)
    with pytest.raises(InvalidType, match="unknown keyword"):
        dwell([1], [1], states=["a"], alpha=0.05)


def test_a_table_stands_alone():
    """A LifeTable goes in alone, and only where its causes fit."""
    won = close_curve([1, 2], [YES, NO])
    assert close_curve(won.counts) == won
    assert cumulative_incidence(won.counts).causes == ("won", "lost")
    with pytest.raises(InvalidType, match="already holds"):
        close_curve(won.counts, [YES, NO])
    for word in ({"unit": "days"}, {"names": ("won", "lost")}, {"censored": "open"}, {"weights": np.ones(2)}):
        with pytest.raises(InvalidType, match="already holds"):
            cumulative_incidence(won.counts, **word)
    with pytest.raises(InvalidType, match=r"curve\.counts"):
        close_curve(won)
    with pytest.raises(InvalidType, match="second column"):
        close_curve([1, 2])
    with pytest.raises(MetricError, match="one cause"):
        retention_curve(won.counts)
    with pytest.raises(MetricError, match="won and lost"):
        close_curve(retention_curve([1], [True]).counts)
    assert 1 == retention_curve(retention_curve([1], [True]).counts).n


def test_retention_reads_zero_and_one():
    """Columns of 0 and 1 of any number type are read as cancelled or not."""
    truths = retention_curve([1, 2], [True, False])
    for dtype in ("i8", "f8", "u1", ">i4"):
        assert truths == retention_curve([1, 2], np.array([1, 0], dtype))
    with pytest.raises(InvalidValue):
        retention_curve([1], [2])


@pytest.mark.parametrize("dtype", ["f8", ">f8", "f4", "f2", "i1", ">i4", "u8"])
def test_any_number_type_any_layout(dtype):
    """Byte order, stride, sign of stride, width and read-only memory do not matter."""
    plain = retention_curve([4, 3, 2, 1], [True, False, True, True])
    column = np.array([1, 0, 2, 0, 3, 0, 4, 0], dtype)[::2][::-1]
    column.flags.writeable = False
    assert plain == retention_curve(column, [True, False, True, True])


def test_extreme_weights_stay_finite():
    """Weights of 1e-300 and 1e300 give finite shares and limits."""
    for weights in ([1e300, 1e300, 1e300], [1e-300, 1e-300, 1e-300], [1e-300, 1.0, 1e300]):
        curve = retention_curve([1, 2, 3], [True, True, False], weights=weights)
        assert np.isfinite(curve.band()).all()


def test_a_weight_that_is_nothing_beside_the_greatest_counts_as_nothing():
    """Its square cannot be told; the rows that count are as many as are left, and so with clean columns."""
    light = retention_curve([1, 2, 3], [True, True, False], weights=[1e-60, 1.0, 2.0])
    assert light == retention_curve([1, 2, 3], [True, True, False], weights=[0, 1.0, 2.0])
    assert 2 == light.n
    table = LifeTable.of([1, 2], [1, 0], ("a",), weights=[1e-60, 1.0])
    assert ([0.0, 0.0], [0.0, 1.0]) == (table.events[0].tolist(), table.censored.tolist())
    assert 0.0 == retention_curve([], [], weights=[]).n_effective


def test_hosts_error_states_do_not_matter():
    """The same under `np.errstate(all="raise")` and with warnings as errors."""
    plain = close_curve([1, 2, 2, 3], [YES, NO, YES, YES])
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        again = close_curve([1, 2, 2, 3], [YES, NO, YES, YES])
        assert again.to_dict() == plain.to_dict()
        retention_curve([1, 1], [True, True], weights=[1e-200, 1e200]).to_dict()
        cumulative_incidence([], []).to_dict()


def test_dwell_gives_a_curve_by_state():
    """Each state has its own curve, with its own missing rows."""
    visits = dwell(
        [1, 2, 3, np.nan], ["b", "here", "a", "b"], states=["a", "a", "b", "a"], censored="here", unit="days"
    )
    assert ["a", "b"] == list(visits)
    assert (2, 1, 1) == (visits["a"].n, visits["a"].n_missing, visits["b"].n)
    assert "time in a" == visits["a"].name
    weighted = dwell([1, 2], [1, 1], states=["a", "a"], weights=[0, 1], entry=[0, 1])
    assert [1.0, 2.0] == weighted["a"].times.tolist()
    assert {} == dwell([], [], states=[])
