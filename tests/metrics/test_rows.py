"""What a curve reads: causes by small codes, durations in their unit."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from qualify.errors import InvalidValue, QualifyError
from qualify.metrics import Curve, cumulative_incidence, retention_curve


def test_a_curve_has_120_causes_at_most():
    """More codes than that are ids."""
    assert cumulative_incidence([1, 2, 3], [0, 1, 120]).counts.n == 3
    with pytest.raises(QualifyError):
        cumulative_incidence([1, 2, 3], [0, 1, 121])
    texts = [f"cause {number}" for number in range(121)]
    assert 120 == len(cumulative_incidence([1] * 121, [*texts[:-1], "open"], censored="open").causes)
    with pytest.raises(InvalidValue, match=r"causes: at most 120 causes are needed \(got 121\)"):
        cumulative_incidence([1] * 121, texts, censored="open")
    with pytest.raises(InvalidValue, match=r"names: at most 120 causes are needed \(got 121\)"):
        cumulative_incidence([1], [0], names=texts)


@pytest.mark.parametrize(
    ("unit", "number"),
    [("seconds", 1_209_600), ("minutes", 20_160), ("hours", 336), ("days", 14), ("weeks", 2)],
)
def test_a_duration_is_told_in_its_unit(unit, number):
    """A fortnight, in each."""
    curve = retention_curve([timedelta(days=14), timedelta(days=28)], [True, False], unit=unit)
    assert [number] == np.asarray(curve.counts.times)[:1].tolist()


def test_a_curve_holds_at_95_per_cent():
    """Unless somebody says otherwise."""
    made = retention_curve([1, 2, 3], [True, True, False])
    assert 0.95 == made.confidence_level == Curve(made.name, made.stay, made.counts).confidence_level
