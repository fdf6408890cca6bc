"""Import changes: asked for by rewrites, made once at the end of a phase, in the file's own style (DESIGN §3)."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from porter.positions import LineIndex
from porter.rewriting.patching import Edit
from porter.rewriting.rule import Import


def import_edits(text: str, module: ast.Module, wanted: Iterable[Import], newline: str) -> list[Edit]:
    """The edits that give a module, the tree of `text`, the imports that it needs and does not have."""
    missing = [item for item in dict.fromkeys(wanted) if not _is_imported(item, module)]
    if not missing:
        return []
    lines_of_text = LineIndex(text)
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
            end = lines_of_text.span(existing.names[-1])[1]
            edits.append(Edit(end, end, "".join(f", {name}" for name in names)))
        else:
            lines.append(f"from {origin} import {', '.join(names)}")
    if lines:
        edits.append(_insertion(lines, module, lines_of_text, newline))
    return edits


def _is_imported(item: Import, module: ast.Module) -> bool:
    """Whether an import of module level binds the name to the very thing."""
    return any(
        _provides(alias, statement, item)
        for statement in module.body
        if isinstance(statement, ast.Import | ast.ImportFrom)
        for alias in statement.names
    )


def _provides(alias: ast.alias, statement: ast.Import | ast.ImportFrom, item: Import) -> bool:
    """Whether an import binds what is wanted; `import a.b` gives `a` too, but `import a` not `a.b`."""
    bound = alias.asname or (alias.name if isinstance(statement, ast.ImportFrom) else alias.name.partition(".")[0])
    if bound != item.bound:
        return False
    if isinstance(statement, ast.ImportFrom):
        module, _, name = (f"{item.module}.{item.name}" if item.name else item.module).rpartition(".")
        return statement.level == 0 and (statement.module, alias.name) == (module, name)
    if item.name is not None:
        return False
    return alias.name == item.module or (item.asname is None and alias.name.startswith(f"{item.module}."))


def _from_import(module: ast.Module, origin: str) -> ast.ImportFrom | None:
    """A one-line ``from origin import …`` of module level that names can be added to."""
    for node in module.body:
        if isinstance(node, ast.ImportFrom) and node.module == origin and node.level == 0 and node.names[0].name != "*":
            return node
    return None


def _insertion(lines: list[str], module: ast.Module, index: LineIndex, newline: str) -> Edit:
    """New import lines go behind the last of the first run of imports, else behind the docstring and `__future__`."""
    anchor = _anchor(module)
    added = newline.join(lines)
    if anchor is None:
        at = _before_first_statement(module, index)
        return Edit(at, at, added + newline)
    assert anchor.end_lineno is not None
    at = index.span(anchor)[1]
    following = index.line_start(anchor.end_lineno + 1)
    tail = index.text[at:following]
    if tail.strip() and not tail.lstrip().startswith("#"):  # `import a; b()`
        start = index.line_start(anchor.lineno)
        return Edit(start, start, added + newline)
    if not tail.endswith(("\n", "\r")):
        return Edit(following, following, newline + added)
    gap = newline if _is_docstring(anchor) else ""
    return Edit(following, following, gap + added + newline)


def helper_edits(text: str, module: ast.Module, helpers: Sequence[str], newline: str) -> list[Edit]:
    """The edit that puts function definitions behind the first run of imports, two empty lines around each."""
    index = LineIndex(text)
    anchor = _anchor(module)
    line = anchor.end_lineno + 1 if anchor is not None and anchor.end_lineno is not None else 1
    if anchor is None or any(node.lineno < line for node in module.body[module.body.index(anchor) + 1 :]):
        at, before = _before_first_statement(module, index), ""
    else:
        at, before = index.line_start(line), newline * 2
    if at == len(text) and at and not text.endswith(("\n", "\r")):
        before = newline * 3
    rest = text[at:]
    empty = rest[: len(rest) - len(rest.lstrip("\r\n"))]
    after = newline * max(0, 2 - empty.count(newline)) if rest.strip() else ""
    return [Edit(at, at, f"{before}{(newline * 2).join(helpers)}{after}")]


def _anchor(module: ast.Module) -> ast.stmt | None:
    """The last of the first run of imports, else the docstring."""
    anchor: ast.stmt | None = None
    for number, node in enumerate(module.body):
        if isinstance(node, ast.Import | ast.ImportFrom) or (number == 0 and _is_docstring(node)):
            anchor = node
        else:
            break
    return anchor


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _before_first_statement(module: ast.Module, index: LineIndex) -> int:
    """Where the first statement's line starts, its decorators included: behind shebang, cookie and head comment."""
    if not module.body:
        return len(index.text)
    first = module.body[0]
    lines = [first.lineno, *(decorator.lineno for decorator in getattr(first, "decorator_list", []))]
    return index.line_start(min(lines))
