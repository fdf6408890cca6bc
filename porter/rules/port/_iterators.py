"""Which classes are iterators: their `next` is the protocol's method, not one that happens to have its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.analysis.summaries import ClassSummary
from porter.analysis.tree import dotted_name
from porter.rules.port._per_model import per_model


def next_of(definition: ast.ClassDef) -> ast.FunctionDef | None:
    """The method `next` of a class, if it can be called without arguments."""
    for item in definition.body:
        if isinstance(item, ast.FunctionDef) and item.name == "next":
            arguments = item.args
            positional = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
            if positional <= 1 and not item.decorator_list:
                return item
    return None


def is_iterator_class(definition: ast.ClassDef, model: ModuleModel) -> bool:
    """Whether instances of a class of this module are iterators, by the class itself, its bases or what returns it."""
    members = _members(definition)
    if "__next__" in members:
        return False  # it serves both Pythons already
    return (
        "__iter__" in members
        or any(_has_iter(base, model, frozenset()) for base in definition.bases)
        or definition in _returned_by_iter(model)
        or _ends_iteration(definition)
    )


def _ends_iteration(definition: ast.ClassDef) -> bool:
    """Whether the method `next` raises StopIteration: nothing but iteration asks for that."""
    method = next_of(definition)
    return method is not None and any(
        isinstance(node, ast.Raise) and "StopIteration" in ast.dump(node) for node in ast.walk(method)
    )


def _members(definition: ast.ClassDef) -> set[str]:
    names = {item.name for item in definition.body if isinstance(item, ast.FunctionDef)}
    for item in definition.body:
        if isinstance(item, ast.Assign):
            names.update(target.id for target in item.targets if isinstance(target, ast.Name))
    return names


def _has_iter(base: ast.expr, model: ModuleModel, seen: frozenset[str]) -> bool:
    if model.resolve(base) in ("builtins.file", "collections.Iterator", "io.IOBase"):
        return True
    dotted = dotted_name(base)
    return dotted is not None and any(_summary_has_iter(item, model, seen) for item in _named(dotted, model))


def _named(dotted: str, model: ModuleModel) -> Iterator[ClassSummary]:
    short = dotted.rpartition(".")[2]
    return (item for item in model.tree.classes if item.name == short)


def _summary_has_iter(summary: ClassSummary, model: ModuleModel, seen: frozenset[str]) -> bool:
    if "__iter__" in summary.members:
        return True
    if summary.name in seen:
        return False
    return any(
        _summary_has_iter(item, model, seen | {summary.name}) for base in summary.bases for item in _named(base, model)
    )


@per_model
def _returned_by_iter(model: ModuleModel) -> set[ast.ClassDef]:
    """The classes of which some `__iter__` of the module returns a new instance."""
    found: set[ast.ClassDef] = set()
    for function in model.nodes.get(ast.FunctionDef, ()):
        if not (isinstance(function, ast.FunctionDef) and function.name == "__iter__"):
            continue
        for node in ast.walk(function):
            match node:
                case ast.Return(value=ast.Call(func=called)):
                    definition = model.definition(called)
                    if isinstance(definition, ast.ClassDef):
                        found.add(definition)
    return found


def class_of(owner: ast.expr, model: ModuleModel) -> ast.ClassDef | None:
    """The class of this module that an expression names (`Base` in `Base.next(self)`)."""
    definition = model.definition(owner)
    return definition if isinstance(definition, ast.ClassDef) else None


@per_model
def tree_is_ambiguous(model: ModuleModel) -> bool:
    """Whether some class of the tree defines a `next` that is certainly not, or not certainly, an iterator's.

    A `__next__` without `__iter__` is what PORT015 makes of such a one: the tree stays as ambiguous as it was.
    """
    returned = {definition.name for definition in _returned_by_iter(model)}
    return any(
        not _summary_has_iter(item, model, frozenset()) and item.name not in returned
        for item in (*model.tree.definers("next"), *model.tree.definers("__next__"))
    )


def has_known_bases(definition: ast.ClassDef, model: ModuleModel) -> bool:
    """Whether every base of a class is `object`, another builtin, or a class of the tree."""
    names = {item.name for item in model.tree.classes}
    return all(
        (model.resolve(base) or "").startswith("builtins.") or (dotted_name(base) or "?").rpartition(".")[2] in names
        for base in definition.bases
    )
