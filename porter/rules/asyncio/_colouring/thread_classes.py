"""Classes that are threads, or greenlets: a base less, and a `run` that is a coroutine.

Where the program asks an instance for more than a thread has, the object is kept apart from its task: the class gets a
`start` and a `join` of its own.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import partial

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import SlotKind
from porter.rules.asyncio._colouring import thread_shapes as shapes
from porter.rules.asyncio._colouring.draft import Draft, Edit, Function, nothing
from porter.rules.asyncio._colouring.functions import Functions


@dataclass(frozen=True, slots=True)
class Front:
    """What a library's thread class is called, and how it works.

    `api`: what its instances have. `takes_arguments`: it is made with the function and its arguments in a row.
    `waited_for`: the program does not end before its threads do.
    """

    word: str
    base: str
    run: str
    api: frozenset[str]
    takes_arguments: bool
    waited_for: bool


THREAD_CLASS = Front("thread", "threading.Thread", "run", shapes.THREAD_API, takes_arguments=False, waited_for=True)
GREENLET_CLASS = Front(
    "greenlet", "gevent.Greenlet", "_run", shapes.GREENLET_API, takes_arguments=True, waited_for=False
)


class ThreadClasses:
    """Rewrites the classes of this module that are threads.

    `objects`: those whose instances are kept apart from their tasks; `joined`: those of them that are joined.
    """

    def __init__(self, draft: Draft, functions: Functions, front: Front) -> None:
        self._draft = draft
        self._model: ModuleModel = draft.model
        self._functions = functions
        self._front = front
        self.objects: set[ast.ClassDef] = set()
        self.joined: set[ast.ClassDef] = set()

    @property
    def attribute(self) -> str:
        """The attribute in which an object keeps its task: one that the module does not use yet."""
        taken = {node.attr for node in self._model.nodes.get(ast.Attribute, ()) if isinstance(node, ast.Attribute)}
        return "task" if "task" not in taken else "own_task"

    def is_own(self, node: ast.expr) -> bool:
        """Whether an expression is one of these classes."""
        definition = self._model.definition(node)
        return isinstance(definition, ast.ClassDef) and self._is_one(definition)

    def _is_one(self, definition: ast.ClassDef) -> bool:
        return self._model.library_type(self._model.instance_of(definition)) == self._front.base

    def read(self) -> dict[ast.ClassDef, bool]:
        """Note how each class changes; gives those that say whether they are daemons."""
        daemons: dict[ast.ClassDef, bool] = {}
        for definition in self._model.nodes.get(ast.ClassDef, ()):
            assert isinstance(definition, ast.ClassDef)
            if self._is_one(definition):
                self._without_base(definition)
                daemon = self._body(definition)
                if daemon is not None:
                    daemons[definition] = daemon
        return daemons

    def _without_base(self, definition: ast.ClassDef) -> None:
        for number, base in enumerate(definition.bases):
            if self._model.resolve_canonical(base) == self._front.base:
                self._draft.consumed.add(base)
                self._draft.edit(definition, partial(shapes.without_base, number=number), slot=SlotKind.HEADER)
                if any(definition in self._functions.lineage(item) for item in self.objects):
                    joins = any(definition in self._functions.lineage(item) for item in self.joined)
                    rewrite = partial(shapes.with_own_start, run=self._front.run, attribute=self.attribute, joins=joins)
                    self._draft.edits.insert(0, Edit(definition.body[-1], rewrite, slot=SlotKind.BLOCK))

    def _body(self, definition: ast.ClassDef) -> bool | None:
        """What the class asks of itself as a thread; gives whether it says that it is a daemon."""
        own = {item.name for item in definition.body if isinstance(item, Function)}
        attributes = [node for node in ast.walk(definition) if isinstance(node, ast.Attribute) and _is_of_self(node)]
        stored = {node.attr for node in attributes if isinstance(node.ctx, ast.Store)} - {"daemon"}
        daemon: bool | None = None
        for node in ast.walk(definition):
            if isinstance(node, ast.Call) and self._is_base_init(node):
                self._base_init(node)
        for attribute in attributes:
            if attribute.attr in self._front.api and attribute.attr not in own | stored:
                said = self._own_attribute(attribute)
                daemon = said if said is not None else daemon
        return daemon

    def _is_base_init(self, node: ast.Call) -> bool:
        match node.func:
            case ast.Attribute(value=ast.Call(func=called), attr="__init__"):
                own_base = self._model.enclosing_class(node)
                direct = own_base is not None and any(
                    self._model.resolve_canonical(base) == self._front.base for base in own_base.bases
                )
                return direct and self._model.resolve(called) == "builtins.super"
            case ast.Attribute(value=base, attr="__init__"):
                return self._model.resolve_canonical(base) == self._front.base
        return False

    def _base_init(self, node: ast.Call) -> None:
        statement, function = self._model.parent(node), self._model.function(node)
        words = {item.arg for item in node.keywords}
        if not isinstance(statement, ast.Expr) or not isinstance(function, ast.FunctionDef) or not words <= {"name"}:
            self._draft.obstacle(node, "the thread is made with arguments that a task does not have")
            return
        self._draft.consumed.update(part for part in ast.walk(node.func) if isinstance(part, ast.expr))
        if function.body == [statement]:
            self._draft.edit(function, nothing, slot=SlotKind.BLOCK)
        else:
            self._draft.remove(statement)

    def _own_attribute(self, node: ast.Attribute) -> bool | None:
        statement = self._model.statement(node)
        match statement:
            case ast.Assign(targets=[target], value=ast.Constant(value=bool() as daemon)) if (
                target is node and node.attr == "daemon"
            ):
                pass
            case ast.Expr(value=ast.Call(func=func, args=[ast.Constant(value=bool() as daemon)])) if (
                func is node and node.attr == "setDaemon"
            ):
                pass
            case _:
                self._draft.obstacle(
                    node, f"`self.{node.attr}` is the {self._front.word}'s own: a task has no such thing"
                )
                return None
        self._draft.remove(statement)
        return daemon


def _is_of_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"
