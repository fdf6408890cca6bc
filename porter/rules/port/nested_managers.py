"""`contextlib.nested` is gone: one `with` statement takes several managers.

https://docs.python.org/3/whatsnew/3.2.html#contextlib
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.exports import is_exported
from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rules.port._import_edits import NewFrom, rewrite_from
from porter.rules.port._names import is_guarded
from porter.rules.port._spelt import calls_of

_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


class NestedManagers(Rule):
    code = "PORT106"
    name = "nested-managers"
    summary = "name several managers in one with statement"
    why = (
        "contextlib.nested left managers open when a later one could not be made, and is gone. A with statement takes several "
        "managers since Python 2.7; for a number of them that is known only at run time there is contextlib.ExitStack."
    )
    source = "https://docs.python.org/3/whatsnew/3.2.html#contextlib"
    triggers = frozenset({"nested"})
    visits = (ast.Module,)
    examples = (
        Example(
            "from contextlib import nested\nimport threading\na, b = threading.Lock(), threading.Lock()\n"
            "with nested(a, b):\n    print a.locked(), b.locked()\n",
            "import threading\na, b = threading.Lock(), threading.Lock()\nwith a, b:\n    print(a.locked(), b.locked())\n",
        ),
        Example(
            "import contextlib\nwith contextlib.nested(open('a'), open('b')) as (a, b):\n    print a.read()\n",
            "with open('a') as a, open('b') as b:\n    print(a.read())\n",
        ),
        Untouched(
            "def nested(*a): return open('a')\nwith nested(1L):\n    pass\n", because="a function of the program's own"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for statement in model.nodes.get(ast.ImportFrom, ()):
            assert isinstance(statement, ast.ImportFrom)
            yield from _unused(statement, model)
        for called in calls_of(model, frozenset({"contextlib.nested"})):
            if model.resolve(called.func) == "contextlib.nested":
                yield from self._called(called, model)

    def _called(self, node: ast.Call, model: ModuleModel) -> Iterator[Match | Advice]:
        if is_guarded(node, model, "AttributeError"):
            return
        item = model.parent(node)
        statement = model.parent(item) if item is not None else None
        if not (isinstance(item, ast.withitem) and isinstance(statement, ast.With) and _fits(node, item, statement)):
            yield Advice(node, "contextlib.nested is gone: enter the managers on a contextlib.ExitStack")
            return
        base = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        drops = (base.id,) if isinstance(base, ast.Name) else ()
        yield Match(
            statement, slot=SlotKind.HEADER, message="contextlib.nested is gone: with takes several", drops=drops
        )

    def rewrite(self, node: cst.With | cst.ImportFrom, match: Match) -> Rewritten:
        if isinstance(node, cst.ImportFrom):
            return rewrite_from(node, match.data)
        called = cst.ensure_type(node.items[0].item, cst.Call)
        asname = node.items[0].asname
        targets: list[cst.BaseExpression | None] = [None] * len(called.args)
        if asname is not None:
            targets = [element.value for element in cst.ensure_type(asname.name, cst.Tuple).elements]
        last = len(called.args) - 1
        items = [
            cst.WithItem(
                argument.value,
                cst.AsName(target) if isinstance(target, cst.Name | cst.Tuple | cst.List) else None,
                _COMMA if number < last else cst.MaybeSentinel.DEFAULT,
            )
            for number, (argument, target) in enumerate(zip(called.args, targets, strict=True))
        ]
        return node.with_changes(items=items)


def _unused(node: ast.ImportFrom, model: ModuleModel) -> Iterator[Match]:
    """An import of the name that nothing uses, which would fail all the same."""
    for alias in node.names:
        local = alias.asname or alias.name
        if (node.module, node.level, alias.name) != ("contextlib", 0, "nested"):
            continue
        scope = model.scope_of(alias)
        unread = not model.uses_of(local, scope.owner(local) or scope)
        if unread and not (scope.is_module and is_exported(local, model)) and not model.is_dual_import(node):
            data = NewFrom("contextlib", {(alias.name, alias.asname): None})
            yield Match(node, message="contextlib.nested is gone, and nothing uses it here", data=data)


def _fits(node: ast.Call, item: ast.withitem, statement: ast.With) -> bool:
    """Whether the call is the whole of the statement, and what it binds can be told apart."""
    if node.keywords or not node.args or any(isinstance(argument, ast.Starred) for argument in node.args):
        return False
    if len(statement.items) != 1 or node.end_lineno != node.lineno:
        return False
    target = item.optional_vars
    if target is None:
        return True
    return (
        isinstance(target, ast.Tuple)
        and len(target.elts) == len(node.args)
        and all(isinstance(element, ast.Name | ast.Tuple | ast.List) for element in target.elts)
    )
