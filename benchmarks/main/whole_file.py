"""How long the main job takes for 100,000 rows, beside reading them with `csv.reader` alone.

The rows are real ones (448 opportunities, repeated) where the folder of real records is at hand
(QUALIFY_DATA), else made ones of the same width. Run it as `python benchmarks/main/whole_file.py`.
"""

from __future__ import annotations

import contextlib
import csv
import os
import platform
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from qualify import __main__ as command

ROOT = Path(__file__).resolve().parents[2]
MAPPING = ROOT / "docs" / "how-to" / "salvirt-mapping.json"
ROWS = 100_000
ROUNDS = 5
LIMIT = 20.0
NAMES = ("Product", "Seller", "Authority", "Comp_size", "Budgt_alloc", "Needs_def", "Status")
HEADER = ";".join([*NAMES, *(f"x{i}" for i in range(16))])
MADE = [
    f"Product {'ABCD'[i % 4]};Seller {i % 18};{('High', 'Mid', 'Low')[i % 3]};Big;"
    f"{('Yes', 'No', 'Unknown')[i % 7 % 3]};{('Yes', 'No', 'Poor')[i % 5 % 3]};{('Won', 'Lost')[i % 2]}"
    + ";No"
    * 16
    for i in range(448)
]


def lines() -> tuple[str, list[str], str]:
    """Give the header, some rows, and where they come from."""
    folder = Path(os.environ.get("QUALIFY_DATA", ROOT.parent / "shared" / "data"))
    file = folder / "b2b_salvirt.csv"
    if file.is_file():
        header, *rows = file.read_text(encoding="utf-8").splitlines()
        return header, rows, "real rows, repeated"
    return HEADER, MADE, "made rows, repeated"


def timed(work: object) -> float:
    """Give the seconds that one call takes."""
    began = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - began


def main() -> int:
    """Interleave both, and say the best of each, the ratio and how far it is from the limit."""
    header, rows, source = lines()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "leads.csv"
        body = (rows[i % len(rows)] for i in range(ROWS))
        path.write_text("\n".join([header, *body]) + "\n", encoding="utf-8")

        def read() -> None:
            with path.open(newline="", encoding="utf-8") as file:
                for _ in csv.reader(file, delimiter=";"):
                    pass

        def job() -> None:
            with open(os.devnull, "w", encoding="utf-8") as nothing, contextlib.redirect_stdout(nothing):  # noqa: PTH123 - a device
                if command.main([str(path), "--mapping", str(MAPPING)]):
                    sys.exit("the job failed")

        times = [(timed(read), timed(job)) for _ in range(ROUNDS)]
        size = path.stat().st_size / 1e6
    reading, whole = (min(column) for column in zip(*times, strict=True))
    versions = f"Python {platform.python_version()}, numpy {version('numpy')}"
    print(f"{ROWS:,} rows, {size:.1f} MB ({source}); {versions}")
    print(f"csv.reader  {reading:6.3f} s   1.0x")
    print(f"main job    {whole:6.3f} s  {whole / reading:4.1f}x   limit {LIMIT:g}x")
    return 0 if whole / reading < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
