"""The text of a verdict: one sentence, a tree, and the tree in Markdown.

What belongs here: how a verdict reads. What does not: how it is found (`_judging`) and how a criterion
reads (`_wording`).
"""

from __future__ import annotations

from collections.abc import Iterator

from qualify.criteria._criterion import TRUTHS, Criterion
from qualify.criteria._groups import AtLeast, Named, Weighted
from qualify.criteria._showing import cleaned, shown
from qualify.criteria._verdict import Part, Verdict
from qualify.criteria._wording import text
from qualify.errors import InvalidValue
from qualify.models import Facts
from qualify.truth import UNKNOWN

MAX_PARTS = 5  # leaves that one sentence names
MAX_PART = 120  # characters of one of them


def reason(verdict: Verdict) -> str:
    """Say in one sentence what the truth rests on: topics and truths, no value of hers."""
    criterion = verdict._criterion
    named = isinstance(criterion, Named)
    head = f"{criterion} is {verdict.truth}" if named else verdict.truth.name
    if verdict.truth is not UNKNOWN:
        return f"{head} because {_listed([cleaned(part, limit=MAX_PART) for part in verdict.because])}"
    causes = []
    if verdict.missing:
        are = "is" if len(verdict.missing) == 1 else "are"
        causes.append(f"{_listed(list(verdict.missing))} {are} not known")
    silent = [part for part in verdict.because if not part.missing]
    causes += [
        f"{part.criterion} {'failed' if part.faults else part.reason or 'gave no answer'}" for part in silent
    ]
    return f"{head} because {_listed(causes)}"


def because(verdict: Verdict) -> tuple[Part, ...]:
    """Give the leaves that forced the truth, in order: of those on which it rests, the ones that agree."""
    criterion, facts = verdict._criterion, verdict._facts
    assert criterion is not None  # noqa: S101 - set together with what is filled later
    assert facts is not None  # noqa: S101 - as above
    found = criterion._rests(facts, verdict._answers)
    return tuple(dict.fromkeys(p for p in found if verdict.truth is not UNKNOWN or p.truth is UNKNOWN))


def _listed(parts: list[str]) -> str:
    """Join a few phrases by commas and `and`, and say how many more there are."""
    head = parts[:MAX_PARTS]
    if len(parts) > MAX_PARTS:
        return f"{', '.join(head)} and {len(parts) - MAX_PARTS} more"
    return " and ".join([", ".join(head[:-1]), head[-1]]) if len(head) > 1 else head[0]


def explain(verdict: Verdict, *, words: bool, lines: int) -> str:
    """Give the tree of a verdict as text."""
    if verdict._criterion is None or verdict._facts is None:
        raise InvalidValue(
            "this verdict was stored, or made by a host, without its Facts",
            allowed="judge them again: criterion.judge(facts).explain()",
            where="Verdict.explain",
        )
    rows = _tree(verdict._criterion, verdict._facts, words=words)
    return "\n".join(_bounded((indent + line for indent, line in rows), lines))


def markdown(verdict: Verdict) -> str:
    """Give the tree of a verdict as a nested Markdown list, without her words."""
    if verdict._criterion is None or verdict._facts is None:
        return f"**{verdict.truth}** {_escaped(verdict.reason)}"
    rows = [f"**{verdict.truth}** {_escaped(verdict.reason)}", ""]
    for depth, node in _nodes(verdict._criterion, 0):
        code = (node._rule or node._compiled_rule())(verdict._facts.current._items, verdict._facts)
        rows.append(f"{'  ' * depth}- **{TRUTHS[code]}** {_escaped(_label(node))}")
    return "\n".join(_bounded(iter(rows), 100))


def _nodes(node: Criterion, depth: int) -> Iterator[tuple[int, Criterion]]:
    yield depth, node
    for part in node.parts:
        yield from _nodes(part, depth + 1)


def _tree(
    node: Criterion, facts: Facts, *, words: bool, indent: str = "", branch: str = ""
) -> Iterator[tuple[str, str]]:
    code = (node._rule or node._compiled_rule())(facts.current._items, facts)
    yield indent + branch, f"{TRUTHS[code]}  {_label(node)}{_said(node, facts) if words else ''}"
    below = indent + {"": "", "├─ ": "│  ", "└─ ": "   "}[branch]
    for i, part in enumerate(node.parts):
        last = i == len(node.parts) - 1
        yield from _tree(part, facts, words=words, indent=below, branch="└─ " if last else "├─ ")


def _label(node: Criterion) -> str:
    """Call a group by what it needs, since its parts stand below."""
    if isinstance(node, AtLeast):
        if node.need == len(node.parts):
            return "all of"
        return "any of" if node.need == 1 else f"at least {node.need} of"
    if isinstance(node, Weighted):
        return f"a score of at least {node.bar} from weights {', '.join(map(str, node.weights))}"
    return "not" if node.parts and not isinstance(node, Named) else cleaned(text(node), limit=MAX_PART)


def _said(node: Criterion, facts: Facts) -> str:
    """Give what is known on the topics of a leaf, in her words, bounded and cleaned."""
    if node.parts:
        return ""
    known = []
    for name in node._reads():
        entry = facts.current.get(name)
        known.append(f"{name}: {shown(entry.value) if entry is not None else 'not known'}")
    return f" ({'; '.join(known)})" if known else ""


def _bounded(rows: Iterator[str], lines: int) -> Iterator[str]:
    more = 0
    for count, row in enumerate(rows):
        if count < lines:
            yield row
        else:
            more += 1
    if more:
        yield f"and {more:,} more"


def _escaped(words: str) -> str:
    """Give words that Markdown and HTML show as they are."""
    for letter in "\\`*_[]<>|":
        words = words.replace(letter, f"\\{letter}")
    return words
