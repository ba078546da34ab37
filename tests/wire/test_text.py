"""Bytes that are no document in UTF-8, and tokens that are no JSON, are told what they are."""

from __future__ import annotations

import codecs

import pytest

from qualify import wire
from qualify.errors import InputError
from qualify.models import Person

TEXT = '{"schema":1,"is":"Person","id":"p-1"}'


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (codecs.BOM_UTF8 + TEXT.encode(), "a UTF-8 byte order mark"),
        ("\ufeff" + TEXT, "a UTF-8 byte order mark"),
        (TEXT.encode("utf-16"), "UTF-16 or UTF-32, little endian"),
        (TEXT.encode("utf-32"), "UTF-16 or UTF-32, little endian"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16, big endian"),
        (codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"), "UTF-32 or UTF-16, big endian"),
        (TEXT.encode("utf-32-be"), "UTF-32 or UTF-16, big endian"),
    ],
)
def test_another_encoding_is_named(document, found):
    """A document is UTF-8 without a mark; what it is instead stands in the error."""
    with pytest.raises(InputError) as error:
        wire.loads(document, Person)
    assert ("byte_order_mark", found) == (error.value.code, error.value.found)


@pytest.mark.parametrize("token", ["NaN", "Infinity", "-Infinity"])
def test_a_token_that_is_no_json_is_named(token):
    """Python's reader would take it; ours says what to write."""
    with pytest.raises(InputError) as error:
        wire.loads(TEXT.replace('"p-1"', token), Person)
    assert ("not_finite", token, "write null") == (error.value.code, error.value.found, error.value.allowed)
