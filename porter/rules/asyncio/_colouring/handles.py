"""What a value is, through lists as well: the `t` of ``for t in threads`` is what was put into `threads`."""

from __future__ import annotations

import ast

from porter.analysis.kinds import Kind
from porter.analysis.model import ModuleModel
from porter.analysis.scopes import Binding, BindingKind

UNKNOWN = "?"
_CYCLE = "…"  # asked while it is being worked out: it says nothing of its own
_COPIES = frozenset({"builtins.list", "builtins.sorted", "builtins.reversed", "builtins.tuple", "builtins.set"})


class Handles:
    """Kinds of values by the name of their library type, the elements of lists included."""

    def __init__(self, model: ModuleModel) -> None:
        self._model = model
        self._known: dict[ast.AST, str] = {}
        self._asking: set[ast.AST] = set()

    def type_of(self, node: ast.expr) -> str:
        """The library type of a value, or UNKNOWN."""
        known = self._known.get(node)
        if known is not None:
            return known
        if node in self._asking:
            return _CYCLE
        self._asking.add(node)
        try:
            found = self._work_out(node)
        finally:
            self._asking.discard(node)
        if not self._asking:
            found = UNKNOWN if found == _CYCLE else found
            self._known[node] = found
        return found

    def class_of(self, node: ast.expr) -> ast.ClassDef | None:
        """The class of this module that a value is an instance of, where that is certain."""
        kind: Kind = self._model.kind(node)
        return kind.definition

    def _work_out(self, node: ast.expr) -> str:
        kind = self._model.kind(node)
        if kind.type != UNKNOWN:
            return self._model.library_type(kind)
        match node:
            case ast.Name():
                found = self._model.bindings(node)
                return agreed([self._bound(binding) for binding in found])
            case ast.Subscript(value=value, slice=index) if not isinstance(index, ast.Slice):
                return self.element_of(value)
            case ast.Call(func=ast.Attribute(value=value, attr="pop"), args=[] | [_]):
                return self.element_of(value)
        return UNKNOWN

    def _bound(self, binding: Binding) -> str:
        if binding.kind is BindingKind.ASSIGNMENT and binding.value is not None:
            return self.type_of(binding.value)
        if binding.kind is BindingKind.TARGET and isinstance(binding.node, ast.Name):
            parent = self._model.parent(binding.node)
            match parent:
                case ast.For(target=target, iter=iterable) | ast.comprehension(target=target, iter=iterable):
                    return self.element_of(iterable) if target is binding.node else UNKNOWN
        return UNKNOWN

    def element_of(self, node: ast.expr) -> str:
        """The library type that every element of a list has, or UNKNOWN."""
        match node:
            case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element):
                return self.type_of(element)
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                return agreed([self.type_of(element) for element in elements])
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                return agreed([self.element_of(part) for part in (left, right)])
            case ast.Subscript(value=value, slice=ast.Slice()):
                return self.element_of(value)
            case ast.Call(func=called, args=[argument]) if self._model.resolve(called) in _COPIES:
                return self.element_of(argument)
            case ast.Call(func=called, args=[function, *_]) if self._model.resolve(called) == "builtins.map":
                return self._constructed(function)
            case ast.Name():
                return self._element_of_name(node)
        return UNKNOWN

    def _constructed(self, function: ast.expr) -> str:
        definition = self._model.definition(function)
        if isinstance(definition, ast.ClassDef):
            return self._model.library_type(self._model.instance_of(definition))
        return UNKNOWN

    def _element_of_name(self, name: ast.Name) -> str:
        if name in self._asking:
            return _CYCLE
        self._asking.add(name)
        try:
            found: list[str] = []
            for binding in self._model.bindings(name):
                if binding.kind is not BindingKind.ASSIGNMENT or binding.value is None:
                    return UNKNOWN
                if not _is_empty_list(binding.value):
                    found.append(self.element_of(binding.value))
            for value in self.put_into(name):
                found.append(self.type_of(value))
            return agreed(found)
        finally:
            self._asking.discard(name)

    def put_into(self, name: ast.Name) -> list[ast.expr]:
        """What is appended or added to the list of this name."""
        owner = self._model.scope_of(name).owner(name.id)
        if owner is None:
            return []
        values: list[ast.expr] = []
        for use in self._model.uses_of(name.id, owner):
            attribute = self._model.parent(use)
            match attribute:
                case ast.Attribute(attr="append" | "add"):
                    call = self._model.parent(attribute)
                    if isinstance(call, ast.Call) and call.func is attribute and len(call.args) == 1:
                        values.append(call.args[0])
        return values

    def certainly_filled(self, node: ast.expr) -> bool:
        """Whether a list certainly has an element."""
        match node:
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return any(not isinstance(element, ast.Starred) for element in elements)
            case ast.ListComp(generators=[ast.comprehension(iter=iterable, ifs=[])]):
                return self.certainly_filled(iterable)
            case ast.Constant(value=str() as text):
                return bool(text)
            case ast.Call(func=called, args=[ast.Constant(value=int() as count)]):
                return self._model.resolve(called) == "builtins.range" and count > 0
            case ast.Call(func=called, args=[ast.Constant(value=int() as first), ast.Constant(value=int() as last)]):
                return self._model.resolve(called) == "builtins.range" and last > first
            case ast.Call(func=called, args=[inner]):
                return self._model.resolve(called) in _COPIES and self.certainly_filled(inner)
            case ast.Name():
                return self._name_is_filled(node)
        return False

    def _name_is_filled(self, name: ast.Name) -> bool:
        found = self._model.bindings(name)
        if len(found) != 1 or found[0].value is None or self._loses_elements(name):
            return False
        if self.certainly_filled(found[0].value):
            return True
        return any(self._runs_once(value, found[0].node) for value in self.put_into(name))

    def _loses_elements(self, name: ast.Name) -> bool:
        owner = self._model.scope_of(name).owner(name.id)
        uses = self._model.uses_of(name.id, owner) if owner is not None else []
        for use in uses:
            match self._model.parent(use):
                case ast.Attribute(attr="pop" | "remove" | "clear" | "discard"):
                    return True
                case ast.Subscript(ctx=ast.Del() | ast.Store()):
                    return True
        return False

    def _runs_once(self, value: ast.expr, bound: ast.AST) -> bool:
        """Whether the statement of a value certainly runs: in the suite of the list's own binding, or a filled loop of it."""
        statement, home = self._model.statement(value), self._model.statement(bound)
        parent = self._model.parent(statement)
        if parent is self._model.parent(home):
            return True
        return (
            isinstance(parent, ast.For)
            and self._model.parent(parent) is self._model.parent(home)
            and self.certainly_filled(parent.iter)
            and not any(isinstance(node, ast.Break | ast.Continue) for node in ast.walk(parent))
        )


def _is_empty_list(node: ast.expr) -> bool:
    match node:
        case ast.List(elts=[]) | ast.Call(func=ast.Name(id="list" | "set"), args=[]):
            return True
    return False


def agreed(types: list[str]) -> str:
    """The one type that all have, or UNKNOWN."""
    if types and all(kind == _CYCLE for kind in types):
        return _CYCLE
    types = [kind for kind in types if kind != _CYCLE]
    return types[0] if types and all(kind == types[0] for kind in types) else UNKNOWN
