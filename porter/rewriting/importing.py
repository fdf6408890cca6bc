"""Import changes: asked for by rewrites, made once at the end of a phase, in the file's own style (DESIGN §3)."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import BindingKind
from porter.rewriting.patching import Edit
from porter.rewriting.rule import Import


def import_edits(wanted: Iterable[Import], model: ModuleModel, newline: str) -> list[Edit]:
    """The edits that give a module the imports it needs and does not have."""
    module = model.module
    missing = [item for item in dict.fromkeys(wanted) if not _is_imported(item, model)]
    if not missing:
        return []
    edits: list[Edit] = []
    plain = sorted({item for item in missing if item.name is None}, key=lambda item: item.module)
    named: dict[str, list[Import]] = {}
    for item in missing:
        if item.name is not None:
            named.setdefault(item.module, []).append(item)
    lines = [f"import {item.module}" + (f" as {item.asname}" if item.asname else "") for item in plain]
    for origin, items in sorted(named.items()):
        existing = _from_import(module, origin)
        names = sorted({f"{item.name} as {item.asname}" if item.asname else str(item.name) for item in items})
        if existing is not None:
            end = model.span(existing.names[-1])[1]
            edits.append(Edit(end, end, "".join(f", {name}" for name in names)))
        else:
            lines.append(f"from {origin} import {', '.join(names)}")
    if lines:
        edits.append(_insertion(lines, module, model, newline))
    return edits


def _is_imported(item: Import, model: ModuleModel) -> bool:
    return any(
        binding.kind is BindingKind.IMPORT
        and isinstance(binding.node, ast.alias)
        and _provides(binding.node, item, model)
        and _at_top(binding.node, model)
        for binding in model.scope.bindings.get(item.bound, [])
    )


def _provides(alias: ast.alias, item: Import, model: ModuleModel) -> bool:
    """Whether an import that binds the name binds the very thing; `import a.b` gives `a` too, but `import a` not `a.b`."""
    statement = model.parent(alias)
    if isinstance(statement, ast.ImportFrom):
        module, _, name = (f"{item.module}.{item.name}" if item.name else item.module).rpartition(".")
        return statement.level == 0 and (statement.module, alias.name) == (module, name)
    if item.name is not None:
        return False
    return alias.name == item.module or (item.asname is None and alias.name.startswith(f"{item.module}."))


def _at_top(alias: ast.AST, model: ModuleModel) -> bool:
    return isinstance(model.parent(model.statement(alias)), ast.Module)


def _from_import(module: ast.Module, origin: str) -> ast.ImportFrom | None:
    """A one-line ``from origin import …`` of module level that names can be added to."""
    for node in module.body:
        if isinstance(node, ast.ImportFrom) and node.module == origin and node.level == 0 and node.names[0].name != "*":
            return node
    return None


def _insertion(lines: list[str], module: ast.Module, model: ModuleModel, newline: str) -> Edit:
    """New import lines go behind the last of the first run of imports, else behind the docstring and `__future__`."""
    anchor: ast.stmt | None = None
    for number, node in enumerate(module.body):
        if isinstance(node, ast.Import | ast.ImportFrom):
            anchor = node
        elif not (number == 0 and _is_docstring(node)):
            break
        elif _is_docstring(node):
            anchor = node
    added = newline.join(lines)
    if anchor is None:
        at = _before_first_statement(module, model)
        return Edit(at, at, added + newline)
    assert anchor.end_lineno is not None
    at = model.span(anchor)[1]
    following = model.lines.line_start(anchor.end_lineno + 1)
    tail = model.text[at:following]
    if tail.strip() and not tail.lstrip().startswith("#"):  # `import a; b()`
        start = model.lines.line_start(anchor.lineno)
        return Edit(start, start, added + newline)
    if not tail.endswith(("\n", "\r")):
        return Edit(following, following, newline + added)
    gap = newline if _is_docstring(anchor) else ""
    return Edit(following, following, gap + added + newline)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _before_first_statement(module: ast.Module, model: ModuleModel) -> int:
    """Where the first statement's line starts, its decorators included: behind shebang, cookie and head comment."""
    if not module.body:
        return len(model.text)
    first = module.body[0]
    lines = [first.lineno, *(decorator.lineno for decorator in getattr(first, "decorator_list", []))]
    return model.lines.line_start(min(lines))
