"""Globals that change between a pool's creation and its first task: its workers do not see them, an executor's do.

A Pool forks its workers when it is made. A ProcessPoolExecutor starts them with its first task.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from porter.analysis.model import ModuleModel
from porter.analysis.reaching import place_of
from porter.analysis.scopes import BindingKind
from porter.rules.port._processes import own_nodes

_CHANGES = frozenset("append extend insert pop popitem remove clear update setdefault add discard sort reverse".split())


def late_global(
    creation: ast.stmt, first: ast.Call | None, functions: Iterable[ast.expr], model: ModuleModel
) -> ast.Name | None:
    """A place behind the pool's creation and before its first task that changes what one of its functions reads.

    `first` is the call that hands over the first task; `functions` are what the tasks and the initializer run.
    """
    read = {name for function in functions for name in _globals_read(function, model)}
    if not read:
        return None
    for node in _between(creation, first, model):
        changed = _changed(node, model)
        if changed is not None and changed.id in read and _is_global(changed, model):
            return changed
    return None


def _globals_read(function: ast.expr, model: ModuleModel) -> Iterator[str]:
    """The module's variables that run when the function does, by name."""
    for node in _run(function, model):
        if not (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and _is_global(node, model)):
            continue
        if any(item.kind in (BindingKind.ASSIGNMENT, BindingKind.TARGET) for item in model.bindings(node)):
            yield node.id


def _is_global(name: ast.Name, model: ModuleModel) -> bool:
    return model.scope_of(name).owner(name.id) is model.scope


def _run(function: ast.AST, model: ModuleModel) -> Iterator[ast.AST]:
    """What runs in a function of this module, and in those that it calls by name."""
    waiting, seen = [model.definition(function)], set()
    while waiting:
        current = waiting.pop()
        if not isinstance(current, ast.FunctionDef) or current in seen:
            continue
        seen.add(current)
        for node in own_nodes(current):
            yield node
            if isinstance(node, ast.Call):
                waiting.append(model.definition(node.func))


def _between(creation: ast.stmt, first: ast.Call | None, model: ModuleModel) -> Iterator[ast.AST]:
    """What runs behind the creation and before the first task; all that follows where the task is out of sight."""
    suite = model.suite(creation)
    start = suite.index(creation) + 1
    last = place_of(first, suite, model) if first is not None else None
    before = model.span(first)[0] if first is not None and last is not None else len(model.text)
    for statement in suite[start : len(suite) if last is None else last + 1]:
        for node in own_nodes(statement):
            if isinstance(node, ast.expr | ast.stmt) and model.span(node)[0] >= before:
                continue
            yield node
            if isinstance(node, ast.Call):
                yield from _run(node.func, model)


def _changed(node: ast.AST, model: ModuleModel) -> ast.Name | None:
    """The variable that a node binds anew, or whose value it changes."""
    match node:
        case ast.Name(ctx=ast.Store()):
            return node
        case ast.Attribute(value=ast.Name() as changed, ctx=ast.Store() | ast.Del()):
            return changed
        case ast.Subscript(value=ast.Name() as changed, ctx=ast.Store() | ast.Del()):
            return changed
        case ast.Call(func=ast.Attribute(value=ast.Name() as changed, attr=method)) if method in _CHANGES:
            return changed
    return None
