"""Documents that went wrong: `python tests/fuzz/mutating.py [number] [seed]` tries them on every loader.

The seeds are the golden files. Each document suffers one to four changes: of values, keys, structure,
bytes. Whatever comes of it, a loader gives a value or an `InputError`; a value is written and read again.
"""

from __future__ import annotations

import importlib.util
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from qualify import wire
from qualify.errors import InputError
from qualify.stages import Chart

HERE = Path(__file__).resolve().parent
GOLDEN = HERE.parent / "golden"
SCALARS = (
    None, True, False, 0, 1, -1, 7, 2**53 - 1, 2**53, 2**64, -(2**200), 0.5, -0.0, 1e308, "", " ", "x", "10", "nan",
    "NaN", "é", "e\u0301", "\x00", "\u202e", "\ud800", "a" * 129, "a" * 70_000, "2026-01-01", "2026-01-01T00:00:00",
    "2026-01-01T00:00:00Z", "2026-06-30T23:59:60Z", "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00",
    "2026-01-01T00:00:00.1234567Z", "20260101T000000Z", "P1D", "PT", "P1M", "-P3D", "P999999999D", "P9999999999D",
    "YES", "yes", "UNKNOWN", "Lead", "os.system", "started", "$map", "1e5", "0x10", "١", "-", "--1", "1.", ".5",
)  # fmt: skip
KEYS = (
    "is", "id", "at", "known_at", "schema", "log", "value", "topic", "name", "version", "events", "states", "parts",
    "part", "weights", "need", "operator", "admin", "", " ", "é", "e\u0301", "$map", "$int", "$instant", "$decimal",
    "$float", "$truth", "$x", "of", "labels", "details", "answers", "because", "fingerprint", "transitions", "cells",
)  # fmt: skip
TAGGED = ("$map", "$int", "$instant", "$decimal", "$duration", "$date", "$truth", "$float")


def seeds() -> list[str]:
    """Give the golden documents of the newest release."""
    folder = max(path for path in GOLDEN.iterdir() if (path / "manifest.json").is_file())
    files = sorted(path for path in folder.glob("*.json") if path.name != "manifest.json")
    return [path.read_text(encoding="utf-8").strip() for path in files]


def bound() -> list[object]:
    """Give what the golden documents name."""
    spec = importlib.util.spec_from_file_location("golden_make", GOLDEN / "make.py")
    assert spec is not None
    assert spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    return [make.regulated, make.chart()]


def mutants(number: int, seed: int) -> Iterator[str | bytes]:
    """Give broken documents, always the same ones for a seed."""
    rng = random.Random(seed)
    given = seeds()
    for _ in range(number):
        document = json.loads(rng.choice(given))
        for _ in range(rng.choice((1, 1, 2, 4))):
            document = _changed(document, given, rng)
        yield _spoilt(json.dumps(document, ensure_ascii=rng.random() < 0.5), rng)


def _changed(document: object, given: list[str], rng: random.Random) -> object:
    places = list(_places(document))
    if not places:
        return rng.choice(SCALARS)
    parent, key = rng.choice(places)
    match rng.randrange(8):
        case 0 | 1:
            parent[key] = rng.choice(SCALARS)
        case 2:
            del parent[key]
        case 3 if isinstance(parent, dict):
            parent[rng.choice(KEYS)] = parent.pop(key)
        case 4 if isinstance(parent, dict):
            parent[rng.choice(KEYS)] = rng.choice((parent[key], rng.choice(SCALARS)))
        case 5:
            parent[key] = {rng.choice(TAGGED): parent[key]}
        case 6:
            other = list(_places(json.loads(rng.choice(given))))
            donor, place = rng.choice(other)
            parent[key] = donor[place]
        case _:
            parent[key] = [parent[key]] * rng.choice((0, 1, 2, 30))
    return document


def _places(node: object) -> Iterator[tuple[object, object]]:
    stack = [node]
    while stack:
        parent = stack.pop()
        pairs = (
            parent.items()
            if isinstance(parent, dict)
            else enumerate(parent)
            if isinstance(parent, list)
            else ()
        )
        for key, child in list(pairs):
            yield parent, key
            stack.append(child)


def _spoilt(text: str, rng: random.Random) -> str | bytes:  # noqa: PLR0911 - one return a way to spoil
    match rng.randrange(20):
        case 0:
            return text[: rng.randrange(len(text) + 1)]
        case 1:
            return text.encode("utf-8", "surrogatepass")[rng.randrange(3) :]
        case 2:
            at = rng.randrange(len(text) + 1)
            return (
                text[:at]
                + rng.choice(('"', "{", "}", "[", ",", "NaN", "1e999", "\\u", "\x00", "//"))
                + text[at:]
            )
        case 3:
            return text.replace("{", '{"twice":1,"twice":2,', 1)
        case 4:
            return text + rng.choice((" ", "{}", ",", "\x00"))
        case 5:
            raw = bytearray(text.encode("utf-8", "surrogatepass"))
            raw[rng.randrange(len(raw))] = rng.randrange(256)
            return bytes(raw)
        case _:
            return text


def tried(text: str | bytes, using: list[object]) -> str:
    """Give what came of a document: `value`, or the code of its first error; anything else is raised."""
    try:
        value = wire.loads(text, object, using=using)
    except InputError as error:
        str(error)
        return error.code
    if isinstance(value, tuple):
        return "values"
    again = wire.dumps(value)
    charts = [value] if isinstance(value, Chart) else []
    assert value == wire.loads(again, object, using=[*using, *charts]), again
    return "value"


def main() -> None:
    """Try so many documents, and say what came of them."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    using = bound()
    came: Counter[str] = Counter()
    for i, text in enumerate(mutants(number, seed)):
        try:
            came[tried(text, using)] += 1
        except Exception:
            kept = HERE / "found" / f"seed{seed}-{i}.txt"
            kept.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
            print(f"document {i} of seed {seed} was kept as {kept.name}")
            raise
    print(f"{number:,} documents, no exception but InputError")
    for code, times in came.most_common():
        print(f"{times:>9,} {code}")


if __name__ == "__main__":
    main()
