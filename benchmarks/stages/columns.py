"""What a replay of ten million events costs, beside the plain Python loop over the same columns.

Run it with `python benchmarks/stages/columns.py [MILLIONS] [ROUNDS]`. Events of a tenth as many subjects,
sorted by subject. Two loops are written: the general one, which keeps a dict of where each subject stands,
as any order of subjects needs, and the shortest, which takes the rows for sorted.
"""

from __future__ import annotations

import sys
import tracemalloc
from datetime import timedelta
from importlib.metadata import version
from time import process_time

import numpy as np

from qualify.stages import SAAS, Chart, State, Transition


def small() -> Chart:
    """Give a chart of 11 states and 12 symbols, which one byte holds."""
    states = [State(f"s{i}") for i in range(11)]
    rows = [
        Transition(f"s{i}", on=f"e{k}", to=f"s{(i * 3 + k) % 11}")
        for i in range(11)
        for k in range(12)
        if (i + k) % 4
    ]
    return Chart("small", *states, transitions=rows)


def regions() -> Chart:
    """Give a chart of 66 configurations: regions of 11, 2 and 3 states."""
    parts, rows = [], []
    for name, size in (("a", 11), ("b", 2), ("c", 3)):
        parts.append(State(name, *(State(f"{name}{i}") for i in range(size))))
        rows += [
            Transition(f"{name}{i}", on=f"{name}_next", to=f"{name}{(i + 1) % size}") for i in range(size)
        ]
        rows += [Transition(f"{name}{i}", on="reset", to=f"{name}0") for i in range(size)]
    return Chart("regions", *parts, parallel=True, transitions=rows)


def timed() -> Chart:
    """Give a chart with deadlines."""
    month, week = timedelta(days=30), timedelta(days=7)
    rows = (
        Transition(("new", "cold"), on="open", to="warm"),
        Transition("warm", on="open"),
        Transition("warm", after=month, to="cold"),
        Transition("new", after=week, to="cold"),
    )
    return Chart("timed", State("new"), State("warm"), State("cold"), transitions=rows)


def least(rounds, *runs):
    """Give the least seconds of each run, all in turn."""
    found = [float("inf")] * len(runs)
    for _ in range(rounds):
        for i, run in enumerate(runs):
            start = process_time()
            run()
            found[i] = min(found[i], process_time() - start)
    return found


def told(words, ratio, good=None):
    """Print a ratio, and whether it is within the limit."""
    verdict = "" if good is None else "  yes" if good else "  NO"
    print(f"  {words:52} {ratio:6.2f}{verdict}")


def main(millions: float, rounds: int) -> None:
    """Print events a second and the ratios, with the limits that we set ourselves."""
    size = int(millions * 1e6)
    rng = np.random.default_rng(1)  # noqa: TID251 - the seed is the argument
    subject = np.sort(rng.integers(0, max(size // 10, 1), size)).astype(np.int32)
    at = np.arange(size, dtype=np.int64) * 1_000_000
    versions = f"Python {sys.version.split()[0]}, numpy {version('numpy')}"
    print(f"{versions}; {size:,} events of {size // 10:,} subjects")
    for chart, limit in ((small(), 20), (SAAS, 8), (regions(), 8)):
        compiled = chart.compile()
        event = rng.integers(0, len(compiled.events), size).astype(np.uint8)
        states = range(len(compiled))
        table = {(state, name): compiled.next(state, name) for state in states for name in compiled.events}
        ids, names = subject.tolist(), [compiled.events[i] for i in event.tolist()]

        def general(table=table, ids=ids, names=names):
            state, after = {}, []
            for who, what in zip(ids, names, strict=True):
                here = state[who] = table[state.get(who, 0), what]
                after.append(here)
            return after

        def shortest(table=table, ids=ids, names=names):
            after, last, here = [], None, 0
            for who, what in zip(ids, names, strict=True):
                here = table[0 if who != last else here, what]
                last = who
                after.append(here)
            return after

        def ours(compiled=compiled, event=event):
            return compiled.replay(subject, event, at)

        replay = ours()
        if not np.array_equal(replay.states, general()) or not np.array_equal(replay.states, shortest()):
            raise SystemExit("the answers differ, so there is no contest")

        def readings(compiled=compiled, event=event):
            fresh = compiled.replay(subject, event, at)
            start = process_time()
            _ = fresh.transitions, fresh.dwell
            return process_time() - start

        fast, slow, slower = least(rounds, ours, shortest, general)
        read = min(readings() for _ in range(rounds))
        tracemalloc.start()
        ours()
        peak = tracemalloc.get_traced_memory()[1] / (subject.nbytes + event.nbytes + at.nbytes)
        tracemalloc.stop()
        print(f"{chart.name}: {compiled!r}")
        rates = ", ".join(f"{size / seconds / 1e6:.1f}" for seconds in (fast, slower, slow))
        print(f"  M events/s: replay, loop, shortest loop: {rates}")
        told(f"replay / loop, at least {limit}", slower / fast, slower / fast >= limit)
        told("replay / shortest loop", slow / fast)
        told("dwell and transition counts / replay, at most 2", read / fast, read <= 2 * fast)
        told("peak memory / input, the input included, at most 3", 1 + peak, peak <= 2)
    size //= 10
    chart = timed()
    compiled = chart.compile()
    event = np.zeros(size, np.uint8)
    spread = at[:size] * 20_000
    (fast,) = least(rounds, lambda: compiled.replay(subject[:size], event, spread))
    print(f"{chart.name}: with deadlines, {size / fast / 1e6:.1f} M events/s")


if __name__ == "__main__":
    main(
        float(sys.argv[1]) if len(sys.argv) > 1 else 10,
        int(sys.argv[2]) if len(sys.argv) > 2 else 5,
    )
