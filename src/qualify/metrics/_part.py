"""One share with Wilson's interval, from how many and of how many.

What belongs here: making that Estimate for metrics whose answer is several shares. What does not: reading
columns.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from qualify import _arrays
from qualify.metrics import _intervals
from qualify.metrics._counts import Counts
from qualify.metrics._estimate import Estimate
from qualify.metrics._views import checked, estimate

METHODS = tuple(_intervals.SHARES)


def part(
    name: str,
    yes: Any,  # noqa: ANN401 - a whole number, or an array of them
    of: Any,  # noqa: ANN401 - as above
    confidence_level: float,
    *,
    missing: Any = 0,  # noqa: ANN401 - as above
    labels: tuple[object, ...] | None = None,
    nothing: str = "no rows",
) -> Estimate:
    """Give `yes` of `of` as an Estimate; where `of` is 0 the share is NaN and `nothing` says why.

    >>> part("went back", 3, 10, 0.95)
    went back 30.0 % [10.8 %, 60.3 %] 95 % wilson, n=10 (0 missing)
    """
    counts = Counts(name, labels=labels, yes=yes, no=np.subtract(of, yes), missing=missing)
    return _view(name, nothing, counts, confidence_level=confidence_level)


def _view(
    name: str, nothing: str, counts: Counts, *, confidence_level: float = 0.95, method: str = "wilson"
) -> Estimate:
    """Give the Estimate of counts; a function of the module, so that estimates can be pickled."""
    checked(counts, name, ("yes", "no", "missing"), name)
    method = _arrays.choice(method, METHODS)
    k, no = _intervals.floats(counts["yes"], counts["no"])
    n = k + no
    return estimate(
        name,
        "share",
        _intervals.share(k, n),
        _intervals.SHARES[method](k, n, _arrays.level(confidence_level)),
        confidence_level,
        method,
        counts,
        n=counts["yes"] + counts["no"],
        n_missing=counts["missing"],
        view=partial(_view, name, nothing),
        reasons=[(n == 0, nothing)],
        ends=("no", "yes"),
    )
