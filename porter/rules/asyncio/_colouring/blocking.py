"""Calls that block: in a coroutine they would hold up every task, so they go to a thread, or stand in the way.

https://docs.python.org/3/library/asyncio-task.html#asyncio.to_thread
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.rewriting.building import call
from porter.rewriting.rule import Rewritten
from porter.rules.asyncio._colouring import shapes
from porter.rules.asyncio._colouring.colours import Colours
from porter.rules.asyncio._colouring.draft import Draft, Function
from porter.rules.asyncio._colouring.functions import Functions
from porter.rules.asyncio._colouring.tables import BLOCKING_FUNCTIONS, BLOCKING_METHODS, BLOCKING_MODULES


def read_blocking(draft: Draft, functions: Functions) -> None:
    """Note the blocking calls in what tasks run, however deep: each goes to a thread of its own."""
    for function in reached(draft, functions):
        for node in _calls(function):
            if node not in draft.consumed and draft.model.resolve_canonical(node.func) in BLOCKING_FUNCTIONS:
                draft.consumed.add(node.func)
                draft.awaiting.append(node)
                draft.waits.append(node)
                draft.edit(node, _in_thread, "a blocking call runs in a thread")


def check_blocking(draft: Draft, colours: Colours) -> None:
    """What blocks in a coroutine, and no rule knows how to make it wait, is an obstacle."""
    for function in colours.coroutines:
        for node in _calls(function):
            match node.func:
                case ast.Attribute(attr=method) if method in BLOCKING_METHODS and node.func not in draft.consumed:
                    message = (
                        f"`{method}` blocks, and would hold up every task: use asyncio streams or asyncio.to_thread"
                    )
                    draft.obstacle(node, message)
                case ast.Name() if draft.model.resolve(node.func) == "builtins.input":
                    draft.obstacle(node, "input() blocks, and would hold up every task")
        for name in ast.walk(function):
            if isinstance(name, ast.Name) and name not in draft.consumed:
                _blocking_module(name, draft)


def check_modules(draft: Draft) -> None:
    """Threads that use what blocks in ways nobody here knows stay threads."""
    for name in draft.model.nodes.get(ast.Name, ()):
        assert isinstance(name, ast.Name)
        _blocking_module(name, draft)


def _blocking_module(name: ast.Name, draft: Draft) -> None:
    if not isinstance(name.ctx, ast.Load):
        return
    node: ast.expr = name
    while isinstance(parent := draft.model.parent(node), ast.Attribute):
        if node in draft.consumed:
            return
        node = parent
    resolved = draft.model.resolve_canonical(node)
    if node in draft.consumed or resolved is None:
        return
    for module in sorted(BLOCKING_MODULES):
        if resolved == module or resolved.startswith(f"{module}."):
            draft.obstacle(node, f"{resolved} may block in ways that only a thread can bear")
            return


def reached(draft: Draft, functions: Functions) -> list[Function]:
    """The functions that tasks run, and those that they call."""
    reached: dict[Function, None] = dict.fromkeys(draft.coroutines)
    pending = list(reached)
    while pending:
        for node in _calls(pending.pop()):
            inner = functions.referred(node.func)
            if inner is not None and inner not in reached:
                reached[inner] = None
                pending.append(inner)
    return list(reached)


def _calls(function: Function) -> Iterator[ast.Call]:
    return (node for statement in function.body for node in ast.walk(statement) if isinstance(node, ast.Call))


def _in_thread(node: cst.Call) -> Rewritten:
    return shapes.awaited(call("asyncio.to_thread", node.func, *[shapes.bare(argument) for argument in node.args]))
