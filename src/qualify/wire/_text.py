"""From bytes to JSON values: size, encoding, syntax, then one walk that knows depth and number.

What comes out holds only dicts with unique NFC keys, lists, texts that can be written as UTF-8, finite
floats, integers below 2^53, bools and None, no deeper and no more of them than the limits say.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Mapping
from typing import Any, NoReturn

from qualify._checks import MAX_TEXT
from qualify.errors import InputError, LimitError
from qualify.wire._limits import Limits
from qualify.wire._reading import Place, Reading, shown_name

_SCALARS = frozenset((str, int, float, bool))
SAFE_INTEGER = 2**53  # beyond it other readers of JSON round (RFC 8259, section 6)
_MARKS = {
    b"\xef\xbb\xbf": "a UTF-8 byte order mark",
    b"\xff\xfe": "UTF-16 or UTF-32, little endian",
    b"\xfe\xff": "UTF-16, big endian",
    b"\x00\x00": "UTF-32 or UTF-16, big endian",
}


class _Twice(dict[str, Any]):
    """An object in which a key stood twice; `key` is that one."""

    key: str


class _NotFinite(ValueError):
    """NaN or Infinity stood in the text."""


def parse(text: str | bytes | bytearray | memoryview, limits: Limits) -> Any:
    """Give the JSON value of a document, or raise an `InputError` with all that is wrong with it."""
    reading = Reading(limits)
    decoded = _decoded(text, limits)
    try:
        root = _DECODER.decode(decoded)
    except _NotFinite as token:
        raise InputError(
            "a finite number is needed", code="not_finite", found=str(token), allowed="write null"
        ) from None
    except json.JSONDecodeError as error:
        blank = not decoded.strip()
        raise InputError(
            "the document is empty" if blank else f"this is not JSON: {error.msg.lower()}",
            code="empty" if blank else "syntax",
            found=f"line {error.lineno}, column {error.colno}",
        ) from None
    except RecursionError:
        raise _too_deep(limits) from None
    except ValueError:  # an integer of more digits than Python converts
        raise InputError(
            "a whole number is below 2^53", code="integer_range", found="thousands of digits"
        ) from None
    walk(root, reading, is_plain=len(decoded) <= MAX_TEXT and decoded.isascii() and "\\u" not in decoded)
    reading.raise_errors()
    return root


def _decoded(text: str | bytes | bytearray | memoryview, limits: Limits) -> str:
    if isinstance(text, str):
        size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    elif isinstance(text, (bytes, bytearray, memoryview)):
        text = bytes(text)
        size = len(text)
    else:
        raise InputError("text or bytes are needed", code="wrong_type", found=type(text).__name__)
    if size > limits.bytes:
        raise LimitError(
            f"a document has at most {limits.bytes:,} bytes", code="bytes_limit", found=f"{size:,}"
        )
    if isinstance(text, str):
        if text.startswith("\ufeff"):
            raise InputError(
                "a document begins with its first character",
                code="byte_order_mark",
                found=_MARKS[b"\xef\xbb\xbf"],
            )
        return text
    for mark, name in _MARKS.items():
        if text.startswith(mark):
            raise InputError("a document is UTF-8 without a mark", code="byte_order_mark", found=name)
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            "a document is UTF-8", code="encoding", found=f"another byte at offset {error.start}"
        ) from None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object; keys are compared in NFC, and one that stands twice is remembered."""
    made = dict(pairs)
    if len(made) == len(pairs) and "".join(made).isascii():
        return made
    unique: dict[str, Any] = {}
    for key, value in pairs:
        name = key if key.isascii() else unicodedata.normalize("NFC", key)
        if name in unique:
            twice = _Twice(unique)
            twice.key = name
            return twice
        unique[name] = value
    return unique


def _constant(token: str) -> NoReturn:
    raise _NotFinite(token)


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant)


def walk(root: Any, reading: Reading, *, is_plain: bool = False) -> None:  # noqa: C901 - on the hot way
    """Note what no document may hold, wherever it stands; one level of the tree at a time.

    `is_plain` says that the whole text is short and ASCII, so that no text in it needs a look.
    """
    limits = reading.limits
    level: list[Any] = [[root]]
    count = 0
    depth = -2
    sound = True
    while level:
        depth += 1
        if depth > limits.depth:
            raise _too_deep(limits)
        below: list[Any] = []
        for node in level:
            children = node if type(node) is list else node.values()
            count += len(children)
            for child in children:
                kind = type(child)
                if kind is str:
                    sound = sound and (is_plain or _is_sound_text(child))
                elif kind is dict or kind is list:
                    below.append(child)
                elif kind is not bool and child is not None:
                    sound = sound and _is_sound(child)
                    if kind is _Twice:
                        below.append(child)
            if not is_plain and type(node) is not list:
                sound = sound and all(map(_is_sound_text, node))
        if count > limits.values:
            raise _too_many(limits)
        level = below
    if not sound:
        _note_each(root, None, reading)


def _is_sound_text(text: str) -> bool:
    return len(text) <= MAX_TEXT and (text.isascii() or _writable(text))


def _is_sound(value: Any) -> bool:
    """Tell whether a number may stand in a document; an object with a key twice may not."""
    if type(value) is int:
        return -SAFE_INTEGER < value < SAFE_INTEGER
    return type(value) is float and math.isfinite(value)


def _writable(text: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in text)


def _note_each(node: Any, place: Place, reading: Reading) -> None:  # noqa: C901 - one branch a type
    """Say where the unsound places are, in document order; depth is known to be small."""
    if isinstance(node, str):
        if len(node) > MAX_TEXT:
            reading.note(
                place, "text_limit", f"a text has at most {MAX_TEXT:,} characters", found=f"{len(node):,}",
                kind=LimitError,
            )  # fmt: skip
        elif not _writable(node):
            reading.note(place, "surrogate", "text must be writable as UTF-8", found="a lone surrogate")
    elif isinstance(node, dict):
        for key, value in node.items():
            _note_each(key, (place, shown_name(key) if not _writable(key) else key), reading)
            _note_each(value, (place, key), reading)
        if isinstance(node, _Twice):
            reading.note((place, node.key), "duplicate_key", "a key stands once in an object")
    elif isinstance(node, list):
        for i, value in enumerate(node):
            _note_each(value, (place, i), reading)
    elif isinstance(node, float) and not math.isfinite(node):
        reading.note(
            place, "not_finite", "a finite number is needed", found="a number beyond the range of floats"
        )
    elif type(node) is int and not -SAFE_INTEGER < node < SAFE_INTEGER:
        reading.note(
            place, "integer_range", "a whole number is below 2^53", found="a larger one",
            allowed='write {"$int": "..."}',
        )  # fmt: skip


def as_json(value: Any, limits: Limits) -> Any:
    """Give a host's own dicts and lists as fresh JSON values, read once, under the same limits."""
    try:
        copied = _copied(value, limits, 0, [0])
    except RecursionError:
        raise _too_deep(limits) from None
    reading = Reading(limits)
    walk(copied, reading)
    reading.raise_errors()
    return copied


def _copied(value: Any, limits: Limits, depth: int, count: list[int]) -> Any:
    """Copy what a document may hold; a value that holds itself ends at the limit of depth."""
    if depth > limits.depth:
        raise _too_deep(limits)
    count[0] += 1
    if count[0] > limits.values:
        raise _too_many(limits)
    if value is None or type(value) in _SCALARS:
        return value
    if isinstance(value, Mapping):
        pairs = []
        for key, child in value.items():
            if type(key) is not str:
                raise InputError("a key is text", code="wrong_type", found=type(key).__name__)
            pairs.append((key, _copied(child, limits, depth + 1, count)))
        return _pairs(pairs)
    if isinstance(value, (list, tuple)):
        return [_copied(child, limits, depth + 1, count) for child in value]
    raise InputError("JSON's own types are needed", code="wrong_type", found=type(value).__name__)


def _too_deep(limits: Limits) -> LimitError:
    return LimitError(f"a document is nested at most {limits.depth} deep", code="depth_limit", found="more")


def _too_many(limits: Limits) -> LimitError:
    return LimitError(f"a document holds at most {limits.values:,} values", code="values_limit", found="more")
