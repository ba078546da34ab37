"""What changed between two charts, and which positions the change strands.

What belongs here: the comparison. What does not: moving anybody, which `journey.migrate` does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from qualify import _checks
from qualify._maps import Map, Value
from qualify.errors import InvalidType
from qualify.stages._algorithm import legal
from qualify.stages._migration import carried
from qualify.stages._parts import several
from qualify.stages._steps import Position
from qualify.stages._tree import ROOT

if TYPE_CHECKING:
    from qualify.stages._chart import Chart
    from qualify.stages._parts import Transition


@attrs.frozen
class Difference(Value):
    """What another chart adds and removes, and the positions that it has no place for.

    `renamed` says how the chart itself differs: name, version, whether it is parallel, where it begins.
    `stranded` are those of the given positions, out of `positions`, of which an innermost state is gone or
    has states inside now, or whose states cannot be active together any more. `forgotten` says by history in
    how many of them it remembers what the other chart has no place for. `print` shows a line each.

    >>> from datetime import datetime, timezone
    >>> from qualify.stages import Chart, State
    >>> old, new = Chart("c", State("a"), State("b")), Chart("c", State("a"), State("d"), version="2")
    >>> at = datetime(2026, 5, 3, tzinfo=timezone.utc)
    >>> print(old.diff(new, [old.start(at=at), old.start(at=at, active="b")]))
    version '1' -> '2'
    - state b
    + state d
    stranded: 1 of 2 positions (b: 1)
    """

    renamed: tuple[str, ...]
    states_added: tuple[str, ...]
    states_removed: tuple[str, ...]
    states_changed: tuple[str, ...]
    transitions_added: tuple[Transition, ...]
    transitions_removed: tuple[Transition, ...]
    positions: int
    stranded: tuple[Position, ...]
    forgotten: Map[int] = attrs.field(default=Map())

    @property
    def empty(self) -> bool:
        """Whether the charts are the same."""
        changes = self.states_added + self.states_removed + self.states_changed + self.renamed
        return not (changes or self.transitions_added or self.transitions_removed)

    @property
    def stranded_by_state(self) -> dict[str, int]:
        """How many positions are stranded in each place, by their innermost states."""
        counts: dict[str, int] = {}
        for position in self.stranded:
            counts[str(position)] = counts.get(str(position), 0) + 1
        return counts

    def __str__(self) -> str:
        lines = [
            *self.renamed,
            *(f"- state {name}" for name in self.states_removed),
            *(f"+ state {name}" for name in self.states_added),
            *(f"~ state {name}" for name in self.states_changed),
            *(f"- {transition}" for transition in self.transitions_removed),
            *(f"+ {transition}" for transition in self.transitions_added),
        ]
        if self.positions:
            where = ", ".join(f"{place}: {n:,}" for place, n in self.stranded_by_state.items())
            lines.append(
                f"stranded: {len(self.stranded):,} of {self.positions:,} positions"
                + (f" ({where})" if where else "")
            )
            lines.extend(
                f"forgotten by {history}: {n:,} of {self.positions:,} positions"
                for history, n in self.forgotten.items()
            )
        return "\n".join(lines) or "no difference"


def compare(old: Chart, new: Chart, positions: Iterable[Position]) -> Difference:
    """Compare two charts; positions are of the old one."""
    where = f"Chart({old.name!r}).diff"
    if not isinstance(new, type(old)):
        raise InvalidType("a Chart is needed", found=_checks.kind_of(new), where=f"{where}.other")
    shape_old, shape_new = _shape(old), _shape(new)
    before, after = set(old.transitions), set(new.transitions)
    given = [old._own(position) for position in several(positions, "Position", f"{where}.positions")]
    fits: dict[tuple[str, ...], bool] = {}
    stranded = []
    for position in given:
        if position.leaves not in fits:
            fits[position.leaves] = _fits(new, position.leaves)
        if not fits[position.leaves]:
            stranded.append(position)
    alike = {position._place.memory: position for position in given}
    lost = {memory: carried(position, new, {})[1] for memory, position in alike.items()}
    forgotten = Counter(history for position in given for history in lost[position._place.memory])
    return Difference(
        renamed=tuple(
            f"{what} {was!r} -> {now!r}"
            for what, was, now in (
                ("name", old.name, new.name),
                ("version", old.version, new.version),
                ("parallel", old.parallel, new.parallel),
                ("initial", *_begin(old, new)),
            )
            if was != now
        ),
        states_added=tuple(name for name in shape_new if name not in shape_old),
        states_removed=tuple(name for name in shape_old if name not in shape_new),
        states_changed=tuple(n for n in shape_old if n in shape_new and shape_old[n] != shape_new[n]),
        transitions_added=tuple(t for t in new.transitions if t not in before),
        transitions_removed=tuple(t for t in old.transitions if t not in after),
        positions=len(given),
        stranded=tuple(stranded),
        forgotten=Map(forgotten),
    )


def _begin(*charts: Chart) -> tuple[str, ...]:
    """Give what each chart begins with; in parallel ones all states begin, so that nothing is told."""
    if any(chart.parallel for chart in charts):
        return tuple("" for _ in charts)
    return tuple(", ".join(chart._tree.names[n] for n in chart._tree.initials[ROOT]) for chart in charts)


def _shape(chart: Chart) -> dict[str, tuple[object, ...]]:
    """Give for each state and history what holds it, what it is and what it begins with."""
    tree = chart._tree
    return {
        name: (
            tree.names[tree.parents[n]],
            tree.kinds[n],
            tuple(tree.names[i] for i in tree.initials[n]),
        )
        for name, n in tree.index.items()
    }


def _fits(chart: Chart, leaves: tuple[str, ...]) -> bool:
    """Whether a chart can be in exactly these innermost states."""
    tree = chart._tree
    if any(name not in tree.index or not tree.atoms >> tree.index[name] & 1 for name in leaves):
        return False
    bits = 0
    for name in leaves:
        number = tree.index[name]
        while number:
            bits |= 1 << number
            number = tree.parents[number]
    return legal(tree, bits)
