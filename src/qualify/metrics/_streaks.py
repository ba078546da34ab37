"""Rejection after rejection: the longest streak of each rep, and how likely chance alone makes it.

What belongs here: runs in sequences of outcomes, and their exact distribution. What does not: what to do
about morale.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from qualify import _arrays, _canonical, _checks
from qualify._maps import Value
from qualify.errors import MetricError
from qualify.metrics._counts import in_order, key, named_once, plain, position, whole_numbers
from qualify.metrics._print import row

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Streaks", "longest_streak_chance", "rejection_streaks"]

EXACT_ORDERS = 20_000  # outcomes of a rep up to which orders are counted with whole numbers
_NUMBERS = ("n", "rejections", "longest", "current", "leading", "n_open", "n_missing")


@attrs.frozen(repr=False, kw_only=True)
class Streaks(Value):
    """The longest and the current streak of rejections, one entry for each rep.

    `n` outcomes were decided, `rejections` of them were NO; `n_open` are not decided and `n_missing` not
    recorded, and neither breaks a streak. `leading` is the streak with which the record begins, so that
    records add: `a + b` is the record of a followed by b. `chance` is the probability that chance alone makes
    a streak at least as long.

    >>> from qualify.truth import NO, YES
    >>> rejection_streaks([NO, NO, YES, NO, NO, NO], by=["ana", "ana", "ana", "bo", "bo", "ana"])
    rep  longest  current  rejected  by chance at least so long
    ana        2        1    3 of 4                     100.0 %
    bo         2        2    2 of 2                     100.0 %
    """

    labels: tuple[Any, ...] = attrs.field(metadata=_canonical.OPEN)
    n: Array = attrs.field(eq=key)
    rejections: Array = attrs.field(eq=key)
    longest: Array = attrs.field(eq=key)
    current: Array = attrs.field(eq=key)
    leading: Array = attrs.field(eq=key)
    n_open: Array = attrs.field(eq=key)
    n_missing: Array = attrs.field(eq=key)
    rate: float | None = None

    def __attrs_post_init__(self) -> None:
        named_once(self.labels, "Streaks.labels")
        for name in _NUMBERS:
            numbers = whole_numbers(getattr(self, name), (len(self.labels),), f"Streaks.{name}")
            object.__setattr__(self, name, numbers)
        if self.rate is not None:
            _checks.real(self.rate, "Streaks.rate", least=0.0, most=1.0)

    @property
    def chance(self) -> NDArray[np.float64]:
        """The probability, for each rep, of a streak at least as long as her longest by chance alone."""
        return np.array([self._at_least(i, int(k)) for i, k in enumerate(self.longest)], np.float64)

    def at_least(self, streak: int, label: object = None) -> float:
        """Give the probability of a streak of at least `streak` by chance, for one rep.

        >>> from qualify.truth import NO, YES
        >>> rejection_streaks([NO, NO, YES, NO]).at_least(3)
        0.5
        """
        return self._at_least(self._place(label), _checks.whole(streak, "streak", least=0))

    def usual(self, label: object = None) -> int:
        """Give the streak that chance alone reaches half of the time: the median of the longest.

        >>> from qualify.truth import NO, YES
        >>> rejection_streaks([NO] * 18 + [YES] * 2).usual()
        11
        """
        i = self._place(label)
        low, high = 0, int(self.rejections[i])
        while low < high:  # the longest k with P(longest >= k) of at least a half
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._at_least(i, middle) >= 0.5 else (low, middle - 1)  # noqa: PLR2004 - a half
        return low

    def distribution(self, label: object = None) -> NDArray[np.float64]:
        """Give the probability that the longest streak by chance is 0, 1, 2, ... n, for one rep.

        >>> from qualify.truth import NO, YES
        >>> rejection_streaks([NO, YES, NO]).distribution().round(3).tolist()
        [0.0, 0.333, 0.667, 0.0]
        """
        i = self._place(label)
        tail = [self._at_least(i, k) for k in range(int(self.n[i]) + 2)]
        chances = np.array(tail, np.float64)
        return np.asarray(chances[:-1] - chances[1:])

    def _place(self, label: object) -> int:
        if label is None and len(self.labels) == 1:
            return 0
        return position(label, self.labels, "Streaks")

    def _at_least(self, i: int, streak: int) -> float:
        n, rejections = int(self.n[i]), int(self.rejections[i])
        if self.rate is None and n <= EXACT_ORDERS:
            return _among_orders(n, rejections, streak)
        return longest_streak_chance(n, streak, self.rate if self.rate is not None else rejections / n)

    def __add__(self, other: object) -> Streaks:
        if not isinstance(other, Streaks):
            return NotImplemented
        if self.rate != other.rate:
            raise MetricError(
                "records add that are held against the same chance",
                found=f"{self.rate} and {other.rate}",
                where="Streaks",
            )
        labels = in_order((*self.labels, *other.labels))
        rows = [_followed(_record(self, label), _record(other, label)) for label in labels]
        columns = np.array(rows, np.int64).reshape(-1, len(_NUMBERS)).T
        return _made(labels, columns, self.rate)

    def to_columns(self) -> dict[str, Any]:
        """Give one row for each rep: its counts, streaks and chance."""
        numbers = {name: getattr(self, name) for name in _NUMBERS}
        return {"rep": list(self.labels), **numbers, "chance": self.chance}

    def to_dict(self) -> dict[str, Any]:
        """Give plain Python values, ready for JSON."""
        columns = {name: plain(column) for name, column in self.to_columns().items() if name != "rep"}
        return {"labels": [plain(label) for label in self.labels], **columns, "rate": self.rate}

    def __repr__(self) -> str:
        head = ("rep", "longest", "current", "rejected", "by chance at least so long")
        rows = [head, *(cells for cells, _ in zip(self._cells(), range(_SHOWN), strict=False))]
        widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
        lines = [
            "  ".join(
                [row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))]
            )
            for row in rows
        ]
        more = len(self.labels) - _SHOWN
        return "\n".join([*lines, *([f"and {more:,} more"] if more > 0 else [])])

    def _repr_markdown_(self) -> str:
        lines = [
            "| rep | longest | current | rejected | by chance at least so long |",
            "|---|--:|--:|--:|--:|",
        ]
        return "\n".join([*lines, *(row(*cells) for cells in self._cells())])

    def _cells(self) -> Any:  # noqa: ANN401 - an iterator of rows of text
        for i, label in enumerate(self.labels):
            name = "all" if label is None and len(self.labels) == 1 else str(label)
            chance = f"{100 * self._at_least(i, int(self.longest[i])):.1f} %"
            rejected = f"{self.rejections[i]:,} of {self.n[i]:,}"
            yield name, f"{self.longest[i]:,}", f"{self.current[i]:,}", rejected, chance


_SHOWN = 20


def rejection_streaks(
    outcomes: _arrays.ColumnLike,
    *,
    by: _arrays.ColumnLike | None = None,
    rate: float | None = None,
    **unknown: object,
) -> Streaks:
    """Give each rep's longest and current streak of rejections, and what chance alone would make of it.

    Without `rate` chance is exact and needs no assumed probability: the rep's own outcomes in any order, each
    order as likely as another. With `rate` it is that many outcomes, each rejected independently with that
    probability: the team's, say. Above 20,000 outcomes of one rep her own share stands for `rate`.

    Args:
        outcomes: truths in the order of time: NO is a rejection, YES ends a streak; UNKNOWN (open) and blanks
            are counted and passed over.
        by: whose outcome each row is; without it all are one rep's.
        rate: the probability of a rejection by chance, 0 to 1.
        unknown: other keywords, which are answered with the right word.

    Raises:
        InvalidValue: `rate` outside 0 to 1.

    >>> from qualify.truth import NO, YES
    >>> streaks = rejection_streaks([NO, NO, NO, YES, NO, NO])
    >>> streaks.longest.tolist(), streaks.current.tolist(), streaks.chance.round(3).tolist()
    ([3], [2], [1.0])
    """
    if unknown:
        raise _arrays.unexpected(rejection_streaks, unknown)
    chance = None if rate is None else _checks.real(rate, "rate", least=0.0, most=1.0)
    codes, gone = _arrays.truths(outcomes, "outcomes")
    rows = len(codes)
    if by is None:
        labels: tuple[Any, ...] = (None,)
        who = np.zeros(rows, np.intp)
    else:
        groups = _arrays.labels(by, "by", rows=rows)
        who = groups.groups()
        occurs = np.zeros(groups.size, np.bool_)
        occurs[who] = True
        labels = groups.of(occurs)
        who = (np.cumsum(occurs) - 1)[who]
    size = len(labels)
    absent = np.zeros(rows, np.bool_) if gone is None else gone
    decided = (codes != 0) & ~absent
    columns = np.zeros((len(_NUMBERS), size), np.int64)
    columns[0] = np.bincount(who[decided], minlength=size)
    columns[1] = np.bincount(who[(codes < 0) & ~absent], minlength=size)
    columns[5] = np.bincount(who[(codes == 0) & ~absent], minlength=size)
    columns[6] = np.bincount(who[absent], minlength=size)
    order = np.argsort(who[decided], kind="stable")
    columns[2:5] = _runs(codes[decided][order] < 0, columns[0])
    return _made(labels, columns, chance)


def longest_streak_chance(n: int, streak: int, rate: float, **unknown: object) -> float:
    """Give the probability that n independent trials hold a run of at least `streak`, each with `rate`.

    The exact Markov chain of the current run, as one recurrence (Feller 1968, An Introduction to Probability
    Theory, vol. 1, XIII.7): b(i) = b(i-1) + q p^k (1 - b(i-k-1)), all terms positive.

    Args:
        n: how many trials there are, from 0 on.
        streak: the length of the run, from 0 on; a run of 0 is sure.
        rate: the probability of each trial, 0 to 1.
        unknown: other keywords, which are answered with the right word.

    Raises:
        InvalidType: n or streak is no whole number, or the rate no number.
        InvalidValue: one of them is out of its range, or NaN.

    >>> round(longest_streak_chance(200, 6, 0.5), 12)
    0.800932184239
    """
    if unknown:
        raise _arrays.unexpected(longest_streak_chance, unknown)
    n, streak = _checks.whole(n, "n", least=0), _checks.whole(streak, "streak", least=0)
    rate = _checks.real(rate, "rate", least=0.0, most=1.0)
    if streak == 0:
        return 1.0
    if streak > n:
        return 0.0
    run = rate**streak
    begin = (1.0 - rate) * run
    reached = [0.0] * streak + [run]
    for i in range(streak + 1, n + 1):
        reached.append(reached[i - 1] + begin * (1.0 - reached[i - streak - 1]))
    return min(1.0, reached[n])


def _among_orders(n: int, rejections: int, streak: int) -> float:
    """Give the share of all orders of the outcomes whose longest run of rejections is `streak` at least.

    The others put at most streak - 1 rejections into each of the gaps around the acceptances; inclusion and
    exclusion counts them exactly (Riordan 1958, An Introduction to Combinatorial Analysis).
    """
    if streak <= 0:
        return 1.0
    if streak > rejections:
        return 0.0
    taken = n - rejections
    if rejections > (streak - 1) * (taken + 1):
        return 1.0  # more rejections than the gaps hold without such a run
    orders = gaps_filled = math.comb(n, rejections)
    gaps, longer = 1, 0  # longer: the orders with a run too long, from one gap on, with the sign turned
    for j in range(1, rejections // streak + 1):
        left = n - (j - 1) * streak
        gaps = gaps * (taken + 2 - j) // j  # C(taken + 1, j)
        gaps_filled = gaps_filled * math.perm(left - taken, streak) // math.perm(left, streak)
        longer += gaps * gaps_filled if j % 2 else -gaps * gaps_filled
    return float(Fraction(longer, orders))


def _runs(rejected: Array, sizes: Array) -> Array:
    """Give (longest, current, leading) runs of True in consecutive pieces of the given sizes."""
    ends = np.cumsum(sizes)
    found = np.zeros((3, len(sizes)), np.int64)
    breaks = np.flatnonzero(~rejected)  # where a streak is broken
    piece = np.searchsorted(ends, breaks, side="right")
    # A run ends before a break, or at the end of its piece; it begins after a break, or with its piece.
    stop = np.concatenate([breaks, ends])
    whose = np.concatenate([piece, np.arange(len(sizes))])
    order = np.lexsort((stop, whose))
    stop, whose = stop[order], whose[order]
    begin = np.empty(len(stop), np.int64)
    first = np.ones(len(stop), np.bool_)
    first[1:] = whose[1:] != whose[:-1]
    begin[1:] = stop[:-1] + 1
    begin[first] = (ends - sizes)[whose[first]]
    length = stop - begin
    np.maximum.at(found[0], whose, length)
    last = np.append(first[1:], np.ones(min(1, len(first)), np.bool_))
    found[1, whose[last]] = length[last]
    found[2, whose[first]] = length[first]
    return found


def _record(streaks: Streaks, label: object) -> tuple[int, ...]:
    if label not in streaks.labels:
        return (0,) * len(_NUMBERS)
    i = streaks.labels.index(label)
    return tuple(int(getattr(streaks, name)[i]) for name in _NUMBERS)


def _followed(one: tuple[int, ...], two: tuple[int, ...]) -> tuple[int, ...]:
    """Give the record of one followed by two: a streak may run across the border."""
    n, rejections, longest, current, leading, n_open, n_missing = (
        a + b for a, b in zip(one, two, strict=True)
    )
    longest = max(one[2], two[2], one[3] + two[4])
    current = one[3] + two[3] if two[0] == two[3] else two[3]
    leading = one[4] + two[4] if one[0] == one[4] else one[4]
    return n, rejections, longest, current, leading, n_open, n_missing


def _made(labels: tuple[Any, ...], columns: Array, rate: float | None) -> Streaks:
    columns.flags.writeable = False
    return Streaks(labels=labels, **dict(zip(_NUMBERS, columns, strict=True)), rate=rate)
