"""Facts about one turn: contact, patience, overrides, renewals, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from qualify import playbook as playbook_room
from qualify.criteria import criterion, heard
from qualify.errors import InvalidType, InvalidValue, TimeError
from qualify.models import Action, Asked, Evidence, Facts, Lead, Signal, Subscription
from qualify.playbook import Playbook, Teach
from qualify.playbooks import saas
from qualify.stages import SAAS, Chart, Journey, Override, State, Transition
from qualify.truth import Truth

YES, NO = Truth.YES, Truth.NO
READY = {"person": True, "need": "x", "team_size": 9, "fit": 5, "timing": "this month"}
MEANINGFUL = {
    "YES": {"person": True, "need": "x", "team_size": 9, "fit": 5},
    "UNKNOWN": {"person": True},
    "NO": {"fit": 1},
}
TIMELY = {"YES": {"timing": "this month"}, "UNKNOWN": {}, "NO": {"timing": "not now"}}
HEALTHY = {"YES": {"satisfaction": 5, "in_use": True}, "UNKNOWN": {"in_use": True}, "NO": {"satisfaction": 2}}
GROWING = {"YES": {"further_need": "more"}, "UNKNOWN": {}, "NO": {"further_need": NO}}
PROSPECTS = {
    ("YES", "YES"): "SELL", ("YES", "UNKNOWN"): "DISCOVER", ("YES", "NO"): "NURTURE",
    ("UNKNOWN", "YES"): "DISCOVER", ("UNKNOWN", "UNKNOWN"): "DISCOVER", ("UNKNOWN", "NO"): "NURTURE",
    ("NO", "YES"): "DISQUALIFY", ("NO", "UNKNOWN"): "NURTURE", ("NO", "NO"): "NURTURE",
}  # fmt: skip
CUSTOMERS = {
    ("YES", "YES"): "SELL", ("YES", "UNKNOWN"): "NURTURE", ("YES", "NO"): "NURTURE",
    ("UNKNOWN", "YES"): "DISCOVER", ("UNKNOWN", "UNKNOWN"): "DISCOVER", ("UNKNOWN", "NO"): "DISCOVER",
    ("NO", "YES"): "SERVE", ("NO", "UNKNOWN"): "SERVE", ("NO", "NO"): "SERVE",
}  # fmt: skip


def day(n):
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=n)


def lead(**values):
    return Lead("ana", evidence=[Evidence(name, value, at=day(0)) for name, value in values.items()])


def started(active=None):
    return Journey.start(SAAS, "ana", at=day(0), active=active)


def decided(journey, values, **options):
    return saas().turn(journey, lead(**values), at=day(1), **options).decision


@pytest.mark.parametrize("contact", [None, True, False])
@pytest.mark.parametrize("cell", PROSPECTS)
def test_the_nine_cells_of_a_prospect(cell, contact):
    """Each pair of answers leads to its action; without contact nobody starts a conversation."""
    decision = decided(started(), MEANINGFUL[cell[0]] | TIMELY[cell[1]], contact=contact)
    asked = PROSPECTS[cell]
    opens = asked in {"SELL", "DISCOVER"}
    assert ("NURTURE" if contact is False and opens else asked) == decision.action.name
    code = {"SELL": None, "DISCOVER": None}.get(asked, "poor_fit" if cell[0] == "NO" else "not_ready")
    code = "do_not_contact" if contact is False and opens else code
    assert code == (decision.code and decision.code.code)
    assert ("UNKNOWN" in cell and contact is not False) == (decision.ask is not None)
    assert (decision.until is None) == (decision.action is Action.SELL)
    assert contact is decision.contact


@pytest.mark.parametrize("contact", [None, False])
@pytest.mark.parametrize("cell", CUSTOMERS)
def test_the_nine_cells_of_a_customer(cell, contact):
    """A customer is decided like a prospect; to serve her is no new conversation."""
    decision = decided(started("healthy"), HEALTHY[cell[0]] | GROWING[cell[1]], contact=contact)
    asked = CUSTOMERS[cell]
    opens = asked in {"SELL", "DISCOVER"}
    assert ("NURTURE" if contact is False and opens else asked) == decision.action.name
    assert (asked == "NURTURE" or (contact is False and opens)) == (decision.code is not None)


@pytest.mark.parametrize("cell", PROSPECTS)
def test_a_running_deal_is_her_own_conversation(cell):
    """While selling, a register that forbids contact marks the decision and changes nothing else."""
    journey = started().record("accepted", at=day(0))
    values = MEANINGFUL[cell[0]] | TIMELY[cell[1]]
    free, marked = decided(journey, values), decided(journey, values, contact=False)
    assert (free.action, free.code, free.ask, free.until) == (
        marked.action,
        marked.code,
        marked.ask,
        marked.until,
    )
    assert (None, False) == (free.contact, marked.contact)
    assert "selling" in saas().turn(journey, lead(**values), at=day(1)).journey.position.active


def test_the_tempting_one_is_declined_with_proof():
    """Ready to buy and a definite misfit: declined, on evidence that the decision cites."""
    turn = saas().turn(started(), lead(**(READY | {"fit": 1})), at=day(1))
    assert Action.DISQUALIFY is turn.decision.action
    assert "poor_fit" == turn.decision.code.code
    assert "ana/4" in turn.decision.evidence
    assert day(91) == turn.decision.until


def test_the_same_lead_with_the_fit_unknown_is_asked():
    """Not knowing is not a no: the answer is the one question that is missing."""
    values = dict(READY)
    del values["fit"]
    turn = saas().turn(started(), lead(**values), at=day(1))
    assert (Action.DISCOVER, "fit") == (turn.decision.action, turn.decision.ask.topic)


def test_opt_in_makes_not_asked_a_no():
    """Where the law wants consent first, unknown consent forbids; the host's register may grant it."""
    strict = saas().replace(version="opt-in", opt_in=True)
    assert "do_not_contact" == strict.turn(started(), lead(**READY), at=day(1)).decision.code.code
    assert Action.SELL is strict.turn(started(), lead(**READY), at=day(1), contact=True).decision.action
    agreed = started().record("opted_in", at=day(0))
    assert Action.SELL is strict.turn(agreed, lead(**READY), at=day(1)).decision.action


def test_contact_true_never_lifts_do_not_contact():
    """Her own word stands above the register."""
    journey = started().record("opted_out", at=day(0))
    assert decided(journey, READY, contact=True).contact is False


def test_nothing_is_recorded_twice():
    """The same decision gives the same journey object, and keeps the stored until."""
    first = saas().turn(started(), lead(**READY), at=day(1))
    second = saas().turn(first.journey, lead(**READY), at=day(2))
    assert second.step is None
    assert first.journey is second.journey
    nurtured = saas().turn(started(), lead(**(READY | {"timing": "not now"})), at=day(1))
    again = saas().turn(nurtured.journey, lead(**(READY | {"timing": "not now"})), at=day(5))
    assert nurtured.decision.until == again.decision.until
    assert str(again).endswith("until 2026-04-02")


def test_a_question_that_the_host_sent_late_is_waited_for():
    """Patience begins when the question was sent, and its end is when to look again."""
    one = lead(person=True).ask("need", at=day(3))
    turn = saas().turn(started(), one, at=day(4))
    assert (Action.DISCOVER, None, day(17), day(17)) == (
        turn.decision.action,
        turn.decision.ask,
        turn.decision.until,
        turn.again_at,
    )


def test_a_question_that_no_longer_matters_does_not_block():
    """Only a question whose topic is still missing is waited for."""
    values = {"need": "x", "team_size": 9, "fit": 5, "timing": "this month"}
    one = lead(**values).ask("budget", at=day(1))
    assert "person" == saas().turn(started(), one, at=day(2)).decision.ask.topic


def test_an_override_stands_beside_the_machines_word():
    """While a person's word holds, the decision is given and nothing is recorded."""
    journey = started().record("sell", at=day(1), because=Override("mia", "I know her", until=day(30)))
    turn = saas().turn(journey, lead(fit=1, timing="not now"), at=day(2))
    assert (Action.NURTURE, None, journey) == (turn.decision.action, turn.step, turn.journey)
    assert "mia" == turn.override.by
    assert day(30) == turn.again_at
    after = saas().turn(journey, lead(fit=1, timing="not now"), at=day(30))
    assert ("nurture", None) == (after.step.event.name, after.override)


def test_an_override_without_an_end_holds_until_the_answers_differ():
    """What the person decided about has changed, so the machine speaks again."""
    one = lead(**(READY | {"timing": "this year"}))
    journey = started().record("sell", at=day(1), because=Override("mia", "I know her"))
    assert saas().turn(journey, one, at=day(60)).override is not None
    told = one.learn(Evidence("fit", 1, at=day(61)))
    turn = saas().turn(journey, told, at=day(61))
    assert turn.override is None
    assert "nurture" == turn.step.event.name


@pytest.mark.parametrize("event", ["accepted", "declined"])
def test_whatever_moves_her_ends_an_override(event):
    """A later fact of the world counts more than an earlier word."""
    journey = started().record("sell", at=day(1), because=Override("mia", "I know her", until=day(90)))
    moved = journey.record(event, at=day(2))
    assert saas().turn(moved, lead(fit=1), at=day(3)).override is None


def test_a_refused_override_never_held():
    """A word that the chart refused leaves the machine to decide; an earlier one still stands."""
    journey = started().record("opted_out", at=day(0))
    journey = journey.record("sell", at=day(1), because=Override("mia", "I know her", until=day(90)))
    assert journey.last.refused
    assert saas().turn(journey, lead(fit=1), at=day(3)).override is None
    held = started().record("nurture", at=day(0), because=Override("tom", "later", until=day(90)))
    held = held.record("opted_out", at=day(0))
    assert saas().turn(held, lead(fit=1), at=day(3)).override is None


def test_a_recorded_decision_ends_an_override_for_good():
    """What was decided after it is the newer word."""
    journey = started().record("nurture", at=day(1), because=Override("mia", "later", until=day(3)))
    turn = saas().turn(journey, lead(**READY), at=day(3))
    assert "sell" == turn.step.event.name
    late = turn.journey.record("opted_in", at=day(4))
    assert saas().turn(late, lead(**READY), at=day(5)).override is None


def test_with_facts_an_override_is_compared_with_the_decision_it_overrode():
    """A host's own Facts have no past, so the stored answers stand in for it."""
    facts = Facts.of(READY, at=day(1))
    first = saas().turn(started(), facts, at=day(1))
    journey = first.journey.record("nurture", at=day(2), because=Override("mia", "later"))
    same = saas().turn(journey, Facts.of(READY, at=day(3)), at=day(3))
    assert same.override is not None
    other = saas().turn(journey, Facts.of(READY | {"fit": 1}, at=day(3)), at=day(3))
    assert other.override is None
    fresh = started().record("nurture", at=day(2), because=Override("mia", "later"))
    assert saas().turn(fresh, Facts.of(READY, at=day(3)), at=day(3)).override is not None


def test_a_value_that_no_topic_lists_is_nothing_known():
    """A slip of the pen is no NO: the answer is UNKNOWN, the fault is told, and the question is asked."""
    odd = lead(**(READY | {"timing": "this months"}))
    turn = saas().turn(started(), odd, at=day(1))
    assert (Action.DISCOVER, "timing") == (turn.decision.action, turn.decision.ask.topic)
    assert ["unreadable"] == [fault.kind for fault in turn.verdicts["timely"].faults]
    assert () == turn.verdicts["meaningful"].faults
    bare = saas().turn(started(), Facts.of(READY | {"fit": 9}, at=day(1)), at=day(1))
    assert ("fit", {"fit"}) == (
        bare.decision.ask.topic,
        set(saas().facts(started(), lead(fit=9), at=day(1)).unreadable),
    )


def test_a_renewal_that_comes_near_is_a_reason_to_look_again():
    """Once within the notice a decision is recorded anew, even if it says the same."""
    one = lead(satisfaction=5, in_use=True, further_need=NO).subscribe(
        Subscription("s", started=day(0), renews=day(70))
    )
    one = one.learn(Evidence("in_use", True, at=day(5)), Evidence("satisfaction", 5, at=day(5)))
    first = saas().turn(started("healthy"), one, at=day(6))
    assert day(10) == first.again_at
    second = saas().turn(first.journey, one, at=day(10))
    assert second.step is not None
    assert first.decision.answers == second.decision.answers
    assert saas().turn(second.journey, one, at=day(11)).step is None


def test_events_are_heard_as_signals():
    """A criterion may listen for what was told, unless the chart refused it."""
    listening = saas().replace(
        version="2", criteria={"timely": heard("declined", "renewed").within(timedelta(days=9))}
    )
    told = started().record("declined", at=day(1)).record("renewed", at=day(1))
    turn = listening.turn(told, Lead("ana"), at=day(2))
    assert YES is turn.decision.answers["timely"]
    assert ("ana#2",) == turn.decision.evidence
    refused = started().record("renewed", at=day(1))
    assert NO is listening.turn(refused, Lead("ana"), at=day(2)).decision.answers["timely"]


def test_a_hosts_function_hears_every_event():
    """What a function of the host's listens to is not known, so it hears all that was not refused."""

    @criterion(uses=(), version="1")
    def twice(facts):
        return sum(signal.kind == "declined" for signal in facts.signals) >= 2

    playbook = saas().replace(version="2", criteria={"timely": twice})
    journey = started().record("declined", at=day(1)).record("declined", at=day(2))
    assert YES is playbook.turn(journey, Lead("ana"), at=day(3)).decision.answers["timely"]


def test_signals_teach_inside_the_states_where_she_then_was():
    """What a signal means may depend on where she stood when it came."""
    teaches = (Teach("visit", "timing", "this month", inside="nurturing"),)
    playbook = Playbook("p", "1", saas().vocabulary, saas().criteria, teaches=teaches)
    journey = started().record("nurture", at=day(2))
    early, before, during = (Lead("ana", signals=[Signal("visit", at=day(n))]) for n in (-1, 1, 3))
    assert "timing" not in playbook.facts(journey, early, at=day(4))
    assert "timing" not in playbook.facts(journey, before, at=day(4))
    assert "this month" == playbook.facts(journey, during, at=day(4))["timing"]


def test_facts_of_a_host_meet_what_was_taught():
    """The newest wins: a value with an older instant gives way, one without an instant does not."""
    journey = started().record("declined", at=day(5))
    now = {"timing": "this month"}
    old = Facts.of(now, at=day(6), since={"timing": day(1)}, signals=[Signal("product_used", at=day(6))])
    turn = saas().turn(journey, old, at=day(6))
    assert NO is turn.decision.answers["timely"]
    assert YES is saas().turn(journey, Facts.of(now, at=day(6)), at=day(6)).decision.answers["timely"]
    stale = Facts.of(now, at=day(200), since={"timing": day(1)})
    assert Truth.UNKNOWN is saas().turn(journey, stale, at=day(200)).decision.answers["timely"]
    assert Truth.UNKNOWN is saas().turn(started(), stale, at=day(200)).decision.answers["timely"]


def test_patience_counts_for_facts_too():
    """A host that keeps leads of its own says what was asked."""
    facts = Facts.of({}, at=day(2), asked=[Asked("person", at=day(1))])
    turn = saas().turn(started(), facts, at=day(2))
    assert (None, day(15)) == (turn.decision.ask, turn.decision.until)


def test_when_nothing_can_change_there_is_no_next_look():
    """A decision to sell on answers that hold for ever waits for news only."""
    words = saas().vocabulary.replacing(
        *(
            attrs.evolve(saas().vocabulary[name], fresh_for=None)
            for name in ("need", "fit", "team_size", "timing")
        )
    )
    playbook = saas().replace(version="2", vocabulary=words)
    assert playbook.turn(started(), lead(**READY), at=day(1)).again_at is None


def test_an_answer_nobody_can_ask_for_is_reviewed():
    """Where a host's function gives no answer and no question would, one looks again at the review."""

    @criterion(uses=(), version="1")
    def never(facts):
        return None

    playbook = saas().replace(version="2", criteria={"timely": never})
    turn = playbook.turn(started(), lead(**READY), at=day(1))
    assert (Action.DISCOVER, None, day(91)) == (turn.decision.action, turn.decision.ask, turn.decision.until)


def test_a_question_outside_the_vocabulary_waits_the_usual_time():
    """A turn with bare Facts of a host knows the playbook's own vocabulary."""
    turn = saas().turn(started(), Facts.of({}, at=day(1)), at=day(1))
    assert day(15) == turn.decision.until


@pytest.mark.parametrize(
    ("turn", "kind", "said"),
    [
        (lambda: saas().turn(started(), Lead("bea"), at=day(1)), InvalidValue, "journey is that of 'ana'"),
        (
            lambda: saas().turn(started(), Facts.of({}, at=day(1), subject="bea"), at=day(1)),
            InvalidValue,
            "'ana'",
        ),
        (lambda: saas().turn(started(), Facts.of({}, at=day(1)), at=day(2)), TimeError, "Facts are those"),
        (lambda: saas().turn(started(), lead(), at=day(-1)), TimeError, "after the last event"),
        (lambda: saas().turn(started(), {}, at=day(1)), InvalidType, "a Lead or Facts"),
        (lambda: saas().turn(started(), lead(), at=datetime(2026, 5, 1)), TimeError, "time zone"),  # noqa: DTZ001 - the fault
        (lambda: saas().turn(started(), lead(), at=day(1), contact="no"), InvalidType, "True or False"),
        (
            lambda: (
                saas()
                .replace(version="9", review=timedelta.max)
                .turn(started(), lead(fit=1), at=day(1), contact=False)
            ),
            InvalidValue,
            "beyond the calendar",
        ),
        (
            lambda: saas().turn(started(), lead(), at=datetime.max.replace(tzinfo=UTC)),
            TimeError,
            "beyond the calendar",
        ),
        (lambda: saas().turn(lead(), started(), at=day(1)), InvalidType, "type Journey is needed"),
        (lambda: saas().facts(started(), None, at=day(1)), InvalidType, "type Lead is needed"),
        (lambda: saas().taught(None), InvalidType, "type Journey"),
        (lambda: saas().recompute(None, None, version=1), InvalidType, "type Journey"),
        (lambda: saas().decide(lead(), started().position), InvalidType, "type Facts"),
        (lambda: saas().decide(Facts.of({}, at=day(1)), started()), InvalidType, "type Position"),
        (
            lambda: saas().merge((lead(), started()), (started(), lead()), at=day(1)),
            InvalidType,
            "type Journey",
        ),
    ],
)
def test_what_cannot_be_turned_is_refused(turn, kind, said):
    """Another subject, another instant, an earlier one, or something else than a lead: an error each."""
    with pytest.raises(kind, match=said):
        turn()


def test_a_journey_of_another_chart_is_refused():
    """A playbook turns journeys of its own chart; others are migrated first."""
    other = Journey.start(Chart("other", State("a")), "ana", at=day(0))
    with pytest.raises(InvalidValue, match="migrate the journey first"):
        saas().turn(other, lead(), at=day(1))


def test_recomputing_needs_a_decision_of_the_same_playbook():
    """Only decisions are recomputed, by the playbook that they cite."""
    turn = saas().turn(started(), lead(**READY), at=day(1))
    with pytest.raises(InvalidValue, match="only a decision"):
        saas().recompute(turn.journey, lead(**READY), version=1)
    with pytest.raises(InvalidValue, match="it cites saas 1"):
        saas().replace(version="2").recompute(turn.journey, lead(**READY), version=2)
    with pytest.raises(InvalidValue, match="out of range"):
        saas().recompute(turn.journey, lead(**READY), version=3)


def test_recomputing_from_other_evidence_says_that_it_differs():
    """A lead that was tampered with does not give the stored decision."""
    turn = saas().turn(started(), lead(**READY), at=day(1))
    result = saas().recompute(turn.journey, lead(**(READY | {"fit": 1})), version=2)
    assert NO is result.agrees
    assert str(result).startswith("differs: stored SELL")
    assert "equal" == str(saas().recompute(turn.journey, lead(**READY), version=2))


def test_both_verdicts_are_shown():
    """A turn shows both verdicts by the name of their question."""
    turn = saas().turn(started(), lead(**READY), at=day(1))
    assert {"meaningful": YES, "timely": YES} == {name: v.truth for name, v in turn.verdicts.items()}


def test_a_deadline_that_moves_her_ends_an_override():
    """On a chart with deadlines, time itself may take her elsewhere; then the word has ended."""
    deadline = Transition("sales_ready", after=timedelta(days=10), to="engaged")
    timed = Chart("timed", *SAAS.states, parallel=True, transitions=(*SAAS.transitions, deadline))
    playbook = saas().replace(version="timed", chart=timed)
    journey = Journey.start(timed, "ana", at=day(0)).record(
        "sell", at=day(1), because=Override("mia", "I know her", until=day(90))
    )
    held = playbook.turn(journey, lead(fit=1), at=day(2))
    assert (day(11), "mia") == (held.again_at, held.override.by)
    assert playbook.turn(journey, lead(fit=1), at=day(11)).override is None
    later = journey.record("opted_in", at=day(12))
    assert playbook.turn(later, lead(fit=1), at=day(13)).override is None


def test_the_room_lists_its_names():
    """`dir` gives the public names, sorted."""
    assert sorted(playbook_room.__all__) == playbook_room.__dir__()


def test_a_decision_that_stayed_ends_the_word_before_it():
    """A recorded decision is the newer word also where it moved nobody."""
    journey = started().record("sell", at=day(1), because=Override("mia", "I know her", until=day(3)))
    turn = saas().turn(journey, lead(**READY), at=day(3))
    assert "stayed" == turn.step.end
    again = saas().turn(
        turn.journey.record("opted_out", at=day(4)).record("opted_in", at=day(5)), lead(**READY), at=day(6)
    )
    assert again.override is None
    assert saas().turn(turn.journey, lead(**READY), at=day(4)).override is None


def test_what_is_remembered_is_bounded(monkeypatch):
    """A playbook remembers so many states of knowledge and no more, and answers alike without memory."""
    fresh = saas().replace(version="forgetful")
    monkeypatch.setattr("qualify.playbook._deciding._STATES", 0)
    turn = fresh.turn(started(), lead(), at=day(1))
    assert saas().turn(started(), lead(), at=day(1)).decision.ask == turn.decision.ask
    assert {} == fresh._remembered


def test_recomputing_after_a_part_was_erased_says_what_is_gone():
    """Evidence without its value can no longer speak, and its ids are given."""
    turn = saas().turn(started(), lead(**READY), at=day(1))
    result = saas().recompute(turn.journey, lead(**READY).erase(), version=2)
    assert Truth.UNKNOWN is result.agrees
    assert set(turn.decision.evidence) == set(result.erased)
    assert str(result).startswith("erased: ana/1")
