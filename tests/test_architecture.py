"""The house stands as the docs say: layers, public faces, what an import loads, what no room may do."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import qualify

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "qualify"
PRIVATE_DOORS = {"__main__"}
ROOMS = sorted(
    m.name
    for m in pkgutil.iter_modules(qualify.__path__)
    if not m.name.startswith("_") and m.name not in PRIVATE_DOORS
)
FACES = ["qualify", *(f"qualify.{room}" for room in ROOMS)]
FILES = sorted(SOURCE.rglob("*.py"))
HEAVY = {"cattrs", "hypothesis", "numpy"}
LAZY_ONLY = {"narwhals", "pandas", "polars", "pyarrow", "scipy", "sqlalchemy"}


def _run(code: str) -> str:
    """Run code in a fresh interpreter and give what it prints."""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts on the tree that stands in a folder."""
    code = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    environment = {"PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        check=False, capture_output=True, text=True, cwd=folder, env=environment,
    )  # fmt: skip


@pytest.fixture
def copy_of_the_house(tmp_path):
    """The source and its contracts, in a folder where a test may break them."""
    shutil.copytree(SOURCE, tmp_path / "src" / "qualify", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


# -- layers ---------------------------------------------------------------------------------------


def test_the_contracts_hold(copy_of_the_house):
    """Imports only go down, and no room reaches for what it may not have."""
    done = _lint_imports(copy_of_the_house)
    assert 0 == done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("stages/__init__.py", "from qualify import criteria as _planted"),
        ("models/__init__.py", "from qualify import stages as _planted"),
        ("metrics/__init__.py", "import qualify.models as _planted"),
        ("truth.py", "from qualify._maps import Map as _planted"),
        ("decisions/__init__.py", "def _planted():\n    from qualify import playbook"),
    ],
)
def test_an_import_planted_upward_is_caught(copy_of_the_house, room, line):
    """The contract names the room that looks up, even if the import hides in a function."""
    with (copy_of_the_house / "src" / "qualify" / room).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{line}\n")
    done = _lint_imports(copy_of_the_house)
    assert 1 == done.returncode
    assert "Imports only go down BROKEN" in done.stdout
    planted = "qualify." + room.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    assert f"{planted} -> qualify." in done.stdout


@pytest.mark.parametrize("library", ["cattrs", "hypothesis"])
def test_a_library_of_the_doors_is_refused_in_a_room(copy_of_the_house, library):
    """Only the wire may use cattrs, and only the testing room hypothesis."""
    with (copy_of_the_house / "src" / "qualify" / "models" / "__init__.py").open(
        "a", encoding="utf-8"
    ) as file:
        file.write(f"\n\nimport {library} as _planted\n")
    done = _lint_imports(copy_of_the_house)
    assert 1 == done.returncode
    assert "cattrs only at the wire, hypothesis only in testing BROKEN" in done.stdout


def test_a_new_drawer_is_refused(copy_of_the_house):
    """A room that no layer names does not pass."""
    (copy_of_the_house / "src" / "qualify" / "utils.py").write_text('"""A drawer."""\n', encoding="utf-8")
    done = _lint_imports(copy_of_the_house)
    assert 1 == done.returncode
    assert "utils" in done.stdout + done.stderr


def test_the_page_about_the_house_shows_the_layers_that_are_checked():
    """The layers in the docs are those of the contract, line by line."""
    page = (ROOT / "docs" / "explanation" / "design.md").read_text(encoding="utf-8")
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layers,) = (c["layers"] for c in contracts if c["type"] == "layers" and c["containers"] == ["qualify"])
    (shown,) = (block for block in re.findall(r"```text\n(.*?)```", page, re.DOTALL) if "_checks" in block)
    assert [re.sub(r"[()]", "", layer) for layer in layers] == shown.splitlines()


# -- public faces ---------------------------------------------------------------------------------


@pytest.mark.parametrize("face", FACES)
def test_a_room_shows_its_public_names_and_no_others(face):
    """`__all__` names each public name once, `dir()` gives it back, and each name is there."""
    module = importlib.import_module(face)
    names = list(module.__all__)
    assert sorted(set(names)) == sorted(names)
    assert sorted(names) == dir(module)
    assert [] == [name for name in names if not hasattr(module, name)]


def test_no_two_public_classes_have_one_name():
    """In a document the name of its class says what a value is."""
    found = {}
    for face in [*FACES, "qualify.criteria.frameworks"]:
        module = importlib.import_module(face)
        for name in module.__all__:
            kind = getattr(module, name)
            if inspect.isclass(kind):
                found.setdefault(kind.__name__, set()).add(f"{kind.__module__}.{kind.__qualname__}")
    assert {} == {name: places for name, places in found.items() if len(places) > 1}


@pytest.mark.parametrize("face", FACES)
def test_a_name_that_a_room_does_not_have_is_an_attribute_error(face):
    """A lazy face refuses what it does not know, as any module does."""
    with pytest.raises(AttributeError, match="not_a_name"):
        importlib.import_module(face).not_a_name  # noqa: B018 - looking is the test


@pytest.mark.parametrize("face", FACES)
def test_a_room_says_what_belongs_in_it(face):
    """The docstring of a room has a first sentence and goes on."""
    described = importlib.import_module(face).__doc__ or ""
    assert described.split("\n")[0].endswith(".")
    assert face == "qualify" or re.search(r"\b(not|no|nothing)\b", described)


def _public():
    """Give each public class and function once, with the face that shows it."""
    seen = set()
    for face in reversed(FACES):
        module = importlib.import_module(face)
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            if (inspect.isclass(thing) or inspect.isroutine(thing)) and id(thing) not in seen:
                seen.add(id(thing))
                yield pytest.param(thing, id=f"{face}.{name}")


PUBLIC = list(_public())


@pytest.mark.parametrize("thing", PUBLIC)
def test_a_public_name_is_described_and_shown_at_work(thing):
    """Each public class and function has a docstring whose first line is a sentence, and an example."""
    described = inspect.getdoc(thing) or ""
    assert re.search(r"[.:?]$", described.split("\n")[0]), described
    assert ">>>" in described


@pytest.mark.parametrize("thing", [p for p in PUBLIC if inspect.isclass(p.values[0])])
def test_a_public_method_is_described(thing):
    """Each public method and property of ours says what it gives."""
    bare = [
        name
        for name, member in vars(thing).items()
        if not name.startswith("_")
        and (inspect.isroutine(member) or isinstance(member, (property, classmethod, staticmethod)))
        and not inspect.getdoc(getattr(thing, name))
    ]
    assert [] == bare


# -- what an import loads -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "import qualify",
        "import qualify.stages",
        "from qualify import Playbook",
        *(
            f"import qualify.{room}"
            for room in ROOMS
            if room not in {"metrics", "cohort", "scorecard", "testing", "wire"}
        ),
    ],
)
def test_an_import_loads_nothing_heavy(line):
    """Neither numpy nor cattrs nor hypothesis is loaded before somebody needs it."""
    assert "[]" == _run(f"{line}; import sys; print(sorted({HEAVY | LAZY_ONLY!r} & set(sys.modules)))")


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "testing"])
def test_no_room_loads_what_an_extra_brings(room):
    """What an extra installs is imported inside the function that needs it."""
    loaded = f"import qualify.{room}, sys; print(sorted({LAZY_ONLY | {'hypothesis'}!r} & set(sys.modules)))"
    assert "[]" == _run(loaded)


def test_the_chart_stands_alone():
    """A tool that embeds the chart loads no other room of the house."""
    loaded = _run(
        "import qualify.stages, sys; print(*sorted(m for m in sys.modules if m.startswith('qualify.')))"
    )
    rooms = {name.split(".")[1] for name in loaded.split()}
    assert set() == rooms - {"stages", "truth", "errors", "_checks", "_maps", "_canonical", "_arrays"}


def test_hypothesis_loads_while_our_entry_point_is_there():
    """The entry point imports hypothesis no sooner than hypothesis is ready."""
    assert "ready" == _run("import hypothesis; print('ready')")


# -- what no room may do --------------------------------------------------------------------------

CORE = [file for file in FILES if file.relative_to(SOURCE).parts[0] not in {"__main__.py", "testing"}]
BANNED = {
    "asyncio", "glob", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil",
    "signal", "socket", "sqlite3", "subprocess", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
BANNED_CALLS = {"breakpoint", "compile", "eval", "exec", "input", "open", "print"}
BANNED_READS = re.compile(r"\b(datetime|date)\.(now|utcnow|today)$|\.(default_rng|RandomState|getenv)$")
ALLOWED = {"criteria/_generating.py": ["exec()", "compile()"]}  # writes a group of criteria as one function


@pytest.mark.parametrize("file", CORE, ids=lambda file: file.relative_to(SOURCE).as_posix())
def test_the_core_reads_no_clock_file_environment_or_chance(file):
    """Time and randomness are arguments; reading and writing is the host's."""
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                found += [a.name for a in names if a.name.split(".")[0] in BANNED]
            case ast.ImportFrom(module=str(module), level=0) if module.split(".")[0] in BANNED:
                found.append(module)
            case ast.Call(func=ast.Name(id=name)) if name in BANNED_CALLS:
                found.append(f"{name}()")
            case ast.Call(func=ast.Attribute() as read) if BANNED_READS.search(ast.unparse(read)):
                found.append(f"{ast.unparse(read)}()")
    assert ALLOWED.get(file.relative_to(SOURCE).as_posix(), []) == found


LONG = {"stages/_journey.py": 560, "stages/_replay.py": 560}  # listed among our sins in CONTRIBUTING.md


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(SOURCE).as_posix())
def test_a_file_can_be_read_in_one_sitting(file):
    """A file has about 400 lines, 500 at most."""
    lines = len(file.read_text(encoding="utf-8").splitlines())
    assert lines <= LONG.get(file.relative_to(SOURCE).as_posix(), 500)
