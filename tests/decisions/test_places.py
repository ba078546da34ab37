"""Where an error happened: each one names the argument that was wrong, down to the entry of a column."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from qualify.criteria import Verdict, criterion, topic
from qualify.decisions import (
    PROSPECT,
    Candidate,
    Candidates,
    Capacity,
    Chances,
    Economics,
    Range,
    Table,
    allocate,
    blind_score,
    linear_gate,
)
from qualify.errors import QualifyError
from qualify.models import Facts

SAAS = Economics(monthly_margin=100, monthly_churn=0.05, currency="EUR")
BUDGET = topic("budget").exists()
THIRDS = [[0.3] * 3] * 3
NOW = datetime(2026, 5, 4, tzinfo=UTC)
ONE = np.ones(1, np.int8)


def where(build):
    """Give the place that an error names."""
    with pytest.raises(QualifyError) as error:
        build()
    return error.value.where


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("monthly_margin", "100"),
        ("monthly_churn", 1.5),
        ("acquisition_cost", -1),
        ("currency", " "),
        ("monthly_discount_rate", -0.1),
        ("wrong_sale", 1.5),
        ("wrong_sale_cost", -1),
        ("misfit_churn", 1.5),
        ("rejection_cost", -1),
        ("rejection_growth", -1),
        ("hours", -1),
        ("touch_cost", -1),
        ("wait", "5"),
    ],
)
def test_economics_name_the_input(argument, value):
    """`Economics.hours` is where wrong hours were given."""
    given = {"monthly_margin": 100, "monthly_churn": 0.05, "currency": "EUR", argument: value}
    assert f"Economics.{argument}" == where(lambda: Economics(**given))


def test_economics_name_the_month_of_a_curve():
    """A share that cannot be is found by its place."""
    curve = [0.9, 0.8, 1.5]
    assert "Economics.retention[2]" == where(
        lambda: Economics(monthly_margin=100, retention=curve, currency="EUR")
    )


@pytest.mark.parametrize(
    ("ask", "place"),
    [
        (lambda: SAAS.sale_value(1.5), "win"),
        (lambda: SAAS.sale_value(0.5, streak=-1), "streak"),
        (lambda: SAAS.advantage(1.5), "win"),
        (lambda: SAAS.advantage(0.5, wait="5"), "wait"),
        (lambda: SAAS.nurture_value("5"), "wait"),
        (lambda: SAAS.break_even(hours=-1), "hours"),
        (lambda: SAAS.break_even(price=-1), "price"),
        (lambda: SAAS.question_value(yes=0.5, win=1.5), "win"),
        (lambda: SAAS.question_value(yes=0.5, win=0.5, win_if_no=-0.5), "win_if_no"),
        (lambda: SAAS.question_value(yes=1.5, win=0.5), "yes"),
        (lambda: SAAS.question_value(yes=0.5, win=0.5, minutes=-1), "minutes"),
    ],
)
def test_a_question_to_economics_names_its_argument(ask, place):
    """What is asked of a value names the argument alone."""
    assert place == where(ask)


@pytest.mark.parametrize(
    ("argument", "value"),
    [("subject", " "), ("win", 1.5), ("hours", -1), ("wait", "5"), ("streak", -1), ("yes", 1.5)],
)
def test_a_candidate_names_the_argument(argument, value):
    """`Candidate.win` is where a wrong probability was given."""
    given = {"subject": "ana", "win": 0.5, "economics": SAAS, argument: value}
    assert f"Candidate.{argument}" == where(lambda: Candidate(**given))


@pytest.mark.parametrize(
    ("argument", "value", "place"),
    [
        ("subject", [["ana"], ["bo"]], "subject"),
        ("subject", np.array([[1, 2], [3, 4]]), "subject"),
        ("win", 1.5, "win"),
        ("win", [0.5, 1.5], "win, row 1"),
        ("hours", [-1, 1], "hours, row 0"),
        ("streak", [0, -1], "streak, row 1"),
        ("wait", ["5", "6"], "wait"),
        ("asked", [True], "asked"),
        ("yes", 1.5, "yes"),
        ("minutes", [0, -1], "minutes, row 1"),
    ],
)
def test_candidates_name_the_column_and_the_row(argument, value, place):
    """`Candidates.win, row 1` is where a wrong probability stands."""
    given = {"subject": ["ana", "bo"], "win": 0.5, "economics": SAAS, "asked": [True, False], argument: value}
    assert f"Candidates.{place}" == where(lambda: Candidates(**given))


def test_an_offer_without_a_row_is_named():
    """One offer for two leads is too few."""
    assert "Candidates.offer" == where(
        lambda: Candidates(["ana", "bo"], win=0.5, economics={"pro": SAAS}, offer=["pro"])
    )


def test_a_capacity_and_a_plan_name_themselves():
    """Hours that are no hours, and a capacity that is a bare number."""
    assert "Capacity.hours" == where(lambda: Capacity(-1))
    assert "allocate.capacity" == where(lambda: allocate([], 8))
    assert "Allocation.why" == where(lambda: allocate([], Capacity(8)).why("ana"))


@pytest.mark.parametrize(
    ("build", "place"),
    [
        (lambda: Chances(" ", "b", THIRDS), "Chances.rows"),
        (lambda: Chances("a", " ", THIRDS), "Chances.columns"),
        (lambda: Chances("a", "b", [[0.1] * 3, [0.1, 0.1, 2], [0.1] * 3]), "Chances[1][2]"),
        (lambda: Chances("a", "b", THIRDS, [[1] * 3, [1, 1, -1], [1] * 3]), "Chances.counts[1][2]"),
        (lambda: Chances("a", "b", THIRDS, calibrated=5), "Chances.calibrated"),
        (lambda: Chances.of(ONE, ONE, ["won"]), "Chances.of.outcome"),
        (lambda: Chances.of(ONE, ONE, [True], borrowed=0), "Chances.of.borrowed"),
        (lambda: Chances("a", "b", THIRDS).tested([0.5], ["won"]), "Chances.tested.outcome"),
        (lambda: Chances("a", "b", THIRDS).tested([1.5], [True]), "Chances.tested.chances, row 0"),
        (lambda: Chances("a", "b", THIRDS).tested([0.5, 0.5], [True]), "Chances.tested.chances"),
    ],
)
def test_chances_name_the_cell(build, place):
    """`Chances[1][2]` is the cell of the second row and the third column."""
    assert place == where(build)


def test_a_model_is_named_with_its_score():
    """The score of a host's model that is no probability is the model's."""

    @criterion(uses=(), version="1")
    def wild(_facts):
        return Verdict(True, score=7.0)

    assert f"{wild}.score" == where(lambda: Chances.by(wild).likely(Facts.of({}, at=NOW)))


@pytest.mark.parametrize(
    ("build", "place"),
    [
        (lambda: Table(" ", "now", PROSPECT.cells), "Table.rows"),
        (lambda: Table("fits", " ", PROSPECT.cells), "Table.columns"),
        (lambda: Table("fits", "now", [["BUY"] * 3] * 3), "Table fits x now"),
        (lambda: Table("fits", "now", [["DISCOVER"] * 3] * 3), "Table fits x now at fits YES, now YES"),
    ],
)
def test_a_table_names_the_questions_and_the_cell(build, place):
    """A table is known by its two questions, a cell by the two answers."""
    assert place == where(build)


@pytest.mark.parametrize(
    ("build", "place"),
    [
        (lambda: linear_gate(BUDGET, "need"), "linear_gate[1]"),
        (lambda: blind_score([(BUDGET, 1), ("need", 1)], bar=1), "blind_score[1]"),
        (lambda: blind_score([(BUDGET, 1), (BUDGET, "1")], bar=1), "blind_score[1]"),
        (lambda: blind_score({BUDGET: 1}, bar="1"), "blind_score.bar"),
    ],
)
def test_an_old_way_names_the_gate_or_the_points(build, place):
    """The second gate is `linear_gate[1]`."""
    assert place == where(build)


@pytest.mark.parametrize(
    ("build", "place"),
    [
        (lambda: Range("1", 2), "Range.low"),
        (lambda: Range(1, "2"), "Range.high"),
        (lambda: Range(1, 2, value="1"), "Range.value"),
        (lambda: Range(1, 2, draws=[1, "2"]), "Range.draws[1]"),
        (lambda: Range(1, 2, unit=5), "Range.unit"),
        (lambda: Range(1, 2, reason=5), "Range.reason"),
        (lambda: Range.of([1, "2"]), "Range.of[1]"),
    ],
)
def test_a_range_names_its_end_or_its_draw(build, place):
    """`Range.of[1]` is the second draw."""
    assert place == where(build)
