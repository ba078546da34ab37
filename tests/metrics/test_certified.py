"""Means and standard deviations of our own against those that NIST certifies, by digits that agree."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from qualify import _arrays
from qualify.metrics import brier_score, calibration, ces, confidence_sequence, forecast_bias, wape
from qualify.metrics._intervals import student
from qualify.metrics._moments import moments, summed
from qualify.metrics._sequences import _half
from qualify.scales import Scale
from reference.nist import CERTIFIED, digits

every_set = pytest.mark.parametrize("name", CERTIFIED)


def half_width(found):
    """Half of an interval."""
    return float(found.high - found.low) / 2


def t(n):
    """Student's factor of the mean of n answers at 95 %."""
    return float(student(0.95, np.array([n - 1.0]))[0]) / math.sqrt(n)


@every_set
def test_the_sums_of_a_watched_mean(name):
    """Mean and standard deviation have the certified digits, whole or in batches."""
    values, mean, spread, known = CERTIFIED[name]
    n, cut = len(values), len(values) // 3
    whole, *parts = (
        summed(_arrays.numbers(part, "answers")) for part in (values, values[:cut], values[cut:])
    )
    for counts in (whole, sum(parts)):
        found, variance = moments(counts, None)
        assert digits(found[0], mean) >= 15
        assert digits(math.sqrt(variance[0] * n / (n - 1)), spread) >= known


@every_set
def test_a_watched_mean(name):
    """So has what is told of them, as far as the limits, which lie far from 0 too, have digits."""
    values, mean, spread, known = CERTIFIED[name]
    times = 1 if len(values) >= 30 else 20  # the population's spread does not feel repetition
    found = confidence_sequence(values * times, of="mean")
    n = len(values)
    one = float(_half(np.array([1.0]), np.array([float(n * times)]), 0.95, 500)[0])
    assert digits(found.value, mean) >= 15
    limits = -math.log10(np.spacing(mean) / half_width(found)) - 0.5
    assert digits(half_width(found) / one * math.sqrt(n / (n - 1)), spread) >= min(known, limits)


@every_set
def test_a_mean_effort(name):
    """On a scale of the same numbers in whole steps, far from 0, the mean and its limits have the digits."""
    values, mean, spread, _ = CERTIFIED[name]
    step = {"Michelso": 100, "Mavro": 10_000}.get(name, 1 if name == "NumAcc1" else 10)
    answers = [round(step * value) for value in values]
    low, high = min(answers) - 9, max(answers) + 9
    scale = Scale(name, low, high, top=high, bottom=low)
    found = ces(answers, measure="mean", easy="high", scale=scale)
    assert digits(found.value, step * mean) >= 15
    limits = -math.log10(np.spacing(step * mean) / half_width(found)) - 0.5
    assert digits(half_width(found) / t(len(values)), step * spread) >= min(12, limits)


@pytest.mark.parametrize("start", [0.5, 0.9])
@pytest.mark.parametrize("step", [1e-2, 1e-4, 1e-6, 1e-9])
def test_a_brier_score(start, step):
    """The mean loss has all its digits; its limits are right, or wide where rounding hides the spread."""
    said = [start + step * v for v in (1, 2, 3)] * 20
    losses = [Fraction(p) ** 2 for p in said]
    mean = sum(losses) / len(losses)
    spread = math.sqrt(sum((loss - mean) ** 2 for loss in losses) / (len(losses) - 1))
    found = brier_score(said, [False] * len(said))
    assert digits(found.value, float(mean)) >= 14.9
    if step > 1e-7:
        assert half_width(found) == pytest.approx(t(len(said)) * spread, rel=1e-16 / (step * step))
    else:
        assert half_width(found) > 0.05
    parts = calibration(said, [False] * len(said), bins=1)
    assert digits(parts.bins[0].forecast, float(sum(map(Fraction, said)) / len(said))) >= 14.9


@pytest.mark.parametrize("measure", [wape, forecast_bias])
@pytest.mark.parametrize("far", [10**3, 10**6, 10**9])
def test_a_ratio_of_sums(measure, far):
    """Limits of forecasts far above what came are right, or infinite where rounding hides the spread."""
    said, came = [far + v for v in (1, 2, 3)] * 20, [1] * 60
    found = measure(said, came)
    spread = math.sqrt(Fraction(2, 3) * 60 / 59)
    assert found.value == far + 1
    if far < 10**7:
        assert half_width(found) == pytest.approx(t(60) * spread, rel=1e-15 * far * far)
    else:
        assert math.inf == found.high
