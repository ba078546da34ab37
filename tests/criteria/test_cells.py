"""Cells stand for leads: what is heard, what a host answers, and what nobody asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qualify.criteria import (
    always_true,
    any_of,
    change,
    criterion,
    equivalent,
    heard,
    satisfiable,
    settle,
    topic,
    weighted,
)
from qualify.models import Facts, Topic, Vocabulary
from qualify.truth import NO, UNKNOWN, YES
from reference.criteria_slow import NOW

NOTHING = Facts.of({}, at=NOW)
A = topic("a").is_true()
DAY = timedelta(days=1)
CALL = heard("call")
# In four windows there are more ways to be heard so often than are tried.
WINDOWS = any_of(heard("b", times=40).within(k * DAY) for k in (1, 2, 3, 4))


@criterion(uses=("industry",), version="1")
def regulated(facts):
    """A host's function."""
    return facts["industry"] == "health"


@pytest.mark.parametrize(
    ("rule", "truth"),
    [
        (CALL.within(timedelta(hours=1)), YES),
        (CALL.within(3 * DAY) & ~CALL.within(2 * DAY) & ~CALL.within(DAY), YES),
        (CALL.within(3 * DAY) & CALL.within(DAY, times=2) & ~CALL.within(2 * DAY, times=3), YES),
        (CALL.within(2 * DAY) & ~CALL.within(3 * DAY), NO),
        (CALL & ~CALL.within(3 * DAY), YES),
        (heard("a", times=200) & ~heard("a", times=100) & heard("c", times=200), NO),
        (heard("a", "c", times=2) & ~heard("a") & heard("c"), YES),
        (heard("a", "c", times=2) & ~heard("a") & ~heard("c"), NO),
        (heard("a", "c") & heard("c", "d") & ~heard("c"), YES),
        (WINDOWS, YES),
        (~WINDOWS, YES),
    ],
)
def test_what_can_be_heard(rule, truth):
    """Signals of some ages and kinds make it so, or none do; the witness has heard them."""
    proof = satisfiable(rule, at=NOW)
    assert truth is proof.truth
    assert truth is NO or YES is rule.truth(proof.witness)


@pytest.mark.parametrize(
    ("part", "beside"),
    [(CALL, A | ~A), (regulated, A | ~A), (WINDOWS.parts[0], WINDOWS | ~WINDOWS)],
    ids=["heard", "host", "crowded"],
)
@pytest.mark.parametrize("weight", [1, -1])
def test_a_part_counts_its_weight_once(part, beside, weight):
    """Whatever the part is, YES and NO of it weigh the same in a score."""
    score = weighted({part: weight, A: 1}, bar=1 + max(weight, 0))
    wanted = (part if weight > 0 else ~part) & A
    assert YES is equivalent(score & beside, wanted & beside, at=NOW).truth


def test_leaves_that_hear_in_too_many_ways_are_free():
    """Then nothing is said to hold always, and nothing to hold never."""
    assert NO is always_true(WINDOWS, at=NOW).truth
    assert NO is always_true(~WINDOWS, at=NOW).truth


def test_what_a_host_would_answer_is_the_value_of_the_move():
    """A change to YES asks for a true, one to NO for a false."""
    lead = Facts.of({"industry": "health"}, at=NOW)
    assert ["change regulated: false"] == [str(move) for move in change(regulated, lead, to=NO).change]
    other = Facts.of({"industry": "retail"}, at=NOW)
    assert ["change regulated: true"] == [str(move) for move in change(regulated, other).change]


def test_asking_makes_a_topic_known():
    """Whether we know a topic is NO now, and YES after every answer to it."""
    rule = any_of(topic("n") >= 3, topic("n").known())
    assert UNKNOWN is rule.truth(NOTHING)
    assert YES is settle(rule, NOTHING).truth
    apart = any_of(topic("n") >= 3, topic("m").known())
    assert UNKNOWN is settle(apart, NOTHING).truth


def test_what_can_be_is_said_by_the_vocabulary_of_the_facts():
    """A vocabulary that is given goes before."""
    words = Vocabulary(Topic("w", str, values=("a", "b")))
    more = Vocabulary(Topic("w", str, values=("a", "b", "c")))
    rule = topic("w").one_of("a", "b") | ~topic("w").exists()
    lead = Facts.of({}, at=NOW, vocabulary=words)
    assert YES is settle(rule, lead).truth
    assert UNKNOWN is settle(rule, lead, vocabulary=more).truth
    assert UNKNOWN is settle(rule, NOTHING).truth
    assert YES is settle(rule, NOTHING, vocabulary=words).truth
