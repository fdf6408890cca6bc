"""dict(a, **b): the keys that ** spreads must be strings in Python 3.

https://docs.python.org/3/library/stdtypes.html#dict
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.python2.source import Dialect
from porter.rewriting.building import call
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched

_SPACE = cst.SimpleWhitespace(" ")


class StringKeywords(Rule):
    code = "PORT093"
    name = "string-keywords"
    summary = "{**a, **b} instead of dict(a, **b)"
    why = (
        "CPython 2 let dict(a, **b) merge two dicts whatever the keys of b were; Python 3 raises TypeError unless all of them are "
        "strings. {**a, **b} takes any key. A function's own **names are strings, and so are keys that are written as such."
    )
    source = "https://docs.python.org/3/library/stdtypes.html#dict"
    triggers = frozenset({"dict"})
    visits = (ast.Call,)
    spelt = True
    examples = (
        Example("print dict(**{1: 2})\n", "print({**{1: 2}})\n"),
        Example("a, b = [(1, 2)], {3: 4}\nprint dict(a, **b)\n", "a, b = [(1, 2)], {3: 4}\nprint({**dict(a), **b})\n"),
        Example("a = {1: 2}\nb = {3: 4}\nprint dict(a, **b)\n", "a = {1: 2}\nb = {3: 4}\nprint({**a, **b})\n"),
        Untouched(
            "def f(**names): return dict(names, **names)\nx = `f()`\n", because="the names of arguments are strings"
        ),
        Untouched("print dict({1: 2}, **{'a': 1}), dict(a=1)\n", because="the keys are strings"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(
                func=ast.Name(id="dict") as function, args=args, keywords=[ast.keyword(arg=None, value=spread)]
            ):
                if (
                    len(args) > 1
                    or any(isinstance(item, ast.Starred) for item in args)
                    or model.dialect is not Dialect.PYTHON2
                ):
                    return
                if model.resolve(function) == "builtins.dict" and not _has_string_keys(spread, model):
                    if "#" in model.text_of(node):
                        yield Advice(node, "dict(a, **b) refuses keys that are no strings: {**a, **b} takes any")
                        return
                    copied = bool(args) and model.kind(args[0]).type != "dict"
                    yield Match(node, message="the keys need not be strings in a dict display", data=copied)

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        *first, spread = [argument.value for argument in node.args]
        if match.data:
            first = [call(node.func, *first)]
        comma = cst.Comma(whitespace_after=_SPACE)
        elements = [cst.StarredDictElement(value, comma=comma) for value in first]
        return cst.Dict([*elements, cst.StarredDictElement(spread)], lpar=node.lpar, rpar=node.rpar)


def _has_string_keys(node: ast.expr, model: ModuleModel) -> bool:
    """Whether a dict is written with strings for keys alone, or holds a function's keyword arguments."""
    match node:
        case ast.Dict(keys=keys):
            return all(isinstance(key, ast.Constant) and isinstance(key.value, str) for key in keys)
        case ast.Call(func=function, args=[]):
            return model.resolve(function) in ("builtins.dict", "builtins.locals", "builtins.globals", "builtins.vars")
        case ast.Attribute(attr="__dict__"):
            return True
        case ast.Name():
            return all(
                _is_keyword_parameter(binding.node, model)
                or (
                    isinstance(binding.value, ast.Dict)
                    and bool(binding.value.keys)
                    and _has_string_keys(binding.value, model)
                )
                for binding in model.bindings(node)
            ) and bool(model.bindings(node))
    return False


def _is_keyword_parameter(node: ast.AST, model: ModuleModel) -> bool:
    parent = model.parent(node)
    return isinstance(parent, ast.arguments) and parent.kwarg is node
