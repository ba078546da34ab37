"""Each operator changes what it says it changes, and leaves alone what is wording."""

from __future__ import annotations

import ast

import pytest
from changes import Mutant, mutants


def found(body: str, head: str = "def f(x, y):") -> dict[str, str]:
    """Give the mutants of a function by what they say: the changed function, as Python writes it."""
    source = "\n".join([head, *(f"    {line}" for line in body.splitlines())])
    return {mutant.change: ast.unparse(mutant.tree) for mutant in mutants(source)}


@pytest.mark.parametrize(
    ("line", "change", "becomes"),
    [
        ("x < y", "Lt to LtE", "x <= y"),
        ("x <= y", "LtE to Lt", "x < y"),
        ("x > y", "Gt to GtE", "x >= y"),
        ("x >= y", "GtE to Gt", "x > y"),
        ("x == y", "Eq to NotEq", "x != y"),
        ("x != y", "NotEq to Eq", "x == y"),
        ("x is y", "Is to IsNot", "x is not y"),
        ("x is not y", "IsNot to Is", "x is y"),
        ("x in y", "In to NotIn", "x not in y"),
        ("x not in y", "NotIn to In", "x in y"),
        ("x < y == x", "Eq to NotEq", "x < y != x"),
        ("x and y", "And to Or", "x or y"),
        ("x or y", "Or to And", "x and y"),
        ("x + y", "Add to Sub", "x - y"),
        ("x - y", "Sub to Add", "x + y"),
        ("x * y", "Mult to Div", "x / y"),
        ("x / y", "Div to Mult", "x * y"),
        ("x // y", "FloorDiv to Mult", "x * y"),
        ("x % y", "Mod to Mult", "x * y"),
        ("x ** y", "Pow to Mult", "x * y"),
        ("x << y", "LShift to RShift", "x >> y"),
        ("x >> y", "RShift to LShift", "x << y"),
        ("x & y", "BitAnd to BitOr", "x | y"),
        ("x | y", "BitOr to BitAnd", "x & y"),
        ("x ^ y", "BitXor to BitAnd", "x & y"),
        ("x += y", "Add to Sub", "x -= y"),
        ("not x", "not x to x", "not not x"),
        ("-x", "-x to +x", "+x"),
        ("x(True)", "True to False", "x(False)"),
        ("x(7)", "7 to 8", "x(8)"),
        ("x(0.5)", "0.5 to 1.5", "x(1.5)"),
        ("x('word')", "'word' to XX", "x('XXwordXX')"),
        ("return x", "return x to return None", "return (x, None)[1]"),
        ("z = x", "x = y to x = None", "z = (x, None)[1]"),
        ("z: int = x", "x = y to x = None", "z: int = (x, None)[1]"),
        ("return x if y else x", "if x to if not x", "return x if not y else x"),
        ("x(Truth.YES)", "YES to UNKNOWN", "x(Truth.UNKNOWN)"),
        ("x(Truth.NO)", "NO to UNKNOWN", "x(Truth.UNKNOWN)"),
        ("x(Truth.UNKNOWN)", "UNKNOWN to NO", "x(Truth.NO)"),
    ],
)
def test_a_sign_becomes_another(line: str, change: str, becomes: str) -> None:
    """One line in, one line out, and the rest of the function stays."""
    assert f"def f(x, y):\n    {becomes}" == found(line)[change]


@pytest.mark.parametrize(
    ("body", "change", "becomes"),
    [
        ("if x:\n    y()", "if x to if not x", "if not x:\n        y()"),
        ("while x:\n    y()", "if x to if not x", "while not x:\n        y()"),
        ("while x:\n    break", "break to continue", "while x:\n        continue"),
        ("while x:\n    continue", "continue to break", "while x:\n        break"),
    ],
)
def test_a_statement_becomes_another(body: str, change: str, becomes: str) -> None:
    """Conditions are turned round, and jumps go the other way."""
    assert f"def f(x, y):\n    {becomes}" == found(body)[change]


@pytest.mark.parametrize(
    "body",
    [
        '"""What it says: 7."""',
        "raise ValueError(7)",
        "assert x",
        "InvalidValue('words', found=7)",
        "cast('int', x)",
        "zip(x, y, strict=True)",
        "x(where='Class.field')",
        "return None",
        "return",
        "z: 'int'",
        "if TYPE_CHECKING:\n    import numpy",
    ],
)
def test_words_for_people_are_left_alone(body: str) -> None:
    """Docstrings, errors, asserts, names for `cast`, promises to the reader: nothing of it is changed."""
    assert {} == {say: to for say, to in found(body).items() if say != "if x to if not x"}


def test_what_runs_when_a_module_is_read_is_left_to_the_hand() -> None:
    """Tables, fields, default arguments, annotations and decorators have no mutants here."""
    field = "class B:\n    c: int = 7\n\n    @d(7)\n"
    source = f"A = 7\n\n\n{field}    def e(self, x: 'int' = 7, *, y: int = 7) -> 'int':\n        pass\n"
    assert [] == list(mutants(source))


def test_a_mutant_says_where_it_stands() -> None:
    """The outermost function with its class, the line and its code; the key leaves out the line."""
    source = "class A:\n    def b(self, x):\n        def c():\n            return x\n        return c\n"
    first, second = mutants(source)
    assert ("A.b()", 4, "return x") == first[:3]
    assert ("A.b()", 5, "return c") == second[:3]
    assert ("A.b()", "return c", "return x to return None") == second.key


def test_each_mutant_changes_one_place_of_a_fresh_copy() -> None:
    """Two equal lines give two mutants, and neither holds the change of the other."""
    trees = [ast.unparse(mutant.tree) for mutant in mutants("def f(x):\n    x += 1\n    x += 1\n")]
    adds = [tree for tree in trees if "-=" in tree]
    assert ["def f(x):\n    x -= 1\n    x += 1", "def f(x):\n    x += 1\n    x -= 1"] == adds
    assert len(trees) == len(set(trees)) == 4


def test_a_mutant_can_be_compiled() -> None:
    """What stands in the tree runs: here 1 + 2 became 1 - 2."""
    (mutant,) = (one for one in mutants("def f(x, y):\n    return x + y\n") if one.change == "Add to Sub")
    assert isinstance(mutant, Mutant)
    names: dict[str, object] = {}
    exec(compile(mutant.tree, "<mutant>", "exec"), names)  # noqa: S102 - a program of this test
    f = names["f"]
    assert callable(f)
    assert -1 == f(1, 2)
