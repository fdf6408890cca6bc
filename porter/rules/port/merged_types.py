"""`(str, unicode)` and `(int, long)` name one type in Python 3.

https://docs.python.org/3/whatsnew/3.0.html#integers
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import unparenthesized
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import is_guarded

_ONE_TYPE = {
    **{f"builtins.{name}": "str" for name in ("str", "unicode", "basestring")},
    **{f"types.{name}": "str" for name in ("StringType", "UnicodeType")},
    **{f"builtins.{name}": "int" for name in ("int", "long")},
    **{f"types.{name}": "int" for name in ("IntType", "LongType")},
    "builtins.Exception": "Exception",
    "builtins.StandardError": "Exception",
}


class MergedTypes(Rule):
    code = "PORT017"
    name = "merged-types"
    summary = "name a type once where Python 2 had two"
    why = (
        "int and long became one type, and so did unicode and what basestring stood for: the tuple would name it twice."
    )
    source = "https://docs.python.org/3/whatsnew/3.0.html#integers"
    triggers = frozenset({"unicode", "basestring", "long", "LongType", "UnicodeType", "StandardError"})
    visits = (ast.Tuple,)
    examples = (
        Example("print isinstance('a', (str, unicode))\n", "print(isinstance('a', str))\n"),
        Example("print isinstance(1, (int, long, float))\n", "print(isinstance(1, (int, float)))\n"),
        Example("print type(1) in (int, long)\n", "print(type(1) in (int,))\n"),
        Untouched("print isinstance(1, (int, float))\n", because="two types in both"),
        Untouched("print [(int, long)]\n", because="a tuple that nothing tests against"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Tuple)
        alone = _is_test(node, model)
        if alone is None or is_guarded(node, model, "NameError"):
            return
        types = [_ONE_TYPE.get(model.resolve(item) or "") for item in node.elts]
        kept = [number for number, kind in enumerate(types) if kind is None or kind not in types[:number]]
        if len(kept) < len(types):
            yield Match(node, data=(kept, alone))

    def rewrite(self, node: cst.Tuple, match: Match) -> Rewritten:
        kept, alone = match.data
        if max(kept) >= len(node.elements):
            return None
        elements = [node.elements[number] for number in kept]
        if len(elements) == 1:
            only = elements[0].value
            if alone:
                return unparenthesized(only)
            return cst.Tuple([cst.Element(only, cst.Comma())], lpar=node.lpar, rpar=node.rpar)
        last = elements[-1].with_changes(comma=node.elements[-1].comma)
        return node.with_changes(elements=[*elements[:-1], last])


def _is_test(node: ast.Tuple, model: ModuleModel) -> bool | None:
    """Whether the tuple lists types to test against: True where a single type may stand there as well."""
    parent = model.parent(node)
    match parent:
        case ast.Call(func=function, args=[_, types]) if types is node:
            return True if model.resolve(function) in ("builtins.isinstance", "builtins.issubclass") else None
        case ast.ExceptHandler():
            return True
        case ast.Compare(left=ast.Call(func=function), ops=[ast.In() | ast.NotIn()], comparators=[types]) if (
            types is node
        ):
            return False if model.resolve(function) == "builtins.type" else None
    return None
