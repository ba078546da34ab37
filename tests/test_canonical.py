"""Facts about the canonical form and its fingerprint."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from hashlib import sha256

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qualify
from qualify._canonical import dumps, duration_text, fingerprint, form
from qualify._maps import Map, Value, plain
from qualify.criteria import Atom
from qualify.errors import InvalidType
from qualify.models import Action, Evidence, Lead, Question
from qualify.truth import Truth
from test_maps import PLAIN

MAY = datetime(2026, 5, 3, tzinfo=UTC)


def values():
    """Give each public value class, once."""
    rooms = (importlib.import_module(f"qualify.{m.name}") for m in pkgutil.iter_modules(qualify.__path__))
    named = (getattr(room, name) for room in rooms for name in getattr(room, "__all__", ()))
    kinds = {kind for kind in named if inspect.isclass(kind) and issubclass(kind, Value) and attrs.has(kind)}
    return sorted(kinds, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", values(), ids=lambda kind: kind.__name__)
def test_what_is_left_out_is_read_at_its_default(kind):
    """A field is left out where it has its default, so its argument has the same one; None may mean none."""
    arguments = inspect.signature(kind).parameters
    for field in attrs.fields(kind):
        argument = arguments.get(field.alias)
        if argument is None or not (field.init and field.eq) or field.default is attrs.NOTHING:
            continue
        given, kept = argument.default, field.default
        if given is argument.empty or isinstance(kept, attrs.Factory):
            continue
        if (given is None and isinstance(kept, Map)) or (given == () and isinstance(kept, frozenset)):
            given = type(kept)()
        assert (type(kept), kept) == (type(given), given), field.name


def test_an_open_field_says_what_its_value_is():
    """A date under a topic is not a text under it."""
    may, text = (Evidence("t", value, at=MAY) for value in (MAY.date(), "2026-05-03"))
    assert ({"$date": "2026-05-03"}, "2026-05-03") == (form(may)["value"], form(text)["value"])
    compared = form(Atom("t", "==", MAY.date()))
    assert {"$date": "2026-05-03"} == compared["value"]


@given(PLAIN, PLAIN)
def test_fingerprints_are_equal_exactly_for_equal_values(a, b):
    """Two values have one fingerprint if and only if they are the same by value and type."""
    one, two = Map({"v": plain(a, "a")}), Map({"v": plain(b, "b")})
    assert (one == two) == (fingerprint(one) == fingerprint(two))


@given(PLAIN)
def test_the_form_is_json(value):
    """The form goes through JSON unchanged, and the fingerprint is the SHA-256 of its text."""
    written = form(Map({"v": plain(value, "v")}))
    assert written == json.loads(dumps(written))
    assert sha256(dumps(written).encode()).hexdigest() == fingerprint(Map({"v": plain(value, "v")}))


@given(st.timedeltas())
def test_durations_are_written_exactly(value):
    """Every duration has its own text, to the microsecond."""
    text = duration_text(value)
    sign = -1 if text.startswith("-") else 1
    days, _, clock = text.lstrip("-").removeprefix("P").partition("T")
    seconds = Decimal(clock.removesuffix("S") or 0)
    micros = int(days.removesuffix("D") or 0) * 86_400_000_000 + int(seconds * 1_000_000)
    assert value == timedelta(microseconds=sign * micros)


@pytest.mark.parametrize(
    ("value", "bare", "tagged"),
    [
        (MAY, "2026-05-03T00:00:00Z", {"$instant": "2026-05-03T00:00:00Z"}),
        (date(2026, 5, 3), "2026-05-03", {"$date": "2026-05-03"}),
        (timedelta(days=2), "P2D", {"$duration": "P2D"}),
        (timedelta(0), "P0D", {"$duration": "P0D"}),
        (Decimal("1.50"), "1.5", {"$decimal": "1.5"}),
        (Decimal("1E+3"), "1000", {"$decimal": "1000"}),
        (Truth.NO, "NO", {"$truth": "NO"}),
        (Map({"a": 1}), {"a": 1}, {"$map": {"a": 1}}),
        ((1, 2), [1, 2], [1, 2]),
        (-0.0, 0.0, 0.0),
    ],
)
def test_what_json_cannot_say_is_tagged_where_anything_may_stand(value, bare, tagged):
    """In a typed place a value is bare; in an open place its type stands beside it."""
    assert bare == form(value)
    assert tagged == form(value, is_open=True)


def test_a_value_names_its_class_and_leaves_defaults_out():
    """Fields at their default are not written, so a field added later changes no fingerprint."""
    assert {"is": "Question", "topic": "need", "text": "Why?"} == form(Question("need", "Why?"))
    assert {"is": "Question", "topic": "need", "text": "Why?", "cost": 5.0} == form(
        Question("need", "Why?", 5)
    )


def test_fields_that_do_not_count_are_left_out():
    """A cache is no part of the form."""

    @attrs.frozen
    class Cached:
        a: int
        cache: int = attrs.field(default=0, eq=False)

    assert {"is": "Cached", "a": 1} == form(Cached(1, 2))


def test_enums_and_sets_have_an_order():
    """Enums are written by name and sets in the order of their text."""
    assert "SELL" == form(Action.SELL)
    assert ["a", "b"] == form(frozenset(("b", "a")))
    assert {"SELL": 1} == form({Action.SELL: 1})


def test_text_is_written_as_it_is():
    """Letters outside ASCII are not escaped, and keys are sorted."""
    assert '{"a":"é","b":1}' == dumps({"b": 1, "a": "é"})


@pytest.mark.parametrize("value", [object(), {1: 2}, 1j])
def test_what_has_no_form_is_refused(value):
    """A value without a canonical form is a TypeError, not a guess."""
    with pytest.raises(InvalidType):
        form(value)


def test_a_number_written_by_an_enum_is_its_name():
    """Any Enum is written by the name of its member."""

    class Colour(Enum):
        RED = 1

    assert "RED" == form(Colour.RED)


def test_lists_are_read_like_tuples():
    """A list in a hand-written form is an array."""
    assert [1, [2]] == form([1, (2,)])


def test_microseconds_are_written_where_there_are_some():
    """An instant keeps its microseconds."""
    assert "2026-05-03T00:00:00.000007Z" == form(MAY + timedelta(microseconds=7))


def test_a_lead_is_written_as_its_log():
    """The order of arrival of all that was learned is part of a lead's form."""
    lead = Lead("ana").learn(Evidence("budget", 12, at=MAY))
    assert ["ana/1"] == [entry["id"] for entry in form(lead)["log"]]
