"""Names of types for what stands in JSON otherwise than the type of a field says.

What belongs here: the names, which readers and schemas know. What does not: reading.
"""

from __future__ import annotations

from typing import Generic, NewType, TypeVar

T_co = TypeVar("T_co", covariant=True)

Measured = NewType("Measured", float)  # a number, or null where it is undefined (NaN)
Entry = NewType("Entry", float)  # the same in a column of 64 bits
Counted = NewType("Counted", float)  # a number: a whole one stays whole, where other floats are widened
Number = NewType("Number", object)  # a whole number, a float, or a Decimal as text
Label = NewType("Label", object)  # what names a group: one plain value
Known = NewType("Known", object)  # what is known of a topic: any plain value
Id = NewType("Id", object)  # a text, or a whole number


class Column(Generic[T_co]):
    """A list that may be as long as a document: one entry for each row."""


class Rows(Generic[T_co]):
    """A list that may be as long as a journey: one entry for each event."""
