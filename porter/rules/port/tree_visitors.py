"""Methods of a NodeVisitor for nodes that ast has no more are never called: visit_Num, visit_Str, visit_Print, visit_Exec …

https://docs.python.org/3/whatsnew/3.14.html#ast
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.python2.source import Dialect
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._sockets import inherits

_VISITORS = frozenset({"ast.NodeVisitor", "ast.NodeTransformer"})
_GONE = {
    "Print": ((3, 0), "a print is a Call"),
    "Exec": ((3, 0), "an exec is a Call"),
    "Repr": ((3, 0), "backticks are a Call of repr"),
    "TryExcept": ((3, 0), "define visit_Try"),
    "TryFinally": ((3, 0), "define visit_Try"),
    "Index": ((3, 9), "the slice of a Subscript is the expression itself"),
    "ExtSlice": ((3, 9), "the slice of a Subscript is a Tuple"),
    "Num": ((3, 14), "define visit_Constant"),
    "Str": ((3, 14), "define visit_Constant"),
    "Bytes": ((3, 14), "define visit_Constant"),
    "NameConstant": ((3, 14), "define visit_Constant"),
    "Ellipsis": ((3, 14), "define visit_Constant"),
}


class TreeVisitors(Rule):
    code = "PORT127"
    name = "tree-visitors"
    summary = "a visitor's method for a node that ast has no more"
    why = (
        "NodeVisitor calls visit_X for nodes of class X. Nodes that went, or became others, are visited no more, without an error: "
        "print and exec are calls, literals are all Constant (3.8; the old methods were called until 3.13)."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.14.html#ast"
    triggers = frozenset(f"visit_{name}" for name in _GONE)
    visits = (ast.FunctionDef,)
    in_python3 = True
    examples = (
        Untouched("class V(Walker):\n    def visit_Num(self, node): pass\nx = `1`\n", because="no NodeVisitor of ast"),
        Untouched(
            "import ast\nclass V(ast.NodeVisitor):\n    def visit_Num(self, node): pass\n"
            "    def visit_Constant(self, node): pass\nx = `1`\n",
            because="the new node is looked at as well",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.FunctionDef)
        name = node.name.removeprefix("visit_")
        owner = model.parent(node)
        if name not in _GONE or name == node.name or not isinstance(owner, ast.ClassDef):
            return
        since, advice = _GONE[name]
        if model.dialect is Dialect.PYTHON3 and since <= (3, 0):
            return
        methods = {item.name for item in owner.body if isinstance(item, ast.FunctionDef)}
        if not methods & {"visit_Constant", "visit_Try"} and inherits(owner, _VISITORS, model):
            yield Advice(node, f"{node.name} is never called since Python {since[0]}.{since[1]}: {advice}")
