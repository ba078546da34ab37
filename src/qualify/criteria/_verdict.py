"""`Verdict`: a criterion's answer about one lead, why, and what is missing.

What belongs here: the answer as a value, the parts that forced it, the faults, and their text. What does
not: how the truth is found (`_judging`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.errors import CriterionError, InvalidType
from qualify.truth import UNKNOWN, Truth

if TYPE_CHECKING:
    from qualify.criteria._criterion import Criterion
    from qualify.models import Facts

MAX_MESSAGE = 200  # characters of an exception's message that a fault keeps
MAX_LINES = 100  # lines of an explanation


@attrs.frozen(init=False)
class Fault(Value):
    """One thing that went wrong while judging: in which `criterion`, of which `kind`, and its message.

    `kind` is the name of the exception, `returned` for an answer that is no truth, or `unreadable` for a
    fact of another kind than the one compared. A fault makes its leaf UNKNOWN, never YES and never NO.

    >>> Fault("regulated", "ValueError", "no such list")
    Fault(criterion='regulated', kind='ValueError', message='no such list')
    """

    criterion: str
    kind: str
    message: str
    error: BaseException | None = attrs.field(default=None, eq=False, repr=False)

    def __init__(
        self, criterion: str, kind: str, message: str, error: BaseException | None = None
    ) -> None:
        from qualify.criteria._wording import cleaned

        self.__attrs_init__(
            criterion=cleaned(criterion, limit=MAX_MESSAGE),
            kind=cleaned(kind),
            message=cleaned(message, limit=MAX_MESSAGE),
            error=error,
        )

    def raise_it(self) -> NoReturn:
        """Raise the exception behind this fault with a note that names the criterion."""
        error = self.error or CriterionError(self.message, found=self.kind, where=self.criterion)
        error.add_note(f"while judging {self.criterion}")
        raise error

    def __reduce__(self) -> tuple[object, ...]:
        return Fault, (self.criterion, self.kind, self.message)


@attrs.frozen(init=False)
class Part(Value):
    """One leaf on which a verdict rests: the `criterion`, its `truth`, and what it misses.

    >>> from qualify.criteria import topic
    >>> print(Part(topic("fit") >= 3, Truth.NO))
    fit >= 3 is NO
    """

    criterion: Criterion
    truth: Truth
    missing: tuple[str, ...] = ()
    reason: str = ""
    evidence: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    def __init__(
        self,
        criterion: Criterion,
        truth: Truth,
        missing: tuple[str, ...] = (),
        reason: str = "",
        evidence: tuple[str, ...] = (),
        faults: tuple[Fault, ...] = (),
    ) -> None:
        self.__attrs_init__(criterion, truth, missing, reason, evidence, faults)

    def __str__(self) -> str:
        return f"{self.criterion} is {self.truth}" + (f" ({self.reason})" if self.reason else "")


_LATER: Any = ...  # stands in a verdict's field until somebody asks for it


@attrs.frozen(init=False, eq=False, repr=False)
class Verdict(Value):
    """A criterion's answer: its `truth`, and what it rests on.

    `missing` names the topics without which it stays UNKNOWN, in order; it is empty once the answer is
    decided. `faults` lists what went wrong, also in parts on which it does not rest. The rest is found
    when it is first read: `evidence`, `disputed`, `good_until`, `score`, `because` and `reason`.

    A host function may return one; `reason`, `score`, `missing`, `evidence` and `good_until` are then
    taken over.

    >>> Verdict(Truth.YES, reason="the model says 0.81", score=0.81)
    Verdict(YES, 'the model says 0.81', score=(0.81, 0.81))
    """

    truth: Truth
    missing: tuple[str, ...]
    faults: tuple[Fault, ...]
    _reason: str
    _because: tuple[Part, ...]
    _evidence: tuple[str, ...]
    _score: tuple[float, float] | None
    _good_until: datetime | None
    _disputed: tuple[str, ...]
    _found: list[Part]
    _criterion: Criterion | None
    _facts: Facts | None

    def __init__(
        self,
        truth: Truth | bool | None,  # noqa: FBT001 - the bool is the subject
        *,
        reason: str = "",
        because: Iterable[Part] = (),
        missing: Iterable[str] = (),
        evidence: Iterable[str] = (),
        score: float | tuple[float, float] | None = None,
        good_until: datetime | None = None,
        disputed: Iterable[str] = (),
        faults: Iterable[Fault] = (),
    ) -> None:
        self.__attrs_init__(
            Truth.of(truth),
            _checks.names(missing, "Verdict.missing"),
            tuple(faults),
            _checks.text(reason, "Verdict.reason"),
            tuple(because),
            _checks.names(evidence, "Verdict.evidence"),
            _interval(score),
            _checks.optional_instant(good_until, "Verdict.good_until"),
            _checks.names(disputed, "Verdict.disputed"),
            [],
            None,
            None,
        )

    @classmethod
    def from_pass(
        cls, criterion: Criterion, facts: Facts, truth: Truth, found: list[Part], faults: tuple[Fault, ...]
    ) -> Verdict:
        """Give the verdict of one pass: what the pass left behind, the rest to be read from it later."""
        made: Verdict = object.__new__(cls)
        missing: tuple[str, ...] = ()
        if truth is UNKNOWN:
            missing = tuple(dict.fromkeys([name for part in found for name in part.missing]))
        made.__attrs_init__(
            *(truth, missing, faults, _LATER, _LATER, _LATER, _LATER, _LATER, _LATER, found, criterion, facts)
        )
        return made

    @property
    def because(self) -> tuple[Part, ...]:
        """Only the leaves that forced the truth: of an UNKNOWN the unknown ones."""
        if self._because is _LATER:
            forced = [part for part in self._found if self.truth is not UNKNOWN or part.truth is UNKNOWN]
            self._keep("_because", tuple(dict.fromkeys(forced)))
        return self._because

    @property
    def evidence(self) -> tuple[str, ...]:
        """Ids of the evidence and the signals on which it rests, once each; what bears no id is left out."""
        if self._evidence is _LATER:
            facts = self._facts
            assert facts is not None  # noqa: S101 - set together with what is kept for later
            items = facts.current._items
            ids: dict[str, None] = {}
            for part in self._found:
                for one in part.evidence or part.criterion._ids(items, facts):
                    ids[one] = None
            self._keep("_evidence", tuple(ids))
        return self._evidence

    @property
    def disputed(self) -> tuple[str, ...]:
        """Those topics behind it on which fresh evidence of different sources disagrees."""
        if self._disputed is _LATER:
            assert self._facts is not None  # noqa: S101 - as above
            among = self._facts.disputed
            topics = [t for part in self._found for t in part.criterion._reads() if t in among] if among else []
            self._keep("_disputed", tuple(dict.fromkeys(topics)))
        return self._disputed

    @property
    def good_until(self) -> datetime | None:
        """The instant at which the truth could change without news, None if it cannot."""
        if self._good_until is _LATER:
            assert self._criterion is not None  # noqa: S101 - as above
            assert self._facts is not None  # noqa: S101 - as above
            items = self._facts.current._items
            self._keep("_good_until", self._criterion._horizon(items, self._facts)[1])
        return self._good_until

    @property
    def score(self) -> tuple[float, float] | None:
        """The (low, high) of a weighted sum under what is unknown, or a host's score; else None."""
        if self._score is _LATER:
            assert self._criterion is not None  # noqa: S101 - as above
            assert self._facts is not None  # noqa: S101 - as above
            self._keep("_score", self._criterion._score(self._facts))
        return self._score

    @property
    def reason(self) -> str:
        """One plain sentence without a value of hers: topics, truths, and the criteria's own constants."""
        if self._reason is _LATER:
            from qualify.criteria._explaining import reason

            self._keep("_reason", reason(self))
        return self._reason

    def explain(self, *, words: bool = True, lines: int = MAX_LINES) -> str:
        """Give a tree of all parts with their truths, and with `words` what she said, bounded.

        Values from outside are cut, and cleaned of what a terminal would obey. A verdict that was stored
        no longer holds the Facts: judge them again.

        >>> from datetime import datetime, timezone
        >>> from qualify.criteria import topic
        >>> from qualify.models import Facts
        >>> facts = Facts.of({"fit": 4}, at=datetime(2026, 5, 3, tzinfo=timezone.utc))
        >>> print((topic("need").exists() & (topic("fit") >= 3)).judge(facts).explain())
        UNKNOWN  all of
        ├─ UNKNOWN  need exists (need: not known)
        └─ YES  fit >= 3 (fit: 4)
        """
        from qualify.criteria._explaining import explain

        return explain(self, words=words, lines=lines)

    def _repr_markdown_(self) -> str:
        from qualify.criteria._explaining import markdown

        return markdown(self)

    def __bool__(self) -> NoReturn:
        raise InvalidType(
            "a verdict is neither true nor false while it may be UNKNOWN",
            found=repr(self.truth),
            allowed="write `verdict.truth is Truth.YES`, or `verdict.truth is not Truth.NO`",
        )

    def __repr__(self) -> str:
        shown = [self.truth.name, repr(self.reason)]
        shown += [
            f"{name}={content!r}"
            for name in ("missing", "score", "disputed", "faults")
            if (content := getattr(self, name))
        ]
        return f"Verdict({', '.join(shown)})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Verdict):
            return NotImplemented
        return self is other or self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (self._fields(),)

    def _key(self) -> tuple[object, ...]:
        return tuple(self._fields().values())

    def _fields(self) -> dict[str, Any]:
        names = ("truth", "reason", "because", "missing", "evidence", "score", "good_until", "disputed", "faults")
        return {name: getattr(self, name) for name in names}

    def _keep(self, field: str, content: object) -> None:
        object.__setattr__(self, field, content)


def _restored(fields: dict[str, Any]) -> Verdict:
    return Verdict(**fields)


def _interval(score: float | tuple[float, float] | None) -> tuple[float, float] | None:
    if score is None:
        return None
    low, high = score if isinstance(score, tuple) else (score, score)
    bounds = _checks.real(low, "Verdict.score"), _checks.real(high, "Verdict.score")
    if bounds[0] > bounds[1]:
        raise CriterionError("a score is (low, high)", found=str(score), where="Verdict.score")
    return bounds
