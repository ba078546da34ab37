"""Strategies for criteria and playbooks, and `check_criterion`: what a host's criterion has to keep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from qualify import _canonical
from qualify._maps import plain
from qualify.criteria import Atom, Criterion, all_of, any_of, at_least, heard, topic, weighted
from qualify.decisions import CUSTOMER, PROSPECT, Economics, Table
from qualify.errors import ContractError, InvalidType
from qualify.models import Action, Facts, Topic, Vocabulary
from qualify.playbook import Playbook, Teach
from qualify.playbooks import saas
from qualify.testing._values import KINDS, TOPICS, UTC, durations, truths
from qualify.truth import Truth

_NUMBERS = ("fit", "team_size", "budget")
_EXAMPLES = 100
_COLUMN: dict[str, tuple[type, ...]] = {"number": (int, float), "text": (str,), "truth": (bool,)}


def atoms(topics: Sequence[str] = TOPICS, kinds: Sequence[str] = KINDS) -> SearchStrategy[Criterion]:
    """Give single questions about these topics and kinds of signals.

    >>> from hypothesis import given
    >>> @given(atoms(topics=("need",)))
    ... def test_mine(atom): ...
    """
    named = st.sampled_from(list(topics)).map(topic)
    number = st.one_of(st.integers(0, 50), st.floats(0, 50), st.just(Decimal("2.5")))
    return st.one_of(
        named.map(lambda term: term.exists()),
        st.builds(lambda term, bar: term >= bar, named, number),
        st.builds(lambda term, bar: term == bar, named, number),
        st.builds(lambda term: term.one_of("this month", "this quarter"), named),
        st.builds(lambda term, low: term.between(low, low + 10), named, st.integers(0, 40)),
        st.builds(
            lambda kind, last, times: heard(kind).within(last, times=times),
            st.sampled_from(list(kinds)),
            durations(),
            st.integers(1, 2),
        ),
    )


def criteria(
    topics: Sequence[str] = TOPICS, kinds: Sequence[str] = KINDS, max_leaves: int = 8
) -> SearchStrategy[Criterion]:
    """Give criteria of every kind but a host's own: and, or, not, at least, weighted sums, names.

    >>> from hypothesis import given
    >>> @given(criteria())
    ... def test_mine(criterion): ...
    """

    def grown(inner: SearchStrategy[Criterion]) -> SearchStrategy[Criterion]:
        some = st.lists(inner, min_size=2, max_size=3)
        weights = st.lists(st.sampled_from((1, 2, 0.5, Decimal("1.5"))), min_size=3, max_size=3)
        return st.one_of(
            some.map(all_of),
            some.map(any_of),
            some.map(lambda parts: at_least(2, parts)),
            inner.map(lambda part: ~part),
            st.builds(lambda part, name: part.named(name), inner, st.sampled_from(("ready", "good fit"))),
            st.builds(
                lambda parts, by, bar: weighted(list(zip(parts, by, strict=False)), bar=bar),
                some,
                weights,
                st.sampled_from((1, 2)),
            ),
        )

    return st.recursive(atoms(topics, kinds), grown, max_leaves=max_leaves)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Give nine-cell tables: the shipped ones, and some that differ in a cell.

    >>> from hypothesis import given
    >>> @given(tables())
    ... def test_mine(table): ...
    """
    table = draw(st.sampled_from((PROSPECT, CUSTOMER)))
    row, column = draw(truths()), draw(truths())
    return table.replacing(row, column, draw(st.sampled_from((Action.NURTURE, table.action(row, column)))))


def economics() -> SearchStrategy[Economics]:
    """Give the money of a subscription.

    >>> from hypothesis import given
    >>> @given(economics())
    ... def test_mine(money): ...
    """
    return st.builds(
        Economics,
        monthly_margin=st.floats(0, 10_000),
        monthly_churn=st.floats(0.001, 0.5),
        acquisition_cost=st.floats(0, 50_000),
        currency=st.sampled_from(("EUR", "USD")),
    )


@st.composite
def playbooks(draw: st.DrawFn) -> Playbook:
    """Give playbooks over the default chart, with criteria, tables and teaching of their own.

    >>> from hypothesis import given
    >>> @given(playbooks())
    ... def test_mine(playbook): ...
    """
    given = saas()
    words = [Topic(name) for name in TOPICS]  # of any type, so that any question may be put to them
    changed = {
        question: draw(criteria(max_leaves=3))
        for question in draw(st.sets(st.sampled_from(("meaningful", "timely"))))
    }
    lessons = (Teach(draw(st.sampled_from(KINDS)), "timing", "this month"), *given.teaches)
    return given.replace(
        version=draw(st.sampled_from(("2", "3"))),
        vocabulary=given.vocabulary.replacing(*words),
        criteria=changed,
        teaches=draw(st.sampled_from((given.teaches, lessons))),
        opt_in=draw(st.booleans()),
        review=draw(st.sampled_from((timedelta(days=90), timedelta(days=30)))),
        economics=draw(st.none() | economics()),
    )


def check_criterion(
    criterion: Criterion, facts: Iterable[Facts] = (), *, vocabulary: Vocabulary | None = None
) -> None:
    """Raise `ContractError` unless a criterion keeps what every criterion promises, on these facts.

    It is judged twice, then again in reverse order: the same facts give the same verdict (nothing is
    read but the facts). Judging changes no fact. The cheap truth equals the verdict's. On columns the
    truths are those of one lead after the other. With the facts of a topic taken away, a decided answer
    may become UNKNOWN, and UNKNOWN stays. A host function that raises is a broken one here.

    Without `facts` a few hundred are made up over the topics that the criterion reads.

    >>> from qualify.criteria import criterion
    >>> @criterion(uses=("industry",), version="1")
    ... def regulated(facts):
    ...     return facts["industry"] in ("banking", "health")
    >>> check_criterion(regulated)
    """
    if not isinstance(criterion, Criterion):
        raise InvalidType("a Criterion is needed", found=type(criterion).__name__, where="check_criterion")
    given = list(facts) or _made_up(criterion, vocabulary)
    seals = [_canonical.fingerprint(one) for one in given]
    first = [criterion.judge(one) for one in given]
    again = [criterion.judge(one) for one in reversed(given)][::-1]
    for one, seal, verdict, twin in zip(given, seals, first, again, strict=True):
        _agree(
            criterion,
            "two judgements of the same facts",
            (verdict.truth, verdict.missing),
            (twin.truth, twin.missing),
            one,
        )
        _agree(criterion, "the truth and the verdict", criterion.truth(one), verdict.truth, one)
        if _canonical.fingerprint(one) != seal:
            raise ContractError("judging changes no fact", found=_shown(one), where=str(criterion))
        broken = [fault for fault in verdict.faults if fault.kind != "unreadable"]
        if broken:
            raise ContractError(
                "a criterion does not fail", found=f"{broken[0].kind}: {broken[0].message}",
                allowed=f"on {_shown(one)}", where=str(criterion),
            )  # fmt: skip
        _refined(criterion, one, verdict.truth)
    _columns_agree(criterion, given, first)


def _refined(criterion: Criterion, one: Facts, truth: Truth) -> None:
    """Check that forgetting a fact never decides what was open, nor turns an answer round."""
    for name in criterion.topics:
        if name not in one:
            continue
        left = Facts(
            at=one.at,
            vocabulary=one.vocabulary,
            subject=one.subject,
            current=[entry for entry in one.current.values() if entry.topic != name],
            signals=one.signals,
            asked=one.asked,
        )
        less = criterion.truth(left)
        if less is not Truth.UNKNOWN and less is not truth and not criterion.hosts:
            raise ContractError(
                "knowing less never turns an answer round",
                found=f"{truth} with {name!r}, {less} without",
                allowed=f"on {_shown(one)}",
                where=str(criterion),
            )


def _columns_agree(criterion: Criterion, given: list[Facts], verdicts: list[Any]) -> None:
    """Check that columns give what one lead after the other gives, on the facts that columns can hold."""
    from qualify.criteria import Columns

    if criterion.hears or not criterion.topics:
        return  # signals are columns of their own
    held = {name: _held(criterion, name) for name in criterion.topics}
    rows = [
        i
        for i, one in enumerate(given)
        if one.at == given[0].at
        and all(name not in one or type(one[name]) in kinds for name, kinds in held.items())
    ]
    if not rows:
        return
    columns = Columns.of({name: [given[i].get(name) for i in rows] for name in held}, at=given[0].at)
    for i, code in zip(rows, criterion.truths(columns).tolist(), strict=True):
        _agree(criterion, "columns and one lead", Truth(code), verdicts[i].truth, given[i])


def _held(criterion: Criterion, name: str) -> tuple[type, ...]:
    """Give the types that a column of this topic may hold: those that the criterion compares it with."""
    asked = {leaf.kind for leaf in criterion.leaves if isinstance(leaf, Atom) and leaf.topic == name}
    kinds = {_COLUMN.get(kind or "text", ()) for kind in asked} or {(str,)}
    return kinds.pop() if len(kinds) == 1 else ()


def _agree(criterion: Criterion, what: str, first: object, second: object, one: Facts) -> None:
    if first != second:
        raise ContractError(
            f"{what} agree", found=f"{first} and {second}", allowed=f"on {_shown(one)}", where=str(criterion)
        )


def _shown(one: Facts) -> str:
    return f"{{{', '.join(f'{name}: {one.get(name)!r}' for name in one)}}}"[:200]


def _made_up(criterion: Criterion, vocabulary: Vocabulary | None) -> list[Facts]:
    """Make facts over the topics that a criterion reads: its own constants, their neighbours, and none."""
    values: dict[str, list[Any]] = {name: [None, Truth.NO] for name in criterion.topics}
    for leaf in criterion.leaves:
        for name in leaf.topics:
            known = vocabulary.get(name) if vocabulary is not None else None
            values[name] += [*(known.values if known else ()), *_near(getattr(leaf, "value", None))]
    at = datetime(2026, 5, 3, 12, tzinfo=UTC)
    made = []
    for i in range(_EXAMPLES):
        chosen = {
            name: plain(found[(i * (place + 3) + i // len(found)) % len(found)], name)
            for place, (name, found) in enumerate(values.items())
        }
        told = {name: value for name, value in chosen.items() if value is not None}
        made.append(Facts.of(told, at=at, vocabulary=vocabulary))
    return made


def _near(constant: Any) -> list[Any]:
    """Give a constant and what lies beside it."""
    if isinstance(constant, tuple):
        return [near for one in constant for near in _near(one)]
    if isinstance(constant, bool) or constant is None:
        return [True, False, "text", 1]
    if isinstance(constant, (int, float)):
        return [constant, constant - 1, constant + 1]
    return [constant, "another"]
