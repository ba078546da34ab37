"""What a verdict says beside its text, found in one pass: a function written for each criterion.

What belongs here: the pass that visits every part once and notes, of the leaves on which the truth rests,
what they miss, their evidence, their disputes, and until when they hold. What does not: the bare truth
(`_judging`, `_generating`), and the parts themselves, which only the text needs (`_explaining`).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs

from qualify.criteria._atoms import Atom, Heard, kind_of
from qualify.criteria._criterion import Criterion, Items, Leaves, Pass
from qualify.criteria._generating import Source, Then, function, weights_of
from qualify.criteria._groups import AtLeast, Named, Not
from qualify.criteria._host import HostCriterion, caller, code_of, until
from qualify.criteria._verdict import Fault, Part
from qualify.models import Facts
from qualify.truth import Truth


def generated_pass(node: Criterion, *, ends: bool) -> Pass:
    """Give the pass over a criterion as one function.

    It gives the code, the missing topics, the ids of the evidence, the disputed topics, until when it
    holds, and what host functions answered, in order. Without `ends` it is for Facts of which nothing goes
    stale and nothing is disputed, and does not look.
    """
    whole = ends or any(_has_an_end(leaf) for leaf in node.leaves)
    made: Pass = function((_Ending() if whole else _Lasting()).of(node))
    return made


def _has_an_end(leaf: Criterion) -> bool:
    """Tell whether a leaf can change while its evidence stays: windows do, and hosts may."""
    return not isinstance(leaf, Atom) or leaf.operator in {"within", "due"}


def generated_leaves(node: Criterion) -> Leaves:
    """Give the same pass for the text: it gives the leaves on which the truth rests, and calls no host."""
    made: Leaves = function(_Leaves().of(node))
    return made


@attrs.frozen
class _Found:
    """The variables that hold the code of a node, and until when it holds."""

    code: str
    until: str = ""


class _Passing(Source):
    """The lines of a pass: first all codes, one after the other, then what those rest on, as a tree."""

    def __init__(self) -> None:
        super().__init__()
        self.after: list[tuple[int, str]] = []
        self.entries: dict[str, str] = {}
        self.answers: list[str] = []

    def of(self, node: Criterion) -> tuple[str, dict[str, Any]]:
        self.start()
        root = self.found(node, 1)
        for level, text in self.after:
            self.line(text, level)
        self.end(root)
        return "\n".join(self.lines), self.names

    @abstractmethod
    def start(self) -> None:
        """Write the first lines."""

    @abstractmethod
    def end(self, root: _Found) -> None:
        """Write the last lines."""

    def entry(self, topic: str, level: int) -> str:
        """Look up each topic once. The first half visits every part, so that it is there for the next."""
        known = self.entries.get(topic)
        if known is None:
            known = self.entries[topic] = self.fresh("e")
            self.line(f"{known} = get({self.literal(topic)})", level)
        return known

    def reference(self, value: object) -> str:
        name = self.fresh("P")
        self.names[name] = value
        return name

    def then(self, level: int, *lines: str) -> None:
        """Write lines into the second half."""
        self.after += [(level, text) for text in lines]

    def found(self, node: Criterion, level: int) -> _Found:
        """Write the lines that find the code of a node.

        `level` is where, in the second half, the lines stand that note what the node rests on.
        """
        if isinstance(node, Named):
            return self.found(node.part, level)
        if isinstance(node, Not):
            inner, code = self.found(node.part, level), self.fresh("r")
            self.line(f"{code} = -{inner.code}", 1)
            return _Found(code, inner.until)
        if node.parts:
            return self.group(node, level)
        code = self.fresh("c")
        if isinstance(node, Atom):
            return _Found(code, self.read(node, code, level))
        if isinstance(node, HostCriterion):
            return _Found(code, self.answered(node, code, level))
        assert isinstance(node, Heard)  # noqa: S101 - no other leaf is left
        return _Found(code, self.heard(node, code, level))

    # -- leaves -----------------------------------------------------------------------------------------

    def read(self, atom: Atom, code: str, level: int) -> str:
        if atom.operator in {"within", "due"}:
            entry = self.entry(atom.topic, 1)
            self.called(atom, Then([f"{code} = 1"], [f"{code} = -1"], [f"{code} = 0"]), 1)
            self.line(f"if not {code} and {entry} is not None:", 1)
            self.line(f"v = {entry}.value", 2)
            self.block(self.unreadable(atom), 2)
        else:
            self.atom(atom, Then([f"{code} = 1"], [f"{code} = -1"], [f"{code} = 0"]), 1)
            entry = self.entry(atom.topic, 1)
        return self.noted(atom, code, entry, level)

    @abstractmethod
    def noted(self, atom: Atom, code: str, entry: str, level: int) -> str:
        """Write what an atom adds, and give the variable that says until when it holds."""

    def heard(self, heard: Heard, code: str, level: int) -> str:
        self.line(f"{code} = {self.reference(heard._rule or heard._compiled_rule())}(items, facts)", 1)
        return self.counted_signals(heard, code, level)

    @abstractmethod
    def counted_signals(self, heard: Heard, code: str, level: int) -> str:
        """Write what the signals add that were counted."""

    @abstractmethod
    def answered(self, host: HostCriterion, code: str, level: int) -> str:
        """Write what a host's answer is, and what it adds."""

    # -- groups -----------------------------------------------------------------------------------------

    def group(self, node: Criterion, level: int) -> _Found:
        """A decided all-of rests on its NO parts, a decided any-of and quorum on those that decide it."""
        made = self.fresh("r")
        until = self.opened(level)
        inner: list[str] = []
        for part in node.parts:
            place = len(self.after)
            self.then(level, "")
            found = self.found(part, level + 1)
            self.after[place] = (level, f"if {_rests(node, made, found.code)}:")
            self.joined(node, made, until, found.until, level + 1)
            inner.append(found.code)
        self.closed(node, made, until, level)
        self.combine(node, made, inner)
        return _Found(made, until)

    def opened(self, level: int) -> str:
        """Write what comes before the parts of a group on which something rests."""
        return ""

    def joined(self, node: Criterion, made: str, until: str, inner: str, level: int) -> None:
        """Write what comes behind each of its parts."""

    def closed(self, node: Criterion, made: str, until: str, level: int) -> None:
        """Write what comes behind all of them."""

    def combine(self, node: Criterion, made: str, inner: Sequence[str]) -> None:
        if isinstance(node, AtLeast) and node.need in {1, len(inner)}:
            sign = "<" if node.need == len(inner) else ">"
            self.line(f"{made} = {inner[0]}", 1)
            for code in inner[1:]:
                self.line(f"if {code} {sign} {made}: {made} = {code}", 1)
            return
        weights, bar = weights_of(node)
        low, high = self.fresh("l"), self.fresh("h")
        self.line(f"{low} = {sum(w for w in weights if w < 0)}", 1)
        self.line(f"{high} = {sum(w for w in weights if w > 0)}", 1)
        for code, weight in zip(inner, weights, strict=True):
            up, down = (">", "<") if weight > 0 else ("<", ">")
            self.line(f"if {code} {up} 0: {low} += {abs(weight)}", 1)
            self.line(f"elif {code} {down} 0: {high} -= {abs(weight)}", 1)
        self.line(f"{made} = 1 if {low} >= {bar} else -1 if {high} < {bar} else 0", 1)


class _Lasting(_Passing):
    """The pass that makes a verdict, over Facts of which nothing ends and nothing is disputed."""

    def start(self) -> None:
        self.names |= {"report": report, "code_of": code_of, "note": note, "holds": holds, "until_of": until}
        self.lines += ["def made(items, facts, faults):", " get = items.get", " missing = {}", " ids = {}"]

    def end(self, root: _Found) -> None:
        self.line("if None in ids: del ids[None]", 1)
        missing = f"tuple(missing) if missing and not {root.code} else ()"
        answers = "".join(f"{name}, " for name in self.answers)
        told = f"{missing}, tuple(ids) if ids else (), {self.rest(root)}, ({answers})"
        self.line(f"return {root.code}, {told}", 1)

    def rest(self, root: _Found) -> str:
        return "(), None"

    def unreadable(self, atom: Atom) -> Sequence[str]:
        return [f"report(faults, {self.reference(atom)}, v)"]

    def noted(self, atom: Atom, code: str, entry: str, level: int) -> str:
        """Note evidence and what is missing: where the code is decided there is some, but for `known`."""
        if atom.operator == "known":
            self.then(level, f"if {entry} is not None: ids[{entry}.id] = 0")
        else:
            self.then(level, f"if {code}: ids[{entry}.id] = 0", "else:")
            self.then(level + 1, f"missing[{self.literal(atom.topic)}] = 0")
            self.then(level + 1, f"if {entry} is not None: ids[{entry}.id] = 0")
        return ""

    def counted_signals(self, heard: Heard, code: str, level: int) -> str:
        leaf = self.reference(heard)
        self.then(level, f"ids.update(dict.fromkeys({leaf}._ids(facts)))")
        return self.ended(f"{leaf}._until(items, facts)", level)

    def answered(self, host: HostCriterion, code: str, level: int) -> str:
        """Call a host function once, and keep its answer: the text shows it again."""
        answer, leaf = self.fresh("a"), self.reference(host)
        self.answers.append(answer)
        self.line(f"{answer} = {self.reference(caller(host))}(facts)", 1)
        self.line(f"{code} = code_of({answer})", 1)
        self.line(f"if {answer}.__class__ is not bool: faults += {answer}.faults", 1)
        self.then(level, f"note({leaf}, {answer}, facts, missing, ids, disputed)")
        return self.ended(f"until_of({leaf}, {answer}, facts)", level)

    def ended(self, expression: str, level: int) -> str:
        made = self.fresh("u")
        self.then(level, f"{made} = {expression}")
        return made


class _Ending(_Lasting):
    """The same, and until when each part holds, and on which of its topics sources disagree."""

    def start(self) -> None:
        super().start()
        self.lines += [" disputed = {}", " among = facts.disputed", " until = facts._ends.get"]

    def rest(self, root: _Found) -> str:
        return f"tuple(disputed) if disputed else (), {root.until}"

    def noted(self, atom: Atom, code: str, entry: str, level: int) -> str:
        """Write until when a leaf holds: while its evidence does, if that says anything at all."""
        super().noted(atom, code, entry, level)
        topic = self.literal(atom.topic)
        self.then(level, f"if among and {topic} in among and {entry} is not None: disputed[{topic}] = 0")
        if atom.operator in {"within", "due"}:
            return self.ended(f"{self.reference(atom)}._until(items, facts)", level)
        if atom.operator == "known":
            return self.ended(f"until({topic}) if {code} > 0 else None", level)
        made = self.ended(f"until({topic}) if {entry} is not None else None", level)
        self.then(level, f"if not {code} and {made} is not None and ({entry}.value in SILENT): {made} = None")
        self.names["SILENT"] = (None, Truth.UNKNOWN)
        return made

    def opened(self, level: int) -> str:
        made = self.ended("None", level)
        self.then(level, f"all_{made} = []")
        return made

    def joined(self, node: Criterion, made: str, until: str, inner: str, level: int) -> None:
        """Take the first end of the parts, or keep all of them where some may end without a change."""
        first = f"if {inner} is not None and ({until} is None or {inner} < {until}): {until} = {inner}"
        spare = _spares(node, made)
        if spare:
            self.then(level, f"if {spare}: all_{until}.append({inner})", f"el{first}")
        else:
            self.then(level, first)

    def closed(self, node: Criterion, made: str, until: str, level: int) -> None:
        spare = _spares(node, made)
        if spare:
            assert isinstance(node, AtLeast)  # noqa: S101 - no other group has parts to spare
            need = f"{node.need} if {made} > 0 else {len(node.parts) - node.need + 1}"
            self.then(level, f"if {spare}: {until} = holds(all_{until}, {need})")


class _Leaves(_Passing):
    """The pass that gives the leaves, from the Facts and from what the host functions answered."""

    def start(self) -> None:
        self.lines += ["def made(items, facts, answers):", " get = items.get", " found = []"]
        self.lines += [" add = found.append", " answer = iter(answers).__next__"]

    def end(self, root: _Found) -> None:
        self.line("return found", 1)

    def noted(self, atom: Atom, code: str, entry: str, level: int) -> str:
        self.then(level, f"add({self.reference(_parts(atom, (atom.topic,)))}[{code}])")
        return ""

    def counted_signals(self, heard: Heard, code: str, level: int) -> str:
        self.then(level, f"add({self.reference(_parts(heard))}[{code}])")
        return ""

    def answered(self, host: HostCriterion, code: str, level: int) -> str:
        answer = self.fresh("a")
        self.line(f"{answer} = answer()", 1)
        self.line(f"{code} = {self.reference(code_of)}({answer})", 1)
        parts = self.reference(_parts(host))
        self.then(level, f"add({parts}[{code}] if {answer}.__class__ is bool else {answer})")
        return ""


def _parts(leaf: Criterion, topics: tuple[str, ...] = ()) -> tuple[Part, Part, Part]:
    """Give a leaf by its code 0, 1, -1: made once, when the pass is."""
    return Part(leaf, Truth.UNKNOWN, missing=topics), Part(leaf, Truth.YES), Part(leaf, Truth.NO)


def _rests(node: Criterion, made: str, code: str) -> str:
    """Give the condition under which a group rests on a part."""
    if not isinstance(node, AtLeast):
        return "True"
    if node.need == len(node.parts):
        return f"{made} >= 0 or {code} < 0"
    return f"{made} <= 0 or {code} > 0" if node.need == 1 else f"not {made} or {code} == {made}"


def _spares(node: Criterion, made: str) -> str:
    """Give the condition under which parts of a group may change without changing it, "" if never."""
    if not isinstance(node, AtLeast) or len(node.parts) == 1:
        return ""
    if node.need == len(node.parts):
        return f"{made} < 0"
    return f"{made} > 0" if node.need == 1 else made


# -- what the lines call -----------------------------------------------------------------------------------


def holds(ends: list[datetime | None], need: int) -> datetime | None:
    """Give how long `need` of these hold: all but `need` - 1 may end before the truth can change."""
    known = sorted(end for end in ends if end is not None)
    spare = len(ends) - need
    return known[spare] if spare < len(known) else None


def note(
    host: HostCriterion,
    answer: Any,  # noqa: ANN401 - a bool or an Answered
    facts: Facts,
    missing: dict[str, int],
    ids: dict[str | None, int],
    disputed: dict[str, int],
) -> None:
    """Note what an answer misses and on what it rests: the evidence it names, or that of its topics."""
    if answer.__class__ is not bool:
        missing.update(dict.fromkeys(answer.missing, 0))
        if answer.evidence:
            ids.update(dict.fromkeys(answer.evidence, 0))
            return
    items: Items = facts.current._items
    for topic in host.uses:
        entry = items.get(topic)
        if entry is not None:
            ids[entry.id] = 0
            if topic in facts.disputed:
                disputed[topic] = 0


def report(faults: list[Fault], atom: Atom, value: object) -> None:
    """List a fact of another kind than the one compared; that there is one, or no answer, is none."""
    if value is None or isinstance(value, (bool, Truth)):
        return
    kind = kind_of(value) or type(value).__name__
    message = f"the fact is of kind {kind}, and {atom.kind} is compared here"
    faults.append(Fault(str(atom), "unreadable", message))
