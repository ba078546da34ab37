"""What an import costs in a fresh interpreter, as a multiple of `import attrs`.

Run it with `python benchmarks/imports.py [ROUNDS]`. Each round starts one interpreter for each line, one
after the other, so that a busy moment hits all; the least time of each line counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version

BASE = "import attrs"
LIMITS = {"from qualify import Playbook": 3.0, "import qualify.stages": 2.0}
BESIDE = (
    "import qualify",
    "import qualify.criteria",
    "import qualify.metrics",
    "import numpy",
    "import cattrs",
)
CLOCK = """
from time import perf_counter_ns as now
start = now()
{line}
print(now() - start)
"""


# An installed package has its bytecode, so the first round may write what is missing.
ENVIRONMENT = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def cost(line: str) -> int:
    """Give the nanoseconds that one line takes in an interpreter of its own."""
    command = [sys.executable, "-c", CLOCK.format(line=line)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRONMENT)  # noqa: S603 - our own
    return int(done.stdout)


def main(rounds: int) -> None:
    """Print a table of ratios, with the limits that we set ourselves."""
    lines = (BASE, *LIMITS, *BESIDE)
    least = dict.fromkeys(lines, sys.maxsize)
    for _ in range(rounds + 1):
        for line in lines:
            least[line] = min(least[line], cost(line))
    versions = ", ".join(f"{name} {version(name)}" for name in ("attrs", "cattrs", "numpy"))
    print(f"Python {sys.version.split()[0]}, {versions}; {rounds} rounds")
    print(f"{BASE}: {least[BASE] / 1e6:.1f} ms = 1")
    for line in lines[1:]:
        ratio = least[line] / least[BASE]
        limit = LIMITS.get(line)
        verdict = "" if limit is None else f"  limit {limit:g}: {'within' if ratio <= limit else 'EXCEEDED'}"
        print(f"{line:32} {ratio:5.2f}{verdict}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
