"""In which order to ask: over all states of knowledge, or by rule of thumb.

What belongs here: the states that answers lead to and what settling costs from each. What does not:
patience, prices and words (`_asking`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from numpy.typing import NDArray

from qualify import _checks
from qualify.criteria._cells import UNASKED, Axis, Entry, Now, Space, space
from qualify.criteria._criterion import Criterion
from qualify.criteria._groups import AtLeast, Not, Weighted
from qualify.criteria._host import HostCriterion
from qualify.errors import InvalidValue
from qualify.models import Facts

if TYPE_CHECKING:
    from qualify.criteria._asking import Beliefs

_TIE = 1e-9  # of all costs together: a question less counts only among equal costs


@attrs.frozen(eq=False)
class Asked:
    """One axis of answers: the topics asked together (one, but for host functions), price and chances.

    `chances` has one probability for each cell but the first, in which it is not asked.
    """

    names: tuple[str, ...]
    price: float
    chances: NDArray[np.float64]


def questions(
    roots: tuple[Criterion, ...],
    facts: Facts,
    missing: tuple[str, ...],
    prices: Mapping[str, float],
    beliefs: Beliefs,
) -> tuple[Space, tuple[Asked, ...]]:
    """Give the states of knowledge: an axis for each question, with its first cell not asked.

    A host function answers when all topics that it misses are known, and is free then; so those topics
    are asked together, and the first that is missing now comes first.
    """
    model = space(roots, facts=facts, with_unasked=True)
    fixed = dict(model.fixed)
    by_topic: dict[str, Axis] = {}
    bundles: list[tuple[list[str], list[HostCriterion]]] = [([name], []) for name in missing]
    for axis in model.axes:
        host = axis.leaves[0]
        if isinstance(host, HostCriterion):
            open_ones = [name for name in host.uses if name not in facts]
            if open_ones:
                bundles = _bundled(bundles, open_ones, host)
            else:
                fixed[host] = 0  # it knows all that it uses, and gives no answer
        elif axis.name in missing:
            by_topic[axis.name] = axis
        else:
            fixed.update({leaf: int(codes[0]) for leaf, codes in zip(axis.leaves, axis.codes, strict=True)})
    for names, _ in bundles:
        for name in names:
            by_topic.setdefault(name, Axis(name, (), np.zeros((0, 2), np.int8), (UNASKED, None)))
    made = [
        _joined([by_topic[name] for name in names], hosts, facts, prices, beliefs) for names, hosts in bundles
    ]
    axes = tuple(axis for axis, _ in made)
    return Space(axes, model.at, model.vocabulary, fixed), tuple(asked for _, asked in made)


def _bundled(
    bundles: list[tuple[list[str], list[HostCriterion]]], names: list[str], host: HostCriterion
) -> list[tuple[list[str], list[HostCriterion]]]:
    joined: tuple[list[str], list[HostCriterion]] = ([], [host])
    apart = []
    place = len(bundles)
    for i, (members, hosts) in enumerate(bundles):
        if set(members) & set(names):
            joined[0].extend(members)
            joined[1].extend(hosts)
            place = min(place, i)
        else:
            apart.append((members, hosts))
    joined[0].extend(name for name in names if name not in joined[0])
    return [*apart[:place], joined, *apart[place:]]


def _joined(
    axes: list[Axis],
    hosts: list[HostCriterion],
    facts: Facts,
    prices: Mapping[str, float],
    beliefs: Beliefs,
) -> tuple[Axis, Asked]:
    """Give the axis of topics that are asked together, with the free answers of their host functions."""
    leaves = (*(leaf for axis in axes for leaf in axis.leaves), *hosts)
    unasked = [code for axis in axes for code in axis.codes[:, 0]] + [0] * len(hosts)
    columns, chances = [unasked], []
    outcomes = [list(zip(axis.codes[:, 1:].T, _chances(axis, beliefs, facts), strict=True)) for axis in axes]
    answers = [[(np.array([code]), p) for code, p in _host_chances(host, beliefs)] for host in hosts]
    for combination in product(*outcomes, *answers):
        columns.append([int(code) for codes, _ in combination for code in codes])
        chances.append(prod(p for _, p in combination))
    names = tuple(axis.name for axis in axes)
    codes = np.array(columns, np.int8).reshape(len(columns), len(leaves)).T
    price = sum(prices[name] for name in names)
    asked = Asked(names, price, np.array(chances))
    return Axis(names[0], leaves, codes, (UNASKED, *range(len(chances)))), asked


def _host_chances(host: HostCriterion, beliefs: Beliefs) -> list[tuple[int, float]]:
    p = _probability(beliefs.get(host.name, 0.5), host.name)
    return [(1, p), (-1, 1 - p)]


def _chances(axis: Axis, beliefs: Beliefs, facts: Facts) -> NDArray[np.float64]:
    """Give the probability of each outcome of a topic: as believed, or all equally likely."""
    n = len(axis) - 1
    believed = beliefs.get(axis.name)
    if believed is None:
        return np.full(n, 1 / n)
    where = f"ask.beliefs[{axis.name!r}]"
    if not isinstance(believed, Mapping):
        p = _probability(believed, axis.name)
        if n == 1:
            return np.ones(1)
        if n != 2:  # noqa: PLR2004 - YES and NO
            raise InvalidValue(
                f"answers on this topic have {n} outcomes",
                found="one probability",
                allowed="give one for each value: {'this month': 0.2, ...}",
                where=where,
            )
        yes = int(np.argmax(axis.codes[0, 1:]))
        return np.array([p, 1 - p] if yes == 0 else [1 - p, p])
    chances = np.zeros(n)
    now: Any = Now(facts.at)
    rules = [leaf._rule or leaf._compiled_rule() for leaf in axis.leaves]
    for value, p in believed.items():
        items: Any = {axis.name: Entry(value)}
        codes = np.array([rule(items, now) for rule in rules], np.int8)
        matching = np.flatnonzero((codes == axis.codes[:, 1:].T).all(axis=1))
        if not len(matching):
            raise InvalidValue("no outcome has this value", found=_checks.show(value), where=where)
        chances[matching[0]] += _probability(p, axis.name)
    if abs(chances.sum() - 1) > _TIE:
        raise InvalidValue("probabilities add up to 1", found=f"{chances.sum():g}", where=where)
    return chances


def _probability(value: object, name: str) -> float:
    return _checks.real(value, f"ask.beliefs[{name!r}]", least=0, most=1)


# -- exact ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _levels(shape: tuple[int, ...]) -> tuple[tuple[tuple[int, int, NDArray[np.intp]], ...], ...]:
    """Give, for each number of open questions, (axis, stride, flat indices of states in which it is open)."""
    grid = np.indices(shape).reshape(len(shape), -1)
    is_open = grid == 0
    count = is_open.sum(axis=0)
    strides = [prod(shape[i + 1 :]) for i in range(len(shape))]
    return tuple(
        tuple((i, strides[i], np.flatnonzero((count == level) & is_open[i])) for i in range(len(shape)))
        for level in range(1, len(shape) + 1)
    )


def by_states(
    roots: tuple[Criterion, ...], model: Space, asked: tuple[Asked, ...]
) -> tuple[str, tuple[float, float]]:
    """Give the best question with (expected cost, expected number of questions), over all states.

    V(state) = 0 if settled, else the minimum over open questions of price + sum of p V(state after), by
    number of open questions.
    """
    unsettled = np.zeros(model.shape, bool)
    for codes in model.fold(*roots):
        unsettled |= codes == 0
    is_open = unsettled.ravel()
    value = np.zeros((2, is_open.size))
    key = np.full(is_open.size, np.inf)
    tie = _TIE * (sum(one.price for one in asked) or 1.0)
    best = 0
    for level in _levels(model.shape):
        for i, stride, states in level:
            here = states[is_open[states]]
            if not here.size:
                continue
            one = asked[i]
            after = value[:, here + stride] * one.chances[0]
            for j in range(1, len(one.chances)):
                after += value[:, here + (j + 1) * stride] * one.chances[j]
            after += [[one.price], [1.0]]
            keys = after[0] + tie * after[1]
            better = keys < key[here] - tie / 1e3
            here = here[better]
            key[here] = keys[better]
            value[:, here] = after[:, better]
            if here.size and here[0] == 0:
                best = i
        # States in which nothing is open and nothing is settled stay at zero: there is nothing left to ask.
    return asked[best].names[0], (float(value[0, 0]), float(value[1, 0]))


# -- by rule of thumb -------------------------------------------------------------------------------------


@attrs.frozen
class _Guess:
    """What is expected of a part: its code if decided, P(YES), price to settle, and the first question."""

    code: int
    chance: float
    price: float = 0.0
    number: float = 0.0
    first: str = ""


def rule_of_thumb(
    roots: tuple[Criterion, ...], model: Space, asked: tuple[Asked, ...]
) -> tuple[str, tuple[float, float]]:
    """Give a good question, and an estimate of what settling costs, as if parts shared no topic."""
    leaves: dict[Criterion, _Guess] = {leaf: _decided(code) for leaf, code in model.fixed.items()}
    for axis, one in zip(model.axes, asked, strict=True):
        for leaf, codes in zip(axis.leaves, axis.codes, strict=True):
            if codes[0]:
                leaves[leaf] = _decided(int(codes[0]))
                continue
            chance = float(one.chances[codes[1:] > 0].sum())
            leaves[leaf] = _Guess(0, chance, one.price, float(len(one.names)), one.names[0])
    guesses = [guess for root in roots if not (guess := _guess(root, leaves)).code]
    best = min(guesses, key=lambda guess: (guess.price, guess.number))
    return best.first, (sum(g.price for g in guesses), sum(g.number for g in guesses))


def _decided(code: int) -> _Guess:
    return _Guess(code, 1.0 if code > 0 else 0.0)


def _guess(node: Criterion, leaves: Mapping[Criterion, _Guess]) -> _Guess:
    if not node.parts:
        return leaves[node]
    parts = [_guess(part, leaves) for part in node.parts]
    if isinstance(node, Not):
        return attrs.evolve(parts[0], code=-parts[0].code, chance=1 - parts[0].chance)
    if isinstance(node, AtLeast):
        return _guess_count(node.need, parts)
    if isinstance(node, Weighted):
        return _guess_sum(node, parts)
    return parts[0]


def _ratio(price: float, chance: float) -> float:
    return price / chance if chance > 0 else np.inf


def _guess_count(need: int, parts: list[_Guess]) -> _Guess:
    """All-of asks by cost/(1-p), any-of by cost/p; k of n asks one that stands early in both orders."""
    undecided = [part for part in parts if not part.code]
    short = need - sum(part.code > 0 for part in parts)
    if short <= 0 or short > len(undecided):
        return _decided(1 if short <= 0 else -1)
    by_no = sorted(undecided, key=lambda part: _ratio(part.price, 1 - part.chance))
    by_yes = sorted(undecided, key=lambda part: _ratio(part.price, part.chance))
    early = by_no[: len(by_no) - short + 1]
    first = next(part for part in by_yes[:short] if any(part is other for other in early))
    chance = _at_least(short, [part.chance for part in undecided])
    price, number = _in_order(short, by_no if short == len(undecided) else by_yes)
    return _Guess(0, chance, price, number, first.first)


def _at_least(need: int, chances: list[float]) -> float:
    """P(at least `need` of independent events)."""
    mass = np.zeros(len(chances) + 1)
    mass[0] = 1.0
    for p in chances:
        mass[1:] = mass[1:] * (1 - p) + mass[:-1] * p
        mass[0] *= 1 - p
    return float(mass[need:].sum())


def _in_order(need: int, parts: list[_Guess]) -> tuple[float, float]:
    """Give expected cost and number of questions when parts are settled one by one up to k of n."""
    price = number = 0.0
    mass = {0: 1.0}  # P(undecided so far, with so many YES)
    for asked, part in enumerate(parts):
        still = sum(mass.values())
        price += still * part.price
        number += still * part.number
        after: dict[int, float] = {}
        for yes, p in mass.items():
            for more, q in ((1, part.chance), (0, 1 - part.chance)):
                held, no = yes + more, asked + 1 - yes - more
                if held < need and no <= len(parts) - need:
                    after[held] = after.get(held, 0.0) + p * q
        mass = after
    return price, number


def _guess_sum(node: Weighted, parts: list[_Guess]) -> _Guess:
    """A weighted sum asks where most weight is in doubt for the money."""
    low, high = node._units_of([part.code for part in parts])
    if low >= node.bar_units or high < node.bar_units:
        return _decided(1 if low >= node.bar_units else -1)
    weighed = [(part, abs(w)) for part, w in zip(parts, node.units, strict=True) if not part.code]
    first = max(
        weighed, key=lambda one: one[1] * one[0].chance * (1 - one[0].chance) / (one[0].price or _TIE)
    )
    price = sum(part.price for part, _ in weighed)
    chance = (high - node.bar_units) / (high - low)
    return _Guess(0, chance, price, float(len(weighed)), first[0].first)
