"""`global x` stands before the first use of `x` in Python 3.

https://docs.python.org/3/reference/simple_stmts.html#global
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched


class LateGlobals(Rule):
    code = "PORT045"
    name = "late-globals"
    summary = "declare a global before it is used"
    why = (
        "Python 2 warned of `global x` behind a use of x, and obeyed it for the whole function; Python 3 does not compile it. "
        "The declaration moves to the function's start. At module level it says nothing and is dropped."
    )
    source = "https://docs.python.org/3/reference/simple_stmts.html#global"
    triggers = frozenset({"global"})
    visits = (ast.Global,)
    examples = (
        Example(
            "n = 0\ndef count():\n    n = 1\n    global n\n    n += 1\ncount()\nprint n\n",
            "n = 0\ndef count():\n    global n\n    n = 1\n    n += 1\ncount()\nprint(n)\n",
        ),
        Example("n = 0\nglobal n\nprint n\n", "n = 0\nprint(n)\n"),
        Untouched("n = 0\ndef count():\n    global n\n    n += 1\ncount()\nprint n\n", because="it comes first"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        function = model.function(node)
        if isinstance(function, ast.FunctionDef):
            late = [item for item in _globals_of(function, model) if _late(item, function, model)]
            if late and node is late[0]:
                names = list(dict.fromkeys(name for item in late for name in item.names))
                yield Match(function, slot=SlotKind.BLOCK, data=names, group=_group(function))
            if node in late:
                yield Match(node, data=None, group=_group(function), silent=True)
        elif function is None and model.enclosing_class(node) is None:
            yield Match(node, data=None)

    def rewrite(self, node: cst.Global | Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        if isinstance(node, cst.Global):
            return []
        function = cst.ensure_type(node[0], cst.FunctionDef)
        if not isinstance(function.body, cst.IndentedBlock):
            return None
        declared = cst.SimpleStatementLine([cst.Global([cst.NameItem(cst.Name(name)) for name in match.data])])
        head = 1 if function.get_docstring() is not None else 0
        statements = function.body.body
        body = function.body.with_changes(body=[*statements[:head], declared, *statements[head:]])
        return [function.with_changes(body=body), *node[1:]]


def _group(function: ast.FunctionDef) -> str:
    return f"late-globals:{function.lineno}"


def _globals_of(function: ast.FunctionDef, model: ModuleModel) -> Iterator[ast.Global]:
    for node in model.nodes.get(ast.Global, ()):
        if isinstance(node, ast.Global) and model.function(node) is function:
            yield node


def _late(node: ast.Global, function: ast.FunctionDef, model: ModuleModel) -> bool:
    """Whether one of the names is used or bound in the function before this statement."""
    start, names = model.span(node)[0], node.names
    own = model.inner_scope(function)
    return any(model.span(use)[0] < start for name in names for use in own.uses.get(name, ())) or any(
        inner is function or function in model.ancestors(inner) for inner in _bound_early(names, start, model)
    )


def _bound_early(names: list[str], start: int, model: ModuleModel) -> Iterator[ast.AST]:
    """What binds one of the names before this place, and is no plain name."""
    for kind in (ast.FunctionDef, ast.ClassDef, ast.alias, ast.ExceptHandler):
        yield from (node for node in model.nodes.get(kind, ()) if _binds_early(node, names, start, model))


def _binds_early(node: ast.AST, names: list[str], start: int, model: ModuleModel) -> bool:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name in names and model.span(node)[0] < start
        case ast.alias():
            return (node.asname or node.name) in names and model.span(node)[0] < start
        case ast.ExceptHandler(name=str(name)):
            return name in names and model.span(node)[0] < start
    return False
