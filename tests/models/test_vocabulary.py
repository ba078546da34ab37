"""Facts about topics, questions and vocabularies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from qualify._canonical import form
from qualify.errors import DefinitionError, InvalidValue, UnknownName
from qualify.models import Question, Topic, Vocabulary
from qualify.truth import Truth

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
OF_TYPE = {
    "text": "x",
    "number": 3,
    "boolean": True,
    "date": date(2026, 5, 3),
    "instant": NOON,
    "duration": timedelta(days=1),
}


@pytest.mark.parametrize("kind", OF_TYPE)
@pytest.mark.parametrize("value", OF_TYPE.values(), ids=str)
def test_a_topic_holds_values_of_its_type_only(kind, value):
    """A bool is no number and an instant no date; that there is none is allowed everywhere."""
    assert (OF_TYPE[kind] is value) == Topic("t", kind).allows(value)
    assert Topic("t", kind).allows(None)
    assert Topic("t", kind).allows(Truth.NO)
    assert Topic("t").allows(value)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (int, "number"),
        (float, "number"),
        (Decimal, "number"),
        (str, "text"),
        (bool, "boolean"),
        (object, "any"),
        (date, "date"),
        (datetime, "instant"),
        (timedelta, "duration"),
    ],
)
def test_a_python_type_names_a_type(given, kind):
    """The type may be said in Python's words."""
    assert kind == Topic("t", given).type


@pytest.mark.parametrize("number", [3, 0.5, Decimal("9.90")])
def test_each_kind_of_number_is_one(number):
    """Whole, broken and exact numbers may stand under a topic of numbers."""
    assert number == Topic("n", "number").check(number)


def test_a_topic_is_asked_again_after_two_weeks():
    """It costs nothing unless somebody says what, and nobody is asked twice in a fortnight."""
    assert (timedelta(days=14), 0.0, None) == (Topic("t").ask_again, Topic("t").cost, Topic("t").fresh_for)


def test_values_are_compared_by_type_too():
    """A topic that allows 1 is not one that allows True."""
    assert Topic("t", values=(1,)) != Topic("t", values=(True,))
    assert Topic("t", values=(1,)) == Topic("t", values=[1])


def test_a_topic_with_a_list_takes_nothing_else():
    """Where the values are few, others are an error that lists them."""
    timing = Topic("timing", "text", values=("now", "later"))
    assert "now" == timing.check("now")
    with pytest.raises(InvalidValue, match="allowed are 'now', 'later'"):
        timing.check("soon")
    with pytest.raises(InvalidValue, match="holds text"):
        timing.check(3)
    with pytest.raises(InvalidValue, match="holds number"):
        Topic("n", int, values=("x",))


def test_every_topic_has_a_question():
    """A topic without words asks by its name; a Question lends its words."""
    assert "What is known about team size?" == str(Topic("team_size").question)
    assert Question("a", "Why?", 5) == Topic("a", question=Question("b", "Why?"), cost=5).question


@pytest.mark.parametrize(
    "make",
    [
        lambda: Topic("t", "colour"),
        lambda: Topic("t", complex),
        lambda: Topic("t", cost=-1),
        lambda: Topic("t", fresh_for=timedelta(0)),
        lambda: Topic(""),
        lambda: Question("t", "x", cost=float("nan")),
    ],
)
def test_what_cannot_be_meant_is_refused(make):
    """Unknown types, negative costs and empty durations are errors."""
    with pytest.raises(InvalidValue):
        make()


def test_a_vocabulary_defines_each_topic_once():
    """A name that stands twice is an error; replacing takes the place of the old one."""
    with pytest.raises(DefinitionError, match="need"):
        Vocabulary(Topic("need"), Topic("fit"), Topic("need", str))
    words = Vocabulary(Topic("need"), Topic("fit")).replacing(Topic("need", str), Topic("new"))
    assert ["need", "fit", "new"] == [topic.name for topic in words]
    assert "text" == words["need"].type
    assert 3 == len(words)


@pytest.mark.parametrize("given", ["need", ["need"], 3])
def test_a_vocabulary_is_made_of_topics(given):
    """Names alone are no topics."""
    with pytest.raises(TypeError):
        Vocabulary(given)


def test_an_unknown_topic_offers_the_nearest():
    """A slip of the pen is answered with the name that was meant."""
    words = Vocabulary([Topic("budget"), Topic("need")])
    with pytest.raises(UnknownName, match="did you mean 'budget'"):
        words["budgt"]
    assert words.get("budgt") is None
    assert "budgt" not in words


def test_a_topic_is_written_with_what_it_says():
    """The canonical form holds what differs from the default, the question as its words."""
    timing = Topic(
        "timing",
        "text",
        "When?",
        fresh_for=timedelta(days=1),
        cost=5,
        ask_again=timedelta(0),
        values=("now",),
    )
    assert {
        "is": "Topic",
        "name": "timing",
        "type": "text",
        "question": "When?",
        "fresh_for": "P1D",
        "cost": 5.0,
        "ask_again": "P0D",
        "values": ["now"],
    } == form(timing)
    assert {"is": "Topic", "name": "x", "question": "What is known about x?"} == form(Topic("x"))
