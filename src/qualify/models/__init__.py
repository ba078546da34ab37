"""Nouns: frozen values of people, evidence, leads, offers and decisions, each consistent with itself.

What belongs here names a thing and checks itself; what judges, decides, counts or stores does not.
"""

from __future__ import annotations

from qualify.models._decisions import (
    DO_NOT_CONTACT,
    NOT_READY,
    POOR_FIT,
    REASONS,
    Action,
    Decision,
    Reason,
)
from qualify.models._evidence import Asked, Evidence, Retraction, Signal
from qualify.models._facts import Facts
from qualify.models._lead import Lead
from qualify.models._offers import Offer, Outcome, Subscription
from qualify.models._people import Account, Person, Rep
from qualify.models._surveys import SurveyResponse
from qualify.models._vocabulary import Question, Topic, Vocabulary

__all__ = [
    "DO_NOT_CONTACT",
    "NOT_READY",
    "POOR_FIT",
    "REASONS",
    "Account",
    "Action",
    "Asked",
    "Decision",
    "Evidence",
    "Facts",
    "Lead",
    "Offer",
    "Outcome",
    "Person",
    "Question",
    "Reason",
    "Rep",
    "Retraction",
    "Signal",
    "Subscription",
    "SurveyResponse",
    "Topic",
    "Vocabulary",
]


def __dir__() -> list[str]:
    return sorted(__all__)
