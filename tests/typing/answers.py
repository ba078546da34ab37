"""What type checkers see of answers: an Estimate, and no keyword that a metric does not know. Never run."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import assert_type

from qualify.metrics import Counts, Estimate, Interval, nps, proportion, qualified_lift
from qualify.scorecard import Scorecard, Target

estimate = nps([10, 9, 3], missing=99)
assert_type(estimate, Estimate)
assert_type(estimate.interval(0.9), Interval)
assert_type(proportion(1, of=2), Estimate)
assert_type(Counts("NPS", promoters=1) + Counts("NPS", promoters=2), Counts)
assert_type(Scorecard.of({"nps": Target(30)}, nps=estimate), Scorecard)

nps([10], alpha=0.05)  # type: ignore[arg-type] # the coverage is confidence_level=
nps([10], [1])  # type: ignore[call-arg] # everything after the answers is by keyword
qualified_lift([True], [True])  # type: ignore[call-arg] # pursued= has to be said
