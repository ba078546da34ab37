"""`change`: the cheapest set of moves that flips a criterion, learning kept apart from changing.

What belongs here: the search for the least moves over cells. What does not: whether they are worth it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Literal

import attrs

from qualify import _canonical, _checks
from qualify._maps import Plain, Value, identity
from qualify.criteria._criterion import Criterion, require_criterion, require_facts
from qualify.criteria._proving import BUDGET
from qualify.criteria._showing import shown
from qualify.errors import CriterionError
from qualify.models import Facts, Vocabulary
from qualify.truth import UNKNOWN, YES, Truth


@attrs.frozen
class Move(Value):
    """One thing that would have to turn out, or to become, otherwise: `name` with `value`.

    `kind` is "learn" for a topic of which nothing is known (the answer would have to be like `value`),
    "change" for one that is known to be otherwise, "hear" for signals that would have to come. `value`
    stands for all values that the criteria do not tell apart from it.

    >>> print(Move("learn", "need", True))
    learn need: true
    """

    kind: Literal["learn", "change", "hear"]
    name: str
    value: Plain = attrs.field(eq=identity, metadata=_canonical.OPEN)
    cost: float = 1.0

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "cost", float(self.cost))

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {shown(self.value)}"


@attrs.frozen
class Change(Value):
    """What would flip a criterion at least cost: what to `learn`, and what would have to `change`.

    `truth` is YES if these moves flip it, NO if none do (it is proved that nothing changeable does), and
    UNKNOWN if there are more cells than the budget allows. With host functions a flip is only
    `possible`: their answers are free.

    >>> print(Change(YES, "the cheapest moves", 4, learn=(Move("learn", "need", True),)))
    learn need: true
    """

    truth: Truth
    reason: str
    cells: int
    learn: tuple[Move, ...] = ()
    change: tuple[Move, ...] = ()
    cost: float = 0.0
    possible: bool = False

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "cost", float(self.cost))

    def __str__(self) -> str:
        moves = "; ".join(map(str, (*self.learn, *self.change)))
        return moves or self.reason


def change(
    criterion: Criterion,
    facts: Facts,
    *,
    to: Truth = YES,
    costs: Mapping[str, float] | None = None,
    vocabulary: Vocabulary | None = None,
    budget: int = BUDGET,
) -> Change:
    """Give the cheapest set of moves after which the criterion is YES (or NO, by `to`).

    `costs` are per topic and kind of signal, 1 where nothing is said; `math.inf` marks what cannot
    change, and it is never proposed. Learning costs the topic's price of asking where the vocabulary
    knows one. What was heard cannot be unheard. Exact over all cells; among equal costs the fewest moves
    win.

    >>> from datetime import datetime, timezone
    >>> from qualify.criteria import topic
    >>> facts = Facts.of({"fit": 2}, at=datetime(2026, 5, 3, tzinfo=timezone.utc))
    >>> least = change((topic("fit") >= 3) & topic("need").exists(), facts)
    >>> [str(move) for move in least.learn], [str(move) for move in least.change]
    (['learn need: true'], ['change fit: 3'])
    """
    require_criterion(criterion, "change")
    require_facts(facts, "change")
    if to is UNKNOWN:
        raise CriterionError("a criterion changes to YES or to NO", found=repr(to), where="change.to")
    if criterion.truth(facts) is to:
        return Change(YES, f"it is {to} already", 0)
    prices = {
        name: inf if cost == inf else _checks.real(cost, f"change.costs[{name!r}]", least=0)
        for name, cost in (costs or {}).items()
    }
    from qualify.criteria._moving import cheapest

    return cheapest(criterion, facts, to, prices, vocabulary or facts.vocabulary, budget)
