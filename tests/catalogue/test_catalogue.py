"""Every fault of the catalogue is proved to end as it should, or the design made it impossible."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from qualify.testing import CATALOGUE
from reference.catalogue import PROOFS

HERE = Path(__file__).resolve().parent
for _path in sorted(HERE.glob("[a-z]*.py")):
    if not _path.name.startswith("test_"):
        _spec = importlib.util.spec_from_file_location(f"catalogue_{_path.stem}", _path)
        assert _spec is not None
        assert _spec.loader is not None
        _spec.loader.exec_module(importlib.util.module_from_spec(_spec))

# What cannot happen here, and why.
IMPOSSIBLE = {
    "P16": "there is no registry of plug-ins: a playbook holds each criterion under one name, `using=` refuses twins",
    "P18": "there is no loader: the host imports what it uses",
    "P19": "there is no loader: the host imports what it uses",
    "P20": "there is no loader: the host imports what it uses",
    "P21": "there is no loader: the host imports what it uses",
    "C13": "there are no snapshots but whole journeys, and reading one replays its events",
    "C19": "there is no registry that could change while somebody reads it",
}


@pytest.mark.parametrize("case", CATALOGUE, ids=lambda case: case.id)
def test_a_fault_ends_as_it_should(case):
    """Each case is proved, or impossible by design for a stated reason."""
    assert (case.id in PROOFS) != (case.id in IMPOSSIBLE), (
        f"{case.id} has no proof: {case.case} -> {case.expected}"
    )
    if case.id in PROOFS:
        PROOFS[case.id]()


def test_nothing_is_proved_that_is_not_in_the_catalogue():
    """Ids are those of the catalogue, each once."""
    ids = [case.id for case in CATALOGUE]
    assert 253 == len(ids) == len(set(ids))
    assert {*PROOFS, *IMPOSSIBLE} == set(ids)


def test_our_copy_is_the_catalogue(data_dir):
    """What is shipped says what the catalogue says."""
    source = data_dir.parent / "faults.json"
    if not source.is_file():
        pytest.skip("the catalogue itself is not here")
    cases = json.loads(source.read_text(encoding="utf-8"))["cases"]
    assert [(row["id"], row["case"], row["expect"]) for row in cases] == [tuple(case) for case in CATALOGUE]
