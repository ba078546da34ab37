"""Facts about two playbooks side by side: what differs in words, and whom that concerns."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qualify import _report
from qualify._report._difference import differences
from qualify.cohort import Binding, Cohort
from qualify.criteria import topic
from qualify.decisions import PROSPECT, Table
from qualify.models import Topic
from qualify.playbook import Regime
from qualify.playbooks import saas
from qualify.truth import NO, YES

HOUSE = saas()
PROSPECTS = HOUSE.regimes["prospect"]


def with_table(table, tells=PROSPECTS.tells):
    return {"regimes": {**HOUSE.regimes, "prospect": Regime(table, tells)}}


def with_topic(changed):
    return {"vocabulary": HOUSE.vocabulary.replacing(changed)}


def fit(**changes):
    """Give the topic of the house with some parts changed."""
    own = HOUSE.vocabulary["fit"]
    parts = {
        "type": own.type, "question": own.question, "fresh_for": own.fresh_for, "cost": own.cost,
        "values": own.values, **changes,
    }  # fmt: skip
    return Topic("fit", **parts)


OPENER = Table("timely", "meaningful", PROSPECT.cells, PROSPECT.captions)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        (
            {"criteria": {"timely": topic("timing").known().named("asked")}},
            ["-> timing is known"],
        ),
        (
            {"criteria": {"meaningful": (topic("fit") >= 3).named("good") & topic("need").exists()}},
            ["-> good and need exists"],
        ),
        ({"criteria": {"loud": topic("fit") >= 3}}, ["criterion loud: nothing -> fit >= 3"]),
        (with_topic(Topic("mood")), ["topic mood: new"]),
        (with_topic(fit(cost=20)), ["topic fit, cost: 15 -> 20"]),
        (with_topic(fit(values=(3, 4, 5))), ["topic fit, values: 1, 2, 3, 4, 5 -> 3, 4, 5"]),
        (with_topic(fit(values=())), ["topic fit, values: 1, 2, 3, 4, 5 -> any"]),
        (with_topic(fit(fresh_for=None)), ["topic fit, fresh for: 365 days -> none"]),
        (with_topic(fit(question="How well?")), ['-> "How well?"']),
        (
            with_table(PROSPECT.replacing(NO, YES, "NURTURE", PROSPECT.caption(NO, YES))),
            ["table of prospect, meaningful NO and timely YES: DISQUALIFY -> NURTURE"],
        ),
        (with_table(Table("meaningful", "timely", PROSPECT.cells)), ["table of prospect: other words"]),
        (
            with_table(OPENER),
            ["table of prospect, questions: meaningful and timely -> timely and meaningful"],
        ),
        (with_table(PROSPECT, {**PROSPECTS.tells, "NURTURE": "discover"}), ["regime prospect: other events"]),
        ({"regimes": {"customer": HOUSE.regimes["customer"], "prospect": PROSPECTS, "selling": PROSPECTS}},
         ["regime selling: new"]),
        ({"opt_in": True}, ["opt in: false -> true"]),
        ({"review": timedelta(days=30)}, ["review: 90 days -> 30 days"]),
        ({"opted_out": None}, ["opted out: opted_out -> none"]),
        ({"teaches": ()}, ["teaches: not the same"]),
    ],
)  # fmt: skip
def test_each_part_that_differs_is_a_line(changes, told):
    """Old and new stand side by side, in words; the other way round it is as many lines."""
    other = HOUSE.replace(version="2", **changes)
    lines = list(differences(HOUSE, other))
    assert [True] * len(told) == [part in line for part, line in zip(told, lines, strict=True)]
    assert len(lines) == len(list(differences(other, HOUSE)))


def test_what_is_alike_in_words_is_shown_as_code():
    """A name hides what stands behind it."""
    one, two = (
        HOUSE.replace(
            version="2",
            criteria={"meaningful": (topic("fit") >= least).named("good") & topic("need").exists()},
        )
        for least in (2, 3)
    )
    (line,) = differences(one, two)
    assert "topic('fit') >= 2" in line.partition(" -> ")[0]
    assert "topic('fit') >= 3" in line.partition(" -> ")[2]


def cohort(rows, **roles):
    names = ("lead", "person", "need", "team_size", "fit", "timing")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    text = ",".join(names) + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)
    sheet = _report.parse(text, "f.csv")
    binding = Binding(id="lead", topics={name: name for name in columns if name != "lead"}, **roles)
    leads = Cohort.from_columns(
        sheet.columns, binding, vocabulary=HOUSE.vocabulary, where=sheet.name, rows=sheet.rows
    )
    return sheet, leads


EAGER = HOUSE.replace(version="2", criteria={"meaningful": topic("fit") >= 3})


def test_leads_are_grouped_by_the_reason():
    """The largest group first, as many ids as fit on the line, and every one if that is asked for."""
    rows = [(f"lead-{i:02}", "x", "", 40, 4, "this month") for i in range(30)]
    rows += [("zoe", "x", "inbox", 1, 4, "this month")]
    sheet, leads = cohort(rows)
    page = _report.diff_page(sheet, leads, HOUSE, EAGER, every=False)
    assert "31 of 31 leads would be decided otherwise." in page
    head = "  DISCOVER -> SELL: meaningful is YES and timely is YES; meaningful was UNKNOWN\n"
    assert head + "      30 leads: lead-00, lead-01, lead-02, lead-03, lead-04, lead-05 and 24 more" in page
    assert page.index("30 leads") < page.index("1 lead: zoe")
    assert [] == [line for line in page.splitlines() if len(line) > 80]
    page = _report.diff_page(sheet, leads, HOUSE, EAGER, every=True)
    assert 30 == page.count("lead-")


def test_an_id_that_is_wider_than_the_page_is_cut():
    """So that the line stays one line."""
    sheet, leads = cohort([("n" * 100, "x", "", 40, 4, "this month")])
    page = _report.diff_page(sheet, leads, HOUSE, EAGER, every=False)
    assert [] == [line for line in page.splitlines() if len(line) > 80]


def test_many_reasons_are_counted(monkeypatch):
    """Twenty are listed, the rest is a number."""
    monkeypatch.setattr("qualify._report._difference.SHOWN", 1)
    sheet, leads = cohort([("ana", "x", "", 40, 4, "this month"), ("bo", "x", "inbox", 1, 4, "this month")])
    page = _report.diff_page(sheet, leads, HOUSE, EAGER, every=False)
    assert page.endswith("\n\n  and 1 more reason")


def test_those_who_would_be_asked_another_question_are_counted():
    """The decision is the same, the question is not: its topic, or its words."""
    sheet, leads = cohort([("ana", "x", "inbox", "", "", ""), ("bo", "x", "inbox", 40, "", "this month")])
    told = "Of those decided alike, {} would be asked another question."
    assert told.format(1) in _report.diff_page(sheet, leads, HOUSE, EAGER, every=False)
    dear = HOUSE.replace(version="2", **with_topic(fit(question="How well would we serve her?")))
    assert told.format(1) in _report.diff_page(sheet, leads, HOUSE, dear, every=False)
    assert "another question" not in _report.diff_page(sheet, leads, HOUSE, HOUSE, every=False)
