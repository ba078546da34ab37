"""A chart as the JSON of an XState v5 machine.

What belongs here: the machine's configuration. What does not: its one guard, which the host writes: it is
named `qualify`, and its parameters say which answers are needed and which states must be active.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from qualify.stages._parts import History, State

if TYPE_CHECKING:
    from qualify.stages._chart import Chart
    from qualify.stages._tree import Edge

    Node: TypeAlias = dict[str, Any]


def write(chart: Chart) -> str:
    """Give the machine as JSON text."""
    machine: Node = {"id": chart.name, "version": chart.version}
    if chart.parallel:
        machine["type"] = "parallel"
    else:
        machine["initial"] = _initial(chart, 0)
    machine["states"] = {part.name: _part(chart, part) for part in chart.states}
    return json.dumps(machine, indent=2, ensure_ascii=False) + "\n"


def _initial(chart: Chart, number: int) -> object:
    """Give where a state begins: a child's name, else the targets inside it."""
    tree = chart._tree
    goals = tree.initials[number]
    if len(goals) == 1 and tree.parents[goals[0]] == number:
        return tree.names[goals[0]]
    return {"target": [f"#{tree.names[goal]}" for goal in goals]}


def _part(chart: Chart, part: State | History) -> Node:
    tree = chart._tree
    number = tree.index[part.name]
    node: Node = {"id": part.name}
    if isinstance(part, History):
        node |= {"type": "history", "history": "deep" if part.deep else "shallow"}
        if part.default:
            node["target"] = [f"#{name}" for name in part.default]
        return node
    if part.parallel:
        node["type"] = "parallel"
    elif part.states:
        node["initial"] = _initial(chart, number)
    for edge in tree.edges:
        if edge.source == number:
            _transition(node, edge)
    if part.states:
        node["states"] = {inner.name: _part(chart, inner) for inner in part.states}
    return node


def _transition(node: Node, edge: Edge) -> None:
    written = edge.written
    entry: Node = {}
    if written.to:
        entry["target"] = [f"#{name}" for name in written.to]
        if not written.internal:
            entry["reenter"] = True
    params: Node = {}
    if written.when:
        params["when"] = {q: [truth.name for truth in needed] for q, needed in written.when.items()}
    if written.inside:
        params["inside"] = list(written.inside)
    if params:
        entry["guard"] = {"type": "qualify", "params": params}
    if written.after is not None:
        millis = written.after / timedelta(milliseconds=1)
        node.setdefault("after", {}).setdefault(f"{millis:.15g}", []).append(entry)
    elif not written.on:
        node.setdefault("always", []).append(entry)
    for event in written.on:
        node.setdefault("on", {}).setdefault(event, []).append(entry)
