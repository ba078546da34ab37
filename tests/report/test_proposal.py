"""Facts about the mapping to start from: what it guesses, and that it can be read back."""

from __future__ import annotations

import pytest

from qualify._report import _proposal
from qualify.cohort import Binding, Cohort, Field
from qualify.playbooks import saas

WORDS = saas().vocabulary


def propose(**columns):
    return _proposal.propose({name: tuple(entries) for name, entries in columns.items()}, WORDS)


def test_roles_are_guessed_by_the_names_of_columns():
    """Whatever their case and signs."""
    columns = {"Lead ID": "1", "Company": "acme", "Sales Rep": "mia", "Plan": "pro"}
    binding = propose(**columns)
    assert ["Lead ID", "Company", "Plan", "Sales Rep"] == [
        getattr(binding, role).column for role in ("id", "account", "offer", "owner")
    ]


def test_an_outcome_needs_a_word_for_won_and_one_for_lost():
    """The rest is open, or not recorded until somebody says what it means."""
    found = propose(status=["Won", "Lost", "Pending", "Cancelled", ""]).outcome
    assert Field("status", yes="Won", no="Lost", unknown="Pending", missing="Cancelled") == found
    assert propose(status=["a", "b"]).outcome is None
    assert propose(status=[str(n) for n in range(40)]).outcome is None


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("Budgt_alloc", "budget"),
        ("Needs_def", "need"),
        ("Timeline", "timing"),
        ("economic_buyer", "authority"),
    ],
)
def test_topics_are_guessed_by_stem_and_by_other_words(name, topic):
    """As people shorten and name them."""
    assert name == propose(**{name: ["x"]}).topics[topic].column
    assert topic not in propose(colour=["x"]).topics


def test_words_for_yes_no_and_nothing_are_found():
    """What is neither stays unknown, because not knowing is not a no."""
    assert (
        Field("need", yes="Yes", no="no", unknown="n/a") == propose(need=["Yes", "no", "n/a"]).topics["need"]
    )
    assert Field("need", yes="Yes", unknown=["poor"]) == propose(need=["Yes", "poor"]).topics["need"]
    assert Field("fit", unknown="?") == propose(fit=["3", "?"]).topics["fit"]


def test_surveys_are_guessed_by_their_names():
    """Wherever the word stands."""
    assert {"nps": Field("q_nps"), "esat": Field("ESAT")} == dict(propose(q_nps=["9"], ESAT=["4"]).surveys)


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ("2026-05-03T09:00+02:00", Field("created_at")),
        ("2026-05-03 09:00", Field("created_at", zone="UTC")),
        ("2026-05-03", Field("created_at", zone="UTC", hour=17)),
        ("03.05.2026", Field("created_at", zone="UTC", hour=17, format="%d.%m.%Y")),
        ("5/3/2026", Field("created_at", zone="UTC", hour=17, format="%m/%d/%Y")),
    ],
)
def test_times_get_what_they_lack(entry, field):
    """A zone, an hour, a format: each a guess that stands in the mapping to be looked at, and reads."""
    binding = propose(created_at=["", entry])
    assert field == binding.opened
    assert binding == Binding.of(binding.to_document())
    assert Cohort.from_columns({"created_at": [entry]}, binding).at is not None


@pytest.mark.parametrize(
    ("word", "part"),
    [
        *((word, "yes") for word in ("Won", "closed won", "converted", "1", "true")),
        *((word, "no") for word in ("lost", "Closed Lost", "not converted", "0", "false")),
        *((word, "unknown") for word in ("open", "pending", "in progress", "working", "new")),
    ],
)
def test_the_words_of_an_outcome(word, part):
    """As most systems write what was won, lost, and is still open."""
    others = {"yes": "won", "no": "lost", "unknown": "open"}
    entries = [word, *(other for name, other in others.items() if name != part)]
    assert (word,) == getattr(propose(status=entries).outcome, part)


@pytest.mark.parametrize(
    ("name", "topic"), [("money", "budget"), ("funds", "budget"), ("pain", "need"), ("urgency", "timing")]
)
def test_a_topic_is_guessed_by_what_others_call_it(name, topic):
    """Frameworks have several words for one thing."""
    assert name == propose(**{name: ["x"]}).topics[topic].column
