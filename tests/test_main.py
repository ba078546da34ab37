"""Facts about the command line: what it prints, and that every error is one line and exit status 2."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualify import __main__ as command
from qualify import wire
from qualify.criteria import topic
from qualify.metrics import close_curve
from qualify.models import Facts, Person
from qualify.playbooks import saas
from qualify.stages import Chart, State, Transition

HERE = Path(__file__).resolve().parent
GOLDEN = HERE / "golden" / "main_sample.txt"

ROWS = """\
lead,rep,seats,fit,need,when,status,nps,updated
ana,mia,40,4,Yes,this month,open,9,2026-05-01 09:00
bo,tom,2,1,Yes,this month,lost,3,2026-05-02 09:00
cy,mia,12,4,Unknown,,open,,2026-05-03 09:00
dee,tom,25,5,Yes,not now,won,10,2026-05-03 09:00
"""
MAPPING = {
    "id": "lead",
    "owner": "rep",
    "outcome": {"column": "status", "won": ["won"], "lost": ["lost"], "open": ["open"]},
    "pursued": {"column": "status", "yes": ["won", "lost"], "no": ["open"]},
    "since": {"column": "updated", "zone": "Europe/Berlin"},
    "surveys": {"nps": "nps"},
    "topics": {
        "person": {"column": "lead"},
        "team_size": "seats",
        "fit": "fit",
        "need": {"column": "need", "yes": ["Yes"], "no": ["No"], "unknown": ["Unknown"]},
        "timing": "when",
    },
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a table, its mapping and a playbook, in which the command is run."""
    monkeypatch.chdir(tmp_path)
    Path("leads.csv").write_text(ROWS, encoding="utf-8")
    Path("map.json").write_text(json.dumps(MAPPING), encoding="utf-8")
    Path("saas.json").write_text(wire.dumps(saas()), encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder, capsys):
    """Run the command and give its exit status, what it printed, and its error lines."""

    def run_(*arguments):
        try:
            status = command.main(arguments)
        except SystemExit as leaving:
            status = leaving.code
        told = capsys.readouterr()
        return status, told.out, told.err.splitlines()

    return run_


def changed(**changes):
    """Write the mapping with some keys changed."""
    Path("map.json").write_text(json.dumps({**MAPPING, **changes}), encoding="utf-8")


def table(text):
    Path("leads.csv").write_text(text, encoding="utf-8")


LEADS = ("leads.csv", "--mapping", "map.json")


# -- what it prints ------------------------------------------------------------------------------------------


def test_the_sample_is_what_the_command_prints_alone(run):
    """Without a file it runs the sample; write the golden page anew with QUALIFY_GOLDEN=1."""
    status, page, errors = run()
    if os.environ.get("QUALIFY_GOLDEN"):
        GOLDEN.write_text(page, encoding="utf-8")
    assert (0, [], GOLDEN.read_text(encoding="utf-8")) == (status, errors, page)


@pytest.mark.parametrize(
    "arguments", [(), LEADS, (*LEADS, "--by", "owner"), ("--by", "state", "--all"), ("leads.csv",)]
)
def test_no_line_is_wider_than_a_terminal(run, arguments):
    """80 columns, but for the JSON that is meant to be saved."""
    page = run(*arguments)[1].partition("\n{")[0]
    assert [] == [line for line in page.splitlines() if len(line) > 80]


def test_a_table_is_judged_and_its_signs_are_read(run):
    """What to do with each lead and why, whom to decline, and each sign with its count."""
    status, page, errors = run(*LEADS)
    assert (0, []) == (status, errors)
    assert "4 leads of leads.csv, judged by playbook saas 1" in page.replace("\n", " ")
    assert "As of 2026-05-03 07:00 UTC." in page
    assert "SERVE 0   SELL 1   DISCOVER 1   DISQUALIFY 0   NURTURE 0" in page
    for told in (
        "No advice is given on 2 rows whose outcome is won or lost; customers keep",
        "meaningfully and now: meaningful is YES and timely is YES\n      ana, owner mia",
        'ask "What would you like to do better?" (need)',
        "ESAT, employees               unknown, because no column holds answers to ESAT",
        "NPS, customers                +33.3 [-58.5, +87.7]  n=3, 1 missing",
        "close rate, of all attempts   25.0 % [4.6 %, 69.9 %]  n=4, 2 open",
        "win rate, of decided ones     50.0 % [9.5 %, 90.5 %]  n=2, 2 open",
        "conversion of all leads       25.0 % [4.6 %, 69.9 %]  n=4, 2 open",
        "conversion of the qualified   0.0 % [0.0 %, 79.3 %]  n=1, 1 open",
        "waste                         50.0 % [9.5 %, 90.5 %]  n=2",
    ):
        assert told in page


def test_rows_without_an_outcome_all_get_advice(run):
    """The tempting one is declined, and who is not ready yet is looked at again."""
    changed(outcome=None)
    page = run(*LEADS)[1]
    assert "SERVE 0   SELL 1   DISCOVER 1   DISQUALIFY 1   NURTURE 1" in page
    for told in (
        "the tempting one: meaningful is NO and timely is YES (poor_fit)\n      bo, owner tom; look again",
        "dee, owner tom; look again 2026-08-01",
    ):
        assert told in page
    assert "No advice" not in page


def test_a_closed_deal_gets_no_advice_and_a_customer_does(run):
    """On the page, in its groups and as JSON; the signs count both."""
    changed(state={"column": "status", "values": {"won": "healthy", "lost": "nurturing", "open": "engaged"}})
    page = run(*LEADS, "--by", "owner")[1]
    assert "SERVE 0   SELL 1   DISCOVER 2   DISQUALIFY 0   NURTURE 0" in page
    assert "No advice is given on 1 row whose outcome is won or lost; customers keep" in page
    assert "  tom                              0          0          1          0          0" in page
    assert "      dee, owner tom, in healthy" in page
    assert "      bo" not in page
    assert "close rate, of all attempts   25.0 % [4.6 %, 69.9 %]  n=4, 2 open" in page
    told = json.loads(run(*LEADS, "--all", "--json")[1])
    assert {"SERVE": 0, "SELL": 1, "DISCOVER": 2, "DISQUALIFY": 0, "NURTURE": 0} == told["actions"]
    assert {"ana", "cy", "dee"} == {entry["id"] for entry in told["listed"]}


def test_at_is_given_or_the_latest_instant(run):
    """With an earlier one nothing later is known, and the page says so."""
    page = run(*LEADS, "--at", "2026-05-01T12:00+02:00")[1]
    assert "As of 2026-05-01 10:00 UTC." in page
    assert "SERVE 0   SELL 1   DISCOVER 1   DISQUALIFY 0   NURTURE 0" in page


def test_the_sample_can_be_looked_at_earlier(run):
    """As it was known then: nobody who came later is there."""
    page = run("--at", "2026-01-15T09:00Z")[1]
    assert "As of 2026-01-15 09:00 UTC." in page
    assert "The sample: 15 leads" in page.replace("\n", " ")


def test_by_groups_what_to_do_and_the_signs(run):
    """One line for each owner, the largest first."""
    page = run(*LEADS, "--by", "owner")[1]
    assert "WHAT TO DO NOW, BY OWNER" in page
    assert "  mia                              0          1          1          0          0" in page
    assert "close rate, of all attempts, by owner\n  mia                           0.0 %" in page
    assert "NPS, customers, by owner" in page


def test_targets_say_whether_it_works(run):
    """Each sign by its interval against its target, the whole with its reasons."""
    Path("targets.json").write_text('{"nps": 30, "waste": {"at_most": 0.05}}', encoding="utf-8")
    page = run(*LEADS, "--targets", "targets.json")[1]
    assert "IS IT WORKING? NO" in page
    assert "no: waste: 50.0 % misses at most 5.0 %" in page
    assert "unknown: nps: 3 answers cannot tell +33.3 from +30.0" in page
    told = json.loads(run("--targets", "targets.json", "--json")[1])
    assert ("UNKNOWN", 2) == (told["working"], len(told["reasons"]))
    assert "IS IT WORKING?\n" in run(*LEADS)[1]


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("[]", "targets.json: targets are an object (got list)"),
        ('{"npss": 3}', "targets.json: unknown sign (got 'npss'); did you mean 'nps' or 'enps'?"),
        ('{"nps": "high"}', "targets.json, nps: a number is needed (got str)"),
        ('{"nps": {"least": 3}}', "targets.json, nps: a number is needed (got dict)"),
    ],
)
def test_a_wrong_target_is_one_line(run, document, told):
    """It says what a target is."""
    Path("targets.json").write_text(document, encoding="utf-8")
    assert (2, "", [told]) == run(*LEADS, "--targets", "targets.json")


def test_json_holds_the_same(run):
    """Decisions with their reasons, signs with their intervals, as plain values."""
    status, text, errors = run(*LEADS, "--json", "--by", "owner")
    told = json.loads(text)
    assert (0, []) == (status, errors)
    assert {"SERVE": 0, "SELL": 1, "DISCOVER": 1, "DISQUALIFY": 0, "NURTURE": 0} == told["actions"]
    assert ("2026-05-03T07:00:00Z", 4, "owner") == (told["at"], told["leads"], told["by"])
    cy = next(entry for entry in told["listed"] if entry["id"] == "cy")
    assert ("DISCOVER", "need", ["need", "timing"]) == (cy["action"], cy["ask"]["topic"], cy["missing"])
    assert (1, 3) == (told["signs"]["close_rate"]["counts"]["yes"], told["signs"]["nps"]["n"])
    assert ["mia", "tom"] == told["groups"]["close_rate"]["labels"]


def test_twenty_are_listed_and_the_rest_is_counted(run):
    """Unless every one is asked for; each action has its share of the page."""
    timing = ("this month", "not now", "")
    body = "".join(f"n{i},mia,{i},4,Yes,{timing[i % 3]},open,,\n" for i in range(90))
    table(ROWS.splitlines()[0] + "\n" + body)
    page = run(*LEADS)[1]
    assert 20 == page.count("      n")
    assert "  and 26 more" in page
    assert 90 == run(*LEADS, "--all")[1].count("      n")
    assert 90 == len(json.loads(run(*LEADS, "--all", "--json")[1])["listed"])


def test_a_file_without_instants_needs_none(run):
    """Review dates are counted in days from now."""
    changed(since=None, outcome=None)
    status, page, _ = run(*LEADS)
    assert 0 == status
    assert "It holds no instants: what it says counts as known now." in page
    assert "dee, owner tom; look again in 90 days" in page
    told = json.loads(run(*LEADS, "--json")[1])
    assert (None, 90) == (told["listed"][-1]["until"], told["listed"][-1]["until_days"])


def test_a_file_of_answers_alone_is_measured(run):
    """Nothing is decided where no topic is bound."""
    Path("map.json").write_text('{"topics": {}, "surveys": {"nps": "nps"}}', encoding="utf-8")
    status, page, _ = run(*LEADS, "--by", "owner")
    assert 0 == status
    assert "The mapping binds no topics, so there is nothing to decide." in page
    assert "WHAT TO DO NOW" not in page
    assert "NPS, customers                +33.3" in page
    assert "close rate, of all attempts   unknown, because no column holds outcomes" in page
    assert "actions" not in json.loads(run(*LEADS, "--json")[1])


def test_repeated_rows_are_reported_and_counted(run):
    """A duplicate is a row like any other until somebody says that it is not."""
    table(ROWS + ROWS.splitlines()[1] + "\n")
    page = run(*LEADS)[1].replace("\n    ", " ")
    assert "1 row repeats an earlier one in every cell; counted, not dropped (row 6)." in page
    assert "5 leads of leads.csv" in page
    assert "1 row has the id of an earlier one; each row counts as a lead." in page


def test_nobody_who_may_not_be_contacted_is_written_to(run):
    """A no in the register turns selling and asking into nurturing, and says so."""
    table(ROWS.replace("rep", "rep,mail").replace("mia,", "mia,no,").replace("tom,", "tom,yes,"))
    changed(contact={"column": "mail", "yes": ["yes"], "no": ["no"]}, outcome=None)
    page = run(*LEADS)[1]
    assert "SERVE 0   SELL 0   DISCOVER 0   DISQUALIFY 1   NURTURE 3" in page
    assert "(do_not_contact)" in page
    assert "0 of 4 leads" in run("diff", "saas.json", "saas.json", *LEADS)[1]


def test_hours_are_summed_where_all_are_recorded(run):
    """What selling to those who came to nothing took; unknown if hours are missing."""
    hours = ROWS.replace("rep", "rep,took").replace("mia,", "mia,1.5,").replace("tom,", "tom,4,")
    table(hours)
    changed(hours="took")
    assert "waste, in hours               4 hours [4 hours, 4 hours]  n=2" in run(*LEADS)[1]
    table(hours.replace("dee,tom,4", "dee,tom,"))
    page = run(*LEADS)[1].replace("\n" + " " * 32, " ")
    assert "waste, in hours               unknown, because the hours of 1 of 4 leads are missing" in page


def test_where_they_stand_decides_which_table_rules(run):
    """Customers are served by the customers' table."""
    table("lead,stage,satisfaction,used\nana,Customer,2,true\nbo,,,\n")
    Path("map.json").write_text(
        json.dumps(
            {
                "id": "lead",
                "state": {"column": "stage", "values": {"Customer": "at_risk"}},
                "topics": {"satisfaction": "satisfaction", "in_use": "used"},
            }
        ),
        encoding="utf-8",
    )
    page = run(*LEADS)[1]
    assert "SERVE 1   SELL 0   DISCOVER 1" in page
    assert "keep the promise made at the sale: healthy is NO and growing is UNKNOWN" in page
    assert "      ana, in at_risk" in page
    assert "No column says where they stand" not in page


def test_recorded_decisions_say_who_was_qualified(run):
    """They say it better than what is known today."""
    rows = ROWS.replace("status", "status,decided").replace(",open,", ",open,,")
    table(rows.replace(",lost,", ",lost,SQL,").replace(",won,", ",won,SQL,"))
    changed(decision={"column": "decided", "values": {"SQL": "sell"}}, since=None)
    page = run(*LEADS)[1].replace("\n    ", " ")
    assert "2 qualified, 0 not, 2 unknown: qualified means that SELL was decided." in page


def test_without_a_mapping_the_columns_and_a_mapping_are_printed(run):
    """The proposal is a mapping that can be read back, and names its guesses."""
    status, page, _ = run("leads.csv")
    assert 0 == status
    assert "leads.csv: 4 rows, 9 columns, delimiter ','" in page
    assert "  need     2 different: 'Yes', 'Unknown'" in page
    Path("map.json").write_text("{" + page.partition("\n{")[2], encoding="utf-8")
    assert 0 == run(*LEADS)[0]
    assert 0 == run("diff", "saas.json", "saas.json", "leads.csv")[0]


def test_a_proposal_is_as_wide_as_a_terminal_and_tells_of_bad_rows(run):
    """Long fields take several lines, rows that do not fit are counted, and words agree with numbers."""
    stages = ",".join(f"stage number {i}" for i in range(8))
    rows = "".join(f"{stage}\n" for stage in ["won", "lost", *stages.split(",")])
    table("status,lead\n" + rows.replace("\n", ",x\n") + "won\n")
    page = run("leads.csv")[1]
    assert [] == [line for line in page.splitlines() if len(line) > 80]
    assert (
        "leads.csv: 10 rows, 2 columns, delimiter ','\n  1 row is left out, which does not have 2 cells"
        in page
    )
    assert "(row 12)." in page
    assert 'No column is called like one of them: say under "topics" which column' in page.replace("\n", " ")
    document = json.loads("{" + page.partition("\n{")[2])
    assert ({}, 8) == (document["topics"], len(document["outcome"]["missing"]))
    table("lead\nana\nb,c\n" + "d,e\n" * 6)
    page = run("leads.csv")[1].replace("\n    ", " ")
    assert "leads.csv: 1 row, 1 column, delimiter" in page
    assert "7 rows are left out, which do not have 1 cell (rows 3, 4, 5, 6, 7 and 2 more)." in page
    table("lead,fit\n")
    assert [] == [line for line in run("leads.csv")[1].splitlines() if line != line.rstrip()]


def test_the_help_is_as_wide_as_a_terminal(run, monkeypatch):
    """Of each command."""
    monkeypatch.setenv("COLUMNS", "80")
    for arguments in (("--help",), ("diff", "--help"), ("check", "--help")):
        status, page, _ = run(*arguments)
        assert (0, []) == (status, [line for line in page.splitlines() if len(line) > 80])


def test_topics_without_a_column_are_told_where_nobody_is_qualified(run):
    """It says how many of them the file answers."""
    told = "The file answers 1 of the 5 topics on which meaningful and timely rest: map more columns, or"
    changed(topics={"fit": "fit"})
    assert told in run(*LEADS)[1].replace("\n    ", " ")
    changed()
    assert "The file answers" not in run(*LEADS)[1]
    table(ROWS.replace("this month", "not now"))
    assert "The file answers" not in run(*LEADS)[1]


def test_a_playbook_of_ones_own_decides(run):
    """Read from JSON; diff says which decisions change, and why."""
    own = saas().replace(criteria={"timely": topic("timing") == "not now"}, version="2")
    Path("own.json").write_text(wire.dumps(own), encoding="utf-8")
    assert "playbook saas 2" in run(*LEADS, "--playbook", "own.json")[1].replace("\n", " ")
    status, page, errors = run("diff", "saas.json", "own.json", *LEADS)
    assert (0, []) == (status, errors)
    assert "1 of 4 leads would be decided otherwise." in page
    assert "  SELL -> NURTURE: 1" in page
    assert "  criterion timely: timing is one of " in page
    assert "-> timing is 'not now'" in page.replace("\n    ", " ")
    assert (
        "  SELL -> NURTURE: meaningful is YES and timely is NO; timely was YES\n      1 lead: ana\n" in page
    )
    assert "0 of 4 leads" in run("diff", "saas.json", "saas.json", *LEADS)[1]


def test_where_every_outcome_is_known_leads_are_compared_as_if_open(run):
    """Else there would be nothing to compare in a file of history."""
    table(ROWS.replace("open", "lost"))
    changed(pursued=None)
    own = saas().replace(criteria={"timely": topic("timing") == "not now"}, version="2")
    Path("own.json").write_text(wire.dumps(own), encoding="utf-8")
    page = run("diff", "saas.json", "own.json", *LEADS, "--all")[1]
    assert "Every outcome is known: they are compared as if they were open." in page
    assert "3 of 4 leads would be decided otherwise." in page


def test_check_reads_a_document_and_says_what_it_is(run):
    """With what is odd about a playbook or a chart, or all that is wrong with it, a line each."""
    status, told, _ = run("check", "saas.json")
    assert (0, True) == (status, told.startswith("saas.json: <Playbook 'saas' version '1'"))
    silent = saas().replace(criteria={"timely": topic("timing").known()}, version="2")
    Path("odd.json").write_text(wire.dumps(silent), encoding="utf-8")
    status, told, _ = run("check", "odd.json")
    assert 1 == status
    assert "odd.json, criteria.timely: timing is known turns not knowing into NO [absence-as-no]" in told
    Path("chart.json").write_text(wire.dumps(Chart("c", State("a"), State("b"))), encoding="utf-8")
    status, told, _ = run("check", "chart.json")
    assert (1, True) == (status, "chart.json, unreachable: b: " in told)
    Path("who.json").write_text(wire.dumps(Person("p-1")), encoding="utf-8")
    assert "who.json: Person(id='p-1', name=None, email=None, role=None)\n" == run("check", "who.json")[1]
    Path("bad.json").write_text('{"schema": 1, "is": "Person", "id": 7, "age": 4}', encoding="utf-8")
    assert (
        2,
        "",
        [
            "bad.json, $.id: text is needed (got a whole number)",
            "bad.json, $.age: Person has no such field (got 'age'); known are email, id, name, role",
        ],
    ) == run("check", "bad.json")


def test_a_note_about_a_chart_is_no_problem(run):
    """It is printed as a note, and the exit status is 0: a lamp that blinks by itself may be meant."""
    minute = timedelta(minutes=1)
    lamp = Chart(
        "lamp",
        State("on"),
        State("off"),
        transitions=(Transition("on", after=minute, to="off"), Transition("off", after=minute, to="on")),
    )
    Path("lamp.json").write_text(wire.dumps(lamp), encoding="utf-8")
    status, told, _ = run("check", "lamp.json")
    assert (0, 1) == (status, told.count("lamp.json, note, clockwork: "))
    assert 2 == told.count("lamp.json")


def test_check_says_of_any_stored_value_what_it_is(run):
    """By its class and by how it prints; `--using` brings the chart to which a document refers."""
    door = Chart(
        "door", State("shut"), State("open"), transitions=(Transition("shut", on="push", to="open"),)
    )
    noon = datetime(2026, 5, 3, 12, tzinfo=UTC)
    Path("door.json").write_text(wire.dumps(door), encoding="utf-8")
    Path("book.json").write_text(wire.dumps(saas()), encoding="utf-8")
    Path("step.json").write_text(
        wire.dumps(door.step(door.start(at=noon), "push", at=noon)), encoding="utf-8"
    )
    Path("verdict.json").write_text(
        wire.dumps(topic("fit").exists().judge(Facts.of({}, at=noon))), encoding="utf-8"
    )
    Path("curve.json").write_text(wire.dumps(close_curve([1, 2], [True, False])), encoding="utf-8")
    assert run("check", "curve.json")[1].startswith("curve.json: Curve, close curve by 2, ")
    assert run("check", "verdict.json")[1].startswith("verdict.json: Verdict(UNKNOWN, ")
    assert 2 == run("check", "step.json")[0]
    told = "step.json: <Step push moved shut -> open at 2026-05-03T12:00:00+00:00>\n"
    assert (0, told) == run("check", "step.json", "--using", "door.json", "--using", "book.json")[:2]
    assert 2 == run("check", "step.json", "--using", "verdict.json")[0]


# -- bad rows --------------------------------------------------------------------------------


def test_a_bad_row_is_reported_and_the_run_goes_on(run):
    """A row with too few cells is left out, an entry that cannot be read counts as not known."""
    table(ROWS + "eve,mia,many,4,Yes,,open,,\nfay,mia\n")
    status, page, errors = run(*LEADS)
    assert 0 == status
    assert [
        "leads.csv, row 6, column 'seats': a number is needed (got 'many')",
        "leads.csv, row 7: 9 cells are needed, one for each column (got 2)",
    ] == errors
    assert "Bad: 1 row left out, 1 entry that counts as not known." in page
    assert "5 leads of leads.csv" in page


def test_strict_stops_at_bad_rows(run):
    """Nothing is printed but the rows."""
    table(ROWS + "fay,mia\n")
    assert (2, "", ["leads.csv, row 6: 9 cells are needed, one for each column (got 2)"]) == run(
        *LEADS, "--strict"
    )
    assert 2 == run("diff", "saas.json", "saas.json", *LEADS, "--strict")[0]


def test_many_bad_rows_are_counted(run):
    """The first hundred are listed."""
    table(ROWS + "fay,mia\n" * 130)
    errors = run(*LEADS)[2]
    assert (101, "and 30 more") == (len(errors), errors[-1])


def test_rows_that_are_left_out_are_counted(run):
    """By reason."""
    table(ROWS.replace("cy,", ","))
    page = run(*LEADS)[1]
    assert "1 row is left out: no id." in page


# -- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"owner": "rpe"},
            "mapping.owner, looked for in leads.csv: unknown column (got 'rpe'); did you mean 'rep'?",
        ),
        ({"ownr": "rep"}, "map.json: unknown key (got 'ownr'); did you mean 'owner'?"),
        (
            {"topics": {"budgt": "seats"}},
            "mapping.topics: unknown topic (got 'budgt'); did you mean 'budget'?",
        ),
        (
            {"outcome": {"column": "status", "won": ["won"], "lost": ["lost"]}},
            (
                "leads.csv, row 2, column 'status': an entry that the mapping does not explain "
                "(got 'open' in 2 rows); explained are 'won', 'lost'; "
                "list the others, for example under missing"
            ),
        ),
        (
            {"outcome": "status"},
            (
                "leads.csv, row 2, column 'status': an entry whose truth nobody said (got 'open'); "
                "say which entries mean yes, no and unknown (of an outcome: won, lost and open)"
            ),
        ),
        (
            {"since": "updated"},
            (
                "leads.csv, row 2, column 'updated': an instant needs a time zone (got '2026-05-01 09:00'); "
                'give "zone": an offset or an IANA zone, for example "Europe/Berlin"'
            ),
        ),
        (
            {"since": {"column": "updated", "zone": "Berlin"}},
            (
                "map.json.since: a zone is an offset or an IANA name (got 'Berlin'); "
                "for example '+02:00', 'UTC' or 'Europe/Berlin'"
            ),
        ),
        (
            {"surveys": {"csat": "nps"}},
            (
                "leads.csv, row 2, column 'nps': CSAT answers are whole numbers 1 to 5 "
                "(got 9 in 1 rows, 2 wrong rows in all); list codes for no answer under missing"
            ),
        ),
        (
            {"state": "status"},
            (
                "leads.csv, row 2, column 'status': unknown state (got 'open'); known are at_risk, consent, "
                "contactable, customer, "
                "discovery, disqualified, do_not_contact, engaged, former, healthy, not_asked, "
                "nurturing, and 5 more"
            ),
        ),
        (
            {"topics": {"fit": {"colum": "fit"}}},
            "map.json.topics.fit: unknown key (got 'colum'); did you mean 'column'?",
        ),
    ],
)
def test_a_wrong_mapping_is_one_line(run, changes, told):
    """It says what was asked, what was found, what is allowed and where; nothing is printed."""
    changed(**changes)
    assert (2, "", [told]) == run(*LEADS)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "leads.csv: a table with a header is needed (got an empty file)"),
        (b"\n \n", "leads.csv: a table with a header is needed (got an empty file)"),
        (b"a,,b\n1,2,3\n", "leads.csv, row 1, column 2: a column needs a name (got a blank)"),
        (b"a,b,a\n1,2,3\n", "leads.csv, row 1: columns have different names (got 'a' 2 times)"),
        (b'a,b\n1,"2\n3,4\n', "leads.csv: line 3 is not CSV: unexpected end of data (got delimiter ',')"),
        (
            b"a" * 200_000,
            "leads.csv: line 1 is not CSV: field larger than field limit (131072) (got delimiter ',')",
        ),
        (
            "lead\nJos\u00e9\n".encode("latin-1"),
            (
                "leads.csv, line 2: this file is not utf-8 (got byte 0xe9); say which it is, "
                "for example --encoding cp1252"
            ),
        ),
    ],
)
def test_an_unreadable_table_is_one_line(run, content, told):
    """Whatever stands in the file."""
    Path("leads.csv").write_bytes(content)
    assert (2, "", [told]) == run(*LEADS)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("no.csv", "--mapping", "map.json"),
            "no.csv: a file that can be read is needed (got No such file or directory)",
        ),
        (
            ("leads.csv", "--mapping", "no.json"),
            "no.json: a file that can be read is needed (got No such file or directory)",
        ),
        (
            ("leads.csv", "--mapping", "leads.csv"),
            "leads.csv, $: this is not JSON: expecting value (got line 1, column 1)",
        ),
        (
            (*LEADS, "--playbook", "map.json"),
            (
                "map.json, $.schema: a stored playbook is needed (got no schema number); "
                "wire.dumps(playbook) writes it; the meaning of columns is given as --mapping"
            ),
        ),
        ((*LEADS, "--at", "soon"), "--at: an instant is needed (got 'soon'); for example 2026-05-03T09:00Z"),
        (
            (*LEADS, "--at", "2026-05-03T09:00"),
            "--at: an instant needs its offset (got '2026-05-03T09:00'); for example 2026-05-03T09:00Z",
        ),
        (
            (*LEADS, "--encoding", "klingon"),
            "--encoding: unknown encoding (got 'klingon'); for example utf-8, cp1252 or utf-16",
        ),
        (
            ("--mapping", "map.json"),
            "python -m qualify: --mapping needs a FILE.csv; see python -m qualify --help",
        ),
    ],
)
def test_wrong_arguments_are_one_line(run, arguments, told):
    """Exit status 2, and never a traceback."""
    status, page, errors = run(*arguments)
    assert (2, "", 1) == (status, page, len(errors))
    assert errors[0].startswith(told)


def test_other_encodings_and_delimiters_are_read(run):
    """A mark at the beginning of UTF-8, cp1252 by name, semicolons and tabs by their header."""
    for sign in ";\t|":
        table(ROWS.replace(",", sign).rstrip("\n"))
        assert "4 leads" in run(*LEADS)[1]
    Path("leads.csv").write_bytes(ROWS.replace("mia", "Mía").encode("cp1252"))
    assert "owner Mía" in run(*LEADS, "--encoding", "cp1252")[1]
    Path("leads.csv").write_bytes(b"\xef\xbb\xbf" + ROWS.encode())
    assert "4 leads" in run(*LEADS)[1]


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_lines_may_end_as_on_any_machine(run, end):
    """A carriage return alone, or before the line feed; and a file may mix them."""
    Path("leads.csv").write_bytes(ROWS.replace("\n", end).encode())
    assert "4 leads" in run(*LEADS)[1]
    Path("leads.csv").write_bytes(ROWS.replace("\n", end, 2).encode())
    assert "4 leads" in run(*LEADS)[1]


def test_a_value_that_a_topic_does_not_list_is_told_with_its_row(run):
    """It is not known, and is never judged."""
    table(ROWS.replace("ana,mia,40,4", "ana,mia,40,7"))
    status, page, errors = run(*LEADS)
    assert (
        0,
        ["leads.csv, row 2, column 'fit': 'fit' has a list of values (got '7'); allowed are 1, 2, 3, 4, 5"],
    ) == (status, errors)
    assert "Bad: 0 rows left out, 1 entry that counts as not known." in page


def test_a_reader_who_walks_away_is_no_error(folder, monkeypatch):
    """`| head` closes the pipe."""

    class Closed(io.StringIO):
        def write(self, _text):
            raise BrokenPipeError

    with contextlib.redirect_stdout(Closed()):
        assert 0 == command.main(LEADS)


def test_it_runs_as_a_module(folder):
    """In a process of its own, also where the terminal knows no sign beyond ASCII."""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "qualify", "leads.csv"],
        check=False, capture_output=True, text=True, env=environment,
    )  # fmt: skip
    assert (0, "") == (done.returncode, done.stderr)


# -- anything at all -----------------------------------------------------------------------------------------

WORDS = ("", " ", "Yes", "won", "open", "this month", "x" * 200, '"', "a\nb", "\u2028", "\u200b", "\u00e9")
NUMBERS = ("9", "11", "-1", "0", "1e400", "nan", "True")
TIMES = ("2026-05-03", "2026-05-03T09:00Z", "9999-12-31T23:59-12:00")
CELLS = st.sampled_from([*WORDS, *NUMBERS, *TIMES])
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 30) | st.floats(allow_nan=False) | CELLS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["column", "yes", "no", "unknown", "missing", "values", "zone", "hour", "format"])
            | st.sampled_from(
                ["topics", "outcome", "surveys", "nps", "since", "closed", "state", "id", "fit"]
            )
            | CELLS,
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(
    st.lists(st.lists(CELLS, min_size=9, max_size=9) | st.lists(CELLS, max_size=10), max_size=5),
    st.sampled_from(sorted(MAPPING)),
    DOCUMENTS,
    st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_table_and_mapping_give_a_page_or_lines(folder, rows, key, part, strict):
    """Exit status 0 or 2 and no traceback, whatever stands in the files; with 2 nothing is printed."""
    with Path("leads.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([ROWS.splitlines()[0].split(","), *rows])
    changed(**{key: part})
    page, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(page), contextlib.redirect_stderr(errors):
        status = command.main([*LEADS, *(["--strict"] if strict else [])])
    assert status in {0, 2}
    assert (status == 2) <= (page.getvalue() == "" and errors.getvalue() != "")


@given(st.binary(max_size=80), st.sampled_from(["leads.csv", "map.json", "saas.json"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_give_a_page_or_lines(folder, raw, name):
    """As a table, a mapping or a playbook."""
    Path("leads.csv").write_text(ROWS, encoding="utf-8")
    changed()
    Path("saas.json").write_text(wire.dumps(saas()), encoding="utf-8")
    Path(name).write_bytes(raw)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        assert command.main([*LEADS, "--playbook", "saas.json"]) in {0, 2}
        assert command.main(["leads.csv"]) in {0, 2}
        assert command.main(["check", name]) in {0, 2}
