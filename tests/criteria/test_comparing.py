"""Agreement is counted, shown on a lead, and printed in one line."""

from __future__ import annotations

import pytest

from qualify.criteria import Agreement, Columns, compare, criterion, topic
from qualify.truth import NO, UNKNOWN, YES
from reference.criteria_slow import NOW

FIT, NEED, SPONSOR = topic("fit") >= 3, topic("need").exists(), topic("sponsor").exists()


@criterion(uses=("industry",), version="1")
def regulated(facts):
    """A host's function."""
    return facts["industry"] == "health"


@pytest.mark.parametrize(
    ("a", "b", "line"),
    [
        (FIT, FIT & NEED, "of 4 cells 1 both, 1 only a, 0 only b, 2 neither; need exists is NO"),
        (FIT & NEED, FIT, "of 4 cells 1 both, 0 only a, 1 only b, 2 neither; need exists is NO"),
        (FIT, ~(topic("fit") < 3), "of 2 cells 1 both, 0 only a, 0 only b, 1 neither"),
        (FIT | regulated, FIT, "of 4 cells 2 both, 1 only a, 0 only b, 1 neither (possible)"),
        (
            FIT,
            FIT & (NEED | SPONSOR),
            "of 8 cells 3 both, 1 only a, 0 only b, 4 neither; need exists is NO, sponsor exists is NO",
        ),
    ],
)
def test_an_agreement_prints_as_one_line(a, b, line):
    """The counts, on what they differ, and whether a host function is behind it."""
    assert line == str(compare(a, b))


@pytest.mark.parametrize(
    ("counts", "options", "line"),
    [
        (
            (1_200, 2_300, 3_400, 4_500),
            {"open": 5_600},
            "of 17,000 leads 1,200 both, 2,300 only a, 3,400 only b, 4,500 neither, 5,600 open",
        ),
        ((1, 2, 0, 0), {"possible": True}, "of 3 leads 1 both, 2 only a, 0 only b, 0 neither (possible)"),
        ((0, 0, 0, 0), {}, "no leads"),
        ((0, 0, 0, 0), {"reason": "undecided"}, "undecided"),
    ],
)
def test_counts_of_leads_print_alike(counts, options, line):
    """Large numbers are grouped, and who is open is said only where somebody is."""
    assert line == str(Agreement(NO, *counts, "leads", **options))


@pytest.mark.parametrize(
    ("other", "budget", "parts"),
    [
        (FIT, 2, (YES, "cells", "they agree on every lead", False)),
        (NEED, 4, (NO, "cells", "they differ on some lead", False)),
        (regulated, 4, (NO, "cells", "they may differ on some lead", True)),
        (NEED, 3, (UNKNOWN, "cells", "undecided: 4 cells, and the budget is 3", False)),
    ],
)
def test_an_agreement_says_what_was_proved(other, budget, parts):
    """As many cells as the budget are looked at; what rests on a host function is possible only."""
    found = compare(FIT, other, budget=budget)
    assert parts == (found.truth, found.unit, found.reason, found.possible)


def test_real_leads_are_counted_by_what_each_rule_says():
    """Both, only the first, only the second, neither, and those of whom too little is known."""
    rows = [(4, True)] * 5 + [(4, False)] * 4 + [(1, True)] * 3 + [(1, False)] * 2 + [(None, True)]
    columns = Columns.of({"fit": [fit for fit, _ in rows], "need": [need for _, need in rows]}, at=NOW)
    found = compare(FIT, NEED, columns=columns)
    assert "of 15 leads 5 both, 4 only a, 3 only b, 2 neither, 1 open; need exists is NO" == str(found)
    assert (NO, 15) == (found.truth, found.total)


def test_a_lead_who_is_unknown_on_a_rule_is_not_on_it():
    """That there is some number says nothing of how large it is."""
    found = compare(FIT, topic("fit").is_true())
    assert (0, 1, 1) == (found.both, found.only_a, found.only_b)
