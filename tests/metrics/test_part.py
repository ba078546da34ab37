"""One share out of several, as an Estimate."""

from __future__ import annotations

import pytest

from qualify.errors import InvalidType, MetricError, UnknownName
from qualify.metrics._part import part


def test_a_part_can_be_asked_again():
    """Another level, another method and the bounds come from its counts."""
    some = part("back", 3, 10, 0.95, missing=10)
    low, high = some.interval(0.5)
    assert some.low < low < 0.3 < high < some.high
    assert some.interval(method="wald").low == pytest.approx(0.3 - 1.959964 * (0.021**0.5), abs=1e-6)
    assert (0.15, 0.65) == tuple(some.bounds())
    with pytest.raises(UnknownName):
        some.interval(method="waldo")


def test_the_counts_of_parts_add():
    """Parts do not add, their counts do, and only those of one kind make a part."""
    one, two = part("back", 1, 2, 0.95), part("back", 2, 2, 0.95)
    both = one.view(one.counts + two.counts)
    assert (0.75, 4) == (both.value, both.n)
    with pytest.raises(InvalidType):
        one + two
    with pytest.raises(MetricError):
        part("back", 1, 2, 0.95).view(part("won", 1, 2, 0.95).counts)
