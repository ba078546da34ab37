"""Facts about people, offers, surveys and decisions: each consistent with itself."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import attrs
import pytest

from qualify import models
from qualify.errors import InvalidType, InvalidValue, TimeError
from qualify.models import (
    DO_NOT_CONTACT,
    NOT_READY,
    POOR_FIT,
    REASONS,
    Account,
    Action,
    Decision,
    Offer,
    Outcome,
    Person,
    Question,
    Reason,
    Rep,
    Subscription,
    SurveyResponse,
)
from qualify.scales import CSAT, NPS
from qualify.truth import Truth

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ASK = Question("need", "Why?")

VALUES = [
    Person("p", name="Ana", email="a@b.c", role="head"),
    Account("acme", name="Acme"),
    Rep("r", name="Mia", team="north"),
    Offer("pro", price=49, currency="EUR"),
    Subscription("s", started=NOON, renews=NOON + DAY, offer="pro"),
    Outcome(
        "ana", Truth.YES, opened=NOON, closed=NOON + DAY, amount=Decimal("9.90"), currency="EUR", reason="x"
    ),
    SurveyResponse(NPS, 9, at=NOON, by="p", about="acme", id="1"),
    SurveyResponse(CSAT, None, at=NOON),
    Reason("student", "not_us"),
    Decision(Action.NURTURE, NOT_READY, at=NOON, answers={"timely": Truth.NO}, until=NOON + DAY, value=2),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda v: type(v).__name__)
def test_a_value_is_frozen_equal_hashable_and_picklable(value):
    """What is made once stays as it is, and its twin is equal to it."""
    twin = pickle.loads(pickle.dumps(value))
    assert value == twin
    assert hash(value) == hash(twin)
    assert value == attrs.evolve(value)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        value.id = "other"
    assert not hasattr(value, "__dict__")
    assert type(value).__name__ in repr(value)


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: Person(" "), InvalidValue),
        (lambda: Account(7), InvalidType),
        (lambda: Rep("r", name=7), InvalidType),
        (lambda: Offer("pro", price=49.0, currency="EUR"), InvalidType),
        (lambda: Offer("pro", price=True, currency="EUR"), InvalidType),
        (lambda: Offer("pro", price=49), InvalidValue),
        (lambda: Offer("pro", price=49, currency="euro"), InvalidValue),
        (lambda: Offer("pro", price=49, currency="eur"), InvalidValue),
        (lambda: Subscription("s", started=NOON, renews=NOON - DAY), TimeError),
        (lambda: Subscription("s", started=NOON, ended=NOON - DAY), TimeError),
        (lambda: Outcome("ana", True, opened=NOON), InvalidType),
        (lambda: Outcome("ana", Truth.UNKNOWN, opened=NOON, closed=NOON), TimeError),
        (lambda: Outcome("ana", Truth.NO, opened=NOON, closed=NOON - DAY), TimeError),
        (lambda: Outcome("ana", Truth.NO, opened=NOON, cancelled=NOON + DAY), TimeError),
        (lambda: Outcome("ana", Truth.YES, opened=NOON, closed=NOON + DAY, cancelled=NOON), TimeError),
        (lambda: SurveyResponse("NPS", 9, at=NOON), InvalidType),
        (lambda: SurveyResponse(NPS, 11, at=NOON), InvalidValue),
        (lambda: SurveyResponse(CSAT, 0, at=NOON), InvalidValue),
        (lambda: SurveyResponse(NPS, 9.5, at=NOON), InvalidType),
        (lambda: Reason("x", "perhaps"), InvalidValue),
        (lambda: Decision("sell", at=NOON), InvalidType),
        (lambda: Decision(Action.SELL, at=NOON, ask="Why?"), InvalidType),
        (lambda: Decision(Action.NURTURE, "not_ready", at=NOON), InvalidType),
        (lambda: Decision(Action.SELL, at=NOON, answers={"timely": True}), InvalidType),
        (lambda: Decision(Action.SELL, at=NOON, seen=-1), InvalidValue),
        (lambda: Decision(Action.SELL, at=NOON, value=float("nan")), InvalidValue),
    ],
)
def test_what_cannot_be_meant_is_refused(make, kind):
    """Each contradiction is an error that says what is allowed."""
    with pytest.raises(kind):
        make()


def test_a_subscription_runs_half_open():
    """It runs from its start up to, and not at, its end."""
    one = Subscription("s", started=NOON, ended=NOON + DAY)
    assert [False, True, False] == [one.runs(t) for t in (NOON - DAY, NOON, NOON + DAY)]
    assert one.started == one.at
    assert Subscription("s", started=NOON).runs(NOON + DAY)


def test_reasons_are_typed_and_distinct():
    """Each seed has a code of its own and one of the four kinds."""
    assert len(REASONS) == len({reason.code for reason in REASONS})
    assert {"not_us", "not_now", "never", "do_not_contact"} == {reason.kind for reason in REASONS}
    assert {POOR_FIT, NOT_READY, DO_NOT_CONTACT} <= set(REASONS)


def test_the_reasons_of_the_field_keep_their_kinds():
    """A reason that says not now is asked again; never, not us and do not contact are not."""
    kinds = {
        kind: {r.code for r in REASONS if r.kind == kind} for kind in ("not_us", "never", "do_not_contact")
    }
    assert {
        "not_us": {"poor_fit", "area_mismatch", "early_churn_predicted", "missing_features", "student"},
        "never": {"competitor", "duplicate", "solicitation", "spam"},
        "do_not_contact": {"do_not_contact"},
    } == kinds
    assert {
        "not_ready", "budget", "competition", "long_cycle", "no_decision_maker", "other", "pricing",
        "unresponsive",
    } == {reason.code for reason in REASONS if reason.kind == "not_now"}  # fmt: skip
    assert ("poor_fit", "not_ready", "do_not_contact") == (POOR_FIT.code, NOT_READY.code, DO_NOT_CONTACT.code)


def test_a_reason_has_one_of_four_kinds():
    """The error lists them all."""
    with pytest.raises(InvalidValue) as error:
        Reason("x", "perhaps")
    assert "allowed are not_us, not_now, never, do_not_contact" == error.value.allowed


def test_the_order_of_the_actions_is_that_of_their_codes():
    """A column of decisions holds the place of each action in this order."""
    assert ["SELL", "DISCOVER", "NURTURE", "DISQUALIFY", "SERVE"] == [action.name for action in Action]
    assert [action.name.lower() for action in Action] == [action.value for action in Action]


def test_a_reason_is_one_sentence_without_values():
    """The sentence names the action, answers, codes and topics."""
    made = Decision(
        Action.NURTURE,
        DO_NOT_CONTACT,
        at=NOON,
        answers={"meaningful": Truth.YES, "timely": Truth.UNKNOWN},
        missing=["timing"],
        note="the register says so",
    )
    assert (
        "NURTURE: meaningful is YES and timely is UNKNOWN; do_not_contact; nobody knows timing; "
        "the register says so"
    ) == made.reason
    assert "SELL" == Decision(Action.SELL, at=NOON).reason
    asking = Decision(Action.DISCOVER, at=NOON, ask=ASK, until=NOON + DAY)
    assert 'DISCOVER; ask "Why?"; until 2026-05-04' == str(asking)


def test_two_decisions_are_the_same_while_the_stored_one_holds():
    """Action, code, contact, answers and ask count; waiting for the stored question counts as asking it."""
    stored = Decision(Action.DISCOVER, at=NOON, ask=ASK, until=NOON + 14 * DAY)
    later = attrs.evolve(stored, at=NOON + DAY)
    assert later.same_as(stored)
    assert not attrs.evolve(stored, at=NOON + 14 * DAY).same_as(stored)
    waiting = attrs.evolve(later, ask=None)
    assert waiting.same_as(stored, waiting="need")
    assert not waiting.same_as(stored, waiting="fit")
    assert not waiting.same_as(stored)
    for change in (
        {"action": Action.NURTURE},
        {"code": POOR_FIT},
        {"contact": False},
        {"answers": {"timely": Truth.NO}},
        {"ask": Question("fit", "How?")},
    ):
        assert not attrs.evolve(later, **change).same_as(stored)
    endless = attrs.evolve(stored, action=Action.SELL, ask=None, until=None)
    assert attrs.evolve(endless, at=NOON + 900 * DAY).same_as(endless)


def test_an_action_reads_by_its_name():
    """Actions print as they are written."""
    assert ("SELL", "Action.SELL") == (str(Action.SELL), repr(Action.SELL))


def test_the_room_lists_its_names():
    """`dir` gives the public names, sorted."""
    assert sorted(models.__all__) == models.__dir__()
