"""Every error of the library, each carrying its parts.

What belongs here: exception classes, and nothing that raises them. An error says where it happened,
what was asked for, what was found and what is allowed; it keeps these as attributes, subclasses the
builtin that a caller would expect, and survives pickling.
"""

from __future__ import annotations

__all__ = [
    "ChartMismatch",
    "Conflict",
    "ContractError",
    "CriterionError",
    "DefinitionError",
    "IdConflict",
    "InputError",
    "InvalidType",
    "InvalidValue",
    "LimitError",
    "MetricError",
    "MissingExtra",
    "NotKnown",
    "QualifyError",
    "Refused",
    "TimeError",
    "UnknownName",
    "UnsupportedVersion",
    "UpcastError",
]


def __dir__() -> list[str]:
    return sorted(__all__)


class QualifyError(Exception):
    """Base of all errors: `where` it happened, what was `asked`, `found` and `allowed`.

    The message reads `where: asked (got found); allowed`, and a part that says nothing is left out.

    >>> print(InvalidValue("a share lies between 0 and 1", found="1.2", where="win"))
    win: a share lies between 0 and 1 (got 1.2)
    """

    def __init__(self, asked: str, *, found: str = "", allowed: str = "", where: str = "") -> None:
        super().__init__(asked, found, allowed, where)
        self.asked = asked
        self.found = found
        self.allowed = allowed
        self.where = where

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        found = f" (got {self.found})" if self.found else ""
        allowed = f"; {self.allowed}" if self.allowed else ""
        return f"{where}{self.asked}{found}{allowed}"

    def __reduce__(self) -> tuple[object, ...]:
        return _blank, (type(self), self.args), self.__dict__


def _blank(kind: type[QualifyError], args: tuple[object, ...]) -> QualifyError:
    """Begin an unpickled error, whatever arguments its own constructor takes; its parts follow as state."""
    error = kind.__new__(kind)
    error.args = args
    return error


class InvalidValue(QualifyError, ValueError):
    """A value is of the right type and cannot be meant.

    >>> from qualify.scales import NPS
    >>> NPS.check(11)
    Traceback (most recent call last):
    qualify.errors.InvalidValue: answer: NPS answers are whole numbers from 0 to 10 (got 11)
    """


class InvalidType(QualifyError, TypeError):
    """A value is of a type that cannot be used here.

    >>> from qualify.truth import Truth
    >>> Truth.of("yes")
    Traceback (most recent call last):
    qualify.errors.InvalidType: Truth.of: True, False or None is needed (got str)
    """


class TimeError(InvalidValue):
    """An instant is naive, out of range, or before one that it has to follow.

    >>> print(TimeError("an instant needs a time zone", found="2026-05-03T09:00:00", where="Signal.at"))
    Signal.at: an instant needs a time zone (got 2026-05-03T09:00:00)
    """


class DefinitionError(InvalidValue):
    """A chart, a criterion, a table or a playbook does not fit together.

    >>> print(DefinitionError("a table decides every cell", found="8 of 9", where="Table"))
    Table: a table decides every cell (got 8 of 9)
    """


class CriterionError(DefinitionError):
    """A criterion cannot be built, or cannot be judged on what the vocabulary holds.

    >>> print(CriterionError("a constant has the type of its topic", found="'40'", where="team_size"))
    team_size: a constant has the type of its topic (got '40')
    """


class UnknownName(QualifyError, LookupError):
    """A name (topic, event, state, question) is not defined; the nearest ones are offered.

    >>> error = UnknownName("unknown topic", found="budgt", allowed="did you mean 'budget'?")
    >>> error.found
    'budgt'
    """


class NotKnown(QualifyError, KeyError):
    """A fact was asked for that nobody knows; judging reads it as UNKNOWN with that topic missing.

    >>> NotKnown("budget").topic
    'budget'
    """

    def __init__(self, topic: str) -> None:
        super().__init__("this is not known", found=topic, allowed="use facts.get(...) for None")
        self.topic = topic


class Refused(QualifyError):
    """A step was required that the chart refused; `step` says why.

    >>> print(Refused("won refused in disqualified"))
    won refused in disqualified
    """

    def __init__(self, step: object) -> None:
        super().__init__(str(step))
        self.step = step


class Conflict(QualifyError):
    """Somebody wrote first: the journey has another version than was expected; `since` holds its new events.

    >>> error = Conflict(expected=3, actual=4)
    >>> error.expected, error.actual
    (3, 4)
    """

    def __init__(
        self, expected: int, actual: int, *, since: tuple[object, ...] = (), where: str = ""
    ) -> None:
        super().__init__(
            f"expected version {expected}",
            found=str(actual),
            allowed="read the events since then, decide again, and record at the actual version",
            where=where,
        )
        self.expected = expected
        self.actual = actual
        self.since = since


class IdConflict(InvalidValue):
    """One id names two different contents; both fingerprints are given.

    >>> error = IdConflict("mail-7", stored="9f2c", given="41aa")
    >>> error.id
    'mail-7'
    """

    def __init__(self, id: str, stored: str, given: str, *, where: str = "") -> None:
        super().__init__(
            f"id {id!r} is taken by other content",
            found=f"{given[:12]}, stored is {stored[:12]}",
            allowed="repeat the same content, or take a new id",
            where=where,
        )
        self.id = id
        self.stored = stored
        self.given = given


class ChartMismatch(InvalidValue):
    """A journey was recorded under another chart than the one given; `changes` says what differs.

    >>> error = ChartMismatch("ticket 1", "ticket 2", changes=("waiting is new",))
    >>> error.changes
    ('waiting is new',)
    """

    def __init__(self, stored: str, given: str, changes: tuple[str, ...] = (), *, where: str = "") -> None:
        super().__init__(
            f"the journey was recorded under {stored}",
            found=given,
            allowed="replay it under its own chart, then migrate it"
            + (f"; what changed: {'; '.join(changes)}" if changes else ""),
            where=where,
        )
        self.stored = stored
        self.given = given
        self.changes = changes


class ContractError(InvalidValue):
    """A plug-in broke its contract: wrong length, type, or two forms that disagree.

    >>> print(ContractError("a criterion answers True, False or None", found="int", where="regulated"))
    regulated: a criterion answers True, False or None (got int)
    """


class MetricError(InvalidValue):
    """A metric was given answers, counts or options that it cannot measure.

    >>> print(MetricError("a confidence level lies between 0 and 1", found="95", where="nps"))
    nps: a confidence level lies between 0 and 1 (got 95)
    """


class InputError(InvalidValue):
    """A document from outside is not what it should be; `path`, `code` and `errors` say where and how.

    `errors` holds the errors of the document in document order, `count` says how many there are; `str`
    shows the first ones, one a line. `found` describes a value by its type and size, so that no personal
    value stands in a message, and shows it in playbooks, charts and criteria only; `pointer` (RFC 6901)
    leads to it in the host's own document.

    >>> error = InputError("needs a time zone", code="naive", path="$.events[17].at", found="text")
    >>> error.path, error.code
    ('$.events[17].at', 'naive')
    """

    _SHOWN = 10  # errors that one message shows

    def __init__(
        self,
        asked: str,
        *,
        code: str = "invalid",
        path: str = "$",
        pointer: str = "",
        found: str = "",
        allowed: str = "",
        errors: tuple[InputError, ...] = (),
        count: int = 1,
    ) -> None:
        super().__init__(asked, found=found, allowed=allowed, where=path)
        self.code = code
        self.path = path
        self.pointer = pointer
        self.count = count
        self._errors = errors

    @property
    def errors(self) -> tuple[InputError, ...]:
        """Every error of the document that was kept, this one alone if there is no other."""
        return self._errors or (self,)

    def __str__(self) -> str:
        if self.count == 1:
            return super().__str__()
        shown = [super(InputError, error).__str__() for error in self.errors[: self._SHOWN]]
        rest = self.count - len(shown)
        return "\n".join([*shown, f"and {rest:,} more"] if rest else shown)


class LimitError(InputError):
    """A document is larger, deeper or costlier than the limits allow.

    >>> print(LimitError("a document has at most 64 levels", code="depth", found="65"))
    $: a document has at most 64 levels (got 65)
    """


class UnsupportedVersion(InputError):
    """A stored form has a schema number that this release does not read.

    >>> print(UnsupportedVersion("this release reads schema 1", code="schema", path="$.schema", found="9"))
    $.schema: this release reads schema 1 (got 9)
    """


class UpcastError(InputError):
    """A stored form could not be brought to the present schema.

    >>> print(UpcastError("schema 1 needs a field", code="upcast", path="$.at"))
    $.at: schema 1 needs a field
    """


class MissingExtra(QualifyError, ImportError):
    """A function needs a library that an extra of this package installs.

    >>> print(MissingExtra("stats", "scipy", "method='exact'"))
    method='exact': needs scipy; install the extra: pip install 'qualify[stats]'
    """

    def __init__(self, extra: str, library: str, where: str = "") -> None:
        super().__init__(
            f"needs {library}", allowed=f"install the extra: pip install 'qualify[{extra}]'", where=where
        )
        self.extra = extra
        self.library = library
