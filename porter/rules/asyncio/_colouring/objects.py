"""Queues, locks, semaphores, events, conditions: their asyncio twins, and the calls on them that are awaited."""

from __future__ import annotations

import ast
from functools import partial

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call, name, with_arguments
from porter.rewriting.rule import Match, Rewritten, Rule, SlotKind
from porter.rules.asyncio._colouring.draft import Draft
from porter.rules.asyncio._colouring.functions import Functions
from porter.rules.asyncio._colouring.handles import UNKNOWN, Handles
from porter.rules.asyncio._colouring.shapes import asynchronous_with, awaited, bare, line
from porter.rules.asyncio._colouring.tables import RENAMED_METHODS, Twin, Waiting
from porter.rules.futures.with_lock import WithLock
from porter.rules.futures.with_lock_straight import WithLockStraight


class Objects:
    """Recognises the objects of a vocabulary's twins."""

    def __init__(self, draft: Draft, handles: Handles, functions: Functions, twins: dict[str, Twin]) -> None:
        self._draft = draft
        self._model: ModuleModel = draft.model
        self._handles = handles
        self._functions = functions
        self._twins = twins
        self._used: set[str] = set()

    def read(self) -> None:
        """Note every construction and use."""
        for node in self._model.nodes.get(ast.Call, ()):
            assert isinstance(node, ast.Call)
            self._construction(node)
        if not self._used:
            return
        for item in self._model.nodes.get(ast.With, ()):
            assert isinstance(item, ast.With)
            self._with(item)
        self._sections()
        for node in self._model.nodes.get(ast.Call, ()):
            assert isinstance(node, ast.Call)
            self._call(node)
        self._flows()

    def _twin(self, node: ast.expr) -> Twin | None:
        return self._twins.get(self._handles.type_of(node))

    # -- constructions ---------------------------------------------------------------------------------------------

    def _construction(self, node: ast.Call) -> None:
        resolved = self._model.resolve_canonical(node.func)
        twin = self._twins.get(resolved) if resolved is not None else None
        if twin is None or resolved is None:
            return
        self._used.add(resolved)
        self._draft.consumed.add(node.func)
        given = [*twin.parameters[: len(node.args)], *(item.arg or "**" for item in node.keywords)]
        unknown = len(node.args) > len(twin.parameters) or any(word not in twin.parameters for word in given)
        if unknown or "lock" in given:
            self._draft.obstacle(node, f"{twin.new} does not take these arguments")
            return
        keep = not (given == ["maxsize"] and _is_no_limit(node))
        self._draft.edit(node, partial(_constructed, new=twin.new, keep=keep), f"{resolved} becomes {twin.new}")

    # -- calls -----------------------------------------------------------------------------------------------------

    def _call(self, node: ast.Call) -> None:
        if not isinstance(node.func, ast.Attribute) or node in self._draft.consumed:
            return
        twin, method = self._twin(node.func.value), node.func.attr
        if twin is None:
            self._suspect(node, node.func)
        elif method in twin.waiting:
            self._waiting_call(node, twin, method, twin.waiting[method])
        elif method not in twin.plain:
            self._draft.obstacle(node, f"{twin.new} has no method like `{method}`")
        elif method in RENAMED_METHODS:
            self._draft.edit(node, partial(_method, new=RENAMED_METHODS[method]))

    def _waiting_call(self, node: ast.Call, twin: Twin, method: str, row: Waiting) -> None:
        given = _arguments(node, row)
        if given is None:
            self._draft.obstacle(node, f"cannot tell what the arguments of `{method}` say")
            return
        blocks = given.get("block", given.get("blocking"))
        timeout = given.get("timeout")
        if isinstance(timeout, ast.Constant) and timeout.value in (None, -1):
            timeout = None
        match blocks:
            case None | ast.Constant(value=True | 1):
                pass
            case ast.Constant(value=False | 0) if row.instead is not None:
                self._draft.edit(node, partial(_at_once, passed=row.passed, new=row.instead))
                return
            case _:
                self._draft.obstacle(node, f"{twin.new} cannot `{method}` without waiting, or perhaps waiting")
                return
        if timeout is not None and not row.timed:
            self._draft.obstacle(node, f"`{method}` with a timeout has no equal in asyncio: use asyncio.timeout()")
            return
        self._awaited(node, row, timeout is not None)

    def _awaited(self, node: ast.Call, row: Waiting, has_timeout: bool) -> None:
        self._draft.awaiting.append(node)
        if row.outside:
            self._draft.waits.append(node)
        if not has_timeout:
            self._draft.edit(node, partial(_awaited, passed=row.passed))
        elif row.timed == "raises":
            self._draft.edit(node, partial(_timed, row=row))
        else:
            statement = self._model.parent(node)
            if not (isinstance(statement, ast.Expr) and statement.value is node):
                message = "whether the wait was in time is used here: write it with asyncio.timeout() by hand"
                self._draft.obstacle(node, message)
                return
            self._draft.edit(statement, partial(_timed_statement, row=row), slot=SlotKind.BLOCK)

    def _suspect(self, node: ast.Call, func: ast.Attribute) -> None:
        """A call on an unknown object that may well be one of ours would lose its `await`: better not to begin."""
        if self._handles.type_of(func.value) != UNKNOWN or isinstance(func.value, ast.Constant):
            return
        if self._model.resolve(func) is not None or self._functions.owner_of(func) is not None:
            return
        if isinstance(func.value, ast.Call) and self._model.resolve(func.value.func) == "builtins.super":
            return
        for known in sorted(self._used):
            row = self._twins[known].waiting.get(func.attr)
            if row is not None and _looks_like(node, row, func.attr):
                self._draft.obstacle(node, f"is this a {known}? Then it must be awaited; porter cannot tell")
                return

    # -- sections --------------------------------------------------------------------------------------------------

    def _with(self, node: ast.With) -> None:
        ours = [item for item in node.items if (twin := self._twin(item.context_expr)) is not None and twin.as_context]
        if not ours:
            return
        if len(ours) != len(node.items):
            self._draft.obstacle(node, "this `with` holds a lock and something else: split it")
            return
        self._draft.awaiting.append(node)
        self._draft.edit(node, asynchronous_with, slot=SlotKind.HEADER)

    def _sections(self) -> None:
        """``acquire()`` … ``release()`` becomes ``async with`` where the futures' rules would write ``with``."""
        for rule, kind in ((WithLock(), ast.Try), (WithLockStraight(), ast.Expr)):
            for node in self._model.nodes.get(kind, ()):
                for found in rule.find(node, self._model):
                    if isinstance(found, Match):
                        self._section(rule, found)

    def _section(self, rule: Rule, found: Match) -> None:
        first, last = found.node, found.until
        if isinstance(last, ast.Try):
            last = last.finalbody[0]
        if not isinstance(first, ast.Expr) or not isinstance(last, ast.Expr):
            return
        acquire, release = first.value, last.value
        assert isinstance(acquire, ast.Call) and isinstance(acquire.func, ast.Attribute)
        twin = self._twin(acquire.func.value)
        if twin is None or not twin.as_context:
            return
        self._draft.consumed.update((acquire, release))
        self._draft.awaiting.append(acquire)
        rewrite = partial(_section, rule=rule, found=found)
        self._draft.edit(first, rewrite, slot=SlotKind.BLOCK, until=found.until)

    # -- flows -----------------------------------------------------------------------------------------------------

    def _flows(self) -> None:
        """An object of ours in a place where nobody sees what happens to it stands in the way."""
        for node_type in (ast.Name, ast.Attribute, ast.Call):
            for node in self._model.nodes.get(node_type, ()):
                assert isinstance(node, ast.expr)
                if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del) or self._twin(node) is None:
                    continue
                if not self._stays(node):
                    self._draft.obstacle(
                        node, "this object becomes an asyncio one, and is handed to code that expects the old"
                    )

    def _stays(self, node: ast.expr) -> bool:
        parent = self._model.parent(node)
        match parent:
            case ast.Attribute():
                return isinstance(self._model.parent(parent), ast.Call)
            case ast.Assign() | ast.withitem() | ast.Return() | ast.Compare() | ast.IfExp() | ast.BoolOp() | ast.Expr():
                return True
            case ast.List() | ast.Tuple() | ast.ListComp():
                return True
            case ast.Call(args=arguments) if node in arguments:
                return self._is_own_call(parent) or parent in self._draft.consumed
            case ast.keyword():
                outer = self._model.parent(parent)
                return isinstance(outer, ast.Call) and (self._is_own_call(outer) or outer in self._draft.consumed)
        return False

    def _is_own_call(self, node: ast.Call) -> bool:
        """Whether a call runs code of this module, where the object's further way is seen."""
        if node.func in self._draft.consumed or any(item in self._draft.consumed for item in node.args):
            return True
        if self._model.definition(node.func) is not None or self._functions.referred(node.func) is not None:
            return True
        return isinstance(node.func, ast.Attribute) and node.func.attr in ("append", "__init__")


def _is_no_limit(node: ast.Call) -> bool:
    values = [*node.args, *(item.value for item in node.keywords)]
    return all(isinstance(value, ast.Constant) and value.value in (0, None) for value in values)


def _arguments(node: ast.Call, row: Waiting) -> dict[str, ast.expr] | None:
    """The arguments by their parameters' names; None where that is not certain."""
    if len(node.args) > len(row.parameters) or any(isinstance(item, ast.Starred) for item in node.args):
        return None
    given = dict(zip(row.parameters, node.args, strict=False))
    for item in node.keywords:
        if item.arg is None or item.arg not in row.parameters or item.arg in given:
            return None
        given[item.arg] = item.value
    return given if len(given) >= row.passed else None


def _looks_like(node: ast.Call, row: Waiting, method: str) -> bool:
    """Whether a call could be this method's: ``d.get(key)`` and ``', '.join(parts)`` are other things."""
    words = {item.arg for item in node.keywords}
    if not words <= set(row.parameters):
        return False
    if method in ("get", "join", "wait", "acquire"):
        first = node.args[0] if node.args else None
        return first is None or (isinstance(first, ast.Constant) and isinstance(first.value, bool | int | float))
    return row.passed <= len(node.args) + len(words) <= len(row.parameters)


# -- rewrites ------------------------------------------------------------------------------------------------------


def _constructed(node: cst.Call, new: str, keep: bool) -> Rewritten:
    return node.with_changes(func=name(new), args=node.args if keep else [])


def _method(node: cst.Call, new: str) -> cst.Call:
    return node.with_changes(func=cst.ensure_type(node.func, cst.Attribute).with_changes(attr=cst.Name(new)))


def _passed_on(node: cst.Call, passed: int) -> cst.Call:
    return node if len(node.args) == passed else with_arguments(node, node.args[:passed])


def _awaited(node: cst.Call, passed: int) -> Rewritten:
    return awaited(_passed_on(node, passed))


def _at_once(node: cst.Call, passed: int, new: str) -> Rewritten:
    return _method(_passed_on(node, passed), new)


def _timeout_of(node: cst.Call, row: Waiting) -> cst.BaseExpression:
    for argument in node.args:
        if argument.keyword is not None and argument.keyword.value == "timeout":
            return argument.value
    return node.args[row.parameters.index("timeout")].value


def _timed(node: cst.Call, row: Waiting) -> cst.Await:
    return awaited(call("asyncio.wait_for", bare(cst.Arg(_passed_on(node, row.passed))), _timeout_of(node, row)))


def _timed_statement(nodes: list[cst.BaseStatement], row: Waiting) -> Rewritten:
    """A wait whose outcome nobody asks for: the timeout is suppressed."""
    statement = cst.ensure_type(nodes[0], cst.SimpleStatementLine)
    waiting = cst.ensure_type(cst.ensure_type(statement.body[0], cst.Expr).value, cst.Call)
    body = cst.IndentedBlock([line(cst.Expr(_timed(waiting, row)))])
    handler = cst.ExceptHandler(cst.IndentedBlock([line(cst.Pass())]), cst.Name("TimeoutError"))
    return cst.Try(body, [handler], leading_lines=statement.leading_lines)


def _section(nodes: list[cst.BaseStatement], rule: Rule, found: Match) -> Rewritten:
    held = rule.rewrite(nodes, found)
    if not isinstance(held, list):
        return None
    return [asynchronous_with(cst.ensure_type(item, cst.With)) for item in held]
