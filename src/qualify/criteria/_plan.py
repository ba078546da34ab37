"""How columns are judged: a leaf is one or two comparisons, a group one minimum or maximum, in blocks.

What belongs here: int8 codes of leaves from encoded columns, and the run over blocks that stay in the
cache. Neither `where` nor `take` nor `astype`: with y = (x >= b) and k = known, 2 y - k is the code, since
NaN and what stands for it fail the comparison. What does not: the tree (`_folding`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import ceil, floor, inf
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from qualify.criteria._atoms import Atom, Heard
from qualify.criteria._cells import Entry, Now
from qualify.criteria._columns import Columns
from qualify.criteria._criterion import Criterion
from qualify.criteria._encoding import NEVER, Encoded
from qualify.criteria._folding import Codes, program, run
from qualify.criteria._host import HostCriterion
from qualify.errors import ContractError, CriterionError, InvalidType

BLOCK = 1 << 16  # rows at a time: registers of 64 KiB
Leaf: TypeAlias = Callable[[int, int], Codes]  # codes of the rows from start to stop

_AGES = 1 << 60  # microseconds: more than all years, and the sum with any of them fits into 64 bits
_FEW = 6  # categories up to which an or of equals beats a look-up


def truths(
    criterion: Criterion,
    columns: Columns,
    *,
    map: Callable[..., Iterable[Any]] = map,
) -> NDArray[np.int8]:
    """Give int8 codes of shape (n,); `map` may be that of a thread pool, since numpy lets threads run."""
    if not isinstance(columns, Columns):
        raise InvalidType(
            "a criterion judges Columns here",
            found=type(columns).__name__,
            allowed="write Columns.of({...}), or criterion.truth(facts) for one lead",
            where="truths",
        )
    made = program((criterion,))
    own = {leaf: leaf for leaf in criterion.leaves}  # an equal host criterion may have another twin
    leaves = [leaf_on(own[leaf], columns) for leaf in made.leaves]
    codes = np.empty(len(columns), np.int8)

    def judged(start: int) -> None:
        stop = min(start + BLOCK, len(codes))
        (root,) = run(made, lambda i: leaves[i](start, stop), lambda: np.empty(stop - start, np.int8))
        codes[start:stop] = root

    for _ in map(judged, range(0, len(codes), BLOCK)):
        pass
    return codes


def leaf_on(leaf: Criterion, columns: Columns) -> Leaf:  # noqa: PLR0911 - one line a form
    """Give the codes of a leaf on any block of rows."""
    if isinstance(leaf, Heard):
        return _whole_column(_heard(leaf, columns))
    if isinstance(leaf, HostCriterion):
        return _whole_column(_host(leaf, columns))
    assert isinstance(leaf, Atom)  # noqa: S101 - no other leaf is left
    held = columns.encoded(leaf.topic)
    if leaf.operator == "known":
        return lambda start, stop: _sure(held.known()[start:stop])
    if held.form == "category":
        return _on_categories(leaf, held, columns)
    if held.form == "truth":
        return _on_truths(leaf, held)
    if leaf.operator == "exists":
        return _exists(held)
    return _on_numbers(leaf, held, columns)


def _whole_column(codes: Codes) -> Leaf:
    return lambda start, stop: codes[start:stop]


def _sure(yes: NDArray[np.bool_]) -> Codes:
    """Give +1 where True and -1 where False."""
    made: Codes = yes.view(np.int8) * np.int8(2)
    made -= np.int8(1)
    return made


def _on_truths(leaf: Atom, held: Encoded) -> Leaf:
    """A truth column is its own leaf; compared with anything else, that there is none is below all."""
    values = held.values
    if leaf.operator in {"is_true", "exists"}:
        return _whole_column(values)
    sign = np.int8(-1 if leaf.operator in {"!=", "<", "<="} else 1)
    if (values > 0).any():
        raise _unreadable(leaf, "truths")
    return lambda start, stop: values[start:stop] * sign


def _exists(held: Encoded) -> Leaf:
    """A number exists unless it is zero; an instant always does."""
    values, present = held.values, held.present
    if held.form == "instant":
        return _whole_column(present)

    def codes(start: int, stop: int) -> Codes:
        none: Codes = np.equal(values[start:stop], 0).view(np.int8)
        none += none
        return np.subtract(present[start:stop], none, out=none)

    return codes


# -- numbers, instants, durations -------------------------------------------------------------------------


def _on_numbers(leaf: Atom, held: Encoded, columns: Columns) -> Leaf:
    kinds = {"number": "number", "whole": "number", "instant": "instant", "duration": "duration"}
    if leaf.kind != kinds[held.form]:
        if not held.known().any():
            return _whole_column(np.zeros(len(held), np.int8))
        raise _unreadable(leaf, f"{kinds[held.form]}s")
    values = held.values
    if leaf.operator in {"within", "due"}:
        return _window(leaf, held, columns)
    edges = [_ticks(value) for value in leaf.values]
    if leaf.operator in {"==", "!=", "one_of"}:
        equals = [edge for edge in (_exactly(edge, values.dtype) for edge in edges) if edge is not None]
        return _equal(held, equals, negated=leaf.operator == "!=")
    if leaf.operator == "between":
        low, high = _least(edges[0], values.dtype), _above(edges[1], values.dtype)
        return _inside(held, low, high)
    edge = (_least if leaf.operator in {">=", "<"} else _above)(edges[0], values.dtype)
    return _split(held, edge, below=leaf.operator in {"<", "<="})


def _split(held: Encoded, edge: Any, *, below: bool) -> Leaf:  # noqa: ANN401 - a scalar of the dtype
    values, present = held.values, held.present

    def codes(start: int, stop: int) -> Codes:
        high: Codes = _reaches(values[start:stop], edge).view(np.int8)
        high += high
        known = present[start:stop]
        return np.subtract(known, high, out=high) if below else np.subtract(high, known, out=high)

    return codes


def _inside(held: Encoded, low: Any, high: Any) -> Leaf:  # noqa: ANN401 - as above
    values, present = held.values, held.present

    def codes(start: int, stop: int) -> Codes:
        block = values[start:stop]
        inside = _reaches(block, low)
        if high is not None:
            inside &= block < high
        return _of(inside, present[start:stop])

    return codes


def _reaches(block: NDArray[Any], edge: Any) -> NDArray[np.bool_]:  # noqa: ANN401 - as above
    """Tell where numbers reach an edge; None lies beyond all of them."""
    made: NDArray[np.bool_]
    made = np.zeros(len(block), np.bool_) if edge is None else np.greater_equal(block, edge)
    return made


def _equal(held: Encoded, equals: list[Any], *, negated: bool) -> Leaf:
    values, present = held.values, held.present

    def codes(start: int, stop: int) -> Codes:
        block = values[start:stop]
        same = np.zeros(stop - start, np.bool_) if not equals else block == equals[0]
        for value in equals[1:]:
            same |= block == value
        made = _of(same, present[start:stop])
        return np.negative(made, out=made) if negated else made

    return codes


def _of(yes: NDArray[np.bool_], present: NDArray[np.int8]) -> Codes:
    """Give +1 where yes, -1 where known and not yes, 0 elsewhere; yes implies known."""
    made = yes.view(np.int8)
    made += made
    made -= present
    return made


def _ticks(value: Any) -> Fraction:  # noqa: ANN401 - a constant that compares
    """Give a constant as an exact number: instants and durations in microseconds."""
    from datetime import datetime, timedelta

    if isinstance(value, datetime):
        return Fraction((value - datetime(1970, 1, 1, tzinfo=value.tzinfo)) // timedelta(microseconds=1))
    if isinstance(value, timedelta):
        return Fraction(value // timedelta(microseconds=1))
    return Fraction(value)


def _span(value: Any) -> int:  # noqa: ANN401 - a duration
    """Give a duration in microseconds, of which no more counts than reaches beyond the calendar."""
    return min(int(_ticks(value)), _AGES)


def _least(edge: Fraction, dtype: np.dtype[Any]) -> Any:  # noqa: ANN401 - a scalar of the dtype
    """Give the least number of a dtype that is not below an exact one: x >= edge is x >= this."""
    if dtype.kind == "i":
        return _clipped(ceil(edge))
    near = _near(edge, dtype)
    if np.isinf(near) or Fraction(float(near)) >= edge:
        return near
    return np.nextafter(near, dtype.type(inf))


def _above(edge: Fraction, dtype: np.dtype[Any]) -> Any:  # noqa: ANN401 - as above
    """Give the least number of a dtype above an exact one: x > edge is x >= this."""
    if dtype.kind == "i":
        return _clipped(floor(edge) + 1)
    least = _least(edge, dtype)
    return (
        np.nextafter(least, dtype.type(inf))
        if not np.isinf(least) and Fraction(float(least)) == edge
        else least
    )


def _exactly(edge: Fraction, dtype: np.dtype[Any]) -> Any:  # noqa: ANN401 - as above
    """Give an exact number in a dtype, None if it has none."""
    if dtype.kind == "i":
        return int(edge) if edge.denominator == 1 and _clipped(int(edge)) == edge else None
    near = _near(edge, dtype)
    return near if not np.isinf(near) and Fraction(float(near)) == edge else None


def _near(edge: Fraction, dtype: np.dtype[Any]) -> Any:  # noqa: ANN401 - as above
    try:
        wide = float(edge)
    except OverflowError:
        return dtype.type(inf if edge > 0 else -inf)
    with np.errstate(over="ignore"):
        return dtype.type(wide)


def _clipped(edge: int) -> int | None:
    """Give a whole number that int64 can compare with, None if it lies beyond all of them."""
    return None if edge > -(NEVER + 1) else max(edge, NEVER + 1)


def _window(leaf: Atom, held: Encoded, columns: Columns) -> Leaf:
    values, present, span = held.values, held.present, _span(leaf.value)
    now = columns.now(f"{leaf}")
    past = leaf.operator == "within"

    def codes(start: int, stop: int) -> Codes:
        block = values[start:stop]
        at = now if isinstance(now, int) else now[start:stop]
        inside = (block > at - span) & (block <= at) if past else (block > at) & (block <= at + span)
        return _of(inside, present[start:stop])

    return codes


# -- categories -------------------------------------------------------------------------------------------


def _on_categories(leaf: Atom, held: Encoded, columns: Columns) -> Leaf:
    """Judge each category once, by the closure that judges a lead."""
    if leaf.operator in {"within", "due"}:
        now = columns.now(str(leaf))
        if not isinstance(now, int):
            return _whole_column(_row_by_row(leaf, columns))
        at = columns.facts(0, ()).at if len(columns) else None
    else:
        at = None
    rule: Any = leaf._rule or leaf._compiled_rule()
    moment = Now(at) if at is not None else None
    table = np.array([0, *(rule({leaf.topic: Entry(name)}, moment) for name in held.names[1:])], np.int8)
    if not table.any() and held.known().any():
        raise _unreadable(leaf, "other values")
    values = held.values
    yes = np.flatnonzero(table > 0)
    if len(yes) <= _FEW and (table[1:] != 0).all():
        few, present = [values.dtype.type(code) for code in yes], held.present

        def by_equals(start: int, stop: int) -> Codes:
            block = values[start:stop]
            same = np.zeros(stop - start, np.bool_) if not few else block == few[0]
            for code in few[1:]:
                same |= block == code
            return _of(same, present[start:stop])

        return by_equals
    if values.dtype == np.uint8:
        wanted = np.zeros(256, np.int8)
        wanted[: len(table)] = table
        look_up = wanted.tobytes()
        return lambda start, stop: np.frombuffer(values[start:stop].tobytes().translate(look_up), np.int8)
    return lambda start, stop: table[values[start:stop]]


# -- signals and host functions ---------------------------------------------------------------------------


def _heard(leaf: Heard, columns: Columns) -> Codes:
    heard = columns.heard(str(leaf))
    wanted = [i for i, name in enumerate(heard.kinds.names) if name in leaf.kinds]
    counted = np.isin(heard.kinds.values, wanted)
    now = columns.now(str(leaf))
    at = now if isinstance(now, int) else now[heard.rows]
    counted &= heard.at <= at
    if leaf.last is not None:
        counted &= heard.at > at - _span(leaf.last)
    return _sure(np.bincount(heard.rows[counted], minlength=len(columns)) >= leaf.times)


def _host(host: HostCriterion, columns: Columns) -> Codes:
    if host.twin is None:
        return _row_by_row(host, columns)
    codes = host.twin(columns)
    found = np.asarray(codes)
    if found.dtype != np.int8 or found.shape != (len(columns),) or np.any((found < -1) | (found > 1)):
        raise ContractError(
            f"the columns form gives int8 codes +1, 0, -1 of shape ({len(columns):,},)",
            found=f"{found.dtype} of shape {found.shape}",
            where=f"criterion {host.name!r}",
        )
    return found


def _row_by_row(leaf: Criterion, columns: Columns) -> Codes:
    """Judge each row as a lead: correct, and as slow as that."""
    rule = leaf._rule or leaf._compiled_rule()
    topics = leaf.topics
    codes = np.empty(len(columns), np.int8)
    for row in range(len(columns)):
        facts = columns.facts(row, topics)
        codes[row] = rule(facts.current._items, facts)
    return codes


def _unreadable(leaf: Atom, held: str) -> CriterionError:
    advice = f"; write column == 1 for {leaf.topic!r}" if leaf.kind == "truth" else ""
    return CriterionError(
        f"column {leaf.topic!r} holds {held}, and {leaf.kind} is compared here",
        found=str(leaf),
        allowed=f"bring the column to that kind{advice}",
        where="truths",
    )
