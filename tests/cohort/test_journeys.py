"""Facts about the bridge between journeys and columns, in both directions."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.cohort import BadRow, Cohort, Field, Imported, journeys_from_rows
from qualify.criteria import heard, topic
from qualify.errors import InvalidValue, UnknownName
from qualify.models import (
    Account,
    Action,
    Decision,
    Evidence,
    Facts,
    Lead,
    Offer,
    Person,
    Signal,
    Topic,
    Vocabulary,
)
from qualify.stages import SAAS, Journey
from qualify.truth import NO

MAY = datetime(2026, 5, 1, 9, tzinfo=UTC)
WORDS = Vocabulary(Topic("seats", "number"), Topic("need", "any"))
EVENTS = Field("to", values={"SQL": "accepted", "Won": "won", "Lost": "lost", "Renewal": "renewed"})
MAPPING = {"subject": "lead", "at": Field("at", zone="UTC"), "event": EVENTS}


def day(number):
    return MAY + timedelta(days=number)


def begun(subject, active=None):
    return Journey.start(SAAS, subject, at=MAY, active=active)


WON = begun("won").record("accepted", at=day(1)).record("lost", at=day(2)).record("won", at=day(3))
LOST = begun("lost").record("accepted", at=day(1)).record("lost", at=day(2))
RUNNING = begun("open").record("accepted", at=day(1))
NEVER = begun("never")
OLD = begun("old", active="healthy")


def test_a_journey_is_a_row():
    """Won once is YES, ended otherwise NO, running or never tried UNKNOWN; of old customers nobody saw it."""
    leads = Cohort.from_journeys([WON, LOST, RUNNING, NEVER, OLD], at=day(9))
    assert [1, -1, 0, 0, None] == leads.outcome.tolist()
    assert [1, 1, 1, -1, None] == leads.pursued.tolist()
    assert ["onboarding", "nurturing", "selling", "engaged", "healthy"] == [
        state.partition(",")[0] for state in leads.state
    ]
    assert [False, False, True, True, True] == np.isnat(leads.closed).tolist()
    assert (day(9), day(0)) == (leads.at, leads.opened[0].astype(object).replace(tzinfo=UTC))


def test_attempts_are_counted_one_by_one():
    """One lead can have several; each knows its row."""
    attempts = Cohort.from_journeys([WON, LOST, RUNNING, NEVER]).attempts()
    assert [(-1, 0), (1, 0), (-1, 1), (0, 2)] == list(
        zip(attempts.outcomes.tolist(), attempts.rows.tolist(), strict=True)
    )


def test_at_is_the_latest_instant_known():
    """And with an earlier one what came later is not there."""
    assert day(3) == Cohort.from_journeys([WON, NEVER]).at
    leads = Cohort.from_journeys([WON, Journey.start(SAAS, "later", at=day(5))], at=day(1))
    assert (["won"], [0]) == (leads.ids.tolist(), leads.outcome.tolist())
    assert {"started later": 1} == dict(leads.left_out)
    assert Cohort.from_journeys([]).at is None


def test_merged_journeys_are_left_out_and_counted():
    """The survivor speaks for both."""
    gone = NEVER.merged(into="won", at=day(4))
    leads = Cohort.from_journeys([WON, gone])
    assert (["won"], {"merged": 1}) == (leads.ids.tolist(), dict(leads.left_out))


def test_leads_bring_what_is_known():
    """People, account, offer and owner, the facts, and what was heard."""
    lead = Lead(
        "won",
        people=[Person("p-1")],
        account=Account("acme"),
        offer=Offer("pro"),
        owner="mia",
        evidence=[Evidence("seats", 40, at=MAY)],
        signals=[Signal("demo", at=day(1))],
    )
    leads = Cohort.from_journeys([WON, NEVER], leads=[lead], vocabulary=WORDS)
    assert [("acme", "p-1", "pro", "mia"), (None, None, None, None)] == list(
        zip(leads.account, leads.person, leads.offer, leads.owner, strict=True)
    )
    assert (40, None) == leads.topics["seats"]
    assert [1, -1] == leads.truths(heard("demo")).tolist()
    assert [1, 0] == leads.truths(topic("seats") >= 10).tolist()
    without_words = Cohort.from_journeys([WON, NEVER], leads=[lead])
    assert [1, 0] == without_words.truths(topic("seats") >= 10).tolist()
    assert ("won/1",) == tuple(leads.facts(0).evidence(name).id for name in leads.facts(0))
    assert ["seats"] == list(leads[[0]].facts(0))


def test_facts_speak_louder_than_leads():
    """A host, or a playbook that knows what events teach, says what is known."""
    facts = Facts.of({"seats": 3}, at=day(3), subject="won")
    leads = Cohort.from_journeys([WON], leads=[Lead("won")], facts=[facts])
    assert (3,) == leads.topics["seats"]
    assert leads.facts(0) is facts
    assert day(4) == leads.facts(0, at=day(4)).at


@pytest.mark.parametrize("given", [{}, {"vocabulary": WORDS}, {"leads": [Lead("won")]}])
def test_journeys_alone_do_not_say_what_is_known(given):
    """A question about a topic is then an error that says what to give."""
    leads = Cohort.from_journeys([WON, LOST], **given)
    told = (
        "Cohort.truths: unknown topic (got 'seats'); "
        "give from_journeys vocabulary=playbook.vocabulary and facts= or leads="
    )
    with pytest.raises(UnknownName, match=re.escape(told)):
        leads.truths(topic("seats") >= 10)


def test_the_last_decision_is_kept():
    """As the name of its action."""
    decided = NEVER.record("nurture", at=day(1), because=Decision(Action.NURTURE, at=day(1)))
    assert ["nurture", None] == Cohort.from_journeys([decided, LOST]).decision.tolist()


def test_a_lead_needs_its_journey():
    """One that fits none is a mistake of the caller."""
    with pytest.raises(UnknownName, match="from_journeys: unknown subject"):
        Cohort.from_journeys([WON], leads=[Lead("on")])


def test_some_rows_keep_their_journeys():
    """So that attempts and facts stay theirs."""
    leads = Cohort.from_journeys([WON, LOST, RUNNING])
    assert (LOST,) == leads[[1]].journeys
    assert [-1] == leads[[1]].attempts().outcomes.tolist()
    assert leads[:2] == Cohort.from_journeys([WON, LOST], at=day(3))


# -- CRM histories --------------------------------------------------------------------------------------


def told(*rows):
    return {
        "lead": [r[0] for r in rows],
        "to": [r[1] for r in rows],
        "at": [r[2] for r in rows],
        "from": [r[3] if len(r) > 3 else "" for r in rows],
        "who": [r[4] if len(r) > 4 else "" for r in rows],
    }


def test_rows_in_any_order_become_journeys():
    """Each subject's rows are told in the order of their instants; those of one instant keep theirs."""
    rows = told(
        ("ana", "Won", "2026-06-01T09:00"), ("ana", "SQL", "2026-05-01T09:00"),
        ("bo", "SQL", "2026-05-01T09:00"), ("bo", "Lost", "2026-05-01T09:00"),
    )  # fmt: skip
    history = journeys_from_rows(SAAS, rows, MAPPING)
    assert ["onboarding, not_asked", "nurturing, not_asked"] == [str(j.position) for j in history.journeys]
    assert [("ana", 3), ("bo", 3)] == [(j.subject, len(j)) for j in history.journeys]
    assert () == history.refused


@given(st.permutations(range(6)))
def test_the_order_of_rows_does_not_count(order):
    """As long as no two rows of one subject have one instant."""
    rows = [("ana", ["SQL", "Lost", "Won"][n % 3], f"2026-05-0{n + 1}T09:00") for n in range(6)]
    assert journeys_from_rows(SAAS, told(*rows), MAPPING).journeys == (
        journeys_from_rows(SAAS, told(*(rows[n] for n in order)), MAPPING).journeys
    )


def test_a_history_may_begin_in_the_middle():
    """Where the export says whence she came, she is taken in there, and nobody saw it begin."""
    rows = told(("ana", "Renewal", "2026-05-01T09:00", "Customer", "mia"))
    mapping = {**MAPPING, "start": Field("from", values={"Customer": "healthy"}), "by": "who"}
    (journey,) = journeys_from_rows(SAAS, rows, mapping).journeys
    assert ("healthy", "mia", True) == (
        journey.position.leaves[0], journey.events[1].by, journey.spells("healthy")[0].truncated,
    )  # fmt: skip


def test_what_cannot_be_taken_is_listed_with_its_reason():
    """A refused step, and rows without subject, instant or event; the others go on."""
    rows = told(
        ("ana", "Renewal", "2026-05-01T09:00"), ("ana", "Won", "2026-05-02T09:00"),
        ("", "Won", "2026-05-02T09:00"), ("bo", "", "2026-05-02T09:00"),
        ("bo", "Won", ""), ("cy", "Won", "x"),
    )  # fmt: skip
    history = journeys_from_rows(SAAS, rows, MAPPING, numbers=range(2, 8))
    assert [("ana", 2)] == [(j.subject, len(j)) for j in history.journeys]
    refusal = "renewed refused in engaged, not_asked: it is taken only in customer, where won leads"
    assert {
        refusal: (2,),
        "a row needs 'subject'": (4,),
        "a row needs 'event'": (5,),
        "a row needs 'at'": (6,),
        "an instant is needed": (7,),
    } == history.reasons


def test_reasons_are_counted_the_commonest_first():
    """So that the first line is worth reading."""
    bad = [BadRow(row, None, why) for row, why in ((1, "a"), (2, "b"), (3, "b"))]
    assert ["b", "a"] == list(Imported((), tuple(bad)).reasons)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({**MAPPING, "when": "at"}, r"mapping: unknown key \(got 'when'\)"),
        ({"subject": "lead"}, "mapping: a history needs 'at'"),
        ({**MAPPING, "subject": "led"}, "mapping.subject, looked for in history: unknown column"),
        ({**MAPPING, "event": "to"}, r"history, row 0, column 'to': unknown event \(got 'SQL'\)"),
        ({**MAPPING, "start": "from"}, r"history, row 0, column 'from': unknown state \(got 'Lead'\)"),
    ],
)
def test_a_wrong_mapping_stops_the_import(mapping, message):
    """Before any journey is made."""
    with pytest.raises((InvalidValue, UnknownName), match=message):
        journeys_from_rows(SAAS, told(("ana", "SQL", "2026-05-01T09:00", "Lead")), mapping)


# -- replay ------------------------------------------------------------------------------------------------


@given(
    st.lists(
        st.lists(st.sampled_from(["sell", "won", "lost", "cancelled", "opted_out"]), max_size=6), max_size=5
    )
)
def test_columns_replay_as_each_journey_does(stories):
    """All journeys stepped together end where each of them stands."""
    journeys = []
    for n, names in enumerate(stories):
        journey = begun(f"lead {n}")
        for i, name in enumerate(names):
            journey = journey.record(name, at=day(i + 1))
        journeys.append(journey)
    replay = Cohort.from_journeys(journeys).replay(SAAS)
    ends = [replay.configurations[place] for place in replay.final]
    assert [j.position.leaves for j in journeys if len(j) > 1] == ends


def test_answers_are_replayed_with_their_events():
    """A review tells whether she is healthy; another chart may ask less."""
    journey = begun("ana").record("won", at=day(1)).record("reviewed", at=day(2), answers={"healthy": NO})
    assert [True] == Cohort.from_journeys([journey]).replay(SAAS).final_in("at_risk").tolist()


def test_a_journey_that_began_elsewhere_is_not_replayed():
    """There is no telling where another chart would have it begin."""
    with pytest.raises(
        InvalidValue, match=r"Cohort.replay, 'old': a journey that begins where the chart does"
    ):
        Cohort.from_journeys([OLD]).replay(SAAS)
