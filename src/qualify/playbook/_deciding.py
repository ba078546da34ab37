"""From Facts and a position to a Decision: two questions, one cell, one rule for asking, one for contact."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from math import isfinite
from typing import TYPE_CHECKING

import attrs

from qualify import _checks
from qualify._maps import Map
from qualify.criteria import NextQuestion, ask
from qualify.errors import InvalidValue, TimeError
from qualify.models import DO_NOT_CONTACT, NOT_READY, POOR_FIT, Action, Decision, Facts, Question
from qualify.models._vocabulary import ASK_AGAIN
from qualify.truth import Truth

if TYPE_CHECKING:
    from qualify.criteria import Verdict
    from qualify.decisions import Table
    from qualify.models import Reason
    from qualify.playbook._playbook import Playbook
    from qualify.playbook._regime import Regime

_STATES = 4_096  # states of knowledge for which a playbook remembers what to ask
_OPENS = frozenset((Action.SELL, Action.DISCOVER))  # the actions that start a conversation
_CODED = frozenset((Action.NURTURE, Action.DISQUALIFY))  # the actions that say why nobody sells now


@attrs.frozen
class Weighed:
    """A decision with what it came from: the regime, the verdicts, the topic that is waited for."""

    regime: Regime
    verdicts: Map[Verdict]
    decision: Decision
    waiting: str | None


@attrs.frozen
class _Asking:
    question: Question | None = None
    waiting: str | None = None
    until: datetime | None = None


def weigh(
    playbook: Playbook, facts: Facts, active: AbstractSet[str], *, contact: bool | None, seen: int = 0
) -> Weighed:
    """Decide what should happen now, by the table of the regime in whose state she is."""
    if contact is not None:
        _checks.boolean(contact, "contact")
    regime = regime_in(playbook, active)
    table = regime.table
    rows = playbook.criteria[table.rows].judge(facts)
    columns = playbook.criteria[table.columns].judge(facts)
    action = table.action(rows.truth, columns.truth)
    blocked = _is_blocked(playbook, active, contact=contact)
    silent = blocked and playbook.selling not in active  # a running deal is her own conversation
    code: Reason | None = None
    if silent and action in _OPENS:
        action, code = Action.NURTURE, DO_NOT_CONTACT
    elif action in _CODED:
        code = POOR_FIT if rows.truth is Truth.NO else NOT_READY
    asking = _Asking() if silent else _asking(playbook, facts, regime, rows, columns)
    until = None if action is Action.SELL else asking.until or _after(facts.at, playbook.review)
    decision: Decision = object.__new__(Decision)
    decision.__attrs_init__(  # its parts come from values that were checked when they were made
        action=action,
        at=facts.at,
        code=code,
        answers=Map.trusted({table.rows: rows.truth, table.columns: columns.truth}),
        missing=tuple(dict.fromkeys((*rows.missing, *columns.missing))),
        evidence=tuple(dict.fromkeys((*rows.evidence, *columns.evidence))),
        ask=asking.question,
        until=until,
        contact=False if blocked else contact,
        value=_worth(playbook, table, rows.truth, columns.truth, facts) if action is Action.SELL else None,
        playbook=playbook.citation,
        seen=seen,
    )
    return Weighed(regime, Map.trusted({table.rows: rows, table.columns: columns}), decision, asking.waiting)


def regime_in(playbook: Playbook, active: AbstractSet[str]) -> Regime:
    """Give the first regime in one of whose states she is."""
    for state, regime in playbook.regimes.items():
        if state in active:
            return regime
    raise InvalidValue(
        "no regime of this playbook decides here",
        found=", ".join(sorted(active)),
        allowed=f"regimes are {', '.join(playbook.regimes)}",
        where=f"Playbook {playbook.name!r}",
    )


def _is_blocked(playbook: Playbook, active: AbstractSet[str], *, contact: bool | None) -> bool:
    """Tell whether nobody may start a conversation: the one place where unknown may be a no."""
    return (
        contact is False
        or playbook.no_contact in active
        or (playbook.opt_in and playbook.not_asked in active and contact is not True)
    )


def _asking(playbook: Playbook, facts: Facts, regime: Regime, rows: Verdict, columns: Verdict) -> _Asking:
    """Give the one question that is worth asking, or the one that is under way and not yet answered."""
    table = regime.table
    verdicts = {table.rows: rows, table.columns: columns}
    unknown = tuple(name for name, verdict in verdicts.items() if verdict.truth is Truth.UNKNOWN)
    if not unknown:
        return _Asking()
    best = _best(playbook, unknown, facts)
    if best.question is None:
        return _Asking(waiting=best.waiting, until=best.until)
    known = playbook.vocabulary.get(best.question.topic)
    return _Asking(best.question, until=_after(facts.at, ASK_AGAIN if known is None else known.ask_again))


def _best(playbook: Playbook, questions: tuple[str, ...], facts: Facts) -> NextQuestion:
    """Give the next question; it follows from what is settled and known, so that it is looked up again.

    While a question is open, patience decides, and nothing is looked up.
    """
    criterion = playbook.asking(questions)
    if facts.asked or facts.vocabulary is not playbook.vocabulary:
        return ask(criterion, facts)
    settled = tuple(leaf.truth(facts) for leaf in criterion.leaves)
    state = (questions, settled, tuple(name in facts for name in criterion.topics))
    remembered = playbook._remembered  # noqa: SLF001 - the same room
    best = remembered.get(state)
    if best is None:
        best = ask(criterion, facts)
        if len(remembered) < _STATES:
            remembered[state] = best
    return best


def _worth(playbook: Playbook, table: Table, rows: Truth, columns: Truth, facts: Facts) -> float | None:
    """Give what selling to her now is worth, None where nobody knows the money or the probability."""
    if playbook.economics is None or playbook.win is None:
        return None
    from qualify.decisions import Chances  # only planning needs it, and its import is not free

    win = playbook.win if isinstance(playbook.win, Chances) else Chances.by(playbook.win)
    chance = win.likely(facts)
    if chance is None and (win.rows, win.columns) == (table.rows, table.columns):
        chance = win.chance(rows, columns)
    value = None if chance is None else playbook.economics.sale_value(chance).value
    return value if value is not None and isfinite(value) else None


def _after(at: datetime, span: timedelta) -> datetime:
    try:
        return at + span
    except OverflowError:
        raise TimeError(
            "the day to look again lies beyond the calendar",
            found=f"{at.isoformat()} and {span}",
            where="turn",
        ) from None
