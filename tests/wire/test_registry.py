"""Every public value can be stored, or says why it need not be."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from pathlib import Path

import attrs
import pytest

import qualify
from qualify import wire
from qualify._maps import Map
from qualify.criteria import Columns
from qualify.errors import InvalidType
from qualify.wire._registry import EVERYTHING, FAMILIES, NOT_STORED, ROOMS, TAGS, class_of

ROOMS_SHOWN = [m.name for m in pkgutil.iter_modules(qualify.__path__) if not m.name.startswith("_")]
FACES = ["qualify", *(f"qualify.{name}" for name in ROOMS_SHOWN if name != "errors")]
FACES.append("qualify.criteria.frameworks")
# Classes that are no values: what a host writes for us, or what it tests with.
NO_VALUES = {"Because", "JourneyMachine", "MemoryStore", "Policy", "Store"}


def public_classes():
    """Give every public class of every room by name."""
    found = {}
    for face in FACES:
        room = importlib.import_module(face)
        for name in room.__all__:
            kind = getattr(room, name)
            if inspect.isclass(kind):
                found.setdefault(name, set()).add(kind)
    return found


def test_every_public_value_is_stored_or_says_why_not():
    """A new class has a place in the table of the wire, or in the short list of what is no value."""
    assert set(public_classes()) == {*TAGS, *NOT_STORED, *FAMILIES, *NO_VALUES}


def test_what_is_not_stored_is_little_and_says_what_to_store_instead():
    """Words, tables that are worked out, and what a test says."""
    assert 12 >= len(NOT_STORED)
    page = (Path(__file__).parents[2] / "docs" / "reference" / "wire.md").read_text(encoding="utf-8")
    assert [] == [name for name in NOT_STORED if f"`{name}`" not in page]
    with pytest.raises(InvalidType, match=r"Columns\); .*store the cohort"):
        wire.dumps(Columns.of({"a": [1]}))


def test_no_name_stands_for_two_classes():
    """Tags are unique, and nothing is both stored and not."""
    tags = [tag for room in ROOMS.values() for tag in room]
    assert sorted(set(tags)) == sorted(tags)
    assert set() == set(tags) & set(NOT_STORED)


@pytest.mark.parametrize("tag", TAGS)
def test_a_shape_reads_what_the_class_writes(tag):
    """Every field that counts for equality has a reader."""
    shape = EVERYTHING[tag]
    kind = class_of(tag)
    assert kind is shape.kind
    if not hasattr(kind, "_canonical") and attrs.has(kind):
        assert {a.name for a in attrs.fields(kind) if a.init and a.eq} == set(shape.fields)
    with pytest.raises(KeyError):
        EVERYTHING["Nothing"]
    assert Map({}) == Map()
