"""What several rules of the port ask about except clauses."""

from __future__ import annotations

import ast

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import Definition
from porter.python2 import markers


def caught_classes(handler: ast.ExceptHandler) -> list[ast.expr]:
    """The expressions that a handler names its exceptions by; none for a bare except."""
    caught = handler.type
    match caught:
        case ast.Call(func=ast.Name(id=markers.EXCEPT), args=[inner, *_]):
            caught = inner
    if isinstance(caught, ast.Tuple):
        return caught.elts
    return [caught] if caught is not None else []


def handler_around(node: ast.AST, model: ModuleModel) -> ast.ExceptHandler | None:
    """The innermost handler of the same function that a node stands in."""
    for outer in model.ancestors(node):
        if isinstance(outer, Definition | ast.Lambda):
            return None
        if isinstance(outer, ast.ExceptHandler):
            return outer
    return None
