"""Single values: what is read, what is refused, and in which words."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from qualify import wire
from qualify.errors import InputError
from qualify.metrics import Counts, Estimate, nps
from qualify.models import Decision, Evidence, Lead, Offer, Question, Topic
from qualify.truth import Truth

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


def evidence(value: str, **fields: str) -> str:
    """Give a document of evidence, its value in raw JSON."""
    inner = "".join(f',"{name}":{raw}' for name, raw in fields.items())
    return f'{{"schema":1,"is":"Evidence","topic":"a","value":{value},"at":"2026-05-03T12:00:00Z"{inner}}}'


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("null", None),
        ("true", True),
        ("7", 7),
        ("7.5", 7.5),
        ('"x"', "x"),
        ("[1,[2]]", (1, (2,))),
        ('{"$int":"-18014398509481984"}', -(2**54)),
        ('{"$decimal":"-1.50"}', Decimal("-1.5")),
        ('{"$date":"2026-02-28"}', date(2026, 2, 28)),
        ('{"$instant":"2026-05-03T14:00:00+02:00"}', NOON),
        ('{"$instant":"2026-05-03T12:00:00.5Z"}', NOON + timedelta(milliseconds=500)),
        ('{"$instant":"2026-05-03T12:00:00.000001+00:00"}', NOON + timedelta(microseconds=1)),
        ('{"$duration":"PT1H30M"}', timedelta(minutes=90)),
        ('{"$duration":"-P1DT0.5S"}', -timedelta(days=1, milliseconds=500)),
        ('{"$duration":"PT0S"}', timedelta(0)),
        ('{"$truth":"NO"}', Truth.NO),
        ('{"$map":{}}', {}),
        ('{"$map":{"a":{"$map":{"b":1}}}}', {"a": {"b": 1}}),
    ],
)
def test_any_plain_value_is_read(raw, value):
    """What JSON cannot say bears a tag."""
    assert Evidence("a", value, at=NOON) == wire.loads(evidence(raw), Evidence)


@pytest.mark.parametrize(
    ("raw", "path", "code"),
    [
        ("{}", "$.value", "unknown_tag"),
        ('{"$map":{},"$int":"1"}', "$.value", "unknown_tag"),
        ('{"x":1}', "$.value", "unknown_tag"),
        ('{"$map":[]}', "$.value['$map']", "wrong_type"),
        ('{"$map":{" ":1}}', "$.value['$map']", "invalid"),
        ('{"$map":{"a":{"x":1}}}', "$.value['$map'].a", "unknown_tag"),
        ('[{"x":1}]', "$.value[0]", "unknown_tag"),
        ('{"$int":7}', "$.value['$int']", "wrong_type"),
        ('{"$int":"7.0"}', "$.value['$int']", "wrong_type"),
        ('{"$decimal":"1e5"}', "$.value['$decimal']", "wrong_type"),
        ('{"$decimal":1}', "$.value['$decimal']", "wrong_type"),
        ('{"$date":"2026-02-30"}', "$.value['$date']", "not_rfc3339"),
        ('{"$date":7}', "$.value['$date']", "not_rfc3339"),
        ('{"$instant":7}', "$.value['$instant']", "wrong_type"),
        ('{"$instant":"2026-02-30T00:00:00Z"}', "$.value['$instant']", "not_rfc3339"),
        ('{"$instant":"2026-05-03T12:00:00.0000001+00:00"}', "$.value['$instant']", "not_rfc3339"),
        ('{"$instant":"2026-05-03T12:00:00.0000001+02:00"}', "$.value['$instant']", "not_rfc3339"),
        ('{"$instant":"x"}', "$.value['$instant']", "not_rfc3339"),
        ('{"$duration":7}', "$.value['$duration']", "wrong_type"),
        ('{"$duration":"P1M"}', "$.value['$duration']", "invalid"),
        ('{"$duration":"P"}', "$.value['$duration']", "invalid"),
        ('{"$duration":"P1DT"}', "$.value['$duration']", "invalid"),
        ('{"$duration":"P999999999DT99999999999H"}', "$.value['$duration']", "invalid"),
        ('{"$truth":"MAYBE"}', "$.value['$truth']", "wrong_type"),
        ('{"$truth":1}', "$.value['$truth']", "wrong_type"),
        ("[" * 25 + "]" * 25, "$.value" + "[0]" * 24, "depth_limit"),
    ],
)
def test_what_is_no_plain_value_is_refused(raw, path, code):
    """At its place, with its code."""
    with pytest.raises(InputError) as caught:
        wire.loads(evidence(raw), Evidence)
    assert (path, code) == (caught.value.path, caught.value.code)


@pytest.mark.parametrize(
    ("node", "found"),
    [
        ("null", "null"),
        ("true", "true"),
        ("false", "false"),
        ("7", "a whole number"),
        ("7.5", "a number"),
        ('""', "text of 0 characters"),
        ('"x"', "text of 1 character"),
        ('"2026-05-03T12:00"', '"2026-05-03T12:00"'),
        ("[1,2]", "a list of 2"),
        ('{"a":1}', "an object"),
    ],
)
def test_what_was_found_is_described(node, found):
    """By its kind and its size; an instant is shown."""
    text = f'{{"schema":1,"is":"Offer","id":"a","price":{node},"currency":"EUR"}}'
    if node == "null":
        text = f'{{"schema":1,"is":"Question","topic":"a","text":{node}}}'
    with pytest.raises(InputError) as caught:
        wire.loads(text, Offer | Question)
    assert found == caught.value.found


@pytest.mark.parametrize("raw", ['"x"', "null", "[]", '{"$float":"NaN"}', '{"$float":7}', "true"])
def test_a_cost_is_a_number(raw):
    """Nothing else is taken for one."""
    with pytest.raises(InputError):
        wire.loads(f'{{"schema":1,"is":"Question","topic":"a","text":"b","cost":{raw}}}', Question)


def test_a_number_without_bound_is_read_where_it_may_stand():
    """A range may run to infinity, in both directions."""
    from qualify.decisions import Range

    for given in (Range(float("-inf"), float("inf"), value=0.0), Range(1, float("inf"), value=2.0)):
        assert given == wire.loads(wire.dumps(given), Range)


@pytest.mark.parametrize("raw", ['"x"', '{"$float":"NaN"}', '{"$float":7}', "{}", "true"])
def test_a_row_of_numbers_holds_numbers(raw):
    """A value of an estimate is a number, null, or without bound."""
    document = wire.dumps(nps([10, 9])).replace('"value":100.0', f'"value":{raw}')
    with pytest.raises(InputError) as caught:
        wire.loads(document, Estimate)
    assert caught.value.path.startswith("$.value")


@pytest.mark.parametrize("raw", ['"x"', "null", "[]", "{}"])
def test_a_weight_is_a_number(raw):
    """A whole number, a float, or a Decimal as text."""
    from qualify.criteria import Criterion, topic, weighted

    rule = weighted(
        {topic("a").exists(): 1.5, topic("b").exists(): 2, topic("c").exists(): Decimal("0.5")}, bar=2
    )
    assert rule == wire.loads(wire.dumps(rule), Criterion)
    with pytest.raises(InputError) as caught:
        wire.loads(wire.dumps(rule).replace('"bar":2', f'"bar":{raw}'), Criterion)
    assert "$.bar" == caught.value.path


def test_nothing_but_true_and_false_is_a_bool():
    """Neither 1 nor null."""
    for raw in ("1", "null", '"true"'):
        with pytest.raises(InputError):
            wire.loads(evidence("1", erased=raw), Evidence)
    assert wire.loads(evidence("1", erased="true"), Evidence).erased


def test_a_range_without_bounds_is_read():
    """Infinity is text under `$float`, in a field that holds a number."""
    text = '{"schema":1,"is":"Range","low":{"$float":"-Infinity"},"high":{"$float":"Infinity"},"value":0}'
    from qualify.decisions import Range

    assert float("inf") == wire.loads(text, Range).high


def test_words_that_are_few_are_told():
    """An enumeration and a literal list what they allow."""
    with pytest.raises(InputError, match="SELL, DISCOVER, NURTURE"):
        wire.loads('{"schema":1,"is":"Decision","action":"BUY","at":"2026-05-03T12:00:00Z"}', Decision)


@pytest.mark.parametrize(
    "raw", ["7", '["YES"]', '{"a":"YES"}', '{"a":{"$truth":"MAYBE"}}', '{"a":{"$int":"1"}}']
)
def test_answers_are_truths(raw):
    """Each under its question, with its tag."""
    text = f'{{"schema":1,"is":"Decision","action":"SELL","at":"2026-05-03T12:00:00Z","answers":{raw}}}'
    with pytest.raises(InputError) as caught:
        wire.loads(text, Decision)
    assert caught.value.path.startswith("$.answers")


def test_a_table_has_three_rows_of_three():
    """A row of another length is refused."""
    from qualify.decisions import PROSPECT, Table

    document = json.loads(wire.dumps(PROSPECT))
    document["cells"][1] = ["SELL"]
    with pytest.raises(InputError) as caught:
        wire.loads(json.dumps(document), Table)
    assert "$.cells[1]" == caught.value.path
    document["cells"][1] = ["SELL", "SELL", 7]
    with pytest.raises(InputError) as caught:
        wire.loads(json.dumps(document), Table)
    assert "$.cells[1][2]" == caught.value.path


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"of": None}, "$.of"),
        ({"promoters": "3"}, "$.promoters"),
        ({"labels": [{"a": 1}]}, "$.labels[0]"),
        ({"promoters": [1, "2"]}, "$.promoters[1]"),
    ],
)
def test_counts_are_numbers(change, path):
    """One each, or a row of them for the labels."""
    document = {**json.loads(wire.dumps(Counts("NPS", promoters=3))), **change}
    with pytest.raises(InputError) as caught:
        wire.loads(json.dumps(document), Counts)
    assert path == caught.value.path


def test_counts_say_of_what():
    """A document without it is refused."""
    with pytest.raises(InputError) as caught:
        wire.loads('{"schema":1,"is":"Counts","yes":1}', Counts)
    assert ("$.of", "missing_field") == (caught.value.path, caught.value.code)


def test_counts_name_each_group_once():
    """A document that names a group twice is refused, since sums would lose one of its rows."""
    document = wire.dumps(Counts("x", labels=("a", "b"), yes=[1, 2])).replace('"b"', '"a"')
    with pytest.raises(InputError, match="each label is named once"):
        wire.loads(document, Counts)


def test_counts_are_of_any_size():
    """Python's own integers do not wrap, here or there."""
    counts = Counts("x", yes=2**70, no=0)
    assert counts == wire.loads(wire.dumps(counts), Counts)
    with pytest.raises(InputError):
        wire.loads(wire.dumps(counts).replace('{"$int":"1180591620717411303424"}', "{}"), Counts)


def test_an_estimate_by_group_comes_back():
    """Rows of numbers, labels of several kinds, reasons beside what is undefined."""
    estimate = nps([10, 9, 3, 0], by=["a", "b", "a", "c"])
    assert estimate == wire.loads(wire.dumps(estimate), Estimate)
    for labels in ((1, 2.5, None), (True, "a", "b")):
        counts = Counts("x", labels=labels, yes=[1, 2, 3])
        assert counts == wire.loads(wire.dumps(counts), Counts)


def test_a_list_of_allowed_values_is_a_list():
    """A single value in its place is refused."""
    text = '{"schema":1,"is":"Topic","name":"a","question":"b","values":3}'
    with pytest.raises(InputError) as caught:
        wire.loads(text, Topic)
    assert ("$.values", "wrong_type") == (caught.value.path, caught.value.code)


def test_texts_and_keys_have_limits():
    """A text, and a key that is longer than any text."""
    for text in (evidence(json.dumps("a" * 70_000)), evidence("1", **{"k" * 70_000: "1"})):
        with pytest.raises(InputError) as caught:
            wire.loads(text, Evidence)
        assert "text_limit" == caught.value.code


@pytest.mark.parametrize(
    "text", ["NaN", "[Infinity]", "9" * 5_000, '{"a":1,"a":2,"b":{"c":1,"c":2}}', b"\xff", "\ufeff{}"]
)
def test_what_no_reader_reads_alike_is_refused(text):
    """Before anything is made of it."""
    with pytest.raises(InputError):
        wire.loads(text, Lead)


def test_errors_of_the_walk_come_in_order_too():
    """Numbers, texts and keys, each at its place."""
    text = '{"a":[1e999,{"b":"\\ud800","b":2}],"c":90071992547409931,"\\udc00":1,"é":1}'
    with pytest.raises(InputError) as caught:
        wire.loads(text, Lead)
    assert ["not_finite", "surrogate", "duplicate_key", "integer_range", "surrogate"] == [
        one.code for one in caught.value.errors
    ]


def test_a_recursion_in_a_reader_is_a_limit(monkeypatch):
    """A host whose stack is nearly full gets an error of the library."""
    from qualify.wire import _doors

    def endless(node, place, reading):
        return endless(node, place, reading)

    monkeypatch.setitem(_doors._READERS, Lead, endless)
    with pytest.raises(InputError) as caught:
        wire.loads('{"schema":1,"is":"Lead","id":"a"}', Lead)
    assert "depth_limit" == caught.value.code


def test_the_face_is_what_it_says():
    """Public names, sorted."""
    assert sorted(wire.__all__) == dir(wire)


def test_host_values_that_recurse_are_a_limit():
    """A deep value of a host ends at the limit of depth."""
    deep: object = []
    for _ in range(500):
        deep = [deep]
    with pytest.raises(InputError) as caught:
        wire.converter().structure({"is": "Person", "id": deep}, __import__("qualify").Lead)
    assert "depth_limit" == caught.value.code


def test_the_parsers_own_recursion_is_a_limit():
    """A hundred thousand brackets end in an error of the library."""
    with pytest.raises(InputError) as caught:
        wire.loads("[" * 100_000, Lead)
    assert "depth_limit" == caught.value.code
