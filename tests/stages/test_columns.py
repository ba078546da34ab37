"""Columns are read whatever they are made of; what cannot be meant is an error with its row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest

from qualify.errors import QualifyError
from qualify.stages import SAAS, Chart, State, Transition
from qualify.stages._columns import Rows, microseconds
from strategies.stages import T0

SAAS_TABLE = SAAS.compile()
MIXED = "make one of them the other, so that no two subjects become one"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"event": ["sell"]}, "columns are of one length (got event has 1, subject 2)"),
        ({"at": [1]}, "columns are of one length (got at has 1, subject 2)"),
        ({"event": ["sell", "wonn"]}, "event[1]: unknown event (got 'wonn'); did you mean 'won'?"),
        (
            {"event": [0, 17]},
            "event[1]: an event is a name or its number among the events (got 17); 0 to 16",
        ),
        (
            {"event": [-1, 0]},
            "event[0]: an event is a name or its number among the events (got -1); 0 to 16",
        ),
        ({"at": np.array(["2026", "NaT"], "datetime64[s]")}, "at[1]: an instant is missing (got NaT)"),
        ({"at": [T0, None]}, "at[1]: an instant is missing (got None)"),
        ({"at": [T0, pd.NaT]}, "at[1]: an instant is missing (got NaT)"),
        ({"at": pd.Series([T0, pd.NaT])}, "at[1]: an instant is missing (got NaT)"),
        ({"at": [T0, "x"]}, "at[1]: an instant is a datetime (got str)"),
        (
            {"at": [1.5, 2.5]},
            "at: instants are datetime64, aware datetimes or integers in microseconds (got float64)",
        ),
        (
            {"until": "x"},
            "until: instants are datetime64, aware datetimes or integers in microseconds (got <U1)",
        ),
        ({"answers": {"healthy": [1, 2]}}, "answers['healthy'][1]: an answer is +1, 0 or -1 (got 2)"),
        ({"answers": {"healthy": [-2, 0]}}, "answers['healthy'][0]: an answer is +1, 0 or -1 (got -2)"),
        (
            {"answers": {"healthy": [1.0, 0.0]}},
            "answers['healthy']: answers are int8 codes, one for each row (got float64, 2 rows)",
        ),
        (
            {"answers": {"healthy": np.array([1], np.int8)}},
            "answers['healthy']: answers are int8 codes, one for each row (got int8, 1 rows)",
        ),
        ({"answers": {"x": [1, 1]}}, "answers: unknown question (got 'x'); known are healthy"),
        ({"starts": [0, 30]}, "starts[1]: a configuration is its number in the table (got 30); 0 to 29"),
        ({"starts": [-1, 0]}, "starts[0]: a configuration is its number in the table (got -1); 0 to 29"),
        ({"starts": 30}, "starts: a number is out of range (got 30); allowed is 0 to 29"),
        (
            {"starts": [0.0, 1.0]},
            (
                "starts: where subjects begin is one number of a configuration, or one for each row "
                "(got float64, 2 rows); compiled.find(position) gives the number"
            ),
        ),
        (
            {"subject": [2, 1, 2], "event": ["won"] * 3, "at": [1, 2, 3], "starts": [1, 0, 2]},
            "starts[2]: all rows of a subject say the same of where it begins (got 1 and 2)",
        ),
        ({"subject": [1, None]}, "subject[1]: a subject is missing (got None)"),
        ({"subject": np.array([1.0, np.nan])}, "subject[1]: a subject is missing (got nan)"),
        ({"subject": [1, pd.NA]}, "subject[1]: a subject is missing (got <NA>)"),
        (
            {"subject": np.array(["2026", "NaT"], "datetime64[D]")},
            "subject[1]: a subject is missing (got None)",
        ),
        (
            {"subject": [1, "a"]},
            f"subject[1]: subjects are of one type, integers or text (got int and str); {MIXED}",
        ),
        (
            {"subject": np.array(["a", 1], object)},
            f"subject[1]: subjects are of one type, integers or text (got str and int); {MIXED}",
        ),
        (
            {"subject": [[1], [2]]},
            f"subject[0]: subjects are of one type, integers or text (got list); {MIXED}",
        ),
    ],
)
def test_what_a_column_cannot_hold_is_an_error_with_its_row(change, words):
    """The column, the row, what stands there, and what may stand there."""
    given = {"subject": [1, 2], "event": ["sell", "won"], "at": [1, 2], "answers": None, **change}
    with pytest.raises(QualifyError) as caught:
        SAAS_TABLE.replay(**given)
    assert words == str(caught.value)


def test_instants_are_microseconds_since_1970_in_utc():
    """Aware datetimes of any zone, datetime64 of any unit, pandas' own columns, before 1970 too."""
    instant = datetime(2026, 5, 3, 9, 8, 7, 654_321, tzinfo=UTC)
    micros = 1_777_799_287_654_321
    east = instant.astimezone(timezone(timedelta(hours=9)))
    early = datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    assert [micros, micros, -1] == microseconds([instant, east, early]).tolist()
    assert [micros, -1] == microseconds(pd.Series([instant, early])).tolist()
    assert [micros] == microseconds(pd.Series([east])).tolist()
    assert [micros] == microseconds(np.array([micros * 1_000], "datetime64[ns]")).tolist()
    assert [micros] == microseconds(np.array([micros], np.uint64)).tolist()
    assert [] == microseconds([]).tolist()


def test_answers_that_are_not_told_are_unknown_and_none_is_no_column():
    """Two questions of one event, told together, alone and not at all, give the steps of the chart."""
    from qualify.truth import Truth

    chart = Chart(
        "asked",
        State("a"),
        State("b"),
        State("c"),
        State("d"),
        transitions=(
            Transition("a", on="go", to="b", when={"q": Truth.YES, "r": Truth.NO}),
            Transition("a", on="go", to="c", when={"q": Truth.NO}),
            Transition("a", on="go", to="d", when={"q": Truth.UNKNOWN, "r": (Truth.YES, Truth.NO)}),
            Transition("a", on="turn", to="c", when={"r": Truth.YES}),
            Transition("a", on="stop", to="d"),
        ),
    )
    compiled = chart.compile()
    rows = [(e, q, r) for e in chart.events for q in (1, 0, -1) for r in (1, 0, -1)]
    events, qs, rs = (list(column) for column in zip(*rows, strict=True))
    subject = list(range(len(rows)))
    for answers, told in (
        ({"q": qs, "r": rs}, ("q", "r")),
        ({"q": qs, "r": None}, ("q",)),
        ({"r": np.array(rs, np.int8)}, ("r",)),
        ({}, ()),
        (None, ()),
    ):
        final = compiled.replay(subject, events, subject, answers).final.tolist()
        for (event, q, r), state in zip(rows, final, strict=True):
            codes = {"q": Truth(q), "r": Truth(r)}
            step = chart.step(chart.start(at=T0), event, at=T0, answers={name: codes[name] for name in told})
            assert step.after.leaves == compiled.configurations[state]


@pytest.mark.parametrize("share", [1, 5, 10, 11, 20, 33, 40, 200])
def test_where_subjects_begin_is_found_however_many_there_are(share):
    """One row each, or many: the subjects, and the configuration after each row."""
    size = 1_000
    subject = np.arange(size) // share
    replay = SAAS_TABLE.replay(subject, np.full(size, SAAS.events.index("won")), np.arange(size))
    assert sorted(set(subject.tolist())) == replay.subjects.tolist()
    assert [SAAS_TABLE.next(0, "won")] * len(replay.subjects) == replay.final.tolist()
    assert np.flatnonzero(np.diff(subject, prepend=-1)).tolist() == replay._rows.begins.tolist()


@pytest.mark.parametrize("seed", range(60))
def test_rows_in_any_order_are_sorted_by_subject_and_instant_and_ties_stay(seed):
    """A file that is in order already is left as it is; any other is in the stable order of both."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 9))
    subject, at = rng.integers(0, 3, size), rng.integers(-3, 4, size)
    if seed % 3:
        subject.sort()
    if seed % 2:
        at.sort()
    expected = np.lexsort((np.arange(size), at, subject)).tolist()
    rows = Rows(SAAS_TABLE, subject, np.arange(size), at, {})
    assert (None if expected == list(range(size)) else expected) == (
        None if rows.order is None else rows.order.tolist()
    )
    assert at[expected].tolist() == rows.at.tolist()
    assert sorted(set(subject.tolist())) == rows.subjects.tolist()
    column = rng.integers(0, 99, size)
    assert column.tolist() == rows.unsorted(column[expected]).tolist()


def test_subjects_of_bytes_of_text_and_of_truths_are_subjects():
    """Text is numbered in order of appearance, integers are sorted."""
    for ids in (
        ["b", "a", "b"],
        np.array(["b", "a", "b"]),
        np.array([b"b", b"a", b"b"]),
        np.array(["b", "a", "b"], object),
        np.array([True, False, True]),
        np.array([2.0, 1.0, 2.0]),
    ):
        replay = SAAS_TABLE.replay(ids, ["won", "won", "cancelled"], [1, 2, 3])
        assert np.asarray(ids)[:2].tolist() == replay.subjects.tolist()
        assert [False, True] == replay.final_in("customer").tolist()
    assert [1, 2] == SAAS_TABLE.replay([2, 1, 2], ["won", "won", "lost"], [1, 2, 3]).subjects.tolist()


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("many", [250, 255, 256, 257, 300])
def test_a_chart_may_have_more_symbols_than_a_byte_holds(many, asked):
    """Events by name and by number, whether any of them asks a question or none does."""
    from qualify.truth import Truth

    names = [f"e{i}" for i in range(many)]
    when = {"q": Truth.YES} if asked else {}
    chart = Chart(
        "wide",
        State("a"),
        State("b"),
        transitions=(
            Transition("a", on=names[:-2]),
            Transition("a", on=names[-2:], to="b"),
            Transition("b", on="ask", to="a", when=when),
        ),
    )
    compiled = chart.compile()
    kinds = [np.int64, np.uint16, *([np.uint8] if many < 256 else [])]
    for events in (compiled.events, *(np.arange(many + 1, dtype=kind) for kind in kinds)):
        final = compiled.replay(np.arange(many + 1), events, np.arange(many + 1)).final.tolist()
        assert [*[0] * (many - 2), 1, 1, 0] == final
