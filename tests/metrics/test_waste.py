"""Waste and missed opportunities: what is certain, what is bounded, and what is assumed."""

from __future__ import annotations

import json
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify._canonical import form
from qualify.errors import InvalidType, InvalidValue, UnknownName
from qualify.metrics import missed_opportunities, waste
from qualify.truth import NO, UNKNOWN, YES

rows = st.lists(
    st.tuples(st.sampled_from([-1, 0, 1]), st.sampled_from([-1, 0, 1]), st.integers(0, 9)), max_size=25
)


def columns(triples):
    sold, ended, hours = [list(c) for c in zip(*triples, strict=True)] or [[], [], []]
    return np.array(sold, np.int8), np.array(ended, np.int8), hours


@given(rows, st.lists(st.sampled_from([-1, 0, 1]), min_size=25, max_size=25))
def test_bounds_hold_whatever_the_unknown_become(triples, later):
    """Resolving the unknown outcomes either way gives the bounds; resolving them in part stays inside."""
    sold, ended, hours = columns(triples)
    for function, bad in ((waste, -1), (missed_opportunities, 1)):
        open_ones = function(sold, ended, hours=hours)
        partly = function(sold, np.where(ended == 0, later[: len(ended)], ended).astype(np.int8), hours=hours)
        (low, high), (lower, higher) = partly.bounds, open_ones.bounds
        assert lower <= low <= high <= higher
        assert open_ones.hours.low <= partly.hours.low <= partly.hours.high <= open_ones.hours.high
        worst = function(sold, np.where(ended == 0, bad, ended).astype(np.int8), hours=hours)
        best = function(sold, np.where(ended == 0, -bad, ended).astype(np.int8), hours=hours)
        if worst.known:
            assert open_ones.bounds == (best.leads.value, worst.leads.value)
            assert open_ones.leads.low <= best.leads.low
            assert worst.leads.high <= open_ones.leads.high
        assert (open_ones.hours.low, open_ones.hours.high) == (best.hours.value, worst.hours.value)


def test_waste_is_what_came_to_nothing():
    """Of those pursued: the share that came to nothing, their hours, and the hours in money with the rest."""
    spent = waste(
        [True, True, False, True],
        [YES, NO, NO, NO],
        hours=[2, 3, 100, 4.5],
        hourly_cost=40,
        money=[0, 10, 100, 5],
        currency="EUR",
    )
    assert (2 / 3, 7.5, 315.0) == (spent.leads.value, spent.hours.value, spent.money.value)
    assert (3, 0, 0) == (spent.known, spent.unknown, spent.missing)
    assert "EUR" == spent.money.unit
    assert repr(spent).splitlines()[-1] == "  money  315 EUR"


def test_open_ones_are_bounded_not_guessed():
    """With open outcomes the share is NaN with bounds and a reason, and so are hours."""
    spent = waste([True] * 4, [YES, NO, UNKNOWN, UNKNOWN], hours=[1, 2, 3, 4])
    assert (0.25, 0.75) == spent.bounds
    assert math.isnan(spent.leads.value)
    assert "may yet come to something" in spent.leads.reason
    assert (2.0, 9.0) == (spent.hours.low, spent.hours.high)
    assert math.isnan(spent.hours.value)
    assert "at most 3" in repr(spent)


def test_limits_hold_at_another_level():
    """The limits of leads can be asked at another level, and nest."""
    leads = waste([True] * 3, [YES, NO, UNKNOWN]).leads
    low, high = leads.interval(0.5)
    assert leads.low < low < 1 / 3 < 2 / 3 < high < leads.high


def test_who_was_not_recorded_is_missing():
    """A blank decision, a decision UNKNOWN, and a blank outcome of one pursued are missing."""
    spent = waste([True, None, UNKNOWN, True, False], [NO, NO, NO, None, None])
    assert (1, 3) == (spent.known, spent.missing)
    missed = missed_opportunities([True, None, UNKNOWN, False], [YES] * 4)
    assert (1, 2, 2) == (missed.known, missed.missing, missed.leads.n_missing)
    assert "missed opportunities: 1 of 1 leads (2 missing)" == repr(missed).splitlines()[0]


def test_missed_are_bounded_since_nobody_sold_to_them():
    """Of those not pursued, an unknown or blank outcome could have been a win; the log cannot tell."""
    missed = missed_opportunities(
        [True, False, False, False, False], [YES, YES, NO, UNKNOWN, None], money=[9, 5, 4, 7, 1]
    )
    assert (0.25, 0.75) == missed.bounds
    assert (5.0, 13.0) == (missed.money.low, missed.money.high)
    assert "nobody sold to them" in missed.leads.reason
    assert 2 == missed.unknown


def test_what_qualification_claims_narrows_the_bounds():
    """If the others would have bought no more often than those pursued, the upper bound is much lower."""
    pursued = [True] * 50 + [False] * 100
    outcomes = [YES] * 5 + [NO] * 45 + [YES] + [UNKNOWN] * 99
    free = missed_opportunities(pursued, outcomes)
    claimed = missed_opportunities(pursued, outcomes, no_better_than_pursued=True)
    assert (0.01, 1.0) == free.bounds
    assert claimed.bounds[1] == pytest.approx((1 + 99 * 0.2136) / 100, abs=1e-3)
    assert (
        "assumes that they would have bought at most as often as those pursued (21.4 %)"
        in claimed.leads.reason
    )
    assert "at most 22.15" in repr(claimed)
    nobody = missed_opportunities([False], [UNKNOWN], no_better_than_pursued=True)
    assert (0.0, 1.0) == nobody.bounds


def test_nobody_at_all():
    """Nobody pursued, everybody pursued, no rows: NaN, the widest interval and the reason."""
    for spent, why in (
        (waste([False], [NO]), "nobody was pursued"),
        (missed_opportunities([True], [NO]), "everybody was pursued"),
        (waste([], []), "nobody was pursued"),
    ):
        assert (0.0, 1.0, why) == (spent.leads.low, spent.leads.high, spent.leads.reason)
        assert (0.0, 1.0) == spent.bounds
        assert why in repr(spent)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"hourly_cost": 10}, InvalidType),
        ({"hours": [1, None]}, InvalidType),
        ({"hours": [1, -1]}, InvalidValue),
        ({"hours": [1]}, InvalidValue),
        ({"hours": [1, 1], "hourly_cost": -1}, InvalidValue),
        ({"rate": 1}, InvalidType),
    ],
)
def test_what_cannot_be_meant(given, error):
    """Amounts that are missing where they count, negative or too few are errors."""
    with pytest.raises(error):
        waste(
            [True, True],
            [YES, NO],
            **given,
        )
    with pytest.raises(InvalidType):
        missed_opportunities([True], [YES], waste=1)
    with pytest.raises(InvalidValue):
        waste([True], [YES, NO])


def test_an_amount_that_does_not_count_may_be_missing():
    """A blank amount is fine where the row adds nothing."""
    assert 2.0 == waste([True, True], [NO, YES], hours=[2, None]).hours.value
    assert 2.0 == missed_opportunities([False, True], [YES, YES], money=[2, None]).money.value


def test_it_reads_and_writes():
    """It reads in Markdown, and its dict is JSON."""
    spent = waste([True, True], [NO, YES], hours=[2, 1])
    assert "- hours  2 hours" in spent._repr_markdown_()
    assert [0.5, 0.5] == json.loads(json.dumps(spent.to_dict()))["bounds"]
    assert "money" not in form(spent)


def test_bounds_are_those_of_any_level():
    """Hours and money lie between bounds that chance does not move; the leads have limits at each level."""
    found = pickle.loads(
        pickle.dumps(waste([True] * 3, [NO, UNKNOWN, YES], hours=[1, 2, 3], money=[5, 6, 7]))
    )
    assert (1.0, 3.0) == found.hours.interval(0.5)
    assert (5.0, 11.0) == found.money.interval(0.99)
    assert found.leads.interval(0.5).low > found.leads.low
    with pytest.raises(UnknownName, match="known are bounds"):
        found.hours.interval(method="wilson")
