"""Threads that wait more than they work: made, started, joined; as asyncio tasks.

A task is made where its thread was made and runs from the next place that waits; so nothing may wait between a
thread's making and its start. A thread that nobody joins, and is no daemon, is waited for at the end of the entry.

https://docs.python.org/3/library/asyncio-task.html#creating-tasks
"""

from __future__ import annotations

import ast

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import SlotKind
from porter.rules.asyncio._colouring import thread_shapes as shapes
from porter.rules.asyncio._colouring.draft import Draft, nothing
from porter.rules.asyncio._colouring.failing import Failing
from porter.rules.asyncio._colouring.functions import Functions
from porter.rules.asyncio._colouring.groups import Making
from porter.rules.asyncio._colouring.handles import UNKNOWN, Handles
from porter.rules.asyncio._colouring.keeping import merge_waits
from porter.rules.asyncio._colouring.spawning import spawned
from porter.rules.asyncio._colouring.thread_classes import Front, ThreadClasses
from porter.rules.asyncio._colouring.thread_endings import Final, Thread, ThreadEndings


class Threads:
    """Recognises the threads of a module."""

    def __init__(self, draft: Draft, handles: Handles, functions: Functions, front: Front) -> None:
        self._draft = draft
        self._front = front
        self._classes = ThreadClasses(draft, functions, front)
        self._model: ModuleModel = draft.model
        self._handles = handles
        self._functions = functions
        self._threads: dict[ast.Call, Thread] = {}
        self._asking: set[ast.expr] = set()
        self._endings = ThreadEndings(draft, handles, front, self._classes)
        self._single_joins: list[ast.stmt] = []
        self.joins: list[list[ast.stmt]] = []
        self.finals_may_group = False

    @property
    def finals(self) -> list[Final]:
        return self._endings.finals

    @property
    def made(self) -> list[Thread]:
        return list(self._threads.values())

    @property
    def makings(self) -> list[Making]:
        return [Making(thread.node, thread.statement, thread.function) for thread in self.made]

    def read(self) -> None:
        """Note every thread that is made, and what is done with it."""
        calls = [node for node in self._model.nodes.get(ast.Call, ()) if isinstance(node, ast.Call)]
        for node in calls:
            self._making(node)
        if not self._threads:
            return
        self._find_objects()
        for node in calls:
            if isinstance(node.func, ast.Attribute) and self._is_thread(node.func.value):
                self._method_call(node, node.func)
            elif isinstance(node.func, ast.Attribute):
                self._suspect(node, node.func)
        for attribute in self._model.nodes.get(ast.Attribute, ()):
            assert isinstance(attribute, ast.Attribute)
            if self._is_thread(attribute.value):
                self._attribute(attribute)
        for definition, daemon in self._classes.read().items():
            for thread in self._threads.values():
                if thread.subclass is not None and definition in self._functions.lineage(thread.subclass):
                    thread.daemon = daemon
        for thread in self._threads.values():
            self._endings.end(thread)
        self._flows()
        self._loops_left_empty()
        self.joins.extend(merge_waits(self._draft, self._single_joins))

    def _is_thread(self, node: ast.expr) -> bool:
        return self._handles.type_of(node) == self._front.base

    # -- objects that are more than their thread --------------------------------------------------------------------

    def is_object(self, node: ast.expr) -> bool:
        """Whether an expression is an object that is kept apart from its task."""
        return any(thread.subclass in self._classes.objects for thread in self.origins(node))

    def has_object(self, node: ast.expr) -> bool:
        """Whether a list holds such an object."""
        return any(thread.subclass in self._classes.objects for thread in self._elements(node))

    def _find_objects(self) -> None:
        """A class whose instances are asked for more than a thread has keeps its task in an attribute."""
        for kind in (ast.Name, ast.Call):
            for node in self._model.nodes.get(kind, ()):
                assert isinstance(node, ast.expr)
                if isinstance(getattr(node, "ctx", None), ast.Store) or not self._is_thread(node):
                    continue
                parent = self._model.parent(node)
                asked = isinstance(parent, ast.Attribute) and parent.attr not in self._front.api
                if asked or not self._stays(node):
                    self._classes.objects.update(t.subclass for t in self.origins(node) if t.subclass is not None)

    def _suspect(self, node: ast.Call, func: ast.Attribute) -> None:
        """A call that may well be a thread's, on an object that nobody knows: better not to begin."""
        unknown = self._handles.type_of(func.value) == UNKNOWN and not isinstance(func.value, ast.Constant)
        plain = not node.args and not node.keywords and func.attr in ("start", "join", "spawn", "start_later")
        if unknown and self._classes.is_own(func.value) and func.attr.startswith("spawn"):
            self._draft.obstacle(node, f"`{func.attr}` of a class of this file has no plain asyncio form")
        elif unknown and plain and self._functions.owner_of(func) is None and self._model.resolve(func) is None:
            self._draft.obstacle(node, f"is this a {self._front.base}? porter cannot tell")

    # -- making ----------------------------------------------------------------------------------------------------

    def _making(self, node: ast.Call) -> None:
        definition = self._model.definition(node.func)
        if isinstance(definition, ast.ClassDef):
            if self._model.library_type(self._model.instance_of(definition)) != self._front.base:
                return
            function = self._functions.method(definition, self._front.run)
            if function is None:
                self._draft.obstacle(node, f"what does a {definition.name} run? It has no {self._front.run}() here")
                return
            if function not in self._draft.coroutines:
                self._draft.coroutines.append(function)
        elif self._model.resolve_canonical(node.func) == self._front.base:
            runs = self._target(node)
            if runs is None:
                self._draft.obstacle(node, "cannot tell what this runs")
                return
            target = spawned(runs, self._draft, self._functions)
            if target is None:
                return
            function = target
            self._draft.consumed.add(node.func)
        else:
            return
        subclass = definition if isinstance(definition, ast.ClassDef) else None
        daemon = _says_daemon(node) or not self._front.waited_for
        self._threads[node] = Thread(node, function, self._model.statement(node), subclass, daemon)
        self._draft.looping.append(node)

    def _target(self, node: ast.Call) -> ast.expr | None:
        if self._front.takes_arguments:
            return node.args[0] if node.args and not isinstance(node.args[0], ast.Starred) else None
        arguments = shapes.arguments(node)
        return arguments.get("target") if arguments is not None else None

    def origins(self, node: ast.expr) -> list[Thread]:
        """The makings that a thread may come from."""
        if node in self._asking:
            return []
        self._asking.add(node)
        try:
            return list(dict.fromkeys(self._origins(node)))
        finally:
            self._asking.discard(node)

    def _origins(self, node: ast.expr) -> list[Thread]:
        match node:
            case ast.Call() if node in self._threads:
                return [self._threads[node]]
            case ast.Subscript(value=value, slice=index) if not isinstance(index, ast.Slice | ast.Constant):
                return self._elements(value)
            case ast.Name():
                found: list[Thread] = []
                for binding in self._model.bindings(node):
                    parent = self._model.parent(binding.node)
                    if binding.value is not None and binding.value is not node:
                        found.extend(self.origins(binding.value))
                    elif isinstance(parent, ast.For | ast.comprehension):
                        found.extend(self._elements(parent.iter))
                return found
        return []

    def _elements(self, node: ast.expr) -> list[Thread]:
        match node:
            case ast.ListComp(elt=element):
                return self.origins(element)
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return [thread for element in elements for thread in self.origins(element)]
            case ast.BinOp(left=left, right=right):
                return self._elements(left) + self._elements(right)
            case ast.Name():
                values = [b.value for b in self._model.bindings(node) if b.value is not None]
                found = [thread for value in values for thread in self._elements(value)]
                return found + [t for value in self._handles.put_into(node) for t in self.origins(value)]
        return []

    # -- use -------------------------------------------------------------------------------------------------------

    def _method_call(self, node: ast.Call, func: ast.Attribute) -> None:
        if not self._front.waited_for and func.attr != "start" and not self.is_object(func.value):
            return  # what else there is to a greenlet is the same however it was made
        self._draft.consumed.add(func)
        threads = self.origins(func.value)
        statement = self._model.parent(node)
        if not threads:
            if not self._is_self(func.value) and not isinstance(func.value, ast.Call):
                self._draft.obstacle(node, "cannot tell which thread this is")
            return
        if self.is_object(func.value):
            self._object_call(node, func, threads)
        elif func.attr == "is_alive" and not node.args:
            self._draft.edit(node, shapes.not_done)
        elif not isinstance(statement, ast.Expr):
            self._draft.obstacle(node, f"`{func.attr}` of a thread has no plain asyncio form")
        elif func.attr == "start" and not node.args:
            self._start(node, statement, threads)
        elif func.attr == "join":
            self._join(node, statement, threads)
        elif func.attr == "setDaemon" and len(node.args) == 1:
            self._daemon(statement, node.args[0], threads)
        else:
            self._draft.obstacle(node, f"`{func.attr}` of a thread has no plain asyncio form")

    def _object_call(self, node: ast.Call, func: ast.Attribute, threads: list[Thread]) -> None:
        """The object's own start() and join() stand for those of the thread."""
        statement = self._model.statement(node)
        plain = not node.args and not node.keywords and isinstance(statement, ast.Expr) and statement.value is node
        if any(thread.subclass not in self._classes.objects for thread in threads):
            self._draft.obstacle(node, "these are threads of several kinds")
        elif func.attr == "start" and plain:
            self._draft.looping.append(node)
            for thread in threads:
                thread.started.append(statement)
        elif func.attr == "join" and plain:
            self._draft.awaiting.append(node)
            self._draft.waits.append(node)
            self._draft.edit(node, shapes.awaited)
            for thread in threads:
                thread.joined = thread.joined or not isinstance(self._model.parent(statement), ast.If | ast.Try)
            self._classes.joined.update(thread.subclass for thread in threads if thread.subclass is not None)
        elif func.attr == "setDaemon" and len(node.args) == 1 and isinstance(statement, ast.Expr):
            self._daemon(statement, node.args[0], threads)
        elif func.attr in self._front.api:
            self._draft.obstacle(node, f"`{func.attr}` of a thread has no plain asyncio form")

    def _start(self, node: ast.Call, statement: ast.Expr, threads: list[Thread]) -> None:
        for thread in threads:
            thread.started.append(statement)
        if statement is not threads[0].statement:
            self._draft.remove(statement)

    def _daemon(self, statement: ast.stmt, value: ast.expr, threads: list[Thread]) -> None:
        if not isinstance(value, ast.Constant):
            self._draft.obstacle(statement, "whether this thread is a daemon is decided as the program runs")
            return
        for thread in threads:
            thread.daemon = bool(value.value)
        self._draft.remove(statement)

    def _join(self, node: ast.Call, statement: ast.Expr, threads: list[Thread]) -> None:
        given = [*node.args, *(item.value for item in node.keywords)]
        if len(given) > 1 or any(item.arg != "timeout" for item in node.keywords):
            self._draft.obstacle(node, "cannot tell how long this join waits")
            return
        certain = not given and not isinstance(self._model.parent(statement), ast.If | ast.Try)
        for thread in threads:
            same = self._model.function(thread.node) is self._model.function(node)
            thread.joined = thread.joined or (certain and same)
        self._draft.awaiting.append(node)
        self._draft.waits.append(node)
        loop = self._model.parent(statement)
        joins_list = (
            isinstance(loop, ast.For)
            and loop.body == [statement]
            and not given
            and not loop.orelse
            and isinstance(loop.iter, ast.Name)
        )
        if isinstance(loop, ast.For) and joins_list:
            self.joins.append([loop])
        if isinstance(loop, ast.For) and joins_list and self._handles.certainly_filled(loop.iter):
            self._draft.edit(loop, shapes.joined_loop, slot=SlotKind.BLOCK)
        else:
            self._draft.edit(node, shapes.joined)
            if not given and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
                self._single_joins.append(statement)

    def _attribute(self, node: ast.Attribute) -> None:
        if node in self._draft.consumed or self._is_self(node.value) or not self._front.waited_for:
            return
        if node.attr not in self._front.api and self.is_object(node.value):
            return
        if isinstance(node.value, ast.Call) and node.value not in self._threads:
            return  # threading.current_thread().name: the leftovers tell of it
        statement = self._model.parent(node)
        threads = self.origins(node.value)
        if node.attr == "daemon" and isinstance(statement, ast.Assign) and len(statement.targets) == 1 and threads:
            self._daemon(statement, statement.value, threads)
        else:
            message = (
                f"`{node.attr}` is asked of a thread: a task has no such thing (keep the object apart from its task)"
            )
            self._draft.obstacle(node, message)

    def _is_self(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and any(
            isinstance(binding.node, ast.arg) for binding in self._model.bindings(node)
        )

    def judge_finals(self, failing: Failing) -> None:
        """Whether the tasks that the end waits for may be a group: none of them can fail."""
        functions = [thread.function for thread in self.made if not thread.joined and not thread.daemon]
        self.finals_may_group = all(failing.never_fails(function) for function in functions)

    # -- flows -----------------------------------------------------------------------------------------------------

    def _flows(self) -> None:
        if not self._front.waited_for:
            return
        for kind in (ast.Name, ast.Call):
            for node in self._model.nodes.get(kind, ()):
                assert isinstance(node, ast.expr)
                if isinstance(getattr(node, "ctx", None), ast.Store) or not self._is_thread(node):
                    continue
                if not self._stays(node) and not self._is_self(node) and not self.is_object(node):
                    self._draft.obstacle(
                        node, "this thread becomes a task, and is handed to code that expects a thread"
                    )

    def _stays(self, node: ast.expr) -> bool:
        parent = self._model.parent(node)
        match parent:
            case ast.Attribute() | ast.ListComp() | ast.List() | ast.Assign(targets=[ast.Name()]):
                return True
            case ast.Call(func=ast.Attribute(attr="append")):
                return True
        return False

    def _loops_left_empty(self) -> None:
        """A loop that only started threads goes with its statements."""
        for loop in self._model.nodes.get(ast.For, ()):
            assert isinstance(loop, ast.For)
            if all(statement in self._draft.removed for statement in loop.body) and not loop.orelse:
                self._draft.removed.add(loop)
                self._draft.edit(loop, nothing, slot=SlotKind.BLOCK)


def _says_daemon(node: ast.Call) -> bool:
    return any(
        item.arg == "daemon" and isinstance(item.value, ast.Constant) and bool(item.value.value)
        for item in node.keywords
    )
