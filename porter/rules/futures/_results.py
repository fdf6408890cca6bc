"""Where the results of a pool's tasks go: each `get()`, `wait()`, `ready()` of them, or the place where they are lost sight of."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from porter.analysis.model import ModuleModel
from porter.analysis.reaching import reached
from porter.analysis.scopes import Binding, BindingKind


class Refusal(Exception):
    """A pool cannot become an executor; `node` is the place, the message says why."""

    def __init__(self, node: ast.AST, reason: str) -> None:
        super().__init__(reason)
        self.node = node
        self.reason = reason


@dataclass(slots=True)
class Followed:
    """What happens to one task's result: the calls of its methods, by name, and whether it is dropped at once."""

    calls: dict[str, list[ast.Call]] = field(default_factory=dict)
    dropped: bool = False

    @property
    def is_awaited(self) -> bool:
        return any(name in self.calls for name in ("get", "wait"))


_METHODS = frozenset({"get", "wait", "ready", "successful"})
_MEASURES = frozenset({"builtins.len", "builtins.bool"})
_KEYS = frozenset({"builtins.sorted", "builtins.list", "builtins.set"})


class ResultFollower:
    """Follows the value of one expression through names, lists, loops and items. Raises Refusal where it is lost."""

    def __init__(self, model: ModuleModel, origins: frozenset[ast.AST]) -> None:
        self._model = model
        self._origins = origins  # every expression that makes such a result
        self._seen: set[ast.AST] = set()
        self._result = Followed()

    def follow(self, origin: ast.expr) -> Followed:
        self._value(origin)
        return self._result

    # -- one result ------------------------------------------------------------------------------------------------

    def _value(self, node: ast.expr) -> None:
        if node in self._seen:
            return
        self._seen.add(node)
        parent = self._model.parent(node)
        match parent:
            case ast.Expr():
                self._result.dropped = True
            case ast.Attribute(attr=name):
                self._method(parent, name)
            case ast.Assign(targets=[ast.Name() as target]):
                self._name(target, self._value, self._makes_result)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name() as container)]):
                self._name(container, self._container, self._makes_container)
            case ast.Call(func=ast.Attribute(value=ast.Name() as container, attr="append"), args=[argument]) if (
                argument is node
            ):
                self._name(container, self._container, self._makes_container)
            case ast.ListComp(elt=element) if element is node:
                self._container(parent)
            case ast.List():
                self._container(parent)
            case _:
                raise Refusal(node, "a task's result is handed on, out of sight")

    def _method(self, attribute: ast.Attribute, name: str) -> None:
        call = self._model.parent(attribute)
        if not (isinstance(call, ast.Call) and call.func is attribute and name in _METHODS):
            raise Refusal(attribute, f"a task's result is used as .{name}")
        self._result.calls.setdefault(name, []).append(call)

    def _name(self, target: ast.Name, follow: object, makes: object) -> None:
        """Follow every use of a name, if nothing else is ever bound to it."""
        assert callable(follow) and callable(makes)
        scope = self._model.scope_of(target).owner(target.id)
        if scope is None or (scope.is_module and self._model.tree.imported_by):
            raise Refusal(target, "other files may use a task's result")
        if all(makes(binding) for binding in scope.bindings[target.id]):
            uses = [use for use in self._model.uses_of(target.id, scope) if isinstance(use.ctx, ast.Load)]
        else:
            uses = reached(target, self._model) or []
            if not uses:
                raise Refusal(target, f"{target.id} may hold other values, too")
        for use in uses:
            follow(use)

    def _makes_result(self, binding: Binding) -> bool:
        if binding.kind is BindingKind.ASSIGNMENT:
            value = binding.value
            return value in self._origins or (isinstance(value, ast.Constant) and value.value is None)
        return False

    # -- lists and dictionaries of results -------------------------------------------------------------------------

    def _makes_container(self, binding: Binding) -> bool:
        match binding.value:
            case ast.List(elts=elements):
                return all(element in self._origins for element in elements)
            case ast.Dict(keys=[]) | ast.Call(func=ast.Name(id="list" | "dict"), args=[], keywords=[]):
                return True
            case ast.ListComp(elt=element):
                return element in self._origins
        return False

    def _container(self, node: ast.expr) -> None:
        if node in self._seen:
            return
        self._seen.add(node)
        parent = self._model.parent(node)
        match parent:
            case ast.Assign(targets=[ast.Name() as target]):
                self._name(target, self._container, self._makes_container)
            case ast.For(iter=iterable) | ast.comprehension(iter=iterable) if iterable is node:
                if not self._is_dictionary(node):
                    self._loop(parent, parent.target)
            case ast.Subscript(value=value) if value is node and not isinstance(parent.slice, ast.Slice):
                if isinstance(parent.ctx, ast.Load):
                    self._value(parent)
                elif isinstance(parent.ctx, ast.Del) or not self._stores_result(parent):
                    raise Refusal(parent, "the tasks' results are mixed with other values")
            case ast.Attribute(attr="append"):
                call = self._model.parent(parent)
                if not (isinstance(call, ast.Call) and len(call.args) == 1 and call.args[0] in self._origins):
                    raise Refusal(node, "the tasks' results are mixed with other values")
            case ast.Attribute(attr="pop" | "get" | "values" | "items" | "keys" as method):
                self._taken(parent, method)
            case ast.Call() if self._model.resolve(parent.func) in _MEASURES:
                pass
            case ast.Call() if self._is_dictionary(node) and self._model.resolve(parent.func) in _KEYS:
                pass
            case ast.Compare() if self._is_dictionary(node):
                pass
            case ast.If() | ast.While() | ast.UnaryOp(op=ast.Not()) | ast.Expr():
                pass
            case _:
                raise Refusal(node, "the tasks' results are handed on, out of sight")

    def _stores_result(self, target: ast.Subscript) -> bool:
        assign = self._model.parent(target)
        return isinstance(assign, ast.Assign) and assign.value in self._origins

    def _is_dictionary(self, node: ast.expr) -> bool:
        return self._model.kind(node).type == "dict"

    def _taken(self, attribute: ast.Attribute, method: str) -> None:
        """A method of the container: one of its results, all of them, or its keys."""
        call = self._model.parent(attribute)
        if not isinstance(call, ast.Call):
            raise Refusal(attribute, "the tasks' results are handed on, out of sight")
        around = self._model.parent(call)
        if method in ("pop", "get"):
            self._value(call)
        elif method == "values":
            self._container(call)
        elif method == "items":
            match around:
                case ast.For(target=ast.Tuple(elts=[_, target])) | ast.comprehension(
                    target=ast.Tuple(elts=[_, target])
                ):
                    self._loop(around, target)
                case _:
                    raise Refusal(call, "the tasks' results are handed on, out of sight")

    def _loop(self, loop: ast.For | ast.comprehension, target: ast.expr) -> None:
        """The uses of a loop's name: inside the loop, and everywhere when nothing else binds it."""
        if not isinstance(target, ast.Name):
            raise Refusal(target, "the tasks' results are handed on, out of sight")
        scope = self._model.scope_of(target).owner(target.id)
        assert scope is not None
        around = self._model.parent(loop) if isinstance(loop, ast.comprehension) else loop
        assert around is not None
        if len(scope.bindings[target.id]) == 1:
            for use in self._model.uses_of(target.id, scope):
                if isinstance(use.ctx, ast.Load):
                    self._value(use)
        else:
            self._inside(around, target)

    def _inside(self, around: ast.AST, target: ast.Name) -> None:
        for node in ast.walk(around):
            if isinstance(node, ast.Name) and node.id == target.id and node is not target:
                if not isinstance(node.ctx, ast.Load):
                    raise Refusal(node, f"{target.id} is bound again in the loop")
                self._value(node)
