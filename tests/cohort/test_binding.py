"""Facts about `Field` and `Binding`: what each column means, and where a document is wrong."""

from __future__ import annotations

import json
import pickle
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.cohort import Binding, Field
from qualify.cohort._binding import NUMBER_ROLES, ROLES, SURVEYS, TIME_ROLES, TRUTH_ROLES
from qualify.cohort._field import zone_of
from qualify.errors import InvalidType, InvalidValue, UnknownName
from qualify.truth import NO, YES

WORDS = st.text("abcdefgh", min_size=1, max_size=5)


@st.composite
def fields(draw):
    """Fields whose entries have one meaning each."""
    words = draw(st.lists(WORDS, max_size=6, unique=True))
    cut = sorted(draw(st.lists(st.integers(0, len(words)), min_size=3, max_size=3)))
    return Field(
        draw(WORDS),
        yes=words[: cut[0]],
        no=words[cut[0] : cut[1]],
        unknown=words[cut[1] : cut[2]],
        missing=words[cut[2] :],
        zone=draw(st.sampled_from([None, "+02:00", "UTC"])),
        hour=draw(st.sampled_from([None, 17, "17:30"])),
        decimal=draw(st.sampled_from([".", ","])),
    )


@st.composite
def bindings(draw):
    """Bindings with any of their roles."""
    roles = {role: draw(fields()) for role in draw(st.sets(st.sampled_from(ROLES)))}
    return Binding(
        topics=draw(st.none() | st.dictionaries(WORDS, fields(), max_size=3)),
        surveys={name: draw(fields()) for name in draw(st.sets(st.sampled_from(sorted(SURVEYS))))},
        **roles,
    )


@given(bindings())
def test_a_document_says_all_that_a_binding_holds(binding):
    """What `to_document` writes as JSON, `Binding.of` reads back as the same value."""
    assert binding == Binding.of(json.loads(json.dumps(binding.to_document())))


@given(bindings())
def test_a_binding_is_a_value(binding):
    """It is equal to its pickled copy, hashes like it, and names each column once."""
    copy = pickle.loads(pickle.dumps(binding))
    assert (binding, hash(binding)) == (copy, hash(copy))
    assert len(set(binding.columns)) == len(binding.columns)


def test_a_bare_name_binds_a_column():
    """In a document as in Python, the name of a column stands for a field without more."""
    assert Field("Seller") == Binding(owner="Seller").owner == Binding.of({"owner": "Seller"}).owner


def test_an_outcome_speaks_of_won_lost_and_open():
    """These words stand for yes, no and unknown, in both directions."""
    document = {"outcome": {"column": "Status", "won": ["Won"], "lost": ["Lost"], "open": ["New"]}}
    assert Field("Status", yes="Won", no="Lost", unknown="New") == Binding.of(document).outcome
    assert document == Binding.of(document).to_document()


def test_values_may_be_truths():
    """A document writes a truth as an object, and everything else as it is."""
    document = {"topics": {"need": {"column": "n", "values": {"none": {"$truth": "NO"}, "some": 3}}}}
    field = Binding.of(document).topics["need"]
    assert {"none": NO, "some": 3} == dict(field.values)
    assert document == Binding.of(document).to_document()


def test_unknown_words_are_listed_by_column():
    """Where every column is a topic, `unknown` says column by column what nobody knows."""
    binding = Binding.of({"unknown": {"pdays": [999]}, "id": None})
    assert (999,) == binding.unknown["pdays"]
    assert {"unknown": {"pdays": [999]}} == binding.to_document()


def test_a_field_shows_what_was_given():
    """The repr leaves defaults out."""
    field = Field("at", zone="UTC", hour=time(9), values={"x": 1})
    assert "Field('at', values={'x': 1}, zone='UTC', hour=datetime.time(9, 0))" == repr(field)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "+02:00", "-03:30", "Z", "UTC"])
def test_a_zone_is_an_offset_or_a_name(zone):
    """Both forms give a tzinfo."""
    assert zone_of(zone) is not None


@pytest.mark.parametrize(
    ("make", "kind", "told"),
    [
        (lambda: Field(""), InvalidValue, "Field.column: a column's name is not blank (got '')"),
        (
            lambda: Field("x", yes="a", no="a"),
            InvalidValue,
            "Field 'x': an entry has one meaning (got 'a' under yes and no)",
        ),
        (
            lambda: Field("x", yes=[("a",)]),
            InvalidType,
            "Field 'x'.yes: an entry is text, a number, a truth or a date (got tuple)",
        ),
        (
            lambda: Field("x", values=["a"]),
            InvalidType,
            "Field 'x'.values: what entries stand for is an object (got list)",
        ),
        (
            lambda: Field("x", values={"a": {"$truth": "MAYBE"}}),
            UnknownName,
            "Field 'x'.values.a: unknown truth (got 'MAYBE'); known are NO, UNKNOWN, YES",
        ),
        (
            lambda: Field("x", zone="Mars/Base"),
            InvalidValue,
            (
                "Field 'x'.zone: a zone is an offset or an IANA name (got 'Mars/Base'); "
                "for example '+02:00', 'UTC' or 'Europe/Berlin'"
            ),
        ),
        (
            lambda: Field("x", zone="+2"),
            InvalidValue,
            (
                "Field 'x'.zone: a zone is an offset or an IANA name (got '+2'); "
                "for example '+02:00', 'UTC' or 'Europe/Berlin'"
            ),
        ),
        (
            lambda: Field("x", hour="noon"),
            InvalidValue,
            "Field 'x'.hour: an hour is 0 to 23, or a time of day (got 'noon'); for example 17, or '17:30'",
        ),
        (
            lambda: Field("x", decimal=";"),
            InvalidValue,
            "Field 'x'.decimal: a decimal sign is '.' or ',' (got ';')",
        ),
        (
            lambda: Field("x", type="colour"),
            InvalidValue,
            (
                "Topic 'any': unknown type of a topic (got 'colour'); "
                "allowed are any, text, number, boolean, date, instant, duration"
            ),
        ),
        (
            lambda: Binding(surveys={"npss": "x"}),
            UnknownName,
            "Binding.surveys: unknown survey (got 'npss'); did you mean 'nps' or 'enps'?",
        ),
        (
            lambda: Binding(owner=3),
            InvalidType,
            "Binding.owner: a column is bound by its name or by a Field (got int)",
        ),
        (lambda: Binding.of([]), InvalidType, "mapping: a mapping is an object (got list)"),
        (
            lambda: Binding.of({"outcom": "x"}),
            UnknownName,
            "mapping: unknown key (got 'outcom'); did you mean 'outcome'?",
        ),
        (
            lambda: Binding.of({"topics": ["budget"]}),
            InvalidType,
            "mapping.topics: an object is needed (got list)",
        ),
        (
            lambda: Binding.of({"owner": 3}),
            InvalidType,
            "mapping.owner: a field is the name of a column, or an object with one (got int)",
        ),
        (
            lambda: Binding.of({"owner": {"colum": "x"}}),
            UnknownName,
            "mapping.owner: unknown key (got 'colum'); did you mean 'column'?",
        ),
        (
            lambda: Binding.of({"owner": {}}),
            InvalidValue,
            'mapping.owner: a field names its column; write "column": "..."',
        ),
        (
            lambda: Binding.of({"opened": {"column": "x", "zone": "Nowhere"}}),
            InvalidValue,
            (
                "mapping.opened: a zone is an offset or an IANA name (got 'Nowhere'); "
                "for example '+02:00', 'UTC' or 'Europe/Berlin'"
            ),
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(make, kind, told):
    """Each error says what was asked, what was found and what is allowed."""
    with pytest.raises(kind) as caught:
        make()
    assert told == str(caught.value)


def test_yes_and_no_close_a_field():
    """Where some meanings are listed, every other entry would be a guess."""
    assert [True, True, False] == [
        Field("x", yes="a").is_closed,
        Field("x", values={"a": YES}).is_closed,
        Field("x", unknown="a").is_closed,
    ]


def test_the_roles_and_surveys_of_a_table():
    """What a column may be, and how it is read; each survey has its scale."""
    assert ("hours", "weight") == NUMBER_ROLES
    assert ("since", "opened", "closed") == TIME_ROLES
    assert ("outcome", "pursued", "contact") == TRUTH_ROLES
    assert {*NUMBER_ROLES, *TIME_ROLES, *TRUTH_ROLES} < set(ROLES)
    assert {name: scale.name.lower() for name, scale in SURVEYS.items()} == {
        name: name for name in ("nps", "enps", "csat", "esat", "ces")
    }
