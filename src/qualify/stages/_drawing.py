"""A chart for people: Mermaid, a plain-text table, Markdown for notebooks.

What belongs here: text out of the table. What does not: anything that is read back (`_scxml`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qualify.stages._parts import History, State, truths, waits
from qualify.stages._tree import ATOMIC, COMPOUND, DEEP, PARALLEL, SHALLOW
from qualify.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qualify.stages._chart import Chart
    from qualify.stages._parts import Transition
    from qualify.stages._tree import Edge, Tree

# A name that looks as the ids below do would be drawn as the state of that number.
_PLAIN = re.compile(r"(?!(?:s|chart)_[0-9]+$)[A-Za-z_]\w*", re.ASCII)
_ALL = frozenset(truth.value for truth in Truth)
_WORDS = frozenset(("state", "direction", "note", "end", "class", "classDef", "style", "as", "default"))


def mermaid(chart: Chart) -> str:
    """Give a Mermaid state diagram; what an outer state does is written out for each inner one.

    Viewers draw arrows from an outer state into itself badly, and fail at one from an outer state inside a
    region, so every arrow begins in an innermost state. Events that are taken and move nothing are not
    drawn, nor is what can never be taken there.
    """
    tree = chart._tree
    ids = {
        name: name if _PLAIN.fullmatch(name) and name not in _WORDS else f"s_{n}"
        for name, n in tree.index.items()
    }
    lines = ["stateDiagram-v2"]
    shift = "    "
    if chart.parallel:
        lines.append(f'{shift}state "{chart.name}" as chart_{len(tree.names)} {{')
        lines.extend(_inner(chart, chart.states, ids, shift * 2, parallel=True, initial=()))
        lines.append(f"{shift}}}")
    else:
        initial = [tree.names[n] for n in tree.initials[0]]
        lines.extend(_inner(chart, chart.states, ids, shift, parallel=False, initial=initial))
    for source, target, words in _arrows(chart):
        lines.append(f"{shift}{ids[source]} --> {ids[target]} : {words}")
    return "\n".join([*lines, ""])


def _inner(
    chart: Chart,
    parts: Sequence[State | History],
    ids: dict[str, str],
    shift: str,
    *,
    parallel: bool,
    initial: Sequence[str],
) -> Iterator[str]:
    tree = chart._tree
    for name in initial:
        yield f"{shift}[*] --> {ids[name]}"
    between = False
    for part in parts:
        if between and parallel and isinstance(part, State):
            yield f"{shift}--"
        between = between or isinstance(part, State)
        if isinstance(part, History):
            yield f'{shift}state "{"H*" if part.deep else "H"}" as {ids[part.name]}'
            continue
        label = f'"{part.name}" as {ids[part.name]}' if ids[part.name] != part.name else part.name
        if not part.states:
            yield f"{shift}state {label}"
            continue
        yield f"{shift}state {label} {{"
        begins = [tree.names[n] for n in tree.initials[tree.index[part.name]]]
        yield from _inner(chart, part.states, ids, shift + "    ", parallel=part.parallel, initial=begins)
        yield f"{shift}}}"


def _arrows(chart: Chart) -> Iterator[tuple[str, str, str]]:
    """Give each move from an innermost state, with all events that make it."""
    tree = chart._tree
    for leaf, kind in enumerate(tree.kinds):
        if kind != ATOMIC:
            continue
        found: dict[str, list[str]] = {}
        for edge, words in _reachable(chart, leaf):
            for target in edge.targets:
                found.setdefault(tree.names[target], []).append(words)
        for goal, labels in found.items():
            yield tree.names[leaf], goal, ", ".join(dict.fromkeys(labels))


def _reachable(chart: Chart, leaf: int) -> Iterator[tuple[Edge, str]]:
    """Give the transitions that an innermost state can take, its own before those around it."""
    tree = chart._tree
    surely, possibly = _beside(tree, leaf)
    earlier: dict[str, list[Edge]] = {}  # by event, those that no other region forbids
    number = leaf
    while number:
        for edge in (edge for edge in tree.edges if edge.source == number):
            if edge.inside and not edge.inside & possibly:
                continue
            names = [name for name in edge.written.on if not _forestalled(edge, earlier.get(name, []))]
            if names or not edge.written.on:
                yield edge, _label(edge.written, names)
            if not edge.inside or edge.inside & surely:
                for name in edge.written.on:
                    earlier.setdefault(name, []).append(edge)
        number = tree.parents[number]


def _beside(tree: Tree, leaf: int) -> tuple[int, int]:
    """Give the states that are active whenever an innermost state is, and those that can be."""
    surely = possibly = 0
    number = leaf
    while number:
        surely |= 1 << number
        above = tree.parents[number]
        if tree.kinds[above] == PARALLEL:
            for region in tree.children[above]:
                surely |= 1 << region
                possibly |= tree.below[region] if region != number else 0
        number = above
    return surely, surely | possibly


def _forestalled(edge: Edge, earlier: Sequence[Edge]) -> bool:
    """Whether transitions that are tried earlier leave a later one no answers."""
    needed = dict(edge.when)
    by_question: dict[str, frozenset[int]] = {}
    for other in earlier:
        if all(needed.get(question, _ALL) <= codes for question, codes in other.when):
            return True
        if len(other.when) == 1:
            ((question, codes),) = other.when
            by_question[question] = by_question.get(question, frozenset()) | codes
    return any(needed.get(question, _ALL) <= codes for question, codes in by_question.items())


def _label(written: Transition, names: Sequence[str]) -> str:
    told = " or ".join(names) if names else waits(written.after)
    conditions = _conditions(written)
    # A colon or a semicolon would end the label.
    return re.sub(r"[:;]", " ", f"{told} ({conditions})" if conditions else told)


def _conditions(written: Transition) -> str:
    asked = [f"{question} {truths(needed)}" for question, needed in written.when.items()]
    if written.inside:
        asked.append(f"in {' or '.join(written.inside)}")
    return ", ".join(asked)


def rows(chart: Chart) -> list[tuple[str, str, str, str]]:
    """Give the table: from, told, only if, to."""
    found = []
    for written in chart.transitions:
        told = ", ".join(written.on) or waits(written.after)
        goal = ", ".join(written.to) or "(stays)"
        found.append((written.source[0], told, _conditions(written), goal))
    return found


def text(chart: Chart) -> str:
    """Give the states as an outline and the transitions as an aligned table."""
    lines = [f"{chart.name} {chart.version}{' (parallel)' if chart.parallel else ''}", ""]
    lines.extend(_outline(chart))
    table = [("from", "told", "only if", "to"), *rows(chart)]
    widths = [max(len(row[i]) for row in table) for i in range(4)]
    lines.append("")
    for n, row in enumerate(table):
        lines.append("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if n == 0:
            lines.append("  ".join("-" * width for width in widths))
    return "\n".join([*lines, ""])


def _outline(chart: Chart) -> Iterator[str]:
    tree = chart._tree
    kinds = zip(tree.initials, tree.kinds, strict=True)
    begins = {n for initial, kind in kinds if kind == COMPOUND for n in initial}
    for name, number in tree.index.items():
        depth = 0
        above = tree.parents[number]
        while above:
            depth += bool(tree.names[above])
            above = tree.parents[above]
        kind = tree.kinds[number]
        words = []
        if kind >= SHALLOW:
            words.append("deep history" if kind == DEEP else "history")
        elif kind == PARALLEL:
            words.append("parallel")
        if number in begins:
            words.append("initial")
        said = f" ({', '.join(words)})" if words else ""
        yield f"{'  ' * depth}{name}{said}"


def markdown(chart: Chart) -> str:
    """Give the diagram and the table as Markdown."""
    table = ["| from | told | only if | to |", "|---|---|---|---|"]
    table.extend(f"| {' | '.join(row)} |" for row in rows(chart))
    lines = [f"**{chart.name}** {chart.version}", "", "```mermaid", f"{mermaid(chart)}```", "", *table, ""]
    return "\n".join(lines)
