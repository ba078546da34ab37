"""The field's frameworks, as published, over shared topics."""

from __future__ import annotations

import pytest

from qualify.criteria import ask, frameworks, topic
from qualify.errors import CriterionError, InvalidType, InvalidValue, UnknownName
from qualify.models import Facts
from qualify.truth import NO, UNKNOWN, YES
from reference.criteria_slow import NOW


def known(**values):
    """Facts of some values."""
    return Facts.of(values, at=NOW)


def test_bant_has_both_published_quorums():
    """IBM's reading is satisfied by three of four, others demand all four."""
    three = known(money=5, authority=True, need="so", time=False)
    assert YES is frameworks.bant(quorum=3).truth(three)
    assert NO is frameworks.bant().truth(three)
    assert UNKNOWN is frameworks.bant(quorum=3).truth(known(money=5, need="so"))
    assert NO is frameworks.bant(quorum=3).truth(known(money=False, need=False))


def test_authority_is_a_gate_in_anum():
    """No quorum does without authority."""
    others = {"need": "so", "time": "now", "money": 5}
    assert YES is frameworks.anum(quorum=2).truth(known(authority=True, need="so"))
    assert NO is frameworks.anum(quorum=2).truth(known(authority=False, **others))
    assert YES is frameworks.anum(quorum=1).truth(known(authority=True))
    assert "authority" == frameworks.anum().topics[0]


@pytest.mark.parametrize(
    ("name", "build", "count"),
    [
        ("BANT", frameworks.bant, 4),
        ("MEDDIC", frameworks.meddic, 6),
        ("MEDDICC", frameworks.meddicc, 7),
        ("MEDDPICC", frameworks.meddpicc, 8),
        ("CHAMP", frameworks.champ, 4),
        ("GPCTBA/C&I", frameworks.gpctba_ci, 8),
        ("ANUM", frameworks.anum, 4),
        ("FAINT", frameworks.faint, 5),
    ],
)
def test_each_framework(name, build, count):
    """It needs all of its letters by default, names itself, and asks shared questions with a price."""
    rule = build()
    assert (name, count) == (str(rule), len(rule.topics))
    assert rule == build(quorum=count)
    assert rule == frameworks.FRAMEWORKS[name].criterion()
    assert YES is rule.truth(known(**dict.fromkeys(rule.topics, True)))
    assert all(frameworks.TOPICS[topic_].cost > 0 for topic_ in rule.topics)
    with pytest.raises(InvalidValue):
        build(quorum=count + 1)
    with pytest.raises(InvalidValue):
        build(quorum=0)


@pytest.mark.parametrize(
    ("name", "topics"),
    [
        ("BANT", "money authority need time"),
        ("MEDDIC", "metrics authority decision_criteria decision_process need champion"),
        ("MEDDICC", "metrics authority decision_criteria decision_process need champion competition"),
        (
            "MEDDPICC",
            "metrics authority decision_criteria decision_process paper_process need champion competition",
        ),
        ("CHAMP", "need authority money time"),
        ("GPCTBA/C&I", "goals plans need time money authority consequences implications"),
        ("ANUM", "authority need time money"),
        ("FAINT", "money authority interest need time"),
    ],
)
def test_each_letter_asks_for_its_topic(name, topics):
    """The letters stand in the published order, each with the shared topic behind it."""
    framework = frameworks.FRAMEWORKS[name]
    assert tuple(topics.split()) == framework.topics
    assert len(framework.letters) == framework.quorum
    assert (("Authority",) if name == "ANUM" else ()) == framework.gates


def test_what_asking_costs():
    """A question that is quickly answered costs 5 minutes of a person, one that takes thinking 10."""
    quick = {"money", "authority", "time", "competition", "consequences", "implications", "interest"}
    assert {one.name: 5.0 if one.name in quick else 10.0 for one in frameworks.TOPICS} == {
        one.name: one.cost for one in frameworks.TOPICS
    }


def test_spin_asks_in_its_order():
    """Situation, problem, implication, need-payoff, each filed under its topic, at its price."""
    assert [("situation", 10.0), ("need", 10.0), ("implications", 10.0), ("need_payoff", 5.0)] == [
        (question.topic, question.cost) for question in frameworks.spin().questions
    ]


def test_a_host_binds_shared_topics_to_its_own():
    """A name renames a topic, a criterion stands in its place; the question stays."""
    own = {"money": topic("budget") >= 5_000, "time": "timing"}
    rule = frameworks.bant(bind=own)
    assert ("budget", "authority", "need", "timing") == rule.topics
    words = frameworks.vocabulary("BANT", bind={"money": "budget", "time": "timing"})
    assert rule is rule.check(words)
    assert frameworks.TOPICS["money"].question.text == words["budget"].question.text
    with pytest.raises(UnknownName, match="did you mean 'money'"):
        frameworks.bant(bind={"mony": "budget"})
    with pytest.raises(CriterionError, match=r"bind\['money'\]"):
        frameworks.bant(bind={"money": 3})


def test_evidence_is_asked_once_for_several_frameworks():
    """What one framework learned the others know."""
    lead = Facts.of({"need": "so", "money": 3}, at=NOW, vocabulary=frameworks.vocabulary())
    assert ("authority", "time") == frameworks.bant().judge(lead).missing
    assert ("authority", "time") == frameworks.champ().judge(lead).missing
    assert ask([frameworks.bant(), frameworks.champ()], lead).topic in {"authority", "time"}
    assert {"money", "interest"} <= {one.name for one in frameworks.vocabulary("FAINT", "BANT")}
    with pytest.raises(UnknownName):
        frameworks.vocabulary("BANTT")


def test_what_is_no_framework():
    """A framework has letters, and a quorum that they can reach; a sequence has questions."""
    with pytest.raises(CriterionError, match="letters"):
        frameworks.Framework("X", (), "")
    with pytest.raises(InvalidValue):
        frameworks.Framework("X", (("A", "a"),), "", quorum=2)
    with pytest.raises(InvalidType, match="Question"):
        frameworks.Sequence("X", ("what?",))
    assert "spin" in dir(frameworks)
