"""A column is read once, whatever made it, and says of each row what that row says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.criteria import Columns, topic
from qualify.criteria._encoding import _dictionary, encode
from qualify.errors import InvalidType, InvalidValue
from qualify.truth import NO, UNKNOWN, YES

pandas, polars, pyarrow = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
NAN = float("nan")
DTYPES = ["i1", "u1", "i2", "u2", ">i2", "i4", "u4", ">i4", "i8", "u8", ">i8", "f2", "f4", ">f4", "f8", ">f8"]


def held(column, unknown=()):
    """What each row of an encoded column holds."""
    made = encode(column, "column", unknown)
    values = [made.python(row) for row in range(len(made))]
    assert [value is not None for value in values] == made.known().tolist()
    assert made.known().dtype == np.bool_
    return values


def ladder(dtype, size):
    """Numbers of a dtype around which its encoding may change, in a column that is no multiple of a block."""
    kind = np.dtype(dtype)
    limits = [0, 1, 2**24, 2**24 + 1, 2**53, 2**53 + 1, 2**63 - 1]
    signed = limits if kind.kind == "u" else [*limits, *(-value for value in limits)]
    most = {"f2": 2**11, "f4": 2**64, "f8": 2**64}.get(kind.str[1:]) or np.iinfo(kind).max
    fits = [value for value in signed if abs(value) <= most]
    return st.lists(st.sampled_from(fits), min_size=1, max_size=size).map(lambda vs: np.array(vs, kind))


@given(st.sampled_from(DTYPES).flatmap(lambda d: ladder(d, 6)), st.data())
def test_numbers_of_every_dtype_keep_their_value(column, data):
    """No number is rounded, whatever its type, byte order or stride, and the unknown ones are named."""
    gaps = tuple(data.draw(st.lists(st.sampled_from(column.tolist()), max_size=2)))
    expected = [None if value in gaps else value for value in column.tolist()]
    strided = np.repeat(column, 2)[::2]
    for one in (column, strided, column[::-1][::-1]):
        assert expected == held(one, gaps)
        assert one.tolist() == column.tolist()


@given(st.lists(st.tuples(st.sampled_from([1, 7, 2**25, 2**60]), st.booleans()), min_size=1, max_size=5))
def test_what_is_masked_is_unknown_beside_what_is_declared(rows):
    """A mask and a declared value are unknown together."""
    column = np.ma.MaskedArray([value for value, _ in rows], [gone for _, gone in rows])
    assert [None if gone or value == 7 else value for value, gone in rows] == held(column, (7,))
    assert [None if gone else value for value, gone in rows] == held(column)
    if all(value < 2**60 for value, _ in rows):
        floats = column.astype(np.float64) + 0.1
        expected = [None if gone or value == 7 else value + 0.1 for value, gone in rows]
        assert expected == held(floats, (7.1,))


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ([0.1, NAN, 3e300], [0.1, None, 3e300]),
        (np.array([0.1, NAN], np.float32), [np.float32(0.1).item(), None]),
        ([1, 2.5, None], [1, 2.5, None]),
        ([2**60, None, -(2**60)], [2**60, None, -(2**60)]),
        ([2**53, None], [2**53, None]),
        ([2**53 + 1, None], [2**53 + 1, None]),
        ([True, None, False], [True, None, False]),
        (np.ma.MaskedArray([True, True, False], [0, 1, 0]), [True, None, False]),
        ([YES, UNKNOWN, NO], [True, None, False]),
        ([YES, None, NO], [True, None, False]),
        (np.array([1, 0, -1], np.int8), [1, 0, -1]),
        ([datetime(2026, 5, 3, tzinfo=UTC), None], [datetime(2026, 5, 3, tzinfo=UTC), None]),
        ([timedelta(microseconds=1), None, timedelta(0)], [timedelta(microseconds=1), None, timedelta(0)]),
        (np.array([3, "NaT"], "m8[h]"), [timedelta(hours=3), None]),
        (np.array([3, "NaT"], "M8[D]"), [datetime(1970, 1, 4, tzinfo=UTC), None]),
        (["a", None, "a", ""], ["a", None, "a", ""]),
        (["a", 1, True, 1.0, None], ["a", 1, True, 1.0, None]),
        ([date(2026, 5, 3), None], [date(2026, 5, 3), None]),
        ([], []),
    ],
)
def test_a_column_holds_what_its_rows_hold(column, expected):
    """Each row comes back as the value that stood there, and one that says nothing as None."""
    found = held(column)
    assert [(value, value is True) for value in expected] == [(value, value is True) for value in found]


def test_a_number_that_stands_for_unknown_is_compared_exactly():
    """Its neighbours are known, also where floats skip whole numbers, and one beyond all of them is none."""
    for gap in (2**53, 2**53 + 1, 2**60 + 1, -(2**60) - 1):
        near = [gap - 1, gap, gap + 1]
        assert [gap - 1, None, gap + 1] == held(np.array(near, np.int64), (gap,))
    assert [2**53, 1] == held(np.array([2.0**53, 1]), (2**53 + 1,))
    for beyond in (10**400, -(10**400), 2**63, -1, 0.5, Decimal("0.5")):
        assert [1, 2] == held(np.array([1, 2], np.uint64), (beyond,))
        assert [1, 2.25] == held([1, 2.25], (beyond,))
    assert [0, 1] == held([0, 1], (0.5,))
    assert [None, 254] == held(np.array([255, 254], np.uint8), (255,))
    assert [None, -127] == held(np.array([-128, -127], np.int8), (-128,))
    for number in (999, 999.0, Decimal(999), Decimal("999.00")):
        assert [6, None] == held([6, 999], (number,))
        assert [6.5, None] == held([6.5, 999], (number,))


def test_what_is_declared_unknown_is_told_by_its_type():
    """The number 1 that stands for unknown is neither the truth True nor the text "1"."""
    assert ["1", None, True] == held(["1", 1, True], (1,))
    assert [None, 1, True] == held(["1", 1, True], ("1",))
    assert [2, None] == held([2, 1], (1, "unknown", True))
    assert [2, 1] == held([2, 1], (True,))


@pytest.mark.parametrize("size", [4_095, 4_097, 65_535, 65_537, 131_073])
@pytest.mark.parametrize("odd", [0.1, NAN, 1e300])
def test_one_odd_number_at_the_end_of_a_long_column(size, odd):
    """A column is read to its last row before it is kept in fewer bytes."""
    column = np.full(size, 2.5)
    column[-1] = odd
    made = encode(column, "column")
    assert np.array_equal(column, made.values.astype(np.float64), equal_nan=True)
    assert size - (odd != odd) == int(made.known().sum())  # noqa: PLR0124 - NaN


@pytest.mark.parametrize(
    ("column", "dtype"),
    [
        (np.array([2.5, NAN]), "float32"),
        (np.array([0.1, 2.5]), "float64"),
        (np.array([2**24, 1]), "float32"),
        (np.array([2**24 + 1, 1]), "float64"),
        (np.array([2**53 - 1, 1]), "float64"),
        (np.array([2**53, 1]), "float32"),
        (np.array([2**53 + 1, 1]), "int64"),
    ],
)
def test_a_column_is_kept_in_the_fewest_bytes_that_hold_it(column, dtype):
    """What fits into four bytes without rounding is kept in four."""
    assert dtype == str(encode(column, "column").values.dtype)


@pytest.mark.parametrize(
    ("names", "dtype"), [(255, "uint8"), (256, "uint16"), (65_535, "uint16"), (65_536, "uint32")]
)
def test_categories_are_kept_in_the_fewest_bytes_that_count_them(names, dtype):
    """One code is for what is unknown; the others count the names."""
    column = [f"c{i}" for i in range(names)]
    made = encode([None, *column], "column")
    assert dtype == str(made.values.dtype)
    assert [None, "c0", f"c{names - 1}"] == [made.python(row) for row in (0, 1, names)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
@pytest.mark.parametrize("unknown", [(), (7,)])
def test_nothing_that_is_kept_is_shared_with_its_maker(dtype, unknown):
    """What is written to a column later, also through another view of it, is not seen."""
    column = np.array([1, 7, 2**25], dtype)
    view = column[:]
    view.flags.writeable = False
    expected = [1, None if unknown else 7, 2**25]
    for one in (column, view):
        made = encode(one, "column", unknown)
        column[:] = 5
        assert expected == [made.python(row) for row in range(3)]
        column[:] = [1, 7, 2**25]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_column_that_nobody_can_write_to_is_left_as_it_is(dtype):
    """Also where it holds what stands for unknown."""
    column = np.array([0.1, 7, 2.5], dtype)
    column.flags.writeable = False
    assert [column[0].item(), None, 2.5] == held(column, (7,))
    assert [column[0].item(), 7, 2.5] == column.tolist()


def test_a_table_is_no_column():
    """A frame of a library is refused, and one of its columns taken."""
    for library in (polars, pandas):
        frame = library.DataFrame({"a": [1]})
        with pytest.raises(InvalidType, match="one column is needed"):
            encode(frame, "column")
        assert [1] == held(frame["a"])


def test_what_cannot_be_read_is_refused_with_its_row():
    """Infinite numbers, numbers beyond 63 bits and values of no kind are errors of the host."""
    for column, error, where in (
        ([1.0, float("inf")], InvalidValue, "column, row 1"),
        (np.array([2**63], np.uint64), InvalidValue, "column"),
        (["a", object()], InvalidType, "column, row 1"),
        (["a", "b", "\ud800"], InvalidValue, "column, row 2"),
        ([Decimal("0.1")], InvalidType, "column, row 0"),
    ):
        with pytest.raises(error) as caught:
            encode(column, "column")
        assert where == caught.value.where


def libraries():
    """Columns of words as libraries keep them: how each is made, from the words."""
    pd, pl, pa = pandas, polars, pyarrow
    return {
        "pandas category": lambda words: pd.Series(pd.Categorical(words)),
        "pandas categorical": pd.Categorical,
        "pandas index": pd.CategoricalIndex,
        "polars text": lambda words: pl.Series(words, dtype=pl.String),
        "polars categorical": lambda words: pl.Series(words, dtype=pl.Categorical),
        "polars enum": lambda words: pl.Series(words, dtype=pl.Enum(sorted({w for w in words if w}))),
        "arrow text": lambda words: pa.array(words, pa.string()),
        "arrow large text": lambda words: pa.array(words, pa.large_string()),
        "arrow dictionary": lambda words: pa.array(words, pa.string()).dictionary_encode(),
        "arrow chunks": lambda words: pa.chunked_array([pa.array(words[:1]), pa.array(words[1:])]),
    }


@pytest.mark.parametrize("maker", [*range(10)])
@pytest.mark.parametrize("count", [2, 254, 255, 256, 300])
def test_words_of_a_library_are_read_by_their_codes(maker, count):
    """Codes and names are taken as the library has them, and no row is looked at."""
    words = ["b", None, "a", "b", *(f"c{i}" for i in range(count - 2)), None]
    column = list(libraries().values())[maker](words)
    codes, names = _dictionary(column)
    gap = 255 if codes.dtype == np.uint8 else -1
    assert words == [None if code == gap else names[code] for code in codes.tolist()]
    assert words == held(column)
    assert [w if w != "a" else None for w in words] == held(column, ("a",))
    rule = topic("w").one_of("a", "b")
    truths = [0 if word is None else 1 if word in {"a", "b"} else -1 for word in words]
    assert truths == rule.truths(Columns.of({"w": column})).tolist()


@pytest.mark.parametrize("maker", [*range(10)])
def test_a_library_may_have_no_words(maker):
    """A column without rows, and one in which every row is missing, are read too."""
    make = list(libraries().values())[maker]
    assert [] == held(make([]))
    assert [None, None] == held(make([None, None]))


def test_numbers_of_a_library_are_no_words():
    """What a library keeps without codes is read as numbers, with what is missing."""
    pd, pl, pa = pandas, polars, pyarrow
    for column in (
        pd.Series([1.5, None]),
        pd.array([1.5, None], "Float64"),
        pl.Series([1.5, None]),
        pa.array([1.5, None]),
        pa.chunked_array([pa.array([1.5]), pa.array([None], pa.float64())]),
    ):
        assert _dictionary(column) is None
        assert [1.5, None] == held(column)
    assert _dictionary(["a", "b"]) is None
    assert _dictionary(np.array(["a", "b"])) is None


def test_the_largest_whole_number_is_held():
    """Only from 2**63 on a whole number without a sign is too large."""
    assert [2**63 - 1] == held(np.array([2**63 - 1], np.uint64))
