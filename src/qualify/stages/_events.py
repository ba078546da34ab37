"""What is told and stored: `Event`, one row each.

What belongs here: what a host stores. What does not: what an event leads to, which the chart says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import attrs

from qualify import _checks
from qualify._maps import Map, Value, plain
from qualify.errors import InvalidType, TimeError
from qualify.truth import Truth

if TYPE_CHECKING:
    from qualify._maps import Plain

NOTHING: Map[Any] = Map()


@runtime_checkable
class Because(Protocol):
    """Why an event was recorded: any frozen, hashable value with a `reason`.

    >>> from qualify.stages import Override
    >>> isinstance(Override("rep-7", "she called me").reason, str)
    True
    """

    @property
    def reason(self) -> object:
        """What it says for itself."""


@attrs.frozen(init=False, weakref_slot=False)
class Event(Value):
    """Something that was told about a subject: a fact of the world, or a decision. One row to store.

    `at` is when it happened and `known_at` when it was known here (by default the same); it is late
    where they differ. `answers` are the truths that were told with it, `details` plain values (amount,
    why, channel), `by` the opaque id of whoever did it, `because` any frozen value with a `reason`.
    Instants are kept in UTC.

    >>> from datetime import datetime, timezone
    >>> Event("won", datetime(2026, 5, 3, tzinfo=timezone.utc), details={"amount": 1200}).details["amount"]
    1200
    """

    name: str
    at: datetime
    known_at: datetime
    answers: Map[Truth] = NOTHING
    details: Map[Plain] = NOTHING
    by: str | None = None
    id: str | None = None
    because: Because | None = None

    def __init__(  # in the order of the row: keywords alone would slow every record by a tenth
        self,
        name: str,
        at: datetime,
        known_at: datetime | None = None,
        answers: Mapping[str, Truth] | None = None,
        details: Mapping[str, object] | None = None,
        by: str | None = None,
        id: str | None = None,
        because: Because | None = None,
    ) -> None:
        if type(at) is not datetime or at.tzinfo is not _checks.UTC:
            at = _checks.instant(at, "Event.at")
        if known_at is None:
            known_at = at
        else:
            known_at = _checks.instant(known_at, "Event.known_at")
            if known_at < at:
                raise TimeError(
                    "an event is known at the earliest when it happens",
                    found=f"at {at.isoformat()}, known_at {known_at.isoformat()}",
                    where="Event.known_at",
                )
        if because is not None:
            _justify(because)
        if (
            type(name) is not str
            or not name.isidentifier()
            or not name.isascii()
            or len(name) > _checks.MAX_NAME
        ):
            name = _checks.name(name, "Event.name")  # not the usual case, in which nothing is left to look at
        self.__attrs_init__(
            name,
            at,
            known_at,
            told(answers) if answers else NOTHING,
            _details(details) if details else NOTHING,
            None if by is None else _checks.name(by, "Event.by"),
            None if id is None else _checks.name(id, "Event.id"),
            because,
        )

    @property
    def late(self) -> bool:
        """Whether it was known only after it had happened."""
        return self.known_at != self.at

    def _canonical(self) -> dict[str, object]:
        entries: dict[str, object] = {"name": self.name, "at": self.at}
        if self.known_at != self.at:
            entries["known_at"] = self.known_at
        for field in ("answers", "details"):
            if getattr(self, field):
                entries[field] = getattr(self, field)
        for field in ("by", "id", "because"):
            if getattr(self, field) is not None:
                entries[field] = getattr(self, field)
        return entries


def told(answers: object) -> Map[Truth]:
    """Give answers as a Map from questions to truths; True, False and None are not taken for truths."""
    if not isinstance(answers, Mapping):
        raise InvalidType(
            "answers are a mapping from questions to truths", found=_checks.kind_of(answers), where="answers"
        )
    for question, truth in answers.items():
        if not isinstance(truth, Truth):
            raise InvalidType(
                "an answer is a Truth",
                found=_checks.kind_of(truth),
                allowed="wrap a bool with Truth.of(...)",
                where=f"answers[{_checks.show(question)}]",
            )
    return answers if isinstance(answers, Map) else Map(answers)


def _details(details: object) -> Map[Plain]:
    if not isinstance(details, Mapping):
        raise InvalidType(
            "details are a mapping of plain values", found=_checks.kind_of(details), where="details"
        )
    clean = plain(details, "details")
    assert isinstance(clean, Map)  # noqa: S101 - for the type checker: a mapping gives a Map
    return clean


def _justify(because: object) -> None:
    if not hasattr(because, "reason"):
        raise InvalidType(
            "`because` is a value with a `reason`", found=_checks.kind_of(because), where="Event.because"
        )
    if type(because).__hash__ is None:  # a type that can change; hashing what it holds would cost each event
        raise InvalidType(
            "`because` is a frozen value", found=_checks.kind_of(because), where="Event.because"
        )
