"""Facts about `Summary`: rows cut anywhere add up to the whole, and what does not add is refused."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import InvalidType, InvalidValue, MetricError, UnknownName
from qualify.metrics import nps
from qualify.playbooks import saas, sample
from qualify.scorecard import Summary, Target, summarise
from qualify.stages import SAAS, Chart, State, Transition
from qualify.truth import NO, UNKNOWN, YES
from reference.cohort_summary import converted, counted

MAY = datetime(2026, 5, 1, 9, tzinfo=UTC)
EVENTS = ("sell", "accepted", "handed_back", "lost", "declined", "won", "cancelled", "returned", "opted_out")
PATIENCE = Chart(
    "patience",
    State("engaged"),
    State("selling"),
    State("customer"),
    transitions=(
        Transition("engaged", on="accepted", to="selling"),
        Transition("selling", on="won", to="customer"),
        Transition("selling", after=timedelta(hours=30), to="engaged"),
    ),
)


def hour(number):
    return MAY + timedelta(hours=number)


def batch(rows, **more):
    return {
        "subject": [row[0] for row in rows],
        "event": [row[1] for row in rows],
        "at": [row[2] for row in rows],
        **more,
    }


@st.composite
def histories(draw, events=EVENTS):
    """Rows of several subjects in the order of time, and where they are cut."""
    told = draw(
        st.lists(st.tuples(st.sampled_from(["ana", "bo", "cy"]), st.sampled_from(events)), max_size=30)
    )
    rows = [(subject, event, hour(i)) for i, (subject, event) in enumerate(told)]
    cuts = sorted(draw(st.lists(st.integers(0, len(rows)), max_size=4)))
    edges = [0, *cuts, len(rows)]
    return rows, [rows[low:high] for low, high in pairwise(edges)]


def bracketed(pieces, rng):
    """Add neighbours in a random order, until one is left."""
    while len(pieces) > 1:
        i = rng.randrange(len(pieces) - 1)
        pieces[i : i + 2] = [pieces[i] + pieces[i + 1]]
    return pieces[0]


@given(histories(), st.randoms(use_true_random=False))
def test_cuts_at_any_row_add_up_to_the_whole(history, rng):
    """In any bracketing, the empty piece included."""
    rows, cut = history
    whole = Summary.of(batch(rows), SAAS)
    pieces = [Summary.of(batch(piece), SAAS) for piece in cut]
    assert whole == bracketed(list(pieces), rng) == sum(pieces) == Summary.empty(SAAS) + whole


@given(histories())
def test_counts_equal_those_of_the_slow_fold(history):
    """Attempts won, lost and open, and the leads that were ever won."""
    rows, cut = history
    summary = summarise([batch(piece) for piece in cut], chart=SAAS)
    assert counted(SAAS, rows) == dict(summary.outcomes.numbers)
    found = summary.report()["conversion"][0].estimate
    assert (converted(SAAS, rows), len({row[0] for row in rows})) == (found.counts["yes"], found.n)


@given(histories(), st.randoms(use_true_random=False))
def test_batches_split_by_subject_come_in_any_order(history, rng):
    """Where all rows of a subject are in one batch."""
    rows, _ = history
    parts = [[row for row in rows if row[0] == name] for name in ("ana", "bo", "cy")]
    rng.shuffle(parts)
    assert Summary.of(batch(rows), SAAS) == summarise([batch(part) for part in parts], chart=SAAS)


@given(histories(events=("accepted", "won")))
def test_deadlines_are_counted_by_subject(history):
    """A chart that moves on by time alone is folded journey by journey."""
    rows, _ = history
    parts = [[row for row in rows if row[0] == name] for name in ("cy", "ana", "bo")]
    summary = summarise([batch(part) for part in parts], chart=PATIENCE)
    assert counted(PATIENCE, rows) == dict(summary.outcomes.numbers)
    assert summary == Summary.of(batch(rows), PATIENCE)


def test_a_subject_in_two_batches_is_refused_where_time_moves():
    """The error says what is needed instead."""
    first, second = [("ana", "accepted", hour(1))], [("ana", "won", hour(2))]
    with pytest.raises(InvalidValue) as caught:
        summarise([batch(first), batch(second)], chart=PATIENCE)
    assert (
        "Summary.merge: batches split by subject are needed, because this chart has deadlines "
        "(got 'ana' in two batches); put all rows of a subject into one batch" == str(caught.value)
    )


def test_a_subject_that_goes_back_in_time_is_refused():
    """Pieces compose in the order of time, or not at all."""
    with pytest.raises(InvalidValue) as caught:
        summarise([batch([("ana", "won", hour(2))]), batch([("ana", "accepted", hour(1))])], chart=SAAS)
    assert (
        "Summary.merge: batches in the order of time are needed, or batches split by subject "
        "(got 'ana' goes back in time); sort the rows by time before they are cut" == str(caught.value)
    )


def test_answers_to_surveys_add():
    """A row may hold an event, an answer, or both; None is missing."""
    first = batch([("ana", "won", hour(1))], nps=[9])
    second = {"nps": [3, None, 10], "esat": [4, 5, 2]}
    summary = summarise([first, second], playbook=saas())
    assert nps([9, 3, None, 10]).counts == summary.answers["nps"]
    assert ["esat", "nps"] == [sign.name for sign in summary.report().signs][:2]
    assert "Summary of 1 event of 1 subject: 1 won, 0 lost, 0 open; 6 answers" == repr(summary)


def test_the_report_is_a_scorecard():
    """Satisfaction where there are answers, rates by attempt, conversion, waste and missed by lead."""
    rows = [("ana", "accepted", hour(1)), ("ana", "won", hour(2)), ("bo", "accepted", hour(1))]
    rows += [("bo", "lost", hour(3)), ("cy", "accepted", hour(4)), ("dee", "nurture", hour(4))]
    card = Summary.of(batch(rows, nps=[9, 10, 3, 8, None, 9]), SAAS).report({"nps": Target(0)})
    assert ["nps", "close_rate", "win_rate", "conversion", "waste", "missed_opportunities"] == [
        sign.name for sign in card.signs
    ]
    assert UNKNOWN is card.truth
    values = {sign.name: sign.estimate for sign in card.signs}
    assert (1 / 3, 0.5, 0.25) == tuple(
        values[name].value for name in ("close_rate", "win_rate", "conversion")
    )
    assert {"bad": 1, "fine": 1, "unknown": 1, "missing": 0} == dict(values["waste"].counts.numbers)
    assert 1 == values["missed_opportunities"].counts["unknown"]
    again = Summary.of(batch(rows), SAAS).report(previous=card)
    assert again["close_rate"][0].change is not None


def test_answers_told_with_events_decide():
    """A review that says NO leads to at_risk, as in the chart."""
    told = batch([("ana", "won", hour(1)), ("ana", "reviewed", hour(2)), ("ana", "reviewed", hour(3))])
    configurations = SAAS.compile().configurations
    for codes, state in (([0, -1, 1], "healthy"), ([0, 0, -1], "at_risk"), ([0, 0, 0], "onboarding")):
        summary = Summary.of({**told, "healthy": np.array(codes, np.int8)}, SAAS)
        assert state == configurations[summary.maps[0, 0]][0]
    assert Summary.of({**told, "healthy": [UNKNOWN, NO, YES]}, SAAS) == Summary.of(
        {**told, "healthy": np.array([0, -1, 1], np.int8)}, SAAS
    )


@pytest.mark.parametrize("make", [dict, pd.DataFrame, pl.DataFrame])
def test_every_maker_gives_the_same_summary(make):
    """Instants may be aware, text with an offset, or datetime64."""
    rows = [("ana", "accepted", hour(1)), ("bo", "won", hour(2))]
    assert Summary.of(batch(rows), SAAS) == Summary.of(make(batch(rows)), SAAS)
    text = [(subject, event, at.isoformat()) for subject, event, at in rows]
    assert Summary.of(batch(rows), SAAS) == Summary.of(make(batch(text)), SAAS)


def test_threads_and_processes_plug_in():
    """`map` is any callable like the builtin; a summary is picklable."""
    parts = [batch([(f"lead {i}", "won", hour(i))]) for i in range(8)]
    with ThreadPoolExecutor(2) as pool:
        summary = summarise(parts, playbook=saas(), map=pool.map)
    assert summarise(parts, chart=SAAS) == summary == pickle.loads(pickle.dumps(summary))
    assert reduce(Summary.merge, [summary], Summary.empty(SAAS)) == summary


def test_the_sample_adds_up_to_its_own_journeys():
    """Those who begin where the chart does; `started` tells nothing more."""
    history = sample()
    told = [
        (journey.subject, event.name, event.at)
        for journey in history.journeys
        if not journey.events[0].details.get("running")
        for event in journey.events
        if not event.answers
    ]
    rows = sorted(told, key=lambda row: row[2])
    cut = [rows[:50], rows[50:51], rows[51:]]
    summary = summarise([batch(piece) for piece in cut], playbook=history.playbook)
    attempts = [
        attempt.won.name
        for journey in history.journeys
        if not journey.events[0].details.get("running")
        for attempt in journey.attempts()
    ]
    assert {
        "yes": attempts.count("YES"),
        "no": attempts.count("NO"),
        "unknown": attempts.count("UNKNOWN"),
    } == {name: summary.outcomes[name] for name in ("yes", "no", "unknown")}


@pytest.mark.parametrize(
    ("told", "kind", "message"),
    [
        ({"subjct": []}, UnknownName, "batch: unknown column (got 'subjct'); did you mean 'subject'?"),
        (
            {"subject": ["a"]},
            UnknownName,
            "a batch of events: unknown column (got 'event'); known are subject",
        ),
        (
            batch([("a", "merged", hour(1))]),
            InvalidValue,
            (
                "batch, row 0, column 'event': a journey that was restarted or merged "
                "cannot be told by columns "
                "(got 'merged'); leave its subject out, and count it by Cohort.from_journeys"
            ),
        ),
        (
            batch([(None, "won", hour(1))]),
            InvalidType,
            "batch, column 'subject', row 0: a subject is text (got NoneType)",
        ),
        (batch([("a", "won", None)]), InvalidValue, "batch, column 'at', row 0: an event has an instant"),
        (batch([("a", "won", "soon")]), InvalidValue, "batch, column 'at', row 0: an event has an instant"),
        (
            batch([("a", "wn", hour(1))]),
            UnknownName,
            "event[0]: unknown event (got 'wn'); did you mean 'won'?",
        ),
    ],
)
def test_what_cannot_be_told_from_columns_is_refused(told, kind, message):
    """With the row and what is allowed."""
    with pytest.raises(kind) as caught:
        Summary.of(told, SAAS)
    assert message == str(caught.value)


def test_summaries_of_one_chart_add():
    """And nothing else does."""
    summary = Summary.empty(SAAS)
    with pytest.raises(InvalidValue, match="summaries of one chart add"):
        summary + Summary.empty(PATIENCE)
    with pytest.raises(InvalidValue, match=r"summaries of one winning add .*'won' and 'expanded'"):
        summary + Summary.empty(SAAS, winning="expanded")
    with pytest.raises(InvalidType, match="a Summary is needed"):
        summary.merge(3)
    with pytest.raises(TypeError):
        summary + 3
    with pytest.raises(TypeError):
        3 + summary
    with pytest.raises(InvalidType, match="a playbook or a chart is needed, one of them"):
        summarise([])
    with pytest.raises(UnknownName, match="Summary.selling: unknown state"):
        Summary.empty(SAAS, selling="seling")
    with pytest.raises(UnknownName, match="Summary.winning: unknown event"):
        Summary.empty(SAAS, winning="victory")


def test_a_batch_without_events_says_nothing():
    """Not even who is in it."""
    nobody = {"subject": ["ana"], "event": [None], "at": [None]}
    assert Summary.empty(SAAS) == Summary.of(nobody, SAAS) == Summary.of({}, SAAS)
    assert Summary.empty(SAAS) == Summary.of({**nobody, "event": ["started"]}, SAAS)


@pytest.mark.parametrize("survey", ["nps", "enps", "csat", "esat"])
@pytest.mark.parametrize(
    ("answers", "error", "says"),
    [([3, 11], MetricError, ", row 1: "), (["x"], InvalidType, ": numbers"), ([[1]], InvalidValue, "")],
)
def test_an_error_names_the_survey(survey, answers, error, says):
    """An answer that cannot be meant is one to the survey whose column it stands in."""
    with pytest.raises(error, match=f"^{survey}{says}"):
        Summary.of({survey: answers}, SAAS)
