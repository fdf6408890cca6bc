"""Pools of greenlets: at most so many tasks at a time; spawning waits while the pool is full, as it does there.

https://docs.python.org/3/library/asyncio-task.html#asyncio.create_task
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call, name
from porter.rewriting.rule import Rewritten, SlotKind
from porter.rules.asyncio._colouring import shapes
from porter.rules.asyncio._colouring.draft import Draft, Function
from porter.rules.asyncio._colouring.functions import Functions
from porter.rules.asyncio._colouring.handles import Handles
from porter.rules.asyncio._colouring.spawning import spawned
from porter.rules.asyncio._colouring.tables import BLOCKING_FUNCTIONS
from porter.rules.asyncio._colouring.task_pools import TaskPools

_DEFAULT_SIZES = {"eventlet.GreenPool": "1000"}


def read_pools(draft: Draft, handles: Handles, functions: Functions, pools: frozenset[str]) -> None:
    """Note every pool of these types: simple ones in line, others with a class of the program's own."""
    calls = [node for node in draft.model.nodes.get(ast.Call, ()) if isinstance(node, ast.Call)]
    makings = [node for node in calls if draft.model.resolve_canonical(node.func) in pools]
    inline = Pools(draft, functions)
    if all(inline.is_simple(node) for node in makings):
        inline.read(makings)
    else:
        TaskPools(draft, handles, functions, pools).read(makings)


@dataclass(frozen=True, slots=True)
class _Spawn:
    """How a spawn is written: the name of its task, and how many the pool may hold (its source text), if not any number."""

    task: str
    limit: str | None


class Pools:
    """Recognises pools that one scope makes, fills and joins."""

    def __init__(self, draft: Draft, functions: Functions) -> None:
        self._draft = draft
        self._model: ModuleModel = draft.model
        self._functions = functions
        self._task_names: dict[Function | None, str] = {}

    def is_simple(self, node: ast.Call) -> bool:
        """Whether one name holds the pool, and all that is done with it are statements that spawn and join."""
        target = self._target(node)
        size = [*node.args, *(item.value for item in node.keywords)]
        if target is None or (size and self._limit(size[0]) is None):
            return False
        owner = self._model.scope_of(target).owner(target.id)
        uses = self._model.uses_of(target.id, owner) if owner is not None else []
        return all(use is target or self._is_plain(use) for use in uses)

    def _is_plain(self, use: ast.Name) -> bool:
        func = self._model.parent(use)
        node = self._model.parent(func) if isinstance(func, ast.Attribute) else None
        if not isinstance(func, ast.Attribute) or not isinstance(node, ast.Call) or node.func is not func:
            return False
        statement = self._model.parent(node)
        if func.attr in ("spawn", "spawn_n"):
            return bool(node.args) and isinstance(statement, ast.Expr | ast.Assign)
        return func.attr in ("join", "waitall") and not node.args and isinstance(statement, ast.Expr)

    def _target(self, node: ast.Call) -> ast.Name | None:
        match self._model.parent(node):
            case ast.Assign(targets=[ast.Name() as target]) if len(self._model.bindings(target)) == 1:
                return target
        return None

    def read(self, makings: Sequence[ast.Call]) -> None:
        """Note these pools, and their uses."""
        for node in makings:
            self._pool(node)

    def _pool(self, node: ast.Call) -> None:
        self._draft.consumed.add(node.func)
        target = self._target(node)
        if target is None:
            self._draft.obstacle(node, "porter follows a pool by its one name; this one has none")
            return
        if len(node.args) + len(node.keywords) > 1 or any(item.arg != "size" for item in node.keywords):
            self._draft.obstacle(node, "cannot tell how many greenlets this pool holds")
            return
        given = [*node.args, *(item.value for item in node.keywords)]
        default = _DEFAULT_SIZES.get(self._model.resolve_canonical(node.func) or "")
        limit = self._limit(given[0]) if given else default
        if given and limit is None:
            self._draft.obstacle(
                node, "the size of this pool may be another where it is filled: give it a name of its own"
            )
            return
        self._draft.edit(node, _new_pool)
        owner = self._model.scope_of(target).owner(target.id)
        for use in self._model.uses_of(target.id, owner) if owner is not None else []:
            if use is not target:
                self._use(use, limit)

    def _limit(self, node: ast.expr) -> str | None:
        """The text of a size that means the same wherever it stands: a number, or a name of the module bound once."""
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return str(node.value)
        if isinstance(node, ast.Name):
            bindings = self._model.bindings(node)
            if len(bindings) == 1 and self._model.scope.bindings.get(node.id) == bindings:
                return node.id
        return None

    def _use(self, use: ast.Name, limit: str | None) -> None:
        func = self._model.parent(use)
        node = self._model.parent(func) if func is not None else None
        if not isinstance(func, ast.Attribute) or not isinstance(node, ast.Call) or node.func is not func:
            self._draft.obstacle(use, "this pool is handed to code that expects a pool of greenlets")
            return
        statement = self._model.parent(node)
        if func.attr in ("spawn", "spawn_n") and node.args and isinstance(statement, ast.Expr | ast.Assign):
            self._spawn(node, statement, limit)
        elif (
            func.attr in ("join", "waitall") and not node.args and not node.keywords and isinstance(statement, ast.Expr)
        ):
            self._draft.awaiting.append(node)
            self._draft.waits.append(node)
            self._draft.edit(statement, _joined_pool, slot=SlotKind.BLOCK)
        else:
            self._draft.obstacle(node, f"`{func.attr}` of a pool, used like this, has no plain asyncio form")

    def _spawn(self, node: ast.Call, statement: ast.Expr | ast.Assign, limit: str | None) -> None:
        target = node.args[0]
        resolved = self._model.resolve_canonical(target)
        in_thread = resolved in BLOCKING_FUNCTIONS
        if not in_thread and spawned(target, self._draft, self._functions) is None:
            return
        if isinstance(statement, ast.Assign) and not (
            len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name)
        ):
            self._draft.obstacle(statement, "the greenlet of a pool is kept in a place that porter does not follow")
            return
        self._draft.looping.append(node)
        if limit is not None:
            self._draft.awaiting.append(node)
            self._draft.waits.append(node)
        target_name = statement.targets[0] if isinstance(statement, ast.Assign) else None
        task = target_name.id if isinstance(target_name, ast.Name) else self._task_name(node)
        data = _Spawn(task, limit)
        message = "a pool of greenlets becomes a set of tasks" + (f", {limit} at a time" if limit else "")
        self._draft.edit(statement, partial(_spawned, how=data, in_thread=in_thread), message, slot=SlotKind.BLOCK)

    def _task_name(self, node: ast.AST) -> str:
        function = self._model.function(node)
        assert not isinstance(function, ast.Lambda)
        if function not in self._task_names:
            self._task_names[function] = self._draft.fresh("task")
        return self._task_names[function]


# -- rewrites ------------------------------------------------------------------------------------------------------


def _new_pool(node: cst.Call) -> Rewritten:
    return call("set")


def _pool_of(node: cst.Call) -> cst.BaseExpression:
    return cst.ensure_type(node.func, cst.Attribute).value


def _call_in(nodes: list[cst.BaseStatement]) -> tuple[cst.SimpleStatementLine, cst.Call]:
    statement = cst.ensure_type(nodes[0], cst.SimpleStatementLine)
    small = statement.body[0]
    value = small.value if isinstance(small, cst.Expr | cst.Assign) else None
    return statement, cst.ensure_type(value, cst.Call)


def _spawned(nodes: list[cst.BaseStatement], how: _Spawn, in_thread: bool) -> Rewritten:
    """Wait for a place; the task takes it, and gives it back when it is done."""
    statement, spawning = _call_in(nodes)
    pool, task = _pool_of(spawning), cst.Name(how.task)
    if in_thread:
        coroutine = call("asyncio.to_thread", *[shapes.bare(argument) for argument in spawning.args])
    else:
        coroutine = shapes.applied(spawning)
    made = cst.Assign([cst.AssignTarget(task)], shapes.task_of(coroutine))
    added = cst.Expr(call(cst.Attribute(pool, cst.Name("add")), task))
    discard = cst.Attribute(pool, cst.Name("discard"))
    freed = cst.Expr(call(cst.Attribute(task, cst.Name("add_done_callback")), discard))
    lines: list[cst.BaseStatement] = [shapes.line(made), shapes.line(added), shapes.line(freed)]
    if how.limit is not None:
        lines.insert(0, _place_free(pool, how.limit))
    return [lines[0].with_changes(leading_lines=statement.leading_lines), *lines[1:]]


def _place_free(pool: cst.BaseExpression, limit: str) -> cst.While:
    size = cst.Integer(limit) if limit.isdigit() else name(limit)
    full = cst.Comparison(call("len", pool), [cst.ComparisonTarget(cst.GreaterThanEqual(), size)])
    first = cst.Arg(
        name("asyncio.FIRST_COMPLETED"),
        keyword=cst.Name("return_when"),
        equal=cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace("")),
    )
    waiting = shapes.awaited(call("asyncio.wait", cst.Arg(pool), first))
    return cst.While(full, shapes.block(shapes.line(cst.Expr(waiting))))


def _joined_pool(nodes: list[cst.BaseStatement]) -> Rewritten:
    statement, joining = _call_in(nodes)
    pool = _pool_of(joining)
    body = shapes.block(shapes.line(cst.Expr(shapes.waited(pool))))
    return cst.While(pool, body, leading_lines=statement.leading_lines)
