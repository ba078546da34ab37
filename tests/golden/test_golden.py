"""What any release stored is read for ever: same value, same fingerprint, same replay."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from qualify import wire
from qualify._canonical import fingerprint
from qualify.stages import Chart
from qualify.wire._registry import TAGS
from qualify.wire._versions import upcast

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
    return [*charts, make.regulated, make.results.broken]


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


def test_every_class_that_is_stored_has_a_file():
    """The newest folder holds a document of each tag."""
    held = {json.loads(path.read_text(encoding="utf-8")).get("is") for path in RELEASES[-1].glob("*.json")}
    assert set() == set(TAGS) - held


def older(document):
    """Write a document as a made-up schema 0 had it: tags are called `kind`."""
    if isinstance(document, dict):
        return {"kind" if key == "is" else key: older(part) for key, part in document.items()}
    return [older(part) for part in document] if isinstance(document, list) else document


def newer(document):
    """Bring one number to the next: `kind` is called `is`."""
    if isinstance(document, dict):
        return {"is" if key == "kind" else key: newer(part) for key, part in document.items()}
    return [newer(part) for part in document] if isinstance(document, list) else document


def unwrapped(document):
    """Bring the number before to it: everything stood under `value`."""
    return document["value"]


@pytest.mark.parametrize(("folder", "name", "known"), FILES)
def test_a_file_of_an_older_schema_goes_through_every_step(folder, name, known):
    """No release has changed the form yet, so the older forms are made up; chain and files are the real ones.

    A golden file is written back two numbers, and read from there: the same value comes out.
    """
    document = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    if "kind" in json.dumps(document):  # a field of that name, which the made-up form has no room for
        return
    document.pop("schema")
    stored = {"schema": 1, "value": older(document)}
    body = upcast(stored, steps=(unwrapped, newer))
    assert document == body
    read = wire.loads(json.dumps({**body, "schema": wire.SCHEMA}), object, using=bound(folder))
    assert known["fingerprint"] == fingerprint(read)


def test_there_is_a_folder_of_golden_files():
    """At least one release is kept."""
    assert RELEASES


def test_no_file_is_left_out_of_the_manifest():
    """What stands in a folder is tested."""
    for folder in RELEASES:
        assert set(manifest(folder)) == {path.stem for path in folder.glob("*.json")} - {"manifest"}
