"""One turn of the wheel, as a multiple of creating a frozen attrs value of two fields.

Run it by hand: `.venv/bin/python benchmarks/decisions/turn.py`. The turn judges two criteria, decides,
steps, records and says when to look again; its text is made only when somebody reads it.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta

import attrs

from qualify.models import Evidence, Lead
from qualify.playbooks import saas
from qualify.stages import Journey

ROUNDS, LIMIT = 40, 250
MONDAY = datetime(2026, 5, 4, 9, tzinfo=UTC)


@attrs.frozen
class Pair:
    """Two fields, for comparison."""

    one: int
    two: str


def main() -> None:
    """Print the ratio."""
    playbook = saas()
    known = {"person": "p-1", "need": "one inbox", "team_size": 12, "fit": 4, "timing": "this month"}
    full = Lead("ana", evidence=[Evidence(k, v, at=MONDAY) for k, v in known.items()])
    half = Lead("ana", evidence=[Evidence(k, v, at=MONDAY) for k, v in list(known.items())[:2]])
    journey = Journey.start(playbook.chart, "ana", at=MONDAY)
    at = MONDAY + timedelta(hours=1)
    turned = playbook.turn(journey, full, at=at).journey
    runs = {
        "a frozen attrs value of two fields": lambda: Pair(1, "two"),
        "a turn that sells and records": lambda: playbook.turn(journey, full, at=at),
        "a turn that asks and records": lambda: playbook.turn(journey, half, at=at),
        "a turn that says the same again": lambda: playbook.turn(turned, full, at=at + timedelta(hours=1)),
    }
    best = dict.fromkeys(runs, float("inf"))
    # As many times as take some ten milliseconds, so that a busy moment hits all alike.
    times = dict.fromkeys(runs, 150) | {next(iter(runs)): 40_000}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            began = time.perf_counter()
            for _ in range(times[name]):
                run()
            best[name] = min(best[name], (time.perf_counter() - began) / times[name])
    base = next(iter(best.values()))
    print(f"Python {sys.version.split()[0]}, attrs {attrs.__version__}, limit {LIMIT} x")
    for name, seconds in best.items():
        print(f"{name:38} {seconds * 1e6:8.2f} us {seconds / base:7.0f} x")


if __name__ == "__main__":
    main()
