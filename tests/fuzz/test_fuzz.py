"""Any bytes give a value or an `InputError`, nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify import wire
from qualify.errors import InputError

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # the script stands beside its test
import mutating  # noqa: E402 - as above

FOUND = sorted((HERE / "found").glob("*.txt"))


def test_a_thousand_broken_documents():
    """The quick part: always the same documents."""
    using = mutating.bound()
    codes = {mutating.tried(text, using) for text in mutating.mutants(1_000, 0)}
    assert codes <= {*wire.CODES, "value", "values"}
    assert {"value", "syntax", "wrong_type", "unknown_field", "duplicate_key"} <= codes


@pytest.mark.slow
@pytest.mark.long
def test_a_hundred_thousand_broken_documents():
    """The long part: zero exceptions other than `InputError`."""
    using = mutating.bound()
    for text in mutating.mutants(100_000, 1):
        mutating.tried(text, using)


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_bytes_that_nobody_meant(text):
    """Noise is refused."""
    with pytest.raises(InputError):
        wire.loads(text, object)


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_what_was_found_stays_found(path):
    """A document that once raised something else is kept."""
    mutating.tried(path.read_bytes(), mutating.bound())
