"""What a reading notes: codes that are listed, places that lead somewhere, words that show nothing."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

import qualify.wire
from qualify import wire
from qualify.errors import InputError, InvalidValue
from qualify.playbook import Playbook
from qualify.playbooks import saas
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
    reading = Reading(Limits(), root={"journey": {"events": [{}, {}, {}, {"at": 7}]}})
    error = InvalidValue("an instant is needed", found="7", where="Journey.events[3].at")
    reading.note_error((None, "journey"), error, "Journey")
    (noted,) = reading.errors
    assert ("$.journey.events[3].at", "/journey/events/3/at") == (noted.path, noted.pointer)
    assert "" == noted.found


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ("Journey.events[4]", "$.events"),
        ("Journey.events.at", "$.events"),
        ("Journey.event", "$"),
        ("Journey.subject.id", "$.subject"),
        ("Journey", "$"),
        ("Lead.events[0]", "$"),
        ("", "$"),
    ],
)
def test_a_place_is_followed_as_far_as_the_document_has_it(where, path):
    """What is not there, and what another class speaks of, leads nowhere."""
    reading = Reading(Limits(), root={"subject": "ana", "events": [{}]})
    reading.note_error(None, InvalidValue("wrong", where=where), "Journey")
    assert path == reading.errors[0].path


def edited(change):
    """Give what is said against a playbook after a change by hand."""
    document = json.loads(wire.dumps(saas()))
    change(document)
    with pytest.raises(InputError) as caught:
        wire.loads(json.dumps(document), Playbook)
    return str(caught.value).partition("; ")[0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda book: book["criteria"]["meaningful"]["part"]["parts"].pop(),
            "$.criteria.meaningful.part.need: a number is out of range (got 4)",
        ),
        (
            lambda book: book["criteria"]["timely"]["part"].update(topic="timng"),
            "$.criteria.timely.part: unknown topic (got 'timng')",
        ),
        (
            lambda book: book["criteria"]["healthy"]["part"]["parts"][0].update(topic="mood"),
            "$.criteria.healthy.part.parts[0]: unknown topic (got 'mood')",
        ),
        (
            lambda book: book["criteria"].update(
                {
                    "a.b": {"is": "Atom", "operator": "exists", "topic": "fit"},
                    "a.b c": {"is": "Not", "part": {"is": "Atom", "operator": "exists", "topic": "mood"}},
                }
            ),
            "$.criteria['a.b c'].part: unknown topic (got 'mood')",
        ),
        (
            lambda book: book["teaches"][1].update(topic="mood"),
            "$.teaches[1].topic: unknown topic (got 'mood')",
        ),
        (lambda book: book.update(selling="sale"), "$.selling: unknown state (got 'sale')"),
        (
            lambda book: book["vocabulary"]["topics"][2].update(cost=-1),
            "$.vocabulary.topics[2].cost: a number is out of range (got -1.0)",
        ),
    ],
)
def test_an_error_in_a_rule_names_the_field_and_shows_what_was_found(change, told):
    """In a playbook no person stands, so the value may be shown."""
    assert told == edited(change)
