"""`it.next()` is `next(it)` in Python 3.

https://peps.python.org/pep-3114/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.kinds import UNKNOWN
from porter.analysis.model import ModuleModel
from porter.rewriting.building import call
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._iterators import class_of, is_iterator_class, tree_is_ambiguous
from porter.rules.port._names import is_guarded, is_module, spelled


class NextMethod(Rule):
    code = "PORT014"
    name = "next-method"
    summary = "call next(it) instead of it.next()"
    why = (
        "The iterator's method is called __next__ in Python 3, and next() calls it. No builtin or library type has a method "
        "next() any more; only where a class of the tree defines one that is not the iterator protocol's, the call is left."
    )
    risk = Risk.SUGGESTED
    source = "https://peps.python.org/pep-3114/"
    triggers = frozenset({"next"})
    spelt = True
    visits = (ast.Call, ast.Attribute)
    examples = (
        Example("c = iter([1, 2])\nprint c.next()\n", "c = iter([1, 2])\nprint(next(c))\n"),
        Example("def first(rows):\n    return rows.next()\n", "def first(rows):\n    return next(rows)\n"),
        Example(
            "lines = iter(['a', 'b', ''])\nprint list(iter(lines.next, ''))\n",
            "lines = iter(['a', 'b', ''])\nprint(list(iter(lines.__next__, '')))\n",
        ),
        Example(
            "import __builtin__\n__builtin__.next = len\nprint iter('ab').next()\n",
            "import builtins\nbuiltins.next = len\nprint(iter('ab').__next__())\n",
        ),
        Untouched("node.next = node\ntail = node.next\nprint tail\n", because="a field, not a method"),
        Untouched("for row in table.next(5): pass\n", because="not the iterator protocol"),
        Untouched(
            "class Node(object):\n    def next(self): return self._next\nNode().next()\n",
            because="the class is no iterator",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr="next") as method, args=[], keywords=[]):
                yield from _call(node, method, receiver, model)
            case ast.Call(func=ast.Attribute(value=owner, attr="next"), args=[_], keywords=[]):
                definition = class_of(owner, model)
                if definition is not None and is_iterator_class(definition, model):
                    yield Match(node.func, data="__next__")
            case ast.Attribute(value=receiver, attr="next", ctx=ast.Load()) if not _is_called(node, model):
                if model.kind(receiver).is_iterator or _is_own_iterator(receiver, model):
                    yield Match(node, data="__next__")
                elif is_guarded(node, model, "AttributeError", by=("__next__",)):
                    return
                elif _is_given_to_iter(node, model) and not tree_is_ambiguous(model):
                    yield Match(node, Risk.SUGGESTED, data="__next__")
                elif _is_taken_as_function(node, model):
                    yield Advice(node, "if this is an iterator's method, it is called __next__ in Python 3")
            case ast.Attribute(value=owner, attr="next", ctx=ast.Store() | ast.Del()):
                definition = class_of(owner, model)
                if definition is not None and is_iterator_class(definition, model):
                    yield Match(node, data="__next__")
                elif isinstance(owner, ast.Name) and owner.id == "self" and _is_iterable(model.enclosing_class(node)):
                    yield Advice(node, "Python 3 asks the class for __next__, not its object: define it as a method")

    def rewrite(self, node: cst.Call | cst.Attribute, match: Match) -> Rewritten:
        if isinstance(node, cst.Attribute):
            return node.with_changes(attr=cst.Name(match.data))
        if match.data == "__next__":
            return node.with_changes(
                func=cst.ensure_type(node.func, cst.Attribute).with_changes(attr=cst.Name("__next__"))
            )
        return call(match.data, cst.ensure_type(node.func, cst.Attribute).value)


def _call(node: ast.Call, method: ast.Attribute, receiver: ast.expr, model: ModuleModel) -> Iterator[Match | Advice]:
    kind = model.kind(receiver)
    if is_module(receiver, model) or is_guarded(node, model, "AttributeError", by=("next", "__next__")):
        return
    certain = bool(kind.is_iterator) or _is_own_iterator(receiver, model)
    if kind.is_iterator is False and not certain:
        return
    if kind is UNKNOWN and not certain and tree_is_ambiguous(model):
        yield Advice(node, "a class in this tree defines a next() of its own: is this object one of those?")
        return
    if _replaces_builtin(model):
        yield Match(node, Risk.SAFE if certain else Risk.SUGGESTED, "next() is another function here", data="__next__")
        return
    function, needs = spelled("next", node, model)
    yield Match(node, Risk.SAFE if certain else Risk.SUGGESTED, data=function, needs=needs)


def _replaces_builtin(model: ModuleModel) -> bool:
    """Whether the module gives the builtin next() another meaning for all modules."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "next"
        and isinstance(node.ctx, ast.Store)
        and model.resolve(node) in ("__builtin__.next", "builtins.next")
        for node in model.nodes.get(ast.Attribute, ())
    )


def _is_called(node: ast.Attribute, model: ModuleModel) -> bool:
    parent = model.parent(node)
    return isinstance(parent, ast.Call) and parent.func is node


def _is_given_to_iter(node: ast.Attribute, model: ModuleModel) -> bool:
    """`iter(lines.next, '')` calls it until it gives the sentinel."""
    match model.parent(node):
        case ast.Call(func=function, args=[called, _]):
            return called is node and model.resolve(function) == "builtins.iter"
    return False


def _is_taken_as_function(node: ast.Attribute, model: ModuleModel) -> bool:
    """Whether a `next` that nothing in sight sets as a field is kept or handed on: it may well be an iterator's method."""
    parent = model.parent(node)
    taken = (
        isinstance(parent, ast.Return)
        or (isinstance(parent, ast.Assign) and parent.value is node)
        or (isinstance(parent, ast.Call) and node in parent.args)
    )
    if not taken or model.kind(node.value) is not UNKNOWN:
        return False
    return not any(
        isinstance(other, ast.Attribute) and other.attr == "next" and not isinstance(other.ctx, ast.Load)
        for other in model.nodes.get(ast.Attribute, ())
    )


def _is_iterable(definition: ast.ClassDef | None) -> bool:
    """Whether a class defines __iter__, and no method that would be the iterator's."""
    if definition is None:
        return False
    methods = {item.name for item in definition.body if isinstance(item, ast.FunctionDef)}
    return "__iter__" in methods and methods.isdisjoint({"next", "__next__"})


def _is_own_iterator(receiver: ast.expr, model: ModuleModel) -> bool:
    """Whether an expression is `self` in a class of iterators, or an instance of one of this module's."""
    definition = model.kind(receiver).definition
    if definition is None and isinstance(receiver, ast.Name) and receiver.id == "self":
        definition = model.enclosing_class(receiver)
    return definition is not None and is_iterator_class(definition, model)
