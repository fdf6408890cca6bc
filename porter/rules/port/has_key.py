"""`d.has_key(k)` is `k in d` in Python 3.

https://docs.python.org/3/whatsnew/3.0.html#views-and-iterators-instead-of-lists
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._classes import defines
from porter.rules.port._cst import in_parentheses
from porter.rules.port._dicts import is_mapping
from porter.rules.port._names import is_guarded

_SPACE = cst.SimpleWhitespace(" ")


class HasKey(Rule):
    code = "PORT023"
    name = "has-key"
    summary = "k in d instead of d.has_key(k)"
    why = (
        "Python 3's dict has no has_key(). No other builtin or library type has one either; where a class of the tree defines "
        "its own, a call on an unknown object is left to you."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/stdtypes.html#mapping-types-dict"
    triggers = frozenset({"has_key"})
    spelt = True
    visits = (ast.Call, ast.UnaryOp, ast.Attribute)
    examples = (
        Example("d = {1: 2}\nprint d.has_key(1)\n", "d = {1: 2}\nprint(1 in d)\n"),
        Example("if not d.has_key('a'): d['a'] = 1\n", "if 'a' not in d: d['a'] = 1\n"),
        Example("x = not d.has_key(a or b) and 1\n", "x = (a or b) not in d and 1\n"),
        Example(
            "d = {1: 2}\nprint filter(d.has_key, [1, 3])\n", "d = {1: 2}\nprint(list(filter(d.__contains__, [1, 3])))\n"
        ),
        Untouched("d.has_key(k, 'default')\n", because="dict.has_key takes one argument"),
        Untouched(
            "class Table(object):\n    def has_key(self, key): return False\nTable().has_key(1)\n",
            because="it is the class's own method",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=ast.Call() as inner):
                method = _method(inner)
                if method is not None:
                    yield from self._found(node, method, model, "not in")
            case ast.Call():
                method = _method(node)
                if method is not None and not _is_negated(node, model):
                    yield from self._found(node, method, model, "in")
            case ast.Attribute(attr="has_key", ctx=ast.Load()):
                parent = model.parent(node)
                if not (isinstance(parent, ast.Call) and parent.func is node):
                    yield from self._found(node, node, model, "__contains__")

    def _found(self, node: ast.expr, method: ast.Attribute, model: ModuleModel, how: str) -> Iterator[Match | Advice]:
        kind = model.kind(method.value)
        if is_guarded(node, model, "AttributeError", by=("in", "__contains__")):
            return
        if is_mapping(method.value, model):
            yield Match(node, Risk.SAFE, data=how)
        elif (kind.definition is not None and defines(kind.definition, "has_key", model)) or (
            isinstance(method.value, ast.Name) and _is_in_definer(method.value, model)
        ):
            return
        elif model.tree.defines_method("has_key"):
            yield Advice(node, "a class in this tree defines has_key(): is this object one of its own, or a dict?")
        else:
            yield Match(node, Risk.SUGGESTED, data=how)

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        if isinstance(node, cst.Attribute):
            return node.with_changes(attr=cst.Name("__contains__"))
        if isinstance(node, cst.UnaryOperation):
            return _membership(node.expression, cst.NotIn(whitespace_before=_SPACE), node)
        return _membership(node, cst.In(), node)


def _method(node: ast.Call) -> ast.Attribute | None:
    match node:
        case ast.Call(func=ast.Attribute(attr="has_key") as method, args=[argument], keywords=[]):
            return None if isinstance(argument, ast.Starred) else method
    return None


def _is_negated(node: ast.Call, model: ModuleModel) -> bool:
    parent = model.parent(node)
    return isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)


def _is_in_definer(receiver: ast.Name, model: ModuleModel) -> bool:
    """Whether the call is `self.has_key(…)` in a class that defines the method."""
    owner = model.enclosing_class(receiver)
    return (
        owner is not None
        and receiver.id == "self"
        and any(isinstance(item, ast.FunctionDef) and item.name == "has_key" for item in owner.body)
    )


def _membership(
    node: cst.BaseExpression, operator: cst.BaseCompOp, outer: cst.BaseExpression
) -> cst.BaseExpression | None:
    if not (isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute)) or len(node.args) != 1:
        return None
    key = in_parentheses(node.args[0].value, tighter_than=cst.Comparison)
    container = in_parentheses(node.func.value, tighter_than=cst.Comparison)
    return cst.Comparison(key, [cst.ComparisonTarget(operator, container)], lpar=outer.lpar, rpar=outer.rpar)
