"""Those who compete for hours, one by one and as columns of any maker."""

from __future__ import annotations

import numpy as np
import pytest

from qualify.decisions import Candidate, Candidates, Capacity, Economics, allocate
from qualify.errors import InvalidValue
from qualify.models import Action, Question

EASY = Economics(monthly_margin=100, monthly_churn=0.05, currency="EUR")
ASK = Question("need", "What for?", cost=30)


def test_a_question_is_worth_its_share_of_a_sale_for_all_its_hours():
    """Half a sale of 1,000 for half an hour now and one of two hours later: 500 in 1.5 hours."""
    asked = Candidate("ana", win=0.5, hours=2, economics=EASY, ask=ASK)
    assert (500.0, 0.5, 1.0) == (asked.gain, asked.hours_now, asked.hours_later)
    assert 500 / 1.5 == asked.per_hour


def test_a_row_is_read_before_any_price():
    """A candidate that is read from the columns has not paid for later hours yet."""
    many = Candidates.of([Candidate("ana", win=0.5, hours=2, economics=EASY, ask=ASK)])
    assert (500.0, 500.0) == (many[0].gain, many[:1][0].gain)
    assert 300.0 == many.choice(0, price=200.0).gain


def test_a_sale_has_no_later_hours_to_pay():
    """Columns without questions give the gains of a plan as they came."""
    many = Candidates(["ana", "bo"], win=[0.5, 0.4], hours=2.0, economics=EASY)
    plan = allocate(many, Capacity(2))
    assert (400.0, [1_000.0]) == (plan.price, [choice.gain for choice in plan])


def test_some_rows_are_candidates_again():
    """Each keeps her id, her gain, her hours and what she is asked."""
    many = Candidates.of(
        [
            Candidate("ana", win=0.5, hours=2, economics=EASY, ask=ASK),
            Candidate("bo", win=0.4, hours=1, economics=EASY),
            Candidate("cy", win=0.3, hours=3, economics=EASY, ask=ASK),
        ]
    )
    part = many.part(np.array([2, 1]))
    assert [many.choice(row, 10.0) for row in (2, 1)] == [part.choice(row, 10.0) for row in (0, 1)]
    assert "<Candidates: 1 to sell to, 1 to ask; EUR>" == repr(part)
    plain = Candidates(["ana", "bo"], win=[0.5, 0.4], economics=EASY).part(np.array([1]))
    assert [("bo", Action.SELL, 800.0)] == [(c.subject, c.action, c.gain) for c in plain]


@pytest.mark.parametrize("half", [0.5, np.float32(0.5), np.array(0.5), [0.5, 0.5], np.array([0.5, 0.5])])
def test_a_column_is_one_number_for_all_or_one_for_each(half):
    """Python's numbers, numpy's scalars and arrays are read alike."""
    assert [1_000, 1_000] == Candidates(["ana", "bo"], win=half, economics=EASY).gain.tolist()


@pytest.mark.parametrize(
    "ids",
    [
        ["ana", "bo"],
        np.array(["ana", "bo"]),
        np.array(["ana", "bo"], object),
        np.ma.array(["ana", "bo"], mask=[False, False]),
    ],
)
def test_ids_come_in_any_column_of_text(ids):
    """Lists, arrays of text, of objects and masked ones name the same two leads."""
    assert ["ana", "bo"] == [c.subject for c in Candidates(ids, win=0.5, economics=EASY)]


@pytest.mark.parametrize(
    "ids",
    [np.ma.array([1, 2], mask=[False, True]), np.ma.array(["ana", "bo"], mask=[False, True]), ["ana", None]],
)
def test_a_missing_id_is_found_in_any_column(ids):
    """Nobody competes without an id, whatever marks it as missing."""
    with pytest.raises(InvalidValue, match="Candidates.subject, row 1: an id is needed"):
        Candidates(ids, win=0.5, economics=EASY)


def test_the_id_that_occurs_twice_is_named():
    """The error shows the second one, not the first id of all."""
    with pytest.raises(InvalidValue, match="a subject competes once") as error:
        Candidates(["ana", "bo", "cy", "bo"], win=0.5, economics=EASY)
    assert "'bo'" == error.value.found
