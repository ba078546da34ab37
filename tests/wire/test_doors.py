"""What goes out comes in again; what is wrong is told, all of it, with its place and without her words."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify import _canonical, wire
from qualify.criteria import Columns, Criterion, criterion, topic
from qualify.errors import InputError, InvalidType, InvalidValue, LimitError, UnsupportedVersion
from qualify.metrics import Counts, Estimate, nps
from qualify.models import Evidence, Lead, Person, Signal
from qualify.playbooks import saas
from qualify.stages import SAAS, Chart, Event, History, Journey, State, Transition
from qualify.testing import broken_json_of, json_of, strategy_of
from qualify.testing._types import _OF

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
KINDS = [kind for kind in _OF if kind.__name__ != "Truth"] + [Counts, Estimate]


def using(value):
    """Give what the host would bind to read a value."""
    return list(value.charts) if isinstance(value, Journey) else []


def refused(text, kind=Lead, **options):
    """Give the error with which a document is refused."""
    with pytest.raises(InputError) as caught:
        wire.loads(text, kind, **options)
    return caught.value


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_a_value_comes_back_equal_and_is_written_alike(kind, data):
    """Reading what was written gives an equal value, whose text and fingerprint are the same."""
    value = data.draw(strategy_of(kind))
    text = wire.dumps(value)
    read = wire.loads(text, kind, using=using(value))
    assert value == read
    assert text == wire.dumps(read)
    assert _canonical.fingerprint(value) == _canonical.fingerprint(read)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_the_fingerprint_is_the_hash_of_what_is_written(kind, data):
    """SHA-256 of the text without its schema number is the fingerprint."""
    value = data.draw(strategy_of(kind))
    written = json.loads(wire.dumps(value))
    assert wire.SCHEMA == written.pop("schema")
    text = json.dumps(written, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert sha256(text.encode()).hexdigest() == _canonical.fingerprint(value)


@given(strategy_of(Lead))
def test_any_class_is_read_by_what_it_says_it_is(lead):
    """With `object` a document says itself what it holds."""
    assert lead == wire.loads(wire.dumps(lead), object)


@given(st.lists(strategy_of(Person), max_size=3))
def test_many_values_make_one_document(people):
    """A tuple or a list of values is written and read as one."""
    text = wire.dumps(people)
    assert tuple(people) == wire.loads(text, tuple[Person, ...])
    assert people == wire.loads(text, list[Person])
    assert tuple(people) == wire.loads(text, tuple)
    assert tuple(people) == wire.loads(text, object)


@given(broken_json_of(Lead))
def test_a_broken_document_is_an_input_error(text):
    """What `broken_json_of` gives is refused, and every error has a place, a code and a sentence."""
    error = refused(text)
    assert error.code in wire.CODES
    for one in error.errors:
        assert one.code in wire.CODES
        assert one.path.startswith("$")
        assert one.asked


@given(json_of(Lead))
def test_the_order_of_keys_does_not_matter(text):
    """A document with its keys turned round is the same lead with the same fingerprint."""

    def turned(node):
        if isinstance(node, dict):
            return {key: turned(node[key]) for key in reversed(node)}
        return [turned(one) for one in node] if isinstance(node, list) else node

    lead = wire.loads(json.dumps(turned(json.loads(text))), Lead)
    assert text == wire.dumps(lead)


def test_all_errors_are_told_at_once_in_document_order():
    """Each error has its path, its pointer, its code, what was asked and what was found."""
    text = json.dumps(
        {
            "schema": 1, "is": "Lead", "id": 7, "colour": "blue",
            "log": [
                {"is": "Evidence", "topic": "a", "value": 1, "at": "2026-01-01T00:00:00"}, {"is": "Signal"},
            ],
        }
    )  # fmt: skip
    error = refused(text)
    told = [(one.path, one.pointer, one.code) for one in error.errors]
    assert [
        ("$.id", "/id", "wrong_type"),
        ("$.colour", "/colour", "unknown_field"),
        ("$.log[0].at", "/log/0/at", "not_rfc3339"),
        ("$.log[1].kind", "/log/1/kind", "missing_field"),
        ("$.log[1].at", "/log/1/at", "missing_field"),
    ] == told
    assert 5 == error.count
    assert (
        '$.log[0].at: an instant needs a time zone (got "2026-01-01T00:00:00"); write "2026-01-01T00:00:00Z"'
        in str(error)
    )


def test_errors_are_bounded_in_number():
    """A document of ten thousand faults keeps a hundred and counts the rest."""
    text = json.dumps({"schema": 1, "is": "Lead", "id": "a", "log": [7] * 2_445})
    error = refused(text)
    assert 100 == len(error.errors)
    assert 2_445 == error.count
    assert str(error).endswith("and 2,435 more")
    assert 12 > len(str(error).splitlines())


def test_errors_are_bounded_in_length():
    """A key of a megabyte is not echoed."""
    text = json.dumps({"schema": 1, "is": "Lead", "id": "a", "k" * 60_000: 1})
    assert 1_000 > len(str(refused(text)))


@given(st.sampled_from(("id", "log", "people", "owner", "account", "offer")))
def test_no_word_of_hers_stands_in_an_error(field):
    """What she said is described by its kind and size, wherever it stands."""
    secret = "ana.secret@example.org "
    document = {"schema": 1, "is": "Lead", "id": "a", field: secret}
    assert "secret" not in str(refused(json.dumps(document)))
    inner = {"is": "Person", "id": secret, "email": [secret]}
    assert "secret" not in str(refused(json.dumps({**document, field: [inner]})))
    assert "secret" not in str(refused(json.dumps({**document, field: inner})))


def test_an_error_survives_a_pickle():
    """Path, code and all errors arrive in another process."""
    import pickle

    error = refused('{"schema":1,"is":"Lead","id":7,"x":1}')
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(error, protocol))
        assert (str(error), error.path, error.code, error.count) == (
            str(again), again.path, again.code, again.count,
        )  # fmt: skip
        assert len(error.errors) == len(again.errors)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"schema":1,"is":"Person","id":"a","role":{}}', "$.role"),
        ('{"schema":1,"is":"Person","id":"a","é":1}', "$['\\xe9']"),
        ('{"schema":1,"is":"Person","id":"a","a b":1}', "$['a b']"),
        ('{"schema":1,"is":"Person","id":"a","a/b~":1}', "$['a/b~']"),
    ],
)
def test_a_path_reads_as_people_write_it(text, path):
    """Names stand after a dot, other keys in brackets."""
    assert path == refused(text, Person).path


def test_a_pointer_is_escaped():
    """Slash and tilde are written as RFC 6901 says."""
    assert "/a~1b~0" == refused('{"schema":1,"is":"Person","id":"a","a/b~":1}', Person).pointer


def test_a_class_says_what_is_wrong_at_the_field():
    """What a constructor refuses is told at the field, without the value."""
    error = refused('{"schema":1,"is":"Person","id":" ana "}', Person)
    assert ("$.id", "invalid", "a name has no spaces around it") == (error.path, error.code, error.asked)
    text = wire.dumps(Lead("l", evidence=[Evidence("a", 1, at=NOON)]))
    error = refused(text.replace('"known_at":"2026', '"known_at":"2025'))
    assert "$.log[0]" == error.path


def test_what_may_be_left_out_may_be_left_out():
    """A field that the class does not require is not required in a document."""
    text = '{"schema":1,"is":"Evidence","topic":"a","value":1,"at":"2026-05-03T12:00:00Z"}'
    assert Evidence("a", 1, at=NOON) == wire.loads(text, Evidence)


def test_another_class_is_refused_where_one_is_meant():
    """A document of one class is not read as another."""
    error = refused(wire.dumps(Person("a")), Lead)
    assert ("$.is", "unknown_tag") == (error.path, error.code)


# -- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "text", "code"),
    [
        ({"bytes": 10}, '{"schema":1,"is":"Person","id":"a"}', "bytes_limit"),
        ({"bytes": 10}, '"ééééé"', "bytes_limit"),
        ({"depth": 1}, '{"schema":1,"is":"Lead","id":"a","log":[]}', ""),
        ({"depth": 1}, '{"schema":1,"is":"Lead","id":"a","log":[{}]}', "depth_limit"),
        ({"values": 4}, '{"schema":1,"is":"Person","id":"a"}', ""),
        ({"values": 3}, '{"schema":1,"is":"Person","id":"a"}', "values_limit"),
        ({"entries": 1}, '{"schema":1,"is":"Lead","id":"a","people":[1,2]}', "entries_limit"),
    ],
)
def test_limits_are_exact(limits, text, code):
    """What is allowed passes, one more does not."""
    if code:
        error = refused(text, object, limits=wire.Limits(**limits))
        assert code == error.code
        assert isinstance(error, LimitError)
    else:
        wire.loads(text, object, limits=wire.Limits(**limits))


def test_a_criterion_of_a_stranger_is_bounded():
    """Depth and number of nodes are limits of their own."""
    deep = topic("a").exists() & ~(topic("b").exists() | topic("c").exists())
    for limits in (wire.Limits(criterion_depth=3), wire.Limits(criterion_nodes=4)):
        assert "criterion_limit" == refused(wire.dumps(deep), Criterion, limits=limits).code
    assert deep == wire.loads(wire.dumps(deep), Criterion, limits=wire.Limits(criterion_depth=4))


def test_a_chart_of_a_stranger_is_bounded():
    """States and transitions are limits of their own."""
    chart = Chart("c", State("a"), State("b"), transitions=(Transition("a", on="go", to="b"),) * 1)
    assert "chart_limit" == refused(wire.dumps(chart), Chart, limits=wire.Limits(states=1)).code
    two = SAAS
    assert "chart_limit" == refused(wire.dumps(two), Chart, limits=wire.Limits(transitions=1)).code


def test_a_journey_may_be_longer_than_other_lists():
    """Events have a limit of their own."""
    journey = Journey.start(SAAS, "ana", at=NOON).record("won", at=NOON).record("renewed", at=NOON)
    assert journey == wire.loads(wire.dumps(journey), Journey, limits=wire.Limits(entries=2))
    error = refused(wire.dumps(journey), Journey, limits=wire.Limits(events=2))
    assert ("$.events", "entries_limit") == (error.path, error.code)


def test_limits_have_ceilings():
    """No limit can be lifted so far that it protects nothing."""
    with pytest.raises(InvalidValue, match=r"Limits\.depth"):
        wire.Limits(depth=129)


def test_a_deep_host_gets_an_input_error_too():
    """Near the end of the stack a document is refused, and the process lives."""

    def deeper(levels):
        if levels:
            return deeper(levels - 1)
        return wire.loads(wire.dumps(~topic("a").exists()), Criterion)

    import sys

    free = sys.getrecursionlimit()
    failed = 0
    for levels in range(free - 200, free):
        try:
            deeper(levels)
        except InputError as error:
            assert "depth_limit" == error.code  # noqa: PT017 - the code is the test
            failed += 1
        except RecursionError:
            break
    assert failed or levels > free - 200


# -- versions -------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ['"1"', "1.0", "true", "-1", "0", "null", "[]"])
def test_a_schema_number_is_a_whole_number(number):
    """Nothing is taken for a number that is none."""
    error = refused(f'{{"schema":{number},"is":"Person","id":"a"}}', Person)
    assert ("$.schema", "bad_version") == (error.path, error.code)


def test_a_missing_number_is_refused_unless_the_host_says_one():
    """`schema=` is for documents that were written without a number."""
    assert "missing_version" == refused('{"is":"Person","id":"a"}', Person).code
    assert Person("a") == wire.loads('{"is":"Person","id":"a"}', Person, schema=1)


def test_a_newer_number_is_named():
    """A document of a later release is refused whole."""
    error = refused('{"schema":99,"is":"Person","id":"a"}', Person)
    assert isinstance(error, UnsupportedVersion)
    assert "99" in str(error)


# -- binding ------------------------------------------------------------------------------------------


@criterion(uses=("industry",), version="1")
def regulated(facts):
    """Whether it is a regulated trade."""
    return facts["industry"] == "health"


@criterion(uses=("industry",), version="2", name="regulated")
def regulated_anew(facts):
    """The same name in another version."""
    return facts["industry"] == "banking"


@criterion(uses=("trade",), version="1", name="regulated")
def regulated_otherwise(facts):
    """The same name and version with other topics."""
    return facts["trade"] == "banking"


def test_a_host_criterion_is_bound_by_name_and_version():
    """A document names it; the function is the host's."""
    rule = regulated & topic("need").exists()
    assert rule == wire.loads(wire.dumps(rule), Criterion, using=[regulated])
    unbound = refused(wire.dumps(rule), Criterion)
    assert ("$.parts[0].name", "unbound") == (unbound.path, unbound.code)
    assert "regulated" in str(unbound)
    for other in (regulated_anew, regulated_otherwise):
        assert "bound_version" == refused(wire.dumps(rule), Criterion, using=[other]).code


def test_a_playbook_binds_its_host_criteria():
    """A playbook that holds a host criterion is read with it."""
    playbook = saas().replace(
        criteria={"timely": regulated}, version="2",
        vocabulary=saas().vocabulary.replacing(__import__("qualify.models").models.Topic("industry")),
    )  # fmt: skip
    assert playbook == wire.loads(wire.dumps(playbook), type(playbook), using=[regulated])
    assert "$.criteria.timely.name" == refused(wire.dumps(playbook), type(playbook)).path


def test_a_name_is_bound_once():
    """Two different criteria under one name are the host's mistake."""
    with pytest.raises(InvalidValue, match="bound once"):
        wire.loads(wire.dumps(regulated), Criterion, using=[regulated, regulated_anew])
    assert regulated == wire.loads(wire.dumps(regulated), Criterion, using=[regulated, regulated])


def test_only_criteria_and_charts_are_bound():
    """Anything else in `using=` is the host's mistake."""
    with pytest.raises(InvalidType, match=r"wire\.loads\.using"):
        wire.loads("{}", Lead, using=["regulated"])


DESK = Chart("desk", State("a"), State("b"), transitions=(Transition("a", on="go", to="b"),))


def test_a_journey_is_bound_to_its_chart():
    """Name, version and fingerprint are in its first event; the default chart needs no binding."""
    journey = Journey.start(DESK, "x", at=NOON).record("go", at=NOON)
    assert journey == wire.loads(wire.dumps(journey), Journey, using=[DESK])
    unbound = refused(wire.dumps(journey), Journey)
    assert ("$.events[0].details.chart", "unbound") == (unbound.path, unbound.code)
    changed = Chart("desk", State("a"), State("b"), version="2")
    other = refused(wire.dumps(journey), Journey, using=[changed])
    assert ("$.events[0].details.fingerprint", "chart_mismatch") == (other.path, other.code)


def test_a_migrated_journey_is_read_with_both_charts():
    """The chart that rules now is enough; with the earlier ones the fold begins at the start."""
    newer = Chart("desk", State("c"), version="2")
    journey = Journey.start(DESK, "x", at=NOON).migrate(newer, {"a": "c", "b": "c"}, at=NOON)
    text = wire.dumps(journey)
    assert journey.events == wire.loads(text, Journey, using=[newer]).events
    assert journey == wire.loads(text, Journey, using=[DESK, newer])
    assert "chart_mismatch" == refused(text, Journey, using=[DESK]).code


def test_a_migrated_journey_is_read_with_what_its_histories_remember():
    """And a difference with what another chart has it forget."""

    def desk(version, *inner):
        box = State("box", *map(State, inner), History("h"))
        rows = (Transition("box", on="off", to="out"), Transition("out", on="on", to="h"))
        return Chart("desk", box, State("out"), version=version, transitions=rows)

    old, new, other = desk("1", "a", "b"), desk("2", "c", "b"), desk("3", "a")
    journey = Journey.start(old, "x", at=NOON, active="b").record("off", at=NOON)
    moved = journey.migrate(new, at=NOON)
    again = wire.loads(wire.dumps(moved), Journey, using=[new])
    assert moved == again
    assert ("b",) == again.record("on", at=NOON).position.leaves
    lost = old.diff(other, [journey.position])
    assert {"h": 1} == dict(lost.forgotten)
    assert lost == wire.loads(wire.dumps(lost), object, using=[old])


def test_the_event_that_spoils_a_journey_is_found():
    """An error names the first event that cannot be told."""
    journey = Journey.start(SAAS, "x", at=NOON)
    for i in range(9):
        journey = journey.record("discover", at=NOON + timedelta(hours=i))
    document = json.loads(wire.dumps(journey))
    document["events"][6]["name"] = "no_such_event"
    error = refused(json.dumps(document), Journey)
    assert ("$.events[6]", "invalid") == (error.path, error.code)
    document["events"] = []
    assert "$.events" == refused(json.dumps(document), Journey).path


# -- numbers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**200, 0.1, -0.0, 1e308, 5e-324])
def test_numbers_come_back_exactly(number):
    """Whole numbers of any size and floats are kept to the last digit."""
    evidence = Evidence("n", number, at=NOON)
    read = wire.loads(wire.dumps(evidence), Evidence)
    assert evidence == read
    assert repr(number + 0) == repr(read.value) or number == 0


def test_an_undefined_estimate_is_null_with_its_reason():
    """NaN is written as null, and the reason stands beside it."""
    written = json.loads(wire.dumps(nps([])))
    assert None is written["value"]
    assert "nobody answered" == written["reason"]


def test_decimals_are_text():
    """A JSON number is no Decimal, and trailing zeros say nothing."""
    signal = Signal("s", at=NOON, details={"amount": Decimal("12.50")})
    assert '{"$decimal":"12.5"}' in wire.dumps(signal)
    text = '{"schema":1,"is":"Offer","id":"a","price":12.5,"currency":"EUR"}'
    assert "$.price" == refused(text, object).path


# -- what is no value -------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["text", 7, None, {"a": 1}, object(), [7]])
def test_only_values_are_written(value):
    """What is no value of the library is refused by name."""
    with pytest.raises(InvalidType):
        wire.dumps(value)


@pytest.mark.parametrize("kind", [dict, "Lead", 7, set[int], tuple[int, str], Exception])
def test_only_values_are_read(kind):
    """A type that no document holds is the caller's mistake."""
    with pytest.raises(InvalidType, match=r"wire\.loads"):
        wire.loads("{}", kind)


def test_only_text_is_read():
    """A dict is for the converter."""
    assert "wrong_type" == refused({"is": "Lead"}).code


@pytest.mark.parametrize("text", ['{"schema":1,"is":"list"}', '{"schema":1,"is":"list","values":[],"x":1}',
                                  '{"schema":1,"is":"tuple","values":[]}', '{"schema":1}'])  # fmt: skip
def test_a_list_of_values_is_strict_too(text):
    """A document of many values has two fields and no other."""
    refused(text, tuple[Person, ...])


def test_bytes_and_views_are_read():
    """Bytes, bytearrays and views are UTF-8."""
    text = wire.dumps(Person("ä")).encode()
    for kind in (bytes, bytearray, memoryview):
        assert Person("ä") == wire.loads(kind(text), Person)


def test_an_event_is_one_row():
    """A host stores events one by one, each with its schema number."""
    event = Event("won", NOON, details={"amount": 1200})
    assert event == wire.loads(wire.dumps(event), Event)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Columns.of({"a": [1]}), "Columns.*store the cohort"),
        (SAAS.compile(), "Compiled.*store the chart"),
        ((Person("p-1"), nps([9]).interval()), "Interval.*store the estimate"),
    ],
    ids=["columns", "compiled", "interval"],
)
def test_what_cannot_be_read_back_is_not_written(value, told):
    """The error names the class and says what to store instead."""
    with pytest.raises(InvalidType, match=told):
        wire.dumps(value)
