"""Laws of the turn, over random lives of a year: when to look, what is recorded, what comes out again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from qualify.criteria import heard
from qualify.models import Decision, Evidence, Lead, Signal, Subscription
from qualify.playbooks import saas
from qualify.stages import Journey, Override
from qualify.truth import Truth

LISTENING = saas().replace(
    version="listens",
    criteria={
        "timely": saas().criteria["timely"] | heard("webinar", "won").within(timedelta(days=20), times=2),
        "growing": saas().criteria["growing"] & ~heard("complaint").within(timedelta(days=30)),
    },
)
VALUES = {
    "person": (True, Truth.NO),
    "need": ("reporting", Truth.NO, Truth.UNKNOWN),
    "team_size": (1, 40),
    "fit": (1, 5),
    "timing": ("this month", "this year", "not now"),
    "satisfaction": (2, 5),
    "in_use": (True, False),
    "further_need": ("more", Truth.NO),
}
SIGNALS = ("demo_request", "webinar", "complaint", "product_used")
EVENTS = (
    "accepted", "handed_back", "declined", "lost", "won", "onboarded", "renewed", "expanded", "cancelled",
    "returned", "opted_in", "opted_out",
)  # fmt: skip
BY_HAND = ("sell", "discover", "nurture", "disqualify", "reviewed")
YEAR = 365


def day(n):
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=n)


lags = st.sampled_from([0, 0, 0, 3, 30])
learned = st.sampled_from(sorted(VALUES)).flatmap(
    lambda topic: st.tuples(st.just("learn"), lags, st.just(topic), st.sampled_from(VALUES[topic]))
)
news = st.one_of(
    learned,
    learned,
    st.tuples(st.just("hear"), lags, st.sampled_from(SIGNALS)),
    st.tuples(st.just("tell"), lags, st.sampled_from(EVENTS)),
    st.tuples(st.just("tell"), lags, st.sampled_from(EVENTS)),
    st.tuples(st.just("override"), st.sampled_from(BY_HAND), st.sampled_from([None, 15, 100])),
    st.tuples(st.just("renews"), st.integers(1, 200)),
    st.tuples(st.just("retract"), st.integers(0, 9)),
    st.tuples(st.just("merge"), lags, st.sampled_from(("declined", "opted_out", "won"))),
)
lives = st.lists(st.tuples(st.integers(1, YEAR), news), max_size=14).map(
    lambda rows: sorted(rows, key=lambda r: r[0])
)


def told(playbook, journey, lead, n, item):  # noqa: PLR0911 - one line a kind of news
    """Give journey and lead after one piece of news on day n."""
    kind, *rest = item
    if kind == "learn":
        lag, topic, value = rest
        at = day(max(0, n - lag))
        return journey, lead.learn(Evidence(topic, value, at=at, known_at=day(n)))
    if kind == "hear":
        return journey, lead.hear(Signal(rest[1], at=day(max(0, n - rest[0])), known_at=day(n)))
    if kind == "tell":
        return journey.record(rest[1], at=day(max(0, n - rest[0])), known_at=day(n)), lead
    if kind == "override":
        until = None if rest[1] is None else day(n + rest[1])
        return journey.record(rest[0], at=day(n), because=Override("mia", "I know her", until=until)), lead
    if kind == "renews":
        return journey, lead.subscribe(
            Subscription("s", started=day(0), known_at=day(n), renews=day(n + rest[0]))
        )
    if kind == "retract":
        held = lead.evidence
        return journey, lead.retract(held[rest[0] % len(held)].id, at=day(n)) if held else lead
    twin = f"{lead.id}-{n}-{rest[1]}-{journey.version}"
    other = Journey.start(playbook.chart, twin, at=day(max(0, n - rest[0]))).record(rest[1], at=day(n))
    merged = playbook.merge(
        (other, Lead(twin, evidence=[Evidence("fit", 4, at=day(n))])), (journey, lead), at=day(n)
    )
    return merged.journey, merged.lead


def lived(playbook, life, *, daily):
    """Play a life; the wheel is turned every day, or at news and when it is due."""
    lead = Lead("ana")
    journey = Journey.start(playbook.chart, "ana", at=day(0))
    again_at = day(0)
    for n in range(YEAR + 1):
        items = [item for when, item in life if when == n]
        for item in items:
            journey, lead = told(playbook, journey, lead, n, item)
        if not (daily or items or (again_at is not None and again_at <= day(n))):
            continue
        turn = playbook.turn(journey, lead, at=day(n))
        journey, again_at = turn.journey, turn.again_at
        if turn.step is not None and turn.decision.ask is not None:
            lead = lead.ask(turn.decision.ask, at=day(n))
            again_at = day(n + 1)
    return journey, lead


@settings(max_examples=20)
@given(lives, st.sampled_from([saas(), LISTENING]))
def test_turning_daily_and_turning_when_due_record_the_same(life, playbook):
    """`again_at` misses nothing: between news and it a turn records nothing."""
    assert lived(playbook, life, daily=True)[0].events == lived(playbook, life, daily=False)[0].events


@settings(max_examples=40)
@given(lives, st.sampled_from([saas(), LISTENING]))
def test_recomputing_equals_the_stored(life, playbook):
    """Every decision of a life comes out again, after all that was entered late, taken back or merged."""
    journey, lead = lived(playbook, life, daily=False)
    for version, event in enumerate(journey.events, start=1):
        if isinstance(event.because, Decision):
            again = playbook.recompute(journey, lead, version=version)
            assert again.agrees is Truth.YES, str(again)


@settings(max_examples=40)
@given(lives)
def test_a_second_turn_at_once_records_nothing(life):
    """The same knowledge at the same instant leads to the same decision, and it is not written twice."""
    journey, lead = lived(saas(), life, daily=False)
    at = day(YEAR)
    first = saas().turn(journey, lead, at=at)
    second = saas().turn(first.journey, lead, at=at)
    assert second.step is None
    assert second.journey is first.journey
    assert (first.decision.action, first.decision.answers) == (
        second.decision.action,
        second.decision.answers,
    )
    assert first.again_at == second.again_at
