"""What we learn and when: `Evidence`, `Signal`, and the records of asking and of taking back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import attrs

from qualify import _checks
from qualify._maps import EMPTY, Map, Plain, Value, identity, plain, plain_map
from qualify.errors import TimeError
from qualify.models._vocabulary import Vocabulary


def learned(at: datetime, known_at: datetime | None, where: str) -> tuple[datetime, datetime]:
    """Give the two instants of a record: when it was so, and when we learned it (default: then)."""
    so = _checks.instant(at, f"{where}.at")
    if known_at is None:
        return so, so
    known = _checks.instant(known_at, f"{where}.known_at")
    if known < so:
        raise TimeError(
            "nothing is known before it is so",
            found=f"known_at {known.isoformat()} before at {so.isoformat()}",
            where=where,
        )
    return so, known


@attrs.frozen(init=False)
class Evidence(Value):
    """One answer on one topic: what was so `at` an instant, and learned at `known_at`.

    It holds for `good_for` and for the topic's `fresh_for`, whichever ends first; windows are half-open.
    `Truth.UNKNOWN` as a value says that older answers no longer hold; `Truth.NO` that there is none.
    `source` and `by` say from where and from whom, `about` of whom it speaks (None: this lead); all are
    opaque. A lead assigns the `id` where it is missing.

    >>> from datetime import datetime, timezone
    >>> Evidence("team_size", 40, at=datetime(2026, 5, 3, tzinfo=timezone.utc), source="call").value
    40
    """

    topic: str
    value: Plain = attrs.field(eq=identity, metadata={"open": True})
    at: datetime
    known_at: datetime
    source: str | None = None
    by: str | None = None
    about: str | None = None
    good_for: timedelta | None = None
    id: str | None = None
    erased: bool = False

    def __init__(
        self,
        topic: str,
        value: Plain,
        *,
        at: datetime,
        known_at: datetime | None = None,
        source: str | None = None,
        by: str | None = None,
        about: str | None = None,
        good_for: timedelta | None = None,
        id: str | None = None,
        erased: bool = False,
    ) -> None:
        so, known = learned(at, known_at, "Evidence")
        self.__attrs_init__(
            topic=_checks.name(topic, "Evidence.topic"),
            value=plain(value, "Evidence.value"),
            at=so,
            known_at=known,
            source=None if source is None else _checks.name(source, "Evidence.source"),
            by=None if by is None else _checks.name(by, "Evidence.by"),
            about=None if about is None else _checks.name(about, "Evidence.about"),
            good_for=None if good_for is None else _checks.duration(good_for, "Evidence.good_for"),
            id=None if id is None else _checks.name(id, "Evidence.id"),
            erased=_checks.boolean(erased, "Evidence.erased"),
        )

    def good_until(self, words: Vocabulary | None = None) -> datetime | None:
        """Give the first instant at which it no longer holds, None if it holds until contradicted."""
        topic = None if words is None else words.get(self.topic)
        fresh_for = None if topic is None else topic.fresh_for
        span = self.good_for
        if fresh_for is not None and (span is None or fresh_for < span):
            span = fresh_for
        if span is None:
            return None
        try:
            return self.at + span
        except OverflowError:
            return None

    def is_fresh(self, at: datetime, words: Vocabulary | None = None) -> bool:
        """Tell whether it still holds at an instant; windows are half-open."""
        until = self.good_until(words)
        return until is None or at < until

    def erase(self) -> Evidence:
        """Give the same record without its value: the place is kept, her words are gone."""
        return attrs.evolve(self, value=None, erased=True)


@attrs.frozen(init=False)
class Signal(Value):
    """Something that she did: she opened the pricing mail on Tuesday.

    `kind` is a name of the host's, `details` a Map of plain values.

    >>> from datetime import datetime, timezone
    >>> Signal("demo_request", at=datetime(2026, 5, 3, tzinfo=timezone.utc)).kind
    'demo_request'
    """

    kind: str
    at: datetime
    known_at: datetime
    source: str | None = None
    details: Map[Plain] = EMPTY
    by: str | None = None
    about: str | None = None
    id: str | None = None

    def __init__(
        self,
        kind: str,
        *,
        at: datetime,
        known_at: datetime | None = None,
        source: str | None = None,
        details: Mapping[str, Plain] | None = None,
        by: str | None = None,
        about: str | None = None,
        id: str | None = None,
    ) -> None:
        so, known = learned(at, known_at, "Signal")
        self.__attrs_init__(
            kind=_checks.name(kind, "Signal.kind"),
            at=so,
            known_at=known,
            source=None if source is None else _checks.name(source, "Signal.source"),
            details=plain_map(details, "Signal.details"),
            by=None if by is None else _checks.name(by, "Signal.by"),
            about=None if about is None else _checks.name(about, "Signal.about"),
            id=None if id is None else _checks.name(id, "Signal.id"),
        )


@attrs.frozen(init=False)
class Asked(Value):
    """A question on `topic` was sent `at` an instant, by whom; the answer comes as Evidence.

    >>> from datetime import datetime, timezone
    >>> Asked("budget", at=datetime(2026, 5, 3, tzinfo=timezone.utc)).topic
    'budget'
    """

    topic: str
    at: datetime
    known_at: datetime
    by: str | None = None

    def __init__(
        self, topic: str, *, at: datetime, known_at: datetime | None = None, by: str | None = None
    ) -> None:
        so, known = learned(at, known_at, "Asked")
        self.__attrs_init__(
            topic=_checks.name(topic, "Asked.topic"),
            at=so,
            known_at=known,
            by=None if by is None else _checks.name(by, "Asked.by"),
        )


@attrs.frozen(init=False)
class Retraction(Value):
    """The record named `id` (Evidence or Signal) was a mistake; from `at` on it no longer counts.

    >>> from datetime import datetime, timezone
    >>> Retraction("ana/3", at=datetime(2026, 5, 3, tzinfo=timezone.utc)).id
    'ana/3'
    """

    id: str
    at: datetime
    known_at: datetime
    by: str | None = None

    def __init__(
        self, id: str, *, at: datetime, known_at: datetime | None = None, by: str | None = None
    ) -> None:
        so, known = learned(at, known_at, "Retraction")
        self.__attrs_init__(
            id=_checks.name(id, "Retraction.id"),
            at=so,
            known_at=known,
            by=None if by is None else _checks.name(by, "Retraction.by"),
        )
