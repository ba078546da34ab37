"""Every example runs: those of the docstrings, and those of the pages."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.myst import ClearNamespaceParser, PythonCodeBlockParser, SkipParser

import qualify

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(page for page in (ROOT / "docs").rglob("*.md") if "_build" not in page.parts)
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(qualify.__path__, "qualify.")
    if not module.name.endswith("__main__")
)
FACES = sorted(name for name in MODULES if name.count(".") == 1 and not name.startswith("qualify._"))


@pytest.mark.parametrize("name", ["qualify", *MODULES])
def test_the_examples_of_a_module_print_what_they_say(name):
    """Each docstring example gives exactly what is written under it."""
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    module = importlib.import_module(name)
    for examples in doctest.DocTestFinder(exclude_empty=True).find(module, name):
        runner.run(examples, out=said.append)
    assert runner.failures == 0, "".join(said)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_examples_of_a_page_run(page, tmp_path, monkeypatch):
    """Each Python block of a page runs in an empty folder, top to bottom, and prints what the page shows."""
    monkeypatch.chdir(tmp_path)
    parsers = [
        PythonCodeBlockParser(doctest_optionflags=doctest.ELLIPSIS),
        SkipParser(),
        ClearNamespaceParser(),
    ]
    for example in Sybil(parsers=parsers, path=str(page.parent)).parse(page).examples():
        example.evaluate()


@pytest.mark.parametrize("face", FACES)
def test_a_room_has_a_page_in_the_reference(face):
    """Each public room and module stands in the reference."""
    described = "\n".join(
        page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "reference").glob("*.md")
    )
    assert re.search(rf"automodule:: {re.escape(face)}$", described, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_begins_with_its_title(page):
    """The first line of a page is its title."""
    assert page.read_text(encoding="utf-8").startswith("# ")
