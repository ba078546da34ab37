"""Strategies for columns: survey answers in every dtype, order and stride that hosts really pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from qualify import scales
from qualify.metrics import Counts, Estimate, nps
from qualify.scales import Scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DTYPES = ("i1", "u1", "<i2", ">i2", "<i4", ">i8", "<i8", "<f4", ">f8", "<f8")


@st.composite
def survey_arrays(
    draw: st.DrawFn, scale: Scale = scales.NPS, min_size: int = 0, max_size: int = 30, *, missing: bool = True
) -> NDArray[Any]:
    """Give answers on a scale as arrays of many dtypes, byte orders and strides, read-only ones included.

    What a metric says of one it must say of all that hold the same answers; NaN is missing.

    >>> from hypothesis import given
    >>> @given(survey_arrays())
    ... def test_mine(answers): ...
    """
    answers = draw(st.lists(st.integers(scale.low, scale.high), min_size=min_size, max_size=max_size))
    made: NDArray[Any] = np.array(answers, dtype=draw(st.sampled_from(_DTYPES)))
    if missing and made.dtype.kind == "f" and len(made) > min_size and draw(st.booleans()):
        made[draw(st.integers(0, len(made) - 1))] = np.nan
    match draw(st.sampled_from(("plain", "strided", "reversed", "read-only"))):
        case "strided":
            made = np.repeat(made, 2)[::2]
        case "reversed":
            made = made[::-1]
        case "read-only":
            made.flags.writeable = False
        case _:
            pass
    return made


@st.composite
def counts(draw: st.DrawFn) -> Counts:
    """Give counts, of one group or of several.

    >>> from hypothesis import given
    >>> @given(counts())
    ... def test_mine(counts): ...
    """
    number = st.integers(0, 1_000)
    if draw(st.booleans()):
        return Counts("outcomes", yes=draw(number), no=draw(number))
    rows = st.lists(number, min_size=2, max_size=2)
    return Counts("outcomes", labels=("a", "b"), yes=draw(rows), no=draw(rows))


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    """Give estimates with intervals: of many answers, of few and of none, by group or not.

    >>> from hypothesis import given
    >>> @given(estimates())
    ... def test_mine(estimate): ...
    """
    answers = draw(survey_arrays(missing=False, max_size=8))
    by = (
        [("a", "b")[i % 2] for i in range(len(answers))] if len(answers) > 1 and draw(st.booleans()) else None
    )
    return nps(answers, by=by)
