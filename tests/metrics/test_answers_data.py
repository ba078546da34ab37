"""Real records give their reference answers; skipped where the records are not."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from qualify.metrics import Counts, brier_score, calibration, csat, esat, nps, nps_difference, win_rate


@pytest.fixture(scope="module")
def facts(data_dir):
    return json.loads((data_dir / "facts.json").read_text())["sets"]


def columns(path, *names, delimiter=","):
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=delimiter))
    return [[row[name] for row in rows] for name in names]


def numbers(texts):
    return np.array([float(text) if text else np.nan for text in texts])


def test_airport(data_dir, facts):
    """The airport's NPS, weighted NPS and CSAT are those of the reference, blanks left out and counted.

    The reference's variance of the weighted NPS has the factor n/(n - 1) that its unweighted one lacks.
    """
    truth = facts["sfo_2017"]["stats"]
    scores, overall, weight = map(
        numbers,
        columns(data_dir / "sfo_2017_scores.csv", "nps_0_10_blank_11", "overall_1_5_na_6_blank_0", "weight"),
    )
    plain = nps(scores, missing=11, method="wald")
    assert truth["nps"]["nps"] == pytest.approx(plain.value, abs=1e-12)
    assert truth["nps"]["wald95"] == pytest.approx([plain.low, plain.high], abs=1e-9)
    assert (2746, 85) == (plain.n, plain.n_missing)
    weighed = nps(scores, missing=11, weights=weight, method="wald")
    assert truth["nps"]["weighted_nps"] == pytest.approx(weighed.value, abs=1e-9)
    assert truth["nps"]["kish_effective_n"] == pytest.approx(weighed.n_effective, abs=1e-8)
    error = (weighed.high - weighed.low) / 2 / 1.959963984540054 * np.sqrt(weighed.n / (weighed.n - 1))
    assert truth["nps"]["weighted_se_taylor"] == pytest.approx(error, abs=1e-6)
    pleased = csat(overall)
    assert truth["csat_top2"]["rate"] == pleased.value
    assert truth["csat_top2"]["wilson95"] == pytest.approx([pleased.low, pleased.high], abs=1e-15)


def test_blank_code(data_dir):
    """The code for a blank is refused, with its row, until it is named."""
    (scores,) = map(numbers, columns(data_dir / "sfo_2017_scores.csv", "nps_0_10_blank_11"))
    with pytest.raises(ValueError, match=r"answers, row 95.*got 11.0, and 83 more rows.*missing="):
        nps(scores)


def test_job_satisfaction(data_dir, facts):
    """Own satisfaction of 715 workers, overall and by the quality of management."""
    truth = facts["job_satisfaction_vcd"]["stats"]
    freq, management, own = columns(data_dir / "job_satisfaction_vcd.csv", "Freq", "management", "own")
    table = {}
    for count, group, answer in zip(freq, management, own, strict=True):
        table[group, answer] = table.get((group, answer), 0) + int(count)
    groups = ("bad", "good")
    counts = Counts(
        "ESAT",
        labels=groups,
        favourable=[table[group, "high"] for group in groups],
        other=[table[group, "low"] for group in groups],
    )
    by_group = esat(counts)
    whole = esat(counts.pooled())
    assert (443, 715) == (whole.counts["favourable"], whole.n)
    assert truth["own_high"]["wilson95"] == pytest.approx([whole.low, whole.high], abs=1e-15)
    for group in groups:
        assert truth["own_high_by_management"][group]["rate"] == by_group[group].value


def test_games(data_dir, facts):
    """The Brier score, the bins and the skill of published win probabilities."""
    truth = facts["fte_nfl"]["stats"]
    p, y = map(numbers, columns(data_dir / "fte_nfl_games.csv", "prob1", "prob1_outcome"))
    with pytest.raises(ValueError, match="a half with allow_half=True"):
        brier_score(p, y)
    decided = y != 0.5
    assert truth["brier"] == pytest.approx(brier_score(p[decided], y[decided]).value, abs=1e-14)
    found = calibration(p[decided], y[decided])
    murphy = truth["murphy_binned"]
    assert murphy == pytest.approx({name: getattr(found, name) for name in murphy}, abs=1e-12)
    assert truth["brier_skill_score"] == pytest.approx(found.skill, abs=1e-12)
    assert (truth["expected_wins"], truth["actual_wins"]) == pytest.approx((found.expected, found.won))
    for reference, point in zip(truth["bins_10"].values(), found.bins, strict=True):
        assert reference["n"] == point.observed.n
        assert reference["mean_p"] == pytest.approx(point.forecast, abs=1e-12)
        assert reference["observed"]["wilson95"] == pytest.approx(list(point.observed.interval()), abs=1e-12)
    assert brier_score(p, y, allow_half=True).n == 1889


def test_deals(data_dir, facts):
    """Win rates of B2B deals by source are those of the reference, ends exact."""
    truth = facts["b2b_salvirt"]["stats"]
    status, source = columns(data_dir / "b2b_salvirt.csv", "Status", "Source", delimiter=";")
    won = np.array(status) == "Won"
    assert truth["win_rate"]["wilson95"] == pytest.approx(list(win_rate(won).interval()), abs=1e-15)
    found = win_rate(won, by=[text.strip() for text in source])
    for name, reference in truth["by_Source"].items():
        part = found[name]
        assert (reference["k"], reference["n"]) == (part.counts["yes"], part.n)
        assert reference["wilson95"] == pytest.approx([part.low, part.high], abs=1e-15)


def test_airport_groups(data_dir):
    """Groups pool to the whole, and the difference of two of them is signed."""
    scores, area = columns(data_dir / "sfo_2017_scores.csv", "nps_0_10_blank_11", "boarding_area")
    found = nps(numbers(scores), missing=11, by=area)
    assert nps(numbers(scores), missing=11).counts == found.counts.pooled()
    gap = nps_difference(found.counts.take("B"), found.counts.take("G"))
    assert gap.value == pytest.approx(found["B"].value - found["G"].value)
