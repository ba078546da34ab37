"""Lanes: sorted rows cut into pieces of one length, which step together.

What belongs here: charts without deadlines. What does not: charts with them (`_waves`).

A step is a handful of array operations, and every lane takes part in it with one row. Where the table is
small, two rows are one step: an entry holds the configurations after both. A lane may begin anywhere in the
history of a subject, so first of all it is found where each one starts (`_starts`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.stages._columns import Rows

_WORD = 8  # rows that are moved at once when lanes are turned
_LANES = 8_192  # more do not pay: what a step works on shall stay in the nearest memory
_HEIGHT = 256  # rows of a lane, at least: a shorter one is not worth finding where it starts
_BYTE = 256  # configurations or codes that a byte holds
_PAIRS = 1 << 16  # entries of a table of pairs that an index of two bytes reaches
_NEAR = 256  # rows from where a subject begins to a cut that are stepped one by one
_APART = 32  # configurations that are stepped at the price of one step in Python


def lanes(rows: Rows, table: NDArray[np.uint16], *, height: int | None = None) -> NDArray[Any]:
    """Give the configuration after each sorted row; `height` is the length of a lane."""
    codes, coded = encoded(rows, table)
    if height is None:
        height = max(_HEIGHT, rows.size // _LANES)
    height = -(-height // _WORD) * _WORD
    count = rows.size // height
    body = count * height
    starts = _starts(rows, codes, coded, np.arange(count + 1) * height)
    symbols, states = coded.shape
    after = np.empty(rows.size, np.uint8 if states <= _BYTE else np.uint16)
    if count:
        pairs = codes.dtype == after.dtype == np.uint8 and symbols**2 * states <= min(_PAIRS, rows.size)
        step = _pairs if pairs else _singles
        step(codes[:body].reshape(count, height), coded, starts[:count], after[:body].reshape(count, height))
    after[body:] = _plain(codes[body:], coded, int(starts[count]))
    return after


def encoded(rows: Rows, table: NDArray[np.uint16]) -> tuple[NDArray[Any], NDArray[np.uint16]]:
    """Give each row's code and the table by codes: a row that begins a subject forgets the configuration.

    If subjects begin in one configuration, such a row's code is its symbol, moved behind the others. If not,
    it is the configuration to which it leads.
    """
    symbols, states = table.shape
    begin = rows.starts
    if isinstance(begin, int):
        begun = np.repeat(table[:, begin, None], states, axis=1)
        kind = np.uint8 if 2 * symbols <= _BYTE else np.uint16
        codes = np.multiply(rows.first, symbols, dtype=kind)
        codes += rows.symbols
    else:
        begun = np.repeat(np.arange(states, dtype=np.uint16)[:, None], states, axis=1)
        codes = rows.symbols.astype(np.uint8 if symbols + states <= _BYTE else np.uint16)
        codes[rows.begins] = symbols + table[rows.symbols[rows.begins], begin]
    return codes, np.concatenate((table, begun))


def _starts(
    rows: Rows, codes: NDArray[Any], coded: NDArray[np.uint16], cuts: NDArray[np.intp]
) -> NDArray[np.uint16]:
    """Give the configuration of the subject that is cut, at each cut."""
    begins = rows.begins[np.searchsorted(rows.begins, cuts, side="right") - 1]
    starts = np.zeros(len(cuts), np.uint16)
    near = np.flatnonzero(cuts - begins <= _NEAR)
    starts[near] = stepped(codes, coded, begins[near], cuts[near] - begins[near], starts[near, None])[:, 0]
    far = np.flatnonzero(cuts - begins > _NEAR)
    tails = mapped(codes, coded, cuts[far] - _NEAR, np.full(far.size, _NEAR))
    if tails is not None:  # most often the last events alone tell where they lead, from wherever they began
        told = (tails == tails[:, :1]).all(axis=1)
        starts[far[told]] = tails[told, 0]
        far = far[~told]
    begins = np.maximum(begins[far], cuts[far - 1])
    maps = mapped(codes, coded, begins, cuts[far] - begins)
    for n, (cut, begin) in enumerate(zip(far.tolist(), begins.tolist(), strict=True)):
        before = int(starts[cut - 1])
        if maps is not None:
            starts[cut] = maps[n, before]
        else:
            starts[cut] = _plain(codes[begin : cuts[cut]], coded, before)[-1]
    return starts


def stepped(
    codes: NDArray[Any],
    coded: NDArray[np.uint16],
    begins: NDArray[np.intp],
    lengths: NDArray[np.intp],
    states: NDArray[np.uint16],
) -> NDArray[np.uint16]:
    """Step each row of `states` through its piece of the codes: all first codes, then all second ones."""
    longest_first = np.argsort(-lengths, kind="stable")
    begins, remaining = begins[longest_first], -lengths[longest_first]
    table = coded.ravel().astype(np.intp)
    now = states[longest_first].astype(np.intp)
    place = np.empty_like(now)
    for rank in range(int(-remaining[0]) if remaining.size else 0):
        going = slice(int(np.searchsorted(remaining, -rank, side="left")))
        told = codes[begins[going] + rank].astype(np.intp)
        told *= coded.shape[1]
        np.add(now[going], told[:, None], out=place[going])
        table.take(place[going], out=now[going], mode="clip")
    back = np.empty_like(states)
    back[longest_first] = now
    return back


def mapped(
    codes: NDArray[Any], coded: NDArray[np.uint16], begins: NDArray[np.intp], lengths: NDArray[np.intp]
) -> NDArray[np.uint16] | None:
    """Give the map of each piece, from every configuration to where it leads; None if that does not pay.

    After a few events most configurations have led to the same few, and these alone are stepped on.
    """
    states = coded.shape[1]
    if states > _BYTE:
        return None
    now = np.tile(np.arange(states, dtype=np.uint16), (len(begins), 1))
    where = now
    done, stage = 0, 8
    while done < lengths.max(initial=0):
        if done > _NEAR and now.shape[1] > _APART:
            return None
        now = stepped(codes, coded, begins + done, np.clip(lengths - done, 0, stage), now)
        now, column = _distinct(now, states)
        where = np.take_along_axis(column, where, axis=1)
        done, stage = done + stage, stage * 2
    return np.take_along_axis(now, where, axis=1)


def _distinct(values: NDArray[np.uint16], states: int) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Give the distinct values of each row, and in which column of these each value stands."""
    seen = np.zeros((len(values), states), bool)
    np.put_along_axis(seen, values.astype(np.intp), values=True, axis=1)
    number = np.cumsum(seen, axis=1, dtype=np.uint16) - seen.astype(np.uint16)
    column = np.take_along_axis(number, values.astype(np.intp), axis=1)
    few = np.zeros((len(values), int(column.max()) + 1), np.uint16)
    np.put_along_axis(few, column.astype(np.intp), values, axis=1)
    return few, column


def _plain(codes: NDArray[Any], coded: NDArray[np.uint16], state: int) -> list[int]:
    """Step rows one by one."""
    # Lists are read faster than arrays; to make them of a large table for a few rows is not.
    table: Any = coded.T.tolist() if coded.size <= len(codes) else coded.T
    after = []
    for code in codes.tolist():
        state = table[state][code]
        after.append(state)
    return after


def _turned(lanes: NDArray[Any]) -> NDArray[Any]:
    """Turn lanes in words of several rows: [word, lane]."""
    word = np.dtype((np.void, _WORD * lanes.itemsize))
    return np.ascontiguousarray(lanes.view(word).T)


def _pairs(
    codes: NDArray[Any], coded: NDArray[np.uint16], starts: NDArray[np.uint16], after: NDArray[Any]
) -> None:
    """Step lanes two rows at a time; [configuration, second code, first code] gives a byte for each row."""
    symbols = len(coded)
    first = coded.T[:, None, :]
    second = coded[np.arange(symbols)[:, None], first]
    table = (first | second << 8).ravel()
    count = len(codes)
    turned = _turned(codes)
    state = starts * np.uint16(symbols * symbols)
    place = np.empty(count, np.intp)
    both = np.empty((_WORD // 2, count), np.uint16)
    for word in turned:
        index = np.ascontiguousarray(word.view(np.uint16).reshape(count, -1).T)
        index = (index & 255) + (index >> 8) * np.uint16(symbols)
        for pair, found in zip(index, both, strict=True):
            np.add(pair, state, out=pair)
            place[:] = pair
            table.take(place, out=found, mode="clip")
            np.right_shift(found, 8, out=state)
            state *= np.uint16(symbols * symbols)
        word.view(np.uint16).reshape(count, -1)[:] = both.T
    _lay(turned, after)


def _singles(
    codes: NDArray[Any], coded: NDArray[np.uint16], starts: NDArray[np.uint16], after: NDArray[Any]
) -> None:
    """Step lanes row by row."""
    states = coded.shape[1]
    table = coded.ravel().astype(np.intp)
    count = len(codes)
    turned = _turned(codes)
    state = starts.astype(np.intp)
    found = np.empty((_WORD, count), after.dtype)
    words = np.empty(turned.shape, np.dtype((np.void, _WORD * after.itemsize)))
    for word, out in zip(turned, words, strict=True):
        index = word.view(codes.dtype).reshape(count, -1).T.astype(np.intp)
        index *= states
        for place, row in zip(index, found, strict=True):
            np.add(place, state, out=place)
            table.take(place, out=state, mode="clip")
            row[:] = state
        out.view(after.dtype).reshape(count, -1)[:] = found.T
    _lay(words, after)


def _lay(turned: NDArray[Any], after: NDArray[Any]) -> None:
    """Put turned lanes one behind the other again."""
    after.view(turned.dtype)[:] = turned.T
