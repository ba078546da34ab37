"""`Reading`: where in a document we are, and every error that was found on the way.

A place is a chain `(parent place, key or index)`, None for the whole document: making one costs a
tuple, and its text is only written when there is an error. Errors describe what was found by its kind
and size, because a document holds what people said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TypeAlias, Union

from qualify.errors import InputError, QualifyError
from qualify.wire._limits import Limits

Place: TypeAlias = Union[tuple["Place", str | int], None]  # noqa: UP007 - a name in quotes takes no `|`

_SHOWN = 80  # characters of a key, a message or an instant that an error may show
_INSTANT_LIKE = re.compile(r"[0-9TZtz:.+ -]{1,40}", re.ASCII)
_LABEL = re.compile(r"""([A-Za-z_]+)(?:\([^()]*\)| '[^']*'| "[^"]*")?(?=[.\[])""", re.ASCII)
_NESTED = re.compile(r"\.not\b|<[^<>]*>")  # how criteria call the one part of a Not or a Named
_INDEX = re.compile(r"\[([0-9]+)\]", re.ASCII)
# What a team agreed on: no person stands there, so an error may show what it found.
_RULES = frozenset(
    (
        "AtLeast", "Atom", "Chart", "Heard", "History", "Named", "Not", "Playbook", "Regime", "State",
        "Table", "Teach", "Topic", "Transition", "Vocabulary", "Weighted",
    )
)  # fmt: skip

CODES: Final = (
    "bad_version",
    "bound_version",
    "byte_order_mark",
    "bytes_limit",
    "chart_limit",
    "chart_mismatch",
    "criterion_limit",
    "depth_limit",
    "duplicate_key",
    "empty",
    "encoding",
    "entries_limit",
    "integer_range",
    "invalid",
    "missing_field",
    "missing_tag",
    "missing_version",
    "not_finite",
    "not_rfc3339",
    "surrogate",
    "syntax",
    "text_limit",
    "unbound",
    "unknown_field",
    "unknown_tag",
    "unsupported_version",
    "upcast",
    "values_limit",
    "wrong_type",
)


class Bad:
    """What a reader gives where there is no value; the error is noted by then."""


BAD: Final = Bad()


class Bound(NamedTuple):
    """What documents may only name: host criteria by name, charts by fingerprint."""

    criteria: dict[str, Any]
    charts: dict[str, Any]


NOTHING_BOUND: Final = Bound({}, {})


class Reading:
    """One document being read: its limits, what is bound by name, and the errors so far."""

    __slots__ = ("errors", "found", "limits", "root", "using")

    def __init__(self, limits: Limits, using: Bound = NOTHING_BOUND, root: object = None) -> None:
        self.limits = limits
        self.using = using
        self.root = root
        self.errors: list[InputError] = []
        self.found = 0

    def note(
        self,
        place: Place,
        code: str,
        asked: str,
        *,
        found: str = "",
        allowed: str = "",
        kind: type[InputError] = InputError,
    ) -> Bad:
        """Keep one error, as long as there are not too many, and count it."""
        self.found += 1
        if len(self.errors) < self.limits.errors:
            path, pointer = path_of(place), pointer_of(place)
            self.errors.append(
                kind(asked, code=code, path=path, pointer=pointer, found=found, allowed=allowed)
            )
        return BAD

    def wrong_type(self, place: Place, asked: str, node: object) -> Bad:
        """Note that another kind of value is needed here."""
        return self.note(place, "wrong_type", asked, found=described(node))

    def note_error(self, place: Place, error: QualifyError, owner: str) -> Bad:
        """Note what a class said against its arguments; what it showed is left out where people may stand."""
        label = _LABEL.match(error.where)
        if label is not None and label[1].replace("_", "").lower() == owner.lower():
            node: Any = self.root
            for step in steps_of(place):
                node = node[step]
            for step in _steps_inside(node, error.where[label.end() :]):
                place = (place, step)
        found = bounded(error.found) if owner in _RULES else ""
        return self.note(place, "invalid", bounded(error.asked), found=found, allowed=bounded(error.allowed))

    def raise_errors(self) -> None:
        """Raise all that was noted as one error; do nothing where nothing was."""
        if self.errors:
            raise gathered(self.errors, self.found)


def gathered(errors: list[InputError], found: int) -> InputError:
    """Give the first error, holding all of them."""
    first = errors[0]
    return type(first)(
        first.asked,
        code=first.code,
        path=first.path,
        pointer=first.pointer,
        found=first.found,
        allowed=first.allowed,
        errors=tuple(errors),
        count=found,
    )


def steps_of(place: Place) -> list[str | int]:
    """Give the keys and indices that lead to a place."""
    steps: list[str | int] = []
    while place is not None:
        place, step = place
        steps.append(step)
    return steps[::-1]


def _steps_inside(node: Any, where: str) -> Iterator[str | int]:
    """Give the keys and indices that lead to the place that a class names, as far as the document has it."""
    rest = _NESTED.sub(".part", where)
    while rest:
        index = _INDEX.match(rest)
        if type(node) is dict:
            rest = rest if index is None else f".parts{rest}"  # criteria call their parts by the index alone
            keys = [
                key
                for key in node
                if rest.startswith(f".{key}") and rest[len(key) + 1 :][:1] in {"", ".", "["}
            ]
            if not keys:
                return
            key = max(keys, key=len)
            rest, node = rest[len(key) + 1 :], node[key]
            yield key
        elif type(node) is list and index is not None and int(index[1]) < len(node):
            rest, node = rest[index.end() :], node[int(index[1])]
            yield int(index[1])
        else:
            return


def path_of(place: Place) -> str:
    """Give a place as people read it: `$.events[17].at`."""
    parts = ["$"]
    for step in steps_of(place):
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif step.isascii() and step.isidentifier() and len(step) <= _SHOWN:
            parts.append(f".{step}")
        else:
            parts.append(f"[{bounded(ascii(step))}]")
    return "".join(parts)


def pointer_of(place: Place) -> str:
    """Give a place as a JSON pointer (RFC 6901): `/events/17/at`."""
    return "".join(
        "/" + str(step).replace("~", "~0").replace("/", "~1").encode("utf-8", "replace").decode()
        for step in steps_of(place)
    )


def bounded(text: str) -> str:
    """Give a text in one line, cut where it is long, without characters that cannot be seen."""
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[: _SHOWN * 5])
    return shown if len(shown) <= _SHOWN * 5 else f"{shown[: _SHOWN * 5 - 1]}…"


def shown_name(name: str) -> str:
    """Give a name out of a document as an error may show it: quoted, escaped, cut."""
    text = ascii(name)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def described(node: Any) -> str:  # noqa: PLR0911 - one line a type
    """Say what stands in a document without saying it: a kind and a size; instants are shown."""
    match node:
        case None:
            return "null"
        case bool():
            return "true" if node else "false"
        case int():
            return "a whole number"
        case float():
            return "a number"
        case str() if node and _INSTANT_LIKE.fullmatch(node) and "T" in node.upper():
            return f'"{node}"'
        case str():
            return f"text of {len(node):,} characters" if len(node) != 1 else "text of 1 character"
        case list():
            return f"a list of {len(node):,}"
        case _:
            return "an object"
