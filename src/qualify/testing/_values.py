"""Strategies for the nouns: names, instants, evidence, leads with histories, facts, decisions."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from qualify import scales
from qualify._maps import Plain
from qualify.models import (
    REASONS,
    Account,
    Action,
    Asked,
    Decision,
    Evidence,
    Facts,
    Lead,
    Offer,
    Outcome,
    Person,
    Question,
    Reason,
    Rep,
    Retraction,
    Signal,
    Subscription,
    SurveyResponse,
    Topic,
    Vocabulary,
)
from qualify.scales import Scale
from qualify.truth import Truth

UTC = timezone.utc  # noqa: UP017 - the same object under every supported Python
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)
TOPICS = ("person", "need", "fit", "team_size", "timing", "budget", "authority")
KINDS = ("demo_request", "pricing_request", "mail_opened", "page_seen")
_SEEN = st.characters(categories=("L", "N", "P", "S"), max_codepoint=0x2FFF)


def names(max_size: int = 12) -> SearchStrategy[str]:
    """Give names and ids: short, in NFC, without spaces around them, mostly plain, sometimes not.

    >>> from hypothesis import given
    >>> @given(names())
    ... def test_mine(name): ...
    """
    plain = st.text("ABCabcxyz0129_-./", min_size=1, max_size=max_size)
    odd = st.text(_SEEN, min_size=1, max_size=max_size).map(lambda text: unicodedata.normalize("NFC", text))
    return st.one_of(plain, odd)


def texts(max_size: int = 40) -> SearchStrategy[str]:
    """Give what people write: any characters that UTF-8 can hold, in NFC.

    >>> from hypothesis import given
    >>> @given(texts())
    ... def test_mine(text): ...
    """
    letters = st.characters(codec="utf-8")
    return st.text(letters, max_size=max_size).map(lambda text: unicodedata.normalize("NFC", text))


def instants(after: datetime = BEGIN, before: datetime = END) -> SearchStrategy[datetime]:
    """Give instants in UTC, by default in the years 2024 to 2026.

    >>> from hypothesis import given
    >>> @given(instants())
    ... def test_mine(instant): ...
    """
    return st.datetimes(after.replace(tzinfo=None), before.replace(tzinfo=None), timezones=st.just(UTC))


def durations() -> SearchStrategy[timedelta]:
    """Give durations from a microsecond to a year, round ones among them.

    >>> from hypothesis import given
    >>> @given(durations())
    ... def test_mine(duration): ...
    """
    days = st.integers(1, 365).map(lambda n: timedelta(days=n))
    return st.one_of(days, st.timedeltas(timedelta(microseconds=1), timedelta(days=365)))


def decimals() -> SearchStrategy[Decimal]:
    """Give amounts of money: Decimals with two places.

    >>> from hypothesis import given
    >>> @given(decimals())
    ... def test_mine(decimal): ...
    """
    return st.integers(-(10**12), 10**12).map(lambda cents: Decimal(cents) / 100)


def truths() -> SearchStrategy[Truth]:
    """Give the three truths.

    >>> from hypothesis import given
    >>> @given(truths())
    ... def test_mine(truth): ...
    """
    return st.sampled_from(Truth)


def plain_values() -> SearchStrategy[Plain]:
    """Give any value that evidence may hold: scalars of every kind, tuples and mappings of them.

    >>> from hypothesis import given
    >>> @given(plain_values())
    ... def test_mine(value): ...
    """
    single = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False).map(lambda number: number + 0.0),
        texts(),
        decimals(),
        st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        instants(),
        durations(),
        truths(),
    )
    nested: SearchStrategy[Any] = st.recursive(
        single,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(tuple), st.dictionaries(names(), inner, max_size=3)
        ),
        max_leaves=5,
    )
    return nested


def _maybe(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def _known(draw: st.DrawFn, after: datetime, before: datetime) -> dict[str, Any]:
    """Give the two instants of a record: mostly known at once, sometimes later."""
    at = draw(instants(after, before))
    return {"at": at, "known_at": draw(st.just(at) | instants(at, before))}


@st.composite
def evidence(
    draw: st.DrawFn, topics: Sequence[str] = TOPICS, after: datetime = BEGIN, before: datetime = END
) -> Evidence:
    """Give one answer on one of these topics, retracting ones (UNKNOWN) and a "there is none" (NO) included.

    >>> from hypothesis import given
    >>> @given(evidence())
    ... def test_mine(evidence): ...
    """
    return Evidence(
        draw(st.sampled_from(list(topics))),
        draw(st.one_of(st.integers(0, 5), st.sampled_from(("this month", "not now")), plain_values())),
        **draw(_known(after, before)),
        source=draw(st.sampled_from((None, "call", "form", "mail"))),
        by=draw(_maybe(names())),
        good_for=draw(_maybe(durations())),
    )


@st.composite
def signals(
    draw: st.DrawFn, kinds: Sequence[str] = KINDS, after: datetime = BEGIN, before: datetime = END
) -> Signal:
    """Give something that she did, of one of these kinds.

    >>> from hypothesis import given
    >>> @given(signals())
    ... def test_mine(signal): ...
    """
    details = draw(st.dictionaries(names(), plain_values(), max_size=2))
    source = draw(st.sampled_from((None, "web", "mail")))
    return Signal(
        draw(st.sampled_from(list(kinds))), **draw(_known(after, before)), source=source, details=details
    )


@st.composite
def leads(
    draw: st.DrawFn,
    topics: Sequence[str] = TOPICS,
    kinds: Sequence[str] = KINDS,
    id: str | None = None,
    max_size: int = 8,
) -> Lead:
    """Give leads with histories: evidence, signals, questions, retractions and subscriptions in any order.

    Some know late what was so before, some have people and an account, some are all but empty.

    >>> from hypothesis import given
    >>> @given(leads(id="ana"))
    ... def test_mine(lead): ...
    """
    lead_id = id or draw(names())
    people = draw(st.lists(persons(), max_size=2, unique_by=lambda person: person.id))
    entries: list[Any] = draw(
        st.lists(
            st.one_of(evidence(topics), signals(kinds), asked(topics), subscriptions()), max_size=max_size
        )
    )
    lead = Lead(
        lead_id,
        people=people,
        account=draw(_maybe(accounts())),
        offer=draw(_maybe(offers())),
        owner=draw(_maybe(names())),
        log=entries,
    )
    known = [one for one in lead.log if isinstance(one, (Evidence, Signal))]
    if known and draw(st.integers(0, 4)) == 0:
        mistake = draw(st.sampled_from(known))
        assert mistake.id is not None  # for the type checker: a lead names its entries
        lead = lead.retract(mistake.id, at=mistake.at)
    return lead


@st.composite
def facts(draw: st.DrawFn, topics: Sequence[str] = TOPICS, vocabulary: Vocabulary | None = None) -> Facts:
    """Give what is known of a lead at an instant; topics that nobody asked about are UNKNOWN.

    >>> from hypothesis import given
    >>> @given(facts())
    ... def test_mine(facts): ...
    """
    at = draw(instants())
    wanted = draw(st.lists(st.sampled_from(list(topics)), unique=True, max_size=len(topics)))
    values = {
        topic: draw(st.one_of(st.integers(0, 50), st.just("this month"), truths(), plain_values()))
        for topic in wanted
    }
    heard = draw(st.lists(signals(before=at), max_size=3)) if at > BEGIN else []
    return Facts.of(values, at=at, vocabulary=vocabulary, signals=heard)


def persons() -> SearchStrategy[Person]:
    """Give people, named or not.

    >>> from hypothesis import given
    >>> @given(persons())
    ... def test_mine(person): ...
    """
    return st.builds(Person, names(), name=_maybe(texts()), email=_maybe(texts()), role=_maybe(texts()))


def accounts() -> SearchStrategy[Account]:
    """Give organisations.

    >>> from hypothesis import given
    >>> @given(accounts())
    ... def test_mine(account): ...
    """
    return st.builds(Account, names(), name=_maybe(texts()))


def offers() -> SearchStrategy[Offer]:
    """Give offers, with and without a price.

    >>> from hypothesis import given
    >>> @given(offers())
    ... def test_mine(offer): ...
    """
    priced = st.builds(Offer, names(), price=decimals(), currency=st.sampled_from(("EUR", "USD")))
    return priced | st.builds(Offer, names(), name=_maybe(texts()))


@st.composite
def asked(
    draw: st.DrawFn, topics: Sequence[str] = TOPICS, after: datetime = BEGIN, before: datetime = END
) -> Asked:
    """Give records of questions that were sent.

    >>> from hypothesis import given
    >>> @given(asked())
    ... def test_mine(asked): ...
    """
    return Asked(draw(st.sampled_from(list(topics))), **draw(_known(after, before)), by=draw(_maybe(names())))


@st.composite
def retractions(draw: st.DrawFn) -> Retraction:
    """Give records of mistakes.

    >>> from hypothesis import given
    >>> @given(retractions())
    ... def test_mine(retraction): ...
    """
    return Retraction(draw(names()), **draw(_known(BEGIN, END)), by=draw(_maybe(names())))


@st.composite
def subscriptions(draw: st.DrawFn) -> Subscription:
    """Give subscriptions: running, renewing, ended.

    >>> from hypothesis import given
    >>> @given(subscriptions())
    ... def test_mine(subscription): ...
    """
    started = draw(instants())
    renews, ended = draw(_maybe(instants(started))), draw(_maybe(instants(started)))
    return Subscription(
        draw(names()), started=started, offer=draw(_maybe(names())), renews=renews, ended=ended
    )


@st.composite
def outcomes(draw: st.DrawFn) -> Outcome:
    """Give outcomes: won, lost and open; some of the won cancelled again.

    >>> from hypothesis import given
    >>> @given(outcomes())
    ... def test_mine(outcome): ...
    """
    opened = draw(instants())
    result = draw(truths())
    closed = None if result is Truth.UNKNOWN else draw(_maybe(instants(opened)))
    cancelled = draw(_maybe(instants(closed or opened))) if result is Truth.YES else None
    amount = draw(_maybe(decimals()))
    return Outcome(
        draw(names()),
        result,
        opened=opened,
        closed=closed,
        amount=amount,
        currency=None if amount is None else "EUR",
        reason=draw(_maybe(names())),
        cancelled=cancelled,
    )


@st.composite
def survey_responses(draw: st.DrawFn) -> SurveyResponse:
    """Give answers on each of the shipped scales, some of them missing.

    >>> from hypothesis import given
    >>> @given(survey_responses())
    ... def test_mine(response): ...
    """
    scale = draw(rating_scales())
    answer = draw(_maybe(st.integers(scale.low, scale.high)))
    return SurveyResponse(scale, answer, **draw(_known(BEGIN, END)), by=draw(_maybe(names())))


def rating_scales() -> SearchStrategy[Scale]:
    """Give the shipped scales.

    >>> from hypothesis import given
    >>> @given(rating_scales())
    ... def test_mine(scale): ...
    """
    return st.sampled_from([getattr(scales, name) for name in scales.__all__ if name.isupper()])


def questions() -> SearchStrategy[Question]:
    """Give questions, free and costly.

    >>> from hypothesis import given
    >>> @given(questions())
    ... def test_mine(question): ...
    """
    return st.builds(Question, names(), texts(), st.sampled_from((0.0, 5.0, 2.5)))


def reasons() -> SearchStrategy[Reason]:
    """Give the shipped reasons, and a host's own.

    >>> from hypothesis import given
    >>> @given(reasons())
    ... def test_mine(reason): ...
    """
    kinds = st.sampled_from(("not_us", "not_now", "never", "do_not_contact"))
    return st.sampled_from(REASONS) | st.builds(Reason, names(), kinds)


def reps() -> SearchStrategy[Rep]:
    """Give people on our side.

    >>> from hypothesis import given
    >>> @given(reps())
    ... def test_mine(rep): ...
    """
    return st.builds(Rep, names(), name=_maybe(texts()), team=_maybe(texts()))


_TYPES: dict[str, Callable[[], SearchStrategy[Any]]] = {
    "any": plain_values,
    "text": texts,
    "number": lambda: st.integers(0, 100) | decimals(),
    "boolean": st.booleans,
    "date": lambda: st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    "instant": instants,
    "duration": durations,
}


@st.composite
def topics(draw: st.DrawFn, name: str | None = None) -> Topic:
    """Give topics of every type, stale or lasting, free or costly, with and without a list of values.

    >>> from hypothesis import given
    >>> @given(topics())
    ... def test_mine(topic): ...
    """
    kind: Any = draw(st.sampled_from(sorted(_TYPES)))
    return Topic(
        name or draw(names()),
        kind,
        draw(_maybe(texts())),
        fresh_for=draw(_maybe(durations())),
        cost=draw(st.sampled_from((0, 5))),
        ask_again=draw(st.sampled_from((timedelta(days=14), timedelta(0), timedelta(days=3)))),
        values=draw(st.lists(_TYPES[kind](), max_size=2)),
    )


def vocabularies() -> SearchStrategy[Vocabulary]:
    """Give vocabularies of a few topics, each named once.

    >>> from hypothesis import given
    >>> @given(vocabularies())
    ... def test_mine(vocabulary): ...
    """
    return st.lists(topics(), max_size=4, unique_by=lambda topic: topic.name).map(Vocabulary)


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    """Give decisions with their reasons, as a playbook stores them.

    >>> from hypothesis import given
    >>> @given(decisions())
    ... def test_mine(decision): ...
    """
    at = draw(instants())
    return Decision(
        draw(st.sampled_from(Action)),
        draw(_maybe(reasons())),
        at=at,
        answers=draw(st.dictionaries(names(), truths(), max_size=3)),
        missing=draw(st.lists(names(), max_size=2)),
        evidence=draw(st.lists(names(), max_size=2)),
        ask=draw(_maybe(questions())),
        until=draw(_maybe(instants(at))),
        contact=draw(_maybe(st.booleans())),
        value=draw(_maybe(st.floats(-1e9, 1e9))),
        playbook=draw(_maybe(texts())),
        seen=draw(st.integers(0, 100)),
        note=draw(_maybe(texts())),
    )
