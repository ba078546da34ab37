"""`Report`: what to do now and whether it works, as a page of 80 columns and as a dict.

What belongs here: words, order and layout. What does not: any decision and any number of its own.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np

from qualify import _canonical, _checks
from qualify._maps import Value
from qualify._report._deciding import ACTIONS, Decided
from qualify._report._signs import LABEL, LABELS, line, qualified, signs
from qualify.models import Action
from qualify.truth import NO, UNKNOWN, YES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.cohort import Cohort
    from qualify.models import Decision
    from qualify.playbook import Playbook

    Rows: TypeAlias = NDArray[np.intp]

WIDTH = 80
SHOWN = 20  # leads and customers that the page lists, unless every one is asked for
GROUPS = 20  # groups that --by lists
# What no instant in a file can change: everything counts as known at one moment, whichever it is.
NO_INSTANT = datetime(2000, 1, 1, tzinfo=_checks.UTC)
ORDER = (Action.SERVE, Action.SELL, Action.DISCOVER, Action.DISQUALIFY, Action.NURTURE)
_HEADS = {
    Action.SERVE: "SERVE first: customers to whom a promise was made",
    Action.SELL: "SELL: they can engage meaningfully, and now",
    Action.DISCOVER: "DISCOVER: not knowing is not a no, so ask one question",
    Action.DISQUALIFY: "DISQUALIFY: the tempting one, whom we would not serve well",
    Action.NURTURE: "NURTURE: not now, and keep an ear open",
}


@attrs.frozen(eq=False)
class Report(Value):
    """What to do now with the leads of one cohort, and the signs of whether qualification works."""

    title: str
    playbook: Playbook
    cohort: Cohort
    decided: Decided | None
    notes: tuple[str, ...]
    answers: Mapping[str, Any]

    def page(self, *, by: str | None = None, every: bool = False) -> str:
        """Give the page as text of at most 80 columns."""
        lines = [*_wrapped(self.title), *_wrapped(self._when()), ""]
        for note in self.notes:
            lines += _wrapped(note, "  ", "    ")
        if self.notes:
            lines.append("")
        if self.decided is not None:
            lines += self._now(self.decided, every=every)
            if by is not None:
                lines += self._groups(self.decided, by)
        lines += ["IS IT WORKING?"]
        for name, estimate in signs(self.cohort, self.decided, self.answers).items():
            lines += _wrapped(line(LABELS[name], estimate), "  ", " " * (LABEL + 4))
        if by is not None:
            lines += self._signs_by(by)
        lines += ["", *_wrapped(_HONEST)]
        return "\n".join(lines)

    def to_dict(self, *, by: str | None = None, every: bool = False) -> dict[str, Any]:
        """Give the same as plain values, ready for JSON."""
        decided = self.decided
        written: dict[str, Any] = {
            "title": self.title,
            "playbook": self.playbook.citation,
            "at": None if self.cohort.at is None else _canonical.instant_text(self.cohort.at),
            "leads": len(self.cohort),
            "notes": list(self.notes),
            "signs": {name: one.to_dict() for name, one in signs(self.cohort, decided, self.answers).items()},
        }
        if decided is not None:
            written["actions"] = {action.name: decided.count(action) for action in ORDER}
            written["listed"] = [self._entry_of(decided, row) for row in self._chosen(decided, every=every)]
        if by is not None:
            written["by"] = by
            written["groups"] = {
                name: one.to_dict() for name, one in signs(self.cohort, decided, self.answers, by).items()
            }
        return written

    # -- what to do now -----------------------------------------------------------------------------------

    def _when(self) -> str:
        if self.cohort.at is None:
            return "It holds no instants: what it says counts as known now."
        return f"As of {self.cohort.at:%Y-%m-%d %H:%M} UTC."

    def _now(self, decided: Decided, *, every: bool) -> Iterator[str]:
        yield "WHAT TO DO NOW"
        yield "  " + "   ".join(f"{action} {decided.count(action):,}" for action in ORDER)
        chosen = self._chosen(decided, every=every)
        for action in ORDER:
            rows = [row for row in chosen if ACTIONS[decided.actions[row]] is action]
            if not rows:
                continue
            yield ""
            yield from _wrapped(_HEADS[action])
            yield from self._entries(decided, rows)
            rest = decided.count(action) - len(rows)
            if rest:
                yield f"  and {rest:,} more"
        yield ""

    def _chosen(self, decided: Decided, *, every: bool) -> list[int]:
        """Choose whom to list: some of each action, those whose outcome is open first."""
        queues = [self._open_first(decided.of(action)) for action in ORDER]
        if every:
            return [row for queue in queues for row in queue]
        filled = [queue for queue in queues if queue]
        fair = SHOWN // max(len(filled), 1)
        taken = [min(len(queue), fair) for queue in filled]
        for i, queue in enumerate(filled):
            taken[i] += min(len(queue) - taken[i], SHOWN - sum(taken))
        return [row for queue, n in zip(filled, taken, strict=True) for row in queue[:n]]

    def _open_first(self, rows: Rows) -> list[int]:
        outcome = self.cohort.outcome
        if outcome is None:
            return list(rows.tolist())
        closed = np.ma.filled(outcome, 0)[rows] != UNKNOWN.value
        return list(rows[np.argsort(closed, kind="stable")].tolist())

    def _entries(self, decided: Decided, rows: list[int]) -> Iterator[str]:
        """List rows; those with the same reason and question stand together under it."""
        alike: dict[tuple[str, ...], list[int]] = {}
        for row in rows:
            reasons = self._reasons(decided.decision(row), decided.caption(row))
            alike.setdefault(reasons, []).append(row)
        for reasons, together in alike.items():
            for reason in reasons:
                yield from _wrapped(reason, "  ", "    ")
            for row in together:
                yield from _wrapped(self._who(row), "      ", "        ")

    def _reasons(self, decision: Decision, caption: str) -> tuple[str, ...]:
        why = decision.reason.partition(": ")[2] or decision.reason
        told = [f"{caption}: {why}" if caption else why]
        if decision.ask is not None:
            cost = f", {decision.ask.cost:g} minutes" if decision.ask.cost else ""
            told.append(f'ask "{decision.ask}" ({decision.ask.topic}{cost})')
        elif decision.action is Action.DISCOVER and decision.until is not None:
            told.append(f"asked already; look for the answer {self._until(decision)}")
        if decision.action in {Action.NURTURE, Action.DISQUALIFY} and decision.until is not None:
            code = "" if decision.code is None else f" ({decision.code.code})"
            told.append(f"look again {self._until(decision)}{code}")
        return tuple(told)

    def _who(self, row: int) -> str:
        parts = [str(self.cohort.ids[row])]
        for name in ("account", "offer", "owner", "state"):
            column = getattr(self.cohort, name)
            told = None if column is None else column[row]
            if name == "state" and told is not None:
                told = told.removesuffix(f", {self.playbook.not_asked}")  # nobody asked: nothing to say
            if told is not None:
                parts.append(f"{name} {told}")
        return ", ".join(parts)

    def _until(self, decision: Decision) -> str:
        assert decision.until is not None  # noqa: S101 - the caller looked
        if self.cohort.at is None:
            return f"in {(decision.until - decision.at).days} days"
        return f"on {decision.until:%Y-%m-%d}"

    def _entry_of(self, decided: Decided, row: int) -> dict[str, Any]:
        decision = decided.decision(row)
        written: dict[str, Any] = {"id": str(self.cohort.ids[row]), "action": decision.action.name}
        for name in ("account", "offer", "owner", "state"):
            column = getattr(self.cohort, name)
            if column is not None:
                written[name] = column[row]
        written["reason"] = decision.reason
        written["answers"] = {question: truth.name for question, truth in decision.answers.items()}
        written["missing"] = list(decision.missing)
        written["ask"] = None if decision.ask is None else _canonical.form(decision.ask)
        written["code"] = None if decision.code is None else decision.code.code
        if decision.until is not None:
            known = self.cohort.at is not None
            written["until"] = _canonical.instant_text(decision.until) if known else None
            written["until_days"] = (decision.until - decision.at).days
        return written

    # -- by groups ----------------------------------------------------------------------------------------

    def _groups(self, decided: Decided, by: str) -> Iterator[str]:
        names, place, counts = _grouped(self.cohort, by)
        head = "".join(f"{action.name:>11}" for action in ORDER)
        width = WIDTH - len(head) - 2
        yield f"WHAT TO DO NOW, BY {by.upper()}"
        yield f"  {'':<{width}}{head}"
        for i in counts[:GROUPS]:
            here = decided.actions[place == i]
            cells = "".join(f"{np.count_nonzero(here == ACTIONS.index(a)):>11,}" for a in ORDER)
            yield f"  {_cut(names[i], width - 1):<{width}}{cells}"
        if len(counts) > GROUPS:
            yield f"  and {len(counts) - GROUPS:,} more"
        yield ""

    def _signs_by(self, by: str) -> Iterator[str]:
        for name, estimate in signs(self.cohort, self.decided, self.answers, by).items():
            if estimate.labels is None or name == "win_rate":
                continue
            yield ""
            yield f"{LABELS[name]}, by {by}"
            ordered = sorted(estimate.items(), key=lambda entry: -entry[1].n)
            for label, one in ordered[:GROUPS]:
                told = line(_cut("none" if label is None else str(label), LABEL), one)
                yield from _wrapped(told, "  ", " " * (LABEL + 4))
            if len(ordered) > GROUPS:
                yield f"  and {len(ordered) - GROUPS:,} more"


_HONEST = (
    "Each interval in brackets holds at 95 % by itself; several do not all hold at that level at once. "
    "The signs are read from the outcomes as they stand; they do not say what caused them."
)


def diff_lines(before: Decided, after: Decided, *, every: bool) -> Iterator[str]:
    """Give which rows two playbooks decide otherwise: counts by kind of change, then row by row, and why."""
    changed = np.flatnonzero(before.actions != after.actions)
    rows = len(before.actions)
    yield f"{len(changed):,} of {rows:,} leads would be decided otherwise."
    if not len(changed):
        same = np.count_nonzero((before.rows != after.rows) | (before.columns != after.columns))
        if same:
            yield f"For {same:,} of them an answer changes, and the decision does not."
        return
    kinds: dict[tuple[int, int], int] = {}
    for row in changed.tolist():
        kind = int(before.actions[row]), int(after.actions[row])
        kinds[kind] = kinds.get(kind, 0) + 1
    for (was, now), n in sorted(kinds.items(), key=lambda entry: -entry[1]):
        yield f"  {ACTIONS[was]} -> {ACTIONS[now]}: {n:,}"
    yield ""
    shown = changed if every else changed[:SHOWN]
    for row in shown.tolist():
        was_, now_ = before.decision(row), after.decision(row)
        yield from _wrapped(f"{before.cohort.ids[row]}: {was_.action} -> {now_.action}", "  ", "    ")
        yield from _wrapped(f"was: {was_.reason.partition(': ')[2]}", "      ", "        ")
        yield from _wrapped(f"now: {now_.reason.partition(': ')[2]}", "      ", "        ")
    if len(changed) > len(shown):
        yield f"  and {len(changed) - len(shown):,} more; --all lists them"


def told_truths(cohort: Cohort, decided: Decided) -> str:
    """Give how many are qualified, how many are not, and of how many nobody can tell; and what that means."""
    codes, meaning = qualified(cohort, decided)
    told = ", ".join(
        f"{np.count_nonzero(codes == truth.value):,} {word}"
        for truth, word in ((YES, "qualified"), (NO, "not"), (UNKNOWN, "unknown"))
    )
    return f"{told}: {meaning}."


def _grouped(cohort: Cohort, by: str) -> tuple[list[str], Any, list[int]]:
    """Give the names of the groups, the place of each row's, and the places by size."""
    column = getattr(cohort, by)
    entries: Sequence[Any] = column.tolist() if column is not None else [None] * len(cohort)
    index: dict[Any, int] = {}
    place = np.array([index.setdefault(entry, len(index)) for entry in entries], np.intp)
    sizes = np.bincount(place, minlength=len(index)) if index else np.zeros(0, np.intp)
    names = ["none" if entry is None else str(entry) for entry in index]
    return names, place, np.argsort(-sizes, kind="stable").tolist()


def _wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=True,
    )


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
