"""`compare`: where two criteria agree, counted over cells or over real leads, with a lead that shows it.

What belongs here: the count of agreement. What does not: proofs (`_proving`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

import attrs

from qualify._maps import Value
from qualify.criteria._criterion import Criterion, require_criterion
from qualify.criteria._proving import BUDGET, first
from qualify.errors import InvalidValue
from qualify.models import Facts, Vocabulary
from qualify.truth import YES, Truth

if TYPE_CHECKING:
    from qualify.criteria._cells import Space
    from qualify.criteria._columns import Columns
    from qualify.criteria._verdict import Part


@attrs.frozen
class Agreement(Value):
    """Where two criteria say YES: `both`, `only_a`, `only_b` or `neither`, by their `unit`.

    The unit is "cells" of the model, or "leads" where columns were given; among leads some are `open`,
    because one of the criteria is UNKNOWN. `witness` is a lead (as Facts) on whom
    they differ, one whom only a would take before one whom only b would. `truth` says whether they
    always agree: over cells this is proved, UNKNOWN if there are more than the budget allows. `possible`
    marks a difference that rests on host functions, which need not answer so. `because` are the parts on
    which the other one rests where it says no to the witness: the criterion they differ on.

    >>> from qualify.criteria import topic
    >>> marketing, sales = topic("fit") >= 3, (topic("fit") >= 3) & topic("need").exists()
    >>> print(compare(marketing, sales))
    of 4 cells 1 both, 1 only a, 0 only b, 2 neither; need exists is NO
    """

    truth: Truth
    both: int
    only_a: int
    only_b: int
    neither: int
    unit: Literal["cells", "leads"]
    open: int = 0
    witness: Facts | None = attrs.field(default=None, repr=False)
    because: tuple[Part, ...] = attrs.field(default=(), repr=False)
    possible: bool = False
    reason: str = ""

    @property
    def total(self) -> int:
        """How many cells or leads were looked at."""
        return self.both + self.only_a + self.only_b + self.neither + self.open

    def __str__(self) -> str:
        if not self.total:
            return self.reason or f"no {self.unit}"
        counts = (
            f"{self.both:,} both, {self.only_a:,} only a, {self.only_b:,} only b, {self.neither:,} neither"
        )
        more = f", {self.open:,} open" if self.open else ""
        why = f"; {', '.join(map(str, self.because))}" if self.because else ""
        return f"of {self.total:,} {self.unit} {counts}{more}{why}{' (possible)' if self.possible else ''}"


def compare(
    a: Criterion,
    b: Criterion,
    *,
    columns: Columns | None = None,
    vocabulary: Vocabulary | None = None,
    at: datetime | None = None,
    budget: int = BUDGET,
) -> Agreement:
    """Tell where two criteria agree, exactly, with a lead on whom they differ: marketing's and sales'.

    Every atom reads one topic, so leads fall into finitely many cells, and each is looked at; more than
    `budget` cells give UNKNOWN and no counts, never a guess. With `columns` real leads are counted
    instead, and the proof over cells still says whether the criteria could differ at all.

    >>> from qualify.criteria import topic
    >>> compare(topic("fit") >= 3, topic("fit") > 2).witness["fit"]
    2.5
    """
    from qualify.criteria._cells import space

    require_criterion(a, "compare.a")
    require_criterion(b, "compare.b")
    model = space([a, b], vocabulary=vocabulary, at=at)
    if model.size > budget:
        reason = f"undecided: {model.size:,} cells, and the budget is {budget:,}"
        made = Agreement(Truth.UNKNOWN, 0, 0, 0, 0, "cells", reason=reason)
    else:
        made = _over_cells(a, b, model)
    return made if columns is None else _over_leads(a, b, columns, made)


def _over_cells(a: Criterion, b: Criterion, model: Space) -> Agreement:
    import numpy as np

    one, other = (codes > 0 for codes in model.full(a, b))
    both = int(np.count_nonzero(one & other))
    in_a, in_b = int(np.count_nonzero(one)), int(np.count_nonzero(other))
    counts = (both, in_a - both, in_b - both, model.size - in_a - in_b + both)
    index = first(one & ~other)
    if index is None:
        index = first(other & ~one)
    if index is None:
        return Agreement(YES, *counts, "cells", reason="they agree on every lead")
    witness = model.lead(index)
    refusing = b if one[index] else a
    because = () if model.is_possible else refusing.judge(witness).because
    reason = f"they {'may ' if model.is_possible else ''}differ on some lead"
    return Agreement(
        Truth.NO,
        *counts,
        "cells",
        witness=witness,
        because=because,
        possible=model.is_possible,
        reason=reason,
    )


def _over_leads(a: Criterion, b: Criterion, columns: Columns, proved: Agreement) -> Agreement:
    import numpy as np

    if not len(columns):
        raise InvalidValue("at least one lead is needed to compare on", where="compare.columns")
    one, other = a.truths(columns), b.truths(columns)
    yes_a, yes_b = one > 0, other > 0
    is_open = (one == 0) | (other == 0)
    counts = [
        int(np.count_nonzero(mask & ~is_open)) for mask in (yes_a & yes_b, yes_a & ~yes_b, yes_b & ~yes_a)
    ]
    unsettled = int(np.count_nonzero(is_open))
    neither = len(columns) - sum(counts) - unsettled
    return attrs.evolve(
        proved,
        both=counts[0],
        only_a=counts[1],
        only_b=counts[2],
        neither=neither,
        open=unsettled,
        unit="leads",
    )
