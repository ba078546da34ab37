"""Arithmetic of satisfaction, shares, curves and money: arrays or counts in, honest estimates out.

What belongs here: what would be true of apples as well. What does not: leads, criteria, charts, and
anything that names one.

A column has shape (N), one entry for each row, and as many in each column of a call: a list, a numpy array,
or one column of pandas, polars or Arrow. Truths are int8 codes (+1 YES, 0 UNKNOWN, -1 NO), bools or `Truth`;
labels (`by=`) are text, numbers, bools or dates, of one kind; weights are finite numbers from 0 on, not
all of them 0; instants are aware datetimes, or `datetime64` in UTC.

Each function raises `InvalidType` for a column or an option of another type, for a keyword that it does not
know, and for one that goes with answers where Counts are given; `InvalidValue` for columns of unlike length
and a number out of its range, such as a confidence level of 95; `UnknownName` for a word that it does not
know, such as another method. What else it refuses stands with it. A `MetricError` is an `InvalidValue` too.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qualify.metrics._agreement import Concordance, agreement
    from qualify.metrics._brier import brier_score
    from qualify.metrics._calibration import Bin, Calibration, calibration
    from qualify.metrics._conversion import close_rate, conversion_rate, qualified_lift, win_rate
    from qualify.metrics._counts import Counts
    from qualify.metrics._curve import Curve
    from qualify.metrics._curves import close_curve, cumulative_incidence, dwell, retention_curve
    from qualify.metrics._estimate import Estimate, Interval
    from qualify.metrics._fit import RetentionFit, fit_retention
    from qualify.metrics._flow import Transitions, transition_matrix
    from qualify.metrics._forecast import forecast_bias, wape
    from qualify.metrics._life_table import LifeTable
    from qualify.metrics._nps_difference import nps_difference
    from qualify.metrics._payback import Payback, lifetime_value, payback
    from qualify.metrics._proportions import difference, proportion, ratio
    from qualify.metrics._revenue import gross_revenue_retention, net_revenue_retention
    from qualify.metrics._satisfaction import ces, csat, enps, esat, nps, windows
    from qualify.metrics._sequences import confidence_sequence
    from qualify.metrics._speed import speed_to_lead
    from qualify.metrics._streaks import Streaks, longest_streak_chance, rejection_streaks
    from qualify.metrics._waste import Shortfall, missed_opportunities, waste

# Each name is imported when it is first used, so that `_money`, the arithmetic of one subscription,
# can be read without numpy. Type checkers read the names below `TYPE_CHECKING`.
_HOME: dict[str, str] = {
    **dict.fromkeys(("Concordance", "agreement"), "_agreement"),
    "brier_score": "_brier",
    **dict.fromkeys(("Bin", "Calibration", "calibration"), "_calibration"),
    **dict.fromkeys(("close_rate", "conversion_rate", "qualified_lift", "win_rate"), "_conversion"),
    "Counts": "_counts",
    "Curve": "_curve",
    **dict.fromkeys(("close_curve", "cumulative_incidence", "dwell", "retention_curve"), "_curves"),
    **dict.fromkeys(("Estimate", "Interval"), "_estimate"),
    **dict.fromkeys(("RetentionFit", "fit_retention"), "_fit"),
    **dict.fromkeys(("Transitions", "transition_matrix"), "_flow"),
    **dict.fromkeys(("forecast_bias", "wape"), "_forecast"),
    "nps_difference": "_nps_difference",
    **dict.fromkeys(("Payback", "lifetime_value", "payback"), "_payback"),
    "LifeTable": "_life_table",
    **dict.fromkeys(("difference", "proportion", "ratio"), "_proportions"),
    **dict.fromkeys(("gross_revenue_retention", "net_revenue_retention"), "_revenue"),
    **dict.fromkeys(("ces", "csat", "enps", "esat", "nps", "windows"), "_satisfaction"),
    "confidence_sequence": "_sequences",
    "speed_to_lead": "_speed",
    **dict.fromkeys(("Streaks", "longest_streak_chance", "rejection_streaks"), "_streaks"),
    **dict.fromkeys(("Shortfall", "missed_opportunities", "waste"), "_waste"),
}

__all__ = [
    "Bin",
    "Calibration",
    "Concordance",
    "Counts",
    "Curve",
    "Estimate",
    "Interval",
    "LifeTable",
    "Payback",
    "RetentionFit",
    "Shortfall",
    "Streaks",
    "Transitions",
    "agreement",
    "brier_score",
    "calibration",
    "ces",
    "close_curve",
    "close_rate",
    "confidence_sequence",
    "conversion_rate",
    "csat",
    "cumulative_incidence",
    "difference",
    "dwell",
    "enps",
    "esat",
    "fit_retention",
    "forecast_bias",
    "gross_revenue_retention",
    "lifetime_value",
    "longest_streak_chance",
    "missed_opportunities",
    "net_revenue_retention",
    "nps",
    "nps_difference",
    "payback",
    "proportion",
    "qualified_lift",
    "ratio",
    "rejection_streaks",
    "retention_curve",
    "speed_to_lead",
    "transition_matrix",
    "wape",
    "waste",
    "win_rate",
    "windows",
]


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
    return value
