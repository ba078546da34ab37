"""What every test shares: the package under test, where real records lie, how hard hypothesis works."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import qualify

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("QUALIFY_DATA", ROOT.parent / "shared" / "data"))

# Two shared cores make a deadline a coin toss, and a large value is no fault of the strategy.
_QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile("dev", max_examples=50, deadline=None, suppress_health_check=_QUIET)
settings.register_profile(
    "ci", max_examples=50, deadline=None, derandomize=True, database=None, suppress_health_check=_QUIET
)
settings.register_profile(
    "thorough", max_examples=1_000, deadline=None, print_blob=True, suppress_health_check=_QUIET
)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "ci")
settings.load_profile(PROFILE)


def pytest_report_header() -> str:
    """Say what is tested, so that nobody takes one tree for another."""
    package = Path(qualify.__file__).parent
    records = DATA if DATA.is_dir() else "absent, tests of them are skipped"
    return f"qualify: {package}\nreal records: {records}\nhypothesis: {PROFILE}"


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real records, which the project does not ship; tests that need it are skipped without."""
    if not DATA.is_dir():
        pytest.skip("the real records are not here; QUALIFY_DATA names the folder that holds them")
    return DATA
