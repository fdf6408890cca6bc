"""The functions of a module: which one a call certainly runs, and where each of them is spoken of."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rules.asyncio._colouring.draft import Function
from porter.rules.asyncio._colouring.handles import UNKNOWN, Handles

_TRANSPARENT = frozenset({"threading.Thread", "gevent.Greenlet", "gevent.greenlet.Greenlet", "builtins.object"})


class Functions:
    """Functions and methods of one module, by what refers to them."""

    def __init__(self, model: ModuleModel, handles: Handles) -> None:
        self._model = model
        self._handles = handles

    def referred(self, node: ast.expr) -> Function | None:
        """The function that an expression certainly refers to: `f`, `self.method`, `thing.method`."""
        if isinstance(node, ast.Name):
            definition = self._model.definition(node)
            return definition if isinstance(definition, Function) else None
        if isinstance(node, ast.Attribute):
            owner = self.owner_of(node)
            return self.method(owner, node.attr) if owner is not None else None
        return None

    def owner_of(self, node: ast.Attribute) -> ast.ClassDef | None:
        """The class of this module that the object before the dot certainly is an instance of, or is."""
        if self._is_self(node.value):
            return self._model.enclosing_class(node)
        definition = self._model.definition(node.value)
        if isinstance(definition, ast.ClassDef):
            return definition
        return self._handles.class_of(node.value)

    def _is_self(self, node: ast.expr) -> bool:
        """Whether a name is the first parameter of the method around it."""
        if not isinstance(node, ast.Name):
            return False
        bindings = self._model.bindings(node)
        if len(bindings) != 1 or not isinstance(bindings[0].node, ast.arg):
            return False
        function = self._model.function(bindings[0].node)
        if not isinstance(function, ast.FunctionDef) or not isinstance(self._model.parent(function), ast.ClassDef):
            return False
        arguments = [*function.args.posonlyargs, *function.args.args]
        return bool(arguments) and arguments[0] is bindings[0].node and not function.decorator_list

    def method(self, owner: ast.ClassDef, name: str) -> Function | None:
        """The method of this name that instances of a class have, from the class or its bases in this module."""
        for definition in self.lineage(owner):
            for item in definition.body:
                if isinstance(item, Function) and item.name == name:
                    return item
        return None

    def lineage(self, owner: ast.ClassDef) -> Iterator[ast.ClassDef]:
        """A class and its bases in this module."""
        seen: set[ast.ClassDef] = set()
        pending = [owner]
        while pending:
            definition = pending.pop(0)
            if definition in seen:
                continue
            seen.add(definition)
            yield definition
            bases = [self._model.definition(base) for base in definition.bases]
            pending.extend(base for base in bases if isinstance(base, ast.ClassDef))

    def relatives(self, function: Function) -> list[Function]:
        """The methods of the same name in related classes: they override one another, and are called alike."""
        home = self._model.parent(function)
        if not isinstance(home, ast.ClassDef):
            return []
        line = set(self.lineage(home))
        found: list[Function] = []
        for definition in self._model.nodes.get(ast.ClassDef, ()):
            assert isinstance(definition, ast.ClassDef)
            if definition is not home and line & set(self.lineage(definition)):
                found.extend(i for i in definition.body if isinstance(i, Function) and i.name == function.name)
        return found

    def foreign_base(self, function: Function) -> str | None:
        """A base class that may call this method by itself, which nobody here sees."""
        home = self._model.parent(function)
        if not isinstance(home, ast.ClassDef):
            return None
        for definition in self.lineage(home):
            for base in definition.bases:
                name = self._model.resolve_canonical(base)
                known = isinstance(self._model.definition(base), ast.ClassDef) or name in _TRANSPARENT
                if not known:
                    return name or "unknown"
        return None

    def uses(self, function: Function) -> tuple[list[ast.expr], list[ast.expr]]:
        """Where a function is spoken of: the places that certainly mean it, and those that may."""
        if isinstance(self._model.parent(function), ast.ClassDef):
            return self._uses_of_method(function)
        scope = self._model.scope_of(function)
        owner = scope.owner(function.name)
        if owner is None:
            return [], []
        uses = [use for use in self._model.uses_of(function.name, owner) if isinstance(use.ctx, ast.Load)]
        if len(owner.bindings.get(function.name, ())) > 1:
            return [], list(uses)
        return list(uses), []

    def _uses_of_method(self, function: Function) -> tuple[list[ast.expr], list[ast.expr]]:
        certain: list[ast.expr] = []
        possible: list[ast.expr] = []
        family = {function, *self.relatives(function)}
        for node in self._model.nodes.get(ast.Attribute, ()):
            assert isinstance(node, ast.Attribute)
            if node.attr != function.name or not isinstance(node.ctx, ast.Load):
                continue
            found = self.referred(node)
            if found in family:
                certain.append(node)
            elif found is None and not self._is_foreign(node):
                possible.append(node)
        return certain, possible

    def _is_foreign(self, node: ast.Attribute) -> bool:
        """Whether the object before the dot certainly is none of this module's: an import, or a library's value."""
        if self._model.resolve(node.value) is not None:
            return True
        if self._handles.type_of(node.value) != UNKNOWN:
            return self._handles.class_of(node.value) is None
        return isinstance(node.value, ast.Constant)
