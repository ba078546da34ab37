"""The coverage tables of the docs are what comes out; behind the markers `slow` and `long`."""

from __future__ import annotations

from pathlib import Path

import pytest

from reference import metrics_coverage as coverage

pytestmark = [pytest.mark.slow, pytest.mark.long]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "intervals.md"


def table(*heads, read=float):
    """The rows of the table whose head begins so."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {' | '.join(heads)} "))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            return rows
        rows.append([read(cell.strip()) for cell in line.strip("| ").split("|")])
    return rows


def test_nps():
    """Each interval of a score holds as printed; the default from ten answers on over 0.93."""
    rows = table("answers", "promoters", "detractors")
    assert [(n, p, d) for n, p, d, *_ in rows] == coverage.NPS_GRID
    for n, p, d, *printed in rows:
        found = [coverage.nps_coverage(int(n), p, d, m) for m in ("wald", "adjusted_wald", "score")]
        assert printed == pytest.approx(found, abs=0.0006)
    assert min(row[-1] for row in rows if row[0] >= 10) >= 0.93


def test_nps_least():
    """The least coverage of a score over all hundredths is as printed, and near the ends it is under 0.84."""
    for n, *printed, under in table("answers", "least"):
        *found, pairs = coverage.nps_least(int(n))
        assert printed == pytest.approx(found, abs=0.0006)
        assert under == pairs
    for n in (10, 50, 200):
        near = [(1 - x / (1_000 * n), 0.0) for x in range(100, 400)]
        assert 0.83 <= min(coverage.nps_coverages(n, near, "score")) < 0.84
    assert coverage.nps_coverage(10, 0.9822, 0.0, "score") == pytest.approx(0.836, abs=0.0006)


@pytest.mark.parametrize(
    ("n", "promoters", "detractors"),
    [(10, 0.5, 0.2), (10, 0.9, 0.02), (20, 0.9, 0.02), (50, 0.9, 0.02), (200, 0.5, 0.2)],
)
def test_nps_default(n, promoters, detractors):
    """At the shares by which it was chosen, the default holds at least 0.93."""
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


def test_pairs():
    """Paired differences of scores hold as printed; by default over 0.93, also of few who never change."""
    rows = table("people", "stay")
    assert [(n, same) for n, same, *_ in rows] == coverage.PAIRS_GRID
    for n, same, *printed in rows:
        assert printed == pytest.approx(coverage.paired_coverage(int(n), same), abs=0.004)
        assert printed[0] >= 0.93


def test_sequences():
    """A score's sequence misses in at most one run in twenty; an interval looked at again in over a third."""
    for p, d, *printed in table("promoters", "detractors", "sequence"):
        found = coverage.sequence_misses(p, d)
        assert printed == pytest.approx(found, abs=0.004)
        assert printed[0] <= 0.05
        assert printed[1] >= 0.33


def test_sequences_of_means():
    """The sequence of a mean misses as often as printed: on a scale rarely, with heavy tails often."""
    rows = {name: float(misses) for name, misses in table("answers", "misses", read=str)}
    assert rows.keys() == coverage.MEANS.keys()
    for name, printed in rows.items():
        assert printed == pytest.approx(coverage.mean_misses(name), abs=0.004)
    assert rows["the same, `scale=CSAT`"] <= 0.05 < rows["lognormal, sigma 1"]
