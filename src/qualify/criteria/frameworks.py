"""The field's frameworks as data: BANT, MEDDIC and its kin, CHAMP, GPCTBA/C&I, ANUM, FAINT, and SPIN.

What belongs here: which topics a framework asks for, in which order, and how many suffice by a published
rule. What does not: what a host means by them; a mapping binds them to its own topics and criteria.
Frameworks share topics, so evidence is asked once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.criteria._asking import NextQuestion
from qualify.criteria._criterion import Criterion, require_criterion, require_facts
from qualify.criteria._groups import all_of, at_least
from qualify.criteria._terms import topic
from qualify.errors import CriterionError, InvalidType
from qualify.models import Facts, Question, Topic, Vocabulary

__all__ = [
    "FRAMEWORKS",
    "TOPICS",
    "Framework",
    "Sequence",
    "anum",
    "bant",
    "champ",
    "faint",
    "gpctba_ci",
    "meddic",
    "meddicc",
    "meddpicc",
    "spin",
    "vocabulary",
]


def __dir__() -> list[str]:
    return sorted(__all__)


# Shared topics, with what asking costs by default (minutes of a person). `competition` includes doing
# nothing, so there always is one: it is a question of knowing it.
TOPICS = Vocabulary(
    Topic("money", question="What budget is there, or could be found, for this?", cost=5),
    Topic("authority", question="Who decides about this, and who signs?", cost=5),
    Topic("need", question="What problem do you want to solve?", cost=10),
    Topic("time", question="By when does it have to be solved, and why then?", cost=5),
    Topic("metrics", question="By which numbers would you see that it is solved?", cost=10),
    Topic("decision_criteria", question="By what will you choose among the possible solutions?", cost=10),
    Topic(
        "decision_process", question="Which steps lead from here to a decision, and who takes part?", cost=10
    ),
    Topic(
        "paper_process", question="What do purchasing, legal and security need before a signature?", cost=10
    ),
    Topic("champion", question="Who on your side gains most if this succeeds, and speaks for it?", cost=10),
    Topic("competition", question="What else is considered, doing nothing included?", cost=5),
    Topic("goals", question="What do you want to have reached by the end of the year?", cost=10),
    Topic("plans", question="What are you already doing to get there?", cost=10),
    Topic("consequences", question="What happens if you do not get there?", cost=5),
    Topic("implications", question="What becomes possible when you do?", cost=5),
    Topic("situation", question="How do you do this today?", cost=10),
    Topic("interest", question="What made you look into this?", cost=5),
)


@attrs.frozen(init=False)
class Framework(Value):
    """One framework: its letters with the topics behind them, how many suffice, and where it comes from.

    `gates` are letters that must hold whatever the others say.

    >>> FRAMEWORKS["BANT"].quorum, [name for _, name in FRAMEWORKS["BANT"].letters]
    (4, ['money', 'authority', 'need', 'time'])
    """

    name: str
    letters: tuple[tuple[str, str], ...]
    quorum: int
    source: str
    gates: tuple[str, ...] = ()

    def __init__(
        self,
        name: str,
        letters: Iterable[tuple[str, str]],
        source: str,
        *,
        quorum: int | None = None,
        gates: Iterable[str] = (),
    ) -> None:
        pairs = tuple(letters)
        where = f"Framework {name!r}"
        if not pairs:
            raise CriterionError("a framework has letters", where=where)
        self.__attrs_init__(
            name=_checks.name(name, "Framework.name"),
            letters=tuple((_checks.name(a, where), _checks.name(b, where)) for a, b in pairs),
            quorum=len(pairs) if quorum is None else _checks.whole(quorum, where, least=1, most=len(pairs)),
            source=_checks.text(source, where),
            gates=tuple(gates),
        )

    @property
    def topics(self) -> tuple[str, ...]:
        """The shared topics behind the letters, once each."""
        return tuple(dict.fromkeys(name for _, name in self.letters))

    def criterion(
        self, *, quorum: int | None = None, bind: Mapping[str, str | Criterion] | None = None
    ) -> Criterion:
        """Give the framework as a criterion: at least `quorum` of its letters, and every gate.

        `bind` says what a host calls a shared topic, or which criterion stands for it; what is not bound
        asks whether the shared topic `exists()`.

        >>> own = {"money": topic("budget") >= 5_000, "time": "timing"}
        >>> FRAMEWORKS["BANT"].criterion(quorum=3, bind=own).topics
        ('budget', 'authority', 'need', 'timing')
        """
        need = self.quorum if quorum is None else quorum
        own = dict(bind or {})
        for name in own:
            if name not in self.topics:
                raise _checks.unknown("topic", name, self.topics, where=f"{self.name}.bind")
        gates: list[Criterion] = []
        others: list[Criterion] = []
        for letter, name in self.letters:
            (gates if letter in self.gates else others).append(_bound(letter, name, own.get(name, name)))
        _checks.whole(need, f"{self.name}.quorum", least=max(1, len(gates)), most=len(self.letters))
        if need == len(self.letters):
            return all_of(*gates, *others).named(self.name)
        rest = at_least(need - len(gates), *others) if need > len(gates) else None
        return all_of(*gates, *([] if rest is None else [rest])).named(self.name)


@attrs.frozen(init=False)
class Sequence(Value):
    """Questions in an order that matters, as in SPIN: discovery, never a gate.

    >>> [question.topic for question in spin().questions]
    ['situation', 'need', 'implications', 'need_payoff']
    """

    name: str
    questions: tuple[Question, ...]
    source: str = ""

    def __init__(self, name: str, questions: Iterable[Question], source: str = "") -> None:
        asked = tuple(questions)
        for i, question in enumerate(asked):
            if not isinstance(question, Question):
                raise InvalidType(
                    "a Question is needed", found=_checks.kind_of(question), where=f"{name}[{i}]"
                )
        self.__attrs_init__(
            name=_checks.name(name, "Sequence.name"), questions=asked, source=_checks.text(source, "Sequence")
        )

    def next(self, facts: Facts) -> NextQuestion:
        """Give the first question that nobody has answered; while one of them is open, none.

        >>> from datetime import datetime, timezone
        >>> facts = Facts.of({"situation": "a spreadsheet"}, at=datetime(2026, 5, 3, tzinfo=timezone.utc))
        >>> str(spin().next(facts).question)
        'What is difficult about it?'
        """
        require_facts(facts, f"{self.name}.next")
        missing = [question for question in self.questions if question.topic not in facts]
        if not missing:
            return NextQuestion(None, "nothing", "all of it is known")
        patience = [(until, q.topic) for q in missing if (until := facts.waiting(q.topic)) is not None]
        if patience:
            until, name = max(patience)
            return NextQuestion(
                None, "waiting", f"{name} was asked, and not yet answered", waiting=name, until=until
            )
        cost = sum(question.cost for question in missing)
        return NextQuestion(
            missing[0], "exact", f"{self.name} asks in this order", cost, float(len(missing)), len(missing)
        )


_BANT = (("Budget", "money"), ("Authority", "authority"), ("Need", "need"), ("Timeline", "time"))
_MEDDIC = (
    ("Metrics", "metrics"),
    ("Economic buyer", "authority"),
    ("Decision criteria", "decision_criteria"),
    ("Decision process", "decision_process"),
    ("Identify pain", "need"),
    ("Champion", "champion"),
)
FRAMEWORKS: Mapping[str, Framework] = {
    made.name: made
    for made in (
        Framework("BANT", _BANT, "IBM, 1950s-60s: worth pursuing if 3 of 4 hold; others demand 4"),
        Framework("MEDDIC", _MEDDIC, "Dunkel and Napoli, PTC, 1996"),
        Framework("MEDDICC", (*_MEDDIC, ("Competition", "competition")), "Whyte, MEDDICC"),
        Framework(
            "MEDDPICC",
            (*_MEDDIC[:4], ("Paper process", "paper_process"), *_MEDDIC[4:], ("Competition", "competition")),
            "MEDDICC with the paper process; newer: implicate the pain",
        ),
        Framework(
            "CHAMP",
            (
                ("Challenges", "need"),
                ("Authority", "authority"),
                ("Money", "money"),
                ("Prioritization", "time"),
            ),
            "Rotenberg, InsightSquared, 2014",
        ),
        Framework(
            "GPCTBA/C&I",
            (
                ("Goals", "goals"),
                ("Plans", "plans"),
                ("Challenges", "need"),
                ("Timeline", "time"),
                ("Budget", "money"),
                ("Authority", "authority"),
                ("Consequences", "consequences"),
                ("Implications", "implications"),
            ),
            "HubSpot; GPCT came first",
        ),
        Framework(
            "ANUM",
            (("Authority", "authority"), ("Need", "need"), ("Urgency", "time"), ("Money", "money")),
            "Krogue, InsideSales, about 2012: authority is a hard gate",
            gates=("Authority",),
        ),
        Framework(
            "FAINT",
            (
                ("Funds", "money"),
                ("Authority", "authority"),
                ("Interest", "interest"),
                ("Need", "need"),
                ("Timing", "time"),
            ),
            "RAIN Group",
        ),
    )
}


def _bound(letter: str, name: str, own: str | Criterion) -> Criterion:
    if isinstance(own, str):
        return topic(own).exists().named(letter)
    return require_criterion(own, f"bind[{name!r}]").named(letter)


def bant(*, quorum: int = 4, bind: Mapping[str, str | Criterion] | None = None) -> Criterion:
    """Give Budget, Authority, Need, Timeline: all 4, or IBM's reading with `quorum=3`.

    >>> bant(quorum=3).topics
    ('money', 'authority', 'need', 'time')
    """
    return FRAMEWORKS["BANT"].criterion(quorum=quorum, bind=bind)


def meddic(*, quorum: int = 6, bind: Mapping[str, str | Criterion] | None = None) -> Criterion:
    """Give Metrics, Economic buyer, Decision criteria, Decision process, Identify pain, Champion.

    No quorum is published; all 6 by default.

    >>> len(meddic().topics)
    6
    """
    return FRAMEWORKS["MEDDIC"].criterion(quorum=quorum, bind=bind)


def meddicc(*, quorum: int = 7, bind: Mapping[str, str | Criterion] | None = None) -> Criterion:
    """Give MEDDIC and Competition, which includes doing nothing.

    >>> meddicc().topics[-1]
    'competition'
    """
    return FRAMEWORKS["MEDDICC"].criterion(quorum=quorum, bind=bind)


def meddpicc(*, quorum: int = 8, bind: Mapping[str, str | Criterion] | None = None) -> Criterion:
    """Give MEDDICC with the paper process.

    >>> "paper_process" in meddpicc().topics
    True
    """
    return FRAMEWORKS["MEDDPICC"].criterion(quorum=quorum, bind=bind)


def champ(*, quorum: int = 4, bind: Mapping[str, str | Criterion] | None = None) -> Criterion:
    """Give Challenges, Authority, Money, Prioritization: the need comes first.

    >>> champ().topics
    ('need', 'authority', 'money', 'time')
    """
    return FRAMEWORKS["CHAMP"].criterion(quorum=quorum, bind=bind)


def gpctba_ci(*, quorum: int = 8, bind: Mapping[str, str | Criterion] | None = None) -> Criterion:
    """Give Goals, Plans, Challenges, Timeline, Budget, Authority, Consequences, Implications.

    >>> gpctba_ci().topics[:3]
    ('goals', 'plans', 'need')
    """
    return FRAMEWORKS["GPCTBA/C&I"].criterion(quorum=quorum, bind=bind)


def anum(*, quorum: int = 4, bind: Mapping[str, str | Criterion] | None = None) -> Criterion:
    """Give Authority, Need, Urgency, Money, where authority is a gate: no quorum does without it.

    >>> print(anum(quorum=2).part)
    Authority and (Need or Urgency or Money)
    """
    return FRAMEWORKS["ANUM"].criterion(quorum=quorum, bind=bind)


def faint(*, quorum: int = 5, bind: Mapping[str, str | Criterion] | None = None) -> Criterion:
    """Give Funds, Authority, Interest, Need, Timing.

    >>> faint().topics
    ('money', 'authority', 'interest', 'need', 'time')
    """
    return FRAMEWORKS["FAINT"].criterion(quorum=quorum, bind=bind)


def spin() -> Sequence:
    """Give SPIN: Situation, Problem, Implication, Need-payoff, in this order (Rackham 1988, SPIN Selling).

    It is a way to ask, no check list: never a gate.

    >>> spin().name
    'SPIN'
    """
    return Sequence(
        "SPIN",
        (
            Question("situation", "How do you do this today?", 10),
            Question("need", "What is difficult about it?", 10),
            Question("implications", "What does that lead to?", 10),
            Question("need_payoff", "What would it be worth to have it solved?", 5),
        ),
        "Rackham, 1988",
    )


def vocabulary(*names: str, bind: Mapping[str, str | Criterion] | None = None) -> Vocabulary:
    """Give the topics of some frameworks (all, if none is named), each once, under a host's names.

    >>> [one.name for one in vocabulary("BANT", "CHAMP", bind={"money": "budget"})]
    ['budget', 'authority', 'need', 'time']
    """
    for name in names:
        if name not in FRAMEWORKS:
            raise _checks.unknown("framework", name, FRAMEWORKS, where="vocabulary")
    wanted = names or tuple(FRAMEWORKS)
    shared = dict.fromkeys(t for name in wanted for t in FRAMEWORKS[name].topics)
    own = {name: called for name, called in (bind or {}).items() if isinstance(called, str)}
    return Vocabulary(
        Topic(own.get(name, name), "any", TOPICS[name].question, cost=TOPICS[name].cost) for name in shared
    )
