"""The ModuleModel: what one module means. One `ast.parse`, one walk, and answers worked out when a rule asks (DESIGN §3)."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from functools import cached_property

from porter.analysis import kinds
from porter.analysis.imports import chooses_version, is_version_guarded
from porter.analysis.kinds import UNKNOWN, Kind
from porter.analysis.scopes import Binding, BindingKind, Definition, Scope, ScopeBuilder, all_arguments
from porter.analysis.tree import TreeSlice, is_main_guard
from porter.analysis.walk import NodesByType, Parents, ancestors, index_nodes
from porter.positions import LineIndex
from porter.python2.source import Dialect, Source

_PYTHON2_BUILTINS = frozenset(
    "apply basestring buffer cmp coerce execfile file intern long raw_input reduce reload unichr unicode xrange".split()
)
_BUILTINS = frozenset(dir(builtins)) | _PYTHON2_BUILTINS


class ModuleModel:
    """A parsed module with its scopes, imports and kinds.

    `python2` says whose rules its names follow: those of the file's dialect while it is being ported, Python 3's for
    text that a phase has already ported. `python` is the lowest version that the result must run on.
    """

    def __init__(
        self,
        source: Source,
        text: str,
        module: ast.Module,
        tree: TreeSlice,
        *,
        python2: bool,
        python: tuple[int, int] = (3, 11),
    ) -> None:
        self.source = source
        self.path = source.path
        self.text = text
        self.module = module
        self.tree = tree
        self.python2 = python2
        self.python = python
        self.lines = LineIndex(text)
        self.parents: Parents
        self.nodes: NodesByType
        self.parents, self.nodes = index_nodes(module)
        self._kinds: dict[ast.AST, Kind] = {}
        self._asking: set[ast.AST] = set()
        self._version_choices: dict[ast.AST, bool] = {}

    @property
    def dialect(self) -> Dialect:
        return self.source.dialect

    # -- text and structure ----------------------------------------------------------------------------------------

    def span(
        self, node: ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword | ast.alias
    ) -> tuple[int, int]:
        return self.lines.span(node)

    def text_of(self, node: ast.expr | ast.stmt) -> str:
        start, end = self.lines.span(node)
        return self.text[start:end]

    def parent(self, node: ast.AST) -> ast.AST | None:
        return self.parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        return ancestors(node, self.parents)

    def statement(self, node: ast.AST) -> ast.stmt:
        """The smallest statement that the node is, or stands in."""
        if isinstance(node, ast.stmt):
            return node
        return next(outer for outer in self.ancestors(node) if isinstance(outer, ast.stmt))

    def suite(self, statement: ast.stmt) -> list[ast.stmt]:
        """The list of statements that holds this one."""
        parent = self.parents[statement]
        for field in ("body", "orelse", "finalbody"):
            body = getattr(parent, field, None)
            if isinstance(body, list) and statement in body:
                return body
        raise ValueError("the statement stands in no suite")

    def following(self, statement: ast.stmt) -> ast.stmt | None:
        """The next statement of the same suite."""
        suite = self.suite(statement)
        at = suite.index(statement) + 1
        return suite[at] if at < len(suite) else None

    def function(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | None:
        """The innermost function that the node stands in, not counting itself."""
        for outer in self.ancestors(node):
            if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                return outer
        return None

    def enclosing_class(self, node: ast.AST) -> ast.ClassDef | None:
        """The class whose method the node stands in (directly, not through a nested function's own class)."""
        for outer in self.ancestors(node):
            if isinstance(outer, ast.ClassDef):
                return outer
        return None

    @cached_property
    def main_guard(self) -> ast.If | None:
        """The module's ``if __name__ == '__main__':``."""
        return next((node for node in self.module.body if isinstance(node, ast.If) and is_main_guard(node)), None)

    # -- names -----------------------------------------------------------------------------------------------------

    @cached_property
    def _scopes(self) -> tuple[Scope, dict[ast.AST, Scope]]:
        builder = ScopeBuilder(
            self.module, self.parents, python2=self.python2, tuple_parameters=self.source.facts.tuple_parameters
        )
        return builder.build(), builder.scope_of_node

    @property
    def scope(self) -> Scope:
        """The module's own scope."""
        return self._scopes[0]

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope that a node's names are looked up in (for a definition: the scope around it)."""
        by_node = self._scopes[1]
        if isinstance(node, ast.Name) and node in by_node:
            return by_node[node]
        for outer in self.ancestors(node):
            if outer in by_node and not isinstance(outer, ast.Name):
                return by_node[outer]
        return self.scope

    def inner_scope(self, node: ast.AST) -> Scope:
        """The scope that a definition, lambda, comprehension or module opens."""
        return self._scopes[1][node]

    def bindings(self, name: ast.Name) -> list[Binding]:
        """What the name may refer to; empty for a builtin or an unknown name."""
        return self.scope_of(name).lookup(name.id)

    def uses_of(self, name: str, scope: Scope) -> list[ast.Name]:
        """Every Name node that refers to `name` as bound in `scope`, stores included."""
        found: list[ast.Name] = []
        for inner in scope.walk():
            if name in inner.uses and (inner is scope or inner.owner(name) is scope):
                found.extend(inner.uses[name])
        return found

    def is_shadowed(self, name: str, at: ast.AST) -> bool:
        """Whether a builtin's name means something else at this place, or might (`import *`, `exec`)."""
        scope = self.scope_of(at)
        return bool(scope.lookup(name)) or name in scope.globals

    def is_free(self, name: str, at: ast.AST) -> bool:
        """Whether no scope that encloses or lies inside the place binds or uses this name: it can be introduced there."""
        scope: Scope | None = self.scope_of(at)
        while scope is not None:
            if name in scope.bindings or name in scope.uses or name in scope.globals:
                return False
            scope = scope.parent
        return not any(name in inner.uses or name in inner.bindings for inner in self.scope_of(at).walk())

    def resolve(self, node: ast.AST) -> str | None:
        """The dotted name that an expression refers to: through imports, aliases of imports, and builtins.

        `Q.Queue` after ``import Queue as Q`` is "Queue.Queue"; `len` is "builtins.len"; a local value is None. Where the
        bindings of a name disagree (``try: import Queue / except ImportError: import queue as Queue``) and mean the
        same thing by `kinds.canonical`, the canonical name is the answer; else None.
        """
        match node:
            case ast.Attribute(value=value, attr=attribute):
                base = self.resolve(value)
                return (
                    f"{base}.{attribute}"
                    if base and base != "builtins"
                    else (f"builtins.{attribute}" if base else None)
                )
            case ast.Name():
                return self._resolve_name(node)
        return None

    def _resolve_name(self, node: ast.Name) -> str | None:
        found = self.bindings(node)
        if not found:
            scope = self.scope_of(node)
            if node.id in _BUILTINS and node.id not in scope.globals:
                return f"builtins.{node.id}"
            return None
        imported = set()
        for binding in found:
            dotted = binding.imported
            if dotted is None and binding.kind is BindingKind.ASSIGNMENT and isinstance(binding.value, ast.Attribute):
                dotted = self._resolve_alias(binding.value)
            if dotted is None:
                return None
            imported.add(dotted)
        if len(imported) == 1:
            return imported.pop()
        canonical = {kinds.canonical(name) for name in imported}
        return canonical.pop() if len(canonical) == 1 else None

    def _resolve_alias(self, value: ast.expr) -> str | None:
        """`Lock = threading.Lock` names the same thing; guarded against `x = x.y`."""
        if value in self._asking:
            return None
        self._asking.add(value)
        try:
            return self.resolve(value)
        finally:
            self._asking.discard(value)

    def resolve_canonical(self, node: ast.AST) -> str | None:
        """Like `resolve`, by the Python 3 spelling: both `Queue.Queue` and `queue.Queue` are "queue.Queue"."""
        name = self.resolve(node)
        return kinds.canonical(name) if name else None

    def definition(self, node: ast.AST) -> Definition | None:
        """The one function or class of this module that a name refers to."""
        if not isinstance(node, ast.Name):
            return None
        found = self.bindings(node)
        if len(found) == 1 and isinstance(found[0].node, Definition):
            return found[0].node
        return None

    def chooses_version(self, node: ast.AST) -> bool:
        """Whether a statement chooses between Pythons; worked out once for each."""
        if not isinstance(node, ast.If | ast.IfExp | ast.Try):
            return False
        known = self._version_choices.get(node)
        if known is None:
            known = self._version_choices[node] = chooses_version(node)
        return known

    def is_dual_import(self, statement: ast.stmt) -> bool:
        """Whether an import already serves both Pythons: an alternative of ImportError, or under a version test."""
        return is_version_guarded(statement, self)

    # -- kinds -----------------------------------------------------------------------------------------------------

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
        if kind is not UNKNOWN or not self._asking:
            self._kinds[node] = kind
        return kind

    @property
    def _unicode_literals(self) -> bool:
        return "unicode_literals" in self.source.facts.future

    @property
    def true_division(self) -> bool:
        return not self.python2 or "division" in self.source.facts.future

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
        return kinds.STR if certain or not self.python2 else UNKNOWN

    @staticmethod
    def _agreed(found: list[Kind]) -> Kind:
        first = found[0] if found else UNKNOWN
        return first if all(kind == first for kind in found) else UNKNOWN

    def _kind_of_call(self, node: ast.Call) -> Kind:
        definition = self.definition(node.func)
        if isinstance(definition, ast.ClassDef):
            return self.instance_of(definition)
        if isinstance(definition, ast.FunctionDef):
            return self._returned(definition)
        name = self.resolve_canonical(node.func)
        if name is not None:
            by_version = kinds.RETURNS_PYTHON2 if self.python2 else kinds.RETURNS_PYTHON3
            if name in by_version:
                return by_version[name]
            return kinds.RETURNS.get(name, UNKNOWN)
        if isinstance(node.func, ast.Attribute):
            receiver = self.kind(node.func.value)
            if receiver is not UNKNOWN:
                return kinds.METHOD_RETURNS.get((self.library_type(receiver), node.func.attr), UNKNOWN)
        return UNKNOWN

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
            return ModuleModel._falls_through(last.body) or ModuleModel._falls_through(last.orelse)
        return True

    def _own_nodes(self, function: ast.AST) -> Iterator[ast.AST]:
        """The nodes of a function's body, without those of functions and classes inside it."""
        stack: list[ast.AST] = list(getattr(function, "body", []))
        while stack:
            node = stack.pop()
            yield node
            if not isinstance(node, Definition | ast.Lambda):
                stack.extend(ast.iter_child_nodes(node))

    def is_generator(self, function: ast.AST) -> bool:
        """Whether calling the function makes a generator."""
        return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in self._own_nodes(function))

    def instance_of(self, definition: ast.ClassDef) -> Kind:
        """The kind of an instance of a class of this module."""
        members = {item.name for item in definition.body if isinstance(item, ast.FunctionDef)}
        iterates = "__iter__" in members and bool({"next", "__next__"} & members)
        known = not definition.bases or all(self.resolve(base) == "builtins.object" for base in definition.bases)
        return Kind(f".{definition.name}", definition, is_iterator=True if iterates else False if known else None)

    def library_type(self, kind: Kind) -> str:
        """The library class that a kind is or, for a class of this module, inherits from; its own name otherwise."""
        seen: set[ast.ClassDef] = set()
        definition = kind.definition
        while definition is not None and definition not in seen:
            seen.add(definition)
            following: ast.ClassDef | None = None
            for base in definition.bases:
                inner = self.definition(base)
                if isinstance(inner, ast.ClassDef):
                    following = following or inner
                    continue
                name = self.resolve_canonical(base)
                if name is not None and name in kinds.RETURNS:
                    return kinds.RETURNS[name].type
            definition = following
        return kind.type

    def _kind_of_name(self, node: ast.Name) -> Kind:
        found = self.bindings(node)
        if not found:
            return UNKNOWN
        scope = self.scope_of(node).owner(node.id)
        if scope is None or (scope.dynamic and not scope.is_module):
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
        parent = self.parent(name)
        match parent:
            case ast.withitem(context_expr=manager, optional_vars=target) if target is name:
                kind = self.kind(manager)
                return kind if kind.type in _SELF_MANAGERS else UNKNOWN
            case ast.AugAssign(op=operator, value=value):
                others = [
                    item
                    for item in self.bindings(name)
                    if item.node is not name and item.kind is not BindingKind.TARGET
                ]
                before = self._agreed([self._kind_of_binding(item) for item in others])
                return kinds.of_operation(operator, before, self.kind(value), true_division=self.true_division)
            case ast.For(target=target, iter=ast.Call(func=called)) if target is name:
                return kinds.INT if self.resolve(called) in ("builtins.range", "builtins.xrange") else UNKNOWN
            case ast.comprehension(target=target, iter=ast.Call(func=called)) if target is name:
                return kinds.INT if self.resolve(called) in ("builtins.range", "builtins.xrange") else UNKNOWN
        return UNKNOWN

    def _kind_of_parameter(self, argument: ast.arg) -> Kind:
        function = self.function(argument)
        if not isinstance(function, ast.FunctionDef) or not isinstance(self.parent(argument), ast.arguments):
            return UNKNOWN
        if function.args.vararg is argument:
            return kinds.TUPLE
        if function.args.kwarg is argument:
            return kinds.DICT
        calls = self.calls_of(function)
        if not calls:
            return UNKNOWN
        return self._agreed([self._argument_kind(function, argument, call) for call in calls])

    def calls_of(self, function: ast.FunctionDef) -> list[tuple[list[ast.expr], list[ast.keyword]]] | None:
        """The arguments of every call of a function, where all of them are known; else None.

        A call is `f(…)` or a task handed over as `target=f, args=(…)` or `gevent.spawn(f, …)`; of `__init__`, the making
        of an object. Another method, a decorated function, one that other files can import, or one that is used in any
        other way may be called from anywhere.
        """
        if function.decorator_list or self.tree.imported_by:
            return None
        scope = self.scope_of(function)
        if scope.is_class:
            return self._makings_of(function)
        owner = scope.owner(function.name)
        if owner is None or len(owner.bindings[function.name]) != 1:
            return None
        calls = []
        for use in self.uses_of(function.name, owner):
            call = self._handed_over(use)
            if call is None:
                return None
            calls.append(call)
        return calls

    def _makings_of(self, function: ast.FunctionDef) -> list[tuple[list[ast.expr], list[ast.keyword]]] | None:
        """The calls of an `__init__`: the makings of its class, each with what it makes as the first argument."""
        owner = self.parent(function)
        if function.name != "__init__" or not isinstance(owner, ast.ClassDef) or owner.decorator_list:
            return None
        scope = self.scope_of(owner).owner(owner.name)
        if scope is None or len(scope.bindings[owner.name]) != 1:
            return None
        calls: list[tuple[list[ast.expr], list[ast.keyword]]] = []
        for use in self.uses_of(owner.name, scope):
            made = self.parent(use)
            if isinstance(made, ast.Call) and made.func is not use and self._is_super(made):
                continue
            call = self._handed_over(use)
            if call is None or not isinstance(made, ast.Call) or made.func is not use:
                return None
            calls.append(([made, *call[0]], call[1]))
        return calls

    def _is_super(self, call: ast.Call) -> bool:
        return self.resolve(call.func) == "builtins.super"

    def _is_spawn(self, function: ast.expr) -> bool:
        if self.resolve(function) in _SPAWNS:
            return True
        return (
            isinstance(function, ast.Attribute)
            and function.attr in ("spawn", "spawn_n")
            and self.kind(function.value).type in ("gevent.pool.Pool", "gevent.pool.Group", "eventlet.GreenPool")
        )

    def _handed_over(self, use: ast.Name) -> tuple[list[ast.expr], list[ast.keyword]] | None:
        parent = self.parent(use)
        match parent:
            case ast.Call(func=called, args=arguments, keywords=keywords) if called is use:
                plain = not any(isinstance(item, ast.Starred) for item in arguments)
                return (arguments, keywords) if plain and all(item.arg for item in keywords) else None
            case ast.Call(func=spawner, args=[first, *rest], keywords=keywords) if first is use and self._is_spawn(
                spawner
            ):
                plain = not any(isinstance(item, ast.Starred) for item in rest)
                return (rest, keywords) if plain and all(item.arg for item in keywords) else None
            case ast.keyword(arg="target"):
                call = self.parent(parent)
                assert isinstance(call, ast.Call)
                given = {item.arg: item.value for item in call.keywords}
                positional = given.get("args", ast.Tuple(elts=[]))
                if isinstance(positional, ast.Tuple | ast.List) and "kwargs" not in given and None not in given:
                    return positional.elts, []
        return None

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
        """`self.x`: what every assignment to `x` of this class's instances says, where all of them are in the class."""
        if not isinstance(node.value, ast.Name):
            return UNKNOWN
        owner = self.enclosing_class(node)
        if owner is None or not self._is_self(node.value):
            return UNKNOWN
        stores = self._attribute_stores.get(node.attr, [])
        values: list[Kind] = []
        for target in stores:
            if not (isinstance(target.value, ast.Name) and self._is_self(target.value)):
                return UNKNOWN
            if self.enclosing_class(target) is not owner:
                continue
            parent = self.parent(target)
            if not (isinstance(parent, ast.Assign) and target in parent.targets):
                return UNKNOWN
            values.append(self.kind(parent.value))
        class_level = self.inner_scope(owner).bindings.get(node.attr, [])
        values.extend(self._kind_of_binding(item) for item in class_level)
        return self._agreed(values)

    def _is_self(self, name: ast.Name) -> bool:
        found = self.bindings(name)
        if len(found) != 1 or found[0].kind is not BindingKind.PARAMETER:
            return False
        argument = found[0].node
        function = self.function(argument)
        if not isinstance(function, ast.FunctionDef) or not self.scope_of(function).is_class:
            return False
        return next(all_arguments(function.args), None) is argument and not function.decorator_list

    @cached_property
    def _attribute_stores(self) -> dict[str, list[ast.Attribute]]:
        stores: dict[str, list[ast.Attribute]] = {}
        for node in self.nodes.get(ast.Attribute, ()):
            assert isinstance(node, ast.Attribute)
            if not isinstance(node.ctx, ast.Load):
                stores.setdefault(node.attr, []).append(node)
        return stores


# Calls that run their first argument with the others, in a greenlet of its own.
_SPAWNS = frozenset({"gevent.spawn", "gevent.Greenlet.spawn", "eventlet.spawn", "eventlet.spawn_n"})

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
