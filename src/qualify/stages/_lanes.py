"""Lanes: sorted rows cut at the beginnings of subjects, which step together.

What belongs here: charts without deadlines. What does not: charts with them (`_waves`).

All lanes step at once, one row each, so that a step is a handful of array operations. For charts of up to
16 configurations and 16 symbols one byte holds both, and `bytes.translate` is the step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qualify.stages._columns import Rows

    Ints = NDArray[np.int64]

_LANES = 4_096
_SMALL = 16  # configurations and symbols that one byte holds
_WORD = 8  # rows that are moved at once when lanes are turned


def lanes(rows: Rows, table: NDArray[np.uint16]) -> NDArray[Any]:
    """Give the configuration after each sorted row."""
    symbols, states = table.shape
    small = symbols <= _SMALL and states <= _SMALL
    longest = max(int(np.diff(rows.begins).max(initial=0)), rows.size - int(rows.begins[-1]))
    count = min(_LANES, max(1, rows.size // max(longest, 64)))
    ideal = np.arange(count) * rows.size // count
    cuts = np.unique(rows.begins[np.searchsorted(rows.begins, ideal, side="right") - 1])
    ends = np.append(cuts[1:], rows.size)
    height = -(-int((ends - cuts).max()) // _WORD) * _WORD
    if small:
        return _bytes(rows, table, cuts, ends, height)
    return _takes(rows, table, cuts, ends, height)


def _turned(column: NDArray[Any], cuts: Ints, ends: Ints, height: int) -> NDArray[Any]:
    """Cut a column into lanes and turn them, eight rows at a time: [word, lane, row in the word]."""
    padded = _laned(column, cuts, ends, height)
    word = np.dtype((np.void, _WORD * column.itemsize))
    turned = np.ascontiguousarray(padded.view(word).T)
    return turned.view(column.dtype).reshape(height // _WORD, len(cuts), _WORD)


def _turned_bits(flags: NDArray[np.bool_], cuts: Ints, ends: Ints, height: int) -> NDArray[np.uint8]:
    """Cut flags into lanes and turn them, eight rows in a byte: [word, lane]."""
    return np.ascontiguousarray(np.packbits(_laned(flags, cuts, ends, height), axis=1).T)


def _laned(column: NDArray[Any], cuts: Ints, ends: Ints, height: int) -> NDArray[Any]:
    """Give a row for each lane, filled up with zeros."""
    padded = np.zeros((len(cuts), height), column.dtype)
    for lane, (begin, end) in enumerate(zip(cuts.tolist(), ends.tolist(), strict=True)):
        padded[lane, : end - begin] = column[begin:end]
    return padded


def _unturned(turned: NDArray[Any], cuts: Ints, ends: Ints) -> NDArray[Any]:
    """Put the lanes one behind the other again."""
    words, count, _ = turned.shape
    word = np.dtype((np.void, _WORD * turned.itemsize))
    lanes = np.ascontiguousarray(turned.reshape(words, count * _WORD).view(word).T)
    padded = lanes.view(turned.dtype).reshape(count, words * _WORD)
    column = np.empty(int(ends[-1]), turned.dtype)
    for lane, (begin, end) in enumerate(zip(cuts.tolist(), ends.tolist(), strict=True)):
        column[begin:end] = padded[lane, : end - begin]
    return column


def _bytes(rows: Rows, table: NDArray[np.uint16], cuts: Ints, ends: Ints, height: int) -> NDArray[np.uint8]:
    """Step lanes by `bytes.translate`: a byte is the symbol and, in its low half, the configuration."""
    step = bytearray(256)
    for symbol, row in enumerate(table.tolist()):
        step[symbol << 4 : (symbol << 4) + len(row)] = bytes(row)
    code = bytes(step)
    events = _turned(rows.symbols, cuts, ends, height)
    events <<= 4
    begins = _turned_bits(rows.first, cuts, ends, height)
    state = np.zeros(len(cuts), np.uint8)
    for word, begun in zip(events, begins, strict=True):
        told = np.ascontiguousarray(word.T)
        keep = np.unpackbits(begun[None, :], axis=0)
        keep -= 1
        keep &= 15  # nothing of the state where a subject begins, all of it elsewhere
        for row in range(_WORD):
            mixed = np.bitwise_or(np.bitwise_and(state, keep[row]), told[row])
            state = np.frombuffer(mixed.tobytes().translate(code), np.uint8)
            told[row] = state
        word[:] = told.T
    return _unturned(events, cuts, ends)


def _takes(rows: Rows, table: NDArray[np.uint16], cuts: Ints, ends: Ints, height: int) -> NDArray[np.uint16]:
    """Step lanes by `take`; a row that begins a subject has a symbol of its own, which forgets the state."""
    symbols, states = table.shape
    begun = np.repeat(table[:, :1], states, axis=1)
    flat = np.concatenate((table, begun)).ravel()
    shifted: NDArray[Any] = rows.symbols.astype(np.uint16 if flat.size < 1 << 16 else np.uint32)
    np.add(shifted, symbols, out=shifted, where=rows.first)
    shifted *= states
    events = _turned(shifted, cuts, ends, height)
    del shifted
    place = np.empty(len(cuts), np.intp)
    state = np.zeros(len(cuts), np.uint16)
    for word in events:
        for row in range(_WORD):
            np.add(word[:, row], state, out=place)
            np.take(flat, place, out=state, mode="clip")
            word[:, row] = state
    return _unturned(events, cuts, ends).astype(np.uint16, copy=False)
