"""Facts about 448 real opportunities (Salvirt), read by the mapping of the docs, against facts.json."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from qualify import __main__ as command
from qualify import wire
from qualify.cohort import Binding, Cohort
from qualify.criteria import at_least, topic
from qualify.metrics import agreement, proportion, win_rate
from qualify.playbooks import saas
from qualify.truth import NO, UNKNOWN, YES

MAPPING = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "salvirt-mapping.json"
FILE = "b2b_salvirt.csv"
BANT = topic("budget").exists() & topic("authority").exists() & topic("need").exists()
WORDS = {"true": YES, "false": NO, "unknown": UNKNOWN}


@pytest.fixture(scope="module")
def facts(data_dir):
    """The reference answers."""
    told = json.loads((data_dir / "facts.json").read_text(encoding="utf-8"))
    return told["sets"]["b2b_salvirt"]["stats"]


@pytest.fixture(scope="module")
def table(data_dir):
    """The file as columns of text."""
    with (data_dir / FILE).open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file, delimiter=";")
    return dict(zip(header, zip(*rows, strict=True), strict=True))


@pytest.fixture(scope="module")
def leads(table):
    """The cohort that the mapping of the docs makes of it."""
    return Cohort.from_columns(table, Binding.of(json.loads(MAPPING.read_text(encoding="utf-8"))))


def near(rate):
    """The reference's rate, and its Wilson interval, to the last digits that arithmetic keeps."""
    return pytest.approx((rate["rate"], *rate["wilson95"]), rel=1e-12)


def share(yes, n):
    return proportion([True] * yes + [False] * (n - yes))


def limits(estimate):
    return estimate.value, estimate.low, estimate.high


def test_the_win_rate_is_that_of_all_rows(leads, facts):
    """227 of 448, with its interval; duplicates are rows like any other."""
    assert near(facts["win_rate"]) == limits(win_rate(leads.outcome))


def test_the_gate_answers_in_three_ways(leads, facts):
    """196 yes, 226 no, 26 unknown: `Unknown` is neither a yes nor a no."""
    codes = leads.truths(BANT)
    for name, told in facts["kleene"]["BANT_like_B_and_A_and_N"].items():
        assert told["n"] == np.count_nonzero(codes == WORDS[name])
        won = win_rate(leads.outcome[codes == WORDS[name]])
        assert (told["converted"], told["n"]) == (won.counts["yes"], won.n)
        assert limits(share(told["converted"], told["n"])) == limits(won)


@pytest.mark.parametrize(
    ("name", "criterion"),
    [
        ("B", topic("budget").exists()),
        ("C", topic("competitors").exists()),
        ("P", topic("purchasing").exists()),
        ("B_and_notC", topic("budget").exists() & ~topic("competitors").exists()),
        ("B_or_P", topic("budget").exists() | topic("purchasing").exists()),
        (
            "at_least_2_of_B_notC_P",
            at_least(
                2, topic("budget").exists(), ~topic("competitors").exists(), topic("purchasing").exists()
            ),
        ),
    ],
)
def test_every_reading_of_the_reference_is_reproduced(table, facts, name, criterion):
    """And, or, not and quorum under Kleene, each with its wins."""
    words = {"yes": ["Yes"], "no": ["No"], "unknown": ["Unknown"]}
    binding = Binding.of(
        {
            "outcome": {"column": "Status", "won": ["Won"], "lost": ["Lost"]},
            "topics": {
                "budget": {"column": "Budgt_alloc", **words},
                "competitors": {"column": "Competitors", **words},
                "purchasing": {"column": "Purch_dept", **words},
            },
        }
    )
    leads = Cohort.from_columns(table, binding)
    codes = leads.truths(criterion)
    for word, told in facts["kleene"][name].items():
        won = win_rate(leads.outcome[codes == WORDS[word]])
        assert (told["converted"], told["n"]) == (won.counts["yes"], won.n)


@pytest.mark.parametrize(
    "column", ["Client", "Competitors", "Budgt_alloc", "Source", "Authority", "Needs_def"]
)
def test_win_rates_by_answer_equal_the_reference(table, leads, facts, column):
    """Each with its Wilson interval."""
    rates = win_rate(leads.outcome, by=table[column])
    assert {str(label): near(rate) for label, rate in facts[f"by_{column}"].items()} == {
        label: limits(one) for label, one in rates.items()
    }


def test_the_gate_hardly_agrees_with_the_outcome(leads, facts):
    """Of 422 with an answer it foretold 218: what a coin would do; the 26 unknown are no errors of it."""
    told = facts["kleene"]["BANT_like_B_and_A_and_N"]
    codes = leads.truths(BANT)
    known = codes != UNKNOWN
    found = agreement(codes[known], leads.outcome[known])
    right = told["true"]["converted"] + told["false"]["n"] - told["false"]["converted"]
    assert (right, told["true"]["n"] + told["false"]["n"]) == (int(np.trace(found.table)), found.n)
    assert limits(share(218, 422)) == pytest.approx(limits(found.share), rel=1e-12)


def test_two_valued_counts_do_not_come_by_accident(leads):
    """No criterion over these columns is YES where an entry is Unknown; only `known` speaks of that."""
    budget = leads.truths(topic("budget").exists())
    not_budget = leads.truths(~topic("budget").exists())
    assert 36 == np.count_nonzero(budget == UNKNOWN) == np.count_nonzero(not_budget == UNKNOWN)
    assert 448 - 36 == np.count_nonzero(leads.truths(topic("budget").known()) == YES)


def test_one_lead_is_judged_as_in_the_column(leads):
    """Fifty of them, one by one."""
    codes = leads.truths(BANT)
    at = datetime(2026, 5, 1, tzinfo=UTC)  # any: nothing in the file depends on it
    for row in range(0, 448, 9):
        assert codes[row] == BANT.truth(leads.facts(row, at=at)).value


def test_the_main_job_reads_the_file(data_dir, facts, capsys):
    """It says what it did not drop, and how the counts come out."""
    assert 0 == command.main([str(data_dir / FILE), "--mapping", str(MAPPING), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (448, 0) == (told["leads"], sum(told["actions"].values()))
    assert any(note.startswith("No advice is given on 448 rows") for note in told["notes"])
    assert any(f"{facts['duplicate_rows']} rows repeat an earlier one" in note for note in told["notes"])
    assert near(facts["win_rate"]) == tuple(
        told["signs"]["win_rate"][key] for key in ("value", "low", "high")
    )


def test_the_main_job_with_a_gate_as_playbook(data_dir, facts, tmp_path, capsys):
    """Read as BANT, 196 are qualified, and they convert as the reference says."""
    gate = saas().replace(
        criteria={
            "meaningful": topic("authority").exists() & topic("need").exists(),
            "timely": topic("budget").exists(),
        },
        version="bant",
    )
    (tmp_path / "bant.json").write_text(wire.dumps(gate), encoding="utf-8")
    arguments = [str(data_dir / FILE), "--mapping", str(MAPPING), "--playbook", str(tmp_path / "bant.json")]
    assert 0 == command.main([*arguments, "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["notes"][0].startswith("196 qualified, 226 not, 26 unknown")
    counts = told["signs"]["conversion_qualified"]["counts"]
    assert facts["kleene"]["BANT_like_B_and_A_and_N"]["true"]["converted"] == counts["yes"]
    assert 0 == command.main(arguments)
    assert "conversion of the qualified   54.6 % [47.6 %, 61.4 %]  n=196" in capsys.readouterr().out
