"""What the rename of a module comes to in one file: its import statements, and every use of the name they bind."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import BindingKind, Scope
from porter.rules.port._import_edits import Key, Taken
from porter.rules.port._module_table import MovedModule
from porter.rules.port._places import binds_module, builtin_visible, can_bind, is_declared_global, is_known_outside

_MOST_NAMES = 4  # more names than this from one module, and a person imports the module


@dataclass(frozen=True, slots=True, eq=False)
class ImportedModule:
    """A module of the table that an ``import`` statement binds to a name of a scope."""

    statement: ast.Import
    alias: ast.alias
    row: MovedModule
    scope: Scope

    @property
    def local(self) -> str:
        return self.alias.asname or self.alias.name.partition(".")[0]

    @property
    def key(self) -> Key:
        return self.alias.name, self.alias.asname

    @property
    def is_dotted(self) -> bool:
        """Whether the statement binds only the package around the module."""
        return "." in self.alias.name and self.alias.asname is None


@dataclass(frozen=True, slots=True)
class Use:
    """One place where the module is spoken of; `attribute` is the name of it that is asked for there, if one is."""

    node: ast.Name | ast.Attribute
    attribute: ast.Attribute | None

    @property
    def name(self) -> str:
        return self.attribute.attr if self.attribute is not None else ""

    @property
    def whole(self) -> ast.expr:
        return self.attribute or self.node


@dataclass(slots=True)
class Decision:
    """What becomes of an imported module: the imports in its place, and the new text of the uses that change."""

    modules: tuple[Key, ...]
    taken: tuple[Taken, ...] = ()
    edits: list[tuple[ast.expr, str]] = field(default_factory=list)


def uses_of(imported: ImportedModule, model: ModuleModel) -> list[Use]:
    """Every place that speaks of the module by the name that the import binds."""
    if imported.is_dotted:
        last = imported.row.old.rpartition(".")[2]
        nodes: Iterable[ast.AST] = (
            node
            for node in model.nodes.get(ast.Attribute, ())
            if isinstance(node, ast.Attribute) and node.attr == last and model.resolve(node) == imported.row.old
        )
        if imported.row.old.startswith(imported.row.new + "."):
            return []
    else:
        nodes = model.uses_of(imported.local, imported.scope)
    return [_use(node, model) for node in nodes if isinstance(node, ast.Name | ast.Attribute)]


def _use(node: ast.Name | ast.Attribute, model: ModuleModel) -> Use:
    parent = model.parent(node)
    return Use(node, parent if isinstance(parent, ast.Attribute) and parent.value is node else None)


def decide(
    group: list[ImportedModule], uses: list[Use], model: ModuleModel, introduced: dict[str, str]
) -> Decision | None:
    """How the module of a group of imports that bind one name is best called; None where no way is certain.

    `introduced` are the names that other decisions take into this scope, with their modules; a new one is put to it.
    """
    first = group[0]
    if all(item.alias.asname is not None for item in group) or _is_held(group, uses, model):
        return _by_alias(first, uses, model)
    decision = _by_module(first, uses, model)
    if decision is not None:
        return decision
    decision = _by_names(first, uses, model)
    if decision is not None and all(introduced.get(item.name, item.module) == item.module for item in decision.taken):
        introduced.update({item.name: item.module for item in decision.taken})
        return decision
    return _by_alias(first, uses, model)


def _is_held(group: list[ImportedModule], uses: list[Use], model: ModuleModel) -> bool:
    """Whether the name that the imports bind must stay bound: others know it, or something else binds it as well."""
    scope, local = group[0].scope, group[0].local
    if group[0].is_dotted:
        return False
    own = {item.alias for item in group}
    return (
        scope.is_class
        or any(binding.node not in own for binding in scope.bindings.get(local, ()))
        or is_declared_global(local, scope, model)
        or any(not isinstance(use.node.ctx, ast.Load) for use in uses)
        or is_known_outside(local, scope, model)
    )


def _homes(row: MovedModule, uses: list[Use]) -> list[str]:
    """The modules in which the names that are used are now, in the order of their names; the main one where none is."""
    homes = {
        row.home(use.name) if use.name else row.new
        for use in uses
        if not (use.name and row.is_bare(row.target(use.name)))
    }
    return sorted(homes) or ([] if uses else [row.new])


# -- the module by its new name ----------------------------------------------------------------------------------------


def _by_module(imported: ImportedModule, uses: list[Use], model: ModuleModel) -> Decision | None:
    """``import queue`` and ``queue.Queue``, if the new name is free wherever the module is used."""
    row, scope = imported.row, imported.scope
    homes = _homes(row, uses)
    nodes = [use.node for use in uses]
    freed = () if imported.is_dotted else (imported.local,)
    for home in homes:
        root = home.partition(".")[0]
        if not (binds_module(root, home, scope, model) or can_bind(root, scope, nodes, model, freed)):
            return None
    decision = Decision(tuple((home, None) for home in homes))
    for use in uses:
        edit = _dotted(row, use, model)
        if edit is None:
            return None
        decision.edits.append(edit)
    return decision


def _dotted(row: MovedModule, use: Use, model: ModuleModel) -> tuple[ast.expr, str] | None:
    if use.attribute is None:
        return use.node, row.new
    target = row.target(use.name)
    home, _, name = target.rpartition(".")
    if row.is_bare(target):
        return (use.attribute, name) if builtin_visible(name, [use.node], model) else None
    return (use.node, home) if name == use.name and not row.is_module(use.name) else (use.attribute, target)


# -- its names ---------------------------------------------------------------------------------------------------------


def _by_names(imported: ImportedModule, uses: list[Use], model: ModuleModel) -> Decision | None:
    """``from queue import Queue`` and ``Queue``, if those names are free; the old module's own name is free now."""
    row, scope = imported.row, imported.scope
    targets = {row.target(use.name) for use in uses if use.name}
    if (
        imported.is_dotted
        or not uses
        or any(use.attribute is None or not isinstance(use.attribute.ctx, ast.Load) for use in uses)
    ):
        return None
    names = {target.rpartition(".")[2] for target in targets}
    if len(names) != len(targets) or len(names) > _MOST_NAMES or any(row.is_module(use.name) for use in uses):
        return None
    decision = Decision(())
    for target in sorted(targets):
        home, _, name = target.rpartition(".")
        places = [use for use in uses if row.target(use.name) == target]
        nodes = [use.node for use in places]
        if row.is_bare(target):
            if not builtin_visible(name, nodes, model):
                return None
        elif can_bind(name, scope, nodes, model, (imported.local,)):
            decision.taken = (*decision.taken, Taken(home, name))
        else:
            return None
        decision.edits.extend((use.whole, name) for use in places)
    return decision


# -- by the name it always had -----------------------------------------------------------------------------------------


def _by_alias(imported: ImportedModule, uses: list[Use], model: ModuleModel) -> Decision | None:
    """``import queue as Queue``: right wherever all names that are used are in one module."""
    row, scope, local = imported.row, imported.scope, imported.local
    if imported.is_dotted:
        return None
    homes = _homes(row, uses)
    kept = is_known_outside(local, scope, model) or any(use.attribute is None for use in uses)
    base = homes[0] if len(homes) == 1 and not kept else row.new
    if base not in homes and homes and not kept:
        base = homes[0]
    nodes = [use.node for use in uses]
    decision = Decision(((base, None if base == local else local),))
    others = [home for home in homes if home != base]
    for home in others:
        root = home.partition(".")[0]
        if not (binds_module(root, home, scope, model) or can_bind(root, scope, nodes, model)):
            return None
        decision.modules = (*decision.modules, (home, None))
    for use in uses:
        if use.attribute is None:
            continue
        home, name = row.home(use.name), row.target(use.name).rpartition(".")[2]
        if home == base and name == use.name:
            continue
        if row.is_module(use.name):
            decision.edits.append((use.attribute, local if home == base else home))
            continue
        edit = (use.attribute, f"{local}.{name}") if home == base else _dotted(row, use, model)
        if edit is None:
            return None
        decision.edits.append(edit)
    return decision


def only_imports(name: str, scope: Scope, aliases: set[ast.alias], model: ModuleModel) -> bool:
    """Whether the scope binds a name by these imports alone, only reads it, and no other file knows it."""
    return (
        not scope.is_class
        and all(
            binding.kind is BindingKind.IMPORT and binding.node in aliases for binding in scope.bindings.get(name, ())
        )
        and not is_declared_global(name, scope, model)
        and all(isinstance(use.ctx, ast.Load) for use in model.uses_of(name, scope))
        and not is_known_outside(name, scope, model)
    )
