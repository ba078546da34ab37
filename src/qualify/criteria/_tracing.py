"""What a verdict says beside its text, found in one pass: a function written for each criterion.

What belongs here: the pass that visits every part once and notes, of the leaves on which the truth rests,
what they miss, their evidence, and until when they hold; and the pass that gives those leaves, which only
disputes and the text need. What does not: the bare truth (`_judging`, `_generating`).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs

from qualify._checks import UTC
from qualify.criteria._atoms import Atom, Heard, kind_of
from qualify.criteria._criterion import Criterion, Items, Leaves, Pass
from qualify.criteria._generating import Source, Then, function, weights_of
from qualify.criteria._groups import AtLeast, Named, Not
from qualify.criteria._host import HostCriterion, caller, code_of, until
from qualify.criteria._verdict import Fault, Part
from qualify.truth import Truth

DAWN = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)  # stands for no end within the lines, so that all ends compare


def generated_pass(node: Criterion, *, ends: bool) -> Pass:
    """Give the pass over a criterion as one function.

    It gives the code, the missing topics, the ids of the evidence, until when it holds, and what host
    functions answered, in order. Without `ends` it is for Facts of which nothing goes stale, and does not
    look.
    """
    lasts = not ends and not any(_has_an_end(leaf) for leaf in node.leaves)
    made: Pass = function((_Lasting() if lasts else _Ending()).of(node))
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
        until = self.opened(node, made, level)
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

    def opened(self, node: Criterion, made: str, level: int) -> str:
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
    """The pass that makes a verdict where nothing ends: no fact, and no leaf by itself."""

    def start(self) -> None:
        self.names["report"] = report
        self.lines += ["def made(items, facts, faults):", " get = items.get", " missing = {}", " ids = {}"]

    def end(self, root: _Found) -> None:
        self.line("if None in ids: del ids[None]", 1)
        missing = f"tuple(missing) if missing and not {root.code} else ()"
        answers = "".join(f"{name}, " for name in self.answers)
        told = f"{missing}, tuple(ids) if ids else (), {self.until(root)}, ({answers})"
        self.line(f"return {root.code}, {told}", 1)

    def until(self, root: _Found) -> str:
        return "None"

    def unreadable(self, atom: Atom) -> Sequence[str]:
        return [f"report(faults, {self.reference(atom)}, v)"]

    def noted(self, atom: Atom, code: str, entry: str, level: int) -> str:
        """Note evidence and what is missing: where the code is decided there is some, but for `known`."""
        until = self.fresh("u")
        ends, lasts = self.holds(atom, until)
        if atom.operator == "known":
            self.then(level, f"if {entry} is not None: ids[{entry}.id] = 0")
            self.then(level, f"if {code} > 0: {ends}", f"else: {lasts}")
            return until
        self.then(level, f"if {code}: ids[{entry}.id] = 0; {ends}", "else:")
        self.then(level + 1, f"missing[{self.literal(atom.topic)}] = 0; {lasts}")
        self.then(level + 1, f"if {entry} is not None:")
        self.then(level + 2, f"ids[{entry}.id] = 0")
        self.then(level + 2, f"if {entry}.value is not None and {entry}.value is not UNKNOWN: {ends}")
        return until

    def holds(self, atom: Atom, until: str) -> tuple[str, str]:
        """Give what to do where an atom says something that may end, and where it says nothing."""
        return "pass", "pass"

    def counted_signals(self, heard: Heard, code: str, level: int) -> str:
        leaf = self.reference(heard)
        self.then(level, f"ids.update(dict.fromkeys({leaf}._ids(facts)))")
        return self.ended(f"{leaf}._until(items, facts) or never", level)

    def answered(self, host: HostCriterion, code: str, level: int) -> str:
        """Call a host function once, and keep its answer: the text shows it again."""
        answer, leaf = self.fresh("a"), self.reference(host)
        self.answers.append(answer)
        self.line(f"{answer} = {self.reference(caller(host))}(facts)", 1)
        self.line(f"{code} = code_of({answer})", 1)
        self.line(f"if {answer}.__class__ is not bool: faults += {answer}.faults", 1)
        self.then(level, f"note({leaf}, {answer}, items, missing, ids)")
        return self.ended(f"until_of({leaf}, {answer}, facts) or never", level)

    def ended(self, expression: str, level: int) -> str:
        made = self.fresh("u")
        self.then(level, f"{made} = {expression}")
        return made


class _Ending(_Lasting):
    """The same, and until when each part holds: to the first end of its parts, or to the last that counts."""

    def start(self) -> None:
        super().start()
        self.names |= {"DAWN": DAWN, "NEVER": NEVER, "code_of": code_of, "note": note, "until_of": until}
        self.lines += [" ends = facts._ends", " never = NEVER"]

    def until(self, root: _Found) -> str:
        return f"None if {root.until} is never else {root.until}"

    def holds(self, atom: Atom, until: str) -> tuple[str, str]:
        if atom.operator in {"within", "due"}:
            return f"{until} = {self.reference(atom)}._until(items, facts) or never", f"{until} = never"
        topic = self.literal(atom.topic)
        return f"{until} = ends[{topic}] if {topic} in ends else never", f"{until} = never"

    def opened(self, node: Criterion, made: str, level: int) -> str:
        until = self.fresh("u")
        if _counts(node):
            self.then(level, f"{until} = []")
        else:
            spare = _spares(node, made)
            self.then(level, f"{until} = DAWN if {spare} else never" if spare else f"{until} = never")
        return until

    def joined(self, node: Criterion, made: str, until: str, inner: str, level: int) -> None:
        """Take the first end of the parts, or the last of them where one part is enough."""
        spare = _spares(node, made)
        if _counts(node):
            self.then(level, f"{until}.append({inner})")
            return
        first = f"if {inner} is not never and {inner} < {until}: {until} = {inner}"
        if spare:
            self.then(level, f"if {spare}:")
            self.then(level + 1, f"if {inner} > {until}: {until} = {inner}")
            self.then(level, f"el{first}")
        else:
            self.then(level, first)

    def closed(self, node: Criterion, made: str, until: str, level: int) -> None:
        """Of a quorum, all but as many parts as it needs may end before the truth can change."""
        if _counts(node):
            assert isinstance(node, AtLeast)  # noqa: S101 - as `_counts` says
            need = f"({node.need} if {made} > 0 else {len(node.parts) - node.need + 1})"
            self.then(level, f"{until} = sorted({until})[-{need}] if {made} else min({until})")


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


def _counts(node: Criterion) -> bool:
    """Tell whether a group is a quorum that needs neither one nor all of its parts."""
    return isinstance(node, AtLeast) and node.need not in {1, len(node.parts)}


def _spares(node: Criterion, made: str) -> str:
    """Give the condition under which one part is enough to decide a group; "" if that never counts."""
    if not isinstance(node, AtLeast) or len(node.parts) == 1:
        return ""
    return f"{made} < 0" if node.need == len(node.parts) else f"{made} > 0"


# -- what the lines call -----------------------------------------------------------------------------------


def note(
    host: HostCriterion,
    answer: Any,  # noqa: ANN401 - a bool or an Answered
    items: Items,
    missing: dict[str, int],
    ids: dict[str | None, int],
) -> None:
    """Note what an answer misses and on what it rests: the evidence it names, or that of its topics."""
    if answer.__class__ is not bool:
        missing.update(dict.fromkeys(answer.missing, 0))
        if answer.evidence:
            ids.update(dict.fromkeys(answer.evidence, 0))
            return
    ids.update((items[topic].id, 0) for topic in host.uses if topic in items)


def report(faults: list[Fault], atom: Atom, value: object) -> None:
    """List a fact of another kind than the one compared; that there is one, or no answer, is none."""
    if value is None or isinstance(value, (bool, Truth)):
        return
    kind = kind_of(value) or type(value).__name__
    message = f"the fact is of kind {kind}, and {atom.kind} is compared here"
    faults.append(Fault(str(atom), "unreadable", message))
