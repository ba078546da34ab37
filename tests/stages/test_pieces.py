"""What columns led to is the same however many rows are read at once, and pieces compose under one table."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from qualify.errors import InvalidValue
from qualify.stages import SAAS, Chart, State, Transition, _replay
from strategies.stages import T0, micros

HOUR = timedelta(hours=1)


def test_each_event_ends_in_each_configuration_as_the_table_says():
    """Refused or not, by every event from every beginning."""
    compiled = SAAS.compile()
    pairs = [(state, event) for state in range(len(compiled)) for event in compiled.events]
    starts, events = (list(column) for column in zip(*pairs, strict=True))
    rows = range(len(pairs))
    replay = compiled.replay(rows, events, rows, starts=starts)
    assert [compiled.end(*pair) == "refused" for pair in pairs] == replay.refused.tolist()
    assert [compiled.next(*pair) for pair in pairs] == replay.states.tolist()


def test_a_table_may_have_more_entries_than_two_bytes_count():
    """260 states and 260 events: each is counted where it came."""
    names = [f"s{i}" for i in range(260)]
    moves = tuple(Transition("p", on=f"e{i}", to=name) for i, name in enumerate(names))
    chart = Chart("wide", State("p", *map(State, names)), transitions=moves)
    replay = chart.compile().replay([1, 1, 1], ["e259", "e259", "e258"], [1, 2, 3])
    assert {"p": 4, "s0": 1, "s259": 2, "s258": 1} == {name: n for name, n in replay.visits.items() if n}
    assert 3 == replay.counts.sum()


@pytest.mark.parametrize("chunk", [1, 2, 7, 50, 99, 100, 101])
def test_readings_are_the_same_however_many_rows_are_read_at_once(monkeypatch, chunk):
    """Dwell, counts and refusals of a hundred rows, in parts of any size."""
    rng = np.random.default_rng(4)
    subject = np.sort(rng.integers(0, 12, 100))
    event, at = rng.integers(0, len(SAAS.events), 100), np.cumsum(rng.integers(0, 9, 100))

    def read():
        replay = SAAS.compile().replay(subject, event, at, until=int(at[-1]) + 5)
        return replay.dwell, replay.counts.tolist(), replay.refused.tolist()

    whole = read()
    monkeypatch.setattr(_replay, "_CHUNK", chunk)
    assert whole == read()


def test_an_end_before_the_last_event_adds_no_time():
    """Nor does it take any away."""
    replay = SAAS.compile().replay([1, 1], ["won", "won"], [10, 20], until=5)
    assert 1e-5 == replay.dwell["customer"]


def test_time_in_a_state_ends_with_its_deadline():
    """An hour in the first, the rest in the second."""
    chart = Chart(
        "timed",
        State("a"),
        State("b"),
        transitions=(Transition("a", after=HOUR, to="b"), Transition("b", on="look")),
    )
    replay = chart.compile().replay(
        [1, 1], ["look", "look"], [T0, T0 + 3 * HOUR], until=micros(T0 + 4 * HOUR)
    )
    assert {"a": 3_600.0, "b": 3 * 3_600.0} == replay.dwell


def test_pieces_of_another_table_do_not_compose():
    """Another chart of the same size, or the same chart with another beginning."""
    chart, other = (Chart(name, State("a"), State("b")) for name in "cd")
    one = chart.compile().piece([], [], [])
    for table in (chart.compile(starts=["b"]), other.compile()):
        with pytest.raises(InvalidValue, match=r"Piece\.then: pieces compose under one compiled chart"):
            one.then(table.piece([], [], []))
