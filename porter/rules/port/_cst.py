"""Concrete nodes: parentheses where an operand needs them."""

from __future__ import annotations

import libcst as cst

_LOOSE = (
    cst.Comparison,
    cst.BooleanOperation,
    cst.IfExp,
    cst.Lambda,
    cst.Yield,
    cst.NamedExpr,
    cst.GeneratorExp,
)


def in_parentheses(node: cst.BaseExpression, tighter_than: type[cst.BaseExpression]) -> cst.BaseExpression:
    """The expression as an operand of a comparison (or, for `cst.Call`, as what is called or asked for an attribute)."""
    loose: tuple[type[cst.BaseExpression], ...] = _LOOSE
    if tighter_than is cst.Call:
        loose = (*_LOOSE, cst.BinaryOperation, cst.UnaryOperation, cst.Await)
    is_not = isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not)
    is_bare_tuple = isinstance(node, cst.Tuple)
    if node.lpar or not (isinstance(node, loose) or is_not or is_bare_tuple):
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
