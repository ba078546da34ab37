"""Erasing a person leaves no word of hers in anything that is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualify import wire
from qualify.errors import QualifyError
from qualify.models import Account, Evidence, Lead, Person, Signal
from qualify.playbooks import saas
from qualify.stages import Journey
from qualify.truth import Truth

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
SECRET = "Ana Horvát <ana@example.org> +43-555-0100"
MARKS = ("Horv", "example.org", "555-0100")
PLAYBOOK = saas()
TEXT_TOPICS = [topic.name for topic in PLAYBOOK.vocabulary if topic.type == "any"]


def has_secret(text: str) -> bool:
    """Tell whether a word of hers stands in a text."""
    return any(mark in text or mark in text.encode().decode("unicode_escape", "replace") for mark in MARKS)


@st.composite
def lives(draw):
    """Give a lead full of her words, and the journey that turns made of it."""
    lead = Lead("lead-1", people=[Person("p-1", name=SECRET, email=SECRET, role=SECRET)],
                account=Account("a-1", name=SECRET))  # fmt: skip
    journey, now = Journey.start(PLAYBOOK.chart, "lead-1", at=NOON), NOON
    for _ in range(draw(st.integers(1, 6))):
        now += timedelta(days=draw(st.integers(0, 40)))
        topic = draw(st.sampled_from(TEXT_TOPICS))
        lead = lead.learn(
            Evidence(topic, draw(st.sampled_from((SECRET, {"said": SECRET}, (SECRET,)))), at=now)
        )
        lead = lead.hear(Signal("page_seen", at=now, details={"message": SECRET}))
        turn = PLAYBOOK.turn(journey, lead, at=now)
        journey = turn.journey
        if turn.decision.ask is not None:
            lead = lead.ask(turn.decision.ask, at=now)
        assert not has_secret(str(turn))
        assert not has_secret(turn.decision.reason)
    return lead, journey


@settings(max_examples=30)
@given(lives())
def test_the_journey_holds_no_word_of_hers(life):
    """Events, decisions, steps and their text are made of ids, topics and truths."""
    _, journey = life
    assert not has_secret(wire.dumps(journey))
    assert not has_secret(repr(journey) + "".join(map(str, journey.steps)))
    for event in journey.events:
        assert not has_secret(repr(event))


@settings(max_examples=30)
@given(lives())
def test_without_the_lead_the_journey_replays_and_counts(life):
    """Nothing that is counted depends on her words; recomputing says that they are gone."""
    _, journey = life
    replayed = Journey.replay(PLAYBOOK.chart, "lead-1", journey.events)
    assert journey == replayed
    assert journey.dwell() == replayed.dwell()
    for version in range(2, journey.version + 1):
        if journey.events[version - 1].because is not None:
            found = PLAYBOOK.recompute(journey, None, version=version)
            assert found.agrees is Truth.UNKNOWN


@settings(max_examples=30)
@given(lives())
def test_a_blanked_lead_keeps_places_and_no_words(life):
    """Each record keeps its place, topic, instant and id."""
    lead, _ = life
    blank = lead.erase()
    assert not has_secret(wire.dumps(blank))
    assert not has_secret(repr(blank))
    assert [(one.topic, one.at, one.id) for one in lead.evidence] == [
        (one.topic, one.at, one.id) for one in blank.evidence
    ]


@pytest.mark.parametrize(
    "act",
    [
        lambda lead: lead.learn(Evidence("need", "other", at=NOON, id=lead.evidence[0].id)),
        lambda lead: lead.retract("no such id", at=NOON),
        lambda lead: PLAYBOOK.vocabulary["timing"].check(SECRET),
        lambda lead: wire.loads(wire.dumps(lead).replace('"Person"', '"Persom"'), Lead),
        lambda lead: wire.loads(wire.dumps(lead).replace('"name":', '"nick":'), Lead),
        lambda lead: Evidence("fit", SECRET, at=datetime(2026, 1, 1)),  # noqa: DTZ001 - the fault under test
    ],
)
def test_an_error_tells_no_word_of_hers(act):
    """Ids are taken, names are unknown, documents are broken: the message describes."""
    lead = Lead("lead-1", people=[Person("p-1", name=SECRET)]).learn(Evidence("need", SECRET, at=NOON))
    with pytest.raises(QualifyError) as caught:
        act(lead)
    assert not has_secret(str(caught.value))


@pytest.mark.parametrize(
    ("page", "code"),
    [("store-in-sqlite", "sqlite_store"), ("store-in-sqlalchemy", "sqlalchemy_store")],
)
def test_the_page_shows_the_code_that_is_tested(page, code):
    """The recipe in the docs is the file that keeps the contract and survives the kills."""
    here = Path(__file__).resolve().parent
    text = (here.parents[1] / "docs" / "how-to" / f"{page}.md").read_text(encoding="utf-8")
    source = (here / f"{code}.py").read_text(encoding="utf-8").split("\n\n", 1)[1]
    assert source.replace("from __future__ import annotations\n\n", "").strip() in text
