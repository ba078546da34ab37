"""Whether two judges give the same labels to the same rows, and on which criterion they differ.

What belongs here: agreement of two columns of labels. What does not: who is right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs
import numpy as np

from qualify import _arrays, _canonical, _checks
from qualify._maps import Value
from qualify.errors import InvalidType, InvalidValue
from qualify.metrics._counts import in_order, named_once, same_level, whole_numbers
from qualify.metrics._estimate import Estimate
from qualify.metrics._intervals import quantile
from qualify.metrics._part import part
from qualify.metrics._print import per_cent, row
from qualify.truth import Truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Concordance", "agreement"]

_LABELS = 1_000  # more are ids, not labels
# The shares by criterion: what each is called, and what it says of no rows.
_SHARES = {"differ": ("differ on", "no rows"), "behind": ("behind a difference", "no differences")}
_ROUNDING = 1e-13  # what is left where numbers cancel, as a share of them
_METHODS = {"kappa": "Fleiss-Cohen-Everitt", "AC1": "Gwet"}
_same_arrays = attrs.cmp_using(eq=np.array_equal)


@attrs.frozen(repr=False, kw_only=True)
class Concordance(Value):
    """How far two judges agree: the table of their labels, and three measures of it.

    `table[i, j]` counts rows that the first gave label i and the second label j; `a + b` adds tables. Read
    `share` first: kappa and AC1 take off what chance would give, each by its own notion of chance.
    `differ` is the share of rows on which the judges differ by criterion, and `behind` the share of the rows
    where their labels differ in which that criterion differs too; both None without `criteria`.

    >>> agreement(["yes", "yes", "no", "no"], ["yes", "no", "no", "no"])
    agreement 75.0 % [30.1 %, 95.4 %], kappa 0.5 [-0.235, 1], AC1 0.529 [-0.451, 1] 95 %, n=4 (0 missing)
    """

    labels: tuple[Any, ...] = attrs.field(metadata=_canonical.OPEN)
    table: Array = attrs.field(eq=_same_arrays)
    n_missing: int
    confidence_level: float
    differ: Estimate | None = None
    behind: Estimate | None = None
    __hash__ = None  # type: ignore[assignment]  # it holds an array

    def __attrs_post_init__(self) -> None:
        size = len(self.labels)
        object.__setattr__(self, "table", whole_numbers(self.table, (size, size), "Concordance.table"))
        named_once(self.labels, "labels")
        for name in _SHARES:
            shares = getattr(self, name)
            if shares is not None and shares.counts is None:
                raise InvalidValue("shares by criterion bring their counts", where=f"Concordance.{name}")

    @property
    def n(self) -> int:
        """How many rows both have labelled."""
        return int(self.table.sum())

    @property
    def share(self) -> Estimate:
        """The share of rows with the same label, with Wilson's interval."""
        same = int(np.trace(self.table))
        return part("agreement", same, self.n, self.confidence_level, missing=self.n_missing)

    @property
    def kappa(self) -> Estimate:
        """Cohen's kappa (1960, Educational and Psychological Measurement 20:37-46).

        Its error is that of Fleiss, Cohen and Everitt (1969, Psychological Bulletin 72:323-327). With one
        label in use by both, kappa is 0 / 0: NaN with a reason; `share` and `ac1` stand beside it.
        """
        n = self.n
        if n == 0:
            return self._chance_free("kappa", math.nan, math.nan, "no rows")
        cells = self.table / n
        rows, columns = cells.sum(axis=1), cells.sum(axis=0)
        if np.count_nonzero(self.table.sum(axis=1) + self.table.sum(axis=0)) == 1:
            return self._chance_free(
                "kappa", math.nan, math.nan, f"both used one label only; they agree on all {n:,} rows"
            )
        whole = [side.tolist() for side in (self.table.sum(axis=1), self.table.sum(axis=0))]
        pairs = sum(one * two for one, two in zip(*whole, strict=True))  # that agree by chance, of n * n
        same = int(np.trace(self.table))
        kappa, by_chance = (n * same - pairs) / (n * n - pairs), pairs / (n * n)
        miss = 1.0 - kappa
        own = float(np.sum(np.diag(cells) * (1.0 - (rows + columns) * miss) ** 2))
        others = cells * (columns[:, np.newaxis] + rows[np.newaxis, :]) ** 2
        cross = miss**2 * float(others.sum() - np.trace(others))
        centre = (kappa - by_chance * miss) ** 2
        spread = own + cross - centre
        if spread <= _ROUNDING * centre:
            spread = 0.0
        error = math.sqrt(spread / n) / (1.0 - by_chance)
        return self._chance_free("kappa", kappa, error, None, by_chance)

    @property
    def ac1(self) -> Estimate:
        """Gwet's AC1 (2008, British J. Mathematical and Statistical Psychology 61:29-48).

        It is defined when all labels agree, and does not fall when one label is rare.
        """
        n, kinds = self.n, max(len(self.labels), 2)
        if n == 0:
            return self._chance_free("AC1", math.nan, math.nan, "no rows")
        cells = self.table / n
        use = (cells.sum(axis=1) + cells.sum(axis=0)) / 2.0
        by_chance = float(np.sum(use * (1.0 - use))) / (kinds - 1)
        value = (int(np.trace(self.table)) / n - by_chance) / (1.0 - by_chance)
        each = (2.0 - use[:, np.newaxis] - use[np.newaxis, :]) / (2.0 * (kinds - 1))
        effect = (np.eye(len(use)) - by_chance - 2.0 * (1.0 - value) * (each - by_chance)) / (1.0 - by_chance)
        effect = effect[self.table > 0]
        away = np.where(np.abs(effect - value) > _ROUNDING * np.abs(effect).max(), effect - value, 0.0)
        spread = float(np.sum(cells[self.table > 0] * away**2)) / max(n - 1, 1)
        return self._chance_free("AC1", value, math.sqrt(spread), None, by_chance)

    @property
    def differs_on(self) -> tuple[str, ...]:
        """The criteria on which they differ, the most frequent first; empty if on none."""
        if self.differ is None or self.differ.labels is None or self.differ.counts is None:
            return ()
        counted = zip(self.differ.labels, self.differ.counts["yes"].tolist(), strict=True)
        return tuple(name for name, count in sorted(counted, key=lambda pair: -pair[1]) if count)

    def _chance_free(
        self, name: str, value: float, error: float, reason: str | None, by_chance: float = math.nan
    ) -> Estimate:
        same, method = int(np.trace(self.table)), _METHODS[name]
        told = _ChanceFree(name, value, error, by_chance, same, self.n, self.n_missing, reason)
        return _view(told, None, confidence_level=self.confidence_level, method=method)

    def __add__(self, other: object) -> Concordance:
        if not isinstance(other, Concordance):
            return NotImplemented
        labels = in_order((*self.labels, *other.labels))
        table = np.zeros((len(labels), len(labels)), np.int64)
        for one in (self, other):
            place = [labels.index(label) for label in one.labels]
            table[np.ix_(place, place)] += one.table
        level = same_level(self.confidence_level, other.confidence_level, "Concordance")
        shares = {}
        for name in _SHARES:
            ours, theirs = getattr(self, name), getattr(other, name)
            if (ours is None) != (theirs is None):
                raise InvalidValue(
                    "agreements add that both tell on which criteria the judges differ, or neither",
                    found=f"{name} on one side only",
                    allowed="give criteria= for both",
                    where="Concordance",
                )
            if ours is not None:
                counts = ours.counts + theirs.counts
                yes, no, missing = (counts[word] for word in ("yes", "no", "missing"))
                columns = np.array([yes, yes + no, missing])
                shares[name] = _by_criterion(name, columns, counts.labels, level)
        return _made(labels, table, self.n_missing + other.n_missing, level, **shares)

    def to_dict(self) -> dict[str, Any]:
        """Give plain Python values, ready for JSON."""
        return {
            "labels": [str(label) for label in self.labels],
            "table": self.table.tolist(),
            **{name: getattr(self, name).to_dict() for name in ("share", "kappa", "ac1")},
            "differ": None if self.differ is None else self.differ.to_dict(),
            "behind": None if self.behind is None else self.behind.to_dict(),
        }

    def __repr__(self) -> str:
        told = [repr(self.share).partition("] ")[0] + "]"]
        for estimate in (self.kappa, self.ac1):
            if math.isnan(estimate.value):
                told.append(f"{estimate.name} undefined ({estimate.reason})")
            else:
                told.append(f"{estimate.name} {estimate.value:.3g} [{estimate.low:.3g}, {estimate.high:.3g}]")
        names = self.differs_on
        most = f"; they differ most on {names[0]}" if names else ""
        level = per_cent(self.confidence_level)
        return f"{', '.join(told)} {level}, n={self.n:,} ({self.n_missing:,} missing){most}"

    def _repr_markdown_(self) -> str:
        lines = [row("first \\ second", *self.labels), f"|---|{'--:|' * len(self.labels)}"]
        for label, cells in zip(self.labels, self.table.tolist(), strict=True):
            lines.append(row(label, *(f"{cell:,}" for cell in cells)))
        return "\n".join([*lines, "", repr(self)])


def agreement(
    first: _arrays.ColumnLike,
    second: _arrays.ColumnLike,
    *,
    labels: Sequence[object] | None = None,
    criteria: Mapping[str, tuple[_arrays.ColumnLike, _arrays.ColumnLike]] | None = None,
    confidence_level: float = 0.95,
    **unknown: object,
) -> Concordance:
    """Give how far two judges agree on the same rows, with errors, and which criterion they differ on.

    Args:
        first: the labels of the first judge, marketing say: text, numbers, bools, dates, or truths (int8).
        second: those of the second, in the same order of rows. A row without both labels is missing.
        labels: all labels there are, once each; needed only if some may not occur (AC1 counts them).
        criteria: for each criterion by name, both judges' answers to it, as two columns of the same rows.
        confidence_level: the coverage of the limits, 0.95.
        unknown: other keywords, which are answered with the right word.

    Raises:
        UnknownName: a label that `labels` does not name.
        InvalidValue: a label named twice, more than 1,000 labels, columns of unlike length.
        InvalidType: a column that holds no labels, labels of unlike kinds, or criteria that are no mapping.

    >>> verdicts = agreement([True, True, False], [True, False, False],
    ...     criteria={"budget": ([1, 1, 0], [1, 0, 0]), "need": ([1, 1, 1], [1, 1, 1])})
    >>> verdicts.share.value.__round__(3), verdicts.differs_on
    (0.667, ('budget',))
    >>> agreement([True, True], [True, True]).kappa.reason
    'both used one label only; they agree on all 2 rows'
    """
    if unknown:
        raise _arrays.unexpected(agreement, unknown)
    level = _arrays.level(confidence_level)
    names, one, two = _coded(first, second, "first", "second", labels)
    table, n_missing = _table(one, two, len(names))
    criteria = {} if criteria is None else criteria
    _check_criteria(criteria)
    if not criteria:
        return _made(names, table, n_missing, level)
    at_odds = (one != two) & (one >= 0) & (two >= 0)
    rows = []
    for name, columns in criteria.items():
        where = f"criteria[{name!r}]"
        _, mine, yours = _coded(*columns, f"{where}[0]", f"{where}[1]", None)
        _arrays.same_length(where, len(mine), len(one))
        both = (mine >= 0) & (yours >= 0)
        differs = (mine != yours) & both
        seen = both & at_odds
        rows.append(
            [np.count_nonzero(x) for x in (differs, both, ~both, differs & seen, seen, at_odds & ~both)]
        )
    counts = np.array(rows, np.int64).reshape(-1, 6).T
    named = tuple(_checks.text(name, "criteria") for name in criteria)
    differ = _by_criterion("differ", counts[:3], named, level)
    behind = _by_criterion("behind", counts[3:], named, level)
    return _made(names, table, n_missing, level, differ, behind)


class _ChanceFree(NamedTuple):
    """What an Estimate keeps of a table, so that it gives its limits at another level."""

    name: str
    value: float
    error: float
    by_chance: float
    same: int
    n: int
    n_missing: int
    reason: str | None


def _view(told: _ChanceFree, _counts: None, *, confidence_level: float, method: str) -> Estimate:
    """Give the Estimate at a level; a function of the module, so that estimates can be pickled."""
    how, value = _arrays.choice(method, (_METHODS[told.name],), f"{told.name} method"), told.value
    if math.isnan(value):
        low, high = -1.0, 1.0
    elif told.error == 0:  # all agree, or all differ: the share's own limits, chance taken as it is
        share = part("agreement", told.same, told.n, confidence_level)
        low, high = ((limit - told.by_chance) / (1.0 - told.by_chance) for limit in (share.low, share.high))
        low, high = max(-1.0, min(low, value)), min(1.0, max(high, value))
    else:
        half = quantile(confidence_level) * told.error
        low, high = max(-1.0, value - half), min(1.0, value + half)
    return Estimate(
        told.name, "", value, low, high, confidence_level, how, told.n, told.n_missing, reason=told.reason,
        view=partial(_view, told),
    )  # fmt: skip


def _check_criteria(criteria: object) -> None:
    if not isinstance(criteria, Mapping):
        raise InvalidType(
            "criteria map a name to two columns", found=_checks.kind_of(criteria), where="agreement criteria"
        )
    for name, pair in criteria.items():
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:  # noqa: PLR2004 - two judges
            found = f"{len(pair)}" if isinstance(pair, (tuple, list)) else _checks.kind_of(pair)
            raise InvalidValue("two columns are needed", found=found, where=f"criteria[{name!r}]")


def _by_criterion(name: str, counts: Array, criteria: tuple[Any, ...] | None, level: float) -> Estimate:
    (title, nothing), (yes, of, missing) = _SHARES[name], counts
    return part(title, yes, of, level, missing=missing, labels=criteria, nothing=nothing)


def _coded(
    first: _arrays.ColumnLike, second: _arrays.ColumnLike, one: str, two: str, labels: Sequence[object] | None
) -> tuple[tuple[Any, ...], Array, Array]:
    """Give the labels in order, and both columns as places among them, -1 where missing."""
    read = _arrays.column(first, one), _arrays.column(second, two)
    _arrays.same_length(two, len(read[1]), len(read[0]))
    if labels is None and _are_truths(read):
        both = [_arrays.truths(column, where) for column, where in ((first, one), (second, two))]
        codes = [np.where(gone, -1, c + 1) if gone is not None else c + 1 for c, gone in both]
        return (Truth.NO, Truth.UNKNOWN, Truth.YES), codes[0], codes[1]
    groups = [
        _arrays.labels(column, where, rows=len(read[0])) for column, where in ((first, one), (second, two))
    ]
    found = [group.of(_occurs(group)) for group in groups]
    _arrays.same_kind(found[0], found[1], f"{one} and {two}")
    names = [name for name in in_order((*found[0], *found[1])) if name is not None]
    if labels is not None:
        odd = [name for name in names if name not in labels]
        if odd:
            raise _checks.unknown("label", str(odd[0]), map(str, labels), where=f"{one} or {two}")
        names = list(labels)
    if len(names) > _LABELS:
        raise InvalidValue(f"at most {_LABELS:,} labels are needed", found=f"{len(names):,}", where=one)
    place = {name: i for i, name in enumerate(names)}
    coded = []
    for group in groups:
        every = group.of(np.ones(group.size, np.bool_))
        recode = np.array([place.get(name, -1) for name in every] or [-1], np.int64)
        coded.append(recode[group.groups()])
    return tuple(names), coded[0], coded[1]


def _are_truths(columns: tuple[_arrays.Column, ...]) -> bool:
    """Say whether columns hold truths: int8 codes +1, 0, -1, one of them at least, beside bools."""
    codes = [column.present for column in columns if column.values.dtype == np.int8]
    fit = all(column.values.dtype.name in {"int8", "bool"} for column in columns)
    return fit and len(codes) > 0 and all(np.all((c >= -1) & (c <= 1)) for c in codes)


def _occurs(group: _arrays.Labels) -> Array:
    occurs = np.zeros(group.size, np.bool_)
    occurs[group.groups()] = True
    return occurs


def _table(one: Array, two: Array, size: int) -> tuple[Array, int]:
    """Count pairs of labels in pieces that stay in the cache."""
    table = np.zeros(size * size, np.int64)
    n = 0
    for start in range(0, len(one), _arrays.CHUNK):
        a, b = one[start : start + _arrays.CHUNK], two[start : start + _arrays.CHUNK]
        pairs = a.astype(np.int64) * size + b
        missing = (a < 0) | (b < 0)
        if missing.any():
            pairs = pairs[~missing]
        n += len(pairs)
        table += np.bincount(pairs, minlength=size * size)
    return table.reshape(size, size), len(one) - n


def _made(
    labels: tuple[Any, ...],
    table: Array,
    n_missing: int,
    level: float,
    differ: Estimate | None = None,
    behind: Estimate | None = None,
) -> Concordance:
    table.flags.writeable = False
    return Concordance(
        labels=labels, table=table, n_missing=n_missing, confidence_level=level, differ=differ, behind=behind
    )
