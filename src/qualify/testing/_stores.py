"""The contract of a host's store of events, one for every back end, and the smallest store that keeps it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from typing import Protocol

from qualify._canonical import fingerprint
from qualify.errors import Conflict, ContractError, IdConflict
from qualify.models import Action, Decision
from qualify.stages import Event, Override
from qualify.truth import Truth

_NOON = datetime(2026, 5, 3, 12, tzinfo=timezone.utc)  # noqa: UP017 - the same object under every supported Python
_WRITERS = 2
_RACES = 20


class Store(Protocol):
    """What a host writes: events of a subject, one row each, in order of arrival.

    >>> store: Store = MemoryStore()
    >>> list(store.load("ana"))
    []
    """

    def append(self, subject: str, events: Sequence[Event], *, expect: int) -> None:
        """Store events as one unit behind the version `expect`, the number of events that are there.

        If all of them are there already, by id and with the same content, it is a retry: nothing
        happens. Else another version is a `Conflict`, and an id with other content an `IdConflict`;
        then nothing is stored.
        """
        ...

    def load(self, subject: str) -> Sequence[Event]:
        """Give the events of a subject in order of arrival, none for one that is not known."""
        ...


class MemoryStore:
    """The smallest store that keeps the contract: for tests of a host, and to read beside one's own.

    >>> store = MemoryStore()
    >>> store.append("ana", [Event("won", _NOON, id="e1")], expect=0)
    >>> [event.name for event in store.load("ana")]
    ['won']
    """

    def __init__(self) -> None:
        self._rows: dict[str, tuple[Event, ...]] = {}

    def append(self, subject: str, events: Sequence[Event], *, expect: int) -> None:
        """Store events as one unit behind the version `expect`."""
        rows = self._rows.get(subject, ())
        known = {row.id: row for row in rows if row.id is not None}
        stored = [known[event.id] for event in events if event.id in known and event.id is not None]
        for event in events:
            if event.id in known and known[event.id] != event:
                raise IdConflict(
                    str(event.id), fingerprint(known[event.id]), fingerprint(event), where=subject
                )
        if events and len(stored) == len(events):
            return
        if len(rows) != expect or stored:
            raise Conflict(expect, len(rows), where=subject)
        if self._rows.setdefault(subject, rows) is not rows:
            raise Conflict(expect, len(self._rows[subject]), where=subject)
        self._rows[subject] = (*rows, *events)

    def load(self, subject: str) -> tuple[Event, ...]:
        """Give the events of a subject in order of arrival."""
        return self._rows.get(subject, ())


def check_store(open_store: Callable[[], Store], *, subject: str = "check", races: int = _RACES) -> None:
    """Raise `ContractError` unless a store keeps the contract; `open_store` opens it, again and again.

    It is called for each reader and writer, as another process would open the same storage. Subjects
    begin with `subject`: use an empty store, or a prefix of its own. Checked are: order and content of
    every kind of event, optimistic versions, retries, ids, batches as one unit, what a reader sees
    afterwards, subjects apart, and two writers at once.

    >>> shared = MemoryStore()
    >>> check_store(lambda: shared, races=0)
    """
    _keeps_what_it_is_told(open_store, f"{subject}-order")
    _refuses_other_versions(open_store, f"{subject}-versions")
    _takes_a_retry_for_one(open_store, f"{subject}-retries")
    _stores_a_batch_or_nothing(open_store, f"{subject}-batches")
    _keeps_subjects_apart(open_store, f"{subject}-apart")
    if races:
        _bears_two_writers(open_store, f"{subject}-races", races)


def _events(*ids: str) -> list[Event]:
    return [Event("told", _NOON + timedelta(seconds=i), id=name) for i, name in enumerate(ids)]


def _require(rule: str, *, expected: object, actual: object) -> None:
    if expected != actual:
        raise ContractError(rule, found=str(actual), allowed=f"expected {expected}", where="check_store")


def _refused(rule: str, kind: type[Exception], act: Callable[[], None]) -> Exception:
    try:
        act()
    except kind as error:
        return error
    except Exception as error:
        raise ContractError(
            rule,
            found=f"{type(error).__name__}: {error}",
            allowed=f"raise {kind.__name__}",
            where="check_store",
        ) from error
    raise ContractError(rule, found="no error", allowed=f"raise {kind.__name__}", where="check_store")


def _names(store: Store, subject: str) -> list[str | None]:
    return [event.id for event in store.load(subject)]


def _keeps_what_it_is_told(open_store: Callable[[], Store], subject: str) -> None:
    store = open_store()
    _require("an unknown subject has no events", expected=[], actual=list(store.load(subject)))
    told = [
        Event(
            "started",
            _NOON,
            details={"chart": "c", "active": ("a",), "n": 2**60, "x": 0.1, "m": Decimal("1.50")},
        ),
        Event("won", _NOON, known_at=_NOON + timedelta(days=1, microseconds=1), id="é/1", by="rep-7"),
        Event("sell", _NOON, answers={"q": Truth.UNKNOWN}, because=Decision(Action.SELL, at=_NOON)),
        Event("nurture", _NOON, because=Override("rep-7", "she asked for it")),
        Event("later", _NOON - timedelta(days=400), known_at=_NOON + timedelta(days=2)),
    ]
    store.append(subject, told[:2], expect=0)
    store.append(subject, told[2:], expect=2)
    _require("events come back equal, in order of arrival", expected=told, actual=list(store.load(subject)))
    _require("another reader sees them too", expected=told, actual=list(open_store().load(subject)))


def _refuses_other_versions(open_store: Callable[[], Store], subject: str) -> None:
    store = open_store()
    store.append(subject, _events("a", "b"), expect=0)
    for expect in (0, 1, 3):
        rule = f"an append at version {expect} of 2 is a Conflict"
        error = _refused(rule, Conflict, partial(store.append, subject, _events("c"), expect=expect))
        said = getattr(error, "expected", None), getattr(error, "actual", None)
        _require("a Conflict names both versions", expected=(expect, 2), actual=said)
        _require("a refused append stores nothing", expected=["a", "b"], actual=_names(open_store(), subject))


def _takes_a_retry_for_one(open_store: Callable[[], Store], subject: str) -> None:
    store = open_store()
    first, later = _events("a", "b"), [Event("told", _NOON + timedelta(days=1), id="c")]
    store.append(subject, first, expect=0)
    store.append(subject, first, expect=0)
    _require("a retried batch is stored once", expected=["a", "b"], actual=_names(store, subject))
    store.append(subject, later, expect=2)
    store.append(subject, first, expect=0)
    _require("a retry after later events is one too", expected=["a", "b", "c"], actual=_names(store, subject))
    other = [Event("told otherwise", _NOON, id="a")]
    _refused(
        "an id with other content is an IdConflict",
        IdConflict,
        lambda: store.append(subject, other, expect=3),
    )
    _require("and stores nothing", expected=["a", "b", "c"], actual=_names(open_store(), subject))


def _stores_a_batch_or_nothing(open_store: Callable[[], Store], subject: str) -> None:
    store = open_store()
    store.append(subject, _events("a"), expect=0)
    spoilt = [Event("told", _NOON, id="new"), Event("told otherwise", _NOON, id="a")]
    _refused(
        "a batch with a taken id is refused", IdConflict, lambda: store.append(subject, spoilt, expect=1)
    )
    _require("a refused batch leaves nothing", expected=["a"], actual=_names(open_store(), subject))
    half = [*_events("a"), Event("told", _NOON + timedelta(days=1), id="tail")]
    _refused(
        "a batch of which a part is stored is a Conflict",
        Conflict,
        lambda: store.append(subject, half, expect=1),
    )
    _require("and stores no tail", expected=["a"], actual=_names(open_store(), subject))


def _keeps_subjects_apart(open_store: Callable[[], Store], subject: str) -> None:
    store = open_store()
    store.append(f"{subject}/1", _events("a"), expect=0)
    store.append(f"{subject}/2", _events("a", "b"), expect=0)
    actual = _names(store, f"{subject}/1"), _names(store, f"{subject}/2")
    _require("ids of two subjects do not meet", expected=(["a"], ["a", "b"]), actual=actual)


def _bears_two_writers(open_store: Callable[[], Store], subject: str, races: int) -> None:
    def write(writer: int) -> int:
        store, lost = open_store(), 0
        for i in range(races):
            batch = [Event("told", _NOON, id=f"{writer}-{i}-{part}") for part in range(2)]
            while True:
                try:
                    store.append(subject, batch, expect=len(store.load(subject)))
                except Conflict:
                    lost += 1
                    continue
                break
        return lost

    with ThreadPoolExecutor(_WRITERS) as pool:
        list(pool.map(write, range(_WRITERS)))
    found = _names(open_store(), subject)
    expected = sorted(f"{w}-{i}-{part}" for w in range(_WRITERS) for i in range(races) for part in range(2))
    _require("two writers lose and double nothing", expected=expected, actual=sorted(map(str, found)))
    pairs = [str(one)[:-2] for one in found]
    _require("a batch is not torn by the other writer", expected=pairs[::2], actual=pairs[1::2])
