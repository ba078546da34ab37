"""Old ways to decide, with the same interface as a playbook, so that one can see what they cost.

What belongs here: `Policy`, and the three ways that the field knows and this library does not advise.
What does not: anything that a team should use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import attrs

from qualify import _checks
from qualify._maps import Map, Value
from qualify.criteria import Criterion, Named
from qualify.decisions._table import ACTIONS
from qualify.errors import DefinitionError, InvalidType
from qualify.models import DO_NOT_CONTACT, Action, Decision, Facts, Reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qualify.criteria import Columns, Verdict
    from qualify.stages import Position

    Codes = NDArray[np.int8]

GATE = Reason("gate_not_passed", "not_us")
UNDER_THE_BAR = Reason("score_under_the_bar", "not_now")
_CUSTOMER = "customer"
_STOPS = "at the win everything stops"


@runtime_checkable
class Policy(Protocol):
    """A way to decide on one lead: a Playbook is one, and so are the old ways below.

    >>> isinstance(first_come(), Policy)
    True
    """

    def decide(self, facts: Facts, position: Position, *, contact: bool | None = None) -> Decision:
        """Give the decision for these facts at this position; nothing is recorded."""
        ...


@attrs.frozen(init=False)
class LinearGate(Value):
    """A row of gates: whoever does not answer YES at one of them is out, whether it is NO or unknown.

    It reads not knowing as a no, moves one way, and stops at the win. Made by `linear_gate`.

    >>> from qualify.criteria import topic
    >>> len(linear_gate(topic("budget").exists(), topic("need").exists()).gates)
    2
    """

    gates: tuple[Criterion, ...]
    customer: str | None = _CUSTOMER

    def __init__(self, gates: Iterable[Criterion], customer: str | None = _CUSTOMER) -> None:
        listed = tuple(gates)
        if not listed:
            raise DefinitionError("at least one gate is needed", where="linear_gate")
        for i, gate in enumerate(listed):
            _require(gate, f"linear_gate[{i}]")
        self.__attrs_init__(listed, customer)

    def decide(self, facts: Facts, position: Position, *, contact: bool | None = None) -> Decision:
        """Give SELL to whoever passes all gates, DISQUALIFY at the first that is not passed."""
        if (stopped := _stopped(self.customer, facts, position, contact=contact)) is not None:
            return stopped
        verdicts: dict[str, Verdict] = {}
        for i, gate in enumerate(self.gates, 1):
            verdict = verdicts[_name(gate, f"gate {i}", verdicts)] = gate.judge(facts)
            if verdict.truth.name != "YES":
                note = f"stopped at gate {i} of {len(self.gates)}"
                return _decision(Action.DISQUALIFY, GATE, facts, verdicts, contact=contact, note=note)
        return _sell(facts, verdicts, contact=contact)

    def actions(self, columns: Columns) -> Codes:
        """Give the actions for many prospects as int8 codes: the place of each in `tuple(Action)`."""
        import numpy as np

        passed = np.ones(len(columns), np.bool_)
        for gate in self.gates:
            passed &= gate.truths(columns) == 1
        return np.where(passed, _CODE[Action.SELL], _CODE[Action.DISQUALIFY]).astype(np.int8)


@attrs.frozen(init=False)
class BlindScore(Value):
    """Points for each YES, summed, against a bar: what is unknown gives nothing, like a no.

    It cannot tell a lead whom nobody has asked from one who does not fit, and lets much of one thing
    stand for none of another. Made by `blind_score`.

    >>> from qualify.criteria import topic
    >>> blind_score({topic("budget").exists(): 20}, bar=10).bar
    10.0
    """

    points: tuple[tuple[Criterion, float], ...]
    bar: float
    customer: str | None = _CUSTOMER

    def __init__(
        self,
        points: Mapping[Criterion, float] | Iterable[tuple[Criterion, float]],
        bar: float,
        customer: str | None = _CUSTOMER,
    ) -> None:
        listed = tuple(points.items() if isinstance(points, Mapping) else points)
        if not listed:
            raise DefinitionError("at least one criterion with points is needed", where="blind_score")
        self.__attrs_init__(
            tuple(
                (_require(criterion, f"blind_score[{i}]"), _checks.real(worth, f"blind_score[{i}]"))
                for i, (criterion, worth) in enumerate(listed)
            ),
            _checks.real(bar, "blind_score.bar"),
            customer,
        )

    def decide(self, facts: Facts, position: Position, *, contact: bool | None = None) -> Decision:
        """Give SELL to whoever reaches the bar, NURTURE to everybody else."""
        if (stopped := _stopped(self.customer, facts, position, contact=contact)) is not None:
            return stopped
        verdicts: dict[str, Verdict] = {}
        score = 0.0
        for i, (criterion, worth) in enumerate(self.points, 1):
            verdict = verdicts[_name(criterion, f"criterion {i}", verdicts)] = criterion.judge(facts)
            if verdict.truth.name == "YES":
                score += worth
        if score >= self.bar:
            return _sell(facts, verdicts, contact=contact)
        note = f"{score:g} points, the bar is {self.bar:g}"
        return _decision(Action.NURTURE, UNDER_THE_BAR, facts, verdicts, contact=contact, note=note)

    def actions(self, columns: Columns) -> Codes:
        """Give the actions for many prospects as int8 codes: the place of each in `tuple(Action)`."""
        import numpy as np

        score = np.zeros(len(columns))
        for criterion, worth in self.points:
            score += worth * (criterion.truths(columns) == 1)
        return np.where(score >= self.bar, _CODE[Action.SELL], _CODE[Action.NURTURE]).astype(np.int8)


@attrs.frozen(init=False)
class FirstCome(Value):
    """Whoever comes is sold to, in the order of arrival, until the hours are gone. Made by `first_come`.

    >>> first_come()
    FirstCome(customer='customer')
    """

    customer: str | None = _CUSTOMER

    def __init__(self, customer: str | None = _CUSTOMER) -> None:
        self.__attrs_init__(customer)

    def decide(self, facts: Facts, position: Position, *, contact: bool | None = None) -> Decision:
        """Give SELL to everybody who may be contacted."""
        return _stopped(self.customer, facts, position, contact=contact) or _sell(facts, {}, contact=contact)

    def actions(self, columns: Columns) -> Codes:
        """Give the actions for many prospects as int8 codes: the place of each in `tuple(Action)`."""
        import numpy as np

        return np.full(len(columns), _CODE[Action.SELL], np.int8)


def linear_gate(*gates: Criterion, customer: str | None = _CUSTOMER) -> LinearGate:
    """Give the old way of ever smaller gates: whoever does not answer YES at each of them is out.

    `customer` names the state in which it no longer looks (None: there is none).

    >>> from datetime import datetime, timezone
    >>> from qualify.criteria import topic
    >>> from qualify.stages import SAAS
    >>> noon = datetime(2026, 5, 4, 12, tzinfo=timezone.utc)
    >>> gates = linear_gate(topic("budget").exists(), topic("need").exists())
    >>> gates.decide(Facts.of({"need": "one inbox"}, at=noon), SAAS.start(at=noon)).reason
    'DISQUALIFY: gate 1 is UNKNOWN; gate_not_passed; nobody knows budget; stopped at gate 1 of 2'
    """
    return LinearGate(gates, customer)


def blind_score(
    points: Mapping[Criterion, float], *, bar: float, customer: str | None = _CUSTOMER
) -> BlindScore:
    """Give the old way of points: they are summed over what is YES, and whoever reaches the bar is sold to.

    >>> from datetime import datetime, timezone
    >>> from qualify.criteria import heard, topic
    >>> from qualify.stages import SAAS
    >>> noon = datetime(2026, 5, 4, 12, tzinfo=timezone.utc)
    >>> points = blind_score({(topic("seats") >= 10): 20, topic("need").exists(): 15}, bar=20)
    >>> points.decide(Facts.of({"seats": 50}, at=noon), SAAS.start(at=noon)).action
    Action.SELL
    """
    return BlindScore(points, bar, customer)


def first_come(*, customer: str | None = _CUSTOMER) -> FirstCome:
    """Give the old way of no way: whoever comes is sold to.

    >>> from datetime import datetime, timezone
    >>> from qualify.stages import SAAS
    >>> noon = datetime(2026, 5, 4, 12, tzinfo=timezone.utc)
    >>> first_come().decide(Facts.of({}, at=noon), SAAS.start(at=noon), contact=False).code.code
    'do_not_contact'
    """
    return FirstCome(customer)


_CODE = {action: code for code, action in enumerate(ACTIONS)}


def _stopped(
    customer: str | None, facts: Facts, position: Position, *, contact: bool | None
) -> Decision | None:
    """Give the decision for a customer, whom the old ways no longer look at; None for a prospect."""
    if customer is None or customer not in position.active:
        return None
    return _decision(Action.NURTURE, None, facts, {}, contact=contact, note=_STOPS)


def _sell(facts: Facts, verdicts: Mapping[str, Verdict], *, contact: bool | None) -> Decision:
    if contact is False:
        return _decision(Action.NURTURE, DO_NOT_CONTACT, facts, verdicts, contact=contact)
    return _decision(Action.SELL, None, facts, verdicts, contact=contact)


def _decision(
    action: Action,
    code: Reason | None,
    facts: Facts,
    verdicts: Mapping[str, Verdict],
    *,
    contact: bool | None,
    note: str | None = None,
) -> Decision:
    return Decision(
        action,
        code,
        at=facts.at,
        answers=Map({name: verdict.truth for name, verdict in verdicts.items()}),
        missing=dict.fromkeys(topic for verdict in verdicts.values() for topic in verdict.missing),
        evidence=dict.fromkeys(id_ for verdict in verdicts.values() for id_ in verdict.evidence),
        contact=contact,
        note=note,
    )


def _require(criterion: object, where: str) -> Criterion:
    if not isinstance(criterion, Criterion):
        raise InvalidType("a criterion is needed", found=_checks.kind_of(criterion), where=where)
    return criterion


def _name(criterion: Criterion, otherwise: str, taken: Iterable[str]) -> str:
    """Give the name under which its answer stands: its own, unless it has none or another has it already."""
    return criterion.name if isinstance(criterion, Named) and criterion.name not in taken else otherwise
