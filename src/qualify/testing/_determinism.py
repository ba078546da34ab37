"""`assert_deterministic`: the same output whatever the process is like."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from typing import Final

from qualify.errors import ContractError

# Arguments of the interpreter, and its environment.
VARIANTS: Final[tuple[tuple[tuple[str, ...], Mapping[str, str]], ...]] = (
    ((), {"PYTHONHASHSEED": "0"}),
    ((), {"PYTHONHASHSEED": "1"}),
    ((), {"PYTHONHASHSEED": "random"}),
    (("-O",), {"PYTHONHASHSEED": "2"}),
    (("-OO",), {}),
    (("-X", "dev"), {}),
    ((), {"TZ": "Pacific/Kiritimati", "LC_ALL": "C"}),
    ((), {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "PYTHONUTF8": "0"}),
)


def assert_deterministic(
    code: str, *, variants: Iterable[tuple[tuple[str, ...], Mapping[str, str]]] = VARIANTS
) -> str:
    r"""Give what a program prints, or raise `ContractError` where it prints something else elsewhere.

    The program runs once in each variant, a process of its own: other hash seeds, `-O` and `-OO`,
    development mode, other time zones and locales. Print fingerprints and replays, not objects.

    >>> assert_deterministic("print(1 + 1)", variants=VARIANTS[:2])
    '2\n'
    """
    printed: list[tuple[str, str]] = []
    for arguments, environment in variants:
        done = subprocess.run(
            [sys.executable, *arguments, "-"],
            input=code,
            check=False,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        )
        said = " ".join((*arguments, *(f"{key}={value}" for key, value in environment.items())))
        if done.returncode:
            raise ContractError("the program ends well", found=done.stderr[-500:], where=said)
        printed.append((said, done.stdout))
    first = printed[0]
    for said, output in printed:
        if output != first[1]:
            raise ContractError(
                "the same program prints the same",
                found=output[:200],
                allowed=f"{first[1][:200]} under {first[0]}",
                where=said,
            )
    return first[1]
