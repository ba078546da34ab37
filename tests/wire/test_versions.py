"""A stored form goes through the years one number at a time."""

from __future__ import annotations

import pytest

from qualify.errors import InputError, UnsupportedVersion, UpcastError
from qualify.wire._versions import SCHEMA, SCHEMA_KEY, STEPS, upcast


def named(document):
    """Bring 1 to 2: `title` is called `name`."""
    document["name"] = document.pop("title")
    return document


def split(document):
    """Bring 2 to 3: a name has two parts."""
    first, last = document.pop("name").split()
    return {**document, "first": first, "last": last}


def test_an_older_form_goes_through_every_step():
    """1 becomes 2 becomes 3; each step sees what the one before gave."""
    steps = (named, split)
    assert {"first": "a", "last": "b"} == upcast({"schema": 1, "title": "a b"}, steps=steps)
    assert {"first": "a", "last": "b"} == upcast({"schema": 2, "name": "a b"}, steps=steps)
    assert {"first": "a", "last": "b"} == upcast({"schema": 3, "first": "a", "last": "b"}, steps=steps)
    assert {"first": "a", "last": "b"} == upcast({"title": "a b"}, default=1, steps=steps)


def test_the_document_itself_is_never_changed():
    """A step works on a copy."""
    document = {"schema": 1, "title": "a b"}
    upcast(document, steps=(named, split))
    assert {"schema": 1, "title": "a b"} == document


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (lambda document: document["no"], "KeyError"),
        (lambda _: None, "null"),
        (lambda _: [], "a list of 0"),
    ],
)
def test_a_step_that_fails_is_named(step, says):
    """From which number to which, and how it failed."""
    with pytest.raises(UpcastError, match="schema 2 to 3") as caught:
        upcast({"schema": 1, "title": "a b"}, steps=(named, step))
    assert says in caught.value.found


def test_a_newer_form_is_refused_with_the_number():
    """Nothing of it is read."""
    with pytest.raises(UnsupportedVersion, match=r"1 to 3 \(got 4\)"):
        upcast({"schema": 4}, steps=(named, split))


def test_a_missing_number_is_refused():
    """Unless a default says what it is."""
    with pytest.raises(InputError, match="schema number"):
        upcast({})


def test_this_release_writes_the_number_of_its_steps():
    """There is one step for each change of the form."""
    assert len(STEPS) + 1 == SCHEMA


def test_no_release_has_changed_the_form_yet():
    """Who adds a step does so knowingly: the number grows, and golden files of the old form stay."""
    assert ((), 1, "schema") == (STEPS, SCHEMA, SCHEMA_KEY)
