"""The story of one lead, day by day: each paragraph is a fact about the whole loop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qualify.models import Action, Decision, Evidence, Lead, Signal
from qualify.playbooks import saas
from qualify.stages import Journey
from qualify.truth import Truth

PLAYBOOK = saas()


def day(n):
    return datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=n)


class Life:
    """One lead, her journey, and the days on which the wheel was turned."""

    def __init__(self, name="ana"):
        self.lead = Lead.from_signal(name, Signal("read_post", at=day(0)))
        self.journey = Journey.start(PLAYBOOK.chart, name, at=day(0))

    def turn(self, n, **options):
        turn = PLAYBOOK.turn(self.journey, self.lead, at=day(n), **options)
        self.journey = turn.journey
        return turn

    def learn(self, n, known=None, **values):
        known_at = None if known is None else day(known)
        for topic, value in values.items():
            self.lead = self.lead.learn(Evidence(topic, value, at=day(n), known_at=known_at))

    def tell(self, n, event, **options):
        self.journey = self.journey.record(event, at=day(n), **options)
        assert not self.journey.last.refused

    def decisions(self):
        return [
            version
            for version, event in enumerate(self.journey.events, start=1)
            if isinstance(event.because, Decision)
        ]

    def recomputed(self):
        return [
            PLAYBOOK.recompute(self.journey, self.lead, version=version).agrees
            for version in self.decisions()
        ]


def met(life):
    """She reads a post, is asked, and tells who she is and what she needs."""
    first = life.turn(0)
    life.lead = life.lead.ask(first.decision.ask, at=day(0))
    life.learn(3, person=True, need="reporting")
    life.turn(3)
    life.learn(5, team_size=40, fit=5)
    return life


def sold(life):
    """She wants it this month, a rep takes her, and the deal opens on day 12."""
    life.lead = life.lead.hear(Signal("demo_request", at=day(10)))
    life.turn(10)
    life.tell(12, "accepted")
    return life


def won(life):
    """The deal of 90 days is won, and she is on board."""
    for n in range(13, 102, 7):
        life.turn(n)
    life.tell(102, "won")
    life.tell(110, "onboarded")
    return life


def test_reading_a_post_leads_to_a_question():
    """Nobody asked anything yet, so the answer is a question, and never a no."""
    turn = Life().turn(0)
    assert Action.DISCOVER is turn.decision.action
    assert "Who is it?" == str(turn.decision.ask)
    assert {"meaningful": Truth.UNKNOWN, "timely": Truth.UNKNOWN} == dict(turn.decision.answers)
    assert "discovery" in turn.journey.position.active


def test_she_is_asked_once_and_not_pestered():
    """Until patience ends nothing is asked and nothing recorded; then she is asked once more."""
    life = Life()
    life.lead = life.lead.ask(life.turn(0).decision.ask, at=day(0))
    for n in range(1, 14):
        turn = life.turn(n)
        assert (None, None, day(14)) == (turn.step, turn.decision.ask, turn.again_at)
        assert Action.DISCOVER is turn.decision.action
    assert "Who is it?" == str(life.turn(14).decision.ask)
    assert 2 == len(life.decisions())


def test_an_answer_frees_the_next_question_at_once():
    """Who answers is asked the next thing, one at a time."""
    life = Life()
    life.lead = life.lead.ask(life.turn(0).decision.ask, at=day(0))
    life.learn(3, person=True)
    assert "What would you like to do better?" == str(life.turn(3).decision.ask)


def test_she_who_can_engage_meaningfully_and_now_is_sold_to():
    """A demo request says "this month"; with a need that we can meet it is time to sell."""
    life = sold(met(Life()))
    decision = life.journey.events[life.decisions()[-1] - 1].because
    assert Action.SELL is decision.action
    assert decision.until is None
    assert "selling" in life.journey.position.active


def test_she_who_says_no_is_not_sold_to_the_next_day():
    """Her no outvotes the demo request of last week; she is nurtured until it goes stale."""
    life = sold(met(Life()))
    life.tell(20, "declined")
    turn = life.turn(21)
    assert Action.NURTURE is turn.decision.action
    assert "not_ready" == turn.decision.code.code
    assert Truth.NO is turn.decision.answers["timely"]
    assert day(20) + timedelta(days=90) == turn.again_at
    assert "nurturing" in life.journey.position.active


def test_she_who_comes_back_is_asked_afresh():
    """After a return nobody knows when, so the old no does not stand."""
    life = sold(met(Life()))
    life.tell(20, "declined")
    life.turn(21)
    life.tell(60, "returned")
    turn = life.turn(60)
    assert Truth.UNKNOWN is turn.decision.answers["timely"]
    assert "When would you like to start?" == str(turn.decision.ask)


def test_a_deal_of_ninety_days_stays_one_attempt():
    """Evidence goes stale and a late "not this quarter" comes in: advice to the rep, and no more."""
    life = sold(met(Life()))
    for n in range(13, 60, 7):
        life.turn(n)
    life.learn(40, known=60, timing="this year")
    advice = life.turn(60)
    assert Action.NURTURE is advice.decision.action
    assert "stayed" == advice.step.end
    assert "selling" in life.journey.position.active
    for n in range(61, 102, 7):
        life.turn(n)
    life.tell(102, "won")
    (attempt,) = life.journey.attempts()
    assert (day(12), day(102), Truth.YES) == (attempt.opened, attempt.closed, attempt.won)


def test_a_customer_at_risk_is_served():
    """The promise made at the sale is kept before anything else is sold."""
    life = won(sold(met(Life())))
    life.learn(120, satisfaction=5, in_use=True)
    assert Truth.YES is life.turn(120).decision.answers["healthy"]
    life.lead = life.lead.hear(Signal("complaint", at=day(130)))
    turn = life.turn(130)
    assert Action.SERVE is turn.decision.action
    assert "at_risk" in life.journey.position.active


def test_she_who_cancelled_and_returns_is_looked_at_afresh():
    """A former customer is a lead again, with what is still fresh and without the old "now"."""
    life = won(sold(met(Life())))
    life.tell(200, "cancelled")
    turn = life.turn(200)
    assert Action.NURTURE is turn.decision.action
    assert "former" in life.journey.position.active
    life.tell(250, "returned")
    assert "engaged" in life.journey.position.active
    turn = life.turn(250)
    assert (Action.DISCOVER, Truth.UNKNOWN) == (turn.decision.action, turn.decision.answers["timely"])
    (attempt,) = life.journey.attempts()
    assert Truth.YES is attempt.won


def test_what_is_entered_late_leaves_stored_decisions_recomputable():
    """Late events, late answers and retractions change what we know, not what we knew."""
    life = won(sold(met(Life())))
    life.learn(4, known=111, fit=1)
    life.lead = life.lead.retract(life.lead.evidence[1].id, at=day(112))
    life.turn(112)
    life.journey = life.journey.record("opted_out", at=day(50), known_at=day(113))
    life.turn(113)
    assert len(life.decisions()) >= 5
    assert {Truth.YES} == set(life.recomputed())


def test_a_duplicate_is_merged_without_rewriting_history():
    """The survivor learns what the other knew, a no is not lost, and both journeys still recompute."""
    life, twin = sold(met(Life())), Life("ana-2")
    twin.turn(1)
    twin.tell(15, "declined")
    twin.tell(15, "opted_out")
    before = life.journey.events
    merged = PLAYBOOK.merge((twin.journey, twin.lead), (life.journey, life.lead), at=day(16))
    assert before == merged.journey.events[: len(before)]
    assert "ana" == merged.gone.merged_into
    assert "do_not_contact" in merged.journey.position.active
    life.journey, life.lead = merged.journey, merged.lead
    turn = life.turn(16)
    assert Truth.NO is turn.decision.answers["timely"]
    assert turn.decision.contact is False
    assert {Truth.YES} == set(life.recomputed())
    assert {Truth.YES} == set(twin.recomputed())
    with pytest.raises(ValueError, match="'ana'"):
        PLAYBOOK.turn(merged.gone, twin.lead, at=day(17))


def test_nobody_starts_a_conversation_with_her_who_opted_out():
    """Selling and asking become nurturing, and the decision says why; she may still come back."""
    life = met(Life())
    life.tell(6, "opted_out")
    life.lead = life.lead.hear(Signal("demo_request", at=day(10)))
    turn = life.turn(10, contact=True)
    assert (Action.NURTURE, "do_not_contact", None, False) == (
        turn.decision.action,
        turn.decision.code.code,
        turn.decision.ask,
        turn.decision.contact,
    )
    life.tell(20, "opted_in")
    assert Action.SELL is life.turn(20).decision.action


def test_after_erasing_the_journey_replays_and_recomputing_says_erased():
    """Her Lead is gone; what was decided and told stays, and holds no value of hers."""
    life = won(sold(met(Life())))
    again = Journey.replay(PLAYBOOK.chart, "ana", life.journey.events)
    assert life.journey == again
    results = [PLAYBOOK.recompute(again, None, version=version) for version in life.decisions()]
    assert {Truth.UNKNOWN} == {result.agrees for result in results}
    assert "erased" in str(results[-1])
    assert "reporting" not in "".join(event.because.reason for event in again.events if event.because)
