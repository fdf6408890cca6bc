"""Dicts keep the order of insertion since Python 3.7; in Python 2 their order was arbitrary.

https://docs.python.org/3/whatsnew/3.7.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._uses import How, use_of


class DictOrder(Rule):
    code = "PORT053"
    name = "dict-order"
    summary = "which item comes first depends on the dict's order"
    why = (
        "An item taken by its position in a dict, or by popitem(), may be another one in Python 3: its dicts keep the order of "
        "insertion, Python 2's had an order of their own. Sort the keys where it matters which one it is."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.7.html#summary-release-highlights"
    triggers = frozenset({"popitem", "keys", "values", "items"})
    spelt = True
    visits = (ast.Call,)
    ambiguous = True
    examples = (
        Untouched("d = {'a': 1}\nprint d.keys()[0]\n", because="the dict is written with one item"),
        Untouched("d = {'a': 1, 'b': 2}\nprint sorted(d.keys())[0]\n", because="sorted"),
        Untouched("print cache.popitem()\n", because="it may be an OrderedDict"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr=method), args=[], keywords=[]):
                if model.kind(receiver).type != "dict" or _has_one_item(receiver, model):
                    return
                if method == "popitem":
                    yield Advice(
                        node, "popitem() takes the item that was put in last; in Python 2 it was an arbitrary one"
                    )
                elif method in ("keys", "values", "items") and use_of(node, model).how is How.INDEXED:
                    yield Advice(
                        node, "the dict's order is that of insertion; in Python 2 it was arbitrary: sort if it matters"
                    )


def _has_one_item(node: ast.expr, model: ModuleModel) -> bool:
    """Whether the dict is written out with a single item and nothing adds to it."""
    if not isinstance(node, ast.Name):
        return isinstance(node, ast.Dict) and len(node.keys) == 1
    bindings = model.bindings(node)
    written = all(isinstance(item.value, ast.Dict) and len(item.value.keys) == 1 for item in bindings)
    scope = model.scope_of(node).owner(node.id)
    uses = model.uses_of(node.id, scope) if scope is not None else []
    return bool(bindings) and written and all(not _adds(use, model) for use in uses)


def _adds(use: ast.Name, model: ModuleModel) -> bool:
    match model.parent(use):
        case ast.Subscript(ctx=ast.Store()) | ast.Attribute(attr=("update" | "setdefault")):
            return True
        case ast.Call(args=arguments) if use in arguments:
            return True
    return False
