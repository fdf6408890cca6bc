"""What a test of the Python version comes to on Python 3."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

_PY2 = frozenset({"PY2", "PYTHON2", "IS_PY2", "is_py2", "py2"})
_PY3 = frozenset({"PY3", "PYTHON3", "IS_PY3", "is_py3", "py3"})
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def holds(test: ast.expr, python: tuple[int, int]) -> bool | None:
    """Whether a condition holds on this Python, as far as it asks for nothing but the version; None where it asks for more."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = holds(operand, python)
            return None if inner is None else not inner
        case ast.BoolOp(op=joint, values=values):
            return _joined(joint, [holds(value, python) for value in values])
        case ast.Compare(left=left, ops=[comparison], comparators=[right]):
            return _compared(comparison, _value(left, python), _value(right, python))
        case ast.Attribute(attr=word) | ast.Name(id=word) if word in _PY2:
            return False
        case ast.Attribute(attr=word) | ast.Name(id=word) if word in _PY3:
            return True
    return None


def _joined(joint: ast.boolop, parts: list[bool | None]) -> bool | None:
    decisive = isinstance(joint, ast.Or)
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def _compared(comparison: ast.cmpop, left: object, right: object) -> bool | None:
    compare = _COMPARISONS.get(type(comparison))
    if left is None or right is None or compare is None:
        return None
    try:
        return compare(left, right)
    except TypeError:
        return None


def _value(node: ast.expr, python: tuple[int, int]) -> object:
    """A constant, or a part of `sys.version_info`, `sys.hexversion` or `sys.version`; None for anything else."""
    info = (*python, 0, "final", 0)
    match node:
        case ast.Constant(value=int() | str() as value):
            return value
        case ast.Tuple(elts=items):
            values = tuple(_value(item, python) for item in items)
            return None if None in values else values
        case ast.Attribute(value=ast.Name(id="sys"), attr="version_info"):
            return info
        case ast.Attribute(value=ast.Name(id="sys"), attr="hexversion"):
            return (python[0] << 24) + (python[1] << 16) + 0xF0
        case ast.Attribute(value=ast.Name(id="sys"), attr="version"):
            return f"{python[0]}.{python[1]}.0"
        case ast.Attribute(value=value, attr=("major" | "minor") as part) if _value(value, python) == info:
            return info[("major", "minor").index(part)]
        case ast.Subscript(value=value, slice=index):
            return _item(_value(value, python), index)
    return None


def _item(value: object, index: ast.expr) -> object:
    if not isinstance(value, tuple | str):
        return None
    try:
        if isinstance(index, ast.Slice):
            bounds = [None if part is None else ast.literal_eval(part) for part in (index.lower, index.upper)]
            return value[slice(*bounds)]
        return value[ast.literal_eval(index)]
    except (ValueError, IndexError, TypeError):
        return None
