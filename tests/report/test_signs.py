"""The signs of the page: each is reckoned by the metric whose name it bears."""

from __future__ import annotations

from qualify import metrics
from qualify._report._signs import _RATES, _SURVEYS, LABELS


def test_each_sign_is_the_metric_of_its_name():
    """A win rate is no close rate, and customers are not withheld as employees are."""
    assert {name: getattr(metrics, name) for name in ("esat", "enps", "csat", "nps")} == _SURVEYS
    assert {
        "close_rate": metrics.close_rate,
        "win_rate": metrics.win_rate,
        "conversion": metrics.conversion_rate,
    } == _RATES
    assert {*_SURVEYS, *_RATES} <= set(LABELS)
