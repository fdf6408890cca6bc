"""All that the table of modules says about one file, as matches: an import and its uses stand or fall together."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import Scope
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Match, SlotKind
from porter.rules.port._import_edits import Key, NewFrom, NewImport, NewStar, Taken
from porter.rules.port._module_plan import Decision, ImportedModule, decide, uses_of
from porter.rules.port._module_table import MovedModule
from porter.rules.port._name_plan import decide_from, star_uses
from porter.rules.port._standing import catches_import_error, is_local, is_pythons_own, stays


@dataclass(slots=True)
class _Statement:
    """What an ``import`` statement comes to, gathered from the modules that it names."""

    modules: dict[Key, tuple[Key, ...]] = field(default_factory=dict)
    taken: tuple[Taken, ...] = ()
    rows: list[MovedModule] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class ModuleRenames:
    """The renames of one file."""

    def __init__(self, model: ModuleModel, rows: Mapping[str, MovedModule]) -> None:
        self._model = model
        self._rows = rows
        self._statements: dict[ast.Import, _Statement] = {}
        self._rewritten: set[ast.stmt] = set()
        self._introduced: dict[Scope, dict[str, str]] = {}
        self._leaders: dict[ast.stmt, ast.stmt] = {}

    def plan(self) -> Iterator[Match | Advice]:
        """Every match and advice; what hangs together is in one group."""
        groups = list(self._groups().values())
        for group in groups:
            for imported in group[1:]:
                first, other = self._leader(group[0].statement), self._leader(imported.statement)
                if first is not other:
                    self._leaders[other] = first
        for group in groups:
            yield from self._decided(group)
        yield from self._import_statements()
        for statement in self._model.nodes.get(ast.ImportFrom, ()):
            assert isinstance(statement, ast.ImportFrom)
            yield from self._from_statement(statement)
        yield from self._collapses()

    def _leader(self, statement: ast.stmt) -> ast.stmt:
        """The statement that stands for all whose changes hang together with this one's."""
        while statement in self._leaders:
            statement = self._leaders[statement]
        return statement

    def _group(self, statement: ast.stmt) -> str:
        return f"PORT100:{self._model.span(self._leader(statement))[0]}"

    def _is_gone(self, module: str) -> bool:
        return module in self._rows

    def _usable(self, row: MovedModule) -> bool:
        """Whether the new name means the library's module here: a script's neighbour of that name would come first."""
        first = row.new.partition(".")[0]
        return self._model.tree.in_package or first not in self._model.tree.neighbours or first == "builtins"

    # -- import module ---------------------------------------------------------------------------------------------

    def _groups(self) -> dict[tuple[Scope, str, str], list[ImportedModule]]:
        """The imports that bind one name of one scope to one module of today."""
        groups: dict[tuple[Scope, str, str], list[ImportedModule]] = {}
        for statement in self._model.nodes.get(ast.Import, ()):
            assert isinstance(statement, ast.Import)
            for alias in statement.names:
                row = self._rows.get(alias.name)
                local = alias.asname or alias.name.partition(".")[0]
                if row is None or is_local(alias.name, self._model):
                    continue
                if stays(statement, local, self._model, self._is_gone, counts=is_pythons_own):
                    continue
                around = self._model.scope_of(alias)
                scope = around.owner(local) or around
                imported = ImportedModule(statement, alias, row, scope)
                place = (scope, local, row.old if imported.is_dotted else row.new)
                groups.setdefault(place, []).append(imported)
        return groups

    def _decided(self, group: list[ImportedModule]) -> Iterator[Match | Advice]:
        first = group[0]
        row = first.row
        if not self._usable(row):
            yield Advice(
                first.statement,
                f"{row.old} is {row.new} in Python 3, and a file of that name stands beside this one: rename that file",
            )
            return
        uses = uses_of(first, self._model)
        for use in uses:
            if use.attribute is not None and use.name in row.lost:
                yield Advice(use.attribute, f"{row.old}.{use.name} is gone: {row.lost[use.name]}")
        decision = decide(group, uses, self._model, self._introduced.setdefault(first.scope, {}))
        if decision is None:
            yield Advice(
                first.statement, f"{row.old} is {row.new} in Python 3, but the names that this needs are taken here"
            )
            return
        names = {use.name for use in uses}
        for imported in group:
            self._say(imported, decision, names)
        for node, text in decision.edits:
            yield Match(node, row.risk_of(names), data=text, group=self._group(first.statement), silent=True)

    def _say(self, imported: ImportedModule, decision: Decision, names: set[str]) -> None:
        said = self._statements.setdefault(imported.statement, _Statement())
        said.modules[imported.key] = decision.modules
        said.taken += decision.taken
        said.rows.append(imported.row)
        said.names |= names

    def _import_statements(self) -> Iterator[Match | Advice]:
        provided: dict[int, set[Key | Taken]] = {}
        for statement in self._model.nodes.get(ast.Import, ()):
            assert isinstance(statement, ast.Import)
            here = provided.setdefault(id(self._model.suite(statement)), set())
            said = self._statements.get(statement)
            changed = said.modules if said is not None else {}
            here.update((alias.name, alias.asname) for alias in statement.names if _key(alias) not in changed)
            if said is None:
                continue
            modules: dict[Key, tuple[Key, ...]] = {}
            for key, wanted in said.modules.items():
                modules[key] = tuple(item for item in wanted if item not in here)
                here.update(wanted)
            taken = tuple(item for item in dict.fromkeys(said.taken) if item not in here)
            here.update(taken)
            self._rewritten.add(statement)
            yield Match(
                statement,
                _riskiest(row.risk_of(said.names) for row in said.rows),
                _message(said.rows, said.names),
                data=NewImport(modules, taken),
                group=self._group(statement),
            )

    # -- from module import names ----------------------------------------------------------------------------------

    def _from_statement(self, statement: ast.ImportFrom) -> Iterator[Match | Advice]:
        module = statement.module or ""
        if statement.level or is_local(module, self._model):
            return
        row = self._rows.get(module)
        if row is None:
            if any(self._submodule(module, alias.name) for alias in statement.names):
                yield from self._from_package(statement, module)
            return
        locals_ = [alias.asname or alias.name for alias in statement.names]
        if all(stays(statement, local, self._model, self._is_gone, counts=is_pythons_own) for local in locals_):
            return
        if not self._usable(row):
            yield Advice(
                statement,
                f"{row.old} is {row.new} in Python 3, and a file of that name stands beside this one: rename that file",
            )
        elif locals_ == ["*"]:
            yield from self._star(statement, row)
        else:
            yield from self._names(statement, row)

    def _names(self, statement: ast.ImportFrom, row: MovedModule) -> Iterator[Match | Advice]:
        for alias in statement.names:
            if alias.name in row.lost:
                yield Advice(statement, f"{row.old}.{alias.name} is gone: {row.lost[alias.name]}")
        scope = self._scope(statement)
        decision = decide_from(
            statement,
            lambda name: None if row.is_lost(name) else row.target(name),
            scope,
            self._model,
            bare_builtins=row.bare or row.new != "builtins",
        )
        for alias in statement.names:
            if row.is_lost(alias.name):
                decision.names[_key(alias)] = Taken(row.old, alias.name, alias.asname)
        if all(row.is_lost(alias.name) for alias in statement.names):
            return
        names = {alias.name for alias in statement.names}
        yield from self._matches(statement, NewFrom(row.new, decision.names), decision.edits, [row], names)

    def _submodule(self, package: str, name: str) -> MovedModule | None:
        """The row of a module that a package's name means; `curses.wrapper` is also a function, which stays."""
        row = self._rows.get(f"{package}.{name}")
        return row if row is not None and row.new != package else None

    def _from_package(self, statement: ast.ImportFrom, package: str) -> Iterator[Match | Advice]:
        """``from email import Utils``: the names are modules."""

        def target(name: str) -> str | None:
            row = self._submodule(package, name)
            return row.new if row is not None else None

        locals_ = [alias.asname or alias.name for alias in statement.names]
        if all(stays(statement, local, self._model, self._is_gone, counts=is_pythons_own) for local in locals_):
            return
        decision = decide_from(statement, target, self._scope(statement), self._model)
        rows = [self._rows[f"{package}.{alias.name}"] for alias in statement.names if target(alias.name)]
        yield from self._matches(statement, NewFrom(package, decision.names), decision.edits, rows, set())

    def _star(self, statement: ast.ImportFrom, row: MovedModule) -> Iterator[Match | Advice]:
        """``from Tkinter import *``; names of it that are elsewhere now are spelt with their module."""
        edits: list[tuple[ast.expr, str]] = []
        taken: list[Taken] = []
        for use in star_uses(self._model):
            target = row.names.get(use.id)
            if use.id in row.lost:
                yield Advice(use, f"{row.old}.{use.id} is gone: {row.lost[use.id]}")
            elif target is not None and row.is_bare(target):
                edits.append((use, target.rpartition(".")[2]))
            elif target is not None:
                home, _, name = target.rpartition(".")
                taken.append(Taken(home, name, None if name == use.id else use.id))
        new = NewStar("" if row.bare else row.new, tuple(dict.fromkeys(taken)))
        yield from self._matches(statement, new, edits, [row], set())

    def _matches(
        self,
        statement: ast.ImportFrom,
        data: object,
        edits: list[tuple[ast.expr, str]],
        rows: list[MovedModule],
        names: set[str],
    ) -> Iterator[Match | Advice]:
        group = self._group(statement) if edits else None
        risk = _riskiest(row.risk_of(names) for row in rows)
        self._rewritten.add(statement)
        yield Match(statement, risk, _message(rows, names), data=data, group=group)
        for node, text in edits:
            yield Match(node, risk, data=text, group=group, silent=True)

    def _scope(self, statement: ast.ImportFrom) -> Scope:
        local = statement.names[0].asname or statement.names[0].name
        around = self._model.scope_of(statement.names[0])
        return around.owner(local) or around

    # -- alternatives that came to be the same ---------------------------------------------------------------------

    def _collapses(self) -> Iterator[Match | Advice]:
        for node in self._model.nodes.get(ast.Try, ()):
            assert isinstance(node, ast.Try)
            if not node.handlers or node.orelse or node.finalbody or not all(map(catches_import_error, node.handlers)):
                continue
            branches = [node.body, *(handler.body for handler in node.handlers)]
            if all(len(body) == 1 and body[0] in self._rewritten for body in branches) and self._is_plain(node):
                yield Match(node, slot=SlotKind.BLOCK, silent=True)

    def _is_plain(self, node: ast.Try) -> bool:
        """Whether the statement holds no comment, and all its alternatives bind the same names."""
        start, end = self._model.span(node)
        bound = {
            tuple(sorted(alias.asname or alias.name for alias in body[0].names))
            for body in [node.body, *(handler.body for handler in node.handlers)]
            if isinstance(body[0], ast.Import | ast.ImportFrom)
        }
        return "#" not in self._model.text[start:end] and len(bound) == 1


def _key(alias: ast.alias) -> Key:
    return alias.name, alias.asname


def _riskiest(risks: Iterator[Risk]) -> Risk:
    order = [Risk.SAFE, Risk.SUGGESTED, Risk.UNSAFE]
    return max(risks, key=order.index, default=Risk.SAFE)


def _message(rows: list[MovedModule], names: set[str]) -> str:
    said = []
    for row in dict.fromkeys(rows):
        note = f" ({row.note})" if row.note and (not row.suspects or row.suspects & names) else ""
        said.append(f"{row.old} is {_elsewhere(row, names)} in Python 3{note}")
    return "; ".join(said)


def _elsewhere(row: MovedModule, names: set[str]) -> str:
    """Where the names that are used are now, as one says it."""
    homes = sorted({row.target(name).rpartition(".")[0] for name in names if name} or {row.new})
    return homes[0] if len(homes) == 1 else f"{', '.join(homes[:-1])} and {homes[-1]}"
