"""The signs that qualification works, read from one cohort: each an Estimate, or unknown with the reason.

What belongs here: which column answers which sign. What does not: arithmetic.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from qualify.metrics import close_rate, conversion_rate, csat, enps, esat, nps, qualified_lift, win_rate
from qualify.metrics._print import amount
from qualify.truth import YES

if TYPE_CHECKING:
    from collections.abc import Callable

    from qualify._report._deciding import Decided
    from qualify.cohort import Cohort
    from qualify.metrics import Estimate

_SURVEYS: dict[str, Callable[..., Estimate]] = {"esat": esat, "enps": enps, "csat": csat, "nps": nps}
LABEL = 28  # columns of a label
LABELS = {
    "esat": "ESAT, employees",
    "enps": "eNPS, employees",
    "csat": "CSAT, customers",
    "nps": "NPS, customers",
    "close_rate": "close rate, of all",
    "win_rate": "win rate, of the decided",
    "conversion": "conversion of all leads",
    "conversion_qualified": "conversion of the qualified",
    "qualified_lift": "lift of the qualified",
    "waste": "waste",
    "missed_opportunities": "missed opportunities",
}


def signs(cohort: Cohort, decided: Decided | None, by: str | None = None) -> dict[str, Estimate]:
    """Give every sign by its name, in the order in which it is read; `by` names a column of groups."""
    groups: dict[str, Any] = {} if by is None else {"by": getattr(cohort, by)}
    made: dict[str, Estimate] = {}
    for name, metric in _SURVEYS.items():
        answers = cohort.surveys.get(name)
        if answers is None:
            if name != "enps":
                made[name] = _unknown(metric([]), f"no column holds answers to {name.upper()}")
        else:
            made[name] = metric(answers, weights=_weights(cohort), **groups)
    outcome = cohort.outcome
    none = "no column holds outcomes"
    for name, rate in (("close_rate", close_rate), ("win_rate", win_rate), ("conversion", conversion_rate)):
        made[name] = _unknown(rate([]), none) if outcome is None else rate(outcome, **groups)
    made |= _qualified(cohort, decided, none)
    return made


def qualified(decided: Decided) -> Any:
    """Give whether each row is qualified: both questions of its table are YES, by Kleene."""
    return np.minimum(decided.rows, decided.columns)


def _qualified(cohort: Cohort, decided: Decided | None, none: str) -> dict[str, Estimate]:
    if cohort.outcome is None or decided is None:
        why = none if cohort.outcome is None else "no topic is bound, so nobody is judged"
        return {
            "conversion_qualified": _unknown(conversion_rate([]), why),
            "qualified_lift": _unknown(qualified_lift([], [], pursued=None), why),
        }
    codes = qualified(decided)
    chosen = conversion_rate(cohort.outcome[codes == YES])
    if not (codes == YES).any():
        chosen = _unknown(chosen, "nobody is qualified: see what is not known")
    return {
        "conversion_qualified": chosen,
        "qualified_lift": qualified_lift(codes, cohort.outcome, pursued=cohort.pursued),
    }


def _weights(cohort: Cohort) -> Any:
    return cohort.weight


def _unknown(empty: Estimate, reason: str) -> Estimate:
    """Give an estimate of nothing with the reason why there is nothing."""
    return attrs.evolve(empty, reason=reason)


def line(label: str, estimate: Estimate) -> str:
    """Give one sign as it stands on the page: its value, interval and count, or why it is unknown.

    >>> from qualify.metrics import nps
    >>> line("NPS", nps([10, 9, 9, 8, 7, 7, 6, 5, 3, 0, 10, 9]))
    'NPS                          +8.3 [-36.1, +48.9]  n=12'
    """
    if math.isnan(estimate.value):
        return f"{label:<{LABEL}}  unknown, because {estimate.reason}"
    value, low, high = (amount(number, estimate.unit) for number in (estimate.value, estimate.low, estimate.high))
    counts = estimate.counts
    open_ = 0 if counts is None or "unknown" not in counts else counts["unknown"]
    told = [f"n={estimate.n:,}"]
    told += [f"{n:,} {word}" for n, word in ((open_, "open"), (estimate.n_missing, "missing")) if n]
    return f"{label:<{LABEL}}  {value} [{low}, {high}]  {', '.join(told)}"
