"""The exec statement is the exec() function in Python 3.

https://docs.python.org/3/whatsnew/3.0.html#removed-syntax
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.python2 import constructs, markers
from porter.python2.source import Dialect
from porter.rewriting.building import unparenthesized
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched

_LOST = "exec() cannot bind names of the function around it"


class ExecStatement(Rule):
    code = "PORT002"
    name = "exec-statement"
    summary = "exec is a function"
    why = (
        "Python 3 has no exec statement: `exec code in namespace` is `exec(code, namespace)`. Inside a function exec() can "
        "no longer bind that function's own names: what it assigns is lost, so such a call is listed as suggested."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.0.html#removed-syntax"
    triggers = frozenset({markers.EXEC, "exec"})
    visits = (ast.Expr, ast.Call)
    spelt = True
    owns = frozenset({constructs.EXEC})
    examples = (
        Example("exec 'x = 1'\n", "exec('x = 1')\n"),
        Example("d = {}\nexec 'x = 1' in d\n", "d = {}\nexec('x = 1', d)\n"),
        Example("g, l = {}, {}\nexec 'x = 1' in g, l\n", "g, l = {}, {}\nexec('x = 1', g, l)\n"),
        Example("exec open('x.py')\n", "exec(open('x.py').read())\n"),
        Untouched("print `1`\nexec('x = 1')\n", because="a call reads the same in both"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id=markers.EXEC), args=[code, *namespaces])):
                in_function = not namespaces and model.function(node) is not None
                tuple_form = not namespaces and isinstance(code, ast.Tuple)
                message = f"{_LOST}: give it a namespace" if in_function else ""
                yield Match(
                    node, Risk.SUGGESTED if in_function and not tuple_form else Risk.SAFE, message, data=tuple_form
                )

            case ast.Call(func=ast.Name(id="exec" | markers.EXEC) as function, args=[code, *namespaces]):
                if model.kind(code).type == "file":
                    yield Match(code, message="exec() takes no open file: it gets the file's text", data="read")
                if function.id == "exec" and _binds_nothing(node, namespaces, model):
                    yield Advice(node, f"{_LOST}: give it a namespace")

    def rewrite(self, node: cst.Expr | cst.BaseExpression, match: Match) -> Rewritten:
        if not isinstance(node, cst.Expr):
            return cst.Call(cst.Attribute(node, cst.Name("read")))
        called = cst.ensure_type(node.value, cst.Call)
        arguments = list(called.args)
        if match.data:  # `exec (code, globals)` is the tuple that Python 2.7 reads as a call
            items = cst.ensure_type(arguments[0].value, cst.Tuple).elements
            arguments = [cst.Arg(item.value) for item in items]
        elif len(arguments) == 1:
            arguments = [arguments[0].with_changes(value=unparenthesized(arguments[0].value))]
        return node.with_changes(value=called.with_changes(func=cst.Name("exec"), args=arguments))


def _binds_nothing(node: ast.Call, namespaces: list[ast.expr], model: ModuleModel) -> bool:
    """Whether a call of Python 2 that is the statement in truth binds names of the function that it stands in."""
    is_statement = isinstance(model.parent(node), ast.Expr) and model.dialect is Dialect.PYTHON2
    return is_statement and not namespaces and not node.keywords and model.scope_of(node).is_function
