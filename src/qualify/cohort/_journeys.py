"""From journeys to a cohort, and from the rows of a CRM's stage history to journeys.

What belongs here: both directions of the bridge between journeys and columns. What does not: what a
step does, which the chart says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from qualify import _checks
from qualify._maps import Value
from qualify.cohort._binding import Field, as_field
from qualify.cohort._reading import BadRow, Reader
from qualify.cohort._table import TableLike, columns_of, rows_of
from qualify.errors import InvalidValue
from qualify.models import Decision, Facts, Lead
from qualify.stages import Chart, Journey
from qualify.truth import NO, UNKNOWN, YES, Truth

if TYPE_CHECKING:
    from qualify.models import Vocabulary

_HISTORY = ("subject", "at", "event", "start", "by")
_NAT = np.datetime64("NaT", "us")


@attrs.frozen
class Imported(Value):
    """The `journeys` that rows gave, one for each subject, and the rows that were `refused`.

    >>> Imported((), (BadRow(2, "stage", "an instant is needed"),)).reasons
    {'an instant is needed': (2,)}
    """

    journeys: tuple[Journey, ...]
    refused: tuple[BadRow, ...]

    @property
    def reasons(self) -> dict[str, tuple[int, ...]]:
        """The numbers of the refused rows by reason, the commonest first."""
        found: dict[str, list[int]] = {}
        for bad in self.refused:
            found.setdefault(bad.asked, []).append(bad.row)
        return {why: tuple(rows) for why, rows in sorted(found.items(), key=lambda entry: -len(entry[1]))}


def journeys_from_rows(
    chart: Chart,
    rows: TableLike,
    mapping: Mapping[str, Field | str],
    *,
    where: str = "history",
    numbers: Sequence[int] | None = None,
) -> Imported:
    """Give the journeys that a CRM's stage history tells, and the rows that could not be taken, with reasons.

    `rows` is a table with one row for each change of stage, in any order; `mapping` names its columns:
    `subject` and `at`, `event` with the `values` that say which event of the chart led to a stage, and,
    where the export has them, `by` and `start`, the state from which the first change came. A journey
    begins at its first row, or, with `start`, in a state whose beginning nobody saw. Rows of one instant
    keep their order. `numbers` are the numbers of the rows in errors (default: from 0).

    Raises `UnknownName` for a column or an event that is not there. A row without subject, instant or
    event, and one that the chart refuses, is listed and left out.

    >>> from qualify.stages import SAAS
    >>> told = {"lead": ["ana", "ana", "bo"], "to": ["SQL", "Customer", "Renewal"],
    ...         "when": ["2026-05-01T09:00Z", "2026-06-01T09:00Z", "2026-05-02T09:00Z"]}
    >>> events = Field("to", values={"SQL": "accepted", "Customer": "won", "Renewal": "renewed"})
    >>> history = journeys_from_rows(SAAS, told, {"subject": "lead", "at": "when", "event": events})
    >>> [str(journey.position) for journey in history.journeys]
    ['onboarding, not_asked', 'engaged, not_asked']
    >>> print(history.refused[0])
    row 2, column 'to': renewed refused in engaged, not_asked: it is taken only in customer, where won leads
    """
    for key in mapping:
        if key not in _HISTORY:
            raise _checks.unknown("key", key, _HISTORY, where="mapping")
    for key in _HISTORY[:3]:
        if key not in mapping:
            raise InvalidValue(f"a history needs {key!r}", found=", ".join(mapping), where="mapping")
    fields = {key: as_field(field, f"mapping.{key}") for key, field in mapping.items()}
    columns = columns_of(rows, where)
    reader = Reader(columns, where, range(rows_of(columns)) if numbers is None else numbers)
    for key, field in fields.items():
        reader.require(field, key)
    subjects, events = reader.texts(fields["subject"]), reader.texts(fields["event"])
    instants = reader.instants(fields["at"])
    people = reader.texts(fields["by"]) if "by" in fields else [None] * len(subjects)
    starts = reader.texts(fields["start"]) if "start" in fields else [None] * len(subjects)
    _check_names(chart, reader, fields, events, starts)
    refused = {bad.row: bad for bad in reader.bad}
    told: dict[str, list[int]] = {}
    for i, subject in enumerate(subjects.tolist()):
        for key, entry in (("subject", subject), ("event", events[i]), ("at", instants[i])):
            if entry is None or entry is _NAT or entry != entry:  # noqa: PLR0124 - NaT only
                row = reader.rows[i]
                refused.setdefault(row, BadRow(row, fields[key].column, f"a row needs {key!r}"))
        if reader.rows[i] not in refused:
            told.setdefault(subject, []).append(i)
    journeys = []
    for subject, order in told.items():
        order.sort(key=lambda i: instants[i])
        first = order[0]
        journey = Journey.start(chart, subject, at=_aware(instants[first]), active=starts[first])
        for i in order:
            grown = journey.record(events[i], at=_aware(instants[i]), by=people[i])
            if grown.last.refused:
                row = reader.rows[i]
                refused[row] = BadRow(row, fields["event"].column, str(grown.last).partition("; allowed")[0])
            else:
                journey = grown
        journeys.append(journey)
    return Imported(tuple(journeys), tuple(refused[row] for row in sorted(refused)))


def _check_names(chart: Chart, reader: Reader, fields: Mapping[str, Field], events: Any, starts: Any) -> None:
    for i, name in enumerate(events):
        if name is not None and not chart.has_event(name):
            place = f"{reader.where}, row {reader.rows[i]:,}, column {fields['event'].column!r}"
            raise _checks.unknown("event", name, chart.events, where=place)
    for i, name in enumerate(starts):
        if name is not None and not chart.has_state(name):
            place = f"{reader.where}, row {reader.rows[i]:,}, column {fields['start'].column!r}"
            raise _checks.unknown("state", name, chart.state_names, where=place)


def _aware(instant: np.datetime64) -> datetime:
    moment: datetime = instant.astype(object)
    return moment.replace(tzinfo=_checks.UTC)


def columns_from_journeys(
    journeys: Iterable[Journey],
    leads: Iterable[Lead],
    facts: Iterable[Facts],
    at: datetime | None,
    vocabulary: Vocabulary | None,
    selling: str,
    won: str,
) -> tuple[dict[str, Any], tuple[Journey, ...]]:
    """Give the columns of a cohort of journeys, and the journeys that are its rows."""
    given = tuple(journeys)
    kept = tuple(journey for journey in given if journey.merged_into is None)
    when = _checks.optional_instant(at, "at") or max(
        (event.known_at for journey in given for event in journey.events), default=None
    )
    if when is not None:
        kept = tuple(journey for journey in kept if journey.events[0].at <= when)
    by_id = {lead.id: lead for lead in leads}
    known = {one.subject: one for one in facts}
    for subject in known.keys() | by_id.keys():
        if subject not in {journey.subject for journey in given}:
            raise _checks.unknown("subject", str(subject), (j.subject for j in given), where="from_journeys")
    rows = [_row(journey, by_id.get(journey.subject), when, selling, won) for journey in kept]
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in _TEXTS}
    made: dict[str, Any] = {name: _objects(entries) for name, entries in columns.items()}
    for name in ("opened", "closed"):
        made[name] = np.array([row[name] for row in rows], "datetime64[us]")
    for name in ("outcome", "pursued"):
        made[name] = np.array([row[name].value for row in rows], np.int8)
    seen = [_known(journey, by_id, known, when, vocabulary) for journey in kept]
    listed = [] if vocabulary is None or not (by_id or known) else [topic.name for topic in vocabulary]
    names = dict.fromkeys([*listed, *(name for one in seen if one is not None for name in one)])
    made["topics"] = {name: [None if one is None else one.get(name) for one in seen] for name in names}
    if by_id or known:
        made["heard"] = _objects([() if one is None else _heard(one) for one in seen])
    made["at"] = when
    left_out = {"merged": sum(1 for journey in given if journey.merged_into is not None)}
    left_out["started later"] = len(given) - left_out["merged"] - len(kept)
    made["left_out"] = {why: n for why, n in left_out.items() if n}
    return made, kept


_TEXTS = ("ids", "account", "person", "offer", "owner", "state", "decision")


def _row(journey: Journey, lead: Lead | None, at: datetime | None, selling: str, won: str) -> dict[str, Any]:
    attempts = journey.attempts(state=selling, won=won, at=at)
    last = attempts[-1] if attempts else None
    if any(attempt.won is YES for attempt in attempts):
        outcome = YES
    else:
        outcome = UNKNOWN if last is None or last.won is UNKNOWN else NO
    position = journey.position if at is None else journey.at(at)
    decisions = [e.because for e in journey.events if isinstance(e.because, Decision)]
    return {
        "ids": journey.subject,
        "account": None if lead is None or lead.account is None else lead.account.id,
        "person": lead.people[0].id if lead is not None and lead.people else None,
        "offer": None if lead is None or lead.offer is None else lead.offer.id,
        "owner": None if lead is None else lead.owner,
        "state": ", ".join(position.leaves),
        "decision": decisions[-1].action.value if decisions else None,
        "opened": journey.events[0].at.replace(tzinfo=None),
        "closed": None if last is None or last.closed is None else last.closed.replace(tzinfo=None),
        "outcome": outcome,
        "pursued": Truth.of(bool(attempts)),
    }


def _known(
    journey: Journey,
    leads: Mapping[str, Lead],
    facts: Mapping[str | None, Facts],
    at: datetime | None,
    vocabulary: Vocabulary | None,
) -> Facts | None:
    lead = leads.get(journey.subject)
    if journey.subject in facts:
        return facts[journey.subject]
    return None if lead is None or at is None else lead.facts(at=at, vocabulary=vocabulary)


def _heard(facts: Facts) -> tuple[tuple[str, datetime], ...]:
    return tuple((signal.kind, signal.at) for signal in facts.signals)


def _objects(values: list[Any]) -> Any:
    made = np.empty(len(values), object)
    made[:] = values
    return made
