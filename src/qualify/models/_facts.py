"""`Facts`: what is known about one lead at one instant; the rest is UNKNOWN."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import attrs

from qualify import _checks
from qualify._maps import Map, Plain, Value
from qualify.errors import NotKnown, TimeError
from qualify.models._evidence import Asked, Evidence, Signal
from qualify.models._vocabulary import ASK_AGAIN, Topic, Vocabulary
from qualify.truth import Truth

NO_WORDS = Vocabulary()
_NO_ANSWER = (None, Truth.UNKNOWN)  # None in a host's row means that nobody knows, as it does in a column


@attrs.frozen(init=False, repr=False)
class Facts(Value):
    """What is known `at` an instant: topic by topic the newest evidence that is still fresh.

    `facts[topic]` gives the value or raises `NotKnown`, `facts.get(topic)` gives None instead. Nothing
    later than `at` is ever seen. Behind each fact stands its evidence. `asked` holds the questions that
    were sent by then and not answered since, `signals` what was heard, `renews` the next renewal.
    `unreadable` names topics whose newest value is none of those that the vocabulary lists: they count as
    unknown, and judging tells it as a fault.

    >>> from datetime import datetime, timezone
    >>> facts = Facts.of({"budget": 12_000}, at=datetime(2026, 5, 3, tzinfo=timezone.utc))
    >>> facts["budget"], facts.get("need"), "need" in facts
    (12000, None, False)
    """

    at: datetime
    vocabulary: Vocabulary
    subject: str | None
    current: Map[Evidence]
    signals: tuple[Signal, ...]
    asked: tuple[Asked, ...]
    disputed: frozenset[str]
    renews: datetime | None
    unreadable: frozenset[str] = frozenset()
    _ends: dict[str, datetime] = attrs.field(init=False, eq=False, repr=False)  # by topic, where there is one

    def __init__(
        self,
        *,
        at: datetime,
        vocabulary: Vocabulary | None = None,
        subject: str | None = None,
        current: Mapping[str, Evidence] | Iterable[Evidence] = (),
        signals: Iterable[Signal] = (),
        asked: Iterable[Asked] = (),
        disputed: Iterable[str] = (),
        renews: datetime | None = None,
        unreadable: Iterable[str] = (),
    ) -> None:
        entries = current.values() if isinstance(current, Mapping) else current
        self.__attrs_init__(
            at=_checks.instant(at, "Facts.at"),
            vocabulary=NO_WORDS if vocabulary is None else vocabulary,
            subject=None if subject is None else _checks.name(subject, "Facts.subject"),
            current=Map.trusted({entry.topic: entry for entry in entries}),
            signals=tuple(signals),
            asked=tuple(asked),
            disputed=frozenset(disputed),
            renews=_checks.optional_instant(renews, "Facts.renews"),
            unreadable=frozenset(unreadable),
        )
        object.__setattr__(self, "_ends", endings(self.current, self.vocabulary))
        entries_of: tuple[Evidence | Signal | Asked, ...] = (
            *self.current.values(),
            *self.signals,
            *self.asked,
        )
        for one in entries_of:
            if one.at > self.at:
                raise TimeError(
                    "nothing later than `at` is ever seen", found=one.at.isoformat(), where="Facts"
                )

    @classmethod
    def of(
        cls,
        values: Mapping[str, Plain],
        *,
        at: datetime,
        vocabulary: Vocabulary | None = None,
        asked: Iterable[Asked] = (),
        signals: Iterable[Signal] = (),
        since: Mapping[str, datetime] | None = None,
        subject: str | None = None,
        renews: datetime | None = None,
    ) -> Facts:
        """Give Facts from a mapping of topics to values, for hosts that keep leads of their own.

        `since` says from when a value holds. A value without an instant is taken as of `at`, and so
        cannot be outvoted by what an event taught before.
        """
        instant = _checks.instant(at, "Facts.of.at")
        from_when = since or {}
        for topic in from_when:
            if topic not in values:
                raise _checks.unknown("topic", topic, values, where="Facts.of.since")
        words = NO_WORDS if vocabulary is None else vocabulary
        entries = {
            topic: Evidence(topic, value, at=from_when.get(topic, instant)) for topic, value in values.items()
        }
        current, unreadable = readable(fresh(entries, endings(entries, words), instant), words)
        return cls(
            at=instant,
            vocabulary=words,
            subject=subject,
            current=current,
            asked=asked,
            signals=signals,
            renews=renews,
            unreadable=unreadable,
        )

    def __getitem__(self, topic: str) -> Plain:
        """Give the value that is known, or raise `NotKnown` (a KeyError) with the topic."""
        entry = self.current._items.get(topic)  # noqa: SLF001 - one dict look-up, on the hot way
        if entry is None or entry.value in _NO_ANSWER or entry.erased:
            raise NotKnown(topic)
        return entry.value

    def get(self, topic: str) -> Plain:
        """Give the value that is known, or None."""
        return self[topic] if topic in self else None  # noqa: SIM401 - this is that method

    def __contains__(self, topic: object) -> bool:
        entry = self.current._items.get(topic)  # type: ignore[call-overload]  # noqa: SLF001 - as above
        return entry is not None and entry.value not in _NO_ANSWER and not entry.erased

    def __iter__(self) -> Iterator[str]:
        return (topic for topic in self.current if topic in self)

    def __repr__(self) -> str:
        whose = f" of {self.subject!r}" if self.subject else ""
        known = ", ".join(self) or "nothing known"
        return f"<Facts{whose} at {self.at.isoformat()}: {known}>"

    def evidence(self, topic: str) -> Evidence | None:
        """Give the evidence behind a fact, None where nothing is known."""
        return self.current.get(topic)

    def topic(self, name: str) -> Topic | None:
        """Give the vocabulary's topic of that name, None where the vocabulary does not have it."""
        return self.vocabulary.get(name)

    def good_until(self, topic: str) -> datetime | None:
        """Give the instant at which a fact goes stale; None if nothing is known or it never does."""
        entry = self.current.get(topic)
        return None if entry is None else entry.good_until(self.vocabulary)

    def waiting(self, topic: str) -> datetime | None:
        """Give the instant at which patience with a question on this topic ends, None if none is open.

        A question is open while it is within its `ask_again` and nothing newer than it answers.
        """
        sent = max((a.at for a in self.asked if a.topic == topic), default=None)
        if sent is None or (topic in self and self.current[topic].at > sent):
            return None
        known = self.vocabulary.get(topic)
        try:
            until = sent + (ASK_AGAIN if known is None else known.ask_again)
        except OverflowError:  # patience that outlasts the calendar
            until = datetime.max.replace(tzinfo=_checks.UTC)
        return until if self.at < until else None


def endings(current: Mapping[str, Evidence], words: Vocabulary) -> dict[str, datetime]:
    """Give when each piece of evidence goes stale, by topic, for those that ever do."""
    ends = {}
    topics = words._by_name  # noqa: SLF001 - the dict itself, read for each topic
    for name, entry in current.items():
        if entry.good_for is None and ((topic := topics.get(name)) is None or topic.fresh_for is None):
            continue
        until = entry.good_until(words)
        if until is not None:
            ends[name] = until
    return ends


def fresh(current: dict[str, Evidence], ends: Mapping[str, datetime], at: datetime) -> dict[str, Evidence]:
    """Give the evidence that still holds at an instant; windows are half-open."""
    return {name: entry for name, entry in current.items() if name not in ends or at < ends[name]}


def readable(current: dict[str, Evidence], words: Vocabulary) -> tuple[dict[str, Evidence], frozenset[str]]:
    """Give the evidence whose value its topic lists, and the topics of the rest."""
    odd = [
        name
        for name, entry in current.items()
        if (topic := words.get(name)) is not None and not topic.lists(entry.value)
    ]
    if not odd:
        return current, frozenset()
    return {name: entry for name, entry in current.items() if name not in odd}, frozenset(odd)
