"""What type checkers see of the ground floor. Never run; mypy and pyright read it."""

# pyright: reportUnnecessaryTypeIgnoreComment=true
# A "type: ignore" that either checker does not need is an error, so each shows what both of them refuse.

from __future__ import annotations

from typing import TYPE_CHECKING, assert_type

from qualify.errors import InvalidValue, QualifyError
from qualify.scales import NPS, Scale
from qualify.truth import Truth

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def a_truth_with_a_truth_is_a_truth(a: Truth, b: Truth) -> None:
    """Kleene's logic stays inside the three truths."""
    assert_type(a & b, Truth)
    assert_type(a | b, Truth)
    assert_type(~a, Truth)
    assert_type(Truth.of(None), Truth)


def a_truth_with_a_column_is_a_column(a: Truth, codes: NDArray[np.int8]) -> None:
    """With int8 codes the answer is int8 codes."""
    assert_type(a & codes, "NDArray[np.int8]")
    assert_type(a | codes, "NDArray[np.int8]")


def a_truth_takes_nothing_else(a: Truth) -> None:
    """A bool or a number is no truth; the comments fail as soon as a checker lets them pass."""
    a & 1  # type: ignore[operator]
    Truth.of("yes")  # type: ignore[arg-type]


def an_error_keeps_its_parts(error: QualifyError) -> None:
    """The parts of an error are text."""
    assert_type(error.found, str)
    assert_type(error.allowed, str)
    assert_type(isinstance(error, ValueError) or isinstance(error, InvalidValue), bool)  # noqa: SIM101 - two facts


def a_scale_gives_whole_numbers() -> None:
    """A checked answer is an int."""
    assert_type(NPS, Scale)
    assert_type(NPS.check(9), int)
    NPS.top = 8  # type: ignore[misc]
