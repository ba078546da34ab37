"""What type checkers see of cohorts and summaries. Never run; mypy and pyright read it."""

# pyright: reportUnnecessaryTypeIgnoreComment=true
# A "type: ignore" that either checker does not need is an error, so each shows what both of them refuse.

from __future__ import annotations

from typing import TYPE_CHECKING, assert_type

from qualify.cohort import Binding, Cohort, Field, Imported, journeys_from_rows
from qualify.scorecard import Scorecard, Summary, summarise
from qualify.stages import SAAS, Journey

if TYPE_CHECKING:
    from datetime import datetime

    from qualify.playbook import Playbook


def a_table_becomes_a_cohort(table: dict[str, list[str]], at: datetime) -> None:
    """With a binding or with its arguments, which are known by name."""
    assert_type(Cohort.from_columns(table, Binding(owner="Seller"), at=at), Cohort)
    assert_type(Cohort.from_columns(table, outcome=Field("Status", yes="Won"), id="Lead"), Cohort)
    Cohort.from_columns(table, ownr="Seller")  # type: ignore[call-arg]
    Cohort.from_columns(table, at="today")  # type: ignore[arg-type]


def journeys_become_a_cohort_and_rows_become_journeys(journeys: list[Journey]) -> None:
    """In both directions."""
    assert_type(Cohort.from_journeys(journeys)[:2], Cohort)
    assert_type(journeys_from_rows(SAAS, {}, {"subject": "lead"}), Imported)


def a_summary_adds(one: Summary, other: Summary, playbook: Playbook) -> None:
    """And reports a scorecard; a number does not add to it."""
    assert_type(one.merge(other), Summary)
    assert_type(summarise([], playbook=playbook).report(), Scorecard)
    one.merge(3)  # type: ignore[arg-type]
