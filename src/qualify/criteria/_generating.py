"""A group as one Python function, in which each leaf stands as a few lines and decided parts are skipped.

What belongs here: writing that function from the closed set of nodes, and compiling it, as attrs does for
its initialisers. Nothing from outside becomes code: names and constants enter as literals of text and
numbers, or by reference. What does not: what a node means, which the closures (`_judging`) say once more,
and a property test compares them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs

from qualify.criteria._atoms import Atom
from qualify.criteria._criterion import Criterion, Rule
from qualify.criteria._groups import AtLeast, Named, Not, Weighted
from qualify.truth import Truth

MAX_LOOPS = 12  # Python compiles at most 20 nested blocks
_TESTS = {
    "number": "k is int or k is float or k is Decimal",
    "text": "k is str",
    "date": "k is date",
    "instant": "k is datetime",
    "duration": "k is timedelta",
}
_NAMES = {
    "int": int,
    "float": float,
    "str": str,
    "Decimal": Decimal,
    "date": date,
    "datetime": datetime,
    "timedelta": timedelta,
    "YES": Truth.YES,
    "UNKNOWN": Truth.UNKNOWN,
    "NO": Truth.NO,
}


@attrs.frozen
class Then:
    """What to do when a part turns out YES, NO or UNKNOWN: lines of code."""

    yes: Sequence[str]
    no: Sequence[str]
    unknown: Sequence[str]

    def swapped(self) -> Then:
        return Then(self.no, self.yes, self.unknown)


def generated_rule(node: Criterion) -> Rule:
    """Give the bare code of a group as one function, which skips what can no longer matter."""
    rule: Rule = function(Source().of(node))
    return rule


def function(made: tuple[str, dict[str, Any]]) -> Any:  # noqa: ANN401 - a Rule or a Pass
    """Compile the lines of a function, with what they refer to."""
    source, names = made
    exec(compile(source, "<criterion>", "exec"), names)  # noqa: S102 - our own lines, see above
    return names["made"]


class Source:
    """The lines of one function, and what they refer to."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = dict(_NAMES)
        self.count = 0
        self.loops = 0

    def of(self, node: Criterion) -> tuple[str, dict[str, Any]]:
        self.lines.append("def made(items, facts):")
        self.emit(node, Then(["return 1"], ["return -1"], ["return 0"]), 1)
        return "\n".join(self.lines), self.names

    def line(self, text: str, level: int) -> None:
        self.lines.append(" " * level + text)

    def block(self, lines: Sequence[str], level: int) -> None:
        for text in lines or ["pass"]:
            self.line(text, level)

    def fresh(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def literal(self, value: object) -> str:
        """Give a constant as it may stand in code: text and numbers as they are, all else by reference."""
        if type(value) in {int, float, str}:
            return f"({value!r})"
        name = self.fresh("K")
        self.names[name] = value
        return name

    def emit(self, node: Criterion, then: Then, level: int) -> None:
        if isinstance(node, Named):
            self.emit(node.part, then, level)
        elif isinstance(node, Not):
            self.emit(node.part, then.swapped(), level)
        elif isinstance(node, Atom) and node.operator not in {"within", "due"}:
            self.atom(node, then, level)
        elif not node.parts or self.loops >= MAX_LOOPS:
            self.called(node, then, level)
        elif isinstance(node, AtLeast) and node.need in {1, len(node.parts)}:
            self.fold(node, then, level)
        else:
            self.counted(node, then, level)

    def called(self, node: Criterion, then: Then, level: int) -> None:
        name = self.fresh("f")
        self.names[name] = node._rule or node._compiled_rule()
        self.line(f"c = {name}(items, facts)", level)
        self.dispatch("c", then, level)

    def dispatch(self, code: str, then: Then, level: int) -> None:
        self.line(f"if {code} > 0:", level)
        self.block(then.yes, level + 1)
        self.line(f"elif {code} < 0:", level)
        self.block(then.no, level + 1)
        self.line("else:", level)
        self.block(then.unknown, level + 1)

    # -- leaves -----------------------------------------------------------------------------------------

    def entry(self, topic: str, level: int) -> str:
        """Look up what is known on a topic, and give the name of the variable that holds it."""
        self.line(f"e = items.get({self.literal(topic)})", level)
        return "e"

    def atom(self, atom: Atom, then: Then, level: int) -> None:
        entry = self.entry(atom.topic, level)
        self.line(f"if {entry} is None:", level)
        self.block(then.no if atom.operator == "known" else then.unknown, level + 1)
        self.line("else:", level)
        self.line(f"v = {entry}.value", level + 1)
        if atom.operator == "known":
            self.choose([("v is None or v is UNKNOWN", then.no), ("", then.yes)], level + 1)
        elif atom.operator == "is_true":
            unknown = [*then.unknown, *self.unreadable(atom)]
            cases = [("v is True or v is YES", then.yes), ("v is False or v is NO", then.no), ("", unknown)]
            self.choose(cases, level + 1)
        elif atom.operator == "exists":
            cases = [
                ("v is None or v is UNKNOWN", then.unknown),
                ("v is NO", then.no),
                ("v is YES or v", then.yes),
                ("", then.no),
            ]
            self.choose(cases, level + 1)
        else:
            self.compared(atom, then, level + 1)

    def compared(self, atom: Atom, then: Then, level: int) -> None:
        kind = atom.kind
        assert kind is not None  # noqa: S101 - these operators compare
        self.line("k = v.__class__", level)
        self.line(f"if {_TESTS[kind]}:", level)
        self.choose([(self.condition(atom), then.yes), ("", then.no)], level + 1)
        self.line("elif v is False or v is NO:", level)
        self.block(then.yes if atom.operator in {"!=", "<", "<="} else then.no, level + 1)
        self.line("else:", level)
        self.block([*then.unknown, *self.unreadable(atom)], level + 1)

    def unreadable(self, atom: Atom) -> Sequence[str]:
        """What else to do with a value of another kind: nothing, where nobody asks why."""
        return ()

    def condition(self, atom: Atom) -> str:
        if atom.operator == "between":
            low, high = atom.values
            return f"{self.literal(low)} <= v <= {self.literal(high)}"
        if atom.operator == "one_of":
            return f"v in {self.literal(frozenset(atom.values))}"
        return f"v {atom.operator} {self.literal(atom.value)}"

    def choose(self, cases: Sequence[tuple[str, Sequence[str]]], level: int) -> None:
        word = "if"
        for condition, lines in cases:
            self.line(f"{word} {condition}:" if condition else "else:", level)
            self.block(lines, level + 1)
            word = "elif"

    # -- groups -----------------------------------------------------------------------------------------

    def fold(self, group: AtLeast, then: Then, level: int) -> None:
        """All-of leaves at the first NO, any-of at the first YES; a note is kept of what is UNKNOWN."""
        every = group.need == len(group.parts)
        leave = then.no if every else then.yes
        open_ = self.fresh("u")
        self.line(f"{open_} = 0", level)
        returns = bool(leave) and leave[-1].startswith("return")
        out = list(leave) if returns else [f"{open_} = 2", "break"]
        inner = Then([], out, [f"{open_} = 1"]) if every else Then(out, [], [f"{open_} = 1"])
        self.looped(group, inner, level, needs_loop=not returns)
        self.line(f"if {open_} == 0:", level)
        self.block(then.yes if every else then.no, level + 1)
        if returns:
            self.line("else:", level)
            self.block(then.unknown, level + 1)
        else:
            self.line(f"elif {open_} == 1:", level)
            self.block(then.unknown, level + 1)
            self.line("else:", level)
            self.block(leave, level + 1)

    def looped(self, group: Criterion, inner: Then, level: int, *, needs_loop: bool) -> None:
        if not needs_loop:
            for part in group.parts:
                self.emit(part, inner, level)
            return
        self.line("while True:", level)
        self.loops += 1
        for part in group.parts:
            self.emit(part, inner, level + 1)
        self.loops -= 1
        self.line("break", level + 1)

    def counted(self, group: Criterion, then: Then, level: int) -> None:
        """Count k of n, and weights: bounds of the sum close in on each other until the bar lies outside."""
        weights, bar = weights_of(group)
        low, high = self.fresh("l"), self.fresh("h")
        self.line(f"{low} = {sum(w for w in weights if w < 0)}", level)
        self.line(f"{high} = {sum(w for w in weights if w > 0)}", level)
        self.line("while True:", level)
        self.loops += 1
        for part, weight in zip(group.parts, weights, strict=True):
            up = [f"{low} += {abs(weight)}", f"if {low} >= {bar}: break"]
            down = [f"{high} -= {abs(weight)}", f"if {high} < {bar}: break"]
            self.emit(part, Then(up, down, []) if weight > 0 else Then(down, up, []), level + 1)
        self.loops -= 1
        self.line("break", level + 1)
        cases = [(f"{low} >= {bar}", then.yes), (f"{high} < {bar}", then.no), ("", then.unknown)]
        self.choose(cases, level)


def weights_of(group: Criterion) -> tuple[tuple[int, ...], int]:
    """Give the weights and the bar of a group in whole units; of k of n they are ones, and k."""
    if isinstance(group, AtLeast):
        return (1,) * len(group.parts), group.need
    assert isinstance(group, Weighted)  # noqa: S101 - no other group is left
    return group.units, group.bar_units
