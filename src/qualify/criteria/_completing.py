"""States of knowledge against their completions: where Kleene is not exact, and which parts are dead.

What belongs here: folds over the model that need numpy. What does not: the words of a proof
(`_proving`).
"""

from __future__ import annotations

from datetime import datetime

import numpy as np

from qualify.criteria._cells import UNASKED, space
from qualify.criteria._criterion import Criterion
from qualify.criteria._folding import Codes, combined
from qualify.criteria._groups import AtLeast, Weighted
from qualify.criteria._proving import Proof, first, undecided
from qualify.models import Vocabulary
from qualify.truth import NO, YES

MAX_WORK = 2_000_000_000  # cells times nodes squared: a second or two


def inexact_state(
    criterion: Criterion, *, vocabulary: Vocabulary | None, at: datetime | None, budget: int
) -> Proof:
    """Look for a state of knowledge that is UNKNOWN although all its completions agree.

    Least and greatest completion of each state come by one pass along each axis: in its first cell (not
    asked) stand the least and the greatest over the others.
    """
    model = space([criterion], vocabulary=vocabulary, at=at, with_unasked=True)
    if model.size > budget:
        return undecided(model, budget)
    (codes,) = model.full(criterion)
    least, most = codes.copy(), codes.copy()
    for i, axis in enumerate(model.axes):
        if axis.values[0] is UNASKED:
            np.moveaxis(least, i, 0)[0] = np.moveaxis(least, i, 0)[1:].min(axis=0)
            np.moveaxis(most, i, 0)[0] = np.moveaxis(most, i, 0)[1:].max(axis=0)
    index = first((codes == 0) & (least == most) & (least != 0))
    if index is None:
        return Proof(YES, "UNKNOWN only where answers differ", model.size)
    reason = "UNKNOWN although every answer leads to the same"
    return Proof(NO, reason, model.size, model.lead(index), model.is_possible)


def dead(
    criterion: Criterion, *, vocabulary: Vocabulary | None, at: datetime | None, budget: int
) -> tuple[tuple[str, Criterion], ...] | None:
    """Give the parts in whose place one constant truth changes nothing, each beside those found before."""
    model = space([criterion], vocabulary=vocabulary, at=at)
    if model.size > budget or model.size * criterion.size**2 > MAX_WORK:
        return None
    leaves = model.leaf_codes()
    usual = _codes(criterion, "", {}, leaves)
    found: list[tuple[str, Criterion]] = []
    constants: dict[str, int] = {}

    def look(node: Criterion, path: str) -> None:
        for step, part in node._steps():
            here = path + step
            if isinstance(node, (AtLeast, Weighted)):
                for code in (1, -1):
                    changed = _codes(criterion, "", {**constants, here: code}, leaves)
                    if bool((changed == usual).all()):
                        constants[here] = code
                        found.append((here, part))
                        break
                if here in constants:
                    continue
            look(part, here)

    look(criterion, "")
    return tuple(found)


def _codes(node: Criterion, path: str, constants: dict[str, int], leaves: dict[Criterion, Codes]) -> Codes:
    """Give the codes of a tree in which some parts are replaced by constants."""
    if path in constants:
        return np.full((1,) * next(iter(leaves.values())).ndim, constants[path], np.int8)
    if not node.parts:
        return leaves[node]
    parts = [_codes(part, path + step, constants, leaves) for step, part in node._steps()]
    return combined(node, parts)
