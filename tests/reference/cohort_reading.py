"""A slow, obvious twin of reading a column: one entry at a time, in plain Python, no caches."""

from __future__ import annotations

from qualify.truth import NO, UNKNOWN, YES


def truth_of(field, entry):
    """Give the truth that an entry of text means by its field, None where nothing was recorded."""
    text = "" if entry is None else entry.strip()
    if text == "" or text in field.missing:
        return None
    if text in field.yes:
        return YES
    if text in field.no:
        return NO
    assert text in field.unknown
    return UNKNOWN


def number_of(entry):
    """Give the number that a text says, None where it says none."""
    try:
        return float(entry)
    except (TypeError, ValueError):
        return None
