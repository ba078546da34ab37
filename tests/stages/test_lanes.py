"""Lanes give what stepping row by row gives, wherever they are cut and however long a subject is."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.stages import _lanes
from qualify.stages._lanes import lanes, mapped


def rows_of(rng, table, lengths, *, one_start):
    """Give sorted rows of subjects with so many events each, as `Rows` holds them."""
    symbols, states = table.shape
    size = int(sum(lengths))
    begins = np.cumsum([0, *lengths[:-1]])
    first = np.zeros(size, bool)
    first[begins] = True
    return SimpleNamespace(
        size=size,
        first=first,
        begins=begins,
        symbols=rng.integers(0, symbols, size).astype(np.uint8 if symbols <= 256 else np.uint16),
        starts=int(rng.integers(states)) if one_start else rng.integers(0, states, len(lengths)),
    )


def one_by_one(rows, table):
    """Step row by row."""
    after, state = [], 0
    starts = np.broadcast_to(rows.starts, rows.begins.shape)
    begin = dict(zip(rows.begins.tolist(), starts.tolist(), strict=True))
    for row, symbol in enumerate(rows.symbols.tolist()):
        state = int(table[symbol, begin.get(row, state)])
        after.append(state)
    return after


def random_table(rng, symbols, states):
    """Give a table in which each symbol leads anywhere."""
    return rng.integers(0, states, (symbols, states)).astype(np.uint16)


def ring(symbols, states):
    """Give a table in which no two configurations ever lead to the same."""
    return (
        ((np.arange(states)[None, :] + np.arange(symbols)[:, None]) % states)
        .astype(np.uint16)
        .reshape(symbols, states)
    )


@given(
    st.integers(0, 2**32),
    st.integers(1, 20),
    st.integers(1, 40),
    st.lists(st.integers(1, 80), min_size=1, max_size=40),
    st.sampled_from((8, 24, None)),
    st.booleans(),
)
def test_lanes_are_the_rows_one_by_one(seed, symbols, states, lengths, height, one_start):
    """Random tables, subjects of any length, one beginning for all or one for each."""
    rng = np.random.default_rng(seed)
    table = random_table(rng, symbols, states)
    rows = rows_of(rng, table, lengths, one_start=one_start)
    assert one_by_one(rows, table) == lanes(rows, table, height=height).tolist()


@pytest.mark.parametrize("one_start", [True, False])
@pytest.mark.parametrize(
    ("symbols", "states"), [(1, 1), (2, 3), (12, 11), (16, 16), (3, 250), (100, 10), (200, 30), (4, 300)]
)
def test_every_width_of_table_gives_the_rows_one_by_one(symbols, states, one_start):
    """Two rows at once, one at once, codes and configurations of one byte and of two."""
    rng = np.random.default_rng(symbols * states)
    table = random_table(rng, symbols, states)
    rows = rows_of(rng, table, rng.integers(1, 20, 3_000).tolist(), one_start=one_start)
    for height in (8, 64, 1_000, None):
        assert one_by_one(rows, table) == lanes(rows, table, height=height).tolist()


@pytest.mark.parametrize("states", [1, 5, 40, 300])
@pytest.mark.parametrize("make", [ring, lambda symbols, states: ring(symbols, states) // 2])
@pytest.mark.parametrize(
    "lengths", [(20_000,), (3, 9_000, 1, 1, 6_000, 40), (700, 300, 257, 256, 255, 9_000)]
)
def test_a_giant_subject_is_cut_and_its_maps_compose(make, states, lengths):
    """Maps that never become one, maps that soon do, few configurations and so many that maps do not pay."""
    table = make(3, states)
    rng = np.random.default_rng(states)
    for one_start in (True, False):
        rows = rows_of(rng, table, lengths, one_start=one_start)
        for height in (512, 1_024, None):
            assert one_by_one(rows, table) == lanes(rows, table, height=height).tolist()


@given(st.integers(0, 2**32), st.integers(1, 30), st.lists(st.integers(0, 900), min_size=1, max_size=6))
def test_a_map_is_what_rows_do_from_every_configuration(seed, states, lengths):
    """Piece by piece, of any length, the empty one too."""
    rng = np.random.default_rng(seed)
    table = random_table(rng, 4, states)
    codes = rng.integers(0, 4, sum(lengths)).astype(np.uint8)
    begins = np.cumsum([0, *lengths[:-1]])
    maps = mapped(codes, table, begins, np.array(lengths))
    for begin, length, found in zip(begins.tolist(), lengths, maps.tolist(), strict=True):
        state = np.arange(states)
        for code in codes[begin : begin + length].tolist():
            state = table[code, state]
        assert state.tolist() == found


def test_maps_that_do_not_become_fewer_are_left_alone():
    """More configurations than a byte holds, or too many that stay apart, are stepped one by one."""
    codes = np.zeros(2_000, np.uint8)
    begins, lengths = np.array([0]), np.array([2_000])
    assert mapped(codes, ring(2, 300), begins, lengths) is None
    assert mapped(codes, ring(2, _lanes._APART + 1), begins, lengths) is None
    assert mapped(codes, ring(2, _lanes._APART), begins, lengths).tolist() == [list(range(_lanes._APART))]
