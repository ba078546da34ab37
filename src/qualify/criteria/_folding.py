"""A criterion as a short program over int8 codes: min, max, neg, and sums for k of n and weights.

What belongs here: turning a tree into instructions, shared parts once, and running them on arrays of any
shapes that broadcast. Two callers: columns in blocks (`_plan`) and cells of a model (`_cells`). What does
not: where the codes of the leaves come from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualify.criteria._criterion import Criterion
from qualify.criteria._groups import AtLeast, Named, Not, Weighted

Codes: TypeAlias = NDArray[np.int8]
Make: TypeAlias = Callable[[], Codes]

_SELECTED = 3  # places up to which selecting the k-th beats adding up


@attrs.frozen
class Instruction:
    """One step: `what` is done with registers `sources`, whose result goes to register `target`."""

    what: str
    target: int
    sources: tuple[int, ...]
    weights: tuple[int, ...] = ()
    bar: int = 0
    frees: tuple[int, ...] = ()


@attrs.frozen
class Program:
    """Instructions over registers, the first of which hold the leaves; `results` are the roots' registers."""

    leaves: tuple[Criterion, ...]
    steps: tuple[Instruction, ...]
    results: tuple[int, ...]


@lru_cache(maxsize=64)
def program(roots: tuple[Criterion, ...]) -> Program:
    """Give the program of several criteria at once; equal parts are computed once."""
    leaves = tuple(dict.fromkeys(leaf for root in roots for leaf in root.leaves))
    registers: dict[Criterion, int] = {leaf: i for i, leaf in enumerate(leaves)}
    steps: list[Instruction] = []

    def emit(node: Criterion) -> int:
        known = registers.get(node)
        if known is not None:
            return known
        if isinstance(node, Named):
            registers[node] = emit(node.part)
            return registers[node]
        sources = tuple(emit(part) for part in node.parts)
        target = len(leaves) + len(steps)
        steps.append(_instruction(node, target, sources))
        registers[node] = target
        return target

    results = tuple(emit(root) for root in roots)
    return Program(leaves, _with_frees(steps, set(results)), results)


def combined(node: Criterion, sources: Sequence[Codes]) -> Codes:
    """Give the codes of one node from those of its parts."""
    if isinstance(node, Named):
        return sources[0]
    step = _instruction(node, 0, ())
    return _DO[step.what](sources, step, None)


def _instruction(node: Criterion, target: int, sources: tuple[int, ...]) -> Instruction:
    if isinstance(node, Not):
        return Instruction("neg", target, sources)
    if isinstance(node, AtLeast):
        if node.need == len(node.parts):
            return Instruction("min", target, sources)
        if node.need == 1:
            return Instruction("max", target, sources)
        few = min(node.need, len(node.parts) - node.need + 1)
        what = "nth" if few <= _SELECTED else "sum"
        return Instruction(what, target, sources, (1,) * len(node.parts), node.need)
    assert isinstance(node, Weighted)  # noqa: S101 - no other node has parts
    return Instruction("sum", target, sources, node.units, node.bar_units)


def _with_frees(steps: list[Instruction], kept: set[int]) -> tuple[Instruction, ...]:
    """Note with each step which registers nobody reads afterwards, so that memory is used again."""
    last = {source: i for i, step in enumerate(steps) for source in step.sources}
    freed: dict[int, list[int]] = {}
    for register, i in last.items():
        if register not in kept:
            freed.setdefault(i, []).append(register)
    return tuple(attrs.evolve(step, frees=tuple(freed.get(i, ()))) for i, step in enumerate(steps))


def run(made: Program, leaf: Callable[[int], Codes], new: Make | None = None) -> list[Codes]:
    """Run a program and give the roots' codes; `leaf` gives the codes of the i-th leaf when they are needed.

    With `new`, every array has one shape and results go into its buffers, which are used again.
    """
    n_leaves = len(made.leaves)
    registers: list[Codes | None] = [None] * (n_leaves + len(made.steps))
    spare: list[Codes] = []

    def read(i: int) -> Codes:
        held = registers[i]
        if held is None:
            held = registers[i] = leaf(i)
        return held

    for step in made.steps:
        sources = [read(i) for i in step.sources]
        out = None if new is None else (spare.pop() if spare else new())
        registers[step.target] = _DO[step.what](sources, step, out)
        for register in step.frees:
            held = registers[register]
            if new is not None and held is not None and register >= n_leaves:
                spare.append(held)  # a leaf may be a view of its column, so its memory is not used again
            registers[register] = None
    return [read(i) for i in made.results]


def _least(sources: Sequence[Codes], step: Instruction, out: Codes | None) -> Codes:
    return _reduced(np.minimum, sources, out)


def _most(sources: Sequence[Codes], step: Instruction, out: Codes | None) -> Codes:
    return _reduced(np.maximum, sources, out)


def _reduced(fold: np.ufunc, sources: Sequence[Codes], out: Codes | None) -> Codes:
    if len(sources) == 1:
        return sources[0] if out is None else np.positive(sources[0], out=out)
    made: Codes = fold(sources[0], sources[1], out=out)
    for source in sources[2:]:
        made = fold(made, source, out=out)
    return made


def _negated(sources: Sequence[Codes], step: Instruction, out: Codes | None) -> Codes:
    made: Codes = np.negative(sources[0], out=out)
    return made


def _summed(sources: Sequence[Codes], step: Instruction, out: Codes | None) -> Codes:
    """With s = sum(w c) and u = sum(|w c|): YES if u + s >= 2 bar, NO if u - s > 2 (T - bar).

    T is the sum of the positive weights; a negative weight w on a part is |w| on its negation, with the
    bar raised by |w|, since w [c] = |w| [not c] - |w|.
    """
    bar = step.bar + sum(-w for w in step.weights if w < 0)
    total = sum(map(abs, step.weights))
    kind = _width(max(2 * total, abs(2 * bar), abs(2 * (total - bar))))
    signed: NDArray[np.signedinteger] | None = None
    decided: NDArray[np.signedinteger] | None = None
    for source, weight in zip(sources, step.weights, strict=True):
        part = source if weight == 1 and kind is np.int8 else np.multiply(source, kind(weight), dtype=kind)
        sized = np.abs(part)
        signed = part if signed is None else np.add(signed, part)
        decided = sized if decided is None else np.add(decided, sized)
    assert signed is not None  # noqa: S101 - a group has parts
    assert decided is not None  # noqa: S101 - as above
    yes = (decided + signed) >= kind(2 * bar)
    no = (decided - signed) > kind(2 * (total - bar))
    made: Codes = np.subtract(yes.view(np.int8), no.view(np.int8), out=out)
    return made


def _nth(sources: Sequence[Codes], step: Instruction, out: Codes | None) -> Codes:
    """At least k of n in Kleene's logic is the k-th largest code, or the (n - k + 1)-th least: select it."""
    few = min(step.bar, len(sources) - step.bar + 1)
    better, worse = (np.maximum, np.minimum) if few == step.bar else (np.minimum, np.maximum)
    kept: list[Codes] = []
    for i, source in enumerate(sources):
        falling = source
        for place in range(min(few, i)):
            held = kept[place]
            kept[place] = better(held, falling)
            if place + 1 < few:
                falling = worse(held, falling)
        if i < few:
            kept.append(falling)
    return kept[-1] if out is None else np.positive(kept[-1], out=out)


def _width(bound: int) -> type[np.signedinteger]:
    """Give the narrowest integers that hold every sum up to a bound."""
    for kind in (np.int8, np.int16, np.int32):
        if bound <= np.iinfo(kind).max:
            return kind
    return np.int64


_DO: dict[str, Callable[[Sequence[Codes], Instruction, Codes | None], Codes]] = {
    "min": _least,
    "max": _most,
    "neg": _negated,
    "nth": _nth,
    "sum": _summed,
}
