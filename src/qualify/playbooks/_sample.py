"""`sample()`: half a year of a small team that does not exist, turned by the `saas` playbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import attrs

from qualify._maps import Plain, Value
from qualify.models import Account, Evidence, Lead, Person, Signal, SurveyResponse
from qualify.playbook import Playbook
from qualify.playbooks._history import CSAT_ANSWERS, ESAT_ANSWERS, HISTORY, NPS_ANSWERS
from qualify.playbooks._saas import saas
from qualify.scales import CSAT, ESAT, NPS, Scale
from qualify.stages import Journey
from qualify.truth import Truth

if TYPE_CHECKING:
    from qualify.cohort import Cohort

_NEW_YEAR = datetime(2026, 1, 1, 9, tzinfo=UTC)
_END = datetime(2026, 6, 30, 9, tzinfo=UTC)
_WORDS: dict[str, Plain] = {"yes": True, "no": Truth.NO, "none": Truth.NO}


@attrs.frozen
class Sample(Value):
    """A small made-up history: leads, their journeys, what people answered, and the instant of its end.

    Nobody in it exists. It shows what the library does; it proves nothing about selling.

    >>> history = sample()
    >>> history.cohort.outcome.dtype.name, len(history.cohort.outcome) >= len(history.leads)
    ('int8', True)
    """

    playbook: Playbook
    leads: tuple[Lead, ...]
    journeys: tuple[Journey, ...]
    surveys: tuple[SurveyResponse, ...]
    at: datetime

    @property
    def cohort(self) -> Cohort:
        """The same leads as columns, as of the end."""
        from qualify.cohort import Cohort  # columns need numpy; the values above do not

        lives = zip(self.journeys, self.leads, strict=True)
        return Cohort.from_journeys(
            self.journeys,
            leads=self.leads,
            facts=(self.playbook.facts(journey, lead, at=self.at) for journey, lead in lives),
            at=self.at,
            vocabulary=self.playbook.vocabulary,
        )

    def answers(self, scale: Scale) -> tuple[int | None, ...]:
        """Give what was answered on one scale, None for those who did not answer.

        >>> len(sample().answers(NPS))
        20
        """
        return tuple(one.answer for one in self.surveys if one.scale == scale)


@cache
def sample() -> Sample:
    """Give a made-up half-year of 56 leads and customers, each decision made by the `saas` playbook.

    >>> history = sample()
    >>> len(history.leads), history.at.date().isoformat()
    (56, '2026-06-30')
    """
    playbook = saas()
    lives = [_lived(playbook, line) for line in _lines()]
    return Sample(
        playbook=playbook,
        leads=tuple(lead for _, lead in lives),
        journeys=tuple(journey for journey, _ in lives),
        surveys=(*_survey(NPS, NPS_ANSWERS), *_survey(CSAT, CSAT_ANSWERS), *_survey(ESAT, ESAT_ANSWERS)),
        at=_END,
    )


def _lines() -> Iterator[str]:
    """Give the history one lead a line, continued lines joined."""
    yield from HISTORY.replace("\n    ", " ").splitlines()


def _lived(playbook: Playbook, line: str) -> tuple[Journey, Lead]:
    """Play one lead's news to a team that turns the wheel at each piece of news and whenever it is due."""
    head, _, tail = line.partition(": ")
    name, account, owner, *customer = head.split()
    news = [(int(day), words) for day, _, words in (one.partition(" ") for one in tail.split("; "))]
    began = _day(news[0][0])
    lead = Lead(
        name,
        people=[Person(f"{name}@sample")],
        account=None if account == "-" else Account(account),
        owner=owner,
    )
    journey = Journey.start(playbook.chart, name, at=began, active="healthy" if customer else None)
    for day, words in news:
        journey, lead = _waited(playbook, journey, lead, until=_day(day))
        for word in words.split():
            journey, lead = _told(journey, lead, word, _day(day))
        journey, lead = _turned(playbook, journey, lead, _day(day))[:2]
    return _waited(playbook, journey, lead, until=_END)


def _told(journey: Journey, lead: Lead, word: str, at: datetime) -> tuple[Journey, Lead]:
    if word.startswith("!"):
        return journey.record(word[1:], at=at), lead
    if word.startswith("~"):
        return journey, lead.hear(Signal(word[1:], at=at))
    topic, _, value = word.partition("=")
    return journey, lead.learn(Evidence(topic, _value(value), at=at, source="talk"))


def _value(word: str) -> Plain:
    return int(word) if word.isdigit() else _WORDS.get(word, word.replace("_", " "))


def _turned(
    playbook: Playbook, journey: Journey, lead: Lead, at: datetime
) -> tuple[Journey, Lead, datetime | None]:
    """Turn once, and send the question that is worth asking."""
    turn = playbook.turn(journey, lead, at=at)
    if turn.decision.ask is not None and turn.step is not None:
        lead = lead.ask(turn.decision.ask, at=at)
        turn = playbook.turn(turn.journey, lead, at=at)
    return turn.journey, lead, turn.again_at


def _waited(playbook: Playbook, journey: Journey, lead: Lead, *, until: datetime) -> tuple[Journey, Lead]:
    """Look again whenever it is due, before an instant."""
    if len(journey.events) == 1:
        return journey, lead
    again_at = playbook.turn(journey, lead, at=journey.events[-1].at).again_at
    while again_at is not None and again_at < until:
        journey, lead, again_at = _turned(playbook, journey, lead, again_at)
    return journey, lead


def _survey(scale: Scale, answers: str) -> Iterator[SurveyResponse]:
    for one in answers.split("; "):
        day, who, answer = one.split()
        yield SurveyResponse(scale, None if answer == "-" else int(answer), at=_day(int(day)), by=who)


def _day(number: int) -> datetime:
    return _NEW_YEAR + timedelta(days=number - 1)
