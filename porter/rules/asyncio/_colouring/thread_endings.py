"""What becomes of each thread that is made: its task, the name or the list that keeps it, and who waits for it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import partial

from porter.analysis.model import ModuleModel
from porter.rules.asyncio._colouring import thread_shapes as shapes
from porter.rules.asyncio._colouring.draft import Draft, Function
from porter.rules.asyncio._colouring.handles import Handles
from porter.rules.asyncio._colouring.keeping import Keeper
from porter.rules.asyncio._colouring.thread_classes import Front, ThreadClasses


@dataclass(slots=True, eq=False)
class Thread:
    """A thread's making: the call, the function that it runs, the statement around it, and what becomes of it."""

    node: ast.Call
    function: Function
    statement: ast.stmt
    subclass: ast.ClassDef | None = None
    daemon: bool = False
    joined: bool = False
    started: list[ast.stmt] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Final:
    """Tasks that the end of the entry waits for: the name that holds them, and where they are made."""

    name: str
    is_list: bool
    place: ast.AST
    filled: bool = False
    attribute: str = ""  # of an object kept apart from its task: where it keeps the task


class ThreadEndings:
    """Writes threads as tasks, and notes in `finals` those that the end of the entry waits for."""

    def __init__(self, draft: Draft, handles: Handles, front: Front, classes: ThreadClasses) -> None:
        self._draft = draft
        self._model: ModuleModel = draft.model
        self._handles = handles
        self._front = front
        self._classes = classes
        self._keeper = Keeper(draft)
        self.finals: list[Final] = []

    def end(self, thread: Thread) -> None:
        """Write the making as a task, and see to it that somebody waits for it."""
        if not thread.started:
            self._draft.obstacle(thread.node, "cannot tell where this thread is started")
            return
        if thread.subclass in self._classes.objects:
            self._end_of_object(thread)
            return
        runs = f"{thread.subclass.name}.{self._front.run}" if thread.subclass is not None else thread.function.name
        message = f"a {self._front.word} becomes a task that runs `{runs}`"
        task: shapes.MakeTask = shapes.task
        if thread.subclass is not None:
            task = partial(shapes.task_of_object, run=self._front.run)
        elif self._front.takes_arguments:
            task = shapes.task_with_arguments
        statement = thread.statement
        if statement in thread.started:
            self._end_of_unnamed(thread, statement, task, message)
        elif not self._put_into_list(thread, task, message):
            self._draft.edit(thread.node, task, message)
            if not thread.joined and not thread.daemon:
                self._keep_holder(thread)

    def _end_of_object(self, thread: Thread) -> None:
        if thread.joined or thread.daemon:
            return
        for name, is_list in self._holders(thread.node):
            if is_list or self._loop_around(thread.statement) is None:
                filled = is_list and self._is_filled(name, thread.node)
                self.finals.append(Final(name, is_list, thread.statement, filled, self._classes.attribute))
                return
        self._draft.obstacle(thread.node, "nobody joins this thread, and nothing keeps it: put it in a list")

    def _end_of_unnamed(self, thread: Thread, statement: ast.stmt, task: shapes.MakeTask, message: str) -> None:
        """``Thread(…).start()``: the task gets a name, or its place in a list."""
        kept = self._keeper.keep(statement, partial(shapes.task_of_start, task=task), message)
        if kept is None and self._loop_around(statement) is None:
            kept = self._name_of(thread)
            self._draft.edit(statement, partial(shapes.named_task, task=task, name=kept), message)
            if not thread.daemon:
                self.finals.append(Final(kept, False, statement))
        elif kept is None:
            self._draft.edit(statement, partial(shapes.started_task, task=task), message)
            if not thread.daemon:
                self._draft.obstacle(statement, "nobody joins the threads that this loop starts: keep them in a list")
        elif not thread.daemon:
            self.finals.append(Final(kept, True, statement, self._surely_runs(statement)))

    def _put_into_list(self, thread: Thread, task: shapes.MakeTask, message: str) -> bool:
        """``t = Thread(…); t.start()`` in a loop, with a `t` that nothing else asks for: it goes into a list."""
        match thread.statement:
            case ast.Assign(targets=[ast.Name() as target], value=value) if value is thread.node:
                owner = self._model.scope_of(target).owner(target.id)
                uses = self._model.uses_of(target.id, owner) if owner is not None else []
                if any(use is not target and self._model.statement(use) not in self._draft.removed for use in uses):
                    return False
                name = self._keeper.keep(thread.statement, task, message)
                if name is not None and not thread.daemon:
                    self.finals.append(Final(name, True, thread.statement, self._surely_runs(thread.statement)))
                return name is not None
        return False

    def _surely_runs(self, statement: ast.stmt) -> bool:
        """Whether a statement in a loop runs at least once."""
        parent = self._model.parent(statement)
        return isinstance(parent, ast.For) and self._handles.certainly_filled(parent.iter)

    def _name_of(self, thread: Thread) -> str:
        wanted = thread.subclass.name.lower() if thread.subclass is not None else f"{thread.function.name}_task"
        return self._draft.fresh(wanted)

    def _keep_holder(self, thread: Thread) -> None:
        """The name or list that holds a thread which nobody joins; the end of the entry waits for it."""
        for name, is_list in self._holders(thread.node):
            if is_list or self._loop_around(thread.statement) is None:
                final = Final(name, is_list, thread.statement, is_list and self._is_filled(name, thread.node))
                if (name, is_list) not in [(other.name, other.is_list) for other in self.finals]:
                    self.finals.append(final)
                return
        self._draft.obstacle(thread.node, "nobody joins this thread, and nothing keeps it: put it in a list")

    def _is_filled(self, name: str, place: ast.AST) -> bool:
        owner = self._model.scope_of(place).owner(name)
        uses = self._model.uses_of(name, owner) if owner is not None else []
        return any(self._handles.certainly_filled(use) for use in uses if isinstance(use.ctx, ast.Load))

    def _holders(self, node: ast.expr) -> list[tuple[str, bool]]:
        parent = self._model.parent(node)
        match parent:
            case ast.Assign(targets=[ast.Name(id=name) as target]):
                lists = [(other, True) for other in self._lists_with(target)]
                return [*lists, (name, False)]
            case ast.ListComp() | ast.List():
                outer = self._model.parent(parent)
                if isinstance(outer, ast.Assign) and isinstance(outer.targets[0], ast.Name):
                    return [(outer.targets[0].id, True)]
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append")):
                return [(name, True)]
        return []

    def _lists_with(self, target: ast.Name) -> list[str]:
        """The lists that the value of a name is appended to."""
        owner = self._model.scope_of(target).owner(target.id)
        found: list[str] = []
        for use in self._model.uses_of(target.id, owner) if owner is not None else []:
            match self._model.parent(use):
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append")):
                    found.append(name)
        return found

    def _loop_around(self, node: ast.AST) -> ast.stmt | None:
        for outer in self._model.ancestors(node):
            if isinstance(outer, ast.For | ast.While):
                return outer
            if isinstance(outer, Function):
                return None
        return None
