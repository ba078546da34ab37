"""What is written about a survivor is read again, and what the pages list can be found."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from survivors import PAGES, main, read, write

words = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), min_size=1, max_size=20)


def page(folder: Path, *lines: str) -> Path:
    """Write one page of survivors."""
    folder.joinpath("criteria.md").write_text("\n".join(["# Survivors", "", *lines, ""]), encoding="utf-8")
    return folder


def test_a_survivor_is_read_with_the_reason_above_it(tmp_path: Path) -> None:
    """A heading names the file, a paragraph gives the reason, and each line under it is a survivor."""
    folder = page(
        tmp_path,
        "## `criteria/_plan.py`",
        "",
        "Only speed depends on it.",
        "",
        "- `Pool.take()`: `left = room - 1` (Sub to Add)",
        "- `Pool.take()`: `` a = f(`x`) `` (x = y to x = None)",
        "",
        "Nothing else is there.",
        "",
        "- `f()`: `x < y` (Lt to LtE)",
    )
    only_speed, nothing_else = "Only speed depends on it.", "Nothing else is there."
    assert {
        ("criteria/_plan.py", "Pool.take()", "left = room - 1", "Sub to Add"): only_speed,
        ("criteria/_plan.py", "Pool.take()", "a = f(`x`)", "x = y to x = None"): only_speed,
        ("criteria/_plan.py", "f()", "x < y", "Lt to LtE"): nothing_else,
    } == read(folder)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("left = room - self.hours[row]", "Sub to Add"),
        ('return f"`{name}`"', "'`' to XX"),
        ("x = (1 + 2) * (3)", "7 to 8"),
        ("return x (y)", "'(' to XX"),
    ],
)
def test_what_is_written_is_read(tmp_path: Path, code: str, change: str) -> None:
    """Code with ticks and parentheses comes back as it was."""
    lines = ("## `a/_b.py`", "", "Why.", "", write("a/_b.py", "C.d()", code, change))
    assert {("a/_b.py", "C.d()", code, change): "Why."} == read(page(tmp_path, *lines))


@given(words, words)
def test_any_code_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, code: str, change: str
) -> None:
    """Nothing that a page holds is read as something else."""
    try:
        line = write("a/_b.py", "f()", code, change)
    except SystemExit:
        return
    folder = page(tmp_path_factory.mktemp("pages"), "## `a/_b.py`", "", "Why.", "", line)
    assert {("a/_b.py", "f()", code, change): "Why."} == read(folder)


def test_what_no_page_can_hold_is_refused() -> None:
    """A name with a tick would be read as another."""
    with pytest.raises(SystemExit, match="a page cannot hold"):
        write("a/_b.py", "f`g()", "x", "Sub to Add")


def test_the_pages_can_be_read() -> None:
    """Each survivor that is listed has a file that is there, and a reason that is a sentence."""
    source = PAGES.parents[2] / "src" / "qualify"
    listed = read()
    assert [] == sorted({file for file, *_ in listed if not (source / file).is_file()})
    assert [] == [key for key, reason in listed.items() if not reason.endswith((".", ":"))]


def test_only_what_is_not_listed_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The script gives the lines of a run's survivors, ready to be put under a reason."""
    run = tmp_path / "survivors.json"
    run.write_text('{"truth.py": [[12, "f()", "x < y", "Lt to LtE"]]}', encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["survivors.py", str(run)])
    main()
    assert "## `truth.py`\n\n- `f()`: `x < y` (Lt to LtE)\n\n" == capsys.readouterr().out
