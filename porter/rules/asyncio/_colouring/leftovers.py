"""What of the old library no recogniser accounts for: it would be left behind, so it stands in the way."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.kinds import canonical
from porter.rules.asyncio._colouring.draft import Draft
from porter.rules.asyncio._colouring.tables import REASONS


def read_leftovers(draft: Draft, modules: frozenset[str]) -> None:
    """Note every mention of these modules that stays; the imports of function bodies go."""
    for name in draft.model.nodes.get(ast.Name, ()):
        assert isinstance(name, ast.Name)
        if isinstance(name.ctx, ast.Load):
            _mention(name, draft, modules)
    for statement in draft.model.nodes.get(ast.ImportFrom, ()):
        assert isinstance(statement, ast.ImportFrom)
        if statement.names[0].name == "*" and _is_of(statement.module or "", modules):
            draft.obstacle(statement, f"cannot tell what comes with everything that {statement.module} has")
    for statement in imports_of(draft, modules):
        if draft.model.is_dual_import(statement):
            draft.obstacle(statement, "which library runs the program is decided as it runs")
        elif draft.model.function(statement) is not None:
            draft.remove(statement)


def imports_of(draft: Draft, modules: frozenset[str]) -> Iterator[ast.Import | ast.ImportFrom]:
    """The import statements of nothing but these modules."""
    for node_type in (ast.Import, ast.ImportFrom):
        for statement in draft.model.nodes.get(node_type, ()):
            assert isinstance(statement, ast.Import | ast.ImportFrom)
            origins = (
                [statement.module or ""] if isinstance(statement, ast.ImportFrom) else [a.name for a in statement.names]
            )
            if all(_is_of(origin, modules) for origin in origins):
                yield statement


def imported_names(draft: Draft, modules: frozenset[str]) -> tuple[str, ...]:
    """The names of module level that come from these modules."""
    found: list[str] = []
    for name, bindings in draft.model.scope.bindings.items():
        if any(item.imported is not None and _is_of(item.imported, modules) for item in bindings):
            found.append(name)
    return tuple(found)


def _mention(name: ast.Name, draft: Draft, modules: frozenset[str]) -> None:
    node: ast.expr = name
    while True:
        if node in draft.consumed:
            return
        parent = draft.model.parent(node)
        if not isinstance(parent, ast.Attribute):
            break
        node = parent
    resolved = draft.model.resolve(node)
    if resolved is None or not _is_of(resolved, modules):
        return
    reason = REASONS.get(canonical(resolved), "has no asyncio form that porter knows")
    draft.obstacle(node, f"{resolved} {reason}")


def _is_of(dotted: str, modules: frozenset[str]) -> bool:
    return any(dotted == module or dotted.startswith(f"{module}.") for module in modules)
