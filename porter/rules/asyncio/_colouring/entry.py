"""The entry: where the module's own statements wait, they go into a `main()` that `asyncio.run` runs.

https://docs.python.org/3/library/asyncio-runner.html#asyncio.run
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import partial

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call
from porter.rewriting.rule import Rewritten, SlotKind
from porter.rules.asyncio._colouring import shapes
from porter.rules.asyncio._colouring.colours import Colours
from porter.rules.asyncio._colouring.draft import Draft, Edit, Function
from porter.rules.asyncio._colouring.functions import Functions
from porter.rules.asyncio._colouring.groups import grouped
from porter.rules.asyncio._colouring.thread_endings import Final


class Entry:
    """Writes the entry of a module."""

    def __init__(
        self, draft: Draft, functions: Functions, colours: Colours, finals: Sequence[Final], *, may_group: bool
    ) -> None:
        self._may_group = may_group
        self._draft = draft
        self._model: ModuleModel = draft.model
        self._functions = functions
        self._colours = colours
        self._finals = finals

    def write(self) -> None:
        """Note the edits that start the loop."""
        places = [*self._colours.awaiting_at_top, *self._colours.looping_at_top]
        if not places:
            self._draft.obstacle(
                self._model.module,
                "nothing in this file starts its greenlets or threads: convert it by hand together with what does",
            )
            return
        if self._run_in_place(places):
            return
        guard = self._model.main_guard
        if guard is not None and all(guard in self._model.ancestors(place) for place in places):
            self._from(guard.body[0], guard.body, guard)
            return
        top = [self._top_statement(place) for place in places]
        if guard is not None and guard in top:
            self._draft.obstacle(guard, "the module waits both under its main guard and outside of it")
            return
        first = min(top, key=lambda statement: statement.lineno)
        self._from(self._with_its_values(first), self._model.module.body, None)

    def _with_its_values(self, first: ast.stmt) -> ast.stmt:
        """The first of the assignments right before a statement whose names nothing but the tail uses."""
        body = self._model.module.body
        at = body.index(first)
        while at > 0 and (body[at - 1] in self._draft.removed or self._is_own_value(body[at - 1], body[at - 1 :])):
            at -= 1
        while body[at] in self._draft.removed:
            at += 1
        return body[at]

    def _is_own_value(self, statement: ast.stmt, tail: list[ast.stmt]) -> bool:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]):
                return name not in self._shared_names(tail)
        return False

    def _top_statement(self, place: ast.AST) -> ast.stmt:
        line: list[ast.AST] = [place, *self._model.ancestors(place)]
        statement = line[-2]
        assert isinstance(statement, ast.stmt)
        return statement

    # -- asyncio.run in the place of the one call --------------------------------------------------------------------

    def _run_in_place(self, places: Sequence[ast.AST]) -> bool:
        """Where the module awaits one call of its own and nothing else, that call is what asyncio.run runs."""
        if len(places) != 1 or places[0] not in self._colours.calls:
            return False
        node = places[0]
        assert isinstance(node, ast.Call)
        function = self._functions.referred(node.func)
        statement = self._model.statement(node)
        if function is None or isinstance(self._model.parent(statement), ast.For | ast.While):
            return False
        if any(isinstance(outer, ast.ListComp | ast.SetComp | ast.DictComp) for outer in self._model.ancestors(node)):
            return False
        if self._finals and not self._finish_in(function, statement):
            return False
        for edit in [edit for edit in self._draft.edits if edit.node is node and edit.rewrite is shapes.awaited]:
            self._draft.edits.remove(edit)
        self._draft.edit(node, _run, "asyncio.run starts the loop")
        return True

    def _finish_in(self, function: Function, statement: ast.stmt) -> bool:
        """Wait at the end of the one function that asyncio.run runs, if it ends in one way and nothing comes behind."""
        if any(self._model.function(final.place) is not function for final in self._finals):
            return False
        if any(isinstance(node, ast.Return) for node in ast.walk(function)) or not self._ends_module(statement):
            return False
        last = function.body[-1]
        rewrite = partial(_with_finals, finals=tuple(self._finals))
        self._draft.edits.insert(0, _block(last, rewrite))
        return True

    def _ends_module(self, statement: ast.stmt) -> bool:
        current: ast.AST = statement
        while isinstance(current, ast.stmt):
            if self._model.following(current) is not None:
                return False
            parent = self._model.parent(current)
            assert parent is not None
            current = parent
        return True

    # -- a main() of its own ---------------------------------------------------------------------------------------

    def _from(self, first: ast.stmt, body: list[ast.stmt], guard: ast.If | None) -> None:
        """Put the statements from `first` to the end of their suite into a coroutine."""
        tail = body[body.index(first) :]
        definitions = [node for node in tail if isinstance(node, Function | ast.ClassDef | ast.Import | ast.ImportFrom)]
        stuck = [node for node in definitions if not self._can_move_up(node, tail)]
        if guard is None and stuck:
            self._draft.obstacle(stuck[0], "the module waits before this is defined: move it up")
            return
        if any(self._model.function(final.place) is not None for final in self._finals):
            self._draft.obstacle(
                self._finals[0].place, "nobody joins this thread; keep it, and join it where the program ends"
            )
            return
        if guard is not None and (guard.orelse or self._model.following(guard) is not None):
            self._draft.obstacle(guard, "more follows the main guard")
            return
        names = self._shared_names(tail)
        name = "main" if self._is_free("main") else self._draft.fresh("run_main")
        node, last = (guard, guard) if guard is not None else (first, body[-1])
        rewrite = partial(
            _wrapped,
            name=name,
            shared=tuple(names),
            finals=tuple(self._finals),
            guarded=guard is not None,
            gap=self._touches_code(node),
            grouped_tail=self._grouped_tail(tail),
            group=self._draft.fresh("group") if self._may_group else "",
        )
        self._draft.edits.insert(0, _block(node, rewrite, last, "asyncio.run starts the loop, and runs main()"))

    def _grouped_tail(self, tail: Sequence[ast.stmt]) -> int:
        """How many statements at the end do nothing but make the tasks that the end waits for; 0 if that is not all."""
        left = [statement for statement in tail if statement not in self._draft.removed]
        places = [final.place for final in self._finals]
        count = 0
        while count < len(left) and left[-1 - count] in places:
            count += 1
        return count if self._may_group and count == len(places) else 0

    def _can_move_up(self, node: ast.stmt, tail: Sequence[ast.stmt]) -> bool:
        """Whether a definition or an import means the same before the tail: it asks for nothing that the tail makes."""
        made = {name for statement in tail for name in self._names_made(statement)}
        if any(len(self._model.scope.bindings.get(name, ())) > 1 for name in self._names_made(node)):
            return False
        stack: list[ast.AST] = [node]
        while stack:
            item = stack.pop()
            if isinstance(item, ast.Name) and item.id in made:
                return False
            later = item.body if isinstance(item, Function | ast.Lambda) else []
            kept = later if isinstance(later, list) else [later]
            stack.extend(child for child in ast.iter_child_nodes(item) if child not in kept)
        return True

    def _names_made(self, statement: ast.stmt) -> set[str]:
        """The names of the module's own that a statement binds."""
        inside = set(ast.walk(statement))
        bindings = self._model.scope.bindings
        return {name for name, found in bindings.items() if any(binding.node in inside for binding in found)}

    def _touches_code(self, statement: ast.stmt) -> bool:
        """Whether the line before a statement is neither empty nor a comment."""
        start = self._model.lines.line_start(statement.lineno)
        before = self._model.text[:start].splitlines()
        return bool(before) and bool(before[-1].strip()) and not before[-1].startswith("#")

    def _is_free(self, name: str) -> bool:
        return not any(name in scope.bindings or name in scope.uses for scope in self._model.scope.walk())

    def _shared_names(self, tail: Sequence[ast.stmt]) -> list[str]:
        """Names that the tail binds and that the rest of the module sees too: they stay the module's own."""
        inside: set[ast.AST] = {node for statement in tail for node in ast.walk(statement)}
        shared: set[str] = set()
        for name, bindings in self._model.scope.bindings.items():
            if not any(binding.node in inside for binding in bindings):
                continue
            uses = self._model.uses_of(name, self._model.scope)
            elsewhere = any(use not in inside for use in uses) or any(item.node not in inside for item in bindings)
            in_functions = any(self._model.function(use) is not None for use in uses)
            if elsewhere or in_functions:
                shared.add(name)
        return sorted(shared)


# -- rewrites ------------------------------------------------------------------------------------------------------


def _block(node: ast.stmt, rewrite: object, until: ast.stmt | None = None, message: str = "") -> Edit:
    assert callable(rewrite)
    return Edit(node, rewrite, message, SlotKind.BLOCK, until)


def _run(node: cst.Call) -> Rewritten:
    return call("asyncio.run", node)


def _final_wait(finals: Sequence[Final]) -> cst.BaseStatement:
    items = [_final_tasks(final) for final in finals]
    only = finals[0] if len(finals) == 1 and finals[0].is_list and not finals[0].attribute else None
    tasks: cst.BaseExpression = cst.Name(only.name) if only is not None else cst.List(items)
    waiting = shapes.line(cst.Expr(shapes.waited(tasks)))
    if all(final.is_list and not final.filled for final in finals):  # asyncio.wait refuses an empty list
        return cst.If(cst.Name(finals[0].name) if len(finals) == 1 else cst.List(items), shapes.block(waiting))
    return waiting


def _final_tasks(final: Final) -> cst.BaseElement:
    """The task, or the tasks, that a name stands for: itself, or what its objects keep."""
    if not final.attribute:
        return cst.StarredElement(cst.Name(final.name)) if final.is_list else cst.Element(cst.Name(final.name))
    if not final.is_list:
        return cst.Element(cst.Attribute(cst.Name(final.name), cst.Name(final.attribute)))
    item = cst.Attribute(cst.Name("item"), cst.Name(final.attribute))
    return cst.StarredElement(cst.GeneratorExp(item, cst.CompFor(cst.Name("item"), cst.Name(final.name))))


def _with_finals(nodes: list[cst.BaseStatement], finals: Sequence[Final]) -> Rewritten:
    return [*nodes, _final_wait(finals)]


class _NoTrailingSpace(cst.CSTTransformer):
    """Statements that move to the right: their empty lines stay empty."""

    def leave_EmptyLine(self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine) -> cst.EmptyLine:
        return updated_node if updated_node.comment is not None else updated_node.with_changes(indent=False)


def _is_definition(statement: cst.BaseStatement) -> bool:
    if isinstance(statement, cst.SimpleStatementLine):
        return all(isinstance(small, cst.Import | cst.ImportFrom) for small in statement.body)
    return isinstance(statement, cst.FunctionDef | cst.ClassDef)


def _tidied(statement: cst.BaseStatement) -> cst.BaseStatement:
    tidied = statement.visit(_NoTrailingSpace())
    assert isinstance(tidied, cst.BaseStatement)
    return tidied


def _wrapped(
    nodes: list[cst.BaseStatement],
    name: str,
    shared: Sequence[str],
    finals: Sequence[Final],
    guarded: bool,
    gap: bool,
    grouped_tail: int,
    group: str,
) -> Rewritten:
    guard = cst.ensure_type(nodes[0], cst.If) if guarded else None
    body: list[cst.BaseStatement]
    if guard is not None:
        suite = cst.ensure_type(guard.body, cst.IndentedBlock)
        body, leading, header, footer = list(suite.body), guard.leading_lines, suite.header, suite.footer
    else:
        body, leading, header, footer = list(nodes), (), cst.TrailingWhitespace(), ()
    if guard is None and isinstance(body[0], cst.BaseCompoundStatement | cst.SimpleStatementLine):
        body[0] = body[0].with_changes(leading_lines=[item for item in body[0].leading_lines if item.comment])
    if shared:
        body.insert(0, shapes.line(cst.Global([cst.NameItem(cst.Name(item)) for item in shared])))
    if finals and grouped_tail:
        names = [final.name for final in finals]
        body[-grouped_tail:] = [grouped([*body[-grouped_tail:], _final_wait(finals)], group, names)]
    elif finals:
        body.append(_final_wait(finals))
    moved: list[cst.BaseStatement] = []
    if guard is None:
        moved = [statement for statement in body if _is_definition(statement)]
        body = [_tidied(statement) for statement in body if not _is_definition(statement)]
    else:
        body = [_tidied(statement) for statement in body]
    blank = cst.EmptyLine(indent=False)
    leading = [*([blank] if gap or moved else []), *leading]
    main = cst.FunctionDef(
        cst.Name(name), cst.Parameters(), cst.IndentedBlock(body, header=header, footer=footer), leading_lines=leading
    )
    run = shapes.line(cst.Expr(call("asyncio.run", call(name))))
    if guard is None:
        return [*moved, shapes.asynchronous_def(main), run.with_changes(leading_lines=[blank])]
    started = guard.with_changes(body=shapes.block(run), leading_lines=[blank])
    return [shapes.asynchronous_def(main), started]
