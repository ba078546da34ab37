"""The catalogue's group N, as far as curves, money, flow and people go: one test for each id."""

from __future__ import annotations

import ast
import math
import warnings
from pathlib import Path

import numpy as np
import pytest

from qualify import metrics
from qualify.errors import InvalidValue
from qualify.metrics import (
    agreement,
    close_curve,
    cumulative_incidence,
    fit_retention,
    gross_revenue_retention,
    lifetime_value,
    payback,
    rejection_streaks,
    retention_curve,
    waste,
)
from qualify.truth import NO, YES


def test_n41_times_tie_as_their_instants_do():
    """0.1 + 0.2 and 0.3 are one time."""
    assert 1 == len(retention_curve([0.1 + 0.2, 0.3], [True, True]).times)


def test_n42_negative_durations_are_refused():
    """A negative duration is an error with its row."""
    with pytest.raises(InvalidValue, match="row 1"):
        retention_curve([1, -1], [True, True])


def test_n43_denominators_do_not_wrap():
    """n^2 of 100,000 narrow rows is no overflow: Greenwood's variance is S(1 - S)/n."""
    days = np.repeat(np.arange(1, 5, dtype=np.int8), 25_000)
    curve = retention_curve(days, np.ones(100_000, bool))
    assert curve._walk(None).steps("spread")[0] == pytest.approx(0.75 * 0.25 / 100_000)


def test_n44_whole_times_give_floats():
    """Shares and times of whole days are floats."""
    curve = retention_curve(np.array([1, 2], np.int16), [True, False])
    assert (np.float64, np.float64) == (curve.remaining_steps.dtype, curve.times.dtype)


def test_n45_all_censored_or_nobody():
    """All censored keeps everybody; nobody at all is NaN with a reason; neither warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert 1.0 == retention_curve([1, 2], [False, False]).remaining(2).value
        nobody = cumulative_incidence([], []).remaining(1)
    assert (True, "no rows, so no share") == (math.isnan(nobody.value), nobody.reason)


def test_n47_payback_without_margin_is_never():
    """No margin pays back never, with a reason, and not in negative months."""
    for margin in (0.0, -0.5):
        found = payback(acquisition_cost=10, monthly_revenue=5, gross_margin=margin)
        assert (math.inf, "never: the margin is not positive") == (found.months.value, found.months.reason)


def test_n49_kappa_of_one_label():
    """Kappa is NaN with a reason, and the raw agreement stands beside it."""
    judged = agreement(["yes"] * 4, ["yes"] * 4)
    assert math.isnan(judged.kappa.value)
    assert (1.0, 1.0) == (judged.share.value, judged.ac1.value)
    assert "agree on all 4 rows" in judged.kappa.reason


def test_n50_mixed_currencies_are_refused():
    """Amounts in two currencies are an error that names them."""
    with pytest.raises(InvalidValue, match="EUR, USD"):
        gross_revenue_retention(start=[1, 1], currency=["EUR", "USD"])


def test_n52_streaks_of_nothing_all_and_none():
    """Empty 0, all n, none 0."""
    found = [rejection_streaks(outcomes).longest.tolist() for outcomes in ([], [NO] * 3, [YES] * 3)]
    assert [[0], [3], [0]] == found


def test_n53_nothing_here_is_random():
    """No function of the room draws numbers, and none takes a seed: no line names what could draw them."""
    for file in Path(metrics.__file__).parent.glob("*.py"):
        nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        words = {getattr(node, field, None) for node in nodes for field in ("attr", "id", "name", "arg")}
        words |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
        assert not {"random", "numpy.random", "secrets", "default_rng", "rng", "seed"} & words, file.name


def test_n55_and_n56_hosts_settings_do_not_matter():
    """The same under `np.errstate(all="raise")` and with warnings as errors, at every edge."""
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        for left in ([], [True], [False], [True] * 3, [True, False, True]):
            times = list(range(1, len(left) + 1))
            curve = retention_curve(times, left, unit="months")
            curve.to_dict()
            curve.median()
            curve.mean(1)
            curve.remaining([0, 1, 99])
            fit = fit_retention(curve)
            fit.remaining([0, 1, 400])
            payback(acquisition_cost=3, monthly_revenue=2, gross_margin=0.5, retention=fit)
            lifetime_value(monthly_revenue=2, gross_margin=0.5, retention=fit, monthly_discount_rate=0.01)
            rejection_streaks(left).distribution()
            agreement(left, left[::-1]).to_dict()
            waste(left, left, hours=times)
            gross_revenue_retention(start=times, churn=times)
        long = close_curve(np.arange(3_000) % 1_700, np.arange(3_000) % 2 == 0)
        assert np.isfinite(long.band("won")).all()
        assert np.isfinite(fit_retention(retention_curve(np.arange(1, 2_000), [True] * 1_999)).churn)
