"""The door for users' tests: strategies for every value, contracts for what a host writes, laws and faults.

What belongs here: what helps a host to test its own charts, criteria, playbooks and stores. What does
not: anything that runs in production.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from qualify.errors import MissingExtra

if TYPE_CHECKING:
    from qualify.testing._arrays import counts, estimates, survey_arrays
    from qualify.testing._charts import broken_charts, charts, events, journeys
    from qualify.testing._criteria import atoms, check_criterion, criteria, economics, playbooks, tables
    from qualify.testing._determinism import VARIANTS, assert_deterministic
    from qualify.testing._faults import CATALOGUE, Case
    from qualify.testing._json import broken_json_of, json_of, mutated
    from qualify.testing._laws import LAWS, Law
    from qualify.testing._machine import JourneyMachine
    from qualify.testing._playbooks import check_playbook
    from qualify.testing._replays import ReplayDifference, replay_diff
    from qualify.testing._stores import MemoryStore, Store, check_store
    from qualify.testing._types import register_types, strategy_of
    from qualify.testing._values import (
        accounts,
        asked,
        decimals,
        decisions,
        durations,
        evidence,
        facts,
        instants,
        leads,
        names,
        offers,
        outcomes,
        persons,
        plain_values,
        questions,
        rating_scales,
        reasons,
        reps,
        retractions,
        signals,
        subscriptions,
        survey_responses,
        texts,
        topics,
        truths,
        vocabularies,
    )

# Nothing is imported before it is used: hypothesis calls our entry point while it is itself being imported.
_HOMES: Final = {
    "_arrays": ("counts", "estimates", "survey_arrays"),
    "_charts": ("broken_charts", "charts", "events", "journeys"),
    "_criteria": ("atoms", "check_criterion", "criteria", "economics", "playbooks", "tables"),
    "_determinism": ("VARIANTS", "assert_deterministic"),
    "_faults": ("CATALOGUE", "Case"),
    "_json": ("broken_json_of", "json_of", "mutated"),
    "_laws": ("LAWS", "Law"),
    "_machine": ("JourneyMachine",),
    "_playbooks": ("check_playbook",),
    "_replays": ("ReplayDifference", "replay_diff"),
    "_stores": ("MemoryStore", "Store", "check_store"),
    "_types": ("register_types", "strategy_of"),
    "_values": (
        "accounts",
        "asked",
        "decimals",
        "decisions",
        "durations",
        "evidence",
        "facts",
        "instants",
        "leads",
        "names",
        "offers",
        "outcomes",
        "persons",
        "plain_values",
        "questions",
        "rating_scales",
        "reasons",
        "reps",
        "retractions",
        "signals",
        "subscriptions",
        "survey_responses",
        "texts",
        "topics",
        "truths",
        "vocabularies",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "CATALOGUE",
    "LAWS",
    "VARIANTS",
    "Case",
    "JourneyMachine",
    "Law",
    "MemoryStore",
    "ReplayDifference",
    "Store",
    "accounts",
    "asked",
    "assert_deterministic",
    "atoms",
    "broken_charts",
    "broken_json_of",
    "charts",
    "check_criterion",
    "check_playbook",
    "check_store",
    "counts",
    "criteria",
    "decimals",
    "decisions",
    "durations",
    "economics",
    "estimates",
    "events",
    "evidence",
    "facts",
    "instants",
    "journeys",
    "json_of",
    "leads",
    "mutated",
    "names",
    "offers",
    "outcomes",
    "persons",
    "plain_values",
    "playbooks",
    "questions",
    "rating_scales",
    "reasons",
    "register_types",
    "replay_diff",
    "reps",
    "retractions",
    "signals",
    "strategy_of",
    "subscriptions",
    "survey_arrays",
    "survey_responses",
    "tables",
    "texts",
    "topics",
    "truths",
    "vocabularies",
]


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value = getattr(import_module(f"{__name__}.{home}"), name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "hypothesis":
            raise
        raise MissingExtra("testing", "hypothesis", f"qualify.testing.{name}") from None
    globals()[name] = value
    return value
