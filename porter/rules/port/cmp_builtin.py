"""`cmp(a, b)` is `(a > b) - (a < b)` in Python 3.

https://docs.python.org/3/whatsnew/3.0.html#ordering-comparisons
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._cst import in_parentheses
from porter.rules.port._names import is_guarded
from porter.rules.port._sorting import is_key_comparison, sorting

_OPERATORS: dict[type[ast.cmpop], type[cst.BaseCompOp]] = {
    ast.Eq: cst.Equal,
    ast.NotEq: cst.NotEqual,
    ast.Lt: cst.LessThan,
    ast.LtE: cst.LessThanEqual,
    ast.Gt: cst.GreaterThan,
    ast.GtE: cst.GreaterThanEqual,
}
_ORDERED = frozenset({"int", "float", "bool", "str", "unicode"})
_FUNCTION = "lambda a, b: (a > b) - (a < b)"


class CmpBuiltin(Rule):
    code = "PORT032"
    name = "cmp"
    summary = "compare with < and > instead of cmp()"
    why = (
        "Python 3 has no cmp(). Compared with 0 it was a comparison; elsewhere (a > b) - (a < b) has its value. cmp() found an "
        "order between any two values; < and > raise TypeError where there is none, so uncertain operands are listed."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.0.html#ordering-comparisons"
    triggers = frozenset({"cmp"})
    spelt = True
    visits = (ast.Call, ast.Name, ast.Compare)
    examples = (
        Example("a, b = 1, 2\nprint cmp(a, b)\n", "a, b = 1, 2\nprint((a > b) - (a < b))\n"),
        Example("a, b = 1, 2\nprint cmp(a, b) < 0\n", "a, b = 1, 2\nprint(a < b)\n"),
        Example(
            "print -cmp(len('a'), 2)\n",
            "print(-(lambda a, b: (a > b) - (a < b))(len('a'), 2))\n",
            note="each is evaluated once",
        ),
        Example("order = cmp\n", "order = lambda a, b: (a > b) - (a < b)\n"),
        Untouched("def cmp(a, b): return 0\nprint cmp(1, 2)\n", because="the module's own function"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Compare(left=ast.Call(args=[_, _]) as called, ops=[operator], comparators=[ast.Constant(value=0)]):
                if _is_cmp(called.func, model) and type(operator) in _OPERATORS:
                    yield _match(node, called, model, ("compare", _OPERATORS[type(operator)]))
            case ast.Call(func=function, args=[left, right], keywords=[]) if _is_cmp(function, model):
                if not _is_compared_with_zero(node, model) and not is_key_comparison(node, model):
                    how = "inline" if _is_simple(left) and _is_simple(right) else "called"
                    yield _match(node, node, model, (how, None))
            case ast.Name(id="cmp", ctx=ast.Load()) if _is_cmp(node, model):
                parent = model.parent(node)
                if isinstance(parent, ast.Call) and (parent.func is node or sorting(parent, model) is not None):
                    return
                if isinstance(parent, ast.keyword):
                    sort = model.parent(parent)
                    if sort is not None and sorting(sort, model) is not None:
                        return
                yield Match(node, Risk.SUGGESTED, data=("value", None))

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        how, operator = match.data
        if how == "value":
            return cst.parse_expression(_FUNCTION)
        if how == "compare":
            comparison = cst.ensure_type(node, cst.Comparison)
            left, right = _operands(cst.ensure_type(comparison.left, cst.Call))
            return cst.Comparison(left, [cst.ComparisonTarget(operator(), right)])
        called = cst.ensure_type(node, cst.Call)
        if how == "called":
            return called.with_changes(func=cst.parse_expression(f"({_FUNCTION})"))
        left, right = _operands(called)
        return cst.BinaryOperation(
            _compared(left, cst.GreaterThan(), right), cst.Subtract(), _compared(left, cst.LessThan(), right)
        )


def _is_cmp(node: ast.expr, model: ModuleModel) -> bool:
    return (
        isinstance(node, ast.Name)
        and node.id == "cmp"
        and model.resolve(node) == "builtins.cmp"
        and not is_guarded(node, model, "NameError")
    )


def _match(node: ast.expr, called: ast.Call, model: ModuleModel, data: object) -> Match:
    left, right = (model.kind(item).type for item in called.args)
    ordered = {left, right} <= {"int", "float", "bool"} or (left == right and left in _ORDERED)
    message = "" if ordered else "in Python 3 values of different types have no order: < and > raise TypeError"
    return Match(node, Risk.SAFE if ordered else Risk.SUGGESTED, message, data=data)


def _is_compared_with_zero(node: ast.Call, model: ModuleModel) -> bool:
    match model.parent(node):
        case ast.Compare(left=left, ops=[operator], comparators=[ast.Constant(value=0)]):
            return left is node and type(operator) in _OPERATORS
    return False


def _is_simple(node: ast.expr) -> bool:
    """Whether an expression can be written twice: nothing is called, and it is short."""
    return not any(isinstance(item, ast.Call | ast.Yield | ast.NamedExpr | ast.Lambda) for item in ast.walk(node)) and (
        len(ast.dump(node)) < 300
    )


def _operands(called: cst.Call) -> tuple[cst.BaseExpression, cst.BaseExpression]:
    left, right = (in_parentheses(item.value, tighter_than=cst.Comparison) for item in called.args)
    return left, right


def _compared(left: cst.BaseExpression, operator: cst.BaseCompOp, right: cst.BaseExpression) -> cst.Comparison:
    return cst.Comparison(
        left, [cst.ComparisonTarget(operator, right)], lpar=[cst.LeftParen()], rpar=[cst.RightParen()]
    )
