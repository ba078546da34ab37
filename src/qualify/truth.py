"""`Truth`: YES, UNKNOWN, NO in Kleene's strong logic, as values and as int8 columns.

What belongs here: the three truths and their logic. What does not: anything about which they are
true.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, overload

from qualify.errors import InvalidType

if TYPE_CHECKING:
    from typing import NoReturn

    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.int8]

__all__ = ["NO", "UNKNOWN", "YES", "Truth"]


def __dir__() -> list[str]:
    return sorted(__all__)


class Truth(Enum):
    """One of `YES`, `UNKNOWN` and `NO`; `&`, `|` and `~` follow Kleene's strong logic.

    On columns the codes are +1, 0 and -1 in int8, where AND is the minimum and OR the maximum
    (Kleene 1952, Introduction to Metamathematics, section 64). A truth compares with such a column and
    combines with it; arithmetic is a TypeError. `bool()` raises, because UNKNOWN is neither.

    >>> Truth.YES & Truth.UNKNOWN
    Truth.UNKNOWN
    >>> Truth.NO & Truth.UNKNOWN
    Truth.NO
    >>> Truth.of(None)
    Truth.UNKNOWN
    """

    YES = 1
    UNKNOWN = 0
    NO = -1

    @classmethod
    def of(cls, value: bool | Truth | None) -> Truth:  # noqa: FBT001 - the bool is the subject
        """Give YES for True, NO for False and UNKNOWN for None; anything else is a TypeError."""
        if value is True:
            return cls.YES
        if value is False:
            return cls.NO
        if value is None:
            return cls.UNKNOWN
        if isinstance(value, Truth):
            return value
        raise InvalidType("True, False or None is needed", found=type(value).__name__, where="Truth.of")

    @overload
    def __and__(self, other: Truth) -> Truth: ...
    @overload
    def __and__(self, other: Codes) -> Codes: ...
    def __and__(self, other: Truth | Codes) -> Truth | Codes:
        if isinstance(other, Truth):
            return _MEET[self._value_ + other._value_ * 3]
        return _on_codes("minimum", self, other)

    @overload
    def __or__(self, other: Truth) -> Truth: ...
    @overload
    def __or__(self, other: Codes) -> Codes: ...
    def __or__(self, other: Truth | Codes) -> Truth | Codes:
        if isinstance(other, Truth):
            return _JOIN[self._value_ + other._value_ * 3]
        return _on_codes("maximum", self, other)

    __rand__ = __and__
    __ror__ = __or__

    def __invert__(self) -> Truth:
        return _NOT[self._value_]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Truth):
            return self is other
        if _is_codes(other):
            return other == self._value_  # type: ignore[no-any-return]
        return NotImplemented

    def __ne__(self, other: object) -> bool:
        if isinstance(other, Truth):
            return self is not other
        if _is_codes(other):
            return other != self._value_  # type: ignore[no-any-return]
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._name_)

    def __bool__(self) -> NoReturn:
        raise InvalidType(
            "a Truth is neither true nor false while it may be UNKNOWN",
            found=repr(self),
            allowed="write `truth is Truth.YES`, or `truth is not Truth.NO`",
        )

    def __repr__(self) -> str:
        return f"Truth.{self._name_}"

    def __str__(self) -> str:
        return self._name_


# An array hands every operator with a Truth over to the methods above. Set after the class body, where
# Enum would make a member of it.
Truth.__array_ufunc__ = None  # type: ignore[attr-defined]

YES = Truth.YES
UNKNOWN = Truth.UNKNOWN
NO = Truth.NO

_ALL = (Truth.YES, Truth.UNKNOWN, Truth.NO)
_NOT = {t._value_: Truth(-t._value_) for t in _ALL}
_MEET = {a._value_ + b._value_ * 3: Truth(min(a._value_, b._value_)) for a in _ALL for b in _ALL}
_JOIN = {a._value_ + b._value_ * 3: Truth(max(a._value_, b._value_)) for a in _ALL for b in _ALL}


def _is_codes(other: object) -> bool:
    return getattr(getattr(other, "dtype", None), "name", "") == "int8"


def _on_codes(fold: str, truth: Truth, other: object) -> Codes:
    if not _is_codes(other):
        raise InvalidType(
            "a Truth combines with a Truth or with int8 codes",
            found=type(other).__name__,
            allowed="wrap a bool with Truth.of(...)",
        )
    import numpy as np  # a column is here, so numpy is already loaded

    combined: Codes = getattr(np, fold)(other, np.int8(truth._value_))
    return combined
