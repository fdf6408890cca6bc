"""`~` of a bool is deprecated since Python 3.12: its number is inverted.

https://docs.python.org/3/whatsnew/3.12.html#deprecated
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call, unparenthesized
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import spelled


class InvertedTruths(Rule):
    code = "PORT098"
    name = "inverted-truths"
    summary = "~int(x) where x is a bool"
    why = (
        "~True is -2, since True is the number 1. Python 3.12 warns of it and a later one will refuse it: ~int(x) has the same value. "
        "Most who write it mean `not x`, which has another."
    )
    source = "https://docs.python.org/3/whatsnew/3.12.html#deprecated"
    triggers = frozenset({"~"})
    visits = (ast.UnaryOp,)
    in_python3 = True
    examples = (
        Example("print ~True, ~isinstance(1, int)\n", "print(~int(True), ~int(isinstance(1, int)))\n"),
        Untouched("print ~1, not True\n", because="a number, and a truth"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.UnaryOp(op=ast.Invert(), operand=operand) if model.kind(operand).type == "bool":
                function, needs = spelled("int", node, model)
                yield Match(node, message="~ of a bool inverts its number", data=function, needs=needs)

    def rewrite(self, node: cst.UnaryOperation, match: Match) -> Rewritten:
        return node.with_changes(expression=call(match.data, unparenthesized(node.expression)))
