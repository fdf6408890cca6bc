"""Import statements with other names in them: what a plan says of each name, applied to the concrete statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import libcst as cst

from porter.rewriting.building import name as dotted_node
from porter.rewriting.rule import Rewritten

Key = tuple[str, str | None]  # a name as an import statement gives it, and what it is called there
_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


@dataclass(frozen=True, slots=True)
class Taken:
    """``from module import name as asname``."""

    module: str
    name: str
    asname: str | None = None


@dataclass(frozen=True, slots=True)
class NewImport:
    """What an ``import a, b`` becomes: for each of its names the modules in its place, and what is taken from modules."""

    modules: Mapping[Key, tuple[Key, ...]]
    taken: tuple[Taken, ...] = ()


@dataclass(frozen=True, slots=True)
class NewFrom:
    """What a ``from m import a, b`` becomes: for each of its names where it is taken from now, nothing for one that goes.

    Names that are not mentioned stay. `module` is the module of all that stays.
    """

    module: str
    names: Mapping[Key, Taken | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewStar:
    """What a ``from m import *`` becomes: of which module, if any, and the names to take from others."""

    module: str
    taken: tuple[Taken, ...] = ()


def key_of(alias: cst.ImportAlias) -> Key:
    """What the alias says, as `ast` says it."""
    asname = alias.asname.name.value if alias.asname and isinstance(alias.asname.name, cst.Name) else None
    return alias.evaluated_name, asname


def _alias(name: str, asname: str | None, like: cst.ImportAlias | None = None) -> cst.ImportAlias:
    renamed = cst.AsName(cst.Name(asname)) if asname else None
    if like is not None and like.asname is not None and asname:
        renamed = like.asname.with_changes(name=cst.Name(asname))
    node = like or cst.ImportAlias(cst.Name("x"))
    return node.with_changes(name=dotted_node(name), asname=renamed)


def _listed(aliases: list[cst.ImportAlias]) -> list[cst.ImportAlias]:
    """The aliases with a comma between each two and none behind the last."""
    return [
        alias.with_changes(
            comma=(
                cst.MaybeSentinel.DEFAULT
                if number == len(aliases) - 1
                else _COMMA if alias.comma is cst.MaybeSentinel.DEFAULT else alias.comma
            )
        )
        for number, alias in enumerate(aliases)
    ]


def rewrite_import(node: cst.Import, new: NewImport) -> Rewritten:
    """An ``import`` statement, with a ``from`` statement behind it for each module that names are taken from."""
    names: list[cst.ImportAlias] = []
    for alias in node.names:
        modules = new.modules.get(key_of(alias))
        if modules is None:
            names.append(alias)
            continue
        names.extend(
            _alias(module, asname, alias if number == 0 else None) for number, (module, asname) in enumerate(modules)
        )
    statements: list[cst.BaseSmallStatement] = []
    if len(node.names) == 1:  # one statement a module, as it was
        statements.extend(node.with_changes(names=_listed([alias])) for alias in names)
    elif names:
        statements.append(node.with_changes(names=_listed(names)))
    statements.extend(_from_statements(new.taken))
    return statements


def rewrite_from(node: cst.ImportFrom, new: NewFrom) -> Rewritten:
    """A ``from`` statement; names that come from another module now get a statement of their own behind it."""
    assert not isinstance(node.names, cst.ImportStar)
    kept: list[cst.ImportAlias] = []
    elsewhere: list[Taken] = []
    module = _home(node, new)
    for alias in node.names:
        if key_of(alias) not in new.names:
            target: Taken | None = Taken(new.module, *key_of(alias))
        else:
            target = new.names[key_of(alias)]
        if target is None:
            continue
        if target.module == module:
            kept.append(_alias(target.name, target.asname, alias) if key_of(alias) in new.names else alias)
        else:
            elsewhere.append(target)
    statements: list[cst.BaseSmallStatement] = []
    if kept:
        trailing = node.names[-1].comma if node.lpar is not None else cst.MaybeSentinel.DEFAULT
        listed = _listed(kept)
        listed[-1] = listed[-1].with_changes(comma=trailing)
        statements.append(node.with_changes(module=dotted_node(module), names=listed))
    statements.extend(_from_statements(tuple(elsewhere)))
    return statements


def rewrite_star(node: cst.ImportFrom, new: NewStar) -> Rewritten:
    """A star import, with statements of their own behind it for the names that other modules have."""
    star: list[cst.BaseSmallStatement] = [node.with_changes(module=dotted_node(new.module))] if new.module else []
    return [*star, *_from_statements(new.taken)]


def _home(node: cst.ImportFrom, new: NewFrom) -> str:
    """The module that the statement itself goes on with: where its first name is."""
    assert not isinstance(node.names, cst.ImportStar)
    targets = [new.names.get(key_of(alias), Taken(new.module, *key_of(alias))) for alias in node.names]
    homes = [target.module for target in targets if target is not None]
    return homes[0] if homes else new.module


def _from_statements(taken: tuple[Taken, ...]) -> list[cst.BaseSmallStatement]:
    """One statement for each module, in the order of first mention."""
    statements: list[cst.BaseSmallStatement] = []
    for module in dict.fromkeys(item.module for item in taken):
        items = list(dict.fromkeys(item for item in taken if item.module == module))
        aliases = [_alias(item.name, item.asname) for item in items]
        statements.append(cst.ImportFrom(dotted_node(module), _listed(aliases)))
    return statements
