"""Where a function is called from, as far as that can be known: what its parameters may be follows from it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from porter.analysis.model import ModuleModel

# The positional arguments of a call, and its keywords.
Arguments = tuple[list[ast.expr], list[ast.keyword]]

# Calls that run their first argument with the others, in a greenlet of its own.
_SPAWNS = frozenset({"gevent.spawn", "gevent.Greenlet.spawn", "eventlet.spawn", "eventlet.spawn_n"})
# Calls that run their first argument with those in their second, in a thread of its own.
_THREAD_STARTS = frozenset({"_thread.start_new_thread", "_thread.start_new"})


def calls_of(model: ModuleModel, function: ast.FunctionDef) -> list[Arguments] | None:
    """The arguments of every call of a function, where all of them are known; else None.

    A call is `f(…)` or a task handed over as `target=f, args=(…)`, `start_new_thread(f, (…))` or `gevent.spawn(f, …)`; of
    `__init__`, the making of an object. Another method, a decorated function, one that other files can import, or one that is used in any
    other way may be called from anywhere.
    """
    if function.decorator_list or model.tree.imported_by:
        return None
    scope = model.scope_of(function)
    if scope.is_class:
        return _makings_of(model, function)
    owner = scope.owner(function.name)
    if owner is None or len(owner.bindings[function.name]) != 1:
        return None
    calls = []
    for use in model.uses_of(function.name, owner):
        call = _handed_over(model, use)
        if call is None:
            return None
        calls.append(call)
    return calls


def _makings_of(model: ModuleModel, function: ast.FunctionDef) -> list[Arguments] | None:
    """The calls of an `__init__`: the makings of its class, each with what it makes as the first argument."""
    owner = model.parent(function)
    if function.name != "__init__" or not isinstance(owner, ast.ClassDef) or owner.decorator_list:
        return None
    scope = model.scope_of(owner).owner(owner.name)
    if scope is None or len(scope.bindings[owner.name]) != 1:
        return None
    calls: list[Arguments] = []
    for use in model.uses_of(owner.name, scope):
        made = model.parent(use)
        if isinstance(made, ast.Call) and made.func is not use and _is_super(model, made):
            continue
        call = _handed_over(model, use)
        if call is None or not isinstance(made, ast.Call) or made.func is not use:
            return None
        calls.append(([made, *call[0]], call[1]))
    return calls


def _is_super(model: ModuleModel, call: ast.Call) -> bool:
    return model.resolve(call.func) == "builtins.super"


def _is_spawn(model: ModuleModel, function: ast.expr) -> bool:
    if model.resolve(function) in _SPAWNS:
        return True
    return (
        isinstance(function, ast.Attribute)
        and function.attr in ("spawn", "spawn_n")
        and model.kind(function.value).type in ("gevent.pool.Pool", "gevent.pool.Group", "eventlet.GreenPool")
    )


def _handed_over(model: ModuleModel, use: ast.Name) -> Arguments | None:
    parent = model.parent(use)
    match parent:
        case ast.Call(func=called, args=arguments, keywords=keywords) if called is use:
            plain = not any(isinstance(item, ast.Starred) for item in arguments)
            return (arguments, keywords) if plain and all(item.arg for item in keywords) else None
        case ast.Call(func=spawner, args=[first, *rest], keywords=keywords) if first is use and _is_spawn(
            model, spawner
        ):
            plain = not any(isinstance(item, ast.Starred) for item in rest)
            return (rest, keywords) if plain and all(item.arg for item in keywords) else None
        case ast.Call(func=starter, args=[first, ast.Tuple(elts=given)], keywords=[]) if (
            first is use and model.resolve_canonical(starter) in _THREAD_STARTS
        ):
            return None if any(isinstance(item, ast.Starred) for item in given) else (given, [])
        case ast.keyword(arg="target"):
            call = model.parent(parent)
            assert isinstance(call, ast.Call)
            words = {item.arg: item.value for item in call.keywords}
            positional = words.get("args", ast.Tuple(elts=[]))
            if isinstance(positional, ast.Tuple | ast.List) and "kwargs" not in words and None not in words:
                return positional.elts, []
    return None
