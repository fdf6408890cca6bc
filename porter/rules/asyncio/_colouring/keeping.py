"""Tasks that nobody would keep: the loop that runs them holds them only weakly, so they go into a list.

https://docs.python.org/3/library/asyncio-task.html#asyncio.create_task
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from functools import partial

import libcst as cst

from porter.rewriting.building import call
from porter.rewriting.rule import Rewritten, SlotKind
from porter.rules.asyncio._colouring import shapes
from porter.rules.asyncio._colouring.draft import Draft, Edit, Function

MakeTask = Callable[[cst.Call], cst.BaseExpression]


class Keeper:
    """Makes a list in front of a loop for the tasks that the loop starts."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._lists: dict[ast.For, str] = {}

    def keep(self, statement: ast.stmt, task: MakeTask, message: str) -> str | None:
        """Append the task that a statement starts to the list of its loop; the list's name, or None where no loop ends."""
        loop = self._outermost(statement)
        if loop is None:
            return None
        name = self._lists.get(loop)
        if name is None:
            name = self._lists[loop] = self._draft.fresh("tasks")
            self._draft.edits.insert(0, Edit(loop, partial(_with_list, name=name), slot=SlotKind.BLOCK))
        self._draft.edit(statement, partial(_appended, name=name, task=task), message)
        return name

    def _outermost(self, statement: ast.stmt) -> ast.For | None:
        found: ast.For | None = None
        for outer in self._draft.model.ancestors(statement):
            if isinstance(outer, ast.While):
                return None  # such a list could grow for ever
            if isinstance(outer, Function | ast.ClassDef):
                break
            if isinstance(outer, ast.For):
                found = outer
        return found


def merge_waits(draft: Draft, statements: Sequence[ast.stmt]) -> list[list[ast.stmt]]:
    """Statements in a row that each wait for one task wait for all of them at once. Gives the runs that do."""
    model = draft.model
    runs: list[list[ast.stmt]] = []
    for statement in sorted(statements, key=lambda item: item.lineno):
        if (
            runs
            and model.parent(runs[-1][-1]) is model.parent(statement)
            and model.following(runs[-1][-1]) is statement
        ):
            runs[-1].append(statement)
        else:
            runs.append([statement])
    merged: list[list[ast.stmt]] = []
    for run in runs:
        before = model.suite(run[0])[: model.suite(run[0]).index(run[0])]
        after = model.following(run[-1])
        edges = [(item, run[0]) for item in before[-1:]] + ([(run[-1], after)] if after is not None else [])
        if any(first.end_lineno == second.lineno for first, second in edges):
            continue
        merged.append(run)
        if len(run) > 1:
            draft.edits.insert(0, Edit(run[0], _merged, slot=SlotKind.BLOCK, until=run[-1]))
    return merged


# -- rewrites ------------------------------------------------------------------------------------------------------


def _with_list(nodes: list[cst.BaseStatement], name: str) -> Rewritten:
    loop = cst.ensure_type(nodes[0], cst.For)
    empty = cst.Assign([cst.AssignTarget(cst.Name(name))], cst.List([]))
    return [shapes.line(empty, loop.leading_lines), loop.with_changes(leading_lines=[])]


def _appended(node: cst.Expr | cst.Assign, name: str, task: MakeTask) -> Rewritten:
    made = cst.ensure_type(node.value, cst.Call)
    return cst.Expr(call(f"{name}.append", task(made)))


def _merged(nodes: list[cst.BaseStatement]) -> Rewritten:
    elements: list[cst.BaseElement] = []
    for small in (small for node in nodes for small in cst.ensure_type(node, cst.SimpleStatementLine).body):
        waiting = cst.ensure_type(
            cst.ensure_type(cst.ensure_type(small, cst.Expr).value, cst.Await).expression, cst.Call
        )
        elements.extend(cst.ensure_type(waiting.args[0].value, cst.List).elements)
    items = [element.with_changes(comma=cst.MaybeSentinel.DEFAULT) for element in elements]
    first = cst.ensure_type(nodes[0], cst.SimpleStatementLine)
    return shapes.line(cst.Expr(shapes.waited(cst.List(items))), first.leading_lines)
