"""What a replay of ten million events costs, beside the plain Python loop over the same columns.

Run it with `python benchmarks/stages/columns.py [MILLIONS] [ROUNDS]`. Events of a tenth as many subjects,
sorted by subject, in the order of their instants (subjects mixed), and of one subject alone.

Two loops are written: the general one, which keeps a dict of where each subject stands, as any order of
subjects needs, and the shortest, which takes the rows for sorted. Both do less than the replay: they are
given lists that are ready, and give a list; they check no column, look at no instant, and leave the final
states of subjects in their dict. The replay is given arrays, checks them, orders them by subject and instant,
and gives states in the order of the file, subjects and final states. One thread, no caches between rounds.
"""

from __future__ import annotations

import sys
import tracemalloc
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from time import process_time

import numpy as np

from qualify.stages import SAAS, Chart, State, Transition

MONTH, WEEK = timedelta(days=30), timedelta(days=7)


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
    """Give a chart with deadlines, at most one in each configuration."""
    rows = (
        Transition(("new", "cold"), on="open", to="warm"),
        Transition("warm", on="open"),
        Transition("warm", after=MONTH, to="cold"),
        Transition("new", after=WEEK, to="cold"),
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


def general(table, ids, names):
    """Step rows in any order of subjects."""
    state, after = {}, []
    for who, what in zip(ids, names, strict=True):
        here = state[who] = table[state.get(who, 0), what]
        after.append(here)
    return after


def shortest(table, ids, names):
    """Step rows that are sorted by subject."""
    after, last, here = [], None, 0
    for who, what in zip(ids, names, strict=True):
        here = table[0 if who != last else here, what]
        last = who
        after.append(here)
    return after


def clocked(moves, deadlines, ids, names, ats):
    """Step rows through a chart with at most one deadline in a configuration, which each move restarts."""
    stands, after = {}, []
    for who, what, at in zip(ids, names, ats, strict=True):
        here, since = stands.get(who, (0, at))
        while (deadline := deadlines.get(here)) is not None and since + deadline[0] <= at:
            since += deadline[0]
            here = deadline[1]
        goal = moves.get((here, what))
        if goal is not None:
            here, since = goal, at
        stands[who] = here, since
        after.append(here)
    return after


def contest(name, limit, rounds, ours, *loops):
    """Let the replay and loops step the same rows, and print what they cost; give the replay's seconds."""
    states = ours().states
    if any(not np.array_equal(states, loop()) for loop in loops):
        raise SystemExit("the answers differ, so there is no contest")
    fast, *slow = least(rounds, lambda: ours().states, *loops)
    rates = ", ".join(f"{len(states) / seconds / 1e6:.1f}" for seconds in (fast, *slow))
    print(f"{name}\n  M events/s: replay, loop{', shortest loop' if slow[1:] else ''}: {rates}")
    told(
        f"replay / loop{f', at least {limit}' if limit else ''}",
        slow[0] / fast,
        limit and slow[0] / fast >= limit,
    )
    if slow[1:]:
        told("replay / shortest loop", slow[1] / fast)
    return fast


def readings(ours, fast, rounds):
    """Print what dwell and transition counts cost beside the replay."""

    def read():
        fresh = ours()
        start = process_time()
        _ = fresh.transitions, fresh.dwell
        return process_time() - start

    read = min(read() for _ in range(rounds))
    told("dwell and transition counts / replay, at most 2", read / fast, read <= 2 * fast)


def memory(ours, columns):
    """Print the peak of memory beside what came in."""
    tracemalloc.start()
    ours()
    peak = tracemalloc.get_traced_memory()[1] / sum(column.nbytes for column in columns)
    tracemalloc.stop()
    told("peak memory / input, the input included, at most 3", 1 + peak, peak <= 2)


def main(millions: float, rounds: int) -> None:
    """Print events a second and the ratios, with the limits that we set ourselves."""
    size = int(millions * 1e6)
    rng = np.random.default_rng(1)  # noqa: TID251 - the seed is the argument
    mixed = rng.integers(0, max(size // 10, 1), size).astype(np.int32)
    subject = np.sort(mixed)
    at = np.arange(size, dtype=np.int64) * 1_000_000
    versions = f"Python {sys.version.split()[0]}, numpy {version('numpy')}"
    print(f"{versions}; {size:,} events of {size // 10:,} subjects")
    for chart, limit in ((small(), 20), (SAAS, 8), (regions(), 8)):
        compiled = chart.compile()
        event = rng.integers(0, len(compiled.events), size).astype(np.uint8)
        states = range(len(compiled))
        table = {(state, name): compiled.next(state, name) for state in states for name in compiled.events}
        ids, names = subject.tolist(), [compiled.events[i] for i in event.tolist()]
        sorted_ = partial(compiled.replay, subject, event, at)
        loops = partial(general, table, ids, names), partial(shortest, table, ids, names)
        fast = contest(f"{chart.name}: {compiled!r}", limit, rounds, sorted_, *loops)
        readings(sorted_, fast, rounds)
        memory(sorted_, (subject, event, at))
        if chart is SAAS:
            continue
        one = np.zeros(size, np.int32)
        for words, who in (("subjects mixed", mixed), ("one subject", one)):
            ours = partial(compiled.replay, who, event, at)
            contest(f"{chart.name}, {words}", None, 1, ours, partial(general, table, who.tolist(), names))
            memory(ours, (who, event, at))
    chart = timed()
    compiled = chart.compile()
    new, warm, cold = (compiled.configurations.index((name,)) for name in ("new", "warm", "cold"))
    micros = timedelta(microseconds=1)
    deadlines = {new: (WEEK // micros, cold), warm: (MONTH // micros, cold)}
    moves = {(new, "open"): warm, (cold, "open"): warm}
    names = ["open"] * size
    event = np.zeros(size, np.uint8)
    for days in (0.1, 5):
        gaps = (rng.exponential(days, size) * 86_400_000_000).astype(np.int64)
        at = np.cumsum(gaps)
        at -= np.repeat(
            at[starts := np.flatnonzero(np.diff(subject, prepend=-1))], np.diff(starts, append=size)
        )
        ours = partial(compiled.replay, subject, event, at)
        loop = partial(clocked, moves, deadlines, subject.tolist(), names, at.tolist())
        fast = contest(f"{chart.name}: deadlines, {days} days between events", 8, rounds, ours, loop)
        readings(ours, fast, rounds)
        memory(ours, (subject, event, at))


if __name__ == "__main__":
    main(
        float(sys.argv[1]) if len(sys.argv) > 1 else 10,
        int(sys.argv[2]) if len(sys.argv) > 2 else 5,
    )
