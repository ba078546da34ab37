"""Published numbers, to their printed digits; `cases_curves.json` says where each was read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from qualify.metrics import agreement, cumulative_incidence, fit_retention, longest_streak_chance
from qualify.metrics._fit import _log_likelihood

CASES = {case["id"]: case for case in json.loads(Path(__file__).with_name("cases_curves.json").read_text())}


def of(topic):
    chosen = [case for case in CASES.values() if case["topic"] == topic]
    return pytest.mark.parametrize("case", chosen, ids=lambda case: f"{case['id']}, {case['source']}")


def alive(case):
    return np.array(case["inputs"]["percent_alive"]) * case["inputs"].get("n", 1000) / 100


@of("kaplan_meier")
def test_kaplan_meier(case):
    """The share that remains is as printed."""
    given = case["inputs"]
    curve = cumulative_incidence(given["durations"], given["observed"])
    assert case["expected"] == curve.remaining(given["at"]).value.round(case["printed_digits"]).tolist()


@of("greenwood_se")
def test_greenwood(case):
    """Greenwood's errors are as printed."""
    given = case["inputs"]
    curve = cumulative_incidence(given["durations"], given["observed"])
    error = np.sqrt(curve._walk(None).steps("spread"))[np.searchsorted(curve.times, given["at"])]
    assert case["expected"] == error.round(case["printed_digits"]).tolist()


@of("aalen_johansen")
def test_aalen_johansen(case):
    """The shares by cause and the rest are as printed."""
    curve = cumulative_incidence(case["inputs"]["t"], case["inputs"]["event"])
    digits, last = case["printed_digits"], case["inputs"]["t"][-1]
    found = {
        "cif1_at6": round(curve.incidence(last, "cause 1").value, digits),
        "cif2_at6": round(curve.incidence(last, "cause 2").value, digits),
        "surv": round(curve.remaining(last).value, digits),
    }
    assert case["expected"] == found


@of("sbg_fit")
def test_sbg_fit(case):
    """The log-likelihood at the maximum is as printed, and so are alpha and beta."""
    fit = fit_retention(alive(case))
    digits = case["printed_digits"]
    found = {"alpha": fit.alpha, "beta": fit.beta, "loglik": fit.log_likelihood}
    assert case["expected"] == {name: round(value, digits[name]) for name, value in found.items()}


@of("sbg_loglik")
def test_sbg_log_likelihood(case):
    """The log-likelihood at alpha = beta = 1 is as printed."""
    counts = alive(case)
    lost = -np.diff(counts)
    value = _log_likelihood(
        counts[:-1],
        counts[1:],
        lost.sum(),
        np.arange(len(lost)),
        case["inputs"]["alpha"],
        case["inputs"]["beta"],
    )
    assert case["expected"] == round(value, case["printed_digits"])


@of("sbg_survival")
def test_sbg_projection(case):
    """The projections of the fitted model are as printed."""
    fit = fit_retention(alive(case))
    periods = fit.periods + 1 + np.arange(case["inputs"]["next"])
    assert case["expected"] == fit.remaining(periods).value.round(case["printed_digits"]).tolist()


@of("cohen_kappa")
def test_kappa(case):
    """Kappa of the printed table is as printed."""
    table = case["inputs"]["table"]
    pairs = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    judged = agreement([i for i, _ in pairs], [j for _, j in pairs])
    assert table == judged.table.tolist()
    assert case["expected"] == round(judged.kappa.value, case["printed_digits"])


@of("longest_run_prob")
def test_longest_run(case):
    """The probability of a run is the exact one."""
    given = case["inputs"]
    found = longest_streak_chance(given["n"], given["k"], given["p"])
    assert round(case["expected"], case["printed_digits"]) == round(found, case["printed_digits"])


def test_every_case_is_used():
    """No case of the file is left out."""
    used = {"kaplan_meier", "greenwood_se", "aalen_johansen", "sbg_fit", "sbg_loglik", "sbg_survival"}
    assert used | {"cohen_kappa", "longest_run_prob"} == {case["topic"] for case in CASES.values()}
