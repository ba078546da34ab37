"""What was planned and stored: read again without choosing anew, by whatever rule it was chosen then."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.decisions import Candidate, Candidates, Capacity, Choice, Economics, allocate
from qualify.decisions._allocation import allocation_of
from qualify.errors import QualifyError
from qualify.models import Action, Question

EASY = Economics(monthly_margin=2_048, monthly_churn=1, currency="EUR")
ASK = Question("need", "What for?", cost=30)


def lead(subject, gain, hours, **more):
    """Give a candidate by what she gains and takes."""
    return Candidate(subject, win=gain / 2_048, hours=hours, economics=EASY, **more)


SALES = [lead("long", 66, 6), lead("bo", 50, 5), lead("di", 50, 5)]
DESK = [*SALES, lead("cy", 80, 10, ask=ASK), lead("no", 0, 1)]


def again(plan, **changes):
    """Give a plan from what it wrote of itself, with some of that changed."""
    return allocation_of(**{**plan._canonical(), **changes})


@given(st.sets(st.integers(0, 4)), st.integers(0, 30))
def test_a_plan_is_read_as_it_was_written(rows, capacity):
    """The same lines, the same numbers and the same sentences."""
    plan = allocate([DESK[row] for row in rows], Capacity(capacity))
    twin = again(plan)
    assert plan == twin
    assert hash(plan) == hash(twin)
    assert (plan.certificate, repr(plan)) == (twin.certificate, repr(twin))
    assert [plan.why(DESK[row].subject) for row in rows] == [twin.why(DESK[row].subject) for row in rows]


def test_nobody_is_chosen_anew():
    """Who was chosen then stays chosen, also where today's rule would choose others."""
    plan = allocate(SALES, Capacity(10))
    then = again(plan, chosen=["long"], value=66.0, hours=6.0, next="di", first=None)
    assert (["long"], "di") == ([choice.subject for choice in then], then.next.subject)
    assert (66.0, 6.0) == (then.value, then.hours)
    assert plan != then


def test_equals_of_a_stored_plan_are_named_as_they_were():
    """Fewer hours come first, then the smaller id; later hours of a question are paid at the stored price."""
    third = [20 / 2_048, 10 / 2_048, 20 / 2_048]
    sales = Candidates(["cy", "bo", "ana"], win=third, hours=[2, 1, 2], economics=EASY)
    asked = [lead("top", 20, 1), lead("dee", 40, 2, ask=ASK), lead("ana", 20, 2), lead("bo", 10, 1)]
    for desk, subject, others in ((sales, "cy", "as bo, ana;"), (asked, "top", "as dee;")):
        plan = allocate(desk, Capacity(2))
        assert others in plan.why(subject)
        assert plan.why(subject) == again(plan).why(subject)


def test_plans_of_other_candidates_are_other_plans():
    """Two plans of the same lines are equal only if the same leads competed."""
    plan = allocate(SALES, Capacity(10))
    assert plan == allocate(SALES[::-1], Capacity(10))
    assert plan != allocate([*SALES, DESK[4]], Capacity(10))


def test_a_plan_promises_no_more_than_the_best():
    """A certificate is at most 1, also of a plan that was stored with a bound below its value."""
    assert 1.0 == again(allocate(DESK[:1], Capacity(10)), bound=60.0).certificate


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"chosen": ["eve"]}, "Allocation.chosen"),
        ({"chosen": ["bo", "bo"]}, "Allocation.chosen"),
        ({"next": "eve"}, "Allocation.next"),
        ({"first": "eve"}, "Allocation.first"),
        ({"price": "1"}, "Allocation.price"),
        ({"value": float("nan")}, "Allocation.value"),
        ({"bound": None}, "Allocation.bound"),
        ({"hours": "1"}, "Allocation.hours"),
    ],
)
def test_what_was_no_plan_is_an_error(changes, place):
    """Each is named by its field."""
    with pytest.raises(QualifyError) as error:
        again(allocate(SALES, Capacity(10)), **changes)
    assert place == error.value.where


def test_candidates_are_equal_if_all_columns_are():
    """Ids, gains, hours, who is asked and the currency; that nobody is asked is not written."""
    sold = Candidates(["ana", "bo"], win=[0.5, 0.25], hours=[1, 2], economics=EASY)
    columns = {"subject": ["ana", "bo"], "gain": [1024, 512], "now": [1, 2], "currency": "EUR"}
    assert sold == Candidates.of_columns(**columns)
    assert sold == Candidates.of_columns(**columns, later=[0, 0], asked=[False, False])
    assert (sold == "two candidates") is False
    for change in (
        {"subject": ["ana", "cy"]},
        {"gain": [1024, 513]},
        {"now": [1, 3]},
        {"currency": "USD"},
        {"later": [0, 1], "asked": [False, True]},
    ):
        assert sold != Candidates.of_columns(**{**columns, **change})


def test_columns_of_questions_are_read_as_they_were_written():
    """What is asked and what later hours may follow come back."""
    asked = Candidates.of(DESK)
    assert asked == Candidates.of_columns(**asked._canonical())
    assert repr(asked) == repr(Candidates.of_columns(**asked._canonical()))


@pytest.mark.parametrize(
    ("column", "value", "place"),
    [
        ("subject", ["ana", "ana"], "subject"),
        ("gain", [1], "gain"),
        ("now", [1, -1], "now, row 1"),
        ("now", [1, 1e7], "now, row 1"),
        ("later", [1, -1], "later, row 1"),
        ("later", [1, 1e7], "later, row 1"),
        ("asked", [1, 0], "asked"),
        ("currency", 5, "currency"),
    ],
)
def test_a_stored_column_names_itself(column, value, place):
    """`Candidates.now, row 1` is where hours are not hours."""
    columns = {"subject": ["ana", "bo"], "gain": [1, 2], "now": [1, 2], "currency": "EUR", column: value}
    with pytest.raises(QualifyError) as error:
        Candidates.of_columns(**columns)
    assert f"Candidates.{place}" == error.value.where


def test_a_line_of_a_plan_holds_numbers():
    """Whole hours and gains become numbers with a point, as they are stored."""
    line = Choice("ana", Action.SELL, hours=4, gain=np.int64(600))
    assert (float, float) == (type(line.hours), type(line.gain))
