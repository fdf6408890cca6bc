"""Exceptions of the old library, where they are caught: which of asyncio's they become depends on what may raise them."""

from __future__ import annotations

import ast
from functools import partial

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import name
from porter.rewriting.rule import Rewritten
from porter.rules.asyncio._colouring.draft import Draft

_NOWAIT = {"empty": "get_nowait", "full": "put_nowait"}
_WAIT = {"empty": "get", "full": "put"}
_QUEUE = {"empty": "asyncio.QueueEmpty", "full": "asyncio.QueueFull"}


def read_errors(draft: Draft, errors: dict[str, str]) -> None:
    """Note every mention of a library exception."""
    model = draft.model
    for node_type in (ast.Name, ast.Attribute):
        for node in model.nodes.get(node_type, ()):
            assert isinstance(node, ast.Name | ast.Attribute)
            if not isinstance(node.ctx, ast.Load) or node in draft.consumed:
                continue
            resolved = model.resolve_canonical(node)
            new = errors.get(resolved) if resolved is not None else None
            if new is None or isinstance(model.parent(node), ast.Attribute):
                continue
            parent = model.parent(node)
            if isinstance(parent, ast.Call) and parent.func is node:
                continue  # constructed: whoever knows what it is for accounts for it
            draft.consumed.add(node)
            written = _of_queue(node, new, model) if new in _QUEUE else (new,)
            draft.edit(node, partial(_renamed, new=written))


def _of_queue(node: ast.expr, what: str, model: ModuleModel) -> tuple[str, ...]:
    """A call that does not wait raises asyncio's own exception, one with a timeout TimeoutError."""
    guarded = _guarded(node, model)
    if guarded is None:
        return (_QUEUE[what],)
    at_once = timed = False
    for statement in guarded.body:
        for call in ast.walk(statement):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                at_once = (
                    at_once or call.func.attr == _NOWAIT[what] or (call.func.attr == _WAIT[what] and not _waits(call))
                )
                timed = timed or (call.func.attr == _WAIT[what] and _waits(call))
    names = [*(["TimeoutError"] if timed else []), *([_QUEUE[what]] if at_once or not timed else [])]
    return tuple(names)


def _waits(call: ast.Call) -> bool:
    values = [*call.args, *(item.value for item in call.keywords if item.arg != "timeout")]
    return not any(isinstance(value, ast.Constant) and value.value is False for value in values)


def _guarded(node: ast.expr, model: ModuleModel) -> ast.Try | None:
    for outer in model.ancestors(node):
        if isinstance(outer, ast.ExceptHandler):
            parent = model.parent(outer)
            return parent if isinstance(parent, ast.Try) else None
        if isinstance(outer, ast.stmt):
            return None
    return None


def _renamed(node: cst.BaseExpression, new: tuple[str, ...]) -> Rewritten:
    if len(new) == 1:
        return name(new[0])
    elements = [cst.Element(name(item)) for item in new]
    return cst.Tuple(elements)
