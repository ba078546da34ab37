"""`Teach`: which evidence a signal or an event brings; what she does and says meets on one topic."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from qualify import _checks
from qualify._maps import Plain, Value, identity, plain


@attrs.frozen(init=False)
class Teach(Value):
    """A signal or event named `on` is evidence: `topic` has `value`, from then on.

    `inside` names states, any of which must be active before it (empty: it teaches everywhere).
    `Truth.UNKNOWN` as the value teaches that older answers no longer hold.

    >>> Teach("demo_request", "timing", "this month")
    Teach(on='demo_request', topic='timing', value='this month', inside=())
    """

    on: str
    topic: str
    value: Plain = attrs.field(eq=identity, metadata={"open": True})
    inside: tuple[str, ...] = ()

    def __init__(self, on: str, topic: str, value: Plain, inside: str | Iterable[str] = ()) -> None:
        self.__attrs_init__(
            on=_checks.name(on, "Teach.on"),
            topic=_checks.name(topic, "Teach.topic"),
            value=plain(value, "Teach.value"),
            inside=_checks.names(inside, "Teach.inside"),
        )


def by_name(teaches: Iterable[Teach]) -> dict[str, tuple[Teach, ...]]:
    """Give the lessons by the name of the signal or event that teaches them."""
    lessons: dict[str, tuple[Teach, ...]] = {}
    for teach in teaches:
        lessons[teach.on] = (*lessons.get(teach.on, ()), teach)
    return lessons
