"""What a plan is made of, row by row, whether it comes from leads or from the columns of a cohort.

What belongs here: what was decided about whom, and what there is to ask. What does not: money and hours.
Imports numpy, and is imported when a plan is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np

from qualify import _arrays, _checks
from qualify.criteria import Criterion
from qualify.decisions import Chances
from qualify.errors import InvalidType, InvalidValue
from qualify.models import Action, Lead, Question
from qualify.playbook._asks import questions_of
from qualify.playbook._deciding import weigh
from qualify.playbook._many import CODE, MAY, decide_all, register_of
from qualify.stages import Journey

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify._arrays import ColumnLike
    from qualify.cohort import Cohort
    from qualify.models import Decision
    from qualify.playbook._playbook import Playbook

    Array: TypeAlias = NDArray[Any]
    Codes: TypeAlias = NDArray[np.int8]
    Rows: TypeAlias = NDArray[np.intp]

Pursuit: TypeAlias = "Lead | tuple[Journey, Lead]"


@attrs.frozen(eq=False, repr=False)
class Desk:
    """What a plan is made of, row by row: ids, owners, what was decided, what there is to ask."""

    ids: Array
    owner: Array | None
    offer: Array | None
    actions: Codes
    rows: Codes
    columns: Codes
    tables: tuple[tuple[str, str], ...]
    table: Codes
    questions: tuple[Question, ...]
    asked: Rows  # place among the questions, -1 where nothing is asked
    likely: Callable[[int], float | None] | None  # what a model says of a row, None without a model


def desk_of_cohort(
    playbook: Playbook, cohort: Cohort, at: datetime | None, contact: ColumnLike | None
) -> Desk:
    decided = decide_all(playbook, cohort, at=at, contact=contact)
    actions = decided.actions.copy()
    actions[decided.closed] = CODE[Action.NURTURE]  # nothing is left to decide, so nobody's hours are spent
    open_, asked = np.flatnonzero(actions == CODE[Action.DISCOVER]), np.full(len(decided), -1, np.intp)
    questions, asked[open_] = questions_of(decided, open_)
    model = _model(playbook)
    return Desk(
        ids=cohort.ids,
        owner=cohort.owner,
        offer=cohort.offer,
        actions=actions,
        rows=decided.rows,
        columns=decided.columns,
        tables=tuple((r.table.rows, r.table.columns) for r in playbook.regimes.values()),
        table=decided.regime,
        questions=questions,
        asked=asked,
        likely=None if model is None else (lambda row: model.likely(cohort.facts(row, at=decided.at))),
    )


def desk_of_leads(
    playbook: Playbook,
    leads: Iterable[Pursuit],
    at: datetime | None,
    contact: ColumnLike | None,
) -> Desk:
    if at is None:
        raise InvalidType("leads are planned at an instant", allowed="give at=", where="Playbook.plan")
    when = _checks.instant(at, "Playbook.plan.at")
    listed = [_pursuit(playbook, pursuit, when, i) for i, pursuit in enumerate(leads)]
    decisions: list[Decision] = []
    regimes: list[int] = []
    facts = []
    places = list(playbook.regimes.values())
    register = register_of(contact, len(listed))
    for i, (journey, lead) in enumerate(listed):
        may = None if register is None else MAY.get(int(register[i]))
        facts.append(playbook.facts(journey, lead, at=when))
        weighed = weigh(playbook, facts[-1], journey.at(when).active, contact=may)
        decisions.append(weighed.decision)
        regimes.append(places.index(weighed.regime))
    asks = [d.ask if d.action is Action.DISCOVER else None for d in decisions]
    questions = tuple(dict.fromkeys(ask for ask in asks if ask is not None))
    index = {question: i for i, question in enumerate(questions)}
    tables = tuple((regime.table.rows, regime.table.columns) for regime in places)
    model = _model(playbook)

    def truths(side: int) -> Codes:
        found = [d.answers[tables[r][side]].value for d, r in zip(decisions, regimes, strict=True)]
        return np.array(found, np.int8)

    return Desk(
        ids=_arrays.objects([lead.id for _, lead in listed]),
        owner=_arrays.objects([lead.owner for _, lead in listed]),
        offer=_arrays.objects([None if lead.offer is None else lead.offer.id for _, lead in listed]),
        actions=np.array([CODE[d.action] for d in decisions], np.int8),
        rows=truths(0),
        columns=truths(1),
        tables=tables,
        table=np.array(regimes, np.int8),
        questions=questions,
        asked=np.array([-1 if ask is None else index[ask] for ask in asks], np.intp),
        likely=None if model is None else (lambda row: model.likely(facts[row])),
    )


def _pursuit(playbook: Playbook, pursuit: object, at: datetime, place: int) -> tuple[Journey, Lead]:
    """Give a journey and its lead; a lead alone is one who has just begun."""
    if isinstance(pursuit, Lead):
        return Journey.start(playbook.chart, pursuit.id, at=at), pursuit
    if isinstance(pursuit, tuple) and len(pursuit) == 2:  # noqa: PLR2004 - a pair
        journey, lead = pursuit
        if isinstance(journey, Journey) and isinstance(lead, Lead):
            if journey.subject != lead.id:
                raise InvalidValue(
                    f"the journey is that of {journey.subject!r}",
                    found=_checks.show(lead.id),
                    where=f"leads[{place}]",
                )
            return journey, lead
    raise InvalidType(
        "a plan is made of leads, or of pairs of journey and lead, or of a cohort",
        found=_checks.kind_of(pursuit),
        where=f"leads[{place}]",
    )


def _model(playbook: Playbook) -> Chances | None:
    """Give the model behind the probability of a win, None where it is a table or nothing."""
    win = win_of(playbook)
    return win if win is not None and win.model is not None else None


def win_of(playbook: Playbook) -> Chances | None:
    return Chances.by(playbook.win) if isinstance(playbook.win, Criterion) else playbook.win
