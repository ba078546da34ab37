"""`lint`: what a playbook says that a team hardly means, above all the old traps of qualification.

What belongs here: checks that need more than one room: chart, criteria, tables and money together. What
does not: checks of a chart alone (`stages`) and of a criterion alone (`criteria`), which are called here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from qualify import _checks
from qualify._findings import Finding
from qualify.criteria import Criterion, all_of
from qualify.criteria import lint as lint_criterion
from qualify.criteria._proving import BUDGET, first
from qualify.decisions import BlindScore, Chances, FirstCome, LinearGate
from qualify.errors import InvalidType
from qualify.models import Action
from qualify.playbook import Playbook
from qualify.stages import History, State
from qualify.truth import Truth

if TYPE_CHECKING:
    from qualify.playbook import Regime
    from qualify.stages import Chart

CODES = (
    "linear-gate",
    "never-asked",
    "no-way-back",
    "sold-unknown",
    "sold-misfit",
    "uncalibrated-win",
    "no-feedback",
    "unused-criterion",
)
_NEEDS = ("need",)
_SATISFACTION = ("satisfaction", "csat", "nps", "ces", "recommend")
_SAME = (("marketing", "sales"), ("mql", "sql"))
_ROOT = ""  # stands for the chart itself, around all its states
_ASK = "let the table DISCOVER where an answer is UNKNOWN: not knowing is not a no"


def lint(
    playbook: Playbook | LinearGate | BlindScore | FirstCome,
    *,
    needs: Iterable[str] = _NEEDS,
    person: str = "person",
    satisfaction: Iterable[str] = _SATISFACTION,
    averages: Iterable[str] = (),
    same: Iterable[tuple[str, str]] = _SAME,
    budget: int = BUDGET,
) -> tuple[Finding, ...]:
    """Give what is odd about a playbook, each finding with a code, its place, what it means and the cure.

    The chart's own findings come first, then those of each criterion, then those of tables, money and
    life after the win. `needs`, `person`, `satisfaction` and `averages` name the topics that speak of a
    need, of who she is, of satisfaction, and of figures of past leads; `same` are pairs of criteria that
    should mean the same, such as marketing's and sales' own. Beyond `budget` cells a criterion gives the
    finding `undecided`. One of the old ways (`decisions.linear_gate` and its like) is told what it is.

    Every code has its section in the reference, with the why and the cure.

    >>> from qualify.playbooks import saas
    >>> lint(saas())
    ()
    >>> from qualify.decisions import first_come
    >>> lint(first_come())[0].message
    'whoever comes is sold to, known or not'
    """
    if isinstance(playbook, (LinearGate, BlindScore, FirstCome)):
        return (_old_way(playbook),)
    if not isinstance(playbook, Playbook):
        raise InvalidType("a Playbook is needed", found=_checks.kind_of(playbook), where="lint")
    topics = tuple(needs)
    found: list[Finding] = []
    found += _chart(playbook)
    for question, criterion in playbook.criteria.items():
        found += lint_criterion(
            criterion,
            playbook.vocabulary,
            where=f"criteria.{question}",
            about_now=question in _present(playbook),
            averages=averages,
            needs=topics,
            budget=budget,
        )
    found += _unused(playbook, tuple(same))
    found += _two_rules(playbook, tuple(same), budget)
    for state, regime in playbook.regimes.items():
        found += _table(state, regime)
        found += _gate(playbook, state)
        found += _way_back(playbook, state, regime)
        if state != playbook.customer:
            found += _sales(playbook, state, regime, topics, person, budget)
    found += _uncovered(playbook)
    found += _money(playbook)
    found += _feedback(playbook, tuple(satisfaction))
    return tuple(dict.fromkeys(found))


def _old_way(policy: LinearGate | BlindScore | FirstCome) -> Finding:
    if isinstance(policy, LinearGate):
        message = "gates read not knowing as a no, move one way and stop at the win"
        return Finding(
            "linear-gate", "linear_gate", message, "use a Playbook: it asks, and lets her come back"
        )
    if isinstance(policy, BlindScore):
        message = "points pass although no need is known"
        return Finding(
            "blind-score", "blind_score", message, "require topic('need').exists() beside the score"
        )
    message = "whoever comes is sold to, known or not"
    return Finding("sold-unknown", "first_come", message, "ask what she needs, and decide by the answer")


# -- chart and criteria --------------------------------------------------------------------------------


def _chart(playbook: Playbook) -> Iterator[Finding]:
    for note in playbook.chart.check():
        if note.level == "problem":
            yield Finding(note.code, f"chart: {note.place}", note.problem, note.mend)


def _present(playbook: Playbook) -> frozenset[str]:
    """Give the questions that ask about now: those by column in a table that sells."""
    return frozenset(
        regime.table.columns
        for regime in playbook.regimes.values()
        if any(action is Action.SELL for _, _, action in regime.table)
    )


def _unused(playbook: Playbook, same: tuple[tuple[str, str], ...]) -> Iterator[Finding]:
    """Look for criteria that nothing asks, such as a misspelt one beside the one that was meant."""
    tables = [regime.table for regime in playbook.regimes.values()]
    asked = dict.fromkeys(question for table in tables for question in (table.rows, table.columns))
    compared = {question for pair in same for question in pair}
    for question in playbook.criteria:
        if question not in asked and question not in compared:
            cure = f"leave it out, or write the name of one that they ask: {', '.join(asked)}"
            yield Finding("unused-criterion", f"criteria.{question}", f"no table asks {question}", cure)


def _two_rules(playbook: Playbook, same: tuple[tuple[str, str], ...], budget: int) -> Iterator[Finding]:
    """Compare criteria of two departments that should mean the same."""
    for one, other in same:
        if one in playbook.criteria and other in playbook.criteria:
            found = lint_criterion(
                playbook.criteria[one],
                playbook.vocabulary,
                where=f"criteria.{one} and criteria.{other}",
                other=playbook.criteria[other],
                budget=budget,
            )
            yield from (finding for finding in found if finding.code == "rules-disagree")


# -- tables ------------------------------------------------------------------------------------------


def _table(state: str, regime: Regime) -> Iterator[Finding]:
    table, where = regime.table, f"regimes.{state}.table"
    actions = {(row, column): action for row, column, action in table}
    if Action.DISCOVER not in actions.values():
        yield Finding("never-asked", where, f"in {state} nobody is ever asked anything", _ASK)
    sells = [cell for cell, action in actions.items() if action is Action.SELL]
    unknown_is_no = all(
        actions[Truth.UNKNOWN, truth] is actions[Truth.NO, truth]
        and actions[truth, Truth.UNKNOWN] is actions[truth, Truth.NO]
        for truth in Truth
    )
    if sells and unknown_is_no:
        yield Finding("linear-gate", where, "not knowing is treated like a no: a gate", _ASK)
    for row, column in sells:
        named = {table.rows: row, table.columns: column}
        for question, truth in named.items():
            if truth is Truth.UNKNOWN:
                message = f"a sale is decided while {question} is UNKNOWN"
                yield Finding("sold-unknown", where, message, "DISCOVER there: ask first")
            elif truth is Truth.NO:
                message = f"a sale is decided although {question} is NO: the tempting one"
                cure = "DISQUALIFY or NURTURE there: a wrong sale costs twice"
                yield Finding("sold-misfit", where, message, cure)


def _sales(
    playbook: Playbook, state: str, regime: Regime, needs: tuple[str, ...], person: str, budget: int
) -> Iterator[Finding]:
    """Look at what is enough to sell: is a person known, and a need, however the score stands?"""
    table = regime.table
    enough: dict[Criterion, None] = {}
    for row, column, action in table:
        answered = {table.rows: row, table.columns: column}
        yes = [playbook.criteria[q] for q, truth in answered.items() if truth is Truth.YES]
        if action is Action.SELL and yes:
            enough[all_of(*yes)] = None
    where = f"regimes.{state}: SELL"
    for criterion in enough:
        for finding in lint_criterion(
            criterion, playbook.vocabulary, where=where, sells=True, needs=needs, person=person, budget=budget
        ):
            if finding.code in {"blind-score", "faceless"}:
                yield Finding(finding.code, where, finding.message, finding.cure)
        if _sells_without(criterion, playbook, needs, budget):
            message = f"a sale is decided while nobody knows a need ({', '.join(needs)})"
            cure = (
                f"require topic({needs[0]!r}).exists()" if needs else "name the topics of need: needs=(...)"
            )
            yield Finding("sold-unknown", where, message, cure)


def _sells_without(criterion: Criterion, playbook: Playbook, topics: tuple[str, ...], budget: int) -> bool:
    """Tell whether the criterion may be YES while nobody has asked about any of these topics."""
    from qualify.criteria._cells import UNASKED, space

    model = space([criterion], vocabulary=playbook.vocabulary, at=None, unasked=topics)
    if model.size > budget:
        return False  # the finding `undecided` says so
    reached = model.full(criterion)[0] > 0
    for i, axis in enumerate(model.axes):
        if axis.name in topics and axis.values[0] is UNASKED:
            reached = reached.take([0], axis=i)
    return first(reached) is not None


# -- the ways of the chart -----------------------------------------------------------------------------


def _gate(playbook: Playbook, state: str) -> Iterator[Finding]:
    """Look whether all ways between the states of a regime go forward, in the order in which they stand."""
    tree = _Tree(playbook.chart)
    inside = [name for name in tree.leaves if state in tree.around[name]]
    ways = [(a, b) for a in inside for b in tree.ahead(a) if b in inside and a != b]
    if len(inside) > 2 and ways and all(inside.index(a) < inside.index(b) for a, b in ways):  # noqa: PLR2004 - a row
        message = f"in {state} leads move one way: {' -> '.join(inside)}"
        yield Finding("linear-gate", f"chart: {state}", message, "add the ways back that leads really take")


def _way_back(playbook: Playbook, state: str, regime: Regime) -> Iterator[Finding]:
    """Look whether whoever is disqualified can come to be sold to again."""
    used = {action for _, _, action in regime.table}
    if isinstance(regime.tells, str) or not {Action.SELL, Action.DISQUALIFY} <= used:
        return
    tree = _Tree(playbook.chart)
    goals = tree.led_to(regime.event(Action.SELL))
    for out in tree.led_to(regime.event(Action.DISQUALIFY)):
        reached = {out}
        todo = [out]
        while todo:
            new = tree.ahead(todo.pop()) - reached
            reached |= new
            todo.extend(new)
        if not reached & goals:
            message = f"from {out} there is no way back to where {state} are sold to"
            cure = "let her return: a no is a no for now, and circumstances change"
            yield Finding("no-way-back", f"chart: {out}", message, cure)


def _uncovered(playbook: Playbook) -> Iterator[Finding]:
    """Look for states beside those of the regimes in which no table decides at all."""
    tree = _Tree(playbook.chart)
    covered = frozenset(playbook.regimes)
    left = [leaf for leaf in tree.leaves if not tree.is_decided(leaf, covered)]
    for name in dict.fromkeys(tree.outermost(leaf, covered) for leaf in left):
        won = "; at the win everything stops" if name == playbook.customer else ""
        message = f"in {name} no table decides, so nobody is ever asked anything{won}"
        yield Finding("never-asked", f"chart: {name}", message, "give it a Regime with a table of its own")


class _Tree:
    """What is needed of a chart here: its leaves, what is around each state, and where transitions lead."""

    def __init__(self, chart: Chart) -> None:
        self.around: dict[str, tuple[str, ...]] = {}  # a state, then those around it, outwards
        self.leaves: list[str] = []
        self._first: dict[str, str] = {}
        self._parallel = {_ROOT} if chart.parallel else set()
        self._transitions = chart.transitions
        self._walk(chart.states, (_ROOT,))

    def _walk(self, states: Iterable[State | History], above: tuple[str, ...]) -> None:
        for state in states:
            self.around[state.name] = (state.name, *above)
            if isinstance(state, History):
                self._first[state.name] = above[0]
                continue
            if state.parallel:
                self._parallel.add(state.name)
            if not state.states:
                self.leaves.append(state.name)
            else:
                inner = [s.name for s in state.states if isinstance(s, State)]
                self._first[state.name] = state.initial[0] if state.initial else inner[0]
            self._walk(state.states, self.around[state.name])

    def leaf(self, name: str) -> str:
        """Give the innermost state in which a state begins."""
        while name in self._first:
            name = self._first[name]
        return name

    def ahead(self, leaf: str) -> set[str]:
        """Give the innermost states that one transition leads to from here, whatever it needs."""
        here = set(self.around[leaf])
        return {self.leaf(to) for way in self._transitions if here & set(way.source) for to in way.to}

    def led_to(self, event: str) -> set[str]:
        """Give the innermost states that an event leads to, from anywhere."""
        return {self.leaf(to) for way in self._transitions if event in way.on for to in way.to}

    def is_decided(self, leaf: str, covered: frozenset[str]) -> bool:
        """Tell whether a table decides while this leaf is active: its own, or that of a region beside it."""
        around = self.around[leaf]
        if covered.intersection(around):
            return True
        return any(
            region in self._parallel and region in self.around[state] and part not in self.around[state]
            for part, region in pairwise(around)
            for state in covered
        )

    def outermost(self, leaf: str, covered: frozenset[str]) -> str:
        """Give the largest state around a leaf that holds no regime's state."""
        held = {name for state in covered for name in self.around[state]}
        return next(part for part, above in pairwise(self.around[leaf]) if above in held)


# -- money, and life after the win ---------------------------------------------------------------------


def _money(playbook: Playbook) -> Iterator[Finding]:
    win = playbook.win
    if win is None or (isinstance(win, Chances) and win.calibrated is not None):
        return
    message = "nobody has shown that the probability of a win holds"
    cure = "test it on later leads: Chances.tested(...), or say how: Chances.by(model, calibrated=...)"
    yield Finding("uncalibrated-win", "win", message, cure)


def _feedback(playbook: Playbook, satisfaction: tuple[str, ...]) -> Iterator[Finding]:
    """Look whether anything that customers say of their satisfaction reaches the decisions about them."""
    if playbook.customer is None:
        return
    regime = playbook.regimes.get(playbook.customer)
    questions = () if regime is None else (regime.table.rows, regime.table.columns)
    read = {topic for question in questions for topic in playbook.criteria[question].topics}
    if not any(word in topic for topic in read for word in satisfaction):
        message = "after the win nothing says whether customers are satisfied"
        cure = "ask them, and let a criterion of the customer regime read topic('satisfaction')"
        yield Finding("no-feedback", f"regimes.{playbook.customer}", message, cure)
