"""C: writers, readers, retries, crashes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from qualify import wire
from qualify._canonical import fingerprint
from qualify.criteria import criterion
from qualify.errors import Conflict, InvalidType, InvalidValue, QualifyError
from qualify.models import Facts
from qualify.playbooks import saas
from qualify.stages import SAAS, Chart, Event, Journey, State, Transition
from qualify.testing import MemoryStore, check_store
from reference.catalogue import DAY, NOON, proves

HOST = Path(__file__).resolve().parent.parent / "host"
DOCS = HOST.parent.parent / "docs"
JOURNEY = Journey.start(SAAS, "ana", at=NOON).record("sell", at=NOON)


@proves("C01")
def at_the_version() -> None:
    """The version grows by one."""
    assert 3 == JOURNEY.record("won", at=NOON, expect=2).version


@proves("C02", "C03")
def at_another_version() -> None:
    """A stale version and a gap are conflicts that name both; the journey is as it was."""
    before = wire.dumps(JOURNEY)
    for expect in (1, 3):
        with pytest.raises(Conflict) as caught:
            JOURNEY.record("won", at=NOON, expect=expect)
        assert (expect, 2) == (caught.value.expected, caught.value.actual)
        assert JOURNEY.events[expect:] == caught.value.since
    assert before == wire.dumps(JOURNEY)
    assert ["sell"] == [event.name for event in JOURNEY.since(1)]


@proves("C04")
def odd_versions() -> None:
    """A new journey is at version 0 in a store; a version is a whole number."""
    store = MemoryStore()
    store.append("ana", JOURNEY.events, expect=0)
    for expect in (-1, True, 1.0, "2"):
        with pytest.raises((InvalidType, InvalidValue)):
            JOURNEY.record("won", at=NOON, expect=expect)


@proves("C05", "C06")
def two_writers() -> None:
    """One contract for every store: one of two wins each version, a batch is whole or not there."""
    shared = MemoryStore()
    check_store(lambda: shared, races=100)


@proves("C07", "C08")
def killed() -> None:
    """The kill test of the recipes kills writers at random points; a short one runs here."""
    sys.path.insert(0, str(HOST))
    try:
        import killing
    finally:
        sys.path.remove(str(HOST))
    told = killing.kill_writers("sqlite", kills=2, seed=5)
    assert not told.lost
    assert not told.doubled


@proves("C09")
def power_lost() -> None:
    """What a crash of the machine needs is told in the recipe."""
    page = (DOCS / "how-to" / "store-in-sqlite.md").read_text(encoding="utf-8")
    assert "synchronous=FULL" in page


@proves("C10")
def disk_full() -> None:
    """A store that fails leaves the journey as it was; the same rows are sent again."""

    class Full(MemoryStore):
        broken = True

        def append(self, subject, events, *, expect):
            if self.broken:
                raise OSError("no space left on device")
            super().append(subject, events, expect=expect)

    store, before = Full(), wire.dumps(JOURNEY)
    with pytest.raises(OSError, match="no space"):
        store.append("ana", JOURNEY.events, expect=0)
    assert before == wire.dumps(JOURNEY)
    store.broken = False
    store.append("ana", JOURNEY.events, expect=0)
    assert JOURNEY.events == store.load("ana")


@proves("C11")
def retry_after_a_conflict() -> None:
    """The library never appends again by itself: the error says to read, to decide again, and to record."""
    with pytest.raises(Conflict, match="decide again"):
        JOURNEY.record("won", at=NOON, expect=1)


@proves("C12")
def snapshot_and_tail() -> None:
    """A stored journey and the rows since it are the full replay; one of another chart is refused."""
    snapshot = wire.loads(wire.dumps(JOURNEY), Journey)
    full = JOURNEY.record("won", at=NOON + DAY).record("onboarded", at=NOON + 2 * DAY)
    assert full == snapshot.add(*full.since(snapshot.version))
    other = Chart("saas", State("a"), version="2")
    with pytest.raises(QualifyError):
        Journey.replay(other, "ana", snapshot.events)


@proves("C14")
def log_with_a_hole() -> None:
    """A store checks the sequence of its rows when it reads; the recipes' key is (subject, seq)."""
    sys.path.insert(0, str(HOST))
    try:
        import sqlite_store
    finally:
        sys.path.remove(str(HOST))
    store = sqlite_store.SqliteStore(":memory:")
    store.append(
        "ana", [Event("a", NOON, id="1"), Event("b", NOON, id="2"), Event("c", NOON, id="3")], expect=0
    )
    store.connection.execute("DELETE FROM events WHERE seq = 2")
    with pytest.raises(InvalidValue, match="version 2"):
        store.load("ana")


@proves("C15")
def rows_of_another() -> None:
    """A second `started` is an error, and so is an order of knowing that two journeys do not share."""
    other = Journey.start(SAAS, "bo", at=NOON)
    with pytest.raises(QualifyError):
        Journey.replay(SAAS, "ana", (*JOURNEY.events, *other.events))


@proves("C16")
def reader_during_a_writer() -> None:
    """A journey that somebody holds does not change when another grows from it."""
    held, before = JOURNEY, wire.dumps(JOURNEY)
    JOURNEY.record("won", at=NOON)
    assert before == wire.dumps(held)


def grown(i: int) -> str:
    """Give the fingerprint of a journey that grew in a thread of its own."""
    journey = JOURNEY
    for j in range(20):
        journey = journey.record(("discover", "nurture", "sell")[(i + j) % 3], at=NOON + timedelta(hours=j))
    return fingerprint(journey)


@proves("C17")
def many_threads_from_one_journey() -> None:
    """What sixteen threads make is what one makes."""
    with ThreadPoolExecutor(16) as pool:
        assert [grown(i) for i in range(32)] == list(pool.map(grown, range(32)))


@proves("C18")
def a_cache_that_all_build() -> None:
    """A fresh chart and a fresh criterion, first used by sixteen threads at once, answer as ever."""
    for _ in range(20):
        chart = Chart("c", State("a"), State("b"), transitions=(Transition("a", on="go", to="b"),))
        rule = saas().criteria["meaningful"] & saas().criteria["timely"]
        facts = Facts.of({"fit": 4}, at=NOON)

        def use(_, chart=chart, rule=rule, facts=facts):
            step = chart.step(chart.start(at=NOON), "go", at=NOON)
            return step.after.leaves, chart.fingerprint, rule.truth(facts), hash(rule)

        with ThreadPoolExecutor(16) as pool:
            assert 1 == len(set(pool.map(use, range(16))))


@proves("C20")
def fork_and_spawn() -> None:
    """A process of its own has the same fingerprints."""
    import multiprocessing

    code = "from qualify.stages import SAAS; print(SAAS.fingerprint)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert SAAS.fingerprint == done.stdout.strip()
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert SAAS.fingerprint == pool.apply(getattr, (SAAS, "fingerprint"))


@proves("C21")
def tasks_that_take_turns() -> None:
    """There is no current journey: tasks that interleave do not meet."""

    async def tell(i):
        journey = JOURNEY
        for j in range(10):
            await asyncio.sleep(0)
            journey = journey.record(
                ("discover", "nurture", "sell")[(i + j) % 3], at=NOON + timedelta(hours=j)
            )
        return fingerprint(journey)

    async def all_of_them():
        return await asyncio.gather(*(tell(i) for i in range(6)))

    told = asyncio.run(all_of_them())
    assert told[:3] == told[3:]


@proves("C22")
def coroutine_for_an_answer() -> None:
    """A function that gives a coroutine gives no truth: UNKNOWN, and the fault says what it gave."""

    @criterion(uses=(), version="1")
    async def later(facts):
        return True

    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        verdict = later.judge(Facts.of({}, at=NOON))
    assert "UNKNOWN" == verdict.truth.name
    assert "coroutine" in verdict.faults[0].message
