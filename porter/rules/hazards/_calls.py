"""What several hazards ask about the calls of a module."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from porter.analysis.model import ModuleModel
from porter.rules.port._processes import own_nodes
from porter.rules.port._spelt import calls_of, calls_spelt


def calls(model: ModuleModel, *names: str) -> Iterator[ast.Call]:
    """Every call of one of these functions or classes of the library, by their Python 3 names."""
    for node in calls_of(model, frozenset(names)):
        if model.resolve_canonical(node.func) in names:
            yield node


def method_calls(model: ModuleModel, methods: Collection[str]) -> Iterator[tuple[ast.Call, ast.expr, str]]:
    """Every call of a method of one of these names, with the object and the name."""
    for node in calls_spelt(model, methods):
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr=name)) if name in methods:
                yield node, receiver, name


def function_of(node: ast.expr, model: ModuleModel) -> ast.FunctionDef | ast.Lambda | None:
    """The function of this module that an expression names: a lambda, a plain function, or a method of self's class."""
    if isinstance(node, ast.Lambda):
        return node
    match node:
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            owner = model.enclosing_class(node)
            return next(
                (
                    item
                    for item in (owner.body if owner else ())
                    if isinstance(item, ast.FunctionDef) and item.name == name
                ),
                None,
            )
    found = model.definition(node)
    return found if isinstance(found, ast.FunctionDef) else None


def runs(function: ast.FunctionDef | ast.Lambda, model: ModuleModel) -> Iterator[ast.AST]:
    """The nodes of what runs when a function is called: its own, and those of this module's functions that it calls."""
    waiting, seen = [function], {function}
    while waiting:
        for node in own_nodes(waiting.pop()):
            yield node
            called = function_of(node.func, model) if isinstance(node, ast.Call) else None
            if called is not None and called not in seen:
                seen.add(called)
                waiting.append(called)
