"""Options that metrics share: levels, words, and keywords that are called something else elsewhere.

What belongs here: what is asked beside the columns. What does not: columns.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence

from qualify import _checks
from qualify.errors import InvalidType, InvalidValue


def level(value: object, where: str = "confidence_level") -> float:
    """Give a confidence level strictly between 0 and 1, with a hint for 95."""
    hint = "write 0.95 for 95 %"
    number = value if isinstance(value, (int, float)) else _checks.unboxed(value)
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise InvalidType("a confidence level is a number", found=_checks.kind_of(value), where=where)
    if not 0 < number < 1:
        raise InvalidValue(
            "a confidence level lies between 0 and 1", found=f"{number}", allowed=hint, where=where
        )
    return float(number)


def choice(value: object, allowed: Sequence[str], where: str = "method") -> str:
    """Give one of the allowed words, or the error that lists them."""
    if isinstance(value, str) and value in allowed:
        return value
    if not isinstance(value, str):
        raise InvalidType(
            "a word is needed",
            found=_checks.kind_of(value),
            allowed=f"one of {', '.join(allowed)}",
            where=where,
        )
    raise _checks.unknown(where.rpartition(" ")[2], value, allowed, where=where)


_WORDS = {  # what other libraries call our keywords
    "alpha": "confidence_level= is the coverage, 0.95; alpha= would be the error, 0.05",
    **dict.fromkeys(
        ("level", "conf_level", "conf", "ci", "confidence", "coverage"), "write confidence_level="
    ),
    **dict.fromkeys(
        ("nan_policy", "na", "na_values", "dropna", "skipna", "missing_codes"),
        "NaN and None are counted as missing; give further codes as missing=",
    ),
    **dict.fromkeys(("group", "groups", "groupby", "group_by", "segment", "labels"), "write by="),
    **dict.fromkeys(("weight", "sample_weight", "w", "freq_weights"), "write weights="),
    **dict.fromkeys(("kind", "interval_method", "interval"), "write method="),
    **dict.fromkeys(("seed", "random_state"), "write rng="),
}


def unexpected(function: Callable[..., object], given: Mapping[str, object]) -> InvalidType:
    """Make the error for keywords that a function does not know, with the right word where there is one.

    >>> def share(x, *, confidence_level=0.95): ...
    >>> print(unexpected(share, {"alpha": 0.05}))
    share: unknown keyword alpha=; confidence_level= is the coverage, 0.95; alpha= would be the error, 0.05
    """
    word = next(iter(given))
    parameters = inspect.signature(function).parameters.values()
    known = [p.name for p in parameters if p.kind is not p.VAR_KEYWORD]
    advice = _WORDS.get(word)
    if advice is None or advice.split("=")[0].split()[-1] not in known:
        advice = _checks.nearest(word, known)
    return InvalidType(f"unknown keyword {word}=", allowed=advice, where=function.__name__)
