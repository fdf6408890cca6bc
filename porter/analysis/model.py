"""The ModuleModel: what one module means. One `ast.parse`, one walk, and answers worked out when a rule asks (DESIGN §3)."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from functools import cached_property

from porter.analysis import kinds
from porter.analysis.calls import Arguments, calls_of
from porter.analysis.imports import chooses_version, is_version_guarded
from porter.analysis.inference import Inference
from porter.analysis.kinds import Kind
from porter.analysis.scopes import Binding, BindingKind, Definition, Scope, ScopeBuilder
from porter.analysis.tree import TreeSlice, is_main_guard
from porter.analysis.walk import NodesByType, Parents, ancestors, index_nodes, index_spellings
from porter.positions import LineIndex
from porter.python2.parsing import quietly_parse
from porter.python2.source import Dialect, Source

_PYTHON2_BUILTINS = frozenset(
    "apply basestring buffer cmp StandardError coerce execfile file intern long raw_input reduce reload unichr unicode xrange".split()
)
_BUILTINS = frozenset(dir(builtins)) | _PYTHON2_BUILTINS


class ModuleModel:
    """A parsed module with its scopes, imports and kinds.

    `python2` says whose rules its names follow: those of the file's dialect while it is being ported, Python 3's for
    text that a phase has already ported; `module` is the text's tree where there is one already. `python` is the lowest
    version that the result must run on; `division_helper` says that a function of the module shall divide where the
    operands are not known (`--division helper`).
    """

    def __init__(
        self,
        source: Source,
        text: str,
        module: ast.Module | None,
        tree: TreeSlice,
        *,
        python2: bool,
        python: tuple[int, int] = (3, 11),
        division_helper: bool = False,
    ) -> None:
        self.source = source
        self.path = source.path
        self.text = text
        self._module = module
        self.tree = tree
        self.python2 = python2
        self.python = python
        self.division_helper = division_helper
        self.lines = LineIndex(text)
        self._asking: set[ast.AST] = set()
        self._resolved: dict[ast.Name, str | None] = {}
        self._version_choices: dict[ast.AST, bool] = {}

    @cached_property
    def spelt(self) -> dict[tuple[type[ast.AST], str], list[ast.AST]]:
        """The names, attributes and calls by their type and how they are spelt: `a.b` is spelt b, and so is `a.b()`."""
        return index_spellings(self.nodes)

    @property
    def dialect(self) -> Dialect:
        return self.source.dialect

    @cached_property
    def module(self) -> ast.Module:
        """The text's tree; parsed now if nobody has done so."""
        return self._module if self._module is not None else quietly_parse(self.text)

    @property
    def parsed(self) -> ast.Module | None:
        """The text's tree if somebody has parsed it."""
        return self.__dict__.get("module", self._module)

    @cached_property
    def _index(self) -> tuple[Parents, NodesByType]:
        return index_nodes(self.module)

    @cached_property
    def parents(self) -> Parents:
        """Each node's parent."""
        return self._index[0]

    @cached_property
    def nodes(self) -> NodesByType:
        """The nodes of each type, in the order of the source."""
        return self._index[1]

    def release(self) -> None:
        """Take the model apart: it holds itself in circles, which only a search for garbage would free, and slowly."""
        _, by_node = self.__dict__.pop("_scopes", (None, {}))
        for scope in by_node.values():
            scope.children.clear()
        self.__dict__.pop("_inference", None)

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
            self.module,
            self.parents,
            self.nodes,
            python2=self.python2,
            tuple_parameters=self.source.facts.tuple_parameters,
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
        if node in self._resolved:
            return self._resolved[node]
        outermost = not self._asking
        resolved = self._resolve_bound(node)
        if outermost:  # inside `x = x.y` an answer may be missing that there is elsewhere
            self._resolved[node] = resolved
        return resolved

    def _resolve_bound(self, node: ast.Name) -> str | None:
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

    @cached_property
    def _inference(self) -> Inference:
        return Inference(self)

    @property
    def true_division(self) -> bool:
        """Whether `/` between ints gives a float here."""
        return self._inference.true_division

    def kind(self, node: ast.AST) -> Kind:
        """What the value of an expression is, where that is certain."""
        return self._inference.kind(node)

    def library_type(self, kind: Kind) -> str:
        """The library class that a kind is or, for a class of this module, inherits from; its own name otherwise."""
        return self._inference.library_type(kind)

    def instance_of(self, definition: ast.ClassDef) -> Kind:
        """The kind of an instance of a class of this module."""
        return self._inference.instance_of(definition)

    def is_generator(self, function: ast.AST) -> bool:
        """Whether calling the function makes a generator."""
        return self._inference.is_generator(function)

    def calls_of(self, function: ast.FunctionDef) -> list[Arguments] | None:
        """The arguments of every call of a function, where all of them are known; else None. See `porter.analysis.calls`."""
        return calls_of(self, function)
