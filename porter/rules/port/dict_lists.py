"""`d.keys()`, `d.values()` and `d.items()` are views in Python 3, no lists.

https://peps.python.org/pep-3106/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._changes import may_change
from porter.rules.port._dicts import defines_its_own, is_mapping, is_other_type
from porter.rules.port._names import is_guarded, is_module, spelled
from porter.rules.port._uses import How, loop_body, loop_target, use_of

_LIST_METHODS = frozenset("sort reverse index count append extend insert pop remove".split())


class DictLists(Rule):
    code = "PORT026"
    name = "dict-lists"
    summary = "list(d.keys()) where a list is needed"
    why = (
        "Python 3's keys(), values() and items() are views of the dict. Where only their items are gone through, nothing changes. "
        "Where the list was kept, indexed, sorted or printed, or where the loop's body may change the dict (it does so itself, or "
        "calls code that may while this module changes it elsewhere), a list is made as before; so it is for a generator "
        "expression that is not gone through at once."
    )
    risk = Risk.SUGGESTED
    source = "https://peps.python.org/pep-3106/"
    triggers = frozenset({"keys", "values", "items"})
    spelt = True
    visits = (ast.Call,)
    ambiguous = True
    examples = (
        Example(
            "d = {'a': 1}\nkeys = d.keys()\nprint keys[0]\n", "d = {'a': 1}\nkeys = list(d.keys())\nprint(keys[0])\n"
        ),
        Example(
            "d = {'a': 1, 'b': 2}\nfor k in d.keys():\n    del d[k]\nprint d\n",
            "d = {'a': 1, 'b': 2}\nfor k in list(d.keys()):\n    del d[k]\nprint(d)\n",
        ),
        Example(
            "d = {'a': 1}\nlater = (k for k in d.keys())\nd['b'] = 2\nprint list(later)\n",
            "d = {'a': 1}\nlater = (k for k in list(d.keys()))\nd['b'] = 2\nprint(list(later))\n",
        ),
        Untouched("d = {'a': 1}\nfor k in d.keys(): print k\n", because="only its items are gone through"),
        Untouched("d = {'a': 1}\nprint len(d.keys()), sorted(d.items()), 'a' in d.keys()\n", because="a view will do"),
        Untouched(
            "d = {'a': 1}\nfor k, v in d.items():\n    d[k] = v + 1\nprint d\n",
            because="a key that is there stays there",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(
                func=ast.Attribute(value=receiver, attr=("keys" | "values" | "items") as method), args=[], keywords=[]
            ):
                if (
                    is_module(receiver, model)
                    or is_other_type(receiver, model)
                    or is_guarded(node, model, "AttributeError")
                ):
                    return
                if defines_its_own(receiver, method, model) or not _needs_list(node, receiver, method, model):
                    return
                own = model.tree.defines_method(method) and not is_mapping(receiver, model)
                message = (
                    f"a class in this tree defines {method}(): if it makes a list, list() only copies it" if own else ""
                )
                function, needs = spelled("list", node, model)
                yield Match(node, Risk.SUGGESTED if own else Risk.SAFE, message, data=function, needs=needs)

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        return call(match.data, node)


def _needs_list(node: ast.Call, receiver: ast.expr, method: str, model: ModuleModel) -> bool:
    parent = model.parent(node)
    if isinstance(parent, ast.Expr):
        return False
    if isinstance(parent, ast.Attribute) and parent.attr not in _LIST_METHODS:
        return False  # no list method: the receiver is no dict
    use = use_of(node, model)
    if use.how is How.LOOPED and use.loop is not None:
        target = loop_target(use.loop) if method != "values" else None
        return may_change(loop_body(use.loop), receiver, target, model)
    return use.how in (How.INDEXED, How.LIST, How.LATER)
