"""`check_playbook`: what a host's playbook has to keep in every life that may come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualify import wire
from qualify._maps import Plain
from qualify.errors import ContractError
from qualify.models import Evidence, Lead, Signal, Topic
from qualify.playbook import Playbook
from qualify.stages import Journey
from qualify.testing._criteria import check_criterion
from qualify.testing._values import BEGIN, truths
from qualify.truth import Truth

_GAPS = (timedelta(0), timedelta(hours=1), timedelta(days=3), timedelta(days=60))
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "any": st.sampled_from(("yes", 3, True)),
    "text": st.sampled_from(("this month", "not now", "other")),
    "number": st.integers(0, 100),
    "boolean": st.booleans(),
    "date": st.just(date(2026, 5, 3)),
    "instant": st.just(BEGIN),
    "duration": st.just(timedelta(days=3)),
}


def check_playbook(playbook: Playbook, *, max_examples: int = 50) -> None:
    """Raise `ContractError` unless a playbook keeps its promises in random lives of a year.

    In each life a lead learns, is heard, is told facts of the world and is asked, in any order. Then:
    each criterion keeps `check_criterion`; a second turn at the same instant records nothing; a turn
    between news and `again_at` records nothing; each decision is recomputed as it was stored; the
    journey replays; the playbook is read back as it was written (host criteria bound by name).

    >>> from qualify.playbooks import saas
    >>> check_playbook(saas(), max_examples=3)
    """
    hosts = [leaf for criterion in playbook.criteria.values() for leaf in criterion.hosts]
    read = wire.loads(wire.dumps(playbook), Playbook, using=[*hosts, playbook.chart])
    _require(read == playbook, "a playbook is read back as it was written", playbook.name)
    for criterion in playbook.criteria.values():
        check_criterion(criterion, vocabulary=playbook.vocabulary)

    @settings(
        max_examples=max_examples, deadline=None, database=None, suppress_health_check=(HealthCheck.too_slow,)
    )
    @given(st.data())
    def lives(data: Any) -> None:
        _live(playbook, data.draw)

    lives()


def _live(playbook: Playbook, draw: Callable[..., Any]) -> None:
    now = BEGIN
    journey = Journey.start(playbook.chart, "ana", at=now)
    lead = Lead("ana")
    for _ in range(draw(st.integers(1, 6))):
        now += draw(st.sampled_from(_GAPS))
        journey, lead = _news(playbook, journey, lead, now, draw)
        turn = playbook.turn(journey, lead, at=now)
        if turn.decision.ask is not None and draw(st.booleans()):
            lead = lead.ask(turn.decision.ask, at=now)
            turn = playbook.turn(turn.journey, lead, at=now)
        _quiet(playbook, turn.journey, lead, now, "a second turn at the same instant")
        if turn.again_at is not None and draw(st.booleans()):
            between = now + (turn.again_at - now) / 2
            _quiet(playbook, turn.journey, lead, between, f"a turn before again_at ({turn.again_at})")
        journey = turn.journey
        if turn.step is not None:
            found = playbook.recompute(journey, lead, version=journey.version)
            _require(found.agrees is Truth.YES, "a decision is recomputed as it was stored", str(found))
    replayed = Journey.replay(playbook.chart, "ana", journey.events)
    _require(replayed == journey, "a journey is replayed as it was", repr(journey))


def _news(
    playbook: Playbook, journey: Journey, lead: Lead, now: datetime, draw: Callable[..., Any]
) -> tuple[Journey, Lead]:
    """Give the lead and the journey after something new: an answer, a signal, a fact of the world."""
    match draw(st.sampled_from(("learn", "hear", "told", "nothing"))):
        case "learn" if len(playbook.vocabulary):
            word: Topic = draw(st.sampled_from(playbook.vocabulary.topics))
            value: Plain = draw(st.sampled_from(word.values) if word.values else _VALUES[word.type])
            answer = draw(st.just(value) | truths())
            return journey, lead.learn(Evidence(word.name, answer, at=now))
        case "hear":
            kinds = sorted({lesson.on for lesson in playbook.teaches} | {"page_seen"})
            return journey, lead.hear(Signal(draw(st.sampled_from(kinds)), at=now))
        case "told" if playbook.chart.events:
            name = draw(st.sampled_from(playbook.chart.events))
            answers = {question: draw(truths()) for question in playbook.chart.questions(event=name)}
            return journey.record(name, at=now, answers=answers), lead
        case _:
            return journey, lead


def _quiet(playbook: Playbook, journey: Journey, lead: Lead, at: datetime, when: str) -> None:
    again = playbook.turn(journey, lead, at=at)
    _require(again.journey is journey, f"{when} records nothing", f"{again.decision} behind {journey.last}")


def _require(holds: object, rule: str, found: str) -> None:
    if not holds:
        raise ContractError(rule, found=found[:300], where="check_playbook")
