"""Which classes may stand in a document, by the name that `is` says, and where a class differs from its fields.

A room is imported when the first document needs one of its classes.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from typing import Any, Final

from qualify.wire._shapes import Shape, shape_of

ROOMS: Final[dict[str, tuple[str, ...]]] = {
    "qualify.models": (
        "Account",
        "Asked",
        "Decision",
        "Evidence",
        "Facts",
        "Lead",
        "Offer",
        "Outcome",
        "Person",
        "Question",
        "Reason",
        "Rep",
        "Retraction",
        "Signal",
        "Subscription",
        "SurveyResponse",
        "Topic",
        "Vocabulary",
    ),
    "qualify.scales": ("Scale",),
}
_ROOM_OF = {tag: room for room, tags in ROOMS.items() for tag in tags}
TAGS: Final = tuple(sorted(_ROOM_OF))


class Shapes(dict[str, Shape]):
    """The shapes of some classes by name, each compiled when it is first looked up."""

    def __init__(self, tags: Iterable[str]) -> None:
        super().__init__()
        self.tags = tuple(tags)

    def __missing__(self, tag: str) -> Shape:
        if tag not in self.tags:
            raise KeyError(tag)
        shape = self[tag] = _shape(tag)
        return shape

    def __iter__(self) -> Any:
        return iter(self.tags)


_COMPILED: dict[str, Shape] = {}  # a cache of the classes' own definitions


def _shape(tag: str) -> Shape:
    shape = _COMPILED.get(tag)
    if shape is None:
        own, build = _OWN.get(tag, ({}, None))
        shape = _COMPILED[tag] = shape_of(class_of(tag), values, own=own, build=build)
    return shape


def class_of(tag: str) -> type:
    """Give the class that a name stands for."""
    found = getattr(importlib.import_module(_ROOM_OF[tag]), tag)
    assert isinstance(found, type)  # noqa: S101 - for the type checker: the table names classes
    return found


def values(kinds: tuple[type, ...]) -> Shapes:
    """Give the shapes of these classes, a family standing for its members."""
    return Shapes(kind.__name__ for kind in kinds)


EVERYTHING: Final = Shapes(TAGS)

_OWN: dict[str, tuple[dict[str, Any], Callable[..., Any] | None]] = {
    "Topic": ({"question": str}, None),
}
