"""`type(x) == T` is `isinstance(x, T)`.

https://peps.python.org/pep-0008/#programming-recommendations
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call, unparenthesized
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._cst import in_parentheses

_UNSAFE = "isinstance() is true for instances of subclasses as well"


class IsinstanceTests(Rule):
    code = "IDM002"
    name = "isinstance-tests"
    summary = "isinstance(x, T) instead of type(x) == T"
    why = (
        "A test for a type mostly means to let subclasses pass. It did not, though: `type(True) == int` is false, and "
        "isinstance(True, int) is true. So this is unsafe, but for bool, which has no subclasses."
    )
    risk = Risk.UNSAFE
    source = "https://peps.python.org/pep-0008/#programming-recommendations"
    triggers = frozenset({"type"})
    visits = (ast.Compare,)
    optional = True
    examples = (
        Example("x = 'a'\nprint type(x) == str\n", "x = 'a'\nprint(isinstance(x, str))\n"),
        Example("x = 1\nif int is not type(x): print 'no'\n", "x = 1\nif not isinstance(x, int): print('no')\n"),
        Untouched("print type(1).__name__ == 'int'\n", because="the type itself is not compared"),
        Untouched("def type(x): return x\nprint type(1) == 1\n", because="`type` is another function here"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Compare(
                left=left, ops=[ast.Eq() | ast.Is() | ast.NotEq() | ast.IsNot() as operator], comparators=[right]
            ):
                swapped = not _is_type_of(left, model)
                if (swapped and not _is_type_of(right, model)) or model.is_shadowed("isinstance", at=node):
                    return
                wanted = left if swapped else right
                negated = isinstance(operator, ast.NotEq | ast.IsNot)
                if model.resolve(wanted) == "builtins.bool":
                    yield Match(node, data=(swapped, negated))
                else:
                    yield Match(node, Risk.UNSAFE, _UNSAFE, data=(swapped, negated))

    def rewrite(self, node: cst.Comparison, match: Match) -> Rewritten:
        swapped, negated = match.data
        sides = (node.left, node.comparisons[0].comparator)
        tested, wanted = reversed(sides) if swapped else sides
        value = cst.ensure_type(tested, cst.Call).args[0]
        kind = in_parentheses(unparenthesized(wanted), tighter_than=cst.Comparison)
        made: cst.BaseExpression = call(
            "isinstance", value.with_changes(whitespace_after_arg=cst.SimpleWhitespace("")), kind
        )
        if negated:
            made = cst.UnaryOperation(cst.Not(), made)
        return made.with_changes(lpar=node.lpar, rpar=node.rpar)


def _is_type_of(node: ast.expr, model: ModuleModel) -> bool:
    """Whether an expression is `type(x)`."""
    match node:
        case ast.Call(func=function, args=[argument], keywords=[]) if not isinstance(argument, ast.Starred):
            return model.resolve(function) == "builtins.type"
    return False
