"""What is installed is what the project says: extras, version, licence, types."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_string
from importlib.metadata import metadata, requires
from importlib.metadata import version as installed_version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import qualify

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
GROUPS = PROJECT["dependency-groups"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from this tree without isolation."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        yield archive


@pytest.mark.parametrize("name", sorted(EXTRAS))
def test_an_extra_and_the_group_of_its_name_list_the_same(name):
    """Pip before 25.1 has no --group, so each extra is a group too, and they are equal."""
    assert EXTRAS[name] == GROUPS[name]


@pytest.mark.parametrize("name", sorted(EXTRAS))
def test_an_extra_is_sorted_and_names_each_library_once(name):
    """A list that is in order shows what it holds."""
    libraries = [Requirement(line).name.lower() for line in EXTRAS[name]]
    assert sorted(set(libraries)) == libraries


def test_three_libraries_are_needed_at_run_time():
    """Attrs, cattrs and numpy, and nothing more."""
    assert {"attrs", "cattrs", "numpy"} == {Requirement(r).name for r in PROJECT["project"]["dependencies"]}


def test_the_tests_need_every_library_that_an_optional_function_needs():
    """A test of an optional function is not skipped because its extra is missing."""
    optional = {Requirement(r).name for name in EXTRAS if name not in {"test", "docs"} for r in EXTRAS[name]}
    assert set() == optional - {Requirement(r).name for r in EXTRAS["test"]}


def test_an_extra_is_one_that_a_function_asks_for_and_the_readme_names():
    """What no function needs is nothing to install, and the README says what each is for."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py")]
    asked = {name for text in sources for name in re.findall(r'raise MissingExtra\("(\w+)"', text)}
    assert asked == set(EXTRAS) - {"test", "docs"}
    rows = re.findall(r"^\| (`.+?) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(EXTRAS) == {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_the_installed_package_is_the_one_of_this_tree():
    """What is installed has the version that the package says, and needs what the project says."""
    assert qualify.__version__ == installed_version("qualify")
    needed = {Requirement(r).name for r in requires("qualify") or () if "extra" not in r}
    assert {"attrs", "cattrs", "numpy"} == needed


def test_the_version_stands_in_one_place():
    """The front door holds the version, and no other source file repeats it."""
    version = re.compile(rf"(?<![\d.]){re.escape(qualify.__version__)}(?![\d.])")
    files = [*(ROOT / "src").rglob("*.py"), ROOT / "pyproject.toml", ROOT / "docs" / "conf.py"]
    holding = [p for p in files if version.search(p.read_text(encoding="utf-8"))]
    assert [ROOT / "src" / "qualify" / "__init__.py"] == holding


def test_the_licence_is_named_as_pep_639_says():
    """The licence is an SPDX expression, and its file comes with the package."""
    assert "MIT" == metadata("qualify")["License-Expression"]
    assert "LICENSE" == metadata("qualify")["License-File"]


def test_only_a_tested_python_is_claimed():
    """The lowest Python that is required is the lowest that a classifier names."""
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["project"]["classifiers"]))
    assert f">={named[0]}" == PROJECT["project"]["requires-python"]


def test_the_wheel_holds_the_package_with_its_types_and_licence_and_nothing_else(wheel):
    """Every source file is in the wheel, py.typed and the licence too, and no test."""
    inside = set(wheel.namelist())
    sources = {
        p.relative_to(ROOT / "src").as_posix()
        for p in (ROOT / "src").rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    }
    assert "qualify/py.typed" in sources
    assert sources == {name for name in inside if ".dist-info/" not in name}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in inside)


def test_the_wheel_is_pure(wheel):
    """One wheel serves every platform."""
    (described,) = (name for name in wheel.namelist() if name.endswith(".dist-info/WHEEL"))
    described = message_from_string(wheel.read(described).decode())
    assert "true" == described["Root-Is-Purelib"]
    assert "py3-none-any" == described["Tag"]


def test_the_changelog_keeps_its_form():
    """A part for what is unreleased comes first; the other parts are versions with a date."""
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    parts = [line for line in lines if line.startswith("## ")]
    assert "## [Unreleased]" == parts[0]
    assert all(re.fullmatch(r"## \[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", part) for part in parts[1:])
    kinds = {line for line in lines if line.startswith("### ")}
    allowed = {"### Added", "### Changed", "### Deprecated", "### Removed", "### Fixed", "### Security"}
    assert set() == kinds - allowed
