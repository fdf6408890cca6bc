"""Parentheses around a rewritten expression where its new operator binds less tightly than its place demands."""

from __future__ import annotations

import ast
import re

from porter.analysis.model import ModuleModel

# https://docs.python.org/3/reference/expressions.html#operator-precedence, from what binds least.
(
    _LAMBDA,
    _TERNARY,
    _OR,
    _AND,
    _NOT,
    _COMPARE,
    _BIT_OR,
    _BIT_XOR,
    _BIT_AND,
    _SHIFT,
    _SUM,
    _PRODUCT,
    _UNARY,
    _POWER,
    _PRIMARY,
) = range(1, 16)
_LOOSEST = 0

# A name, or a plain call of one: nothing to parse to know that it holds together.
_PLAIN = re.compile(r"(?!not\b|await\b|lambda\b|yield\b)[^\W\d][\w.]*(?:\([^()#\n]*\))?")

_OPERATORS: dict[type[ast.operator], int] = {
    ast.BitOr: _BIT_OR,
    ast.BitXor: _BIT_XOR,
    ast.BitAnd: _BIT_AND,
    ast.LShift: _SHIFT,
    ast.RShift: _SHIFT,
    ast.Add: _SUM,
    ast.Sub: _SUM,
    ast.Mult: _PRODUCT,
    ast.Div: _PRODUCT,
    ast.FloorDiv: _PRODUCT,
    ast.Mod: _PRODUCT,
    ast.MatMult: _PRODUCT,
    ast.Pow: _POWER,
}


def precedence(node: ast.AST) -> int:
    """How tightly an expression holds together, as it is written without parentheses."""
    match node:
        case ast.Yield() | ast.YieldFrom() | ast.NamedExpr() | ast.Starred():
            return _LOOSEST
        case ast.Lambda():
            return _LAMBDA
        case ast.IfExp():
            return _TERNARY
        case ast.BoolOp(op=operator):
            return _OR if isinstance(operator, ast.Or) else _AND
        case ast.UnaryOp(op=ast.Not()):
            return _NOT
        case ast.Compare():
            return _COMPARE
        case ast.BinOp(op=operator):
            return _OPERATORS[type(operator)]
        case ast.UnaryOp():
            return _UNARY
        case ast.Await():
            return _POWER
    return _PRIMARY


def _demanded(node: ast.expr, parent: ast.AST | None) -> int:
    """The least precedence that an expression may have in its place; 0 where anything goes."""
    match parent:
        case ast.Attribute() | ast.Await():
            return _PRIMARY
        case ast.Subscript(value=value) if value is node:
            return _PRIMARY
        case ast.Call(func=function) if function is node:
            return _PRIMARY
        case ast.BinOp(op=ast.Pow(), left=left):
            return _POWER + 1 if left is node else _UNARY
        case ast.BinOp(op=operator, right=right):
            return _OPERATORS[type(operator)] + (1 if right is node else 0)
        case ast.UnaryOp():
            return precedence(parent)
        case ast.Compare():
            return _COMPARE + 1
        case ast.BoolOp():
            return precedence(parent) + 1
        case ast.IfExp(orelse=orelse):
            return _TERNARY if orelse is node else _TERNARY + 1
        case ast.comprehension():
            return _OR
        case ast.Starred():
            return _BIT_OR
        case ast.Lambda() | ast.keyword() | ast.Call() | ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
            return _LAMBDA
    return _LOOSEST


def parenthesized(text: str, node: ast.expr, model: ModuleModel) -> str:
    """`text`, in parentheses if what it says would otherwise come apart where `node` stood."""
    if _PLAIN.fullmatch(text):
        return text
    demanded = _demanded(node, model.parent(node))
    if demanded == _LOOSEST and "\n" not in text:
        return text
    try:
        new = ast.parse(f"({text}\n)", mode="eval").body
    except SyntaxError:
        return text
    if precedence(new) >= demanded and not (isinstance(new, ast.Tuple) and not text.startswith("(")):
        return text
    if _in_parentheses(node, model) or _is_wrapped(text):
        return text
    return f"({text})"


def _in_parentheses(node: ast.expr, model: ModuleModel) -> bool:
    """Whether the source already has parentheses of its own right around the expression (not a call's)."""
    parent = model.parent(node)
    if isinstance(parent, ast.Call) and parent.func is not node:
        return False
    start, end = model.span(node)
    before = model.text[:start].rstrip()
    after = model.text[end : end + 80].lstrip()
    return before.endswith("(") and after.startswith(")")


def _is_wrapped(text: str) -> bool:
    """Whether the whole text is one pair of parentheses."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    try:
        inner = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return False
    return inner.col_offset > 0 or isinstance(inner, ast.Tuple | ast.GeneratorExp)
