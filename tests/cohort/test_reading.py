"""Facts about entries: each means what its field says, is listed as bad, or stops the reading."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.cohort import BadRow, Field
from qualify.cohort._reading import Reader
from qualify.errors import InvalidValue, TimeError
from qualify.models import Topic
from qualify.scales import NPS
from qualify.truth import NO, UNKNOWN, YES
from reference.cohort_reading import number_of, truth_of

STATUS = Field("x", yes=["won", "Won!"], no="lost", unknown=["open", "new"], missing="n/a")
MAY = datetime(2026, 5, 3, 9, tzinfo=UTC)


def reader(entries, rows=None):
    return Reader({"x": entries}, "file.csv", range(len(entries)) if rows is None else rows)


def instants(entries, **arguments):
    found = reader(entries).instants(Field("x", **arguments)).tolist()
    return [None if at is None else at.replace(tzinfo=UTC) for at in found]


def on(*parts):
    return datetime(*parts, tzinfo=UTC)


@given(
    st.lists(st.sampled_from(["won", " won ", "Won!", "lost", "open", "new", "n/a", "", "  ", None])),
)
def test_truths_equal_their_slow_twin(entries):
    """Each entry means what a reader who goes row by row would say."""
    codes, gone = reader(entries).truths(STATUS)
    expected = [truth_of(STATUS, entry) for entry in entries]
    assert [one is None for one in expected] == gone.tolist()
    assert [0 if one is None else one.value for one in expected] == codes.tolist()


@given(st.lists(st.none() | st.floats(-1e9, 1e9).map(str) | st.integers(-(10**9), 10**9).map(str)))
def test_numbers_equal_their_slow_twin(entries):
    """A number in text is the number that it says."""
    read = reader(entries)
    found = read.numbers(Field("x"))
    expected = [number_of(entry) for entry in entries]
    assert [math.nan if one is None else one for one in expected] == pytest.approx(
        found.tolist(), nan_ok=True
    )
    assert [] == read.bad


@pytest.mark.parametrize("text", ["12k", "1_000", "nan", "inf", "0x10", "1,5", "--3", "3-", "1e9999"])
def test_what_is_no_number_is_a_bad_entry(text):
    """It counts as missing and is listed with its row; the others are read."""
    read = reader(["7", text, "8"], rows=[2, 3, 4])
    assert [7.0, 8.0] == [one for one in read.numbers(Field("x")).tolist() if not math.isnan(one)]
    assert [(3, "x", "a number is needed", repr(text))] == [
        (bad.row, bad.column, bad.asked, bad.found) for bad in read.bad
    ]


def test_a_decimal_comma_has_to_be_said():
    """With it 1,5 is read; without it the error says how."""
    assert [1.5, 7] == reader(["1,5", "7"]).numbers(Field("x", decimal=",")).tolist()
    read = reader(["1,5"])
    read.numbers(Field("x"))
    assert 'only if the comma is a decimal sign, give "decimal": ","' in read.bad[0].allowed


@pytest.mark.parametrize(
    ("text", "decimal"), [("1,200", "."), ("1.200", ","), ("1.200,5", ","), ("1,200.5", ".")]
)
def test_a_sign_between_thousands_is_a_bad_entry(text, decimal):
    """1,200 never becomes 1.2, nor does 1.200 where the comma is the decimal sign."""
    read = reader([text])
    assert [True] == np.isnan(read.numbers(Field("x", decimal=decimal))).tolist()
    assert read.bad[0].allowed.startswith("thousands are written without a sign: 1200")


def test_a_code_is_found_as_number_and_as_text():
    """11, 11.0 and "11" are one code, in a file as in a frame."""
    for listed in (11, 11.0, "11"):
        field = Field("x", missing=listed)
        for entries in (["11", "11.0", "9"], [11, 11.0, 9], np.array([11, 11, 9]), np.array([11.0, 11, 9])):
            assert [9.0] == [v for v in reader(entries).numbers(field).tolist() if not math.isnan(v)]


def test_a_value_beyond_its_scale_stops_the_reading():
    """An undeclared code is no answer: counted as one it would be a promoter."""
    with pytest.raises(InvalidValue) as caught:
        reader(["9", "11", "12", "11"], rows=[2, 3, 4, 5]).numbers(Field("x"), NPS)
    assert (
        "file.csv, row 3, column 'x': NPS answers are whole numbers 0 to 10 (got 11 in 2 rows, "
        "3 wrong rows in all); list codes for no answer under missing" == str(caught.value)
    )


def test_a_broken_answer_and_a_negative_number_are_refused():
    """A scale has whole answers, and hours are not negative."""
    with pytest.raises(InvalidValue, match=r"got 9.5 in 1 rows\)"):
        reader(["9.5"]).numbers(Field("x"), NPS)
    with pytest.raises(InvalidValue, match="numbers of at least 0 are needed"):
        reader(["-1"]).numbers(Field("x"), least=0)


def test_an_entry_that_nobody_explained_stops_the_reading():
    """The error names the entry, how often it stands there, the first row, and what is explained."""
    with pytest.raises(InvalidValue) as caught:
        reader(["won", "Pending", "lost", "Pending"], rows=[2, 3, 4, 5]).truths(STATUS)
    assert (
        "file.csv, row 3, column 'x': an entry that the mapping does not explain (got 'Pending' in 2 rows); "
        "explained are 'won', 'Won!', 'lost', 'open', 'new', 'n/a'; "
        "list the others, for example under missing" == str(caught.value)
    )


def test_an_outcome_without_words_is_refused():
    """Nobody said whether 'Yes' is good news."""
    with pytest.raises(InvalidValue, match="an entry whose truth nobody said"):
        reader(["Yes"]).truths(Field("x"))


def test_truths_may_be_bools_truths_or_codes():
    """Frames hold them as they are; 1 is not True, and needs words."""
    for entries in ([True, False, None], np.array([1, -1, 0], np.int8), pl.Series([True, False, None])):
        codes, gone = reader(entries).truths(Field("x"))
        assert [1, -1, 0] == codes.tolist()
        assert [False, False, not isinstance(entries, np.ndarray)] == gone.tolist()
    assert [1, -1, 0] == reader([YES, NO, UNKNOWN]).truths(Field("x"))[0].tolist()
    field = Field("x", yes=1, no=0, unknown=True)
    assert [1, -1, 0] == reader([1, 0, True]).truths(field)[0].tolist()


def test_a_bool_is_found_under_its_word():
    """JSON says "true" where a frame holds True."""
    assert [1, -1] == reader([True, False]).truths(Field("x", yes="true", no="false"))[0].tolist()


def test_instants_are_iso_8601_with_an_offset():
    """They become UTC; blanks are not recorded."""
    assert [on(2026, 5, 3, 7), on(2026, 5, 3, 9), None] == instants(
        ["2026-05-03T09:00+02:00", "2026-05-03 09:00Z", ""]
    )


def test_a_zone_speaks_for_entries_without_one():
    """Summer and winter differ, and an offset of its own wins."""
    assert [on(2026, 5, 3, 7), on(2026, 1, 3, 8), on(2026, 5, 3, 9)] == instants(
        ["2026-05-03T09:00", "2026-01-03T09:00", "2026-05-03T09:00Z"], zone="Europe/Berlin"
    )


def test_a_date_means_the_hour_that_the_field_says():
    """The end of the working day, in its zone."""
    assert [on(2026, 5, 3, 15)] == instants(["2026-05-03"], zone="Europe/Berlin", hour=17)
    assert [on(2026, 5, 3, 17)] == instants([date(2026, 5, 3)], zone="UTC", hour=17)


def test_a_format_reads_what_iso_does_not():
    """With a clock it is an instant, without one a date."""
    assert [on(2026, 5, 3, 14, 30)] == instants(["03.05.2026 14:30"], zone="UTC", format="%d.%m.%Y %H:%M")
    assert [on(2026, 5, 3, 9)] == instants(["5/3/2026"], zone="UTC", format="%m/%d/%Y", hour=9)


@pytest.mark.parametrize("text", ["2026-03-29T02:30", "2026-10-25T02:30"])
def test_a_time_that_a_clock_shows_never_or_twice_is_bad(text):
    """Nobody can say which instant it was; the entry counts as not recorded."""
    read = reader([text])
    assert [None] == read.instants(Field("x", zone="Europe/Berlin")).tolist()
    assert "a time that the clock of this zone shows once is needed" == read.bad[0].asked


@pytest.mark.parametrize("text", ["soon", "2026-13-01", "2026-05-03T25:00Z", "03.05.2026"])
def test_what_is_no_instant_is_a_bad_entry(text):
    """It is listed and counts as not recorded."""
    read = reader([text])
    assert [None] == read.instants(Field("x", zone="UTC", hour=9)).tolist()
    assert ["an instant is needed"] == [bad.asked for bad in read.bad]


@pytest.mark.parametrize(
    ("entry", "arguments", "told"),
    [
        ("2026-05-03T09:00", {}, "an instant needs a time zone (got '2026-05-03T09:00')"),
        ("2026-05-03", {"zone": "UTC"}, "a date needs the hour that it means (got '2026-05-03')"),
    ],
)
def test_a_naive_time_stops_the_reading(entry, arguments, told):
    """The error names the row and what to write into the mapping."""
    with pytest.raises(TimeError) as caught:
        instants([None, entry], **arguments)
    assert str(caught.value).startswith(
        f"table, row 1, column 'x': {told}; give".replace("table", "file.csv")
    )


def test_columns_of_instants_are_read_as_they_are():
    """datetime64 is UTC by convention; aware frames are converted; a zone speaks for naive ones."""
    naive = np.array(["2026-05-03T09:00", "NaT"], "datetime64[s]")
    aware = pd.Series(pd.to_datetime(["2026-05-03T09:00", None])).dt.tz_localize("Europe/Berlin")
    assert [on(2026, 5, 3, 9), None] == instants(naive)
    assert [on(2026, 5, 3, 7), None] == instants(naive, zone="Europe/Berlin")
    assert [on(2026, 5, 3, 7), None] == instants(aware)
    assert [on(2026, 5, 3, 7), None] == instants(aware, zone="UTC")
    assert [on(2026, 5, 3, 9)] == instants(pl.Series([MAY]))
    assert [on(2026, 5, 3, 7)] == instants([MAY.replace(tzinfo=timezone(timedelta(hours=2)))])


def test_text_is_a_name_or_bad():
    """Numbers become text; what could not be an id is listed."""
    read = reader(["Seller 1", 7, 7.0, "a\u200bb", None])
    assert ["Seller 1", "7", "7", None, None] == read.texts(Field("x")).tolist()
    assert ["a name has no control or format characters"] == [bad.asked for bad in read.bad]
    assert [None] == reader(["?"]).texts(Field("x", unknown="?")).tolist()


@pytest.mark.parametrize(
    ("type_", "entries", "expected"),
    [
        ("any", ["40", " x ", 3, None], ["40", "x", 3, None]),
        ("number", ["40", "4.5", "+3", ""], [40, 4.5, 3, None]),
        ("boolean", ["true", "False", True, UNKNOWN], [True, False, True, UNKNOWN]),
        ("date", ["2026-05-03", date(2026, 5, 4)], [date(2026, 5, 3), date(2026, 5, 4)]),
        ("instant", ["2026-05-03T09:00Z"], [MAY]),
    ],
)
def test_a_topic_is_read_by_its_type(type_, entries, expected):
    """Text of a file becomes the type that the vocabulary holds."""
    assert expected == reader(entries).topic(Field("x"), type_)


def test_a_column_of_numbers_is_handed_on_as_it_is():
    """Without codes there is nothing to read, and nothing is copied."""
    column = np.array([1.5, math.nan])
    assert column is reader(column).topic(Field("x"), "number")
    assert [1, None] == reader(np.array([1, 999])).topic(Field("x", unknown=999), "number")


def test_words_of_a_topic_become_truths_and_nothing():
    """yes: there is one; no: there is none; unknown: nobody knows."""
    field = Field("x", yes="Yes", no="No", unknown="Unknown", values={"3": 3})
    assert [YES, NO, None, 3, 3] == reader(["Yes", "No", "Unknown", "3", 3]).topic(field, "any")


@pytest.mark.parametrize(
    ("type_", "entry", "asked"),
    [
        ("number", date(2026, 5, 3), "a number is needed"),
        ("date", "soon", "a date is needed"),
        ("date", "2026-05-03T09:00Z", "a date is needed"),
        ("date", 3, "a date is needed"),
    ],
)
def test_an_entry_of_another_type_is_bad(type_, entry, asked):
    """It counts as not known."""
    read = reader([entry])
    assert [None] == read.topic(Field("x"), type_)
    assert [asked] == [bad.asked for bad in read.bad]


def test_an_entry_that_is_neither_true_nor_false_stops_the_reading():
    """A boolean topic needs words for it."""
    with pytest.raises(InvalidValue, match="an entry that is neither true nor false"):
        reader(["perhaps"]).topic(Field("x"), "boolean")


def test_infinity_in_a_frame_is_bad():
    """It is no number that anybody measured."""
    read = reader([math.inf, 1.0])
    assert [1.0] == [v for v in read.numbers(Field("x")).tolist() if not math.isnan(v)]
    assert [0] == [bad.row for bad in read.bad]


def test_containers_are_no_entries():
    """A column of lists is refused whole."""
    with pytest.raises(InvalidValue, match="an entry is one plain value"):
        reader([[1], [2]]).texts(Field("x"))


def test_a_column_that_is_not_there_is_named():
    """The nearest names are offered."""
    with pytest.raises(
        LookupError, match=r"mapping.owner, looked for in file.csv: unknown column \(got 'y'\)"
    ):
        reader([]).require(Field("y"), "owner")
    with pytest.raises(LookupError, match="known are x"):
        reader([]).texts(Field("y"))


def test_a_bad_row_says_where_and_why():
    """With a column it is one entry, without one the whole row."""
    assert "row 3: 4 cells are needed (got 5); see the header" == str(
        BadRow(3, None, "4 cells are needed", "5", "see the header")
    )


FIT = Topic("fit", "number", values=(1, 2, 3, 4, 5))


@pytest.mark.parametrize("kind", [list, np.array, pl.Series, pd.Series], ids=lambda kind: kind.__module__)
def test_a_value_that_a_topic_does_not_list_is_bad(kind):
    """It counts as not known, whoever made the column, and a number stands as the list has it."""
    read = reader(kind([4.0, 7.0, math.nan, 1.0, 7.0]))
    column = read.topic(Field("x"), "number", FIT)
    assert [4, None, None, 1, None] == [value if value in range(1, 6) else None for value in column]
    assert [
        "row 1, column 'x': 'fit' has a list of values (got 7); allowed are 1, 2, 3, 4, 5",
        "row 4, column 'x': 'fit' has a list of values (got 7); allowed are 1, 2, 3, 4, 5",
    ] == [str(bad).replace("7.0", "7") for bad in read.bad]


def test_numbers_that_a_topic_lists_are_handed_on_as_they_are():
    """Nothing is wrong, so nothing is copied."""
    column = np.array([1.5, 4.0])
    half = Topic("half", "number", values=(4, Decimal("1.5")))
    assert column is reader(column).topic(Field("x"), "number", half)


@pytest.mark.parametrize(
    ("topic", "entries", "expected"),
    [
        (
            Topic("timing", values=("now", "later")),
            ["now", "whenever", "", "later"],
            ["now", None, None, "later"],
        ),
        (FIT, ["4", "4.0", "many", "9", True], [4, 4, None, None, None]),
        (Topic("need", "text"), ["inbox", 3], ["inbox", None]),
        (Topic("flag", "boolean", values=(True,)), [True, False, "true"], [True, None, True]),
    ],
)
def test_what_a_topic_does_not_allow_is_not_known(topic, entries, expected):
    """Of a table of text, or of mixed entries, each is a bad entry."""
    read = reader(entries)
    found = read.topic(Field("x"), topic.type, topic)
    assert list(map(repr, expected)) == list(map(repr, found))
    blank = sum(entry == "" for entry in entries)
    assert len(read.bad) == expected.count(None) - blank
