"""`Table`: what to do for each pair of answers; `PROSPECT` and `CUSTOMER`, the two that are shipped.

What belongs here: nine cells, what they may hold, and how they are printed. What does not: how the two
questions are answered, and what a chart is told of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.errors import DefinitionError, InvalidType
from qualify.models import Action
from qualify.truth import Truth

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.int8]

T = TypeVar("T")

TRUTHS = (Truth.YES, Truth.UNKNOWN, Truth.NO)
ACTIONS = tuple(Action)
_CAPTION = 22  # characters of a caption on one printed line
_PLACE = {truth: place for place, truth in enumerate(TRUTHS)}
_CODE = {action: code for code, action in enumerate(ACTIONS)}


@attrs.frozen(init=False)
class Table(Value):
    """Nine cells: what to do for each pair of answers to two questions, one by row, one by column.

    `cells` are three rows of three actions, in the order YES, UNKNOWN, NO in both directions, as the
    table is printed. It is complete, or it is an error. DISCOVER stands only where an answer is UNKNOWN,
    because there is nothing else to find out; DISQUALIFY only where an answer is NO, because not knowing
    is not a no. `captions` say in a few words what a cell means to those who work with it.

    >>> table = Table("fits", "now", [
    ...     ["SELL", "DISCOVER", "NURTURE"],
    ...     ["DISCOVER", "DISCOVER", "NURTURE"],
    ...     ["DISQUALIFY", "NURTURE", "NURTURE"],
    ... ])
    >>> table.action(Truth.YES, Truth.UNKNOWN)
    Action.DISCOVER
    """

    rows: str
    columns: str
    cells: tuple[tuple[Action, Action, Action], ...]
    captions: tuple[tuple[str, str, str], ...] = ()

    def __init__(
        self,
        rows: str,
        columns: str,
        cells: Iterable[Iterable[Action | str]],
        captions: Iterable[Iterable[str]] = (),
    ) -> None:
        names = _checks.name(rows, "Table.rows"), _checks.name(columns, "Table.columns")
        if names[0] == names[1]:
            raise DefinitionError("a table has two different questions", found=names[0], where="Table")
        where = f"Table {names[0]} x {names[1]}"
        read = tuple((r, c, _action(cell, where)) for r, c, cell in _grid(cells, where, names))
        for row, column, action in read:
            _may_stand(action, row, column, f"{where} at {_cell(names, row, column)}")
        said = tuple(captions)
        words = [_text(cell, where) for _, _, cell in _grid(said, where, names)] if said else []
        self.__attrs_init__(
            rows=names[0],
            columns=names[1],
            cells=_threes([action for _, _, action in read]),
            captions=_threes(words) if any(words) else (),
        )

    def action(self, row: Truth, column: Truth) -> Action:
        """Give the action for a pair of answers, the row's question first.

        >>> PROSPECT.action(Truth.NO, Truth.YES)
        Action.DISQUALIFY
        """
        return self.cells[_PLACE[row]][_PLACE[column]]

    def caption(self, row: Truth, column: Truth) -> str:
        """Give what a cell means in a few words, empty where nothing was written.

        >>> PROSPECT.caption(Truth.NO, Truth.YES)
        'the tempting one'
        """
        return self.captions[_PLACE[row]][_PLACE[column]] if self.captions else ""

    def actions(self, rows: Codes, columns: Codes) -> Codes:
        """Give the actions of many pairs as int8 codes: the place of each action in `tuple(Action)`.

        `rows` and `columns` are int8 truths of the same shape, as `criterion.truths(...)` gives them.

        >>> import numpy as np
        >>> PROSPECT.actions(np.array([1, -1], np.int8), np.array([0, 1], np.int8)).tolist()
        [1, 3]
        """
        import numpy as np

        if rows.dtype != np.int8 or columns.dtype != np.int8 or rows.shape != columns.shape:
            raise InvalidType(
                "truths are two int8 columns of one shape",
                found=f"{rows.dtype}{list(rows.shape)} and {columns.dtype}{list(columns.shape)}",
                where="Table.actions",
            )
        # One byte names the pair, and a table of 256 bytes names its action: no gather, no float.
        pair = rows * np.int8(3)
        pair += columns
        pair += np.int8(4)
        return np.frombuffer(bytearray(pair.tobytes().translate(self._bytes())), np.int8).reshape(rows.shape)

    def replacing(self, row: Truth, column: Truth, action: Action | str, caption: str = "") -> Table:
        """Give a table that differs in one cell, checked like any other.

        >>> PROSPECT.replacing(Truth.NO, Truth.UNKNOWN, Action.DISQUALIFY).action(Truth.NO, Truth.UNKNOWN)
        Action.DISQUALIFY
        """
        cells: list[list[Action | str]] = [list(line) for line in self.cells]
        words = [list(line) for line in self.captions] or [[""] * 3 for _ in TRUTHS]
        cells[_PLACE[row]][_PLACE[column]] = action
        words[_PLACE[row]][_PLACE[column]] = caption
        return Table(self.rows, self.columns, cells, words)

    def __iter__(self) -> Iterator[tuple[Truth, Truth, Action]]:
        """Go through the nine cells as (row, column, action), in the order of print."""
        return (
            (row, column, action)
            for row, line in zip(TRUTHS, self.cells, strict=True)
            for column, action in zip(TRUTHS, line, strict=True)
        )

    def __str__(self) -> str:
        from textwrap import wrap  # printing is rare, and this import is not free

        lines = [[[f"{self.rows} \\ {self.columns}"], *([str(truth)] for truth in TRUTHS)]]
        for row in TRUTHS:
            shown = [
                [str(self.action(row, c)), *(f"  {t}" for t in wrap(self.caption(row, c), _CAPTION))]
                for c in TRUTHS
            ]
            lines.append([[str(row)], *shown])
        widths = [max(len(text) for cell in column for text in cell) for column in zip(*lines, strict=True)]
        printed: list[str] = []
        for line in lines:
            for place in range(max(map(len, line))):
                words = [cell[place] if place < len(cell) else "" for cell in line]
                printed.append("  ".join(w.ljust(n) for w, n in zip(words, widths, strict=True)).rstrip())
        return "\n".join([printed[0], "-" * (sum(widths) + 2 * (len(widths) - 1)), *printed[1:]])

    def _repr_markdown_(self) -> str:
        head = f"| {self.rows} \\ {self.columns} | {' | '.join(map(str, TRUTHS))} |"
        body = [
            f"| **{row}** | {' | '.join(self._shown(row, column) for column in TRUTHS)} |" for row in TRUTHS
        ]
        return "\n".join([head, "|---|---|---|---|", *body])

    def _shown(self, row: Truth, column: Truth) -> str:
        caption = self.caption(row, column)
        return f"{self.action(row, column)} ({caption})" if caption else str(self.action(row, column))

    def _bytes(self) -> bytes:
        # rows * 3 + columns + 4 runs from 0 (NO, NO) to 8 (YES, YES); no other byte can stand there.
        flat = [_CODE[action] for line in reversed(self.cells) for action in reversed(line)]
        return bytes(flat) + bytes(256 - len(flat))


def _grid(
    lines: Iterable[Iterable[object]], where: str, names: tuple[str, str]
) -> list[tuple[Truth, Truth, object]]:
    """Read three rows of three, or say which cell is missing or too many."""
    read: list[Sequence[object]] = []
    for line in lines:
        if isinstance(line, str) or not isinstance(line, Iterable):
            raise InvalidType("three rows of three are needed", found=_checks.kind_of(line), where=where)
        read.append(tuple(line))
    shape = [len(line) for line in read]
    if len(read) > len(TRUTHS) or any(width > len(TRUTHS) for width in shape):
        raise DefinitionError("three rows of three cells are all there is", found=f"{shape}", where=where)
    full = shape + [0] * (len(TRUTHS) - len(read))
    gaps = [(TRUTHS[i], TRUTHS[j]) for i, width in enumerate(full) for j in range(width, len(TRUTHS))]
    if gaps:
        raise DefinitionError(
            "each of the nine cells is needed",
            found=f"{9 - len(gaps)} cells",
            allowed=f"missing is {'; '.join(_cell(names, *gap) for gap in gaps[:3])}",
            where=where,
        )
    return [(TRUTHS[i], TRUTHS[j], read[i][j]) for i in range(3) for j in range(3)]


def _action(cell: object, where: str) -> Action:
    if isinstance(cell, Action):
        return cell
    if isinstance(cell, str):
        if cell in Action.__members__:
            return Action[cell]
        raise _checks.unknown("action", cell, Action.__members__, where=where)
    raise InvalidType("a cell holds an Action, or its name", found=_checks.kind_of(cell), where=where)


def _text(cell: object, where: str) -> str:
    if not isinstance(cell, str):
        raise InvalidType("a caption is text", found=_checks.kind_of(cell), where=where)
    return cell


def _may_stand(action: Action, row: Truth, column: Truth, where: str) -> None:
    if action is Action.DISCOVER and Truth.UNKNOWN not in (row, column):
        raise DefinitionError(
            "DISCOVER stands only where an answer is UNKNOWN",
            found="both are known",
            allowed="there is nothing left to find out here: sell, nurture, disqualify or serve",
            where=where,
        )
    if action is Action.DISQUALIFY and Truth.NO not in (row, column):
        raise DefinitionError(
            "DISQUALIFY stands only where an answer is NO",
            found="no answer is NO",
            allowed="not knowing is not a no: discover or nurture",
            where=where,
        )


def _cell(names: tuple[str, str], row: Truth, column: Truth) -> str:
    return f"{names[0]} {row}, {names[1]} {column}"


def _threes(flat: Sequence[T]) -> tuple[tuple[T, T, T], ...]:
    return tuple((flat[i], flat[i + 1], flat[i + 2]) for i in (0, 3, 6))


_S, _D, _N, _X, _K = Action.SELL, Action.DISCOVER, Action.NURTURE, Action.DISQUALIFY, Action.SERVE

# Whom to sell to: those who can engage with us meaningfully, now. The tempting one is active, has money
# and wants it now, and would not be served well: she is declined, with the evidence that says so.
PROSPECT = Table(
    "meaningful",
    "timely",
    (
        (_S, _D, _N),
        (_D, _D, _N),
        (_X, _N, _N),
    ),
    (
        ("meaningfully and now", "ask whether now is the time", "keep an ear open"),
        ("ask what she needs", "seek first to understand", "let her come back"),
        ("the tempting one", "not ours, and nobody hurries", "wish her well"),
    ),
)

# What a customer gets: she pays back after many months, so she is looked after first, and sold to when
# all is well and there is more that she needs.
CUSTOMER = Table(
    "healthy",
    "growing",
    (
        (_S, _N, _N),
        (_D, _D, _D),
        (_K, _K, _K),
    ),
    (
        ("expand", "listen for a further need", "let her enjoy it"),
        ("check in", "check in", "check in"),
        ("keep the promise made at the sale",) * 3,
    ),
)
