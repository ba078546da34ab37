"""Columns of any maker are read alike, and what cannot be meant is refused with its row."""

from __future__ import annotations

import array
import subprocess
import sys
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify import _arrays
from qualify.errors import InvalidType, InvalidValue, TimeError, UnknownName
from qualify.truth import NO, UNKNOWN, YES

UTC = timezone.utc  # noqa: UP017 - the same object under every supported Python
DAY = datetime(2026, 5, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """A label of one's own, without an order."""

    name: str


def read(values):
    """Give a column as a list with None where it is missing."""
    column = _arrays.numbers(values, "x")
    gone = [False] * len(column) if column.missing is None else column.missing.tolist()
    return [None if g else v for v, g in zip(column.values.tolist(), gone, strict=True)]


def makers():
    pd, pl, pa = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    nw = pytest.importorskip("narwhals")
    return {
        "list": [1, None, 3],
        "tuple": (1, None, 3),
        "masked": np.ma.MaskedArray([1, 2, 3], mask=[False, True, False]),
        "object array": np.array([1, None, 3], object),
        "floats": np.array([1, np.nan, 3]),
        "masked objects": np.ma.MaskedArray(np.array([1, 2, 3], object), mask=[False, True, False]),
        "pandas float": pd.Series([1, None, 3], index=[9, 7, 8]),
        "pandas object": pd.Series([1, None, 3], dtype=object),
        "pandas nullable": pd.Series([1, None, 3], dtype="Int8"),
        "pandas array": pd.array([1, None, 3]),
        "pandas arrow": pd.Series([1, None, 3], dtype="int64[pyarrow]"),
        "pandas categorical": pd.Series([1, None, 3], dtype="category"),
        "pandas index": pd.Index([1, None, 3]),
        "polars": pl.Series([1, None, 3], dtype=pl.Int8),
        "polars float": pl.Series([1.0, None, 3.0]),
        "polars 128 bits": pl.Series([1, None, 3], dtype=pl.Int128),
        "polars decimal": pl.Series([Decimal(1), None, Decimal(3)]),
        "arrow": pa.array([1, None, 3]),
        "arrow chunked": pa.chunked_array([[1, None], [3]]),
        "arrow dictionary": pa.array([1, None, 3]).dictionary_encode(),
        "arrow floats": pa.array([1.0, None, 3.0]),
        "narwhals": nw.from_native(pl.Series([1, None, 3]), series_only=True),
    }


def test_makers_agree():
    """Every maker's column of 1, nothing, 3 reads as that."""
    for name, values in makers().items():
        assert [1, None, 3] == read(values), name


def test_no_import():
    """Reading lists and arrays loads none of the libraries whose columns are understood."""
    code = (
        "import sys, numpy; from qualify import _arrays; _arrays.labels(['a'], 'by', rows=1);"
        "_arrays.numbers(numpy.arange(3), 'x');"
        "print([m for m in ('pandas', 'polars', 'pyarrow', 'narwhals', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "values",
    [
        range(1, 4),
        array.array("i", [1, 2, 3]),
        memoryview(np.arange(1, 4)),
        np.arange(1, 7)[::2] // 2 + 1,
        np.array([1, 2, 3], ">i2"),
        np.asfortranarray(np.array([[1, 9], [2, 9], [3, 9]]))[:, 0],
        np.array([3, 2, 1], np.uint8)[::-1],
        [np.int8(1), np.int64(2), 3],
        [Decimal(1), Fraction(2), 3.0],
        [True + 0, 2, 3],
    ],
    ids=lambda values: type(values).__name__,
)
def test_shapes_and_strides(values):
    """Stride, byte order, width and container do not matter."""
    assert [1, 2, 3] == read(values)


def test_array_protocol():
    """Anything that gives an array of itself is read by that."""

    class Own:
        def __array__(self, dtype=None, copy=None):
            return np.array([1, 2])

    assert [1, 2] == read(Own())


def test_narwhals_of_own():
    """A wrapper of numpy is unwrapped."""

    class Series:
        __module__ = "narwhals.series"

        def to_native(self):
            return np.array([1, 2])

    assert [1, 2] == read(Series())


REFUSED = {
    "generator": ((x for x in [1]), InvalidType, r"got generator\); wrap it in list"),
    "set": ({1}, InvalidType, "a column is needed"),
    "mapping": (OrderedDict(a=1), InvalidType, "a column is needed"),
    "text": ("123", InvalidType, "got str"),
    "number": (5, InvalidType, "got int"),
    "2-D": (np.zeros((2, 2)), InvalidValue, r"one dimension \(got 2\)"),
    "0-D": (np.array(3), InvalidValue, r"one dimension \(got 0\)"),
    "nested list": ([[1], [2]], InvalidValue, "one dimension"),
    "bool": ([True, False], InvalidType, r"numbers are needed \(got bool\)"),
    "complex": (np.array([1j]), InvalidType, "complex"),
    "complex list": ([1, 2j], InvalidType, "complex in row 1"),
    "text list": ([1, "9"], InvalidType, "str in row 1"),
    "text array": (np.array(["9"]), InvalidType, "text"),
    "structured": (np.zeros(1, [("a", int)]), InvalidType, "records"),
    "dates": (np.array(["2026-01-01"], "M8[D]"), InvalidType, "dates"),
    "infinity": (
        [1.0, np.inf, -np.inf],
        InvalidValue,
        r"x, row 1: finite numbers are needed \(got inf, and 1 more",
    ),
    "too large": ([-1, 2**63], InvalidValue, r"row 1: whole numbers of at most 64 bits"),
    "broken Decimal": ([Decimal("0.1")], InvalidType, "row 0: a number that a float holds exactly"),
    "huge Fraction": ([Fraction(10**400), 1.0], InvalidType, "row 0"),
    "mixed": ([True, 1], InvalidType, "bool in row 0"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    """What is no column of numbers is refused, naming the argument, the row and what is allowed."""
    values, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        _arrays.numbers(values, "x")


def test_frames_refused():
    """Tables ask for a column, lazy frames for their computing."""
    pd, pl, pa = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    nw = pytest.importorskip("narwhals")
    for table in (pd.DataFrame({"a": [1]}), pl.DataFrame({"a": [1]}), pa.table({"a": [1]})):
        with pytest.raises(
            InvalidType, match=r"one column is needed \(got a table .*choose it: table\['score'\]"
        ):
            _arrays.column(table, "x")
    lazy = pl.LazyFrame({"a": [1]})
    for column in (
        lazy,
        pl.col("a"),
        nw.from_native(lazy),
        pa.RecordBatchReader.from_batches(pa.schema([]), []),
    ):
        with pytest.raises(InvalidType, match="collect it first"):
            _arrays.column(column, "x")
    for odd in (pl.Int8(), pd.Timestamp("2026-01-01")):
        with pytest.raises(InvalidType, match="a column is needed"):
            _arrays.column(odd, "x")


@pytest.mark.parametrize("library", ["dask", "ibis", "pyspark", "duckdb", "daft", "vaex"])
def test_not_computed(library):
    """Columns of lazy engines are refused by the name of their library."""
    lazy = type("Lazy", (), {"__module__": f"{library}.dataframe"})()
    with pytest.raises(InvalidType, match=rf"{library} Lazy, not computed yet\); collect it first"):
        _arrays.column(lazy, "x")


def test_whole_numbers_are_exact_below_two_to_the_53():
    """From there on a float skips some."""
    assert 2**53 == _arrays.MAX_EXACT
    assert float(_arrays.MAX_EXACT) + 1 == float(_arrays.MAX_EXACT)


def test_what_pandas_calls_not_a_time_is_missing():
    """Beside durations in a list, too."""
    pd = pytest.importorskip("pandas")
    read = _arrays.column([timedelta(days=1), pd.NaT, None], "x")
    assert [False, True, True] == read.missing.tolist()


@pytest.mark.parametrize("nan", [float("nan"), Decimal("NaN"), Decimal("sNaN"), np.float32("nan")])
def test_no_number_is_missing(nan):
    """What is not a number is missing, of whatever type it is."""
    assert [9, None, 8] == read([9, nan, Decimal(8)]) == read(np.array([9, nan, 8], object))
    with pytest.raises(InvalidValue, match="x, row 1: finite numbers"):
        read([9, Decimal("Infinity")])


@pytest.mark.parametrize("dtype", ["f2", "f4"])
def test_a_narrow_float_is_held_against_numbers_that_it_does_not_hold(dtype):
    """Nothing lies beyond a bound that it does not hold, and infinity is no code."""
    with np.errstate(all="raise"):
        column = np.array([1, -3], dtype)
        assert [1, -3] == _arrays.numbers(column, "x", missing=1e300, most=1e150).present.tolist()
        with pytest.raises(InvalidValue, match=r"x, row 1: numbers from 0 to 1e\+150 are needed \(got -3"):
            _arrays.numbers(column, "x", least=0, most=1e150)
        with pytest.raises(InvalidValue, match="x, row 0: finite numbers"):
            _arrays.numbers(np.array([np.inf], dtype), "x", missing=1e300)


def test_missing_codes():
    """One code or several stand for no answer; NaN and None among them change nothing."""
    assert [1, None] == read([1, None])
    assert [3, 5] == _arrays.numbers(
        [3, 99, 5, 98], "x", missing=(99, 98, None, float("nan"))
    ).present.tolist()
    assert [3] == _arrays.numbers(np.array([3.0, 99, np.nan]), "x", missing=99).present.tolist()
    with pytest.raises(InvalidType, match="missing: a number is needed"):
        _arrays.numbers([1], "x", missing="NA")


@pytest.mark.parametrize(
    ("bounds", "allowed"),
    [
        ({"least": 0}, "numbers of at least 0"),
        ({"most": 3}, "numbers of at most 3"),
        ({"least": 0, "most": 3}, "numbers from 0 to 3"),
    ],
)
def test_bounds(bounds, allowed):
    """A number out of bounds is refused with its row; a missing one is not looked at."""
    value = -1 if "least" in bounds else 7
    with pytest.raises(InvalidValue, match=f"x, row 2: {allowed}"):
        _arrays.numbers([1, 1, value], "x", **bounds)
    assert 2 == len(_arrays.numbers([1, 1, value], "x", missing=value, **bounds).present)


def test_whole():
    """Broken numbers are refused where whole ones are needed, whatever the missing ones hold."""
    with pytest.raises(InvalidValue, match=r"row 1: whole numbers are needed \(got 9.5\)"):
        _arrays.numbers([9.0, 9.5], "x", whole=True)
    assert [9] == _arrays.numbers(np.array([np.nan, 9.0]), "x", whole=True).present.tolist()


@pytest.mark.parametrize(
    "values",
    [
        [YES, UNKNOWN, NO],
        np.array([1, 0, -1], np.int8),
        [True, UNKNOWN, False],
        [np.True_, UNKNOWN, NO],
    ],
)
def test_truths(values):
    """Codes, truths and mixtures of truths and bools are truths."""
    assert [1, 0, -1] == _arrays.truths(values, "x").values.tolist()


def test_truths_with_gaps():
    """A blank is missing, not UNKNOWN, in every maker's column of bools."""
    pd, pl, pa = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    blank = [True, None, False]
    for values in (
        blank,
        [YES, None, NO],
        [YES, None, False],
        pd.Series(blank, dtype="boolean"),
        pl.Series(blank),
        pa.array(blank),
    ):
        column = _arrays.truths(values, "x")
        assert ([1, -1], [False, True, False]) == (column.present.tolist(), column.missing.tolist())
    assert 2 == len(_arrays.truths([None, None], "x"))
    assert 0 == len(_arrays.truths([], "x"))
    assert [0, 1] == _arrays.truths(
        np.ma.MaskedArray(np.array([-1, 1], np.int8), [True, False]), "x"
    ).values.tolist()


@pytest.mark.parametrize("values", [np.array([0, 1]), [0.0, 1.0], ["won"], [YES, 1], np.array(["a"])])
def test_truths_refused(values):
    """0 would read as UNKNOWN where it means no, and a word may mean anything; an error says so."""
    with pytest.raises(InvalidType, match='for 0 and 1 write column == 1, for text column == "yes"'):
        _arrays.truths(values, "x")
    with pytest.raises(InvalidValue, match=r"row 1: codes \+1, 0 and -1 are needed \(got 2"):
        _arrays.truths(np.array([1, 2, 3], np.int8), "x")


def test_instants():
    """Aware instants become UTC, from every maker; NaT and None are missing."""
    pd, pl, pa = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    east = timezone(timedelta(hours=2))
    expected = np.datetime64("2026-05-03T00:00:00", "us")
    aware = [DAY, None, DAY.astimezone(east)]
    for values in (
        aware,
        pd.Series(aware, dtype=object),
        pd.to_datetime(pd.Series(aware), utc=True).dt.tz_convert("Etc/GMT-2"),
        pd.DatetimeIndex(pd.to_datetime(pd.Series(aware), utc=True)),
        pl.Series(aware),
        pa.array(aware, pa.timestamp("us", "UTC")),
        np.array(["2026-05-03", "NaT", "2026-05-03"], "M8[D]"),
    ):
        column = _arrays.instants(values, "at")
        assert [expected, expected] == list(column.present), type(values)
        assert [False, True, False] == column.missing.tolist()
    with pytest.raises(TimeError, match="at, row 1: an instant needs a time zone"):
        _arrays.instants([DAY, DAY.replace(tzinfo=None)], "at")
    for odd in ([1, 2], ["2026-05-03"], [DAY, 1]):
        with pytest.raises(InvalidType, match="instants are needed"):
            _arrays.instants(odd, "at")
    assert 2 == len(_arrays.instants([None, None], "at"))


def test_durations():
    """Durations come in microseconds; a negative one is refused."""
    pl = pytest.importorskip("polars")
    hour = timedelta(hours=1)
    assert [hour] == _arrays.durations([hour, None], "x").present.tolist()
    assert [hour] == _arrays.durations(pl.Series([hour, None]), "x").present.tolist()
    with pytest.raises(InvalidValue, match="x, row 0: durations that are not negative"):
        _arrays.durations([-hour], "x")
    with pytest.raises(InvalidType, match="timedeltas or timedelta64"):
        _arrays.durations([3], "x")


def names_of(values, rows=3):
    group = _arrays.labels(values, "by", rows=rows)
    occurs = np.bincount(group.groups(), minlength=group.size) > 0
    names = np.array(group.of(np.ones(group.size, bool)), object)[group.groups()]
    return group.of(occurs), names.tolist()


def test_labels():
    """Labels of every maker come in their order, a missing one last."""
    pd, pl, pa = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    text = ["b", "a", None]
    for values in (
        text,
        np.array(text, object),
        pd.Series(text),
        pd.Series(text, dtype="category"),
        pd.Categorical(text, categories=["a", "b", "c"]),
        pl.Series(text),
        pl.Series(text, dtype=pl.Categorical),
        pa.array(text),
        pa.array(["a", "b", None]).take([1, 0, 2]).dictionary_encode(),
    ):
        assert (("a", "b", None), text) == names_of(values), type(values)
    assert (("a", "b"), ["b", "a", "b"]) == names_of(
        pa.array(["a", "b"]).dictionary_encode().take(pa.array([1, 0, 1]))
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3, 1, 3], (1, 3)),
        (np.array([10**12, -(10**12), 0]), (-(10**12), 0, 10**12)),
        ([True, False, True], (False, True)),
        ([1.5, np.nan, 1.5], (1.5, None)),
        ([1, None, 2], (1, 2, None)),
        (np.array(["b", "a", "b"]), ("a", "b")),
        (np.array([b"b", b"a", b"b"]), (b"a", b"b")),
        ([Place("b"), Place("a")] * 2, (Place("b"), Place("a"))),
        ([1, 1.5, None], (1, 1.5, None)),
        ([DAY, DAY, None], (DAY.replace(tzinfo=None), None)),
        ([None, None, None], (None,)),
    ],
)
def test_labels_of_kinds(values, expected):
    """Whole numbers, bools, dates, text and whatever can be a key can be labels."""
    found, names = names_of(values, len(values))
    assert expected == found
    assert set(names) == set(expected)


def test_labels_refused():
    """Labels of another length, or that cannot be keys, are refused."""
    with pytest.raises(InvalidValue, match=r"by: one entry for each of 3 rows is needed \(got 1\)"):
        _arrays.labels(["a"], "by", rows=3)
    with pytest.raises(InvalidType, match="labels must be hashable"):
        _arrays.labels([{}], "by", rows=1)
    with pytest.raises(InvalidType, match="labels are text, numbers, bools or dates"):
        _arrays.labels(np.zeros(1, [("a", int)]), "by", rows=1)
    assert () == _arrays.labels([], "by", rows=0).of(np.array([False]))


@given(
    st.lists(st.none() | st.sampled_from("abc"))
    | st.lists(st.none() | st.integers(0, 3))
    | st.lists(st.none() | st.sampled_from([-1.5, 2.5, 0.1]))
)
def test_labels_keep_rows(values):
    """Each row keeps its label, or none."""
    assert values == names_of(values, len(values))[1]


@pytest.mark.parametrize(
    ("values", "row", "found"),
    [
        ([1, True], 1, "bool after int"),
        ([1, "1"], 1, "str after int"),
        ([None, "a", None, 1], 3, "int after str"),
        (np.array([True, False, 1], object), 2, "int after bool"),
        ([b"a", "a"], 1, "str after bytes"),
        ([date(2026, 5, 4), "2026-05-04"], 1, "str after date"),
        ([Place("a"), "a"], 1, "str after Place"),
    ],
)
def test_labels_of_two_kinds_are_refused(values, row, found):
    """Labels that would merge, or read alike, are refused with the row."""
    says = rf"by, row {row}: labels of one kind are needed \(got {found}\)"
    with pytest.raises(InvalidType, match=says):
        _arrays.labels(values, "by", rows=len(values))


def test_categories_of_two_kinds_are_refused_where_they_occur():
    """A category that no row has does no harm."""
    pd = pytest.importorskip("pandas")
    with pytest.raises(InvalidType, match=r"by, row 2: .*str after int"):
        _arrays.labels(pd.Categorical([1, None, "1"], categories=[1, "1"]), "by", rows=3)
    assert (1, None) == names_of(pd.Categorical([1, None, 1], categories=[1, "1"]))[0]


@pytest.mark.parametrize("unit", ["D", "s", "us", "ns"])
def test_dates_are_labelled_by_dates(unit):
    """Dates of any unit are labelled by Python's dates, never by numbers."""
    days = np.array(["2026-05-04", "2026-05-03", "NaT"], f"datetime64[{unit}]")
    found, _ = names_of(days)
    assert ["2026-05-03", "2026-05-04", "None"] == [str(label)[:10] for label in found]
    assert all(isinstance(label, date) for label in found[:2])


def test_what_is_missing_in_one_or_another():
    """Masks join where there are any; columns that lack nothing lack it in each row."""
    one, two = np.array([True, False, False]), np.array([False, False, True])
    assert None is _arrays.joined(None, None)
    assert [True, False, True] == _arrays.joined(one, two).tolist()
    for joined in (_arrays.joined(one, None), _arrays.joined(None, one)):
        assert one.tolist() == joined.tolist()
    full, gaps = _arrays.column([1, 2, 3], "x"), _arrays.column([1, None, 3], "x")
    assert [False] * 3 == _arrays.missing_in(full).tolist()
    assert [False, True, False] == _arrays.missing_in(full, gaps).tolist()
    assert [False, True, False] == _arrays.missing_in(gaps, full).tolist()


def test_rows_without_a_label():
    """Those whose label is blank, in a column of any kind; None where each row has one."""
    for values in (["b", None, "a"], [1.5, np.nan, 2], np.ma.MaskedArray([3, 9, 4], [False, True, False])):
        assert [False, True, False] == _arrays.labels(values, "by", rows=3).missing().tolist()
    for values in (["b", "c", "a"], [3, 1, 2]):
        assert None is _arrays.labels(values, "by", rows=3).missing()


def test_weights():
    """Weights are finite, not negative, complete, not all zero; their kind is kept."""
    assert np.int64 == _arrays.weights([1, 0], "w", rows=2).dtype
    assert np.float64 == _arrays.weights([1.5, 0], "w", rows=2).dtype
    assert 0 == len(_arrays.weights([], "w", rows=0))
    for values, message in (
        ([1, -1], "w, row 1: numbers of at least 0"),
        ([1, None], "w, row 1: every row needs a weight"),
        ([1, np.nan], "w, row 1: every row needs a weight"),
        ([0, 0], "w: weights must not all be zero"),
        ([1], "w: one entry for each of 2 rows"),
        ([1, np.inf], "w, row 1: finite"),
        ([1, 1 << 64], "w, row 1: whole numbers of at most 64 bits"),
        ([[1], [2]], "w: a column has one dimension"),
    ):
        with pytest.raises(InvalidValue, match=message):
            _arrays.weights(values, "w", rows=2)
    for values, found in (
        ([True, False], "bool"),
        ([1, True], "bool in row 1"),
        ([1, 2j], "complex in row 1"),
        (np.array([1, 2j]), "complex"),
        (np.array([1, object()], object), "object in row 1"),
        (["1", "2"], "str in row 0"),
    ):
        with pytest.raises(InvalidType, match=rf"w: numbers are needed \(got {found}\)"):
            _arrays.weights(values, "w", rows=2)


def test_level():
    """A confidence level lies between 0 and 1, and 95 gets a hint."""
    assert 0.95 == _arrays.level(np.float64(0.95))
    for wrong in (0, 1, 95, -0.1, float("nan")):
        with pytest.raises(InvalidValue, match=r"write 0.95 for 95 %"):
            _arrays.level(wrong)
    for wrong in ("0.95", True):
        with pytest.raises(InvalidType):
            _arrays.level(wrong)


def test_choice():
    """A word of another list is refused with the nearest ones."""
    with pytest.raises(UnknownName, match="did you mean 'wilson'"):
        _arrays.choice("wilsn", ("wilson", "exact"))
    with pytest.raises(InvalidType, match="one of wilson, exact"):
        _arrays.choice(3, ("wilson", "exact"))


def test_unexpected():
    """Keywords of other libraries are answered with ours, others with the nearest."""

    def share(x, *, confidence_level=0.95, **unknown): ...

    for word, advice in (
        ("alpha", "confidence_level= is the coverage"),
        ("ci", "write confidence_level="),
        ("confidence_levels", "did you mean 'confidence_level'"),
        ("groupby", "known are confidence_level, x"),
    ):
        assert advice in str(_arrays.unexpected(share, {word: 1})), word


def test_dir():
    """The room shows what it offers."""
    assert sorted(_arrays.__all__) == dir(_arrays)


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_matrix():
    """A matrix has two dimensions, always."""
    with pytest.raises(InvalidValue, match="one dimension"):
        read(np.asmatrix([1, 2]))


def test_empty_columns():
    """Columns that hold nothing are columns of anything."""
    pd = pytest.importorskip("pandas")
    nothing = [pd.Series([None, None], dtype=kind) for kind in ("string", "category", "Int8", object)]
    for values in ([], [None, None], *nothing):
        assert 0 == len(_arrays.numbers(values, "x").present)
    assert "wilson" == _arrays.choice("wilson", ("wilson",))
    assert 0 == len(_arrays.instants([None], "at").present)
    assert ["a"] == _arrays.column(pd.Series(["a"], dtype="string"), "x").values.tolist()
    assert 0 == len(_arrays.numbers(pd.Series([None], dtype="boolean"), "x").present)


def test_narwhals_expression():
    """An expression of narwhals is no column yet."""
    nw = pytest.importorskip("narwhals")
    with pytest.raises(InvalidType, match="a narwhals Expr"):
        _arrays.column(nw.col("a"), "x")


def test_nan_among_words_and_truths_is_a_blank():
    """As pandas writes it into columns of objects; among numbers it stays a number that is missing."""
    pandas = pytest.importorskip("pandas")
    words = pandas.Series(["a", np.nan, "b"], dtype=object)
    assert [False, True, False] == _arrays.column(words, "x").missing.tolist()
    said = _arrays.truths(pandas.Series([True, np.nan, False], dtype=object), "x")
    assert ([1, -1], [False, True, False]) == (said.values[~said.missing].tolist(), said.missing.tolist())
