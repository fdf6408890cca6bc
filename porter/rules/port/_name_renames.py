"""All that the table of names says about one file, as matches."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import Scope
from porter.analysis.versions import holds
from porter.python2 import markers
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Import, Match
from porter.rules.port._import_edits import NewFrom
from porter.rules.port._module_plan import only_imports
from porter.rules.port._name_plan import FromDecision, decide_from, star_uses
from porter.rules.port._name_table import MovedName, MovedNames
from porter.rules.port._names import is_guarded
from porter.rules.port._places import binds_module, builtin_visible, can_bind, presumed, reaches
from porter.rules.port._spelt import attributes_spelt, names_spelt
from porter.rules.port._standing import is_local, is_pythons_own, stays

_BUILTINS = "builtins"
_TYPES = (str, bytes, list, dict, set, int, float)
_RISKS = (Risk.SAFE, Risk.SUGGESTED, Risk.UNSAFE)
# Names that only these modules of Python 2 had: where nothing in the file binds one, another file does.
_TELLING = frozenset(
    "getcwdu izip imap ifilter izip_longest ifilterfalse irepeat isCallable isSequenceType isMappingType isNumberType sequenceIncludes".split()
)


def _target(row: MovedName) -> str:
    """Where the name is now, as a dotted name."""
    return row.to if "." in row.to else f"{_BUILTINS}.{row.to}"


@dataclass(frozen=True, slots=True)
class Recall:
    """A call, written anew around its arguments from the `first` on."""

    template: str
    first: int = 0


class NameRenames:
    """The names of one file that moved."""

    def __init__(self, model: ModuleModel, rows: MovedNames) -> None:
        self._model = model
        self._rows = rows.rows
        self._last, self._modules = rows.last_words, rows.modules

    def plan(self) -> Iterator[Match | Advice]:
        """Every match and advice."""
        for node in attributes_spelt(self._model, self._last):
            yield from self._attribute(node)
        for statement in self._model.nodes.get(ast.ImportFrom, ()):
            assert isinstance(statement, ast.ImportFrom)
            module = statement.module or ""
            if statement.level or module not in self._modules or is_local(module, self._model):
                continue
            if statement.names[0].name == "*":
                yield from self._star(module)
            else:
                yield from self._from_statement(statement, module)
        yield from self._unbound()

    # -- module.name -----------------------------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute) -> Iterator[Match | Advice]:
        dotted = self._model.resolve(node)
        guessed = None if dotted else presumed(node, self._model)
        module, _, name = (dotted or guessed or "").rpartition(".")
        row = self._rows.get(f"{module}.{markers.original_name(name) or name}")
        if row is None or is_local(row.module, self._model) or self._is_left(node, row):
            return
        said = self._replaced(node, row, self._model.text_of(node.value))
        if isinstance(said, Match) and isinstance(node.value, ast.Name):
            said = replace(said, drops=(node.value.id,))
        if guessed and isinstance(said, Match):
            said = self._presumed(said, guessed, row)
        yield said

    def _presumed(self, said: Match, dotted: str, row: MovedName) -> Match | Advice:
        """A use of a module that nothing here imports: the name alone tells, unless a builtin type has such a method."""
        root = dotted.partition(".")[0]
        if any(hasattr(kind, dotted.rpartition(".")[2]) for kind in _TYPES):
            return Advice(said.node, f"{row.message}, if {root} is the module: nothing in this file binds it")
        message = f"{row.message}; nothing in this file binds {root}: it is taken for the module"
        return replace(said, risk=max(said.risk, Risk.SUGGESTED, key=_RISKS.index), message=message)

    def _is_left(self, node: ast.AST, row: MovedName) -> bool:
        """Whether the code chooses by itself between the old name and another, or Python 3 never comes by."""
        if is_guarded(node, self._model, "AttributeError", by=row.words):
            return not any(
                isinstance(outer, ast.If)
                and holds(outer.test, self._model.python) is not None
                and self._is_run(outer, node)
                for outer in self._model.ancestors(node)
            )
        return False

    def _is_run(self, outer: ast.If, node: ast.AST) -> bool:
        statement: ast.AST = node
        for ancestor in self._model.ancestors(node):
            if ancestor is outer:
                break
            statement = ancestor
        return (statement in outer.body) is holds(outer.test, self._model.python)

    # -- what stands in the place of a use -------------------------------------------------------------------------

    def _replaced(self, node: ast.Attribute | ast.Name, row: MovedName, base: str, freed: str = "") -> Match | Advice:
        """The match for one use; `base` is how the module is spelt there, `freed` the name of an import that goes with it."""
        if not isinstance(node.ctx, ast.Load):
            return Advice(node, f"{row.message}: nothing reads what is set here")
        parent = self._model.parent(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            said = self._call(parent, row)
            if said is not None:
                return said
        text, imports = self._text(node, row, base)
        if not text:
            return Advice(node, f"{row.message}: it has no form that is not called")
        return self._checked(Match(node, row.risk, row.message, data=text), imports, freed)

    def _call(self, node: ast.Call, row: MovedName) -> Match | Advice | None:
        if not (row.calls or row.method or row.after_none):
            return None
        plain = not node.keywords and not any(isinstance(item, ast.Starred) for item in node.args)
        first = node.args[0] if node.args else None
        if row.after_none:
            if not (plain and isinstance(first, ast.Constant) and first.value is None):
                return None
            if not builtin_visible(row.after_none, [node], self._model):
                return None
            rest = ", ".join(f"{{{number}}}" for number in range(len(node.args) - 1))
            return Match(node, row.risk, row.message, data=Recall(f"{row.after_none}({rest})", 1))
        template = row.template(len(node.args)) if plain else ""
        if not template:
            return None if row.to else Advice(node, f"{row.message}: this call has other arguments")
        if self._has_comments(node):
            return Advice(node, f"{row.message}: comments stand between the arguments")
        return self._checked(Match(node, row.risk, row.message, data=Recall(template)), row.imports)

    def _has_comments(self, node: ast.Call) -> bool:
        """Whether a comment stands between a call's arguments, where a call of another form has no place for it."""
        spans = [self._model.span(part) for part in (node.func, *node.args)]
        bounds = [*(span[1] for span in spans), self._model.span(node)[1]]
        starts = [*(span[0] for span in spans[1:]), bounds[-1]]
        return any("#" in self._model.text[end:start] for end, start in zip(bounds, starts, strict=False))

    def _text(self, node: ast.expr, row: MovedName, base: str) -> tuple[str, tuple[str, ...]]:
        if row.tested and self._is_tested(node):
            return row.tested, ()
        if row.value or not row.to:
            return row.value, row.imports
        module, _, name = row.to.rpartition(".")
        if not module:
            hidden = not builtin_visible(name, [node], self._model)
            return (f"{_BUILTINS}.{name}", (_BUILTINS,)) if hidden else (name, ())
        if module == row.module and base:
            return f"{base}.{name}", ()
        return row.to, () if hasattr(str, name) and module == "str" else (module,)

    def _is_tested(self, node: ast.expr) -> bool:
        match self._model.parent(node):
            case ast.Call(func=ast.Name(id="isinstance"), args=[_, kinds]):
                return kinds is node
        return False

    def _checked(self, match: Match, imports: Iterable[str], freed: str = "") -> Match | Advice:
        """The match with the imports that it needs, if the file has their names to spare."""
        for module in imports:
            if not self._can_import(module, match.node, freed):
                return Advice(match.node, f"{match.message}; {module.partition('.')[0]} is another name here")
        return replace(match, needs=tuple(Import(module) for module in imports))

    def _can_import(self, module: str, at: ast.AST, freed: str) -> bool:
        root, scope = module.partition(".")[0], self._model.scope
        if not reaches(root, scope, at, self._model):
            return False
        return binds_module(root, module, scope, self._model) or can_bind(root, scope, [at], self._model, (freed,))

    # -- from module import name -----------------------------------------------------------------------------------

    def _from_statement(self, statement: ast.ImportFrom, module: str) -> Iterator[Match | Advice]:
        rows = {alias: row for alias in statement.names if (row := self._rows.get(f"{module}.{alias.name}"))}
        locals_ = [alias.asname or alias.name for alias in rows]
        if not rows or all(
            stays(statement, local, self._model, lambda _: False, counts=is_pythons_own) for local in locals_
        ):
            return
        if is_guarded(statement, self._model, "ImportError") and len(rows) < len(statement.names):
            return
        scope = self._scope(statement)
        plain = {alias.name for alias, row in rows.items() if row.is_plain or self._never_of_none(alias, row, scope)}
        decision = decide_from(
            statement,
            lambda name: _target(self._rows[f"{module}.{name}"]) if name in plain else None,
            scope,
            self._model,
        )
        group = f"PORT101:{self._model.span(statement)[0]}"
        uses: list[Match] = [Match(node, data=text, silent=True, group=group) for node, text in decision.edits]
        for alias, row in rows.items():
            if alias.name not in plain:
                found = list(self._complex(alias, row, scope, decision))
                uses.extend(replace(item, silent=True, group=group) for item in found if isinstance(item, Match))
                yield from (item for item in found if isinstance(item, Advice))
        if decision.names:
            message = "; ".join(
                row.message for alias, row in rows.items() if (alias.name, alias.asname) in decision.names
            )
            risks = sorted((row.risk for row in rows.values()), key=lambda risk: risk.value)
            yield Match(statement, risks[-1], message, data=NewFrom(module, decision.names), group=group)
        yield from uses

    def _never_of_none(self, alias: ast.alias, row: MovedName, scope: Scope) -> bool:
        """Whether a row differs from a plain one by calls with None only, and there is none."""
        if not replace(row, after_none="").is_plain:
            return False
        calls = map(self._model.parent, self._model.uses_of(alias.asname or alias.name, scope))
        return not any(
            isinstance(call, ast.Call)
            and any(isinstance(item, ast.Constant) and item.value is None for item in call.args[:1])
            for call in calls
        )

    def _complex(
        self, alias: ast.alias, row: MovedName, scope: Scope, decision: FromDecision
    ) -> Iterator[Match | Advice]:
        """A name whose uses become something else: it goes from the import if all of them do."""
        local = alias.asname or alias.name
        if not only_imports(local, scope, {alias}, self._model):
            yield Advice(alias, f"{row.message}: the name is bound in another way as well, or other files read it")
            return
        found = [self._replaced(use, row, "", local) for use in self._model.uses_of(local, scope)]
        if all(isinstance(item, Match) for item in found):
            decision.names[(alias.name, alias.asname)] = None
            yield from found
        else:
            yield from (item for item in found if isinstance(item, Advice))

    def _scope(self, statement: ast.ImportFrom) -> Scope:
        around = self._model.scope_of(statement.names[0])
        return around.owner(statement.names[0].asname or statement.names[0].name) or around

    # -- what nothing in the file binds -----------------------------------------------------------------------------

    def _unbound(self) -> Iterator[Advice]:
        star_imports = self._model.scope.star_imports
        if any(module.startswith(".") or is_local(module, self._model) for module in star_imports):
            return  # a file of this tree has the name, and keeps it for those that take everything
        found = [use for use in names_spelt(self._model, _TELLING) if isinstance(use.ctx, ast.Load)]
        unbound = [use for use in found if self._model.scope_of(use).owner(use.id) is None]
        if not unbound:
            return
        starred = self._modules & set(star_imports)
        rows = {row.old.rpartition(".")[2]: row for row in self._rows.values() if row.module not in starred}
        for use in unbound:
            if use.id in rows:
                yield Advice(
                    use, f"{rows[use.id].message}; nothing in this file binds {use.id}: see where it comes from"
                )

    # -- from module import * --------------------------------------------------------------------------------------

    def _star(self, module: str) -> Iterator[Match | Advice]:
        others = [other for other in self._model.scope.star_imports if other != module]
        for use in star_uses(self._model):
            row = self._rows.get(f"{module}.{use.id}")
            if row is None or any(f"{other}.{use.id}" in self._rows for other in others):
                continue
            if row.is_plain and row.to.rpartition(".")[0] == module:
                name = row.to.rpartition(".")[2]
                yield Match(use, row.risk, row.message, data=name, needs=(Import(module, name),))
            else:
                yield self._replaced(use, row, "")
