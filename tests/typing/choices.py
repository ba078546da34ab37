"""What type checkers see of decisions under scarcity. Never run; mypy and pyright read it."""

# pyright: reportUnnecessaryTypeIgnoreComment=true
# A "type: ignore" that either checker does not need is an error, so each shows what both of them refuse.

from __future__ import annotations

from typing import TYPE_CHECKING, assert_type

from qualify import lint
from qualify._findings import Finding
from qualify.criteria import topic
from qualify.decisions import (
    PROSPECT,
    Allocation,
    Candidate,
    Candidates,
    Capacity,
    Chances,
    Choice,
    Economics,
    Policy,
    Range,
    allocate,
    blind_score,
    first_come,
    linear_gate,
)
from qualify.models import Action
from qualify.playbook import Decisions, Diff, Plan
from qualify.playbooks import saas
from qualify.truth import NO, YES

if TYPE_CHECKING:
    from qualify.cohort import Cohort

assert_type(PROSPECT.action(NO, YES), Action)

money = Economics(monthly_margin=Range(600, 680), monthly_churn=0.02, currency="EUR")
assert_type(money.win_value(), Range)
assert_type(money.break_even(price=65).value, float)
Economics(monthly_margin=640, monthly_churn=0.02)  # type: ignore[call-arg]  # a currency is needed

desk = [Candidate("ana", win=0.3, hours=4, economics=money)]
plan = allocate(desk, Capacity(hours=6))
assert_type(plan, Allocation)
assert_type(plan.chosen, tuple[Choice, ...])
assert_type(plan.next, Choice | None)
assert_type(allocate(Candidates(["ana"], win=[0.3], economics=money), Capacity(6)), Allocation)
allocate(desk, 6)  # type: ignore[arg-type]  # hours stand in a Capacity

old: list[Policy] = [
    linear_gate(topic("budget").exists()),
    blind_score({topic("budget").exists(): 20}, bar=20),
    first_come(),
    saas(),  # a playbook is a policy
]

priced = saas().replace(version="2", economics=money, win=Chances("meaningful", "timely", [[0.1] * 3] * 3))
assert_type(lint(priced), tuple[Finding, ...])


def many(cohort: Cohort) -> None:
    """What many leads give."""
    assert_type(priced.decisions(cohort), Decisions)
    assert_type(priced.diff(saas(), cohort), Diff)
    assert_type(priced.plan(cohort, Capacity(6)), Plan)
    assert_type(priced.plan(cohort, {"lea": Capacity(6)})["lea"], Allocation)
