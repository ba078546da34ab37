"""The JSON Schema says of documents what the loader says, where a schema can."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualify import wire
from qualify.criteria import Criterion
from qualify.errors import InputError, InvalidType
from qualify.metrics import Counts, Estimate, nps
from qualify.models import Decision, Facts, Lead, Person, Topic, Vocabulary
from qualify.playbook import Playbook
from qualify.stages import Chart, Event, Journey
from qualify.testing import json_of, mutated
from qualify.wire._registry import TAGS

jsonschema = pytest.importorskip("jsonschema", reason="validates what the schema says")

KINDS = [
    Lead,
    Decision,
    Facts,
    Topic,
    Vocabulary,
    Criterion,
    Chart,
    Event,
    Journey,
    Playbook,
    Counts,
    Estimate,
]
SCHEMAS = {kind: wire.json_schema(kind) for kind in KINDS}


def validator(schema):
    """Give what validates documents."""
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=20)
@given(data=st.data())
def test_what_is_written_is_valid(kind, data):
    """Every document that `dumps` writes is valid."""
    text = data.draw(json_of(kind))
    assert [] == [error.message for error in validator(SCHEMAS[kind]).iter_errors(json.loads(text))]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_schema_is_one(kind):
    """Each is a schema of draft 2020-12."""
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[kind])


@settings(max_examples=100)
@given(mutated(json_of(Lead)))
def test_what_is_invalid_is_refused(text):
    """A document that the schema refuses is refused by the loader; the loader knows more."""
    try:
        document = json.loads(text)
        invalid = list(validator(SCHEMAS[Lead]).iter_errors(document))
    except (ValueError, UnicodeDecodeError):
        return
    if invalid:
        with pytest.raises(InputError):
            wire.loads(text, Lead)


def test_an_unknown_field_is_invalid_at_any_depth():
    """Objects are closed, outermost and innermost."""
    document = {"schema": 1, "is": "Lead", "id": "a", "people": [{"is": "Person", "id": "p"}]}
    check = validator(SCHEMAS[Lead])
    assert check.is_valid(document)
    assert not check.is_valid({**document, "x": 1})
    document["people"][0]["x"] = 1
    assert not check.is_valid(document)


def test_many_values_and_any_value_have_schemas():
    """`tuple[X, ...]`, `object` and a union are described like a class."""
    many = validator(wire.json_schema(tuple[Person, ...]))
    assert many.is_valid(json.loads(wire.dumps((Person("a"),))))
    assert not many.is_valid(json.loads(wire.dumps((Lead("a"),))))
    for kind in (object, tuple, list[object], Lead | Person):
        assert validator(wire.json_schema(kind)).is_valid(
            json.loads(wire.dumps((Person("a"),) if kind in (tuple, list[object]) else Person("a")))
        )


def test_the_schema_of_everything_names_every_class():
    """Each tag has its definition."""
    assert {"plain", *TAGS} == set(wire.json_schema(object)["$defs"])


def test_what_cannot_be_read_has_no_schema():
    """A type that no document holds is refused."""
    with pytest.raises(InvalidType):
        wire.json_schema(dict)


def test_it_names_its_dialect():
    """Validators choose their rules by it."""
    assert "https://json-schema.org/draft/2020-12/schema" == wire.json_schema(Person)["$schema"]


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ({"$duration": "P1D"}, True),
        ({"$duration": "P"}, False),
        ({"$int": "-9007199254740993"}, True),
        ({"$map": {"a": {"$truth": "UNKNOWN"}}}, True),
        ({"$map": {"a": {"x": 1}}}, False),
        ("x" * 1_000, True),
        ("x" * 65_537, False),
        (None, True),
    ],
)
def test_any_plain_value_is_valid_and_nothing_else(value, valid):
    """What stands under a topic, as the loader reads it."""
    document = {"schema": 1, "is": "Evidence", "topic": "a", "at": "2026-05-03T09:00:00Z", "value": value}
    assert valid == validator(wire.json_schema(object)).is_valid(document)


def test_numbers_without_bound_and_large_ones_are_valid():
    """As text under a key that says so."""
    estimate = json.loads(wire.dumps(nps([9, 0])))
    check = validator(wire.json_schema(object))
    for number in ("Infinity", "-Infinity"):
        assert check.is_valid({**estimate, "high": {"$float": number}})
    assert not check.is_valid({**estimate, "high": {"$float": "NaN"}})
    decision = {"schema": 1, "is": "Decision", "action": "SELL", "at": "2026-05-03T09:00:00Z"}
    assert check.is_valid({**decision, "seen": {"$int": "9007199254740993"}})
