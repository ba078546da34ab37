"""What a reading notes: codes that are listed, places that lead somewhere, words that show nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import qualify.wire
from qualify.errors import InvalidValue
from qualify.wire import Limits
from qualify.wire._reading import CODES, Reading, bounded, described, shown_name


def said():
    """Give each code that stands in the sources of the wire."""
    for file in Path(qualify.wire.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.keyword(arg="code", value=value):
                    named = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
                case ast.Call(func=ast.Attribute(attr="note"), args=[_, code, *_]):
                    named = [code]
                case _:
                    continue
            yield from (one.value for one in named if isinstance(one, ast.Constant))


def test_the_list_of_codes_is_complete():
    """A host that handles each code of the list handles all, and none in vain; it is sorted."""
    assert sorted(CODES) == list(CODES)
    assert sorted({*said()}) == list(CODES)


@pytest.mark.parametrize(
    ("node", "words"),
    [
        ("2026-05-03T09:00:00", '"2026-05-03T09:00:00"'),
        ("2026-05-03", "text of 10 characters"),
        ("Theresa", "text of 7 characters"),
        ("T" * 41, "text of 41 characters"),
        ("x", "text of 1 character"),
        ("", "text of 0 characters"),
        (None, "null"),
        (False, "false"),
        (7, "a whole number"),
        (0.5, "a number"),
        ([1, 2], "a list of 2"),
        ({"a": 1}, "an object"),
    ],
)
def test_a_value_is_described_without_being_shown(node, words):
    """Only what can be nothing but an instant is shown."""
    assert words == described(node)


def test_what_a_document_names_is_cut():
    """80 characters of a key, 400 of a message, and nothing that cannot be seen."""
    assert (80, 400) == (len(shown_name("k" * 1_000)), len(bounded("m" * 1_000)))
    assert "a\\u202eb" == bounded("a\u202eb")


def test_an_error_of_a_class_leads_to_the_place_inside():
    """`Journey.events[3].at` is the field of the document with that name, and index."""
    reading = Reading(Limits())
    error = InvalidValue("an instant is needed", where="Journey.events[3].at")
    reading.note_error((None, "journey"), error, "Journey", {"events": ()})
    (noted,) = reading.errors
    assert ("$.journey.events[3].at", "/journey/events/3/at") == (noted.path, noted.pointer)
