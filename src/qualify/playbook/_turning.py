"""One turn of the wheel: know, judge, decide, tell the chart, and say when to look again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from qualify import _checks
from qualify._maps import Map, Value
from qualify.errors import InvalidType, InvalidValue, TimeError
from qualify.models import Decision, Evidence, Facts, Lead, Signal
from qualify.models._facts import readable
from qualify.playbook._deciding import Weighed, weigh
from qualify.stages import Journey, Override, Position, Step
from qualify.truth import Truth

if TYPE_CHECKING:
    from qualify.criteria import Verdict
    from qualify.playbook._playbook import Playbook
    from qualify.playbook._teaching import Teach


@attrs.frozen
class Turn(Value):
    """What one turn gave: verdicts, decision, the step that was recorded, the journey, when to look again.

    `step` is None where nothing was recorded: the decision still holds, or a person's `override` does.
    `again_at` is the earliest instant at which answers or question could change without news, None if
    there is none: a host keeps it in one indexed column and never scans all leads.

    >>> from datetime import datetime, timezone
    >>> from qualify import Journey, Lead
    >>> from qualify.playbooks import saas
    >>> monday = datetime(2026, 5, 4, tzinfo=timezone.utc)
    >>> turn = saas().turn(Journey.start(saas().chart, "ana", at=monday), Lead("ana"), at=monday)
    >>> print(turn.step)
    discover moved engaged -> discovery
    >>> turn.decision.ask.text
    'Who is it?'
    """

    verdicts: Map[Verdict]
    decision: Decision
    step: Step | None
    journey: Journey
    again_at: datetime | None
    override: Override | None = None

    def __str__(self) -> str:
        return str(self.decision)


def turn(
    playbook: Playbook,
    journey: Journey,
    lead: Lead | Facts,
    *,
    at: datetime,
    contact: bool | None = None,
    id: str | None = None,
) -> Turn:
    """Give the turn at an instant; `Playbook.turn` says all about it."""
    when = _checks.instant(at, "turn.at")
    _require_turnable(playbook, journey, lead, when)
    position = journey.at(when)
    facts = facts_of(playbook, journey, lead, when)
    weighed = weigh(
        playbook, facts, position.active, contact=contact, seen=lead.seen if isinstance(lead, Lead) else 0
    )
    override = standing_override(playbook, journey, lead, position, weighed)
    stored = last_decision(journey)
    step: Step | None = None
    decision = weighed.decision
    if override is None:
        event = weighed.regime.event(decision.action)
        asked = playbook.chart.questions(position, event)
        answers = {question: truth for question, truth in decision.answers.items() if question in asked}
        same = stored is not None and _still_holds(playbook, weighed, stored, facts)
        if same and not journey.chart.step(position, event, at=when, answers=answers).moved:
            decision = _kept_until(decision, stored.until if stored else None)
        else:
            journey = journey.record(event, at=when, answers=answers, because=decision, id=id)
            step = journey.last
            position = step.after
    again_at = _again_at(playbook, facts, decision, position, override)
    return Turn(weighed.verdicts, decision, step, journey, again_at, override)


def _kept_until(decision: Decision, until: datetime | None) -> Decision:
    """Give the decision until the instant at which the stored one ends, which it confirms."""
    return decision if decision.until == until else attrs.evolve(decision, until=until)


def _require_turnable(playbook: Playbook, journey: Journey, lead: Lead | Facts, at: datetime) -> None:
    where = "Playbook.turn"
    _checks.of_type(journey, Journey, where)
    if not isinstance(lead, (Lead, Facts)):
        raise InvalidType("a Lead or Facts are needed", found=_checks.kind_of(lead), where=where)
    if journey.merged_into is not None:
        raise InvalidValue(
            f"{journey.subject!r} was merged",
            allowed=f"turn the survivor, {journey.merged_into!r}",
            where=where,
        )
    if journey.chart != playbook.chart:
        raise InvalidValue(
            f"this playbook turns journeys of chart {playbook.chart.name!r} {playbook.chart.version}",
            found=f"{journey.chart.name!r} {journey.chart.version}",
            allowed="migrate the journey first",
            where=where,
        )
    subject = lead.id if isinstance(lead, Lead) else lead.subject
    if subject is not None and subject != journey.subject:
        raise InvalidValue(
            f"the journey is that of {journey.subject!r}", found=_checks.show(subject), where=where
        )
    if isinstance(lead, Facts) and lead.at != at:
        raise TimeError(
            "Facts are those of the turn's instant",
            found=f"{lead.at.isoformat()}, turned at {at.isoformat()}",
            where=where,
        )
    last = journey.events[-1].known_at
    if at < last:
        raise TimeError(
            "a turn comes after the last event",
            found=f"{at.isoformat()}, the last is known at {last.isoformat()}",
            where=where,
        )


# What is known


def facts_of(playbook: Playbook, journey: Journey, lead: Lead | Facts, at: datetime) -> Facts:
    """Give the facts of a turn: evidence, what signals and events teach, what was heard."""
    events = tuple(_heard_events(playbook, journey))
    taught = taught_by_events(playbook, journey)
    if isinstance(lead, Lead):
        signals = lead.heard(at=at)
        lessons = (*_taught_by_signals(playbook, journey, signals, at), *taught)
        return lead.facts(
            at=at, vocabulary=playbook.vocabulary, taught=sorted(lessons, key=_when), events=events
        )
    lessons = (*_taught_by_signals(playbook, journey, lead.signals, at), *taught)
    return _with_lessons(lead, playbook, sorted(lessons, key=_when), events)


def taught_by_events(playbook: Playbook, journey: Journey) -> tuple[Evidence, ...]:
    """Give the evidence that events taught which were not refused."""
    lessons = playbook._lessons  # noqa: SLF001 - the same room
    taught: list[Evidence] = []
    for step in journey.steps:
        event = step.event
        if event is None or event.name not in lessons or step.refused:
            continue
        for teach in lessons[event.name]:
            if teach.inside and step.before.active.isdisjoint(teach.inside):
                continue
            cited = event.id or f"{journey.subject}#{step.version}"
            taught.append(_lesson(teach, event.at, event.known_at, event.name, cited))
    return tuple(taught)


def _taught_by_signals(
    playbook: Playbook, journey: Journey, signals: Iterable[Signal], at: datetime
) -> Iterator[Evidence]:
    lessons = playbook._lessons  # noqa: SLF001 - the same room
    began = journey.events[0].at
    for signal in signals:
        for teach in lessons.get(signal.kind, ()):
            if teach.inside and (
                signal.at < began or journey.at(signal.at, known_at=at).active.isdisjoint(teach.inside)
            ):
                continue
            yield _lesson(teach, signal.at, signal.known_at, signal.kind, signal.id)


def _lesson(teach: Teach, at: datetime, known_at: datetime, source: str, cited: str | None) -> Evidence:
    return Evidence(teach.topic, teach.value, at=at, known_at=known_at, source=source, id=cited)


def _heard_events(playbook: Playbook, journey: Journey) -> Iterator[Signal]:
    """Give as signals the events that some criterion listens for and the chart did not refuse."""
    kinds = playbook._kinds  # noqa: SLF001 - the same room
    if not kinds:
        return
    for step in journey.steps:
        event = step.event
        if event is not None and event.name in kinds and not step.refused:
            yield Signal(
                event.name,
                at=event.at,
                known_at=event.known_at,
                by=event.by,
                id=event.id or f"{journey.subject}#{step.version}",
            )


def _with_lessons(
    facts: Facts, playbook: Playbook, lessons: Iterable[Evidence], events: tuple[Signal, ...]
) -> Facts:
    """Give a host's own Facts with what was taught on topics of which they know nothing newer."""
    words = facts.vocabulary if len(facts.vocabulary) else playbook.vocabulary
    current = dict(facts.current)
    for lesson in lessons:
        held = current.get(lesson.topic)
        if held is None or held.at < lesson.at:
            current[lesson.topic] = lesson
    fresh = {topic: entry for topic, entry in current.items() if entry.is_fresh(facts.at, words)}
    fresh, unreadable = readable(fresh, words)
    return attrs.evolve(
        facts,
        vocabulary=words,
        current=fresh,
        signals=(*facts.signals, *events),
        unreadable=facts.unreadable | unreadable,
    )


def _when(evidence: Evidence) -> tuple[datetime, datetime]:
    return evidence.at, evidence.known_at


# What was decided before


def last_decision(journey: Journey) -> Decision | None:
    """Give the decision that was recorded last."""
    for event in reversed(journey.events):
        if isinstance(event.because, Decision):
            return event.because
    return None


def _still_holds(playbook: Playbook, weighed: Weighed, stored: Decision, facts: Facts) -> bool:
    """Tell whether a stored decision is the same, and no renewal has come near since."""
    if facts.renews is not None and stored.at < facts.renews - playbook.renewal_notice <= facts.at:
        return False
    return weighed.decision.same_as(stored, waiting=weighed.waiting)


def standing_override(
    playbook: Playbook, journey: Journey, lead: Lead | Facts, position: Position, weighed: Weighed
) -> Override | None:
    """Give the person's word that holds now, if one does.

    It holds until its `until`; without one until the answers differ from those at its own `known_at`.
    The next recorded decision ends it for good, and so does whatever moves her later.
    """
    steps = journey.steps
    if steps[-1].after.active != position.active:
        return None  # a deadline has moved her since
    newest = next(step for step in reversed(steps) if _counts(step))
    word = newest.event.because if newest.event is not None else None
    if not isinstance(word, Override) or newest.refused:
        return None
    return word if _word_holds(playbook, journey, lead, newest, weighed) else None


def _counts(step: Step) -> bool:
    """Tell whether a step is a word that was taken, or ends every earlier one; the first step always is."""
    because = None if step.event is None else step.event.because
    return (
        isinstance(because, Decision)
        or (isinstance(because, Override) and not step.refused)
        or step.moved
        or any(timeout.moved for timeout in step.timeouts)
    )


def _word_holds(
    playbook: Playbook, journey: Journey, lead: Lead | Facts, step: Step, weighed: Weighed
) -> bool:
    event = step.event
    assert event is not None  # noqa: S101 - for the type checker
    assert isinstance(event.because, Override)  # noqa: S101 - as above
    now = weighed.decision
    if event.because.until is not None:
        return now.at < event.because.until
    return _answers_then(playbook, journey, lead, step, weighed) == now.answers


def _answers_then(
    playbook: Playbook, journey: Journey, lead: Lead | Facts, step: Step, weighed: Weighed
) -> Map[Truth]:
    """Give the answers to today's questions as they were when the word was given.

    A host's own Facts have no past: there the answers of the decision that was overridden stand in.
    """
    assert step.event is not None  # noqa: S101 - for the type checker
    assert step.version is not None  # noqa: S101 - as above
    then = journey.upto(step.version)
    if isinstance(lead, Facts):
        stored = last_decision(then)
        return weighed.decision.answers if stored is None else stored.answers
    facts = facts_of(playbook, then, lead, step.event.known_at)
    return Map({name: playbook.criteria[name].truth(facts) for name in weighed.decision.answers})


# When to look again


def _again_at(
    playbook: Playbook,
    facts: Facts,
    decision: Decision,
    position: Position,
    override: Override | None,
) -> datetime | None:
    instants = [playbook.criteria[question].changes_at(facts) for question in decision.answers]
    instants += [decision.until, playbook.chart.due(position)]
    if override is not None:
        instants.append(override.until)
    if facts.renews is not None:
        instants.append(facts.renews - playbook.renewal_notice)
    return min((one for one in instants if one is not None and one > facts.at), default=None)
