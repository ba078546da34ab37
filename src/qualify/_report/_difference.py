"""Two playbooks side by side, in words: what differs between them, and whom that concerns.

What belongs here: words and order. What does not: any decision and any count of its own.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from qualify._report._page import SHOWN, WIDTH, counted, wrapped
from qualify.criteria import Named
from qualify.criteria._showing import shown
from qualify.criteria._wording import code, text

if TYPE_CHECKING:
    from qualify.criteria import Criterion
    from qualify.models import Topic
    from qualify.playbook import Playbook, Regime
    from qualify.playbook._diff import Diff

_PLAIN = ("opt_in", "review", "renewal_notice", "selling", "customer", "no_contact", "not_asked", "opted_out")
_LARGE = ("teaches", "economics", "win")


def differences(before: Playbook, after: Playbook) -> Iterator[str]:
    """Give a line for each criterion, topic, cell of a table and other part that differs: old -> new."""
    for name, one, two in _paired(before.criteria, after.criteria):
        words = _words(one), _words(two)
        if words[0] == words[1]:
            words = code(one), code(two)
        yield f"criterion {name}: {words[0]} -> {words[1]}"
    topics = ({topic.name: topic for topic in playbook.vocabulary} for playbook in (before, after))
    for name, one, two in _paired(*topics):
        yield from _of_topics(name, one, two)
    for name, one, two in _paired(before.regimes, after.regimes):
        yield from _of_regimes(name, one, two)
    for part in _PLAIN:
        values = getattr(before, part), getattr(after, part)
        if values[0] != values[1]:
            yield f"{_spaced(part)}: {_plain(values[0])} -> {_plain(values[1])}"
    for part in _LARGE:
        if getattr(before, part) != getattr(after, part):
            yield f"{_spaced(part)}: not the same"


def diff_lines(diff: Diff, *, every: bool) -> Iterator[str]:
    """Give which leads two playbooks decide otherwise: how many of each change, then who, by the reason."""
    yield f"{len(diff):,} of {counted(len(diff.before), 'lead')} would be decided otherwise."
    for move, n in sorted(diff.moves.items(), key=lambda entry: -entry[1]):
        yield f"  {move}: {n:,}"
    if len(diff.answers):
        yield f"For {len(diff.answers):,} more the answers differ, and the decision does not."
    asked = len(diff.asked)
    if asked:
        yield from wrapped(f"Of those decided alike, {asked:,} would be asked another question.")
    ids = diff.before.cohort.ids
    reasons = list(diff.reasons().items())
    for reason, rows in reasons if every else reasons[:SHOWN]:
        yield ""
        yield from wrapped(reason, "  ", "    ")
        listed = [str(one) for one in ids[rows].tolist()]
        if every:
            yield from wrapped(f"{counted(len(listed), 'lead')}: {', '.join(listed)}", "      ", "        ")
        else:
            yield _on_one_line(listed)
    if len(reasons) > SHOWN and not every:
        yield ""
        yield f"  and {counted(len(reasons) - SHOWN, 'more reason')}"


def _on_one_line(ids: list[str]) -> str:
    """Give as many ids as fit on the line, and how many more there are."""
    line = f"      {counted(len(ids), 'lead')}: "
    kept: list[str] = []
    for i, one in enumerate(ids):
        rest = len(ids) - i - 1
        tail = f" and {rest:,} more" if rest else ""
        if len(line) + len(", ".join([*kept, one])) + len(tail) > WIDTH:
            break
        kept.append(one)
    if not kept:
        return textwrap.shorten(f"{line}{ids[0]}", WIDTH, placeholder="…")
    left = len(ids) - len(kept)
    return line + ", ".join(kept) + (f" and {left:,} more" if left else "")


def _paired(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Give what differs by its name, None where one has nothing of that name."""
    for name in dict.fromkeys((*before, *after)):
        one, two = before.get(name), after.get(name)
        if one != two:
            yield name, one, two


def _words(criterion: Criterion | None) -> str:
    if criterion is None:
        return "nothing"
    return text(criterion.part) if isinstance(criterion, Named) else text(criterion)


def _of_topics(name: str, one: Topic | None, two: Topic | None) -> Iterator[str]:
    if one is None or two is None:
        yield f"topic {name}: {'new' if one is None else 'gone'}"
        return
    for part in ("type", "values", "fresh_for", "cost", "ask_again"):
        values = getattr(one, part), getattr(two, part)
        if values[0] != values[1]:
            yield f"topic {name}, {_spaced(part)}: {_plain(values[0])} -> {_plain(values[1])}"
    if one.question.text != two.question.text:
        yield f'topic {name}, question: "{one.question}" -> "{two.question}"'


def _of_regimes(name: str, one: Regime | None, two: Regime | None) -> Iterator[str]:
    if one is None or two is None:
        yield f"regime {name}: {'new' if one is None else 'gone'}"
        return
    questions = [f"{regime.table.rows} and {regime.table.columns}" for regime in (one, two)]
    if questions[0] != questions[1]:
        yield f"table of {name}, questions: {questions[0]} -> {questions[1]}"
    for row, column, action in one.table:
        now = two.table.action(row, column)
        if now is not action:
            cell = f"{two.table.rows} {row} and {two.table.columns} {column}"
            yield f"table of {name}, {cell}: {action} -> {now}"
    if one.table.captions != two.table.captions:
        yield f"table of {name}: other words for its cells"
    if one.tells != two.tells:
        yield f"regime {name}: other events tell the chart"


def _spaced(part: str) -> str:
    return part.replace("_", " ")


def _plain(value: Any) -> str:  # noqa: ANN401 - whatever a part holds
    if isinstance(value, tuple):
        return _listed(value) or "any"
    if isinstance(value, timedelta | bool):
        return shown(value)
    if isinstance(value, float):
        return f"{value:g}"
    return "none" if value is None else str(value)


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(map(shown, values))
