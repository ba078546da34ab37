"""What holds of criteria for every lead: proofs over cells, each with a lead that shows it.

What belongs here: satisfiable, always true, implies, equivalent, disjoint, dead parts, duplicates, exact,
settle. What does not: how the cells are made (`_cells`), and counting agreement (`_comparing`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from qualify._maps import Value
from qualify.criteria._atoms import Atom
from qualify.criteria._criterion import Criterion, require_criterion, require_facts
from qualify.criteria._groups import AtLeast, Named, Not, Weighted
from qualify.models import Facts, Vocabulary
from qualify.truth import NO, UNKNOWN, YES, Truth

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qualify.criteria._cells import Space
    from qualify.criteria._folding import Codes

BUDGET = 1_000_000  # cells that are looked at before the answer is "undecided"


@attrs.frozen
class Proof(Value):
    """Whether something holds of every lead: `truth`, from `cells` looked at, and a `witness`.

    YES and NO are proved; UNKNOWN means undecided, because there are more cells than the budget allows:
    never a guess. The witness is a lead (as Facts) that shows it, None where there is none to show. With
    host functions, which are opaque, what rests on a witness is only `possible`: no host need answer so.

    >>> from qualify.criteria import topic
    >>> proof = satisfiable((topic("fit") >= 4) & (topic("fit") < 3))
    >>> proof.truth, proof.cells
    (Truth.NO, 3)
    """

    truth: Truth
    reason: str
    cells: int
    witness: Facts | None = attrs.field(default=None, repr=False)
    possible: bool = False


def satisfiable(
    criterion: Criterion,
    *,
    vocabulary: Vocabulary | None = None,
    at: datetime | None = None,
    budget: int = BUDGET,
) -> Proof:
    """Tell whether some lead of whom everything is known is YES, and show her.

    `vocabulary` narrows topics to their types and values, `at` is now for windows of time.

    >>> from qualify.criteria import topic
    >>> satisfiable((topic("fit") >= 3) & topic("need").exists()).witness["fit"]
    3
    """
    return _search(
        (criterion,),
        lambda codes: codes[0] > 0,
        YES,
        NO,
        ("some lead is YES", "no lead is YES"),
        vocabulary,
        at,
        budget,
    )


def always_true(
    criterion: Criterion,
    *,
    vocabulary: Vocabulary | None = None,
    at: datetime | None = None,
    budget: int = BUDGET,
) -> Proof:
    """Tell whether every lead of whom everything is known is YES; the witness is one who is not.

    >>> from qualify.criteria import topic
    >>> always_true((topic("fit") >= 3) | (topic("fit") < 5)).truth
    Truth.YES
    """
    return _search(
        (criterion,),
        lambda codes: codes[0] <= 0,
        NO,
        YES,
        ("some lead is not YES", "every lead is YES"),
        vocabulary,
        at,
        budget,
    )


def implies(
    one: Criterion,
    other: Criterion,
    *,
    vocabulary: Vocabulary | None = None,
    at: datetime | None = None,
    budget: int = BUDGET,
) -> Proof:
    """Tell whether every lead who is YES on the first is YES on the second; the witness is one who is not.

    >>> from qualify.criteria import topic
    >>> implies(topic("fit") >= 4, topic("fit") >= 3).truth
    Truth.YES
    """
    return _search(
        (one, other),
        lambda codes: (codes[0] > 0) & (codes[1] <= 0),
        NO,
        YES,
        ("some lead is YES on the first alone", "YES on the first is YES on the second"),
        vocabulary,
        at,
        budget,
    )


def equivalent(
    one: Criterion,
    other: Criterion,
    *,
    vocabulary: Vocabulary | None = None,
    at: datetime | None = None,
    budget: int = BUDGET,
) -> Proof:
    """Tell whether both always give the same truth once everything is known; the witness tells them apart.

    >>> from qualify.criteria import topic
    >>> equivalent(~(topic("fit") >= 3), topic("fit") < 3).truth
    Truth.YES
    """
    return _search(
        (one, other),
        lambda codes: codes[0] != codes[1],
        NO,
        YES,
        ("some lead tells them apart", "no lead tells them apart"),
        vocabulary,
        at,
        budget,
    )


def disjoint(
    one: Criterion,
    other: Criterion,
    *,
    vocabulary: Vocabulary | None = None,
    at: datetime | None = None,
    budget: int = BUDGET,
) -> Proof:
    """Tell whether no lead is YES on both; the witness is one who is.

    >>> from qualify.criteria import topic
    >>> disjoint(topic("fit") >= 4, topic("fit") <= 2).truth
    Truth.YES
    """
    return _search(
        (one, other),
        lambda codes: (codes[0] > 0) & (codes[1] > 0),
        NO,
        YES,
        ("some lead is YES on both", "no lead is YES on both"),
        vocabulary,
        at,
        budget,
    )


def exact(
    criterion: Criterion,
    *,
    vocabulary: Vocabulary | None = None,
    at: datetime | None = None,
    budget: int = BUDGET,
) -> Proof:
    """Tell whether Kleene's logic is exact here: UNKNOWN only where the answer is really open.

    It is at once where each topic is read by one leaf in one polarity. Else every state of knowledge is
    compared with its completions; the witness is one in which the truth is UNKNOWN although every
    answer would lead to the same, so that `settle` decides it. Parts that ask whether *we* know a topic
    are compared as they stand.

    >>> from qualify.criteria import topic
    >>> exact(topic("fit").exists() & (topic("need").exists() | ~topic("need").exists())).truth
    Truth.NO
    """
    require_criterion(criterion, "exact")
    if is_unate(criterion):
        return Proof(YES, "each topic is read by one leaf in one polarity", 0)
    from qualify.criteria._completing import inexact_state

    return inexact_state(criterion, vocabulary=vocabulary, at=at, budget=budget)


def settle(
    criterion: Criterion,
    facts: Facts,
    *,
    vocabulary: Vocabulary | None = None,
    budget: int = BUDGET,
) -> Proof:
    """Decide what Kleene leaves UNKNOWN although every possible answer would lead to the same truth.

    UNKNOWN where answers differ (the witness is then a lead who would be YES) or where there are too many
    to try. Never contradicts `criterion.truth`.

    >>> from datetime import datetime, timezone
    >>> from qualify.criteria import topic
    >>> need = topic("need").exists()
    >>> nothing = Facts.of({}, at=datetime(2026, 5, 3, tzinfo=timezone.utc))
    >>> (need | ~need).truth(nothing), settle(need | ~need, nothing).truth
    (Truth.UNKNOWN, Truth.YES)
    """
    require_criterion(criterion, "settle")
    require_facts(facts, "settle")
    truth = criterion.truth(facts)
    if truth is not UNKNOWN:
        return Proof(truth, "it is decided by what is known", 0)
    from qualify.criteria._cells import space

    model = space([criterion], facts=facts, vocabulary=vocabulary)
    if model.size > budget:
        return undecided(model, budget)
    (codes,) = model.fold(criterion)
    if (codes > 0).all():
        return Proof(YES, "every possible answer leads to YES", model.size)
    if (codes < 0).all():
        return Proof(NO, "every possible answer leads to NO", model.size)
    (full,) = model.full(criterion)
    shown = first(full > 0)
    witness = None if shown is None else model.lead(shown, facts)
    return Proof(UNKNOWN, "answers lead to different truths", model.size, witness, model.is_possible)


def dead_parts(
    criterion: Criterion,
    *,
    vocabulary: Vocabulary | None = None,
    at: datetime | None = None,
    budget: int = BUDGET,
) -> tuple[tuple[str, Criterion], ...] | None:
    """Give the parts that never make a difference, with their paths; None if there are too many cells.

    A part is dead if putting YES or NO in its place never changes the truth, whatever else is known. A
    part inside a dead part is not listed again.

    >>> from qualify.criteria import topic
    >>> fit = topic("fit")
    >>> [(path, str(part)) for path, part in dead_parts((fit >= 4) & (fit >= 3))]
    [('[1]', 'fit >= 3')]
    """
    from qualify.criteria._completing import dead

    return dead(require_criterion(criterion, "dead_parts"), vocabulary=vocabulary, at=at, budget=budget)


def duplicates(criterion: Criterion) -> tuple[tuple[str, str], ...]:
    """Give pairs of paths at which equal parts stand side by side in one group.

    >>> from qualify.criteria import all_of, topic
    >>> duplicates(all_of(topic("need").exists(), topic("fit") >= 3, topic("need").exists()))
    (('[0]', '[2]'),)
    """
    require_criterion(criterion, "duplicates")
    pairs = []
    for path, node in criterion.walk():
        if isinstance(node, (AtLeast, Weighted)):
            seen: dict[Criterion, str] = {}
            for step, part in node._steps():
                bare = part
                while isinstance(bare, Named):
                    bare = bare.part
                if bare in seen:
                    pairs.append((seen[bare], path + step))
                seen.setdefault(bare, path + step)
    return tuple(pairs)


def is_unate(criterion: Criterion) -> bool:
    """Tell whether each topic is read by one leaf, in one polarity: then Kleene is exact."""
    seen: dict[str, tuple[Criterion, int]] = {}
    for leaf, polarity in _polarities(criterion, 1):
        if isinstance(leaf, Atom) and leaf.operator == "known":
            continue  # never UNKNOWN, so it cannot make the truth less certain than it is
        for name in leaf._reads():
            if seen.setdefault(name, (leaf, polarity)) != (leaf, polarity):
                return False
    return True


def _polarities(node: Criterion, sign: int) -> Iterator[tuple[Criterion, int]]:
    if isinstance(node, Not):
        yield from _polarities(node.part, -sign)
    elif isinstance(node, Weighted):
        for part, weight in zip(node.parts, node.units, strict=True):
            yield from _polarities(part, sign if weight > 0 else -sign)
    elif node.parts:
        for part in node.parts:
            yield from _polarities(part, sign)
    else:
        yield node, sign


def _search(
    roots: tuple[Criterion, ...],
    sought: Callable[[list[Codes]], NDArray[np.bool_]],
    found: Truth,
    absent: Truth,
    words: tuple[str, str],
    vocabulary: Vocabulary | None,
    at: datetime | None,
    budget: int,
) -> Proof:
    """Look for a cell; its absence is certain, its presence possible where host functions are free."""
    from qualify.criteria._cells import space

    for i, root in enumerate(roots):
        require_criterion(root, f"criterion {i + 1}")
    model = space(roots, vocabulary=vocabulary, at=at)
    if model.size > budget:
        return undecided(model, budget)
    index = first(sought(model.full(*roots)))
    if index is None:
        return Proof(absent, words[1], model.size)
    return Proof(found, words[0], model.size, model.lead(index), model.is_possible)


def undecided(model: Space, budget: int) -> Proof:
    """Give the proof that says that nothing was proved."""
    return Proof(UNKNOWN, f"undecided: {model.size:,} cells, and the budget is {budget:,}", model.size)


def first(mask: NDArray[np.bool_]) -> tuple[int, ...] | None:
    """Give the index of the first True, None if there is none."""
    if not mask.any():
        return None
    flat = int(mask.argmax())
    index = []
    for size in reversed(mask.shape):
        flat, place = divmod(flat, size)
        index.append(place)
    return tuple(reversed(index))
