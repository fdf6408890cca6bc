"""Imports that nothing uses any more, because a rewrite took their last use away."""

from __future__ import annotations

import ast
from collections.abc import Collection

from porter.analysis.exports import is_exported
from porter.analysis.model import ModuleModel
from porter.analysis.scopes import BindingKind
from porter.analysis.walk import children
from porter.rewriting.patching import Edit


def imported_names(module: ast.Module) -> set[str]:
    """The names that the import statements of a module bind, wherever they stand."""
    names: set[str] = set()
    stack: list[ast.AST] = [module]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            names.update(_bound(alias) for alias in node.names)
        elif isinstance(node, ast.stmt | ast.Module | ast.ExceptHandler):
            stack.extend(child for child in children(node) if isinstance(child, ast.stmt | ast.ExceptHandler))
    return names


def unused_import_edits(names: Collection[str], model: ModuleModel) -> list[Edit]:
    """The edits that remove the imports of `names` that nothing uses, here or in another file."""
    edits: list[Edit] = []
    for kind in (ast.Import, ast.ImportFrom):
        for statement in model.nodes.get(kind, ()):
            assert isinstance(statement, ast.Import | ast.ImportFrom)
            gone = [alias for alias in statement.names if _bound(alias) in names and _is_unused(alias, model)]
            if gone:
                edits.append(_without(statement, gone, model))
    return edits


def _is_unused(alias: ast.alias, model: ModuleModel) -> bool:
    """Whether nothing reads the name that an import binds, and nothing but imports binds it."""
    name = _bound(alias)
    around = model.scope_of(alias)
    scope = around.owner(name) or around
    if scope.is_class or any(binding.kind is not BindingKind.IMPORT for binding in scope.bindings.get(name, ())):
        return False
    return not model.uses_of(name, scope) and not (scope.is_module and is_exported(name, model))


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _without(statement: ast.Import | ast.ImportFrom, gone: list[ast.alias], model: ModuleModel) -> Edit:
    kept = [alias for alias in statement.names if alias not in gone]
    start, end = model.span(statement)
    if kept:
        first, last = model.span(statement.names[0])[0], model.span(statement.names[-1])[1]
        return Edit(first, last, ", ".join(model.text[slice(*model.span(alias))] for alias in kept))
    assert statement.end_lineno is not None
    if len(model.suite(statement)) == 1 and not isinstance(model.parent(statement), ast.Module):
        return Edit(start, end, "pass")
    line_start = model.lines.line_start(statement.lineno)
    following = model.lines.line_start(statement.end_lineno + 1)
    if model.text[line_start:start].strip() or model.text[end:following].strip():
        return Edit(start, end, "pass")
    if not model.text[:line_start].strip():  # a file does not begin with empty lines
        rest = model.text[following:]
        following += len(rest) - len(rest.lstrip("\r\n"))
    return Edit(line_start, following, "")
