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
from qualify._report._signs import LABEL, LABELS, first_table, line, qualified, signs
from qualify.models import Action
from qualify.scorecard import Scorecard, Target
from qualify.truth import NO, UNKNOWN, YES, Truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.cohort import Cohort
    from qualify.metrics import Estimate
    from qualify.models import Decision
    from qualify.playbook import Playbook
    from qualify.playbook._many import Decisions

    Rows: TypeAlias = NDArray[np.intp]

ACTIONS = tuple(Action)  # a code of a decision is a place in it
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
    decided: Decisions | None
    notes: tuple[str, ...]
    answers: Mapping[str, Any]
    targets: Mapping[str, Target] = attrs.field(factory=dict)

    def page(self, *, by: str | None = None, every: bool = False) -> str:
        """Give the page as text of at most 80 columns."""
        lines = [*wrapped(self.title), *wrapped(self._when()), ""]
        for note in self.notes:
            lines += wrapped(note, "  ", "    ")
        lines.append("")
        if self.decided is not None:
            lines += self._now(self.decided, every=every)
            if by is not None:
                lines += self._groups(self.decided, by)
        found = signs(self.cohort, self.decided, self.answers)
        lines.append(f"IS IT WORKING?{self._judged(found)}")
        for name, estimate in found.items():
            lines += wrapped(line(LABELS[name], estimate), "  ", " " * (LABEL + 4))
        if self.targets:
            lines.append("")
            for reason in self._card(found).reasons:
                lines += wrapped(reason, "", "  ")
        if by is not None:
            lines += self._signs_by(by)
        lines += ["", *wrapped(_HONEST)]
        return "\n".join(lines)

    def to_dict(self, *, by: str | None = None, every: bool = False) -> dict[str, Any]:
        """Give the same as plain values, ready for JSON."""
        decided = self.decided
        found = signs(self.cohort, decided, self.answers)
        written: dict[str, Any] = {
            "title": self.title,
            "playbook": self.playbook.citation,
            "at": None if self.cohort.at is None else _canonical.instant_text(self.cohort.at),
            "leads": len(self.cohort),
            "notes": list(self.notes),
            "signs": {name: one.to_dict() for name, one in found.items()},
            "working": self._card(found).truth.name,
            "reasons": list(self._card(found).reasons),
        }
        if decided is not None:
            written["actions"] = {action.name: len(_open(decided, action)) for action in ORDER}
            written["listed"] = [self._entry_of(decided, row) for row in self._chosen(decided, every=every)]
        if by is not None:
            written["by"] = by
            written["groups"] = {
                name: one.to_dict() for name, one in signs(self.cohort, decided, self.answers, by).items()
            }
        return written

    def _card(self, found: Mapping[str, Any]) -> Scorecard:
        return Scorecard.of(self.targets, **found)

    def _judged(self, found: Mapping[str, Estimate]) -> str:
        return f" {self._card(found).truth}" if self.targets else ""

    # -- what to do now -----------------------------------------------------------------------------------

    def _when(self) -> str:
        if self.cohort.at is None:
            return "It holds no instants: what it says counts as known now."
        return f"As of {self.cohort.at:%Y-%m-%d %H:%M} UTC."

    def _now(self, decided: Decisions, *, every: bool) -> Iterator[str]:
        yield "WHAT TO DO NOW"
        yield "  " + "   ".join(f"{action} {len(_open(decided, action)):,}" for action in ORDER)
        chosen = self._chosen(decided, every=every)
        for action in ORDER:
            rows = [row for row in chosen if ACTIONS[decided.actions[row]] is action]
            if not rows:
                continue
            yield ""
            yield from wrapped(_HEADS[action])
            yield from self._entries(decided, rows)
            rest = len(_open(decided, action)) - len(rows)
            if rest:
                yield f"  and {rest:,} more"
        yield ""

    def _chosen(self, decided: Decisions, *, every: bool) -> list[int]:
        """Choose whom to list: some of each action, those whose outcome is open first."""
        queues = [self._ranked(decided, _open(decided, action)) for action in ORDER]
        if every:
            return [row for queue in queues for row in queue]
        filled = [queue for queue in queues if queue]
        fair = SHOWN // max(len(filled), 1)
        taken = [min(len(queue), fair) for queue in filled]
        for i, queue in enumerate(filled):
            taken[i] += min(len(queue) - taken[i], SHOWN - sum(taken))
        return [row for queue, n in zip(filled, taken, strict=True) for row in queue[:n]]

    def _ranked(self, decided: Decisions, rows: Rows) -> list[int]:
        """Put those whose outcome is open first, and among them those of whom most is known."""
        regimes = tuple(self.playbook.regimes.values())
        order = np.zeros(len(rows))
        for number in set(decided.regime[rows].tolist()):
            table = regimes[number].table
            questions = (self.playbook.criteria[name] for name in (table.rows, table.columns))
            topics = dict.fromkeys(name for question in questions for name in question.topics)
            here = decided.regime[rows] == number
            for name in topics:
                order[here] += ~self.cohort.columns.known(name)[rows][here]
        if self.cohort.outcome is not None:
            order += 1_000 * (np.ma.filled(self.cohort.outcome, 0)[rows] != UNKNOWN.value)
        return list(rows[np.argsort(order, kind="stable")].tolist())

    def _entries(self, decided: Decisions, rows: list[int]) -> Iterator[str]:
        """List rows; those with the same reason and question stand together under it."""
        alike: dict[str, dict[str, list[str]]] = {}
        for row in rows:
            decision = decided.decision(row)
            who = self._who(row)
            if decision.until is not None and decision.ask is None:
                what = "answer due" if decision.action is Action.DISCOVER else "look again"
                who = f"{who}; {what} {self._until(decision)}"
            reason, question = self._reason(decision, self._caption(decided, row)), _question(decision)
            alike.setdefault(reason, {}).setdefault(question, []).append(who)
        for reason, asked in alike.items():
            yield from wrapped(reason, "  ", "    ")
            for question in sorted(asked, key=bool):  # those who are asked nothing stand under the reason
                yield from wrapped(question, "  ", "    ")
                for who in asked[question]:
                    yield from wrapped(who, "      ", "        ")

    def _caption(self, decided: Decisions, row: int) -> str:
        regime = tuple(self.playbook.regimes.values())[int(decided.regime[row])]
        return str(regime.table.caption(Truth(int(decided.rows[row])), Truth(int(decided.columns[row]))))

    def _reason(self, decision: Decision, caption: str) -> str:
        why = decision.reason.partition(": ")[2] or decision.reason
        code = "" if decision.code is None else f" ({decision.code.code})"
        return f"{caption}: {why}{code}" if caption else f"{why}{code}"

    def _who(self, row: int) -> str:
        parts = [str(self.cohort.ids[row])]
        for name in ("account", "offer", "owner", "state"):
            column = getattr(self.cohort, name)
            told = None if column is None else column[row]
            if name == "state" and told is not None:
                told = told.removesuffix(f", {self.playbook.not_asked}")  # nobody asked: nothing to say
            if told is not None:
                parts.append(f"{'in' if name == 'state' else name} {told}")
        return ", ".join(parts)

    def _until(self, decision: Decision) -> str:
        assert decision.until is not None  # noqa: S101 - the caller looked
        if self.cohort.at is None:
            return f"in {(decision.until - decision.at).days} days"
        return f"{decision.until:%Y-%m-%d}"

    def _entry_of(self, decided: Decisions, row: int) -> dict[str, Any]:
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

    def _groups(self, decided: Decisions, by: str) -> Iterator[str]:
        names, place, counts = _grouped(self.cohort, by)
        head = "".join(f"{action.name:>11}" for action in ORDER)
        width = WIDTH - len(head) - 2
        yield f"WHAT TO DO NOW, BY {by.upper()}"
        yield f"  {'':<{width}}{head}"
        for i in counts[:GROUPS]:
            here = decided.actions[(place == i) & ~decided.closed]
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
                yield from wrapped(told, "  ", " " * (LABEL + 4))
            if len(ordered) > GROUPS:
                yield f"  and {len(ordered) - GROUPS:,} more"


_HONEST = (
    "Each interval in brackets holds at 95 % by itself; several do not all hold at that level at once. "
    "The signs are read from the outcomes as they stand; they do not say what caused them."
)


def told_truths(cohort: Cohort, decided: Decisions) -> str:
    """Give how many are qualified, how many are not, and of how many nobody can tell; and what that means."""
    codes, meaning = qualified(cohort, decided)
    told = ", ".join(
        f"{np.count_nonzero(codes == truth.value):,} {word}"
        for truth, word in ((YES, "qualified"), (NO, "not"), (UNKNOWN, "unknown"))
    )
    return f"{told}: {meaning}."


def told_closed(decided: Decisions) -> str | None:
    """Say how many are closed, and so get no advice; None where none is."""
    n = int(np.count_nonzero(decided.closed))
    told = f"No advice is given on {counted(n, 'row')} whose outcome is won or lost; customers keep theirs."
    return told if n else None


def told_gaps(cohort: Cohort, decided: Decisions) -> str | None:
    """Say why nobody is qualified where it is because topics have no columns; None where it is not."""
    codes, _ = qualified(cohort, decided)
    if cohort.decision is not None or (codes == YES.value).any():
        return None
    table = first_table(decided.playbook)
    questions = (table.rows, table.columns)
    topics = dict.fromkeys(name for one in questions for name in decided.playbook.criteria[one].topics)
    answered = sum(name in cohort.topics for name in topics)
    if answered == len(topics):
        return None
    told = (
        f"The file answers {answered:,} of the {len(topics):,} topics on which {' and '.join(questions)} rest"
    )
    return f"{told}: map more columns, or write a playbook on those that it has."


def _open(decided: Decisions, action: Action) -> Rows:
    """Give the rows with this action that are not closed."""
    rows = decided.of(action)
    return rows[~decided.closed[rows]]


def _question(decision: Decision) -> str:
    """Give the question to ask, empty where there is none."""
    if decision.ask is None:
        return ""
    cost = f", {counted(decision.ask.cost, 'minute')}" if decision.ask.cost else ""
    return f'ask "{decision.ask}" ({decision.ask.topic}{cost})'


def counted(n: float, what: str) -> str:
    """Give a number with what it counts, in the singular where it is one.

    >>> counted(1, "row"), counted(1200, "row"), counted(2, "more entry")
    ('1 row', '1,200 rows', '2 more entries')
    """
    if n == 1:
        return f"1 {what}"
    number = f"{n:,}" if isinstance(n, int) else f"{n:g}"
    return f"{number} {what[:-1]}ies" if what.endswith("y") else f"{number} {what}s"


def _grouped(cohort: Cohort, by: str) -> tuple[list[str], Any, list[int]]:
    """Give the names of the groups, the place of each row's, and the places by size."""
    column = getattr(cohort, by)
    entries: Sequence[Any] = column.tolist() if column is not None else [None] * len(cohort)
    index: dict[Any, int] = {}
    place = np.array([index.setdefault(entry, len(index)) for entry in entries], np.intp)
    sizes = np.bincount(place, minlength=len(index)) if index else np.zeros(0, np.intp)
    names = ["none" if entry is None else str(entry) for entry in index]
    return names, place, np.argsort(-sizes, kind="stable").tolist()


def wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=True,
    )


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
