"""Every public value goes out and comes back: equal, written alike, described by its schema."""

from __future__ import annotations

import json

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualify import wire
from qualify._canonical import fingerprint
from qualify.criteria import criterion
from qualify.errors import InputError
from qualify.stages import SAAS, Chart, Journey, Position, Step
from qualify.testing import broken_json_of, strategy_of
from qualify.wire._registry import TAGS, class_of

jsonschema = pytest.importorskip("jsonschema")

QUIET = settings(max_examples=4, suppress_health_check=list(HealthCheck))


@criterion(uses=("industry",), version="1")
def regulated(facts):
    """Whether it is a regulated trade."""
    return facts["industry"] == "health"


def strategy(tag):
    """Give values of a class; a host criterion is the host's own."""
    return st.just(regulated) if tag == "HostCriterion" else strategy_of(class_of(tag))


def charts_of(value):
    """Give the charts to which a value refers, wherever they stand in it."""
    if isinstance(value, Chart):
        return {value.fingerprint: value}
    found = {}
    if isinstance(value, Journey):
        return {chart.fingerprint: chart for chart in value.charts}
    if isinstance(value, Position):
        return {value.chart.fingerprint: value.chart}
    if isinstance(value, (tuple, list)):
        for one in value:
            found |= charts_of(one)
    elif isinstance(value, Step):
        found = {**charts_of(value.before), **charts_of(value.after), **charts_of(value.timeouts)}
    elif attrs.has(type(value)) and type(value).__name__ not in {"Verdict", "Decisions", "Curve"}:
        for field in attrs.fields(type(value)):
            found |= charts_of(getattr(value, field.name))
    return found


_SCHEMAS = {}


def validator(tag):
    """Give what checks documents of a class against its schema."""
    if tag not in _SCHEMAS:
        schema = wire.json_schema(class_of(tag))
        jsonschema.Draft202012Validator.check_schema(schema)
        _SCHEMAS[tag] = jsonschema.Draft202012Validator(schema)
    return _SCHEMAS[tag]


@pytest.mark.parametrize("tag", TAGS)
@QUIET
@given(data=st.data())
def test_a_value_comes_back_equal_and_is_written_alike(tag, data):
    """Equal value, text and fingerprint; schema and loader agree on tag, on extra keys and on types."""
    value = data.draw(strategy(tag))
    text = wire.dumps(value)
    using = [*charts_of(value).values(), regulated]
    read = wire.loads(text, class_of(tag), using=using)
    assert value == read
    assert text == wire.dumps(read)
    assert fingerprint(value) == fingerprint(read)
    document = json.loads(text)
    assert [] == [error.message for error in validator(tag).iter_errors(document)]
    for wrong in ({**document, "is": "Nothing"}, {**document, "no_field": "x"}):
        assert not validator(tag).is_valid(wrong)
        with pytest.raises(InputError):
            wire.loads(json.dumps(wrong), class_of(tag), using=using)
    fields = sorted(document.keys() - {"schema", "is"})
    for field in [data.draw(st.sampled_from(fields))] if fields else []:
        other = {**document, field: data.draw(st.sampled_from((None, True, 7, "x", [[[]]], {"x": 1})))}
        if not validator(tag).is_valid(other):
            with pytest.raises(InputError):
                wire.loads(json.dumps(other), class_of(tag), using=using)


@pytest.mark.parametrize("tag", sorted(set(TAGS) - {"HostCriterion", "Sample"}))
@QUIET
@given(data=st.data())
def test_a_mutated_document_is_a_value_or_an_input_error(tag, data):
    """`broken_json_of` works for every class, and nothing but an InputError comes of what it gives."""
    with pytest.raises(InputError):
        wire.loads(data.draw(broken_json_of(class_of(tag), using=[SAAS])), class_of(tag), using=[SAAS])
