"""Tasks that are made and waited for in one go, and cannot fail: a TaskGroup.

https://docs.python.org/3/library/asyncio-task.html#task-groups
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call, name
from porter.rewriting.rule import SlotKind
from porter.rules.asyncio._colouring import shapes
from porter.rules.asyncio._colouring.draft import Draft, Edit, Function
from porter.rules.asyncio._colouring.failing import Failing


@dataclass(frozen=True, slots=True, eq=False)
class Making:
    """A task's making: its call, the statement around it, the function that the task runs."""

    node: ast.Call
    statement: ast.stmt
    function: Function


def group_tasks(draft: Draft, failing: Failing, makings: Sequence[Making], joins: Sequence[list[ast.stmt]]) -> None:
    """Write each join, with the makings right before it, as a TaskGroup where none of its tasks can fail."""
    for join in joins:
        _group(draft, failing, makings, join)


def _group(draft: Draft, failing: Failing, makings: Sequence[Making], join: list[ast.stmt]) -> None:
    model = draft.model
    inside = {node for statement in join for node in ast.walk(statement)}
    own = [making for making in makings if making.node in inside]
    run = list(join)
    suite = model.suite(join[0])
    names = {name for statement in join for name in _awaited_names(statement)}
    for statement in reversed(suite[: suite.index(join[0])]):
        found = [making for making in makings if making.statement is statement]
        bound = _bound_name(statement)
        if statement in draft.removed:
            run.insert(0, statement)
            continue
        if not found or bound is None or bound not in names:
            break
        names.discard(bound)
        own.extend(found)
        run.insert(0, statement)
    while run and run[0] in draft.removed:
        run.pop(0)
    lines = [*run[: run.index(join[0])], join[0]]
    apart = all(first.end_lineno != second.lineno for first, second in pairwise(lines))
    if names or not own or not apart or not all(failing.never_fails(making.function) for making in own):
        return
    unused = tuple(bound for item in run if (bound := _bound_name(item)) and not _is_used_elsewhere(bound, run, model))
    rewrite = partial(grouped, group=draft.fresh("group"), unused=unused)
    draft.edits.insert(0, Edit(run[0], rewrite, "tasks that cannot fail are a TaskGroup", SlotKind.BLOCK, join[-1]))


def _awaited_names(join: ast.stmt) -> set[str]:
    """The names of tasks, and of lists of tasks, that a join waits for."""
    match join:
        case ast.Expr(value=ast.Call(args=[ast.List(elts=elements)])):
            return {element.id for element in elements if isinstance(element, ast.Name)}
        case ast.Expr(value=ast.Call(args=[ast.Name(id=name)])) | ast.For(iter=ast.Name(id=name)):
            return {name}
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)), args=[])):
            return {name}
    return set()


def _bound_name(statement: ast.stmt) -> str | None:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return None


def _is_used_elsewhere(bound: str, run: Sequence[ast.stmt], model: ModuleModel) -> bool:
    scope = model.scope_of(run[0]).owner(bound)
    inside = {node for statement in run for node in ast.walk(statement)}
    uses = model.uses_of(bound, scope) if scope is not None else []
    return any(use not in inside for use in uses)


# -- rewrites ------------------------------------------------------------------------------------------------------


class _InGroup(cst.CSTTransformer):
    """`asyncio.create_task(…)` is the group's own `create_task(…)`."""

    def __init__(self, group: str) -> None:
        super().__init__()
        self._group = group

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        match original_node.func:
            case cst.Attribute(value=cst.Name("asyncio"), attr=cst.Name("create_task")):
                return updated_node.with_changes(func=name(f"{self._group}.create_task"))
        return updated_node


def grouped(nodes: Sequence[cst.BaseStatement], group: str, unused: Sequence[str]) -> cst.With:
    """`async with asyncio.TaskGroup() as group:` around the makings; its end waits for all of them."""
    *makings, join = nodes
    first_node = nodes[0]
    assert isinstance(first_node, cst.SimpleStatementLine | cst.If | cst.For)
    leading = first_node.leading_lines
    body: list[cst.BaseStatement] = []
    for node in makings:
        body.extend(_making(cst.ensure_type(node, cst.SimpleStatementLine), unused))
    body.extend(_of_join(join))
    moved = [statement.visit(_InGroup(group)) for statement in body]
    first = moved[0]
    assert isinstance(first, cst.SimpleStatementLine | cst.For)
    suite = cst.IndentedBlock([first.with_changes(leading_lines=[]), *moved[1:]])  # type: ignore[list-item]
    item = cst.WithItem(call("asyncio.TaskGroup"), cst.AsName(cst.Name(group)))
    return shapes.asynchronous_with(cst.With([item], suite, leading_lines=leading))


def _making(node: cst.SimpleStatementLine, unused: Sequence[str]) -> list[cst.BaseStatement]:
    """A making; a name or a list that nothing asks for any more goes."""
    small = node.body[0]
    if isinstance(small, cst.Assign) and len(node.body) == 1:
        target = small.targets[0].target
        if isinstance(target, cst.Name) and target.value in unused:
            return _statements(small.value, node.leading_lines)
    return [node]


def _of_join(node: cst.BaseStatement) -> list[cst.BaseStatement]:
    """What a join itself makes: the tasks of ``asyncio.wait([asyncio.create_task(…), …])``."""
    if isinstance(node, cst.If):
        return _statements(node.test.value, node.leading_lines) if isinstance(node.test, cst.NamedExpr) else []
    if not isinstance(node, cst.SimpleStatementLine):
        return []
    waiting = cst.ensure_type(
        cst.ensure_type(cst.ensure_type(node.body[0], cst.Expr).value, cst.Await).expression, cst.Call
    )
    tasks = waiting.args[0].value
    return _statements(tasks, node.leading_lines) if isinstance(tasks, cst.List | cst.ListComp) else []


def _statements(value: cst.BaseExpression, leading: Sequence[cst.EmptyLine]) -> list[cst.BaseStatement]:
    """The tasks of an expression, each made by a statement; names stand for tasks made before."""
    if isinstance(value, cst.List):
        items = [element.value for element in value.elements if not isinstance(element.value, cst.Name)]
        return [shapes.line(cst.Expr(item), leading if number == 0 else ()) for number, item in enumerate(items)]
    if isinstance(value, cst.ListComp) and value.for_in.inner_for_in is None and not value.for_in.ifs:
        made = shapes.block(shapes.line(cst.Expr(value.elt)))
        return [cst.For(value.for_in.target, value.for_in.iter, made, leading_lines=list(leading))]
    return [shapes.line(cst.Expr(value), leading)]
