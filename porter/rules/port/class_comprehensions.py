"""A list comprehension in a class body does not see the class's names in Python 3.

https://docs.python.org/3/reference/executionmodel.html#resolution-of-names
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched


class ClassComprehensions(Rule):
    code = "PORT055"
    name = "class-comprehensions"
    summary = "give a list comprehension in a class body the class's names"
    why = (
        "A list comprehension has a scope of its own in Python 3, and a scope inside a class does not see the class's names: only "
        "the first iterable is evaluated outside it. The names that it needs are handed to it by a lambda."
    )
    source = "https://docs.python.org/3/reference/executionmodel.html#resolution-of-names"
    triggers = frozenset({"class"})
    visits = (ast.ListComp,)
    examples = (
        Example(
            "class Grid(object):\n    width = 2\n    cells = [n * width for n in range(3)]\nprint Grid.cells\n",
            "class Grid(object):\n    width = 2\n    cells = (lambda width: [n * width for n in range(3)])(width)\nprint(Grid.cells)\n",
        ),
        Untouched(
            "class Grid(object):\n    rows = [1, 2]\n    cells = [n + 1 for n in rows]\nprint Grid.cells\n",
            because="the first iterable is evaluated in the class",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.ListComp)
        scope = model.scope_of(node)
        if not model.python2 or not scope.is_class:
            return
        own = {item.id for part in node.generators for item in ast.walk(part.target) if isinstance(item, ast.Name)}
        first, *others = node.generators
        inside = [node.elt, *first.ifs, *others]
        names = {
            item.id: None
            for part in inside
            for item in ast.walk(part)
            if isinstance(item, ast.Name) and item.id in scope.bindings and item.id not in own
        }
        if names:
            yield Match(node, data=tuple(names))

    def rewrite(self, node: cst.ListComp, match: Match) -> Rewritten:
        parameters = cst.Parameters([cst.Param(cst.Name(name)) for name in match.data])
        function = cst.Lambda(parameters, node, lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        return call(function, *(cst.Name(name) for name in match.data))
