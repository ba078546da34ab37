"""What any release stored is read for ever: same value, same fingerprint, same replay."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from qualify import wire
from qualify._canonical import fingerprint
from qualify.stages import Chart

HERE = Path(__file__).resolve().parent
RELEASES = sorted(folder for folder in HERE.iterdir() if (folder / "manifest.json").is_file())
_spec = importlib.util.spec_from_file_location("golden_make", HERE / "make.py")
assert _spec is not None
assert _spec.loader is not None
make = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make)


def manifest(folder):
    """Give what has to be true of each file of a release."""
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


FILES = [
    pytest.param(folder, name, known, id=f"{folder.name}-{name}")
    for folder in RELEASES
    for name, known in manifest(folder).items()
]


def bound(folder):
    """Give the charts of that release, and the host criterion that its files name."""
    charts = [
        wire.loads((folder / f"{name}.json").read_text(encoding="utf-8"), Chart)
        for name in ("chart", "default_chart")
    ]
    return [*charts, make.regulated]


@pytest.mark.parametrize(("folder", "name", "known"), FILES)
def test_a_stored_file_of_any_release_is_read(folder, name, known):
    """Class, fingerprint, and where a journey ends and stands are what that release knew."""
    value = wire.loads((folder / f"{name}.json").read_text(encoding="utf-8"), object, using=bound(folder))
    assert known == {"is": type(value).__name__, **make.told(value)}
    assert known["fingerprint"] == fingerprint(value)


@pytest.mark.parametrize(("folder", "name", "known"), FILES)
def test_a_file_of_this_schema_is_written_alike(folder, name, known):
    """While the schema number is the same, reading and writing changes no byte."""
    text = (folder / f"{name}.json").read_text(encoding="utf-8").strip()
    if json.loads(text)["schema"] == wire.SCHEMA:
        assert text == wire.dumps(wire.loads(text, object, using=bound(folder)))


def test_there_is_a_folder_of_golden_files():
    """At least one release is kept."""
    assert RELEASES


def test_no_file_is_left_out_of_the_manifest():
    """What stands in a folder is tested."""
    for folder in RELEASES:
        assert set(manifest(folder)) == {path.stem for path in folder.glob("*.json")} - {"manifest"}
