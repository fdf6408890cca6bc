"""What becomes of the names that a ``from`` statement takes from a module whose contents moved."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import Scope
from porter.rules.port._import_edits import Key, Taken
from porter.rules.port._module_plan import only_imports
from porter.rules.port._places import builtin_visible, can_bind

# The dotted Python 3 name of a name of the statement's module; None for one that the statement may keep as it is.
Targets = Callable[[str], str | None]


@dataclass(slots=True)
class FromDecision:
    """What each name of a ``from`` statement becomes, and the uses that are spelt otherwise from now on."""

    names: dict[Key, Taken | None] = field(default_factory=dict)
    edits: list[tuple[ast.expr, str]] = field(default_factory=list)


def decide_from(
    statement: ast.ImportFrom, targets: Targets, scope: Scope, model: ModuleModel, *, bare_builtins: bool = True
) -> FromDecision:
    """Names keep the name that they are known by here, unless the new one is free and better known."""
    decision = FromDecision()
    for alias in statement.names:
        target = targets(alias.name)
        if target is None:
            continue
        home, _, name = target.rpartition(".")
        key = (alias.name, alias.asname)
        local = alias.asname or alias.name
        if home == "builtins" and bare_builtins:
            _as_builtin(decision, key, name, local, alias, scope, model)
        elif name == alias.name or (alias.asname is not None and alias.asname != name):
            decision.names[key] = Taken(home, name, alias.asname)
        elif local == name:
            decision.names[key] = Taken(home, name)
        else:
            _renamed(decision, key, Taken(home, name), local, alias, scope, model)
    return decision


def _as_builtin(
    decision: FromDecision, key: Key, name: str, local: str, alias: ast.alias, scope: Scope, model: ModuleModel
) -> None:
    uses = model.uses_of(local, scope)
    visible = local == name or builtin_visible(name, uses, model)
    if visible and only_imports(local, scope, {alias}, model):
        decision.names[key] = None
        decision.edits.extend((use, name) for use in uses if local != name)
    else:
        decision.names[key] = Taken("builtins", name, None if local == name else local)


def _renamed(
    decision: FromDecision, key: Key, target: Taken, local: str, alias: ast.alias, scope: Scope, model: ModuleModel
) -> None:
    uses = model.uses_of(local, scope)
    free = can_bind(target.name, scope, uses, model) or _takes(target, scope, model)
    if free and only_imports(local, scope, {alias}, model):
        decision.names[key] = target
        decision.edits.extend((use, target.name) for use in uses)
    else:
        decision.names[key] = Taken(target.module, target.name, local)


def _takes(target: Taken, scope: Scope, model: ModuleModel) -> bool:
    """Whether the scope has the name already, from the same place."""
    found = scope.bindings.get(target.name, [])
    return bool(found) and all(binding.imported == f"{target.module}.{target.name}" for binding in found)


def star_uses(model: ModuleModel) -> Iterator[ast.Name]:
    """Names that nothing in the module binds: a star import may."""
    for inner in model.scope.walk():
        for name, nodes in inner.uses.items():
            if inner.owner(name) is None:
                yield from nodes
