"""The coverage table of the curves is what comes out; behind the markers `slow` and `long`."""

from __future__ import annotations

from pathlib import Path

import pytest

from reference import curves_coverage as coverage

pytestmark = [pytest.mark.slow, pytest.mark.long]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "curves.md"


def rows():
    """The rows of the table, by number of rows."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("| rows | retained"))
    cells = [line.strip("| ").split("|") for line in lines[start + 2 : start + 6]]
    return {int(row[0]): [float(cell) for cell in row[1:] if cell.strip()] for row in cells}


@pytest.mark.parametrize("n", coverage.SIZES)
def test_limits_hold_as_printed(n):
    """Each cell is what the draws give, and none is under 0.93."""
    found = [coverage.retained(n, 0.9), coverage.retained(n, 0.5), coverage.won(n, 0.1), coverage.won(n, 0.3)]
    if n >= 50:
        found.append(coverage.projected(n))
    assert rows()[n] == pytest.approx(found, abs=0.0006)
    assert min(found) >= 0.93
