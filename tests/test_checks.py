"""Facts about what every value checks on entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify import _checks
from qualify.errors import InvalidType, InvalidValue, TimeError

BERLIN = ZoneInfo("Europe/Berlin")


class _NoOffset(tzinfo):
    def utcoffset(self, when):
        return None


class _Drifting(tzinfo):
    """A zone that answers differently every time it is asked."""

    def __init__(self):
        self.hours = 0

    def utcoffset(self, when):
        self.hours += 1
        return timedelta(hours=self.hours)


@given(st.datetimes(timezones=st.timezones()).filter(lambda d: 2 <= d.year <= 9998))
def test_an_instant_becomes_the_same_moment_in_utc(value):
    """The moment is kept, the zone is UTC, the type is plain datetime."""
    kept = _checks.instant(value, "at")
    assert value.astimezone(UTC) == kept
    assert datetime is type(kept)
    assert kept.tzinfo is _checks.UTC


@pytest.mark.parametrize("value", [datetime(2026, 5, 3), datetime(2026, 5, 3, tzinfo=_NoOffset())])  # noqa: DTZ001 - the fault
def test_naive_instants_are_refused(value):
    """A tzinfo that gives no offset does not make an instant aware."""
    with pytest.raises(TimeError, match="at: an instant needs a time zone"):
        _checks.instant(value, "at")


def test_a_drifting_zone_is_asked_once():
    """The offset is read once, so one value is one moment."""
    kept = _checks.instant(datetime(2026, 5, 3, 12, tzinfo=_Drifting()), "at")
    assert datetime(2026, 5, 3, 11, tzinfo=UTC) == kept


def test_the_two_hours_of_a_fold_are_an_hour_apart():
    """Instants in the hour that the clock repeats are ordered once they are in UTC."""
    first = _checks.instant(datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=0), "at")
    second = _checks.instant(datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1), "at")
    assert timedelta(hours=1) == second - first


@pytest.mark.parametrize(
    "value",
    [
        datetime.max.replace(tzinfo=timezone(-timedelta(hours=1))),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=1))),
    ],
)
def test_instants_outside_the_calendar_are_refused(value):
    """An offset that leaves the years 1 to 9999 is a TimeError, not an OverflowError."""
    with pytest.raises(TimeError, match="between years"):
        _checks.instant(value, "at")


@pytest.mark.parametrize("value", ["2026-05-03", 12, None])
def test_only_datetimes_are_instants(value):
    """Texts and numbers are not taken for instants."""
    with pytest.raises(InvalidType):
        _checks.instant(value, "at")


@pytest.mark.parametrize("value", ["ana", "a b", "é", "x" * 128, "a-1/2"])
def test_names_are_kept(value):
    """Any visible text of up to 128 characters is a name."""
    assert value == _checks.name(value, "id")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "not blank"),
        ("  ", "not blank"),
        (" a", "spaces around"),
        ("x" * 129, "at most 128"),
        ("a\x00b", "control"),
        ("a\u200bb", "control or format"),
        ("a\u202eb", "control or format"),
        ("\ud800", "control or format"),
    ],
)
def test_names_that_deceive_the_eye_are_refused(value, said):
    """What is blank, padded, too long or invisible is refused, never cut."""
    with pytest.raises(InvalidValue, match=said):
        _checks.name(value, "id")


def test_names_are_one_spelling():
    """Two spellings of one letter are one name."""
    assert _checks.name("e\u0301", "id") == _checks.name("\u00e9", "id")


@pytest.mark.parametrize("value", [1, None, b"x"])
def test_a_name_is_text(value):
    """Numbers are no names: ids are text."""
    with pytest.raises(InvalidType, match="id"):
        _checks.name(value, "id")


def test_one_name_or_several():
    """A text is one name, an iterable several; anything else is an error."""
    assert ("a",) == _checks.names("a", "on")
    assert ("a", "b") == _checks.names(["a", "b"], "on")
    with pytest.raises(InvalidType):
        _checks.names(3, "on")
    with pytest.raises(InvalidValue, match=r"on\[1\]"):
        _checks.names(["a", ""], "on")


def test_texts_are_bounded_and_writable():
    """A text is NFC, can be written as UTF-8, and has an end."""
    assert "\u00e9" == _checks.text("e\u0301", "t")
    assert _checks.optional_text(None, "t") is None
    for bad, kind in (("\ud800x", InvalidValue), ("x" * 65_537, InvalidValue), (3, InvalidType)):
        with pytest.raises(kind):
            _checks.text(bad, "t")


def test_durations_have_a_direction():
    """A duration is not negative, and not zero where something has to last."""
    day = timedelta(days=1)
    assert day == _checks.duration(day, "d")
    assert timedelta(0) == _checks.duration(timedelta(0), "d", positive=False)
    for bad, kind in ((timedelta(0), InvalidValue), (-day, InvalidValue), (3, InvalidType)):
        with pytest.raises(kind):
            _checks.duration(bad, "d")


@pytest.mark.parametrize(("value", "number"), [(3, 3), (np.int8(3), 3)])
def test_whole_numbers(value, number):
    """Whole numbers of Python and numpy are read; nothing is rounded."""
    assert number == _checks.whole(value, "n", least=0, most=5)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, InvalidType),
        (3.0, InvalidType),
        ("3", InvalidType),
        (np.bool_(1), InvalidType),
        (9, InvalidValue),
        (-1, InvalidValue),
    ],
)
def test_what_is_no_whole_number(value, kind):
    """Bools, floats and texts are no whole numbers; bounds are told."""
    with pytest.raises(kind):
        _checks.whole(value, "n", least=0, most=5)


def test_reals_are_finite_and_bounded():
    """A number is finite, in its bounds, and -0.0 is 0.0."""
    assert "0.0" == str(_checks.real(-0.0, "x"))
    assert 0.5 == _checks.real(np.float32(0.5), "x")
    for bad, kind in ((float("nan"), InvalidValue), (True, InvalidType), ("1", InvalidType)):
        with pytest.raises(kind):
            _checks.real(bad, "x")
    with pytest.raises(InvalidValue, match="at least 0"):
        _checks.real(-1, "x", least=0)
    with pytest.raises(InvalidValue, match="at most 1"):
        _checks.real(2, "x", most=1)


def test_only_bools_are_bools():
    """Neither 1 nor "false" is taken for a bool."""
    assert _checks.boolean(True, "b") is True
    with pytest.raises(InvalidType):
        _checks.boolean(1, "b")


def test_the_nearest_names_are_offered():
    """An unknown name is answered with close ones, else with what is known, else with nothing."""
    assert "did you mean 'budget'?" == _checks.nearest("budgt", ["budget", "need"])
    assert "none is known" == _checks.nearest("x", [])
    many = [f"name_{i}" for i in range(20)]
    assert _checks.nearest("zzz", many).endswith("and 8 more")
    error = _checks.unknown("topic", "budgt", ["budget"], where="criteria")
    assert "criteria: unknown topic (got 'budgt'); did you mean 'budget'?" == str(error)


def test_shown_values_are_bounded():
    """An error shows at most 80 characters of a value."""
    assert 80 == len(_checks.show("x" * 1_000))
    assert "str" == _checks.kind_of("x")


def test_optional_instants():
    """None stays None, an instant is read as one."""
    assert _checks.optional_instant(None, "at") is None
    moment = datetime(2026, 5, 3, tzinfo=UTC)
    assert moment == _checks.optional_instant(moment, "at")


def test_a_missing_instant_is_told():
    """NaT of pandas is a datetime that is none."""
    with pytest.raises(TimeError, match="an instant is missing"):
        _checks.instant(pd.NaT, "at")


def test_a_value_is_of_its_type():
    """Another type is an error that names the one that is needed."""
    assert 3 == _checks.of_type(3, int, "n")
    with pytest.raises(InvalidType, match="n: a value of type int is needed"):
        _checks.of_type("3", int, "n")
