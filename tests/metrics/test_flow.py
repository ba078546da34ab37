"""Moves between states, and who goes back, against loops over the rows."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify._canonical import form
from qualify.errors import InvalidType, InvalidValue, MetricError, UnknownName
from qualify.metrics import agreement, cumulative_incidence, nps, rejection_streaks, transition_matrix
from qualify.truth import NO, UNKNOWN, YES
from reference import curves_other as slow

ORDER = ("new", "talk", "sell")
rows = st.lists(st.tuples(st.integers(0, 4), st.sampled_from([*ORDER, "rest"])), max_size=40)


def columns(pairs):
    return [list(column) for column in zip(*pairs, strict=True)] or [[], []]


@given(rows)
def test_moves_equal_a_loop(pairs):
    """The counts equal those of a loop over the rows, and so do the journeys that went back."""
    journeys, states = columns(pairs)
    log = transition_matrix(journeys, states, order=ORDER) if set(states) & set(ORDER) else None
    if log is None:
        return
    found = {
        (before, after): int(log.moves[i, j])
        for i, before in enumerate(log.states)
        for j, after in enumerate(log.states)
        if log.moves[i, j]
    }
    assert slow.moves(journeys, states) == found
    assert len(slow.went_back(journeys, states, ORDER)) == log.back.counts["yes"]
    assert len(set(journeys)) == log.n


@given(rows, st.integers(1, 5))
def test_logs_of_other_journeys_add(pairs, cut):
    """The log of some journeys and the log of the others add to the log of all."""
    parts = [[p for p in pairs if p[0] < cut], [p for p in pairs if p[0] >= cut]]
    whole = transition_matrix(*columns(pairs))
    one, two = (transition_matrix(*columns(part)) for part in parts)
    assert whole == one + two


def test_shares_of_what_follows():
    """The shares after a state are of the moves out of it, with Wilson's interval."""
    log = transition_matrix([1, 1, 1, 1, 2, 2], ["a", "b", "a", "c", "a", "b"])
    assert (2 / 3, 3) == (log.share("a", "b").value, log.share("a", "b").n)
    assert [0.0, 2 / 3, 1 / 3] == pytest.approx(log.after("a").value.tolist())
    assert "nothing was seen to follow c" == log.after("c")["a"].reason
    with pytest.raises(UnknownName):
        log.after("d")


def test_a_state_may_follow_itself():
    """Two rows of the same state are a move from it to itself."""
    assert 1.0 == transition_matrix([1, 1], ["a", "a"]).share("a", "a").value


def test_how_those_who_go_back_end():
    """Journeys that went back and those that went straight on are told apart by how they ended."""
    log = transition_matrix(
        ["a", "a", "a", "b", "b", "c", "d"],
        ["talk", "sell", "talk", "new", "sell", "new", "new"],
        order=ORDER,
        outcomes=[UNKNOWN, UNKNOWN, YES, NO, NO, UNKNOWN, None],
    )
    assert ("went back", "straight on") == log.won.labels
    assert [1.0, 0.0] == log.won.value.tolist()
    assert [0.0, 0.5] == log.lost.value.tolist()
    assert [0.0, 0.5] == log.open.value.tolist()
    assert [0, 1] == log.won.n_missing.tolist()
    assert 0.25 == log.back.value


def test_blank_rows_are_left_out_and_counted():
    """A row without journey or state is missing; its neighbours follow each other."""
    log = transition_matrix(["a", "a", None, "a"], ["new", None, "new", "sell"])
    assert (1, 2) == (log.n, log.n_missing)
    assert 1.0 == log.share("new", "sell").value
    assert "(2 rows missing)" in repr(log)


def test_nothing_at_all():
    """Without rows there are no states, and the share that went back is NaN with a reason."""
    empty = transition_matrix([], [], order=ORDER)
    assert ((), 0) == (empty.states, empty.n)
    assert "no journeys" == empty.back.reason
    assert "0 moves of 0 journeys" in repr(empty)


def test_what_is_missing_is_said():
    """Going back needs an order, its ends need outcomes, outcomes need an order, an order known states."""
    plain = transition_matrix([1, 1], ["new", "sell"])
    with pytest.raises(MetricError, match="order="):
        _ = plain.back
    with pytest.raises(MetricError, match="how journeys ended needs outcomes"):
        _ = transition_matrix([], [], order=ORDER).won
    with pytest.raises(MetricError, match="outcomes="):
        _ = transition_matrix([1, 1], ["new", "sell"], order=ORDER).won
    with pytest.raises(MetricError, match="order= too"):
        transition_matrix([1], ["new"], outcomes=[YES])
    with pytest.raises(UnknownName):
        transition_matrix([1], ["new"], order=("sold",))
    with pytest.raises(UnknownName):
        transition_matrix([1], ["new"], order=())
    for order in ("new", ("new", "new")):
        with pytest.raises(InvalidValue, match="once"):
            transition_matrix([1], ["new"], order=order)
    with pytest.raises(InvalidValue, match="same order"):
        plain + transition_matrix([1], ["new"], order=ORDER)
    with pytest.raises(InvalidValue, match=r"same confidence level \(got 0.95 and 0.9\)"):
        plain + transition_matrix([1, 1], ["new", "sell"], confidence_level=0.9)
    assert plain.__add__(1) is NotImplemented
    with pytest.raises(InvalidValue, match="one entry for each"):
        transition_matrix([1], ["new"], order=ORDER, outcomes=[YES, NO])
    with pytest.raises(InvalidValue, match="1,000 states"):
        transition_matrix([0] * 1_002, range(1_002))
    with pytest.raises(InvalidType):
        transition_matrix([1], ["new"], by=[1])


def test_it_reads_and_writes():
    """The matrix reads in text and Markdown; its columns and dict are plain."""
    log = transition_matrix([1, 1, 1], ["new", "sell", "new"], order=ORDER)
    assert "2 moves of 1 journey between 2 states: went back 100.0 % [20.7 %, 100.0 %]" == repr(log)
    assert "| new | 0.0 % | 100.0 % | 1 |" in log._repr_markdown_()
    single = transition_matrix([1, 1], ["new", "sell"])
    assert "| sell | - | - | 0 |" in single._repr_markdown_()
    assert "1 move of 1 journey between 2 states" == repr(single)
    assert {"before": ["new"], "after": ["sell"], "count": [1]} == {
        name: column for name, column in single.to_columns().items() if name in {"before", "after", "count"}
    }
    assert [[0, 1], [0, 0]] == json.loads(json.dumps(single.to_dict()))["moves"]
    assert "ends" not in form(single)
    assert log + log == transition_matrix([1, 1, 1, 2, 2, 2], ["new", "sell", "new"] * 2, order=ORDER)
    assert np.array_equal(log.moves, [[0, 1], [1, 0]])


def test_a_bar_or_a_line_break_in_a_name_does_not_end_a_cell():
    """Each line of every table has as many cells as its head."""
    odd = ["a|b", "c\nd"]
    tables = [
        transition_matrix([1, 1, 2, 2], [*odd, *odd]),
        agreement([*odd, *odd], [*odd, *odd[::-1]]),
        rejection_streaks([True, False] * 2, by=[*odd, *odd]),
        cumulative_incidence([1, 2, 3], ["a|b", "c d", "a|b"], censored="open"),
        nps([10, 3], by=odd),
    ]
    for told in tables:
        page = told._repr_markdown_().replace("\\|", "")
        lines = [line for line in page.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in lines}) == 1
        assert len(lines) >= 3
