"""Criteria as a host types them: checked by mypy and pyright, never run."""

from __future__ import annotations

from datetime import datetime
from typing import assert_type

import numpy as np
from numpy.typing import NDArray

from qualify.criteria import (
    Agreement,
    Change,
    Columns,
    Criterion,
    HostCriterion,
    NextQuestion,
    Proof,
    Verdict,
    ask,
    change,
    compare,
    criterion,
    frameworks,
    heard,
    satisfiable,
    topic,
    weighted,
)
from qualify.models import Facts
from qualify.truth import Truth


@criterion(uses="industry", version="1")
def regulated(facts: Facts) -> bool:
    """A host's function."""
    return facts["industry"] == "health"


def use(facts: Facts, columns: Columns) -> None:
    """Every result has the type that the documentation says."""
    rule = (topic("fit") >= 3) & ~heard("no") | (topic("timing") == "now")
    assert_type(rule, Criterion)
    assert_type(topic("fit") == 3, Criterion)
    assert_type(regulated, HostCriterion)
    assert_type(rule.truth(facts), Truth)
    assert_type(rule.judge(facts), Verdict)
    assert_type(rule.judge(facts).good_until, datetime | None)
    assert_type(rule.judge(facts).missing, tuple[str, ...])
    assert_type(rule.truths(columns), NDArray[np.int8])
    assert_type(rule.changes_at(facts), datetime | None)
    assert_type(ask([rule, regulated], facts, costs={"fit": 2}, beliefs={"fit": 0.3}), NextQuestion)
    assert_type(change(rule, facts, to=Truth.NO), Change)
    assert_type(compare(rule, regulated, columns=columns), Agreement)
    assert_type(satisfiable(rule), Proof)
    assert_type(frameworks.bant(quorum=3, bind={"money": "budget", "need": rule}), Criterion)
    assert_type(weighted({rule: 1, regulated: 0.5}, bar=1).named("score"), Criterion)
