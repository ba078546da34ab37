"""The README keeps its word: the gates run its commands, and its listings print what it shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
GATES = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
FENCE = re.compile(
    r"(?:<!-- (?P<mark>[^>]+) -->\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
FENCES = [match.groupdict() for match in FENCE.finditer(README)]
COMMANDS = {f["mark"].removeprefix("command: "): f["text"] for f in FENCES if f["mark"]}
LISTINGS = [
    (block["text"], after["text"] if after["language"] == "text" else "")
    for block, after in zip(FENCES, [*FENCES[1:], {"language": "", "text": ""}], strict=True)
    if block["language"] == "python"
]


def test_the_readme_has_two_commands():
    """One command installs and runs, one tests; each is one line that can be pasted."""
    assert ["run", "test"] == list(COMMANDS)
    assert [1, 1] == [text.count("\n") for text in COMMANDS.values()]
    assert "-m qualify" in COMMANDS["run"]
    assert "pytest" in COMMANDS["test"]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_gates_take_a_command_out_of_the_readme(name):
    """What `.ci/command` gives to the gates is the block of the README, to the letter."""
    done = subprocess.run(["bash", ".ci/command", name], cwd=ROOT, check=True, capture_output=True, text=True)
    assert COMMANDS[name] == done.stdout
    assert f'"$(.ci/command {name})"' in GATES


def test_the_gates_do_not_repeat_the_commands():
    """The gates hold no copy of a command that could grow apart from the README."""
    assert [] == [part for text in COMMANDS.values() for part in text.strip().split(" && ") if part in GATES]


def test_a_command_that_the_readme_does_not_have_stops_the_gates():
    """A renamed command is an error, not an empty gate."""
    done = subprocess.run(
        ["bash", ".ci/command", "dance"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert (1, "") == (done.returncode, done.stdout)
    assert "dance" in done.stderr


@pytest.mark.parametrize("number", range(len(LISTINGS)))
def test_a_listing_runs_from_an_empty_file_and_prints_what_is_shown(number, tmp_path):
    """Each Python listing is a whole program, and the text after it is what it prints."""
    program, shown = LISTINGS[number]
    file = tmp_path / "listing.py"
    file.write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", str(file)],
        cwd=tmp_path, check=False, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert "" == done.stderr
    assert shown == done.stdout


def test_the_readme_links_to_files_that_are_there():
    """A relative link leads somewhere."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert [] == [link for link in links if not (ROOT / link).exists()]
