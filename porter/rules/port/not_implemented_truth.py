"""NotImplemented has no truth value in Python 3.14.

https://docs.python.org/3/whatsnew/3.14.html#removed
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._classes import methods

_COMPARISONS = frozenset(f"__{name}__" for name in "eq ne lt le gt ge".split())


class NotImplementedTruth(Rule):
    code = "PORT088"
    name = "not-implemented-truth"
    summary = "`not self.__eq__(other)` where __eq__ returns NotImplemented"
    why = (
        "NotImplemented was true; asking for its truth warns since Python 3.9 and raises TypeError in 3.14. A __ne__ that says "
        "`not self.__eq__(other)` does that with every other type: leave __ne__ out, or say `not self == other`."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.14.html#removed"
    triggers = frozenset({"NotImplemented"})
    visits = (ast.UnaryOp, ast.If, ast.IfExp)
    since = (3, 9)
    in_python3 = True
    examples = (
        Untouched(
            "class A(object):\n    def __eq__(self, o): return NotImplemented\n    def __ne__(self, o): return not self == o\n"
            "print A() <> A()\n",
            because="the operator gives True or False",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=asked) | ast.If(test=asked) | ast.IfExp(test=asked):
                if _is_not_implemented(asked, model):
                    yield Advice(asked, "this may be NotImplemented, which has no truth value in Python 3.14")


def _is_not_implemented(node: ast.expr, model: ModuleModel) -> bool:
    match node:
        case ast.Name(id="NotImplemented"):
            return model.resolve(node) == "builtins.NotImplemented"
        case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=name)) if name in _COMPARISONS:
            owner = model.enclosing_class(node)
            method = methods(owner).get(name) if owner is not None else None
            return method is not None and any(
                isinstance(item, ast.Return) and isinstance(item.value, ast.Name) and item.value.id == "NotImplemented"
                for item in ast.walk(method)
            )
    return False
