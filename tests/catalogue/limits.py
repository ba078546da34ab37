"""L: how much of anything there may be."""

from __future__ import annotations

import json
import sys
import threading
import tracemalloc
from datetime import timedelta

import numpy as np
import pytest

from qualify import wire
from qualify.criteria import AtLeast, Criterion, Not, all_of, topic
from qualify.errors import CriterionError, DefinitionError, InvalidType, LimitError, QualifyError
from qualify.metrics import nps
from qualify.models import Evidence, Facts, Person
from qualify.stages import SAAS, Chart, Journey, State, Transition
from reference.catalogue import NOON, lead, person, proves, refused

ATOM = '{"is":"Atom","topic":"a","operator":"exists"}'
RULE = topic("a").exists()


def nested(depth: int) -> str:
    """Give a criterion of so many levels as a document."""
    return '{"is":"Not","part":' * depth + ATOM + "}" * depth


def document(criterion: str) -> str:
    """Give a criterion's document with its schema number."""
    return criterion.replace("{", '{"schema":1,', 1)


def counted(act) -> int:
    """Give how many lines of Python an act runs: a cost that no clock can blur."""
    lines = 0

    def trace(frame, event, argument):
        nonlocal lines
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return lines


@proves("L01")
def a_hundred_thousand_brackets() -> None:
    """It is a limit of depth, whatever the parser thinks of it."""
    for text in ("[" * 100_000, '{"a":' * 100_000, "[" * 70 + "]" * 70):
        assert refused(text).code in {"depth_limit", "syntax"}
        assert "depth_limit" == refused("[" * 100_000).code


@proves("L02")
def a_criterion_too_deep() -> None:
    """It is refused when it is read, long before a recursion would fail."""
    for depth in (65, 300, 990):
        assert isinstance(refused(document(nested(depth)), Criterion), LimitError)
    assert "$" in refused(document(nested(25)), Criterion).path


@proves("L03")
def a_criterion_too_deep_in_python() -> None:
    """The constructor knows its depth, and refuses."""
    deep = RULE
    with pytest.raises(CriterionError, match="deep"):  # noqa: PT012 - any round may be the last
        for _ in range(5_000):
            deep = Not(deep)
    assert deep.depth <= 24


@proves("L04")
def a_flat_group_too_wide() -> None:
    """A thousand nodes, counted; a wide group is one level, not a chain."""
    parts = [topic(f"t{i}").exists() for i in range(999)]
    assert 2 == all_of(parts).depth
    all_of(parts).truth(Facts.of({}, at=NOON))
    with pytest.raises(CriterionError, match="nodes"):
        all_of([RULE] * 10_000)


@proves("L05")
def a_shared_tree() -> None:
    """Sharing counts, and the hash of what is allowed is kept."""
    shared = RULE
    with pytest.raises(CriterionError, match=r"nodes|deep"):  # noqa: PT012 - any round may be the last
        for _ in range(22):
            shared = AtLeast(2, [shared, shared])
    hash(shared)
    assert counted(lambda: hash(shared)) < 20


def levels_deep(levels: int, act):
    """Call an act from a host that is so many frames deep."""
    return act() if levels == 0 else levels_deep(levels - 1, act)


@proves("L06")
def a_host_that_is_deep_already() -> None:
    """Eight hundred frames down the answer is the same."""
    import inspect

    free = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 1_000)
    try:
        rule = document(nested(20))
        assert wire.loads(rule, Criterion) == levels_deep(780, lambda: wire.loads(rule, Criterion))
        assert "depth_limit" == levels_deep(780, lambda: refused("[" * 100_000)).code
    finally:
        sys.setrecursionlimit(free)


@proves("L07")
def a_small_stack() -> None:
    """A thread of 256 KiB gets its InputError, and lives."""
    said: list[str] = []
    before = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=lambda: said.append(refused("[" * 1_000 + "]" * 1_000).code))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert ["depth_limit"] == said


@proves("L08")
def a_document_of_64_mb() -> None:
    """It is refused before it is parsed."""
    assert "bytes_limit" == refused(b"[" * (64 * 2**20)).code


@proves("L09")
def many_small_values() -> None:
    """A megabyte of `[],` is no megabyte in memory: values are counted."""
    text = "[" + "[]," * 300_000 + "[]]"
    tracemalloc.start()
    assert "values_limit" == refused(text).code
    assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    tracemalloc.stop()


@proves("L10")
def a_name_of_a_megabyte() -> None:
    """A text and a name have limits of their own."""
    text = person(id=json.dumps("a" * 1_000_000))
    assert ("$.id", "text_limit") == (refused(text, Person).path, refused(text, Person).code)
    assert "128" in str(refused(person(id=json.dumps("a" * 1_000)), Person))


@proves("L11")
def a_million_tags() -> None:
    """A list is bounded."""
    many = "[" + ",".join(['{"is":"Person","id":"p"}'] * 10_001) + "]"
    error = refused(lead(id='"a"', people=many), object, limits=wire.Limits(bytes=2**23))
    assert ("$.people", "entries_limit") == (error.path, error.code)


@proves("L12")
def integers_that_collide() -> None:
    """No number of a document becomes a key: keys are names, and ids are text."""
    assert "syntax" == refused('{"schema":1,"is":"Person","id":"a",7:1}', Person).code
    with pytest.raises(InvalidType):
        Evidence("a", {7: 1}, at=NOON)
    with pytest.raises(InvalidType):
        Evidence("a", 1, at=NOON, id=7)


def journey_of(events: int) -> Journey:
    """Give a journey of so many events."""
    journey = Journey.start(SAAS, "ana", at=NOON)
    for i in range(events - 1):
        journey = journey.record("discover", at=NOON + timedelta(seconds=i))
    return journey


@proves("L13")
def a_hundred_thousand_events() -> None:
    """A replay is one fold: ten times the events cost about ten times the work."""
    short, long = journey_of(100), journey_of(1_000)
    costs = [
        counted(lambda journey=journey: Journey.replay(SAAS, "ana", journey.events))
        for journey in (short, long)
    ]
    assert costs[1] / costs[0] <= 12


@proves("L14")
def one_event_after_another() -> None:
    """To record one costs the same behind ten events and behind a thousand."""
    costs = [
        counted(lambda journey=journey: journey.record("won", at=NOON + timedelta(days=1)))
        for journey in (journey_of(10), journey_of(1_000))
    ]
    assert costs[1] <= costs[0] * 1.5 + 20


@proves("L15", "L16")
def patterns_that_run_away() -> None:
    """Criteria from data know no patterns at all: no regular expressions, no globs."""
    for operator in ("matches", "regex", "glob", "like"):
        text = f'{{"schema":1,"is":"Atom","topic":"a","operator":"{operator}","value":"(a+)+$"}}'
        assert ("$.operator", "wrong_type") == (refused(text, Criterion).path, refused(text, Criterion).code)


@proves("L17")
def a_chart_too_large() -> None:
    """The limit is in the message, at load and in Python."""
    states = ",".join(f'{{"is":"State","name":"s{i}"}}' for i in range(1_001))
    error = refused(f'{{"schema":1,"is":"Chart","name":"c","states":[{states}]}}', Chart)
    assert "1,000" in str(error)
    with pytest.raises(DefinitionError, match="1,000"):
        Chart("c", *(State(f"s{i}") for i in range(10_000)))


@proves("L18")
def a_cycle_without_events() -> None:
    """It is refused when the chart is defined."""
    with pytest.raises(DefinitionError):
        Chart("c", State("a"), State("b"), transitions=(Transition("a", to="b"), Transition("b", to="a")))


@proves("L19")
def a_bootstrap_without_end() -> None:
    """No metric resamples: intervals are closed forms, and `method='bootstrap'` is no method."""
    with pytest.raises(QualifyError):
        nps([10, 9, 0], method="bootstrap")


@proves("L20")
def a_matrix_over_memory() -> None:
    """Judging columns works in blocks: the peak is far below a matrix of leads and atoms."""
    rows = 400_000
    rule = all_of([topic("fit") >= bar for bar in range(1, 30)])
    columns = __import__("qualify.criteria").criteria.Columns.of({"fit": np.arange(rows) % 40})
    rule.truths(columns)
    tracemalloc.start()
    rule.truths(columns)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < rows * 29 / 2


@proves("L21")
def an_explanation_without_end() -> None:
    """It is bounded, and says how much is left."""
    rule = all_of([topic(f"t{i}").exists() for i in range(999)])
    verdict = rule.judge(Facts.of({f"t{i}": 1 for i in range(999)}, at=NOON))
    assert len(verdict.reason) < 70_000
    explained = verdict.explain() if hasattr(verdict, "explain") else verdict.reason
    assert len(str(explained).splitlines()) <= 110


@proves("L22")
def a_repr_without_end() -> None:
    """The repr of a long journey and of a full lead is one line."""
    assert len(repr(journey_of(500))) < 1_000
    assert len(repr(Evidence("a", 1, at=NOON))) < 1_000


@proves("L23", "L24")
def a_criterion_too_costly() -> None:
    """Cost is nodes: each is visited at most once a lead, so the limit of nodes is the budget, at load and at run."""
    rule = all_of([RULE] * 400)
    text = wire.dumps(rule)
    error = refused(text, Criterion, limits=wire.Limits(criterion_nodes=100))
    assert ("criterion_limit", "401 nodes, 2 deep") == (error.code, error.found)
    facts = Facts.of({"a": 1}, at=NOON)
    rule.truth(facts)
    half = all_of([RULE] * 200)
    half.truth(facts)
    assert counted(lambda: rule.truth(facts)) <= 2.5 * counted(lambda: half.truth(facts)) + 50
