"""`lint`: what a criterion says that its author hardly means, decided exactly where it can be.

What belongs here: one check for each code, each with a page in the documentation. What does not: checks
on a whole playbook, which call these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from qualify._findings import Finding
from qualify.criteria._atoms import Atom, Heard
from qualify.criteria._comparing import compare
from qualify.criteria._criterion import Criterion, require_criterion
from qualify.criteria._groups import AtLeast, Not, Weighted
from qualify.criteria._proving import (
    BUDGET,
    always_true,
    dead_parts,
    duplicates,
    exact,
    first,
    is_unate,
    satisfiable,
)
from qualify.models import Vocabulary
from qualify.truth import NO, UNKNOWN, YES

CODES = (
    "never-true",
    "always-true",
    "duplicate",
    "dead-part",
    "not-exact",
    "absence-as-no",
    "old-click",
    "blind-score",
    "faceless",
    "no-recency",
    "past-average",
    "rules-disagree",
    "undecided",
)
_AVERAGES = re.compile(r"(^|_)(average|avg|mean|median|typical|benchmark)(_|$)")


def lint(
    criterion: Criterion,
    vocabulary: Vocabulary | None = None,
    *,
    where: str = "criterion",
    sells: bool = False,
    about_now: bool = False,
    needs: Iterable[str] = ("need",),
    person: str = "person",
    averages: Iterable[str] = (),
    other: Criterion | None = None,
    at: datetime | None = None,
    budget: int = BUDGET,
) -> tuple[Finding, ...]:
    """Give what is odd about a criterion, each with a code, the path, what it means and the cure.

    `sells` says that YES is enough to sell: then a person and a need are looked for (`needs` are the
    topics of need, `person` the topic of who she is). `about_now` says that it speaks of the present
    moment, so that something in it must go out of date. `averages` are topics that hold a figure of past
    leads. `other` is the rule that should mean the same: sales' beside marketing's. Cells beyond the
    budget give the finding `undecided`, never a guess.

    >>> from qualify.criteria import topic
    >>> for finding in lint((topic("fit") >= 4) & (topic("fit") < 3)):
    ...     print(finding)
    criterion: no lead can be YES [never-true]; change or drop the parts that contradict each other
    """
    require_criterion(criterion, "lint")
    found: list[Finding] = []
    found += _constant(criterion, vocabulary, where, at, budget)
    decided = not found
    found += [
        Finding("duplicate", f"{where}{again}", f"the same part stands at {where}{once}", "leave one out")
        for once, again in duplicates(criterion)
    ]
    if decided:
        found += _dead(criterion, vocabulary, where, at, budget)
        found += _inexact(criterion, vocabulary, where, at, budget)
    found += _absence(criterion, where)
    found += _old_click(criterion, where)
    found += _past_average(criterion, where, frozenset(averages))
    if sells or any(isinstance(node, Weighted) for _, node in criterion.walk()):
        found += _blind(criterion, vocabulary, where, tuple(needs), at, budget, sells=sells)
    if sells:
        found += _faceless(criterion, vocabulary, where, person, at, budget)
    if about_now:
        found += _no_recency(criterion, vocabulary, where)
    if other is not None:
        found += _disagree(criterion, other, vocabulary, where, at, budget)
    return tuple(dict.fromkeys(found))


def _constant(
    criterion: Criterion, vocabulary: Vocabulary | None, where: str, at: datetime | None, budget: int
) -> Iterator[Finding]:
    proof = satisfiable(criterion, vocabulary=vocabulary, at=at, budget=budget)
    if proof.truth is UNKNOWN:
        yield Finding("undecided", where, proof.reason, "raise the budget, or split the criterion")
    elif proof.truth is NO:
        cure = "change or drop the parts that contradict each other"
        yield Finding("never-true", where, "no lead can be YES", cure)
    elif always_true(criterion, vocabulary=vocabulary, at=at, budget=budget).truth is YES:
        yield Finding(
            "always-true", where, "every lead is YES once she is known", "drop it: it decides nothing"
        )


def _dead(
    criterion: Criterion, vocabulary: Vocabulary | None, where: str, at: datetime | None, budget: int
) -> Iterator[Finding]:
    twice = {again for _, again in duplicates(criterion)} | {once for once, _ in duplicates(criterion)}
    for path, part in dead_parts(criterion, vocabulary=vocabulary, at=at, budget=budget) or ():
        if path not in twice:
            message = f"{part} never makes a difference"
            yield Finding("dead-part", f"{where}{path}", message, "leave it out, or mend what covers it")


def _inexact(
    criterion: Criterion, vocabulary: Vocabulary | None, where: str, at: datetime | None, budget: int
) -> Iterator[Finding]:
    if is_unate(criterion):
        return
    proof = exact(criterion, vocabulary=vocabulary, at=at, budget=budget)
    if proof.truth is NO:
        message = "it stays UNKNOWN although every answer would lead to the same"
        yield Finding("not-exact", where, message, "read each topic once, or decide with settle(...)")


def _absence(criterion: Criterion, where: str) -> Iterator[Finding]:
    for path, node in criterion.walk(where):
        if isinstance(node, Atom) and node.operator == "known":
            message = f"{node} turns not knowing into NO"
            yield Finding(
                "absence-as-no", path, message, f"write topic({node.topic!r}).exists() or compare it"
            )


def _old_click(criterion: Criterion, where: str) -> Iterator[Finding]:
    """Find groups of which one part suffices where one part listens and another reads what she said."""
    for path, node, sign in _signed(criterion, where, 1):
        if isinstance(node, AtLeast):
            suffices = node.need < len(node.parts) if sign > 0 else node.need > 1
        else:
            suffices = isinstance(node, Weighted)
        if not suffices:
            continue
        heard = [part for part in node.parts if _listens(part, sign)]
        said = [part for part in node.parts if part.topics and part not in heard]
        if heard and said:
            message = f"{heard[0]} outvotes a later no on {said[0].topics[0]}"
            cure = "let the signal teach evidence on the topic (Playbook.teaches), so that the newest wins"
            yield Finding("old-click", path, message, cure)


def _signed(node: Criterion, path: str, sign: int) -> Iterator[tuple[str, Criterion, int]]:
    yield path, node, sign
    for step, part in node._steps():
        yield from _signed(part, path + step, -sign if isinstance(node, Not) else sign)


def _listens(node: Criterion, sign: int) -> bool:
    """Tell whether hearing something speaks for the lead here."""
    return any(isinstance(leaf, Heard) and s == sign for _, leaf, s in _signed(node, "", 1))


def _past_average(criterion: Criterion, where: str, averages: frozenset[str]) -> Iterator[Finding]:
    for path, node in criterion.walk(where):
        for name in node._reads():
            if name in averages or _AVERAGES.search(name):
                message = f"{name} is a figure of past leads, and says nothing about this one now"
                yield Finding("past-average", path, message, "ask her: judge what she needs and when")


def _blind(
    criterion: Criterion,
    vocabulary: Vocabulary | None,
    where: str,
    needs: tuple[str, ...],
    at: datetime | None,
    budget: int,
    *,
    sells: bool,
) -> Iterator[Finding]:
    """Look for a YES on which no atom of need is YES, reached by a score that passes."""
    from qualify.criteria._cells import space

    scores: list[tuple[str, Criterion]] = [
        (path, node) for path, node in criterion.walk(where) if isinstance(node, Weighted)
    ]
    if sells and not scores:
        scores = [(where, host) for host in criterion.hosts]
    model = space([criterion], vocabulary=vocabulary, at=at, unasked=needs)
    if not scores or model.size > budget:
        return
    atoms = [leaf for leaf in criterion.leaves if not leaf._is_opaque() and set(leaf._reads()) & set(needs)]
    (root,) = model.full(criterion)
    for path, score in scores:
        passes = (root > 0) & (model.full(score)[0] > 0)
        for atom in atoms:
            passes = passes & (model.full(atom)[0] <= 0)
        if first(passes) is not None:
            possibly = "possibly " if model.is_possible else ""
            message = f"{possibly}{score} passes although no need is known"
            yield Finding("blind-score", path, message, "require topic('need').exists() beside the score")


def _faceless(
    criterion: Criterion,
    vocabulary: Vocabulary | None,
    where: str,
    person: str,
    at: datetime | None,
    budget: int,
) -> Iterator[Finding]:
    from qualify.criteria._cells import UNASKED, space

    model = space([criterion], vocabulary=vocabulary, at=at, unasked=(person,))
    if model.size > budget:
        return
    (codes,) = model.full(criterion)
    reached = codes > 0
    for i, axis in enumerate(model.axes):
        if axis.name == person and axis.values[0] is UNASKED:
            reached = reached.take([0], axis=i)
    if first(reached) is not None:
        possibly = "possibly " if model.is_possible else ""
        message = f"{possibly}YES with no {person} known: a trial without a face"
        yield Finding("faceless", where, message, f"require topic({person!r}).exists()")


def _no_recency(criterion: Criterion, vocabulary: Vocabulary | None, where: str) -> Iterator[Finding]:
    for leaf in criterion.leaves:
        if isinstance(leaf, Heard) and leaf.last is not None:
            return
        if isinstance(leaf, Atom) and leaf.operator in {"within", "due"}:
            return
        if leaf._is_opaque():
            return  # a host function may look at the clock of the facts
        known = [vocabulary.get(name) for name in leaf._reads()] if vocabulary is not None else []
        if any(one is not None and one.fresh_for is not None for one in known):
            return
    message = "it speaks of now, and nothing in it ever goes out of date"
    yield Finding("no-recency", where, message, "give its topics fresh_for=, or use heard(...).within(...)")


def _disagree(
    criterion: Criterion,
    other: Criterion,
    vocabulary: Vocabulary | None,
    where: str,
    at: datetime | None,
    budget: int,
) -> Iterator[Finding]:
    agreement = compare(criterion, other, vocabulary=vocabulary, at=at, budget=budget)
    if agreement.truth is UNKNOWN:
        yield Finding("undecided", where, agreement.reason, "raise the budget, or compare parts")
    elif agreement.truth is NO:
        witness = agreement.witness
        lead = ", ".join(f"{t}={witness[t]!r}" for t in witness) if witness is not None else ""
        possibly = "possibly " if agreement.possible else ""
        message = f"{possibly}the two rules disagree, for example on a lead with {lead or 'nothing known'}"
        why = "; ".join(map(str, agreement.because))
        cure = f"agree on it{f': there {why}' if why else ''}"
        yield Finding("rules-disagree", where, message, cure)
