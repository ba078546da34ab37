"""How the bare truth about one lead is found: for each kind of node a closure with every constant bound.

What belongs here: functions that give a code (+1 YES, 0 UNKNOWN, -1 NO) and stop as soon as it is decided.
What does not: what a verdict says beside its truth (`_tracing`), words (`_wording`) and columns (`_plan`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from qualify.criteria._atoms import KINDS, Atom, Heard, as_instant, earlier, window
from qualify.criteria._criterion import Criterion, Items, Rule
from qualify.criteria._generating import generated_rule
from qualify.criteria._groups import Named, Not
from qualify.criteria._host import HostCriterion, caller, code_of
from qualify.models import Facts
from qualify.truth import Truth

# That there is none (`Truth.NO`, or False) sorts below every value and equals none, so that `x < 3` stays the
# negation of `x >= 3`. That there is one (`Truth.YES`, or True) does not say which: UNKNOWN.
_NONE = Truth.NO
_CODES: dict[object, int] = {Truth.YES: 1, Truth.UNKNOWN: 0, Truth.NO: -1}
_TRUTH = KINDS["truth"]
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def rule_of(node: Criterion) -> Rule:
    """Give the closure of a node, whatever its kind; of a group, a function written for it."""
    if isinstance(node, Atom):
        return _atom_rule(node)
    if isinstance(node, Heard):
        return _heard_rule(node)
    if isinstance(node, HostCriterion):
        return _host_rule(node)
    if isinstance(node, Named):
        return node.part._rule or node.part._compiled_rule()  # a name costs nothing
    if isinstance(node, Not):
        return _not_rule(node)
    return generated_rule(node)


# -- atoms ------------------------------------------------------------------------------------------------


def _atom_rule(atom: Atom) -> Rule:  # noqa: PLR0911 - one line an operator
    operator = atom.operator
    if operator in _COMPARE:
        return _comparison(atom, _COMPARE[operator])
    if operator == "between":
        return _between(atom)
    if operator == "one_of":
        return _one_of(atom)
    if operator == "is_true":
        return _is_true(atom.topic)
    if operator == "exists":
        return _exists(atom.topic)
    if operator == "known":
        return _known(atom.topic)
    return _calendar(atom)


def _comparison(atom: Atom, compare: Callable[[Any, Any], bool]) -> Rule:
    name, kinds, bound = atom.topic, _kinds(atom), atom.value
    if compare is ge:  # the usual one, without a call in between

        def at_least(items: Items, facts: Facts) -> int:
            entry = items.get(name)
            if entry is None:
                return 0
            value = entry.value
            if value.__class__ in kinds:
                return 1 if value >= bound else -1  # type: ignore[operator]
            return -1 if value is False or value is _NONE else 0

        return at_least
    absent = 1 if compare in {ne, lt, le} else -1

    def rule(items: Items, facts: Facts) -> int:
        entry = items.get(name)
        if entry is None:
            return 0
        value = entry.value
        if value.__class__ in kinds:
            return 1 if compare(value, bound) else -1
        return absent if value is False or value is _NONE else 0

    return rule


def _between(atom: Atom) -> Rule:
    name, kinds = atom.topic, _kinds(atom)
    low, high = atom.values

    def rule(items: Items, facts: Facts) -> int:
        entry = items.get(name)
        if entry is None:
            return 0
        value = entry.value
        if value.__class__ in kinds:
            return 1 if low <= value <= high else -1
        return -1 if value is False or value is _NONE else 0

    return rule


def _one_of(atom: Atom) -> Rule:
    name, kinds = atom.topic, _kinds(atom)
    allowed = frozenset(atom.values)

    def rule(items: Items, facts: Facts) -> int:
        entry = items.get(name)
        if entry is None:
            return 0
        value = entry.value
        if value.__class__ in kinds:
            return 1 if value in allowed else -1
        return -1 if value is False or value is _NONE else 0

    return rule


def _is_true(name: str) -> Rule:
    codes = {True: 1, False: -1, Truth.YES: 1, Truth.NO: -1}

    def rule(items: Items, facts: Facts) -> int:
        entry = items.get(name)
        if entry is None:
            return 0
        value = entry.value
        return codes.get(value, 0) if value.__class__ in _TRUTH else 0

    return rule


def _exists(name: str) -> Rule:
    def rule(items: Items, facts: Facts) -> int:
        entry = items.get(name)
        if entry is None:
            return 0
        value: Any = entry.value
        if value is None:
            return 0
        if value.__class__ is Truth:
            return _CODES[value]
        return 1 if value else -1

    return rule


def _known(name: str) -> Rule:
    def rule(items: Items, facts: Facts) -> int:
        entry = items.get(name)
        return -1 if entry is None or entry.value is None or entry.value is Truth.UNKNOWN else 1

    return rule


def _calendar(atom: Atom) -> Rule:
    name, kinds, span, operator = atom.topic, _kinds(atom), atom.value, atom.operator
    assert isinstance(span, timedelta)  # noqa: S101 - for the type checker

    def rule(items: Items, facts: Facts) -> int:
        entry = items.get(name)
        if entry is None:
            return 0
        value = entry.value
        if value.__class__ not in kinds:
            return -1 if value is False or value is _NONE else 0
        begin, end = window(operator, as_instant(value), span)
        at = facts.at
        return 1 if (begin is None or begin <= at) and (end is None or at < end) else -1

    return rule


def _kinds(atom: Atom) -> frozenset[type]:
    kinds = atom.readable
    assert kinds is not None  # noqa: S101 - for the type checker: these operators compare
    return kinds


# -- other nodes ------------------------------------------------------------------------------------------


def _heard_rule(heard: Heard) -> Rule:
    kinds, last, times = frozenset(heard.kinds), heard.last, heard.times

    def rule(items: Items, facts: Facts) -> int:
        left = times
        since = None if last is None else earlier(facts.at, last)
        if since is None:
            for signal in facts.signals:
                if signal.kind in kinds:
                    left -= 1
                    if not left:
                        return 1
            return -1
        for signal in facts.signals:
            if signal.kind in kinds and signal.at > since:
                left -= 1
                if not left:
                    return 1
        return -1

    return rule


def _host_rule(host: HostCriterion) -> Rule:
    call = caller(host)

    def rule(items: Items, facts: Facts) -> int:
        return code_of(call(facts))

    return rule


def _not_rule(node: Not) -> Rule:
    inner = node.part._rule or node.part._compiled_rule()

    def rule(items: Items, facts: Facts) -> int:
        return -inner(items, facts)

    return rule
