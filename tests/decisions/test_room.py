"""The room's face: what stands there, and how plans travel."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from importlib import import_module

import pytest

from qualify import decisions
from qualify.decisions import Candidate, Capacity, Economics, allocate


def test_the_face_is_what_it_says():
    """`dir` gives the public names, and each can be had."""
    assert sorted(decisions.__all__) == dir(decisions)
    assert all(getattr(decisions, name) is not None for name in decisions.__all__)


@pytest.mark.parametrize("name", decisions.__all__)
def test_a_name_is_loaded_when_it_is_first_used(name, monkeypatch):
    """The face looks into the file where a name lives, and gives the very same object."""
    home = import_module(f"qualify.decisions.{decisions._HOME[name]}")
    monkeypatch.delitem(vars(decisions), name, raising=False)
    assert getattr(home, name) is getattr(decisions, name)


def test_what_is_not_there_is_not_there():
    """A wrong name is an AttributeError that names it."""
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = decisions.nothing_of_the_kind


def test_a_table_needs_neither_economics_nor_numpy():
    """Reading the tables loads them alone; economics load no numpy either."""
    code = (
        "import sys; from qualify.decisions import PROSPECT; "
        "assert 'qualify.decisions._economics' not in sys.modules; "
        "from qualify.decisions import Economics, Candidate, Capacity, linear_gate; "
        "money = Economics(monthly_margin=1, monthly_churn=0.1, currency='EUR'); "
        "Candidate('ana', win=0.1, economics=money).gain; "
        "assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_plans_travel():
    """A plan is the same after pickling and copying."""
    money = Economics(monthly_margin=100, monthly_churn=0.05, currency="EUR")
    plan = allocate([Candidate("ana", win=0.4, hours=4, economics=money)], Capacity(hours=6))
    for twin in (pickle.loads(pickle.dumps(plan)), copy.deepcopy(plan)):
        assert plan == twin
        assert plan.why("ana") == twin.why("ana")
