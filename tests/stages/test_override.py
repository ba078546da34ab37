"""A person's word is checked where it is said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qualify.errors import QualifyError
from qualify.stages import Override


@pytest.mark.parametrize(
    ("make", "where"),
    [
        (lambda: Override(" ", "I know them"), "Override.by"),
        (lambda: Override("ana", 7), "Override.reason"),
        (lambda: Override("ana", "I know them", until=datetime(2026, 5, 3)), "Override.until"),  # noqa: DTZ001 - naive on purpose
    ],
)
def test_a_word_that_cannot_be_meant_names_its_part(make, where):
    """Who, why, and until when."""
    with pytest.raises(QualifyError) as caught:
        make()
    assert where == caught.value.where


def test_a_word_keeps_when_it_ends():
    """By whom, for what reason, until when, as they were given."""
    end = datetime(2026, 5, 3, tzinfo=UTC)
    word = Override("ana", "I know them", until=end)
    assert ("ana", "I know them", end) == (word.by, word.reason, word.until)
