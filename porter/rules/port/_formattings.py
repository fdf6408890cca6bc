"""The places where a literal is formatted by %: found once for the rules that ask one after the other."""

from __future__ import annotations

import ast

from porter.analysis.model import ModuleModel
from porter.rules.port._per_model import per_model


@per_model
def formattings(model: ModuleModel) -> list[tuple[str, list[ast.expr]]]:
    """Every `'literal' % values`: the literal's text and the values, one by one where they are written as a tuple."""
    found: list[tuple[str, list[ast.expr]]] = []
    for node in model.nodes.get(ast.BinOp, ()):
        assert isinstance(node, ast.BinOp)
        template, right = node.left, node.right
        if node.op.__class__ is ast.Mod and isinstance(template, ast.Constant) and isinstance(template.value, str):
            found.append((template.value, right.elts if isinstance(right, ast.Tuple) else [right]))
    return found
