"""Greenlets: spawned, joined, slept in, killed; as asyncio tasks.

A greenlet that fails prints its traceback and stops nobody, and joining raises nothing: so they become tasks that
`asyncio.wait` waits for, not a TaskGroup, which cancels the others.

https://docs.python.org/3/library/asyncio-task.html#asyncio.wait
"""

from __future__ import annotations

import ast
from functools import partial

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call
from porter.rewriting.rule import Rewritten, SlotKind
from porter.rules.asyncio._colouring import shapes
from porter.rules.asyncio._colouring.draft import Draft, Function
from porter.rules.asyncio._colouring.functions import Functions
from porter.rules.asyncio._colouring.groups import Making
from porter.rules.asyncio._colouring.handles import Handles
from porter.rules.asyncio._colouring.keeping import Keeper, merge_waits
from porter.rules.asyncio._colouring.spawning import spawned
from porter.rules.asyncio._colouring.tables import BLOCKING_FUNCTIONS, Vocabulary
from porter.rules.asyncio._colouring.threads import Threads


class Tasks:
    """Recognises what one library's greenlets do."""

    def __init__(
        self, draft: Draft, handles: Handles, functions: Functions, vocabulary: Vocabulary, made: Threads
    ) -> None:
        self._draft = draft
        self._made = made
        self._model: ModuleModel = draft.model
        self._handles = handles
        self._functions = functions
        self._words = vocabulary
        self._keeper = Keeper(draft)
        self._single_joins: list[ast.stmt] = []
        self.makings: list[Making] = []
        self.joins: list[list[ast.stmt]] = []

    def read(self) -> None:
        """Note every call of the library's functions, and every use of a greenlet."""
        for node in self._model.nodes.get(ast.Call, ()):
            assert isinstance(node, ast.Call)
            resolved = self._model.resolve_canonical(node.func)
            if resolved is not None:
                self._library_call(node, resolved)
            elif isinstance(node.func, ast.Attribute) and self._is_greenlet(node.func.value):
                self._greenlet_call(node, node.func.attr)
        for attribute in self._model.nodes.get(ast.Attribute, ()):
            assert isinstance(attribute, ast.Attribute)
            self._greenlet_field(attribute)
        for item in self._model.nodes.get(ast.With, ()):
            assert isinstance(item, ast.With)
            self._timeout(item)
        self.joins.extend(merge_waits(self._draft, self._single_joins))

    def _library_call(self, node: ast.Call, resolved: str) -> None:
        words = self._words
        if resolved in words.spawns:
            self._spawn(node)
        elif resolved in words.sleeps:
            self._sleep(node)
        elif resolved in words.joins:
            self._join_all(node)
        elif resolved in words.kills:
            self._kill(node)
        elif resolved in words.patches:
            self._patch(node)

    # -- spawning --------------------------------------------------------------------------------------------------

    def _spawn(self, node: ast.Call) -> None:
        self._draft.consumed.add(node.func)
        if not node.args:
            self._draft.obstacle(node, "cannot tell what is spawned here")
            return
        target = node.args[0]
        self._draft.looping.append(node)
        if self._model.resolve_canonical(target) in BLOCKING_FUNCTIONS:
            self._draft.waits.append(node)
            self._draft.edit(node, _spawned_in_thread, "a blocking call runs in a thread, as a task")
            return
        function = spawned(target, self._draft, self._functions)
        if function is not None:
            self.makings.append(Making(node, self._model.statement(node), function))
            self._place_spawn(node, function)

    def _place_spawn(self, node: ast.Call, function: Function) -> None:
        """A task that nobody keeps may be collected before it is done: where it can, it gets a name."""
        message = f"a greenlet becomes a task that runs `{function.name}`"
        statement = self._model.statement(node)
        if isinstance(statement, ast.Expr) and statement.value is node:
            if self._keeper.keep(statement, _task, message) is not None:
                return
            if not self._in_loop(statement):
                variable = self._draft.fresh(f"{function.name}_task")
                self._draft.edit(statement, partial(_named_task, variable=variable), message)
                return
        self._draft.edit(node, _spawned, message)

    def _in_loop(self, statement: ast.stmt) -> bool:
        for outer in self._model.ancestors(statement):
            if isinstance(outer, Function):
                return False
            if isinstance(outer, ast.For | ast.While):
                return True
        return False

    def _sleep(self, node: ast.Call) -> None:
        self._draft.consumed.add(node.func)
        if len(node.args) > 1 or any(item.arg != "seconds" for item in node.keywords):
            self._draft.obstacle(node, "cannot tell how long this sleeps")
            return
        self._draft.awaiting.append(node)
        self._draft.waits.append(node)
        self._draft.edit(node, _slept)

    def _patch(self, node: ast.Call) -> None:
        statement = self._model.parent(node)
        self._draft.consumed.add(node.func)
        if isinstance(statement, ast.Expr):
            self._draft.remove(statement)
        else:
            self._draft.obstacle(node, "the standard library is patched in the middle of an expression")

    # -- waiting for them ------------------------------------------------------------------------------------------

    def _join_all(self, node: ast.Call) -> None:
        self._draft.consumed.add(node.func)
        statement = self._model.parent(node)
        words = {item.arg: item.value for item in node.keywords}
        if (
            not isinstance(statement, ast.Expr)
            or len(node.args) not in (1, 2)
            or not words.keys() <= {"timeout", "raise_error"}
        ):
            self._draft.obstacle(node, "what this joinall() returns, or how long it waits, has no plain asyncio form")
            return
        if self._handles.element_of(node.args[0]) != self._words.greenlet or self._made.has_object(node.args[0]):
            self._draft.obstacle(node, "cannot tell that all of these are greenlets of this file")
            return
        self._draft.awaiting.append(node)
        self._draft.waits.append(node)
        raises = words.get("raise_error")
        if len(node.args) == 1 and not words:
            self.joins.append([statement])
        if isinstance(raises, ast.Constant) and raises.value:
            self._draft.edit(node, _gathered)
        elif self._handles.certainly_filled(node.args[0]):
            self._draft.edit(node, _waited_for_all)
        else:
            variable = "" if isinstance(node.args[0], ast.Name) else self._draft.fresh("tasks")
            self._draft.edit(statement, partial(_waited_if_any, variable=variable), slot=SlotKind.BLOCK)

    def _is_greenlet(self, node: ast.expr) -> bool:
        return self._handles.type_of(node) == self._words.greenlet and not self._made.is_object(node)

    def _greenlet_call(self, node: ast.Call, method: str) -> None:
        words = {item.arg: item.value for item in node.keywords}
        if method == "start" and node.func in self._draft.consumed:
            return
        if method == "join" and len(node.args) + len(words) <= 1 and words.keys() <= {"timeout"}:
            self._wait(node, _joined)
            statement = self._model.parent(node)
            if isinstance(statement, ast.Expr) and not node.args and not words:
                self._single_joins.append(statement)
        elif method in ("get", "wait") and not node.args and not words:
            self._wait(node, _result_of)
        elif method == "get" and not node.args and words.keys() == {"timeout"}:
            self._wait(node, _result_in_time)
        elif method == "kill":
            self._kill_one(node)
        elif method == "ready" and not node.args and not words:
            self._draft.edit(node, partial(_called, method="done"))
        else:
            self._draft.obstacle(node, f"`{method}` of a greenlet has no plain asyncio form")

    def _wait(self, node: ast.Call, rewrite: object) -> None:
        assert callable(rewrite)
        self._draft.awaiting.append(node)
        self._draft.waits.append(node)
        self._draft.edit(node, rewrite)

    def _kill(self, node: ast.Call) -> None:
        self._draft.consumed.add(node.func)
        resolved = self._model.resolve_canonical(node.func) or ""
        if (
            resolved.endswith("killall")
            or len(node.args) != 1
            or self._handles.type_of(node.args[0]) != self._words.greenlet
        ):
            self._draft.obstacle(node, "cannot tell that this kills one greenlet of this file")
            return
        self._kill_statement(node, partial(_killed, of_argument=True))

    def _kill_one(self, node: ast.Call) -> None:
        words = {item.arg: item.value for item in node.keywords}
        match words.get("block"):
            case None if not node.args and not words:
                self._kill_statement(node, partial(_killed, of_argument=False))
            case ast.Constant(value=False) if not node.args and len(words) == 1:
                self._draft.edit(node, partial(_called, method="cancel"))
            case _:
                self._draft.obstacle(node, "a greenlet killed with an exception or a timeout has no plain asyncio form")

    def _kill_statement(self, node: ast.Call, rewrite: object) -> None:
        assert callable(rewrite)
        statement = self._model.parent(node)
        if not isinstance(statement, ast.Expr):
            self._draft.obstacle(node, "what kill() returns is used")
            return
        self._draft.awaiting.append(node)
        self._draft.waits.append(node)
        self._draft.edit(statement, rewrite)

    def _greenlet_field(self, node: ast.Attribute) -> None:
        parent = self._model.parent(node)
        if not self._is_greenlet(node.value) or (isinstance(parent, ast.Call) and parent.func is node):
            return
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            return
        new = {"value": "result", "dead": "done", "exception": "exception"}.get(node.attr)
        if new is None or not isinstance(node.ctx, ast.Load):
            self._draft.obstacle(node, f"`{node.attr}` of a greenlet has no plain asyncio form")
        else:
            self._draft.edit(node, partial(_field, method=new))

    # -- timeouts --------------------------------------------------------------------------------------------------

    def _timeout(self, node: ast.With) -> None:
        if not any(self._is_timeout(item.context_expr) for item in node.items):
            return
        item = node.items[0]
        timeout = item.context_expr
        assert isinstance(timeout, ast.Call)
        self._draft.consumed.add(timeout.func)
        silent = len(timeout.args) == 2 and isinstance(timeout.args[1], ast.Constant) and timeout.args[1].value is False
        if len(node.items) > 1 or item.optional_vars is not None or timeout.keywords or len(timeout.args) != 1 + silent:
            self._draft.obstacle(node, "this timeout has no plain asyncio form: use asyncio.timeout()")
            return
        self._draft.awaiting.append(node)
        if silent:
            self._draft.edit(node, _silent_timeout, "asyncio.timeout", slot=SlotKind.BLOCK)
        else:
            self._draft.edit(node, _raising_timeout, "asyncio.timeout", slot=SlotKind.HEADER)

    def _is_timeout(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Call) and self._model.resolve_canonical(node.func) in self._words.timeouts


# -- rewrites ------------------------------------------------------------------------------------------------------


def _spawned(node: cst.Call) -> Rewritten:
    return shapes.task_of(shapes.applied(node))


def _task(node: cst.Call) -> cst.BaseExpression:
    return shapes.task_of(shapes.applied(node))


def _named_task(node: cst.Expr, variable: str) -> Rewritten:
    task = shapes.task_of(shapes.applied(cst.ensure_type(node.value, cst.Call)))
    return cst.Assign([cst.AssignTarget(cst.Name(variable))], task)


def _spawned_in_thread(node: cst.Call) -> Rewritten:
    return shapes.task_of(call("asyncio.to_thread", *[shapes.bare(argument) for argument in node.args]))


def _slept(node: cst.Call) -> Rewritten:
    seconds = node.args[0].value if node.args else cst.Integer("0")
    return shapes.awaited(call("asyncio.sleep", seconds))


def _option(node: cst.Call, word: str, position: int) -> cst.BaseExpression | None:
    plain = [argument for argument in node.args if argument.keyword is None]
    for argument in node.args:
        if argument.keyword is not None and argument.keyword.value == word:
            return argument.value
    return plain[position].value if len(plain) > position else None


def _tasks(node: cst.BaseExpression) -> cst.BaseExpression:
    """asyncio.wait takes no generator before Python 3.12."""
    if isinstance(node, cst.GeneratorExp):
        return cst.ListComp(node.elt, node.for_in)
    return node


def _waited_for_all(node: cst.Call) -> cst.Await:
    return shapes.waited(_tasks(node.args[0].value), _option(node, "timeout", 1))


def _gathered(node: cst.Call) -> Rewritten:
    return shapes.awaited(call("asyncio.gather", cst.Arg(node.args[0].value, star="*")))


def _waited_if_any(nodes: list[cst.BaseStatement], variable: str) -> Rewritten:
    """asyncio.wait refuses an empty list, joinall() does not."""
    statement = cst.ensure_type(nodes[0], cst.SimpleStatementLine)
    joining = cst.ensure_type(cst.ensure_type(statement.body[0], cst.Expr).value, cst.Call)
    test = tasks = _tasks(joining.args[0].value)
    if variable:
        tasks = cst.Name(variable)
        test = cst.NamedExpr(tasks, joining.args[0].value, lpar=[], rpar=[])
    waiting = shapes.waited(tasks, _option(joining, "timeout", 1))
    return cst.If(test, shapes.block(shapes.line(cst.Expr(waiting))), leading_lines=statement.leading_lines)


def _receiver(node: cst.Call) -> cst.BaseExpression:
    return cst.ensure_type(node.func, cst.Attribute).value


def _joined(node: cst.Call) -> Rewritten:
    return shapes.waited(shapes.listed(_receiver(node)), _option(node, "timeout", 0))


def _result_of(node: cst.Call) -> Rewritten:
    return shapes.awaited(_receiver(node))


def _result_in_time(node: cst.Call) -> Rewritten:
    timeout = _option(node, "timeout", 0)
    assert timeout is not None
    return shapes.awaited(call("asyncio.wait_for", call("asyncio.shield", _receiver(node)), timeout))


def _called(node: cst.Call, method: str) -> Rewritten:
    return call(cst.Attribute(_receiver(node), cst.Name(method)))


def _field(node: cst.Attribute, method: str) -> Rewritten:
    return call(cst.Attribute(node.value, cst.Name(method)))


def _killed(node: cst.Expr, of_argument: bool) -> Rewritten:
    killing = cst.ensure_type(node.value, cst.Call)
    task = killing.args[0].value if of_argument else _receiver(killing)
    cancelling = call(cst.Attribute(task, cst.Name("cancel")))
    return [cst.Expr(cancelling), cst.Expr(shapes.waited(shapes.listed(task.deep_clone())))]


def _seconds(node: cst.With) -> cst.BaseExpression:
    return cst.ensure_type(node.items[0].item, cst.Call).args[0].value


def _raising_timeout(node: cst.With) -> Rewritten:
    return shapes.asynchronous_with(node, [call("asyncio.timeout", _seconds(node))])


def _silent_timeout(nodes: list[cst.BaseStatement]) -> Rewritten:
    timed = cst.ensure_type(nodes[0], cst.With)
    inner = shapes.asynchronous_with(timed.with_changes(leading_lines=[]), [call("asyncio.timeout", _seconds(timed))])
    handler = cst.ExceptHandler(shapes.block(shapes.line(cst.Pass())), cst.Name("TimeoutError"))
    return cst.Try(shapes.block(inner), [handler], leading_lines=timed.leading_lines)
