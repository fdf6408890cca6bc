"""Modules that are gone, without a module that is just like them: asyncore, cgi, imp, distutils, popen2, sgmllib …

https://docs.python.org/3/whatsnew/3.13.html#whatsnew313-pep594
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.python2.source import Dialect
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._name_table import moved_names
from porter.rules.port._removed_table import Removed, removed_modules, removed_names
from porter.rules.port._standing import is_local, stays


class RemovedModules(Rule):
    code = "PORT102"
    name = "removed-modules"
    summary = "a module that Python 3 has no more"
    why = (
        "Python 3.0 dropped many old modules, 3.12 dropped asyncore, distutils and imp, and PEP 594 took cgi, pipes, telnetlib and "
        "other dead batteries out of 3.13. Nothing behaves just as they did, so the import is reported with what to do instead."
    )
    risk = None
    source = "https://peps.python.org/pep-0594/"
    triggers = frozenset(removed_modules())
    visits = (ast.Import, ast.ImportFrom)
    in_python3 = True
    examples = (
        Untouched("import cgi\nprint cgi.escape('<a>')\n", because="all that is used of it is elsewhere now (PORT101)"),
        Untouched(
            "try:\n    import imp\nexcept ImportError:\n    imp = object()\nprint `imp`\n",
            because="the program can do without",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Import():
                for alias in node.names:
                    row = _row(alias.name, model)
                    local = alias.asname or alias.name.partition(".")[0]
                    if row and not stays(node, local, model, _is_gone) and not _is_done(alias, local, model):
                        yield Advice(alias, row.message)
            case ast.ImportFrom(module=str() as module, level=0):
                yield from _from_statement(node, module, model)


def _from_statement(node: ast.ImportFrom, module: str, model: ModuleModel) -> Iterator[Advice]:
    whole = _row(module, model)
    for alias in node.names:
        name = f"{module}.{alias.name}"
        row = _row(name, model) or whole
        if row is None or name in moved_names() or stays(node, alias.asname or alias.name, model, _is_gone):
            continue
        special = removed_names().get(name)
        yield Advice(alias, (special or row).message)


def _row(module: str, model: ModuleModel) -> Removed | None:
    """The row of a module, unless the file means another module by it, or has had it in a Python 3 of its own."""
    row = removed_modules().get(module)
    if row is None or is_local(module, model):
        return None
    return row if model.dialect is not Dialect.PYTHON3 or row.since > (3, 0) else None


def _is_gone(module: str) -> bool:
    return module in removed_modules()


def _is_done(alias: ast.alias, local: str, model: ModuleModel) -> bool:
    """Whether every use of the module is one of a name that another rule finds elsewhere."""
    scope = model.scope_of(alias)
    uses = model.uses_of(local, scope.owner(local) or scope)
    return bool(uses) and all(_is_moved(use, model) for use in uses)


def _is_moved(use: ast.Name, model: ModuleModel) -> bool:
    parent = model.parent(use)
    return isinstance(parent, ast.Attribute) and (model.resolve(parent) or "") in moved_names()
