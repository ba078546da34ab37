"""Try the hand-made mutants: `python tests/mutation/by_hand.py [--workers 2] [--only wire]`.

`run.py` changes what stands inside functions; what runs when a module is read, it does not see. Such changes
stand in `hand_made.py`. Each is made alone, on a copy of the project, and a child is forked that has loaded
the libraries, but nothing of the package: it imports the copy, and runs the tests that must notice. A mutant
that they do not notice is printed, and the run fails.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from hand_made import HAND_MADE, HandMade

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("src", "tests", "docs", "benchmarks", "pyproject.toml", "README.md", "CHANGELOG.md")
LIBRARIES = ("attrs", "cattrs", "jsonschema", "numpy", "pandas", "pytest", "scipy.special", "scipy.stats")
OPTIONS = (
    "-q",
    "-x",
    "-m",
    "not slow and not long",
    *(f"-pno:{name}" for name in ("cacheprovider", "cov", "randomly", "xdist")),
)
NOTHING_FAILED = frozenset((0, 5))  # exit codes of pytest: all passed, none was there
PATIENCE = 300  # seconds after which a mutant counts as noticed: its tests take a few


class Hasty:
    """A plug-in that lets hypothesis stop at the first example that fails: nobody reads the smallest one."""

    def pytest_collection(self) -> None:
        """Leave out the phase of shrinking."""
        from hypothesis import Phase, settings

        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("mutation", settings.get_profile("ci"), phases=phases)
        settings.load_profile("mutation")


class Trial(NamedTuple):
    """One mutant that is being tried: where, and until when."""

    mutant: HandMade
    folder: Path
    until: float


def problems(mutants: Iterable[HandMade] = HAND_MADE, root: Path = ROOT) -> Iterator[str]:
    """Say which mutants no longer fit the sources: their text has moved, or their tests have gone."""
    for mutant in mutants:
        path = root / "src" / "qualify" / mutant.file
        there = path.read_text(encoding="utf-8").count(mutant.was) if path.is_file() else 0
        if there != 1:
            yield f"{mutant.file}: this stands there {there} times, not once: {mutant.was!r}"
        for test in mutant.tests:
            if not (root / "tests" / test).is_file():
                yield f"{mutant.file}: there is no tests/{test}"


def survivors(mutants: Iterable[HandMade], first: Path, workers: int) -> Iterator[HandMade]:
    """Give the mutants that nobody notices; each worker has a copy of `first`, which is its own."""
    free = [first, *(shutil.copytree(first, first.with_name(str(n))) for n in range(1, workers))]
    running: dict[int, Trial] = {}

    def ended(most: int) -> Iterator[HandMade]:
        while len(running) > most:
            pid, code = _next(running)
            trial = running.pop(pid)
            _change(trial.mutant.now, trial.mutant.was, trial)
            free.append(trial.folder)
            if code in NOTHING_FAILED:
                yield trial.mutant

    for mutant in mutants:
        yield from ended(workers - 1)
        trial = Trial(mutant, free.pop(), time.monotonic() + PATIENCE)
        _change(mutant.was, mutant.now, trial)
        running[start(trial.folder, mutant.tests)] = trial
    yield from ended(0)


def _change(was: str, now: str, trial: Trial) -> None:
    """Put one text for another, the only one of its kind where it stands in the source itself."""
    path = trial.folder / "src" / "qualify" / trial.mutant.file
    if was == trial.mutant.was:
        # A compiled file is told from its source by size and second, which a mutant may share with it.
        for stale in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
            stale.unlink()
        kept = path.with_suffix(".kept")
        shutil.copy2(path, kept)
        path.write_text(path.read_text(encoding="utf-8").replace(was, now), encoding="utf-8")
    else:
        path.with_suffix(".kept").replace(path)


def start(folder: Path, tests: Iterable[str], *, writes: bool = False) -> int:
    """Fork a child that runs some test files of a copy in silence, and give its number."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        os.setsid()  # so that what its tests start ends with it
        code = _tested(folder, tests, writes=writes)
    finally:
        os._exit(code)


def _tested(folder: Path, tests: Iterable[str], *, writes: bool) -> int:
    import pytest

    os.chdir(folder)
    source = str(folder / "src")
    sys.path[:] = [source, *(part for part in sys.path if Path(part) != Path(__file__).parent)]
    sys.dont_write_bytecode = not writes
    os.environ.update(PYTHONPATH=source, HYPOTHESIS_PROFILE="ci")
    if not writes:
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    return int(pytest.main([*OPTIONS, *(f"tests/{test}" for test in tests)], plugins=[Hasty()]))


def _next(running: dict[int, Trial]) -> tuple[int, int]:
    """Give the next child that ends with its exit code; one beyond its time is killed."""
    while True:
        for pid, trial in running.items():
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                return pid, os.waitstatus_to_exitcode(status)
            if time.monotonic() > trial.until:
                os.killpg(pid, signal.SIGKILL)
        time.sleep(0.01)


def load() -> None:
    """Load the libraries that tests use, but nothing of the package: so not hypothesis, which loads it."""
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            import_module(name)
    if any(name.partition(".")[0] == "qualify" for name in sys.modules):
        raise SystemExit("the package is loaded already, so no mutant would be")


def copied(folder: Path) -> Path:
    """Copy what the tests need, without what was compiled."""
    for name in PARTS:
        here = ROOT / name
        if here.is_dir():
            shutil.copytree(here, folder / name, ignore=shutil.ignore_patterns("__pycache__", "_build"))
        else:
            shutil.copy2(here, folder / name)
    return folder


def main() -> None:
    """Try the mutants, and print those that survive."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--workers", type=int, default=2)
    reader.add_argument("--only", default="", help="a part of the names of the files to be changed")
    given = reader.parse_args()
    mutants = [mutant for mutant in HAND_MADE if given.only in mutant.file]
    if stale := list(problems(mutants)):
        raise SystemExit("\n".join(stale))
    begun = time.monotonic()
    load()
    count = 0
    with tempfile.TemporaryDirectory() as place:
        first = copied(Path(place) / "0")
        tests = sorted({test for mutant in mutants for test in mutant.tests})
        _, status = os.waitpid(start(first, tests, writes=True), 0)
        if status:
            raise SystemExit("the tests fail without a mutant")
        for mutant in survivors(mutants, first, given.workers):
            count += 1
            print(f"survived: {mutant.file}: {mutant.was!r} to {mutant.now!r}: {mutant.breaks}", flush=True)
    print(f"{len(mutants)} mutants, {len(mutants) - count} killed, {time.monotonic() - begun:.0f} s")
    raise SystemExit(1 if count else 0)


if __name__ == "__main__":
    main()
