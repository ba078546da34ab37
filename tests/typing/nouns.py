"""What type checkers see of the nouns. Never run; mypy and pyright read it."""

# pyright: reportUnnecessaryTypeIgnoreComment=true
# A "type: ignore" that either checker does not need is an error, so each shows what both of them refuse.

from __future__ import annotations

from typing import TYPE_CHECKING, assert_type

from qualify.models import Decision, Evidence, Facts, Lead, Signal, Vocabulary

if TYPE_CHECKING:
    from datetime import datetime


def a_lead_grows_into_a_lead(lead: Lead, at: datetime) -> None:
    """Each verb gives a new lead."""
    assert_type(lead.learn(Evidence("budget", 12_000, at=at)), Lead)
    assert_type(lead.hear(Signal("visit", at=at)), Lead)
    assert_type(lead.ask("budget", at=at), Lead)
    assert_type(lead.evidence, tuple[Evidence, ...])


def facts_are_read_at_an_instant(lead: Lead, words: Vocabulary, at: datetime) -> None:
    """There is no reading of facts without an instant, and none with a date for one."""
    assert_type(lead.facts(at=at, vocabulary=words), Facts)
    lead.facts()  # type: ignore[call-arg]
    lead.facts(at="today")  # type: ignore[arg-type]


def a_value_is_frozen(lead: Lead, decision: Decision) -> None:
    """Nothing can be set."""
    lead.id = "other"  # type: ignore[misc]
    decision.reason = "because"  # type: ignore[misc]
