"""Mutation testing on a copy: `python tests/mutation.py truth.py tests/test_truth.py [--most 100]`.

One comparison, boolean, arithmetic sign, constant, return, default or entry of a table of one file is
changed at a time, and the named tests run until the first failure. A mutant is killed if they fail.
Unlike mutmut it also changes module tables, decorated properties and fields of classes; docstrings and
messages of errors are left alone, since their wording is not promised. Survivors are printed.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip


def mutants(tree: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    """Give each changed tree with what was changed."""
    texts = _left_alone(tree)
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in texts:
            continue
        for say, change in _changes(node):
            twin = copy.deepcopy(tree)
            other = next(found for i, found in enumerate(ast.walk(twin)) if i == number)
            change(other)
            yield f"line {getattr(node, 'lineno', '?')}: {say}", ast.fix_missing_locations(twin)


def _left_alone(tree: ast.Module) -> set[int]:  # noqa: C901 - one line a kind of node
    """Give what is text for people or for type checkers: docstrings, messages, annotations."""
    found: set[int] = set()

    def leave(node: ast.AST | None) -> None:
        if node is not None:
            found.update(id(inner) for inner in ast.walk(node))

    for node in ast.walk(tree):
        match node:
            case (
                ast.Expr(value=ast.Constant())
                | ast.Raise()
                | ast.JoinedStr()
                | ast.Import()
                | ast.ImportFrom()
            ):
                leave(node)
            case ast.Call(func=ast.Name(id=name)) if name.startswith(
                ("Invalid", "Definition", "Missing", "Unknown")
            ):
                leave(node)
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                leave(node)
            case ast.AnnAssign(annotation=annotation):
                leave(annotation)
            case ast.FunctionDef(returns=returns, args=args, decorator_list=decorators):
                leave(returns)
                for argument in (*args.args, *args.kwonlyargs, *args.posonlyargs):
                    leave(argument.annotation)
                for decorator in decorators:
                    leave(decorator)
            case ast.keyword(arg="where" | "found" | "allowed"):
                leave(node)
            case ast.Assign(targets=[ast.Name(id="__all__")]):
                leave(node)
            case _:
                pass
    return found


def _changes(node: ast.AST) -> Iterator[tuple[str, object]]:  # noqa: C901 - one line a kind of node
    match node:
        case ast.Compare(ops=[op]) if type(op) in SWAPS:
            other = SWAPS[type(op)]
            yield f"{type(op).__name__} -> {other.__name__}", lambda n: n.ops.__setitem__(0, other())
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in SWAPS:
            other = SWAPS[type(op)]
            yield f"{type(op).__name__} -> {other.__name__}", lambda n: setattr(n, "op", other())
        case ast.UnaryOp(op=ast.Not()):
            yield "not x -> not not x", lambda n: setattr(n, "operand", ast.UnaryOp(ast.Not(), n.operand))
        case ast.UnaryOp(op=ast.USub()):
            yield "-x -> +x", lambda n: setattr(n, "op", ast.UAdd())
        case ast.Constant(value=bool() as value):
            yield f"{value} -> {not value}", lambda n: setattr(n, "value", not value)
        case ast.Constant(value=int() | float() as value):
            yield f"{value} -> {value + 1}", lambda n: setattr(n, "value", value + 1)
        case ast.Constant(value=str() as value) if value:
            yield f"{value[:20]!r} -> 'XX'", lambda n: setattr(n, "value", f"{value}XX")
        case ast.Return(value=ast.expr()):
            yield "return x -> return None", lambda n: setattr(n, "value", ast.Constant(None))
        case ast.If():
            yield "if x -> if not x", lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
        case ast.Attribute(attr="YES" | "NO" as attr, ctx=ast.Load()):
            yield f"{attr} -> UNKNOWN", lambda n: setattr(n, "attr", "UNKNOWN")
        case _:
            pass


def main() -> None:
    """Run the tests on each mutant, and print what survived."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("file", help="under src/qualify")
    reader.add_argument("tests", nargs="+")
    reader.add_argument("--most", type=int, default=10_000, help="a sample of so many, always the same one")
    given = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        house = Path(folder)
        for part in ("src", "tests"):
            shutil.copytree(ROOT / part, house / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", house)
        path = house / "src" / "qualify" / given.file
        made = list(mutants(ast.parse(path.read_text(encoding="utf-8"))))
        random.Random(1).shuffle(made)
        made = made[: given.most]
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:randomly",
            "-p",
            "no:cacheprovider",
            *given.tests,
        ]
        environment = {
            **os.environ, "PYTHONPATH": str(house / "src"), "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip

        def fails() -> bool:
            try:
                done = subprocess.run(
                    command, cwd=house, env=environment, capture_output=True, timeout=120, check=False
                )
            except subprocess.TimeoutExpired:
                return True
            return done.returncode != 0

        if fails():
            raise SystemExit("the tests fail without a mutant")
        survivors = []
        for i, (say, tree) in enumerate(made, 1):
            path.write_text(ast.unparse(tree), encoding="utf-8")
            if not fails():
                survivors.append(say)
                print(f"survived {given.file} {say}", flush=True)
            if i % 20 == 0:
                print(f"{i} of {len(made)}, {len(survivors)} survived", flush=True)
        killed = len(made) - len(survivors)
        print(f"{given.file}: {len(made)} mutants, {killed} killed ({100 * killed / len(made):.1f} %)")


if __name__ == "__main__":
    main()
