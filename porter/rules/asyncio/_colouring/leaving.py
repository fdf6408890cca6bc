"""How a program is left: Ctrl-C, sys.exit(), and the cancelling of tasks that are still there at the end.

https://docs.python.org/3/library/asyncio-runner.html#handling-keyboard-interruption
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import name
from porter.rewriting.rule import Rewritten
from porter.rules.asyncio._colouring.colours import Colours
from porter.rules.asyncio._colouring.draft import Draft, Function

_EXITS = frozenset({"sys.exit", "builtins.exit", "builtins.quit"})


def read_leaving(draft: Draft, colours: Colours, in_tasks: Collection[Function], *, threads: bool) -> None:
    """Note what happens at Ctrl-C, and what a task must not do; `in_tasks` are the functions that tasks run."""
    places = {*draft.awaiting, *colours.calls}
    for node in draft.model.nodes.get(ast.Try, ()):
        assert isinstance(node, ast.Try)
        if not any(item in places for statement in node.body for item in ast.walk(statement)):
            continue
        function = draft.model.function(node)
        for handler in node.handlers:
            _interruption(draft, handler, in_task=function in in_tasks)
            if function in in_tasks and _is_in_loop(node, draft.model) and _swallows(handler, draft.model):
                message = "this would catch the cancelling of its task, and go on for ever: catch Exception"
                draft.obstacle(handler, message)
    if threads:
        for function in in_tasks:
            _exits(draft, function)


def _interruption(draft: Draft, handler: ast.ExceptHandler, *, in_task: bool) -> None:
    """Ctrl-C cancels the main task: what waited there gets CancelledError in the place of KeyboardInterrupt."""
    caught = handler.type
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught] if caught is not None else []
    for node in names:
        if draft.model.resolve(node) != "builtins.KeyboardInterrupt":
            continue
        if in_task:
            draft.obstacle(node, "a task does not see Ctrl-C: catch it where the program waits for its tasks")
        else:
            draft.edit(node, _cancelled, "Ctrl-C reaches a coroutine as its cancelling")


def _exits(draft: Draft, function: Function) -> None:
    """sys.exit() ends a thread, but a task's whole program."""
    for node in ast.walk(function):
        match node:
            case ast.Call(func=called) if draft.model.resolve(called) in _EXITS:
                pass
            case ast.Raise(exc=ast.expr() as raised) if _is_system_exit(raised, draft.model):
                pass
            case _:
                continue
        draft.obstacle(node, "this ends its thread; in a task it would end the program: return")


def _is_system_exit(node: ast.expr, model: ModuleModel) -> bool:
    return model.resolve(node.func if isinstance(node, ast.Call) else node) == "builtins.SystemExit"


def _is_in_loop(node: ast.AST, model: ModuleModel) -> bool:
    return any(isinstance(outer, ast.While | ast.For) for outer in _within_function(node, model))


def _within_function(node: ast.AST, model: ModuleModel) -> Iterator[ast.AST]:
    for outer in model.ancestors(node):
        if isinstance(outer, Function):
            return
        yield outer


def _swallows(handler: ast.ExceptHandler, model: ModuleModel) -> bool:
    """Whether a handler catches everything, and the loop around it goes on."""
    caught = handler.type
    everything = caught is None or model.resolve(caught) == "builtins.BaseException"
    leaves = any(
        isinstance(node, ast.Raise | ast.Break | ast.Return) for item in handler.body for node in ast.walk(item)
    )
    return everything and not leaves


def _cancelled(node: cst.BaseExpression) -> Rewritten:
    return name("asyncio.CancelledError")
