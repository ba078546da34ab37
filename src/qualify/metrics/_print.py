"""How estimates read: one line for one value, a table for groups.

What belongs here: text and Markdown. What does not: arithmetic.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from qualify.metrics._counts import Counts
    from qualify.metrics._estimate import Estimate

_ROWS = 12  # groups that a repr lists
_NOISE = 1e-12  # what rounding leaves of a share


def amount(value: float, unit: str) -> str:  # noqa: PLR0911 - one line a unit
    """Give a number in its unit: points signed, shares in per cent, anything else with its unit.

    >>> amount(39.84, "points"), amount(0.6196, "share"), amount(9.375, "months")
    ('+39.8', '62.0 %', '9.375 months')
    >>> amount(0.0004, "share"), amount(0.99999616, "share")
    ('0.04 %', '99.9996 %')
    """
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if unit in {"points", "points difference"}:
        return f"{value:+.1f}"
    if unit == "share":
        return f"{100 * value:.{_digits(value)}f} %"
    if unit == "share difference":
        return f"{100 * value:+.{_digits(value)}f} %"
    if unit == "score difference":
        return f"{value:+.4g}"
    if unit in {"", "ratio", "score"}:
        return f"{value:.4g}"
    number = f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.4g}"  # noqa: PLR2004 - money
    return of_unit(number, unit)


def of_unit(number: str, unit: str) -> str:
    """Give a number as text with its unit, of which there may be one.

    >>> of_unit("1", "months"), of_unit("9.4", "months")
    ('1 month', '9.4 months')
    """
    return f"{number} {unit.removesuffix('s') if number == '1' else unit}"


def _digits(share: float) -> int:
    """Give the digits after the point of a per cent: more near 0 and 1, which 99.96 % is not."""
    rest = min(abs(share), abs(1 - abs(share)))
    if rest >= 0.01 or rest < _NOISE:  # noqa: PLR2004 - one per cent
        return 1
    return max(2, math.ceil(-math.log10(100 * rest)))


def per_cent(confidence_level: float) -> str:
    """Give a confidence level as it is read.

    >>> per_cent(0.95), per_cent(0.999)
    ('95 %', '99.9 %')
    """
    return f"{100 * confidence_level:.10g} %"


def one_line(estimate: Estimate) -> str:
    """Give one value with its interval, method, count and what is missing, and the reason if there is one."""
    value, low, high = (amount(v, estimate.unit) for v in (estimate.value, estimate.low, estimate.high))
    effective = ""
    if not math.isclose(estimate.n_effective, estimate.n, abs_tol=0.05):
        effective = f", effective {estimate.n_effective:,.1f}"
    why = f": {estimate.reason}" if estimate.reason else ""
    return (
        f"{estimate.name} {value} [{low}, {high}] {per_cent(estimate.confidence_level)} {estimate.method}, "
        f"n={estimate.n:,}{effective} ({estimate.n_missing:,} missing{_unknown(estimate)}){why}"
    )


def unknown_rows(counts: Counts | None) -> int:
    """Give how many rows are still unknown, which is neither missing nor a no, weighted or not."""
    if counts is None:
        return 0
    held: int = counts.numbers.get("unknown_answers" if "answers" in counts else "unknown", 0)
    return held


def _unknown(estimate: Estimate) -> str:
    unknown = unknown_rows(estimate.counts)
    return f", {unknown:,} unknown" if unknown else ""


def text(estimate: Estimate) -> str:
    """Give the repr of an estimate: one line, or a head and a line for each of the first groups."""
    if not isinstance(estimate.value, np.ndarray):
        return one_line(estimate)
    rows = _rows(estimate)
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(5)]
    lines = [f"{estimate.name}, {per_cent(estimate.confidence_level)} {estimate.method}, {_groups(estimate)}"]
    for label, value, interval, n, missing, why in rows:
        cells = (
            label.ljust(widths[0]),
            value.rjust(widths[1]),
            interval.ljust(widths[2]),
            f"n={n.rjust(widths[3])}",
            f"({missing.rjust(widths[4])} missing)",
        )
        lines.append(f"  {'  '.join(cells)}{why}")
    return "\n".join([*lines, *_more(estimate, "  ")])


def one_row(words: str) -> str:
    r"""Give a text on one line: whatever breaks a line becomes a space.

    >>> one_row("North\nand South")
    'North and South'
    """
    return " ".join(words.splitlines())


def row(*cells: object) -> str:
    """Give a line of a Markdown table; a bar or a line break inside a cell does not end it."""
    told = (one_row(str(cell)).replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(told)} |"


def markdown(estimate: Estimate) -> str:
    """Give an estimate in Markdown: a bold value in a line, or a table of groups."""
    if not isinstance(estimate.value, np.ndarray):
        line = one_line(estimate)
        value = amount(estimate.value, estimate.unit)
        return line.replace(f" {value} ", f" **{value}** ", 1)
    head = f"{estimate.name}, {per_cent(estimate.confidence_level)} {estimate.method}"
    lines = [head, "", f"| group | {estimate.unit} | interval | n | missing |", "|---|--:|---|--:|--:|"]
    for label, value, interval, n, missing, why in _rows(estimate):
        lines.append(row(label, value, interval, n, f"{missing}{why}"))
    return "\n".join([*lines, *_more(estimate, "\n")])


def _groups(estimate: Estimate) -> str:
    return of_unit(f"{len(estimate):,}", "groups")


def _more(estimate: Estimate, before: str) -> list[str]:
    rest = len(estimate) - _ROWS
    return [f"{before}and {rest:,} more"] if rest > 0 else []


def _rows(estimate: Estimate) -> list[tuple[str, str, str, str, str, str]]:
    """Give the texts of the first groups: label, value, interval, n, missing, and the reason if any."""
    shown = min(len(estimate), _ROWS)

    def of(part: object) -> list[Any]:
        return part[:shown].tolist() if isinstance(part, np.ndarray) else [part] * shown

    labels = estimate.labels[:shown] if estimate.labels is not None else tuple(range(shown))
    reasons = estimate.reason[:shown] if isinstance(estimate.reason, tuple) else [estimate.reason] * shown
    parts = zip(
        labels,
        of(estimate.value),
        of(estimate.low),
        of(estimate.high),
        of(estimate.n),
        of(estimate.n_missing),
        reasons,
        strict=True,
    )
    return [
        (
            one_row(str(label)),
            amount(value, estimate.unit),
            f"[{amount(low, estimate.unit)}, {amount(high, estimate.unit)}]",
            f"{n:,}",
            f"{missing:,}",
            f": {reason}" if reason else "",
        )
        for label, value, low, high, n, missing, reason in parts
    ]
