"""From a lead's log to Facts: what was so and known by then, fresh, hers, and not taken back."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import TypeAlias

import attrs

from qualify._maps import Map, identity
from qualify.models._evidence import Asked, Evidence, Retraction, Signal
from qualify.models._facts import Facts, endings, fresh, readable
from qualify.models._offers import Subscription
from qualify.models._vocabulary import Vocabulary
from qualify.truth import Truth

Entry: TypeAlias = Evidence | Signal | Asked | Retraction | Subscription


@attrs.define
class Reading:
    """The part of a log that counts at an instant, by kind, each in order of arrival."""

    evidence: list[Evidence] = attrs.field(factory=list)
    signals: list[Signal] = attrs.field(factory=list)
    asked: list[Asked] = attrs.field(factory=list)
    subscriptions: list[Subscription] = attrs.field(factory=list)


def read(log: Iterable[Entry], names: AbstractSet[str | None], at: datetime, known_at: datetime) -> Reading:
    """Give what was so by `at`, known by `known_at`, about one of `names`, and not taken back by then."""
    reading = Reading()
    gone: set[str | None] = set()
    for entry in log:
        if entry.known_at > known_at or entry.at > at:
            continue
        if isinstance(entry, Evidence):
            if entry.about in names:
                reading.evidence.append(entry)
        elif isinstance(entry, Signal):
            if entry.about in names:
                reading.signals.append(entry)
        elif isinstance(entry, Asked):
            reading.asked.append(entry)
        elif isinstance(entry, Subscription):
            reading.subscriptions.append(entry)
        else:
            gone.add(entry.id)
    if gone:
        reading.evidence = [entry for entry in reading.evidence if entry.id not in gone]
        reading.signals = [entry for entry in reading.signals if entry.id not in gone]
    return reading


def know(
    reading: Reading,
    *,
    subject: str,
    at: datetime,
    vocabulary: Vocabulary,
    taught: Iterable[Evidence],
    events: Iterable[Signal],
) -> Facts:
    """Give the Facts of a reading: the newest wins, ties go to the later arrival, then freshness counts."""
    current: dict[str, Evidence] = {}
    learned: dict[str, list[Evidence]] = {}
    for entry in (*(lesson for lesson in taught if lesson.at <= at), *reading.evidence):
        earlier = learned.get(entry.topic)
        if earlier is None:
            learned[entry.topic] = [entry]
            current[entry.topic] = entry
            continue
        earlier.append(entry)
        if entry.at >= current[entry.topic].at:
            current[entry.topic] = entry
    ends = endings(current, vocabulary)
    held, unreadable = readable(fresh(current, ends, at), vocabulary)
    facts: Facts = object.__new__(Facts)
    facts.__attrs_init__(  # all parts were checked when they were made
        at=at,
        vocabulary=vocabulary,
        subject=subject,
        current=Map.trusted(held),
        signals=(*reading.signals, *events),
        asked=tuple(one for one in reading.asked if not _is_answered(one, learned.get(one.topic, ()))),
        disputed=frozenset(
            topic
            for topic in held
            if len(learned[topic]) > 1 and _is_disputed(learned[topic], vocabulary, at)
        ),
        renews=_next_renewal(reading.subscriptions, at) if reading.subscriptions else None,
        unreadable=unreadable,
    )
    object.__setattr__(facts, "_ends", ends)
    return facts


def _is_answered(question: Asked, learned: Iterable[Evidence]) -> bool:
    """Tell whether anything was learned on the topic strictly later; "it no longer holds" is no answer."""
    return any(entry.at > question.at and entry.value is not Truth.UNKNOWN for entry in learned)


def _next_renewal(subscriptions: Iterable[Subscription], at: datetime) -> datetime | None:
    last = {one.id: one for one in subscriptions}
    coming = (one.renews for one in last.values() if one.runs(at))
    return min((renews for renews in coming if renews is not None and renews > at), default=None)


def _is_disputed(learned: Iterable[Evidence], words: Vocabulary, at: datetime) -> bool:
    """Tell whether the newest fresh answers of different sources differ."""
    by_source: dict[str | None, Evidence] = {}
    for entry in learned:
        newest = by_source.get(entry.source)
        if newest is None or entry.at >= newest.at:
            by_source[entry.source] = entry
    values = {
        identity(entry.value)
        for entry in by_source.values()
        if not entry.erased and entry.value is not Truth.UNKNOWN and entry.is_fresh(at, words)
    }
    return len(values) > 1
