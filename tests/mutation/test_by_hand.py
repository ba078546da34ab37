"""The hand-made mutants fit the sources, and the script that tries them finds what nobody notices."""

from __future__ import annotations

import ast
import compileall
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import by_hand
import pytest
from by_hand import ROOT, problems
from hand_made import HAND_MADE, HandMade

SOURCE = ROOT / "src" / "qualify"
FILES = sorted({mutant.file for mutant in HAND_MADE})


def house(folder: Path) -> Path:
    """Build a small project with one table and one test of it."""
    (folder / "src" / "qualify").mkdir(parents=True)
    (folder / "src" / "qualify" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "src" / "qualify" / "table.py").write_text("BEST = 9\nWORST = 0\n", encoding="utf-8")
    (folder / "tests").mkdir()
    (folder / "tests" / "test_table.py").write_text(
        "from qualify.table import BEST\n\n\ndef test_best():\n    assert 9 == BEST\n", encoding="utf-8"
    )
    (folder / "pyproject.toml").write_text(
        "[tool.pytest.ini_options]\nmarkers = ['slow', 'long']\n", encoding="utf-8"
    )
    return folder


BEST = HandMade("table.py", "BEST = 9", "BEST = 8", "the best is not the best", ("test_table.py",))


def test_there_are_many_and_none_stands_twice() -> None:
    """Each change is made once, and its sentence says what it would break."""
    assert len(HAND_MADE) >= 100
    assert [] == [key for key, times in Counter(mutant[:3] for mutant in HAND_MADE).items() if times > 1]
    assert [] == [mutant for mutant in HAND_MADE if not mutant.breaks.strip() or not mutant.tests]


def test_each_text_stands_once_and_each_test_is_there() -> None:
    """The list cannot rot: who moves a table moves its mutants, too."""
    assert [] == list(problems())


@pytest.mark.parametrize("file", FILES)
def test_a_mutant_is_another_program(file: str) -> None:
    """It can be read by Python, and says something else."""
    source = (SOURCE / file).read_text(encoding="utf-8")
    tree = ast.dump(ast.parse(source))
    for mutant in (one for one in HAND_MADE if one.file == file):
        assert tree != ast.dump(ast.parse(source.replace(mutant.was, mutant.now))), mutant


def test_what_rots_is_told(tmp_path: Path) -> None:
    """A text that is gone, or stands twice, a file and a test that are gone: each is named."""
    root = house(tmp_path)
    assert [] == list(problems((BEST,), root))
    for rotten, says in (
        (BEST._replace(was="BEST = 10"), "stands there 0 times"),
        (BEST._replace(was=" = "), "stands there 2 times"),
        (BEST._replace(file="gone.py"), "stands there 0 times"),
        (BEST._replace(tests=("test_gone.py",)), "there is no tests/test_gone.py"),
    ):
        (told,) = problems((rotten,), root)
        assert says in told


def test_a_mutant_is_noticed_by_a_test_and_leaves_no_trace(tmp_path: Path) -> None:
    """What a test looks at is noticed, also where size and second of the file stay the same; no more is."""
    root = house(tmp_path / "0")
    compileall.compile_dir(root / "src", quiet=1)
    unseen = BEST._replace(was="WORST = 0", now="WORST = 1", breaks="the worst is not the worst")
    code = (
        "from pathlib import Path; from by_hand import survivors; from hand_made import HandMade; "
        f"print(list(survivors({[BEST, unseen, BEST]}, Path({str(root)!r}), 2)))"
    )
    environment = {  # how this run is measured is no matter of the small house
        **{name: text for name, text in os.environ.items() if not name.startswith(("COV", "PYTEST"))},
        "PYTHONPATH": str(ROOT / "tests" / "mutation"),
        "HYPOTHESIS_NO_PLUGINS": "1",  # this small house has no strategies
    }
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, env=environment
    )
    assert f"{[unseen]}\n" == done.stdout, done.stderr
    for copy in (root, root.with_name("1")):
        assert "BEST = 9\nWORST = 0\n" == (copy / "src" / "qualify" / "table.py").read_text(encoding="utf-8")
        assert [] == list(copy.rglob("*.kept"))


def test_nothing_is_tried_where_the_package_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that had it already would not read the mutant."""
    monkeypatch.setattr(by_hand, "LIBRARIES", ("qualify", "no_such_library"))
    with pytest.raises(SystemExit, match="loaded already"):
        by_hand.load()


@pytest.mark.slow
@pytest.mark.long
def test_every_mutant_is_noticed() -> None:
    """No hand-made mutant survives."""
    script = [sys.executable, str(ROOT / "tests" / "mutation" / "by_hand.py")]
    done = subprocess.run(script, check=False, capture_output=True, text=True)
    assert 0 == done.returncode, done.stdout + done.stderr
