"""The coverage tables of the docs are what comes out; behind the markers `slow` and `long`."""

from __future__ import annotations

from pathlib import Path

import pytest

from reference import metrics_coverage as coverage

pytestmark = [pytest.mark.slow, pytest.mark.long]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "intervals.md"


def table(*heads):
    """The rows of the table whose head begins so."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {' | '.join(heads)} "))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            return rows
        rows.append([float(cell) for cell in line.strip("| ").split("|")])
    return rows


def test_nps():
    """Each interval of a score holds as printed; the default from ten answers on over 0.93."""
    rows = table("answers", "promoters", "detractors")
    assert [(n, p, d) for n, p, d, *_ in rows] == coverage.NPS_GRID
    for n, p, d, *printed in rows:
        found = [coverage.nps_coverage(int(n), p, d, m) for m in ("wald", "adjusted_wald", "score")]
        assert printed == pytest.approx(found, abs=0.0006)
    assert min(row[-1] for row in rows if row[0] >= 10) >= 0.93


@pytest.mark.parametrize(
    ("n", "promoters", "detractors"),
    [(10, 0.5, 0.2), (10, 0.9, 0.02), (20, 0.9, 0.02), (50, 0.9, 0.02), (200, 0.5, 0.2)],
)
def test_nps_default(n, promoters, detractors):
    """On the grid that chose it, the default never holds less than 0.93."""
    assert coverage.nps_coverage(n, promoters, detractors, "score") >= 0.93


def test_shares():
    """Mean and least coverage of a share are as printed; Wilson's mean is at least 0.94."""
    pytest.importorskip("scipy")
    rows = table("n", "wilson")
    assert [int(row[0]) for row in rows] == list(coverage.WILSON_GRID)
    for n, *printed in rows:
        found = [
            x for m in ("wilson", "exact", "jeffreys", "wald") for x in coverage.share_coverage(int(n), m)
        ]
        assert printed == pytest.approx(found, abs=0.0006)
        assert printed[0] >= 0.94


def test_lift():
    """The mapped intervals hold as printed, and the naive one is far too wide."""
    for n, share, q, u, *printed in table("leads", "s"):
        found = coverage.lift_coverage(int(n), share, q, u)
        assert printed == pytest.approx(found, abs=0.004)
        assert min(printed[:2]) >= 0.94


def test_sequences():
    """A sequence misses in at most one run in twenty; an interval looked at again in more than a third."""
    for p, d, *printed in table("promoters", "detractors", "sequence"):
        found = coverage.sequence_misses(p, d)
        assert printed == pytest.approx(found, abs=0.004)
        assert printed[0] <= 0.05
        assert printed[1] >= 0.33
