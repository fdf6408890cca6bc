"""`map`, `filter` and `zip` make iterators in Python 3, and `range` a range.

https://docs.python.org/3/whatsnew/3.0.html#views-and-iterators-instead-of-lists
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call, name, text
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, Untouched
from porter.rules.port._changes import are_changed, is_pure
from porter.rules.port._names import can_import, is_guarded, spelled
from porter.rules.port._uses import How, Use, is_iterated, loop_body, use_of

_FUNCTIONS = ("map", "filter", "zip", "range")
_PADS = "map() stops at the shortest argument; Python 2's went on to the longest, with None for what was missing"


class SequenceLists(Rule):
    code = "PORT027"
    name = "sequence-lists"
    summary = "list(map(…)) where a list is needed"
    why = (
        "Python 3's map, filter and zip make iterators that work one item at a time and only once, its range a range. Where the "
        "items are gone through at once nothing changes. A loop over map(f, …) keeps its list unless f only computes something: "
        "Python 2 had called f for every item before the loop's body first ran."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.0.html#views-and-iterators-instead-of-lists"
    triggers = frozenset(_FUNCTIONS)
    spelt = True
    visits = (ast.Call,)
    ambiguous = True
    examples = (
        Example("print map(str, [1, 2])\n", "print(list(map(str, [1, 2])))\n"),
        Example("print zip([1], 'a'), range(3)\n", "print(list(zip([1], 'a')), list(range(3)))\n"),
        Example(
            "numbers = range(3)\nnumbers.append(7)\nprint numbers\n",
            "numbers = list(range(3))\nnumbers.append(7)\nprint(numbers)\n",
        ),
        Example("print filter(str.isdigit, 'a1b2')\n", "print(\"\".join(filter(str.isdigit, 'a1b2')))\n"),
        Example("print map(None, [3, 4])\n", "print(list([3, 4]))\n"),
        Example(
            "print map(None, [1, 2], 'a')\n", "import itertools\nprint(list(itertools.zip_longest([1, 2], 'a')))\n"
        ),
        Example(
            "def start(n):\n    print 'start', n\n    return n\nfor n in map(start, [1, 2]):\n    print 'join', n\n",
            "def start(n):\n    print('start', n)\n    return n\nfor n in list(map(start, [1, 2])):\n    print('join', n)\n",
            note="everything is started before the first is joined",
        ),
        Untouched("for n in map(str, [1, 2]): print n\n", because="nothing else can tell when str() is called"),
        Untouched("print sum(map(int, '12')), ', '.join(map(str, range(3)))\n", because="taken whole, at once"),
        Untouched(
            "numbers = range(3)\nfor n in numbers: print n, numbers[n], len(numbers)\n", because="a range can do that"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Name(id=function), keywords=[]) if function in _FUNCTIONS:
                if "future_builtins" in model.scope.star_imports:
                    return
                if model.resolve(node.func) == f"builtins.{function}" and not is_guarded(node, model, "NameError"):
                    yield from _found(node, function, model)

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        how, wrapper = match.data
        arguments = list(node.args)
        if how == "items":  # map(None, items)
            return call(wrapper, arguments[1].value)
        if how == "rows":
            rows = call("itertools.zip_longest", *arguments[1:])
            return call(wrapper, rows) if wrapper else rows
        if how == "text":
            return call(cst.Attribute(text(""), cst.Name("join")), node)
        return call(name(wrapper), node)


def _found(node: ast.Call, function: str, model: ModuleModel) -> Iterator[Match | Advice]:
    use = use_of(node, model)
    listed, needs = spelled("list", node, model)
    arguments = node.args
    is_wrapped = not _is_iterated(node, function, use, model)
    if function == "map" and arguments and isinstance(arguments[0], ast.Constant) and arguments[0].value is None:
        if len(arguments) == 2:
            yield Match(node, data=("items", listed), needs=needs)
        elif can_import("itertools", node, model):
            rows = (Import("itertools"),)
            yield Match(node, data=("rows", listed if is_wrapped else None), needs=(*needs, *rows))
        else:
            yield Advice(node, "map(None, …) is gone: use itertools.zip_longest()")
        return
    pads = function == "map" and len(arguments) > 2 and not _same_length(arguments[1:])
    if is_wrapped:
        how = "whole"
        if function == "filter" and arguments and use.how not in (How.LOOPED, How.PARTLY):
            kind = model.kind(arguments[-1]).type
            how = "text" if kind in ("str", "unicode") else "whole"
            listed, needs = spelled("tuple", node, model) if kind == "tuple" else (listed, needs)
        yield Match(node, Risk.SUGGESTED if pads else Risk.SAFE, _PADS if pads else "", data=(how, listed), needs=needs)
    elif pads:
        yield Advice(node, _PADS)


def _same_length(iterables: list[ast.expr]) -> bool:
    """Whether the iterables are written out with equally many items, or are the very same expression."""
    lengths = {len(item.elts) if isinstance(item, ast.List | ast.Tuple) else -1 for item in iterables}
    return (len(lengths) == 1 and -1 not in lengths) or len({ast.dump(item) for item in iterables}) == 1


def _is_iterated(node: ast.Call, function: str, use: Use, model: ModuleModel) -> bool:
    """Whether what Python 3 makes does as well as the list did."""
    if function == "range":
        fits = use.how is not How.LIST or is_iterated(node, model)
        return fits or _is_only_read(node, model) or _is_given_to_pool(node, model)
    if use.how is How.WHOLE:
        return True
    if use.how not in (How.LOOPED, How.PARTLY):
        return False
    body = loop_body(use.loop) if use.loop is not None else []
    if are_changed(node.args, body, model):
        return False
    if function == "zip":
        return not any(model.kind(item).type == "generator" for item in node.args)
    return bool(node.args) and is_pure(node.args[0], model)


def _is_only_read(node: ast.Call, model: ModuleModel) -> bool:
    """Whether a range is kept under one name that is only gone through, indexed or measured."""
    parent = model.parent(node)
    match parent:
        case ast.Assign(targets=[ast.Name(id=kept) as target]):
            scope = model.scope_of(target)
            owner = scope.owner(kept)
            if owner is None or owner.is_class or owner.dynamic or len(owner.bindings[kept]) != 1:
                return False
            if owner.is_module and (model.tree.imported_by or "__all__" in owner.bindings):
                return False
            uses = [use for use in model.uses_of(kept, owner) if use is not target]
            return all(isinstance(use.ctx, ast.Load) and use_of(use, model).how is not How.LIST for use in uses)
    return False


def _is_given_to_pool(node: ast.Call, model: ModuleModel) -> bool:
    """Whether the range is what a pool's or an executor's map() goes through, whatever pool it is."""
    match model.parent(node):
        case ast.Call(func=ast.Attribute(attr=("map" | "imap" | "imap_unordered" | "map_async")), args=[_, items, *_]):
            return items is node
    return False
