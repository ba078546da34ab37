"""Among the values that are tried, every pattern occurs that any value shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualify.criteria import satisfiable, topic
from qualify.criteria._cells import topic_axis
from qualify.models import Facts, Topic, Vocabulary
from qualify.truth import NO, YES, Truth
from reference.criteria_slow import NOW, VALUES, atoms

A, N, W, D, AT, U = (topic(name) for name in "anwdiu")
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)


def around(value):
    """A value and its nearest neighbours."""
    if isinstance(value, datetime):
        moved = [timedelta(hours=h) for h in (0, -24, 24, -48, 48, -720, 720)]
        return [value + move + step for move in moved for step in (-TICK, timedelta(0), TICK)]
    if isinstance(value, date):
        return [value + timedelta(days=k) for k in (-30, -2, -1, 0, 1, 2, 30)]
    if isinstance(value, timedelta):
        return [value - TICK, value, value + TICK]
    if isinstance(value, str):
        return [value, f"{value}\x00", f"{value}0"]
    return [value] if isinstance(value, bool) else [value, float(value) - 0.01, float(value) + 0.01]


@pytest.mark.parametrize("name", ["n", "w", "t", "d", "i", "u"])
@given(data=st.data())
@settings(max_examples=25)
def test_no_value_shows_a_pattern_that_no_cell_has(name, data):
    """Whatever she may answer, some cell stands for it."""
    asked = data.draw(st.lists(atoms(name), min_size=1, max_size=4, unique=True))
    axis = topic_axis(name, asked, NOW, None, with_unasked=False)
    cells = {tuple(int(code) for code in codes) for codes in axis.codes.T}
    answers = [near for value in VALUES[name] for near in around(value)]
    for value in [*answers, Truth.NO]:
        lead = Facts.of({name: value}, at=NOW)
        pattern = tuple(rule.truth(lead).value for rule in asked)
        assert pattern in cells or 0 in pattern, value


@pytest.mark.parametrize(
    ("rule", "truth"),
    [
        (AT.within(8 * DAY) & ~AT.within(7 * DAY), YES),
        (AT.due(8 * DAY) & ~AT.due(7 * DAY), YES),
        (AT.within(DAY) & AT.exists() & ~AT.within(TICK), YES),
        (AT.within(DAY) & AT.due(DAY), NO),
        (A.is_true() | ((A >= 5) & (A < 5)), YES),
        (~N.exists() & (N >= -3), YES),
        (N.exists() & (N > -1), YES),
        (N.exists() & (N < -1), YES),
        (N.exists() & (N > 0) & (N < 1), YES),
        ((N > 1) & (N < 2) & (N != 1.5), YES),
        ((W > "a") & (W < "a!"), YES),
        (~W.one_of("another w", "b") & W.exists(), YES),
        (D.exists() & (D < date(2026, 5, 1)), YES),
        (D.exists() & (D > date(2026, 5, 1)), YES),
        (D.exists() & (D < date.max), YES),
        (D.exists() & (D > date.min), YES),
        (D.exists() & (D < date.min), NO),
        (AT.exists() & (AT < NOW), YES),
        (AT.exists() & (AT > NOW), YES),
        ((AT > datetime(9000, 1, 1, tzinfo=UTC)) & (AT < datetime(9999, 12, 31, tzinfo=UTC)), YES),
        ((AT > datetime(2, 1, 1, tzinfo=UTC)) & (AT < datetime(1000, 1, 1, tzinfo=UTC)), YES),
        (U.exists() & (U < DAY), YES),
        (U.exists() & (U > DAY), YES),
        (~U.exists() & (U >= -DAY), YES),
    ],
)
def test_there_is_a_value_below_above_and_between(rule, truth):
    """What some number, text, day, instant or duration would answer is found, and nothing else."""
    proof = satisfiable(rule, at=NOW)
    assert truth is proof.truth
    assert truth is NO or YES is rule.truth(proof.witness)


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        (float, N.exists()),
        (float, ~N.exists() & (N >= -3)),
        (str, N.exists()),
        (bool, N.is_true()),
        (bool, ~N.is_true()),
        ("date", N.exists()),
        ("instant", N.exists() & N.within(DAY)),
        ("date", N.exists() & ~N.within(DAY)),
        ("date", N.exists() & N.within(DAY)),
        ("duration", N.exists()),
        ("any", N.is_true() & N.exists()),
    ],
)
def test_a_topic_of_a_type_has_values_of_that_type(kind, rule):
    """The witness is a lead whose answer the vocabulary takes."""
    proof = satisfiable(rule, vocabulary=Vocabulary(Topic("n", kind)), at=NOW)
    assert YES is proof.truth
    assert YES is rule.truth(proof.witness)
    assert not proof.witness.unreadable
