"""sum() of floats is more exact since Python 3.12.

https://docs.python.org/3/whatsnew/3.12.html#other-language-changes
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched


class FloatSums(Rule):
    code = "PORT087"
    name = "float-sums"
    summary = "the sum of floats may differ in its last digits"
    why = (
        "Since Python 3.12 sum() makes up for the rounding of floats: sum([0.1] * 10) is 1.0 and was 0.9999999999999999. A result "
        "that is compared, or printed with all its digits, may be another one; a loop that adds up gives the old one."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.12.html#other-language-changes"
    triggers = frozenset({"sum"})
    visits = (ast.Call,)
    spelt = True
    since = (3, 12)
    in_python3 = True
    examples = (Untouched("print sum([1, 2]), sum(n for n in (1, 2))\n", because="whole numbers"),)

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Name(id="sum") as function, args=[items, *_]) if _has_floats(items, model):
                if model.resolve(function) == "builtins.sum":
                    yield Advice(node, "since Python 3.12 sum() rounds less: its last digits may differ")


def _has_floats(items: ast.expr, model: ModuleModel) -> bool:
    match items:
        case ast.BinOp(left=ast.List() as listed, op=ast.Mult()):
            return _has_floats(listed, model)
        case ast.List(elts=values) | ast.Tuple(elts=values):
            return any(model.kind(value).type == "float" for value in values)
        case ast.ListComp(elt=value) | ast.GeneratorExp(elt=value):
            return model.kind(value).type == "float"
        case ast.Call(func=function, args=[ast.Name(id="float"), *_]):
            return model.resolve(function) in ("builtins.map", "itertools.imap")
        case ast.Name():
            bound = [binding.value for binding in model.bindings(items)]
            return bool(bound) and all(isinstance(value, ast.List) and _has_floats(value, model) for value in bound)
    return False
