"""One walk over a module's tree: parents, and the nodes by their type. Everything later asks this instead of walking again."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Parents = dict[ast.AST, ast.AST]
NodesByType = dict[type[ast.AST], list[ast.AST]]

# Loads and stores, operators: they carry no position and no rule looks at them by themselves.
_SHARED = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)


def index_nodes(module: ast.Module) -> tuple[Parents, NodesByType]:
    """Every node's parent, and the nodes of each type in source order.

    The inside of f-strings is left out: `ast` gives its places wrongly before Python 3.12 (gh-94869), and Python 2 has none.
    """
    parents: Parents = {}
    by_type: NodesByType = {ast.Module: [module]}
    stack: list[ast.AST] = [module]
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is ast.JoinedStr:
            continue
        children: list[ast.AST] = []
        for field in kind._fields:
            value = getattr(node, field, None)
            if value is None:
                continue
            if isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.AST) and not isinstance(item, _SHARED):
                        children.append(item)
            elif isinstance(value, ast.AST) and not isinstance(value, _SHARED):
                children.append(value)
        for child in children:
            parents[child] = node
            by_type.setdefault(type(child), []).append(child)
        stack.extend(reversed(children))
    return parents, by_type


def ancestors(node: ast.AST, parents: Parents) -> Iterator[ast.AST]:
    """The node's parent, its parent, and so on up to the module."""
    current = parents.get(node)
    while current is not None:
        yield current
        current = parents.get(current)
