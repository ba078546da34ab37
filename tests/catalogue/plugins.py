"""P: what a host's own function may do."""

from __future__ import annotations

import random

import numpy as np
import pytest

from qualify._maps import Map
from qualify.criteria import Columns, Criterion, criterion, topic
from qualify.errors import ContractError, InvalidValue, QualifyError
from qualify.models import Facts
from qualify.playbooks import saas
from qualify.testing import check_criterion
from qualify.truth import NO, UNKNOWN, YES
from reference.catalogue import NOON, proves, refused

FACTS = Facts.of({"a": 1}, at=NOON)


def host(function, **options):
    """Give a function as a criterion."""
    return criterion(**{"uses": ("a",), "version": "1", "name": "mine", **options})(function)


def raising(error):
    """Give a criterion that raises."""

    def function(facts):
        raise error

    return host(function)


@proves("P01")
def it_raises() -> None:
    """UNKNOWN with the fault listed; the others are still judged; `strict` raises it with a note."""
    broken = raising(ValueError("no such list"))
    verdict = (broken & topic("a").exists()).judge(FACTS)
    assert UNKNOWN is verdict.truth
    assert ("mine", "ValueError", "no such list") == (
        verdict.faults[0].criterion, verdict.faults[0].kind, verdict.faults[0].message,
    )  # fmt: skip
    with pytest.raises(ValueError, match="no such list") as caught:
        broken.judge(FACTS, strict=True)
    assert "mine" in caught.value.__notes__[0]


@proves("P02")
def it_ends_the_program() -> None:
    """What ends a program ends it."""
    for error in (KeyboardInterrupt(), SystemExit(), MemoryError()):
        with pytest.raises(type(error)):
            raising(error).judge(FACTS)


@proves("P03")
def it_recurses() -> None:
    """A RecursionError is a fault like any other."""

    def endless(facts):
        return endless(facts)

    verdict = host(endless).judge(FACTS)
    assert (UNKNOWN, "RecursionError") == (verdict.truth, verdict.faults[0].kind)


@proves("P04", "P06")
def it_answers_something_else() -> None:
    """True, False and None are answers; a 1, a text, a share and an array are faults."""
    assert [YES, NO, UNKNOWN] == [host(lambda _, a=a: a).truth(FACTS) for a in (True, False, None)]
    for answer in (1, 0, "yes", 0.7, np.array([True]), np.array([1, 2]), [], object()):
        verdict = host(lambda _, answer=answer: answer).judge(FACTS)
        assert (UNKNOWN, "returned") == (verdict.truth, verdict.faults[0].kind)


@proves("P05")
def it_answers_in_numpy() -> None:
    """Numpy's bool is taken, and ours comes out."""
    assert YES is host(lambda _: np.bool_(True)).truth(FACTS)
    assert NO is host(lambda _: np.float64(1) > 2).truth(FACTS)


@proves("P07")
def its_columns_are_wrong() -> None:
    """Length, dtype and shape are checked, and both are named."""
    columns = Columns.of({"a": [1, 2, 3]})
    for answer in (
        np.zeros(2, np.int8),
        np.zeros(3, np.float64),
        np.zeros((3, 1), np.int8),
        [0, 0, 0],
        np.full(3, 7, np.int8),
    ):
        broken = host(lambda _: True).columns(lambda _, answer=answer: answer)
        with pytest.raises(QualifyError):
            broken.truths(columns)


@proves("P08")
def its_columns_disagree() -> None:
    """The testing kit fails, and shows the facts."""
    liar = host(lambda facts: facts["a"] == "x").columns(lambda columns: columns.truths(topic("a") != "x"))
    with pytest.raises(ContractError, match="columns and one lead agree"):
        check_criterion(liar, [Facts.of({"a": "x"}, at=NOON)])


@proves("P09")
def it_changes_evidence() -> None:
    """Values are frozen; who goes behind them is found by the fingerprint."""
    with pytest.raises(AttributeError):
        FACTS.current["a"].value = 2

    def behind(facts):
        object.__setattr__(facts.evidence("a"), "value", 2)
        return True

    with pytest.raises(ContractError, match="changes no fact|agree"):
        check_criterion(host(behind), [Facts.of({"a": 1}, at=NOON)])


@proves("P10")
def it_changes_a_list() -> None:
    """There is no list to change: what was given was copied into tuples and Maps."""
    given = {"tags": ["a"]}
    facts = Facts.of({"a": given}, at=NOON)
    given["tags"].append("b")
    assert Map({"tags": ("a",)}) == facts["a"]


@proves("P11")
def it_writes_into_an_array() -> None:
    """Columns that a twin sees are read-only."""
    columns = Columns.of({"a": np.array([1.0, 2.0])})
    truths = (topic("a") >= 1).truths(columns)
    seen = []

    def twin(given):
        seen.append(given)
        return given.truths(topic("a") >= 1)

    host(lambda _: True).columns(twin).truths(columns)
    assert truths.tolist() == seen[0].truths(topic("a") >= 1).tolist()


@proves("P12")
def it_rolls_dice() -> None:
    """Judged twice, it disagrees with itself."""
    rng = random.Random(1)
    with pytest.raises(ContractError, match="agree"):
        check_criterion(host(lambda _: rng.random() < 0.5), [FACTS] * 20)


@proves("P13")
def it_remembers() -> None:
    """Judged in another order, it disagrees with itself."""
    last = []

    def rising(facts):
        last.append(facts["a"])
        return len(last) < 2 or last[-1] > last[-2]

    with pytest.raises(ContractError, match="agree"):
        check_criterion(host(rising), [Facts.of({"a": i}, at=NOON) for i in range(5)])


@proves("P14", "P15")
def it_takes_for_ever() -> None:
    """The library has no clock and kills nothing: the docs say to run slow functions in a process of their own."""
    from pathlib import Path

    page = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "security.md"
    text = page.read_text(encoding="utf-8")
    assert "in a process of its own" in text
    assert "cannot loop" in text


@proves("P17")
def its_name_is_none() -> None:
    """A name is not blank, and not longer than a name."""
    for name in (" ", "a" * 129, "a\n"):
        with pytest.raises(InvalidValue):
            host(lambda _: True, name=name)


@proves("P22", "P23")
def data_name_code() -> None:
    """A document names a criterion that the host bound; a dotted path is an unknown name, and nothing is imported."""
    import sys

    unbound = '{"schema":1,"is":"HostCriterion","name":"os.system","version":"1","uses":[]}'
    assert ("$.name", "unbound") == (refused(unbound, Criterion).path, refused(unbound, Criterion).code)
    before = set(sys.modules)
    for tag in ("os.system", "subprocess.Popen", "qualify.testing._entry", "__import__"):
        assert "unknown_tag" == refused(f'{{"schema":1,"is":"{tag}"}}', Criterion).code
    assert before == set(sys.modules)


@proves("P24")
def unknown_in_logic() -> None:
    """Kleene's strong logic, for truths and for criteria."""
    asked = topic("nobody_asked").exists()
    known = topic("a").exists()
    assert [UNKNOWN, YES, UNKNOWN, NO] == [
        (~asked).truth(FACTS), (asked | known).truth(FACTS), (asked & known).truth(FACTS), (asked & ~known).truth(FACTS),
    ]  # fmt: skip


@proves("P25")
def fault_beside_a_yes() -> None:
    """YES, and the fault is listed."""
    verdict = (raising(ValueError("x")) | topic("a").exists()).judge(FACTS)
    assert YES is verdict.truth
    assert "ValueError" == verdict.faults[0].kind


@proves("P26")
def explanation_that_fails() -> None:
    """A host gives values, never an explanation of its own that could raise: the reason of a fault is text."""

    class Odd(ValueError):
        def __str__(self):
            return "odd\x00\u202e" * 1_000

    verdict = raising(Odd()).judge(FACTS)
    assert UNKNOWN is verdict.truth
    assert "\x00" not in verdict.faults[0].message
    assert len(verdict.faults[0].message) < 2_000
    assert verdict.reason


@proves("P27")
def claimed_cost() -> None:
    """A function claims no cost: cost is of topics, in minutes of a person, and is the vocabulary's."""
    import inspect

    assert "cost" not in inspect.signature(criterion).parameters
    assert 15 == saas().vocabulary["fit"].cost


@proves("P28")
def entry_point_of_hypothesis() -> None:
    """It imports nothing at the top, so that `import hypothesis` works, whoever comes first."""
    import ast
    import subprocess
    import sys
    from pathlib import Path

    import qualify.testing._entry as entry

    tree = ast.parse(Path(entry.__file__).read_text(encoding="utf-8"))
    assert not [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    for first in ("import hypothesis, qualify.testing", "import qualify.testing, hypothesis"):
        code = f"{first}; from qualify import Lead; from hypothesis import strategies as st; st.from_type(Lead).validate()"
        subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
