"""The room's face: each name is the object of its file, also those that are loaded when first named."""

from __future__ import annotations

from importlib import import_module

import pytest

from qualify import criteria

LATER = {
    "_changing": ("Change", "Move", "change"),
    "_columns": ("Columns",),
    "_comparing": ("Agreement", "compare"),
    "_linting": ("lint",),
    "_proving": (
        "Proof",
        "always_true",
        "dead_parts",
        "disjoint",
        "duplicates",
        "equivalent",
        "exact",
        "implies",
        "satisfiable",
        "settle",
    ),
}


@pytest.mark.parametrize(("file", "name"), [(file, name) for file, names in LATER.items() for name in names])
def test_a_name_that_is_loaded_later_is_the_object_of_its_file(file, name):
    """It is fetched from its file once, and stands in the room from then on."""
    there = getattr(import_module(f"qualify.criteria.{file}"), name)
    assert there is criteria.__getattr__(name)
    assert there is vars(criteria)[name]


def test_the_frameworks_are_a_module_of_the_room():
    """They are loaded when they are first named."""
    assert import_module("qualify.criteria.frameworks") is criteria.__getattr__("frameworks")


def test_an_unknown_name_is_an_attribute_error_that_names_it():
    """A room has its names and no others."""
    with pytest.raises(AttributeError, match=r"'qualify\.criteria' has no attribute 'critria'"):
        _ = criteria.critria


def test_the_room_lists_its_names():
    """`dir()` gives what is public, sorted."""
    assert sorted(criteria.__all__) == dir(criteria)
