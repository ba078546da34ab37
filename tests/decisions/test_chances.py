"""Probabilities of a win: by cell of a history, by a host's model, and shown to hold or not."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.criteria import Verdict, criterion, topic
from qualify.decisions import Chances
from qualify.errors import DefinitionError, InvalidType, InvalidValue
from qualify.models import Facts
from qualify.truth import NO, UNKNOWN, YES

MONDAY = datetime(2026, 5, 4, tzinfo=UTC)
TRUTHS = (YES, UNKNOWN, NO)
CELLS = [[0.3, 0.2, 0.05], [0.15, 0.1, 0.03], [0.02, 0.01, 0.0]]
codes = st.sampled_from([1, 0, -1])


@criterion(uses=("seats",), version="1")
def likely(facts):
    """Score by size, as a host's model would."""
    return Verdict(True, score=(0.1, 0.3) if facts["seats"] > 10 else 0.05)


@given(st.lists(st.tuples(codes, codes)))
def test_columns_give_what_cells_give(pairs):
    """The batch form reads the same nine numbers."""
    chances = Chances("meaningful", "timely", CELLS)
    rows, columns = (np.array([pair[i] for pair in pairs], np.int8) for i in range(2))
    expected = [CELLS[1 - row][1 - column] for row, column in pairs]
    assert expected == chances.chances(rows, columns).tolist()


@given(st.lists(st.tuples(codes, codes, codes), max_size=60), st.floats(0.5, 50))
def test_history_is_counted_cell_by_cell(leads, borrowed):
    """Each cell is its wins and leads, with the rate of all at the weight of what it borrows."""
    rows, columns, outcome = (np.array([lead[i] for lead in leads], np.int8) for i in range(3))
    chances = Chances.of(rows, columns, outcome, borrowed=borrowed)
    decided = [lead for lead in leads if lead[2]]
    rate = (sum(lead[2] > 0 for lead in decided) + 0.5) / (len(decided) + 1)
    for i, row in enumerate(TRUTHS):
        for j, column in enumerate(TRUTHS):
            cell = [won for r, c, won in decided if (r, c) == (row.value, column.value)]
            wins = sum(won > 0 for won in cell)
            assert len(cell) == chances.counts[i][j]
            assert (wins + borrowed * rate) / (len(cell) + borrowed) == pytest.approx(
                chances.chance(row, column)
            )
            assert 0 < chances.chance(row, column) < 1


def test_a_cell_borrows_the_weight_of_ten_leads():
    """Unless somebody says otherwise; and the questions are those of the prospect's table."""
    ones = np.ones(4, np.int8)
    chances = Chances.of(ones, ones, np.array([1, 1, 1, -1], np.int8))
    assert ("meaningful", "timely") == (chances.rows, chances.columns)
    rate = (3 + 0.5) / (4 + 1)
    assert pytest.approx((3 + 10 * rate) / (4 + 10)) == chances.chance(YES, YES)
    assert pytest.approx(rate) == chances.chance(NO, NO)


def test_open_and_unrecorded_outcomes_are_left_out():
    """What is open or blank is neither a win nor a loss."""
    ones = np.ones(4, np.int8)
    outcome = np.ma.MaskedArray([1, -1, 0, 1], mask=[False, False, False, True], dtype=np.int8)
    assert 2 == Chances.of(ones, ones, outcome).counts[0][0]


def test_a_model_scores_one_lead():
    """The middle of its score is the probability; without a score there is none."""
    model = Chances.by(likely, calibrated="on 400 leads of last year")
    assert 0.2 == pytest.approx(model.likely(Facts.of({"seats": 40}, at=MONDAY)))
    assert 0.05 == model.likely(Facts.of({"seats": 4}, at=MONDAY))
    assert Chances.by(topic("seats").exists()).likely(Facts.of({}, at=MONDAY)) is None
    assert "on 400 leads of last year" == model.calibrated
    assert Chances("meaningful", "timely", CELLS).likely(Facts.of({}, at=MONDAY)) is None
    assert ("", "", (), ()) == (model.rows, model.columns, model.cells, model.counts)


def test_chances_that_hold_on_later_leads_say_so():
    """The proof names both scores and the count."""
    won = np.array([1] * 60 + [-1] * 60, np.int8)
    given_ = np.where(won > 0, 0.8, 0.3)
    shown = Chances("meaningful", "timely", CELLS).tested(given_, won)
    assert "Brier 0.0650 against 0.2500 of the rate alone, 120 leads" == shown.calibrated


def test_few_leads_prove_nothing():
    """Forty won and forty lost are the least; open and missing ones do not count."""
    won = np.array([1] * 39 + [0] * 20 + [-1] * 60, np.int8)
    with pytest.raises(InvalidValue, match="40 won and 40 lost.*39 won, 60 lost"):
        Chances("meaningful", "timely", CELLS).tested(np.full(119, 0.3), won)
    masked = np.ma.MaskedArray(np.full(119, 0.3), mask=np.arange(119) == 118)
    with pytest.raises(InvalidValue, match="39 won, 59 lost"):
        Chances("meaningful", "timely", CELLS).tested(masked, won)


def test_forty_won_and_forty_lost_are_enough():
    """The least that proves something does prove it."""
    won = np.array([1, -1] * 40, np.int8)
    shown = Chances("meaningful", "timely", CELLS).tested(np.where(won > 0, 0.6, 0.4), won)
    assert shown.calibrated.endswith("80 leads")


def test_chances_no_better_than_the_rate_are_refused():
    """Saying the rate of all to everybody is not calibration."""
    won = np.array([1, -1] * 50, np.int8)
    with pytest.raises(InvalidValue, match="more than the rate of all.*Brier 0.2500"):
        Chances("meaningful", "timely", CELLS).tested(np.full(100, 0.5), won)


def test_chances_are_a_value():
    """They are equal and hash alike after pickling."""
    chances = Chances("meaningful", "timely", CELLS, [[1] * 3] * 3)
    assert (chances, hash(chances)) == (pickle.loads(pickle.dumps(chances)), hash(chances))


@pytest.mark.parametrize(
    ("build", "error", "says"),
    [
        (lambda: Chances("a", "b", [[0.1] * 3] * 2), DefinitionError, "three rows of three"),
        (lambda: Chances("a", "b", [[1.1] * 3] * 3), InvalidValue, "0 to 1"),
        (lambda: Chances("a", "b", CELLS, [[-1] * 3] * 3), InvalidValue, "at least 0"),
        (Chances, DefinitionError, "two questions, or a model"),
        (lambda: Chances("a", "", CELLS), DefinitionError, "two questions, or a model"),
        (lambda: Chances("a", "b", CELLS, model=likely), DefinitionError, "or a model"),
        (lambda: Chances.by(lambda facts: 0.3), InvalidType, "a criterion that scores"),
        (lambda: Chances.of(np.zeros(2, np.int8), np.zeros(2, np.int8), [True]), InvalidValue, "one length"),
        (lambda: Chances("a", "b", CELLS).tested([0.1], [True, False]), InvalidValue, "tested.chances"),
    ],
)
def test_what_are_no_chances_is_an_error(build, error, says):
    """Each wrong part is named."""
    with pytest.raises(error, match=says):
        build()


def test_a_model_that_says_more_than_one_is_an_error():
    """A score outside [0, 1] is no probability."""

    @criterion(uses=(), version="1")
    def wild(_facts):
        return Verdict(True, score=7.0)

    with pytest.raises(InvalidValue, match="0 to 1"):
        Chances.by(wild).likely(Facts.of({}, at=MONDAY))
