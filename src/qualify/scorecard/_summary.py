"""`Summary`: what a piece of a history says, in numbers that add; `summarise` makes it of batches.

What belongs here: pieces of journeys that compose, and counts of answers. What does not: threads and
processes, which are the caller's `map`, and reading files.

A piece of a journey is a function from the configuration in which it begins to the one in which it ends
(pieces cut anywhere compose, h[s] = g[f[s]]), with the attempts won and lost on the way
counted for each beginning. So rows may be cut anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial, reduce
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np

from qualify import _arrays, _checks
from qualify._maps import Map, Value
from qualify.cohort._table import TableLike, columns_of
from qualify.errors import InvalidType, InvalidValue, MetricError
from qualify.metrics import (
    Counts,
    close_rate,
    conversion_rate,
    csat,
    enps,
    esat,
    missed_opportunities,
    nps,
    waste,
    win_rate,
)
from qualify.scorecard._pieces import (
    NEEDED,
    chosen,
    event_rows,
    has_deadlines,
    pieces,
    table_of,
)
from qualify.scorecard._scorecard import Scorecard
from qualify.scorecard._sign import Target
from qualify.scorecard._stored import places_of
from qualify.stages import Chart
from qualify.truth import NO, YES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.playbook import Playbook

    Array: TypeAlias = NDArray[Any]

_METRICS: dict[str, Callable[..., Any]] = {"esat": esat, "enps": enps, "csat": csat, "nps": nps}


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - any column
    return bool(np.array_equal(one, other))


_EQ = attrs.cmp_using(eq=_same, class_name="_Column")


@attrs.frozen(repr=False)
class Summary(Value):
    """What batches of rows say, as a value that adds: `a + b` is the summary of both, `report()` the page.

    `subjects` are sorted; for each of them and each configuration in which its piece may begin, `maps`
    holds where it ends and `won` and `lost` the attempts that closed on the way. `first` and `last` are the
    instants of its events in microseconds. `answers` holds the counts of each survey. Frozen and picklable:
    it may come from another thread, process or machine. It keeps some hundred bytes for each subject.

    >>> from qualify.stages import SAAS
    >>> may = {"subject": ["ana"], "event": ["accepted"], "at": ["2026-05-01T09:00Z"]}
    >>> june = {"subject": ["ana"], "event": ["won"], "at": ["2026-06-01T09:00Z"], "nps": [9]}
    >>> Summary.of(may, SAAS) + Summary.of(june, SAAS)
    Summary of 2 events of 1 subject: 1 won, 0 lost, 0 open; 1 answer
    """

    chart: Chart
    selling: str
    winning: str
    events: int
    subjects: Array = attrs.field(eq=_EQ)
    maps: Array = attrs.field(eq=_EQ)
    won: Array = attrs.field(eq=_EQ)
    lost: Array = attrs.field(eq=_EQ)
    first: Array = attrs.field(eq=_EQ)
    last: Array = attrs.field(eq=_EQ)
    answers: Map[Counts]
    __hash__ = None  # type: ignore[assignment]  # it holds arrays

    @classmethod
    def of(cls, batch: TableLike, chart: Chart, *, selling: str = "selling", winning: str = "won") -> Summary:
        """Give the summary of one batch: a table with columns `subject`, `event` and `at`, in any order.

        Further columns are the answers told with the events, by the names of the chart's questions, and
        answers to surveys (`nps`, `enps`, `csat`, `esat`); a row may have an event, an answer to a
        survey, or both. `started` says that a subject begins where the chart does. Instants are aware, ISO
        8601 with an offset, or `datetime64` in UTC.

        Raises `InvalidValue` for rows that cannot be told from columns, and `UnknownName` for an event that
        the chart does not have.
        """
        columns = columns_of(batch, "batch")
        known = (*NEEDED, *chart.questions(), *_METRICS)
        for name in columns:
            if name not in known:
                raise _checks.unknown("column", name, known, where="batch")
        counts = {name: _answers(name, columns.get(name, [])) for name in sorted(_METRICS)}
        empty = cls.empty(chart, selling=selling, winning=winning)
        told = attrs.evolve(empty, answers=Map(counts))
        if not any(name in columns for name in NEEDED):
            return told
        for name in NEEDED:
            if name not in columns:
                raise _checks.unknown("column", name, columns, where="a batch of events")
        rows = event_rows(columns)
        if not len(rows):
            return told
        read = {name: chosen(columns[name], rows, name) for name in columns if name not in _METRICS}
        return attrs.evolve(told, **pieces(chart, read, selling, winning))

    @classmethod
    def empty(cls, chart: Chart, *, selling: str = "selling", winning: str = "won") -> Summary:
        """Give the summary of nothing, with which every other adds to itself.

        >>> from qualify.stages import SAAS
        >>> Summary.empty(SAAS)
        Summary of 0 events of 0 subjects: 0 won, 0 lost, 0 open; 0 answers
        """
        if not chart.has_state(selling):
            raise _checks.unknown("state", selling, chart.state_names, where="Summary.selling")
        if not chart.has_event(winning):
            raise _checks.unknown("event", winning, chart.events, where="Summary.winning")
        width = 1 if has_deadlines(chart) else len(table_of(chart))
        none: dict[str, Array] = {name: np.zeros((0, width), np.uint32) for name in ("won", "lost")}
        instants = np.zeros(0, np.int64)
        return cls(
            chart=chart,
            selling=selling,
            winning=winning,
            events=0,
            subjects=np.zeros(0, object),
            maps=np.zeros((0, width), np.uint16),
            first=instants,
            last=instants,
            answers=Map({name: _METRICS[name]([]).counts for name in sorted(_METRICS)}),
            **none,
        )

    def merge(self, later: Summary) -> Summary:
        """Give the summary of this piece followed by a later one; the same as `self + later`.

        Raises `InvalidValue` where the two do not compose: other charts, a subject whose events go back in
        time, or, for a chart with deadlines, a subject in both.
        """
        if not isinstance(later, Summary):
            raise InvalidType("a Summary is needed", found=_checks.kind_of(later), where="Summary.merge")
        for name in ("chart", "selling", "winning"):
            ours, theirs = getattr(self, name), getattr(later, name)
            if ours != theirs:
                told = "two charts" if name == "chart" else f"{ours!r} and {theirs!r}"
                raise InvalidValue(f"summaries of one {name} add", found=told, where="Summary.merge")
        subjects, mine, yours = _union(self.subjects, later.subjects)
        both = (mine >= 0) & (yours >= 0)
        if both.any():
            self._compose_or_refuse(later, subjects, mine, yours, both)
        first, last = (
            _joined(self.first, mine, later.first, yours),
            _joined(self.last, mine, later.last, yours),
        )
        first[both] = self.first[mine[both]]
        last[both] = later.last[yours[both]]
        f, g = self._laid("maps", mine), later._laid("maps", yours)
        steps = f.astype(np.intp)
        return attrs.evolve(
            self,
            events=self.events + later.events,
            subjects=subjects,
            maps=np.take_along_axis(g, steps, axis=1) if g.shape[1] > 1 else np.maximum(f, g),
            won=self._laid("won", mine) + _from(later._laid("won", yours), steps),
            lost=self._laid("lost", mine) + _from(later._laid("lost", yours), steps),
            first=first,
            last=last,
            answers=Map({name: counts + later.answers[name] for name, counts in self.answers.items()}),
        )

    def __add__(self, later: object) -> Summary:
        return self.merge(later) if isinstance(later, Summary) else NotImplemented

    def __radd__(self, other: object) -> Summary:
        if isinstance(other, int) and other == 0:  # where sum(...) begins
            return self
        return NotImplemented

    def _canonical(self) -> dict[str, object]:
        """Write the chart by name, as a journey does, and columns as lists."""
        chart = self.chart
        columns = ("subjects", "maps", "won", "lost", "first", "last")
        return {
            "chart": {"name": chart.name, "version": chart.version, "fingerprint": chart.fingerprint},
            "selling": self.selling,
            "winning": self.winning,
            "events": self.events,
            "places": places_of(chart),
            **{name: getattr(self, name) for name in columns},
            "answers": self.answers,
        }

    # -- what it says -----------------------------------------------------------------------------------

    @property
    def outcomes(self) -> Counts:
        """How the attempts ended: yes for won, no for lost, unknown for open."""
        return Counts(
            "outcomes",
            yes=int(self.won[:, 0].sum()),
            no=int(self.lost[:, 0].sum()),
            unknown=int(self._open().sum()),
            missing=0,
        )

    def report(
        self, targets: Mapping[str, Target] | None = None, *, previous: Scorecard | None = None
    ) -> Scorecard:
        """Give the scorecard: satisfaction, rates by attempt, and conversion, waste and missed by lead.

        Each subject begins where the chart does. A lead's outcome is YES where she was ever won, NO where the
        last attempt ended otherwise, UNKNOWN while one is open or none was made.

        >>> from qualify.stages import SAAS
        >>> told = {"subject": ["ana", "bo"], "event": ["won", "lost"], "at": ["2026-05-01T09:00Z"] * 2}
        >>> Summary.of(told, SAAS).report()["conversion"][0].estimate.value
        0.5
        """
        won, lost, open_ = self.won[:, 0] > 0, self.lost[:, 0] > 0, self._open()
        outcome = np.where(won, YES.value, np.where(lost & ~open_, NO.value, 0)).astype(np.int8)
        pursued = np.where(won | lost | open_, YES.value, NO.value).astype(np.int8)
        signs = {name: _METRICS[name](counts) for name, counts in self.answers.items() if _held(counts)}
        signs["close_rate"] = close_rate(self.outcomes)
        signs["win_rate"] = win_rate(self.outcomes)
        signs["conversion"] = conversion_rate(outcome)
        signs["waste"] = waste(pursued, outcome).leads
        signs["missed_opportunities"] = missed_opportunities(pursued, outcome).leads
        return Scorecard.of(targets or {}, previous=previous, **signs)

    def _open(self) -> Array:
        """Tell of each subject whether an attempt is open in the end."""
        return self._inside()[self.maps[:, 0]]

    def _inside(self) -> Array:
        if has_deadlines(self.chart):
            return np.array([False, True])
        places = table_of(self.chart)._found.places  # noqa: SLF001 - the table is all that is read
        return np.array([self.selling in place.active for place in places])

    def _compose_or_refuse(
        self, later: Summary, subjects: Array, mine: Array, yours: Array, both: Array
    ) -> None:
        if has_deadlines(self.chart):
            raise InvalidValue(
                "batches split by subject are needed, because this chart has deadlines",
                found=f"{subjects[int(np.argmax(both))]!r} in two batches",
                allowed="put all rows of a subject into one batch",
                where="Summary.merge",
            )
        backward = np.zeros(len(subjects), np.bool_)
        backward[both] = self.last[mine[both]] > later.first[yours[both]]
        if backward.any():
            raise InvalidValue(
                "batches in the order of time are needed, or batches split by subject",
                found=f"{subjects[int(np.argmax(backward))]!r} goes back in time",
                allowed="sort the rows by time before they are cut",
                where="Summary.merge",
            )

    def _laid(self, name: str, places: Array) -> Array:
        """Give a column for other subjects: the identity, or nothing counted, for those that are not here."""
        held: Array = getattr(self, name)
        width = held.shape[1]
        neutral = np.arange(width, dtype=held.dtype) if name == "maps" else np.zeros(width, held.dtype)
        made = np.tile(neutral, (len(places), 1))
        made[places >= 0] = held[places[places >= 0]]
        return made

    def __repr__(self) -> str:
        told = self.outcomes
        answers = sum(
            int(number)
            for counts in self.answers.values()
            for name, number in counts.numbers.items()
            if name not in {"missing", "withheld"}
        )
        ends = f"{told['yes']:,} won, {told['no']:,} lost, {told['unknown']:,} open"
        of = f"{_several(self.events, 'event')} of {_several(len(self.subjects), 'subject')}"
        return f"Summary of {of}: {ends}; {_several(answers, 'answer')}"


def summarise(
    batches: Iterable[TableLike],
    *,
    playbook: Playbook | None = None,
    chart: Chart | None = None,
    winning: str = "won",
    map: Callable[..., Iterable[Any]] = map,
) -> Summary:
    """Give the summary of all batches: what threads, processes and engines plug into.

    `map` is any callable like the builtin that keeps the order: `executor.map`, or a map of Dask or MPI.
    For a chart without deadlines batches may be cut at any rows, if they come in row order and each
    subject's events in the order of time; else put all rows of a subject into one batch, in any order.
    What cannot be honoured is refused, and the error says which of the two is needed.

    >>> from qualify.playbooks import saas
    >>> monday = {"subject": ["ana", "bo"], "event": ["accepted"] * 2, "at": ["2026-05-04T09:00Z"] * 2}
    >>> friday = {"subject": ["bo", "ana"], "event": ["lost", "won"], "at": ["2026-05-08T09:00Z"] * 2}
    >>> summarise([monday, friday], playbook=saas())
    Summary of 4 events of 2 subjects: 1 won, 1 lost, 0 open; 0 answers
    """
    if (playbook is None) == (chart is None):
        raise InvalidType("a playbook or a chart is needed, one of them", where="summarise")
    ruling = chart if playbook is None else playbook.chart
    assert ruling is not None  # noqa: S101 - one of the two was given
    selling = "selling" if playbook is None or playbook.selling is None else playbook.selling
    one = partial(_summary, chart=ruling, selling=selling, winning=winning)
    return reduce(Summary.merge, map(one, batches), Summary.empty(ruling, selling=selling, winning=winning))


def _summary(batch: TableLike, *, chart: Chart, selling: str, winning: str) -> Summary:
    return Summary.of(batch, chart, selling=selling, winning=winning)


def _answers(name: str, column: Any) -> Counts:  # noqa: ANN401 - any column
    """Count the answers to one survey; an error names it."""
    try:
        counts: Counts = _METRICS[name](column).counts
    except (InvalidType, InvalidValue, MetricError) as error:
        raise type(error)(
            error.asked,
            found=error.found,
            allowed=error.allowed,
            where=f"{name}{error.where.removeprefix('answers')}",
        ) from None
    return counts


def _union(mine: Array, yours: Array) -> tuple[Array, Array, Array]:
    """Give the subjects of both, sorted, and where each stands in the one and the other, -1 for nowhere."""
    subjects = _arrays.objects(sorted({*mine.tolist(), *yours.tolist()}))
    places = []
    for column in (mine, yours):
        index = {name: i for i, name in enumerate(column.tolist())}
        places.append(np.array([index.get(name, -1) for name in subjects.tolist()], np.intp))
    return subjects, places[0], places[1]


def _joined(one: Array, mine: Array, other: Array, yours: Array) -> Array:
    made = np.zeros(len(mine), np.int64)
    made[mine >= 0] = one[mine[mine >= 0]]
    made[yours >= 0] = other[yours[yours >= 0]]
    return made


def _from(counted: Array, steps: Array) -> Array:
    """Give what was counted from where an earlier piece ended."""
    taken: Array = np.take_along_axis(counted, steps, axis=1) if counted.shape[1] > 1 else counted
    return taken


def _held(counts: Counts) -> bool:
    return any(number > 0 for number in counts.numbers.values())


def _several(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"
