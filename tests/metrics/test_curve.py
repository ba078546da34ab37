"""What a Curve answers: shares, quantiles, means, limits, and how it reads."""

from __future__ import annotations

import json
import math
import pickle
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify._canonical import form
from qualify.errors import InvalidType, InvalidValue, UnknownName
from qualify.metrics import Curve, LifeTable, close_curve, cumulative_incidence, retention_curve
from qualify.truth import NO, UNKNOWN, YES

DEALS = close_curve([10, 20, 20, 30, 40], [YES, NO, UNKNOWN, YES, UNKNOWN], unit="days")


def test_shares_step_at_their_times():
    """A share holds from its time until the next, and is 0 before the first."""
    assert [0.0, 0.2, 0.2, 0.5] == DEALS.incidence([9, 10, 29, 30], "won").value.tolist()
    assert [1.0, 0.8] == DEALS.remaining([0, 10]).value.tolist()


def test_shares_and_the_rest_make_one():
    """Won, lost and open make the whole at any time."""
    total = sum(DEALS.incidence(35, cause).value for cause in DEALS.causes) + DEALS.remaining(35).value
    assert total == pytest.approx(1.0)
    assert DEALS.incidence(35).value == pytest.approx(1 - DEALS.remaining(35).value)


def test_beyond_the_last_time_nothing_is_known():
    """Beyond the last follow-up the share is NaN, its interval reaches the end, and the reason says when."""
    late = DEALS.incidence(41, "won")
    assert math.isnan(late.value)
    assert (DEALS.incidence(40, "won").low, 1.0) == (late.low, late.high)
    assert late.reason == "nobody was followed beyond 40 days"
    assert (0.0, DEALS.remaining(40).high) == (DEALS.remaining(41).low, DEALS.remaining(41).high)


def test_beyond_the_last_time_when_nobody_is_left():
    """Once nobody remains the share stays, for ever."""
    gone = retention_curve([1, 2], [True, True])
    assert 0.0 == gone.remaining(100).value
    assert (0.0, None) == (gone.remaining(100).low, gone.remaining(100).reason)


def test_before_anybody_left_the_limit_is_wilsons():
    """Before the first exit the limits are Wilson's for none of those at risk."""
    before = DEALS.incidence(5, "won")
    assert (0.0, 0.0) == (before.value, before.low)
    assert before.high == pytest.approx(1.959964**2 / (5 + 1.959964**2), rel=1e-6)
    assert DEALS.remaining(5).low == pytest.approx(1 - before.high)


def test_when_everybody_left_the_lower_limit_stays():
    """When nobody remains the lower limit of the share gone stays what it was just before."""
    curve = retention_curve([1, 2, 3], [True, True, True])
    low, high = curve.band()
    assert low[1] == low[2]
    assert 1.0 == high[2]
    at_once = retention_curve([1, 1], [True, True]).band()
    assert 2 / (2 + 1.959964**2) == pytest.approx(at_once.low[0], rel=1e-6)


def test_quantiles_are_first_times():
    """A quantile is the first time at which the share is reached, by one cause or by any."""
    curve = cumulative_incidence([1, 2, 3, 4], [1, 2, 1, 1], names=("a", "b"))
    assert (2.0, 3.0) == (curve.median().value, curve.median("a").value)
    assert 1.0 == curve.quantile(0.25, "a").value
    assert (4.0, None) == (curve.quantile(0.75, "a").value, curve.quantile(0.75, "a").reason)


def test_a_quantile_that_is_not_reached_says_how_far_it_came():
    """NaN with the share so far; the upper limit is infinite."""
    far = DEALS.quantile(0.9, "won")
    assert math.isnan(far.value)
    assert math.isinf(far.high)
    assert far.reason == "90 % was not reached: 50.0 % by 40"


@pytest.mark.parametrize("share", [0, -0.1, 1.5, math.nan])
def test_a_quantile_needs_a_share(share):
    """A quantile's share lies above 0, up to 1."""
    with pytest.raises(InvalidValue):
        DEALS.quantile(share)


def test_medians_limits_are_where_the_band_crosses():
    """The median's limits are the times at which the limits of the share cross a half (R: 13 and never)."""
    durations = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    left = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    median = cumulative_incidence(durations, left).median()
    assert (23.0, 13.0, math.inf) == (median.value, median.low, median.high)
    few = retention_curve([10] * 2 + [47] * 98, [True] * 2 + [False] * 98).median()
    assert (47.0, math.inf) == (few.low, few.high), "nobody was seen beyond 47"


def test_mean_is_the_area():
    """The mean up to a time is the area under what remains; with its plain variance if nobody is censored."""
    times = np.array([1.0, 2.0, 4.0])
    mean = retention_curve(times, [True] * 3).mean(4)
    assert mean.value == pytest.approx(times.mean())
    half = 1.959964 * math.sqrt(times.var() / 3)
    assert mean.low == pytest.approx(times.mean() - half, rel=1e-5)
    assert 1.5 == DEALS.mean(1.5).value


def test_a_mean_of_equal_times_is_not_certain():
    """Where all leave at once, or nobody does, limits say how many may leave sooner, or stay on."""
    none = 1.959963984540054**2 / (4 + 1.959963984540054**2)  # Wilson's limit for 0 in 4
    for left, until, limits in (
        ([True] * 4, 3.0, (2 * (1 - none), 2 + none)),
        ([True] * 4, 2.0, (2 * (1 - none), 2.0)),
        ([False] * 4, 2.0, (2 * (1 - none), 2.0)),
        ([False] * 4, 1.0, ((1 - none), 1.0)),
    ):
        mean = retention_curve([2] * 4, left).mean(until)
        assert min(until, 2.0) == mean.value
        assert limits == pytest.approx((mean.low, mean.high))
        assert mean.interval(0.5).low > mean.low


def test_a_time_may_lie_before_the_first_that_was_seen():
    """Of so few that the limit for none of them holds the share, it may have left from the beginning on."""
    times, left = range(2, 12), [True] * 10
    early, late = (retention_curve(times, left).quantile(share) for share in (0.27, 0.28))
    assert (0.0, 2.0) == (early.low, late.low)
    assert retention_curve(times, left).incidence(1).high == pytest.approx(0.2775, abs=1e-4)


def test_mean_beyond_the_last_time_is_unknown():
    """A mean up to a time that nobody reached is NaN."""
    assert "nobody was followed beyond 40" == DEALS.mean(50).reason
    assert retention_curve([1, 2], [True, True]).mean(50).value == pytest.approx(1.5)
    with pytest.raises(InvalidValue):
        DEALS.mean(0)


@pytest.mark.parametrize("several", [[1, 2], [3], np.array([1.0])])
def test_a_mean_counts_up_to_one_time(several):
    """A column of times is refused, also of one."""
    with pytest.raises(InvalidType, match=r"until: a mean counts up to one time \(got a column of [12]\)"):
        DEALS.mean(several)


def test_timedeltas_ask_and_are_counted_in_microseconds():
    """Timedeltas are whole microseconds, so a tenth and two tenths tie with three; the unit converts."""
    tenth = timedelta(days=0.1)
    curve = retention_curve([tenth + 2 * tenth, 3 * tenth], [True, True], unit="hours")
    assert [7.2] == curve.times.tolist()
    assert 0.0 == curve.remaining(timedelta(hours=8)).value
    asked = curve.remaining([timedelta(hours=1), timedelta(hours=8)])
    assert (1.0, 8.0) == asked.labels
    assert [1.0, 0.0] == asked.value.tolist()
    assert [1.0, 0.0] == curve.remaining(np.array([3600, 28800], "m8[s]")).value.tolist()
    assert 1.0 == curve.remaining(np.timedelta64(1, "h")).value
    assert "days" == retention_curve([tenth], [True]).unit


def test_a_timedelta_needs_a_unit():
    """A curve in no unit of length, or in months, cannot be asked with a timedelta."""
    with pytest.raises(InvalidValue, match="unit 'months'"):
        retention_curve([1], [True], unit="months").remaining(timedelta(days=1))


@pytest.mark.parametrize("times", [-1, math.inf, [1, None], np.array(["NaT"], "m8[s]")])
def test_impossible_times_are_refused(times):
    """Times asked for are finite, not negative, none missing."""
    with pytest.raises(InvalidValue):
        DEALS.remaining(times)


def test_unknown_causes_are_refused():
    """A cause that does not exist is answered with those that do."""
    with pytest.raises(UnknownName, match="did you mean 'won'"):
        DEALS.incidence(3, "wun")


def test_another_level_nests():
    """A wider level holds the narrower one, for shares, quantiles, bands and means."""
    for narrow, wide in (
        (DEALS.incidence(30, "won", confidence_level=0.5), DEALS.incidence(30, "won")),
        (DEALS.median(confidence_level=0.5), DEALS.median()),
        (DEALS.mean(30, confidence_level=0.5), DEALS.mean(30)),
        (DEALS.remaining(30, confidence_level=0.5), DEALS.remaining(30)),
    ):
        assert wide.low <= narrow.low <= narrow.value <= narrow.high <= wide.high
    with pytest.raises(InvalidValue, match=r"write 0\.95"):
        DEALS.remaining(30, confidence_level=95)


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), min_size=1, max_size=30),
    st.sampled_from([0.5, 0.9, 0.99]),
)
def test_limits_hold_their_share(pairs, level):
    """Limits lie in [0, 1], around the share."""
    curve = cumulative_incidence(*zip(*pairs, strict=True), names=("a", "b"), confidence_level=level)
    for cause in ("a", "b", None):
        low, high = curve.band(cause)
        share = curve._walk(cause).steps("gone")
        assert np.all((low >= 0) & (low <= share) & (share <= high) & (high <= 1))


def test_log_log_limits_of_one_cause_are_those_of_the_rest():
    """The limits of the share gone are 1 minus those of the share that remains."""
    gone, rest = DEALS.incidence(20), DEALS.remaining(20)
    assert (gone.low, gone.high) == pytest.approx((1 - rest.high, 1 - rest.low))


def test_late_entry_that_empties_the_risk_set_is_said():
    """If all had left before others came in, the curve says that what follows tells nothing about them."""
    curve = retention_curve([2, 9, 8], [True, True, False], entry=[0, 5, 5])
    assert "all who were under observation had left at 2, before others came in" in curve.reason
    assert curve.reason in repr(curve)
    assert curve.reason in curve._repr_markdown_()
    assert retention_curve([2, 9], [False, True], entry=[0, 1]).reason is None


def test_nobody_at_all():
    """Without rows every answer is NaN with the widest interval and the reason."""
    empty = retention_curve([], [])
    assert "retention curve: no rows, so no share, n=0 (0 censored, 0 missing)" == repr(empty)
    share = empty.remaining(3)
    assert (0.0, 1.0, "no rows, so no share") == (share.low, share.high, share.reason)
    assert math.isnan(share.value)
    assert "50 % was not reached: nobody was seen" == empty.median().reason
    assert math.isnan(empty.mean(2).value)
    assert empty._repr_markdown_().startswith("**retention curve**")
    assert empty.incidence([1, 2]).value.shape == (2,)


def test_it_reads():
    """The repr tells each share with limits, the level, the counts and the unit."""
    assert repr(DEALS) == (
        "close curve by 40 days, 95 % log-log, n=5 (2 censored, 0 missing)\n"
        "  won   50.0 %  [15.1 %, 94.7 %]\n"
        "  lost  20.0 %  [3.1 %, 79.6 %]\n"
        "  open  30.0 %  [1.2 %, 71.9 %]"
    )
    assert "| days | at risk | won | lost | open |" in DEALS._repr_markdown_()


def test_columns_and_dict_are_plain():
    """The columns are equally long, and the dict is JSON."""
    columns = DEALS.to_columns()
    assert ["time", "at_risk", "open", "open_low", "open_high", "won", "won_low"] == list(columns)[:7]
    assert {4} == {len(column) for column in columns.values()}
    assert 5 == json.loads(json.dumps(DEALS.to_dict()))["n"]
    assert "reason" not in form(DEALS)


def test_no_column_hides_another():
    """A cause that is called like another column has columns of its own, and leaves the other as it was."""
    words = ["time", "at_risk", "open", "won", "won_low"]
    curve = cumulative_incidence([1, 2, 3, 4, 5, 6], [*words, "not yet"], censored="not yet")
    columns = curve.to_columns()
    assert 2 + 3 * 6 == len(columns)
    assert ([1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]) == (columns["time"].tolist(), columns["at_risk"].tolist())
    for cause in words[:3]:
        shares = curve.incidence(curve.times, cause)
        for name, part in (("", shares.value), ("_low", shares.low), ("_high", shares.high)):
            assert part.tolist() == columns[f"share {cause}{name}"].tolist()
    left = [name for name in columns if not name.startswith(("time", "at_risk", "open", "share open"))]
    won, low = left[6:9], left[9:]
    assert ["won", "won_low", "won_high"] == won
    assert ["share won_low", "share won_low_low", "share won_low_high"] == low


def test_curves_do_not_add_and_their_tables_do():
    """`+` of two curves says what to add; the sum of their tables is the curve of all rows."""
    with pytest.raises(InvalidType, match="pool them"):
        DEALS + DEALS
    with pytest.raises(InvalidType):
        sum([DEALS, DEALS])
    both = close_curve(DEALS.counts + DEALS.counts)
    assert 10 == both.n
    assert both.incidence(30, "won").value == pytest.approx(0.5)


def test_it_is_a_value():
    """Equal rows make equal curves, which survive pickling."""
    again = close_curve([40, 30, 20, 20, 10], [UNKNOWN, YES, UNKNOWN, NO, YES], unit="days")
    assert again == DEALS
    assert pickle.loads(pickle.dumps(DEALS)) == DEALS
    with pytest.raises(TypeError):
        hash(DEALS)


def test_counts_with_weights():
    """Under weights the effective n is Kish's, and the censored are a sum of weights."""
    curve = retention_curve([1, 2, 3], [True, False, True], weights=[1, 1, 2])
    assert (16 / 6, 1.0) == (curve.n_effective, curve.n_censored)
    assert "1 censored" in repr(curve)
    assert curve.band().high[0] < 1


def test_a_life_table_reads_and_checks_itself():
    """A table shows its numbers, and refuses counts of another shape or tables of other causes."""
    table = LifeTable.of([1, 2], [1, 0], ("left",), unit="days")
    assert "LifeTable(left: n=2, 2 times, 1 left, 1 censored)" == repr(table)
    with pytest.raises(InvalidValue, match="left in days; left in no unit"):
        table + LifeTable.of([1], [1], ("left",))
    with pytest.raises(InvalidValue, match="events are"):
        LifeTable(("a",), times=[1], events=[1], censored=[0], entered=[0], started=1, n=1)
    assert table.__add__(3) is NotImplemented
    assert table.__radd__(1) is NotImplemented
    assert Curve("a", "b", table).counts is table


def test_a_curve_made_again_says_its_reason_once():
    """A curve of the fields of another gives the same reason, and another's before its own."""
    curve = retention_curve([2, 9, 8], [True, True, False], entry=[0, 5, 5])
    assert curve.reason == Curve("a", "b", curve.counts, reason=curve.reason).reason
    assert f"young; {curve.reason}" == Curve("a", "b", curve.counts, reason="young").reason
