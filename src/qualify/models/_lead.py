"""`Lead`: one pursuit, and all that was learned, heard and asked in it, in order of arrival."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import attrs

from qualify import _canonical, _checks
from qualify._maps import Value
from qualify.errors import IdConflict, InvalidType, InvalidValue
from qualify.models._evidence import Asked, Evidence, Retraction, Signal
from qualify.models._facts import NO_WORDS, Facts
from qualify.models._knowing import Entry, know, read
from qualify.models._offers import Offer, Subscription
from qualify.models._people import Account, Person
from qualify.models._vocabulary import Question, Vocabulary

_ENTRIES = (Evidence, Signal, Asked, Retraction, Subscription)


@attrs.frozen(init=False, repr=False)
class Lead(Value):
    """One pursuit of one offer: whoever read a post or opened a mail is a lead, named or not.

    A second offer, a parallel deal or another department is another Lead that shares `account.id` or
    a `person.id`. A Lead only grows: `learn`, `hear`, `ask`, `retract` and `absorb` give new leads with
    entries appended to `log`, in order of arrival; missing ids become `<lead id>/<n>`.

    >>> from datetime import datetime, timezone
    >>> tuesday = datetime(2026, 5, 5, tzinfo=timezone.utc)
    >>> ana = Lead("ana").learn(Evidence("team_size", 40, at=tuesday))
    >>> ana.facts(at=tuesday)["team_size"], ana.evidence[0].id
    (40, 'ana/1')
    """

    id: str
    people: tuple[Person, ...] = ()
    account: Account | None = None
    offer: Offer | None = None
    owner: str | None = None
    log: tuple[Entry, ...] = ()

    def __init__(
        self,
        id: str,
        *,
        people: Iterable[Person] = (),
        account: Account | None = None,
        offer: Offer | None = None,
        owner: str | None = None,
        evidence: Iterable[Evidence] = (),
        signals: Iterable[Signal] = (),
        asked: Iterable[Asked] = (),
        subscriptions: Iterable[Subscription] = (),
        log: Iterable[Entry] = (),
    ) -> None:
        lead_id = _checks.name(id, "Lead.id")
        where = f"Lead {lead_id!r}"
        self.__attrs_init__(
            id=lead_id,
            people=tuple(_checks.of_type(one, Person, f"{where}.people") for one in people),
            account=None if account is None else _checks.of_type(account, Account, f"{where}.account"),
            offer=None if offer is None else _checks.of_type(offer, Offer, f"{where}.offer"),
            owner=None if owner is None else _checks.name(owner, "Lead.owner"),
            log=_appended(lead_id, (), (*log, *evidence, *signals, *asked, *subscriptions)),
        )

    @classmethod
    def from_signal(cls, id: str, signal: Signal) -> Lead:
        """Give a lead of whom one signal is all that we know."""
        return cls(id, signals=(signal,))

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All that was ever learned, in order of arrival, superseded and retracted entries included."""
        return tuple(entry for entry in self.log if isinstance(entry, Evidence))

    @property
    def signals(self) -> tuple[Signal, ...]:
        """All that was ever heard, in order of arrival."""
        return tuple(entry for entry in self.log if isinstance(entry, Signal))

    @property
    def asked(self) -> tuple[Asked, ...]:
        """All questions that were sent, in order of arrival."""
        return tuple(entry for entry in self.log if isinstance(entry, Asked))

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """What she pays or paid for, the last record of each."""
        return tuple({one.id: one for one in self.log if isinstance(one, Subscription)}.values())

    @property
    def seen(self) -> int:
        """How many entries this lead holds: evidence, signals, questions, retractions, subscriptions."""
        return len(self.log)

    def learn(self, *evidence: Evidence) -> Lead:
        """Give the lead with these pieces of evidence; one that it holds already is a no-op.

        Raises `IdConflict` where an id is taken by other content.
        """
        return self._grown(_checks.of_type(one, Evidence, f"Lead {self.id!r}.learn") for one in evidence)

    def hear(self, *signals: Signal) -> Lead:
        """Give the lead with these signals; one that it holds already is a no-op."""
        return self._grown(_checks.of_type(one, Signal, f"Lead {self.id!r}.hear") for one in signals)

    def ask(self, question: Question | str, *, at: datetime, by: str | None = None) -> Lead:
        """Give the lead with the record that a question was sent; a decision's `ask` is only advice.

        >>> from datetime import timezone
        >>> Lead("ana").ask("budget", at=datetime(2026, 5, 4, tzinfo=timezone.utc)).asked[0].topic
        'budget'
        """
        topic = question.topic if isinstance(question, Question) else question
        return self._grown((Asked(topic, at=at, by=by),))

    def subscribe(self, *subscriptions: Subscription) -> Lead:
        """Give the lead with these subscriptions; the last record of an id is the one that counts."""
        return self._grown(_checks.of_type(one, Subscription, "Lead.subscribe") for one in subscriptions)

    def retract(self, id: str, *, at: datetime, by: str | None = None) -> Lead:
        """Give the lead with the record that evidence or a signal was a mistake; nothing is removed.

        >>> from datetime import timezone
        >>> may = datetime(2026, 5, 4, tzinfo=timezone.utc)
        >>> ana = Lead("ana").learn(Evidence("budget", 9, at=may)).retract("ana/1", at=may)
        >>> "budget" in ana.facts(at=may), len(ana.log)
        (False, 2)
        """
        known = [entry.id for entry in self.log if isinstance(entry, (Evidence, Signal)) and entry.id]
        if id not in known:
            raise _checks.unknown("evidence", id, known, where=f"Lead {self.id!r}")
        return self._grown((Retraction(id, at=at, by=by),))

    def absorb(self, other: Lead, *, at: datetime) -> Lead:
        """Give this lead with all that another knew of the same pursuit, known here from `at` on.

        Ids survive, people are joined, and what spoke of the other speaks of this one.

        >>> from datetime import timezone
        >>> may = datetime(2026, 5, 4, tzinfo=timezone.utc)
        >>> twin = Lead("ana-2").learn(Evidence("budget", 9, at=may))
        >>> Lead("ana").absorb(twin, at=may).facts(at=may)["budget"]
        9
        """
        when = _checks.instant(at, "Lead.absorb.at")
        _checks.of_type(other, Lead, "Lead.absorb")
        if other.id == self.id:
            raise InvalidValue(
                "a lead cannot absorb itself", found=_checks.show(other.id), where="Lead.absorb"
            )
        moved: list[Entry] = []
        for entry in other.log:
            known = max(entry.known_at, when)
            if isinstance(entry, (Evidence, Signal)) and entry.about == other.id:
                moved.append(attrs.evolve(entry, known_at=known, about=None))
            else:
                moved.append(attrs.evolve(entry, known_at=known))
        grown = self._grown(moved)
        people = {person.id: person for person in (*other.people, *self.people)}
        return attrs.evolve(
            grown,
            people=tuple(people.values()),
            account=self.account or other.account,
            offer=self.offer or other.offer,
            owner=self.owner or other.owner,
        )

    def erase(self) -> Lead:
        """Give the lead without a personal value: names, values and details are gone, places are kept."""
        blank: list[Entry] = []
        for entry in self.log:
            if isinstance(entry, Evidence):
                blank.append(entry.erase())
            elif isinstance(entry, Signal):
                blank.append(attrs.evolve(entry, details=None))
            else:
                blank.append(entry)
        people = tuple(Person(person.id) for person in self.people)
        account = self.account and Account(self.account.id)
        return attrs.evolve(self, people=people, account=account, log=blank)

    def cut(self, seen: int) -> Lead:
        """Give the lead as it was when it held only its first `seen` entries."""
        _checks.whole(seen, "Lead.cut", least=0, most=len(self.log))
        return self if seen == len(self.log) else self._with_log(self.log[:seen])

    def heard(self, *, at: datetime, known_at: datetime | None = None) -> tuple[Signal, ...]:
        """Give the signals that speak of her, came by `at` and were known by `known_at`, not retracted."""
        when, known = _as_of(at, known_at, "Lead.heard")
        return tuple(read(self.log, self._names, when, known).signals)

    def facts(
        self,
        *,
        at: datetime,
        vocabulary: Vocabulary | None = None,
        known_at: datetime | None = None,
        taught: Iterable[Evidence] = (),
        events: Iterable[Signal] = (),
    ) -> Facts:
        """Give what was so by `at` and known by `known_at` (default: `at`): the rest is UNKNOWN.

        The newest evidence on a topic wins, ties go to the later arrival; only then its freshness
        counts, so what was superseded never comes back. What was retracted by then is left out, and so
        is what speaks of somebody else. `disputed` names topics on which fresh evidence of different
        sources disagrees, `asked` the questions not answered since. `taught` is evidence read out of
        signals and events (on a tie her own wins), `events` are heard beside her signals.
        """
        when, known = _as_of(at, known_at, "Lead.facts")
        return know(
            read(self.log, self._names, when, known),
            subject=self.id,
            at=when,
            vocabulary=NO_WORDS if vocabulary is None else vocabulary,
            taught=taught,
            events=events,
        )

    @property
    def _names(self) -> set[str | None]:
        """Whom a record may speak of to speak of her: this lead, her people, her account."""
        names = {None, self.id, *(person.id for person in self.people)}
        if self.account is not None:
            names.add(self.account.id)
        return names

    def _grown(self, entries: Iterable[Entry]) -> Lead:
        log = _appended(self.id, self.log, entries)
        return self if log is self.log else self._with_log(log)

    def _with_log(self, log: tuple[Entry, ...]) -> Lead:
        """Give the same lead with a log whose entries were checked before."""
        made: Lead = object.__new__(Lead)
        made.__attrs_init__(
            id=self.id,
            people=self.people,
            account=self.account,
            offer=self.offer,
            owner=self.owner,
            log=log,
        )
        return made

    def __repr__(self) -> str:
        counts = Counter(type(entry).__name__ for entry in self.log)
        held = ", ".join(f"{n} {kind.lower()}" for kind, n in sorted(counts.items())) or "nothing known"
        who = f", people={[person.id for person in self.people]}" if self.people else ""
        where = f", account={self.account.id!r}" if self.account else ""
        return f"Lead({self.id!r}{who}{where}: {held})"


def _appended(lead_id: str, log: tuple[Entry, ...], entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Give the log with new entries behind it, ids assigned, repeated ones left out."""
    grown: list[Entry] = list(log)
    by_id: dict[str, Evidence | Signal] | None = None
    for entry in entries:
        if not isinstance(entry, _ENTRIES):
            raise InvalidType(
                "a lead holds Evidence, Signal, Asked, Retraction and Subscription",
                found=_checks.kind_of(entry),
                where=f"Lead {lead_id!r}",
            )
        if not isinstance(entry, (Evidence, Signal)):
            grown.append(entry)
            continue
        if by_id is None:
            by_id = {one.id: one for one in log if isinstance(one, (Evidence, Signal)) and one.id is not None}
        named = entry
        if entry.id is None:
            named = attrs.evolve(entry, id=f"{lead_id}/{len(grown) + 1}")
        assert named.id is not None  # noqa: S101 - for the type checker
        held = by_id.get(named.id)
        if held is None:
            by_id[named.id] = named
            grown.append(named)
        elif held != named:
            raise IdConflict(
                named.id,
                _canonical.fingerprint(held),
                _canonical.fingerprint(named),
                where=f"Lead {lead_id!r}",
            )
    return log if len(grown) == len(log) else tuple(grown)


def _as_of(at: datetime, known_at: datetime | None, where: str) -> tuple[datetime, datetime]:
    """Give the instant that is asked about and the one whose knowledge counts (default: the same)."""
    when = _checks.instant(at, f"{where}.at")
    return when, when if known_at is None else _checks.instant(known_at, f"{where}.known_at")
