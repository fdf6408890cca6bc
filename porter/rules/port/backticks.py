"""Backticks are repr() in Python 3.

https://docs.python.org/3/whatsnew/3.0.html#removed-syntax
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.python2 import constructs, markers
from porter.rewriting.building import name
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, Untouched


class Backticks(Rule):
    code = "PORT005"
    name = "backticks"
    summary = "repr(x) instead of `x`"
    why = "Python 3 removed backticks; repr() is what they always meant."
    source = "https://docs.python.org/3/whatsnew/3.0.html#removed-syntax"
    triggers = frozenset({markers.REPR})
    visits = (ast.Call,)
    owns = frozenset({constructs.REPR})
    examples = (
        Example("text = `x` + `1, 2`\n", "text = repr(x) + repr((1, 2))\n"),
        Untouched("print 'a `quoted` word'\n", because="the backticks stand in a string"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Name(id=markers.REPR)):
                if model.is_shadowed("repr", at=node):
                    yield Match(node, data="builtins.repr", needs=(Import("builtins"),))
                else:
                    yield Match(node, data="repr")

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        return node.with_changes(func=name(match.data))
