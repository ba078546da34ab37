"""Strategies for documents: JSON that `loads` reads, and JSON that it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from qualify import wire
from qualify.errors import InputError
from qualify.testing._types import strategy_of


def json_of(kind: type) -> SearchStrategy[str]:
    """Give the JSON texts of values of a class: each is what `wire.dumps` writes.

    >>> from hypothesis import given
    >>> from qualify.models import Account
    >>> @given(json_of(Account))
    ... def test_mine(text): ...
    """
    return strategy_of(kind).map(wire.dumps)


def broken_json_of(kind: type, *, using: Iterable[object] = ()) -> SearchStrategy[str | bytes]:
    """Give documents of a class with one to three faults, each refused by `wire.loads` with an `InputError`.

    Values of another type, missing and unknown keys, keys twice, naive instants, wrong names, numbers
    beyond the range, deep nesting, half a document, other encodings: what strangers send.

    >>> from hypothesis import given
    >>> from qualify.models import Account
    >>> @given(broken_json_of(Account))
    ... def test_mine(text): ...
    """
    bound = tuple(using)

    def refused(text: str | bytes) -> bool:
        try:
            wire.loads(text, kind, using=bound)
        except InputError:
            return True
        return False

    return st.one_of(mutated(json_of(kind)), st.sampled_from(RUINS)).filter(refused)


# Documents that are wrong whatever was meant.
RUINS: tuple[str | bytes, ...] = (
    "[]",
    "",
    " ",
    "null",
    "7",
    '"text"',
    "{",
    "{}",
    '{"schema":1}',
    '{"schema":1,"is":7}',
    '{"schema":1,"is":[]}',
    '{"schema":1,"is":{}}',
    '{"schema":2,"is":"Lead"}',
    '{"schema":true,"is":"Lead"}',
    '{"schema":"1"}',
    '{"schema":1,"is":"lead"}',
    '{"schema":1,"is":"os.system"}',
    '{"schema":1,"schema":1,"is":"Lead","id":"a"}',
    "NaN",
    "[1e999]",
    '{"schema":-1}',
    "[" * 100_000,
    "{} {}",
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00",
    b"\xff",
    '{"a":"\\ud800"}',
    "9" * 5_000,
    "[" * 70 + "]" * 70,
)
_OTHER: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    7,
    2**53,
    1.5,
    -0.0,
    "",
    " ",
    "x",
    "2026-01-01T00:00:00",
    "2026-01-01",
    "9999-12-31T23:59:59-01:00",
    "2026-06-30T23:59:60Z",
    "10",
    "nan",
    "\u202e",
    "\x00",
    "e\u0301",
    "a" * 200,
    [],
    [None],
    [[]],
    {},
    {"is": "Lead"},
    {"$map": {}},
    {"$int": "x"},
    {"$x": 1},
    "P1M",
    "YES",
    "yes",
)


def mutated(texts: SearchStrategy[str]) -> SearchStrategy[str | bytes]:
    """Give documents with one to three changes, most of them wrong: the input of a fuzz test.

    >>> from hypothesis import given
    >>> @given(mutated(st.just('{"a":1}')))
    ... def test_mine(text): ...
    """
    return _mutated(texts)


@st.composite
def _mutated(draw: st.DrawFn, texts: SearchStrategy[str]) -> str | bytes:
    document = json.loads(draw(texts))
    for _ in range(draw(st.integers(1, 3))):
        _change(draw, document)
    text = json.dumps(document, ensure_ascii=draw(st.booleans()))
    match draw(st.integers(0, 9)):
        case 0:
            return text[: draw(st.integers(0, len(text)))]
        case 1:
            return text.encode("utf-16")
        case 2:
            return text.replace('":', '":1,"twice":', 1).replace("{", '{"twice":0,', 1)
        case _:
            return text


def _change(draw: st.DrawFn, document: Any) -> None:
    """Change one place of a document: replace, take away, add, or move to another key."""
    places = list(_places(document))
    if not places:
        return
    parent, key = draw(st.sampled_from(places))
    match draw(st.sampled_from(("replace", "remove", "add", "rename"))):
        case "replace":
            parent[key] = draw(st.sampled_from(_OTHER))
        case "remove":
            del parent[key]
        case "add" if isinstance(parent, dict):
            parent[draw(st.sampled_from(("admin", "id", "at", "is", "x y", "$map")))] = parent[key]
        case "rename" if isinstance(parent, dict):
            parent[draw(st.sampled_from(("ID", "Is", "value", "log", "")))] = parent.pop(key)
        case _:
            parent.append(draw(st.sampled_from(_OTHER)))


def _places(node: Any) -> Iterable[tuple[Any, Any]]:
    stack = [node]
    while stack:
        parent = stack.pop()
        pairs = list(parent.items()) if isinstance(parent, dict) else list(enumerate(parent))
        for key, child in pairs:
            yield parent, key
            if isinstance(child, (dict, list)):
                stack.append(child)
