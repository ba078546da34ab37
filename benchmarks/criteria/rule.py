"""The 16-atom rule over 15 fields that every benchmark here judges, as criterion and by hand."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import numpy as np

from qualify.criteria import Criterion, all_of, any_of, at_least, topic

NOW = datetime(2026, 5, 3, tzinfo=timezone.utc)  # noqa: UP017 - as the library writes it
MISSING = 0.3
NUMBERS = ("fit", "team_size", "budget", "seats", "visits", "age_days")
TRUTHS = ("decides", "champion", "trial", "churned", "competitor")
WORDS = {
    "timing": ("this month", "this quarter", "later", "not now"),
    "industry": ("health", "banking", "retail", "public", "other"),
    "source": ("form", "event", "referral", "outbound"),
    "region": ("eu", "us", "apac", "latam"),
}


def rule() -> Criterion:
    """Give the rule: a gate, a quorum and two ways in."""
    return all_of(
        any_of(
            all_of(topic("fit") >= 3, topic("team_size").between(5, 500)),
            topic("champion").is_true(),
            topic("source") == "referral",
        ),
        at_least(
            2,
            topic("budget") >= 5_000,
            topic("decides").is_true(),
            topic("timing").one_of("this month", "this quarter"),
            topic("trial").is_true(),
        ),
        ~any_of(
            topic("churned").is_true(),
            all_of(topic("competitor").is_true(), topic("seats") < 10),
            topic("industry") == "public",
        ),
        any_of(topic("visits") > 2, topic("age_days") <= 90, topic("region") != "latam", topic("fit") >= 4),
    )


def by_hand(d: dict[str, Any]) -> bool:
    """Judge one lead in two values, as one would write it without a library: nothing is unknown."""
    return (
        ((d["fit"] >= 3 and 5 <= d["team_size"] <= 500) or d["champion"] or d["source"] == "referral")
        and (
            (d["budget"] >= 5_000)
            + d["decides"]
            + (d["timing"] in ("this month", "this quarter"))
            + d["trial"]
            >= 2
        )
        and not (d["churned"] or (d["competitor"] and d["seats"] < 10) or d["industry"] == "public")
        and (d["visits"] > 2 or d["age_days"] <= 90 or d["region"] != "latam" or d["fit"] >= 4)
    )


def columns(rows: int, rng: np.random.Generator, missing: float = MISSING) -> dict[str, Any]:
    """Give raw columns: floats with NaN, masked bools, and codes with names for words (-1 missing)."""
    made: dict[str, Any] = {}
    tops = {"fit": 6, "team_size": 800, "budget": 20_000, "seats": 50, "visits": 8, "age_days": 365}
    for name in NUMBERS:
        values = rng.integers(0, tops[name], rows).astype(np.float64)
        values[rng.random(rows) < missing] = np.nan
        made[name] = values
    for name in TRUTHS:
        values = rng.random(rows) < (0.2 if name in {"churned", "competitor"} else 0.5)
        made[name] = np.ma.MaskedArray(values, rng.random(rows) < missing)
    for name, words in WORDS.items():
        codes = rng.integers(0, len(words), rows).astype(np.int8)
        codes[rng.random(rows) < missing] = -1
        made[name] = codes
    return made


def leads(raw: dict[str, Any], rows: int) -> list[dict[str, Any]]:
    """Give the first rows as dicts without the missing fields."""
    made = []
    for i in range(rows):
        lead: dict[str, Any] = {}
        for name in NUMBERS:
            if raw[name][i] == raw[name][i]:
                lead[name] = int(raw[name][i])
        for name in TRUTHS:
            if not raw[name].mask[i]:
                lead[name] = bool(raw[name].data[i])
        for name, words in WORDS.items():
            if raw[name][i] >= 0:
                lead[name] = words[raw[name][i]]
        made.append(lead)
    return made
