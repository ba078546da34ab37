"""`Target` and `Sign`: one estimate against what it should reach, and why it is or is not.

What belongs here: judging one estimate, and its line of text. What does not: the page (`_scorecard`), and the
arithmetic (metrics).
"""

from __future__ import annotations

import math
from typing import Any

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.errors import InvalidValue
from qualify.metrics import Estimate
from qualify.metrics._print import amount, one_row
from qualify.scorecard._change import change_of
from qualify.scorecard._more import more_to_tell
from qualify.truth import NO, UNKNOWN, YES, Truth

_OVER_ONE = frozenset(("net revenue retention", "WAPE"))  # shares of a base that may exceed it
MARKS = {YES: "yes", NO: "no", UNKNOWN: "unknown"}
_MOVES = {YES: "better", NO: "worse", UNKNOWN: "perhaps chance"}


@attrs.frozen(init=False)
class Target(Value):
    """What a sign should reach, in the unit of its estimate: 30 points of NPS, a share of 0.2.

    >>> Target(30).judge(low=37.2, high=42.4)
    Truth.YES
    >>> Target(0.2, lower_is_better=True).judge(low=0.1, high=0.3)
    Truth.UNKNOWN
    """

    value: float
    lower_is_better: bool = False

    def __init__(self, value: float, *, lower_is_better: bool = False) -> None:
        self.__attrs_init__(
            value=_checks.real(value, "Target.value"),
            lower_is_better=_checks.boolean(lower_is_better, "Target.lower_is_better"),
        )

    def judge(self, *, low: float, high: float) -> Truth:
        """Give YES if the whole interval reaches the target, NO if none of it does, else UNKNOWN."""
        if math.isnan(low) or math.isnan(high):
            return UNKNOWN
        if self.lower_is_better:
            low, high, value = -high, -low, -self.value
        else:
            value = self.value
        if low >= value:
            return YES
        return NO if high < value else UNKNOWN

    def __str__(self) -> str:
        return f"at {'most' if self.lower_is_better else 'least'} {self.value:g}"


@attrs.frozen(init=False, repr=False)
class Sign(Value):
    """One line of a scorecard: an estimate, its target, whether it is reached, and why.

    `group` is the label of the group it speaks of, None for the whole. `change` is the estimate less the
    last period's, where both are of one kind and their counts or limits tell it, and `moved` whether it
    became better.

    >>> from qualify.metrics import nps
    >>> from qualify.scorecard import Scorecard
    >>> card = Scorecard.of({"nps": Target(30)}, nps=nps([10, 9, 9, 3, 8, 7, 10, 9, 2, 9, 10, 10, 8, 9]))
    >>> card.signs[0].reason
    '14 answers cannot tell +50.0 from +30.0; ask about 110 more'
    """

    name: str
    group: str | None
    estimate: Estimate
    target: Target | None
    truth: Truth | None
    reason: str
    change: Estimate | None
    moved: Truth | None

    def __init__(
        self,
        name: str,
        group: str | None,
        estimate: Estimate,
        target: Target | None,
        truth: Truth | None,
        reason: str,
        change: Estimate | None = None,
        moved: Truth | None = None,
    ) -> None:
        self.__attrs_init__(
            name=name,
            group=group,
            estimate=estimate,
            target=target,
            truth=truth,
            reason=reason,
            change=change,
            moved=moved,
        )

    @property
    def title(self) -> str:
        """The name of the sign, with its group where it has one, on one line."""
        return one_row(self.name if self.group is None else f"{self.name} of {self.group}")

    def to_dict(self) -> dict[str, Any]:
        """Give plain Python values."""
        target = None
        if self.target is not None:
            target = {"value": self.target.value, "lower_is_better": self.target.lower_is_better}
        return {
            "name": self.name,
            "group": self.group,
            "estimate": self.estimate.to_dict(),
            "target": target,
            "truth": None if self.truth is None else self.truth.name,
            "reason": self.reason,
            "change": None if self.change is None else self.change.to_dict(),
            "moved": None if self.moved is None else self.moved.name,
        }

    def __repr__(self) -> str:
        return f"{self.title}: {'no target' if self.truth is None else MARKS[self.truth]}, {self.reason}"


def refuse_unreachable(target: Target, estimate: Estimate, where: str) -> None:
    """Refuse a target that no share or score can have; 30 for 30 % is the usual slip."""
    if estimate.unit not in _ENDS:
        return
    what, least, most = _ENDS[estimate.unit]
    if estimate.name in _OVER_ONE:
        what, most = "a share is at least 0", math.inf
    if not least <= target.value <= most:
        meant = target.value / 100
        is_per_cent = estimate.unit.startswith("share") and least <= meant <= most
        raise InvalidValue(
            what,
            found=f"a target of {target.value:g}",
            allowed=f"write {meant:g}" if is_per_cent else "",
            where=where,
        )


_ENDS = {
    "share": ("a share is from 0 to 1", 0.0, 1.0),
    "share difference": ("a difference of shares is from -1 to 1", -1.0, 1.0),
    "points": ("a score is from -100 to 100 points", -100.0, 100.0),
    "points difference": ("a difference of scores is from -200 to 200 points", -200.0, 200.0),
}


def sign_of(
    name: str, group: str | None, estimate: Estimate, target: Target | None, last: Sign | None
) -> Sign:
    """Judge one estimate, beside the sign of the last period where there is one."""
    change = moved = None
    if last is not None:
        change = change_of(estimate, last.estimate)
        if change is not None and target is not None:
            moved = Target(0, lower_is_better=target.lower_is_better).judge(low=change.low, high=change.high)
    if target is None:
        return Sign(name, group, estimate, None, None, estimate.reason or "no target", change, moved)  # type: ignore[arg-type] # a scalar's reason is text
    truth = target.judge(low=estimate.low, high=estimate.high)
    if math.isnan(estimate.value):
        truth = UNKNOWN  # an undefined value is not judged by its widest interval
    return Sign(name, group, estimate, target, truth, _why(estimate, target, truth), change, moved)


def _why(estimate: Estimate, target: Target, truth: Truth) -> str:
    """Say why a target is reached, missed, or not to be told, and how many more answers would tell."""
    value, aim = amount(estimate.value, estimate.unit), amount(target.value, estimate.unit)
    if truth is not UNKNOWN:
        return f"{value} {'reaches' if truth is YES else 'misses'} {_wanted(target, estimate)}"
    if math.isnan(estimate.value) or math.isnan(estimate.low) or math.isnan(estimate.high):
        return str(estimate.reason or "the value is undefined")
    if _is_fixed(estimate):
        return str(estimate.reason)
    noun = _noun(estimate)
    count = f"{estimate.n:,} {noun if estimate.n != 1 else noun.removesuffix('s')}"
    more = more_to_tell(estimate, target)
    if more is None:
        return f"{count} cannot tell {value} from {aim}; the two are too close for any number to tell"
    return f"{count} cannot tell {value} from {aim}; ask about {more:,} more"


def _is_fixed(estimate: Estimate) -> bool:
    """Tell whether the limits are the same at any level, for a reason that more rows alone do not change."""
    if estimate.reason is None or estimate.view is None:
        return False
    return estimate.interval(estimate.confidence_level / 2) == (estimate.low, estimate.high)


def _wanted(target: Target | None, estimate: Estimate) -> str:
    if target is None:
        return ""
    return f"at {'most' if target.lower_is_better else 'least'} {amount(target.value, estimate.unit)}"


def _noun(estimate: Estimate) -> str:
    of = "" if estimate.counts is None else estimate.counts.of
    return _NOUNS.get(of, "answers" if estimate.unit in {"points", "share"} else "rows")


_NOUNS = {
    "outcomes": "outcomes",
    **dict.fromkeys(("forecast amounts", "win forecasts"), "forecasts"),
    **dict.fromkeys(("qualified lift", "waste", "missed opportunities"), "leads"),
    **dict.fromkeys(("gross revenue retention", "net revenue retention"), "accounts"),
}


def cells(sign: Sign) -> tuple[str, str, str, str, str, str]:
    """Give the texts of one line: title, verdict, value with limits, target, count, change."""
    estimate = sign.estimate
    change = ""
    if sign.change is not None:
        change = _with_limits(sign.change)
        if sign.moved is not None:
            change += f", {_MOVES[sign.moved]}"
    mark = "no target" if sign.truth is None else MARKS[sign.truth]
    wanted = _wanted(sign.target, estimate)
    return sign.title, mark, _with_limits(estimate), wanted, f"n={estimate.n:,}", change


def _with_limits(estimate: Estimate) -> str:
    value, low, high = (amount(v, estimate.unit) for v in (estimate.value, estimate.low, estimate.high))
    return f"{value} [{low}, {high}]"
