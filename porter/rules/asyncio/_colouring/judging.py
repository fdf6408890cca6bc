"""Whether coroutines really can stand in for threads and greenlets: what only shows when all of the module is read."""

from __future__ import annotations

import ast

from porter.analysis.model import ModuleModel
from porter.rules.asyncio._colouring.colours import Colours
from porter.rules.asyncio._colouring.draft import Draft, Function
from porter.rules.asyncio._colouring.functions import Functions
from porter.rules.asyncio._colouring.threads import Threads


def judge_threads(draft: Draft, functions: Functions, colours: Colours, threads: Threads) -> None:
    """Threads become tasks only if each of them waits, and none relies on being interrupted."""
    waiting = _waiting_functions(draft, functions)
    for thread in threads.made:
        if thread.function not in waiting:
            message = f"`{thread.function.name}` works without ever waiting for the outside: as a task it would hold up the others"
            draft.obstacle(thread.node, message)
        if not threads.is_object(thread.node):
            _check_gap(draft, colours, thread.node, thread.started)
    places = {*draft.awaiting, *colours.calls}
    for function in colours.coroutines:
        for node in ast.walk(function):
            if isinstance(node, ast.While) and not _holds([node], places) and _spins(node):
                draft.obstacle(node, "this loop watches what others change, and never lets them run: wait in it")


def _check_gap(draft: Draft, colours: Colours, made: ast.Call, started: list[ast.stmt]) -> None:
    """A task runs from the first wait behind its making on; a thread from its start."""
    model = draft.model
    home = model.function(made)
    for start in started:
        if model.function(start) is not home:
            draft.obstacle(start, "this thread is started in another function than it is made in")
            continue
        if _starts_sometimes(draft.model, made, start):
            draft.obstacle(start, "this thread is made, and perhaps not started; a task runs once it is made")
            continue
        for place in (*draft.awaiting, *colours.calls):
            between = model.statement(made).lineno <= getattr(place, "lineno", 0) < start.lineno
            if between and model.function(place) is home and not _is_before(place, made):
                draft.obstacle(place, "something waits between the making of a thread and its start")
                return


def _starts_sometimes(model: ModuleModel, made: ast.AST, start: ast.stmt) -> bool:
    """Whether a start stands in a branch that the making does not stand in."""
    around = {made, *model.ancestors(made)}
    for outer in model.ancestors(start):
        if outer in around:
            return False
        if isinstance(outer, ast.If | ast.While | ast.Try | ast.ExceptHandler):
            return True
    return False


def _is_before(place: ast.AST, made: ast.Call) -> bool:
    at = (getattr(place, "lineno", 0), getattr(place, "col_offset", 0))
    return at <= (made.end_lineno or 0, made.end_col_offset or 0)


def _waiting_functions(draft: Draft, functions: Functions) -> set[Function]:
    """The functions that wait for the outside, themselves or through what they call."""
    found: set[Function] = set()
    for place in draft.waits:
        function = draft.model.function(place)
        if isinstance(function, Function):
            found.add(function)
    pending = list(found)
    while pending:
        for use in functions.uses(pending.pop())[0]:
            caller = draft.model.function(use)
            if isinstance(caller, Function) and caller not in found and use not in draft.consumed:
                found.add(caller)
                pending.append(caller)
    return found


def _spins(loop: ast.While) -> bool:
    """Whether a loop's test looks at something that the loop itself does not change, or never ends by itself."""
    stored = {
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(loop)
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    if isinstance(loop.test, ast.Constant):
        return not any(isinstance(node, ast.Break | ast.Return | ast.Raise) for node in ast.walk(loop))
    looked_at = {
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(loop.test)
        if isinstance(node, ast.Name | ast.Attribute)
    }
    return not looked_at & stored and not any(isinstance(node, ast.Break | ast.Return) for node in ast.walk(loop))


def _holds(body: list[ast.stmt], places: set[ast.AST]) -> bool:
    return any(node in places for statement in body for node in ast.walk(statement))
