"""The old ways decide as they always did, so that one can see what they cost."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.criteria import Columns, topic
from qualify.decisions import Policy, blind_score, first_come, linear_gate
from qualify.decisions._policies import GATE, UNDER_THE_BAR
from qualify.errors import DefinitionError, InvalidType, InvalidValue
from qualify.models import Action, Facts
from qualify.stages import SAAS
from qualify.truth import NO, UNKNOWN, YES

MONDAY = datetime(2026, 5, 4, tzinfo=UTC)
PROSPECT = SAAS.start(at=MONDAY)
CUSTOMER = SAAS.start(at=MONDAY, active="healthy")
BUDGET, NEED = topic("budget").exists().named("budget"), topic("seats") >= 10
OLD_WAYS = [
    linear_gate(BUDGET, NEED),
    blind_score({BUDGET: 20, NEED: 15}, bar=20),
    first_come(),
]


@pytest.mark.parametrize("old", OLD_WAYS)
@given(st.lists(st.tuples(st.sampled_from([5.0, None]), st.sampled_from([4.0, 40.0, None])), min_size=1))
def test_columns_decide_as_leads_do(old, leads):
    """Each old way gives the same action for a lead and for her row."""
    columns = Columns.of({"budget": [lead[0] for lead in leads], "seats": [lead[1] for lead in leads]})
    expected = []
    for budget, seats in leads:
        known = {k: v for k, v in {"budget": budget, "seats": seats}.items() if v is not None}
        expected.append(old.decide(Facts.of(known, at=MONDAY), PROSPECT).action)
    assert expected == [tuple(Action)[code] for code in old.actions(columns)]


@pytest.mark.parametrize("old", OLD_WAYS)
def test_an_old_way_is_a_policy_and_a_value(old):
    """It fits the protocol, and is equal after pickling."""
    assert isinstance(old, Policy)
    assert (old, hash(old)) == (pickle.loads(pickle.dumps(old)), hash(old))


@pytest.mark.parametrize("old", OLD_WAYS)
def test_at_the_win_everything_stops(old):
    """A customer gets nothing from an old way, which says so."""
    decision = old.decide(Facts.of({"budget": 1, "seats": 40}, at=MONDAY), CUSTOMER)
    assert (Action.NURTURE, "at the win everything stops") == (decision.action, decision.note)


@pytest.mark.parametrize("old", OLD_WAYS)
def test_do_not_contact_holds_for_old_ways_too(old):
    """Whom nobody may contact nobody sells to, in whatever way one decides."""
    decision = old.decide(Facts.of({"budget": 1, "seats": 40}, at=MONDAY), PROSPECT, contact=False)
    assert (Action.NURTURE, "do_not_contact") == (decision.action, decision.code.code)


def test_a_gate_reads_not_knowing_as_a_no():
    """Nobody asked about the budget, and she is out; the rest of the gates is never looked at."""
    decision = linear_gate(BUDGET, NEED).decide(Facts.of({"seats": 40}, at=MONDAY), PROSPECT)
    assert (Action.DISQUALIFY, {"budget": UNKNOWN}) == (decision.action, dict(decision.answers))
    assert "stopped at gate 1 of 2" == decision.note
    late = linear_gate(BUDGET, NEED).decide(Facts.of({"budget": 1, "seats": 4}, at=MONDAY), PROSPECT)
    assert ({"budget": YES, "gate 2": NO}, "not_us") == (dict(late.answers), late.code.kind)


def test_points_let_one_thing_stand_for_another():
    """A budget alone reaches the bar, whatever she needs."""
    score = blind_score([(BUDGET, 20), (NEED, 15)], bar=20)
    assert Action.SELL is score.decide(Facts.of({"budget": 1, "seats": 4}, at=MONDAY), PROSPECT).action
    low = score.decide(Facts.of({"seats": 40}, at=MONDAY), PROSPECT)
    assert (Action.NURTURE, "15 points, the bar is 20") == (low.action, low.note)
    assert {"budget": UNKNOWN, "criterion 2": YES} == dict(low.answers)


def test_two_criteria_of_one_name_both_count():
    """Neither answer is lost: the second stands under its place."""
    twin = (topic("seats") >= 10).named("budget")
    points = blind_score([(BUDGET, 20), (twin, 15)], bar=50)
    decision = points.decide(Facts.of({"budget": 1, "seats": 40}, at=MONDAY), PROSPECT)
    assert "35 points, the bar is 50" == decision.note
    assert {"budget": YES, "criterion 2": YES} == dict(decision.answers)
    gates = linear_gate(BUDGET, twin).decide(Facts.of({"budget": 1, "seats": 4}, at=MONDAY), PROSPECT)
    assert {"budget": YES, "gate 2": NO} == dict(gates.answers)


def test_a_chart_without_customers_is_decided_on_everywhere():
    """With customer=None no state stops an old way."""
    assert Action.SELL is first_come(customer=None).decide(Facts.of({}, at=MONDAY), CUSTOMER).action


@pytest.mark.parametrize(
    ("build", "error"),
    [
        (linear_gate, DefinitionError),
        (lambda: linear_gate("budget"), InvalidType),
        (lambda: blind_score({}, bar=1), DefinitionError),
        (lambda: blind_score({"budget": 1}, bar=1), InvalidType),
        (lambda: blind_score({BUDGET: float("nan")}, bar=1), InvalidValue),
        (lambda: blind_score({BUDGET: 1}, bar="20"), InvalidType),
    ],
)
def test_what_is_no_old_way_is_an_error(build, error):
    """Gates and points are criteria, bars are numbers."""
    with pytest.raises(error):
        build()


def test_why_the_old_ways_say_no():
    """A gate says not us, a score under the bar not now."""
    assert ("gate_not_passed", "not_us") == (GATE.code, GATE.kind)
    assert ("score_under_the_bar", "not_now") == (UNDER_THE_BAR.code, UNDER_THE_BAR.kind)
