"""Scales: which answers a question allows."""

from __future__ import annotations

import pickle

import pytest

from qualify import scales
from qualify.errors import InvalidType, InvalidValue
from qualify.scales import CES, CSAT, ENPS, ESAT, NPS, Scale


@pytest.mark.parametrize(
    ("scale", "shape"),
    [
        (NPS, (0, 10, 9, 6)),
        (ENPS, (0, 10, 9, 6)),
        (CSAT, (1, 5, 4, 2)),
        (ESAT, (1, 5, 4, 2)),
        (CES, (1, 7, 5, 3)),
    ],
)
def test_shapes(scale, shape):
    """The five scales are those of the field."""
    assert shape == (scale.low, scale.high, scale.top, scale.bottom)


def test_check():
    """A zero on a scale that begins at 1 is an error that names the scale, never a detractor."""
    assert 5 == CSAT.check(5)
    with pytest.raises(InvalidValue, match=r"row 3: CSAT answers are whole numbers from 1 to 5 \(got 0\)"):
        CSAT.check(0, "row 3")
    with pytest.raises(InvalidType):
        NPS.check(9.5)


@pytest.mark.parametrize("shape", [(1, 5, 6, 2), (1, 5, 2, 2), (1, 5, 4, 0), (5, 1, 4, 2)])
def test_order(shape):
    """A scale whose parts do not stand in order is refused."""
    low, high, top, bottom = shape
    with pytest.raises(InvalidValue, match="low <= bottom < top <= high"):
        Scale("odd", low, high, top=top, bottom=bottom)


def test_value():
    """Scales are values: equal, hashable, picklable, and they read well."""
    assert Scale("NPS", 0, 10, top=9, bottom=6) == NPS
    assert pickle.loads(pickle.dumps(NPS)) == NPS
    assert repr(CES) == "Scale('CES', 1-7, favourable from 5, unfavourable to 3)"
    assert len({NPS, ENPS, CSAT}) == 3
    assert dir(scales) == sorted(scales.__all__)
