"""The command line: what to do now with the leads of a file, and whether it works. Thin over the library.

Files are read here and nowhere else. Every error is one line on the error stream and exit status 2; a
problem that `check` finds is exit status 1.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NoReturn, TypeVar

import attrs

from qualify import _checks, _report, wire
from qualify._lint import lint
from qualify.cohort import Binding, Cohort
from qualify.errors import InputError, InvalidType, InvalidValue, QualifyError, TimeError
from qualify.playbook import Playbook
from qualify.playbooks import saas
from qualify.scorecard import Target
from qualify.stages import Chart
from qualify.wire._text import parse

T = TypeVar("T")

_SHOWN = 100  # bad rows and errors that are listed one by one
_GROUPS = ("owner", "account", "person", "offer", "state")
_ABOUT = """\
  python -m qualify                    the sample history, which is made up
  python -m qualify FILE.csv           the columns, and a mapping to start from
  python -m qualify FILE.csv --mapping M.json
  python -m qualify diff A.json B.json FILE.csv --mapping M.json
  python -m qualify check FILE.json    what is wrong with a playbook or a chart;
                                       exit status 1 if there is a problem
"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit status: 0, 1 if `check` found a problem, 2 for an error.

    >>> main(["nowhere.csv", "--mapping", "nowhere.json"])
    2
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    commands: dict[str, Callable[[list[str]], int]] = {"diff": _diff, "check": _check}
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)  # a stream that a test puts there has none
        if reconfigure is not None:
            reconfigure(errors="replace")  # a terminal without some sign shows ? in its place
    try:
        if given and given[0] in commands:
            return commands[given[0]](given[1:])
        return _run(given)
    except InputError as error:
        return _complain(map(str, error.errors))
    except QualifyError as error:
        return _complain([str(error)])
    except BrokenPipeError:
        sys.stdout = None  # nobody reads: no more is written, also not at exit
        return 0


def _run(arguments: list[str]) -> int:
    parser = _Parser("python -m qualify", description=_ABOUT, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "file", nargs="?", metavar="FILE.csv", help="one row for each lead; without it the sample"
    )
    parser.add_argument("--playbook", metavar="P.json", help="the playbook that decides (default: saas)")
    parser.add_argument("--targets", metavar="T.json", help="what each sign should reach")
    parser.add_argument("--by", choices=_GROUPS, help="group what to do and the signs by this column")
    parser.add_argument(
        "--all", action="store_true", help="list every lead, not only the 20 that matter most"
    )
    parser.add_argument("--json", action="store_true", help="write JSON")
    _reading(parser)
    options = parser.parse_args(arguments)
    playbook = saas() if options.playbook is None else _playbook(options.playbook)
    if options.file is None:
        if options.mapping is not None:
            parser.error("--mapping needs a FILE.csv")
        report = _report.of_sample(playbook, at=_instant(options.at))
    else:
        sheet = _sheet(options)
        if options.mapping is None:
            print(_report.proposal(sheet, playbook))
            return 0
        cohort = _cohort(sheet, playbook, options)
        if cohort is None:
            return 2
        report = _report.of_sheet(sheet, cohort, playbook)
    if options.targets is not None:
        report = attrs.evolve(report, targets=_targets(options.targets))
    if options.json:
        print(json.dumps(report.to_dict(by=options.by, every=options.all), indent=2, ensure_ascii=False))
    else:
        print(report.page(by=options.by, every=options.all))
    return 0


def _diff(arguments: list[str]) -> int:
    parser = _Parser("python -m qualify diff", description="which leads a changed playbook decides otherwise")
    parser.add_argument("before", metavar="A.json", help="one playbook")
    parser.add_argument("after", metavar="B.json", help="the other")
    parser.add_argument("file", metavar="FILE.csv", help="one row for each lead")
    parser.add_argument("--all", action="store_true", help="list every change, not only the first 20")
    _reading(parser)
    options = parser.parse_args(arguments)
    before, after = _playbook(options.before), _playbook(options.after)
    sheet = _sheet(options)
    if options.mapping is None:
        print(_report.proposal(sheet, after))
        return 0
    cohort = _cohort(sheet, after, options)
    if cohort is None:
        return 2
    print(_report.diff_page(sheet, cohort, before, after, every=options.all))
    return 0


def _check(arguments: list[str]) -> int:
    parser = _Parser("python -m qualify check", description="what is wrong with a playbook or a chart")
    parser.add_argument("file", metavar="FILE.json", help="a document in the form that wire writes")
    parser.add_argument(
        "--using", action="append", default=[], metavar="CHART.json",
        help="a chart to which the file refers, or a playbook that has it; may be given several times",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    charts = [_chart(name) for name in options.using]
    raw = _bytes(options.file)
    value = _named(options.file, lambda: wire.loads(raw, object, using=charts))
    kind, told = type(value).__name__, repr(value)
    print(f"{options.file}: {told if kind in told.partition(chr(10))[0] else f'{kind}, {told}'}")
    problems: list[object] = list(lint(value)) if isinstance(value, Playbook) else []
    notes: list[object] = []
    if isinstance(value, Chart):
        for finding in value.check():
            (problems if finding.level == "problem" else notes).append(finding)
    for line in (*problems, *(f"note, {note}" for note in notes)):
        print(f"{options.file}, {line}")
    return int(bool(problems))


def _reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mapping", metavar="M.json", help="what the columns mean")
    parser.add_argument(
        "--at", metavar="INSTANT", help="as of when (default: the latest instant in the file)"
    )
    parser.add_argument("--encoding", default="utf-8", help="of the file (default: utf-8)")
    parser.add_argument("--strict", action="store_true", help="stop at bad rows instead of reporting them")


# -- files -------------------------------------------------------------------------------------------


def _bytes(name: str) -> bytes:
    try:
        return pathlib.Path(name).read_bytes()
    except OSError as error:
        raise InputError(
            "a file that can be read is needed",
            code="unreadable",
            path=name,
            found=error.strerror or str(error),
        ) from None


def _playbook(name: str) -> Playbook:
    raw = _bytes(name)
    try:
        return _named(name, lambda: wire.loads(raw, Playbook))
    except InputError as error:
        if error.code != "missing_version":
            raise
        raise InputError(
            "a stored playbook is needed", code=error.code, path=error.path, found="no schema number",
            allowed="wire.dumps(playbook) writes it; the meaning of columns is given as --mapping",
        ) from None  # fmt: skip


def _chart(name: str) -> Chart:
    raw = _bytes(name)
    value = _named(name, lambda: wire.loads(raw, Chart | Playbook))
    return value.chart if isinstance(value, Playbook) else value


def _targets(name: str) -> dict[str, Target]:
    """Read what signs should reach: a number at least, or an object {"at_most": number}."""
    document = _json(name)
    if not isinstance(document, dict):
        raise InvalidType("targets are an object", found=type(document).__name__, where=name)
    made = {}
    for sign, wanted in document.items():
        if sign not in _report.LABELS:
            raise _checks.unknown("sign", sign, _report.LABELS, where=name)
        lower = isinstance(wanted, dict) and wanted.keys() == {"at_most"}
        value = wanted["at_most"] if lower else wanted
        made[sign] = Target(_checks.real(value, f"{name}, {sign}"), lower_is_better=lower)
    return made


def _json(name: str) -> Any:  # noqa: ANN401 - whatever the document holds
    raw = _bytes(name)
    return _named(name, lambda: parse(raw, wire.Limits()))


def _sheet(options: argparse.Namespace) -> _report.Sheet:
    raw = _bytes(options.file)
    encoding = "utf-8-sig" if options.encoding.lower() in {"utf-8", "utf8"} else options.encoding
    try:
        text = raw.decode(encoding)
    except LookupError:
        raise InputError(
            "unknown encoding", code="encoding", path="--encoding", found=repr(options.encoding),
            allowed="for example utf-8, cp1252 or utf-16",
        ) from None  # fmt: skip
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(
            f"this file is not {options.encoding}", code="encoding", path=f"{options.file}, line {line:,}",
            found=f"byte 0x{raw[error.start]:02x}", allowed="say which it is, for example --encoding cp1252",
        ) from None  # fmt: skip
    return _report.parse(text, options.file)


def _cohort(sheet: _report.Sheet, playbook: Playbook, options: argparse.Namespace) -> Cohort | None:
    """Give the cohort of a file; None where rows are bad and --strict says to stop there."""
    binding = Binding.of(_json(options.mapping), where=options.mapping)
    cohort = Cohort.from_columns(
        sheet.columns,
        binding,
        at=_instant(options.at),
        vocabulary=playbook.vocabulary,
        chart=playbook.chart,
        where=sheet.name,
        rows=sheet.rows,
    )
    bad = sorted((*sheet.bad, *cohort.bad), key=lambda one: one.row)
    _complain([f"{sheet.name}, {one}" for one in bad])
    return None if bad and options.strict else cohort


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidValue(
            "an instant is needed", found=repr(text), allowed="for example 2026-05-03T09:00Z", where="--at"
        ) from None
    if found.utcoffset() is None:
        raise TimeError(
            "an instant needs its offset",
            found=repr(text),
            allowed="for example 2026-05-03T09:00Z",
            where="--at",
        )
    return found


def _named(name: str, read: Callable[[], T]) -> T:
    """Read a document; each error in it begins with the name of the file."""
    try:
        return read()
    except InputError as error:
        told = tuple(
            InputError(
                one.asked, code=one.code, path=f"{name}, {one.path}", pointer=one.pointer, found=one.found,
                allowed=one.allowed,
            )
            for one in error.errors
        )  # fmt: skip
        raise InputError(told[0].asked, code=told[0].code, path=told[0].path, errors=told) from None


def _complain(lines: Iterable[str]) -> int:
    listed = list(lines)
    for line in listed[:_SHOWN]:
        print(line, file=sys.stderr)
    if len(listed) > _SHOWN:
        print(f"and {len(listed) - _SHOWN:,} more", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
