"""What a file's summary must say, told from the tree that `ast` gives of its lowered text: the judge of `summarise`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from porter.analysis.summaries import ClassSummary, FileSummary
from porter.analysis.tree import dotted_name
from porter.python2 import Source, markers

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def summary_by_ast(source: Source, module: ast.Module, path: str) -> FileSummary:
    classes: list[ClassSummary] = []
    imports: set[str] = set()
    imported: dict[str, set[str]] = {}
    for node in ast.walk(module):
        match node:
            case ast.ClassDef():
                bases = tuple(_plain(dotted) for base in node.bases if (dotted := dotted_name(base)))
                members = {_plain(name) for name in _bound(node.body)}
                attributes = {_plain(name) for name in _attributes(node.body)}
                classes.append(ClassSummary(_plain(node.name), bases, frozenset(members), frozenset(attributes)))
            case ast.Import():
                for alias in node.names:
                    imports.add(_plain(alias.name))
                    imported.setdefault(_plain(alias.asname or alias.name), set()).add(_plain(alias.name))
            case ast.ImportFrom():
                base = "." * node.level + _plain(node.module or "")
                joint = "" if base.endswith(".") else "."
                imports.add(base)
                for alias in node.names:
                    imports.add(f"{base}{joint}{_plain(alias.name)}")
                    if alias.name != "*":
                        dotted = f"{base}{joint}{_plain(alias.name)}"
                        imported.setdefault(_plain(alias.asname or alias.name), set()).add(dotted)
    return FileSummary(
        path,
        source.dialect,
        tuple(sorted(classes, key=lambda item: (item.name, item.bases, sorted(item.members)))),
        frozenset(imports),
        frozenset(_reads(source.original, imported)),
    )


def _plain(dotted: str) -> str:
    return ".".join(markers.original_name(part) or part for part in dotted.split("."))


def _reads(text: str, imported: dict[str, set[str]]) -> Iterator[str]:
    for name, stands_for in imported.items():
        for found in re.finditer(rf"(?<![\w.]){re.escape(name)}\.([^\W\d]\w*)", text):
            if not any(longer.startswith(f"{name}.") and _at(text, longer, found.start()) for longer in imported):
                yield from (f"{dotted}.{found[1]}" for dotted in stands_for)


def _at(text: str, name: str, start: int) -> bool:
    return re.compile(rf"{re.escape(name)}\.[^\W\d]").match(text, start) is not None


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body and of its branches, not those of definitions inside it."""
    for statement in body:
        yield statement
        if not isinstance(statement, _Definition):
            for child in ast.iter_child_nodes(statement):
                if isinstance(child, ast.stmt):
                    yield from _statements([child])
                elif isinstance(child, ast.ExceptHandler):
                    yield from _statements(child.body)


def _bound(body: list[ast.stmt]) -> Iterator[str]:
    for statement in _statements(body):
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Import(names=aliases):
                yield from (alias.asname or alias.name.partition(".")[0] for alias in aliases)
            case ast.ImportFrom(names=aliases):
                yield from (alias.asname or alias.name for alias in aliases if alias.name != "*")
            case ast.Assign(targets=targets):
                yield from (target.id for target in _targets(targets) if isinstance(target, ast.Name))


def _attributes(body: list[ast.stmt]) -> Iterator[str]:
    for method in _statements(body):
        if not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        arguments = method.args
        first = [*arguments.posonlyargs, *arguments.args]
        if first:
            yield from _set_in(method.body, first[0].arg)


def _set_in(body: list[ast.stmt], owner: str) -> Iterator[str]:
    for statement in _statements(body):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _set_in(statement.body, owner)
        elif isinstance(statement, ast.Assign):
            for target in _targets(statement.targets):
                match target:
                    case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name == owner:
                        yield attribute


def _targets(targets: list[ast.expr]) -> Iterator[ast.expr]:
    for target in targets:
        match target:
            case ast.Tuple(elts=items) | ast.List(elts=items):
                yield from _targets(items)
            case ast.Starred(value=value):
                yield from _targets([value])
            case _:
                yield target
