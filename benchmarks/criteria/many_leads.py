"""Ten million leads: the 16-atom rule on columns, beside polars' three-valued expression.

Run it from the project's root: `python benchmarks/criteria/many_leads.py [leads]`. Interleaved in one
process; polars uses all its threads, ours is timed with one and with two.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

import numpy as np
import polars as pl
from one_lead import interleaved
from rule import NUMBERS, TRUTHS, WORDS, columns, rule

from qualify.criteria import Columns

LEADS = 10_000_000


def tables(leads: int) -> tuple[pl.DataFrame, Columns, Callable[[], Columns]]:
    """Give the same leads to polars and to us; ours reads numpy, masks and polars' own categories."""
    rng = np.random.default_rng(7)  # noqa: TID251 - a fixed seed
    raw = columns(leads, rng)
    frame: dict[str, Any] = {
        name: pl.Series(raw[name], nan_to_null=True, dtype=pl.Float32) for name in NUMBERS
    }
    given: dict[str, Any] = {name: raw[name] for name in NUMBERS}
    for name in TRUTHS:
        mask = pl.Series(raw[name].mask)
        frame[name] = pl.Series(raw[name].data).to_frame("v").select(pl.when(~mask).then(pl.col("v")))["v"]
        given[name] = raw[name]
    for name, words in WORDS.items():
        codes = pl.Series(raw[name]).cast(pl.Int64)
        lookup = pl.DataFrame(
            {"c": list(range(len(words))), "w": pl.Series(words, dtype=pl.Enum(list(words)))}
        )
        held = pl.DataFrame({"c": codes}).join(lookup, on="c", how="left", maintain_order="left")["w"]
        frame[name] = given[name] = held
    made = Columns.of(given)
    return pl.DataFrame(frame), made.encode(), lambda: Columns.of(given).encode()


def expression() -> pl.Expr:
    """Give the rule in polars' Kleene logic; a quorum as sums of lower and upper bounds."""
    c = pl.col
    quorum = [
        c("budget") >= 5_000,
        c("decides"),
        c("timing").is_in(["this month", "this quarter"]),
        c("trial"),
    ]
    low = sum(part.fill_null(value=False).cast(pl.Int8) for part in quorum)
    high = sum(part.fill_null(value=True).cast(pl.Int8) for part in quorum)
    two = pl.when(low >= 2).then(True).when(high < 2).then(False)  # noqa: FBT003 - the truths
    first = (
        ((c("fit") >= 3) & (c("team_size") >= 5) & (c("team_size") <= 500))
        | c("champion")
        | (c("source") == "referral")
    )
    against = c("churned") | (c("competitor") & (c("seats") < 10)) | (c("industry") == "public")
    last = (c("visits") > 2) | (c("age_days") <= 90) | (c("region") != "latam") | (c("fit") >= 4)
    return first & two & ~against & last


def arrays(made: Columns, name: str) -> list[Any]:
    """Give the arrays behind a topic: its values, and where they are known."""
    held = made.encoded(name)
    return [held.values] if held.form == "truth" else [held.values, held.present]


def read_once(made: Columns) -> int:
    """Read every encoded byte once, at the speed of the memory."""
    total = 0
    for name in made.topics:
        for held in arrays(made, name):
            words = held.view(np.uint8)[: held.nbytes // 8 * 8].view(np.uint64)
            total += int(np.bitwise_xor.reduce(words))
    return total


def main() -> None:
    """Print the table."""
    leads = int(sys.argv[1]) if len(sys.argv) > 1 else LEADS
    frame, made, encode = tables(leads)
    judged, asked = rule(), expression()
    ours = judged.truths(made)
    theirs = frame.select(asked.alias("t"))["t"]
    counts = [int((theirs == value).sum()) for value in (True, False)]
    if counts != [int((ours > 0).sum()), int((ours < 0).sum())]:
        raise SystemExit(f"polars and the criterion disagree: {counts}")
    with ThreadPoolExecutor(2) as pool:
        times = interleaved(
            {
                "read every byte once": lambda: read_once(made),
                "truths, one thread": lambda: judged.truths(made),
                "truths, two threads": lambda: judged.truths(made, map=pool.map),
                f"polars, {pl.thread_pool_size()} threads": lambda: frame.select(asked.alias("t")),
            },
            rounds=9,
        )
        times |= interleaved({"encode all columns": encode}, rounds=4)
    size = sum(held.nbytes for name in made.topics for held in arrays(made, name))
    versions = f"numpy {np.__version__}, polars {version('polars')}"
    print(f"Python {sys.version.split()[0]}, {versions}, {platform.machine()}, {os.cpu_count()} cores")
    print(f"{leads:,} leads, 16 atoms, 15 fields, 30 % missing, {size / leads:.0f} bytes a lead\n")
    plan, read = times["truths, one thread"], times["read every byte once"]
    for name, seconds in times.items():
        against = f"{seconds / plan:6.2f} x truths  {seconds / read:6.2f} x read"
        print(f"{name:28} {seconds / leads * 1e9:8.2f} ns a lead  {against}")
    polars = times[f"polars, {pl.thread_pool_size()} threads"]
    print(f"\npolars / truths              {polars / plan:6.2f}   limit 1.5")
    print(f"truths / read once           {plan / read:6.2f}   limit 4")
    print(f"encode / truths              {times['encode all columns'] / plan:6.2f}   limit 10")


if __name__ == "__main__":
    main()
