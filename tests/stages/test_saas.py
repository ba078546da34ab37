"""The default chart keeps its promises."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify import wire
from qualify.stages import MEANINGS, SAAS, Chart, Journey
from qualify.truth import Truth
from strategies.stages import T0

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
PROSPECT = ("engaged", "discovery", "nurturing", "sales_ready", "selling", "disqualified", "former")
CUSTOMER = ("onboarding", "healthy", "at_risk")
GOALS = {"sell": "sales_ready", "discover": "discovery", "nurture": "nurturing", "disqualify": "disqualified"}
ALWAYS = ("won", "declined", "lost", "returned", "opted_in", "opted_out")


def tell(state, event, consent="not_asked", **answers):
    """Give the step of one event from a state."""
    return SAAS.step(SAAS.start(at=T0, active=(state, consent)), event, at=T0, answers=answers)


def test_the_table_has_no_findings():
    """Every state can be left, none but an initial one is a one-way gate, and order decides nowhere."""
    assert () == SAAS.check()


def test_it_has_a_name_and_a_version():
    """Stored journeys name the chart that rules them."""
    assert ("saas", "1") == (SAAS.name, SAAS.version)


@pytest.mark.parametrize(
    "file", sorted(GOLDEN.glob("*/default_chart.json")), ids=lambda file: file.parent.name
)
def test_another_table_has_another_version(file):
    """Who changes the chart of a release gives it a new version."""
    stored = wire.loads(file.read_text(encoding="utf-8"), Chart)
    assert (stored == SAAS) == (stored.version == SAAS.version)


@pytest.mark.parametrize("state", PROSPECT)
@pytest.mark.parametrize("event", GOALS)
def test_a_decision_moves_a_prospect_from_anywhere_but_a_running_deal(state, event):
    """Where she already is it stays; while selling it is advice; nurture in former stays too."""
    step = tell(state, event)
    if state in ("selling", GOALS[event]) or (state, event) == ("former", "nurture"):
        assert "stayed" == step.end
    else:
        assert GOALS[event] == step.after.leaves[0]


@pytest.mark.parametrize("state", PROSPECT)
def test_nobody_is_made_ready_to_be_sold_to_against_her_word(state):
    """`sell` from elsewhere is refused inside do_not_contact."""
    step = tell(state, "sell", "do_not_contact")
    assert ("stayed" if state in ("selling", "sales_ready") else "refused") == step.end


@pytest.mark.parametrize("state", PROSPECT + CUSTOMER)
@pytest.mark.parametrize("event", ALWAYS)
def test_whatever_can_be_true_is_never_refused(state, event):
    """A win, a no, a return and a word about consent are taken wherever she stands."""
    assert not tell(state, event).refused


@pytest.mark.parametrize("state", PROSPECT)
def test_the_facts_of_a_prospect(state):
    """Each fact leads where the words say."""
    assert "selling" == tell(state, "accepted").after.leaves[0]
    assert "onboarding" == tell(state, "won").after.leaves[0]
    assert "nurturing" == tell(state, "declined").after.leaves[0] == tell(state, "lost").after.leaves[0]
    back = tell(state, "handed_back")
    assert (state in ("sales_ready", "selling")) == (not back.refused)
    returned = tell(state, "returned")
    assert (state in ("nurturing", "disqualified", "former")) == returned.moved
    for event in ("renewed", "expanded", "cancelled", "onboarded", "reviewed"):
        refused = tell(state, event)
        assert refused.refused
        assert "won" in refused.refusals[0].through


@pytest.mark.parametrize("state", ["sales_ready", "selling"])
def test_whom_a_rep_hands_back_is_engaged(state):
    """She is not ready after all, and not lost either."""
    assert "engaged" == tell(state, "handed_back").after.leaves[0]


@pytest.mark.parametrize("state", ["nurturing", "disqualified", "former"])
def test_who_comes_back_is_engaged(state):
    """Whatever was decided before, she is heard again."""
    assert "engaged" == tell(state, "returned").after.leaves[0]


@pytest.mark.parametrize(
    ("state", "event"),
    [
        ("selling", "accepted"),
        ("nurturing", "declined"),
        ("nurturing", "lost"),
        ("engaged", "returned"),
        ("healthy", "onboarded"),
        ("at_risk", "onboarded"),
        ("onboarding", "reviewed"),
    ],
)
def test_what_is_said_twice_is_taken_and_changes_nothing(state, event):
    """The state is not left and entered again, so its spell goes on."""
    assert "stayed" == tell(state, event).end


@pytest.mark.parametrize("consent", ["not_asked", "contactable", "do_not_contact"])
def test_her_last_word_about_consent_holds(consent):
    """Yes and no are kept wherever consent stood, and saying it again changes nothing."""
    for event, goal in (("opted_in", "contactable"), ("opted_out", "do_not_contact")):
        step = tell("engaged", event, consent)
        assert ("engaged", goal) == step.after.leaves
        assert ("stayed" if consent == goal else "moved") == step.end


@pytest.mark.parametrize("state", CUSTOMER)
def test_the_facts_of_a_customer(state):
    """She stays a customer until she cancels."""
    for event in ("renewed", "expanded", "won", "declined", "lost", "returned"):
        assert "stayed" == tell(state, event).end
    assert "former" == tell(state, "cancelled").after.leaves[0]
    assert ("healthy" if state == "onboarding" else state) == tell(state, "onboarded").after.leaves[0]
    for event in GOALS:
        assert tell(state, event).refused


@pytest.mark.parametrize(
    ("state", "healthy", "goal"),
    [
        ("at_risk", Truth.YES, "healthy"),
        ("at_risk", Truth.NO, "at_risk"),
        ("healthy", Truth.NO, "at_risk"),
        ("healthy", Truth.UNKNOWN, "healthy"),
        ("onboarding", Truth.NO, "at_risk"),
        ("onboarding", Truth.YES, "onboarding"),
        ("at_risk", Truth.UNKNOWN, "at_risk"),
        ("healthy", Truth.YES, "healthy"),
    ],
)
def test_a_review_moves_a_customer_by_its_answer(state, healthy, goal):
    """YES leads at_risk to healthy, NO leads to at_risk, anything else stays."""
    step = tell(state, "reviewed", healthy=healthy)
    assert goal == step.after.leaves[0]
    assert not step.refused


def test_consent_is_a_region_of_its_own():
    """Nothing about consent moves the relationship."""
    step = tell("selling", "opted_out")
    assert ("selling", "do_not_contact") == step.after.leaves
    assert "stayed" == tell("selling", "opted_out", "do_not_contact").end
    assert "stayed" == tell("selling", "opted_in", "contactable").end


@given(st.lists(st.sampled_from(SAAS.events), max_size=40))
def test_prospect_is_entered_only_by_beginning_or_cancelling(names):
    """Moves inside prospect do not leave it, so its spells are pursuits."""
    journey = Journey.start(SAAS, "ana", at=T0)
    for name in names:
        journey = journey.record(name, at=T0)
    assert {s.entered_by for s in journey.spells("prospect")} <= {"started", "cancelled"}
    assert {s.left_by for s in journey.spells("prospect")} <= {"won", None}


def test_every_word_has_a_meaning():
    """Each state and event is explained, in the order of the table, and nothing else is."""
    assert set(MEANINGS) == {*SAAS.state_names, *SAAS.events}
