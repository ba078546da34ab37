"""Counting answers and making intervals, beside polars, pandas, duckdb and statsmodels.

Run it with `python benchmarks/metrics/answers.py [ROUNDS] [ROWS] [processor]`. With the last word, processor
time is told instead of time on the wall, which on a busy machine tells of other work; the time of two threads
then adds up. Contestants take turns, in another order each round, so that a busy moment hits all and nobody
always follows the one that empties the cache; the least time of each counts. Scores are counted twice: from
the cache, where each contestant has just run, and from memory, where 100 MB were written before each. The
limits are ours. Peers get numbers of promoters and detractors only; we check every answer, count what is
missing, and make the interval as well.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from importlib.metadata import version
from time import perf_counter, process_time

import duckdb
import numpy as np
import pandas as pd
import polars as pl
from statsmodels.stats.proportion import proportion_confint

from qualify.metrics import nps, proportion
from qualify.metrics._intervals import wilson

PROMOTER, DETRACTOR = 9, 6
CLOCK = process_time if "processor" in sys.argv else perf_counter
OTHER = np.ones(12_500_000)  # 100 MB, more than the cache holds


def least(rounds: int, contestants: dict[str, Callable[[], object]], before: str = "") -> dict[str, float]:
    """Give the least time of each contestant in milliseconds; they take turns in any order.

    `before` says what happens before each: nothing, the contestant runs once ("itself"), or other memory is
    written ("other").
    """
    best = dict.fromkeys(contestants, float("inf"))
    order, turns = [*contestants], np.random.Generator(np.random.PCG64(3))
    for _ in range(rounds):
        turns.shuffle(order)
        for name in order:
            run = contestants[name]
            if before == "itself":
                run()
            elif before == "other":
                OTHER.fill(0)
            start = CLOCK()
            run()
            best[name] = min(best[name], CLOCK() - start)
    return {name: 1000 * time for name, time in best.items()}


def report(title: str, times: dict[str, float], limits: dict[str, str]) -> None:
    """Print times, ratios to ours, and our limits."""
    print(f"\n{title}")
    mine = times["qualify"]
    for name, time in times.items():
        limit = limits.get(name, "")
        print(f"  {name:<28} {time:10.2f} ms   {time / mine:8.2f} x ours   {limit}")


def one_score(scores: np.ndarray, rounds: int) -> None:
    """NPS of one column of int8."""
    column, series = pl.Series(scores), pd.Series(scores)
    table = column.to_frame("score")
    two = [
        (pl.col("score") >= PROMOTER).sum().alias("p"),
        (pl.col("score") <= DETRACTOR).sum().alias("d"),
        pl.len(),
    ]
    checked = [
        *two,
        pl.col("score").is_between(0, 10).all().alias("ok"),
        pl.col("score").null_count().alias("m"),
    ]
    contestants: dict[str, Callable[[], object]] = {
        "qualify": lambda: nps(scores),
        "polars, two counts": lambda: table.select(two),
        "polars, counts and checks": lambda: table.select(checked),
        "pandas, two counts": lambda: ((series >= PROMOTER).sum(), (series <= DETRACTOR).sum()),
        "pandas, counts and checks": lambda: (
            (series >= PROMOTER).sum(),
            (series <= DETRACTOR).sum(),
            series.between(0, 10).all(),
            series.isna().sum(),
        ),
        "pandas, value_counts": series.value_counts,
        "polars, value_counts": column.value_counts,
    }
    limits = {
        "polars, counts and checks": "limit: ours at most 1.5 times",
        "pandas, counts and checks": "limit: at least 8",
    }
    for before, where in (("itself", "the cache"), ("other", "memory")):
        times = least(rounds, contestants, before)
        report(f"NPS with interval, {len(scores):,} int8, from {where}", times, limits)


def many_scores(scores: np.ndarray, segments: np.ndarray, rounds: int) -> None:
    """NPS of ten thousand segments."""
    frame = pd.DataFrame({"segment": segments, "score": scores})
    table = pl.DataFrame({"segment": segments, "score": scores})
    base = duckdb.connect()
    base.register("answers", frame)
    alone = duckdb.connect(config={"threads": 1})
    alone.register("answers", frame)
    query = (
        "select segment, count(*), count(*) filter (score >= 9), count(*) filter (score <= 6) "
        "from answers group by segment"
    )
    checked = query.replace("count(*),", "count(*), count(score), bool_and(score between 0 and 10),", 1)

    def pandas_() -> pd.DataFrame:
        kinds = frame.assign(promoter=frame["score"] >= PROMOTER, detractor=frame["score"] <= DETRACTOR)
        return kinds.groupby("segment").agg({"promoter": "sum", "detractor": "sum", "score": "count"})

    score = pl.col("score")
    three = [(score >= PROMOTER).sum(), (score <= DETRACTOR).sum().alias("d"), pl.len()]

    times = least(
        rounds,
        {
            "qualify": lambda: nps(scores, by=segments),
            "pandas, groupby": pandas_,
            "duckdb, group by": lambda: base.execute(query).fetchnumpy(),
            "duckdb, counts and checks": lambda: base.execute(checked).fetchnumpy(),
            "duckdb, one thread": lambda: alone.execute(query).fetchnumpy(),
            "duckdb, checks, one thread": lambda: alone.execute(checked).fetchnumpy(),
            "polars, group_by": lambda: table.group_by("segment").agg(three),
        },
    )
    limit = "limit: at least 5"
    report(
        f"NPS with interval of {len(np.unique(segments)):,} segments, {len(scores):,} rows",
        times,
        dict.fromkeys(("pandas, groupby", "duckdb, counts and checks", "duckdb, checks, one thread"), limit),
    )


def many_shares(rounds: int, groups: int = 1_000_000) -> None:
    """Wilson's limits of a million groups."""
    rng = np.random.Generator(np.random.PCG64(2))
    n = rng.integers(1, 3000, groups)
    k = (n * rng.random(groups)).astype(np.int64)
    successes, trials = k.astype(np.float64), n.astype(np.float64)
    counts = proportion(k, of=n).counts
    times = least(
        rounds,
        {
            "qualify": lambda: proportion(k, of=n),
            "qualify, of Counts": lambda: proportion(counts),
            "qualify, the limits alone": lambda: wilson(successes, trials, 0.95),
            "statsmodels, wilson": lambda: proportion_confint(k, n, method="wilson"),
        },
    )
    report(f"Wilson of {groups:,} groups", times, {"statsmodels, wilson": "limit: at least 2"})


def memory(scores: np.ndarray, segments: np.ndarray) -> None:
    """The most memory that a call takes beside its input."""
    print("\nmemory beside the input, as a share of it (limit 1.2 with the input, so 0.2)")
    for name, run, size in (
        ("one score", lambda: nps(scores), scores.nbytes),
        ("segments", lambda: nps(scores, by=segments), scores.nbytes + segments.nbytes),
    ):
        run()
        tracemalloc.start()
        run()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"  {name:<28} {peak / size:10.3f}")


def main() -> None:
    """Run all of them."""
    given = [int(word) for word in sys.argv[1:] if word.isdigit()]
    rounds, rows = [*given, *(7, 10_000_000)[len(given) :]]
    names = ("numpy", "polars", "pandas", "duckdb", "statsmodels")
    print(f"Python {sys.version.split()[0]}, " + ", ".join(f"{name} {version(name)}" for name in names))
    rng = np.random.Generator(np.random.PCG64(1))
    scores = rng.integers(0, 11, rows).astype(np.int8)
    segments = rng.integers(0, 10_000, rows).astype(np.int32)
    one_score(scores, 3 * rounds)
    many_scores(scores, segments, rounds)
    many_shares(3 * rounds)
    memory(scores, segments)


if __name__ == "__main__":
    main()
