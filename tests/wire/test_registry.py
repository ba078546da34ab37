"""Every public value can be stored, or says why it need not be."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import attrs
import pytest

import qualify
from qualify._maps import Map, Value
from qualify.wire._registry import EVERYTHING, FAMILIES, NOT_STORED, ROOMS, TAGS, class_of

SKIPPED_ROOMS = {"testing", "wire", "errors"}


def public_values():
    """Give every public value class with its room."""
    for module in pkgutil.iter_modules(qualify.__path__):
        if module.name.startswith("_") or module.name in SKIPPED_ROOMS:
            continue
        room = importlib.import_module(f"qualify.{module.name}")
        for name in room.__all__:
            kind = getattr(room, name)
            if inspect.isclass(kind) and attrs.has(kind) and issubclass(kind, Value):
                yield name


def test_every_public_value_is_stored_or_says_why_not():
    """A new value has a place in the table of the wire, or in the list of what is made again."""
    known = {*TAGS, *NOT_STORED, *FAMILIES}
    assert [] == sorted({name for name in public_values() if name not in known})


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
    if not hasattr(kind, "_canonical"):
        assert {a.name for a in attrs.fields(kind) if a.init and a.eq} == set(shape.fields)
    with pytest.raises(KeyError):
        EVERYTHING["Nothing"]
    assert Map({}) == Map()
