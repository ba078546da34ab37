"""Facts about leads: what they hold, and what is known of them at an instant."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import IdConflict, InvalidType, InvalidValue, TimeError, UnknownName
from qualify.models import (
    Account,
    Asked,
    Evidence,
    Lead,
    Offer,
    Person,
    Retraction,
    Signal,
    Subscription,
    Topic,
    Vocabulary,
)
from qualify.truth import Truth
from reference.models_facts import known

START = datetime(2026, 5, 1, tzinfo=UTC)
WORDS = Vocabulary(
    Topic("budget", int, fresh_for=timedelta(days=5)),
    Topic("need"),
    Topic("fit", ask_again=timedelta(days=3)),
)


def day(n):
    return START + timedelta(days=n)


days = st.integers(0, 12)


@st.composite
def entries(draw):
    """One piece of evidence, possibly late, possibly short-lived, possibly about somebody else."""
    at = draw(days)
    return Evidence(
        draw(st.sampled_from(["budget", "need", "fit", "other"])),
        draw(st.sampled_from([1, 2, True, "x", Truth.NO, Truth.UNKNOWN])),
        at=day(at),
        known_at=day(at + draw(st.integers(0, 3))),
        good_for=draw(st.sampled_from([None, timedelta(days=2)])),
        source=draw(st.sampled_from([None, "call", "mail"])),
        about=draw(st.sampled_from([None, "ana", "bea"])),
    )


@st.composite
def lives(draw):
    """A lead with evidence and retractions in some order of arrival."""
    lead = Lead("ana")
    for entry in draw(st.lists(entries(), max_size=8)):
        lead = lead.learn(entry)
        if draw(st.booleans()) and draw(st.booleans()):
            lead = lead.retract(draw(st.sampled_from(lead.evidence)).id, at=day(draw(days)))
    return lead


@given(lives(), days, st.one_of(st.none(), days))
def test_facts_equal_the_rule_read_aloud(lead, at, seen_by):
    """Only what was so and known by then, fresh, about her, not retracted; the newest wins."""
    known_at = None if seen_by is None else day(seen_by)
    facts = lead.facts(at=day(at), vocabulary=WORDS, known_at=known_at)
    assert known(lead, day(at), WORDS, known_at) == {topic: facts[topic] for topic in facts}


@given(lives(), days)
def test_nothing_later_changes_what_was_known(lead, at):
    """Entries that become known later leave the facts of an instant as they are."""
    before = lead.facts(at=day(at), vocabulary=WORDS)
    grown = lead.learn(Evidence("budget", 99, at=day(0), known_at=day(at) + timedelta(seconds=1), id="late"))
    assert before == grown.facts(at=day(at), vocabulary=WORDS)


@given(lives())
def test_a_lead_is_a_value(lead):
    """A lead equals, hashes and reads like its unpickled twin, and evolving nothing changes nothing."""
    twin = pickle.loads(pickle.dumps(lead))
    assert lead == twin
    assert hash(lead) == hash(twin)
    assert repr(lead) == repr(twin)
    assert lead == attrs.evolve(lead)


@given(lives())
def test_cutting_gives_back_every_earlier_lead(lead):
    """`cut(n)` is the lead as it held only its first n entries."""
    assert lead is lead.cut(lead.seen)
    for n in range(lead.seen):
        assert lead.log[:n] == lead.cut(n).log


def test_missing_ids_are_assigned_in_order_of_arrival():
    """An entry without an id is named after its lead and its place."""
    lead = Lead("ana").learn(Evidence("need", "x", at=day(0))).hear(Signal("open", at=day(0)))
    assert ["ana/1", "ana/2"] == [entry.id for entry in lead.log]


def test_repeating_an_entry_is_a_no_op():
    """The same content under the same id gives the same object."""
    lead = Lead("ana").learn(Evidence("need", "x", at=day(0), id="e"))
    assert lead is lead.learn(Evidence("need", "x", at=day(0), id="e"))


def test_an_id_names_one_content():
    """Other content under a taken id is an IdConflict with both fingerprints."""
    lead = Lead("ana").learn(Evidence("need", 1, at=day(0), id="e"))
    with pytest.raises(IdConflict) as caught:
        lead.learn(Evidence("need", True, at=day(0), id="e"))
    assert ("e", 64, 64) == (caught.value.id, len(caught.value.stored), len(caught.value.given))


def test_a_tie_goes_to_the_later_arrival():
    """Of two answers for one instant, the one that arrived later is known."""
    lead = Lead("ana").learn(Evidence("need", "a", at=day(0)), Evidence("need", "b", at=day(0)))
    assert "b" == lead.facts(at=day(1))["need"]


def test_what_she_says_beats_what_was_taught_on_a_tie():
    """Taught evidence of the same instant gives way to her own words; newer taught evidence wins."""
    lead = Lead("ana").learn(Evidence("timing", "soon", at=day(1)))
    lesson = Evidence("timing", "not now", at=day(1))
    assert "soon" == lead.facts(at=day(2), taught=[lesson])["timing"]
    later = attrs.evolve(lesson, at=day(2), known_at=day(2))
    assert "not now" == lead.facts(at=day(2), taught=[later])["timing"]
    assert "soon" == lead.facts(at=day(1), taught=[later])["timing"]


def test_what_was_superseded_never_comes_back():
    """When the newest answer is stale, the older one that would still be fresh is not known again."""
    lead = Lead("ana").learn(
        Evidence("need", "old", at=day(0)), Evidence("need", "new", at=day(1), good_for=timedelta(days=1))
    )
    assert "need" not in lead.facts(at=day(2))


def test_freshness_is_half_open():
    """An answer holds up to, and not at, the instant at which it goes stale."""
    lead = Lead("ana").learn(Evidence("budget", 1, at=day(0)))
    assert "budget" in lead.facts(at=day(5) - timedelta(microseconds=1), vocabulary=WORDS)
    facts = lead.facts(at=day(4), vocabulary=WORDS)
    assert day(5) == facts.good_until("budget")
    assert "budget" not in lead.facts(at=day(5), vocabulary=WORDS)


def test_a_retraction_brings_the_older_answer_back():
    """A mistake that was taken back never was; before it was taken back it counted."""
    lead = Lead("ana").learn(Evidence("need", "a", at=day(0)), Evidence("need", "b", at=day(1), id="b"))
    lead = lead.retract("b", at=day(3))
    assert "b" == lead.facts(at=day(2))["need"]
    assert "a" == lead.facts(at=day(3))["need"]
    assert isinstance(lead.log[-1], Retraction)
    assert () == lead.asked


def test_a_retracted_signal_was_not_heard():
    """Signals can be taken back as well."""
    lead = Lead("ana").hear(Signal("open", at=day(0), id="s")).retract("s", at=day(1))
    assert 1 == len(lead.heard(at=day(0)))
    assert () == lead.heard(at=day(1))
    assert () == lead.facts(at=day(1)).signals


def test_only_what_it_holds_can_be_retracted():
    """Retracting an unknown id offers the known ones."""
    with pytest.raises(UnknownName, match="unknown evidence"):
        Lead("ana").retract("x", at=day(0))


def test_disputes_are_between_fresh_answers_of_different_sources():
    """Two sources that differ dispute; one source that changed its mind, or a stale answer, does not."""
    call, mail = (Evidence("budget", v, at=day(0), source=s) for v, s in ((1, "call"), (2, "mail")))
    assert {"budget"} == Lead("ana").learn(call, mail).facts(at=day(1), vocabulary=WORDS).disputed
    changed = Evidence("budget", 2, at=day(1), source="call")
    assert frozenset() == Lead("ana").learn(call, changed).facts(at=day(1), vocabulary=WORDS).disputed
    again = attrs.evolve(call, at=day(6), known_at=day(6))
    assert frozenset() == Lead("ana").learn(mail, again).facts(at=day(6), vocabulary=WORDS).disputed
    unknown = attrs.evolve(mail, value=Truth.UNKNOWN)
    assert frozenset() == Lead("ana").learn(call, unknown).facts(at=day(1), vocabulary=WORDS).disputed


def test_a_question_is_open_until_it_is_answered_later():
    """An answer at the very instant of asking is none; a later one is; "it no longer holds" is not."""
    asked = Lead("ana").ask("fit", at=day(1))
    same = asked.learn(Evidence("fit", 3, at=day(1)))
    assert ["fit"] == [a.topic for a in same.facts(at=day(2), vocabulary=WORDS).asked]
    void = asked.learn(Evidence("fit", Truth.UNKNOWN, at=day(2)))
    assert ["fit"] == [a.topic for a in void.facts(at=day(2), vocabulary=WORDS).asked]
    answered = asked.learn(Evidence("fit", 3, at=day(2), good_for=timedelta(hours=1)))
    assert () == answered.facts(at=day(3), vocabulary=WORDS).asked


def test_a_question_may_be_given_by_its_topic():
    """`ask` takes the question of a decision or the name of a topic."""
    assert Lead("ana").ask("need", at=day(0), by="mia") == Lead("ana").ask(
        WORDS["need"].question, at=day(0), by="mia"
    )


def test_what_speaks_of_her_people_and_account_counts():
    """Evidence about a person or the account of this pursuit is hers, about anybody else it is not."""
    lead = Lead("ana", people=[Person("p")], account=Account("acme"))
    told = [Evidence(t, 1, at=day(0), about=a) for t, a in (("a", "p"), ("b", "acme"), ("c", "x"))]
    assert {"a", "b"} == set(lead.learn(*told).facts(at=day(0)))
    heard = [Signal("open", at=day(0), about=about) for about in ("p", "x")]
    assert ["p"] == [signal.about for signal in lead.hear(*heard).heard(at=day(0))]


def test_absorbing_keeps_ids_and_learns_from_then_on():
    """What the other lead knew is known here from the instant of the merge, under its old ids."""
    other = Lead("bea", people=[Person("p")], account=Account("acme"), offer=Offer("pro"), owner="tom")
    other = other.learn(Evidence("need", "x", at=day(0), about="bea")).ask("fit", at=day(1))
    lead = Lead("ana").absorb(other, at=day(4))
    assert "need" not in lead.facts(at=day(3))
    assert "x" == lead.facts(at=day(4))["need"]
    assert ["bea/1"] == [e.id for e in lead.evidence]
    assert (["p"], "acme", "pro", "tom") == (
        [p.id for p in lead.people],
        lead.account.id,
        lead.offer.id,
        lead.owner,
    )
    assert lead.seen == lead.absorb(other, at=day(4)).seen - 1  # a question has no id, and was asked twice


def test_a_lead_cannot_absorb_itself():
    """A merge needs two."""
    with pytest.raises(InvalidValue, match="itself"):
        Lead("ana").absorb(Lead("ana"), at=day(0))


def test_erasing_keeps_places_and_drops_every_personal_value():
    """Names, values and details are gone; ids, topics and instants stay."""
    lead = Lead("ana", people=[Person("p", name="Ana")], account=Account("acme", name="Acme"))
    lead = lead.learn(Evidence("need", "a secret", at=day(0)))
    lead = lead.hear(Signal("open", at=day(0), details={"subject": "a secret"})).ask("fit", at=day(0))
    blank = lead.erase()
    assert [e.id for e in lead.evidence] == [e.id for e in blank.evidence]
    assert "need" not in blank.facts(at=day(1))
    for word in ("secret", "Ana", "Acme"):
        assert word not in str(blank.log) + str(blank.people) + str(blank.account)


def test_the_last_record_of_a_subscription_counts():
    """A renewal is a new record under the old id; only a running one has a next renewal."""
    first = Subscription("s", started=day(0), renews=day(10))
    lead = Lead("ana").subscribe(first)
    renewed = attrs.evolve(first, known_at=day(9), renews=day(20))
    lead = lead.subscribe(renewed)
    assert (renewed,) == lead.subscriptions
    assert day(10) == lead.facts(at=day(8)).renews
    assert day(20) == lead.facts(at=day(9)).renews
    assert lead.facts(at=day(20)).renews is None
    ended = lead.subscribe(attrs.evolve(renewed, known_at=day(12), ended=day(12)))
    assert ended.facts(at=day(12)).renews is None


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: Lead(""), InvalidValue),
        (lambda: Lead("ana").learn("budget"), InvalidType),
        (lambda: Lead("ana").cut(1), InvalidValue),
        (lambda: Lead("ana").cut("x"), InvalidType),
        (lambda: Lead("ana", offer="pro"), InvalidType),
        (lambda: Lead("ana", account="acme"), InvalidType),
        (lambda: Lead("ana", people="p"), InvalidType),
        (lambda: Lead("ana").hear(Evidence("x", 1, at=day(0))), InvalidType),
        (lambda: Lead("ana").absorb("bea", at=day(0)), InvalidType),
        (lambda: Lead("ana", log=["x"]), InvalidType),
        (lambda: Lead("ana").facts(at=datetime(2026, 5, 1)), TimeError),  # noqa: DTZ001 - the fault
        (lambda: Evidence("x", 1, at=day(1), known_at=day(0)), TimeError),
        (lambda: Evidence("x", object(), at=day(1)), InvalidType),
        (lambda: Evidence("x", 1, at=day(1), good_for=timedelta(0)), InvalidValue),
        (lambda: Signal(" ", at=day(1)), InvalidValue),
        (lambda: Asked(3, at=day(1)), InvalidType),
    ],
)
def test_what_cannot_be_meant_is_refused(make, kind):
    """Each bad argument is an error of its own, and nothing is made."""
    with pytest.raises(kind):
        make()


def test_evidence_beyond_the_calendar_holds_for_ever():
    """A validity that would end after the year 9999 never ends."""
    assert Evidence("x", 1, at=day(0), good_for=timedelta.max).good_until() is None


def test_a_repr_reads_well():
    """A lead says who it is and how much it holds, not what."""
    lead = Lead("ana", people=[Person("p")], account=Account("acme")).learn(Evidence("need", "x", at=day(0)))
    assert "Lead('ana', people=['p'], account='acme': 1 evidence)" == repr(lead)
    assert "Lead('bea': nothing known)" == repr(Lead("bea"))


def test_a_lead_begins_with_a_signal():
    """Whoever read a post is a lead, named or not."""
    lead = Lead.from_signal("v-1", Signal("read_post", at=day(0)))
    assert ["read_post"] == [s.kind for s in lead.signals]
    assert () == lead.people
