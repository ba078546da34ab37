"""Judge, decide and allocate a million leads, as a multiple of sorting a million floats; and its memory.

Run it by hand: `.venv/bin/python benchmarks/decisions/plan.py`. Contestants take turns; the least time of
each counts. The leads are made up.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from datetime import UTC, datetime

import numpy as np

from qualify.cohort import Cohort
from qualify.decisions import Capacity, Chances, Economics
from qualify.playbooks import saas

LEADS = 1_000_000
OWNERS = 1_000
ROUNDS = 7
LIMIT, MEMORY = 10, 200
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
RNG = np.random.Generator(np.random.PCG64(2026))
PLAYBOOK = saas().replace(
    version="2",
    economics=Economics(monthly_margin=100, monthly_churn=0.05, rejection_cost=20, currency="EUR"),
    win=Chances("meaningful", "timely", [[0.3, 0.2, 0.1], [0.1, 0.05, 0.03], [0.02] * 3]),
)


def _numbers(values: list[float], missing: float) -> np.ndarray:
    column = np.array(values, float)[RNG.integers(0, len(values), LEADS)]
    column[RNG.random(LEADS) < missing] = np.nan
    return column


def _words(values: list[str | None]) -> np.ndarray:
    return np.array(values, object)[RNG.integers(0, len(values), LEADS)]


def leads(**roles: np.ndarray) -> Cohort:
    """Give a million leads on whom 20 to 40 per cent of each topic is unknown."""
    topics = {
        "person": _numbers([1], 0.2),
        "need": _numbers([1], 0.3),
        "team_size": _numbers([1, 5, 20], 0.3),
        "fit": _numbers([1, 3, 5], 0.4),
        "timing": _words(["this month", "this quarter", "not now", None]),
    }
    ids = np.array([f"lead-{i}" for i in RNG.permutation(LEADS)], object)
    return Cohort(ids, at=NOON, vocabulary=PLAYBOOK.vocabulary, topics=topics, **roles)


def main() -> None:
    """Print the ratios."""
    floats = RNG.random(LEADS)
    win, hours = RNG.random(LEADS), RNG.integers(1, 17, LEADS) / 4
    team = leads()
    began = time.perf_counter()
    team.columns.encode()
    encoding = time.perf_counter() - began
    desks = leads(
        owner=_words([f"rep-{i}" for i in range(OWNERS)]),
        state=_words(["engaged", "nurturing", "discovery", "disqualified", "healthy"]),
    )
    desks.columns.encode()
    runs = {
        "numpy.argsort": lambda: np.argsort(floats),
        "decisions": lambda: PLAYBOOK.decisions(team),
        "plan, chances by cell (all tied)": lambda: PLAYBOOK.plan(team, Capacity(4_000), by=None),
        "plan, a probability for each": lambda: PLAYBOOK.plan(
            team, Capacity(4_000), by=None, win=win, hours=hours
        ),
        "plan, hours for half of those who gain": lambda: PLAYBOOK.plan(
            team, Capacity(60_000), by=None, win=win, hours=hours
        ),
        f"plan by {OWNERS:,} owners, with states": lambda: PLAYBOOK.plan(
            desks, Capacity(6), win=win, hours=hours
        ),
    }
    best = dict.fromkeys(runs, np.inf)
    for _ in range(ROUNDS):
        for name, run in runs.items():
            began = time.perf_counter()
            run()
            best[name] = min(best[name], time.perf_counter() - began)
    print(f"Python {sys.version.split()[0]}, numpy {np.__version__}, {LEADS:,} leads, least of {ROUNDS}")
    base = best["numpy.argsort"]
    for name, seconds in best.items():
        print(f"{name:42} {seconds * 1e3:8.1f} ms {seconds / base:6.1f} x")
    print(f"reading the columns, once: {encoding * 1e3:.0f} ms, {encoding / base:.1f} x")
    print(f"limit: {LIMIT} x for a plan on columns that are read")
    tracemalloc.start()
    PLAYBOOK.plan(team, Capacity(4_000), by=None, win=win, hours=hours)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"memory at the peak: {peak / LEADS:.0f} bytes a lead, limit {MEMORY}")
    plan = PLAYBOOK.plan(team, Capacity(4_000), by=None, win=win, hours=hours)
    print(repr(plan))


if __name__ == "__main__":
    main()
