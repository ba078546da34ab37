"""The product-limit curve of a million durations beside scipy and lifelines, and kappa beside scikit-learn.

Run it with `python benchmarks/metrics/curves.py [ROUNDS] [ROWS]`. Contestants take turns, in another order
each round, so that a busy moment hits all and nobody always follows the one that empties the cache; each is
alone on its thread, and the least processor time of each counts, which is what the clock on the wall shows on
an idle machine. The limits are ours: 4 times scipy, 20 times lifelines, which always makes limits and is held
against ours with them; memory at most 1.2 times the input.
"""

from __future__ import annotations

import sys
import tracemalloc
import warnings
from collections.abc import Callable
from importlib.metadata import version
from time import process_time
from typing import Any

import numpy as np

from qualify.metrics import agreement, close_curve, retention_curve

warnings.filterwarnings("ignore")

LEFT = 0.6  # the share of rows that have left
Column = np.ndarray[Any, Any]
Contestant = Callable[..., object]


def ours(times: Column, left: Column) -> object:
    """The share that remains at each time."""
    return retention_curve(times, left).remaining_steps


def ours_with_limits(times: Column, left: Column) -> object:
    """The same with log-log limits."""
    return retention_curve(times, left).band()


def ours_two_causes(times: Column, outcomes: Column) -> object:
    """Won, lost and open at once, which neither peer offers without jitter."""
    return close_curve(times, outcomes).incidence_steps


def scipys(times: Column, left: Column) -> object:
    """scipy.stats.ecdf of right-censored data."""
    from scipy import stats

    return stats.ecdf(stats.CensoredData.right_censored(times, ~left)).sf.probabilities


def scipys_with_limits(times: Column, left: Column) -> object:
    """The same with log-log limits."""
    from scipy import stats

    return stats.ecdf(stats.CensoredData.right_censored(times, ~left)).sf.confidence_interval(
        method="log-log"
    )


def lifelines_(times: Column, left: Column) -> object:
    """lifelines.KaplanMeierFitter, which always makes limits."""
    from lifelines import KaplanMeierFitter

    return KaplanMeierFitter().fit(times, left).survival_function_


def ours_kappa(one: Column, two: Column) -> object:
    """The table of agreement, and kappa with its error."""
    return agreement(one, two).kappa


def sklearns(one: Column, two: Column) -> object:
    """sklearn.metrics.cohen_kappa_score, without an error."""
    from sklearn.metrics import cohen_kappa_score

    return cohen_kappa_score(one, two)


def race(rounds: int, contestants: tuple[Contestant, ...], *columns: Column) -> dict[Contestant, float]:
    """Give the least seconds of each contestant, taking turns."""
    least = dict.fromkeys(contestants, float("inf"))
    order, orders = [*contestants], np.random.Generator(np.random.PCG64(3))
    for turn in range(rounds + 1):
        orders.shuffle(order)
        for run in order:
            if run is lifelines_ and turn > max(2, rounds // 3):
                continue  # a slow one gets fewer turns
            start = process_time()
            run(*columns)
            if turn:  # the first turn warms up
                least[run] = min(least[run], process_time() - start)
    return least


def megabytes(run: Callable[[], object]) -> tuple[float, float]:
    """Give the memory that a result keeps, and the most that making it took, beside the input."""
    tracemalloc.start()
    result = run()
    kept, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return kept / 1e6, most / 1e6


def main(rounds: int = 9, rows: int = 1_000_000) -> None:
    """Print a table of ratios for each kind of durations."""
    rng = np.random.Generator(np.random.PCG64(1))
    names = ("numpy", "scipy", "lifelines", "scikit-learn")
    print(f"Python {sys.version.split()[0]}, {', '.join(f'{name} {version(name)}' for name in names)}")
    print(f"{rows:,} rows, {100 * LEFT:g} % of them left, {rounds} rounds in turns, least time\n")
    real = rng.exponential(400.0, rows)
    left = rng.random(rows) < LEFT
    kinds = {
        "whole days, int32": np.ceil(real).astype(np.int32),
        "whole days, float64": np.ceil(real),
        "no ties, float64": real,
    }
    outcomes = np.where(left, np.where(np.arange(rows) % 2, np.int8(1), np.int8(-1)), np.int8(0))
    print("| durations | ours, ms | scipy | with limits, ms | scipy | lifelines | two causes at once, ms |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    everyone = (ours, scipys, ours_with_limits, scipys_with_limits, lifelines_)
    for name, times in kinds.items():
        least = race(rounds, everyone, times, left)
        least |= race(rounds, (ours_two_causes,), times, outcomes)
        print(
            f"| {name} | {1e3 * least[ours]:.1f} | {least[scipys] / least[ours]:.1f} x "
            f"| {1e3 * least[ours_with_limits]:.1f} "
            f"| {least[scipys_with_limits] / least[ours_with_limits]:.1f} x "
            f"| {least[lifelines_] / least[ours_with_limits]:.0f} x, {least[lifelines_] / least[ours]:.0f} x "
            f"without | {1e3 * least[ours_two_causes]:.1f} |"
        )
    print(
        "\n| memory, MB | input | kept | at most | with the share at each time | with limits at each time |"
    )
    print("|---|--:|--:|--:|--:|--:|")
    for name, times in kinds.items():
        kept, most = megabytes(lambda: retention_curve(times, left))  # noqa: B023 - called at once
        steps, band = (megabytes(lambda: make(times, left))[1] for make in (ours, ours_with_limits))  # noqa: B023 - as above
        given = (times.nbytes + left.nbytes) / 1e6
        print(f"| {name} | {given:.1f} | {kept:.1f} | {most:.1f} | {steps:.1f} | {band:.1f} |")
    labels = rng.integers(-1, 2, (2, rows)).astype(np.int8)
    least = race(rounds, (ours_kappa, sklearns), *labels)
    ratio = least[sklearns] / least[ours_kappa]
    print(f"\nkappa of int8 labels: ours {1e3 * least[ours_kappa]:.1f} ms, scikit-learn {ratio:.0f} x")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
