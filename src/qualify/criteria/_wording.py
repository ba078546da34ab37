"""How criteria read: as code, as plain words, and bounded.

What belongs here: text of criteria. What does not: text of values (`_showing`), and what a truth rests on
(`_explaining`).
"""

from __future__ import annotations

from qualify._maps import Plain
from qualify.criteria._atoms import Atom, Heard
from qualify.criteria._criterion import Criterion
from qualify.criteria._groups import AtLeast, Named, Not, Weighted
from qualify.criteria._host import HostCriterion
from qualify.criteria._showing import shown, span

MAX_CODE = 2_000  # characters of a criterion's repr
_SYMBOLS = {"==": "is", "!=": "is not"}
_PLURAL = 2


# -- plain words ------------------------------------------------------------------------------------------


def text(node: Criterion) -> str:  # noqa: PLR0911 - one line a node
    """Give a criterion in plain words, without outer brackets."""
    if isinstance(node, Named):
        return node.name
    if isinstance(node, Atom):
        return _atom_text(node)
    if isinstance(node, Heard):
        return _heard_text(node)
    if isinstance(node, Not):
        return f"not {_inner(node.part)}"
    if isinstance(node, AtLeast):
        return _group_text(node)
    if isinstance(node, Weighted):
        weighed = ", ".join(
            f"{_signed(weight)} if {_inner(part)}"
            for part, weight in zip(node.parts, node.weights, strict=True)
        )
        return f"a score of at least {node.bar} from {weighed}"
    assert isinstance(node, HostCriterion)  # noqa: S101 - no other leaf is left
    return node.name


def _atom_text(atom: Atom) -> str:
    name, value = atom.topic, atom.value
    if atom.operator == "between":
        low, high = atom.values
        return f"{name} is between {shown(low)} and {shown(high)}"
    if atom.operator == "one_of":
        return f"{name} is one of {', '.join(shown(v) for v in atom.values)}"
    if atom.operator == "within":
        return f"{name} lies within the last {shown(value)}"
    if atom.operator == "due":
        return f"{name} comes within {shown(value)}"
    if atom.operator in {"exists", "known", "is_true"}:
        return f"{name} {({'exists': 'exists', 'known': 'is known', 'is_true': 'is true'})[atom.operator]}"
    return f"{name} {_SYMBOLS.get(atom.operator, atom.operator)} {shown(value)}"


def _heard_text(heard: Heard) -> str:
    often = "" if heard.times == 1 else f" at least {heard.times} times"
    when = "" if heard.last is None else f" within {span(heard.last)}"
    return f"heard {' or '.join(heard.kinds)}{often}{when}"


def _group_text(group: AtLeast) -> str:
    inner = [_inner(part) for part in group.parts]
    if group.need == len(inner):
        return " and ".join(inner)
    if group.need == 1:
        return " or ".join(inner)
    return f"at least {group.need} of ({', '.join(inner)})"


def _inner(node: Criterion) -> str:
    words = text(node)
    return f"({words})" if isinstance(node, (AtLeast, Weighted)) and len(node.parts) >= _PLURAL else words


def _signed(weight: object) -> str:
    written = str(weight)
    return written if written.startswith("-") else f"+{written}"


# -- code -------------------------------------------------------------------------------------------------


def code(node: Criterion) -> str:
    """Give the expression that builds a criterion, bounded: what stands in a repr."""
    written = _code(node)
    return written if len(written) <= MAX_CODE else f"{written[: MAX_CODE - 1]}…"


def _code(node: Criterion) -> str:  # noqa: PLR0911 - one line a node
    if isinstance(node, Named):
        return f"{_operand(node.part)}.named({node.name!r})"
    if isinstance(node, Atom):
        return _atom_code(node)
    if isinstance(node, Heard):
        return _heard_code(node)
    if isinstance(node, Not):
        return f"~{_operand(node.part)}"
    if isinstance(node, AtLeast):
        if len(node.parts) == 1:
            return f"at_least(1, {_code(node.parts[0])})"
        if node.need == len(node.parts):
            return " & ".join(_operand(part) for part in node.parts)
        if node.need == 1:
            return " | ".join(_operand(part) for part in node.parts)
        return f"at_least({node.need}, {', '.join(map(_code, node.parts))})"
    if isinstance(node, Weighted):
        weighed = ", ".join(f"{_code(p)}: {w!r}" for p, w in zip(node.parts, node.weights, strict=True))
        return f"weighted({{{weighed}}}, bar={node.bar!r})"
    assert isinstance(node, HostCriterion)  # noqa: S101 - no other leaf is left
    return f"<criterion {node.name!r} version {node.version!r} of {', '.join(node.uses) or 'no topic'}>"


def _operand(node: Criterion) -> str:
    """Give code that binds at least as tightly as an operator: comparisons and groups in parentheses."""
    written = _code(node)
    joins = isinstance(node, AtLeast) and len(node.parts) > 1 and node.need in {1, len(node.parts)}
    compares = isinstance(node, Atom) and node.operator in {"==", "!=", "<", "<=", ">", ">="}
    return f"({written})" if joins or compares else written


def _atom_code(atom: Atom) -> str:
    subject = f"topic({atom.topic!r})"
    if atom.operator in {"between", "one_of"}:
        return f"{subject}.{atom.operator}({', '.join(map(_constant, atom.values))})"
    if atom.operator in {"exists", "known", "is_true"}:
        return f"{subject}.{atom.operator}()"
    if atom.operator in {"within", "due"}:
        return f"{subject}.{atom.operator}({_constant(atom.value)})"
    return f"{subject} {atom.operator} {_constant(atom.value)}"


def _heard_code(heard: Heard) -> str:
    kinds = ", ".join(map(repr, heard.kinds))
    if heard.last is None:
        return f"heard({kinds}{'' if heard.times == 1 else f', times={heard.times}'})"
    times = "" if heard.times == 1 else f", times={heard.times}"
    return f"heard({kinds}).within({_constant(heard.last)}{times})"


def _constant(value: Plain) -> str:
    """Give a constant as one writes it, datetimes and durations without their module."""
    return repr(value).removeprefix("datetime.")
