"""The frameworks ask what was published, in its order, and take a host's own words for it."""

from __future__ import annotations

import pytest

from qualify.criteria import frameworks, topic
from qualify.models import Asked, Facts
from qualify.truth import NO, YES
from reference.criteria_slow import NOW

NOTHING = Facts.of({}, at=NOW)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (frameworks.bant, "Budget and Authority and Need and Timeline"),
        (frameworks.champ, "Challenges and Authority and Money and Prioritization"),
        (frameworks.anum, "Authority and Need and Urgency and Money"),
        (frameworks.faint, "Funds and Authority and Interest and Need and Timing"),
        (
            frameworks.gpctba_ci,
            (
                "Goals and Plans and Challenges and Timeline and Budget and Authority and Consequences and "
                "Implications"
            ),
        ),
        (
            frameworks.meddpicc,
            (
                "Metrics and Economic buyer and Decision criteria and Decision process and Paper process and "
                "Identify pain and Champion and Competition"
            ),
        ),
    ],
)
def test_a_framework_reads_as_its_letters(build, words):
    """All of them are needed unless a quorum is given."""
    assert words == str(build().part)


@pytest.mark.parametrize(
    ("quorum", "words"),
    [
        (1, "Authority"),
        (2, "Authority and (Need or Urgency or Money)"),
        (3, "Authority and (at least 2 of (Need, Urgency, Money))"),
        (4, "Authority and Need and Urgency and Money"),
    ],
)
def test_a_gate_counts_towards_the_quorum(quorum, words):
    """The gate always holds, and the quorum is of all letters."""
    assert words == str(frameworks.anum(quorum=quorum).part)


def test_a_criterion_stands_for_a_letter():
    """It is called by the letter, and what it reads is its own."""
    rule = frameworks.bant(quorum=3, bind={"money": topic("budget") >= 5, "time": "timing"})
    assert "at least 3 of (Budget, Authority, Need, Timeline)" == str(rule.part)
    assert "(topic('budget') >= 5).named('Budget')" == repr(rule.part.parts[0])
    assert "topic('timing').exists().named('Timeline')" == repr(rule.part.parts[3])
    assert "BANT" == str(rule)


def test_a_framework_may_have_no_gate_and_one_letter():
    """A quorum is of one at least; a name, a source and a letter are kept as they are given."""
    made = frameworks.Framework("X", [("A", "a"), ("B", "a"), ("C", "c")], "me", quorum=2, gates=["B"])
    assert ("X", "me", 2, ("B",), ("a", "c")) == (
        made.name,
        made.source,
        made.quorum,
        made.gates,
        made.topics,
    )
    assert "B and (A or C)" == str(made.criterion().part)
    assert "A or B" == str(frameworks.Framework("Z", [("A", "a"), ("B", "b")], "", quorum=1).criterion().part)
    alone = frameworks.Framework("Y", [("A", "a")], "").criterion()
    assert "A" == str(alone.part)
    assert YES is alone.truth(Facts.of({"a": 1}, at=NOW))


def test_two_gates_need_a_quorum_of_two():
    """A quorum that the gates alone exceed is refused."""
    made = frameworks.Framework("X", [("A", "a"), ("B", "b"), ("C", "c")], "", gates=("A", "B"))
    assert "A and B" == str(made.criterion(quorum=2).part)
    with pytest.raises(ValueError, match="2 to 3"):
        made.criterion(quorum=1)


SPIN = [
    ("situation", "How do you do this today?", 10.0),
    ("need", "What is difficult about it?", 10.0),
    ("implications", "What does that lead to?", 10.0),
    ("need_payoff", "What would it be worth to have it solved?", 5.0),
]


def test_spin_asks_four_questions():
    """Situation, problem, implication and need-payoff, each with its price."""
    spin = frameworks.spin()
    assert SPIN == [(one.topic, one.text, one.cost) for one in spin.questions]
    assert ("SPIN", "Rackham, 1988") == (spin.name, spin.source)


@pytest.mark.parametrize("answered", range(5))
def test_a_sequence_asks_the_first_question_that_nobody_has_answered(answered):
    """What is left costs what is left, and nothing is asked where all of it is known."""
    lead = Facts.of({name: "so" for name, _, _ in SPIN[:answered]}, at=NOW)
    found = frameworks.spin().next(lead)
    left = SPIN[answered:]
    if left:
        assert (left[0][0], "exact", "SPIN asks in this order") == (found.topic, found.method, found.reason)
    else:
        assert (None, "nothing", "all of it is known") == (found.topic, found.method, found.reason)
    cost = sum(price for _, _, price in left)
    assert (cost, len(left), len(left)) == (found.expected_cost, found.expected_questions, found.unknowns)


def test_a_sequence_waits_for_an_answer():
    """While one of its questions is open none is asked, and it says which and until when."""
    asked = [Asked("need", at=NOW), Asked("budget", at=NOW)]
    found = frameworks.spin().next(Facts.of({}, at=NOW, vocabulary=frameworks.TOPICS, asked=asked))
    assert ("waiting", "need", "need was asked, and not yet answered") == (
        found.method,
        found.waiting,
        found.reason,
    )
    assert found.until == Facts.of({}, at=NOW, vocabulary=frameworks.TOPICS, asked=asked).waiting("need")
    assert found.question is None


def test_a_vocabulary_takes_the_hosts_names():
    """Each topic once, with its question and its price, under the name that the host has for it."""
    words = frameworks.vocabulary("BANT", "CHAMP", bind={"money": "budget", "need": topic("pain").exists()})
    assert ["budget", "authority", "need", "time"] == [one.name for one in words]
    for name, own in (("money", "budget"), ("need", "need")):
        shared = frameworks.TOPICS[name]
        assert (shared.question.text, shared.cost, "any") == (
            words[own].question.text,
            words[own].cost,
            words[own].type,
        )
    every = [one.name for one in frameworks.vocabulary()]
    assert set(every) == {name for made in frameworks.FRAMEWORKS.values() for name in made.topics}
    assert NO is frameworks.bant().truth(Facts.of({"need": False}, at=NOW))
