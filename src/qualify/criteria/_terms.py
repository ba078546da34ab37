"""The words that begin a criterion: `topic(name)`, to be compared, and `heard(*kinds)`.

What belongs here: the term that turns Python's comparisons into atoms, and says what to write where they
slip. What does not: what an atom means (`_atoms`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NoReturn

from qualify import _checks
from qualify._maps import Plain, Value
from qualify.criteria._atoms import Atom, Heard, Operator
from qualify.criteria._criterion import PARENTHESES, Criterion
from qualify.errors import CriterionError, InvalidType
from qualify.truth import Truth


class Term(Value):
    """A topic on its way into a criterion: compare it, or ask whether it exists.

    >>> size = topic("team_size")
    >>> size >= 10, size.between(10, 50), size.exists()
    (topic('team_size') >= 10, topic('team_size').between(10, 50), topic('team_size').exists())
    """

    __slots__ = ("name",)
    __hash__ = None  # type: ignore[assignment]  # its == builds a criterion
    name: str

    def __init__(self, name: str) -> None:
        self.name = _checks.name(name, "topic")

    def __eq__(self, value: object) -> Criterion:  # type: ignore[override]
        if isinstance(value, (bool, Truth)):
            return _truth_test(self.name, value)
        return self._compared("==", value)

    def __ne__(self, value: object) -> Criterion:  # type: ignore[override]
        if isinstance(value, (bool, Truth)):
            return ~_truth_test(self.name, value)
        return self._compared("!=", value)

    def __lt__(self, value: Plain) -> Criterion:
        return self._compared("<", value)

    def __le__(self, value: Plain) -> Criterion:
        return self._compared("<=", value)

    def __gt__(self, value: Plain) -> Criterion:
        return self._compared(">", value)

    def __ge__(self, value: Plain) -> Criterion:
        return self._compared(">=", value)

    def between(self, low: Plain, high: Plain) -> Criterion:
        """Ask whether the value lies from `low` to `high`, both included.

        >>> topic("team_size").between(10, 50)
        topic('team_size').between(10, 50)
        """
        return self._compared("between", low, high)

    def one_of(self, *values: Plain) -> Criterion:
        """Ask whether the value is one of these, all of one kind.

        >>> topic("timing").one_of("this month", "this quarter")
        topic('timing').one_of('this month', 'this quarter')
        """
        return self._compared("one_of", *values)

    def is_true(self) -> Criterion:
        """Ask whether the value is True or `Truth.YES`; False and `Truth.NO` answer NO.

        >>> topic("decides").is_true()
        topic('decides').is_true()
        """
        return Atom(self.name, "is_true")

    def exists(self) -> Criterion:
        """Ask whether there is one: NO means we learned that there is none, UNKNOWN that nobody asked.

        There is none where the value is False, `Truth.NO`, zero, or empty; None is no answer, so UNKNOWN.

        >>> topic("need").exists()
        topic('need').exists()
        """
        return Atom(self.name, "exists")

    def known(self) -> Criterion:
        """Ask whether *we* know it: YES or NO, never UNKNOWN. For reports; in a gate it reads absence as no.

        >>> topic("budget").known()
        topic('budget').known()
        """
        return Atom(self.name, "known")

    def within(self, last: timedelta) -> Criterion:
        """Ask whether the instant or date that it holds lies within `last` before now, half-open.

        A date begins at midnight UTC. What lies ahead of now is not yet within.

        >>> topic("last_visit").within(timedelta(days=30))
        topic('last_visit').within(timedelta(days=30))
        """
        return Atom(self.name, "within", last)

    def due(self, ahead: timedelta) -> Criterion:
        """Ask whether the instant or date that it holds comes within `ahead` from now, half-open.

        >>> topic("renews_on").due(timedelta(days=60))
        topic('renews_on').due(timedelta(days=60))
        """
        return Atom(self.name, "due", ahead)

    def __and__(self, other: object) -> NoReturn:
        raise self._slip("&")

    def __or__(self, other: object) -> NoReturn:
        raise self._slip("|")

    __rand__ = __and__
    __ror__ = __or__

    def __invert__(self) -> NoReturn:
        raise self._slip("~")

    def __bool__(self) -> NoReturn:
        raise InvalidType(
            "a topic alone is no criterion",
            found=f"bool() of {self!r}",
            allowed=f"write {self!r}.is_true(), {self!r}.exists(), or compare it",
        )

    def __repr__(self) -> str:
        return f"topic({self.name!r})"

    def _compared(self, operator: Operator, *values: Any) -> Criterion:  # noqa: ANN401 - the atom checks them
        for value in values:
            if isinstance(value, Term):
                raise CriterionError(
                    "an atom reads one topic",
                    found=f"a comparison with {value!r}",
                    allowed=f"write @criterion(uses=(..., {value.name!r})) on a function that reads both",
                    where=repr(self),
                )
        several = operator in {"between", "one_of"}
        return Atom(self.name, operator, values if several else values[0])

    def _slip(self, operator: str) -> CriterionError:
        return CriterionError(
            f"a topic alone is no criterion, and {operator} binds more tightly than ==",
            found=f"{operator} beside {self!r}",
            allowed=f"{PARENTHESES}, or write {self!r}.is_true() or {self!r}.exists()",
        )


def topic(name: str) -> Term:
    """Give a topic to compare: the beginning of most criteria.

    >>> topic("fit") >= 3
    topic('fit') >= 3
    >>> topic("timing") == "this month" & topic("fit") == 3
    Traceback (most recent call last):
    qualify.errors.CriterionError: a topic alone is no criterion, and & binds more tightly than == \
(got & beside topic('fit')); put the comparisons in parentheses: \
(topic('a') == 'x') & (topic('b') == 'y'), or write topic('fit').is_true() or topic('fit').exists()
    """
    return Term(name)


def heard(*kinds: str, times: int = 1) -> Heard:
    """Give the question whether such signals were heard: at any time, or `.within(d)`.

    >>> heard("demo_request").within(timedelta(days=30))
    heard('demo_request').within(timedelta(days=30))
    >>> ~heard("unsubscribed")
    ~heard('unsubscribed')
    """
    return Heard(kinds, times=times)


def _truth_test(name: str, value: bool | Truth) -> Criterion:  # noqa: FBT001 - the bool is the subject
    if value is Truth.UNKNOWN:
        raise CriterionError(
            "nothing equals UNKNOWN",
            found=f"topic({name!r}) == Truth.UNKNOWN",
            allowed=f"write ~topic({name!r}).known(), in a report",
        )
    test = Atom(name, "is_true")
    return test if value is True or value is Truth.YES else ~test
