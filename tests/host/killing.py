"""Writers that are killed: `python tests/host/killing.py sqlite 50`.

Two processes append batches, and say so on a pipe after each commit (that is the acknowledgement). One of
them is killed by SIGKILL at a random moment, again and again; the next one begins by sending again the
batch that was not acknowledged. At the end everything that was acknowledged is there, once, and whole.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
SUBJECT = "killed"


class Told(NamedTuple):
    """What a run came to."""

    kills: int
    acknowledged: int
    stored: int
    lost: list[str]
    doubled: list[str]
    torn: list[str]


def opened(kind: str, path: str):
    """Open the store of a recipe."""
    sys.path.insert(0, str(HERE))
    if kind == "sqlite":
        from sqlite_store import SqliteStore

        return SqliteStore(path)
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool
    from sqlalchemy_store import SqlAlchemyStore

    if "://" in path:  # a connection for each act, so that none is left open by a process that lives on
        return SqlAlchemyStore(create_engine(path, poolclass=NullPool))
    return SqlAlchemyStore(create_engine(f"sqlite:///{path}", connect_args={"timeout": 30}))


def write(kind: str, path: str, writer: str, first: int) -> None:
    """Append batches for ever, and acknowledge each."""
    from datetime import datetime

    from qualify.errors import Conflict
    from qualify.stages import Event

    noon = datetime(2026, 5, 3, 12, tzinfo=UTC)
    store = opened(kind, path)
    number = first
    while True:
        batch = [Event("told", noon, id=f"{writer}-{number}-{part}") for part in range(3)]
        while True:
            try:
                store.append(SUBJECT, batch, expect=len(store.load(SUBJECT)))
            except Conflict:
                continue
            break
        print(number, flush=True)
        number += 1


def kill_writers(kind: str, *, kills: int, seed: int, path: str | None = None) -> Told:
    """Kill writers so many times, and give what was lost, doubled and torn."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        where = path or str(Path(folder) / "events.db")
        opened(kind, where)
        done = {"a": -1, "b": -1}
        for _ in range(kills):
            running = {name: _started(kind, where, name, last + 1) for name, last in done.items()}
            said: dict[str, int] = {}
            readers = [
                threading.Thread(target=_heard, args=(process, name, said))
                for name, process in running.items()
            ]
            for reader in readers:
                reader.start()
            _until_both_write(said, list(running.values()))
            time.sleep(rng.random() * 0.02)
            for process in running.values():
                os.kill(process.pid, signal.SIGKILL)
                process.wait()
            for reader in readers:
                reader.join()
            done = {name: max(done[name], said.get(name, -1)) for name in done}
        for name, last in done.items():  # the last unacknowledged batch is sent again, once
            _resent(kind, where, name, last + 1)
            done[name] = last + 1
        return _counted(opened(kind, where), kills, done)


def _started(kind: str, path: str, writer: str, first: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(HERE / "killing.py"), "--write", kind, path, writer, str(first)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _heard(process: subprocess.Popen[str], name: str, said: dict[str, int]) -> None:
    assert process.stdout is not None
    with process.stdout as lines:
        for line in lines:
            if line.endswith("\n"):  # a line that was cut is no acknowledgement
                said[name] = int(line)


def _until_both_write(said: dict[str, int], running: list[subprocess.Popen[str]]) -> None:
    while len(said) < 2:
        if any(process.poll() is not None for process in running):
            raise RuntimeError("a writer ended before it was killed")
        time.sleep(0.001)


def _resent(kind: str, path: str, writer: str, number: int) -> None:
    process = _started(kind, path, writer, number)
    assert process.stdout is not None
    with process.stdout as lines:
        lines.readline()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


def _counted(store, kills: int, done: dict[str, int]) -> Told:
    ids = [str(event.id) for event in store.load(SUBJECT)]
    times = Counter(ids)
    wanted = [
        f"{name}-{n}-{part}" for name, last in done.items() for n in range(last + 1) for part in range(3)
    ]
    batches = [one.rpartition("-")[0] for one in ids]
    torn = [batch for batch, count in Counter(batches).items() if count != 3]
    torn += [batches[i] for i in range(0, len(batches) - 2, 3) if len(set(batches[i : i + 3])) != 1]
    return Told(
        kills * 2, len(wanted), len(ids), [one for one in wanted if one not in times],
        [one for one, count in times.items() if count > 1], torn,
    )  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1] == "--write":
        write(sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
    else:
        print(kill_writers(sys.argv[1], kills=int(sys.argv[2]), seed=1, path=(sys.argv[3:] or [None])[0]))
