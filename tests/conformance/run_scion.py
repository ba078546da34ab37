"""Runs the SCION suite of SCXML charts through `Chart.from_scxml`, and prints what was left out and why.

    python tests/conformance/run_scion.py [--peer] [folder of an unpacked suite]

The suite (npm package `@scion-scxml/test-framework`, Apache-2.0) is fetched by `npm pack` into a temporary
folder; nothing of it stays. A chart is a document with a script of events beside it. Left out are the
charts with data, scripts, executable content or event prefixes, which a `Chart` cannot say, each with the
error that names the element, and the W3C's own group, all of which is written in ECMAScript. With `--peer`
python-statemachine runs the same charts.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from qualify.errors import QualifyError
from qualify.stages import Chart

PACKAGE = "@scion-scxml/test-framework@2.0.16"
T0 = datetime(2026, 1, 1, tzinfo=UTC)
OTHERS = frozenset({"w3c-ecma"})  # groups that are not the suite's own
OUTSIDE = frozenset(
    ("datamodel", "script", "raise", "send", "log", "assign", "if", "foreach", "cancel", "invoke")
)


def fetch(folder: Path) -> Path:
    """Fetch and unpack the suite; raise `OSError` where npm is absent or has no registry."""
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is not here")
    command = [npm, "pack", PACKAGE]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    archives = list(folder.glob("*.tgz"))
    if done.returncode or not archives:
        raise OSError(f"npm pack failed: {done.stderr[-200:]}")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package" / "test"


def charts(suite: Path) -> list[Path]:
    """Give the documents of the suite's own groups."""
    return [path for path in sorted(suite.glob("*/*.scxml")) if path.parent.name not in OTHERS]


def allowed_reason(text: str, error: QualifyError) -> bool:
    """Whether a chart may be left out: data, scripts, executable content, JavaScript, event prefixes."""
    tags = set(re.findall(r"<(?:\w+:)?([a-z]+)", re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)))
    prefixes = "prefix" in str(error) or "matched whole" in str(error)
    javascript = re.search(r'cond="(?!In\()', text) is not None
    return bool(tags & OUTSIDE) or prefixes or javascript


def passes(chart: Chart, script: dict[str, object]) -> bool:
    """Whether a chart goes through a script's configurations."""
    position = chart.start(at=T0)
    good = set(position.leaves) == set(script["initialConfiguration"])  # type: ignore[call-overload]
    for row in script["events"]:  # type: ignore[attr-defined]
        name = row["event"]["name"]
        if chart.has_event(name):
            position = chart.step(position, name, at=T0).after
        good = good and set(position.leaves) == set(row["nextConfiguration"])
    return good


def peer_passes(path: Path, script: dict[str, object]) -> bool:
    """Whether python-statemachine goes through the same configurations."""
    from statemachine.io.scxml.processor import SCXMLProcessor

    try:
        processor = SCXMLProcessor()
        processor.parse_scxml(path.stem.replace("-", "_"), path.read_text())
        machine = processor.start()
        leaves = {state.id for state in machine.configuration if not state.states}
        good = leaves == set(script["initialConfiguration"])  # type: ignore[call-overload]
        for row in script["events"]:  # type: ignore[attr-defined]
            machine.send(row["event"]["name"])
            leaves = {state.id for state in machine.configuration if not state.states}
            good = good and leaves == set(row["nextConfiguration"])
    except Exception:  # noqa: BLE001 - whatever it raises, the chart did not pass
        return False
    return good


def run(suite: Path, *, peer: bool = False) -> dict[str, list[tuple[str, str]]]:
    """Give the names of the charts by outcome: passed, failed, left out (with the reason), peer failed."""
    found: dict[str, list[tuple[str, str]]] = {"passed": [], "failed": [], "left out": [], "peer failed": []}
    for path in charts(suite):
        name = f"{path.parent.name}/{path.stem}"
        text = path.read_text()
        script = json.loads(path.with_suffix(".json").read_text())
        try:
            chart = Chart.from_scxml(text)
        except QualifyError as error:
            outcome = "left out" if allowed_reason(text, error) else "failed"
            found[outcome].append((name, f"{error.asked}: {error.found}"))
            continue
        again = Chart.from_scxml(chart.to_scxml()) == chart
        found["passed" if passes(chart, script) and again else "failed"].append((name, ""))
        if peer and not peer_passes(path, script):
            found["peer failed"].append((name, ""))
    return found


def main(arguments: list[str]) -> int:
    """Print the table."""
    peer = "--peer" in arguments
    folders = [Path(argument) for argument in arguments if not argument.startswith("-")]
    with tempfile.TemporaryDirectory() as folder:
        suite = folders[0] if folders else fetch(Path(folder))
        found = run(suite, peer=peer)
    for name, reason in found["left out"]:
        print(f"left out  {name:60} {reason}")
    for name, reason in found["failed"]:
        print(f"FAILED    {name:60} {reason}")
    tried = len(found["passed"]) + len(found["failed"])
    print(f"qualify: {len(found['passed'])} of {tried} pass, {len(found['left out'])} left out")
    if peer:
        lost = ", ".join(name for name, _ in found["peer failed"])
        print(f"python-statemachine: {tried - len(found['peer failed'])} of {tried} pass; not: {lost}")
    return 1 if found["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
