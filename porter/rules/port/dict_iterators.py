"""`d.iteritems()` and `d.viewitems()` are `d.items()` in Python 3.

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
from porter.rules.port._dicts import defines_its_own, is_mapping
from porter.rules.port._names import is_guarded, is_module, spelled
from porter.rules.port._uses import is_iterated

_NEW = {f"{way}{what}": what for way in ("iter", "view") for what in ("keys", "values", "items")}


class DictIterators(Rule):
    code = "PORT025"
    name = "dict-iterators"
    summary = "keys(), values() and items() instead of iter… and view…"
    why = (
        "keys(), values() and items() make no lists in Python 3: they are the views that viewkeys() and its like gave, and one "
        "iterates over them. Where the iterator itself is wanted, it is iter(d.items())."
    )
    risk = Risk.SUGGESTED
    source = "https://peps.python.org/pep-3106/"
    triggers = frozenset(_NEW)
    spelt = True
    visits = (ast.Attribute,)
    examples = (
        Example(
            "d = {'a': 1}\nfor k, v in d.iteritems():\n    print k, v\n",
            "d = {'a': 1}\nfor k, v in d.items():\n    print(k, v)\n",
        ),
        Example("d = {'a': 1}\nprint d.itervalues().next()\n", "d = {'a': 1}\nprint(next(iter(d.values())))\n"),
        Example("d = {1: 2}\nprint 1 in d.viewkeys()\n", "d = {1: 2}\nprint(1 in d.keys())\n"),
        Example("first = sorted(d.iteritems())[0]\n", "first = sorted(d.items())[0]\n"),
        Untouched(
            "import six\nd = {}\nfor k in six.iterkeys(d): print `k`\n", because="it serves both Pythons already"
        ),
        Untouched(
            "class Table(object):\n    def iteritems(self): return iter([])\nprint list(Table().iteritems())\n",
            because="the class's own method",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Attribute(value=receiver, attr=old, ctx=ast.Load()) if old in _NEW:
                if is_guarded(node, model, "AttributeError", by=_NEW.values()) or is_module(receiver, model):
                    return
                if defines_its_own(receiver, old, model):
                    return
                yield from _found(node, receiver, old, model)

    def rewrite(self, node: cst.Call | cst.Attribute, match: Match) -> Rewritten:
        new, iterator = match.data
        if isinstance(node, cst.Attribute):
            return node.with_changes(attr=cst.Name(new))
        method = cst.ensure_type(node.func, cst.Attribute)
        asked = node.with_changes(func=method.with_changes(attr=cst.Name(new)))
        return call(iterator, asked) if iterator else asked


def _found(node: ast.Attribute, receiver: ast.expr, old: str, model: ModuleModel) -> Iterator[Match | Advice]:
    new = _NEW[old]
    certain = is_mapping(receiver, model)
    if not certain and any(new not in definer.members for definer in model.tree.definers(old)):
        yield Advice(
            node, f"a class in this tree defines {old}() and not {new}(): is this object one of its own, or a dict?"
        )
        return
    risk = Risk.SAFE if certain else Risk.SUGGESTED
    parent = model.parent(node)
    if not (isinstance(parent, ast.Call) and parent.func is node):
        yield Match(node, risk, data=(new, None))
    elif old.startswith("view") or is_iterated(parent, model):
        yield Match(parent, risk, data=(new, None))
    else:
        iterator, needs = spelled("iter", node, model)
        yield Match(parent, risk, data=(new, iterator), needs=needs)
