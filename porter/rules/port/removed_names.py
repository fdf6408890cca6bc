"""Names of the library that are gone: os.popen2, os.path.walk, operator.div, ssl.wrap_socket, sys.setdefaultencoding …

https://docs.python.org/3/whatsnew/3.0.html#library-changes
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.python2.source import Dialect
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._names import is_guarded
from porter.rules.port._removed_table import Removed, removed_modules, removed_names
from porter.rules.port._standing import is_local, stays


class RemovedNames(Rule):
    code = "PORT103"
    name = "removed-names"
    summary = "a name of the library that Python 3 has no more"
    why = (
        "These names went away in one of Python 3's versions, and nothing behaves just as they did. What reads one, through any "
        "import of it, is reported with the version that dropped it and what to do instead."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.0.html#library-changes"
    triggers = frozenset(old.rpartition(".")[2] for old in removed_names())
    spelt = True
    visits = (ast.Attribute, ast.ImportFrom)
    in_python3 = True
    examples = (
        Untouched("class os: popen2 = 1\nprint `os.popen2`\n", because="a class of the program's own"),
        Untouched(
            "import sys\nif hasattr(sys, 'setcheckinterval'):\n    sys.setcheckinterval(10)\nprint `1`\n",
            because="the program asks first",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Attribute(attr=name) if name in self.triggers:
                row = _row(model.resolve(node) or "", model)
                if row and not is_guarded(node, model, "AttributeError") and not _is_asked_for(node, model):
                    yield Advice(node, row.message)
            case ast.ImportFrom(module=str() as module, level=0) if module not in removed_modules():
                for alias in node.names:
                    row = _row(f"{module}.{alias.name}", model)
                    if row and not stays(node, alias.asname or alias.name, model, lambda _: False):
                        yield Advice(alias, row.message)


def _row(dotted: str, model: ModuleModel) -> Removed | None:
    row = removed_names().get(dotted)
    if row is None or is_local(dotted, model):
        return None
    return row if model.dialect is not Dialect.PYTHON3 or row.since > (3, 0) else None


def _is_asked_for(node: ast.Attribute, model: ModuleModel) -> bool:
    """Whether the code stands under ``if hasattr(module, 'name'):``."""
    inner: ast.AST = node
    for outer in model.ancestors(node):
        match outer:
            case ast.If(test=test, body=body) if inner in body:
                asked = {item.value for item in ast.walk(test) if isinstance(item, ast.Constant)}
                if node.attr in asked:
                    return True
            case ast.IfExp(test=test, body=body) if inner is body:
                asked = {item.value for item in ast.walk(test) if isinstance(item, ast.Constant)}
                if node.attr in asked:
                    return True
        inner = outer
    return False
