"""Which small changes are made to a function: its mutants, one at a time.

Comparisons, boolean and arithmetic signs, constants, returns, conditions, assignments and jumps are changed.
Docstrings, annotations, messages of errors and names given to `cast` are left alone: their wording is not
promised. What runs when a module is read (tables, defaults, fields) is changed by hand; see `by_hand.py`.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

Change = tuple[str, Callable[[Any], None]]

COMPARISONS: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
SIGNS: dict[type, type] = {
    ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitAnd,
}  # fmt: skip
MESSAGES = ("Invalid", "Definition", "Missing", "Unknown", "cast", "TypeVar", "overload")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Mutant(NamedTuple):
    """One change: where it is made, what it says, and the whole module with it."""

    function: str
    line: int
    code: str
    change: str
    tree: ast.Module

    @property
    def key(self) -> tuple[str, str, str]:
        """What names this mutant in the list of survivors: lines move, these stay."""
        return (self.function, self.code, self.change)


def mutants(source: str) -> Iterator[Mutant]:
    """Give every mutant of the functions of a module."""
    tree = ast.parse(source)
    lines = source.splitlines()
    alone = _left_alone(tree)
    for number, (node, function) in enumerate(_walk(tree, "")):
        if not function or id(node) in alone:
            continue
        for say, change in _changes(node):
            twin = copy.deepcopy(tree)
            other = next(found for i, (found, _) in enumerate(_walk(twin, "")) if i == number)
            change(other)
            line = node.lineno  # type: ignore[attr-defined]  # every node that is changed has one
            code = lines[line - 1].strip()
            yield Mutant(function, line, code, say, ast.fix_missing_locations(twin))


def _walk(node: ast.AST, function: str) -> Iterator[tuple[ast.AST, str]]:
    """Give each node with the name of the outermost function that holds it, methods with their class."""
    for inner in ast.iter_child_nodes(node):
        name = function
        if isinstance(inner, ast.ClassDef) and not _in_function(function):
            name = f"{function}{inner.name}."
        elif isinstance(inner, FUNCTIONS) and not _in_function(function):
            name = f"{function}{inner.name}()"
        yield inner, name if _in_function(name) else ""
        yield from _walk(inner, name)


def _in_function(name: str) -> bool:
    return name.endswith("()")


def _left_alone(tree: ast.Module) -> set[int]:  # noqa: C901 - one line a kind of node
    """Give what is text for people or for type checkers: docstrings, messages, annotations."""
    found: set[int] = set()

    def leave(*nodes: ast.AST | None) -> None:
        for node in nodes:
            if node is not None:
                found.update(id(inner) for inner in ast.walk(node))

    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Raise() | ast.Assert():
                leave(node)
            case ast.Call(func=ast.Name(id=name)) if name.startswith(MESSAGES):
                leave(node)
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                leave(node)
            case ast.AnnAssign(annotation=annotation):
                leave(annotation)
            case ast.FunctionDef(returns=returns, args=args, decorator_list=decorators):
                leave(returns, *decorators)
                named = (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg)
                leave(*(argument.annotation for argument in named if argument is not None))
                leave(*args.defaults, *args.kw_defaults)
            case ast.keyword(arg="strict" | "where" | "found" | "allowed" | "metadata"):
                leave(
                    node
                )  # `zip(..., strict=True)` is a promise to the reader: what it zips is of one length
            case _:
                pass
    return found


def _changes(node: ast.AST) -> Iterator[Change]:  # noqa: C901, PLR0912 - one line a kind of node
    match node:
        case ast.Compare(ops=ops):
            for i, op in enumerate(ops):
                other = COMPARISONS[type(op)]
                yield f"{type(op).__name__} to {other.__name__}", _put_item("ops", i, other())
        case ast.BoolOp(op=op) | ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in SIGNS:
            other = SIGNS[type(op)]
            yield f"{type(op).__name__} to {other.__name__}", _put("op", other())
        case ast.UnaryOp(op=ast.Not()):
            yield "not x to x", _wrap("operand", lambda x: ast.UnaryOp(ast.Not(), x))
        case ast.UnaryOp(op=ast.USub()):
            yield "-x to +x", _put("op", ast.UAdd())
        case ast.Constant(value=bool() as value):
            yield f"{value} to {not value}", _put("value", not value)
        case ast.Constant(value=int() | float() as value):
            yield f"{value} to {value + 1}", _put("value", value + 1)
        case ast.Constant(value=str() as value):
            yield f"{value[:30]!r} to XX", _put("value", f"XX{value}XX")
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield "return x to return None", _wrap("value", _nothing)
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value) if not _is_none(value):
            yield "x = y to x = None", _wrap("value", _nothing)
        case ast.If() | ast.IfExp() | ast.While():
            yield "if x to if not x", _wrap("test", lambda x: ast.UnaryOp(ast.Not(), x))
        case ast.comprehension(ifs=[_, *_]):
            return  # its comparisons are changed themselves
        case ast.Break():
            yield "break to continue", _become(ast.Continue)
        case ast.Continue():
            yield "continue to break", _become(ast.Break)
        case ast.Attribute(attr="YES" | "NO" as attr, ctx=ast.Load()):
            yield f"{attr} to UNKNOWN", _put("attr", "UNKNOWN")
        case ast.Attribute(attr="UNKNOWN", ctx=ast.Load()):
            yield "UNKNOWN to NO", _put("attr", "NO")
        case _:
            pass


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _nothing(value: ast.expr) -> ast.expr:
    """Give None after the value was computed, so that the names that a function closes over stay the same."""
    pair = ast.Tuple([value, ast.Constant(None)], ast.Load())
    return ast.Subscript(pair, ast.Constant(1), ast.Load())


def _put(field: str, value: object) -> Callable[[Any], None]:
    return lambda node: setattr(node, field, value)


def _put_item(field: str, index: int, value: object) -> Callable[[Any], None]:
    return lambda node: getattr(node, field).__setitem__(index, value)


def _wrap(field: str, change: Callable[[ast.expr], ast.expr]) -> Callable[[Any], None]:
    return lambda node: setattr(node, field, change(getattr(node, field)))


def _become(kind: type[ast.stmt]) -> Callable[[Any], None]:
    def change(node: ast.stmt) -> None:
        node.__class__ = kind

    return change
