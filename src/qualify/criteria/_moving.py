"""The search behind `change`: a price for each cell of each axis, and the cheapest cell that flips.

What belongs here: axes whose first cell is how things stand. What does not: the values (`_changing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qualify.criteria._atoms import Atom, Heard
from qualify.criteria._cells import Axis, Space, heard_axes, host_axis, topic_axis
from qualify.criteria._changing import Change, Move
from qualify.criteria._criterion import Criterion
from qualify.models import Facts, Signal, Vocabulary
from qualify.truth import NO, UNKNOWN, YES, Truth

_TIE = 1e-9  # of a move: fewer moves win only among equal costs
MAX_WAYS = 2_000  # ways to be heard more often that are tried at each length


def cheapest(
    criterion: Criterion,
    facts: Facts,
    to: Truth,
    prices: Mapping[str, float],
    vocabulary: Vocabulary,
    budget: int,
) -> Change:
    """Look at every cell and give the cheapest one in which the criterion is what is wanted."""
    axes, costs = _axes(criterion, facts, prices, vocabulary)
    model = Space(axes, facts.at, vocabulary, {})
    if model.size > budget:
        return Change(UNKNOWN, f"undecided: {model.size:,} cells, and the budget is {budget:,}", model.size)
    (codes,) = model.full(criterion)
    total: Any = np.zeros((1,) * len(axes))
    for i, cost in enumerate(costs):
        shape = [1] * len(axes)
        shape[i] = len(cost)
        total = total + (cost + _TIE * (np.arange(len(cost)) > 0)).reshape(shape)
    total = np.where(codes == to.value, total, inf)
    flat = int(np.argmin(total))
    if total.flat[flat] == inf:
        return Change(NO, "nothing that can change flips it", model.size)
    index = np.unravel_index(flat, model.shape)
    moves = [
        _move(axis, int(i), facts, prices, float(cost[i]))
        for axis, i, cost in zip(axes, index, costs, strict=True)
        if i
    ]
    flat_moves = [move for group in moves for move in group]
    learn = tuple(move for move in flat_moves if move.kind == "learn")
    changed = tuple(move for move in flat_moves if move.kind != "learn")
    price = float(sum(cost[i] for cost, i in zip(costs, index, strict=True)))
    return Change(YES, "the cheapest moves", model.size, learn, changed, price, model.is_possible)


def _axes(
    criterion: Criterion, facts: Facts, prices: Mapping[str, float], vocabulary: Vocabulary
) -> tuple[tuple[Axis, ...], list[NDArray[np.float64]]]:
    """Give axes whose first cell is how things stand, and the price of moving to each other cell."""
    by_topic: dict[str, list[Atom]] = {}
    heard: list[Heard] = []
    axes: list[Axis] = []
    costs: list[NDArray[np.float64]] = []
    items = facts.current._items
    for leaf in criterion.leaves:
        if isinstance(leaf, Atom):
            by_topic.setdefault(leaf.topic, []).append(leaf)
        elif isinstance(leaf, Heard):
            heard.append(leaf)
        else:
            code = (leaf._rule or leaf._compiled_rule())(items, facts)
            price = min((prices.get(name, 1.0) for name in leaf._reads()), default=inf)
            axis = host_axis(leaf)
            axes.append(_standing(axis, [code]))
            costs.append(np.array([0.0, *([price] * (len(axes[-1]) - 1))]))
    for name, atoms in by_topic.items():
        now = [(atom._rule or atom._compiled_rule())(items, facts) for atom in atoms]
        axis = _standing(topic_axis(name, atoms, facts.at, vocabulary, with_unasked=False), now)
        known = vocabulary.get(name)
        learning = 1.0 if known is None else known.cost
        price = prices.get(name, 1.0 if name in facts else learning)
        axes.append(axis)
        costs.append(np.array([0.0, *([price] * (len(axis) - 1))]))
    for axis in heard_axes(heard, facts.at):
        axis_, cost = _hearing(axis, facts, prices)
        axes.append(axis_)
        costs.append(cost)
    return tuple(axes), costs


def _standing(axis: Axis, now: list[int]) -> Axis:
    """Put how things stand first, and leave out the cell that is the same."""
    codes = np.array(now, np.int8)
    others = [i for i in range(len(axis)) if (axis.codes[:, i] != codes).any()]
    columns = np.concatenate([codes[:, None], axis.codes[:, others]], axis=1)
    return Axis(axis.name, axis.leaves, columns, (None, *(axis.values[i] for i in others)))


def _hearing(axis: Axis, facts: Facts, prices: Mapping[str, float]) -> tuple[Axis, NDArray[np.float64]]:
    """Only what is heard now can be added: each cell is what was heard and some new signals."""
    leaves = [leaf for leaf in axis.leaves if isinstance(leaf, Heard)]
    kinds = list(dict.fromkeys(kind for leaf in leaves for kind in leaf.kinds))
    held = [len(leaf.matching(facts)) for leaf in leaves]
    patterns: dict[tuple[int, ...], tuple[float, tuple[Signal, ...]]] = {}

    def try_(new: dict[str, int]) -> None:
        pattern = tuple(
            1 if n + sum(new.get(kind, 0) for kind in leaf.kinds) >= leaf.times else -1
            for leaf, n in zip(leaves, held, strict=True)
        )
        cost = sum(n * prices.get(kind, 1.0) for kind, n in new.items() if n)
        if pattern not in patterns or cost < patterns[pattern][0]:
            signals = tuple(Signal(kind, at=facts.at) for kind, n in new.items() for _ in range(n))
            patterns[pattern] = (cost, signals)

    try_({})
    frontier: list[dict[str, int]] = [{}]
    for _ in range(sum(max(0, leaf.times - n) for leaf, n in zip(leaves, held, strict=True))):
        after: dict[tuple[tuple[str, int], ...], dict[str, int]] = {}
        for new in frontier:
            for kind in kinds:
                more = {**new, kind: new.get(kind, 0) + 1}
                after.setdefault(tuple(sorted(more.items())), more)
        frontier = list(after.values())[:MAX_WAYS]
        for new in frontier:
            try_(new)
    codes = np.array(list(patterns), np.int8).T
    costs = np.array([cost for cost, _ in patterns.values()])
    return Axis(axis.name, axis.leaves, codes, tuple(signals for _, signals in patterns.values())), costs


def _move(axis: Axis, i: int, facts: Facts, prices: Mapping[str, float], cost: float) -> list[Move]:
    leaf = axis.leaves[0]
    if isinstance(leaf, Heard):
        kinds: dict[str, int] = {}
        for signal in axis.values[i]:
            kinds[signal.kind] = kinds.get(signal.kind, 0) + 1
        return [Move("hear", kind, n, n * prices.get(kind, 1.0)) for kind, n in kinds.items()]
    if leaf._is_opaque():
        known = all(name in facts for name in leaf._reads())
        return [Move("change" if known else "learn", str(leaf), axis.values[i], cost)]
    return [Move("change" if axis.name in facts else "learn", axis.name, axis.values[i], cost)]
