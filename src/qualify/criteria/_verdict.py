"""`Verdict`: a criterion's answer about one lead, why, and what is missing.

What belongs here: the answer as a value, the parts that forced it, the faults, and their text. What does
not: how the truth is found (`_judging`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.criteria._showing import cleaned
from qualify.errors import CriterionError, InvalidType
from qualify.truth import Truth

if TYPE_CHECKING:
    from qualify.criteria._criterion import Criterion
    from qualify.models import Facts

MAX_MESSAGE = 200  # characters of an exception's message that a fault keeps
MAX_LINES = 100  # lines of an explanation


@attrs.frozen(init=False)
class Fault(Value):
    """One thing that went wrong while judging: in which `criterion`, of which `kind`, and its message.

    `kind` is the name of the exception, `returned` for an answer that is no truth, or `unreadable` for a
    fact of another kind than the one compared, or one that its topic does not list. A fault makes its
    leaf UNKNOWN, never YES and never NO.

    >>> Fault("regulated", "ValueError", "no such list")
    Fault(criterion='regulated', kind='ValueError', message='no such list')
    """

    criterion: str
    kind: str
    message: str
    error: BaseException | None = attrs.field(default=None, eq=False, repr=False)

    def __init__(self, criterion: str, kind: str, message: str, error: BaseException | None = None) -> None:
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


class _Open(Value):
    """A verdict while a pass fills it: it is closed by becoming a `Verdict`, whose fields it holds.

    Six plain assignments and a change of class cost a fifth of what six assignments to a frozen value do.
    """

    __slots__ = (
        "__weakref__",
        "_answers",
        "_criterion",
        "_facts",
        "because",
        "disputed",
        "evidence",
        "faults",
        "good_until",
        "missing",
        "reason",
        "score",
        "truth",
    )


@attrs.frozen(init=False, eq=False, repr=False)
class Verdict(_Open):
    """A criterion's answer: its `truth`, and what it rests on.

    `missing` names the topics without which it stays UNKNOWN, in order; it is empty once the answer is
    decided. `faults` lists what went wrong, also in parts on which it does not rest. `evidence` holds the
    ids of the evidence and the signals on which it rests, `disputed` those of its topics on which fresh
    evidence of different sources disagrees, `good_until` the instant at which it could change without
    news (None: it cannot), `score` the (low, high) of a weighted sum under what is unknown, or a host's
    score. `because` holds only the leaves that forced the truth, `reason` says so in one sentence without
    a value of hers: topics, truths, and the criteria's own constants. `score`, `because` and `reason` are
    filled when they are first read.

    A host function may return one; `reason`, `score`, `missing`, `evidence` and `good_until` are then
    taken over.

    >>> Verdict(Truth.YES, reason="the model says 0.81", score=0.81)
    Verdict(YES, 'the model says 0.81', score=(0.81, 0.81))
    """

    truth: Truth
    faults: tuple[Fault, ...]
    missing: tuple[str, ...]
    evidence: tuple[str, ...]
    disputed: tuple[str, ...]
    good_until: datetime | None
    score: tuple[float, float] | None
    because: tuple[Part, ...]
    reason: str
    _answers: tuple[Any, ...]  # of host functions, in order
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
            truth=Truth.of(truth),
            faults=tuple(faults),
            missing=_checks.names(missing, "Verdict.missing"),
            evidence=_checks.names(evidence, "Verdict.evidence"),
            disputed=_checks.names(disputed, "Verdict.disputed"),
            good_until=_checks.optional_instant(good_until, "Verdict.good_until"),
            score=_interval(score),
            because=tuple(because),
            reason=_checks.text(reason, "Verdict.reason"),
            answers=(),
            criterion=None,
            facts=None,
        )

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - one of the fields
        """Fill a field when it is first read; Python asks here only while it is empty."""
        fill = _FILL.get(name)
        if fill is None:
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self
            )
        content = fill(self)
        object.__setattr__(self, name, content)
        return content

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

    def _canonical(self) -> dict[str, object]:
        """Write what it says and on which parts it rests; of the Facts behind it nothing."""
        return {name: part for name, part in self._fields().items() if part not in ("", (), None)}

    def _fields(self) -> dict[str, Any]:
        names = (
            "truth",
            "reason",
            "because",
            "missing",
            "evidence",
            "score",
            "good_until",
            "disputed",
            "faults",
        )
        return {name: getattr(self, name) for name in names}


def verdict_of(
    criterion: Criterion, facts: Facts, truth: Truth, found: tuple[Any, ...], faults: list[Fault]
) -> Verdict:
    """Give the verdict of one pass over the Facts: all but its text and score, which are read later."""
    made: Any = _Open()
    made.truth = truth
    _, made.missing, made.evidence, made.good_until, made._answers = found
    made.faults = tuple(faults) if faults else ()
    made._criterion = criterion
    made._facts = facts
    made.disputed = criterion._disputes(facts, made._answers) if facts.disputed else ()
    made.__class__ = Verdict
    verdict: Verdict = made
    return verdict


def _score(verdict: Verdict) -> tuple[float, float] | None:
    assert verdict._criterion is not None  # noqa: S101 - set together with what is filled later
    assert verdict._facts is not None  # noqa: S101 - as above
    return verdict._criterion._score(verdict._facts, verdict._answers)


def _because(verdict: Verdict) -> tuple[Part, ...]:
    from qualify.criteria._explaining import because

    return tuple(part if type(part) is Part else _plain(part) for part in because(verdict))


def _plain(part: Part) -> Part:
    """Give the part alone, where a host function left more behind it than a verdict shows."""
    return Part(part.criterion, part.truth, part.missing, part.reason, part.evidence, part.faults)


def _reason(verdict: Verdict) -> str:
    from qualify.criteria._explaining import reason

    return reason(verdict)


_FILL: dict[str, Callable[[Verdict], Any]] = {
    "score": _score,
    "because": _because,
    "reason": _reason,
}


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
