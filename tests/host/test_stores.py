"""The recipes for stores keep the contract, and lose nothing when their writers are killed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from qualify.stages import SAAS
from qualify.testing import JourneyMachine, check_store

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # the recipes stand beside their test
import killing  # noqa: E402 - as above
from sqlite_store import SqliteStore  # noqa: E402 - as above

sqlalchemy = pytest.importorskip("sqlalchemy", reason="one recipe is written with it")
from sqlalchemy_store import SqlAlchemyStore, metadata  # noqa: E402 - as above

POSTGRESQL = os.environ.get("QUALIFY_POSTGRESQL_URL")
needs_postgresql = pytest.mark.skipif(
    not POSTGRESQL, reason="set QUALIFY_POSTGRESQL_URL to a database that the test may fill"
)


@pytest.fixture
def engine(tmp_path):
    """An engine on a database of its own."""
    made = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'events.db'}", connect_args={"timeout": 30})
    yield made
    made.dispose()


@pytest.fixture
def postgresql():
    """An engine on the server that the environment names, emptied before and after."""
    made = sqlalchemy.create_engine(POSTGRESQL)
    metadata.drop_all(made)
    yield made
    metadata.drop_all(made)
    made.dispose()


def test_sqlite_keeps_the_contract(tmp_path):
    """Versions, retries, batches, ids, two writers at once."""
    check_store(lambda: SqliteStore(str(tmp_path / "events.db")))


def test_sqlalchemy_keeps_the_contract(engine):
    """The same contract through an engine."""
    check_store(lambda: SqlAlchemyStore(engine))


@needs_postgresql
def test_postgresql_keeps_the_contract(postgresql):
    """The same contract with JSONB."""
    check_store(lambda: SqlAlchemyStore(postgresql))


class SqliteMachine(JourneyMachine):
    """A journey that is told anything and stored in SQLite."""

    chart = SAAS
    path = ":memory:"

    def open_store(self):
        """Open the same rows again."""
        if not hasattr(self, "kept"):
            self.kept = SqliteStore(self.path)
        return self.kept


TestSqliteMachine = SqliteMachine.TestCase
TestSqliteMachine.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)


@pytest.mark.parametrize("kind", ["sqlite", "sqlalchemy"])
def test_a_few_kills_lose_nothing(kind):
    """The quick part: six writers are killed."""
    told = killing.kill_writers(kind, kills=3, seed=2)
    assert ([], [], []) == (told.lost, told.doubled, told.torn)
    assert 6 == told.kills


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite", "sqlalchemy"])
def test_fifty_kills_lose_nothing(kind):
    """Nothing that was acknowledged is lost, nothing is doubled after a retry, no batch is torn."""
    told = killing.kill_writers(kind, kills=30, seed=1)
    assert ([], [], []) == (told.lost, told.doubled, told.torn)
    assert told.kills >= 50
    assert told.stored >= told.acknowledged


@needs_postgresql
@pytest.mark.slow
def test_postgresql_survives_killed_writers(postgresql):
    """A server keeps what it acknowledged when its clients are killed."""
    del postgresql  # it only empties the table before and after
    told = killing.kill_writers("sqlalchemy", kills=25, seed=3, path=POSTGRESQL)
    assert ([], [], []) == (told.lost, told.doubled, told.torn)
