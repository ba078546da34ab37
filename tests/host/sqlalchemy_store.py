"""The store of the how-to "Store journeys with SQLAlchemy": the code that the page shows is this file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError

from qualify import wire
from qualify.errors import Conflict, IdConflict, InvalidValue
from qualify.stages import Event


class Stored(TypeDecorator[Any]):
    """A column that holds one value of the library as JSON (JSONB in PostgreSQL)."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: type) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect):
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())

    def process_bind_param(self, value, dialect):
        return None if value is None else json.loads(wire.dumps(value))

    def process_result_value(self, value, dialect):
        return None if value is None else wire.loads(json.dumps(value), self.kind)


metadata = MetaData()
events_table = Table(
    "events",
    metadata,
    Column("subject", String(128), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # two writers cannot write one version
    Column("id", String(128)),
    Column("event", Stored(Event), nullable=False),
    UniqueConstraint("subject", "id"),
)


class SqlAlchemyStore:
    """Events in one table of any database that SQLAlchemy knows; the second writer meets the primary key."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        metadata.create_all(engine)

    def append(self, subject: str, events: Sequence[Event], *, expect: int) -> None:
        """Store events as one unit behind version `expect`; a repeated batch is stored once."""
        rows = [
            {"subject": subject, "seq": expect + i, "id": event.id, "event": event}
            for i, event in enumerate(events, 1)
        ]
        try:
            with self.engine.begin() as connection:
                stored = self._stored(connection, subject, events)
                if events and stored == len(events):  # a retry
                    return
                actual = self._version(connection, subject)
                if actual != expect or stored:
                    raise Conflict(expect, actual, where=subject)
                connection.execute(insert(events_table), rows)
        except IntegrityError:  # somebody wrote between our look and our commit
            with self.engine.connect() as connection:
                if self._stored(connection, subject, events) < len(events):
                    raise Conflict(expect, self._version(connection, subject), where=subject) from None

    def _version(self, connection, subject: str) -> int:
        newest = select(func.coalesce(func.max(events_table.c.seq), 0))
        return connection.execute(newest.where(events_table.c.subject == subject)).scalar_one()

    def _stored(self, connection, subject: str, events: Sequence[Event]) -> int:
        """Count how many of these are stored; an id with other content is an error."""
        ids = [event.id for event in events if event.id is not None]
        query = select(events_table.c.id, events_table.c.event).where(
            events_table.c.subject == subject, events_table.c.id.in_(ids)
        )
        known = {id_: event for id_, event in connection.execute(query)}  # noqa: C416 - rows are no pairs
        for event in events:
            if event.id in known and known[event.id] != event:
                stored = wire.fingerprint(known[event.id])
                raise IdConflict(event.id, stored, wire.fingerprint(event), where=subject)
        return len(known)

    def load(self, subject: str) -> list[Event]:
        """Give the events of a subject in order of arrival."""
        query = select(events_table.c.seq, events_table.c.event)
        query = query.where(events_table.c.subject == subject).order_by(events_table.c.seq)
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        for version, (seq, _) in enumerate(rows, 1):
            if seq != version:
                raise InvalidValue("a row is missing", found=f"version {version}", where=subject)
        return [event for _, event in rows]
