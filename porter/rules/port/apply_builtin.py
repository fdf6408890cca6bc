"""`apply(f, args, kwargs)` is `f(*args, **kwargs)`.

https://docs.python.org/3/whatsnew/3.0.html#builtins
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._cst import in_parentheses


class ApplyBuiltin(Rule):
    code = "PORT020"
    name = "apply"
    summary = "call the function instead of apply()"
    why = "Python 3 has no apply(); the call with * and ** says the same."
    source = "https://docs.python.org/3/whatsnew/3.0.html#builtins"
    triggers = frozenset({"apply"})
    spelt = True
    visits = (ast.Call, ast.Name)
    examples = (
        Example("print apply(max, [1, 2])\n", "print(max(*[1, 2]))\n"),
        Example("print apply(max, (1, 2))\n", "print(max(1, 2))\n"),
        Example("def f(a, b): print a, b\napply(f, (1,), {'b': 2})\n", "def f(a, b): print(a, b)\nf(1, **{'b': 2})\n"),
        Example("x = apply(lambda: 1)\n", "x = (lambda: 1)()\n"),
        Untouched("frame.apply(f, `1`)\n", because="a method"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Name(id="apply") as function, args=[_, *rest]) if len(rest) < 3:
                if model.resolve(function) != "builtins.apply":
                    return
                if node.keywords or any(isinstance(item, ast.Starred) for item in node.args):
                    yield Advice(node, "apply() is gone: write the call itself, with * and **")
                else:
                    yield Match(node)
            case ast.Name(id="apply", ctx=ast.Load()) if model.resolve(node) == "builtins.apply":
                parent = model.parent(node)
                if not (isinstance(parent, ast.Call) and parent.func is node):
                    yield Advice(node, "apply is gone: pass lambda f, args=(), kwargs={}: f(*args, **kwargs)")

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        function, *rest = [argument.value for argument in node.args]
        arguments: list[cst.Arg] = []
        if rest:
            arguments += _spread(rest[0])
        if len(rest) > 1:
            arguments.append(cst.Arg(rest[1], star="**"))
        return cst.Call(in_parentheses(function, tighter_than=cst.Call), arguments, lpar=node.lpar, rpar=node.rpar)


def _spread(items: cst.BaseExpression) -> list[cst.Arg]:
    """`*items`; the items of a tuple that is written out, themselves."""
    if isinstance(items, cst.Tuple) and all(isinstance(item, cst.Element) for item in items.elements):
        return [cst.Arg(item.value) for item in items.elements]
    return [cst.Arg(items, star="*")]
