"""What every value of this half keeps: it pickles, it has a fingerprint, equal ones are equal."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from qualify._canonical import fingerprint
from qualify.metrics import (
    LifeTable,
    agreement,
    close_curve,
    fit_retention,
    gross_revenue_retention,
    lifetime_value,
    missed_opportunities,
    net_revenue_retention,
    payback,
    rejection_streaks,
    retention_curve,
    speed_to_lead,
    transition_matrix,
    waste,
)
from qualify.truth import NO, UNKNOWN, YES

T0 = datetime(2026, 5, 4, tzinfo=UTC)
DEAL = {"acquisition_cost": 6_000, "monthly_revenue": 800, "gross_margin": 0.8}


def makers():
    """One way to make each value, edges among them."""
    return {
        "close curve": lambda: close_curve([1, 2, 3], [YES, NO, UNKNOWN], unit="days"),
        "weighted curve": lambda: retention_curve([1, 2], [True, False], weights=[0.5, 2]),
        "no rows": lambda: retention_curve([], []),
        "life table": lambda: LifeTable.of([1.5, 2], [1, 0], ("left",), entry=[0, 1]),
        "speed": lambda: speed_to_lead([T0], [None], at=T0 + timedelta(hours=1)),
        "share": lambda: retention_curve([1, 2], [True, False]).remaining([1, 2, 3]),
        "quantile": lambda: retention_curve([1, 2], [True, False]).median(),
        "fit": lambda: fit_retention([1000, 869, 743], unit="years"),
        "constant fit": lambda: fit_retention([100, 50]),
        "no fit": lambda: fit_retention([100, 100]),
        "payback": lambda: payback(**DEAL, monthly_churn=0.02),
        "never": lambda: payback(**DEAL, monthly_churn=0.5),
        "value": lambda: lifetime_value(monthly_revenue=1, gross_margin=1, monthly_churn=0.1),
        "gross": lambda: gross_revenue_retention(start=[10, 20], churn=[0, 5]),
        "net": lambda: net_revenue_retention(start=10),
        "moves": lambda: transition_matrix([1, 1], ["a", "b"], order=("a", "b"), outcomes=[YES, YES]),
        "went back": lambda: transition_matrix([1, 1], ["a", "b"], order=("a", "b")).back,
        "streaks": lambda: rejection_streaks([NO, YES], by=["a", None]),
        "agreement": lambda: agreement(["a"], ["a"], criteria={"need": ([1], [0])}),
        "kappa": lambda: agreement(["a"], ["a"]).kappa,
        "waste": lambda: waste([True, True], [YES, UNKNOWN], hours=[1, 2]),
        "missed": lambda: missed_opportunities([False], [UNKNOWN]),
    }


each = pytest.mark.parametrize("make", makers().values(), ids=makers())


@each
def test_it_survives_pickling_and_copying(make):
    """A pickled or copied value equals the original, and still answers."""
    value = make()
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.deepcopy(value) == value
    assert repr(pickle.loads(pickle.dumps(value))) == repr(value)
    assert value == make()
    assert value != 3


@each
def test_equal_values_have_equal_fingerprints(make):
    """The canonical form is JSON, and the same for equal values."""
    assert fingerprint(make()) == fingerprint(make())


@each
def test_its_dict_is_json(make):
    """`to_dict()` gives what JSON can say."""
    json.dumps(make().to_dict(), allow_nan=False)


def test_a_life_table_comes_back_from_its_dict():
    """The dict of a table makes the table again."""
    for table in (makers()["life table"](), makers()["weighted curve"]().counts):
        again = json.loads(json.dumps(table.to_dict()))
        assert table == LifeTable(again.pop("causes"), **again)


def test_values_do_not_write_to_what_they_were_given():
    """Columns of the caller stay as they were, and stay writable."""
    times, left, weights = (
        np.array([3.5, 1.25, 2.0]),
        np.array([True, False, True]),
        np.array([1.0, 2.0, 0.5]),
    )
    kept = times.copy(), left.copy(), weights.copy()
    curve = retention_curve(times, left, weights=weights, entry=np.zeros(3))
    curve.band()
    for now, then in zip((times, left, weights), kept, strict=True):
        assert np.array_equal(now, then)
        assert now.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        curve.times[0] = 7
