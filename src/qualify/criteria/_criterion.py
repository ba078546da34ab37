"""`Criterion`: what every criterion can do, whatever it is made of.

What belongs here: operators, limits, equality, and the doors to judging. What does not: any kind of
node (`_atoms`, `_groups`, `_host`) and how one is judged (`_judging`).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import attrs

from qualify import _canonical, _checks
from qualify._maps import Value
from qualify.criteria._verdict import Fault, Part, Verdict, verdict_of
from qualify.errors import CriterionError, InvalidType
from qualify.models import Evidence, Facts
from qualify.truth import NO, UNKNOWN, YES, Truth

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qualify.criteria._columns import Columns
    from qualify.models import Vocabulary

Items: TypeAlias = dict[str, Evidence]
Rule: TypeAlias = Callable[[Items, Facts], int]
Found: TypeAlias = tuple[
    int, tuple[str, ...], tuple[str, ...], tuple[str, ...], datetime | None, tuple[Any, ...]
]
Pass: TypeAlias = Callable[[Items, Facts, list[Fault]], Found]
Leaves: TypeAlias = Callable[[Items, Facts, tuple[Any, ...]], list[Part]]

MAX_DEPTH = 24  # recursion over a criterion stays far below Python's own limit, in any host
MAX_NODES = 1_000  # counted with sharing: a part that stands in two places counts twice
TRUTHS = (UNKNOWN, YES, NO)  # by code: 0, 1, -1
PARENTHESES = "put the comparisons in parentheses: (topic('a') == 'x') & (topic('b') == 'y')"


@attrs.frozen(eq=False, repr=False)
class Criterion(Value):
    """A question about a lead that Facts answer YES, NO or UNKNOWN; the same one judges columns.

    Criteria are values: they combine by `&`, `|` and `~`, are equal by what they are made of, and are
    built by `topic`, `heard`, `all_of`, `any_of`, `at_least`, `weighted` and `criterion`. `bool()` of
    one raises, because a question is neither true nor false.

    >>> from qualify.criteria import topic
    >>> meaningful = topic("need").exists() & (topic("fit") >= 3)
    >>> meaningful
    topic('need').exists() & (topic('fit') >= 3)
    >>> meaningful.topics
    ('need', 'fit')
    """

    size: int = attrs.field(init=False, eq=False, default=1)
    depth: int = attrs.field(init=False, eq=False, default=1)
    _hash: int | None = attrs.field(init=False, eq=False, default=None)
    _rule: Rule | None = attrs.field(init=False, eq=False, default=None)
    _pass: Pass | None = attrs.field(init=False, eq=False, default=None)  # over Facts of which nothing ends
    _ending_pass: Pass | None = attrs.field(init=False, eq=False, default=None)
    _resting: Leaves | None = attrs.field(init=False, eq=False, default=None)
    _known_leaves: tuple[Criterion, ...] | None = attrs.field(init=False, eq=False, default=None)

    # -- judging ------------------------------------------------------------------------------------

    def truth(self, facts: Facts) -> Truth:
        """Give YES, NO or UNKNOWN, the cheap way: no reasons are collected.

        >>> from datetime import datetime, timezone
        >>> from qualify.criteria import topic
        >>> facts = Facts.of({"fit": 4}, at=datetime(2026, 5, 3, tzinfo=timezone.utc))
        >>> ((topic("fit") >= 3) & topic("need").exists()).truth(facts)
        Truth.UNKNOWN
        """
        rule = self._rule
        if rule is None:
            rule = self._compiled_rule()
        try:
            return TRUTHS[rule(facts.current._items, facts)]
        except AttributeError:
            require_facts(facts, "truth")
            raise

    def judge(self, facts: Facts, *, strict: bool = False) -> Verdict:
        """Give a Verdict: the truth, what is missing, on which evidence it rests, until when it holds.

        A host function that raises, or answers with something else than a truth, counts as UNKNOWN and
        is listed in `faults`; `strict` raises its exception instead, with a note that names it.

        >>> from datetime import datetime, timezone
        >>> from qualify.criteria import topic
        >>> facts = Facts.of({"fit": 4}, at=datetime(2026, 5, 3, tzinfo=timezone.utc))
        >>> verdict = ((topic("fit") >= 3) & topic("need").exists()).judge(facts)
        >>> verdict.truth, verdict.missing
        (Truth.UNKNOWN, ('need',))
        """
        faults: list[Fault] = []
        try:
            ends = facts._ends
            judging = (self._ending_pass if ends else self._pass) or self._compiled_pass(ends=bool(ends))
            found = judging(facts.current._items, facts, faults)
        except AttributeError:
            require_facts(facts, "judge")
            raise
        if facts.unreadable:
            faults += [
                Fault(name, "unreadable", "the topic does not list this value")
                for name in self.topics
                if name in facts.unreadable
            ]
        if faults and strict:
            faults[0].raise_it()
        return verdict_of(self, facts, TRUTHS[found[0]], found, faults)

    def truths(
        self,
        columns: Columns,
        *,
        map: Callable[..., Iterable[Any]] = map,
    ) -> NDArray[np.int8]:
        """Give the truth of many leads as int8 codes: +1 YES, 0 UNKNOWN, -1 NO, shape (n,).

        `columns` is what `Columns.of` gives; it is encoded once and judged many times, in blocks. `map`
        may be that of a host's thread pool: blocks do not depend on each other. A column of another kind
        than the one compared is an error, where one lead's unreadable fact is UNKNOWN.

        >>> from qualify.criteria import Columns, topic
        >>> (topic("fit") >= 3).truths(Columns.of({"fit": [4, None, 1]}))
        array([ 1,  0, -1], dtype=int8)
        """
        from qualify.criteria._plan import truths

        return truths(self, columns, map=map)

    def changes_at(self, facts: Facts) -> datetime | None:
        """Give the earliest instant at which any part could change without news, None if none can.

        A fact goes stale, a window opens or closes, a host's answer runs out: over all parts, also those
        on which the present truth does not rest. `Verdict.good_until` looks only at those.

        >>> from datetime import datetime, timedelta, timezone
        >>> from qualify.criteria import heard
        >>> from qualify.models import Signal
        >>> noon = datetime(2026, 5, 3, 12, tzinfo=timezone.utc)
        >>> facts = Facts.of({}, at=noon, signals=[Signal("demo", at=noon)])
        >>> heard("demo").within(timedelta(days=7)).changes_at(facts)
        datetime.datetime(2026, 5, 10, 12, 0, tzinfo=datetime.timezone.utc)
        """
        require_facts(facts, "changes_at")
        items = facts.current._items
        instants = [leaf._until(items, facts) for leaf in self.leaves]
        return min((t for t in instants if t is not None), default=None)

    # -- what it is made of ---------------------------------------------------------------------------

    @property
    def parts(self) -> tuple[Criterion, ...]:
        """The criteria that this one is directly made of; none for a leaf."""
        return ()

    def walk(self, path: str = "") -> Iterator[tuple[str, Criterion]]:
        """Give every node with its path, this one first, parts in order.

        >>> from qualify.criteria import topic
        >>> [path for path, _ in (topic("a").exists() & ~topic("b").exists()).walk()]
        ['', '[0]', '[1]', '[1].not']
        """
        yield path, self
        for step, part in self._steps():
            yield from part.walk(path + step)

    @property
    def leaves(self) -> tuple[Criterion, ...]:
        """Each different leaf once, in order of appearance: atoms, what is heard, host functions."""
        known = self._known_leaves
        if known is None:
            found: dict[Criterion, None] = {}
            _leaves(self, found)
            known = tuple(found)
            object.__setattr__(self, "_known_leaves", known)
        return known

    @property
    def topics(self) -> tuple[str, ...]:
        """Every topic that is read, once, in order of appearance."""
        return tuple(dict.fromkeys(name for leaf in self.leaves for name in leaf._reads()))

    @property
    def hears(self) -> tuple[str, ...]:
        """Every kind of signal that is listened for, once, in order of appearance."""
        return tuple(dict.fromkeys(name for leaf in self.leaves for name in leaf._hears()))

    @property
    def hosts(self) -> tuple[Criterion, ...]:
        """The host functions among the leaves."""
        return tuple(leaf for leaf in self.leaves if leaf._is_opaque())

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the canonical form: equal criteria have equal ones, in any process.

        >>> from qualify.criteria import topic
        >>> (topic("fit") >= 3).fingerprint == (topic("fit") >= 3).fingerprint
        True
        """
        return _canonical.fingerprint(self)

    def check(self, vocabulary: Vocabulary, *, where: str = "criterion") -> Criterion:
        """Give the criterion back if it can be judged on what the vocabulary holds.

        Raises `UnknownName` for a topic that it does not define (the nearest ones are offered), and
        `CriterionError` for a comparison with a constant that the topic never holds, and for two different
        host functions of one name and version; each with its path, which begins with `where`.

        >>> from qualify.criteria import topic
        >>> from qualify.models import Topic, Vocabulary
        >>> (topic("budgt") >= 3).check(Vocabulary(Topic("budget", int)))
        Traceback (most recent call last):
        qualify.errors.UnknownName: criterion: unknown topic (got 'budgt'); did you mean 'budget'?
        """
        callables: dict[Criterion, object] = {}
        for path, node in self.walk(where):
            node._check(vocabulary, path)
            if node._is_opaque() and callables.setdefault(node, node._called()) is not node._called():
                raise CriterionError(
                    "two host functions bear one name and version",
                    found=f"{_place(callables[node])} and {_place(node._called())}",
                    allowed="give one of them another name, or another version",
                    where=path,
                )
        return self

    # -- combining --------------------------------------------------------------------------------------

    def named(self, name: str) -> Criterion:
        """Give the same criterion under a name, by which reasons and explanations call it.

        >>> from qualify.criteria import topic
        >>> str((topic("fit") >= 3).named("good fit"))
        'good fit'
        """
        from qualify.criteria._groups import Named

        return Named(name, self)

    def __and__(self, other: Criterion) -> Criterion:
        from qualify.criteria._groups import joined

        return joined(self, _operand(other, "&"), every=True)

    def __or__(self, other: Criterion) -> Criterion:
        from qualify.criteria._groups import joined

        return joined(self, _operand(other, "|"), every=False)

    def __rand__(self, other: object) -> NoReturn:
        _operand(other, "&")
        raise AssertionError  # pragma: no cover - _operand raises: a Criterion has its own __and__

    def __ror__(self, other: object) -> NoReturn:
        _operand(other, "|")
        raise AssertionError  # pragma: no cover - as above

    def __invert__(self) -> Criterion:
        from qualify.criteria._groups import Not

        return Not(self)

    def __bool__(self) -> NoReturn:
        raise InvalidType(
            "a criterion is a question, neither true nor false",
            found=f"bool() of {_checks.show(self)}",
            allowed="combine with & | ~ (not with and, or, not), write between(low, high) for a chained "
            "comparison, and .truth(facts) for an answer",
        )

    # -- a value -------------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Criterion):
            return NotImplemented
        return type(self) is type(other) and hash(self) == hash(other) and self._key() == other._key()

    def __hash__(self) -> int:
        known = self._hash
        if known is None:
            known = hash((type(self).__name__, self._key()))
            object.__setattr__(self, "_hash", known)
        return known

    def __repr__(self) -> str:
        from qualify.criteria._wording import code

        return code(self)

    def __str__(self) -> str:
        from qualify.criteria._wording import text

        return text(self)

    def __reduce__(self) -> tuple[object, ...]:
        fields = {a.name: getattr(self, a.name) for a in attrs.fields(type(self)) if a.init}
        return rebuilt, (type(self), fields)

    def __copy__(self) -> Criterion:
        return self

    def __deepcopy__(self, memo: object) -> Criterion:
        return self

    # -- what each kind of node says of itself ------------------------------------------------------------

    @abstractmethod
    def _key(self) -> tuple[object, ...]:
        """What makes two nodes of one kind equal."""

    def _steps(self) -> tuple[tuple[str, Criterion], ...]:
        return tuple((f"[{i}]", part) for i, part in enumerate(self.parts))

    def _reads(self) -> tuple[str, ...]:
        return ()

    def _hears(self) -> tuple[str, ...]:
        return ()

    def _until(self, items: Items, facts: Facts) -> datetime | None:
        """The instant before which a leaf stays what it is without news; a group has none of its own."""
        return None

    def _score(self, facts: Facts, answers: tuple[Any, ...]) -> tuple[float, float] | None:
        """The score that it gives beside its truth, if any; `answers` are those of its host functions."""
        return None

    def _is_opaque(self) -> bool:
        return False

    def _called(self) -> object:
        """The function that a host criterion calls."""
        return None

    def _check(self, vocabulary: Vocabulary, path: str) -> None:
        pass

    def _compiled_rule(self) -> Rule:
        from qualify.criteria._judging import rule_of

        rule = rule_of(self)
        object.__setattr__(self, "_rule", rule)
        return rule

    def _compiled_pass(self, *, ends: bool) -> Pass:
        from qualify.criteria._tracing import generated_pass

        made = generated_pass(self, ends=ends)
        object.__setattr__(self, "_ending_pass" if ends else "_pass", made)
        return made

    def _compiled_leaves(self) -> Leaves:
        from qualify.criteria._tracing import generated_leaves

        made = generated_leaves(self)
        object.__setattr__(self, "_resting", made)
        return made

    def _rests(self, facts: Facts, answers: tuple[Any, ...]) -> list[Part]:
        """The leaves on which the truth rests, once the host functions have answered."""
        return (self._resting or self._compiled_leaves())(facts.current._items, facts, answers)

    def _disputes(self, facts: Facts, answers: tuple[Any, ...]) -> tuple[str, ...]:
        """The disputed topics among those on which the truth rests, where no host names its evidence."""
        if facts.disputed.isdisjoint(self.topics):
            return ()
        held = facts.disputed.intersection(facts.current)
        read = [
            name
            for part in self._rests(facts, answers)
            if not part.evidence
            for name in part.criterion._reads()
        ]
        return tuple(dict.fromkeys(name for name in read if name in held))

    def _bound(self, where: str) -> None:
        """Set size and depth from the parts', and refuse what is too large: constant time a part."""
        depth = 1 + max(part.depth for part in self.parts)
        size = 1 + sum(part.size for part in self.parts)
        if depth > MAX_DEPTH:
            raise CriterionError(
                f"a criterion is at most {MAX_DEPTH} deep",
                found=f"{depth}",
                allowed="join many parts in one all_of(...) or any_of(...)",
                where=where,
            )
        if size > MAX_NODES:
            raise CriterionError(
                f"a criterion has at most {MAX_NODES:,} nodes, shared ones counted at each place",
                found=f"{size:,}",
                where=where,
            )
        object.__setattr__(self, "depth", depth)
        object.__setattr__(self, "size", size)


def rebuilt(kind: type[Criterion], fields: dict[str, Any]) -> Criterion:
    """Build an unpickled criterion anew, so that it is checked and holds no hash of another process."""
    return kind(**fields)


def require_facts(facts: object, where: str) -> None:
    """Raise if something else than Facts was given to judge."""
    if not isinstance(facts, Facts):
        raise InvalidType(
            "a criterion judges Facts",
            found=_checks.kind_of(facts),
            allowed="write lead.facts(at=...), or Facts.of({...}, at=...)",
            where=where,
        )


def require_criterion(value: object, where: str) -> Criterion:
    """Give the value if it is a criterion, or raise an error that says what to write."""
    if isinstance(value, Criterion):
        return value
    allowed = "write topic('fit') >= 3, topic('need').exists(), heard('demo'), or @criterion on a function"
    raise CriterionError("a criterion is needed", found=_checks.kind_of(value), allowed=allowed, where=where)


def _operand(value: object, operator: str) -> Criterion:
    if isinstance(value, Criterion):
        return value
    raise CriterionError(
        f"{operator} joins criteria",
        found=_checks.kind_of(value),
        allowed=f"{operator} binds more tightly than ==, so {PARENTHESES}",
    )


def _place(function: object) -> str:
    return f"{getattr(function, '__module__', '?')}.{getattr(function, '__qualname__', function)}"


def _leaves(node: Criterion, found: dict[Criterion, None]) -> None:
    if not node.parts:
        found.setdefault(node)
        return
    for part in node.parts:
        _leaves(part, found)
