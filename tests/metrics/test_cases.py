"""Published numbers, to their printed digits; `cases.json` says where each was read."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from qualify.metrics import (
    Counts,
    brier_score,
    calibration,
    difference,
    nps,
    nps_difference,
    proportion,
    qualified_lift,
    ratio,
)
from qualify.metrics._nps_intervals import variance

CASES = json.loads(Path(__file__).with_name("cases.json").read_text())
DONE = set()


def of(*topics):
    DONE.update(topics)
    chosen = [case for case in CASES if case["topic"] in topics]
    return pytest.mark.parametrize("case", chosen, ids=lambda case: f"{case['id']}, {case['source']}")


def agrees(case, found):
    expected = case["expected"]
    return np.allclose(expected, found, rtol=0, atol=0.5000001 * 10 ** -case["printed_digits"])


METHODS = {
    "wilson": "wilson",
    "wald_single": "wald",
    "clopper_pearson": "exact",
    "beta": "exact",
    "jeffreys": "jeffreys",
}


@of(*METHODS)
def test_shares(case):
    """The limits of one share are as printed."""
    given, method = case["inputs"], METHODS[case["topic"]]
    if method in {"exact", "jeffreys"}:
        pytest.importorskip("scipy")
    level = given.get("confidence", 0.95)
    found = proportion(given["x"], of=given["n"], confidence_level=level, method=method)
    assert agrees(case, [found.low, found.high])


@of("newcombe_diff")
def test_difference(case):
    """Newcombe's limits of a difference are as printed."""
    x = case["inputs"]
    a, b = (Counts("outcomes", yes=x[f"x{i}"], no=x[f"n{i}"] - x[f"x{i}"]) for i in (1, 2))
    assert agrees(case, difference(a, b).interval())


@of("newcombe_paired")
def test_paired(case):
    """Newcombe's limits of a paired difference are as printed."""
    assert agrees(case, difference(Counts("paired outcomes", **case["inputs"])).interval())


@of("koopman_ratio")
def test_ratio(case):
    """Koopman's limits of a ratio are as printed."""
    x = case["inputs"]
    a, b = (Counts("outcomes", yes=x[f"x{i}"], no=x[f"n{i}"] - x[f"x{i}"]) for i in (1, 0))
    assert agrees(case, ratio(a, b).interval())


NPS = {"nps_wald": "wald", "nps_adjusted_wald": "adjusted_wald", "nps_iterative_score": "score"}


@of(*NPS)
def test_nps(case):
    """The limits of one NPS are as printed."""
    low, high = nps(Counts("NPS", **case["inputs"])).interval(method=NPS[case["topic"]])
    assert agrees(case, [low / 100, high / 100])


@of("nps_se")
def test_nps_error(case):
    """The plug-in standard errors are as printed."""
    rows = np.array(case["inputs"]["counts"], float)
    assert agrees(case, np.sqrt(variance(rows[:, 2], rows[:, 0], rows.sum(axis=1))))


@of("nps_difference")
def test_nps_difference(case):
    """The difference of two scores, its limits and its p-value are as printed, and signed."""
    a, b = (
        Counts("NPS", **dict(zip(("detractors", "passives", "promoters"), case["inputs"][side], strict=True)))
        for side in "ab"
    )
    low, high = nps_difference(a, b, method="adjusted_wald").interval()
    middle, half = (low + high) / 200, (high - low) / 200
    p = math.erfc(middle / half * 1.959963984540054 / math.sqrt(2))
    expected = case["expected"]
    found = {"delta": middle, "low": low / 100, "high": high / 100, "p": p}
    assert expected == {name: round(number, case["printed_digits"]) for name, number in found.items()}
    turned = nps_difference(b, a, method="adjusted_wald").interval()
    assert (-high, -low) == pytest.approx(tuple(turned))


@of("brier")
def test_brier(case):
    """The Brier score is as printed."""
    assert agrees(case, brier_score(case["inputs"]["p"], case["inputs"]["y"]).value)


@of("murphy")
def test_murphy(case):
    """The parts by distinct forecast are as printed."""
    found = calibration(case["inputs"]["p"], case["inputs"]["y"], bins=None)
    parts = {"rel": found.reliability, "res": found.resolution, "unc": found.uncertainty}
    assert case["expected"] == {name: round(part, case["printed_digits"]) for name, part in parts.items()}
    assert found.brier.value == pytest.approx(sum((parts["rel"], -parts["res"], parts["unc"])), abs=1e-15)


@of("nested_conversion_diff", "nested_conversion_lift")
def test_lift(case):
    """The qualified against all, whose groups are nested, are as derived."""
    x = case["inputs"]
    others = x["n_all"] - x["n_qualified"], x["x_all"] - x["x_qualified"]
    counts = Counts(
        "qualified lift",
        qualified_yes=x["x_qualified"],
        qualified_no=x["n_qualified"] - x["x_qualified"],
        others_yes=others[1],
        others_no=others[0] - others[1],
    )
    measure = "ratio" if "lift" in case["expected"] else "difference"
    found = qualified_lift(counts, pursued=True, measure=measure)
    found = [found.value, found.low, found.high]
    assert agrees(case | {"expected": [*case["expected"].values()]}, found)


def test_all_cases():
    """No published case is left out."""
    assert {case["topic"] for case in CASES} == DONE
