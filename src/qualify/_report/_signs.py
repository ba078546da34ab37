"""The signs that qualification works, read from one cohort: each an Estimate, or unknown with the reason.

What belongs here: which column answers which sign. What does not: arithmetic.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np

from qualify import _checks
from qualify.metrics import (
    close_rate,
    conversion_rate,
    csat,
    enps,
    esat,
    missed_opportunities,
    nps,
    qualified_lift,
    waste,
    win_rate,
)
from qualify.metrics._print import amount, unknown_rows
from qualify.models import Action, Decision
from qualify.truth import YES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from qualify.cohort import Cohort
    from qualify.decisions import Table
    from qualify.metrics import Estimate
    from qualify.playbook import Playbook
    from qualify.playbook._many import Decisions
    from qualify.stages import Journey

    Array: TypeAlias = NDArray[Any]
    Answers: TypeAlias = NDArray[Any] | Sequence[int | None]

_SURVEYS: dict[str, Callable[..., Estimate]] = {"esat": esat, "enps": enps, "csat": csat, "nps": nps}
_RATES: dict[str, Callable[..., Estimate]] = {
    "close_rate": close_rate,
    "win_rate": win_rate,
    "conversion": conversion_rate,
}
LABEL = 28  # columns of a label
LABELS = {
    "esat": "ESAT, employees",
    "enps": "eNPS, employees",
    "csat": "CSAT, customers",
    "nps": "NPS, customers",
    "close_rate": "close rate, of all attempts",
    "win_rate": "win rate, of decided ones",
    "conversion": "conversion of all leads",
    "conversion_qualified": "conversion of the qualified",
    "qualified_lift": "lift of the qualified",
    "waste": "waste",
    "waste_hours": "waste, in hours",
    "missed_opportunities": "missed opportunities",
}


def signs(
    cohort: Cohort,
    decided: Decisions | None,
    answers: Mapping[str, Answers],
    by: str | None = None,
) -> dict[str, Estimate]:
    """Give every sign by its name, in the order in which it is read; `by` names a column of groups.

    `answers` are those to surveys; where they are columns of the cohort they have its weights and groups.
    """
    groups: dict[str, Any] = {} if by is None else {"by": getattr(cohort, by)}
    made: dict[str, Estimate] = {}
    for name, metric in _SURVEYS.items():
        told = answers.get(name)
        if told is None:
            if name != "enps":
                made[name] = _unknown(metric([]), f"no column holds answers to {name.upper()}")
        elif told is cohort.surveys.get(name):
            made[name] = metric(told, weights=cohort.weight, **groups)
        else:
            made[name] = metric(told)
    outcome = cohort.outcome
    none = "no column holds outcomes"
    if outcome is None:
        made |= {name: _unknown(rate([]), none) for name, rate in _RATES.items()}
    else:
        attempts = cohort.attempts()
        split = {} if by is None else {"by": getattr(cohort, by)[attempts.rows]}
        made["close_rate"] = close_rate(attempts.outcomes, **split)
        made["win_rate"] = win_rate(attempts.outcomes, **split)
        made["conversion"] = conversion_rate(outcome, **groups)
    made |= _qualified(cohort, decided, none)
    made |= _shortfalls(cohort, none)
    return made


def qualified(cohort: Cohort, decided: Decisions) -> tuple[NDArray[np.int8], str]:
    """Give whether each lead was qualified, and by what that is said.

    What was decided then says it best; without that, what is known today has to, and what was learned
    after an outcome leaks into the answer.
    """
    first = first_table(decided.playbook)
    if cohort.journeys:
        codes = [_was_sold(journey, first.rows) for journey in cohort.journeys]
        return np.array(codes, np.int8), "qualified means that SELL was decided while she was a prospect"
    if cohort.decision is not None:
        codes = [0 if one is None else 1 if one == Action.SELL.value else -1 for one in cohort.decision]
        return np.array(codes, np.int8), "qualified means that SELL was decided"
    answers = (cohort.truths(decided.playbook.criteria[name]) for name in (first.rows, first.columns))
    codes_: NDArray[np.int8] = np.minimum(*answers)
    today = "by what the file says today, which may have been learned after the outcome"
    return codes_, f"qualified means {first.rows} and {first.columns} {today}"


def first_table(playbook: Playbook) -> Table:
    """Give the table that decides where a lead begins, which is the one that qualifies."""
    begun = playbook.chart.start(at=datetime(2000, 1, 1, tzinfo=_checks.UTC)).active  # any instant
    return next(regime.table for state, regime in playbook.regimes.items() if state in begun)


def _was_sold(journey: Journey, question: str) -> int:
    """Tell whether SELL was ever decided by the table of this question: 1 yes, -1 no, 0 if nothing was."""
    reasons = [event.because for event in journey.events]
    made = [one for one in reasons if isinstance(one, Decision) and question in one.answers]
    return max((1 if one.action is Action.SELL else -1 for one in made), default=0)


def _qualified(cohort: Cohort, decided: Decisions | None, none: str) -> dict[str, Estimate]:
    if cohort.outcome is None or decided is None:
        why = none if cohort.outcome is None else "no topic is bound, so nobody is judged"
        return {
            "conversion_qualified": _unknown(conversion_rate([]), why),
            "qualified_lift": _unknown(qualified_lift([], [], pursued=None), why),
        }
    codes, _ = qualified(cohort, decided)
    chosen = conversion_rate(cohort.outcome[codes == YES])
    if not (codes == YES).any():
        chosen = _unknown(chosen, "nobody is qualified: see what is not known")
    return {
        "conversion_qualified": chosen,
        "qualified_lift": qualified_lift(codes, cohort.outcome, pursued=cohort.pursued),
    }


def _shortfalls(cohort: Cohort, none: str) -> dict[str, Estimate]:
    """Give what was spent on those who came to nothing, and who was missed, as shares of leads."""
    if cohort.outcome is None or cohort.pursued is None:
        why = none if cohort.outcome is None else "no column says to whom anybody sold"
        empty = {"waste": waste([], []).leads, "missed_opportunities": missed_opportunities([], []).leads}
        return {name: _unknown(one, why) for name, one in empty.items()}
    made = {"waste": waste(cohort.pursued, cohort.outcome).leads}
    if cohort.hours is not None:
        made["waste_hours"] = _hours(cohort, cohort.pursued, cohort.outcome, cohort.hours)
    made["missed_opportunities"] = missed_opportunities(cohort.pursued, cohort.outcome).leads
    return made


def _hours(cohort: Cohort, pursued: Array, outcome: Array, hours: Array) -> Estimate:
    """Give the hours that were spent on those who came to nothing; unknown where some were not recorded."""
    gone = np.isnan(hours) & (np.ma.filled(pursued, 0) == YES.value)
    spent = waste(pursued, outcome, hours=np.nan_to_num(hours)).hours
    assert spent is not None  # noqa: S101 - hours were given
    if not gone.any():
        return spent
    n = int(np.count_nonzero(gone))
    return attrs.evolve(
        spent, value=math.nan, n=0, reason=f"the hours of {n:,} of {len(cohort):,} leads are missing"
    )


def _unknown(empty: Estimate, reason: str) -> Estimate:
    """Give an estimate of nothing with the reason why there is nothing."""
    return attrs.evolve(empty, reason=reason)


def line(label: str, estimate: Estimate) -> str:
    """Give one sign as it stands on the page: its value, interval and count, or why it is unknown.

    >>> from qualify.metrics import nps
    >>> line("NPS", nps([10, 9, 9, 8, 7, 7, 6, 5, 3, 0, 10, 9]))
    'NPS                           +8.3 [-37.6, +50.7]  n=12'
    """
    if math.isnan(estimate.value) and (not estimate.n or math.isinf(estimate.high)):
        return f"{label:<{LABEL}}  unknown, because {estimate.reason}"
    value, low, high = (
        amount(number, estimate.unit) for number in (estimate.value, estimate.low, estimate.high)
    )
    gone = ((unknown_rows(estimate.counts), "open"), (estimate.n_missing, "missing"))
    told = [f"n={estimate.n:,}"] + [f"{n:,} {word}" for n, word in gone if n]
    counted = ", ".join(told)
    if math.isnan(estimate.value):
        return f"{label:<{LABEL}}  [{low}, {high}]  {counted}; no single value, because {estimate.reason}"
    return f"{label:<{LABEL}}  {value} [{low}, {high}]  {counted}"
