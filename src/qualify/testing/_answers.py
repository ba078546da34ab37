"""Strategies for what criteria, charts and playbooks answer: made by asking them, so that each could be.

Reached by `strategy_of` and `st.from_type`. Loads no numpy.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any, Literal

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from qualify import Finding
from qualify._maps import plain
from qualify.criteria import (
    Agreement,
    AtLeast,
    Atom,
    Change,
    Criterion,
    Fault,
    Heard,
    Move,
    Named,
    NextQuestion,
    Not,
    Part,
    Proof,
    Verdict,
    Weighted,
    at_least,
    frameworks,
    heard,
    topic,
    weighted,
)
from qualify.decisions import (
    BlindScore,
    Candidate,
    Capacity,
    Chances,
    Choice,
    FirstCome,
    LinearGate,
    Range,
    blind_score,
    first_come,
    linear_gate,
)
from qualify.models import Action, Lead
from qualify.playbook import Merged, Recomputed, Regime, Teach, Turn
from qualify.playbooks import Sample, saas, sample
from qualify.stages import (
    SAAS,
    Attempt,
    ChartFinding,
    Difference,
    Explanation,
    History,
    Journey,
    Override,
    Position,
    Refusal,
    Revision,
    Spell,
    State,
    Step,
    Transition,
)
from qualify.testing._charts import charts, journeys
from qualify.testing._criteria import criteria, economics, playbooks, tables
from qualify.testing._values import (
    KINDS,
    TOPICS,
    durations,
    facts,
    instants,
    leads,
    names,
    plain_values,
    questions,
    texts,
    truths,
)
from qualify.wire import Limits

_COUNT = st.integers(0, 1_000)
_COST = st.sampled_from((0.0, 1.0, 2.5, 30.0))


def _maybe(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.none() | strategy


def _some(strategy: SearchStrategy[Any]) -> SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


# -- criteria -------------------------------------------------------------------------------------------


def _of_kind(kind: type[Criterion]) -> SearchStrategy[Criterion]:
    part = criteria(max_leaves=2)
    made: dict[type, SearchStrategy[Criterion]] = {
        AtLeast: st.lists(part, min_size=2, max_size=3).map(lambda parts: at_least(1, parts)),
        Atom: st.sampled_from(TOPICS).map(lambda name: topic(name).exists()),
        Heard: st.builds(
            lambda kind, within: heard(kind).within(within), st.sampled_from(KINDS), durations()
        ),
        Named: part.map(lambda one: one.named("ready")),
        Not: st.sampled_from(TOPICS).map(lambda name: ~topic(name).exists()),
        Weighted: part.map(lambda one: weighted([(one, 2)], bar=1)),
    }
    return made[kind].filter(lambda one: type(one) is kind)


def verdicts() -> SearchStrategy[Verdict]:
    return st.builds(lambda criterion, known: criterion.judge(known), criteria(max_leaves=4), facts())


def faults() -> SearchStrategy[Fault]:
    return st.builds(Fault, names(), st.sampled_from(("ValueError", "returned", "unreadable")), texts())


def parts() -> SearchStrategy[Part]:
    named = _some(names())
    return st.builds(Part, criteria(max_leaves=2), truths(), named, texts(), named, _some(faults()))


def moves(kind: Literal["learn", "change", "hear"] = "learn") -> SearchStrategy[Move]:
    values = plain_values().map(lambda value: plain(value, "Move.value"))
    return st.builds(Move, st.just(kind), names(), values, _COST)


def changes() -> SearchStrategy[Change]:
    learn, become = _some(moves()), _some(moves("change"))
    cost = _COST | st.just(math.inf)
    return st.builds(Change, truths(), texts(), _COUNT, learn, become, cost, st.booleans())


def agreements() -> SearchStrategy[Agreement]:
    return st.builds(
        Agreement,
        truths(),
        *(_COUNT,) * 4,
        st.sampled_from(("cells", "leads")),
        open=_COUNT,
        witness=_maybe(facts()),
        because=_some(parts()),
        possible=st.booleans(),
        reason=texts(),
    )


def proofs() -> SearchStrategy[Proof]:
    return st.builds(Proof, truths(), texts(), _COUNT, witness=_maybe(facts()), possible=st.booleans())


def next_questions() -> SearchStrategy[NextQuestion]:
    method = st.sampled_from(("exact", "greedy", "waiting", "nothing"))
    return st.builds(
        NextQuestion,
        _maybe(questions()),
        method,
        texts(),
        expected_cost=_COST,
        unknowns=_COUNT,
        waiting=_maybe(names()),
        until=_maybe(instants()),
    )


def findings() -> SearchStrategy[Finding]:
    return st.builds(Finding, names(), texts(), texts(), texts())


def shipped_frameworks() -> SearchStrategy[frameworks.Framework]:
    return st.sampled_from(list(frameworks.FRAMEWORKS.values()))


def sequences() -> SearchStrategy[frameworks.Sequence]:
    return st.builds(frameworks.Sequence, names(), _some(questions()), texts())


# -- stages ---------------------------------------------------------------------------------------------


def _told() -> SearchStrategy[Journey]:
    return charts().flatmap(journeys) | journeys()


def steps() -> SearchStrategy[Step]:
    waited = st.builds(
        lambda journey, wait: journey.chart.advance(journey.position, at=journey.position.at + wait),
        _told().filter(lambda journey: not _restless(journey.chart)),
        durations(),
    )
    return _told().flatmap(lambda journey: st.sampled_from(journey.steps)) | waited


def _restless(chart: Any) -> bool:
    """Tell whether deadlines could follow one another often in a year."""
    return any(t.after is not None and t.after < timedelta(hours=12) for t in chart.transitions)


def positions() -> SearchStrategy[Position]:
    return _told().flatmap(lambda journey: st.sampled_from(journey.steps)).map(lambda step: step.after)


def refusals() -> SearchStrategy[Refusal]:
    merged = st.builds(Refusal, into=names())
    found = _told().map(lambda journey: [r for step in journey.steps for r in step.refusals])
    return merged | found.filter(bool).flatmap(st.sampled_from)


def spells() -> SearchStrategy[Spell]:
    def of(journey: Journey) -> list[Spell]:
        return [spell for name in journey.chart.state_names for spell in journey.spells(name)]

    return journeys().map(of).flatmap(st.sampled_from)


def attempts() -> SearchStrategy[Attempt]:
    end = _maybe(instants())
    return st.builds(Attempt, instants(), end, truths(), _maybe(names()), truncated=st.booleans())


def revisions() -> SearchStrategy[Revision]:
    return st.builds(Revision, steps(), steps())


def explanations() -> SearchStrategy[Explanation]:
    return positions().map(lambda position: position.chart.explain(position))


def differences() -> SearchStrategy[Difference]:
    def of(one: Journey, other: Any) -> Difference:
        return one.chart.diff(other, [one.position])

    return st.builds(of, _told(), charts())


def chart_findings() -> SearchStrategy[ChartFinding]:
    level = st.sampled_from(("problem", "note"))
    return st.builds(ChartFinding, names(), texts(), texts(), texts(), level)


def _part_of_chart(kind: type) -> SearchStrategy[Any]:
    def of(chart: Any) -> list[Any]:
        found, open_ = list(chart.transitions), list(chart.states)
        while open_:
            one = open_.pop()
            found.append(one)
            open_ += getattr(one, "states", ())
        return [one for one in found if type(one) is kind]

    return (charts().map(of) | st.just(of(SAAS))).filter(bool).flatmap(st.sampled_from)


def histories() -> SearchStrategy[History]:
    return st.builds(History, st.sampled_from(("before", "h.1")), deep=st.booleans())


def states() -> SearchStrategy[State]:
    return _part_of_chart(State)


def transitions() -> SearchStrategy[Transition]:
    return _part_of_chart(Transition)


def overrides() -> SearchStrategy[Override]:
    return st.builds(
        Override, names(), texts().filter(lambda text: bool(text.strip())), until=_maybe(instants())
    )


# -- decisions --------------------------------------------------------------------------------------------


def candidates() -> SearchStrategy[Candidate]:
    chance = st.floats(0, 1)
    return st.builds(
        Candidate,
        names(),
        win=chance,
        hours=_COST,
        economics=economics(),
        ask=_maybe(questions()),
        yes=chance,
    )


def capacities() -> SearchStrategy[Capacity]:
    return st.builds(Capacity, st.sampled_from((0.0, 1.0, 6.0, 40.0)))


def choices() -> SearchStrategy[Choice]:
    subject = names() | st.integers(0, 10**6)
    action = st.sampled_from((Action.SELL, Action.DISCOVER))
    return st.builds(Choice, subject, action, _COST, st.floats(-1e6, 1e6))


def ranges() -> SearchStrategy[Range]:
    low, wide = st.floats(0, 100), st.floats(0, 100)
    return st.builds(lambda one, more, unit: Range(one, one + more, unit=unit), low, wide, texts())


def chances() -> SearchStrategy[Chances]:
    cells = st.sampled_from(([[0.3, 0.2, 0.05], [0.15, 0.1, 0.03], [0.02] * 3], [[0.5] * 3] * 3))
    return st.builds(Chances, names(), st.just("timely"), cells)


def linear_gates() -> SearchStrategy[LinearGate]:
    return st.lists(criteria(max_leaves=2), min_size=1, max_size=2).map(lambda gates: linear_gate(*gates))


def blind_scores() -> SearchStrategy[BlindScore]:
    return st.builds(
        lambda criterion, bar: blind_score({criterion: 20}, bar=bar),
        criteria(max_leaves=2),
        st.integers(1, 20),
    )


def firsts() -> SearchStrategy[FirstCome]:
    return st.just(first_come())


# -- playbook ----------------------------------------------------------------------------------------------


@st.composite
def turns(draw: st.DrawFn) -> Turn:
    playbook, lead = draw(playbooks()), draw(leads())
    begun = draw(instants())
    journey = Journey.start(playbook.chart, lead.id, at=begun)
    if draw(st.booleans()):
        journey = journey.record("declined", at=begun, because=Override("rep-1", "she said so"))
    at = begun + draw(st.sampled_from((timedelta(0), timedelta(days=3))))
    return playbook.turn(journey, lead, at=at, contact=draw(st.none() | st.booleans()))


@st.composite
def recomputed(draw: st.DrawFn) -> Recomputed:
    playbook, lead, begun = saas(), draw(leads()), draw(instants())
    turn = playbook.turn(Journey.start(playbook.chart, lead.id, at=begun), lead, at=begun)
    return playbook.recompute(turn.journey, draw(st.sampled_from((lead, None))), version=2)


@st.composite
def mergers(draw: st.DrawFn) -> Merged:
    at, survivor = draw(instants()), draw(leads(id="ana", max_size=3))
    pairs = [(Journey.start(SAAS, one.id, at=at), one) for one in (Lead("an"), survivor)]
    return saas().merge(pairs[0], pairs[1], at=at)


def regimes() -> SearchStrategy[Regime]:
    return st.builds(Regime, tables(), st.just("reviewed")) | st.sampled_from(list(saas().regimes.values()))


def lessons() -> SearchStrategy[Teach]:
    return st.builds(Teach, names(), names(), plain_values(), _some(names()))


def samples() -> SearchStrategy[Sample]:
    """Give the shipped history, without most of its people."""
    whole = sample()
    return st.integers(0, 2).map(
        lambda n: attrs.evolve(
            whole, leads=whole.leads[:n], journeys=whole.journeys[:n], surveys=whole.surveys[:n]
        )
    )


def limits() -> SearchStrategy[Limits]:
    return st.builds(Limits, bytes=st.integers(1, 10**6), depth=st.integers(1, 128))


STRATEGIES: dict[type, SearchStrategy[Any]] = {
    Agreement: agreements(),
    AtLeast: _of_kind(AtLeast),
    Atom: _of_kind(Atom),
    Attempt: attempts(),
    BlindScore: blind_scores(),
    Candidate: candidates(),
    Capacity: capacities(),
    Chances: chances(),
    Change: changes(),
    ChartFinding: chart_findings(),
    Choice: choices(),
    Difference: differences(),
    Explanation: explanations(),
    Fault: faults(),
    Finding: findings(),
    FirstCome: firsts(),
    Heard: _of_kind(Heard),
    History: histories(),
    Limits: limits(),
    LinearGate: linear_gates(),
    Merged: mergers(),
    Move: moves(),
    Named: _of_kind(Named),
    NextQuestion: next_questions(),
    Not: _of_kind(Not),
    Override: overrides(),
    Part: parts(),
    Position: positions(),
    Proof: proofs(),
    Range: ranges(),
    Recomputed: recomputed(),
    Refusal: refusals(),
    Regime: regimes(),
    Revision: revisions(),
    Sample: samples(),
    Spell: spells(),
    State: states(),
    Step: steps(),
    Teach: lessons(),
    Transition: transitions(),
    Turn: turns(),
    Verdict: verdicts(),
    Weighted: _of_kind(Weighted),
    frameworks.Framework: shipped_frameworks(),
    frameworks.Sequence: sequences(),
}
