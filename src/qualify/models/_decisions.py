"""What was decided, and why: `Action`, `Reason`, `Decision`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import Literal, TypeAlias

import attrs

from qualify import _checks
from qualify._maps import EMPTY, Map, Value
from qualify.errors import InvalidType, InvalidValue
from qualify.models._vocabulary import Question
from qualify.truth import Truth

ReasonKind: TypeAlias = Literal["not_us", "not_now", "never", "do_not_contact"]

_KINDS = ("not_us", "not_now", "never", "do_not_contact")


class Action(Enum):
    """What to do now: SELL, DISCOVER, NURTURE, DISQUALIFY, or SERVE a customer.

    >>> Action.DISCOVER
    Action.DISCOVER
    """

    SELL = "sell"
    DISCOVER = "discover"
    NURTURE = "nurture"
    DISQUALIFY = "disqualify"
    SERVE = "serve"

    def __repr__(self) -> str:
        return f"Action.{self.name}"

    def __str__(self) -> str:
        return self.name


@attrs.frozen(init=False)
class Reason(Value):
    """Why nobody sells to her now: a `code`, and its kind: not us, not now, never, do not contact.

    >>> Reason("student", "not_us")
    Reason(code='student', kind='not_us')
    """

    code: str
    kind: ReasonKind

    def __init__(self, code: str, kind: ReasonKind) -> None:
        if kind not in _KINDS:
            raise InvalidValue(
                "unknown kind of a reason",
                found=_checks.show(kind),
                allowed=f"allowed are {', '.join(_KINDS)}",
                where="Reason.kind",
            )
        self.__attrs_init__(code=_checks.name(code, "Reason.code"), kind=kind)


POOR_FIT = Reason("poor_fit", "not_us")
NOT_READY = Reason("not_ready", "not_now")
DO_NOT_CONTACT = Reason("do_not_contact", "do_not_contact")

# The seeds of a host's own list: nine loss reasons of Frappe CRM, five of Google's local ads, and ours.
REASONS: tuple[Reason, ...] = (
    POOR_FIT,
    NOT_READY,
    DO_NOT_CONTACT,
    Reason("area_mismatch", "not_us"),
    Reason("budget", "not_now"),
    Reason("competition", "not_now"),
    Reason("competitor", "never"),
    Reason("duplicate", "never"),
    Reason("early_churn_predicted", "not_us"),
    Reason("long_cycle", "not_now"),
    Reason("missing_features", "not_us"),
    Reason("no_decision_maker", "not_now"),
    Reason("other", "not_now"),
    Reason("pricing", "not_now"),
    Reason("solicitation", "never"),
    Reason("spam", "never"),
    Reason("student", "not_us"),
    Reason("unresponsive", "not_now"),
)


@attrs.frozen(init=False)
class Decision(Value):
    """What should happen now, with all that it rests on; plain values that can be stored and recomputed.

    `answers` are the truths of the questions that were put, `missing` the topics that nobody has asked
    about, `evidence` the ids behind the answers; `ask` is the one question worth asking, `until` the
    instant at which to look again. `contact` is what was known of the host's register, `value` the
    expected money, if a playbook knows economics. `playbook` cites name, version and fingerprint, `seen`
    how many entries the lead held.

    >>> from datetime import datetime, timezone
    >>> monday = datetime(2026, 5, 4, tzinfo=timezone.utc)
    >>> made = Decision(Action.SELL, answers={"timely": Truth.YES}, at=monday)
    >>> made.action, made.reason
    (Action.SELL, 'SELL: timely is YES')
    """

    action: Action
    at: datetime
    code: Reason | None = None
    answers: Map[Truth] = EMPTY
    missing: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    ask: Question | None = None
    until: datetime | None = None
    contact: bool | None = None
    value: float | None = None
    playbook: str | None = None
    seen: int = 0
    note: str | None = None

    def __init__(
        self,
        action: Action,
        code: Reason | None = None,
        *,
        at: datetime,
        answers: Mapping[str, Truth] | None = None,
        missing: Iterable[str] = (),
        evidence: Iterable[str] = (),
        ask: Question | None = None,
        until: datetime | None = None,
        contact: bool | None = None,
        value: float | None = None,
        playbook: str | None = None,
        seen: int = 0,
        note: str | None = None,
    ) -> None:
        if not isinstance(action, Action):
            raise InvalidType(
                "a decision is an Action", found=_checks.kind_of(action), where="Decision.action"
            )
        for question, truth in (answers or {}).items():
            if not isinstance(truth, Truth):
                raise InvalidType(
                    "an answer is a Truth", found=_checks.kind_of(truth), where=f"Decision.answers.{question}"
                )
        self.__attrs_init__(
            action=action,
            code=None if code is None else _checks.of_type(code, Reason, "Decision.code"),
            answers=answers if isinstance(answers, Map) else Map(answers or {}),
            missing=_checks.names(missing, "Decision.missing"),
            evidence=_checks.names(evidence, "Decision.evidence"),
            ask=None if ask is None else _checks.of_type(ask, Question, "Decision.ask"),
            until=_checks.optional_instant(until, "Decision.until"),
            contact=None if contact is None else _checks.boolean(contact, "Decision.contact"),
            value=None if value is None else _checks.real(value, "Decision.value"),
            playbook=_checks.optional_text(playbook, "Decision.playbook"),
            seen=_checks.whole(seen, "Decision.seen", least=0),
            at=_checks.instant(at, "Decision.at"),
            note=_checks.optional_text(note, "Decision.note"),
        )

    @property
    def reason(self) -> str:
        """One plain sentence that names answers, topics and codes, never a personal value."""
        answers = " and ".join(f"{question} is {truth}" for question, truth in self.answers.items())
        parts = [f"{self.action}: {answers}" if answers else str(self.action)]
        if self.code is not None and self.code not in (POOR_FIT, NOT_READY):
            parts.append(self.code.code)
        if self.missing:
            parts.append(f"nobody knows {', '.join(self.missing)}")
        if self.note:
            parts.append(self.note)
        return "; ".join(parts)

    def __str__(self) -> str:
        ask = f'; ask "{self.ask}"' if self.ask else ""
        until = f"; until {self.until:%Y-%m-%d}" if self.until else ""
        return f"{self.reason}{ask}{until}"

    def same_as(self, stored: Decision, *, waiting: str | None = None) -> bool:
        """Tell whether this says the same as a stored decision that still holds.

        Two are the same if action, code, contact, answers and ask are equal and this one lies before the
        stored `until`. `waiting` names the topic whose question is under way: waiting for the question
        that the stored one asked counts as asking it.
        """
        asks_alike = self.ask == stored.ask or (
            self.ask is None and stored.ask is not None and waiting == stored.ask.topic
        )
        alike = (
            asks_alike
            and self.action is stored.action
            and self.code == stored.code
            and self.contact == stored.contact
            and self.answers == stored.answers
        )
        return alike and (stored.until is None or self.at < stored.until)
