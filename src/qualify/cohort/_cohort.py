"""`Cohort`: many leads as columns, the only bridge from leads and journeys to arithmetic.

What belongs here: the value, and how it is made of a table. What does not: how entries are read
(`_reading`) and anything that decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict, Unpack

import attrs
import numpy as np

from qualify import _arrays, _checks
from qualify._arrays import ColumnLike
from qualify._maps import EMPTY, Map, Plain, Value
from qualify.cohort import _stored
from qualify.cohort._binding import Binding
from qualify.cohort._columns import instant_of, read, rows_of
from qualify.cohort._field import Field, Words
from qualify.cohort._journeys import Attempts, Names, attempts_of, columns_from_journeys, replay_of
from qualify.cohort._reading import BadRow, Reader, numbers_of
from qualify.cohort._table import TableLike, columns_of, length_of
from qualify.criteria import Columns, Criterion
from qualify.errors import InvalidType, InvalidValue, UnknownName
from qualify.models import Facts, Lead, Vocabulary
from qualify.stages import Chart, Journey

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.stages._replay import Replay

    Array: TypeAlias = NDArray[Any]
    Codes: TypeAlias = NDArray[np.int8]


class Roles(TypedDict, total=False):
    """The arguments of `Binding`, as `Cohort.from_columns` takes them."""

    topics: Mapping[str, Field | str] | None
    unknown: Mapping[str, Words] | None
    id: Field | str | None
    account: Field | str | None
    person: Field | str | None
    offer: Field | str | None
    owner: Field | str | None
    state: Field | str | None
    decision: Field | str | None
    outcome: Field | str | None
    pursued: Field | str | None
    contact: Field | str | None
    since: Field | str | None
    opened: Field | str | None
    closed: Field | str | None
    hours: Field | str | None
    weight: Field | str | None
    surveys: Mapping[str, Field | str] | None


def _same(one: ColumnLike, other: ColumnLike) -> bool:
    """Tell whether two columns are equal: NaN equals NaN, and what is masked counts by its mask."""
    if one is None or other is None or type(one) is not type(other):
        return one is other
    if isinstance(one, np.ma.MaskedArray):
        return _same(np.ma.getmaskarray(one), np.ma.getmaskarray(other)) and _same(
            one.filled(0), other.filled(0)
        )
    if isinstance(one, np.ndarray):
        alike = one.dtype == other.dtype or one.dtype.kind == other.dtype.kind == "U"
        return alike and np.array_equal(one, other, equal_nan=one.dtype.kind in "fmM")
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    return bool(one == other) or (len(one) == len(other) and all(map(_same_entry, one, other)))


def _same_entry(one: object, other: object) -> bool:
    """Tell whether two entries of a topic are the same: NaN is one that is not known, as None is."""
    return bool(_plain(one) == _plain(other))


_EQ = attrs.cmp_using(eq=_same, class_name="_Column")


@attrs.frozen(init=False, repr=False)
class Cohort(Value):
    """Many leads, one row each, as read-only columns of one length.

    `topics` holds what is known, column by column; `outcome` int8 codes: won YES, lost NO, open UNKNOWN,
    a masked array where some were not recorded, because blank is not open. Object columns (`account`,
    `person`, `offer`, `owner`, `state`, `decision`) hold text or None, `opened`, `closed` and `since`
    `datetime64[us]` in UTC or NaT, `hours`, `weight` and `surveys` float64 with NaN, `heard` the signals
    of each lead as pairs of kind and instant. A column that nobody gave is None. `bad` lists rows and
    entries that could not be read, `left_out` counts by reason the leads that are not here.

    >>> from qualify.criteria import topic
    >>> leads = Cohort.from_columns(
    ...     {"budget": ["yes", "?", "no"], "status": ["won", "open", "lost"]},
    ...     unknown={"budget": "?"},
    ...     outcome=Field("status", yes="won", no="lost", unknown="open"),
    ... )
    >>> leads
    Cohort of 3 leads: topics budget; outcome 1 won, 1 lost, 1 open
    >>> leads.truths(topic("budget") == "yes")
    array([ 1,  0, -1], dtype=int8)
    """

    ids: Array = attrs.field(eq=_EQ)
    at: datetime | None
    vocabulary: Vocabulary | None
    topics: Map[Any] = attrs.field(eq=_EQ)
    outcome: Codes | None = attrs.field(eq=_EQ)
    pursued: Codes | None = attrs.field(eq=_EQ)
    contact: Codes | None = attrs.field(eq=_EQ)
    account: Array | None = attrs.field(eq=_EQ)
    person: Array | None = attrs.field(eq=_EQ)
    offer: Array | None = attrs.field(eq=_EQ)
    owner: Array | None = attrs.field(eq=_EQ)
    state: Array | None = attrs.field(eq=_EQ)
    decision: Array | None = attrs.field(eq=_EQ)
    since: Array | None = attrs.field(eq=_EQ)
    opened: Array | None = attrs.field(eq=_EQ)
    closed: Array | None = attrs.field(eq=_EQ)
    hours: Array | None = attrs.field(eq=_EQ)
    weight: Array | None = attrs.field(eq=_EQ)
    heard: Array | None = attrs.field(eq=_EQ)
    surveys: Map[Array] = attrs.field(eq=_EQ)
    bad: tuple[BadRow, ...]
    left_out: Map[int]
    journeys: tuple[Journey, ...] = attrs.field(init=False, default=())
    _facts: tuple[Facts | None, ...] = attrs.field(init=False, default=())
    _columns: Columns | None = attrs.field(init=False, eq=False, default=None)
    __hash__ = None  # type: ignore[assignment]  # it holds arrays

    def __init__(
        self,
        ids: Sequence[str] | Array,
        *,
        at: datetime | None = None,
        vocabulary: Vocabulary | None = None,
        topics: Mapping[str, Any] | None = None,
        outcome: Codes | None = None,
        pursued: Codes | None = None,
        contact: Codes | None = None,
        account: Array | None = None,
        person: Array | None = None,
        offer: Array | None = None,
        owner: Array | None = None,
        state: Array | None = None,
        decision: Array | None = None,
        since: Array | None = None,
        opened: Array | None = None,
        closed: Array | None = None,
        hours: Array | None = None,
        weight: Array | None = None,
        heard: Array | None = None,
        surveys: Mapping[str, Array] | None = None,
        bad: Iterable[BadRow] = (),
        left_out: Mapping[str, int] | None = None,
    ) -> None:
        named = _arrays.objects(list(ids))
        columns = {
            "outcome": outcome, "pursued": pursued, "contact": contact, "account": account, "person": person,
            "offer": offer, "owner": owner, "state": state, "decision": decision, "since": since,
            "opened": opened, "closed": closed, "hours": hours, "weight": weight, "heard": heard,
        }  # fmt: skip
        self.__attrs_init__(
            ids=_frozen(named),
            at=_checks.optional_instant(at, "Cohort.at"),
            vocabulary=vocabulary,
            topics=Map({name: _topic(column, name, len(named)) for name, column in (topics or {}).items()}),
            surveys=Map(
                {name: _checked(a, f"surveys.{name}", len(named)) for name, a in (surveys or {}).items()}
            ),
            bad=tuple(bad),
            left_out=EMPTY if not left_out else Map(left_out),
            **{
                name: None if column is None else _checked(column, name, len(named))
                for name, column in columns.items()
            },
        )

    # -- made of a table --------------------------------------------------------------------------------

    @classmethod
    def from_columns(
        cls,
        table: TableLike,
        binding: Binding | None = None,
        *,
        at: datetime | None = None,
        vocabulary: Vocabulary | None = None,
        chart: Chart | None = None,
        where: str = "table",
        rows: Sequence[int] | None = None,
        **roles: Unpack[Roles],
    ) -> Cohort:
        """Give the cohort of a table: one row, one lead.

        `table` is a dict of columns, or a frame of pandas, polars, narwhals or Arrow. What its columns
        mean says a `binding`, or the same arguments given here. Without `at` it is the latest instant of
        the instants bound; with `at` nothing later is seen: what opened later is left out, what closed
        later is open, what was so only later is unknown, and so is what is older than the vocabulary's
        `fresh_for`. With a `chart` the column of states must name its states. `where` and `rows` name the
        table and its rows in errors.

        Raises `UnknownName` for a column that is not there or a name that vocabulary or chart do not have,
        `InvalidValue` for entries that the binding does not explain, `TimeError` for a naive time.

        >>> Cohort.from_columns({"seats": [40, None]}).topics["seats"]
        (40, None)
        """
        if binding is not None and roles:
            raise InvalidType(
                "give a binding, or its arguments, not both", found=", ".join(roles), where=where
            )
        columns = columns_of(table, where)
        numbered = range(length_of(columns)) if rows is None else rows
        bound = Binding(**roles) if binding is None else binding
        found = read(Reader(columns, where, numbered), bound, at, vocabulary, chart)
        return cls(vocabulary=vocabulary, **found)

    @classmethod
    def from_journeys(
        cls,
        journeys: Iterable[Journey],
        *,
        leads: Iterable[Lead] = (),
        facts: Iterable[Facts] = (),
        at: datetime | None = None,
        vocabulary: Vocabulary | None = None,
        selling: str = "selling",
        won: str = "won",
        customer: str | None = "customer",
    ) -> Cohort:
        """Give the cohort of journeys as of `at`: one journey, one lead; default is the latest instant known.

        The outcome is YES where she was ever won, NO where the last attempt ended otherwise, UNKNOWN while
        one is open or none was made; `pursued` says whether there was an attempt (`selling` is its state,
        `won` its event). Of those who were customers on day one (`customer` is that state) neither is
        recorded, because nobody saw how they were won. `opened` is where the journey begins, `closed`
        where the last attempt ended.

        `leads`, matched by id, give people, account, offer, owner and what is known; `facts`, matched by
        subject, say what is known instead. Merged journeys are left out and counted.

        >>> from datetime import timezone
        >>> from qualify.stages import SAAS, Journey
        >>> may = datetime(2026, 5, 1, tzinfo=timezone.utc)
        >>> Cohort.from_journeys([Journey.start(SAAS, "ana", at=may).record("won", at=may)])
        Cohort of 1 lead: outcome 1 won, 0 lost, 0 open
        """
        columns, kept, known = columns_from_journeys(
            journeys, leads, facts, at, vocabulary, Names(selling, won, customer)
        )
        return _on(cls(vocabulary=vocabulary, **columns), kept, known)

    @classmethod
    def from_stored(cls, *, ids: Sequence[str], **columns: Any) -> Cohort:  # noqa: ANN401 - as `_stored` names them
        """Give the cohort of columns as the wire reads them.

        >>> len(Cohort.from_stored(ids=["ana", "bo"], outcome=[1, None]))
        2
        """
        made, journeys, facts = _stored.columns_of(ids=ids, **columns)
        return _on(cls(**made), journeys, facts)

    def _canonical(self) -> dict[str, object]:
        """Write columns as lists, null where nothing is recorded, and what nobody gave not at all."""
        given = (*_ROWS, "bad", "left_out", "journeys")
        told = {name: column for name in given if (column := getattr(self, name)) is not None}
        told = {name: _stored.listed(told[name]) if name in _ROWS else told[name] for name in told}
        told |= {"facts": self._facts}
        dtypes = {n: dtype for n, column in self.topics.items() if (dtype := _stored.type_of(column))}
        topics = {name: _stored.topic_list(column) for name, column in self.topics.items()}
        told |= {"topics": topics, "dtypes": dtypes, "surveys": self.surveys}
        told = {name: part for name, part in told.items() if name in _ROWS or len(part)}
        of = {"at": self.at, "vocabulary": self.vocabulary}
        return {**told, **{name: part for name, part in of.items() if part is not None}}

    # -- questions -----------------------------------------------------------------------------------------

    @property
    def columns(self) -> Columns:
        """The topics as criteria judge them, encoded once."""
        if self._columns is None:
            blank = (
                None if self.topics else [None] * len(self)
            )  # one column has to say how many rows there are
            unasked = {} if self.vocabulary is None else {topic.name: blank for topic in self.vocabulary}
            made = Columns.of({**unasked, **self.topics}, at=self.at, signals=_signals(self.heard))
            object.__setattr__(self, "_columns", made)
        assert self._columns is not None  # noqa: S101 - for the type checker
        return self._columns

    def truths(self, criterion: Criterion) -> Codes:
        """Give the criterion's answer for each lead as int8 codes: YES +1, UNKNOWN 0, NO -1.

        >>> from qualify.criteria import topic
        >>> Cohort.from_columns({"seats": [40, None, 3]}).truths(topic("seats") >= 10)
        array([ 1,  0, -1], dtype=int8)
        """
        if self.journeys and (self.vocabulary is None or self.heard is None):
            absent = [name for name in criterion.topics if name not in self.topics]
            if absent:
                raise UnknownName(
                    "unknown topic",
                    found=", ".join(map(_checks.show, absent)),
                    allowed="give from_journeys vocabulary=playbook.vocabulary and facts= or leads=",
                    where="Cohort.truths",
                )
        return criterion.truths(self.columns)

    def facts(self, row: int, *, at: datetime | None = None) -> Facts:
        """Give what is known about the lead of one row as Facts, for one turn or for an explanation.

        >>> leads = Cohort.from_columns({"seats": [40, None]})
        >>> leads.facts(0, at=datetime(2026, 5, 3, tzinfo=_checks.UTC))["seats"]
        40
        """
        when = self.at if at is None else _checks.instant(at, "Cohort.facts.at")
        held = self._facts[row] if self._facts else None
        if held is not None and held.at == when:
            return held
        if when is None:
            raise InvalidValue(
                "Facts need an instant", allowed="this cohort has none: give at=", where="Cohort.facts"
            )
        known = {
            name: _listed(self.vocabulary, name, value)
            for name, column in self.topics.items()
            if (value := _plain(column[row])) is not None
        }
        since: dict[str, datetime] = {}
        if self.since is not None and not np.isnat(self.since[row]):
            since = dict.fromkeys(known, instant_of(self.since[row]))
        return Facts.of(known, at=when, vocabulary=self.vocabulary, since=since, subject=self.ids[row])

    def attempts(self, *, selling: str = "selling", won: str = "won") -> Attempts:
        """Give the outcome of each attempt; of a table every recorded outcome is one attempt.

        >>> leads = Cohort.from_columns({"won": [True, False]}, outcome="won")
        >>> leads.attempts().outcomes
        array([ 1, -1], dtype=int8)
        """
        if self.journeys:
            return attempts_of(self.journeys, self.at, selling, won)
        if self.outcome is None:
            return Attempts(np.zeros(0, np.int8), np.zeros(0, np.intp))
        recorded = np.flatnonzero(~np.ma.getmaskarray(self.outcome))
        return Attempts(np.ma.compressed(self.outcome), recorded)

    def replay(self, chart: Chart) -> Replay:
        """Give what another chart would have made of the same events: all journeys stepped as columns.

        Each journey begins in the chart's initial states. Raises `InvalidValue` for a journey that began
        elsewhere or was restarted or merged, since there is no telling where this chart would have it
        begin, and `UnknownName` for an event that the chart does not have.

        >>> from datetime import timezone
        >>> from qualify.stages import SAAS, Journey
        >>> may = datetime(2026, 5, 1, tzinfo=timezone.utc)
        >>> leads = Cohort.from_journeys([Journey.start(SAAS, "ana", at=may).record("won", at=may)])
        >>> leads.replay(SAAS).final_in("customer")
        array([ True])
        """
        return replay_of(self.journeys, chart)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, rows: slice | Sequence[int] | Array) -> Cohort:
        """Give the cohort of some rows: a slice, a column of bools, or row numbers counted from 0.

        >>> from qualify.criteria import topic
        >>> from qualify.truth import Truth
        >>> leads = Cohort.from_columns({"seats": [40, None, 3]})
        >>> leads[leads.truths(topic("seats") >= 10) == Truth.YES].ids
        array(['row 0'], dtype=object)
        """
        chosen = np.arange(len(self))[rows]
        if chosen.ndim != 1:
            raise InvalidType(
                "several rows are chosen", allowed="cohort.facts(row) gives one", where="Cohort[...]"
            )
        cut: dict[str, Any] = {
            name: column[chosen] for name in _ROWS if (column := getattr(self, name)) is not None
        }
        cut["topics"] = {name: rows_of(column, chosen) for name, column in self.topics.items()}
        cut["surveys"] = {name: answers[chosen] for name, answers in self.surveys.items()}
        places = chosen.tolist() if self.journeys else []
        made = attrs.evolve(self, **cut)
        return _on(made, [self.journeys[i] for i in places], [self._facts[i] for i in places])

    def __repr__(self) -> str:
        parts = [f"Cohort of {len(self):,} lead{'s'[: len(self) != 1]}"]
        if self.topics:
            parts.append(f"topics {', '.join(self.topics)}")
        told = []
        if self.outcome is not None:
            kept = np.ma.compressed(self.outcome)
            told = [f"{np.count_nonzero(kept == code):,} {word}" for word, code in _OUTCOMES]
            if len(kept) < len(self):
                told.append(f"{len(self) - len(kept):,} not recorded")
            parts.append(f"outcome {', '.join(told)}")
        if self.bad:
            parts.append(f"{len(self.bad):,} bad")
        return f"{parts[0]}: {'; '.join(parts[1:])}" if parts[1:] else parts[0]


_ROWS = (
    *("ids", "outcome", "pursued", "contact", "account", "person", "offer", "owner", "state", "decision"),
    *("since", "opened", "closed", "hours", "weight", "heard"),
)
_OUTCOMES = (("won", 1), ("lost", -1), ("open", 0))


def _on(made: Cohort, journeys: Iterable[Journey], facts: Iterable[Facts | None]) -> Cohort:
    """Give a cohort that is new with the journeys and the facts on which its rows rest."""
    object.__setattr__(made, "journeys", tuple(journeys))
    object.__setattr__(made, "_facts", tuple(facts))
    return made


def _signals(heard: Array | None) -> dict[str, Any] | None:
    """Give the signals of all rows as one table; None where nobody listened."""
    if heard is None:
        return None
    told = [(row, kind, at) for row, signals in enumerate(heard.tolist()) for kind, at in signals]
    return {"row": [t[0] for t in told], "kind": [t[1] for t in told], "at": [t[2] for t in told]}


def _frozen(column: Array) -> Array:
    """Give a read-only column that nobody else can write to, so that a value stays what it is."""
    if column.flags.writeable or column.base is not None:
        column = column.copy()
        column.flags.writeable = False
    return column


def _checked(column: ColumnLike, name: str, rows: int) -> Array:
    """Give a column in the type that it has in every cohort, so that equal ones are equal."""
    made = column if isinstance(column, np.ndarray) else np.asarray(column)
    _arrays.same_length(f"Cohort.{name}", len(made), rows)
    if made.dtype.kind in "iuf" and (name in _stored.NUMBERS or name.startswith("surveys.")):
        made = made.astype(np.float64, copy=False)
    elif name in _stored.TEXTS and made.dtype.kind == "U":
        made = made.astype(object)
    elif name in _stored.INSTANTS and made.dtype.kind == "M":
        made = made.astype("datetime64[us]", copy=False)
    elif isinstance(made, np.ma.MaskedArray) and not np.ma.getmaskarray(made).any():
        made = made.filled()
    return _frozen(made)


def _topic(column: ColumnLike, name: str, rows: int) -> ColumnLike:
    _arrays.same_length(f"Cohort.topics.{name}", len(column), rows)
    if isinstance(column, np.ma.MaskedArray):
        return tuple(column.tolist())
    return _frozen(column) if isinstance(column, np.ndarray) else tuple(column)


def _plain(value: object) -> Plain:
    """Give the Python value of an entry, None for NaN."""
    found = _checks.unboxed(value)
    return None if found != found else found  # type: ignore[return-value]  # noqa: PLR0124 - NaN only


def _listed(vocabulary: Vocabulary | None, name: str, value: Plain) -> Plain:
    """Give the number that a topic lists for one that equals it: a column of floats holds 4.0 for 4."""
    topic = None if vocabulary is None or type(value) is not float else vocabulary.get(name)
    return value if topic is None else next((one for one in numbers_of(topic) if one == value), value)
