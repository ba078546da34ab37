"""Columns are judged as their rows are, from any maker of columns."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.criteria import Columns, all_of, any_of, at_least, criterion, heard, topic, weighted
from qualify.criteria._plan import BLOCK
from qualify.errors import ContractError, CriterionError, InvalidType, InvalidValue, UnknownName
from qualify.models import Facts
from qualify.truth import Truth
from reference.criteria_slow import NOW, VALUES, criteria, signals, values

rows = st.lists(st.tuples(values(), signals), min_size=1, max_size=12)


def table(known):
    """Rows of knowledge as columns, None where nothing is known."""
    return {name: [row.get(name) for row in known] for name in VALUES}


def heard_table(heard_):
    """Signals of each row as one table."""
    flat = [(row, one.kind, one.at) for row, many in enumerate(heard_) for one in many]
    return {"row": [r for r, _, _ in flat], "kind": [k for _, k, _ in flat], "at": [t for _, _, t in flat]}


@given(criteria(), rows)
def test_columns_equal_rows(rule, many):
    """The same definition gives the same truths on columns as lead by lead."""
    known, heard_ = zip(*many, strict=True)
    columns = Columns.of(table(known), at=NOW, signals=heard_table(heard_))
    leads = [Facts.of(row, at=NOW, signals=s) for row, s in many]
    try:
        found = rule.truths(columns)
    except CriterionError as error:  # a whole column of a kind that is not compared here
        assert "is compared here" in str(error)  # noqa: PT017 - it may raise or not
        return
    assert [rule.truth(lead).value for lead in leads] == found.tolist()
    assert np.int8 == found.dtype


@given(criteria(), rows)
def test_each_row_may_have_its_own_instant(rule, many):
    """A column of instants judges each lead as of her own."""
    known, heard_ = zip(*many, strict=True)
    at = [NOW + timedelta(hours=3 * i) for i in range(len(many))]
    columns = Columns.of(table(known), at=at, signals=heard_table(heard_))
    leads = [Facts.of(row, at=t, signals=s) for (row, s), t in zip(many, at, strict=True)]
    try:
        found = rule.truths(columns)
    except CriterionError:
        return
    assert [rule.truth(lead).value for lead in leads] == found.tolist()


def test_blocks_join_and_threads_agree():
    """More rows than a block holds give the same, in one thread or several."""
    rng = np.random.default_rng(3)
    n = 200_001
    assert n > 3 * BLOCK
    numbers = np.where(rng.random(n) < 0.3, np.nan, rng.integers(0, 10, n))
    words = np.array(["a", "b", "c"], object)[rng.integers(0, 3, n)]
    columns = Columns.of({"n": numbers, "w": words})
    rule = at_least(2, topic("n") >= 5, topic("w") == "a", ~(topic("n") < 2)) | (topic("n") == 3)
    alone = rule.truths(columns)
    with ThreadPoolExecutor(2) as pool:
        assert np.array_equal(alone, rule.truths(columns, map=pool.map))
    yes = (numbers >= 5).astype(int) + (words == "a") + (numbers >= 2)
    assert np.array_equal((yes >= 2) | (numbers == 3), alone > 0)


def test_equal_parts_are_computed_once():
    """A leaf that stands in many places is one instruction's source."""
    from qualify.criteria._folding import program

    leaf = topic("a") >= 3
    made = program((all_of(leaf | topic("b").exists(), leaf | topic("b").exists(), ~leaf),))
    assert 2 == len(made.leaves)
    assert 3 == len(made.steps)


@pytest.mark.parametrize("weights", [(1, 1, 1), (100, 27, -3), (40_000, 3, 1), (2**31, 5, 1)])
def test_sums_of_any_width_are_exact(weights):
    """int8, int16, int32 and int64 give what Python's integers give."""
    names = ("a", "b", "c")
    columns = {
        name: [v for v in (True, None, False) for _ in range(k)]
        for name, k in zip(names, (9, 3, 1), strict=True)
    }
    columns = {name: (values_ * 9)[:27] for name, values_ in columns.items()}
    for bar in (0, 1, sum(weights) - 1, weights[0]):
        rule = weighted([(topic(n).is_true(), w) for n, w in zip(names, weights, strict=True)], bar=bar)
        made = Columns.of(columns)
        leads = [Facts.of({n: columns[n][i] for n in names}, at=NOW) for i in range(27)]
        assert [rule.truth(lead).value for lead in leads] == rule.truths(made).tolist()


numbers = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(2**53), 2**53),
    st.sampled_from([0.1, np.float32(0.1).item(), 2.0**24 + 1, 16_777_217, 3.4e38, 1e300, -1e300, 5e-324]),
)
bounds = st.one_of(numbers, st.decimals(allow_nan=False, allow_infinity=False, places=3), st.integers())


@given(st.lists(numbers, min_size=1, max_size=6), bounds, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
def test_numbers_compare_by_their_exact_value(column, bound, operator):
    """float32, float64 and int64 columns agree with Python on every constant, also between floats."""
    from qualify.criteria import Atom

    rule = Atom("n", operator, bound)
    try:
        columns = Columns.of({"n": column})
        columns.encode(rule)
    except InvalidType:
        return  # a list that mixes whole numbers and floats that no float holds
    leads = [Facts.of({"n": value}, at=NOW) for value in column]
    assert [rule.truth(lead).value for lead in leads] == rule.truths(columns).tolist()


@given(st.lists(st.integers(-(2**63) + 1, 2**63 - 1), min_size=1, max_size=5), st.integers(-(2**65), 2**65))
def test_whole_numbers_beyond_floats_stay_exact(column, bound):
    """int64 columns are compared as integers, whatever the constant."""
    for rule in (
        topic("n") >= bound,
        topic("n") < bound,
        topic("n") == bound,
        topic("n").between(bound, bound + 1),
    ):
        leads = [Facts.of({"n": value}, at=NOW) for value in column]
        found = rule.truths(Columns.of({"n": column}))
        assert [rule.truth(lead).value for lead in leads] == found.tolist()


def makers():
    """The same two columns from every maker."""
    pd, pl, pa = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    n, w = [1.0, None, 5.0], ["a", None, "b"]
    return {
        "list": {"n": n, "w": w},
        "numpy": {"n": np.array([1.0, np.nan, 5.0]), "w": np.array(w, object)},
        "masked": {"n": np.ma.MaskedArray([1, 9, 5], [0, 1, 0]), "w": w},
        "pandas": pd.DataFrame({"n": n, "w": w}),
        "pandas nullable": pd.DataFrame({"n": pd.array([1, None, 5], "Int64"), "w": pd.Categorical(w)}),
        "polars": pl.DataFrame({"n": n, "w": w}),
        "polars categories": {"n": pl.Series([1, None, 5]), "w": pl.Series(w, dtype=pl.Enum(["b", "a"]))},
        "arrow": pa.table({"n": n, "w": w}),
        "arrow dictionary": {"n": pa.array(n), "w": pa.array(w).dictionary_encode()},
    }


def test_columns_of_every_maker():
    """pandas, polars, Arrow, masked arrays and lists are read alike, and none is imported for it."""
    rule = at_least(1, topic("n") >= 3, topic("w") == "a")
    for maker, given_ in makers().items():
        assert [1, 0, 1] == rule.truths(Columns.of(given_)).tolist(), maker
        assert [-1, -1, 1] == (topic("n").known() & (topic("n") > 2)).truths(Columns.of(given_)).tolist(), (
            maker
        )


def test_what_stands_for_unknown_is_declared_per_column():
    """A sentinel is unknown where it is declared, and a value elsewhere."""
    columns = Columns.of({"pdays": [6, 999, 3], "calls": [1, 999, 2]}, unknown={"pdays": 999})
    assert [1, 0, 1] == (topic("pdays") <= 30).truths(columns).tolist()
    assert [-1, 1, -1] == (topic("calls") > 30).truths(columns).tolist()
    floats = Columns.of({"pdays": [6.5, 999, -1]}, unknown={"pdays": (999, -1)})
    assert [1, 0, 0] == (topic("pdays") <= 30).truths(floats).tolist()
    words = Columns.of({"job": ["clerk", "unknown"]}, unknown={"job": "unknown"})
    assert [1, 0] == topic("job").exists().truths(words).tolist()


def test_text_compares_in_nfc():
    """Two spellings of one letter are one category."""
    columns = Columns.of({"city": ["Besançon", "Besanc\u0327on", "Rome"]})
    assert [1, 1, -1] == (topic("city") == "Besançon").truths(columns).tolist()


def test_many_categories_are_looked_up():
    """Up to 255, up to 65,535 and more categories are judged alike."""
    for n in (20, 300, 70_000):
        names = [f"c{i}" for i in range(n)]
        rule = topic("c").one_of(*names[:10])
        found = rule.truths(Columns.of({"c": [*names, None]}))
        assert [1] * 10 + [-1] * (n - 10) + [0] == found.tolist()


def test_unlike_values_in_one_column():
    """A column of unlike values is judged value by value, as facts would be."""
    columns = Columns.of({"x": ["a", 3, True, date(2026, 5, 1), None, Truth.NO]})
    assert [0, 1, 0, 0, 0, -1] == (topic("x") >= 3).truths(columns).tolist()
    assert [1, 1, 1, 1, 0, -1] == topic("x").exists().truths(columns).tolist()


def test_dates_and_durations():
    """Lists of dates, datetime64 and timedelta64 columns are read with what is missing."""
    days = [date(2026, 5, 1), None, date(2026, 4, 1)]
    assert [1, 0, -1] == topic("d").within(timedelta(days=7)).truths(Columns.of({"d": days}, at=NOW)).tolist()
    stamps = np.array(["2026-05-01T00:00", "NaT", "2026-04-01T00:00"], "M8[s]")
    columns = Columns.of({"d": stamps, "w": np.array([1, "NaT", 100], "m8[h]")}, at=NOW)
    assert [1, 0, -1] == topic("d").within(timedelta(days=7)).truths(columns).tolist()
    assert [1, 0, 1] == (topic("d") < datetime(2026, 5, 2, tzinfo=UTC)).truths(columns).tolist()
    assert [1, 0, -1] == (topic("w") <= timedelta(hours=3)).truths(columns).tolist()
    assert [1, 0, 1] == topic("w").exists().truths(columns).tolist()
    assert [1, 0, 1] == topic("d").exists().truths(columns).tolist()
    assert "datetime64[us]" == str(columns["d"].dtype)
    assert "timedelta64[us]" == str(columns["w"].dtype)


def test_truth_columns():
    """Bools and truths are their own leaves; compared with something else, none is below all."""
    columns = Columns.of({"t": [True, None, False], "u": [Truth.YES, Truth.UNKNOWN, Truth.NO]})
    for name in ("t", "u"):
        assert [1, 0, -1] == topic(name).is_true().truths(columns).tolist()
        assert [1, 0, -1] == topic(name).exists().truths(columns).tolist()
    none = Columns.of({"n": [False, None]})
    assert [-1, 0] == (topic("n") >= 3).truths(none).tolist()
    assert [1, 0] == (topic("n") < 3).truths(none).tolist()


def test_a_topic_of_which_nobody_knows_anything():
    """A column None, or one without any value, is UNKNOWN throughout."""
    columns = Columns.of({"a": None, "b": [None, None], "c": [float("nan")] * 2})
    for name in "abc":
        assert [0, 0] == (topic(name) >= 3).truths(columns).tolist()
        assert [0, 0] == topic(name).exists().truths(columns).tolist()
    assert [0, 0] == topic("c").is_true().truths(columns).tolist()


@pytest.mark.parametrize(
    ("rule", "column", "words"),
    [
        (topic("x").is_true(), [1, 0], r"column == 1"),
        (topic("x") >= 3, ["a", "b"], "number is compared"),
        (topic("x") == "a", [1, 2], "text is compared"),
        (topic("x") == "a", [True, False], "holds truths"),
        (topic("x").within(timedelta(1)), [1, 2], "instant is compared"),
    ],
)
def test_a_column_of_another_kind_is_an_error(rule, column, words):
    """What would be UNKNOWN on every row is a mistake of the host, and said."""
    with pytest.raises(CriterionError, match=words):
        rule.truths(Columns.of({"x": column}, at=NOW))


def test_bad_tables():
    """Unequal lengths, unknown topics, naive instants and wrong shapes are errors with their place."""
    with pytest.raises(InvalidValue, match=r"'b'.*one length"):
        Columns.of({"a": [1, 2], "b": [1]})
    with pytest.raises(UnknownName, match="did you mean 'budget'"):
        (topic("budgt") >= 3).truths(Columns.of({"budget": [1]}))
    with pytest.raises(UnknownName, match="unknown"):
        Columns.of({"a": [1]}, unknown={"b": 1})
    with pytest.raises(InvalidType, match="a column is needed"):
        Columns.of({"a": 3})
    with pytest.raises(InvalidType, match="mapping"):
        Columns.of([1, 2])
    with pytest.raises(InvalidValue, match="finite"):
        (topic("a") >= 3).truths(Columns.of({"a": [1.0, float("inf")]}))
    with pytest.raises(InvalidValue, match=r"2\*\*63"):
        (topic("a") >= 3).truths(Columns.of({"a": np.array([2**64 - 1], np.uint64)}))
    with pytest.raises(InvalidValue, match="time counts"):
        topic("a").within(timedelta(1)).truths(Columns.of({"a": [NOW]}))
    with pytest.raises(InvalidValue, match="an empty table if there were none"):
        heard("x").truths(Columns.of({"a": [1]}, at=NOW))
    with pytest.raises(InvalidValue, match="row 1"):
        Columns.of({"a": [1, 2]}, at=[NOW, None])
    with pytest.raises(InvalidType, match=r"Columns\.of"):
        (topic("a") >= 3).truths({"a": [1]})
    with pytest.raises(InvalidType, match="row 1"):
        (topic("a") >= 3).truths(Columns.of({"a": [1, object()]}))


def test_bad_signals():
    """A table of signals needs its columns, rows that exist, and instants."""
    good = {"row": [0], "kind": ["x"], "at": [NOW]}
    for broken, error in (
        ({"row": [0], "kind": ["x"]}, UnknownName),
        ({**good, "row": [5]}, InvalidValue),
        ({**good, "kind": ["x", "y"]}, InvalidValue),
        ({**good, "at": [None]}, InvalidValue),
    ):
        with pytest.raises(error):
            Columns.of({"a": [1]}, at=NOW, signals=broken)
    later = {**good, "at": [NOW + timedelta(seconds=1)]}
    assert [-1] == heard("x").truths(Columns.of({"a": [1]}, at=NOW, signals=later)).tolist()


def test_columns_give_read_only_arrays():
    """A host function gets arrays that it cannot write into."""
    columns = Columns.of({"n": [1, None], "t": [True, None], "w": ["a", None], "big": [2**60, None]}, at=NOW)
    assert ("n", "t", "w", "big") == columns.topics == tuple(columns)
    assert "n" in columns
    assert "Columns(2 leads: n, t, w, big)" == repr(columns)
    assert [2**60, None] == columns["big"].tolist()
    assert ["a", None] == columns["w"].tolist()
    assert [1, 0] == columns["t"].tolist()
    assert [True, False] == columns.known("big").tolist()
    for name in columns:
        with pytest.raises(ValueError, match="read-only"):
            columns[name][0] = columns[name][0]
    assert columns is columns.encode()


def test_host_functions_on_columns():
    """Without a twin rows are judged one by one; a twin is believed, and held to its contract."""

    @criterion(uses=("n",), version="1")
    def small(facts):
        return facts["n"] < 3

    columns = Columns.of({"n": [1, None, 5]}, at=NOW)
    assert [1, 0, -1] == (small & topic("n").exists()).truths(columns).tolist()
    twin = small.columns(lambda c: c.truths(topic("n") < 3))
    assert small == twin
    assert [1, 0, -1] == twin.truths(columns).tolist()
    for wrong in (
        lambda c: np.zeros(2, np.int8),
        lambda c: np.zeros(3),
        lambda c: np.full(3, 7, np.int8),
    ):
        with pytest.raises(ContractError, match="int8 codes"):
            small.columns(wrong).truths(columns)


def test_no_rows():
    """No leads give no codes."""
    assert 0 == len(any_of(topic("a") >= 3, topic("a") == 1).truths(Columns.of({"a": []})))
    assert 0 == len(topic("a").exists().truths(Columns.of({"a": np.zeros(0, np.int64)})))


# -- real records -----------------------------------------------------------------------------------------


def records(path):
    """The columns of a file that separates by semicolons."""
    with path.open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file, delimiter=";"))
    return {name: [row[name] for row in found] for name in found[0]}


def test_bant_on_real_opportunities(data_dir):
    """Budget, authority and need on 448 real opportunities: 196 yes, 226 no, 26 unknown."""
    from qualify.criteria import frameworks

    table_ = records(data_dir / "b2b_salvirt.csv")
    gaps = {name: "Unknown" for name, column in table_.items() if "Unknown" in column}
    columns = Columns.of(table_, unknown=gaps)
    bind = {
        "money": topic("Budgt_alloc") == "Yes",
        "authority": topic("Authority").one_of("High", "Mid"),
        "need": topic("Needs_def") == "Yes",
    }
    rule = frameworks.Framework("BAN", (("B", "money"), ("A", "authority"), ("N", "need")), "").criterion(
        bind=bind
    )
    codes = rule.truths(columns)
    assert (196, 226, 26) == tuple(int((codes == code).sum()) for code in (1, -1, 0))
    free = (topic("Competitors") == "No").truths(columns)
    assert (285, 143, 20) == tuple(int((free == code).sum()) for code in (1, -1, 0))
    two_valued = (~(topic("Competitors") == "Yes")).truths(Columns.of(table_))
    assert 305 == int((two_valued > 0).sum())  # what reading unknown as no would claim


def test_recency_on_real_calls(data_dir):
    """`pdays` 999 is never, and no number: 3,959 unknown; 436 of them were called before all the same."""
    table_ = records(data_dir / "bank-additional" / "bank-additional.csv")
    table_ = {n: [int(v) for v in table_[n]] for n in ("pdays", "previous", "campaign")} | {
        n: table_[n] for n in ("default", "housing", "loan")
    }
    words = {"default": "unknown", "housing": "unknown", "loan": "unknown"}
    columns = Columns.of(table_, unknown={"pdays": 999, **words})
    recent = (topic("pdays") <= 30).truths(columns)
    assert (160, 0, 3_959) == tuple(int((recent == code).sum()) for code in (1, -1, 0))
    again = (~topic("pdays").known() & (topic("previous") > 0)).truths(columns)
    assert 436 == int((again > 0).sum())
    declined = any_of(topic("default") == "yes", all_of(topic("housing") == "yes", topic("loan") == "yes"))
    codes = declined.truths(columns)
    assert (411, 2_901, 807) == tuple(int((codes == code).sum()) for code in (1, -1, 0))


def test_decimals_that_no_float_holds_are_refused():
    """A list of Decimals becomes floats only where that is exact."""
    with pytest.raises(InvalidType, match="float holds exactly"):
        (topic("a") >= 1).truths(Columns.of({"a": [Decimal("0.1")]}))


def test_one_row_as_facts():
    """A row can be looked at as a lead, with what she did by then."""
    signals_ = {"row": [0, 1, 1], "kind": ["x", "y", "x"], "at": [NOW, NOW, NOW + timedelta(1)]}
    columns = Columns.of(
        {"t": [True, None], "big": [2**60, None], "i": [NOW, None], "u": [timedelta(2), None]},
        at=[NOW, NOW],
        signals=signals_,
    )
    first, second = (columns.facts(row, columns.topics) for row in (0, 1))
    assert (True, 2**60, NOW, timedelta(2)) == tuple(first[name] for name in ("t", "big", "i", "u"))
    assert [] == list(second)
    assert ["y"] == [one.kind for one in second.signals]
    assert [1, -1] == topic("big").known().truths(columns).tolist()
    assert [1, -1] == topic("i").known().truths(columns).tolist()
    assert [1, -1] == topic("t").known().truths(columns).tolist()


def test_whatever_stands_in_a_list():
    """Lists and unhashable values in a column are read value by value, or refused with their row."""
    found = topic("x").exists().truths(Columns.of({"x": np.array([{"a": 1}, None, {}], object)}))
    assert [1, 0, -1] == found.tolist()
    empty = Columns.of({"x": np.array([None, None], object)})
    assert [0, 0] == topic("x").exists().truths(empty).tolist()


def test_constants_beyond_every_float():
    """A whole number that no float reaches is above, or below, all of a column."""
    columns = Columns.of({"n": [1.5, None]})
    assert [-1, 0] == (topic("n") >= 10**400).truths(columns).tolist()
    assert [1, 0] == (topic("n") > -(10**400)).truths(columns).tolist()
    assert [-1, 0] == (topic("n") == 10**400).truths(columns).tolist()


def test_dates_with_an_instant_for_each_row():
    """A column of dates is judged row by row where each row has its own now."""
    columns = Columns.of(
        {"d": [date(2026, 5, 1), date(2026, 5, 1), None]}, at=[NOW, NOW + timedelta(30), NOW]
    )
    assert [1, -1, 0] == topic("d").within(timedelta(7)).truths(columns).tolist()
    assert 0 == len(topic("d").within(timedelta(7)).truths(Columns.of({"d": []}, at=NOW)))


def test_words_of_polars_without_a_gap():
    """A column of polars in which every word is known is read by its categories."""
    pl = pytest.importorskip("polars")
    assert [1, -1, 1] == (topic("w") == "a").truths(Columns.of({"w": pl.Series(["a", "b", "a"])})).tolist()
    assert [] == (topic("w") == "a").truths(Columns.of({"w": pl.Series([], dtype=pl.String)})).tolist()
    many = pl.Enum([f"c{i}" for i in range(300)])
    large = Columns.of({"w": pl.Series(["c299", None, "c7"], dtype=many)})
    assert [1, 0, -1] == (topic("w") == "c299").truths(large).tolist()


def test_arrow_dictionaries_of_any_index():
    """Unsigned indices of Arrow have no -1 for what is missing, and need none."""
    pa = pytest.importorskip("pyarrow")
    indices = pa.array([0, None, 1], pa.uint8())
    held = pa.DictionaryArray.from_arrays(indices, pa.array(["a", "b"]))
    for column in (held, pa.chunked_array([held])):
        assert [1, 0, -1] == (topic("w") == "a").truths(Columns.of({"w": column})).tolist()
    assert [1, -1] == (topic("w") == "a").truths(Columns.of({"w": pa.array(["a", "b"])})).tolist()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_written_to_a_column_after_it_was_judged_does_not_count(dtype):
    """A column is read once, and nothing that is read is shared with its maker."""
    fit = np.array([0.1, 5.0], dtype)
    columns = Columns.of({"fit": fit}, unknown={"fit": 7})
    assert [-1, 1] == columns.truths(topic("fit") >= 3).tolist()
    fit[:] = 7
    assert [-1, 1] == columns.truths(topic("fit") >= 2).tolist()
    fixed = np.array([0.1, 5.0], dtype)
    fixed.flags.writeable = False
    assert [-1, 1] == Columns.of({"fit": fixed}).truths(topic("fit") >= 3).tolist()


def test_several_numbers_are_compared_one_by_one():
    """A number equals any of a few; its negation is the exact opposite, and a gap stays unknown."""
    columns = Columns.of({"fit": np.array([1.0, 2.0, 3.0, np.nan])})
    assert [1, 1, -1, 0] == topic("fit").one_of(1, 2).truths(columns).tolist()
    assert [-1, -1, 1, 0] == (~topic("fit").one_of(1, 2)).truths(columns).tolist()


@pytest.mark.parametrize("number", [2**24, 2**24 + 1, 2**53, 2**53 + 1, 2**62 + 1])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_whole_number_is_itself_in_a_column(number, sign):
    """Where a narrow float would round, a wider one, or a whole number, is kept."""
    columns = Columns.of({"x": np.array([sign * number, sign * number - 1, 0])})
    assert [1, -1, -1] == (topic("x") == sign * number).truths(columns).tolist()


@pytest.mark.parametrize("count", [254, 255, 256, 65_535, 65_536, 65_537])
def test_each_of_many_texts_has_a_code_of_its_own(count):
    """Also where the codes no longer fit a byte, or two."""
    words = [f"w{i}" for i in range(count)]
    columns = Columns.of({"x": [None, *words]})
    for word, row in ((words[0], 1), (words[-2], count - 1), (words[-1], count)):
        found = (topic("x") == word).truths(columns)
        assert [row] == np.flatnonzero(found == 1).tolist()
        assert [0] == np.flatnonzero(found == 0).tolist()


def test_the_first_instant_of_the_calendar_of_computers_exists():
    """An instant is not none because the number behind it is zero."""
    columns = Columns.of({"at": [datetime(1970, 1, 1, tzinfo=UTC), NOW, None]}, at=NOW)
    assert [1, 1, 0] == topic("at").exists().truths(columns).tolist()


def test_what_cannot_be_compared_is_unknown_beside_what_can():
    """A word among numbers says nothing to a comparison with a number, wherever it stands."""
    for column, expected in ((["x", 7, 2], [0, 1, -1]), ([7, 2, "x"], [1, -1, 0])):
        assert expected == (topic("n") >= 5).truths(Columns.of({"n": column})).tolist()


def test_words_where_numbers_are_compared_are_an_error_in_any_row():
    """Also if the first one stands far below, and not if a word has no row."""
    late = np.full(5 * BLOCK, None, object)
    late[-1] = "many"
    with pytest.raises(CriterionError, match="is compared here"):
        (topic("n") >= 5).truths(Columns.of({"n": late}))
    assert [0] == (topic("n") >= 5).truths(Columns.of({"n": np.array([None], object)})).tolist()
