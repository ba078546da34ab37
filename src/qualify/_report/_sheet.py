"""`Sheet`: a CSV file as columns of text, and `proposal`, a binding to start from.

What belongs here: delimiters, rows that do not fit, rows that repeat. What does not: what any column
means, and opening files.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence

import attrs

from qualify import _checks
from qualify._maps import Map, Value
from qualify.cohort import BadRow
from qualify.errors import InputError

DELIMITERS = (",", ";", "\t", "|")


@attrs.frozen
class Sheet(Value):
    """The columns of one CSV file: `rows` holds the number of each row in the file, the header is row 1.

    `bad` are rows that do not have one cell for each column, `repeated` the numbers of rows that equal an
    earlier one in every cell; they are in the columns as well.
    """

    name: str
    columns: Map[tuple[str, ...]]
    rows: Sequence[int]
    bad: tuple[BadRow, ...]
    repeated: tuple[int, ...]
    delimiter: str


def parse(text: str, name: str) -> Sheet:
    """Read the text of a CSV file; the header decides between comma, semicolon, tab and bar.

    Raises `InputError` for a file without a header, with a header that names no or one column twice, or
    with a quotation mark that never closes.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")  # a line ends in one way
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()  # what follows the last end of a line is no line
    head = next((line for line in lines if line.strip()), None)
    if head is None:
        raise InputError("a table with a header is needed", code="empty", path=name, found="an empty file")
    delimiter = max(DELIMITERS, key=lambda sign: _cells(head, sign))
    reader = csv.reader(_with_ends(lines), delimiter=delimiter, strict=True)
    records: list[list[str]] = []
    try:
        records.extend(reader)
    except csv.Error as error:
        raise InputError(
            f"line {reader.line_num:,} is not CSV: {error}", code="syntax", path=name,
            found=f"delimiter {delimiter!r}",
        ) from None  # fmt: skip
    start = next(i for i, record in enumerate(records) if record)
    header = _header(records[start], name)
    body = records[start + 1 :]
    width = len(header)
    rows: Sequence[int] = range(start + 2, start + 2 + len(body))
    bad: tuple[BadRow, ...] = ()
    if set(map(len, body)) - {width}:
        bad = tuple(
            BadRow(row, None, f"{width} cells are needed, one for each column", f"{len(record)}")
            for row, record in zip(rows, body, strict=True)
            if len(record) not in (0, width)
        )
        rows = [row for row, record in zip(rows, body, strict=True) if len(record) == width]
        body = [record for record in body if len(record) == width]
    columns: dict[str, tuple[str, ...]]
    columns = dict(zip(header, zip(*body, strict=True), strict=True)) if body else dict.fromkeys(header, ())
    return Sheet(name, Map.trusted(columns), rows, bad, _repeated(body, rows), delimiter)


def _cells(head: str, delimiter: str) -> int:
    """Count the cells of a header; none where it is not CSV, which reading it then says."""
    try:
        return len(next(csv.reader([head], delimiter=delimiter)))
    except csv.Error:
        return 0


def _with_ends(lines: list[str]) -> Iterator[str]:
    """Give back the ends of lines, which stand for themselves inside quotation marks."""
    return (f"{line}\n" for line in lines)


def _header(names: list[str], where: str) -> list[str]:
    stripped = [name.strip() for name in names]
    for i, name in enumerate(stripped, start=1):
        if not name:
            raise InputError(
                "a column needs a name", code="header", path=f"{where}, row 1, column {i}", found="a blank"
            )
        if stripped.count(name) > 1:
            raise InputError(
                "columns have different names", code="header", path=f"{where}, row 1",
                found=f"{_checks.show(name)} {stripped.count(name)} times",
            )  # fmt: skip
    return stripped


def _repeated(body: list[list[str]], rows: Sequence[int]) -> tuple[int, ...]:
    """Give the numbers of rows that equal an earlier one; one text a row is hashed, not one a cell."""
    texts = list(map("\x1f".join, body))
    if len(set(texts)) == len(texts):
        return ()
    first: dict[str, int] = {}
    places = [first.setdefault(text, i) for i, text in enumerate(texts)]
    return tuple(
        row for i, (row, at) in enumerate(zip(rows, places, strict=True)) if at != i and body[at] == body[i]
    )


def described(columns: Mapping[str, Sequence[str]]) -> list[str]:
    """Give a line for each column: its name, how many different entries, blanks, and a few of them."""
    width = min(max(map(len, columns), default=0), 24)
    lines = []
    for name, entries in columns.items():
        different = list(dict.fromkeys(entries))
        blank = sum(not entry.strip() for entry in entries)
        told = f"{len(different):,} different" + (f", {blank:,} blank" if blank else "")
        examples = ", ".join(_checks.show(entry) for entry in different[:4] if entry.strip())
        line = f"  {name:<{width}}  {told}" + (f": {examples}" if examples else "")
        lines.append(line if len(line) <= 80 else f"{line[:79]}…")  # noqa: PLR2004 - columns of a terminal
    return lines
