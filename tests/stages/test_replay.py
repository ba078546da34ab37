"""Columns through a compiled chart give what the scalar fold gives, event by event."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import DefinitionError, InvalidType, InvalidValue, QualifyError, TimeError, UnknownName
from qualify.stages import SAAS, Chart, Journey, State, Transition
from qualify.stages._columns import microseconds
from qualify.truth import Truth
from strategies.stages import T0, charts, columns, histories, logs, micros

HOUR = timedelta(hours=1)


def scalar(chart, rows, active=None):
    """Fold each subject's rows by the chart, in order of happening, ties in the order of the file."""
    found = {}
    for subject in dict.fromkeys(row[0] for row in rows):
        mine = sorted((i for i, row in enumerate(rows) if row[0] == subject), key=lambda i: (rows[i][2], i))
        journey = Journey.start(chart, subject, at=rows[mine[0]][2], active=(active or {}).get(subject))
        for i in mine:
            _, name, at, _, answers = rows[i]
            journey = journey.record(name, at=at, answers=answers)
            found[i] = journey.last
        found[subject] = journey
    return found


def same(replay, compiled, chart, expected, size, until):
    """Whether all that a replay tells is what the journeys tell."""
    for i in range(size):
        assert replay.configurations[replay.states[i]] == expected[i].after.leaves
        assert bool(replay.refused[i]) == expected[i].refused
    journeys = {s: expected[s] for s in replay.subjects.tolist()}
    for subject, state in zip(replay.subjects.tolist(), replay.final.tolist(), strict=True):
        at = until or journeys[subject].position.at
        assert compiled.find(journeys[subject].at(at)) == state
    for name in chart.state_names:
        visits = sum(j.visits(name, at=until) for j in journeys.values())
        dwell = sum((j.dwell(at=until).get(name, timedelta(0)) for j in journeys.values()), timedelta(0))
        assert visits == replay.visits[name]
        assert dwell.total_seconds() == replay.dwell[name]
        assert [name in expected[i].after.active for i in range(size)] == replay.inside(name).tolist()
    moves = np.zeros_like(replay.transitions)
    for journey in journeys.values():
        late = chart.advance(journey.position, at=until).timeouts if until is not None else ()
        told = [moment for step in journey.steps[1:] for moment in (*step.timeouts, step)]
        for moment in (*told, *late):
            if moment.moved:
                moves[compiled.find(moment.before), compiled.find(moment.after)] += 1
    assert moves.tolist() == replay.transitions.tolist()


@given(logs())
def test_replay_equals_the_scalar_fold(log):
    """States, refusals, final states, visits, transition counts and dwell, with deadlines and histories."""
    chart, rows = log
    compiled = chart.compile()
    expected = scalar(chart, rows)
    for until in (None, T0 + timedelta(days=9)):
        replay = compiled.replay(*columns(chart, rows), until=None if until is None else micros(until))
        same(replay, compiled, chart, expected, len(rows), until)


@given(logs(), st.data())
def test_subjects_that_are_taken_in_begin_where_they_stand(log, data):
    """One beginning for all, or one for each subject, with deadlines that count from the first event."""
    chart, rows = log
    places = st.sampled_from(chart.compile().configurations)
    subjects = list(dict.fromkeys(row[0] for row in rows))
    if data.draw(st.booleans()):
        active = dict.fromkeys(subjects, data.draw(places))
    else:
        active = {subject: data.draw(places) for subject in subjects}
    compiled = chart.compile(starts=list(active.values()))
    number = {subject: compiled.find(chart.start(at=T0, active=active[subject])) for subject in subjects}
    starts = np.array([number[row[0]] for row in rows], np.uint16)
    expected = scalar(chart, rows, active)
    for until in (None, T0 + timedelta(days=9)):
        instant = None if until is None else micros(until)
        replay = compiled.replay(*columns(chart, rows), starts=starts, until=instant)
        same(replay, compiled, chart, expected, len(rows), until)
        if len(set(number.values())) == 1:
            again = compiled.replay(*columns(chart, rows), starts=int(starts[0]), until=instant)
            same(again, compiled, chart, expected, len(rows), until)


@pytest.mark.parametrize(
    ("starts", "kind", "words"),
    [
        (30, InvalidValue, r"starts: .*got 30.; (allowed is )?0 to 29"),
        (-1, InvalidValue, r"starts: .*got -1.; allowed is 0 to 29"),
        (True, InvalidType, "starts: a whole number is needed .got bool"),
        ("customer", InvalidType, "starts: a whole number is needed .got str"),
        (None, InvalidType, "starts: a whole number is needed"),
        (
            [0, 0, 30],
            InvalidValue,
            r"starts\[2\]: a configuration is its number .*got 30.; (allowed is )?0 to 29",
        ),
        ([0, -1, 0], InvalidValue, r"starts\[1\]: a configuration is its number"),
        ([0, 1], InvalidType, r"starts: .*got int64, 2 rows.; compiled.find"),
        ([0.0, 1.0, 0.0], InvalidType, r"starts: .*got float64, 3 rows"),
        ([1, 0, 2], InvalidValue, r"starts\[2\]: all rows of a subject say the same .*got 1 and 2"),
    ],
)
def test_where_no_subject_can_begin_is_an_error(starts, kind, words):
    """A number outside the table, something else than numbers, two beginnings of one subject."""
    with pytest.raises(kind, match=words):
        SAAS.compile().replay([2, 1, 2], ["won", "won", "lost"], [1, 2, 3], starts=starts)
    with pytest.raises(InvalidValue, match=r"starts\[1\]: all rows"):
        SAAS.compile().replay([1, 1], ["won", "lost"], [1, 2], starts=[1, 2])


@pytest.mark.parametrize(
    "ids",
    [
        [2**64 - 1, 2**64 - 3, 2**64 - 2],
        [2**64 - 1, 0, 2**63],
        [-(2**63), 2**63 - 1, 0],
        [-3, -1, -2],
    ],
)
@pytest.mark.parametrize("kind", [np.int8, np.int64, np.uint64])
def test_subjects_and_instants_sort_whatever_their_range(ids, kind):
    """Near the ends of the integers, and so far apart that they share no key with their row."""
    least, most = np.iinfo(kind).min, np.iinfo(kind).max
    if not all(least <= number <= most for number in ids):
        ids = [least, most, 1]
    rng = np.random.default_rng(3)
    who = rng.integers(0, 3, 300)
    subject = np.array(ids, kind)[who]
    event = rng.integers(0, len(SAAS.events), 300)
    compiled = SAAS.compile()
    for at in (np.arange(300), rng.integers(0, 50, 300), rng.integers(-(2**62), 2**62, 300)):
        expected = [0] * 300
        state: dict[int, int] = {}
        for row in sorted(range(300), key=lambda row: (at[row], row)):
            here = compiled.next(state.get(who[row], 0), compiled.events[event[row]])
            state[who[row]] = expected[row] = here
        replay = compiled.replay(subject, event, at)
        assert expected == replay.states.tolist()
        assert sorted(ids) == replay.subjects.tolist()
        again = compiled.replay([str(number) for number in subject], event, at)
        assert expected == again.states.tolist()


@given(logs(deadlines=False), st.integers(0, 40), st.integers(0, 40))
def test_pieces_compose_in_any_bracketing(log, one, two):
    """A log cut at any two rows gives the whole, whichever pieces are joined first."""
    chart, rows = log
    rows.sort(key=lambda row: row[2])
    compiled = chart.compile()
    cuts = sorted((min(one, len(rows)), min(two, len(rows))))
    cut = (rows[: cuts[0]], rows[cuts[0] : cuts[1]], rows[cuts[1] :])
    parts = [compiled.piece(*columns(chart, part)) for part in cut]
    left = parts[0].then(parts[1]).then(parts[2])
    right = parts[0].then(parts[1].then(parts[2]))
    whole = compiled.replay(*columns(chart, rows))
    order = np.argsort(whole.subjects)
    for piece in (left, right):
        assert piece.maps.tolist() == left.maps.tolist()
        assert piece.subjects.tolist() == whole.subjects[order].tolist()
        assert piece.final().tolist() == whole.final[order].tolist()


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        (
            (-1, "reviewed"),
            InvalidValue,
            "Compiled.state: a number is out of range .got -1.; allowed is 0 to",
        ),
        ((10_000, "reviewed"), InvalidValue, "Compiled.state: a number is out of range"),
        ((True, "reviewed"), InvalidType, "Compiled.state: a whole number is needed .got bool"),
        (("0", "reviewed"), InvalidType, "Compiled.state: a whole number is needed .got str"),
        ((None, "reviewed"), InvalidType, "Compiled.state"),
        ((0, "reviewd"), UnknownName, "unknown event .*did you mean 'reviewed'"),
        ((0, ["reviewed"]), InvalidType, "Compiled.event: a name is text .got list"),
        ((0, ("reviewed", 1)), InvalidType, "Compiled.event: a name is text .got tuple"),
        ((0, "reviewed", {"helthy": Truth.YES}), UnknownName, "unknown question .*did you mean 'healthy'"),
        (
            (0, "reviewed", {"healthy": True}),
            InvalidType,
            r"answers\['healthy'\]: an answer is a Truth .got bool",
        ),
        ((0, "reviewed", "healthy"), InvalidType, "answers are a mapping"),
        ((0, "reviewed", 0), InvalidType, "answers are a mapping"),
    ],
)
def test_what_a_compiled_step_cannot_be_asked_is_an_error(arguments, kind, words):
    """A number outside the table, a bool for a number, a misspelt name, an answer that is no truth."""
    compiled = SAAS.compile()
    for call in (compiled.next, compiled.end):
        with pytest.raises(kind, match=words):
            call(*arguments)


def test_a_compiled_step_takes_the_numbers_that_columns_hold():
    """A whole number of numpy is a whole number."""
    compiled = SAAS.compile()
    final = compiled.replay([1], ["won"], [10]).final
    assert compiled.next(int(final[0]), "cancelled") == compiled.next(final[0], "cancelled")


@given(st.data())
def test_a_compiled_step_is_the_step(data):
    """`next` and `end` say what the chart says, configuration by configuration."""
    chart = data.draw(charts(deadlines=False))
    compiled = chart.compile()
    position = chart.start(at=T0)
    state = 0
    for name, at, _, answers in data.draw(histories(chart, late=False)):
        step = chart.step(position, name, at=at, answers=answers)
        assert step.end == compiled.end(state, name, answers)
        state = compiled.next(state, name, answers)
        assert state == compiled.find(step.after)
        assert compiled.next(state, name) == compiled.next(state, name, {})
        position = step.after
    assert pickle.loads(pickle.dumps(compiled)).configurations == compiled.configurations


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.int32, np.int64, np.uint32])
def test_the_kind_of_a_column_does_not_matter(dtype):
    """Integers of any width, lists, datetimes and strides give the same states."""
    compiled = SAAS.compile()
    names = ["sell", "won", "renewed", "cancelled", "sell", "lost"]
    numbers = np.array([SAAS.events.index(name) for name in names], dtype)
    subject = np.array([2, 1, 1, 1, 3, 2], dtype)
    at = [T0 + i * HOUR for i in range(6)]
    expected = compiled.replay(subject.tolist(), names, at).states.tolist()
    stamps = np.array([np.datetime64(t.replace(tzinfo=None), "s") for t in at])
    twice = np.repeat(subject, 2)[::2]
    for given_at in (stamps, np.array([micros(t) for t in at]), np.array(at, dtype=object)):
        assert expected == compiled.replay(twice, numbers, given_at).states.tolist()
    assert expected == compiled.replay([f"s{i}" for i in subject], np.array(names), at).states.tolist()


def test_many_lanes_and_a_giant_subject():
    """Lanes of many subjects, and one subject that fills a log, equal the plain loop."""
    rng = np.random.default_rng(7)
    for size, people in ((60_000, 5_000), (5_000, 1), (40_000, 3)):
        for chart in (SAAS, _small()):
            compiled = chart.compile()
            subject = rng.integers(0, people, size)
            event = rng.integers(0, len(compiled.events), size)
            at = np.arange(size)
            state: dict[int, int] = {}
            expected = []
            for who, what in zip(subject.tolist(), event.tolist(), strict=True):
                state[who] = compiled.next(state.get(who, 0), compiled.events[what])
                expected.append(state[who])
            replay = compiled.replay(subject, event, at)
            assert expected == replay.states.tolist()
            assert len(state) == len(replay.subjects)
            assert size == replay.counts.sum()


def _small():
    return Chart(
        "small",
        State("a"),
        State("b"),
        State("c"),
        transitions=(
            Transition("a", on="x", to="b"),
            Transition("b", on="y", to="c"),
            Transition("c", on="x", to="a"),
        ),
    )


def test_an_empty_log_has_no_subjects():
    """Nothing in, nothing out, no error."""
    for chart in (
        SAAS,
        _small(),
        Chart("t", State("a"), State("b"), transitions=(Transition("a", after=HOUR, to="b"),)),
    ):
        replay = chart.compile().replay([], [], [], until=5)
        assert 0 == len(replay.states) == len(replay.final) == len(replay.refused)
        assert 0 == sum(replay.visits.values()) == sum(replay.dwell.values())
        assert repr(replay) == "<Replay of 0 events of 0 subjects>"


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"event": ["sell", "wonn"]}, UnknownName, r"event\[1\].*did you mean 'won'"),
        ({"event": ["sell", None]}, UnknownName, r"event\[1\]"),
        ({"event": [0, 99]}, InvalidValue, r"event\[1\]"),
        ({"event": ["sell"]}, InvalidValue, "of one length"),
        ({"at": [1]}, InvalidValue, "of one length"),
        ({"at": np.array(["2026-01-01", "NaT"], "datetime64[s]")}, TimeError, r"NaT.*|at\[1\]"),
        ({"at": [1.5, 2.5]}, InvalidType, "instants are"),
        ({"at": [datetime(2026, 1, 1), datetime(2026, 1, 1)]}, TimeError, r"at\[0\]"),  # noqa: DTZ001 - on purpose
        ({"answers": {"helthy": [1, 1]}}, UnknownName, "healthy"),
        ({"answers": {"helthy": None}}, UnknownName, "healthy"),
        ({"answers": {"healthy": [1, 2]}}, InvalidValue, r"answers\['healthy'\]\[1\]"),
        ({"answers": {"healthy": [1.0, 1.0]}}, InvalidType, "int8 codes"),
        ({"answers": {"healthy": [1]}}, InvalidType, "one for each row"),
    ],
)
def test_bad_columns_are_errors_with_their_row(change, kind, words):
    """The row and the column are named."""
    given_columns = {"subject": [1, 2], "event": ["sell", "won"], "at": [1, 2], "answers": None, **change}
    with pytest.raises(kind, match=words):
        SAAS.compile().replay(**given_columns)


@pytest.mark.parametrize(
    ("subject", "kind", "words"),
    [
        (["ana", None], InvalidValue, r"subject\[1\]: a subject is missing .got None"),
        (np.array([None, "ana"], object), InvalidValue, r"subject\[0\]: a subject is missing"),
        ([1.0, float("nan")], InvalidValue, r"subject\[1\]: a subject is missing .got nan"),
        (np.array([1.0, np.nan]), InvalidValue, r"subject\[1\]: a subject is missing .got nan"),
        (pd.Series(["ana", None]), InvalidValue, r"subject\[1\]: a subject is missing"),
        (pd.Series([1, None], dtype="Int64"), InvalidValue, r"subject\[1\]: a subject is missing .got nan"),
        (pd.Series(["ana", None], dtype="string"), InvalidValue, r"subject\[1\]: a subject is missing"),
        (
            pd.Series(pd.to_datetime(["2026-01-01", None])),
            InvalidValue,
            r"subject\[1\]: a subject is missing",
        ),
        ([1, "1"], InvalidType, r"subject\[1\]: subjects are of one type, integers or text .got int and str"),
        ((1, True), InvalidType, r"subject\[1\]: subjects are of one type"),
        (np.array(["1", 1], object), InvalidType, r"subject\[1\].*got str and int"),
        (pd.Series([["ana"], ["bo"]]), InvalidType, r"subject\[0\].*got list"),
    ],
)
def test_no_two_subjects_become_one(subject, kind, words):
    """A row without a subject, and ids of two types, are errors that name the row."""
    with pytest.raises(kind, match=words):
        SAAS.compile().replay(subject, ["sell", "won"], [1, 2])
    with pytest.raises(kind, match=words):
        SAAS.compile().piece(subject, ["sell", "won"], [1, 2])


@pytest.mark.parametrize(
    "subject",
    [
        [np.int64(1), 2],
        np.array([np.int8(1), np.int64(2)], object),
        [np.str_("ana"), "bo"],
        [1.5, 2.5],
        np.array([1.5, 2.5]),
        pd.Series(["ana", "bo"], dtype="category"),
        pd.Series([1, 2], dtype="Int64"),
    ],
)
def test_subjects_of_one_type_are_taken_from_any_column(subject):
    """Scalars of numpy are the numbers and texts inside them."""
    assert 2 == len(SAAS.compile().replay(subject, ["sell", "won"], [1, 2]).subjects)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_instants_of_pandas_with_a_time_zone_are_read_in_utc(unit):
    """In a Series and in an index, in winter and summer, and the same as one by one."""
    stamps = [datetime(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 7, 5, 9, tzinfo=UTC)]
    index = pd.DatetimeIndex(stamps).tz_convert("Europe/Berlin").as_unit(unit)
    expected = [micros(stamp) for stamp in stamps]
    for column in (index, pd.Series(index), pd.Series(index).astype(object), stamps):
        assert expected == microseconds(column).tolist()


@pytest.mark.parametrize(
    "at",
    [
        pd.Series(pd.to_datetime(["2026-01-01", None], utc=True)),
        pd.Series(pd.to_datetime(["2026-01-01", None])),
        pd.to_datetime(["2026-01-01", None], utc=True),
        pd.Series([T0, pd.NaT], dtype=object),
        pd.Series([T0, pd.NA], dtype=object),
        [T0, pd.NaT],
        [T0, None],
    ],
)
def test_an_instant_that_is_missing_is_an_error_with_its_row(at):
    """In every kind of column."""
    with pytest.raises(TimeError, match=r"at\[1\]: an instant is missing"):
        SAAS.compile().replay([1, 2], ["sell", "won"], at)
    with pytest.raises(TimeError, match=r"until\[0\]: an instant is missing .got NaT"):
        SAAS.compile().replay([1], ["sell"], [1], until=pd.NaT)


def test_answers_to_a_chart_without_questions_are_an_error():
    """As with a single step."""
    with pytest.raises(UnknownName):
        _small().compile().replay([1], ["x"], [1], {"q": [1]})


def test_a_table_knows_what_it_covers():
    """Configurations, events and numbers outside it are errors; further beginnings can be given."""
    chart = Chart("c", State("a"), State("b"), State("d"), transitions=(Transition("a", on="go", to="b"),))
    compiled = chart.compile()
    assert 2 == len(compiled)
    assert repr(compiled) == "<Compiled 'c': 2 configurations, 1 symbol>"
    lost = chart.start(at=T0, active="d")
    with pytest.raises(InvalidValue, match="not reached"):
        compiled.find(lost)
    assert 1 == chart.compile(starts=["d"]).find(lost)
    assert 3 == len(pickle.loads(pickle.dumps(chart.compile(starts=["d"]))))
    with pytest.raises(DefinitionError, match="more than 1 config"):
        chart.compile(budget=1)
    replay = compiled.replay([1], ["go"], [1])
    assert [True] == replay.final_in("b").tolist()
    for call in (replay.inside, replay.final_in):
        with pytest.raises(UnknownName):
            call("x")


def test_deadlines_whose_condition_does_not_hold_pass_in_columns_too():
    """They are reached, nothing happens, and they are not made up for."""
    chart = Chart(
        "c",
        State("l", State("low"), State("high")),
        State("t", State("on"), State("off")),
        parallel=True,
        transitions=(
            Transition("on", after=HOUR, to="off", inside="high"),
            Transition("low", on="up", to="high"),
        ),
    )
    replay = chart.compile().replay([1, 2], ["up", "up"], [0, 0], until=7_200_000_000)
    assert [True, True] == replay.final_in("off").tolist()
    late = chart.compile().replay([1, 1], ["up", "up"], [0, 0], until=1)
    assert [False] == late.final_in("off").tolist()
    sleepy = Chart(
        "c",
        State("l", State("low"), State("high")),
        State("t", State("on"), State("off")),
        parallel=True,
        transitions=(Transition("on", after=HOUR, to="off", inside="high"), Transition("low", on="look")),
    )
    replay = sleepy.compile().replay([1], ["look"], [0], until=7_200_000_000)
    assert [False] == replay.final_in("off").tolist()
    assert 7_200.0 == replay.dwell["on"]


def test_pieces_need_one_chart_without_deadlines():
    """Deadlines need the instants between pieces, and different tables do not compose."""
    timed = Chart(
        "t",
        State("a"),
        State("b"),
        transitions=(Transition("a", after=HOUR, on=(), to="b"), Transition("a", on="x")),
    )
    with pytest.raises(DefinitionError, match="split the rows by subject"):
        timed.compile().piece([1], ["x"], [1])
    with pytest.raises(QualifyError, match="one compiled chart"):
        SAAS.compile().piece([1], ["won"], [1]).then(_small().compile().piece([1], ["x"], [1]))


def test_a_deadline_without_a_target_moves_nobody():
    """It passes, and only the event counts as a transition."""
    stays = (Transition("a", after=HOUR), Transition("a", on="look"), Transition("a", on="go", to="b"))
    chart = Chart("c", State("a"), State("b"), transitions=stays)
    replay = chart.compile().replay([1, 1], ["look", "go"], [T0, T0 + 2 * HOUR])
    assert [[0, 1], [0, 0]] == replay.transitions.tolist()
    assert {"a": 1, "b": 1} == replay.visits


def test_a_long_history_is_cut_and_its_pieces_compose():
    """One subject with most of the rows; maps that become few, and those of a ring, which do not."""
    ring = Chart(
        "ring",
        *(State(f"r{i}") for i in range(40)),
        transitions=tuple(Transition(f"r{i}", on="next", to=f"r{(i + 1) % 40}") for i in range(40)),
    )
    rng = np.random.default_rng(5)
    subject = np.concatenate((np.full(2_500, 7), rng.integers(0, 50, 500), np.full(1_200, 3)))
    for chart in (SAAS, ring):
        compiled = chart.compile()
        event, at = rng.integers(0, len(compiled.events), len(subject)), np.arange(len(subject))
        piece = compiled.piece(subject, event, at)
        for start in (0, 5, len(compiled) - 1):
            replay = compiled.replay(subject, event, at, starts=start)
            assert replay.subjects.tolist() == piece.subjects.tolist()
            assert replay.final.tolist() == piece.final(start).tolist()
    assert 0 == len(SAAS.compile().piece([], [], []).subjects)
