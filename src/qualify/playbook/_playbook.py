"""`Playbook`: vocabulary, criteria, chart, regimes and economics as ONE value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import attrs

from qualify import _canonical, _checks
from qualify._maps import Map, Value
from qualify.criteria import Criterion, all_of
from qualify.decisions import CUSTOMER, PROSPECT
from qualify.errors import DefinitionError, InvalidType
from qualify.models import Action, Decision, Evidence, Facts, Lead, Vocabulary
from qualify.playbook import _deciding, _merging, _recomputing, _turning
from qualify.playbook._regime import Regime
from qualify.playbook._teaching import Teach, by_name
from qualify.stages import SAAS, Chart, Journey, Position

if TYPE_CHECKING:
    from qualify._arrays import ColumnLike
    from qualify.cohort import Cohort
    from qualify.criteria import NextQuestion
    from qualify.decisions import Capacity, Chances, Economics
    from qualify.playbook._diff import Diff
    from qualify.playbook._many import Decisions
    from qualify.playbook._merging import Merged
    from qualify.playbook._plan import Plan
    from qualify.playbook._recomputing import Recomputed
    from qualify.playbook._turning import Turn

REGIMES: Map[Regime] = Map(
    {
        "prospect": Regime(
            PROSPECT,
            tells={
                Action.SELL: "sell",
                Action.DISCOVER: "discover",
                Action.NURTURE: "nurture",
                Action.DISQUALIFY: "disqualify",
            },
        ),
        "customer": Regime(CUSTOMER, tells="reviewed"),
    }
)
REVIEW = timedelta(days=90)
RENEWAL_NOTICE = timedelta(days=60)


@attrs.frozen(init=False, repr=False)
class Playbook(Value):
    """How a team qualifies, as one value: what it speaks of, asks, decides, and tells the chart.

    `criteria` answer the questions that the tables of the `regimes` name; a regime stands for a state of
    the chart. `selling`, `customer`, `no_contact` and `not_asked` name states with a meaning of their own
    (None where a chart has none), `opted_out` the event that leads to `no_contact`. `teaches` says which
    evidence signals and events bring. `opt_in` forbids contact until she agreed. A decision that asks
    nothing is looked at again after `review`, and once more `renewal_notice` before a renewal.
    `economics` and `win` (the probability of a win, from the facts) are for planning.

    Building it checks that each name exists and that each action has an event.

    >>> from qualify.playbooks import saas
    >>> saas().name
    'saas'
    """

    name: str
    version: str
    vocabulary: Vocabulary
    criteria: Map[Criterion]
    chart: Chart = SAAS
    regimes: Map[Regime] = REGIMES
    selling: str | None = "selling"
    customer: str | None = "customer"
    no_contact: str | None = "do_not_contact"
    not_asked: str | None = "not_asked"
    opted_out: str | None = "opted_out"
    teaches: tuple[Teach, ...] = ()
    economics: Economics | None = None
    win: Criterion | Chances | None = None
    opt_in: bool = False
    review: timedelta = REVIEW
    renewal_notice: timedelta = RENEWAL_NOTICE
    _asking: dict[tuple[str, ...], Criterion] = attrs.field(init=False, eq=False)
    _remembered: dict[object, NextQuestion] = attrs.field(init=False, eq=False)
    _lessons: dict[str, tuple[Teach, ...]] = attrs.field(init=False, eq=False)
    _kinds: frozenset[str] = attrs.field(init=False, eq=False)
    _seal: list[str] = attrs.field(init=False, eq=False)

    def __init__(
        self,
        name: str,
        version: str,
        vocabulary: Vocabulary,
        criteria: Mapping[str, Criterion],
        *,
        chart: Chart = SAAS,
        regimes: Mapping[str, Regime] = REGIMES,
        selling: str | None = "selling",
        customer: str | None = "customer",
        no_contact: str | None = "do_not_contact",
        not_asked: str | None = "not_asked",
        opted_out: str | None = "opted_out",
        teaches: Iterable[Teach] = (),
        economics: Economics | None = None,
        win: Criterion | Chances | None = None,
        opt_in: bool = False,
        review: timedelta = REVIEW,
        renewal_notice: timedelta = RENEWAL_NOTICE,
    ) -> None:
        label = _checks.name(name, "Playbook.name")
        where = f"Playbook {label!r}"
        for given, kind in ((vocabulary, Vocabulary), (chart, Chart)):
            if not isinstance(given, kind):
                raise InvalidType(f"a {kind.__name__} is needed", found=_checks.kind_of(given), where=where)
        self.__attrs_init__(
            name=label,
            version=_checks.name(version, f"{where}.version"),
            vocabulary=vocabulary,
            criteria=criteria if isinstance(criteria, Map) else Map(criteria),
            chart=chart,
            regimes=regimes if isinstance(regimes, Map) else Map(regimes),
            selling=selling,
            customer=customer,
            no_contact=no_contact,
            not_asked=not_asked,
            opted_out=opted_out,
            teaches=tuple(teaches),
            economics=economics,
            win=win,
            opt_in=_checks.boolean(opt_in, f"{where}.opt_in"),
            review=_checks.duration(review, f"{where}.review"),
            renewal_notice=_checks.duration(renewal_notice, f"{where}.renewal_notice", positive=False),
        )
        _check_names(self, where)
        _check_teaches(self, where)
        _check_criteria(self, where)
        _check_money(self, where)
        asking: dict[tuple[str, ...], Criterion]
        asking = {(question,): criterion for question, criterion in self.criteria.items()}
        for table in (regime.table for regime in self.regimes.values()):
            both = (table.rows, table.columns)
            asking[both] = all_of(*(self.criteria[question] for question in both))
        object.__setattr__(self, "_asking", asking)
        object.__setattr__(self, "_remembered", {})
        object.__setattr__(self, "_lessons", by_name(self.teaches))
        kinds = {kind for criterion in self.criteria.values() for kind in criterion.hears}
        if any(criterion.hosts for criterion in self.criteria.values()):
            kinds.update(self.chart.events)  # a host's function may listen to anything
        object.__setattr__(self, "_kinds", frozenset(kinds))
        object.__setattr__(self, "_seal", [])

    # What it is

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the canonical form, the chart's included, as 64 hexadecimal digits."""
        if not self._seal:
            self._seal.append(_canonical.fingerprint(self))
        return self._seal[0]

    @property
    def citation(self) -> str:
        """How a decision cites the playbook that made it, by name, version and fingerprint."""
        return f"{self.name} {self.version} {self.fingerprint}"

    def asking(self, questions: tuple[str, ...]) -> Criterion:
        """Give the conjunction of these questions' criteria: what one would like to be answered."""
        return self._asking[questions]

    def replace(self, *, version: str, **changes: Any) -> Playbook:  # noqa: ANN401 - each field has its own type
        """Give a playbook with some fields replaced, under a new version, which stored decisions cite.

        `criteria` and `regimes` are merged by name, everything else takes the place of what was there.

        >>> from qualify.criteria import topic
        >>> from qualify.playbooks import saas
        >>> saas().replace(criteria={"timely": topic("timing") == "this month"}, version="2").version
        '2'
        """
        known = {field.name for field in attrs.fields(type(self)) if field.init}
        for field in changes:
            if field not in known:
                raise _checks.unknown("field", field, known, where="Playbook.replace")
        for field in ("criteria", "regimes"):
            if field in changes:
                changes[field] = {**getattr(self, field), **changes[field]}
        made = attrs.evolve(self, version=version, **changes)
        if made != self and made.version == self.version:
            raise DefinitionError(
                "a changed playbook needs a new version, because stored decisions cite it",
                found=self.version,
                where=f"Playbook {self.name!r}",
            )
        return made

    # One lead

    def facts(self, journey: Journey, lead: Lead, *, at: datetime) -> Facts:
        """Give what a turn would know at an instant: what was learned, and what signals and events taught."""
        where = "Playbook.facts"
        _checks.of_type(journey, Journey, where)
        return _turning.facts_of(
            self, journey, _checks.of_type(lead, Lead, where), _checks.instant(at, f"{where}.at")
        )

    def decide(self, facts: Facts, position: Position, *, contact: bool | None = None) -> Decision:
        """Give the decision for these facts at this position; nothing is recorded.

        `contact=False` says that the host's register forbids to start a conversation.
        """
        where = "Playbook.decide"
        _checks.of_type(facts, Facts, where)
        active = _checks.of_type(position, Position, where).active
        return _deciding.weigh(self, facts, active, contact=contact).decision

    def turn(
        self,
        journey: Journey,
        lead: Lead | Facts,
        *,
        at: datetime,
        contact: bool | None = None,
        id: str | None = None,
    ) -> Turn:
        """Turn the wheel once: know, judge, decide, tell the chart, and say when to look again.

        The journey is read as known at `at`. If the decision is the same as the last recorded one and
        nothing would move, nothing is recorded: `step` is None and `journey` the same object. While a
        person's `Override` holds, the decision is given and not recorded. `contact` is the host's
        register: False forbids to start a conversation, True never lifts a do-not-contact.

        Raises `TimeError` for an `at` before the last event, `InvalidValue` for the journey of another
        subject or one that was merged into a survivor.

        >>> from datetime import timezone
        >>> from qualify.playbooks import saas
        >>> may = datetime(2026, 5, 4, tzinfo=timezone.utc)
        >>> turn = saas().turn(Journey.start(SAAS, "ana", at=may), Lead("ana"), at=may)
        >>> print(turn.decision.action, turn.decision.ask, turn.again_at.date())
        DISCOVER Who is it? 2026-05-18
        """
        return _turning.turn(self, journey, lead, at=at, contact=contact, id=id)

    def recompute(self, journey: Journey, lead: Lead | None, *, version: int) -> Recomputed:
        """Decide once more what the event at `version` decided, from what was known then.

        Only earlier events, the lead's entries that the decision had `seen`, and its stored `contact`
        count. Nothing is recorded. Where the evidence is gone (`lead=None`), the result says `erased`.

        >>> from datetime import timezone
        >>> from qualify.playbooks import saas
        >>> may = datetime(2026, 5, 4, tzinfo=timezone.utc)
        >>> turn = saas().turn(Journey.start(SAAS, "ana", at=may), Lead("ana"), at=may)
        >>> saas().recompute(turn.journey, Lead("ana"), version=2).agrees
        Truth.YES
        """
        _checks.of_type(journey, Journey, "Playbook.recompute")
        return _recomputing.recompute(self, journey, lead, version=version)

    def taught(self, journey: Journey) -> tuple[Evidence, ...]:
        """Give the evidence that the events of a journey teach, in the order of their instants."""
        return _turning.taught_by_events(self, _checks.of_type(journey, Journey, "Playbook.taught"))

    def merge(self, gone: tuple[Journey, Lead], into: tuple[Journey, Lead], *, at: datetime) -> Merged:
        """Join a duplicate with its survivor, without rewriting history.

        The survivor's lead absorbs the other's evidence and what its journey taught, so a no is not lost;
        its journey hears `opted_out` if the other had opted out. The other journey records where it went.

        >>> from datetime import timezone
        >>> from qualify.playbooks import saas
        >>> may = datetime(2026, 5, 4, tzinfo=timezone.utc)
        >>> gone = Journey.start(SAAS, "ana-2", at=may).record("declined", at=may)
        >>> kept = Journey.start(SAAS, "ana", at=may)
        >>> merged = saas().merge((gone, Lead("ana-2")), (kept, Lead("ana")), at=may)
        >>> merged.gone.merged_into, merged.lead.facts(at=may)["timing"]
        ('ana', 'not now')
        """
        for journey, lead in (gone, into):
            _checks.of_type(journey, Journey, "Playbook.merge")
            _checks.of_type(lead, Lead, "Playbook.merge")
        return _merging.merge(self, gone, into, at=at)

    # Many leads

    def decisions(
        self, cohort: Cohort, *, at: datetime | None = None, contact: ColumnLike | None = None
    ) -> Decisions:
        """Give what this playbook decides about every row of a cohort, as columns of codes.

        A cohort without a column of states holds prospects who have just begun. `contact` is a column of
        truths, or one bool for all: where it is False, no conversation is started.

        >>> from qualify.cohort import Cohort
        >>> from qualify.playbooks import saas
        >>> saas().decisions(Cohort.from_columns({"need": ["inbox", None]}, vocabulary=saas().vocabulary))
        Decisions about 2 leads: 2 DISCOVER
        """
        from qualify.playbook._many import decide_all

        return decide_all(self, cohort, at=at, contact=contact)

    def diff(
        self,
        other: Playbook,
        cohort: Cohort,
        *,
        at: datetime | None = None,
        contact: ColumnLike | None = None,
    ) -> Diff:
        """Give which leads of a cohort another playbook would decide otherwise, and why.

        Customers count, and who has a journey; other rows whose outcome is won or lost do not, since there
        is nothing to decide.

        >>> from qualify.cohort import Cohort
        >>> from qualify.playbooks import saas
        >>> leads = Cohort.from_columns({"fit": [1, 4]}, vocabulary=saas().vocabulary)
        >>> saas().diff(saas().replace(version="2", review=saas().review * 2), leads)
        Diff of 2 leads: 0 decided otherwise (none)
        """
        from qualify.playbook._diff import diff

        return diff(self, other, cohort, at=at, contact=contact)

    def plan(
        self,
        leads: Cohort | Iterable[Lead | tuple[Journey, Lead]],
        capacity: Capacity | Mapping[str, Capacity],
        *,
        at: datetime | None = None,
        by: Literal["owner"] | None = "owner",
        win: ColumnLike | None = None,
        yes: ColumnLike | None = None,
        hours: ColumnLike | None = None,
        wait: ColumnLike | None = None,
        streaks: Mapping[str, int] | None = None,
        contact: ColumnLike | None = None,
        economics: Economics | Mapping[str, Economics] | None = None,
    ) -> Plan:
        """Give each owner the list for one period: whom to sell to, whom to ask, and what an hour is worth.

        `leads` is a cohort, whose rows that are won or lost are left out (`Decisions.closed`), or
        leads, or pairs of journey and lead; a lead without a journey counts as a prospect who has
        just begun, so customers and running deals come with theirs. Whom the tables say to sell to,
        and whom a person's minutes would ask, compete for the hours of their owner (`by=None`: of
        the team); `capacity` is each owner's, or a mapping in which who is missing has no hours
        today. Questions that take nobody's minutes are listed as `free`.

        `win`, `yes`, `hours`, `wait` and `contact` are one for all, or a column. `win` is the
        probability of a win if she is sold to (after a yes, where she is asked), `yes` that of a yes:
        0.5 where nobody says otherwise. Without `win` both come from the playbook's `win`: a table by
        cell says how likely a yes is, too, if nobody wins after a no. `hours`, `wait` and the money come
        from the economics, which may be a mapping by offer here. `streaks` tells how often in a row each
        owner has just been rejected. Leads of whom nobody knows the probability are counted.

        >>> from datetime import datetime, timezone
        >>> from qualify.cohort import Cohort
        >>> from qualify.decisions import Capacity, Chances, Economics
        >>> from qualify.playbooks import saas
        >>> priced = saas().replace(
        ...     version="2",
        ...     economics=Economics(monthly_margin=100, monthly_churn=0.05, currency="EUR", hours=2),
        ...     win=Chances("meaningful", "timely", [[0.3, 0.2, 0.1], [0.1] * 3, [0.02] * 3]),
        ... )
        >>> known = {"person": ["x"] * 3, "need": ["y"] * 3, "team_size": [9] * 3, "fit": [5, 5, None]}
        >>> leads = Cohort.from_columns(
        ...     {"id": ["ana", "bo", "cy"], **known, "timing": ["this month"] * 3},
        ...     id="id", vocabulary=priced.vocabulary, at=datetime(2026, 5, 4, tzinfo=timezone.utc),
        ... )
        >>> for line in priced.plan(leads, Capacity(hours=4.5), by=None).lines():
        ...     print(line)  # doctest: +ELLIPSIS
        1. ask cy "How well could we meet this need, ...": 0.25 h, 800 EUR per hour
        2. sell to ana: 2 h, 300 EUR per hour
        3. sell to bo: 2 h, 300 EUR per hour
        """
        from qualify.playbook._plan import plan

        return plan(
            self,
            leads,
            capacity,
            at=at,
            by=by,
            win=win,
            yes=yes,
            hours=hours,
            wait=wait,
            streaks=streaks,
            contact=contact,
            economics=economics,
        )

    def __repr__(self) -> str:
        return (
            f"<Playbook {self.name!r} version {self.version!r}: {len(self.vocabulary)} topics, "
            f"{', '.join(self.criteria)}; chart {self.chart.name!r}>"
        )


def _check_names(playbook: Playbook, where: str) -> None:
    chart = playbook.chart
    if not playbook.regimes:
        raise DefinitionError("at least one regime is needed", where=f"{where}.regimes")
    named = {f"regimes.{state}": state for state in playbook.regimes}
    for field in ("selling", "customer", "no_contact", "not_asked"):
        if (state := getattr(playbook, field)) is not None:
            named[field] = state
    for place, state in named.items():
        if not chart.has_state(state):
            raise _checks.unknown("state", state, chart.state_names, where=f"{where}.{place}")
    if playbook.opted_out is not None and not chart.has_event(playbook.opted_out):
        raise _checks.unknown("event", playbook.opted_out, chart.events, where=f"{where}.opted_out")
    for state, regime in playbook.regimes.items():
        _check_regime(playbook, regime, f"{where}.regimes.{state}")


def _check_regime(playbook: Playbook, regime: Regime, where: str) -> None:
    if not isinstance(regime, Regime):
        raise InvalidType("a Regime is needed", found=_checks.kind_of(regime), where=where)
    for question in (regime.table.rows, regime.table.columns):
        if question not in playbook.criteria:
            raise _checks.unknown("question", question, playbook.criteria, where=f"{where}.table")
    for event in regime.events:
        if not playbook.chart.has_event(event):
            raise _checks.unknown("event", event, playbook.chart.events, where=f"{where}.tells")


def _check_teaches(playbook: Playbook, where: str) -> None:
    for i, teach in enumerate(playbook.teaches):
        place = f"{where}.teaches[{i}]"
        if not isinstance(teach, Teach):
            raise InvalidType("a Teach is needed", found=_checks.kind_of(teach), where=place)
        if teach.topic not in playbook.vocabulary:
            raise _checks.unknown(
                "topic", teach.topic, (t.name for t in playbook.vocabulary), where=f"{place}.topic"
            )
        playbook.vocabulary[teach.topic].check(teach.value, f"{place}.value")
        for state in teach.inside:
            if not playbook.chart.has_state(state):
                raise _checks.unknown("state", state, playbook.chart.state_names, where=f"{place}.inside")


def _check_criteria(playbook: Playbook, where: str) -> None:
    for question, criterion in playbook.criteria.items():
        if not isinstance(criterion, Criterion):
            raise InvalidType(
                "a criterion is needed",
                found=_checks.kind_of(criterion),
                where=f"{where}.criteria.{question}",
            )
        criterion.check(playbook.vocabulary, where=f"{where}.criteria.{question}")
    hosts = [host for criterion in playbook.criteria.values() for host in criterion.hosts]
    if len(hosts) > 1:
        all_of(*hosts).check(playbook.vocabulary)  # two functions of one name would be judged as one


def _check_money(playbook: Playbook, where: str) -> None:
    if playbook.economics is None and playbook.win is None:
        return
    from qualify.decisions import Chances, Economics  # only planning needs them

    money, win = playbook.economics, playbook.win
    if money is not None and not isinstance(money, Economics):
        raise InvalidType("Economics are needed", found=_checks.kind_of(money), where=f"{where}.economics")
    if win is not None and not isinstance(win, (Chances, Criterion)):
        raise InvalidType(
            "Chances are needed, or a criterion that scores", found=_checks.kind_of(win), where=f"{where}.win"
        )
    if isinstance(win, Chances) and win.model is None:
        for question in (win.rows, win.columns):
            if question not in playbook.criteria:
                raise _checks.unknown("question", question, playbook.criteria, where=f"{where}.win")
    model = win.model if isinstance(win, Chances) else win
    if model is not None:
        model.check(playbook.vocabulary, where=f"{where}.win")
