"""Inference: the kind of a value, worked out from where it comes from; UNKNOWN wherever that is not certain (DESIGN §3)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from porter.analysis import kinds
from porter.analysis.calls import calls_of
from porter.analysis.elements import element_kind
from porter.analysis.kinds import UNKNOWN, Kind
from porter.analysis.scopes import Binding, BindingKind, Definition, Scope, all_arguments
from porter.analysis.walk import children

if TYPE_CHECKING:
    from porter.analysis.model import ModuleModel

# Context managers whose `__enter__` returns themselves.
_SELF_MANAGERS = frozenset(
    {
        "file",
        "multiprocessing.Pool",
        "multiprocessing.pool.ThreadPool",
        "multiprocessing.Manager",
        "concurrent.futures.ProcessPoolExecutor",
        "concurrent.futures.ThreadPoolExecutor",
        "subprocess.Popen",
        "socket.socket",
    }
)


class Inference:
    """The kinds of one module's expressions, each worked out once, when a rule first asks."""

    def __init__(self, model: ModuleModel) -> None:
        self._model = model
        self._kinds: dict[ast.AST, Kind] = {}
        self._asking: set[ast.AST] = set()
        self._names: dict[tuple[Scope, str], Kind] = {}
        self._attributes: dict[tuple[ast.ClassDef, str], Kind] = {}
        self._listing: set[tuple[Scope | None, str]] = set()

    def kind(self, node: ast.AST) -> Kind:
        """What the value of an expression is, where that is certain."""
        known = self._kinds.get(node)
        if known is not None:
            return known
        if node in self._asking:
            return UNKNOWN
        self._asking.add(node)
        try:
            kind = self._work_out(node)
        finally:
            self._asking.discard(node)
        self._kinds[node] = (
            kind  # UNKNOWN too, met while another answer waits for it: asking again takes exponential time
        )
        return kind

    @property
    def _unicode_literals(self) -> bool:
        return "unicode_literals" in self._model.source.facts.future

    @property
    def true_division(self) -> bool:
        return not self._model.python2 or "division" in self._model.source.facts.future

    def _work_out(self, node: ast.AST) -> Kind:
        match node:
            case ast.Constant():
                return kinds.of_constant(node, unicode_literals=self._unicode_literals)
            case ast.JoinedStr():
                return kinds.STR
            case ast.List() | ast.ListComp():
                return kinds.LIST
            case ast.Tuple():
                return kinds.TUPLE
            case ast.Dict() | ast.DictComp():
                return kinds.DICT
            case ast.Set() | ast.SetComp():
                return kinds.SET
            case ast.GeneratorExp():
                return kinds.GENERATOR
            case ast.Lambda():
                return kinds.FUNCTION
            case ast.BinOp(left=left, op=operator, right=right):
                if isinstance(operator, ast.Mod) and self.kind(left).type == "str":
                    return self._formatted(right)
                return kinds.of_operation(operator, self.kind(left), self.kind(right), true_division=self.true_division)
            case ast.UnaryOp(op=ast.Not()):
                return kinds.BOOL
            case ast.UnaryOp(operand=operand):
                kind = self.kind(operand)
                return kinds.INT if kind is kinds.BOOL else kind if kind.type in kinds.NUMBERS else UNKNOWN
            case ast.Subscript(value=value, slice=index):
                return self._kind_of_item(value, index)
            case ast.Compare():
                return UNKNOWN
            case ast.IfExp(body=body, orelse=orelse):
                return self._agreed([self.kind(body), self.kind(orelse)])
            case ast.BoolOp(values=values):
                return self._agreed([self.kind(value) for value in values])
            case ast.Call():
                return self._kind_of_call(node)
            case ast.Name():
                return self._kind_of_name(node)
            case ast.Attribute():
                return self._kind_of_attribute(node)
        return UNKNOWN

    def _formatted(self, right: ast.expr) -> Kind:
        """`'…' % x` is text of Python 2's native kind, unless something unicode, or unknown, is formatted into it."""
        values = right.elts if isinstance(right, ast.Tuple) else [right]
        certain = all(self.kind(value).type in kinds.NUMBERS | {"str", "None"} for value in values)
        return kinds.STR if certain or not self._model.python2 else UNKNOWN

    def _kind_of_item(self, value: ast.expr, index: ast.expr) -> Kind:
        """A slice or an item of a string is such a string; an item of bytes is a number in Python 3."""
        kind = self.kind(value)
        if kind.type not in kinds.STRINGS:
            return UNKNOWN
        if kind.type == "bytes" and not (isinstance(index, ast.Slice) or self._model.python2):
            return kinds.INT
        return kind

    @staticmethod
    def _agreed(found: list[Kind]) -> Kind:
        first = found[0] if found else UNKNOWN
        return first if all(kind == first for kind in found) else UNKNOWN

    def _kind_of_call(self, node: ast.Call) -> Kind:
        definition = self._model.definition(node.func)
        if isinstance(definition, ast.ClassDef):
            return self.instance_of(definition)
        if isinstance(definition, ast.FunctionDef):
            return self._returned(definition)
        name = self._model.resolve_canonical(node.func) or self._starred(node.func)
        if name is not None:
            by_version = kinds.RETURNS_PYTHON2 if self._model.python2 else kinds.RETURNS_PYTHON3
            if name in by_version:
                return by_version[name]
            return kinds.RETURNS.get(name, UNKNOWN)
        if isinstance(node.func, ast.Attribute):
            receiver = self.kind(node.func.value)
            if receiver is not UNKNOWN:
                return kinds.METHOD_RETURNS.get((self.library_type(receiver), node.func.attr), UNKNOWN)
        return UNKNOWN

    def _starred(self, function: ast.expr) -> str | None:
        """The function of `itertools` that a name is after ``from itertools import *``, alone of its kind in the module."""
        if self._model.scope.star_imports == ["itertools"] and isinstance(function, ast.Name):
            name = f"itertools.{function.id}"
            return name if name in kinds.RETURNS and not self._model.bindings(function) else None
        return None

    def _returned(self, function: ast.FunctionDef) -> Kind:
        if function.decorator_list:
            return UNKNOWN
        if self.is_generator(function):
            return kinds.GENERATOR
        returns = [node for node in self._own_nodes(function) if isinstance(node, ast.Return)]
        values = [self.kind(node.value) if node.value is not None else kinds.NONE for node in returns]
        if not values or self._falls_through(function.body):
            return UNKNOWN
        return self._agreed(values)

    @staticmethod
    def _falls_through(body: list[ast.stmt]) -> bool:
        """Whether a body may end without `return` or `raise`; only the plain cases are known not to."""
        last = body[-1]
        if isinstance(last, ast.Return | ast.Raise):
            return False
        if isinstance(last, ast.If) and last.orelse:
            return Inference._falls_through(last.body) or Inference._falls_through(last.orelse)
        return True

    def _own_nodes(self, function: ast.AST) -> Iterator[ast.AST]:
        """The nodes of a function's body, without those of functions and classes inside it."""
        stack: list[ast.AST] = list(getattr(function, "body", []))
        while stack:
            node = stack.pop()
            yield node
            if not isinstance(node, Definition | ast.Lambda):
                stack.extend(children(node))

    def is_generator(self, function: ast.AST) -> bool:
        """Whether calling the function makes a generator."""
        return function in self._generators

    @cached_property
    def _generators(self) -> set[ast.AST | None]:
        nodes = self._model.nodes
        return {self._model.function(node) for kind in (ast.Yield, ast.YieldFrom) for node in nodes.get(kind, ())}

    def instance_of(self, definition: ast.ClassDef) -> Kind:
        """The kind of an instance of a class of this module."""
        members = {item.name for item in definition.body if isinstance(item, ast.FunctionDef)}
        iterates = "__iter__" in members and bool({"next", "__next__"} & members)
        known = not definition.bases or all(self._model.resolve(base) == "builtins.object" for base in definition.bases)
        return Kind(f".{definition.name}", definition, is_iterator=True if iterates else False if known else None)

    def library_type(self, kind: Kind) -> str:
        """The library class that a kind is or, for a class of this module, inherits from; its own name otherwise."""
        seen: set[ast.ClassDef] = set()
        definition = kind.definition
        while definition is not None and definition not in seen:
            seen.add(definition)
            following: ast.ClassDef | None = None
            for base in definition.bases:
                inner = self._model.definition(base)
                if isinstance(inner, ast.ClassDef):
                    following = following or inner
                    continue
                name = self._model.resolve_canonical(base)
                if name is not None and name in kinds.RETURNS:
                    return kinds.RETURNS[name].type
            definition = following
        return kind.type

    def _kind_of_name(self, node: ast.Name) -> Kind:
        scope = self._model.scope_of(node).owner(node.id)
        if scope is None:
            return UNKNOWN
        known = self._names.get((scope, node.id))
        if known is None:
            alone = len(self._asking) == 1  # no other answer waits for this one, which is all there is to know then
            known = self._kind_in(scope, node)
            if alone:
                self._names[scope, node.id] = known
        return known

    def _kind_in(self, scope: Scope, node: ast.Name) -> Kind:
        """What every binding of the name in the scope says, where they say the same."""
        found = scope.bindings[node.id]
        if all(binding.kind is BindingKind.IMPORT for binding in found):
            return kinds.CONSTANTS.get(self._model.resolve_canonical(node) or "", UNKNOWN)
        if scope.dynamic and not scope.is_module:
            return UNKNOWN
        return self._agreed([self._kind_of_binding(binding) for binding in found])

    def _kind_of_binding(self, binding: Binding) -> Kind:
        match binding.kind, binding.node:
            case BindingKind.ASSIGNMENT, _ if binding.value is not None:
                return self.kind(binding.value)
            case BindingKind.PARAMETER, ast.arg() as argument:
                return self._kind_of_parameter(argument)
            case BindingKind.TARGET, ast.Name() as name:
                return self._kind_of_target(name)
            case BindingKind.FUNCTION, _:
                return kinds.FUNCTION
        return UNKNOWN

    def _kind_of_target(self, name: ast.Name) -> Kind:
        parent = self._model.parent(name)
        match parent:
            case ast.withitem(context_expr=manager, optional_vars=target) if target is name:
                kind = self.kind(manager)
                return kind if kind.type in _SELF_MANAGERS else UNKNOWN
            case ast.AugAssign(op=operator, value=value):
                others = [
                    item
                    for item in self._model.bindings(name)
                    if item.node is not name and item.kind is not BindingKind.TARGET
                ]
                before = self._agreed([self._kind_of_binding(item) for item in others])
                return kinds.of_operation(operator, before, self.kind(value), true_division=self.true_division)
            case ast.For(target=target, iter=items) | ast.comprehension(target=target, iter=items) if (
                target is name and self.kind(items).type in kinds.STRINGS
            ):
                return self._kind_of_item(items, items)
            case ast.For(target=target, iter=ast.Call(func=called)) if target is name:
                return kinds.INT if self._model.resolve(called) in ("builtins.range", "builtins.xrange") else UNKNOWN
            case ast.comprehension(target=target, iter=ast.Call(func=called)) if target is name:
                return kinds.INT if self._model.resolve(called) in ("builtins.range", "builtins.xrange") else UNKNOWN
            case ast.For(target=target, iter=ast.Name() as items) if target is name:
                return self._kind_of_items(items)
            case ast.comprehension(target=target, iter=ast.Name() as items) if target is name:
                return self._kind_of_items(items)
            case ast.Tuple(elts=targets):
                assign = self._model.parent(parent)
                if isinstance(assign, ast.Assign) and isinstance(assign.value, ast.Call):
                    return self._kind_of_part(assign.value, targets, targets.index(name))
        return UNKNOWN

    def _kind_of_part(self, call: ast.Call, targets: list[ast.expr], number: int) -> Kind:
        """What one name gets of a tuple that a call returns: `connection, address = server.accept()`."""
        parts = kinds.PARTS.get(self._model.resolve_canonical(call.func) or "")
        if parts is None and isinstance(call.func, ast.Attribute):
            receiver = self._model.library_type(self.kind(call.func.value))
            parts = kinds.METHOD_PARTS.get((receiver, call.func.attr))
        return parts[number] if parts is not None and len(parts) == len(targets) else UNKNOWN

    def _kind_of_items(self, items: ast.Name) -> Kind:
        """What a loop over a list of this name binds; lists that are filled from each other tell nothing."""
        place = (self._model.scope_of(items).owner(items.id), items.id)
        if place in self._listing:
            return UNKNOWN
        self._listing.add(place)
        try:
            return element_kind(items, self._model, self._kind_of_binding)
        finally:
            self._listing.discard(place)

    def _kind_of_parameter(self, argument: ast.arg) -> Kind:
        function = self._model.function(argument)
        if not isinstance(function, ast.FunctionDef) or not isinstance(self._model.parent(argument), ast.arguments):
            return UNKNOWN
        if function.args.vararg is argument:
            return kinds.TUPLE
        if function.args.kwarg is argument:
            return kinds.DICT
        calls = calls_of(self._model, function)
        if not calls:
            return UNKNOWN
        return self._agreed([self._argument_kind(function, argument, call) for call in calls])

    def _argument_kind(
        self, function: ast.FunctionDef, argument: ast.arg, call: tuple[list[ast.expr], list[ast.keyword]]
    ) -> Kind:
        positional, keywords = call
        for keyword in keywords:
            if keyword.arg == argument.arg:
                return self.kind(keyword.value)
        parameters = [*function.args.posonlyargs, *function.args.args]
        if argument in parameters:
            at = parameters.index(argument)
            if at < len(positional):
                return self.kind(positional[at])
            missing = at - (len(parameters) - len(function.args.defaults))
            if missing >= 0:
                return self.kind(function.args.defaults[missing])
        return UNKNOWN

    def _kind_of_attribute(self, node: ast.Attribute) -> Kind:
        """`self.x`, or `x` of an instance: what every assignment to `x` in the class says, where all of them are there."""
        constant = kinds.CONSTANTS.get(self._model.resolve_canonical(node) or "")
        if constant is not None:
            return constant
        if not isinstance(node.value, ast.Name):
            return UNKNOWN
        owner = self._model.enclosing_class(node) if self._is_self(node.value) else self.kind(node.value).definition
        if owner is None:
            return UNKNOWN
        known = self._attributes.get((owner, node.attr))
        if known is None:
            alone = len(self._asking) == 1
            known = self._kind_in_class(owner, node)
            if alone:
                self._attributes[owner, node.attr] = known
        return known

    def _kind_in_class(self, owner: ast.ClassDef, node: ast.Attribute) -> Kind:
        line = self._lineage(owner)
        values: list[Kind] = []
        for target in self._attribute_stores.get(node.attr, []):
            if not (isinstance(target.value, ast.Name) and self._is_self(target.value)):
                return UNKNOWN
            if self._model.enclosing_class(target) not in line:
                continue
            parent = self._model.parent(target)
            if not (isinstance(parent, ast.Assign) and target in parent.targets):
                return UNKNOWN
            values.append(self.kind(parent.value))
        for definition in line:
            class_level = self._model.inner_scope(definition).bindings.get(node.attr, [])
            values.extend(self._kind_of_binding(item) for item in class_level)
        return self._agreed(values)

    def _lineage(self, owner: ast.ClassDef) -> list[ast.ClassDef]:
        """A class and its bases, as far as they are of this module."""
        line = [owner]
        for definition in line:
            bases = [self._model.definition(base) for base in definition.bases]
            line.extend(base for base in bases if isinstance(base, ast.ClassDef) and base not in line)
        return line

    def _is_self(self, name: ast.Name) -> bool:
        found = self._model.bindings(name)
        if len(found) != 1 or found[0].kind is not BindingKind.PARAMETER:
            return False
        argument = found[0].node
        function = self._model.function(argument)
        if not isinstance(function, ast.FunctionDef) or not self._model.scope_of(function).is_class:
            return False
        return next(all_arguments(function.args), None) is argument and not function.decorator_list

    @cached_property
    def _attribute_stores(self) -> dict[str, list[ast.Attribute]]:
        stores: dict[str, list[ast.Attribute]] = {}
        for node in self._model.nodes.get(ast.Attribute, ()):
            assert isinstance(node, ast.Attribute)
            if not isinstance(node.ctx, ast.Load):
                stores.setdefault(node.attr, []).append(node)
        return stores
