"""Which processes a module starts, where, and what runs in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from porter.analysis.model import ModuleModel
from porter.analysis.walk import children

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

_PROCESS = "multiprocessing.Process"
_POOLS = frozenset({"multiprocessing.Pool", "concurrent.futures.ProcessPoolExecutor"})
# Making one of these starts a process at once, or with its first task.
_STARTS = _POOLS | {"multiprocessing.Manager"}
# Classes whose start() makes a process that serves what their register() was told of.
_MANAGERS = frozenset({"multiprocessing.managers.BaseManager", "multiprocessing.managers.SyncManager"})
_TASKS = frozenset({"apply", "apply_async", "map", "map_async", "imap", "imap_unordered", "submit"})


@dataclass(slots=True, eq=False)
class Worker:
    """A place that says what a child process runs: the call, the function's expression and the arguments handed over."""

    call: ast.Call
    function: ast.expr | None = None
    definition: ast.ClassDef | None = None
    arguments: list[ast.expr] = field(default_factory=list)


@lru_cache(maxsize=1)
def processes_of(model: ModuleModel) -> Processes:
    """The processes of a module, found once for the rules that ask one after the other."""
    return Processes(model)


class Processes:
    """The processes of one module."""

    def __init__(self, model: ModuleModel) -> None:
        self._model = model
        self._by_name: dict[str, list[FunctionNode]] = {}

    def resolve(self, node: ast.AST) -> str | None:
        return self._model.resolve_canonical(node)

    @cached_property
    def workers(self) -> list[Worker]:
        """Every call that makes a process, or hands a task to a pool of processes."""
        calls = self._every_call
        found = [worker for call in calls if (worker := self._worker(call))]
        if any(self._starts_manager(call) for call in calls):
            found += [worker for call in calls if (worker := self._registered(call))]
        return found

    @cached_property
    def makes_any(self) -> bool:
        return bool(self.workers) or any(self.resolve(call.func) in _STARTS for call in self._every_call)

    @property
    def _every_call(self) -> list[ast.Call]:
        return [node for node in self._model.nodes.get(ast.Call, ()) if isinstance(node, ast.Call)]

    def _worker(self, call: ast.Call) -> Worker | None:
        name = self.resolve(call.func)
        definition = self._model.definition(call.func)
        if name == _PROCESS:
            return self._process(call)
        if isinstance(definition, ast.ClassDef):
            kind = self._model.instance_of(definition)
            if self._model.library_type(kind) == _PROCESS:
                return Worker(call, definition=definition, arguments=_handed(call))
        if name in _POOLS:
            initializers = [item.value for item in call.keywords if item.arg == "initializer"] or call.args[1:2]
            return Worker(call, initializers[0]) if initializers else None
        if isinstance(call.func, ast.Attribute) and call.func.attr in _TASKS and call.args:
            kind = self._model.kind(call.func.value)
            if self._model.library_type(kind) in _POOLS:
                return Worker(call, call.args[0])
        return None

    def _starts_manager(self, call: ast.Call) -> bool:
        match call.func:
            case ast.Attribute(value=manager, attr="start"):
                return self._model.library_type(self._model.kind(manager)) in _MANAGERS
        return False

    def _registered(self, call: ast.Call) -> Worker | None:
        """`Manager.register('name', callable)` of a class of managers: a server's process runs the callable."""
        match call.func:
            case ast.Attribute(value=owner, attr="register"):
                definition = self._model.definition(owner)
                own = isinstance(definition, ast.ClassDef) and self._model.library_type(
                    self._model.instance_of(definition)
                )
                if own not in _MANAGERS and self.resolve(owner) not in _MANAGERS:
                    return None
                told = [item.value for item in call.keywords if item.arg == "callable"] or call.args[1:2]
                return Worker(call, told[0]) if told else None
        return None

    def _process(self, call: ast.Call) -> Worker:
        given = {item.arg: item.value for item in call.keywords}
        arguments: list[ast.expr] = []
        for word in ("args", "kwargs"):
            match given.get(word):
                case ast.Tuple(elts=items) | ast.List(elts=items):
                    arguments += items
                case ast.Dict(values=values):
                    arguments += values
        target = given.get("target") or (call.args[1] if len(call.args) > 1 else None)
        return Worker(call, target, arguments=arguments)

    # -- code that starts processes --------------------------------------------------------------------------------

    def start_in(self, statement: ast.stmt) -> ast.Call | None:
        """The first call in a statement's own code that starts a process, itself or through functions of the module."""
        for call in self._calls_in(statement):
            if self._starts(call) or any(function in self._starting for function in self.called(call)):
                return call
        return None

    def _starts(self, call: ast.Call) -> bool:
        if self.resolve(call.func) in _STARTS:
            return True
        if not (isinstance(call.func, ast.Attribute) and call.func.attr == "start" and self.makes_any):
            return False
        kind = self._model.library_type(self._model.kind(call.func.value))
        return kind in _MANAGERS or kind in (_PROCESS, "?") or kind.startswith(".")

    @cached_property
    def _starting(self) -> set[FunctionNode]:
        """The functions that start a process when they are called."""
        found: set[FunctionNode] = set()
        calls = {function: list(self._calls_in(function)) for function in self.functions}
        while True:
            new = {
                function
                for function, inside in calls.items()
                if function not in found
                and any(self._starts(call) or found & set(self.called(call)) for call in inside)
            }
            if not new:
                return found
            found |= new

    @cached_property
    def functions(self) -> list[FunctionNode]:
        return [node for node in self._model.nodes.get(ast.FunctionDef, ()) if isinstance(node, ast.FunctionDef)]

    def called(self, call: ast.Call) -> Iterator[FunctionNode]:
        """The functions of this module that a call may run."""
        definition = self._model.definition(call.func)
        if isinstance(definition, FunctionNode):
            yield definition
        elif isinstance(definition, ast.ClassDef):
            yield from self.method(definition, "__init__")
        elif isinstance(call.func, ast.Attribute):
            yield from self.methods_of(call.func)

    def methods_of(self, attribute: ast.Attribute) -> Iterator[FunctionNode]:
        """The methods of this module that an attribute may name: of the receiver's class, where that is known."""
        definition = self._model.kind(attribute.value).definition
        if definition is None and isinstance(attribute.value, ast.Name) and attribute.value.id == "self":
            definition = self._model.enclosing_class(attribute)
        if definition is not None:
            yield from self.method(definition, attribute.attr)
        elif self.resolve(attribute) is None:
            yield from self._of_any_class(attribute.attr)

    def _of_any_class(self, name: str) -> list[FunctionNode]:
        """The methods of this name of all classes of the module, own and inherited."""
        known = self._by_name.get(name)
        if known is None:
            classes = self._classes if name in self._method_names else []
            known = self._by_name[name] = [found for item in classes for found in self.method(item, name)]
        return known

    @cached_property
    def _classes(self) -> list[ast.ClassDef]:
        return [item for item in self._model.nodes.get(ast.ClassDef, ()) if isinstance(item, ast.ClassDef)]

    @cached_property
    def _method_names(self) -> set[str]:
        return {item.name for owner in self._classes for item in owner.body if isinstance(item, FunctionNode)}

    def method(self, definition: ast.ClassDef, name: str) -> Iterator[FunctionNode]:
        """A class's own method of this name, else that of its bases in this module."""
        own = [item for item in definition.body if isinstance(item, FunctionNode) and item.name == name]
        yield from own
        for base in definition.bases if not own else ():
            inner = self._model.definition(base)
            if isinstance(inner, ast.ClassDef) and inner is not definition:
                yield from self.method(inner, name)

    def _calls_in(self, node: ast.AST) -> Iterator[ast.Call]:
        """The calls in a node's own code; those in definitions inside it are left out."""
        for item in own_nodes(node):
            if isinstance(item, ast.Call):
                yield item

    # -- code that runs in children --------------------------------------------------------------------------------

    def entries(self, worker: Worker) -> list[FunctionNode]:
        """The functions that a child process calls first."""
        if worker.definition is not None:
            return list(self.method(worker.definition, "run"))
        if isinstance(worker.function, ast.Attribute):
            return list(self.methods_of(worker.function))
        definition = self._model.definition(worker.function) if worker.function is not None else None
        return [definition] if isinstance(definition, FunctionNode) else []

    def reachable(self, entries: list[FunctionNode]) -> set[FunctionNode]:
        """The functions of the module that these may call, themselves included."""
        found: set[FunctionNode] = set()
        rest = list(entries)
        while rest:
            function = rest.pop()
            if function not in found:
                found.add(function)
                rest.extend(inner for call in self._calls_in(function) for inner in self.called(call))
        return found


def _handed(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(item.value for item in call.keywords)]


def own_nodes(node: ast.AST, *, deep: bool = False) -> Iterator[ast.AST]:
    """The nodes of a statement's or a function's own code, in no order; definitions inside it are left out, or not."""
    stack: list[ast.AST] = [node]
    while stack:
        item = stack.pop()
        yield item
        for child in children(item):
            if deep or not isinstance(child, FunctionNode | ast.ClassDef | ast.Lambda):
                stack.append(child)
