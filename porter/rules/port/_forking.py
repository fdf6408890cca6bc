"""Why a program's child processes must be forked: what they use that a new interpreter would not have.

A spawned child imports the main module anew, without what stands under its guard, and gets the target and its arguments
pickled. https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from porter.analysis import kinds
from porter.analysis.model import ModuleModel
from porter.analysis.scopes import Binding, BindingKind
from porter.rules.port._processes import FunctionNode, Processes, Worker, own_nodes

_UNPICKLABLE = frozenset(
    f"threading.{name}" for name in "Thread Timer Lock RLock Condition Event Semaphore BoundedSemaphore local".split()
) | {"generator", "file", "queue.Queue", "queue.LifoQueue", "queue.PriorityQueue", "subprocess.Popen"}
_MUTATORS = frozenset("append extend insert add update setdefault pop remove clear appendleft put".split())
_FRESH = ("multiprocessing.", "time.", "random.", "socket.", "tempfile.", "uuid.", "builtins.raw_input")


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that only a forked child has."""

    call: ast.Call
    text: str


class ForkReasons:
    """Finds what makes a module's children depend on fork. `guarded` are statements that a spawned child does not run."""

    def __init__(self, model: ModuleModel, processes: Processes, guarded: frozenset[ast.stmt]) -> None:
        self._model = model
        self._processes = processes
        self._guarded = guarded

    def all(self) -> Iterator[Reason]:
        for worker in self._processes.workers:
            text = self._of_target(worker) or self._of_arguments(worker) or self._of_globals(worker)
            if text:
                yield Reason(worker.call, text)

    # -- what is pickled -------------------------------------------------------------------------------------------

    def _of_target(self, worker: Worker) -> str | None:
        if worker.definition is not None:
            if not self._is_importable(worker.definition):
                return f"the class {worker.definition.name} is defined where a new interpreter cannot import it"
            return self._of_attributes(worker.definition, ("__init__",))
        match worker.function:
            case ast.Lambda():
                return "a lambda cannot be pickled"
            case ast.Name() as name:
                definition = self._model.definition(name)
                if isinstance(definition, FunctionNode) and not self._is_importable(definition):
                    return f"{name.id}() is defined where a new interpreter cannot import it"
            case ast.Attribute() as attribute:
                return self._of_method(attribute)
        return None

    def _of_method(self, attribute: ast.Attribute) -> str | None:
        """A bound method is pickled with its object."""
        owner = self._model.kind(attribute.value).definition
        if owner is None and isinstance(attribute.value, ast.Name) and attribute.value.id == "self":
            owner = self._model.enclosing_class(attribute)
        if owner is None:
            return None
        if not self._is_importable(owner):
            return f"the class {owner.name} is defined where a new interpreter cannot import it"
        names = tuple(item.name for item in owner.body if isinstance(item, ast.FunctionDef))
        return self._of_attributes(owner, names)

    def _of_attributes(self, owner: ast.ClassDef, methods: tuple[str, ...]) -> str | None:
        for method in owner.body:
            if not isinstance(method, ast.FunctionDef) or method.name not in methods:
                continue
            for node in own_nodes(method):
                match node:
                    case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)], value=value):
                        if what := self._unpicklable(value):
                            return f"self.{name} of {owner.name} holds {what}, which cannot be pickled"
        return None

    def _of_arguments(self, worker: Worker) -> str | None:
        for argument in worker.arguments:
            if isinstance(argument, ast.Lambda):
                return "a lambda cannot be pickled"
            if what := self._unpicklable(argument):
                return f"{self._model.text_of(argument)} is {what}, which cannot be pickled"
        return None

    def _unpicklable(self, value: ast.expr) -> str | None:
        if isinstance(value, ast.Lambda):
            return "a lambda"
        kind = self._model.kind(value)
        name = self._model.library_type(kind) if kind is not kinds.UNKNOWN else "?"
        return f"a {name}" if name in _UNPICKLABLE else None

    def _is_importable(self, definition: FunctionNode | ast.ClassDef) -> bool:
        """Whether a definition stands at the module's level, outside what a spawned child leaves out."""
        for outer in (definition, *self._model.ancestors(definition)):
            if outer in self._guarded or (isinstance(outer, FunctionNode | ast.Lambda) and outer is not definition):
                return False
        return True

    # -- what is read ----------------------------------------------------------------------------------------------

    def _of_globals(self, worker: Worker) -> str | None:
        inside = self._processes.reachable(self._processes.entries(worker))
        read: dict[str, ast.Name] = {}
        for function in inside:
            for node in own_nodes(function, deep=True):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    scope = self._model.scope_of(node).owner(node.id)
                    if scope is not None and scope.is_module:
                        read.setdefault(node.id, node)
        for name in sorted(read):
            if text := self._of_name(name, inside):
                return text
        return None

    def _of_name(self, name: str, inside: set[FunctionNode]) -> str | None:
        bindings = self._model.scope.bindings[name]
        outside = [item for item in bindings if self._model.function(item.node) not in inside]
        for binding in outside:
            if self._is_guarded(binding.node):
                return f"the child uses {name}, which only the main program sets"
            if self._model.function(binding.node) is not None and binding.kind is not BindingKind.PARAMETER:
                return f"the child uses {name}, which the program may have changed before"
            if self._is_fresh(binding):
                return f"the child uses {name}, and a new interpreter would make another one"
        for use in self._model.uses_of(name, self._model.scope):
            if self._is_mutation(use) and self._before_start(use, inside):
                return f"the child uses {name}, which the program has changed before"
        return None

    def _is_guarded(self, node: ast.AST) -> bool:
        return any(outer in self._guarded for outer in (node, *self._model.ancestors(node)))

    def _is_fresh(self, binding: Binding) -> bool:
        """Whether running the assignment again gives another object, not another copy."""
        if binding.value is None or binding.kind is not BindingKind.ASSIGNMENT:
            return False
        if self._model.kind(binding.value).type == "file":
            return True
        for node in ast.walk(binding.value):
            if isinstance(node, ast.Call):
                name = self._model.resolve_canonical(node.func) or ""
                if name.startswith(_FRESH) and name not in ("multiprocessing.cpu_count", "multiprocessing.get_logger"):
                    return True
                if isinstance(node.func, ast.Attribute) and self._is_manager(node.func.value):
                    return True
        return False

    def _is_manager(self, node: ast.expr) -> bool:
        return self._model.kind(node).type == "multiprocessing.Manager"

    def _is_mutation(self, use: ast.Name) -> bool:
        parent = self._model.parent(use)
        match parent:
            case ast.Subscript(value=value):
                return value is use and not isinstance(parent.ctx, ast.Load)
            case ast.Attribute(attr=method):
                call = self._model.parent(parent)
                return method in _MUTATORS and isinstance(call, ast.Call) and call.func is parent
        return False

    def _before_start(self, use: ast.Name, inside: set[FunctionNode]) -> bool:
        """Whether the main program makes the change itself: it is under the guard, before the processes start."""
        return self._is_guarded(use) and self._model.function(use) not in inside
