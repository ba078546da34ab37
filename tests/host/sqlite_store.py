"""The store of the how-to "Store journeys in SQLite": the code that the page shows is this file."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from qualify import wire
from qualify.errors import Conflict, IdConflict, InvalidValue
from qualify.stages import Event

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    subject TEXT NOT NULL,
    seq     INTEGER NOT NULL,          -- 1, 2, 3, ...: the version that the row makes
    id      TEXT,                      -- the host's own id of the event, for retries
    event   TEXT NOT NULL,             -- what wire.dumps gave
    PRIMARY KEY (subject, seq),        -- two writers cannot write one version
    UNIQUE (subject, id)               -- one id, one event
) WITHOUT ROWID
"""


class SqliteStore:
    """Events in one table of SQLite, one row each; a batch is one transaction."""

    def __init__(self, path: str) -> None:
        # isolation_level=None: transactions are ours, written out; timeout: how long to wait for another
        self.connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")  # FULL, if a power cut must not lose an answer
        self.connection.execute(SCHEMA)

    def append(self, subject: str, events: Sequence[Event], *, expect: int) -> None:
        """Store events as one unit behind version `expect`; a repeated batch is stored once."""
        connection = self.connection
        connection.execute("BEGIN IMMEDIATE")  # the version that is read below stays true until the commit
        try:
            stored = self._stored(subject, events)
            if not events or stored < len(events):  # else it is a retry, and nothing happens
                (actual,) = connection.execute(
                    "SELECT COALESCE(MAX(seq), 0) FROM events WHERE subject = ?", (subject,)
                ).fetchone()
                if actual != expect or stored:
                    raise Conflict(expect, actual, where=subject)  # noqa: TRY301 - the rollback is below
                connection.executemany(
                    "INSERT INTO events (subject, seq, id, event) VALUES (?, ?, ?, ?)",
                    [(subject, expect + i, e.id, wire.dumps(e)) for i, e in enumerate(events, 1)],
                )
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise

    def _stored(self, subject: str, events: Sequence[Event]) -> int:
        """Count how many of these are stored; an id with other content is an error."""
        stored = 0
        for event in events:
            row = self.connection.execute(
                "SELECT event FROM events WHERE subject = ? AND id = ?", (subject, event.id)
            ).fetchone()
            if row is not None:
                known = wire.loads(row[0], Event)
                if known != event:
                    raise IdConflict(
                        str(event.id), wire.fingerprint(known), wire.fingerprint(event), where=subject
                    )
                stored += 1
        return stored

    def load(self, subject: str) -> list[Event]:
        """Give the events of a subject in order of arrival."""
        rows = self.connection.execute(
            "SELECT seq, event FROM events WHERE subject = ? ORDER BY seq", (subject,)
        ).fetchall()
        for version, (seq, _) in enumerate(rows, 1):
            if seq != version:
                raise InvalidValue("a row is missing", found=f"version {version}", where=subject)
        return [wire.loads(text, Event) for _, text in rows]
