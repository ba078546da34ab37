"""Survey scales as values: NPS 0-10, CSAT 1-5, CES 1-7, ESAT 1-5.

What belongs here: which answers a question allows and which count as favourable. What does not: the
arithmetic on answers (metrics) and the answers themselves (models).
"""

from __future__ import annotations

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.errors import InvalidValue

__all__ = ["CES", "CSAT", "ENPS", "ESAT", "NPS", "Scale"]


def __dir__() -> list[str]:
    return sorted(__all__)


@attrs.frozen(init=False)
class Scale(Value):
    """Whole-number answers from `low` to `high`; `top` and up is favourable, `bottom` and down is not.

    The scale is part of a survey's type: a 0 on a scale that begins at 1 is an error, never a
    detractor.

    >>> NPS
    Scale('NPS', 0-10, favourable from 9, unfavourable to 6)
    >>> NPS.check(9)
    9
    """

    name: str
    low: int
    high: int
    top: int
    bottom: int

    def __init__(self, name: str, low: int, high: int, *, top: int, bottom: int) -> None:
        self.__attrs_init__(
            name=_checks.name(name, "Scale.name"),
            low=_checks.whole(low, "Scale.low"),
            high=_checks.whole(high, "Scale.high"),
            top=_checks.whole(top, "Scale.top"),
            bottom=_checks.whole(bottom, "Scale.bottom"),
        )
        if not self.low <= self.bottom < self.top <= self.high:
            raise InvalidValue(
                "a scale needs low <= bottom < top <= high",
                found=f"{self.low}, {self.bottom}, {self.top}, {self.high}",
                where=f"Scale {self.name!r}",
            )

    def check(self, answer: object, where: str = "answer") -> int:
        """Give a whole-number answer that this scale allows, or raise an error that says the scale."""
        number = _checks.whole(answer, where)
        if not self.low <= number <= self.high:
            raise InvalidValue(
                f"{self.name} answers are whole numbers from {self.low} to {self.high}",
                found=str(number),
                where=where,
            )
        return number

    def __repr__(self) -> str:
        return (
            f"Scale({self.name!r}, {self.low}-{self.high}, "
            f"favourable from {self.top}, unfavourable to {self.bottom})"
        )


# Promoters 9-10, detractors 0-6: Reichheld (2003), The One Number You Need to Grow, HBR 81(12), p. 51.
NPS = Scale("NPS", 0, 10, top=9, bottom=6)
ENPS = Scale("eNPS", 0, 10, top=9, bottom=6)
CSAT = Scale("CSAT", 1, 5, top=4, bottom=2)
ESAT = Scale("ESAT", 1, 5, top=4, bottom=2)
# CES 2.0, agreement that it was easy: 7 is best.
CES = Scale("CES", 1, 7, top=5, bottom=3)
