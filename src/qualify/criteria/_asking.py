"""`ask`: the question that settles criteria soonest, at least expected cost.

What belongs here: the choice of one question, and patience with one that is open. What does not: what
the answer would be worth, which is economics (`qualify.decisions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

import attrs

from qualify import _checks
from qualify._maps import Plain, Value
from qualify.criteria._criterion import Criterion, require_criterion, require_facts
from qualify.models import Facts, Question
from qualify.truth import UNKNOWN

MAX_STATES = 200_000  # states of knowledge up to which the best order is exact: 3**11 and a little
Beliefs = Mapping[str, "float | Mapping[Plain, float]"]


@attrs.frozen
class NextQuestion(Value):
    """What to ask now, and what it leads to; `question` is None where nothing is to be asked.

    `expected_cost` and `expected_questions` are what settling takes on average, this question included,
    if answers are independent given what is known. `method` is "exact", "greedy" (too many unknowns to
    be exact: `unknowns` says how many), "waiting" (for the answer on `waiting`, until `until`) or
    "nothing" (it is decided, or no question could decide it: `reason` says which).

    >>> from datetime import datetime, timezone
    >>> from qualify.criteria import topic
    >>> nothing = Facts.of({}, at=datetime(2026, 5, 3, tzinfo=timezone.utc))
    >>> ask(topic("team_size") >= 10, nothing).question
    Question(topic='team_size', text='What is known about team size?', cost=1.0)
    """

    question: Question | None
    method: Literal["exact", "greedy", "waiting", "nothing"]
    reason: str
    expected_cost: float = 0.0
    expected_questions: float = 0.0
    unknowns: int = 0
    waiting: str | None = None
    until: datetime | None = None

    def __attrs_post_init__(self) -> None:
        for name in ("expected_cost", "expected_questions"):
            object.__setattr__(self, name, float(getattr(self, name)))

    @property
    def topic(self) -> str | None:
        """The topic to ask about, None where nothing is to be asked."""
        return None if self.question is None else self.question.topic


def ask(
    criteria: Criterion | Iterable[Criterion],
    facts: Facts,
    *,
    costs: Mapping[str, float] | None = None,
    beliefs: Beliefs | None = None,
    max_states: int = MAX_STATES,
) -> NextQuestion:
    """Give the next question: the one with which a criterion is settled at least expected cost.

    Several criteria are settled together, and a topic that they share is asked once. One question at a
    time: while a topic that is still missing was asked within its `ask_again`, nothing else is asked.
    `costs` (per topic, in minutes of a person) go before the vocabulary's, which go before 1. `beliefs`
    say how likely an answer is: per topic the probability that its comparison is YES, or one for each
    value; where nothing is said, all outcomes are equally likely. Among equal costs the fewest questions
    win, then the order of appearance.

    Exact over all states of knowledge up to `max_states` (11 unknown topics of one comparison each);
    beyond, greedy: by cost/(1-p) inside all-of and cost/p inside any-of, and `method` says so (Simon and
    Kadane 1975, Artificial Intelligence 6; Ben-Dov 1981, Management Science 27).

    >>> from datetime import datetime, timezone
    >>> from qualify.criteria import topic
    >>> rule = topic("budget").exists() & (topic("fit") >= 3)
    >>> nothing = Facts.of({}, at=datetime(2026, 5, 3, tzinfo=timezone.utc))
    >>> best = ask(rule, nothing, costs={"budget": 10, "fit": 2})
    >>> best.topic, best.expected_cost, best.method
    ('fit', 7.0, 'exact')
    """
    require_facts(facts, "ask")
    given = [criteria] if isinstance(criteria, Criterion) else list(criteria)
    roots = tuple(require_criterion(one, f"ask[{i}]") for i, one in enumerate(given))
    verdicts = [(root, root.judge(facts)) for root in roots]
    open_ones = [(root, verdict) for root, verdict in verdicts if verdict.truth is UNKNOWN]
    if not open_ones:
        return NextQuestion(None, "nothing", "it is decided")
    missing = tuple(dict.fromkeys(name for _, verdict in open_ones for name in verdict.missing))
    if not missing:
        return NextQuestion(None, "nothing", "no question would decide it: a host function gives no answer")
    patience = [(until, name) for name in missing if (until := facts.waiting(name)) is not None]
    if patience:
        until, name = max(patience)
        return NextQuestion(
            None, "waiting", f"{name} was asked, and not yet answered", waiting=name, until=until
        )
    given_costs = costs or {}
    hosted = [name for root, _ in open_ones for host in root.hosts for name in host._reads()]
    unknown = [name for name in hosted if name not in facts]
    prices = {name: _price(name, facts, given_costs) for name in (*missing, *unknown)}
    if len(prices) == 1:
        return _asked(missing[0], facts, prices, (prices[missing[0]], 1.0), 1, "exact")
    unsettled = tuple(root for root, _ in open_ones)
    best, value, method = _best(unsettled, facts, missing, prices, beliefs or {}, max_states)
    return _asked(best, facts, prices, value, len(prices), method)


def _asked(
    name: str,
    facts: Facts,
    prices: Mapping[str, float],
    value: tuple[float, float],
    unknowns: int,
    method: Literal["exact", "greedy"],
) -> NextQuestion:
    known = facts.vocabulary.get(name)
    question = (
        Question(name, f"What is known about {name.replace('_', ' ')}?", prices[name])
        if known is None
        else known.question
    )
    why = "it settles at least expected cost" if method == "exact" else "it looks best by rule of thumb"
    return NextQuestion(question, method, why, value[0], value[1], unknowns)


def _price(name: str, facts: Facts, costs: Mapping[str, float]) -> float:
    given = costs.get(name)
    if given is not None:
        return _checks.real(given, f"ask.costs[{name!r}]", least=0)
    known = facts.vocabulary.get(name)
    return 1.0 if known is None else known.cost


def _best(
    roots: tuple[Criterion, ...],
    facts: Facts,
    missing: tuple[str, ...],
    prices: dict[str, float],
    beliefs: Beliefs,
    max_states: int,
) -> tuple[str, tuple[float, float], Literal["exact", "greedy"]]:
    from qualify.criteria._ordering import by_states, questions, rule_of_thumb

    model, asked = questions(roots, facts, missing, prices, beliefs)
    if model.size > max_states:
        best, value = rule_of_thumb(roots, model, asked)
        return best, value, "greedy"
    best, value = by_states(roots, model, asked)
    return best, value, "exact"
