"""Which strategy gives values of which class."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from qualify import criteria, decisions, models, playbook, scales, stages, truth
from qualify.errors import InvalidType

# Class by class: which function of which file makes its values. Strategies are built when they are drawn.
_OF: dict[type, tuple[str, str]] = {
    models.Account: ("_values", "accounts"),
    models.Asked: ("_values", "asked"),
    models.Decision: ("_values", "decisions"),
    models.Evidence: ("_values", "evidence"),
    models.Facts: ("_values", "facts"),
    models.Lead: ("_values", "leads"),
    models.Offer: ("_values", "offers"),
    models.Outcome: ("_values", "outcomes"),
    models.Person: ("_values", "persons"),
    models.Question: ("_values", "questions"),
    models.Reason: ("_values", "reasons"),
    models.Rep: ("_values", "reps"),
    models.Retraction: ("_values", "retractions"),
    models.Signal: ("_values", "signals"),
    models.Subscription: ("_values", "subscriptions"),
    models.SurveyResponse: ("_values", "survey_responses"),
    models.Topic: ("_values", "topics"),
    models.Vocabulary: ("_values", "vocabularies"),
    scales.Scale: ("_values", "rating_scales"),
    truth.Truth: ("_values", "truths"),
    stages.Chart: ("_charts", "charts"),
    stages.Event: ("_charts", "events"),
    stages.Journey: ("_charts", "journeys"),
    criteria.Criterion: ("_criteria", "criteria"),
    decisions.Economics: ("_criteria", "economics"),
    decisions.Table: ("_criteria", "tables"),
    playbook.Playbook: ("_criteria", "playbooks"),
}
_COUNTED = {"Counts": ("_arrays", "counts"), "Estimate": ("_arrays", "estimates")}
# Classes of rooms that load no numpy whose strategies stand in the first of the tables below.
_ANSWERS: dict[str, str] = {
    "qualify": "Finding",
    "qualify.criteria": "Agreement AtLeast Atom Change Fault Heard Move Named NextQuestion Not Part Proof "
    "Verdict Weighted",
    "qualify.criteria.frameworks": "Framework Sequence",
    "qualify.stages": "Attempt ChartFinding Difference Explanation History Override Position Refusal "
    "Revision Spell State Step Transition",
    "qualify.decisions": "BlindScore Candidate Capacity Chances Choice FirstCome LinearGate Range",
    "qualify.playbook": "Merged Recomputed Regime Teach Turn",
    "qualify.playbooks": "Sample",
    "qualify.wire": "Limits",
}
_TABLES = ("_answers", "_results")  # files with a table of strategies by class; the second loads numpy


def _made(home: str, name: str) -> SearchStrategy[Any]:
    make: Callable[[], SearchStrategy[Any]] = getattr(import_module(f"qualify.testing.{home}"), name)
    return make()


def _later(home: str, name: str) -> SearchStrategy[Any]:
    return st.deferred(lambda: _made(home, name))


def register_types() -> None:
    """Register a strategy for each class, so that `st.from_type` gives our values; done by the entry point.

    >>> register_types()
    """
    for kind, (home, name) in _OF.items():
        st.register_type_strategy(kind, _later(home, name))
    for room, names in _ANSWERS.items():
        for name in names.split():
            found: type = getattr(import_module(room), name)
            st.register_type_strategy(found, _from_table(found))


def _table(home: str) -> dict[Any, SearchStrategy[Any]]:
    made: dict[Any, SearchStrategy[Any]] = import_module(f"qualify.testing.{home}").STRATEGIES
    return made


def _from_table(kind: Any) -> SearchStrategy[Any]:
    return st.deferred(lambda: _table(_TABLES[0])[kind])


def strategy_of(kind: Any) -> SearchStrategy[Any]:
    """Give the strategy that makes values of a class.

    >>> from hypothesis import given
    >>> from qualify.models import Person
    >>> @given(strategy_of(Person))
    ... def test_mine(person): ...
    """
    found = _OF.get(kind) or _COUNTED.get(getattr(kind, "__name__", ""))
    if found is not None:
        return _made(*found)
    tables = [_table(home) for home in _TABLES]
    for table in tables:
        if kind in table:
            return table[kind]
    classes = [*_OF, *(one for table in tables for one in table)]
    known = sorted({*(one.__name__ for one in classes), *_COUNTED})
    raise InvalidType(
        "a class that has a strategy is needed",
        found=repr(kind),
        allowed=f"these have: {', '.join(known)}",
        where="strategy_of",
    )
