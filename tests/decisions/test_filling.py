"""Taking somebody out of turn: where the walk down the list falls short, and a plan that has her does not.

Hours and gains are chosen by hand; a win is worth 2,048, so that a gain of whole numbers is exact.
"""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualify.decisions import Candidate, Capacity, Economics, allocate
from reference.decisions_allocation import best_plan, first_that_does_not_fit, in_turn

EASY = Economics(monthly_margin=2_048, monthly_churn=1, currency="EUR")


def lead(subject, gain, hours):
    """Give a candidate by what she gains and takes."""
    return Candidate(subject, win=gain / 2_048, hours=hours, economics=EASY)


def names(plan):
    """Give who is in a plan, in its order."""
    return [choice.subject for choice in plan]


# Ten hours: the walk takes `long` and has no four hours' work; `bo` and `di` together gain more. `cy` is the
# largest that is left out, and `odd` could be tried, too, but neither helps.
TEN = [lead("long", 66, 6), lead("bo", 50, 5), lead("di", 50, 5), lead("cy", 80, 10), lead("odd", 20, 10)]


def test_each_of_those_left_out_is_tried_first():
    """Two who fill the hours are better than one who leaves a gap, though neither gains most."""
    plan = allocate(TEN, Capacity(10))
    assert (["bo", "di"], 100, 10) == (names(plan), plan.value, plan.hours)
    assert "long" == plan.next.subject
    assert "taken first" in plan.why("bo")


@pytest.mark.parametrize("desk", list(permutations(TEN[:3])))
def test_among_plans_that_gain_the_same_the_first_id_is_taken_first(desk):
    """Whether `bo` or `di` came first among the candidates, it is `bo`."""
    plan = allocate(desk, Capacity(10))
    assert (["bo", "di"], True) == (names(plan), "taken first" in plan.why("bo"))


def test_whoever_is_in_any_plan_is_counted_with_each_that_is_tried():
    """A lead who takes no hours is in the plan before and after, and does not hide that another is better."""
    plan = allocate([*TEN, lead("form", 1_000, 0)], Capacity(10))
    assert (["form", "bo", "di"], 1_100) == (names(plan), plan.value)


def test_whoever_does_not_fit_alone_is_never_taken():
    """A deal of a hundred hours is not for a period of ten, whatever it gains."""
    plan = allocate([*TEN, lead("huge", 1_900, 100)], Capacity(10))
    assert (["bo", "di"], 10, "huge") == (names(plan), plan.hours, plan.next.subject)


def test_those_behind_are_looked_at_after_one_is_passed_over():
    """Who fits exactly into what is left is taken, and nobody is taken twice."""
    plan = allocate([lead("a", 30, 1), lead("b", 60, 3), lead("c", 30, 2)], Capacity(3))
    assert (["a", "c"], 3, "b") == (names(plan), plan.hours, plan.next.subject)
    equals = allocate([lead("a", 10, 1), lead("b", 10, 1), lead("c", 50, 5)], Capacity(4))
    assert (["a", "b"], 2, "c") == (names(equals), equals.hours, equals.next.subject)


@pytest.mark.parametrize("order", list(permutations(range(5))))
def test_equals_stand_in_order_wherever_they_are_in_the_plan(order):
    """Two runs of equals behind each other: the rate first, then fewer hours, then the smaller id."""
    desk = [
        lead("zoe", 100, 2),
        lead("yan", 100, 2),
        lead("bo", 40, 1),
        lead("abe", 40, 1),
        lead("cy", 20, 1),
    ]
    plan = allocate([desk[i] for i in order], Capacity(7))
    assert ["yan", "zoe", "abe", "bo", "cy"] == names(plan)


# -- many: only the one who gains most is tried --------------------------------------------------------------


def test_among_many_the_largest_is_tried_with_those_who_still_fit():
    """Seven hours of a large deal and three of a small one are better than three small ones."""
    small = [lead(f"small-{i:04}", 300, 3) for i in range(1_001)]
    plan = allocate([*small, lead("large", 690, 7), lead("form", 1_000, 0)], Capacity(10))
    assert (["form", "small-0000", "large"], 1_990, 10) == (names(plan), plan.value, plan.hours)


def test_among_many_the_largest_may_displace_the_best():
    """The best per hour no longer fits beside the largest, and another does."""
    never = [lead(f"never-{i:04}", 0.25, 11) for i in range(1_000)]
    plan = allocate([*never, lead("best", 660, 6), lead("ana", 500, 5), lead("bo", 490, 5)], Capacity(10))
    assert (["ana", "bo"], 990) == (names(plan), plan.value)


@pytest.mark.parametrize(("others", "found"), [(995, ["bo", "di"]), (996, ["cy"])])
def test_up_to_a_thousand_each_is_tried(others, found):
    """Beyond a thousand who gain, only the one who gains most is."""
    free = [lead(f"form-{i:03}", 1, 0) for i in range(others)]
    plan = allocate([*TEN, *free], Capacity(10))
    assert found == [name for name in names(plan) if not name.startswith("form")]


# -- against every plan, where hours leave gaps ----------------------------------------------------------


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), max_size=9),
    st.integers(0, 30),
)
def test_small_whole_numbers_leave_gaps_and_the_plan_still_holds(pairs, capacity):
    """With many ties and gaps: it fits, it is the best walk of all that begin with one, its bound holds."""
    desk = [lead(f"lead-{i}", 64.0 * gain, float(hours)) for i, (gain, hours) in enumerate(pairs)]
    plan = allocate(desk, Capacity(capacity))
    listed = [(c.per_hour, c.hours, c.subject, c.gain) for c in desk]
    gains = {c.subject: c.gain for c in desk}
    walks = [in_turn(listed, capacity)]
    for one in desk:
        if one.hours <= capacity:
            others = [line for line in listed if line[2] != one.subject]
            walks.append([one.subject, *in_turn(others, capacity - one.hours)])
    assert max(sum(gains[s] for s in walk) for walk in walks) == pytest.approx(plan.value, rel=1e-12)
    assert plan.value == pytest.approx(sum(gains[s] for s in set(names(plan))))
    assert plan.hours == sum(choice.hours for choice in plan) <= capacity
    assert first_that_does_not_fit(listed, capacity) == plan.price
    best = best_plan([c.gain for c in desk], [c.hours for c in desk], capacity)
    assert plan.value <= best * (1 + 1e-12) <= plan.bound * (1 + 1e-9)
    assert names(plan) == [s for _, _, s, _ in sorted(listed, key=_in_order) if s in set(names(plan))]


def _in_order(line):
    rate, hours, subject, _ = line
    return (-rate, hours, subject)
