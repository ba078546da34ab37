"""`Range`: a number that is not known exactly, as an input and as an output.

What belongs here: how ranges and samples go through a formula. What does not: the formulas.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import TypeAlias

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.errors import InvalidType, InvalidValue

MOST_RUNS = 1_000_000  # runs of a formula: corners of the ranges times draws
_LOW, _HIGH = 0.05, 0.95  # of the draws lie below


@attrs.frozen(init=False)
class Range(Value):
    """What a number is reckoned at, and from where to where it may lie; `unit` and `reason` if any.

    Write `Range(0.01, 0.03)` for "1 to 3 per cent" (`value` is the middle if you do not give it), or
    `Range.of(samples)` for draws of your own model. As the answer of a formula, `low` and `high` are the
    least and the most that ranges of the inputs allow, and 5 and 95 per cent of the draws. Where all
    inputs are exact the three numbers are one. Infinite answers say why in `reason`.

    >>> Range(0.01, 0.03)
    Range(0.02, 0.01 to 0.03)
    >>> Range(10, 30, value=15, unit="EUR").value
    15.0
    """

    low: float
    high: float
    value: float
    unit: str = ""
    reason: str | None = None
    draws: tuple[float, ...] = ()

    def __init__(
        self,
        low: float,
        high: float,
        value: float | None = None,
        *,
        unit: str = "",
        reason: str | None = None,
        draws: Iterable[float] = (),
    ) -> None:
        least, most = _number(low, "Range.low"), _number(high, "Range.high")
        if value is not None:
            middle = _number(value, "Range.value")
        else:
            middle = least if least == most else least / 2 + most / 2
        if least > most:
            raise InvalidValue("a range runs from low to high", found=f"{least} to {most}", where="Range")
        drawn = tuple(_number(draw, f"Range.draws[{i}]") for i, draw in enumerate(draws))
        if not drawn and not least <= middle <= most:
            raise InvalidValue(
                "the value lies within the range", found=f"{middle}, {least} to {most}", where="Range"
            )
        self.__attrs_init__(
            low=least,
            high=most,
            value=middle,
            unit=_checks.text(unit, "Range.unit") if unit else "",
            reason=_checks.optional_text(reason, "Range.reason"),
            draws=drawn,
        )

    @classmethod
    def of(cls, draws: Iterable[float], *, unit: str = "", reason: str | None = None) -> Range:
        """Give the range of draws: their mean, and the draws that 5 and 95 per cent lie at or below.

        Several inputs given as draws need equally many; the draws of one place belong together.

        >>> Range.of([0.01, 0.02, 0.06])
        Range(0.03, 0.01 to 0.06, 3 draws)
        """
        if isinstance(draws, (str, bytes)) or not isinstance(draws, Iterable):
            raise InvalidType("draws are several numbers", found=_checks.kind_of(draws), where="Range.of")
        drawn = [_number(draw, f"Range.of[{i}]") for i, draw in enumerate(draws)]
        if not drawn:
            raise InvalidValue("draws are at least one number", found="none", where="Range.of")
        ranked = sorted(drawn)
        return cls(_at(ranked, _LOW), _at(ranked, _HIGH), _mean(drawn), unit=unit, reason=reason, draws=drawn)

    @property
    def exact(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high and not self.draws

    def __float__(self) -> float:
        return self.value

    def __repr__(self) -> str:
        number = f"{self.value:,.6g}"
        unit = "month" if (number, self.unit) == ("1", "months") else self.unit
        parts = [f"{number} {unit}".rstrip()]
        if not self.exact:
            parts.append(f"{self.low:,.6g} to {self.high:,.6g}")
        if self.draws:
            parts.append(f"{len(self.draws):,} draws")
        if self.reason:
            parts.append(self.reason)
        return f"Range({', '.join(parts)})"


Number: TypeAlias = float | Range


def number(value: object, where: str, *, least: float | None = None, most: float | None = None) -> Number:
    """Give a finite number, or a range that lies within the bounds; a range without width is a number."""
    if not isinstance(value, Range):
        return _checks.real(value, where, least=least, most=most)
    for part in (value.low, value.high, value.value, *value.draws):
        _checks.real(part, where, least=least, most=most)
    return value.value if value.exact else value


def point(value: Number) -> float:
    """Give what a number is reckoned at."""
    return value.value if isinstance(value, Range) else value


def spread(
    formula: Callable[..., float],
    inputs: Mapping[str, Number],
    *,
    unit: str,
    infinite: str = "",
) -> Range:
    """Put numbers, ranges and draws through a formula, and give the range of what comes out.

    The formula must rise or fall all along in each input while the others stand still (the direction may
    depend on them): then its least and its most lie at corners of the ranges, and none is missed.
    """
    loose = {name: value for name, value in inputs.items() if isinstance(value, Range)}
    if not loose:
        exact = formula(**inputs)
        return Range(exact, exact, exact, unit=unit, reason=infinite if math.isinf(exact) else None)
    drawn = {name: value for name, value in loose.items() if value.draws}
    counts = {len(value.draws) for value in drawn.values()}
    if len(counts) > 1:
        raise InvalidValue(
            "inputs given as draws need equally many",
            found=", ".join(f"{name} {len(value.draws):,}" for name, value in drawn.items()),
            where="draws",
        )
    times = counts.pop() if counts else 1
    ranged = {name: (value.low, value.high) for name, value in loose.items() if not value.draws}
    runs = times << len(ranged)
    if runs > MOST_RUNS:
        raise InvalidValue(
            f"ranges and draws make at most {MOST_RUNS:,} runs of a formula",
            found=f"{times:,} draws, {len(ranged)} ranges: {runs:,} runs",
            allowed="give fewer draws, or draws instead of ranges",
            where="draws",
        )

    def outcomes(fixed: Mapping[str, float]) -> list[float]:
        given = {**inputs, **fixed}
        if not drawn:
            return [formula(**given)]
        return [formula(**{**given, **{k: v.draws[i] for k, v in drawn.items()}}) for i in range(times)]

    usual = outcomes({name: loose[name].value for name in ranged})
    corners = [
        sorted(outcomes(dict(zip(ranged, corner, strict=True)))) for corner in product(*ranged.values())
    ]
    low, high = min(_at(c, _LOW) for c in corners), max(_at(c, _HIGH) for c in corners)
    reason = infinite if math.isinf(low) or math.isinf(high) or any(map(math.isinf, usual)) else None
    if drawn:
        return Range(low, high, _mean(usual), unit=unit, reason=reason, draws=usual)
    return Range(min(low, usual[0]), max(high, usual[0]), usual[0], unit=unit, reason=reason)


def _number(value: object, where: str) -> float:
    if isinstance(value, float) and math.isinf(value):
        return value  # an answer may be infinite; inputs are checked where they enter
    return _checks.real(value, where)


def _at(ranked: list[float], share: float) -> float:
    # The inverse of the empirical distribution: a draw that happened, also among infinite ones.
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def _mean(drawn: list[float]) -> float:
    return math.fsum(drawn) / len(drawn) if all(map(math.isfinite, drawn)) else sum(drawn)
