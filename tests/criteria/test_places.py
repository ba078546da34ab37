"""Every error says where: the argument, the row, the part, as one writes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import numpy as np
import pytest

from qualify.criteria import (
    Columns,
    Verdict,
    all_of,
    always_true,
    any_of,
    ask,
    at_least,
    change,
    compare,
    criterion,
    dead_parts,
    disjoint,
    duplicates,
    equivalent,
    exact,
    frameworks,
    heard,
    implies,
    lint,
    satisfiable,
    settle,
    topic,
    weighted,
)
from qualify.errors import QualifyError
from qualify.models import Facts, Question, Topic, Vocabulary
from reference.criteria_slow import NOW

NOTHING = Facts.of({}, at=NOW)
A, B = topic("a") >= 3, topic("b") >= 3
WORD = (topic("w") == "x") | B
WORDS = Vocabulary(Topic("a", int))
HOST = criterion(version="1", name="h")(len)
NAIVE = datetime(2026, 5, 3)  # noqa: DTZ001 - the case


def signals(**columns):
    """Columns with one lead and a table of signals, of which some columns are given."""
    table = {"row": [0], "kind": ["x"], "at": [NOW], **columns}
    return Columns.of({"a": [1]}, at=NOW, signals=table)


CASES = {
    # -- ask
    "ask": lambda: ask(A, {}),
    "ask[1]": lambda: ask([A, 3], NOTHING),
    "ask.costs['a']": lambda: ask(A, NOTHING, costs={"a": -1}),
    "ask.beliefs['a']": lambda: ask(A & B, NOTHING, beliefs={"a": 2}),
    "ask.beliefs['w']": lambda: ask(WORD, NOTHING, beliefs={"w": {"x": 0.4}}),
    # -- atoms
    "topic": lambda: topic(3),
    "topic('a')": lambda: topic("a") >= None,
    "topic('a').within": lambda: topic("a").within(3),
    "topic('a').due": lambda: topic("a").due(timedelta(0)),
    "topic('a').between": lambda: topic("a").between(1, "2"),
    "topic('a').one_of": lambda: topic("a").one_of(1, "2"),
    "topic('a').one_of[1]": lambda: topic("a").one_of(1, None),
    "heard": lambda: heard(),  # noqa: PLW0108 - it raises
    "heard[1]": lambda: heard("x", 3),
    "heard('x', 'y').within": lambda: heard("x", "y").within(3),
    "heard('x', 'y').times": lambda: heard("x", "y", times=0),
    # -- groups
    "all_of": lambda: all_of([]),
    "all_of[1]": lambda: all_of(A, 3),
    "any_of": lambda: any_of([]),
    "any_of[0]": lambda: any_of(3, A),
    "at_least(3, ...).need": lambda: at_least(3, A, B),
    "at_least(2, ...)[1]": lambda: at_least(2, A, 3),
    "at_least[1]": lambda: type(at_least(1, A, B))(1, (A, 3)),
    "weighted": lambda: weighted({}, bar=1),
    "weighted[0]": lambda: weighted([(3, 1)], bar=1),
    "weighted[1].weight": lambda: weighted({A: 1, B: 0}, bar=1),
    "weighted[0].weight": lambda: weighted({A: float("inf"), B: 1}, bar=1),
    "weighted.bar": lambda: weighted({A: 1}, bar="1"),
    "~": lambda: type(~A)(3),
    "named": lambda: A.named(" "),
    # -- what every criterion can do
    "truth": lambda: A.truth({}),
    "judge": lambda: A.judge({}),
    "changes_at": lambda: A.changes_at({}),
    "truths": lambda: A.truths({}),
    # -- columns
    "Columns.of": lambda: Columns.of({3: [1]}),
    "Columns.of['a']": lambda: Columns.of({"a": 3}),
    "Columns.of['b']": lambda: Columns.of({"a": [1, 2], "b": [1]}),
    "Columns.of.unknown": lambda: Columns.of({"a": [1]}, unknown={"b": 1}),
    "Columns.of.unknown['a']": lambda: Columns.of({"a": [1]}, unknown={"a": object()}),
    "Columns.of.at": lambda: Columns.of({"a": [1, 2]}, at=NAIVE),
    "Columns.of.at, row 1": lambda: Columns.of({"a": [1, 2]}, at=[NOW, None]),
    "Columns.of.signals": lambda: signals(**{" x": [1]}),
    "Columns.of.signals.row, row 0": lambda: signals(row=[1]),
    "Columns.of.signals.kind, row 0": lambda: signals(kind=[object()]),
    "Columns.of.signals.at": lambda: signals(at=[None]),
    "Columns.of.signals.kind": lambda: signals(kind=["x", "y"]),
    "column 'a', row 1": lambda: A.truths(Columns.of({"a": [1, float("inf")]})),
    "column 'a', row 2": lambda: A.truths(Columns.of({"a": np.array([1, "b", object()], object)})),
    "columns": lambda: Columns.of({"a": [1]})["b"],
    "columns.facts": lambda: Columns.of({"a": [1]}).facts(0, ["a"]),
    "a lies within the last 1 day": lambda: topic("a").within(timedelta(1)).truths(Columns.of({"a": [NOW]})),
    "heard x": lambda: heard("x").truths(Columns.of({"a": [1]}, at=NOW)),
    "criterion 'host'": lambda: (
        criterion(uses="a", version="1", name="host")(len)
        .columns(lambda columns: [1])
        .truths(Columns.of({"a": [1]}))
    ),
    "criterion": lambda: criterion(uses=len, version="1"),
    "criterion.name": lambda: criterion(version="1", name=" ")(len),
    "criterion 'h'.version": lambda: criterion(version=" ", name="h")(len),
    "criterion 'h'.uses[1]": lambda: criterion(version="1", name="h", uses=("a", 3))(len),
    "criterion 'h'": lambda: criterion(version="1", name="h")(3),
    "criterion.uses": lambda: criterion(version="1", name="h", uses="b")(len).check(WORDS),
    "criterion[1].uses": lambda: (A & criterion(version="1", name="h", uses="b")(len)).check(WORDS),
    # -- check
    "criterion[1].not": lambda: (A & ~B).check(WORDS),
    "criterion<x>": lambda: (topic("a") == "x").named("x").check(WORDS),
    # -- verdicts
    "Verdict.missing[1]": lambda: Verdict(None, missing=("a", 3)),
    "Verdict.evidence[0]": lambda: Verdict(True, evidence=(" ",)),
    "Verdict.disputed[0]": lambda: Verdict(True, disputed=(3,)),
    "Verdict.good_until": lambda: Verdict(True, good_until=NAIVE),
    "Verdict.score": lambda: Verdict(True, score=(2, 1)),
    "Verdict.reason": lambda: Verdict(True, reason=3),
    "Verdict.explain": lambda: Verdict(True).explain(),
    "Truth.of": lambda: Verdict(1),
    # -- proofs, counts, changes, findings
    "criterion 1": lambda: implies(3, A),
    "criterion 2": lambda: implies(A, 3),
    "exact": lambda: exact(3),
    "settle": lambda: settle(A, {}),
    "dead_parts": lambda: dead_parts(3),
    "duplicates": lambda: duplicates(3),
    "compare.a": lambda: compare(3, A),
    "compare.b": lambda: compare(A, 3),
    "compare.columns": lambda: compare(A, B, columns=Columns.of({"a": [], "b": []})),
    "change": lambda: change(A, {}),
    "change.to": lambda: change(A, NOTHING, to=A.truth(NOTHING)),
    "change.costs['b']": lambda: change(A, NOTHING, costs={"b": -1}),
    "lint": lambda: lint(3),
    # -- frameworks
    "BANT.bind": lambda: frameworks.bant(bind={"x": "y"}),
    "bind['money']": lambda: frameworks.bant(bind={"money": 3}),
    "BANT.quorum": lambda: frameworks.bant(quorum=5),
    "vocabulary": lambda: frameworks.vocabulary("BANTT"),
    "Framework 'X'": lambda: frameworks.Framework("X", [("A", "a")], "", quorum=2),
    "Framework.name": lambda: frameworks.Framework(" ", [("A", "a")], ""),
    "SPIN.next": lambda: frameworks.spin().next({}),
    "X[1]": lambda: frameworks.Sequence("X", [Question("a", "a?"), "b?"]),
    "Sequence.name": lambda: frameworks.Sequence(" ", []),
    "Sequence": lambda: frameworks.Sequence("X", [], 3),
}


@pytest.mark.parametrize("where", CASES)
def test_an_error_says_where(where):
    """What was given in the wrong place is named as one writes it."""
    with pytest.raises(QualifyError) as caught:
        CASES[where]()
    assert where == caught.value.where


@pytest.mark.parametrize(
    ("where", "call"),
    [
        ("criterion.name", lambda: criterion(version="1")(partial(len))),
        ("Verdict.score", lambda: Verdict(True, score="x")),
        ("Verdict.score", lambda: Verdict(True, score=(0, "x"))),
        ("criterion 'h'", lambda: type(HOST)("h", "1", (), len, 3)),
        ("topic", lambda: type(A)(" a", ">=", 3)),
        ("settle", lambda: settle(3, NOTHING)),
        ("change", lambda: change(3, NOTHING)),
        ("named", lambda: type(A.named("x"))("x", 3)),
        ("Framework 'X'", lambda: frameworks.Framework("X", [("A", " ")], "")),
        ("Framework 'X'", lambda: frameworks.Framework("X", [(" ", "a")], "")),
        ("Framework 'X'", lambda: frameworks.Framework("X", [("A", "a")], 3)),
        ("Framework 'X'", lambda: frameworks.Framework("X", [], "")),
        ("Columns.of.at", lambda: Columns.of({"a": [1]}, at=[NOW, NOW])),
        ("Columns.of.at", lambda: Columns.of({"a": [1]}, at="noon")),
        ("Columns.of.signals", lambda: Columns.of({"a": [1]}, at=NOW, signals={"row": [0]})),
        ("Columns.of.signals", lambda: Columns.of({"a": [1]}, at=NOW, signals=3)),
        ("Columns.of.signals.row, row 0", lambda: signals(row=[0.5])),
        ("Columns.of.signals.at", lambda: signals(at=[NOW, NOW])),
        ("Columns.of.signals.at", lambda: signals(at=["noon"])),
        ("criterion 1", lambda: satisfiable(3)),
        ("criterion 1", lambda: always_true(3)),
        ("criterion 2", lambda: equivalent(A, 3)),
        ("criterion 2", lambda: disjoint(A, 3)),
        ("ask.beliefs['w']", lambda: ask(WORD, NOTHING, beliefs={"w": {"x": 2}})),
        ("ask.beliefs['w']", lambda: ask(WORD, NOTHING, beliefs={"w": {3: 1}})),
    ],
)
def test_an_argument_that_can_be_wrong_in_several_ways_has_one_place(where, call):
    """A wrong type, a wrong length and a wrong value are said of the same place."""
    with pytest.raises(QualifyError) as caught:
        call()
    assert where == caught.value.where
