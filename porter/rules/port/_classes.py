"""What several rules of the port ask about classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel


def methods(definition: ast.ClassDef) -> dict[str, ast.FunctionDef]:
    """The methods that a class's body defines directly, the last of each name."""
    return {item.name: item for item in definition.body if isinstance(item, ast.FunctionDef)}


def members(definition: ast.ClassDef) -> set[str]:
    """Every name that the body binds by a definition or an assignment."""
    names = set(methods(definition))
    for item in definition.body:
        if isinstance(item, ast.Assign):
            names.update(target.id for target in item.targets if isinstance(target, ast.Name))
    return names


def lineage(definition: ast.ClassDef, model: ModuleModel) -> Iterator[ast.ClassDef]:
    """A class and those of this module that it derives from, each once."""
    seen: set[ast.ClassDef] = set()
    waiting = [definition]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        yield current
        waiting.extend(base for item in current.bases if isinstance(base := model.definition(item), ast.ClassDef))


def defines(definition: ast.ClassDef, name: str, model: ModuleModel) -> bool:
    """Whether a class, or one of this module's that it derives from, binds a name in its body."""
    return any(name in members(item) for item in lineage(definition, model))


def is_new_style(definition: ast.ClassDef, model: ModuleModel) -> bool:
    """Whether a class of Python 2 certainly derives from `object`, by itself or through classes of this module."""
    return any(
        "__metaclass__" in members(item)
        or any((model.resolve(base) or "").startswith("builtins.") for base in item.bases)
        for item in lineage(definition, model)
    )


def is_classic(definition: ast.ClassDef, model: ModuleModel) -> bool:
    """Whether a class is certainly an old-style one: it derives from nothing, or from such classes of this module."""
    if any(isinstance(base, ast.Name) and base.id == "object" for base in definition.bases):
        return False
    if not model.python2 or "__metaclass__" in model.scope.bindings:
        return False
    return not any(
        item.keywords
        or item.decorator_list
        or "__metaclass__" in members(item)
        or not all(isinstance(model.definition(base), ast.ClassDef) for base in item.bases)
        for item in lineage(definition, model)
    )
