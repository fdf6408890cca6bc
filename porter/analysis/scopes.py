"""Scopes and bindings by Python 2's rules (DESIGN §3), or by Python 3's for text that is already ported.

`symtable` knows only Python 3's rules; they differ in what matters here: a list comprehension's variable leaks into the
scope around it, and `exec` and `import *` may bind anything.

https://docs.python.org/2.7/reference/executionmodel.html
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from porter.analysis.walk import NodesByType, Parents, ancestors, children
from porter.python2 import markers

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class BindingKind(Enum):
    IMPORT = "import"
    FUNCTION = "function"
    CLASS = "class"
    PARAMETER = "parameter"
    ASSIGNMENT = "assignment"  # name = value
    TARGET = "target"  # for, with, except, del, augmented or unpacked: the value is not one expression


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One place that binds a name.

    `node` is what stands there (a Name, a definition, an alias, an argument); `value` the expression bound, where it is
    one expression; `imported` the dotted name that an import binds, relative ones with their leading dots.
    """

    name: str
    kind: BindingKind
    node: ast.AST
    value: ast.expr | None = None
    imported: str | None = None


@dataclass(slots=True, eq=False)
class Scope:
    """A module, class, function, lambda or comprehension, with the names that it binds.

    `dynamic` says that names may be bound here which no analysis sees: `exec` without a namespace, `import *`.
    """

    node: ast.AST
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    uses: dict[str, list[ast.Name]] = field(default_factory=dict)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    star_imports: list[str] = field(default_factory=list)
    dynamic: bool = False
    children: list[Scope] = field(default_factory=list)

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_module(self) -> bool:
        return isinstance(self.node, ast.Module)

    @property
    def is_function(self) -> bool:
        return isinstance(self.node, FunctionNode)

    @property
    def module(self) -> Scope:
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def owner(self, name: str) -> Scope | None:
        """The scope whose binding a use of `name` here refers to; None for a builtin or an unknown name."""
        if name in self.globals:
            module = self.module
            return module if name in module.bindings else None
        if name in self.bindings and name not in self.nonlocals:
            return self
        scope = self.parent
        while scope is not None:
            if name in scope.bindings and not scope.is_class and name not in scope.nonlocals:
                return scope
            scope = scope.parent
        return None

    def lookup(self, name: str) -> list[Binding]:
        """The bindings that a use of `name` here may refer to; empty for a builtin or an unknown name."""
        owner = self.owner(name)
        return owner.bindings[name] if owner else []

    def walk(self) -> Iterator[Scope]:
        """This scope and every scope inside it, outer ones first."""
        waiting = [self]
        while waiting:
            scope = waiting.pop()
            yield scope
            waiting += reversed(scope.children)


class ScopeBuilder:
    """Builds the scopes of a module from its nodes; `python2` chooses whose rules hold."""

    def __init__(
        self,
        module: ast.Module,
        parents: Parents,
        nodes: NodesByType,
        *,
        python2: bool,
        tuple_parameters: dict[str, str],
    ) -> None:
        self._module = module
        self._python2 = python2
        self._tuple_parameters = tuple_parameters
        self._declarations = _declarations(parents, nodes)
        self.scope_of_node: dict[ast.AST, Scope] = {}

    def build(self) -> Scope:
        scope = self._open(self._module, None)
        self._statements(self._module.body, scope)
        return scope

    def _open(self, node: ast.AST, parent: Scope | None) -> Scope:
        scope = Scope(node, parent)
        self.scope_of_node[node] = scope
        if parent is not None:
            parent.children.append(scope)
        return scope

    # -- statements ------------------------------------------------------------------------------------------------

    def _statements(self, body: list[ast.stmt], scope: Scope) -> None:
        for statement in body:
            self._visit(statement, scope)

    def _visit(self, node: ast.AST, scope: Scope) -> None:
        _HANDLERS[node.__class__](self, node, scope)

    def _children(self, node: ast.AST, scope: Scope) -> None:
        for child in children(node):
            _HANDLERS[child.__class__](self, child, scope)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> None:
        value = node.value
        _HANDLERS[value.__class__](self, value, scope)

    def _statement_of_value(self, node: ast.Expr | ast.Return, scope: Scope) -> None:
        value = node.value
        if value is not None:
            _HANDLERS[value.__class__](self, value, scope)

    def _leaf(self, node: ast.AST, scope: Scope) -> None:
        """Nothing below binds or uses a name."""

    def _global(self, node: ast.Global, scope: Scope) -> None:
        scope.globals.update(node.names)

    def _nonlocal(self, node: ast.Nonlocal, scope: Scope) -> None:
        scope.nonlocals.update(node.names)

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        self._visit(node.annotation, scope)
        if node.value is not None:
            self._visit(node.value, scope)
        if isinstance(node.target, ast.Name):
            self._named_target(node.target, node.value, scope)
        else:
            self._visit(node.target, scope)

    def _walrus(self, node: ast.NamedExpr, scope: Scope) -> None:
        self._visit(node.value, scope)
        self._named_target(node.target, node.value, self._function_scope(scope))

    def _call(self, node: ast.Call, scope: Scope) -> None:
        function = node.func
        if function.__class__ is ast.Name and function.id == markers.EXEC and len(node.args) == 1:
            scope.dynamic = True
        _HANDLERS[function.__class__](self, function, scope)
        for argument in node.args:
            _HANDLERS[argument.__class__](self, argument, scope)
        for keyword in node.keywords:
            self._visit(keyword.value, scope)

    def _bind(self, scope: Scope, binding: Binding) -> None:
        if binding.name in scope.globals:
            scope = scope.module
        elif binding.name in scope.nonlocals:
            owner = scope.owner(binding.name)
            scope = owner if owner is not None else scope
        scope.bindings.setdefault(binding.name, []).append(binding)

    def _name(self, node: ast.Name, scope: Scope) -> None:
        self.scope_of_node[node] = scope
        scope.uses.setdefault(node.id, []).append(node)
        if not isinstance(node.ctx, ast.Load):
            self._bind(scope, Binding(node.id, BindingKind.TARGET, node))

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        self._visit(node.value, scope)
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._named_target(target, node.value, scope)
            elif isinstance(target, ast.Tuple | ast.List) and isinstance(node.value, ast.Tuple | ast.List):
                self._unpack(target, node.value, scope)
            else:
                self._visit(target, scope)

    def _unpack(self, target: ast.Tuple | ast.List, value: ast.Tuple | ast.List, scope: Scope) -> None:
        pairwise = len(target.elts) == len(value.elts) and not any(
            isinstance(item, ast.Starred) for item in (*target.elts, *value.elts)
        )
        for number, item in enumerate(target.elts):
            if pairwise and isinstance(item, ast.Name):
                self._named_target(item, value.elts[number], scope)
            else:
                self._visit(item, scope)

    def _named_target(self, target: ast.Name, value: ast.expr | None, scope: Scope) -> None:
        self.scope_of_node[target] = scope
        scope.uses.setdefault(target.id, []).append(target)
        self._bind(scope, Binding(target.id, BindingKind.ASSIGNMENT, target, value))

    def _handler(self, node: ast.ExceptHandler, scope: Scope) -> None:
        if node.name is not None:
            self._bind(scope, Binding(node.name, BindingKind.TARGET, node))
        match node.type:
            case ast.Call(func=ast.Name(id=markers.EXCEPT), args=[caught, target]):
                self._visit(caught, scope)
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        self._bind(scope, Binding(name.id, BindingKind.TARGET, name))
                self._visit(target, scope)
            case None:
                pass
            case caught:
                self._visit(caught, scope)
        self._statements(node.body, scope)

    # -- definitions -----------------------------------------------------------------------------------------------

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        self._bind(scope, Binding(node.name, BindingKind.FUNCTION, node))
        for decorator in node.decorator_list:
            self._visit(decorator, scope)
        if node.returns is not None:
            self._visit(node.returns, scope)
        self._parameters_and_body(node, scope)

    def _parameters_and_body(self, node: FunctionNode, scope: Scope) -> None:
        arguments = node.args
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self._visit(default, scope)
        inner = self._open(node, scope)
        for argument in all_arguments(arguments):
            if argument.annotation is not None:
                self._visit(argument.annotation, scope)
            inner.bindings.setdefault(argument.arg, []).append(Binding(argument.arg, BindingKind.PARAMETER, argument))
            if markers.is_tuple_parameter(argument.arg):
                self._tuple_parameter(argument, inner)
        if isinstance(node, ast.Lambda):
            self._visit(node.body, inner)
        else:
            for declaration in self._declarations.get(node, ()):
                names = inner.globals if isinstance(declaration, ast.Global) else inner.nonlocals
                names.update(declaration.names)
            self._statements(node.body, inner)

    def _tuple_parameter(self, argument: ast.arg, scope: Scope) -> None:
        pattern = ast.parse(self._tuple_parameters.get(argument.arg, "()").strip(), mode="eval")
        for name in ast.walk(pattern):
            if isinstance(name, ast.Name):
                scope.bindings.setdefault(name.id, []).append(Binding(name.id, BindingKind.TARGET, argument))

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        self._bind(scope, Binding(node.name, BindingKind.CLASS, node))
        for expression in (*node.decorator_list, *node.bases):
            self._visit(expression, scope)
        for keyword in node.keywords:
            self._visit(keyword.value, scope)
        inner = self._open(node, scope)
        self._statements(node.body, inner)

    def _comprehension(self, node: ast.expr, scope: Scope) -> None:
        assert isinstance(node, _COMPREHENSIONS)
        leaks = self._python2 and isinstance(node, ast.ListComp)
        inner = scope if leaks else self._open(node, scope)
        for number, generator in enumerate(node.generators):
            self._visit(generator.iter, scope if number == 0 else inner)
            self._visit(generator.target, inner)
            for condition in generator.ifs:
                self._visit(condition, inner)
        if isinstance(node, ast.DictComp):
            self._visit(node.key, inner)
            self._visit(node.value, inner)
        else:
            self._visit(node.elt, inner)

    def _function_scope(self, scope: Scope) -> Scope:
        while isinstance(scope.node, _COMPREHENSIONS) and scope.parent is not None:
            scope = scope.parent
        return scope

    # -- imports ---------------------------------------------------------------------------------------------------

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                imported = alias.name if alias.asname else name
                self._bind(scope, Binding(name, BindingKind.IMPORT, alias, imported=imported))
            return
        base = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                scope.star_imports.append(base)
                scope.dynamic = True
            else:
                dotted = base + alias.name if base.endswith(".") else f"{base}.{alias.name}"
                self._bind(scope, Binding(alias.asname or alias.name, BindingKind.IMPORT, alias, imported=dotted))


_Handler = Callable[[ScopeBuilder, Any, Scope], None]

_HANDLERS: defaultdict[type[ast.AST], _Handler] = defaultdict(lambda: ScopeBuilder._children)
_HANDLERS |= {
    ast.Name: ScopeBuilder._name,
    ast.Constant: ScopeBuilder._leaf,
    ast.Pass: ScopeBuilder._leaf,
    ast.FunctionDef: ScopeBuilder._function,
    ast.AsyncFunctionDef: ScopeBuilder._function,
    ast.ClassDef: ScopeBuilder._class,
    ast.Lambda: ScopeBuilder._parameters_and_body,
    **dict.fromkeys(_COMPREHENSIONS, ScopeBuilder._comprehension),
    ast.Import: ScopeBuilder._import,
    ast.ImportFrom: ScopeBuilder._import,
    ast.Global: ScopeBuilder._global,
    ast.Nonlocal: ScopeBuilder._nonlocal,
    ast.Assign: ScopeBuilder._assign,
    ast.AnnAssign: ScopeBuilder._annotated,
    ast.NamedExpr: ScopeBuilder._walrus,
    ast.ExceptHandler: ScopeBuilder._handler,
    ast.Call: ScopeBuilder._call,
    ast.Attribute: ScopeBuilder._attribute,
    ast.Expr: ScopeBuilder._statement_of_value,
    ast.Return: ScopeBuilder._statement_of_value,
}


def _declarations(parents: Parents, nodes: NodesByType) -> dict[ast.AST, list[ast.Global | ast.Nonlocal]]:
    """Function → its declarations: `global x` holds for the whole function, in Python 2 even where it stands after a use."""
    found: dict[ast.AST, list[ast.Global | ast.Nonlocal]] = {}
    for node in (*nodes.get(ast.Global, ()), *nodes.get(ast.Nonlocal, ())):
        assert isinstance(node, ast.Global | ast.Nonlocal)
        owner = next((outer for outer in ancestors(node, parents) if isinstance(outer, Definition)), None)
        if owner is not None:
            found.setdefault(owner, []).append(node)
    return found


def all_arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    """Every parameter of a function, in the order of its header."""
    yield from arguments.posonlyargs
    yield from arguments.args
    if arguments.vararg is not None:
        yield arguments.vararg
    yield from arguments.kwonlyargs
    if arguments.kwarg is not None:
        yield arguments.kwarg
