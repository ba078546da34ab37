"""From journeys to a cohort, and from the rows of a CRM's stage history to journeys.

What belongs here: both directions of the bridge between journeys and columns. What does not: what a
step does, which the chart says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import attrs
import numpy as np

from qualify import _arrays, _checks
from qualify._maps import Value
from qualify.cohort._columns import instant_of, masked
from qualify.cohort._field import Field, as_field
from qualify.cohort._reading import BadRow, Reader
from qualify.cohort._table import TableLike, columns_of, length_of
from qualify.errors import InvalidValue
from qualify.models import Decision, Facts, Lead
from qualify.stages import Chart, Event, Journey
from qualify.truth import NO, UNKNOWN, YES, Truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.models import Vocabulary
    from qualify.stages._replay import Replay

    Array: TypeAlias = NDArray[Any]


class Names(NamedTuple):
    """What a chart calls the state of selling, the event of winning, and the state of having won."""

    selling: str
    won: str
    customer: str | None


class Attempts(NamedTuple):
    """The outcome of each attempt as int8 codes, and the row of the cohort to which it belongs."""

    outcomes: NDArray[np.int8]
    rows: NDArray[np.intp]


_NEEDED = ("subject", "at", "event")
_HISTORY = (*_NEEDED, "start", "by")


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
    fields = _history_fields(mapping)
    columns = columns_of(rows, where)
    reader = Reader(columns, where, range(length_of(columns)) if numbers is None else numbers)
    for key, field in fields.items():
        reader.require(field, key)
    read: dict[str, Array] = {key: reader.texts(field) for key, field in fields.items() if key != "at"}
    read["at"] = reader.instants(fields["at"])
    for key in ("event", "start"):
        if key in fields:
            _check_names(chart, reader, fields[key], read[key], key)
    refused = {bad.row: bad for bad in reader.bad}
    journeys = []
    for subject, order in _by_subject(reader, fields, read, refused).items():
        first = order[0]
        start = read["start"][first] if "start" in read else None
        journey = Journey.start(chart, subject, at=instant_of(read["at"][first]), active=start)
        for i in order:
            by = read["by"][i] if "by" in read else None
            grown = journey.record(read["event"][i], at=instant_of(read["at"][i]), by=by)
            if grown.last.refused:
                row, why = reader.rows[i], str(grown.last).partition("; allowed")[0]
                refused[row] = BadRow(row, fields["event"].column, why)
            else:
                journey = grown
        journeys.append(journey)
    return Imported(tuple(journeys), tuple(refused[row] for row in sorted(refused)))


def _history_fields(mapping: Mapping[str, Field | str]) -> dict[str, Field]:
    for key in mapping:
        if key not in _HISTORY:
            raise _checks.unknown("key", key, _HISTORY, where="mapping")
    for key in _NEEDED:
        if key not in mapping:
            raise InvalidValue(f"a history needs {key!r}", found=", ".join(mapping), where="mapping")
    return {key: as_field(field, f"mapping.{key}") for key, field in mapping.items()}


def _by_subject(
    reader: Reader, fields: Mapping[str, Field], read: Mapping[str, Array], refused: dict[int, BadRow]
) -> dict[str, list[int]]:
    """Give the rows of each subject in order of time, and refuse those that do not say what is needed."""
    told: dict[str, list[int]] = {}
    for i, subject in enumerate(read["subject"].tolist()):
        row = reader.rows[i]
        for key in _NEEDED:
            if read[key][i] is None or (key == "at" and np.isnat(read[key][i])):
                refused.setdefault(row, BadRow(row, fields[key].column, f"a row needs {key!r}"))
        if row not in refused:
            told.setdefault(subject, []).append(i)
    for order in told.values():
        order.sort(key=lambda i: read["at"][i])
    return told


def _check_names(chart: Chart, reader: Reader, field: Field, names: Array, kind: str) -> None:
    """Refuse the whole history where an entry is no event, or no state, of the chart."""
    allowed, what = (chart.events, "event") if kind == "event" else (chart.state_names, "state")
    for i, name in enumerate(names):
        if name is not None and name not in allowed:
            place = f"{reader.where}, row {reader.rows[i]:,}, column {field.column!r}"
            raise _checks.unknown(what, name, allowed, where=place)


def columns_from_journeys(
    journeys: Iterable[Journey],
    leads: Iterable[Lead],
    facts: Iterable[Facts],
    at: datetime | None,
    vocabulary: Vocabulary | None,
    names: Names,
) -> tuple[dict[str, Any], tuple[Journey, ...], tuple[Facts | None, ...]]:
    """Give the columns of a cohort of journeys, the journeys that are its rows, and what is known of each."""
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
    rows = [_row(journey, by_id.get(journey.subject), when, names) for journey in kept]
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in _TEXTS}
    made: dict[str, Any] = {name: _arrays.objects(entries) for name, entries in columns.items()}
    for name in ("opened", "closed"):
        made[name] = np.array([row[name] for row in rows], "datetime64[us]")
    for name in ("outcome", "pursued"):
        gone = np.array([row[name] is None for row in rows], np.bool_)
        codes = np.array([0 if row[name] is None else row[name].value for row in rows], np.int8)
        made[name] = masked(codes, gone)
    seen = [_known(journey, by_id, known, when, vocabulary) for journey in kept]
    listed = [] if vocabulary is None or not (by_id or known) else [topic.name for topic in vocabulary]
    topics = dict.fromkeys([*listed, *(name for one in seen if one is not None for name in one)])
    made["topics"] = {name: [None if one is None else one.get(name) for one in seen] for name in topics}
    if by_id or known:
        made["heard"] = _arrays.objects([() if one is None else _heard(one) for one in seen])
    made["at"] = when
    left_out = {"merged": sum(1 for journey in given if journey.merged_into is not None)}
    left_out["started later"] = len(given) - left_out["merged"] - len(kept)
    made["left_out"] = {why: n for why, n in left_out.items() if n}
    return made, kept, tuple(seen)


def attempts_of(journeys: tuple[Journey, ...], at: datetime | None, selling: str, won: str) -> Attempts:
    """Give the outcomes of all attempts of journeys, and to which journey each belongs."""
    told = [
        (attempt.won.value, row)
        for row, journey in enumerate(journeys)
        for attempt in journey.attempts(state=selling, won=won, at=at)
    ]
    return Attempts(np.array([t[0] for t in told], np.int8), np.array([t[1] for t in told], np.intp))


def replay_of(journeys: tuple[Journey, ...], chart: Chart) -> Replay:
    """Step the events of all journeys through a chart, as columns."""
    subjects: list[str] = []
    events: list[Event] = []
    for journey in journeys:
        for event in journey.events:
            if event.name == _STARTED and event.details.get("running") is not True:
                continue
            if event.name in _ELSEWHERE:
                raise InvalidValue(
                    "a journey that begins where the chart does is needed",
                    found=f"{event.name!r}",
                    allowed="leave it out: cohort[rows].replay(chart)",
                    where=f"Cohort.replay, {journey.subject!r}",
                )
            subjects.append(journey.subject)
            events.append(event)
    questions = dict.fromkeys(name for event in events for name in event.answers)
    return chart.compile().replay(
        np.array(subjects, object),
        np.array([event.name for event in events], object),
        np.array([event.at.replace(tzinfo=None) for event in events], "datetime64[us]"),
        answers={
            name: np.array([event.answers.get(name, UNKNOWN).value for event in events], np.int8)
            for name in questions
            if name in chart.questions()
        },
    )


_STARTED = "started"
_ELSEWHERE = (_STARTED, "restarted", "merged")


def _was_customer(journey: Journey, customer: str | None) -> bool:
    """Tell whether she was a customer when the journey began, so that nobody saw how she was won."""
    return customer is not None and customer in journey.at(journey.events[0].at).active


_TEXTS = ("ids", "account", "person", "offer", "owner", "state", "decision")


def _row(journey: Journey, lead: Lead | None, at: datetime | None, names: Names) -> dict[str, Any]:
    attempts = journey.attempts(state=names.selling, won=names.won, at=at)
    last = attempts[-1] if attempts else None
    outcome: Truth | None
    if any(attempt.won is YES for attempt in attempts):
        outcome = YES
    elif last is None and _was_customer(journey, names.customer):
        outcome = None
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
        "pursued": None if outcome is None else Truth.of(bool(attempts)),
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
