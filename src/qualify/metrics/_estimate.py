"""`Estimate`, a view of `Counts` with its interval, its count and what is missing: never a bare number.

What belongs here: the value that every metric gives back. What does not: any formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import attrs
import numpy as np

from qualify import _arrays, _canonical, _checks
from qualify._maps import Value
from qualify.errors import InvalidType, MetricError
from qualify.metrics._counts import Counts, Number, frozen, key, plain, position, written
from qualify.metrics._print import markdown, text

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Counts", "Estimate", "Interval"]


class Interval(NamedTuple):
    """The limits of an interval: two numbers, or two arrays for groups.

    >>> Interval(0.2, 0.4).low
    0.2
    """

    low: Any
    high: Any


class _NoArithmetic:
    """What an estimate refuses: every sum, difference, product and order."""

    __slots__ = ()
    __array_ufunc__ = None

    def _refuse(self, _other: object = None) -> NoReturn:
        raise InvalidType(
            "estimates do not add, counts do",
            allowed="pool the counts, nps(a.counts + b.counts); for a difference call difference or "
            "nps_difference on the answers; for an order compare the limits",
            where="Estimate",
        )

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = __neg__ = __float__ = __int__ = _refuse


@attrs.frozen(init=False, repr=False, order=False)
class Estimate(_NoArithmetic, Value):
    """A value with its interval, its count and what is missing; scalars, or arrays with `labels`.

    `value`, `low` and `high` are in the metric's `unit`: NPS in points from -100 to 100, shares from 0 to
    1. `n` is the number of answers (rows, leads, attempts) that count, `n_missing` of those that are not
    recorded, `n_effective` what `n` is worth under weights (Kish). An undefined value is NaN and `reason`
    says why; for groups `reason` is a tuple. `counts` add, estimates do not: `a + b` is a TypeError.

    `view` is the function that makes this estimate of its counts; `interval` calls it at another level or
    by another method. Estimates of a curve have no counts: their view gives limits, and has `take` for one
    of several times. `ends` names the counts that stand for the lowest and the highest answer; `bounds` moves
    the missing there.

    >>> from qualify.metrics import nps
    >>> estimate = nps([10, 9, 9, 8, 7, 7, 6, 5, 3, 0, 10, 9])
    >>> estimate
    NPS +8.3 [-37.6, +50.7] 95 % score, n=12 (0 missing)
    >>> estimate.value, estimate.counts
    (8.333333333333334, Counts('NPS', promoters=5, passives=3, detractors=4, missing=0))
    """

    name: str
    unit: str
    value: Any = attrs.field(eq=key)
    low: Any = attrs.field(eq=key)
    high: Any = attrs.field(eq=key)
    confidence_level: float
    method: str
    n: Any = attrs.field(eq=key)
    n_missing: Any = attrs.field(eq=key)
    n_effective: Any = attrs.field(eq=key)
    counts: Counts | None
    labels: tuple[Any, ...] | None = attrs.field(default=None, metadata=_canonical.OPEN)
    reason: str | tuple[str | None, ...] | None = None
    view: Callable[..., Estimate] | None = attrs.field(default=None, eq=False)
    ends: tuple[str, str] | None = attrs.field(default=None, eq=False)

    def __init__(
        self,
        name: str,
        unit: str,
        value: Number,
        low: Number,
        high: Number,
        confidence_level: float,
        method: str,
        n: Number,
        n_missing: Number = 0,
        n_effective: Number = None,
        counts: Counts | None = None,
        labels: Iterable[Any] | None = None,
        reason: str | Iterable[str | None] | None = None,
        *,
        view: Callable[..., Estimate] | None = None,
        ends: tuple[str, str] | None = None,
    ) -> None:
        clean = _clean(
            name, unit, value, low, high, confidence_level, method, n, n_missing, n_effective, counts, labels,
            reason, view=view, ends=ends,
        )  # fmt: skip
        self.__attrs_init__(**clean)
        numbers = (self.value, self.low, self.high, self.n, self.n_missing, self.n_effective)
        lengths = sorted({len(part) for part in numbers if isinstance(part, np.ndarray)})
        if len(lengths) > 1:
            raise MetricError("columns are of one length", found=str(lengths), where=self.name)
        with np.errstate(invalid="ignore"):
            if np.any(np.greater(self.low, self.high)):
                raise MetricError("low lies at or under high", found=f"{low}, {high}", where=self.name)

    def interval(self, confidence_level: float | None = None, *, method: str | None = None) -> Interval:
        """Give the limits at another confidence level, or by another method of the same metric.

        >>> from qualify.metrics import Counts, nps
        >>> low, high = nps(Counts("NPS", promoters=50, passives=30, detractors=20)).interval(method="wald")
        >>> round(low, 2), round(high, 2)
        (14.69, 45.31)
        """
        again = self._again(
            self.counts,
            self.confidence_level if confidence_level is None else _arrays.level(confidence_level),
            self.method if method is None else method,
        )
        return Interval(again.low, again.high)

    def bounds(self) -> Interval:
        """Give the least and the greatest value that there could be, whatever is missing or unknown.

        These are no confidence limits; they assume nothing about who stays silent (Manski 1989, J. Human
        Resources 24:343-360).

        >>> from qualify.metrics import nps
        >>> nps([10, 9, 7, 3, None]).bounds()
        Interval(low=0.0, high=40.0)
        """
        if self.ends is None or self.counts is None:
            raise MetricError("this estimate has no bounds for missing answers", where=self.name)
        return Interval(
            *(
                self._again(_moved(self.counts, end), self.confidence_level, self.method).value
                for end in self.ends
            )
        )

    def _again(self, counts: Counts | None, confidence_level: float, method: str) -> Estimate:
        if self.view is None:
            is_bare = bool(np.isnan(self.low).all())
            raise MetricError(
                "there are no limits, at any level"
                if is_bare
                else "these counts do not tell another interval",
                allowed=str(self.reason) if is_bare else "call the metric again on the answers",
                where=self.name,
            )
        return self.view(counts, confidence_level=confidence_level, method=method)

    def __getitem__(self, label: object) -> Estimate:
        """Give the estimate of one group."""
        return self._take(position(label, self.labels, self.name))

    def __len__(self) -> int:
        if not isinstance(self.value, np.ndarray):
            raise InvalidType("an estimate without groups has no length", allowed="see .n", where=self.name)
        return self.value.size

    def __iter__(self) -> NoReturn:
        raise InvalidType(
            "an estimate is not a row of numbers",
            allowed="write .items() for its groups, .interval() for its limits",
            where=self.name,
        )

    def __bool__(self) -> NoReturn:
        raise InvalidType(
            "an estimate is neither true nor false",
            allowed="compare a limit: estimate.low > target, or use Scorecard",
            where=self.name,
        )

    def items(self) -> tuple[tuple[Any, Estimate], ...]:
        """Give (label, estimate) of each group, in order.

        >>> from qualify.metrics import nps
        >>> for team, score in nps([10, 3, 9], by=["a", "a", "b"]).items():
        ...     print(team, score.value)
        a 0.0
        b 100.0
        """
        labels = self.labels if self.labels is not None else range(len(self))
        return tuple((label, self._take(i)) for i, label in enumerate(labels))

    def _take(self, place: int) -> Estimate:
        def one(part: Number) -> Number:
            return part[place].item() if isinstance(part, np.ndarray) else part

        counts = None
        if self.counts is not None:
            counts = Counts(self.counts.of, **{name: one(v) for name, v in self.counts.numbers.items()})
        return attrs.evolve(
            self,
            **{f: one(getattr(self, f)) for f in ("value", "low", "high", "n", "n_missing", "n_effective")},
            counts=counts,
            view=getattr(self.view, "take", lambda _: self.view)(place),
            labels=None,
            reason=self.reason[place] if isinstance(self.reason, tuple) else self.reason,
        )

    def to_columns(self) -> dict[str, NDArray[Any]]:
        """Give equally long columns for a plot or a data frame, one row a group.

        `value`, `low` and `high` are float64 in the metric's unit, `n` and `n_missing` are counts, `label`
        and `reason` are objects. An estimate without groups has one row, whose label is None.

        >>> from qualify.metrics import nps
        >>> columns = nps([10, 3, 9], by=["a", "a", "b"]).to_columns()
        >>> columns["label"].tolist(), columns["value"].tolist()
        (['a', 'b'], [0.0, 100.0])
        """
        numbers = ("value", "low", "high", "n", "n_missing")
        columns = {name: np.atleast_1d(getattr(self, name)) for name in numbers}
        rows = len(columns["value"])
        labels = (None,) * rows if self.labels is None else self.labels
        why = self.reason if isinstance(self.reason, tuple) else (self.reason,) * rows
        return {"label": _arrays.objects(labels), **columns, "reason": _arrays.objects(why)}

    def to_dict(self) -> dict[str, Any]:
        """Give plain Python values, ready for JSON: NaN as None, an infinity as "inf".

        >>> from qualify.metrics import csat
        >>> csat([5, 4, 2, 5]).to_dict()["value"]
        0.75
        """
        fields = ("name", "unit", "value", "low", "high", "confidence_level", "method", "n", "n_missing")
        made = {field: plain(getattr(self, field)) for field in (*fields, "n_effective")}
        made["counts"] = None if self.counts is None else self.counts.to_dict()
        made["labels"] = None if self.labels is None else [plain(v) for v in self.labels]
        made["reason"] = list(self.reason) if isinstance(self.reason, tuple) else self.reason
        return made

    def _canonical(self) -> dict[str, object]:
        """Write every number, an undefined one as null, and the counts as the value that they are."""
        rows = ("value", "low", "high", "n", "n_missing", "n_effective")
        told: dict[str, object] = {
            name: number.tolist() if isinstance(number, np.ndarray) else number
            for name in rows
            for number in (getattr(self, name),)
        }
        told |= {name: getattr(self, name) for name in ("name", "unit", "confidence_level", "method")}
        labels = None if self.labels is None else written(self.labels)
        if key(self.n_effective) == key(self.n):  # no weights: whole and float are one number here
            del told["n_effective"]
        rest = {"counts": self.counts, "labels": labels, "reason": self.reason}
        return {**told, **{name: part for name, part in rest.items() if part is not None}}

    def __repr__(self) -> str:
        return text(self)

    def _repr_markdown_(self) -> str:
        return markdown(self)


def made(*fields: Any, **more: Any) -> Estimate:  # noqa: ANN401 - those of Estimate, as they come
    """Give the Estimate of a metric, which keeps its limits in order; they are not compared again."""
    estimate = Estimate.__new__(Estimate)
    estimate.__attrs_init__(**_clean(*fields, **more))
    return estimate


def _clean(
    name: str,
    unit: str,
    value: Number,
    low: Number,
    high: Number,
    confidence_level: float,
    method: str,
    n: Number,
    n_missing: Number,
    n_effective: Number,
    counts: Counts | None,
    labels: Iterable[Any] | None,
    reason: str | Iterable[str | None] | None,
    *,
    view: Callable[..., Estimate] | None,
    ends: tuple[str, str] | None,
) -> dict[str, Any]:
    """Give the fields of an Estimate as they are kept."""
    why = reason if reason is None or isinstance(reason, str) else tuple(reason)
    if isinstance(why, tuple) and not any(why):
        why = None
    return {
        "name": _checks.text(name, "Estimate.name"),
        "unit": _checks.text(unit, "Estimate.unit"),
        "value": _float(value),
        "low": _float(low),
        "high": _float(high),
        "confidence_level": _arrays.level(confidence_level, "Estimate.confidence_level"),
        "method": _checks.text(method, "Estimate.method"),
        "n": frozen(n),
        "n_missing": frozen(n_missing),
        "n_effective": frozen(n) if n_effective is None else _float(n_effective),
        "counts": counts,
        "labels": None if labels is None else tuple(labels),
        "reason": why,
        "view": view,
        "ends": ends,
    }


def _float(value: Number) -> Number:
    if isinstance(value, (np.ndarray, list, tuple)):
        return frozen(np.asarray(value, np.float64))
    return float(value)


def _moved(counts: Counts, end: str) -> Counts:
    """Give the counts as if all that is missing or still unknown had come out one way."""
    weight = "missing_weight" if "missing_weight" in counts else "missing"
    nothing = {name: number * 0 for name, number in counts.numbers.items()}
    gone = [name for name in (weight, "unknown") if name in nothing]
    told = {name: nothing[name] for name in (*gone, "unknown_answers", "unknown_squares") if name in nothing}
    moved = Counts(counts.of, labels=counts.labels, **dict(counts.numbers) | told)
    for name in gone:
        moved += Counts(counts.of, labels=counts.labels, **nothing | {end: counts[name]})
    return moved
