"""`Chances`: where the probability of a win comes from, and whether it was ever shown to hold.

What belongs here: reading probabilities from history or from a host's model. What does not: what a win
is worth, and to whom the hours go.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.criteria import Criterion
from qualify.decisions._table import TRUTHS
from qualify.errors import DefinitionError, InvalidType, InvalidValue
from qualify.truth import Truth

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qualify.models import Facts

    Codes = NDArray[np.int8]
    Floats = NDArray[np.float64]

BORROWED = 10.0  # leads: how much the rate of all weighs against that of a cell
LEAST_TESTED = 40  # won and lost, each, before a calibration says anything (Dynamics 365 asks as many)


@attrs.frozen(init=False)
class Chances(Value):
    """The probability of a win by the cell of a table, or by a host's model (`Chances.by`).

    `cells` are three rows of three probabilities in the order of the table: YES, UNKNOWN, NO in both
    directions. `counts` are the decided leads behind each, if they come from history (`Chances.of`).
    `calibrated` says how they were shown to hold (`tested`); until then a linter marks them.

    >>> chances = Chances("meaningful", "timely", [[0.3, 0.2, 0.05], [0.15, 0.1, 0.03], [0.02] * 3])
    >>> chances.chance(Truth.YES, Truth.UNKNOWN)
    0.2
    """

    rows: str
    columns: str
    cells: tuple[tuple[float, float, float], ...]
    counts: tuple[tuple[int, int, int], ...] = ()
    model: Criterion | None = None
    calibrated: str | None = None

    def __init__(
        self,
        rows: str = "",
        columns: str = "",
        cells: Iterable[Iterable[float]] = (),
        counts: Iterable[Iterable[int]] = (),
        *,
        model: Criterion | None = None,
        calibrated: str | None = None,
    ) -> None:
        where = "Chances"
        if (model is None) != bool(rows and columns):
            raise DefinitionError("chances have a table of two questions, or a model", where=where)
        if model is not None and not isinstance(model, Criterion):
            raise InvalidType("a model is a criterion that scores", found=_checks.kind_of(model), where=where)
        self.__attrs_init__(
            rows=_checks.name(rows, f"{where}.rows") if rows else "",
            columns=_checks.name(columns, f"{where}.columns") if columns else "",
            cells=_nine(
                cells, lambda v, at: _checks.real(v, at, least=0, most=1), where, needed=model is None
            ),
            counts=_nine(
                counts, lambda v, at: _checks.whole(v, at, least=0), f"{where}.counts", needed=False
            ),
            model=model,
            calibrated=_checks.optional_text(calibrated, f"{where}.calibrated"),
        )

    @classmethod
    def by(cls, model: Criterion, *, calibrated: str | None = None) -> Chances:
        """Give the chances of a host's model: a criterion whose Verdict has the probability as `score`.

        `calibrated` says how the host has shown that it holds.

        >>> from qualify.criteria import Verdict, criterion
        >>> @criterion(uses=("team_size",), version="1")
        ... def likely(facts):
        ...     return Verdict(True, score=0.3 if facts["team_size"] > 10 else 0.1)
        >>> Chances.by(likely).model.name
        'likely'
        """
        return cls(model=model, calibrated=calibrated)

    @classmethod
    def of(
        cls,
        rows: Codes,
        columns: Codes,
        outcome: Any,  # noqa: ANN401 - a column of truths of any maker, won YES, lost NO, open UNKNOWN
        *,
        names: tuple[str, str] = ("meaningful", "timely"),
        borrowed: float = BORROWED,
    ) -> Chances:
        """Give the share of wins in each cell of a history, as it was known then.

        `rows` and `columns` are the int8 truths of the two questions, judged on what was known when the
        lead was decided on, never at closing: a field that only winners fill in would leak the answer.
        Open and unrecorded outcomes are left out. Each cell borrows the rate of all with the weight of
        `borrowed` leads, so that a cell of two leads claims neither 0 nor 1.

        >>> import numpy as np
        >>> yes, no = np.ones(6, np.int8), -np.ones(6, np.int8)
        >>> history = Chances.of(yes, np.r_[yes[:3], no[:3]], [True, True, False, False, False, None])
        >>> round(history.chance(Truth.YES, Truth.YES), 3), history.counts[0]
        (0.474, (3, 0, 2))
        """
        import numpy as np

        from qualify import _arrays

        read = _arrays.truths(outcome, "Chances.of.outcome")
        won = read.values.astype(np.int8, copy=False)
        if not len(rows) == len(columns) == len(won):
            raise InvalidValue(
                "three columns of one length are needed",
                found=f"{len(rows):,}, {len(columns):,} and {len(won):,}",
                where="Chances.of",
            )
        decided = won != 0
        if read.missing is not None:
            decided &= ~read.missing
        place = (1 - rows[decided].astype(np.int64)) * 3 + (1 - columns[decided])
        counts = np.bincount(place, minlength=9)
        wins = np.bincount(place, weights=won[decided] > 0, minlength=9)
        # Half a win and half a loss more, so that the rate of all is never 0 or 1 (Jeffreys' prior).
        rate = (wins.sum() + 0.5) / (counts.sum() + 1.0)
        weight = _checks.real(borrowed, "Chances.of.borrowed", least=0.001)
        shares = (wins + weight * rate) / (counts + weight)
        return cls(*names, shares.reshape(3, 3).tolist(), counts.reshape(3, 3).tolist())

    def chance(self, row: Truth, column: Truth) -> float:
        """Give the probability of a win in a cell, the row's question first."""
        return self.cells[TRUTHS.index(row)][TRUTHS.index(column)]

    def chances(self, rows: Codes, columns: Codes) -> Floats:
        """Give the probabilities of many leads from int8 truths of the two questions, as float64.

        >>> import numpy as np
        >>> chances = Chances("meaningful", "timely", [[0.3, 0.2, 0.05], [0.15, 0.1, 0.03], [0.02] * 3])
        >>> chances.chances(np.array([1, 0], np.int8), np.array([1, -1], np.int8)).tolist()
        [0.3, 0.03]
        """
        import numpy as np

        flat: Floats = np.array([chance for line in reversed(self.cells) for chance in reversed(line)])
        pair = rows * np.int8(3)
        pair += columns
        pair += np.int8(4)
        return flat.take(pair)

    def likely(self, facts: Facts) -> float | None:
        """Give what a model says of one lead, the middle of its score; None where it does not score.

        >>> Chances("meaningful", "timely", [[0.5] * 3] * 3).likely(None) is None
        True
        """
        if self.model is None:
            return None
        score = self.model.judge(facts).score
        if score is None:
            return None
        return _checks.real((score[0] + score[1]) / 2, f"{self.model}.score", least=0, most=1)

    def tested(self, chances: Any, outcome: Any) -> Chances:  # noqa: ANN401 - columns of any maker
        """Give these chances with the proof that they held on leads that they were not made from.

        `chances` are the probabilities given to later leads, `outcome` what came of them. At least 40 won
        and 40 lost are needed, and a Brier score better than that of always saying their rate; else it is
        an error that says by how much it failed.
        """
        import numpy as np

        from qualify import _arrays

        read = _arrays.truths(outcome, "Chances.tested.outcome")
        given = _arrays.numbers(chances, "Chances.tested.chances", least=0, most=1)
        _arrays.same_length("Chances.tested.chances", len(given), len(read))
        decided = read.values != 0
        for missing in (read.missing, given.missing):
            decided &= True if missing is None else ~missing
        won = (read.values[decided] > 0).astype(np.float64)
        wins, losses = int(won.sum()), int(len(won) - won.sum())
        if min(wins, losses) < LEAST_TESTED:
            raise InvalidValue(
                f"a test needs {LEAST_TESTED} won and {LEAST_TESTED} lost",
                found=f"{wins:,} won, {losses:,} lost",
                where="Chances.tested",
            )
        score = float(np.mean((given.values[decided] - won) ** 2))
        rate = wins / len(won)
        base = rate * (1 - rate)
        if score >= base:
            raise InvalidValue(
                "chances must say more than the rate of all",
                found=f"Brier {score:.4f}, the rate alone {base:.4f}",
                where="Chances.tested",
            )
        shown = f"Brier {score:.4f} against {base:.4f} of the rate alone, {wins + losses:,} leads"
        return attrs.evolve(self, calibrated=shown)


def _nine(lines: Iterable[Iterable[Any]], read: Any, where: str, *, needed: bool) -> tuple[Any, ...]:  # noqa: ANN401 - shares or counts
    grid = [tuple(line) for line in lines]
    if not grid and not needed:
        return ()
    if [len(line) for line in grid] != [3, 3, 3]:
        raise DefinitionError(
            "three rows of three are needed", found=str([len(line) for line in grid]), where=where
        )
    return tuple(
        tuple(read(v, f"{where}[{i}][{j}]") for j, v in enumerate(line)) for i, line in enumerate(grid)
    )
