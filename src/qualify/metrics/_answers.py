"""From answers to classed counts, and from those to shares and net scores.

What belongs here: the two views that satisfaction and conversion have in common. What does not: which
answers count as what, and the words of a survey.
"""

from __future__ import annotations

import functools
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qualify import _arrays, _checks
from qualify.metrics import _intervals, _nps_intervals, _views
from qualify.metrics._counts import Counts, Number
from qualify.metrics._tally import classes
from qualify.metrics._weighing import rounded

if TYPE_CHECKING:
    from qualify._arrays import Array, Column, ColumnLike
    from qualify.metrics._estimate import Estimate
    from qualify.metrics._intervals import Floats, Limits

COLUMNS = ("answers", "weights")
_SILENT = "nobody answered"


def classed(
    of: str,
    groups: dict[str, range],
    read: Column,
    codes: tuple[float, ...],
    by: ColumnLike | None,
    weights: ColumnLike | None,
    columns: tuple[str, str] = COLUMNS,
) -> Counts:
    """Count the answers of each range, by label and under weights; together they cover the scale.

    `columns` is what an error calls the answers and the weights.
    """
    ordered = sorted(groups.items(), key=lambda group: group[1].start)
    starts = tuple(levels.start for _, levels in ordered)
    labels = None if by is None else _arrays.labels(by, "by", rows=len(read))
    weigh = None if weights is None else _arrays.weights(weights, columns[1], rows=len(read))
    found = classes(read, starts, ordered[-1][1].stop - 1, codes, columns[0], labels=labels, weights=weigh)

    def part(table: Array, place: int) -> Number:
        if found.labels is None:
            return table.item(place)
        column = table[..., place]
        return rounded(column) if column.dtype == object else column

    def named(table: Array, ending: str = "") -> dict[str, Number]:
        return {f"{name}{ending}": part(table, [n for n, _ in ordered].index(name)) for name in groups}

    if found.weights is None or found.squares is None:
        return Counts(of, labels=found.labels, **named(found.rows), missing=part(found.rows, -1))
    n: Number = found.rows[..., :-1].sum(axis=-1)
    still = {"unknown_answers": named(found.rows)["unknown"]} if "unknown" in groups else {}
    return Counts(
        of,
        labels=found.labels,
        **named(found.weights),
        missing=part(found.rows, -1),
        answers=n if found.labels is not None else n.item(),
        **still,
        missing_weight=part(found.weights, -1),
        **named(found.squares, "_squares"),
    )


def answered(counts: Counts, names: tuple[str, ...]) -> Number:
    """Give how many answers fell into some parts, weighted or not, exactly: all, or all but the unknown."""
    if "answers" not in counts:
        return _views.whole(counts, *names)
    if "unknown" in names or "unknown_answers" not in counts:
        return counts["answers"]
    return _views.sealed(counts["answers"] - counts["unknown_answers"])


def withheld(counts: Counts, parts: tuple[str, ...], min_group: int) -> Counts:
    """Empty the groups that are too small to be shown; only how many answers they held stays."""
    least = _checks.whole(min_group, "min_group", least=1)
    before = counts["withheld"] if "withheld" in counts else _views.counts_zero(counts)
    if counts.groups is None:
        return Counts(counts.of, **{**counts.numbers, "withheld": before})
    n = counts["answers"] if "answers" in counts else _views.whole(counts, *parts)
    small = (n < least) & (n > 0)
    kept = {name: np.where(small, 0, number) for name, number in counts.numbers.items() if name != "withheld"}
    return Counts(counts.of, labels=counts.labels, **kept, withheld=before + np.where(small, n, 0))


class Weighed(NamedTuple):
    """Parts of counts, their sum, what it is worth in answers, and how many answers there are.

    Without weights the last three are the same array, of whole numbers where there are groups.
    """

    parts: dict[str, Floats]
    total: Floats
    effective: Floats
    n: Floats

    def of(self, names: tuple[str, ...]) -> Floats:
        """Give the sum of some parts."""
        return functools.reduce(np.add, (self.parts[name] for name in names))

    def answers(self, counts: Counts) -> Number:
        """Give the number of answers, exactly."""
        if counts.groups is None or "answers" in counts:
            return answered(counts, tuple(self.parts))
        return _views.sealed(self.n)

    def worth(self, amount: Floats) -> Floats:
        """Give an amount of weight in effective answers."""
        if self.effective is self.total:
            return amount
        share = np.divide(amount, self.total, out=np.zeros(amount.shape), where=self.total > 0)
        return np.minimum(share * self.effective, self.effective)


def weighed(counts: Counts, names: tuple[str, ...]) -> Weighed:
    """Give the parts of counts, weighted or not."""
    read = _views.number if "answers" in counts or counts.groups is None else _views.as_counted
    parts = {name: read(counts, name) for name in names}
    total: Floats = functools.reduce(np.add, parts.values())
    if "answers" not in counts:
        return Weighed(parts, total, total, total)
    squares = functools.reduce(np.add, (_views.number(counts, f"{name}_squares") for name in names))
    n = np.atleast_1d(np.asarray(answered(counts, names), np.float64))
    return Weighed(parts, total, _views.kish(total, squares), n)


def reasons(
    counts: Counts, n: Floats, total: Floats, min_group: int, silent: str = _SILENT
) -> list[tuple[np.ndarray, str]]:
    """Say where nothing is shown and why: withheld, nobody there, or nothing that weighs."""
    if n.min(initial=1) > 0 and (total is n or total.min(initial=1) > 0):
        return []
    held = _views.number(counts, "withheld") > 0
    why = [(held & (n <= 0), f"withheld, fewer than {min_group} answers"), (n <= 0, silent)]
    return [*why, (total <= 0, "all weights are 0")]


@np.errstate(all="ignore")  # a host may raise on what is settled below
def net(
    counts: Counts,
    *,
    confidence_level: float,
    method: str,
    of: str,
    where: str,
    parts: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]] = (
        ("promoters",),
        ("passives",),
        ("detractors",),
    ),
    name: str | None = None,
    min_group: int = 1,
) -> Estimate:
    """View counts as promoters less detractors in points."""
    level, how = _views.level_and_method(confidence_level, method, _nps_intervals.NPS, where)
    flat = tuple(part for group in parts for part in group)
    _views.of_kind(counts, of, flat, where)
    held = weighed(counts, flat)
    plus, minus, n = held.of(parts[0]), held.of(parts[2]), held.n
    value = _intervals.share(100.0 * (plus - minus), held.total)
    p, d, n_ = _intervals.floats(held.worth(plus), held.worth(minus), held.effective)
    limits = _nps_intervals.NPS[how](p, d, n_, level)
    if how == "wald" and "answers" in counts:
        limits = _around(value / 100, linearised(counts, parts, value / 100), level, held.total, -1.0)
    return _views.estimate(
        name or of,
        "points",
        value,
        (100 * limits[0], 100 * limits[1]),
        level,
        how,
        counts,
        n=held.answers(counts),
        n_missing=_views.whole(counts, "missing"),
        n_effective=None if held.effective is held.total else held.effective,
        reasons=reasons(counts, n, held.total, min_group),
        view=partial(net, of=of, where=where, parts=parts, name=name, min_group=min_group),
        ends=(parts[2][0], parts[0][-1]),
    )


def linearised(counts: Counts, parts: tuple[tuple[str, ...], ...], d: Floats) -> Floats:
    """Give the linearised (Taylor) standard error of a weighted net share, each answer a cluster of its own.

    The parts are those that count 1, 0 and -1; the last may be empty, which leaves a share.

    Sum of w^2 (x - d)^2 over (sum w)^2: Särndal, Swensson and Wretman (1992), Model Assisted Survey
    Sampling, section 5.5, without the factor n/(n - 1), so that equal weights change nothing.
    """
    total = np.sum([_views.number(counts, part) for group in parts for part in group], axis=0)
    squares = np.zeros(total.shape)
    for group, x in zip(parts, (1.0, 0.0, -1.0), strict=True):
        for part in group:
            squares += _views.number(counts, f"{part}_squares") * (x - np.nan_to_num(d)) ** 2
    error: Floats = np.divide(np.sqrt(squares), total, out=np.zeros(total.shape), where=total > 0)
    return error


def _around(value: Floats, error: Floats, level: float, total: Floats, least: float) -> Limits:
    """Give value -+ z times its error, from `least` to 1; all of that where nobody weighs anything."""
    half = _intervals.quantile(level) * error
    low, high = np.maximum(value - half, least), np.minimum(value + half, 1.0)
    return np.where(total > 0, low, least), np.where(total > 0, high, 1.0)


@np.errstate(all="ignore")  # a host may raise on what is settled below
def top(
    counts: Counts,
    *,
    confidence_level: float,
    method: str,
    of: str,
    where: str,
    parts: tuple[tuple[str, ...], tuple[str, ...]] = (("favourable",), ("other",)),
    name: str | None = None,
    min_group: int = 1,
    silent: str = _SILENT,
) -> Estimate:
    """View counts as the share of favourable answers."""
    level, how = _views.level_and_method(confidence_level, method, _intervals.SHARES, where)
    flat = tuple(part for group in parts for part in group)
    _views.of_kind(counts, of, flat, where)
    effective: Floats | None = None
    if how == "wilson" and counts.groups is not None and "answers" not in counts:
        favourable = functools.reduce(np.add, (counts[part] for part in parts[0]))
        shares = _intervals.share_and_wilson(favourable, tuple(counts[part] for part in parts[1]), level)
        n, value, limits = shares.n, shares.share, (shares.low, shares.high)
        answers: Number = n
        why = [] if shares.least > 0 else reasons(counts, n, n, min_group, silent)
    else:
        held = weighed(counts, flat)
        n, answers, favourable = held.n, held.answers(counts), held.of(parts[0])
        effective = None if held.effective is held.total else held.effective
        value = _intervals.share(favourable, held.total)
        limits = _intervals.SHARES[how](held.worth(favourable), held.effective, level)
        if how == "wald" and "answers" in counts:
            limits = _around(value, linearised(counts, (*parts, ()), value), level, held.total, 0.0)
        why = reasons(counts, n, held.total, min_group, silent)
    return _views.estimate(
        name or of,
        "share",
        value,
        limits,
        level,
        how,
        counts,
        n=answers,
        n_missing=_views.whole(counts, "missing"),
        n_effective=effective,
        reasons=why,
        view=partial(top, of=of, where=where, parts=parts, name=name, min_group=min_group, silent=silent),
        ends=(parts[1][0], parts[0][-1]),
    )
