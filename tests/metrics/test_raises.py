"""What each function says that it raises, it raises."""

from __future__ import annotations

import inspect
import math
import re
import sys
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

from qualify import metrics
from qualify.errors import (
    InvalidType,
    InvalidValue,
    MetricError,
    MissingExtra,
    QualifyError,
    TimeError,
    UnknownName,
)
from qualify.metrics import (
    Counts,
    agreement,
    brier_score,
    calibration,
    ces,
    close_curve,
    close_rate,
    confidence_sequence,
    conversion_rate,
    csat,
    cumulative_incidence,
    difference,
    dwell,
    enps,
    esat,
    fit_retention,
    forecast_bias,
    gross_revenue_retention,
    lifetime_value,
    longest_streak_chance,
    missed_opportunities,
    net_revenue_retention,
    nps,
    nps_difference,
    payback,
    proportion,
    qualified_lift,
    ratio,
    rejection_streaks,
    retention_curve,
    speed_to_lead,
    transition_matrix,
    wape,
    waste,
    win_rate,
    windows,
)
from qualify.scales import CSAT
from qualify.truth import NO, YES

T0 = datetime(2026, 5, 4, tzinfo=timezone.utc)  # noqa: UP017 - the same object under every supported Python
DAY = timedelta(days=1)
NAIVE = datetime(2026, 5, 4)  # noqa: DTZ001 - the error is about it
APPLES = Counts("apples", n=1)
LIFT = Counts("qualified lift", qualified_yes=1, qualified_no=1, others_yes=1, others_no=1)
MONEY = {"monthly_revenue": 1, "gross_margin": 0.5}
COST = {"acquisition_cost": 1, **MONEY}
LEFT = retention_curve([1, 2], [True, False], unit="months")


def rate(measure):
    """What the three rates of a funnel refuse."""
    return {
        MetricError: [lambda: measure(APPLES), lambda: measure(Counts("outcomes", yes=-1, no=1))],
        InvalidType: [lambda: measure([YES], lead=["ana"], weights=[1]), lambda: measure([1, 0])],
        MissingExtra: [lambda: measure([YES], method="exact"), lambda: measure([YES], method="jeffreys")],
    }


def survey(measure, off):
    """What surveys refuse."""
    return {MetricError: [lambda: measure([off]), lambda: measure(APPLES)]}


def two_sides(measure, counts):
    """What comparisons of two groups refuse."""
    grouped = Counts(counts.of, labels=("a",), **{name: [n] for name, n in counts.numbers.items()})
    return {
        MetricError: [lambda: measure(APPLES, APPLES), lambda: measure(grouped, counts)],
        InvalidType: [lambda: measure(counts)],
    }


def pairs(measure, one):
    return [lambda: measure([one], [one], paired=True, weights=([1], [1]))]


def amounts(measure):
    """What forecasts of amounts refuse."""
    return {
        MetricError: [
            lambda: measure(APPLES),
            lambda: measure([1, 2], [1, 2], currency=["EUR", "USD"]),
            lambda: measure([2**62], [1]),
        ],
        InvalidValue: [
            lambda: measure([math.inf], [1]),
            lambda: measure([1], [1], made=[T0 + DAY], known=[T0]),
        ],
        InvalidType: [lambda: measure([1]), lambda: measure([1], [1], made=[T0])],
    }


def revenue(measure):
    """What ratios of revenue refuse."""
    return {
        MetricError: [
            lambda: measure(start=1, churn=2),
            lambda: measure(start=[1], churn=[2]),
            lambda: measure(start=[1, 2], currency=["EUR", "USD"]),
            lambda: measure(start=[2**62]),
        ],
        InvalidValue: [lambda: measure(start=-1), lambda: measure(start=[math.inf])],
        InvalidType: [lambda: measure(start=[1], churn=1)],
    }


def curve(measure, why):
    """What curves refuse."""
    return {
        InvalidValue: [
            lambda: measure([-1], [why]),
            lambda: measure([math.inf], [why]),
            lambda: measure([1], [why], entry=[1]),
        ],
        InvalidType: [lambda: measure([1]), lambda: measure(LEFT.counts, [why])],
    }


def spent(measure):
    """What sums of hours and money refuse."""
    of = measure is waste
    return {
        InvalidValue: [
            lambda: measure([of], [NO], money=[-1]),
            lambda: measure([of], [NO], hours=[math.inf]),
            lambda: measure([of], [NO], currency=" "),
        ],
        InvalidType: [lambda: measure([of], [not of], money=[None])],
    }


def and_also(one, other):
    """Calls of both, by error."""
    return {error: [*one.get(error, []), *other.get(error, [])] for error in {**one, **other}}


SCIPY = {"method": "exact"}
CALLS = {
    agreement: {
        InvalidValue: [
            lambda: agreement(range(1001), range(1001)),
            lambda: agreement([1], [1], criteria={"need": ([1],)}),
        ],
        InvalidType: [lambda: agreement([1, "a"], [1, 1])],
        UnknownName: [lambda: agreement([1], [2], labels=[1])],
    },
    brier_score: {
        MetricError: [
            lambda: brier_score(APPLES),
            lambda: brier_score([0.5, 0.5], np.array([0, 1], np.int8)),
            lambda: brier_score([1.0], [1], certain="refuse"),
        ],
        InvalidValue: [
            lambda: brier_score([1.5], [1]),
            lambda: brier_score([0.5], [0.5]),
            lambda: brier_score([0.5], [1], made=[T0 + DAY], known=[T0]),
        ],
        InvalidType: [lambda: brier_score([0.5]), lambda: brier_score([0.5], [1], made=[T0])],
    },
    calibration: {
        MetricError: [lambda: calibration([0.5, 0.5], np.array([0, 1], np.int8))],
        InvalidValue: [
            lambda: calibration([1.5], [1]),
            lambda: calibration([0.5], [1], bins=0),
            lambda: calibration([0.5], [1], bins=10_001),
        ],
        InvalidType: [lambda: calibration([0.5], [1], made=[T0])],
    },
    ces: and_also(
        survey(lambda given: ces(given, measure="mean", easy="high"), 8),
        {
            MetricError: [lambda: ces([3], measure="net_3", easy="high", scale=CSAT)],
            MissingExtra: [lambda: ces([3], measure="share", easy="high", **SCIPY)],
        },
    ),
    close_curve: and_also(curve(close_curve, YES), {MetricError: [lambda: close_curve(LEFT.counts)]}),
    close_rate: rate(close_rate),
    confidence_sequence: {
        MetricError: [
            lambda: confidence_sequence([11], of="nps"),
            lambda: confidence_sequence(APPLES, of="share"),
            lambda: confidence_sequence([True], of="share", looks=[2]),
        ],
        InvalidValue: [
            lambda: confidence_sequence([6], of="mean", scale=CSAT),
            lambda: confidence_sequence([9], of="nps", tight_at=1),
            lambda: confidence_sequence([True], of="share", looks=[0]),
        ],
        InvalidType: [
            lambda: confidence_sequence([9], of="nps", scale=CSAT),
            lambda: confidence_sequence([True], of="share", missing=7),
        ],
    },
    conversion_rate: rate(conversion_rate),
    csat: {**survey(csat, 6), MissingExtra: [lambda: csat([5], **SCIPY)]},
    cumulative_incidence: and_also(
        curve(cumulative_incidence, True),
        {
            InvalidValue: [
                lambda: cumulative_incidence([1], [2], names=("won",)),
                lambda: cumulative_incidence([1], [121]),
            ],
            InvalidType: [
                lambda: cumulative_incidence([1], ["won"]),
                lambda: cumulative_incidence([DAY], [1], entry=[0]),
            ],
        },
    ),
    difference: and_also(
        two_sides(difference, Counts("outcomes", yes=1, no=1)), {InvalidType: pairs(difference, True)}
    ),
    dwell: {
        InvalidValue: [
            lambda: dwell([-1], [1], states=["new"]),
            lambda: dwell([1], [1], states=["new"], entry=[1]),
        ],
        InvalidType: [lambda: dwell([1], ["won"], states=["new"])],
    },
    enps: {**survey(enps, 11), InvalidValue: [lambda: enps([9], min_group=0)]},
    esat: {
        **survey(esat, 6),
        InvalidValue: [lambda: esat([5], min_group=0)],
        MissingExtra: [lambda: esat([5], **SCIPY)],
    },
    fit_retention: {
        InvalidValue: [
            lambda: fit_retention([1, 2]),
            lambda: fit_retention([2, None]),
            lambda: fit_retention(close_curve([1], [YES])),
            lambda: fit_retention(retention_curve([1.5], [True])),
            lambda: fit_retention(retention_curve([2e6], [True])),
        ],
        InvalidType: [lambda: fit_retention(LEFT, unit="days")],
    },
    forecast_bias: amounts(forecast_bias),
    gross_revenue_retention: revenue(gross_revenue_retention),
    lifetime_value: {
        MetricError: [lambda: lifetime_value(**MONEY, retention=LEFT)],
        InvalidValue: [
            lambda: lifetime_value(monthly_revenue=-1, gross_margin=0.5, monthly_churn=0.1),
            lambda: lifetime_value(**MONEY, monthly_churn=2),
            lambda: lifetime_value(**MONEY, retention=fit_retention([3, 2, 1])),
            lambda: lifetime_value(**MONEY, monthly_churn=0.1, monthly_discount_rate=-0.1),
            lambda: lifetime_value(**MONEY, monthly_churn=0.1, horizon_months=0),
        ],
        InvalidType: [
            lambda: lifetime_value(**MONEY),
            lambda: lifetime_value(**MONEY, monthly_churn=0.1, retention=LEFT),
            lambda: lifetime_value(**MONEY, monthly_churn=nps([9])),
        ],
    },
    longest_streak_chance: {
        InvalidType: [lambda: longest_streak_chance(1.5, 1, 0.5), lambda: longest_streak_chance(1, 1, "1/2")],
        InvalidValue: [
            lambda: longest_streak_chance(-1, 1, 0.5),
            lambda: longest_streak_chance(1, 1, math.nan),
        ],
    },
    missed_opportunities: spent(missed_opportunities),
    net_revenue_retention: revenue(net_revenue_retention),
    nps: survey(nps, 11),
    nps_difference: and_also(
        two_sides(nps_difference, Counts("NPS", promoters=1, passives=1, detractors=1)),
        {
            InvalidType: pairs(nps_difference, 9),
            InvalidValue: [lambda: nps_difference([11], [9], paired=True)],
            MetricError: [lambda: nps_difference([11], [9])],
        },
    ),
    payback: {
        InvalidValue: [
            lambda: payback(acquisition_cost=-1, **MONEY),
            lambda: payback(acquisition_cost=1, monthly_revenue=1, gross_margin=2),
            lambda: payback(**COST, monthly_churn=2),
            lambda: payback(**COST, retention=fit_retention([3, 2, 1])),
            lambda: payback(**COST, retention=close_curve([1], [YES], unit="months")),
        ],
        InvalidType: [
            lambda: payback(**COST, monthly_churn=0.1, retention=LEFT),
            lambda: payback(**COST, retention=0.1),
            lambda: payback(**COST, monthly_churn=nps([9])),
        ],
    },
    proportion: {
        MetricError: [
            *(lambda k=k: proportion(k, of=2) for k in (3, -1, 0.5)),
            lambda: proportion(APPLES),
            lambda: proportion([1, None], of=[2, 2]),
        ],
        InvalidType: [lambda: proportion(1, of=2, by=["a"]), lambda: proportion(1, of=2, weights=[1])],
        MissingExtra: [lambda: proportion(1, of=2, **SCIPY)],
    },
    qualified_lift: {
        MetricError: [
            lambda: qualified_lift(APPLES, pursued=True),
            lambda: qualified_lift(LIFT, pursued=None),
        ],
        InvalidType: [lambda: qualified_lift([YES], pursued=True)],
    },
    ratio: two_sides(ratio, Counts("outcomes", yes=1, no=1)),
    rejection_streaks: {InvalidValue: [lambda: rejection_streaks([NO], rate=2)]},
    retention_curve: and_also(
        curve(retention_curve, True),
        {MetricError: [lambda: retention_curve(close_curve([1], [YES]).counts)]},
    ),
    speed_to_lead: {
        TimeError: [
            lambda: speed_to_lead([T0], [T0 - DAY], at=T0),
            lambda: speed_to_lead([T0], [None], at=T0, open_hours=[(T0, T0)]),
            lambda: speed_to_lead([T0], [None], at=NAIVE),
            lambda: speed_to_lead([NAIVE], [None], at=T0),
        ],
        InvalidValue: [lambda: speed_to_lead([T0], [None], at=T0, open_hours=[])],
        InvalidType: [lambda: speed_to_lead([T0], [None], at=T0, open_hours=[T0])],
    },
    transition_matrix: {
        MetricError: [lambda: transition_matrix([1], ["new"], outcomes=[YES])],
        InvalidValue: [
            lambda: transition_matrix([1] * 1001, list(map(str, range(1001)))),
            lambda: transition_matrix([1], ["new"], order=("new", "new")),
        ],
        UnknownName: [lambda: transition_matrix([1], ["new"], order=("old",))],
    },
    wape: amounts(wape),
    waste: and_also(spent(waste), {InvalidType: [lambda: waste([YES], [NO], hourly_cost=50)]}),
    win_rate: rate(win_rate),
    windows: {
        MetricError: [
            lambda: windows([T0], [T0]),
            lambda: windows([T0], [T0, None, T0 + DAY]),
            lambda: windows([T0], [T0, T0]),
        ],
        TimeError: [lambda: windows([NAIVE], [T0, T0 + DAY]), lambda: windows([T0], [NAIVE, T0])],
    },
}
FUNCTIONS = [f for name in metrics.__all__ if inspect.isfunction(f := getattr(metrics, name))]


def said(function):
    """The errors that a docstring lists."""
    section = re.search(r"^ *Raises:\n((?: {8}.*\n)+)", function.__doc__ or "", re.MULTILINE)
    return set(re.findall(r"^ {8}(\w+):", section[1], re.MULTILINE)) if section else set()


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_what_a_function_says_it_raises(function, monkeypatch):
    """Its docstring lists the errors that the calls here end in, and no other."""
    monkeypatch.setitem(sys.modules, "scipy", None)
    assert said(function) == {error.__name__ for error in CALLS[function]}
    for error, calls in CALLS[function].items():
        for call in calls:
            with pytest.raises(error) as caught:
                call()
            assert error is type(caught.value)


PAIR = ([1.0, 2.0], [True, False])
MEANT = {  # a call of each, so that one word of it may be wrong
    brier_score: ([0.5], [1]),
    calibration: ([0.5], [1]),
    ces: ([7],),
    confidence_sequence: ([True],),
    csat: ([5],),
    enps: ([9],),
    esat: ([5],),
    fit_retention: ([3, 2, 1],),
    forecast_bias: ([1], [1]),
    nps: ([9],),
    nps_difference: ([9], [9]),
    speed_to_lead: ([T0], [None]),
    transition_matrix: ([1], ["new"]),
    wape: ([1], [1]),
    **dict.fromkeys((conversion_rate, win_rate, close_rate, proportion), ([YES],)),
    **dict.fromkeys((close_curve, cumulative_incidence, dwell, retention_curve), PAIR),
    **dict.fromkeys(
        (agreement, difference, missed_opportunities, qualified_lift, ratio, waste), ([YES], [NO])
    ),
    **dict.fromkeys((gross_revenue_retention, net_revenue_retention), ()),
}
NEEDED = {
    ces: {"measure": "mean", "easy": "high"},
    confidence_sequence: {"of": "share"},
    dwell: {"states": ["new", "new"]},
    gross_revenue_retention: {"start": 1},
    net_revenue_retention: {"start": 1},
    qualified_lift: {"pursued": True},
    speed_to_lead: {"at": T0},
}


CURVE = retention_curve([1, 2], [True, False], unit="days")
LIFT = Counts("qualified lift", qualified_yes=1, qualified_no=1, others_yes=1, others_no=1)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: CURVE.remaining([1, None]), r"times, row 1: .* \(got a missing one\)"),
        (lambda: close_curve(CURVE.counts), r"durations: a close curve .* \(got cancelled\)"),
        (lambda: retention_curve(close_curve([1], [YES]).counts), r"durations: .* \(got won, lost\)"),
        (lambda: retention_curve([1], [True], entry=[DAY]), r"entry: .* \(got timedeltas beside numbers\)"),
        (lambda: retention_curve([DAY], [True], entry=[0]), r"entry: .* \(got numbers beside timedeltas\)"),
        (
            lambda: cumulative_incidence([1], ["a"], censored="b", names=("a",)),
            r"names: .* \(got causes of text\); leave names= out",
        ),
        (lambda: cumulative_incidence([1], ["a"]), r"censored: .* \(got none\); write censored="),
        (lambda: fit_retention(CURVE, unit="days"), r"unit: .* \(got 'days'\); leave unit= out"),
        (lambda: fit_retention(retention_curve([1, 1.5], [True, False])), r"alive: .* \(got 1.5\); count"),
        (lambda: fit_retention([3, None]), r"alive, row 1: .* \(got a missing one\); cut"),
        (lambda: qualified_lift(LIFT, pursued=None), r"pursued: .* \(got NoneType\); pursued=True"),
        (lambda: win_rate([YES], lead=[1], weights=[1]), r"win_rate, weights: .* \(got both\); give one"),
        (lambda: waste([YES], [NO], hourly_cost=1), r"hourly_cost: .* \(got hourly_cost= alone\); give"),
        (lambda: wape([1], [1], made=[T0]), r"known: .* \(got made= alone\)"),
        (lambda: wape([1], [1], known=[T0]), r"made: .* \(got known= alone\)"),
        (lambda: wape([1]), r"actual: wape takes forecasts and actuals \(got forecasts alone\)"),
        (lambda: brier_score([0.5]), r"outcomes: brier_score takes .* \(got probabilities alone\)"),
        (
            lambda: net_revenue_retention(start=1, churn=2),
            r"contraction and churn: a cohort cannot lose .* \(got 0 \+ 2 of 1\)",
        ),
        (
            lambda: sum([transition_matrix([1], ["a"], order=o) for o in (["a"], ["a", "b"])][1:],
                        transition_matrix([1], ["a"], order=["a"])),
            r"Transitions: .* \(got \('a',\) and \('a', 'b'\)\)",
        ),
    ],
)  # fmt: skip
def test_an_error_names_the_argument_and_what_was_found(call, says):
    """And the row where there is one, and what is allowed where that is not said already."""
    with pytest.raises(QualifyError, match=f"^{says}"):
        call()


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_what_the_room_says_that_each_function_raises(function):
    """Each refuses alike a level of 95, another method, and a keyword that it does not know."""
    known = inspect.signature(function).parameters
    needed = {name: None for name, p in known.items() if p.default is p.empty and name != "unknown"}
    with pytest.raises(InvalidType, match=f"{function.__name__}: unknown keyword alpha="):
        function(**needed, alpha=0.05)
    if "confidence_level" in known:
        given, named = MEANT[function], NEEDED.get(function, {})
        function(*given, **named)
        with pytest.raises(InvalidValue, match="95 for 95 %"):
            function(*given, **named, confidence_level=95)
        if "method" in known:
            with pytest.raises(UnknownName, match="method"):
                function(*given, **named, method="bootstrap")
