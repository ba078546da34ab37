"""Mutation testing in memory: `python tests/mutation/run.py criteria --tests tests/criteria`.

The tests are collected once. One run in a child says which test reaches which line, and how long it takes.
Then a child is forked for each mutant: it puts the changed code into the living functions and runs the tests
that reach the line, the quick ones first, until one fails. No file is written, and nothing that one mutant
breaks reaches the next. A mutant that takes ten times as long as its tests, and a second, counts as killed.

Survivors that the pages of `docs/explanation/survivors` list with a reason are judged; the others are
printed, and the run fails. What those pages list and no longer survives is printed, too.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import pickle
import pkgutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType

import coverage
import pytest
from changes import Mutant, mutants
from survivors import read

import qualify

PACKAGE = Path(qualify.__file__).parent
SURVIVED, KILLED = 0, 1
Reach = dict[str, dict[int, set[str]]]
Living = dict[tuple[str, str, int], list[FunctionType]]


class Mutation:
    """A plug-in that tries mutants in place of running the tests once."""

    def __init__(
        self, files: list[Path], *, only: set[tuple[str, ...]] | None, workers: int, budget: float
    ) -> None:
        self.files = files
        self.only = only
        self.workers = workers
        self.budget = budget
        self.items: dict[str, pytest.Item] = {}
        self.failed = False
        self.survivors: dict[str, list[Mutant]] = {}
        self.counts: dict[str, tuple[int, int]] = {}

    def pytest_sessionstart(self) -> None:
        """Load every module, so that all functions live before the first child is forked."""
        for found in pkgutil.walk_packages([str(PACKAGE)], "qualify."):
            if not found.name.endswith("__main__"):
                import_module(found.name)

    def pytest_collection(self) -> None:
        """Let hypothesis stop at the first example that fails: nobody reads the smallest one."""
        from hypothesis import Phase, settings

        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("mutation", settings.get_profile("ci"), phases=phases)
        settings.load_profile("mutation")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember that a test failed."""
        self.failed = self.failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try each mutant of each file."""
        if session.testsfailed:
            raise SystemExit("the tests cannot be collected")
        self.items = {item.nodeid: item for item in session.items}
        reach, seconds = self._reach()
        living = _living()
        gc.freeze()  # children share what they do not change; frozen functions are not found again
        for file in self.files:
            self._try_file(file, living, reach.get(str(file), {}), seconds)
        return True

    def _reach(self) -> tuple[Reach, dict[str, float]]:
        """Give the tests that reach each line of each file, and how long each test takes."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "reach"

            def measure() -> int:
                measured = coverage.Coverage(data_file=None, config_file=False, include=[f"{PACKAGE}/*"])
                seconds = {}
                measured.start()
                for name, item in self.items.items():
                    measured.switch_context(name)
                    begun = time.perf_counter()
                    self._run(item)
                    seconds[name] = time.perf_counter() - begun
                measured.stop()
                found = measured.get_data()
                reach = {
                    str(file): {
                        line: set(names) - {""} for line, names in found.contexts_by_lineno(str(file)).items()
                    }
                    for file in self.files
                }
                path.write_bytes(pickle.dumps((reach, seconds)))
                return KILLED if self.failed else SURVIVED

            if _wait(_fork(measure)) != SURVIVED:
                raise SystemExit("the tests fail without a mutant")
            found: tuple[Reach, dict[str, float]] = pickle.loads(path.read_bytes())
            return found

    def _try_file(
        self, file: Path, living: Living, reach: dict[int, set[str]], seconds: dict[str, float]
    ) -> None:
        source = file.read_text(encoding="utf-8")
        original = compile(source, str(file), "exec")
        running: dict[int, tuple[Mutant, float]] = {}
        name = str(file.relative_to(PACKAGE))
        survivors: list[Mutant] = []
        tried = 0

        def collect(most: int) -> None:
            while len(running) > most:
                pid, status = _next(running)
                mutant, _ = running.pop(pid)
                if status == SURVIVED:
                    survivors.append(mutant)
                    print(f"survived {name}:{mutant.line} {mutant.key}", flush=True)

        for mutant in mutants(source):
            if self.only is not None and (name, *mutant.key) not in self.only:
                continue
            tried += 1
            chosen, allowed = self._choose(file, _reaching(reach, mutant.line), seconds)

            def attempt(mutant: Mutant = mutant, chosen: list[str] = chosen) -> int:
                _patch(living, original, compile(mutant.tree, str(file), "exec"))
                for test in chosen:
                    self._run(self.items[test])
                    if self.failed:
                        return KILLED
                return SURVIVED

            collect(self.workers - 1)
            running[_fork(attempt)] = (mutant, time.monotonic() + allowed)
        collect(0)
        self.survivors[name] = survivors
        self.counts[name] = (tried, tried - len(survivors))
        print(f"{name}: {tried - len(survivors)} of {tried} killed", flush=True)

    def _choose(self, file: Path, names: set[str], seconds: dict[str, float]) -> tuple[list[str], float]:
        """Give the tests of a line within the budget, those of the file and the quick ones first."""
        own = f"test_{file.stem.strip('_')}.py"
        ranked = sorted(names, key=lambda name: (own not in name, seconds[name], name))
        chosen, total = [], 0.0
        for name in ranked:
            if total + seconds[name] <= self.budget:
                chosen.append(name)
                total += seconds[name]
        return chosen, 10 * total + 2

    def _run(self, item: pytest.Item) -> None:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


def _reaching(reach: dict[int, set[str]], line: int) -> set[str]:
    """Give the tests of a line; a line of a constant that Python has folded is run with one before it."""
    return next((reach[before] for before in range(line, 0, -1) if reach.get(before)), set())


def _fork(work: Callable[[], int]) -> int:
    """Start a child that does some work in silence, and give its number."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    status = KILLED
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        status = work()
    finally:
        os._exit(status)


def _wait(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _next(running: dict[int, tuple[Mutant, float]]) -> tuple[int, int]:
    """Give the next child that ends with its status; one beyond its time is killed."""
    while True:
        for pid, (_, until) in running.items():
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                return pid, os.waitstatus_to_exitcode(status)
            if time.monotonic() > until:
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.005)


def _living() -> Living:
    """Give the functions of the package that are alive, by file, name and line."""
    found: Living = {}
    for value in gc.get_objects():
        if isinstance(value, FunctionType) and value.__code__.co_filename.startswith(str(PACKAGE)):
            found.setdefault(_place(value.__code__), []).append(value)
    return found


def _place(code: CodeType) -> tuple[str, str, int]:
    return (code.co_filename, code.co_qualname, code.co_firstlineno)


def _patch(living: Living, old: CodeType, new: CodeType) -> None:
    """Put the code that changed into the living functions."""
    for was, now in zip(_inner(old), _inner(new), strict=True):
        if was != now:
            for function in living.get(_place(was), ()):
                function.__code__ = now
            _patch(living, was, now)


def _inner(code: CodeType) -> Iterator[CodeType]:
    return (constant for constant in code.co_consts if isinstance(constant, CodeType))


def _files(names: list[str]) -> list[Path]:
    paths = [PACKAGE / name for name in names]
    return [file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]


def main() -> None:
    """Try the mutants, and print what survived without a reason."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("changed", help="a file or a room under the package", nargs="+")
    reader.add_argument("--tests", nargs="+", required=True)
    reader.add_argument("--workers", type=int, default=2)
    reader.add_argument("--budget", type=float, default=20.0, help="seconds of tests for one mutant")
    reader.add_argument("--json", type=Path, help="where to write the survivors")
    reader.add_argument("--again", type=Path, help="try only the survivors that were written there")
    given = reader.parse_args()
    only = None
    if given.again:
        listed = json.loads(given.again.read_text(encoding="utf-8"))
        only = {(name, *key) for name, found in listed.items() for _, *key in found}
    tried = Mutation(_files(given.changed), only=only, workers=given.workers, budget=given.budget)
    options = ["-q", "-s", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:cov", "-p", "no:cacheprovider"]
    pytest.main([*options, "-m", "not slow and not long", *given.tests], plugins=[tried])
    judged = read()
    survived = {(name, *mutant.key) for name, found in tried.survivors.items() for mutant in found}
    for key in sorted(survived - set(judged)):
        print("not judged", *key, sep=" | ")
    for key in sorted(key for key in judged if key[0] in tried.counts and key not in survived):
        print("no longer survives", *key, sep=" | ")
    if given.json:
        listed = {n: [[m.line, *m.key] for m in s] for n, s in tried.survivors.items() if s}
        given.json.write_text(json.dumps(listed, indent=1), encoding="utf-8")
    total = sum(count for count, _ in tried.counts.values())
    killed = sum(count for _, count in tried.counts.values())
    print(f"{total} mutants, {killed} killed ({100 * killed / max(total, 1):.1f} %)")
    raise SystemExit(1 if survived - set(judged) else 0)


if __name__ == "__main__":
    main()
