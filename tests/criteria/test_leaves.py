"""Every leaf on columns of every kind says of each row what it says of that row as a lead."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from qualify.criteria import Columns, all_of, any_of, change, criterion, heard, satisfiable, topic, weighted
from qualify.errors import ContractError, CriterionError
from qualify.models import Facts, Signal
from qualify.truth import NO, UNKNOWN, YES
from reference.criteria_slow import NOW, truth

X, T = topic("x"), topic("t").is_true()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
COLUMNS = {
    "whole": [0, 1, 2, 3, -1, None],
    "floats": [0.0, 2.5, np.nextafter(2.5, 3).item(), np.nextafter(2.5, 2).item(), -2.5, None],
    "large": [0, 2**53 + 1, -(2**62), 2**63 - 1, 2**63 - 2, -(2**63) + 1, 3, None],
    "bools": [True, False, None],
    "no bools": [False, False, None],
    "truths": [YES, NO, UNKNOWN, None],
    "text": ["", "a", "b", "bb", None],
    "days": [NOW.date() + timedelta(days=k) for k in (-2, -1, 0, 1, 2)] + [None],
    "instants": [NOW + k * HOUR for k in (-25, -24, -1, 0, 1, 24, 25)] + [None],
    "durations": [timedelta(0), HOUR, 2 * HOUR, -HOUR, None],
    "mixed": [2, "b", True, False, NO, YES, NOW, HOUR, date(2026, 5, 3), 2.5, Decimal("2.5"), None, 2**60],
    "nothing": [None, None],
}
CONSTANTS = (
    2,
    2.5,
    Decimal("2.5"),
    2**53 + 1,
    2**63 - 1,
    2**63,
    -(2**63) - 1,
    10**400,
    -(10**400),
    "b",
    date(2026, 5, 3),
    NOW,
    HOUR,
)
LEAVES = [
    X.exists(),
    X.known(),
    X.is_true(),
    X.within(DAY),
    X.due(DAY),
    X.between(1, 2.5),
    X.between(2**53, 2**63),
    X.between("a", "b"),
    X.between(NOW, NOW + HOUR),
    X.between(-HOUR, HOUR),
    X.one_of(2, 3, 2.5),
    X.one_of(10**30),
    X.one_of(2**63 - 1, 2**63),
    X.between(2**63, 2**64),
    X.one_of("a", "bb"),
    X.one_of(NOW, NOW + HOUR),
    X.one_of(HOUR),
    *(build for c in CONSTANTS for build in (X == c, X != c, X < c, X <= c, X > c, X >= c)),
]


def leads(column, at):
    """Each row as a lead, at its own instant if there are several."""
    instants = at if isinstance(at, list) else [at] * len(column)
    rows = [{} if value is None else {"x": value} for value in column]
    return [Facts.of({**row, "t": True}, at=now) for row, now in zip(rows, instants, strict=True)]


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("moving", [False, True], ids=["one instant", "an instant for each row"])
def test_a_leaf_says_of_a_row_what_it_says_of_a_lead(kind, moving):
    """Alone and in a group; a whole column of another kind is an error instead of UNKNOWN throughout."""
    column = COLUMNS[kind]
    at = [NOW + k * HOUR for k in range(len(column))] if moving else NOW
    columns = Columns.of({"x": column, "t": [True] * len(column)}, at=at)
    rows = leads(column, at)
    for leaf in LEAVES:
        expected = [truth(leaf, row).value for row in rows]
        try:
            found = leaf.truths(columns).tolist()
        except CriterionError as error:
            assert "is compared here" in error.asked  # noqa: PT017 - it may raise or not
            assert not any(expected) or kind in {"bools", "truths"}  # some say that there is one
            continue
        assert expected == found, leaf
        assert expected == all_of(T, leaf).truths(columns).tolist(), leaf
        assert [-code for code in expected] == any_of(~leaf, ~T).truths(columns).tolist(), leaf
        assert expected == weighted({T: 1, leaf: 1}, bar=2).truths(columns).tolist(), leaf


@pytest.mark.parametrize(
    ("column", "leaf", "words"),
    [
        ([1, 2], X == "a", "column 'x' holds numbers, and text is compared here"),
        ([1, 2], X.is_true(), "column 'x' holds numbers, and truth is compared here"),
        ([2**60, 2], X == "a", "column 'x' holds numbers, and text is compared here"),
        ([NOW], X >= 3, "column 'x' holds instants, and number is compared here"),
        ([HOUR], X >= 3, "column 'x' holds durations, and number is compared here"),
        ([True], X >= 3, "column 'x' holds truths, and number is compared here"),
        (["a"], X >= 3, "column 'x' holds other values, and number is compared here"),
        (["a"], X.within(DAY), "column 'x' holds other values, and instant is compared here"),
    ],
)
def test_a_column_of_another_kind_is_named(column, leaf, words):
    """What it holds, what is compared, and how to bring the one to the other."""
    with pytest.raises(CriterionError) as caught:
        leaf.truths(Columns.of({"x": column}, at=NOW))
    assert (words, str(leaf), "truths") == (caught.value.asked, caught.value.found, caught.value.where)
    advice = "bring the column to that kind"
    more = "; write column == 1 for 'x'" if leaf == X.is_true() else ""
    assert advice + more == caught.value.allowed


@pytest.mark.parametrize("count", [6, 7, 8])
def test_few_and_many_words_are_judged_alike(count):
    """Up to six words are compared, more are looked up, and what is missing stays UNKNOWN."""
    words = [f"w{i}" for i in range(300)]
    for column in ([*words[:20], None], [*words, None]):
        rule = X.one_of(*words[:count])
        expected = [1] * count + [-1] * (len(column) - count - 1) + [0]
        columns = Columns.of({"x": column})
        assert expected == rule.truths(columns).tolist()
        assert [-code for code in expected] == (~rule).truths(columns).tolist()


def test_signals_count_from_their_instant_to_the_end_of_the_window():
    """Each row by its own now; what it has not heard yet does not count."""
    times = [NOW - DAY, NOW - DAY + timedelta(microseconds=1), NOW, NOW + HOUR]
    table = {"row": [0, 1, 2, 3, 3], "kind": ["a", "a", "a", "a", "b"], "at": [*times, NOW]}
    for at in (NOW, [NOW] * 4, [NOW, NOW + HOUR, NOW, NOW + HOUR]):
        columns = Columns.of({"x": [1] * 4}, at=at, signals=table)
        now = at if isinstance(at, list) else [at] * 4
        for leaf in (
            heard("a"),
            heard("a").within(DAY),
            heard("a", "b", times=2),
            heard("c"),
            heard("b", "a"),
        ):
            expected = []
            for row in range(4):
                own = [i for i in range(5) if table["row"][i] == row and table["at"][i] <= now[row]]
                signals = [Signal(table["kind"][i], at=table["at"][i]) for i in own]
                expected.append(truth(leaf, Facts.of({}, at=now[row], signals=signals)).value)
            assert expected == leaf.truths(columns).tolist()
            assert expected == all_of(leaf, X >= 1).truths(columns).tolist()


def test_a_twin_is_held_to_its_form():
    """Three codes in int8, one for each row; the error says what was given."""
    host = criterion(uses="x", version="1", name="host")(lambda facts: facts["x"] > 1)
    columns = Columns.of({"x": [1, 2, None]}, at=NOW)
    assert [-1, 1, 0] == host.truths(columns).tolist()
    good = host.columns(lambda held: np.array([-1, 1, 0], np.int8))
    assert [-1, 1, 0] == good.truths(columns).tolist()
    for codes, found in (
        (np.array([1, 1], np.int8), "int8 of shape (2,)"),
        (np.array([1, 1, 1]), "int64 of shape (3,)"),
        (np.array([1, 2, 0], np.int8), "int8 of shape (3,)"),
        (np.array([1, -2, 0], np.int8), "int8 of shape (3,)"),
        (np.array([[1, 0, 1]], np.int8), "int8 of shape (1, 3)"),
    ):
        with pytest.raises(ContractError) as caught:
            host.columns(lambda held, codes=codes: codes).truths(columns)
        assert ("the columns form gives int8 codes +1, 0, -1 of shape (3,)", found) == (
            caught.value.asked,
            caught.value.found,
        )


@pytest.mark.parametrize("span", [timedelta(days=3_000_000), timedelta.max])
def test_a_window_may_be_longer_than_the_calendar(span):
    """Whatever lies before now is within it, whatever lies ahead is due, and nothing else can be."""
    signals = [Signal("a", at=NOW - DAY, id="a1")]
    ago, ahead = X.within(span), X.due(span)
    for value, codes in ((NOW - DAY, (1, -1)), (NOW, (1, -1)), (NOW + DAY, (-1, 1)), (None, (0, 0))):
        lead = Facts.of({"x": value}, at=NOW, signals=signals)
        for at in (NOW, [NOW]):
            columns = Columns.of({"x": [value]}, at=at, signals={"row": [0], "kind": ["a"], "at": [NOW]})
            if value is not None:
                assert codes == tuple(int(leaf.truths(columns)[0]) for leaf in (ago, ahead))
            assert [1] == heard("a").within(span).truths(columns).tolist()
        assert codes == tuple(leaf.truth(lead).value for leaf in (ago, ahead))
        assert codes == tuple(leaf.judge(lead).truth.value for leaf in (ago, ahead))
        assert ("a1",) == heard("a").within(span).judge(lead).evidence
        assert NO is heard("a").within(span, times=2).truth(lead)
    assert NO is satisfiable(heard("a") & ~heard("a").within(span)).truth
    assert YES is satisfiable(heard("a").within(span) & ~heard("a").within(DAY) & ago).truth
    assert NO is satisfiable(ago & ahead).truth
    assert YES is change(heard("a").within(span, times=3) & ahead, Facts.of({}, at=NOW)).truth
