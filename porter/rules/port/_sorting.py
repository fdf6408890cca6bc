"""Sorting by a comparison function, and when that function says no more than a key would."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from porter.analysis.model import ModuleModel


@dataclass(frozen=True, slots=True)
class Sorting:
    """A call of sorted() or of a list's sort() that is given a comparison.

    `by_keyword` says whether as ``cmp=``; `rest` are the positional arguments behind it (key, reverse).
    """

    compare: ast.expr
    by_keyword: bool
    rest: tuple[ast.expr, ...]


@dataclass(frozen=True, slots=True)
class KeyForm:
    """A comparison that compares `count` keys of its two arguments; `reverse` where it does so the other way round."""

    count: int
    reverse: bool
    identity: bool


def sorting(node: ast.AST, model: ModuleModel) -> Sorting | None:
    """The comparison that a call sorts by, if it has one."""
    match node:
        case ast.Call(func=ast.Attribute(attr="sort"), args=arguments):
            pass
        case ast.Call(func=ast.Name(id="sorted"), args=[_, *arguments]):
            if model.resolve(node.func) != "builtins.sorted":
                return None
        case _:
            return None
    assert isinstance(node, ast.Call)
    for keyword in node.keywords:
        if keyword.arg == "cmp" and not arguments:
            return Sorting(keyword.value, True, ())
    if not arguments or any(isinstance(item, ast.Starred) for item in arguments):
        return None
    return Sorting(arguments[0], False, tuple(arguments[1:]))


def key_form(node: ast.Call, compare: ast.expr, model: ModuleModel) -> KeyForm | None:
    """`lambda a, b: cmp(a.x, b.x)`, or several joined by `or`, as keys; None where it says more than keys do."""
    match compare:
        case ast.Lambda(args=ast.arguments(args=[first, second], defaults=[], vararg=None, kwarg=None), body=body):
            comparisons = body.values if isinstance(body, ast.BoolOp) and isinstance(body.op, ast.Or) else [body]
        case _:
            return None
    ways = {_way(item, first.arg, second.arg, model) for item in comparisons}
    if len(ways) != 1 or None in ways:
        return None
    reverse = ways == {"backward"}
    if any(item.arg in ("key", "reverse") for item in node.keywords):
        return None
    call = comparisons[0]
    assert isinstance(call, ast.Call)
    return KeyForm(len(comparisons), reverse, len(comparisons) == 1 and isinstance(call.args[0], ast.Name))


def _way(node: ast.expr, first: str, second: str, model: ModuleModel) -> str | None:
    """ "forward" for cmp(f(a), f(b)), "backward" for cmp(f(b), f(a)); None for anything else."""
    match node:
        case ast.Call(func=ast.Name(id="cmp"), args=[left, right], keywords=[]):
            if model.resolve(node.func) != "builtins.cmp":
                return None
        case _:
            return None
    left_names, right_names = _names(left) & {first, second}, _names(right) & {first, second}
    for own, other, way in ((first, second, "forward"), (second, first, "backward")):
        if left_names == {own} and right_names == {other} and _with(left, own) == _with(right, other):
            return way
    return None


def _names(node: ast.expr) -> set[str]:
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


def _with(node: ast.expr, name: str) -> str:
    """The expression's shape, with a name replaced by a mark."""
    return ast.dump(node).replace(f"Name(id={name!r},", "Name(id=<item>,")


def is_key_comparison(node: ast.Call, model: ModuleModel) -> bool:
    """Whether a cmp() call is part of a lambda that becomes a key."""
    inner: ast.AST = node
    for outer in model.ancestors(node):
        if isinstance(outer, ast.Call) and outer is not node:
            found = sorting(outer, model)
            return found is not None and found.compare is inner and key_form(outer, found.compare, model) is not None
        if isinstance(outer, ast.keyword):
            continue
        if not isinstance(outer, ast.BoolOp | ast.Lambda):
            return False
        inner = outer
    return False
