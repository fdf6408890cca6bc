"""`execfile(path)` runs a file: `exec(compile(open(path, "rb").read(), path, "exec"))`.

https://docs.python.org/3/whatsnew/3.0.html#builtins
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call, text
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched


class ExecfileBuiltin(Rule):
    code = "PORT021"
    name = "execfile"
    summary = "compile and exec a file instead of execfile()"
    why = (
        "Python 3 has no execfile(). The file's name is given to compile(), so that tracebacks show it. Inside a function "
        "exec() cannot bind that function's names, which execfile() could: such a call is listed as suggested. The file itself "
        "has to be Python 3 too."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.0.html#builtins"
    triggers = frozenset({"execfile"})
    spelt = True
    visits = (ast.Call,)
    examples = (
        Example("execfile('setup.py')\n", "exec(compile(open('setup.py', \"rb\").read(), 'setup.py', \"exec\"))\n"),
        Example("execfile(path, names)\n", 'exec(compile(open(path, "rb").read(), path, "exec"), names)\n'),
        Example(
            "execfile(find('x'), {})\n", "exec(open(find('x'), \"rb\").read(), {})\n", note="find() is called once"
        ),
        Untouched("def execfile(path): pass\nexecfile(`1`)\n", because="the module's own function"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=function, args=[path, *namespaces], keywords=[]):
                if model.resolve(function) != "builtins.execfile" or any(
                    isinstance(item, ast.Starred) for item in node.args
                ):
                    return
                local = not namespaces and model.function(node) is not None
                message = "exec() cannot bind names of the function around it: give it a namespace" if local else ""
                simple = isinstance(path, ast.Name | ast.Attribute | ast.Constant)
                yield Match(node, Risk.SUGGESTED if local else Risk.SAFE, message, data=simple)
            case ast.Call(func=function) if model.resolve(function) == "builtins.execfile":
                yield Advice(
                    node, "execfile() is gone, and took no keywords: exec(compile(open(path).read(), path, 'exec'))"
                )

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        path, *namespaces = [argument.value for argument in node.args]
        source: cst.BaseExpression = call(cst.Attribute(call("open", path, text("rb")), cst.Name("read")))
        if match.data:
            source = call("compile", source, path, text("exec"))
        return call("exec", source, *namespaces)
