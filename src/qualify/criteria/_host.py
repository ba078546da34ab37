"""Host functions as criteria: `@criterion(uses=..., version=...)` on a plain function of facts.

What belongs here: the leaf that calls a function, the view of the facts that the function gets, and what
its answer may be. What does not: loading a function by name; a host imports what it uses.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from qualify import _checks
from qualify._maps import Plain
from qualify.criteria._atoms import sooner
from qualify.criteria._criterion import Criterion, Items
from qualify.criteria._verdict import Fault, Part, Verdict
from qualify.errors import CriterionError, InvalidType, NotKnown
from qualify.models import Asked, Evidence, Facts, Signal, Vocabulary
from qualify.truth import UNKNOWN, Truth

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qualify.criteria._columns import Columns

Answer: TypeAlias = "bool | Truth | Verdict | None"
Function: TypeAlias = Callable[[Any], Any]


class View:
    """The facts as a host function sees them: those that it said it uses, and nothing it could change.

    `view[topic]` gives the value or ends the function (`NotKnown`): the criterion is UNKNOWN and names the
    topic. `view.get(topic)` gives None instead, for a function that can do without. Reading a topic that
    is not in `uses` is a fault, because nobody would know what to ask, and until when the answer holds.
    """

    __slots__ = ("_facts", "_uses")

    def __init__(self, facts: Facts, uses: frozenset[str]) -> None:
        self._facts = facts
        self._uses = uses

    @property
    def at(self) -> datetime:
        """The instant of the facts. A function whose answer changes with it says until when it holds."""
        return self._facts.at

    @property
    def signals(self) -> tuple[Signal, ...]:
        """What was heard by then."""
        return self._facts.signals

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What was asked by then."""
        return self._facts.asked

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary of the facts."""
        return self._facts.vocabulary

    def __getitem__(self, topic: str) -> Plain:
        if topic not in self._uses:
            raise self._undeclared(topic)
        return self._facts[topic]

    def get(self, topic: str) -> Plain:
        """Give the value that is known, or None."""
        if topic not in self._uses:
            raise self._undeclared(topic)
        return self._facts.get(topic)

    def __contains__(self, topic: object) -> bool:
        if topic not in self._uses:
            raise self._undeclared(topic)
        return topic in self._facts

    def __iter__(self) -> Iterator[str]:
        return (topic for topic in self._facts if topic in self._uses)

    def evidence(self, topic: str) -> Evidence | None:
        """Give the evidence behind a fact, None where nothing is known."""
        if topic not in self._uses:
            raise self._undeclared(topic)
        return self._facts.evidence(topic)

    def _undeclared(self, topic: object) -> CriterionError:
        return CriterionError(
            "a host function reads the topics that it says it uses",
            found=_checks.show(topic),
            allowed=f"write it into uses=(...), where {', '.join(sorted(self._uses)) or 'nothing'} is now",
        )


@attrs.frozen(init=False, eq=False, repr=False)
class HostCriterion(Criterion):
    """A host's function as a criterion: equal, hashed, fingerprinted and stored by name and version.

    Built by `criterion`. The function's code counts for nothing, so change the version with the meaning.

    >>> from qualify.criteria import criterion
    >>> @criterion(uses=("industry",), version="1")
    ... def regulated(facts):
    ...     return facts["industry"] in {"banking", "health"}
    >>> regulated
    <criterion 'regulated' version '1' of industry>
    """

    name: str
    version: str
    uses: tuple[str, ...]
    function: Function = attrs.field(eq=False, repr=False)
    twin: Function | None = attrs.field(default=None, eq=False, repr=False)

    def __init__(
        self,
        name: str,
        version: str,
        uses: Iterable[str],
        function: Function,
        twin: Function | None = None,
    ) -> None:
        where = f"criterion {name!r}"
        for given in (function, twin or function):
            if not callable(given):
                raise InvalidType("a function is needed", found=_checks.kind_of(given), where=where)
        self.__attrs_init__(
            name=_checks.name(name, "criterion.name"),
            version=_checks.name(version, f"{where}.version"),
            uses=tuple(dict.fromkeys(_checks.names(uses, f"{where}.uses"))),
            function=function,
            twin=twin,
        )

    def columns(self, twin: Callable[[Columns], NDArray[np.int8]]) -> HostCriterion:
        """Give the same criterion with a twin for columns, as a decorator under the same name.

        The twin gets `Columns` and gives int8 codes of shape (n,): +1, 0, -1. Without one, columns are
        judged row by row. `qualify.testing.check_criterion` proves that both agree.

        >>> from qualify.criteria import Columns, criterion
        >>> @criterion(uses=("industry",), version="1")
        ... def regulated(facts):
        ...     return facts["industry"] == "health"
        >>> @regulated.columns
        ... def regulated(columns):
        ...     return columns.truths(topic("industry") == "health")
        >>> from qualify.criteria import topic
        >>> regulated.truths(Columns.of({"industry": ["health", "retail", None]}))
        array([ 1, -1,  0], dtype=int8)
        """
        return HostCriterion(self.name, self.version, self.uses, self.function, twin)

    def __call__(self, facts: Facts) -> Any:  # noqa: ANN401 - what the function gives
        """Call the function itself, as its own tests would: whatever it returns or raises."""
        return self.function(View(facts, frozenset(self.uses)))

    def _key(self) -> tuple[object, ...]:
        return self.name, self.version, self.uses

    def _canonical(self) -> dict[str, object]:
        return {"name": self.name, "version": self.version, "uses": self.uses}

    def _until(self, items: Items, facts: Facts) -> datetime | None:
        return until(self, caller(self)(facts), facts)

    def _score(self, facts: Facts, answers: tuple[Any, ...]) -> tuple[float, float] | None:
        (answer,) = answers
        return None if isinstance(answer, bool) else answer.score

    def _reads(self) -> tuple[str, ...]:
        return self.uses

    def _is_opaque(self) -> bool:
        return True

    def _called(self) -> object:
        return self.function

    def _check(self, vocabulary: Vocabulary, path: str) -> None:
        for name in self.uses:
            if name not in vocabulary:
                raise _checks.unknown("topic", name, (t.name for t in vocabulary), where=f"{path}.uses")

    def __reduce__(self) -> tuple[object, ...]:
        module, name = self.function.__module__, self.function.__qualname__
        if getattr(sys.modules.get(module), name, None) != self:
            raise CriterionError(
                "only a host criterion at the top of a module can be pickled",
                found=f"{module}.{name}",
                allowed="define it there, under the name of its function",
                where=f"criterion {self.name!r}",
            )
        return _imported, (module, name)


def criterion(
    *, uses: str | Iterable[str] = (), version: str, name: str | None = None
) -> Callable[[Callable[[Any], Answer]], HostCriterion]:
    """Turn a function of facts into a criterion: True, False, None (unknown), a Truth or a Verdict.

    `uses` names every topic that it reads, `version` its meaning: two criteria of one name and version
    are taken for the same. Reading an unknown fact ends the function: UNKNOWN, with that topic missing.
    One that raises, or returns something else, is UNKNOWN with the fault listed: nobody is disqualified
    by a crash. `KeyboardInterrupt`, `SystemExit` and `MemoryError` pass through.

    >>> from datetime import datetime, timezone
    >>> @criterion(uses=("industry",), version="1")
    ... def regulated(facts):
    ...     return facts["industry"] in {"banking", "health"}
    >>> verdict = regulated.judge(Facts.of({}, at=datetime(2026, 5, 3, tzinfo=timezone.utc)))
    >>> verdict.truth, verdict.missing
    (Truth.UNKNOWN, ('industry',))
    """
    if callable(uses):
        raise CriterionError(
            "criterion needs to know what the function uses",
            allowed="write @criterion(uses=('industry',), version='1')",
            where="criterion",
        )

    def decorate(function: Callable[[Any], Answer]) -> HostCriterion:
        named: str = getattr(function, "__name__", "") if name is None else name
        return HostCriterion(named, version, (uses,) if isinstance(uses, str) else uses, function)

    return decorate


@attrs.frozen(init=False)
class Answered(Part):
    """What a host function answered, if it was no plain True or False."""

    until: datetime | None = attrs.field(default=None, eq=False)
    score: tuple[float, float] | None = attrs.field(default=None, eq=False)

    def __init__(
        self,
        host: HostCriterion,
        truth: Truth,
        *,
        missing: tuple[str, ...] = (),
        fault: Fault | None = None,
        verdict: Verdict | None = None,
    ) -> None:
        self.__attrs_init__(
            criterion=host,
            truth=truth,
            missing=missing,
            reason=verdict.reason if verdict is not None else "",
            evidence=verdict.evidence if verdict is not None else (),
            faults=(fault,) if fault is not None else verdict.faults if verdict is not None else (),
            until=verdict.good_until if verdict is not None else None,
            score=verdict.score if verdict is not None else None,
        )


def code_of(answer: bool | Answered) -> int:  # noqa: FBT001 - the bool is the subject
    """Give the code of what a host answered."""
    if answer.__class__ is bool:
        return 1 if answer else -1
    code: int = answer.truth._value_  # type: ignore[union-attr]
    return code


def until(host: HostCriterion, answer: bool | Answered, facts: Facts) -> datetime | None:  # noqa: FBT001 - as above
    """Give until when an answer holds: as it says of itself, and while what the function uses is known."""
    first = None if isinstance(answer, bool) else answer.until
    for name in host.uses:
        first = sooner(first, facts.good_until(name)) if name in facts else first
    return first


def caller(host: HostCriterion) -> Callable[[Facts], Any]:
    """Give a call that answers a bool, or an Answered; it raises nothing but what ends a program."""
    function, uses = host.function, frozenset(host.uses)

    def call(facts: Facts) -> object:
        try:
            answer = function(View(facts, uses))
        except MemoryError:
            raise
        except NotKnown as error:
            if error.topic in uses:
                return Answered(host, UNKNOWN, missing=(error.topic,))
            return _failed(host, facts, error)
        except Exception as error:  # noqa: BLE001 - whatever a host's code raises, nobody is disqualified by it
            return _failed(host, facts, error)
        if answer is True or answer is False:
            return answer
        return _understood(host, facts, answer)

    return call


def _understood(host: HostCriterion, facts: Facts, answer: object) -> object:
    """Give an answer that is no plain bool in one of our forms."""
    if answer is None or isinstance(answer, Truth):
        truth = Truth.of(answer)
        missing = tuple(name for name in host.uses if name not in facts) if truth is UNKNOWN else ()
        return Answered(host, truth, missing=missing)
    if isinstance(answer, Verdict):
        missing = answer.missing if answer.truth is UNKNOWN else ()
        return Answered(host, answer.truth, missing=missing, verdict=answer)
    if type(answer).__name__ in {"bool", "bool_"} and getattr(answer, "shape", None) == ():
        return bool(answer)  # numpy's
    message = f"a criterion gives True, False, None, a Truth or a Verdict, not {type(answer).__name__}"
    return Answered(host, UNKNOWN, fault=Fault(host.name, "returned", message))


def _failed(host: HostCriterion, facts: Facts, error: Exception) -> Answered:
    return Answered(host, UNKNOWN, fault=Fault(host.name, type(error).__name__, str(error), error))


def _imported(module: str, name: str) -> HostCriterion:
    """Give the host criterion that a pickle names; a pickle is for trusted hands only."""
    from importlib import import_module

    found = getattr(import_module(module), name)
    if not isinstance(found, HostCriterion):
        raise CriterionError("a pickle names a host criterion that is none", found=f"{module}.{name}")
    return found
