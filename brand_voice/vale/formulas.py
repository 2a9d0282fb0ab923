"""Arithmetic that a rule brings along, worked out without running any of it as a program."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

_LONGEST = 2000
_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda one, other: one / other,
    ast.Mod: operator.mod,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sqrt": math.sqrt, "abs": abs, "floor": math.floor, "ceil": math.ceil, "log": math.log, "log2": math.log2,
    "log10": math.log10, "exp": math.exp, "min": min, "max": max, "pow": math.pow, "round": round,
}  # fmt: skip
_AND, _OR, _NOT = re.compile(r"&&"), re.compile(r"\|\|"), re.compile(r"!(?!=)")


class BadFormula(ValueError):
    """A formula that cannot be worked out; the message says what in it."""


def parsed(source: str) -> ast.expr:
    """Read a formula. Raises BadFormula."""
    text = _NOT.sub(" not ", _OR.sub(" or ", _AND.sub(" and ", " ".join(source.split()))))
    if len(text) > _LONGEST:
        raise BadFormula("is too long")
    try:
        tree = ast.parse(f"({text})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadFormula(f"{source!r} is no formula") from None
    for node in ast.walk(tree):
        _allow(node)
    return tree


def _allow(node: ast.AST) -> None:
    if isinstance(node, ast.Call) and _function(node) is None:
        raise BadFormula(f"calls what it may not; it may call math.{', math.'.join(sorted(_FUNCTIONS))}")
    if isinstance(node, ast.Constant) and not isinstance(node.value, int | float):
        raise BadFormula(f"holds {node.value!r}, which is no number")
    allowed = (
        ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Call, ast.Name, ast.Attribute, ast.Constant,
        ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context,
    )  # fmt: skip
    if not isinstance(node, allowed) or isinstance(node, ast.Pow):
        raise BadFormula(f"holds what a formula may not ({type(node).__name__})")


def _function(node: ast.Call) -> Callable[..., Any] | None:
    named = node.func
    if isinstance(named, ast.Attribute) and isinstance(named.value, ast.Name) and named.value.id == "math":
        return _FUNCTIONS.get(named.attr)
    return None


def worked_out(node: ast.expr, values: Mapping[str, float]) -> float | bool:
    """Work out a formula. Raises BadFormula for a name without a value or an impossible operation."""
    try:
        return _value(node, values)
    except (ArithmeticError, ValueError, TypeError, RecursionError) as fault:
        raise BadFormula(str(fault)) from None


def _value(node: ast.expr, values: Mapping[str, float]) -> float | bool:  # noqa: PLR0911, PLR0912 - a case a node
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            if name not in values:
                raise BadFormula(f"{name!r} is not counted; counted are {', '.join(sorted(values))}")
            return values[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_value(left, values), _value(right, values))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _value(operand, values)
        case ast.UnaryOp(operand=operand):
            return _value(operand, values)
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_value(one, values) for one in parts)
        case ast.BoolOp(values=parts):
            return any(_value(one, values) for one in parts)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _COMPARISONS[type(op)](_value(left, values), _value(right, values))
        case ast.Call(args=arguments):
            called = _function(node)
            if called is not None:
                return float(called(*(_value(one, values) for one in arguments)))
        case _:
            pass
    raise BadFormula(f"{ast.unparse(node)!r} cannot be worked out")
