"""Lanes that step together and lanes that step alone say the same, with deadlines of every kind."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import DefinitionError
from qualify.stages import Chart, State, Transition, _waves
from qualify.stages._columns import Rows
from qualify.stages._replay import tables
from qualify.stages._waves import roll
from strategies.stages import ORIGIN, T0, columns, logs, micros

HOUR = timedelta(hours=1)
CLOCK = Chart(
    "clock",
    State("tick"),
    State("tock"),
    transitions=(
        Transition("tick", after=HOUR, to="tock"),
        Transition("tock", after=HOUR, to="tick"),
        Transition("tick", on="look"),
    ),
)


def told(rows, until, few):
    """Give all that waves leave, the jumps in order of their rows."""
    waves = roll(rows, tables(rows.compiled)[0], until, few=few)
    jumps = {int(row): int(state) for part in waves.jumps for row, state in part.T}
    before = {row: state for row, state in jumps.items() if rows.first[row] or state != waves.after[row - 1]}
    return (
        waves.after.tolist(),
        waves.final.tolist(),
        waves.shifted.tolist(),
        waves.fired,
        sorted(before.items()),
    )


@given(logs(), st.integers(0, 4), st.sampled_from((None, 9)))
def test_lanes_step_together_as_they_step_alone(log, few, days):
    """However many are left when they are stepped one by one; a few are what `replay` steps alone."""
    chart, rows = log
    compiled = chart.compile()
    sorted_rows = Rows(compiled, *columns(chart, rows), starts=len(rows) % len(compiled))
    until = None if days is None else micros(T0 + timedelta(days=days))
    assert told(sorted_rows, until, few) == told(sorted_rows, until, _waves._FEW)


@pytest.mark.parametrize("until", [None, 400])
@pytest.mark.parametrize("lanes", [3, 100, 8_192])
def test_lanes_of_many_subjects_and_of_one_giant(monkeypatch, lanes, until):
    """Subjects that follow one another in a lane, and lanes of unequal length, more than a block."""
    micro = timedelta(microseconds=1)
    chart = Chart(
        "c",
        State("a"),
        State("b"),
        State("d"),
        transitions=(
            Transition("a", on="go", to="b"),
            Transition("b", after=20 * micro, to="d"),
            Transition("d", on="go", to="b"),
            Transition("d", after=30 * micro, to="a"),
            Transition("a", on="look"),
        ),
    )
    monkeypatch.setattr(_waves, "_LANES", lanes)
    compiled = chart.compile()
    rng = np.random.default_rng(lanes)
    subject = np.sort(np.where(rng.random(4_000) < 0.2, 77, rng.integers(0, 200, 4_000)))
    at = np.cumsum(rng.integers(0, 25, 4_000))
    for starts in (0, 1, rng.integers(0, 3, 200)[subject]):
        rows = Rows(compiled, subject, rng.integers(0, 2, 4_000), at, {}, starts)
        end = None if until is None else int(at[-1]) + until
        expected = told(rows, end, 10_000)
        assert expected[3]
        for few in (0, 10):
            assert expected == told(rows, end, few)


@pytest.mark.parametrize("few", [0, 10])
def test_deadlines_that_do_not_rest_are_an_error_alone_and_together(few):
    """The deadlines of the cycle are named."""
    compiled = CLOCK.compile()
    rows = Rows(compiled, [1, 1, 2], ["look"] * 3, [T0, T0 + timedelta(days=500), T0], {})
    with pytest.raises(DefinitionError, match=r"more than 10,000 times .*after 1:00:00|t[io]ck"):
        roll(rows, tables(compiled)[0], None, few=few)


def test_a_chart_whose_deadlines_are_never_reached_steps_too():
    """No configuration has one that runs."""
    chart = Chart(
        "c",
        State("a"),
        State("b"),
        State("never"),
        transitions=(Transition("a", on="go", to="b"), Transition("never", after=HOUR, to="a")),
    )
    rows = Rows(chart.compile(), [1, 2], ["go", "go"], [1, 2], {})
    for few in (0, 10):
        assert [1, 1] == roll(rows, tables(rows.compiled)[0], 10, few=few).final.tolist()


@pytest.mark.parametrize("few", [0, 10])
def test_a_deadline_whose_condition_does_not_hold_passes(few):
    """Nothing goes off, whether an event follows or the end."""
    chart = Chart(
        "c",
        State("l", State("low"), State("high")),
        State("t", State("on"), State("off")),
        parallel=True,
        transitions=(Transition("on", after=HOUR, to="off", inside="high"), Transition("low", on="look")),
    )
    compiled = chart.compile()
    rows = Rows(compiled, [1, 1], ["look", "look"], [T0, T0 + 2 * HOUR], {})
    waves = roll(rows, tables(compiled)[0], micros(T0 + 9 * HOUR), few=few)
    assert {} == waves.fired
    assert [0, 0] == waves.after.tolist()
    assert [0] == waves.final.tolist()


def stepped(chart, subject, event, at, until):
    """Give the states after each row and at the end, by the chart itself."""
    stands, after = {}, []
    for who, what, when in zip(subject.tolist(), event, at.tolist(), strict=True):
        instant = ORIGIN + timedelta(microseconds=when)
        step = chart.step(stands[who] if who in stands else chart.start(at=instant), what, at=instant)
        stands[who] = step.after
        after.append(step.after.leaves)
    end = ORIGIN + timedelta(microseconds=until)
    return after, [chart.advance(position, at=end).after.leaves for position in stands.values()]


@pytest.mark.parametrize("few", [0, 2, 10])
def test_a_clock_runs_on_while_other_states_change(monkeypatch, few):
    """A deadline counts from when its own state was entered, whatever another region does meanwhile."""
    monkeypatch.setattr(_waves, "_LANES", 5)  # the subjects make three, of which two are left alone midway
    micro = timedelta(microseconds=1)
    chart = Chart(
        "c",
        State("l", State("low"), State("high")),
        State("t", State("on"), State("off")),
        parallel=True,
        transitions=(
            Transition("low", on="turn", to="high"),
            Transition("high", on="turn", to="low"),
            Transition("high", after=30 * micro, to="low"),
            Transition("on", after=50 * micro, to="off"),
            Transition("off", on="back", to="on"),
            Transition("off", after=20 * micro, to="on", inside="high"),
            Transition("on", on="look"),
        ),
    )
    compiled = chart.compile()
    rng = np.random.default_rng(few)
    subject = np.repeat(np.arange(14), [300, 100] * 2 + [20] * 10)
    event = rng.choice(["turn", "back", "look"], len(subject), p=[0.5, 0.2, 0.3]).tolist()
    last = np.cumsum(rng.integers(1, 20, 300))
    at = np.concatenate([last[-number:] for number in np.bincount(subject)])
    until = int(at[-1]) + 3
    found = roll(Rows(compiled, subject, event, at, {}), tables(compiled)[0], until, few=few)
    after, final = stepped(chart, subject, event, at, until)
    assert after == [compiled.configurations[number] for number in found.after.tolist()]
    assert final == [compiled.configurations[number] for number in found.final.tolist()]
    assert len(set(final)) > 1


@pytest.mark.parametrize("few", [0, 10])
def test_as_many_deadlines_go_off_as_the_bound_allows(monkeypatch, few):
    """So many in a row are taken, and one more is an error, alone and together."""
    monkeypatch.setattr(_waves, "MAX_TIMEOUTS", 5)
    compiled = CLOCK.compile()

    def waves(hours):
        rows = Rows(compiled, [1, 1], ["look"] * 2, [T0, T0 + hours * HOUR], {})
        return roll(rows, tables(compiled)[0], None, few=few)

    assert 5 == sum(number for _, number in waves(5).fired.values())
    with pytest.raises(DefinitionError, match="follow one another"):
        waves(6)


@pytest.mark.parametrize("few", [0, 10])
def test_states_that_are_active_together_have_clocks_of_their_own(few):
    """Who enters one of them again restarts its deadline, and not that of the other."""
    chart = Chart(
        "c",
        State("both", State("a", State("a1")), State("b", State("b1")), parallel=True),
        State("out"),
        transitions=(
            Transition("a1", on="again", to="a1"),
            Transition("a1", after=90 * HOUR, to="out"),
            Transition("b1", after=15 * HOUR, to="out"),
            Transition(("a1", "out"), on="look"),
        ),
    )
    compiled = chart.compile()
    hours = [T0, T0 + 10 * HOUR, T0 + 20 * HOUR]
    rows = Rows(compiled, [1, 1, 1], ["look", "again", "look"], hours, {})
    after = roll(rows, tables(compiled)[0], None, few=few).after.tolist()
    assert [("a1", "b1"), ("a1", "b1"), ("out",)] == [compiled.configurations[number] for number in after]


def test_the_last_rows_of_a_column_are_read_from_their_own_cut():
    """Also where fewer are left than a block holds, and where exactly one block is."""
    column = np.arange(2 * _waves._BLOCK)
    for cut in column.tolist():
        rest = column[cut : cut + _waves._BLOCK]
        assert rest.tolist() == _waves._turned(column, np.array([cut]))[: len(rest), 0].tolist()
