"""Facts about the page where it is long, and about the comparison of two playbooks."""

from __future__ import annotations

from datetime import timedelta

import attrs

from qualify import _report
from qualify.cohort import Binding, Cohort
from qualify.criteria import topic
from qualify.playbooks import saas

PLAYBOOK = saas()
OWNERS = 27


def report(rows):
    text = "lead,rep,fit,nps\n" + "".join(f"{row}\n" for row in rows)
    sheet = _report.parse(text, "f.csv")
    binding = Binding(id="lead", owner="rep", topics={"fit": "fit"}, surveys={"nps": "nps"})
    cohort = Cohort.from_columns(
        sheet.columns, binding, vocabulary=PLAYBOOK.vocabulary, where=sheet.name, rows=sheet.rows
    )
    return sheet, cohort


def test_many_groups_are_counted():
    """Twenty are listed, the largest first; a lead without an owner is in a group of its own."""
    sheet, cohort = report([f"n{i},{f'rep {i}' if i else ''},4,9" for i in range(OWNERS)])
    page = _report.of_sheet(sheet, cohort, PLAYBOOK).page(by="owner")
    assert 2 == page.partition("BY OWNER")[2].count(f"\n  and {OWNERS - 20} more")
    assert "\n  none " in page


def test_a_group_that_no_column_names_is_one():
    """So that --by says how little is known, and nothing breaks."""
    sheet, cohort = report(["a,mia,4,9"])
    assert "WHAT TO DO NOW, BY OFFER" in _report.of_sheet(sheet, cohort, PLAYBOOK).page(by="offer")


def test_answers_that_differ_without_changing_a_decision_are_counted():
    """The decision is the same, for another reason."""
    sheet, cohort = report(["a,mia,1,9", "b,tom,5,9"])
    other = PLAYBOOK.replace(
        criteria={"meaningful": topic("person").exists() & (topic("fit") >= 6)}, version="2"
    )
    page = _report.diff_page(sheet, cohort, PLAYBOOK, other, every=False)
    assert "1 of 2 leads would be decided otherwise." in page
    eager = PLAYBOOK.replace(criteria={"timely": topic("fit") >= 3}, version="4")
    page = _report.diff_page(sheet, cohort, PLAYBOOK, eager, every=True)
    assert "0 of 2 leads would be decided otherwise." in page
    assert "For 2 more the answers differ, and the decision does not." in page
    assert "a version of its own" not in page
    slower = PLAYBOOK.replace(version="3", review=timedelta(days=30))
    assert "0 of 2 leads" in _report.diff_page(sheet, cohort, PLAYBOOK, slower, every=False)


def test_two_playbooks_of_one_name_are_told_apart():
    """The fingerprints differ, and the page says what is missing."""
    sheet, cohort = report(["a,mia,1,9"])
    other = attrs.evolve(PLAYBOOK, review=timedelta(days=30))
    page = _report.diff_page(sheet, cohort, PLAYBOOK, other, every=False)
    assert "Both are called saas 1: give the changed one a version of its own" in page
