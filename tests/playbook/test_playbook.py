"""Facts about a playbook as one value: what it checks, how it changes, how it is cited."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

import pytest

from qualify.criteria import criterion, topic
from qualify.decisions import CUSTOMER, PROSPECT, Table
from qualify.errors import CriterionError, DefinitionError, InvalidType, InvalidValue, UnknownName
from qualify.models import Action, Facts, Lead, Topic, Vocabulary
from qualify.playbook import Playbook, Regime, Teach
from qualify.playbooks import saas
from qualify.stages import SAAS, Chart, Journey, State, Transition
from qualify.truth import Truth

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
WORDS = saas().vocabulary
CRITERIA = dict(saas().criteria)
DOOR = Chart(
    "door",
    State("outside"),
    State("inside"),
    transitions=(
        Transition("outside", on=("look", "wait"), to="outside"),
        Transition("outside", on="enter", to="inside"),
    ),
)
WELCOME = Table(
    "meaningful",
    "timely",
    [["SELL", "DISCOVER", "NURTURE"], ["DISCOVER", "DISCOVER", "NURTURE"], ["NURTURE", "NURTURE", "NURTURE"]],
)


def small(**changes):
    """A playbook on a chart of the host's own, with nothing but what it needs."""
    given = {
        "chart": DOOR,
        "regimes": {
            "outside": Regime(
                WELCOME, tells={Action.SELL: "enter", Action.DISCOVER: "look", Action.NURTURE: "wait"}
            )
        },
        "selling": None,
        "customer": None,
        "no_contact": None,
        "not_asked": None,
        "opted_out": None,
    }
    return Playbook("door", "1", WORDS, CRITERIA, **{**given, **changes})


def test_a_playbook_is_a_value():
    """Two that say the same are equal, hash alike, have one fingerprint, and survive pickling."""
    one, two = small(), small()
    assert one == two
    assert hash(one) == hash(two)
    assert one.fingerprint == two.fingerprint
    assert one == pickle.loads(pickle.dumps(one))
    assert one.fingerprint != saas().fingerprint
    assert f"door 1 {one.fingerprint}" == one.citation
    assert "<Playbook 'door' version '1'" in repr(one)


def test_a_hosts_own_chart_can_be_turned():
    """Regimes and tells join any chart; who has no special states needs to name none."""
    facts = Facts.of({"person": True, "need": "x", "team_size": 9, "fit": 4, "timing": "this month"}, at=NOON)
    turn = small().turn(Journey.start(DOOR, "x", at=NOON), facts, at=NOON)
    assert (Action.SELL, "enter") == (turn.decision.action, turn.step.event.name)
    assert "inside" in turn.journey.position.active
    with pytest.raises(InvalidValue, match="no regime of this playbook decides here"):
        small().turn(turn.journey, facts, at=NOON)


@pytest.mark.parametrize(
    ("changes", "kind", "said"),
    [
        ({"regimes": {}}, DefinitionError, "at least one regime"),
        ({"regimes": {"outsid": small().regimes["outside"]}}, UnknownName, "did you mean 'outside'"),
        ({"regimes": {"outside": PROSPECT}}, InvalidType, "a Regime is needed"),
        ({"selling": "sellin"}, UnknownName, "selling: unknown state"),
        ({"customer": "x"}, UnknownName, "customer: unknown state"),
        ({"no_contact": "x"}, UnknownName, "no_contact: unknown state"),
        ({"not_asked": "x"}, UnknownName, "not_asked: unknown state"),
        ({"opted_out": "x"}, UnknownName, "opted_out: unknown event"),
        ({"regimes": {"outside": Regime(WELCOME, tells="entr")}}, UnknownName, "did you mean 'enter'"),
        (
            {"regimes": {"outside": Regime(Table("fits", "timely", WELCOME.cells), tells="enter")}},
            UnknownName,
            "question",
        ),
        ({"teaches": [Teach("x", "timng", "this month")]}, UnknownName, "did you mean 'timing'"),
        ({"teaches": [Teach("x", "timing", "soon")]}, InvalidValue, "list of values"),
        (
            {"teaches": [Teach("x", "timing", "this month", inside="outsid")]},
            UnknownName,
            "did you mean 'outside'",
        ),
        ({"teaches": ["x"]}, InvalidType, "a Teach is needed"),
        ({"opt_in": 1}, InvalidType, "True or False"),
        ({"review": timedelta(0)}, InvalidValue, "longer than zero"),
        ({"renewal_notice": -timedelta(1)}, InvalidValue, "not negative"),
        ({"chart": "saas"}, InvalidType, "a Chart is needed"),
    ],
)
def test_a_name_that_nothing_defines_is_found_when_it_is_built(changes, kind, said):
    """States, events, questions and topics are checked against chart, criteria and vocabulary."""
    with pytest.raises(kind, match=said):
        small(**changes)


@pytest.mark.parametrize(
    ("criterion", "kind", "said"),
    [
        (topic("fitt") >= 3, UnknownName, "did you mean 'fit'"),
        (topic("fit") >= "three", CriterionError, "fit"),
        (True, InvalidType, "a criterion is needed"),
    ],
)
def test_criteria_are_checked_against_the_vocabulary(criterion, kind, said):
    """An unknown topic and a comparison that can never hold are errors when the playbook is built."""
    with pytest.raises(kind, match=said):
        saas().replace(criteria={"meaningful": criterion}, version="2")


def test_two_functions_of_one_name_are_found():
    """A name and a version stand for one function in the whole playbook."""

    def function(answer):
        @criterion(uses=("fit",), version="1")
        def regulated(facts):
            return facts["fit"] > answer

        return regulated

    one, other = function(1), function(2)
    with pytest.raises(CriterionError, match="two host functions bear one name"):
        saas().replace(version="2", criteria={"meaningful": one, "healthy": other})
    assert (
        saas().replace(version="2", criteria={"meaningful": one, "healthy": one}).criteria["healthy"] == one
    )


def test_a_changed_playbook_needs_a_new_version():
    """Stored decisions cite the version, so a change without a new one is an error; no change is none."""
    with pytest.raises(DefinitionError, match="needs a new version"):
        saas().replace(review=timedelta(days=30), version="1")
    assert saas() == saas().replace(version="1")
    changed = saas().replace(criteria={"timely": topic("timing") == "this month"}, version="2")
    assert saas().criteria["meaningful"] is changed.criteria["meaningful"]
    assert saas().criteria["timely"] != changed.criteria["timely"]
    with pytest.raises(UnknownName, match="did you mean 'review'"):
        saas().replace(reviews=timedelta(days=3), version="2")


def test_a_regime_has_an_event_for_each_action():
    """A table that may give an action needs an event to tell it by."""
    with pytest.raises(DefinitionError, match="none for DISQUALIFY"):
        Regime(PROSPECT, tells={Action.SELL: "sell", "discover": "discover", "NURTURE": "nurture"})
    with pytest.raises(UnknownName, match="unknown action"):
        Regime(PROSPECT, tells={"sel": "sell"})
    with pytest.raises(InvalidValue, match="two for SELL"):
        Regime(PROSPECT, tells={Action.SELL: "sell", "sell": "call"})
    with pytest.raises(InvalidType, match="decides by a Table"):
        Regime({}, tells="x")
    assert ("reviewed",) == Regime(CUSTOMER, tells="reviewed").events
    assert ("sell", "discover", "nurture", "disqualify") == saas().regimes["prospect"].events


def test_deciding_records_nothing():
    """`decide` gives the decision of the table for facts at a position."""
    facts = Facts.of({"timing": "this month"}, at=NOON, vocabulary=WORDS)
    decision = saas().decide(facts, SAAS.start(at=NOON))
    assert Action.DISCOVER is decision.action
    assert saas().decide(facts, SAAS.start(at=NOON), contact=False).contact is False


def test_what_is_known_can_be_looked_at():
    """`facts` shows what a turn knows: her words, and what signals and events taught."""
    journey = Journey.start(SAAS, "ana", at=NOON).record("declined", at=NOON)
    facts = saas().facts(journey, Lead("ana"), at=NOON)
    assert "not now" == facts["timing"]
    assert "ana#2" == facts.evidence("timing").id
    assert facts.evidence("timing") == saas().taught(journey)[0]


def test_a_playbook_needs_a_vocabulary():
    """Something else than a Vocabulary is an error that says so."""
    with pytest.raises(InvalidType, match="a Vocabulary is needed"):
        Playbook("x", "1", [Topic("fit")], CRITERIA)
    with pytest.raises(UnknownName):
        Playbook("x", "1", Vocabulary(Topic("fit")), CRITERIA)


def test_saas_is_one_object():
    """The ready playbook is built once, and its two tables are those of the design."""
    assert saas() is saas()
    assert {"prospect": PROSPECT, "customer": CUSTOMER} == {s: r.table for s, r in saas().regimes.items()}
    assert Truth.NO is saas().teaches[7].value
