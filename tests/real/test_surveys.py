"""Facts about real answers: an airport's passengers (2017) and 715 Danish workers, through the same door."""

from __future__ import annotations

import csv
import json

import pytest

from qualify import __main__ as command
from qualify.cohort import Cohort, Field
from qualify.errors import InvalidValue
from qualify.metrics import csat, esat, nps

NPS = Field("nps_0_10_blank_11", missing=11)
CSAT = Field("overall_1_5_na_6_blank_0", missing=[0, 6])


def columns(path):
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return dict(zip(header, zip(*rows, strict=True), strict=True))


@pytest.fixture(scope="module")
def facts(data_dir):
    """The reference answers."""
    return json.loads((data_dir / "facts.json").read_text(encoding="utf-8"))["sets"]


@pytest.fixture(scope="module")
def passengers(data_dir):
    """The airport's answers as a cohort."""
    return Cohort.from_columns(
        columns(data_dir / "sfo_2017_scores.csv"),
        topics={},
        id="respnum",
        weight="weight",
        surveys={"nps": NPS, "csat": CSAT},
    )


def test_code_11_is_a_blank_and_no_promoter(passengers, facts):
    """NPS +39.8 of 2,746 answers, 85 missing, with Wald's interval of the reference."""
    told = facts["sfo_2017"]["stats"]["nps"]
    score = nps(passengers.surveys["nps"], method="wald")
    assert (told["n_valid"], told["blank_11"] + told["nan"]) == (score.n, score.n_missing)
    assert (told["promoters"], told["passives"], told["detractors"]) == tuple(
        score.counts[name] for name in ("promoters", "passives", "detractors")
    )
    assert (told["nps"], *told["wald95"]) == pytest.approx((score.value, score.low, score.high), rel=1e-12)


def test_the_trap_is_an_error(data_dir):
    """Without the code the first 11 stops the reading: it is not on the scale."""
    with pytest.raises(InvalidValue, match="NPS answers are whole numbers 0 to 10"):
        Cohort.from_columns(columns(data_dir / "sfo_2017_scores.csv"), topics={}, surveys={"nps": NPS.column})


def test_weights_move_the_score(passengers, facts):
    """To 40.4, with the effective count of Kish."""
    told = facts["sfo_2017"]["stats"]["nps"]
    score = nps(passengers.surveys["nps"], weights=passengers.weight)
    assert told["weighted_nps"] == pytest.approx(score.value, rel=1e-12)
    assert told["kish_effective_n"] == pytest.approx(score.n_effective, rel=1e-12)


def test_satisfaction_is_a_share_of_answers(passengers, facts):
    """2,206 of 2,688 are satisfied, 143 did not answer."""
    told = facts["sfo_2017"]["stats"]["csat_top2"]
    share = csat(passengers.surveys["csat"])
    assert (told["k"], told["n"], 143) == (share.counts["favourable"], share.n, share.n_missing)
    assert (told["rate"], *told["wilson95"]) == pytest.approx((share.value, share.low, share.high), rel=1e-12)


def test_the_main_job_measures_a_survey_alone(data_dir, tmp_path, capsys):
    """A table of answers has no leads to decide about."""
    mapping = {
        "id": "respnum",
        "topics": {},
        "surveys": {
            "nps": {"column": NPS.column, "missing": [11]},
            "csat": {"column": CSAT.column, "missing": [0, 6]},
        },
    }
    (tmp_path / "sfo.json").write_text(json.dumps(mapping), encoding="utf-8")
    assert 0 == command.main([str(data_dir / "sfo_2017_scores.csv"), "--mapping", str(tmp_path / "sfo.json")])
    page = capsys.readouterr().out
    assert "CSAT, customers               82.1 % [80.6 %, 83.5 %]  n=2,688, 143 missing" in page
    assert "NPS, customers                +39.8 [+37.2, +42.4]  n=2,746, 85 missing" in page


def test_a_table_of_counts_is_weighted(data_dir, facts):
    """One row is not one worker: `Freq` says how many; high satisfaction is favourable, low is not."""
    workers = Cohort.from_columns(
        columns(data_dir / "job_satisfaction_vcd.csv"),
        topics={},
        weight="Freq",
        surveys={"esat": Field("own", values={"high": 4, "low": 2})},
    )
    share = esat(workers.surveys["esat"], weights=workers.weight.astype(int))
    assert (443, 715) == (share.counts["favourable"], share.counts["favourable"] + share.counts["other"])
    told = next(one for one in _rates(facts["job_satisfaction_vcd"]) if one["k"] == 443)
    assert told["rate"] == pytest.approx(share.value, rel=1e-12)


def _rates(told):
    """Give every rate in the reference's answers."""
    if isinstance(told, dict):
        if {"k", "n", "rate"} <= told.keys():
            yield told
        for part in told.values():
            yield from _rates(part)
