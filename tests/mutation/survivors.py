"""Which mutants are known to survive, with the reason: the pages `docs/explanation/survivors/*.md`.

Each page has a heading for each file, and under it reasons in a paragraph each, followed by the survivors
that live for this reason, a line each:

    - `Pool.take()`: `left = room - self.hours[row]` (Sub to Add)

Run as a script, it writes such lines for the survivors of a run, to be sorted under reasons by hand:
`python tests/mutation/survivors.py survivors.json`.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

PAGES = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "survivors"
Key = tuple[str, str, str, str]

_FILE = re.compile(r"^## `(?P<file>[^`]+)`$")
_LINE = re.compile(r"^- `(?P<function>[^`]+)`: (?P<tick>`+) ?(?P<code>.+?) ?(?P=tick) \((?P<change>.+)\)$")


def read(folder: Path = PAGES) -> dict[Key, str]:
    """Give the reason of each survivor that the pages list."""
    found: dict[Key, str] = {}
    for page in sorted(folder.glob("*.md")):
        file = reason = ""
        for line in page.read_text(encoding="utf-8").splitlines():
            if heading := _FILE.match(line):
                file = heading["file"]
            elif listed := _LINE.match(line):
                found[file, listed["function"], listed["code"], listed["change"]] = reason
            elif line:
                reason = line
    return found


def write(file: str, function: str, code: str, change: str) -> str:
    """Give the line of one survivor, under the heading of its file."""
    tick, pad = ("``", " ") if "`" in code else ("`", "")
    line = f"- `{function}`: {tick}{pad}{code}{pad}{tick} ({change})"
    if not (_FILE.match(f"## `{file}`") and _LINE.match(line)):
        raise SystemExit(f"a page cannot hold {line}")
    return line


def main() -> None:
    """Print the lines of the survivors that no page lists yet."""
    known = read()
    for file, survivors in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")).items():
        fresh = [rest for _, *rest in survivors if (file, *rest) not in known]
        if fresh:
            print(f"## `{file}`\n")
            print("\n".join(write(file, *rest) for rest in fresh), end="\n\n")


if __name__ == "__main__":
    main()
