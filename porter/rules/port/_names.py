"""What several rules of the port ask about names: how to spell a builtin here, where a definition's name stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from porter.analysis.imports import is_version_guarded
from porter.analysis.model import ModuleModel
from porter.analysis.scopes import BindingKind, Definition
from porter.rewriting.rule import Import
from porter.rules.port._handlers import caught_classes

_DEFINED = re.compile(r"(?:async\s+)?(?:def|class)(?:[ \t\f]|\\\r?\n)+")


def spelled(name: str, at: ast.AST, model: ModuleModel) -> tuple[str, tuple[Import, ...]]:
    """How to write a builtin at this place, and what to import for it: plain, or through the module where it is hidden."""
    if model.is_shadowed(name, at=at):
        return f"builtins.{name}", (Import("builtins"),)
    return name, ()


def can_import(name: str, at: ast.AST, model: ModuleModel) -> bool:
    """Whether a module can be imported under its own name at module level and be seen from this place."""
    found = model.scope_of(at).lookup(name)
    return model.is_free(name, at) or (
        bool(found) and all(binding.kind is BindingKind.IMPORT and binding.imported == name for binding in found)
    )


def name_span(node: Definition, model: ModuleModel) -> tuple[int, int]:
    """Where the name of a function or class stands in its header."""
    start = model.span(node)[0]
    found = _DEFINED.match(model.text, start)
    assert found is not None
    return found.end(), found.end() + len(node.name)


def is_guarded(node: ast.AST, model: ModuleModel, *errors: str, by: Collection[str] = ()) -> bool:
    """Whether the code already chooses by itself: a branch by version, or a `try` that expects one of these errors.

    `by` are words of the new spelling: a handler without any of them does something else, and offers no choice.
    """
    if is_version_guarded(node, model):
        return True
    inner = node
    for outer in model.ancestors(node):
        if isinstance(outer, Definition):
            return False
        if (
            isinstance(outer, ast.Try)
            and inner in outer.body
            and any(_expects(item, errors) and (not by or _speaks_of(item, by)) for item in outer.handlers)
        ):
            return True
        inner = outer
    return False


def _expects(handler: ast.ExceptHandler, errors: tuple[str, ...]) -> bool:
    return any(isinstance(item, ast.Name) and item.id in errors for item in caught_classes(handler))


def _speaks_of(handler: ast.ExceptHandler, words: Collection[str]) -> bool:
    """Whether a handler's body holds one of the words, as a name, an attribute or a text; or speaks by way of six."""
    said: set[object] = set()
    for node in (part for statement in handler.body for part in ast.walk(statement)):
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.alias(name=word) | ast.Constant(value=str(word)):
                said.add(word)
            case ast.In() | ast.NotIn():
                said.add("in")
    return not said.isdisjoint({*words, "six"})


def is_module(node: ast.expr, model: ModuleModel) -> bool:
    """Whether an expression is a name that ``import …`` binds: a module, whose functions are no methods."""
    if not isinstance(node, ast.Name):
        return False
    return any(
        binding.kind is BindingKind.IMPORT and isinstance(model.parent(binding.node), ast.Import)
        for binding in model.bindings(node)
    )
