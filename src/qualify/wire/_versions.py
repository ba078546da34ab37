"""The schema number of stored forms, and the way from an older one to the present.

An upcaster is a pure function from a JSON object to a JSON object, one number at a time. Those of this
library stand in `STEPS`, in order: the first brings schema 1 to 2. No release has changed the form
yet, so there is none. What is written here is never changed, only added to.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from qualify.errors import InputError, UnsupportedVersion, UpcastError
from qualify.wire._reading import described

Upcaster: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]

SCHEMA_KEY: Final = "schema"
STEPS: Final[tuple[Upcaster, ...]] = ()
SCHEMA: Final = 1 + len(STEPS)


def upcast(
    document: dict[str, Any], *, default: int | None = None, steps: Sequence[Upcaster] = STEPS
) -> dict[str, Any]:
    """Give the document in the present schema, without its schema number.

    `default` is the number of documents that bear none; without it such a document is refused.
    """
    present = 1 + len(steps)
    if SCHEMA_KEY not in document and default is None:
        raise InputError(
            "a stored form bears its schema number", code="missing_version",
            path="$.schema", pointer="/schema",
            found="nothing", allowed=f'write "schema": {present}, or pass schema= for documents without one',
        )  # fmt: skip
    number = document.get(SCHEMA_KEY, default)
    if type(number) is not int or number < 1:
        raise InputError(
            "a schema number is a whole number from 1", code="bad_version",
            path="$.schema", pointer="/schema",
            found=described(number),
        )  # fmt: skip
    if number > present:
        raise UnsupportedVersion(
            f"this release reads schema 1 to {present}", code="unsupported_version", path="$.schema",
            pointer="/schema", found=str(number), allowed="read it with a newer release",
        )  # fmt: skip
    body = {key: value for key, value in document.items() if key != SCHEMA_KEY}
    for version in range(number, present):
        body = _stepped(body, steps[version - 1], version)
    return body


def _stepped(body: dict[str, Any], step: Upcaster, version: int) -> dict[str, Any]:
    """Take one step on a copy, so that a step that fails half way leaves nothing behind."""
    try:
        stepped = step(copy.deepcopy(body))
    except Exception as error:
        raise UpcastError(
            f"the step from schema {version} to {version + 1} failed",
            code="upcast",
            found=type(error).__name__,
        ) from error
    if type(stepped) is not dict:
        raise UpcastError(
            f"the step from schema {version} to {version + 1} gives an object",
            code="upcast",
            found=described(stepped),
        )
    return stepped
