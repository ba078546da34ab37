"""Finite models of criteria: each topic falls into cells, their product is every lead that differs.

What belongs here: an axis of cells for each topic, for what is heard and for each host function; their
product as a `Space` on which criteria are folded; and the lead that stands for a cell. What does not: the
questions asked of a space (`_asking`, `_changing`, `_proving`).

Each atom reads one topic, so an answer matters only by which atoms it makes YES and NO. Values that no
atom tells apart are one cell; the value that stands for a cell is judged by the same closures that judge
a lead, so the model cannot disagree with them. Host functions are free: YES or NO, and so what is found
with them is *possible*, not certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from itertools import product
from math import prod
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from qualify._maps import Plain
from qualify.criteria._atoms import Atom, Heard, earlier
from qualify.criteria._candidates import candidates
from qualify.criteria._criterion import Criterion
from qualify.criteria._folding import program, run
from qualify.models import Facts, Signal, Vocabulary

BUDGET = 1_000_000  # cells that are looked at before the answer is "undecided"
MAX_HEARD = 20_000  # ways to be heard that are tried for one axis
NOMINAL = datetime(2026, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - stands for now where nobody says when


@attrs.frozen(eq=False)
class Axis:
    """The cells of one topic, of what is heard, or of one host function.

    `codes` has shape (leaves, cells). `values` holds what stands for each cell: a topic's value, the
    signals heard, or nothing for a host. `UNASKED` is the cell in which nobody knows the topic.
    """

    name: str
    leaves: tuple[Criterion, ...]
    codes: NDArray[np.int8]
    values: tuple[Any, ...]

    def __len__(self) -> int:
        return len(self.values)


class Unasked:
    """The value of the cell in which a topic is not known."""

    def __repr__(self) -> str:
        return "UNASKED"


UNASKED = Unasked()


class Entry:
    """What an atom reads instead of Evidence: a bare value."""

    __slots__ = ("value",)

    def __init__(self, value: Plain) -> None:
        self.value = value


class Now:
    """What an atom reads instead of Facts: an instant."""

    __slots__ = ("at",)

    def __init__(self, at: datetime) -> None:
        self.at = at


@attrs.frozen(eq=False)
class Space:
    """The product of axes: every lead that some leaf tells apart from the others."""

    axes: tuple[Axis, ...]
    at: datetime
    vocabulary: Vocabulary | None
    fixed: dict[Criterion, int]

    @property
    def shape(self) -> tuple[int, ...]:
        """How many cells each axis has."""
        return tuple(len(axis) for axis in self.axes)

    @property
    def size(self) -> int:
        """How many cells the product has: a Python integer, however large."""
        return prod(self.shape)

    @property
    def is_possible(self) -> bool:
        """Whether a host function is among the axes, so that what is found is possible, not certain."""
        return any(leaf._is_opaque() for axis in self.axes for leaf in axis.leaves)

    def fold(self, *roots: Criterion) -> list[NDArray[np.int8]]:
        """Give the codes of criteria on every cell; shapes broadcast to that of the space."""
        made, arrays = program(roots), self.leaf_codes()
        return run(made, lambda i: arrays[made.leaves[i]])

    def leaf_codes(self) -> dict[Criterion, NDArray[np.int8]]:
        """Give the codes of each leaf, shaped along its axis."""
        arrays: dict[Criterion, NDArray[np.int8]] = {
            leaf: np.full((1,) * len(self.axes), code, np.int8) for leaf, code in self.fixed.items()
        }
        for i, axis in enumerate(self.axes):
            shape = [1] * len(self.axes)
            shape[i] = len(axis)
            for leaf, codes in zip(axis.leaves, axis.codes, strict=True):
                arrays[leaf] = codes.reshape(shape)
        return arrays

    def full(self, *roots: Criterion) -> list[NDArray[np.int8]]:
        """Give the same, each array broadcast to the full shape."""
        return [np.broadcast_to(codes, self.shape) for codes in self.fold(*roots)]

    def lead(self, index: Sequence[int], known: Facts | None = None) -> Facts:
        """Give the Facts that stand for one cell, on top of those `known`."""
        values: dict[str, Plain] = {} if known is None else {name: known[name] for name in known}
        signals: list[Signal] = [] if known is None else list(known.signals)
        for axis, i in zip(self.axes, index, strict=True):
            value = axis.values[i]
            if isinstance(axis.leaves[0], Heard):
                signals.extend(value)
            elif not axis.leaves[0]._is_opaque():
                values.pop(axis.name, None)
                if value is not UNASKED:
                    values[axis.name] = value
        return Facts.of(values, at=self.at, vocabulary=self.vocabulary, signals=signals)


def space(
    roots: Iterable[Criterion],
    *,
    at: datetime | None = None,
    vocabulary: Vocabulary | None = None,
    facts: Facts | None = None,
    with_unasked: bool = False,
    unasked: Iterable[str] = (),
) -> Space:
    """Give the model of some criteria.

    Without `facts` every topic is free; each is known, unless an atom asks whether it is `known()`, or it
    is among `unasked`, or all may be, `with_unasked`. With `facts` only what they leave open is free.
    """
    leaves = list(dict.fromkeys(leaf for root in roots for leaf in root.leaves))
    now = facts.at if facts is not None else NOMINAL if at is None else at
    words = vocabulary if vocabulary is not None or facts is None else facts.vocabulary
    fixed: dict[Criterion, int] = {}
    by_topic: dict[str, list[Atom]] = {}
    heard: list[Heard] = []
    axes: list[Axis] = []
    for leaf in leaves:
        if facts is not None:
            code = (leaf._rule or leaf._compiled_rule())(facts.current._items, facts)
            if isinstance(leaf, Heard) or code:
                fixed[leaf] = code
                continue
        if isinstance(leaf, Atom):
            by_topic.setdefault(leaf.topic, []).append(leaf)
        elif isinstance(leaf, Heard):
            heard.append(leaf)
        else:
            axes.append(host_axis(leaf))
    topics = []
    for name, own in by_topic.items():
        atoms = list(own)
        if facts is not None and name not in facts:  # known() says NO until somebody answers
            atoms += [leaf for leaf in fixed if isinstance(leaf, Atom) and leaf.topic == name]
            for leaf in atoms[len(own) :]:
                del fixed[leaf]
        may_lack = (
            with_unasked or name in unasked or (facts is None and any(a.operator == "known" for a in atoms))
        )
        topics.append(topic_axis(name, atoms, now, words, with_unasked=may_lack))
    return Space((*topics, *heard_axes(heard, now), *axes), now, words, fixed)


def topic_axis(
    name: str, atoms: Sequence[Atom], at: datetime, vocabulary: Vocabulary | None, *, with_unasked: bool
) -> Axis:
    """Give the cells of one topic; the one in which nobody knows it comes first, if it is wanted."""
    rules = [atom._rule or atom._compiled_rule() for atom in atoms]
    now: Any = Now(at)
    patterns: dict[tuple[int, ...], object] = {}
    if with_unasked:
        patterns[tuple(rule({}, now) for rule in rules)] = UNASKED
    for value in candidates(name, atoms, at, None if vocabulary is None else vocabulary.get(name)):
        items: Any = {name: Entry(value)}
        patterns.setdefault(tuple(rule(items, now) for rule in rules), value)
    codes = np.array(list(patterns), np.int8).T
    return Axis(name, tuple(atoms), np.ascontiguousarray(codes), tuple(patterns.values()))


def host_axis(host: Criterion) -> Axis:
    """Give the two cells of a host function, of which nothing is known."""
    return Axis(str(host), (host,), np.array([[1, -1]], np.int8), (True, False))


def heard_axes(leaves: Sequence[Heard], at: datetime) -> list[Axis]:
    """Give an axis for each group of leaves that listen, directly or through others, for the same kinds."""
    groups: list[tuple[set[str], list[Heard]]] = []
    for leaf in leaves:
        kinds, members = set(leaf.kinds), [leaf]
        apart = []
        for other_kinds, others in groups:
            if kinds & other_kinds:
                kinds |= other_kinds
                members = [*others, *members]
            else:
                apart.append((other_kinds, others))
        groups = [*apart, (kinds, members)]
    return [axis for _, members in groups for axis in _heard_axis(members, at)]


def _heard_axis(leaves: list[Heard], at: datetime) -> list[Axis]:
    """Try every way to be heard: how many signals, of which kinds, how long ago, up to what is counted."""
    kinds = list(dict.fromkeys(kind for leaf in leaves for kind in leaf.kinds))
    classes = list({tuple(kind in leaf.kinds for leaf in leaves): kind for kind in kinds}.values())
    spans: list[timedelta | None] = [*sorted({leaf.last for leaf in leaves if leaf.last is not None})]
    if any(leaf.last is None for leaf in leaves):
        spans.append(None)
    older = [span for span in spans[:-1] if span is not None and earlier(at, span) is not None]
    ages = [timedelta(0), *older]
    places = [(kind, age) for kind in classes for age in ages]
    most = max(leaf.times for leaf in leaves)
    if (most + 1) ** len(places) > MAX_HEARD:
        return [_free(leaf, at) for leaf in leaves]
    patterns: dict[tuple[int, ...], tuple[Signal, ...]] = {}
    for counts in sorted(product(range(most + 1), repeat=len(places)), key=sum):
        pattern = []
        for leaf in leaves:
            held = sum(
                n
                for (kind, age), n in zip(places, counts, strict=True)
                if kind in leaf.kinds and (leaf.last is None or age < leaf.last)
            )
            pattern.append(1 if held >= leaf.times else -1)
        if tuple(pattern) not in patterns:
            patterns[tuple(pattern)] = tuple(
                Signal(kind, at=at - age)
                for (kind, age), n in zip(places, counts, strict=True)
                for _ in range(n)
            )
    codes = np.array(list(patterns), np.int8).T
    return [Axis(" or ".join(kinds), tuple(leaves), np.ascontiguousarray(codes), tuple(patterns.values()))]


def _free(leaf: Heard, at: datetime) -> Axis:
    """Give a leaf too intertwined with others two cells of its own."""
    signals = tuple(Signal(leaf.kinds[0], at=at) for _ in range(leaf.times))
    return Axis(str(leaf), (leaf,), np.array([[1, -1]], np.int8), (signals, ()))
