"""`isinstance(x, (int, int))` is `isinstance(x, int)`.

https://docs.python.org/3/library/functions.html#isinstance
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched


class RepeatedTypes(Rule):
    code = "IDM006"
    name = "repeated-types"
    summary = "name each type once in isinstance()"
    why = (
        "A type that is named twice is asked for twice. What the port itself makes of `(int, long)` and `(str, unicode)` "
        "it writes without twins anyway (PORT017); this is for those that somebody wrote."
    )
    source = "https://docs.python.org/3/library/functions.html#isinstance"
    triggers = frozenset({"isinstance"})
    spelt = True
    visits = (ast.Call,)
    optional = True
    examples = (
        Example("print isinstance(1, (int, int))\n", "print(isinstance(1, int))\n"),
        Example("print isinstance(1, (str, int, str))\n", "print(isinstance(1, (str, int)))\n"),
        Untouched("print isinstance(1, (type(1), type(1)))\n", because="calls, which may do more than name a type"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=function, args=[_, ast.Tuple(elts=items) as named], keywords=[]):
                names = [item.id for item in items if isinstance(item, ast.Name)]
                if len(set(names)) < len(names) and model.resolve(function) == "builtins.isinstance":
                    yield Match(named)

    def rewrite(self, node: cst.Tuple, match: Match) -> Rewritten:
        kept: list[cst.BaseElement] = []
        seen: set[str] = set()
        for element in node.elements:
            if isinstance(element.value, cst.Name):
                if element.value.value in seen:
                    continue
                seen.add(element.value.value)
            kept.append(element)
        if len(kept) == 1:
            return kept[0].value
        return node.with_changes(elements=[*kept[:-1], kept[-1].with_changes(comma=node.elements[-1].comma)])
