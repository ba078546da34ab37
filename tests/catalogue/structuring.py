"""S: what a document may not be."""

from __future__ import annotations

import json
from collections import OrderedDict
from types import MappingProxyType

import attrs
import pytest

from qualify import wire
from qualify._canonical import fingerprint
from qualify._maps import Map
from qualify.errors import InputError, InvalidValue, LimitError, UnsupportedVersion
from qualify.models import Decision, Evidence, Lead, Person, Question, Signal
from qualify.testing._types import _OF, strategy_of
from qualify.wire._registry import EVERYTHING
from qualify.wire._versions import upcast
from reference.catalogue import NOON, evidence, lead, person, proves, refused

QUESTION = '{"schema":1,"is":"Question","topic":"a","text":"b","cost":%s}'
DECISION = '{"schema":1,"is":"Decision","action":"SELL","at":"2026-05-03T12:00:00Z"%s}'


def at(error: InputError) -> tuple[str, str]:
    """Give where an error is and its code."""
    return error.path, error.code


@proves("S01")
def text_for_a_whole_number() -> None:
    """A text never becomes a number."""
    error = refused(DECISION % ',"seen":"10"', Decision)
    assert ("$.seen", "wrong_type") == at(error)
    assert "whole number" in str(error)
    assert "text" in error.found


@proves("S02")
def fraction_for_a_whole_number() -> None:
    """A number is not cut."""
    assert ("$.seen", "wrong_type") == at(refused(DECISION % ',"seen":3.9', Decision))
    assert ("$.seen", "wrong_type") == at(refused(DECISION % ',"seen":3.0', Decision))


@proves("S03")
def bool_for_a_whole_number() -> None:
    """True is no number."""
    assert ("$.seen", "wrong_type") == at(refused(DECISION % ',"seen":true', Decision))


@proves("S04", "S05")
def others_for_a_bool() -> None:
    """Neither a text nor a number is true or false."""
    for raw in ('"false"', "2", "0", "null"):
        assert ("$.erased", "wrong_type") == at(refused(evidence(erased=raw), Evidence))


@proves("S06")
def list_for_a_text() -> None:
    """A list is not printed into a text."""
    assert ("$.id", "wrong_type") == at(refused(person(id="[1,2]"), Person))


@proves("S07")
def null_for_a_text() -> None:
    """Null is not the text None."""
    assert ("$.id", "wrong_type") == at(refused(person(id="null"), Person))


@proves("S08")
def text_for_a_list() -> None:
    """A text is not split into letters."""
    assert ("$.missing", "wrong_type") == at(refused(DECISION % ',"missing":"hot"', Decision))


@proves("S09")
def object_for_a_list() -> None:
    """The keys of an object are no list."""
    assert ("$.missing", "wrong_type") == at(refused(DECISION % ',"missing":{"hot":1}', Decision))


@proves("S10")
def text_for_a_float() -> None:
    """A text is no number, and infinity has a spelling of its own that a cost refuses."""
    for raw in ('"nan"', '"inf"', '"1"'):
        assert ("$.cost", "wrong_type") == at(refused(QUESTION % raw, Question))
    assert "$.cost" == refused(QUESTION % '{"$float":"Infinity"}', Question).path


@proves("S11")
def odd_digits_for_a_number() -> None:
    """Texts never become numbers, in no script and with no underscores; nor do such texts pass under `$int`."""
    for raw in ('"٣"', '" 1_000 "'):
        assert ("$.seen", "wrong_type") == at(refused(DECISION % f',"seen":{raw}', Decision))
        assert ("$.seen['$int']", "wrong_type") == at(
            refused(DECISION % f',"seen":{{"$int":{raw}}}', Decision)
        )


@proves("S12")
def unknown_key() -> None:
    """An unknown field is an error that lists the fields; free values live in `details`."""
    error = refused(person(id='"a"', admin="true"), Person)
    assert ("$.admin", "unknown_field") == at(error)
    assert "email, id, name, role" in error.allowed
    signal = '{"schema":1,"is":"Signal","kind":"k","at":"2026-05-03T12:00:00Z","details":{"admin":true}}'
    assert Signal("k", at=NOON, details={"admin": True}) == wire.loads(signal, Signal)


@proves("S13")
def missing_keys() -> None:
    """Each missing field is an error of its own, at its place, all together."""
    error = refused('{"schema":1,"is":"Evidence"}', Evidence)
    assert [("$.topic", "missing_field"), ("$.value", "missing_field"), ("$.at", "missing_field")] == [
        at(one) for one in error.errors
    ]


@proves("S14")
def three_errors() -> None:
    """All are told, in the order of the document."""
    text = lead(owner="1", id="2", account="3")
    assert ["$.owner", "$.id", "$.account"] == [one.path for one in refused(text).errors]


@proves("S15")
def bare_tokens() -> None:
    """NaN and Infinity are not JSON."""
    for token in ("NaN", "Infinity", "-Infinity"):
        assert "not_finite" == refused(QUESTION % token, Question).code


@proves("S16")
def too_large_for_a_float() -> None:
    """1e999 is not infinity."""
    assert ("$.cost", "not_finite") == at(refused(QUESTION % "1e999", Question))


@proves("S17")
def negative_zero() -> None:
    """-0.0 becomes 0.0, so that hash, repr and bytes agree."""
    question = wire.loads(QUESTION % "-0.0", Question)
    assert "0.0" == repr(question.cost)
    assert wire.dumps(question) == wire.dumps(wire.loads(QUESTION % "0", Question))
    assert "0.0" == repr(wire.loads(evidence("-0.0"), Evidence).value)


@proves("S18")
def duplicate_key() -> None:
    """A key stands once; the error names it."""
    assert ("$.id", "duplicate_key") == at(refused('{"schema":1,"is":"Person","id":"a","id":"b"}', Person))


@proves("S19")
def duplicate_key_in_another_form() -> None:
    """Keys are compared in NFC."""
    text = '{"schema":1,"is":"Signal","kind":"k","at":"2026-05-03T12:00:00Z","details":{"é":1,"e\u0301":2}}'
    assert "duplicate_key" == refused(text, Signal).code


@proves("S20")
def integer_of_five_thousand_digits() -> None:
    """Python's own limit is an InputError, not a bare ValueError."""
    assert "integer_range" == refused(QUESTION % ("9" * 5_000), Question).code


@proves("S21")
def integer_of_four_thousand_digits() -> None:
    """A whole number in JSON is below 2^53."""
    assert ("$.cost", "integer_range") == at(refused(QUESTION % ("9" * 4_200), Question))
    assert ("$.seen", "integer_range") == at(refused(DECISION % f',"seen":{2**53}', Decision))


@proves("S22")
def integer_that_a_float_cannot_hold() -> None:
    """It is refused, never rounded; below 2^53 widening is exact."""
    assert ("$.cost", "integer_range") == at(refused(QUESTION % str(2**53 + 1), Question))
    assert float(2**53 - 1) == wire.loads(QUESTION % str(2**53 - 1), Question).cost


@proves("S23")
def lone_surrogate() -> None:
    """What cannot be written as UTF-8 is refused at its place."""
    assert ("$.role", "surrogate") == at(refused(person(id='"a"', role='"\\ud800"'), Person))
    assert "surrogate" == refused('{"schema":1,"is":"Person","id":"a","\\ud800":1}', Person).code


@proves("S24")
def control_characters() -> None:
    """An id holds none; in an explanation they are escaped."""
    assert ("$.id", "invalid") == at(refused(person(id='"a\\u0000"'), Person))
    assert "\x00" not in str(refused(person(id='"a"', **{"\\u0000": "1"}), Person))


@proves("S25")
def invalid_utf8() -> None:
    """The offset of the byte is told."""
    error = refused(b'{"a":"\xff"}')
    assert ("encoding", "another byte at offset 6") == (error.code, error.found)


@proves("S26")
def other_encodings() -> None:
    """A mark or another encoding is named."""
    assert "UTF-8 byte order mark" in refused(b"\xef\xbb\xbf{}").found
    assert "UTF-8 byte order mark" in refused("\ufeff{}").found
    for encoding in ("utf-16", "utf-32"):
        assert "UTF-" in refused("{}".encode(encoding)).found
    assert "byte_order_mark" == refused("{}".encode("utf-32-be")).code


@proves("S27")
def no_document_or_two() -> None:
    """Line and column are told."""
    for text, code in (
        ("", "empty"),
        (" \n ", "empty"),
        ("{} x", "syntax"),
        ("{}{}", "syntax"),
        ("{", "syntax"),
    ):
        error = refused(text)
        assert code == error.code
        assert error.found.startswith("line ")


@proves("S28")
def other_top_levels() -> None:
    """An object is needed at the top."""
    for text in ("[]", '"a"', "7", "null", "true", "1.5"):
        assert ("$", "wrong_type") == at(refused(text))


@proves("S29")
def no_discriminator() -> None:
    """A union says which kinds it knows."""
    error = refused(lead(id='"a"', log="[{}]"))
    assert ("$.log[0]", "missing_tag") == at(error)
    assert "Evidence" in error.allowed


@proves("S30")
def unknown_discriminator() -> None:
    """The nearest names are offered."""
    error = refused(lead(id='"a"', log='[{"is":"Evidense"}]'))
    assert ("$.log[0].is", "unknown_tag") == at(error)
    assert "did you mean 'Evidence'?" == error.allowed


@proves("S31")
def discriminator_of_another_type() -> None:
    """A list or an object is no name."""
    for raw in ("[]", "{}", "7", "null"):
        assert ("$.log[0].is", "wrong_type") == at(refused(lead(id='"a"', log=f'[{{"is":{raw}}}]')))


@proves("S32")
def discriminator_in_other_letters() -> None:
    """Names are compared exactly."""
    for tag in ("evidence", "EVIDENCE", "Ｅvidence"):
        assert "unknown_tag" == refused(lead(id='"a"', log=f'[{{"is":"{tag}"}}]')).code


@proves("S33")
def no_union_without_a_tag() -> None:
    """Every object says what it is, also where only one class may stand."""
    for tag in EVERYTHING:
        document = {"schema": 1, "id": "a", "name": "a"}
        assert refused(json.dumps(document), EVERYTHING[tag].kind).code == "missing_tag"
    assert "$.account" == refused(lead(id='"a"', account='{"id":"a"}')).path


@proves("S34")
def fields_of_another_kind() -> None:
    """A field of another class is unknown at its exact place."""
    error = refused(lead(id='"a"', people='[{"is":"Person","id":"p","kind":"demo"}]'))
    assert ("$.people[0].kind", "unknown_field") == at(error)


@proves("S35")
def bad_ids() -> None:
    """Blank, long, and spaced ids are refused; the limit is told."""
    for raw in ('""', '" "', '" a"', '"a "'):
        assert ("$.id", "invalid") == at(refused(person(id=raw), Person))
    assert "128" in str(refused(person(id=f'"{"a" * 129}"'), Person))
    assert Person("a" * 128) == wire.loads(person(id=f'"{"a" * 128}"'), Person)


@proves("S36")
def ids_in_two_forms() -> None:
    """An id is in NFC, whichever spelling came."""
    first, second = (wire.loads(person(id=f'"{name}"'), Person) for name in ("é", "e\u0301"))
    assert first == second
    twice = Lead("l").learn(Evidence("a", 1, at=NOON, id="é")).learn(Evidence("a", 1, at=NOON, id="e\u0301"))
    assert 1 == twice.seen


@proves("S37")
def ids_that_look_alike() -> None:
    """Ids compare exactly; what cannot be seen is refused."""
    assert 3 == len({Person(name) for name in ("İ", "i", "I")})
    assert Person("ß") != Person("ss")
    for hidden in ("a\u200b", "a\u202e", "\u2066a"):
        with pytest.raises(InvalidValue):
            Person(hidden)


@proves("S38")
def homoglyphs() -> None:
    """A Cyrillic letter makes another id; nothing is merged."""
    assert Person("ana@example.org") != Person("аna@example.org")


@proves("S39")
def version_missing() -> None:
    """Unless the loader is told a default, it is refused."""
    text = '{"is":"Person","id":"a"}'
    assert ("$.schema", "missing_version") == at(refused(text, Person))
    assert Person("a") == wire.loads(text, Person, schema=1)


@proves("S40")
def version_newer() -> None:
    """Both numbers are named, and nothing is loaded."""
    error = refused('{"schema":9,"is":"Person","id":"a"}', Person)
    assert isinstance(error, UnsupportedVersion)
    assert "1 to 1 (got 9)" in str(error)


@proves("S41")
def version_older() -> None:
    """Steps are taken one number at a time."""
    steps = (lambda d: {**d, "second": d["first"] + 1}, lambda d: {**d, "third": d["second"] + 1})
    assert {"first": 1, "second": 2, "third": 3} == upcast({"schema": 1, "first": 1}, steps=steps)


@proves("S42")
def version_of_another_type() -> None:
    """A text, a float, a bool and a negative number are no version."""
    for raw in ('"1"', "1.0", "true", "-1"):
        assert ("$.schema", "bad_version") == at(
            refused(f'{{"schema":{raw},"is":"Person","id":"a"}}', Person)
        )


@proves("S43")
def validators_switched_off() -> None:
    """Our checks are no attrs validators, so that nobody can switch them off around a load."""
    with attrs.validators.disabled():
        assert "$.id" == refused(person(id='" "'), Person).path
        with pytest.raises(InvalidValue):
            Person(" ")


@proves("S44")
def other_mappings() -> None:
    """The converter takes any Mapping, and reads it once."""

    class Getter:
        def __getitem__(self, key):
            return "a"

    document = {"is": "Person", "id": "a"}
    for mapping in (OrderedDict(document), MappingProxyType(document), Map(document)):
        assert Person("a") == wire.converter().structure(mapping, Person)
    with pytest.raises(InputError):
        wire.converter().structure(Getter(), Person)


@proves("S45")
def value_that_holds_itself() -> None:
    """A cycle ends at the limit of depth."""
    loop = {"is": "Person"}
    loop["id"] = loop
    with pytest.raises(LimitError):
        wire.converter().structure(loop, Person)


@proves("S46")
def round_trips() -> None:
    """Each class comes back equal and is written alike; `tests/wire/test_doors.py` draws many of each."""
    from hypothesis import given, settings
    from hypothesis import strategies as st

    kinds = [kind for kind in _OF if kind.__name__ not in {"Truth", "Journey"}]

    @settings(max_examples=60)
    @given(st.sampled_from(kinds).flatmap(strategy_of))
    def comes_back(value):
        text = wire.dumps(value)
        read = wire.loads(text, object)
        assert value == read
        assert text == wire.dumps(read)
        assert fingerprint(value) == fingerprint(read)

    comes_back()


@proves("S47")
def errors_are_short() -> None:
    """A megabyte of input is not echoed, and control characters are escaped."""
    secret = "\x1b[31m" + "a" * 60_000
    for text in (person(id=json.dumps(secret)), person(id='"a"', role=json.dumps([secret]))):
        shown = str(refused(text, Person))
        assert len(shown) < 500
        assert "\x1b" not in shown
    key = json.dumps(secret)[1:-1]
    assert len(str(refused(person(id='"a"', **{key: "1"}), Person))) < 1_000


@proves("S48")
def errors_hold_no_value() -> None:
    """What she wrote is described by kind and size; the pointer leads a host to it in its own document."""
    text = person(id='"a"', email='["ana@example.org"]')
    error = refused(text, Person)
    assert "ana@" not in str(error)
    assert "ana@" not in repr(error.args)
    assert "/email" == error.pointer
